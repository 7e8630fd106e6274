//! What is given and what is read.

use serde::{Deserialize, Serialize};

/// The drug a dose is an amount of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Drug {
    /// S-ketamine.
    Esketamine,
    /// R-ketamine.
    Arketamine,
    /// Equal parts of both.
    RacemicKetamine,
}

impl Drug {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Esketamine => "esketamine",
            Self::Arketamine => "arketamine",
            Self::RacemicKetamine => "racemic ketamine",
        }
    }
}

/// What a prediction is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Analyte {
    /// The drug itself in plasma.
    Parent,
    /// Its first metabolite (norketamine) in plasma.
    Metabolite,
    /// The metabolite's metabolite (hydroxynorketamine) in plasma.
    SecondMetabolite,
    /// The drug at its site of effect: plasma, delayed.
    EffectSite,
}

impl Analyte {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::Parent,
        Self::Metabolite,
        Self::SecondMetabolite,
        Self::EffectSite,
    ];

    /// The word for it in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Parent => "parent",
            Self::Metabolite => "metabolite",
            Self::SecondMetabolite => "second_metabolite",
            Self::EffectSite => "effect_site",
        }
    }

    /// The analyte with this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|a| a.word() == word)
    }

    /// Molecular weight of the substance, g/mol. The enantiomers share it.
    pub fn grams_per_mole(self) -> f64 {
        match self {
            Self::Parent | Self::EffectSite => 237.73,
            Self::Metabolite => 223.70,
            Self::SecondMetabolite => 239.7,
        }
    }
}
