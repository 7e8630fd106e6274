//! Alcohol outcomes of daily grams: days abstinent, heavy days, drinks, WHO risk levels, responders.
//!
//! Day 0 is the index (first dose or quit day); a window is days 1 to n. Percentages are of known
//! days, with unknown as use beside them ([`Counted`]). Limits are data ([`DrinkingLimits`]).

use serde::{Deserialize, Serialize};

use crate::measures::DrinkingLimits;
use crate::missing::{Answer, Counted};

/// Whose limits apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    /// Men's limits.
    Man,
    /// Women's limits.
    Woman,
    /// Women's limits, the lower ones, for want of knowing; the page says so.
    NotRecorded,
}

/// The WHO drinking risk level of a mean of grams a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RiskLevel {
    /// No alcohol at all.
    Abstinent,
    /// Up to 40 g for men, 20 g for women.
    Low,
    /// Up to 60 g for men, 40 g for women.
    Medium,
    /// Up to 100 g for men, 60 g for women.
    High,
    /// Above that.
    VeryHigh,
}

impl RiskLevel {
    fn rank(self) -> i8 {
        match self {
            RiskLevel::Abstinent => 0,
            RiskLevel::Low => 1,
            RiskLevel::Medium => 2,
            RiskLevel::High => 3,
            RiskLevel::VeryHigh => 4,
        }
    }

    /// How many levels lower `now` is; negative when it is higher.
    ///
    /// Two levels or more are an endpoint regulators have accepted; one level is reported besides.
    pub fn levels_dropped_to(self, now: RiskLevel) -> i8 {
        self.rank() - now.rank()
    }
}

impl DrinkingLimits {
    /// From how many grams a day is heavy.
    pub fn heavy_day_grams(&self, sex: Sex) -> f64 {
        match sex {
            Sex::Man => self.heavy_day_men_grams,
            Sex::Woman | Sex::NotRecorded => self.heavy_day_women_grams,
        }
    }

    /// The WHO risk level of a mean of grams a day.
    pub fn risk_level(&self, mean_grams: f64, sex: Sex) -> RiskLevel {
        let [low, medium, high] = match sex {
            Sex::Man => self.who_levels_men_grams,
            Sex::Woman | Sex::NotRecorded => self.who_levels_women_grams,
        };
        if mean_grams <= 0.0 {
            RiskLevel::Abstinent
        } else if mean_grams <= low {
            RiskLevel::Low
        } else if mean_grams <= medium {
            RiskLevel::Medium
        } else if mean_grams <= high {
            RiskLevel::High
        } else {
            RiskLevel::VeryHigh
        }
    }
}

/// A day that cannot be.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error("day {day} has {grams} g of alcohol; a day has from 0 to {most} g, correct it")]
pub struct DrinkingError {
    /// Which day, from 1.
    pub day: usize,
    /// What was said.
    pub grams: f64,
    /// The most that is plausible.
    pub most: f64,
}

/// The days of a window in order, in grams of ethanol; none for a day not known.
///
/// ```
/// use outcomes::alcohol::{Drinking, Sex};
/// use outcomes::measures::Measures;
/// use outcomes::missing::Reading;
/// let limits = Measures::of_the_house()?.drinking;
/// let week = Drinking::new([Some(0.0), Some(70.0), None, Some(14.0)].into(), &limits)?;
/// assert_eq!(week.heavy_days(&limits, Sex::Man).n(), 1);
/// assert_eq!(week.abstinent_days().percent(Reading::AsUse), Some(25.0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Drinking(Vec<Option<f64>>);

impl Drinking {
    /// Takes the days of a window; refused when one is negative, not a number or implausible.
    pub fn new(days: Vec<Option<f64>>, limits: &DrinkingLimits) -> Result<Self, DrinkingError> {
        let most = limits.plausible_grams_max;
        let fault = days.iter().enumerate().find_map(|(at, day)| match day {
            Some(grams) if !(0.0..=most).contains(grams) => Some(DrinkingError {
                day: at + 1,
                grams: *grams,
                most,
            }),
            Some(_) | None => None,
        });
        fault.map_or(Ok(Drinking(days)), Err)
    }

