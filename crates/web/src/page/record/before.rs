//! Who, what was planned against what was given, and what was asked and checked before the dose.

use clinic::{Clinic, inputs};
use pages::{Block, Chapter, Column, Fact as Shown, Phrase, Table};
use record::Fact;
use record::fact::decision::{EligibilityOverridden, RuleOutcome, Verdict};
use record::fact::room::ReadinessAssessed;
use record::fact::session::DoseChange;

use super::{Record, absent};
use crate::page::patient::course_words;
use crate::page::sentence::room::{answer as answer_words, input};
use crate::page::session::planned;
use crate::words;

/// Who it is about, and which session.
pub(super) fn who(record: &Record<'_>) -> Chapter {
    let opened = record.opened;
    let chart = opened.chart();
    let identity = chart.identity();
    let mut facts = vec![Shown::plain("Name", chart.name())];
    facts.push(match identity.and_then(|one| one.born) {
        Some(born) => Shown::plain("Born", words::day_plain(born)),
        None => Shown::absent("Born", "date of birth not recorded"),
    });
    facts.push(Shown {
        name: "Record number".to_owned(),
        said: vec![words::record_number_cell(words::record_number_of(chart))],
    });
    facts.push(match identity.and_then(|one| one.address.as_ref()) {
        Some(address) => Shown::plain("Address", address.to_string()),
        None => Shown::absent("Address", "no address recorded"),
    });
    let header = super::header(record.app, opened, Vec::new());
    facts.extend(
        header
            .facts
            .into_iter()
            .filter(|fact| fact.name != "Who may see"),
    );
    let courses = chart.courses();
    let course = courses.iter().find(|one| one.id == record.session.course);
    facts.push(match course {
        Some(course) => Shown::plain("Course", course_words(record.app, course)),
        None => Shown::absent("Course", "not found in this record"),
    });
    facts.push(Shown::plain(
        "Session",
        format!(
            "{}, opened {}",
            record.session.number,
            record.moment(record.session.opened_at)
        ),
    ));
    facts.push(match &record.session.room {
        Some(room) => Shown::plain("Room", room.clone()),
        None => Shown::absent("Room", "not recorded"),
    });
    facts.push(match record.session.weight_g {
        Some(weight) => Shown::plain("Weight", format!("{weight}, as weighed")),
        None => Shown::absent("Weight", "not recorded"),
    });
    Chapter::new("Who and what", vec![Block::Facts(facts)])
}

/// The plan against what was given, and every change on the way.
pub(super) fn planned_and_given(record: &Record<'_>) -> Chapter {
    let session = record.session;
    let mut facts = Vec::new();
    facts.push(planned(record.opened.chart(), session));
    facts.push(match session.started {
        Some(started) => Shown::plain(
            "Started",
            format!(
                "{} {}{} at {}",
                started.dose,
                started.route,
                words::over(started.minutes),
                record.time(started.at)
            ),
        ),
        None => Shown::absent("Started", "no dose was started"),
    });
    facts.push(match (session.stopped, session.started) {
        (Some((at, given)), _) => Shown::plain(
            "Given",
            format!("{given} in all, ended {}", record.time(at)),
        ),
        (None, Some(_)) => Shown::absent("Given", "under way: no end is charted"),
        (None, None) => Shown::absent("Given", "nothing"),
    });
    let rows = record
        .standing()
        .into_iter()
        .filter_map(|(entry, fact)| {
            let (what, so_far, reason) = dose_change(fact)?;
            Some(vec![
                vec![Phrase::Time(record.time(entry.occurred_at.0))],
                Phrase::sentence(what),
                given(so_far),
                or_none(reason),
                Phrase::sentence(record.by(entry)),
            ])
        })
        .collect();
    let table = Table {
        caption: "The dose, step by step".to_owned(),
        columns: vec![
            Column::words("Time"),
            Column::words("What"),
            Column::words("Given so far"),
            Column::words("Why"),
            Column::words("Who"),
        ],
        rows,
        when_empty: "No dose was started in this session".to_owned(),
    };
    Chapter::new(
        "Planned and given",
        vec![Block::Facts(facts), Block::Table(table)],
    )
}

fn given(so_far: Option<String>) -> Vec<Phrase> {
    so_far.map_or_else(|| vec![Phrase::absent("not read off")], Phrase::sentence)
}

fn or_none(reason: Option<String>) -> Vec<Phrase> {
    reason.map_or_else(|| vec![Phrase::absent("no reason given")], Phrase::sentence)
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "only three kinds are steps of a dose"
)]
fn dose_change(fact: &Fact) -> Option<(String, Option<String>, Option<String>)> {
    match fact {
        Fact::DoseStarted(one) => Some((
            format!(
                "started, {} {}{}",
                one.dose,
                one.route,
                words::over(one.minutes.get())
            ),
            Some("nothing".to_owned()),
            Some("as ordered".to_owned()),
        )),
        Fact::DoseChanged(one) => {
            let rate = one
                .rate
                .map_or_else(String::new, |rate| format!(" to {rate}"));
            Some((
                format!("{}{rate}", one.change),
                one.given_so_far.map(|given| given.to_string()),
                one.reason.as_ref().map_or_else(
                    || (one.change == DoseChange::Piece).then(|| "as ordered".to_owned()),
                    |reason| Some(reason.to_string()),
                ),
            ))
        }
        Fact::DoseStopped(one) => Some((
            "ended".to_owned(),
            Some(one.given.to_string()),
            Some(
                one.reason
                    .as_ref()
                    .map_or_else(|| "all was given".to_owned(), ToString::to_string),
            ),
        )),
        _ => None,
    }
}

