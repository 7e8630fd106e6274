//! The evaluation: what a patient said beforehand, the criteria of a disorder, and the anchors of a calendar.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::person::HistoryValue;
use crate::words::{Line, Said, Substance, YesNo, word_enum};

word_enum! {
    /// How long the criteria of a disorder have no longer been met.
    Remission {
        /// From three months on, under twelve.
        Early = "early", "early remission";
        /// From twelve months on.
        Sustained = "sustained", "sustained remission";
    }

    /// What an anchor of the follow-back calendar is.
    AnchorSort {
        /// A public or family holiday.
        Holiday = "holiday", "holiday";
        /// Money came.
        PayDay = "pay_day", "pay day";
        /// Something that happened in a life.
        LifeEvent = "life_event", "life event";
        /// Journeys, stays, anything else that places a day.
        Other = "other", "other";
    }
}

/// A patient answered a question of the evaluation in their own words, before anybody at the clinic asked.
///
/// It is not an answer of the history: no rule reads it until somebody at the clinic has confirmed it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryTold {
    /// The question's name among the steps of the evaluation.
    pub question: Line,
    /// What they said, or that they passed over it.
    pub said: Said<HistoryValue>,
}

/// One criterion of a substance use disorder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CriterionAnswer {
    /// The criterion's name, such as `craving`.
    pub criterion: Line,
    /// Whether it was met in the last twelve months.
    pub met: YesNo,
}

/// The criteria of a substance use disorder were gone through; those not named were not asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CriteriaJudged {
    /// The substance.
    pub substance: Substance,
    /// The criteria, one by one: the grade is computed from them and never kept alone.
    pub criteria: Vec<CriterionAnswer>,
    /// Whether it is taken as prescribed, when tolerance and withdrawal do not count.
    pub as_prescribed: bool,
    /// Whether the criteria were met once and are no longer.
    pub remission: Option<Remission>,
}

/// Something that helps to place days in a follow-back interview.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnchorNoted {
    /// Its first day.
    pub from: Date,
    /// Its last day.
    pub to: Date,
    /// What it is.
    pub sort: AnchorSort,
    /// In words.
    pub label: Line,
}
