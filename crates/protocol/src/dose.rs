//! Amounts of drug, volumes and weights as whole numbers, so that no dose is ever a rounded float.

use std::fmt;

use crate::{Decimal, Quantity, Unit};

macro_rules! whole_amount {
    ($(#[$doc:meta])* $name:ident, $unit:literal, $per_unit:literal) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash,
            serde::Serialize, serde::Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(pub u64);

        impl $name {
            /// Reads a quantity that measures the same thing; `None` when it does not, when it is
            /// negative, or when it is finer than one of these.
            pub fn from_quantity(quantity: Quantity) -> Option<Self> {
                let unit = Unit::named($unit)?;
                if quantity.dimension() != unit.dimension {
                    return None;
                }
                let in_unit = unit.from_base(quantity.base())?;
                let whole = in_unit.times(Decimal::whole($per_unit))?;
                let floor = whole.floor()?;
                if Decimal::whole(floor) != whole {
                    return None;
                }
                u64::try_from(floor).ok().map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                let whole = Decimal::whole(i64::try_from(self.0).unwrap_or(i64::MAX));
                let shown = whole.over(Decimal::whole($per_unit)).unwrap_or_default();
                write!(out, "{shown} {}", $unit)
            }
        }
    };
}

whole_amount!(
    /// A mass of drug, in whole micrograms; written in milligrams.
    Micrograms, "mg", 1_000
);
whole_amount!(
    /// Drug by body weight, in whole micrograms a kilogram; written in mg/kg.
    MicrogramsPerKilogram, "mg/kg", 1_000
);
whole_amount!(
    /// A volume, in whole microlitres; written in millilitres.
    Microlitres, "mL", 1_000
);
whole_amount!(
    /// A body weight, in whole grams; written in kilograms.
    Grams, "kg", 1_000
);
whole_amount!(
    /// A strength, in whole micrograms a millilitre; written in mg/mL.
    MicrogramsPerMillilitre, "mg/mL", 1_000
);
whole_amount!(
    /// A span of time, in whole minutes.
    Minutes, "min", 1
);

/// A dose as a protocol states it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Dose {
    /// By body weight.
    PerKilogram(MicrogramsPerKilogram),
    /// The same for everyone.
    Fixed(Micrograms),
}

impl Dose {
    /// Reads `0.8 mg/kg` or `56 mg`.
    pub fn from_quantity(quantity: Quantity) -> Option<Self> {
        MicrogramsPerKilogram::from_quantity(quantity)
            .map(Self::PerKilogram)
            .or_else(|| Micrograms::from_quantity(quantity).map(Self::Fixed))
    }

    /// The amount for a person of this weight, rounded down to a whole microgram.
    ///
    /// `None` only when the product does not fit, which no human weight can cause.
    pub fn amount(self, weight: Grams) -> Option<Micrograms> {
        match self {
            Self::Fixed(amount) => Some(amount),
            Self::PerKilogram(rate) => rate
                .0
                .checked_mul(weight.0)?
                .checked_div(1_000)
                .map(Micrograms),
        }
    }
}

impl fmt::Display for Dose {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PerKilogram(rate) => rate.fmt(out),
            Self::Fixed(amount) => amount.fmt(out),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dose_by_weight_is_exact_in_micrograms() {
        let dose = Dose::from_quantity(Quantity::parse("0.8 mg/kg").unwrap()).unwrap();
        let weight = Grams::from_quantity(Quantity::parse("72.5 kg").unwrap()).unwrap();
        assert_eq!(dose.amount(weight), Some(Micrograms(58_000)));
        assert_eq!(dose.to_string(), "0.8 mg/kg");
    }

    #[test]
    fn a_volume_is_not_a_dose() {
        assert_eq!(Dose::from_quantity(Quantity::parse("2 mL").unwrap()), None);
    }
}
