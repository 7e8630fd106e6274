//! Days of one person after the index: abstinence, lapse, relapse, the longest run, recovery and how
//! much is known.
//!
//! Day 0 is the index (first dose or quit day) and counts in neither abstinence nor lapse; days run
//! from 1. Every function says what a day not known counts as.

use serde::Serialize;

use crate::measures::NinetyDayRule;
use crate::missing::{Answer, Counted};

/// What is known of one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Day {
    /// Use, by report, or a positive test on a day without a report.
    Used,
    /// No use, by report.
    NotUsed,
    /// Nothing is known.
    NotKnown,
    /// Reported without use, and a positive test contradicts it. Both are kept; the first figure
    /// takes the day as not known, the strict one as use.
    InConflict,
}

/// How days not known or in conflict count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Strictness {
    /// They are not known.
    First,
    /// They are use.
    Strict,
}

/// When something happened, or how long it was seen not to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeTo {
    /// On this day, from 1.
    Happened {
        /// The day it is dated to.
        day: usize,
    },
    /// Not up to this day, the last that is known; 0 when none is.
    NotBy {
        /// The last day known.
        day: usize,
    },
}

/// A named rule for relapse on days. Rules on weeks are definitions of endpoints on words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RelapseRule {
    /// The first day of use (a lapse, in other rules).
    FirstUse,
    /// The first day of use, or dropping out (Dakwar et al. 2019, cocaine).
    FirstUseOrDropout {
        /// The day of dropping out, if the person did.
        dropped_out: Option<usize>,
    },
    /// So many days of use within so many days; a positive test counts as so many days (Lee et al.
    /// 2016: ten in twenty-eight, a positive urine for five).
    DaysWithin {
        /// Days of use.
        use_days: usize,
        /// Within this many days.
        within: usize,
        /// What a positive test on a day without reported use counts as.
        test_counts: usize,
    },
}

impl RelapseRule {
    /// Lee et al. 2016, N Engl J Med 374:1232.
    pub const LEE_2016: RelapseRule = RelapseRule::DaysWithin {
        use_days: 10,
        within: 28,
        test_counts: 5,
    };

    /// The rule in one sentence, stored with every result.
    pub fn says(self) -> String {
        match self {
            RelapseRule::FirstUse => "The first day of use.".to_owned(),
            RelapseRule::FirstUseOrDropout { .. } => {
                "The first day of use or of dropping out (Dakwar 2019).".to_owned()
            }
            RelapseRule::DaysWithin {
                use_days,
                within,
                test_counts,
            } => format!(
                "The day on which {use_days} days of use within {within} are reached, a positive \
                 test counting for {test_counts}."
            ),
        }
    }
}

/// The days of one person, day 1 first, and the days with a positive test.
///
/// ```
/// use outcomes::days::{Day, Days, Strictness, TimeTo};
/// let mut days = Days::new(vec![Day::NotUsed, Day::NotUsed, Day::NotKnown, Day::Used]);
/// assert_eq!(days.first_use(Strictness::First), TimeTo::Happened { day: 4 });
/// assert_eq!(days.first_use(Strictness::Strict), TimeTo::Happened { day: 3 });
/// days.add_positive_test(2, 2);
/// assert_eq!(days.abstinent(Strictness::First).known(), 1);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Days {
    days: Vec<Day>,
    positive_tests: std::collections::BTreeSet<usize>,
}

impl Days {
    /// Takes the days, day 1 first.
    pub fn new(days: Vec<Day>) -> Self {
        Days {
            days,
            positive_tests: std::collections::BTreeSet::new(),
        }
    }

    /// The days, day 1 first.
    pub fn days(&self) -> &[Day] {
        &self.days
    }

    /// The first `n` days alone, as they were known.
    #[must_use]
    pub fn first(&self, n: usize) -> Self {
        Days {
            days: self.days.iter().take(n).copied().collect(),
            positive_tests: self
                .positive_tests
                .iter()
                .copied()
                .filter(|day| *day <= n)
                .collect(),
        }
    }

