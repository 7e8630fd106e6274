//! Lowering a smooth function of a few variables that only gives its value.

use crate::matrix::{Eigen, Matrix, dot};

/// Quasi-Newton steps after which the descent gives up.
const STEPS_MAX: usize = 300;
/// Newton steps with the curvature taken anew that end the descent.
const POLISHING_STEPS: usize = 6;
const HALVINGS_MAX: usize = 40;
/// Distance at which differences are taken; variables are expected to be of order one.
const DISTANCE: f64 = 2e-3;

/// Where a descent ended.
#[derive(Clone, Debug)]
pub(super) struct Bottom {
    pub(super) place: Vec<f64>,
    pub(super) value: f64,
    /// Second derivatives there.
    pub(super) curvature: Matrix,
}

/// Why a descent did not end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Adrift {
    pub(super) steps: usize,
}

/// Lowers `value` from `start`.
///
/// Quasi-Newton (BFGS) until steps are small, then Newton with second differences. Derivatives are
/// central differences at two distances, extrapolated (Richardson), so their error is of the
/// fourth power of the distance; with values good to 1e-15 of their size the place of the minimum
/// is found to about 1e-9. Variables should be of order one near the minimum.
pub(super) fn descend(
    start: &[f64],
    mut value: impl FnMut(&[f64]) -> f64,
) -> Result<Bottom, Adrift> {
    let n = start.len();
    let (mut place, mut now) = (start.to_vec(), value(start));
    let mut inverse = Matrix::identity(n).scaled(0.01);
    let mut slope = gradient(&mut value, &place);
    let mut steps = 0;
    loop {
        let step: Vec<f64> = inverse.times_vector(&slope).iter().map(|s| -s).collect();
        if step.iter().all(|cell| cell.abs() < 1e-6) || dot(&slope, &slope).sqrt() < 1e-5 {
            break;
        }
        let Some((next, lowered, length)) = walk(&mut value, &place, now, &slope, &step) else {
            break;
        };
        let next_slope = gradient(&mut value, &next);
        let moved: Vec<f64> = step.iter().map(|cell| length * cell).collect();
        let change: Vec<f64> = next_slope.iter().zip(&slope).map(|(a, b)| a - b).collect();
        update(&mut inverse, &moved, &change);
        (place, now, slope) = (next, lowered, next_slope);
        steps += 1;
        if steps >= STEPS_MAX {
            return Err(Adrift { steps });
        }
    }
    Ok(polish(&mut value, place, now))
}

fn polish(value: &mut impl FnMut(&[f64]) -> f64, mut place: Vec<f64>, mut now: f64) -> Bottom {
    for _ in 0..POLISHING_STEPS {
        let slope = gradient(value, &place);
        let curvature = second_differences(value, &place);
        let eigen = Eigen::new(&curvature);
        let largest = eigen
            .values
            .iter()
            .fold(0.0_f64, |most, one| most.max(one.abs()));
        let floor = (largest * 1e-10).max(f64::MIN_POSITIVE);
        let inverse = eigen.map(|one| one.abs().max(floor).recip());
        let step: Vec<f64> = inverse.times_vector(&slope).iter().map(|s| -s).collect();
        let longest = step.iter().fold(0.0_f64, |most, cell| most.max(cell.abs()));
        if longest < 1e-9 {
            return Bottom {
                place,
                value: now,
                curvature,
            };
        }
        match walk(value, &place, now, &slope, &step) {
            Some((next, lowered, _)) => (place, now) = (next, lowered),
            None => {
                return Bottom {
                    place,
                    value: now,
                    curvature,
                };
            }
        }
    }
    let curvature = second_differences(value, &place);
    Bottom {
        place,
        value: now,
        curvature,
    }
}

/// Halves a step until the value falls enough; `None` when no length does.
fn walk(
    value: &mut impl FnMut(&[f64]) -> f64,
    place: &[f64],
    now: f64,
    slope: &[f64],
    step: &[f64],
) -> Option<(Vec<f64>, f64, f64)> {
    let promise = dot(slope, step).min(0.0);
    let longest = step.iter().fold(0.0_f64, |most, cell| most.max(cell.abs()));
    let mut length = (2.0 / longest).min(1.0);
    for _ in 0..HALVINGS_MAX {
        let next: Vec<f64> = place
            .iter()
            .zip(step)
            .map(|(x, s)| x + length * s)
            .collect();
        let lowered = value(&next);
        if lowered <= now + 1e-4 * length * promise + 1e-14 * now.abs() {
            return Some((next, lowered, length));
        }
        length /= 2.0;
    }
    None
}

/// Keeps the inverse curvature in step with a move and the change of slope it made (BFGS).
fn update(inverse: &mut Matrix, moved: &[f64], change: &[f64]) {
    let along = dot(moved, change);
    if along <= 1e-14 {
        return;
    }
    let carried = inverse.times_vector(change);
    let factor = (1.0 + dot(change, &carried) / along) / along;
    for i in 0..moved.len() {
        for j in 0..moved.len() {
            inverse[(i, j)] += factor * moved[i] * moved[j]
                - (carried[i] * moved[j] + moved[i] * carried[j]) / along;
        }
    }
}

fn shifted(place: &[f64], moves: &[(usize, f64)]) -> Vec<f64> {
    let mut other = place.to_vec();
    for (index, distance) in moves {
        other[*index] += distance;
    }
    other
}

fn gradient(value: &mut impl FnMut(&[f64]) -> f64, place: &[f64]) -> Vec<f64> {
    (0..place.len())
        .map(|i| {
            let mut central = |h: f64| {
                (value(&shifted(place, &[(i, h)])) - value(&shifted(place, &[(i, -h)]))) / (2.0 * h)
            };
            (4.0 * central(DISTANCE / 2.0) - central(DISTANCE)) / 3.0
        })
        .collect()
}

/// Returns the matrix of second derivatives.
fn second_differences(value: &mut impl FnMut(&[f64]) -> f64, place: &[f64]) -> Matrix {
    let n = place.len();
    let middle = value(place);
    let mut curvature = Matrix::zeros(n, n);
    for i in 0..n {
        for j in 0..=i {
            let mut at = |h: f64| {
                if i == j {
                    let sides =
                        value(&shifted(place, &[(i, h)])) + value(&shifted(place, &[(i, -h)]));
                    return (sides - 2.0 * middle) / (h * h);
                }
                let mut corner = |a: f64, b: f64| value(&shifted(place, &[(i, a * h), (j, b * h)]));
                let same = corner(1.0, 1.0) + corner(-1.0, -1.0);
                (same - corner(1.0, -1.0) - corner(-1.0, 1.0)) / (4.0 * h * h)
            };
            let cell = (4.0 * at(DISTANCE) - at(2.0 * DISTANCE)) / 3.0;
            curvature[(i, j)] = cell;
            curvature[(j, i)] = cell;
        }
    }
    curvature
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rosenbrock's valley has its floor at (1, 1), with curvature 802, −400, 200.
    #[test]
    fn the_floor_of_rosenbrocks_valley_is_found() {
        let valley = |x: &[f64]| (1.0 - x[0]).powi(2) + 100.0 * (x[1] - x[0] * x[0]).powi(2);
        let bottom = descend(&[-1.2, 1.0], valley).unwrap();
        assert!((bottom.place[0] - 1.0).abs() < 1e-7, "{:?}", bottom.place);
        assert!((bottom.curvature[(0, 0)] - 802.0).abs() < 1e-3);
        assert!((bottom.curvature[(0, 1)] + 400.0).abs() < 1e-3);
    }
}
