//! A page of sections, with an optional column at the right: an enquiry, a session, an assessment, a person.

mod corrections_sample;
mod evaluation_sample;
pub(crate) mod level_sample;
mod messages_sample;
mod plan_sample;
mod questionnaire_sample;
mod rules_sample;
mod sample;

use maud::{Markup, html};

use crate::frame::{Frame, staff_page};
use crate::part::patient::patient_header;
use crate::part::section::sections;
use crate::part::{Link, Mark, PatientHeader, Phrase, Section, mark, phrases};

/// A page of sections.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// The heading.
    pub title: String,
    /// What the window says; it gives nobody away: "Enquiry 318".
    pub window: String,
    /// Whom it is about.
    pub patient: Option<PatientHeader>,
    /// One mark beside the heading.
    pub mark: Option<Mark>,
    /// One sentence beside the heading.
    pub said: Vec<Phrase>,
    /// What can be done from here; the first is the main one.
    pub acts: Vec<Link>,
    /// The sections.
    pub main: Vec<Section>,
    /// The sections at the right; none makes one column.
    pub side: Vec<Section>,
    /// A script of its own, where one helps; everything works without it.
    pub script: Option<&'static str>,
}

impl Sheet {
    /// A page with a heading, to be filled with sections.
    pub fn new(title: impl Into<String>, window: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            window: window.into(),
            patient: None,
            mark: None,
            said: Vec::new(),
            acts: Vec::new(),
            main: Vec::new(),
            side: Vec::new(),
            script: None,
        }
    }
}

/// Draws a page of sections.
pub fn sheet(frame: &Frame, view: &Sheet) -> Markup {
    let above = html! {
        @if let Some(patient) = &view.patient { (patient_header(patient, false)) }
    };
    let main = html! {
        div.hf-page {
            div.hf-page__head {
                h1.hf-h-m { (view.title) }
                p {
                    @if let Some(one) = &view.mark { (mark(one)) " " }
                    (phrases(&view.said))
                }
                @if !view.acts.is_empty() {
                    p.hf-acts { @for (place, act) in view.acts.iter().enumerate() {
                        a.hf-button .hf-button--second[place > 0] href=(act.href) { (act.text) } " "
                    } }
                }
            }
            div.hf-sheet .hf-sheet--two[!view.side.is_empty()] {
                div { (sections(&frame.csrf, &view.main)) }
                @if !view.side.is_empty() { div { (sections(&frame.csrf, &view.side)) } }
            }
            @if let Some(name) = view.script { script src={ (frame.assets) "/" (name) } defer {} }
        }
    };
    staff_page(frame, &view.window, &above, &main)
}
