//! Small symmetric matrices: a Cholesky factor that sets aside what is determined by the rest.

/// The factor of a symmetric matrix whose dependent rows are left out.
#[derive(Clone, Debug)]
pub(crate) struct Factor {
    /// Lower triangle of L with A = L Lᵀ on the rows kept.
    lower: Vec<Vec<f64>>,
    /// Which rows were kept.
    pub(crate) kept: Vec<bool>,
}

impl Factor {
    /// Factors a symmetric matrix; a pivot below `tolerance` times the matrix's own diagonal entry
    /// there means the row depends on those before it.
    pub(crate) fn new(matrix: &[Vec<f64>], tolerance: f64) -> Self {
        Self::with_floor(matrix, tolerance, 0.0)
    }

    /// The same, for a matrix whose rows ought to have a diagonal of about `floor`.
    pub(crate) fn with_floor(matrix: &[Vec<f64>], tolerance: f64, floor: f64) -> Self {
        let n = matrix.len();
        let mut lower = vec![vec![0.0; n]; n];
        let mut kept = vec![true; n];
        for j in 0..n {
            let mut pivot = matrix[j][j];
            for k in 0..j {
                pivot -= lower[j][k] * lower[j][k];
            }
            if pivot.is_nan() || pivot <= tolerance * matrix[j][j].abs().max(floor) || pivot <= 0.0
            {
                kept[j] = false;
                continue;
            }
            let root = pivot.sqrt();
            lower[j][j] = root;
            for i in j + 1..n {
                let mut sum = matrix[i][j];
                for k in 0..j {
                    sum -= lower[i][k] * lower[j][k];
                }
                lower[i][j] = sum / root;
            }
            // A row set aside has no part in later ones.
        }
        for i in 0..n {
            if !kept[i] {
                lower[i].iter_mut().for_each(|x| *x = 0.0);
            }
        }
        Self { lower, kept }
    }

    /// Solves A x = b on the rows kept; zero on the others.
    pub(crate) fn solve(&self, b: &[f64]) -> Vec<f64> {
        let n = b.len();
        let mut x = vec![0.0; n];
        for i in 0..n {
            if !self.kept[i] {
                continue;
            }
            let mut sum = b[i];
            for k in 0..i {
                sum -= self.lower[i][k] * x[k];
            }
            x[i] = sum / self.lower[i][i];
        }
        for i in (0..n).rev() {
            if !self.kept[i] {
                continue;
            }
            let mut sum = x[i];
            for k in i + 1..n {
                sum -= self.lower[k][i] * x[k];
            }
            x[i] = sum / self.lower[i][i];
        }
        x
    }

    /// The inverse on the rows kept; zero on the others.
    pub(crate) fn inverse(&self) -> Vec<Vec<f64>> {
        let n = self.kept.len();
        let mut inverse: Vec<Vec<f64>> = (0..n)
            .map(|j| {
                let mut unit = vec![0.0; n];
                unit[j] = f64::from(u8::from(self.kept[j]));
                self.solve(&unit)
            })
            .collect();
        for i in 0..n {
            for j in 0..i {
                let mean = f64::midpoint(inverse[i][j], inverse[j][i]);
                inverse[i][j] = mean;
                inverse[j][i] = mean;
            }
        }
        inverse
    }

    /// How many rows were kept.
    pub(crate) fn rank(&self) -> usize {
        self.kept.iter().filter(|kept| **kept).count()
    }

    /// bᵀ A⁻¹ b.
    pub(crate) fn quadratic(&self, b: &[f64]) -> f64 {
        self.solve(b).iter().zip(b).map(|(x, b)| x * b).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::Factor;

    #[test]
    fn a_dependent_row_is_set_aside_and_the_rest_is_solved() {
        let matrix = vec![
            vec![4.0, 2.0, 2.0],
            vec![2.0, 1.0, 1.0],
            vec![2.0, 1.0, 3.0],
        ];
        let factor = Factor::new(&matrix, 1e-12);
        assert_eq!(factor.kept, [true, false, true]);
        let x = factor.solve(&[4.0, 9.0, 4.0]);
        assert!((x[0] - 0.5).abs() < 1e-14 && (x[2] - 1.0).abs() < 1e-14);
        assert!((factor.inverse()[2][2] - 0.5).abs() < 1e-14);
    }
}
