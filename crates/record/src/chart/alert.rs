//! Alerts as they now stand.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{Chart, EntryNumber};
use crate::fact::care::{
    AlertCause, AlertClosed, AlertHandedOn, AlertOwned, AlertRaised, AlertSnoozed, Urgency,
};
use crate::fact::enquiry::{ContactMade, Reached};
use crate::ids::{AlertId, PersonId};
use crate::words::Role;

/// How an alert was put off.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Snoozed {
    /// Until when, the last time.
    pub until: Timestamp,
    /// Why, the last time.
    pub reason: Box<str>,
    /// By whom, the last time.
    pub by_name: Box<str>,
    /// How often so far.
    pub times: usize,
}

/// To whom an alert was handed on last.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct HandedOn {
    /// Which step of the clinic's order, from 1.
    pub step: u8,
    /// As what they act.
    pub to: Role,
    /// Who, and their name as it was then; none where nobody worked here in that role.
    pub person: Option<(PersonId, Box<str>)>,
    /// When.
    pub at: Timestamp,
}

/// An alert as it now stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// The alert.
    pub id: AlertId,
    /// The entry that raised it.
    pub raised_by: EntryNumber,
    /// What made it.
    pub cause: AlertCause,
    /// How pressing it is.
    pub urgency: Urgency,
    /// The reason with its data.
    pub sentence: String,
    /// When it was raised.
    pub raised_at: Timestamp,
    /// When someone must have acted, with what put it off or handed it on.
    pub due_at: Timestamp,
    /// How it was put off, where it was.
    pub snoozed: Option<Snoozed>,
    /// To whom it was handed on, where it was.
    pub handed_on: Option<HandedOn>,
    /// When the patient was first reached after it was raised, while it was open.
    pub reached_at: Option<Timestamp>,
    /// The tries since then that did not reach them, while it was open.
    pub tried: Option<Tried>,
    /// Who has it, and their name as it was then.
    pub owner: Option<(PersonId, String)>,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
}

/// Tries to reach somebody that did not.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Tried {
    /// How many.
    pub times: u32,
    /// When the last was.
    pub last_at: Timestamp,
    /// What came of it.
    pub last: Reached,
}

impl Chart {
    /// Every alert as it now stands, by the time it was raised.
    pub fn alerts(&self) -> Vec<Alert> {
        let mut alerts: BTreeMap<AlertId, Alert> = self
            .all::<AlertRaised>()
            .map(|(entry, fact)| {
                (
                    fact.alert,
                    Alert {
                        id: fact.alert,
                        raised_by: entry.number,
                        cause: fact.cause,
                        urgency: fact.urgency,
                        sentence: fact.sentence.to_string(),
                        raised_at: entry.occurred_at.0,
                        due_at: fact.due_at,
                        snoozed: None,
                        handed_on: None,
                        reached_at: None,
                        tried: None,
                        owner: None,
                        closed_at: None,
                    },
                )
            })
            .collect();
        for (_, fact) in self.all::<AlertOwned>() {
            if let Some(alert) = alerts.get_mut(&fact.alert) {
                alert.owner = Some((fact.owner, fact.owner_name.to_string()));
            }
        }
        self.put_off(&mut alerts);
        self.hand_on(&mut alerts);
        for (entry, fact) in self.all::<AlertClosed>() {
            if let Some(alert) = alerts.get_mut(&fact.alert) {
                alert.closed_at = Some(entry.occurred_at.0);
            }
        }
        self.find_reached(&mut alerts);
        let mut alerts: Vec<Alert> = alerts.into_values().collect();
        alerts.sort_by_key(|alert| (alert.raised_at, alert.id));
        alerts
    }

    fn put_off(&self, alerts: &mut BTreeMap<AlertId, Alert>) {
        for (_, fact) in self.all::<AlertSnoozed>() {
            let Some(alert) = alerts.get_mut(&fact.alert) else {
                continue;
            };
            let before = alert.snoozed.as_ref().map_or(0, |before| before.times);
            alert.due_at = alert.due_at.max(fact.until);
            alert.snoozed = Some(Snoozed {
                until: fact.until,
                reason: fact.reason.as_str().into(),
                by_name: fact.by_name.as_str().into(),
                times: before.saturating_add(1),
            });
        }
    }

    fn hand_on(&self, alerts: &mut BTreeMap<AlertId, Alert>) {
        for (entry, fact) in self.all::<AlertHandedOn>() {
            let Some(alert) = alerts.get_mut(&fact.alert) else {
                continue;
            };
            alert.due_at = alert.due_at.max(fact.due_at);
            // An act-now alert is never made less pressing.
            alert.urgency = alert.urgency.min(fact.urgency);
            alert.handed_on = Some(HandedOn {
                step: fact.step,
                to: fact.to,
                person: fact
                    .person
                    .as_ref()
                    .map(|(person, name)| (*person, name.as_str().into())),
                at: entry.occurred_at.0,
            });
        }
    }

    /// When the patient was first reached while an alert was open: a try that reached nobody is none.
    fn find_reached(&self, alerts: &mut BTreeMap<AlertId, Alert>) {
        let mut reached: Vec<Timestamp> = self
            .all::<ContactMade>()
            .filter(|(_, contact)| contact.reached == Reached::Spoke)
            .map(|(entry, _)| entry.occurred_at.0)
            .collect();
        reached.sort_unstable();
        let mut tries: Vec<(Timestamp, Reached)> = self
            .all::<ContactMade>()
            .filter(|(_, contact)| contact.reached != Reached::Spoke)
            .map(|(entry, contact)| (entry.occurred_at.0, contact.reached))
            .collect();
        tries.sort_by_key(|(at, _)| *at);
        for alert in alerts.values_mut() {
            let from = tries.partition_point(|(at, _)| *at < alert.raised_at);
            let until =
                tries.partition_point(|(at, _)| alert.closed_at.is_none_or(|end| *at <= end));
            let last = until.checked_sub(1).filter(|last| *last >= from);
            alert.tried = last
                .and_then(|last| tries.get(last))
                .map(|(at, last)| Tried {
                    times: u32::try_from(until.saturating_sub(from)).unwrap_or(u32::MAX),
                    last_at: *at,
                    last: *last,
                });
            alert.reached_at = reached
                .iter()
                .copied()
                .find(|at| *at >= alert.raised_at)
                .filter(|at| alert.closed_at.is_none_or(|closed| *at <= closed));
        }
    }
}
