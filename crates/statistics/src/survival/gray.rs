//! Gray's test of equal cumulative incidence between groups.
//!
//! Formula: the score of group g is Σ (d_g − d R_g / R) over times of the cause, where
//! R_g = n_g (1 − F_g(t−)) / S_g(t−) replaces the risk set by an estimate of those who would be at
//! risk for this cause alone; its covariance is that of section 3 of the paper. Reference: R. J.
//! Gray, "A class of K-sample tests for comparing the cumulative incidence of a competing risk",
//! Annals of Statistics 16 (1988) 1141-1154. Domain: two or more groups with rows. Method: one
//! pass over the distinct times with k² work at each. Error bound: rounding of sums.

use super::order::{Run, runs};
use super::symmetric::Factor;
use super::{Groups, SurvivalError, Times, same_length};
use crate::distribution::chi_squared_p;

/// The test of one cause.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gray {
    /// The statistic.
    pub stat: f64,
    /// Its p-value.
    pub p: f64,
    /// Its degrees of freedom.
    pub df: usize,
}

/// Tests that the cumulative incidence of `cause` is the same in all groups; other causes above 0
/// compete, 0 is none.
pub fn gray(
    stop: &[f64],
    causes: &[u32],
    groups: Groups<'_>,
    cause: u32,
) -> Result<Gray, SurvivalError> {
    let none = vec![false; stop.len()];
    let times = Times::new(stop, &none)?;
    same_length("the cause", times.rows(), causes.len())?;
    same_length("the group", times.rows(), groups.codes().len())?;
    let k = groups.count();
    let mut score = Score::new(k);
    for code in groups.codes() {
        score.at_risk[*code as usize] += 1.0;
    }
    if score.at_risk.iter().filter(|n| **n > 0.0).count() < 2 {
        return Err(SurvivalError::OneGroup);
    }
    if !causes.contains(&cause) {
        return Err(SurvivalError::NoEvents);
    }
    // Tags: three kinds of leaving (this cause, another, none) for each group.
    let kind = |row: usize| match causes[row] {
        0 => 2,
        found if found == cause => 0,
        _ => 1,
    };
    let codes = groups.codes();
    let mut time = -1.0;
    let mut leaving = vec![[0.0; 3]; k];
    runs(
        stop,
        |row| codes[row] * 3 + kind(row),
        3 * k as u32,
        |run: Run| {
            if run.time > time {
                score.close(&mut leaving);
                time = run.time;
            }
            leaving[(run.tag / 3) as usize][(run.tag % 3) as usize] = f64::from(run.count);
        },
    );
    score.close(&mut leaving);
    score.test()
}

/// The sums of the paper, by group, as time goes on.
struct Score {
    at_risk: Vec<f64>,
    /// Survival and incidence in each group just before the time.
    surv: Vec<f64>,
    incidence: Vec<f64>,
    /// Incidence in the groups together just before the time.
    pooled: f64,
    /// Observed less expected.
    excess: Vec<f64>,
    /// c(g, h): the compensator's share of the weights so far.
    weights: Vec<Vec<f64>>,
    /// Sums of squares and products that the last values of `weights` complete.
    plain: Vec<f64>,
    cross: Vec<Vec<f64>>,
    square: Vec<Vec<f64>>,
}

impl Score {
    fn new(k: usize) -> Self {
        Self {
            at_risk: vec![0.0; k],
            surv: vec![1.0; k],
            incidence: vec![0.0; k],
            pooled: 0.0,
            excess: vec![0.0; k],
            weights: vec![vec![0.0; k]; k],
            plain: vec![0.0; k],
            cross: vec![vec![0.0; k]; k],
            square: vec![vec![0.0; k]; k],
        }
    }

    fn close(&mut self, leaving: &mut [[f64; 3]]) {
        let own: f64 = leaving.iter().map(|l| l[0]).sum();
        let other: f64 = leaving.iter().map(|l| l[1]).sum();
        if own + other > 0.0 {
            self.step(leaving, own, other);
        }
        for (at_risk, left) in self.at_risk.iter_mut().zip(leaving) {
            *at_risk -= left.iter().sum::<f64>();
            *left = [0.0; 3];
        }
    }

