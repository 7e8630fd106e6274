//! When drug enters: amounts at an instant and constant rates over an interval.

use super::solver::{SolverError, in_range};

/// Why a schedule entry was refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ScheduleError {
    /// A number that is not finite, or negative where it may not be.
    #[error("{field} is {value}; give a finite number that is not negative")]
    OutOfRange {
        /// Which number.
        field: &'static str,
        /// What it was.
        value: f64,
    },
    /// An interval that does not end after it starts.
    #[error("the interval from {start} to {stop} does not end after it starts; check the duration")]
    Empty {
        /// Start of the interval.
        start: f64,
        /// End of the interval.
        stop: f64,
    },
}

/// Inputs to a [`crate::linear::System`], piecewise constant.
///
/// Times and amounts are in whatever units the rates use. The value of a compartment at the time of
/// an instantaneous amount is the value *before* it.
#[derive(Clone, Debug, Default)]
pub struct Schedule {
    amounts: Vec<(f64, usize, f64)>,
    rates: Vec<(f64, f64, usize, f64)>,
    pub(crate) starts: Vec<f64>,
}

impl Schedule {
    /// A schedule without inputs.
    pub fn new() -> Self {
        Self::default()
    }

    /// Empties the schedule and keeps its memory.
    pub fn clear(&mut self) {
        self.amounts.clear();
        self.rates.clear();
        self.starts.clear();
    }

    /// Adds `amount` at `time` into the input with this position.
    pub fn amount(&mut self, input: usize, time: f64, amount: f64) -> Result<(), ScheduleError> {
        check("time", time)?;
        check("amount", amount)?;
        self.amounts.push((time, input, amount));
        self.mark(time);
        Ok(())
    }

    /// Adds a constant rate from `start` to `stop` into the input with this position.
    pub fn rate(
        &mut self,
        input: usize,
        start: f64,
        stop: f64,
        rate: f64,
    ) -> Result<(), ScheduleError> {
        check("start", start)?;
        check("stop", stop)?;
        check("rate", rate)?;
        if stop <= start {
            return Err(ScheduleError::Empty { start, stop });
        }
        self.rates.push((start, stop, input, rate));
        self.mark(start);
        self.mark(stop);
        Ok(())
    }

    /// The times at which an input changes, ascending.
    pub fn changes(&self) -> &[f64] {
        &self.starts
    }

    /// Whether every entry names one of `n_inputs` inputs and is in range.
    pub(crate) fn check(
        &self,
        n_inputs: usize,
        time_most: f64,
        amount_most: f64,
    ) -> Result<(), SolverError> {
        in_range("time of a change", &self.starts, time_most)?;
        for (input, size) in self
            .amounts
            .iter()
            .map(|a| (a.1, a.2))
            .chain(self.rates.iter().map(|r| (r.2, r.3)))
        {
            in_range("amount or rate of the schedule", &[size], amount_most)?;
            if input >= n_inputs {
                return Err(SolverError::Length {
                    field: "inputs",
                    found: n_inputs,
                    needed: input + 1,
                });
            }
        }
        Ok(())
    }

    /// The amount put into `input` at the start of segment `k`.
    pub(crate) fn amount_at(&self, k: usize, input: usize) -> f64 {
        let start = self.starts[k].to_bits();
        let here = self
            .amounts
            .iter()
            .filter(|a| a.1 == input && a.0.to_bits() == start);
        here.map(|a| a.2).sum()
    }

    /// The rate into `input` during segment `k`.
    pub(crate) fn rate_during(&self, k: usize, input: usize) -> f64 {
        let start = self.starts[k];
        let here = self
            .rates
            .iter()
            .filter(|r| r.2 == input && r.0 <= start && start < r.1);
        here.map(|r| r.3).sum()
    }

    /// Keeps the list of changes sorted; equal times are one change.
    fn mark(&mut self, time: f64) {
        let at = self.starts.partition_point(|&t| t < time);
        if self
            .starts
            .get(at)
            .is_none_or(|t| t.to_bits() != time.to_bits())
        {
            self.starts.insert(at, time);
        }
    }
}

fn check(field: &'static str, value: f64) -> Result<(), ScheduleError> {
    if value.is_finite() && value >= 0.0 {
        Ok(())
    } else {
        Err(ScheduleError::OutOfRange { field, value })
    }
}
