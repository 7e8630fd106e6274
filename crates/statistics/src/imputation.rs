//! Rubin's rules: one estimate from several completed data sets.
//!
//! With `m` estimates `Q_i` and their variances `U_i`: the estimate is their mean `Q`; the variance is
//! `T = U + (1 + 1/m) B` with `U` the mean of the `U_i` and `B` the sample variance of the `Q_i` (Rubin 1987,
//! *Multiple Imputation for Nonresponse in Surveys*, eq. 3.1.2 to 3.1.5). The share of the variance that
//! comes from what was missing is `l = (1 + 1/m) B / T`. The interval is Student's with
//! `1 / (1/v_m + 1/v_o)` degrees of freedom, `v_m = (m - 1) / l²` and
//! `v_o = (v + 1) / (v + 3) v (1 - l)` for `v` degrees of freedom in the complete data (Barnard and Rubin
//! 1999, *Biometrika* 86:948, eq. 2 and 3).
//!
//! Domain: two completed data sets or more, finite estimates, finite variances of nought or more, `v` over
//! nought. Sums are plain; the error is that of a few roundings. Where the estimates do not differ, `l` is
//! nought and the degrees of freedom are `v_o` alone. It makes no completed data set: that is the caller's.

use crate::distribution::{Distribution, StudentT};

/// Why there is no combined estimate.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum PoolError {
    /// Too few data sets.
    #[error("{n} completed data sets were given, and it takes two to see how much they differ")]
    TooFew {
        /// How many there are.
        n: usize,
    },
    /// Estimates and variances do not belong together.
    #[error("there are {n_estimates} estimates and {n_variances} variances")]
    Uneven {
        /// Estimates.
        n_estimates: usize,
        /// Variances.
        n_variances: usize,
    },
    /// A number that cannot be.
    #[error(
        "completed data set {nth} has an estimate or a variance that is no number, or a negative variance"
    )]
    NotANumber {
        /// Which, the first being 1.
        nth: usize,
    },
    /// No freedom.
    #[error("the complete data leave no degrees of freedom")]
    NoFreedom,
    /// No interval wanted of that width.
    #[error("a confidence of {confidence} is not between 0 and 1")]
    Confidence {
        /// What was asked.
        confidence: f64,
    },
}

/// One estimate of several completed data sets.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pooled {
    /// The estimate.
    pub estimate: f64,
    /// The mean variance within a data set.
    pub within: f64,
    /// The variance of the estimates between data sets.
    pub between: f64,
    /// The variance of the estimate.
    pub total: f64,
    /// The share of that variance that comes from what was missing.
    pub missing_share: f64,
    /// Degrees of freedom.
    pub df: f64,
    /// The ends of the interval.
    pub interval: (f64, f64),
}

