//! One person's course as a programme counts it, in days after its index.
//!
//! The index is the first dose; a record taken in from a trial brings its own, the day of
//! randomisation. Day 0 is the index and counts in no outcome; days run from 1. A trace says nothing
//! of today: how many days have passed is told when a report is made.

use std::collections::{BTreeMap, BTreeSet};

use crate::days::{Day, Days};
use crate::missing::Answer;
use crate::weekly::{Calendar, Randomised, Urines, words_from_urines};
use crate::word::{Symbol, Word};

/// The days after the index that a report looks at.
pub const WINDOW_DAYS: usize = 90;

/// The whole weeks within them.
pub const WINDOW_WEEKS: usize = 12;

/// How many days without contact are a loss of contact: four weeks, as [`crate::weeks::DROPOUT_WEEKS`].
pub const SILENT_DAYS: i32 = 28;

/// How many days of a week must be known without use, where no urine speaks for it: clinic policy.
pub const WEEK_DAYS_KNOWN_MIN: usize = 4;

/// How far a person came, in the order of a course.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reached {
    /// They asked, or their record was taken in.
    #[default]
    Enquired,
    /// The evaluation was held.
    Evaluated,
    /// A course was opened.
    Opened,
    /// A consent was signed.
    Consented,
    /// The index came: the first dose.
    Started,
    /// Every dose that was planned was given.
    AllDoses,
}

impl Reached {
    /// Every stage, in the order of a course.
    pub const ALL: [Self; 6] = [
        Self::Enquired,
        Self::Evaluated,
        Self::Opened,
        Self::Consented,
        Self::Started,
        Self::AllDoses,
    ];

    /// The stage in words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Enquired => "Enquired",
            Self::Evaluated => "Evaluated",
            Self::Opened => "Course opened",
            Self::Consented => "Consented",
            Self::Started => "First dose",
            Self::AllDoses => "All planned doses",
        }
    }
}

/// Why a person came no further, where the record says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ended {
    /// Referred elsewhere.
    Referred,
    /// Not now.
    NotNow,
    /// The person chose not to.
    Declined,
    /// Nobody was reached.
    NotReached,
    /// The person left the course.
    Left,
    /// The course was ended with fewer doses than planned.
    Completed,
}

impl Ended {
    /// The reason in words that follow a number.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Referred => "referred elsewhere",
            Self::NotNow => "not now",
            Self::Declined => "declined",
            Self::NotReached => "not reached",
            Self::Left => "left the course",
            Self::Completed => "course ended with fewer",
        }
    }
}

/// One person's course, in days after its index.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trace {
    /// How far they came.
    pub reached: Reached,
    /// Why they came no further, where the record says it.
    pub ended: Option<Ended>,
    /// The ninety days after the index, day 1 first; days nothing is said of are not known.
    pub days: Days,
    /// Days on which the person was seen or heard, from day 1, without end.
    pub contacts: BTreeSet<i32>,
    /// Days with a urine for the target substance, true where it was found.
    pub urines: BTreeMap<i32, bool>,
    /// Weekly word of the urines: [`WINDOW_WEEKS`] long, or the trial's own.
    pub word: Word,
    /// Craving by day, 0 to 10, in the order of days; negative and 0 are before the first dose.
    pub craving: Vec<(i32, f64)>,
    /// PHQ-9 by day.
    pub phq9: Vec<(i32, f64)>,
    /// How many doses were planned; none where the record holds no plan.
    pub doses_planned: usize,
    /// Harms.
    pub harm: Harm,
}

/// What harm is recorded of a course.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Harm {
    /// Adverse events noted.
    pub noted: u32,
    /// Of these, serious ones.
    pub serious: u32,
    /// Dosing sessions in which drug was given.
    pub sessions: u32,
    /// Of these, stopped before all was given.
    pub stopped_early: u32,
}

