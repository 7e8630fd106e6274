//! Evidence: why does the software say that? Claims by what hangs on them at the left, one of them, a
//! study or what was found at the right.

mod draw;
mod sample;

pub use draw::evidence;

use super::site::Grade;
use crate::form::Form;
use crate::part::{Figure, Link, Phrase, Section};

/// The page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// "Grades are ours, in GRADE words."
    pub said: String,
    /// The search, sent with GET.
    pub search: Form,
    /// Claims by what hangs on them, the gravest first.
    pub groups: Vec<ClaimGroup>,
    /// Whether the list of claims is on the paper too: it is the page's own, and not the way elsewhere.
    pub list_prints: bool,
    /// What is read now.
    pub main: EvidenceMain,
}

/// Claims on which the same thing hangs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimGroup {
    /// "Decides whether a dose may be given".
    pub title: String,
    /// The claims.
    pub lines: Vec<ClaimLine>,
}

/// A claim in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimLine {
    /// Where it leads, and its words.
    pub link: Link,
    /// What it rests on: "3 randomised trials, 1 other".
    pub under: String,
    /// Its grade.
    pub grade: Grade,
    /// Whether it is the one now read.
    pub is_here: bool,
    /// Whether the clinic overruled a default that rests on it.
    pub is_overruled: bool,
}

/// What is read at the right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EvidenceMain {
    /// One claim.
    Claim(Box<ClaimView>),
    /// One study, or what was found by a search: a heading with sections.
    Sheet {
        /// The heading.
        title: String,
        /// The sentence under it.
        said: Vec<Phrase>,
        /// The sections.
        sections: Vec<Section>,
    },
}

/// A claim in full.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimView {
    /// The claim as it is heard.
    pub title: String,
    /// Its grade, and where it differs by part.
    pub grade: Grade,
    /// "low for more sober days; very low for full abstinence".
    pub grade_note: Option<String>,
    /// The plain sentence, as patients read it.
    pub plain: String,
    /// The same with its numbers.
    pub numbers: String,
    /// Why it is graded so, what uses it, how it was read.
    pub small: Vec<Phrase>,
    /// Studies side by side, where the claim has such.
    pub plot: Option<Plot>,
    /// For, against, not known: headings with items.
    pub columns: Vec<(String, Vec<Vec<Phrase>>)>,
    /// What would change it.
    pub would_change: String,
    /// Sentences in wide use that misquote its works.
    pub misreports: Vec<MisreportView>,
    /// Harms with their figures, and where the clinic's own outcomes will stand: whole sections.
    pub sections: Vec<Section>,
    /// The clinic's overrulings of defaults that rest on it.
    pub overrulings: Vec<Vec<Phrase>>,
    /// The way to overrule one, for who may.
    pub overrule: Option<Link>,
}

/// Studies side by side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plot {
    /// The figure.
    pub figure: Figure,
    /// What the rows do not share; why there is no diamond, or what must be said beside it.
    pub said: Vec<String>,
    /// The reader's choices: pool anyway, raw or adjusted, one drug.
    pub choices: Vec<Link>,
}

/// A sentence in wide use that misquotes its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MisreportView {
    /// What is said, and by whom.
    pub says: String,
    /// By whom.
    pub said_by: String,
    /// What is wrong with it.
    pub wrong: Vec<String>,
    /// What may be said instead.
    pub instead: String,
    /// Reports counted in squares, where they can be: groups with their size, and which are miscounted.
    pub counted: Option<Figure>,
}
