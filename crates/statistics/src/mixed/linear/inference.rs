//! Degrees of freedom for the fixed coefficients.
//!
//! The variance parameters are `φ = (σ²G_ab, …, σ²)`. Everything is first computed for the
//! directions `Z E Zᵀ` and `H = V/σ²`, for which the products collapse to sums over groups, and then
//! carried to `Z E Zᵀ` and `I = H − Σ G_ab Z E Zᵀ` by one linear map.

use super::groups::Scratch;
use super::{Approximation, Coefficient, Criterion, LinearFit};
use crate::matrix::{Eigen, Matrix, dot};

/// Eigenvalues below this fraction of the largest carry no information.
const EIGENVALUE_FRACTION: f64 = 1e-8;

/// Sums over groups for the directions of the variance; the last direction is `H`, then `I`.
struct Directions {
    /// `tr(W V_i W V_j)`.
    trace: Matrix,
    /// `tr(W V_i)`.
    single: Vec<f64>,
    /// `XᵀW V_i W X`.
    middle: Vec<Matrix>,
    /// `XᵀW V_i W V_j W X`.
    double: Vec<Vec<Matrix>>,
    /// `XᵀW V_i W r`.
    cross: Vec<Vec<f64>>,
    /// `rᵀW V_i W r`.
    square: Vec<f64>,
    /// `rᵀW V_i W V_j W r`.
    quartic: Matrix,
}

pub(super) fn tests(fit: &LinearFit, approximation: Approximation) -> Option<Vec<Coefficient>> {
    let directions = Directions::of(fit)?;
    let state = &fit.state;
    let sigma_square = state.place.rss / state.degrees;
    let inverse = state.place.information.inverse();
    let inputs = Inputs {
        fit,
        directions: &directions,
        inverse: &inverse,
        sigma_square,
    };
    let errors;
    let uncertainty = match approximation {
        Approximation::Satterthwaite => {
            errors = fit.standard_errors();
            inputs.observed_uncertainty()
        }
        Approximation::KenwardRoger => {
            let uncertainty = inputs.expected_uncertainty();
            errors = inputs.adjusted_errors(&uncertainty);
            uncertainty
        }
    };
    let degrees = inputs.degrees(&uncertainty);
    let each = fit.coefficients.iter().zip(errors).zip(degrees);
    Some(
        each.map(|((b, se), df)| Coefficient::new(*b, se, df))
            .collect(),
    )
}

struct Inputs<'a> {
    fit: &'a LinearFit,
    directions: &'a Directions,
    /// `(XᵀWX)⁻¹`.
    inverse: &'a Matrix,
    sigma_square: f64,
}