/// The ninety days of what was reported and tested.
///
/// `reported` holds true where use was reported, false where its absence was, and nothing where two
/// reports disagree or there is none; `urines` is true where the substance was found. A test changes
/// no report: see [`Days::add_positive_test`].
pub fn days_of(
    reported: &BTreeMap<i32, Option<bool>>,
    urines: &BTreeMap<i32, bool>,
    test_window_days: usize,
) -> Days {
    let state = |day: usize| {
        let day = i32::try_from(day).unwrap_or(i32::MAX);
        match reported.get(&day) {
            Some(Some(true)) => Day::Used,
            Some(Some(false)) => Day::NotUsed,
            Some(None) => Day::InConflict,
            None => Day::NotKnown,
        }
    };
    let mut days = Days::new((1..=WINDOW_DAYS).map(state).collect());
    for day in urines
        .iter()
        .filter(|(_, found)| **found)
        .map(|(day, _)| *day)
    {
        if let Ok(day) = usize::try_from(day) {
            days.add_positive_test(day, test_window_days);
        }
    }
    days
}

/// The word of [`WINDOW_WEEKS`] weeks of urines: a week without one is missing.
pub fn word_of(urines: &BTreeMap<i32, bool>) -> Word {
    let of = |wanted: bool| -> BTreeSet<i32> {
        let days = urines.iter().filter(|(_, found)| **found == wanted);
        days.map(|(day, _)| *day).collect()
    };
    let calendar = Calendar {
        first_day: 1,
        phase_1_days: i32::try_from(7 * WINDOW_WEEKS).unwrap_or(84),
        ..Calendar::CTN_0030
    };
    let randomised = Randomised {
        first: Some(0),
        again: None,
    };
    let urines = Urines {
        positive: of(true),
        present: of(false),
        missed: BTreeSet::new(),
    };
    words_from_urines(randomised, &urines, calendar)
        .map_or_else(|_| Word::default(), |all| all.phase_1)
}

/// A time that ended with what was looked for, or with the last day known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Until {
    /// The day.
    pub day: usize,
    /// Whether it happened then.
    pub happened: bool,
}

impl Trace {
    /// The days that had passed, at most ninety.
    pub fn days_until(&self, passed: usize) -> Days {
        self.days.first(passed.min(WINDOW_DAYS))
    }

    /// The last day up to `passed` with a urine in which the substance was not found; 0 when there is none.
    pub fn last_clean_test(&self, passed: usize) -> usize {
        let last = i32::try_from(passed.min(WINDOW_DAYS)).unwrap_or(90);
        let clean = self
            .urines
            .iter()
            .filter(|(day, found)| !**found && (1..=last).contains(*day));
        clean
            .map(|(day, _)| *day)
            .max()
            .map_or(0, |day| usize::try_from(day).unwrap_or(0))
    }

    /// When contact was lost within the window: the last day of contact before [`SILENT_DAYS`] days
    /// without any; else how long it is known to have held.
    ///
    /// A person of whom nothing was heard lately is not lost yet, and is known to be held only up to
    /// the last contact.
    pub fn lost(&self, passed: usize) -> Until {
        let passed = i32::try_from(passed).unwrap_or(i32::MAX);
        let window = i32::try_from(WINDOW_DAYS).unwrap_or(90);
        let mut last = 0;
        for day in self.contacts_between(1, passed) {
            if day - last >= SILENT_DAYS || last >= window {
                break;
            }
            last = day;
        }
        let next = self.contacts_between(last + 1, passed).next();
        let is_lost = last < window && next.unwrap_or(passed) - last >= SILENT_DAYS;
        Until {
            day: usize::try_from(last.min(window)).unwrap_or(0),
            happened: is_lost,
        }
    }

    /// Days of contact from one day to another, both included; none where the second comes first.
    fn contacts_between(&self, from: i32, until: i32) -> impl Iterator<Item = i32> {
        // A set asked for a range that ends before it begins panics.
        let days = (from <= until).then(|| self.contacts.range(from..=until));
        days.into_iter().flatten().copied()
    }

    /// Whether there was contact from one day to another, both included.
    pub fn has_contact(&self, from: i32, until: i32) -> bool {
        self.contacts_between(from, until).next().is_some()
    }

    /// Each of the first twelve weeks: without use, with use, or not known.
    pub fn weeks(&self) -> Vec<Answer> {
        (0..WINDOW_WEEKS).map(|week| self.week(week)).collect()
    }

