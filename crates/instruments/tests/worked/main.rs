//! Every instrument against examples worked by hand: lowest, highest, in between, with items missing.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops at the first fault"
)]

mod files;
mod keys;

use instruments::{Answers, Instrument, Outcome, Urgency, library};

fn get(id: &str) -> &'static Instrument {
    library()
        .get(id)
        .unwrap_or_else(|| panic!("{id} does not read"))
}

/// Every item answered with the option that counts least, or most.
fn all(instrument: &Instrument, most: bool) -> Answers {
    Answers::of(instrument.items.iter().map(|item| {
        let values = item.choices.iter().map(|choice| choice.value);
        let value = if most { values.max() } else { values.min() };
        (item.id.as_str(), value.unwrap_or(0))
    }))
}

fn numbered(values: &[i32]) -> Answers {
    let names: Vec<String> = (1..=values.len())
        .map(|number| number.to_string())
        .collect();
    Answers::of(names.iter().map(String::as_str).zip(values.iter().copied()))
}

#[track_caller]
fn comes_to(id: &str, answers: &Answers, score: &str, value: f64, band: Option<&str>) {
    let scored = get(id).scored(answers).unwrap();
    let one = scored.iter().find(|one| one.score.id == score).unwrap();
    match &one.outcome {
        Outcome::Value {
            value: found,
            band: said,
        } => {
            assert!(
                (found - value).abs() < 1e-9,
                "{id} {score}: {found} is not {value}"
            );
            assert_eq!(*said, band, "{id} {score}");
        }
        Outcome::NotComputed { why, .. } => panic!("{id} {score}: {why}"),
    }
}

#[track_caller]
fn is_not_computed(id: &str, answers: &Answers, score: &str, lacking: &[&str]) {
    let scored = get(id).scored(answers).unwrap();
    let one = scored.iter().find(|one| one.score.id == score).unwrap();
    match &one.outcome {
        Outcome::NotComputed { missing, .. } => assert_eq!(missing, lacking, "{id} {score}"),
        Outcome::Value { value, .. } => panic!("{id} {score} came to {value}"),
    }
}

#[test]
fn the_phq_9_is_summed_banded_and_carried_over_for_up_to_two_missing() {
    comes_to("phq-9", &numbered(&[0; 9]), "total", 0.0, Some("minimal"));
    comes_to(
        "phq-9",
        &numbered(&[1, 1, 1, 1, 1, 0, 0, 0, 0]),
        "total",
        5.0,
        Some("mild"),
    );
    comes_to(
        "phq-9",
        &numbered(&[2, 2, 2, 2, 1, 1, 0, 0, 0]),
        "total",
        10.0,
        Some("moderate"),
    );
    comes_to(
        "phq-9",
        &numbered(&[2, 2, 2, 2, 2, 2, 2, 1, 0]),
        "total",
        15.0,
        Some("moderately severe"),
    );
    comes_to("phq-9", &numbered(&[3; 9]), "total", 27.0, Some("severe"));
    // Seven answered with 1, 1, 1, 1, 1, 1, 2: 8 / 7 * 9 is 10.29, rounded 10.
    comes_to(
        "phq-9",
        &numbered(&[1, 1, 1, 1, 1, 1, 2]),
        "total",
        10.0,
        Some("moderate"),
    );
    // Eight answered, four of them with 1: 4 / 8 * 9 is 4.5, and half goes up.
    comes_to(
        "phq-9",
        &numbered(&[1, 1, 1, 1, 0, 0, 0, 0]),
        "total",
        5.0,
        Some("mild"),
    );
    is_not_computed(
        "phq-9",
        &numbered(&[1, 1, 1, 1, 1, 1]),
        "total",
        &["7", "8", "9"],
    );
    is_not_computed(
        "phq-9",
        &Answers::default(),
        "total",
        &["1", "2", "3", "4", "5", "6", "7", "8", "9"],
    );
}

#[test]
fn item_nine_raises_whatever_the_total_and_when_it_was_passed_over() {
    let says = |answers: &Answers| -> Vec<&'static str> {
        get("phq-9")
            .flagged(answers)
            .unwrap()
            .into_iter()
            .map(|one| one.says)
            .collect()
    };
    assert!(says(&numbered(&[3, 3, 3, 3, 3, 3, 3, 3, 0])).is_empty());
    assert!(says(&numbered(&[0, 0, 0, 0, 0, 0, 0, 0, 1]))[0].starts_with("Item 9: thoughts"));
    assert_eq!(says(&numbered(&[0; 8])), ["Item 9 was not answered: ask."]);
}

#[test]
fn the_gad_7_has_no_total_with_an_item_missing() {
    comes_to(
        "gad-7",
        &numbered(&[1, 1, 1, 1, 0, 0, 0]),
        "total",
        4.0,
        Some("minimal"),
    );
    comes_to(
        "gad-7",
        &numbered(&[3, 3, 3, 3, 2, 1, 0]),
        "total",
        15.0,
        Some("severe"),
    );
    is_not_computed("gad-7", &numbered(&[3, 3, 3, 3, 2, 1]), "total", &["7"]);
}

