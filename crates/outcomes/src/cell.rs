//! Values as the field's library prints them, cell by cell.

use crate::engine::Value;

impl Value {
    /// The cells of this value: one, or the week and 1 or 0 for a time.
    ///
    /// Truth is `TRUE` or `FALSE`; numbers have up to fifteen significant digits; a value that is
    /// not defined is an empty cell. `columns` is how many cells its definition fills.
    ///
    /// ```
    /// use outcomes::Value;
    /// assert_eq!(Value::Number(0.1 + 0.2).cells(1), ["0.3"]);
    /// assert_eq!(Value::Time { week: 5, happened: true }.cells(2), ["5", "1"]);
    /// assert_eq!(Value::NotDefined { weeks: 3 }.cells(1), [""]);
    /// ```
    pub fn cells(self, columns: usize) -> Vec<String> {
        match self {
            Value::Truth(true) => vec!["TRUE".to_owned()],
            Value::Truth(false) => vec!["FALSE".to_owned()],
            Value::Whole(weeks) => vec![weeks.to_string()],
            Value::Number(value) => vec![number(value)],
            Value::Time { week, happened } => {
                vec![week.to_string(), u8::from(happened).to_string()]
            }
            Value::NotDefined { .. } => vec![String::new(); columns],
        }
    }
}

/// A number to fifteen significant digits, trailing zeros cut, in the shorter of plain and
/// exponent writing.
///
/// The fifteen are found as `data.table::fwrite` finds them, which wrote the reference: the value is
/// scaled to sixteen digits in double precision, the rest is cut off, and the sixteenth rounds the
/// fifteenth, a 5 upwards. The last digit can so differ by one from the nearest fifteen digits.
/// Not-a-number is an empty cell; infinities are written `Inf` and `-Inf`.
pub fn number(value: f64) -> String {
    if value.is_nan() {
        return String::new();
    }
    let sign = if value.is_sign_negative() && value < 0.0 {
        "-"
    } else {
        ""
    };
    if value.is_infinite() {
        return format!("{sign}Inf");
    }
    let (sixteen, exponent) = sixteen_digits(value.abs());
    let rounded = if sixteen % 10 >= 5 {
        sixteen / 10 + 1
    } else {
        sixteen / 10
    };
    let all = rounded.to_string();
    // Fifteen nines round to sixteen digits.
    let exponent = if all.len() > 15 {
        exponent + 1
    } else {
        exponent
    };
    let digits = match all.trim_end_matches('0') {
        "" => return "0".to_owned(),
        some => some,
    };
    let plain = plain(digits, exponent);
    let with_exponent = with_exponent(digits, exponent);
    if plain.len() <= with_exponent.len() {
        format!("{sign}{plain}")
    } else {
        format!("{sign}{with_exponent}")
    }
}

/// The first sixteen digits of a number that is not negative, as a whole number, and the power of
/// ten of the first of them.
fn sixteen_digits(value: f64) -> (u64, i32) {
    scaled_by_powers(value).unwrap_or_else(|| {
        // Outside the range where powers of ten are exact, the nearest sixteen digits.
        let written = format!("{value:.15e}");
        let (mantissa, exponent) = written.split_once('e').unwrap_or((&written, "0"));
        (
            mantissa.replace('.', "").parse().unwrap_or(0),
            exponent.parse().unwrap_or(0),
        )
    })
}

/// As [`sixteen_digits`], by the same three roundings as the writer of the reference: the scale of the binary
/// exponent, the product with the binary fraction, the product with 10^15.
fn scaled_by_powers(value: f64) -> Option<(u64, i32)> {
    const FRACTION: u64 = (1 << 52) - 1;
    let bits = value.to_bits();
    let power = i32::try_from(bits >> 52).ok()? - 1023;
    if !(-60..=60).contains(&power) {
        return None;
    }
    let fraction = f64::from_bits((bits & FRACTION) | 1.0_f64.to_bits());
    let two = 2.0_f64.powi(power);
    // 2^60 is below 10^19, so both powers are exact and one rounding makes the scale.
    let mut scale = two;
    let mut tens = 0;
    while scale < 1.0 {
        tens -= 1;
        scale = two * 10.0_f64.powi(-tens);
    }
    while scale >= 10.0 {
        tens += 1;
        scale = two / 10.0_f64.powi(tens);
    }
    let mut lead = fraction * scale;
    if lead >= 9.999_999_999_999_99 {
        lead /= 10.0;
        tens += 1;
    }
    let digits = format!("{:.0}", (lead * 1e15).trunc()).parse().ok()?;
    Some((digits, tens))
}

/// The digits `d1d2d3...` times `10^exponent`, the point after the first digit, without exponent.
fn plain(digits: &str, exponent: i32) -> String {
    let before = usize::try_from(exponent + 1).unwrap_or(0);
    if before == 0 {
        let zeros = usize::try_from(-exponent - 1).unwrap_or(0);
        return format!("0.{}{digits}", "0".repeat(zeros));
    }
    match digits.split_at_checked(before) {
        Some((whole, rest)) if !rest.is_empty() => format!("{whole}.{rest}"),
        Some(_) | None => format!("{digits:0<before$}"),
    }
}

fn with_exponent(digits: &str, exponent: i32) -> String {
    let sign = if exponent < 0 { '-' } else { '+' };
    let size = exponent.abs();
    match digits.split_at_checked(1) {
        Some((first, rest)) if !rest.is_empty() => format!("{first}.{rest}e{sign}{size:02}"),
        Some(_) | None => format!("{digits}e{sign}{size:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn numbers_are_written_as_the_reference_writes_them() {
        let written = [
            (0.0, "0"),
            (1.0, "1"),
            (120.0, "120"),
            (1.0 / 3.0, "0.333333333333333"),
            (16.0 / 29.0, "0.551724137931035"),
            (0.999_999_999_999_999_9, "1"),
            (1e300, "1e+300"),
            (1.5e-200, "1.5e-200"),
            (1.0 - 28.0 / 29.0, "0.0344827586206896"),
            (1e15, "1e+15"),
            (123_456.0, "123456"),
            (100_000.0, "1e+05"),
            (0.0001, "1e-04"),
            (-0.5, "-0.5"),
            (1.421_085_471_520_2e-14, "1.4210854715202e-14"),
        ];
        for (value, text) in written {
            assert_eq!(number(value), text);
        }
        assert_eq!(
            (number(f64::NAN), number(f64::NEG_INFINITY)),
            (String::new(), "-Inf".into())
        );
    }
}
