//! What was read and seen while the dose ran, what was late or missed, and what was done about it.

use std::collections::BTreeMap;

use clinic::act::device;
use clinic::act::room::watch;
use clinic::inputs;
use jiff::Timestamp;
use pages::{Block, Chapter, Column, Phrase, Table};
use protocol::Due;
use record::chart::EntryNumber;
use record::chart::Stands;
use record::fact::observation::VitalsObserved;
use record::fact::person::MedicineTaken;
use record::fact::session::TemplateUsed;
use record::quantity::{BeatsPerMinute, BreathsPerMinute, Percent, TenthsCelsius};
use record::{Entry, Fact};

use super::{Record, absent};
use crate::page::room::{is_charted_late, record_figure};
use crate::page::sentence::room::{items, setting};
use crate::site::lay::capital;
use crate::words;

/// The session on one axis.
pub(super) fn flowsheet(record: &Record<'_>) -> Chapter {
    let mut figure = record_figure(record.app, record.ask, record.opened, record.session);
    figure.caption = Phrase::sentence(
        "Minutes from the start of the dose. Pressures in mmHg as opposed carets, pulse per minute as dots; a cross is a reading that was missed, ~ one that was charted late.",
    );
    Chapter::new("Flowsheet", vec![Block::Figure(figure)])
}

/// Every set of vital signs as it was charted, and every one that was missed, in order of time.
pub(super) fn readings(record: &Record<'_>) -> Chapter {
    let mut rows: Vec<(Timestamp, EntryNumber, Vec<pages::Cell>)> = Vec::new();
    for entry in record.entries() {
        let at = entry.occurred_at.0;
        if let Fact::VitalsObserved(one) = &entry.fact {
            rows.push((at, entry.number, reading(record, entry, one)));
        }
        if let Fact::ReadingMissed(one) = &entry.fact {
            let mut row = vec![vec![Phrase::Time(record.time(one.due_at))]];
            row.push(minute(record, one.due_at));
            row.extend((0..5).map(|_| vec![Phrase::absent("not taken")]));
            row.push(vec![Phrase::Strong(format!(
                "missed: {}, stamped {}",
                items(&one.items),
                record.time(entry.recorded_at.0)
            ))]);
            rows.push((one.due_at, entry.number, row));
        }
    }
    rows.sort_by_key(|(at, number, _)| (*at, *number));
    let table = Table {
        caption: "Every reading, and every one that was missed".to_owned(),
        columns: vec![
            Column::words("Time"),
            Column::numbers("Min"),
            Column::numbers("mmHg"),
            Column::numbers("Pulse /min"),
            Column::numbers("SpO2 %"),
            Column::numbers("Breaths /min"),
            Column::numbers("Temp \u{b0}C"),
            Column::words("How it came"),
        ],
        rows: rows.into_iter().map(|(_, _, row)| row).collect(),
        when_empty: "No reading was charted".to_owned(),
    };
    Chapter::new("Readings", vec![Block::Table(table)])
}

fn minute(record: &Record<'_>, at: Timestamp) -> pages::Cell {
    match record.session.started {
        Some(started) => Phrase::sentence(words::minutes_between(started.at, at).to_string()),
        None => vec![Phrase::absent("no dose")],
    }
}

