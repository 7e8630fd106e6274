//! Licence expressions as packages write them: `(MIT OR Apache-2.0) AND Unicode-3.0`.

use std::collections::BTreeSet;
use std::iter::Peekable;
use std::vec::IntoIter;

type Words = Peekable<IntoIter<String>>;

/// Whether an expression can be met with the licences allowed.
///
/// `OR` needs one side and `AND` both; `AND` binds closer; a `/` is an old way to write `OR`; a
/// licence `WITH` an exception only grants more, so it is allowed where the licence is.
pub(super) fn is_allowed(expression: &str, allowed: &BTreeSet<String>) -> Result<bool, String> {
    let spaced = expression
        .replace('(', " ( ")
        .replace(')', " ) ")
        .replace('/', " OR ");
    let words: Vec<String> = spaced.split_whitespace().map(str::to_owned).collect();
    let mut words = words.into_iter().peekable();
    let is_met = either(&mut words, allowed)?;
    match words.next() {
        None => Ok(is_met),
        Some(word) => Err(format!("`{word}` is not expected there")),
    }
}

fn either(words: &mut Words, allowed: &BTreeSet<String>) -> Result<bool, String> {
    let mut is_met = both(words, allowed)?;
    while words.next_if(|word| word == "OR").is_some() {
        is_met |= both(words, allowed)?;
    }
    Ok(is_met)
}

fn both(words: &mut Words, allowed: &BTreeSet<String>) -> Result<bool, String> {
    let mut is_met = one(words, allowed)?;
    while words.next_if(|word| word == "AND").is_some() {
        is_met &= one(words, allowed)?;
    }
    Ok(is_met)
}

fn one(words: &mut Words, allowed: &BTreeSet<String>) -> Result<bool, String> {
    let word = words.next().ok_or("a licence is missing at the end")?;
    if word == "(" {
        let is_met = either(words, allowed)?;
        words
            .next_if(|word| word == ")")
            .ok_or("a bracket is not closed")?;
        return Ok(is_met);
    }
    if ["AND", "OR", "WITH", ")"].contains(&word.as_str()) {
        return Err(format!("`{word}` stands where a licence should"));
    }
    if words.next_if(|word| word == "WITH").is_some() {
        words.next().ok_or("an exception is missing at the end")?;
    }
    Ok(allowed.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(expression: &str) -> Result<bool, String> {
        let allowed = ["MIT", "Apache-2.0", "Unicode-3.0"]
            .map(str::to_owned)
            .into();
        is_allowed(expression, &allowed)
    }

    #[test]
    fn one_side_of_an_or_is_enough_and_both_sides_of_an_and_are_needed() {
        assert_eq!(asked("GPL-3.0 OR MIT"), Ok(true));
        assert_eq!(asked("MIT AND GPL-3.0"), Ok(false));
        assert_eq!(asked("(MIT OR GPL-3.0) AND Unicode-3.0"), Ok(true));
        assert_eq!(asked("MIT OR GPL-3.0 AND AGPL-3.0"), Ok(true));
        assert_eq!(asked("MIT/GPL-3.0"), Ok(true));
        assert_eq!(asked("Apache-2.0 WITH LLVM-exception"), Ok(true));
        assert_eq!(asked("AGPL-3.0"), Ok(false));
    }

    #[test]
    fn an_expression_that_cannot_be_read_is_not_allowed_by_accident() {
        for broken in ["", "MIT OR", "(MIT", "MIT Apache-2.0", "AND MIT", "MIT)"] {
            assert!(asked(broken).is_err(), "{broken:?}");
        }
    }
}
