//! From a study's counts or means to an estimate and its variance.

use super::MetaError;
use crate::distribution::ln_gamma;

/// One study's estimate and its sampling variance.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Effect {
    /// The estimate, on the scale it is pooled on (log for ratios).
    pub estimate: f64,
    /// The sampling variance of the estimate.
    pub variance: f64,
}

/// A two-by-two table: whole numbers, held as `f64` because one half may be added.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct TwoByTwo {
    /// Events among the treated (`ai`).
    pub treated_with: f64,
    /// Treated people without the event (`bi`).
    pub treated_without: f64,
    /// Events among controls (`ci`).
    pub control_with: f64,
    /// Controls without the event (`di`).
    pub control_without: f64,
}

impl TwoByTwo {
    /// Makes a table, refusing counts that are negative or not numbers, and empty arms.
    pub fn new(ai: f64, bi: f64, ci: f64, di: f64) -> Result<Self, MetaError> {
        if [ai, bi, ci, di]
            .iter()
            .any(|count| !count.is_finite() || *count < 0.0)
        {
            return Err(MetaError::BadStudy {
                what: format!("counts {ai}, {bi}, {ci}, {di} must be zero or more"),
            });
        }
        if ai + bi <= 0.0 || ci + di <= 0.0 {
            return Err(MetaError::BadStudy {
                what: format!("counts {ai}, {bi}, {ci}, {di} leave one arm without people"),
            });
        }
        Ok(Self {
            treated_with: ai,
            treated_without: bi,
            control_with: ci,
            control_without: di,
        })
    }

    pub(super) fn cells(&self) -> [f64; 4] {
        [
            self.treated_with,
            self.treated_without,
            self.control_with,
            self.control_without,
        ]
    }

    /// Says whether some cell is empty, so that one half is added to all four.
    pub fn has_zero_cell(&self) -> bool {
        self.cells().iter().any(|cell| *cell <= 0.0)
    }

    /// Says whether nobody, or everybody, had the event in both arms: such a table says nothing
    /// about a ratio, and its corrected estimate rests on the one half alone.
    pub fn is_uninformative(&self) -> bool {
        let [a, b, c, d] = self.cells();
        (a <= 0.0 && c <= 0.0) || (b <= 0.0 && d <= 0.0)
    }

    fn corrected(&self) -> [f64; 4] {
        let cells = self.cells();
        if self.has_zero_cell() {
            cells.map(|cell| cell + 0.5)
        } else {
            cells
        }
    }
}

/// What is compared between two proportions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum BinaryMeasure {
    /// Log odds ratio.
    OddsRatio,
    /// Log risk ratio.
    RiskRatio,
    /// Risk difference.
    RiskDifference,
    /// Difference of arcsine square roots, whose variance does not depend on the risks.
    Arcsine,
    /// Peto's one-step log odds ratio.
    Peto,
}

impl BinaryMeasure {
    /// All of them, in the order of the tables of the field.
    pub const ALL: [Self; 5] = [
        Self::OddsRatio,
        Self::RiskRatio,
        Self::RiskDifference,
        Self::Arcsine,
        Self::Peto,
    ];

    /// Returns the usual short name: OR, RR, RD, AS or PETO.
    pub fn name(self) -> &'static str {
        match self {
            Self::OddsRatio => "OR",
            Self::RiskRatio => "RR",
            Self::RiskDifference => "RD",
            Self::Arcsine => "AS",
            Self::Peto => "PETO",
        }
    }

    /// Finds a measure by its short name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|measure| measure.name() == name)
    }
}

/// Computes a study's effect from its table.
///
/// With `p = a/(a+b)` and `q = c/(c+d)`: OR `ln(ad/bc)`, variance `1/a+1/b+1/c+1/d`; RR
/// `ln(p/q)`, variance `1/a − 1/(a+b) + 1/c − 1/(c+d)`; RD `p − q`, variance
/// `p(1−p)/(a+b) + q(1−q)/(c+d)`; AS `asin √p − asin √q`, variance `1/4(a+b) + 1/4(c+d)`
/// (Rücker et al. 2009); Peto `(O−E)/V`, variance `1/V`, with hypergeometric `E` and `V` (Yusuf et
/// al. 1985). Domain: any [`TwoByTwo`]; one half is added to all cells of a table that has an
/// empty one. Error: a few units in the last place of each term, which cancel when `p` is near `q`.
pub fn binary_effect(measure: BinaryMeasure, table: &TwoByTwo) -> Effect {
    let [a, b, c, d] = table.corrected();
    let (n1, n2) = (a + b, c + d);
    let (p, q) = (a / n1, c / n2);
    match measure {
        BinaryMeasure::OddsRatio => Effect {
            estimate: (a / b).ln() - (c / d).ln(),
            variance: 1.0 / a + 1.0 / b + 1.0 / c + 1.0 / d,
        },
        BinaryMeasure::RiskRatio => Effect {
            estimate: p.ln() - q.ln(),
            variance: 1.0 / a - 1.0 / n1 + 1.0 / c - 1.0 / n2,
        },
        BinaryMeasure::RiskDifference => Effect {
            estimate: p - q,
            variance: p * (1.0 - p) / n1 + q * (1.0 - q) / n2,
        },
        BinaryMeasure::Arcsine => Effect {
            estimate: p.sqrt().asin() - q.sqrt().asin(),
            variance: 0.25 / n1 + 0.25 / n2,
        },
        BinaryMeasure::Peto => {
            let (expected, variance) = hypergeometric([a, b, c, d]);
            Effect {
                estimate: (a - expected) / variance,
                variance: 1.0 / variance,
            }
        }
    }
}

