//! What a fitted model leaves: residuals, linear predictors, baseline hazards, robust variance.

use super::{Fit, Groups};

/// The cumulative hazard of a row whose covariates are all zero, in one stratum.
#[derive(Clone, Debug, PartialEq)]
pub struct Baseline {
    /// The stratum's code; 0 where there are no strata.
    pub stratum: u32,
    /// Distinct times at which rows left, rising.
    pub time: Vec<f64>,
    /// The cumulative hazard just after each.
    pub cumhaz: Vec<f64>,
}

impl Fit {
    fn coefficient(&self, j: usize) -> f64 {
        if self.coef[j].is_nan() {
            0.0
        } else {
            self.coef[j]
        }
    }

    /// xβ of each row, columns set aside counting nothing; not centred.
    pub fn linear_predictor(&self) -> Vec<f64> {
        let frame = self.rows.frame();
        let offset = self.offset();
        let mut predictor = vec![0.0; frame.rows()];
        for (position, row) in frame.order.iter().enumerate() {
            predictor[*row as usize] = self.at.risk[position].ln() + offset;
        }
        predictor
    }

    /// xβ of covariates in the order of the terms.
    pub fn predict(&self, covariates: &[f64]) -> f64 {
        covariates
            .iter()
            .enumerate()
            .map(|(j, x)| x * self.coefficient(j))
            .sum()
    }

    /// xβ at the centre of the columns.
    fn offset(&self) -> f64 {
        self.predict(&self.centre)
    }

    /// The baseline cumulative hazard of each stratum, from Efron's or Breslow's increments.
    pub fn baseline(&self) -> Vec<Baseline> {
        let frame = self.rows.frame();
        let shrink = (-self.offset()).exp();
        let sums = frame.suffix_sums(&self.at.hazard);
        let mut found = Vec::with_capacity(frame.stratum_codes.len());
        for (stratum, &code) in frame.stratum_codes.iter().enumerate() {
            let end = frame.stratum_steps[stratum + 1];
            let mut time: Vec<f64> = Vec::new();
            let mut cumhaz = Vec::new();
            for position in (frame.strata[stratum]..frame.strata[stratum + 1]).rev() {
                let at = frame.stop[position];
                if time.last().is_none_or(|last| *last < at) {
                    let step = frame.step_of[position] as usize;
                    time.push(at);
                    cumhaz.push(if step < end { sums[step] * shrink } else { 0.0 });
                }
            }
            found.push(Baseline {
                stratum: code,
                time,
                cumhaz,
            });
        }
        found
    }

    /// The predicted probability of the event by each of the times, row by row: 1 − exp(−Λ₀(t)
    /// exp(xβ)) with the baseline hazard of the row's own stratum.
    pub fn risks(&self, times: &[f64]) -> Vec<Vec<f64>> {
        let frame = self.rows.frame();
        let baselines = self.baseline();
        let predictor = self.linear_predictor();
        let mut risks = vec![Vec::new(); frame.rows()];
        for (stratum, baseline) in baselines.iter().enumerate() {
            let hazards: Vec<f64> = times
                .iter()
                .map(|time| {
                    let index = baseline.time.partition_point(|t| t <= time);
                    index
                        .checked_sub(1)
                        .map_or(0.0, |index| baseline.cumhaz[index])
                })
                .collect();
            for row in &frame.order[frame.strata[stratum]..frame.strata[stratum + 1]] {
                let relative = predictor[*row as usize].exp();
                risks[*row as usize] = hazards
                    .iter()
                    .map(|hazard| -(-hazard * relative).exp_m1())
                    .collect();
            }
        }
        risks
    }

    /// Events less expected events of each row.
    pub fn martingale(&self) -> Vec<f64> {
        let frame = self.rows.frame();
        let mut residual = vec![0.0; frame.rows()];
        for (position, row) in frame.order.iter().enumerate() {
            let event = f64::from(u8::from(frame.event[position]));
            residual[*row as usize] = event - self.at.expected[position];
        }
        residual
    }

    /// The martingale residual made symmetric: sign(m) √(−2 (m + δ ln(δ − m))).
    pub fn deviance(&self) -> Vec<f64> {
        let frame = self.rows.frame();
        let mut residual = vec![0.0; frame.rows()];
        for (position, row) in frame.order.iter().enumerate() {
            let expected = self.at.expected[position];
            let (martingale, log) = if frame.event[position] {
                (1.0 - expected, expected.ln())
            } else {
                (-expected, 0.0)
            };
            // Rounding can leave a negative zero under the root.
            let size = (-2.0 * (martingale + log)).max(0.0).sqrt();
            residual[*row as usize] = size.copysign(martingale);
        }
        residual
    }

