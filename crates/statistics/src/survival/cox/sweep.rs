//! One evaluation of the partial likelihood: the pass every part of the model is made of.
//!
//! Rows are kept in order of stratum and falling time, their covariates centred, scaled and padded
//! to a fixed width so that the inner loops unroll. Distinct event times are *steps*. A step's sums
//! over its risk set are S0 = Σ r and S1 = Σ r x, those over its events D0 and D1, with r = exp(xβ).
//! Efron's k-th of d tied events sees S − (k/d) D. The second-order sum over the risk set is never
//! formed: Σ over steps of hazard × Σ over rows r x xᵀ is the same as Σ over rows E x xᵀ, where E
//! is the row's expected number of events, which turns the costly part into a plain weighted
//! product that splits over threads.

use rayon::prelude::*;

use super::Ties;
use super::frame::{Frame, PIECE, Piece};

/// What one step's visitor is given.
pub(super) struct AtStep<'a, const P: usize> {
    pub(super) index: usize,
    pub(super) s0: f64,
    pub(super) s1: &'a [f64; P],
    pub(super) d0: f64,
    pub(super) d1: &'a [f64; P],
    pub(super) events: u32,
}

/// Sums over the tied events of a step, with f = k/d for Efron and 0 for Breslow.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tied {
    /// Σ 1/S0ₖ and Σ f/S0ₖ.
    pub(super) h: f64,
    pub(super) hf: f64,
    /// Σ 1/S0ₖ², Σ f/S0ₖ², Σ f²/S0ₖ².
    pub(super) q0: f64,
    pub(super) q1: f64,
    pub(super) q2: f64,
    /// Σ ln S0ₖ.
    pub(super) ln: f64,
}

impl Tied {
    pub(super) fn new(s0: f64, d0: f64, events: u32, ties: Ties) -> Self {
        let d = f64::from(events);
        if events == 1 || ties == Ties::Breslow {
            let one = 1.0 / s0;
            return Self {
                h: d * one,
                hf: 0.0,
                q0: d * one * one,
                q1: 0.0,
                q2: 0.0,
                ln: d * s0.ln(),
            };
        }
        let mut tied = Self::default();
        for k in 0..events {
            let f = f64::from(k) / d;
            let part = s0 - f * d0;
            let one = 1.0 / part;
            tied.h += one;
            tied.hf += f * one;
            tied.q0 += one * one;
            tied.q1 += f * one * one;
            tied.q2 += f * f * one * one;
            tied.ln += part.ln();
        }
        tied
    }
}

/// The value and derivatives of the partial likelihood, and what they were made from.
#[derive(Clone, Debug)]
pub(super) struct Evaluation {
    pub(super) loglik: f64,
    pub(super) score: Vec<f64>,
    pub(super) information: Vec<Vec<f64>>,
    /// Hazard of each step and the part of it that its own events do not bear.
    pub(super) hazard: Vec<f64>,
    pub(super) tied_hazard: Vec<f64>,
    /// Relative risk and expected events at each position.
    pub(super) risk: Vec<f64>,
    pub(super) expected: Vec<f64>,
}

/// Rows with their covariates, whatever their number.
pub(super) trait Rows: Send + Sync + std::fmt::Debug {
    fn frame(&self) -> &Frame;
    /// The covariates at a position, centred and scaled.
    fn covariates(&self, position: usize) -> &[f64];
    /// `spare` is an evaluation no longer needed, whose memory is used again.
    fn evaluate(&self, beta: &[f64], ties: Ties, spare: Option<Evaluation>) -> Evaluation;
    /// Σ over steps of g × the covariance of the covariates there, and of g² ×.
    fn weighted_information(&self, at: &Evaluation, ties: Ties, g: &[f64]) -> [Vec<Vec<f64>>; 2];
    /// For each step: the mean covariates over its events' risk sets; Σ S1ₖ/S0ₖ² and Σ f S1ₖ/S0ₖ².
    fn means(&self, at: &Evaluation, ties: Ties) -> [Vec<f64>; 3];
}

/// Rows padded to width `P`.
#[derive(Clone, Debug)]
pub(super) struct Padded<const P: usize> {
    frame: Frame,
    x: Vec<[f64; P]>,
    /// Σ x over the rows with an event.
    events: [f64; P],
    width: usize,
}

/// Builds rows of the least width that holds the columns; `None` beyond [`WIDTH_MAX`].
pub(super) fn rows(
    frame: Frame,
    columns: &[&[f64]],
    centre: &[f64],
    scale: &[f64],
) -> Option<Box<dyn Rows>> {
    macro_rules! widths {
        ($($width:literal)*) => {
            match columns.len() {
                $(n if n <= $width => Some(Box::new(Padded::<$width>::new(frame, columns, centre, scale)) as Box<dyn Rows>),)*
                _ => None,
            }
        };
    }
    widths!(1 2 3 4 5 6 8 12 24 64)
}

