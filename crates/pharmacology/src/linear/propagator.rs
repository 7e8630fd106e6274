//! The matrix exponential of a compartment network in numbers that are never negative.
//!
//! `exp(K h)` of a matrix whose off-diagonal entries are not negative has no negative entry, and
//! can be computed without one subtraction: with `sigma` the largest drain,
//! `exp(K h) = exp(-sigma h) * sum_k (h (K + sigma))^k / k!` (uniformisation; Jensen 1953; entrywise
//! accuracy: Xue and Ye, Numer. Math. 110:393, 2008, and Linear Algebra Appl. 449:1, 2014).
//! Longer steps come from squaring. With one more compartment that collects what has left, every
//! column of the propagator adds up to one; dividing each squared column by its sum keeps slow
//! elimination right beside exchange that is many decades faster, for the same reason that the
//! Grassmann-Taksar-Heyman elimination is right for Markov chains.

use super::system::System;

/// Largest `sigma * tau` for which one uniformised series is summed directly.
const DIRECT_MAX: f64 = 32.0;
/// `sigma` times the shortest step of the ladder of squarings is at most this.
const BASE_MAX: f64 = 1.0 / 16.0;
/// Terms needed for `DIRECT_MAX`, and as many again as there can be compartments in a chain.
const TERMS_MAX: usize = 280;
/// Squarings from the shortest step; 2^128 base steps span any two times a schedule can name.
const SQUARINGS_MAX: usize = 128;

/// Propagates amounts through constant inputs. Buffers are kept between people.
#[derive(Clone, Debug, Default)]
pub(crate) struct Propagator {
    /// Compartments, with the collector of what has left as the last.
    n: usize,
    links: Vec<(usize, usize, f64)>,
    drain: Vec<f64>,
    is_reader: Vec<bool>,
    sigma: f64,
    base: f64,
    /// `powers[level * n * n + row * n + column]`.
    powers: Vec<f64>,
    n_levels: usize,
    /// `forced[level * n + row]`: what a constant input has brought after that step, from nothing.
    forced: Vec<f64>,
    n_forced: usize,
    input: Vec<f64>,
    term: Vec<f64>,
    next: Vec<f64>,
    sum: Vec<f64>,
}

impl Propagator {
    /// Takes the rates of a new person. Nothing is computed until it is asked for.
    pub(crate) fn reset(&mut self, system: &System, rates: &[f64]) {
        self.n = system.n + 1;
        let collector = system.n;
        self.links.clear();
        self.links
            .extend(system.links.iter().map(|l| (l.from, l.to, rates[l.rate])));
        self.drain.clear();
        self.is_reader.clear();
        for node in 0..system.n {
            let drain: f64 = system.drains[node].iter().map(|&rate| rates[rate]).sum();
            let leaving: f64 = system.leaves[node].iter().map(|&rate| rates[rate]).sum();
            if !system.readers[node] && leaving > 0.0 {
                self.links.push((node, collector, leaving));
            }
            self.drain.push(drain);
            self.is_reader.push(system.readers[node]);
        }
        self.drain.push(0.0);
        self.is_reader.push(false);
        self.sigma = self.drain.iter().copied().fold(0.0, f64::max);
        for buffer in [
            &mut self.input,
            &mut self.term,
            &mut self.next,
            &mut self.sum,
        ] {
            buffer.clear();
            buffer.resize(self.n, 0.0);
        }
        self.n_levels = 0;
        self.n_forced = 0;
    }

    /// Sets the constant input into each compartment (without the collector).
    pub(crate) fn set_input(&mut self, input: &[f64]) {
        self.input[..input.len()].copy_from_slice(input);
        self.input[input.len()..].fill(0.0);
        self.n_forced = 0;
    }

    /// Chooses the shortest step so that `step` is a whole power of two of it.
    ///
    /// Without a call the base is a power of two. Calling it discards what was squared before.
    pub(crate) fn align_to(&mut self, step: f64) {
        let mut base = step;
        while base * self.sigma > BASE_MAX && base > f64::MIN_POSITIVE {
            base *= 0.5;
        }
        self.base = base;
        self.n_levels = 0;
        self.n_forced = 0;
    }

    /// Moves `state` on by `tau` under the input that was set.
    pub(crate) fn advance(&mut self, state: &mut [f64], tau: f64) {
        if self.sigma * tau <= DIRECT_MAX {
            self.uniformise(state, tau);
            return;
        }
        if self.n_levels == 0 {
            self.start_ladder();
        }
        let mut level = 0;
        while level + 1 < SQUARINGS_MAX && self.length(level + 1) <= tau {
            level += 1;
        }
        let mut rest = tau;
        for level in (0..=level).rev() {
            let length = self.length(level);
            if rest >= length {
                self.step(state, level);
                rest -= length;
            }
        }
        self.uniformise(state, rest);
    }

    /// Moves `state` on by the length that [`Propagator::align_to`] was given.
    pub(crate) fn step_aligned(&mut self, state: &mut [f64], step: f64) {
        if self.n_levels == 0 {
            self.start_ladder();
        }
        let mut level = 0;
        while self.length(level) < step && level + 1 < SQUARINGS_MAX {
            level += 1;
        }
        self.step(state, level);
    }

    fn length(&self, level: usize) -> f64 {
        // An exact power of two, so lengths carry no rounding.
        self.base * 2.0_f64.powi(i32::try_from(level).unwrap_or(i32::MAX))
    }

