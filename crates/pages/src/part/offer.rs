//! Things one may choose between, each with what it is and why it can or cannot be chosen.

use maud::{Markup, html};

use super::mark::{Mark, mark};
use super::phrase::{Link, Phrase, phrases};

/// Something one may choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// What it is called, and where it is read whole.
    pub title: Link,
    /// Where it stands: chosen, for reference.
    pub mark: Option<Mark>,
    /// What it is, line by line.
    pub lines: Vec<Vec<Phrase>>,
    /// The way to choose it; none when it cannot be chosen, which a line says.
    pub choose: Option<Link>,
    /// Whether it is the one chosen.
    pub is_chosen: bool,
}

/// Draws what may be chosen, beside one another.
pub fn offers(all: &[Offer]) -> Markup {
    html! {
        ul.hf-offers {
            @for one in all {
                li.hf-offer .hf-offer--chosen[one.is_chosen] .hf-offer--closed[one.choose.is_none() && !one.is_chosen] {
                    h3 { a.hf-tap href=(one.title.href) { (one.title.text) } }
                    @if let Some(standing) = &one.mark { p { (mark(standing)) } }
                    @for words in &one.lines { p { (phrases(words)) } }
                    @if let Some(to) = &one.choose {
                        p.hf-noprint { a.hf-button.hf-button--second href=(to.href) {
                            (to.text) span.hf-hidden { ": " (one.title.text) }
                        } }
                    }
                }
            }
        }
    }
}
