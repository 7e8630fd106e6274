//! The first ninety days: what is due on which protocol day, what has been done, what is late.
//!
//! The cadence is data (`contact/fc90.toml`) with its sources. Days are protocol days, which are civil
//! days in the clinic's zone, so daylight saving moves nothing.

use serde::Deserialize;

pub mod alerts;
pub mod check_in;
pub mod complete;
pub mod messages;
pub mod reading;
pub mod relapse_watch;
pub mod stale;
pub mod useful;

/// The cadence as shipped.
const FC90: &str = include_str!("../../../contact/fc90.toml");

/// The longest a cadence may reach, in days; what was done is kept as one bit a day.
pub const DAYS_MAX: i32 = 127;

/// Why a cadence or the questions of a check-in could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContactFault {
    /// The file is not in its form.
    #[error("line {line}: {said}")]
    Form {
        /// The line.
        line: usize,
        /// What is wrong.
        said: String,
    },
    /// What it says does not hold together.
    #[error("{item}: {said}")]
    Sense {
        /// The item or table.
        item: String,
        /// What is wrong and what to write.
        said: String,
    },
}

pub(crate) fn parse<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, ContactFault> {
    toml::from_str(text).map_err(|error| ContactFault::Form {
        line: error
            .span()
            .and_then(|span| text.get(..span.start))
            .map_or(1, |before| before.matches('\n').count().saturating_add(1)),
        said: error.message().to_owned(),
    })
}

/// What is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// A check-in from the patient.
    CheckIn,
    /// A call to the patient.
    Call,
    /// A visit.
    Visit,
    /// A questionnaire or rating, by its identifier.
    Instrument,
    /// A timeline follow-back interview.
    Interview,
    /// A urine screen.
    Urine,
    /// Blood results.
    Laboratory,
}

impl What {
    /// The word for it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::CheckIn => "check-in",
            Self::Call => "call",
            Self::Visit => "visit",
            Self::Instrument => "questionnaire",
            Self::Interview => "interview",
            Self::Urine => "urine screen",
            Self::Laboratory => "blood results",
        }
    }
}

/// Whose it is to see that something due is done, until somebody takes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Owner {
    /// The patient, whom a reminder asks.
    Patient,
    /// The coordinator.
    Coordinator,
    /// The nurse.
    Nurse,
    /// The therapist.
    Therapist,
    /// The prescriber.
    Prescriber,
}

impl Owner {
    /// Every owner.
    pub const ALL: [Self; 5] = [
        Self::Patient,
        Self::Coordinator,
        Self::Nurse,
        Self::Therapist,
        Self::Prescriber,
    ];

    /// The word for it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Patient => "patient",
            Self::Coordinator => "coordinator",
            Self::Nurse => "nurse",
            Self::Therapist => "therapist",
            Self::Prescriber => "prescriber",
        }
    }
}

/// A stretch of days.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stretch {
    /// The first day.
    pub from: i32,
    /// The last it may fall on.
    pub to: i32,
    /// The steps from one day to the next, taken in turn.
    pub every: Vec<i32>,
}

impl Stretch {
    fn days(&self) -> impl Iterator<Item = i32> + '_ {
        let steps = self.every.iter().copied().cycle();
        std::iter::once(0)
            .chain(steps)
            .scan(self.from, |day, step| {
                *day = day.saturating_add(step);
                Some(*day)
            })
            .take_while(|day| *day <= self.to)
    }
}

/// How closely a person is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// As planned.
    Calm,
    /// Stepped up.
    Amber,
    /// Stepped up most.
    Red,
}

/// Something that is due again and again.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Its identifier; for a questionnaire, the instrument's.
    pub id: String,
    /// What it is.
    pub what: What,
    /// What people call it.
    pub title: String,
    /// Its days as planned.
    pub calm: Vec<Stretch>,
    /// Its days when stepped up; as planned where nothing is said.
    #[serde(default)]
    pub amber: Vec<Stretch>,
    /// Its days when stepped up most; as amber where nothing is said.
    #[serde(default)]
    pub red: Vec<Stretch>,
    /// For how many days after its day it can still be done.
    pub open_days: i32,
    /// Whose it is.
    pub owner: Owner,
    /// The evidence mark.
    pub mark: char,
    /// Where the days come from.
    pub source: String,
}

