//! How long a decision takes: one chart's facts, and loading everything that ships.
//!
//! Limits: an assessment under 1 ms, loading and checking every pack under 50 ms.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test that cannot go on has failed"
)]

use protocol::{Case, EXAMPLE_AT, Facts, Stage, assess, house, timeline};

fn main() {
    divan::main();
}

fn clear() -> Facts {
    let text = include_str!("../../../rules/examples/clear.json");
    Case::from_json(text, &house::inputs().unwrap(), |_| None)
        .unwrap()
        .facts
}

#[divan::bench]
fn assess_screen(bencher: divan::Bencher<'_, '_>) {
    let (pack, facts) = (house::pack().unwrap(), clear());
    bencher.bench_local(|| assess(&facts, &pack, Stage::Screen, EXAMPLE_AT).clearance);
}

#[divan::bench]
fn assess_before_a_session_all_rules(bencher: divan::Bencher<'_, '_>) {
    let (pack, facts) = (house::pack().unwrap(), clear());
    bencher.bench_local(|| assess(&facts, &pack, Stage::PreSession, EXAMPLE_AT).clearance);
}

#[divan::bench]
fn load_and_check_the_pack() -> usize {
    house::pack().unwrap().rules().len()
}

#[divan::bench]
fn load_and_check_pack_examples_and_protocols() -> usize {
    house::examples().unwrap().len() + house::protocols().unwrap().len()
}

#[divan::bench]
fn judge_a_session_of_one_row(bencher: divan::Bencher<'_, '_>) {
    let (pack, facts) = (house::pack().unwrap(), clear());
    bencher.bench_local(|| timeline(&facts, &pack, EXAMPLE_AT, EXAMPLE_AT).len());
}
