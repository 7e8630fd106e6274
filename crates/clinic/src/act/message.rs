//! Messages on their way: what may leave now and what it says, what became of it, and the log of both.
//!
//! That a message was queued, and that one did not arrive, are entries. The times in between are rows:
//! when it was tried, sent, said to be delivered, when its link was first opened, and answered. Mail
//! cannot know whether a letter was delivered or read; only a text gateway tells of delivery, and only
//! the link of a message knows that it was opened.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use journal::rim::RIM_ROWS_MAX as ROWS_MAX;
use journal::{OutboxWork, RimRow};
use protocol::contact::messages::{Quiet, Words};
use record::calendar::civil_day;
use record::chart::course::CourseState;
use record::chart::visit::VisitState;
use record::fact::care::{AlertCause, Urgency};
use record::fact::contact::{Carriage, MessageNotDelivered, ReminderQueued, Reminds};
use record::fact::substance_use::CheckInAnswered;
use record::ids::{CourseId, MessageId, PatientId, VisitId};
use record::words::Line;
use record::{Chart, Fact};
use serde::{Deserialize, Serialize};

use super::alert::raised;
use crate::authority::{Act, authorise};
use crate::clinic::Clinic;
use crate::denied::Denied;
use crate::operation::Operation;

pub mod inbound;

const LOG: &str = "message";

/// How long the log keeps a message, in days; that it was queued stays in the record.
const KEPT_DAYS: i64 = 120;

/// What waits in the outbox for its time.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Payload {
    message: MessageId,
    patient: PatientId,
    course: CourseId,
    reminds: Reminds,
    about: Option<Date>,
    visit: Option<VisitId>,
    starts_at: Option<Timestamp>,
    token: Option<String>,
    carriage: Carriage,
    queued_at: Timestamp,
    leaves_at: Timestamp,
    until: Timestamp,
    put_off: u8,
}

impl Payload {
    pub(super) fn of(
        fact: &ReminderQueued,
        patient: PatientId,
        token: Option<String>,
        queued_at: Timestamp,
    ) -> Self {
        Self {
            message: fact.message,
            patient,
            course: fact.course,
            reminds: fact.reminds,
            about: fact.about,
            visit: fact.visit,
            starts_at: fact.starts_at,
            token,
            carriage: fact.carriage,
            queued_at,
            leaves_at: fact.leaves_at,
            until: fact.until,
            put_off: fact.put_off,
        }
    }
}

/// Why a message ended without an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    /// What it asked for was done before it left.
    DoneBefore,
    /// Its time was over before it left.
    TimeOver,
    /// The course had ended.
    CourseOver,
    /// The patient took back what they had agreed to.
    NotAgreed,
    /// The visit was moved, cancelled or held.
    VisitChanged,
    /// The address does not take messages.
    Bounced,
    /// It was given up.
    GivenUp,
}

impl Ended {
    /// The words for it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::DoneBefore => "not sent: answered before",
            Self::TimeOver => "not sent: its time was over",
            Self::CourseOver => "not sent: the course had ended",
            Self::NotAgreed => "not sent: no longer agreed to",
            Self::VisitChanged => "not sent: the visit changed",
            Self::Bounced => "did not arrive: the address is wrong",
            Self::GivenUp => "given up",
        }
    }
}

/// What the log shows of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Logged {
    /// The message.
    pub message: MessageId,
    /// For whom.
    pub patient: PatientId,
    /// Of what.
    pub reminds: Reminds,
    /// How it travels.
    pub carriage: Carriage,
    /// When it was queued.
    pub queued_at: Timestamp,
    /// When it may leave.
    pub leaves_at: Timestamp,
    /// How often it was tried and did not leave.
    pub n_failed: u32,
    /// What went wrong last.
    pub trouble: Option<String>,
    /// When the mail server or gateway took it.
    pub sent_at: Option<Timestamp>,
    /// When the gateway said it was delivered; never for mail.
    pub delivered_at: Option<Timestamp>,
    /// When its link was first opened, by whoever or whatever opened it.
    pub opened_at: Option<Timestamp>,
    /// When it was answered through its link.
    pub answered_at: Option<Timestamp>,
    /// When and why it ended without an answer.
    pub ended: Option<(Timestamp, Ended)>,
}

