//! Units, what they measure, and numbers that carry one.
//!
//! Two numbers may be compared or added only when they measure the same thing; this is checked when
//! a pack is loaded, never when a patient is in the chair.

use std::fmt;

use crate::Decimal;

/// How many base measures there are; see [`Dimension`].
const BASES: usize = 13;

/// What a number measures: powers of base measures, so that kg/m2 and kg are told apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Dimension([i8; BASES]);

const MASS: usize = 0;
const LENGTH: usize = 1;
const TIME: usize = 2;
const PRESSURE: usize = 3;
const TEMPERATURE: usize = 4;
const ENZYME: usize = 5;
const PERCENT: usize = 6;
const POINTS: usize = 7;
const RATE: usize = 8;
const AGE: usize = 9;
const FILTRATION: usize = 10;
const DOSE_BY_WEIGHT: usize = 11;
const HORMONE: usize = 12;

const fn of(powers: &[(usize, i8)]) -> Dimension {
    let mut dimension = [0_i8; BASES];
    let mut rest = powers;
    while let [(base, power), tail @ ..] = rest {
        // A constant function cannot iterate or use `get_mut`; `BASES` bounds every index above.
        #[expect(clippy::indexing_slicing, reason = "evaluated at compile time only")]
        {
            dimension[*base] = *power;
        }
        rest = tail;
    }
    Dimension(dimension)
}

impl Dimension {
    /// A bare number: a count, a ratio, a multiple.
    pub const NONE: Self = Self([0; BASES]);
    /// Elapsed time, in seconds.
    pub const TIME: Self = of(&[(TIME, 1)]);
    /// Completed years of a person's age.
    pub const AGE: Self = of(&[(AGE, 1)]);

    /// What the product of two numbers measures.
    #[must_use]
    pub fn times(self, other: Self) -> Self {
        self.merged(other, i8::saturating_add)
    }

    /// What the quotient of two numbers measures.
    #[must_use]
    pub fn over(self, other: Self) -> Self {
        self.merged(other, i8::saturating_sub)
    }

    fn merged(self, other: Self, by: fn(i8, i8) -> i8) -> Self {
        let mut out = self;
        for (mine, theirs) in out.0.iter_mut().zip(other.0) {
            *mine = by(*mine, theirs);
        }
        out
    }

    /// How the dimension is said in an error: the units a person may write for it.
    pub fn said(self) -> String {
        let units: Vec<&str> = UNITS
            .iter()
            .filter(|unit| unit.dimension == self)
            .map(|unit| unit.symbol)
            .collect();
        if self == Self::NONE {
            "a number without unit".to_owned()
        } else if units.is_empty() {
            "a product or quotient no unit is known for".to_owned()
        } else {
            units.join(", ")
        }
    }
}

/// A unit of measure that rules, protocols and facts may use.
#[derive(Clone, Copy, Debug)]
pub struct Unit {
    /// As written, for example `mmHg`.
    pub symbol: &'static str,
    /// What it measures.
    pub dimension: Dimension,
    /// The unit in the base of its dimension (grams, metres, seconds; else the unit itself).
    factor: Decimal,
    /// Whether it is degrees Fahrenheit, the one unit whose zero lies elsewhere.
    is_fahrenheit: bool,
}

impl PartialEq for Unit {
    fn eq(&self, other: &Self) -> bool {
        self.symbol == other.symbol
    }
}

impl Eq for Unit {}

const fn unit(symbol: &'static str, powers: &[(usize, i8)], billionths: i128) -> Unit {
    let factor = Decimal::billionths(billionths);
    Unit {
        symbol,
        dimension: of(powers),
        factor,
        is_fahrenheit: false,
    }
}

const ONE: i128 = 1_000_000_000;

/// Every unit known. To add one: a line here, with its factor in billionths of the base.
const UNITS: &[Unit] = &[
    unit("kg", &[(MASS, 1)], 1_000 * ONE),
    unit("g", &[(MASS, 1)], ONE),
    unit("mg", &[(MASS, 1)], ONE / 1_000),
    unit("mcg", &[(MASS, 1)], ONE / 1_000_000),
    unit("lb", &[(MASS, 1)], 453_592_370_000),
    unit("m", &[(LENGTH, 1)], ONE),
    unit("cm", &[(LENGTH, 1)], ONE / 100),
    unit("in", &[(LENGTH, 1)], 25_400_000),
    unit("kg/m2", &[(MASS, 1), (LENGTH, -2)], 1_000 * ONE),
    unit("L", &[(LENGTH, 3)], ONE / 1_000),
    unit("mL", &[(LENGTH, 3)], ONE / 1_000_000),
    unit("mg/mL", &[(MASS, 1), (LENGTH, -3)], 1_000 * ONE),
    unit("g/dL", &[(MASS, 1), (LENGTH, -3)], 10_000 * ONE),
    unit("mg/dL", &[(MASS, 1), (LENGTH, -3)], 10 * ONE),
    unit("ng/mL", &[(MASS, 1), (LENGTH, -3)], ONE / 1_000),
    unit("s", &[(TIME, 1)], ONE),
    unit("min", &[(TIME, 1)], 60 * ONE),
    unit("ms", &[(TIME, 1)], ONE / 1_000),
    unit("h", &[(TIME, 1)], 3_600 * ONE),
    unit("d", &[(TIME, 1)], 86_400 * ONE),
    unit("mmHg", &[(PRESSURE, 1)], ONE),
    unit("degC", &[(TEMPERATURE, 1)], ONE),
    Unit {
        is_fahrenheit: true,
        ..unit("degF", &[(TEMPERATURE, 1)], ONE)
    },
    unit("U/L", &[(ENZYME, 1), (LENGTH, -3)], 1_000 * ONE),
    unit("%", &[(PERCENT, 1)], ONE),
    unit("points", &[(POINTS, 1)], ONE),
    unit("/min", &[(RATE, 1)], ONE),
    unit("y", &[(AGE, 1)], ONE),
    unit("mL/min/1.73m2", &[(FILTRATION, 1)], ONE),
    unit("mg/kg", &[(DOSE_BY_WEIGHT, 1)], ONE),
    unit("mIU/L", &[(HORMONE, 1), (LENGTH, -3)], 1_000 * ONE),
];

