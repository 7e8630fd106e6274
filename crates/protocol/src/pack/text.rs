//! A pack as the texts it is read from, so that what was signed can be read and run again.

use crate::pack::Pack;
use crate::{Dictionary, Faults, Sources, house, read_sources};

/// The texts of a pack, each with its name: the pack's own files, the one that names it first, and the
/// dictionary of inputs and the list of sources they are read with.
///
/// # Examples
///
/// ```
/// let text = protocol::PackText::house();
/// assert_eq!(text.pack().unwrap().digest(), protocol::house::pack().unwrap().digest());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackText {
    /// The files of the pack.
    pub files: Vec<(String, String)>,
    /// The dictionary of inputs.
    pub inputs: (String, String),
    /// The list of sources.
    pub sources: (String, String),
}

impl PackText {
    /// The pack as shipped.
    pub fn house() -> Self {
        let owned = |(name, text): (&str, &str)| (name.to_owned(), text.to_owned());
        Self {
            files: house::RULES.map(owned).to_vec(),
            inputs: owned(house::INPUTS),
            sources: owned(house::SOURCES),
        }
    }

    /// The dictionary and the sources, or everything wrong with both.
    pub fn shared(&self) -> Result<(Dictionary, Sources), Faults> {
        let dictionary = Dictionary::read(&self.inputs.0, &self.inputs.1);
        let sources = read_sources(&self.sources.0, &self.sources.1);
        match (dictionary, sources) {
            (Ok(dictionary), Ok(sources)) => Ok((dictionary, sources)),
            (Err(mut one), Err(other)) => {
                one.0.extend(other.0);
                Err(one)
            }
            (Err(faults), Ok(_)) | (Ok(_), Err(faults)) => Err(faults),
        }
    }

    /// The pack, or everything wrong with it.
    pub fn pack(&self) -> Result<Pack, Faults> {
        let (dictionary, sources) = self.shared()?;
        let files: Vec<(&str, &str)> = self
            .files
            .iter()
            .map(|(name, text)| (name.as_str(), text.as_str()))
            .collect();
        Pack::read(&files, &dictionary, &sources)
    }
}
