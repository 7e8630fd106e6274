//! The header of every page about one person.

use maud::{Markup, html};

use super::list::Fact;
use super::phrase::{Link, phrases};

/// Who the page is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatientHeader {
    /// Preferred name.
    pub name: String,
    /// Their chart.
    pub chart: String,
    /// "he/him. Born 2 Sep 1979, 47. Record TH 0412".
    pub who: String,
    /// "Day 31"; none before a plan gives a day 0.
    pub day: Option<String>,
    /// "of 90".
    pub of: String,
    /// "KARE, version 4, alcohol", or the stage before a plan: "Enquiry".
    pub course: String,
    /// Allergies, consent, who may see: what must be in sight on every page. Absent facts are said, never left out.
    pub facts: Vec<Fact>,
    /// What can be done from here; the last is the main one.
    pub acts: Vec<Link>,
}

/// Draws the header; the heading of the page itself stands beneath it unless `is_heading`.
pub(crate) fn patient_header(patient: &PatientHeader, is_heading: bool) -> Markup {
    let n = patient.acts.len();
    html! {
        div.hf-patient role="region" aria-label="Patient" {
            div.hf-patient__who {
                @if is_heading { h1 { (patient.name) } }
                @else { p.hf-patient__name { a href=(patient.chart) { (patient.name) } } }
                p { (patient.who) }
            }
            p.hf-patient__day {
                @if let Some(day) = &patient.day { b { (day) } " " (patient.of) " " }
                span { (patient.course) }
            }
            @if n > 0 {
                p.hf-patient__acts {
                    @for (place, act) in patient.acts.iter().enumerate() {
                        a.hf-button .hf-button--second[place + 1 < n] href=(act.href) { (act.text) }
                        " "
                    }
                }
            }
            @if !patient.facts.is_empty() {
                dl { @for fact in &patient.facts { div { dt { (fact.name) } dd { (phrases(&fact.said)) } } } }
            }
        }
    }
}
