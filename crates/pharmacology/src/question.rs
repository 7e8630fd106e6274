//! One model asked about one plan for one patient.

mod binding;
mod fitness;

use fearless_simd::dispatch;

use crate::analyte::{Analyte, Drug};
use crate::boundary::{BoundaryError, Notice};
use crate::linear::{LANES, Lanes, Processor, Schedule, Solver, SolverError, System, Task, Times};
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
    processor: Processor,
    schedule: Schedule,
    one: Loaded<1>,
    many: Loaded<LANES>,
    part: Vec<f64>,
    is_scheduled: bool,
}

/// The numbers of `W` people: their parameters, and the rates and scales that follow from them.
#[derive(Clone, Debug, Default)]
struct Loaded<const W: usize> {
    values: Vec<Lanes<W>>,
    rates: Vec<Lanes<W>>,
    scales: Vec<Lanes<W>>,
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
        let is_same_for_all = bound.entries.iter().all(Entry::is_same_for_all);
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
        if self.species.is_empty() {
            out.fill(0.0);
        }
        for (at, species) in self.species.iter().enumerate() {
            self.load(species, &[eta], &mut evaluator.one);
            self.schedule(species, evaluator);
            let Evaluator {
                solver,
                schedule,
                one,
                part,
                ..
            } = &mut *evaluator;
            let task = self.task(one, schedule, times);
            add_or_set(at, part, out, |out| solver.solve_one(task, out))?;
        }
        Ok(())
    }

    /// The same for several people, `etas` giving the deviations of each, person by person.
    ///
    /// Eight are worked on side by side where the drug enters everyone alike. Each comes out as
    /// alone, to the last bit.
    pub(crate) fn solve_people<'e>(
        &self,
        etas: impl Fn(usize) -> &'e [f64],
        times: &Times,
        evaluator: &mut Evaluator,
        out: &mut [f64],
    ) -> Result<(), SolverError> {
        let size = (self.analytes.len() * times.len()).max(1);
        if !self.is_same_for_all || self.species.is_empty() || out.len() <= size {
            for (person, out) in out.chunks_mut(size).enumerate() {
                self.solve(etas(person), times, evaluator, out)?;
            }
            return Ok(());
        }
        for (group, out) in out.chunks_mut(LANES * size).enumerate() {
            let n_people = out.len() / size;
            // Lanes without a person of their own repeat the last.
            let own: [&[f64]; LANES] =
                std::array::from_fn(|lane| etas(group * LANES + lane.min(n_people - 1)));
            for (at, species) in self.species.iter().enumerate() {
                let many = &mut evaluator.many;
                dispatch!(evaluator.processor.level(), _ => self.load(species, &own, many));
                if !evaluator.is_scheduled {
                    self.load(species, &[&[]], &mut evaluator.one);
                }
                self.schedule(species, evaluator);
                let Evaluator {
                    solver,
                    schedule,
                    many,
                    part,
                    ..
                } = &mut *evaluator;
                let task = self.task(many, schedule, times);
                add_or_set(at, part, out, |out| solver.solve_many(task, n_people, out))?;
            }
        }
        Ok(())
    }

    fn task<'a, const W: usize>(
        &'a self,
        loaded: &'a Loaded<W>,
        schedule: &'a Schedule,
        times: &'a Times,
    ) -> Task<'a, W> {
        Task {
            system: &self.system,
            rates: &loaded.rates,
            schedule,
            scale: &loaded.scales,
            times,
        }
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
            self.load(species, &[&[]], &mut evaluator.one);
            self.schedule(species, evaluator);
            let mut out = vec![0.0; self.analytes.len() * times.len()];
            let task = self.task(&evaluator.one, &evaluator.schedule, times);
            evaluator.solver.solve_one(task, &mut out)?;
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

    /// Finds the numbers of `W` people.
    #[inline(always)]
    fn load<const W: usize>(&self, species: &Species, etas: &[&[f64]; W], loaded: &mut Loaded<W>) {
        let Loaded {
            values,
            rates,
            scales,
        } = loaded;
        let Model {
            parameters, random, ..
        } = self.model;
        species.typical.individual(parameters, random, etas, values);
        rates.resize(self.rates.len(), Lanes::of(0.0));
        for (value, rate) in rates.iter_mut().zip(&self.rates) {
            *value = rate.value(values, None);
        }
        scales.resize(species.reads.len(), Lanes::of(0.0));
        for (scale, read) in scales.iter_mut().zip(&species.reads) {
            *scale = match *read {
                Some((volume, factor)) => Lanes::of(factor) / values[volume],
                None => Lanes::of(0.0),
            };
        }
    }

    /// Lays out when drug enters the person loaded alone, unless that is known from the one before.
    fn schedule(&self, species: &Species, evaluator: &mut Evaluator) {
        let is_kept = self.is_same_for_all && self.species.len() == 1;
        if !(is_kept && evaluator.is_scheduled) {
            evaluator.schedule.clear();
            for entry in &self.entries {
                entry.schedule(
                    &evaluator.one.values,
                    species.share,
                    &mut evaluator.schedule,
                );
            }
            evaluator.is_scheduled = is_kept;
        }
    }

    /// The times at which an input changes for the typical person, hours, ascending.
    pub fn changes_h(&self, evaluator: &mut Evaluator) -> Vec<f64> {
        let mut changes = Vec::new();
        for species in &self.species {
            evaluator.turn_to_another_question();
            self.load(species, &[&[]], &mut evaluator.one);
            self.schedule(species, evaluator);
            changes.extend_from_slice(evaluator.schedule.changes());
        }
        changes.sort_by(f64::total_cmp);
        changes.dedup_by(|a, b| a.to_bits() == b.to_bits());
        changes
    }
}

/// Writes the curves of the first species into `out`, and adds those of the others by way of `part`.
fn add_or_set(
    at: usize,
    part: &mut Vec<f64>,
    out: &mut [f64],
    solve: impl FnOnce(&mut [f64]) -> Result<(), SolverError>,
) -> Result<(), SolverError> {
    if at == 0 {
        return solve(out);
    }
    part.resize(out.len(), 0.0);
    solve(part)?;
    for (out, part) in out.iter_mut().zip(part) {
        *out += *part;
    }
    Ok(())
}
