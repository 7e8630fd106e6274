use super::{Fit, Model, Stop, Ties, TimeScale, fit};
use crate::survival::{Groups, SurvivalError, Times};

fn leukaemia() -> (Vec<f64>, Vec<bool>, Vec<f64>) {
    let placebo = [
        1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23,
    ];
    let treated = [
        6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35,
    ];
    let time = placebo
        .iter()
        .chain(&treated)
        .map(|t| f64::from(*t))
        .collect();
    let event = (0..42).map(|row| row < 30).collect();
    let x = (0..42).map(|row| f64::from(u8::from(row < 21))).collect();
    (time, event, x)
}

fn one(time: &[f64], event: &[bool], x: &[f64], ties: Ties) -> Result<Fit, SurvivalError> {
    let terms = ["x".to_owned()];
    let times = Times::new(time, event)?;
    fit(&Model {
        stop: Stop::Rounding,
        times,
        terms: &terms,
        columns: &[x],
        strata: None,
        cluster: None,
        ties,
    })
}

/// Cox 1972 gives 1.65 by his own treatment of ties; Klein and Moeschberger and Collett print
/// 1.509 (standard error 0.410) by Breslow's and 1.572 (0.412) by Efron's.
#[test]
fn the_leukaemia_trial_has_the_printed_hazard_ratio() {
    let (time, event, x) = leukaemia();
    let breslow = one(&time, &event, &x, Ties::Breslow).unwrap();
    assert!(
        (breslow.coef[0] - 1.509).abs() < 5e-4,
        "{}",
        breslow.coef[0]
    );
    assert!((breslow.standard_errors()[0] - 0.410).abs() < 5e-4);
    let efron = one(&time, &event, &x, Ties::Efron).unwrap();
    assert!((efron.coef[0] - 1.572).abs() < 5e-4, "{}", efron.coef[0]);
    assert!((efron.standard_errors()[0] - 0.412).abs() < 5e-4);
    assert!(efron.set_aside.is_empty() && efron.unbounded.is_empty());
}

#[test]
fn residuals_add_to_nothing() {
    let (time, event, x) = leukaemia();
    let fit = one(&time, &event, &x, Ties::Efron).unwrap();
    assert!(fit.martingale().iter().sum::<f64>().abs() < 1e-10);
    assert!(
        fit.score_residuals()
            .iter()
            .map(|r| r[0])
            .sum::<f64>()
            .abs()
            < 1e-10
    );
    assert!(fit.schoenfeld().iter().map(|r| r.2[0]).sum::<f64>().abs() < 1e-10);
    assert!(fit.proportionality(TimeScale::KaplanMeier).unwrap().p[0] > 0.5);
}

#[test]
fn a_covariate_that_separates_the_events_is_said_to_have_no_bound() {
    let time = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
    let event = [true, true, true, false, false, false];
    let x = [1.0, 1.0, 1.0, 0.0, 0.0, 0.0];
    let fit = one(&time, &event, &x, Ties::Efron).unwrap();
    assert_eq!(fit.unbounded, ["x"]);
}

#[test]
fn a_constant_column_is_set_aside_and_the_rest_is_fitted() {
    let (time, event, x) = leukaemia();
    let constant = vec![3.3; 42];
    let terms = ["c".to_owned(), "x".to_owned()];
    let times = Times::new(&time, &event).unwrap();
    let columns: [&[f64]; 2] = [&constant, &x];
    let (strata, cluster, ties) = (None, None, Ties::Efron);
    let both = fit(&Model {
        stop: Stop::Rounding,
        times,
        terms: &terms,
        columns: &columns,
        strata,
        cluster,
        ties,
    })
    .unwrap();
    assert_eq!(both.set_aside, ["c"]);
    assert!(both.coef[0].is_nan());
    let alone = one(&time, &event, &x, Ties::Efron).unwrap();
    assert!((both.coef[1] - alone.coef[0]).abs() < 1e-12);
    assert!((both.wald - alone.wald).abs() < 1e-9);
}

