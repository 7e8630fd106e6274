//! Quantities: a number never travels without its unit.
//!
//! Every quantity is a whole number of a unit small enough that nothing a clinic writes down is
//! lost, so equality is exact and the bytes in the journal never depend on floating point.
//! Each type owns its plausible range (to refuse typing slips, not to judge patients), and how it
//! is written for a person: leading zero, no trailing zero, unit in words the clinic uses.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A value outside what a quantity can plausibly be: a typing slip, said in a sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{quantity} of {written} is not plausible: enter a value from {least} to {most}")]
pub struct Implausible {
    /// What was being entered, such as "pulse".
    pub quantity: &'static str,
    /// The refused value as it would be written.
    pub written: String,
    /// The least plausible value as written.
    pub least: String,
    /// The greatest plausible value as written.
    pub most: String,
}

/// Writes `value / 10^places` without trailing zeros: `decimal(62_500, 3)` is `62.5`.
pub fn decimal(value: i64, places: u32) -> String {
    let scale = 10_u64.pow(places.min(18));
    let magnitude = value.unsigned_abs();
    let whole = magnitude / scale;
    let rest = magnitude % scale;
    let sign = if value < 0 { "-" } else { "" };
    if rest == 0 {
        return format!("{sign}{whole}");
    }
    let width = usize::try_from(places).unwrap_or(0);
    let digits = format!("{rest:0width$}");
    format!("{sign}{whole}.{}", digits.trim_end_matches('0'))
}

/// Reads a decimal such as `62.5` into whole units of `10^-places`; `None` when it is not one, or
/// has more places than the unit can hold.
pub fn parse_decimal(text: &str, places: u32) -> Option<i64> {
    let text = text.trim();
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (whole, rest) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let width = usize::try_from(places).ok()?;
    if (whole.is_empty() && rest.is_empty()) || !all_digits(whole) || !all_digits(rest) {
        return None;
    }
    let rest = rest.trim_end_matches('0');
    if rest.len() > width || whole.len() > 12 {
        return None;
    }
    let padded = format!("{whole}{rest:0<width$}");
    padded.parse::<i64>().ok().map(|value| sign * value)
}

