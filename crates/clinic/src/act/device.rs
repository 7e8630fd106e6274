//! Devices: a monitor's bridge sends vital signs to the session that is open in its room.
//!
//! A device has a token, of which only the SHA-256 is kept, and stands in one room at a time. What it
//! is and where it stands are rows beside the journal; what it reads are entries, marked with it.

mod reading;

use std::sync::OnceLock;

use data_encoding::BASE64URL_NOPAD;
use jiff::{SignedDuration, Timestamp};
use record::fact::observation::VitalsObserved;
use record::ids::SessionId;
use record::words::{Door, Line};
use record::{Chart, Entry};
use serde::{Deserialize, Serialize};

pub use reading::{NotTaken, Reading, Taken, check_token, take};

use super::sign_in::random_bytes;
use crate::authority::{Act, authorise};
use crate::clinic::Clinic;
use crate::denied::Denied;
use crate::digest::hexadecimal;
use crate::operation::Operation;

const SPACE: &str = "device";
/// The most devices a clinic may have.
const DEVICES_MAX: usize = 200;

/// What a device is held to, from `devices/policy.toml`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// From this age on a reading is stale.
    pub stale: SignedDuration,
    /// How far a device's clock may be ahead.
    pub ahead: SignedDuration,
    /// The most readings in a minute.
    pub per_minute: u32,
}

#[derive(Deserialize)]
struct File {
    stale: Seconds,
    ahead: Seconds,
    rate: Rate,
}

#[derive(Deserialize)]
struct Seconds {
    seconds: u32,
}

#[derive(Deserialize)]
struct Rate {
    per_minute: u32,
}

/// What devices are held to; a file that cannot be read takes nothing as current and nothing in.
pub fn limits() -> Limits {
    static LIMITS: OnceLock<Limits> = OnceLock::new();
    *LIMITS.get_or_init(|| {
        let text = include_str!("../../../../devices/policy.toml");
        let seconds = |of: &Seconds| SignedDuration::from_secs(i64::from(of.seconds));
        toml::from_str::<File>(text).map_or(
            Limits {
                stale: SignedDuration::ZERO,
                ahead: SignedDuration::ZERO,
                per_minute: 0,
            },
            |file| Limits {
                stale: seconds(&file.stale),
                ahead: seconds(&file.ahead),
                per_minute: file.rate.per_minute,
            },
        )
    })
}

/// Whether a reading was stale when it came.
pub fn is_stale(read_at: Timestamp, came_at: Timestamp) -> bool {
    came_at.duration_since(read_at) > limits().stale
}

/// Whether a reading counts as how somebody was when it was charted: what a device sent too late says
/// what was, and nothing goes by it.
pub fn counts(entry: &Entry) -> bool {
    entry.author.door != Door::Device || !is_stale(entry.occurred_at.0, entry.recorded_at.0)
}

/// The readings of a session that count, in the order they were taken.
pub fn counted(chart: &Chart, session: SessionId) -> Vec<(Timestamp, &VitalsObserved)> {
    let all = chart.all::<VitalsObserved>();
    let mut counted: Vec<_> = all
        .filter(|(entry, one)| one.session == Some(session) && counts(entry))
        .map(|(entry, one)| (entry.occurred_at.0, one))
        .collect();
    counted.sort_by_key(|(at, _)| *at);
    counted
}

/// A device as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    /// Its identifier, the first half of its token.
    pub id: String,
    /// What it is called: "Monitor 2".
    pub name: Line,
    /// The room it stands in.
    pub room: Line,
    /// Since when.
    pub moved_at: Timestamp,
    /// Who made it, as printed.
    pub made_by: Line,
    /// When.
    pub made_at: Timestamp,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// When it was last heard of.
    pub heard_at: Option<Timestamp>,
    secret: String,
    minute: i64,
    in_minute: u32,
}

