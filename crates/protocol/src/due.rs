//! The due clock of a session: which reading is due when, which is done, which is late.

mod tighter;

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::dose::Minutes;
use crate::fact::{Answer, Facts, Observation, When};
use crate::pack::Pack;
use crate::protocol::{Protocol, Session};
use crate::{Decimal, Outcome, Quantity, Stage, Unit, judge};

pub use tighter::tighten;

/// One reading that is due at one time.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Due {
    /// What is read, as an input name.
    pub item: String,
    /// When it is due.
    pub at: Timestamp,
    /// Minutes from the start of the dose.
    pub minute: i64,
    /// When it was read, if it was.
    pub read_at: Option<Timestamp>,
    /// The rule that asks for it beyond the protocol's cadence.
    pub rule: Option<String>,
}

/// Every reading that a session is due by its protocol's cadence, earliest first, up to the shortest
/// stay; each matched with the reading that answers it.
///
/// A reading answers the due time nearest before or after it that no other reading has answered,
/// from half the way back to the due time before until half the way to the one after. Readings due
/// before leaving are asked by the discharge gate.
pub fn due(protocol: &Protocol, session: &Session, facts: &Facts, started: Timestamp) -> Vec<Due> {
    let mut out = Vec::new();
    for (item, minutes) in minutes_due(protocol, session) {
        let readings: Vec<Timestamp> = facts.of(&item).iter().filter_map(moment_read).collect();
        for (nth, minute) in minutes.iter().enumerate() {
            let before = nth.checked_sub(1).and_then(|nth| minutes.get(nth));
            let after = minutes.get(nth.saturating_add(1));
            // The first is answered from ten minutes before it on, the last by whatever comes after.
            let from = before.map_or(minute.saturating_sub(10), |one| halfway(*one, *minute));
            let to = after.map(|one| halfway(*minute, *one));
            let (Some(at), Some(from)) = (
                moved(started, minute.saturating_mul(60)),
                moved(started, from.saturating_mul(60)),
            ) else {
                continue;
            };
            let to = to.and_then(|to| moved(started, to.saturating_mul(60)));
            let read_at = readings
                .iter()
                .copied()
                .find(|one| from <= *one && to.is_none_or(|to| *one < to));
            out.push(Due {
                item: item.clone(),
                at,
                minute: *minute,
                read_at,
                rule: None,
            });
        }
    }
    out.sort_by(|a, b| a.at.cmp(&b.at).then_with(|| a.item.cmp(&b.item)));
    out
}

/// By how much the longest-waiting reading is overdue at a moment; `None` when none is.
///
/// A reading that was missed and followed by a later one of the same item is missed, and no longer
/// overdue.
pub fn overdue(dues: &[Due], now: Timestamp) -> Option<SignedDuration> {
    let is_missed = |due: &Due| {
        dues.iter()
            .any(|one| one.item == due.item && one.at > due.at && one.read_at.is_some())
    };
    let open = dues
        .iter()
        .filter(|due| due.read_at.is_none() && due.at < now && !is_missed(due));
    open.map(|due| now.duration_since(due.at)).max()
}

/// The input that says by how much a reading is overdue.
const OVERDUE: &str = "reading_overdue";

/// Adds the overdue time as the input `reading_overdue` that the rules of lateness read.
///
/// With nothing overdue it is zero: the clock was looked at.
pub fn observe_overdue(facts: &mut Facts, dues: &[Due], now: Timestamp) {
    observe_waited(facts, overdue(dues, now).unwrap_or_default(), now);
}

/// Whether a reading that is overdue by so much is late, by the rules of a pack that read it.
pub fn is_late(facts: &Facts, pack: &Pack, waited: SignedDuration, now: Timestamp) -> bool {
    let mut facts = facts.clone();
    observe_waited(&mut facts, waited, now);
    let mut rules = pack.rules().iter().filter(|rule| {
        rule.stages.contains(&Stage::InSession) && rule.reads().any(|input| input == OVERDUE)
    });
    rules.any(|rule| judge(rule, &facts, pack, now).outcome == Outcome::Fired)
}

fn observe_waited(facts: &mut Facts, waited: SignedDuration, now: Timestamp) {
    let seconds = waited.as_secs();
    let minutes = Decimal::whole(seconds)
        .over(Decimal::whole(60))
        .unwrap_or_default();
    if let Some(quantity) = Quantity::new(minutes, Unit::named("min")) {
        let answer = Answer::Quantity(quantity);
        facts.observe(
            OVERDUE,
            Observation::new(answer, When::At(now), "due clock"),
        );
    }
}

