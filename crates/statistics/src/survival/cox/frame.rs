//! Rows in order of stratum and falling time, and the event times among them.

use rayon::prelude::*;

use super::super::order::falling;
use super::super::{Groups, Times};

/// Rows in a piece that one thread sweeps.
pub(super) const PIECE: usize = 1 << 14;

/// A distinct event time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    pub(super) time: f64,
    /// Positions of the rows that leave at this time.
    pub(super) begin: u32,
    pub(super) end: u32,
    pub(super) events: u32,
}

/// Rows of one stratum between which sums are carried over.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    pub(super) begin: usize,
    pub(super) end: usize,
    /// Steps whose rows lie in the piece.
    pub(super) first_step: usize,
    pub(super) end_step: usize,
    /// Whether sums start from nothing here.
    pub(super) opens: bool,
}

/// Everything about the rows that does not change with the coefficients.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    /// Row at each position.
    pub(super) order: Vec<u32>,
    pub(super) stop: Vec<f64>,
    pub(super) start: Option<Vec<f64>>,
    pub(super) event: Vec<bool>,
    /// Positions where strata begin, and the end.
    pub(super) strata: Vec<usize>,
    /// The stratum codes, in the order of `strata`.
    pub(super) stratum_codes: Vec<u32>,
    /// All strata's steps, in order of position.
    pub(super) steps: Vec<Step>,
    /// Where each stratum's steps begin, and the end.
    pub(super) stratum_steps: Vec<usize>,
    /// For each position, the first step no later than its stop.
    pub(super) step_of: Vec<u32>,
    /// For each position, the first step no later than its start.
    pub(super) entry_step: Option<Vec<u32>>,
    /// Positions of each stratum by falling start.
    pub(super) by_start: Option<Vec<u32>>,
    pub(super) pieces: Vec<Piece>,
}

impl Frame {
    pub(super) fn new(times: Times<'_>, strata: Option<Groups<'_>>) -> Self {
        let codes = strata.map(|strata| strata.codes());
        let order = falling(times.stop(), codes);
        let (stop, event): (Vec<f64>, Vec<bool>) = order
            .par_iter()
            .map(|row| (times.stop()[*row as usize], times.event()[*row as usize]))
            .unzip();
        let start: Option<Vec<f64>> = times
            .start()
            .map(|start| order.par_iter().map(|row| start[*row as usize]).collect());
        let mut frame = Self {
            order,
            stop,
            start,
            event,
            strata: vec![0],
            stratum_codes: Vec::new(),
            steps: Vec::new(),
            stratum_steps: vec![0],
            step_of: Vec::new(),
            entry_step: None,
            by_start: None,
            pieces: Vec::new(),
        };
        frame.find_strata(codes);
        frame.find_steps();
        frame.find_entries();
        frame
    }

    pub(super) fn rows(&self) -> usize {
        self.order.len()
    }

    fn find_strata(&mut self, codes: Option<&[u32]>) {
        let code = |position: usize| codes.map_or(0, |codes| codes[self.order[position] as usize]);
        self.stratum_codes.push(code(0));
        if codes.is_some() {
            for position in 1..self.order.len() {
                if code(position) != code(position - 1) {
                    self.strata.push(position);
                    self.stratum_codes.push(code(position));
                }
            }
        }
        self.strata.push(self.order.len());
    }

    fn find_steps(&mut self) {
        self.step_of = vec![0; self.rows()];
        for stratum in 0..self.stratum_codes.len() {
            let (from, to) = (self.strata[stratum], self.strata[stratum + 1]);
            let mut piece = Piece {
                begin: from,
                end: from,
                first_step: self.steps.len(),
                end_step: self.steps.len(),
                opens: true,
            };
            let mut begin = from;
            while begin < to {
                let time = self.stop[begin];
                let mut end = begin;
                let mut events = 0;
                while end < to && self.stop[end] >= time {
                    self.step_of[end] = self.steps.len() as u32;
                    events += u32::from(self.event[end]);
                    end += 1;
                }
                if events > 0 {
                    let (begin, end) = (begin as u32, end as u32);
                    self.steps.push(Step {
                        time,
                        begin,
                        end,
                        events,
                    });
                }
                begin = end;
                // Late entry takes rows out again, so there a stratum is one piece.
                if end - piece.begin >= PIECE && self.start.is_none() || end == to {
                    piece.end = end;
                    piece.end_step = self.steps.len();
                    self.pieces.push(piece);
                    piece = Piece {
                        begin: end,
                        end,
                        first_step: self.steps.len(),
                        end_step: self.steps.len(),
                        opens: false,
                    };
                }
            }
            self.stratum_steps.push(self.steps.len());
        }
    }

    fn find_entries(&mut self) {
        let Some(start) = &self.start else { return };
        let mut by_start: Vec<u32> = (0..self.order.len() as u32).collect();
        let mut entry_step = vec![0; self.order.len()];
        for stratum in 0..self.stratum_codes.len() {
            let rows = self.strata[stratum]..self.strata[stratum + 1];
            by_start[rows.clone()]
                .sort_by(|a, b| start[*b as usize].total_cmp(&start[*a as usize]));
            let first = self.stratum_steps[stratum];
            let steps = &self.steps[first..self.stratum_steps[stratum + 1]];
            for position in rows {
                let later = steps.partition_point(|step| step.time > start[position]);
                entry_step[position] = (first + later) as u32;
            }
        }
        self.by_start = Some(by_start);
        self.entry_step = Some(entry_step);
    }

    /// Sums of `increments` over the steps of each stratum from each step to the earliest.
    pub(super) fn suffix_sums(&self, increments: &[f64]) -> Vec<f64> {
        // One more cell a stratum would shift indices, so the step after a stratum's last is read
        // through `sum_from`.
        let mut sums = vec![0.0; increments.len()];
        for stratum in self.stratum_steps.windows(2) {
            let mut sum = 0.0;
            for step in (stratum[0]..stratum[1]).rev() {
                sum += increments[step];
                sums[step] = sum;
            }
        }
        sums
    }

    /// For each position, whether its step lies in its own stratum; else nothing happened after.
    pub(super) fn stratum_of_positions(&self) -> impl Iterator<Item = (usize, usize, usize)> + '_ {
        (0..self.stratum_codes.len()).flat_map(move |stratum| {
            let end = self.stratum_steps[stratum + 1];
            (self.strata[stratum]..self.strata[stratum + 1])
                .map(move |position| (position, stratum, end))
        })
    }
}
