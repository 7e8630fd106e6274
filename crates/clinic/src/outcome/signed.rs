//! Reports that were frozen and signed: what was shown, kept line by line under a signature.
//!
//! A report can be computed again from the record at its position; its lines are kept all the same, because
//! a record may be erased and a later Holdfast may word or compute something otherwise.

use std::sync::Arc;

use jiff::civil::Date;
use record::fact::house::{ReportChoice, ReportSigned};
use record::words::{Line, Prose, Role};

use super::ask::Asked;
use crate::act::confirm::{Confirmed, FIELD};
use crate::authority::{Act, authorise, may};
use crate::board::house::SignedReport;
use crate::clinic::{Clinic, Written, settings_stream};
use crate::denied::Denied;
use crate::digest::hexadecimal;
use crate::operation::{Actor, Operation};

/// What a signature under a report means, as shown beside the pass phrase.
pub const MEANING: &str =
    "I have read this report and release it as the outcomes of this programme.";

/// A report as it was shown to whoever signs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frozen {
    /// What was asked.
    pub asked: Asked,
    /// The day up to which courses are followed.
    pub day: Date,
    /// The position of the last entry it was computed from.
    pub position: u64,
    /// The version of Holdfast that computed it.
    pub version: String,
    /// What is shown, line by line.
    pub kept: Kept,
}

/// Lines as an entry keeps them, and how each is set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// The lines: blanks around them cut, empty ones left out, and a line too long for an entry cut in two
    /// after a word, so that nothing of it is lost.
    pub lines: Vec<String>,
    /// A letter for each line, with [`BLANK`] before that of one left out and [`GOES_ON`] for what was cut off.
    pub set: String,
}

/// Stands before the letter of a line that was left out, as in `pages`.
pub const BLANK: char = '-';

/// Stands for a line that goes on with the one before it, as in `pages`.
pub const GOES_ON: char = '+';

impl Kept {
    /// Keeps lines, each with the letter of how it is set.
    pub fn of(lines: impl IntoIterator<Item = (char, String)>) -> Self {
        let mut kept = Self::default();
        for (letter, line) in lines {
            // What no keyboard types would be left out of an entry.
            let line: String = line
                .chars()
                .map(|letter| if letter.is_control() { ' ' } else { letter })
                .collect();
            let mut pieces = within(line.trim(), Prose::N_CHARACTERS_MAX).into_iter();
            match pieces.next() {
                None => kept.set.push(BLANK),
                Some(first) => kept.lines.push(first),
            }
            kept.set.push(letter);
            for more in pieces {
                kept.lines.push(more);
                kept.set.push(GOES_ON);
            }
        }
        kept
    }
}

/// A line in pieces of at most `most` characters, cut after a word where there is one; no piece is empty.
fn within(line: &str, most: usize) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut rest = line.trim();
    while !rest.is_empty() {
        let end = rest
            .char_indices()
            .nth(most)
            .map_or(rest.len(), |(end, _)| end);
        let (piece, after) = rest.split_at(end);
        // A space is one byte, so the piece before it ends where a letter does.
        let cut = match piece.rfind(' ') {
            Some(space) if !after.is_empty() && !after.starts_with(' ') => space,
            Some(_) | None => piece.len(),
        };
        let (piece, after) = rest.split_at(cut);
        pieces.push(piece.trim_end().to_owned());
        rest = after.trim_start();
    }
    pieces
}

/// The SHA-256 of lines with a line feed between two of them.
pub fn digest_of(lines: &[String]) -> String {
    hexadecimal(&lines.join("\n"))
}

/// What was chosen for a report, in one order.
fn choices(asked: &Asked) -> Vec<ReportChoice> {
    let year = asked.year.map(|year| year.to_string());
    let all = asked.definitions.then(|| "all".to_owned());
    [
        ("substance", asked.substance.as_deref()),
        ("protocol", asked.protocol.as_deref()),
        ("site", asked.site.as_deref()),
        ("year", year.as_deref()),
        ("relapse", asked.relapse.as_deref()),
        ("definitions", all.as_deref()),
    ]
    .into_iter()
    .filter_map(|(name, value)| {
        Some(ReportChoice {
            name: Line::clipped(name),
            value: Line::clipped(value?),
        })
    })
    .collect()
}

/// What a signed report was asked.
pub fn asked_of(signed: &ReportSigned) -> Asked {
    let get = |name: &str| {
        let mut all = signed.asked.iter();
        let found = all.find(|one| one.name.as_str() == name)?;
        Some(found.value.to_string())
    };
    Asked {
        substance: get("substance"),
        protocol: get("protocol"),
        site: get("site"),
        year: get("year").and_then(|year| year.parse().ok()),
        relapse: get("relapse"),
        definitions: get("definitions").is_some(),
        for_outside: true,
    }
}

