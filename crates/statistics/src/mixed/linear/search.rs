//! The search for the relative covariance factor Λ.

use super::groups::{Groups, Sums, pairs};
use crate::matrix::{Cholesky, Eigen, Matrix, dot};
use crate::mixed::MixedError;

/// Newton steps after which the search gives up; seven or eight are usual.
const STEPS_MAX: usize = 500;
/// Halvings of one step.
const HALVINGS_MAX: usize = 60;

/// The deviance to be lowered, as a function of Λ.
pub(super) struct Profile<'a> {
    pub(super) groups: &'a Groups,
    /// Rows.
    pub(super) n: f64,
    /// Whether the criterion is restricted.
    pub(super) is_restricted: bool,
    /// The cells of Λ that may differ from zero: row and column.
    pub(super) free: Vec<(usize, usize)>,
}

/// The deviance and what follows from it at one Λ.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) lower: Matrix,
    pub(super) sums: Sums,
    /// Profiled deviance, without the constant of the orthonormal basis.
    pub(super) deviance: f64,
    /// Coefficients in the orthonormal basis.
    pub(super) coefficients: Vec<f64>,
    /// `XᵀWX` factored.
    pub(super) information: Cholesky,
    /// Penalised residual sum of squares.
    pub(super) rss: f64,
}

impl Profile<'_> {
    /// Degrees of freedom of the residual variance.
    pub(super) fn degrees(&self) -> f64 {
        if self.is_restricted {
            self.n - (self.groups.m - 1) as f64
        } else {
            self.n
        }
    }

    /// Evaluates the deviance.
    pub(super) fn at(&self, lower: Matrix) -> Option<Place> {
        let sums = self.groups.sums(&lower)?;
        let p = self.groups.m - 1;
        let information = Cholesky::new(&Matrix::from_fn(p, p, |i, j| sums.gram[(i, j)]))?;
        let cross: Vec<f64> = (0..p).map(|i| sums.gram[(i, p)]).collect();
        let coefficients = information.solve(&cross);
        let rss = sums.gram[(p, p)] - dot(&coefficients, &cross);
        if rss.is_nan() || rss <= 0.0 {
            return None;
        }
        let degrees = self.degrees();
        let mut deviance =
            sums.log_determinant + degrees * (1.0 + (std::f64::consts::TAU * rss / degrees).ln());
        if self.is_restricted {
            deviance += information.log_determinant();
        }
        Some(Place {
            lower,
            sums,
            deviance,
            coefficients,
            information,
            rss,
        })
    }

    /// Returns the slope of the deviance in `G`, as a symmetric matrix.
    fn slope(&self, place: &Place) -> Matrix {
        let p = self.groups.m - 1;
        let q = self.groups.q;
        let mut vector = place.coefficients.iter().map(|b| -b).collect::<Vec<f64>>();
        vector.push(1.0);
        let inverse = place.information.inverse();
        let mut slope = place.sums.middle.clone();
        for ((a, b), outer) in pairs(q).into_iter().zip(&place.sums.outer) {
            let mut part = self.degrees() / place.rss * outer.quadratic(&vector);
            if self.is_restricted {
                for i in 0..p {
                    part += dot(&inverse.row(i)[..p], &outer.row(i)[..p]);
                }
            }
            slope[(a, b)] -= part;
            if a != b {
                slope[(b, a)] -= part;
            }
        }
        slope
    }

    /// Returns the slope and an approximate curvature in the free cells of Λ.
    ///
    /// The curvature is the expected one carried through `G = ΛΛᵀ`, plus the exact second
    /// derivative of `ΛΛᵀ` times the slope: near a boundary that last part is what remains.
    fn slope_and_curvature(&self, place: &Place) -> (Vec<f64>, Matrix) {
        let q = self.groups.q;
        let by_pair = self.slope(place);
        let all = pairs(q);
        // dG_ab for a unit change of Λ_rc: Λ_bc at (r, b) and its mirror.
        let jacobian = Matrix::from_fn(all.len(), self.free.len(), |pair, cell| {
            let ((a, b), (r, c)) = (all[pair], self.free[cell]);
            let one = if a == r { place.lower[(b, c)] } else { 0.0 };
            let other = if b == r { place.lower[(a, c)] } else { 0.0 };
            one + other
        });
        let middle: Vec<f64> = all
            .iter()
            .map(|(a, b)| place.sums.middle[(*a, *b)] * if a == b { 1.0 } else { 2.0 })
            .collect();
        let degrees = self.degrees();
        let curvature = Matrix::from_fn(all.len(), all.len(), |i, j| {
            place.sums.curvature[(i, j)] - middle[i] * middle[j] / degrees
        });
        let mut hessian = jacobian.transpose().times(&curvature).times(&jacobian);
        for (i, (r, c)) in self.free.iter().enumerate() {
            for (j, (s, d)) in self.free.iter().enumerate() {
                if c == d {
                    hessian[(i, j)] += 2.0 * by_pair[(*r, *s)];
                }
            }
        }
        let slope = by_pair.times(&place.lower);
        (
            self.free
                .iter()
                .map(|(r, c)| 2.0 * slope[(*r, *c)])
                .collect(),
            hessian,
        )
    }

    /// Finds the lowest deviance from Λ = I, by Newton's steps with eigenvalues made positive and
    /// the step halved until the deviance falls.
    pub(super) fn search(&self) -> Result<Place, MixedError> {
        let failed = MixedError::NotConverged {
            what: "variance search",
            steps: STEPS_MAX,
        };
        let q = self.groups.q;
        let mut place = self.at(Matrix::identity(q)).ok_or(MixedError::NoResidual)?;
        for _ in 0..STEPS_MAX {
            let (slope, hessian) = self.slope_and_curvature(&place);
            let eigen = Eigen::new(&hessian);
            let largest = eigen
                .values
                .iter()
                .fold(0.0_f64, |most, value| most.max(value.abs()));
            let floor = (largest * 1e-12).max(f64::MIN_POSITIVE);
            let inverse = eigen.map(|value| value.abs().max(floor).recip());
            let step: Vec<f64> = inverse.times_vector(&slope).iter().map(|s| -s).collect();
            let size = place
                .lower
                .cells()
                .iter()
                .fold(1e-3_f64, |most, cell| most.max(cell.abs()));
            let longest = step.iter().fold(0.0_f64, |most, cell| most.max(cell.abs()));
            if longest <= 1e-11 * size || dot(&slope, &step).abs() <= 1e-19 * self.n {
                return Ok(place);
            }
            // A step that would more than treble the factor is cut: the curvature is local.
            let first = (2.0 * size.max(1.0) / longest).min(1.0);
            match self.lower_place(&place, &step, first) {
                Some(next) => place = next,
                // No shorter step is lower: the deviance is flat to working precision here.
                None if dot(&slope, &step).abs() <= 1e-8 => return Ok(place),
                None => return Err(failed),
            }
        }
        Err(failed)
    }

    fn lower_place(&self, place: &Place, step: &[f64], first: f64) -> Option<Place> {
        let noise = 1e-13 * place.deviance.abs().max(self.n);
        let mut length = first;
        for _ in 0..HALVINGS_MAX {
            let mut lower = place.lower.clone();
            for ((r, c), part) in self.free.iter().zip(step) {
                lower[(*r, *c)] += length * part;
            }
            if let Some(next) = self.at(lower)
                && next.deviance <= place.deviance + noise
            {
                return Some(next);
            }
            length /= 2.0;
        }
        None
    }
}
