//! The files of the house, read once.

use anyhow::{Context as _, Result};
use camino::Utf8Path;

/// Folders that hold what is made, not what is written.
const UNREAD: [&str; 4] = [".git", "target", "node_modules", "bench/out"];

/// Files whose text is read; others are known by name only.
const TEXT: [&str; 12] = [
    "rs", "md", "toml", "css", "js", "sql", "html", "sh", "json", "yml", "txt", "csv",
];

/// Files larger than this are data, not writing, and only their name is known.
const TEXT_BYTES_MAX: u64 = 2_000_000;

/// The files of the house with their text.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tree {
    pub(crate) files: Vec<File>,
}

/// One file: its path from the root, with `/` between the parts, and its text where it is text.
#[derive(Clone, Debug)]
pub(crate) struct File {
    pub(crate) path: String,
    pub(crate) text: String,
}

impl Tree {
    /// Reads every file under `root` that a person wrote.
    pub(crate) fn read(root: &Utf8Path) -> Result<Self> {
        let mut tree = Self::default();
        tree.take_in(root, root)?;
        tree.files.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(tree)
    }

    /// The file at a path, if there is one.
    pub(crate) fn file(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    /// The files whose name ends so.
    pub(crate) fn ending<'a>(&'a self, end: &'a str) -> impl Iterator<Item = &'a File> {
        self.files
            .iter()
            .filter(move |file| file.path.ends_with(end))
    }

    fn take_in(&mut self, root: &Utf8Path, folder: &Utf8Path) -> Result<()> {
        let entries = folder
            .read_dir_utf8()
            .with_context(|| format!("failed to list {folder}"))?;
        for entry in entries {
            let entry = entry.with_context(|| format!("failed to list {folder}"))?;
            let place = entry.path();
            let path = place.strip_prefix(root).unwrap_or(place).to_string();
            let kind = entry
                .file_type()
                .with_context(|| format!("failed to look at {path}"))?;
            if UNREAD.contains(&path.as_str()) || place.file_name() == Some("node_modules") {
                continue;
            }
            if kind.is_dir() {
                self.take_in(root, place)?;
            } else if kind.is_file() {
                let text = text_of(place).with_context(|| format!("failed to read {path}"))?;
                self.files.push(File { path, text });
            }
        }
        Ok(())
    }
}

fn text_of(place: &Utf8Path) -> Result<String> {
    let is_text = place.extension().is_none_or(|end| TEXT.contains(&end));
    if !is_text || place.metadata()?.len() > TEXT_BYTES_MAX {
        return Ok(String::new());
    }
    // A file that is not UTF-8 is data; its name is still known.
    Ok(String::from_utf8(std::fs::read(place)?).unwrap_or_default())
}

#[cfg(test)]
impl Tree {
    /// A tree made by hand.
    pub(crate) fn given(files: &[(&str, &str)]) -> Self {
        let file = |(path, text): &(&str, &str)| File {
            path: (*path).to_owned(),
            text: (*text).to_owned(),
        };
        Self {
            files: files.iter().map(file).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_what_is_made_is_not() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let root = Utf8Path::from_path(folder.path()).context("a path in UTF-8")?;
        for (path, text) in [
            ("crates/a/lib.rs", "a"),
            ("target/b.rs", "b"),
            ("pic.png", "c"),
        ] {
            std::fs::create_dir_all(root.join(path).parent().context("a folder")?)?;
            std::fs::write(root.join(path), text)?;
        }
        let tree = Tree::read(root)?;
        let seen: Vec<_> = tree
            .files
            .iter()
            .map(|file| (file.path.as_str(), file.text.as_str()))
            .collect();
        assert_eq!(seen, [("crates/a/lib.rs", "a"), ("pic.png", "")]);
        Ok(())
    }
}
