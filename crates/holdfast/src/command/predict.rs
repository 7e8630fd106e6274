//! `holdfast predict`: pharmacology on the command line.

mod answer;
mod catalogue;

use std::io::Write;

use anyhow::Context as _;
use camino::Utf8PathBuf;
use pharmacology::fit::{Fit, FitError, Level, fit};
use pharmacology::linear::Times;
use pharmacology::plan::PlanText;
use pharmacology::population::{Draws, PEOPLE_MAX, curves};
use pharmacology::{Analyte, Evaluator, Model, Patient, Plan, Question, model};

use super::{Outcome, Unaskable};
use answer::{Answer, Fitted, Row};

/// Predict the level in blood from a plan, for planning and teaching. It never doses.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  holdfast predict --list
  holdfast predict --model otto2021 --plan plan.json --at 0.5,1,2
  holdfast predict --model perezruixo2020 --plan plan.json --at 1,4,24 --population 500 --seed 7
  holdfast predict --model otto2021 --plan plan.json --at 6,8 --fit levels.csv --format json

A plan is a file such as
  {\"patient\": {\"weight_kg\": 70, \"age_years\": 45},
   \"doses\": [{\"route\": \"iv_infusion\", \"start_h\": 0, \"amount_mg\": 35, \"duration_h\": 0.6667}]}
Times are hours from the first dose, amounts milligrams of free base. A level file has the columns
time_h,analyte,ng_per_ml with analyte parent, metabolite or second_metabolite.")]
pub(crate) struct Predict {
    /// The model, by its name in --list.
    #[arg(long, required_unless_present = "list")]
    model: Option<String>,
    /// The plan file.
    #[arg(long, required_unless_present = "list")]
    plan: Option<Utf8PathBuf>,
    /// The regimen, when the plan file holds several under `regimens`.
    #[arg(long)]
    regimen: Option<String>,
    /// Times, hours from the first dose.
    #[arg(
        long,
        value_delimiter = ',',
        required_unless_present = "list",
        allow_negative_numbers = true
    )]
    at: Vec<f64>,
    /// What to predict; `parent`, `metabolite` and `effect_site` as far as the model has them when left out.
    #[arg(long, value_delimiter = ',')]
    analytes: Vec<String>,
    /// Draw this many people and add the 5th, 50th and 95th percentile.
    #[arg(long, value_name = "PEOPLE")]
    population: Option<usize>,
    /// The seed of the draw; the same seed gives the same people.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Fit this person to measured levels first.
    #[arg(long, value_name = "LEVELS.csv")]
    fit: Option<Utf8PathBuf>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Csv)]
    format: Format,
    /// List the models with their population, sampling site and source.
    #[arg(long)]
    list: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Format {
    /// Comma-separated values.
    Csv,
    /// JSON, with the model, its source and every notice.
    Json,
}

impl Predict {
    pub(crate) fn run(self, out: &mut dyn Write) -> anyhow::Result<Outcome> {
        let models = model::published().context("the embedded models are not valid")?;
        if self.list {
            catalogue::print(&models, self.format, out)?;
            return Ok(Outcome::Done);
        }
        let (Some(name), Some(path)) = (&self.model, &self.plan) else {
            return Err(unaskable("give --model and --plan, or --list"));
        };
        let Some(model) = models.iter().find(|m| m.name() == name) else {
            let known: Vec<&str> = models.iter().map(Model::name).collect();
            return Err(unaskable(format!(
                "no model is called `{name}`; use one of {}, or see --list",
                known.join(", ")
            )));
        };
        let text = self.plan_text(&read(path)?)?;
        let (patient, plan) = text.check(name).map_err(unaskable)?;
        let times = self.times(&plan)?;
        let analytes = self.analytes(model)?;
        let question = Question::new(model, &patient, &plan, &analytes).map_err(unaskable)?;
        let fitted = match &self.fit {
            None => None,
            Some(path) => Some(fit_levels(model, &patient, &plan, &read(path)?)?),
        };
        let answer = self.answer(&question, &times, fitted.as_ref())?;
        answer.print(self.format, out)?;
        if self.format == Format::Csv {
            // The table must stay a table, so what has to be said with it is said beside it.
            answer.say(&mut std::io::stderr().lock())?;
        }
        Ok(Outcome::Done)
    }

    /// The plan in the file, or one regimen of it.
    fn plan_text(&self, text: &str) -> anyhow::Result<PlanText> {
        let file: Option<serde_json::Value> = serde_json::from_str(text).ok();
        let regimens = file
            .as_ref()
            .and_then(|file| file.get("regimens"))
            .and_then(serde_json::Value::as_object);
        let known = || {
            let names: Vec<&str> = regimens
                .into_iter()
                .flat_map(|all| all.keys().map(String::as_str))
                .collect();
            names.join(", ")
        };
        match (&self.regimen, regimens) {
            (None, None) => PlanText::from_json(text).map_err(unaskable),
            (None, Some(_)) => Err(unaskable(format!(
                "the plan file holds several regimens; choose one by --regimen: {}",
                known()
            ))),
            (Some(_), None) => Err(unaskable(
                "the plan file has no `regimens`; leave out --regimen",
            )),
            (Some(name), Some(all)) => match all.get(name) {
                Some(plan) => PlanText::from_json(&plan.to_string()).map_err(unaskable),
                None => Err(unaskable(format!(
                    "the plan file has no `regimens.{name}`; use one of {}",
                    known()
                ))),
            },
        }
    }

