//! Alerts as they now stand.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{Chart, EntryNumber};
use crate::fact::care::{AlertCause, AlertClosed, AlertOwned, AlertRaised, Urgency};
use crate::ids::{AlertId, PersonId};

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
    /// When someone must have acted.
    pub due_at: Timestamp,
    /// Who has it, and their name as it was then.
    pub owner: Option<(PersonId, String)>,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
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
        for (entry, fact) in self.all::<AlertClosed>() {
            if let Some(alert) = alerts.get_mut(&fact.alert) {
                alert.closed_at = Some(entry.occurred_at.0);
            }
        }
        let mut alerts: Vec<Alert> = alerts.into_values().collect();
        alerts.sort_by_key(|alert| (alert.raised_at, alert.id));
        alerts
    }
}
