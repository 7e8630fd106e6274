//! The public pages: the words of a language and the clinic's own, both read from files.
//!
//! Every word of these pages stands in `site/words/LANGUAGE.toml` and in the clinic's `clinic.toml`, and
//! every claim in the evidence. Nothing here can raise a grade: the clinic's file has no place for one.

mod clinic_text;
pub(crate) mod gate;
pub(crate) mod lay;
pub(crate) mod still;
pub(crate) mod words;

use std::fmt;

pub(crate) use clinic_text::ClinicText;
pub(crate) use words::Words;

/// The files that come with Holdfast: a name and a text each.
const HOUSE: [(&str, &str); 2] = [
    ("clinic.toml", include_str!("../../../site/clinic.toml")),
    ("words/en.toml", include_str!("../../../site/words/en.toml")),
];

/// The pages, by name, in the order they are listed. A language has every one of them.
pub(crate) const PAGES: [&str; 11] = [
    "home",
    "addiction",
    "ketamine",
    "studies",
    "risks",
    "treatment",
    "cost",
    "questions",
    "help",
    "evaluation",
    "what-we-keep",
];

/// The words of the public pages, found sound.
#[derive(Clone, Debug)]
pub struct Site {
    pub(crate) words: Words,
    pub(crate) clinic: ClinicText,
}

/// What is wrong with a file of the public pages, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteFault {
    /// The file, under the folder.
    pub file: String,
    /// What is wrong.
    pub what: String,
    /// How to mend it.
    pub mend: String,
}

impl fmt::Display for SiteFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}; {}", self.file, self.what, self.mend)
    }
}

/// Files of the public pages that may not be used, with everything that is wrong with them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the public pages cannot be shown as written: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
pub struct SiteFaults(pub Vec<SiteFault>);

impl Site {
    /// The pages as they come with Holdfast.
    ///
    /// # Errors
    /// [`SiteFaults`], a fault of the build.
    pub fn of_the_house(evidence: &evidence::Library) -> Result<Self, SiteFaults> {
        Self::read(&[], evidence)
    }

    /// The pages with a clinic's own files, by name and text; what is not there comes with Holdfast.
    ///
    /// # Errors
    /// [`SiteFaults`], each with its file and the mend.
    pub fn read(
        files: &[(String, String)],
        evidence: &evidence::Library,
    ) -> Result<Self, SiteFaults> {
        let text = |name: &str| {
            let own = files.iter().find(|(known, _)| known == name);
            own.map(|(_, text)| text.as_str()).or_else(|| {
                let house = HOUSE.iter().find(|(known, _)| *known == name);
                house.map(|(_, text)| *text)
            })
        };
        let clinic: ClinicText = parse("clinic.toml", text("clinic.toml").unwrap_or_default())?;
        let name = format!("words/{}.toml", clinic.language);
        let Some(language) = text(&name) else {
            return Err(SiteFaults(vec![SiteFault {
                file: "clinic.toml".to_owned(),
                what: format!("there is no file {name} for the language it names"),
                mend: "add the file, or write language = \"en\"".to_owned(),
            }]));
        };
        let words: Words = parse(&name, language)?;
        let mut faults = clinic.faults(evidence);
        faults.extend(words.faults(&name, evidence));
        if faults.is_empty() {
            Ok(Self { words, clinic })
        } else {
            Err(SiteFaults(faults))
        }
    }
}

fn parse<T: serde::de::DeserializeOwned>(file: &str, text: &str) -> Result<T, SiteFaults> {
    toml::from_str(text).map_err(|error| {
        let before = error
            .span()
            .and_then(|span| text.get(..span.start))
            .unwrap_or_default();
        let line = before.split('\n').count();
        SiteFaults(vec![SiteFault {
            file: file.to_owned(),
            what: format!(
                "line {line}: {}",
                error.message().trim().replace('\n', ", ")
            ),
            mend: "write it as the file that comes with Holdfast has it".to_owned(),
        }])
    })
}

#[cfg(test)]
mod tests;