impl Logged {
    pub(super) fn of(payload: &Payload) -> Self {
        Self {
            message: payload.message,
            patient: payload.patient,
            reminds: payload.reminds,
            carriage: payload.carriage,
            queued_at: payload.queued_at,
            leaves_at: payload.leaves_at,
            n_failed: 0,
            trouble: None,
            sent_at: None,
            delivered_at: None,
            opened_at: None,
            answered_at: None,
            ended: None,
        }
    }

    /// What names it to those outside who carry it: it tells nothing of the patient.
    pub fn reference(&self) -> String {
        key(self.message, self.queued_at)
    }

    pub(super) fn row(&self) -> Result<RimRow, Denied> {
        let kept = SignedDuration::from_hours(24 * KEPT_DAYS);
        Ok(RimRow {
            key: self.reference(),
            value: serde_json::to_vec(self)?,
            expires_at: self.queued_at.checked_add(kept).ok(),
        })
    }
}

/// Where the log keeps a message: by the day it was queued, in universal time.
pub(super) fn key(message: MessageId, queued_at: Timestamp) -> String {
    let day = civil_day(queued_at, &jiff::tz::TimeZone::UTC);
    format!("{day}/{message}")
}

pub(super) fn keep_rows(clinic: &Clinic, rows: &[RimRow]) -> Result<(), Denied> {
    if !rows.is_empty() {
        clinic.journal().rim_put_all(LOG, rows)?;
    }
    Ok(())
}

fn read(clinic: &Clinic, key: &str) -> Result<Option<Logged>, Denied> {
    let row = clinic.journal().rim_get(LOG, key)?;
    Ok(row.and_then(|row| serde_json::from_slice(&row.value).ok()))
}

/// Changes what the log shows of a message, once at a time.
fn change(
    clinic: &Clinic,
    key: &str,
    fresh: Option<&Payload>,
    with: impl FnOnce(&mut Logged),
) -> Result<Option<Logged>, Denied> {
    let _held = clinic.hold_messages();
    // A stop between the entry and its row left none: it is made again from what was to be sent.
    let Some(mut logged) = read(clinic, key)?.or_else(|| fresh.map(Logged::of)) else {
        return Ok(None);
    };
    let before = logged.clone();
    with(&mut logged);
    if logged != before {
        keep_rows(clinic, &[logged.row()?])?;
    }
    Ok(Some(logged))
}

/// How a message travelled.
pub(super) fn carriage(clinic: &Clinic, key: &str) -> Result<Option<Carriage>, Denied> {
    Ok(read(clinic, key)?.map(|logged| logged.carriage))
}

/// The link of a message was opened.
pub(super) fn opened(clinic: &Clinic, key: &str, now: Timestamp) -> Result<(), Denied> {
    let is_new = read(clinic, key)?.is_some_and(|logged| logged.opened_at.is_none());
    if is_new {
        change(clinic, key, None, |logged| {
            logged.opened_at = logged.opened_at.or(Some(now));
        })?;
    }
    Ok(())
}

/// The check-in of a message was answered through its link.
pub(super) fn answered(clinic: &Clinic, key: &str, now: Timestamp) -> Result<(), Denied> {
    change(clinic, key, None, |logged| {
        logged.answered_at = logged.answered_at.or(Some(now));
    })?;
    Ok(())
}

/// The messages queued on a day of the clinic's calendar, newest first.
///
/// # Errors
/// What the journal says when it cannot be read.
pub fn on(clinic: &Clinic, day: Date, limit: usize) -> Result<Vec<Logged>, Denied> {
    let zone = clinic.zone();
    let mut found: Vec<Logged> = Vec::new();
    for key in [
        day.saturating_sub(1.day()),
        day,
        day.saturating_add(1.day()),
    ] {
        for row in clinic.journal().rim_scan(LOG, &key.to_string(), ROWS_MAX)? {
            let logged: Option<Logged> = serde_json::from_slice(&row.value).ok();
            found.extend(logged.filter(|one| civil_day(one.queued_at, &zone) == day));
        }
    }
    found.sort_by_key(|logged| std::cmp::Reverse((logged.queued_at, logged.message)));
    found.truncate(limit);
    Ok(found)
}

