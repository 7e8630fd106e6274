//! Random networks, random rates over fourteen decades, random inputs.

use pharmacology::linear::{Network, Schedule, Solver, System, Times};
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

/// Solves the case both ways; returns (ours, theirs) for each output and time.
fn both(case: &Case) -> Vec<(f64, f64)> {
    let mut network = Network::new();
    let mut dense = Dense::new(case.spokes.iter().map(|s| s + 1).sum::<usize>() + 1);
    let mut taken = Vec::new();
    let mut next = 0;
    let mut take = |taken: &mut Vec<f64>| {
        taken.push(case.rates[next]);
        next += 1;
        Wide::from(case.rates[next - 1])
    };
    let mut hubs = Vec::new();
    let mut names = 0;
    for &spokes in &case.spokes {
        let hub = network.compartment("hub").unwrap();
        let at = names;
        names += 1;
        if let Some(&(above, above_at)) = hubs.last() {
            network.flow(above, hub).unwrap();
            dense.flow(above_at, at, take(&mut taken));
        }
        let mut last = None;
        for _ in 0..spokes {
            let spoke = network.compartment("spoke").unwrap();
            let spoke_at = names;
            names += 1;
            network.flow(hub, spoke).unwrap();
            dense.flow(at, spoke_at, take(&mut taken));
            network.flow(spoke, hub).unwrap();
            dense.flow(spoke_at, at, take(&mut taken));
            if let (true, Some((other, other_at))) = (case.ring, last) {
                network.flow(other, spoke).unwrap();
                dense.flow(other_at, spoke_at, take(&mut taken));
            }
            last = Some((spoke, spoke_at));
        }
        network.loss(hub).unwrap();
        dense.loss(at, take(&mut taken));
        hubs.push((hub, at));
    }
    let reader = network.compartment("effect").unwrap();
    network.copy(hubs[0].0, reader).unwrap();
    dense.copy(hubs[0].1, names, take(&mut taken));
    network.loss(reader).unwrap();
    dense.loss(names, take(&mut taken));
    let last = hubs[hubs.len() - 1];
    let outputs = [hubs[0], last, (reader, names)];
    let system = System::compile(&network, &[hubs[0].0], &outputs.map(|o| o.0)).unwrap();
    let mut schedule = Schedule::new();
    for (k, &(start, duration, amount)) in case.doses.iter().enumerate() {
        if k % 2 == 0 {
            schedule.amount(0, start, amount).unwrap();
            dense.amounts.push((start, hubs[0].1, amount.into()));
        } else {
            schedule.rate(0, start, start + duration, amount).unwrap();
            dense.rates.push((
                start.into(),
                (start + duration).into(),
                hubs[0].1,
                amount.into(),
            ));
        }
    }
    let times = Times::new(case.times.clone()).unwrap();
    let mut ours = vec![0.0; 3 * times.len()];
    Solver::new()
        .solve(&system, &taken, &schedule, &[1.0; 3], &times, &mut ours)
        .unwrap();
    let theirs: Vec<Vec<Wide>> = case.times.iter().map(|&t| dense.at(t)).collect();
    let mut pairs = Vec::new();
    for (o, output) in outputs.iter().enumerate() {
        for (i, x) in theirs.iter().enumerate() {
            pairs.push((ours[o * times.len() + i], x[output.1].0));
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
