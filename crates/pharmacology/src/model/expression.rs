//! Rates, fractions and durations as products and quotients of parameters.
//!
//! The grammar is `factor ((* | /) factor)*`, a factor being a number, a parameter, or
//! `(1-parameter)`.

use super::ModelError;
use crate::linear::Lanes;

#[derive(Clone, Debug)]
pub(crate) struct Expression {
    factors: Vec<(Factor, Side)>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Factor {
    Number(f64),
    Parameter(usize),
    Complement(usize),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Side {
    Above,
    Below,
}

/// One parameter multiplied for the time of one evaluation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Changed {
    pub(crate) parameter: usize,
    pub(crate) multiply: f64,
}

impl Expression {
    pub(crate) fn number(value: f64) -> Self {
        Self {
            factors: vec![(Factor::Number(value), Side::Above)],
        }
    }

    pub(crate) fn parameter(at: usize) -> Self {
        Self {
            factors: vec![(Factor::Parameter(at), Side::Above)],
        }
    }

    pub(crate) fn parse(
        model: &str,
        field: &'static str,
        text: &str,
        names: &[&str],
    ) -> Result<Self, ModelError> {
        let unknown = |name: &str| super::undeclared(model, field, name);
        let place = |name: &str| {
            names
                .iter()
                .position(|n| *n == name)
                .ok_or_else(|| unknown(name))
        };
        let mut factors = Vec::new();
        let mut side = Side::Above;
        for token in text.split_inclusive(['*', '/']) {
            let word = token.trim_end_matches(['*', '/']).trim();
            let factor = match word.parse::<f64>() {
                Ok(number) if number.is_finite() => Factor::Number(number),
                Ok(_) => return Err(unknown(word)),
                Err(_) => match word.strip_prefix("(1-").and_then(|w| w.strip_suffix(')')) {
                    Some(inner) => Factor::Complement(place(inner.trim())?),
                    None => Factor::Parameter(place(word)?),
                },
            };
            factors.push((factor, side));
            side = if token.ends_with('/') {
                Side::Below
            } else {
                Side::Above
            };
        }
        Ok(Self { factors })
    }

    /// The value for `W` people, whose parameters stand side by side.
    #[inline(always)]
    pub(crate) fn value<const W: usize>(
        &self,
        values: &[Lanes<W>],
        changed: Option<Changed>,
    ) -> Lanes<W> {
        let of = |at: usize| match changed {
            Some(c) if c.parameter == at => values[at] * Lanes::of(c.multiply),
            Some(_) | None => values[at],
        };
        let mut result = Lanes::of(1.0);
        for &(factor, side) in &self.factors {
            let factor = match factor {
                Factor::Number(number) => Lanes::of(number),
                Factor::Parameter(at) => of(at),
                Factor::Complement(at) => Lanes::of(1.0) - of(at),
            };
            result = match side {
                Side::Above => result * factor,
                Side::Below => result / factor,
            };
        }
        result
    }

    /// Whether the value is the same for everyone.
    pub(crate) fn is_constant(&self) -> bool {
        self.factors
            .iter()
            .all(|(factor, _)| matches!(factor, Factor::Number(_)))
    }
}
