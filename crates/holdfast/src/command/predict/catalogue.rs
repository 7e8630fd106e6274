//! The list of models.

use std::io::Write;

use pharmacology::{Model, Route};
use serde_json::json;

use super::Format;

/// Prints every model with its population, sampling site and source.
pub(super) fn print(models: &[Model], format: Format, out: &mut dyn Write) -> anyhow::Result<()> {
    match format {
        Format::Csv => {
            let mut table = csv::Writer::from_writer(out);
            table.write_record([
                "model",
                "drug",
                "sampling",
                "people",
                "kind",
                "routes",
                "population",
                "source",
            ])?;
            for model in models {
                let people = model.n_people().map_or_else(String::new, |n| n.to_string());
                table.write_record([
                    model.name(),
                    model.drug().word(),
                    model.sampling().word(),
                    &people,
                    model.kind().word(),
                    &routes(model).join(" "),
                    model.population(),
                    &model.source().citation,
                ])?;
            }
            table.flush()?;
        }
        Format::Json => {
            let all: Vec<_> = models.iter().map(facts).collect();
            serde_json::to_writer_pretty(&mut *out, &all)?;
            writeln!(out)?;
        }
    }
    Ok(())
}

fn routes(model: &Model) -> Vec<&'static str> {
    model.routes().map(Route::word).collect()
}

/// What must stand beside every number of a model.
pub(super) fn facts(model: &Model) -> serde_json::Value {
    json!({
        "model": model.name(),
        "title": model.title(),
        "drug": model.drug().word(),
        "sampling": model.sampling().word(),
        "people": model.n_people(),
        "kind": model.kind().word(),
        "population": model.population(),
        "studied": model.studied(),
        "structure": model.structure(),
        "routes": routes(model),
        "analytes": model.analytes().iter().map(|a| a.word()).collect::<Vec<_>>(),
        "source": model.source(),
        "notes": model.notes(),
    })
}
