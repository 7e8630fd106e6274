//! Made-up courses for galleries and tests: thirty-one days of ninety, half a year of another treatment, and nothing yet.

use std::collections::BTreeMap;

use super::lane::{Band, BarLane, Lane, LineLane, MarkLane, Note, Reading, ReadingLane, StripLane};
use super::{CourseFigure, LifeNote, SessionMark};
use crate::series::{UseMark, UseStrip, Values};
use crate::to_date::{sample_craving, sample_strip};

impl CourseFigure {
    /// Samuel Adeyemi on day 31 of 90.
    pub fn sample() -> Self {
        let dose = |day, name: &str| SessionMark {
            day,
            name: name.into(),
            amount: "62 mg".into(),
            is_planned: false,
        };
        let life = |day, words: &str, is_planned| LifeNote {
            day,
            words: words.into(),
            is_planned,
        };
        Self {
            id: "ninety".into(),
            title: "Samuel Adeyemi, day 0 to day 90, today is day 31".into(),
            first_day: 0,
            last_day: 90,
            today: Some(31),
            today_words: "Mon 23 Nov".into(),
            dates: dates(&[
                (0, "23 Oct"),
                (15, "7 Nov"),
                (30, "22 Nov"),
                (45, "7 Dec"),
                (60, "22 Dec"),
                (75, "6 Jan"),
                (90, "21 Jan"),
            ]),
            sessions: vec![dose(0, "Dose 1"), dose(7, "Dose 2"), dose(14, "Dose 3")],
            lanes: sample_lanes(),
            life: vec![
                life(10, "Argument at home", false),
                life(15, "Back at work, half days", false),
                life(24, "Sister staying, phone off", false),
                life(33, "Court hearing, Wed 25 Nov", true),
                life(63, "Christmas with family", true),
            ],
        }
    }

    /// Half a year of an imported trial's person: two substances, daily medicine, weekly tests and withdrawal ratings.
    pub fn sample_long() -> Self {
        Self {
            id: "ninety".into(),
            title: "Record CTN 0217, day 0 to day 182".into(),
            first_day: 0,
            last_day: 182,
            today: None,
            today_words: String::new(),
            dates: dates(&[
                (0, "5 Jan"),
                (30, "4 Feb"),
                (60, "6 Mar"),
                (90, "5 Apr"),
                (120, "5 May"),
                (150, "4 Jun"),
                (182, "6 Jul"),
            ]),
            sessions: Vec::new(),
            lanes: long_lanes(),
            life: Vec::new(),
        }
    }

    /// Day 0: nothing is known yet.
    pub fn sample_empty() -> Self {
        Self {
            today: Some(0),
            today_words: "Fri 27 Nov".into(),
            title: "Ruth Calder, day 0 to day 90, today is day 0".into(),
            sessions: vec![SessionMark {
                day: 0,
                name: "Dose 1".into(),
                amount: "59 mg".into(),
                is_planned: true,
            }],
            lanes: vec![
                craving(Vec::new()),
                Lane::Strip(StripLane {
                    strip: UseStrip {
                        name: "Alcohol".into(),
                        from: 0,
                        until: -1,
                        marks: BTreeMap::new(),
                    },
                    planned: (1..=30).collect(),
                    notes: Vec::new(),
                }),
                thin("Mood", "", (0.0, 10.0), Values::new(), Vec::new()),
            ],
            life: Vec::new(),
            dates: dates(&[
                (0, "27 Nov"),
                (30, "27 Dec"),
                (60, "26 Jan"),
                (90, "25 Feb"),
            ]),
            ..Self::sample()
        }
    }
}

fn note(lead: &str, rest: &str) -> Note {
    Note {
        lead: lead.into(),
        rest: rest.into(),
    }
}

fn sample_lanes() -> Vec<Lane> {
    vec![
        craving(vec![
            note(
                "5 yesterday.",
                "Worst craving since the last check-in, 0 to 10. Down is better.",
            ),
            note("", "A change of 2 or more counts as real (clinic policy)."),
            note(
                "",
                "Day 20 was skipped; the other gaps are days without an answer.",
            ),
        ]),
        Lane::Strip(StripLane {
            strip: sample_strip(),
            planned: (31..=90).filter(|day| day < &53 || day % 3 == 0).collect(),
            notes: Vec::new(),
        }),
        Lane::Readings(ReadingLane {
            name: "Urine EtG".into(),
            readings: [
                (3, Reading::Negative),
                (13, Reading::Positive),
                (20, Reading::Negative),
                (27, Reading::NotGiven),
            ]
            .into(),
            notes: vec![note(
                "Urine test",
                "for alcohol in the days before. Weekly; day 27 was not given.",
            )],
        }),
        thin(
            "Mood",
            "",
            (0.0, 10.0),
            mood(),
            vec![
                note("6 yesterday.", "Mood, 0 to 10. Up is better."),
                note("", "2 or more counts as real (clinic policy)."),
            ],
        ),
        thin(
            "Sleep",
            "h",
            (4.0, 8.0),
            sleep(),
            vec![
                note("6 h yesterday.", "Sleep by own account."),
                note("", "1.5 h or more counts as real (clinic policy)."),
            ],
        ),
        mood_score(),
        Lane::Marks(MarkLane {
            name: "Therapy".into(),
            held: vec![0, 1, 7, 8, 14, 15, 22, 29],
            missed: Vec::new(),
            planned: vec![32, 39, 46, 53],
            notes: vec![note("", "planned weekly to day 53")],
        }),
    ]
}