/// The last messages of one patient, newest first; one the log no longer keeps shows what its entry says.
///
/// # Errors
/// What the journal says when it cannot be read.
pub fn of(
    clinic: &Clinic,
    patient: PatientId,
    chart: &Chart,
    limit: usize,
) -> Result<Vec<Logged>, Denied> {
    let mut all: Vec<_> = chart.reminders().collect();
    all.reverse();
    all.truncate(limit);
    all.into_iter()
        .map(|(entry, fact)| {
            let queued_at = entry.occurred_at.0;
            let logged = read(clinic, &key(fact.message, queued_at))?;
            let from_entry = || Logged::of(&Payload::of(fact, patient, None, queued_at));
            Ok(logged.unwrap_or_else(from_entry))
        })
        .collect()
}

/// A message that may leave now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// What names it to whoever carries it.
    pub reference: String,
    /// How it travels.
    pub carriage: Carriage,
    /// The number or address.
    pub to: String,
    /// The sender's name: neutral words.
    pub sender: String,
    /// The subject, of a letter.
    pub subject: String,
    /// What it says.
    pub text: String,
}

/// Whether a message may leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Leaving {
    /// Now.
    Now(Box<Letter>),
    /// Not before this moment.
    NotBefore(Timestamp),
    /// Not at all; the log says why.
    Never(Ended),
}

/// What messages are made with.
#[derive(Clone, Debug)]
pub struct Stationery {
    /// Where patients reach the clinic's pages, such as `https://t-h.example`, without a closing slash.
    pub address: String,
    /// Languages beside English, by code.
    pub languages: BTreeMap<String, Words>,
}

/// Asks anew, at the moment a message would leave, whether it may: what was agreed, the course, the visit
/// and the quiet hours may have changed since it was queued.
///
/// # Errors
/// What the journal says when it cannot be read; [`Denied::NotFound`] for work that is no message.
pub fn leaving(
    clinic: &Clinic,
    work: &OutboxWork,
    stationery: &Stationery,
    now: Timestamp,
) -> Result<Leaving, Denied> {
    let payload: Payload = serde_json::from_slice(&work.row.payload)?;
    let known = clinic.chart(payload.patient)?;
    let chart = &known.chart;
    if let Some(ended) = ended(chart, &payload, now) {
        return Ok(Leaving::Never(ended));
    }
    let (Some(contact), Some(to)) = (chart.contact(), chart.address(payload.carriage)) else {
        return Ok(Leaving::Never(Ended::NotAgreed));
    };
    let zone = contact
        .zone
        .as_deref()
        .and_then(|name| jiff::tz::TimeZone::get(name).ok())
        .unwrap_or_else(|| clinic.zone());
    let quiet = Quiet {
        from: contact.quiet_from,
        until: contact.quiet_until,
    };
    let may_leave = quiet.after(now, &zone);
    if may_leave > now {
        return Ok(Leaving::NotBefore(may_leave));
    }
    let words = stationery.languages.get(&contact.language);
    let words = words.unwrap_or(&clinic.library().messages().words);
    let link = payload.token.as_ref().map_or_else(String::new, |token| {
        format!("{}/check-in/{token}", stationery.address)
    });
    let (subject, text) = match (payload.reminds, payload.carriage) {
        (Reminds::CheckIn, Carriage::Mail) => (&words.check_in_subject, &words.check_in_mail),
        (Reminds::CheckIn, Carriage::Text) => (&words.check_in_subject, &words.check_in_text),
        (Reminds::Visit, Carriage::Mail) => (&words.visit_subject, &words.visit_mail),
        (Reminds::Visit, Carriage::Text) => (&words.visit_subject, &words.visit_text),
    };
    let (day, time) = payload.starts_at.map_or_else(Default::default, |at| {
        let local = zone.to_datetime(at);
        let time = format!("{:02}:{:02}", local.hour(), local.minute());
        (words.day(local.date()), time)
    });
    let text = text
        .replace("{link}", &link)
        .replace("{day}", &day)
        .replace("{time}", &time);
    Ok(Leaving::Now(Box::new(Letter {
        reference: key(payload.message, payload.queued_at),
        carriage: payload.carriage,
        to,
        sender: contact.sender_words.unwrap_or_else(|| words.sender.clone()),
        subject: subject.clone(),
        text,
    })))
}

