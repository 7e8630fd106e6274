//! Use-pattern words: one symbol a week, and what each symbol means.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The longest word taken, in weeks: twenty years. Longer text is a wrong column, not a person.
pub const WORD_WEEKS_MAX: usize = 1040;

/// What is known of one week.
///
/// The alphabet is the five-symbol one of the addiction trials (Odom and others, `CTNote`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "char", into = "char")]
pub enum Symbol {
    /// `+`: positive, by urine or by self-report.
    Positive,
    /// `-`: negative.
    Negative,
    /// `*`: at least one positive and one negative, or a single day of reported use.
    Mixed,
    /// `o`: something was due and did not come.
    Missing,
    /// `_`: nothing was due.
    Unscheduled,
}

/// The five symbols, in the order of their names above.
pub const SYMBOLS: [Symbol; 5] = [
    Symbol::Positive,
    Symbol::Negative,
    Symbol::Mixed,
    Symbol::Missing,
    Symbol::Unscheduled,
];

impl From<Symbol> for char {
    fn from(symbol: Symbol) -> Self {
        match symbol {
            Symbol::Positive => '+',
            Symbol::Negative => '-',
            Symbol::Mixed => '*',
            Symbol::Missing => 'o',
            Symbol::Unscheduled => '_',
        }
    }
}

impl TryFrom<char> for Symbol {
    type Error = SymbolError;

    fn try_from(text: char) -> Result<Self, SymbolError> {
        SYMBOLS
            .into_iter()
            .find(|symbol| char::from(*symbol) == text)
            .ok_or(SymbolError(text))
    }
}

impl Symbol {
    /// Whether the week was observed at all.
    pub fn is_observed(self) -> bool {
        match self {
            Symbol::Positive | Symbol::Negative | Symbol::Mixed => true,
            Symbol::Missing | Symbol::Unscheduled => false,
        }
    }

    /// The symbol as a noun phrase, for sentences: "a missed week".
    pub fn phrase(self) -> &'static str {
        match self {
            Symbol::Positive => "a positive week",
            Symbol::Negative => "a negative week",
            Symbol::Mixed => "a mixed week",
            Symbol::Missing => "a missed week",
            Symbol::Unscheduled => "a week with nothing due",
        }
    }
}

/// A character that is not a symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a week's symbol; use one of + - * o _")]
pub struct SymbolError(pub char);

/// A text that is not a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WordError {
    /// A character outside the alphabet.
    #[error("week {week} of the word is {found:?}, which is not one of + - * o _; correct it")]
    UnknownSymbol {
        /// Which week, counted from 1.
        week: usize,
        /// What stood there.
        found: char,
    },
    /// More weeks than [`WORD_WEEKS_MAX`].
    #[error("the word has more than {WORD_WEEKS_MAX} weeks; check that this column is the word")]
    TooLong,
}

/// A person's weeks in order, week 1 first.
///
/// ```
/// use outcomes::Word;
/// let word: Word = "--+o-".parse()?;
/// assert_eq!(word.retention(), 5);
/// assert_eq!(word.to_string(), "--+o-");
/// # Ok::<(), outcomes::WordError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Word(Vec<Symbol>);

impl Word {
    /// Makes a word of symbols; refused when longer than [`WORD_WEEKS_MAX`].
    pub fn new(symbols: Vec<Symbol>) -> Result<Self, WordError> {
        if symbols.len() > WORD_WEEKS_MAX {
            return Err(WordError::TooLong);
        }
        Ok(Word(symbols))
    }

    /// The weeks, week 1 first.
    pub fn symbols(&self) -> &[Symbol] {
        &self.0
    }

    /// How many weeks the word has.
    pub fn weeks(&self) -> usize {
        self.0.len()
    }

    /// The number of the last week that is not missing; 0 when all are or there is none.
    ///
    /// A week with nothing due counts as not missing, as in the endpoint library.
    pub fn retention(&self) -> usize {
        retention(&self.0)
    }

    /// The word with every missing week read as `as_symbol`.
    #[must_use]
    pub fn with_missing_as(&self, as_symbol: Symbol) -> Word {
        let read = |&symbol: &Symbol| match symbol {
            Symbol::Missing => as_symbol,
            Symbol::Positive | Symbol::Negative | Symbol::Mixed | Symbol::Unscheduled => symbol,
        };
        Word(self.0.iter().map(read).collect())
    }

    /// This word followed by `next`, for a person with two phases.
    pub fn followed_by(&self, next: &Word) -> Result<Word, WordError> {
        Word::new(self.0.iter().chain(&next.0).copied().collect())
    }

    /// How many weeks hold `symbol`.
    pub fn count(&self, symbol: Symbol) -> usize {
        self.0.iter().filter(|&&week| week == symbol).count()
    }
}

/// The number of the last symbol that is not missing; 0 when there is none.
pub(crate) fn retention(symbols: &[Symbol]) -> usize {
    symbols
        .iter()
        .rposition(|&symbol| symbol != Symbol::Missing)
        .map_or(0, |last| last + 1)
}

impl FromStr for Word {
    type Err = WordError;

    fn from_str(text: &str) -> Result<Self, WordError> {
        let mut symbols = Vec::with_capacity(text.len().min(WORD_WEEKS_MAX));
        for (at, found) in text.chars().enumerate() {
            if at == WORD_WEEKS_MAX {
                return Err(WordError::TooLong);
            }
            let symbol =
                Symbol::try_from(found).map_err(|SymbolError(found)| WordError::UnknownSymbol {
                    week: at + 1,
                    found,
                })?;
            symbols.push(symbol);
        }
        Ok(Word(symbols))
    }
}

impl TryFrom<String> for Word {
    type Error = WordError;

    fn try_from(text: String) -> Result<Self, WordError> {
        text.parse()
    }
}

impl From<Word> for String {
    fn from(word: Word) -> String {
        word.to_string()
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for &symbol in &self.0 {
            fmt::Write::write_char(f, char::from(symbol))?;
        }
        Ok(())
    }
}
