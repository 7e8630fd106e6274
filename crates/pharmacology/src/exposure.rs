//! Peak, time of peak, area, half-life and time above a level of one predicted curve.

use crate::analyte::Analyte;
use crate::boundary::BoundaryError;
use crate::linear::{SolverError, Times, TimesError};
use crate::question::{Evaluator, Question};

/// Points between two changes of input at which a peak or a crossing is looked for.
const POINTS: usize = 96;
/// How long after the last input a peak is looked for, hours; metabolites peak within a day.
const AFTER_H: f64 = 24.0;
const BISECTIONS: usize = 60;

/// Why an exposure could not be found.
#[derive(Debug, thiserror::Error)]
pub enum ExposureError {
    /// The question was refused.
    #[error(transparent)]
    Boundary(#[from] BoundaryError),
    /// A prediction failed.
    #[error("failed to predict a level for an exposure")]
    Solver(#[from] SolverError),
    /// A time was refused.
    #[error("failed to lay out the times of an exposure")]
    Times(#[from] TimesError),
}

/// How much of an analyte a person meets.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exposure {
    /// The highest level, ng/mL.
    pub c_max: f64,
    /// When it is reached, hours from the first dose.
    pub t_max_h: f64,
    /// Area under the curve to 24 hours, ng h/mL; exact, not by trapezia.
    pub area_24h: f64,
    /// Area under the curve to its end, ng h/mL.
    pub area: f64,
    /// Half-life of the last phase, hours.
    pub half_life_h: f64,
}

/// A stretch of time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stretch {
    /// From, hours.
    pub from_h: f64,
    /// To, hours.
    pub to_h: f64,
}

/// One person's curve of one analyte, asked at one time after another.
struct Curve<'q, 'm> {
    question: &'q Question<'m>,
    eta: &'q [f64],
    analyte: usize,
    evaluator: Evaluator,
    out: Vec<f64>,
}

impl Curve<'_, '_> {
    fn at_all(&mut self, times: &Times) -> Result<&[f64], SolverError> {
        self.out
            .resize(self.question.analytes().len() * times.len(), 0.0);
        self.question
            .individual(self.eta, times, &mut self.evaluator, &mut self.out)?;
        Ok(&self.out[self.analyte * times.len()..(self.analyte + 1) * times.len()])
    }

    fn at(&mut self, time_h: f64) -> Result<f64, ExposureError> {
        Ok(self.at_all(&Times::new(vec![time_h])?)?[0])
    }