fn reading(record: &Record<'_>, entry: &Entry, made: &VitalsObserved) -> Vec<pages::Cell> {
    let chart = record.opened.chart();
    let stands = chart.stands(entry);
    let now = match &stands {
        Stands::Amended {
            now: Fact::VitalsObserved(now),
            ..
        } => Some(now),
        Stands::AsMade | Stands::Amended { .. } | Stands::InError { .. } => None,
    };
    let is_error = matches!(stands, Stands::InError { .. });
    let cell = |of: &dyn Fn(&VitalsObserved) -> Option<String>| {
        let first = of(made);
        let Some(now) = now.map(of) else {
            return match first {
                Some(value) if is_error => vec![Phrase::Struck(value)],
                Some(value) => Phrase::sentence(value),
                None => vec![Phrase::absent("not taken")],
            };
        };
        if now == first {
            return now.map_or_else(|| vec![Phrase::absent("not taken")], Phrase::sentence);
        }
        let mut said = Vec::new();
        said.extend(first.map(|value| Phrase::Struck(format!("{value} "))));
        said.push(now.map_or_else(|| Phrase::absent("not taken"), Phrase::Instead));
        said
    };
    let pressure = |one: &VitalsObserved| {
        let both = one.systolic_mmhg.zip(one.diastolic_mmhg)?;
        Some(format!("{}/{}", both.0.number(), both.1.number()))
    };
    vec![
        vec![Phrase::Time(record.time(entry.occurred_at.0))],
        minute(record, entry.occurred_at.0),
        cell(&pressure),
        cell(&|one| one.pulse_per_min.map(BeatsPerMinute::number)),
        cell(&|one| one.saturation_percent.map(Percent::number)),
        cell(&|one| one.breaths_per_min.map(BreathsPerMinute::number)),
        cell(&|one| one.temperature_tenths_c.map(TenthsCelsius::number)),
        how(record, entry, made),
    ]
}

/// How a reading came: by whom or from which device, in time or late, corrected or not.
fn how(record: &Record<'_>, entry: &Entry, made: &VitalsObserved) -> pages::Cell {
    let mut said = Vec::new();
    match &made.device {
        Some(device) => said.push(Phrase::plain(format!("from {device}"))),
        None => said.push(Phrase::plain(format!("by {}", record.by(entry)))),
    }
    if !device::counts(entry) {
        said.push(Phrase::Strong(format!(
            ", stale: came {}",
            record.time(entry.recorded_at.0)
        )));
    } else if is_charted_late(entry) {
        said.push(Phrase::Strong(format!(
            ", charted late {}",
            record.time(entry.recorded_at.0)
        )));
    }
    said.extend(
        record
            .corrected(entry)
            .map(|words| Phrase::Strong(format!(", {words}"))),
    );
    said
}

/// Every reading the protocol or a rule asked for, with what answered it.
pub(super) fn cadence(record: &Record<'_>) -> Chapter {
    let session = record.session;
    let now = session
        .closed_at
        .unwrap_or(record.ask.now)
        .min(record.ask.now);
    let dues = watch::dues(&record.app.clinic, record.opened.chart(), session, now);
    let lateness = watch::Lateness::of(&record.app.clinic, record.opened.chart(), session, now);
    let mut moments: BTreeMap<Timestamp, Vec<&Due>> = BTreeMap::new();
    for due in &dues {
        moments.entry(due.at).or_default().push(due);
    }
    let rows = moments
        .iter()
        .map(|(at, dues)| due_row(record, (*at, dues), (now, &lateness)))
        .collect();
    let table = Table {
        caption: "What the protocol's cadence and the rules asked for".to_owned(),
        columns: vec![
            Column::words("Due"),
            Column::numbers("Min"),
            Column::words("In time"),
            Column::words("Late"),
            Column::words("Not there"),
        ],
        rows,
        when_empty: "No dose was started, so no reading was due".to_owned(),
    };
    Chapter::new("Readings that were due", vec![Block::Table(table)])
}

