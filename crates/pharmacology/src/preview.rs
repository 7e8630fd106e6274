//! Everything a page needs to draw a plan under several models.
//!
//! The result keeps apart what must be kept apart: how patients differ within a model ([`Band`]),
//! how models differ ([`ModelSpread`], one for each sampling site), and what is known only as a
//! range. The sentences of [`crate::wording`] belong to it.

use crate::analyte::{Analyte, Drug};
use crate::boundary::{BoundaryError, Notice};
use crate::effect::{self, Comparison, FINDINGS, Finding, Occupancy};
use crate::exposure::{Exposure, ExposureError, exposure};
use crate::linear::{SolverError, Times, TimesError};
use crate::model::{KE0_HALF_TIME_RANGE_MIN, Model, Sampling};
use crate::patient::Patient;
use crate::plan::Plan;
use crate::population::{Band, Curves, Draws, curves, percentiles};
use crate::question::{Evaluator, Question};
use crate::wording;

/// How much to draw.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Extent {
    /// Until when, hours from the first dose; above 0, at most a year.
    pub until_h: f64,
    /// How many points of time, from 2 to 2,000.
    pub n_times: usize,
    /// How many people to draw, from 1 to 10,000.
    pub n_people: usize,
    /// The seed of the people.
    pub seed: u64,
}

impl Default for Extent {
    fn default() -> Self {
        Self {
            until_h: 8.0,
            n_times: 240,
            n_people: 500,
            seed: 1,
        }
    }
}

/// A plan under several models.
#[derive(Debug)]
pub struct Preview {
    /// The times of every curve, hours.
    pub times_h: Vec<f64>,
    /// One for each model that could be asked.
    pub models: Vec<ModelPreview>,
    /// Models that could not be asked, and why.
    pub refused: Vec<(String, BoundaryError)>,
    /// How models of one sampling site differ, for each site with at least two models.
    pub spreads: Vec<ModelSpread>,
    /// Sentences that must stand with the picture, in this order.
    pub wording: [&'static str; 5],
}

/// A plan under one model.
#[derive(Debug)]
pub struct ModelPreview {
    /// The model's name.
    pub name: String,
    /// Its title.
    pub title: String,
    /// Where blood was drawn.
    pub sampling: Sampling,
    /// How many people it was built on.
    pub n_people: Option<u32>,
    /// Who they were.
    pub population: String,
    /// The paper.
    pub citation: String,
    /// Its identifier.
    pub doi: Option<String>,
    /// The drug the amounts are of.
    pub drug: Drug,
    /// What must be said beside the curve.
    pub notices: Vec<Notice>,
    /// The typical person, plasma, ng/mL.
    pub typical: Vec<f64>,
    /// How patients differ, plasma, ng/mL.
    pub patients: Band,
    /// The effect site of the typical person.
    pub effect_site: EffectSite,
    /// How patients differ at the effect site, ng/mL, by the middle equilibration.
    pub effect_site_patients: Band,
    /// Receptor occupancy at the typical plasma level.
    pub occupancy: Vec<Occupancy>,
    /// Exposure of the typical person.
    pub exposure: Exposure,
    /// Peak over patients, ng/mL: P5, P50, P95 (highest of the drawn points).
    pub c_max_patients: [f64; 3],
    /// Published findings beside the peak of patients P5, P50 and P95.
    pub findings: Vec<(Finding, [Comparison; 3])>,
}

/// The effect site under the published range of equilibration half-times (0 to 11.8 min).
#[derive(Clone, Debug, PartialEq)]
pub struct EffectSite {
    /// No delay: plasma itself.
    pub at_once: Vec<f64>,
    /// The mean half-time, 6.1 min.
    pub middle: Vec<f64>,
    /// The longest half-time, 11.8 min.
    pub slow: Vec<f64>,
}

/// How models of one sampling site differ: lowest and highest P50.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelSpread {
    /// The site.
    pub sampling: Sampling,
    /// The models.
    pub models: Vec<String>,
    /// The lowest of their P50, ng/mL.
    pub low: Vec<f64>,
    /// The highest of their P50, ng/mL.
    pub high: Vec<f64>,
}

