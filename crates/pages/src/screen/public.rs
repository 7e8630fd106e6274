//! The public page with the enquiry form, and the thanks after it.

use maud::{Markup, html};

use crate::form::{Choice, Control, Field, Form, Input, form};
use crate::frame::{Door, door_page, telephone};

/// The public page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Public {
    /// Who reads an enquiry, "Maria Castellanos".
    pub reader: String,
    /// By when they answer, "the end of the next working day".
    pub answered_by: String,
    /// The enquiry form, from [`enquiry_form`], with what was typed and what is wrong.
    pub form: Form,
}

/// Names of the fields of the enquiry form.
pub mod field {
    /// A first name or any other.
    pub const NAME: &str = "name";
    /// `call`, `text` or `mail`.
    pub const BY: &str = "by";
    /// Telephone number or mail address.
    pub const REACH: &str = "reach";
    /// `yes` or `no`: a message may be left that names the clinic.
    pub const MESSAGE: &str = "message";
    /// What the person wants to say first; may be empty.
    pub const ABOUT: &str = "about";
    /// `yes` when the person agrees to be contacted.
    pub const CONSENT: &str = "consent";
    /// Must come back empty: a person never sees it.
    pub const HONEYPOT: &str = "company";
}

/// The empty enquiry form. Mend it with [`Form::keep`] and [`Form::wrong`].
pub fn enquiry_form() -> Form {
    Form::act("/enquiries/new", "Send")
        .named("ask")
        .fields(vec![
            Field::new(field::NAME, "What should we call you?", Control::line(Input::GivenName))
                .hint("A first name is enough"),
            Field::one_of(
                field::BY,
                "How should we reach you?",
                Choice::list(&[("call", "Call"), ("text", "Text"), ("mail", "Email")]),
            ),
            Field::new(
                field::REACH,
                "Phone number or email address",
                Control::line(Input::Reach),
            )
            .hint("For example 207 555 0142"),
            Field::one_of(
                field::MESSAGE,
                "If someone else answers, may we say who we are?",
                Choice::list(&[("no", "No, say only a first name"), ("yes", "Yes")]),
            )
            .value("no"),
            Field::area(field::ABOUT, "Is there something you want us to know first?").optional(),
            Field::tick(field::CONSENT, "You may contact me about a free evaluation"),
        ])
        .small(
            "What you write here is kept under the federal rules for addiction records (42 CFR Part 2). \
             We pass it to no one unless you consent.",
        )
}

impl Public {
    /// The page as it is met, and the same form returned with answers to mend.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = |form: Form| Self {
            reader: "Maria Castellanos".into(),
            answered_by: "the end of the next working day".into(),
            form,
        };
        let sent: Vec<(String, String)> = [
            (field::NAME, "Ruth"),
            (field::BY, "call"),
            (field::REACH, "207 555 014"),
            (field::MESSAGE, "no"),
        ]
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
        let mended = enquiry_form()
            .keep(&sent)
            .wrong(
                field::REACH,
                "This number is one digit short. Please check it.",
            )
            .wrong(
                field::CONSENT,
                "Tick this if we may contact you. Without it we will not.",
            );
        vec![("met", page(enquiry_form())), ("to_mend", page(mended))]
    }
}

/// The public page. Returned with errors it begins with the form.
pub fn public(door: &Door, view: &Public) -> Markup {
    let has_errors = view.form.n_errors() > 0;
    let title = if has_errors {
        format!("Please check, {}", door.clinic)
    } else {
        door.clinic.clone()
    };
    let main = html! {
        @if !has_errors { (explanation()) }
        section.hf-ask aria-labelledby="ask-head" {
            @if has_errors { h1.hf-h-m #ask-head { "Ask for a free evaluation" } }
            @else { h2.hf-h-m #ask-head { "Ask for a free evaluation" } }
            p.hf-ask__say {
                (view.reader) " reads every answer and replies by " (view.answered_by) "."
            }
            (honeypot_form(door, &view.form))
        }
    };
    door_page(door, &title, &main)
}

fn explanation() -> Markup {
    html! {
        h1.hf-h-l { "Stopping is one thing. Staying stopped is another." }
        p {
            "We treat addiction to alcohol and other drugs. The treatment joins three supervised sessions with ketamine, \
             seven sessions of talking therapy, and steady contact for ninety days."
        }
        p { a.hf-button.hf-button--wide href="#ask" { "Ask for a free evaluation" } }
        p { "An evaluation takes about an hour. It is free, and you decide nothing that day." }
        h2.hf-h-m { "What we know, and what we do not" }
        p {
            "In a trial of 96 people with severe alcohol problems, those given ketamine had more days without drinking over \
             six months. About as many in both groups went back to drinking."
        }
        p {
            "Ketamine is not approved for addiction; we use it off label, and we say so. It does not suit everyone: a doctor \
             looks with you at your heart, your blood pressure, your liver and your mental health first."
        }
    }
}

/// The form, with a field no person sees. Machines fill it; what comes back filled is not an enquiry.
fn honeypot_form(door: &Door, enquiry: &Form) -> Markup {
    let drawn = form(&door.csrf, enquiry);
    html! {
        div.hf-honeypot aria-hidden="true" {
            label for="ask-company" { "Leave this empty" }
            input #ask-company name=(field::HONEYPOT) form=(enquiry.id) type="text" tabindex="-1" autocomplete="off";
        }
        (drawn)
    }
}

/// The page after an enquiry came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnquiryReceived {
    /// Who reads it.
    pub reader: String,
    /// By when they answer, "Tue 24 Nov, 18:00".
    pub answered_by: String,
    /// How they will reach the person, "We will call 207 555 0142 and say only a first name."
    pub how: String,
    /// A word to name it by on the telephone.
    pub receipt: String,
}

impl EnquiryReceived {
    /// One sample.
    pub fn samples() -> Vec<(&'static str, Self)> {
        vec![(
            "by_call",
            Self {
                reader: "Maria Castellanos".into(),
                answered_by: "Tue 24 Nov, 18:00".into(),
                how: "She will call the number ending 0142, and if someone else answers she will say only her first name."
                    .into(),
                receipt: "7K4 Q2M".into(),
            },
        )]
    }
}

/// The thanks: what happens now, and nothing else.
pub fn enquiry_received(door: &Door, view: &EnquiryReceived) -> Markup {
    let main = html! {
        h1.hf-h-m { "Thank you. Your message is in." }
        h2.hf-h-s { "What happens now" }
        dl.hf-next {
            div { dt { "Who" } dd { (view.reader) " reads this." } }
            div { dt { "By" } dd { (view.answered_by) } }
            div { dt { "How" } dd { (view.how) } }
        }
        p.hf-muted { "Receipt " (view.receipt) ". Name it if you hear nothing." }
        p {
            "If waiting is hard, call or text " (telephone(&door.crisis))
            ", day or night. They listen to people with alcohol and drug problems too."
        }
    };
    door_page(door, &door.clinic, &main)
}
