//! Small dense linear algebra: the few decompositions the estimators need, and no more.
//!
//! Matrices are row-major and small (tens of columns). Tall ones appear only as the left side of
//! [`Qr`]. Three decompositions stand here because three questions are asked: least squares
//! ([`Qr`], Gram-Schmidt twice, backward stable), solving with a covariance ([`Cholesky`]), and "is this
//! covariance singular, and in which direction" ([`Eigen`], cyclic Jacobi, relative accuracy near
//! machine precision for symmetric matrices). Golub and Van Loan, *Matrix Computations*, 4th
//! edition, sections 4.2, 5.2 and 8.5.

mod cholesky;
mod eigen;
mod qr;

pub(crate) use cholesky::Cholesky;
pub(crate) use eigen::Eigen;
pub(crate) use qr::Qr;

use std::ops::{Index, IndexMut};

/// A dense matrix of `f64`, row by row.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
#[serde(into = "Vec<Vec<f64>>")]
pub struct Matrix {
    n_rows: usize,
    n_columns: usize,
    cells: Vec<f64>,
}

impl From<Matrix> for Vec<Vec<f64>> {
    fn from(matrix: Matrix) -> Self {
        (0..matrix.n_rows)
            .map(|row| matrix.row(row).to_vec())
            .collect()
    }
}

impl Index<(usize, usize)> for Matrix {
    type Output = f64;
    fn index(&self, (row, column): (usize, usize)) -> &f64 {
        &self.cells[row * self.n_columns + column]
    }
}

impl IndexMut<(usize, usize)> for Matrix {
    fn index_mut(&mut self, (row, column): (usize, usize)) -> &mut f64 {
        &mut self.cells[row * self.n_columns + column]
    }
}

impl Matrix {
    /// Makes a matrix of zeros.
    pub fn zeros(n_rows: usize, n_columns: usize) -> Self {
        Self {
            n_rows,
            n_columns,
            cells: vec![0.0; n_rows * n_columns],
        }
    }

    /// Makes the identity of order `n`.
    pub fn identity(n: usize) -> Self {
        Self::from_fn(n, n, |row, column| if row == column { 1.0 } else { 0.0 })
    }

    /// Makes a matrix whose cell at row `i`, column `j` is `cell(i, j)`.
    pub fn from_fn(
        n_rows: usize,
        n_columns: usize,
        mut cell: impl FnMut(usize, usize) -> f64,
    ) -> Self {
        let mut cells = Vec::with_capacity(n_rows * n_columns);
        for row in 0..n_rows {
            for column in 0..n_columns {
                cells.push(cell(row, column));
            }
        }
        Self {
            n_rows,
            n_columns,
            cells,
        }
    }

    /// Makes a matrix from columns; columns shorter than the first are read as zero beyond their end.
    pub fn from_columns(columns: &[Vec<f64>]) -> Self {
        let n_rows = columns.first().map_or(0, Vec::len);
        Self::from_fn(n_rows, columns.len(), |row, column| {
            columns[column].get(row).copied().unwrap_or(0.0)
        })
    }

    /// Makes a matrix from `n_columns` cells a row, given row by row.
    ///
    /// A trailing incomplete row is dropped.
    pub fn from_rows(n_columns: usize, mut cells: Vec<f64>) -> Self {
        let n_rows = cells.len().checked_div(n_columns).unwrap_or(0);
        cells.truncate(n_rows * n_columns);
        Self {
            n_rows,
            n_columns,
            cells,
        }
    }

    /// Returns how many rows there are.
    pub fn n_rows(&self) -> usize {
        self.n_rows
    }

    /// Returns how many columns there are.
    pub fn n_columns(&self) -> usize {
        self.n_columns
    }

    /// Returns one row.
    pub fn row(&self, row: usize) -> &[f64] {
        &self.cells[row * self.n_columns..(row + 1) * self.n_columns]
    }

    pub(crate) fn row_mut(&mut self, row: usize) -> &mut [f64] {
        &mut self.cells[row * self.n_columns..(row + 1) * self.n_columns]
    }

    /// Returns a copy of one column.
    pub fn column(&self, column: usize) -> Vec<f64> {
        (0..self.n_rows).map(|row| self[(row, column)]).collect()
    }

    /// Returns the diagonal of a square matrix.
    pub fn diagonal(&self) -> Vec<f64> {
        (0..self.n_rows.min(self.n_columns))
            .map(|i| self[(i, i)])
            .collect()
    }

    pub(crate) fn cells(&self) -> &[f64] {
        &self.cells
    }

    /// Returns the transpose.
    #[must_use]
    pub fn transpose(&self) -> Self {
        Self::from_fn(self.n_columns, self.n_rows, |row, column| {
            self[(column, row)]
        })
    }

    /// Multiplies two matrices; the inner sizes must agree.
    #[must_use]
    pub(crate) fn times(&self, other: &Self) -> Self {
        debug_assert_eq!(self.n_columns, other.n_rows, "the inner sizes must agree");
        let mut product = Self::zeros(self.n_rows, other.n_columns);
        for row in 0..self.n_rows {
            for inner in 0..self.n_columns {
                let factor = self[(row, inner)];
                add_scaled(product.row_mut(row), factor, other.row(inner));
            }
        }
        product
    }

