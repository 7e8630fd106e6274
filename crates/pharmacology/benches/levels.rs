//! How long predictions take, beside what the machine could do at best.
//!
//! The limit for arbitrary times is the throughput of the platform's `exp` over as many arguments as
//! there are modes, people and times, and for equally spaced times the writing of the results.
//! People are drawn anew for every sample, so that nothing can be remembered from the one before.

use divan::{Bencher, black_box, counter::ItemsCount};
use pharmacology::linear::Times;
use pharmacology::population::{Curves, Draws, curves, curves_into};
use pharmacology::{Analyte, Dose, Evaluator, Model, Patient, Plan, Question, model};

const PEOPLE: usize = 1_000;
const TIMES: usize = 200;
const MODES: usize = 5;

/// Counts allocations beside the time: once the evaluator has grown, the one-threaded lines show none.
#[global_allocator]
static ALLOCATIONS: divan::AllocProfiler = divan::AllocProfiler::system();

fn main() {
    divan::main();
}

fn found(name: &str) -> Model {
    let models = model::published().unwrap_or_default();
    match models.into_iter().find(|m| m.name() == name) {
        Some(model) => model,
        None => unreachable!("the model is in the catalogue"),
    }
}

fn question<'m>(model: &'m Model, analytes: &[Analyte]) -> Question<'m> {
    let bound = Patient::new(70.0).and_then(|patient| {
        let plan = Plan::new(vec![Dose::infusion(0.0, 18.75, 2.0 / 3.0)])?;
        Question::new(model, &patient, &plan, analytes)
    });
    match bound {
        Ok(question) => question,
        Err(error) => unreachable!("{error}"),
    }
}

/// 200 times within 24 hours, on no grid.
fn scattered() -> Times {
    let golden = 0.618_033_988_749_895;
    let mut values: Vec<f64> = (1..=TIMES)
        .map(|i| 24.0 * (golden * f64::from(u32::try_from(i).unwrap_or(0))).fract())
        .collect();
    values.sort_by(f64::total_cmp);
    Times::new(values).unwrap_or_else(|error| unreachable!("{error}"))
}

fn grid(n: usize) -> Times {
    let n_float = f64::from(u32::try_from(n).unwrap_or(1));
    Times::uniform(24.0 / n_float, 24.0 / n_float, n)
        .unwrap_or_else(|error| unreachable!("{error}"))
}

fn one_thread(bencher: Bencher, times: &Times) {
    let model = found("otto2021");
    let question = question(&model, &[Analyte::Parent, Analyte::Metabolite]);
    let mut out = vec![0.0; PEOPLE * TIMES * 2];
    let mut evaluator = Evaluator::new();
    let mut seed = 0;
    bencher
        .counter(ItemsCount::new(PEOPLE * TIMES))
        .with_inputs(|| {
            seed += 1;
            Draws::new(&model, PEOPLE, seed)
        })
        .bench_local_refs(|draws| {
            let solved = curves_into(&question, draws, times, &mut evaluator, &mut out);
            black_box((solved.is_ok(), out.first().copied()))
        });
}

#[divan::bench(sample_count = 60)]
fn a_1000_people_200_arbitrary_times_parent_and_metabolite_one_thread(bencher: Bencher) {
    one_thread(bencher, &scattered());
}

#[divan::bench(sample_count = 60)]
fn b_limit_the_platforms_exp_over_as_many_arguments(bencher: Bencher) {
    let n = PEOPLE * TIMES * MODES;
    let arguments: Vec<f64> = (0..n)
        .map(|i| -f64::from(u32::try_from(i % 9_973).unwrap_or(0)) * 1e-3)
        .collect();
    bencher
        .counter(ItemsCount::new(PEOPLE * TIMES))
        .bench_local(|| black_box(&arguments).iter().map(|x| x.exp()).sum::<f64>());
}

#[divan::bench(sample_count = 60)]
fn c_1000_people_200_equally_spaced_times_parent_and_metabolite_one_thread(bencher: Bencher) {
    one_thread(bencher, &grid(TIMES));
}

#[divan::bench(sample_count = 60)]
fn d_limit_writing_as_many_results(bencher: Bencher) {
    let mut out = vec![0.0_f64; PEOPLE * TIMES * 2];
    let mut value = 0.0;
    bencher
        .counter(ItemsCount::new(PEOPLE * TIMES))
        .bench_local(|| {
            value += 1.0;
            out.fill(black_box(value));
            black_box(out.last().copied())
        });
}

/// The curves of a run take the place of the ones before, as a program that asks again would have it.
#[divan::bench(sample_count = 40)]
fn e_10000_people_200_arbitrary_times_all_threads(bencher: Bencher) {
    let mut kept = Curves::default();
    ten_thousand(bencher, |question, draws, times| {
        let solved = kept.solve(question, draws, times);
        black_box((solved.is_ok(), kept.n_people()))
    });
}

/// The same with 32 MB fresh from the system in every run.
#[divan::bench(sample_count = 40)]
fn f_10000_people_200_arbitrary_times_all_threads_fresh_memory(bencher: Bencher) {
    ten_thousand(bencher, |question, draws, times| {
        let solved = curves(question, draws, times);
        black_box((solved.is_ok(), 0))
    });
}

fn ten_thousand(
    bencher: Bencher,
    mut solve: impl FnMut(&Question<'_>, &Draws, &Times) -> (bool, usize),
) {
    let model = found("otto2021");
    let question = question(&model, &[Analyte::Parent, Analyte::Metabolite]);
    let times = scattered();
    let mut seed = 0;
    bencher
        .counter(ItemsCount::new(10 * PEOPLE * TIMES))
        .with_inputs(|| {
            seed += 1;
            Draws::new(&model, 10 * PEOPLE, seed)
        })
        .bench_local_refs(|draws| solve(&question, draws, &times));
}

#[divan::bench(sample_count = 40)]
fn g_a_page_500_people_240_times_two_models_with_percentiles(bencher: Bencher) {
    let (otto, perez) = (found("otto2021"), found("perezruixo2020"));
    let questions = [
        question(&otto, &[Analyte::Parent]),
        question(&perez, &[Analyte::Parent]),
    ];
    let times = grid(240);
    let mut seed = 0;
    bencher
        .with_inputs(|| {
            seed += 1;
            seed
        })
        .bench_local_values(|seed| {
            questions
                .iter()
                .filter_map(|question| {
                    let draws = Draws::new(question.model(), 500, seed);
                    Some(curves(question, &draws, &times).ok()?.band(0))
                })
                .collect::<Vec<_>>()
        });
}
