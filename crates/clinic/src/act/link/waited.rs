//! Answers that waited on a phone while it had no line.
//!
//! The phone sends what it kept in one go, each answer with the moment it was given and a command of its
//! own, under a slot: what the phone was handed with the questions, once the birth date had been said.
//! A slot lets answers in for as long as the row is kept, and shows nothing, so that a phone that found
//! the line again after an hour, or after the link had ended, need not be believed anew to be heard.
//! What was said is kept with both times; what cannot be taken is said in a sentence, and danger never
//! waits for a course that goes on.

use jiff::Timestamp;
use record::fact::care::{AlertCause, Urgency};
use record::fact::substance_use::CheckInAnswered;
use record::words::{Door, Line};

use super::lock::{keep, read};
use super::unfinished;
use super::{
    Asking, Gone, Kept, SentCheckIn, answers, asking, comes_to, patient_by_link, send, sent,
};
use crate::act::{alert, check_in};
use crate::clinic::Clinic;
use crate::denied::Denied;
use crate::digest::{command, hexadecimal};
use crate::operation::{Actor, Operation};

/// The most answers one sending may hold: every question answered anew a few times over.
pub const WAITED_MAX: usize = 100;

/// One answer that waited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waited {
    /// The question.
    pub question: String,
    /// The answer, as a phone sends it.
    pub value: String,
    /// When it was given.
    pub at: Timestamp,
    /// The command the phone made for it: sent twice, it is taken once.
    pub command: String,
}

/// An answer that was none of its question's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfit {
    /// The question.
    pub question: String,
    /// What is wrong with it, and what to do.
    pub sentence: String,
}

/// What came of answers that waited.
#[derive(Clone, Debug)]
pub enum TakenIn {
    /// They are kept; the check-in is not at its end.
    Open {
        /// The question to go on with.
        next: Option<String>,
        /// What could not be read.
        unfit: Vec<Unfit>,
    },
    /// The check-in is in.
    In(Box<SentCheckIn>),
    /// Nothing was taken.
    Refused {
        /// Why.
        why: Gone,
        /// Whether somebody was told all the same, because it spoke of danger.
        is_told: bool,
    },
}

/// Takes answers that waited on a phone, in the order they were given.
///
/// # Errors
/// [`Denied::NotFound`] where neither pass nor slot belongs to the link; [`Denied::Invalid`] where there
/// are more than a check-in can hold.
pub fn take_in(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    token: &str,
    slot: &str,
    waited: &[Waited],
) -> Result<TakenIn, Denied> {
    if waited.len() > WAITED_MAX {
        return Err(Denied::invalid(
            "answer",
            "Send at most 100 answers at once",
        ));
    }
    let key = hexadecimal(token);
    let _held = clinic.hold_link(&key);
    let Some(mut kept) = read::<Kept>(clinic, &key)? else {
        let (why, is_told) = (super::ended::why(clinic, &key)?, false);
        return Ok(TakenIn::Refused { why, is_told });
    };
    if !kept.lock.has_slot(slot) {
        return Err(Denied::NotFound);
    }
    let now = operation.now();
    let fresh: Vec<&Waited> = waited
        .iter()
        .filter(|one| !kept.taken.contains(&one.command))
        .collect();
    let asked = asking(clinic, &kept)?;
    if asked.is_none() && kept.sent.is_none() {
        return too_late(operation, clinic, &key, &kept, &fresh);
    }
    let unfit = write_down(clinic, &mut kept, &fresh, now)?;
    let last = fresh.iter().map(|one| kept.told_at(one.at, now)).max();
    if kept.sent.is_some() {
        again(operation, clinic, &key, &mut kept, last)?;
        keep(clinic, &key, &kept)?;
    } else if let Some(asking) = asking(clinic, &kept)? {
        let said = kept.answers.get("safe");
        let is_danger = said.is_some_and(|value| answers::is_danger("safe", value));
        let is_over = now > kept.lock.expires_at && !kept.answers.is_empty();
        if is_danger || is_over || asking.next().is_none() {
            send(operation, clinic, &key, &mut kept, &asking.substance, last)?;
        } else {
            unfinished::keep_begun(operation, clinic, &key, &mut kept, &asking.substance)?;
            let next = asking.next().map(|next| next.id.clone());
            return Ok(TakenIn::Open { next, unfit });
        }
    }
    Ok(
        sent(&kept, &key).map_or(TakenIn::Open { next: None, unfit }, |sent| {
            TakenIn::In(Box::new(sent))
        }),
    )
}

impl Kept {
    /// When an answer was given, as far as that can be: after the link was made, and not later than now.
    fn told_at(&self, at: Timestamp, now: Timestamp) -> Timestamp {
        at.max(self.made_at).min(now)
    }
}

/// Writes what fits into the row; an older answer does not replace a newer one.
fn write_down(
    clinic: &Clinic,
    kept: &mut Kept,
    fresh: &[&Waited],
    now: Timestamp,
) -> Result<Vec<Unfit>, Denied> {
    let substance = super::course_of(clinic, kept)?.map_or_else(String::new, |(words, _)| words);
    let questions = clinic.library().check_in();
    let all = questions.asked(kept.is_quiet, &substance, Some(true));
    let mut unfit = Vec::new();
    for one in fresh {
        kept.taken.push(one.command.clone());
        let Some(question) = all.iter().find(|known| known.id == one.question) else {
            continue;
        };
        let at = kept.told_at(one.at, now);
        if kept
            .given
            .get(&one.question)
            .is_some_and(|known| *known > at)
        {
            continue;
        }
        match answers::fitting(question, &one.value) {
            Ok(value) => {
                kept.answers.insert(one.question.clone(), value);
                kept.given.insert(one.question.clone(), at);
                kept.last_at = kept.last_at.max(Some(at));
            }
            Err(Denied::Invalid(faults)) => unfit.extend(faults.into_iter().map(|fault| Unfit {
                question: one.question.clone(),
                sentence: fault.sentence,
            })),
            Err(other) => return Err(other),
        }
    }
    Ok(unfit)
}

