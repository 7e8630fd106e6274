//! The doses of a plan, checked.

mod json;

pub use json::PlanText;

use serde::{Deserialize, Serialize};

use crate::analyte::Drug;
use crate::boundary::BoundaryError;

/// More doses than this in one plan are refused.
pub const DOSES_MAX: usize = 1_000;
/// Times beyond this, a year, are refused.
pub const HORIZON_MAX_H: f64 = 8_784.0;
/// An amount above this, milligrams, is no human dose of ketamine whatever the weight.
const AMOUNT_MAX_MG: f64 = 5_000.0;
/// An amount below this, milligrams, was written in grams.
const AMOUNT_MIN_MG: f64 = 0.01;
/// Infusions that meet may differ by the rounding of their times.
const TOUCHING_H: f64 = 1e-9;

/// How a dose is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Route {
    /// Into a vein at once.
    IvBolus,
    /// Into a vein at a constant rate.
    IvInfusion,
    /// Into a muscle.
    Intramuscular,
    /// The licensed nasal spray.
    IntranasalSpray,
    /// A film under the tongue or in the cheek.
    SublingualFilm,
    /// Swallowed.
    Oral,
}

impl Route {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::IvBolus,
        Self::IvInfusion,
        Self::Intramuscular,
        Self::IntranasalSpray,
        Self::SublingualFilm,
        Self::Oral,
    ];

    /// The word for it in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::IvBolus => "iv_bolus",
            Self::IvInfusion => "iv_infusion",
            Self::Intramuscular => "intramuscular",
            Self::IntranasalSpray => "intranasal_spray",
            Self::SublingualFilm => "sublingual_film",
            Self::Oral => "oral",
        }
    }
}

/// An absorption that the user states because the model has none for the route.
///
/// Enters a depot (at a constant rate over `over_h` when that is above zero), passes `transits`
/// further compartments of the same rate, and reaches the blood.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AssumedAbsorption {
    /// Fraction that reaches the blood, above 0 and at most 1.
    pub bioavailability: f64,
    /// First-order rate constant of every step, per hour, above 0 and at most 1,000.
    pub ka_per_h: f64,
    /// Duration of a constant input into the depot, hours; 0 for none.
    pub over_h: f64,
    /// Further compartments between the depot and the blood, at most 8.
    pub transits: u8,
}

/// One dose.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dose {
    /// How it is given.
    pub route: Route,
    /// When it starts, hours.
    pub start_h: f64,
    /// How much, milligrams of free base.
    pub amount_mg: f64,
    /// Over what time, hours; infusions only.
    pub duration_h: Option<f64>,
    /// An absorption the user states.
    pub assumed_absorption: Option<AssumedAbsorption>,
}

impl Dose {
    /// An injection into a vein.
    pub fn bolus(start_h: f64, amount_mg: f64) -> Self {
        Self::at_once(Route::IvBolus, start_h, amount_mg)
    }

    /// An infusion into a vein.
    pub fn infusion(start_h: f64, amount_mg: f64, duration_h: f64) -> Self {
        Self {
            duration_h: Some(duration_h),
            ..Self::at_once(Route::IvInfusion, start_h, amount_mg)
        }
    }

    /// A dose by another route.
    pub fn at_once(route: Route, start_h: f64, amount_mg: f64) -> Self {
        Self {
            route,
            start_h,
            amount_mg,
            duration_h: None,
            assumed_absorption: None,
        }
    }
}

/// Doses that have passed every check that needs no model.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    drug: Option<Drug>,
    doses: Vec<Dose>,
}

impl Plan {
    /// Checks doses.
    ///
    /// ```
    /// use pharmacology::plan::{Dose, Plan};
    ///
    /// let doses = vec![Dose::infusion(0.0, 20.0, 0.5), Dose::infusion(0.4, 10.0, 0.5)];
    /// let refused = Plan::new(doses).unwrap_err();
    /// assert!(refused.to_string().starts_with("`doses[1]` starts at 0.4 h while"));
    /// ```
    pub fn new(doses: Vec<Dose>) -> Result<Self, BoundaryError> {
        if doses.is_empty() {
            return Err(BoundaryError::NoDose);
        }
        if doses.len() > DOSES_MAX {
            let n = doses.len();
            return Err(BoundaryError::TooMany {
                field: "doses".to_owned(),
                n,
                most: DOSES_MAX,
            });
        }
        for (at, dose) in doses.iter().enumerate() {
            check_dose(at, dose)?;
        }
        check_overlaps(&doses)?;
        Ok(Self { drug: None, doses })
    }

    /// The same plan with amounts of this drug, whatever drug the model describes.
    #[must_use]
    pub fn of(mut self, drug: Drug) -> Self {
        self.drug = Some(drug);
        self
    }

    /// The drug the amounts are of; that of the model when `None`.
    pub fn drug(&self) -> Option<Drug> {
        self.drug
    }

    /// The doses, in the order given.
    pub fn doses(&self) -> &[Dose] {
        &self.doses
    }

    /// When the first dose starts, hours.
    pub fn first_dose_h(&self) -> f64 {
        self.doses
            .iter()
            .map(|d| d.start_h)
            .fold(f64::INFINITY, f64::min)
    }

    /// When the last dose has been given, hours.
    pub fn last_input_h(&self) -> f64 {
        let ends = self
            .doses
            .iter()
            .map(|d| d.start_h + d.duration_h.unwrap_or(0.0));
        ends.fold(0.0, f64::max)
    }