    fn step(&mut self, leaving: &[[f64; 3]], own: f64, other: f64) {
        let k = self.excess.len();
        let present: Vec<bool> = self.at_risk.iter().map(|n| *n > 0.0).collect();
        let mut surv_after = self.surv.clone();
        let mut incidence_after = self.incidence.clone();
        let (mut scaled, mut risk) = (0.0, 0.0);
        for g in (0..k).filter(|g| present[*g]) {
            let n = self.at_risk[g];
            surv_after[g] = self.surv[g] * (n - leaving[g][0] - leaving[g][1]) / n;
            incidence_after[g] = self.incidence[g] + self.surv[g] * leaving[g][0] / n;
            scaled += n / self.surv[g];
            risk += n * (1.0 - self.incidence[g]) / self.surv[g];
        }
        let pooled_after = self.pooled + own / scaled;
        let mut direct = vec![vec![0.0; k]; k];
        for g in (0..k).filter(|g| present[*g]) {
            let share = self.at_risk[g] / self.surv[g];
            for h in (0..k).filter(|h| present[*h]) {
                let unit = f64::from(u8::from(g == h));
                direct[g][h] = share * (unit - self.at_risk[h] / self.surv[h] / scaled);
                self.weights[g][h] += direct[g][h] * own / (scaled * (1.0 - self.pooled));
            }
            self.excess[g] += leaving[g][0] - own * share * (1.0 - self.incidence[g]) / risk;
        }
        if own > 0.0 {
            for g in (0..k).filter(|g| present[*g]) {
                let kept = if surv_after[g] > 0.0 {
                    1.0 - (1.0 - pooled_after) / surv_after[g]
                } else {
                    1.0
                };
                let tied = if own > 1.0 {
                    1.0 - (own - 1.0) / (scaled * self.surv[g] - 1.0)
                } else {
                    1.0
                };
                let variance = tied * self.surv[g] * own / (scaled * self.at_risk[g]);
                self.add(g, kept, variance, Some(&direct));
            }
        }
        if other > 0.0 {
            for g in (0..k).filter(|g| surv_after[*g] > 0.0 && leaving[*g][1] > 0.0) {
                let (n, d) = (self.at_risk[g], leaving[g][1]);
                let tied = if d > 1.0 {
                    1.0 - (d - 1.0) / (n - 1.0)
                } else {
                    1.0
                };
                let variance = tied * self.surv[g] * self.surv[g] * d / (n * n);
                self.add(g, (1.0 - pooled_after) / surv_after[g], variance, None);
            }
        }
        self.surv = surv_after;
        self.incidence = incidence_after;
        self.pooled = pooled_after;
    }

    /// Adds the variance of one group's martingale jump: it enters the score of group i by
    /// `direct` (this cause only) and, from now on, by the weights still to come.
    fn add(&mut self, g: usize, kept: f64, variance: f64, direct: Option<&[Vec<f64>]>) {
        let k = self.excess.len();
        // A jump of a competing cause acts with the opposite sign and has no direct part.
        let (sign, direct) = direct.map_or((-1.0, None), |direct| (1.0, Some(direct)));
        let part: Vec<f64> = (0..k)
            .map(|i| direct.map_or(0.0, |d| d[i][g]) - sign * kept * self.weights[i][g])
            .collect();
        self.plain[g] += kept * kept * variance;
        for i in 0..k {
            self.cross[i][g] += sign * part[i] * kept * variance;
            for j in 0..k {
                self.square[i][j] += part[i] * part[j] * variance;
            }
        }
    }

    fn test(mut self) -> Result<Gray, SurvivalError> {
        let k = self.excess.len();
        for i in 0..k {
            for j in 0..k {
                for g in 0..k {
                    let (wi, wj) = (self.weights[i][g], self.weights[j][g]);
                    self.square[i][j] +=
                        wi * wj * self.plain[g] + wi * self.cross[j][g] + wj * self.cross[i][g];
                }
            }
        }
        let free = k - 1;
        let var: Vec<Vec<f64>> = self.square[..free]
            .iter()
            .map(|r| r[..free].to_vec())
            .collect();
        let factor = Factor::new(&var, 1e-12);
        let df = factor.rank();
        if df == 0 {
            return Err(SurvivalError::NothingComparable);
        }
        let stat = factor.quadratic(&self.excess[..free]);
        Ok(Gray {
            stat,
            p: chi_squared_p(stat, df as f64),
            df,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::gray;
    use crate::survival::{Groups, SurvivalError};

    #[test]
    fn two_equal_groups_do_not_differ() {
        let time = [1.0, 2.0, 3.0, 4.0, 1.0, 2.0, 3.0, 4.0];
        let causes = [1, 2, 0, 1, 1, 2, 0, 1];
        let codes = [0, 0, 0, 0, 1, 1, 1, 1];
        let test = gray(&time, &causes, Groups::new(&codes, 2).unwrap(), 1).unwrap();
        assert!(test.stat.abs() < 1e-12 && test.df == 1);
        let none = gray(&time, &causes, Groups::new(&codes, 2).unwrap(), 3);
        assert_eq!(none, Err(SurvivalError::NoEvents));
    }

    #[test]
    fn naming_the_groups_the_other_way_round_changes_nothing() {
        let time = [1.0, 2.0, 3.0, 4.0, 2.5, 6.0, 7.0, 9.0];
        let causes = [1, 2, 1, 1, 0, 2, 1, 0];
        let one = gray(
            &time,
            &causes,
            Groups::new(&[0, 0, 0, 0, 1, 1, 1, 1], 2).unwrap(),
            1,
        );
        let two = gray(
            &time,
            &causes,
            Groups::new(&[1, 1, 1, 1, 0, 0, 0, 0], 2).unwrap(),
            1,
        );
        assert!((one.unwrap().stat - two.unwrap().stat).abs() < 1e-10);
    }
}