/// What was asked on the day, what the rules said, and what was overridden.
pub(super) fn readiness(record: &Record<'_>) -> Chapter {
    let chart = record.opened.chart();
    let mut blocks = Vec::new();
    blocks.push(Block::Table(asked(record)));
    let last = chart
        .all::<ReadinessAssessed>()
        .rfind(|(_, one)| one.session == record.session.id);
    let Some((entry, run)) = last else {
        blocks.push(absent("The rules of the day were not run"));
        return Chapter::new("Readiness", blocks);
    };
    blocks.push(Block::plain(format!(
        "Rules of pack {}, version {}, run {} by {}.",
        run.pack,
        run.pack_version,
        record.moment(entry.occurred_at.0),
        record.by(entry)
    )));
    let (silent, said): (Vec<&Verdict>, Vec<&Verdict>) = run
        .verdicts
        .iter()
        .partition(|one| one.outcome == RuleOutcome::NotFired);
    let rows = said
        .into_iter()
        .map(|one| verdict(&record.app.clinic, one))
        .collect();
    blocks.push(Block::Table(Table {
        caption: "Rules of the day that said something".to_owned(),
        columns: vec![
            Column::words("Rule"),
            Column::words("About"),
            Column::words("Said"),
            Column::words("It saw"),
        ],
        rows,
        when_empty: "No rule fired, and none waited for an answer".to_owned(),
    }));
    let names: Vec<&str> = silent.iter().map(|one| one.rule.as_str()).collect();
    let n = words::of(names.len(), "rule", "rules");
    blocks.push(Block::Said(vec![
        Phrase::Quiet(format!("{n} did not fire: ")),
        Phrase::plain(names.join(", ")),
    ]));
    blocks.extend(overrides(record));
    Chapter::new("Readiness", blocks)
}

/// What was asked on the day, answer by answer.
fn asked(record: &Record<'_>) -> Table {
    let mut rows = Vec::new();
    for (entry, fact) in record.standing() {
        let Fact::SessionAnswered(one) = fact else {
            continue;
        };
        for answer in &one.answers {
            rows.push(vec![
                vec![Phrase::Time(record.time(entry.occurred_at.0))],
                Phrase::sentence(input(record.app, answer.input.as_str())),
                Phrase::sentence(answer_words(
                    record.app,
                    answer.input.as_str(),
                    &answer.answer,
                )),
                Phrase::sentence(record.by(entry)),
            ]);
        }
    }
    Table {
        caption: "Questions of the session, and what was answered".to_owned(),
        columns: vec![
            Column::words("Time"),
            Column::words("Asked"),
            Column::words("Answered"),
            Column::words("By"),
        ],
        rows,
        when_empty: "No question of the day was answered".to_owned(),
    }
}

fn verdict(clinic: &Clinic, one: &Verdict) -> Vec<pages::Cell> {
    let name = |name: &record::Line| inputs::words(clinic, name.as_str());
    let seen = one.seen.iter();
    let seen = seen.map(|seen| {
        let said = inputs::value(clinic, seen.input.as_str(), seen.value.as_str());
        format!("{}: {said}", name(&seen.input))
    });
    let missing = one.missing.iter();
    let missing = missing.map(|missing| format!("{}: not answered", name(missing)));
    vec![
        vec![Phrase::Strong(one.rule.to_string())],
        Phrase::sentence(one.title.to_string()),
        Phrase::sentence(one.outcome.to_string()),
        Phrase::sentence(seen.chain(missing).collect::<Vec<_>>().join("; ")),
    ]
}

/// The overrides recorded while the session was open.
fn overrides(record: &Record<'_>) -> Option<Block> {
    let session = record.session;
    let items: Vec<Vec<Phrase>> = record
        .opened
        .chart()
        .all::<EligibilityOverridden>()
        .filter(|(entry, one)| {
            let at = entry.occurred_at.0;
            one.course == session.course
                && at >= session.opened_at
                && session.closed_at.is_none_or(|closed| at <= closed)
        })
        .map(|(entry, one)| {
            vec![
                Phrase::Strong(format!("{} overridden", one.rule)),
                Phrase::plain(format!(
                    ": {}. Done about it: {}. ",
                    one.reason, one.mitigation
                )),
                Phrase::Quiet(record.by(entry)),
                Phrase::Quiet(one.signed.as_ref().map_or_else(String::new, |says| {
                    format!(", signed: \u{201c}{says}\u{201d}")
                })),
            ]
        })
        .collect();
    (!items.is_empty()).then_some(Block::List(items))
}

/// Who checked with whom before the drug, or why it was held.
pub(super) fn time_out(record: &Record<'_>) -> Chapter {
    let mut blocks = Vec::new();
    for (entry, fact) in record.standing() {
        if let Fact::TimeOutHeld(one) = fact {
            blocks.push(Block::plain(format!(
                "Held {} by {} with {}. Said aloud:",
                record.time(entry.occurred_at.0),
                record.by(entry),
                one.second_name
            )));
            let said = one.checked.iter();
            blocks.push(Block::List(
                said.map(|line| Phrase::sentence(line.to_string()))
                    .collect(),
            ));
        }
        if let Fact::SessionHeld(one) = fact {
            let rules: Vec<&str> = one.rules.iter().map(record::Line::as_str).collect();
            blocks.push(Block::plain(format!(
                "Held for today {} by {}: {} Rules in the way: {}.",
                record.time(entry.occurred_at.0),
                record.by(entry),
                one.reason,
                if rules.is_empty() {
                    "none named".to_owned()
                } else {
                    rules.join(", ")
                }
            )));
        }
    }
    if blocks.is_empty() {
        blocks.push(absent("No time-out with two people is recorded"));
    }
    Chapter::new("Time-out", blocks)
}
