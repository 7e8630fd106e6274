//! The weight a dose is reckoned on: when it was taken, on which basis, and whether it can be true.

use jiff::civil::Date;

use crate::dose::Grams;
use crate::input::{Dictionary, Kind};
use crate::{Decimal, Quantity, Unit};

/// Which weight a dose is reckoned on.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// As measured.
    Actual,
    /// As the Devine formula gives it for height and sex.
    Ideal,
}

/// A body weight and the day it was measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Weight {
    /// How heavy.
    pub grams: Grams,
    /// When it was measured.
    pub on: Date,
}

/// The sex that the formula for ideal weight asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    /// Female.
    Female,
    /// Male.
    Male,
}

/// Why a weight is not believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WeightError {
    /// Not a weight.
    #[error("{0} is not a weight; write it in kg or lb")]
    NotAWeight(String),
    /// No living adult weighs that.
    #[error("a weight of {found} is outside {low} to {high}; check the number and its unit")]
    Implausible {
        /// What was given.
        found: String,
        /// The lowest believed.
        low: String,
        /// The highest believed.
        high: String,
    },
    /// The dictionary declares no plausible weight.
    #[error("the dictionary has no plausible range for weight; add it to rules/inputs.toml")]
    NoRange,
}

impl Weight {
    /// Accepts a weight within the plausible range of the input `weight`.
    pub fn new(found: Quantity, on: Date, dictionary: &Dictionary) -> Result<Self, WeightError> {
        let input = dictionary
            .input("weight")
            .map_err(|_| WeightError::NoRange)?;
        let Kind::Quantity {
            plausible: Some((low, high)),
            ..
        } = &input.kind
        else {
            return Err(WeightError::NoRange);
        };
        if found.dimension() != low.dimension() {
            return Err(WeightError::NotAWeight(found.to_string()));
        }
        if found.base() < low.base() || found.base() > high.base() {
            return Err(WeightError::Implausible {
                found: found.to_string(),
                low: low.to_string(),
                high: high.to_string(),
            });
        }
        let grams = found
            .base()
            .floor()
            .and_then(|grams| u64::try_from(grams).ok());
        let grams = grams.ok_or_else(|| WeightError::NotAWeight(found.to_string()))?;
        Ok(Self {
            grams: Grams(grams),
            on,
        })
    }

    /// What looks wrong beside an earlier weight, if anything.
    ///
    /// Pounds typed as kilograms make a person 2.2 times heavier, kilograms typed as pounds 2.2
    /// times lighter; both are told by name. Any other change by more than `change_max_percent` is
    /// told as a change. It is a warning: people do lose weight, and the prescriber confirms it.
    pub fn doubt(self, earlier: Self, change_max_percent: u32) -> Option<Doubt> {
        let (now, before) = (u128::from(self.grams.0), u128::from(earlier.grams.0));
        let percent = now.checked_mul(100)?.checked_div(before)?;
        let change = percent.abs_diff(100);
        // 2.2046 pounds a kilogram, with room for a real change of up to a tenth beside the slip.
        if (198..=243).contains(&percent) {
            Some(Doubt::PoundsAsKilograms { earlier })
        } else if (41..=50).contains(&percent) {
            Some(Doubt::KilogramsAsPounds { earlier })
        } else if change > u128::from(change_max_percent) {
            Some(Doubt::LargeChange {
                earlier,
                percent: u32::try_from(change).unwrap_or(u32::MAX),
            })
        } else {
            None
        }
    }
}

