//! Log-rank and Peto-Peto tests of equal survival between groups.
//!
//! Formula: at each event time with n at risk and d events, group g expects d·n_g/n events; the
//! statistic is the quadratic form of Σ w (observed − expected) in the hypergeometric covariance
//! Σ w² d (n − d)/(n − 1) (δ n_g/n − n_g n_h/n²), with w = S(t−)^ρ. ρ = 0 is the log-rank test,
//! ρ = 1 Peto and Peto's Wilcoxon. Strata are summed. Reference: Harrington and Fleming,
//! Biometrika 1982; Klein and Moeschberger 2003, chapter 7. Domain: two or more groups, one event
//! at least. Method: one sort and one pass for each stratum. Error bound: rounding of sums.

use super::order::{Run, runs};
use super::symmetric::Factor;
use super::{Groups, SurvivalError, Times, same_length};
use crate::distribution::chi_squared_p;

/// A test of equal survival.
#[derive(Clone, Debug, PartialEq)]
pub struct LogRank {
    /// The power of survival that weighs each time.
    pub rho: f64,
    /// Rows in each group.
    pub n: Vec<u32>,
    /// Weighted events observed in each group.
    pub observed: Vec<f64>,
    /// Weighted events expected in each group were survival equal.
    pub expected: Vec<f64>,
    /// Covariance of observed minus expected.
    pub var: Vec<Vec<f64>>,
    /// The statistic.
    pub chisq: f64,
    /// Its degrees of freedom: groups that were ever at risk at an event, less one.
    pub df: usize,
    /// The p-value.
    pub p: f64,
}

/// Tests equal survival of the groups, with weights S(t−)^`rho`, within strata where given.
pub fn log_rank(
    times: Times<'_>,
    groups: Groups<'_>,
    strata: Option<Groups<'_>>,
    rho: f64,
) -> Result<LogRank, SurvivalError> {
    same_length("the group", times.rows(), groups.codes().len())?;
    let k = groups.count();
    let mut n = vec![0; k];
    for code in groups.codes() {
        n[*code as usize] += 1;
    }
    if n.iter().filter(|n| **n > 0).count() < 2 {
        return Err(SurvivalError::OneGroup);
    }
    if times.events() == 0 {
        return Err(SurvivalError::NoEvents);
    }
    let mut sums = Sums::new(k);
    if let Some(strata) = strata {
        same_length("the stratum", times.rows(), strata.codes().len())?;
        let mut members: Vec<Vec<usize>> = vec![Vec::new(); strata.count()];
        for (row, code) in strata.codes().iter().enumerate() {
            members[*code as usize].push(row);
        }
        for rows in &members {
            let stop: Vec<f64> = rows.iter().map(|row| times.stop()[*row]).collect();
            let event: Vec<bool> = rows.iter().map(|row| times.event()[*row]).collect();
            let codes: Vec<u32> = rows.iter().map(|row| groups.codes()[*row]).collect();
            let start: Option<Vec<f64>> = times
                .start()
                .map(|start| rows.iter().map(|row| start[*row]).collect());
            if !rows.is_empty() {
                let times = Times {
                    start: start.as_deref(),
                    stop: &stop,
                    event: &event,
                };
                sums.add_stratum(times, &codes, rho);
            }
        }
    } else {
        sums.add_stratum(times, groups.codes(), rho);
    }
    sums.test(rho, n)
}

struct Sums {
    observed: Vec<f64>,
    expected: Vec<f64>,
    var: Vec<Vec<f64>>,
}

/// The risk sets of one stratum as time goes on.
struct RiskSet {
    at_risk: Vec<f64>,
    total: f64,
    entries: Vec<(f64, u32)>,
    entered: usize,
    time: f64,
    events: Vec<f64>,
    events_total: f64,
    leaving: Vec<f64>,
    surv: f64,
}

impl Sums {
    fn new(k: usize) -> Self {
        Self {
            observed: vec![0.0; k],
            expected: vec![0.0; k],
            var: vec![vec![0.0; k]; k],
        }
    }

    fn add_stratum(&mut self, times: Times<'_>, codes: &[u32], rho: f64) {
        let k = self.observed.len();
        let mut entries: Vec<(f64, u32)> = times
            .start()
            .map(|start| start.iter().copied().zip(codes.iter().copied()).collect())
            .unwrap_or_default();
        entries.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut set = RiskSet {
            at_risk: vec![0.0; k],
            total: 0.0,
            entries,
            entered: 0,
            time: -1.0,
            events: vec![0.0; k],
            events_total: 0.0,
            leaving: vec![0.0; k],
            surv: 1.0,
        };
        if times.start().is_none() {
            for code in codes {
                set.at_risk[*code as usize] += 1.0;
            }
            set.total = times.rows() as f64;
        }
        let event = times.event();
        let tag = |row: usize| codes[row] << 1 | u32::from(!event[row]);
        runs(times.stop(), tag, 2 * k as u32, |run: Run| {
            if run.time > set.time {
                self.close(&mut set, rho);
                set.time = run.time;
            }
            let (group, count) = ((run.tag >> 1) as usize, f64::from(run.count));
            set.leaving[group] += count;
            if run.tag & 1 == 0 {
                set.events[group] = count;
                set.events_total += count;
            }
        });
        self.close(&mut set, rho);
    }

