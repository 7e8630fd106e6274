//! Studies side by side, and a summary only where one may be made.
//!
//! Rows share one construct and one kind of control and are turned to one direction. A summary is
//! of randomised studies of independent people only, always with the Hartung-Knapp interval and a
//! prediction interval, and with the words for what the rows do not share.

use std::collections::BTreeSet;

use serde::Serialize;
use statistics::meta::{
    BinaryMeasure, Effect, Heterogeneity, MetaError, Model, Test, TwoByTwo, binary_effect, pool,
};

use crate::library::Library;
use crate::record::{Better, Class, Contrast, Measure, Outcome, Pooling, Study, Substance};

/// The 97.5 per cent point of the normal distribution, by which printed intervals are read back.
const Z_975: f64 = 1.959_963_984_540_054;

/// Which of a study's effects is taken where it prints more than one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Prefer {
    /// The effect of the counts, where there are counts.
    Raw,
    /// The printed adjusted effect, where there is one.
    Adjusted,
}

/// Where a row's effect comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Computed from the counts of two arms.
    Counts,
    /// As printed, not adjusted.
    Printed,
    /// As printed, adjusted.
    Adjusted,
}

/// One study in a pooling.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// The study.
    pub study: String,
    /// How it was made.
    pub class: Class,
    /// What the people used.
    pub substance: Substance,
    /// The outcome's day.
    pub day: Option<f64>,
    /// The outcome's name.
    pub outcome: String,
    /// What is compared.
    pub contrast: Option<Contrast>,
    /// Where the effect comes from.
    pub origin: Origin,
    /// The effect, turned to the pooling's direction.
    pub ratio: f64,
    /// The lower end of its interval.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// The logarithm of the effect.
    pub log_ratio: f64,
    /// Its standard error.
    pub standard_error: f64,
}

/// A study that meets the question and has no row, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// The study.
    pub study: String,
    /// The outcome's name.
    pub outcome: String,
    /// Why.
    pub why: &'static str,
}

/// Studies side by side.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SideBySide {
    /// The question.
    pub question: String,
    /// Which way is better.
    pub better: Better,
    /// What the ratios are of.
    pub measure: Measure,
    /// Whether a summary may be made.
    pub may_summarise: bool,
    /// Why so, or why not.
    pub because: String,
    /// Randomised studies.
    pub randomised: Vec<Row>,
    /// Other studies, never summarised with them.
    pub not_randomised: Vec<Row>,
    /// Studies without a row.
    pub left_out: Vec<LeftOut>,
    /// What the rows do not share; it stands beside them and beside any summary.
    pub words: Vec<String>,
}

/// A summary of the randomised rows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Summary {
    /// How many studies.
    pub k: usize,
    /// The pooled ratio.
    pub ratio: f64,
    /// Its Hartung-Knapp interval.
    pub interval: (f64, f64),
    /// Where the true effect of a new study would lie.
    pub prediction: Option<(f64, f64)>,
    /// The variance between studies, by `DerSimonian` and Laird.
    pub tau_square: f64,
    /// The share of the variance that lies between studies, in per cent.
    pub i_square: f64,
    /// Cochran's Q.
    pub q: f64,
    /// What must be said beside it.
    pub words: Vec<String>,
}

/// Why there is no summary.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum PoolError {
    /// The question is not one to summarise.
    #[error("these rows are not summarised: {because}; show the rows")]
    NotAllowed {
        /// Why not.
        because: String,
    },
    /// Fewer than two randomised rows.
    #[error("a summary needs two randomised studies and the rows hold {rows}; show the rows")]
    TooFew {
        /// How many there are.
        rows: usize,
    },
    /// The estimator gave no answer.
    #[error("the studies cannot be summarised; show the rows")]
    Meta(#[source] MetaError),
}