/// Why there is no preview.
#[derive(Debug, thiserror::Error)]
pub enum PreviewError {
    /// The extent is outside its domain.
    #[error(transparent)]
    Boundary(#[from] BoundaryError),
    /// A prediction failed.
    #[error("failed to predict for a preview")]
    Solver(#[from] SolverError),
    /// Times were refused.
    #[error("failed to lay out the times of a preview")]
    Times(#[from] TimesError),
    /// An exposure was not found.
    #[error("failed to find the exposure of a preview")]
    Exposure(#[from] ExposureError),
}

/// Draws a plan for a patient under models.
///
/// A model that cannot be asked (a route it lacks, a child) is listed with the reason and the others
/// are drawn.
///
/// ```
/// use pharmacology::{Dose, Drug, Patient, Plan, model, preview};
///
/// let models = model::published()?;
/// let plan = Plan::new(vec![Dose::infusion(0.0, 35.0, 2.0 / 3.0)])?.of(Drug::RacemicKetamine);
/// let extent = preview::Extent { n_people: 50, ..preview::Extent::default() };
/// let drawn = preview::preview(&models[..2], &Patient::new(70.0)?, &plan, extent)?;
/// assert_eq!(drawn.models.len(), 2);
/// assert!(drawn.models[1].c_max_patients[0] < drawn.models[1].c_max_patients[2]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn preview(
    models: &[Model],
    patient: &Patient,
    plan: &Plan,
    extent: Extent,
) -> Result<Preview, PreviewError> {
    check(&extent)?;
    plan.check_times("until_h", &[extent.until_h])?;
    let step = extent.until_h / (extent.n_times - 1) as f64;
    let times = Times::uniform(0.0, step, extent.n_times)?;
    let mut drawn = Vec::with_capacity(models.len());
    let mut refused = Vec::new();
    for model in models {
        let asked = [Analyte::Parent, Analyte::EffectSite];
        match Question::new(model, patient, plan, &asked) {
            Ok(question) => drawn.push(one_model(&question, &times, &extent)?),
            Err(error) => refused.push((model.name().to_owned(), error)),
        }
    }
    let spreads = spreads(&drawn, times.len());
    Ok(Preview {
        times_h: times.values().to_vec(),
        models: drawn,
        refused,
        spreads,
        wording: [
            wording::CAUTION,
            wording::TWO_SPREADS,
            wording::OCCUPANCY_IS_RELATIVE,
            wording::DISSOCIATION_IS_OUR_SYNTHESIS,
            wording::NO_DISCHARGE_CRITERION,
        ],
    })
}

fn check(extent: &Extent) -> Result<(), BoundaryError> {
    let wrong = |field: &str, value: f64, mend| {
        Err(BoundaryError::OutOfRange {
            field: field.to_owned(),
            value,
            mend,
        })
    };
    if !(extent.until_h.is_finite() && extent.until_h > 0.0) {
        return wrong("until_h", extent.until_h, "give hours above zero");
    }
    if !(2..=2_000).contains(&extent.n_times) {
        return wrong(
            "n_times",
            extent.n_times as f64,
            "give from 2 to 2000 points",
        );
    }
    if !(1..=10_000).contains(&extent.n_people) {
        return wrong(
            "n_people",
            extent.n_people as f64,
            "draw from 1 to 10000 people",
        );
    }
    Ok(())
}

fn one_model(
    question: &Question<'_>,
    times: &Times,
    extent: &Extent,
) -> Result<ModelPreview, PreviewError> {
    let model = question.model();
    let n = times.len();
    let mut evaluator = Evaluator::new();
    let mut typical = vec![0.0; 2 * n];
    question.typical(times, &mut evaluator, &mut typical)?;
    let mut slow = vec![0.0; 2 * n];
    let slower = question
        .clone()
        .with_ke0_half_time(KE0_HALF_TIME_RANGE_MIN.1);
    slower.typical(times, &mut evaluator, &mut slow)?;
    let draws = Draws::new(model, extent.n_people, extent.seed);
    let people = curves(question, &draws, times)?;
    let c_max_patients = peaks(&people);
    let middle = typical.split_off(n);
    let mut notices = question.notices().to_vec();
    if model.n_random() == 0 {
        notices.push(Notice::NoVariability);
    }
    let findings = FINDINGS.iter().map(|finding| {
        let compare = |level| finding.compare(question.drug(), model.sampling(), level);
        (*finding, c_max_patients.map(compare))
    });
    Ok(ModelPreview {
        name: model.name().to_owned(),
        title: model.title().to_owned(),
        sampling: model.sampling(),
        n_people: model.n_people(),
        population: model.population().to_owned(),
        citation: model.source().citation.clone(),
        doi: model.source().doi.clone(),
        drug: question.drug(),
        notices,
        patients: people.band(0),
        effect_site: EffectSite {
            at_once: typical.clone(),
            middle,
            slow: slow.split_off(n),
        },
        effect_site_patients: people.band(1),
        occupancy: occupancy(question, times, &mut evaluator)?,
        exposure: exposure(question, &[], Analyte::Parent)?,
        typical,
        c_max_patients,
        findings: findings.collect(),
    })
}

/// Occupancy at each time from the enantiomers that were followed, or from the racemate's halves.
fn occupancy(
    question: &Question<'_>,
    times: &Times,
    evaluator: &mut Evaluator,
) -> Result<Vec<Occupancy>, SolverError> {
    let mut levels = vec![(0.0, 0.0); times.len()];
    for (drug, values) in question.typical_by_species(times, evaluator)? {
        for (sum, &level) in levels.iter_mut().zip(&values) {
            let (s, r) = effect::enantiomers(drug, level);
            sum.0 += s;
            sum.1 += r;
        }
    }
    Ok(levels
        .into_iter()
        .map(|(s, r)| effect::occupancy(s, r))
        .collect())
}

fn peaks(people: &Curves) -> [f64; 3] {
    let mut peaks: Vec<f64> = (0..people.n_people())
        .map(|person| people.of(person, 0).iter().copied().fold(0.0, f64::max))
        .collect();
    percentiles(&mut peaks)
}

fn spreads(models: &[ModelPreview], n_times: usize) -> Vec<ModelSpread> {
    let mut spreads = Vec::new();
    for sampling in [Sampling::Venous, Sampling::Arterial, Sampling::Unrecorded] {
        let group: Vec<&ModelPreview> = models
            .iter()
            .filter(|model| model.sampling == sampling)
            .collect();
        if group.len() < 2 {
            continue;
        }
        let at = |i: usize| group.iter().map(move |model| model.patients.p50[i]);
        spreads.push(ModelSpread {
            sampling,
            models: group.iter().map(|model| model.name.clone()).collect(),
            low: (0..n_times)
                .map(|i| at(i).fold(f64::INFINITY, f64::min))
                .collect(),
            high: (0..n_times).map(|i| at(i).fold(0.0, f64::max)).collect(),
        });
    }
    spreads
}
