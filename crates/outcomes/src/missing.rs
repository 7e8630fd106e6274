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

    /// The 95 % interval of the share among the known, in per cent: the score interval of Wilson
    /// (1927), which stays inside 0 to 100 and has width when nobody or everybody is well. None
    /// when nothing is known. It speaks of people counted once each, not of days or weeks, which
    /// hang together within a person.
    ///
    /// ```
    /// use outcomes::missing::Counted;
    /// // Newcombe (1998), table I: 81 of 263 is 0.2553 to 0.3662.
    /// let (lower, upper) = Counted::new(81, 263, 300).interval_percent().ok_or("nothing known")?;
    /// assert!((lower - 25.53).abs() < 0.005 && (upper - 36.62).abs() < 0.005);
    /// # Ok::<(), &str>(())
    /// ```
    pub fn interval_percent(self) -> Option<(f64, f64)> {
        /// The normal quantile that leaves 2.5 % on either side.
        const Z: f64 = 1.959_963_984_540_054;
        if self.known == 0 {
            return None;
        }
        let (of, share) = (
            f64::from(self.known),
            f64::from(self.n) / f64::from(self.known),
        );
        let divisor = 1.0 + Z * Z / of;
        let middle = (share + Z * Z / (2.0 * of)) / divisor;
        let half = Z * (share * (1.0 - share) / of + Z * Z / (4.0 * of * of)).sqrt() / divisor;
        Some((
            100.0 * (middle - half).max(0.0),
            100.0 * (middle + half).min(1.0),
        ))
    }

    /// Whether a part of it is so small that it could point at a person: the good, the others or
    /// the unknown are some, but fewer than `fewest`. All parts are then withheld together, because
    /// the others and the total would give the small one away.
    pub fn has_small_part(self, fewest: u32) -> bool {
        [self.n, self.known - self.n, self.not_known()]
            .into_iter()
            .any(|part| part > 0 && part < fewest)
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
    fn an_interval_has_width_when_nobody_is_well() {
        // Newcombe (1998), table I: 0 of 20 is 0 to 0.1611, and 1 of 29 is 0.0061 to 0.1718.
        let near = |counted: Counted, lower: f64, upper: f64| {
            let (low, high) = counted.interval_percent().unwrap();
            assert!(
                (low - lower).abs() < 0.005 && (high - upper).abs() < 0.005,
                "{low} {high}"
            );
        };
        near(Counted::new(0, 20, 20), 0.0, 16.11);
        near(Counted::new(1, 29, 29), 0.61, 17.18);
        assert_eq!(Counted::new(0, 0, 9).interval_percent(), None);
    }

    #[test]
    fn a_part_below_the_fewest_is_small_and_an_empty_one_is_not() {
        assert!(Counted::new(10, 20, 24).has_small_part(5));
        assert!(Counted::new(16, 20, 30).has_small_part(5));
        assert!(!Counted::new(10, 20, 20).has_small_part(5));
        assert!(!Counted::new(4, 20, 20).has_small_part(1));
    }

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
