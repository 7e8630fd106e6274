//! Sections of a page, made of pieces.

use maud::{Markup, html};

use super::beside::{Beside, beside};
use super::figure::{Figure, figure};
use super::list::{Fact, facts};
use super::offer::{Offer, offers};
use super::phrase::{Phrase, phrases};
use super::refusal::{Refusal, refusal};
use super::rules::{Rules, rules};
use super::sum::{Sum, sum};
use super::table::{Table, table};
use super::timeline::{TimelineItem, timeline};
use crate::form::{Form, form};

/// A section with its heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Its heading.
    pub title: String,
    /// What it holds, top to bottom.
    pub pieces: Vec<Piece>,
}

/// A piece of a section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// A paragraph.
    Said(Vec<Phrase>),
    /// Paragraphs or items, one under another.
    List(Vec<Vec<Phrase>>),
    /// Named facts.
    Facts(Vec<Fact>),
    /// A table.
    Table(Table),
    /// A figure.
    Figure(Figure),
    /// Entries in order of time.
    Timeline(Vec<TimelineItem>),
    /// A form.
    Form(Form),
    /// A refusal.
    Refusal(Refusal),
    /// The rules that ran.
    Rules(Rules),
    /// A text exactly as it is signed.
    Document(Document),
    /// Facts folded away under a word: one tap opens them.
    Folded(String, Vec<Fact>),
    /// Things one may choose between.
    Offers(Vec<Offer>),
    /// A sum spelled out.
    Sum(Sum),
    /// Texts before and now, side by side.
    Beside(Beside),
    /// Pieces folded away under a word: one tap opens them.
    Within(String, Vec<Piece>),
}

/// A text that is signed: shown exactly as hashed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its title.
    pub title: String,
    /// "Version 3, from 1 Sep 2026".
    pub version: String,
    /// Headings with their paragraphs.
    pub parts: Vec<(String, Vec<String>)>,
    /// The hash of exactly this text, in groups of four.
    pub hash: String,
}

impl Section {
    /// A section with its pieces.
    pub fn new(title: impl Into<String>, pieces: Vec<Piece>) -> Self {
        Self {
            title: title.into(),
            pieces,
        }
    }
}

impl Piece {
    /// A paragraph of plain words.
    pub fn plain(words: impl Into<String>) -> Self {
        Self::Said(Phrase::sentence(words))
    }

    /// Items of plain words.
    pub fn lines(items: &[&str]) -> Self {
        Self::List(items.iter().map(|words| Phrase::sentence(*words)).collect())
    }
}

/// Draws sections one under another.
pub(crate) fn sections(csrf: &str, all: &[Section]) -> Markup {
    html! {
        @for section in all {
            section.hf-section {
                h2 { (section.title) }
                @for piece in &section.pieces { (draw_piece(csrf, piece)) }
            }
        }
    }
}

fn draw_piece(csrf: &str, piece: &Piece) -> Markup {
    match piece {
        Piece::Said(words) => html! { p.hf-section__said { (phrases(words)) } },
        Piece::List(items) => {
            html! { ul.hf-lines { @for words in items { li { (phrases(words)) } } } }
        }
        Piece::Facts(all) => facts(all),
        Piece::Table(one) => table(one),
        Piece::Figure(one) => figure(one),
        Piece::Timeline(items) => timeline(items, false),
        Piece::Form(one) => form(csrf, one),
        Piece::Refusal(one) => refusal(one),
        Piece::Rules(one) => rules(one),
        Piece::Document(one) => document(one),
        Piece::Offers(all) => offers(all),
        Piece::Sum(one) => sum(one),
        Piece::Beside(one) => beside(one),
        Piece::Within(word, all) => html! {
            details.hf-data { summary { (word) } @for piece in all { (draw_piece(csrf, piece)) } }
        },
        Piece::Folded(word, all) => {
            html! { details.hf-data { summary { (word) } (facts(all)) } }
        }
    }
}

fn document(text: &Document) -> Markup {
    html! {
        article.hf-document {
            h3 { (text.title) }
            p.hf-muted.hf-small { (text.version) }
            @for (heading, paragraphs) in &text.parts {
                @if !heading.is_empty() { h4 { (heading) } }
                @for words in paragraphs { p { (words) } }
            }
            p.hf-small.hf-document__hash { "What is signed: " code { (text.hash) } }
        }
    }
}
