//! Generalised estimating equations: means of clustered outcomes, with errors that do not trust
//! the working correlation.

use super::logistic::{check_binary, probability};
use super::{MixedError, logistic};
use crate::convergence::Stop;
use crate::matrix::{Cholesky, Matrix, Qr, add_scaled, dot};
use crate::tail::Reference;

/// Rounds after which the equations are given up.
const ROUNDS_MAX: usize = 500;
/// Change of a coefficient, relative to its size, that ends the rounds.
const STILL: f64 = 1e-12;

/// What the outcome is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// A number, its mean linear in the terms.
    Normal,
    /// Zero or one, its log odds linear in the terms.
    Binomial,
}

/// How outcomes of one cluster are taken to go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WorkingCorrelation {
    /// Not at all.
    Independence,
    /// All pairs alike.
    Exchangeable,
    /// Falling by a factor for each step along the rows.
    FirstOrder,
}

impl WorkingCorrelation {
    /// Finds a structure by its usual name: independence, exchangeable or ar1.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "independence" => Some(Self::Independence),
            "exchangeable" => Some(Self::Exchangeable),
            "ar1" => Some(Self::FirstOrder),
            _ => None,
        }
    }

    /// Returns the usual name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Independence => "independence",
            Self::Exchangeable => "exchangeable",
            Self::FirstOrder => "ar1",
        }
    }
}

/// Solved estimating equations.
#[derive(Clone, Debug, PartialEq)]
pub struct GeeFit {
    /// Rows used.
    pub n: usize,
    /// Names of the coefficients.
    pub terms: Vec<String>,
    /// The coefficients.
    pub coefficients: Vec<f64>,
    /// Their covariance by the sandwich, right whatever the true correlation.
    pub covariance: Matrix,
    /// The working correlation parameter; none under independence.
    pub correlation: Option<f64>,
    /// Mean squared Pearson residual.
    pub scale: f64,
}

impl GeeFit {
    /// Returns the robust standard errors.
    pub fn standard_errors(&self) -> Vec<f64> {
        self.covariance
            .diagonal()
            .iter()
            .map(|variance| variance.sqrt())
            .collect()
    }

    /// Returns the two-sided p of each coefficient, by the normal distribution.
    pub fn p(&self) -> Vec<f64> {
        let tested = self.coefficients.iter().zip(self.standard_errors());
        tested
            .map(|(b, se)| Reference::Normal.two_sided(b / se))
            .collect()
    }
}

/// What the equations are about.
#[derive(Clone, Copy, Debug)]
pub struct Clustered<'a> {
    /// The columns.
    pub columns: &'a Matrix,
    /// Their names.
    pub terms: &'a [String],
    /// The outcome.
    pub response: &'a [f64],
    /// Each row's cluster; rows of a cluster follow one another in time.
    pub clusters: &'a [usize],
}

