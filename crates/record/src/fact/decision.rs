//! Eligibility, consent and the plan.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::calendar::ProtocolDay;
use crate::ids::{ConsentId, CourseId, PersonId};
use crate::quantity::{
    Grams, Micrograms, MicrogramsPerKilogram, MicrogramsPerMillilitre, Microlitres,
};
use crate::words::{Line, Prose, word_enum};

word_enum! {
    /// What a rule said.
    RuleOutcome {
        /// Its condition holds.
        Fired = "fired", "fired";
        /// Its condition does not hold.
        NotFired = "not_fired", "did not fire";
        /// An input is missing, so nobody can say.
        Unanswered = "unanswered", "unanswered";
        /// Another answer settles it.
        Settled = "settled", "settled by another answer";
    }

    /// How whoever signs a consent proved who they are.
    SignerProof {
        /// By their own pass phrase, at their own sign-in.
        PassPhrase = "pass_phrase", "their own pass phrase";
        /// By their birth date, before a member of staff who confirmed with a pass phrase.
        BeforeWitness = "before_witness", "their birth date, before a member of staff";
    }

    /// What follows when a rule fires, strictest first.
    RuleClass {
        /// The dosing pathway is blocked.
        Exclude = "exclude", "exclude";
        /// Not today.
        HoldToday = "hold_today", "hold today";
        /// Blocked until a prescriber overrides with a reason.
        Override = "override", "override";
        /// Shown, and must be acknowledged.
        Caution = "caution", "caution";
        /// Shown.
        Info = "info", "information";
    }

    /// Whose weight a dose is worked out on.
    WeightBasis {
        /// As weighed.
        Actual = "actual", "actual weight";
        /// By height and sex.
        Ideal = "ideal", "ideal weight";
    }

    /// How the drug is given.
    Route {
        /// Into a vein.
        Intravenous = "iv", "intravenous";
        /// Into a muscle.
        Intramuscular = "im", "intramuscular";
        /// Into the nose.
        Intranasal = "in", "intranasal";
        /// Under the tongue.
        Sublingual = "sl", "sublingual";
    }
}

/// An input as a rule saw it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputSeen {
    /// Its name.
    pub input: Line,
    /// Its value as text with its unit.
    pub value: Line,
}

/// What one rule said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// The rule's identifier.
    pub rule: Line,
    /// The rule's version.
    pub version: u32,
    /// What it is about, in words.
    pub title: Line,
    /// What it said.
    pub outcome: RuleOutcome,
    /// What follows when it fires.
    pub class: RuleClass,
    /// Whether a missing input blocks.
    pub blocks_when_missing: bool,
    /// The inputs it used.
    pub seen: Vec<InputSeen>,
    /// The inputs that were missing.
    pub missing: Vec<Line>,
}

/// The rules were run over the chart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EligibilityAssessed {
    /// The course.
    pub course: CourseId,
    /// The rule pack.
    pub pack: Line,
    /// Its version.
    pub pack_version: u32,
    /// What every rule said.
    pub verdicts: Vec<Verdict>,
}

/// The rules were run again without anybody asking, and something came out otherwise than before.
///
/// It stands in place of the assessment before. Overrides recorded before it go on standing, but those
/// of the rules it names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EligibilityReassessed {
    /// What every rule says now.
    pub assessed: EligibilityAssessed,
    /// The rules that came out otherwise, hang on other facts where they were overridden, are new, or
    /// are gone.
    pub changed: Vec<Line>,
}

/// A prescriber overrode a rule that allows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EligibilityOverridden {
    /// The course.
    pub course: CourseId,
    /// The rule.
    pub rule: Line,
    /// Why.
    pub reason: Prose,
    /// What is done about the risk.
    pub mitigation: Prose,
    /// The name of the second reader, where there was one.
    pub second_reader: Option<Line>,
    /// Who the second reader is, who signed it with their own pass phrase; nothing where there was none,
    /// or where the first version of this kind kept a name and no signature.
    #[serde(default)]
    pub second_reader_person: Option<PersonId>,
    /// The version of the rule that was overridden; the first version of this kind did not keep it.
    #[serde(default)]
    pub rule_version: Option<u32>,
    /// What the signature says, under the name of whoever overrides and by their own pass phrase; the
    /// first two versions of this kind did not keep it.
    #[serde(default)]
    pub signed: Option<Prose>,
}

