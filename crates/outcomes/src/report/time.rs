//! Times: relapse and loss of contact as curves, and one beside the other as competing ends.

use statistics::survival::Times;
use statistics::survival::competing::aalen_johansen;
use statistics::survival::kaplan_meier::{Curve as Fitted, Interval, kaplan_meier};

use super::{Followed, count};
use crate::days::{RelapseRule, Strictness, TimeTo};
use crate::trace::{Until, WINDOW_DAYS};

/// The days whose numbers at risk stand under a curve.
pub(super) const RISK_DAYS: [u32; 7] = [0, 15, 30, 45, 60, 75, 90];

/// The fewest people a curve is drawn for.
pub(super) const CURVE_PEOPLE_MIN: usize = 5;

/// The normal quantile that leaves 2.5 % on either side.
const Z: f64 = 1.959_963_984_540_054;

/// A share at a day, in per cent, from that day on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CurvePoint {
    /// The day.
    pub day: f64,
    /// The share.
    pub share: f64,
    /// The ends of its 95 % interval, where there is one.
    pub interval: Option<(f64, f64)>,
}

/// The numbers under a curve at a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Risk {
    /// The day.
    pub day: u32,
    /// How many are still followed without it just before that day is over.
    pub at_risk: u32,
    /// To how many it has happened by then.
    pub happened: u32,
}

/// The share to whom something has not happened, by day.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// People.
    pub n: u32,
    /// To how many it happened.
    pub happened: u32,
    /// How many were lost before it could be said and before day 90 or the day of the report.
    pub lost: u32,
    /// The steps, from day 0.
    pub points: Vec<CurvePoint>,
    /// Last days of people of whom nothing more is known.
    pub censored: Vec<f64>,
    /// The numbers under it.
    pub risk: Vec<Risk>,
    /// When half had it, with the ends of the interval where they were reached.
    pub median: Option<(f64, Option<f64>, Option<f64>)>,
    /// Whether only some days are kept, so that between them nothing is told.
    pub is_coarse: bool,
    /// Where it would end, in per cent, if it had happened to everybody lost, and if to none.
    pub range: (f64, f64),
}

impl Curve {
    /// The last point.
    pub fn end(&self) -> Option<CurvePoint> {
        self.points.last().copied()
    }
}

/// Two ends side by side, each as a cumulative share.
#[derive(Clone, Debug, PartialEq)]
pub struct Incidence {
    /// People.
    pub n: u32,
    /// Relapse, from day 0.
    pub relapse: Vec<CurvePoint>,
    /// Loss of contact before a relapse.
    pub lost: Vec<CurvePoint>,
    /// The numbers under it: at risk of either, and relapsed.
    pub risk: Vec<Risk>,
}

/// One person's time, and how far they could have been followed.
struct Time {
    until: Until,
    followed: usize,
}