/// The most columns a model can have.
pub(super) const WIDTH_MAX: usize = 64;

fn add<const P: usize>(sum: &mut [f64; P], weight: f64, x: &[f64; P]) {
    for (sum, x) in sum.iter_mut().zip(x) {
        *sum += weight * x;
    }
}

/// Adds weight × x yᵀ; only the lower triangle is used.
fn add_outer<const P: usize>(sum: &mut [[f64; P]; P], weight: f64, x: &[f64; P], y: &[f64; P]) {
    for (row, x) in sum.iter_mut().zip(x) {
        let scaled = weight * x;
        for (cell, y) in row.iter_mut().zip(y) {
            *cell += scaled * y;
        }
    }
}

fn add_all<const P: usize>(a: &mut [[f64; P]; P], b: &[[f64; P]; P]) {
    for (a, b) in a.iter_mut().flatten().zip(b.iter().flatten()) {
        *a += b;
    }
}

impl<const P: usize> Padded<P> {
    fn new(frame: Frame, columns: &[&[f64]], centre: &[f64], scale: &[f64]) -> Self {
        let x: Vec<[f64; P]> = frame
            .order
            .par_iter()
            .map(|row| {
                let mut x = [0.0; P];
                for (j, x) in x.iter_mut().enumerate().take(columns.len()) {
                    *x = (columns[j][*row as usize] - centre[j]) * scale[j];
                }
                x
            })
            .collect();
        let mut events = [0.0; P];
        for (event, x) in frame.event.iter().zip(&x) {
            if *event {
                add(&mut events, 1.0, x);
            }
        }
        Self {
            frame,
            x,
            events,
            width: columns.len(),
        }
    }

    /// Relative risks, and Σ r and Σ r x of each piece.
    fn risks(&self, beta: &[f64], mut risk: Vec<f64>) -> (Vec<f64>, Vec<(f64, [f64; P])>) {
        let mut padded = [0.0; P];
        padded[..self.width].copy_from_slice(beta);
        let at_zero = beta.iter().all(|b| b.abs() <= 0.0);
        risk.resize(self.x.len(), 1.0);
        let mut parts = Vec::with_capacity(self.frame.pieces.len());
        let mut rest = risk.as_mut_slice();
        for piece in &self.frame.pieces {
            let (part, after) = rest.split_at_mut(piece.end - piece.begin);
            parts.push((part, &self.x[piece.begin..piece.end]));
            rest = after;
        }
        let totals = parts
            .into_par_iter()
            .map(|(risk, x)| {
                let (mut s0, mut s1) = (0.0, [0.0; P]);
                for (risk, x) in risk.iter_mut().zip(x) {
                    *risk = if at_zero {
                        1.0
                    } else {
                        x.iter().zip(&padded).map(|(x, b)| x * b).sum::<f64>().exp()
                    };
                    s0 += *risk;
                    add(&mut s1, *risk, x);
                }
                (s0, s1)
            })
            .collect();
        (risk, totals)
    }

    /// What the later pieces of a stratum leave to each.
    fn carried(&self, totals: &[(f64, [f64; P])]) -> Vec<(f64, [f64; P])> {
        let mut carried = Vec::with_capacity(totals.len());
        let mut sum = (0.0, [0.0; P]);
        for (piece, total) in self.frame.pieces.iter().zip(totals) {
            if piece.opens {
                sum = (0.0, [0.0; P]);
            }
            carried.push(sum);
            sum.0 += total.0;
            add(&mut sum.1, 1.0, &total.1);
        }
        carried
    }