/// What looks wrong with a weight beside an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    /// 2.2 times heavier.
    #[error(
        "the weight is 2.2 times the {} of {}: it looks like pounds typed as kilograms; \
         weigh again and confirm the unit",
        .earlier.grams, .earlier.on
    )]
    PoundsAsKilograms {
        /// The weight before.
        earlier: Weight,
    },
    /// 2.2 times lighter.
    #[error(
        "the weight is less than half the {} of {}: it looks like kilograms typed as pounds; \
         weigh again and confirm the unit",
        .earlier.grams, .earlier.on
    )]
    KilogramsAsPounds {
        /// The weight before.
        earlier: Weight,
    },
    /// More than expected.
    #[error(
        "the weight has changed by {percent} % from the {} of {}; weigh again and confirm",
        .earlier.grams, .earlier.on
    )]
    LargeChange {
        /// The weight before.
        earlier: Weight,
        /// By how much.
        percent: u32,
    },
}

/// Ideal body weight by the Devine formula: 50 kg for men or 45.5 kg for women, and 2.3 kg for each
/// inch over five feet (Devine BJ, Drug Intell Clin Pharm 1974;8:650-655).
///
/// Under five feet the formula is not defined and the answer is `None`; so is it for a height that
/// is not a length. Rounded down to a whole gram.
///
/// # Examples
///
/// ```
/// use protocol::{Quantity, Sex, ideal_weight};
/// let height = Quantity::parse("70 in").unwrap();
/// assert_eq!(ideal_weight(height, Sex::Male).unwrap().to_string(), "73 kg");
/// ```
pub fn ideal_weight(height: Quantity, sex: Sex) -> Option<Grams> {
    let inch = Unit::named("in")?;
    if height.dimension() != inch.dimension {
        return None;
    }
    let over = inch.from_base(height.base())?.minus(Decimal::whole(60))?;
    if over < Decimal::ZERO {
        return None;
    }
    let start = match sex {
        Sex::Male => Decimal::whole(50_000),
        Sex::Female => Decimal::whole(45_500),
    };
    let grams = start.plus(over.times(Decimal::whole(2_300))?)?.floor()?;
    u64::try_from(grams).ok().map(Grams)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weight(text: &str) -> Result<Weight, WeightError> {
        let dictionary = crate::house::inputs().unwrap();
        let day = "2026-11-24".parse().unwrap();
        Weight::new(Quantity::parse(text).unwrap(), day, &dictionary)
    }

    #[test]
    fn a_weight_of_7_or_700_kilograms_is_refused() {
        for text in ["7 kg", "700 kg", "15 lb"] {
            let error = weight(text).unwrap_err();
            assert!(
                error.to_string().contains("is outside 25 kg to 350 kg"),
                "{error}"
            );
        }
        assert_eq!(weight("80 kg").unwrap().grams, Grams(80_000));
        assert!(matches!(weight("80 cm"), Err(WeightError::NotAWeight(_))));
    }

    #[test]
    fn pounds_typed_as_kilograms_and_kilograms_typed_as_pounds_are_told_by_name() {
        let before = weight("80 kg").unwrap();
        let doubt = weight("176 kg").unwrap().doubt(before, 15).unwrap();
        assert!(
            doubt.to_string().contains("pounds typed as kilograms"),
            "{doubt}"
        );
        let doubt = weight("80 lb").unwrap().doubt(before, 15).unwrap();
        assert!(
            doubt.to_string().contains("kilograms typed as pounds"),
            "{doubt}"
        );
        assert!(matches!(
            weight("66 kg").unwrap().doubt(before, 15),
            Some(Doubt::LargeChange { percent: 18, .. })
        ));
        assert_eq!(weight("78 kg").unwrap().doubt(before, 15), None);
    }

    #[test]
    fn ideal_weight_is_not_given_under_five_feet() {
        let height = |text: &str| Quantity::parse(text).unwrap();
        assert_eq!(ideal_weight(height("150 cm"), Sex::Female), None);
        // 165.1 cm is 65 inches: 45.5 + 5 x 2.3 = 57 kg.
        assert_eq!(
            ideal_weight(height("165.1 cm"), Sex::Female),
            Some(Grams(57_000))
        );
        assert_eq!(ideal_weight(height("80 kg"), Sex::Male), None);
    }
}
