//! Answering a document that names models by formula, in the layout of the reference tables.

use serde_json::{Map, Value, json};

use super::{
    Clustered, Coding, Criterion, Design, Family, Formula, MixedError, Repeated, Structure,
    WorkingCorrelation, gee, gee_report, linear, linear_report, logistic, logistic_mixed,
    logistic_mixed_report, logistic_report, repeated, repeated_report,
};
use crate::convergence::Stop;
use crate::table::Table;

/// What one entry of a document asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ask {
    Linear(Criterion),
    LogisticMixed(usize),
    Gee(WorkingCorrelation),
    Repeated(Structure),
    Logistic,
}

/// Answers every entry of a document over one table, in the same places.
///
/// An entry is an object with a `formula` (or, for a plain logistic regression, `terms`), and what
/// else it holds says what it is: `method` (REML, ML) a linear mixed model, `nAGQ` a logistic mixed
/// one, `corstr` estimating equations, `corstruct` repeated measures: unstructured when `weights`
/// lists the visits, else first order. Clusters are those of the first `(… | group)` in the
/// document, or its `id`. `reference_levels` says how text is coded. An entry that cannot be
/// answered says why under `refused`. `stop` ends the estimating equations.
pub fn answer(document: &Value, table: &Table, stop: Stop) -> Value {
    let context = Context::new(document, table, stop);
    context.walk(document)
}

/// What entries share.
struct Context<'a> {
    table: &'a Table,
    stop: Stop,
    coding: Coding,
    /// The column of the clusters.
    cluster: Option<String>,
    /// The response of the document's formulas, for entries that have none.
    response: Option<String>,
}

impl<'a> Context<'a> {
    fn new(document: &Value, table: &'a Table, stop: Stop) -> Self {
        let mut formulas = Vec::new();
        collect_formulas(document, &mut formulas);
        let named = |key: &str| document.get(key).and_then(Value::as_str).map(str::to_owned);
        let grouped = formulas
            .iter()
            .find_map(|f| f.random.first().map(|r| r.group.clone()));
        let levels = document
            .get("reference_levels")
            .cloned()
            .unwrap_or_default();
        Self {
            table,
            stop,
            coding: Coding {
                reference_levels: serde_json::from_value(levels).unwrap_or_default(),
                ..Coding::default()
            },
            cluster: named("id").or(grouped),
            response: formulas.first().map(|f| f.response.clone()),
        }
    }

    fn walk(&self, value: &Value) -> Value {
        let Some(parts) = value.as_object() else {
            return Value::Null;
        };
        if let Some(ask) = ask(parts) {
            return self
                .entry(parts, ask)
                .unwrap_or_else(|error| json!({ "refused": error.to_string() }));
        }
        let answered = parts
            .iter()
            .map(|(key, part)| (key.clone(), self.walk(part)));
        Value::Object(answered.filter(|(_, answer)| !answer.is_null()).collect())
    }

    fn entry(&self, parts: &Map<String, Value>, ask: Ask) -> Result<Value, MixedError> {
        let formula = self.formula(parts)?;
        let mut coding = self.coding.clone();
        let visit = self.add_factors(&formula, parts, &mut coding);
        match ask {
            Ask::Linear(criterion) => {
                let design = Design::new(&formula, self.table, &coding)?;
                Ok(linear_report(&linear(&design, criterion)?, &design))
            }
            Ask::LogisticMixed(n_nodes) => {
                let design = Design::new(&formula, self.table, &coding)?;
                Ok(logistic_mixed_report(
                    &logistic_mixed(&design, n_nodes)?,
                    &design,
                ))
            }
            Ask::Gee(structure) => self.gee(&formula, &coding, parts, structure),
            Ask::Repeated(structure) => {
                let visit = if structure == Structure::Unstructured {
                    visit
                } else {
                    None
                };
                let subject = self.cluster()?;
                let data = Repeated::new(&formula, self.table, &coding, subject, visit.as_deref())?;
                Ok(repeated_report(&repeated(&data, structure)?))
            }
            Ask::Logistic => {
                let design = Design::new(&formula, self.table, &coding)?;
                let fit = logistic(&design.fixed, &design.terms, &design.response, None)?;
                Ok(logistic_report(&fit))
            }
        }
    }

    fn cluster(&self) -> Result<&str, MixedError> {
        self.cluster.as_deref().ok_or(MixedError::NoRandomTerm)
    }

