//! Where I am, what comes next, and what is asked of me.

use clinic::act::eligibility::CONSENTS_NEEDED;
use instruments::FilledBy as MeantFor;
use pages::{Fact as Shown, Phrase, Piece, Section};
use protocol::contact::{Days, Item, Tier, What, bit, summary};
use record::calendar::{civil_day, days_between};
use record::chart::course::{Course, Stage};
use record::chart::visit::VisitState;
use record::fact::observation::InstrumentAnswered;
use record::fact::substance_use::CheckInAnswered;

use crate::app::App;
use crate::ask::Ask;
use crate::page::patient::Opened;
use crate::words;

/// How many appointments are listed.
const NEXT_MAX: usize = 6;

/// Where the course stands, in words for the person on it.
pub(super) fn where_i_am(app: &App, opened: &Opened) -> Section {
    let chart = opened.chart();
    let course = chart.course();
    let stage = chart.stage(opened.today);
    let day = course.as_ref().and_then(|course| course.day(opened.today));
    let first = day.map_or_else(
        || stage.label().to_owned(),
        |day| match day.0 {
            before if before < 0 => words::of(
                usize::try_from(before.unsigned_abs()).unwrap_or(0),
                "day until your course begins",
                "days until your course begins",
            ),
            within if within <= 90 => format!("Day {within} of 90"),
            beyond => format!("Day {beyond}"),
        },
    );
    let mut pieces = vec![Piece::Said(vec![
        Phrase::Strong(format!("{first}. ")),
        Phrase::plain(said(stage)),
    ])];
    if let Some(course) = &course {
        pieces.push(Piece::Facts(facts(app, opened, course)));
    }
    if !chart.unreadable().is_empty() {
        pieces.push(Piece::plain(
            "Part of your record cannot be read by this version of the program. It is not lost; ask us \
             about it.",
        ));
    }
    Section::new("Where I am", pieces)
}

const fn said(stage: Stage) -> &'static str {
    match stage {
        Stage::Enquiry => "You asked for an evaluation, and somebody will be in touch.",
        Stage::Evaluation => {
            "We are getting to know each other. Nothing is decided before the evaluation."
        }
        Stage::Eligibility => {
            "We are checking whether this treatment is safe for you. No dose is given before that."
        }
        Stage::Consent => "What is left before a plan is your consent. You may take your time.",
        Stage::Plan => "You have given your consent; next, your prescriber makes the plan.",
        Stage::Preparation => {
            "Your plan is made. These are the days before the first dosing session."
        }
        Stage::Dosing => "You are in the weeks of the dosing sessions.",
        Stage::NinetyDays => {
            "The dosing sessions are done. We stay beside you until day 90, and a return to use does \
             not end that."
        }
        Stage::Maintenance => "You are past day 90. The door stays open.",
        Stage::Paused => "Your course is paused. It can be taken up again; talk with us.",
        Stage::Completed => "Your course is complete. You are welcome back at any time.",
        Stage::Left => "You left this course. You are welcome back at any time.",
        Stage::NotProceeding => {
            "No course began. You can ask us why, and you can come back at any time."
        }
        Stage::Erased => "What we kept of you was erased. You are welcome at any time.",
    }
}

fn facts(app: &App, opened: &Opened, course: &Course) -> Vec<Shown> {
    let chart = opened.chart();
    let title = app
        .clinic
        .library()
        .protocol(&course.protocol)
        .map_or(course.protocol.as_str(), |protocol| protocol.title.as_str());
    let substance = course.substance.to_string();
    let treatment = if title.to_lowercase().contains(&substance) {
        title.to_owned()
    } else {
        format!("{title}, for {substance}")
    };
    let mut facts = vec![Shown::plain("Treatment", treatment)];
    facts.push(course.day_zero.map_or_else(
        || Shown::absent("First day", "not set yet; the plan sets it"),
        |day| Shown::plain("First day", words::day(day)),
    ));
    let n_held = chart
        .sessions()
        .iter()
        .filter(|session| session.course == course.id && session.started.is_some())
        .count();
    facts.push(match chart.plan(course.id) {
        None => Shown::absent("Dosing sessions", "none planned yet"),
        Some((_, plan)) => Shown::plain(
            "Dosing sessions",
            format!("{n_held} held of {} planned", plan.doses.len().max(n_held)),
        ),
    });
    facts
}

