//! The restricted deviance of an unstructured covariance, with its slope and curvature.

use std::collections::BTreeMap;

use super::Repeated;
use crate::matrix::{Cholesky, Matrix, add_scaled, dot};
use crate::mixed::MixedError;
use crate::mixed::search::{Landscape, pairs};

/// The data, subject by subject.
pub(super) struct Unstructured {
    n_visits: usize,
    p: usize,
    n: f64,
    free: Vec<(usize, usize)>,
    /// The sets of visits that occur.
    patterns: Vec<Vec<usize>>,
    subjects: Vec<Subject>,
}

struct Subject {
    pattern: usize,
    /// Fixed columns and, last, the response.
    rows: Matrix,
}

/// The deviance and what it was made of, at one factor of Σ.
pub(super) struct Place {
    pub(super) lower: Matrix,
    pub(super) deviance: f64,
    pub(super) coefficients: Vec<f64>,
    /// `XᵀV⁻¹X`, factored.
    pub(super) information: Cholesky,
    /// `V⁻¹` of each pattern.
    inverses: Vec<Matrix>,
}

impl Unstructured {
    pub(super) fn new(
        data: &Repeated,
        basis: &Matrix,
        response: &[f64],
    ) -> Result<Self, MixedError> {
        let n_visits = data.visit_labels.len();
        let p = basis.n_columns();
        let mut by_subject: Vec<Vec<usize>> = vec![Vec::new(); data.subject_labels.len()];
        for (row, subject) in data.subjects.iter().enumerate() {
            by_subject[*subject].push(row);
        }
        let mut indexes: BTreeMap<Vec<usize>, usize> = BTreeMap::new();
        let mut subjects = Vec::new();
        for (subject, mut rows) in by_subject.into_iter().enumerate() {
            rows.sort_by_key(|row| data.visits[*row]);
            let visits: Vec<usize> = rows.iter().map(|row| data.visits[*row]).collect();
            if let Some(twice) = visits.windows(2).find(|pair| pair[0] == pair[1]) {
                return Err(MixedError::RepeatedVisit {
                    subject: data.subject_labels[subject].clone(),
                    visit: data.visit_labels[twice[0]].clone(),
                });
            }
            let next = indexes.len();
            let pattern = *indexes.entry(visits).or_insert(next);
            let rows = Matrix::from_fn(rows.len(), p + 1, |i, j| {
                if j < p {
                    basis[(rows[i], j)]
                } else {
                    response[rows[i]]
                }
            });
            subjects.push(Subject { pattern, rows });
        }
        let mut patterns = vec![Vec::new(); indexes.len()];
        for (visits, index) in indexes {
            patterns[index] = visits;
        }
        let all = Self {
            n_visits,
            p,
            n: response.len() as f64,
            free: pairs(n_visits),
            patterns,
            subjects,
        };
        all.check_pairs(data)?;
        Ok(all)
    }

    /// A pair of visits that nobody has together has no covariance to estimate.
    fn check_pairs(&self, data: &Repeated) -> Result<(), MixedError> {
        for (a, b) in &self.free {
            let together = |visits: &Vec<usize>| visits.contains(a) && visits.contains(b);
            if !self.patterns.iter().any(together) {
                return Err(MixedError::NeverTogether {
                    first: data.visit_labels[*b].clone(),
                    second: data.visit_labels[*a].clone(),
                });
            }
        }
        Ok(())
    }

    /// Spreads a matrix over a pattern's visits to all visits.
    fn add_padded(&self, target: &mut Matrix, factor: f64, pattern: usize, part: &Matrix) {
        let visits = &self.patterns[pattern];
        for (i, a) in visits.iter().enumerate() {
            for (j, b) in visits.iter().enumerate() {
                target[(*a, *b)] += factor * part[(i, j)];
            }
        }
    }

    fn counts(&self) -> Vec<f64> {
        let mut counts = vec![0.0; self.patterns.len()];
        for subject in &self.subjects {
            counts[subject.pattern] += 1.0;
        }
        counts
    }
}