    /// Adds a positive test on `day`, for a substance seen for at least `window_days` (the shortest
    /// window of that test).
    ///
    /// It rewrites no report: the test day and the days before it within the window that were
    /// reported without use are in conflict. A test day without a report becomes a day of use.
    /// Nothing happens on a day outside the days given.
    pub fn add_positive_test(&mut self, day: usize, window_days: usize) {
        let Some(at) = day.checked_sub(1).filter(|&at| at < self.days.len()) else {
            return;
        };
        self.positive_tests.insert(day);
        let from = at.saturating_sub(window_days.saturating_sub(1));
        let days = self
            .days
            .iter_mut()
            .enumerate()
            .skip(from)
            .take(at + 1 - from);
        for (index, state) in days {
            *state = match *state {
                Day::NotUsed => Day::InConflict,
                Day::NotKnown if index == at => Day::Used,
                Day::Used | Day::InConflict | Day::NotKnown => *state,
            };
        }
    }

    fn answer(day: Day, strictness: Strictness) -> Answer {
        match (day, strictness) {
            (Day::NotUsed, _) => Answer::Yes,
            (Day::Used, _) | (Day::NotKnown | Day::InConflict, Strictness::Strict) => Answer::No,
            (Day::NotKnown | Day::InConflict, Strictness::First) => Answer::NotKnown,
        }
    }

    fn is_use(day: Day, strictness: Strictness) -> bool {
        Self::answer(day, strictness) == Answer::No
    }

    /// Abstinent days of the known days.
    pub fn abstinent(&self, strictness: Strictness) -> Counted {
        Counted::of_answers(self.days.iter().map(|&day| Self::answer(day, strictness)))
    }

    /// Days that are in conflict, always to be shown.
    pub fn in_conflict(&self) -> usize {
        self.days
            .iter()
            .filter(|&&day| day == Day::InConflict)
            .count()
    }

    /// The last day on which anything is known; 0 when none is.
    pub fn last_known(&self) -> usize {
        self.days
            .iter()
            .rposition(|&day| day != Day::NotKnown)
            .map_or(0, |at| at + 1)
    }

    /// The first day of use: the time to first lapse, censored at the last day known. In the strict
    /// figure a day not known is use.
    pub fn first_use(&self, strictness: Strictness) -> TimeTo {
        let first = self
            .days
            .iter()
            .position(|&day| Self::is_use(day, strictness));
        self.dated(first.map(|at| at + 1))
    }

    /// The time to relapse by a named rule, censored at the last day known.
    pub fn relapse(&self, rule: RelapseRule, strictness: Strictness) -> TimeTo {
        match rule {
            RelapseRule::FirstUse => self.first_use(strictness),
            RelapseRule::FirstUseOrDropout { dropped_out } => {
                match (self.first_use(strictness), dropped_out) {
                    (TimeTo::Happened { day }, Some(out)) => TimeTo::Happened { day: day.min(out) },
                    (TimeTo::NotBy { .. }, Some(day)) => TimeTo::Happened { day },
                    (time, None) => time,
                }
            }
            RelapseRule::DaysWithin {
                use_days,
                within,
                test_counts,
            } => {
                let weights = self.weights(strictness, test_counts);
                let reached = (1..=weights.len()).find(|&end| {
                    let window = weights
                        .get(end.saturating_sub(within)..end)
                        .unwrap_or_default();
                    window.iter().sum::<usize>() >= use_days
                });
                self.dated(reached)
            }
        }
    }

    /// What each day adds: one for use, more for a positive test against a report or without one.
    fn weights(&self, strictness: Strictness, test_counts: usize) -> Vec<usize> {
        let weight = |(at, &day): (usize, &Day)| {
            let tested = self.positive_tests.contains(&(at + 1));
            match day {
                Day::InConflict if tested => test_counts,
                Day::Used if tested => test_counts.max(1),
                Day::Used | Day::NotUsed | Day::NotKnown | Day::InConflict => {
                    usize::from(Self::is_use(day, strictness))
                }
            }
        };
        self.days.iter().enumerate().map(weight).collect()
    }

