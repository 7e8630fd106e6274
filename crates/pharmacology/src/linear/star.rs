//! Eigenvalues of one star: a hub that exchanges with spokes that do not know one another.
//!
//! With `e` the rates that leave the block, `a_i` hub to spoke, `b_i` spoke to hub, `d_i = b_i + e_i`:
//! the eigenvalues of `-K` are the zeros of the secular function
//!
//! ```text
//! g(lambda) = (e_0 - lambda) + sum_i a_i (e_i - lambda) / (d_i - lambda)
//! ```
//!
//! which falls from plus to minus infinity between neighbouring `d_i`, so each zero has a bracket.
//! Written with `e_i` and not with the total drain of the hub, the smallest zero keeps its relative
//! accuracy however fast the exchange is. All zeros are real because such a matrix is similar to a
//! symmetric one (Godfrey, Compartmental Models and Their Application, 1983, chapter 4, for the
//! mammillary case; Golub, SIAM Review 15:318, 1973, for the secular equation).

/// One spoke: hub to spoke, spoke to hub, out of the block, and the total drain of the spoke.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Spoke {
    pub(crate) out: f64,
    pub(crate) back: f64,
    pub(crate) leave: f64,
    pub(crate) drain: f64,
}

/// Bisection alone needs about 1,075 halvings from end to end of the doubles; Newton needs six.
const STEPS_MAX: usize = 90;

/// Writes the eigenvalues of the star into `roots` (one more than there are spokes), ascending.
pub(crate) fn eigenvalues(hub_leave: f64, spokes: &[Spoke], roots: &mut [f64]) {
    match spokes {
        [] => roots[0] = hub_leave,
        [spoke] => pair(hub_leave, *spoke, roots),
        spokes => bracketed(hub_leave, spokes, roots),
    }
}

/// The secular function, and the sum of the absolute values of its terms.
pub(crate) fn secular(hub_leave: f64, spokes: &[Spoke], lambda: f64) -> (f64, f64) {
    let mut value = hub_leave - lambda;
    let mut size = hub_leave + lambda;
    for s in spokes {
        let share = s.out / (s.drain - lambda);
        value += share * (s.leave - lambda);
        size += share.abs() * (s.leave + lambda);
    }
    (value, size)
}

/// Two compartments: the larger root has no cancellation, the smaller follows from the product.
fn pair(hub_leave: f64, s: Spoke, roots: &mut [f64]) {
    let hub_drain = hub_leave + s.out;
    let gap = hub_drain - s.drain;
    let larger = 0.5 * (hub_drain + s.drain + (gap * gap + 4.0 * s.out * s.back).sqrt());
    let product = hub_leave * s.drain + s.out * s.leave;
    roots[0] = if larger > 0.0 { product / larger } else { 0.0 };
    roots[1] = larger;
}

fn bracketed(hub_leave: f64, spokes: &[Spoke], roots: &mut [f64]) {
    let hub_drain = hub_leave + spokes.iter().map(|s| s.out).sum::<f64>();
    let fastest = spokes.iter().map(|s| s.drain).fold(hub_drain, f64::max);
    // Gershgorin: no eigenvalue exceeds twice the largest drain.
    let ceiling = 2.0 * fastest;
    // The poles, ascending; insertion into `roots` avoids a second buffer.
    for (i, s) in spokes.iter().enumerate() {
        let mut at = i;
        while at > 0 && roots[at - 1] > s.drain {
            roots[at] = roots[at - 1];
            at -= 1;
        }
        roots[at] = s.drain;
    }
    let n = spokes.len();
    let mut below = 0.0;
    for (i, slot) in roots.iter_mut().enumerate().take(n + 1) {
        let above = if i < n { *slot } else { ceiling };
        let (low_is_pole, high_is_pole) = (i > 0, i < n);
        *slot = root_between(
            hub_leave,
            spokes,
            (below, low_is_pole),
            (above, high_is_pole),
        );
        below = above;
    }
}

