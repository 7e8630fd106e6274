//! Whatever the numbers, an estimator answers or says why not; it never panics and never hangs.

use proptest::prelude::*;
use statistics::survival::accuracy::Accuracy;
use statistics::survival::aft::{self, Family};
use statistics::survival::competing::aalen_johansen;
use statistics::survival::cox::{self, Model, Stop, Ties, TimeScale};
use statistics::survival::design::Design;
use statistics::survival::gray::gray;
use statistics::survival::kaplan_meier::{Interval, kaplan_meier};
use statistics::survival::log_rank::log_rank;
use statistics::survival::rmst::restricted_mean;
use statistics::survival::{Groups, Times, events, fine_gray};
use statistics::table::Table;

/// Numbers that break things.
fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        8 => (0_u32..12).prop_map(f64::from),
        2 => 0.0_f64..5.0,
        1 => proptest::sample::select(vec![
            0.0, -0.0, 1e-320, 1e-300, 1e300, f64::MAX, f64::MIN_POSITIVE,
            f64::NAN, f64::INFINITY, -1.0, 0.1 + 0.2, 0.3,
        ]),
    ]
}

/// Mostly good rows, so that the estimators are reached.
fn good() -> impl Strategy<Value = f64> {
    prop_oneof![9 => (0_u32..9).prop_map(f64::from), 1 => 0.0_f64..3.0]
}

type Row = (f64, bool, u32, f64, f64, u32);

fn try_everything(rows: &[Row]) {
    let time: Vec<f64> = rows.iter().map(|r| r.0).collect();
    let event: Vec<bool> = rows.iter().map(|r| r.1).collect();
    let codes: Vec<u32> = rows.iter().map(|r| r.2).collect();
    let columns: [Vec<f64>; 2] = [
        rows.iter().map(|r| r.3).collect(),
        rows.iter().map(|r| r.4).collect(),
    ];
    let cause: Vec<u32> = rows.iter().map(|r| r.5).collect();
    let slices: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
    let terms = ["x".to_owned(), "y".to_owned()];
    let Ok(groups) = Groups::new(&codes, 3) else {
        return;
    };
    let later: Vec<f64> = time.iter().map(|t| t + 1.0).collect();
    let _ = aalen_johansen(&time, &cause, 2);
    let _ = gray(&time, &cause, groups, 1);
    let _ = fine_gray::fit(&time, &cause, 1, &terms, &slices, Stop::Settled);
    for times in [
        Times::new(&time, &event),
        Times::with_entry(&time, &later, &event),
    ] {
        let Ok(times) = times else { continue };
        for curve in kaplan_meier(times, Some(groups)).unwrap_or_default() {
            let _ = curve.quantiles(&[0.25, 0.5, 0.75], Interval::LogLog, 0.95);
            let _ = restricted_mean(&curve, 4.0);
        }
        let _ = log_rank(times, groups, None, 1.0);
        let _ = log_rank(times, groups, Some(groups), 0.0);
        for ties in [Ties::Efron, Ties::Breslow] {
            let (strata, cluster) = (Some(groups), Some(groups));
            let (terms, columns, stop) = (&terms[..], &slices[..], Stop::Settled);
            let model = Model {
                times,
                terms,
                columns,
                strata,
                cluster,
                ties,
                stop,
            };
            if let Ok(fit) = cox::fit(&model) {
                let _ = fit.concordance();
                let _ = fit.proportionality(TimeScale::KaplanMeier);
                let _ = (
                    fit.baseline(),
                    fit.deviance(),
                    fit.schoenfeld(),
                    fit.risks(&[1.0]),
                );
            }
        }
        for family in [
            Family::Weibull,
            Family::Exponential,
            Family::LogLogistic,
            Family::LogNormal,
        ] {
            let _ = aft::fit(times, &terms, &slices, family, Stop::Settled);
        }
        if let Ok(accuracy) = Accuracy::new(times) {
            let _ = accuracy.auc(&columns[0], 3.0);
            let _ = accuracy.brier(&columns[0], 3.0);
            let _ = accuracy.uno(&columns[1]);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn breaking_numbers_are_answered_or_refused(
        rows in proptest::collection::vec(
            (number(), any::<bool>(), 0_u32..3, number(), number(), 0_u32..3), 0..20),
    ) {
        try_everything(&rows);
    }

    #[test]
    fn small_ordinary_data_are_answered_or_refused(
        rows in proptest::collection::vec(
            (good(), any::<bool>(), 0_u32..3, good(), good(), 0_u32..3), 0..14),
    ) {
        try_everything(&rows);
    }

    #[test]
    fn any_csv_is_answered_or_refused(
        body in "(time|start|x),(status|y|time)\\n([0-9.aN,-]{0,6},?[01NA]{0,2}\\r?\\n){0,12}",
    ) {
        let Ok(table) = Table::read(body.as_bytes()) else { return Ok(()) };
        let names: Vec<&str> = table.names().iter().map(String::as_str).collect();
        let _ = Design::of(&table, &names);
        if let (Ok(time), Ok(status)) = (table.numbers("time"), table.numbers("status"))
            && let Ok(event) = events(status)
            && let Ok(times) = Times::new(time, &event)
        {
            let _ = kaplan_meier(times, None);
        }
    }
}
