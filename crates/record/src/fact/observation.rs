//! What was measured: vital signs, laboratory values, screens and questionnaires.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::person::Code;
use crate::ids::SessionId;
use crate::quantity::{
    BeatsPerMinute, BreathAlcohol, BreathsPerMinute, Grams, MillimetresOfMercury, Percent,
    TenthsCelsius,
};
use crate::words::{Line, Substance, word_enum};

word_enum! {
    /// What a urine test said of one substance.
    Found {
        /// Found.
        Found = "found", "found";
        /// Looked for and not found.
        NotFound = "not_found", "not found";
        /// Neither.
        Inconclusive = "inconclusive", "inconclusive";
        /// Not looked for.
        NotTested = "not_tested", "not tested";
    }

    /// Who filled in a questionnaire.
    FilledBy {
        /// The patient alone.
        Patient = "patient", "patient";
        /// Read aloud to the patient.
        ReadAloud = "read_aloud", "read aloud";
        /// Rated by a clinician.
        Clinician = "clinician", "clinician";
    }
}

/// A set of vital signs; every part may be absent, and absent is not normal.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VitalsObserved {
    /// The dosing session they belong to.
    pub session: Option<SessionId>,
    /// Systolic pressure.
    pub systolic_mmhg: Option<MillimetresOfMercury>,
    /// Diastolic pressure.
    pub diastolic_mmhg: Option<MillimetresOfMercury>,
    /// Pulse.
    pub pulse_per_min: Option<BeatsPerMinute>,
    /// Oxygen saturation.
    pub saturation_percent: Option<Percent>,
    /// Breathing rate.
    pub breaths_per_min: Option<BreathsPerMinute>,
    /// Temperature, in tenths of a degree.
    pub temperature_tenths_c: Option<TenthsCelsius>,
    /// Weight, in grams.
    pub weight_g: Option<Grams>,
    /// The device that read them, where one did.
    pub device: Option<Line>,
}

/// A laboratory result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LaboratoryResult {
    /// The test, in words.
    pub test: Line,
    /// Its code, where known.
    pub code: Option<Code>,
    /// The value as reported, such as `58` or `<5`.
    pub value: Line,
    /// The unit as reported.
    pub unit: Option<Line>,
    /// The laboratory's own lower limit.
    pub low: Option<Line>,
    /// The laboratory's own upper limit.
    pub high: Option<Line>,
    /// When the sample was taken.
    pub sampled_at: Timestamp,
}

/// What a urine test said of one substance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UrineFinding {
    /// The substance.
    pub substance: Substance,
    /// What the test said.
    pub found: Found,
}

/// A urine screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UrineScreen {
    /// The findings, substance by substance.
    pub findings: Vec<UrineFinding>,
    /// Whether the sample was as warm as a fresh one.
    pub temperature_ok: Option<bool>,
    /// Why no sample was given, where none was.
    pub not_given: Option<Line>,
}

/// A breath test for alcohol.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BreathTest {
    /// The reading, in ten-thousandths of a gram a decilitre.
    pub alcohol: BreathAlcohol,
}

/// The answer to one item of a questionnaire.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemAnswer {
    /// The item's identifier within its questionnaire.
    pub item: Line,
    /// The option chosen; `None` when the item was passed over.
    pub value: Option<i32>,
}

/// A questionnaire or rating was answered, item by item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstrumentAnswered {
    /// The instrument.
    pub instrument: Line,
    /// Its version.
    pub version: Line,
    /// The answers.
    pub items: Vec<ItemAnswer>,
    /// A total entered by hand, where only that is known.
    pub entered_total: Option<i32>,
    /// Who filled it in.
    pub filled_by: FilledBy,
}

/// A questionnaire was begun and left: what was answered is kept, and never scored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuestionnaireLeft {
    /// The instrument.
    pub instrument: Line,
    /// Its version.
    pub version: Line,
    /// The answers given.
    pub items: Vec<ItemAnswer>,
    /// How many items it has.
    pub of: u16,
    /// When the first answer was given.
    pub begun_at: Timestamp,
    /// When the last one was.
    pub last_at: Timestamp,
    /// Who gave the last one, as their name was then.
    pub last_by: Line,
    /// Whether that was the patient.
    pub is_by_patient: bool,
}
