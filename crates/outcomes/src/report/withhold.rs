//! What leaves the clinic holds no part so small that it could point at a person.
//!
//! A count with a small part is withheld whole, because the others and the total would give it away;
//! a stage that differs from the last shown one by a few is withheld as well, because it could be
//! subtracted. Curves are kept only on days between which nothing small happened.

use super::groups::on_group_days;
use super::time::{Curve, CurvePoint, Risk};
use super::{Incidence, Report, Step, Trajectory};
use crate::missing::Counted;

impl Report {
    /// The report without any part of fewer than `fewest` people.
    #[must_use]
    pub fn withheld(mut self, fewest: u32) -> Self {
        self.fewest = fewest;
        let (n_started, n_counted) = (self.n_started, self.n_counted);
        steps(&mut self.steps, fewest);
        for line in &mut self.lines {
            if line.counted.is_some_and(|counted| {
                // Those not counted in the line, and days of so few people, could be subtracted too.
                let aside = if line.answers.is_empty() {
                    0
                } else {
                    n_counted.saturating_sub(counted.of())
                };
                counted.has_small_part(fewest)
                    || is_small(aside, fewest)
                    || is_small(n_counted, fewest)
            }) {
                line.counted = None;
                line.interval = None;
            }
            line.answers.clear();
        }
        if self.weeks.iter().any(|week| week.has_small_part(fewest)) {
            self.weeks = self
                .weeks
                .iter()
                .map(|week| {
                    if week.has_small_part(fewest) {
                        Counted::default()
                    } else {
                        *week
                    }
                })
                .collect();
        }
        self.relapse = self.relapse.and_then(|curve| coarse(curve, fewest));
        self.retention = self.retention.and_then(|curve| coarse(curve, fewest));
        self.incidence = self.incidence.and_then(|both| coarse_both(both, fewest));
        trajectory(&mut self.craving, fewest);
        trajectory(&mut self.phq9, fewest);
        let harm = &mut self.harm;
        for n in [
            &mut harm.with_serious,
            &mut harm.with_any,
            &mut harm.stopped_early,
        ] {
            *n = n.filter(|n| {
                !is_small(*n, fewest) && !is_small(n_started.saturating_sub(*n), fewest)
            });
        }
        // Who had one, but no serious one, are those of the one number without those of the other.
        let between = harm.with_any.zip(harm.with_serious);
        if between.is_some_and(|(any, serious)| is_small(any.saturating_sub(serious), fewest)) {
            harm.with_serious = None;
        }
        self
    }
}

fn is_small(n: u32, fewest: u32) -> bool {
    n > 0 && n < fewest
}

fn steps(steps: &mut [Step], fewest: u32) {
    let mut shown: Vec<u32> = Vec::new();
    let mut started = None;
    for step in steps {
        let n = step.n.unwrap_or(0);
        // Whatever was shown could be subtracted from it, and it from that.
        let is_hidden = is_small(n, fewest)
            || shown
                .iter()
                .any(|other| is_small(other.abs_diff(n), fewest));
        let is_last = step.words.contains("90");
        step.of = if is_last {
            started
        } else {
            shown.last().copied()
        };
        // A reason that few have, or a rest that few are, would say who: reasons are shown only whole.
        if is_hidden || step.of.is_none() || step.without.iter().any(|(_, n)| is_small(*n, fewest))
        {
            step.without.clear();
        }
        step.who.clear();
        if is_hidden {
            step.n = None;
        } else {
            shown.push(n);
        }
        if step.is_started && started.is_none() {
            started = step.n;
        }
    }
}

/// The days between which everything that happened, and everybody who left, is none or enough.
fn kept_days(risk: &[Risk], fewest: u32) -> Vec<Risk> {
    let mut kept: Vec<Risk> = Vec::new();
    for one in risk {
        let is_kept = kept.last().is_none_or(|last| {
            let happened = one.happened.saturating_sub(last.happened);
            let gone = last.at_risk.saturating_sub(one.at_risk);
            let lost = gone.saturating_sub(happened);
            ![happened, gone, lost, one.at_risk]
                .into_iter()
                .any(|n| is_small(n, fewest))
        });
        if is_kept {
            kept.push(*one);
        }
    }
    kept
}

fn at(points: &[CurvePoint], day: u32) -> Option<CurvePoint> {
    points
        .iter()
        .rev()
        .find(|point| point.day <= f64::from(day))
        .map(|point| CurvePoint {
            day: f64::from(day),
            ..*point
        })
}

fn on(points: &[CurvePoint], kept: &[Risk]) -> Vec<CurvePoint> {
    kept.iter().filter_map(|one| at(points, one.day)).collect()
}

fn none(fewest: u32) -> String {
    format!(
        "Withheld: between any two days it would show, fewer than {fewest} people had it or were lost."
    )
}

impl Curve {
    /// The curve on days between which nothing small happened.
    ///
    /// # Errors
    /// A sentence where there are none such.
    pub fn withheld(self, fewest: u32) -> Result<Self, String> {
        coarse(self, fewest)
    }

    /// A curve that holds nothing small, on the days every group's is told on; none where a group's may
    /// not be told.
    ///
    /// # Errors
    /// A sentence where it is withheld.
    pub fn on_group_days(mut self, is_told: bool) -> Result<Self, String> {
        let kept = on_group_days(&self.risk, is_told)?;
        self.points = on(&self.points, &kept);
        self.risk = kept;
        Ok(self)
    }
}

impl Incidence {
    pub(super) fn on(mut self, kept: Vec<Risk>) -> Self {
        self.relapse = on(&self.relapse, &kept);
        self.lost = on(&self.lost, &kept);
        self.risk = kept;
        self
    }
}

impl Trajectory {
    pub(super) fn keep_weeks(&mut self, is_told: impl Fn(u32) -> bool) {
        self.means.retain(|mean| is_told(mean.week));
        if self.means.is_empty() && self.said.is_none() {
            self.said = Some(
                "Withheld: with another group's answers it would give away those of a few."
                    .to_owned(),
            );
        }
    }
}

fn coarse(mut curve: Curve, fewest: u32) -> Result<Curve, String> {
    let kept = kept_days(&curve.risk, fewest);
    if kept.len() < 2 || is_small(curve.n, fewest) {
        return Err(none(fewest));
    }
    curve.points = on(&curve.points, &kept);
    curve.censored.clear();
    let is_told = !is_small(curve.lost, fewest) && !is_small(curve.happened, fewest);
    if !is_told {
        curve.lost = 0;
        curve.range = (f64::NAN, f64::NAN);
    }
    curve.is_coarse = true;
    curve.median = None;
    curve.risk = kept;
    Ok(curve)
}

fn coarse_both(both: Incidence, fewest: u32) -> Result<Incidence, String> {
    let kept = kept_days(&both.risk, fewest);
    if kept.len() < 2 || is_small(both.n, fewest) {
        return Err(none(fewest));
    }
    Ok(both.on(kept))
}

fn trajectory(one: &mut Trajectory, fewest: u32) {
    one.bubbles.clear();
    one.means.retain(|mean| mean.n.is_some_and(|n| n >= fewest));
    let started = one.started;
    for mean in &mut one.means {
        mean.n = mean
            .n
            .filter(|n| !is_small(started.saturating_sub(*n), fewest));
    }
    if one.means.is_empty() && one.said.is_none() {
        one.said = Some(format!(
            "Withheld: fewer than {fewest} people answered in each week."
        ));
    }
}
