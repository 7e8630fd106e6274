//! Taking a reading in: from the token to an entry of the session in the device's room, or a sentence.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use jiff::Timestamp;
use record::fact::observation::VitalsObserved;
use record::ids::{Chance, PatientId, SessionId};
use record::words::{Door, Role};
use record::{Clock, Line};

use super::{Device, find, is_stale, keep, limits};
use crate::act::observation::check_vitals;
use crate::act::room::{monitor, watch};
use crate::act::session::open_session;
use crate::clinic::Clinic;
use crate::denied::Denied;
use crate::digest::{command, hexadecimal};
use crate::operation::{Actor, Operation};

/// How often a reading is tried again when somebody else wrote at the same moment.
const TRIES_MAX: u8 = 8;

/// What a device sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Its own count; a reading that comes twice has the same.
    pub sequence: u64,
    /// When it was taken, by the device's clock.
    pub at: Timestamp,
    /// What was read; session and device are set by the act.
    pub vitals: VitalsObserved,
}

/// What became of a reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It is charted.
    Now {
        /// It was too old to count as current.
        is_stale: bool,
    },
    /// It had been taken in before.
    Before,
}

/// Why a reading was not taken in; nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum NotTaken {
    /// No such token.
    #[error("This device is not known here: make it under Devices and give it its token")]
    Unknown,
    /// The token was revoked.
    #[error("This device was revoked: make it anew under Devices")]
    Revoked,
    /// Too many in a minute.
    #[error("Too many readings: at most {0} a minute are taken, wait and send again")]
    TooMany(u32),
    /// Its clock is ahead.
    #[error("The device's clock is ahead of the clinic's: set it, and send what it reads then")]
    Ahead,
    /// Nobody is in the room.
    #[error("No session is open in {0}: the reading is not kept")]
    NoSession(Line),
    /// The session is over.
    #[error("The session in {0} is closed: the reading is not kept")]
    Closed(Line),
    /// More than one session says it is in the room.
    #[error("Two sessions are open in {0}: whose reading it is cannot be known, so it is not kept")]
    TwoSessions(Line),
    /// It is from before the session.
    #[error("This was read before the session in {0} was opened: it is not this person's")]
    BeforeSession(Line),
    /// It is from before the device came to the room.
    #[error("This was read before the device came to {0}: it is not this person's")]
    BeforeRoom(Line),
    /// Its values cannot be, or the journal could not write.
    #[error("{0}")]
    Denied(Denied),
}

impl From<Denied> for NotTaken {
    fn from(denied: Denied) -> Self {
        Self::Denied(denied)
    }
}

/// Takes a reading in, under the token of a device.
///
/// It goes to the one session that is open in the device's room, and only if it was read while that
/// session was open and the device stood there; a reading that comes twice is one entry.
///
/// # Errors
/// [`NotTaken`], with one sentence; nothing was written then.
pub fn take(
    clinic: &Clinic,
    (clock, chance): (&dyn Clock, &mut dyn Chance),
    token: &str,
    reading: &Reading,
) -> Result<Taken, NotTaken> {
    let _held = clinic.hold_devices();
    let now = clock.now();
    let mut device = known(clinic, token)?;
    count(&mut device, now)?;
    keep(clinic, &device)?;
    let limits = limits();
    if reading.at > now.saturating_add(limits.ahead).unwrap_or(now) {
        return Err(NotTaken::Ahead);
    }
    check_vitals(&reading.vitals)?;
    let (patient, session) = whose(clinic, &device, reading.at)?;
    let id = format!("device {} {} {}", device.id, reading.sequence, reading.at);
    let mut actor = Actor::system(Door::Device);
    actor.name = device.name.clone();
    let mut operation = Operation::new(actor, clock, chance)
        .under(command(&id))
        .at(reading.at);
    if clinic.first_answer(&operation, Some(patient))?.is_some() {
        return Ok(Taken::Before);
    }
    for _ in 0..TRIES_MAX {
        let known = clinic.chart(patient)?;
        let Ok(there) = open_session(&known.chart, session) else {
            return Err(NotTaken::Closed(device.room));
        };
        let vitals = VitalsObserved {
            session: Some(session),
            device: Some(device.name.clone()),
            ..reading.vitals.clone()
        };
        let facts = vec![vitals.into()];
        let mut facts = watch::with_rules(&mut operation, clinic, &known, &there, facts);
        let from = (&device.name, reading.at);
        let alarm =
            monitor::of_reading((now, &mut *operation.chance), clinic, &known, &there, from);
        facts.extend(alarm);
        let version = Some(known.version);
        match clinic.record(&operation, Role::System, patient, version, &facts) {
            Ok(written) if written.repeated => return Ok(Taken::Before),
            Ok(_) => {
                let is_stale = is_stale(reading.at, now);
                return Ok(Taken::Now { is_stale });
            }
            // Somebody charted at this very moment: the rules are asked again over what they wrote.
            Err(Denied::Stale) => {}
            Err(other) => return Err(other.into()),
        }
    }
    Err(NotTaken::Denied(Denied::Stale))
}

