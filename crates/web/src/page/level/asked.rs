//! What is asked: read from an address or from a prescribed dose, each fault beside its field.

use pages::{Choice, Field, Form};
use pharmacology::{BoundaryError, Dose, Drug, Model, Patient, Plan, Route};
use record::fact::decision::{PlannedDose, Route as Prescribed};

use crate::sent::Sent;

/// The models shown when nobody chose: the two best documented of venous blood.
const MODELS: [&str; 2] = ["otto2021", "perezruixo2020"];
/// For a way in only few models describe.
const MODELS_NOT_IV: [&str; 2] = ["perezruixo2020", "simons2022"];

/// A plan to predict, its numbers in range.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Asked {
    /// The whole amount, milligrams.
    pub(super) mg: f64,
    /// The drug.
    pub(super) drug: Drug,
    /// The way in.
    pub(super) route: Route,
    /// Over how many minutes, for an infusion.
    pub(super) minutes: f64,
    /// Weight.
    pub(super) weight_kg: f64,
    /// Age, where known.
    pub(super) age: Option<f64>,
    /// Two models by name.
    pub(super) models: [String; 2],
}

/// One sentence beside a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    /// The field.
    pub(super) field: &'static str,
    /// What is wrong and what to do.
    pub(super) says: String,
}

impl Fault {
    pub(super) fn new(field: &'static str, says: impl Into<String>) -> Self {
        Self {
            field,
            says: says.into(),
        }
    }
}

impl Asked {
    /// The one dose, at hour 0.
    pub(super) fn plan(&self) -> Result<Plan, Fault> {
        let dose = match self.route {
            Route::IvInfusion => Dose::infusion(0.0, self.mg, self.minutes / 60.0),
            Route::IvBolus
            | Route::Intramuscular
            | Route::IntranasalSpray
            | Route::SublingualFilm
            | Route::Oral => Dose::at_once(self.route, 0.0, self.mg),
        };
        let plan = Plan::new(vec![dose]);
        plan.map(|plan| plan.of(self.drug))
            .map_err(|_| Fault::new("dose", "Such a dose cannot be predicted: give 1 to 1000 mg"))
    }

    /// The two models, which differ.
    pub(super) fn chosen(&self, known: &[Model]) -> Result<Vec<Model>, Fault> {
        let [first, second] = &self.models;
        if first == second {
            return Err(Fault::new(
                "beside",
                "Choose a second model that differs from the first",
            ));
        }
        let find = |field, name: &String| {
            let found = known.iter().find(|model| model.name() == name).cloned();
            found.ok_or_else(|| Fault::new(field, "Choose a model from the list"))
        };
        Ok(vec![find("model", first)?, find("beside", second)?])
    }

    /// The person.
    pub(super) fn patient(&self) -> Result<Patient, Fault> {
        let weight = |_| Fault::new("weight", "Give a weight from 30 to 250 kg");
        let age = |_| Fault::new("age", "Give an age from 18 to 110 years, or leave it empty");
        let person = Patient::new(self.weight_kg).map_err(weight)?;
        match self.age {
            None => Ok(person),
            Some(years) => person.aged(years).map_err(age),
        }
    }
}

/// Reads the address. What is not said is the plan most clinics know: 0.5 mg/kg over 40 minutes.
pub(super) fn read(sent: &Sent) -> Result<Asked, Vec<Fault>> {
    let mut faults = Vec::new();
    let weight_kg = number(
        sent,
        "weight",
        "70",
        (30.0, 250.0),
        "a weight, in kg,",
        &mut faults,
    );
    let dose = dose(sent, weight_kg, &mut faults);
    let route = match sent.get("route") {
        None => Some(Route::IvInfusion),
        Some(word) => Route::ALL.into_iter().find(|route| route.word() == word),
    };
    if route.is_none() {
        faults.push(Fault::new("route", "Choose a way in from the list"));
    }
    let is_infusion = route == Some(Route::IvInfusion);
    let minutes = if is_infusion {
        number(
            sent,
            "minutes",
            "40",
            (1.0, 240.0),
            "the minutes of the infusion,",
            &mut faults,
        )
    } else {
        0.0
    };
    let age = sent.get("age").map(|_| {
        number(
            sent,
            "age",
            "",
            (18.0, 110.0),
            "an age of an adult, in years,",
            &mut faults,
        )
    });
    let drug = match sent.get("drug").unwrap_or("racemic") {
        "racemic" => Drug::RacemicKetamine,
        "esketamine" => Drug::Esketamine,
        _ => {
            faults.push(Fault::new("drug", "Choose a drug from the list"));
            Drug::RacemicKetamine
        }
    };
    match route {
        Some(route) if faults.is_empty() => Ok(Asked {
            mg: dose,
            drug,
            route,
            minutes,
            weight_kg,
            age,
            models: models(sent, MODELS),
        }),
        Some(_) | None => Err(faults),
    }
}

