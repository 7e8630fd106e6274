//! Reminders: what is due becomes a message, queued in the append that says so.
//!
//! Each occasion has a command made of what it is, so however often and wherever the clock looks, across
//! restarts too, one occasion is one message. Nothing is queued for whom a message could not reach, or
//! who has not agreed to it, and nothing leaves in their quiet hours.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use journal::{OutboxRow, RimRow, Version};
use protocol::contact::bit;
use protocol::contact::messages::Quiet;
use record::Clock;
use record::calendar::{ProtocolDay, civil_day};
use record::chart::course::CourseState;
use record::chart::visit::VisitState;
use record::fact::contact::{Carriage, ReminderQueued, Reminds};
use record::ids::{Chance, CourseId, MessageId, PatientId, VisitId};
use record::words::{Door, Role};

use super::message::{self, Logged, Payload};
use super::{link, sign_in};
use crate::authority::{Act, authorise};
use crate::board::follow::ContactLine;
use crate::board::line::PatientLine;
use crate::clinic::Clinic;
use crate::denied::Denied;
use crate::due::{Calendar, Zones};
use crate::operation::{Actor, Operation};

/// What reminders are called in the outbox.
pub const KIND: &str = "reminder";

/// How many are queued together: their links are kept in one transaction.
const TOGETHER: usize = 512;

/// How many appends wait at once, so that the journal commits many with one sync.
const APPENDS_AT_ONCE: usize = 32;

/// An occasion that is to be reminded of.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    pub(super) patient: PatientId,
    pub(super) version: Version,
    pub(super) course: CourseId,
    pub(super) of: Of,
    pub(super) carriage: Carriage,
    pub(super) leaves_at: Timestamp,
    pub(super) until: Timestamp,
    pub(super) put_off: u8,
    /// What makes it this occasion and no other.
    pub(super) named: String,
    /// The token of the link it carries.
    pub(super) token: Option<String>,
}

/// What an occasion is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Of {
    CheckIn { day: i32, about: Date },
    Visit { visit: VisitId, at: Timestamp },
}

/// Looks at everybody on a course, and queues a message for each occasion that came.
///
/// `carried` are the ways this clinic has set up; gives how many messages are new.
///
/// # Errors
/// What the journal says when it cannot be read or written.
pub fn look(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    carried: &[Carriage],
) -> Result<usize, Denied> {
    authorise(operation, Act::Remind, None)?;
    let now = operation.now();
    let wanted = wanted(clinic, carried, now);
    let mut n_queued = 0;
    for some in wanted.chunks(TOGETHER) {
        n_queued += queue_together(operation, clinic, some)?;
    }
    Ok(n_queued)
}

fn wanted(clinic: &Clinic, carried: &[Carriage], now: Timestamp) -> Vec<Wanted> {
    let board = clinic.board();
    let library = clinic.library();
    let calendar = Calendar::of(library);
    let mut zones = Zones::of(board.house.zone());
    let today = civil_day(now, &board.house.zone());
    let mut all = Vec::new();
    let earliest = today.saturating_sub((library.cadence().days + 2).days());
    for (patient, line) in board.begun_between(earliest, today.saturating_add(1.day())) {
        let wants = check_in(clinic, &calendar, &mut zones, patient, line, now);
        all.extend(wants.and_then(|(wanted, contact)| carried_by(wanted, contact, carried)));
    }
    let until = now
        .saturating_add(SignedDuration::from_hours(49))
        .unwrap_or(now);
    for (patient, line, one) in board.visits_between(now, until) {
        let is_on = matches!(
            line.stage.state,
            Some(CourseState::Open | CourseState::Paused)
        );
        if is_on && one.state == VisitState::Booked {
            let wants = visit(
                clinic,
                &mut zones,
                patient,
                line,
                (one.id, one.starts_at),
                now,
            );
            all.extend(wants.and_then(|(wanted, contact)| carried_by(wanted, contact, carried)));
        }
    }
    all
}

