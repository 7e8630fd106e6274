//! The clinic's own licensed words for an instrument that Holdfast may not print.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::instrument::Instrument;

/// The most bytes a file of wording may have.
pub const WORDING_BYTES_MAX: usize = 256 * 1024;

/// Why an instrument cannot be shown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoWording {
    /// Its words are not ours and the clinic has loaded none.
    #[error(
        "{title} is {licence}: load the clinic's licensed copy with `holdfast instrument load`, or enter its totals"
    )]
    NotLoaded {
        /// The instrument.
        title: String,
        /// The licence.
        licence: &'static str,
    },
    /// The words loaded do not fit it.
    #[error("the wording does not fit {title}: {said}")]
    Unfit {
        /// The instrument.
        title: String,
        /// What is wrong and what to write.
        said: String,
    },
}

/// Words for the items and options of one instrument, as a clinic loads them.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wording {
    /// The instrument.
    pub instrument: String,
    /// Who gave the right, and how: the licence, its holder, its number.
    pub licence: String,
    /// What stands above the items.
    pub instruction: Option<String>,
    /// The words of each item, by its identifier.
    pub items: BTreeMap<String, String>,
    /// The points and words of the options, by item; `"*"` serves every item not named.
    pub options: BTreeMap<String, Vec<WordedChoice>>,
    /// For each score whose key comes with the copy, the items counted the other way round.
    #[serde(default)]
    pub reversed: BTreeMap<String, Vec<String>>,
}

/// One option, as a clinic loads it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WordedChoice {
    /// What it counts.
    pub value: i32,
    /// Its words.
    pub words: String,
}

impl Wording {
    /// Reads the text of a file of wording.
    ///
    /// # Errors
    /// A sentence with the line that is wrong.
    pub fn read(text: &str) -> Result<Self, String> {
        if text.len() > WORDING_BYTES_MAX {
            return Err(format!(
                "the file is larger than {} kB",
                WORDING_BYTES_MAX / 1024
            ));
        }
        toml::from_str(text).map_err(|error| {
            let line = error
                .span()
                .and_then(|span| text.get(..span.start))
                .map_or(1, |before| before.matches('\n').count() + 1);
            format!("line {line}: {}", error.message())
        })
    }
}

impl Instrument {
    /// The instrument ready to be shown: with its own words, or with those the clinic loaded.
    ///
    /// # Errors
    /// [`NoWording`] where it has none that may be shown.
    pub fn worded(&self, loaded: Option<&Wording>) -> Result<Self, NoWording> {
        if self.has_own_words() {
            return Ok(self.clone());
        }
        let loaded = loaded.ok_or_else(|| NoWording::NotLoaded {
            title: self.title.clone(),
            licence: self.licence.code.label(),
        })?;
        let unfit = |said: String| NoWording::Unfit {
            title: self.title.clone(),
            said,
        };
        if loaded.instrument != self.id {
            return Err(unfit(format!("it is for {}", loaded.instrument)));
        }
        if loaded.licence.trim().is_empty() {
            return Err(unfit(
                "say under which licence the words may be shown".to_owned(),
            ));
        }
        if let Some(unknown) = loaded.items.keys().find(|id| self.item(id).is_none()) {
            return Err(unfit(format!("there is no item {unknown}")));
        }
        let mut worded = self.clone();
        for item in &mut worded.items {
            let Some(text) = loaded.items.get(&item.id) else {
                return Err(unfit(format!("the words of item {} are missing", item.id)));
            };
            let options = loaded
                .options
                .get(&item.id)
                .or_else(|| loaded.options.get("*"));
            let Some(options) = options.filter(|options| !options.is_empty()) else {
                return Err(unfit(format!(
                    "the options of item {} are missing",
                    item.id
                )));
            };
            if let Some(stray) = options.iter().find(|option| !item.allows(option.value)) {
                return Err(unfit(format!(
                    "{} is no value of item {}",
                    stray.value, item.id
                )));
            }
            item.text = Some(text.clone());
            item.choices = options
                .iter()
                .map(|option| crate::instrument::Choice {
                    value: option.value,
                    words: Some(option.words.clone()),
                })
                .collect();
        }
        for score in worded.scores.iter_mut().filter(|score| score.needs_key) {
            let Some(reversed) = loaded.reversed.get(&score.id) else {
                return Err(unfit(format!(
                    "the items that {} counts in reverse are missing",
                    score.id
                )));
            };
            if let Some(unknown) = reversed.iter().find(|id| self.item(id).is_none()) {
                return Err(unfit(format!("there is no item {unknown}")));
            }
            score.reversed.clone_from(reversed);
            score.needs_key = false;
        }
        worded.instruction = loaded.instruction.clone().or(worded.instruction);
        Ok(worded)
    }
}
