//! How complete the check-ins of a person are: what was due as planned, what of it is in, and since when
//! nothing is.
//!
//! A day on which the plan asks for nothing is never missing. What a step up asks beyond the plan is
//! left out, since when a person was stepped up is not kept; what they answered beyond it is welcome, and
//! not counted twice.

use super::{Cadence, Days, Tier, What, bit};

/// The days a check-in is asked for as planned, each with the days on which an answer counts for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    days: Vec<AskedDay>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct AskedDay {
    day: i32,
    until: i32,
    counts: Days,
}

/// The protocol days on which a check-in was given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Given {
    /// With at least one answer.
    pub answered: Days,
    /// With every question passed over.
    pub declined: Days,
}

/// How complete they are on a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Complete {
    /// How many were due.
    pub due: u32,
    /// How many of them are in.
    pub answered: u32,
    /// How many were opened, and every question of them passed over.
    pub declined: u32,
    /// How many can still be given.
    pub open: u32,
    /// How many were not given in their time.
    pub missed: u32,
    /// The stretch of missed ones that goes on now.
    pub gap: Option<Missing>,
}

/// Missed check-ins in a row, up to the last whose time is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Missing {
    /// The protocol day of the first.
    pub since: i32,
    /// How many there are.
    pub n: u32,
}

impl Asked {
    /// The check-ins of a cadence; none where it asks for none.
    pub fn of(cadence: &Cadence) -> Self {
        let item = cadence.items.iter().find(|item| item.what == What::CheckIn);
        let Some(item) = item else {
            return Self { days: Vec::new() };
        };
        let days = item.days(Tier::Calm);
        let next = days.iter().skip(1).copied().map(Some).chain([None]);
        let asked = days.iter().copied().zip(next).map(|(day, next)| {
            let last_open = day.saturating_add(item.open_days);
            let until = next.map_or(last_open, |next| last_open.min(next.saturating_sub(1)));
            AskedDay {
                day,
                until,
                counts: (day..=until).fold(0, |days, day| days | bit(day)),
            }
        });
        Self {
            days: asked.collect(),
        }
    }

    /// How complete a person's check-ins are on protocol day `today`.
    pub fn complete(&self, given: Given, today: i32) -> Complete {
        let mut all = Complete::default();
        for asked in self.days.iter().take_while(|asked| asked.day <= today) {
            all.due = all.due.saturating_add(1);
            let is_in = |days: Days| days & asked.counts != 0;
            let one = match (is_in(given.answered), is_in(given.declined)) {
                (true, _) => &mut all.answered,
                (false, true) => &mut all.declined,
                (false, false) if today <= asked.until => {
                    all.open = all.open.saturating_add(1);
                    continue;
                }
                (false, false) => {
                    all.missed = all.missed.saturating_add(1);
                    let gap = all.gap.get_or_insert(Missing {
                        since: asked.day,
                        n: 0,
                    });
                    gap.n = gap.n.saturating_add(1);
                    continue;
                }
            };
            *one = one.saturating_add(1);
            all.gap = None;
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(days: &[i32]) -> Days {
        days.iter().fold(0, |bits, day| bits | bit(*day))
    }

    fn complete(answered: &[i32], declined: &[i32], today: i32) -> Complete {
        let asked = Asked::of(&Cadence::house().unwrap());
        let given = Given {
            answered: days(answered),
            declined: days(declined),
        };
        asked.complete(given, today)
    }

    #[test]
    fn what_is_due_is_in_declined_open_or_missed_and_nothing_else() {
        for today in 0..=127 {
            let all = complete(&[1, 2, 3, 5, 33, 34, 61, 70], &[4, 8, 35], today);
            assert_eq!(
                all.due,
                all.answered + all.declined + all.open + all.missed,
                "day {today}"
            );
        }
    }

    #[test]
    fn a_day_the_plan_asks_nothing_on_is_never_missing() {
        // From day 31 every other day is asked for.
        let every = (1..=30).chain((31..=59).step_by(2)).collect::<Vec<_>>();
        let all = complete(&every, &[], 60);
        assert_eq!((all.due, all.answered, all.missed), (45, 45, 0));
        // Given the day after it was asked for, it counts for the day it was asked for.
        let late = (1..=30).chain((32..=60).step_by(2)).collect::<Vec<_>>();
        assert_eq!(complete(&late, &[], 60).answered, 45);
    }

    #[test]
    fn a_gap_begins_with_the_first_missed_after_the_last_given() {
        let all = complete(&[1, 2, 5], &[], 9);
        assert_eq!(all.gap, Some(Missing { since: 6, n: 3 }));
        assert_eq!((all.missed, all.open), (5, 1), "day 9 is still open");
    }

    #[test]
    fn one_who_would_rather_not_answer_is_heard_from_and_not_missing() {
        let all = complete(&[1, 2], &[3, 4], 4);
        assert_eq!((all.answered, all.declined, all.gap), (2, 2, None));
    }

    #[test]
    fn after_the_last_day_nothing_more_is_due() {
        assert_eq!(complete(&[], &[], 90).due, complete(&[], &[], 400).due);
    }
}
