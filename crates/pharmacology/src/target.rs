//! Amounts that would meet wanted levels, under caps. A planning aid.
//!
//! Every model here is linear in the amounts of its doses, so the search is a least-squares problem
//! with bounds and one total: minimise `sum_t ((sum_k R_tk x_k - w_t) / w_t)^2` over
//! `0 <= x_k <= cap_k`, `sum_k x_k <= total`. It is convex and solved by cyclic coordinate descent
//! (Hildreth 1957), with a price on the total found by bisection. No dose is recommended: the
//! result says what patients would get and which caps stopped it.

use crate::analyte::{Analyte, Drug};
use crate::boundary::{BoundaryError, Notice};
use crate::linear::{SolverError, Times, TimesError};
use crate::model::Model;
use crate::patient::Patient;
use crate::plan::{Dose, Plan};
use crate::population::{Draws, curves};
use crate::question::{Evaluator, Question};

/// More doses or wanted levels than this are refused.
const SLOTS_MAX: usize = 64;
/// Doses below this, milligrams, are left out of the plan that was found.
const LEAST_MG: f64 = 0.05;
const SWEEPS: usize = 2_000;
const PRICES: usize = 60;

/// A dose whose amount is to be found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Slot {
    /// How and when; its amount is ignored.
    pub dose: Dose,
    /// The most that may be given here, milligrams.
    pub most_mg: f64,
}

/// A wanted level.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wanted {
    /// When, hours.
    pub time_h: f64,
    /// How much, ng/mL, above zero.
    pub ng_per_ml: f64,
}

/// What to search for.
#[derive(Clone, Debug, PartialEq)]
pub struct Search {
    /// The drug; that of the model when `None`.
    pub drug: Option<Drug>,
    /// What the levels are of: parent or effect site.
    pub analyte: Analyte,
    /// The doses.
    pub slots: Vec<Slot>,
    /// The most of all doses together, milligrams.
    pub most_mg: f64,
    /// The levels.
    pub wanted: Vec<Wanted>,
    /// How many people to draw for the uncertainty.
    pub n_people: usize,
    /// Their seed.
    pub seed: u64,
}

/// What was found.
#[derive(Clone, Debug)]
pub struct Found {
    /// The plan, without the doses that came out at nothing; `None` when nothing helps.
    pub plan: Option<Plan>,
    /// The amount of every slot, milligrams.
    pub amounts_mg: Vec<f64>,
    /// Which slots are at their cap.
    pub at_cap: Vec<bool>,
    /// Whether the total is at its cap.
    pub total_at_cap: bool,
    /// At each wanted level: what the typical person gets, ng/mL.
    pub typical: Vec<f64>,
    /// At each wanted level: what patients get, P5, P50 and P95, ng/mL.
    pub patients: Vec<[f64; 3]>,
    /// What must be said.
    pub notices: Vec<Notice>,
    /// The sentence that must stand with it.
    pub wording: &'static str,
}

