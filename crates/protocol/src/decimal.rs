//! Exact decimal numbers, so that a threshold means what is written.
//!
//! A blood alcohol of 0.02 is compared with 0.02, not with its nearest binary fraction. Values are
//! whole billionths in an `i128`; every operation that could overflow answers `None`.

use std::fmt;

const BILLIONTHS: i128 = 1_000_000_000;
const PLACES: usize = 9;
/// The longest text read as a number; more digits than this are a slip, not a measurement.
const DIGITS_MAX: usize = 24;

/// A decimal number with nine places after the point.
///
/// # Examples
///
/// ```
/// use protocol::Decimal;
/// let limit = Decimal::parse("0.02").unwrap();
/// assert!(Decimal::parse("0.020").unwrap() == limit);
/// assert_eq!(limit.to_string(), "0.02");
/// assert!(Decimal::parse("12,5").is_none());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Decimal(i128);

impl Decimal {
    /// Zero.
    pub const ZERO: Self = Self(0);
    /// One.
    pub const ONE: Self = Self(BILLIONTHS);

    /// The whole number `whole`.
    pub fn whole(whole: i64) -> Self {
        Self(i128::from(whole).saturating_mul(BILLIONTHS))
    }

    /// `billionths` billionths.
    pub const fn billionths(billionths: i128) -> Self {
        Self(billionths)
    }

    /// The value in whole billionths.
    pub const fn in_billionths(self) -> i128 {
        self.0
    }

    /// The value rounded down to a whole number, when it fits.
    pub fn floor(self) -> Option<i64> {
        i64::try_from(self.0.div_euclid(BILLIONTHS)).ok()
    }

    /// Reads `12`, `-3.5` or `0.02`. Exponents, commas and more than nine places are refused.
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || digits.ends_with('.') || digits.len() > DIGITS_MAX {
            return None;
        }
        if !all_digits(whole) || !all_digits(part) || part.len() > PLACES {
            return None;
        }
        let padded = format!("{part:0<PLACES$}");
        let whole: i128 = whole.parse().ok()?;
        let part: i128 = padded.parse().ok()?;
        let size = whole.checked_mul(BILLIONTHS)?.checked_add(part)?;
        Some(Self(if negative { size.checked_neg()? } else { size }))
    }

    /// The sum, or `None` on overflow.
    pub fn plus(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// The difference, or `None` on overflow.
    pub fn minus(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// The product, rounded to the nearest billionth (halves away from zero).
    pub fn times(self, other: Self) -> Option<Self> {
        divide_rounded(self.0.checked_mul(other.0)?, BILLIONTHS).map(Self)
    }

    /// The quotient, rounded to the nearest billionth; `None` when dividing by zero.
    pub fn over(self, other: Self) -> Option<Self> {
        divide_rounded(self.0.checked_mul(BILLIONTHS)?, other.0).map(Self)
    }

    /// The size without the sign.
    #[must_use]
    pub fn abs(self) -> Self {
        Self(self.0.saturating_abs())
    }
}

/// Divides with halves rounded away from zero.
fn divide_rounded(top: i128, bottom: i128) -> Option<i128> {
    let quotient = top.checked_div(bottom)?;
    let rest = top.checked_rem(bottom)?;
    if rest.checked_abs()?.checked_mul(2)? >= bottom.checked_abs()? {
        let step = if (top < 0) == (bottom < 0) { 1 } else { -1 };
        quotient.checked_add(step)
    } else {
        Some(quotient)
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let size = self.0.unsigned_abs();
        let (whole, part) = (
            size / BILLIONTHS.unsigned_abs(),
            size % BILLIONTHS.unsigned_abs(),
        );
        let part = format!("{part:0>PLACES$}");
        let part = part.trim_end_matches('0');
        if part.is_empty() {
            write!(out, "{sign}{whole}")
        } else {
            write!(out, "{sign}{whole}.{part}")
        }
    }
}

impl serde::Serialize for Decimal {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_and_written_without_change() {
        for text in ["0", "0.02", "-3.5", "140", "0.000000001", "172.4"] {
            assert_eq!(Decimal::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_not_a_plain_number_is_refused() {
        for text in [
            "",
            "-",
            ".5",
            "5.",
            "1e3",
            "1,5",
            "0.0000000001",
            "9".repeat(40).as_str(),
        ] {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_quotient_is_rounded_to_the_nearest_billionth() {
        let two = Decimal::whole(2);
        let three = Decimal::whole(3);
        assert_eq!(two.over(three).unwrap().to_string(), "0.666666667");
        assert_eq!(
            Decimal::ZERO
                .minus(two)
                .unwrap()
                .over(three)
                .unwrap()
                .to_string(),
            "-0.666666667"
        );
        assert_eq!(two.over(Decimal::ZERO), None);
    }
}
