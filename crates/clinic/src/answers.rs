//! What the last commands were answered, so that a repeat gets its first answer before anything else.
//!
//! The journal answers every repeat that reaches it. Most use cases look at the record first, and
//! would say of their own first run that it stands in the way ("registered already"); so they ask
//! here before they look. What is forgotten (long ago, or before a restart) is then refused by that
//! look at the record: nothing is written twice either way.
//!
//! Beside each answer stands what the form said, as a digest. A form that is sent again as it was, as
//! after a second press or by a tablet that lost its answer, gets the first answer. One that comes under
//! the same command and says something else, as after a step back and a number mended, is not told that
//! it is done, for what it now says was never written.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use uuid::Uuid;

use crate::clinic::Written;
use crate::denied::{Denied, Refusal};
use crate::operation::{FormSaid, Operation};

/// How many answers are remembered: a day of a busy clinic.
const ANSWERS_MAX: usize = 20_000;

/// What is said of a form whose command was carried out for another content.
pub(crate) const SENT_ALREADY: &str = "This form was sent already, with other answers, and what it said the first time is what stands: correct that, or open the form anew to say more";

/// What is said of a form whose command was refused for another content.
const REFUSED_ALREADY: &str =
    "This form was sent already, with other answers, and was refused: open it anew to send these";

#[derive(Clone, Debug)]
enum Answer {
    Done(Written),
    Refused(Refusal),
}

/// A command that was answered.
#[derive(Clone, Debug)]
struct Answered {
    answer: Answer,
    /// What the form said that was answered, where a form asked and its first sending was seen here.
    form: Option<FormSaid>,
}

#[derive(Debug, Default)]
struct Kept {
    answers: BTreeMap<Uuid, Answered>,
    order: VecDeque<Uuid>,
}

/// The answers to the last commands.
#[derive(Debug, Default)]
pub(crate) struct Answers {
    kept: Mutex<Kept>,
}

impl Answers {
    /// Remembers that a command was carried out.
    pub(crate) fn done(&self, operation: &Operation<'_>, written: &Written) {
        // What the journal calls a repeat was written for a form that is forgotten here.
        let form = operation.form.clone().filter(|_| !written.repeated);
        self.keep(operation, Answer::Done(written.clone()), form);
    }

    /// Remembers that a command was refused.
    pub(crate) fn refused(&self, operation: &Operation<'_>, refusal: &Refusal) {
        let answer = Answer::Refused(refusal.clone());
        self.keep(operation, answer, operation.form.clone());
    }

    fn keep(&self, operation: &Operation<'_>, answer: Answer, form: Option<FormSaid>) {
        let command = operation.command.0;
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let answered = Answered { answer, form };
        if kept.answers.insert(command, answered).is_none() {
            kept.order.push_back(command);
        }
        if kept.order.len() > ANSWERS_MAX
            && let Some(oldest) = kept.order.pop_front()
        {
            kept.answers.remove(&oldest);
        }
    }

    /// Passes a command that is new, or comes with the form it was first answered for.
    ///
    /// # Errors
    /// [`Denied::Invalid`] where it was answered for a form that said something else.
    pub(crate) fn check_form(&self, operation: &Operation<'_>) -> Result<(), Denied> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let known = kept.answers.get(&operation.command.0);
        known.map_or(Ok(()), |known| known.check_form(operation))
    }

    /// What a command was answered about a stream, where it is remembered.
    ///
    /// # Errors
    /// The refusal, where it was refused; [`Denied::Invalid`] where the form now says something else.
    pub(crate) fn first(
        &self,
        operation: &Operation<'_>,
        stream: Option<Uuid>,
    ) -> Result<Option<Written>, Denied> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(known) = kept.answers.get(&operation.command.0) else {
            return Ok(None);
        };
        known.check_form(operation)?;
        match &known.answer {
            Answer::Refused(refusal) => Err(refusal.clone().into()),
            Answer::Done(written) if stream.is_some_and(|wanted| wanted != written.stream) => {
                Ok(None)
            }
            Answer::Done(written) => Ok(Some(Written {
                repeated: true,
                ..written.clone()
            })),
        }
    }
}

impl Answered {
    fn check_form(&self, operation: &Operation<'_>) -> Result<(), Denied> {
        let differs = self.form.as_ref().zip(operation.form.as_ref());
        if differs.is_none_or(|(first, again)| first == again) {
            return Ok(());
        }
        let said = match self.answer {
            Answer::Done(_) => SENT_ALREADY,
            Answer::Refused(_) => REFUSED_ALREADY,
        };
        Err(Denied::invalid("again", said))
    }
}