    fn gee(
        &self,
        formula: &Formula,
        coding: &Coding,
        parts: &Map<String, Value>,
        structure: WorkingCorrelation,
    ) -> Result<Value, MixedError> {
        let design = Design::new(formula, self.table, coding)?;
        let clusters = self.table.select(&design.rows).factor(self.cluster()?)?;
        let codes: Vec<usize> = clusters
            .codes
            .iter()
            .map(|c| c.unwrap_or_default())
            .collect();
        let is_binary = design.response.iter().all(|y| [0.0, 1.0].contains(y));
        let family = match parts.get("family").and_then(Value::as_str) {
            Some(name) if name.starts_with("binomial") => Family::Binomial,
            None if is_binary => Family::Binomial,
            Some(_) | None => Family::Normal,
        };
        let data = Clustered {
            columns: &design.fixed,
            terms: &design.terms,
            response: &design.response,
            clusters: &codes,
        };
        Ok(gee_report(&gee(&data, family, structure, self.stop)?))
    }

    /// Returns the entry's formula, or one made of its terms and the document's response.
    fn formula(&self, parts: &Map<String, Value>) -> Result<Formula, MixedError> {
        if let Some(text) = parts.get("formula").and_then(Value::as_str) {
            return Formula::parse(text);
        }
        let response = self.response.clone().ok_or(MixedError::NoRows)?;
        let terms = term_names(parts);
        let right: Vec<&str> = terms
            .iter()
            .filter(|t| **t != "(Intercept)")
            .copied()
            .collect();
        Formula::parse(&format!("{response} ~ 1 + {}", right.join(" + ")))
    }

    /// Finds, for each variable that is no column, the column it is a factor of: the one whose
    /// values are those the names of the terms end in, and one more. Returns the last such column.
    fn add_factors(
        &self,
        formula: &Formula,
        parts: &Map<String, Value>,
        coding: &mut Coding,
    ) -> Option<String> {
        let mut found = None;
        for variable in formula
            .fixed
            .iter()
            .flatten()
            .filter(|name| !self.table.has(name))
        {
            let levels: Vec<&str> = term_names(parts)
                .into_iter()
                .filter(|term| !term.contains(':'))
                .filter_map(|term| term.strip_prefix(variable.as_str()))
                .collect();
            for name in self.table.names() {
                let Ok(factor) = self.table.factor(name) else {
                    continue;
                };
                let mut others = factor
                    .levels
                    .iter()
                    .filter(|l| !levels.contains(&l.as_str()));
                let (left_over, more) = (others.next(), others.next());
                if levels.is_empty() || factor.levels.len() != levels.len() + 1 || more.is_some() {
                    continue;
                }
                if let Some(reference) = left_over {
                    coding.factors.insert(variable.clone(), name.clone());
                    coding
                        .reference_levels
                        .insert(variable.clone(), reference.clone());
                    found = Some(name.clone());
                }
            }
        }
        found
    }
}

fn term_names(parts: &Map<String, Value>) -> Vec<&str> {
    let terms = parts.get("terms").and_then(Value::as_array);
    terms
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}

fn collect_formulas(value: &Value, into: &mut Vec<Formula>) {
    let Some(parts) = value.as_object() else {
        return;
    };
    if let Some(formula) = parts.get("formula").and_then(Value::as_str) {
        into.extend(Formula::parse(formula));
    }
    for part in parts.values() {
        collect_formulas(part, into);
    }
}

/// Says what an entry asks for, if it is one.
fn ask(parts: &Map<String, Value>) -> Option<Ask> {
    if let Some(name) = parts.get("corstr").and_then(Value::as_str) {
        return WorkingCorrelation::named(name).map(Ask::Gee);
    }
    if let Some(nodes) = parts.get("nAGQ").and_then(Value::as_u64) {
        return usize::try_from(nodes).ok().map(Ask::LogisticMixed);
    }
    if let Some(method) = parts.get("method").and_then(Value::as_str) {
        return Criterion::named(method).map(Ask::Linear);
    }
    if parts.contains_key("corstruct") {
        let has_visits = parts.get("weights").and_then(Value::as_array).is_some();
        let structure = if has_visits {
            Structure::Unstructured
        } else {
            Structure::FirstOrder
        };
        return Some(Ask::Repeated(structure));
    }
    let is_plain = parts.contains_key("terms") && parts.contains_key("deviance");
    is_plain.then_some(Ask::Logistic)
}
