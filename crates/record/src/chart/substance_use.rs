//! Use of substances, day by day.
//!
//! An interview and a diary are both kept; where they speak of the same day and substance and
//! disagree, the day is in conflict and neither is dropped.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::Chart;
use crate::fact::substance_use::{CheckInAnswered, UseMethod, UseReported};
use crate::words::Substance;

/// What is known of one substance on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UseDay {
    /// Used, by every report of that day.
    Used,
    /// Not used, by every report of that day.
    NotUsed,
    /// One report says used and another says not.
    Conflict,
}

impl UseDay {
    const fn of(used: bool) -> Self {
        if used { Self::Used } else { Self::NotUsed }
    }

    fn and(self, other: Self) -> Self {
        if self == other { self } else { Self::Conflict }
    }
}

/// Use by substance and day; a day that is not in the map is not known, which is not "not used".
pub type UseDays = BTreeMap<Substance, BTreeMap<Date, UseDay>>;

impl Chart {
    /// Use by substance and day, from interviews, diaries and check-ins.
    ///
    /// `target` is the substance of the course: a check-in that answers only "used: no" speaks of it.
    /// Within one method the later report of a day replaces the earlier.
    pub fn use_days(&self, target: Option<&Substance>) -> UseDays {
        let mut by_method: BTreeMap<(UseMethod, Substance, Date), UseDay> = BTreeMap::new();
        for (_, report) in self.all::<UseReported>() {
            for reported in &report.uses {
                let key = (report.method, reported.substance.clone(), report.day);
                by_method.insert(key, UseDay::of(reported.used));
            }
        }
        for (_, check_in) in self.all::<CheckInAnswered>() {
            let named = check_in
                .uses
                .iter()
                .map(|reported| (reported.substance.clone(), reported.used));
            let spoke_of_target = |substance: &&Substance| {
                !check_in
                    .uses
                    .iter()
                    .any(|reported| reported.substance == **substance)
            };
            let asked = check_in
                .used
                .answer()
                .and_then(|used| Some((target.filter(spoke_of_target)?.clone(), *used)));
            // "Used: yes" with another substance named says nothing sure of the target.
            let asked = asked.filter(|(_, used)| !*used || check_in.uses.is_empty());
            for (substance, used) in named.chain(asked) {
                by_method.insert(
                    (UseMethod::Diary, substance, check_in.day),
                    UseDay::of(used),
                );
            }
        }
        let mut days = UseDays::new();
        for ((_, substance, day), said) in by_method {
            let slot = days
                .entry(substance)
                .or_default()
                .entry(day)
                .or_insert(said);
            *slot = slot.and(said);
        }
        days
    }
}
