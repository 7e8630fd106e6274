//! How well predicted risks of an event by a time agree with what happened, under censoring.
//!
//! Formula: rows whose state at t is known stand for those censored before it, with the weight
//! 1/G: an event at T ≤ t weighs 1/G(T−), a row still followed 1/G(t), where G is the Kaplan-Meier
//! estimate of staying uncensored. AUC(t) is the weighted share of pairs of an event and a
//! survivor that the risks order rightly; Brier(t) the weighted mean square of outcome less risk;
//! its integral a left sum over the times asked for. Standard errors are those of the influence
//! functions, which include the part that comes from having estimated G. Reference: Graf et al.,
//! Statistics in Medicine 1999; Blanche, Dartigues and Jacqmin-Gadda, Statistics in Medicine 2013;
//! Uno et al., Statistics in Medicine 2011. Domain: right-censored times; G above zero at the time
//! asked for. Method: sorting and running sums, O(n log n) for each time. Error bound: rounding of
//! sums.

use super::cox::concordance;
use super::{SurvivalError, Times, same_length};
use crate::distribution::{Distribution, Normal};

/// A measure with its standard error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measure {
    /// The estimate; NaN where nobody had the event by then or everybody had.
    pub estimate: f64,
    /// Its standard error.
    pub se: f64,
}

impl Measure {
    /// The normal interval at a confidence level such as 0.95.
    pub fn limits(&self, level: f64) -> (f64, f64) {
        let half = Normal.quantile(f64::midpoint(1.0, level)) * self.se;
        (self.estimate - half, self.estimate + half)
    }
}

/// Censoring weights, prepared once for many times and risks.
#[derive(Clone, Debug)]
pub struct Accuracy<'a> {
    stop: &'a [f64],
    event: &'a [bool],
    /// Rows by rising time.
    order: Vec<usize>,
    /// G just before and just after each row's time.
    before: Vec<f64>,
    after: Vec<f64>,
    /// Rows still followed just before each row's time, which the influence of G is made of.
    at_risk: Vec<f64>,
}

impl<'a> Accuracy<'a> {
    /// Estimates the censoring distribution of the times.
    ///
    /// At a time with both, events come first: those who had one then are no longer at risk of
    /// being censored.
    pub fn new(times: Times<'a>) -> Result<Self, SurvivalError> {
        if let Some(row) = times.start().and_then(|s| s.iter().position(|t| *t > 0.0)) {
            let start = times.start().map_or(0.0, |start| start[row]);
            return Err(SurvivalError::LateEntry {
                row: row + 1,
                start,
            });
        }
        let (stop, event) = (times.stop(), times.event());
        let n = stop.len();
        let mut order: Vec<usize> = (0..n).collect();
        order.sort_by(|a, b| stop[*a].total_cmp(&stop[*b]));
        let mut found = Self {
            stop,
            event,
            order,
            before: vec![1.0; n],
            after: vec![1.0; n],
            at_risk: vec![0.0; n],
        };
        let mut level = 1.0;
        for (begin, end) in found.ties() {
            let rows = &found.order[begin..end];
            let events = rows.iter().filter(|row| event[**row]).count();
            let at_risk = (n - begin - events) as f64;
            let censored = (end - begin - events) as f64;
            let next = if censored > 0.0 {
                level * (1.0 - censored / at_risk)
            } else {
                level
            };
            for row in rows {
                found.before[*row] = level;
                found.after[*row] = next;
                found.at_risk[*row] = (n - begin) as f64;
            }
            level = next;
        }
        Ok(found)
    }

    /// Where rows of one time begin and end in `order`.
    fn ties(&self) -> Vec<(usize, usize)> {
        let mut ties = Vec::new();
        let mut begin = 0;
        for at in 1..=self.order.len() {
            let time = self.stop[self.order[begin]];
            if self.order.get(at).is_none_or(|row| self.stop[*row] > time) {
                ties.push((begin, at));
                begin = at;
            }
        }
        ties
    }

    /// G just after a time.
    fn level(&self, time: f64) -> f64 {
        let index = self.order.partition_point(|row| self.stop[*row] <= time);
        index
            .checked_sub(1)
            .map_or(1.0, |index| self.after[self.order[index]])
    }

