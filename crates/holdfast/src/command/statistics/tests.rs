use clap::Parser as _;
use serde_json::Value;

use crate::command::{Line, Unaskable};

/// Six rows with two arms, a sex and an age.
const ROWS: &str = "time,status,arm,sex,age\n1,1,a,F,30\n2,0,a,M,41\n3,1,b,F,52\n4,1,b,M,33\n5,0,a,F,47\n6,1,b,M,60\n";

fn run(rows: &str, arguments: &str) -> anyhow::Result<Value> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rows.csv");
    std::fs::write(&path, rows).unwrap();
    let text = arguments.replace("FILE", path.to_str().unwrap());
    let line = Line::try_parse_from(
        ["holdfast", "statistics"]
            .into_iter()
            .chain(text.split_whitespace()),
    )?;
    let mut out = Vec::new();
    line.command.run(&mut out)?;
    Ok(serde_json::from_slice(&out)?)
}

#[test]
fn each_survival_estimator_answers_with_the_keys_of_the_references() {
    let km = run(ROWS, "km FILE --group arm").unwrap();
    assert_eq!(km["km"]["by_group"]["arm=a"]["n_risk"][0], 3);
    let test = run(ROWS, "logrank FILE --strata sex").unwrap();
    assert!(test["logrank"][0]["chisq"].is_number());
    assert_eq!(test["logrank_stratified"]["strata"], "sex");
    let cox = run(ROWS, "cox FILE --covariates age --cluster sex").unwrap();
    assert!(cox["cox"]["efron_robust_cluster"]["robust_se"][0].is_number());
    let aft = run(ROWS, "aft FILE --covariates age --family weibull").unwrap();
    assert_eq!(aft["aft"]["weibull"]["terms"][0], "(Intercept)");
    let rmst = run(ROWS, "rmst FILE --tau 4").unwrap();
    assert_eq!(rmst["rmst"]["arm1"], "b");
    let causes = ROWS.replace("status", "cause");
    let incidence = run(&causes, "cuminc FILE --at 2,4").unwrap();
    assert_eq!(incidence["cuminc_at"]["rows"][0], "a 1");
    let model = run(&causes, "finegray FILE --covariates age").unwrap();
    assert_eq!(model["fine_gray"][0]["failcode"], 1);
}

#[test]
fn a_missing_file_or_column_could_not_be_asked() {
    let missing = run(ROWS, "km nowhere.csv").unwrap_err();
    assert!(missing.is::<Unaskable>());
    let column = run(ROWS, "cox FILE --covariates weight").unwrap_err();
    assert!(column.is::<Unaskable>());
    assert!(
        column
            .to_string()
            .starts_with("there is no column `weight`")
    );
    let text = run(ROWS, "km FILE --time arm").unwrap_err();
    assert_eq!(
        text.to_string(),
        "column `arm` must be numbers, but line 2 says `a`"
    );
}

#[test]
fn what_cannot_be_estimated_is_said_in_a_sentence() {
    let negative = ROWS.replace("\n2,0", "\n-2,0");
    let said = run(&negative, "km FILE").unwrap_err().to_string();
    assert_eq!(
        said,
        "row 2 has the time -2; a time must be a finite number of zero or more"
    );
    let none = ROWS.replace(",1,", ",0,");
    let said = run(&none, "logrank FILE").unwrap_err().to_string();
    assert_eq!(
        said,
        "nobody had the event, so there is nothing to compare or to fit"
    );
}

#[test]
fn rows_with_gaps_are_dropped_and_counted() {
    let gaps = ROWS.replace("F,30", "F,");
    let cox = run(&gaps, "cox FILE --covariates age").unwrap();
    assert_eq!(cox["dropped"], 1);
    assert_eq!(cox["cox"]["efron"]["n"], 5);
}

#[test]
fn a_separating_covariate_is_warned_of() {
    let rows = "time,status,x\n1,1,1\n2,1,1\n3,1,1\n4,0,0\n5,0,0\n6,0,0\n";
    let cox = run(rows, "cox FILE").unwrap();
    let warning = cox["cox"]["efron"]["warnings"][0]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(warning.starts_with("`x` separates the events"));
}