/// Solves generalised estimating equations (Liang and Zeger 1986, *Biometrika* 73).
///
/// `Σ DᵀV⁻¹(y − μ) = 0` with `V = A^½ R(α) A^½`; φ is the mean squared Pearson residual over all
/// rows; α solves least squares of the products of standardised residuals on what the structure
/// expects of them, over all pairs of a cluster (Yan and Fine 2004). Covariance: the sandwich
/// without small-sample correction. Domain: independent columns, two clusters or more. Method:
/// Fisher scoring and α in turn, with `R⁻¹` in closed form. Error: coefficients to about 1e-11.
pub fn gee(
    data: &Clustered<'_>,
    family: Family,
    structure: WorkingCorrelation,
    stop: Stop,
) -> Result<GeeFit, MixedError> {
    if !data.columns.is_finite() || data.response.iter().any(|y| !y.is_finite()) {
        return Err(MixedError::NotFinite);
    }
    let qr = Qr::new(data.columns);
    if let Some(column) = qr.dependent_column() {
        return Err(MixedError::Dependent {
            term: data.terms[column].clone(),
        });
    }
    let equations = Equations::new(data, qr.q(), family, structure);
    if equations.starts.len() < 3 {
        let rows = equations.starts.len() - 1;
        return Err(MixedError::TooFewRows {
            rows,
            parameters: 2,
        });
    }
    let start = match family {
        Family::Normal => qr.solve(data.response),
        Family::Binomial => {
            check_binary(data.response)?;
            logistic(data.columns, data.terms, data.response, None)?.coefficients
        }
    };
    let p = start.len();
    let mut coefficients: Vec<f64> = (0..p)
        .map(|i| dot(&qr.r().row(i)[i..], &start[i..]))
        .collect();
    for _ in 0..ROUNDS_MAX {
        let (scale, alpha) = equations.nuisance(&coefficients)?;
        let round = equations.round(&coefficients, alpha, scale)?;
        let step = round.bread.solve(&round.score);
        add_scaled(&mut coefficients, 1.0, &step);
        if has_settled(&coefficients, &step, stop, &qr) {
            let (scale, alpha) = equations.nuisance(&coefficients)?;
            let round = equations.round(&coefficients, alpha, scale)?;
            let back = qr.inverse_upper();
            let half = back.times(&round.bread.inverse());
            return Ok(GeeFit {
                n: data.response.len(),
                terms: data.terms.to_vec(),
                coefficients: back.times_vector(&coefficients),
                covariance: half
                    .times(&round.meat)
                    .times(&half.transpose())
                    .symmetrised(),
                correlation: (structure != WorkingCorrelation::Independence).then_some(alpha),
                scale,
            });
        }
    }
    Err(MixedError::NotConverged {
        what: "estimating equations",
        steps: ROUNDS_MAX,
    })
}

/// Says whether a step was short enough: against the size of the coefficients, or, when another
/// program is followed, against a length on the scale of the columns as they came.
fn has_settled(coefficients: &[f64], step: &[f64], stop: Stop, qr: &Qr) -> bool {
    match stop {
        Stop::Converged => {
            let size = coefficients
                .iter()
                .fold(1e-300_f64, |most, b| most.max(b.abs()));
            step.iter().all(|cell| cell.abs() <= STILL * size)
        }
        Stop::StepWithin(length) => qr.solve_upper(step).iter().all(|cell| cell.abs() <= length),
    }
}

/// The rows sorted by cluster, in their own order within each.
struct Equations {
    columns: Matrix,
    response: Vec<f64>,
    starts: Vec<usize>,
    family: Family,
    structure: WorkingCorrelation,
}

/// One pass over the clusters.
struct Round {
    /// `Σ DᵀV⁻¹D`, factored.
    bread: Cholesky,
    /// `Σ DᵀV⁻¹(y − μ)`.
    score: Vec<f64>,
    /// `Σ` of the scores' outer products.
    meat: Matrix,
}

impl Equations {
    fn new(
        data: &Clustered<'_>,
        basis: &Matrix,
        family: Family,
        structure: WorkingCorrelation,
    ) -> Self {
        let mut order: Vec<usize> = (0..data.response.len()).collect();
        order.sort_by_key(|row| data.clusters[*row]);
        let mut starts = vec![0];
        for place in 1..order.len() {
            if data.clusters[order[place]] != data.clusters[order[place - 1]] {
                starts.push(place);
            }
        }
        starts.push(order.len());
        let columns = Matrix::from_fn(order.len(), basis.n_columns(), |i, j| basis[(order[i], j)]);
        let response = order.iter().map(|row| data.response[*row]).collect();
        Self {
            columns,
            response,
            starts,
            family,
            structure,
        }
    }

    /// Returns each row's Pearson residual and the root of its variance.
    fn residuals(&self, coefficients: &[f64]) -> Vec<(f64, f64)> {
        (0..self.response.len())
            .map(|row| {
                let eta = dot(self.columns.row(row), coefficients);
                match self.family {
                    Family::Normal => (self.response[row] - eta, 1.0),
                    Family::Binomial => {
                        let mean = probability(eta);
                        let root = (mean * probability(-eta)).sqrt();
                        ((self.response[row] - mean) / root, root)
                    }
                }
            })
            .collect()
    }

