//! What is wrong in a file that a clinician wrote: where, what, and what to write instead.

use std::fmt;

/// One thing wrong in one file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Fault {
    /// The file as it was named to the reader.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong.
    pub wrong: String,
    /// What to write instead.
    pub instead: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "{}:{}: {}; {}",
            self.file, self.line, self.wrong, self.instead
        )
    }
}

/// Everything wrong with what was read, sorted by file and line; never empty.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} in what was read, the first: {}", counted(.0.len()), first(.0))]
pub struct Faults(pub Vec<Fault>);

fn counted(n: usize) -> String {
    if n == 1 {
        "one fault".to_owned()
    } else {
        format!("{n} faults")
    }
}

fn first(faults: &[Fault]) -> String {
    faults.first().map(Fault::to_string).unwrap_or_default()
}

/// The known word nearest to `wrong`, when one is near enough to be meant.
pub(crate) fn nearest<'k>(
    wrong: &str,
    known: impl IntoIterator<Item = &'k str>,
) -> Option<&'k str> {
    let near_max = wrong.chars().count().div_ceil(3).max(1);
    known
        .into_iter()
        .map(|word| (edits(wrong, word), word))
        .filter(|(distance, _)| *distance <= near_max)
        .min()
        .map(|(_, word)| word)
}

/// How many letters must be changed, added or left out to make one word of the other.
fn edits(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut next = vec![i.saturating_add(1)];
        for ((to, diagonal), above) in b.iter().zip(&row).zip(row.iter().skip(1)) {
            let left = next.last().copied().unwrap_or_default();
            let swapped = diagonal.saturating_add(usize::from(from != *to));
            next.push(
                swapped
                    .min(left.saturating_add(1))
                    .min(above.saturating_add(1)),
            );
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_finds_the_word_that_was_meant() {
        let known = ["systolic", "diastolic", "pulse"];
        assert_eq!(nearest("sistolic", known), Some("systolic"));
        assert_eq!(nearest("dyastolic", known), Some("diastolic"));
        assert_eq!(nearest("weight", known), None);
    }
}
