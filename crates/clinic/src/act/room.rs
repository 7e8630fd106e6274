//! The session room: a set of readings in one act, notes, set and setting, one press to stop.
//!
//! Everything charted here is judged by the monitoring rules in the same append: see [`watch`].

pub mod after;
pub mod before;
pub mod monitor;
pub mod watch;

use jiff::Timestamp;
use record::chart::session::Session;
use record::fact::care::{AlertCause, AlertRaised, Urgency};
use record::fact::observation::VitalsObserved;
use record::fact::person::HistoryAnswer;
use record::fact::room::{SessionAnswered, SettingChosen};
use record::fact::session::{
    DoseChange, DoseChanged, DoseStopped, InterventionMade, ObservationMade, Watched,
};
use record::ids::{AlertId, PatientId, SessionId};
use record::words::{Line, Prose};
use record::{Chart, Fact};

use super::observation::check_vitals;
use super::session::{Happening, check_told_time, check_within, find, happen, open_session};
use crate::authority::{Act, authorise};
use crate::clinic::{Clinic, Written};
use crate::denied::Denied;
use crate::operation::Operation;

/// How often an act that must not fail tries again when somebody else wrote at the same moment.
const TRIES_MAX: u8 = 8;

/// A set of readings taken together.
#[derive(Clone, Debug, Default)]
pub struct Readings {
    /// Vital signs; `session` is set by the act.
    pub vitals: VitalsObserved,
    /// Scores beside them.
    pub scores: Vec<(Watched, u8)>,
    /// Answers to named inputs of the rules, such as a symptom.
    pub answers: Vec<HistoryAnswer>,
    /// Words.
    pub remark: Option<Prose>,
}

/// The highest score of what is watched.
pub const fn score_max(watched: Watched) -> u8 {
    match watched {
        Watched::Sedation => 5,
        Watched::Dissociation
        | Watched::Nausea
        | Watched::Anxiety
        | Watched::Pain
        | Watched::Remark => 10,
    }
}

/// Charts a set of readings, with what the rules say about it, in one append.
///
/// # Errors
/// [`Denied::Invalid`] for a set that says nothing, or holds what cannot be; [`Denied::NotFound`] for
/// a session that is not this patient's.
pub fn chart(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    session: SessionId,
    readings: Readings,
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::RunSession, Some(patient))?;
    if let Some(first) = clinic.first_answer(operation, Some(patient))? {
        return Ok(first);
    }
    let known = clinic.chart(patient)?;
    check_told_time(operation)?;
    let there = open_session(&known.chart, session)?;
    check_within(operation, clinic, &there, false)?;
    let facts = facts_of(session, readings)?;
    let facts = watch::with_rules(operation, clinic, &known, &there, facts);
    clinic.record(operation, role, patient, None, &facts)
}

fn facts_of(session: SessionId, readings: Readings) -> Result<Vec<Fact>, Denied> {
    let mut facts: Vec<Fact> = Vec::new();
    let nothing = VitalsObserved {
        session: readings.vitals.session,
        device: readings.vitals.device.clone(),
        ..VitalsObserved::default()
    };
    if readings.vitals != nothing {
        let vitals = VitalsObserved {
            session: Some(session),
            ..readings.vitals
        };
        check_vitals(&vitals)?;
        facts.push(vitals.into());
    }
    for (watched, score) in readings.scores {
        if score > score_max(watched) {
            let most = score_max(watched);
            let sentence = format!("A score of {watched} is from 0 to {most}: check it");
            return Err(Denied::invalid("score", sentence));
        }
        let score = Some(score);
        facts.push(
            ObservationMade {
                session,
                watched,
                score,
                words: None,
            }
            .into(),
        );
    }
    if !readings.answers.is_empty() {
        let answers = readings.answers;
        facts.push(SessionAnswered { session, answers }.into());
    }
    if let Some(words) = readings.remark {
        let watched = Watched::Remark;
        facts.push(
            ObservationMade {
                session,
                watched,
                score: None,
                words: Some(words),
            }
            .into(),
        );
    }
    if facts.is_empty() {
        return Err(Denied::invalid("systolic", "Enter at least one value"));
    }
    Ok(facts)
}