    fn week(&self, week: usize) -> Answer {
        let days = self.days.days();
        let days = days.get(week * 7..(week + 1) * 7).unwrap_or_default();
        let urine = self.word.symbols().get(week).copied();
        let without = days.iter().filter(|day| **day == Day::NotUsed).count();
        if days.contains(&Day::Used) {
            return Answer::No;
        }
        match urine {
            Some(Symbol::Positive | Symbol::Mixed) => Answer::No,
            Some(Symbol::Negative) => Answer::Yes,
            Some(Symbol::Missing | Symbol::Unscheduled) | None => {
                if without >= WEEK_DAYS_KNOWN_MIN {
                    Answer::Yes
                } else {
                    Answer::NotKnown
                }
            }
        }
    }
}

/// The last value before the first dose: of day 0 or earlier.
pub fn before(values: &[(i32, f64)]) -> Option<f64> {
    values
        .iter()
        .filter(|(day, _)| *day <= 0)
        .max_by_key(|(day, _)| *day)
        .map(|(_, value)| *value)
}

/// The last value from one day to another, both included.
pub fn last_between(values: &[(i32, f64)], from: i32, until: i32) -> Option<f64> {
    values
        .iter()
        .filter(|(day, _)| (from..=until).contains(day))
        .max_by_key(|(day, _)| *day)
        .map(|(_, value)| *value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trace(contacts: &[i32]) -> Trace {
        Trace {
            contacts: contacts.iter().copied().collect(),
            ..Trace::default()
        }
    }

    fn until(day: usize, happened: bool) -> Until {
        Until { day, happened }
    }

    #[test]
    fn contact_is_lost_on_the_last_day_before_four_silent_weeks() {
        assert_eq!(trace(&[3, 20, 60]).lost(200), until(20, true));
        assert_eq!(trace(&[]).lost(200), until(0, true));
        assert_eq!(trace(&[20, 47, 70, 90]).lost(200), until(90, false));
    }

    #[test]
    fn nobody_is_lost_before_four_weeks_have_passed() {
        assert_eq!(
            trace(&[]).lost(0),
            until(0, false),
            "on the day of the first dose"
        );
        assert_eq!(trace(&[1]).lost(1), until(1, false));
        assert_eq!(trace(&[3, 20]).lost(40), until(20, false));
        assert_eq!(trace(&[]).lost(20), until(0, false));
        // Heard of on day 80 and on day 100: held through the window.
        assert_eq!(trace(&[20, 40, 60, 80, 100]).lost(101), until(90, false));
    }

    #[test]
    fn a_week_without_urine_needs_four_days_known_without_use() {
        let days = |known: usize| {
            let reported = (1..=known).map(|day| (i32::try_from(day).unwrap(), Some(false)));
            days_of(&reported.collect(), &BTreeMap::new(), 1)
        };
        let with = |days: Days, word: &str| Trace {
            days,
            word: word.parse().unwrap(),
            ..Trace::default()
        };
        assert_eq!(with(days(3), "oo").weeks()[0], Answer::NotKnown);
        assert_eq!(with(days(4), "oo").weeks()[0], Answer::Yes);
        assert_eq!(with(days(0), "-o").weeks()[0], Answer::Yes);
        assert_eq!(with(days(7), "*o").weeks()[0], Answer::No);
        assert_eq!(with(days(7), "*o").weeks()[1], Answer::NotKnown);
    }

    #[test]
    fn a_found_urine_makes_a_day_without_report_one_of_use_and_a_reported_one_a_conflict() {
        let reported = [(5, Some(false))].into();
        let urines = [(5, true), (9, true), (12, false)].into();
        let days = days_of(&reported, &urines, 1);
        assert_eq!(days.days()[4], Day::InConflict);
        assert_eq!(days.days()[8], Day::Used);
        assert_eq!(
            days.days()[11],
            Day::NotKnown,
            "a clean test says nothing of one day"
        );
        assert_eq!(word_of(&urines).to_string(), "+*oooooooooo");
    }
}
