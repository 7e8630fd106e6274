//! The session room: what was asked on the day, what the rules said while the dose ran, and what the
//! clock found missing. Everything here names its session, so none of it can stand in another's.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::decision::{InputSeen, Verdict};
use super::person::HistoryAnswer;
use crate::ids::{PersonId, SessionId};
use crate::words::{Line, Prose, word_enum};

word_enum! {
    /// What a monitoring rule asks for, strictest last.
    RuleAct {
        /// Tell the charge nurse.
        Alert = "alert", "alert";
        /// Tell the prescriber.
        Notify = "notify", "tell the prescriber";
        /// Slow or hold the infusion.
        Slow = "slow", "slow or hold";
        /// Stop the dose.
        Stop = "stop", "stop";
    }
}

/// Questions of a session were answered: before the dose, while it ran, or before leaving.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionAnswered {
    /// The session.
    pub session: SessionId,
    /// The answers, by the named inputs of the rules.
    pub answers: Vec<HistoryAnswer>,
}

/// The rules of the day were run before the dose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadinessAssessed {
    /// The session.
    pub session: SessionId,
    /// The rule pack.
    pub pack: Line,
    /// Its version.
    pub pack_version: u32,
    /// What every rule said.
    pub verdicts: Vec<Verdict>,
}

/// Two people stopped together before the drug and checked who, what, how much and by which way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeOutHeld {
    /// The session.
    pub session: SessionId,
    /// The second person, who proved who they are at that moment.
    pub second: PersonId,
    /// Their name as printed.
    pub second_name: Line,
    /// What both said aloud, item by item.
    pub checked: Vec<Line>,
}

/// A session was held for today: no dose was given, and it is booked anew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionHeld {
    /// The session.
    pub session: SessionId,
    /// Why.
    pub reason: Prose,
    /// The rules that stood in the way.
    pub rules: Vec<Line>,
}

/// Set and setting, as the person wants them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingChosen {
    /// The session.
    pub session: SessionId,
    /// The music.
    pub music: Option<Line>,
    /// Whether an eyeshade is worn.
    pub eyeshade: Option<bool>,
    /// The intention, in the person's own words.
    pub intention: Option<Prose>,
    /// Who sits with them.
    pub sitter: Option<Line>,
}

/// A monitoring rule began to hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleFired {
    /// The session.
    pub session: SessionId,
    /// The rule.
    pub rule: Line,
    /// Its version.
    pub rule_version: u32,
    /// What it asks for.
    pub act: RuleAct,
    /// The protocol's own sentence, as it was shown.
    pub sentence: Prose,
    /// The readings it hung on.
    pub seen: Vec<InputSeen>,
}

/// A required reading was not there when it was due. A reading charted later does not take this back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadingMissed {
    /// The session.
    pub session: SessionId,
    /// What was due, as named inputs.
    pub items: Vec<Line>,
    /// When it was due.
    pub due_at: Timestamp,
}

/// A patient left before they were ready, against advice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftAgainstAdvice {
    /// The session.
    pub session: SessionId,
    /// The items of the discharge gate that were not met.
    pub unmet: Vec<Line>,
    /// What they were told and what they said.
    pub told: Prose,
    /// With whom they left; `None` when alone.
    pub with: Option<Line>,
}

/// The monitoring form of an esketamine session was sent, by a person, outside of Holdfast.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonitoringFormSent {
    /// The session.
    pub session: SessionId,
    /// On which day.
    pub sent_on: Date,
    /// What the programme gave back: a confirmation number, or how it was sent.
    pub reference: Line,
    /// The name of who sent it, as printed.
    pub sent_by: Line,
}