/// Makes a device and its token; the token is given back this once and is not kept.
///
/// # Errors
/// [`Denied::Forbidden`] for all but an administrator; [`Denied::Invalid`] where there are too many.
pub fn make(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    name: Line,
    room: Line,
) -> Result<(Device, String), Denied> {
    authorise(operation, Act::ManageDevices, None)?;
    let _held = clinic.hold_devices();
    let there = all(clinic)?;
    if there.len() >= DEVICES_MAX {
        return Err(Denied::invalid(
            "name",
            "This clinic has as many devices as it can have",
        ));
    }
    let is_taken = |one: &Device| one.revoked_at.is_none() && is_same(&one.name, &name);
    if there.iter().any(is_taken) {
        return Err(Denied::invalid(
            "name",
            "A device of this name is in use: give it another name, or revoke that one",
        ));
    }
    let now = operation.now();
    let id = record::ids::uuid_at(now, operation.chance)
        .simple()
        .to_string();
    let secret = BASE64URL_NOPAD.encode(&random_bytes::<32>(operation.chance));
    let device = Device {
        id,
        name,
        room,
        moved_at: now,
        made_by: operation.actor.name.clone(),
        made_at: now,
        revoked_at: None,
        heard_at: None,
        secret: hexadecimal(&secret),
        minute: 0,
        in_minute: 0,
    };
    keep(clinic, &device)?;
    let token = format!("{}.{secret}", device.id);
    Ok((device, token))
}

/// Puts a device into another room; from now on it reads for the session that is open there.
///
/// # Errors
/// [`Denied::NotFound`] for a device there is not; [`Denied::Invalid`] for one that was revoked.
pub fn place(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    id: &str,
    room: Line,
) -> Result<(), Denied> {
    authorise(operation, Act::PlaceDevice, None)?;
    let _held = clinic.hold_devices();
    let mut device = find(clinic, id)?.ok_or(Denied::NotFound)?;
    if device.revoked_at.is_some() {
        return Err(Denied::invalid(
            "room",
            "This device was revoked: make it anew",
        ));
    }
    if !is_same(&device.room, &room) {
        device.moved_at = operation.now();
    }
    device.room = room;
    keep(clinic, &device)
}

/// Revokes a device: its token opens nothing from now on.
///
/// # Errors
/// [`Denied::NotFound`] for a device there is not.
pub fn revoke(operation: &mut Operation<'_>, clinic: &Clinic, id: &str) -> Result<(), Denied> {
    authorise(operation, Act::ManageDevices, None)?;
    let _held = clinic.hold_devices();
    let mut device = find(clinic, id)?.ok_or(Denied::NotFound)?;
    device.revoked_at = device.revoked_at.or(Some(operation.now()));
    keep(clinic, &device)
}

/// Every device, by its name.
///
/// # Errors
/// What the rows say when they cannot be read.
pub fn all(clinic: &Clinic) -> Result<Vec<Device>, Denied> {
    let rows = clinic.journal().rim_scan(SPACE, "", DEVICES_MAX + 1)?;
    let mut all: Vec<Device> = rows
        .iter()
        .filter_map(|row| serde_json::from_slice(&row.value).ok())
        .collect();
    all.sort_by(|a, b| {
        let key = |one: &Device| {
            (
                one.revoked_at.is_some(),
                one.name.to_string(),
                one.id.clone(),
            )
        };
        key(a).cmp(&key(b))
    });
    Ok(all)
}

fn find(clinic: &Clinic, id: &str) -> Result<Option<Device>, Denied> {
    let row = clinic.journal().rim_get(SPACE, id)?;
    row.map(|row| serde_json::from_slice(&row.value).map_err(Denied::Encode))
        .transpose()
}

fn keep(clinic: &Clinic, device: &Device) -> Result<(), Denied> {
    let value = serde_json::to_vec(device)?;
    Ok(clinic.journal().rim_put(SPACE, &device.id, &value, None)?)
}

/// Whether two names are one, however they are written.
pub(super) fn is_same(one: &Line, other: &Line) -> bool {
    one.as_str()
        .trim()
        .eq_ignore_ascii_case(other.as_str().trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limits_are_those_of_the_file() {
        let limits = limits();
        assert_eq!(limits.stale, SignedDuration::from_secs(120));
        assert_eq!(limits.per_minute, 60);
    }
}
