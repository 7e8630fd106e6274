//! Weeks of one person: when a return to use or a dropout became known, and how far each
//! treatment of missing weeks moves a value.

use serde::Serialize;

use crate::definition::{Definition, Measure};
use crate::engine::Value;
use crate::word::{Symbol, Word};

/// A dropout: dated to the last contact, declared at the fourth missed week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Dropout {
    /// The last week that was attended; 0 when none was.
    pub last_contact_week: usize,
    /// The week in which it could be said.
    pub declared_week: usize,
}

/// How many missed weeks in a row are a dropout (CTN-0094 research group, 2023).
pub const DROPOUT_WEEKS: usize = 4;

/// The first dropout in a word.
///
/// ```
/// use outcomes::weeks::{Dropout, dropout};
/// let word = "--o-oooo-".parse()?;
/// assert_eq!(dropout(&word), Some(Dropout { last_contact_week: 4, declared_week: 8 }));
/// # Ok::<(), outcomes::WordError>(())
/// ```
pub fn dropout(word: &Word) -> Option<Dropout> {
    let missed = |window: &[Symbol]| window.iter().all(|&week| week == Symbol::Missing);
    let at = word.symbols().windows(DROPOUT_WEEKS).position(missed)?;
    Some(Dropout {
        last_contact_week: at,
        declared_week: at + DROPOUT_WEEKS,
    })
}

/// A value under every treatment of missed weeks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ByMissing {
    /// By the definition's own rule.
    pub as_defined: Value,
    /// With every missed week positive: the worst case.
    pub as_positive: Value,
    /// With every missed week negative: the best case.
    pub as_negative: Value,
    /// The word's retention, shown beside the others: a person never tested has 0.
    pub retention: usize,
}

impl Definition {
    /// The value under every treatment of missed weeks, beside retention.
    ///
    /// A definition that looks for missed weeks (dropout) finds none where they are filled; show
    /// only `as_defined` for it.
    pub fn by_missing(&self, word: &Word) -> ByMissing {
        ByMissing {
            as_defined: self.value(word),
            as_positive: self.value(&word.with_missing_as(Symbol::Positive)),
            as_negative: self.value(&word.with_missing_as(Symbol::Negative)),
            retention: word.retention(),
        }
    }

    /// For a definition of time: the week in which what happened could first be said, that is the
    /// first week after which the word so far already gives the event. None when it did not happen.
    ///
    /// ```
    /// let all = outcomes::Definitions::of_the_house()?;
    /// let relapse = all.find("relapse_ctnNinetyFour_2023").ok_or("not there")?;
    /// // Dated to week 3, known in week 6.
    /// assert_eq!(relapse.known_in_week(&"--++++-".parse()?), Some(6));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn known_in_week(&self, word: &Word) -> Option<usize> {
        let Measure::FirstWindow(_) = self.measure else {
            return None;
        };
        (1..=word.weeks()).find(|&weeks| {
            let so_far = word.symbols().get(..weeks).unwrap_or_default().to_vec();
            let value = Word::new(so_far).map(|word| self.value(&word));
            matches!(value, Ok(Value::Time { happened: true, .. }))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::Definitions;

    #[test]
    fn a_person_never_tested_is_shown_with_no_retention_and_the_worst_case_beside_a_full_score() {
        let all = Definitions::of_the_house().unwrap();
        let never = "ooooooooooooooo".parse().unwrap();
        let shown = all.find("Rd_strain_1996").unwrap().by_missing(&never);
        assert_eq!(shown.as_defined, Value::Number(1.0));
        assert_eq!(
            (shown.as_positive, shown.retention),
            (Value::Number(0.0), 0)
        );
        assert_eq!(shown.as_negative, Value::Number(1.0));
    }

    #[test]
    fn every_definition_lies_between_its_worst_and_best_case() {
        let all = Definitions::of_the_house().unwrap();
        let word: Word = "-o+--o-*ooo-+--o----oo".parse().unwrap();
        for definition in &all {
            let shown = definition.by_missing(&word);
            if definition.id.starts_with("dropout") {
                continue;
            }
            let number = |value| match value {
                Value::Truth(truth) => f64::from(u8::from(truth)),
                Value::Whole(weeks) => f64::from(weeks),
                Value::Number(number) => number,
                Value::Time { week, happened } => {
                    f64::from(week) + if happened { 0.0 } else { 0.5 }
                }
                Value::NotDefined { .. } => f64::NAN,
            };
            let relapse_is_bad = if definition.id.starts_with("Rs_") {
                -1.0
            } else {
                1.0
            };
            let [worst, own, best] = [shown.as_positive, shown.as_defined, shown.as_negative]
                .map(|value| number(value) * relapse_is_bad);
            // Ling's variant weighs a missed week above a positive one.
            if definition.id != "Rd_lingB_1976" && definition.id != "Ab_schottenfeld_2005" {
                assert!(
                    worst <= own && own <= best,
                    "{} {worst} {own} {best}",
                    definition.id
                );
            }
        }
    }

    #[test]
    fn two_of_four_positive_weeks_are_known_with_the_second() {
        let all = Definitions::of_the_house().unwrap();
        let lee = all.find("relapse_lee_2016").unwrap();
        let word = "---+--+--".parse().unwrap();
        assert_eq!(
            lee.value(&word),
            Value::Time {
                week: 6,
                happened: true
            }
        );
        assert_eq!(lee.known_in_week(&word), Some(7));
        assert_eq!(lee.known_in_week(&"----".parse().unwrap()), None);
    }
}
