//! Sign-in for staff.

use maud::{Markup, html};

use crate::form::{Control, Field, Form, Input, form};
use crate::frame::{Door, door_page};

/// The sign-in page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignIn {
    /// The name typed before, put back.
    pub name: String,
    /// Where to go afterwards, a path of this site; sent as the hidden field `next`.
    pub next: Option<String>,
    /// Why the page is shown again, or shown at all.
    pub trouble: Option<SignInTrouble>,
}

/// Why a person is asked to sign in (again).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignInTrouble {
    /// Name and pass phrase do not go together. Which of the two is never said.
    NoMatch,
    /// Too many tries; until this time nobody can sign in under this name.
    LockedOut {
        /// "14:20".
        until: String,
    },
    /// Left alone for too long.
    Idle,
    /// Signed out on purpose.
    SignedOut,
    /// The page sent was drawn too long ago, or before the program started anew.
    OldPage,
}

/// Name of the field that holds the sign-in name.
pub const NAME_FIELD: &str = "name";
/// Name of the field that holds the pass phrase.
pub const SECRET_FIELD: &str = "pass_phrase";
/// Name of the hidden field that says where to go afterwards.
pub const NEXT_FIELD: &str = "next";

impl SignIn {
    /// Met, refused, locked out, idle, signed out, sent too late.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = |name: &str, trouble| Self {
            name: name.into(),
            next: Some("/today".into()),
            trouble,
        };
        vec![
            ("met", page("", None)),
            (
                "no_match",
                page("dana.whitlock", Some(SignInTrouble::NoMatch)),
            ),
            (
                "locked_out",
                page(
                    "dana.whitlock",
                    Some(SignInTrouble::LockedOut {
                        until: "14:20".into(),
                    }),
                ),
            ),
            ("idle", page("", Some(SignInTrouble::Idle))),
            ("signed_out", page("", Some(SignInTrouble::SignedOut))),
            (
                "old_page",
                page("dana.whitlock", Some(SignInTrouble::OldPage)),
            ),
        ]
    }

    fn form(&self) -> Form {
        let mut form = Form::act("/sign-in", "Sign in")
            .named("sign-in")
            .fields(vec![
                Field::new(NAME_FIELD, "Sign-in name", Control::line(Input::SignInName))
                    .value(&self.name),
                Field::new(SECRET_FIELD, "Pass phrase", Control::line(Input::Secret)),
            ]);
        if let Some(next) = &self.next {
            form = form.hidden(NEXT_FIELD, next);
        }
        form
    }
}

/// The sign-in page.
pub fn sign_in(door: &Door, view: &SignIn) -> Markup {
    let said = match &view.trouble {
        None => html! {},
        Some(SignInTrouble::NoMatch) => html! {
            div.hf-callout.hf-callout--act role="alert" {
                p { b { "That name and pass phrase do not go together." } }
                p { "Check both and try again. After several tries the name is locked for a while." }
            }
        },
        Some(SignInTrouble::LockedOut { until }) => html! {
            div.hf-callout.hf-callout--act role="alert" {
                p { b { "Too many tries. This name is locked until " time { (until) } "." } }
                p { "Until then even the right pass phrase is not taken." }
            }
        },
        Some(SignInTrouble::Idle) => html! {
            div.hf-callout role="status" {
                p { b { "You were signed out because nothing happened for a while." } }
                p { "What you had sent is kept. What you had typed but not sent is not." }
            }
        },
        Some(SignInTrouble::SignedOut) => html! {
            div.hf-callout role="status" { p { b { "You are signed out." } } }
        },
        Some(SignInTrouble::OldPage) => html! {
            div.hf-callout role="alert" {
                p { b { "This page was open too long to sign in from: type your pass phrase once more." } }
            }
        },
    };
    let main = html! {
        div.hf-signin {
            h1.hf-h-m { "Sign in" }
            p.hf-muted { "For the people who work at " (door.clinic) "." }
            (said)
            (form(&door.csrf, &view.form()))
        }
    };
    door_page(door, &format!("Sign in, {}", door.clinic), &main)
}
