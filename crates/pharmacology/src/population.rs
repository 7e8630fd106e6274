//! Made-up people who vary as the model says people vary, and the bands they span.

mod normal;

use rand::{Rng as _, SeedableRng as _};
use rand_xoshiro::Xoshiro256PlusPlus;
use rayon::prelude::*;

use crate::linear::{LANES, SolverError, Times};
use crate::model::Model;
use crate::question::{Evaluator, Question};
pub(crate) use normal::standard_normal_at;

/// More people than this in one draw are refused by holding the number down to it.
pub const PEOPLE_MAX: usize = 100_000;

/// People whom one thread takes on together: a few groups of those worked on side by side.
const PEOPLE_AT_ONCE: usize = 4 * LANES;

/// Deviations of people from the typical one: normal with the model's full covariance.
///
/// Person `i` of seed `s` is the same whatever the number of people or of threads: each has a
/// generator of their own (xoshiro256++, seeded by `s` and `i`), and uniform numbers become normal
/// by the inverse of the distribution function (Wichura, AS 241).
#[derive(Clone, Debug)]
pub struct Draws {
    n_people: usize,
    n_random: usize,
    etas: Vec<f64>,
}

impl Draws {
    /// Draws people. A model without variability gives people who are all alike.
    pub fn new(model: &Model, n_people: usize, seed: u64) -> Self {
        Self::from_factor(&model.cholesky, &[], model.n_random(), n_people, seed)
    }

    /// Draws from a normal distribution with this mean (zero when empty) and Cholesky factor.
    pub(crate) fn from_factor(
        factor: &[f64],
        mean: &[f64],
        n_random: usize,
        n_people: usize,
        seed: u64,
    ) -> Self {
        let n_people = n_people.min(PEOPLE_MAX);
        let mut etas = vec![0.0; n_people * n_random];
        let mut independent = vec![0.0; n_random];
        for (person, eta) in etas.chunks_exact_mut(n_random.max(1)).enumerate() {
            // The golden ratio spreads neighbouring people over the seeds (as SplitMix64 does).
            let own = seed.wrapping_add((person as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15));
            let mut generator = Xoshiro256PlusPlus::seed_from_u64(own);
            for z in &mut independent {
                *z = standard_normal_at(open_uniform(generator.next_u64()));
            }
            for (row, eta) in eta.iter_mut().enumerate() {
                let factors = &factor[row * n_random..=row * n_random + row];
                let moved: f64 = factors.iter().zip(&independent).map(|(f, z)| f * z).sum();
                *eta = mean.get(row).copied().unwrap_or(0.0) + moved;
            }
        }
        Self {
            n_people,
            n_random,
            etas,
        }
    }

    /// How many people there are.
    pub fn n_people(&self) -> usize {
        self.n_people
    }

    /// One person's deviations, in the order of [`Model::random_names`].
    pub fn eta(&self, person: usize) -> &[f64] {
        let first = person * self.n_random;
        self.etas.get(first..first + self.n_random).unwrap_or(&[])
    }
}

/// A number strictly between 0 and 1 from 64 random bits.
fn open_uniform(bits: u64) -> f64 {
    const TWO_TO_MINUS_53: f64 = 1.0 / 9_007_199_254_740_992.0;
    ((bits >> 11) as f64 + 0.5) * TWO_TO_MINUS_53
}

/// The curves of many people.
#[derive(Clone, Debug, Default)]
pub struct Curves {
    n_analytes: usize,
    n_times: usize,
    /// Person by person, analyte by analyte.
    values: Vec<f64>,
}

/// The 5th, 50th and 95th percentile of people at each time.
///
/// Percentiles interpolate linearly between order statistics (definition 7 of Hyndman and Fan,
/// American Statistician 50:361, 1996).
#[derive(Clone, Debug, PartialEq)]
pub struct Band {
    /// One person in twenty is below.
    pub p5: Vec<f64>,
    /// Half are below.
    pub p50: Vec<f64>,
    /// One person in twenty is above.
    pub p95: Vec<f64>,
}

/// Solves for every drawn person on all threads of the current rayon pool.
pub fn curves(
    question: &Question<'_>,
    draws: &Draws,
    times: &Times,
) -> Result<Curves, SolverError> {
    let mut curves = Curves::default();
    curves.solve(question, draws, times)?;
    Ok(curves)
}

/// Solves for every drawn person on this thread into `out`, person by person.
///
/// Allocates nothing once the evaluator has grown.
pub fn curves_into(
    question: &Question<'_>,
    draws: &Draws,
    times: &Times,
    evaluator: &mut Evaluator,
    out: &mut [f64],
) -> Result<(), SolverError> {
    let size = question.analytes().len() * times.len();
    let (found, needed) = (out.len(), draws.n_people * size);
    if found != needed {
        return Err(SolverError::Length {
            field: "out",
            found,
            needed,
        });
    }
    evaluator.turn_to_another_question();
    question.solve_people(|person| draws.eta(person), times, evaluator, out)
}

impl Curves {
    /// Solves as [`curves`] does, in the place of what these curves held: their memory is used again.
    pub fn solve(
        &mut self,
        question: &Question<'_>,
        draws: &Draws,
        times: &Times,
    ) -> Result<(), SolverError> {
        let size = question.analytes().len() * times.len();
        self.n_analytes = question.analytes().len();
        self.n_times = times.len();
        let needed = draws.n_people * size;
        if self.values.capacity() < needed {
            // Memory fresh from the system is zero already, and is not written twice.
            self.values = vec![0.0; needed];
        } else {
            self.values.resize(needed, 0.0);
        }
        self.values
            .par_chunks_mut((PEOPLE_AT_ONCE * size).max(1))
            .enumerate()
            .map_init(Evaluator::new, |evaluator, (group, out)| {
                let first = group * PEOPLE_AT_ONCE;
                evaluator.turn_to_another_question();
                let eta = |person: usize| draws.eta(first + person);
                question.solve_people(eta, times, evaluator, out)
            })
            .collect()
    }