/// Relapse by a rule, in the first figure: an unknown day is not an event.
pub(super) fn relapse(started: &[&Followed<'_>], rule: RelapseRule) -> Result<Curve, String> {
    curve(&times(started, |one, passed| relapsed(one, passed, rule)))
}

/// Loss of contact.
pub(super) fn retention(started: &[&Followed<'_>]) -> Result<Curve, String> {
    curve(&times(started, |one, passed| one.trace.lost(passed)))
}

fn times(started: &[&Followed<'_>], until: impl Fn(&Followed<'_>, usize) -> Until) -> Vec<Time> {
    started
        .iter()
        .map(|one| {
            let passed = one.passed.unwrap_or(0);
            Time {
                until: until(one, passed),
                followed: passed.min(WINDOW_DAYS),
            }
        })
        .collect()
}

pub(super) fn relapsed(one: &Followed<'_>, passed: usize, rule: RelapseRule) -> Until {
    let days = one.trace.days_until(passed);
    match days.relapse(rule, Strictness::First) {
        TimeTo::Happened { day } => Until {
            day,
            happened: true,
        },
        // A clean test follows a person as a report does: where only days of use were written down, the
        // last day known would otherwise be the last of use, and the curve would fall by silence.
        TimeTo::NotBy { day } => Until {
            day: day.max(one.trace.last_clean_test(passed)),
            happened: false,
        },
    }
}

fn too_few(n: usize) -> Option<String> {
    (n < CURVE_PEOPLE_MIN).then(|| {
        let who = match n {
            0 => "Nobody has started yet".to_owned(),
            1 => "One person has started".to_owned(),
            n => format!("{n} people have started"),
        };
        format!("{who}; a curve is drawn from {CURVE_PEOPLE_MIN} people on.")
    })
}

fn number(day: usize) -> f64 {
    f64::from(count(day))
}

fn fitted(stop: &[f64], event: &[bool]) -> Result<Fitted, String> {
    let times = Times::new(stop, event).map_err(|error| error.to_string())?;
    let mut curves = kaplan_meier(times, None).map_err(|error| error.to_string())?;
    curves.pop().ok_or_else(|| "there is no curve".to_owned())
}

fn curve(times: &[Time]) -> Result<Curve, String> {
    if let Some(why) = too_few(times.len()) {
        return Err(why);
    }
    let stop: Vec<f64> = times.iter().map(|time| number(time.until.day)).collect();
    let event: Vec<bool> = times.iter().map(|time| time.until.happened).collect();
    let fitted = fitted(&stop, &event)?;
    let is_lost = |time: &&Time| !time.until.happened && time.until.day < time.followed;
    Ok(Curve {
        n: count(times.len()),
        happened: count(event.iter().filter(|happened| **happened).count()),
        lost: count(times.iter().filter(is_lost).count()),
        points: points(&fitted),
        censored: times
            .iter()
            .filter(is_lost)
            .map(|time| number(time.until.day))
            .collect(),
        risk: risk(times),
        is_coarse: false,
        median: median(&fitted),
        range: (end_if(times, true)?, end_if(times, false)?),
    })
}

fn points(fitted: &Fitted) -> Vec<CurvePoint> {
    let limits = fitted.limits(Interval::LogLog, 0.95);
    let mut points = vec![CurvePoint {
        day: 0.0,
        share: 100.0,
        interval: Some((100.0, 100.0)),
    }];
    let ends = limits.lower.iter().zip(&limits.upper);
    let rows = fitted.time.iter().zip(&fitted.surv).zip(&fitted.n_event);
    for (((day, share), n_event), (lower, upper)) in rows.zip(ends) {
        if *n_event > 0 {
            let is_known = lower.is_finite() && upper.is_finite();
            points.push(CurvePoint {
                day: *day,
                share: 100.0 * share,
                interval: is_known.then_some((100.0 * lower, 100.0 * upper)),
            });
        }
    }
    if let (Some(day), Some(last)) = (fitted.time.last(), points.last().copied())
        && *day > last.day
    {
        // Where nothing has happened there is no interval: a width of nothing would be claimed.
        let interval = last.interval.filter(|_| points.len() > 1);
        points.push(CurvePoint {
            day: *day,
            interval,
            ..last
        });
    }
    points
}

fn median(fitted: &Fitted) -> Option<(f64, Option<f64>, Option<f64>)> {
    let half = fitted
        .quantiles(&[0.5], Interval::LogLog, 0.95)
        .into_iter()
        .next()?;
    let reached = |day: f64| day.is_finite().then_some(day);
    reached(half.quantile).map(|day| (day, reached(half.lower), reached(half.upper)))
}

fn risk(times: &[Time]) -> Vec<Risk> {
    RISK_DAYS
        .into_iter()
        .map(|day| {
            let (at_risk, happened) = times.iter().fold((0, 0), |(at_risk, happened), time| {
                let until = count(time.until.day);
                (
                    at_risk + u32::from(until >= day),
                    happened + u32::from(time.until.happened && until <= day),
                )
            });
            Risk {
                day,
                at_risk,
                happened,
            }
        })
        .collect()
}

/// Where the curve ends if everybody lost had it on the day they were lost, or if nobody lost had it.
fn end_if(times: &[Time], happened: bool) -> Result<f64, String> {
    let of = |time: &Time| {
        let is_lost = !time.until.happened && time.until.day < time.followed;
        match (is_lost, happened) {
            (true, true) => (number(time.until.day), true),
            (true, false) => (number(time.followed), false),
            (false, _) => (number(time.until.day), time.until.happened),
        }
    };
    let (stop, event): (Vec<f64>, Vec<bool>) = times.iter().map(of).unzip();
    let fitted = fitted(&stop, &event)?;
    Ok(100.0 * fitted.surv.last().copied().unwrap_or(1.0))
}

/// Relapse and loss of contact, whichever comes first (Aalen and Johansen).
pub(super) fn incidence(started: &[&Followed<'_>], rule: RelapseRule) -> Result<Incidence, String> {
    if let Some(why) = too_few(started.len()) {
        return Err(why);
    }
    let (mut stop, mut cause, mut times) = (Vec::new(), Vec::new(), Vec::new());
    for one in started {
        let passed = one.passed.unwrap_or(0);
        let (relapse, lost) = (relapsed(one, passed, rule), one.trace.lost(passed));
        let (day, by) = first_of(relapse, lost);
        stop.push(number(day));
        cause.push(by);
        times.push(Time {
            until: Until {
                day,
                happened: by == 1,
            },
            followed: passed.min(WINDOW_DAYS),
        });
    }
    let states = aalen_johansen(&stop, &cause, 2).map_err(|error| error.to_string())?;
    let of = |state: usize| {
        let mut points = vec![CurvePoint {
            day: 0.0,
            share: 0.0,
            interval: Some((0.0, 0.0)),
        }];
        for ((day, shares), errors) in states.time.iter().zip(&states.pstate).zip(&states.se) {
            if let (Some(share), Some(error)) = (shares.get(state), errors.get(state)) {
                points.push(CurvePoint {
                    day: *day,
                    share: 100.0 * share,
                    interval: around(*share, *error),
                });
            }
        }
        points
    };
    Ok(Incidence {
        n: count(started.len()),
        relapse: of(1),
        lost: of(2),
        risk: risk(&times),
    })
}

/// Which end came first: 1 relapse, 2 loss of contact, 0 neither as far as both are known.
pub(super) fn first_of(relapse: Until, lost: Until) -> (usize, u32) {
    match (relapse.happened, lost.happened) {
        (true, true) if relapse.day <= lost.day => (relapse.day, 1),
        (true, false) => (relapse.day, 1),
        (_, true) => (lost.day, 2),
        (false, false) => (relapse.day.min(lost.day), 0),
    }
}

/// The interval of a cumulative share, symmetric for ln(-ln(1 - F)), in per cent.
fn around(share: f64, error: f64) -> Option<(f64, f64)> {
    if !(share > 0.0 && share < 1.0 && error.is_finite()) {
        return None;
    }
    let without = 1.0 - share;
    let half = Z * error / (without * without.ln().abs());
    let end = |half: f64| 100.0 * (1.0 - without.powf(half.exp()));
    Some((end(-half), end(half)))
}