/// A questionnaire over the words of its scale.
fn mood_score() -> Lane {
    let words = [
        (0.0, "minimal"),
        (5.0, "mild"),
        (10.0, "moderate"),
        (15.0, "moderately severe"),
        (20.0, "severe"),
    ];
    Lane::Line(LineLane {
        name: "PHQ-9".into(),
        range: (0.0, 27.0),
        unit: String::new(),
        every: 31,
        is_main: false,
        bands: words
            .iter()
            .zip(0..)
            .map(|((from, word), depth)| Band {
                from: *from,
                is_above: false,
                word: (*word).into(),
                depth,
            })
            .collect(),
        values: [(0, 17.0), (7, 11.0), (14, 8.0), (28, 9.0)].into(),
        notes: vec![note("9, mild on day 28.", "Since day 0: down 8.")],
    })
}

fn long_lanes() -> Vec<Lane> {
    let strip = |name: &str, every: i32, known_until: i32| {
        let mark = |day: i32| {
            if day % every == 3 {
                UseMark::Used
            } else {
                UseMark::NotUsed
            }
        };
        Lane::Strip(StripLane {
            strip: UseStrip {
                name: name.into(),
                from: 0,
                until: 182,
                marks: (0..=known_until)
                    .filter(|day| day % 17 != 5)
                    .map(|day| (day, mark(day)))
                    .collect(),
            },
            planned: Vec::new(),
            notes: Vec::new(),
        })
    };
    let reading = |week: i32| match week % 4 {
        0 => Reading::Positive,
        3 => Reading::NotGiven,
        _ => Reading::Negative,
    };
    vec![
        strip("Opioids", 7, 150),
        strip("Cocaine", 11, 150),
        Lane::Readings(ReadingLane {
            name: "Urine opiates".into(),
            readings: (0..=24).map(|week| (week * 7, reading(week))).collect(),
            notes: Vec::new(),
        }),
        Lane::Line(LineLane {
            name: "Withdrawal, SOWS".into(),
            range: (0.0, 64.0),
            unit: String::new(),
            every: 8,
            is_main: false,
            bands: Vec::new(),
            values: (0..=20)
                .map(|week| (week * 7, f64::from(40 / (week + 1))))
                .collect(),
            notes: vec![Note {
                lead: "Up to eight days apart are joined.".into(),
                rest: String::new(),
            }],
        }),
        Lane::Bars(BarLane {
            name: "Buprenorphine".into(),
            unit: "mg".into(),
            top: 32.0,
            amounts: (0..=110)
                .filter(|day| day % 13 != 9)
                .map(|day| (day, f64::from((4 + day).min(16))))
                .chain([(111, 0.0)])
                .collect(),
            notes: Vec::new(),
        }),
        Lane::Marks(MarkLane {
            name: "Visits".into(),
            held: (0..=16).map(|week| week * 7).collect(),
            missed: (17..=25).map(|week| week * 7).collect(),
            planned: Vec::new(),
            notes: Vec::new(),
        }),
    ]
}

fn dates(all: &[(i32, &str)]) -> BTreeMap<i32, String> {
    all.iter()
        .map(|(day, words)| (*day, (*words).to_owned()))
        .collect()
}

fn craving(notes: Vec<Note>) -> Lane {
    let values = if notes.is_empty() {
        Values::new()
    } else {
        sample_craving()
    };
    Lane::Line(LineLane {
        name: "Craving".into(),
        range: (0.0, 10.0),
        unit: String::new(),
        every: 1,
        is_main: true,
        bands: Vec::new(),
        values,
        notes,
    })
}

fn thin(name: &str, unit: &str, range: (f64, f64), values: Values, notes: Vec<Note>) -> Lane {
    Lane::Line(LineLane {
        name: name.into(),
        range,
        unit: unit.into(),
        every: 1,
        is_main: false,
        bands: Vec::new(),
        values,
        notes,
    })
}

fn mood() -> Values {
    [
        3.0, 5.0, 6.0, 6.0, 6.0, 5.0, 6.0, 5.0, 7.0, 7.0, 5.0, 3.0, 3.0, 4.0, 5.0, 7.0, 6.0,
    ]
    .into_iter()
    .zip(0..)
    .map(|(value, day)| (day, value))
    .chain([
        (19, 6.0),
        (20, 6.0),
        (21, 5.0),
        (22, 3.0),
        (23, 4.0),
        (24, 5.0),
        (27, 5.0),
        (28, 6.0),
        (29, 6.0),
        (30, 6.0),
    ])
    .collect()
}

fn sleep() -> Values {
    [
        5.0, 5.5, 6.0, 6.5, 6.0, 6.5, 7.0, 6.5, 6.0, 7.0, 5.0, 4.0, 4.5, 6.0, 6.5, 6.0, 7.0,
    ]
    .into_iter()
    .zip(0..)
    .map(|(value, day)| (day, value))
    .chain([
        (19, 6.5),
        (20, 7.0),
        (21, 6.0),
        (22, 4.5),
        (23, 5.5),
        (24, 6.0),
        (27, 5.5),
        (28, 6.0),
        (29, 6.5),
        (30, 6.0),
    ])
    .collect()
}