    /// How many people there are.
    pub fn n_people(&self) -> usize {
        self.values.len() / (self.n_analytes * self.n_times).max(1)
    }

    /// One person's curve of one analyte (by its position in the question).
    pub fn of(&self, person: usize, analyte: usize) -> &[f64] {
        let first = (person * self.n_analytes + analyte) * self.n_times;
        self.values.get(first..first + self.n_times).unwrap_or(&[])
    }

    /// The band of one analyte (by its position in the question).
    pub fn band(&self, analyte: usize) -> Band {
        /// Times gathered at once: one cache line of each person's curve.
        const GATHERED: usize = 8;
        let n = self.n_people();
        let mut band = Band {
            p5: vec![0.0; self.n_times],
            p50: vec![0.0; self.n_times],
            p95: vec![0.0; self.n_times],
        };
        if n == 0 || analyte >= self.n_analytes {
            return band;
        }
        let mut columns = vec![0.0; GATHERED * n];
        for first in (0..self.n_times).step_by(GATHERED) {
            let width = GATHERED.min(self.n_times - first);
            for person in 0..n {
                let curve = &self.of(person, analyte)[first..first + width];
                for (column, &value) in curve.iter().enumerate() {
                    columns[column * n + person] = value;
                }
            }
            for (column, values) in columns.chunks_exact_mut(n).enumerate().take(width) {
                let [p5, p50, p95] = percentiles(values);
                band.p5[first + column] = p5;
                band.p50[first + column] = p50;
                band.p95[first + column] = p95;
            }
        }
        band
    }
}

/// The 5th, 50th and 95th percentile of values, which are left in another order.
///
/// Values must be finite; an empty slice gives zeros.
pub fn percentiles(values: &mut [f64]) -> [f64; 3] {
    let mut found = [0.0; 3];
    let mut settled = 0;
    for (found, probability) in found.iter_mut().zip([0.05, 0.5, 0.95]) {
        let Some(last) = values.len().checked_sub(1) else {
            return [0.0; 3];
        };
        let place = probability * last as f64;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "0 <= place <= last"
        )]
        let lower = place as usize;
        // What is already selected lies below; only the rest is searched.
        let (_, &mut low, above) =
            values[settled..].select_nth_unstable_by(lower - settled, f64::total_cmp);
        let high = above.iter().copied().fold(f64::INFINITY, f64::min);
        let share = place - lower as f64;
        *found = if share > 0.0 {
            low + share * (high - low)
        } else {
            low
        };
        settled = lower;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_of_0_to_100_are_themselves() {
        let mut values: Vec<f64> = (0..=100).rev().map(f64::from).collect();
        let found = percentiles(&mut values);
        assert!((found[0] - 5.0).abs() < 1e-12 && (found[1] - 50.0).abs() < 1e-12);
        assert!((found[2] - 95.0).abs() < 1e-12);
    }

    #[test]
    fn drawn_people_have_the_covariance_of_the_model() {
        let model = crate::model::find("otto2021").unwrap().unwrap();
        let draws = Draws::new(&model, 40_000, 7);
        let n = model.n_random();
        for a in 0..n {
            for b in 0..n {
                let sum: f64 = (0..40_000).map(|i| draws.eta(i)[a] * draws.eta(i)[b]).sum();
                let expected = model.covariance[a * n + b];
                assert!((sum / 40_000.0 - expected).abs() < 0.003, "{a} {b}: {sum}");
            }
        }
    }

    #[test]
    fn a_person_among_many_has_the_curve_of_the_person_alone_to_the_last_bit() {
        let grids = [
            Times::uniform(0.12, 0.12, 203).unwrap(),
            Times::new((1..60_u8).map(|i| f64::from(i).powf(0.7)).collect()).unwrap(),
        ];
        let infusion = || crate::Plan::new(vec![crate::Dose::infusion(0.0, 20.0, 0.75)]).unwrap();
        let spray = crate::Dose::at_once(crate::Route::IntranasalSpray, 0.0, 28.0);
        for (name, plan) in [
            ("otto2021", infusion().of(crate::Drug::RacemicKetamine)),
            ("simons2022", infusion()),
            ("domino1984", infusion()),
            ("perezruixo2020", crate::Plan::new(vec![spray]).unwrap()),
        ] {
            let model = crate::model::find(name).unwrap().unwrap();
            let patient = crate::Patient::new(70.0).unwrap();
            let asked = [crate::Analyte::Parent];
            let question = Question::new(&model, &patient, &plan, &asked).unwrap();
            let draws = Draws::new(&model, 21, 11);
            for times in &grids {
                let together = curves(&question, &draws, times).unwrap();
                let mut alone = vec![0.0; times.len()];
                for person in 0..21 {
                    let eta = draws.eta(person);
                    let mut evaluator = Evaluator::new();
                    question
                        .individual(eta, times, &mut evaluator, &mut alone)
                        .unwrap();
                    let same = together
                        .of(person, 0)
                        .iter()
                        .zip(&alone)
                        .all(|(ours, own)| ours.to_bits() == own.to_bits());
                    assert!(same, "{name} person {person}");
                }
            }
        }
    }

    #[test]
    fn a_person_is_the_same_however_many_are_drawn() {
        let model = crate::model::find("simons2022").unwrap().unwrap();
        let (few, many) = (Draws::new(&model, 3, 1), Draws::new(&model, 300, 1));
        assert_eq!(few.eta(2), many.eta(2));
        assert_ne!(few.eta(1), few.eta(2));
    }
}