/// Why a search could not be made.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// Something was refused.
    #[error(transparent)]
    Boundary(#[from] BoundaryError),
    /// A prediction failed.
    #[error("failed to predict while searching")]
    Solver(#[from] SolverError),
    /// A time was refused.
    #[error("failed to lay out the wanted times")]
    Times(#[from] TimesError),
}

/// Searches for amounts.
pub fn search(model: &Model, patient: &Patient, search: &Search) -> Result<Found, SearchError> {
    check(search)?;
    let mut wanted = search.wanted.clone();
    wanted.sort_by(|a, b| a.time_h.total_cmp(&b.time_h));
    let times = Times::new(wanted.iter().map(|w| w.time_h).collect())?;
    let (notices, response) = responses(model, patient, search, &wanted, &times)?;
    let caps: Vec<f64> = search.slots.iter().map(|s| s.most_mg).collect();
    let amounts_mg = bounded(&response, &caps, search.most_mg, times.len());
    let sum: f64 = amounts_mg.iter().sum();
    let kept: Vec<Dose> = search
        .slots
        .iter()
        .zip(&amounts_mg)
        .filter(|(_, amount)| **amount >= LEAST_MG)
        .map(|(slot, &amount_mg)| Dose {
            amount_mg,
            ..slot.dose
        })
        .collect();
    let typical = (0..times.len())
        .map(|t| {
            let shares = response.iter().zip(&amounts_mg).map(|(r, x)| r[t] * x);
            shares.sum::<f64>() * wanted[t].ng_per_ml
        })
        .collect();
    let (plan, patients) = if kept.is_empty() {
        (None, vec![[0.0; 3]; times.len()])
    } else {
        let plan = with_drug(Plan::new(kept)?, search.drug);
        let question = Question::new(model, patient, &plan, &[search.analyte])?;
        let draws = Draws::new(model, search.n_people, search.seed);
        let band = curves(&question, &draws, &times)?.band(0);
        let at = |i: usize| [band.p5[i], band.p50[i], band.p95[i]];
        (Some(plan), (0..times.len()).map(at).collect())
    };
    Ok(Found {
        at_cap: amounts_mg
            .iter()
            .zip(&caps)
            .map(|(x, cap)| *x >= cap * (1.0 - 1e-9))
            .collect(),
        total_at_cap: sum >= search.most_mg * (1.0 - 1e-6),
        plan,
        amounts_mg,
        typical,
        patients,
        notices,
        wording: crate::wording::SEARCH_IS_AN_AID,
    })
}

/// What one milligram of each slot adds to each wanted level, as a share of it; and the notices.
fn responses(
    model: &Model,
    patient: &Patient,
    search: &Search,
    wanted: &[Wanted],
    times: &Times,
) -> Result<(Vec<Notice>, Vec<Vec<f64>>), SearchError> {
    // Half of every cap is a plan within the domain; levels are linear around it.
    let base: Vec<f64> = search.slots.iter().map(|s| 0.5 * s.most_mg).collect();
    let question = ask(model, patient, search, &base)?;
    question
        .plan()
        .check_times("wanted.time_h", times.values())?;
    let mut evaluator = Evaluator::new();
    let mut level = |amounts: &[f64]| -> Result<Vec<f64>, SearchError> {
        let mut out = vec![0.0; times.len()];
        ask(model, patient, search, amounts)?.typical(times, &mut evaluator, &mut out)?;
        Ok(out)
    };
    let middle = level(&base)?;
    let mut response = Vec::with_capacity(base.len());
    for (k, slot) in search.slots.iter().enumerate() {
        let mut more = base.clone();
        more[k] = slot.most_mg;
        let rows = level(&more)?.into_iter().zip(&middle);
        let by_mg = rows.map(|(more, middle)| (more - middle) / (0.5 * slot.most_mg));
        response.push(
            by_mg
                .zip(wanted)
                .map(|(r, w)| r / w.ng_per_ml)
                .collect::<Vec<f64>>(),
        );
    }
    Ok((question.notices().to_vec(), response))
}

fn check(search: &Search) -> Result<(), BoundaryError> {
    for (field, n) in [
        ("slots", search.slots.len()),
        ("wanted", search.wanted.len()),
    ] {
        if n == 0 {
            let mend = "give at least one";
            return Err(BoundaryError::Missing {
                field: field.to_owned(),
                mend,
            });
        }
        if n > SLOTS_MAX {
            let field = field.to_owned();
            return Err(BoundaryError::TooMany {
                field,
                n,
                most: SLOTS_MAX,
            });
        }
    }
    let positive = |field: String, value: f64, mend| {
        if value.is_finite() && value > 0.0 {
            Ok(())
        } else {
            Err(BoundaryError::OutOfRange { field, value, mend })
        }
    };
    positive(
        "most_mg".to_owned(),
        search.most_mg,
        "give the most of all doses, milligrams",
    )?;
    for (k, slot) in search.slots.iter().enumerate() {
        let mend = "give the most that may be given here, milligrams above zero";
        positive(format!("slots[{k}].most_mg"), slot.most_mg, mend)?;
    }
    for (t, wanted) in search.wanted.iter().enumerate() {
        let mend = "give a level above zero, ng/mL";
        positive(format!("wanted[{t}].ng_per_ml"), wanted.ng_per_ml, mend)?;
        let mend = "give hours from the first dose, above zero";
        positive(format!("wanted[{t}].time_h"), wanted.time_h, mend)?;
    }
    if !matches!(search.analyte, Analyte::Parent | Analyte::EffectSite) {
        return Err(BoundaryError::Unexpected {
            field: "analyte".to_owned(),
            mend: "search for a level of the parent or at the effect site",
        });
    }
    Ok(())
}

fn ask<'m>(
    model: &'m Model,
    patient: &Patient,
    search: &Search,
    amounts: &[f64],
) -> Result<Question<'m>, BoundaryError> {
    let slots = search.slots.iter().zip(amounts);
    let doses = slots
        .map(|(slot, &amount_mg)| Dose {
            amount_mg,
            ..slot.dose
        })
        .collect();
    Question::new(
        model,
        patient,
        &with_drug(Plan::new(doses)?, search.drug),
        &[search.analyte],
    )
}

