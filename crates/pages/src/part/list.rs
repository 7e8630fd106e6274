//! Lists of facts, filters and pages of a list.

use maud::{Markup, html};

use super::phrase::{Link, Phrase, phrases};

/// A named fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// Its name.
    pub name: String,
    /// What is known of it.
    pub said: Vec<Phrase>,
}

impl Fact {
    /// A fact in plain words.
    pub fn plain(name: impl Into<String>, words: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            said: Phrase::sentence(words),
        }
    }

    /// A fact as a file of rules writes it, letter by letter.
    pub fn code(name: impl Into<String>, words: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            said: vec![Phrase::Code(words.into())],
        }
    }

    /// A fact that is not there, and in which way.
    pub fn absent(name: impl Into<String>, words: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            said: vec![Phrase::Absent(words.into())],
        }
    }
}

/// Draws facts as a list of names and values.
pub fn facts(facts: &[Fact]) -> Markup {
    html! {
        dl.hf-facts {
            @for fact in facts {
                dt { (fact.name) }
                dd { (phrases(&fact.said)) }
            }
        }
    }
}

/// One filter of a list, as a link; the choice lives in the address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tab {
    /// Where it leads.
    pub link: Link,
    /// How many it holds, when counted.
    pub count: Option<String>,
    /// Whether it is the one shown.
    pub is_chosen: bool,
}

/// Draws filters.
pub fn tabs(name: &str, tabs: &[Tab]) -> Markup {
    html! {
        nav aria-label=(name) {
            ul.hf-filters {
                @for tab in tabs {
                    li { a href=(tab.link.href) aria-current=[tab.is_chosen.then_some("true")] {
                        (tab.link.text)
                        @if let Some(count) = &tab.count { " " span { (count) } }
                    } }
                }
            }
        }
    }
}

/// The way to the rest of a long list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Paging {
    /// What is shown, "1 to 50 of 868".
    pub said: String,
    /// The page before.
    pub before: Option<Link>,
    /// The page after.
    pub after: Option<Link>,
}

/// Draws the way to the rest; nothing when everything is on the page.
pub fn paging(paging: &Paging) -> Markup {
    html! {
        @if !paging.said.is_empty() || paging.before.is_some() || paging.after.is_some() {
            nav.hf-paging aria-label="Pages" {
                @if let Some(to) = &paging.before { a rel="prev" href=(to.href) { (to.text) } }
                @if !paging.said.is_empty() { span { (paging.said) } }
                @if let Some(to) = &paging.after { a rel="next" href=(to.href) { (to.text) } }
            }
        }
    }
}
