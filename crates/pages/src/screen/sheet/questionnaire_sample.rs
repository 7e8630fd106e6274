//! The results of a questionnaire, and one nobody has answered.

use super::Sheet;
use crate::part::{Column, Fact, Link, PatientHeader, Phrase, Piece, Section, Table};

impl Sheet {
    /// Two results with a score that cannot be said, and none.
    pub fn questionnaire_samples() -> Vec<(&'static str, Self)> {
        let page = |rows: Vec<Vec<Vec<Phrase>>>| {
            let mut view = Self::new("PHQ-9", "PHQ-9");
            view.patient = Some(PatientHeader::samuel().without_acts());
            view.said = Phrase::sentence("How low mood has been, over the last 2 weeks.");
            view.acts = vec![Link::new(
                "/patients/sample/questionnaires/phq-9/fill",
                "Fill it in",
            )];
            let table = Table {
                caption: "Results of PHQ-9".into(),
                columns: [
                    "When",
                    "Result",
                    "Since the one before",
                    "Passed over",
                    "Filled in by",
                ]
                .map(Column::words)
                .to_vec(),
                rows,
                when_empty: "It has not been answered yet.".into(),
            };
            view.main = vec![Section::new("Results", vec![Piece::Table(table)])];
            let total = Fact::plain("Total", "0 to 27; minimal from 0, mild from 5");
            view.side = vec![Section::new("About it", vec![Piece::Facts(vec![total])])];
            view
        };
        let said = |words: &str| Phrase::sentence(words);
        let absent = |words: &str| vec![Phrase::absent(words)];
        let answered = vec![
            vec![
                said("12 Oct 2026 09:10"),
                absent("no score: 3 items were passed over"),
                absent("nothing to compare"),
                said("3, 4, 9"),
                said("Patient"),
            ],
            vec![
                said("28 Sep 2026 10:02"),
                said("14, moderate"),
                absent("nothing to compare"),
                said("none"),
                said("Read aloud"),
            ],
        ];
        vec![("answered", page(answered)), ("empty", page(Vec::new()))]
    }
}