    fn times(&self, plan: &Plan) -> anyhow::Result<Times> {
        plan.check_times("--at", &self.at).map_err(unaskable)?;
        let mut times = self.at.clone();
        times.sort_by(f64::total_cmp);
        Times::new(times).map_err(unaskable)
    }

    fn analytes(&self, model: &Model) -> anyhow::Result<Vec<Analyte>> {
        if self.analytes.is_empty() {
            let asked = [Analyte::Parent, Analyte::Metabolite, Analyte::EffectSite];
            return Ok(asked
                .into_iter()
                .filter(|a| model.analytes().contains(a))
                .collect());
        }
        let known: Vec<&str> = Analyte::ALL.iter().map(|a| a.word()).collect();
        self.analytes
            .iter()
            .map(|word| {
                Analyte::from_word(word).ok_or_else(|| {
                    unaskable(format!("`{word}` is no analyte; use {}", known.join(", ")))
                })
            })
            .collect()
    }

    fn answer(
        &self,
        question: &Question<'_>,
        times: &Times,
        fitted: Option<&Fit>,
    ) -> anyhow::Result<Answer> {
        let n_times = times.len();
        let mut levels = vec![0.0; question.analytes().len() * n_times];
        let mut evaluator = Evaluator::new();
        let eta = fitted.map_or(&[][..], |fit| &fit.eta);
        question.individual(eta, times, &mut evaluator, &mut levels)?;
        let draws = match (self.population, fitted) {
            (None, _) => None,
            (Some(n), _) if n == 0 || n > PEOPLE_MAX => {
                return Err(unaskable(format!(
                    "--population is {n}; give 1 to {PEOPLE_MAX}"
                )));
            }
            (Some(n), Some(fit)) => Some(fit.draws(n, self.seed)),
            (Some(n), None) => Some(Draws::new(question.model(), n, self.seed)),
        };
        let bands = match &draws {
            None => None,
            Some(draws) => {
                let curves = curves(question, draws, times)?;
                Some(
                    (0..question.analytes().len())
                        .map(|a| curves.band(a))
                        .collect::<Vec<_>>(),
                )
            }
        };
        let mut rows = Vec::with_capacity(levels.len());
        for (i, &time_h) in times.values().iter().enumerate() {
            for (a, analyte) in question.analytes().iter().enumerate() {
                let band = bands.as_ref().and_then(|bands| bands.get(a));
                rows.push(Row {
                    time_h,
                    analyte: analyte.word(),
                    ng_per_ml: levels.get(a * n_times + i).copied().unwrap_or_default(),
                    band: band.and_then(|b| Some([*b.p5.get(i)?, *b.p50.get(i)?, *b.p95.get(i)?])),
                });
            }
        }
        let fitted = fitted.map(|fit| Fitted::new(question.model(), fit));
        Ok(Answer::new(
            question,
            rows,
            self.population,
            self.seed,
            fitted,
        ))
    }
}

fn fit_levels(model: &Model, patient: &Patient, plan: &Plan, text: &str) -> anyhow::Result<Fit> {
    let levels = levels(text)?;
    fit(model, patient, plan, &levels).map_err(|error| match error {
        FitError::Boundary(_) | FitError::NoVariability { .. } => unaskable(error),
        FitError::Solver(_) | FitError::Unsettled => error.into(),
    })
}

/// Reads a level file. A column that is missing is named.
fn levels(text: &str) -> anyhow::Result<Vec<Level>> {
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let header = reader.headers().map_err(unaskable)?.clone();
    let column = |name: &str| {
        let mut places = header.iter().enumerate().filter(|(_, h)| *h == name);
        let first = places.next().ok_or_else(|| {
            unaskable(format!(
                "the level file has no column `{name}`; its first line must be time_h,analyte,ng_per_ml"
            ))
        })?;
        if places.next().is_some() {
            return Err(unaskable(format!(
                "the level file has two columns `{name}`; keep one"
            )));
        }
        Ok(first.0)
    };
    let (time, analyte, level) = (column("time_h")?, column("analyte")?, column("ng_per_ml")?);
    let mut levels = Vec::new();
    for (at, row) in reader.records().enumerate() {
        let row = row.map_err(unaskable)?;
        let number = |column: usize, name: &str| {
            let word = row.get(column).unwrap_or_default();
            word.parse::<f64>()
                .map_err(|_| unaskable(format!("`levels[{at}].{name}` is `{word}`; give a number")))
        };
        let word = row.get(analyte).unwrap_or_default();
        let analyte = Analyte::from_word(word).ok_or_else(|| {
            unaskable(format!(
                "`levels[{at}].analyte` is `{word}`; use parent, metabolite or second_metabolite"
            ))
        })?;
        levels.push(Level {
            time_h: number(time, "time_h")?,
            analyte,
            ng_per_ml: number(level, "ng_per_ml")?,
        });
    }
    Ok(levels)
}

fn read(path: &Utf8PathBuf) -> anyhow::Result<String> {
    std::fs::read_to_string(path).map_err(|error| {
        unaskable(format!(
            "{path} cannot be read ({error}); check the path and that it is text"
        ))
    })
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "map_err hands errors over by value"
)]
fn unaskable(reason: impl ToString) -> anyhow::Error {
    Unaskable(reason.to_string()).into()
}