/// Writes a note in the room, as the therapist who sits there does.
///
/// # Errors
/// As [`chart`].
pub fn note(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    session: SessionId,
    words: Prose,
) -> Result<Written, Denied> {
    let watched = Watched::Remark;
    let fact = ObservationMade {
        session,
        watched,
        score: None,
        words: Some(words),
    };
    write(operation, clinic, patient, session, fact.into())
}

/// Writes down set and setting.
///
/// # Errors
/// As [`chart`].
pub fn choose_setting(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    setting: SettingChosen,
) -> Result<Written, Denied> {
    let session = setting.session;
    let is_empty = setting.music.is_none()
        && setting.eyeshade.is_none()
        && setting.intention.is_none()
        && setting.sitter.is_none();
    if is_empty {
        return Err(Denied::invalid("music", "Write down at least one of them"));
    }
    write(operation, clinic, patient, session, setting.into())
}

fn write(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    session: SessionId,
    fact: Fact,
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::WriteInRoom, Some(patient))?;
    if let Some(first) = clinic.first_answer(operation, Some(patient))? {
        return Ok(first);
    }
    let known = clinic.chart(patient)?;
    check_told_time(operation)?;
    let there = open_session(&known.chart, session)?;
    check_within(operation, clinic, &there, false)?;
    clinic.record(operation, role, patient, None, &[fact])
}

/// What a press of Stop came to.
#[derive(Debug)]
pub enum Stopped {
    /// This press stopped it.
    Now(Written),
    /// It had been stopped already, by another hand.
    Before,
}

/// Stops the dose now: what is in by this moment is reckoned from the order and its changes.
///
/// Two people may press at once; the second is told it was stopped, and nothing is written twice.
///
/// # Errors
/// [`Denied::Invalid`] where no dose was started; [`Denied::NotFound`] for a session that is not this
/// patient's.
pub fn stop_now(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    session: SessionId,
) -> Result<Stopped, Denied> {
    authorise(operation, Act::RunSession, Some(patient))?;
    for _ in 0..TRIES_MAX {
        let known = clinic.chart(patient)?;
        let there = find(&known.chart, session)?;
        if there.stopped.is_some() {
            return Ok(Stopped::Before);
        }
        // A press that waited on a device is never held up by a clock that was set back meanwhile.
        let began = there.started.map(|started| started.at);
        operation.occurred_at = operation
            .occurred_at
            .filter(|at| began.is_none_or(|it| *at >= it));
        let now = operation.occurred().0;
        let Some(infusion) = there.infusion(now) else {
            return Err(Denied::invalid(
                "session",
                "No dose was started in this session: there is none to stop",
            ));
        };
        let is_whole = there
            .started
            .is_some_and(|started| infusion.given >= started.dose);
        let part = super::session::pieces::part(clinic, &known, &there);
        let devices = super::session::pieces::devices(clinic, &known, &there);
        let reason = match (is_whole, part) {
            (false, Some(_)) if devices.is_some() => devices.map(|there| format!(
                "Stopped by one press in the room after {} of {} devices: look at them, and correct it where they show another",
                there.n_given, there.n_ordered
            )),
            (true, None) => None,
            (true, Some(_)) => Some(
                "Ended by one press in the room: all devices are taken as given; look at them, and correct it where one was not used"
                    .to_owned(),
            ),
            (false, None) => Some("Stopped by one press in the room".to_owned()),
            (false, Some(part)) => Some(format!(
                "Stopped by one press in the room: reckoned by time, in whole parts of {part}; look at the devices, and correct it where they show another"
            )),
        };
        let stop = DoseStopped {
            session,
            given: super::session::pieces::whole(infusion.given, part),
            reason: reason.map(|words| Line::clipped(&words)),
        };
        match happen(operation, clinic, patient, session, Happening::Stop(stop)) {
            Ok(written) => return Ok(Stopped::Now(written)),
            Err(Denied::Stale) => {}
            Err(other) => {
                // Between the look and the write somebody else's press may have ended it.
                let there = find(&clinic.chart(patient)?.chart, session)?;
                return there.stopped.map_or(Err(other), |_| Ok(Stopped::Before));
            }
        }
    }
    Err(Denied::Stale)
}

