//! The clinic's own licensed words for an instrument that Holdfast may not print.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::instrument::{Formula, Instrument, Item, Score, Term};

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
#[derive(Clone, Debug, PartialEq, Deserialize)]
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
    /// For each score whose items come with the copy, those it counts.
    #[serde(default)]
    pub counted: BTreeMap<String, Vec<String>>,
    /// For each score that is read from a table, the number at each sum of the items.
    #[serde(default)]
    pub tables: BTreeMap<String, Vec<TableRow>>,
}

/// One row of a table, as a clinic loads it.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableRow {
    /// The sum of the items.
    pub sum: i32,
    /// The score there.
    pub score: f64,
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
            if let Some(lacking) = lacking(item, options) {
                return Err(unfit(format!(
                    "the words of value {lacking} of item {} are missing",
                    item.id
                )));
            }
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
        let items = worded.items.clone();
        for score in worded.scores.iter_mut().filter(|score| score.needs_key) {
            keyed(score, &items, loaded).map_err(unfit)?;
        }
        worded.instruction = loaded.instruction.clone().or(worded.instruction);
        Ok(worded)
    }
}

/// The first value of an item that the clinic's options leave out. A scale with a rung missing would
/// be scored as if it were whole.
fn lacking(item: &Item, options: &[WordedChoice]) -> Option<i32> {
    let mut values = item.choices.iter().map(|choice| choice.value);
    values.find(|value| !options.iter().any(|option| option.value == *value))
}

/// Gives a score what comes with the clinic's copy: the items it counts, those it turns round, its
/// table.
fn keyed(score: &mut Score, items: &[Item], loaded: &Wording) -> Result<(), String> {
    let name = score.id.clone();
    let known = |ids: &[String]| {
        let unknown = ids
            .iter()
            .find(|id| !items.iter().any(|item| item.id == **id));
        unknown.map_or(Ok(()), |id| Err(format!("there is no item {id}")))
    };
    if score.keyed_items > 0 {
        let wanted = score.keyed_items;
        // A copy without its key may be shown; this score then goes on needing it.
        let Some(mut counted) = loaded.counted.get(&name).cloned() else {
            return Ok(());
        };
        counted.sort();
        counted.dedup();
        if counted.len() != wanted {
            return Err(format!(
                "{name} counts {wanted} items: name so many different ones under [counted]"
            ));
        }
        known(&counted)?;
        let counted: Vec<Term> = counted.into_iter().map(|id| vec![id]).collect();
        match &mut score.formula {
            Formula::Sum { terms, .. } | Formula::Mean(terms) => *terms = counted,
            Formula::Table { .. }
            | Formula::Count { .. }
            | Formula::Triage { .. }
            | Formula::AllOf(_)
            | Formula::Combine { .. } => {}
        }
    } else if let Formula::Table { terms, rows } = &mut score.formula {
        let given = loaded.tables.get(&name).map_or(&[][..], Vec::as_slice);
        *rows = given.iter().map(|row| (row.sum, row.score)).collect();
        if rows.len() != given.len() {
            return Err(format!("the table of {name} has a sum twice"));
        }
        let (least, most) = sums(terms, items);
        if let Some(sum) = (least..=most).find(|sum| !rows.contains_key(sum)) {
            return Err(format!(
                "the table of {name} has no row for a sum of {sum}: it goes from {least} to {most}"
            ));
        }
        let (low, high) = score.range;
        let stray = given
            .iter()
            .find(|row| !(least..=most).contains(&row.sum) || !(low..=high).contains(&row.score));
        if let Some(row) = stray {
            return Err(format!(
                "the table of {name} has {} for a sum of {}: sums go from {least} to {most}, scores from {low} to {high}",
                row.score, row.sum
            ));
        }
    } else {
        let reversed = loaded
            .reversed
            .get(&name)
            .ok_or_else(|| format!("the items that {name} counts in reverse are missing"))?;
        known(reversed)?;
        score.reversed.clone_from(reversed);
    }
    score.needs_key = false;
    Ok(())
}

/// The least and the greatest the terms can add up to.
fn sums(terms: &[Term], items: &[Item]) -> (i32, i32) {
    let spans = terms.iter().flatten().filter_map(|id| {
        let item = items.iter().find(|item| item.id == *id)?;
        item.span()
    });
    spans.fold((0, 0), |(least, most), (low, high)| {
        (least + low, most + high)
    })
}
