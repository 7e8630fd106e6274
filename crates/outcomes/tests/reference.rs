//! Every cell of the reference endpoints, and every row of the reference words, computed again.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test stops at the first thing that is not as it says"
)]

use std::path::Path;

use outcomes::{Definitions, Word};

/// Where the reference data lies; nothing when it is not there, which is said.
fn reference(name: &str) -> Option<String> {
    let root = std::env::var("HOLDFAST_REFERENCE")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared").to_owned());
    let path = Path::new(&root).join("outcomes/ctn0030").join(name);
    if let Ok(text) = std::fs::read_to_string(&path) {
        Some(text)
    } else {
        println!("skipped: the reference file {name} is not there");
        None
    }
}

fn cells_that_differ(file: &str) -> Option<(usize, Vec<String>)> {
    let text = reference(file)?;
    let definitions = Definitions::of_the_house().unwrap();
    let mut table = csv::Reader::from_reader(text.as_bytes());
    let names: Vec<String> = table.headers().unwrap().iter().map(str::to_owned).collect();
    assert_eq!(names[2..], definitions.columns().collect::<Vec<_>>());
    let mut differing = Vec::new();
    let mut n = 0;
    for row in table.records() {
        let row = row.unwrap();
        let word: Word = row[1].parse().unwrap();
        let values = definitions.values(&word);
        let ours = definitions
            .iter()
            .zip(values)
            .flat_map(|(definition, value)| value.cells(definition.columns.len()));
        for ((ours, theirs), name) in ours.zip(row.iter().skip(2)).zip(&names[2..]) {
            n += 1;
            if ours != theirs {
                differing.push(format!("{word} {name}: ours {ours}, theirs {theirs}"));
            }
        }
    }
    Some((n, differing))
}

#[test]
fn no_cell_differs_from_the_published_endpoints() {
    let Some((n, differing)) = cells_that_differ("reference/endpoints_ctnote.csv") else {
        return;
    };
    assert_eq!(n, 868 * 62);
    assert!(
        differing.is_empty(),
        "{} cells:\n{}",
        differing.len(),
        differing[..differing.len().min(20)].join("\n")
    );
}

#[test]
fn no_cell_differs_on_the_derived_words() {
    let Some((n, differing)) = cells_that_differ("reference/endpoints_derived_words.csv") else {
        return;
    };
    assert_eq!(n, 868 * 62);
    assert!(
        differing.is_empty(),
        "{} cells:\n{}",
        differing.len(),
        differing[..differing.len().min(20)].join("\n")
    );
}
