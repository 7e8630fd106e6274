//! A score by week: every answer, and the mean of a mixed model with its interval.

use std::collections::BTreeMap;

use statistics::matrix::Matrix;
use statistics::mixed::{Criterion, Design, RandomDesign, linear};

use super::{Followed, count};
use crate::trace::{Trace, WINDOW_DAYS, before};

/// The last week looked at.
const WEEKS: usize = 13;

/// The normal quantile that leaves 2.5 % on either side.
const Z: f64 = 1.959_963_984_540_054;

/// Answers of one week that are alike.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bubble {
    /// The week; 0 is before the first dose.
    pub week: u32,
    /// The value, to the nearest half.
    pub value: f64,
    /// How many people.
    pub n: u32,
}

/// The mean of one week.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WeekMean {
    /// The week; 0 is before the first dose.
    pub week: u32,
    /// The mean of the model.
    pub mean: f64,
    /// The ends of its 95 % interval.
    pub interval: (f64, f64),
    /// How many people answered; none where that is withheld.
    pub n: Option<u32>,
}

/// A score by week.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trajectory {
    /// How many people answered at all.
    pub people: u32,
    /// How many started.
    pub started: u32,
    /// Every person's week, alike ones together.
    pub bubbles: Vec<Bubble>,
    /// The model's means.
    pub means: Vec<WeekMean>,
    /// Why there are no means, or what must be said beside them.
    pub said: Option<String>,
}

/// The trajectory of a score.
///
/// Each person's answers of a week are their mean; week 0 is the last answer before the first dose.
/// The model has one mean for each week and a random intercept for each person, fitted by REML
/// ([`linear`]), so that a person who answers seldom counts and is not filled in: it supposes that
/// those who fell silent go on as people with their earlier answers do.
pub(super) fn of(
    started: &[&Followed<'_>],
    values: impl Fn(&Trace) -> &[(i32, f64)],
) -> Trajectory {
    let people: Vec<BTreeMap<u32, f64>> = started
        .iter()
        .map(|one| by_week(values(one.trace), one.passed.unwrap_or(0)))
        .filter(|weeks| !weeks.is_empty())
        .collect();
    let (means, said) = match means(&people) {
        Ok(found) => found,
        Err(why) => (Vec::new(), Some(why)),
    };
    Trajectory {
        people: count(people.len()),
        started: count(started.len()),
        bubbles: bubbles(&people),
        means,
        said,
    }
}

fn by_week(values: &[(i32, f64)], passed: usize) -> BTreeMap<u32, f64> {
    let last = i32::try_from(passed.min(WINDOW_DAYS)).unwrap_or(0);
    let mut sums: BTreeMap<u32, (f64, f64)> = BTreeMap::new();
    for (day, value) in values {
        if (1..=last).contains(day) && value.is_finite() {
            let week = u32::try_from((day + 6) / 7).unwrap_or(1);
            let (sum, n) = sums.entry(week).or_insert((0.0, 0.0));
            *sum += value;
            *n += 1.0;
        }
    }
    let mut weeks: BTreeMap<u32, f64> = sums
        .into_iter()
        .map(|(week, (sum, n))| (week, sum / n))
        .collect();
    if let Some(value) = before(values).filter(|value| value.is_finite()) {
        weeks.insert(0, value);
    }
    weeks
}

fn bubbles(people: &[BTreeMap<u32, f64>]) -> Vec<Bubble> {
    let mut counted: BTreeMap<(u32, i64), u32> = BTreeMap::new();
    for weeks in people {
        for (week, value) in weeks {
            *counted.entry((*week, halves(*value))).or_insert(0) += 1;
        }
    }
    counted
        .into_iter()
        .map(|((week, halves), n)| Bubble {
            week,
            value: i32::try_from(halves).map_or(0.0, f64::from) / 2.0,
            n,
        })
        .collect()
}

/// How many halves are nearest a value, found by counting, since a score is small.
fn halves(value: f64) -> i64 {
    let doubled = (value * 2.0).round().clamp(0.0, 1_000.0);
    (0..=1_000_i32)
        .find(|n| f64::from(*n) >= doubled)
        .map_or(0, i64::from)
}

type Means = (Vec<WeekMean>, Option<String>);

fn means(people: &[BTreeMap<u32, f64>]) -> Result<Means, String> {
    let answered = |week: u32| count(people.iter().filter(|one| one.contains_key(&week)).count());
    let weeks: Vec<(u32, u32)> = (0..=count(WEEKS))
        .map(|week| (week, answered(week)))
        .filter(|(_, n)| *n >= 2)
        .collect();
    if weeks.len() < 2 {
        return Err(
            "Fewer than two weeks have answers of two people or more, so no mean is drawn."
                .to_owned(),
        );
    }
    let design = design(people, &weeks);
    let fit =
        linear(&design, Criterion::Reml).map_err(|error| format!("No mean is drawn: {error}."))?;
    let mut means = Vec::new();
    for (place, (week, n)) in weeks.iter().enumerate() {
        let (Some(mean), variance) = (fit.coefficients.get(place), fit.covariance[(place, place)])
        else {
            continue;
        };
        let half = Z * variance.max(0.0).sqrt();
        means.push(WeekMean {
            week: *week,
            mean: *mean,
            interval: (mean - half, mean + half),
            n: Some(*n),
        });
    }
    let said = fit.is_singular().then(|| {
        "People hardly differ in their level: the model's variance between them is nought."
            .to_owned()
    });
    Ok((means, said))
}

/// One column a week and no constant, so that each coefficient is the mean of its week.
fn design(people: &[BTreeMap<u32, f64>], weeks: &[(u32, u32)]) -> Design {
    let (mut cells, mut response, mut codes, mut labels) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for one in people {
        let code = labels.len();
        let n_before = response.len();
        for (place, (week, _)) in weeks.iter().enumerate() {
            let Some(value) = one.get(week) else { continue };
            cells.extend((0..weeks.len()).map(|column| if column == place { 1.0 } else { 0.0 }));
            response.push(*value);
            codes.push(code);
        }
        if response.len() > n_before {
            labels.push(code.to_string());
        }
    }
    let n = response.len();
    Design {
        terms: weeks
            .iter()
            .map(|(week, _)| format!("week {week}"))
            .collect(),
        fixed: Matrix::from_rows(weeks.len(), cells),
        response,
        rows: (0..n).collect(),
        random: Some(RandomDesign {
            group: "person".to_owned(),
            labels,
            codes,
            names: vec!["(Intercept)".to_owned()],
            columns: Matrix::from_fn(n, 1, |_, _| 1.0),
            blocks: vec![1],
        }),
    }
}
