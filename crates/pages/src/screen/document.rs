//! A document that is read on a screen and printed on paper, both from this one model.

pub(crate) mod layout;
mod sample;

use maud::{Markup, html};

use crate::frame::{Frame, staff_page};
use crate::part::patient::patient_header;
use crate::part::section::sections;
use crate::part::{Fact, Figure, Link, PatientHeader, Phrase, Piece, Section, Table};

/// A document: what stands in it, in reading order, the same on the screen and on paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paper {
    /// Its title.
    pub title: String,
    /// What it is of, for the head of every page: "Session 2".
    pub of: String,
    /// The patient's name, for the head of every page.
    pub name: String,
    /// The record number, for the head of every page.
    pub record: String,
    /// The chapters.
    pub chapters: Vec<Chapter>,
    /// What vouches for it, at the foot of every page: where the journal stood, its hash, who printed it and when.
    pub foot: Vec<String>,
}

/// A chapter with its heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chapter {
    /// Its heading.
    pub title: String,
    /// What it holds, top to bottom.
    pub blocks: Vec<Block>,
}

/// A block of a chapter: what can stand on a screen and on paper alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A paragraph.
    Said(Vec<Phrase>),
    /// Items, one under another.
    List(Vec<Vec<Phrase>>),
    /// Named facts.
    Facts(Vec<Fact>),
    /// A table.
    Table(Table),
    /// A figure.
    Figure(Figure),
}

/// A document on a screen, with the ways to its paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentPage {
    /// The document.
    pub paper: Paper,
    /// What the window says; it gives nobody away.
    pub window: String,
    /// Whom it is about.
    pub patient: Option<PatientHeader>,
    /// The paper, and what else can be had of it.
    pub acts: Vec<Link>,
}

impl Chapter {
    /// A chapter with its blocks.
    pub fn new(title: impl Into<String>, blocks: Vec<Block>) -> Self {
        Self {
            title: title.into(),
            blocks,
        }
    }
}

impl Block {
    /// A paragraph of plain words.
    pub fn plain(words: impl Into<String>) -> Self {
        Self::Said(Phrase::sentence(words))
    }

    fn piece(&self) -> Piece {
        match self {
            Self::Said(words) => Piece::Said(words.clone()),
            Self::List(items) => Piece::List(items.clone()),
            Self::Facts(all) => Piece::Facts(all.clone()),
            Self::Table(one) => Piece::Table(one.clone()),
            Self::Figure(one) => Piece::Figure(one.clone()),
        }
    }
}

impl Paper {
    /// Every line that is read, in order: what the screen and the paper both have to hold.
    pub fn lines(&self) -> Vec<String> {
        let all = self.set_lines().into_iter();
        let mut lines: Vec<String> = all.map(|(_, line)| line).collect();
        lines.extend(self.foot.iter().cloned());
        lines.retain(|line| !line.trim().is_empty());
        lines
    }
}

/// The words of phrases, without how they are set.
pub fn words(phrases: &[Phrase]) -> String {
    phrases.iter().map(word).collect()
}

fn word(phrase: &Phrase) -> &str {
    match phrase {
        Phrase::Plain(words)
        | Phrase::Strong(words)
        | Phrase::Quiet(words)
        | Phrase::Absent(words)
        | Phrase::Struck(words)
        | Phrase::Instead(words)
        | Phrase::Time(words)
        | Phrase::Code(words) => words,
        Phrase::Link(link) => &link.text,
        Phrase::Mark(mark) => &mark.word,
    }
}

/// Draws a document on a screen.
pub fn document_page(frame: &Frame, view: &DocumentPage) -> Markup {
    let above = html! {
        @if let Some(patient) = &view.patient { (patient_header(patient, false)) }
    };
    let chapters: Vec<Section> = view
        .paper
        .chapters
        .iter()
        .map(|chapter| {
            let pieces = chapter.blocks.iter().map(Block::piece).collect();
            Section::new(chapter.title.clone(), pieces)
        })
        .collect();
    let main = html! {
        div.hf-page.hf-paper {
            div.hf-page__head {
                h1.hf-h-m { (view.paper.title) }
                p.hf-muted { (view.paper.name) " · " (view.paper.record) " · " (view.paper.of) }
                @if !view.acts.is_empty() {
                    p.hf-acts { @for (place, act) in view.acts.iter().enumerate() {
                        a.hf-button .hf-button--second[place > 0] href=(act.href) { (act.text) } " "
                    } }
                }
            }
            div.hf-sheet { div { (sections(&frame.csrf, &chapters)) } }
            footer.hf-paper__foot {
                @for line in &view.paper.foot { p.hf-small.hf-muted { (line) } }
            }
        }
    };
    staff_page(frame, &view.window, &above, &main)
}
