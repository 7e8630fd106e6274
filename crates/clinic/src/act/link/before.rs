//! The evaluation beforehand, by a texted link: one person, their own words, one question at a time.
//!
//! The link is locked as a check-in's is: 256 random bits of which only the hash is kept, the birth date,
//! a number of tries. What is said is an entry at once, in the patient's words; nothing waits for the end.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use protocol::Kind;
use protocol::contact::check_in::LinkLife;
use protocol::evaluation::{Asked, Question};
use record::fact::evaluation::HistoryTold;
use record::fact::person::HistoryValue;
use record::ids::PatientId;
use record::words::{Line, Prose, Said, Sex, YesNo};
use serde::{Deserialize, Serialize};

use super::lock::{self, Link, Lock, keep, read};
use super::{Gone, Made, patient_by_link};
use crate::act::evaluation::{self, WORDS};
use crate::authority::{Act, authorise};
use crate::clinic::{Clinic, KnownChart};
use crate::denied::Denied;
use crate::digest::hexadecimal;
use crate::library::Library;
use crate::operation::Operation;

/// The longest free words, in characters.
const WORDS_MAX: usize = 2_000;

/// How a question is put to a patient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PutAs {
    /// Yes, no, not sure.
    YesNo,
    /// Any of a few names, or words.
    AnyOf(Vec<String>),
    /// A number.
    Number,
    /// Free words.
    Words,
}

/// A question as it is put to a patient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Put {
    /// Its name.
    pub id: String,
    /// In plain words.
    pub ask: String,
    /// How it is answered.
    pub put_as: PutAs,
}

/// An evaluation under way.
#[derive(Clone, Debug)]
pub struct Asking {
    /// Whose.
    pub patient: PatientId,
    /// The questions, in order; a yes may bring one more.
    pub questions: Vec<Put>,
    /// What was said so far: since the link was made, or before by another that nobody has read yet.
    pub said: BTreeMap<String, Said<HistoryValue>>,
    /// What the clinic wrote down since the link was made, which is not asked again.
    pub settled: BTreeSet<String>,
    /// What to quote when asking about it: a few letters.
    pub receipt: String,
}

impl Asking {
    /// The first question neither answered nor passed over.
    pub fn next(&self) -> Option<&Put> {
        self.questions
            .iter()
            .find(|put| !self.said.contains_key(&put.id) && !self.settled.contains(&put.id))
    }
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
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Kept {
    patient: PatientId,
    made_at: Timestamp,
    #[serde(flatten)]
    lock: Lock,
}

impl Link for Kept {
    const SPACE: &'static str = "evaluation_link";

