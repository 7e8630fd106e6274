//! The top comment of each crate, and its paragraph in the code map: what a reader needs before the
//! code.

use std::collections::BTreeSet;

use crate::fault::Fault;
use crate::metadata::{Metadata, Package};
use crate::tree::{File, Tree};

/// What every crate's document has, and how it is known.
const PARTS: [(&[&str], &str); 4] = [
    (&["```"], "a five-line example"),
    (&["model"], "a mental model"),
    (
        &["deliberately", "does not"],
        "what it deliberately does not do",
    ),
    (&["to add "], "\"to add a ...\" in steps"),
];

/// Finds the crates whose document lacks a part, and those that do not say their licence.
pub(crate) fn faults(tree: &Tree, metadata: &Metadata) -> Vec<Fault> {
    let mut faults = Vec::new();
    for package in metadata.ours() {
        let folder = package.folder();
        if package.license.as_deref() != Some("Apache-2.0") {
            faults.push(Fault::of(
                format!("{folder}/Cargo.toml"),
                "say license.workspace = true",
            ));
        }
        let Some(file) = front(tree, package) else {
            faults.push(Fault::of(
                folder,
                "neither src/lib.rs nor src/main.rs is there",
            ));
            continue;
        };
        let document = document(&file.text);
        for (marks, part) in PARTS {
            if !marks.iter().any(|mark| document.contains(mark)) {
                faults.push(Fault::of(
                    &file.path,
                    format!("the crate's document lacks {part}"),
                ));
            }
        }
    }
    faults
}

const MAP: &str = "ARCHITECTURE.md";

/// Finds the crates that the code map does not tell of, and those it tells of that are not there.
pub(crate) fn unmapped(tree: &Tree, metadata: &Metadata) -> Vec<Fault> {
    let text = tree.file(MAP).map_or("", |file| file.text.as_str());
    let map = text.split("\n## ").find(|part| {
        part.lines()
            .next()
            .is_some_and(|line| line.ends_with("Code map"))
    });
    let told: BTreeSet<&str> = map
        .unwrap_or_default()
        .lines()
        .filter_map(|line| line.strip_prefix("### "))
        .collect();
    let there: BTreeSet<&str> = metadata
        .ours()
        .map(|package| package.name.as_str())
        .collect();
    let mut faults = Vec::new();
    for name in there.difference(&told) {
        faults.push(Fault::of(
            MAP,
            format!("the code map says nothing of `{name}`"),
        ));
    }
    for name in told.difference(&there) {
        faults.push(Fault::of(
            MAP,
            format!("the code map tells of `{name}`, which is not there"),
        ));
    }
    faults
}

/// Where a reader begins: the program where there is one, else the library.
fn front<'a>(tree: &'a Tree, package: &Package) -> Option<&'a File> {
    let folder = package.folder();
    let place = |name: &str| tree.file(&format!("{folder}/src/{name}"));
    place("main.rs").or_else(|| place("lib.rs"))
}

/// The comment at the top of a file, in lower case and with each run of white space as one space.
fn document(text: &str) -> String {
    let lines = text.lines().take_while(|line| line.starts_with("//!"));
    let words = lines.flat_map(|line| line.trim_start_matches("//!").split_whitespace());
    words.collect::<Vec<_>>().join(" ").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::tests::given;

    fn said(document: &str) -> Vec<String> {
        let tree = Tree::given(&[("crates/record/src/lib.rs", document)]);
        faults(&tree, &given(&[("record", &[])]))
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    const WHOLE: &str = "//! Words.\n//! ```\n//! ```\n//! # The mental\n//! model\n//! What it deliberately does not do.\n//! # To add a word\n";

    #[test]
    fn a_whole_document_passes() {
        assert_eq!(said(WHOLE), [""; 0]);
    }

    #[test]
    fn each_part_that_is_missing_is_named() {
        assert_eq!(said("//! Words.\n").len(), PARTS.len());
        let found = said(&WHOLE.replace("To add", "Adding"));
        assert_eq!(found.len(), 1);
        assert!(found[0].contains("to add a"), "{found:?}");
    }

    #[test]
    fn the_code_map_tells_of_every_crate_and_of_no_other() {
        let map = |text: &str| {
            let tree = Tree::given(&[(MAP, text)]);
            unmapped(&tree, &given(&[("record", &[])])).len()
        };
        assert_eq!(
            map("# A\n## 4. Code map\n### record\n## 5. Walks\n### A walk\n"),
            0
        );
        assert_eq!(map("# A\n## 4. Code map\n"), 1);
        assert_eq!(map("# A\n## 4. Code map\n### record\n### gone\n"), 1);
    }

    #[test]
    fn what_stands_below_the_document_is_not_the_document() {
        let text =
            WHOLE.replace("//! What it deliberately does not do.\n", "") + "\n// deliberately\n";
        assert_eq!(said(&text).len(), 1);
    }
}