impl Landscape for Unstructured {
    type Place = Place;

    fn free(&self) -> &[(usize, usize)] {
        &self.free
    }

    fn size(&self) -> f64 {
        self.n
    }

    fn lower(place: &Place) -> &Matrix {
        &place.lower
    }

    fn deviance(place: &Place) -> f64 {
        place.deviance
    }

    fn at(&self, lower: Matrix) -> Option<Place> {
        let covariance = lower.times(&lower.transpose());
        let mut inverses = Vec::with_capacity(self.patterns.len());
        let mut deviance = (self.n - self.p as f64) * std::f64::consts::TAU.ln();
        for (visits, count) in self.patterns.iter().zip(self.counts()) {
            let own = Matrix::from_fn(visits.len(), visits.len(), |i, j| {
                covariance[(visits[i], visits[j])]
            });
            let factor = Cholesky::new(&own)?;
            deviance += count * factor.log_determinant();
            inverses.push(factor.inverse());
        }
        let mut gram = Matrix::zeros(self.p + 1, self.p + 1);
        for subject in &self.subjects {
            let weighted = inverses[subject.pattern].times(&subject.rows);
            for row in 0..subject.rows.n_rows() {
                for (a, cell) in subject.rows.row(row).iter().enumerate() {
                    add_scaled(gram.row_mut(a), *cell, weighted.row(row));
                }
            }
        }
        let p = self.p;
        let information = Cholesky::new(&Matrix::from_fn(p, p, |i, j| gram[(i, j)]))?;
        let cross: Vec<f64> = (0..p).map(|i| gram[(i, p)]).collect();
        let coefficients = information.solve(&cross);
        deviance += information.log_determinant() + gram[(p, p)] - dot(&coefficients, &cross);
        deviance.is_finite().then_some(Place {
            lower,
            deviance,
            coefficients,
            information,
            inverses,
        })
    }

    fn slope(&self, place: &Place) -> Matrix {
        let mut slope = Matrix::zeros(self.n_visits, self.n_visits);
        for (pattern, count) in self.counts().into_iter().enumerate() {
            self.add_padded(&mut slope, count, pattern, &place.inverses[pattern]);
        }
        let inverse = place.information.inverse();
        for subject in &self.subjects {
            let weighted = place.inverses[subject.pattern].times(&subject.rows);
            let n_rows = weighted.n_rows();
            let errors: Vec<f64> = (0..n_rows)
                .map(|i| {
                    weighted[(i, self.p)] - dot(&weighted.row(i)[..self.p], &place.coefficients)
                })
                .collect();
            let carried: Vec<Vec<f64>> = (0..n_rows)
                .map(|i| inverse.times_vector(&weighted.row(i)[..self.p]))
                .collect();
            let part = Matrix::from_fn(n_rows, n_rows, |i, j| {
                dot(&carried[i], &weighted.row(j)[..self.p]) + errors[i] * errors[j]
            });
            self.add_padded(&mut slope, -1.0, subject.pattern, &part);
        }
        slope
    }

    fn curvature(&self, place: &Place) -> Matrix {
        let n_pairs = self.free.len();
        let mut curvature = Matrix::zeros(n_pairs, n_pairs);
        for (pattern, count) in self.counts().into_iter().enumerate() {
            let mut padded = Matrix::zeros(self.n_visits, self.n_visits);
            self.add_padded(&mut padded, 1.0, pattern, &place.inverses[pattern]);
            for (i, (a, b)) in self.free.iter().enumerate() {
                for (j, (c, d)) in self.free.iter().enumerate() {
                    let both =
                        padded[(*a, *c)] * padded[(*b, *d)] + padded[(*a, *d)] * padded[(*b, *c)];
                    let weight = match (a == b, c == d) {
                        (true, true) => 0.5,
                        (true, false) | (false, true) => 1.0,
                        (false, false) => 2.0,
                    };
                    curvature[(i, j)] += count * weight * both;
                }
            }
        }
        curvature
    }
}
