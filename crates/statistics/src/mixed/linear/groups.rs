//! What the likelihood needs of the data: a few cross-products for each group.
//!
//! With `V = σ²(I + Z G Zᵀ)` and `G = ΛΛᵀ`, everything the deviance, its slope and its curvature
//! ask for is made of `A = ZᵀZ` and `B = Zᵀ[X y]` of each group, so that one evaluation costs the
//! number of groups, not of rows. The columns of `X` are orthonormal here and `y` has had its least
//! squares fit removed, so that no digits go lost in the cross-products.

use rayon::prelude::*;

use super::profile::Summed;
use crate::matrix::{Matrix, add_scaled};

/// Groups handled by one task; below this, threads cost more than they save.
const GROUPS_PER_TASK: usize = 1024;

/// The cross-products of every group.
#[derive(Clone, Debug)]
pub(super) struct Groups {
    /// Random columns.
    pub(super) q: usize,
    /// Fixed columns and the response.
    pub(super) m: usize,
    pub(super) count: usize,
    /// `ZᵀZ` of each group, row by row, one after another.
    gram: Vec<f64>,
    /// `Zᵀ[X y]` of each group.
    cross: Vec<f64>,
    /// `[X y]ᵀ[X y]` over all rows.
    total: Matrix,
}

impl Groups {
    /// Sums the rows by group. `fixed` holds the fixed columns and, last, the response.
    pub(super) fn new(random: &Matrix, fixed: &Matrix, codes: &[usize], count: usize) -> Self {
        let (q, m) = (random.n_columns(), fixed.n_columns());
        let mut gram = vec![0.0; count * q * q];
        let mut cross = vec![0.0; count * q * m];
        let mut total = Matrix::zeros(m, m);
        for (row, group) in codes.iter().enumerate() {
            let (z, x) = (random.row(row), fixed.row(row));
            for (a, cell) in z.iter().enumerate() {
                add_scaled(&mut gram[(group * q + a) * q..][..q], *cell, z);
                add_scaled(&mut cross[(group * q + a) * m..][..m], *cell, x);
            }
            for (a, cell) in x.iter().enumerate() {
                add_scaled(total.row_mut(a), *cell, x);
            }
        }
        Self {
            q,
            m,
            count,
            gram,
            cross,
            total,
        }
    }

    fn gram(&self, group: usize) -> &[f64] {
        &self.gram[group * self.q * self.q..][..self.q * self.q]
    }

    fn cross(&self, group: usize) -> &[f64] {
        &self.cross[group * self.q * self.m..][..self.q * self.m]
    }

    fn part(&self, lower: &Matrix, start: usize) -> Option<Sums> {
        let mut sums = Sums::zero(self.q, self.m);
        let mut scratch = Scratch::new(self.q, self.m);
        for group in start..(start + GROUPS_PER_TASK).min(self.count) {
            scratch.fill(lower, self.gram(group), self.cross(group))?;
            sums.take(&scratch);
        }
        Some(sums)
    }

    /// Visits every group's `M = Zᵀ W Z` and `N = Zᵀ W [X y]`, with `W = (I + ZGZᵀ)⁻¹`.
    pub(super) fn visit(&self, lower: &Matrix, mut visitor: impl FnMut(&Scratch)) -> Option<()> {
        let mut scratch = Scratch::new(self.q, self.m);
        for group in 0..self.count {
            scratch.fill(lower, self.gram(group), self.cross(group))?;
            visitor(&scratch);
        }
        Some(())
    }
}

impl Summed for Groups {
    fn q(&self) -> usize {
        self.q
    }

    fn m(&self) -> usize {
        self.m
    }

    fn sums(&self, lower: &Matrix) -> Option<Sums> {
        let starts: Vec<usize> = (0..self.count).step_by(GROUPS_PER_TASK).collect();
        let parts: Vec<Option<Sums>> = if starts.len() > 1 {
            starts
                .par_iter()
                .map(|start| self.part(lower, *start))
                .collect()
        } else {
            starts
                .iter()
                .map(|start| self.part(lower, *start))
                .collect()
        };
        let mut sums = Sums::zero(self.q, self.m);
        for part in parts {
            sums.add(&part?);
        }
        let mut gram = self.total.clone();
        gram.add_scaled(-1.0, &sums.gram);
        sums.gram = gram;
        Some(sums)
    }
}

