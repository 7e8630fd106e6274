//! The mean at each visit with a random constant for each subject, without a row in the search.
//!
//! Where the fixed columns say only which visit a row is of, and one constant varies from subject to
//! subject, `W = I - c 11ᵀ` within a subject with `c = θ²/(1 + nθ²)`, which depends on the subject
//! through its number of answers `n` alone. So the subjects of one `n` are summed once and an
//! evaluation costs the number of visits, not of subjects: for 13 weeks of 5,000 people it is 13 sums
//! in place of 5,000.

use super::profile::{Profile, Summed};
use super::{Criterion, SINGULAR_BELOW, Sums};
use crate::matrix::{Matrix, add_scaled};
use crate::mixed::search::search;
use crate::mixed::{MixedError, Note};

/// Answers of subjects by visit, summed as they are added.
///
/// ```
/// use statistics::mixed::{Criterion, VisitAnswers};
///
/// let mut answers = VisitAnswers::new(2);
/// for subject in [[4.0, 2.0], [6.0, 5.0], [8.0, 5.0]] {
///     answers.add(subject.into_iter().enumerate());
/// }
/// let means = answers.means(Criterion::Reml)?;
/// assert_eq!(means.means, [6.0, 4.0]);
/// # Ok::<(), statistics::mixed::MixedError>(())
/// ```
#[derive(Clone, Debug)]
pub struct VisitAnswers {
    n_visits: usize,
    subjects: usize,
    /// Where each subject's answers end in `visits` and `values`.
    ends: Vec<usize>,
    visits: Vec<usize>,
    values: Vec<f64>,
}

/// The mean at each visit.
#[derive(Clone, Debug, PartialEq)]
pub struct VisitMeans {
    /// Which criterion was optimised.
    pub criterion: Criterion,
    /// Answers used.
    pub n: usize,
    /// The mean of each visit.
    pub means: Vec<f64>,
    /// Their covariance.
    pub covariance: Matrix,
    /// The variance between subjects.
    pub between: f64,
    /// Residual standard deviation.
    pub sigma: f64,
    /// Log-likelihood, restricted if that was optimised.
    pub log_likelihood: f64,
    /// What must be said beside the numbers.
    pub notes: Vec<Note>,
}

impl VisitMeans {
    /// Says whether the variance between subjects lies on its boundary.
    pub fn is_singular(&self) -> bool {
        self.notes.contains(&Note::Singular)
    }
}

impl VisitAnswers {
    /// No answers yet, of visits `0..n_visits`.
    pub fn new(n_visits: usize) -> Self {
        Self {
            n_visits,
            subjects: 0,
            ends: Vec::new(),
            visits: Vec::new(),
            values: Vec::new(),
        }
    }

    /// Adds a subject's answers as visit and value, each visit once; answers at visits there are
    /// none of are passed over. A subject without an answer adds nothing.
    pub fn add(&mut self, answers: impl IntoIterator<Item = (usize, f64)>) {
        let before = self.values.len();
        for (visit, value) in answers {
            if visit < self.n_visits {
                self.visits.push(visit);
                self.values.push(value);
            }
        }
        if self.values.len() > before {
            self.ends.push(self.values.len());
            self.subjects += 1;
        }
    }

