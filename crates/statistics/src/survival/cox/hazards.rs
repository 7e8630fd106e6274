//! Whether hazards are proportional: the score test of coefficients that change with time.
//!
//! Formula: for a coefficient β + θ g(t), with g centred on the events, the score of θ at zero is
//! Σ g (x − mean) and its variance Σ g² V − (Σ g V) I⁻¹ (Σ g V), where V is the covariance of the
//! covariates in the risk set. Reference: Grambsch and Therneau, Biometrika 1994; the score form is
//! Therneau's since 2020. Error bound: that of the fit.

use super::Fit;
use crate::distribution::chi_squared_p;
use crate::survival::kaplan_meier::kaplan_meier;
use crate::survival::symmetric::Factor;
use crate::survival::{SurvivalError, Times};

/// The scale on which a coefficient may change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeScale {
    /// One less the Kaplan-Meier estimate just before the time.
    KaplanMeier,
    /// The time itself.
    Identity,
}

/// The tests, one for each coefficient estimated and one for all together, which comes last.
#[derive(Clone, Debug, PartialEq)]
pub struct Proportionality {
    /// The columns, then `GLOBAL`.
    pub terms: Vec<String>,
    /// The statistics.
    pub chisq: Vec<f64>,
    /// Their degrees of freedom.
    pub df: Vec<usize>,
    /// The p-values.
    pub p: Vec<f64>,
}

impl Fit {
    /// Tests proportional hazards on a time scale.
    pub fn proportionality(&self, scale: TimeScale) -> Result<Proportionality, SurvivalError> {
        let g = self.step_scale(scale)?;
        let p = self.terms.len();
        let kept: Vec<usize> = (0..p).filter(|j| !self.coef[*j].is_nan()).collect();
        let frame = self.rows.frame();
        let [mean, _, _] = self.rows.means(&self.at, self.ties);
        let mut score = vec![0.0; p];
        for (index, step) in frame.steps.iter().enumerate() {
            for position in step.begin as usize..step.end as usize {
                if frame.event[position] {
                    let x = self.rows.covariates(position);
                    for j in 0..p {
                        score[j] += g[index] * (x[j] - mean[index * p + j]);
                    }
                }
            }
        }
        let [linear, square] = self.rows.weighted_information(&self.at, self.ties, &g);
        let mut information = self.at.information.clone();
        for j in (0..p).filter(|j| self.coef[*j].is_nan()) {
            information[j].iter_mut().for_each(|x| *x = 0.0);
        }
        let factor = Factor::new(&information, 1e-13);
        // What is left of the variance of θ once β is fitted.
        let solved: Vec<Vec<f64>> = kept
            .iter()
            .map(|j| {
                let column: Vec<f64> = (0..p)
                    .map(|i| {
                        if self.coef[i].is_nan() {
                            0.0
                        } else {
                            linear[i][*j]
                        }
                    })
                    .collect();
                factor.solve(&column)
            })
            .collect();
        let left: Vec<Vec<f64>> = kept
            .iter()
            .map(|&i| {
                let share = |solved: &Vec<f64>| -> f64 {
                    kept.iter().map(|&k| linear[i][k] * solved[k]).sum()
                };
                kept.iter()
                    .zip(&solved)
                    .map(|(&j, s)| square[i][j] - share(s))
                    .collect()
            })
            .collect();
        let score: Vec<f64> = kept.iter().map(|j| score[*j]).collect();
        let mut terms: Vec<String> = kept.iter().map(|j| self.terms[*j].clone()).collect();
        let mut chisq: Vec<f64> = (0..kept.len())
            .map(|j| score[j] * score[j] / left[j][j])
            .collect();
        let mut df = vec![1; kept.len()];
        terms.push("GLOBAL".to_owned());
        chisq.push(Factor::new(&left, 1e-12).quadratic(&score));
        df.push(kept.len());
        let p = chisq
            .iter()
            .zip(&df)
            .map(|(x, df)| chi_squared_p(*x, *df as f64))
            .collect();
        Ok(Proportionality {
            terms,
            chisq,
            df,
            p,
        })
    }

    /// The scale at each step, centred on the events.
    fn step_scale(&self, scale: TimeScale) -> Result<Vec<f64>, SurvivalError> {
        let frame = self.rows.frame();
        let mut g: Vec<f64> = match scale {
            TimeScale::Identity => frame.steps.iter().map(|step| step.time).collect(),
            TimeScale::KaplanMeier => {
                let times = Times {
                    start: frame.start.as_deref(),
                    stop: &frame.stop,
                    event: &frame.event,
                };
                let curve = kaplan_meier(times, None)?.remove(0);
                frame
                    .steps
                    .iter()
                    .map(|step| 1.0 - curve.before(step.time))
                    .collect()
            }
        };
        let events = self.events as f64;
        let mean = g
            .iter()
            .zip(&frame.steps)
            .map(|(g, s)| g * f64::from(s.events))
            .sum::<f64>()
            / events;
        g.iter_mut().for_each(|g| *g -= mean);
        Ok(g)
    }
}
