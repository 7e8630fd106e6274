//! Visits as they now stand.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Chart, EntryNumber};
use crate::calendar::ProtocolDay;
use crate::fact::enquiry::{EvaluationBooked, EvaluationHeld};
use crate::fact::visit::{
    PatientArrived, VisitBooked, VisitCancelled, VisitHeld, VisitMissed, VisitMoved, VisitPurpose,
};
use crate::ids::{CourseId, VisitId};

/// What became of a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum VisitState {
    /// It has a time and nothing is known of it yet.
    Booked,
    /// The patient is here.
    Arrived,
    /// It was held.
    Held,
    /// It was missed.
    Missed,
    /// It was taken off the calendar.
    Cancelled,
}

/// A visit as it now stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    /// The visit.
    pub id: VisitId,
    /// The entry that booked it.
    pub booked_by: EntryNumber,
    /// The course it belongs to.
    pub course: Option<CourseId>,
    /// What it is for.
    pub purpose: VisitPurpose,
    /// What it is called.
    pub title: String,
    /// The protocol day it stands for.
    pub day: Option<ProtocolDay>,
    /// When it begins.
    pub starts_at: Timestamp,
    /// How long it takes, in minutes.
    pub minutes: u32,
    /// With whom.
    pub with: Option<String>,
    /// Where.
    pub room: Option<String>,
    /// What became of it.
    pub state: VisitState,
    /// How often it was moved.
    pub n_moves: u32,
    /// Which dosing or therapy session of the plan it stands for.
    pub number: Option<u8>,
}

impl Chart {
    /// Every visit as it now stands, by the time it begins.
    pub fn visits(&self) -> Vec<Visit> {
        let mut visits: BTreeMap<VisitId, Visit> = BTreeMap::new();
        for (entry, fact) in self.all::<EvaluationBooked>() {
            visits.insert(
                fact.visit,
                Visit {
                    id: fact.visit,
                    booked_by: entry.number,
                    course: None,
                    purpose: VisitPurpose::Evaluation,
                    title: "Evaluation".to_owned(),
                    day: None,
                    starts_at: fact.starts_at,
                    minutes: fact.minutes,
                    with: fact.with.as_ref().map(ToString::to_string),
                    room: None,
                    state: VisitState::Booked,
                    n_moves: 0,
                    number: None,
                },
            );
        }
        for (entry, fact) in self.all::<VisitBooked>() {
            visits.insert(
                fact.visit,
                Visit {
                    id: fact.visit,
                    booked_by: entry.number,
                    course: fact.course,
                    purpose: fact.purpose,
                    title: fact.title.to_string(),
                    day: fact.day,
                    starts_at: fact.starts_at,
                    minutes: fact.minutes,
                    with: fact.with.as_ref().map(ToString::to_string),
                    room: fact.room.as_ref().map(ToString::to_string),
                    state: VisitState::Booked,
                    n_moves: 0,
                    number: fact.number,
                },
            );
        }
        self.move_visits(&mut visits);
        self.settle_visits(&mut visits);
        let mut visits: Vec<Visit> = visits.into_values().collect();
        visits.sort_by_key(|visit| (visit.starts_at, visit.id));
        visits
    }

    fn move_visits(&self, visits: &mut BTreeMap<VisitId, Visit>) {
        for (_, fact) in self.all::<VisitMoved>() {
            if let Some(visit) = visits.get_mut(&fact.visit) {
                visit.starts_at = fact.starts_at;
                visit.n_moves += 1;
                if let Some(with) = &fact.with {
                    visit.with = Some(with.to_string());
                }
                if let Some(room) = &fact.room {
                    visit.room = Some(room.to_string());
                }
            }
        }
    }

    fn settle_visits(&self, visits: &mut BTreeMap<VisitId, Visit>) {
        let arrived = self
            .all::<PatientArrived>()
            .map(|(entry, fact)| (entry.number, fact.visit, VisitState::Arrived));
        let held = self
            .all::<VisitHeld>()
            .map(|(entry, fact)| (entry.number, fact.visit, VisitState::Held));
        let evaluated = self
            .all::<EvaluationHeld>()
            .filter_map(|(entry, fact)| Some((entry.number, fact.visit?, VisitState::Held)));
        let missed = self
            .all::<VisitMissed>()
            .map(|(entry, fact)| (entry.number, fact.visit, VisitState::Missed));
        let cancelled = self
            .all::<VisitCancelled>()
            .map(|(entry, fact)| (entry.number, fact.visit, VisitState::Cancelled));
        // Moved to another time after the patient had arrived, a visit waits to be held again.
        let moved = self
            .all::<VisitMoved>()
            .map(|(entry, fact)| (entry.number, fact.visit, VisitState::Booked));
        let mut settled: Vec<_> = arrived
            .chain(held)
            .chain(evaluated)
            .chain(missed)
            .chain(cancelled)
            .chain(moved)
            .collect();
        settled.sort_by_key(|(number, _, _)| *number);
        for (_, visit, state) in settled {
            if let Some(visit) = visits.get_mut(&visit) {
                visit.state = state;
            }
        }
    }
}
