//! A calendar with an interview, a diary that disagrees and tests; an empty one; one to mend.

use super::{Badge, DayShape, FollowBack, FollowDay, FollowMonth};
use crate::form::{Choice, Field, Form};
use crate::part::{Fact, Link, PatientHeader, Phrase, Tab};

fn badge(sign: &str, words: &str) -> Badge {
    Badge {
        sign: sign.to_owned(),
        words: words.to_owned(),
    }
}

fn day(number: u32) -> FollowDay {
    let (value, shape, badges) = match number {
        3 | 10 | 17 => ("6", DayShape::Used, Vec::new()),
        4 => (
            "0",
            DayShape::Conflict,
            vec![
                badge("D+", "diary: used, 3 drinks"),
                badge("!", "reports disagree"),
            ],
        ),
        7 => ("0", DayShape::NotUsed, vec![badge("S", "Infusion 1 of 3")]),
        12 => (
            "u",
            DayShape::Used,
            vec![badge("T+", "urine: alcohol found")],
        ),
        14 => (
            "",
            DayShape::NotKnown,
            vec![badge("H", "holiday: a birthday")],
        ),
        20.. => ("", DayShape::NotKnown, Vec::new()),
        _ => ("0", DayShape::NotUsed, Vec::new()),
    };
    FollowDay {
        key: format!("2026-11-{number:02}"),
        number: number.to_string(),
        label: format!("{number} Nov"),
        value: value.to_owned(),
        shape,
        badges,
        error: None,
    }
}

fn month() -> FollowMonth {
    let days = (0..42_u32).map(|place| (7..=28).contains(&(place + 1)).then(|| day(place - 5)));
    let days: Vec<Option<FollowDay>> = days.take(28).collect();
    FollowMonth {
        key: "2026-11".to_owned(),
        title: "November 2026".to_owned(),
        weeks: days.chunks(7).map(<[Option<FollowDay>]>::to_vec).collect(),
    }
}

impl FollowBack {
    /// Days known, nothing known, and an answer to mend.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let tab = |text: &str, is_chosen| Tab {
            link: Link::new("/patients/sample/calendar", text),
            count: None,
            is_chosen,
        };
        let known = Self {
            patient: PatientHeader::samuel().without_acts(),
            substance: "Alcohol".to_owned(),
            unit: "drinks of 14 g".to_owned(),
            said: Phrase::sentence("14 of 22 days known: 4 used, 10 not used. 8 not known."),
            layers: vec![tab("Alcohol", true), tab("Cocaine", false)],
            windows: vec![
                tab("Up to yesterday", true),
                tab("Before the first dose", false),
            ],
            action: "/patients/sample/calendar".to_owned(),
            hidden: vec![("substance".to_owned(), "alcohol".to_owned())],
            errors: Vec::new(),
            is_open: true,
            months: vec![month()],
            sources: vec![
                ("patient".to_owned(), "Patient".to_owned()),
                ("collateral".to_owned(), "Someone close".to_owned()),
            ],
            source: "patient".to_owned(),
            fill: Form::act("/patients/sample/calendar", "Fill these days")
                .named("fill")
                .fields(vec![Field::day("from", "From"), Field::day("to", "To")]),
            other: Form::ask("/patients/sample/calendar", "Open")
                .named("other")
                .fields(vec![Field::select(
                    "substance",
                    "Which?",
                    Choice::list(&[("cannabis", "Cannabis")]),
                )]),
            anchor: Form::act("/patients/sample/calendar", "Note it")
                .named("anchor")
                .fields(vec![Field::line("label", "What was it?")]),
            events: vec![
                Fact::plain(
                    "4 Nov",
                    "Interview: not used. Diary: used, 3 drinks. Both are kept.",
                ),
                Fact::plain("14 Nov", "Holiday: a birthday"),
            ],
            cancel: Link::new("/patients/sample", "Back to the chart"),
        };
        let mut empty = known.clone();
        for day in empty
            .months
            .iter_mut()
            .flat_map(|month| month.weeks.iter_mut().flatten().flatten())
        {
            day.value.clear();
            day.shape = DayShape::NotKnown;
            day.badges.clear();
        }
        empty.events.clear();
        empty.said = Phrase::sentence("Nothing is known of these days yet.");
        let mut wrong = known.clone();
        let first = wrong
            .months
            .iter_mut()
            .flat_map(|month| month.weeks.iter_mut().flatten().flatten())
            .next();
        if let Some(day) = first {
            "a few".clone_into(&mut day.value);
            day.error = Some("Write 0, a number, or u.".to_owned());
        }
        vec![("known", known), ("empty", empty), ("wrong", wrong)]
    }
}
