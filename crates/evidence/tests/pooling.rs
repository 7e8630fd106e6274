//! What is pooled, what is not, and the numbers that check the arithmetic.

#![expect(clippy::unwrap_used, reason = "a test stops at the first fault")]

use evidence::record::Substance;
use evidence::{Library, PoolError, Prefer, SideBySide};
use statistics::meta::{Effect, Heterogeneity, Model, Pooled, Test, pool};

fn side(substance: Option<Substance>, prefer: Prefer) -> SideBySide {
    let library = Library::of_the_house().unwrap();
    library.side_by_side(library.pooling("abstinence").unwrap(), substance, prefer)
}

fn close(ours: f64, printed: f64, digits: i32) {
    let half_a_digit = 0.5 * 10.0_f64.powi(-digits);
    assert!(
        (ours - printed).abs() <= half_a_digit * 1.001,
        "{ours} is not {printed}"
    );
}

fn pooled(rows: &[(f64, f64)], heterogeneity: Heterogeneity, test: Test) -> Pooled {
    let effects: Vec<Effect> = rows
        .iter()
        .map(|&(estimate, standard_error)| Effect {
            estimate,
            variance: standard_error * standard_error,
        })
        .collect();
    pool(&effects, &Model::new(heterogeneity, test)).unwrap()
}

fn on_the_ratio_scale(pooled: &Pooled, ratio: f64, low: f64, high: f64) {
    close(pooled.estimate.exp(), ratio, 4);
    close(pooled.interval.0.exp(), low, 4);
    close(pooled.interval.1.exp(), high, 4);
}

#[test]
fn rows_are_turned_to_abstinence_and_come_from_counts_or_printed_intervals() {
    let side = side(None, Prefer::Raw);
    let rows: Vec<(&str, f64, f64)> = side
        .randomised
        .iter()
        .chain(&side.not_randomised)
        .map(|row| (row.study.as_str(), row.log_ratio, row.standard_error))
        .collect();
    let printed = [
        ("dakwar-2019", 2.046_156, 0.722_278),
        ("dakwar-2020", 0.485_508, 0.651_264),
        ("grabski-2022", 0.223_144, 0.488_050),
        ("krupitsky-1997", 1.805_553, 0.307_959),
    ];
    assert_eq!(rows.len(), printed.len());
    for (row, printed) in rows.iter().zip(printed) {
        assert_eq!(row.0, printed.0);
        close(row.1, printed.1, 6);
        close(row.2, printed.2, 6);
    }
}

#[test]
fn a_printed_interval_is_shown_as_printed_turned_round_with_its_estimate() {
    let side = side(None, Prefer::Raw);
    let kare = side
        .randomised
        .iter()
        .find(|row| row.study == "grabski-2022")
        .unwrap();
    close(kare.ratio, 1.25, 4);
    close(kare.low, 1.0 / 2.1, 6);
    close(kare.high, 1.0 / 0.31, 6);
}

#[test]
fn a_study_that_was_not_randomised_is_never_in_the_summary() {
    let side = side(None, Prefer::Raw);
    assert_eq!(side.summary().unwrap().k, 3);
    let apart: Vec<&str> = side
        .not_randomised
        .iter()
        .map(|row| row.study.as_str())
        .collect();
    assert_eq!(apart, ["krupitsky-1997"]);
    let left_out: Vec<&str> = side.left_out.iter().map(|row| row.study.as_str()).collect();
    assert_eq!(left_out, ["yoon-2025"]);
    assert_eq!(
        side.words.join("; "),
        "different drugs; different time points; studies that were not \
        randomised stand apart; 1 more without usable numbers"
    );
}

/// The worked numbers of the evidence file: three trials.
#[test]
fn three_trials_give_the_worked_numbers() {
    let rows: Vec<(f64, f64)> = side(None, Prefer::Raw)
        .randomised
        .iter()
        .map(|row| (row.log_ratio, row.standard_error))
        .collect();
    let common = pooled(&rows, Heterogeneity::Common, Test::Normal);
    on_the_ratio_scale(&common, 2.0311, 1.0359, 3.9825);
    let random = pooled(&rows, Heterogeneity::DerSimonianLaird, Test::Normal);
    on_the_ratio_scale(&random, 2.2851, 0.8020, 6.5108);
    close(random.q, 4.5361, 4);
    close(random.tau_square, 0.478_255, 6);
    // I2 here is worked out from tau2 and the typical variance, which for this estimator is Q's.
    close(random.i_square, 55.91, 2);
    let summary = side(None, Prefer::Raw).summary().unwrap();
    close(summary.ratio, 2.2851, 4);
    close(summary.interval.0, 0.2138, 4);
    close(summary.interval.1, 24.4223, 4);
    let (low, high) = summary.prediction.unwrap();
    assert!(low < summary.interval.0 && high > summary.interval.1);
    assert!(
        summary
            .words
            .iter()
            .any(|word| word.contains("can hardly be said"))
    );
}

