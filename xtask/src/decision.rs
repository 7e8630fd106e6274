//! The index of decisions agrees with the decisions.

use std::collections::BTreeMap;

use crate::fault::Fault;
use crate::tree::Tree;

const FOLDER: &str = "docs/adr/";
const INDEX: &str = "docs/adr/README.md";

/// What every decision says, as the heading or the mark it says it under.
const PARTS: [&str; 6] = [
    "- Status: ",
    "- Date: ",
    "## Drivers",
    "## Options",
    "## Outcome",
    "## What would make us change our mind",
];

/// Finds decisions that the index does not list, or lists under another title, numbers taken twice,
/// and decisions that lack a part.
pub(crate) fn faults(tree: &Tree) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut listed = listed(tree);
    let decisions = tree
        .files
        .iter()
        .filter(|file| file.path.starts_with(FOLDER) && file.path != INDEX);
    let mut numbers = BTreeMap::new();
    for file in decisions {
        let name = file.path.trim_start_matches(FOLDER);
        let number = name.split('-').next().unwrap_or_default();
        if let Some(other) = numbers.insert(number.to_owned(), name.to_owned()) {
            faults.push(Fault::of(
                &file.path,
                format!("the number is taken by {other}"),
            ));
        }
        let title = file.text.lines().next().unwrap_or_default();
        match listed.remove(name) {
            None => faults.push(Fault::of(INDEX, format!("{name} is not listed"))),
            Some(row) if format!("# {number}. {row}") != title => {
                faults.push(Fault::of(
                    &file.path,
                    format!("the index calls it `{number}. {row}`"),
                ));
            }
            Some(_) => {}
        }
        for part in PARTS
            .iter()
            .filter(|part| !file.text.lines().any(|line| line.starts_with(*part)))
        {
            faults.push(Fault::of(
                &file.path,
                format!("the decision lacks `{part}`"),
            ));
        }
    }
    faults.extend(
        listed
            .into_keys()
            .map(|name| Fault::of(INDEX, format!("there is no {name}"))),
    );
    faults
}

/// The index: from a file's name to its title, as rows `| [0001](0001-name.md) | Title | ... |`.
fn listed(tree: &Tree) -> BTreeMap<String, String> {
    let text = tree.file(INDEX).map_or("", |file| file.text.as_str());
    let row = |line: &str| {
        let mut cells = line.split('|').skip(1).map(str::trim);
        let (_, name) = cells.next()?.split_once("](")?;
        Some((
            name.trim_end_matches(')').to_owned(),
            cells.next()?.to_owned(),
        ))
    };
    text.lines().filter_map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROW: &str = "| [0001](0001-a.md) | A thing | accepted |\n";
    const DECISION: &str = "# 0001. A thing\n\n- Status: accepted\n- Date: 2026-11-24\n\n## Drivers\n## Options\n## Outcome\n## What would make us change our mind\n";

    fn said(files: &[(&str, &str)]) -> Vec<String> {
        faults(&Tree::given(files))
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn an_index_that_agrees_passes() {
        assert_eq!(
            said(&[(INDEX, ROW), ("docs/adr/0001-a.md", DECISION)]),
            [""; 0]
        );
    }

    #[test]
    fn a_decision_that_is_not_listed_and_a_row_without_a_decision_are_faults() {
        assert_eq!(
            said(&[(INDEX, ""), ("docs/adr/0001-a.md", DECISION)]).len(),
            1
        );
        assert_eq!(
            said(&[(INDEX, ROW)]),
            ["docs/adr/README.md: there is no 0001-a.md"]
        );
    }

    #[test]
    fn a_number_taken_twice_and_another_title_are_faults() {
        let rows = format!("{ROW}| [0001](0001-b.md) | B | accepted |\n");
        let found = said(&[
            (INDEX, &rows),
            ("docs/adr/0001-a.md", DECISION),
            ("docs/adr/0001-b.md", DECISION),
        ]);
        assert_eq!(found.len(), 2, "{found:?}");
    }

    #[test]
    fn a_decision_that_says_nothing_of_changing_its_mind_is_a_fault() {
        let half = DECISION.replace("## What would make us change our mind\n", "");
        assert_eq!(
            said(&[(INDEX, ROW), ("docs/adr/0001-a.md", &half)]).len(),
            1
        );
    }
}
