//! The link of a reminder: made with its message, opened, and put off until later.

use jiff::Timestamp;
use jiff::civil::Date;
use journal::{RimRow, Version};
use protocol::contact::messages::{Later, Quiet};
use record::calendar::days_between;
use record::chart::course::CourseState;
use record::ids::PatientId;
use record::words::Door;

use super::lock::{Link as _, Lock, keep, read};
use super::{Gone, Kept, Standing, earlier, stands};
use crate::act::message;
use crate::act::remind::{self, Of, Wanted};
use crate::clinic::Clinic;
use crate::denied::Denied;
use crate::digest::hexadecimal;
use crate::due::Zones;
use crate::operation::Operation;

/// The row of a link that a message carries; none where the course does not go on.
pub(in crate::act) fn row(
    clinic: &Clinic,
    patient: PatientId,
    day: Date,
    token: &str,
    message: String,
    (now, expires_at): (Timestamp, Timestamp),
) -> Result<Option<RimRow>, Denied> {
    let known = clinic.chart(patient)?;
    let course = known.chart.course();
    let Some(course) = course.filter(|course| course.state == CourseState::Open) else {
        return Ok(None);
    };
    let kept = Kept {
        patient,
        course: course.id,
        day,
        is_quiet: clinic
            .library()
            .check_in()
            .is_quiet(&earlier(&known, course.id)),
        made_at: now,
        lock: Lock::until(expires_at),
        answers: std::collections::BTreeMap::new(),
        given: std::collections::BTreeMap::new(),
        taken: Vec::new(),
        last_at: None,
        marked: None,
        told: Vec::new(),
        sent: None,
        message: Some(message),
        put_off: 0,
        put_off_until: None,
    };
    Ok(Some(RimRow {
        key: hexadecimal(token),
        value: serde_json::to_vec(&kept)?,
        expires_at: kept.swept_at(),
    }))
}

/// Keeps links made together.
pub(in crate::act) fn keep_rows(clinic: &Clinic, rows: &[RimRow]) -> Result<(), Denied> {
    if !rows.is_empty() {
        clinic.journal().rim_put_all(Kept::SPACE, rows)?;
    }
    Ok(())
}

/// Notes that a link was opened, by whoever or whatever opened it: the log of its message shows it.
///
/// # Errors
/// What the journal says when it cannot be read or written.
pub fn opened(clinic: &Clinic, token: &str, now: Timestamp) -> Result<(), Denied> {
    let kept: Option<Kept> = read(clinic, &hexadecimal(token))?;
    if let Some(key) = kept.and_then(|kept| kept.message) {
        message::opened(clinic, &key, now)?;
    }
    Ok(())
}

/// Which ways to put a check-in off a link offers, and until when it is put off already.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Laters {
    /// The ways, with the moment each means.
    pub ways: Vec<(Later, Timestamp)>,
    /// Until when it is put off.
    pub until: Option<Timestamp>,
}

/// Which ways to put a check-in off a link offers now: none for a link nobody was messaged, for one that
/// was put off often enough, or for one that would end before.
///
/// # Errors
/// What the journal says when it cannot be read.
pub fn laters(clinic: &Clinic, token: &str, now: Timestamp) -> Result<Laters, Denied> {
    let Some(kept) = read::<Kept>(clinic, &hexadecimal(token))? else {
        return Ok(Laters::default());
    };
    let is_put_off = kept.put_off_until.filter(|until| *until > now);
    let when = &clinic.library().messages().when;
    if is_put_off.is_some() || kept.put_off >= when.put_off_at_most || kept.message.is_none() {
        return Ok(Laters {
            ways: Vec::new(),
            until: is_put_off,
        });
    }
    let board = clinic.board();
    let line = board.line(kept.patient);
    let Some((line, contact)) = line.and_then(|line| {
        let contact = line.follow.contact.as_ref()?;
        (contact.check_ins && !contact.carriages.is_empty()).then_some((line, contact))
    }) else {
        return Ok(Laters::default());
    };
    let zone = Zones::of(board.house.zone()).theirs(line);
    let quiet = Quiet {
        from: contact.quiet_from,
        until: contact.quiet_until,
    };
    let ways = Later::ALL.into_iter().filter_map(|later| {
        let at = later.at(now, &zone, when, quiet)?;
        (at < kept.lock.expires_at).then_some((later, at))
    });
    Ok(Laters {
        ways: ways.collect(),
        until: None,
    })
}

/// Puts a check-in off: the same link comes in another message, later. Gives when.
///
/// It needs no birth date, shows nothing and gives nobody anything but a message to the patient's own
/// address; it can be done a few times, one at a time.
///
/// # Errors
/// [`Denied::NotFound`] where the link leads nowhere or does not offer this.
pub fn put_off(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    token: &str,
    later: Later,
) -> Result<Timestamp, Denied> {
    let key = hexadecimal(token);
    let _held = clinic.hold_link(&key);
    let mut kept = read(clinic, &key)?.ok_or(Denied::NotFound)?;
    let now = operation.now();
    match stands(clinic, &kept, &key, None, now)? {
        Standing::Locked { .. } => {}
        Standing::Gone(
            Gone::Unknown | Gone::Expired | Gone::CourseOver | Gone::TooManyTries | Gone::Erased,
        )
        | Standing::Open(_)
        | Standing::Sent(_) => return Err(Denied::NotFound),
    }
    let offered = laters(clinic, token, now)?;
    if let Some(until) = offered.until {
        return Ok(until);
    }
    let (_, at) = offered
        .ways
        .into_iter()
        .find(|(way, _)| *way == later)
        .ok_or(Denied::NotFound)?;
    let known = clinic.chart(kept.patient)?;
    let day_zero = known.chart.course().and_then(|course| course.day_zero);
    // The way the first message came, which this clinic has set up.
    let message = kept.message.as_deref().ok_or(Denied::NotFound)?;
    let carriage = message::carriage(clinic, message)?.ok_or(Denied::NotFound)?;
    let contact = known.chart.contact().ok_or(Denied::NotFound)?;
    if !contact.carriages.contains(&carriage) || contact.bounced.contains(&carriage) {
        return Err(Denied::NotFound);
    }
    let wanted = Wanted {
        patient: kept.patient,
        version: Version(known.version.0),
        course: kept.course,
        of: Of::CheckIn {
            day: day_zero.map_or(0, |zero| days_between(zero, kept.day) + 1),
            about: kept.day,
        },
        carriage,
        leaves_at: at,
        until: kept.lock.expires_at,
        put_off: kept.put_off.saturating_add(1),
        named: format!("{key} put off {}", kept.put_off),
        token: Some(token.to_owned()),
    };
    let (clock, chance) = (operation.clock, &mut *operation.chance);
    let row = remind::queue(clinic, clock, chance, Door::Link, &wanted)?;
    message::keep_rows(clinic, &row.into_iter().collect::<Vec<_>>())?;
    kept.put_off = wanted.put_off;
    kept.put_off_until = Some(at);
    keep(clinic, &key, &kept)?;
    Ok(at)
}
