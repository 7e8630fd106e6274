//! When something goes wrong: calm words, what happened to the work, what to do next.

use maud::{Markup, html};

use crate::frame::{Door, Frame, door_page, nothing, staff_page};
use crate::part::{Link, Refusal, refusal};

/// What went wrong, by the status the page is sent with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// 400: the request cannot be read.
    Unreadable,
    /// 403: known, but not permitted.
    NotPermitted,
    /// 403: the forgery token is missing or old.
    StaleForm,
    /// 404: not there, or not for this person to know.
    NotFound,
    /// 405: the page does not do that.
    WrongWay,
    /// 409: somebody else wrote meanwhile.
    Conflict,
    /// 413: too much was sent.
    TooLarge,
    /// 415: not a form.
    NotAForm,
    /// 422: refused.
    Refused,
    /// 429: too many requests.
    TooMany,
    /// 500: our fault.
    OurFault,
    /// 503: the record cannot be written just now.
    ReadOnly,
}

/// A page about trouble.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TroublePage {
    /// What went wrong.
    pub trouble: Trouble,
    /// More about it, when there is more: what changed meanwhile, when to try again.
    pub detail: Option<String>,
    /// The refusal, for [`Trouble::Refused`].
    pub refusal: Option<Refusal>,
    /// The request's name in the logs, to read out on the telephone.
    pub request: Option<String>,
    /// The way back to where it makes sense to go on.
    pub back: Option<Link>,
}

impl Trouble {
    /// Every kind of trouble.
    pub const ALL: [Self; 12] = [
        Self::Unreadable,
        Self::NotPermitted,
        Self::StaleForm,
        Self::NotFound,
        Self::WrongWay,
        Self::Conflict,
        Self::TooLarge,
        Self::NotAForm,
        Self::Refused,
        Self::TooMany,
        Self::OurFault,
        Self::ReadOnly,
    ];

    /// The status the page is sent with.
    pub fn status(self) -> u16 {
        match self {
            Self::Unreadable => 400,
            Self::NotPermitted | Self::StaleForm => 403,
            Self::NotFound => 404,
            Self::WrongWay => 405,
            Self::Conflict => 409,
            Self::TooLarge => 413,
            Self::NotAForm => 415,
            Self::Refused => 422,
            Self::TooMany => 429,
            Self::OurFault => 500,
            Self::ReadOnly => 503,
        }
    }

    /// The heading, and what happened to the work and what to do.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Unreadable => (
                "We could not read that",
                "What was sent is not what this page expects, so nothing was written. Go back, reload the page and send it again.",
            ),
            Self::NotPermitted => (
                "Your role does not do this",
                "Nothing was written. If it should be yours to do, ask the clinic's administrator to look at your roles.",
            ),
            Self::StaleForm => (
                "This form is too old to send",
                "It was opened before you last signed in, or on another page. Nothing was written. Go back, reload the page and send it again.",
            ),
            Self::NotFound => (
                "There is nothing here",
                "The address may be mistyped, or it leads to something that is not for you to see.",
            ),
            Self::WrongWay => (
                "This page does not do that",
                "Nothing was written. Go back and use the form on the page.",
            ),
            Self::Conflict => (
                "Somebody wrote here before you",
                "The record changed after you opened the page, so what you sent was not written. Look at what changed, then send it again if it still holds.",
            ),
            Self::TooLarge => (
                "That was too much at once",
                "Nothing was written. Shorten the text and send it again.",
            ),
            Self::NotAForm => (
                "That was not a form",
                "Nothing was written. Go back and use the form on the page.",
            ),
            Self::Refused => (
                "The protocol says no",
                "Nothing was given or changed. The refusal itself is in the record, with its reason.",
            ),
            Self::TooMany => (
                "Too many requests",
                "Nothing was written. Wait a minute, then go on.",
            ),
            Self::OurFault => (
                "Something went wrong on our side",
                "What you sent may not have been written: look at the chart before you send it again. If it happens twice, read the name below to the person who runs Holdfast.",
            ),
            Self::ReadOnly => (
                "The record cannot be written just now",
                "Nothing was written. Reading still works. Chart on paper with times until this page goes away, then enter it: it will be marked as charted late.",
            ),
        }
    }
}

impl TroublePage {
    /// A page with its words and nothing more.
    pub fn new(trouble: Trouble) -> Self {
        Self {
            trouble,
            detail: None,
            refusal: None,
            request: None,
            back: None,
        }
    }

    /// One of each kind.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let names = [
            "400",
            "403",
            "403_stale",
            "404",
            "405",
            "409",
            "413",
            "415",
            "422",
            "429",
            "500",
            "503",
        ];
        names.into_iter().zip(Trouble::ALL.map(sample)).collect()
    }
}

fn sample(trouble: Trouble) -> TroublePage {
    let page = TroublePage::new(trouble);
    match trouble {
        Trouble::Conflict => TroublePage {
            detail: Some("Luis Ferreira added one entry at 14:04: pressure 162/98.".into()),
            back: Some(Link::new("/patients/sample", "Look at the chart")),
            ..page
        },
        Trouble::Refused => TroublePage {
            refusal: Some(Refusal::sample()),
            back: Some(Link::new("/patients/sample", "Back to the chart")),
            ..page
        },
        Trouble::OurFault => TroublePage {
            request: Some("req 7K4Q 2M9X".into()),
            ..page
        },
        Trouble::Unreadable
        | Trouble::NotPermitted
        | Trouble::StaleForm
        | Trouble::NotFound
        | Trouble::WrongWay
        | Trouble::TooLarge
        | Trouble::NotAForm
        | Trouble::TooMany
        | Trouble::ReadOnly => page,
    }
}

/// Trouble met by a person who is signed in.
pub fn trouble(frame: &Frame, view: &TroublePage) -> Markup {
    let main =
        html! { div.hf-page { div.hf-page--narrow { (said(view, "/home", "To my first page")) } } };
    staff_page(frame, view.trouble.words().0, &nothing(), &main)
}

/// Trouble met by somebody outside.
pub fn door_trouble(door: &Door, view: &TroublePage) -> Markup {
    door_page(door, &door.clinic, &said(view, "/", "To the first page"))
}

fn said(view: &TroublePage, home: &str, home_words: &str) -> Markup {
    let (heading, words) = view.trouble.words();
    html! {
        div.hf-trouble {
            h1.hf-h-m { (heading) }
            p.hf-measure { (words) }
            @if let Some(detail) = &view.detail { p.hf-callout { (detail) } }
            @if let Some(no) = &view.refusal { (refusal(no)) }
            p.hf-acts {
                @if let Some(back) = &view.back { a.hf-button href=(back.href) { (back.text) } " " }
                a.hf-button.hf-button--second href=(home) { (home_words) }
            }
            p.hf-muted.hf-small {
                (view.trouble.status())
                @if let Some(request) = &view.request { ", " (request) }
            }
        }
    }
}