    /// Fits one mean a visit and a random constant a subject.
    ///
    /// The same model, search and criterion as [`linear`](super::linear) with one column a visit and
    /// `(1 | subject)`, and the same refusals; the two agree to about 1e-11 (a test holds them to
    /// 1e-9). Cost: one pass over the answers, `n` squared for a subject of `n` answers, and then the
    /// cube of the number of visits for each step of the search.
    ///
    /// # Errors
    /// As [`linear`](super::linear): a value that is not finite, a visit without an answer, too few
    /// answers, one answer a subject, or nothing left to explain.
    pub fn means(&self, criterion: Criterion) -> Result<VisitMeans, MixedError> {
        let (n, p) = (self.values.len(), self.n_visits);
        self.check()?;
        let (counts, least_squares) = self.least_squares()?;
        let residuals = self.residuals(&least_squares);
        let spread = (residuals.iter().map(|r| r * r).sum::<f64>() / n as f64).sqrt();
        let largest = self
            .values
            .iter()
            .fold(0.0, |most: f64, y| most.max(y.abs()));
        if spread <= largest * 1e-13 {
            return Err(MixedError::NoResidual);
        }
        let scales: Vec<f64> = counts.iter().map(|count| count.sqrt().recip()).collect();
        let by_size = BySize::new(self, &residuals, &scales, spread);
        let profile = Profile {
            groups: &by_size,
            n: n as f64,
            is_restricted: matches!(criterion, Criterion::Reml),
            free: vec![(0, 0)],
        };
        let place = search(&profile, Matrix::identity(1))?;
        let degrees = profile.degrees();
        let restricted_part: f64 = match criterion {
            Criterion::Reml => counts.iter().map(|count| count.ln()).sum(),
            Criterion::Ml => 0.0,
        };
        let deviance = place.deviance + 2.0 * degrees * spread.ln() + restricted_part;
        let variance = spread * spread * place.rss / degrees;
        let inverse = place.information.inverse();
        let ratio = place.lower[(0, 0)].abs();
        Ok(VisitMeans {
            criterion,
            n,
            means: (0..p)
                .map(|v| least_squares[v] + spread * scales[v] * place.coefficients[v])
                .collect(),
            covariance: Matrix::from_fn(p, p, |a, b| {
                variance * scales[a] * scales[b] * inverse[(a, b)]
            }),
            between: variance * ratio * ratio,
            sigma: variance.sqrt(),
            log_likelihood: -0.5 * deviance,
            notes: if ratio < SINGULAR_BELOW {
                vec![Note::Singular]
            } else {
                Vec::new()
            },
        })
    }

    fn check(&self) -> Result<(), MixedError> {
        if !self.values.iter().all(|value| value.is_finite()) {
            return Err(MixedError::NotFinite);
        }
        let rows = self.values.len();
        if rows <= self.n_visits + 1 || self.subjects < 2 {
            return Err(MixedError::TooFewRows {
                rows,
                parameters: self.n_visits + 2,
            });
        }
        if self.subjects >= rows {
            return Err(MixedError::OneRowPerGroup);
        }
        Ok(())
    }

    /// How many answered at each visit, and the plain mean of it.
    fn least_squares(&self) -> Result<(Vec<f64>, Vec<f64>), MixedError> {
        let mut counts = vec![0.0_f64; self.n_visits];
        let mut sums = vec![0.0_f64; self.n_visits];
        for (visit, value) in self.visits.iter().zip(&self.values) {
            counts[*visit] += 1.0;
            sums[*visit] += value;
        }
        if let Some(visit) = counts.iter().position(|count| *count == 0.0) {
            return Err(MixedError::Dependent {
                term: format!("visit {visit}"),
            });
        }
        for (sum, count) in sums.iter_mut().zip(&counts) {
            *sum /= count;
        }
        Ok((counts, sums))
    }

    fn residuals(&self, means: &[f64]) -> Vec<f64> {
        self.visits
            .iter()
            .zip(&self.values)
            .map(|(visit, value)| value - means[*visit])
            .collect()
    }
}

/// The cross-products of all subjects with one number of answers.
struct Size {
    answers: f64,
    subjects: f64,
    /// `Σ bbᵀ`, with `b` the sum of a subject's rows of `[X y]`.
    cross: Matrix,
}

/// Subjects by how many answers they have.
struct BySize {
    /// Fixed columns and the response.
    m: usize,
    sizes: Vec<Size>,
    total: Matrix,
}