impl Inputs<'_> {
    fn n_directions(&self) -> usize {
        self.directions.single.len()
    }

    /// Returns `tr(P V_i P V_j)` times σ⁴, `P` restricted or not.
    fn projected_traces(&self, is_restricted: bool) -> Matrix {
        let r = self.n_directions();
        let d = self.directions;
        let carried: Vec<Matrix> = d.middle.iter().map(|m| self.inverse.times(m)).collect();
        Matrix::from_fn(r, r, |i, j| {
            let mut trace = d.trace[(i, j)];
            if is_restricted {
                trace -= 2.0 * self.inverse.inner(&d.double[i][j].transpose());
                trace += carried[i].inner(&carried[j].transpose());
            }
            trace
        })
    }

    /// Returns the covariance of the variance parameters from the expected information.
    fn expected_uncertainty(&self) -> Matrix {
        let information = self
            .projected_traces(true)
            .scaled(self.sigma_square.powi(-2));
        inverse_where_known(&information).scaled(2.0)
    }

    /// Returns the covariance of the variance parameters from the observed curvature, taken in
    /// (Λ, σ), where a variance of zero has a curvature too, and carried back to `φ`.
    fn observed_uncertainty(&self) -> Matrix {
        let r = self.n_directions();
        let d = self.directions;
        let s = self.sigma_square;
        let is_restricted = matches!(self.fit.criterion, Criterion::Reml);
        let traces = self.projected_traces(is_restricted);
        let solved: Vec<Vec<f64>> = d
            .cross
            .iter()
            .map(|u| self.inverse.times_vector(u))
            .collect();
        let curvature = Matrix::from_fn(r, r, |i, j| {
            let quartic = d.quartic[(i, j)] - dot(&d.cross[i], &solved[j]);
            (-traces[(i, j)] + 2.0 * quartic / s) / (s * s)
        });
        let slope: Vec<f64> = (0..r)
            .map(|i| {
                let own = if is_restricted {
                    self.inverse.inner(&d.middle[i])
                } else {
                    0.0
                };
                (d.single[i] - own - d.square[i] / s) / s
            })
            .collect();
        let jacobian = self.jacobian();
        let mut hessian = jacobian.transpose().times(&curvature).times(&jacobian);
        self.add_bending(&slope, &mut hessian);
        let uncertainty = inverse_where_known(&hessian).scaled(2.0);
        jacobian.times(&uncertainty).times(&jacobian.transpose())
    }

    fn free(&self) -> &[(usize, usize)] {
        &self.fit.state.free
    }

    /// Returns dφ/d(Λ, σ).
    fn jacobian(&self) -> Matrix {
        let lower = &self.fit.state.place.lower;
        let relative = lower.times(&lower.transpose());
        let free = self.free();
        let sigma = self.sigma_square.sqrt();
        Matrix::from_fn(free.len() + 1, free.len() + 1, |i, j| {
            match (free.get(i), free.get(j)) {
                (Some((a, b)), Some((r, c))) => {
                    let one = if a == r { lower[(*b, *c)] } else { 0.0 };
                    let other = if b == r { lower[(*a, *c)] } else { 0.0 };
                    self.sigma_square * (one + other)
                }
                (Some((a, b)), None) => 2.0 * sigma * relative[(*a, *b)],
                (None, Some(_)) => 0.0,
                (None, None) => 2.0 * sigma,
            }
        })
    }

    /// Adds `Σ slope_i d²φ_i` for the second derivatives of `φ` in (Λ, σ).
    fn add_bending(&self, slope: &[f64], hessian: &mut Matrix) {
        let free = self.free();
        let lower = &self.fit.state.place.lower;
        let relative = lower.times(&lower.transpose());
        let sigma = self.sigma_square.sqrt();
        let last = free.len();
        for (i, (a, b)) in free.iter().enumerate() {
            for (j, (r, c)) in free.iter().enumerate() {
                for (k, (t, d)) in free.iter().enumerate() {
                    // d²(ΛΛᵀ)_ab is not zero only for two cells of one column in rows a and b.
                    let straight = usize::from(a == r && b == t) + usize::from(b == r && a == t);
                    if c == d && straight > 0 {
                        hessian[(j, k)] += slope[i] * self.sigma_square * straight as f64;
                    }
                }
                let one = if a == r { lower[(*b, *c)] } else { 0.0 };
                let other = if b == r { lower[(*a, *c)] } else { 0.0 };
                let mixed = slope[i] * 2.0 * sigma * (one + other);
                hessian[(j, last)] += mixed;
                hessian[(last, j)] += mixed;
            }
            hessian[(last, last)] += slope[i] * 2.0 * relative[(*a, *b)];
        }
        hessian[(last, last)] += slope[last] * 2.0;
    }

    /// Returns `2v²/(gᵀUg)` for each coefficient: `v` its variance, `g` the slope of `v` in `φ`.
    fn degrees(&self, uncertainty: &Matrix) -> Vec<f64> {
        let basis = &self.fit.state.basis;
        (0..basis.n_rows())
            .map(|row| {
                let contrast = self.inverse.times_vector(basis.row(row));
                let variance = self.sigma_square * dot(basis.row(row), &contrast);
                let slope: Vec<f64> = self
                    .directions
                    .middle
                    .iter()
                    .map(|m| m.quadratic(&contrast))
                    .collect();
                2.0 * variance * variance / uncertainty.quadratic(&slope)
            })
            .collect()
    }

    /// Returns Kenward and Roger's standard errors: `Φ + 2Φ Σ U_ij (Q_ij − P_i Φ P_j) Φ`.
    fn adjusted_errors(&self, uncertainty: &Matrix) -> Vec<f64> {
        let d = self.directions;
        let p = self.inverse.n_rows();
        let mut middle = Matrix::zeros(p, p);
        for i in 0..self.n_directions() {
            for j in 0..self.n_directions() {
                let weight = uncertainty[(i, j)] / self.sigma_square.powi(3);
                let once = d.middle[i].times(self.inverse).times(&d.middle[j]);
                middle.add_scaled(weight, &d.double[i][j]);
                middle.add_scaled(-weight, &once);
            }
        }
        let s = self.sigma_square;
        let adjustment = self
            .inverse
            .times(&middle)
            .times(self.inverse)
            .scaled(2.0 * s * s);
        let mut adjusted = self.inverse.scaled(s);
        adjusted.add_scaled(1.0, &adjustment.symmetrised());
        let basis = &self.fit.state.basis;
        (0..basis.n_rows())
            .map(|row| adjusted.quadratic(basis.row(row)).sqrt())
            .collect()
    }
}

