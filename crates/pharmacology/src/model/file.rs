//! The form of a model file.

use serde::{Deserialize, Serialize};

use crate::analyte::{Analyte, Drug};
use crate::plan::Route;

/// Where blood was drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Sampling {
    /// From a vein.
    Venous,
    /// From an artery.
    Arterial,
    /// Not recorded in what was read.
    Unrecorded,
}

impl Sampling {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Venous => "venous",
            Self::Arterial => "arterial",
            Self::Unrecorded => "unrecorded",
        }
    }
}

/// Who was studied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Adults, healthy or with depression.
    Adults,
    /// Adults in intensive care.
    IntensiveCare,
    /// Children.
    Children,
}

impl Kind {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Adults => "adults",
            Self::IntensiveCare => "intensive care",
            Self::Children => "children",
        }
    }
}

/// The ages and weights a study covered.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct AgeAndWeight {
    /// Youngest and oldest, years.
    pub age_years: (f64, f64),
    /// Lightest and heaviest, kilograms.
    pub weight_kg: (f64, f64),
    /// What the two ranges are.
    pub basis: String,
}

/// Where a model's numbers come from.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The paper.
    pub citation: String,
    /// Its digital object identifier.
    #[serde(default)]
    pub doi: Option<String>,
    /// What was read of it, and through whom.
    pub read: String,
}

/// Residual error of one analyte: the scatter of a measurement around the person's own curve.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Residual {
    /// Standard deviation as a fraction of the prediction.
    #[serde(default)]
    pub proportional: f64,
    /// Standard deviation of the logarithm.
    #[serde(default)]
    pub log: f64,
    /// Standard deviation added, nmol/mL.
    #[serde(default)]
    pub additive_nmol_per_ml: f64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ModelFile {
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) drug: Drug,
    pub(crate) sampling: Sampling,
    #[serde(default)]
    pub(crate) n_people: Option<u32>,
    pub(crate) kind: Kind,
    pub(crate) population: String,
    #[serde(default)]
    pub(crate) studied: Option<AgeAndWeight>,
    pub(crate) structure: String,
    pub(crate) source: Source,
    #[serde(default)]
    pub(crate) notes: Vec<String>,
    #[serde(default)]
    pub(crate) low_confidence: Vec<Analyte>,
    pub(crate) parameters: Vec<ParameterFile>,
    #[serde(default)]
    pub(crate) covariances: Vec<CovarianceFile>,
    pub(crate) compartments: Vec<String>,
    pub(crate) links: Vec<LinkFile>,
    pub(crate) routes: Vec<RouteFile>,
    pub(crate) analytes: Vec<AnalyteFile>,
    #[serde(default)]
    pub(crate) clearance: Option<ClearanceFile>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ParameterFile {
    pub(crate) name: String,
    pub(crate) value: f64,
    pub(crate) unit: UnitFile,
    #[serde(default)]
    pub(crate) weight_exponent: f64,
    #[serde(default)]
    pub(crate) variance: f64,
    #[serde(default)]
    pub(crate) occasion_variance: f64,
    #[serde(default)]
    pub(crate) cv_percent: Option<f64>,
    #[serde(default)]
    pub(crate) spread: SpreadFile,
    #[serde(default)]
    pub(crate) effects: Vec<EffectFile>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(crate) enum UnitFile {
    #[serde(rename = "L")]
    Litre,
    #[serde(rename = "L/kg")]
    LitrePerKilogram,
    #[serde(rename = "L/h")]
    LitrePerHour,
    #[serde(rename = "L/min")]
    LitrePerMinute,
    #[serde(rename = "1/h")]
    PerHour,
    #[serde(rename = "1/min")]
    PerMinute,
    #[serde(rename = "h")]
    Hour,
    #[serde(rename = "min")]
    Minute,
    #[serde(rename = "fraction")]
    Fraction,
    #[serde(rename = "ratio")]
    Ratio,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SpreadFile {
    #[default]
    Log,
    Logit,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EffectFile {
    pub(crate) of: EffectOf,
    #[serde(default)]
    pub(crate) multiply: Option<f64>,
    #[serde(default)]
    pub(crate) above: f64,
    #[serde(default)]
    pub(crate) add_for_each: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum EffectOf {
    Asian,
    Japanese,
    AgeYears,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CovarianceFile {
    pub(crate) of: (String, String),
    pub(crate) covariance: f64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LinkFile {
    pub(crate) from: String,
    #[serde(default)]
    pub(crate) to: Option<String>,
    pub(crate) rate: String,
}

/// One route of a model: into which compartments a dose goes, and how.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RouteFile {
    /// The route.
    pub route: Route,
    /// Where the dose goes.
    pub into: Vec<IntoFile>,
    /// What differs for second and later doses of one sitting.
    #[serde(default)]
    pub later_doses: Option<LaterDoses>,
    /// The amount of one device, when the route is a device.
    #[serde(default)]
    pub device_mg: Option<f64>,
}

/// A part of a dose that enters one compartment.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IntoFile {
    /// The compartment.
    pub compartment: String,
    /// The fraction of the dose, a product of parameters.
    #[serde(default = "all_of_it")]
    pub fraction: String,
    /// Enters at a constant rate over this time; at once when absent.
    #[serde(default)]
    pub over: Option<String>,
}

fn all_of_it() -> String {
    "1".to_owned()
}

/// A parameter that changes for second and later doses.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LaterDoses {
    /// The parameter.
    pub parameter: String,
    /// What it is multiplied by.
    pub multiply: f64,
}

/// What can be measured, and where it is read.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnalyteFile {
    /// Which analyte.
    pub analyte: Analyte,
    /// The substance, in words.
    pub substance: String,
    /// The compartment.
    pub compartment: String,
    /// The parameter that is the compartment's volume.
    pub volume: String,
    /// Molecular weights (of the substance, of the drug) when the compartment holds drug equivalents.
    #[serde(default)]
    pub mass_ratio: Option<(f64, f64)>,
    /// Residual error.
    #[serde(default)]
    pub residual: Option<Residual>,
}

/// Which parameters are the clearance, so that the other enantiomer and inhibitors can act on it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClearanceFile {
    /// These parameters are scaled.
    Scaled(Vec<String>),
    /// A well-stirred liver.
    WellStirred {
        /// Blood flow through it.
        flow: String,
        /// Its volume.
        volume: String,
        /// Rate constants of metabolism inside it.
        intrinsic: Vec<String>,
    },
}

impl ClearanceFile {
    pub(crate) fn names(&self) -> Vec<&String> {
        match self {
            Self::Scaled(names) => names.iter().collect(),
            Self::WellStirred {
                flow,
                volume,
                intrinsic,
            } => [flow, volume].into_iter().chain(intrinsic).collect(),
        }
    }
}
