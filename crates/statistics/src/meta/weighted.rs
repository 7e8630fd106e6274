//! Weighted least squares on the effects, with the traces the estimators of τ² are made of.

use super::{Effect, MetaError};
use crate::matrix::{Matrix, Qr, dot};

/// One weighted fit: `y = Xβ + e`, weights `w`.
///
/// Everything is said in terms of the orthonormal `Q` of `√W X = QR`, so that a column such as
/// the calendar year costs no digits. With `P = W − WX(XᵀWX)⁻¹XᵀW` and `hᵢ = ‖qᵢ‖²`,
/// `tr(P D) = Σ w d (1−h)` and `tr(P D P E) = Σ w² d e (1−2h) + ⟨QᵀWDQ, QᵀWEQ⟩`.
#[derive(Clone, Debug)]
pub(super) struct Weighted {
    pub(super) coefficients: Vec<f64>,
    /// `(XᵀWX)⁻¹`.
    pub(super) unscaled: Matrix,
    pub(super) log_determinant: f64,
    pub(super) weights: Vec<f64>,
    pub(super) residuals: Vec<f64>,
    pub(super) leverages: Vec<f64>,
    /// `Σ w e²`, which is `yᵀPy`.
    pub(super) rss: f64,
    q: Matrix,
}

impl Weighted {
    /// Fits with the weights given. `names` are those of the columns, for the error.
    pub(super) fn new(
        effects: &[Effect],
        design: &Matrix,
        weights: Vec<f64>,
        names: &[String],
    ) -> Result<Self, MetaError> {
        let k = effects.len();
        let scaled = Matrix::from_fn(k, design.n_columns(), |i, j| {
            weights[i].sqrt() * design[(i, j)]
        });
        let qr = Qr::new(&scaled);
        if let Some(column) = qr.dependent_column() {
            let name = names.get(column).cloned().unwrap_or_default();
            return Err(MetaError::DependentModerator { name });
        }
        let response: Vec<f64> = effects
            .iter()
            .zip(&weights)
            .map(|(effect, w)| w.sqrt() * effect.estimate)
            .collect();
        let coefficients = qr.solve(&response);
        // Residuals by projection, not from the coefficients, whose digits an ill-placed
        // moderator may cost.
        let mut left = response;
        for _ in 0..2 {
            let along = qr.q().transpose_times_vector(&left);
            for (cell, part) in left.iter_mut().zip(qr.q().times_vector(&along)) {
                *cell -= part;
            }
        }
        Ok(Self {
            coefficients,
            unscaled: qr.inverse_gram(),
            log_determinant: qr.log_determinant_gram(),
            residuals: left
                .iter()
                .zip(&weights)
                .map(|(cell, w)| cell / w.sqrt())
                .collect(),
            rss: dot(&left, &left),
            leverages: (0..k).map(|i| dot(qr.q().row(i), qr.q().row(i))).collect(),
            q: qr.q().clone(),
            weights,
        })
    }

    /// Returns `tr(P D)` for a diagonal `D`.
    pub(super) fn trace(&self, diagonal: impl Fn(usize) -> f64) -> f64 {
        (0..self.weights.len())
            .map(|i| self.weights[i] * diagonal(i) * (1.0 - self.leverages[i]))
            .sum()
    }

    /// Returns `tr(P D P E)` for diagonal `D` and `E`.
    pub(super) fn trace_pair(
        &self,
        left: impl Fn(usize) -> f64,
        right: impl Fn(usize) -> f64,
    ) -> f64 {
        let own: f64 = (0..self.weights.len())
            .map(|i| self.weights[i].powi(2) * left(i) * right(i) * (1.0 - 2.0 * self.leverages[i]))
            .sum();
        own + self.weighted_gram(left).inner(&self.weighted_gram(right))
    }

    /// Returns `yᵀPPy`.
    pub(super) fn rss_of_weights(&self) -> f64 {
        self.residuals
            .iter()
            .zip(&self.weights)
            .map(|(e, w)| (w * e).powi(2))
            .sum()
    }

    fn weighted_gram(&self, diagonal: impl Fn(usize) -> f64) -> Matrix {
        let p = self.q.n_columns();
        let mut gram = Matrix::zeros(p, p);
        for i in 0..self.weights.len() {
            let row = self.q.row(i);
            let factor = self.weights[i] * diagonal(i);
            for (a, cell) in row.iter().enumerate() {
                crate::matrix::add_scaled(gram.row_mut(a), factor * cell, row);
            }
        }
        gram
    }
}
