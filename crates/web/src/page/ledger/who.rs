//! Who may handle controlled drugs: what each person was asked, by whom, and whether they have access.

use clinic::act::certificate::certified;
use clinic::act::ledger::access::{self, Standing};
use clinic::act::ledger::policy;
use clinic::authority::{Act, Reach, may};
use clinic::board::Board;
use clinic::board::house::Staff;
use clinic::denied::Denied;
use pages::screen::ledger::SeeTo;
use pages::{Cell, Column, Link, Mark, Phrase, Piece, Section, Sheet, Table, sheet};
use record::ids::PersonId;
use record::words::YesNo;

use crate::app::App;
use crate::ask::Ask;
use crate::forms::is_offered;
use crate::reply::Reply;
use crate::words::{day_plain, frame, of};

/// The page.
pub(crate) fn show(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    may(&ask.signed_in()?.actor, Act::ReadStock, None)?;
    let own = ask.signed_in()?.actor.person();
    let asks = is_offered(ask, "check-access", None);
    let board = app.clinic.board();
    let mut people: Vec<_> = board.people.iter().collect();
    people.retain(|(_, staff)| access::is_due_of(staff));
    people.sort_by_key(|(_, staff)| &staff.name);
    let rows = people.iter().map(|(id, staff)| {
        let is_asked_here = asks && own != Some(**id);
        let mut cells = row(app, staff, is_asked_here);
        cells.extend(asks.then(|| acts(**id, staff, is_asked_here)));
        cells
    });
    let mut heads = vec!["Name", "Roles", "May", "Asked", "Access"];
    heads.extend(asks.then_some("Acts"));
    let table = Table {
        caption: "People whose role handles controlled drugs".to_owned(),
        columns: heads.into_iter().map(Column::words).collect(),
        rows: rows.collect(),
        when_empty: "Nobody here has a role that handles controlled drugs.".to_owned(),
    };
    let certificate = certificate(&board, app.clinic.zone_today(ask.now));
    drop(people);
    drop(board);
    let mut view = Sheet::new("Who may handle controlled drugs", "Ledger");
    view.said = Phrase::sentence("Everyone whose role handles them is asked, by another person.");
    view.acts = vec![Link::new("/ledger", "Ledger")];
    let said = |words: String| Piece::Said(Phrase::sentence(words));
    view.main.push(Section::new(
        "People",
        vec![Piece::Table(table), said(rule(app))],
    ));
    let mut esketamine = vec![said(certificate)];
    if is_offered(ask, "certify-setting", None) {
        let text = "Record the certificate";
        esketamine.push(Piece::Said(vec![Phrase::link("/do/certify-setting", text)]));
    }
    view.main
        .push(Section::new("Setting for esketamine", esketamine));
    let frame = frame(app, ask, Some(pages::Place::Ledger));
    Ok(Reply::Page(sheet(&frame, &view)))
}

/// What the law and the clinic ask.
fn rule(app: &App) -> String {
    let own = if policy(&app.clinic).access_without_check.allowed {
        "This clinic lets a person without a check handle controlled drugs."
    } else {
        "A person without a check draws, gives and witnesses nothing: clinic policy."
    };
    format!(
        "Nobody has access who was convicted of a felony that has to do with controlled substances, or ever had a DEA application denied, a registration revoked, or surrendered one for cause ({}). {own}",
        access::LAW
    )
}

/// Whether the clinic is certified as a setting for esketamine, as recorded.
fn certificate(board: &Board, today: jiff::civil::Date) -> String {
    certified(board, today).map_or_else(
        || {
            "This clinic has no certificate recorded: no esketamine is received or given."
                .to_owned()
        },
        |one| {
            format!(
                "Certified as a setting for esketamine since {}, {}, recorded by {}.",
                day_plain(one.certified_on),
                one.reference,
                one.recorded_by
            )
        },
    )
}

