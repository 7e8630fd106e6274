//! A check-in by a texted or mailed link: one person, one day, and a second thing they know.
//!
//! The link holds 256 random bits and only their SHA-256 is kept, with the answers given so far: a row,
//! not an entry, until the check-in is sent. It ends after the hours the questions' file says, when the
//! course ends, when the birth date was wrong too often, or when the check-in is in; then it says so and
//! shows nothing of anybody. A phone that said the right birth date carries a pass for an hour.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use protocol::contact::check_in::{Earlier, LinkLife, Question};
use protocol::contact::useful;
use record::calendar::civil_day;
use record::chart::course::CourseState;
use record::fact::care::AlertCause;
use record::fact::substance_use::CheckInAnswered;
use record::ids::{CourseId, PatientId};
use record::words::{Door, Line, Role, YesNo};
use serde::{Deserialize, Serialize};

use super::check_in;
use crate::authority::{Act, authorise};
use crate::clinic::{Clinic, KnownChart};
use crate::denied::Denied;
use crate::digest::hexadecimal;
use crate::library::Library;
use crate::operation::{Actor, ActorId, Operation};

mod answers;
pub mod before;
mod ended;
mod later;
mod lock;
mod own;
pub mod questionnaire;
mod since;
pub mod unfinished;
pub mod waited;

use lock::{Link, Lock, keep, read};

pub use answers::SKIPPED;
pub(super) use ended::end_all;
pub use later::{Laters, laters, opened, put_off};
pub(super) use later::{keep_rows, row};
pub(super) use lock::token;
pub use own::begin;
pub use since::{by_mistake, want_call};

/// A link that was made; its token is not kept and cannot be shown again.
#[derive(Clone, Debug)]
pub struct Made {
    /// What the link ends in.
    pub token: String,
    /// Until when it leads anywhere.
    pub expires_at: Timestamp,
}

/// Why a link leads nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gone {
    /// No such link was made, or it was swept away.
    Unknown,
    /// Its time is over.
    Expired,
    /// The course it belongs to has ended.
    CourseOver,
    /// The birth date was wrong too often.
    TooManyTries,
    /// What was kept of the person it belonged to was erased.
    Erased,
}

/// How a link stands for whoever opened it.
#[derive(Clone, Debug)]
pub enum Standing {
    /// It leads nowhere.
    Gone(Gone),
    /// It leads to questions, once the birth date is said.
    Locked {
        /// How many tries are left.
        tries_left: u32,
    },
    /// The questions are open.
    Open(Box<Asking>),
    /// The check-in is in.
    Sent(Box<SentCheckIn>),
}

/// A check-in under way.
#[derive(Clone, Debug)]
pub struct Asking {
    /// Whose.
    pub patient: PatientId,
    /// The substance the course treats.
    pub substance: String,
    /// The questions asked, in order; what was answered changes what follows.
    pub questions: Vec<Question>,
    /// What was answered so far, by question; [`SKIPPED`] where it was passed over.
    pub answered: BTreeMap<String, String>,
    /// Whether fewer are asked, the days before having been calm.
    pub is_quiet: bool,
}

impl Asking {
    /// The first question not answered yet.
    pub fn next(&self) -> Option<&Question> {
        self.questions
            .iter()
            .find(|question| !self.answered.contains_key(&question.id))
    }
}

/// A check-in that is in.
#[derive(Clone, Debug)]
pub struct SentCheckIn {
    /// Whose.
    pub patient: PatientId,
    /// When it was sent.
    pub at: Timestamp,
    /// When it was answered, where it waited on a phone.
    pub answered_at: Option<Timestamp>,
    /// Whether they said they were not safe.
    pub is_danger: bool,
    /// Whether they said they used.
    pub used: bool,
    /// Whether they were asked about a call and what they said.
    pub wants_call: Option<bool>,
    /// What to quote when asking about it: a few letters.
    pub receipt: String,
    /// How many questions of how many were answered, where it was left before its end.
    pub left: Option<Left>,
    /// What it said of what chooses the one useful thing said at its end.
    pub said: useful::Said,
}