    /// Adds the time that is now complete and lets its rows leave.
    fn close(&mut self, set: &mut RiskSet, rho: f64) {
        let k = self.observed.len();
        while let Some((_, code)) = set.entries.get(set.entered).filter(|e| e.0 < set.time) {
            set.at_risk[*code as usize] += 1.0;
            set.total += 1.0;
            set.entered += 1;
        }
        let (n, d) = (set.total, set.events_total);
        if d > 0.0 {
            let weight = if rho.abs() > 0.0 {
                set.surv.powf(rho)
            } else {
                1.0
            };
            let share = d / n;
            let spread = if n > 1.0 {
                weight * weight * share * (n - d) / (n - 1.0)
            } else {
                0.0
            };
            for g in 0..k {
                let at_risk = set.at_risk[g];
                self.observed[g] += weight * set.events[g];
                self.expected[g] += weight * share * at_risk;
                let scaled = spread * at_risk / n;
                self.var[g][g] += scaled * n;
                for h in 0..=g {
                    self.var[g][h] -= scaled * set.at_risk[h];
                }
            }
            set.surv *= (n - d) / n;
        }
        for g in 0..k {
            set.at_risk[g] -= set.leaving[g];
            set.total -= set.leaving[g];
            set.leaving[g] = 0.0;
            set.events[g] = 0.0;
        }
        set.events_total = 0.0;
    }

    fn test(mut self, rho: f64, n: Vec<u32>) -> Result<LogRank, SurvivalError> {
        let k = n.len();
        for g in 0..k {
            for h in g + 1..k {
                self.var[g][h] = self.var[h][g];
            }
        }
        // A group never at risk at an event has nothing to say; the last of the others follows.
        let with: Vec<usize> = (0..k).filter(|g| self.expected[*g] > 0.0).collect();
        let free = with.split_last().map_or(&[][..], |(_, free)| free);
        let difference: Vec<f64> = free
            .iter()
            .map(|g| self.observed[*g] - self.expected[*g])
            .collect();
        let var: Vec<Vec<f64>> = free
            .iter()
            .map(|g| free.iter().map(|h| self.var[*g][*h]).collect())
            .collect();
        let factor = Factor::new(&var, 1e-12);
        if factor.rank() == 0 {
            return Err(SurvivalError::NothingComparable);
        }
        let chisq = factor.quadratic(&difference);
        let df = with.len() - 1;
        let p = chi_squared_p(chisq, df as f64);
        let Self {
            observed,
            expected,
            var,
        } = self;
        Ok(LogRank {
            rho,
            n,
            observed,
            expected,
            var,
            chisq,
            df,
            p,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::log_rank;
    use crate::survival::{Groups, SurvivalError, Times};

    /// The two arms of Freireich's trial: placebo, then 6-MP. Cox 1972 and Klein and Moeschberger
    /// print the log-rank chi-squared as 16.79 (with 21.0 weeks' expected counts 19.3 and 10.7).
    #[test]
    fn the_leukaemia_trial_has_the_printed_log_rank_statistic() {
        let placebo = [
            1.0, 1.0, 2.0, 2.0, 3.0, 4.0, 4.0, 5.0, 5.0, 8.0, 8.0, 8.0, 8.0, 11.0, 11.0, 12.0,
            12.0, 15.0, 17.0, 22.0, 23.0,
        ];
        let treated = [
            6.0, 6.0, 6.0, 7.0, 10.0, 13.0, 16.0, 22.0, 23.0, 6.0, 9.0, 10.0, 11.0, 17.0, 19.0,
            20.0, 25.0, 32.0, 32.0, 34.0, 35.0,
        ];
        let time: Vec<f64> = placebo.iter().chain(&treated).copied().collect();
        let event: Vec<bool> = (0..42).map(|row| row < 30).collect();
        let codes: Vec<u32> = (0..42).map(|row| u32::from(row >= 21)).collect();
        let times = Times::new(&time, &event).unwrap();
        let test = log_rank(times, Groups::new(&codes, 2).unwrap(), None, 0.0).unwrap();
        assert!((test.chisq - 16.79).abs() < 0.005, "{}", test.chisq);
        assert!((test.expected[1] - 19.25).abs() < 0.01 && (test.expected[0] - 10.75).abs() < 0.01);
        let one = vec![0; 42];
        let strata = Groups::new(&one, 1).unwrap();
        let same = log_rank(times, Groups::new(&codes, 2).unwrap(), Some(strata), 0.0).unwrap();
        assert!((same.chisq - test.chisq).abs() < 1e-12);
    }

    #[test]
    fn one_group_and_no_events_are_said() {
        let times = Times::new(&[1.0, 2.0], &[true, true]).unwrap();
        let one = log_rank(times, Groups::new(&[0, 0], 2).unwrap(), None, 0.0);
        assert_eq!(one.unwrap_err(), SurvivalError::OneGroup);
        let times = Times::new(&[1.0, 2.0], &[false, false]).unwrap();
        let none = log_rank(times, Groups::new(&[0, 1], 2).unwrap(), None, 0.0);
        assert_eq!(none.unwrap_err(), SurvivalError::NoEvents);
    }

    #[test]
    fn groups_never_at_risk_together_cannot_be_compared() {
        let times = Times::new(&[1.0, 1.0], &[true, true]).unwrap();
        let test = log_rank(times, Groups::new(&[0, 1], 2).unwrap(), None, 0.0);
        assert_eq!(test.unwrap_err(), SurvivalError::NothingComparable);
    }
}
