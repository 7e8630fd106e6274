//! The form on the public pages by which a person asks for an evaluation.

use crate::form::{Choice, Control, Field, Form, FormWords, Input};

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
    /// `yes` or `no`: safe right now; may be left open.
    pub const SAFE: &str = "safe";
    /// What the person wants to say first; may be empty.
    pub const ABOUT: &str = "about";
    /// `yes` when the person agrees to be contacted.
    pub const CONSENT: &str = "consent";
    /// Must come back empty: a person never sees it. No browser knows what to fill in under this name.
    pub const HONEYPOT: &str = "leave_empty";
}

/// The words of the form, in one language.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AskWords {
    /// "What should we call you?" and its hint.
    pub name: (String, String),
    /// "How should we reach you?", then call, text, email.
    pub by: (String, [String; 3]),
    /// "Phone number or email address" and its hint.
    pub reach: (String, String),
    /// Whether a message may name the clinic, then no, yes.
    pub message: (String, [String; 2]),
    /// "Are you safe right now?" with its hint, then yes, no.
    pub safe: (String, String, [String; 2]),
    /// "Is there something you want us to know first?"
    pub about: String,
    /// "You may contact me about a free evaluation".
    pub consent: String,
    /// What is kept, and under which rules.
    pub small: String,
    /// "Send".
    pub send: String,
    /// What every form says of itself.
    pub form: FormWords,
}

/// The empty enquiry form. Mend it with [`Form::keep`] and [`Form::wrong`].
pub fn enquiry_form(words: &AskWords) -> Form {
    let choices = |values: &[&str], texts: &[String]| -> Vec<Choice> {
        let pairs = values.iter().zip(texts);
        pairs
            .map(|(value, text)| Choice::new(*value, text))
            .collect()
    };
    Form::act("/enquiries/new", &words.send)
        .named("ask")
        .said(words.form.clone())
        .fields(vec![
            Field::new(field::NAME, &words.name.0, Control::line(Input::GivenName))
                .hint(&words.name.1),
            Field::one_of(
                field::BY,
                &words.by.0,
                choices(&["call", "text", "mail"], &words.by.1),
            ),
            Field::new(field::REACH, &words.reach.0, Control::line(Input::Reach))
                .hint(&words.reach.1),
            Field::one_of(
                field::MESSAGE,
                &words.message.0,
                choices(&["no", "yes"], &words.message.1),
            )
            .value("no"),
            Field::one_of(
                field::SAFE,
                &words.safe.0,
                choices(&["yes", "no"], &words.safe.2),
            )
            .hint(&words.safe.1)
            .optional(),
            Field::area(field::ABOUT, &words.about).optional(),
            Field::tick(field::CONSENT, &words.consent),
        ])
        .small(&words.small)
}
