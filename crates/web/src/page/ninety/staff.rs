//! What only staff see: relapse watch points, life events, and what is missing in words.

use clinic::completeness::{Person, of_one};
use clinic::relapse::Watched;
use figures::{Lane, LifeNote, LineLane, Note, Values};
use jiff::civil::Date;
use pages::{Phrase, Piece, Section};
use record::calendar::days_between;
use record::chart::course::{Course, CourseState};
use record::fact::evaluation::AnchorNoted;
use record::fact::house::RecordImported;
use record::fact::substance_use::CheckInAnswered;

use super::questionnaires::{QUESTIONNAIRES_MAX, Told};
use crate::app::App;
use crate::page::missing::whose;
use crate::page::patient::Opened;
use crate::words;

/// The most life events written along the foot.
const LIFE_MAX: usize = 8;

/// The points of the relapse watch, which only staff see: they are not calibrated.
pub(super) fn relapse(app: &App, opened: &Opened, course: &Course, day_zero: Date) -> Option<Lane> {
    let watched = Watched::of(opened.chart(), course)?;
    let (watch, cadence) = (
        app.clinic.library().relapse_watch(),
        app.clinic.library().cadence(),
    );
    let values: Values = watched
        .answered_days()
        .map(|day| {
            let score = watch.score(&watched.signals(day, cadence, &opened.zone));
            (days_between(day_zero, day), f64::from(score.points))
        })
        .filter(|(day, _)| *day >= 0)
        .collect();
    let (day, last) = values.last_key_value()?;
    let notes = vec![Note {
        lead: format!("{last} points on day {day}."),
        rest: "Relapse watch, clinic policy and not calibrated; at least so many where an answer is missing.".to_owned(),
    }];
    Some(Lane::Line(LineLane {
        name: "Watch".to_owned(),
        range: (0.0, f64::from(watch.most())),
        unit: "points".to_owned(),
        every: 1,
        is_main: false,
        bands: Vec::new(),
        values,
        notes,
    }))
}

/// What was going on in life, along the foot.
pub(super) fn life(opened: &Opened, day_zero: Date, last: i32) -> Vec<LifeNote> {
    let mut life: Vec<LifeNote> = opened
        .chart()
        .all::<AnchorNoted>()
        .map(|(_, anchor)| LifeNote {
            day: days_between(day_zero, anchor.from),
            words: anchor.label.to_string(),
            is_planned: anchor.from > opened.today,
        })
        .filter(|note| (0..=last).contains(&note.day))
        .collect();
    life.sort_by_key(|note| note.day);
    life.truncate(LIFE_MAX);
    life
}

/// At the head of the page: what of the check-ins is in, since when they are missing, and whose that is.
pub(super) fn missing(app: &App, opened: &Opened, course: &Course, day_zero: Date) -> Vec<Phrase> {
    let imported = opened.chart().latest::<RecordImported>();
    if let Some((_, imported)) = imported {
        return Phrase::sentence(format!(
            "Taken in from {}: nobody was asked for check-ins here. ",
            imported.source
        ));
    }
    let board = app.clinic.board();
    let Some(line) = board.line(opened.known.patient) else {
        return Vec::new();
    };
    let person = Person {
        patient: opened.known.patient,
        day_zero,
        given: line.given(),
        is_open: course.state == CourseState::Open,
        owner: line.taken_by(),
    };
    let (complete, gap) = of_one(app.clinic.library().cadence(), opened.today, &person);
    if complete.due == 0 {
        return Vec::new();
    }
    let mut said = vec![
        Phrase::Strong(format!(
            "{} of {} due are in",
            complete.answered,
            words::of(
                usize::try_from(complete.due).unwrap_or(0),
                "check-in",
                "check-ins"
            )
        )),
        Phrase::plain(format!(
            "; {} declined, {} open, {} missed. ",
            complete.declined, complete.open, complete.missed
        )),
    ];
    match gap {
        None => said.push(Phrase::plain("The last one due is not missing. ")),
        Some(gap) => {
            said.push(Phrase::plain(format!(
                "Missing since {}, {}: ",
                words::day_short(gap.since),
                words::of(usize::try_from(gap.days).unwrap_or(0), "day", "days")
            )));
            said.extend(whose(&gap.whose));
            said.push(Phrase::plain(". "));
        }
    }
    said
}

/// What is there and what is missing, in words.
pub(super) fn completeness(
    opened: &Opened,
    course: &Course,
    day_zero: Date,
    told: &[Told],
) -> Section {
    let mut answered: Vec<Date> = opened
        .chart()
        .all::<CheckInAnswered>()
        .filter(|(_, one)| one.course == course.id)
        .map(|(_, one)| one.day)
        .filter(|day| days_between(day_zero, *day) >= 0)
        .collect();
    answered.sort_unstable();
    let mut lines = vec![match answered.last() {
        Some(day) => Piece::plain(format!(
            "The last check-in is about {}, {} ago.",
            words::day_short(*day),
            words::of(
                usize::try_from(days_between(*day, opened.today).max(0)).unwrap_or(0),
                "day",
                "days"
            )
        )),
        None => Piece::Said(vec![Phrase::absent("no check-in was answered")]),
    }];
    if told.is_empty() {
        lines.push(Piece::Said(vec![Phrase::absent(
            "no questionnaire came to a score",
        )]));
    }
    for one in told.iter().take(QUESTIONNAIRES_MAX) {
        let last = one.days.last_key_value().map_or(0, |(day, _)| *day);
        lines.push(Piece::plain(format!(
            "{}: {}, last on day {last}.",
            one.instrument.title,
            words::of(one.days.len(), "score", "scores")
        )));
    }
    Section::new("What is known and what is missing", lines)
}
