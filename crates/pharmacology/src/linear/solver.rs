//! Amounts over time: the modal form where it is exact enough, the propagator where it is not.

mod kernel;
mod sampled;

use std::ops::Range;

use super::decay::LANES;
use super::modal::Modes;
use super::propagator::Propagator;
use super::schedule::Schedule;
use super::system::System;

pub use sampled::{Times, TimesError};

/// Numbers beyond this are refused, so that no product of two can overflow.
const MAGNITUDE_MAX: f64 = 1e100;
/// Rate constants beyond this are refused. With times below the same bound every step is in reach.
const RATE_MAX: f64 = 1e15;
/// A modal value is kept when its error bound is below this share of it...
const RELATIVE_BOUND: f64 = 1e-10;
/// ...or below this, in the units of the output.
const ABSOLUTE_BOUND: f64 = 1e-13;

/// Why a system could not be solved.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SolverError {
    /// The number of rates, scales or output places does not fit the system.
    #[error("{field} has {found} entries and needs {needed}")]
    Length {
        /// What was given.
        field: &'static str,
        /// How many there were.
        found: usize,
        /// How many there must be.
        needed: usize,
    },
    /// A number outside the domain.
    #[error("{field} is {value}; give a finite number from 0 to {most:e}")]
    OutOfRange {
        /// Which number.
        field: &'static str,
        /// What it was.
        value: f64,
        /// The largest accepted.
        most: f64,
    },
}

/// Solves systems one after another and keeps its memory between them: after the first call of a
/// size, [`Solver::solve`] allocates nothing.
///
/// ```
/// use pharmacology::linear::{Network, Schedule, Solver, System, Times};
///
/// let mut network = Network::new();
/// let blood = network.compartment("blood")?;
/// network.loss(blood)?;
/// let system = System::compile(&network, &[blood], &[blood])?;
/// let mut schedule = Schedule::new();
/// schedule.amount(0, 0.0, 100.0)?;
/// let mut amounts = [0.0; 2];
/// Solver::new().solve(&system, &[0.5], &schedule, &[1.0], &Times::new(vec![0.0, 2.0])?, &mut amounts)?;
/// assert!((amounts[1] - 100.0 * f64::exp(-1.0)).abs() < 1e-12);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Solver {
    modes: Modes,
    propagator: Propagator,
    /// Amplitude of each mode, and the sum of the absolute values it is made of.
    amplitude: Vec<f64>,
    size: Vec<f64>,
    /// The steady part and the decaying part of each mode in the present segment.
    steady: Vec<f64>,
    decaying: Vec<f64>,
    steady_size: Vec<f64>,
    /// `read * decaying * scale`, one row for each output.
    weight: Vec<f64>,
    /// Below this an output's value is looked at again.
    doubtful_below: Vec<f64>,
    constant: Vec<f64>,
    /// Amounts at the start of each segment, before its instantaneous amounts.
    states: Vec<f64>,
    n_states: usize,
    state: Vec<f64>,
    input: Vec<f64>,
    /// Whether the propagator has been given this person's rates.
    is_reset: bool,
    n_again: u64,
}

/// What one call is about.
#[derive(Clone, Copy)]
struct Question<'a> {
    system: &'a System,
    rates: &'a [f64],
    schedule: &'a Schedule,
    scale: &'a [f64],
    times: &'a Times,
}

