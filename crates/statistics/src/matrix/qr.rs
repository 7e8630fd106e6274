//! Least squares by orthogonal columns.

use super::{Matrix, dot};

/// A column whose length after removing the earlier columns falls below this fraction of its
/// length before is taken to be a combination of them.
const DEPENDENT_FRACTION: f64 = 1e-10;

/// `X = Q R`, with the columns of `Q` orthonormal (`n` by `p`) and `R` upper triangular.
#[derive(Clone, Debug)]
pub(crate) struct Qr {
    q: Matrix,
    r: Matrix,
    dependent: Option<usize>,
}

impl Qr {
    /// Decomposes a tall matrix.
    ///
    /// Modified Gram-Schmidt applied twice, which keeps `Q` orthonormal to working precision
    /// (Giraud, Langou and Rozložník 2005, *Computers and Mathematics with Applications* 50) and
    /// gives `Q` itself, which the callers want, without unrolling reflections.
    pub(crate) fn new(design: &Matrix) -> Self {
        let n_columns = design.n_columns();
        let mut columns: Vec<Vec<f64>> = (0..n_columns).map(|j| design.column(j)).collect();
        let mut r = Matrix::zeros(n_columns, n_columns);
        let mut dependent = None;
        for j in 0..n_columns {
            let (before, rest) = columns.split_at_mut(j);
            let column = &mut rest[0];
            let length = dot(column, column).sqrt();
            for _ in 0..2 {
                for (i, earlier) in before.iter().enumerate() {
                    let part = dot(earlier, column);
                    r[(i, j)] += part;
                    super::add_scaled(column, -part, earlier);
                }
            }
            let left = dot(column, column).sqrt();
            if left.is_nan() || left <= length * DEPENDENT_FRACTION {
                dependent = dependent.or(Some(j));
                column.fill(0.0);
                continue;
            }
            r[(j, j)] = left;
            column.iter_mut().for_each(|cell| *cell /= left);
        }
        Self {
            q: Matrix::from_columns(&columns),
            r,
            dependent,
        }
    }

    /// Returns the first column that repeats what earlier columns say, if any.
    pub(crate) fn dependent_column(&self) -> Option<usize> {
        self.dependent
    }

    pub(crate) fn q(&self) -> &Matrix {
        &self.q
    }

    pub(crate) fn r(&self) -> &Matrix {
        &self.r
    }

    /// Returns the coefficients of least squares; meaningful when no column is dependent.
    pub(crate) fn solve(&self, response: &[f64]) -> Vec<f64> {
        self.solve_upper(&self.q.transpose_times_vector(response))
    }

    /// Solves `R x = b`.
    pub(crate) fn solve_upper(&self, right: &[f64]) -> Vec<f64> {
        let mut answer = right.to_vec();
        for i in (0..answer.len()).rev() {
            let done: f64 = (i + 1..answer.len())
                .map(|k| self.r[(i, k)] * answer[k])
                .sum();
            answer[i] = (answer[i] - done) / self.r[(i, i)];
        }
        answer
    }

    /// Returns `R⁻¹`.
    pub(crate) fn inverse_upper(&self) -> Matrix {
        let n = self.r.n_rows();
        let columns: Vec<Vec<f64>> = (0..n)
            .map(|j| {
                let mut unit = vec![0.0; n];
                unit[j] = 1.0;
                self.solve_upper(&unit)
            })
            .collect();
        Matrix::from_columns(&columns)
    }

    /// Returns `(XᵀX)⁻¹ = R⁻¹ R⁻ᵀ`.
    pub(crate) fn inverse_gram(&self) -> Matrix {
        let inverse = self.inverse_upper();
        inverse.times(&inverse.transpose())
    }

    /// Returns the logarithm of the determinant of `XᵀX`.
    pub(crate) fn log_determinant_gram(&self) -> f64 {
        2.0 * self
            .r
            .diagonal()
            .iter()
            .map(|pivot| pivot.abs().ln())
            .sum::<f64>()
    }
}
