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

use super::lanes::{Lanes, Mask};

/// One spoke: hub to spoke, spoke to hub, out of the block, and the total drain of the spoke.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Spoke<const W: usize> {
    pub(crate) out: Lanes<W>,
    pub(crate) back: Lanes<W>,
    pub(crate) leave: Lanes<W>,
    pub(crate) drain: Lanes<W>,
}

/// One end of the stretch a root lies in.
#[derive(Clone, Copy, Debug)]
struct End<const W: usize> {
    at: Lanes<W>,
    is_pole: bool,
}

/// The search for one root.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Search<const W: usize> {
    low: End<W>,
    high: End<W>,
    /// The root lies between these.
    below: Lanes<W>,
    above: Lanes<W>,
    x: Lanes<W>,
    /// The root, where it is found.
    root: Lanes<W>,
    open: Mask<W>,
}

/// Newton needs about six steps; who has not arrived after these is given up.
const STEPS_MAX: usize = 90;

/// Writes the eigenvalues of the star into `roots` (one more than there are spokes), ascending.
///
/// A root that was not found is not a number, and the system is then solved without modes.
#[inline(always)]
pub(crate) fn eigenvalues<const W: usize>(
    hub_leave: Lanes<W>,
    spokes: &[Spoke<W>],
    roots: &mut [Lanes<W>],
    searches: &mut Vec<Search<W>>,
) {
    match spokes {
        [] => roots[0] = hub_leave,
        [spoke] => pair(hub_leave, *spoke, roots),
        spokes => bracketed(hub_leave, spokes, roots, searches),
    }
}

/// The secular function, and the sum of the absolute values of its terms.
#[inline(always)]
pub(crate) fn secular<const W: usize>(
    hub_leave: Lanes<W>,
    spokes: &[Spoke<W>],
    lambda: Lanes<W>,
) -> (Lanes<W>, Lanes<W>) {
    let mut value = hub_leave - lambda;
    let mut size = hub_leave + lambda;
    for s in spokes {
        let share = s.out / (s.drain - lambda);
        value = value + share * (s.leave - lambda);
        size = size + share.abs() * (s.leave + lambda);
    }
    (value, size)
}

/// Two compartments: the larger root has no cancellation, the smaller follows from the product.
#[inline(always)]
fn pair<const W: usize>(hub_leave: Lanes<W>, s: Spoke<W>, roots: &mut [Lanes<W>]) {
    let hub_drain = hub_leave + s.out;
    let gap = hub_drain - s.drain;
    let distance = (gap * gap + Lanes::of(4.0) * s.out * s.back).sqrt();
    let larger = Lanes::of(0.5) * (hub_drain + s.drain + distance);
    let product = hub_leave * s.drain + s.out * s.leave;
    let zero = Lanes::of(0.0);
    roots[0] = larger.above(zero).choose(product / larger, zero);
    roots[1] = larger;
}

/// What leaves the hub, all told.
#[inline(always)]
fn hub_drain<const W: usize>(hub_leave: Lanes<W>, spokes: &[Spoke<W>]) -> Lanes<W> {
    let mut drain = hub_leave;
    for s in spokes {
        drain = drain + s.out;
    }
    drain
}

#[inline(always)]
fn bracketed<const W: usize>(
    hub_leave: Lanes<W>,
    spokes: &[Spoke<W>],
    roots: &mut [Lanes<W>],
    searches: &mut Vec<Search<W>>,
) {
    let mut fastest = hub_drain(hub_leave, spokes);
    // The poles, ascending; insertion into `roots` avoids a second buffer.
    for (i, s) in spokes.iter().enumerate() {
        fastest = s.drain.max(fastest);
        let mut carried = s.drain;
        for pole in &mut roots[..i] {
            let larger = pole.max(carried);
            *pole = pole.min(carried);
            carried = larger;
        }
        roots[i] = carried;
    }
    // Gershgorin: no eigenvalue exceeds twice the largest drain.
    let ceiling = Lanes::of(2.0) * fastest;
    let n = spokes.len();
    let mut low = End {
        at: Lanes::of(0.0),
        is_pole: false,
    };
    searches.clear();
    for (i, &pole) in roots.iter().enumerate().take(n + 1) {
        let high = End {
            at: if i < n { pole } else { ceiling },
            is_pole: i < n,
        };
        searches.push(Search::begin(hub_leave, spokes, low, high));
        low = End {
            is_pole: true,
            ..high
        };
    }
    // One step of each in turn: they do not wait for one another, so the processor need not either.
    for _ in 0..STEPS_MAX {
        let mut open = Mask::of(false);
        for search in searches.iter_mut() {
            search.step(hub_leave, spokes);
            open = open.or(search.open);
        }
        if !open.any() {
            break;
        }
    }
    for (root, search) in roots.iter_mut().zip(searches) {
        *root = search.root;
    }
}

impl<const W: usize> Search<W> {
    #[inline(always)]
    fn begin(hub_leave: Lanes<W>, spokes: &[Spoke<W>], low: End<W>, high: End<W>) -> Self {
        let open = high.at.above(low.at);
        Self {
            low,
            high,
            below: low.at,
            above: high.at,
            x: start_within(hub_leave, spokes, low, high),
            // Poles that meet have the root between them.
            root: open.choose(Lanes::of(f64::NAN), low.at),
            open,
        }
    }

