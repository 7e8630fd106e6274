//! From a model and a plan to a compiled system and the entries of a schedule.

use crate::analyte::Analyte;
use crate::boundary::BoundaryError;
use crate::linear::{Compartment, Lanes, Network, Schedule, System};
use crate::model::{Changed, Expression, Model, ModelError};
use crate::plan::{AssumedAbsorption, Dose, Plan, Route};

/// Sprays that start within this of the first one belong to one sitting.
const SITTING_H: f64 = 24.0;

/// A part of a dose on its way into one compartment.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    input: usize,
    fraction: Expression,
    over: Option<Expression>,
    start_h: f64,
    amount_mg: f64,
    duration_h: Option<f64>,
    changed: Option<Changed>,
}

/// What is read of a compartment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// Its amount.
    Level,
    /// The area under its amount so far: a reader that never empties.
    Area,
}

pub(super) struct Bound {
    pub(super) system: System,
    pub(super) rates: Vec<Expression>,
    pub(super) entries: Vec<Entry>,
}

impl Entry {
    pub(super) fn is_same_for_all(&self) -> bool {
        self.fraction.is_constant() && self.over.as_ref().is_none_or(Expression::is_constant)
    }

    /// Adds this entry for the person in the first lane, or for everyone where it is the same for all.
    ///
    /// Numbers come from checked plans and models, so a refusal by the schedule can only mean an
    /// amount or a duration that has vanished; such a part adds nothing.
    pub(super) fn schedule<const W: usize>(
        &self,
        values: &[Lanes<W>],
        share: f64,
        schedule: &mut Schedule,
    ) {
        let of_the_first = |lanes: Lanes<W>| lanes.0.first().copied().unwrap_or(0.0);
        let fraction = of_the_first(self.fraction.value(values, self.changed));
        let amount = self.amount_mg * share * fraction.max(0.0);
        let over = self.over.as_ref();
        let over = over.map(|over| of_the_first(over.value(values, None)));
        let added = match self.duration_h.or(over) {
            Some(over) if over > 0.0 => {
                schedule.rate(self.input, self.start_h, self.start_h + over, amount / over)
            }
            Some(_) | None => schedule.amount(self.input, self.start_h, amount),
        };
        debug_assert!(
            added.is_ok() || amount <= 0.0,
            "a checked dose fits a schedule: {added:?}"
        );
    }
}

struct Builder<'m> {
    model: &'m Model,
    network: Network,
    rates: Vec<Expression>,
    inputs: Vec<Compartment>,
    entries: Vec<Entry>,
}

/// Compiles the system this plan needs: unused depots are left out.
pub(super) fn bind(
    model: &Model,
    plan: &Plan,
    analytes: &[Analyte],
    reading: Reading,
) -> Result<Bound, BoundaryError> {
    let mut builder = Builder {
        model,
        network: model.network.clone(),
        rates: model.rates.clone(),
        inputs: Vec::new(),
        entries: Vec::new(),
    };
    let mut sitting: Option<f64> = None;
    for dose in plan.doses() {
        match dose.assumed_absorption {
            Some(assumed) => builder.assumed(dose, assumed),
            None => builder.dose(dose, &mut sitting),
        }
        .map_err(|error| internal(&error))?;
    }
    let outputs = builder
        .outputs(analytes, reading)
        .map_err(|error| internal(&error))?;
    let system = System::compile(&builder.network, &builder.inputs, &outputs).map_err(|error| {
        BoundaryError::Unreadable {
            reason: error.to_string(),
        }
    })?;
    Ok(Bound {
        system,
        rates: builder.rates,
        entries: builder.entries,
    })
}

/// A fault of the model file that its own check did not see.
fn internal(error: &ModelError) -> BoundaryError {
    BoundaryError::Unreadable {
        reason: error.to_string(),
    }
}

