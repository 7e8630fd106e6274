//! Whether a model may be asked about this patient and plan, and what must be said.

use super::Species;
use crate::analyte::{Analyte, Drug};
use crate::boundary::{BoundaryError, Notice};
use crate::model::{ClearanceFile, Kind, Model, Sampling, Typical};
use crate::patient::{HepaticImpairment, Patient};
use crate::plan::{Plan, Route};

/// Clearance of R-ketamine over that of S-ketamine in the same people: 15.8 over 18.4 mL/min/kg
/// (Wang 2019, PMC6902860; alone, S was cleared at 18.1, so R does not act on S). Distribution is
/// shared (Henthorn 2018, Anesthesiology 129:260, abstract).
pub(crate) const CLEARANCE_OF_R_OVER_S: f64 = 15.8 / 18.4;
const ADULT_YEARS: f64 = 18.0;
/// Doses outside these, mg/kg, are slips of a unit for every route and age.
const MG_PER_KG_PLAUSIBLE: (f64, f64) = (0.000_9, 20.0);
/// An infusion this long may be minutes read as hours.
const LONG_INFUSION_H: f64 = 10.0;
const NANOGRAMS_PER_ML_OF_MG_PER_L: f64 = 1_000.0;

pub(super) fn check(
    model: &Model,
    patient: &Patient,
    plan: &Plan,
    analytes: &[Analyte],
    notices: &mut Vec<Notice>,
) -> Result<(), BoundaryError> {
    check_person(model, patient, notices)?;
    check_doses(model, patient, plan, notices)?;
    let has = model.analytes();
    for &analyte in analytes {
        if !has.contains(&analyte) {
            return Err(BoundaryError::AnalyteNotInModel {
                analyte,
                model: model.name().to_owned(),
                has: has.iter().map(|a| a.word()).collect::<Vec<_>>().join(", "),
            });
        }
        if model.is_low_confidence(analyte) {
            notices.push(Notice::LowConfidence(analyte));
        }
    }
    if model.sampling() == Sampling::Unrecorded {
        notices.push(Notice::SamplingUnrecorded);
    }
    Ok(())
}

fn check_person(
    model: &Model,
    patient: &Patient,
    notices: &mut Vec<Notice>,
) -> Result<(), BoundaryError> {
    if let Some(age_years) = patient.age_years() {
        let name = model.name().to_owned();
        match model.kind() {
            Kind::Adults | Kind::IntensiveCare if age_years < ADULT_YEARS => {
                return Err(BoundaryError::ChildUnderAdultModel {
                    age_years,
                    model: name,
                });
            }
            Kind::Children if age_years >= ADULT_YEARS => {
                return Err(BoundaryError::AdultUnderChildModel {
                    age_years,
                    model: name,
                });
            }
            Kind::Adults | Kind::IntensiveCare | Kind::Children => {}
        }
    } else if model.uses_age() {
        notices.push(Notice::AgeAssumed { up_to_years: 60.0 });
    }
    if model.kind() == Kind::IntensiveCare {
        notices.push(Notice::IntensiveCare);
    }
    let outside = |what, value: f64, range: (f64, f64), unit| {
        (value < range.0 || value > range.1).then_some(Notice::OutsideStudied {
            what,
            value,
            range,
            unit,
        })
    };
    match model.studied() {
        Some(studied) => {
            let age = patient
                .age_years()
                .and_then(|age| outside("age", age, studied.age_years, "years"));
            notices.extend(age);
            notices.extend(outside(
                "weight",
                patient.weight_kg(),
                studied.weight_kg,
                "kg",
            ));
        }
        None => notices.push(Notice::StudiedUnknown),
    }
    notices.extend(patient.hepatic_impairment().map(|impairment| Notice::HepaticImpairment {
        known: match impairment {
            HepaticImpairment::Moderate => {
                "Moderately impaired liver: the label says exposure and half-life are higher and \
                 observation must be longer; no model here describes it, so levels are too low."
            }
            HepaticImpairment::Severe => {
                "Severely impaired liver: never studied; no level shown here applies."
            }
        },
    }));
    Ok(())
}

fn check_doses(
    model: &Model,
    patient: &Patient,
    plan: &Plan,
    notices: &mut Vec<Notice>,
) -> Result<(), BoundaryError> {
    for (at, dose) in plan.doses().iter().enumerate() {
        let field = |name: &str| format!("doses[{at}].{name}");
        let per_kg = dose.amount_mg / patient.weight_kg();
        if per_kg < MG_PER_KG_PLAUSIBLE.0 || per_kg > MG_PER_KG_PLAUSIBLE.1 {
            return Err(BoundaryError::UnitSlip {
                field: field("amount_mg"),
                value: dose.amount_mg,
                mend: "give milligrams (not micrograms, not grams); between 0.001 and 20 mg for each kilogram is plausible",
            });
        }
        if dose.assumed_absorption.is_some() {
            if model.route(Route::IvBolus).is_none() {
                return Err(no_route(model, field("route"), dose.route));
            }
            notices.push(Notice::AssumedAbsorption { dose: at });
            continue;
        }
        let Some(route) = model.route(dose.route) else {
            return Err(no_route(model, field("route"), dose.route));
        };
        if let Some(device) = route.device_mg
            && dose.amount_mg > device * (1.0 + 1e-9)
        {
            return Err(BoundaryError::OutOfRange {
                field: field("amount_mg"),
                value: dose.amount_mg,
                mend: "one spray device gives 28 mg; list each device as a dose of its own",
            });
        }
        if let Some(duration_h) = dose.duration_h.filter(|d| *d >= LONG_INFUSION_H) {
            notices.push(Notice::LongInfusion {
                dose: at,
                duration_h,
            });
        }
    }
    Ok(())
}

