//! What the last commands were answered, so that a repeat gets its first answer before anything else.
//!
//! The journal answers every repeat that reaches it. Most use cases look at the record first, and
//! would say of their own first run that it stands in the way ("registered already"); so they ask
//! here before they look. What is forgotten (long ago, or before a restart) is then refused by that
//! look at the record: nothing is written twice either way.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use uuid::Uuid;

use crate::clinic::Written;
use crate::denied::{Denied, Refusal};

/// How many answers are remembered: a day of a busy clinic.
const ANSWERS_MAX: usize = 20_000;

#[derive(Clone, Debug)]
enum Answer {
    Done(Written),
    Refused(Refusal),
}

#[derive(Debug, Default)]
struct Kept {
    answers: BTreeMap<Uuid, Answer>,
    order: VecDeque<Uuid>,
}

/// The answers to the last commands.
#[derive(Debug, Default)]
pub(crate) struct Answers {
    kept: Mutex<Kept>,
}

impl Answers {
    /// Remembers that a command was carried out.
    pub(crate) fn done(&self, command: Uuid, written: &Written) {
        self.keep(command, Answer::Done(written.clone()));
    }

    /// Remembers that a command was refused.
    pub(crate) fn refused(&self, command: Uuid, refusal: &Refusal) {
        self.keep(command, Answer::Refused(refusal.clone()));
    }

    fn keep(&self, command: Uuid, answer: Answer) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.answers.insert(command, answer).is_none() {
            kept.order.push_back(command);
        }
        if kept.order.len() > ANSWERS_MAX
            && let Some(oldest) = kept.order.pop_front()
        {
            kept.answers.remove(&oldest);
        }
    }

    /// What a command was answered about a stream, where it is remembered.
    pub(crate) fn first(
        &self,
        command: Uuid,
        stream: Option<Uuid>,
    ) -> Result<Option<Written>, Denied> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        match kept.answers.get(&command) {
            None => Ok(None),
            Some(Answer::Refused(refusal)) => Err(refusal.clone().into()),
            Some(Answer::Done(written))
                if stream.is_some_and(|wanted| wanted != written.stream) =>
            {
                Ok(None)
            }
            Some(Answer::Done(written)) => Ok(Some(Written {
                repeated: true,
                ..written.clone()
            })),
        }
    }
}