impl Builder<'_> {
    fn input(&mut self, compartment: Compartment) -> usize {
        if let Some(at) = self.inputs.iter().position(|c| *c == compartment) {
            return at;
        }
        self.inputs.push(compartment);
        self.inputs.len() - 1
    }

    fn dose(&mut self, dose: &Dose, sitting: &mut Option<f64>) -> Result<(), ModelError> {
        let model = self.model;
        let Some(route) = model.route(dose.route) else {
            return Ok(());
        };
        let is_later = match *sitting {
            Some(first) if dose.start_h - first < SITTING_H => true,
            Some(_) | None => false,
        };
        let mut changed = None;
        if let Some(later) = &route.later_doses {
            if is_later {
                let parameter = model.parameter("later_doses", &later.parameter)?;
                changed = Some(Changed {
                    parameter,
                    multiply: later.multiply,
                });
            } else {
                *sitting = Some(dose.start_h);
            }
        }
        for into in &route.into {
            let input = self.input(model.compartment("routes", &into.compartment)?);
            let fraction = model.expression("routes", &into.fraction)?;
            let over = match &into.over {
                Some(over) => Some(model.expression("routes", over)?),
                None => None,
            };
            self.entries.push(Entry {
                input,
                fraction,
                over,
                start_h: dose.start_h,
                amount_mg: dose.amount_mg,
                duration_h: dose.duration_h,
                changed,
            });
        }
        Ok(())
    }

    /// A chain of compartments of the user's own in front of the model's intravenous entry.
    fn assumed(&mut self, dose: &Dose, assumed: AssumedAbsorption) -> Result<(), ModelError> {
        let model = self.model;
        let Some(into) = model.route(Route::IvBolus).and_then(|r| r.into.first()) else {
            return Ok(());
        };
        let blood = model.compartment("routes", &into.compartment)?;
        let wrong = |source| ModelError::Network {
            model: model.name().to_owned(),
            source,
        };
        let depot = self.network.compartment("assumed depot").map_err(wrong)?;
        let mut from = depot;
        for _ in 0..assumed.transits {
            let next = self.network.compartment("assumed transit").map_err(wrong)?;
            self.network.flow(from, next).map_err(wrong)?;
            self.rates.push(Expression::number(assumed.ka_per_h));
            from = next;
        }
        self.network.flow(from, blood).map_err(wrong)?;
        self.rates.push(Expression::number(assumed.ka_per_h));
        let input = self.input(depot);
        self.entries.push(Entry {
            input,
            fraction: Expression::number(assumed.bioavailability),
            over: (assumed.over_h > 0.0).then(|| Expression::number(assumed.over_h)),
            start_h: dose.start_h,
            amount_mg: dose.amount_mg,
            duration_h: None,
            changed: None,
        });
        Ok(())
    }

    /// The compartments to be read; the effect site is added to the network when it is asked for.
    fn outputs(
        &mut self,
        analytes: &[Analyte],
        reading: Reading,
    ) -> Result<Vec<Compartment>, ModelError> {
        let model = self.model;
        let mut outputs = Vec::with_capacity(analytes.len());
        for &analyte in analytes {
            let own = match analyte {
                Analyte::EffectSite => Analyte::Parent,
                Analyte::Parent | Analyte::Metabolite | Analyte::SecondMetabolite => analyte,
            };
            let Some(file) = model.analyte(own) else {
                continue;
            };
            let compartment = model.compartment("analytes", &file.compartment)?;
            let wrong = |source| ModelError::Network {
                model: model.name().to_owned(),
                source,
            };
            if reading == Reading::Area {
                let area = self.network.compartment("area").map_err(wrong)?;
                self.network.copy(compartment, area).map_err(wrong)?;
                self.rates.push(Expression::number(1.0));
                outputs.push(area);
                continue;
            }
            if own == analyte {
                outputs.push(compartment);
                continue;
            }
            let site = self.network.compartment("effect site").map_err(wrong)?;
            let ke0 = Expression::parameter(model.parameter("ke0", "ke0")?);
            self.network.copy(compartment, site).map_err(wrong)?;
            self.rates.push(ke0.clone());
            self.network.loss(site).map_err(wrong)?;
            self.rates.push(ke0);
            outputs.push(site);
        }
        Ok(outputs)
    }
}
