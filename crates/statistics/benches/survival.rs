//! Survival estimators over many rows.
//!
//! `cargo bench -p statistics --bench survival` runs them at a million rows; the groups named
//! `growth` go from a thousand to ten million. Peers on a quiet machine with two cores, a million
//! rows: Kaplan-Meier by arm 0.051 s (statsmodels), 0.078 (lifelines), 1.33 (R survival); log-rank
//! 0.042 (statsmodels); Cox bare 0.38 (R), with all its output 3.5 (R), 5.8 (statsmodels), 12.5
//! (lifelines). `bench/peers.py` runs those that are installed on the same rows.

#![expect(
    clippy::expect_used,
    reason = "a bench whose rows have no fit measures nothing"
)]

use divan::{Bencher, black_box};
use statistics::survival::cox::{Fit, Model, Stop, Ties, TimeScale, fit};
use statistics::survival::kaplan_meier::kaplan_meier;
use statistics::survival::log_rank::log_rank;
use statistics::survival::{Groups, Times};

const MILLION: usize = 1_000_000;
const SIZES: [usize; 5] = [1_000, 10_000, 100_000, 1_000_000, 10_000_000];

fn main() {
    divan::main();
}

/// Rows of a made-up trial: two arms, five covariates that matter a little, exponential times.
struct Trial {
    time: Vec<f64>,
    event: Vec<bool>,
    arm: Vec<u32>,
    columns: Vec<Vec<f64>>,
    terms: Vec<String>,
}

impl Trial {
    /// Times are whole days where `days`, else as fine as numbers are.
    fn new(rows: usize, days: bool) -> Self {
        let mut state = 20_260_101_u64;
        let mut uniform = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            f64::from(u32::try_from(state >> 32).unwrap_or(0)) / f64::from(u32::MAX)
        };
        let mut trial = Self {
            time: Vec::with_capacity(rows),
            event: Vec::with_capacity(rows),
            arm: Vec::with_capacity(rows),
            columns: vec![Vec::new(); 5],
            terms: (0..5).map(|j| format!("x{j}")).collect(),
        };
        for _ in 0..rows {
            let arm = u32::from(uniform() < 0.5);
            let mut predictor = -0.3 * f64::from(arm);
            for (j, column) in trial.columns.iter_mut().enumerate() {
                let x = if j == 0 {
                    f64::from(arm)
                } else {
                    2.0 * uniform() - 1.0
                };
                predictor += if j == 0 { 0.0 } else { 0.2 * x };
                column.push(x);
            }
            let event = -(uniform().max(1e-12)).ln() * 200.0 / predictor.exp();
            let censored = 730.0 * uniform();
            let time = event.min(censored);
            trial.time.push(if days { time.ceil() } else { time });
            trial.event.push(event <= censored);
            trial.arm.push(arm);
        }
        trial
    }

    fn times(&self) -> Times<'_> {
        Times::new(&self.time, &self.event).expect("the rows are whole")
    }

    fn groups(&self) -> Groups<'_> {
        Groups::new(&self.arm, 2).expect("there are two arms")
    }

    fn fit(&self) -> Fit {
        let columns: Vec<&[f64]> = self.columns.iter().map(Vec::as_slice).collect();
        fit(&Model {
            times: self.times(),
            terms: &self.terms,
            columns: &columns,
            strata: None,
            cluster: None,
            ties: Ties::Efron,
            stop: Stop::Settled,
        })
        .expect("the model has a fit")
    }
}

fn everything(fit: &Fit) -> f64 {
    let concordance = fit.concordance().expect("pairs");
    let zph = fit.proportionality(TimeScale::KaplanMeier).expect("tests");
    let baseline = fit.baseline();
    let last = |list: &[f64]| list.last().copied().unwrap_or(0.0);
    concordance.se
        + last(&zph.chisq)
        + baseline.first().map_or(0.0, |b| last(&b.cumhaz))
        + last(&fit.linear_predictor())
        + last(&fit.martingale())
        + last(&fit.deviance())
        + last(&fit.p_values())
}

#[divan::bench(args = [true, false])]
fn kaplan_meier_by_arm(bencher: Bencher<'_, '_>, days: bool) {
    let trial = Trial::new(MILLION, days);
    bencher.bench(|| {
        let curves = kaplan_meier(black_box(trial.times()), Some(trial.groups()));
        curves.expect("curves")
    });
}

#[divan::bench(args = [true, false])]
fn log_rank_by_arm(bencher: Bencher<'_, '_>, days: bool) {
    let trial = Trial::new(MILLION, days);
    bencher.bench(|| log_rank(black_box(trial.times()), trial.groups(), None, 0.0));
}

#[divan::bench(args = [true, false], sample_count = 10)]
fn cox_bare(bencher: Bencher<'_, '_>, days: bool) {
    let trial = Trial::new(MILLION, days);
    bencher.bench(|| black_box(&trial).fit());
}

#[divan::bench(args = [true, false], sample_count = 10)]
fn cox_full(bencher: Bencher<'_, '_>, days: bool) {
    let trial = Trial::new(MILLION, days);
    bencher.bench(|| everything(&black_box(&trial).fit()));
}

mod growth {
    use super::{Bencher, SIZES, Trial, black_box, kaplan_meier, log_rank};

    #[divan::bench(args = SIZES, sample_count = 5)]
    fn kaplan_meier_by_arm(bencher: Bencher<'_, '_>, rows: usize) {
        let trial = Trial::new(rows, true);
        bencher.bench(|| kaplan_meier(black_box(trial.times()), Some(trial.groups())));
    }

    #[divan::bench(args = SIZES, sample_count = 5)]
    fn log_rank_by_arm(bencher: Bencher<'_, '_>, rows: usize) {
        let trial = Trial::new(rows, true);
        bencher.bench(|| log_rank(black_box(trial.times()), trial.groups(), None, 0.0));
    }

    #[divan::bench(args = SIZES, sample_count = 3)]
    fn cox_bare(bencher: Bencher<'_, '_>, rows: usize) {
        let trial = Trial::new(rows, true);
        bencher.bench(|| black_box(&trial).fit());
    }

    #[divan::bench(args = SIZES, sample_count = 2)]
    fn cox_full(bencher: Bencher<'_, '_>, rows: usize) {
        let trial = Trial::new(rows, true);
        bencher.bench(|| super::everything(&black_box(&trial).fit()));
    }
}
