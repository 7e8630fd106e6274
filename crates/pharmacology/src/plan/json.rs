//! The plan as a file.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{AssumedAbsorption, Dose, Plan, Route};
use crate::analyte::Drug;
use crate::boundary::BoundaryError;
use crate::patient::{Ancestry, HepaticImpairment, Medicine, Patient};

/// A plan file, read but not yet checked.
///
/// ```json
/// {
///   "patient": { "weight_kg": 70, "age_years": 45 },
///   "drug": "racemic_ketamine",
///   "doses": [{ "route": "iv_infusion", "start_h": 0, "amount_mg": 35, "duration_h": 0.6667 }]
/// }
/// ```
///
/// `drug` may be left out; amounts are then of the drug the model describes. `doses_by_model` may
/// stand in place of `doses`, with one list for each model's name.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanText {
    patient: PatientText,
    #[serde(default)]
    drug: Option<String>,
    #[serde(default)]
    doses: Option<Vec<DoseText>>,
    #[serde(default)]
    doses_by_model: Option<BTreeMap<String, Vec<DoseText>>>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PatientText {
    weight_kg: Option<f64>,
    age_years: Option<f64>,
    ancestry: Option<String>,
    #[serde(default)]
    taking: Vec<String>,
    hepatic_impairment: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DoseText {
    route: Option<String>,
    start_h: Option<f64>,
    amount_mg: Option<f64>,
    duration_h: Option<f64>,
    assumed_absorption: Option<AssumedText>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AssumedText {
    bioavailability: Option<f64>,
    ka_per_h: Option<f64>,
    #[serde(default)]
    over_h: f64,
    #[serde(default)]
    transits: u8,
}

impl PlanText {
    /// Reads a plan file.
    pub fn from_json(text: &str) -> Result<Self, BoundaryError> {
        serde_json::from_str(text).map_err(|error| BoundaryError::Unreadable {
            reason: error.to_string(),
        })
    }

    /// Checks the patient and the doses meant for this model.
    pub fn check(&self, model: &str) -> Result<(Patient, Plan), BoundaryError> {
        let patient = self.patient.check()?;
        let (field, doses) = match (&self.doses, &self.doses_by_model) {
            (Some(doses), _) => ("doses".to_owned(), doses),
            (None, Some(by_model)) => {
                let mend = "add the doses meant for this model, or choose a model that is listed";
                let field = format!("doses_by_model.{model}");
                let doses = by_model.get(model).ok_or_else(|| missing(field, mend))?;
                ("doses".to_owned(), doses)
            }
            (None, None) => return Err(missing("doses".to_owned(), "give a list of doses")),
        };
        let doses: Result<Vec<Dose>, BoundaryError> = doses
            .iter()
            .enumerate()
            .map(|(at, d)| d.check(&format!("{field}[{at}]")))
            .collect();
        let plan = Plan::new(doses?)?;
        let known = [Drug::Esketamine, Drug::Arketamine, Drug::RacemicKetamine];
        match &self.drug {
            None => Ok((patient, plan)),
            Some(word) => {
                let drug = one_of("drug", word, &known, drug_key)?;
                Ok((patient, plan.of(drug)))
            }
        }
    }
}

fn drug_key(drug: Drug) -> &'static str {
    match drug {
        Drug::Esketamine => "esketamine",
        Drug::Arketamine => "arketamine",
        Drug::RacemicKetamine => "racemic_ketamine",
    }
}

impl PatientText {
    fn check(&self) -> Result<Patient, BoundaryError> {
        let Some(weight) = self.weight_kg else {
            return Err(missing(
                "patient.weight_kg".to_owned(),
                "give the weight in kilograms",
            ));
        };
        let mut patient = Patient::new(weight)?;
        if let Some(age) = self.age_years {
            patient = patient.aged(age)?;
        }
        if let Some(word) = &self.ancestry {
            let known = [Ancestry::Asian, Ancestry::Japanese, Ancestry::Other];
            patient = patient.of(one_of("patient.ancestry", word, &known, |a| match a {
                Ancestry::Asian => "asian",
                Ancestry::Japanese => "japanese",
                Ancestry::Other => "other",
            })?);
        }
        for word in &self.taking {
            let medicine = one_of("patient.taking", word, &Medicine::ALL, Medicine::word)?;
            patient = patient.taking(medicine);
        }
        if let Some(word) = &self.hepatic_impairment {
            let known = [HepaticImpairment::Moderate, HepaticImpairment::Severe];
            let impairment = one_of("patient.hepatic_impairment", word, &known, |i| match i {
                HepaticImpairment::Moderate => "moderate",
                HepaticImpairment::Severe => "severe",
            })?;
            patient = patient.with_hepatic_impairment(impairment);
        }
        Ok(patient)
    }
}

impl DoseText {
    fn check(&self, field: &str) -> Result<Dose, BoundaryError> {
        let name = |name: &str| format!("{field}.{name}");
        let Some(word) = &self.route else {
            return Err(missing(
                name("route"),
                "say how the dose is given, for example iv_infusion",
            ));
        };
        let route = one_of(&name("route"), word, &Route::ALL, Route::word)?;
        let Some(start_h) = self.start_h else {
            return Err(missing(name("start_h"), "give hours from the first dose"));
        };
        let Some(amount_mg) = self.amount_mg else {
            return Err(missing(name("amount_mg"), "give milligrams of free base"));
        };
        let assumed_absorption = match &self.assumed_absorption {
            None => None,
            Some(text) => {
                let mend = "give both `bioavailability` and `ka_per_h`";
                let part = |value: Option<f64>, part: &str| {
                    value.ok_or_else(|| missing(name(&format!("assumed_absorption.{part}")), mend))
                };
                Some(AssumedAbsorption {
                    bioavailability: part(text.bioavailability, "bioavailability")?,
                    ka_per_h: part(text.ka_per_h, "ka_per_h")?,
                    over_h: text.over_h,
                    transits: text.transits,
                })
            }
        };
        Ok(Dose {
            route,
            start_h,
            amount_mg,
            duration_h: self.duration_h,
            assumed_absorption,
        })
    }
}

fn missing(field: String, mend: &'static str) -> BoundaryError {
    BoundaryError::Missing { field, mend }
}

fn one_of<T: Copy>(
    field: &str,
    word: &str,
    known: &[T],
    key: impl Fn(T) -> &'static str,
) -> Result<T, BoundaryError> {
    known
        .iter()
        .copied()
        .find(|k| key(*k) == word)
        .ok_or_else(|| BoundaryError::UnknownWord {
            field: field.to_owned(),
            word: word.to_owned(),
            known: known.iter().map(|k| key(*k)).collect::<Vec<_>>().join(", "),
        })
}
