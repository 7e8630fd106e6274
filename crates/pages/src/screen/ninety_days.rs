//! Ninety days: is this helping? One figure on one axis, no composite score.

mod sample;

use maud::{Markup, html};

use crate::frame::{Frame, staff_page};
use crate::part::patient::patient_header;
use crate::part::section::sections;
use crate::part::{Figure, PatientHeader, Phrase, Section, figure, phrases};

/// The ninety days of one person, or as many as the course has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NinetyDays {
    /// Whom it is about.
    pub patient: PatientHeader,
    /// "Ninety days: is this helping?"
    pub title: String,
    /// One sentence, with what one record cannot show.
    pub said: Vec<Phrase>,
    /// Completeness first, then numbers that a lapse cannot reset.
    pub numbers: Vec<BigNumber>,
    /// The figure.
    pub figure: Figure,
    /// The lanes' notes, when the drawing has no room for them: lane, then its words.
    pub notes: Vec<(String, String)>,
    /// Next visit and what the plan proposes.
    pub side: Vec<Section>,
}

/// A number in words with what stands behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BigNumber {
    /// "27 of 31 days known".
    pub number: String,
    /// "Not known: days 17, 18, 25, 26."
    pub said: String,
}

impl NinetyDays {
    /// The notes a figure did not draw, ready for [`NinetyDays::notes`].
    pub fn notes_of(course: &figures::CourseFigure) -> Vec<(String, String)> {
        if course.notes_are_drawn() {
            return Vec::new();
        }
        course
            .notes()
            .into_iter()
            .map(|(lane, notes)| {
                let words: Vec<String> = notes
                    .iter()
                    .map(|note| format!("{} {}", note.lead, note.rest).trim().to_owned())
                    .collect();
                (lane, words.join(" "))
            })
            .collect()
    }
}

/// The ninety days.
pub fn ninety_days(frame: &Frame, view: &NinetyDays) -> Markup {
    let main = html! {
        div.hf-page {
            div.hf-page__head {
                h1.hf-h-m { (view.title) }
                p { (phrases(&view.said)) }
            }
            dl.hf-numbers { @for one in &view.numbers { div { dt { (one.number) } dd { (one.said) } } } }
            div.hf-ninety .hf-ninety--wide[view.side.is_empty() || view.figure.drawing.width > 940] {
                div {
                    (figure(&view.figure))
                    @if !view.notes.is_empty() {
                        dl.hf-facts.hf-ninety__notes { @for (lane, words) in &view.notes { dt { (lane) } dd { (words) } } }
                    }
                }
                @if !view.side.is_empty() {
                    aside.hf-side aria-label="What comes next" { (sections(&frame.csrf, &view.side)) }
                }
            }
        }
    };
    staff_page(
        frame,
        "Ninety days",
        &patient_header(&view.patient, false),
        &main,
    )
}
