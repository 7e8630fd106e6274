//! The clinician's lanes: relapse watch points, questionnaires with what counts as a real change, and
//! what is missing in words. A gap stays a gap, and what cannot be computed says why.

use std::collections::BTreeMap;

use clinic::act::instrument::scored;
use clinic::completeness::{Person, of_one};
use clinic::relapse::Watched;
use figures::{Lane, LifeNote, LineLane, Note, Values};
use instruments::{FilledBy as MeantFor, Instrument, Scored};
use jiff::civil::Date;
use outcomes::change::Reliable;
use outcomes::measures::Measures;
use pages::{Phrase, Piece, Section};
use record::calendar::{civil_day, days_between};
use record::chart::course::{Course, CourseState};
use record::fact::evaluation::AnchorNoted;
use record::fact::house::RecordImported;
use record::fact::observation::InstrumentAnswered;
use record::fact::substance_use::CheckInAnswered;
use record::words::Sex;

use crate::app::App;
use crate::page::instrument::result_words;
use crate::page::missing::whose;
use crate::page::patient::Opened;
use crate::words;

/// The most questionnaires drawn as lanes; the rest are on their own page.
const QUESTIONNAIRES_MAX: usize = 6;

/// The most life events written along the foot.
const LIFE_MAX: usize = 8;

/// One questionnaire of the course: by day, its value and what it came to in words.
struct Told {
    instrument: Instrument,
    days: BTreeMap<i32, (f64, String)>,
}

/// The lanes only staff see.
pub(super) fn lanes(app: &App, opened: &Opened, course: &Course, day_zero: Date) -> Vec<Lane> {
    let mut lanes: Vec<Lane> = relapse(app, opened, course, day_zero).into_iter().collect();
    let measures = Measures::of_the_house().ok();
    let told = questionnaires(app, opened, day_zero);
    lanes.extend(
        told.iter()
            .take(QUESTIONNAIRES_MAX)
            .map(|one| Lane::Line(questionnaire(one, measures.as_ref()))),
    );
    lanes
}

fn relapse(app: &App, opened: &Opened, course: &Course, day_zero: Date) -> Option<Lane> {
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
        values,
        notes,
    }))
}

/// The questionnaires a patient fills in that were answered here, those answered most often first.
fn questionnaires(app: &App, opened: &Opened, day_zero: Date) -> Vec<Told> {
    let sex = opened
        .chart()
        .identity()
        .map_or(Sex::NotRecorded, |identity| identity.sex);
    let mut all: BTreeMap<String, Told> = BTreeMap::new();
    for (entry, answered) in opened.chart().all::<InstrumentAnswered>() {
        let known = app
            .clinic
            .library()
            .instrument(answered.instrument.as_str());
        let Some(instrument) = known.filter(|one| one.filled_by == MeantFor::Patient) else {
            continue;
        };
        let scores = scored(instrument, answered, sex);
        let Some((value, said)) = scores.first().and_then(value_of) else {
            continue;
        };
        let day = days_between(day_zero, civil_day(entry.occurred_at.0, &opened.zone));
        all.entry(instrument.id.clone())
            .or_insert_with(|| Told {
                instrument: instrument.clone(),
                days: BTreeMap::new(),
            })
            .days
            .insert(day, (value, said));
    }
    let mut all: Vec<Told> = all.into_values().collect();
    all.sort_by_key(|one| std::cmp::Reverse(one.days.len()));
    all
}

fn value_of(one: &Scored<'_>) -> Option<(f64, String)> {
    Some((one.value()?, result_words(one)))
}

fn questionnaire(told: &Told, measures: Option<&Measures>) -> LineLane {
    let instrument = &told.instrument;
    let range = instrument
        .scores
        .first()
        .map_or((0.0, 10.0), |score| score.range);
    let values: Values = told
        .days
        .iter()
        .filter(|(day, _)| **day >= 0)
        .map(|(day, (value, _))| (*day, *value))
        .collect();
    let notes = told.days.last_key_value().map(|(day, (_, said))| Note {
        lead: format!("{said} on day {day}."),
        rest: change(told, measures),
    });
    LineLane {
        name: instrument.title.clone(),
        range,
        unit: String::new(),
        every: 31,
        is_main: false,
        values,
        notes: notes.into_iter().collect(),
    }
}

/// What of the change since the start counts as real, or why that cannot be said.
fn change(told: &Told, measures: Option<&Measures>) -> String {
    // The last answer before the first dose, else the first there is.
    let start = told
        .days
        .range(..=0)
        .next_back()
        .or_else(|| told.days.first_key_value());
    let (Some((from, (before, _))), Some((to, (now, _)))) = (start, told.days.last_key_value())
    else {
        return String::new();
    };
    if from == to {
        return "Answered once: nothing to compare yet.".to_owned();
    }
    let by = match (now - before, now > before) {
        (0.0, _) => "the same".to_owned(),
        (by, true) => format!("up {by}"),
        (by, false) => format!("down {}", by.abs()),
    };
    let rule = measures.and_then(|all| all.change_on(&told.instrument.id));
    let real = match rule.map(|rule| rule.reliable(Some(*before), Some(*now))) {
        Some(Ok(Reliable::Better)) => "better by more than chance would do".to_owned(),
        Some(Ok(Reliable::Worse)) => "worse by more than chance would do".to_owned(),
        Some(Ok(Reliable::Within)) => "within what chance would do".to_owned(),
        Some(Err(why)) => format!("real change {why}"),
        None => "real change not computed: no published rule for it here".to_owned(),
    };
    format!("Since day {from}: {by}; {real}.")
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
pub(super) fn completeness(app: &App, opened: &Opened, course: &Course, day_zero: Date) -> Section {
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
    let told = questionnaires(app, opened, day_zero);
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
