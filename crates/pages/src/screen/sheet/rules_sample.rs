//! The rules of a clinic, not yet signed and signed.

use super::Sheet;
use crate::part::{Column, Fact, Link, Mark, Phrase, Piece, Section, Standing, Table};

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
        vec![("unsigned", unsigned), ("signed", signed)]
    }
}
