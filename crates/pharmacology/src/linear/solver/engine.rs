//! The modal form of `W` people at once, read at many times.

use std::f64::consts::LOG2_E;
use std::ops::Range;

use fearless_simd::Simd;

use super::Task;
use super::kernel::{self, Backwards, Course, STRIDES, Seen};
use crate::linear::lanes::{LANES, Lanes, Mask};
use crate::linear::modal::Modes;
use crate::linear::schedule::Schedule;

/// A modal value is kept when its error bound is below this share of it...
const RELATIVE_BOUND: f64 = 1e-10;
/// ...or below this, in the units of the output.
const ABSOLUTE_BOUND: f64 = 1e-13;
/// Units in the last place that every term may be off: the power of two, the weight and the sum.
const ROUNDINGS: f64 = 4.0;
/// The same for running products: one and a half for each factor, of which there are as many as
/// strides and at most seven more for the first eight values.
const ROUNDINGS_OF_A_COURSE: f64 = 1.5 * (STRIDES + LANES) as f64;
/// Units in the last place of the argument: the mode's own rate, and two products.
const ROUNDINGS_OF_A_RATE: f64 = 3.0;

/// Memory of the modal form, kept between people.
#[derive(Clone, Debug, Default)]
pub(super) struct Engine<const W: usize> {
    modes: Modes<W>,
    /// Amplitude of each mode, and the sum of the absolute values it is made of.
    amplitude: Vec<Lanes<W>>,
    size: Vec<Lanes<W>>,
    /// The steady part and the decaying part of each mode in the present segment.
    steady: Vec<Lanes<W>>,
    decaying: Vec<Lanes<W>>,
    steady_size: Vec<Lanes<W>>,
    /// `read * decaying * scale`, one row for each output.
    weight: Vec<Lanes<W>>,
    /// Below this an output's value is looked at again.
    doubtful_below: Vec<Lanes<W>>,
    constant: Vec<Lanes<W>>,
    /// What follows stands person by person, each mode by mode, for the loops over times.
    own_rates: Vec<f64>,
    /// One row for each output.
    own_weights: Vec<f64>,
    own_courses: Vec<Course>,
    /// The modes that an output sees, all outputs one after another, and where each list ends.
    seen: Vec<usize>,
    seen_ends: Vec<usize>,
    backwards: Vec<Backwards>,
    doubts: Vec<Doubt>,
}

/// A value whose error bound was not met.
#[derive(Clone, Copy, Debug)]
pub(super) struct Doubt {
    pub(super) lane: usize,
    pub(super) segment: usize,
    pub(super) output: usize,
    pub(super) time: usize,
    /// The time since the segment began.
    pub(super) tau: f64,
}

/// The times within one segment of the schedule.
#[derive(Clone)]
struct Segment {
    at: usize,
    start: f64,
    times: Range<usize>,
    /// Their distance, where they are read by running products.
    step: Option<f64>,
}

impl<const W: usize> Engine<W> {
    /// The values the propagator must give.
    pub(super) fn doubts(&self) -> &[Doubt] {
        &self.doubts
    }

    /// Writes the curves of the first `n_people` lanes that are fit for the modal form, and says
    /// which are. What falls short of its error bound is listed in [`Engine::doubts`].
    #[inline(always)]
    pub(super) fn by_modes<S: Simd>(
        &mut self,
        simd: S,
        task: Task<'_, W>,
        n_people: usize,
        out: &mut [f64],
    ) -> Mask<W> {
        self.doubts.clear();
        if !task.system.all_stars {
            return Mask::of(false);
        }
        self.modes.compute(task.system, task.rates);
        let fit = self.modes.fit();
        self.begin(task);
        let starts = task.schedule.changes();
        for (at, &start) in starts.iter().enumerate() {
            let stop = starts.get(at + 1).copied().unwrap_or(f64::INFINITY);
            let times = task.times.within(start, stop);
            let step = task.times.step().filter(|_| times.len() > LANES);
            self.open_segment(task, at, step.is_some());
            if !times.is_empty() {
                let segment = Segment {
                    at,
                    start,
                    times,
                    step,
                };
                self.sample(simd, task, &segment, (fit, n_people), out);
            }
            if stop.is_finite() {
                self.close_segment(stop - start);
            }
        }
        fit
    }

