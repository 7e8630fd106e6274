//! A predicted level, drawn, and asked in a way that cannot be answered.

use figures::{Level, LevelLine, LevelStroke};

use super::Sheet;
use crate::form::{Field, Form};
use crate::part::{Fact, Figure, Phrase, Piece, Section};

impl Sheet {
    /// A predicted level, and a dose that needs mending. The numbers are made up.
    pub fn level_samples() -> Vec<(&'static str, Self)> {
        let caution = || {
            let words = "Not a measurement, not a dosing instruction. Watch the patient.";
            Section::new("Not a measurement", vec![Piece::plain(words)])
        };
        let form = |dose: &str| {
            Form::ask("/pharmacology", "Predict")
                .named("level")
                .fields(vec![Field::line("dose", "Dose").value(dose)])
        };
        let mut drawn = Self::new("Predicted level", "Predicted level");
        drawn.main = vec![
            caution(),
            Section::new(
                "A model: racemic ketamine, intravenous",
                vec![
                    Piece::Figure(figure()),
                    Piece::Folded(
                        "Inputs, model, people and source".into(),
                        vec![Fact::plain("People", "n = 48")],
                    ),
                ],
            ),
        ];
        drawn.side = vec![Section::new("The plan", vec![Piece::Form(form("0.5"))])];
        let mut faulty = Self::new("Predicted level", "Predicted level");
        let mending = form("0").wrong("dose", "Give a dose, in mg/kg, from 0.01 to 10 as a number");
        faulty.main = vec![
            caution(),
            Section::new("The plan", vec![Piece::Form(mending)]),
        ];
        let mut empty = Self::new("Predicted level of the plan", "Predicted level");
        empty.said = Phrase::sentence(
            "No plan is prescribed for this course: prescribe one, then its level can be drawn.",
        );
        vec![("drawn", drawn), ("faulty", faulty), ("empty", empty)]
    }
}

/// A made-up level, for samples of any page that shows one.
pub(crate) fn figure() -> Figure {
    let times = |factor: f64| {
        [0.0, 1.0, 0.5, 0.25, 0.125]
            .map(|one| one * factor)
            .to_vec()
    };
    let line = |word: &str, factor: f64, stroke| LevelLine {
        word: word.into(),
        values: times(factor),
        stroke,
    };
    let level = Level {
        id: "level-0".into(),
        title: "Predicted venous level".into(),
        unit: "ng/mL".into(),
        hours: vec![0.0, 1.0, 2.0, 3.0, 4.0],
        low: ("P5".into(), times(110.0)),
        high: ("P95".into(), times(210.0)),
        lines: vec![
            line("P50", 160.0, LevelStroke::Middle),
            line("at the effect site, P50", 150.0, LevelStroke::Beside),
            line("P50 of another model", 125.0, LevelStroke::Apart),
        ],
        top: 220.0,
        table_hours: vec![0.0, 1.0, 2.0, 3.0, 4.0],
    };
    Figure {
        drawing: level.draw(),
        caption: Phrase::sentence("A plan, not a measurement."),
        table_link: "As a table".into(),
    }
}
