//! One model asked about one plan for one patient.

mod binding;
mod fitness;

use crate::analyte::{Analyte, Drug};
use crate::boundary::{BoundaryError, Notice};
use crate::linear::{Schedule, Solver, SolverError, System, Times};
use crate::model::{Expression, KE0_HALF_TIME_MIN, Model, Typical};
use crate::patient::Patient;
use crate::plan::Plan;
use binding::{Entry, Reading};

/// A model, a plan and a patient that fit one another, compiled.
///
/// ```
/// use pharmacology::{Analyte, Dose, Evaluator, Patient, Plan, Question, model};
/// use pharmacology::linear::Times;
///
/// let otto = model::find("otto2021")?.expect("it is in the catalogue");
/// let plan = Plan::new(vec![Dose::infusion(0.0, 35.0, 2.0 / 3.0)])?;
/// let question = Question::new(&otto, &Patient::new(70.0)?, &plan, &[Analyte::Parent])?;
/// let mut level = [0.0];
/// question.typical(&Times::new(vec![2.0 / 3.0])?, &mut Evaluator::new(), &mut level)?;
/// assert!((level[0] - 158.04).abs() < 0.01);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Question<'m> {
    model: &'m Model,
    plan: Plan,
    patient: Patient,
    analytes: Vec<Analyte>,
    system: System,
    rates: Vec<Expression>,
    entries: Vec<Entry>,
    species: Vec<Species>,
    notices: Vec<Notice>,
    /// Whether drug enters everyone alike, so that the schedule need not be built anew.
    is_same_for_all: bool,
}

/// One substance that moves through the system: the drug, or one of its enantiomers.
#[derive(Clone, Debug)]
struct Species {
    drug: Drug,
    /// The share of each dose.
    share: f64,
    typical: Typical,
    /// For each analyte: the volume it is read in, and the factor to ng/mL; none when not reported.
    reads: Vec<Option<(usize, f64)>>,
}

/// Memory for answering questions, kept from one person to the next: after the first answer of a
/// size nothing is allocated.
#[derive(Clone, Debug, Default)]
pub struct Evaluator {
    solver: Solver,
    schedule: Schedule,
    values: Vec<f64>,
    rates: Vec<f64>,
    scales: Vec<f64>,
    part: Vec<f64>,
    is_scheduled: bool,
}

impl Evaluator {
    /// An evaluator without memory of its own yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Forgets the schedule of the question before. Called by everything that changes questions.
    pub(crate) fn turn_to_another_question(&mut self) {
        self.is_scheduled = false;
    }

    /// How many values so far could not be had from modes to their error bound and were computed
    /// by the propagator.
    pub fn n_by_propagator(&self) -> u64 {
        self.solver.n_by_propagator()
    }
}

impl<'m> Question<'m> {
    /// Binds a model, a patient and a plan, or says which field does not fit.
    pub fn new(
        model: &'m Model,
        patient: &Patient,
        plan: &Plan,
        analytes: &[Analyte],
    ) -> Result<Self, BoundaryError> {
        Self::bind(model, patient, plan, analytes, Reading::Level)
    }

    /// The same question about areas under the curve instead of levels: every value is the area
    /// from the first dose to its time, ng h/mL, exact. Plasma only; the area at the effect site
    /// tends to that of plasma.
    pub fn of_areas(
        model: &'m Model,
        patient: &Patient,
        plan: &Plan,
        analytes: &[Analyte],
    ) -> Result<Self, BoundaryError> {
        Self::bind(model, patient, plan, analytes, Reading::Area)
    }

    fn bind(
        model: &'m Model,
        patient: &Patient,
        plan: &Plan,
        analytes: &[Analyte],
        reading: Reading,
    ) -> Result<Self, BoundaryError> {
        let mut notices = Vec::new();
        fitness::check(model, patient, plan, analytes, &mut notices)?;
        let species = fitness::species(model, patient, plan, analytes, &mut notices)?;
        let bound = binding::bind(model, plan, analytes, reading)?;
        let is_same_for_all =
            species.len() == 1 && bound.entries.iter().all(Entry::is_same_for_all);
        Ok(Self {
            model,
            plan: plan.clone(),
            patient: patient.clone(),
            analytes: analytes.to_vec(),
            system: bound.system,
            rates: bound.rates,
            entries: bound.entries,
            species,
            notices,
            is_same_for_all,
        })
    }