    /// Sweeps one piece from its latest time, calling `visit` at each step.
    fn sweep(
        &self,
        piece: &Piece,
        risk: &[f64],
        carried: (f64, [f64; P]),
        mut visit: impl FnMut(&AtStep<'_, P>),
    ) {
        let (mut s0, mut s1) = carried;
        let mut position = piece.begin;
        let mut leaving = piece.begin;
        for index in piece.first_step..piece.end_step {
            let step = self.frame.steps[index];
            // Those who left after the events of this step, and then those who left at it.
            while position < step.begin as usize {
                s0 += risk[position];
                add(&mut s1, risk[position], &self.x[position]);
                position += 1;
            }
            let (mut d0, mut d1) = (0.0, [0.0; P]);
            while position < step.end as usize {
                s0 += risk[position];
                add(&mut s1, risk[position], &self.x[position]);
                if self.frame.event[position] {
                    d0 += risk[position];
                    add(&mut d1, risk[position], &self.x[position]);
                }
                position += 1;
            }
            if let (Some(by_start), Some(start)) = (&self.frame.by_start, &self.frame.start) {
                while leaving < piece.end && start[by_start[leaving] as usize] >= step.time {
                    let gone = by_start[leaving] as usize;
                    s0 -= risk[gone];
                    add(&mut s1, -risk[gone], &self.x[gone]);
                    leaving += 1;
                }
            }
            visit(&AtStep {
                index,
                s0,
                s1: &s1,
                d0,
                d1: &d1,
                events: step.events,
            });
        }
    }

    /// Adds the part of a step's covariance that is the product of means, times `weight`.
    fn add_means(sum: &mut [[f64; P]; P], weight: f64, at: &AtStep<'_, P>, tied: &Tied) {
        add_outer(sum, weight * tied.q0, at.s1, at.s1);
        if tied.q1 > 0.0 {
            add_outer(sum, -weight * tied.q1, at.s1, at.d1);
            add_outer(sum, -weight * tied.q1, at.d1, at.s1);
            add_outer(sum, weight * tied.q2, at.d1, at.d1);
        }
    }

    /// Σ over positions of weight × x xᵀ, and of weight × x.
    fn gram(&self, weights: &[f64]) -> ([[f64; P]; P], [f64; P]) {
        let parts: Vec<([[f64; P]; P], [f64; P])> = self
            .x
            .par_chunks(PIECE)
            .zip(weights.par_chunks(PIECE))
            .map(|(x, weights)| {
                let (mut square, mut linear) = ([[0.0; P]; P], [0.0; P]);
                for (x, weight) in x.iter().zip(weights) {
                    add(&mut linear, *weight, x);
                    add_outer(&mut square, *weight, x, x);
                }
                (square, linear)
            })
            .collect();
        let (mut square, mut linear) = ([[0.0; P]; P], [0.0; P]);
        for (part, sum) in &parts {
            add_all(&mut square, part);
            add(&mut linear, 1.0, sum);
        }
        (square, linear)
    }

    fn trimmed(&self, matrix: &[[f64; P]; P]) -> Vec<Vec<f64>> {
        let n = self.width;
        (0..n)
            .map(|i| (0..n).map(|j| matrix[i.max(j)][i.min(j)]).collect())
            .collect()
    }

    /// Each position's risk times the sums from the step of its stop back to that of its start,
    /// its own events bearing less.
    fn borne(
        &self,
        risk: &[f64],
        hazard: &[f64],
        tied_hazard: &[f64],
        mut borne: Vec<f64>,
    ) -> Vec<f64> {
        let frame = &self.frame;
        let sums = frame.suffix_sums(hazard);
        borne.resize(risk.len(), 0.0);
        for stratum in 0..frame.stratum_codes.len() {
            let last = frame.stratum_steps[stratum + 1];
            let sum = |step: u32| {
                if (step as usize) < last {
                    sums[step as usize]
                } else {
                    0.0
                }
            };
            let rows = frame.strata[stratum]..frame.strata[stratum + 1];
            let first = rows.start;
            borne[rows]
                .par_iter_mut()
                .with_min_len(PIECE)
                .enumerate()
                .for_each(|(offset, borne)| {
                    let position = first + offset;
                    let step = frame.step_of[position];
                    let mut share = sum(step);
                    if frame.event[position] {
                        share -= tied_hazard[step as usize];
                    }
                    if let Some(entry) = &frame.entry_step {
                        share -= sum(entry[position]);
                    }
                    *borne = risk[position] * share;
                });
        }
        borne
    }
}

impl<const P: usize> Rows for Padded<P> {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn covariates(&self, position: usize) -> &[f64] {
        &self.x[position][..self.width]
    }

