//! Several causes, one of which comes first: Aalen-Johansen probabilities and cumulative incidence.
//!
//! Formula: with n at risk and d_k leaving by cause k, S' = S (1 − d/n) and F_k' = F_k + S d_k/n.
//! Standard errors of [`aalen_johansen`] come from the Greenwood-type recursion with the
//! multinomial covariance (δ n d_k − d_h d_k)/n³, which for one starting state equals the
//! infinitesimal jackknife; those of [`Incidence::variance_at`] are Aalen's with a correction for
//! ties, as in Gray's work. Reference: Aalen and Johansen 1978; Gray, Annals of Statistics 1988;
//! Andersen et al. 1993, IV.4. Domain: causes 1 to K, 0 for none. Method: one sort, one pass. Error bound: rounding of sums.

use super::order::{Run, runs};
use super::{SurvivalError, Times, same_length};

/// Probabilities of being in each state.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct States {
    /// Distinct times, rising.
    pub time: Vec<f64>,
    /// At risk just before each time.
    pub n_risk: Vec<u32>,
    /// At each time, leaving by each cause.
    pub n_event: Vec<Vec<u32>>,
    /// At each time, the probability of no event yet and then of each cause.
    pub pstate: Vec<Vec<f64>>,
    /// Their standard errors.
    pub se: Vec<Vec<f64>>,
}

/// The state probabilities of rows that leave by cause 1 to `causes`, or by none (0).
pub fn aalen_johansen(stop: &[f64], cause: &[u32], causes: usize) -> Result<States, SurvivalError> {
    let none = vec![false; stop.len()];
    let times = Times::new(stop, &none)?;
    same_length("the cause", times.rows(), cause.len())?;
    if let Some(row) = cause.iter().position(|cause| *cause as usize > causes) {
        let code = cause[row] as usize;
        return Err(SurvivalError::BadGroup {
            row: row + 1,
            code,
            groups: causes + 1,
        });
    }
    let mut building = Building::new(causes, times.rows());
    runs(
        stop,
        |row| cause[row],
        causes as u32 + 1,
        |run: Run| building.take(run),
    );
    building.close();
    Ok(building.states)
}

struct Building {
    states: States,
    at_risk: u32,
    time: f64,
    leaving: Vec<u32>,
    surv: f64,
    incidence: Vec<f64>,
    var_surv: f64,
    covariance: Vec<f64>,
    variance: Vec<f64>,
}

impl Building {
    fn new(causes: usize, rows: usize) -> Self {
        Self {
            states: States::default(),
            at_risk: rows as u32,
            time: -1.0,
            leaving: vec![0; causes + 1],
            surv: 1.0,
            incidence: vec![0.0; causes],
            var_surv: 0.0,
            covariance: vec![0.0; causes],
            variance: vec![0.0; causes],
        }
    }

    fn take(&mut self, run: Run) {
        if run.time > self.time {
            self.close();
            self.time = run.time;
        }
        self.leaving[run.tag as usize] = run.count;
    }

    fn close(&mut self) {
        if self.leaving.iter().all(|count| *count == 0) {
            return;
        }
        let n = f64::from(self.at_risk);
        let d: f64 = self.leaving[1..].iter().map(|d| f64::from(*d)).sum();
        let cube = n * n * n;
        let kept = (n - d) / n;
        let square = self.surv * self.surv;
        for k in 0..self.incidence.len() {
            let dk = f64::from(self.leaving[k + 1]);
            let hazard = dk / n;
            self.variance[k] += 2.0 * hazard * self.covariance[k]
                + hazard * hazard * self.var_surv
                + square * dk * (n - dk) / cube;
            self.covariance[k] =
                kept * (self.covariance[k] + hazard * self.var_surv) - square * dk * (n - d) / cube;
            self.incidence[k] += self.surv * hazard;
        }
        self.var_surv = kept * kept * self.var_surv + square * d * (n - d) / cube;
        self.surv *= kept;
        self.write();
        self.at_risk -= self.leaving.iter().sum::<u32>();
        self.leaving.iter_mut().for_each(|count| *count = 0);
    }

    fn write(&mut self) {
        self.states.time.push(self.time);
        self.states.n_risk.push(self.at_risk);
        self.states.n_event.push(self.leaving[1..].to_vec());
        let mut state = vec![self.surv];
        state.extend(&self.incidence);
        self.states.pstate.push(state);
        // A variance that should be zero may come out a rounding below it.
        let root = |variance: f64| variance.max(0.0).sqrt();
        let mut se = vec![root(self.var_surv)];
        se.extend(self.variance.iter().map(|variance| root(*variance)));
        self.states.se.push(se);
    }
}