/// Sums over groups, and the pairs of random columns they are kept for.
#[derive(Clone, Debug)]
pub(super) struct Sums {
    /// `Σ log|I + ΛᵀAΛ|`.
    pub(super) log_determinant: f64,
    /// `[X y]ᵀ W [X y]`, after [`Summed::sums`]; what is taken off the total before.
    pub(super) gram: Matrix,
    /// `Σ M`.
    pub(super) middle: Matrix,
    /// For each pair `a ≥ b` of random columns, `Σ N_aᵀ N_b`.
    pub(super) outer: Vec<Matrix>,
    /// `Σ tr(M E_i M E_j)` over pairs of pairs.
    pub(super) curvature: Matrix,
}

impl Sums {
    pub(super) fn zero(q: usize, m: usize) -> Self {
        let n_pairs = q * (q + 1) / 2;
        Self {
            log_determinant: 0.0,
            gram: Matrix::zeros(m, m),
            middle: Matrix::zeros(q, q),
            outer: vec![Matrix::zeros(m, m); n_pairs],
            curvature: Matrix::zeros(n_pairs, n_pairs),
        }
    }

    fn add(&mut self, other: &Self) {
        self.log_determinant += other.log_determinant;
        self.gram.add_scaled(1.0, &other.gram);
        self.middle.add_scaled(1.0, &other.middle);
        self.curvature.add_scaled(1.0, &other.curvature);
        for (own, others) in self.outer.iter_mut().zip(&other.outer) {
            own.add_scaled(1.0, others);
        }
    }

    fn take(&mut self, group: &Scratch) {
        let (q, m) = (group.q, group.m);
        self.log_determinant += group.log_determinant;
        for a in 0..q {
            let half = &group.half[a * m..][..m];
            for (row, cell) in half.iter().enumerate() {
                add_scaled(self.gram.row_mut(row), *cell, half);
            }
            add_scaled(self.middle.row_mut(a), 1.0, group.middle_row(a));
        }
        let mut index = 0;
        for b in 0..q {
            for a in b..q {
                let (left, right) = (group.weighted_row(a), group.weighted_row(b));
                for (row, cell) in left.iter().enumerate() {
                    add_scaled(self.outer[index].row_mut(row), *cell, right);
                }
                let mut other = 0;
                for d in 0..q {
                    for c in d..q {
                        self.curvature[(index, other)] += group.trace_of_pairs((a, b), (c, d));
                        other += 1;
                    }
                }
                index += 1;
            }
        }
    }
}

/// One group's matrices at one `Λ`.
#[derive(Clone, Debug)]
pub(super) struct Scratch {
    q: usize,
    m: usize,
    pub(super) log_determinant: f64,
    /// `AΛ`.
    product: Vec<f64>,
    /// Cholesky factor `L` of `I + ΛᵀAΛ`.
    factor: Vec<f64>,
    /// `L⁻¹ (AΛ)ᵀ`.
    left: Vec<f64>,
    /// `L⁻¹ Λᵀ B`.
    half: Vec<f64>,
    middle: Vec<f64>,
    weighted: Vec<f64>,
}

impl Scratch {
    fn new(q: usize, m: usize) -> Self {
        Self {
            q,
            m,
            log_determinant: 0.0,
            product: vec![0.0; q * q],
            factor: vec![0.0; q * q],
            left: vec![0.0; q * q],
            half: vec![0.0; q * m],
            middle: vec![0.0; q * q],
            weighted: vec![0.0; q * m],
        }
    }

    /// Returns a row of `M`.
    pub(super) fn middle_row(&self, a: usize) -> &[f64] {
        &self.middle[a * self.q..][..self.q]
    }

    /// Returns a row of `N`; its last cell is that of the response.
    pub(super) fn weighted_row(&self, a: usize) -> &[f64] {
        &self.weighted[a * self.m..][..self.m]
    }