/// Pauses the infusion now; what is in by this moment is written with it.
///
/// # Errors
/// As [`stop_now`].
pub fn pause(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    session: SessionId,
) -> Result<Written, Denied> {
    authorise(operation, Act::RunSession, Some(patient))?;
    for _ in 0..TRIES_MAX {
        let known = clinic.chart(patient)?;
        let there = find(&known.chart, session)?;
        let given_so_far = there.infusion(operation.occurred().0).map(|one| one.given);
        let change = DoseChanged {
            session,
            change: DoseChange::Paused,
            given_so_far,
            reason: None,
            rate: None,
        };
        match happen(
            operation,
            clinic,
            patient,
            session,
            Happening::Change(change),
        ) {
            Err(Denied::Stale) => {}
            other => return other,
        }
    }
    Err(Denied::Stale)
}

/// Charts one more device of a dose that goes in by devices; sooner than the protocol says with a reason.
///
/// # Errors
/// As [`stop_now`]; [`Denied::Invalid`] too where all are charted, or the time since the one before is
/// not over and no reason is said.
pub fn next_device(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    (session, reason): (SessionId, Option<Line>),
) -> Result<Written, Denied> {
    authorise(operation, Act::RunSession, Some(patient))?;
    for _ in 0..TRIES_MAX {
        let known = clinic.chart(patient)?;
        let there = find(&known.chart, session)?;
        let devices = super::session::pieces::devices(clinic, &known, &there);
        let change = DoseChanged {
            session,
            change: DoseChange::Piece,
            given_so_far: devices.map(|devices| devices.with_next),
            reason: reason.clone(),
            rate: None,
        };
        let change = Happening::Change(change);
        match happen(operation, clinic, patient, session, change) {
            Err(Denied::Stale) => {}
            other => return other,
        }
    }
    Err(Denied::Stale)
}

/// How a call for help to the room of a session begins.
fn help(session: &Session) -> String {
    format!("{}: help called by ", watch::room(session))
}

/// When and by whom help was called to a session, while nobody has settled it.
pub fn help_called(chart: &Chart, session: &Session) -> Option<(Timestamp, String)> {
    let head = help(session);
    let alerts = chart.alerts();
    let mut open = alerts.iter().filter(|alert| {
        alert.cause == AlertCause::Person
            && alert.closed_at.is_none()
            && alert.raised_at >= session.opened_at
            && alert.sentence.starts_with(&head)
    });
    let first = open.next()?;
    let by = first.sentence.strip_prefix(&head)?;
    Some((first.raised_at, by.to_owned()))
}

/// Calls everybody to the room: an alert to act on now, and a line in the session.
///
/// # Errors
/// As [`chart`].
pub fn call_help(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    session: SessionId,
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::WriteInRoom, Some(patient))?;
    if let Some(first) = clinic.first_answer(operation, Some(patient))? {
        return Ok(first);
    }
    let known = clinic.chart(patient)?;
    check_told_time(operation)?;
    let there = open_session(&known.chart, session)?;
    let called = InterventionMade {
        session: Some(session),
        what: Line::clipped("Help called to the room"),
        reason: None,
        template: None,
    };
    let alert = AlertRaised {
        alert: AlertId::make(operation.now(), operation.chance),
        course: Some(there.course),
        cause: AlertCause::Person,
        urgency: Urgency::ActNow,
        sentence: Line::clipped(&format!("{}{}", help(&there), operation.actor.name)),
        due_at: operation.now(),
    };
    clinic.record(
        operation,
        role,
        patient,
        None,
        &[called.into(), alert.into()],
    )
}