/// What came after the check-in was in, and says something else: it is kept beside it.
fn again(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    key: &str,
    kept: &mut Kept,
    at: Option<Timestamp>,
) -> Result<(), Denied> {
    let (Some(before), Some(at)) = (kept.sent.clone(), at) else {
        return Ok(());
    };
    let Some((substance, _)) = super::course_of(clinic, kept)? else {
        return Ok(());
    };
    if before.answers.as_ref() == Some(&kept.answers) {
        return Ok(());
    }
    let answered = comes_to(clinic, kept, &substance, &kept.answers);
    let earlier = before.answers.unwrap_or_default();
    let earlier = comes_to(clinic, kept, &substance, &earlier);
    let policy = clinic.library().policy();
    let known = check_in::Known {
        told: check_in::concerns(&earlier, policy)
            .into_iter()
            .map(|(cause, _, _)| cause)
            .chain(kept.told.iter().copied())
            .collect(),
        is_left: false,
    };
    let is_danger = check_in::is_danger(&answered);
    let said = serde_json::to_string(&kept.answers)?;
    let mut themselves = Operation::new(
        patient_by_link(clinic, kept.patient)?,
        operation.clock,
        operation.chance,
    )
    .at(at)
    .under(command(&format!("{key} check-in again {said}")));
    check_in::take(&mut themselves, clinic, kept.patient, answered, &known)?;
    let answers = Some(kept.answers.clone());
    if let Some(sent) = &mut kept.sent {
        sent.is_danger |= is_danger;
        sent.answers = answers;
    }
    Ok(())
}

/// Where the check-in had been written and the row not, as when the power failed between the two, and
/// more was said since: what was said is written beside it.
pub(super) fn if_it_said_less(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    key: &str,
    kept: &mut Kept,
    answered: &CheckInAnswered,
) -> Result<(), Denied> {
    let known = clinic.chart(kept.patient)?;
    let is_there = known
        .chart
        .all::<CheckInAnswered>()
        .any(|(_, one)| one == answered);
    if is_there {
        return Ok(());
    }
    let at = kept.last_at.unwrap_or_else(|| operation.now());
    if let Some(sent) = &mut kept.sent {
        sent.answers = None;
    }
    again(operation, clinic, key, kept, Some(at))
}

/// "Not safe" or "not sure", said after the check-in was in, as from a page that was gone back to.
pub(super) fn danger_after(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    key: &str,
    kept: &mut Kept,
    value: &str,
) -> Result<(), Denied> {
    kept.answers
        .insert("safe".to_owned(), value.trim().to_owned());
    let now = operation.now();
    again(operation, clinic, key, kept, Some(now))?;
    keep(clinic, key, kept)
}

/// The course has ended: nothing is asked any more, and nothing is written down. Danger is told.
fn too_late(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    key: &str,
    kept: &Kept,
    fresh: &[&Waited],
) -> Result<TakenIn, Denied> {
    let is_danger = fresh
        .iter()
        .any(|one| answers::is_danger(&one.question, &one.value));
    if is_danger {
        let sentence = "Answered that they are not safe, or not sure of it, in a check-in that came in after the course had ended";
        let mut system =
            Operation::new(Actor::system(Door::Link), operation.clock, operation.chance)
                .under(command(&format!("{key} {sentence}")));
        alert::raise(
            &mut system,
            clinic,
            kept.patient,
            AlertCause::Safety,
            Urgency::ActNow,
            &Line::clipped(sentence),
        )?;
    }
    let (why, is_told) = (Gone::CourseOver, is_danger);
    Ok(TakenIn::Refused { why, is_told })
}

/// What a phone that goes on without a line is handed with the questions.
#[derive(Clone, Debug)]
pub struct ForPhone {
    /// What lets its answers in later.
    pub slot: String,
    /// What to quote when asking about the check-in: a few letters.
    pub receipt: String,
    /// Every question that may come, whatever is answered, each with whether it comes only after use.
    pub ahead: Asking,
    /// The questions of it that come only after use.
    pub after_use: Vec<String>,
}

/// What a phone that goes on without a line is handed with the questions `asking` of its link.
pub fn for_phone(clinic: &Clinic, token: &str, pass: &str, asking: &Asking) -> ForPhone {
    let questions = clinic.library().check_in();
    let asked = |used| questions.asked(asking.is_quiet, &asking.substance, Some(used));
    let (all, without) = (asked(true), asked(false));
    let after_use = all
        .iter()
        .filter(|one| !without.iter().any(|other| other.id == one.id))
        .map(|one| one.id.clone())
        .collect();
    ForPhone {
        slot: super::lock::slot_of(pass),
        receipt: super::receipt(&hexadecimal(token)),
        ahead: Asking {
            questions: all.into_iter().cloned().collect(),
            ..asking.clone()
        },
        after_use,
    }
}
