//! The outcomes of a programme that are not endpoints on a word, each said in a sentence with its
//! estimand. They are computed by [`crate::alcohol`], [`crate::days`], [`crate::weeks`] and
//! [`crate::change`]; this is what a page or a report says of them.

use serde::{Deserialize, Serialize};

use crate::estimand::{Estimand, IntercurrentEvent};

/// One outcome of a programme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProgrammeOutcome {
    /// Its identifier.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it is, in one sentence.
    pub says: String,
    /// Where the definition comes from.
    pub source: String,
    /// How the people's values become one number.
    pub summary: String,
    /// What can happen on the way and what is then done.
    pub intercurrent_events: Vec<IntercurrentEvent>,
}

impl ProgrammeOutcome {
    /// Its estimand in `population`.
    pub fn estimand(&self, population: &str) -> Estimand {
        Estimand {
            population: population.to_owned(),
            variable: self.says.clone(),
            intercurrent_events: self.intercurrent_events.clone(),
            summary: self.summary.clone(),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    outcome: Vec<ProgrammeOutcome>,
}

/// All of them, from `outcomes/programme.toml`. A test keeps the file sound.
pub fn of_the_house() -> Result<Vec<ProgrammeOutcome>, toml::de::Error> {
    let file: File = toml::from_str(include_str!("../../../outcomes/programme.toml"))?;
    Ok(file.outcome)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_outcome_has_a_sentence_a_source_and_a_word_on_what_is_missing() {
        let all = of_the_house().unwrap();
        let ids: std::collections::BTreeSet<&str> = all.iter().map(|one| one.id.as_str()).collect();
        assert_eq!((all.len(), ids.len()), (28, 28));
        for one in &all {
            let estimand = one.estimand("everyone who started");
            assert!(
                estimand.variable.ends_with('.') && !one.source.is_empty(),
                "{}",
                one.id
            );
            assert!(!estimand.intercurrent_events.is_empty(), "{}", one.id);
        }
    }
}
