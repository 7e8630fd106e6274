//! Parameters: typical values, what covariates do to them, how they vary.

use super::file::{EffectFile, EffectOf, ModelFile, ParameterFile, SpreadFile, UnitFile};
use super::{KE0_HALF_TIME_MIN, ModelError};
use crate::linear::Lanes;
use crate::patient::{Ancestry, Patient};

const REFERENCE_WEIGHT_KG: f64 = 70.0;
const MINUTES_PER_HOUR: f64 = 60.0;
/// A log-scale variance above this (a fourfold coefficient of variation is 2.8) is a slip.
const VARIANCE_MAX: f64 = 9.0;
/// A person who deviates by more than this power of two is held to it; the solver then refuses.
const POWER_MAX: f64 = 1_000.0;

#[derive(Clone, Debug)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    /// In litres, hours and their quotients.
    pub(crate) value: f64,
    pub(crate) is_per_kg: bool,
    pub(crate) is_fraction: bool,
    pub(crate) weight_exponent: f64,
    pub(crate) variance: f64,
    pub(crate) spread: Spread,
    effects: Vec<EffectFile>,
}

/// On which scale a parameter is normal between people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spread {
    Log,
    Logit,
}

/// Typical values for one patient: `value = spread(base, eta) * after`.
#[derive(Clone, Debug)]
pub(crate) struct Typical {
    pub(crate) base: Vec<f64>,
    pub(crate) after: Vec<f64>,
}

impl Parameter {
    pub(crate) fn new(model: &str, file: &ParameterFile) -> Result<Self, ModelError> {
        let wrong = |what: &str, value, mend| ModelError::OutOfRange {
            model: model.to_owned(),
            field: format!("{} {what}", file.name),
            value,
            mend,
        };
        if !(file.value.is_finite() && file.value > 0.0 && file.value < 1e6) {
            return Err(wrong(
                "value",
                file.value,
                "give a number above zero and below a million",
            ));
        }
        let is_fraction = file.unit == UnitFile::Fraction;
        if is_fraction && file.value >= 1.0 {
            return Err(wrong(
                "value",
                file.value,
                "a fraction is below one; use the unit ratio",
            ));
        }
        let spread_variance = match file.cv_percent {
            Some(cv) => (cv / 100.0).mul_add(cv / 100.0, 1.0).ln(),
            None => file.variance,
        };
        let variance = spread_variance + file.occasion_variance;
        if !(0.0..=VARIANCE_MAX).contains(&variance) {
            return Err(wrong("variance", variance, "give a variance from 0 to 9"));
        }
        if !(file.weight_exponent.is_finite() && file.weight_exponent.abs() <= 3.0) {
            return Err(wrong(
                "weight_exponent",
                file.weight_exponent,
                "give a number from -3 to 3",
            ));
        }
        let value = match file.unit {
            UnitFile::LitrePerMinute | UnitFile::PerMinute => file.value * MINUTES_PER_HOUR,
            UnitFile::Minute => file.value / MINUTES_PER_HOUR,
            UnitFile::Litre
            | UnitFile::LitrePerKilogram
            | UnitFile::LitrePerHour
            | UnitFile::PerHour
            | UnitFile::Hour
            | UnitFile::Fraction
            | UnitFile::Ratio => file.value,
        };
        Ok(Self {
            name: file.name.clone(),
            value,
            is_per_kg: file.unit == UnitFile::LitrePerKilogram,
            is_fraction,
            weight_exponent: file.weight_exponent,
            variance,
            spread: match file.spread {
                SpreadFile::Log => Spread::Log,
                SpreadFile::Logit => Spread::Logit,
            },
            effects: file.effects.clone(),
        })
    }

    /// The rate of equilibration with the effect site, in every model the same measured one.
    pub(crate) fn ke0() -> Self {
        Self {
            name: "ke0".to_owned(),
            value: std::f64::consts::LN_2 / (KE0_HALF_TIME_MIN / MINUTES_PER_HOUR),
            is_per_kg: false,
            is_fraction: false,
            weight_exponent: 0.0,
            variance: 0.0,
            spread: Spread::Log,
            effects: Vec::new(),
        }
    }

    pub(crate) fn uses_age(&self) -> bool {
        self.effects.iter().any(|e| e.of == EffectOf::AgeYears)
    }

