//! Restricted mean survival time: the area under the curve up to a horizon, and its contrasts.
//!
//! Formula: μ = ∫₀^τ S(t) dt with variance Σ A(tⱼ)² dⱼ / (nⱼ (nⱼ − dⱼ)), where A(t) is the area from
//! t to τ. Contrasts are normal on the natural scale for the difference and on the logarithmic
//! scale for the ratios of time kept and time lost. Reference: Uno et al., JCO 2014; Klein and
//! Moeschberger 2003, 4.5. Domain: 0 < τ, no later than a group was followed (a curve that has
//! reached zero may be followed for ever). Method: exact area of a step function. Error bound:
//! rounding of sums.

use super::SurvivalError;
use super::kaplan_meier::Curve;
use crate::distribution::{Distribution, Normal, normal_two_sided};

/// A restricted mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RestrictedMean {
    /// The horizon.
    pub tau: f64,
    /// The mean time kept up to it.
    pub estimate: f64,
    /// Its variance.
    pub variance: f64,
}

/// An estimate with its interval and p-value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Contrast {
    /// The estimate.
    pub estimate: f64,
    /// Lower limit.
    pub lower: f64,
    /// Upper limit.
    pub upper: f64,
    /// Two-sided p-value.
    pub p: f64,
}

/// The three contrasts of two restricted means.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Contrasts {
    /// Second minus first.
    pub difference: Contrast,
    /// Second over first.
    pub ratio: Contrast,
    /// Time lost of the second over time lost of the first.
    pub ratio_lost: Contrast,
}

/// The mean time kept up to `tau` under a curve.
pub fn restricted_mean(curve: &Curve, tau: f64) -> Result<RestrictedMean, SurvivalError> {
    if tau.is_nan() || tau <= 0.0 || tau.is_infinite() {
        return Err(SurvivalError::BadHorizon(tau));
    }
    let limit = curve.time.last().copied().unwrap_or(0.0);
    if tau > limit && curve.surv.last().is_none_or(|surv| *surv > 0.0) {
        return Err(SurvivalError::BeyondFollowUp {
            horizon: tau,
            limit,
        });
    }
    let within = curve.time.partition_point(|time| *time <= tau);
    let mut after = tau;
    let mut area = 0.0;
    let mut variance = 0.0;
    // From the horizon backwards, so that the area still to come is at hand.
    for j in (0..within).rev() {
        area += curve.surv[j] * (after - curve.time[j]);
        after = curve.time[j];
        let (n, d) = (f64::from(curve.n_risk[j]), f64::from(curve.n_event[j]));
        if d > 0.0 && n > d {
            variance += area * area * d / (n * (n - d));
        }
    }
    Ok(RestrictedMean {
        tau,
        estimate: area + after,
        variance,
    })
}

impl RestrictedMean {
    /// The interval at a confidence level such as 0.95.
    pub fn limits(&self, level: f64) -> (f64, f64) {
        let half = Normal.quantile(f64::midpoint(1.0, level)) * self.variance.sqrt();
        (self.estimate - half, self.estimate + half)
    }
}

/// The contrasts of `second` against `first` at a confidence level such as 0.95.
pub fn contrasts(first: &RestrictedMean, second: &RestrictedMean, level: f64) -> Contrasts {
    let z = Normal.quantile(f64::midpoint(1.0, level));
    let se = (first.variance + second.variance).sqrt();
    let estimate = second.estimate - first.estimate;
    let difference = Contrast {
        estimate,
        lower: estimate - z * se,
        upper: estimate + z * se,
        p: normal_two_sided(estimate / se),
    };
    let ratio = |a: f64, b: f64| {
        let ln = (b / a).ln();
        let se = (first.variance / (a * a) + second.variance / (b * b)).sqrt();
        Contrast {
            estimate: ln.exp(),
            lower: (ln - z * se).exp(),
            upper: (ln + z * se).exp(),
            p: normal_two_sided(ln / se),
        }
    };
    Contrasts {
        difference,
        ratio: ratio(first.estimate, second.estimate),
        ratio_lost: ratio(first.tau - first.estimate, second.tau - second.estimate),
    }
}

#[cfg(test)]
mod tests {
    use super::{contrasts, restricted_mean};
    use crate::survival::kaplan_meier::kaplan_meier;
    use crate::survival::{SurvivalError, Times};

    #[test]
    fn without_censoring_it_is_the_mean_of_the_times_cut_at_the_horizon() {
        let time = [2.0, 5.0, 9.0, 12.0];
        let curve = &kaplan_meier(Times::new(&time, &[true; 4]).unwrap(), None).unwrap()[0];
        let mean = restricted_mean(curve, 10.0).unwrap();
        assert!((mean.estimate - 26.0 / 4.0).abs() < 1e-12);
        // And the variance is that of a mean, by n.
        let spread: f64 = [2.0, 5.0, 9.0, 10.0]
            .iter()
            .map(|t: &f64| (t - 6.5).powi(2))
            .sum();
        assert!((mean.variance - spread / 16.0).abs() < 1e-12);
        let same = contrasts(&mean, &mean, 0.95);
        assert!(
            (same.ratio.estimate - 1.0).abs() < 1e-12 && (same.difference.p - 1.0).abs() < 1e-12
        );
    }

    #[test]
    fn a_horizon_beyond_follow_up_is_refused() {
        let curve = &kaplan_meier(Times::new(&[2.0], &[false]).unwrap(), None).unwrap()[0];
        let refused = restricted_mean(curve, 3.0);
        assert_eq!(
            refused,
            Err(SurvivalError::BeyondFollowUp {
                horizon: 3.0,
                limit: 2.0
            })
        );
        assert!(restricted_mean(curve, f64::NAN).is_err());
    }
}