impl Item {
    /// The days it is due on, rising.
    pub fn days(&self, tier: Tier) -> Vec<i32> {
        let stretches = match tier {
            Tier::Red if !self.red.is_empty() => &self.red,
            Tier::Amber | Tier::Red if !self.amber.is_empty() => &self.amber,
            Tier::Calm | Tier::Amber | Tier::Red => &self.calm,
        };
        let mut days: Vec<i32> = stretches.iter().flat_map(Stretch::days).collect();
        days.sort_unstable();
        days.dedup();
        days
    }
}

/// When silence is somebody's task.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Silence {
    /// Days from which nothing came.
    pub days: i32,
    /// Hours in which someone has to act.
    pub hours_to_act: i64,
    /// Whose it is until somebody takes it.
    pub owner: Owner,
    /// Where that comes from.
    pub source: String,
}

/// When a visit nobody came to is missed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MissedVisit {
    /// Minutes after its start.
    pub minutes: i64,
    /// Hours in which someone has to act.
    pub hours_to_act: i64,
    /// Where that comes from.
    pub source: String,
}

/// The protocol's own assessment days, beside the cadence.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assessment {
    /// For how many days after its day one can still be held.
    pub open_days: i32,
    /// Whose it is.
    pub owner: Owner,
    /// For how many days anything that was not done in its time stays on the list of what is due.
    pub listed_days: i32,
    /// Where that comes from.
    pub source: String,
}

/// A cadence of contact.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cadence {
    /// Its identifier.
    pub id: String,
    /// Its version.
    pub version: u32,
    /// Its title.
    pub title: String,
    /// How many days it holds.
    pub days: i32,
    /// Where it comes from.
    pub source: String,
    /// What is due.
    #[serde(rename = "item")]
    pub items: Vec<Item>,
    /// The protocol's own assessments.
    pub assessment: Assessment,
    /// When silence is a task.
    pub silence: Silence,
    /// When a visit is missed.
    pub missed_visit: MissedVisit,
}

impl Cadence {
    /// The cadence as shipped.
    ///
    /// # Errors
    /// [`ContactFault`] where the file the program was built with is at fault.
    pub fn house() -> Result<Self, ContactFault> {
        Self::read(FC90)
    }

    /// Reads a cadence.
    ///
    /// # Errors
    /// The first [`ContactFault`].
    pub fn read(text: &str) -> Result<Self, ContactFault> {
        let cadence: Self = parse(text)?;
        let wrong = |item: &str, said: &str| {
            Err(ContactFault::Sense {
                item: item.to_owned(),
                said: said.to_owned(),
            })
        };
        if !(1..=DAYS_MAX).contains(&cadence.days) {
            return wrong("days", "write 1 to 127");
        }
        if cadence.assessment.open_days < 0 || cadence.assessment.listed_days < 1 {
            return wrong(
                "assessment",
                "open days are 0 or more, listed days 1 or more",
            );
        }
        if cadence.silence.days < 1 || cadence.silence.hours_to_act < 1 {
            return wrong("silence", "days and hours to act are 1 or more");
        }
        for (at, item) in cadence.items.iter().enumerate() {
            let stretches = || item.calm.iter().chain(&item.amber).chain(&item.red);
            if cadence
                .items
                .iter()
                .take(at)
                .any(|other| other.id == item.id)
            {
                return wrong(&item.id, "the identifier is there twice");
            }
            if item.source.is_empty() || !matches!(item.mark, 'R' | 'K' | 'H') {
                return wrong(&item.id, "give a source and a mark, R, K or H");
            }
            if item.calm.is_empty() || !(0..=30).contains(&item.open_days) {
                return wrong(&item.id, "give its days and 0 to 30 open days");
            }
            if stretches().any(|one| {
                one.every.is_empty()
                    || one.every.iter().any(|step| *step < 1)
                    || one.from < 0
                    || one.to < one.from
                    || one.to > cadence.days
            }) {
                return wrong(
                    &item.id,
                    "a stretch goes from a day to a later one within the cadence, by steps of 1 or more",
                );
            }
        }
        Ok(cadence)
    }
}

/// How one thing that was due stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It was done.
    Done,
    /// Its day is here and it can still be done.
    Open,
    /// Its time is over and it was not done.
    Missed,
    /// Its day has not come.
    ToCome,
}