    /// Safeguarded Newton on `g` with its bounding poles multiplied away, which is nearly a parabola.
    #[inline(always)]
    fn step(&mut self, hub_leave: Lanes<W>, spokes: &[Spoke<W>]) {
        let one = Lanes::of(1.0);
        let zero = Lanes::of(0.0);
        let Self { low, high, x, .. } = *self;
        let mut value = hub_leave - x;
        let mut slope = Lanes::of(-1.0);
        for s in spokes {
            let inverse = one / (s.drain - x);
            let share = s.out * inverse;
            value = value + share * (s.leave - x);
            slope = slope - share * s.back * inverse;
        }
        let is_positive = value.above(zero);
        self.below = is_positive.choose(x, self.below);
        self.above = is_positive.choose(self.above, x);
        // h = g p q with p = x - low and q = high - x where those are poles, and
        // h'/h = g'/g + 1/p - 1/q; one division serves for all three.
        let mut room = x;
        let (mut p, mut q, mut bend) = (one, one, zero);
        if low.is_pole {
            p = x - low.at;
            room = p.min(room);
        }
        if high.is_pole {
            q = high.at - x;
            room = q.min(room);
            bend = bend - p;
        }
        if low.is_pole {
            bend = bend + q;
        }
        let both = p * q;
        let step = value * both / (slope * both + value * bend);
        let next = x - step;
        // Newton doubles the digits, counted from the nearest of zero and the poles: after a step
        // of 1e-8 of that distance nothing is left to gain.
        let arrived = step.abs().at_most(Lanes::of(1e-8) * room);
        let exact = value.same(zero);
        let between = next.above(low.at).and(high.at.above(next));
        let last = exact.not().and(between).choose(next, x);
        let closing = self.open.and(arrived.or(exact));
        self.root = closing.choose(last, self.root);
        self.open = self.open.and(closing.not());
        let inside = next.above(self.below).and(self.above.above(next));
        self.x = inside.choose(next, Lanes::of(0.5) * (self.below + self.above));
    }
}

/// A first guess, good to a digit or two.
///
/// For the slowest root the fixed point at zero; for the fastest the larger root of the hub with its
/// fastest spoke alone, which the true one cannot be below; between two poles the zero of the line
/// through the values that `g` takes at them once the poles are multiplied away.
#[inline(always)]
fn start_within<const W: usize>(
    hub_leave: Lanes<W>,
    spokes: &[Spoke<W>],
    low: End<W>,
    high: End<W>,
) -> Lanes<W> {
    let half = Lanes::of(0.5);
    let guess = match (low.is_pole, high.is_pole) {
        (false, _) => {
            let (mut gain, mut weight) = (hub_leave, Lanes::of(1.0));
            for s in spokes {
                let share = s.out / s.drain;
                gain = gain + share * s.leave;
                weight = weight + share * s.back / s.drain;
            }
            gain / weight
        }
        (true, true) => {
            let (below, above) = (strength(spokes, low.at), strength(spokes, high.at));
            low.at + (high.at - low.at) * (below / (below + above))
        }
        (true, false) => {
            let drain = hub_drain(hub_leave, spokes);
            let gap = drain - low.at;
            let reach = (gap * gap + Lanes::of(4.0) * strength(spokes, low.at)).sqrt();
            half * (drain + low.at + reach)
        }
    };
    let inside = guess.above(low.at).and(high.at.above(guess));
    inside.choose(guess, half * (low.at + high.at))
}

/// How strongly the spokes with this pole are tied to the hub.
#[inline(always)]
fn strength<const W: usize>(spokes: &[Spoke<W>], pole: Lanes<W>) -> Lanes<W> {
    let mut sum = Lanes::of(0.0);
    for s in spokes {
        let here: Mask<W> = s.drain.same(pole);
        sum = sum + here.choose(s.out * s.back, Lanes::of(0.0));
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spoke(out: f64, back: f64, leave: f64) -> Spoke<1> {
        Spoke {
            out: Lanes([out]),
            back: Lanes([back]),
            leave: Lanes([leave]),
            drain: Lanes([back + leave]),
        }
    }

    fn found<const N: usize>(leave: f64, spokes: &[Spoke<1>]) -> [f64; N] {
        let mut roots = [Lanes::of(0.0); N];
        eigenvalues(Lanes([leave]), spokes, &mut roots, &mut Vec::new());
        roots.map(|root| root.0[0])
    }

    #[test]
    fn the_eigenvalues_of_three_compartments_have_the_trace_and_determinant_of_the_matrix() {
        let spokes = [
            spoke(23.2 / 133.0, 23.2 / 187.0, 0.0),
            spoke(157.0 / 133.0, 157.0 / 98.8, 0.0),
        ];
        let leave = 95.2 / 133.0;
        let roots: [f64; 3] = found(leave, &spokes);
        let trace = leave + spokes.iter().map(|s| s.out.0[0] + s.back.0[0]).sum::<f64>();
        let determinant = leave * spokes[0].back.0[0] * spokes[1].back.0[0];
        assert!((roots.iter().sum::<f64>() / trace - 1.0).abs() < 1e-15);
        assert!((roots.iter().product::<f64>() / determinant - 1.0).abs() < 2e-15);
    }

    #[test]
    fn the_slow_eigenvalue_keeps_its_digits_under_exchange_a_hundred_billion_times_faster() {
        let spokes = [spoke(1e7, 1e7, 0.0), spoke(2e7, 1e7, 0.0)];
        let roots: [f64; 3] = found(1e-7, &spokes);
        // A quarter of the drug is in the hub, so the whole drains at a quarter of the rate; the
        // next order is smaller by 1e-14.
        assert!((roots[0] / 2.5e-8 - 1.0).abs() < 1e-13, "{:e}", roots[0]);
    }

    #[test]
    fn equal_spokes_put_an_eigenvalue_on_their_pole() {
        let spokes = [spoke(0.5, 0.25, 0.0), spoke(0.5, 0.25, 0.0)];
        let roots: [f64; 3] = found(0.1, &spokes);
        assert!((roots[1] - 0.25).abs() < 1e-15);
    }
}
