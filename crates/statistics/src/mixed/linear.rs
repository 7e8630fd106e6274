//! The linear mixed model: `y = Xβ + Zb + e`, `b ~ N(0, σ²ΛΛᵀ)` for each group, `e ~ N(0, σ²)`.

mod groups;
mod inference;
mod profile;
#[cfg(test)]
mod tests;
mod visits;

use groups::{Groups, Sums};
use profile::{Place, Profile};
pub use visits::{VisitAnswers, VisitMeans};

use super::search::search;
use super::{Design, MixedError, Note, RandomDesign};
use crate::matrix::{Matrix, Qr, dot};
use crate::tail::Reference;

/// A diagonal cell of Λ below this is taken to be zero when singularity is judged.
const SINGULAR_BELOW: f64 = 1e-4;

/// What is made as likely as can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Criterion {
    /// Restricted maximum likelihood.
    Reml,
    /// Maximum likelihood.
    Ml,
}

impl Criterion {
    /// Returns REML or ML.
    pub fn name(self) -> &'static str {
        match self {
            Self::Reml => "REML",
            Self::Ml => "ML",
        }
    }

    /// Finds a criterion by its name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Reml, Self::Ml]
            .into_iter()
            .find(|criterion| criterion.name() == name)
    }
}

/// A variance, or a covariance of two random columns of one term.
#[derive(Clone, Debug, PartialEq)]
pub struct RandomVariance {
    /// Which random term, counting from zero.
    pub block: usize,
    /// A random column.
    pub name: String,
    /// Another, for a covariance.
    pub other: Option<String>,
    /// The variance or covariance.
    pub variance: f64,
    /// The standard deviation, or the correlation.
    pub deviation: f64,
}

/// One coefficient tested with approximate degrees of freedom.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Coefficient {
    /// Standard error; Kenward and Roger's is adjusted for small samples.
    pub standard_error: f64,
    /// Degrees of freedom.
    pub degrees: f64,
    /// Estimate over standard error.
    pub t: f64,
    /// Two-sided p.
    pub p: f64,
}

impl Coefficient {
    fn new(estimate: f64, standard_error: f64, degrees: f64) -> Self {
        let t = estimate / standard_error;
        Self {
            standard_error,
            degrees,
            t,
            p: Reference::Student(degrees).two_sided(t),
        }
    }
}

/// How degrees of freedom are approximated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Approximation {
    /// Satterthwaite's, from the observed curvature of the deviance.
    Satterthwaite,
    /// Kenward and Roger's, from the expected one, with adjusted standard errors.
    KenwardRoger,
}

/// A fitted linear mixed model.
#[derive(Clone, Debug)]
pub struct LinearFit {
    /// Which criterion was optimised.
    pub criterion: Criterion,
    /// Rows used.
    pub n: usize,
    /// Names of the coefficients.
    pub terms: Vec<String>,
    /// The coefficients.
    pub coefficients: Vec<f64>,
    /// Their covariance.
    pub covariance: Matrix,
    /// Variances and covariances of the random columns.
    pub variances: Vec<RandomVariance>,
    /// Residual standard deviation.
    pub sigma: f64,
    /// Log-likelihood, restricted if that was optimised.
    pub log_likelihood: f64,
    /// Parameters counted in AIC and BIC.
    pub n_parameters: usize,
    /// Each group's random effects, in the order of the groups' labels.
    pub random_effects: Matrix,
    /// Fitted values, random effects included.
    pub fitted: Vec<f64>,
    /// What must be said beside the numbers.
    pub notes: Vec<Note>,
    state: State,
}

/// What later questions need of the search.
#[derive(Clone, Debug)]
struct State {
    groups: Groups,
    place: Place,
    free: Vec<(usize, usize)>,
    /// From coefficients of the orthonormal basis to those of the columns.
    basis: Matrix,
    degrees: f64,
}

impl LinearFit {
    /// Returns standard errors from the model.
    pub fn standard_errors(&self) -> Vec<f64> {
        self.covariance
            .diagonal()
            .iter()
            .map(|variance| variance.sqrt())
            .collect()
    }

    /// Returns minus twice the log-likelihood: the deviance, or the REML criterion.
    pub fn deviance(&self) -> f64 {
        -2.0 * self.log_likelihood
    }

    /// Returns Akaike's criterion.
    pub fn aic(&self) -> f64 {
        self.deviance() + 2.0 * self.n_parameters as f64
    }

    /// Returns Schwarz's criterion, on the number of rows.
    pub fn bic(&self) -> f64 {
        self.deviance() + (self.n as f64).ln() * self.n_parameters as f64
    }

