//! The logistic mixed model: log odds `Xβ + Zb`, `b ~ N(0, ΛΛᵀ)` for each group.

use super::descent::{Adrift, descend};
use super::logistic::{check_binary, log_chance, logistic, probability};
use super::{Design, MixedError, Note, RandomDesign};
use crate::matrix::{Cholesky, Eigen, Matrix, Qr, add_scaled, dot};
use crate::tail::Reference;

/// Steps to the mode of one group's random effects.
const MODE_STEPS_MAX: usize = 100;
/// Nodes of a quadrature; more cost time and give nothing.
const NODES_MAX: usize = 101;
/// A diagonal cell of Λ below this is taken to be zero when singularity is judged.
const SINGULAR_BELOW: f64 = 1e-4;

/// A fitted logistic mixed model.
#[derive(Clone, Debug)]
pub struct LogisticMixedFit {
    /// Nodes of the quadrature; one is Laplace's approximation.
    pub n_nodes: usize,
    /// Rows used.
    pub n: usize,
    /// Names of the coefficients.
    pub terms: Vec<String>,
    /// The coefficients, for a person whose random effects are zero.
    pub coefficients: Vec<f64>,
    /// Their covariance, from the curvature of the deviance in all parameters.
    pub covariance: Matrix,
    /// Covariance of the random columns.
    pub random_covariance: Matrix,
    /// Log-likelihood, as approximated.
    pub log_likelihood: f64,
    /// Parameters counted.
    pub n_parameters: usize,
    /// The mode of each group's random effects, in the order of the groups' labels.
    pub random_effects: Matrix,
    /// What must be said beside the numbers.
    pub notes: Vec<Note>,
}

impl LogisticMixedFit {
    /// Returns the standard errors.
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

/// Fits a logistic mixed model by Laplace's approximation (`n_nodes` of one) or adaptive
/// Gauss-Hermite quadrature (Pinheiro and Bates 1995; Bates et al. 2015).
///
/// Minimises `Σ −2 ln ∫ f(y | u) φ(u) du` over β and Λ, each group's integral taken about its mode
/// with the curvature there as scale. Domain: zeros and ones, one grouping; quadrature needs a
/// single random column. Method: columns made orthonormal, Newton to each mode, quasi-Newton and
/// then Newton over the parameters. Error: parameters about 1e-8, likelihood about 1e-11 relative,
/// both beside the error of the approximation itself, which falls with the nodes.
pub fn logistic_mixed(design: &Design, n_nodes: usize) -> Result<LogisticMixedFit, MixedError> {
    let random = design.random.as_ref().ok_or(MixedError::NoRandomTerm)?;
    check_binary(&design.response)?;
    if !design.fixed.is_finite() || !random.columns.is_finite() {
        return Err(MixedError::NotFinite);
    }
    let q = random.names.len();
    if n_nodes == 0 || n_nodes > NODES_MAX || (n_nodes > 1 && q > 1) {
        return Err(MixedError::Nodes {
            asked: n_nodes,
            columns: q,
        });
    }
    // Separation and dependence show in the plain regression already.
    let plain = logistic(&design.fixed, &design.terms, &design.response, None)?;
    let qr = Qr::new(&design.fixed);
    let root_n = (design.response.len() as f64).sqrt();
    let mut integral = Integral::new(design, random, &qr.q().scaled(root_n), n_nodes);
    let to_basis = |b: &[f64]| -> Vec<f64> {
        (0..b.len())
            .map(|i| dot(&qr.r().row(i)[i..], &b[i..]) / root_n)
            .collect()
    };
    let free = integral.free.clone();
    let mut start: Vec<f64> = free
        .iter()
        .map(|(a, b)| if a == b { 1.0 } else { 0.0 })
        .collect();
    start.extend(to_basis(&plain.coefficients));
    let bottom =
        descend(&start, |place| integral.deviance(place)).map_err(|Adrift { steps }| {
            MixedError::NotConverged {
                what: "logistic mixed model",
                steps,
            }
        })?;
    integral.deviance(&bottom.place);
    let (theta, basis_coefficients) = bottom.place.split_at(free.len());
    let back = qr.inverse_upper().scaled(root_n);
    let uncertainty = Cholesky::new(&bottom.curvature)
        .ok_or(MixedError::NotPositive { what: "estimates" })?
        .inverse()
        .scaled(2.0);
    let p = design.terms.len();
    let own = Matrix::from_fn(p, p, |i, j| uncertainty[(free.len() + i, free.len() + j)]);
    let lower = integral.unscaled_lower(theta);
    let is_singular = lower
        .diagonal()
        .iter()
        .any(|cell| cell.abs() < SINGULAR_BELOW);
    Ok(LogisticMixedFit {
        n_nodes,
        n: design.response.len(),
        terms: design.terms.clone(),
        coefficients: back.times_vector(basis_coefficients),
        covariance: back.times(&own).times(&back.transpose()).symmetrised(),
        random_covariance: lower.times(&lower.transpose()),
        log_likelihood: -0.5 * bottom.value,
        n_parameters: bottom.place.len(),
        random_effects: integral.effects(&lower),
        notes: if is_singular {
            vec![Note::Singular]
        } else {
            Vec::new()
        },
    })
}

/// The marginal deviance, group by group.
struct Integral {
    /// Rows sorted by group, and where each group starts.
    columns: Matrix,
    random: Matrix,
    response: Vec<f64>,
    starts: Vec<usize>,
    /// What the random columns were divided by.
    scales: Vec<f64>,
    free: Vec<(usize, usize)>,
    /// Nodes and the logarithms of their weights, for the standard normal.
    nodes: Vec<(f64, f64)>,
    /// The modes, kept from one evaluation to start the next.
    modes: Matrix,
}

impl Integral {
    fn new(design: &Design, random: &RandomDesign, basis: &Matrix, n_nodes: usize) -> Self {
        let q = random.names.len();
        let n = design.response.len();
        let mut order: Vec<usize> = (0..n).collect();
        order.sort_by_key(|row| random.codes[*row]);
        let mut starts = vec![0; random.labels.len() + 1];
        for code in &random.codes {
            starts[code + 1] += 1;
        }
        for group in 1..starts.len() {
            starts[group] += starts[group - 1];
        }
        let scales = super::linear::column_scales(&random.columns);
        let mut free = Vec::new();
        let mut before = 0;
        for size in &random.blocks {
            for column in before..before + size {
                free.extend((column..before + size).map(|row| (row, column)));
            }
            before += size;
        }
        Self {
            columns: Matrix::from_fn(n, basis.n_columns(), |i, j| basis[(order[i], j)]),
            random: Matrix::from_fn(n, q, |i, j| random.columns[(order[i], j)] / scales[j]),
            response: order.iter().map(|row| design.response[*row]).collect(),
            modes: Matrix::zeros(random.labels.len(), q),
            nodes: nodes(n_nodes),
            starts,
            scales,
            free,
        }
    }

