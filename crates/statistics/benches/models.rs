//! How long the models take: a random slope on 100,000 rows, and a meta-analysis of hundreds.

#![expect(
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    clippy::as_conversions,
    reason = "a bench may stop where its input is wrong"
)]

use divan::{Bencher, black_box};
use statistics::matrix::Matrix;
use statistics::meta::{Effect, Heterogeneity, Model, Test, leave_one_out, pool};
use statistics::mixed::{Criterion, Design, RandomDesign, linear};

fn main() {
    divan::main();
}

/// Numbers that look like noise, the same in every run (a 64-bit multiplier, high bits taken).
struct Noise(u64);

impl Noise {
    fn uniform(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.uniform()).sum::<f64>() - 6.0
    }
}

/// `people` times `visits` rows of an outcome with a random constant and slope, arm and week.
fn visits(people: usize, visits: usize) -> Design {
    let mut noise = Noise(7);
    let n = people * visits;
    let (mut response, mut codes) = (Vec::with_capacity(n), Vec::with_capacity(n));
    let (mut fixed, mut random) = (Vec::with_capacity(4 * n), Vec::with_capacity(2 * n));
    for person in 0..people {
        let arm = f64::from(u8::from(person % 2 == 0));
        let (own, slope) = (2.0 * noise.normal(), 0.3 * noise.normal());
        for visit in 0..visits {
            let week = visit as f64;
            fixed.extend([1.0, week, arm, week * arm]);
            random.extend([1.0, week]);
            codes.push(person);
            response.push(10.0 + own + (slope - 0.2) * week - 0.1 * arm * week + noise.normal());
        }
    }
    Design {
        terms: ["(Intercept)", "week", "arm", "week:arm"]
            .map(str::to_owned)
            .to_vec(),
        fixed: Matrix::from_rows(4, fixed),
        response,
        rows: (0..n).collect(),
        random: Some(RandomDesign {
            group: "who".to_owned(),
            labels: (0..people).map(|person| person.to_string()).collect(),
            codes,
            names: ["(Intercept)", "week"].map(str::to_owned).to_vec(),
            columns: Matrix::from_rows(2, random),
            blocks: vec![2],
        }),
    }
}

/// A random slope on 100,000 rows, by how many people they are of.
#[divan::bench(args = [1_000, 10_000], sample_count = 20)]
fn random_slope_on_100_000_rows(bencher: Bencher<'_, '_>, people: usize) {
    let design = visits(people, 100_000 / people);
    bencher.bench_local(|| linear(black_box(&design), Criterion::Reml).unwrap());
}

/// How the cost grows with rows, ten a person.
#[divan::bench(args = [1_000, 10_000, 100_000, 1_000_000], sample_count = 5)]
fn random_slope_by_rows(bencher: Bencher<'_, '_>, rows: usize) {
    let design = visits(rows / 10, 10);
    bencher.bench_local(|| linear(black_box(&design), Criterion::Reml).unwrap());
}

fn studies(count: usize) -> Vec<Effect> {
    let mut noise = Noise(11);
    (0..count)
        .map(|_| {
            let variance = 0.01 + 0.2 * noise.uniform();
            let estimate = 0.4 + 0.25 * noise.normal() + variance.sqrt() * noise.normal();
            Effect { estimate, variance }
        })
        .collect()
}

/// Pooling by restricted likelihood.
#[divan::bench(args = [20, 200, 500])]
fn pooled_by_reml(bencher: Bencher<'_, '_>, count: usize) {
    let effects = studies(count);
    let model = Model::new(Heterogeneity::Reml, Test::HartungKnapp);
    bencher.bench_local(|| pool(black_box(&effects), &model).unwrap());
}

/// Pooling again without each study.
#[divan::bench(args = [200], sample_count = 10)]
fn left_one_out_by_reml(bencher: Bencher<'_, '_>, count: usize) {
    let effects = studies(count);
    let model = Model::new(Heterogeneity::Reml, Test::Normal);
    bencher.bench_local(|| leave_one_out(black_box(&effects), &model).unwrap());
}
