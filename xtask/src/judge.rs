//! `cargo xtask judge DIR`: recomputes what a folder of reference statistics holds.
//!
//! Below `DIR`, every folder with a `reference*.json` beside a `data.csv` is a case; which kind it
//! is (survival, meta, mixed, prediction) is the name of the nearest folder above that says so.
//! What to compute is read from the reference itself, never from a data set's name: variables,
//! groups, times, causes, models. The judge of a kind recomputes a part as a JSON value with the
//! keys of the reference and calls [`Case::compare`]; every leaf of the reference that was neither
//! compared nor named as given is listed as not covered, and that fails the run like a breach.
//!
//! To add a quantity: compute it in the `statistics` crate, give it the reference's key in the
//! judge of its kind, and compare it there with the tolerance its topic states.

mod meta;
mod mixed;
mod prediction;
mod survival;

use std::collections::BTreeSet;
use std::io::Write;

use camino::{Utf8Path, Utf8PathBuf};
use serde_json::Value;
use statistics::table::Table;

/// Why a folder cannot be judged.
#[derive(Debug, thiserror::Error)]
pub enum JudgeError {
    /// A file or folder that cannot be read.
    #[error("{path} cannot be read; give a folder that holds reference statistics")]
    Unreadable {
        /// The path.
        path: Utf8PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A reference that is no JSON.
    #[error("{path} is not JSON")]
    NotJson {
        /// The path.
        path: Utf8PathBuf,
        /// What the reader said.
        source: serde_json::Error,
    },
    /// A data file that is no table.
    #[error("{path} is not a table")]
    NotTable {
        /// The path.
        path: Utf8PathBuf,
        /// What the reader said.
        source: statistics::table::TableError,
    },
    /// There was nothing to judge.
    #[error("{path} holds no folder with a data.csv and a reference*.json")]
    Nothing {
        /// The path.
        path: Utf8PathBuf,
    },
    /// The report could not be written.
    #[error("the report cannot be written")]
    Unwritable(#[from] std::io::Error),
}

/// One compared quantity.
#[derive(Clone, Debug)]
pub struct Line {
    /// Where in the reference it stands.
    pub name: String,
    /// The worst element, ours.
    pub ours: String,
    /// The worst element, theirs.
    pub theirs: String,
    /// Relative difference of the worst element.
    pub difference: f64,
    /// What was allowed.
    pub tolerance: f64,
    /// How many elements were compared.
    pub elements: usize,
}

impl Line {
    /// Whether it is within the tolerance; a difference that is NaN is not.
    pub fn holds(&self) -> bool {
        self.difference <= self.tolerance
    }
}

/// One reference file, its data and what has been compared so far.
pub struct Case<'a> {
    /// The data beside the reference.
    pub table: &'a Table,
    /// The reference.
    pub reference: &'a Value,
    /// The file's name, such as `reference_competing.json`.
    pub file: &'a str,
    /// The folder both are in.
    pub folder: &'a Utf8Path,
    lines: Vec<Line>,
    touched: BTreeSet<String>,
    failures: Vec<String>,
    lacks: Vec<String>,
}

impl Case<'_> {
    /// Says that a part cannot be recomputed from this folder, because its data lack something the
    /// reference was made from. Printed and counted, but no breach: nothing could be compared.
    pub fn lacks(&mut self, pointer: &str, what: &dyn std::fmt::Display) {
        self.lacks.push(format!("{pointer}: {what}"));
        self.touched.insert(pointer.to_owned());
    }

    /// Names a part of the reference that is no result: a description, or what was asked.
    pub fn given(&mut self, pointer: &str) {
        self.touched.insert(pointer.to_owned());
    }

    /// The reference at a JSON pointer; null where there is none.
    pub fn at(&self, pointer: &str) -> &Value {
        self.reference.pointer(pointer).unwrap_or(&Value::Null)
    }

    /// Says that a part could not be recomputed, and why; this is a breach.
    pub fn fails(&mut self, pointer: &str, why: &dyn std::fmt::Display) {
        self.failures.push(format!("{pointer}: {why}"));
        self.touched.insert(pointer.to_owned());
    }

    /// Compares our value with the reference at a pointer, leaf by leaf where it is an object.
    ///
    /// A key of ours that the reference lacks is passed over; a key of the reference that ours
    /// lacks stays uncovered. One number and a list of one number are the same thing, as are null
    /// and a number that is not finite. The difference of an element of a list is relative to its
    /// size or to a millionth of the list's largest, whichever is larger.
    pub fn compare(&mut self, pointer: &str, ours: &Value, tolerance: f64) {
        let Some(theirs) = self.reference.pointer(pointer) else {
            return;
        };
        if let (Value::Object(our_parts), Value::Object(their_parts)) = (ours, theirs) {
            for key in their_parts.keys() {
                if let Some(part) = our_parts.get(key) {
                    self.compare(&below(pointer, key), part, tolerance);
                }
            }
            return;
        }
        let line = compare_leaves(pointer, ours, theirs, tolerance);
        self.lines.push(line);
        self.touched.insert(pointer.to_owned());
    }