    /// Total amount, milligrams.
    pub fn total_mg(&self) -> f64 {
        self.doses.iter().map(|d| d.amount_mg).sum()
    }

    /// The same plan with every amount multiplied.
    pub fn scaled(&self, factor: f64) -> Result<Self, BoundaryError> {
        let doses = self.doses.iter().map(|d| Dose {
            amount_mg: d.amount_mg * factor,
            ..*d
        });
        Ok(Self {
            drug: self.drug,
            ..Self::new(doses.collect())?
        })
    }

    /// Checks times at which a prediction is wanted; `field` is their name in an error.
    pub fn check_times(&self, field: &str, times_h: &[f64]) -> Result<(), BoundaryError> {
        let first_dose_h = self.first_dose_h();
        for &time_h in times_h {
            if !time_h.is_finite() || time_h > HORIZON_MAX_H {
                let mend = "give hours from the first dose, at most a year (8784)";
                let field = field.to_owned();
                return Err(BoundaryError::OutOfRange {
                    field,
                    value: time_h,
                    mend,
                });
            }
            if time_h < first_dose_h {
                let field = field.to_owned();
                return Err(BoundaryError::BeforeFirstDose {
                    field,
                    time_h,
                    first_dose_h,
                });
            }
        }
        Ok(())
    }
}

fn check_dose(at: usize, dose: &Dose) -> Result<(), BoundaryError> {
    let field = |name: &str| format!("doses[{at}].{name}");
    let wrong = |name: &str, value, mend| BoundaryError::OutOfRange {
        field: field(name),
        value,
        mend,
    };
    if !(0.0..=HORIZON_MAX_H).contains(&dose.start_h) {
        return Err(wrong(
            "start_h",
            dose.start_h,
            "give hours from the first dose, from 0 to 8784",
        ));
    }
    if !dose.amount_mg.is_finite() || dose.amount_mg <= 0.0 {
        return Err(wrong(
            "amount_mg",
            dose.amount_mg,
            "give milligrams of free base, above zero",
        ));
    }
    if dose.amount_mg > AMOUNT_MAX_MG || dose.amount_mg < AMOUNT_MIN_MG {
        return Err(BoundaryError::UnitSlip {
            field: field("amount_mg"),
            value: dose.amount_mg,
            mend: "give milligrams (not micrograms, not grams)",
        });
    }
    match (dose.route, dose.duration_h) {
        (Route::IvInfusion, None) => {
            let mend = "give the infusion's length in hours, or use iv_bolus";
            return Err(BoundaryError::Missing {
                field: field("duration_h"),
                mend,
            });
        }
        (Route::IvInfusion, Some(duration)) => {
            if !(duration > TOUCHING_H && duration <= HORIZON_MAX_H) {
                let mend = "give hours above zero; an injection at once is iv_bolus";
                return Err(wrong("duration_h", duration, mend));
            }
        }
        (_, Some(_)) => {
            let mend = "only iv_infusion has a duration; remove it or change the route";
            return Err(BoundaryError::Unexpected {
                field: field("duration_h"),
                mend,
            });
        }
        (_, None) => {}
    }
    check_assumed(at, dose)
}

fn check_assumed(at: usize, dose: &Dose) -> Result<(), BoundaryError> {
    let Some(assumed) = dose.assumed_absorption else {
        return Ok(());
    };
    let field = |name: &str| format!("doses[{at}].assumed_absorption{name}");
    if matches!(dose.route, Route::IvBolus | Route::IvInfusion) {
        let mend = "a dose into a vein is not absorbed; remove it";
        return Err(BoundaryError::Unexpected {
            field: field(""),
            mend,
        });
    }
    let wrong = |name: &str, value, mend| {
        Err(BoundaryError::OutOfRange {
            field: field(name),
            value,
            mend,
        })
    };
    if !(assumed.bioavailability > 0.0 && assumed.bioavailability <= 1.0) {
        return wrong(
            ".bioavailability",
            assumed.bioavailability,
            "give a fraction above 0, at most 1",
        );
    }
    if !(assumed.ka_per_h > 0.0 && assumed.ka_per_h <= 1_000.0) {
        return wrong(
            ".ka_per_h",
            assumed.ka_per_h,
            "give a rate per hour above 0, at most 1000",
        );
    }
    if !(0.0..=48.0).contains(&assumed.over_h) {
        return wrong(".over_h", assumed.over_h, "give hours from 0 to 48");
    }
    if assumed.transits > 8 {
        return wrong(
            ".transits",
            f64::from(assumed.transits),
            "give at most 8 compartments",
        );
    }
    Ok(())
}

fn check_overlaps(doses: &[Dose]) -> Result<(), BoundaryError> {
    let mut infusions: Vec<(f64, f64, usize)> = doses
        .iter()
        .enumerate()
        .filter_map(|(at, d)| Some((d.start_h, d.start_h + d.duration_h?, at)))
        .collect();
    infusions.sort_by(|a, b| a.0.total_cmp(&b.0));
    for pair in infusions.windows(2) {
        let ((_, stop_h, first), (start_h, _, second)) = (pair[0], pair[1]);
        if start_h < stop_h - TOUCHING_H {
            return Err(BoundaryError::OverlappingInfusions {
                first,
                second,
                start_h,
                stop_h,
            });
        }
    }
    Ok(())
}
