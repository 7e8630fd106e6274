//! The instruments of the house, embedded.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::instrument::Instrument;
use crate::read::read;

macro_rules! files {
    ($($name:literal)*) => {
        &[$(($name, include_str!(concat!("../../../instruments/", $name, ".toml")))),*]
    };
}

/// Every file of `instruments/`, by name.
pub(crate) const FILES: &[(&str, &str)] = files![
    "acq-sf-r" "assist-alcohol" "assist-other" "assist-tobacco" "audit" "audit-c" "bam-r" "barc-10"
    "bpi-sf" "bpic-ss" "bprs-positive" "c-ssrs-screener" "cadss" "cadss-6" "ciwa-ar" "cows" "craving"
    "dast-10" "edi" "gad-7" "integration" "isi" "madrs" "meq-30" "moaa-s" "ocds" "pacs" "pcl-5" "phq-9"
    "promis-alcohol-use-7a" "promis-sleep-disturbance-4a" "qids-sr16" "socrates-8a" "socrates-8d" "urica" "urinary-screen" "wai-sr" "who-5"
];

/// Instruments by identifier.
#[derive(Clone, Debug, Default)]
pub struct Library(BTreeMap<String, Instrument>);

impl Library {
    /// The instrument of that identifier.
    pub fn get(&self, id: &str) -> Option<&Instrument> {
        self.0.get(id)
    }

    /// Every instrument, by identifier.
    pub fn all(&self) -> impl Iterator<Item = &Instrument> {
        self.0.values()
    }
}

/// The instruments of the house.
///
/// A file of the house that does not read is left out; a test holds that none is.
pub fn library() -> &'static Library {
    static LIBRARY: OnceLock<Library> = OnceLock::new();
    LIBRARY.get_or_init(|| {
        let instruments = FILES.iter().filter_map(|(_, text)| read(text).ok());
        Library(
            instruments
                .map(|instrument| (instrument.id.clone(), instrument))
                .collect(),
        )
    })
}