#[test]
fn the_audit_c_uses_the_cut_off_for_men_only_where_sex_is_known() {
    let three = numbered(&[1, 1, 1]);
    comes_to(
        "audit-c",
        &three,
        "total",
        3.0,
        Some("at or above the cut-off"),
    );
    let scored = get("audit-c").scored_for(&three, true).unwrap();
    assert!(matches!(
        scored[0].outcome,
        Outcome::Value {
            band: Some("below the cut-off"),
            ..
        }
    ));
}

#[test]
fn reversed_items_count_the_other_way_round() {
    // Question 3 of the DAST-10, answered with no, counts.
    comes_to(
        "dast-10",
        &numbered(&[0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
        "total",
        1.0,
        Some("low"),
    );
    comes_to(
        "dast-10",
        &numbered(&[0, 0, 1, 0, 0, 0, 0, 0, 0, 0]),
        "total",
        0.0,
        Some("none"),
    );
    comes_to(
        "dast-10",
        &numbered(&[1, 1, 0, 1, 1, 1, 1, 1, 1, 1]),
        "total",
        10.0,
        Some("severe"),
    );
}

#[test]
fn pairs_take_the_higher_and_alternatives_are_not_missing() {
    let mut ocds = [0; 14];
    (ocds[0], ocds[1], ocds[12], ocds[13]) = (1, 3, 4, 2);
    comes_to("ocds", &numbered(&ocds), "total", 7.0, None);
    comes_to("ocds", &numbered(&ocds), "obsessive", 3.0, None);
    comes_to("ocds", &numbered(&ocds), "compulsive", 4.0, None);
    is_not_computed("ocds", &numbered(&ocds[..13]), "total", &["14"]);

    // Appetite fell (6) and weight rose (9): 7 and 8 were never asked.
    let some = Answers::of(
        [
            "1", "2", "3", "4", "5", "6", "9", "10", "11", "12", "13", "14", "15", "16",
        ]
        .map(|item| (item, 1)),
    );
    comes_to("qids-sr16", &some, "total", 9.0, Some("mild"));
    let neither = Answers::of(some.pairs().filter(|(item, _)| *item != "9"));
    is_not_computed("qids-sr16", &neither, "total", &["8", "9"]);
}

#[test]
fn weighted_options_are_held_and_a_value_between_them_is_refused() {
    let risk = Answers::of([("2", 6), ("3", 6), ("4", 7), ("5", 8), ("6", 6), ("7", 6)]);
    comes_to("assist-alcohol", &risk, "risk", 39.0, Some("high"));
    let low = Answers::of([("2", 2), ("3", 0), ("4", 4), ("5", 0), ("6", 3), ("7", 0)]);
    comes_to("assist-alcohol", &low, "risk", 9.0, Some("low"));
    comes_to("assist-other", &low, "risk", 9.0, Some("moderate"));
    let wrong = Answers::of([("2", 1)]);
    let said = get("assist-alcohol")
        .scored(&wrong)
        .unwrap_err()
        .to_string();
    assert!(said.contains("give one of 0, 2, 3, 4, 6"), "{said}");
    assert!(
        get("assist-tobacco")
            .scored(&Answers::of([("5", 5)]))
            .is_err()
    );
}

#[test]
fn the_pcl_5_counts_clusters_and_needs_all_four() {
    let mut answers = [0; 20];
    for item in [1, 6, 8, 9, 15, 16] {
        answers[item - 1] = 2;
    }
    comes_to(
        "pcl-5",
        &numbered(&answers),
        "total",
        12.0,
        Some("below the cut-off"),
    );
    comes_to(
        "pcl-5",
        &numbered(&answers),
        "provisional",
        1.0,
        Some("pattern met: provisional, a clinician diagnoses"),
    );
    answers[5] = 1;
    comes_to(
        "pcl-5",
        &numbered(&answers),
        "provisional",
        0.0,
        Some("pattern not met"),
    );
    comes_to(
        "pcl-5",
        &numbered(&[2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 0, 0, 0]),
        "total",
        33.0,
        Some("at or above the cut-off"),
    );
    is_not_computed("pcl-5", &numbered(&answers[..19]), "provisional", &[]);
}

#[test]
fn the_bam_r_has_three_scores_and_no_total() {
    let least = all(get("bam-r"), false);
    comes_to("bam-r", &least, "use", 0.0, Some("none"));
    comes_to(
        "bam-r",
        &least,
        "protective",
        0.0,
        Some("low protection: 12 or less"),
    );
    let most = all(get("bam-r"), true);
    comes_to("bam-r", &most, "use", 12.0, Some("use: 1 or more"));
    comes_to("bam-r", &most, "risk", 24.0, Some("high risk: 12 or more"));
    comes_to("bam-r", &most, "protective", 24.0, Some("13 or more"));
    assert!(get("bam-r").scores.iter().all(|score| score.id != "total"));
}

#[test]
fn withdrawal_recovery_and_craving_scales_fall_into_their_bands() {
    comes_to(
        "ciwa-ar",
        &numbered(&[1, 1, 1, 1, 1, 1, 1, 1, 1, 0]),
        "total",
        9.0,
        Some("mild"),
    );
    comes_to(
        "ciwa-ar",
        &numbered(&[2, 1, 1, 1, 1, 1, 1, 1, 1, 0]),
        "total",
        10.0,
        Some("moderate"),
    );
    comes_to(
        "ciwa-ar",
        &numbered(&[7, 7, 7, 7, 7, 7, 7, 7, 7, 4]),
        "total",
        67.0,
        Some("severe"),
    );
    comes_to(
        "barc-10",
        &numbered(&[5, 5, 5, 5, 5, 5, 5, 4, 4, 4]),
        "total",
        47.0,
        Some("high, where remission was sustained"),
    );
    comes_to("barc-10", &numbered(&[1; 10]), "total", 10.0, Some("low"));
    comes_to(
        "pacs",
        &numbered(&[3; 5]),
        "total",
        15.0,
        Some("15 or more"),
    );
    comes_to(
        "pacs",
        &numbered(&[5, 4, 4, 4, 4]),
        "total",
        21.0,
        Some("over 20"),
    );
    comes_to(
        "who-5",
        &numbered(&[2, 2, 3, 3, 2]),
        "percent",
        48.0,
        Some("poor"),
    );
    comes_to(
        "who-5",
        &numbered(&[3, 3, 3, 2, 2]),
        "percent",
        52.0,
        Some("not poor"),
    );
    comes_to(
        "bpi-sf",
        &Answers::of([("s1", 4), ("s2", 5), ("s3", 4), ("s4", 5)]),
        "severity",
        4.5,
        None,
    );
    is_not_computed(
        "bpi-sf",
        &Answers::of([("s1", 4)]),
        "severity",
        &["s2", "s3", "s4"],
    );
}

#[test]
fn the_socrates_and_urica_scales_read_their_own_items() {
    let ones = numbered(&[1; 19]);
    comes_to("socrates-8a", &ones, "recognition", 7.0, None);
    comes_to("socrates-8a", &ones, "ambivalence", 4.0, None);
    comes_to("socrates-8d", &ones, "taking-steps", 8.0, None);
    comes_to("urica", &numbered(&[3; 32]), "readiness", 6.0, Some("to 8"));
    let mut ready = [5; 32];
    for item in [1, 5, 11, 13, 23, 26, 29] {
        ready[item - 1] = 4;
    }
    comes_to(
        "urica",
        &numbered(&ready),
        "readiness",
        11.0,
        Some("over 8 to 11"),
    );
}

#[test]
fn the_suicide_screen_takes_the_highest_says_at_least_and_is_never_lowered() {
    let screen = |pairs: &[(&str, i32)]| Answers::of(pairs.iter().copied());
    let none = screen(&[("1", 0), ("2", 0), ("6", 0)]);
    comes_to(
        "c-ssrs-screener",
        &none,
        "triage",
        0.0,
        Some("none reported"),
    );
    assert!(get("c-ssrs-screener").flagged(&none).unwrap().is_empty());
    let thoughts = screen(&[("1", 1), ("2", 0), ("6", 0)]);
    comes_to("c-ssrs-screener", &thoughts, "triage", 1.0, Some("low"));
    let method = screen(&[("1", 1), ("2", 1), ("3", 1), ("4", 0), ("5", 0), ("6", 0)]);
    comes_to("c-ssrs-screener", &method, "triage", 2.0, Some("moderate"));
    let long_ago = screen(&[("1", 0), ("2", 0), ("6", 1), ("6-recent", 0)]);
    comes_to(
        "c-ssrs-screener",
        &long_ago,
        "triage",
        2.0,
        Some("moderate"),
    );
    let lately = screen(&[("1", 0), ("2", 0), ("6", 1), ("6-recent", 1)]);
    comes_to("c-ssrs-screener", &lately, "triage", 3.0, Some("high"));
    // Contradictory: no thoughts at all, and a plan.
    let contradictory = screen(&[("1", 0), ("2", 0), ("5", 1), ("6", 0)]);
    comes_to(
        "c-ssrs-screener",
        &contradictory,
        "triage",
        3.0,
        Some("high"),
    );
    // The plan was not asked: moderate stands, and that it may be worse is said too.
    let unasked = screen(&[("1", 1), ("2", 1), ("3", 1), ("6", 0)]);
    is_not_computed("c-ssrs-screener", &unasked, "triage", &["4", "5"]);
    let flagged = get("c-ssrs-screener").flagged(&unasked).unwrap();
    assert_eq!(flagged.len(), 2, "{flagged:?}");
    assert!(
        flagged
            .iter()
            .any(|one| one.says.starts_with("Moderate risk"))
    );
    assert!(
        flagged
            .iter()
            .any(|one| one.says.starts_with("The triage is not complete"))
    );
    assert!(flagged.iter().all(|one| one.urgency == Urgency::ActNow));
}
