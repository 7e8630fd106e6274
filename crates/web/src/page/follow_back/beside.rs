//! What stands beside the days of a calendar: sessions, visits, anchors, urine tests, diaries, conflicts.

use std::collections::BTreeMap;

use clinic::act::follow_back::{DayKnown, Said, run};
use jiff::civil::Date;
use pages::{Badge, Fact as Shown};
use record::calendar::civil_day;
use record::chart::visit::VisitState;
use record::fact::evaluation::AnchorNoted;
use record::fact::observation::{Found, UrineScreen};

use super::{Window, shown};
use crate::page::patient::Opened;
use crate::sent::sentence;
use crate::words;

/// Signs with their words, by day.
pub(super) type Beside = BTreeMap<Date, Vec<Badge>>;

fn badge(sign: &str, words: impl Into<String>) -> Badge {
    Badge {
        sign: sign.to_owned(),
        words: words.into(),
    }
}

/// Everything of the record that places a day, but what was said of use.
pub(super) fn of(opened: &Opened, window: &Window) -> Beside {
    let chart = opened.chart();
    let mut all = Beside::new();
    let mut put = |day: Date, one: Badge| {
        if window.contains(day) {
            all.entry(day).or_default().push(one);
        }
    };
    for session in chart.sessions() {
        if let Some(started) = &session.started {
            let day = civil_day(started.at, &opened.zone);
            put(day, badge("S", format!("session {}", session.number)));
        }
    }
    for visit in chart.visits() {
        let day = civil_day(visit.starts_at, &opened.zone);
        match visit.state {
            VisitState::Held | VisitState::Arrived => {
                put(day, badge("V", format!("visit: {}", visit.title)));
            }
            VisitState::Missed => put(day, badge("V?", format!("missed: {}", visit.title))),
            VisitState::Booked | VisitState::Cancelled => {}
        }
    }
    for (_, anchor) in chart.all::<AnchorNoted>() {
        let sign = match anchor.sort {
            record::fact::evaluation::AnchorSort::Holiday => "H",
            record::fact::evaluation::AnchorSort::PayDay => "P",
            record::fact::evaluation::AnchorSort::LifeEvent => "L",
            record::fact::evaluation::AnchorSort::Other => "A",
        };
        for day in run(anchor.from, anchor.to, &[]) {
            put(
                day,
                badge(sign, format!("{}: {}", anchor.sort, anchor.label)),
            );
        }
    }
    for (entry, screen) in chart.all::<UrineScreen>() {
        let day = civil_day(entry.occurred_at.0, &opened.zone);
        put(day, urine(window, screen));
    }
    all
}

fn urine(window: &Window, screen: &UrineScreen) -> Badge {
    if let Some(why) = &screen.not_given {
        return badge("To", format!("no urine sample: {why}"));
    }
    let of = window.substance.as_str();
    let finding = screen
        .findings
        .iter()
        .find(|one| one.substance == window.substance);
    match finding.map(|finding| finding.found) {
        Some(Found::Found) => badge("T+", format!("urine: {of} found")),
        Some(Found::NotFound) => badge("T-", format!("urine: {of} not found")),
        Some(Found::Inconclusive) => badge("T?", format!("urine: {of} inconclusive")),
        Some(Found::NotTested) | None => badge("T", format!("urine: not tested for {of}")),
    }
}

fn told(window: &Window, said: Said) -> String {
    match (said.used, said.amount_mg) {
        (false, _) => "not used".to_owned(),
        (true, None) => "used, amount not said".to_owned(),
        (true, Some(_)) => format!("used, {} {}", shown(window, Some(said)), window.unit()),
    }
}

/// The signs of one day: first what every other way of asking said, then what places it.
pub(super) fn badges(
    window: &Window,
    day: Date,
    known: Option<&DayKnown>,
    beside: &Beside,
) -> Vec<Badge> {
    let mut all = Vec::new();
    if let Some(known) = known {
        let sign =
            |letter: &str, said: Said| format!("{letter}{}", if said.used { "+" } else { "-" });
        if let Some(said) = known.diary {
            all.push(badge(
                &sign("D", said),
                format!("diary: {}", told(window, said)),
            ));
        }
        if let Some(said) = known.conversation {
            let words = format!("in conversation: {}", told(window, said));
            all.push(badge(&sign("C", said), words));
        }
        if known.is_conflict() {
            let words = if known.is_found {
                "the test and a report disagree"
            } else {
                "reports disagree"
            };
            all.push(badge("!", words));
        }
    }
    all.extend(beside.get(&day).into_iter().flatten().cloned());
    all
}

/// The days with something beside them, in words.
pub(super) fn events(
    window: &Window,
    known: &BTreeMap<Date, DayKnown>,
    beside: &Beside,
) -> Vec<Shown> {
    run(window.from, window.to, &[])
        .into_iter()
        .filter_map(|day| {
            let mut said: Vec<String> = Vec::new();
            if let Some(known) = known.get(&day).filter(|known| known.is_conflict()) {
                for (by, one) in [
                    ("Interview", known.interview),
                    ("Diary", known.diary),
                    ("Conversation", known.conversation),
                ] {
                    said.extend(one.map(|one| format!("{by}: {}", told(window, one))));
                }
                said.push("All are kept".to_owned());
            }
            let placed = beside.get(&day).into_iter().flatten();
            said.extend(placed.map(|one| format!("{}, {}", one.sign, sentence(&one.words))));
            (!said.is_empty())
                .then(|| Shown::plain(words::day_short(day), format!("{}.", said.join(". "))))
        })
        .collect()
}
