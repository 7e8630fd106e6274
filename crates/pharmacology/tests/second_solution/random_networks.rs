//! Random networks, random rates over fourteen decades, random inputs.

use pharmacology::linear::{Compartment, Network, Schedule, Solver, System, Times};
use proptest::prelude::*;

use crate::double_double::{Dense, Wide};

/// A cascade of stars: for each block, the number of spokes; then the rates in order of need.
#[derive(Clone, Debug)]
struct Case {
    spokes: Vec<usize>,
    rates: Vec<f64>,
    doses: Vec<(f64, f64, f64)>,
    times: Vec<f64>,
    ring: bool,
}

fn rate(decades: f64) -> impl Strategy<Value = f64> {
    prop_oneof![
        4 => (-decades..decades).prop_map(|e| 10.0_f64.powf(e)),
        // Equal and nearly equal rates.
        2 => Just(0.5),
        1 => (0u8..50).prop_map(|ulps| 0.5 + f64::from(ulps) * 1.1e-16),
        1 => (-12.0..-2.0).prop_map(|e| 0.5 * (1.0 + 10.0_f64.powf(e))),
    ]
}

fn case(decades: f64) -> impl Strategy<Value = Case> {
    (
        prop::collection::vec(0usize..4, 1..4),
        prop::collection::vec(rate(decades), 40),
        prop::collection::vec((0.0..5.0, 0.01..3.0, 0.1..100.0), 1..4),
        prop::collection::vec((-4.0..2.5).prop_map(|e| 10.0_f64.powf(e)), 1..6),
        any::<bool>(),
    )
        .prop_map(|(spokes, rates, doses, mut times, ring)| {
            times.sort_by(f64::total_cmp);
            Case {
                spokes,
                rates,
                doses,
                times,
                ring,
            }
        })
}

/// The network of a case in both forms, with its rates in the order of the links.
struct Built {
    network: Network,
    dense: Dense,
    rates: Vec<f64>,
    hubs: Vec<(Compartment, usize)>,
    n: usize,
}

impl Built {
    fn compartment(&mut self) -> (Compartment, usize) {
        self.n += 1;
        (self.network.compartment("compartment").unwrap(), self.n - 1)
    }

    fn flow(&mut self, case: &Case, from: (Compartment, usize), to: (Compartment, usize)) {
        let rate = case.rates[self.rates.len()];
        self.network.flow(from.0, to.0).unwrap();
        self.dense.flow(from.1, to.1, rate.into());
        self.rates.push(rate);
    }

    fn loss(&mut self, case: &Case, from: (Compartment, usize)) {
        let rate = case.rates[self.rates.len()];
        self.network.loss(from.0).unwrap();
        self.dense.loss(from.1, rate.into());
        self.rates.push(rate);
    }
}

fn build(case: &Case) -> Built {
    let n = case.spokes.iter().map(|s| s + 1).sum::<usize>() + 1;
    let (network, dense) = (Network::new(), Dense::new(n));
    let mut built = Built {
        network,
        dense,
        rates: Vec::new(),
        hubs: Vec::new(),
        n: 0,
    };
    for &spokes in &case.spokes {
        let hub = built.compartment();
        if let Some(&above) = built.hubs.last() {
            built.flow(case, above, hub);
        }
        let mut last = None;
        for _ in 0..spokes {
            let spoke = built.compartment();
            built.flow(case, hub, spoke);
            built.flow(case, spoke, hub);
            if let (true, Some(other)) = (case.ring, last) {
                built.flow(case, other, spoke);
            }
            last = Some(spoke);
        }
        built.loss(case, hub);
        built.hubs.push(hub);
    }
    built
}

/// Solves the case both ways at its times; returns (ours, theirs) for each output and time.
fn both(case: &Case) -> Vec<(f64, f64)> {
    both_at(case, &Times::new(case.times.clone()).unwrap(), 1)
}

/// Solves the case both ways; compares at every so many of the times.
fn both_at(case: &Case, times: &Times, every: usize) -> Vec<(f64, f64)> {
    let mut built = build(case);
    let reader = built.compartment();
    let (first, rate) = (built.hubs[0], case.rates[built.rates.len()]);
    built.network.copy(first.0, reader.0).unwrap();
    built.dense.copy(first.1, reader.1, rate.into());
    built.rates.push(rate);
    built.loss(case, reader);
    let outputs = [first, built.hubs[built.hubs.len() - 1], reader];
    let system = System::compile(&built.network, &[first.0], &outputs.map(|o| o.0)).unwrap();
    let mut schedule = Schedule::new();
    for (k, &(start, duration, amount)) in case.doses.iter().enumerate() {
        if k % 2 == 0 {
            schedule.amount(0, start, amount).unwrap();
            built.dense.amounts.push((start, first.1, amount.into()));
        } else {
            let stop = start + duration;
            schedule.rate(0, start, stop, amount).unwrap();
            built
                .dense
                .rates
                .push((start.into(), stop.into(), first.1, amount.into()));
        }
    }
    let mut ours = vec![0.0; 3 * times.len()];
    let scale = [1.0; 3];
    Solver::new()
        .solve(&system, &built.rates, &schedule, &scale, times, &mut ours)
        .unwrap();
    let mut pairs = Vec::new();
    for (i, &time) in times.values().iter().enumerate().step_by(every) {
        let theirs: Vec<Wide> = built.dense.at(time);
        for (o, output) in outputs.iter().enumerate() {
            pairs.push((ours[o * times.len() + i], theirs[output.1].0));
        }
    }
    pairs
}

fn agree(pairs: &[(f64, f64)], relative: f64) -> Result<(), TestCaseError> {
    for &(ours, theirs) in pairs {
        prop_assert!(ours.is_finite() && ours >= 0.0, "{ours}");
        prop_assert!(
            (ours - theirs).abs() <= relative * theirs.abs() + 1e-12,
            "ours {ours:e}, theirs {theirs:e}, relative {:e}",
            (ours / theirs - 1.0).abs()
        );
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn networks_of_ordinary_rates_agree_with_the_second_solution(case in case(1.5)) {
        agree(&both(&case), 1e-10)?;
    }

    #[test]
    fn networks_of_rates_over_fourteen_decades_agree_with_the_second_solution(case in case(7.0)) {
        agree(&both(&case), 1e-10)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn equally_spaced_times_agree_with_the_second_solution(
        case in case(1.5), step in (-3.0..0.5).prop_map(|e| 10.0_f64.powf(e)), first in 0.0..3.0,
    ) {
        let times = Times::uniform(first, step, 700).unwrap();
        agree(&both_at(&case, &times, 83), 1e-10)?;
    }

    #[test]
    fn equally_spaced_times_agree_over_fourteen_decades_of_rates(
        case in case(7.0), step in (-3.0..0.5).prop_map(|e| 10.0_f64.powf(e)),
    ) {
        let times = Times::uniform(step, step, 300).unwrap();
        agree(&both_at(&case, &times, 59), 1e-10)?;
    }
}
