//! The few tails and quantiles the models ask of the distributions.

use crate::distribution::{ChiSquared, Distribution, FisherF, Normal, StudentT, normal_two_sided};

/// What a statistic is compared with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Reference {
    /// The standard normal distribution.
    Normal,
    /// Student's t with these degrees of freedom.
    Student(f64),
}

impl Reference {
    /// Returns the two-sided p; NaN for a distribution that does not exist.
    pub(crate) fn two_sided(self, statistic: f64) -> f64 {
        match self {
            Self::Normal => normal_two_sided(statistic),
            Self::Student(degrees) => {
                StudentT::new(degrees).map_or(f64::NAN, |t| t.two_sided(statistic))
            }
        }
    }

    /// Returns the quantile; NaN for a distribution that does not exist.
    pub(crate) fn quantile(self, p: f64) -> f64 {
        match self {
            Self::Normal => normal_quantile(p),
            Self::Student(degrees) => StudentT::new(degrees).map_or(f64::NAN, |t| t.quantile(p)),
        }
    }
}

pub(crate) fn normal_quantile(p: f64) -> f64 {
    Normal.quantile(p)
}

/// Returns P(χ² > x); one when there are no degrees of freedom.
pub(crate) fn chi_square_upper(x: f64, degrees: f64) -> f64 {
    ChiSquared::new(degrees).map_or(1.0, |chi| chi.sf(x))
}

pub(crate) fn chi_square_quantile(p: f64, degrees: f64) -> f64 {
    ChiSquared::new(degrees).map_or(f64::NAN, |chi| chi.quantile(p))
}

/// Returns P(F > x); NaN for a distribution that does not exist.
pub(crate) fn f_upper(x: f64, numerator: f64, denominator: f64) -> f64 {
    FisherF::new(numerator, denominator).map_or(f64::NAN, |f| f.sf(x))
}
