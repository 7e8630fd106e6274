//! Repeated measures without random effects: means by regression, errors of one subject
//! correlated by a structure.

mod unstructured;

use super::descent::{Adrift, descend};
use super::search::search;
use super::{Coding, Design, Formula, MixedError};
use crate::matrix::{Cholesky, Matrix, Qr, dot};
use crate::table::Table;
use unstructured::{Place, Unstructured};

/// How errors of one subject go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Structure {
    /// Every pair of visits has its own correlation, every visit its own variance.
    Unstructured,
    /// One variance; correlation falls by a factor for each step along the rows.
    FirstOrder,
}

/// What is fitted.
#[derive(Clone, Debug, PartialEq)]
pub struct Repeated {
    /// Names of the fixed columns.
    pub terms: Vec<String>,
    /// The fixed columns.
    pub fixed: Matrix,
    /// The response.
    pub response: Vec<f64>,
    /// Each row's subject.
    pub subjects: Vec<usize>,
    /// Labels of the subjects.
    pub subject_labels: Vec<String>,
    /// Each row's visit.
    pub visits: Vec<usize>,
    /// Labels of the visits, in order.
    pub visit_labels: Vec<String>,
}

impl Repeated {
    /// Lays out the columns of a formula; `visit` may be left out when the order of rows is the
    /// order of time.
    pub fn new(
        formula: &Formula,
        table: &Table,
        coding: &Coding,
        subject: &str,
        visit: Option<&str>,
    ) -> Result<Self, MixedError> {
        let Design {
            terms,
            fixed,
            response,
            rows,
            ..
        } = Design::new(formula, table, coding)?;
        let used = table.select(&rows);
        let subjects = used.factor(subject)?;
        let codes: Vec<usize> = subjects
            .codes
            .iter()
            .map(|c| c.unwrap_or_default())
            .collect();
        let (visits, visit_labels) = match visit {
            Some(visit) => {
                let factor = used.factor(visit)?;
                let visits = factor.codes.iter().map(|c| c.unwrap_or_default()).collect();
                (visits, factor.levels)
            }
            None => in_order(&codes, subjects.levels.len()),
        };
        let subject_labels = subjects.levels;
        Ok(Self {
            terms,
            fixed,
            response,
            subjects: codes,
            subject_labels,
            visits,
            visit_labels,
        })
    }
}

/// Counts each subject's rows: one, two, three.
fn in_order(subjects: &[usize], n_subjects: usize) -> (Vec<usize>, Vec<String>) {
    let mut seen = vec![0; n_subjects];
    let visits = subjects
        .iter()
        .map(|subject| {
            seen[*subject] += 1;
            seen[*subject] - 1
        })
        .collect();
    let most = seen.into_iter().max().unwrap_or(0);
    (visits, (1..=most).map(|visit| visit.to_string()).collect())
}

/// A fitted model of repeated measures.
#[derive(Clone, Debug, PartialEq)]
pub struct RepeatedFit {
    /// Rows used.
    pub n: usize,
    /// Names of the coefficients.
    pub terms: Vec<String>,
    /// The coefficients.
    pub coefficients: Vec<f64>,
    /// Their covariance.
    pub covariance: Matrix,
    /// Restricted log-likelihood.
    pub log_likelihood: f64,
    /// Standard deviation at the first visit.
    pub sigma: f64,
    /// Correlations of visits: first with second, first with third, and so on; or the one factor.
    pub correlations: Vec<f64>,
    /// Standard deviations of the visits over that of the first; empty when there is one variance.
    pub relative_deviations: Vec<f64>,
}

impl RepeatedFit {
    /// Returns the standard errors.
    pub fn standard_errors(&self) -> Vec<f64> {
        self.covariance
            .diagonal()
            .iter()
            .map(|variance| variance.sqrt())
            .collect()
    }
}

