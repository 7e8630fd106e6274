//! What is predicted, study by study.

mod studies;
mod writing;

use studies::{film, infusion, medicines, table_four};
use writing::write;

use pharmacology::exposure::exposure;
use pharmacology::linear::Times;
use pharmacology::patient::Medicine;
use pharmacology::population::{Draws, curves, percentiles};
use pharmacology::{
    Analyte, Dose, Drug, Evaluator, Model, Patient, Plan, Question, Route, Sampling, model,
};
use serde_json::Value;

const REPORT: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../docs/pharmacology-validation.md"
);
const PEOPLE: usize = 1_000;

/// How a prediction is judged.
#[derive(Clone, Copy, PartialEq)]
enum Rule {
    TwoFold,
    OneAndAHalfFold,
    Within(f64, f64),
    Shown,
}

struct Line {
    study: &'static str,
    fitted: &'static str,
    model: String,
    site: Sampling,
    quantity: String,
    published: String,
    predicted: f64,
    reference: f64,
    band: Option<[f64; 3]>,
    rule: Rule,
}

impl Line {
    fn fold(&self) -> f64 {
        (self.predicted / self.reference).max(self.reference / self.predicted)
    }

    fn passes(&self) -> Option<bool> {
        match self.rule {
            Rule::TwoFold => Some(self.fold() <= 2.0),
            Rule::OneAndAHalfFold => Some(self.fold() <= 1.5),
            Rule::Within(low, high) => Some(self.predicted >= low && self.predicted <= high),
            Rule::Shown => None,
        }
    }
}

struct Bench {
    items: Value,
    models: Vec<Model>,
    lines: Vec<Line>,
}

impl Bench {
    fn item(&self, id: &str) -> &Value {
        let items = self.items["items"].as_array().unwrap();
        items.iter().find(|item| item["id"] == id).unwrap()
    }

    fn number(&self, id: &str, path: &str) -> f64 {
        let value = self.item(id).pointer(path);
        value
            .and_then(Value::as_f64)
            .unwrap_or_else(|| panic!("{id}{path} is in the file"))
    }

    fn model(&self, name: &str) -> &Model {
        self.models.iter().find(|m| m.name() == name).unwrap()
    }

    #[expect(
        clippy::too_many_arguments,
        clippy::needless_pass_by_value,
        reason = "one argument for each column of the report, words or sentences alike"
    )]
    fn line(
        &mut self,
        study: &'static str,
        fitted: &'static str,
        name: &str,
        quantity: impl ToString,
        reference: f64,
        predicted: f64,
        band: Option<[f64; 3]>,
        rule: Rule,
    ) {
        let published = match rule {
            Rule::Within(low, high) => format!("{} to {}", digits(low), digits(high)),
            Rule::TwoFold | Rule::OneAndAHalfFold | Rule::Shown => digits(reference),
        };
        self.lines.push(Line {
            study,
            fitted,
            model: name.to_owned(),
            site: self.model(name).sampling(),
            quantity: quantity.to_string(),
            published,
            predicted,
            reference,
            band,
            rule,
        });
    }
}

fn digits(x: f64) -> String {
    if x >= 1_000.0 {
        format!("{x:.0}")
    } else if x >= 100.0 {
        format!("{x:.1}")
    } else if x >= 10.0 {
        format!("{x:.2}")
    } else {
        format!("{x:.3}")
    }
}

fn person(weight: f64) -> Patient {
    Patient::new(weight).unwrap()
}

fn half_mg_per_kg(weight: f64) -> Plan {
    Plan::new(vec![Dose::infusion(0.0, 0.5 * weight, 2.0 / 3.0)])
        .unwrap()
        .of(Drug::RacemicKetamine)
}

fn ask<'m>(model: &'m Model, patient: &Patient, plan: &Plan, analyte: Analyte) -> Question<'m> {
    Question::new(model, patient, plan, &[analyte]).unwrap()
}