    /// The model.
    pub fn model(&self) -> &'m Model {
        self.model
    }

    /// The plan.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The patient.
    pub fn patient(&self) -> &Patient {
        &self.patient
    }

    /// What is read, in order.
    pub fn analytes(&self) -> &[Analyte] {
        &self.analytes
    }

    /// The drug the amounts are of.
    pub fn drug(&self) -> Drug {
        self.plan.drug().unwrap_or_else(|| self.model.drug())
    }

    /// What must be shown beside every number of this question.
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }

    /// The person without any deviation from the typical values.
    ///
    /// `out[a * times.len() + i]` is analyte `a` at time `i`, ng/mL. A value at the instant of an
    /// injection is the value before it.
    pub fn typical(
        &self,
        times: &Times,
        evaluator: &mut Evaluator,
        out: &mut [f64],
    ) -> Result<(), SolverError> {
        evaluator.turn_to_another_question();
        self.solve(&[], times, evaluator, out)
    }

    /// A person who deviates by `eta` (in the order of [`Model::random_names`]).
    pub fn individual(
        &self,
        eta: &[f64],
        times: &Times,
        evaluator: &mut Evaluator,
        out: &mut [f64],
    ) -> Result<(), SolverError> {
        evaluator.turn_to_another_question();
        self.solve(eta, times, evaluator, out)
    }

    /// The inner loop: no allocation once the evaluator has grown.
    ///
    /// The evaluator must last have been used for this question, or have been turned to it.
    pub(crate) fn solve(
        &self,
        eta: &[f64],
        times: &Times,
        evaluator: &mut Evaluator,
        out: &mut [f64],
    ) -> Result<(), SolverError> {
        let Some((first, others)) = self.species.split_first() else {
            out.fill(0.0);
            return Ok(());
        };
        self.load(first, eta, evaluator);
        evaluator.solver.solve(
            &self.system,
            &evaluator.rates,
            &evaluator.schedule,
            &evaluator.scales,
            times,
            out,
        )?;
        for species in others {
            self.load(species, eta, evaluator);
            evaluator.part.resize(out.len(), 0.0);
            evaluator.solver.solve(
                &self.system,
                &evaluator.rates,
                &evaluator.schedule,
                &evaluator.scales,
                times,
                &mut evaluator.part,
            )?;
            for (out, part) in out.iter_mut().zip(&evaluator.part) {
                *out += part;
            }
        }
        Ok(())
    }

    /// Concentrations of each enantiomer apart: `(drug, values)` for each species.
    pub fn typical_by_species(
        &self,
        times: &Times,
        evaluator: &mut Evaluator,
    ) -> Result<Vec<(Drug, Vec<f64>)>, SolverError> {
        let mut parts = Vec::with_capacity(self.species.len());
        for species in &self.species {
            evaluator.turn_to_another_question();
            self.load(species, &[], evaluator);
            let mut out = vec![0.0; self.analytes.len() * times.len()];
            evaluator.solver.solve(
                &self.system,
                &evaluator.rates,
                &evaluator.schedule,
                &evaluator.scales,
                times,
                &mut out,
            )?;
            parts.push((species.drug, out));
        }
        Ok(parts)
    }

    /// The same question with another half-time of equilibration with the effect site, minutes
    /// (above zero).
    #[must_use]
    pub fn with_ke0_half_time(mut self, minutes: f64) -> Self {
        let Some(at) = self.model.parameters.len().checked_sub(1) else {
            return self;
        };
        for species in &mut self.species {
            species.typical.after[at] = KE0_HALF_TIME_MIN / minutes.max(1e-3);
        }
        self
    }

    /// Loads one person's numbers into the evaluator.
    fn load(&self, species: &Species, eta: &[f64], evaluator: &mut Evaluator) {
        let model = self.model;
        let values = &mut evaluator.values;
        species
            .typical
            .individual(&model.parameters, &model.random, eta, values);
        evaluator.rates.clear();
        evaluator
            .rates
            .extend(self.rates.iter().map(|rate| rate.value(values, None)));
        evaluator.scales.clear();
        evaluator
            .scales
            .extend(species.reads.iter().map(|read| match *read {
                Some((volume, factor)) => factor / values[volume],
                None => 0.0,
            }));
        if !(self.is_same_for_all && evaluator.is_scheduled) {
            evaluator.schedule.clear();
            for entry in &self.entries {
                entry.schedule(values, species.share, &mut evaluator.schedule);
            }
            evaluator.is_scheduled = true;
        }
    }

    /// The times at which an input changes for the typical person, hours, ascending.
    pub fn changes_h(&self, evaluator: &mut Evaluator) -> Vec<f64> {
        let mut changes = Vec::new();
        for species in &self.species {
            evaluator.turn_to_another_question();
            self.load(species, &[], evaluator);
            changes.extend_from_slice(evaluator.schedule.changes());
        }
        changes.sort_by(f64::total_cmp);
        changes.dedup_by(|a, b| a.to_bits() == b.to_bits());
        changes
    }
}