    fn begin(&mut self, task: Task<'_, W>) {
        let (n, n_outputs) = (task.system.n, task.system.outputs.len());
        let zero = Lanes::of(0.0);
        for buffer in [&mut self.amplitude, &mut self.size] {
            buffer.clear();
            buffer.resize(n, zero);
        }
        for buffer in [&mut self.steady, &mut self.decaying, &mut self.steady_size] {
            buffer.resize(n, zero);
        }
        self.weight.resize(n * n_outputs, zero);
        self.doubtful_below.resize(n_outputs, zero);
        self.constant.resize(n_outputs, zero);
        self.own_rates.resize(W * n, 0.0);
        self.own_weights.resize(W * n * n_outputs, 0.0);
        self.own_courses.resize(W * n, Course::default());
        turn(&self.modes.lambda, &mut self.own_rates);
        for rate in &mut self.own_rates {
            *rate *= LOG2_E;
        }
    }

    /// Adds the instantaneous amounts of a segment and splits each mode into steady and decaying.
    #[inline(always)]
    fn open_segment(&mut self, task: Task<'_, W>, at: usize, is_course: bool) {
        let n = task.system.n;
        self.put_in(task.schedule, at, n);
        for j in 0..n {
            let inverse = Lanes::of(1.0) / self.modes.lambda[j];
            self.steady[j] = self.steady[j] * inverse;
            self.steady_size[j] = self.steady_size[j] * inverse;
            self.decaying[j] = self.amplitude[j] - self.steady[j];
        }
        let roundings = Lanes::of(roundings(is_course));
        for (o, &scale) in task.scale.iter().enumerate() {
            let read = &self.modes.read[o * n..(o + 1) * n];
            let (mut constant, mut error) = (Lanes::of(0.0), Lanes::of(0.0));
            for (j, &read) in read.iter().enumerate() {
                self.weight[o * n + j] = read * self.decaying[j] * scale;
                constant = constant + read * self.steady[j];
                // A mode's share shrinks faster than the error of its argument grows.
                let size = self.size[j] + Lanes::of(2.0) * self.steady_size[j];
                error = error + read.abs() * size * (roundings + self.modes.condition[j]);
            }
            self.constant[o] = constant * scale;
            let error = error * scale * Lanes::of(f64::EPSILON);
            let is_harmless = error.at_most(Lanes::of(ABSOLUTE_BOUND));
            let limit = error * Lanes::of(1.0 / RELATIVE_BOUND);
            self.doubtful_below[o] = is_harmless.choose(Lanes::of(0.0), limit);
        }
        turn(&self.weight, &mut self.own_weights);
        self.see(n);
    }

    /// Lists for each output the modes that any person has there.
    #[inline(always)]
    fn see(&mut self, n: usize) {
        self.seen.clear();
        self.seen_ends.clear();
        for weights in self.weight.chunks(n.max(1)) {
            for (j, weight) in weights.iter().enumerate() {
                if weight.same(Lanes::of(0.0)).not().any() {
                    self.seen.push(j);
                }
            }
            self.seen_ends.push(self.seen.len());
        }
    }

    #[inline(always)]
    fn put_in(&mut self, schedule: &Schedule, at: usize, n: usize) {
        self.steady.fill(Lanes::of(0.0));
        self.steady_size.fill(Lanes::of(0.0));
        for (i, feed) in self.modes.feed.chunks(n.max(1)).enumerate() {
            let amount = schedule.amount_at(at, i);
            let rate = schedule.rate_during(at, i);
            if amount == 0.0 && rate == 0.0 {
                continue;
            }
            let (amount, rate) = (Lanes::of(amount), Lanes::of(rate));
            for (j, &feed) in feed.iter().enumerate() {
                self.amplitude[j] = self.amplitude[j] + feed * amount;
                self.size[j] = self.size[j] + feed.abs() * amount;
                self.steady[j] = self.steady[j] + feed * rate;
                self.steady_size[j] = self.steady_size[j] + feed.abs() * rate;
            }
        }
    }

