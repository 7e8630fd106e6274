//! The rules of a clinic, not yet signed and signed.

use super::Sheet;
use crate::part::{
    Beside, BesideField, Column, Fact, Link, Mark, Phrase, Piece, Section, Standing, Table,
};

impl Sheet {
    /// The rules, before the medical director signed them and after.
    pub fn rules_samples() -> Vec<(&'static str, Self)> {
        let rules = || {
            let said = |words: &str| Phrase::sentence(words);
            Section::new(
                "Eligibility (1)",
                vec![Piece::Table(Table {
                    caption: "Eligibility: rules".into(),
                    columns: [
                        "Rule",
                        "Title",
                        "Class",
                        "If an input is missing",
                        "Evidence",
                    ]
                    .map(Column::words)
                    .to_vec(),
                    rows: vec![vec![
                        vec![Phrase::link("/rules/E05a", "E05a")],
                        said("Under 18"),
                        said("excluded"),
                        said("blocks until answered"),
                        said("R, read at the source"),
                    ]],
                    when_empty: String::new(),
                })],
            )
        };
        let mut unsigned = Self::new("Rules of the house", "Rules");
        unsigned.mark = Some(Mark::new(Standing::ActNow, "Not signed"));
        unsigned.acts = vec![Link::new("/do/sign-rules", "Sign these rules")];
        unsigned.main = vec![
            Section::new(
                "Signature",
                vec![Piece::plain(
                    "Nobody has signed these rules. They are run on no patient until the medical director signs them.",
                )],
            ),
            rules(),
        ];
        let mut signed = Self::new("Rules of the house", "Rules");
        signed.mark = Some(Mark::new(Standing::Settled, "Signed"));
        signed.main = vec![
            Section::new(
                "Signature",
                vec![Piece::Facts(vec![
                    Fact::plain("Signed by", "Dr Edith Lindqvist, medical director"),
                    Fact::plain("When", "Mon 23 Nov 2026, 14:05"),
                ])],
            ),
            rules(),
        ];
        vec![
            ("unsigned", unsigned),
            ("signed", signed),
            ("compared", compared()),
        ]
    }
}

/// Old and new text of a rule.
fn compared() -> Sheet {
    let mut view = Sheet::new("Old and new rules side by side", "Old and new rules");
    view.mark = Some(Mark::new(Standing::ActNow, "Changed since it was signed"));
    view.said = Phrase::sentence(
        "house@2, beside house@1, signed by Dr Edith Lindqvist on Mon 23 Nov 2026, 14:05.",
    );
    view.acts = vec![Link::new("/do/sign-rules", "Sign these rules")];
    let whom = vec![
        Phrase::Strong("Would newly stop 1, newly pass 0.".into()),
        Phrase::plain(" 0 more would be stopped or pass as before, on other grounds."),
    ];
    let person = vec![
        vec![Phrase::link("/patients/r-0042/eligibility", "Rowan Marsh")],
        Phrase::sentence("nothing in the way"),
        Phrase::sentence("stopped"),
        Phrase::sentence("E05a: does not apply, then applies"),
    ];
    view.main = vec![
        Section::new(
            "Whom it would move",
            vec![
                Piece::Said(whom),
                Piece::Table(Table {
                    caption: "People for whom something would come out otherwise".into(),
                    columns: ["Who", "Before", "Then", "Rules that come out otherwise"]
                        .map(Column::words)
                        .to_vec(),
                    rows: vec![person],
                    when_empty: String::new(),
                }),
            ],
        ),
        Section::new(
            "E05a Under age: version 1 to version 2",
            vec![Piece::Beside(Beside {
                before: "Signed, house@1".into(),
                now: "Now, house@2".into(),
                changed: vec![BesideField::new(
                    "Applies when",
                    Some("age(birth_date) < 18 y"),
                    Some("age(birth_date) < 21 y"),
                )],
                same: vec![
                    ("Then".into(), "excluded".into()),
                    (
                        "If an input is missing".into(),
                        "blocks until answered".into(),
                    ),
                ],
            })],
        ),
    ];
    view
}
