//! When things go wrong with data, one test for each: an answer that is right, or a sentence that says why
//! there is none. Perfect separation, constant columns, studies that are all alike and zero cells in both
//! arms are tested beside their estimators, and the readers in `table`.

use statistics::survival::aft::{self, Family};
use statistics::survival::competing::aalen_johansen;
use statistics::survival::cox::{self, Model, Stop, Ties};
use statistics::survival::gray::gray;
use statistics::survival::kaplan_meier::{Interval, kaplan_meier};
use statistics::survival::log_rank::log_rank;
use statistics::survival::rmst::restricted_mean;
use statistics::survival::{Groups, SurvivalError, Times, fine_gray};

fn cox_of(time: &[f64], event: &[bool], x: &[f64]) -> Result<cox::Fit, SurvivalError> {
    cox::fit(&Model {
        times: Times::new(time, event)?,
        terms: &["x".to_owned()],
        columns: &[x],
        strata: None,
        cluster: None,
        ties: Ties::Efron,
        stop: Stop::Settled,
    })
}

fn near(one: f64, other: f64) {
    assert!((one - other).abs() < 1e-12, "{one} {other}");
}

#[test]
fn a_time_that_is_negative_or_no_number_is_refused_with_its_row_by_every_estimator() {
    for bad in [-1.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let time = [3.0, bad, 5.0];
        let event = [true, true, false];
        let codes = [0, 1, 0];
        let groups = Groups::new(&codes, 2).unwrap();
        let sentences = [
            Times::new(&time, &event).unwrap_err(),
            aalen_johansen(&time, &[1, 2, 0], 2).unwrap_err(),
            gray(&time, &[1, 2, 0], groups, 1).unwrap_err(),
            fine_gray::fit(
                &time,
                &[1, 2, 0],
                1,
                &["x".to_owned()],
                &[&[0.0, 1.0, 2.0]],
                Stop::Settled,
            )
            .unwrap_err(),
        ]
        .map(|error| error.to_string());
        for sentence in sentences {
            assert!(
                sentence.starts_with("row 2 has the time")
                    && sentence.ends_with("must be a finite number of zero or more"),
                "{sentence}"
            );
        }
    }
}

#[test]
fn when_all_are_censored_a_curve_stays_at_one_and_what_needs_an_event_says_so() {
    let (time, event) = ([1.0, 2.0, 3.0, 4.0], [false; 4]);
    let times = Times::new(&time, &event).unwrap();
    let curves = kaplan_meier(times, None).unwrap();
    assert!(
        curves[0]
            .surv
            .iter()
            .all(|share| (share - 1.0).abs() < 1e-15)
    );
    let median = curves[0].quantiles(&[0.5], Interval::LogLog, 0.95);
    assert!(median[0].quantile.is_nan(), "no time by which half had it");
    near(restricted_mean(&curves[0], 3.0).unwrap().estimate, 3.0);
    let codes = [0, 1, 0, 1];
    let groups = Groups::new(&codes, 2).unwrap();
    assert_eq!(
        log_rank(times, groups, None, 0.0).unwrap_err(),
        SurvivalError::NoEvents
    );
    assert_eq!(
        cox_of(&time, &event, &[0.0, 1.0, 1.0, 0.0]).unwrap_err(),
        SurvivalError::NoEvents
    );
    let x: [&[f64]; 1] = [&[0.0, 1.0, 1.0, 0.0]];
    let weibull = aft::fit(times, &["x".to_owned()], &x, Family::Weibull, Stop::Settled);
    assert!(weibull.is_err());
    let states = aalen_johansen(&time, &[0; 4], 2).unwrap();
    assert!(
        states
            .pstate
            .iter()
            .all(|shares| (shares[0] - 1.0).abs() < 1e-15)
    );
}

#[test]
fn one_event_gives_the_step_of_one_in_those_at_risk() {
    let (time, event) = ([1.0, 2.0, 3.0, 4.0], [false, true, false, false]);
    let times = Times::new(&time, &event).unwrap();
    let curve = &kaplan_meier(times, None).unwrap()[0];
    // Three were at risk on day 2.
    near(*curve.surv.last().unwrap(), 2.0 / 3.0);
    let codes = [0, 0, 1, 1];
    let test = log_rank(times, Groups::new(&codes, 2).unwrap(), None, 0.0).unwrap();
    // By hand: one of one group and two of the other at risk, so 1/3 expected and a variance of 2/9;
    // (1 - 1/3)² / (2/9) = 2.
    near(test.chisq, 2.0);
    let fit = cox_of(&time, &event, &[0.0, 3.0, 1.0, 2.0]).unwrap();
    assert_eq!(fit.unbounded, ["x"], "the highest had it first: no bound");
    let states = aalen_johansen(&time, &[0, 1, 0, 0], 2).unwrap();
    near(states.pstate.last().unwrap()[1], 1.0 / 3.0);
}

#[test]
fn one_group_has_a_curve_and_nothing_to_be_compared_with() {
    let times = Times::new(&[1.0, 2.0, 3.0], &[true, true, false]).unwrap();
    let codes = [0, 0, 0];
    let groups = Groups::new(&codes, 1).unwrap();
    assert_eq!(kaplan_meier(times, Some(groups)).unwrap().len(), 1);
    assert_eq!(
        log_rank(times, groups, None, 0.0).unwrap_err(),
        SurvivalError::OneGroup
    );
    let why = gray(&[1.0, 2.0, 3.0], &[1, 2, 0], groups, 1).unwrap_err();
    assert!(!why.to_string().is_empty());
}