    /// Returns φ and α at these coefficients.
    fn nuisance(&self, coefficients: &[f64]) -> Result<(f64, f64), MixedError> {
        let residuals: Vec<f64> = self.residuals(coefficients).iter().map(|r| r.0).collect();
        let scale = dot(&residuals, &residuals) / residuals.len() as f64;
        if scale <= 0.0 || !scale.is_finite() {
            return Err(MixedError::NoResidual);
        }
        let alpha = match self.structure {
            WorkingCorrelation::Independence => 0.0,
            WorkingCorrelation::Exchangeable => self.exchangeable(&residuals) / scale,
            WorkingCorrelation::FirstOrder => {
                let by_lag = self.products_by_lag(&residuals, scale);
                first_order(&by_lag)
            }
        };
        Ok((scale, alpha))
    }

    /// Returns the mean product of two residuals of one cluster.
    fn exchangeable(&self, residuals: &[f64]) -> f64 {
        let (mut products, mut n_pairs) = (0.0, 0.0);
        for bounds in self.starts.windows(2) {
            let own = &residuals[bounds[0]..bounds[1]];
            let sum: f64 = own.iter().sum();
            products += 0.5 * (sum * sum - dot(own, own));
            n_pairs += 0.5 * (own.len() * (own.len() - 1)) as f64;
        }
        if n_pairs > 0.0 {
            products / n_pairs
        } else {
            0.0
        }
    }

    /// Returns, for each distance between rows, the number of pairs and the sum of their products.
    fn products_by_lag(&self, residuals: &[f64], scale: f64) -> Vec<(f64, f64)> {
        let mut by_lag: Vec<(f64, f64)> = Vec::new();
        for bounds in self.starts.windows(2) {
            let own = &residuals[bounds[0]..bounds[1]];
            for lag in 1..own.len() {
                if by_lag.len() < lag {
                    by_lag.push((0.0, 0.0));
                }
                by_lag[lag - 1].0 += (own.len() - lag) as f64;
                by_lag[lag - 1].1 += dot(&own[lag..], &own[..own.len() - lag]) / scale;
            }
        }
        by_lag
    }

    fn round(&self, coefficients: &[f64], alpha: f64, scale: f64) -> Result<Round, MixedError> {
        let p = coefficients.len();
        let rows = self.residuals(coefficients);
        let (mut bread, mut meat) = (Matrix::zeros(p, p), Matrix::zeros(p, p));
        let mut score = vec![0.0; p];
        for bounds in self.starts.windows(2) {
            let own = bounds[0]..bounds[1];
            // Columns times the root of the variance, the residual beside them; R⁻¹ over both.
            let stacked = Matrix::from_fn(own.len(), p + 1, |i, j| {
                let (residual, root) = rows[own.start + i];
                if j < p {
                    root * self.columns[(own.start + i, j)]
                } else {
                    residual
                }
            });
            let solved = self.over_correlation(&stacked, alpha);
            let mut part = vec![0.0; p];
            for i in 0..own.len() {
                let (left, right) = (stacked.row(i), solved.row(i));
                for a in 0..p {
                    add_scaled(bread.row_mut(a), left[a] / scale, &right[..p]);
                    part[a] += left[a] * right[p] / scale;
                }
            }
            add_scaled(&mut score, 1.0, &part);
            for a in 0..p {
                add_scaled(meat.row_mut(a), part[a], &part);
            }
        }
        let not_positive = MixedError::NotPositive {
            what: "working correlation",
        };
        let bread = Cholesky::new(&bread.symmetrised()).ok_or(not_positive)?;
        Ok(Round { bread, score, meat })
    }

