//! A report as numbers in JSON: what a command prints, and what the hash of a frozen report is over.

use outcomes::missing::{Counted, Reading};
use outcomes::report::imputed::Readings;
use outcomes::report::{Curve, CurvePoint, Incidence, Line, Risk, Step, Trajectory};
use serde_json::{Value, json};

use super::ask::Made;

/// The numbers of a report, in one order for equal reports.
pub fn json(made: &Made) -> Value {
    let report = &made.report;
    let asked = &made.asked;
    json!({
        "position": made.position,
        "day": made.today.to_string(),
        "asked": {
            "substance": asked.substance, "protocol": asked.protocol, "site": asked.site,
            "year": asked.year, "relapse": asked.relapse().0,
        },
        "withheld_under": report.fewest,
        "is_all_withheld": made.is_all_withheld,
        "started": report.n_started,
        "reached_day_90": report.n_counted,
        "way": report.steps.iter().map(step).collect::<Vec<_>>(),
        "outcomes": report.lines.iter().map(line).collect::<Vec<_>>(),
        "weeks_without_use": report.weeks.iter().map(|week| counted(*week)).collect::<Vec<_>>(),
        "weeks_without_use_by_reading": made.readings.as_ref().map(readings),
        "not_relapsed": curve(&report.relapse),
        "in_contact": curve(&report.retention),
        "relapse_and_loss_of_contact": incidence(&report.incidence),
        "craving": trajectory(&report.craving),
        "phq9": trajectory(&report.phq9),
        "harm": {
            "people": report.harm.people, "with_any": report.harm.with_any,
            "with_serious": report.harm.with_serious, "sessions": report.harm.sessions,
            "stopped_early": report.harm.stopped_early,
        },
    })
}

/// The same as text, of which a hash is made.
pub fn content(made: &Made) -> String {
    json(made).to_string()
}

fn step(step: &Step) -> Value {
    json!({ "stage": step.words, "n": step.n, "of": step.of, "without": step.without })
}

fn counted(counted: Counted) -> Value {
    json!({
        "n": counted.n(), "known": counted.known(), "of": counted.of(),
        "not_known": counted.not_known(),
    })
}

fn line(line: &Line) -> Value {
    let Some(found) = line.counted else {
        return json!({ "id": line.id, "name": line.name, "withheld": true });
    };
    json!({
        "id": line.id, "name": line.name, "unit": line.unit.words(),
        "sentence": line.sentence().concat(),
        "counted": counted(found),
        "percent_of_known": found.percent(Reading::AsMissing),
        "interval_95_percent": line.interval,
        "worst_to_best_percent": found.range_percent(),
        "estimand": line.estimand,
    })
}

fn readings(found: &Readings) -> Value {
    let all: Vec<Value> = found
        .all
        .iter()
        .map(|one| json!({ "reading": one.words, "percent": one.share, "interval_95_percent": one.interval }))
        .collect();
    json!({ "readings": all, "why_not_imputed": found.why_not })
}

fn points(points: &[CurvePoint]) -> Vec<Value> {
    let told = |point: &CurvePoint| json!([point.day, point.share, point.interval]);
    points.iter().map(told).collect()
}

fn risk(risk: &[Risk]) -> Vec<Value> {
    let told =
        |one: &Risk| json!({ "day": one.day, "at_risk": one.at_risk, "happened": one.happened });
    risk.iter().map(told).collect()
}

fn curve(found: &Result<Curve, String>) -> Value {
    match found {
        Err(why) => json!({ "why_not": why }),
        Ok(curve) => json!({
            "n": curve.n, "points": points(&curve.points), "risk": risk(&curve.risk),
            "median": curve.median, "if_all_lost_and_if_none": curve.range,
        }),
    }
}

fn incidence(found: &Result<Incidence, String>) -> Value {
    match found {
        Err(why) => json!({ "why_not": why }),
        Ok(both) => json!({
            "n": both.n, "relapse": points(&both.relapse), "loss_of_contact": points(&both.lost),
            "risk": risk(&both.risk),
        }),
    }
}

fn trajectory(found: &Trajectory) -> Value {
    let means: Vec<Value> = found
        .means
        .iter()
        .map(|mean| json!({ "week": mean.week, "mean": mean.mean, "interval_95": mean.interval, "n": mean.n }))
        .collect();
    json!({ "means": means, "said": found.said })
}