    /// Multiplies by a vector.
    pub(crate) fn times_vector(&self, vector: &[f64]) -> Vec<f64> {
        (0..self.n_rows)
            .map(|row| dot(self.row(row), vector))
            .collect()
    }

    /// Multiplies the transpose by a vector.
    pub(crate) fn transpose_times_vector(&self, vector: &[f64]) -> Vec<f64> {
        let mut product = vec![0.0; self.n_columns];
        for (row, factor) in vector.iter().enumerate() {
            add_scaled(&mut product, *factor, self.row(row));
        }
        product
    }

    /// Returns every cell multiplied by `factor`.
    #[must_use]
    pub(crate) fn scaled(&self, factor: f64) -> Self {
        Self {
            cells: self.cells.iter().map(|cell| cell * factor).collect(),
            ..*self
        }
    }

    /// Adds `factor` times `other` to this matrix.
    pub(crate) fn add_scaled(&mut self, factor: f64, other: &Self) {
        add_scaled(&mut self.cells, factor, &other.cells);
    }

    /// Returns the sum of the products of the cells: `tr(AᵀB)`.
    pub(crate) fn inner(&self, other: &Self) -> f64 {
        dot(&self.cells, &other.cells)
    }

    /// Returns `vᵀ A v` for a square matrix.
    pub(crate) fn quadratic(&self, vector: &[f64]) -> f64 {
        dot(vector, &self.times_vector(vector))
    }

    /// Returns the mean of a square matrix and its transpose.
    #[must_use]
    pub(crate) fn symmetrised(&self) -> Self {
        Self::from_fn(self.n_rows, self.n_columns, |i, j| {
            0.5 * (self[(i, j)] + self[(j, i)])
        })
    }

    /// Says whether every cell is a finite number.
    pub(crate) fn is_finite(&self) -> bool {
        self.cells.iter().all(|cell| cell.is_finite())
    }
}

/// Returns the sum of products of two vectors.
pub(crate) fn dot(left: &[f64], right: &[f64]) -> f64 {
    left.iter().zip(right).map(|(l, r)| l * r).sum()
}

/// Adds `factor` times `source` to `target`.
pub(crate) fn add_scaled(target: &mut [f64], factor: f64, source: &[f64]) {
    for (cell, addend) in target.iter_mut().zip(source) {
        *cell += factor * addend;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn hilbert(n: usize) -> Matrix {
        Matrix::from_fn(n, n, |i, j| 1.0 / (i + j + 1) as f64)
    }

    /// The inverse of the Hilbert matrix of order three is whole numbers: 9, -36, 30; -36, 192,
    /// -180; 30, -180, 180.
    #[test]
    fn cholesky_inverts_the_hilbert_matrix_of_order_three() {
        let inverse = Cholesky::new(&hilbert(3)).unwrap().inverse();
        let expected = [9.0, -36.0, 30.0, -36.0, 192.0, -180.0, 30.0, -180.0, 180.0];
        for (cell, wanted) in inverse.cells().iter().zip(expected) {
            assert!((cell - wanted).abs() < 1e-10, "{cell} against {wanted}");
        }
    }

    #[test]
    fn cholesky_refuses_a_matrix_that_is_not_positive_definite() {
        let matrix = Matrix::from_rows(2, vec![1.0, 2.0, 2.0, 1.0]);
        assert!(Cholesky::new(&matrix).is_none());
    }

    #[test]
    fn least_squares_refuses_a_column_that_repeats_another() {
        let ones = vec![1.0; 5];
        let line: Vec<f64> = (0..5).map(f64::from).collect();
        let twice: Vec<f64> = line.iter().map(|x| 2.0 * x + 1.0).collect();
        let qr = Qr::new(&Matrix::from_columns(&[ones, line, twice]));
        assert_eq!(qr.dependent_column(), Some(2));
    }

    proptest! {
        #[test]
        fn eigen_vectors_rebuild_the_matrix(cells in prop::collection::vec(-5.0..5.0_f64, 16)) {
            let matrix = Matrix::from_rows(4, cells).symmetrised();
            let eigen = Eigen::new(&matrix);
            let diagonal = Matrix::from_fn(4, 4, |i, j| if i == j { eigen.values[i] } else { 0.0 });
            let rebuilt = eigen.vectors.times(&diagonal).times(&eigen.vectors.transpose());
            for (left, right) in rebuilt.cells().iter().zip(matrix.cells()) {
                prop_assert!((left - right).abs() < 1e-12);
            }
        }

        #[test]
        fn least_squares_leaves_residuals_at_right_angles_to_every_column(
            cells in prop::collection::vec(-3.0..3.0_f64, 24),
            response in prop::collection::vec(-3.0..3.0_f64, 8),
        ) {
            let design = Matrix::from_rows(3, cells);
            let qr = Qr::new(&design);
            prop_assume!(qr.dependent_column().is_none());
            let coefficients = qr.solve(&response);
            let fitted = design.times_vector(&coefficients);
            let residuals: Vec<f64> = response.iter().zip(&fitted).map(|(y, f)| y - f).collect();
            for angle in design.transpose_times_vector(&residuals) {
                prop_assert!(angle.abs() < 1e-9);
            }
        }
    }
}
