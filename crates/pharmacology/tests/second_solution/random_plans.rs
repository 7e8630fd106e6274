//! The published models under random plans, weights and ages, against equations written out again
//! by hand, from the papers' tables, in twice the precision.

use pharmacology::linear::Times;
use pharmacology::patient::Ancestry;
use pharmacology::{Analyte, Dose, Evaluator, Patient, Plan, Question, Route, model};
use proptest::prelude::*;

use crate::double_double::{Dense, Wide};

fn w(x: f64) -> Wide {
    x.into()
}

/// (equations, where a dose enters by route, [(analyte, compartment, factor to ng/mL)])
struct Written {
    dense: Dense,
    reads: Vec<(Analyte, usize, Wide)>,
}

const KE0: f64 = std::f64::consts::LN_2 / (6.1 / 60.0);

fn exchange(dense: &mut Dense, a: usize, b: usize, flow: f64, va: f64, vb: f64) {
    dense.flow(a, b, w(flow) / w(va));
    dense.flow(b, a, w(flow) / w(vb));
}

fn into_vein(dense: &mut Dense, compartment: usize, doses: &[Dose]) {
    for dose in doses {
        match (dose.route, dose.duration_h) {
            (Route::IvBolus, _) => {
                dense
                    .amounts
                    .push((dose.start_h, compartment, w(dose.amount_mg)));
            }
            (Route::IvInfusion, Some(duration)) => dense.rates.push((
                w(dose.start_h),
                w(dose.start_h + duration),
                compartment,
                w(dose.amount_mg) / w(duration),
            )),
            _ => {}
        }
    }
}

fn over(dense: &mut Dense, at: usize, dose: &Dose, share: Wide, hours: f64) {
    let (start, rate) = (w(dose.start_h), w(dose.amount_mg) * share / w(hours));
    dense.rates.push((start, w(dose.start_h + hours), at, rate));
}

fn otto(weight: f64, doses: &[Dose]) -> Written {
    let mut d = Dense::new(6);
    let (v, vm) = (133.0 * (weight / 70.0), 98.638 * (weight / 70.0));
    let (cl, clm) = (
        95.2 * (weight / 70.0).powf(0.75),
        57.72 * (weight / 70.0).powf(0.75),
    );
    exchange(&mut d, 0, 1, 23.2, v, 187.0);
    exchange(&mut d, 0, 2, 157.0, v, 98.8);
    d.flow(0, 3, w(cl) / w(v));
    exchange(&mut d, 3, 4, 42.778, vm, 160.04);
    d.loss(3, w(clm) / w(vm));
    d.copy(0, 5, w(KE0));
    d.loss(5, w(KE0));
    into_vein(&mut d, 0, doses);
    let read = w(1000.0) / w(v);
    let reads = vec![
        (Analyte::Parent, 0, read),
        (Analyte::Metabolite, 3, w(1000.0) / w(vm)),
        (Analyte::EffectSite, 5, read),
    ];
    Written { dense: d, reads }
}

fn domino(weight: f64, doses: &[Dose]) -> Written {
    let mut d = Dense::new(4);
    for (from, to, per_min) in [(0, 1, 0.592), (1, 0, 0.247), (0, 2, 0.59), (2, 0, 0.0146)] {
        d.flow(from, to, w(per_min) * w(60.0));
    }
    d.loss(0, w(0.438) * w(60.0));
    d.copy(0, 3, w(KE0));
    d.loss(3, w(KE0));
    into_vein(&mut d, 0, doses);
    let read = w(1000.0) / w(0.063 * weight);
    Written {
        dense: d,
        reads: vec![(Analyte::Parent, 0, read), (Analyte::EffectSite, 3, read)],
    }
}