/// The cumulative incidence of one cause, a step at each time it happened.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Incidence {
    time: Vec<f64>,
    estimate: Vec<f64>,
    variance: Vec<f64>,
    last: f64,
}

impl States {
    /// The cumulative incidence of a cause (from 1) with Aalen's variance.
    pub fn incidence(&self, cause: usize) -> Incidence {
        let mut found = Incidence {
            last: self.time.last().copied().unwrap_or(0.0),
            ..Incidence::default()
        };
        let (mut surv, mut level) = (1.0, 0.0);
        let (mut square, mut cross, mut plain) = (0.0, 0.0, 0.0);
        for (j, events) in self.n_event.iter().enumerate() {
            let n = f64::from(self.n_risk[j]);
            let total: f64 = events.iter().map(|d| f64::from(*d)).sum();
            let own = events.get(cause - 1).map_or(0.0, |d| f64::from(*d));
            let other = total - own;
            if total <= 0.0 {
                continue;
            }
            let after = surv * (n - total) / n;
            level += surv * own / n;
            // The variance of a hazard jump of d among n with the correction for ties.
            let jump = |d: f64| {
                let tied = if d > 1.0 {
                    1.0 - (d - 1.0) / (n - 1.0)
                } else {
                    1.0
                };
                surv * surv * tied * d / (n * n)
            };
            if other > 0.0 && after > 0.0 {
                let (gain, ratio) = (1.0 / after, level / after);
                square += ratio * ratio * jump(other);
                cross += gain * ratio * jump(other);
                plain += gain * gain * jump(other);
            }
            if own > 0.0 {
                let gain = if after > 0.0 { 1.0 / after } else { 0.0 };
                let ratio = 1.0 + gain * level;
                square += ratio * ratio * jump(own);
                cross += gain * ratio * jump(own);
                plain += gain * gain * jump(own);
                found.time.push(self.time[j]);
                found.estimate.push(level);
                found
                    .variance
                    .push(square + level * level * plain - 2.0 * level * cross);
            }
            surv = after;
        }
        found
    }
}

impl Incidence {
    fn index(&self, time: f64) -> Option<usize> {
        self.time.partition_point(|t| *t <= time).checked_sub(1)
    }

    /// The incidence by a time; NaN beyond follow-up.
    pub fn at(&self, time: f64) -> f64 {
        if time > self.last || time.is_nan() {
            return f64::NAN;
        }
        self.index(time).map_or(0.0, |index| self.estimate[index])
    }

    /// The variance of the incidence by a time; NaN beyond follow-up.
    pub fn variance_at(&self, time: f64) -> f64 {
        if time > self.last || time.is_nan() {
            return f64::NAN;
        }
        self.index(time).map_or(0.0, |index| self.variance[index])
    }
}

#[cfg(test)]
mod tests {
    use super::aalen_johansen;

    #[test]
    fn without_censoring_the_incidence_is_the_share_and_its_error_binomial() {
        let time = [1.0, 2.0, 3.0, 4.0, 5.0];
        let states = aalen_johansen(&time, &[1, 2, 1, 2, 1], 2).unwrap();
        let at_three = &states.pstate[2];
        assert!((at_three[0] - 0.4).abs() < 1e-14);
        assert!((at_three[1] - 0.4).abs() < 1e-14);
        assert!((at_three[2] - 0.2).abs() < 1e-14);
        for (p, se) in at_three.iter().zip(&states.se[2]) {
            assert!((se * se - p * (1.0 - p) / 5.0).abs() < 1e-14);
        }
        assert!((states.incidence(1).at(3.5) - 0.4).abs() < 1e-14);
        assert!(states.incidence(1).at(6.0).is_nan());
    }

    proptest::proptest! {
        #[test]
        fn the_states_always_add_to_one(
            rows in proptest::collection::vec((1_u32..20, 0_u32..4), 1..60),
        ) {
            let time: Vec<f64> = rows.iter().map(|r| f64::from(r.0)).collect();
            let cause: Vec<u32> = rows.iter().map(|r| r.1).collect();
            for state in aalen_johansen(&time, &cause, 3).unwrap().pstate {
                proptest::prop_assert!((state.iter().sum::<f64>() - 1.0).abs() < 1e-12);
            }
        }
    }
}
