//! What is not known, kept in sight: counts with their unknown, and what they would be if all of it
//! were bad or good.

use serde::Serialize;

/// The answer to a yes-or-no question about one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// It is so.
    Yes,
    /// It is not so.
    No,
    /// It cannot be said from what was recorded.
    NotKnown,
}

impl From<bool> for Answer {
    fn from(truth: bool) -> Self {
        if truth { Answer::Yes } else { Answer::No }
    }
}

impl From<Option<bool>> for Answer {
    fn from(truth: Option<bool>) -> Self {
        truth.map_or(Answer::NotKnown, Answer::from)
    }
}

/// How what is not known is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reading {
    /// What is not known is left out, above and below the line.
    AsMissing,
    /// What is not known counts as use, or as the bad answer.
    AsUse,
    /// What is not known counts as no use, or as the good answer. Only ever an upper bound.
    AsNoUse,
}

/// Days or people counted: how many, of how many known, of how many in all.
///
/// ```
/// use outcomes::missing::{Counted, Reading};
/// let well = Counted::new(40, 60, 100);
/// assert_eq!(well.percent(Reading::AsMissing), Some(40.0 / 60.0 * 100.0));
/// assert_eq!(well.percent(Reading::AsUse), Some(40.0));
/// assert_eq!(well.percent(Reading::AsNoUse), Some(80.0));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counted {
    n: u32,
    known: u32,
    of: u32,
}

impl Counted {
    /// `n` good ones among `known`, of `of` in all. Numbers that do not nest are cut until they do.
    pub fn new(n: u32, known: u32, of: u32) -> Self {
        let known = known.min(of);
        Counted {
            n: n.min(known),
            known,
            of,
        }
    }

    /// Counts answers; yes is the good one.
    pub fn of_answers(answers: impl IntoIterator<Item = Answer>) -> Self {
        let mut counted = Counted::default();
        for answer in answers {
            counted.of += 1;
            counted.known += u32::from(answer != Answer::NotKnown);
            counted.n += u32::from(answer == Answer::Yes);
        }
        counted
    }

    /// How many are good.
    pub fn n(self) -> u32 {
        self.n
    }

    /// How many are known.
    pub fn known(self) -> u32 {
        self.known
    }

    /// How many there are in all.
    pub fn of(self) -> u32 {
        self.of
    }

    /// How many are not known.
    pub fn not_known(self) -> u32 {
        self.of - self.known
    }

    /// The good ones in per cent; none when there is nothing to divide by.
    pub fn percent(self, reading: Reading) -> Option<f64> {
        let (n, of) = match reading {
            Reading::AsMissing => (self.n, self.known),
            Reading::AsUse => (self.n, self.of),
            Reading::AsNoUse => (self.n + self.not_known(), self.of),
        };
        (of > 0).then(|| 100.0 * (f64::from(n) / f64::from(of)))
    }

    /// The per cent if all that is not known were bad, and if all of it were good.
    pub fn range_percent(self) -> Option<(f64, f64)> {
        Some((
            self.percent(Reading::AsUse)?,
            self.percent(Reading::AsNoUse)?,
        ))
    }

    /// One sentence: "40 of 100 are known to be well; 40 are not known, so between 40 % and 80 %".
    ///
    /// `whose` follows "known to be".
    pub fn sentence(self, whose: &str) -> String {
        let (n, of, not_known) = (self.n, self.of, self.not_known());
        match self.range_percent() {
            None => "nobody to count yet".to_owned(),
            Some((share, _)) if not_known == 0 => {
                format!("{n} of {of} are known to be {whose} ({share:.0} %); none is unknown")
            }
            Some((least, most)) => format!(
                "{n} of {of} are known to be {whose}; {not_known} are not known, so between \
                 {least:.0} % and {most:.0} %"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_programme_with_no_answer_has_no_per_cent_among_the_known() {
        let unknown = Counted::of_answers([Answer::NotKnown, Answer::NotKnown]);
        assert_eq!(unknown.percent(Reading::AsMissing), None);
        assert_eq!(unknown.range_percent(), Some((0.0, 100.0)));
        assert_eq!(
            unknown.sentence("abstinent"),
            "0 of 2 are known to be abstinent; 2 are not known, so between 0 % and 100 %"
        );
        assert_eq!(
            Counted::default().sentence("abstinent"),
            "nobody to count yet"
        );
    }
}