/// What a person's roles let them do with drug, in words.
fn role_lets(staff: &Staff) -> String {
    let reaches = |act: Act| {
        let mut roles = staff.roles.iter();
        roles.any(|role| act.reach(*role) == Reach::All)
    };
    let acts = [
        (Act::UseStock, "draw, give, witness"),
        (Act::HandleStock, "receive, count"),
        (Act::SettleStock, "transfer, destroy"),
    ];
    let acts = acts.into_iter().filter(|(act, _)| reaches(*act));
    let acts: Vec<&str> = acts.map(|(_, words)| words).collect();
    acts.join(", ")
}

fn row(app: &App, staff: &Staff, is_asked_here: bool) -> Vec<Cell> {
    let roles: Vec<&str> = staff.roles.iter().map(|role| role.label()).collect();
    let standing = access::standing(Some(staff));
    let asked = staff.access.as_ref().map_or_else(
        || vec![Phrase::absent("no check recorded")],
        |checked| {
            Phrase::sentence(format!(
                "{}, by {}: {}",
                day_plain(checked.asked_on),
                checked.asked_by,
                checked.how
            ))
        },
    );
    let stands = match standing {
        Standing::Free => Phrase::sentence("may have access"),
        Standing::ShutOut => {
            let mut cell = mark(pages::Standing::ActNow, "no access, by law");
            if is_asked_here {
                cell.push(Phrase::plain(format!(" Yes to: {}", against(staff))));
            }
            cell
        }
        Standing::Unchecked | Standing::Unanswered if access::has_access(&app.clinic, standing) => {
            mark(pages::Standing::Watch, "not known")
        }
        Standing::Unchecked => mark(pages::Standing::Watch, "held until asked"),
        Standing::Unanswered => mark(pages::Standing::Watch, "held: a question is open"),
    };
    vec![
        Phrase::sentence(staff.name.clone()),
        Phrase::sentence(roles.join(", ")),
        Phrase::sentence(role_lets(staff)),
        asked,
        stands,
    ]
}

/// The way to ask a person, or to ask again.
fn acts(id: PersonId, staff: &Staff, is_asked_here: bool) -> Cell {
    if !is_asked_here {
        return Vec::new();
    }
    let words = match access::standing(Some(staff)) {
        Standing::Unchecked => "Record the check",
        Standing::Unanswered | Standing::Free | Standing::ShutOut => "Ask again",
    };
    vec![Phrase::link(format!("/do/check-access?person={id}"), words)]
}

fn mark(standing: pages::Standing, words: &str) -> Cell {
    vec![Phrase::Mark(Mark::new(standing, words))]
}

/// What stands against a person, for who keeps the checks.
fn against(staff: &Staff) -> String {
    let answers = staff.access.as_ref().map(access::answers);
    let asked = access::QUESTIONS
        .into_iter()
        .zip(answers.into_iter().flatten());
    let yes = asked.filter(|(_, answer)| *answer == YesNo::Yes);
    let yes: Vec<&str> = yes.map(|((_, words), _)| words).collect();
    yes.join(" ")
}

/// What somebody must see to: people who handle drug and of whom no check is recorded, or none that is whole.
pub(super) fn unchecked(app: &App) -> Option<SeeTo> {
    let board = app.clinic.board();
    let open = board.people.values().filter(|staff| {
        access::is_due_of(staff)
            && matches!(
                access::standing(Some(staff)),
                Standing::Unchecked | Standing::Unanswered
            )
    });
    let names: Vec<&str> = open.map(|staff| staff.name.as_str()).collect();
    (!names.is_empty()).then(|| SeeTo {
        mark: Mark::new(pages::Standing::Watch, "No check"),
        said: format!(
            "{} no check of access recorded: {}.",
            of(names.len(), "person has", "people have"),
            names.join(", ")
        ),
        acts: vec![Link::new("/ledger/access", "Who may handle it")],
    })
}
