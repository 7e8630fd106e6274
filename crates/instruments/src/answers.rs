//! What was answered, item by item.

use std::collections::BTreeMap;

use crate::instrument::Instrument;

/// Answers by item; an item that was passed over is simply not here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answers(BTreeMap<String, i32>);

/// Why answers do not fit an instrument.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// An item the instrument does not have.
    #[error("{instrument} has no item {item}: give its items by the names in its file")]
    NoItem {
        /// The instrument.
        instrument: String,
        /// The item.
        item: String,
    },
    /// A value that is none of the item's options.
    #[error("{value} is no option of item {item} of {instrument}: give {options}")]
    NoOption {
        /// The instrument.
        instrument: String,
        /// The item.
        item: String,
        /// The value.
        value: i32,
        /// The options, as one sentence part.
        options: String,
    },
}

impl Answers {
    /// Answers as pairs of item and value.
    pub fn of<'a>(pairs: impl IntoIterator<Item = (&'a str, i32)>) -> Self {
        Self(
            pairs
                .into_iter()
                .map(|(item, value)| (item.to_owned(), value))
                .collect(),
        )
    }

    /// The answer to an item.
    pub fn get(&self, item: &str) -> Option<i32> {
        self.0.get(item).copied()
    }

    /// The answers, by item.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, i32)> {
        self.0.iter().map(|(item, value)| (item.as_str(), *value))
    }

    /// Holds the answers to the instrument's items and options.
    ///
    /// # Errors
    /// [`Unfit`] with the first answer that does not fit.
    pub fn fit(&self, instrument: &Instrument) -> Result<(), Unfit> {
        for (id, value) in self.pairs() {
            let item = instrument.item(id).ok_or_else(|| Unfit::NoItem {
                instrument: instrument.title.clone(),
                item: id.to_owned(),
            })?;
            if !item.allows(value) {
                return Err(Unfit::NoOption {
                    instrument: instrument.title.clone(),
                    item: id.to_owned(),
                    value,
                    options: item.options_in_words(),
                });
            }
        }
        Ok(())
    }
}