#[test]
fn each_model_answers_with_the_keys_of_the_references() {
    let trials = "ai,bi,ci,di,year\n4,119,11,128,1948\n6,300,29,274,1949\n3,228,11,209,1960\n62,13536,248,12619,1977\n";
    let meta = run(trials, "meta FILE --measure OR").unwrap();
    assert!(meta["measures"]["OR"]["models"]["REML_knha"]["estimate"].is_number());
    assert!(meta["measures"].get("RR").is_none());
    let regression = run(trials, "meta FILE --measure RR --mods ~year").unwrap();
    assert_eq!(regression["fits"]["REML_z"]["terms"][1], "year");
    let visits = "y,week,who\n1,0,a\n2,1,a\n4,2,a\n2,0,b\n5,1,b\n3,2,b\n3,0,c\n3,1,c\n7,2,c\n";
    let mixed = run(visits, "mixed FILE --formula y~week+(1|who)").unwrap();
    assert_eq!(mixed["method"], "REML");
    assert!(mixed["satterthwaite"]["df"][1].is_number());
    let marginal = run(visits, "mixed FILE --kind gee --group who --formula y~week").unwrap();
    assert!(marginal["robust_se"][1].is_number());
    let risks = "y,p_one,p_two\n0,0.2,0.3\n1,0.4,0.6\n0,0.6,0.5\n1,0.7,0.4\n";
    let judged = run(risks, "calibrate FILE --outcome y --predicted p_one,p_two").unwrap();
    assert!((judged["metrics_one"]["auc"].as_f64().unwrap() - 0.75).abs() < 1e-12);
    assert!(judged["delong_test"]["p"].is_number());
}

#[test]
fn a_model_that_cannot_be_fitted_is_unaskable_and_says_why() {
    let rows = "y,x,who\n1,5,a\n2,5,a\n4,5,b\n2,5,b\n";
    let refused = run(rows, "mixed FILE --formula y~x+(1|who)").unwrap_err();
    assert!(refused.downcast_ref::<Unaskable>().is_some());
    assert!(refused.to_string().contains("constant"), "{refused}");
}

#[test]
fn data_that_no_estimate_can_come_from_could_not_be_asked() {
    let refused = |rows: &str, arguments: &str| {
        let error = run(rows, arguments).unwrap_err();
        assert!(error.is::<Unaskable>(), "{arguments}: {error}");
        error.to_string()
    };
    assert!(
        refused(&ROWS.replace("\n3,1,b", "\n-3,1,b"), "km FILE").contains("row 3 has the time -3")
    );
    let censored = ROWS.replace(",1,", ",0,");
    assert!(refused(&censored, "logrank FILE").contains("nobody had the event"));
    assert!(refused(&censored, "cox FILE").contains("nobody had the event"));
    assert!(
        refused(&censored.replace("status", "cause"), "finegray FILE")
            .contains("nobody had an event")
    );
    assert!(refused(&ROWS.replace(",b,", ",a,"), "logrank FILE").contains("only one group"));
    assert!(
        refused("yi,vi\n0.5,0.1\nNA,0.1\n", "meta FILE")
            .contains("row 2 (counting from 1) lacks one of yi, vi")
    );
    assert!(refused("yi,vi\n", "meta FILE").contains("has no rows"));
}

#[test]
fn a_column_that_separates_the_events_is_warned_of_in_every_regression() {
    let rows: Vec<String> = (1..=16)
        .map(|row| format!("{row},{},{}", row % 2, if row % 2 == 1 { "b" } else { "a" }))
        .collect();
    let table = format!("time,status,arm\n{}\n", rows.join("\n"));
    let cox = run(&table, "cox FILE --covariates arm").unwrap();
    assert!(
        cox["cox"]["efron"]["warnings"][0]
            .as_str()
            .unwrap()
            .contains("`armb` separates")
    );
    let aft = run(&table, "aft FILE --covariates arm --family weibull").unwrap();
    assert!(
        aft["aft"]["weibull"]["warnings"][0]
            .as_str()
            .unwrap()
            .contains("`armb` separates")
    );
    let causes = table.replace("status", "cause").replace(",0,", ",2,");
    let model = run(&causes, "finegray FILE --covariates arm --failcode 1").unwrap();
    assert!(
        model["fine_gray"][0]["warnings"][0]
            .as_str()
            .unwrap()
            .contains("`armb` separates")
    );
}