    /// Carries the amplitudes to the end of a segment of this length.
    #[inline(always)]
    fn close_segment(&mut self, length: f64) {
        let length = Lanes::of(-LOG2_E * length);
        for j in 0..self.amplitude.len() {
            // What a slow mode gains in a short segment is little, and keeps its digits.
            let (left, gained) = (self.modes.lambda[j] * length).two_to_and_shortfall();
            self.amplitude[j] = self.amplitude[j] * left + self.steady[j] * gained;
            self.size[j] = self.size[j] * left + self.steady_size[j] * gained;
        }
    }

    /// Reads one segment for every person who is fit.
    #[inline(always)]
    fn sample<S: Simd>(
        &mut self,
        simd: S,
        task: Task<'_, W>,
        segment: &Segment,
        (fit, n_people): (Mask<W>, usize),
        out: &mut [f64],
    ) {
        let Some(step) = segment.step else {
            let times = &task.times.values()[segment.times.clone()];
            kernel::backwards(segment.start, times, &mut self.backwards);
            for (lane, out) in people(task, n_people, out) {
                if fit.at(lane) {
                    self.at_times(simd, task, lane, segment, out);
                }
            }
            return;
        };
        let mut first = segment.times.start;
        while first < segment.times.end {
            let stretch = Segment {
                times: first..segment.times.end.min(first + LANES * STRIDES),
                ..*segment
            };
            self.begin_courses(task.times.values()[first] - segment.start, step);
            for (lane, out) in people(task, n_people, out) {
                if fit.at(lane) {
                    self.along_courses(simd, task, lane, &stretch, out);
                }
            }
            first = stretch.times.end;
        }
    }

