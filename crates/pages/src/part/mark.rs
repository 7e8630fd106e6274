//! Marks: a shape and a word, colour third.

use maud::{Markup, html};

/// How pressing a fact is. There is no standing that means "all clear".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Filled square: somebody must act now.
    ActNow,
    /// Triangle: watch it.
    Watch,
    /// Ring: a person settled it.
    Settled,
    /// Dashed square: not known, not asked, not yet there.
    Unknown,
}

/// A shape with its word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// Chooses shape and colour.
    pub standing: Standing,
    /// Always there: "Act now", "Last 148/92", "Allergies not asked".
    pub word: String,
}

impl Mark {
    /// A mark with its word.
    pub fn new(standing: Standing, word: impl Into<String>) -> Self {
        Self {
            standing,
            word: word.into(),
        }
    }
}

/// Draws a mark.
pub fn mark(mark: &Mark) -> Markup {
    let shape = match mark.standing {
        Standing::ActNow => "hf-state hf-state--act",
        Standing::Watch => "hf-state hf-state--watch",
        Standing::Settled => "hf-state hf-state--settled",
        Standing::Unknown => "hf-state hf-state--unknown",
    };
    html! { span class=(shape) { (mark.word) } }
}

/// The root of the kelp that grips the rock. Decoration: the name stands beside it.
pub(crate) fn wordmark() -> Markup {
    html! {
        svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true" focusable="false" {
            path d="M12 1.5V9M12 8c0 6-7.5 4-9.5 12.5M12 8c0 7-3.5 6-4 12.5M12 8v12.5M12 8c0 7 3.5 6 4 12.5M12 8c0 6 7.5 4 9.5 12.5M1 22.5h22" {}
        }
    }
}