/// What was due at one moment: what came in time, what came late, and what is not there.
fn due_row(
    record: &Record<'_>,
    (at, dues): (Timestamp, &[&Due]),
    (now, lateness): (Timestamp, &watch::Lateness<'_>),
) -> Vec<pages::Cell> {
    let (mut in_time, mut late, mut absent) = (Vec::new(), Vec::new(), Vec::new());
    for due in dues {
        let mut item = inputs::words(&record.app.clinic, &due.item);
        if let Some(rule) = &due.rule {
            item = format!("{item} (sooner by {rule})");
        }
        match due.read_at {
            Some(read) if read > due.at && lateness.is_late(read.duration_since(due.at)) => {
                late.push(format!("{item} {}", record.time(read)));
            }
            Some(_) => in_time.push(item),
            None => absent.push(item),
        }
    }
    let cell = |items: Vec<String>| {
        if items.is_empty() {
            vec![Phrase::Quiet("none".to_owned())]
        } else {
            Phrase::sentence(items.join(", "))
        }
    };
    let is_over = at > now && record.session.closed_at.is_some();
    let absent = match (absent.is_empty(), at > now) {
        (true, _) => vec![Phrase::Quiet("none".to_owned())],
        (false, true) if is_over => vec![Phrase::absent("not due: the session was closed")],
        (false, true) => vec![Phrase::absent(format!(
            "not due yet: {}",
            absent.join(", ")
        ))],
        (false, false) => vec![Phrase::Strong(absent.join(", "))],
    };
    let minute = dues.first().map_or(0, |due| due.minute);
    vec![
        vec![Phrase::Time(record.time(at))],
        Phrase::sentence(minute.to_string()),
        cell(in_time),
        cell(late),
        absent,
    ]
}

/// Who charted it, and when, where that was later than it happened.
fn late_by(record: &Record<'_>, entry: &Entry) -> pages::Cell {
    let mut said = vec![Phrase::plain(record.by(entry))];
    if is_charted_late(entry) {
        let at = record.time(entry.recorded_at.0);
        said.push(Phrase::Strong(format!(", charted late {at}")));
    }
    said
}

/// What was watched beside the vital signs, and what was written in the room.
pub(super) fn scores(record: &Record<'_>) -> Chapter {
    let rows = record
        .standing()
        .into_iter()
        .filter_map(|(entry, fact)| {
            let Fact::ObservationMade(one) = fact else {
                return None;
            };
            let score = one.score.map_or_else(
                || vec![Phrase::absent("no score")],
                |score| Phrase::sentence(score.to_string()),
            );
            let said = one.words.as_ref().map_or_else(
                || vec![Phrase::absent("no words")],
                |words| Phrase::sentence(words.to_string()),
            );
            Some(vec![
                vec![Phrase::Time(record.time(entry.occurred_at.0))],
                Phrase::sentence(one.watched.to_string()),
                score,
                said,
                late_by(record, entry),
            ])
        })
        .collect();
    let table = Table {
        caption: "Sedation, dissociation, nausea, anxiety, pain, and words of the room".to_owned(),
        columns: vec![
            Column::words("Time"),
            Column::words("What"),
            Column::numbers("Score"),
            Column::words("Words"),
            Column::words("Who"),
        ],
        rows,
        when_empty: "Nothing was charted beside the vital signs".to_owned(),
    };
    let mut blocks = vec![Block::Table(table)];
    let settings: Vec<Vec<Phrase>> = record
        .standing()
        .into_iter()
        .filter_map(|(entry, fact)| {
            let Fact::SettingChosen(one) = fact else {
                return None;
            };
            Some(vec![
                Phrase::Time(record.time(entry.occurred_at.0)),
                Phrase::plain(format!(" Set and setting: {} ", setting(one, true))),
                Phrase::Quiet(record.by(entry)),
            ])
        })
        .collect();
    if !settings.is_empty() {
        blocks.push(Block::List(settings));
    }
    Chapter::new("Watched and written in the room", blocks)
}

/// Every monitoring rule that began to hold.
pub(super) fn rules(record: &Record<'_>) -> Chapter {
    let rows = record
        .standing()
        .into_iter()
        .filter_map(|(entry, fact)| {
            let Fact::RuleFired(one) = fact else {
                return None;
            };
            let seen: Vec<String> = one
                .seen
                .iter()
                .map(|seen| {
                    let name = seen.input.as_str();
                    format!(
                        "{}: {}",
                        inputs::words(&record.app.clinic, name),
                        inputs::value(&record.app.clinic, name, seen.value.as_str())
                    )
                })
                .collect();
            Some(vec![
                vec![Phrase::Time(record.time(entry.occurred_at.0))],
                vec![Phrase::Strong(one.rule.to_string())],
                Phrase::sentence(one.act.to_string()),
                Phrase::sentence(one.sentence.to_string()),
                Phrase::sentence(seen.join("; ")),
            ])
        })
        .collect();
    let table = Table {
        caption: "Monitoring rules that began to hold".to_owned(),
        columns: vec![
            Column::words("Time"),
            Column::words("Rule"),
            Column::words("Asks for"),
            Column::words("Its sentence"),
            Column::words("It saw"),
        ],
        rows,
        when_empty: "No monitoring rule is recorded as having held".to_owned(),
    };
    Chapter::new("Rules that fired", vec![Block::Table(table)])
}

/// What an event says; nothing for an entry that is none.
fn event(fact: &Fact) -> Option<(&'static str, String)> {
    if let Fact::AdverseNoted(one) = fact {
        let serious = if one.serious { ", serious" } else { "" };
        let outcome = one.outcome.as_ref().map_or_else(
            || ", how it ended is not recorded".to_owned(),
            |outcome| format!(", ended: {outcome}"),
        );
        let said = format!(": {}, {}{serious}{outcome}", one.what, one.severity);
        return Some(("Adverse event", said));
    }
    let Fact::InterventionMade(one) = fact else {
        return None;
    };
    let why = one.reason.as_ref();
    let why = why.map_or_else(String::new, |why| format!(", because {why}"));
    let template = one.template.as_ref().map_or_else(String::new, by_template);
    Some(("Intervention", format!(": {}{why}{template}", one.what)))
}

/// The rescue template an intervention followed, and what stood against it.
fn by_template(used: &TemplateUsed) -> String {
    let mut said = format!(
        ". By the rescue template {}, version {}, as signed in version {}",
        used.template, used.version, used.signed_version
    );
    for one in &used.against {
        let held = if one.is_known {
            "held"
        } else {
            "was not known"
        };
        let what = capital(one.what.as_str());
        said = format!("{said}. {what} {held}: {}", one.on);
    }
    if let Some(why) = &used.despite {
        said = format!("{said}. Given all the same: {why}");
    }
    said
}

/// Harm, and what was done.
pub(super) fn events(record: &Record<'_>) -> Chapter {
    let mut items: Vec<Vec<Phrase>> = Vec::new();
    for (entry, fact) in record.standing() {
        let Some((head, rest)) = event(fact) else {
            continue;
        };
        items.push(vec![
            Phrase::Time(record.time(entry.occurred_at.0)),
            Phrase::plain(" "),
            Phrase::Strong(head.to_owned()),
            Phrase::plain(format!("{rest} ")),
            Phrase::Quiet(record.by(entry)),
        ]);
    }
    let blocks = if items.is_empty() {
        vec![absent(
            "No adverse event and no intervention is recorded. That none is recorded does not say that none happened.",
        )]
    } else {
        vec![Block::List(items)]
    };
    Chapter::new("Events, interventions and rescue", blocks)
}

/// What the person takes, and what was taken on the day.
pub(super) fn medicines(record: &Record<'_>) -> Chapter {
    let chart = record.opened.chart();
    let mut blocks = Vec::new();
    let listed: Vec<Vec<Phrase>> = chart
        .medicines()
        .into_iter()
        .filter(|(entry, _)| {
            let end = record.session.closed_at.unwrap_or(record.ask.now);
            entry.recorded_at.0 <= end
        })
        .map(|(_, one)| {
            let dose = one.dose.as_ref();
            let dose = dose.map_or_else(
                || Phrase::absent(" dose not recorded"),
                |dose| Phrase::plain(format!(" {dose}")),
            );
            vec![
                Phrase::Strong(one.name.to_string()),
                dose,
                Phrase::plain(format!(", {}", one.standing)),
            ]
        })
        .collect();
    blocks.push(if listed.is_empty() {
        absent("No medicine is listed; whether any is taken is not known")
    } else {
        Block::List(listed)
    });
    let day = record::calendar::civil_day(record.session.opened_at, &record.opened.zone);
    let taken: Vec<Vec<Phrase>> = chart
        .all::<MedicineTaken>()
        .filter(|(_, one)| one.day == day)
        .map(|(entry, one)| {
            let amount = one.micrograms.map_or_else(
                || Phrase::absent(" amount not recorded"),
                |amount| Phrase::plain(format!(" {amount}")),
            );
            vec![
                Phrase::plain("Taken that day: "),
                Phrase::Strong(one.name.to_string()),
                amount,
                Phrase::Quiet(format!(" {}", record.by(entry))),
            ]
        })
        .collect();
    if !taken.is_empty() {
        blocks.push(Block::List(taken));
    }
    Chapter::new("Medicines", blocks)
}
