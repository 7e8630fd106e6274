//! Use of substances, day by day, and the daily check-in.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::ids::CourseId;
use crate::quantity::{MilligramsTaken, Score10};
use crate::words::{Prose, Said, Substance, YesNo, word_enum};

word_enum! {
    /// From whom a report of use came.
    UseSource {
        /// The patient.
        Patient = "patient", "patient";
        /// Someone who knows them.
        Collateral = "collateral", "someone close";
    }

    /// How a report of use was taken.
    UseMethod {
        /// A timeline follow-back interview.
        Interview = "interview", "timeline follow-back";
        /// The patient's own diary or check-in.
        Diary = "diary", "diary";
        /// In passing, by phone or in the room.
        Conversation = "conversation", "conversation";
    }
}

/// One substance on one day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Use {
    /// The substance.
    pub substance: Substance,
    /// Whether it was used.
    pub used: bool,
    /// How much, in milligrams of the substance itself (for drinks, of ethanol).
    pub amount_mg: Option<MilligramsTaken>,
}

/// What was reported of one day; substances not named were not asked about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UseReported {
    /// The day, in the clinic's zone.
    pub day: Date,
    /// Substance by substance.
    pub uses: Vec<Use>,
    /// From whom.
    pub source: UseSource,
    /// How it was taken.
    pub method: UseMethod,
}

/// A daily check-in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckInAnswered {
    /// The course it belongs to.
    pub course: CourseId,
    /// The day it is about.
    pub day: Date,
    /// Craving now.
    pub craving_now: Said<Score10>,
    /// Worst craving since the last check-in.
    pub craving_peak: Said<Score10>,
    /// Whether anything was used.
    pub used: Said<bool>,
    /// What was used, where it was said.
    pub uses: Vec<Use>,
    /// Mood, ten best.
    pub mood: Said<Score10>,
    /// Sleep, in half hours.
    pub sleep_half_hours: Said<u8>,
    /// Stress, ten worst.
    pub stress: Said<Score10>,
    /// Confidence of staying without, ten surest.
    pub confidence: Said<Score10>,
    /// Whether a risky situation is expected.
    pub risky_situation: Said<YesNo>,
    /// Whether they are safe.
    pub safe: Said<YesNo>,
    /// Whether they ask for a call.
    pub wants_call: bool,
    /// One free line.
    pub words: Option<Prose>,
}

impl CheckInAnswered {
    /// Whether anything was said: a check-in may be sent with every question passed over.
    pub fn says_anything(&self) -> bool {
        let Self {
            course: _,
            day: _,
            craving_now,
            craving_peak,
            used,
            uses,
            mood,
            sleep_half_hours,
            stress,
            confidence,
            risky_situation,
            safe,
            wants_call,
            words,
        } = self;
        let scores = [craving_now, craving_peak, mood, stress, confidence];
        scores.into_iter().any(|one| one.answer().is_some())
            || used.answer().is_some()
            || !uses.is_empty()
            || sleep_half_hours.answer().is_some()
            || risky_situation.answer().is_some()
            || safe.answer().is_some()
            || *wants_call
            || words.is_some()
    }
}