/// Passes the token of a device that stands here, so that nobody else is told how a reading looks.
///
/// # Errors
/// [`NotTaken::Unknown`] or [`NotTaken::Revoked`], whatever comes with the token.
pub fn check_token(clinic: &Clinic, token: &str) -> Result<(), NotTaken> {
    known(clinic, token).map(|_| ())
}

/// The device of a token; compared in constant time.
fn known(clinic: &Clinic, token: &str) -> Result<Device, NotTaken> {
    let (id, secret) = token.split_once('.').ok_or(NotTaken::Unknown)?;
    let is_id = id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !is_id {
        return Err(NotTaken::Unknown);
    }
    let device = find(clinic, id)?.ok_or(NotTaken::Unknown)?;
    let hash = hexadecimal(secret);
    verify_slices_are_equal(hash.as_bytes(), device.secret.as_bytes())
        .map_err(|_| NotTaken::Unknown)?;
    if device.revoked_at.is_some() {
        return Err(NotTaken::Revoked);
    }
    Ok(device)
}

/// Counts a reading against the limit of its minute.
fn count(device: &mut Device, now: Timestamp) -> Result<(), NotTaken> {
    let minute = now.as_second().div_euclid(60);
    if device.minute != minute {
        device.minute = minute;
        device.in_minute = 0;
    }
    let most = limits().per_minute;
    if device.in_minute >= most {
        return Err(NotTaken::TooMany(most));
    }
    device.in_minute += 1;
    device.heard_at = Some(now);
    Ok(())
}

/// Whose reading it is: the one session that is open in the device's room.
fn whose(
    clinic: &Clinic,
    device: &Device,
    at: Timestamp,
) -> Result<(PatientId, SessionId), NotTaken> {
    let room = device.room.as_str().trim();
    let board = clinic.board();
    let here: Vec<_> = board
        .lines()
        .filter_map(|(patient, line)| Some((*patient, line.session.as_ref()?)))
        .filter(|(_, session)| {
            let there = session.room.as_deref().map(str::trim);
            there.is_some_and(|there| there.eq_ignore_ascii_case(room))
        })
        .collect();
    let mut open = here.iter().filter(|(_, one)| one.closed_at.is_none());
    let Some((patient, session)) = open.next() else {
        let was_here = here.iter().any(|(_, one)| one.opened_at <= at);
        return Err(if was_here {
            NotTaken::Closed(device.room.clone())
        } else {
            NotTaken::NoSession(device.room.clone())
        });
    };
    if open.next().is_some() {
        return Err(NotTaken::TwoSessions(device.room.clone()));
    }
    if at < session.opened_at {
        return Err(NotTaken::BeforeSession(device.room.clone()));
    }
    if at < device.moved_at {
        return Err(NotTaken::BeforeRoom(device.room.clone()));
    }
    Ok((*patient, session.id))
}
