//! A long list with filters, a search and pages: enquiries, patients, people, the access log.

mod sample;

use maud::{Markup, html};

use crate::form::{Form, form};
use crate::frame::{Frame, nothing, staff_page};
use crate::part::{Link, Paging, Phrase, Tab, Table, paging, phrases, table, tabs};

/// A list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// "Enquiries".
    pub title: String,
    /// What there is in one sentence: "4 not yet answered; the longest has waited 2 h 45 min."
    pub said: Vec<Phrase>,
    /// Filters; the choice lives in the address.
    pub tabs: Vec<Tab>,
    /// A search, sent with GET.
    pub search: Option<Form>,
    /// What can be done from here, "Add a person".
    pub acts: Vec<Link>,
    /// The list.
    pub table: Table,
    /// The way to the rest.
    pub paging: Paging,
}

/// Draws a list.
pub fn listing(frame: &Frame, view: &Listing) -> Markup {
    let main = html! {
        div.hf-page {
            div.hf-page__head {
                h1.hf-h-m { (view.title) }
                p { (phrases(&view.said)) }
                @if !view.acts.is_empty() {
                    p.hf-acts { @for act in &view.acts { a.hf-button href=(act.href) { (act.text) } " " } }
                }
            }
            @if !view.tabs.is_empty() || view.search.is_some() {
                div.hf-listbar {
                    @if !view.tabs.is_empty() { (tabs("Show", &view.tabs)) }
                    @if let Some(search) = &view.search { (form(&frame.csrf, search)) }
                }
            }
            (table(&view.table))
            (paging(&view.paging))
        }
    };
    staff_page(frame, &view.title, &nothing(), &main)
}