    fn life(library: &Library) -> &LinkLife {
        &library.evaluation().link
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

/// Makes a link that leads a patient to their part of the evaluation.
///
/// # Errors
/// [`Denied::Invalid`] where nobody is registered, or no birth date is recorded that could be asked for.
pub fn make(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
) -> Result<Made, Denied> {
    authorise(operation, Act::SendLink, Some(patient))?;
    let known = clinic.chart(patient)?;
    let born = known.chart.identity().map(|identity| identity.born);
    match born {
        None => {
            return Err(Denied::invalid(
                "link",
                "Register this person first: the link asks for their birth date",
            ));
        }
        Some(None) => {
            return Err(Denied::invalid(
                "link",
                "The link asks for the birth date, and none is recorded: correct the identity first",
            ));
        }
        Some(Some(_)) => {}
    }
    let now = operation.now();
    let token = lock::token(operation.chance);
    let kept = Kept {
        patient,
        made_at: now,
        lock: Lock::new(now, &clinic.library().evaluation().link),
    };
    keep(clinic, &hexadecimal(&token), &kept)?;
    Ok(Made {
        token,
        expires_at: kept.lock.expires_at,
    })
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
    let life = &clinic.library().evaluation().link;
    if let Some(gone) = kept.lock.gone(life, now) {
        return Ok(Standing::Gone(gone));
    }
    if !kept.lock.lets_in(pass, now) {
        let tries_left = kept.lock.tries_left(life);
        return Ok(Standing::Locked { tries_left });
    }
    let known = clinic.chart(kept.patient)?;
    let history = known.chart.history();
    let settled = history
        .iter()
        .filter(|(_, (entry, _))| entry.recorded_at.0 >= kept.made_at)
        .map(|(question, _)| (*question).to_owned())
        .collect();
    let said: BTreeMap<String, Said<HistoryValue>> = known
        .chart
        .history_told()
        .into_iter()
        .filter(|(question, (entry, said))| {
            let taken = history.get(question);
            let is_unread = taken.is_none_or(|(taken, _)| taken.number < entry.number);
            entry.recorded_at.0 >= kept.made_at || (said.answer().is_some() && is_unread)
        })
        .map(|(question, (_, said))| (question.to_owned(), said.clone()))
        .collect();
    Ok(Standing::Open(Box::new(Asking {
        patient: kept.patient,
        questions: put(clinic, &known, &said),
        said,
        settled,
        receipt: super::receipt(key),
    })))
}

/// The questions for this person: what a yes brings follows it at once.
fn put(
    clinic: &Clinic,
    known: &KnownChart,
    said: &BTreeMap<String, Said<HistoryValue>>,
) -> Vec<Put> {
    let is_male = known
        .chart
        .identity()
        .is_some_and(|identity| identity.sex == Sex::Male);
    let mut all = Vec::new();
    let steps = clinic.library().evaluation();
    for question in steps
        .for_patient()
        .filter(|question| !(is_male && question.is_not_for_men))
    {
        let Some(ask) = &question.patient else {
            continue;
        };
        all.push(Put {
            id: question.id.clone(),
            ask: ask.clone(),
            put_as: put_as(question),
        });
        let yes = Said::Answered(HistoryValue::Plain(YesNo::Yes));
        if let Some(ask) = &question.patient_words
            && said.get(&question.id) == Some(&yes)
        {
            all.push(Put {
                id: format!("{}{WORDS}", question.id),
                ask: ask.clone(),
                put_as: PutAs::Words,
            });
        }
    }
    all
}

fn put_as(question: &Question) -> PutAs {
    match &question.asked {
        Asked::YesNo | Asked::Input(Kind::YesNo | Kind::Choice(_)) => PutAs::YesNo,
        Asked::Many(names) => PutAs::AnyOf(names.clone()),
        Asked::Number | Asked::Input(Kind::Quantity { .. }) => PutAs::Number,
        Asked::Words | Asked::Input(Kind::Coded | Kind::Date | Kind::Moment) => PutAs::Words,
    }
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

/// Takes one answer as an entry in the patient's words; no values at all is a question passed over.
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
    values: &[&str],
) -> Result<Standing, Denied> {
    let key = hexadecimal(token);
    let _held = clinic.hold_link(&key);
    let kept: Kept = read(clinic, &key)?.ok_or(Denied::NotFound)?;
    let now = operation.now();
    let Standing::Open(asking) = stands(clinic, &kept, &key, pass, now)? else {
        return Err(Denied::NotFound);
    };
    let put = asking
        .questions
        .iter()
        .find(|put| put.id == question)
        .ok_or(Denied::NotFound)?;
    let said = fitting(put, values)?;
    // The same answer sent twice, as on a poor line, is one entry.
    if asking.said.get(question) != Some(&said) {
        let told = HistoryTold {
            question: Line::clipped(question),
            said,
        };
        let mut themselves = Operation::new(
            patient_by_link(clinic, kept.patient)?,
            operation.clock,
            operation.chance,
        );
        evaluation::tell(&mut themselves, clinic, kept.patient, told)?;
    }
    stands(clinic, &kept, &key, pass, now)
}

fn fitting(put: &Put, values: &[&str]) -> Result<Said<HistoryValue>, Denied> {
    let given: Vec<&str> = values
        .iter()
        .map(|value| value.trim())
        .filter(|value| !value.is_empty())
        .collect();
    let Some(first) = given.first() else {
        return Ok(Said::Skipped);
    };
    let text = |text: &str| -> Result<HistoryValue, Denied> {
        let clipped: String = text.chars().take(WORDS_MAX).collect();
        Prose::new(&clipped).map(HistoryValue::Text).map_err(|_| {
            Denied::invalid(
                "answer",
                "This holds a character that cannot be shown: type it again rather than pasting",
            )
        })
    };
    let value = match &put.put_as {
        PutAs::YesNo => YesNo::from_code(first)
            .filter(|word| *word != YesNo::Declined)
            .map(HistoryValue::Plain)
            .ok_or_else(|| Denied::invalid("answer", "Tap one of the answers, or skip this one"))?,
        PutAs::AnyOf(_) => text(&given.join(", "))?,
        PutAs::Number => first
            .parse::<u32>()
            .ok()
            .filter(|number| *number < 100_000)
            .map(|number| HistoryValue::Number(Line::clipped(&number.to_string())))
            .ok_or_else(|| Denied::invalid("answer", "Write a whole number, for example 3"))?,
        PutAs::Words => text(first)?,
    };
    Ok(Said::Answered(value))
}