/// Safeguarded Newton on `g` with its bounding poles multiplied away, which is nearly a parabola.
fn root_between(hub_leave: f64, spokes: &[Spoke], low: (f64, bool), high: (f64, bool)) -> f64 {
    let (mut below, mut above) = (low.0, high.0);
    if above <= below {
        return below;
    }
    let mut x = start_within(hub_leave, spokes, low, high);
    for _ in 0..STEPS_MAX {
        let mut value = hub_leave - x;
        let mut slope = -1.0;
        for s in spokes {
            let inverse = 1.0 / (s.drain - x);
            let share = s.out * inverse;
            value += share * (s.leave - x);
            slope -= share * s.back * inverse;
        }
        if value > 0.0 {
            below = x;
        } else {
            above = x;
        }
        // h = g (x - low) (high - x); h'/h = g'/g + 1/(x - low) - 1/(high - x).
        let mut pull = slope / value;
        if low.1 {
            pull += 1.0 / (x - low.0);
        }
        if high.1 {
            pull -= 1.0 / (high.0 - x);
        }
        let step = 1.0 / pull;
        if value == 0.0 {
            break;
        }
        let next = x - step;
        // Newton doubles the digits, counted from the nearest of zero and the poles: after a step
        // of 1e-8 of that distance nothing is left to gain.
        let mut room = x;
        if low.1 {
            room = room.min(x - low.0);
        }
        if high.1 {
            room = room.min(high.0 - x);
        }
        if step.abs() <= 1e-8 * room {
            return if next > low.0 && next < high.0 {
                next
            } else {
                x
            };
        }
        x = if next > below && next < above {
            next
        } else {
            0.5 * (below + above)
        };
    }
    x
}

/// A first guess, good to a digit or two.
///
/// For the slowest root the fixed point at zero; for the fastest the larger root of the hub with its
/// fastest spoke alone, which the true one cannot be below; between two poles the zero of the line
/// through the values that `g` takes at them once the poles are multiplied away.
fn start_within(
    hub_leave: f64,
    spokes: &[Spoke],
    (below, low_is_pole): (f64, bool),
    (above, high_is_pole): (f64, bool),
) -> f64 {
    let strength = |pole: f64| -> f64 {
        let here = spokes
            .iter()
            .filter(|s| s.drain.to_bits() == pole.to_bits());
        here.map(|s| s.out * s.back).sum()
    };
    let guess = match (low_is_pole, high_is_pole) {
        (false, _) => {
            let (mut gain, mut weight) = (hub_leave, 1.0);
            for s in spokes {
                let share = s.out / s.drain;
                gain += share * s.leave;
                weight += share * s.back / s.drain;
            }
            gain / weight
        }
        (true, true) => {
            let (low, high) = (strength(below), strength(above));
            below + (above - below) * (low / (low + high))
        }
        (true, false) => {
            let hub_drain = hub_leave + spokes.iter().map(|s| s.out).sum::<f64>();
            let gap = hub_drain - below;
            0.5 * (hub_drain + below + (gap * gap + 4.0 * strength(below)).sqrt())
        }
    };
    if guess > below && guess < above {
        guess
    } else {
        0.5 * (below + above)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spoke(out: f64, back: f64, leave: f64) -> Spoke {
        Spoke {
            out,
            back,
            leave,
            drain: back + leave,
        }
    }

    #[test]
    fn the_eigenvalues_of_three_compartments_have_the_trace_and_determinant_of_the_matrix() {
        let spokes = [
            spoke(23.2 / 133.0, 23.2 / 187.0, 0.0),
            spoke(157.0 / 133.0, 157.0 / 98.8, 0.0),
        ];
        let leave = 95.2 / 133.0;
        let mut roots = [0.0; 3];
        eigenvalues(leave, &spokes, &mut roots);
        let trace = leave + spokes[0].out + spokes[1].out + spokes[0].back + spokes[1].back;
        let determinant = leave * spokes[0].back * spokes[1].back;
        assert!((roots.iter().sum::<f64>() / trace - 1.0).abs() < 1e-15);
        assert!((roots.iter().product::<f64>() / determinant - 1.0).abs() < 2e-15);
    }

    #[test]
    fn the_slow_eigenvalue_keeps_its_digits_under_exchange_a_hundred_billion_times_faster() {
        let spokes = [spoke(1e7, 1e7, 0.0), spoke(2e7, 1e7, 0.0)];
        let mut roots = [0.0; 3];
        eigenvalues(1e-7, &spokes, &mut roots);
        // A quarter of the drug is in the hub, so the whole drains at a quarter of the rate; the
        // next order is smaller by 1e-14.
        assert!((roots[0] / 2.5e-8 - 1.0).abs() < 1e-13, "{:e}", roots[0]);
    }

    #[test]
    fn equal_spokes_put_an_eigenvalue_on_their_pole() {
        let spokes = [spoke(0.5, 0.25, 0.0), spoke(0.5, 0.25, 0.0)];
        let mut roots = [0.0; 3];
        eigenvalues(0.1, &spokes, &mut roots);
        assert!((roots[1] - 0.25).abs() < 1e-15);
    }
}