/// Returns the mean and variance of `a` given the margins of the table.
pub(super) fn hypergeometric([a, b, c, d]: [f64; 4]) -> (f64, f64) {
    let (n1, n2, n) = (a + b, c + d, a + b + c + d);
    let (with, without) = (a + c, b + d);
    (
        with * n1 / n,
        with * without * (n1 / n) * (n2 / n) / (n - 1.0),
    )
}

/// Means, standard deviations and sizes of two groups.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct TwoGroups {
    /// Mean of the first group (`m1i`).
    pub mean_1: f64,
    /// Standard deviation of the first group (`sd1i`).
    pub sd_1: f64,
    /// People in the first group (`n1i`).
    pub n_1: f64,
    /// Mean of the second group (`m2i`).
    pub mean_2: f64,
    /// Standard deviation of the second group (`sd2i`).
    pub sd_2: f64,
    /// People in the second group (`n2i`).
    pub n_2: f64,
}

/// What is compared between two means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MeanMeasure {
    /// Hedges' g with its large-sample variance.
    StandardisedLargeSample,
    /// Hedges' g with its unbiased variance.
    StandardisedUnbiased,
    /// The plain difference of means, variances not assumed equal.
    Difference,
}

impl MeanMeasure {
    /// All of them.
    pub const ALL: [Self; 3] = [
        Self::StandardisedLargeSample,
        Self::StandardisedUnbiased,
        Self::Difference,
    ];

    /// Returns the usual short name: SMD, `SMD_vtypeUB` or MD.
    pub fn name(self) -> &'static str {
        match self {
            Self::StandardisedLargeSample => "SMD",
            Self::StandardisedUnbiased => "SMD_vtypeUB",
            Self::Difference => "MD",
        }
    }

    /// Finds a measure by its short name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|measure| measure.name() == name)
    }
}

/// Computes a study's effect from the means of two groups.
///
/// `g = J(m) (m₁ − m₂)/s` with `m = n₁ + n₂ − 2`, pooled `s`, and the exact
/// `J(m) = Γ(m/2) / (√(m/2) Γ((m−1)/2))` (Hedges 1981). Variance, large sample:
/// `1/n₁ + 1/n₂ + g²/2(n₁+n₂)`; unbiased: `1/n₁ + 1/n₂ + (1 − (m−2)/(m J²)) g²`. Domain: `m ≥ 2`,
/// at least two people in each group and a pooled deviation above zero. Error: that of `ln_gamma`,
/// about 1e-14 times `m ln m`.
pub fn mean_effect(measure: MeanMeasure, groups: &TwoGroups) -> Result<Effect, MetaError> {
    let TwoGroups {
        mean_1,
        sd_1,
        n_1,
        mean_2,
        sd_2,
        n_2,
    } = *groups;
    let numbers = [mean_1, sd_1, n_1, mean_2, sd_2, n_2];
    if numbers.iter().any(|number| !number.is_finite()) || sd_1 < 0.0 || sd_2 < 0.0 {
        return Err(MetaError::BadStudy {
            what: format!(
                "means, deviations and sizes {numbers:?} must be finite, deviations zero or more"
            ),
        });
    }
    if n_1 < 2.0 || n_2 < 2.0 {
        return Err(MetaError::BadStudy {
            what: format!("groups of {n_1} and {n_2} people have no standard deviation"),
        });
    }
    let degrees = n_1 + n_2 - 2.0;
    let pooled = ((n_1 - 1.0) * sd_1 * sd_1 + (n_2 - 1.0) * sd_2 * sd_2) / degrees;
    if pooled <= 0.0 {
        return Err(MetaError::BadStudy {
            what: "both standard deviations are zero, so the difference has no error".to_owned(),
        });
    }
    let sizes = 1.0 / n_1 + 1.0 / n_2;
    let correction = small_sample_correction(degrees);
    let g = correction * (mean_1 - mean_2) / pooled.sqrt();
    Ok(match measure {
        MeanMeasure::StandardisedLargeSample => Effect {
            estimate: g,
            variance: sizes + g * g / (2.0 * (n_1 + n_2)),
        },
        MeanMeasure::StandardisedUnbiased => {
            let share = 1.0 - (degrees - 2.0) / (degrees * correction * correction);
            Effect {
                estimate: g,
                variance: sizes + share * g * g,
            }
        }
        MeanMeasure::Difference => Effect {
            estimate: mean_1 - mean_2,
            variance: sd_1 * sd_1 / n_1 + sd_2 * sd_2 / n_2,
        },
    })
}

/// Hedges' exact correction `J(m)`.
fn small_sample_correction(degrees: f64) -> f64 {
    (ln_gamma(degrees / 2.0) - 0.5 * (degrees / 2.0).ln() - ln_gamma((degrees - 1.0) / 2.0)).exp()
}
