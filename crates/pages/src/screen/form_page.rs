//! One form on a page of its own: what every act of a course uses.

mod sample;

use maud::{Markup, html};

use crate::form::{Form, form};
use crate::frame::{Frame, staff_page};
use crate::part::patient::patient_header;
use crate::part::section::sections;
use crate::part::{PatientHeader, Phrase, Refusal, Section, phrases, refusal};

/// A page with one form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormPage {
    /// The heading, a verb: "Book a visit".
    pub title: String,
    /// What to know before answering.
    pub said: Vec<Phrase>,
    /// Whom it is about; none for acts about the clinic.
    pub patient: Option<PatientHeader>,
    /// Why the act was refused, when it was.
    pub refusal: Option<Refusal>,
    /// What to read before answering: the text to sign, the entry to correct, the rules that ran.
    pub before: Vec<Section>,
    /// The form.
    pub form: Form,
}

impl FormPage {
    /// A page with a form and nothing else.
    pub fn new(title: impl Into<String>, form: Form) -> Self {
        Self {
            title: title.into(),
            said: Vec::new(),
            patient: None,
            refusal: None,
            before: Vec::new(),
            form,
        }
    }

    /// Says whom it is about.
    #[must_use]
    pub fn about(mut self, patient: PatientHeader) -> Self {
        self.patient = Some(patient);
        self
    }

    /// Says what to know before answering.
    #[must_use]
    pub fn said(mut self, words: impl Into<String>) -> Self {
        self.said = Phrase::sentence(words);
        self
    }
}

/// A page with one form.
pub fn form_page(frame: &Frame, view: &FormPage) -> Markup {
    let above = html! {
        @if let Some(patient) = &view.patient { (patient_header(patient, false)) }
    };
    let main = html! {
        div.hf-page {
            div.hf-page--narrow {
                h1.hf-h-m { (view.title) }
                @if !view.said.is_empty() { p.hf-page__said { (phrases(&view.said)) } }
                @if let Some(no) = &view.refusal { (refusal(no)) }
                (sections(&frame.csrf, &view.before))
                div.hf-page__form { (form(&frame.csrf, &view.form)) }
            }
        }
    };
    staff_page(frame, &view.title, &above, &main)
}