/// The band of peaks over drawn people.
fn peaks(question: &Question<'_>, until: f64) -> [f64; 3] {
    let times = Times::uniform(0.0, until / 480.0, 481).unwrap();
    let draws = Draws::new(question.model(), PEOPLE, 2026);
    let people = curves(question, &draws, &times).unwrap();
    let mut peaks: Vec<f64> = (0..people.n_people())
        .map(|i| people.of(i, 0).iter().copied().fold(0.0, f64::max))
        .collect();
    percentiles(&mut peaks)
}

fn area(model: &Model, patient: &Patient, plan: &Plan, analyte: Analyte, until: f64) -> f64 {
    let question = Question::of_areas(model, patient, plan, &[analyte]).unwrap();
    let mut area = [0.0];
    let times = Times::new(vec![until]).unwrap();
    question
        .typical(&times, &mut Evaluator::new(), &mut area)
        .unwrap();
    area[0]
}

/// Racemic 0.5 mg/kg over 40 minutes: the regimen of the depression trials.
fn trials(bench: &mut Bench) {
    let reference = bench.number("zarate2006", "/mean");
    let range = (
        bench.number("krystal1994", "/range/0"),
        bench.number("krystal1994", "/range/1"),
    );
    for name in [
        "perezruixo2020",
        "otto2021",
        "simons2022",
        "domino1984",
        "clements_nimmo1981",
    ] {
        let model = bench.model(name).clone();
        let question = ask(
            &model,
            &person(70.0),
            &half_mg_per_kg(70.0),
            Analyte::Parent,
        );
        let peak = exposure(&question, &[], Analyte::Parent).unwrap().c_max;
        let band = (model.n_random() > 0).then(|| peaks(&question, 2.0));
        let quantity = "peak, ng/mL";
        bench.line(
            "Zarate 2006",
            "no",
            name,
            quantity,
            reference,
            peak,
            band,
            Rule::TwoFold,
        );
        let rule = Rule::Within(range.0, range.1);
        bench.line(
            "Krystal 1994",
            "no",
            name,
            quantity,
            range.0,
            peak,
            None,
            rule,
        );
    }
}

/// An injection of 0.3 mg/kg; when blood was drawn is not recorded, so nothing is judged.
fn injection(bench: &mut Bench) {
    let reference = bench.number("lahti2001", "/mean");
    let plan = Plan::new(vec![Dose::bolus(0.0, 21.0)])
        .unwrap()
        .of(Drug::RacemicKetamine);
    for name in ["perezruixo2020", "otto2021", "simons2022", "domino1984"] {
        let model = bench.model(name).clone();
        let question = ask(&model, &person(70.0), &plan, Analyte::Parent);
        let mut levels = [0.0; 2];
        let times = Times::new(vec![10.0 / 60.0, 0.5]).unwrap();
        question
            .typical(&times, &mut Evaluator::new(), &mut levels)
            .unwrap();
        for (minutes, level) in [10, 30].into_iter().zip(levels) {
            let quantity = format!("level at {minutes} min, ng/mL (time in the study unknown)");
            bench.line(
                "Lahti 2001",
                "no",
                name,
                quantity,
                reference,
                level,
                None,
                Rule::Shown,
            );
        }
    }
}

/// Clearance of each enantiomer, mL/min/kg.
fn clearance(bench: &mut Bench) {
    let studies: [(&'static str, &str, &'static str, Drug); 3] = [
        (
            "Wang 2019, S alone",
            "wang2019_S_alone",
            "no",
            Drug::Esketamine,
        ),
        (
            "Wang 2019, S within racemate",
            "wang2019_S_in_rac",
            "no",
            Drug::Esketamine,
        ),
        (
            "Wang 2019, R within racemate",
            "wang2019_R_in_rac",
            "ratio of R to S only",
            Drug::Arketamine,
        ),
    ];
    for (study, id, fitted, drug) in studies {
        let reference = bench.number(id, "/mean");
        for name in ["perezruixo2020", "otto2021", "simons2022"] {
            let model = bench.model(name).clone();
            let plan = Plan::new(vec![Dose::bolus(0.0, 35.0)]).unwrap().of(drug);
            let area = area(&model, &person(70.0), &plan, Analyte::Parent, 1_000.0);
            // mg over ng h/mL is 1e6 mL/h.
            let predicted = 35.0 * 1e6 / area / 60.0 / 70.0;
            let quantity = "clearance, mL/min/kg";
            let rule = Rule::OneAndAHalfFold;
            bench.line(
                study, fitted, name, quantity, reference, predicted, None, rule,
            );
        }
    }
}