impl Solver {
    /// A solver without memory of its own yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Computes each output at each time: `out[o * times.len() + i]` is `scale[o]` times the amount
    /// in output `o` at time `i`.
    ///
    /// `rates` has one rate constant for each link of the network, from 0 to 1e15 in reciprocal time
    /// units. Values at or before the first change of the schedule are zero. The result is finite
    /// for every accepted input.
    pub fn solve(
        &mut self,
        system: &System,
        rates: &[f64],
        schedule: &Schedule,
        scale: &[f64],
        times: &Times,
        out: &mut [f64],
    ) -> Result<(), SolverError> {
        length("rates", rates.len(), system.n_links)?;
        length("scale", scale.len(), system.outputs.len())?;
        length("out", out.len(), system.outputs.len() * times.len())?;
        in_range("rate", rates, RATE_MAX)?;
        in_range("scale", scale, MAGNITUDE_MAX)?;
        // Times are ascending and finite, so the last is the largest.
        in_range(
            "time",
            times.values().last().map_or(&[][..], std::slice::from_ref),
            RATE_MAX,
        )?;
        schedule.check(system.inputs.len(), RATE_MAX, MAGNITUDE_MAX)?;
        let before = times.within(
            -1.0,
            schedule.changes().first().copied().unwrap_or(RATE_MAX),
        );
        for row in out.chunks_mut(times.len().max(1)) {
            row[before.clone()].fill(0.0);
        }
        self.is_reset = false;
        self.n_states = 0;
        let question = Question {
            system,
            rates,
            schedule,
            scale,
            times,
        };
        if system.all_stars && self.prepare_modes(system, rates) {
            self.by_modes(question, out);
        } else {
            self.by_propagator(question, out);
        }
        Ok(())
    }

    /// How many values of all calls so far were computed by the propagator.
    pub fn n_by_propagator(&self) -> u64 {
        self.n_again
    }

    /// Computes the modes; says whether every mode that matters is fit to be used.
    fn prepare_modes(&mut self, system: &System, rates: &[f64]) -> bool {
        self.modes.compute(system, rates);
        let n = system.n;
        self.amplitude.clear();
        self.amplitude.resize(n, 0.0);
        self.size.clear();
        self.size.resize(n, 0.0);
        for buffer in [&mut self.steady, &mut self.decaying, &mut self.steady_size] {
            buffer.resize(n, 0.0);
        }
        self.weight.resize(n * system.outputs.len(), 0.0);
        self.doubtful_below.resize(system.outputs.len(), 0.0);
        self.constant.resize(system.outputs.len(), 0.0);
        let vectors = self.modes.read.iter().chain(&self.modes.feed);
        vectors.fold(true, |fit, v| fit & v.is_finite())
            && self.modes.condition.iter().all(|&c| c < 1e7)
            && self.modes.lambda.iter().all(|&lambda| lambda > 0.0)
    }

    fn by_modes(&mut self, question: Question<'_>, out: &mut [f64]) {
        let n_times = question.times.len();
        let starts = question.schedule.changes();
        for k in 0..starts.len() {
            self.open_segment(question, k);
            let stop = starts.get(k + 1).copied().unwrap_or(f64::INFINITY);
            let range = question.times.within(starts[k], stop);
            if !range.is_empty() {
                if let Some(step) = question.times.step().filter(|_| range.len() > LANES) {
                    self.sample_uniform(question, starts[k], range.clone(), step, out);
                } else {
                    self.sample(question, starts[k], range.clone(), out);
                }
                for o in 0..question.system.outputs.len() {
                    self.look_again(question, k, o, range.clone(), &mut out[o * n_times..]);
                }
            }
            if stop.is_finite() {
                self.close_segment(stop - starts[k]);
            }
        }
    }

    /// Adds the instantaneous amounts of segment `k` and splits each mode into steady and decaying.
    fn open_segment(&mut self, question: Question<'_>, k: usize) {
        let Question {
            system,
            schedule,
            scale,
            ..
        } = question;
        let n = system.n;
        self.steady.fill(0.0);
        self.steady_size.fill(0.0);
        for i in 0..system.inputs.len() {
            let amount = schedule.amount_at(k, i);
            let rate = schedule.rate_during(k, i);
            if amount == 0.0 && rate == 0.0 {
                continue;
            }
            for j in 0..n {
                let feed = self.modes.feed[i * n + j];
                self.amplitude[j] += feed * amount;
                self.size[j] += feed.abs() * amount;
                self.steady[j] += feed * rate;
                self.steady_size[j] += feed.abs() * rate;
            }
        }
        for j in 0..n {
            self.steady[j] /= self.modes.lambda[j];
            self.steady_size[j] /= self.modes.lambda[j];
            self.decaying[j] = self.amplitude[j] - self.steady[j];
        }
        for (o, &scale) in scale.iter().enumerate() {
            let read = &self.modes.read[o * n..(o + 1) * n];
            let (mut constant, mut error) = (0.0, 0.0);
            for (j, &read) in read.iter().enumerate() {
                self.weight[o * n + j] = read * self.decaying[j] * scale;
                constant += read * self.steady[j];
                let size = self.size[j] + 2.0 * self.steady_size[j];
                error += read.abs() * size * (4.0 + self.modes.condition[j]);
            }
            self.constant[o] = constant * scale;
            let error = error * scale * f64::EPSILON;
            let harmless = error <= ABSOLUTE_BOUND;
            self.doubtful_below[o] = if harmless {
                0.0
            } else {
                error / RELATIVE_BOUND
            };
        }
    }