/// A consent was signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentSigned {
    /// The consent.
    pub consent: ConsentId,
    /// The course.
    pub course: CourseId,
    /// The text signed, by identifier.
    pub text: Line,
    /// Its version.
    pub text_version: u32,
    /// SHA-256, in hexadecimal, of exactly what was shown.
    pub text_hash: Line,
    /// The name as the signer typed it.
    pub signed_name: Line,
    /// What signing meant, in words.
    pub meaning: Line,
    /// The last day it holds, where it ends by itself.
    pub expires: Option<Date>,
    /// The whole text as it was shown; first versions kept only its hash.
    #[serde(default)]
    pub shown: Option<Prose>,
    /// What was asked before signing, and answered.
    #[serde(default)]
    pub answers: Vec<ConsentAnswer>,
    /// How the signer proved who they are; first versions did not ask.
    #[serde(default)]
    pub proved_by: Option<SignerProof>,
    /// In what capacity someone signed for the patient, where someone did: "parent", "guardian".
    #[serde(default)]
    pub on_behalf_as: Option<Line>,
}

/// One answer in a consent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentAnswer {
    /// The question, by identifier.
    pub ask: Line,
    /// What was answered.
    pub answer: Prose,
}

/// A consent was withdrawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentWithdrawn {
    /// The consent.
    pub consent: ConsentId,
    /// What they said.
    pub reason: Option<Prose>,
}

/// A dosing session as planned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedDose {
    /// Which session of the course, from one.
    pub number: u8,
    /// On which protocol day.
    pub day: ProtocolDay,
    /// How much.
    pub dose: Micrograms,
    /// By which route.
    pub route: Route,
    /// Over how many minutes; zero for an injection.
    pub minutes: u32,
    /// What is given, in order, with what is drawn for it; since version 2.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<PlannedStep>,
}

/// One thing given in a dosing session, as it is drawn or counted out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedStep {
    /// How much, as drawn.
    pub dose: Micrograms,
    /// Over how many minutes; zero when given at once.
    pub minutes: u32,
    /// The volume to draw, from a vial.
    pub volume: Option<Microlitres>,
    /// How many devices or lozenges, when it comes in whole ones.
    pub pieces: Option<u32>,
}

/// A therapy session as planned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedTherapy {
    /// Which session of the course, from one.
    pub number: u8,
    /// On which protocol day.
    pub day: ProtocolDay,
    /// How long, in minutes.
    pub minutes: u32,
    /// What it is about.
    pub title: Line,
}

/// A plan was prescribed from a protocol.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanPrescribed {
    /// The course.
    pub course: CourseId,
    /// The protocol.
    pub protocol: Line,
    /// Its version.
    pub protocol_version: u32,
    /// The first dosing day, protocol day 0.
    pub day_zero: Date,
    /// The weight the dose is worked out on, where it is by weight.
    pub weight_g: Option<Grams>,
    /// When that weight was taken.
    pub weighed_on: Option<Date>,
    /// Actual or ideal.
    pub basis: WeightBasis,
    /// The dose for weight.
    pub dose_per_weight: Option<MicrogramsPerKilogram>,
    /// The dosing sessions.
    pub doses: Vec<PlannedDose>,
    /// The therapy sessions.
    pub therapy: Vec<PlannedTherapy>,
    /// The weight as measured, where the dose rests on the ideal one; since version 2.
    pub actual_g: Option<Grams>,
    /// Strength of the vial the volumes are drawn from, in micrograms a millilitre; since version 2.
    pub vial: Option<MicrogramsPerMillilitre>,
    /// Why a weight far from the one measured before is right; since version 2.
    pub weight_confirmed: Option<Prose>,
    /// The second prescriber, who approved a dose over the protocol's cap; since version 2.
    pub over_cap_approved_by: Option<Line>,
    /// What the signature means, given with a pass phrase; since version 2.
    pub signed: Option<Prose>,
}

/// A plan was changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanAmended {
    /// The plan as it now stands, whole.
    pub plan: PlanPrescribed,
    /// Why.
    pub reason: Prose,
}