/// Fits repeated measures by REML (Pinheiro and Bates 2000, chapter 5; Mallinckrodt et al. 2008
/// for its use in trials, where it is called MMRM).
///
/// `y = Xβ + e`, `e ~ N(0, Σ)` for the visits a subject has; missing visits are left out of Σ, which
/// is right when they are missing at random given the data. Unstructured: Newton's steps over a
/// triangular factor of Σ with the exact slope and expected curvature. First order: the variance
/// profiled out and the factor found by descent in its inverse hyperbolic tangent. Domain: one row
/// a subject and visit; every pair of visits seen together in someone. Error: coefficients about
/// 1e-9 relative, likelihood 1e-12.
pub fn repeated(data: &Repeated, structure: Structure) -> Result<RepeatedFit, MixedError> {
    if !data.fixed.is_finite() || data.response.iter().any(|y| !y.is_finite()) {
        return Err(MixedError::NotFinite);
    }
    let (n, p) = (data.response.len(), data.terms.len());
    if n <= p + 1 {
        return Err(MixedError::TooFewRows {
            rows: n,
            parameters: p + 1,
        });
    }
    let qr = Qr::new(&data.fixed);
    if let Some(column) = qr.dependent_column() {
        return Err(MixedError::Dependent {
            term: data.terms[column].clone(),
        });
    }
    let residuals = super::linear::residuals(qr.q(), &data.response);
    let spread = (dot(&residuals, &residuals) / n as f64).sqrt();
    if spread
        <= data
            .response
            .iter()
            .fold(0.0, |most: f64, y| most.max(y.abs()))
            * 1e-13
    {
        return Err(MixedError::NoResidual);
    }
    let least_squares = qr.solve(&data.response);
    let scaled: Vec<f64> = residuals.iter().map(|r| r / spread).collect();
    let found = match structure {
        Structure::Unstructured => unstructured_fit(data, qr.q(), &scaled)?,
        Structure::FirstOrder => first_order_fit(data, qr.q(), &scaled)?,
    };
    let back = qr.inverse_upper().scaled(spread);
    let moved = back.times_vector(&found.coefficients);
    let degrees = (n - p) as f64;
    let deviance = found.deviance + 2.0 * degrees * spread.ln() + qr.log_determinant_gram();
    Ok(RepeatedFit {
        n,
        terms: data.terms.clone(),
        coefficients: least_squares
            .iter()
            .zip(&moved)
            .map(|(b, m)| b + m)
            .collect(),
        covariance: back
            .times(&found.uncertainty)
            .times(&back.transpose())
            .symmetrised(),
        log_likelihood: -0.5 * deviance,
        sigma: spread * found.sigma,
        correlations: found.correlations,
        relative_deviations: found.relative_deviations,
    })
}

/// A fit in the orthonormal basis, the response scaled.
struct Found {
    coefficients: Vec<f64>,
    uncertainty: Matrix,
    deviance: f64,
    sigma: f64,
    correlations: Vec<f64>,
    relative_deviations: Vec<f64>,
}

fn unstructured_fit(data: &Repeated, q: &Matrix, response: &[f64]) -> Result<Found, MixedError> {
    let landscape = Unstructured::new(data, q, response)?;
    let n_visits = data.visit_labels.len();
    let Place {
        lower,
        deviance,
        coefficients,
        information,
        ..
    } = search(&landscape, Matrix::identity(n_visits))?;
    let covariance = lower.times(&lower.transpose());
    let deviations: Vec<f64> = covariance.diagonal().iter().map(|v| v.sqrt()).collect();
    let mut correlations = Vec::new();
    for a in 0..n_visits {
        for b in a + 1..n_visits {
            correlations.push(covariance[(a, b)] / (deviations[a] * deviations[b]));
        }
    }
    Ok(Found {
        coefficients,
        uncertainty: information.inverse(),
        deviance,
        sigma: deviations[0],
        correlations,
        relative_deviations: deviations.iter().map(|d| d / deviations[0]).collect(),
    })
}

/// Sums for one value of the factor: `Xᵀ R⁻¹ X`, `Xᵀ R⁻¹ y`, `yᵀ R⁻¹ y` in one matrix.
struct FirstOrder {
    /// Sums of products of a row with itself: all rows, inner rows, and neighbours.
    own: Matrix,
    inner: Matrix,
    neighbours: Matrix,
    n_steps: f64,
    degrees: f64,
}

impl FirstOrder {
    fn new(data: &Repeated, q: &Matrix, response: &[f64]) -> Self {
        let width = q.n_columns() + 1;
        let mut by_subject: Vec<Vec<usize>> = vec![Vec::new(); data.subject_labels.len()];
        for (row, subject) in data.subjects.iter().enumerate() {
            by_subject[*subject].push(row);
        }
        let mut sums = Self {
            own: Matrix::zeros(width, width),
            inner: Matrix::zeros(width, width),
            neighbours: Matrix::zeros(width, width),
            n_steps: 0.0,
            degrees: (response.len() + 1 - width) as f64,
        };
        let row_of = |row: usize| {
            let mut cells = q.row(row).to_vec();
            cells.push(response[row]);
            cells
        };
        for rows in &mut by_subject {
            rows.sort_by_key(|row| data.visits[*row]);
            for (place, row) in rows.iter().enumerate() {
                let cells = row_of(*row);
                add_outer(&mut sums.own, 1.0, &cells, &cells);
                if place > 0 {
                    let before = row_of(rows[place - 1]);
                    add_outer(&mut sums.neighbours, 1.0, &before, &cells);
                    add_outer(&mut sums.neighbours, 1.0, &cells, &before);
                    sums.n_steps += 1.0;
                }
                if place > 0 && place + 1 < rows.len() {
                    add_outer(&mut sums.inner, 1.0, &cells, &cells);
                }
            }
            if rows.len() == 1 {
                // A lone row has R⁻¹ = 1, which the factor below would make 1/(1 − ρ²).
                let cells = row_of(rows[0]);
                add_outer(&mut sums.inner, -1.0, &cells, &cells);
            }
        }
        sums
    }