    /// The days, day 1 first.
    pub fn days(&self) -> &[Option<f64>] {
        &self.0
    }

    fn known(&self) -> impl Iterator<Item = f64> {
        self.0.iter().flatten().copied()
    }

    fn counted(&self, is_good: impl Fn(f64) -> bool) -> Counted {
        Counted::of_answers(self.0.iter().map(|day| Answer::from(day.map(&is_good))))
    }

    /// Days without alcohol. Percent days abstinent is its [`Counted::percent`].
    pub fn abstinent_days(&self) -> Counted {
        self.counted(|grams| grams <= 0.0)
    }

    /// Heavy days. Here the good answer of [`Counted`] is the bad one: unknown days counted as
    /// heavy are [`crate::missing::Reading::AsNoUse`], its upper bound.
    pub fn heavy_days(&self, limits: &DrinkingLimits, sex: Sex) -> Counted {
        let heavy = limits.heavy_day_grams(sex);
        self.counted(|grams| grams >= heavy)
    }

    /// Mean grams over the known days; none when no day is known.
    pub fn mean_grams(&self) -> Option<f64> {
        mean(self.known())
    }

    /// Standard drinks a day, over the known days.
    pub fn drinks_per_day(&self, limits: &DrinkingLimits) -> Option<f64> {
        Some(self.mean_grams()? / limits.standard_drink_grams)
    }

    /// Standard drinks a drinking day; none without a known drinking day.
    pub fn drinks_per_drinking_day(&self, limits: &DrinkingLimits) -> Option<f64> {
        Some(mean(self.known().filter(|&grams| grams > 0.0))? / limits.standard_drink_grams)
    }

    /// The WHO risk level of the last days of the window (28, of which at least 21 known), or none:
    /// not known.
    pub fn risk_level(&self, limits: &DrinkingLimits, sex: Sex) -> Option<RiskLevel> {
        let window = usize::try_from(limits.who_window_days).ok()?;
        let least = usize::try_from(limits.who_known_days_min).ok()?;
        let days = self.0.get(self.0.len().checked_sub(window)?..)?;
        let known: Vec<f64> = days.iter().flatten().copied().collect();
        if known.len() < least {
            return None;
        }
        Some(limits.risk_level(mean(known.into_iter())?, sex))
    }

    /// Whether there was no heavy day after a grace period. Unknown days make it not known, unless a
    /// heavy day is already seen; so does a window with no day after the grace.
    pub fn is_without_heavy_day(
        &self,
        limits: &DrinkingLimits,
        sex: Sex,
        grace_days: usize,
    ) -> Answer {
        let days = self.0.get(grace_days..).unwrap_or_default();
        let heavy = limits.heavy_day_grams(sex);
        if days.iter().flatten().any(|&grams| grams >= heavy) {
            Answer::No
        } else if days.is_empty() || days.contains(&None) {
            Answer::NotKnown
        } else {
            Answer::Yes
        }
    }

    /// The first heavy day, from 1: relapse by the rule most alcohol trials use.
    pub fn first_heavy_day(&self, limits: &DrinkingLimits, sex: Sex) -> Option<usize> {
        let heavy = limits.heavy_day_grams(sex);
        let is_heavy = |day: &Option<f64>| day.is_some_and(|grams| grams >= heavy);
        self.0.iter().position(is_heavy).map(|at| at + 1)
    }
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (mut sum, mut n) = (0.0, 0_u32);
    for value in values {
        sum += value;
        n += 1;
    }
    (n > 0).then(|| sum / f64::from(n))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measures::Measures;
    use crate::missing::Reading;

    fn limits() -> DrinkingLimits {
        Measures::of_the_house().unwrap().drinking
    }

    fn drinking(days: &[Option<f64>]) -> Drinking {
        Drinking::new(days.to_vec(), &limits()).unwrap()
    }

