//! One sentence a line, so that a change to a sentence is a change to a line; and links that lead
//! somewhere.

use crate::fault::Fault;
use crate::tree::Tree;

/// Text that is not ours to lay out.
const UNREAD: [&str; 1] = ["crates/testkit/assets/"];

/// What ends in a full stop and ends no sentence.
const SHORT: [&str; 12] = [
    "e.g.", "i.e.", "vs.", "cf.", "etc.", "al.", "No.", "Dr.", "Mr.", "Ms.", "St.", "p.",
];

/// Finds lines that hold two sentences, sentences broken over two lines, and links to files that are
/// not there.
pub(crate) fn faults(tree: &Tree) -> Vec<Fault> {
    let mut faults = Vec::new();
    let ours = |path: &str| !UNREAD.iter().any(|unread| path.starts_with(unread));
    for file in tree.ending(".md").filter(|file| ours(&file.path)) {
        let mut is_code = false;
        let mut before = "";
        for (index, line) in file.text.lines().enumerate() {
            let line = line.trim();
            if line.starts_with("```") {
                is_code = !is_code;
            }
            if !is_code {
                faults.extend(dead_links(tree, &file.path, index, line));
            }
            let is_prose = !is_code && !line.starts_with(['|', '#', '<', '!']);
            if is_prose && !is_item(line) && holds_two(line) {
                faults.push(Fault::at(&file.path, index, "two sentences on one line"));
            }
            let is_broken = line.starts_with(|letter: char| letter.is_lowercase())
                && before.ends_with(|letter: char| letter.is_alphanumeric() || letter == ',');
            if is_prose && is_broken {
                faults.push(Fault::at(
                    &file.path,
                    index,
                    "a sentence broken over two lines",
                ));
            }
            before = if is_prose { line } else { "" };
        }
    }
    faults
}

fn dead_links(tree: &Tree, path: &str, index: usize, line: &str) -> Vec<Fault> {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let targets = line
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next());
    let targets = targets.filter_map(|target| target.split('#').next());
    let inside = targets.filter(|target| !target.is_empty() && !target.contains(':'));
    inside
        .filter(|target| !leads_somewhere(tree, folder, target))
        .map(|target| Fault::at(path, index, format!("`{target}` is not there")))
        .collect()
}

/// Whether a relative link names a file of the tree, or a folder with files in it.
fn leads_somewhere(tree: &Tree, folder: &str, target: &str) -> bool {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.trim_end_matches('/').split('/') {
        match part {
            "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let place = parts.join("/");
    let inside = format!("{place}/");
    tree.files
        .iter()
        .any(|file| file.path == place || file.path.starts_with(&inside))
}

/// Whether a line begins an item of a list, which may say its piece on one line.
fn is_item(line: &str) -> bool {
    let number = line.trim_start_matches(|letter: char| letter.is_ascii_digit());
    line.starts_with("- ") || number.len() < line.len() && number.starts_with(". ")
}

fn holds_two(line: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().collect();
    words.windows(2).any(|pair| {
        let [one, two] = pair else { return false };
        let one = one.trim_end_matches(['*', '_', '`', '"', ')']);
        let is_end = one.ends_with(['.', '?', '!']) && !SHORT.contains(&one) && one.len() > 2;
        let starts = two.trim_start_matches(['*', '_', '"', '(']);
        is_end && starts.starts_with(|letter: char| letter.is_uppercase())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> usize {
        faults(&Tree::given(&[("a.md", text)])).len()
    }

    #[test]
    fn a_sentence_a_line_passes_and_so_do_tables_code_and_short_forms() {
        assert_eq!(
            said("One sentence.\nAnother, e.g. This one.\n1. A step.\n"),
            0
        );
        assert_eq!(said("| One. Two. | Three. |\n```\nOne. Two.\n```\n"), 0);
    }

    #[test]
    fn a_link_leads_somewhere_or_is_a_fault() {
        let found = |text| {
            let tree = Tree::given(&[("docs/a.md", text), ("docs/adr/0001.md", ""), ("b.md", "")]);
            faults(&tree)
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
        };
        assert_eq!(
            found("[one](adr/0001.md#why) [two](../b.md) [three](adr)"),
            [""; 0]
        );
        assert_eq!(found("[out](https://example.org/a) [here](#top)"), [""; 0]);
        assert_eq!(
            found("![gone](screens/today.png)"),
            ["docs/a.md:1: `screens/today.png` is not there"]
        );
    }

    #[test]
    fn two_sentences_on_one_line_are_a_fault() {
        assert_eq!(said("One sentence. Another.\n"), 1);
        assert_eq!(said("**One.** Another.\n"), 1);
        assert_eq!(said("- **One.** Another.\n2. One. Another.\n"), 0);
    }

    #[test]
    fn a_sentence_broken_over_two_lines_is_a_fault() {
        assert_eq!(said("A sentence that goes on\nand on.\n"), 1);
    }
}
