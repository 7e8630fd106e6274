//! Why something asked for was not done.
//!
//! A *refusal* is a clinical or legal no and is recorded. *Invalid* input names its field. The rest
//! is authority, a view that went stale, or the world failing.

use record::words::Role;

use crate::authority::Act;

/// A clinical or legal no: a value, shown calmly, with what would change the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The rule that says no.
    pub rule: String,
    /// What it says, for a clinician.
    pub sentence: String,
    /// The inputs it used, by name and value.
    pub inputs: Vec<(String, String)>,
    /// What it rests on.
    pub evidence: String,
    /// Who may override it; `None` when nobody may.
    pub may_override: Option<Role>,
}

/// One answer that needs mending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldFault {
    /// The field's name in the form.
    pub field: &'static str,
    /// What is wrong and what to do, in a sentence.
    pub sentence: String,
}

impl FieldFault {
    /// A fault of one field.
    pub fn new(field: &'static str, sentence: impl Into<String>) -> Self {
        Self {
            field,
            sentence: sentence.into(),
        }
    }
}

/// Why something asked for was not done.
#[derive(Debug, thiserror::Error)]
pub enum Denied {
    /// The actor's roles do not allow the act.
    #[error("{act} is not something you may do in your role")]
    Forbidden {
        /// The act.
        act: Act,
    },
    /// There is no such thing, or the actor may not know there is.
    #[error("there is no such record")]
    NotFound,
    /// Answers need mending; nothing was written.
    #[error("{} of the answers need mending", .0.len())]
    Invalid(Vec<FieldFault>),
    /// A rule said no; the refusal was recorded.
    #[error("{}", .0.sentence)]
    Refused(Box<Refusal>),
    /// The record changed since it was read.
    #[error("the record changed while you were writing: read it again and repeat what still holds")]
    Stale,
    /// The journal could not write.
    #[error("the journal could not write the entries")]
    Append(#[source] journal::AppendError),
    /// The journal could not be read.
    #[error("the journal could not be read")]
    Read(#[from] journal::ReadError),
    /// A row beside the journal could not be read or written.
    #[error("the rows beside the journal could not be used")]
    Rim(#[from] journal::RimError),
    /// A fact could not be written as bytes: a bug.
    #[error("the entry could not be written as bytes")]
    Encode(#[from] serde_json::Error),
}

impl Denied {
    /// One field needs mending.
    pub fn invalid(field: &'static str, sentence: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldFault::new(field, sentence)])
    }
}

impl From<Refusal> for Denied {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Box::new(refusal))
    }
}