/// The dose in mg, however it was said.
fn dose(sent: &Sent, weight_kg: f64, faults: &mut Vec<Fault>) -> f64 {
    let is_by_weight = sent.get("unit").unwrap_or("mg-per-kg") == "mg-per-kg";
    if is_by_weight {
        number(
            sent,
            "dose",
            "0.5",
            (0.01, 10.0),
            "a dose, in mg/kg,",
            faults,
        ) * weight_kg
    } else {
        number(sent, "dose", "35", (1.0, 1_000.0), "a dose, in mg,", faults)
    }
}

fn models(sent: &Sent, else_these: [&str; 2]) -> [String; 2] {
    let [first, second] = else_these;
    [("model", first), ("beside", second)]
        .map(|(field, else_this)| sent.get(field).unwrap_or(else_this).to_owned())
}

fn number(
    sent: &Sent,
    field: &'static str,
    unsaid: &str,
    (least, most): (f64, f64),
    what: &str,
    faults: &mut Vec<Fault>,
) -> f64 {
    let word = if sent.pairs().is_empty() {
        unsaid
    } else {
        sent.get(field).unwrap_or_default()
    };
    match word.trim().parse::<f64>() {
        Ok(value) if (least..=most).contains(&value) => value,
        Ok(_) | Err(_) => {
            faults.push(Fault::new(
                field,
                format!("Give {what} from {least} to {most} as a number"),
            ));
            least
        }
    }
}

/// A prescribed dose as a question.
pub(super) fn of_dose(
    dose: &PlannedDose,
    drug: Drug,
    weight_kg: f64,
    age: Option<f64>,
    sent: &Sent,
) -> Asked {
    let route = match dose.route {
        Prescribed::Intravenous if dose.minutes > 0 => Route::IvInfusion,
        Prescribed::Intravenous => Route::IvBolus,
        Prescribed::Intramuscular => Route::Intramuscular,
        Prescribed::Intranasal => Route::IntranasalSpray,
        Prescribed::Sublingual => Route::SublingualFilm,
    };
    let usual = match dose.route {
        Prescribed::Intravenous => MODELS,
        Prescribed::Intramuscular | Prescribed::Intranasal | Prescribed::Sublingual => {
            MODELS_NOT_IV
        }
    };
    let micrograms = u32::try_from(dose.dose.get()).unwrap_or(u32::MAX);
    Asked {
        mg: f64::from(micrograms) / 1_000.0,
        drug,
        route,
        minutes: f64::from(dose.minutes),
        weight_kg,
        age,
        models: models(sent, usual),
    }
}

/// Why no model could be asked, beside the field that changes it.
pub(super) fn refused(name: &str, error: &BoundaryError, known: &[Model]) -> Fault {
    let title = title(name, known);
    match error {
        BoundaryError::RouteNotInModel { route, has, .. } => Fault::new(
            "route",
            format!(
                "{title} does not describe {}; it describes {}: choose another model or another way in",
                way(*route),
                has.replace('_', " ")
            ),
        ),
        BoundaryError::DrugNotInModel {
            drug, describes, ..
        } => Fault::new(
            "drug",
            format!(
                "{title} describes {}, not {}: choose another model or the other drug",
                describes.word(),
                drug.word()
            ),
        ),
        BoundaryError::ChildUnderAdultModel { .. } => Fault::new(
            "age",
            format!("{title} was built on adults: give an age of an adult"),
        ),
        BoundaryError::AdultUnderChildModel { .. } => Fault::new(
            "model",
            format!("{title} was built on children: choose a model of adults"),
        ),
        BoundaryError::Unreadable { .. }
        | BoundaryError::Missing { .. }
        | BoundaryError::OutOfRange { .. }
        | BoundaryError::UnitSlip { .. }
        | BoundaryError::Unexpected { .. }
        | BoundaryError::UnknownWord { .. }
        | BoundaryError::OverlappingInfusions { .. }
        | BoundaryError::BeforeFirstDose { .. }
        | BoundaryError::AnalyteNotInModel { .. }
        | BoundaryError::MedicineNotInModel { .. }
        | BoundaryError::NoDose
        | BoundaryError::TooMany { .. } => Fault::new(
            "model",
            format!("{title} cannot be asked about this plan: choose another model"),
        ),
    }
}