impl BySize {
    /// `scales` makes the columns of the visits orthonormal, `spread` the residuals of order one.
    fn new(answers: &VisitAnswers, residuals: &[f64], scales: &[f64], spread: f64) -> Self {
        let p = answers.n_visits;
        let m = p + 1;
        let mut total = Matrix::identity(m);
        total[(p, p)] = residuals.iter().map(|r| (r / spread) * (r / spread)).sum();
        let mut sizes: Vec<Option<Size>> = (0..=p).map(|_| None).collect();
        let mut start = 0;
        for end in &answers.ends {
            let rows = start..*end;
            let (visits, values) = (&answers.visits[rows.clone()], &residuals[rows]);
            start = *end;
            if sizes.len() <= visits.len() {
                sizes.resize_with(visits.len() + 1, || None);
            }
            let size = sizes[visits.len()].get_or_insert_with(|| Size {
                answers: visits.len() as f64,
                subjects: 0.0,
                cross: Matrix::zeros(m, m),
            });
            size.subjects += 1.0;
            let sum: f64 = values.iter().sum::<f64>() / spread;
            for one in visits {
                let row = size.cross.row_mut(*one);
                // Counts are summed as they are and scaled after, so that they stay exact.
                for other in visits {
                    row[*other] += 1.0;
                }
                row[p] += sum;
            }
            size.cross[(p, p)] += sum * sum;
        }
        let mut sizes: Vec<Size> = sizes.into_iter().flatten().collect();
        for size in &mut sizes {
            size.scale(scales);
        }
        Self { m, sizes, total }
    }
}

impl Size {
    fn scale(&mut self, scales: &[f64]) {
        let p = scales.len();
        for a in 0..p {
            for b in 0..p {
                self.cross[(a, b)] *= scales[a] * scales[b];
            }
            let response = self.cross[(a, p)] * scales[a];
            self.cross[(a, p)] = response;
            self.cross[(p, a)] = response;
        }
    }
}

impl Summed for BySize {
    fn q(&self) -> usize {
        1
    }

    fn m(&self) -> usize {
        self.m
    }