    fn dated(&self, day: Option<usize>) -> TimeTo {
        match day {
            Some(day) => TimeTo::Happened { day },
            None => TimeTo::NotBy {
                day: self.last_known(),
            },
        }
    }

    /// The longest run of abstinent days. In the strict figure a day not known breaks it; in the
    /// first one it neither breaks nor lengthens it, and a day in conflict is a day not known.
    pub fn longest_run(&self, strictness: Strictness) -> usize {
        let (mut longest, mut run) = (0, 0);
        for &day in &self.days {
            match Self::answer(day, strictness) {
                Answer::Yes => run += 1,
                Answer::No => run = 0,
                Answer::NotKnown => {}
            }
            longest = longest.max(run);
        }
        longest
    }

    /// After each return to use, how many days until the first of `abstinent_days` abstinent days
    /// in a row; none while that has not come. Days not known break the row.
    ///
    /// A return to use begins at the first day of use after the last recovery (or after the index)
    /// and ends with the next: it never closes a course and never resets anything.
    pub fn recoveries(&self, abstinent_days: usize) -> Vec<Recovery> {
        let needed = abstinent_days.max(1);
        let mut all = Vec::new();
        let mut returned: Option<usize> = None;
        let mut run = 0;
        for (at, &day) in self.days.iter().enumerate() {
            run = if day == Day::NotUsed { run + 1 } else { 0 };
            match returned {
                None if day == Day::Used => returned = Some(at + 1),
                Some(from) if run >= needed => {
                    let recovered = at + 2 - needed;
                    all.push(Recovery {
                        returned: from,
                        days: Some(recovered - from),
                    });
                    returned = None;
                }
                None | Some(_) => {}
            }
        }
        all.extend(returned.map(|from| Recovery {
            returned: from,
            days: None,
        }));
        all
    }

    /// How much of the first ninety days is known.
    pub fn completeness(&self, rule: &NinetyDayRule) -> Completeness {
        let length = usize::try_from(rule.days).unwrap_or(usize::MAX);
        let last = usize::try_from(rule.status_within_days).unwrap_or(usize::MAX);
        let is_known = |day: &Day| *day != Day::NotKnown;
        let window = self
            .days
            .get(..length.min(self.days.len()))
            .unwrap_or_default();
        let known = window.iter().filter(|day| is_known(day)).count();
        let has_status = window.len() == length
            && window
                .iter()
                .skip(length.saturating_sub(last))
                .any(is_known);
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let share = f64::from(count(known)) / f64::from(rule.days.max(1));
        Completeness {
            days_known: Counted::new(count(known), rule.days, rule.days),
            has_status,
            is_complete: has_status && share >= rule.known_share_min,
        }
    }
}

/// A return to use and the way back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Recovery {
    /// The first day of use, from 1.
    pub returned: usize,
    /// Days from it to the first day of the abstinent run that ends it; none while it lasts.
    pub days: Option<usize>,
}