    fn lower(&self, theta: &[f64]) -> Matrix {
        let q = self.scales.len();
        let mut lower = Matrix::zeros(q, q);
        for (cell, value) in self.free.iter().zip(theta) {
            lower[*cell] = *value;
        }
        lower
    }

    fn unscaled_lower(&self, theta: &[f64]) -> Matrix {
        let lower = self.lower(theta);
        let q = self.scales.len();
        Matrix::from_fn(q, q, |i, j| lower[(i, j)] / self.scales[i])
    }

    /// Returns the deviance at (Λ, β).
    fn deviance(&mut self, place: &[f64]) -> f64 {
        let (theta, coefficients) = place.split_at(self.free.len());
        let lower = self.lower(theta);
        let fixed = self.columns.times_vector(coefficients);
        // Columns of `Z Λ`: with them the random effects have variance one.
        let spherical = self.random.times(&lower);
        let mut deviance = 0.0;
        for group in 0..self.starts.len() - 1 {
            let rows = self.starts[group]..self.starts[group + 1];
            let view = Group {
                rows,
                fixed: &fixed,
                random: &spherical,
                response: &self.response,
            };
            let Some((mode, factor)) = view.mode(self.modes.row(group)) else {
                return f64::INFINITY;
            };
            deviance += view.deviance(&mode, &factor, &self.nodes);
            self.modes.row_mut(group).copy_from_slice(&mode);
        }
        deviance
    }

    fn effects(&self, unscaled_lower: &Matrix) -> Matrix {
        self.modes.times(&unscaled_lower.transpose())
    }
}

/// One group's rows.
struct Group<'a> {
    rows: std::ops::Range<usize>,
    fixed: &'a [f64],
    random: &'a Matrix,
    response: &'a [f64],
}

