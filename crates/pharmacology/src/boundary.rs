//! What is refused at the boundary, by name and with the mend; and what is only said.

use crate::analyte::{Analyte, Drug};
use crate::plan::Route;

/// A plan, a patient, a time or a measured level that was refused.
///
/// Every variant names the field as it stands in the file, and says what to do.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum BoundaryError {
    /// The text is not in the form of a plan.
    #[error(
        "the plan cannot be read: {reason}; give `patient` with `weight_kg` and `doses` with `route`, `start_h`, `amount_mg`"
    )]
    Unreadable {
        /// What the parser met.
        reason: String,
    },
    /// A field that must be there is not.
    #[error("`{field}` is missing; {mend}")]
    Missing {
        /// The field.
        field: String,
        /// What to do.
        mend: &'static str,
    },
    /// A number that is not finite or outside what can be.
    #[error("`{field}` is {value}; {mend}")]
    OutOfRange {
        /// The field.
        field: String,
        /// What it was.
        value: f64,
        /// What to do.
        mend: &'static str,
    },
    /// A number that is only plausible in another unit.
    #[error("`{field}` is {value}, which looks like another unit; {mend}")]
    UnitSlip {
        /// The field.
        field: String,
        /// What it was.
        value: f64,
        /// What to do.
        mend: &'static str,
    },
    /// A field that has no meaning here.
    #[error("`{field}` has no meaning here; {mend}")]
    Unexpected {
        /// The field.
        field: String,
        /// What to do.
        mend: &'static str,
    },
    /// A word that is not known.
    #[error("`{field}` is `{word}`; use one of {known}")]
    UnknownWord {
        /// The field.
        field: String,
        /// What it was.
        word: String,
        /// What it may be.
        known: String,
    },
    /// Two infusions into the vein at once.
    #[error(
        "`doses[{second}]` starts at {start_h} h while the infusion of `doses[{first}]` runs until {stop_h} h; end one before the other starts, or add their rates"
    )]
    OverlappingInfusions {
        /// Position of the earlier infusion.
        first: usize,
        /// Position of the later one.
        second: usize,
        /// When the later one starts.
        start_h: f64,
        /// When the earlier one ends.
        stop_h: f64,
    },
    /// A time at which there is nothing to predict.
    #[error(
        "`{field}` is {time_h} h, before the first dose at {first_dose_h} h; times count from the first dose"
    )]
    BeforeFirstDose {
        /// The field.
        field: String,
        /// The time.
        time_h: f64,
        /// The first dose.
        first_dose_h: f64,
    },
    /// A route the model was not made for.
    #[error("`{field}` is {}, which {model} does not have (it has {has}); choose another model, or state your own `assumed_absorption`", route.word())]
    RouteNotInModel {
        /// The field.
        field: String,
        /// The route.
        route: Route,
        /// The model.
        model: String,
        /// The routes it has.
        has: String,
    },
    /// An analyte the model does not describe.
    #[error("{model} does not predict `{}` (it predicts {has}); ask for one of those", analyte.word())]
    AnalyteNotInModel {
        /// The analyte.
        analyte: Analyte,
        /// The model.
        model: String,
        /// What it predicts.
        has: String,
    },
    /// A drug the model cannot stand for.
    #[error("`drug` is {} and {model} describes {}; choose a model of that drug", drug.word(), describes.word())]
    DrugNotInModel {
        /// The drug of the plan.
        drug: Drug,
        /// The drug of the model.
        describes: Drug,
        /// The model.
        model: String,
    },
    /// A child under a model of adults.
    #[error(
        "`patient.age_years` is {age_years} and {model} was built on adults; no adult model is right for a child: choose one built on children (herd2007, hornik2018, flint2017)"
    )]
    ChildUnderAdultModel {
        /// The age.
        age_years: f64,
        /// The model.
        model: String,
    },
    /// An adult under a model of children.
    #[error(
        "`patient.age_years` is {age_years} and {model} was built on children; choose a model built on adults (perezruixo2020, otto2021)"
    )]
    AdultUnderChildModel {
        /// The age.
        age_years: f64,
        /// The model.
        model: String,
    },
    /// Another medicine whose effect the model has no place for.
    #[error(
        "`patient.taking` names {medicine}, and {model} has no liver on which it could act; choose perezruixo2020, or leave it out"
    )]
    MedicineNotInModel {
        /// The medicine.
        medicine: String,
        /// The model.
        model: String,
    },
    /// No dose at all.
    #[error("`doses` is empty; give at least one dose")]
    NoDose,
    /// Too many of something.
    #[error("`{field}` has {n} entries; give at most {most}")]
    TooMany {
        /// The field.
        field: String,
        /// How many.
        n: usize,
        /// How many may be.
        most: usize,
    },
}

