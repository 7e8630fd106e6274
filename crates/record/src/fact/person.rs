//! Who a patient is, their history, conditions and medicines.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::enquiry::Reach;
use crate::quantity::Micrograms;
use crate::words::{Line, Prose, Sex, YesNo, word_enum};

word_enum! {
    /// Whether a condition, allergy or medicine holds now.
    Standing {
        /// Holds now.
        Current = "current", "current";
        /// Held once.
        Past = "past", "past";
        /// Was thought to hold and does not.
        Refuted = "refuted", "refuted";
    }

    /// How sure an allergy is.
    AllergyCertainty {
        /// Confirmed.
        Confirmed = "confirmed", "confirmed";
        /// Entered, not confirmed.
        Unconfirmed = "unconfirmed", "not confirmed";
    }
}

/// Who a patient is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// Given name or names.
    pub given: Line,
    /// Family name, where they have one.
    pub family: Option<Line>,
    /// What they like to be called, where it differs.
    pub preferred: Option<Line>,
    /// Their pronouns, in their words.
    pub pronouns: Option<Line>,
    /// Date of birth, where it is known.
    pub born: Option<Date>,
    /// Age in completed years at registration, where only that is known.
    pub age_years: Option<u8>,
    /// Sex as recorded for limits that differ by it.
    pub sex: Sex,
    /// The clinic's record number.
    pub record_number: Option<Line>,
    /// How to reach them.
    pub reach: Option<Reach>,
    /// Where they live, which the log of what was dispensed asks for; since version 2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Line>,
}

impl Identity {
    /// The name to greet with: preferred or given, then family.
    pub fn name(&self) -> String {
        let first = self.preferred.as_ref().unwrap_or(&self.given);
        self.family
            .as_ref()
            .map_or_else(|| first.to_string(), |family| format!("{first} {family}"))
    }
}

/// A person became a patient of the clinic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonRegistered {
    /// Who they are.
    pub identity: Identity,
}

/// What was recorded of who a patient is was wrong, or changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentityCorrected {
    /// Who they are, whole.
    pub identity: Identity,
    /// Why it changed.
    pub reason: Line,
}

/// One question of history and its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryAnswer {
    /// The named input the answer belongs to, such as `aneurysmal_vascular_disease`.
    pub input: Line,
    /// The answer.
    pub answer: HistoryValue,
}

/// The value of an answer of history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HistoryValue {
    /// Yes, no, not known or declined.
    Plain(YesNo),
    /// A date.
    On(Date),
    /// A moment.
    At(Timestamp),
    /// A number in the input's own unit, as typed.
    Number(Line),
    /// A word from the input's list.
    Word(Line),
    /// Words of their own.
    Text(Prose),
}

/// Questions of history were answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryTaken {
    /// The part of the history, such as `medical` or `demographics`.
    pub part: Line,
    /// The answers.
    pub answers: Vec<HistoryAnswer>,
}

/// A code from a named system. Match system and code together, never code alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Code {
    /// The system, such as `icd-10-cm`, `rxnorm` or `loinc`.
    pub system: Line,
    /// The code within it.
    pub code: Line,
}

/// A condition is on the problem list, or left it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConditionListed {
    /// What it is, in words.
    pub name: Line,
    /// Its code, where known.
    pub code: Option<Code>,
    /// Whether it holds now.
    pub standing: Standing,
    /// Since when.
    pub since: Option<Date>,
}

/// A medicine is on the list, or left it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MedicineListed {
    /// Its name.
    pub name: Line,
    /// Its code, where known.
    pub code: Option<Code>,
    /// Dose and times, in words.
    pub dose: Option<Line>,
    /// Whether it is taken now.
    pub standing: Standing,
    /// Since when.
    pub since: Option<Date>,
}

/// An allergy is on the list; no substance means "none known, and asked".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AllergyListed {
    /// To what; `None` states that none is known.
    pub to: Option<Line>,
    /// What it does.
    pub reaction: Option<Line>,
    /// How sure it is.
    pub certainty: AllergyCertainty,
}

/// A medicine of the course was taken on a day, such as a daily dose of buprenorphine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MedicineTaken {
    /// Its name.
    pub name: Line,
    /// How much, where known.
    pub micrograms: Option<Micrograms>,
    /// On which day.
    pub day: Date,
}

/// A person was enrolled with the safety programme of esketamine, outside of Holdfast.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgrammeEnrolled {
    /// Since which day.
    pub enrolled_on: Date,
    /// What the programme gave back: a confirmation number, or how it was confirmed.
    pub reference: Line,
    /// The name of who enrolled them, as printed.
    pub enrolled_by: Line,
}
