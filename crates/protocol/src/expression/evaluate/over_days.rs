//! What can be asked of days, and of charted rows in a row.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::{Evaluation, Scope, Trace, Value};
use crate::Decimal;
use crate::expression::{Node, Run};
use crate::fact::When;

impl<'e> Evaluation<'e> {
    /// On how many days the condition held, looking at each day alone.
    ///
    /// A day on which too little was read (one reading where two are asked) counts neither way. A
    /// day on which an input was not read at all may or may not have been one, so that the count
    /// has two ends.
    pub(super) fn days(
        &self,
        condition: &'e Node,
        reads: &'e BTreeSet<String>,
        trace: &mut Trace<'e>,
    ) -> Value {
        let days = self.days_of(reads);
        if days.is_empty() {
            trace.missing.extend(reads.iter().map(String::as_str));
            return Value::Unknown;
        }
        let (mut held, mut unsure): (i64, i64) = (0, 0);
        for day in days {
            let mut own = Trace::default();
            match self.node(condition, Scope::Day(day), &mut own).as_truth() {
                Some(true) => {
                    held = held.saturating_add(1);
                    trace.used.append(&mut own.used);
                }
                Some(false) => {}
                None => {
                    let unread = reads.iter().filter(|input| !self.is_read_on(input, day));
                    let before = trace.missing.len();
                    trace.missing.extend(unread.map(String::as_str));
                    unsure = unsure.saturating_add(i64::from(trace.missing.len() > before));
                }
            }
        }
        let most = held.saturating_add(unsure);
        Value::Number(Decimal::whole(held), Decimal::whole(most))
    }

    fn is_read_on(&self, input: &str, day: Date) -> bool {
        let zone = self.facts.zone();
        let mut all = self.facts.of(input).iter();
        all.any(|one| one.when.day(zone) == Some(day))
    }

    pub(super) fn latest_day(
        &self,
        condition: &'e Node,
        reads: &'e BTreeSet<String>,
        trace: &mut Trace<'e>,
    ) -> Value {
        if let Some(day) = self.days_of(reads).last() {
            self.node(condition, Scope::Day(*day), trace)
        } else {
            trace.missing.extend(reads.iter().map(String::as_str));
            Value::Unknown
        }
    }

    fn days_of(&self, reads: &'e BTreeSet<String>) -> BTreeSet<Date> {
        let zone = self.facts.zone();
        let all = reads.iter().flat_map(|input| self.facts.of(input));
        all.filter_map(|one| one.when.day(zone))
            .filter(|day| *day <= self.today)
            .collect()
    }

    /// Walks back from the latest charted row as long as the condition holds. Rows on which it
    /// cannot be said neither count nor break the run.
    pub(super) fn run(&self, run: &'e Run, scope: Scope, trace: &mut Trace<'e>) -> Value {
        let mut rows: BTreeSet<Timestamp> = BTreeSet::new();
        let mut is_unsure = false;
        for one in run.reads.iter().flat_map(|input| self.facts.of(input)) {
            let When::At(at) = one.when else { continue };
            match self.within(one, &run.windows, scope, trace) {
                Some(true) => {
                    rows.insert(at);
                }
                Some(false) => {}
                None => is_unsure = true,
            }
        }
        let mut held: Vec<Timestamp> = Vec::new();
        let mut is_judged = false;
        for row in rows.iter().rev() {
            let mut own = Trace::default();
            match self
                .node(&run.condition, Scope::Moment(*row), &mut own)
                .as_truth()
            {
                Some(true) => {
                    is_judged = true;
                    held.push(*row);
                    trace.used.append(&mut own.used);
                }
                Some(false) => {
                    if !is_judged {
                        trace.used.append(&mut own.used);
                    }
                    is_judged = true;
                    break;
                }
                None => {}
            }
        }
        if is_unsure || !is_judged {
            trace.missing.extend(run.reads.iter().map(String::as_str));
            return Value::Unknown;
        }
        Value::Truth(is_long_enough(run, &held))
    }
}

/// Whether a run of rows, newest first, is what was asked for.
fn is_long_enough(run: &Run, held: &[Timestamp]) -> bool {
    if held.len() < run.count {
        return false;
    }
    let lasts = match (held.first(), held.last(), run.spanning) {
        (Some(newest), Some(oldest), Some(seconds)) => {
            let lasted = newest.duration_since(*oldest);
            let wanted = SignedDuration::from_secs(seconds);
            if run.is_strict {
                lasted > wanted
            } else {
                lasted >= wanted
            }
        }
        _ => true,
    };
    lasts && run.apart.is_none_or(|range| has_pair(held, range))
}

fn has_pair(held: &[Timestamp], (low, high): (i64, i64)) -> bool {
    let range = SignedDuration::from_secs(low)..=SignedDuration::from_secs(high);
    held.iter().enumerate().any(|(nth, newer)| {
        held.iter()
            .skip(nth.saturating_add(1))
            .any(|older| range.contains(&newer.duration_since(*older)))
    })
}
