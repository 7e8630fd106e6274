//! The loops in which the time goes: sums of decaying exponentials at many times.

use fearless_simd::prelude::*;
use fearless_simd::{f64x8, u64x8};

use crate::linear::lanes::{LANES, LOWEST, P, ROUND};

/// The running products are begun anew after this many strides.
pub(super) const STRIDES: usize = 32;

/// Eight times, as what remains from each to the start of its segment: never positive. Lanes that no
/// time fills repeat the last.
pub(super) type Backwards = [f64; LANES];

/// Times since a start, eight at a time.
#[inline(always)]
pub(super) fn backwards(start: f64, times: &[f64], into: &mut Vec<Backwards>) {
    into.clear();
    for times in times.chunks(LANES) {
        let mut back = [0.0; LANES];
        for (lane, back) in back.iter_mut().enumerate() {
            *back = start - times[lane.min(times.len() - 1)];
        }
        into.push(back);
    }
}

/// One person's decaying parts as one output sees them: a weight for each mode, and a constant.
#[derive(Clone, Copy)]
pub(super) struct Seen<'a> {
    pub(super) weights: &'a [f64],
    pub(super) constant: f64,
}

/// `out[o][i] = constant[o] + sum_j weight[o][j] 2^(rate[j] back[i])` at any times, for two outputs
/// at once: each power is found once and used twice. Returns the least value of each.
#[inline(always)]
pub(super) fn two_outputs<S: Simd>(
    simd: S,
    rates: &[f64],
    seen: [Seen<'_>; 2],
    times: &[Backwards],
    [first, second]: [&mut [f64]; 2],
) -> [f64; 2] {
    let mut least = [simd.splat_f64x8(f64::INFINITY); 2];
    let chunks = times
        .iter()
        .zip(first.chunks_mut(LANES))
        .zip(second.chunks_mut(LANES));
    for ((times, first), second) in chunks {
        let tau = f64x8::from_slice(simd, times);
        let mut a = simd.splat_f64x8(seen[0].constant);
        let mut b = simd.splat_f64x8(seen[1].constant);
        let weights = seen[0].weights.iter().zip(seen[1].weights);
        for (&rate, (&of_a, &of_b)) in rates.iter().zip(weights) {
            let decay = two_to(simd, tau * rate);
            a += decay * of_a;
            b += decay * of_b;
        }
        keep(a, first);
        keep(b, second);
        least = [a.min(least[0]), b.min(least[1])];
    }
    [
        simd.reduce_min_f64x8(least[0]),
        simd.reduce_min_f64x8(least[1]),
    ]
}

/// The same for one output.
#[inline(always)]
pub(super) fn one_output<S: Simd>(
    simd: S,
    rates: &[f64],
    seen: Seen<'_>,
    times: &[Backwards],
    out: &mut [f64],
) -> f64 {
    let mut least = simd.splat_f64x8(f64::INFINITY);
    for (times, out) in times.iter().zip(out.chunks_mut(LANES)) {
        let tau = f64x8::from_slice(simd, times);
        let mut sum = simd.splat_f64x8(seen.constant);
        for (&rate, &weight) in rates.iter().zip(seen.weights) {
            sum += two_to(simd, tau * rate) * weight;
        }
        keep(sum, out);
        least = sum.min(least);
    }
    simd.reduce_min_f64x8(least)
}

/// Writes the values that have a place in `out`.
#[inline(always)]
fn keep<S: Simd>(values: f64x8<S>, out: &mut [f64]) {
    if out.len() == LANES {
        values.store_slice(out);
    } else {
        for (out, value) in out.iter_mut().zip(values.iter()) {
            *out = *value;
        }
    }
}

/// `Lanes::two_to` with the registers named, because the compiler does not always find the wide
/// ones. Operation for operation the same.
#[inline(always)]
fn two_to<S: Simd>(simd: S, y: f64x8<S>) -> f64x8<S> {
    let of = |value: f64| simd.splat_f64x8(value);
    let y = y.max(of(LOWEST));
    let rounded = y + of(ROUND);
    let f = y - (rounded - of(ROUND));
    let square = f * f;
    let fourth = square * square;
    let first = (of(P[0]) + of(P[1]) * f) + square * (of(P[2]) + of(P[3]) * f);
    let second = (of(P[4]) + of(P[5]) * f) + square * (of(P[6]) + of(P[7]) * f);
    let third = (of(P[8]) + of(P[9]) * f) + square * of(P[10]);
    let less_one = f * (first + fourth * (second + fourth * third));
    let power: u64x8<S> = rounded.bitcast();
    let value: u64x8<S> = (of(1.0) + less_one).bitcast();
    (value + (power << 52)).bitcast()
}

/// One mode of one person at the first eight of equally spaced times, and over eight steps.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Course {
    pub(super) first: [f64; LANES],
    pub(super) stride: f64,
}