fn perez(age: f64, ancestry: Ancestry, doses: &[Dose]) -> Written {
    let (asian, japanese) = (ancestry != Ancestry::Other, ancestry == Ancestry::Japanese);
    let fraction = if japanese { 0.54 * 1.34 } else { 0.54 };
    let kel = if asian { 1.11 * 0.36 } else { 1.11 };
    let cln = if asian { 38.0 * 0.81 } else { 38.0 };
    let qh = 151.0 - 2.19 * (age - 60.0).max(0.0);
    let mut d = Dense::new(10);
    d.flow(0, 3, w(2.93));
    d.flow(1, 6, w(1.45));
    d.flow(2, 6, w(0.97));
    exchange(&mut d, 3, 4, 84.3, 192.0, 143.0);
    exchange(&mut d, 3, 5, 37.6, 192.0, 417.0);
    exchange(&mut d, 3, 6, qh, 192.0, 101.0);
    d.loss(6, w(kel));
    d.flow(6, 7, w(2.77));
    exchange(&mut d, 7, 8, 26.1, 70.0, 115.0);
    d.loss(7, w(cln) / w(70.0));
    d.copy(3, 9, w(KE0));
    d.loss(9, w(KE0));
    into_vein(&mut d, 3, doses);
    let mut is_later = false;
    for dose in doses {
        if dose.route == Route::IntranasalSpray {
            let nasal = w(fraction) * w(if is_later { 0.62 } else { 1.0 });
            d.amounts.push((dose.start_h, 0, w(dose.amount_mg) * nasal));
            over(&mut d, 1, dose, (w(1.0) - nasal) * w(0.64), 0.53);
            is_later = true;
        } else if dose.route == Route::Oral {
            over(&mut d, 2, dose, w(0.64), 0.32);
        }
    }
    let read = w(1000.0) / w(192.0);
    let reads = vec![
        (Analyte::Parent, 3, read),
        (Analyte::Metabolite, 7, w(1000.0) / w(70.0)),
        (Analyte::EffectSite, 9, read),
    ];
    Written { dense: d, reads }
}

fn simons(weight: f64, doses: &[Dose]) -> Written {
    let (s, c) = (weight / 70.0, (weight / 70.0).powf(0.75) * 60.0);
    let mut d = Dense::new(15);
    let step = w(2.0) * w(60.0) / w(20.1);
    let second = w(2.0) * w(60.0) / w(1.12);
    d.flow(0, 3, w(0.04) * w(60.0));
    d.flow(1, 2, w(0.049) * w(60.0));
    d.flow(2, 6, w(60.0) / w(10.7));
    exchange(&mut d, 3, 4, 2.43 * c, 11.6 * s, 39.0 * s);
    exchange(&mut d, 3, 5, 1.21 * c, 11.6 * s, 174.0 * s);
    d.flow(3, 6, w(1.48 * c) / w(11.6 * s));
    d.flow(6, 7, step);
    d.flow(7, 8, step * w(0.8));
    d.loss(7, step * (w(1.0) - w(0.8)));
    exchange(&mut d, 8, 9, 2.63 * c, 11.6 * s, 221.0 * s);
    d.flow(8, 10, w(c) / w(11.6 * s));
    d.flow(10, 11, second);
    d.flow(11, 12, second * w(0.7));
    d.loss(11, second * (w(1.0) - w(0.7)));
    exchange(&mut d, 12, 13, 1.7 * c, 4.4 * s, 87.5 * s);
    d.loss(12, w(0.933 * c) / w(4.4 * s));
    d.copy(3, 14, w(KE0));
    d.loss(14, w(KE0));
    into_vein(&mut d, 3, doses);
    for dose in doses
        .iter()
        .filter(|dose| dose.route == Route::SublingualFilm)
    {
        over(&mut d, 0, dose, w(0.263), 13.1 / 60.0);
        over(&mut d, 1, dose, w(1.16), 29.9 / 60.0);
    }
    let read = w(1000.0) / w(11.6 * s);
    let reads = vec![
        (Analyte::Parent, 3, read),
        (Analyte::Metabolite, 8, read * w(223.70) / w(237.73)),
        (
            Analyte::SecondMetabolite,
            12,
            w(1000.0) / w(4.4 * s) * w(239.7) / w(237.73),
        ),
        (Analyte::EffectSite, 14, read),
    ];
    Written { dense: d, reads }
}