fn sprays(n: u8) -> Plan {
    let dose = |i| Dose::at_once(Route::IntranasalSpray, f64::from(i) * 5.0 / 60.0, 28.0);
    Plan::new((0..n).map(dose).collect()).unwrap()
}

/// The label of the nasal spray: bioavailability, time of peak, clearance, half-lives.
fn label(bench: &mut Bench) {
    const NAME: &str = "perezruixo2020";
    let model = bench.model(NAME).clone();
    let patient = person(74.0).aged(45.0).unwrap();
    let asked = [Analyte::Parent, Analyte::Metabolite];
    let question = Question::new(&model, &patient, &sprays(2), &asked).unwrap();
    let parent = exposure(&question, &[], Analyte::Parent).unwrap();
    let metabolite = exposure(&question, &[], Analyte::Metabolite).unwrap();
    let vein = Plan::new(vec![Dose::bolus(0.0, 56.0)]).unwrap();
    let vein = ask(&model, &patient, &vein, Analyte::Parent);
    let vein = exposure(&vein, &[], Analyte::Parent).unwrap();
    let of = |path: &str| bench.number("label_spravato", path);
    let minutes = Rule::Within(of("/value/1/0"), of("/value/1/1"));
    let hours = Rule::Within(of("/value/4/0"), of("/value/4/1"));
    let fold = Rule::OneAndAHalfFold;
    let rows = [
        (
            "bioavailability of 56 mg",
            of("/value/0"),
            parent.area / vein.area,
            fold,
        ),
        (
            "time of peak, min",
            of("/value/1/0"),
            parent.t_max_h * 60.0,
            minutes,
        ),
        ("clearance, L/h", of("/value/3"), 56_000.0 / vein.area, fold),
        ("half-life, h", of("/value/4/0"), parent.half_life_h, hours),
        (
            "half-life of noresketamine, h",
            of("/value/5"),
            metabolite.half_life_h,
            fold,
        ),
    ];
    for (quantity, reference, predicted, rule) in rows {
        let (study, fitted) = ("Label of the spray", "largely the same studies");
        bench.line(
            study, fitted, NAME, quantity, reference, predicted, None, rule,
        );
    }
}

#[test]
fn the_report_says_what_the_models_predict_today() {
    let given = std::env::var("HOLDFAST_REFERENCE").ok();
    let root =
        given.unwrap_or_else(|| concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared").into());
    let Ok(text) = std::fs::read_to_string(format!("{root}/pharmacology/pk_validation.json"))
    else {
        println!("skipped: the validation data is not here; HOLDFAST_REFERENCE names its folder");
        return;
    };
    let items = serde_json::from_str(&text).unwrap();
    let mut bench = Bench {
        items,
        models: model::published().unwrap(),
        lines: Vec::new(),
    };
    for part in [
        trials, injection, clearance, label, film, infusion, table_four, medicines,
    ] {
        part(&mut bench);
    }
    let report = write(&bench.lines);
    if std::env::var("HOLDFAST_REGENERATE").is_ok() {
        std::fs::write(REPORT, &report).unwrap();
    }
    let kept = std::fs::read_to_string(REPORT).unwrap_or_default();
    assert!(
        kept == report,
        "the report is out of date; run this test with HOLDFAST_REGENERATE=1"
    );
    // What the models were built on must come back.
    let broken = bench
        .lines
        .iter()
        .find(|l| l.fitted == "yes" && l.passes() == Some(false));
    assert!(
        broken.is_none(),
        "{} no longer fits its own study",
        broken.unwrap().model
    );
}