/// Most courses that are followed at once; their running values stay in registers.
const TOGETHER: usize = 5;

/// `out[i] = constant + sum_j weights[j] courses[j]`, over the modes listed, at equally spaced times, at most [`STRIDES`]
/// strides of them. Returns the least value.
///
/// Every value but the first eight follows from the one eight before by one product for each course.
#[inline(always)]
pub(super) fn along_courses<S: Simd>(
    simd: S,
    courses: &[Course],
    modes: &[usize],
    seen: Seen<'_>,
    out: &mut [f64],
) -> f64 {
    let mut least = f64::INFINITY;
    for (at, some) in modes.chunks(TOGETHER).enumerate() {
        let base = (at == 0).then_some(seen.constant);
        let weights = seen.weights;
        least = match some.len() {
            1 => some_courses::<S, 1>(simd, courses, some, weights, base, out),
            2 => some_courses::<S, 2>(simd, courses, some, weights, base, out),
            3 => some_courses::<S, 3>(simd, courses, some, weights, base, out),
            4 => some_courses::<S, 4>(simd, courses, some, weights, base, out),
            _ => some_courses::<S, TOGETHER>(simd, courses, some, weights, base, out),
        };
    }
    if modes.is_empty() {
        out.fill(seen.constant);
        least = seen.constant;
    }
    least
}

/// Sets `out` to a constant and the sum of `N` courses, or adds them to what it holds.
#[inline(always)]
fn some_courses<S: Simd, const N: usize>(
    simd: S,
    courses: &[Course],
    modes: &[usize],
    weights: &[f64],
    base: Option<f64>,
    out: &mut [f64],
) -> f64 {
    let mut parts = [simd.splat_f64x8(0.0); N];
    let mut strides = [0.0; N];
    for j in 0..N {
        let course = &courses[modes[j]];
        parts[j] = f64x8::from_slice(simd, &course.first) * weights[modes[j]];
        strides[j] = course.stride;
    }
    let constant = simd.splat_f64x8(base.unwrap_or(0.0));
    let mut least = simd.splat_f64x8(f64::INFINITY);
    let mut chunks = out.chunks_exact_mut(LANES);
    for chunk in &mut chunks {
        let mut sum = if base.is_some() {
            constant
        } else {
            f64x8::from_slice(simd, chunk)
        };
        for j in 0..N {
            sum += parts[j];
            parts[j] *= strides[j];
        }
        sum.store_slice(chunk);
        least = sum.min(least);
    }
    let mut rest = constant;
    for part in parts {
        rest += part;
    }
    let mut least = simd.reduce_min_f64x8(least);
    for (out, rest) in chunks.into_remainder().iter_mut().zip(rest.iter()) {
        *out = if base.is_some() { *rest } else { *out + *rest };
        least = least.min(*out);
    }
    least
}

#[cfg(test)]
mod tests {
    use fearless_simd::{Level, dispatch};

    use super::*;
    use crate::linear::lanes::Lanes;

    #[test]
    fn wide_registers_give_the_bits_that_narrow_ones_give() {
        let mut backs = Vec::new();
        let times: Vec<f64> = (0..53_u8).map(|i| f64::from(i).powf(1.3)).collect();
        backwards(0.0, &times, &mut backs);
        let rates = [0.1, 3.7, 11.0, 0.9, 0.4, 2.2];
        let weights = [3.0, -1.0, 0.3, 12.0, 0.001, 5.0];
        let seen = Seen {
            weights: &weights,
            constant: 0.25,
        };
        let courses = rates.map(|rate| Course {
            first: std::array::from_fn(|at| (-rate * 0.1 * at as f64).exp()),
            stride: (-rate * 0.8).exp(),
        });
        let solve = |level: Level| {
            let mut out = vec![0.0; 4 * times.len()];
            let (first, rest) = out.split_at_mut(times.len());
            let (second, rest) = rest.split_at_mut(times.len());
            let (third, last) = rest.split_at_mut(times.len());
            let both = [seen, seen];
            dispatch!(level, simd => two_outputs(simd, &rates, both, &backs, [first, second]));
            dispatch!(level, simd => one_output(simd, &rates, seen, &backs, third));
            let modes = [0, 1, 2, 3, 4, 5];
            dispatch!(level, simd => along_courses(simd, &courses, &modes, seen, last));
            out.iter().map(|value| value.to_bits()).collect::<Vec<_>>()
        };
        assert_eq!(solve(Level::baseline()), solve(Level::new()));
    }

    #[test]
    fn the_power_of_named_registers_is_that_of_lanes_to_the_last_bit() {
        for i in 0..1_000_u16 {
            let y = [-f64::from(i) * 1.031; LANES];
            let named = dispatch!(Level::new(), simd => {
                let y = f64x8::from_slice(simd, &y);
                two_to(simd, y)[0].to_bits()
            });
            assert_eq!(named, Lanes(y).two_to().0[0].to_bits());
        }
    }
}
