//! What the outcomes of 5,000 courses cost, from their traces.
//!
//! ```text
//! cargo bench -p outcomes --bench programme
//! ```

#![expect(clippy::unwrap_used, reason = "a bench may stop where it cannot go on")]

use std::collections::BTreeMap;

use outcomes::days::RelapseRule;
use outcomes::report::{Followed, Report, Rules};
use outcomes::trace::{Reached, Trace, days_of, word_of};

fn main() {
    divan::main();
}

/// A person who answers six days of seven, and uses now and then.
fn trace(seed: u32) -> Trace {
    let mut state = u64::from(seed) * 2_654_435_761 + 1;
    let mut draw = |below: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        i32::try_from((state >> 33) % below).unwrap()
    };
    let until = 60 + draw(60);
    let reported: BTreeMap<i32, Option<bool>> = (1..=until)
        .filter(|day| day % 7 != 0)
        .map(|day| (day, Some(draw(11) == 0)))
        .collect();
    let urines: BTreeMap<i32, bool> = (1..=until)
        .step_by(7)
        .map(|day| (day, draw(4) == 0))
        .collect();
    Trace {
        reached: Reached::AllDoses,
        days: days_of(&reported, &urines, 1),
        contacts: reported.keys().copied().collect(),
        word: word_of(&urines),
        craving: (0..=until).map(|day| (day, f64::from(draw(11)))).collect(),
        phq9: (0..=until)
            .step_by(28)
            .map(|day| (day, f64::from(draw(28))))
            .collect(),
        urines,
        ..Trace::default()
    }
}

#[divan::bench(args = [50, 500, 5_000])]
fn report(bencher: divan::Bencher<'_, '_>, n: u32) {
    let traces: Vec<Trace> = (0..n).map(trace).collect();
    let rules = Rules::of_the_house().unwrap();
    bencher.bench_local(|| {
        let all: Vec<Followed<'_>> = traces
            .iter()
            .map(|trace| Followed {
                trace,
                passed: Some(150),
                is_quiet: false,
            })
            .collect();
        Report::of(&all, &rules, RelapseRule::FirstUse)
    });
}
