//! Signs that small studies tell another story than large ones.

use super::{Effect, Heterogeneity, MetaError, Model, Moderators, Pooled, Test, pool, regress};
use crate::matrix::Matrix;
use crate::tail::{self, Reference};

/// Egger's regression of the estimates on their standard errors.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Egger {
    /// The slope over its standard error.
    pub t: f64,
    /// Degrees of freedom, `k − 2`.
    pub degrees: usize,
    /// Two-sided p.
    pub p: f64,
    /// Change of the estimate per unit of standard error.
    pub slope: f64,
    /// Its standard error.
    pub slope_se: f64,
    /// The estimate a study without sampling error would have.
    pub limit: f64,
    /// Its standard error.
    pub limit_se: f64,
    /// Its confidence interval.
    pub limit_interval: (f64, f64),
}

/// Tests for small-study effects by Egger's weighted linear regression (Egger et al. 1997, *BMJ*
/// 315; Sterne and Egger 2005).
///
/// `y = a + b √v` with weights `1/v` and a dispersion estimated from the residuals. Domain: three
/// studies or more whose variances differ. Error: about 1e-14 times the condition of `√v`.
pub fn egger(effects: &[Effect], level: f64) -> Result<Egger, MetaError> {
    super::model::check(effects, level)?;
    if effects.len() < 3 {
        return Err(MetaError::TooFew {
            given: effects.len(),
            needed: 3,
        });
    }
    let sizes: Vec<f64> = effects
        .iter()
        .map(|effect| effect.variance.sqrt())
        .collect();
    let design = Matrix::from_columns(&[vec![1.0; effects.len()], sizes]);
    let names = [super::model::INTERCEPT.to_owned(), "sei".to_owned()];
    let weights = effects
        .iter()
        .map(|effect| effect.variance.recip())
        .collect();
    let fit = super::weighted::Weighted::new(effects, &design, weights, &names)?;
    let degrees = effects.len() - 2;
    let reference = Reference::Student(degrees as f64);
    let dispersion = fit.rss / degrees as f64;
    let slope_se = (dispersion * fit.unscaled[(1, 1)]).sqrt();
    let limit_se = (dispersion * fit.unscaled[(0, 0)]).sqrt();
    let reach = reference.quantile(0.5 + level / 2.0) * limit_se;
    let (limit, slope) = (fit.coefficients[0], fit.coefficients[1]);
    Ok(Egger {
        t: slope / slope_se,
        degrees,
        p: reference.two_sided(slope / slope_se),
        slope,
        slope_se,
        limit,
        limit_se,
        limit_interval: (limit - reach, limit + reach),
    })
}

/// Egger's test as a meta-regression.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct EggerMixed {
    /// The slope over its standard error.
    pub z: f64,
    /// Two-sided p.
    pub p: f64,
}

/// Tests for small-study effects by a mixed meta-regression on the standard error.
pub fn egger_mixed(effects: &[Effect], model: &Model) -> Result<EggerMixed, MetaError> {
    let regression = on_standard_error(effects, model)?;
    let z = regression.coefficients[1] / regression.standard_errors[1];
    Ok(EggerMixed {
        z,
        p: Reference::Normal.two_sided(z),
    })
}

fn on_standard_error(effects: &[Effect], model: &Model) -> Result<super::Regression, MetaError> {
    let sizes = effects
        .iter()
        .map(|effect| effect.variance.sqrt())
        .collect();
    let model = Model {
        test: Test::Normal,
        ..*model
    };
    regress(effects, &Moderators::new().with("sei", sizes), &model)
}

/// Begg's rank correlation.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Begg {
    /// Kendall's τ between the standardised estimates and their variances.
    pub tau: f64,
    /// Two-sided p.
    pub p: f64,
    /// Whether p is exact (no ties) or from the normal approximation.
    pub is_exact: bool,
}