/// How much is known of a person's first ninety days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Completeness {
    /// Days known, of all of them.
    pub days_known: Counted,
    /// Whether one of the last days is known.
    pub has_status: bool,
    /// Whether the rule's share is reached as well.
    pub is_complete: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measures::Measures;
    use crate::missing::Reading;

    /// `n` not used, `u` used, `?` not known.
    fn days(text: &str) -> Days {
        let day = |sign| match sign {
            'n' => Day::NotUsed,
            'u' => Day::Used,
            _ => Day::NotKnown,
        };
        Days::new(text.chars().map(day).collect())
    }

    #[test]
    fn a_positive_test_rewrites_no_report_and_is_counted_strictly_beside_it() {
        let mut days = days("nnnn?n");
        days.add_positive_test(4, 2);
        days.add_positive_test(5, 1);
        days.add_positive_test(99, 3);
        assert_eq!(days.in_conflict(), 2);
        assert_eq!(
            days.abstinent(Strictness::First)
                .percent(Reading::AsMissing),
            Some(75.0)
        );
        assert_eq!(
            days.abstinent(Strictness::Strict)
                .percent(Reading::AsMissing),
            Some(50.0)
        );
        assert_eq!(
            days.first_use(Strictness::First),
            TimeTo::Happened { day: 5 }
        );
        assert_eq!(
            days.first_use(Strictness::Strict),
            TimeTo::Happened { day: 3 }
        );
    }

    #[test]
    fn without_a_lapse_the_time_ends_at_the_last_day_known() {
        assert_eq!(
            days("nn?n??").first_use(Strictness::First),
            TimeTo::NotBy { day: 4 }
        );
        assert_eq!(
            days("???").first_use(Strictness::First),
            TimeTo::NotBy { day: 0 }
        );
        assert_eq!(
            days("???").first_use(Strictness::Strict),
            TimeTo::Happened { day: 1 }
        );
    }

    #[test]
    fn ten_days_of_use_in_twenty_eight_are_a_relapse_and_a_positive_urine_counts_for_five() {
        let relapse = |days: &Days| days.relapse(RelapseRule::LEE_2016, Strictness::First);
        let nine_then_late = format!("{}{}u", "u".repeat(9), "n".repeat(19));
        assert_eq!(relapse(&days(&nine_then_late)), TimeTo::NotBy { day: 29 });
        let ten = format!("{}{}u", "u".repeat(9), "n".repeat(18));
        assert_eq!(relapse(&days(&ten)), TimeTo::Happened { day: 28 });
        let mut tested = days(&"n".repeat(20));
        tested.add_positive_test(3, 2);
        assert_eq!(relapse(&tested), TimeTo::NotBy { day: 20 });
        tested.add_positive_test(10, 2);
        assert_eq!(relapse(&tested), TimeTo::Happened { day: 10 });
    }

    #[test]
    fn dropping_out_is_a_relapse_only_by_the_rule_that_says_so() {
        let rule = RelapseRule::FirstUseOrDropout {
            dropped_out: Some(3),
        };
        assert_eq!(
            days("nnnnu").relapse(rule, Strictness::First),
            TimeTo::Happened { day: 3 }
        );
        let rule = RelapseRule::FirstUse;
        assert_eq!(
            days("nnnnu").relapse(rule, Strictness::First),
            TimeTo::Happened { day: 5 }
        );
    }

    #[test]
    fn a_day_not_known_breaks_the_longest_run_only_in_the_strict_figure() {
        let days = days("nn?nnunnn?");
        assert_eq!(days.longest_run(Strictness::First), 4);
        assert_eq!(days.longest_run(Strictness::Strict), 3);
    }

    #[test]
    fn a_return_to_use_is_followed_by_the_days_to_recovery() {
        let days = days("nnuunu?nnnnuun");
        assert_eq!(
            days.recoveries(3),
            [
                Recovery {
                    returned: 3,
                    days: Some(5)
                },
                Recovery {
                    returned: 12,
                    days: None
                }
            ]
        );
    }

    #[test]
    fn ninety_days_are_complete_with_four_fifths_known_and_one_of_the_last_fourteen() {
        let rule = Measures::of_the_house().unwrap().ninety_days;
        let of = |text: String| days(&text).completeness(&rule);
        assert!(of("n".repeat(90)).is_complete);
        assert!(of(format!("{}{}n", "n".repeat(71), "?".repeat(18))).is_complete);
        assert!(!of(format!("{}{}n", "n".repeat(70), "?".repeat(19))).is_complete);
        let early = of(format!("{}{}", "n".repeat(76), "?".repeat(14)));
        assert!(!early.has_status && !early.is_complete && early.days_known.n() == 76);
        assert!(!of("n".repeat(80)).has_status);
    }
}
