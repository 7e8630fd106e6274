//! Questionnaires that were begun and left.

use std::collections::BTreeMap;

use super::Chart;
use crate::Entry;
use crate::fact::observation::{InstrumentAnswered, QuestionnaireLeft};

impl Chart {
    /// Every questionnaire that stands half done: its last leaving, with nothing given since.
    pub fn left_half_done(&self) -> Vec<(&Entry, &QuestionnaireLeft)> {
        let mut left: BTreeMap<&str, (&Entry, &QuestionnaireLeft)> = BTreeMap::new();
        for (entry, one) in self.all::<QuestionnaireLeft>() {
            left.insert(one.instrument.as_str(), (entry, one));
        }
        for (entry, given) in self.all::<InstrumentAnswered>() {
            let is_since =
                |(before, _): &(&Entry, &QuestionnaireLeft)| before.number < entry.number;
            if left.get(given.instrument.as_str()).is_some_and(is_since) {
                left.remove(given.instrument.as_str());
            }
        }
        left.into_values().collect()
    }
}
