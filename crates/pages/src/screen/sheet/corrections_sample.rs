//! Samples of what patients asked to be corrected: one declined and answered back, and none.

use super::Sheet;
use crate::part::{Fact, Link, Phrase, Piece, Section};

impl Sheet {
    /// Corrections asked for.
    pub fn corrections_samples() -> Vec<(&'static str, Self)> {
        let page = || {
            let mut page = Self::new("Corrections asked for", "Corrections asked for");
            page.said = Phrase::sentence(
                "Everybody may ask for what is wrong in their record to be corrected, and is answered in writing.",
            );
            page.acts = vec![
                Link::new("/patients/sample/do/ask-correction", "Ask for a correction"),
                Link::new("/patients/sample/my-record", "My record"),
            ];
            page
        };
        let mut declined = page();
        declined.main = vec![Section::new(
            "Asked Mon 16 Nov 09:10",
            vec![
                Piece::Facts(vec![
                    Fact::plain("What is wrong", "It says four drinks a day."),
                    Fact::plain("What it should say", "It was two."),
                    Fact::plain("Stands", "declined Tue 17 Nov 11:00, with a reason"),
                    Fact::plain("On the ground that", "it is accurate and complete"),
                    Fact::plain("Because", "You told us four on that day."),
                    Fact::plain("Answered by", "Maria Santos"),
                    Fact::plain(
                        "Statement of disagreement, Wed 18 Nov 08:30",
                        "I was asked about a week I was away.",
                    ),
                ]),
                Piece::Said(vec![Phrase::link(
                    "/patients/sample/do/state-disagreement",
                    "Add a statement of disagreement",
                )]),
            ],
        )];
        let mut none = page();
        none.main = vec![Section::new(
            "None",
            vec![Piece::plain("Nothing was asked to be corrected.")],
        )];
        vec![("declined", declined), ("none", none)]
    }
}