impl Library {
    /// The studies that answer a pooling's question, side by side.
    ///
    /// `substance` narrows them to one; `prefer` chooses between raw and adjusted effects.
    pub fn side_by_side(
        &self,
        pooling: &Pooling,
        substance: Option<Substance>,
        prefer: Prefer,
    ) -> SideBySide {
        let mut side = SideBySide {
            question: pooling.question.clone(),
            better: pooling.better,
            measure: pooling.measure,
            may_summarise: pooling.may_summarise,
            because: pooling.because.clone(),
            randomised: Vec::new(),
            not_randomised: Vec::new(),
            left_out: Vec::new(),
            words: Vec::new(),
        };
        let mut taken: BTreeSet<&str> = BTreeSet::new();
        for study in self.studies() {
            if substance.is_some_and(|one| one != study.substance) {
                continue;
            }
            for outcome in &study.outcomes {
                if outcome.construct.as_deref() != Some(pooling.construct.as_str())
                    || !outcome
                        .contrast
                        .is_some_and(|one| pooling.contrasts.contains(&one))
                {
                    continue;
                }
                match row(study, outcome, pooling, prefer, &taken) {
                    Ok(row) if study.class.is_randomised() => side.randomised.push(row),
                    Ok(row) => side.not_randomised.push(row),
                    Err(why) => {
                        let (study, outcome) = (study.id.clone(), outcome.name.clone());
                        side.left_out.push(LeftOut {
                            study,
                            outcome,
                            why,
                        });
                        continue;
                    }
                }
                taken.insert(study.same_people_as.as_deref().unwrap_or(&study.id));
            }
        }
        side.words = side.words_on_differences();
        side
    }
}

fn row(
    study: &Study,
    outcome: &Outcome,
    pooling: &Pooling,
    prefer: Prefer,
    taken: &BTreeSet<&str>,
) -> Result<Row, &'static str> {
    if !study.shown || !study.verified || !outcome.verified {
        return Err("its numbers were not seen where they can be trusted");
    }
    if study.class == Class::SecondaryAnalysis {
        return Err("a second look at people already counted");
    }
    if taken.contains(study.same_people_as.as_deref().unwrap_or(&study.id)) {
        return Err("its people are already in a row");
    }
    let better = outcome.better.ok_or("numbers not seen")?;
    let printed = printed(outcome, pooling.measure);
    let counted = match pooling.measure {
        Measure::OddsRatio => counted(study, outcome),
        Measure::RiskRatio
        | Measure::HazardRatio
        | Measure::Difference
        | Measure::Coefficient
        | Measure::TStatistic => None,
    };
    let adjusted = printed.filter(|(_, origin)| *origin == Origin::Adjusted);
    let (effect, origin) = match prefer {
        Prefer::Raw => counted.or(printed),
        Prefer::Adjusted => adjusted.or(counted).or(printed),
    }
    .ok_or("numbers not seen")?;
    let log_ratio = if better == pooling.better {
        effect.estimate
    } else {
        -effect.estimate
    };
    let standard_error = effect.variance.sqrt();
    // A printed interval is shown as printed, turned round where the direction is; its own middle is
    // seldom its estimate to the last digit.
    let (low, high) = match (origin, outcome.effect) {
        (Origin::Printed | Origin::Adjusted, Some(shown)) => match (shown.low, shown.high) {
            (Some(low), Some(high)) if better == pooling.better => (low, high),
            (Some(low), Some(high)) => (1.0 / high, 1.0 / low),
            (Some(_) | None, None) | (None, Some(_)) => return Err("its interval has one end"),
        },
        (Origin::Counts | Origin::Printed | Origin::Adjusted, _) => (
            (log_ratio - Z_975 * standard_error).exp(),
            (log_ratio + Z_975 * standard_error).exp(),
        ),
    };
    Ok(Row {
        study: study.id.clone(),
        class: study.class,
        substance: study.substance,
        day: outcome.day,
        outcome: outcome.name.clone(),
        contrast: outcome.contrast,
        origin,
        ratio: log_ratio.exp(),
        low,
        high,
        log_ratio,
        standard_error,
    })
}