/// Why a message is of no use any more.
fn ended(chart: &Chart, payload: &Payload, now: Timestamp) -> Option<Ended> {
    let course = chart
        .courses()
        .into_iter()
        .find(|course| course.id == payload.course);
    let is_on = course.is_some_and(|course| match payload.reminds {
        Reminds::CheckIn => course.state == CourseState::Open,
        Reminds::Visit => matches!(course.state, CourseState::Open | CourseState::Paused),
    });
    if !is_on {
        return Some(Ended::CourseOver);
    }
    let agreed = chart.contact().is_some_and(|contact| {
        contact.carriages.contains(&payload.carriage)
            && !contact.bounced.contains(&payload.carriage)
            && contact.allows(payload.reminds)
    });
    if !agreed {
        return Some(Ended::NotAgreed);
    }
    let is_answered = payload.about.is_some_and(|about| {
        chart
            .all::<CheckInAnswered>()
            .any(|(_, one)| one.course == payload.course && one.day == about)
    });
    if is_answered {
        return Some(Ended::DoneBefore);
    }
    let is_same_visit = payload.visit.is_none_or(|visit| {
        chart.visits().iter().any(|one| {
            one.id == visit
                && one.state == VisitState::Booked
                && Some(one.starts_at) == payload.starts_at
        })
    });
    if !is_same_visit {
        return Some(Ended::VisitChanged);
    }
    (now > payload.until).then_some(Ended::TimeOver)
}

/// A message left: the mail server or gateway took it.
///
/// # Errors
/// What the journal says when it cannot be written.
pub fn left(clinic: &Clinic, work: &OutboxWork, now: Timestamp) -> Result<(), Denied> {
    let payload: Payload = serde_json::from_slice(&work.row.payload)?;
    let key = key(payload.message, payload.queued_at);
    change(clinic, &key, Some(&payload), |logged| {
        logged.sent_at = Some(now);
        logged.trouble = None;
    })?;
    clinic.journal().outbox_done(work.row.id)?;
    Ok(())
}

/// A message waits: it is not its time, or it did not leave and is tried again later.
///
/// # Errors
/// What the journal says when it cannot be written.
pub fn waits(
    clinic: &Clinic,
    work: &OutboxWork,
    now: Timestamp,
    trouble: Option<&str>,
    until: Option<Timestamp>,
) -> Result<(), Denied> {
    let payload: Payload = serde_json::from_slice(&work.row.payload)?;
    let key = key(payload.message, payload.queued_at);
    change(clinic, &key, Some(&payload), |logged| {
        if let Some(trouble) = trouble {
            logged.n_failed = logged.n_failed.saturating_add(1);
            logged.trouble = Some(Line::clipped(trouble).to_string());
        }
    })?;
    let tries = usize::try_from(work.tries).unwrap_or(usize::MAX);
    let waits = &clinic.library().messages().when.retry_minutes;
    let minutes = waits.get(tries).or(waits.last()).copied().unwrap_or(60);
    let next = now
        .saturating_add(SignedDuration::from_mins(minutes))
        .unwrap_or(now);
    let next = until.unwrap_or(next);
    let said = trouble.unwrap_or("quiet hours");
    clinic.journal().outbox_retry(work.row.id, next, said)?;
    Ok(())
}

/// A message does not leave at all. One that was tried and never left is somebody's task; one that nobody
/// needs any more is only noted.
///
/// # Errors
/// What the journal says when it cannot be written.
pub fn never(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    work: &OutboxWork,
    ended: Ended,
) -> Result<(), Denied> {
    let payload: Payload = serde_json::from_slice(&work.row.payload)?;
    if ended == Ended::TimeOver {
        let was = work.error.as_deref().filter(|_| work.tries > 0);
        let why = was.unwrap_or("its time was over before it could leave");
        let why = format!("Not sent in its time: {why}");
        return given_up(operation, clinic, work, &why, false);
    }
    let now = operation.now();
    let key = key(payload.message, payload.queued_at);
    change(clinic, &key, Some(&payload), |logged| {
        logged.ended = Some((now, ended));
    })?;
    clinic.journal().outbox_done(work.row.id)?;
    Ok(())
}