    /// The weights of rows that had the event by `time`, and of rows still followed.
    fn weights(&self, time: f64) -> (Vec<f64>, Vec<f64>) {
        let level = self.level(time);
        let rows = 0..self.stop.len();
        rows.map(|row| {
            if self.stop[row] > time {
                (0.0, 1.0 / level)
            } else if self.event[row] {
                (1.0 / self.before[row], 0.0)
            } else {
                (0.0, 0.0)
            }
        })
        .unzip()
    }

    /// Adds to each row's influence what its censoring does to Σ c(T−) over cases, with `cases`
    /// the parts c, and to a sum `still` over those still followed at `time`.
    fn add_censoring(&self, influence: &mut [f64], cases: &[f64], still: f64, time: f64) {
        let n = self.stop.len() as f64;
        // Parts whose weight contains the censoring hazard at u: cases later than u, and, up to
        // the time itself, those still followed.
        let total: f64 = cases.iter().sum();
        let (mut seen, mut passed) = (0.0, 0.0);
        for (begin, end) in self.ties() {
            let rows = &self.order[begin..end];
            let here: f64 = rows.iter().map(|row| cases[*row]).sum();
            let at = self.stop[rows[0]];
            let within = at <= time;
            let later = if within {
                total - seen - here + still
            } else {
                0.0
            };
            let at_risk = self.at_risk[rows[0]];
            let censored = rows.iter().filter(|row| !self.event[**row]).count() as f64;
            let own = if censored > 0.0 && within {
                later / at_risk
            } else {
                0.0
            };
            let step = if censored > 0.0 {
                own * censored / at_risk
            } else {
                0.0
            };
            for row in rows {
                let jump = if self.event[*row] { 0.0 } else { own };
                influence[*row] += n * (jump - passed - step);
            }
            passed += step;
            seen += here;
        }
    }

    /// AUC at a time of risks that are higher where the event is expected sooner.
    pub fn auc(&self, risk: &[f64], time: f64) -> Result<Measure, SurvivalError> {
        same_length("the risk", self.stop.len(), risk.len())?;
        let n = self.stop.len();
        let (case, control) = self.weights(time);
        let count = n as f64;
        let mean = |w: &[f64]| w.iter().sum::<f64>() / count;
        let (case_mean, control_mean) = (mean(&case), mean(&control));
        if case_mean <= 0.0 || control_mean <= 0.0 || control_mean.is_infinite() {
            return Ok(Measure {
                estimate: f64::NAN,
                se: f64::NAN,
            });
        }
        // For each row, the weight of controls with a lower risk and of cases with a higher.
        let mut by_risk: Vec<usize> = (0..n).collect();
        by_risk.sort_by(|a, b| risk[*a].total_cmp(&risk[*b]));
        let (mut lower, mut higher) = (vec![0.0; n], vec![0.0; n]);
        let (mut controls, mut cases) = (0.0, 0.0);
        let all_cases: f64 = case.iter().sum();
        for same in by_risk.chunk_by(|a, b| risk[*a].total_cmp(&risk[*b]).is_eq()) {
            let sum = |w: &[f64]| same.iter().map(|row| w[*row]).sum::<f64>();
            let (tied_controls, tied_cases) = (sum(&control), sum(&case));
            for row in same {
                lower[*row] = (controls + 0.5 * tied_controls) / count;
                higher[*row] = (all_cases - cases - 0.5 * tied_cases) / count;
            }
            controls += tied_controls;
            cases += tied_cases;
        }
        let pairs = case_mean * control_mean;
        let right: f64 = case.iter().zip(&lower).map(|(w, x)| w * x).sum::<f64>() / count;
        let auc = right / pairs;
        let parts: Vec<f64> = (0..n)
            .map(|row| case[row] * (lower[row] - auc * control_mean) / (count * pairs))
            .collect();
        let mut influence: Vec<f64> = (0..n)
            .map(|row| {
                let as_control = control[row] * (higher[row] - auc * case_mean);
                parts[row] * count + as_control / pairs
            })
            .collect();
        // The weight of those still followed is one factor of both sums and cancels.
        self.add_censoring(&mut influence, &parts, 0.0, time);
        Ok(Measure {
            estimate: auc,
            se: standard_error(&influence),
        })
    }