    /// Applies the propagator of a level, and what the input has brought.
    fn step(&mut self, state: &mut [f64], level: usize) {
        self.ensure(level);
        let n = self.n;
        let power = &self.powers[level * n * n..(level + 1) * n * n];
        let forced = &self.forced[level * n..(level + 1) * n];
        for (row, (entries, forced)) in power.chunks_exact(n).zip(forced).enumerate().take(n - 1) {
            let moved: f64 = entries.iter().zip(state.iter()).map(|(p, x)| p * x).sum();
            self.next[row] = moved + forced;
        }
        let kept = state.len();
        state.copy_from_slice(&self.next[..kept]);
    }

    /// Sums the uniformised series for one state. The collector is not carried.
    fn uniformise(&mut self, state: &mut [f64], tau: f64) {
        let kept = state.len();
        self.term[..kept].copy_from_slice(state);
        self.term[kept..].fill(0.0);
        self.series(tau, 1.0);
        state.copy_from_slice(&self.sum[..kept]);
    }

    /// `sum <- exp(K tau) term + source * integral of exp(K s) input`, destroying `term`.
    ///
    /// The constant input is one more compartment that never empties, so its shifted diagonal is
    /// `sigma` and its terms are as positive as the rest.
    fn series(&mut self, tau: f64, mut source: f64) {
        let reach = self.sigma * tau;
        self.sum.copy_from_slice(&self.term);
        for k in 1..=TERMS_MAX {
            let scale = tau / float(k);
            for ((next, term), (drain, input)) in self
                .next
                .iter_mut()
                .zip(&self.term)
                .zip(self.drain.iter().zip(&self.input))
            {
                *next = (self.sigma - drain) * term + input * source;
            }
            for &(from, to, rate) in &self.links {
                self.next[to] += rate * self.term[from];
            }
            source *= scale * self.sigma;
            let mut settled = true;
            for ((term, next), sum) in self.term.iter_mut().zip(&self.next).zip(&mut self.sum) {
                *term = next * scale;
                *sum += *term;
                settled &= *term <= 1e-18 * *sum;
            }
            if settled && float(k) > reach && k > self.n {
                break;
            }
        }
        let shrink = (-reach).exp();
        for sum in &mut self.sum {
            *sum *= shrink;
        }
    }

    /// The first rung: every column and the input, over the shortest step.
    fn start_ladder(&mut self) {
        if !(self.base > 0.0 && self.base * self.sigma <= BASE_MAX) {
            let mut base = 1.0_f64;
            while base * self.sigma > BASE_MAX && base > f64::MIN_POSITIVE {
                base *= 0.5;
            }
            while base * self.sigma < 0.5 * BASE_MAX && base < 1e300 {
                base *= 2.0;
            }
            self.base = base;
        }
        let n = self.n;
        self.powers.resize((n * n).max(self.powers.len()), 0.0);
        for column in 0..n {
            self.term.fill(0.0);
            self.term[column] = 1.0;
            self.series(self.base, 0.0);
            for row in 0..n {
                self.powers[row * n + column] = self.sum[row];
            }
        }
        self.n_levels = 1;
        self.n_forced = 0;
        self.hold_columns(0);
    }

    fn ensure(&mut self, level: usize) {
        let n = self.n;
        while self.n_levels <= level {
            let next = self.n_levels;
            self.powers
                .resize(((next + 1) * n * n).max(self.powers.len()), 0.0);
            let (below, above) = self.powers.split_at_mut(next * n * n);
            square(&below[(next - 1) * n * n..], &mut above[..n * n], n);
            self.n_levels += 1;
            self.hold_columns(next);
        }
        self.forced
            .resize(((level + 1) * n).max(self.forced.len()), 0.0);
        while self.n_forced <= level {
            let next = self.n_forced;
            if next == 0 {
                self.term.fill(0.0);
                self.series(self.base, 1.0);
                self.forced[..n].copy_from_slice(&self.sum);
            } else {
                let power = &self.powers[(next - 1) * n * n..next * n * n];
                let (below, above) = self.forced.split_at_mut(next * n);
                let below = &below[(next - 1) * n..];
                for ((entries, forced), target) in
                    power.chunks_exact(n).zip(below).zip(above.iter_mut())
                {
                    let moved: f64 = entries.iter().zip(below).map(|(p, x)| p * x).sum();
                    *target = forced + moved;
                }
            }
            self.n_forced += 1;
        }
    }

    /// Holds what must hold exactly: mass columns add up to one, and a reader only decays.
    fn hold_columns(&mut self, level: usize) {
        let n = self.n;
        let length = self.length(level);
        let power = &mut self.powers[level * n * n..(level + 1) * n * n];
        for column in 0..n {
            if self.is_reader[column] {
                power[column * n + column] = (-self.drain[column] * length).exp();
                continue;
            }
            let total: f64 = (0..n)
                .filter(|&row| !self.is_reader[row])
                .map(|row| power[row * n + column])
                .sum();
            for row in (0..n).filter(|&row| !self.is_reader[row]) {
                power[row * n + column] /= total;
            }
        }
    }
}

/// `result = matrix * matrix`, skipping what is zero by structure.
fn square(matrix: &[f64], result: &mut [f64], n: usize) {
    result.fill(0.0);
    for (row, target) in matrix.chunks_exact(n).zip(result.chunks_exact_mut(n)) {
        for (&factor, other) in row.iter().zip(matrix.chunks_exact(n)) {
            if factor != 0.0 {
                for (target, &entry) in target.iter_mut().zip(other) {
                    *target += factor * entry;
                }
            }
        }
    }
}

/// A small count as a number.
fn float(k: usize) -> f64 {
    k as f64
}
