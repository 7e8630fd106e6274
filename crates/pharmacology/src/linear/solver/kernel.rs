//! The loops in which the time goes: sums of decaying exponentials at many times.

use crate::linear::decay::{LANES, exp_of_nonpositive};

/// The running products are begun anew after this many strides.
const STRIDES: usize = 64;
/// Decay constants whose exponentials are found together, one in each lane.
const GROUP: usize = LANES;

/// `out[o][i] = constant[o] + sum_j weight[o][j] exp(-lambda[j] (times[i] - start))` at any times,
/// for two outputs at once: each exponential is found once and used twice.
#[inline(never)]
pub(super) fn two_outputs(
    lambda: &[f64],
    weights: [&[f64]; 2],
    constants: [f64; 2],
    start: f64,
    times: &[f64],
    [first, second]: [&mut [f64]; 2],
) {
    let chunks = times
        .chunks(LANES)
        .zip(first.chunks_mut(LANES))
        .zip(second.chunks_mut(LANES));
    for ((times, first), second) in chunks {
        let tau = backwards(start, times);
        let mut sums = [[constants[0]; LANES], [constants[1]; LANES]];
        for ((&lambda, &a), &b) in lambda.iter().zip(weights[0]).zip(weights[1]) {
            let mut argument = [0.0; LANES];
            for (argument, tau) in argument.iter_mut().zip(&tau) {
                *argument = lambda * tau;
            }
            let decay = exp_of_nonpositive(&argument);
            for lane in 0..LANES {
                sums[0][lane] += a * decay[lane];
                sums[1][lane] += b * decay[lane];
            }
        }
        first.copy_from_slice(&sums[0][..first.len()]);
        second.copy_from_slice(&sums[1][..second.len()]);
    }
}

/// The same for one output.
#[inline(never)]
pub(super) fn one_output(
    lambda: &[f64],
    weights: &[f64],
    constant: f64,
    start: f64,
    times: &[f64],
    out: &mut [f64],
) {
    for (times, out) in times.chunks(LANES).zip(out.chunks_mut(LANES)) {
        let tau = backwards(start, times);
        let mut sum = [constant; LANES];
        for (&lambda, &weight) in lambda.iter().zip(weights) {
            let mut argument = [0.0; LANES];
            for (argument, tau) in argument.iter_mut().zip(&tau) {
                *argument = lambda * tau;
            }
            let decay = exp_of_nonpositive(&argument);
            for (sum, decay) in sum.iter_mut().zip(&decay) {
                *sum += weight * decay;
            }
        }
        out.copy_from_slice(&sum[..out.len()]);
    }
}

fn backwards(start: f64, times: &[f64]) -> [f64; LANES] {
    let mut tau = [0.0; LANES];
    for (tau, time) in tau.iter_mut().zip(times) {
        *tau = start - time;
    }
    tau
}

/// Adds the modes of one output at equally spaced times to what `out` holds.
///
/// For each mode three exponentials are found (eight modes at a time), the first eight times follow
/// by products, and every further time by one product with the decay over eight steps. Within one
/// of 64 strides a value is the product of at most 72 rounded factors, so it is off by at most
/// 72 roundings, 8e-15 relative, from the exponential it stands for; then the products begin anew.
pub(super) fn equally_spaced(
    lambda: &[f64],
    weights: &[f64],
    since_start: f64,
    step: f64,
    out: &mut [f64],
) {
    for (stretch, out) in out.chunks_mut(LANES * STRIDES).enumerate() {
        let begin = since_start + step * (stretch * LANES * STRIDES) as f64;
        for (lambda, weights) in lambda.chunks(GROUP).zip(weights.chunks(GROUP)) {
            let over = |length: f64| {
                let mut argument = [0.0; GROUP];
                for (argument, lambda) in argument.iter_mut().zip(lambda) {
                    *argument = -lambda * length;
                }
                exp_of_nonpositive(&argument)
            };
            let (first, one, stride) = (over(begin), over(step), over(step * LANES as f64));
            for (j, &weight) in weights.iter().enumerate() {
                if weight == 0.0 {
                    continue;
                }
                let mut lanes = [first[j]; LANES];
                for lane in 1..LANES {
                    lanes[lane] = lanes[lane - 1] * one[j];
                }
                add_decaying(out, weight, &lanes, stride[j]);
            }
        }
    }
}

#[inline(never)]
fn add_decaying(target: &mut [f64], weight: f64, first: &[f64; LANES], stride: f64) {
    let mut part = [0.0; LANES];
    for (part, first) in part.iter_mut().zip(first) {
        *part = first * weight;
    }
    let mut chunks = target.chunks_exact_mut(LANES);
    for chunk in &mut chunks {
        for lane in 0..LANES {
            chunk[lane] += part[lane];
            part[lane] *= stride;
        }
    }
    for (value, part) in chunks.into_remainder().iter_mut().zip(&part) {
        *value += part;
    }
}

/// Whether any value is below the limit, without stopping early: that keeps it to a few cycles.
pub(super) fn any_below(values: &[f64], limit: f64) -> bool {
    let mut least = [f64::INFINITY; LANES];
    let chunks = values.chunks_exact(LANES);
    let rest = chunks.remainder();
    for chunk in chunks {
        for lane in 0..LANES {
            least[lane] = if chunk[lane] < least[lane] {
                chunk[lane]
            } else {
                least[lane]
            };
        }
    }
    least.iter().chain(rest).any(|&value| value < limit)
}