/// Tests for small-study effects by rank correlation (Begg and Mazumdar 1994, *Biometrics* 50).
///
/// Kendall's τ between `(y − μ)/√(v − 1/Σ(1/v))` and `v`. p is exact by counting inversions when
/// there are no ties, else normal with Kendall's variance under ties. Domain: two studies or more
/// whose variances differ. Error: about 1e-13 in p.
pub fn begg(effects: &[Effect]) -> Result<Begg, MetaError> {
    let model = Model::new(Heterogeneity::Common, Test::Normal);
    let pooled = pool(effects, &model)?;
    if effects.len() < 2 {
        return Err(MetaError::TooFew {
            given: effects.len(),
            needed: 2,
        });
    }
    let of_mean = pooled.standard_error.powi(2);
    let variances: Vec<f64> = effects.iter().map(|effect| effect.variance).collect();
    let distances: Vec<f64> = effects
        .iter()
        .map(|e| (e.estimate - pooled.estimate) / (e.variance - of_mean).sqrt())
        .collect();
    let ties = (Ties::of(&distances), Ties::of(&variances));
    let score = concordance(&distances, &variances);
    let n = effects.len() as f64;
    let n_pairs = n * (n - 1.0) / 2.0;
    let tau = score / ((n_pairs - ties.0.pairs / 2.0) * (n_pairs - ties.1.pairs / 2.0)).sqrt();
    let is_exact = ties.0.pairs <= 0.0 && ties.1.pairs <= 0.0;
    let p = if is_exact {
        exact_p(effects.len(), f64::midpoint(n_pairs, score).round())
    } else {
        normal_p(n, score, &ties.0, &ties.1)
    };
    Ok(Begg { tau, p, is_exact })
}

fn concordance(left: &[f64], right: &[f64]) -> f64 {
    let mut score = 0.0;
    for i in 0..left.len() {
        for j in 0..i {
            let sign = |d: f64| {
                if d > 0.0 {
                    1.0
                } else if d < 0.0 {
                    -1.0
                } else {
                    0.0
                }
            };
            score += sign(left[i] - left[j]) * sign(right[i] - right[j]);
        }
    }
    score
}

/// Sums over groups of `t` equal values: `Σt(t−1)`, `Σt(t−1)(t−2)`, `Σt(t−1)(2t+5)`.
#[derive(Default)]
struct Ties {
    pairs: f64,
    triples: f64,
    spread: f64,
}

impl Ties {
    fn of(values: &[f64]) -> Self {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let mut ties = Self::default();
        for group in sorted.chunk_by(|a, b| a.total_cmp(b).is_eq()) {
            let t = group.len() as f64;
            ties.pairs += t * (t - 1.0);
            ties.triples += t * (t - 1.0) * (t - 2.0);
            ties.spread += t * (t - 1.0) * (2.0 * t + 5.0);
        }
        ties
    }
}

/// Returns the two-sided p of `concordant` concordant pairs among `n` untied ones, from the
/// distribution of the number of inversions of a random order, built by convolution.
fn exact_p(n: usize, concordant: f64) -> f64 {
    let mut shares = vec![1.0_f64];
    for size in 2..=n {
        let mut next = vec![0.0; shares.len() + size - 1];
        for (count, share) in shares.iter().enumerate() {
            for cell in &mut next[count..count + size] {
                *cell += share / size as f64;
            }
        }
        shares = next;
    }
    let at = concordant as usize;
    let below: f64 = shares.iter().take(at + 1).sum();
    let above: f64 = shares.iter().skip(at).sum();
    (2.0 * below.min(above)).min(1.0)
}

fn normal_p(n: f64, score: f64, left: &Ties, right: &Ties) -> f64 {
    let plain = n * (n - 1.0) * (2.0 * n + 5.0);
    let mut variance = (plain - left.spread - right.spread) / 18.0;
    variance += left.pairs * right.pairs / (2.0 * n * (n - 1.0));
    if n > 2.0 {
        variance += left.triples * right.triples / (9.0 * n * (n - 1.0) * (n - 2.0));
    }
    Reference::Normal.two_sided(score / variance.sqrt())
}

