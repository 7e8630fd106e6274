//! One thing that is wrong, and where.

use std::fmt;

/// One thing that is wrong, where it is, and what to do instead.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Fault {
    path: String,
    line: Option<usize>,
    said: String,
}

impl Fault {
    /// A fault of a whole file or a crate.
    pub(crate) fn of(path: impl Into<String>, said: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            line: None,
            said: said.into(),
        }
    }

    /// A fault of one line, counted from nought as an iterator counts.
    pub(crate) fn at(path: impl Into<String>, index: usize, said: impl Into<String>) -> Self {
        let line = Some(index.saturating_add(1));
        Self {
            path: path.into(),
            line,
            said: said.into(),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.path, self.said),
            None => write!(f, "{}: {}", self.path, self.said),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_says_where_it_is_as_an_editor_understands_it() {
        let faults = [
            Fault::of("a.rs", "too long"),
            Fault::at("b.rs", 0, "a word"),
        ];
        assert_eq!(
            faults.map(|fault| fault.to_string()),
            ["a.rs: too long", "b.rs:1: a word"]
        );
    }
}
