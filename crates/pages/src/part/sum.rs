//! A sum spelled out: what is multiplied by what, and what it comes to.

use maud::{Markup, html};

/// A sum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sum {
    /// Its terms, left to right.
    pub terms: Vec<Term>,
}

/// A term of a sum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// What stands before it: "×", "=", "so"; empty before the first.
    pub before: String,
    /// The number with its unit.
    pub number: String,
    /// Where it comes from, in small words.
    pub small: String,
    /// Whether it is what the sum comes to.
    pub is_result: bool,
}

impl Term {
    /// A term that is no result.
    pub fn new(
        before: impl Into<String>,
        number: impl Into<String>,
        small: impl Into<String>,
    ) -> Self {
        Self {
            before: before.into(),
            number: number.into(),
            small: small.into(),
            is_result: false,
        }
    }

    /// What the sum comes to.
    pub fn result(
        before: impl Into<String>,
        number: impl Into<String>,
        small: impl Into<String>,
    ) -> Self {
        Self {
            is_result: true,
            ..Self::new(before, number, small)
        }
    }
}

/// Draws a sum on one line, or on as many as a phone needs.
pub fn sum(sum: &Sum) -> Markup {
    html! {
        p.hf-sum {
            @for term in &sum.terms {
                @if !term.before.is_empty() { span.hf-sum__before { (term.before) } " " }
                span.hf-sum__term .hf-sum__term--result[term.is_result] {
                    b { (term.number) }
                    @if !term.small.is_empty() { " " span.hf-muted { (term.small) } }
                } " "
            }
        }
    }
}