    /// What one output sees of one person.
    #[inline(always)]
    fn seen(&self, lane: usize, output: usize) -> Seen<'_> {
        let n = self.modes.lambda.len();
        let first = (lane * self.constant.len() + output) * n;
        Seen {
            weights: &self.own_weights[first..first + n],
            constant: self.constant[output].0[lane],
        }
    }

    /// Arbitrary times, two outputs at once.
    #[inline(always)]
    fn at_times<S: Simd>(
        &mut self,
        simd: S,
        task: Task<'_, W>,
        lane: usize,
        segment: &Segment,
        out: &mut [f64],
    ) {
        let (n, n_times) = (task.system.n, task.times.len());
        let mut output = 0;
        for rows in out.chunks_mut(2 * n_times.max(1)) {
            let (first, second) = rows.split_at_mut(n_times);
            let rates = &self.own_rates[lane * n..(lane + 1) * n];
            let times = segment.times.clone();
            if second.is_empty() {
                let seen = self.seen(lane, output);
                let row = &mut first[times];
                let least = kernel::one_output(simd, rates, seen, &self.backwards, row);
                self.look_again(task, (lane, output), segment, least, first);
                return;
            }
            let seen = [self.seen(lane, output), self.seen(lane, output + 1)];
            let rows = [&mut first[times.clone()], &mut second[times]];
            let least = kernel::two_outputs(simd, rates, seen, &self.backwards, rows);
            self.look_again(task, (lane, output), segment, least[0], first);
            self.look_again(task, (lane, output + 1), segment, least[1], second);
            output += 2;
        }
    }

    /// Finds what every mode is at the first eight of a stretch of equally spaced times, each by at
    /// most four products.
    #[inline(always)]
    fn begin_courses(&mut self, since_start: f64, step: f64) {
        let n = self.modes.lambda.len();
        for (j, &lambda) in self.modes.lambda.iter().enumerate() {
            let over = |length: f64| (lambda * Lanes::of(-LOG2_E * length)).two_to();
            let stride = over(step * LANES as f64);
            let one = over(step);
            let two = one * one;
            let four = two * two;
            let mut first = [over(since_start); LANES];
            first[1] = first[0] * one;
            first[2] = first[0] * two;
            first[3] = first[0] * (two * one);
            for at in 4..LANES {
                first[at] = first[at - 4] * four;
            }
            for lane in 0..W {
                let course = &mut self.own_courses[lane * n + j];
                for (own, all) in course.first.iter_mut().zip(&first) {
                    *own = all.0[lane];
                }
                course.stride = stride.0[lane];
            }
        }
    }

    /// Follows one person's modes along a stretch, leaving out those an output does not see.
    #[inline(always)]
    fn along_courses<S: Simd>(
        &mut self,
        simd: S,
        task: Task<'_, W>,
        lane: usize,
        stretch: &Segment,
        out: &mut [f64],
    ) {
        let (n, n_times) = (task.system.n, task.times.len());
        let mut from = 0;
        for output in 0..task.system.outputs.len() {
            let row = &mut out[output * n_times..(output + 1) * n_times];
            let to = self.seen_ends.get(output).copied().unwrap_or(0);
            let least = kernel::along_courses(
                simd,
                &self.own_courses[lane * n..(lane + 1) * n],
                &self.seen[from..to],
                self.seen(lane, output),
                &mut row[stretch.times.clone()],
            );
            self.look_again(task, (lane, output), stretch, least, row);
            from = to;
        }
    }

    /// Lists the values of one curve whose error bound is not met.
    #[inline(always)]
    fn look_again(
        &mut self,
        task: Task<'_, W>,
        (lane, output): (usize, usize),
        segment: &Segment,
        least: f64,
        row: &mut [f64],
    ) {
        // A limit that is no finite number means that the terms are not: then all is doubtful.
        let limit = self.doubtful_below[output].0[lane];
        let is_sure = least >= limit && limit.is_finite();
        if !is_sure {
            self.doubt(task, (lane, output), segment, row);
        }
    }

    #[cold]
    #[inline(never)]
    fn doubt(
        &mut self,
        task: Task<'_, W>,
        (lane, output): (usize, usize),
        segment: &Segment,
        row: &mut [f64],
    ) {
        let limit = self.doubtful_below[output].0[lane];
        for time in segment.times.clone() {
            if row[time] >= limit && limit.is_finite() {
                continue;
            }
            let tau = task.times.values()[time] - segment.start;
            let error = self.error_at(task, (lane, output), segment.step.is_some(), tau);
            let is_met = error <= ABSOLUTE_BOUND || error <= RELATIVE_BOUND * row[time];
            if !is_met {
                self.doubts.push(Doubt {
                    lane,
                    segment: segment.at,
                    output,
                    time,
                    tau,
                });
            }
            // A difference of positive amounts may round below zero; an amount cannot be.
            row[time] = row[time].max(0.0);
        }
    }

    /// The error bound of one value a time `tau` into the open segment.
    fn error_at(
        &self,
        task: Task<'_, W>,
        (lane, output): (usize, usize),
        is_course: bool,
        tau: f64,
    ) -> f64 {
        let n = task.system.n;
        let mut error = 0.0;
        for j in 0..n {
            let of = |values: &[Lanes<W>]| values[j].0[lane];
            let decay = of(&self.modes.lambda) * tau;
            let left = Lanes([-decay * LOG2_E]).two_to().0[0];
            let steady = of(&self.steady_size);
            let condition = of(&self.modes.condition);
            let moving = roundings(is_course) + condition + ROUNDINGS_OF_A_RATE * decay.min(708.0);
            let terms =
                (of(&self.size) + steady) * left * moving + steady * (ROUNDINGS + condition);
            error += self.modes.read[output * n + j].0[lane].abs() * terms;
        }
        error * task.scale[output].0[lane] * f64::EPSILON
    }
}

/// Units in the last place that every decaying term may be off.
fn roundings(is_course: bool) -> f64 {
    if is_course {
        ROUNDINGS_OF_A_COURSE
    } else {
        ROUNDINGS
    }
}

/// Turns numbers that stand side by side into one row for each person.
#[inline(always)]
fn turn<const W: usize>(lanes: &[Lanes<W>], rows: &mut [f64]) {
    let n = lanes.len();
    for (at, lanes) in lanes.iter().enumerate() {
        for lane in 0..W {
            rows[lane * n + at] = lanes.0[lane];
        }
    }
}

/// Each person's lane and curves.
#[inline(always)]
fn people<'o, const W: usize>(
    task: Task<'_, W>,
    n_people: usize,
    out: &'o mut [f64],
) -> impl Iterator<Item = (usize, &'o mut [f64])> {
    out.chunks_mut(task.size().max(1))
        .take(n_people)
        .enumerate()
}
