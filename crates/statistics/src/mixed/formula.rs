//! Reading a model formula and laying out its columns.

use std::collections::BTreeMap;

use super::MixedError;
use crate::matrix::Matrix;
use crate::table::{Column, Factor, Table};

/// The most variables one interaction may name; `a * b * c * d` has fifteen terms already.
const INTERACTION_VARIABLES_MAX: usize = 6;

/// A model as written in the field: `y ~ x + z * w + (x | group)`.
#[derive(Clone, Debug, PartialEq)]
pub struct Formula {
    /// The column explained.
    pub response: String,
    /// Whether there is a constant.
    pub has_intercept: bool,
    /// Fixed terms, each the variables it multiplies; main effects before interactions.
    pub fixed: Vec<Vec<String>>,
    /// Random terms.
    pub random: Vec<RandomTerm>,
}

/// What varies from group to group.
#[derive(Clone, Debug, PartialEq)]
pub struct RandomTerm {
    /// Whether the constant varies.
    pub has_intercept: bool,
    /// Columns whose slopes vary.
    pub slopes: Vec<String>,
    /// The column that names the group.
    pub group: String,
}

impl Formula {
    /// Reads a formula with `+`, `:`, `*`, `1`, `0`, `-1`, `(… | group)` and `(… || group)`.
    pub fn parse(text: &str) -> Result<Self, MixedError> {
        let bad = |why: &str| MixedError::Formula {
            text: text.to_owned(),
            why: why.to_owned(),
        };
        let (response, right) = text.split_once('~').ok_or_else(|| bad("it has no `~`"))?;
        let mut formula = Self {
            response: response.trim().to_owned(),
            has_intercept: true,
            fixed: Vec::new(),
            random: Vec::new(),
        };
        if formula.response.is_empty() {
            return Err(bad("nothing stands before `~`"));
        }
        for part in split_outside_parentheses(right).ok_or_else(|| bad("a `)` is missing"))? {
            if let Some(inner) = part.strip_prefix('(').and_then(|p| p.strip_suffix(')')) {
                formula.random.extend(
                    random_terms(inner).ok_or_else(|| bad("a random term reads `(x | group)`"))?,
                );
                continue;
            }
            match part.as_str() {
                "1" => {}
                "0" | "-1" => formula.has_intercept = false,
                term => {
                    for variables in expand(term).ok_or_else(|| bad("a term is empty or long"))? {
                        if !formula.fixed.contains(&variables) {
                            formula.fixed.push(variables);
                        }
                    }
                }
            }
        }
        formula.fixed.sort_by_key(Vec::len);
        Ok(formula)
    }

    /// Returns every column the formula names, once.
    pub fn columns(&self) -> Vec<&str> {
        let mut names = vec![self.response.as_str()];
        names.extend(self.fixed.iter().flatten().map(String::as_str));
        for term in &self.random {
            names.extend(term.slopes.iter().map(String::as_str));
            names.push(&term.group);
        }
        let mut once: Vec<&str> = Vec::new();
        for name in names {
            if !once.contains(&name) {
                once.push(name);
            }
        }
        once
    }
}

/// Splits at `+` and before `-`, but not within parentheses; `None` when they do not close.
fn split_outside_parentheses(text: &str) -> Option<Vec<String>> {
    let (mut parts, mut part, mut depth) = (Vec::new(), String::new(), 0_i32);
    for character in text.chars() {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            '+' | '-' if depth == 0 => {
                parts.push(std::mem::take(&mut part));
                if character == '-' {
                    part.push('-');
                }
                continue;
            }
            _ => {}
        }
        if depth < 0 {
            return None;
        }
        part.push(character);
    }
    parts.push(part);
    let trimmed = parts
        .iter()
        .map(|part| part.split_whitespace().collect::<Vec<_>>().join(" "));
    let parts: Vec<String> = trimmed
        .map(|p| p.replace("- ", "-"))
        .filter(|p| !p.is_empty())
        .collect();
    (depth == 0).then_some(parts)
}