/// Something a reader of a prediction must be told. Not an error.
#[derive(Debug, Clone, PartialEq)]
pub enum Notice {
    /// The patient is outside the ages or weights that were studied.
    OutsideStudied {
        /// Which: "age" or "weight".
        what: &'static str,
        /// The patient's value.
        value: f64,
        /// The studied range.
        range: (f64, f64),
        /// The unit.
        unit: &'static str,
    },
    /// The ranges that were studied are not known.
    StudiedUnknown,
    /// The model was built on people in intensive care.
    IntensiveCare,
    /// The model uses age and none was given.
    AgeAssumed {
        /// Up to which age the assumption changes nothing.
        up_to_years: f64,
    },
    /// R-ketamine was scaled from S-ketamine.
    ArketamineScaled,
    /// The metabolite shown is that of the S half only.
    MetaboliteOfEsketamineOnly,
    /// The source is known to be wrong about this analyte.
    LowConfidence(Analyte),
    /// A dose uses an absorption that the user stated and no source of the model supports.
    AssumedAbsorption {
        /// Position of the dose.
        dose: usize,
    },
    /// An infusion so long that minutes were perhaps meant.
    LongInfusion {
        /// Position of the dose.
        dose: usize,
        /// Its length.
        duration_h: f64,
    },
    /// The effect of another medicine was calculated from its effect on an oral dose.
    Medicine {
        /// The medicine.
        medicine: String,
        /// Published ratio of oral areas.
        oral_ratio: f64,
    },
    /// An impaired liver, which no model here describes.
    HepaticImpairment {
        /// What is known.
        known: &'static str,
    },
    /// The sampling site is not recorded.
    SamplingUnrecorded,
    /// The model has no variability, so every person is drawn alike.
    NoVariability,
}

impl std::fmt::Display for Notice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::OutsideStudied {
                what,
                value,
                range,
                unit,
            } => write!(
                f,
                "Extrapolated: {what} {value} {unit} is outside the {} to {} {unit} that were studied.",
                range.0, range.1
            ),
            Self::StudiedUnknown => {
                f.write_str("The ages and weights that were studied are not known.")
            }
            Self::IntensiveCare => {
                f.write_str("Built on people in intensive care; out of population for a clinic.")
            }
            Self::AgeAssumed { up_to_years } => {
                write!(
                    f,
                    "No age was given; {up_to_years} years or younger is assumed."
                )
            }
            Self::ArketamineScaled => f.write_str(
                "R-ketamine is scaled: the model was fitted on S-ketamine; same distribution, \
                 clearance times 0.859 (Wang 2019).",
            ),
            Self::MetaboliteOfEsketamineOnly => {
                f.write_str("The metabolite is that of the S half only; none was fitted for R.")
            }
            Self::LowConfidence(analyte) => {
                write!(
                    f,
                    "Low confidence: the source is known to be off for the {}.",
                    analyte.word()
                )
            }
            Self::AssumedAbsorption { dose } => write!(
                f,
                "Dose {} uses the absorption you stated; the model's source does not support it.",
                dose + 1
            ),
            Self::LongInfusion { dose, duration_h } => write!(
                f,
                "Dose {} runs for {duration_h} hours; if minutes were meant, divide by 60.",
                dose + 1
            ),
            Self::Medicine {
                medicine,
                oral_ratio,
            } => write!(
                f,
                "{medicine}: metabolism in the liver scaled to the published ratio of oral areas, \
                 {oral_ratio}; its effect on other routes follows from the model and was not measured."
            ),
            Self::HepaticImpairment { known } => f.write_str(known),
            Self::SamplingUnrecorded => f.write_str(
                "Whether blood was arterial or venous is not recorded in what was read.",
            ),
            Self::NoVariability => {
                f.write_str("The source gives no variability between people, so no band is drawn.")
            }
        }
    }
}