    /// Says whether a variance lies on its boundary.
    pub fn is_singular(&self) -> bool {
        self.notes.contains(&Note::Singular)
    }

    /// Tests every coefficient with approximate degrees of freedom; none where the curvature of
    /// the deviance gives no answer.
    pub fn tests(&self, approximation: Approximation) -> Option<Vec<Coefficient>> {
        inference::tests(self, approximation)
    }
}

/// Fits a linear mixed model (Bates, Mächler, Bolker and Walker 2015, *Journal of Statistical
/// Software* 67(1)).
///
/// Minimises the profiled deviance `log|I + ΛᵀZᵀZΛ| + n(1 + log 2πr²/n)`, or for REML
/// `+ log|XᵀWX|` and `n − p` in place of `n`, over the relative covariance factor Λ; σ² is the
/// penalised residual sum of squares over `n` (or `n − p`). Domain: one grouping, more rows than
/// coefficients, some group with two rows. Method: cross-products by group on an orthonormal basis,
/// Newton's steps with the exact slope and expected curvature; an evaluation costs the number of
/// groups. Error: the slope is driven to rounding, so coefficients have about 1e-10 relative and
/// the log-likelihood about 1e-13 times the rows. Λ is unconstrained in the search, so a variance
/// of zero is a smooth minimum and is reached, and then said to be singular.
pub fn linear(design: &Design, criterion: Criterion) -> Result<LinearFit, MixedError> {
    let random = design.random.as_ref().ok_or(MixedError::NoRandomTerm)?;
    check(design, random)?;
    let qr = Qr::new(&design.fixed);
    if let Some(column) = qr.dependent_column() {
        return Err(MixedError::Dependent {
            term: design.terms[column].clone(),
        });
    }
    let (n, p) = (design.response.len(), design.terms.len());
    let least_squares = qr.solve(&design.response);
    let mut work = qr.q().clone();
    let residuals = residuals(&work, &design.response);
    let spread = (dot(&residuals, &residuals) / n as f64).sqrt();
    if spread
        <= design
            .response
            .iter()
            .fold(0.0, |most: f64, y| most.max(y.abs()))
            * 1e-13
    {
        return Err(MixedError::NoResidual);
    }
    work = Matrix::from_fn(n, p + 1, |row, column| {
        if column < p {
            work[(row, column)]
        } else {
            residuals[row] / spread
        }
    });
    let scales = column_scales(&random.columns);
    let columns = Matrix::from_fn(n, scales.len(), |row, column| {
        random.columns[(row, column)] / scales[column]
    });
    let groups = Groups::new(&columns, &work, &random.codes, random.labels.len());
    let is_restricted = matches!(criterion, Criterion::Reml);
    let free = free_cells(&random.blocks);
    let profile = Profile {
        groups: &groups,
        n: n as f64,
        is_restricted,
        free: free.clone(),
    };
    let start = Matrix::identity(random.names.len());
    let mut place = search(&profile, start)?;
    turn_columns(&mut place.lower);
    let degrees = profile.degrees();
    let restricted_part = if is_restricted {
        qr.log_determinant_gram()
    } else {
        0.0
    };
    let deviance = place.deviance + 2.0 * degrees * spread.ln() + restricted_part;
    // Coefficients of the columns are those of least squares plus `R⁻¹` times the search's.
    let basis = qr.inverse_upper().scaled(spread);
    let state = State {
        groups,
        place,
        free,
        basis,
        degrees,
    };
    Ok(finish(
        design,
        random,
        criterion,
        &least_squares,
        &scales,
        spread,
        deviance,
        state,
    ))
}

fn check(design: &Design, random: &RandomDesign) -> Result<(), MixedError> {
    let finite = |values: &[f64]| values.iter().all(|value| value.is_finite());
    if !finite(&design.response) || !design.fixed.is_finite() || !random.columns.is_finite() {
        return Err(MixedError::NotFinite);
    }
    let (rows, p) = (design.response.len(), design.terms.len());
    let parameters = p + free_cells(&random.blocks).len() + 1;
    if rows <= p + 1 || random.labels.len() < 2 {
        return Err(MixedError::TooFewRows { rows, parameters });
    }
    if random.labels.len() >= rows && random.blocks == [1] {
        return Err(MixedError::OneRowPerGroup);
    }
    Ok(())
}

/// Returns what least squares leaves of the response; projected twice, for the digits.
pub(super) fn residuals(q: &Matrix, response: &[f64]) -> Vec<f64> {
    let mut left = response.to_vec();
    for _ in 0..2 {
        let along = q.transpose_times_vector(&left);
        for (row, cell) in left.iter_mut().enumerate() {
            *cell -= dot(q.row(row), &along);
        }
    }
    left
}

