//! The evaluation: its steps, and one step with what is known and what the patient said.

use super::Sheet;
use crate::form::{Choice, Field, Form};
use crate::part::{Column, Link, PatientHeader, Phrase, Piece, Section, Table};

impl Sheet {
    /// The steps, one of them to read; and one step.
    pub fn evaluation_samples() -> Vec<(&'static str, Self)> {
        vec![("steps", steps()), ("step", step())]
    }
}

fn steps() -> Sheet {
    let row = |title: &str, answered: &str, open: &str, told: &str| {
        vec![
            vec![Phrase::link("/patients/sample/evaluation/heart", title)],
            Phrase::sentence(answered),
            vec![Phrase::Strong(open.to_owned())],
            vec![Phrase::Strong(told.to_owned())],
        ]
    };
    let mut view = Sheet::new("Evaluation", "Evaluation");
    view.patient = Some(PatientHeader::samuel().without_acts());
    view.said = Phrase::sentence(
        "31 of 84 answered. What is not answered is not a no. Three answers in the patient's words to read.",
    );
    view.acts = vec![
        Link::new("/patients/sample/evaluation/heart", "Go on with heart"),
        Link::new("/patients/sample/evaluation-link", "Link for the patient"),
    ];
    view.main = vec![Section::new(
        "Steps",
        vec![Piece::Table(Table {
            caption: "The steps of the evaluation".to_owned(),
            columns: vec![
                Column::words("Step"),
                Column::numbers("Answered"),
                Column::numbers("Open"),
                Column::words("From the patient"),
            ],
            rows: vec![
                row("What they want", "2 of 2", "0", ""),
                row("Heart, vessels and head", "4 of 13", "9", "3 to read"),
            ],
            when_empty: String::new(),
        })],
    )];
    view
}

fn step() -> Sheet {
    let choices = Choice::list(&[
        ("yes", "Yes"),
        ("no", "No"),
        ("unknown", "Not known"),
        ("declined", "Declined"),
    ]);
    let form = Form::act("/patients/sample/evaluation/heart", "Save and go on")
        .named("ask")
        .fields(vec![
            Field::one_of("stroke", "Has there been a stroke? On which day?", choices)
                .hint("On the chart: no (12 Nov 2026). The patient: yes, \"in the spring of 2015\" (20 Nov 2026).")
                .optional(),
            Field::day("stroke.day", "If yes: on which day?").optional(),
            Field::tick("told.stroke", "Asked again: it is as the patient says"),
            Field::tick("still.stroke", "Asked today: still so"),
        ]);
    let mut view = Sheet::new("Heart, vessels and head", "Evaluation");
    view.patient = Some(PatientHeader::samuel().without_acts());
    view.main = vec![Section::new("Questions", vec![Piece::Form(form)])];
    view.side = vec![Section::new(
        "Steps",
        vec![Piece::List(vec![
            vec![
                Phrase::link("/patients/sample/evaluation/goal", "What they want"),
                Phrase::Quiet(" 2 of 2".to_owned()),
            ],
            vec![
                Phrase::Strong("Heart, vessels and head".to_owned()),
                Phrase::Quiet(" 4 of 13".to_owned()),
            ],
        ])],
    )];
    view
}
