//! Finding a pack's files: the one named, those it includes, the dictionary and the sources.

use camino::{Utf8Path, Utf8PathBuf};
use protocol::{Dictionary, Faults, Pack, PackText, house, includes};

use crate::command::Unaskable;

/// How many files one pack may include; more is a mistake.
const FILES_MAX: usize = 100;

/// The file that names a pack, in a folder of its own.
pub(crate) const PACK_FILE: &str = "house.toml";

/// The texts of a pack, not yet read.
pub(super) struct Loaded(PackText);

/// The text of a file, or the sentence that says it is not there.
pub(in crate::command) fn text(path: &Utf8Path) -> Result<String, Unaskable> {
    let bytes = std::fs::read(path).map_err(|error| {
        let todo = if path.is_dir() {
            "name one file in it"
        } else {
            "check the path"
        };
        Unaskable(format!("cannot read {path}: {error}; {todo}"))
    })?;
    String::from_utf8(bytes).map_err(|error| {
        let sound = error
            .as_bytes()
            .iter()
            .take(error.utf8_error().valid_up_to());
        let line = sound
            .filter(|byte| **byte == b'\n')
            .count()
            .saturating_add(1);
        Unaskable(format!(
            "{path}:{line}: is not text in UTF-8; save it as UTF-8"
        ))
    })
}

/// Loads the pack at `path` with what it includes, or the one that ships.
///
/// The dictionary and the sources are `inputs.toml` and `sources.toml` beside the pack, and where
/// they are not there, the ones that ship.
pub(super) fn read(path: Option<&Utf8Path>) -> Result<Loaded, Unaskable> {
    let owned = |(name, text): (&str, &str)| (name.to_owned(), text.to_owned());
    let Some(path) = path else {
        return Ok(Loaded(PackText::house()));
    };
    let folder = path.parent().unwrap_or(Utf8Path::new(""));
    let beside = |name: &str, shipped: (&str, &str)| {
        let path = folder.join(name);
        let found = if path.is_file() {
            Some(text(&path))
        } else {
            None
        };
        found.map_or(Ok(owned(shipped)), |text| {
            text.map(|text| (path.to_string(), text))
        })
    };
    let mut waiting = vec![path.to_owned()];
    let mut files: Vec<(String, String)> = Vec::new();
    while let Some(path) = waiting.pop() {
        if files.iter().any(|(name, _)| *name == path.as_str()) {
            continue;
        }
        if files.len() >= FILES_MAX {
            return Err(Unaskable(format!(
                "the pack includes more than {FILES_MAX} files"
            )));
        }
        let text = text(&path)?;
        let own = path.parent().unwrap_or(Utf8Path::new(""));
        waiting.extend(includes(&text).iter().rev().map(|name| own.join(name)));
        files.push((path.into_string(), text));
    }
    Ok(Loaded(PackText {
        files,
        inputs: beside("inputs.toml", house::INPUTS)?,
        sources: beside("sources.toml", house::SOURCES)?,
    }))
}

/// `house.toml` in the folder above an example file, when it is there.
pub(super) fn pack_above(example: &Utf8Path) -> Option<Utf8PathBuf> {
    let folder = example.parent()?.parent()?;
    let pack = folder.join("house.toml");
    pack.is_file().then_some(pack)
}

impl Loaded {
    /// The pack, or everything wrong with it.
    pub(super) fn pack(&self) -> Result<Pack, Faults> {
        self.0.pack()
    }

    /// The texts themselves.
    pub(super) fn into_text(self) -> PackText {
        self.0
    }

    /// Every text with the name it is kept under in a folder of its own: the pack as `house.toml`.
    ///
    /// # Errors
    /// A sentence where an included file lies above the pack's folder and could not be found again.
    pub(super) fn to_keep(&self) -> Result<Vec<(String, &str)>, Unaskable> {
        let first = self.0.files.first().map_or("", |(name, _)| name.as_str());
        let folder = Utf8Path::new(first).parent().unwrap_or(Utf8Path::new(""));
        let mut all = Vec::new();
        for (place, (name, text)) in self.0.files.iter().enumerate() {
            let kept = match (place, Utf8Path::new(name).strip_prefix(folder)) {
                (0, _) => PACK_FILE.to_owned(),
                (_, Ok(own)) if !own.as_str().contains("..") => own.to_string(),
                _ => {
                    return Err(Unaskable(format!(
                        "{name} lies outside the folder of the pack: put it beside {first}"
                    )));
                }
            };
            all.push((kept, text.as_str()));
        }
        all.push(("inputs.toml".to_owned(), self.0.inputs.1.as_str()));
        all.push(("sources.toml".to_owned(), self.0.sources.1.as_str()));
        Ok(all)
    }

    /// The dictionary.
    pub(super) fn dictionary(&self) -> Result<Dictionary, Unaskable> {
        self.0
            .shared()
            .map(|(dictionary, _)| dictionary)
            .map_err(|faults| {
                Unaskable(format!(
                    "the dictionary has faults; run rules check: {faults}"
                ))
            })
    }
}
