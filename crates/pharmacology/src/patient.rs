//! The person a prediction is for.

use crate::boundary::BoundaryError;

/// Ancestry, where a model found it to matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ancestry {
    /// Asian, not Japanese.
    Asian,
    /// Japanese.
    Japanese,
    /// Any other.
    Other,
}

/// How far the liver is impaired.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HepaticImpairment {
    /// Child-Pugh B.
    Moderate,
    /// Child-Pugh C.
    Severe,
}

/// Another medicine with a published effect on esketamine by mouth.
///
/// Factors are kept for each medicine and never for a class: clarithromycin and itraconazole both
/// block CYP3A4 and disagree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Medicine {
    /// Ticlopidine (CYP2B6).
    Ticlopidine,
    /// Clarithromycin (CYP3A4).
    Clarithromycin,
    /// Grapefruit juice.
    GrapefruitJuice,
    /// Itraconazole (CYP3A4).
    Itraconazole,
    /// Rifampicin (inducer).
    Rifampicin,
}

impl Medicine {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Ticlopidine,
        Self::Clarithromycin,
        Self::GrapefruitJuice,
        Self::Itraconazole,
        Self::Rifampicin,
    ];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ticlopidine => "ticlopidine",
            Self::Clarithromycin => "clarithromycin",
            Self::GrapefruitJuice => "grapefruit juice",
            Self::Itraconazole => "itraconazole",
            Self::Rifampicin => "rifampicin",
        }
    }

    /// Area under the curve of oral esketamine with it over that without it.
    ///
    /// Peltoniemi 2011 (doi 10.1038/clpt.2011.140), Hagelberg 2010 (Eur J Pain 14:625), Peltoniemi
    /// 2012 (Eur J Clin Pharmacol 68:979; Basic Clin Pharmacol Toxicol 111:325); abstracts.
    pub fn oral_area_ratio(self) -> f64 {
        match self {
            Self::Ticlopidine => 2.4,
            Self::Clarithromycin => 2.6,
            Self::GrapefruitJuice => 3.0,
            Self::Itraconazole => 1.0,
            Self::Rifampicin => 0.14,
        }
    }
}

/// A patient as far as any model here can use them.
#[derive(Clone, Debug, PartialEq)]
pub struct Patient {
    weight_kg: f64,
    age_years: Option<f64>,
    ancestry: Option<Ancestry>,
    taking: Vec<Medicine>,
    hepatic_impairment: Option<HepaticImpairment>,
}

impl Patient {
    /// A patient of this weight, nothing else known. From 1 to 400 kg.
    pub fn new(weight_kg: f64) -> Result<Self, BoundaryError> {
        let field = || "patient.weight_kg".to_owned();
        if !weight_kg.is_finite() || weight_kg <= 0.0 {
            let mend = "give the weight in kilograms, above zero";
            return Err(BoundaryError::OutOfRange {
                field: field(),
                value: weight_kg,
                mend,
            });
        }
        if !(1.0..=400.0).contains(&weight_kg) {
            let mend = "give kilograms (not grams, not tonnes), from 1 to 400";
            return Err(BoundaryError::UnitSlip {
                field: field(),
                value: weight_kg,
                mend,
            });
        }
        Ok(Self {
            weight_kg,
            age_years: None,
            ancestry: None,
            taking: Vec::new(),
            hepatic_impairment: None,
        })
    }

    /// The same patient with an age, from 0 to 120 years.
    pub fn aged(mut self, age_years: f64) -> Result<Self, BoundaryError> {
        if !(0.0..=120.0).contains(&age_years) {
            return Err(BoundaryError::OutOfRange {
                field: "patient.age_years".to_owned(),
                value: age_years,
                mend: "give the age in years, from 0 to 120",
            });
        }
        self.age_years = Some(age_years);
        Ok(self)
    }

    /// The same patient with an ancestry.
    #[must_use]
    pub fn of(mut self, ancestry: Ancestry) -> Self {
        self.ancestry = Some(ancestry);
        self
    }

    /// The same patient taking another medicine.
    #[must_use]
    pub fn taking(mut self, medicine: Medicine) -> Self {
        if !self.taking.contains(&medicine) {
            self.taking.push(medicine);
        }
        self
    }

    /// The same patient with an impaired liver. It changes no number; it adds a notice.
    #[must_use]
    pub fn with_hepatic_impairment(mut self, impairment: HepaticImpairment) -> Self {
        self.hepatic_impairment = Some(impairment);
        self
    }

    /// Weight, kilograms.
    pub fn weight_kg(&self) -> f64 {
        self.weight_kg
    }

    /// Age, years.
    pub fn age_years(&self) -> Option<f64> {
        self.age_years
    }

    /// Ancestry.
    pub fn ancestry(&self) -> Option<Ancestry> {
        self.ancestry
    }

    /// Other medicines.
    pub fn medicines(&self) -> &[Medicine] {
        &self.taking
    }

    /// How far the liver is impaired.
    pub fn hepatic_impairment(&self) -> Option<HepaticImpairment> {
        self.hepatic_impairment
    }
}