/// A message is given up: it lies among the dead letters, its record says so, and somebody is told.
///
/// # Errors
/// What the journal says when it cannot be written.
pub fn given_up(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    work: &OutboxWork,
    why: &str,
    is_address_wrong: bool,
) -> Result<(), Denied> {
    let payload: Payload = serde_json::from_slice(&work.row.payload)?;
    let key = key(payload.message, payload.queued_at);
    let logged = change(clinic, &key, Some(&payload), |_| {})?.ok_or(Denied::NotFound)?;
    not_delivered(operation, clinic, &logged, why, is_address_wrong)?;
    clinic.journal().outbox_give_up(work.row.id, why)?;
    Ok(())
}

/// Writes down that a message did not arrive, and makes it somebody's task; once for each message.
fn not_delivered(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    logged: &Logged,
    why: &str,
    is_address_wrong: bool,
) -> Result<(), Denied> {
    let role = authorise(operation, Act::Remind, None)?;
    let now = operation.now();
    let ended = if is_address_wrong {
        Ended::Bounced
    } else {
        Ended::GivenUp
    };
    let known = clinic.chart(logged.patient)?;
    let sentence = match (is_address_wrong, logged.carriage) {
        (true, Carriage::Mail) => "The email address does not take messages: ask for another",
        (true, Carriage::Text) => "The phone number does not take messages: ask for another",
        (false, Carriage::Mail | Carriage::Text) => "A reminder could not be sent: call instead",
    };
    let fact = MessageNotDelivered {
        message: logged.message,
        carriage: logged.carriage,
        is_address_wrong,
        reason: Line::clipped(why),
    };
    let alert: Fact = raised(
        now,
        operation.chance,
        clinic.library().policy(),
        &known,
        AlertCause::NotReached,
        Urgency::Watch,
        sentence,
    );
    let command = crate::digest::command(&format!("{} not delivered", logged.message));
    let writing = Operation::new(operation.actor.clone(), operation.clock, operation.chance);
    let writing = writing.under(command);
    clinic.record(&writing, role, logged.patient, None, &[fact.into(), alert])?;
    change(clinic, &logged.reference(), None, |logged| {
        logged.ended = logged.ended.or(Some((now, ended)));
        logged.trouble = Some(Line::clipped(why).to_string());
    })?;
    Ok(())
}

/// A message that was given up.
#[derive(Clone, Debug)]
pub struct DeadLetter {
    /// Its identifier in the outbox.
    pub id: uuid::Uuid,
    /// For whom.
    pub patient: PatientId,
    /// How it travelled.
    pub carriage: Carriage,
    /// Of what it reminded.
    pub reminds: Reminds,
    /// When it was queued.
    pub queued_at: Timestamp,
    /// What went wrong.
    pub error: String,
}

/// The messages that were given up and not settled yet.
///
/// # Errors
/// What the journal says when it cannot be read.
pub fn dead_letters(clinic: &Clinic, limit: usize) -> Result<Vec<DeadLetter>, Denied> {
    let dead = clinic.journal().outbox_dead_letters(limit)?;
    let dead = dead.into_iter().filter_map(|work| {
        let payload: Payload = serde_json::from_slice(&work.row.payload).ok()?;
        Some(DeadLetter {
            id: work.row.id,
            patient: payload.patient,
            carriage: payload.carriage,
            reminds: payload.reminds,
            queued_at: payload.queued_at,
            error: work.error.unwrap_or_default(),
        })
    });
    Ok(dead.collect())
}

/// Settles a dead letter: somebody has seen to it, and it leaves the list. The record keeps what it says.
///
/// # Errors
/// [`Denied::NotFound`] where there is none of that name.
pub fn settle(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    id: uuid::Uuid,
) -> Result<(), Denied> {
    authorise(operation, Act::HandleAlert, None)?;
    let dead = clinic.journal().outbox_dead_letters(usize::MAX)?;
    if !dead.iter().any(|work| work.row.id == id) {
        return Err(Denied::NotFound);
    }
    clinic.journal().outbox_done(id)?;
    Ok(())
}
