//! A questionnaire by a texted link: one person, one questionnaire, one question at a time.
//!
//! The link is locked as a check-in's is. Answers are kept as given in the same draft a desk keeps, so one
//! begun at a desk goes on here; what was passed over is kept with the link. Sent, it is one entry, with
//! an alert in the same append for each answer that needs a person. An answer that may mean danger sends
//! at once; one that needs a person now, and is no crisis, is told at once and the questions go on.

use std::collections::BTreeSet;

use instruments::{Answers, FilledBy as MeantFor, Flagged, Instrument, Item, Urgency as Soon};
use jiff::Timestamp;
use jiff::civil::Date;
use protocol::contact::check_in::LinkLife;
use record::chart::course::CourseState;
use record::fact::care::{AlertCause, Urgency};
use record::fact::observation::{FilledBy, InstrumentAnswered};
use record::ids::{CourseId, PatientId};
use record::words::{Door, Line};
use serde::{Deserialize, Serialize};

use super::lock::{self, Link, Lock, keep, read};
use super::{Gone, Made, patient_by_link};
use crate::act::{alert, instrument};
use crate::authority::{Act, authorise};
use crate::clinic::{Clinic, KnownChart};
use crate::denied::Denied;
use crate::digest::hexadecimal;
use crate::library::Library;
use crate::operation::{Actor, Operation};

/// What a question is answered with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// A number of its options.
    Answered(i32),
    /// It was passed over.
    PassedOver,
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
    /// The same questions were answered at the clinic since the link was made.
    GivenElsewhere,
    /// The answers are in.
    Sent(Box<SentAnswers>),
}

/// A questionnaire under way.
#[derive(Clone, Debug)]
pub struct Asking {
    /// Whose.
    pub patient: PatientId,
    /// The questionnaire, with its words.
    pub instrument: Instrument,
    /// The answers given so far.
    pub answers: Answers,
    /// The items passed over so far.
    pub passed_over: BTreeSet<String>,
    /// Whether the questions were changed since the first answer, so that they begin anew.
    pub is_anew: bool,
    /// What is kept so far, where something is.
    pub draft: Option<instrument::draft::Draft>,
}

impl Asking {
    /// The first question neither answered nor passed over.
    pub fn next(&self) -> Option<&Item> {
        let mut items = self.instrument.items.iter();
        items.find(|item| self.said(&item.id).is_none())
    }

    /// What was said to an item, where something was.
    pub fn said(&self, item: &str) -> Option<Said> {
        let answered = self.answers.get(item).map(Said::Answered);
        answered.or_else(|| self.passed_over.contains(item).then_some(Said::PassedOver))
    }
}