macro_rules! quantities {
    ($($(#[$doc:meta])* $name:ident($inner:ty), $quantity:literal, $unit:literal,
        places $places:literal, plausible $least:literal to $most:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name($inner);

        impl $name {
            /// The name of the quantity, as a sentence needs it.
            pub const QUANTITY: &'static str = $quantity;
            /// The unit a person writes.
            pub const UNIT: &'static str = $unit;

            /// Takes a whole number of this type's unit without judging it.
            pub const fn new(value: $inner) -> Self {
                Self(value)
            }

            /// Takes a value a person or device entered, refusing what cannot be plausible.
            pub fn plausible(value: $inner) -> Result<Self, Implausible> {
                if (($least)..=($most)).contains(&value) {
                    return Ok(Self(value));
                }
                Err(Implausible {
                    quantity: $quantity,
                    written: Self(value).to_string(),
                    least: Self($least).to_string(),
                    most: Self($most).to_string(),
                })
            }

            /// Reads what a person typed, in the unit a person writes; refuses text, too many
            /// decimals and implausible values.
            pub fn parse(text: &str) -> Result<Self, Unreadable> {
                let value = parse_decimal(text, $places)
                    .and_then(|value| <$inner>::try_from(value).ok())
                    .ok_or_else(|| Unreadable::NotANumber {
                        quantity: $quantity,
                        unit: $unit,
                        places: $places,
                    })?;
                Ok(Self::plausible(value)?)
            }

            /// The whole number of this type's unit.
            pub const fn get(self) -> $inner {
                self.0
            }

            /// The number alone, as a person writes it.
            pub fn number(self) -> String {
                decimal(i64::try_from(self.0).unwrap_or(i64::MAX), $places)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(out, "{} {}", self.number(), $unit)
            }
        }
    )*};
}

/// Why typed text is not the quantity it should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// It is not a number in the quantity's unit.
    #[error("{quantity} must be a number in {unit} with at most {places} decimals")]
    NotANumber {
        /// What was being entered.
        quantity: &'static str,
        /// The unit asked for.
        unit: &'static str,
        /// How many decimals can be kept.
        places: u32,
    },
    /// It is a number no person could have.
    #[error(transparent)]
    Implausible(#[from] Implausible),
}

impl Unreadable {
    /// The same of what a field asks for, by a name of its own: a type is read in many fields, and
    /// "a dose" is not what a vial holds.
    #[must_use]
    pub fn of(self, named: &'static str) -> Self {
        match self {
            Self::NotANumber { unit, places, .. } => Self::NotANumber {
                quantity: named,
                unit,
                places,
            },
            Self::Implausible(fault) => Self::Implausible(Implausible {
                quantity: named,
                ..fault
            }),
        }
    }
}

quantities! {
    /// A mass of drug, in micrograms; written in milligrams. Plausible to 1 g.
    Micrograms(u64), "a dose", "mg", places 3, plausible 1 to 1_000_000;
    /// A dose for body weight, in micrograms a kilogram; written in mg/kg.
    MicrogramsPerKilogram(u32), "a dose for weight", "mg/kg", places 3, plausible 1 to 10_000;
    /// A rate of infusion, in micrograms a minute; written in mg/min.
    MicrogramsPerMinute(u32), "a rate", "mg/min", places 3, plausible 1 to 20_000;
    /// A body weight, in grams; written in kilograms. Plausible from 25 kg to 350 kg in an adult clinic.
    Grams(u32), "a weight", "kg", places 3, plausible 25_000 to 350_000;
    /// A body height, in millimetres; written in centimetres.
    Millimetres(u32), "a height", "cm", places 1, plausible 900 to 2_500;
    /// A volume, in microlitres; written in millilitres.
    Microlitres(u64), "a volume", "mL", places 3, plausible 1 to 5_000_000;
    /// A concentration, in micrograms a millilitre; written in mg/mL.
    MicrogramsPerMillilitre(u32), "a concentration", "mg/mL", places 3, plausible 1 to 1_000_000;
    /// A pressure, in millimetres of mercury.
    MillimetresOfMercury(u16), "a pressure", "mmHg", places 0, plausible 20 to 300;
    /// Beats a minute.
    BeatsPerMinute(u16), "a pulse", "/min", places 0, plausible 20 to 250;
    /// Breaths a minute.
    BreathsPerMinute(u16), "a breathing rate", "/min", places 0, plausible 0 to 80;
    /// A share, in whole percent, such as oxygen saturation.
    Percent(u16), "a saturation", "%", places 0, plausible 40 to 100;
    /// A temperature, in tenths of a degree Celsius.
    TenthsCelsius(u16), "a temperature", "°C", places 1, plausible 300 to 430;
    /// A stretch of time, in minutes.
    Minutes(u32), "a time", "min", places 0, plausible 0 to 100_000;
    /// Ethanol or another substance taken, in milligrams; written in grams.
    MilligramsTaken(u64), "an amount", "g", places 3, plausible 1 to 2_000_000;
    /// Alcohol in breath, in ten-thousandths of a gram in a decilitre of blood; written in g/dL.
    BreathAlcohol(u16), "breath alcohol", "g/dL", places 4, plausible 0 to 6_000;
}

impl MicrogramsPerKilogram {
    /// The dose for `weight`, rounded down to a whole microgram.
    pub fn times(self, weight: Grams) -> Micrograms {
        Micrograms::new(u64::from(self.get()) * u64::from(weight.get()) / 1_000)
    }
}

/// A score from 0 to 10, as craving, mood or pain is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Score10(u8);

impl Score10 {
    /// Takes a score, refusing more than ten.
    pub fn new(value: u8) -> Result<Self, Implausible> {
        if value <= 10 {
            return Ok(Self(value));
        }
        Err(Implausible {
            quantity: "a score",
            written: value.to_string(),
            least: "0".to_owned(),
            most: "10".to_owned(),
        })
    }

    /// The score.
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl fmt::Display for Score10 {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dose_is_written_with_a_leading_zero_and_without_a_trailing_one() {
        assert_eq!(Micrograms::new(62_000).to_string(), "62 mg");
        assert_eq!(Micrograms::new(500).to_string(), "0.5 mg");
        assert_eq!(MicrogramsPerKilogram::new(800).to_string(), "0.8 mg/kg");
    }

    #[test]
    fn a_pulse_of_720_is_refused_in_a_sentence_that_says_the_range() {
        let refused = BeatsPerMinute::parse("720").map_err(|error| error.to_string());
        assert_eq!(
            refused,
            Err(
                "a pulse of 720 /min is not plausible: enter a value from 20 /min to 250 /min"
                    .to_owned()
            )
        );
    }

    #[test]
    fn a_quantity_is_refused_by_the_name_of_its_field() {
        let of = |text: &str| {
            let refused =
                Micrograms::parse(text).map_err(|error| error.of("a vial\u{2019}s content"));
            refused.map_err(|error| error.to_string()).unwrap_err()
        };
        assert_eq!(
            of("0"),
            "a vial\u{2019}s content of 0 mg is not plausible: enter a value from 0.001 mg to 1000 mg"
        );
        assert_eq!(
            of("two"),
            "a vial\u{2019}s content must be a number in mg with at most 3 decimals"
        );
    }

    #[test]
    fn text_is_not_read_as_zero() {
        for text in ["", "seven", ".", "-", "1e3", "70,5", "1.23456"] {
            assert!(Grams::parse(text).is_err(), "{text:?} was read as a weight");
        }
        assert_eq!(Grams::parse("77.6").map(Grams::get), Ok(77_600));
    }

    #[test]
    fn eight_tenths_of_a_milligram_for_each_of_77_6_kilograms_is_62_08_milligrams() {
        let dose = MicrogramsPerKilogram::new(800).times(Grams::new(77_600));
        assert_eq!(dose.to_string(), "62.08 mg");
    }

    proptest::proptest! {
        #[test]
        fn what_is_written_reads_back_the_same(value in 25_000_u32..350_000) {
            let weight = Grams::new(value);
            proptest::prop_assert_eq!(Grams::parse(&weight.number()), Ok(weight));
        }
    }
}
