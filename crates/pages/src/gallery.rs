//! Every page rendered from its samples, with no database.

mod parts;

use maud::{DOCTYPE, Markup, html};

use crate::frame::{Door, Frame, Place, head};
use crate::screen;
use crate::screen::calendar::Calendar;
use crate::screen::chart::Chart;
use crate::screen::check_in::link::{CheckInGone, CheckInProof};
use crate::screen::check_in::questionnaire::QuestionnaireQuestion;
use crate::screen::check_in::{CheckIn, CheckInDanger, CheckInDone};
use crate::screen::follow_back::FollowBack;
use crate::screen::form_page::FormPage;
use crate::screen::ninety_days::NinetyDays;
use crate::screen::trouble::TroublePage;
use crate::screen::watch_list::WatchList;

/// One page of the gallery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// File name without its ending, `today-quiet`.
    pub name: String,
    /// The whole page.
    pub html: String,
}

/// Every sample of every page, in the order of the site map. `assets` is where the style sheets lie, seen from the page.
pub fn leaves(assets: &str) -> Vec<Leaf> {
    let door = Door {
        assets: assets.to_owned(),
        ..Door::sample()
    };
    let frame = Frame {
        assets: assets.to_owned(),
        ..Frame::sample()
    };
    let mut all = Vec::new();
    public(&mut all, assets);
    outside(
        &mut all,
        "sign_in",
        &door,
        screen::sign_in::SignIn::samples(),
        screen::sign_in::sign_in,
    );
    check_in(&mut all, &door);
    outside(
        &mut all,
        "help_now",
        &door,
        screen::help_now::HelpNow::samples(),
        screen::help_now::help_now,
    );
    outside(
        &mut all,
        "trouble_outside",
        &door,
        TroublePage::samples(),
        screen::trouble::door_trouble,
    );
    staff(&mut all, &frame);
    science(&mut all, &frame);
    planning(&mut all, &frame);
    course(&mut all, &frame);
    all.push(Leaf {
        name: "parts-all".into(),
        html: parts::parts(&frame).into_string(),
    });
    all
}

/// Pages for people who think about treatment.
fn public(all: &mut Vec<Leaf>, assets: &str) {
    use screen::site::{SitePage, site_page};
    let groups = [
        ("public", SitePage::samples()),
        ("enquiry_received", SitePage::thanks_samples()),
    ];
    for (page, samples) in groups {
        for (sample, mut view) in samples {
            assets.clone_into(&mut view.frame.assets);
            all.push(Leaf {
                name: format!("{page}-{sample}"),
                html: site_page(&view).into_string(),
            });
        }
    }
}

/// What the science says.
fn science(all: &mut Vec<Leaf>, frame: &Frame) {
    use screen::evidence::{Evidence, evidence};
    let ours = screen::outcomes::Outcomes::samples();
    let drawn = screen::outcomes::outcomes;
    inside(all, "outcomes", frame, Place::Outcomes, ours, drawn);
    let place = Place::Evidence;
    inside(all, "evidence", frame, place, Evidence::samples(), evidence);
    let levels = screen::sheet::Sheet::level_samples();
    inside(
        all,
        "pharmacology",
        frame,
        place,
        levels,
        screen::sheet::sheet,
    );
    let answered = screen::sheet::Sheet::questionnaire_samples();
    let (page, sheet) = ("questionnaires", screen::sheet::sheet);
    inside(all, page, frame, Place::Patients, answered, sheet);
    let rules = screen::sheet::Sheet::rules_samples();
    inside(all, "rules", frame, place, rules, screen::sheet::sheet);
}

/// Pages about the clinic.
fn staff(all: &mut Vec<Leaf>, frame: &Frame) {
    use screen::listing::{Listing, listing};
    inside(
        all,
        "today",
        frame,
        Place::Today,
        screen::today::Today::samples(),
        screen::today::today,
    );
    floor(all, frame);
    inside(
        all,
        "enquiries",
        frame,
        Place::Enquiries,
        Listing::enquiries_samples(),
        listing,
    );
    inside(
        all,
        "patients",
        frame,
        Place::Patients,
        Listing::patients_samples(),
        listing,
    );
    inside(
        all,
        "people",
        frame,
        Place::People,
        Listing::people_samples(),
        listing,
    );
    inside(
        all,
        "access_log",
        frame,
        Place::AccessLog,
        Listing::access_log_samples(),
        listing,
    );
    inside(
        all,
        "calendar",
        frame,
        Place::Calendar,
        Calendar::samples(),
        screen::calendar::calendar,
    );
    inside(
        all,
        "watch_list",
        frame,
        Place::WatchList,
        WatchList::samples(),
        screen::watch_list::watch_list,
    );
    ledger(all, frame);
    contact(all, frame);
    inside(
        all,
        "trouble",
        frame,
        Place::Today,
        TroublePage::samples(),
        screen::trouble::trouble,
    );
}

/// The register of controlled substances.
fn ledger(all: &mut Vec<Leaf>, frame: &Frame) {
    use screen::ledger::{Ledger, ledger};
    inside(
        all,
        "ledger",
        frame,
        Place::Ledger,
        Ledger::samples(),
        ledger,
    );
}

/// Planning a course: the calendar by room, the protocols, the plan.
fn planning(all: &mut Vec<Leaf>, frame: &Frame) {
    use screen::room_calendar::{RoomDay, RoomWeek, room_day, room_week};
    use screen::sheet::{Sheet, sheet};
    let days = RoomDay::samples();
    inside(all, "room_day", frame, Place::Calendar, days, room_day);
    let weeks = RoomWeek::samples();
    inside(all, "room_week", frame, Place::Calendar, weeks, room_week);
    let protocols = Sheet::protocol_samples();
    inside(all, "protocols", frame, Place::Evidence, protocols, sheet);
    let plans = Sheet::plan_samples();
    inside(all, "plan", frame, Place::Patients, plans, sheet);
}