    fn evaluate(&self, beta: &[f64], ties: Ties, spare: Option<Evaluation>) -> Evaluation {
        let frame = &self.frame;
        let (old_risk, old_expected) =
            spare.map_or((Vec::new(), Vec::new()), |old| (old.risk, old.expected));
        let (risk, totals) = self.risks(beta, old_risk);
        let carried = self.carried(&totals);
        let mut hazard = vec![0.0; frame.steps.len()];
        let mut tied_hazard = vec![0.0; frame.steps.len()];
        let mut parts = Vec::with_capacity(frame.pieces.len());
        let (mut rest, mut tied_rest) = (hazard.as_mut_slice(), tied_hazard.as_mut_slice());
        for (piece, carried) in frame.pieces.iter().zip(carried) {
            let steps = piece.end_step - piece.first_step;
            let (part, after) = rest.split_at_mut(steps);
            let (tied_part, tied_after) = tied_rest.split_at_mut(steps);
            parts.push((piece, carried, part, tied_part));
            (rest, tied_rest) = (after, tied_after);
        }
        let sums: Vec<(f64, Box<[[f64; P]; P]>)> = parts
            .into_par_iter()
            .map(|(piece, carried, hazard, tied_hazard)| {
                let (mut ln, mut outer) = (0.0, Box::new([[0.0; P]; P]));
                self.sweep(piece, &risk, carried, |at| {
                    let tied = Tied::new(at.s0, at.d0, at.events, ties);
                    ln += tied.ln;
                    hazard[at.index - piece.first_step] = tied.h;
                    tied_hazard[at.index - piece.first_step] = tied.hf;
                    Self::add_means(&mut outer, 1.0, at, &tied);
                });
                (ln, outer)
            })
            .collect();
        let expected = self.borne(&risk, &hazard, &tied_hazard, old_expected);
        let (mut information, mut score) = self.gram(&expected);
        let mut loglik = 0.0;
        for (ln, outer) in &sums {
            loglik -= ln;
            for (cell, outer) in information.iter_mut().flatten().zip(outer.iter().flatten()) {
                *cell -= outer;
            }
        }
        for (score, events) in score.iter_mut().zip(&self.events) {
            *score = events - *score;
        }
        loglik += beta
            .iter()
            .zip(&self.events)
            .map(|(b, x)| b * x)
            .sum::<f64>();
        let information = self.trimmed(&information);
        let score = score[..self.width].to_vec();
        Evaluation {
            loglik,
            score,
            information,
            hazard,
            tied_hazard,
            risk,
            expected,
        }
    }

    fn weighted_information(&self, at: &Evaluation, ties: Ties, g: &[f64]) -> [Vec<Vec<f64>>; 2] {
        let ((), totals) = self.risk_totals(&at.risk);
        let carried = self.carried(&totals);
        let outers: Vec<[Box<[[f64; P]; P]>; 2]> = self
            .frame
            .pieces
            .par_iter()
            .zip(carried)
            .map(|(piece, carried)| {
                let mut outers = [Box::new([[0.0; P]; P]), Box::new([[0.0; P]; P])];
                self.sweep(piece, &at.risk, carried, |step| {
                    let tied = Tied::new(step.s0, step.d0, step.events, ties);
                    let weight = g[step.index];
                    let [first, second] = &mut outers;
                    Self::add_means(first, weight, step, &tied);
                    Self::add_means(second, weight * weight, step, &tied);
                });
                outers
            })
            .collect();
        let power = |square: bool, index: usize| {
            let weigh = |h: &[f64]| -> Vec<f64> {
                h.iter()
                    .zip(g)
                    .map(|(h, g)| if square { h * g * g } else { h * g })
                    .collect()
            };
            let borne = self.borne(
                &at.risk,
                &weigh(&at.hazard),
                &weigh(&at.tied_hazard),
                Vec::new(),
            );
            let (mut sum, _) = self.gram(&borne);
            for outer in &outers {
                for (cell, outer) in sum.iter_mut().flatten().zip(outer[index].iter().flatten()) {
                    *cell -= outer;
                }
            }
            self.trimmed(&sum)
        };
        [power(false, 0), power(true, 1)]
    }

    fn means(&self, at: &Evaluation, ties: Ties) -> [Vec<f64>; 3] {
        let ((), totals) = self.risk_totals(&at.risk);
        let carried = self.carried(&totals);
        let p = self.width;
        let size = self.frame.steps.len() * p;
        let mut found = [vec![0.0; size], vec![0.0; size], vec![0.0; size]];
        for (piece, carried) in self.frame.pieces.iter().zip(carried) {
            self.sweep(piece, &at.risk, carried, |step| {
                let tied = Tied::new(step.s0, step.d0, step.events, ties);
                let d = f64::from(step.events);
                for j in 0..p {
                    let cell = step.index * p + j;
                    let (s1, d1) = (step.s1[j], step.d1[j]);
                    found[0][cell] = (s1 * tied.h - d1 * tied.hf) / d;
                    found[1][cell] = s1 * tied.q0 - d1 * tied.q1;
                    found[2][cell] = s1 * tied.q1 - d1 * tied.q2;
                }
            });
        }
        found
    }
}

impl<const P: usize> Padded<P> {
    /// Σ r and Σ r x of each piece for risks that are already known.
    fn risk_totals(&self, risk: &[f64]) -> ((), Vec<(f64, [f64; P])>) {
        let totals = self
            .frame
            .pieces
            .par_iter()
            .map(|piece| {
                let (mut s0, mut s1) = (0.0, [0.0; P]);
                for position in piece.begin..piece.end {
                    s0 += risk[position];
                    add(&mut s1, risk[position], &self.x[position]);
                }
                (s0, s1)
            })
            .collect();
        ((), totals)
    }
}
