//! Dosing sessions as they now stand.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{Chart, EntryNumber};
use crate::fact::decision::Route;
use crate::fact::observation::VitalsObserved;
use crate::fact::room::{SessionHeld, TimeOutHeld};
use crate::fact::session::{
    DoseChange, DoseChanged, DoseStarted, DoseStopped, ObservationMade, RecoveryAssessed,
    SessionClosed, SessionOpened, SupplyNamed, Watched,
};
use crate::ids::{CourseId, SessionId};
use crate::quantity::{Grams, Micrograms, MicrogramsPerMinute};

/// A dosing session as it now stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The session.
    pub id: SessionId,
    /// The entry that opened it.
    pub opened_by: EntryNumber,
    /// The course it belongs to.
    pub course: CourseId,
    /// Which session of the course, from one.
    pub number: u8,
    /// In which room.
    pub room: Option<String>,
    /// The weight used.
    pub weight_g: Option<Grams>,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When drug began, how much was to be given, by which route and over how many minutes.
    pub started: Option<Started>,
    /// Changes while it was given, by time.
    pub changes: Vec<Changed>,
    /// When giving ended and how much was given.
    pub stopped: Option<(Timestamp, Micrograms)>,
    /// Vital signs, by time.
    pub vitals: Vec<(Timestamp, VitalsObserved)>,
    /// What was watched beside them, by time.
    pub observations: Vec<(Timestamp, Watched, Option<u8>)>,
    /// Who supplies the drug, where a prescriber said that it is not from the clinic's stock.
    pub other_supply: Option<String>,
    /// When two people held the time-out.
    pub time_out_at: Option<Timestamp>,
    /// When it was held for today, without a dose.
    pub held_at: Option<Timestamp>,
    /// Whether readiness to leave was assessed.
    pub is_recovery_assessed: bool,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
    /// Whether the patient left against advice.
    pub left_against_advice: bool,
}

/// How a dose began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Started {
    /// When.
    pub at: Timestamp,
    /// How much was to be given.
    pub dose: Micrograms,
    /// By which route.
    pub route: Route,
    /// Over how many minutes.
    pub minutes: u32,
}

/// A change while a dose was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Changed {
    /// When.
    pub at: Timestamp,
    /// How.
    pub change: DoseChange,
    /// How much had been given, where somebody read it off the pump.
    pub given_so_far: Option<Micrograms>,
    /// The rate from then on, where it was changed.
    pub rate: Option<MicrogramsPerMinute>,
}

impl Session {
    /// The reading with the highest systolic pressure.
    pub fn peak_pressure(&self) -> Option<&VitalsObserved> {
        self.vitals
            .iter()
            .map(|(_, vitals)| vitals)
            .max_by_key(|vitals| vitals.systolic_mmhg)
            .filter(|vitals| vitals.systolic_mmhg.is_some())
    }

    /// The greatest score of what was watched.
    pub fn greatest(&self, watched: Watched) -> Option<u8> {
        self.observations
            .iter()
            .filter(|(_, kind, _)| *kind == watched)
            .filter_map(|(_, _, score)| *score)
            .max()
    }
}

impl Session {
    /// A session that was opened, and of which nothing else is told yet.
    pub fn opened(by: EntryNumber, at: Timestamp, fact: &SessionOpened) -> Self {
        Self {
            id: fact.session,
            opened_by: by,
            course: fact.course,
            number: fact.number,
            room: fact.room.as_ref().map(ToString::to_string),
            weight_g: fact.weight_g,
            opened_at: at,
            started: None,
            changes: Vec::new(),
            stopped: None,
            vitals: Vec::new(),
            observations: Vec::new(),
            other_supply: None,
            time_out_at: None,
            held_at: None,
            is_recovery_assessed: false,
            closed_at: None,
            left_against_advice: false,
        }
    }
}

impl Chart {
    /// Every dosing session as it now stands, by the time it was opened.
    pub fn sessions(&self) -> Vec<Session> {
        let mut sessions: BTreeMap<SessionId, Session> = self
            .all::<SessionOpened>()
            .map(|(entry, fact)| {
                let opened = Session::opened(entry.number, entry.occurred_at.0, fact);
                (fact.session, opened)
            })
            .collect();
        self.fill_doses(&mut sessions);
        self.fill_readings(&mut sessions);
        for (entry, fact) in self.all::<SessionClosed>() {
            if let Some(session) = sessions.get_mut(&fact.session) {
                session.closed_at = Some(entry.occurred_at.0);
                session.left_against_advice = fact.against_advice;
            }
        }
        let mut sessions: Vec<Session> = sessions.into_values().collect();
        for session in &mut sessions {
            session.changes.sort_by_key(|change| change.at);
            session.vitals.sort_by_key(|(at, _)| *at);
            session.observations.sort_by_key(|(at, _, _)| *at);
        }
        sessions.sort_by_key(|session| (session.opened_at, session.id));
        sessions
    }

    fn fill_doses(&self, sessions: &mut BTreeMap<SessionId, Session>) {
        for (entry, fact) in self.all::<DoseStarted>() {
            if let Some(session) = sessions.get_mut(&fact.session) {
                session.started = Some(Started {
                    at: entry.occurred_at.0,
                    dose: fact.dose,
                    route: fact.route,
                    minutes: fact.minutes.get(),
                });
            }
        }
        for (entry, fact) in self.all::<DoseChanged>() {
            if let Some(session) = sessions.get_mut(&fact.session) {
                session.changes.push(Changed {
                    at: entry.occurred_at.0,
                    change: fact.change,
                    given_so_far: fact.given_so_far,
                    rate: fact.rate,
                });
            }
        }
        for (entry, fact) in self.all::<TimeOutHeld>() {
            if let Some(session) = sessions.get_mut(&fact.session) {
                session.time_out_at = Some(entry.occurred_at.0);
            }
        }
        for (entry, fact) in self.all::<SessionHeld>() {
            if let Some(session) = sessions.get_mut(&fact.session) {
                session.held_at = Some(entry.occurred_at.0);
            }
        }
        for (_, fact) in self.all::<SupplyNamed>() {
            if let Some(session) = sessions.get_mut(&fact.session) {
                session.other_supply = Some(fact.supply.to_string());
            }
        }
        for (entry, fact) in self.all::<DoseStopped>() {
            if let Some(session) = sessions.get_mut(&fact.session) {
                session.stopped = Some((entry.occurred_at.0, fact.given));
            }
        }
    }

    fn fill_readings(&self, sessions: &mut BTreeMap<SessionId, Session>) {
        for (entry, fact) in self.all::<VitalsObserved>() {
            if let Some(session) = fact.session.and_then(|id| sessions.get_mut(&id)) {
                session.vitals.push((entry.occurred_at.0, fact.clone()));
            }
        }
        for (entry, fact) in self.all::<ObservationMade>() {
            if let Some(session) = sessions.get_mut(&fact.session) {
                session
                    .observations
                    .push((entry.occurred_at.0, fact.watched, fact.score));
            }
        }
        for (_, fact) in self.all::<RecoveryAssessed>() {
            if let Some(session) = sessions.get_mut(&fact.session) {
                session.is_recovery_assessed = true;
            }
        }
    }
}