    fn sums(&self, lower: &Matrix) -> Option<Sums> {
        let square = lower[(0, 0)] * lower[(0, 0)];
        let mut sums = Sums::zero(1, self.m);
        sums.gram = self.total.clone();
        for size in &self.sizes {
            let inflation = 1.0 + size.answers * square;
            if !inflation.is_finite() {
                return None;
            }
            let middle = size.answers / inflation;
            sums.log_determinant += size.subjects * inflation.ln();
            sums.middle[(0, 0)] += size.subjects * middle;
            sums.curvature[(0, 0)] += size.subjects * middle * middle;
            for row in 0..self.m {
                let cross = size.cross.row(row);
                add_scaled(sums.gram.row_mut(row), -square / inflation, cross);
                let outer = inflation.recip().powi(2);
                add_scaled(sums.outer[0].row_mut(row), outer, cross);
            }
        }
        Some(sums)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mixed::{Design, LinearFit, RandomDesign, linear};
    use proptest::prelude::*;

    fn by_rows(answers: &VisitAnswers, criterion: Criterion) -> Result<LinearFit, MixedError> {
        let (n, p) = (answers.values.len(), answers.n_visits);
        let mut codes = Vec::new();
        let mut start = 0;
        for (code, end) in answers.ends.iter().enumerate() {
            codes.extend((start..*end).map(|_| code));
            start = *end;
        }
        let design = Design {
            terms: (0..p).map(|visit| format!("visit {visit}")).collect(),
            fixed: Matrix::from_fn(n, p, |row, column| {
                if answers.visits[row] == column {
                    1.0
                } else {
                    0.0
                }
            }),
            response: answers.values.clone(),
            rows: (0..n).collect(),
            random: Some(RandomDesign {
                group: "subject".to_owned(),
                labels: (0..answers.subjects).map(|n| n.to_string()).collect(),
                codes,
                names: vec!["(Intercept)".to_owned()],
                columns: Matrix::from_fn(n, 1, |_, _| 1.0),
                blocks: vec![1],
            }),
        };
        linear(&design, criterion)
    }

    fn assert_same(answers: &VisitAnswers, criterion: Criterion) {
        let near = |name: &str, found: f64, wanted: f64, size: f64| {
            assert!(
                (found - wanted).abs() <= 1e-9 * size.max(wanted.abs()),
                "{name}: {found} is not {wanted}"
            );
        };
        let (found, wanted) = match (answers.means(criterion), by_rows(answers, criterion)) {
            (Ok(found), Ok(wanted)) => (found, wanted),
            (found, wanted) => {
                assert_eq!(found.map(|_| ()), wanted.map(|_| ()));
                return;
            }
        };
        let sigma = wanted.sigma;
        for (mean, other) in found.means.iter().zip(&wanted.coefficients) {
            near("mean", *mean, *other, sigma);
        }
        for (cell, other) in found
            .covariance
            .cells()
            .iter()
            .zip(wanted.covariance.cells())
        {
            near("covariance", *cell, *other, 1e-3 * sigma * sigma);
        }
        near("sigma", found.sigma, sigma, 0.0);
        near(
            "between",
            found.between,
            wanted.variances[0].variance,
            sigma * sigma,
        );
        near(
            "likelihood",
            found.log_likelihood,
            wanted.log_likelihood,
            1.0,
        );
        assert_eq!(found.notes, wanted.notes);
        assert_eq!(found.n, wanted.n);
    }

    /// Balanced, so the analysis of variance gives it by hand: subjects' means 3, 5.5 and 6.5 about 5,
    /// visits' means 6 and 4. Between subjects 2(4 + 0.25 + 2.25) = 13 over 2 degrees of freedom; the
    /// differences 2, 1, 3 about 2 leave 2/2 = 1 over 2. So σ² = 0.5, σ_b² = (6.5 - 0.5)/2 = 3 and the
    /// variance of a visit's mean (3 + 0.5)/3.
    #[test]
    fn three_subjects_at_two_visits_have_the_variances_worked_by_hand() {
        let mut answers = VisitAnswers::new(2);
        for subject in [[4.0, 2.0], [6.0, 5.0], [8.0, 5.0]] {
            answers.add(subject.into_iter().enumerate());
        }
        let means = answers.means(Criterion::Reml).unwrap();
        assert!((means.sigma * means.sigma - 0.5).abs() < 1e-9, "{means:?}");
        assert!((means.between - 3.0).abs() < 1e-8, "{means:?}");
        assert!((means.covariance[(0, 0)] - 3.5 / 3.0).abs() < 1e-8);
        assert!((means.covariance[(0, 1)] - 1.0).abs() < 1e-8);
        assert!(!means.is_singular());
    }

    #[test]
    fn a_visit_nobody_answered_at_and_a_value_that_is_no_number_are_refused() {
        let mut answers = VisitAnswers::new(3);
        for _ in 0..4 {
            answers.add([(0, 1.0), (2, 2.0)]);
        }
        assert_eq!(
            answers.means(Criterion::Reml),
            Err(MixedError::Dependent {
                term: "visit 1".to_owned()
            })
        );
        answers.add([(1, f64::NAN)]);
        assert_eq!(answers.means(Criterion::Reml), Err(MixedError::NotFinite));
        assert!(matches!(
            VisitAnswers::new(3).means(Criterion::Ml),
            Err(MixedError::TooFewRows { rows: 0, .. })
        ));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn sums_by_number_of_answers_give_what_the_rows_give(
            subjects in proptest::collection::vec(
                (-3.0..3.0_f64, proptest::collection::vec(proptest::option::weighted(0.7, -1.0..1.0_f64), 5)),
                8..60,
            ),
            apart in 0.0..2.0_f64,
            level in prop_oneof![Just(0.0), Just(1e3)],
        ) {
            let mut answers = VisitAnswers::new(5);
            for (own, rest) in &subjects {
                answers.add(rest.iter().enumerate().filter_map(|(visit, rest)| {
                    let drift = [0.0, -1.0, -1.5, -1.7, -2.0][visit];
                    rest.map(|rest| (visit, level + drift + apart * own + rest))
                }));
            }
            assert_same(&answers, Criterion::Reml);
            assert_same(&answers, Criterion::Ml);
        }
    }
}
