//! Words with meaning: what is struck, what replaced it, what is not there.

use maud::{Markup, html};

use super::mark::{Mark, mark};

/// A link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Where it leads, a path of this site.
    pub href: String,
    /// Its words.
    pub text: String,
}

impl Link {
    /// A link with its words.
    pub fn new(href: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            href: href.into(),
            text: text.into(),
        }
    }
}

/// A piece of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Phrase {
    /// Ordinary words.
    Plain(String),
    /// Words that carry the sentence.
    Strong(String),
    /// Quieter words.
    Quiet(String),
    /// A fact that is not there: "not answered", "declined", "not asked". Never zero, never blank.
    Absent(String),
    /// What was written before a correction.
    Struck(String),
    /// What a correction put in its place.
    Instead(String),
    /// A way to something else.
    Link(Link),
    /// A shape with its word.
    Mark(Mark),
    /// A time or a date, kept on one line.
    Time(String),
    /// What a file of rules writes, letter by letter.
    Code(String),
}

impl Phrase {
    /// Ordinary words.
    pub fn plain(words: impl Into<String>) -> Self {
        Self::Plain(words.into())
    }

    /// A way to something else.
    pub fn link(href: impl Into<String>, text: impl Into<String>) -> Self {
        Self::Link(Link::new(href, text))
    }

    /// A fact that is not there.
    pub fn absent(words: impl Into<String>) -> Self {
        Self::Absent(words.into())
    }

    /// Words that are there, or what to say where they are not.
    pub fn or_absent(words: Option<impl Into<String>>, absent: &str) -> Vec<Self> {
        words.map_or_else(|| vec![Self::absent(absent)], Self::sentence)
    }

    /// Ordinary words as a whole sentence.
    pub fn sentence(words: impl Into<String>) -> Vec<Self> {
        vec![Self::plain(words)]
    }
}

/// Writes pieces one after another; spaces are the pieces' own.
pub fn phrases(pieces: &[Phrase]) -> Markup {
    html! {
        @for piece in pieces {
            @match piece {
                Phrase::Plain(words) => (words),
                Phrase::Strong(words) => b { (words) },
                Phrase::Quiet(words) => span.hf-muted { (words) },
                Phrase::Absent(words) => span.hf-absent { (words) },
                Phrase::Struck(words) => del { (words) },
                Phrase::Instead(words) => ins { (words) },
                Phrase::Link(to) => (link(to)),
                Phrase::Mark(one) => (mark(one)),
                Phrase::Time(words) => time { (words) },
                Phrase::Code(words) => code.hf-code { (words) },
            }
        }
    }
}

/// A link that stands in a line of text, with a full-size target.
pub fn link(to: &Link) -> Markup {
    html! { a.hf-tap href=(to.href) { (to.text) } }
}