    fn uncovered(&self) -> Vec<String> {
        let mut missing = Vec::new();
        uncovered_below(self.reference, "", &self.touched, &mut missing);
        missing
    }
}

/// The pointer to a key below a pointer.
pub fn below(pointer: &str, key: &str) -> String {
    format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"))
}

fn uncovered_below(
    value: &Value,
    pointer: &str,
    touched: &BTreeSet<String>,
    missing: &mut Vec<String>,
) {
    if touched.contains(pointer) {
        return;
    }
    match value {
        Value::Object(parts) => {
            for (key, part) in parts {
                uncovered_below(part, &below(pointer, key), touched, missing);
            }
        }
        Value::Array(parts) if parts.iter().any(Value::is_object) => {
            for (index, part) in parts.iter().enumerate() {
                uncovered_below(part, &below(pointer, &index.to_string()), touched, missing);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            missing.push(pointer.to_owned());
        }
    }
}

/// The numbers of a list, or the one number that stands for a list of one.
pub fn list(value: &Value) -> Vec<f64> {
    let mut found = Vec::new();
    leaves(value, &mut found);
    found.into_iter().filter_map(Value::as_f64).collect()
}

/// The texts of a list, or the one text that stands for a list of one.
pub fn texts(value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    leaves(value, &mut found);
    found
        .into_iter()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

/// The leaves of nested lists in order.
fn leaves<'v>(value: &'v Value, into: &mut Vec<&'v Value>) {
    if let Value::Array(parts) = value {
        for part in parts {
            leaves(part, into);
        }
    } else {
        into.push(value);
    }
}

fn size(value: &Value) -> f64 {
    value
        .as_f64()
        .filter(|x| x.is_finite())
        .map_or(0.0, f64::abs)
}

fn compare_leaves(pointer: &str, ours: &Value, theirs: &Value, tolerance: f64) -> Line {
    let (mut our_leaves, mut their_leaves) = (Vec::new(), Vec::new());
    leaves(ours, &mut our_leaves);
    leaves(theirs, &mut their_leaves);
    let mut line = Line {
        name: pointer.to_owned(),
        ours: String::new(),
        theirs: String::new(),
        difference: -1.0,
        tolerance,
        elements: their_leaves.len(),
    };
    if our_leaves.len() != their_leaves.len() {
        line.ours = format!("{} values", our_leaves.len());
        line.theirs = format!("{} values", their_leaves.len());
        line.difference = f64::INFINITY;
        return line;
    }
    let floor = 1e-6
        * their_leaves
            .iter()
            .map(|leaf| size(leaf))
            .fold(0.0, f64::max);
    for (our, their) in our_leaves.iter().zip(&their_leaves) {
        let difference = leaf_difference(our, their, floor);
        if difference > line.difference || difference.is_nan() {
            line.difference = difference;
            line.ours = shown(our);
            line.theirs = shown(their);
        }
    }
    line.difference = line.difference.max(0.0);
    line
}

fn leaf_difference(ours: &Value, theirs: &Value, floor: f64) -> f64 {
    let (our, their) = (ours.as_f64(), theirs.as_f64());
    if let (Some(our), Some(their)) = (our, their) {
        let gap = (our - their).abs();
        return if gap > 0.0 {
            gap / their.abs().max(floor).max(f64::MIN_POSITIVE)
        } else {
            0.0
        };
    }
    if ours == theirs || our.is_some_and(|x| !x.is_finite()) && theirs.is_null() {
        0.0
    } else {
        f64::INFINITY
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            value.to_string()
        }
    }
}

/// What a run found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Quantities compared.
    pub compared: usize,
    /// Quantities outside their tolerance or not computable.
    pub breaches: usize,
    /// Parts of the references that nothing was compared with.
    pub uncovered: usize,
    /// Parts whose data the folder does not hold.
    pub lacking: usize,
}

impl Verdict {
    /// Whether everything held and everything was covered.
    pub fn holds(self) -> bool {
        self.compared > 0 && self.breaches == 0 && self.uncovered == 0
    }
}

/// Judges every case below a folder, printing a line for each quantity to `out`.
pub fn judge(root: &Utf8Path, out: &mut dyn Write) -> Result<Verdict, JudgeError> {
    let root = root
        .canonicalize_utf8()
        .map_err(|source| unreadable(root, source))?;
    let mut references = Vec::new();
    find_references(&root, &mut references)?;
    if references.is_empty() {
        return Err(JudgeError::Nothing { path: root });
    }
    writeln!(
        out,
        "verdict  difference  tolerance  elements  quantity: ours, theirs (worst element)"
    )?;
    let mut verdict = Verdict::default();
    for path in &references {
        let name = path.strip_prefix(&root).unwrap_or(path);
        judge_file(path, name.as_str(), out, &mut verdict)?;
    }
    let Verdict {
        compared,
        breaches,
        uncovered,
        lacking,
    } = verdict;
    writeln!(
        out,
        "{compared} quantities compared, {breaches} breaches, {uncovered} not covered, {lacking} without data"
    )?;
    Ok(verdict)
}

