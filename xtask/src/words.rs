//! Words, paths and file names that do not pass.

use anyhow::{Context as _, Result};
use serde::Deserialize;

use crate::fault::Fault;
use crate::tree::Tree;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    word: Vec<Word>,
    path: Vec<MachinePath>,
    files: Files,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Word {
    #[serde(rename = "word")]
    refused: String,
    instead: String,
    #[serde(default)]
    exact: bool,
    #[serde(default)]
    except: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct MachinePath {
    start: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Files {
    names_refused: Vec<String>,
    unread: Vec<String>,
}

const LIST: &str = "xtask/words.toml";

/// Finds the words that do not pass, the paths of somebody's machine, names of modules that say
/// nothing, and databases and cryptography that may not enter the tree.
pub(crate) fn faults(tree: &Tree) -> Result<Vec<Fault>> {
    let text = tree.file(LIST).context("xtask/words.toml is not there")?;
    let list: List = toml::from_str(&text.text).context("failed to read xtask/words.toml")?;
    let mut faults = Vec::new();
    for file in &tree.files {
        let name = file.path.rsplit('/').next().unwrap_or(&file.path);
        // In `tests/`, only `mod.rs` keeps a module from being a test of its own.
        let is_shared = name == "mod.rs" && file.path.contains("/tests/");
        let mut refused = list.files.names_refused.iter();
        if !is_shared && refused.any(|refused| refused == name) {
            faults.push(Fault::of(
                &file.path,
                "a module is named by a noun of the clinic",
            ));
        }
        if list
            .files
            .unread
            .iter()
            .any(|unread| file.path.starts_with(unread))
        {
            continue;
        }
        for (index, line) in file.text.lines().enumerate() {
            faults.extend(list.wrong_words(&file.path, index, line));
        }
    }
    Ok(faults)
}

impl List {
    fn wrong_words(&self, path: &str, index: usize, line: &str) -> Vec<Fault> {
        let mut faults = Vec::new();
        for word in &self.word {
            let is_excepted = word.except.iter().any(|except| path.starts_with(except));
            if !is_excepted && says(line, &word.refused, word.exact) {
                let said = format!("`{}` does not pass; {}", word.refused, word.instead);
                faults.push(Fault::at(path, index, said));
            }
        }
        for place in &self.path {
            if begins_a_path(line, &place.start) {
                let said = format!("`{}` is a path of somebody's machine", place.start);
                faults.push(Fault::at(path, index, said));
            }
        }
        faults
    }
}

/// Whether a line says a word, whole.
fn says(line: &str, word: &str, exact: bool) -> bool {
    let (line, word) = if exact {
        (line.to_owned(), word.to_owned())
    } else {
        (line.to_lowercase(), word.to_lowercase())
    };
    let joins = |letter: char| letter.is_alphanumeric() || letter == '_';
    line.match_indices(&word).any(|(at, _)| {
        let before = line.get(..at).and_then(|text| text.chars().next_back());
        let after = line
            .get(at + word.len()..)
            .and_then(|text| text.chars().next());
        !before.is_some_and(joins) && !after.is_some_and(joins)
    })
}

/// Whether a line holds an absolute path that starts so: not a part of a longer path or address.
fn begins_a_path(line: &str, start: &str) -> bool {
    line.match_indices(start).any(|(at, _)| {
        let before = line.get(..at).and_then(|text| text.chars().next_back());
        !before.is_some_and(|letter| letter.is_alphanumeric() || ".}_-~*".contains(letter))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(path: &str, text: &str) -> Vec<String> {
        let list = r#"
            word = [
              { word = "NOTYET", exact = true, instead = "an issue" },
              { word = "rascal", instead = "patient", except = ["ETHICS.md"] },
            ]
            path = [{ start = "/srv/mine/" }]
            files = { names_refused = ["mod.rs", "utils.rs"], unread = ["vendor/", "xtask/words.toml"] }
        "#;
        let faults = faults(&Tree::given(&[(LIST, list), (path, text)])).unwrap();
        faults.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_word_that_does_not_pass_is_found_whole_and_where_it_stands() {
        assert_eq!(
            said("a.rs", "one\n// NOTYET: two"),
            ["a.rs:2: `NOTYET` does not pass; an issue"]
        );
        assert_eq!(said("a.md", "An Rascal.").len(), 1);
        assert_eq!(said("a.md", "Rascality, rascally, notyet list"), [""; 0]);
    }

    #[test]
    fn a_word_may_stand_where_it_is_spoken_about_and_in_what_is_not_ours() {
        assert_eq!(said("ETHICS.md", "we do not say rascal"), [""; 0]);
        assert_eq!(said("vendor/a.js", "NOTYET"), [""; 0]);
    }

    #[test]
    fn a_path_of_a_machine_is_found_and_a_part_of_an_address_is_not() {
        assert_eq!(said("a.rs", "open(\"/srv/mine/a\")").len(), 1);
        assert_eq!(
            said("a.rs", "https://host/srv/mine/a and ../srv/mine/a"),
            [""; 0]
        );
    }

    #[test]
    fn a_module_whose_name_says_nothing_is_a_fault() {
        assert_eq!(said("crates/a/src/utils.rs", "").len(), 1);
        assert_eq!(said("crates/a/src/dose/mod.rs", "").len(), 1);
        assert_eq!(said("crates/a/tests/reference/mod.rs", ""), [""; 0]);
    }
}