/// What is due, and the messages that say so.
fn contact(all: &mut Vec<Leaf>, frame: &Frame) {
    use screen::listing::{Listing, listing};
    use screen::sheet::{Sheet, sheet};
    let place = Place::Today;
    inside(all, "due", frame, place, Listing::due_samples(), listing);
    let corrections = Sheet::corrections_samples();
    inside(all, "corrections", frame, place, corrections, sheet);
    let missing = Listing::missing_samples();
    inside(all, "missing", frame, place, missing, listing);
    inside(
        all,
        "messages",
        frame,
        place,
        Sheet::messages_samples(),
        sheet,
    );
}

/// The board on the wall.
fn floor(all: &mut Vec<Leaf>, frame: &Frame) {
    let samples = screen::floor::Floor::samples();
    inside(
        all,
        "floor",
        frame,
        Place::Today,
        samples,
        screen::floor::floor,
    );
}

/// The evaluation and the follow-back calendar.
fn asking(all: &mut Vec<Leaf>, frame: &Frame) {
    use screen::sheet::{Sheet, sheet};
    inside(
        all,
        "follow_back",
        frame,
        Place::Patients,
        FollowBack::samples(),
        screen::follow_back::follow_back,
    );
    inside(
        all,
        "evaluation",
        frame,
        Place::Patients,
        Sheet::evaluation_samples(),
        sheet,
    );
}

/// Pages about one person.
fn course(all: &mut Vec<Leaf>, frame: &Frame) {
    use screen::sheet::{Sheet, sheet};
    inside(
        all,
        "enquiry",
        frame,
        Place::Enquiries,
        Sheet::enquiry_samples(),
        sheet,
    );
    inside(
        all,
        "chart",
        frame,
        Place::Patients,
        Chart::samples(),
        screen::chart::chart,
    );
    inside(
        all,
        "ninety_days",
        frame,
        Place::Patients,
        NinetyDays::samples(),
        screen::ninety_days::ninety_days,
    );
    asking(all, frame);
    inside(
        all,
        "add_entry",
        frame,
        Place::Patients,
        Sheet::add_entry_samples(),
        sheet,
    );
    inside(
        all,
        "assessment",
        frame,
        Place::Patients,
        Sheet::assessment_samples(),
        sheet,
    );
    inside(
        all,
        "session",
        frame,
        Place::Patients,
        screen::session_room::SessionRoom::samples(),
        screen::session_room::session_room,
    );
    let papers = screen::document::DocumentPage::samples();
    let drawn = screen::document::document_page;
    inside(all, "record", frame, Place::Patients, papers, drawn);
    inside(
        all,
        "form",
        frame,
        Place::Patients,
        FormPage::samples(),
        screen::form_page::form_page,
    );
}

/// The page that leads to all the others.
pub fn index(assets: &str, leaves: &[Leaf]) -> String {
    html! {
        (DOCTYPE)
        html lang="en-US" {
            (head(assets, "Gallery - Holdfast", &["ground", "staff"]))
            body { main.hf-page {
                h1.hf-h-m { "Gallery" }
                p { "Every page of Holdfast, rendered from samples." }
                ul.hf-lines { @for leaf in leaves { li { a.hf-tap href={ (leaf.name) ".html" } { (leaf.name) } } } }
            } }
        }
    }
    .into_string()
}

/// The check-in, from its link to its end.
fn check_in(all: &mut Vec<Leaf>, door: &Door) {
    outside(
        all,
        "check_in",
        door,
        CheckIn::samples(),
        screen::check_in::check_in,
    );
    outside(
        all,
        "questionnaire_question",
        door,
        QuestionnaireQuestion::samples(),
        screen::check_in::questionnaire::questionnaire_question,
    );
    outside(
        all,
        "check_in_done",
        door,
        CheckInDone::samples(),
        screen::check_in::check_in_done,
    );
    outside(
        all,
        "check_in_received",
        door,
        crate::CheckInReceived::samples(),
        crate::check_in_received,
    );
    outside(
        all,
        "check_in_danger",
        door,
        CheckInDanger::samples(),
        screen::check_in::check_in_danger,
    );
    outside(
        all,
        "check_in_proof",
        door,
        CheckInProof::samples(),
        screen::check_in::link::check_in_proof,
    );
    outside(
        all,
        "check_in_gone",
        door,
        CheckInGone::samples(),
        screen::check_in::link::check_in_gone,
    );
}

fn outside<V>(
    all: &mut Vec<Leaf>,
    page: &str,
    door: &Door,
    samples: Vec<(&'static str, V)>,
    draw: fn(&Door, &V) -> Markup,
) {
    for (sample, view) in samples {
        all.push(Leaf {
            name: format!("{page}-{sample}"),
            html: draw(door, &view).into_string(),
        });
    }
}

fn inside<V>(
    all: &mut Vec<Leaf>,
    page: &str,
    frame: &Frame,
    place: Place,
    samples: Vec<(&'static str, V)>,
    draw: fn(&Frame, &V) -> Markup,
) {
    let frame = frame.clone().at(place);
    for (sample, view) in samples {
        all.push(Leaf {
            name: format!("{page}-{sample}"),
            html: draw(&frame, &view).into_string(),
        });
    }
}
