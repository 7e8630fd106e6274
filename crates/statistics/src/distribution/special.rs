//! Gamma and beta functions and their incomplete forms.

use std::f64::consts::PI;

/// Iterations after which a series is taken as it stands; shapes of `1e8` need about `1e5`.
const ITERATIONS: u32 = 1_000_000;

/// ln Γ(x) for positive `x`.
pub fn ln_gamma(x: f64) -> f64 {
    libm::lgamma(x)
}

/// ln B(a, b) = ln Γ(a) + ln Γ(b) − ln Γ(a + b), without cancelling when both are large.
pub fn ln_beta(a: f64, b: f64) -> f64 {
    let (small, large) = if a < b { (a, b) } else { (b, a) };
    if large < 10.0 {
        return ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b);
    }
    // Γ(x) = √(2π/x) (x/e)^x e^δ(x), so the leading terms of the two large ones cancel by hand.
    let drift =
        (large - 0.5) * (-small / (small + large)).ln_1p() - small * (small + large).ln() + small;
    ln_gamma(small) + drift + stirling_error(large) - stirling_error(small + large)
}

/// δ(n) = ln Γ(n + 1) − (n + ½) ln n + n − ½ ln 2π: the error of Stirling's formula.
///
/// The asymptotic series from 15 on, carried down to smaller `n` by δ(n) − δ(n + 1) =
/// (n + ½) ln(1 + 1/n) − 1. Absolute error below `1e-15` times the steps taken.
fn stirling_error(n: f64) -> f64 {
    let mut shifted = n;
    let mut carried = 0.0;
    while shifted < 15.0 {
        carried += (shifted + 0.5) * (1.0 / shifted).ln_1p() - 1.0;
        shifted += 1.0;
    }
    let square = shifted * shifted;
    let series = (1.0 / 12.0
        - (1.0 / 360.0
            - (1.0 / 1260.0 - (1.0 / 1680.0 - 1.0 / (1188.0 * square)) / square) / square)
            / square)
        / shifted;
    carried + series
}

/// x ln(x / m) + m − x, the deviance part of a Poisson or binomial term, near `x = m` by series.
fn deviance(x: f64, m: f64) -> f64 {
    let difference = x - m;
    if difference.abs() >= 0.1 * (x + m) {
        return x * (x / m).ln() - difference;
    }
    let v = difference / (x + m);
    let mut sum = difference * v;
    let mut term = 2.0 * x * v;
    for step in 1..1000_u32 {
        term *= v * v;
        let next = sum + term / (2.0 * f64::from(step) + 1.0);
        if (next - sum).abs() <= f64::EPSILON * 0.1 * sum.abs() {
            return next;
        }
        sum = next;
    }
    sum
}

/// ln of m^x e^−m / Γ(x + 1).
fn ln_poisson_term(x: f64, m: f64) -> f64 {
    if x < 1e-290 {
        return -m;
    }
    if x < 1e-5 {
        // The Stirling form loses digits for a shape so near zero.
        return x * m.ln() - m - ln_gamma(x + 1.0);
    }
    -0.5 * (2.0 * PI * x).ln() - stirling_error(x) - deviance(x, m)
}

/// m^x e^−m / Γ(x + 1).
pub(super) fn poisson_term(x: f64, m: f64) -> f64 {
    ln_poisson_term(x, m).exp()
}

/// ln of Γ(a + b + 1) / (Γ(a + 1) Γ(b + 1)) p^a q^b.
fn ln_binomial_term(a: f64, b: f64, p: f64, q: f64) -> f64 {
    let n = a + b;
    let errors = stirling_error(n) - stirling_error(a) - stirling_error(b);
    errors - deviance(a, n * p) - deviance(b, n * q) + 0.5 * (n / (2.0 * PI * a * b)).ln()
}

/// Logarithms of the regularised incomplete gamma functions P(a, x) and Q(a, x).
pub(super) fn ln_gamma_tails(a: f64, x: f64) -> (f64, f64) {
    if x.is_nan() {
        return (f64::NAN, f64::NAN);
    }
    if x <= 0.0 {
        return (f64::NEG_INFINITY, 0.0);
    }
    if x.is_infinite() {
        return (0.0, f64::NEG_INFINITY);
    }
    let prefactor = ln_poisson_term(a, x);
    if x < a + 1.0 {
        let mut sum = 1.0;
        let mut term = 1.0;
        for step in 1..ITERATIONS {
            term *= x / (a + f64::from(step));
            sum += term;
            if term < sum * f64::EPSILON * 0.1 {
                break;
            }
        }
        let lower = prefactor + sum.ln();
        return (lower.min(0.0), complement(lower));
    }
    let upper = prefactor + a.ln() + gamma_fraction(a, x).ln();
    (complement(upper), upper.min(0.0))
}

/// ln(1 − p) from ln p.
fn complement(ln_p: f64) -> f64 {
    if ln_p >= 0.0 {
        f64::NEG_INFINITY
    } else if ln_p > -std::f64::consts::LN_2 {
        (-ln_p.exp_m1()).ln()
    } else {
        (-ln_p.exp()).ln_1p()
    }
}

/// Γ(a, x) e^x x^−a as a continued fraction (Abramowitz and Stegun 6.5.31), by Lentz's method.
fn gamma_fraction(a: f64, x: f64) -> f64 {
    let mut denominator = x + 1.0 - a;
    let mut c = 1.0 / f64::MIN_POSITIVE;
    let mut d = 1.0 / denominator;
    let mut value = d;
    for step in 1..ITERATIONS {
        let n = f64::from(step);
        let numerator = -n * (n - a);
        denominator += 2.0;
        d = 1.0 / away_from_zero(numerator * d + denominator);
        c = away_from_zero(denominator + numerator / c);
        let factor = c * d;
        value *= factor;
        if (factor - 1.0).abs() < f64::EPSILON {
            break;
        }
    }
    value
}

fn away_from_zero(x: f64) -> f64 {
    if x.abs() < 1e-300 { 1e-300 } else { x }
}

/// Logarithms of the regularised incomplete beta function at `x` and of its complement; `y` is
/// 1 − `x`, given apart so that neither loses digits.
pub(super) fn ln_beta_tails(a: f64, b: f64, x: f64, y: f64) -> (f64, f64) {
    if x.is_nan() || y.is_nan() {
        return (f64::NAN, f64::NAN);
    }
    if x <= 0.0 {
        return (f64::NEG_INFINITY, 0.0);
    }
    if y <= 0.0 {
        return (0.0, f64::NEG_INFINITY);
    }
    let term = ln_binomial_term(a, b, x, y);
    if x < (a + 1.0) / (a + b + 2.0) {
        let lower = term + (b / (a + b)).ln() + beta_fraction(a, b, x).ln();
        (lower.min(0.0), complement(lower))
    } else {
        let upper = term + (a / (a + b)).ln() + beta_fraction(b, a, y).ln();
        (complement(upper), upper.min(0.0))
    }
}

/// The continued fraction of the incomplete beta function (Abramowitz and Stegun 26.5.8).
fn beta_fraction(a: f64, b: f64, x: f64) -> f64 {
    let mut c = 1.0;
    let mut d = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0));
    let mut value = d;
    for step in 1..ITERATIONS {
        let m = f64::from(step);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / away_from_zero(1.0 + even * d);
        c = away_from_zero(1.0 + even / c);
        value *= c * d;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / away_from_zero(1.0 + odd * d);
        c = away_from_zero(1.0 + odd / c);
        let factor = c * d;
        value *= factor;
        if (factor - 1.0).abs() < f64::EPSILON {
            break;
        }
    }
    value
}
