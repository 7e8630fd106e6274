//! How long the 54 endpoints take on as many words as the three trials of CTN-0094 have.

use outcomes::{Definitions, Symbol, Word};

fn main() {
    divan::main();
}

/// Words of 15 to 39 weeks in the lengths and shares of CTN-0030, by a fixed recurrence.
fn words(n: usize) -> Vec<Word> {
    let mut state = 20_260_101_u64;
    let mut draw = move |below: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let mut words = Vec::new();
    while words.len() < n {
        let weeks = if draw(10) < 6 { 15 } else { 26 + draw(14) };
        let symbols = (0..weeks).map(|_| match draw(100) {
            0..=54 => Symbol::Missing,
            55..=83 => Symbol::Negative,
            84..=98 => Symbol::Positive,
            _ => Symbol::Mixed,
        });
        words.extend(Word::new(symbols.collect()));
    }
    words
}

#[divan::bench(args = [3_560])]
fn all_endpoints(bencher: divan::Bencher<'_, '_>, n: usize) {
    let words = words(n);
    let Ok(definitions) = Definitions::of_the_house() else {
        return;
    };
    bencher.bench(|| {
        words
            .iter()
            .map(|word| definitions.values(word).len())
            .sum::<usize>()
    });
}
