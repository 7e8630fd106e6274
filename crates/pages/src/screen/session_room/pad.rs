//! Presses and pads: one tap opens a set of numbers; without script every press is a link to a form.

use maud::{Markup, html};

use crate::frame::csrf_field;

/// Something one can press in the stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Press {
    /// "Vitals now".
    pub words: String,
    /// Where it leads without script.
    pub href: String,
    /// The pad it opens where there is script.
    pub pad: Option<String>,
    /// Sent at once with these fields, rather than leading somewhere.
    pub sends: Option<Vec<(String, String)>>,
    /// The one to press next.
    pub is_lead: bool,
    /// Half as wide, beside the next one.
    pub is_half: bool,
    /// With room above: what follows changes what is given.
    pub is_apart: bool,
}

impl Press {
    /// A press that leads to a form.
    pub fn new(words: impl Into<String>, href: impl Into<String>) -> Self {
        Self {
            words: words.into(),
            href: href.into(),
            pad: None,
            sends: None,
            is_lead: false,
            is_half: false,
            is_apart: false,
        }
    }

    /// The same, opening a pad where there is script.
    #[must_use]
    pub fn with_pad(mut self, pad: impl Into<String>) -> Self {
        self.pad = Some(pad.into());
        self
    }

    /// The same, sent at once.
    #[must_use]
    pub fn sending(mut self, hidden: Vec<(String, String)>) -> Self {
        self.sends = Some(hidden);
        self
    }

    /// The same, as the one to press next.
    #[must_use]
    pub fn lead(mut self) -> Self {
        self.is_lead = true;
        self
    }

    /// The same, half as wide.
    #[must_use]
    pub fn half(mut self) -> Self {
        self.is_half = true;
        self
    }

    /// The same, with room above.
    #[must_use]
    pub fn apart(mut self) -> Self {
        self.is_apart = true;
        self
    }
}

/// A pad of numbers over the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pad {
    /// Its identifier on the page.
    pub id: String,
    /// Its heading.
    pub title: String,
    /// Where it is sent.
    pub action: String,
    /// What is sent with it.
    pub hidden: Vec<(String, String)>,
    /// The numbers it takes, in the order a nurse reads them.
    pub fields: Vec<PadField>,
    /// The word on its button.
    pub submit: String,
}

/// One number of a pad.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PadField {
    /// The name it is sent under.
    pub name: String,
    /// "Systolic".
    pub label: String,
    /// "mmHg".
    pub unit: String,
    /// After how many digits the next one is taken, or none.
    pub digits: u8,
    /// Buttons for every score, where it is one.
    pub scores: Vec<String>,
}

/// Draws a press.
pub(super) fn press(csrf: &str, one: &Press) -> Markup {
    html! {
        @if let Some(hidden) = &one.sends {
            form.hf-press .hf-press--apart[one.is_apart] .hf-press--half[one.is_half]
                method="post" action=(one.href) data-hf-room="press" {
                (csrf_field(csrf))
                @for (name, value) in hidden { input type="hidden" name=(name) value=(value); }
                button.hf-button.hf-button--second type="submit" { (one.words) }
            }
        } @else {
            a.hf-button.hf-press .hf-button--lead[one.is_lead] .hf-button--second[!one.is_lead]
                .hf-press--apart[one.is_apart] .hf-press--half[one.is_half]
                href=(one.href) data-hf-pad=[one.pad.as_deref()] { (one.words) }
        }
    }
}

/// Draws the pads; they stay closed where there is no script.
pub fn pads(csrf: &str, pads: &[Pad]) -> Markup {
    html! {
        @for pad in pads {
            dialog.hf-pad id=(pad.id) aria-labelledby={ (pad.id) "-h" } {
                form method="post" action=(pad.action) novalidate data-hf-room="pad" {
                    (csrf_field(csrf))
                    @for (name, value) in &pad.hidden { input type="hidden" name=(name) value=(value); }
                    div.hf-pad__head {
                        h2 id={ (pad.id) "-h" } { (pad.title) }
                        button.hf-button.hf-button--second type="button" data-hf-close { "Cancel" }
                    }
                    p.hf-pad__fault role="alert" hidden {}
                    div.hf-pad__body {
                        div.hf-pad__fields { @for field in &pad.fields { (pad_field(&pad.id, field)) } }
                        @if pad.fields.iter().any(|field| field.scores.is_empty()) { (keys()) }
                    }
                    p.hf-pad__foot {
                        span.hf-pad__when {
                            label for={ (pad.id) "-when" } { "Minutes ago" }
                            input.hf-input id={ (pad.id) "-when" } name="minutes_ago" inputmode="numeric"
                                placeholder="now" autocomplete="off";
                        }
                        button.hf-button.hf-button--lead type="submit" { (pad.submit) }
                    }
                }
            }
        }
    }
}

fn pad_field(pad: &str, field: &PadField) -> Markup {
    let id = format!("{pad}-{}", field.name);
    html! {
        @if field.scores.is_empty() {
            p.hf-pad__field {
                label for=(id) { (field.label) }
                input.hf-input id=(id) name=(field.name) inputmode="none" autocomplete="off"
                    data-hf-digits=(field.digits);
                span { (field.unit) }
            }
        } @else {
            fieldset.hf-pad__scores {
                legend { (field.label) " " span.hf-muted { (field.unit) } }
                @for score in &field.scores {
                    @let one = format!("{id}-{score}");
                    input type="radio" id=(one) name=(field.name) value=(score);
                    label for=(one) { (score) }
                }
            }
        }
    }
}

fn keys() -> Markup {
    html! {
        div.hf-pad__keys role="group" aria-label="Digits" {
            @for key in ["7", "8", "9", "4", "5", "6", "1", "2", "3"] {
                button type="button" data-hf-key=(key) { (key) }
            }
            button type="button" data-hf-key="back" aria-label="Delete the last digit" { "\u{232b}" }
            button type="button" data-hf-key="0" { "0" }
            button type="button" data-hf-key="next" { "Next" }
        }
    }
}