fn compare(name: &str, patient: &Patient, doses: &[Dose], written: &Written, times: &[f64]) {
    let model = model::find(name).unwrap().unwrap();
    let plan = Plan::new(doses.to_vec()).unwrap();
    let analytes: Vec<Analyte> = written.reads.iter().map(|r| r.0).collect();
    let question = Question::new(&model, patient, &plan, &analytes).unwrap();
    let mut ours = vec![0.0; analytes.len() * times.len()];
    let at = Times::new(times.to_vec()).unwrap();
    question
        .typical(&at, &mut Evaluator::new(), &mut ours)
        .unwrap();
    for (i, &time) in times.iter().enumerate() {
        let x = written.dense.at(time);
        for (o, &(analyte, compartment, factor)) in written.reads.iter().enumerate() {
            let (ours, theirs) = (ours[o * times.len() + i], (x[compartment] * factor).0);
            assert!(
                (ours - theirs).abs() <= 1e-10 * theirs.abs() + 1e-12,
                "{name} {analyte:?} at {time}: {ours} and {theirs}"
            );
        }
    }
}

/// Boluses, infusions one after another, and up to three doses by another route.
fn doses(other: Option<(Route, f64)>) -> impl Strategy<Value = Vec<Dose>> {
    let vein = prop::collection::vec((0.0..2.0, 0.01..1.5, 1.0..60.0, any::<bool>()), 1..5);
    (vein, prop::collection::vec((0.0..3.0, 0.1..1.0), 0..4)).prop_map(move |(vein, others)| {
        let mut doses = Vec::new();
        let mut clock = 0.0;
        for (wait, duration, amount, is_bolus) in vein {
            if is_bolus {
                doses.push(Dose::bolus(clock, amount));
            } else {
                doses.push(Dose::infusion(clock, amount, duration));
                clock += duration;
            }
            clock += wait;
        }
        if let Some((route, amount)) = other {
            let mut at = 0.0;
            for (wait, share) in others {
                doses.push(Dose::at_once(route, at, amount * share));
                at += wait;
            }
        }
        doses
    })
}

fn times() -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec((-4.0..1.7_f64).prop_map(|e| 10.0_f64.powf(e)), 1..5).prop_map(|mut t| {
        t.sort_by(f64::total_cmp);
        t
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn otto_and_domino_agree_with_equations_written_again(
        weight in 45.0..140.0, doses in doses(None), times in times(),
    ) {
        let patient = Patient::new(weight).unwrap();
        compare("otto2021", &patient, &doses, &otto(weight, &doses), &times);
        compare("domino1984", &patient, &doses, &domino(weight, &doses), &times);
    }

    #[test]
    fn perez_ruixo_agrees_with_equations_written_again(
        age in 18.0..90.0,
        ancestry in prop_oneof![
            Just(Ancestry::Other), Just(Ancestry::Asian), Just(Ancestry::Japanese)
        ],
        sprays in doses(Some((Route::IntranasalSpray, 28.0))),
        swallowed in doses(Some((Route::Oral, 84.0))),
        times in times(),
    ) {
        let patient = Patient::new(74.0).unwrap().aged(age).unwrap().of(ancestry);
        for doses in [sprays, swallowed] {
            compare("perezruixo2020", &patient, &doses, &perez(age, ancestry, &doses), &times);
        }
    }

    #[test]
    fn simons_agrees_with_equations_written_again(
        weight in 45.0..140.0,
        doses in doses(Some((Route::SublingualFilm, 100.0))),
        times in times(),
    ) {
        let patient = Patient::new(weight).unwrap();
        compare("simons2022", &patient, &doses, &simons(weight, &doses), &times);
    }
}