    /// Carries the amplitudes to the end of a segment of this length.
    fn close_segment(&mut self, length: f64) {
        for j in 0..self.amplitude.len() {
            // exp_m1 keeps the little that a slow mode gains in a short segment.
            let grown = -(-self.modes.lambda[j] * length).exp_m1();
            let left = (-self.modes.lambda[j] * length).exp();
            self.amplitude[j] = self.amplitude[j] * left + self.steady[j] * grown;
            self.size[j] = self.size[j] * left + self.steady_size[j] * grown;
        }
    }

    /// Arbitrary times, two outputs at once.
    fn sample(&self, question: Question<'_>, start: f64, range: Range<usize>, out: &mut [f64]) {
        let n = question.system.n;
        let times = &question.times.values()[range.clone()];
        let rows = out
            .chunks_mut(2 * question.times.len().max(1))
            .zip(self.weight.chunks(2 * n));
        for ((rows, weights), constants) in rows.zip(self.constant.chunks(2)) {
            let lambda = &self.modes.lambda;
            let (first, second) = rows.split_at_mut(question.times.len());
            let first = &mut first[range.clone()];
            match *constants {
                [a, b] => {
                    let second = &mut second[range.clone()];
                    let weights = [&weights[..n], &weights[n..]];
                    kernel::two_outputs(lambda, weights, [a, b], start, times, [first, second]);
                }
                [a] => kernel::one_output(lambda, weights, a, start, times, first),
                _ => {}
            }
        }
    }

    /// Equally spaced times.
    fn sample_uniform(
        &self,
        question: Question<'_>,
        start: f64,
        range: Range<usize>,
        step: f64,
        out: &mut [f64],
    ) {
        let n = question.system.n;
        let n_times = question.times.len();
        let since_start = question.times.values()[range.start] - start;
        let rows = out
            .chunks_mut(n_times.max(1))
            .zip(self.weight.chunks(n.max(1)));
        for ((row, weights), &constant) in rows.zip(&self.constant) {
            let row = &mut row[range.clone()];
            row.fill(constant);
            kernel::equally_spaced(&self.modes.lambda, weights, since_start, step, row);
        }
    }

    /// Replaces values whose error bound is not met by the propagator's.
    fn look_again(
        &mut self,
        question: Question<'_>,
        k: usize,
        o: usize,
        range: Range<usize>,
        out: &mut [f64],
    ) {
        let limit = self.doubtful_below[o];
        if !kernel::any_below(&out[range.clone()], limit) {
            return;
        }
        let start = question.schedule.changes()[k];
        for i in range {
            if out[i] >= limit {
                continue;
            }
            let tau = question.times.values()[i] - start;
            let error = self.error_at(question, o, tau);
            if error > ABSOLUTE_BOUND && error > RELATIVE_BOUND * out[i] {
                self.n_again += 1;
                self.state_in_segment(question, k, tau);
                let node = question.system.outputs[o];
                out[i] = node.map_or(0.0, |node| self.state[node] * question.scale[o]);
            }
            // A difference of positive amounts may round below zero; an amount cannot be.
            out[i] = out[i].max(0.0);
        }
    }