/// Inverts a symmetric matrix in the directions where it is positive.
///
/// The cells are first brought to a common scale, so that "small" has a meaning.
fn inverse_where_known(matrix: &Matrix) -> Matrix {
    let scales: Vec<f64> = matrix
        .diagonal()
        .iter()
        .map(|cell| cell.abs().max(f64::MIN_POSITIVE).sqrt())
        .collect();
    let n = scales.len();
    let scaled = Matrix::from_fn(n, n, |i, j| matrix[(i, j)] / (scales[i] * scales[j]));
    let eigen = Eigen::new(&scaled);
    let largest = eigen
        .values
        .iter()
        .fold(0.0_f64, |most, value| most.max(*value));
    let inverse = eigen.map(|value| {
        if value > largest * EIGENVALUE_FRACTION {
            value.recip()
        } else {
            0.0
        }
    });
    Matrix::from_fn(n, n, |i, j| inverse[(i, j)] / (scales[i] * scales[j]))
}

impl Directions {
    /// Sums over the groups of a fit, and turns the direction `H` into `I`.
    fn of(fit: &LinearFit) -> Option<Self> {
        let state = &fit.state;
        let free = &state.free;
        let p = state.groups.m - 1;
        let r = free.len() + 1;
        let mut sums = Self {
            trace: Matrix::zeros(r, r),
            single: vec![0.0; r],
            middle: vec![Matrix::zeros(p, p); r],
            double: vec![vec![Matrix::zeros(p, p); r]; r],
            cross: vec![vec![0.0; p]; r],
            square: vec![0.0; r],
            quartic: Matrix::zeros(r, r),
        };
        let coefficients = &state.place.coefficients;
        state.groups.visit(&state.place.lower, |group| {
            sums.take(group, free, coefficients, p);
        })?;
        sums.fill_scale_direction(fit, p);
        let relative = state.place.lower.times(&state.place.lower.transpose());
        let doubled = |pair: &(usize, usize)| relative[*pair];
        let cells: Vec<f64> = free.iter().map(doubled).collect();
        sums.turn(&cells);
        Some(sums)
    }

    fn take(&mut self, group: &Scratch, free: &[(usize, usize)], b: &[f64], p: usize) {
        let errors = group.errors(b);
        for (i, (a, c)) in free.iter().enumerate() {
            let twice = if a == c { 1.0 } else { 2.0 };
            self.single[i] += twice * group.middle_row(*a)[*c];
            self.square[i] += twice * errors[*a] * errors[*c];
            let (left, right) = (group.weighted_row(*a), group.weighted_row(*c));
            add_symmetric(&mut self.middle[i], &left[..p], &right[..p], 0.5 * twice);
            for (cell, part) in self.cross[i].iter_mut().zip(left) {
                *cell += 0.5 * twice * part * errors[*c];
            }
            for (cell, part) in self.cross[i].iter_mut().zip(right) {
                *cell += 0.5 * twice * part * errors[*a];
            }
            for (j, (s, t)) in free.iter().enumerate() {
                self.trace[(i, j)] += group.trace_of_pairs((*a, *c), (*s, *t));
                for (l, m, weight) in cells_of_product(group, (*a, *c), (*s, *t)) {
                    self.quartic[(i, j)] += weight * errors[l] * errors[m];
                    let (left, right) = (group.weighted_row(l), group.weighted_row(m));
                    for (row, cell) in left[..p].iter().enumerate() {
                        let target = self.double[i][j].row_mut(row);
                        crate::matrix::add_scaled(target, weight * cell, &right[..p]);
                    }
                }
            }
        }
    }