pub(super) fn column_scales(columns: &Matrix) -> Vec<f64> {
    let mut squares = vec![0.0; columns.n_columns()];
    for row in 0..columns.n_rows() {
        for (square, cell) in squares.iter_mut().zip(columns.row(row)) {
            *square += cell * cell;
        }
    }
    let n = columns.n_rows() as f64;
    squares
        .iter()
        .map(|square| (square / n).sqrt().max(f64::MIN_POSITIVE))
        .collect()
}

/// Returns the cells of Λ on or below the diagonal of each block, column by column.
fn free_cells(blocks: &[usize]) -> Vec<(usize, usize)> {
    let mut cells = Vec::new();
    let mut start = 0;
    for size in blocks {
        for column in start..start + size {
            cells.extend((column..start + size).map(|row| (row, column)));
        }
        start += size;
    }
    cells
}

/// Turns columns of Λ so that its diagonal is not negative, which leaves ΛΛᵀ as it is.
fn turn_columns(lower: &mut Matrix) {
    for column in 0..lower.n_columns() {
        if lower[(column, column)] < 0.0 {
            for row in 0..lower.n_rows() {
                lower[(row, column)] = -lower[(row, column)];
            }
        }
    }
}

#[expect(
    clippy::too_many_arguments,
    reason = "it gathers what one caller has in hand"
)]
fn finish(
    design: &Design,
    random: &RandomDesign,
    criterion: Criterion,
    least_squares: &[f64],
    scales: &[f64],
    spread: f64,
    deviance: f64,
    state: State,
) -> LinearFit {
    let place = &state.place;
    let sigma = spread * (place.rss / state.degrees).sqrt();
    let moved = state.basis.times_vector(&place.coefficients);
    let coefficients: Vec<f64> = least_squares
        .iter()
        .zip(&moved)
        .map(|(b, m)| b + m)
        .collect();
    let inverse = place
        .information
        .inverse()
        .scaled(place.rss / state.degrees);
    let covariance = state
        .basis
        .times(&inverse)
        .times(&state.basis.transpose())
        .symmetrised();
    let q = scales.len();
    // Λ on the scale of the columns as they came.
    let lower = Matrix::from_fn(q, q, |row, column| place.lower[(row, column)] / scales[row]);
    let relative = place.lower.times(&place.lower.transpose());
    let n_groups = random.labels.len();
    let mut effects = Vec::with_capacity(n_groups * q);
    // Sums stand for every group, so the visit cannot meet a matrix the search did not.
    let _ = state.groups.visit(&place.lower, |group| {
        let own = group.effects(&relative, &place.coefficients);
        effects.extend(
            own.iter()
                .zip(scales)
                .map(|(effect, scale)| spread * effect / scale),
        );
    });
    let random_effects = Matrix::from_rows(q, effects);
    let fitted = (0..design.response.len())
        .map(|row| {
            dot(design.fixed.row(row), &coefficients)
                + dot(
                    random.columns.row(row),
                    random_effects.row(random.codes[row]),
                )
        })
        .collect();
    let is_singular = lower.diagonal().iter().any(|cell| *cell < SINGULAR_BELOW);
    LinearFit {
        criterion,
        n: design.response.len(),
        terms: design.terms.clone(),
        n_parameters: coefficients.len() + state.free.len() + 1,
        coefficients,
        covariance,
        variances: variances(random, &lower, sigma),
        sigma,
        log_likelihood: -0.5 * deviance,
        random_effects,
        fitted,
        notes: if is_singular {
            vec![Note::Singular]
        } else {
            Vec::new()
        },
        state,
    }
}

fn variances(random: &RandomDesign, lower: &Matrix, sigma: f64) -> Vec<RandomVariance> {
    let covariance = lower.times(&lower.transpose()).scaled(sigma * sigma);
    let mut variances = Vec::new();
    let mut start = 0;
    for (block, size) in random.blocks.iter().enumerate() {
        for a in start..start + size {
            variances.push(RandomVariance {
                block,
                name: random.names[a].clone(),
                other: None,
                variance: covariance[(a, a)],
                deviation: covariance[(a, a)].sqrt(),
            });
        }
        for b in start..start + size {
            for a in b + 1..start + size {
                let scale = (covariance[(a, a)] * covariance[(b, b)]).sqrt();
                variances.push(RandomVariance {
                    block,
                    name: random.names[b].clone(),
                    other: Some(random.names[a].clone()),
                    variance: covariance[(a, b)],
                    deviation: covariance[(a, b)] / scale,
                });
            }
        }
        start += size;
    }
    variances
}