    /// The error bound of output `o` a time `tau` into the open segment.
    fn error_at(&self, question: Question<'_>, o: usize, tau: f64) -> f64 {
        let n = question.system.n;
        let mut error = 0.0;
        for j in 0..n {
            let decay = self.modes.lambda[j] * tau;
            let size = (self.size[j] + self.steady_size[j]) * (-decay).exp() + self.steady_size[j];
            error += self.modes.read[o * n + j].abs()
                * size
                * (4.0 + self.modes.condition[j] + decay.min(708.0));
        }
        error * question.scale[o] * f64::EPSILON
    }

    /// All values by the propagator.
    fn by_propagator(&mut self, question: Question<'_>, out: &mut [f64]) {
        let n_times = question.times.len();
        let starts = question.schedule.changes();
        self.reset_propagator(question);
        if let Some(step) = question.times.step() {
            self.propagator.align_to(step);
        }
        for k in 0..starts.len() {
            let stop = starts.get(k + 1).copied().unwrap_or(f64::INFINITY);
            let range = question.times.within(starts[k], stop);
            let by_steps = question.times.step().filter(|_| range.len() > 2 * LANES);
            for i in range.clone() {
                match by_steps {
                    Some(step) if i > range.start => {
                        self.propagator.step_aligned(&mut self.state, step);
                    }
                    Some(_) | None => {
                        let tau = question.times.values()[i] - starts[k];
                        self.state_in_segment(question, k, tau);
                    }
                }
                for (o, node) in question.system.outputs.iter().enumerate() {
                    self.n_again += 1;
                    if let Some(node) = node {
                        out[o * n_times + i] = self.state[*node] * question.scale[o];
                    }
                }
            }
        }
    }

    fn reset_propagator(&mut self, question: Question<'_>) {
        if !self.is_reset {
            self.propagator.reset(question.system, question.rates);
            self.is_reset = true;
        }
    }

    /// Sets `state` to the amounts a time `tau` into segment `k`.
    fn state_in_segment(&mut self, question: Question<'_>, k: usize, tau: f64) {
        let n = question.system.n;
        let starts = question.schedule.changes();
        self.reset_propagator(question);
        self.states
            .resize((n * starts.len()).max(self.states.len()), 0.0);
        self.state.resize(n, 0.0);
        self.input.resize(n, 0.0);
        if self.n_states == 0 {
            self.states[..n].fill(0.0);
            self.n_states = 1;
        }
        while self.n_states <= k {
            let segment = self.n_states - 1;
            self.enter(question, segment);
            self.propagator
                .advance(&mut self.state, starts[segment + 1] - starts[segment]);
            self.states[(segment + 1) * n..(segment + 2) * n].copy_from_slice(&self.state);
            self.n_states += 1;
        }
        self.enter(question, k);
        self.propagator.advance(&mut self.state, tau);
    }

    /// Loads the amounts and inputs at the start of a segment.
    fn enter(&mut self, question: Question<'_>, segment: usize) {
        let n = question.system.n;
        self.state
            .copy_from_slice(&self.states[segment * n..(segment + 1) * n]);
        self.input.fill(0.0);
        for (i, node) in question.system.inputs.iter().enumerate() {
            if let Some(node) = *node {
                self.state[node] += question.schedule.amount_at(segment, i);
                self.input[node] += question.schedule.rate_during(segment, i);
            }
        }
        self.propagator.set_input(&self.input);
    }
}

fn length(field: &'static str, found: usize, needed: usize) -> Result<(), SolverError> {
    if found == needed {
        Ok(())
    } else {
        Err(SolverError::Length {
            field,
            found,
            needed,
        })
    }
}

pub(super) fn in_range(field: &'static str, values: &[f64], most: f64) -> Result<(), SolverError> {
    match values.iter().find(|v| !(**v >= 0.0 && **v <= most)) {
        Some(&value) => Err(SolverError::OutOfRange { field, value, most }),
        None => Ok(()),
    }
}