fn random_terms(inner: &str) -> Option<Vec<RandomTerm>> {
    let (left, group, is_split) = match inner.split_once("||") {
        Some((left, group)) => (left, group, true),
        None => inner
            .split_once('|')
            .map(|(left, group)| (left, group, false))?,
    };
    let group = group.trim().to_owned();
    let mut term = RandomTerm {
        has_intercept: true,
        slopes: Vec::new(),
        group,
    };
    for part in split_outside_parentheses(left)? {
        match part.as_str() {
            "1" => {}
            "0" | "-1" => term.has_intercept = false,
            slope => term.slopes.push(slope.to_owned()),
        }
    }
    if term.group.is_empty() || (!term.has_intercept && term.slopes.is_empty()) {
        return None;
    }
    if !is_split {
        return Some(vec![term]);
    }
    let mut terms = Vec::new();
    if term.has_intercept {
        terms.push(RandomTerm {
            slopes: Vec::new(),
            ..term.clone()
        });
    }
    for slope in &term.slopes {
        let slopes = vec![slope.clone()];
        terms.push(RandomTerm {
            has_intercept: false,
            slopes,
            group: term.group.clone(),
        });
    }
    Some(terms)
}

/// Expands `a * b` to `a`, `b`, `a:b`.
fn expand(term: &str) -> Option<Vec<Vec<String>>> {
    let factors: Vec<Vec<String>> = term
        .split('*')
        .map(|part| part.split(':').map(|name| name.trim().to_owned()).collect())
        .collect();
    let is_empty = factors.iter().flatten().any(String::is_empty);
    if is_empty || factors.len() > INTERACTION_VARIABLES_MAX {
        return None;
    }
    let mut terms = Vec::new();
    for subset in 1..(1_usize << factors.len()) {
        let chosen = (0..factors.len()).filter(|index| subset & (1 << index) != 0);
        terms.push(
            chosen
                .flat_map(|index| factors[index].clone())
                .collect::<Vec<String>>(),
        );
    }
    terms.sort_by_key(Vec::len);
    Some(terms)
}

/// How text becomes columns.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Coding {
    /// The level of a column that the others are compared with; the first one where not given.
    pub reference_levels: BTreeMap<String, String>,
    /// Names of factors made from another column, so that numbers are taken as categories.
    pub factors: BTreeMap<String, String>,
}

/// The numbers a formula asks for, over the rows that have them all.
#[derive(Clone, Debug, PartialEq)]
pub struct Design {
    /// Names of the fixed columns.
    pub terms: Vec<String>,
    /// The fixed columns.
    pub fixed: Matrix,
    /// The response.
    pub response: Vec<f64>,
    /// The rows of the table that are used.
    pub rows: Vec<usize>,
    /// The random part, when the formula has one.
    pub random: Option<RandomDesign>,
}

/// The random columns and the groups they vary over.
#[derive(Clone, Debug, PartialEq)]
pub struct RandomDesign {
    /// The column that names the groups.
    pub group: String,
    /// The groups' labels.
    pub labels: Vec<String>,
    /// Each row's group.
    pub codes: Vec<usize>,
    /// Names of the random columns.
    pub names: Vec<String>,
    /// The random columns.
    pub columns: Matrix,
    /// How many columns each random term has; columns of one term vary together.
    pub blocks: Vec<usize>,
}

