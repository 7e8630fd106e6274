//! The variance between studies, τ², by nine rules, and its interval.

use super::weighted::Weighted;
use super::{Effect, MetaError, Stop};
use crate::matrix::Matrix;
use crate::tail;

/// Steps after which an iterated estimator gives up; Fisher scoring gains about a digit in two.
const STEPS_MAX: usize = 20_000;
/// A step this small, relative to τ² itself, ends the iteration.
const STEP_TOLERANCE: f64 = 1e-14;

/// How the variance between studies is estimated.
///
/// With `P = W − WX(XᵀWX)⁻¹XᵀW`, `k` studies and `p` coefficients:
///
/// | variant | rule | source |
/// |---|---|---|
/// | `Common` | τ² = 0: one common effect | |
/// | `DerSimonianLaird` | `(yᵀPy − (k−p)) / tr P` at τ² = 0 | DerSimonian and Laird 1986 |
/// | `Hedges` | `(RSS − tr PV)/(k−p)` at equal weights | Hedges and Olkin 1985 |
/// | `HunterSchmidt` | `(yᵀPy − k)/Σw` at τ² = 0 | Hunter and Schmidt 1990 |
/// | `SidikJonkman` | `τ₀² yᵀPy/(k−p)` from crude `τ₀² = Σ(y−ȳ)²/k` | Sidik and Jonkman 2005 |
/// | `PauleMandel`, `EmpiricalBayes` | root of `yᵀPy = k−p` | Paule and Mandel 1982; Morris 1983 |
/// | `Ml` | Fisher scoring, `(yᵀPPy − Σw)/Σw²` | Hardy and Thompson 1996 |
/// | `Reml` | Fisher scoring, `(yᵀPPy − tr P)/tr PP` | Viechtbauer 2005 |
///
/// All are cut off at zero. The last four are iterated until a step falls under 1e-14 of τ².
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Heterogeneity {
    /// No variance between studies.
    Common,
    /// DerSimonian and Laird's moment estimator.
    DerSimonianLaird,
    /// Restricted maximum likelihood.
    Reml,
    /// Maximum likelihood.
    Ml,
    /// Paule and Mandel's.
    PauleMandel,
    /// Sidik and Jonkman's.
    SidikJonkman,
    /// Hedges's, also Cochran's ANOVA estimator.
    Hedges,
    /// Hunter and Schmidt's.
    HunterSchmidt,
    /// Empirical Bayes.
    EmpiricalBayes,
}

impl Heterogeneity {
    /// All of them, in the order of the tables of the field.
    pub const ALL: [Self; 9] = [
        Self::Common,
        Self::DerSimonianLaird,
        Self::Reml,
        Self::Ml,
        Self::PauleMandel,
        Self::SidikJonkman,
        Self::Hedges,
        Self::HunterSchmidt,
        Self::EmpiricalBayes,
    ];

    /// Returns the usual short name: FE, DL, REML, ML, PM, SJ, HE, HS or EB.
    pub fn name(self) -> &'static str {
        match self {
            Self::Common => "FE",
            Self::DerSimonianLaird => "DL",
            Self::Reml => "REML",
            Self::Ml => "ML",
            Self::PauleMandel => "PM",
            Self::SidikJonkman => "SJ",
            Self::Hedges => "HE",
            Self::HunterSchmidt => "HS",
            Self::EmpiricalBayes => "EB",
        }
    }

    /// Finds an estimator by its short name; EE and CE are taken for FE.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "EE" | "CE" => Some(Self::Common),
            _ => Self::ALL.into_iter().find(|method| method.name() == name),
        }
    }
}

/// τ² and its standard error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Tau {
    pub(super) square: f64,
    pub(super) standard_error: Option<f64>,
}

/// The effects, the columns that explain them, and their names: what every estimator starts from.
pub(super) struct Problem<'a> {
    pub(super) effects: &'a [Effect],
    pub(super) design: &'a Matrix,
    pub(super) names: &'a [String],
}