/// How far a check-in had come that was left before its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Left {
    /// How many questions were answered or passed over.
    pub answered: usize,
    /// How many were asked.
    pub of: usize,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Kept {
    patient: PatientId,
    course: CourseId,
    day: Date,
    is_quiet: bool,
    made_at: Timestamp,
    #[serde(flatten)]
    lock: Lock,
    answers: BTreeMap<String, String>,
    /// When each answer that waited on a phone was given.
    #[serde(default)]
    given: BTreeMap<String, Timestamp>,
    /// The commands of answers that waited, and were taken.
    #[serde(default)]
    taken: Vec<String>,
    /// When the last answer was given.
    #[serde(default)]
    last_at: Option<Timestamp>,
    /// When the watch looks at it, where it was begun.
    #[serde(default)]
    marked: Option<Timestamp>,
    /// What somebody was told before it was sent.
    #[serde(default)]
    told: Vec<AlertCause>,
    sent: Option<Sent>,
    /// Where the log keeps the message that carries it; none for one that was read out.
    #[serde(default)]
    message: Option<String>,
    /// How often it was put off.
    #[serde(default)]
    put_off: u8,
    /// Until when it was put off last.
    #[serde(default)]
    put_off_until: Option<Timestamp>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Sent {
    at: Timestamp,
    #[serde(default)]
    answered_at: Option<Timestamp>,
    /// What was sent.
    #[serde(default)]
    answers: Option<BTreeMap<String, String>>,
    is_danger: bool,
    used: bool,
    wants_call: Option<bool>,
    /// How far it had come, where it was left before its end.
    #[serde(default)]
    left: Option<Left>,
}

impl Link for Kept {
    const SPACE: &'static str = "check_in_link";

    fn life(library: &Library) -> &LinkLife {
        &library.check_in().link
    }

    fn patient(&self) -> PatientId {
        self.patient
    }

    fn lock(&self) -> &Lock {
        &self.lock
    }

    fn lock_mut(&mut self) -> &mut Lock {
        &mut self.lock
    }

    fn swept_at(&self) -> Option<Timestamp> {
        let is_said_here_only = self.sent.is_none() && !self.answers.is_empty();
        (!is_said_here_only).then(|| self.lock.swept_at())
    }
}

/// Makes a link that leads a patient to the check-in about a day.
///
/// # Errors
/// [`Denied::Invalid`] where the course does not go on, the day is still to come, or no birth date is
/// recorded that could be asked for.
pub fn make(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    day: Date,
) -> Result<Made, Denied> {
    authorise(operation, Act::SendLink, Some(patient))?;
    let known = clinic.chart(patient)?;
    let identity = known.chart.identity();
    if identity.and_then(|identity| identity.born).is_none() {
        return Err(Denied::invalid(
            "day",
            "The link asks for the birth date, and none is recorded: correct the identity first",
        ));
    }
    let (made, kept) = fresh(operation, clinic, patient, day)?;
    keep(clinic, &hexadecimal(&made.token), &kept)?;
    Ok(made)
}

/// A link nobody has opened, not kept yet.
fn fresh(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    day: Date,
) -> Result<(Made, Kept), Denied> {
    let known = clinic.chart(patient)?;
    let course = known
        .chart
        .course()
        .filter(|course| course.state == CourseState::Open)
        .ok_or_else(|| {
            Denied::invalid(
                "day",
                "A check-in belongs to a course that goes on: there is none",
            )
        })?;
    let now = operation.now();
    let zone = clinic.zone();
    let opened = known.chart.entry(course.opened_by);
    let opened = opened.map(|entry| civil_day(entry.occurred_at.0, &zone));
    // The first questions of a course ask about the day before it.
    let first = opened.into_iter().chain(course.day_zero).min();
    if first.is_some_and(|first| day < first.saturating_sub(1.day())) {
        return Err(Denied::invalid(
            "day",
            "This day was before the course began: days before it are asked about in the follow-back",
        ));
    }
    if day > civil_day(now, &zone) {
        return Err(Denied::invalid("day", "This day has not come yet"));
    }
    let questions = clinic.library().check_in();
    let token = lock::token(operation.chance);
    let lock = Lock::new(now, &questions.link);
    let expires_at = lock.expires_at;
    let kept = Kept {
        patient,
        course: course.id,
        day,
        is_quiet: questions.is_quiet(&earlier(&known, course.id)),
        made_at: now,
        lock,
        answers: BTreeMap::new(),
        given: BTreeMap::new(),
        taken: Vec::new(),
        last_at: None,
        marked: None,
        told: Vec::new(),
        sent: None,
        message: None,
        put_off: 0,
        put_off_until: None,
    };
    Ok((Made { token, expires_at }, kept))
}

/// What the check-ins before said, newest first.
fn earlier(known: &KnownChart, course: CourseId) -> Vec<Earlier> {
    let mut answered: Vec<&CheckInAnswered> = known
        .chart
        .all::<CheckInAnswered>()
        .map(|(_, answered)| answered)
        .filter(|answered| answered.course == course)
        .collect();
    answered.sort_by_key(|answered| std::cmp::Reverse(answered.day));
    answered
        .into_iter()
        .map(|one| Earlier {
            craving: one
                .craving_peak
                .answer()
                .or(one.craving_now.answer())
                .map(|craving| craving.get()),
            used: one.used.answer().copied(),
            safe: one.safe.answer().map(|safe| *safe == YesNo::Yes),
        })
        .collect()
}

/// How a link stands, for a phone with or without a pass.
///
/// # Errors
/// What the journal says when it cannot be read.
pub fn standing(
    clinic: &Clinic,
    token: &str,
    pass: Option<&str>,
    now: Timestamp,
) -> Result<Standing, Denied> {
    let key = hexadecimal(token);
    let Some(kept) = read::<Kept>(clinic, &key)? else {
        return Ok(Standing::Gone(ended::why(clinic, &key)?));
    };
    stands(clinic, &kept, &key, pass, now)
}

fn stands(
    clinic: &Clinic,
    kept: &Kept,
    key: &str,
    pass: Option<&str>,
    now: Timestamp,
) -> Result<Standing, Denied> {
    let questions = clinic.library().check_in();
    if let Some(gone) = kept.lock.gone(&questions.link, now) {
        return Ok(Standing::Gone(gone));
    }
    if !kept.lock.lets_in(pass, now) {
        let tries_left = kept.lock.tries_left(&questions.link);
        return Ok(Standing::Locked { tries_left });
    }
    if let Some(sent) = sent(kept, key) {
        return Ok(Standing::Sent(Box::new(sent)));
    }
    Ok(
        asking(clinic, kept)?.map_or(Standing::Gone(Gone::CourseOver), |asking| {
            Standing::Open(Box::new(asking))
        }),
    )
}

fn sent(kept: &Kept, key: &str) -> Option<SentCheckIn> {
    let sent = kept.sent.as_ref()?;
    Some(SentCheckIn {
        patient: kept.patient,
        at: sent.at,
        answered_at: sent.answered_at,
        is_danger: sent.is_danger,
        used: sent.used,
        wants_call: sent.wants_call,
        receipt: receipt(key),
        left: sent.left,
        said: answers::of_use(sent.answers.as_ref().unwrap_or(&kept.answers)),
    })
}

/// The substance of the link's course, and how the course stands.
fn course_of(clinic: &Clinic, kept: &Kept) -> Result<Option<(String, CourseState)>, Denied> {
    let known = clinic.chart(kept.patient)?;
    let mut courses = known.chart.courses().into_iter();
    let course = courses.find(|course| course.id == kept.course);
    Ok(course.map(|course| (course.substance.to_string(), course.state)))
}

/// The check-in under way; none where its course does not go on.
fn asking(clinic: &Clinic, kept: &Kept) -> Result<Option<Asking>, Denied> {
    let course = course_of(clinic, kept)?;
    let going = course.filter(|(_, at)| matches!(at, CourseState::Open | CourseState::Paused));
    let questions = clinic.library().check_in();
    Ok(going.map(|(substance, _)| {
        let used = answers::yes_or_no(kept.answers.get("used"));
        let asked = questions.asked(kept.is_quiet, &substance, used);
        Asking {
            patient: kept.patient,
            questions: asked.into_iter().cloned().collect(),
            substance,
            answered: kept.answers.clone(),
            is_quiet: kept.is_quiet,
        }
    }))
}

/// Six letters one can read out: of the link's own hash, so that they name this check-in and nobody.
fn receipt(key: &str) -> String {
    let letters: String = key.chars().take(6).collect::<String>().to_uppercase();
    let (first, last) = letters.split_at_checked(3).unwrap_or((&letters, ""));
    format!("{first} {last}")
}

/// Takes the birth date; gives the pass that opens the questions on this phone.
///
/// # Errors
/// [`Denied::Invalid`] where it is wrong; [`Denied::NotFound`] where the link leads nowhere.
pub fn unlock(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    token: &str,
    born: Date,
) -> Result<String, Denied> {
    lock::unlock::<Kept>(operation, clinic, token, born)
}

/// Takes one answer, and sends the check-in when it was the last, or when it says they are not safe.
///
/// # Errors
/// [`Denied::Invalid`] for an answer that is none of the question's; [`Denied::NotFound`] where the link
/// leads nowhere, the phone has no pass, or there is no such question.
pub fn answer(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    token: &str,
    pass: Option<&str>,
    question: &str,
    value: &str,
) -> Result<Standing, Denied> {
    let key = hexadecimal(token);
    let _held = clinic.hold_link(&key);
    let mut kept: Kept = read(clinic, &key)?.ok_or(Denied::NotFound)?;
    let now = operation.now();
    let asking = match stands(clinic, &kept, &key, pass, now)? {
        Standing::Open(asking) => asking,
        // Sent twice, as on a poor line, it is in, and that is what is said; danger is heard even then.
        Standing::Sent(sent) if !answers::is_danger(question, value) || sent.is_danger => {
            return Ok(Standing::Sent(sent));
        }
        Standing::Sent(_) => {
            waited::danger_after(operation, clinic, &key, &mut kept, value)?;
            return stands(clinic, &kept, &key, pass, now);
        }
        Standing::Gone(_) | Standing::Locked { .. } => return Err(Denied::NotFound),
    };
    let asked = asking
        .questions
        .iter()
        .find(|known| known.id == question)
        .ok_or(Denied::NotFound)?;
    let value = answers::fitting(asked, value)?;
    let is_danger = answers::is_danger(question, &value);
    kept.answers.insert(question.to_owned(), value);
    kept.last_at = Some(now);
    let standing = stands(clinic, &kept, &key, pass, now)?;
    let is_last = matches!(&standing, Standing::Open(asking) if asking.next().is_none());
    if !is_danger && !is_last {
        unfinished::keep_begun(operation, clinic, &key, &mut kept, &asking.substance)?;
        return Ok(standing);
    }
    send(operation, clinic, &key, &mut kept, &asking.substance, None)?;
    stands(clinic, &kept, &key, pass, now)
}

/// The check-in that the answers given so far come to.
fn comes_to(
    clinic: &Clinic,
    kept: &Kept,
    substance: &str,
    answered: &BTreeMap<String, String>,
) -> CheckInAnswered {
    let used = answers::yes_or_no(answered.get("used"));
    let questions = clinic.library().check_in();
    let asked = questions.asked(kept.is_quiet, substance, used);
    answers::check_in(kept.course, kept.day, substance, &asked, answered)
}

/// Sends what was answered as the patient's own check-in; what was not reached was not answered.
fn send(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    key: &str,
    kept: &mut Kept,
    substance: &str,
    answered_at: Option<Timestamp>,
) -> Result<(), Denied> {
    let before = check_in::Known {
        told: kept.told.clone(),
        is_left: false,
    };
    send_as(
        operation,
        clinic,
        key,
        (kept, substance),
        answered_at,
        (before, None),
    )
}

fn send_as(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    key: &str,
    (kept, substance): (&mut Kept, &str),
    answered_at: Option<Timestamp>,
    (before, left): (check_in::Known, Option<Left>),
) -> Result<(), Denied> {
    let answered = comes_to(clinic, kept, substance, &kept.answers);
    let is_danger = check_in::is_danger(&answered);
    let used = answered.used.answer() == Some(&true);
    let now = operation.now();
    let mut themselves = Operation::new(
        patient_by_link(clinic, kept.patient)?,
        operation.clock,
        operation.chance,
    )
    .at(answered_at.unwrap_or(now))
    .under(crate::digest::command(&format!("{key} check-in")));
    let written = check_in::take(
        &mut themselves,
        clinic,
        kept.patient,
        answered.clone(),
        &before,
    )?;
    kept.sent = Some(Sent {
        at: now,
        answered_at,
        answers: Some(kept.answers.clone()),
        is_danger,
        used,
        wants_call: None,
        left,
    });
    if written.repeated {
        waited::if_it_said_less(operation, clinic, key, kept, &answered)?;
    }
    keep(clinic, key, kept)?;
    if let Some(message) = &kept.message {
        super::message::answered(clinic, message, answered_at.unwrap_or(now))?;
    }
    Ok(())
}

fn patient_by_link(clinic: &Clinic, patient: PatientId) -> Result<Actor, Denied> {
    Ok(Actor {
        id: ActorId::Patient(patient),
        name: Line::clipped(&clinic.chart(patient)?.chart.name()),
        roles: vec![Role::Patient],
        door: Door::Link,
    })
}