    #[test]
    fn a_day_is_heavy_from_five_drinks_for_men_and_four_for_women_and_for_the_unrecorded() {
        let days = drinking(&[Some(69.9), Some(70.0), Some(56.0), Some(55.9)]);
        let heavy = |sex| days.heavy_days(&limits(), sex).n();
        assert_eq!(
            (heavy(Sex::Man), heavy(Sex::Woman), heavy(Sex::NotRecorded)),
            (1, 3, 3)
        );
        assert_eq!(days.first_heavy_day(&limits(), Sex::Man), Some(2));
    }

    #[test]
    fn who_levels_meet_without_gaps() {
        use RiskLevel::{Abstinent, High, Low, Medium, VeryHigh};
        let level = |grams, sex| limits().risk_level(grams, sex);
        let men = [
            (0.0, Abstinent),
            (0.1, Low),
            (40.0, Low),
            (40.1, Medium),
            (60.5, High),
            (100.1, VeryHigh),
        ];
        assert!(
            men.iter()
                .all(|&(grams, expected)| level(grams, Sex::Man) == expected)
        );
        let women = [
            (20.0, Low),
            (20.5, Medium),
            (40.5, High),
            (60.0, High),
            (60.1, VeryHigh),
        ];
        assert!(
            women
                .iter()
                .all(|&(grams, expected)| level(grams, Sex::Woman) == expected)
        );
        assert_eq!(VeryHigh.levels_dropped_to(Low), 3);
        assert_eq!(Low.levels_dropped_to(High), -2);
    }

    #[test]
    fn the_risk_level_needs_twenty_one_of_the_last_twenty_eight_days() {
        let mut days = vec![Some(500.0); 2];
        days.extend(vec![Some(30.0); 21]);
        days.extend(vec![None; 7]);
        assert_eq!(
            drinking(&days).risk_level(&limits(), Sex::Woman),
            Some(RiskLevel::Medium)
        );
        days.push(None);
        assert_eq!(drinking(&days).risk_level(&limits(), Sex::Woman), None);
        assert_eq!(
            drinking(&[Some(0.0); 27]).risk_level(&limits(), Sex::Woman),
            None
        );
    }

    #[test]
    fn a_responder_is_not_known_while_a_day_is_unless_a_heavy_day_is_seen() {
        let is_responder = |days: &[Option<f64>], grace| {
            drinking(days).is_without_heavy_day(&limits(), Sex::Man, grace)
        };
        assert_eq!(is_responder(&[Some(80.0), Some(0.0)], 0), Answer::No);
        assert_eq!(is_responder(&[Some(80.0), Some(0.0)], 1), Answer::Yes);
        assert_eq!(is_responder(&[None, Some(0.0)], 0), Answer::NotKnown);
        assert_eq!(is_responder(&[None, Some(80.0)], 0), Answer::No);
        assert_eq!(is_responder(&[Some(0.0)], 1), Answer::NotKnown);
    }

    #[test]
    fn drinks_and_days_are_of_known_days_with_unknown_as_use_beside_them() {
        let days = drinking(&[Some(28.0), Some(0.0), Some(14.0), None]);
        assert_eq!(days.drinks_per_day(&limits()), Some(1.0));
        assert_eq!(days.drinks_per_drinking_day(&limits()), Some(1.5));
        let abstinent = days.abstinent_days();
        assert_eq!(abstinent.percent(Reading::AsUse), Some(25.0));
        assert_eq!(abstinent.range_percent(), Some((25.0, 50.0)));
        assert_eq!(drinking(&[None]).mean_grams(), None);
    }

    #[test]
    fn a_day_that_cannot_be_is_refused_by_its_number() {
        for grams in [-1.0, f64::NAN, f64::INFINITY, 2000.5] {
            let refused = Drinking::new(vec![Some(0.0), Some(grams)], &limits()).unwrap_err();
            assert_eq!(refused.day, 2);
        }
    }
}
