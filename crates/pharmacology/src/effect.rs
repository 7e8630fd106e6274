//! What a level may do: receptor occupancy, dissociation, blood pressure. Always as a range.
//!
//! The literature gives ranges, and so does this module: there is no function here that returns one
//! number for an effect. Every range carries the drug and the sampling site it was measured with,
//! and refuses to be compared with another ([`Comparison::NotComparable`]).

use crate::analyte::Drug;
use crate::model::Sampling;

/// Molecular weight of ketamine, g/mol.
pub const GRAMS_PER_MOLE: f64 = 237.73;
/// Unbound fraction in plasma, low, middle and high. Esketamine label: 43 to 45 % bound; Dayton
/// 1983: up to 47 % bound and no difference between the enantiomers.
pub const UNBOUND: [f64; 3] = [0.53, 0.55, 0.57];
/// Inhibition constant of S-ketamine at the channel, micromolar: displacement of MK-801 in rat
/// (Ebert 1997, as quoted by a vendor's page).
pub const KI_S_MICROMOLAR: f64 = 0.30;
/// The same of R-ketamine.
pub const KI_R_MICROMOLAR: f64 = 1.40;
/// Lowest and highest published constant of the racemate, micromolar (0.119, Salat 2015; lists to 2.5).
pub const KI_RACEMATE_RANGE_MICROMOLAR: (f64, f64) = (0.12, 2.5);

/// Share of channels occupied, from the weakest to the strongest published affinity.
///
/// Relative, not measured: show it with [`crate::wording::OCCUPANCY_IS_RELATIVE`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Occupancy {
    /// With the weakest published affinity and the smallest unbound fraction.
    pub low: f64,
    /// With Ebert's affinities and the middle of the unbound fraction.
    pub middle: f64,
    /// With the strongest published affinity and the largest unbound fraction.
    pub high: f64,
}

/// Occupancy at total plasma concentrations of the two enantiomers, ng/mL each.
///
/// Competitive sum: with `x = u S / (M Ki_S) + u R / (M Ki_R)`, occupancy is `x / (1 + x)`. The two
/// constants keep their ratio when the range of the racemate is applied, because no source gives a
/// range for each. Metabolites add nothing here (Simons 2022; Olofsen 2012 found norketamine to act
/// against analgesia). Negative or non-finite concentrations count as zero.
///
/// ```
/// // Racemic ketamine, 100 ng/mL in all: 32 % by the middle values.
/// let found = pharmacology::effect::occupancy(50.0, 50.0);
/// assert!((found.middle - 0.32).abs() < 0.005);
/// assert!(found.low < 0.1 && found.high > 0.6);
/// ```
pub fn occupancy(esketamine: f64, arketamine: f64) -> Occupancy {
    let clean = |c: f64| if c.is_finite() && c > 0.0 { c } else { 0.0 };
    let (s, r) = (clean(esketamine), clean(arketamine));
    // ng/mL over g/mol is micromolar.
    let load = s / (GRAMS_PER_MOLE * KI_S_MICROMOLAR) + r / (GRAMS_PER_MOLE * KI_R_MICROMOLAR);
    let racemate = 2.0 / (1.0 / KI_S_MICROMOLAR + 1.0 / KI_R_MICROMOLAR);
    let share = |unbound: f64, ki_of_racemate: f64| {
        let x = unbound * load * racemate / ki_of_racemate;
        // Written so that an overwhelming load gives one and not infinity over infinity.
        1.0 - 1.0 / (1.0 + x)
    };
    Occupancy {
        low: share(UNBOUND[0], KI_RACEMATE_RANGE_MICROMOLAR.1),
        middle: share(UNBOUND[1], racemate),
        high: share(UNBOUND[2], KI_RACEMATE_RANGE_MICROMOLAR.0),
    }
}

/// The two enantiomers' shares of a level of this drug.
pub fn enantiomers(drug: Drug, level: f64) -> (f64, f64) {
    match drug {
        Drug::Esketamine => (level, 0.0),
        Drug::Arketamine => (0.0, level),
        Drug::RacemicKetamine => (0.5 * level, 0.5 * level),
    }
}

/// A published concentration at which something was seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Finding {
    /// What was seen.
    pub what: &'static str,
    /// The drug it was seen with.
    pub drug: Drug,
    /// Where blood was drawn, or unrecorded.
    pub sampling: Sampling,
    /// From, ng/mL.
    pub from_ng_per_ml: f64,
    /// To, ng/mL; infinite when open.
    pub to_ng_per_ml: f64,
    /// Where it was published, and with how many people.
    pub source: &'static str,
}

