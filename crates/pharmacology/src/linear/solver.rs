//! Amounts over time: the modal form where it is exact enough, the propagator where it is not.

mod engine;
mod kernel;
mod sampled;
mod stepper;

use fearless_simd::dispatch;

use super::lanes::{LANES, Lanes, Processor};
use super::schedule::Schedule;
use super::system::System;
use engine::Engine;
use stepper::Stepper;

pub use sampled::{Times, TimesError};

/// Numbers beyond this are refused, so that no product of two can overflow.
const MAGNITUDE_MAX: f64 = 1e100;
/// Rate constants beyond this are refused. With times below the same bound every step is in reach.
const RATE_MAX: f64 = 1e15;

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
    processor: Processor,
    one: Engine<1>,
    many: Engine<LANES>,
    stepper: Stepper,
    rates: Vec<Lanes<1>>,
    scale: Vec<Lanes<1>>,
    n_again: u64,
}

/// What one call is about: a system, and `W` people with rates and scales of their own.
#[derive(Clone, Copy)]
pub(crate) struct Task<'a, const W: usize> {
    pub(crate) system: &'a System,
    pub(crate) rates: &'a [Lanes<W>],
    pub(crate) schedule: &'a Schedule,
    pub(crate) scale: &'a [Lanes<W>],
    pub(crate) times: &'a Times,
}

impl<const W: usize> Task<'_, W> {
    /// How many values one person's curves have.
    fn size(&self) -> usize {
        self.system.outputs.len() * self.times.len()
    }
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
        let mut own = std::mem::take(&mut self.rates);
        let mut scales = std::mem::take(&mut self.scale);
        own.clear();
        own.extend(rates.iter().map(|&rate| Lanes([rate])));
        scales.clear();
        scales.extend(scale.iter().map(|&scale| Lanes([scale])));
        let task = Task {
            system,
            rates: &own,
            schedule,
            scale: &scales,
            times,
        };
        let solved = self.solve_one(task, out);
        (self.rates, self.scale) = (own, scales);
        solved
    }

    /// The same for one person whose numbers stand in lanes already.
    pub(crate) fn solve_one(
        &mut self,
        task: Task<'_, 1>,
        out: &mut [f64],
    ) -> Result<(), SolverError> {
        let Self {
            processor,
            one,
            stepper,
            n_again,
            ..
        } = self;
        let people = People { task, n_people: 1 };
        *n_again += people.solve(*processor, one, stepper, out)?;
        Ok(())
    }

    /// The same for up to eight people who take the drug at the same times, person by person. Lanes
    /// beyond the people must hold accepted numbers too.
    pub(crate) fn solve_many(
        &mut self,
        task: Task<'_, LANES>,
        n_people: usize,
        out: &mut [f64],
    ) -> Result<(), SolverError> {
        let Self {
            processor,
            many,
            stepper,
            n_again,
            ..
        } = self;
        let n_people = n_people.min(LANES);
        *n_again += People { task, n_people }.solve(*processor, many, stepper, out)?;
        Ok(())
    }

    /// How many values of all calls so far were computed by the propagator.
    pub fn n_by_propagator(&self) -> u64 {
        self.n_again
    }
}

/// A task for the people in the first lanes.
struct People<'a, const W: usize> {
    task: Task<'a, W>,
    n_people: usize,
}

impl<const W: usize> People<'_, W> {
    /// Solves for everyone; returns how many values the propagator computed.
    fn solve(
        &self,
        processor: Processor,
        engine: &mut Engine<W>,
        stepper: &mut Stepper,
        out: &mut [f64],
    ) -> Result<u64, SolverError> {
        self.check(out)?;
        let Self { task, n_people } = *self;
        let first = task.schedule.changes().first();
        let before = task.times.within(-1.0, first.copied().unwrap_or(RATE_MAX));
        for row in out.chunks_mut(task.times.len().max(1)) {
            row[before.clone()].fill(0.0);
        }
        let fit = dispatch!(processor.level(), simd => engine.by_modes(simd, task, n_people, out));
        let mut n_again = 0;
        for lane in 0..n_people {
            let is_fit = fit.at(lane);
            if is_fit && engine.doubts().is_empty() {
                continue;
            }
            stepper.turn_to(task, lane);
            let out = &mut out[lane * task.size()..(lane + 1) * task.size()];
            if is_fit {
                let own = engine.doubts().iter().filter(|doubt| doubt.lane == lane);
                for doubt in own {
                    n_again += 1;
                    let at = doubt.output * task.times.len() + doubt.time;
                    out[at] = stepper.value(task, doubt);
                }
            } else {
                n_again += stepper.all(task, out);
            }
        }
        Ok(n_again)
    }

    fn check(&self, out: &[f64]) -> Result<(), SolverError> {
        let task = &self.task;
        length("rates", task.rates.len(), task.system.n_links)?;
        length("scale", task.scale.len(), task.system.outputs.len())?;
        length("out", out.len(), self.n_people * task.size())?;
        for rates in task.rates {
            in_range("rate", &rates.0, RATE_MAX)?;
        }
        for scale in task.scale {
            in_range("scale", &scale.0, MAGNITUDE_MAX)?;
        }
        // Times are ascending and finite, so the last is the largest.
        let last = task.times.values().last();
        in_range("time", last.map_or(&[][..], std::slice::from_ref), RATE_MAX)?;
        let n_inputs = task.system.inputs.len();
        task.schedule.check(n_inputs, RATE_MAX, MAGNITUDE_MAX)
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
