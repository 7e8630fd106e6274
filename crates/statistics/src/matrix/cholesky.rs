//! The Cholesky factor of a positive definite matrix.

use super::Matrix;

/// `A = L Lᵀ`, with `L` lower triangular.
#[derive(Clone, Debug)]
pub(crate) struct Cholesky {
    lower: Matrix,
}

impl Cholesky {
    /// Factors a symmetric matrix, reading its lower triangle; `None` unless it is positive
    /// definite to working precision.
    pub(crate) fn new(matrix: &Matrix) -> Option<Self> {
        let n = matrix.n_rows();
        let mut lower = Matrix::zeros(n, n);
        for i in 0..n {
            for j in 0..=i {
                let done: f64 = (0..j).map(|k| lower[(i, k)] * lower[(j, k)]).sum();
                let rest = matrix[(i, j)] - done;
                if i == j {
                    // A pivot this far below its diagonal is rounding, not information.
                    if rest.is_nan() || rest <= matrix[(i, i)].abs() * 1e-15 {
                        return None;
                    }
                    lower[(i, i)] = rest.sqrt();
                } else {
                    lower[(i, j)] = rest / lower[(j, j)];
                }
            }
        }
        Some(Self { lower })
    }

    pub(crate) fn lower(&self) -> &Matrix {
        &self.lower
    }

    /// Solves `L x = b` in place.
    pub(crate) fn solve_lower(&self, vector: &mut [f64]) {
        for i in 0..vector.len() {
            let done: f64 = (0..i).map(|k| self.lower[(i, k)] * vector[k]).sum();
            vector[i] = (vector[i] - done) / self.lower[(i, i)];
        }
    }

    /// Solves `A x = b`.
    pub(crate) fn solve(&self, vector: &[f64]) -> Vec<f64> {
        let mut answer = vector.to_vec();
        self.solve_lower(&mut answer);
        for i in (0..answer.len()).rev() {
            let done: f64 = (i + 1..answer.len())
                .map(|k| self.lower[(k, i)] * answer[k])
                .sum();
            answer[i] = (answer[i] - done) / self.lower[(i, i)];
        }
        answer
    }

    /// Solves `A X = B` column by column.
    pub(crate) fn solve_matrix(&self, right: &Matrix) -> Matrix {
        let columns: Vec<Vec<f64>> = (0..right.n_columns())
            .map(|column| self.solve(&right.column(column)))
            .collect();
        Matrix::from_columns(&columns)
    }

    pub(crate) fn inverse(&self) -> Matrix {
        self.solve_matrix(&Matrix::identity(self.lower.n_rows()))
            .symmetrised()
    }

    /// Returns the logarithm of the determinant of `A`.
    pub(crate) fn log_determinant(&self) -> f64 {
        2.0 * self
            .lower
            .diagonal()
            .iter()
            .map(|pivot| pivot.ln())
            .sum::<f64>()
    }
}