    /// Returns `tr(M E_i M E_j)`, with `E` having ones at a pair and its mirror.
    pub(super) fn trace_of_pairs(&self, (a, b): (usize, usize), (c, d): (usize, usize)) -> f64 {
        let m = |row: usize, column: usize| self.middle[row * self.q + column];
        let both = m(a, c) * m(b, d) + m(a, d) * m(b, c);
        match (a == b, c == d) {
            (true, true) => both / 2.0,
            (true, false) | (false, true) => both,
            (false, false) => 2.0 * both,
        }
    }

    fn fill(&mut self, lower: &Matrix, gram: &[f64], cross: &[f64]) -> Option<()> {
        let (q, m) = (self.q, self.m);
        for a in 0..q {
            for b in 0..q {
                self.product[a * q + b] =
                    (b..q).map(|k| gram[a * q + k] * lower[(k, b)]).sum::<f64>();
            }
        }
        self.half.fill(0.0);
        for a in 0..q {
            for b in 0..q {
                let inner: f64 = (a..q)
                    .map(|k| lower[(k, a)] * self.product[k * q + b])
                    .sum();
                self.factor[a * q + b] = inner + if a == b { 1.0 } else { 0.0 };
                self.left[a * q + b] = self.product[b * q + a];
                add_scaled(
                    &mut self.half[a * m..][..m],
                    lower[(b, a)],
                    &cross[b * m..][..m],
                );
            }
        }
        self.factorise()?;
        solve_lower(&self.factor, &mut self.left, q, q);
        solve_lower(&self.factor, &mut self.half, q, m);
        self.middle.copy_from_slice(gram);
        self.weighted.copy_from_slice(cross);
        for k in 0..q {
            for a in 0..q {
                let part = self.left[k * q + a];
                let (left, half) = (&self.left[k * q..][..q], &self.half[k * m..][..m]);
                add_scaled(&mut self.middle[a * q..][..q], -part, left);
                add_scaled(&mut self.weighted[a * m..][..m], -part, half);
            }
        }
        Some(())
    }

    fn factorise(&mut self) -> Option<()> {
        let q = self.q;
        self.log_determinant = 0.0;
        for a in 0..q {
            for b in 0..=a {
                let done: f64 = (0..b)
                    .map(|k| self.factor[a * q + k] * self.factor[b * q + k])
                    .sum();
                let rest = self.factor[a * q + b] - done;
                if a != b {
                    self.factor[a * q + b] = rest / self.factor[b * q + b];
                } else if rest > 0.0 && rest.is_finite() {
                    self.log_determinant += rest.ln();
                    self.factor[a * q + a] = rest.sqrt();
                } else {
                    return None;
                }
            }
        }
        Some(())
    }

    /// Returns the group's random effects before the outer `Λ`: `Λ(I + ΛᵀAΛ)⁻¹Λᵀ Zᵀ(y − Xβ)`, which
    /// is `G Zᵀ W (y − Xβ)`.
    pub(super) fn effects(&self, covariance: &Matrix, fitted: &[f64]) -> Vec<f64> {
        covariance.times_vector(&self.errors(fitted))
    }

    /// Returns `Zᵀ W (y − Xβ)`.
    pub(super) fn errors(&self, coefficients: &[f64]) -> Vec<f64> {
        (0..self.q)
            .map(|a| {
                let row = self.weighted_row(a);
                row[self.m - 1] - crate::matrix::dot(&row[..self.m - 1], coefficients)
            })
            .collect()
    }
}

/// Solves `L X = B` in place for `columns` right sides.
fn solve_lower(factor: &[f64], right: &mut [f64], q: usize, columns: usize) {
    for a in 0..q {
        let (done, rest) = right.split_at_mut(a * columns);
        let row = &mut rest[..columns];
        for b in 0..a {
            add_scaled(row, -factor[a * q + b], &done[b * columns..][..columns]);
        }
        let pivot = factor[a * q + a];
        for cell in row {
            *cell /= pivot;
        }
    }
}
