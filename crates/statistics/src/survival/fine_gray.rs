//! Fine and Gray's proportional hazards model of the subdistribution of one cause.
//!
//! Formula: the partial likelihood in which rows that left by another cause stay at risk with the
//! weight G(t−)/G(T−), where G is the Kaplan-Meier estimate of the censoring distribution; ties as
//! Breslow. The covariance is the sandwich of the paper, with the term for having estimated G.
//! Reference: Fine and Gray, JASA 94 (1999) 496-509. Domain: causes 0 for none, others above.
//! Method: Newton's iteration from zero; each evaluation is one pass over the sorted rows. Error
//! bound: with [`Stop::Settled`] the score is below a millionth of the log-likelihood, where
//! reference software stops; with [`Stop::Rounding`] a step is below `1e-10` standard errors.

use super::cox::Stop;
use super::symmetric::Factor;
use super::{SurvivalError, Times, same_length};

/// A fitted model.
#[derive(Clone, Debug, PartialEq)]
pub struct Fit {
    /// The name of each column.
    pub terms: Vec<String>,
    /// Logarithms of subdistribution hazard ratios; NaN for a column set aside.
    pub coef: Vec<f64>,
    /// Their robust covariance; zero for a column set aside.
    pub vcov: Vec<Vec<f64>>,
    /// Log pseudo-likelihood at the coefficients and at zero.
    pub loglik: f64,
    /// At zero.
    pub loglik_null: f64,
    /// Newton steps taken.
    pub iterations: u32,
    /// Columns set aside because the others determine them.
    pub set_aside: Vec<String>,
    /// Columns of which the likelihood says next to nothing at the coefficients: they separate those with
    /// the event, or others all but determine them. The robust error does not show it, so it is said.
    pub unbounded: Vec<String>,
}

/// Standard errors from the information, for columns of unit spread, from which a coefficient is unbounded.
/// One event alone gives about one; a tenth of a thousandth of one event's information gives this.
const UNBOUNDED: f64 = 100.0;
const ITERATIONS: u32 = 50;
const ENDED: f64 = 1e-10;