impl Design {
    /// Lays out the columns. Rows with a missing value in any column of the formula are left out.
    pub fn new(formula: &Formula, table: &Table, coding: &Coding) -> Result<Self, MixedError> {
        let source = |name: &str| coding.factors.get(name).cloned().unwrap_or(name.to_owned());
        let sources: Vec<String> = formula.columns().into_iter().map(source).collect();
        let names: Vec<&str> = sources.iter().map(String::as_str).collect();
        let rows = table.complete_rows(&names)?;
        if rows.is_empty() {
            return Err(MixedError::NoRows);
        }
        let used = table.select(&rows);
        let response = used.numbers(&formula.response)?.to_vec();
        let mut terms = Vec::new();
        let mut columns = Vec::new();
        if formula.has_intercept {
            terms.push("(Intercept)".to_owned());
            columns.push(vec![1.0; rows.len()]);
        }
        for variables in &formula.fixed {
            for (name, column) in product(variables, &used, coding)? {
                terms.push(name);
                columns.push(column);
            }
        }
        let random = RandomDesign::new(formula, &used)?;
        Ok(Self {
            terms,
            fixed: Matrix::from_columns(&columns),
            response,
            rows,
            random,
        })
    }
}

/// Named columns.
type Named = Vec<(String, Vec<f64>)>;

/// Multiplies the columns of the variables, those of the first varying fastest.
fn product(variables: &[String], table: &Table, coding: &Coding) -> Result<Named, MixedError> {
    let mut columns: Named = Vec::new();
    for (index, variable) in variables.iter().enumerate() {
        let own = coded(variable, table, coding)?;
        if index == 0 {
            columns = own;
            continue;
        }
        let mut next = Named::new();
        for (name, column) in &own {
            for (before, left) in &columns {
                let cells = left.iter().zip(column).map(|(l, r)| l * r).collect();
                next.push((format!("{before}:{name}"), cells));
            }
        }
        columns = next;
    }
    Ok(columns)
}

/// Returns a variable's columns: itself for numbers, an indicator for each level but the reference
/// for text.
fn coded(variable: &str, table: &Table, coding: &Coding) -> Result<Named, MixedError> {
    let factor = match coding.factors.get(variable) {
        Some(source) => table.factor(source)?,
        None => match table.column(variable)? {
            Column::Number(numbers) => return Ok(vec![(variable.to_owned(), numbers.clone())]),
            Column::Text { factor, .. } => factor.clone(),
        },
    };
    let reference = match coding.reference_levels.get(variable) {
        None => 0,
        Some(level) => factor
            .levels
            .iter()
            .position(|have| have == level)
            .ok_or_else(|| MixedError::NoSuchLevel {
                column: variable.to_owned(),
                level: level.clone(),
            })?,
    };
    if factor.levels.len() < 2 {
        return Err(MixedError::Dependent {
            term: variable.to_owned(),
        });
    }
    let others = factor
        .levels
        .iter()
        .enumerate()
        .filter(|(code, _)| *code != reference);
    Ok(others
        .map(|(code, level)| {
            let is_level = |cell: &Option<usize>| if *cell == Some(code) { 1.0 } else { 0.0 };
            (
                format!("{variable}{level}"),
                factor.codes.iter().map(is_level).collect(),
            )
        })
        .collect())
}

impl RandomDesign {
    fn new(formula: &Formula, table: &Table) -> Result<Option<Self>, MixedError> {
        let Some(first) = formula.random.first() else {
            return Ok(None);
        };
        if let Some(other) = formula.random.iter().find(|term| term.group != first.group) {
            return Err(MixedError::TwoGroupings {
                first: first.group.clone(),
                second: other.group.clone(),
            });
        }
        let Factor { levels, codes } = table.factor(&first.group)?;
        let (mut names, mut columns, mut blocks) = (Vec::new(), Vec::new(), Vec::new());
        for term in &formula.random {
            let before = names.len();
            if term.has_intercept {
                names.push("(Intercept)".to_owned());
                columns.push(vec![1.0; codes.len()]);
            }
            for slope in &term.slopes {
                names.push(slope.clone());
                columns.push(table.numbers(slope)?.to_vec());
            }
            blocks.push(names.len() - before);
        }
        Ok(Some(Self {
            group: first.group.clone(),
            labels: levels,
            codes: codes.into_iter().map(Option::unwrap_or_default).collect(),
            names,
            columns: Matrix::from_columns(&columns),
            blocks,
        }))
    }
}
