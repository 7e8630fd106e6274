//! What was told before a visit and what was signed, in the words the patient read.

use clinic::act::evaluation::WORDS;
use record::fact::decision::ConsentSigned;
use record::fact::evaluation::HistoryTold;
use record::words::Said;

use crate::app::App;
use crate::page::{consent, evaluation};

/// The question as the patient was asked it, and what they said.
pub(super) fn beforehand(app: &App, told: &HistoryTold) -> String {
    let id = told.question.as_str();
    let steps = app.clinic.library().evaluation();
    let asked = match id.strip_suffix(WORDS) {
        Some(first) => steps
            .question(first)
            .and_then(|one| one.patient_words.as_deref()),
        None => steps.question(id).and_then(|one| one.patient.as_deref()),
    };
    let asked = asked.unwrap_or(id);
    let said = match &told.said {
        Said::Answered(value) => {
            let choices = steps.question(id).map_or(&[][..], |one| &one.choices);
            evaluation::said(value, choices, &app.clinic.zone())
        }
        Said::Skipped => "passed over".to_owned(),
        Said::Declined => "would rather not say".to_owned(),
        Said::NotAnswered => "not answered".to_owned(),
        Said::NotAsked => "not asked".to_owned(),
    };
    format!(": {asked} {said}")
}

/// The title of the text as it was shown, its version, and who signed.
pub(super) fn consent(app: &App, one: &ConsentSigned) -> String {
    format!(
        ": {}, version {}, by {}",
        consent::title_of(app, one),
        one.text_version,
        one.signed_name
    )
}