#[test]
fn the_alcohol_trials_alone_give_the_worked_numbers() {
    let side = side(Some(Substance::Alcohol), Prefer::Raw);
    let rows: Vec<(f64, f64)> = side
        .randomised
        .iter()
        .map(|row| (row.log_ratio, row.standard_error))
        .collect();
    for heterogeneity in [Heterogeneity::Common, Heterogeneity::DerSimonianLaird] {
        let pooled = pooled(&rows, heterogeneity, Test::Normal);
        on_the_ratio_scale(&pooled, 1.3737, 0.6389, 2.9534);
        close(pooled.q, 0.1039, 4);
        close(pooled.tau_square, 0.0, 12);
    }
}

/// The four rows together are pooled here only to check the arithmetic; the library never does.
#[test]
fn the_worked_numbers_of_four_rows_check_the_arithmetic() {
    let side = side(None, Prefer::Raw);
    let rows: Vec<(f64, f64)> = side
        .randomised
        .iter()
        .chain(&side.not_randomised)
        .map(|row| (row.log_ratio, row.standard_error))
        .collect();
    on_the_ratio_scale(
        &pooled(&rows, Heterogeneity::Common, Test::Normal),
        3.7315,
        2.3806,
        5.8489,
    );
    let random = pooled(&rows, Heterogeneity::DerSimonianLaird, Test::Normal);
    on_the_ratio_scale(&random, 3.1486, 1.2422, 7.9805);
    close(random.q, 10.1893, 4);
    close(random.tau_square, 0.611_417, 6);
    close(random.i_square, 70.56, 2);
    let knapp = pooled(&rows, Heterogeneity::DerSimonianLaird, Test::HartungKnapp);
    on_the_ratio_scale(&knapp, 3.1486, 0.7407, 13.3838);
}

#[test]
fn adjusted_and_raw_effects_are_both_offered() {
    let of = |prefer| {
        let side = side(Some(Substance::Cocaine), prefer);
        side.randomised
            .first()
            .map(|row| (row.ratio, row.low, row.high))
            .unwrap()
    };
    let (ratio, low, high) = of(Prefer::Raw);
    close(ratio, 7.74, 2);
    close(low, 1.88, 2);
    close(high, 31.87, 2);
    let (ratio, _, _) = of(Prefer::Adjusted);
    close(ratio, 5.7, 6);
    let one = side(Some(Substance::Cocaine), Prefer::Raw).summary();
    assert_eq!(one, Err(PoolError::TooFew { rows: 1 }));
}

#[test]
fn different_comparisons_stand_side_by_side_and_are_not_summarised() {
    let library = Library::of_the_house().unwrap();
    let pooling = library.pooling("abstinence-dose-and-sessions").unwrap();
    let side = library.side_by_side(pooling, None, Prefer::Raw);
    let row = side.randomised.first().unwrap();
    assert_eq!(row.study, "krupitsky-2007");
    close(row.ratio, 3.50, 2);
    close(row.low, 1.07, 2);
    close(row.high, 11.50, 2);
    let refused = side.summary().unwrap_err().to_string();
    assert!(refused.contains("different comparisons"), "{refused}");
    assert_eq!(
        side.left_out.first().map(|row| row.study.as_str()),
        Some("krupitsky-2002")
    );
}

#[test]
fn a_printed_hazard_ratio_is_read_back_to_its_standard_error() {
    let library = Library::of_the_house().unwrap();
    let side = library.side_by_side(
        library.pooling("time-to-relapse").unwrap(),
        None,
        Prefer::Raw,
    );
    let row = side.randomised.first().unwrap();
    close(row.log_ratio, -0.755_023, 6);
    close(row.standard_error, 0.342_796, 6);
}