/// One thing that is due on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due<'a> {
    /// What.
    pub item: &'a Item,
    /// On which protocol day.
    pub day: i32,
    /// How it stands.
    pub standing: Standing,
}

/// Days as bits: bit n is protocol day n.
pub type Days = u128;

/// The bit of a day, where it is one of those kept.
pub fn bit(day: i32) -> Days {
    u32::try_from(day)
        .ok()
        .filter(|day| *day < Days::BITS)
        .map_or(0, |day| 1 << day)
}

/// Everything due of an item, as it stands on protocol day `today`.
///
/// What was done on a day answers the last due day at or before it, while that is the last: a check-in
/// of day 9 never answers for day 7 once day 8 was due.
pub fn standing(item: &Item, tier: Tier, done: Days, today: i32) -> Vec<Due<'_>> {
    let days = item.days(tier);
    let mut out = Vec::with_capacity(days.len());
    for (at, day) in days.iter().copied().enumerate() {
        let last_open = day.saturating_add(item.open_days);
        let next = days.get(at.saturating_add(1)).copied();
        let until = next.map_or(last_open, |next| last_open.min(next.saturating_sub(1)));
        let is_done = (day..=until).any(|day| done & bit(day) != 0);
        let standing = match (is_done, today < day, today > until) {
            (true, _, _) => Standing::Done,
            (false, true, _) => Standing::ToCome,
            (false, false, true) => Standing::Missed,
            (false, false, false) => Standing::Open,
        };
        out.push(Due {
            item,
            day,
            standing,
        });
    }
    out
}

/// What is open on a day, and of each item how often it was missed so far and when it is due next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Summary<'a> {
    /// The item.
    pub item: &'a Item,
    /// Whether it can be done today, and since which day.
    pub open_since: Option<i32>,
    /// How often it was done and how often its time passed, done or not.
    pub done_of: (u32, u32),
    /// When it is due next.
    pub next: Option<i32>,
}

/// Something that is due now, or was and was not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Latest {
    /// The protocol day it was due on.
    pub day: i32,
    /// Its time is over and it was not done.
    pub is_late: bool,
    /// How many due days in a row went by before this one without it.
    pub n_missed: usize,
}

/// What of some days, rising, is due on `today`, when it was last done on `last_done`.
///
/// Only the last due day counts: what was due before it is past. What was done after its time, before
/// the next due day, is done.
pub fn latest(days: &[i32], open_days: i32, last_done: Option<i32>, today: i32) -> Option<Latest> {
    let n_come = days.partition_point(|day| *day <= today);
    let day = *days.get(n_come.checked_sub(1)?)?;
    if last_done.is_some_and(|done| done >= day) {
        return None;
    }
    let n_done = last_done.map_or(0, |done| days.partition_point(|day| *day <= done));
    Some(Latest {
        day,
        is_late: today > day.saturating_add(open_days),
        n_missed: n_come.saturating_sub(1).saturating_sub(n_done),
    })
}

