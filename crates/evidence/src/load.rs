//! From the text of evidence files to a library.

use std::fmt;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::record::{Background, Bearing, Claim, Harm, Misreport, Pooling, Study};

/// A file of the evidence folder: its name under that folder and its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Such as `studies/grabski-2022.toml`.
    pub name: String,
    /// What it says.
    pub text: String,
}

/// Something wrong with the evidence: where it is, what it is and how to mend it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Fault {
    /// The file's name under the evidence folder.
    pub file: String,
    /// The record in it; empty when the file cannot be read.
    pub record: String,
    /// The field of the record.
    pub field: String,
    /// What is wrong.
    pub what: String,
    /// How to mend it.
    pub mend: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.file)?;
        if !self.record.is_empty() {
            write!(f, "{}: ", self.record)?;
        }
        if !self.field.is_empty() {
            write!(f, "{}: ", self.field)?;
        }
        write!(f, "{}; {}", self.what, self.mend)
    }
}

/// A record and the file it stands in.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Filed<T> {
    /// The file's name.
    pub(crate) file: String,
    /// The record.
    pub(crate) record: T,
}

/// Everything read, before it is checked.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Shelf {
    /// The studies.
    pub(crate) studies: Vec<Filed<Study>>,
    /// Other works on which claims rest.
    pub(crate) background: Vec<Filed<Background>>,
    /// The claims.
    pub(crate) claims: Vec<Filed<Claim>>,
    /// The harms.
    pub(crate) harms: Vec<Filed<Harm>>,
    /// The misreports.
    pub(crate) misreports: Vec<Filed<Misreport>>,
    /// What may be pooled.
    pub(crate) poolings: Vec<Filed<Pooling>>,
    /// Where rules and protocols meet the claims.
    pub(crate) bearings: Vec<Filed<Bearing>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BearingFile {
    bearing: Vec<Bearing>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BackgroundFile {
    background: Vec<Background>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClaimFile {
    claim: Vec<Claim>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HarmFile {
    harm: Vec<Harm>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MisreportFile {
    misreport: Vec<Misreport>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PoolingFile {
    pooling: Vec<Pooling>,
}

impl Shelf {
    /// Reads the files; what cannot be read is a fault and is left out.
    pub(crate) fn read(files: &[File]) -> (Shelf, Vec<Fault>) {
        let mut shelf = Shelf::default();
        let mut faults = Vec::new();
        for file in files {
            if let Err(fault) = shelf.take(file) {
                faults.push(fault);
            }
        }
        (shelf, faults)
    }

    fn take(&mut self, file: &File) -> Result<(), Fault> {
        let name = &file.name;
        match name.as_str() {
            "background.toml" => {
                let read: BackgroundFile = parse(file)?;
                file_all(&mut self.background, name, read.background);
            }
            "bearings.toml" => {
                let read: BearingFile = parse(file)?;
                file_all(&mut self.bearings, name, read.bearing);
            }
            "claims.toml" => {
                let read: ClaimFile = parse(file)?;
                file_all(&mut self.claims, name, read.claim);
            }
            "harms.toml" => {
                let read: HarmFile = parse(file)?;
                file_all(&mut self.harms, name, read.harm);
            }
            "misreports.toml" => {
                let read: MisreportFile = parse(file)?;
                file_all(&mut self.misreports, name, read.misreport);
            }
            "poolings.toml" => {
                let read: PoolingFile = parse(file)?;
                file_all(&mut self.poolings, name, read.pooling);
            }
            other if other.starts_with("studies/") => {
                file_all(&mut self.studies, name, vec![parse(file)?]);
            }
            _ => {
                return Err(Fault {
                    file: name.clone(),
                    record: String::new(),
                    field: String::new(),
                    what: "no evidence file has this name".to_owned(),
                    mend: "put a study under studies/, or move the file away".to_owned(),
                });
            }
        }
        Ok(())
    }
}

fn file_all<T>(shelf: &mut Vec<Filed<T>>, name: &str, records: Vec<T>) {
    shelf.extend(records.into_iter().map(|record| Filed {
        file: name.to_owned(),
        record,
    }));
}

fn parse<T: DeserializeOwned>(file: &File) -> Result<T, Fault> {
    let text = file.text.strip_prefix('\u{feff}').unwrap_or(&file.text);
    toml::from_str(text).map_err(|error| {
        let before = error
            .span()
            .and_then(|span| text.get(..span.start))
            .unwrap_or_default();
        Fault {
            file: file.name.clone(),
            record: String::new(),
            field: format!("line {}", before.split('\n').count()),
            what: error.message().trim().replace('\n', ", "),
            mend: "write it as the other files have it".to_owned(),
        }
    })
}