/// Where studies seem to be missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Studies with small estimates.
    Left,
    /// Studies with large estimates.
    Right,
}

impl Side {
    /// Returns left or right.
    pub fn name(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Right => "right",
        }
    }
}

/// The pooled effect after mirroring the studies that have no counterpart.
#[derive(Clone, Debug, PartialEq)]
pub struct TrimFill {
    /// Studies filled in.
    pub n_filled: usize,
    /// The side they were filled in on.
    pub side: Side,
    /// The pooled effect with them.
    pub pooled: Pooled,
}

/// More rounds than trimming has ever taken; each changes the count or ends.
const ROUNDS_MAX: usize = 200;

/// Trims and fills (Duval and Tweedie 2000, *JASA* 95) with their estimator L₀.
///
/// The side is that which the slope of a meta-regression on the standard error points away from.
/// Rounds: pool the `k − k₀` least extreme, centre all, `k₀ = (4S − k(k+1))/(2k − 1)` rounded half
/// to even, `S` the rank sum of the positive distances; until `k₀` stays. Domain: three studies or
/// more whose variances differ.
pub fn trim_and_fill(effects: &[Effect], model: &Model) -> Result<TrimFill, MetaError> {
    let regression = on_standard_error(effects, model)?;
    let side = if regression.coefficients[1] < 0.0 {
        Side::Right
    } else {
        Side::Left
    };
    let sign = match side {
        Side::Left => 1.0,
        Side::Right => -1.0,
    };
    let mut ordered: Vec<Effect> = effects
        .iter()
        .map(|e| Effect {
            estimate: sign * e.estimate,
            ..*e
        })
        .collect();
    ordered.sort_by(|a, b| a.estimate.total_cmp(&b.estimate));
    let k = ordered.len();
    let (mut filled, mut centre) = (0, f64::NAN);
    let mut is_settled = false;
    for _ in 0..ROUNDS_MAX {
        centre = pool(&ordered[..k - filled], model)?.estimate;
        let next = missing(&ordered, centre).min(k - 1);
        is_settled = next == filled;
        filled = next;
        if is_settled {
            break;
        }
    }
    if !is_settled {
        return Err(MetaError::NotConverged {
            method: "trim and fill",
            steps: ROUNDS_MAX,
        });
    }
    let mut all = effects.to_vec();
    all.extend(ordered[k - filled..].iter().map(|e| Effect {
        estimate: sign * (2.0 * centre - e.estimate),
        variance: e.variance,
    }));
    Ok(TrimFill {
        n_filled: filled,
        side,
        pooled: pool(&all, model)?,
    })
}

/// Returns L₀, rounded and cut at zero.
fn missing(ordered: &[Effect], centre: f64) -> usize {
    let mut distances: Vec<f64> = ordered.iter().map(|e| e.estimate - centre).collect();
    distances.sort_by(|a, b| a.abs().total_cmp(&b.abs()));
    let positive = distances
        .iter()
        .enumerate()
        .filter(|(_, distance)| **distance > 0.0);
    let rank_sum: f64 = positive.map(|(rank, _)| (rank + 1) as f64).sum();
    let k = ordered.len() as f64;
    let estimate = (4.0 * rank_sum - k * (k + 1.0)) / (2.0 * k - 1.0);
    estimate.max(0.0).round_ties_even() as usize
}

/// Counts the unpublished null studies that would bring the one-sided p to `alpha` (Rosenthal
/// 1979, *Psychological Bulletin* 86): `k (z̄/z_α)² − k`, rounded up, with `z̄ = |Σz|/√k`.
pub fn fail_safe_number(effects: &[Effect], alpha: f64) -> Result<u64, MetaError> {
    super::model::check(effects, 1.0 - alpha)?;
    let k = effects.len() as f64;
    let sum: f64 = effects.iter().map(|e| e.estimate / e.variance.sqrt()).sum();
    let ratio = sum.abs() / k.sqrt() / tail::normal_quantile(1.0 - alpha);
    Ok((k * ratio * ratio - k).max(0.0).ceil() as u64)
}