/// The summary of every item of a cadence; `done` gives the days an item was done on.
pub fn summary(
    cadence: &Cadence,
    tier: Tier,
    today: i32,
    done: impl Fn(&Item) -> Days,
) -> Vec<Summary<'_>> {
    cadence
        .items
        .iter()
        .map(|item| {
            let mut summary = Summary {
                item,
                open_since: None,
                done_of: (0, 0),
                next: None,
            };
            for due in standing(item, tier, done(item), today) {
                match due.standing {
                    Standing::Done => {
                        summary.done_of.0 = summary.done_of.0.saturating_add(1);
                        summary.done_of.1 = summary.done_of.1.saturating_add(1);
                    }
                    Standing::Missed => summary.done_of.1 = summary.done_of.1.saturating_add(1),
                    Standing::Open => summary.open_since = Some(due.day),
                    Standing::ToCome => summary.next = summary.next.or(Some(due.day)),
                }
            }
            summary
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(id: &str) -> Item {
        let cadence = Cadence::house().unwrap();
        cadence
            .items
            .into_iter()
            .find(|item| item.id == id)
            .unwrap()
    }

    fn done(days: &[i32]) -> Days {
        days.iter().fold(0, |bits, day| bits | bit(*day))
    }

    #[test]
    fn check_ins_are_daily_then_every_other_day_then_twice_a_week() {
        let days = item("check-in").days(Tier::Calm);
        assert_eq!(days.iter().filter(|day| **day <= 30).count(), 30);
        assert_eq!(
            days.iter().filter(|day| (31..=60).contains(*day)).count(),
            15
        );
        let last: Vec<i32> = days.iter().copied().filter(|day| *day > 60).collect();
        assert_eq!(last, [61, 64, 68, 71, 75, 78, 82, 85, 89]);
    }

    #[test]
    fn a_step_up_never_asks_less() {
        for item in Cadence::house().unwrap().items {
            let n = |tier| item.days(tier).len();
            assert!(n(Tier::Calm) <= n(Tier::Amber), "{}", item.id);
            assert!(n(Tier::Amber) <= n(Tier::Red), "{}", item.id);
        }
    }

    #[test]
    fn what_is_due_stands_as_done_open_missed_or_to_come() {
        let item = item("check-in");
        let on = |day: i32, done_days: &[i32], today: i32| {
            standing(&item, Tier::Calm, done(done_days), today)
                .into_iter()
                .find(|due| due.day == day)
                .unwrap()
                .standing
        };
        assert_eq!(on(5, &[5], 9), Standing::Done);
        assert_eq!(on(5, &[6], 9), Standing::Missed, "day 6 answers for day 6");
        assert_eq!(on(5, &[], 5), Standing::Open);
        assert_eq!(on(5, &[], 6), Standing::Missed);
        assert_eq!(on(9, &[], 5), Standing::ToCome);
        assert_eq!(
            on(31, &[32], 40),
            Standing::Done,
            "a day late, when nothing was due in between"
        );
        assert_eq!(on(31, &[], 32), Standing::Open);
        assert_eq!(on(31, &[33], 40), Standing::Missed);
    }

    #[test]
    fn what_is_due_is_the_last_due_day_not_yet_done_with_those_missed_before_it() {
        let days = [7, 14, 21];
        let on = |done: Option<i32>, today: i32| latest(&days, 3, done, today);
        assert_eq!(on(None, 6), None);
        let due = |day, is_late, n_missed| {
            Some(Latest {
                day,
                is_late,
                n_missed,
            })
        };
        assert_eq!(on(None, 7), due(7, false, 0));
        assert_eq!(on(None, 11), due(7, true, 0));
        assert_eq!(on(None, 14), due(14, false, 1));
        assert_eq!(on(Some(8), 13), None);
        assert_eq!(on(Some(8), 21), due(21, false, 1), "day 14 went by");
        assert_eq!(on(Some(12), 13), None, "late, and done all the same");
    }

    #[test]
    fn a_summary_counts_what_passed_and_names_what_comes() {
        let cadence = Cadence::house().unwrap();
        let summed = summary(&cadence, Tier::Calm, 10, |item| match item.what {
            What::CheckIn => done(&[1, 2, 3, 10]),
            What::Call
            | What::Visit
            | What::Instrument
            | What::Interview
            | What::Urine
            | What::Laboratory => 0,
        });
        let of = |id: &str| summed.iter().find(|one| one.item.id == id).unwrap();
        assert_eq!(of("check-in").done_of, (4, 10));
        assert_eq!(of("check-in").next, Some(11));
        assert_eq!(of("phq-9").open_since, Some(7));
        assert_eq!(of("phq-9").next, Some(14));
        assert_eq!(of("liver").next, Some(30));
        assert_eq!(of("integration").done_of, (0, 1));
    }

    #[test]
    fn faults_are_said_with_their_place() {
        let said = |from: &str, to: &str| {
            Cadence::read(&FC90.replacen(from, to, 1))
                .unwrap_err()
                .to_string()
        };
        assert!(said("days = 90", "days = 300").contains("write 1 to 127"));
        assert!(said("id = \"call\"", "id = \"check-in\"").contains("twice"));
        assert!(said("every = [1]", "every = [0]").contains("steps of 1 or more"));
        assert!(said("mark = \"H\"", "mark = \"Z\"").contains("R, K or H"));
        assert!(said("[silence]\n", "[silence]\nhour = 2\n").starts_with("line "));
    }
}