    /// Brier score at a time of predicted probabilities of the event by then.
    pub fn brier(&self, risk: &[f64], time: f64) -> Result<Measure, SurvivalError> {
        same_length("the risk", self.stop.len(), risk.len())?;
        let count = risk.len() as f64;
        let (case, control) = self.weights(time);
        let square = |weight: &[f64], outcome: f64| -> Vec<f64> {
            weight
                .iter()
                .zip(risk)
                .map(|(w, r)| {
                    if *w > 0.0 {
                        w * (outcome - r) * (outcome - r) / count
                    } else {
                        0.0
                    }
                })
                .collect()
        };
        let (cases, controls) = (square(&case, 1.0), square(&control, 0.0));
        let mut influence: Vec<f64> = cases
            .iter()
            .zip(&controls)
            .map(|(a, b)| (a + b) * count)
            .collect();
        let estimate = influence.iter().sum::<f64>() / count;
        influence.iter_mut().for_each(|x| *x -= estimate);
        self.add_censoring(&mut influence, &cases, controls.iter().sum(), time);
        Ok(Measure {
            estimate,
            se: standard_error(&influence),
        })
    }

    /// Uno's concordance: pairs counted with the weight 1/G² at the earlier time.
    pub fn uno(&self, risk: &[f64]) -> Result<f64, SurvivalError> {
        same_length("the risk", self.stop.len(), risk.len())?;
        let times = Times {
            start: None,
            stop: self.stop,
            event: self.event,
        };
        let pairs = concordance::pairs_of_events(times, risk);
        let (mut right, mut all) = (0.0, 0.0);
        for (row, concordant, discordant, tied) in pairs {
            let weight = 1.0 / (self.before[row] * self.before[row]);
            right += weight * (concordant + 0.5 * tied);
            all += weight * (concordant + discordant + tied);
        }
        Ok(right / all)
    }
}

/// The integrated Brier score up to each time: a left sum over the times asked for.
pub fn integrated(times: &[f64], brier: &[f64]) -> Vec<f64> {
    let mut area = 0.0;
    times
        .iter()
        .enumerate()
        .map(|(k, time)| {
            if k > 0 {
                area += (time - times[k - 1]) * brier[k - 1];
            }
            area / time
        })
        .collect()
}

fn standard_error(influence: &[f64]) -> f64 {
    let n = influence.len() as f64;
    let mean = influence.iter().sum::<f64>() / n;
    let square = influence
        .iter()
        .map(|x| (x - mean) * (x - mean))
        .sum::<f64>();
    (square / (n - 1.0) / n).sqrt()
}

#[cfg(test)]
mod tests {
    use super::{Accuracy, integrated};
    use crate::survival::Times;

    #[test]
    fn without_censoring_it_is_the_plain_share_of_pairs_and_mean_square() {
        let stop = [1.0, 2.0, 3.0, 4.0];
        let times = Times::new(&stop, &[true; 4]).unwrap();
        let accuracy = Accuracy::new(times).unwrap();
        let risk = [0.9, 0.2, 0.4, 0.1];
        // By 2.5 rows 1 and 2 had the event; of four pairs three are in order.
        assert!((accuracy.auc(&risk, 2.5).unwrap().estimate - 0.75).abs() < 1e-14);
        let square = (0.01 + 0.64 + 0.16 + 0.01) / 4.0;
        assert!((accuracy.brier(&risk, 2.5).unwrap().estimate - square).abs() < 1e-14);
        assert!((accuracy.uno(&risk).unwrap() - 5.0 / 6.0).abs() < 1e-14);
        assert!(accuracy.auc(&risk, 0.5).unwrap().estimate.is_nan());
    }

    #[test]
    fn the_integral_is_a_left_sum() {
        let found = integrated(&[2.0, 4.0], &[0.1, 0.2]);
        assert!(found[0].abs() < 1e-15 && (found[1] - 0.05).abs() < 1e-15);
    }
}