/// Minutes from the start of the dose, by item.
fn minutes_due(protocol: &Protocol, session: &Session) -> BTreeMap<String, Vec<i64>> {
    let whole = |minutes: Minutes| i64::try_from(minutes.0).unwrap_or(i64::MAX);
    let (dose, stay) = (whole(session.minutes()), whole(protocol.stay_min));
    let mut out: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for cadence in &protocol.monitoring {
        let mut minutes = cadence.at.clone();
        minutes.extend(every(0, dose, cadence.during.map(whole)));
        minutes.extend(every(dose, stay, cadence.after.map(whole)));
        for item in &cadence.items {
            out.entry(item.clone()).or_default().extend(&minutes);
        }
    }
    for minutes in out.values_mut() {
        minutes.sort_unstable();
        minutes.dedup();
    }
    out
}

fn every(from: i64, to: i64, step: Option<i64>) -> Vec<i64> {
    let Some(step) = step.filter(|step| *step > 0) else {
        return Vec::new();
    };
    let first = from.saturating_add(step);
    std::iter::successors(Some(first), |minute| minute.checked_add(step))
        .take_while(|minute| *minute <= to)
        .collect()
}

fn halfway(a: i64, b: i64) -> i64 {
    a.saturating_add(b.saturating_sub(a).div_euclid(2))
}

fn moved(at: Timestamp, seconds: i64) -> Option<Timestamp> {
    at.checked_add(SignedDuration::from_secs(seconds)).ok()
}

fn moment_read(one: &Observation) -> Option<Timestamp> {
    let is_known = !matches!(one.answer, Answer::Unknown | Answer::Declined);
    match one.when {
        When::At(at) if is_known => Some(at),
        When::At(_) | When::On(_) | When::Unknown => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kare() -> Protocol {
        crate::house::protocols()
            .unwrap()
            .into_iter()
            .find(|one| one.id == "kare-2022")
            .unwrap()
    }

    fn minute(started: Timestamp, minute: i64) -> Timestamp {
        moved(started, minute * 60).unwrap()
    }

    fn with_pressure(started: Timestamp, minutes: &[i64]) -> Facts {
        let mut facts = Facts::in_utc();
        for one in minutes {
            let answer = Answer::Quantity(Quantity::parse("130 mmHg").unwrap());
            let when = When::At(minute(started, *one));
            facts.observe("systolic", Observation::new(answer, when, ""));
        }
        facts
    }

    #[test]
    fn pressure_is_due_every_10_minutes_while_it_runs_and_every_15_after() {
        let started = crate::EXAMPLE_AT;
        let protocol = kare();
        let dues = due(&protocol, &protocol.sessions[0], &Facts::in_utc(), started);
        let minutes: Vec<i64> = dues
            .iter()
            .filter(|due| due.item == "systolic")
            .map(|due| due.minute)
            .collect();
        assert_eq!(minutes, [-10, 0, 10, 20, 30, 40, 55, 70, 85, 100, 115]);
    }

    #[test]
    fn a_reading_answers_its_own_due_time_and_a_missed_one_stays_missed() {
        let started = crate::EXAMPLE_AT;
        let protocol = kare();
        let facts = with_pressure(started, &[-10, 0, 11, 31]);
        let dues = due(&protocol, &protocol.sessions[0], &facts, started);
        let open: Vec<i64> = dues
            .iter()
            .filter(|due| due.item == "systolic" && due.read_at.is_none())
            .map(|due| due.minute)
            .collect();
        assert_eq!(
            open,
            [20, 40, 55, 70, 85, 100, 115],
            "20 was missed and is not filled by 31"
        );
    }

    #[test]
    fn a_late_reading_alerts_after_five_minutes() {
        let started = crate::EXAMPLE_AT;
        let (protocol, pack) = (kare(), crate::house::pack().unwrap());
        for (late, fires) in [(5, false), (6, true)] {
            let mut facts = with_pressure(started, &[-10, 0]);
            let dues = due(&protocol, &protocol.sessions[0], &facts, started);
            let dues: Vec<Due> = dues
                .into_iter()
                .filter(|due| due.item == "systolic")
                .collect();
            let now = minute(started, 10 + late);
            observe_overdue(&mut facts, &dues, now);
            let route = Answer::Code(crate::Code::plain("iv"));
            facts.observe("route", Observation::new(route, When::At(started), ""));
            let found = crate::assess(&facts, &pack, crate::Stage::InSession, now);
            let outcome = found.verdict("M19a").unwrap().outcome;
            assert_eq!(
                outcome == crate::Outcome::Fired,
                fires,
                "{late} minutes late"
            );
        }
    }
}
