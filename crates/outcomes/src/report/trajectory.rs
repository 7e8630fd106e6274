//! A score by week: every answer, and the mean of a mixed model with its interval.

use statistics::mixed::{Criterion, VisitAnswers};

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
/// ([`VisitAnswers`]), so that a person who answers seldom counts and is not filled in: it supposes that
/// those who fell silent go on as people with their earlier answers do.
pub(super) fn of(
    started: &[&Followed<'_>],
    values: impl Fn(&Trace) -> &[(i32, f64)],
) -> Trajectory {
    let people: Vec<Weeks> = started
        .iter()
        .map(|one| by_week(values(one.trace), one.passed.unwrap_or(0)))
        .filter(|weeks| weeks.iter().any(Option::is_some))
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

/// A person's value of each week, by week; none where there was no answer.
pub(super) type Weeks = [Option<f64>; WEEKS + 1];

pub(super) fn by_week(values: &[(i32, f64)], passed: usize) -> Weeks {
    let last = i32::try_from(passed.min(WINDOW_DAYS)).unwrap_or(0);
    let mut sums: [Option<(f64, f64)>; WEEKS + 1] = [None; WEEKS + 1];
    for (day, value) in values {
        if (1..=last).contains(day)
            && value.is_finite()
            && let Some(week) = usize::try_from((day + 6) / 7)
                .ok()
                .and_then(|w| sums.get_mut(w))
        {
            let (sum, n) = week.unwrap_or_default();
            *week = Some((sum + value, n + 1.0));
        }
    }
    let mut weeks = sums.map(|week| week.map(|(sum, n)| sum / n));
    if let Some(value) = before(values).filter(|value| value.is_finite()) {
        let [zero, ..] = &mut weeks;
        *zero = Some(value);
    }
    weeks
}

fn bubbles(people: &[Weeks]) -> Vec<Bubble> {
    let mut bubbles = Vec::new();
    for week in 0..=WEEKS {
        let mut halves: Vec<f64> = people
            .iter()
            .filter_map(|weeks| at(weeks, week))
            // Minus nought would not be alike with nought.
            .map(|value| (value * 2.0).round().clamp(0.0, 1_000.0).abs())
            .collect();
        halves.sort_unstable_by(f64::total_cmp);
        let alike = halves.chunk_by(|one, other| one.total_cmp(other).is_eq());
        bubbles.extend(alike.filter_map(|alike| {
            Some(Bubble {
                week: count(week),
                value: alike.first()? / 2.0,
                n: count(alike.len()),
            })
        }));
    }
    bubbles
}

fn at(weeks: &Weeks, week: usize) -> Option<f64> {
    weeks.get(week).copied().flatten()
}

type Means = (Vec<WeekMean>, Option<String>);

fn means(people: &[Weeks]) -> Result<Means, String> {
    let answered = |week: usize| count(people.iter().filter(|one| at(one, week).is_some()).count());
    let weeks: Vec<(usize, u32)> = (0..=WEEKS)
        .map(|week| (week, answered(week)))
        .filter(|(_, n)| *n >= 2)
        .collect();
    if weeks.len() < 2 {
        return Err(
            "Fewer than two weeks have answers of two people or more, so no mean is drawn."
                .to_owned(),
        );
    }
    let mut answers = VisitAnswers::new(weeks.len());
    for one in people {
        answers.add(
            weeks
                .iter()
                .enumerate()
                .filter_map(|(place, (week, _))| Some((place, at(one, *week)?))),
        );
    }
    let fit = answers
        .means(Criterion::Reml)
        .map_err(|error| format!("No mean is drawn: {error}."))?;
    let mut means = Vec::new();
    for (place, (week, n)) in weeks.iter().enumerate() {
        let (Some(mean), variance) = (fit.means.get(place), fit.covariance[(place, place)]) else {
            continue;
        };
        let half = Z * variance.max(0.0).sqrt();
        means.push(WeekMean {
            week: count(*week),
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
