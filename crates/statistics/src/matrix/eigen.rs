//! Eigenvalues of a symmetric matrix, by Jacobi's rotations.

use super::Matrix;

/// More sweeps than any symmetric matrix of these sizes needs; ten is already unusual.
const SWEEPS_MAX: usize = 60;

/// `A = V diag(values) Vᵀ`; the columns of `vectors` are orthonormal. Not sorted.
#[derive(Clone, Debug)]
pub(crate) struct Eigen {
    pub(crate) values: Vec<f64>,
    pub(crate) vectors: Matrix,
}

impl Eigen {
    /// Decomposes a symmetric matrix.
    pub(crate) fn new(matrix: &Matrix) -> Self {
        let n = matrix.n_rows();
        let mut work = matrix.symmetrised();
        let mut vectors = Matrix::identity(n);
        for _ in 0..SWEEPS_MAX {
            let off: f64 = pairs(n).map(|(i, j)| work[(i, j)].powi(2)).sum();
            let total: f64 = work.cells().iter().map(|cell| cell * cell).sum();
            if off.is_nan() || off <= total * 1e-32 {
                break;
            }
            for (i, j) in pairs(n) {
                rotate(&mut work, &mut vectors, i, j);
            }
        }
        Self {
            values: work.diagonal(),
            vectors,
        }
    }

    /// Returns `Σ f(λ) v vᵀ`: a function of the matrix, eigenvalue by eigenvalue.
    pub(crate) fn map(&self, mut function: impl FnMut(f64) -> f64) -> Matrix {
        let n = self.values.len();
        let mapped: Vec<f64> = self.values.iter().map(|value| function(*value)).collect();
        Matrix::from_fn(n, n, |i, j| {
            (0..n)
                .map(|k| mapped[k] * self.vectors[(i, k)] * self.vectors[(j, k)])
                .sum()
        })
    }
}

fn pairs(n: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..n).flat_map(move |i| (i + 1..n).map(move |j| (i, j)))
}

/// Makes the cell at (`p`, `q`) zero by one rotation of rows and columns.
fn rotate(work: &mut Matrix, vectors: &mut Matrix, p: usize, q: usize) {
    let off = work[(p, q)];
    if off.abs() < f64::MIN_POSITIVE {
        return;
    }
    let angle = (work[(q, q)] - work[(p, p)]) / (2.0 * off);
    let tangent = angle.signum() / (angle.abs() + angle.hypot(1.0));
    let cosine = 1.0 / tangent.hypot(1.0);
    let sine = tangent * cosine;
    for k in 0..work.n_rows() {
        let (kp, kq) = (work[(k, p)], work[(k, q)]);
        work[(k, p)] = cosine * kp - sine * kq;
        work[(k, q)] = sine * kp + cosine * kq;
    }
    for k in 0..work.n_rows() {
        let (pk, qk) = (work[(p, k)], work[(q, k)]);
        work[(p, k)] = cosine * pk - sine * qk;
        work[(q, k)] = sine * pk + cosine * qk;
        let (kp, kq) = (vectors[(k, p)], vectors[(k, q)]);
        vectors[(k, p)] = cosine * kp - sine * kq;
        vectors[(k, q)] = sine * kp + cosine * kq;
    }
}