/// The first way the patient prefers that the clinic has set up.
fn carried_by(mut wanted: Wanted, contact: &ContactLine, carried: &[Carriage]) -> Option<Wanted> {
    let mut ways = contact.carriages.iter();
    wanted.carriage = *ways.find(|one| carried.contains(one))?;
    Some(wanted)
}

const fn quiet(contact: &ContactLine) -> Quiet {
    Quiet {
        from: contact.quiet_from,
        until: contact.quiet_until,
    }
}

fn check_in<'a>(
    clinic: &Clinic,
    calendar: &Calendar<'_>,
    zones: &mut Zones,
    patient: PatientId,
    line: &'a PatientLine,
    now: Timestamp,
) -> Option<(Wanted, &'a ContactLine)> {
    let contact = line.follow.contact.as_ref().filter(|one| one.check_ins)?;
    // The link asks for the birth date: without one there is nothing to send.
    line.born?;
    let today = calendar.today(line, now, zones)?;
    let day = calendar.check_in(line, &today)?;
    if line.follow.reminded_days & bit(day) != 0 {
        return None;
    }
    let when = &clinic.library().messages().when;
    let is_time = today.zone.to_datetime(now).time() >= when.check_in_at;
    if day == today.day && !is_time {
        return None;
    }
    let leaves_at = quiet(contact).after(now, &today.zone);
    let hours = clinic.library().check_in().link.hours;
    let until = now.checked_add(SignedDuration::from_hours(hours)).ok()?;
    let course = line.course.as_ref()?.id;
    let about = today.day_zero.saturating_add((day - 1).days());
    let wanted = Wanted {
        patient,
        version: Version(line.version),
        course,
        of: Of::CheckIn { day, about },
        carriage: Carriage::Mail,
        leaves_at,
        until,
        put_off: 0,
        named: format!("reminder {patient} {course} check-in of day {day}"),
        token: None,
    };
    Some((wanted, contact))
}

fn visit<'a>(
    clinic: &Clinic,
    zones: &mut Zones,
    patient: PatientId,
    line: &'a PatientLine,
    (id, starts_at): (VisitId, Timestamp),
    now: Timestamp,
) -> Option<(Wanted, &'a ContactLine)> {
    let contact = line.follow.contact.as_ref().filter(|one| one.visits)?;
    let course = line.course.as_ref()?.id;
    if line.follow.reminded_visits.contains(&(id, starts_at)) {
        return None;
    }
    let when = &clinic.library().messages().when;
    let zone = zones.theirs(line);
    let day_before = civil_day(starts_at, &zone).yesterday().ok()?;
    let from = zone
        .to_timestamp(day_before.to_datetime(when.visit_at))
        .ok()?;
    let until = starts_at
        .checked_sub(SignedDuration::from_mins(when.visit_least_minutes))
        .ok()?;
    let leaves_at = quiet(contact).after(now, &zone);
    if now < from || leaves_at > until {
        return None;
    }
    let wanted = Wanted {
        patient,
        version: Version(line.version),
        course,
        of: Of::Visit {
            visit: id,
            at: starts_at,
        },
        carriage: Carriage::Mail,
        leaves_at,
        until,
        put_off: 0,
        named: format!("reminder {patient} {course} visit {id} at {starts_at}"),
        token: None,
    };
    Some((wanted, contact))
}