    /// Each row's part of the score, row by row, one number for each column.
    pub fn score_residuals(&self) -> Vec<Vec<f64>> {
        let mut found = self.scaled_score();
        for row in &mut found {
            for (j, x) in row.iter_mut().enumerate() {
                *x /= self.scale[j];
            }
        }
        found
    }

    /// Score residuals in the scaled columns, in order of rows.
    ///
    /// A row bears r (x A − B) where A and B are sums of hazard and of mean × hazard over its time
    /// at risk, its own event's ties bearing less, against x − mean at its event.
    fn scaled_score(&self) -> Vec<Vec<f64>> {
        let frame = self.rows.frame();
        let p = self.terms.len();
        let [mean, increments, tied] = self.rows.means(&self.at, self.ties);
        let hazard = frame.suffix_sums(&self.at.hazard);
        let sums: Vec<Vec<f64>> = (0..p)
            .map(|j| {
                let column: Vec<f64> = increments.iter().skip(j).step_by(p).copied().collect();
                frame.suffix_sums(&column)
            })
            .collect();
        let mut found = vec![Vec::new(); frame.rows()];
        for (position, _, end) in frame.stratum_of_positions() {
            let step = frame.step_of[position] as usize;
            let entry = frame
                .entry_step
                .as_ref()
                .map_or(end, |entry| entry[position] as usize);
            let event = frame.event[position];
            let read = |sums: &[f64], step: usize| if step < end { sums[step] } else { 0.0 };
            let mut a = read(&hazard, step) - read(&hazard, entry);
            if event {
                a -= self.at.tied_hazard[step];
            }
            let x = self.rows.covariates(position);
            let residual = (0..p).map(|j| {
                let mut b = read(&sums[j], step) - read(&sums[j], entry);
                let mut own = 0.0;
                if event {
                    b -= tied[step * p + j];
                    own = x[j] - mean[step * p + j];
                }
                own - self.at.risk[position] * (x[j] * a - b)
            });
            found[frame.order[position] as usize] = residual.collect();
        }
        found
    }

    /// Schoenfeld's residuals: for each event, by rising time within strata, its row, its time and
    /// its covariates less their mean over those at risk.
    pub fn schoenfeld(&self) -> Vec<(usize, f64, Vec<f64>)> {
        let frame = self.rows.frame();
        let p = self.terms.len();
        let [mean, _, _] = self.rows.means(&self.at, self.ties);
        let mut found = Vec::with_capacity(self.events);
        for stratum in 0..frame.stratum_codes.len() {
            let steps = frame.stratum_steps[stratum]..frame.stratum_steps[stratum + 1];
            for index in steps.rev() {
                let step = frame.steps[index];
                for position in step.begin as usize..step.end as usize {
                    if frame.event[position] {
                        let x = self.rows.covariates(position);
                        let residual = (0..p)
                            .map(|j| (x[j] - mean[index * p + j]) / self.scale[j])
                            .collect();
                        found.push((frame.order[position] as usize, step.time, residual));
                    }
                }
            }
        }
        found
    }

    /// Lin and Wei's sandwich: the sum over clusters of the outer product of their changes in the
    /// coefficients (JASA 1989).
    pub(super) fn robust(&self, cluster: Groups<'_>) -> Vec<Vec<f64>> {
        let p = self.terms.len();
        let mut sums = vec![vec![0.0; p]; cluster.count()];
        for (row, residual) in self.score_residuals().iter().enumerate() {
            let sum = &mut sums[cluster.codes()[row] as usize];
            sum.iter_mut().zip(residual).for_each(|(sum, x)| *sum += x);
        }
        let mut robust = vec![vec![0.0; p]; p];
        for sum in &sums {
            let change: Vec<f64> = self
                .vcov
                .iter()
                .map(|row| row.iter().zip(sum).map(|(v, s)| v * s).sum())
                .collect();
            for i in 0..p {
                for j in 0..p {
                    robust[i][j] += change[i] * change[j];
                }
            }
        }
        robust
    }
}
