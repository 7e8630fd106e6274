//! What holds for any answers to any instrument.

use instruments::{Answers, Instrument, library};
use proptest::prelude::*;

fn any_answers(instrument: &'static Instrument) -> impl Strategy<Value = Answers> {
    let items: Vec<_> = instrument
        .items
        .iter()
        .map(|item| {
            let values: Vec<i32> = item.choices.iter().map(|choice| choice.value).collect();
            let values = if values.is_empty() {
                vec![0, 4, 60, -1]
            } else {
                values
            };
            (
                Just(item.id.as_str()),
                proptest::option::of(proptest::sample::select(values)),
            )
        })
        .collect();
    items.prop_map(|answers| {
        Answers::of(
            answers
                .into_iter()
                .filter_map(|(item, value)| Some((item, value?))),
        )
    })
}

fn any_instrument_answered() -> impl Strategy<Value = (&'static Instrument, Answers)> {
    let all: Vec<&Instrument> = library().all().collect();
    proptest::sample::select(all)
        .prop_flat_map(|instrument| (Just(instrument), any_answers(instrument)))
}

proptest! {
    #[test]
    fn a_score_lies_in_its_range_and_is_never_said_with_more_missing_than_allowed(
        (instrument, answers) in any_instrument_answered()
    ) {
        for one in instrument.scored(&answers).unwrap() {
            if let Some(value) = one.value() {
                prop_assert!(value >= one.score.range.0 && value <= one.score.range.1);
                let n_missing = one.score.items().iter().filter(|item| answers.get(item).is_none()).count();
                let n_other: usize = one.score.alternatives.iter().map(Vec::len).sum();
                let is_triage = matches!(one.score.formula, instruments::instrument::Formula::Triage { .. });
                prop_assert!(is_triage || n_missing <= one.score.prorate_up_to + n_other);
            }
        }
    }

    #[test]
    fn one_more_answer_never_lowers_the_suicide_triage(
        answers in any_answers(library().get("c-ssrs-screener").unwrap()),
        item in proptest::sample::select(vec!["1", "2", "3", "4", "5", "6", "6-recent"]),
    ) {
        let screen = library().get("c-ssrs-screener").unwrap();
        let level = |answers: &Answers| {
            let scored = screen.scored(answers).unwrap();
            scored[0].value().or(scored[0].at_least()).unwrap()
        };
        let more = Answers::of(answers.pairs().chain([(item, 1)]));
        prop_assert!(level(&more) >= level(&answers));
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC{0,400}") {
        let _ = instruments::read(&text);
        let _ = instruments::Wording::read(&text);
    }

    #[test]
    fn no_damage_to_a_real_file_makes_the_reader_panic(at in 0_usize..3_000, with in "\\PC{0,6}") {
        let text = include_str!("../../../instruments/phq-9.toml");
        let at = (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap();
        let damaged = format!("{}{with}{}", &text[..at], &text[at..]);
        let _ = instruments::read(&damaged);
    }
}