#[test]
fn no_events_and_numbers_that_are_not_are_said() {
    let time = [1.0, 2.0];
    let none = one(&time, &[false, false], &[0.0, 1.0], Ties::Efron);
    assert_eq!(none.unwrap_err(), SurvivalError::NoEvents);
    let nan = one(&time, &[true, true], &[0.0, f64::NAN], Ties::Efron).unwrap_err();
    assert!(nan.to_string().starts_with("covariate `x` is NaN in row 2"));
    assert!(one(&[-1.0, 2.0], &[true, true], &[0.0, 1.0], Ties::Efron).is_err());
    let single = one(&[1.0], &[true], &[5.0], Ties::Efron).unwrap();
    assert_eq!(single.set_aside, ["x"]);
}

#[test]
fn rows_cut_in_two_at_any_time_give_the_same_fit() {
    let (time, event, x) = leukaemia();
    let whole = one(&time, &event, &x, Ties::Efron).unwrap();
    let mut rows: Vec<(f64, f64, bool, f64)> = Vec::new();
    for row in 0..42 {
        if time[row] > 7.5 {
            rows.push((0.0, 7.5, false, x[row]));
            rows.push((7.5, time[row], event[row], x[row]));
        } else {
            rows.push((0.0, time[row], event[row], x[row]));
        }
    }
    let start: Vec<f64> = rows.iter().map(|r| r.0).collect();
    let stop: Vec<f64> = rows.iter().map(|r| r.1).collect();
    let event: Vec<bool> = rows.iter().map(|r| r.2).collect();
    let x: Vec<f64> = rows.iter().map(|r| r.3).collect();
    let times = Times::with_entry(&start, &stop, &event).unwrap();
    let terms = ["x".to_owned()];
    let (strata, cluster, ties) = (None, None, Ties::Efron);
    let cut = fit(&Model {
        stop: Stop::Rounding,
        times,
        terms: &terms,
        columns: &[&x],
        strata,
        cluster,
        ties,
    })
    .unwrap();
    assert!((cut.coef[0] - whole.coef[0]).abs() < 1e-10);
    assert!((cut.vcov[0][0] - whole.vcov[0][0]).abs() < 1e-10);
    assert!((cut.loglik[1] - whole.loglik[1]).abs() < 1e-9);
    let (a, b) = (cut.concordance().unwrap(), whole.concordance().unwrap());
    assert_eq!((a.concordant, a.discordant), (b.concordant, b.discordant));
}

proptest::proptest! {
    #[test]
    fn order_scale_and_copies_change_only_what_they_should(
        rows in proptest::collection::vec((1_u32..12, proptest::bool::ANY, 0_u32..9, 0_u32..2), 12..60),
        scale in 0.1_f64..10.0,
    ) {
        let read = |rows: &[(u32, bool, u32, u32)], scale: f64, stretch: f64| {
            let time: Vec<f64> = rows.iter().map(|r| f64::from(r.0) * scale).collect();
            let event: Vec<bool> = rows.iter().map(|r| r.1).collect();
            let x: Vec<f64> = rows.iter().map(|r| f64::from(r.2) * stretch + 1e3).collect();
            let codes: Vec<u32> = rows.iter().map(|r| r.3).collect();
            let terms = ["x".to_owned()];
            let times = Times::new(&time, &event).unwrap();
            let strata = Some(Groups::new(&codes, 2).unwrap());
            fit(&Model { stop: Stop::Rounding, times, terms: &terms, columns: &[&x], strata, cluster: None, ties: Ties::Breslow })
        };
        let Ok(plain) = read(&rows, 1.0, 1.0) else { return Ok(()) };
        if !plain.unbounded.is_empty() || !plain.set_aside.is_empty() {
            return Ok(());
        }
        let mut twice: Vec<_> = rows.iter().rev().copied().collect();
        twice.extend(rows.iter().copied());
        let other = read(&twice, scale, 0.5).unwrap();
        let close = |a: f64, b: f64| (a - b).abs() < 1e-6 * (1.0 + a.abs());
        proptest::prop_assert!(close(plain.coef[0], other.coef[0] * 0.5));
        proptest::prop_assert!(close(plain.vcov[0][0], other.vcov[0][0] * 0.25 * 2.0));
        proptest::prop_assert!(close(plain.likelihood_ratio, other.likelihood_ratio / 2.0));
    }
}
