//! Cutting an expression into words, numbers with their units, and signs.

use super::ExpressionError;
use crate::{Quantity, Unit};

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Token {
    /// A number, with the unit that follows it.
    Number(Quantity),
    /// A name or a keyword.
    Word(String),
    /// A text in quotes.
    Text(String),
    /// An operator or a bracket.
    Sign(&'static str),
}

/// Longer signs first, so that `<=` is not read as `<`.
const SIGNS: [&str; 18] = [
    "<=", ">=", "!=", "->", "<", ">", "=", "+", "-", "*", "/", "(", ")", "[", "]", ",", ";", ".",
];

/// The longest expression read; a condition is a sentence, not a program.
const LENGTH_MAX: usize = 4_000;

pub(crate) fn tokens(text: &str) -> Result<Vec<(usize, Token)>, ExpressionError> {
    if text.len() > LENGTH_MAX {
        return Err(ExpressionError {
            at: 0,
            wrong: format!("the expression is longer than {LENGTH_MAX} bytes"),
            instead: "name its parts under [define]".to_owned(),
        });
    }
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let (token, length) = next(rest, at)?;
        if let Some(token) = token {
            out.push((at, token));
        }
        at = at.saturating_add(length);
    }
    Ok(out)
}

/// Every word of an expression, for finding what it refers to before it can be read.
pub(crate) fn words(text: &str) -> Vec<String> {
    let tokens = tokens(text).unwrap_or_default();
    let words = tokens.into_iter().filter_map(|(_, token)| match token {
        Token::Word(word) => Some(word),
        Token::Number(_) | Token::Text(_) | Token::Sign(_) => None,
    });
    words.collect()
}

fn next(rest: &str, at: usize) -> Result<(Option<Token>, usize), ExpressionError> {
    let Some(first) = rest.chars().next() else {
        return Ok((None, 1));
    };
    if first.is_whitespace() {
        return Ok((None, first.len_utf8()));
    }
    if first == '#' {
        return Ok((None, rest.find('\n').unwrap_or(rest.len())));
    }
    if first == '"' {
        return quoted(rest, at);
    }
    if first.is_ascii_digit() {
        return number(rest, at);
    }
    if first.is_ascii_alphabetic() {
        let length = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
        let word = rest.get(..length).unwrap_or_default();
        return Ok((Some(Token::Word(word.to_owned())), length));
    }
    match SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
        Some(sign) => Ok((Some(Token::Sign(sign)), sign.len())),
        None => Err(ExpressionError {
            at,
            wrong: format!("{first:?} means nothing here"),
            instead: "write names, numbers with units, and, or, not, < <= = != >= >".to_owned(),
        }),
    }
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

fn quoted(rest: &str, at: usize) -> Result<(Option<Token>, usize), ExpressionError> {
    let inside = rest.get(1..).unwrap_or_default();
    match inside.find('"') {
        Some(end) => {
            let text = inside.get(..end).unwrap_or_default().to_owned();
            Ok((Some(Token::Text(text)), end.saturating_add(2)))
        }
        None => Err(ExpressionError {
            at,
            wrong: "a text is not closed".to_owned(),
            instead: "end it with a quotation mark".to_owned(),
        }),
    }
}

fn number(rest: &str, at: usize) -> Result<(Option<Token>, usize), ExpressionError> {
    let digits = rest
        .find(|c: char| !(c.is_ascii_digit() || c == '.'))
        .unwrap_or(rest.len());
    let after = rest.get(digits..).unwrap_or_default();
    let blank = after
        .len()
        .saturating_sub(after.trim_start_matches(' ').len());
    let unit = unit_at(after.trim_start_matches(' '));
    let length = match unit {
        Some(unit) => digits
            .saturating_add(blank)
            .saturating_add(unit.symbol.len()),
        None => digits,
    };
    let quantity = Quantity::parse(rest.get(..length).unwrap_or_default()).map_err(|error| {
        ExpressionError {
            at,
            wrong: error.to_string(),
            instead: "write a plain decimal number".to_owned(),
        }
    })?;
    Ok((Some(Token::Number(quantity)), length))
}

/// The longest unit that stands at the front of `text`, not running on into a word.
fn unit_at(text: &str) -> Option<Unit> {
    let ends = |symbol: &str| {
        let follows = text
            .get(symbol.len()..)
            .and_then(|rest| rest.chars().next());
        !follows.is_some_and(|c| is_word(c) || c == '/')
    };
    let fits = Unit::symbols().filter(|symbol| text.starts_with(symbol) && ends(symbol));
    // `in` is the keyword far more often than the inch; write lengths in centimetres.
    fits.filter(|symbol| *symbol != "in")
        .max_by_key(|symbol| symbol.len())
        .and_then(Unit::named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_belongs_to_its_number_and_a_division_does_not() {
        let kinds: Vec<Token> = tokens("5 /min 5 / minutes")
            .unwrap()
            .into_iter()
            .map(|(_, token)| token)
            .collect();
        assert_eq!(kinds.len(), 4);
        assert_eq!(kinds[0], Token::Number(Quantity::parse("5 /min").unwrap()));
        assert_eq!(kinds[2], Token::Sign("/"));
        assert_eq!(kinds[3], Token::Word("minutes".to_owned()));
    }

    #[test]
    fn the_longest_unit_wins() {
        let one = tokens("30 mL/min/1.73m2").unwrap();
        assert_eq!(one.len(), 1);
        let month = tokens("12 mo").unwrap();
        assert_eq!(month[1].1, Token::Word("mo".to_owned()));
    }
}
