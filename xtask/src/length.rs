//! How long files and functions may be.

use crate::fault::Fault;
use crate::tree::Tree;

/// Lines of code a file may have; blank lines and comments are not counted, so that explaining is
/// never discouraged.
const FILE_LINES_MAX: usize = 500;

/// Lines of code a function may have, between its braces.
const FUNCTION_LINES_MAX: usize = 70;

/// Finds the files and functions that are too long.
pub(crate) fn faults(tree: &Tree) -> Vec<Fault> {
    let mut faults = Vec::new();
    for file in tree.ending(".rs") {
        let n_lines = file.text.lines().filter(|line| is_code(line)).count();
        if n_lines > FILE_LINES_MAX {
            let said = format!("{n_lines} lines of code; split it below {FILE_LINES_MAX}");
            faults.push(Fault::of(&file.path, said));
        }
        for (index, name, n_lines) in functions(&file.text) {
            if n_lines > FUNCTION_LINES_MAX {
                let said =
                    format!("`{name}` has {n_lines} lines; split it below {FUNCTION_LINES_MAX}");
                faults.push(Fault::at(&file.path, index, said));
            }
        }
    }
    faults
}

fn is_code(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty() && !line.starts_with("//")
}

/// Each function: the line it starts on, its name, and its lines of code.
///
/// Sources are formatted, so a function that begins at some depth ends at the first line of the same
/// depth that closes a brace. One that says it expects to be long has given its reason.
fn functions(text: &str) -> Vec<(usize, &str, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    let mut is_expected = false;
    for (index, line) in lines.iter().enumerate() {
        is_expected |= line.contains("clippy::too_many_lines");
        let Some(name) = function_name(line) else {
            continue;
        };
        let depth = line.len() - line.trim_start().len();
        let is_end = |line: &&str| {
            line.len() - line.trim_start().len() == depth && line.trim_start().starts_with('}')
        };
        let rest = lines.iter().skip(index);
        let Some(signature) = rest
            .clone()
            .position(|line| line.ends_with(['{', ';', '}']))
        else {
            continue;
        };
        let body = rest.clone().skip(signature);
        // A signature that ends in a semicolon is a promise without a body.
        if body.clone().next().is_none_or(|line| line.ends_with(';')) {
            continue;
        }
        let n_lines = match body.clone().position(is_end) {
            Some(end) => body.take(end).skip(1).filter(|line| is_code(line)).count(),
            None => 0,
        };
        if !std::mem::take(&mut is_expected) {
            found.push((index, name, n_lines));
        }
    }
    found
}

fn function_name(line: &str) -> Option<&str> {
    let mut words = line.split_whitespace();
    let before = [
        "pub",
        "pub(crate)",
        "pub(super)",
        "const",
        "async",
        "unsafe",
    ];
    let word = words.find(|word| !before.contains(word))?;
    if word != "fn" || line.trim_end().ends_with([';', '}']) {
        return None;
    }
    words.next()?.split(['(', '<']).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Vec<String> {
        faults(&Tree::given(&[("a.rs", text)]))
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn a_file_of_501_lines_of_code_is_a_fault_and_comments_do_not_count() {
        assert_eq!(said(&"let a = 1;\n".repeat(500)), [""; 0]);
        assert_eq!(
            said(&("// why\n\n".repeat(400) + &"let a = 1;\n".repeat(500))),
            [""; 0]
        );
        assert_eq!(
            said(&"let a = 1;\n".repeat(501)),
            ["a.rs: 501 lines of code; split it below 500"]
        );
    }

    #[test]
    fn a_function_of_71_lines_is_a_fault() {
        let function = |n| {
            format!(
                "impl A {{\n    fn act(&self) {{\n{}    }}\n}}\n",
                "        a();\n".repeat(n)
            )
        };
        assert_eq!(said(&function(70)), [""; 0]);
        assert_eq!(
            said(&function(71)),
            ["a.rs:2: `act` has 71 lines; split it below 70"]
        );
        let promise = "    fn promise(\n        &self,\n    ) -> bool;\n";
        assert_eq!(
            said(&format!("trait A {{\n{}}}\n", promise.repeat(40))),
            [""; 0]
        );
        let told = format!(
            "#[expect(clippy::too_many_lines, reason = \"a table\")]\n{}",
            function(71)
        );
        assert_eq!(said(&told), [""; 0]);
    }
}
