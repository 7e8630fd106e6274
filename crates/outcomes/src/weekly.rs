//! From days to weeks: raw urines, visits and self-report become use-pattern words.
//!
//! Days count from consent, which is day 0. Weeks count from randomisation: week 1 begins the day
//! after it, weeks 0 and below lie before. The rule is the one by which the words of CTN-0094 were
//! made (Odom and others, R package `public.ctn0094extra` 1.0.4).

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use crate::word::{Symbol, Word, WordError};

/// The furthest a day may lie from day 0: a century. Beyond it a date was mistyped.
pub const DAYS_MAX: i32 = 36_525;

/// When a person was randomised, in days since consent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Randomised {
    /// The first time, if ever.
    pub first: Option<i32>,
    /// The second time, if there was a second phase.
    pub again: Option<i32>,
}

/// What the urines and visits of one person showed, in days since consent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Urines {
    /// Days with a urine that found the target substance.
    pub positive: BTreeSet<i32>,
    /// Days on which the person was present; without a positive urine, a negative one.
    pub present: BTreeSet<i32>,
    /// Days on which a visit was due and missed.
    pub missed: BTreeSet<i32>,
}

/// What one person reported of themselves, in days since consent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelfReport {
    /// Days on which use was reported.
    pub used: BTreeSet<i32>,
    /// Which days without reported use are known to be without use.
    pub known: Known,
}

/// What a day without reported use means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known {
    /// The calendar was filled for the whole study: no report is no use.
    EveryDay,
    /// Only these days were asked about; the others are not known.
    Days(BTreeSet<i32>),
}

/// How long each part of a study lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// The first day looked at, usually before consent.
    pub first_day: i32,
    /// Days of the first phase after randomisation, for a person without a second.
    pub phase_1_days: i32,
    /// Days of the second phase after the second randomisation.
    pub phase_2_days: i32,
    /// How many missed weeks a person never randomised is given, so that an intention-to-treat count
    /// has them.
    pub never_randomised_weeks: u16,
}

impl Calendar {
    /// CTN-0030 (Weiss et al. 2011): fourteen weeks, then twenty-four for those randomised again.
    pub const CTN_0030: Calendar = Calendar {
        first_day: -30,
        phase_1_days: 98,
        phase_2_days: 168,
        never_randomised_weeks: 15,
    };
}

/// A person's words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PhaseWords {
    /// The weeks before week 1.
    pub baseline: Word,
    /// Week 1 up to the second randomisation or the end.
    pub phase_1: Word,
    /// From the week that holds the second randomisation.
    pub phase_2: Word,
}

/// Days that cannot make a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// A second randomisation without a first, or not after it.
    #[error("the second randomisation does not come after a first one; correct the days")]
    Order,
    /// A day more than [`DAYS_MAX`] from day 0.
    #[error("day {day} is more than a century from consent; correct it")]
    Day {
        /// The day.
        day: i32,
    },
    /// The word would be longer than a word may be.
    #[error("the days span too many weeks")]
    TooLong(#[source] WordError),
}

/// The words of a person's urines.
///
/// A week with positive days only is `+`, with negative only `-`, with both `*`. With neither it is
/// `o` from week 1 on; before that `o` when a visit was missed and `_` when none was due. For a
/// person never randomised nothing is read: the baseline is `_` and the weeks are `o`.
///
/// ```
/// use outcomes::weekly::{Calendar, Randomised, Urines, words_from_urines};
/// let urines = Urines {
///     positive: [8].into(), // in week 1
///     present: [8, 15, 18].into(),
///     ..Urines::default()
/// };
/// let calendar = Calendar { first_day: 1, phase_1_days: 21, ..Calendar::CTN_0030 };
/// let randomised = Randomised { first: Some(7), again: None };
/// let words = words_from_urines(randomised, &urines, calendar)?;
/// assert_eq!((words.baseline.to_string(), words.phase_1.to_string()), ("_".into(), "+-o".into()));
/// # Ok::<(), outcomes::weekly::CalendarError>(())
/// ```
pub fn words_from_urines(
    randomised: Randomised,
    urines: &Urines,
    calendar: Calendar,
) -> Result<PhaseWords, CalendarError> {
    words(randomised, calendar, |week, days| {
        let positive = urines.positive.range(days.clone()).next().is_some();
        let negative = urines
            .present
            .range(days.clone())
            .any(|day| !urines.positive.contains(day));
        let missed = urines.missed.range(days).next().is_some();
        match (positive, negative) {
            (true, false) => Symbol::Positive,
            (false, true) => Symbol::Negative,
            (true, true) => Symbol::Mixed,
            (false, false) if week >= 1 || missed => Symbol::Missing,
            (false, false) => Symbol::Unscheduled,
        }
    })
}

/// The words of a person's self-report: `+` for two or more days of use in the week, `*` for one,
/// `-` for none with at least one day known; with no day known `o`, or `_` before week 1.
pub fn words_from_self_report(
    randomised: Randomised,
    report: &SelfReport,
    calendar: Calendar,
) -> Result<PhaseWords, CalendarError> {
    words(randomised, calendar, |week, days| {
        let known = match &report.known {
            Known::EveryDay => true,
            Known::Days(known) => known.range(days.clone()).next().is_some(),
        };
        match report.used.range(days).count() {
            0 if known => Symbol::Negative,
            0 if week >= 1 => Symbol::Missing,
            0 => Symbol::Unscheduled,
            1 => Symbol::Mixed,
            _ => Symbol::Positive,
        }
    })
}