    /// Returns the deviance at one factor, with what it was made of.
    fn at(&self, factor: f64) -> Option<(f64, Vec<f64>, Cholesky, f64)> {
        let p = self.own.n_rows() - 1;
        let mut gram = self.own.clone();
        gram.add_scaled(factor * factor, &self.inner);
        gram.add_scaled(-factor, &self.neighbours);
        let gram = gram.scaled((1.0 - factor * factor).recip());
        let information = Cholesky::new(&Matrix::from_fn(p, p, |i, j| gram[(i, j)]))?;
        let cross: Vec<f64> = (0..p).map(|i| gram[(i, p)]).collect();
        let coefficients = information.solve(&cross);
        let rss = gram[(p, p)] - dot(&coefficients, &cross);
        let deviance = self.n_steps * (1.0 - factor * factor).ln()
            + information.log_determinant()
            + self.degrees * (1.0 + (std::f64::consts::TAU * rss / self.degrees).ln());
        (rss > 0.0).then_some((deviance, coefficients, information, rss))
    }
}

fn add_outer(target: &mut Matrix, factor: f64, left: &[f64], right: &[f64]) {
    for (row, cell) in left.iter().enumerate() {
        crate::matrix::add_scaled(target.row_mut(row), factor * cell, right);
    }
}

fn first_order_fit(data: &Repeated, q: &Matrix, response: &[f64]) -> Result<Found, MixedError> {
    let sums = FirstOrder::new(data, q, response);
    let value = |place: &[f64]| {
        sums.at(place[0].tanh())
            .map_or(f64::INFINITY, |found| found.0)
    };
    let bottom = descend(&[0.0], value).map_err(|Adrift { steps }| MixedError::NotConverged {
        what: "correlation search",
        steps,
    })?;
    let factor = bottom.place[0].tanh();
    let (deviance, coefficients, information, rss) = sums
        .at(factor)
        .ok_or(MixedError::NotPositive { what: "errors" })?;
    let variance = rss / sums.degrees;
    Ok(Found {
        coefficients,
        uncertainty: information.inverse().scaled(variance),
        deviance,
        sigma: variance.sqrt(),
        correlations: vec![factor],
        relative_deviations: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Complete and balanced with the same columns for all, the unstructured REML estimate of Σ is
    /// the sample covariance and the means are the plain means.
    #[test]
    fn complete_visits_have_the_sample_covariance() {
        let csv = "y,visit,who\n1,1,a\n2,2,a\n4,3,a\n2,1,b\n5,2,b\n3,3,b\n3,1,c\n3,2,c\n7,3,c\n\
                   6,1,d\n4,2,d\n5,3,d\n5,1,e\n8,2,e\n9,3,e\n";
        let table = Table::read(csv.as_bytes()).unwrap();
        let factors = [("v".to_owned(), "visit".to_owned())].into_iter().collect();
        let coding = Coding {
            factors,
            ..Coding::default()
        };
        let formula = Formula::parse("y ~ v").unwrap();
        let data = Repeated::new(&formula, &table, &coding, "who", Some("visit")).unwrap();
        let fit = repeated(&data, Structure::Unstructured).unwrap();
        let first = [1.0, 2.0, 3.0, 6.0, 5.0];
        let second = [2.0, 5.0, 3.0, 4.0, 8.0];
        let mean = |values: &[f64]| values.iter().sum::<f64>() / 5.0;
        let covariance = |left: &[f64], right: &[f64]| {
            let parts = left.iter().zip(right);
            parts
                .map(|(a, b)| (a - mean(left)) * (b - mean(right)))
                .sum::<f64>()
                / 4.0
        };
        assert!((fit.coefficients[0] - mean(&first)).abs() < 1e-9);
        assert!((fit.coefficients[1] - (mean(&second) - mean(&first))).abs() < 1e-9);
        assert!((fit.sigma.powi(2) - covariance(&first, &first)).abs() < 1e-7);
        let wanted = covariance(&first, &second)
            / (covariance(&first, &first) * covariance(&second, &second)).sqrt();
        assert!((fit.correlations[0] - wanted).abs() < 1e-7);
    }

    #[test]
    fn two_rows_at_one_visit_are_refused() {
        let csv = "y,visit,who\n1,1,a\n2,1,a\n4,2,b\n2,1,b\n5,2,c\n3,2,d\n";
        let table = Table::read(csv.as_bytes()).unwrap();
        let formula = Formula::parse("y ~ 1").unwrap();
        let coding = Coding::default();
        let data = Repeated::new(&formula, &table, &coding, "who", Some("visit")).unwrap();
        let refused = repeated(&data, Structure::Unstructured).err();
        let wanted = MixedError::RepeatedVisit {
            subject: "a".to_owned(),
            visit: "1".to_owned(),
        };
        assert_eq!(refused, Some(wanted));
    }
}
