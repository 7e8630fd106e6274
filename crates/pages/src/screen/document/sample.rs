//! A session record, short, and one of a session that is still open.

use super::{Block, Chapter, DocumentPage, Paper};
use crate::part::{Column, Fact, Figure, Link, PatientHeader, Phrase, Table};

impl DocumentPage {
    /// A closed session with readings, and one of which nothing was charted.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = |paper: Paper| Self {
            paper,
            window: "Session record".to_owned(),
            patient: Some(PatientHeader::samuel()),
            acts: vec![
                Link::new("/patients/sample/sessions/sample/record.pdf", "Save as PDF"),
                Link::new("/patients/sample/sessions/sample", "Back to the session"),
            ],
        };
        vec![
            ("whole", page(Paper::sample())),
            ("empty", page(Paper::empty_sample())),
        ]
    }
}

impl Paper {
    /// A session with two readings, a rule that fired and a figure.
    pub fn sample() -> Self {
        let reading = |at: &str, pressure: &str, how: Phrase| {
            vec![
                vec![Phrase::Time(at.to_owned())],
                Phrase::sentence(pressure),
                vec![how],
            ]
        };
        let readings = Table {
            caption: "Vital signs of this session".to_owned(),
            columns: vec![
                Column::words("Time"),
                Column::numbers("Pressure, mmHg"),
                Column::words("How it came"),
            ],
            rows: vec![
                reading("13:38", "128/82", Phrase::plain("in time, by N. Okafor RN")),
                reading("14:05", "162/98", Phrase::Strong("late, 5 min".to_owned())),
                reading("14:15", "", Phrase::absent("missed at 14:21")),
            ],
            when_empty: "No reading was charted".to_owned(),
        };
        let figure = Block::Figure(Figure {
            drawing: figures::flowsheet::Flowsheet::sample_crisis().draw(),
            caption: Phrase::sentence("Minutes from the start of the dose; pressures in mmHg"),
            table_link: "As a table".to_owned(),
        });
        let day = vec![Block::Table(readings), figure];
        Self {
            title: "Session record".to_owned(),
            of: "Session 2".to_owned(),
            name: "Samuel Adeyemi".to_owned(),
            record: "Record TH 0412".to_owned(),
            chapters: vec![
                Chapter::new(
                    "Who and what",
                    vec![Block::Facts(vec![
                        Fact::plain(
                            "Name",
                            "Samuel Adeyemi, also \u{141}ukasz \u{17d}ivi\u{107}",
                        ),
                        Fact::plain("Planned", "56 mg intravenous over 40 min"),
                        Fact::absent("Escort", "not recorded"),
                    ])],
                ),
                Chapter::new("What was read", day),
                Chapter::new(
                    "Rules that fired",
                    vec![
                        Block::List(vec![vec![
                            Phrase::Time("14:05".to_owned()),
                            Phrase::plain(" "),
                            Phrase::Strong("M06".to_owned()),
                            Phrase::plain(" Pressure 160 or more: tell the prescriber."),
                        ]]),
                        Block::Said(vec![
                            Phrase::plain("A pressure was "),
                            Phrase::Struck("182/98".to_owned()),
                            Phrase::Instead(" 162/98".to_owned()),
                            Phrase::Quiet(" corrected by N. Okafor RN".to_owned()),
                        ]),
                    ],
                ),
            ],
            foot: vec![
                "Journal position 4711. Chain head 3f7a 9c01 5b2d 88e4".to_owned(),
                "Printed 28 Nov 2026, 11:02 by N. Okafor RN".to_owned(),
            ],
        }
    }

    /// A session of which nothing was charted: what is absent is said.
    pub fn empty_sample() -> Self {
        let mut paper = Self::sample();
        paper.chapters = vec![Chapter::new(
            "What was read",
            vec![Block::Table(Table {
                caption: "Vital signs of this session".to_owned(),
                columns: vec![Column::words("Time")],
                rows: Vec::new(),
                when_empty: "No reading was charted".to_owned(),
            })],
        )];
        paper
    }
}