/// Published concentrations at which something was seen, and our own bands of dissociation.
pub const FINDINGS: [Finding; 9] = [
    dissociation("none or mild (band put together here)", 0.0, 50.0),
    dissociation("mild (band put together here)", 50.0, 100.0),
    dissociation("clear (band put together here)", 100.0, 200.0),
    dissociation("strong (band put together here)", 200.0, f64::INFINITY),
    Finding {
        what: "ratings of altered perception rise in proportion",
        drug: Drug::RacemicKetamine,
        sampling: Sampling::Venous,
        from_ng_per_ml: 50.0,
        to_ng_per_ml: 200.0,
        source: "Bowdle 1998, n = 10, abstract",
    },
    Finding {
        what: "dissociation",
        drug: Drug::RacemicKetamine,
        sampling: Sampling::Unrecorded,
        from_ng_per_ml: 100.0,
        to_ng_per_ml: 250.0,
        source: "Krystal 1994, via PMC6020109 Table 1",
    },
    Finding {
        what: "psychotomimetic and memory effects consistently present",
        drug: Drug::Esketamine,
        sampling: Sampling::Unrecorded,
        from_ng_per_ml: 70.0,
        to_ng_per_ml: f64::INFINITY,
        source: "Hartvig 1995, n = 5",
    },
    Finding {
        what: "half of the largest drug high, at the effect site",
        drug: Drug::Esketamine,
        sampling: Sampling::Arterial,
        from_ng_per_ml: 71.0,
        to_ng_per_ml: 71.0,
        source: "Simons 2022 part 2 (0.3 nmol/mL)",
    },
    Finding {
        what: "half of the largest relief of evoked pain, at the effect site",
        drug: Drug::Esketamine,
        sampling: Sampling::Arterial,
        from_ng_per_ml: 285.0,
        to_ng_per_ml: 404.0,
        source: "Simons 2022 part 2 (1.2 to 1.7 nmol/mL)",
    },
];

const fn dissociation(what: &'static str, from_ng_per_ml: f64, to_ng_per_ml: f64) -> Finding {
    Finding {
        what,
        drug: Drug::RacemicKetamine,
        sampling: Sampling::Venous,
        from_ng_per_ml,
        to_ng_per_ml,
        source: "synthesis of Bowdle 1998 and Krystal 1994; not a published scale",
    }
}

/// How a level stands to a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// Below its range.
    Below,
    /// Within its range.
    Within,
    /// Above its range.
    Above,
    /// Another drug or another sampling site: no comparison is honest.
    NotComparable,
}

impl Finding {
    /// Compares a level of this drug, sampled there, with the finding.
    ///
    /// Venous and arterial are never mixed, and neither is anything unrecorded.
    pub fn compare(&self, drug: Drug, sampling: Sampling, ng_per_ml: f64) -> Comparison {
        let known = matches!(sampling, Sampling::Venous | Sampling::Arterial);
        if drug != self.drug || sampling != self.sampling || !known || !ng_per_ml.is_finite() {
            Comparison::NotComparable
        } else if ng_per_ml < self.from_ng_per_ml {
            Comparison::Below
        } else if ng_per_ml <= self.to_ng_per_ml {
            Comparison::Within
        } else {
            Comparison::Above
        }
    }
}

/// What was seen of blood pressure and pulse. There is no published model with parameters, so there
/// is no function of the level: these are observations, and pressure is to be measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PressureObservation {
    /// Under what.
    pub condition: &'static str,
    /// What was seen.
    pub seen: &'static str,
    /// Where it was published.
    pub source: &'static str,
}

/// Published observations of blood pressure, pulse and cardiac output.
pub const PRESSURE: [PressureObservation; 4] = [
    PressureObservation {
        condition: "racemic ketamine 0.5 mg/kg over 40 min, 741 infusions in 135 patients",
        seen: "largest mean rise 7.4 systolic and 6.0 diastolic mmHg, pulse 1.9, at 30 to 40 min; more from 50 years, with hypertension, with dissociation, with dose",
        source: "summary of a report, read second hand",
    },
    PressureObservation {
        condition: "esketamine, plasma 159 rising to 1,959 ng/mL",
        seen: "pulse up to 43.5 % and mean pressure up to 27 % higher, with concentration",
        source: "Langsjo 2005",
    },
    PressureObservation {
        condition: "esketamine, arterial up to 320 ng/mL",
        seen: "cardiac output 40 to 50 % higher",
        source: "Sigtermans 2009, abstract",
    },
    PressureObservation {
        condition: "after racemic ketamine 0.5 mg/kg over 40 min",
        seen: "back to where it began within 1.5 h of the end",
        source: "Szarmach 2020",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn occupancy_by_the_middle_values_is_that_worked_out_by_hand() {
        // Racemic total plasma 185, 250 and 350 ng/mL: 46, 54 and 62 % with 0.55 unbound.
        for (total, expected) in [(185.0, 0.46), (250.0, 0.54), (350.0, 0.62)] {
            let found = occupancy(total / 2.0, total / 2.0);
            assert!(
                (found.middle - expected).abs() < 0.006,
                "{total}: {found:?}"
            );
        }
    }

    #[test]
    fn a_venous_finding_is_never_compared_with_an_arterial_level() {
        let venous = FINDINGS[2];
        let drug = Drug::RacemicKetamine;
        assert_eq!(
            venous.compare(drug, Sampling::Arterial, 150.0),
            Comparison::NotComparable
        );
        assert_eq!(
            venous.compare(drug, Sampling::Venous, 150.0),
            Comparison::Within
        );
        assert_eq!(
            FINDINGS[5].compare(drug, Sampling::Unrecorded, 150.0),
            Comparison::NotComparable
        );
    }
}