/// The next appointments.
pub(super) fn next(opened: &Opened, ask: &Ask) -> Section {
    let all = opened.chart().visits();
    let coming: Vec<_> = all
        .iter()
        .filter(|visit| visit.state == VisitState::Booked && visit.starts_at >= ask.now)
        .collect();
    let lines = coming.iter().take(NEXT_MAX).map(|visit| {
        let mut said = format!(": {}, {} min", visit.title, visit.minutes);
        if let Some(with) = &visit.with {
            said.push_str(", with ");
            said.push_str(with);
        }
        if let Some(room) = &visit.room {
            said.push_str(", in ");
            said.push_str(room);
        }
        let when = words::moment_short(visit.starts_at, &opened.zone);
        vec![Phrase::Strong(when), Phrase::plain(said)]
    });
    let mut pieces = vec![if coming.is_empty() {
        Piece::Said(vec![
            Phrase::absent("Nothing is booked"),
            Phrase::plain(". If you expected an appointment, call us."),
        ])
    } else {
        Piece::List(lines.collect())
    }];
    if let Some(more @ 1..) = coming.len().checked_sub(NEXT_MAX) {
        pieces.push(Piece::Said(vec![
            Phrase::plain(format!("And {more} later. ")),
            Phrase::link(opened.path("/plan"), "The whole plan"),
        ]));
    }
    Section::new("My next appointments", pieces)
}

/// What is asked of the patient now.
pub(super) fn asked(app: &App, opened: &Opened) -> Section {
    let chart = opened.chart();
    let course = chart.course();
    let mut items = Vec::new();
    if let Some(course) = &course {
        let held = chart.consents_on(course.id, opened.today);
        for text in app.clinic.library().consents() {
            let is_held = held.iter().any(|(_, one)| one.text.as_str() == text.id);
            if CONSENTS_NEEDED.contains(&text.id.as_str()) && !is_held {
                let to = opened.path(&format!("/consents/{}", text.id));
                items.push(vec![
                    Phrase::plain("Read, and sign if you agree: "),
                    Phrase::link(to, text.title.as_str()),
                    Phrase::plain(". Needed before a dose."),
                ]);
            }
        }
    }
    if let Some(day_zero) = course.as_ref().and_then(|course| course.day_zero) {
        items.extend(due(app, opened, days_between(day_zero, opened.today)));
    }
    if items.is_empty() {
        let none = "Nothing is asked of you today. That says nothing about how you are: if something \
                    is wrong, tell us.";
        return Section::new("What is asked of me", vec![Piece::plain(none)]);
    }
    Section::new("What is asked of me", vec![Piece::List(items)])
}

/// The check-in and questionnaires that can be answered today.
fn due(app: &App, opened: &Opened, today: i32) -> Vec<Vec<Phrase>> {
    let library = app.clinic.library();
    let done = |item: &Item| done(opened, item);
    let open = summary(library.cadence(), Tier::Calm, today, done);
    open.into_iter()
        .filter(|one| one.open_since.is_some())
        .filter_map(|one| match one.item.what {
            What::CheckIn => Some(vec![
                Phrase::link(opened.path("/check-in"), "Today's check-in"),
                Phrase::plain(", under a minute."),
            ]),
            What::Instrument => {
                let about = library.instrument(&one.item.id)?;
                let is_theirs =
                    about.filled_by == MeantFor::Patient && library.is_worded(&about.id);
                let to = opened.path(&format!("/questionnaires/{}/fill", about.id));
                is_theirs.then(|| {
                    vec![
                        Phrase::link(to, about.about.as_str()),
                        Phrase::plain(format!(", a questionnaire called {}.", about.title)),
                    ]
                })
            }
            What::Call | What::Visit | What::Interview | What::Urine | What::Laboratory => None,
        })
        .collect()
}

/// The days of the course on which something asked for was given.
fn done(opened: &Opened, item: &Item) -> Days {
    let chart = opened.chart();
    let Some(day_zero) = chart.course().and_then(|course| course.day_zero) else {
        return 0;
    };
    let on = |day| bit(days_between(day_zero, day));
    match item.what {
        What::CheckIn => chart
            .all::<CheckInAnswered>()
            .fold(0, |days, (_, one)| days | on(one.day)),
        What::Instrument => chart
            .all::<InstrumentAnswered>()
            .filter(|(_, one)| one.instrument.as_str() == item.id)
            .fold(0, |days, (entry, _)| {
                days | on(civil_day(entry.occurred_at.0, &opened.zone))
            }),
        What::Call | What::Visit | What::Interview | What::Urine | What::Laboratory => 0,
    }
}
