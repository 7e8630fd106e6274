//! The estimators against the reference tables, where this machine has them.

use xtask::judge::judge;

#[test]
fn every_survival_quantity_of_the_references_is_within_its_tolerance() {
    let root = std::env::var("HOLDFAST_REFERENCE")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared").to_owned());
    let folder = camino::Utf8PathBuf::from(root).join("statistics/survival");
    if !folder.exists() {
        println!("skipped: no reference data at {folder}; set HOLDFAST_REFERENCE to its folder");
        return;
    }
    let mut out = Vec::new();
    let verdict = judge(&folder, &mut out).unwrap();
    let report = String::from_utf8(out).unwrap();
    let bad: Vec<&str> = report
        .lines()
        .filter(|line| !line.starts_with("holds"))
        .collect();
    assert!(verdict.holds(), "{}", bad.join("\n"));
}