/// The title of a model.
pub(super) fn title(name: &str, known: &[Model]) -> String {
    let found = known.iter().find(|model| model.name() == name);
    found.map_or_else(
        || format!("\u{201c}{name}\u{201d}"),
        |model| model.title().to_owned(),
    )
}

/// `Otto 2021` of `Otto 2021: esketamine, intravenous`: a list has no room for more.
pub(super) fn short(title: &str) -> &str {
    title.split(':').next().unwrap_or(title)
}

/// A way in, in a clinician's words.
pub(super) const fn way(route: Route) -> &'static str {
    match route {
        Route::IvBolus => "into a vein at once",
        Route::IvInfusion => "into a vein over time",
        Route::Intramuscular => "into a muscle",
        Route::IntranasalSpray => "nasal spray",
        Route::SublingualFilm => "film under the tongue",
        Route::Oral => "swallowed",
    }
}

/// The form, filled with what was sent or with the plan most clinics know.
pub(super) fn form(action: &str, sent: &Sent, known: &[Model]) -> Form {
    let is_first = sent.pairs().is_empty();
    let said = |field: &str, unsaid: &'static str| {
        if is_first {
            unsaid.to_owned()
        } else {
            sent.get(field).unwrap_or_default().to_owned()
        }
    };
    let chosen = |field: &str, unsaid: &str| sent.get(field).unwrap_or(unsaid).to_owned();
    let ways = Route::ALL.map(|route| Choice::new(route.word(), way(route)));
    let fields = vec![
        Field::line("dose", "Dose").value(&said("dose", "0.5")),
        Field::select(
            "unit",
            "Unit of the dose",
            Choice::list(&[("mg-per-kg", "mg/kg"), ("mg", "mg")]),
        )
        .value(&chosen("unit", "mg-per-kg")),
        Field::select(
            "drug",
            "Drug",
            Choice::list(&[
                ("racemic", "racemic ketamine"),
                ("esketamine", "esketamine"),
            ]),
        )
        .value(&chosen("drug", "racemic")),
        Field::select("route", "Way in", ways.to_vec())
            .value(&chosen("route", Route::IvInfusion.word())),
        Field::number("minutes", "Over how long", "min")
            .hint("Only for an infusion")
            .value(&said("minutes", "40")),
        Field::number("weight", "Weight", "kg").value(&said("weight", "70")),
        Field::number("age", "Age", "years")
            .optional()
            .value(&said("age", "")),
    ];
    Form::ask(action, "Predict")
        .named("level")
        .fields(fields)
        .fields(model_fields(&models(sent, MODELS), known))
}

fn model_fields(chosen: &[String; 2], known: &[Model]) -> Vec<Field> {
    let choices = || {
        known
            .iter()
            .map(|model| Choice::new(model.name(), short(model.title())))
            .collect()
    };
    let [first, second] = chosen;
    vec![
        Field::select("model", "Model", choices()).value(first),
        Field::select("beside", "Second model", choices()).value(second),
    ]
}

/// The form beside a prescribed plan: which session of it, under which models. The plan itself is not to be changed here.
pub(super) fn session_form(
    action: &str,
    doses: &[PlannedDose],
    shown: &PlannedDose,
    asked: &Asked,
    known: &[Model],
) -> Form {
    let sessions = doses.iter().map(|dose| {
        let words = format!(
            "Session {}, {} over {} min",
            dose.number, dose.dose, dose.minutes
        );
        Choice::new(dose.number.to_string(), words)
    });
    let field = Field::select("session", "Session of the plan", sessions.collect())
        .value(&shown.number.to_string());
    Form::ask(action, "Predict")
        .named("level")
        .fields(vec![field])
        .fields(model_fields(&asked.models, known))
}