/// Queues some occasions: their links first, so that no message ever carries one that leads nowhere; then
/// each message with the entry that says it was due; last what the log shows of them.
fn queue_together(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    wanted: &[Wanted],
) -> Result<usize, Denied> {
    let now = operation.now();
    let mut ready = Vec::with_capacity(wanted.len());
    let mut links = Vec::new();
    for one in wanted {
        let mut one = one.clone();
        if let Of::CheckIn { about, .. } = one.of {
            let token = link::token(operation.chance);
            let key = message::key(message_of(&one), now);
            let row = link::row(clinic, one.patient, about, &token, key, (now, one.until))?;
            links.extend(row);
            one.token = Some(token);
        }
        let chance = Handful(sign_in::random_bytes::<16>(operation.chance));
        ready.push((one, chance));
    }
    link::keep_rows(clinic, &links)?;
    let clock = operation.clock;
    let size = ready.len().div_ceil(APPENDS_AT_ONCE).max(1);
    let outcomes: Vec<Result<Vec<RimRow>, Denied>> = std::thread::scope(|scope| {
        let workers: Vec<_> = ready
            .chunks_mut(size)
            .map(|some| scope.spawn(move || queue_some(clinic, clock, some)))
            .collect();
        let ended = workers.into_iter().map(std::thread::ScopedJoinHandle::join);
        ended
            .map(|outcome| outcome.unwrap_or_else(|bug| std::panic::resume_unwind(bug)))
            .collect()
    });
    let mut n_queued = 0;
    for outcome in outcomes {
        let rows = outcome?;
        n_queued += rows.len();
        message::keep_rows(clinic, &rows)?;
    }
    Ok(n_queued)
}

fn queue_some(
    clinic: &Clinic,
    clock: &dyn Clock,
    some: &mut [(Wanted, Handful)],
) -> Result<Vec<RimRow>, Denied> {
    let mut rows = Vec::new();
    for (wanted, chance) in some {
        match queue(clinic, clock, chance, Door::Command, wanted) {
            Ok(row) => rows.extend(row),
            // Somebody wrote to the record at this very moment: the next look sees what.
            Err(Denied::Stale | Denied::NotFound) => {}
            Err(other) => return Err(other),
        }
    }
    Ok(rows)
}

fn message_of(wanted: &Wanted) -> MessageId {
    MessageId::from_uuid(crate::digest::command(&wanted.named))
}

/// Queues one occasion; gives the row of the log, or nothing where it was queued before.
pub(super) fn queue(
    clinic: &Clinic,
    clock: &dyn Clock,
    chance: &mut dyn Chance,
    door: Door,
    wanted: &Wanted,
) -> Result<Option<RimRow>, Denied> {
    let message = message_of(wanted);
    let operation = Operation::new(Actor::system(door), clock, chance).under(message.uuid());
    let now = operation.now();
    let fact = fact(wanted, message);
    let payload = Payload::of(&fact, wanted.patient, wanted.token.clone(), now);
    let row = OutboxRow {
        id: message.uuid(),
        kind: KIND.to_owned(),
        payload: serde_json::to_vec(&payload)?,
        due_at: wanted.leaves_at,
    };
    let written = clinic.record_posting(
        &operation,
        Role::System,
        wanted.patient,
        Some(wanted.version),
        &[fact.into()],
        vec![row],
    )?;
    if written.repeated {
        return Ok(None);
    }
    Logged::of(&payload).row().map(Some)
}

fn fact(wanted: &Wanted, message: MessageId) -> ReminderQueued {
    let (reminds, day, about, visit, starts_at) = match wanted.of {
        Of::CheckIn { day, about } => (
            Reminds::CheckIn,
            Some(ProtocolDay(day)),
            Some(about),
            None,
            None,
        ),
        Of::Visit { visit, at } => (Reminds::Visit, None, None, Some(visit), Some(at)),
    };
    ReminderQueued {
        message,
        course: wanted.course,
        reminds,
        day,
        about,
        visit,
        starts_at,
        carriage: wanted.carriage,
        leaves_at: wanted.leaves_at,
        until: wanted.until,
        put_off: wanted.put_off,
    }
}

/// Chance drawn beforehand, so that appends can be made side by side.
struct Handful([u8; 16]);

impl Chance for Handful {
    fn draw(&mut self) -> u64 {
        self.0.rotate_left(8);
        let half = self.0.first_chunk::<8>();
        half.map_or(0, |bytes| u64::from_le_bytes(*bytes))
    }
}