    /// Returns `R⁻¹` times the rows of one cluster.
    fn over_correlation(&self, stacked: &Matrix, alpha: f64) -> Matrix {
        let (m, width) = (stacked.n_rows(), stacked.n_columns());
        match self.structure {
            WorkingCorrelation::Independence => stacked.clone(),
            WorkingCorrelation::Exchangeable => {
                let sums = stacked.transpose_times_vector(&vec![1.0; m]);
                let shared = alpha / (1.0 + (m as f64 - 1.0) * alpha);
                let mut solved = stacked.scaled((1.0 - alpha).recip());
                for i in 0..m {
                    add_scaled(solved.row_mut(i), -shared / (1.0 - alpha), &sums);
                }
                solved
            }
            WorkingCorrelation::FirstOrder => {
                if m == 1 {
                    return stacked.clone();
                }
                let factor = (1.0 - alpha * alpha).recip();
                Matrix::from_fn(m, width, |i, j| {
                    let inside = if i > 0 && i + 1 < m {
                        1.0 + alpha * alpha
                    } else {
                        1.0
                    };
                    let before = if i > 0 { stacked[(i - 1, j)] } else { 0.0 };
                    let after = if i + 1 < m { stacked[(i + 1, j)] } else { 0.0 };
                    factor * (inside * stacked[(i, j)] - alpha * (before + after))
                })
            }
        }
    }
}

/// Solves least squares of the products at each lag on `α^lag`, by Gauss-Newton from the products
/// of neighbours.
fn first_order(by_lag: &[(f64, f64)]) -> f64 {
    let Some((count, sum)) = by_lag.first() else {
        return 0.0;
    };
    let mut alpha = (sum / count).clamp(-0.99, 0.99);
    for _ in 0..ROUNDS_MAX {
        let (mut top, mut bottom) = (0.0, 0.0);
        let mut power = 1.0;
        for (index, (count, sum)) in by_lag.iter().enumerate() {
            let slope = (index + 1) as f64 * power;
            power *= alpha;
            top += slope * (sum - count * power);
            bottom += count * slope * slope;
        }
        let step = top / bottom;
        alpha = (alpha + step).clamp(-0.999_999, 0.999_999);
        if step.abs() < 1e-15 {
            break;
        }
    }
    alpha
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two clusters of two by hand: y = 1, 3 and 5, 7, a constant only. The mean is 4, residuals
    /// −3, −1, 1, 3; φ = 20/4 = 5; α = (3 + 3)/2/5 = 0.6; scores of the clusters ∓4 and so the
    /// sandwich is (16 + 16)/16 = 2.
    #[test]
    fn a_mean_of_two_clusters_is_as_by_hand() {
        let columns = Matrix::from_columns(&[vec![1.0; 4]]);
        let terms = ["(Intercept)".to_owned()];
        let response = [1.0, 3.0, 5.0, 7.0];
        let data = Clustered {
            columns: &columns,
            terms: &terms,
            response: &response,
            clusters: &[0, 0, 1, 1],
        };
        let fit = gee(
            &data,
            Family::Normal,
            WorkingCorrelation::Exchangeable,
            Stop::Converged,
        )
        .unwrap();
        assert!((fit.coefficients[0] - 4.0).abs() < 1e-12);
        assert!((fit.scale - 5.0).abs() < 1e-12);
        assert!((fit.correlation.unwrap() - 0.6).abs() < 1e-12);
        assert!((fit.covariance[(0, 0)] - 2.0).abs() < 1e-12);
    }

    #[test]
    fn a_first_order_correlation_inverts_as_the_dense_one_does() {
        let stacked = Matrix::from_rows(1, vec![1.0, -2.0, 0.5, 3.0]);
        let equations = Equations {
            columns: Matrix::zeros(4, 1),
            response: vec![0.0; 4],
            starts: vec![0, 4],
            family: Family::Normal,
            structure: WorkingCorrelation::FirstOrder,
        };
        let dense = Matrix::from_fn(4, 4, |i, j| 0.7_f64.powi(i.abs_diff(j).try_into().unwrap()));
        let wanted = Cholesky::new(&dense).unwrap().solve(&stacked.column(0));
        let found = equations.over_correlation(&stacked, 0.7).column(0);
        for (a, b) in found.iter().zip(&wanted) {
            assert!((a - b).abs() < 1e-13);
        }
    }
}
