//! A whole session judged reading by reading: what fired, and when it first did.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::assess::{Outcome, assess};
use crate::fact::{Facts, When};
use crate::pack::Pack;
use crate::rule::{Act, Consequence, Stage};

/// One stretch over which a monitoring rule held.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Held {
    /// The rule.
    pub rule: String,
    /// What it asks for.
    pub act: Act,
    /// The reading at which it began to hold.
    pub from: Timestamp,
    /// The last reading at which it still held.
    pub to: Timestamp,
}

/// Asks the monitoring rules at every charted moment from `from` to `to`, as they were asked then:
/// later readings are not seen. Stretches come in the order in which they began.
pub fn timeline(facts: &Facts, pack: &Pack, from: Timestamp, to: Timestamp) -> Vec<Held> {
    let mut moments: BTreeSet<Timestamp> = BTreeSet::new();
    for input in facts.inputs() {
        for one in facts.of(input) {
            if let When::At(at) = one.when
                && from <= at
                && at <= to
            {
                moments.insert(at);
            }
        }
    }
    let mut open: BTreeMap<&str, Held> = BTreeMap::new();
    let mut out = Vec::new();
    for at in moments {
        let found = assess(facts, pack, Stage::InSession, at);
        for verdict in &found.verdicts {
            let id = verdict.rule.id.as_str();
            match (verdict.outcome, verdict.rule.consequence) {
                (Outcome::Fired, Consequence::Act(act)) => {
                    let rule = pack.rule(id).map_or("", |rule| rule.id.as_str());
                    open.entry(rule)
                        .or_insert_with(|| Held {
                            rule: id.to_owned(),
                            act,
                            from: at,
                            to: at,
                        })
                        .to = at;
                }
                (_, _) => out.extend(open.remove(id)),
            }
        }
    }
    out.extend(open.into_values());
    out.sort_by(|a, b| a.from.cmp(&b.from).then_with(|| a.rule.cmp(&b.rule)));
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Answer, EXAMPLE_AT, Observation, Quantity};
    use jiff::SignedDuration;

    #[test]
    fn a_crisis_is_notified_slowed_and_stopped_in_the_order_it_happened() {
        let pack = crate::house::pack().unwrap();
        let mut facts = Facts::in_utc();
        let at = |minute: i64| {
            EXAMPLE_AT
                .checked_add(SignedDuration::from_mins(minute))
                .unwrap()
        };
        let started = Answer::Moment(at(0));
        facts.observe(
            "dose_started",
            Observation::new(started, When::At(at(0)), ""),
        );
        for (minute, systolic) in [
            (0, 130),
            (10, 165),
            (15, 182),
            (20, 185),
            (25, 201),
            (30, 150),
        ] {
            for (input, value) in [("systolic", systolic), ("diastolic", 85)] {
                let quantity = Quantity::parse(&format!("{value} mmHg")).unwrap();
                let one = Observation::new(Answer::Quantity(quantity), When::At(at(minute)), "");
                facts.observe(input, one);
            }
        }
        let held = timeline(&facts, &pack, at(0), at(60));
        let told: Vec<(&str, Act, Timestamp, Timestamp)> = held
            .iter()
            .map(|one| (one.rule.as_str(), one.act, one.from, one.to))
            .collect();
        assert_eq!(
            told,
            [
                ("M06", Act::Notify, at(10), at(25)),
                ("M07", Act::Slow, at(20), at(25)),
                ("M08", Act::Stop, at(25), at(25)),
            ]
        );
    }
}
