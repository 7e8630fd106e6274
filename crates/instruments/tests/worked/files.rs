//! The files of the house, and the words a clinic loads.

use instruments::{NoWording, Outcome, Wording, library};

use crate::{all, get, is_not_computed, numbered};

#[test]
fn the_folder_and_the_list_are_the_same_and_every_file_reads() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../instruments");
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let mut known: Vec<String> = Vec::new();
    for name in &names {
        let text = std::fs::read_to_string(format!("{folder}/{name}")).unwrap();
        let instrument =
            instruments::read(&text).unwrap_or_else(|faults| panic!("{name}: {faults:?}"));
        assert_eq!(format!("{}.toml", instrument.id), *name);
        known.push(instrument.id);
    }
    known.sort();
    let here: Vec<String> = library().all().map(|one| one.id.clone()).collect();
    assert_eq!(here, known);
}

#[test]
fn the_least_and_the_most_answers_span_the_range_of_every_sum() {
    for instrument in library().all() {
        if instrument.items.iter().any(|item| item.choices.is_empty()) {
            continue;
        }
        for (most, answers) in [
            (false, all(instrument, false)),
            (true, all(instrument, true)),
        ] {
            for one in instrument.scored(&answers).unwrap() {
                let (least, greatest) = one.score.range;
                let Some(value) = one.value() else { continue };
                assert!(
                    value >= least && value <= greatest,
                    "{} {} {value}",
                    instrument.id,
                    one.score.id
                );
                let is_plain = one.score.reversed.is_empty() && instrument.scores.len() == 1;
                if is_plain
                    && matches!(
                        one.score.formula,
                        instruments::instrument::Formula::Sum { .. }
                    )
                {
                    let edge = if most { greatest } else { least };
                    assert!(
                        (value - edge).abs() < 1e-9,
                        "{} {value} is not {edge}",
                        instrument.id
                    );
                }
            }
        }
    }
}

#[test]
fn what_may_not_be_printed_has_no_words_and_is_refused_for_display() {
    let mut refused = 0;
    for instrument in library().all() {
        if instrument.licence.code.may_be_printed() {
            assert!(instrument.worded(None).is_ok(), "{}", instrument.id);
            continue;
        }
        refused += 1;
        assert!(
            instrument.items.iter().all(|item| item.text.is_none()),
            "{}",
            instrument.id
        );
        assert!(matches!(
            instrument.worded(None),
            Err(NoWording::NotLoaded { .. })
        ));
    }
    assert!(refused >= 15, "{refused}");
}

#[test]
fn a_total_entered_by_hand_is_banded_and_held_to_its_range() {
    let cows = get("cows").entered("total", 13.0, false).unwrap();
    assert!(matches!(
        cows.outcome,
        Outcome::Value {
            band: Some("moderate"),
            ..
        }
    ));
    assert!(get("cows").entered("total", 49.0, false).is_none());
    assert!(get("cows").entered("sum", 3.0, false).is_none());
}

#[test]
fn licensed_words_are_taken_in_whole_or_not_at_all() {
    let text = |item: &str| {
        format!(
            "instrument = \"who-5\"\nlicence = \"ours, number 7\"\n[items]\n1 = \"a\"\n2 = \"b\"\n3 = \"c\"\n4 = \"d\"\n{item}\n[options]\n\"*\" = [{}]\n",
            (0..=5)
                .map(|value| format!("{{ value = {value}, words = \"rung {value}\" }}"))
                .collect::<Vec<_>>()
                .join(", ")
        )
    };
    let good = Wording::read(&text("5 = \"e\"")).unwrap();
    let shown = get("who-5").worded(Some(&good)).unwrap();
    assert_eq!(shown.items[4].text.as_deref(), Some("e"));
    assert_eq!(shown.items[4].choices[5].words.as_deref(), Some("rung 5"));
    let lacking = Wording::read(&text("")).unwrap();
    let said = get("who-5").worded(Some(&lacking)).unwrap_err().to_string();
    assert!(said.contains("the words of item 5 are missing"), "{said}");
    let stray = Wording::read(&text("5 = \"e\"\n6 = \"f\"")).unwrap();
    assert!(
        get("who-5")
            .worded(Some(&stray))
            .unwrap_err()
            .to_string()
            .contains("no item 6")
    );
    assert!(
        get("isi")
            .worded(Some(&good))
            .unwrap_err()
            .to_string()
            .contains("it is for who-5")
    );
    assert!(
        Wording::read("instrument = 5")
            .unwrap_err()
            .starts_with("line 1")
    );
}

#[test]
fn a_key_that_comes_with_the_licensed_copy_opens_the_score() {
    is_not_computed("acq-sf-r", &numbered(&[4; 12]), "mean", &[]);
    let items: String = (1..=12)
        .map(|item| format!("{item} = \"words\"\n"))
        .collect::<Vec<_>>()
        .concat();
    let values: Vec<String> = (1..=7)
        .map(|value| format!("{{ value = {value}, words = \"w\" }}"))
        .collect();
    let text = format!(
        "instrument = \"acq-sf-r\"\nlicence = \"ours\"\n[items]\n{items}[options]\n\"*\" = [{}]\n[reversed]\nmean = [\"1\", \"2\"]\n",
        values.join(", ")
    );
    let worded = get("acq-sf-r")
        .worded(Some(&Wording::read(&text).unwrap()))
        .unwrap();
    let mut answers = [1; 12];
    (answers[0], answers[1]) = (7, 7);
    let scored = worded.scored(&numbered(&answers)).unwrap();
    assert!((scored[0].value().unwrap() - 1.0).abs() < 1e-9);
}