/// Walks the weeks and asks for each one's symbol.
fn words(
    randomised: Randomised,
    calendar: Calendar,
    symbol: impl Fn(i32, RangeInclusive<i32>) -> Symbol,
) -> Result<PhaseWords, CalendarError> {
    let Some(zero) = randomised.first else {
        return if randomised.again.is_some() {
            Err(CalendarError::Order)
        } else {
            words_of_the_never_randomised(calendar)
        };
    };
    if randomised.again.is_some_and(|again| again <= zero) {
        return Err(CalendarError::Order);
    }
    let length = [
        calendar.first_day,
        calendar.phase_1_days,
        calendar.phase_2_days,
    ];
    for day in length.into_iter().chain([zero]).chain(randomised.again) {
        if !(-DAYS_MAX..=DAYS_MAX).contains(&day) {
            return Err(CalendarError::Day { day });
        }
    }
    let last_day = match randomised.again {
        None => zero + calendar.phase_1_days,
        Some(again) => again + calendar.phase_2_days,
    };
    let week_of = |day: i32| (day - zero - 1).div_euclid(7) + 1;
    let second_phase = randomised.again.map(week_of);
    let (mut baseline, mut phase_1, mut phase_2) = (Vec::new(), Vec::new(), Vec::new());
    for week in week_of(calendar.first_day)..=week_of(last_day) {
        let begins = zero + 1 + (week - 1) * 7;
        let days = begins.max(calendar.first_day)..=(begins + 6).min(last_day);
        if days.is_empty() {
            continue;
        }
        let phase = if week < 1 {
            &mut baseline
        } else if second_phase.is_some_and(|second| week >= second) {
            &mut phase_2
        } else {
            &mut phase_1
        };
        phase.push(symbol(week, days));
    }
    let word = |symbols| Word::new(symbols).map_err(CalendarError::TooLong);
    Ok(PhaseWords {
        baseline: word(baseline)?,
        phase_1: word(phase_1)?,
        phase_2: word(phase_2)?,
    })
}

fn words_of_the_never_randomised(calendar: Calendar) -> Result<PhaseWords, CalendarError> {
    let word = |symbol, weeks| Word::new(vec![symbol; weeks]).map_err(CalendarError::TooLong);
    if !(-DAYS_MAX..=DAYS_MAX).contains(&calendar.first_day) {
        return Err(CalendarError::Day {
            day: calendar.first_day,
        });
    }
    // Weeks before consent: the days from the first looked at to day -1, in started weeks.
    let before = usize::try_from((-calendar.first_day).max(0))
        .unwrap_or(0)
        .div_ceil(7);
    Ok(PhaseWords {
        baseline: word(Symbol::Unscheduled, before)?,
        phase_1: word(
            Symbol::Missing,
            usize::from(calendar.never_randomised_weeks),
        )?,
        phase_2: Word::default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words_of(first: i32, again: Option<i32>) -> Result<PhaseWords, CalendarError> {
        let randomised = Randomised {
            first: Some(first),
            again,
        };
        words_from_urines(randomised, &Urines::default(), Calendar::CTN_0030)
    }

    #[test]
    fn the_second_phase_begins_in_the_week_that_holds_the_second_randomisation() {
        let words = words_of(10, Some(31)).unwrap();
        // Day 31 is the last of week 3.
        assert_eq!((words.phase_1.weeks(), words.phase_2.weeks()), (2, 25));
        let words = words_of(10, Some(32)).unwrap();
        assert_eq!((words.phase_1.weeks(), words.phase_2.weeks()), (3, 25));
    }

    #[test]
    fn days_that_cannot_be_are_refused() {
        assert_eq!(words_of(10, Some(10)), Err(CalendarError::Order));
        assert_eq!(
            words_of(i32::MAX, None),
            Err(CalendarError::Day { day: i32::MAX })
        );
        let again = Randomised {
            first: None,
            again: Some(3),
        };
        let words = words_from_urines(again, &Urines::default(), Calendar::CTN_0030);
        assert_eq!(words, Err(CalendarError::Order));
        let endless = Calendar {
            phase_1_days: DAYS_MAX,
            ..Calendar::CTN_0030
        };
        let randomised = Randomised {
            first: Some(0),
            again: None,
        };
        let words = words_from_urines(randomised, &Urines::default(), endless);
        assert_eq!(words, Err(CalendarError::TooLong(WordError::TooLong)));
    }

    #[test]
    fn a_week_nobody_asked_about_is_not_a_week_without_use() {
        let report = SelfReport {
            used: [9, 10, 17].into(),
            known: Known::Days([24].into()),
        };
        let randomised = Randomised {
            first: Some(7),
            again: None,
        };
        let calendar = Calendar {
            first_day: 0,
            phase_1_days: 28,
            ..Calendar::CTN_0030
        };
        let words = words_from_self_report(randomised, &report, calendar).unwrap();
        // Weeks 0 (days 0 is in week -1 or 0), then 8 to 14, 15 to 21, 22 to 28, 29 to 35.
        assert_eq!(words.phase_1.to_string(), "+*-o");
        assert_eq!(words.baseline.to_string(), "__");
    }
}
