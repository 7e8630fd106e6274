//! Comparing a computed report with a reference file, quantity by quantity.

use camino::Utf8PathBuf;
use serde_json::Value;

/// Returns the folder of reference data, if this machine has it.
pub(crate) fn folder(part: &str) -> Option<Utf8PathBuf> {
    let root = std::env::var("HOLDFAST_REFERENCE")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared").to_owned());
    let folder = Utf8PathBuf::from(root).join("statistics").join(part);
    if folder.exists() {
        return Some(folder);
    }
    println!("skipped: no reference data at {folder}; set HOLDFAST_REFERENCE to its folder");
    None
}

/// Returns every folder under `part` that holds `file`.
pub(crate) fn sets(part: &str, file: &str) -> Vec<Utf8PathBuf> {
    let Some(folder) = folder(part) else {
        return Vec::new();
    };
    let mut sets: Vec<Utf8PathBuf> = folder
        .read_dir_utf8()
        .unwrap()
        .map(|entry| entry.unwrap().path().to_owned())
        .filter(|path| path.join(file).exists())
        .collect();
    sets.sort();
    sets
}

/// Reads a JSON file.
pub(crate) fn json(path: &Utf8PathBuf) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// How far two numbers may differ: relative, or absolute where that is larger.
pub(crate) struct Tolerance(pub(crate) f64, pub(crate) f64);

/// What a comparison found.
#[derive(Default)]
pub(crate) struct Findings {
    pub(crate) compared: usize,
    pub(crate) breaches: Vec<String>,
    pub(crate) uncovered: Vec<String>,
    pub(crate) worst: f64,
}

impl Findings {
    /// Fails with all that was found, unless everything agreed and was covered.
    pub(crate) fn assert_agreement(&self, at: &str) {
        println!("{at}: {} compared, worst {:e}", self.compared, self.worst);
        assert!(
            self.breaches.is_empty() && self.uncovered.is_empty(),
            "{at}: breaches:\n{}\nuncovered:\n{}",
            self.breaches.join("\n"),
            self.uncovered.join("\n")
        );
        assert!(self.compared > 0, "{at}: nothing was compared");
    }
}

/// Compares every leaf of `theirs` with the same place in `ours`, within the tolerance that
/// `tolerance` gives for its path; `None` says the leaf is text about the data, not a quantity.
pub(crate) fn compare(
    path: &str,
    ours: &Value,
    theirs: &Value,
    tolerance: &dyn Fn(&str) -> Option<Tolerance>,
    findings: &mut Findings,
) {
    let Some(allowed) = tolerance(path) else {
        return;
    };
    match (theirs, ours) {
        (Value::Object(theirs), _) => {
            for (key, value) in theirs {
                let place = format!("{path}/{key}");
                let found = ours.get(key).unwrap_or(&Value::Null);
                compare(&place, found, value, tolerance, findings);
            }
        }
        (Value::Array(theirs), Value::Array(ours)) if theirs.len() == ours.len() => {
            for (index, (ours, theirs)) in ours.iter().zip(theirs).enumerate() {
                compare(
                    &format!("{path}[{index}]"),
                    ours,
                    theirs,
                    tolerance,
                    findings,
                );
            }
        }
        // One value stands for a list of one.
        (Value::Array(theirs), _) if theirs.len() == 1 && !ours.is_null() => {
            compare(path, ours, &theirs[0], tolerance, findings);
        }
        (_, Value::Array(ours)) if ours.len() == 1 => {
            compare(path, &ours[0], theirs, tolerance, findings);
        }
        (Value::Null, _) => {}
        (_, Value::Null) => findings.uncovered.push(path.to_owned()),
        (Value::Number(theirs), Value::Number(ours)) => {
            let (theirs, ours) = (theirs.as_f64().unwrap(), ours.as_f64().unwrap());
            let difference = (ours - theirs).abs() / theirs.abs().max(1e-12);
            findings.compared += 1;
            findings.worst = findings.worst.max(difference);
            let near = (ours - theirs).abs() <= allowed.1;
            if difference.is_nan() || (difference > allowed.0 && !near) {
                findings
                    .breaches
                    .push(format!("{path}: {ours} against {theirs}, {difference:e}"));
            }
        }
        _ => {
            findings.compared += 1;
            if ours != theirs {
                findings
                    .breaches
                    .push(format!("{path}: {ours} against {theirs}"));
            }
        }
    }
}