fn no_route(model: &Model, field: String, route: Route) -> BoundaryError {
    BoundaryError::RouteNotInModel {
        field,
        route,
        model: model.name().to_owned(),
        has: model
            .routes()
            .map(Route::word)
            .collect::<Vec<_>>()
            .join(", "),
    }
}

/// The substances to follow: the model's own drug, or its enantiomers, half the dose each.
pub(super) fn species(
    model: &Model,
    patient: &Patient,
    plan: &Plan,
    analytes: &[Analyte],
    notices: &mut Vec<Notice>,
) -> Result<Vec<Species>, BoundaryError> {
    let describes = model.drug();
    let given = plan.drug().unwrap_or(describes);
    let refused = || BoundaryError::DrugNotInModel {
        drug: given,
        describes,
        model: model.name().to_owned(),
    };
    let parts: &[(Drug, f64)] = match (describes, given) {
        (Drug::Esketamine, Drug::Esketamine) => &[(Drug::Esketamine, 1.0)],
        (Drug::RacemicKetamine, Drug::RacemicKetamine) => &[(Drug::RacemicKetamine, 1.0)],
        (Drug::Esketamine, Drug::RacemicKetamine) => {
            &[(Drug::Esketamine, 0.5), (Drug::Arketamine, 0.5)]
        }
        (Drug::Esketamine | Drug::Arketamine, Drug::Arketamine) => &[(Drug::Arketamine, 1.0)],
        (Drug::RacemicKetamine, Drug::Esketamine | Drug::Arketamine)
        | (Drug::Arketamine, Drug::Esketamine | Drug::RacemicKetamine) => return Err(refused()),
    };
    let mut all = Vec::with_capacity(parts.len());
    for &(drug, share) in parts {
        let mut typical = Typical::new(&model.parameters, patient);
        act_of_medicines(model, patient, &mut typical, notices)?;
        let is_scaled = describes == Drug::Esketamine && drug == Drug::Arketamine;
        if is_scaled {
            scale_clearance(model, &mut typical).ok_or_else(refused)?;
            notices.push(Notice::ArketamineScaled);
        }
        let reads = analytes
            .iter()
            .map(|&analyte| read(model, analyte, is_scaled))
            .collect();
        all.push(Species {
            drug,
            share,
            typical,
            reads,
        });
    }
    let asks_for_metabolite = analytes
        .iter()
        .any(|a| matches!(a, Analyte::Metabolite | Analyte::SecondMetabolite));
    if asks_for_metabolite && all.iter().any(|s| s.drug != describes) {
        notices.push(Notice::MetaboliteOfEsketamineOnly);
    }
    Ok(all)
}

fn read(model: &Model, analyte: Analyte, is_scaled: bool) -> Option<(usize, f64)> {
    let own = match analyte {
        Analyte::EffectSite => Analyte::Parent,
        Analyte::Metabolite | Analyte::SecondMetabolite if is_scaled => return None,
        Analyte::Parent | Analyte::Metabolite | Analyte::SecondMetabolite => analyte,
    };
    let file = model.analyte(own)?;
    let volume = model.parameter("analytes", &file.volume).ok()?;
    let ratio = file
        .mass_ratio
        .map_or(1.0, |(substance, drug)| substance / drug);
    Some((volume, NANOGRAMS_PER_ML_OF_MG_PER_L * ratio))
}

/// Scales a fitted S-ketamine clearance to R-ketamine. In a well-stirred liver it is the intrinsic
/// clearance that is scaled, so that plasma clearance comes out at the published ratio.
fn scale_clearance(model: &Model, typical: &mut Typical) -> Option<()> {
    match model.clearance()? {
        ClearanceFile::Scaled(names) => {
            for name in names {
                typical.after[model.parameter("clearance", name).ok()?] *= CLEARANCE_OF_R_OVER_S;
            }
        }
        ClearanceFile::WellStirred {
            flow,
            volume,
            intrinsic,
        } => {
            let flow = typical.value(model.parameter("clearance", flow).ok()?);
            let volume = typical.value(model.parameter("clearance", volume).ok()?);
            let mut rate = 0.0;
            for name in intrinsic {
                rate += typical.value(model.parameter("clearance", name).ok()?);
            }
            // Plasma clearance is flow * own / (flow + own); solve for the own that scales it.
            let own = volume * rate;
            let wanted = CLEARANCE_OF_R_OVER_S * flow * own / (flow + own);
            let factor = wanted * flow / (flow - wanted) / own;
            for name in intrinsic {
                typical.after[model.parameter("clearance", name).ok()?] *= factor;
            }
        }
    }
    Some(())
}

/// In a well-stirred liver the area after an oral dose is the dose over the intrinsic clearance, so
/// a published ratio of oral areas divides the intrinsic clearance.
fn act_of_medicines(
    model: &Model,
    patient: &Patient,
    typical: &mut Typical,
    notices: &mut Vec<Notice>,
) -> Result<(), BoundaryError> {
    for medicine in patient.medicines() {
        let refused = || BoundaryError::MedicineNotInModel {
            medicine: medicine.word().to_owned(),
            model: model.name().to_owned(),
        };
        let Some(ClearanceFile::WellStirred { intrinsic, .. }) = model.clearance() else {
            return Err(refused());
        };
        let oral_ratio = medicine.oral_area_ratio();
        for name in intrinsic {
            let at = model.parameter("clearance", name).map_err(|_| refused())?;
            typical.after[at] /= oral_ratio;
        }
        let notice = Notice::Medicine {
            medicine: medicine.word().to_owned(),
            oral_ratio,
        };
        if !notices.contains(&notice) {
            notices.push(notice);
        }
    }
    Ok(())
}
