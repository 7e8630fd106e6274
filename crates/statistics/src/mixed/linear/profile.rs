//! The profiled deviance of a linear mixed model, with its slope and curvature.

use super::groups::Sums;
use crate::matrix::{Cholesky, Matrix, dot};
use crate::mixed::search::{Landscape, pairs};

/// Data that give the sums of the deviance at any Λ.
pub(super) trait Summed {
    /// Random columns.
    fn q(&self) -> usize;

    /// Fixed columns and the response.
    fn m(&self) -> usize;

    /// Sums at one `Λ`; `None` where it holds numbers that are not finite.
    fn sums(&self, lower: &Matrix) -> Option<Sums>;
}

/// The deviance to be lowered, as a function of Λ.
pub(super) struct Profile<'a, D> {
    pub(super) groups: &'a D,
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

impl<D: Summed> Profile<'_, D> {
    /// Degrees of freedom of the residual variance.
    pub(super) fn degrees(&self) -> f64 {
        if self.is_restricted {
            self.n - (self.groups.m() - 1) as f64
        } else {
            self.n
        }
    }
}

impl<D: Summed> Landscape for Profile<'_, D> {
    type Place = Place;

    fn free(&self) -> &[(usize, usize)] {
        &self.free
    }

    fn size(&self) -> f64 {
        self.n
    }

    fn lower(place: &Place) -> &Matrix {
        &place.lower
    }

    fn deviance(place: &Place) -> f64 {
        place.deviance
    }

    fn at(&self, lower: Matrix) -> Option<Place> {
        let sums = self.groups.sums(&lower)?;
        let p = self.groups.m() - 1;
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

    fn slope(&self, place: &Place) -> Matrix {
        let p = self.groups.m() - 1;
        let q = self.groups.q();
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

    fn curvature(&self, place: &Place) -> Matrix {
        let all = pairs(self.groups.q());
        let middle: Vec<f64> = all
            .iter()
            .map(|(a, b)| place.sums.middle[(*a, *b)] * if a == b { 1.0 } else { 2.0 })
            .collect();
        let degrees = self.degrees();
        Matrix::from_fn(all.len(), all.len(), |i, j| {
            place.sums.curvature[(i, j)] - middle[i] * middle[j] / degrees
        })
    }
}