fn unreadable(path: &Utf8Path, source: std::io::Error) -> JudgeError {
    JudgeError::Unreadable {
        path: path.to_owned(),
        source,
    }
}

fn find_references(folder: &Utf8Path, found: &mut Vec<Utf8PathBuf>) -> Result<(), JudgeError> {
    let listing = folder
        .read_dir_utf8()
        .map_err(|source| unreadable(folder, source))?;
    let mut paths = Vec::new();
    for entry in listing {
        paths.push(
            entry
                .map_err(|source| unreadable(folder, source))?
                .into_path(),
        );
    }
    paths.sort();
    for path in paths {
        let name = path.file_name().unwrap_or_default();
        if path.is_dir() {
            find_references(&path, found)?;
        } else if name.starts_with("reference")
            && path.extension() == Some("json")
            && folder.join("data.csv").is_file()
        {
            found.push(path);
        }
    }
    Ok(())
}

fn judge_file(
    path: &Utf8Path,
    name: &str,
    out: &mut dyn Write,
    verdict: &mut Verdict,
) -> Result<(), JudgeError> {
    let folder = path.parent().unwrap_or(path);
    let data_path = folder.join("data.csv");
    let data = std::fs::read(&data_path).map_err(|source| unreadable(&data_path, source))?;
    let table = Table::read(&data).map_err(|source| JudgeError::NotTable {
        path: data_path.clone(),
        source,
    })?;
    let text = std::fs::read(path).map_err(|source| unreadable(path, source))?;
    let reference: Value = serde_json::from_slice(&text).map_err(|source| JudgeError::NotJson {
        path: path.to_owned(),
        source,
    })?;
    let mut case = Case {
        table: &table,
        reference: &reference,
        file: path.file_name().unwrap_or_default(),
        folder,
        lines: Vec::new(),
        touched: BTreeSet::new(),
        failures: Vec::new(),
        lacks: Vec::new(),
    };
    for key in [
        "dataset",
        "description",
        "source",
        "licence",
        "software",
        "note",
    ] {
        case.given(&below("", key));
    }
    let kind = folder
        .ancestors()
        .filter_map(Utf8Path::file_name)
        .find(|name| matches!(*name, "survival" | "meta" | "mixed" | "prediction"));
    match kind {
        Some("survival") => survival::judge(&mut case),
        Some("meta") => meta::judge(&mut case),
        Some("mixed") => mixed::judge(&mut case),
        Some("prediction") => prediction::judge(&mut case),
        _ => {}
    }
    write_case(&case, name, out, verdict)
}

fn write_case(
    case: &Case<'_>,
    name: &str,
    out: &mut dyn Write,
    verdict: &mut Verdict,
) -> Result<(), JudgeError> {
    for line in &case.lines {
        verdict.compared += 1;
        verdict.breaches += usize::from(!line.holds());
        writeln!(
            out,
            "{:<7}  {:>10.1e}  {:>9.0e}  {:>8}  {name}{}: {}, {}",
            if line.holds() { "holds" } else { "BREACH" },
            line.difference,
            line.tolerance,
            line.elements,
            line.name,
            line.ours,
            line.theirs,
        )?;
    }
    for failure in &case.failures {
        verdict.breaches += 1;
        writeln!(out, "BREACH   not computed: {name}{failure}")?;
    }
    for lack in &case.lacks {
        verdict.lacking += 1;
        writeln!(
            out,
            "NO DATA  the folder does not hold what this needs: {name}{lack}"
        )?;
    }
    for pointer in case.uncovered() {
        verdict.uncovered += 1;
        writeln!(out, "NOT COVERED  {name}{pointer}")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::compare_leaves;

    #[test]
    fn one_number_and_a_list_of_one_number_are_the_same() {
        assert!(compare_leaves("", &json!([1.0]), &json!(1.0), 0.0).holds());
        assert!(compare_leaves("", &json!(null), &json!(null), 0.0).holds());
        assert!(!compare_leaves("", &json!(null), &json!(1.0), 1e9).holds());
        assert!(!compare_leaves("", &json!([1.0, 2.0]), &json!([1.0]), 1e9).holds());
    }

    #[test]
    fn the_worst_element_of_a_list_is_the_one_shown() {
        let line = compare_leaves("", &json!([1.0, 2.2]), &json!([1.0, 2.0]), 0.01);
        assert_eq!((line.ours.as_str(), line.theirs.as_str()), ("2.2", "2.0"));
        assert!(!line.holds());
    }
}