    /// Times dense after every change, where a curve bends most: quadratic spacing.
    fn watch(&mut self, until_h: f64) -> Result<Times, TimesError> {
        let mut edges = self.question.changes_h(&mut self.evaluator);
        edges.retain(|t| *t < until_h);
        edges.push(until_h);
        let mut times = Vec::with_capacity(edges.len() * POINTS);
        for pair in edges.windows(2) {
            for i in 0..POINTS {
                let share = i as f64 / POINTS as f64;
                times.push(pair[0] + (pair[1] - pair[0]) * share * share);
            }
        }
        times.push(until_h);
        Times::new(times)
    }
}

/// Finds the exposure of a person who deviates by `eta` (empty for the typical one).
///
/// The peak is looked for at 96 points after every change of input and refined by golden section;
/// a peak narrower than their spacing between two changes would be missed, and no curve of a
/// cascade with these rates has one. Areas are states of the solved system, not sums.
pub fn exposure(
    question: &Question<'_>,
    eta: &[f64],
    analyte: Analyte,
) -> Result<Exposure, ExposureError> {
    let mut curve = curve(question, eta, analyte)?;
    let last = question.plan().last_input_h();
    let times = curve.watch(last + AFTER_H)?;
    let levels = curve.at_all(&times)?;
    let top = (0..levels.len())
        .max_by(|a, b| levels[*a].total_cmp(&levels[*b]))
        .unwrap_or(0);
    let values = times.values();
    let low = values[top.saturating_sub(1)];
    let high = values[(top + 1).min(values.len() - 1)];
    let t_max_h = golden_section(&mut curve, low, high, values[top])?;
    let c_max = curve.at(t_max_h)?;
    let half_life_h = half_life(&mut curve, last)?;
    let plasma = match analyte {
        Analyte::EffectSite => Analyte::Parent,
        Analyte::Parent | Analyte::Metabolite | Analyte::SecondMetabolite => analyte,
    };
    let areas = Question::of_areas(
        question.model(),
        question.patient(),
        question.plan(),
        &[plasma],
    )?;
    // Sixty half-lives leave 1e-18 of the last phase.
    let end = (last + 60.0 * half_life_h).clamp(24.0, 1e7);
    let mut area = [0.0; 2];
    areas.individual(
        eta,
        &Times::new(vec![24.0, end])?,
        &mut Evaluator::new(),
        &mut area,
    )?;
    Ok(Exposure {
        c_max,
        t_max_h,
        area_24h: area[0],
        area: area[1],
        half_life_h,
    })
}

/// The stretches of time, until `until_h`, in which the level is above `level` ng/mL.
pub fn above(
    question: &Question<'_>,
    eta: &[f64],
    analyte: Analyte,
    level: f64,
    until_h: f64,
) -> Result<Vec<Stretch>, ExposureError> {
    question.plan().check_times("until_h", &[until_h])?;
    let mut curve = curve(question, eta, analyte)?;
    let times = curve.watch(until_h)?;
    let is_above: Vec<bool> = curve
        .at_all(&times)?
        .iter()
        .map(|value| *value > level)
        .collect();
    let values = times.values();
    let mut stretches = Vec::new();
    let mut from = is_above
        .first()
        .copied()
        .unwrap_or(false)
        .then_some(values[0]);
    for i in 1..is_above.len() {
        if is_above[i] == is_above[i - 1] {
            continue;
        }
        let crossing = bisect(&mut curve, level, values[i - 1], values[i], is_above[i])?;
        match from.take() {
            Some(from_h) => stretches.push(Stretch {
                from_h,
                to_h: crossing,
            }),
            None => from = Some(crossing),
        }
    }
    if let Some(from_h) = from {
        stretches.push(Stretch {
            from_h,
            to_h: until_h,
        });
    }
    Ok(stretches)
}

fn curve<'q, 'm>(
    question: &'q Question<'m>,
    eta: &'q [f64],
    analyte: Analyte,
) -> Result<Curve<'q, 'm>, ExposureError> {
    let Some(position) = question.analytes().iter().position(|a| *a == analyte) else {
        return Err(ExposureError::Boundary(BoundaryError::AnalyteNotInModel {
            analyte,
            model: format!("this question about {}", question.model().name()),
            has: question
                .analytes()
                .iter()
                .map(|a| a.word())
                .collect::<Vec<_>>()
                .join(", "),
        }));
    };
    Ok(Curve {
        question,
        eta,
        analyte: position,
        evaluator: Evaluator::new(),
        out: Vec::new(),
    })
}

/// The time of the maximum between two times; `best` where no interior point is higher.
fn golden_section(
    curve: &mut Curve<'_, '_>,
    low: f64,
    high: f64,
    best: f64,
) -> Result<f64, ExposureError> {
    const SHARE: f64 = 0.381_966_011_250_105_2;
    let (mut low, mut high) = (low, high);
    let best_level = curve.at(best)?;
    let mut left = low + SHARE * (high - low);
    let mut right = high - SHARE * (high - low);
    let (mut left_level, mut right_level) = (curve.at(left)?, curve.at(right)?);
    for _ in 0..BISECTIONS {
        if left_level > right_level {
            high = right;
            (right, right_level) = (left, left_level);
            left = low + SHARE * (high - low);
            left_level = curve.at(left)?;
        } else {
            low = left;
            (left, left_level) = (right, right_level);
            right = high - SHARE * (high - low);
            right_level = curve.at(right)?;
        }
    }
    Ok(if left_level.max(right_level) > best_level {
        0.5 * (left + right)
    } else {
        best
    })
}

fn bisect(
    curve: &mut Curve<'_, '_>,
    level: f64,
    low: f64,
    high: f64,
    rises: bool,
) -> Result<f64, ExposureError> {
    let (mut low, mut high) = (low, high);
    for _ in 0..BISECTIONS {
        let middle = 0.5 * (low + high);
        if (curve.at(middle)? > level) == rises {
            high = middle;
        } else {
            low = middle;
        }
    }
    Ok(0.5 * (low + high))
}

/// Half-life between two late times, moved later until it no longer changes by 1e-9.
fn half_life(curve: &mut Curve<'_, '_>, last_input_h: f64) -> Result<f64, ExposureError> {
    let (mut wait, mut found) = (24.0, 0.0_f64);
    for _ in 0..24 {
        let early = curve.at(last_input_h + wait)?;
        let late = curve.at(last_input_h + 1.25 * wait)?;
        if early <= 1e-250 || late <= 1e-250 {
            break;
        }
        let now = 0.25 * wait * std::f64::consts::LN_2 / (early / late).ln();
        let settled = (now / found - 1.0).abs() < 1e-9;
        found = now;
        if settled {
            break;
        }
        wait *= 1.5;
    }
    Ok(found.max(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Dose, Patient, Plan};

    #[test]
    fn the_whole_area_is_the_dose_over_the_clearance() {
        let model = crate::model::find("otto2021").unwrap().unwrap();
        let plan = Plan::new(vec![Dose::infusion(0.0, 35.0, 2.0 / 3.0)]).unwrap();
        let patient = Patient::new(70.0).unwrap();
        let asked = [Analyte::Parent, Analyte::Metabolite];
        let question = Question::new(&model, &patient, &plan, &asked).unwrap();
        let found = exposure(&question, &[], Analyte::Parent).unwrap();
        assert!(
            (found.area / (35_000.0 / 95.2) - 1.0).abs() < 1e-12,
            "{found:?}"
        );
        assert!((found.t_max_h - 2.0 / 3.0).abs() < 1e-9);
        let metabolite = exposure(&question, &[], Analyte::Metabolite).unwrap();
        assert!(
            (metabolite.area / (35_000.0 / 57.72) - 1.0).abs() < 1e-12,
            "{metabolite:?}"
        );
        assert!(metabolite.t_max_h > 1.0 && metabolite.t_max_h < 2.0);
    }

    #[test]
    fn a_level_is_crossed_once_up_and_once_down_by_one_infusion() {
        let model = crate::model::find("otto2021").unwrap().unwrap();
        let plan = Plan::new(vec![Dose::infusion(0.0, 35.0, 2.0 / 3.0)]).unwrap();
        let patient = Patient::new(70.0).unwrap();
        let question = Question::new(&model, &patient, &plan, &[Analyte::Parent]).unwrap();
        let found = above(&question, &[], Analyte::Parent, 100.0, 12.0).unwrap();
        assert_eq!(found.len(), 1);
        let mut ends = [0.0; 2];
        let times = Times::new(vec![found[0].from_h, found[0].to_h]).unwrap();
        question
            .typical(&times, &mut Evaluator::new(), &mut ends)
            .unwrap();
        assert!(
            ends.iter().all(|level| (level - 100.0).abs() < 1e-9),
            "{ends:?}"
        );
    }
}
