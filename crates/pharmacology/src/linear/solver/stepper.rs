//! One person's amounts by the propagator, for what the modes could not give.

use super::Task;
use super::engine::Doubt;
use crate::linear::lanes::LANES;
use crate::linear::propagator::Propagator;

/// Advances from one time to the next before a segment is begun anew. Each is off by some tens of
/// units in the last place at most, for nothing is subtracted.
const ADVANCES_MAX: usize = 64;

/// Follows one person through the segments of a schedule. Memory is kept between people.
#[derive(Clone, Debug, Default)]
pub(super) struct Stepper {
    propagator: Propagator,
    /// The rates and scales of the person turned to.
    rates: Vec<f64>,
    scale: Vec<f64>,
    /// Whether the propagator has been given these rates.
    is_reset: bool,
    /// Amounts at the start of each segment, before its instantaneous amounts.
    states: Vec<f64>,
    n_states: usize,
    state: Vec<f64>,
    /// Where `state` is: the segment, the time since it began, and by how many advances.
    at: Option<(usize, f64, usize)>,
    input: Vec<f64>,
}

impl Stepper {
    /// Takes up the person in this lane. Nothing is computed until it is asked for.
    pub(super) fn turn_to<const W: usize>(&mut self, task: Task<'_, W>, lane: usize) {
        self.rates.clear();
        self.rates.extend(task.rates.iter().map(|r| r.0[lane]));
        self.scale.clear();
        self.scale.extend(task.scale.iter().map(|s| s.0[lane]));
        self.is_reset = false;
        self.n_states = 0;
        self.at = None;
    }

    /// One value that was in doubt.
    pub(super) fn value<const W: usize>(&mut self, task: Task<'_, W>, doubt: &Doubt) -> f64 {
        self.state_in_segment(task, doubt.segment, doubt.tau);
        let node = task.system.outputs[doubt.output];
        node.map_or(0.0, |node| self.state[node] * self.scale[doubt.output])
    }

    /// Every value of the person; returns how many there were.
    pub(super) fn all<const W: usize>(&mut self, task: Task<'_, W>, out: &mut [f64]) -> u64 {
        let mut n_values = 0;
        let n_times = task.times.len();
        let starts = task.schedule.changes();
        self.reset_propagator(task);
        if let Some(step) = task.times.step() {
            self.propagator.align_to(step);
        }
        for k in 0..starts.len() {
            let stop = starts.get(k + 1).copied().unwrap_or(f64::INFINITY);
            let range = task.times.within(starts[k], stop);
            let by_steps = task.times.step().filter(|_| range.len() > 2 * LANES);
            for i in range.clone() {
                match by_steps {
                    Some(step) if i > range.start => {
                        self.at = None;
                        self.propagator.step_aligned(&mut self.state, step);
                    }
                    Some(_) | None => {
                        let tau = task.times.values()[i] - starts[k];
                        self.state_in_segment(task, k, tau);
                    }
                }
                for (o, node) in task.system.outputs.iter().enumerate() {
                    n_values += 1;
                    out[o * n_times + i] =
                        node.map_or(0.0, |node| self.state[node] * self.scale[o]);
                }
            }
        }
        n_values
    }

    fn reset_propagator<const W: usize>(&mut self, task: Task<'_, W>) {
        if !self.is_reset {
            self.propagator.reset(task.system, &self.rates);
            self.is_reset = true;
        }
    }

    /// Sets `state` to the amounts a time `tau` into segment `k`: from where it is, if that is
    /// shortly before, else from the start of the segment.
    fn state_in_segment<const W: usize>(&mut self, task: Task<'_, W>, k: usize, tau: f64) {
        let n = task.system.n;
        let starts = task.schedule.changes();
        self.reset_propagator(task);
        self.states
            .resize((n * starts.len()).max(self.states.len()), 0.0);
        self.state.resize(n, 0.0);
        self.input.resize(n, 0.0);
        if self.n_states == 0 {
            self.states[..n].fill(0.0);
            self.n_states = 1;
        }
        if let Some((segment, before, advances)) = self.at
            && segment == k
            && before <= tau
            && advances < ADVANCES_MAX
        {
            self.propagator.advance(&mut self.state, tau - before);
            self.at = Some((k, tau, advances + 1));
            return;
        }
        while self.n_states <= k {
            let segment = self.n_states - 1;
            self.enter(task, segment);
            self.propagator
                .advance(&mut self.state, starts[segment + 1] - starts[segment]);
            self.states[(segment + 1) * n..(segment + 2) * n].copy_from_slice(&self.state);
            self.n_states += 1;
        }
        self.enter(task, k);
        self.propagator.advance(&mut self.state, tau);
        self.at = Some((k, tau, 1));
    }

    /// Loads the amounts and inputs at the start of a segment.
    fn enter<const W: usize>(&mut self, task: Task<'_, W>, segment: usize) {
        let n = task.system.n;
        self.state
            .copy_from_slice(&self.states[segment * n..(segment + 1) * n]);
        self.input.fill(0.0);
        for (i, node) in task.system.inputs.iter().enumerate() {
            if let Some(node) = *node {
                self.state[node] += task.schedule.amount_at(segment, i);
                self.input[node] += task.schedule.rate_during(segment, i);
            }
        }
        self.propagator.set_input(&self.input);
    }
}
