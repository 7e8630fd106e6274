//! The prediction as it is printed.

use std::io::Write;

use pharmacology::fit::Fit;
use pharmacology::{Model, Question};
use serde_json::json;

use super::{Format, catalogue};

/// One predicted value.
pub(super) struct Row {
    pub(super) time_h: f64,
    pub(super) analyte: &'static str,
    pub(super) ng_per_ml: f64,
    pub(super) band: Option<[f64; 3]>,
}

/// What a fit found for one parameter.
pub(super) struct Fitted {
    parameters: Vec<serde_json::Value>,
    sentences: Vec<String>,
}

impl Fitted {
    pub(super) fn new(model: &Model, fit: &Fit) -> Self {
        let found = fit.eta.iter().zip(&fit.standard_error).zip(&fit.learned);
        let parameters = model
            .random_names()
            .zip(found)
            .map(|(name, ((eta, error), learned))| {
                json!({
                    "parameter": name,
                    "eta": eta,
                    "standard_error": error,
                    "learned": learned,
                })
            })
            .collect();
        let found = fit.eta.iter().zip(&fit.standard_error).zip(&fit.learned);
        let sentences = model
            .random_names()
            .zip(found)
            .map(|(name, ((eta, error), learned))| {
                format!(
                    "Fitted {name}: deviation {eta:.3} with standard error {error:.3}; the levels took away {:.0} % of what people differ in it.",
                    100.0 * learned
                )
            })
            .collect();
        Self {
            parameters,
            sentences,
        }
    }
}

pub(super) struct Answer {
    rows: Vec<Row>,
    facts: serde_json::Value,
    notices: Vec<String>,
    drug: &'static str,
    population: Option<usize>,
    seed: u64,
    fitted: Option<Fitted>,
}

impl Answer {
    pub(super) fn new(
        question: &Question<'_>,
        rows: Vec<Row>,
        population: Option<usize>,
        seed: u64,
        fitted: Option<Fitted>,
    ) -> Self {
        Self {
            rows,
            facts: catalogue::facts(question.model()),
            notices: question.notices().iter().map(ToString::to_string).collect(),
            drug: question.drug().word(),
            population,
            seed,
            fitted,
        }
    }

    /// Prints rows as comma-separated values, or all there is to know as JSON.
    pub(super) fn print(&self, format: Format, out: &mut dyn Write) -> anyhow::Result<()> {
        match format {
            Format::Csv => self.print_csv(out),
            Format::Json => self.print_json(out),
        }
    }

    /// Says what belongs with the values and has no column: the caution, the notices, the fit.
    pub(super) fn say(&self, out: &mut dyn Write) -> std::io::Result<()> {
        writeln!(out, "{}", pharmacology::wording::CAUTION)?;
        let fitted = self.fitted.iter().flat_map(|fitted| &fitted.sentences);
        for sentence in self.notices.iter().chain(fitted) {
            writeln!(out, "{sentence}")?;
        }
        Ok(())
    }

    fn print_csv(&self, out: &mut dyn Write) -> anyhow::Result<()> {
        let has_bands = self.population.is_some();
        let more = if has_bands { ",p5,p50,p95" } else { "" };
        writeln!(out, "time_h,analyte,ng_per_ml{more}")?;
        for row in &self.rows {
            write!(
                out,
                "{},{},{}",
                row.time_h,
                row.analyte,
                digits(row.ng_per_ml)
            )?;
            for value in row.band.iter().flatten() {
                write!(out, ",{}", digits(*value))?;
            }
            writeln!(out)?;
        }
        Ok(())
    }

    fn print_json(&self, out: &mut dyn Write) -> anyhow::Result<()> {
        let rows: Vec<_> = self
            .rows
            .iter()
            .map(|row| {
                let mut object = json!({
                    "time_h": row.time_h,
                    "analyte": row.analyte,
                    "ng_per_ml": digits(row.ng_per_ml),
                });
                if let (Some([p5, p50, p95]), Some(object)) = (row.band, object.as_object_mut()) {
                    object.insert("p5".to_owned(), json!(digits(p5)));
                    object.insert("p50".to_owned(), json!(digits(p50)));
                    object.insert("p95".to_owned(), json!(digits(p95)));
                }
                object
            })
            .collect();
        let answer = json!({
            "model": self.facts,
            "drug_given": self.drug,
            "caution": pharmacology::wording::CAUTION,
            "notices": self.notices,
            "people_drawn": self.population,
            "seed": self.population.map(|_| self.seed),
            "fit": self.fitted.as_ref().map(|fitted| &fitted.parameters),
            "levels": rows,
        });
        serde_json::to_writer_pretty(&mut *out, &answer)?;
        writeln!(out)?;
        Ok(())
    }
}

/// A value to twelve digits: two more than the bound on the error can spoil.
fn digits(value: f64) -> f64 {
    format!("{value:.11e}").parse().unwrap_or(value)
}
