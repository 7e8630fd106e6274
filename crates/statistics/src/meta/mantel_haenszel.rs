//! Pooling two-by-two tables without pooling estimates: Mantel-Haenszel and Peto.

use super::effect::hypergeometric;
use super::{BinaryMeasure, MetaError, TwoByTwo, binary_effect};
use crate::tail::{self, Reference};

/// A common effect from tables by Mantel and Haenszel.
#[derive(Clone, Debug, PartialEq)]
pub struct FixedTables {
    /// The pooled effect (log for ratios).
    pub estimate: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// Confidence interval.
    pub interval: (f64, f64),
    /// Estimate over standard error.
    pub statistic: f64,
    /// Two-sided p.
    pub p: f64,
    /// Cochran's Q about the pooled effect.
    pub q: f64,
    /// Its degrees of freedom.
    pub q_degrees: usize,
    /// Its p.
    pub q_p: f64,
    /// `max(0, (Q − df)/Q)` in percent.
    pub i_square: f64,
    /// Tables with no events, or only events, in both arms: they add nothing to a ratio and are
    /// left out of Q.
    pub n_uninformative: usize,
}

/// A common odds ratio from tables by Peto's one-step method.
#[derive(Clone, Debug, PartialEq)]
pub struct PetoPooled {
    /// The pooled log odds ratio.
    pub estimate: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// Confidence interval.
    pub interval: (f64, f64),
    /// Two-sided p.
    pub p: f64,
    /// Cochran's Q about the pooled effect.
    pub q: f64,
    /// Its degrees of freedom.
    pub q_degrees: usize,
    /// Tables left out because nobody, or everybody, had the event.
    pub n_uninformative: usize,
}

/// Sums over the tables that the Mantel-Haenszel estimators are made of.
#[derive(Default)]
struct Sums {
    /// Σ numerator, Σ denominator of the estimator.
    top: f64,
    bottom: f64,
    /// Terms of the variance.
    variance: [f64; 3],
}

/// Pools tables by Mantel and Haenszel; `None`-like measures (AS, Peto) are refused.
///
/// OR `ln(Σad/N / Σbc/N)` with the variance of Robins, Breslow and Greenland (1986); RR
/// `ln(Σa n₂/N / Σc n₁/N)` with that of Greenland and Robins (1985); RD
/// `Σ(a n₂ − c n₁)/N / Σ n₁n₂/N` with that of Sato, Greenland and Robins (1989). No half is added
/// to the sums; Q is taken over the informative tables, a half added to those with an empty cell.
/// Domain: at least one table with events on both sides. Error: a few units in the last place.
pub fn mantel_haenszel(
    measure: BinaryMeasure,
    tables: &[TwoByTwo],
    level: f64,
) -> Result<FixedTables, MetaError> {
    let mut sums = Sums::default();
    for table in tables {
        sums.add(measure, table.cells());
    }
    let nothing = MetaError::NothingHappened {
        measure: measure.name(),
    };
    let (estimate, variance) = match measure {
        BinaryMeasure::OddsRatio => {
            let [both, cross, other] = sums.variance;
            let (r, s) = (sums.top, sums.bottom);
            let variance = both / (2.0 * r * r) + cross / (2.0 * r * s) + other / (2.0 * s * s);
            ((r / s).ln(), variance)
        }
        BinaryMeasure::RiskRatio => (
            (sums.top / sums.bottom).ln(),
            sums.variance[0] / (sums.top * sums.bottom),
        ),
        BinaryMeasure::RiskDifference => {
            let estimate = sums.top / sums.bottom;
            let [slope, level_term, _] = sums.variance;
            (
                estimate,
                (estimate * slope + level_term / 2.0) / sums.bottom.powi(2),
            )
        }
        BinaryMeasure::Arcsine | BinaryMeasure::Peto => return Err(nothing),
    };
    if !estimate.is_finite() || variance.is_nan() || variance <= 0.0 {
        return Err(nothing);
    }
    let standard_error = variance.sqrt();
    let (q, used) = heterogeneity(measure, tables, estimate);
    let q_degrees = used.saturating_sub(1);
    let degrees = q_degrees as f64;
    let reach = tail::normal_quantile(0.5 + level / 2.0) * standard_error;
    let statistic = estimate / standard_error;
    Ok(FixedTables {
        estimate,
        standard_error,
        interval: (estimate - reach, estimate + reach),
        statistic,
        p: Reference::Normal.two_sided(statistic),
        q,
        q_degrees,
        q_p: tail::chi_square_upper(q, degrees),
        i_square: if q > 0.0 {
            (100.0 * (q - degrees) / q).max(0.0)
        } else {
            0.0
        },
        n_uninformative: tables.len() - used,
    })
}