impl Problem<'_> {
    pub(super) fn k(&self) -> f64 {
        self.effects.len() as f64
    }

    pub(super) fn degrees(&self) -> f64 {
        self.k() - self.design.n_columns() as f64
    }

    /// Fits with weights `1/(v + τ²)`.
    pub(super) fn at(&self, tau_square: f64) -> Result<Weighted, MetaError> {
        let weights = self
            .effects
            .iter()
            .map(|e| (e.variance + tau_square).recip())
            .collect();
        Weighted::new(self.effects, self.design, weights, self.names)
    }

    fn equal(&self) -> Result<Weighted, MetaError> {
        Weighted::new(
            self.effects,
            self.design,
            vec![1.0; self.effects.len()],
            self.names,
        )
    }

    fn variance(&self, study: usize) -> f64 {
        self.effects[study].variance
    }

    /// Estimates τ².
    pub(super) fn tau(&self, method: Heterogeneity, stop: Stop) -> Result<Tau, MetaError> {
        if matches!(method, Heterogeneity::Common) || self.degrees() < 1.0 {
            return Ok(Tau {
                square: 0.0,
                standard_error: None,
            });
        }
        match method {
            Heterogeneity::Common => Ok(Tau {
                square: 0.0,
                standard_error: None,
            }),
            Heterogeneity::DerSimonianLaird => {
                let fit = self.at(0.0)?;
                let trace = fit.trace(|_| 1.0);
                Ok(self.moment(&fit, (fit.rss - self.degrees()) / trace, trace))
            }
            Heterogeneity::HunterSchmidt => {
                let fit = self.at(0.0)?;
                let total: f64 = fit.weights.iter().sum();
                Ok(self.moment(&fit, (fit.rss - self.k()) / total, total))
            }
            Heterogeneity::Hedges => self.hedges(),
            Heterogeneity::SidikJonkman => self.sidik_jonkman(),
            Heterogeneity::PauleMandel | Heterogeneity::EmpiricalBayes => {
                let square = self.root(self.degrees())?;
                let fit = self.at(square)?;
                let total: f64 = fit.weights.iter().sum();
                let factor = self.k() / self.degrees() / total;
                let standard_error = Some(factor * self.rss_deviation(&fit, square));
                Ok(Tau {
                    square,
                    standard_error,
                })
            }
            Heterogeneity::Ml | Heterogeneity::Reml => self.likelihood(method, stop),
        }
    }

    fn moment(&self, fit: &Weighted, raw: f64, divisor: f64) -> Tau {
        let square = raw.max(0.0);
        let own = 2.0 * self.degrees()
            + 4.0 * square * fit.trace(|_| 1.0)
            + 2.0 * square * square * fit.trace_pair(|_| 1.0, |_| 1.0);
        Tau {
            square,
            standard_error: Some(own.sqrt() / divisor),
        }
    }

    /// Returns the standard deviation of `yᵀPy` when the true variances are `v + τ²`.
    fn rss_deviation(&self, fit: &Weighted, square: f64) -> f64 {
        let v = |study| self.variance(study);
        (2.0 * fit.trace_pair(v, v)
            + 4.0 * square * fit.trace_pair(v, |_| 1.0)
            + 2.0 * square * square * fit.trace_pair(|_| 1.0, |_| 1.0))
        .sqrt()
    }

    fn hedges(&self) -> Result<Tau, MetaError> {
        let fit = self.equal()?;
        let expected = fit.trace(|study| self.variance(study));
        let square = ((fit.rss - expected) / self.degrees()).max(0.0);
        let standard_error = Some(self.rss_deviation(&fit, square) / self.degrees());
        Ok(Tau {
            square,
            standard_error,
        })
    }

    fn sidik_jonkman(&self) -> Result<Tau, MetaError> {
        let mean = self.effects.iter().map(|e| e.estimate).sum::<f64>() / self.k();
        let crude = self
            .effects
            .iter()
            .map(|e| (e.estimate - mean).powi(2))
            .sum::<f64>()
            / self.k();
        if crude <= 0.0 {
            return Ok(Tau {
                square: 0.0,
                standard_error: None,
            });
        }
        let fit = self.at(crude)?;
        let square = crude * fit.rss / self.degrees();
        let deviation = self.rss_deviation(&fit, square);
        Ok(Tau {
            square,
            standard_error: Some(crude * deviation / self.degrees()),
        })
    }

    /// Solves `yᵀP(τ²)y = target`, or returns zero when it is already below at τ² = 0.
    ///
    /// The left side falls and is convex in τ², so Newton's steps from zero climb to the root
    /// without passing it.
    fn root(&self, target: f64) -> Result<f64, MetaError> {
        let mut square = 0.0;
        for _ in 0..STEPS_MAX {
            let fit = self.at(square)?;
            let step = (fit.rss - target) / fit.rss_of_weights();
            if step.is_nan() || step <= STEP_TOLERANCE * square {
                return Ok(square);
            }
            square += step;
        }
        Err(MetaError::NotConverged {
            method: "paule-mandel",
            steps: STEPS_MAX,
        })
    }

    /// Climbs the likelihood by Fisher scoring; until convergence is asked for, by secants of the
    /// scoring step once its slope is known to point at a maximum, which gains digits faster.
    fn likelihood(&self, method: Heterogeneity, stop: Stop) -> Result<Tau, MetaError> {
        let restricted = matches!(method, Heterogeneity::Reml);
        let mut square = self.hedges()?.square;
        let mut before: Option<(f64, f64)> = None;
        let smallest = self
            .effects
            .iter()
            .map(|e| e.variance)
            .fold(f64::INFINITY, f64::min);
        for _ in 0..STEPS_MAX {
            let (scoring, information) = self.scoring_step(square, restricted)?;
            let standard_error = Some((2.0 / information).sqrt());
            let mut step = scoring;
            if let Stop::StepWithin(length) = stop {
                while square + step < 0.0 {
                    step /= 2.0;
                }
                square += step;
                if step.abs() <= length {
                    return Ok(Tau {
                        square,
                        standard_error,
                    });
                }
            } else {
                if step.abs() <= STEP_TOLERANCE * (square + smallest)
                    || (square <= 0.0 && step <= 0.0)
                {
                    return Ok(Tau {
                        square,
                        standard_error,
                    });
                }
                if let Some((place, earlier)) = before {
                    let slope = (scoring - earlier) / (square - place);
                    if slope < -0.01 {
                        step = -scoring / slope;
                    }
                }
                before = Some((square, scoring));
                square = self.after(square, step, restricted)?;
            }
        }
        Err(MetaError::NotConverged {
            method: method.name(),
            steps: STEPS_MAX,
        })
    }

    /// Returns the step of Fisher scoring and the information it was divided by.
    fn scoring_step(&self, square: f64, restricted: bool) -> Result<(f64, f64), MetaError> {
        let fit = self.at(square)?;
        let (expected, information) = if restricted {
            (fit.trace(|_| 1.0), fit.trace_pair(|_| 1.0, |_| 1.0))
        } else {
            (
                fit.weights.iter().sum(),
                fit.weights.iter().map(|w| w * w).sum(),
            )
        };
        Ok(((fit.rss_of_weights() - expected) / information, information))
    }

    /// Returns where a step leads: a step below zero ends at zero when the likelihood falls from
    /// there, else it is halved until it does not.
    fn after(&self, square: f64, mut step: f64, restricted: bool) -> Result<f64, MetaError> {
        if square + step < 0.0 && self.scoring_step(0.0, restricted)?.0 <= 0.0 {
            return Ok(0.0);
        }
        while square + step < 0.0 {
            step /= 2.0;
        }
        Ok(square + step)
    }

    /// Finds the interval of τ² by the Q-profile.
    pub(super) fn interval(&self, level: f64) -> Result<Option<TauInterval>, MetaError> {
        let degrees = self.degrees();
        if degrees < 1.0 {
            return Ok(None);
        }
        let tail_share = (1.0 - level) / 2.0;
        let high_quantile = tail::chi_square_quantile(1.0 - tail_share, degrees);
        let low_quantile = tail::chi_square_quantile(tail_share, degrees);
        let at_zero = self.at(0.0)?.rss;
        Ok(Some(TauInterval {
            low: self.root(high_quantile)?,
            high: self.root(low_quantile)?,
            is_empty: at_zero < low_quantile,
        }))
    }
}

/// A confidence interval of τ².
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct TauInterval {
    /// Lower end, zero at least.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// The estimates agree better than sampling alone would let them at this level: no τ² of zero
    /// or more fits, and the interval is the single point zero by convention.
    pub is_empty: bool,
}

/// Finds the interval of τ² by the Q-profile (Viechtbauer 2007, *Statistics in Medicine* 26).
///
/// The ends solve `yᵀP(τ²)y = χ²` quantiles on `k − p` degrees. Domain: two studies or more.
/// Method: Newton on a falling convex function. Error: relative 1e-13 in τ² beside that of the
/// χ² quantile.
pub fn tau_interval(effects: &[Effect], level: f64) -> Result<Option<TauInterval>, MetaError> {
    super::model::check(effects, level)?;
    let design = Matrix::from_fn(effects.len(), 1, |_, _| 1.0);
    let names = [super::model::INTERCEPT.to_owned()];
    Problem {
        effects,
        design: &design,
        names: &names,
    }
    .interval(level)
}