/// Combines estimates of completed data sets, with `complete_df` degrees of freedom had nothing been missing.
///
/// # Errors
/// [`PoolError`] says in a sentence why there is none.
pub fn rubin(
    estimates: &[f64],
    variances: &[f64],
    complete_df: f64,
    confidence: f64,
) -> Result<Pooled, PoolError> {
    let n = estimates.len();
    if n != variances.len() {
        return Err(PoolError::Uneven {
            n_estimates: n,
            n_variances: variances.len(),
        });
    }
    if n < 2 {
        return Err(PoolError::TooFew { n });
    }
    let is_bad = |(q, u): (&f64, &f64)| !(q.is_finite() && u.is_finite() && *u >= 0.0);
    if let Some(place) = estimates.iter().zip(variances).position(is_bad) {
        return Err(PoolError::NotANumber { nth: place + 1 });
    }
    if complete_df.is_nan() || complete_df <= 0.0 {
        return Err(PoolError::NoFreedom);
    }
    if !(confidence > 0.0 && confidence < 1.0) {
        return Err(PoolError::Confidence { confidence });
    }
    let m = n as f64;
    let estimate = estimates.iter().sum::<f64>() / m;
    let within = variances.iter().sum::<f64>() / m;
    let squares: f64 = estimates.iter().map(|q| (q - estimate).powi(2)).sum();
    let between = squares / (m - 1.0);
    let more = (1.0 + 1.0 / m) * between;
    let total = within + more;
    let missing_share = if total > 0.0 { more / total } else { 0.0 };
    let seen = if complete_df.is_finite() {
        (complete_df + 1.0) / (complete_df + 3.0) * complete_df * (1.0 - missing_share)
    } else {
        f64::INFINITY
    };
    let df = if missing_share > 0.0 {
        let old = (m - 1.0) / missing_share.powi(2);
        // All of the variance between data sets leaves nothing seen.
        if seen > 0.0 {
            1.0 / (1.0 / old + 1.0 / seen)
        } else {
            old
        }
    } else {
        seen
    };
    // Beyond this the t quantile is the normal one to all its digits.
    let student = StudentT::new(df.min(1e15)).map_err(|_| PoolError::NoFreedom)?;
    let half = student.quantile(0.5 + confidence / 2.0) * total.sqrt();
    Ok(Pooled {
        estimate,
        within,
        between,
        total,
        missing_share,
        df,
        interval: (estimate - half, estimate + half),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_data_sets_combine_as_by_hand() {
        // Estimates 10, 12, 14, each with variance 4. Q = 12, U = 4, B = (4 + 0 + 4) / 2 = 4;
        // T = 4 + 4/3 * 4 = 28/3; l = (16/3) / (28/3) = 4/7; v_m = 2 / (16/49) = 6.125;
        // with 30 in the complete data v_o = 31/33 * 30 * 3/7 = 12.0779; 1 / (1/6.125 + 1/12.0779) = 4.0640.
        let found = rubin(&[10.0, 12.0, 14.0], &[4.0; 3], 30.0, 0.95).unwrap();
        let near = |one: f64, other: f64, within: f64| {
            assert!((one - other).abs() < within, "{one} {other}");
        };
        near(found.estimate, 12.0, 1e-12);
        near(found.within, 4.0, 1e-12);
        near(found.between, 4.0, 1e-12);
        near(found.total, 28.0 / 3.0, 1e-12);
        near(found.missing_share, 4.0 / 7.0, 1e-12);
        near(found.df, 4.064_03, 1e-4);
        // t(0.975; 4.064) lies between 2.776 (4) and 2.571 (5) of any table: 2.7597.
        let half = found.interval.1 - 12.0;
        let t = half / found.total.sqrt();
        assert!(t > 2.74 && t < 2.776, "{t}");
        near(12.0 - found.interval.0, half, 1e-12);
    }

    #[test]
    fn data_sets_that_do_not_differ_give_the_interval_of_one_complete_one() {
        let found = rubin(&[5.0; 4], &[1.0; 4], 10.0, 0.95).unwrap();
        assert_eq!(
            (found.between, found.missing_share, found.total),
            (0.0, 0.0, 1.0)
        );
        assert!((found.df - 11.0 / 13.0 * 10.0).abs() < 1e-12);
        let nothing = rubin(&[5.0; 2], &[0.0; 2], f64::INFINITY, 0.95).unwrap();
        assert_eq!(nothing.interval, (5.0, 5.0));
    }

    #[test]
    fn the_order_of_data_sets_and_the_unit_change_nothing() {
        let one = rubin(&[1.0, 2.0, 4.0], &[0.5, 0.25, 1.0], 20.0, 0.9).unwrap();
        let other = rubin(&[4.0, 1.0, 2.0], &[1.0, 0.5, 0.25], 20.0, 0.9).unwrap();
        assert!((one.total - other.total).abs() < 1e-15 && (one.df - other.df).abs() < 1e-12);
        let tens = rubin(&[10.0, 20.0, 40.0], &[50.0, 25.0, 100.0], 20.0, 0.9).unwrap();
        assert!((tens.interval.1 - 10.0 * one.interval.1).abs() < 1e-9);
    }

    #[test]
    fn what_cannot_be_combined_is_said() {
        let err = |q: &[f64], u: &[f64], df: f64| rubin(q, u, df, 0.95).unwrap_err();
        assert_eq!(err(&[1.0], &[1.0], 9.0), PoolError::TooFew { n: 1 });
        assert!(matches!(
            err(&[1.0, 2.0], &[1.0], 9.0),
            PoolError::Uneven { .. }
        ));
        assert_eq!(
            err(&[1.0, f64::NAN], &[1.0, 1.0], 9.0),
            PoolError::NotANumber { nth: 2 }
        );
        assert_eq!(
            err(&[1.0, 2.0], &[-1.0, 1.0], 9.0),
            PoolError::NotANumber { nth: 1 }
        );
        assert_eq!(err(&[1.0, 2.0], &[1.0, 1.0], 0.0), PoolError::NoFreedom);
        assert!(matches!(
            rubin(&[1.0, 2.0], &[1.0, 1.0], 9.0, 1.0),
            Err(PoolError::Confidence { .. })
        ));
    }
}
