//! Evidence marks and sources: where a number comes from and how far it may be trusted.

use std::collections::BTreeMap;

/// How a number came into a rule or a protocol. The mark travels to the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub enum Mark {
    /// Read at the source given.
    #[serde(rename = "R")]
    Read,
    /// The source is real and the figure is recalled from it; a clinician verifies it first.
    #[serde(rename = "K")]
    Recalled,
    /// Clinic policy: no source gives a number.
    #[serde(rename = "H")]
    House,
}

impl Mark {
    /// Reads `R`, `K` or `H`.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "R" => Some(Self::Read),
            "K" => Some(Self::Recalled),
            "H" => Some(Self::House),
            _ => None,
        }
    }

    /// The letter.
    pub const fn letter(self) -> &'static str {
        match self {
            Self::Read => "R",
            Self::Recalled => "K",
            Self::House => "H",
        }
    }

    /// What the letter means, in the words shown to a clinician.
    pub const fn said(self) -> &'static str {
        match self {
            Self::Read => "read at the source",
            Self::Recalled => "recalled from the source, to be verified before use",
            Self::House => "clinic policy, not guideline",
        }
    }
}

/// A cited source.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Source {
    /// What it is, with its year where known.
    pub title: String,
    /// Where it was read.
    pub address: String,
}

/// Every source that packs and protocols may cite, by its number (`S4`).
pub type Sources = BTreeMap<String, Source>;