/// A questionnaire that is in.
#[derive(Clone, Debug)]
pub struct SentAnswers {
    /// Whose.
    pub patient: PatientId,
    /// When it was sent.
    pub at: Timestamp,
    /// Whether an answer may mean danger.
    pub is_crisis: bool,
    /// Whether somebody at the clinic was told to act now.
    pub is_told: bool,
    /// How many questions were passed over or not reached.
    pub n_passed_over: usize,
    /// What to quote when asking about it: a few letters.
    pub receipt: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Kept {
    patient: PatientId,
    instrument: String,
    /// The version of the questions that were answered so far.
    version: String,
    course: Option<CourseId>,
    made_at: Timestamp,
    #[serde(flatten)]
    lock: Lock,
    passed_over: BTreeSet<String>,
    /// Whether answers of an earlier version were set aside.
    #[serde(default)]
    is_anew: bool,
    sent: Option<Sent>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Sent {
    at: Timestamp,
    is_crisis: bool,
    is_told: bool,
    n_passed_over: usize,
    #[serde(default)]
    is_mistake_told: bool,
}

impl Link for Kept {
    const SPACE: &'static str = "questionnaire_link";

    fn life(library: &Library) -> &LinkLife {
        &library.check_in().questionnaire_link
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
}

/// The questionnaires a link may lead to: those a patient fills in, whose words may be shown here.
pub fn offered(clinic: &Clinic) -> impl Iterator<Item = &Instrument> {
    let library = clinic.library();
    library
        .instruments()
        .filter(|one| one.filled_by == MeantFor::Patient && library.is_worded(&one.id))
}

/// Makes a link that leads a patient to a questionnaire.
///
/// A link made in a course ends with it.
///
/// # Errors
/// [`Denied::Invalid`] where no birth date is recorded that could be asked for, or the questionnaire is
/// none a patient is shown.
pub fn make(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    instrument: &str,
) -> Result<Made, Denied> {
    authorise(operation, Act::SendLink, Some(patient))?;
    let known = clinic.chart(patient)?;
    if known
        .chart
        .identity()
        .and_then(|identity| identity.born)
        .is_none()
    {
        return Err(Denied::invalid(
            "instrument",
            "The link asks for the birth date, and none is recorded: register the person, or correct the identity first",
        ));
    }
    let instrument = offered(clinic)
        .find(|one| one.id == instrument)
        .and_then(|one| clinic.library().instrument(&one.id))
        .ok_or_else(|| {
            Denied::invalid(
                "instrument",
                "Choose one of the questionnaires a patient fills in, whose words are loaded here",
            )
        })?;
    let now = operation.now();
    let token = lock::token(operation.chance);
    let kept = Kept {
        patient,
        instrument: instrument.id.clone(),
        version: instrument.version.clone(),
        course: known
            .chart
            .course()
            .filter(|course| is_going(course.state))
            .map(|course| course.id),
        made_at: now,
        lock: Lock::new(now, &clinic.library().check_in().questionnaire_link),
        passed_over: BTreeSet::new(),
        is_anew: false,
        sent: None,
    };
    keep(clinic, &hexadecimal(&token), &kept)?;
    Ok(Made {
        token,
        expires_at: kept.lock.expires_at,
    })
}

const fn is_going(state: CourseState) -> bool {
    match state {
        CourseState::Open | CourseState::Paused => true,
        CourseState::Completed | CourseState::Left => false,
    }
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
    match read::<Kept>(clinic, &key)? {
        Some(kept) => stands(clinic, &kept, &key, pass, now),
        None => Ok(Standing::Gone(super::ended::why(clinic, &key)?)),
    }
}

fn stands(
    clinic: &Clinic,
    kept: &Kept,
    key: &str,
    pass: Option<&str>,
    now: Timestamp,
) -> Result<Standing, Denied> {
    let life = &clinic.library().check_in().questionnaire_link;
    if let Some(gone) = kept.lock.gone(life, now) {
        return Ok(Standing::Gone(gone));
    }
    if !kept.lock.lets_in(pass, now) {
        let tries_left = kept.lock.tries_left(life);
        return Ok(Standing::Locked { tries_left });
    }
    if let Some(sent) = &kept.sent {
        return Ok(Standing::Sent(Box::new(SentAnswers {
            patient: kept.patient,
            at: sent.at,
            is_crisis: sent.is_crisis,
            is_told: sent.is_told,
            n_passed_over: sent.n_passed_over,
            receipt: super::receipt(key),
        })));
    }
    let known = clinic.chart(kept.patient)?;
    if kept.course.is_some() && !goes_on(&known, kept) {
        return Ok(Standing::Gone(Gone::CourseOver));
    }
    if is_given(&known, kept) {
        return Ok(Standing::GivenElsewhere);
    }
    let Some(instrument) = clinic.library().instrument(&kept.instrument) else {
        return Ok(Standing::Gone(Gone::Unknown));
    };
    let is_changed = instrument.version != kept.version;
    let draft = instrument::draft::under_way(clinic, kept.patient, instrument, now)?;
    let answers = draft.as_ref().map(instrument::draft::Draft::answers);
    Ok(Standing::Open(Box::new(Asking {
        patient: kept.patient,
        instrument: instrument.clone(),
        answers: answers.unwrap_or_default(),
        passed_over: if is_changed {
            BTreeSet::new()
        } else {
            kept.passed_over.clone()
        },
        is_anew: is_changed || kept.is_anew,
        draft,
    })))
}

fn goes_on(known: &KnownChart, kept: &Kept) -> bool {
    let mut courses = known.chart.courses().into_iter();
    courses.any(|course| Some(course.id) == kept.course && is_going(course.state))
}

/// Whether the same questionnaire was given another way since the link was made.
fn is_given(known: &KnownChart, kept: &Kept) -> bool {
    known.chart.all::<InstrumentAnswered>().any(|(entry, one)| {
        one.instrument.as_str() == kept.instrument && entry.recorded_at.0 > kept.made_at
    })
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

/// Takes one answer, or that it was passed over; sends when it was the last, or may mean danger.
///
/// # Errors
/// [`Denied::Invalid`] for an answer that is none of the item's options; [`Denied::NotFound`] where the
/// link leads nowhere, the phone has no pass, or there is no such item.
pub fn answer(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    token: &str,
    pass: Option<&str>,
    item: &str,
    value: Option<&str>,
) -> Result<Standing, Denied> {
    let key = hexadecimal(token);
    let _held = clinic.hold_link(&key);
    let mut kept: Kept = read(clinic, &key)?.ok_or(Denied::NotFound)?;
    let now = operation.now();
    let asking = match stands(clinic, &kept, &key, pass, now)? {
        Standing::Open(asking) => asking,
        // The last answer sent twice, as on a poor line: it is in, and that is what is said.
        settled @ (Standing::Sent(_) | Standing::GivenElsewhere) => return Ok(settled),
        Standing::Gone(_) | Standing::Locked { .. } => return Err(Denied::NotFound),
    };
    let asked = asking.instrument.item(item).ok_or(Denied::NotFound)?;
    let value = value.map(|value| fitting(asked, value)).transpose()?;
    if kept.version != asking.instrument.version {
        kept.version.clone_from(&asking.instrument.version);
        kept.passed_over.clear();
        kept.is_anew = true;
    }
    let given = Answers::of(value.map(|value| (item, value)));
    if value.is_some() {
        kept.passed_over.remove(item);
    } else {
        kept.passed_over.insert(item.to_owned());
    }
    let passed_over = value.is_none().then_some(item);
    let draft = instrument::draft::keep(
        operation,
        clinic,
        kept.patient,
        &asking.instrument,
        (&given, passed_over),
    )?;
    let answers = draft.answers();
    let flagged = asking
        .instrument
        .flagged(&answers)
        .map_err(|unfit| Denied::invalid("answer", unfit.to_string()))?;
    let is_crisis = flagged.iter().any(|one| one.is_crisis);
    let is_last = matches!(
        stands(clinic, &kept, &key, pass, now)?,
        Standing::Open(asking) if asking.next().is_none()
    );
    if is_crisis || is_last {
        let filled = instrument::Filled {
            instrument: kept.instrument.clone(),
            answers,
            filled_by: FilledBy::Patient,
        };
        send(operation, clinic, &key, &mut kept, &filled, &flagged)?;
    } else {
        instrument::draft::tell(operation, clinic, &asking.instrument, &draft)?;
    }
    keep(clinic, &key, &kept)?;
    stands(clinic, &kept, &key, pass, now)
}

fn fitting(item: &Item, value: &str) -> Result<i32, Denied> {
    let number = value
        .trim()
        .parse()
        .ok()
        .filter(|value| item.allows(*value));
    number.ok_or_else(|| {
        let said = match item.scale() {
            Some((least, most)) => format!(
                "Write a whole number from {} to {}, or skip this one",
                least.value, most.value
            ),
            None if item.choices.is_empty() => "Write a whole number, or skip this one".to_owned(),
            None => "Tap one of the answers, or skip this one".to_owned(),
        };
        Denied::invalid("answer", said)
    })
}

/// Gives the answers as the patient's own, in one append with the alerts they make.
fn send(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    key: &str,
    kept: &mut Kept,
    filled: &instrument::Filled,
    flagged: &[Flagged<'_>],
) -> Result<(), Denied> {
    let at = operation.now();
    let n_items = clinic
        .library()
        .instrument(&kept.instrument)
        .map_or(0, |one| one.items.len());
    let mut themselves = Operation::new(
        patient_by_link(clinic, kept.patient)?,
        operation.clock,
        operation.chance,
    )
    .under(crate::digest::command(&format!("{key} questionnaire")));
    let role = authorise(&themselves, Act::AnswerInstrument, Some(kept.patient))?;
    let first = clinic.first_answer(&themselves, Some(kept.patient))?;
    if first.is_none() {
        instrument::give(&mut themselves, clinic, role, kept.patient, filled)?;
    }
    kept.sent = Some(Sent {
        at,
        is_crisis: flagged.iter().any(|one| one.is_crisis),
        is_told: flagged.iter().any(|one| one.urgency == Soon::ActNow),
        n_passed_over: n_items.saturating_sub(filled.answers.pairs().count()),
        is_mistake_told: false,
    });
    Ok(())
}

fn raise(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    key: &str,
    patient: PatientId,
    sentence: &str,
) -> Result<(), Denied> {
    let command = crate::digest::command(&format!("{key} {sentence}"));
    let mut system = Operation::new(
        Actor::system(Door::Link),
        operation.clock,
        &mut *operation.chance,
    )
    .under(command);
    alert::raise(
        &mut system,
        clinic,
        patient,
        AlertCause::Safety,
        Urgency::ActNow,
        &Line::clipped(sentence),
    )?;
    Ok(())
}

/// Takes that the answer was tapped by mistake. It lowers nothing: somebody still calls.
///
/// # Errors
/// [`Denied::NotFound`] where the link leads nowhere, the phone has no pass, or nothing was told.
pub fn by_mistake(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    token: &str,
    pass: Option<&str>,
) -> Result<(), Denied> {
    let key = hexadecimal(token);
    let _held = clinic.hold_link(&key);
    let mut kept: Kept = read(clinic, &key)?.ok_or(Denied::NotFound)?;
    let now = operation.now();
    if !matches!(stands(clinic, &kept, &key, pass, now)?, Standing::Sent(_)) {
        return Err(Denied::NotFound);
    }
    let patient = kept.patient;
    let sent = kept
        .sent
        .as_mut()
        .filter(|sent| sent.is_crisis)
        .ok_or(Denied::NotFound)?;
    if !sent.is_mistake_told {
        sent.is_mistake_told = true;
        let sentence =
            "Says that an answer in a questionnaire was tapped by mistake: call all the same";
        raise(operation, clinic, &key, patient, sentence)?;
    }
    keep(clinic, &key, &kept)
}