impl Sums {
    fn add(&mut self, measure: BinaryMeasure, [a, b, c, d]: [f64; 4]) {
        let (n1, n2, n) = (a + b, c + d, a + b + c + d);
        match measure {
            BinaryMeasure::OddsRatio => {
                let (p, q) = ((a + d) / n, (b + c) / n);
                let (r, s) = (a * d / n, b * c / n);
                self.top += r;
                self.bottom += s;
                self.variance[0] += p * r;
                self.variance[1] += p * s + q * r;
                self.variance[2] += q * s;
            }
            BinaryMeasure::RiskRatio => {
                self.top += a * (n2 / n);
                self.bottom += c * (n1 / n);
                self.variance[0] += (n1 / n) * (n2 / n) * (a + c) - (a / n) * c;
            }
            BinaryMeasure::RiskDifference => {
                let (s1, s2) = (n1 / n, n2 / n);
                self.top += a * s2 - c * s1;
                self.bottom += n1 * s2;
                self.variance[0] += c * s1 * s1 - a * s2 * s2 + s1 * s2 * (n2 - n1) / 2.0;
                self.variance[1] += a * (n2 - c) / n + c * (n1 - a) / n;
            }
            BinaryMeasure::Arcsine | BinaryMeasure::Peto => {}
        }
    }
}

/// Returns Q about `estimate` over the informative tables, and how many those are.
fn heterogeneity(measure: BinaryMeasure, tables: &[TwoByTwo], estimate: f64) -> (f64, usize) {
    let mut q = 0.0;
    let mut used = 0;
    for table in tables.iter().filter(|table| !table.is_uninformative()) {
        let effect = binary_effect(measure, table);
        q += (effect.estimate - estimate).powi(2) / effect.variance;
        used += 1;
    }
    (q, used)
}

/// Pools tables by Peto's one-step method: `Σ(O−E)/ΣV`, standard error `1/√ΣV` (Yusuf et al. 1985,
/// *Progress in Cardiovascular Diseases* 27).
///
/// Domain: at least one table with an event and a non-event. Error: a few units in the last place.
pub fn peto(tables: &[TwoByTwo], level: f64) -> Result<PetoPooled, MetaError> {
    let (mut difference, mut information) = (0.0, 0.0);
    for table in tables.iter().filter(|table| !table.is_uninformative()) {
        let (expected, variance) = hypergeometric(table.cells());
        difference += table.treated_with - expected;
        information += variance;
    }
    if information <= 0.0 {
        return Err(MetaError::NothingHappened {
            measure: BinaryMeasure::Peto.name(),
        });
    }
    let estimate = difference / information;
    let standard_error = information.sqrt().recip();
    let reach = tail::normal_quantile(0.5 + level / 2.0) * standard_error;
    let (q, used) = heterogeneity(BinaryMeasure::Peto, tables, estimate);
    Ok(PetoPooled {
        estimate,
        standard_error,
        interval: (estimate - reach, estimate + reach),
        p: Reference::Normal.two_sided(estimate / standard_error),
        q,
        q_degrees: used.saturating_sub(1),
        n_uninformative: tables.len() - used,
    })
}
