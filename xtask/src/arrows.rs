//! Who may know whom.

use anyhow::{Context as _, Result};
use serde::Deserialize;

use crate::fault::Fault;
use crate::metadata::{Metadata, Package};
use crate::tree::Tree;

/// The table, from the top of the house down.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    row: Vec<Row>,
    pure: Pure,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    name: String,
    crates: Vec<String>,
    #[serde(default)]
    is_pure: bool,
    #[serde(default)]
    for_tests: bool,
    #[serde(default)]
    beside: Vec<(String, String)>,
}

/// What the pure rows never touch.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pure {
    dependencies: Vec<String>,
    words: Vec<String>,
}

const TABLE: &str = "xtask/arrows.toml";

/// Finds the arrows that run the wrong way, the crates without a row, and what is not pure in the
/// rows that are.
pub(crate) fn faults(tree: &Tree, metadata: &Metadata) -> Result<Vec<Fault>> {
    let text = tree.file(TABLE).context("xtask/arrows.toml is not there")?;
    let table: Table = toml::from_str(&text.text).context("failed to read xtask/arrows.toml")?;
    let mut faults = Vec::new();
    for package in metadata.ours() {
        let manifest = format!("{}/Cargo.toml", package.folder());
        let Some((place, row)) = table.place(&package.name) else {
            faults.push(Fault::of(
                manifest,
                format!("`{}` has no row in {TABLE}", package.name),
            ));
            continue;
        };
        faults.extend(table.wrong_arrows(package, place, row, &manifest));
        if row.is_pure {
            faults.extend(table.impure(tree, package, &manifest));
        }
    }
    Ok(faults)
}

impl Table {
    fn place(&self, name: &str) -> Option<(usize, &Row)> {
        self.row
            .iter()
            .enumerate()
            .find(|(_, row)| row.crates.iter().any(|own| own == name))
    }

    fn wrong_arrows(&self, from: &Package, place: usize, row: &Row, manifest: &str) -> Vec<Fault> {
        let mut faults = Vec::new();
        for arrow in &from.dependencies {
            let Some((other, to)) = self.place(&arrow.name) else {
                continue;
            };
            let is_dev = arrow.kind.as_deref() == Some("dev");
            let is_beside = row
                .beside
                .iter()
                .any(|(one, two)| *one == from.name && *two == arrow.name);
            let is_for_a_test = is_dev && (to.for_tests || from.name == arrow.name);
            if other < place && (is_dev || !to.for_tests) || is_beside || is_for_a_test {
                continue;
            }
            faults.push(Fault::of(
                manifest,
                format!(
                    "`{}` ({}) may not know `{}` ({}): an arrow runs up the table in {TABLE}",
                    from.name, row.name, arrow.name, to.name
                ),
            ));
        }
        faults
    }

    fn impure(&self, tree: &Tree, package: &Package, manifest: &str) -> Vec<Fault> {
        let mut faults = Vec::new();
        for arrow in package
            .dependencies
            .iter()
            .filter(|arrow| arrow.kind.is_none())
        {
            if self.pure.dependencies.contains(&arrow.name) {
                let said = format!(
                    "`{}` is pure and may not depend on `{}`",
                    package.name, arrow.name
                );
                faults.push(Fault::of(manifest, said));
            }
        }
        let source = format!("{}/src/", package.folder());
        for file in tree
            .ending(".rs")
            .filter(|file| file.path.starts_with(&source))
        {
            for (index, line) in own_lines(&file.text) {
                if let Some(word) = self.pure.words.iter().find(|word| line.contains(*word)) {
                    let said = format!("`{}` is pure and may not say `{word}`", package.name);
                    faults.push(Fault::at(&file.path, index, said));
                }
            }
        }
        faults
    }
}

/// The lines of a file before its tests, without its comments.
fn own_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines()
        .enumerate()
        .take_while(|(_, line)| line.trim() != "#[cfg(test)]")
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::tests::{Arrows, given};

    const ROWS: &str = r#"
        row = [
          { name = "words", crates = ["record"], is_pure = true },
          { name = "picture", crates = ["figures", "pages"], is_pure = true, beside = [["pages", "figures"]] },
          { name = "keeping", crates = ["journal"] },
          { name = "tests", crates = ["testkit"], for_tests = true },
        ]
        pure = { dependencies = ["tokio"], words = ["std::fs"] }
    "#;

    fn said(crates: &[Arrows<'_>], source: &str) -> Vec<String> {
        let tree = Tree::given(&[(TABLE, ROWS), ("crates/record/src/lib.rs", source)]);
        let faults = faults(&tree, &given(crates)).unwrap();
        faults.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn arrows_down_the_table_and_those_named_beside_are_allowed() {
        assert_eq!(
            said(&[("pages", &[("record", None), ("figures", None)])], ""),
            [""; 0]
        );
    }

    #[test]
    fn an_arrow_up_the_table_is_a_fault() {
        let found = said(&[("record", &[("journal", None)])], "");
        assert_eq!(found.len(), 1);
        assert!(
            found[0].contains("`record` (words) may not know `journal` (keeping)"),
            "{found:?}"
        );
    }

    #[test]
    fn an_arrow_beside_that_no_row_names_is_a_fault() {
        assert_eq!(said(&[("figures", &[("pages", None)])], "").len(), 1);
    }

    #[test]
    fn a_crate_for_tests_may_be_known_to_tests_only() {
        assert_eq!(
            said(&[("record", &[("testkit", Some("dev"))])], ""),
            [""; 0]
        );
        assert_eq!(said(&[("record", &[("testkit", None)])], "").len(), 1);
    }

    #[test]
    fn a_crate_without_a_row_is_a_fault() {
        assert!(said(&[("stray", &[])], "")[0].contains("`stray` has no row"));
    }

    #[test]
    fn a_pure_crate_may_not_depend_on_or_say_what_is_not_pure_outside_its_tests() {
        assert_eq!(said(&[("record", &[("tokio", None)])], "").len(), 1);
        let source = "// std::fs in words\nuse std::fs;\n#[cfg(test)]\nmod tests { use std::fs; }";
        let found = said(&[("record", &[])], source);
        assert_eq!(
            found,
            ["crates/record/src/lib.rs:2: `record` is pure and may not say `std::fs`"]
        );
    }
}
