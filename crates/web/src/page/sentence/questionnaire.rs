//! Questionnaires in a line: what one came to, and how far one had come that was left.

use clinic::act::instrument::scored;
use record::fact::observation::{InstrumentAnswered, QuestionnaireLeft};
use record::words::Sex;

use crate::page::instrument;
use crate::words;

/// What it came to.
pub(super) fn given(one: &InstrumentAnswered) -> String {
    let known = instruments::library().get(one.instrument.as_str());
    if let Some(known) = known {
        let scores = scored(known, one, Sex::NotRecorded);
        let said = scores.first().map(instrument::result_words);
        let said = said.unwrap_or_else(|| words::of(one.items.len(), "item", "items"));
        return format!(": {} {said}", known.title);
    }
    let total = one.entered_total.map(|total| format!("total {total}"));
    let only = match one.items.as_slice() {
        [item] => item.value.map(|value| value.to_string()),
        _ => None,
    };
    let said = total
        .or(only)
        .unwrap_or_else(|| words::of(one.items.len(), "item", "items"));
    format!(": {} {said}", one.instrument)
}

/// How far it had come.
pub(super) fn left(one: &QuestionnaireLeft) -> String {
    let known = instruments::library().get(one.instrument.as_str());
    let title = known.map_or(one.instrument.as_str(), |known| known.title.as_str());
    format!(
        ": {title}, {} of {} answered, the last by {}; kept and not scored",
        one.items.len(),
        one.of,
        one.last_by
    )
}