/// The report whose signature stands at a position.
///
/// # Errors
/// [`Denied::Forbidden`] where the actor may not read the outcomes; [`Denied::NotFound`] where there is none.
pub fn find(clinic: &Clinic, actor: &Actor, position: u64) -> Result<Arc<SignedReport>, Denied> {
    may(actor, Act::ReadOutcomes, None)?;
    let board = clinic.board();
    let mut all = board.signed_reports.iter();
    all.find(|one| one.position == position)
        .cloned()
        .ok_or(Denied::NotFound)
}

/// Signs a report: exactly the lines whose digest was shown.
///
/// # Errors
/// [`Denied::Stale`] where other lines were shown; [`Denied::Invalid`] where someone else confirmed, or where
/// exactly this is signed already.
pub fn sign(
    operation: &Operation<'_>,
    clinic: &Clinic,
    frozen: &Frozen,
    shown: &str,
    confirmed: &Confirmed,
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::SignReport, None)?;
    if let Some(first) = clinic.first_answer(operation, None)? {
        return Ok(first);
    }
    if !confirmed.is(&operation.actor) {
        return Err(Denied::invalid(
            FIELD,
            "The pass phrase is of another person: whoever signs types their own",
        ));
    }
    let digest = digest_of(&frozen.kept.lines);
    if digest != shown {
        return Err(Denied::Stale);
    }
    // Whoever decides holds this until it is written, so of two signatures at once one wins.
    let _signing = clinic.courses().signing();
    let is_signed = |one: &Arc<SignedReport>| one.signed.digest.as_str() == digest;
    if clinic.board().signed_reports.iter().any(is_signed) {
        return Err(Denied::invalid(
            FIELD,
            "Exactly this report is signed already: it is listed on the Outcomes page",
        ));
    }
    let head = clinic
        .journal()
        .head()
        .map_err(|error| Denied::Read(error.into()))?;
    let fact = signed(
        frozen,
        &digest,
        (head.hash.to_string(), head.position.0),
        role,
        confirmed,
    )?;
    clinic.record_house(operation, role, settings_stream(), &[fact.into()])
}

fn signed(
    frozen: &Frozen,
    digest: &str,
    (head, head_position): (String, u64),
    role: Role,
    confirmed: &Confirmed,
) -> Result<ReportSigned, Denied> {
    let lines = frozen.kept.lines.iter().map(|line| {
        Prose::new(line).map_err(|error| {
            Denied::invalid(
                FIELD,
                format!("A line of the report cannot be kept whole, so nothing is signed: {error}"),
            )
        })
    });
    Ok(ReportSigned {
        asked: choices(&frozen.asked),
        day: frozen.day,
        position: frozen.position,
        head: Line::clipped(&head),
        head_position,
        version: Line::clipped(&frozen.version),
        lines: lines.collect::<Result<Vec<Prose>, Denied>>()?,
        // Without it the lines are read one under another.
        set: Prose::new(&frozen.kept.set).ok(),
        digest: Line::clipped(digest),
        name: confirmed.name().clone(),
        role,
        meaning: Prose::clipped(MEANING),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_too_long_for_an_entry_is_wrapped_after_a_word_and_nothing_of_it_is_lost() {
        let long = "eight bytes and ".repeat(2_000);
        let all = [
            ('T', "Title".to_owned()),
            ('c', "  ".to_owned()),
            ('P', long.clone()),
            ('P', "\u{20ac}".repeat(45_000)),
        ];
        let kept = Kept::of(all);
        assert_eq!(kept.set, "T-cP+P++");
        assert_eq!(kept.lines.len(), 6);
        for line in &kept.lines {
            assert_eq!(Prose::new(line).unwrap().as_str(), line);
        }
        let again = kept.lines[1..3].join(" ");
        assert_eq!(again, long.trim());
        assert_eq!(kept.lines[3..].concat().chars().count(), 45_000);
    }

    #[test]
    fn a_short_line_is_kept_as_it_is_and_what_no_keyboard_types_is_a_blank() {
        assert_eq!(within("a b", 3), ["a b"]);
        assert_eq!(within("a b c", 3), ["a b", "c"]);
        assert_eq!(within("abcd", 3), ["abc", "d"]);
        assert_eq!(within("", 3), Vec::<String>::new());
        let kept = Kept::of([('P', "one\u{7}two\nthree".to_owned())]);
        assert_eq!(kept.lines, ["one two three"]);
    }
}