/// Fits the model of `cause` to times, causes and columns without gaps.
pub fn fit(
    stop: &[f64],
    causes: &[u32],
    cause: u32,
    terms: &[String],
    columns: &[&[f64]],
    until: Stop,
) -> Result<Fit, SurvivalError> {
    let none = vec![false; stop.len()];
    let times = Times::new(stop, &none)?;
    same_length("the cause", times.rows(), causes.len())?;
    same_length("the list of terms", columns.len(), terms.len())?;
    for (term, column) in terms.iter().zip(columns) {
        same_length("a covariate", times.rows(), column.len())?;
        if let Some(row) = column.iter().position(|x| !x.is_finite()) {
            let value = column[row];
            return Err(SurvivalError::BadCovariate {
                term: term.clone(),
                row: row + 1,
                value,
            });
        }
    }
    if !causes.contains(&cause) {
        return Err(SurvivalError::NoEvents);
    }
    let data = Sorted::new(stop, causes, cause, columns);
    let p = columns.len();
    let first = data.evaluate(&vec![0.0; p]);
    let events = causes.iter().filter(|c| **c == cause).count() as f64;
    let kept = Factor::with_floor(&first.information, 1e-10, 1e-8 * events).kept;
    let loglik_null = first.loglik;
    let (beta, at, iterations) = data.maximise(first, &kept, until)?;
    let plain = Sorted::factor(&at, &kept).inverse();
    let vcov = data.sandwich(&at, &kept);
    let scaled = |i: usize, j: usize| vcov[i][j] * data.scale[i] * data.scale[j];
    Ok(Fit {
        terms: terms.to_vec(),
        coef: (0..p)
            .map(|j| {
                if kept[j] {
                    beta[j] * data.scale[j]
                } else {
                    f64::NAN
                }
            })
            .collect(),
        vcov: (0..p)
            .map(|i| (0..p).map(|j| scaled(i, j)).collect())
            .collect(),
        loglik: at.loglik,
        loglik_null,
        iterations,
        set_aside: (0..p)
            .filter(|j| !kept[*j])
            .map(|j| terms[j].clone())
            .collect(),
        unbounded: (0..p)
            .filter(|j| kept[*j] && plain[*j][*j].sqrt() > UNBOUNDED)
            .map(|j| terms[j].clone())
            .collect(),
    })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Left {
    ByCause,
    ByOther,
    Censored,
}

/// Rows that left at one time.
#[derive(Clone, Copy, Debug)]
struct Tie {
    begin: usize,
    end: usize,
    /// Rows that left by the cause.
    events: usize,
    /// Rows that were censored.
    censored: usize,
    /// G just before the time.
    before: f64,
}

/// Rows by rising time, columns centred and scaled.
struct Sorted {
    left: Vec<Left>,
    x: Vec<Vec<f64>>,
    ties: Vec<Tie>,
    scale: Vec<f64>,
}

/// The pseudo-likelihood at some coefficients.
struct Evaluation {
    loglik: f64,
    score: Vec<f64>,
    information: Vec<Vec<f64>>,
    risk: Vec<f64>,
    /// For each tie: Σ w r and the weighted mean of the covariates.
    s0: Vec<f64>,
    mean: Vec<Vec<f64>>,
}

impl Sorted {
    fn new(stop: &[f64], causes: &[u32], cause: u32, columns: &[&[f64]]) -> Self {
        let n = stop.len();
        let mut order: Vec<usize> = (0..n).collect();
        order.sort_by(|a, b| stop[*a].total_cmp(&stop[*b]));
        let left: Vec<Left> = order
            .iter()
            .map(|row| match causes[*row] {
                0 => Left::Censored,
                found if found == cause => Left::ByCause,
                _ => Left::ByOther,
            })
            .collect();
        let mut scale = Vec::with_capacity(columns.len());
        let mut centre = Vec::with_capacity(columns.len());
        for column in columns {
            let mean = column.iter().sum::<f64>() / n as f64;
            let spread = (column.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n as f64).sqrt();
            centre.push(mean);
            scale.push(if spread > 1e-12 * mean.abs() {
                1.0 / spread
            } else {
                1.0
            });
        }
        let row = |row: usize| -> Vec<f64> {
            (0..columns.len())
                .map(|j| (columns[j][row] - centre[j]) * scale[j])
                .collect()
        };
        let x = order.iter().map(|at| row(*at)).collect();
        let mut ties: Vec<Tie> = Vec::new();
        let (mut begin, mut level) = (0, 1.0);
        while begin < n {
            let time = stop[order[begin]];
            let end = (begin..n).find(|at| stop[order[*at]] > time).unwrap_or(n);
            let count = |kind: Left| left[begin..end].iter().filter(|l| **l == kind).count();
            let (events, censored) = (count(Left::ByCause), count(Left::Censored));
            ties.push(Tie {
                begin,
                end,
                events,
                censored,
                before: level,
            });
            level *= 1.0 - censored as f64 / (n - begin) as f64;
            begin = end;
        }
        Self {
            left,
            x,
            ties,
            scale,
        }
    }

    fn evaluate(&self, beta: &[f64]) -> Evaluation {
        let p = beta.len();
        let predictor: Vec<f64> = self
            .x
            .iter()
            .map(|x| x.iter().zip(beta).map(|(x, b)| x * b).sum())
            .collect();
        let risk: Vec<f64> = predictor.iter().map(|eta: &f64| eta.exp()).collect();
        // Those not yet left, from the end backwards, need no weights; those gone by another cause
        // are a running sum of r / G that the level of G turns into weights.
        let present = Sums::suffix(self, &risk);
        let mut gone = Sums::zero(p);
        let mut found = Evaluation {
            loglik: 0.0,
            score: vec![0.0; p],
            information: vec![vec![0.0; p]; p],
            risk: Vec::new(),
            s0: Vec::with_capacity(self.ties.len()),
            mean: Vec::with_capacity(self.ties.len()),
        };
        for (tie, present) in self.ties.iter().zip(&present) {
            let s0 = present.s0 + tie.before * gone.s0;
            let mean: Vec<f64> = (0..p)
                .map(|j| (present.s1[j] + tie.before * gone.s1[j]) / s0)
                .collect();
            if tie.events > 0 {
                let d = tie.events as f64;
                found.loglik -= d * s0.ln();
                for at in (tie.begin..tie.end).filter(|at| self.left[*at] == Left::ByCause) {
                    found.loglik += predictor[at];
                    for j in 0..p {
                        found.score[j] += self.x[at][j] - mean[j];
                    }
                }
                for i in 0..p {
                    for j in 0..p {
                        let second = present.s2[i][j] + tie.before * gone.s2[i][j];
                        found.information[i][j] += d * (second / s0 - mean[i] * mean[j]);
                    }
                }
            }
            for at in (tie.begin..tie.end).filter(|at| self.left[*at] == Left::ByOther) {
                gone.add(risk[at] / tie.before, &self.x[at]);
            }
            found.s0.push(s0);
            found.mean.push(mean);
        }
        found.risk = risk;
        found
    }

    fn maximise(
        &self,
        first: Evaluation,
        kept: &[bool],
        until: Stop,
    ) -> Result<(Vec<f64>, Evaluation, u32), SurvivalError> {
        let mut beta = vec![0.0; kept.len()];
        let mut at = first;
        for iterations in 1..=ITERATIONS {
            let factor = Self::factor(&at, kept);
            let step = factor.solve(&at.score);
            let errors = factor.inverse();
            let small = |j: usize| step[j].abs() <= ENDED * errors[j][j].sqrt();
            if (0..kept.len()).all(small) || until == Stop::Settled && self.settled(&beta, &at) {
                return Ok((beta, at, iterations));
            }
            let mut length = 1.0;
            loop {
                let next: Vec<f64> = beta
                    .iter()
                    .zip(&step)
                    .map(|(b, s)| b + length * s)
                    .collect();
                let found = self.evaluate(&next);
                if found.loglik >= at.loglik - 1e-11 * at.loglik.abs() {
                    (beta, at) = (next, found);
                    break;
                }
                length *= 0.5;
                if length < 1e-9 {
                    return Err(SurvivalError::NoConvergence {
                        iterations,
                        why: "no step raises the likelihood; rescale the covariates",
                    });
                }
            }
        }
        Err(SurvivalError::NoConvergence {
            iterations: ITERATIONS,
            why: "a covariate may separate those with the event; look at each alone",
        })
    }

    /// Whether the score, in the columns' own units, is below a millionth of the likelihood.
    fn settled(&self, beta: &[f64], at: &Evaluation) -> bool {
        let steepest = (0..beta.len())
            .map(|j| (at.score[j] / self.scale[j]).abs() * (beta[j] * self.scale[j]).abs().max(1.0))
            .fold(0.0, f64::max);
        steepest < 1e-6 * at.loglik.abs().max(1.0)
    }

    fn factor(at: &Evaluation, kept: &[bool]) -> Factor {
        let mut information = at.information.clone();
        for (j, row) in information.iter_mut().enumerate() {
            if !kept[j] {
                row.iter_mut().for_each(|x| *x = 0.0);
            }
        }
        Factor::new(&information, 1e-13)
    }

    /// I⁻¹ Σ (η + ψ)(η + ψ)ᵀ I⁻¹ of the paper.
    fn sandwich(&self, at: &Evaluation, kept: &[bool]) -> Vec<Vec<f64>> {
        let p = kept.len();
        let inverse = Self::factor(at, kept).inverse();
        let mut influence = self.influence(at);
        self.add_censoring(at, &mut influence);
        let mut vcov = vec![vec![0.0; p]; p];
        for row in &influence {
            let change: Vec<f64> = inverse
                .iter()
                .map(|v| v.iter().zip(row).map(|(v, x)| v * x).sum())
                .collect();
            for i in 0..p {
                for j in 0..p {
                    vcov[i][j] += change[i] * change[j];
                }
            }
        }
        vcov
    }

    /// η: each row's part of the score as if G were known.
    fn influence(&self, at: &Evaluation) -> Vec<Vec<f64>> {
        let p = self.scale.len();
        let (mut hazard, mut product) = (0.0, vec![0.0; p]);
        let after = self.after(at);
        let mut influence = vec![vec![0.0; p]; self.x.len()];
        for (index, tie) in self.ties.iter().enumerate() {
            let step = tie.events as f64 / at.s0[index];
            hazard += step;
            for j in 0..p {
                product[j] += step * at.mean[index][j];
            }
            for row in tie.begin..tie.end {
                for j in 0..p {
                    let x = self.x[row][j];
                    let mut value = -at.risk[row] * (x * hazard - product[j]);
                    if self.left[row] == Left::ByCause {
                        value += x - at.mean[index][j];
                    } else if self.left[row] == Left::ByOther {
                        let later = x * after[index].0 - after[index].1[j];
                        value -= at.risk[row] / tie.before * later;
                    }
                    influence[row][j] = value;
                }
            }
        }
        influence
    }

    /// For each tie: Σ G dΛ and Σ mean G dΛ over later ties.
    fn after(&self, at: &Evaluation) -> Vec<(f64, Vec<f64>)> {
        let p = self.scale.len();
        let mut sum = (0.0, vec![0.0; p]);
        let mut after = vec![sum.clone(); self.ties.len()];
        for (index, tie) in self.ties.iter().enumerate().rev() {
            after[index].clone_from(&sum);
            let step = tie.before * tie.events as f64 / at.s0[index];
            sum.0 += step;
            for j in 0..p {
                sum.1[j] += step * at.mean[index][j];
            }
        }
        after
    }

    /// Adds ψ: what each row's censoring does to the weights of the others.
    fn add_censoring(&self, at: &Evaluation, influence: &mut [Vec<f64>]) {
        let p = self.scale.len();
        let after = self.after(at);
        // Σ r / G and Σ x r / G over rows gone by another cause so far.
        let mut gone = Sums::zero(p);
        let mut passed = vec![0.0; p];
        let n = self.x.len();
        for (index, tie) in self.ties.iter().enumerate() {
            let at_risk = (n - tie.begin) as f64;
            // The paper's q(u): rows gone before u, over events at u or later.
            let own = tie.before * tie.events as f64 / at.s0[index];
            let q: Vec<f64> = (0..p)
                .map(|j| {
                    let product = after[index].1[j] + own * at.mean[index][j];
                    gone.s1[j] * (after[index].0 + own) - gone.s0 * product
                })
                .collect();
            for j in 0..p {
                passed[j] += q[j] * tie.censored as f64 / (at_risk * at_risk);
            }
            for row in tie.begin..tie.end {
                for j in 0..p {
                    influence[row][j] -= passed[j];
                    if self.left[row] == Left::Censored {
                        influence[row][j] += q[j] / at_risk;
                    }
                }
                if self.left[row] == Left::ByOther {
                    gone.add(at.risk[row] / tie.before, &self.x[row]);
                }
            }
        }
    }
}

/// Σ w, Σ w x and Σ w x xᵀ.
#[derive(Clone)]
struct Sums {
    s0: f64,
    s1: Vec<f64>,
    s2: Vec<Vec<f64>>,
}

impl Sums {
    fn zero(p: usize) -> Self {
        Self {
            s0: 0.0,
            s1: vec![0.0; p],
            s2: vec![vec![0.0; p]; p],
        }
    }

    fn add(&mut self, weight: f64, x: &[f64]) {
        self.s0 += weight;
        for i in 0..x.len() {
            let scaled = weight * x[i];
            self.s1[i] += scaled;
            for j in 0..x.len() {
                self.s2[i][j] += scaled * x[j];
            }
        }
    }

    /// For each tie, the sums over rows that leave then or later.
    fn suffix(data: &Sorted, risk: &[f64]) -> Vec<Self> {
        let mut sum = Self::zero(data.scale.len());
        let mut found = vec![sum.clone(); data.ties.len()];
        for (index, tie) in data.ties.iter().enumerate().rev() {
            for row in tie.begin..tie.end {
                sum.add(risk[row], &data.x[row]);
            }
            found[index].clone_from(&sum);
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::fit;
    use crate::survival::cox::{Model, Stop, Ties};
    use crate::survival::{SurvivalError, Times, cox};

    #[test]
    fn without_other_causes_it_is_coxs_model_with_the_robust_variance() {
        let time = [1.0, 2.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0];
        let causes = [1, 1, 0, 1, 1, 0, 1, 1];
        let x = [2.0, 1.0, 4.0, 3.0, 0.0, 5.0, 1.0, 2.0];
        let terms = ["x".to_owned()];
        let found = fit(&time, &causes, 1, &terms, &[&x], Stop::Rounding).unwrap();
        let event: Vec<bool> = causes.iter().map(|c| *c == 1).collect();
        let codes: Vec<u32> = (0..8).collect();
        let cox = cox::fit(&Model {
            times: Times::new(&time, &event).unwrap(),
            terms: &terms,
            columns: &[&x],
            strata: None,
            cluster: Some(crate::survival::Groups::new(&codes, 8).unwrap()),
            ties: Ties::Breslow,
            stop: Stop::Rounding,
        })
        .unwrap();
        assert!((found.coef[0] - cox.coef[0]).abs() < 1e-9);
        assert!((found.vcov[0][0] - cox.robust_vcov.unwrap()[0][0]).abs() < 1e-9);
        assert!((found.loglik - cox.loglik[1]).abs() < 1e-9);
    }

    #[test]
    fn a_cause_nobody_had_is_said() {
        let none = fit(&[1.0, 2.0], &[1, 0], 2, &[], &[], Stop::Settled);
        assert_eq!(none.unwrap_err(), SurvivalError::NoEvents);
    }

    #[test]
    fn a_column_that_separates_those_with_the_event_is_said_to_have_no_bound() {
        let time: Vec<f64> = (1..=12).map(f64::from).collect();
        let causes: Vec<u32> = (0..12).map(|row| 1 + row % 2).collect();
        let separating: Vec<f64> = causes.iter().map(|c| f64::from(c % 2)).collect();
        let harmless: Vec<f64> = (0..12).map(|row| f64::from(row * 7 % 5)).collect();
        let terms = ["x".to_owned(), "z".to_owned()];
        let found = fit(
            &time,
            &causes,
            1,
            &terms,
            &[&separating, &harmless],
            Stop::Settled,
        );
        assert_eq!(found.unwrap().unbounded, ["x"]);
        let found = fit(&time, &causes, 1, &terms[1..], &[&harmless], Stop::Settled);
        assert!(found.unwrap().unbounded.is_empty());
    }
}