/// The odds ratio of the outcome itself, treated over control, of exactly two arms with counts.
fn counted(study: &Study, outcome: &Outcome) -> Option<(Effect, Origin)> {
    let mut sides: [Option<(f64, f64)>; 2] = [None, None];
    for numbers in &outcome.arms {
        let arm = study.arms.iter().find(|arm| arm.name == numbers.arm)?;
        let (events, n) = (numbers.events?, numbers.n.or(arm.n)?);
        let [treated, control] = &mut sides;
        let side = if arm.control { control } else { treated };
        let cells = (f64::from(events), f64::from(n.checked_sub(events)?));
        if side.replace(cells).is_some() {
            return None;
        }
    }
    let [(a, b), (c, d)] = [sides.first().copied()??, sides.last().copied()??];
    let table = TwoByTwo::new(a, b, c, d).ok()?;
    Some((
        binary_effect(BinaryMeasure::OddsRatio, &table),
        Origin::Counts,
    ))
}

/// The printed ratio with its interval read back to a standard error.
fn printed(outcome: &Outcome, measure: Measure) -> Option<(Effect, Origin)> {
    let effect = outcome.effect.filter(|effect| effect.measure == measure)?;
    let (low, high) = (effect.low?, effect.high?);
    let standard_error = (high.ln() - low.ln()) / (2.0 * Z_975);
    let origin = if effect.adjusted {
        Origin::Adjusted
    } else {
        Origin::Printed
    };
    let effect = Effect {
        estimate: effect.value.ln(),
        variance: standard_error * standard_error,
    };
    Some((effect, origin))
}

impl SideBySide {
    fn words_on_differences(&self) -> Vec<String> {
        let rows = || self.randomised.iter().chain(&self.not_randomised);
        let mut words = Vec::new();
        let substances: BTreeSet<Substance> = rows().map(|row| row.substance).collect();
        if substances.len() > 1 {
            words.push("different drugs".to_owned());
        }
        if rows().any(|row| rows().any(|other| row.contrast != other.contrast)) {
            words.push("different comparisons".to_owned());
        }
        let days: BTreeSet<Option<u64>> = rows().map(|row| row.day.map(f64::to_bits)).collect();
        if days.len() > 1 {
            words.push("different time points".to_owned());
        }
        let origins: Vec<Origin> = rows().map(|row| row.origin).collect();
        if origins.contains(&Origin::Adjusted) && origins.iter().any(|&one| one != Origin::Adjusted)
        {
            words.push("adjusted and raw effects beside each other".to_owned());
        }
        if !self.not_randomised.is_empty() {
            words.push("studies that were not randomised stand apart".to_owned());
        }
        if !self.left_out.is_empty() {
            words.push(format!(
                "{} more without usable numbers",
                self.left_out.len()
            ));
        }
        words
    }

    /// A summary of the randomised rows, made only when asked for.
    ///
    /// Random effects by `DerSimonian` and Laird with the Hartung-Knapp interval (t on k - 1 degrees)
    /// and its prediction interval.
    pub fn summary(&self) -> Result<Summary, PoolError> {
        let k = self.randomised.len();
        if !self.may_summarise {
            return Err(PoolError::NotAllowed {
                because: self.because.clone(),
            });
        }
        if k < 2 {
            return Err(PoolError::TooFew { rows: k });
        }
        let effect = |row: &Row| Effect {
            estimate: row.log_ratio,
            variance: row.standard_error * row.standard_error,
        };
        let effects: Vec<Effect> = self.randomised.iter().map(effect).collect();
        let model = Model::new(Heterogeneity::DerSimonianLaird, Test::HartungKnapp);
        let pooled = pool(&effects, &model).map_err(PoolError::Meta)?;
        let ends = |(low, high): (f64, f64)| (low.exp(), high.exp());
        let mut words = self.words.clone();
        if k < 5 {
            words.push(format!(
                "{k} studies: where a new one would lie can hardly be said"
            ));
        }
        Ok(Summary {
            k,
            ratio: pooled.estimate.exp(),
            interval: ends(pooled.interval),
            prediction: pooled
                .prediction
                .map(|prediction| ends(prediction.interval)),
            tau_square: pooled.tau_square,
            i_square: pooled.i_square,
            q: pooled.q,
            words,
        })
    }
}