impl Unit {
    /// The unit with this symbol.
    pub fn named(symbol: &str) -> Option<Self> {
        UNITS.iter().find(|unit| unit.symbol == symbol).copied()
    }

    /// Every symbol, in the order of the table.
    pub fn symbols() -> impl Iterator<Item = &'static str> {
        UNITS.iter().map(|unit| unit.symbol)
    }

    /// `amount` of this unit in the base of its dimension.
    pub fn to_base(self, amount: Decimal) -> Option<Decimal> {
        if self.is_fahrenheit {
            amount
                .minus(Decimal::whole(32))?
                .times(Decimal::whole(5))?
                .over(Decimal::whole(9))
        } else {
            amount.times(self.factor)
        }
    }

    /// A base amount in this unit.
    pub fn from_base(self, base: Decimal) -> Option<Decimal> {
        if self.is_fahrenheit {
            base.times(Decimal::whole(9))?
                .over(Decimal::whole(5))?
                .plus(Decimal::whole(32))
        } else {
            base.over(self.factor)
        }
    }
}

/// A number with its unit, as somebody wrote it.
///
/// # Examples
///
/// ```
/// use protocol::Quantity;
/// let dose = Quantity::parse("0.8 mg/kg").unwrap();
/// assert_eq!(dose.to_string(), "0.8 mg/kg");
/// assert_eq!(Quantity::parse("100.4 degF").unwrap().base(), Quantity::parse("38 degC").unwrap().base());
/// assert!(Quantity::parse("0.8 mg per kg").is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quantity {
    amount: Decimal,
    unit: Option<Unit>,
    base: Decimal,
}

/// Why a text is not a quantity.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuantityError {
    /// No number at the front.
    #[error("{0:?} does not begin with a number; write for example \"140 mmHg\"")]
    NotANumber(String),
    /// A unit nobody knows.
    #[error("the unit {0:?} is not known; write one of {known}", known = known())]
    UnknownUnit(String),
    /// Larger than any measurement.
    #[error("{0:?} is too large to be a measurement")]
    TooLarge(String),
}

fn known() -> String {
    Unit::symbols().collect::<Vec<_>>().join(", ")
}

impl Quantity {
    /// `amount` of `unit`; `None` for a bare number.
    pub fn new(amount: Decimal, unit: Option<Unit>) -> Option<Self> {
        let base = unit.map_or(Some(amount), |unit| unit.to_base(amount))?;
        Some(Self { amount, unit, base })
    }

    /// Reads a number, a space and a unit, or a bare number.
    pub fn parse(text: &str) -> Result<Self, QuantityError> {
        let text = text.trim();
        let split = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '-' | '+')));
        let (number, unit) = text.split_at(split.unwrap_or(text.len()));
        let amount = Decimal::parse(number.trim());
        let amount = amount.ok_or_else(|| QuantityError::NotANumber(text.to_owned()))?;
        let unit = match unit.trim() {
            "" => None,
            symbol => Some(
                Unit::named(symbol).ok_or_else(|| QuantityError::UnknownUnit(symbol.to_owned()))?,
            ),
        };
        Self::new(amount, unit).ok_or_else(|| QuantityError::TooLarge(text.to_owned()))
    }

    /// The number as written.
    pub fn amount(self) -> Decimal {
        self.amount
    }

    /// The unit as written.
    pub fn unit(self) -> Option<Unit> {
        self.unit
    }

    /// The number in the base of its dimension.
    pub fn base(self) -> Decimal {
        self.base
    }

    /// What it measures.
    pub fn dimension(self) -> Dimension {
        self.unit.map_or(Dimension::NONE, |unit| unit.dimension)
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.unit {
            Some(unit) => write!(out, "{} {}", self.amount, unit.symbol),
            None => write!(out, "{}", self.amount),
        }
    }
}

impl serde::Serialize for Quantity {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pounds_and_kilograms_measure_the_same_thing_and_pounds_and_metres_do_not() {
        let pounds = Quantity::parse("176.4 lb").unwrap();
        let kilograms = Quantity::parse("80 kg").unwrap();
        assert_eq!(pounds.dimension(), kilograms.dimension());
        assert!(pounds.base() > kilograms.base());
        assert_ne!(
            pounds.dimension(),
            Quantity::parse("1 m").unwrap().dimension()
        );
    }

    #[test]
    fn body_mass_over_height_squared_is_in_the_unit_of_the_index() {
        let mass = Unit::named("kg").unwrap().dimension;
        let height = Unit::named("m").unwrap().dimension;
        let index = mass.over(height.times(height));
        assert_eq!(index, Unit::named("kg/m2").unwrap().dimension);
    }

    #[test]
    fn a_laboratory_value_keeps_its_meaning_between_units() {
        let a = Quantity::parse("0.02 g/dL").unwrap();
        let b = Quantity::parse("20 mg/dL").unwrap();
        assert_eq!(a.base(), b.base());
    }
}
