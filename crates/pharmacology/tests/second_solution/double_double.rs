//! Numbers of twice the precision, and the matrix exponential in them.
//!
//! Nothing here is shared with the crate: it is the second opinion. Algorithms: Dekker, Numer. Math.
//! 18:224 (1971); Hida, Li and Bailey, ARITH-15 (2001).

use std::ops::{Add, Div, Mul, Neg, Sub};

#[derive(Clone, Copy, Debug)]
pub(crate) struct Wide(pub(crate) f64, pub(crate) f64);

fn two_sum(a: f64, b: f64) -> Wide {
    let s = a + b;
    let v = s - a;
    Wide(s, (a - (s - v)) + (b - v))
}

fn quick(a: f64, b: f64) -> Wide {
    let s = a + b;
    Wide(s, b - (s - a))
}

impl From<f64> for Wide {
    fn from(x: f64) -> Self {
        Wide(x, 0.0)
    }
}

impl Add for Wide {
    type Output = Wide;
    fn add(self, o: Wide) -> Wide {
        let s = two_sum(self.0, o.0);
        let t = two_sum(self.1, o.1);
        let s = quick(s.0, s.1 + t.0);
        quick(s.0, s.1 + t.1)
    }
}

impl Neg for Wide {
    type Output = Wide;
    fn neg(self) -> Wide {
        Wide(-self.0, -self.1)
    }
}

impl Sub for Wide {
    type Output = Wide;
    fn sub(self, o: Wide) -> Wide {
        self + -o
    }
}

impl Mul for Wide {
    type Output = Wide;
    fn mul(self, o: Wide) -> Wide {
        let p = self.0 * o.0;
        let e = self.0.mul_add(o.0, -p) + (self.0 * o.1 + self.1 * o.0);
        quick(p, e)
    }
}

impl Div for Wide {
    type Output = Wide;
    fn div(self, o: Wide) -> Wide {
        let first = self.0 / o.0;
        let rest = self - o * Wide::from(first);
        let second = rest.0 / o.0;
        let rest = rest - o * Wide::from(second);
        quick(first, second) + Wide::from(rest.0 / o.0)
    }
}

/// `exp(A)` for a square matrix, by Taylor after scaling and by squaring.
///
/// The norm is brought below 2^-6, where 14 terms leave less than 1e-36.
pub(crate) fn exponential(a: &[Vec<Wide>]) -> Vec<Vec<Wide>> {
    let n = a.len();
    let norm = (0..n)
        .map(|c| (0..n).map(|r| a[r][c].0.abs()).sum::<f64>())
        .fold(0.0, f64::max);
    let mut halvings = 0;
    while norm * 0.5_f64.powi(halvings) > 1.0 / 64.0 {
        halvings += 1;
    }
    let factor = 0.5_f64.powi(halvings);
    let small: Vec<Vec<Wide>> = a
        .iter()
        .map(|r| r.iter().map(|x| Wide(x.0 * factor, x.1 * factor)).collect())
        .collect();
    let identity = |r: usize, c: usize| Wide::from(f64::from(u8::from(r == c)));
    let mut sum: Vec<Vec<Wide>> = (0..n)
        .map(|r| (0..n).map(|c| identity(r, c)).collect())
        .collect();
    let mut term = sum.clone();
    for k in 1..=14_u8 {
        term = product(&term, &small);
        for (t, s) in term.iter_mut().flatten().zip(sum.iter_mut().flatten()) {
            *t = *t / Wide::from(f64::from(k));
            *s = *s + *t;
        }
    }
    for _ in 0..halvings {
        sum = product(&sum, &sum);
    }
    sum
}

fn product(a: &[Vec<Wide>], b: &[Vec<Wide>]) -> Vec<Vec<Wide>> {
    let n = a.len();
    (0..n)
        .map(|r| {
            (0..n)
                .map(|c| {
                    (0..n).fold(Wide(0.0, 0.0), |sum, k| {
                        if a[r][k].0 == 0.0 || b[k][c].0 == 0.0 {
                            sum
                        } else {
                            sum + a[r][k] * b[k][c]
                        }
                    })
                })
                .collect()
        })
        .collect()
}

/// A dense linear system driven by instantaneous amounts and constant rates.
pub(crate) struct Dense {
    /// `x' = a x + input`.
    pub(crate) a: Vec<Vec<Wide>>,
    /// (time, compartment, amount)
    pub(crate) amounts: Vec<(f64, usize, Wide)>,
    /// (start, stop, compartment, rate)
    pub(crate) rates: Vec<(Wide, Wide, usize, Wide)>,
}

impl Dense {
    pub(crate) fn new(n: usize) -> Self {
        Self {
            a: vec![vec![Wide(0.0, 0.0); n]; n],
            amounts: Vec::new(),
            rates: Vec::new(),
        }
    }

    pub(crate) fn flow(&mut self, from: usize, to: usize, rate: Wide) {
        self.a[to][from] = self.a[to][from] + rate;
        self.a[from][from] = self.a[from][from] - rate;
    }

    pub(crate) fn loss(&mut self, from: usize, rate: Wide) {
        self.a[from][from] = self.a[from][from] - rate;
    }

    pub(crate) fn copy(&mut self, from: usize, to: usize, rate: Wide) {
        self.a[to][from] = self.a[to][from] + rate;
    }

    /// All amounts at one time, before any instantaneous amount at that time.
    pub(crate) fn at(&self, time: f64) -> Vec<Wide> {
        let n = self.a.len();
        let mut changes: Vec<Wide> = self.amounts.iter().map(|a| Wide::from(a.0)).collect();
        changes.extend(self.rates.iter().flat_map(|r| [r.0, r.1]));
        changes.sort_by(|a, b| (a.0, a.1).partial_cmp(&(b.0, b.1)).unwrap());
        changes.dedup_by(|a, b| a.0.to_bits() == b.0.to_bits() && a.1.to_bits() == b.1.to_bits());
        let end = Wide::from(time);
        let mut x = vec![Wide(0.0, 0.0); n];
        let before = |a: Wide, b: Wide| (a.0, a.1) < (b.0, b.1);
        for (k, &start) in changes.iter().enumerate() {
            if !before(start, end) {
                break;
            }
            for amount in self
                .amounts
                .iter()
                .filter(|a| a.0.to_bits() == start.0.to_bits() && start.1 == 0.0)
            {
                x[amount.1] = x[amount.1] + amount.2;
            }
            let stop = match changes.get(k + 1) {
                Some(&stop) if before(stop, end) => stop,
                _ => end,
            };
            let length = stop - start;
            let mut wide = vec![vec![Wide(0.0, 0.0); n + 1]; n + 1];
            for (wide, own) in wide.iter_mut().zip(&self.a) {
                for (wide, own) in wide.iter_mut().zip(own) {
                    *wide = *own * length;
                }
            }
            for rate in self
                .rates
                .iter()
                .filter(|r| !before(start, r.0) && before(start, r.1))
            {
                wide[rate.2][n] = wide[rate.2][n] + rate.3 * length;
            }
            let e = exponential(&wide);
            x = (0..n)
                .map(|r| (0..n).fold(e[r][n], |sum, c| sum + e[r][c] * x[c]))
                .collect();
        }
        x
    }
}