    /// The typical value for a patient before variability, and the factor after it.
    fn typical(&self, patient: &Patient) -> (f64, f64) {
        let weight = patient.weight_kg();
        let mut base = self.value;
        if self.is_per_kg {
            base *= weight;
        }
        if self.weight_exponent != 0.0 {
            base *= (weight / REFERENCE_WEIGHT_KG).powf(self.weight_exponent);
        }
        let mut after = 1.0;
        for effect in &self.effects {
            let applies = match effect.of {
                EffectOf::Asian => {
                    matches!(
                        patient.ancestry(),
                        Some(Ancestry::Asian | Ancestry::Japanese)
                    )
                }
                EffectOf::Japanese => patient.ancestry() == Some(Ancestry::Japanese),
                EffectOf::AgeYears => {
                    let over = patient.age_years().map_or(0.0, |age| age - effect.above);
                    base += over.max(0.0) * effect.add_for_each;
                    false
                }
            };
            if let (true, Some(factor)) = (applies, effect.multiply) {
                after *= factor;
            }
        }
        // An additive effect outside the ages studied may not turn a flow negative.
        (base.max(self.value * 1e-2), after)
    }
}

impl Typical {
    pub(crate) fn new(parameters: &[Parameter], patient: &Patient) -> Self {
        let (base, after) = parameters.iter().map(|p| p.typical(patient)).unzip();
        Self { base, after }
    }

    /// The typical value of one parameter.
    pub(crate) fn value(&self, at: usize) -> f64 {
        self.base[at] * self.after[at]
    }

    /// Values of `W` people: the typical ones, moved by each one's `eta` (one for each random
    /// parameter, or none).
    #[inline(always)]
    pub(crate) fn individual<const W: usize>(
        &self,
        parameters: &[Parameter],
        random: &[usize],
        etas: &[&[f64]; W],
        values: &mut Vec<Lanes<W>>,
    ) {
        values.resize(self.base.len(), Lanes::of(0.0));
        for (value, (base, after)) in values.iter_mut().zip(self.base.iter().zip(&self.after)) {
            *value = Lanes::of(base * after);
        }
        for (place, &at) in random.iter().enumerate() {
            let mut eta = Lanes::of(0.0);
            for (eta, own) in eta.0.iter_mut().zip(etas) {
                *eta = own.get(place).copied().unwrap_or(0.0);
            }
            let base = Lanes::of(self.base[at]);
            let scaled = eta * Lanes::of(std::f64::consts::LOG2_E);
            let moved = match parameters[at].spread {
                Spread::Log => base * scaled.min(Lanes::of(POWER_MAX)).two_to(),
                // logit^-1(logit(base) + eta) without forming a logit.
                Spread::Logit => {
                    let odds = (-scaled).min(Lanes::of(POWER_MAX)).two_to();
                    base / (base + (Lanes::of(1.0) - base) * odds)
                }
            };
            values[at] = moved * Lanes::of(self.after[at]);
        }
        for (value, parameter) in values.iter_mut().zip(parameters) {
            if parameter.is_fraction {
                *value = value.min(Lanes::of(1.0));
            }
        }
    }
}

type Variability = (Vec<usize>, Vec<f64>, Vec<f64>);

/// The random parameters, their covariance, and its Cholesky factor.
pub(crate) fn variability(
    file: &ModelFile,
    parameters: &[Parameter],
) -> Result<Variability, ModelError> {
    let random: Vec<usize> = (0..parameters.len())
        .filter(|&at| parameters[at].variance > 0.0)
        .collect();
    let n = random.len();
    let mut covariance = vec![0.0; n * n];
    for (row, &at) in random.iter().enumerate() {
        covariance[row * n + row] = parameters[at].variance;
    }
    for entry in &file.covariances {
        let place = |name: &str| {
            random
                .iter()
                .position(|&at| parameters[at].name == name)
                .ok_or_else(|| {
                    super::undeclared(&file.name, "covariances (of parameters that vary)", name)
                })
        };
        let (a, b) = (place(&entry.of.0)?, place(&entry.of.1)?);
        covariance[a * n + b] = entry.covariance;
        covariance[b * n + a] = entry.covariance;
    }
    let cholesky =
        cholesky(&covariance, n).ok_or_else(|| ModelError::Covariance(file.name.clone()))?;
    Ok((random, covariance, cholesky))
}

/// The lower triangular factor of a positive definite matrix, or nothing.
///
/// Row by row (Golub and Van Loan, Matrix Computations, algorithm 4.2.1).
pub(crate) fn cholesky(matrix: &[f64], n: usize) -> Option<Vec<f64>> {
    let mut factor = vec![0.0; n * n];
    for row in 0..n {
        for column in 0..=row {
            let mut sum = matrix[row * n + column];
            for k in 0..column {
                sum -= factor[row * n + k] * factor[column * n + k];
            }
            if row == column {
                if !(sum.is_finite() && sum > 0.0) {
                    return None;
                }
                factor[row * n + row] = sum.sqrt();
            } else {
                factor[row * n + column] = sum / factor[column * n + column];
            }
        }
    }
    Some(factor)
}
