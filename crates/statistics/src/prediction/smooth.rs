//! A smooth curve through outcomes by local lines (Cleveland 1979, *JASA* 74): "lowess" without
//! its robust rounds.

/// Share of the points each local line is fitted to.
const SHARE: f64 = 2.0 / 3.0;
/// Lines closer than this share of the range are not fitted; between them the curve is straight.
const GAP_SHARE: f64 = 0.01;

/// Returns the curve at the points, which must be sorted by `x`.
pub(super) fn lowess(x: &[f64], y: &[f64]) -> Vec<f64> {
    let n = x.len();
    if n < 2 {
        return y.to_vec();
    }
    let near = ((SHARE * n as f64 + 1e-7) as usize).clamp(2, n);
    let gap = GAP_SHARE * (x[n - 1] - x[0]);
    let mut smooth = vec![0.0; n];
    let (mut left, mut right) = (0, near - 1);
    let mut last: Option<usize> = None;
    let mut i = 0;
    loop {
        // Move the window while the next point to the right is nearer than the leftmost one.
        while right + 1 < n && x[i] - x[left] > x[right + 1] - x[i] {
            left += 1;
            right += 1;
        }
        smooth[i] = local_line(x, y, x[i], left, right).unwrap_or(y[i]);
        if let Some(before) = last {
            for j in before + 1..i {
                let share = (x[j] - x[before]) / (x[i] - x[before]);
                smooth[j] = share * smooth[i] + (1.0 - share) * smooth[before];
            }
        }
        let mut fitted = i;
        let reach = x[fitted] + gap;
        let mut next = fitted + 1;
        while next < n && x[next] <= reach {
            if x[next] <= x[fitted] {
                smooth[next] = smooth[fitted];
                fitted = next;
            }
            next += 1;
        }
        last = Some(fitted);
        i = (fitted + 1).max(next - 1);
        if fitted + 1 >= n {
            break;
        }
    }
    smooth
}

/// Fits a line near `at`, weights falling with the cube of the distance cubed; `None` without
/// weight.
fn local_line(x: &[f64], y: &[f64], at: f64, left: usize, right: usize) -> Option<f64> {
    let range = x[x.len() - 1] - x[0];
    let radius = (at - x[left]).max(x[right] - at);
    let (far, close) = (0.999 * radius, 0.001 * radius);
    let mut weights = Vec::new();
    let mut total = 0.0;
    for (index, place) in x.iter().enumerate().skip(left) {
        let distance = (place - at).abs();
        if distance <= far {
            let weight = if distance > close {
                (1.0 - (distance / radius).powi(3)).powi(3)
            } else {
                1.0
            };
            weights.push((index, weight));
            total += weight;
        } else if *place > at {
            break;
        }
    }
    if total <= 0.0 {
        return None;
    }
    let mean = weights.iter().map(|(j, w)| w / total * x[*j]).sum::<f64>();
    let spread = weights
        .iter()
        .map(|(j, w)| w / total * (x[*j] - mean).powi(2))
        .sum::<f64>();
    // A line needs points that differ; otherwise the weighted mean is taken.
    let tilt = if spread.sqrt() > 0.001 * range {
        (at - mean) / spread
    } else {
        0.0
    };
    let parts = weights
        .iter()
        .map(|(j, w)| w / total * (1.0 + tilt * (x[*j] - mean)) * y[*j]);
    Some(parts.sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_straight_line_is_its_own_curve() {
        let x: Vec<f64> = (0..40).map(|i| f64::from(i) * 0.37).collect();
        let y: Vec<f64> = x.iter().map(|x| 2.0 - 0.5 * x).collect();
        for (found, wanted) in lowess(&x, &y).iter().zip(&y) {
            assert!((found - wanted).abs() < 1e-12);
        }
    }
}
