//! Samples: a claim with its plot, and a search that found nothing.

use figures::{Forest, ForestRow};

use super::{ClaimGroup, ClaimLine, ClaimView, Evidence, EvidenceMain, MisreportView, Plot};
use crate::form::{Control, Field, Form, Input};
use crate::part::{Figure, Link, Phrase, Piece, Section};
use crate::screen::site::Grade;

fn grade(word: &str, marks: u8) -> Grade {
    Grade {
        word: word.into(),
        marks,
    }
}

fn groups() -> Vec<ClaimGroup> {
    let line = |id: &str, claim: &str, under: &str, grade: Grade, is_overruled: bool| ClaimLine {
        link: Link::new(format!("/evidence/{id}"), claim),
        under: under.into(),
        grade,
        is_here: id == "alcohol-abstinence",
        is_overruled,
    };
    vec![
        ClaimGroup {
            title: "Decides whether a dose may be given".into(),
            lines: vec![line(
                "pressure-limit",
                "At 140/90 a dose needs a reason",
                "A label; no study tested it",
                grade("Not graded", 0),
                false,
            )],
        },
        ClaimGroup {
            title: "Decides what we offer".into(),
            lines: vec![line(
                "alcohol-abstinence",
                "Helps people who drink stay sober",
                "3 randomised trials, 1 other",
                grade("Low", 2),
                false,
            )],
        },
        ClaimGroup {
            title: "Decides how closely we follow".into(),
            lines: vec![line(
                "first-ninety-days",
                "The risk is highest early",
                "7 works",
                grade("Moderate", 3),
                true,
            )],
        },
    ]
}

fn search(value: &str) -> Form {
    Form::ask("/evidence", "Search")
        .named("search")
        .fields(vec![
            Field::new(
                "find",
                "Search claims and studies",
                Control::line(Input::Search),
            )
            .value(value),
        ])
}

fn forest() -> Figure {
    let row = |study: &str,
               (ratio, low, high): (f64, f64, f64),
               standard_error: f64,
               is_randomised: bool| ForestRow {
        study: study.into(),
        substance: "alcohol".into(),
        until: "day 21".into(),
        treated: None,
        control: None,
        ratio,
        low,
        high,
        standard_error,
        is_randomised,
    };
    let forest = Forest {
        id: "forest".into(),
        title: "Abstinent or not relapsed".into(),
        measure: "Odds ratio (95 %)".into(),
        arms: ("Ketamine".into(), "Control".into()),
        sides: ("control better".into(), "ketamine better".into()),
        apart: "Not randomised; shown apart".into(),
        rows: vec![
            row("Grabski 2022", (1.25, 0.48, 3.23), 0.488, true),
            row("Krupitsky 1997", (6.08, 3.33, 11.12), 0.308, false),
        ],
        summary: None,
    };
    Figure {
        drawing: forest.draw(),
        caption: Phrase::sentence(
            "Odds ratio on a log scale. The area of a square follows 1/SE\u{b2}.",
        ),
        table_link: "As a table".into(),
    }
}

fn claim() -> ClaimView {
    ClaimView {
        title: "Helps people who drink stay sober".into(),
        grade: grade("Low", 2),
        grade_note: Some("low for more sober days; very low for full abstinence".into()),
        plain: "In one study, people given ketamine had about 10 more sober days in 100.".into(),
        numbers: "KARE (n=96): 10.1 points more days abstinent (1.1 to 19.0).".into(),
        small: Phrase::sentence(
            "Marked down for: one trial of moderate size. No full paper has been checked.",
        ),
        plot: Some(Plot {
            figure: forest(),
            said: vec!["No diamond: different drugs, different time points.".into()],
            choices: vec![Link::new(
                "/evidence/alcohol-abstinence?pool=yes",
                "Pool anyway, with Hartung-Knapp",
            )],
        }),
        columns: vec![
            (
                "For".into(),
                vec![vec![
                    Phrase::link("/evidence/studies/grabski-2022", "Grabski 2022"),
                    Phrase::plain(", 96 people"),
                ]],
            ),
            ("Against, or undecided".into(), Vec::new()),
            (
                "What is not known".into(),
                vec![Phrase::sentence("Anything past one year")],
            ),
        ],
        would_change: "MORE-KARE.".into(),
        misreports: vec![MisreportView {
            says: "40 randomised trials".into(),
            said_by: "a clinic's article".into(),
            wrong: vec!["31 were randomised".into()],
            instead: "A review of 83 reports.".into(),
            counted: None,
        }],
        sections: vec![Section::new(
            "What can go wrong",
            vec![Piece::plain("Blood pressure rises.")],
        )],
        overrulings: vec![Phrase::sentence(
            "Three infusions only, Dr Edith Lindqvist.",
        )],
        overrule: Some(Link::new(
            "/do/overrule?claim=alcohol-abstinence",
            "Overrule with a reason and a name",
        )),
    }
}

impl Evidence {
    /// A claim, and a search that found nothing.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = |main: EvidenceMain, find: &str| Self {
            said: "Ordered by what hangs on them. Grades are ours, in GRADE words.".into(),
            search: search(find),
            groups: groups(),
            list_prints: false,
            main,
        };
        vec![
            ("claim", page(EvidenceMain::Claim(Box::new(claim())), "")),
            (
                "nothing_found",
                page(
                    EvidenceMain::Sheet {
                        title: "Nothing found".into(),
                        said: Phrase::sentence(
                            "No claim and no study speaks of \u{201c}xyz\u{201d}.",
                        ),
                        sections: Vec::new(),
                    },
                    "xyz",
                ),
            ),
        ]
    }
}
