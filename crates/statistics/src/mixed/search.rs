//! The search for a covariance `G = ΛΛᵀ` that lowers a deviance.

use super::MixedError;
use crate::matrix::{Eigen, Matrix, dot};

/// Newton steps after which the search gives up; seven or eight are usual.
const STEPS_MAX: usize = 500;
/// Halvings of one step.
const HALVINGS_MAX: usize = 60;

/// A deviance over lower triangular factors.
pub(super) trait Landscape {
    /// The deviance and what it was made of, at one factor.
    type Place;

    /// The cells of Λ that may differ from zero: row and column.
    fn free(&self) -> &[(usize, usize)];

    /// The number of rows, against which smallness is judged.
    fn size(&self) -> f64;

    fn lower(place: &Self::Place) -> &Matrix;

    fn deviance(place: &Self::Place) -> f64;

    /// Evaluates the deviance; `None` where there is none.
    fn at(&self, lower: Matrix) -> Option<Self::Place>;

    /// Returns the slope of the deviance in `G`, as a symmetric matrix.
    fn slope(&self, place: &Self::Place) -> Matrix;

    /// Returns the expected curvature in the [`pairs`] of `G`.
    fn curvature(&self, place: &Self::Place) -> Matrix;
}

/// Returns the pairs `a ≥ b` below `q`, column by column.
pub(super) fn pairs(q: usize) -> Vec<(usize, usize)> {
    (0..q).flat_map(|b| (b..q).map(move |a| (a, b))).collect()
}

/// Finds the lowest deviance from `start`, by Newton's steps with eigenvalues made positive and the
/// step halved until the deviance falls.
pub(super) fn search<L: Landscape>(landscape: &L, start: Matrix) -> Result<L::Place, MixedError> {
    let failed = MixedError::NotConverged {
        what: "variance search",
        steps: STEPS_MAX,
    };
    let mut place = landscape.at(start).ok_or(MixedError::NoResidual)?;
    for _ in 0..STEPS_MAX {
        let (slope, hessian) = slope_and_curvature(landscape, &place);
        let eigen = Eigen::new(&hessian);
        let largest = eigen
            .values
            .iter()
            .fold(0.0_f64, |most, value| most.max(value.abs()));
        let floor = (largest * 1e-12).max(f64::MIN_POSITIVE);
        let inverse = eigen.map(|value| value.abs().max(floor).recip());
        let step: Vec<f64> = inverse.times_vector(&slope).iter().map(|s| -s).collect();
        let cells = L::lower(&place).cells();
        let size = cells
            .iter()
            .fold(1e-3_f64, |most, cell| most.max(cell.abs()));
        let longest = step.iter().fold(0.0_f64, |most, cell| most.max(cell.abs()));
        let gain = dot(&slope, &step).abs();
        if longest <= 1e-11 * size || gain <= 1e-19 * landscape.size() {
            return Ok(place);
        }
        // A step that would more than treble the factor is cut: the curvature is local.
        let first = (2.0 * size.max(1.0) / longest).min(1.0);
        match lower_place(landscape, &place, &step, first) {
            Some(next) => place = next,
            // No shorter step is lower: the deviance is flat to working precision here.
            None if gain <= 1e-8 => return Ok(place),
            None => return Err(failed),
        }
    }
    Err(failed)
}

/// Returns the slope and an approximate curvature in the free cells of Λ.
///
/// The curvature is the expected one carried through `G = ΛΛᵀ`, plus the exact second derivative of
/// `ΛΛᵀ` times the slope: near a boundary that last part is what remains.
fn slope_and_curvature<L: Landscape>(landscape: &L, place: &L::Place) -> (Vec<f64>, Matrix) {
    let lower = L::lower(place);
    let free = landscape.free();
    let by_pair = landscape.slope(place);
    let all = pairs(lower.n_rows());
    // dG_ab for a unit change of Λ_rc: Λ_bc at (r, b) and its mirror.
    let jacobian = Matrix::from_fn(all.len(), free.len(), |pair, cell| {
        let ((a, b), (r, c)) = (all[pair], free[cell]);
        let one = if a == r { lower[(b, c)] } else { 0.0 };
        let other = if b == r { lower[(a, c)] } else { 0.0 };
        one + other
    });
    let curvature = landscape.curvature(place);
    let mut hessian = jacobian.transpose().times(&curvature).times(&jacobian);
    for (i, (r, c)) in free.iter().enumerate() {
        for (j, (s, d)) in free.iter().enumerate() {
            if c == d {
                hessian[(i, j)] += 2.0 * by_pair[(*r, *s)];
            }
        }
    }
    let slope = by_pair.times(lower);
    (
        free.iter().map(|(r, c)| 2.0 * slope[(*r, *c)]).collect(),
        hessian,
    )
}

fn lower_place<L: Landscape>(
    landscape: &L,
    place: &L::Place,
    step: &[f64],
    first: f64,
) -> Option<L::Place> {
    let now = L::deviance(place);
    let noise = 1e-13 * now.abs().max(landscape.size());
    let mut length = first;
    for _ in 0..HALVINGS_MAX {
        let mut lower = L::lower(place).clone();
        for ((r, c), part) in landscape.free().iter().zip(step) {
            lower[(*r, *c)] += length * part;
        }
        if let Some(next) = landscape.at(lower)
            && L::deviance(&next) <= now + noise
        {
            return Some(next);
        }
        length /= 2.0;
    }
    None
}
