//! The public pages: what addiction is, what the studies show, what it costs, and how to ask for an
//! evaluation. Every word arrives in one language with the view; nothing here is English.

mod draw;
mod sample;
mod words;

pub(crate) use draw::grade_mark;
pub use draw::site_page;
pub use words::{Run, Sentence, runs};

use crate::form::Form;

/// A public page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SitePage {
    /// What surrounds it.
    pub frame: SiteFrame,
    /// Its heading.
    pub heading: String,
    /// The sentence under the heading.
    pub lead: Option<Sentence>,
    /// The button that leads to the form stands under the lead, with this sentence after it.
    pub ask_first: Option<String>,
    /// Help for somebody in danger, above everything.
    pub urgent: Option<Urgent>,
    /// Its parts.
    pub parts: Vec<SitePart>,
}

/// What surrounds a public page, all in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteFrame {
    /// The language, "en-US".
    pub language: String,
    /// The clinic's name.
    pub clinic: String,
    /// Where style sheets and font are served from, without a closing slash.
    pub assets: String,
    /// The style sheets, by name.
    pub sheets: Vec<String>,
    /// The window's title.
    pub title: String,
    /// One sentence on the page, for machines that list pages.
    pub description: String,
    /// Forgery token, where the page has a form.
    pub csrf: String,
    /// "Skip to the page".
    pub skip: String,
    /// "Help now", the name of the line under the header.
    pub help_now: String,
    /// The crisis line, first on every page.
    pub danger: Sentence,
    /// Address, hours, telephone, crisis line.
    pub foot: Vec<Sentence>,
    /// "All pages", the way from the header to the list of pages.
    pub pages: String,
    /// "Read more", the heading of that list.
    pub more: String,
    /// The pages, in order.
    pub places: Vec<SitePlace>,
    /// The page that asks for an evaluation: address and words.
    pub ask: (String, String),
    /// "Patients and staff: sign in".
    pub sign_in: String,
}

/// A page in the list of pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SitePlace {
    /// Its address.
    pub href: String,
    /// Its name.
    pub text: String,
    /// Whether it is the page now read.
    pub is_here: bool,
}

/// A part of a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SitePart {
    /// Its heading.
    pub heading: Option<String>,
    /// What it says, in order.
    pub pieces: Vec<SitePiece>,
}

/// A piece of a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SitePiece {
    /// A paragraph.
    Say(Sentence),
    /// Points.
    List(Vec<Sentence>),
    /// Moments and what happens then.
    Days(Vec<(String, Sentence)>),
    /// Questions, each with its answer.
    Questions(Vec<(String, Sentence)>),
    /// Claims with their grades.
    Claims(Vec<SiteClaim>),
    /// What can go wrong, what patients are told of it, and where it was seen.
    Harms(Vec<SiteHarm>),
    /// A sentence in wide use, and what its source says.
    Misreport(SiteMisreport),
    /// People: name, role, a sentence.
    Team(Vec<(String, String, Sentence)>),
    /// The numbers to call, large.
    Crisis(Urgent),
    /// The form that asks for an evaluation.
    Ask(Box<SiteAsk>),
}

/// Help that comes before everything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Urgent {
    /// "Please get help now"; none where the page's own heading says it.
    pub heading: Option<String>,
    /// The number to call, and the words on it.
    pub call: (String, String),
    /// The number to text, and the words on it.
    pub text: (String, String),
    /// What else to do.
    pub say: Vec<Sentence>,
}

/// A claim as people outside read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteClaim {
    /// Our name for it, for links.
    pub id: String,
    /// The claim as it is heard.
    pub claim: String,
    /// What may be said.
    pub say: String,
    /// The grade.
    pub grade: Grade,
    /// "How sure", before the grade.
    pub how_sure: String,
    /// What the grade means.
    pub means: String,
    /// "The studies behind this", what the fold is called.
    pub behind: String,
    /// Headings and citations: for, against, not known.
    pub lists: Vec<(String, Vec<String>)>,
}

/// A grade: a word, and how many of four marks are filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grade {
    /// "Low".
    pub word: String,
    /// 0 where nothing was graded.
    pub marks: u8,
}

/// A harm as people outside read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteHarm {
    /// What it is.
    pub harm: String,
    /// What patients are told.
    pub say: String,
    /// Where it was seen.
    pub seen: String,
}

/// A sentence in wide use that misquotes its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteMisreport {
    /// What is said.
    pub says: String,
    /// What may be said instead.
    pub instead: String,
}

/// The form that asks for an evaluation, with what stands around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteAsk {
    /// Its heading; none where it is the page's own.
    pub heading: Option<String>,
    /// Who reads it and by when they answer.
    pub lead: Sentence,
    /// The form.
    pub form: Form,
    /// The label of the field no person sees.
    pub trap: String,
    /// The way to what happens with the words typed.
    pub small: Sentence,
}