    /// The direction `H`: `W H W = W`, so its products are those with one factor fewer.
    fn fill_scale_direction(&mut self, fit: &LinearFit, p: usize) {
        let last = self.single.len() - 1;
        let place = &fit.state.place;
        let n = fit.n as f64;
        let information = Matrix::from_fn(p, p, |i, j| place.sums.gram[(i, j)]);
        for i in 0..last {
            self.trace[(i, last)] = self.single[i];
            self.trace[(last, i)] = self.single[i];
            self.quartic[(i, last)] = self.square[i];
            self.quartic[(last, i)] = self.square[i];
            self.double[i][last] = self.middle[i].clone();
            self.double[last][i] = self.middle[i].clone();
        }
        self.trace[(last, last)] = n;
        self.single[last] = n;
        self.square[last] = place.rss;
        self.quartic[(last, last)] = place.rss;
        self.middle[last] = information.clone();
        self.double[last][last] = information;
    }

    /// Replaces the direction `H` by `I = H − Σ G Z E Zᵀ`.
    fn turn(&mut self, cells: &[f64]) {
        let last = cells.len();
        let r = last + 1;
        for (i, cell) in cells.iter().enumerate() {
            self.single[last] -= cell * self.single[i];
            self.square[last] -= cell * self.square[i];
            let (before, after) = self.middle.split_at_mut(last);
            after[0].add_scaled(-cell, &before[i]);
            let (before, after) = self.cross.split_at_mut(last);
            crate::matrix::add_scaled(&mut after[0], -cell, &before[i]);
        }
        for side in 0..2 {
            for other in 0..r {
                for (i, cell) in cells.iter().enumerate() {
                    let at = |k: usize| if side == 0 { (k, other) } else { (other, k) };
                    self.trace[at(last)] -= cell * self.trace[at(i)];
                    self.quartic[at(last)] -= cell * self.quartic[at(i)];
                    let (x, y) = at(i);
                    let part = self.double[x][y].clone();
                    let (x, y) = at(last);
                    self.double[x][y].add_scaled(-cell, &part);
                }
            }
        }
    }
}

/// Adds `weight (l rᵀ + r lᵀ)`.
fn add_symmetric(target: &mut Matrix, left: &[f64], right: &[f64], weight: f64) {
    for row in 0..left.len() {
        crate::matrix::add_scaled(target.row_mut(row), weight * left[row], right);
        crate::matrix::add_scaled(target.row_mut(row), weight * right[row], left);
    }
}

/// Returns the cells of `E_i M E_j`, with `E` having ones at a pair and its mirror.
fn cells_of_product(
    group: &Scratch,
    (a, b): (usize, usize),
    (c, d): (usize, usize),
) -> Vec<(usize, usize, f64)> {
    let mirrored = |pair: (usize, usize)| {
        if pair.0 == pair.1 {
            vec![pair]
        } else {
            vec![pair, (pair.1, pair.0)]
        }
    };
    let mut cells = Vec::with_capacity(4);
    for (row, inner) in mirrored((a, b)) {
        for (outer, column) in mirrored((c, d)) {
            cells.push((row, column, group.middle_row(inner)[outer]));
        }
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_direction_without_information_is_left_out_of_the_inverse() {
        let matrix = Matrix::from_rows(2, vec![4.0, 0.0, 0.0, 0.0]);
        let inverse = inverse_where_known(&matrix);
        assert!((inverse[(0, 0)] - 0.25).abs() < 1e-15);
        assert!(inverse[(1, 1)].abs() < 1e-300);
    }
}