impl Group<'_> {
    fn log_odds(&self, row: usize, effects: &[f64]) -> f64 {
        self.fixed[row] + dot(self.random.row(row), effects)
    }

    /// Returns `ln f(y | u) − uᵀu/2`.
    fn joint(&self, effects: &[f64]) -> f64 {
        let chances = self.rows.clone();
        let chances =
            chances.map(|row| log_chance(self.response[row], self.log_odds(row, effects)));
        chances.sum::<f64>() - 0.5 * dot(effects, effects)
    }

    /// Returns the slope of the joint logarithm, and its negative curvature factored.
    fn slope(&self, effects: &[f64]) -> Option<(Vec<f64>, Cholesky)> {
        let q = effects.len();
        let mut slope: Vec<f64> = effects.iter().map(|u| -u).collect();
        let mut curvature = Matrix::identity(q);
        for row in self.rows.clone() {
            let z = self.random.row(row);
            let chance = probability(self.log_odds(row, effects));
            add_scaled(&mut slope, self.response[row] - chance, z);
            let weight = chance * (1.0 - chance);
            for (a, cell) in z.iter().enumerate() {
                add_scaled(curvature.row_mut(a), weight * cell, z);
            }
        }
        Cholesky::new(&curvature).map(|factor| (slope, factor))
    }

    /// Finds the most likely random effects, starting from a guess, and the curvature there.
    fn mode(&self, guess: &[f64]) -> Option<(Vec<f64>, Cholesky)> {
        let mut effects = guess.to_vec();
        let mut now = self.joint(&effects);
        for _ in 0..MODE_STEPS_MAX {
            let (slope, factor) = self.slope(&effects)?;
            let step = factor.solve(&slope);
            if step.iter().all(|cell| cell.abs() <= 1e-12) {
                return Some((effects, factor));
            }
            let mut length = 1.0;
            loop {
                let mut tried = effects.clone();
                add_scaled(&mut tried, length, &step);
                let next = self.joint(&tried);
                if next >= now - 1e-12 * (1.0 + now.abs()) || length < 1e-6 {
                    (effects, now) = (tried, next);
                    break;
                }
                length /= 2.0;
            }
        }
        None
    }

    fn deviance(&self, mode: &[f64], factor: &Cholesky, nodes: &[(f64, f64)]) -> f64 {
        let at_mode = self.joint(mode);
        let mut deviance = factor.log_determinant() - 2.0 * at_mode;
        if nodes.len() > 1 {
            let scale = factor.lower()[(0, 0)].recip();
            let parts = nodes.iter().map(|(node, log_weight)| {
                let joint = self.joint(&[mode[0] + scale * node]);
                (joint - at_mode + 0.5 * node * node + log_weight).exp()
            });
            deviance -= 2.0 * parts.sum::<f64>().ln();
        }
        deviance
    }
}

/// Returns the nodes of Gauss-Hermite quadrature for the standard normal and the logarithms of
/// their weights (Golub and Welsch 1969): eigenvalues of the matrix with `√k` beside its diagonal.
fn nodes(count: usize) -> Vec<(f64, f64)> {
    let jacobi = Matrix::from_fn(count, count, |i, j| {
        if i.abs_diff(j) == 1 {
            (i.max(j) as f64).sqrt()
        } else {
            0.0
        }
    });
    let eigen = Eigen::new(&jacobi);
    (0..count)
        .map(|k| (eigen.values[k], 2.0 * eigen.vectors[(0, k)].abs().ln()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mixed::{Coding, Formula};
    use crate::table::Table;

    /// Three nodes are 0 and ±√3 with weights 2/3 and 1/6 (Abramowitz and Stegun, table 25.10,
    /// carried from e^(−x²) to the normal density).
    #[test]
    fn three_nodes_are_the_printed_ones() {
        let mut found = nodes(3);
        found.sort_by(|a, b| a.0.total_cmp(&b.0));
        for ((node, log_weight), (wanted, weight)) in found.into_iter().zip([
            (-(3.0_f64.sqrt()), 1.0 / 6.0),
            (0.0, 2.0 / 3.0),
            (3.0_f64.sqrt(), 1.0 / 6.0),
        ]) {
            assert!((node - wanted).abs() < 1e-14);
            assert!((log_weight.exp() - weight).abs() < 1e-14);
        }
    }

    /// With many nodes the marginal likelihood of two rows in one group is a one-dimensional
    /// integral, taken here by the trapezoid rule on a fine grid.
    #[test]
    fn quadrature_gives_the_integral() {
        let csv = "y,g\n1,a\n1,a\n1,a\n0,b\n0,b\n1,b\n0,c\n0,c\n0,c\n1,d\n0,d\n1,d\n";
        let table = Table::read(csv.as_bytes()).unwrap();
        let formula = Formula::parse("y ~ 1 + (1 | g)").unwrap();
        let design = Design::new(&formula, &table, &Coding::default()).unwrap();
        let fit = logistic_mixed(&design, 31).unwrap();
        let deviation = fit.random_covariance[(0, 0)].sqrt();
        let chance = |ones: i32, zeros: i32| {
            let step = 1e-3;
            let density = |u: f64| {
                let p = probability(fit.coefficients[0] + deviation * u);
                p.powi(ones) * (1.0 - p).powi(zeros) * (-0.5 * u * u).exp()
            };
            let sum: f64 = (-9000..=9000).map(|k| density(f64::from(k) * step)).sum();
            (sum * step / std::f64::consts::TAU.sqrt()).ln()
        };
        let whole = chance(3, 0) + chance(1, 2) + chance(0, 3) + chance(2, 1);
        assert!(
            (fit.log_likelihood - whole).abs() < 1e-7,
            "{} {whole}",
            fit.log_likelihood
        );
    }

    #[test]
    fn two_random_columns_cannot_have_a_quadrature() {
        let csv = "y,x,g\n1,1,a\n0,2,a\n0,1,b\n1,2,b\n";
        let table = Table::read(csv.as_bytes()).unwrap();
        let formula = Formula::parse("y ~ 1 + (x | g)").unwrap();
        let design = Design::new(&formula, &table, &Coding::default()).unwrap();
        let refused = logistic_mixed(&design, 15).err();
        assert_eq!(
            refused,
            Some(MixedError::Nodes {
                asked: 15,
                columns: 2
            })
        );
    }
}