fn with_drug(plan: Plan, drug: Option<Drug>) -> Plan {
    match drug {
        Some(drug) => plan.of(drug),
        None => plan,
    }
}

/// The amounts within their caps, with the lowest price on the total that keeps the total.
fn bounded(response: &[Vec<f64>], caps: &[f64], total: f64, n_wanted: usize) -> Vec<f64> {
    let free = descend(response, caps, 0.0, n_wanted);
    if free.iter().sum::<f64>() <= total {
        return free;
    }
    // At this price no amount is worth anything.
    let steepest = response
        .iter()
        .map(|r| r.iter().sum::<f64>())
        .fold(0.0, f64::max);
    let (mut low, mut high) = (0.0, steepest);
    let mut kept = vec![0.0; caps.len()];
    for _ in 0..PRICES {
        let price = 0.5 * (low + high);
        let tried = descend(response, caps, price, n_wanted);
        if tried.iter().sum::<f64>() <= total {
            (kept, high) = (tried, price);
        } else {
            low = price;
        }
    }
    kept
}

/// Cyclic coordinate descent: each amount in turn at its own best, held within its cap.
fn descend(response: &[Vec<f64>], caps: &[f64], price: f64, n_wanted: usize) -> Vec<f64> {
    let mut x = vec![0.0; caps.len()];
    let mut lacking = vec![1.0; n_wanted];
    for _ in 0..SWEEPS {
        let mut largest = 0.0_f64;
        for (k, r) in response.iter().enumerate() {
            let square: f64 = r.iter().map(|r| r * r).sum();
            if square <= 0.0 {
                continue;
            }
            let pull: f64 = r.iter().zip(&lacking).map(|(r, l)| r * l).sum();
            let next = (x[k] + (pull - price) / square).clamp(0.0, caps[k]);
            let change = next - x[k];
            for (lacking, r) in lacking.iter_mut().zip(r) {
                *lacking -= r * change;
            }
            x[k] = next;
            largest = largest.max(change.abs() / caps[k]);
        }
        if largest < 1e-12 {
            break;
        }
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plateau(most_mg: f64) -> Found {
        let model = crate::model::find("otto2021").unwrap().unwrap();
        let slots = vec![
            Slot {
                dose: Dose::bolus(0.0, 1.0),
                most_mg: 40.0,
            },
            Slot {
                dose: Dose::infusion(0.0, 1.0, 0.5),
                most_mg: 40.0,
            },
            Slot {
                dose: Dose::infusion(0.5, 1.0, 1.0),
                most_mg: 40.0,
            },
        ];
        let wanted = [0.25, 0.5, 1.0, 1.5].map(|time_h| Wanted {
            time_h,
            ng_per_ml: 100.0,
        });
        let asked = Search {
            drug: None,
            analyte: Analyte::Parent,
            slots,
            most_mg,
            wanted: wanted.to_vec(),
            n_people: 200,
            seed: 3,
        };
        search(&model, &Patient::new(70.0).unwrap(), &asked).unwrap()
    }

    #[test]
    fn a_plateau_is_met_within_a_tenth_when_the_caps_allow() {
        let found = plateau(200.0);
        assert!(
            found
                .typical
                .iter()
                .all(|level| (level - 100.0).abs() < 10.0),
            "{found:?}"
        );
        assert!(found.patients.iter().all(|p| p[0] < p[1] && p[1] < p[2]));
        assert!(!found.total_at_cap);
    }

    #[test]
    fn the_total_cap_holds_and_is_said() {
        let found = plateau(20.0);
        let total: f64 = found.amounts_mg.iter().sum();
        assert!(total <= 20.0 && total > 19.9, "{total}");
        assert!(found.total_at_cap);
    }
}
