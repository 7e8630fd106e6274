//! Readings that are due sooner than the protocol asks, for as long as a rule says so.
//!
//! A rule asks for them as data (`tighter = { read = [...], every = "5 min" }`). It is asked again at
//! every reading it hangs on, so that what was due while it held stays due when it has grown quiet,
//! and is missed where nobody read it.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::{Due, moment_read, moved};
use crate::fact::Facts;
use crate::pack::Pack;
use crate::rule::{Rule, Tighter};
use crate::{Outcome, judge};

/// How many readings of one item one rule may ask for in a row: a clock that is wrong by years must
/// not fill the memory.
const IN_A_ROW_MAX: i64 = 600;

/// A stretch of time over which a rule held; it holds still where it has no end.
struct Held {
    from: Timestamp,
    to: Option<Timestamp>,
}

/// Adds what the rules of a pack ask for beyond a protocol's cadence, up to the first reading that is
/// due after now; earliest first. What the cadence asks for stays as it is, so that a rule can only
/// make a reading due sooner.
///
/// A rule counts from the last reading of the item, or from the moment it began to hold. Where the
/// cadence asks for the item within the same stretch of time anyhow, nothing is added.
pub fn tighten(
    dues: &mut Vec<Due>,
    facts: &Facts,
    pack: &Pack,
    (started, now): (Timestamp, Timestamp),
) {
    for rule in pack.rules() {
        let Some(tighter) = &rule.tighter else {
            continue;
        };
        for held in stretches(rule, facts, pack, (started, now)) {
            for item in &tighter.read {
                add(dues, facts, (rule, tighter), (item, &held), (started, now));
            }
        }
    }
    dues.sort_by(|a, b| a.at.cmp(&b.at).then_with(|| a.item.cmp(&b.item)));
}

/// When the rule held, from the start of the dose on.
fn stretches(
    rule: &Rule,
    facts: &Facts,
    pack: &Pack,
    (started, now): (Timestamp, Timestamp),
) -> Vec<Held> {
    let mut moments = BTreeSet::from([started, now]);
    for input in rule.reads() {
        let read = facts.of(input).iter().filter_map(moment_read);
        moments.extend(read.filter(|at| started < *at && *at < now));
    }
    let mut out: Vec<Held> = Vec::new();
    for at in moments {
        let holds = judge(rule, facts, pack, at).outcome == Outcome::Fired;
        match out.last_mut().filter(|held| held.to.is_none()) {
            Some(held) if !holds => held.to = Some(at),
            None if holds => out.push(Held { from: at, to: None }),
            Some(_) | None => {}
        }
    }
    out
}

fn add(
    dues: &mut Vec<Due>,
    facts: &Facts,
    (rule, tighter): (&Rule, &Tighter),
    (item, held): (&str, &Held),
    (started, now): (Timestamp, Timestamp),
) {
    let whole = |minutes: crate::dose::Minutes| i64::try_from(minutes.0).unwrap_or(i64::MAX);
    let every = whole(tighter.every).saturating_mul(60);
    let over = tighter
        .until
        .and_then(|until| moved(started, whole(until).saturating_mul(60)));
    let ends = held.to.unwrap_or(now);
    let mut read: Vec<Timestamp> = facts.of(item).iter().filter_map(moment_read).collect();
    read.retain(|at| held.from < *at && *at <= ends);
    read.sort_unstable();
    read.dedup();
    let anchors = std::iter::once(held.from).chain(read.iter().copied());
    let following = read.iter().copied().map(Some).chain([None]);
    for (anchor, next) in anchors.zip(following) {
        for nth in 1..IN_A_ROW_MAX {
            let step = |nth: i64| moved(anchor, every.saturating_mul(nth));
            let (Some(at), Some(before)) = (step(nth), step(nth.saturating_sub(1))) else {
                break;
            };
            // A reading answers the time it is nearest to, and leaves those before it missed.
            let is_nearer = |one: Timestamp, due: Timestamp| {
                moved(due, every.div_euclid(-2)).is_some_and(|from| from <= one)
            };
            let is_asked = match (next, held.to) {
                (Some(next), _) => is_nearer(next, at),
                (None, Some(to)) => at < to,
                (None, None) => before <= now,
            };
            if !is_asked || over.is_some_and(|over| at > over) {
                break;
            }
            let is_asked_anyhow = dues.iter().any(|due| {
                let is_answered_before = due.read_at.is_some_and(|read_at| read_at <= anchor);
                due.item == item && before < due.at && due.at <= at && !is_answered_before
            });
            if is_asked_anyhow {
                continue;
            }
            let is_answer = |next: &Timestamp| {
                step(nth.saturating_add(1)).is_none_or(|later| !is_nearer(*next, later))
            };
            dues.push(Due {
                item: item.to_owned(),
                at,
                minute: at.duration_since(started).as_secs().div_euclid(60),
                read_at: next.filter(is_answer),
                rule: Some(rule.id.clone()),
            });
        }
    }
}
