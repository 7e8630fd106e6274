//! What surrounds a page: the document, the masthead, the crisis line and the sign-out form.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::part::Link;
use crate::part::mark::wordmark;

/// Surroundings of every staff page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// The clinic's name, shown in print.
    pub clinic: String,
    /// Where the style sheets, font and script are served from, without a closing slash.
    pub assets: String,
    /// Name of the person signed in, "Dana Whitlock RN".
    pub name: String,
    /// Their role in words, "charge nurse".
    pub role: String,
    /// The places this person may open, in the order of the masthead.
    pub places: Vec<Place>,
    /// What else belongs to the place, at the foot of its pages.
    pub beside: Vec<Link>,
    /// Where a patient can go; staff have places instead.
    pub own: Vec<Link>,
    /// Whom to call in danger; on every page a patient sees.
    pub help: Option<Help>,
    /// The place the page belongs to.
    pub here: Option<Place>,
    /// Forgery token, repeated in every form as the hidden field [`CSRF_FIELD`].
    pub csrf: String,
    /// Address of the server-sent stream that says when this page is out of date.
    pub live: Option<String>,
    /// One sentence about what was just done, shown once above the page.
    pub notice: Option<String>,
    /// The clinic's time at which the page was drawn, for the foot of a printed page.
    pub drawn: String,
}

/// Whom to call in danger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Help {
    /// The emergency number, "911".
    pub emergency: String,
    /// The crisis line, "988".
    pub crisis: String,
}

/// Surroundings of a page for somebody who is not signed in as staff: the public page, sign-in, a patient's pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Door {
    /// The clinic's name, as the public knows it.
    pub clinic: String,
    /// Where the style sheets, font and script are served from, without a closing slash.
    pub assets: String,
    /// Forgery token, repeated in every form.
    pub csrf: String,
    /// The emergency number, "911".
    pub emergency: String,
    /// The crisis line, "988".
    pub crisis: String,
    /// Address and hours for the foot, "14 Quay Street, Port Ellery, Maine. 207 555 0100, weekdays 8 to 6."
    pub address: String,
}

/// Name of the hidden field that carries the forgery token.
pub const CSRF_FIELD: &str = "csrf";

/// A place in the masthead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The board of the day.
    Today,
    /// Visits by day.
    Calendar,
    /// People who asked for an evaluation.
    Enquiries,
    /// Every person with a record.
    Patients,
    /// What waits, with an owner and a clock.
    WatchList,
    /// Where every milligram is.
    Ledger,
    /// What the programme's courses come to.
    Outcomes,
    /// What the science says, and what rests on it.
    Evidence,
    /// Staff and their roles.
    People,
    /// Who opened which record.
    AccessLog,
}

impl Place {
    /// Every place, in the order of the masthead.
    pub const ALL: [Self; 10] = [
        Self::Today,
        Self::Calendar,
        Self::Enquiries,
        Self::Patients,
        Self::WatchList,
        Self::Ledger,
        Self::Outcomes,
        Self::Evidence,
        Self::People,
        Self::AccessLog,
    ];

    /// The word in the masthead.
    pub fn word(self) -> &'static str {
        match self {
            Self::Today => "Today",
            Self::Calendar => "Calendar",
            Self::Enquiries => "Enquiries",
            Self::Patients => "Patients",
            Self::WatchList => "Watch list",
            Self::Ledger => "Ledger",
            Self::Outcomes => "Outcomes",
            Self::Evidence => "Evidence",
            Self::People => "People",
            Self::AccessLog => "Access log",
        }
    }

    /// Its address.
    pub fn path(self) -> &'static str {
        match self {
            Self::Today => "/today",
            Self::Calendar => "/calendar",
            Self::Enquiries => "/enquiries",
            Self::Patients => "/patients",
            Self::WatchList => "/watch-list",
            Self::Ledger => "/ledger",
            Self::Outcomes => "/outcomes",
            Self::Evidence => "/evidence",
            Self::People => "/people",
            Self::AccessLog => "/access-log",
        }
    }
}

impl Frame {
    /// A frame for samples: the charge nurse of Tern Harbour Clinic, who may open every place.
    pub fn sample() -> Self {
        Self {
            clinic: "Tern Harbour Clinic".into(),
            assets: "/assets".into(),
            name: "Dana Whitlock RN".into(),
            role: "charge nurse".into(),
            places: Place::ALL.to_vec(),
            own: Vec::new(),
            help: None,
            here: Some(Place::Today),
            csrf: "sample-token".into(),
            beside: Vec::new(),
            live: None,
            notice: None,
            drawn: "Mon 23 Nov 2026, 14:05".into(),
        }
    }

    /// The same frame, at another place.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.here = Some(place);
        self
    }
}

impl Door {
    /// The door of Tern Harbour Clinic, for samples.
    pub fn sample() -> Self {
        Self {
            clinic: "Tern Harbour Clinic".into(),
            assets: "/assets".into(),
            csrf: "sample-token".into(),
            emergency: "911".into(),
            crisis: "988".into(),
            address: "14 Quay Street, Port Ellery, Maine. 207 555 0100, weekdays 8 to 6.".into(),
        }
    }
}

/// A whole staff page: `title` is the window's, `main` the content, `above` whatever stands between masthead and content
/// (the patient's header, or nothing).
pub(crate) fn staff_page(frame: &Frame, title: &str, above: &Markup, main: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en-US" {
            (head(&frame.assets, &format!("{title} - Holdfast"), &["ground", "form", "staff", "figure", "evidence", "follow-back", "ledger", "plan", "beside", "outcomes", "own", "rowed"]))
            body class=[(!frame.own.is_empty()).then_some("hf-own")] {
                a.hf-skip href="#main" { "Skip to the page" }
                (masthead(frame))
                @if let Some(help) = &frame.help { (help_line(&help.emergency, &help.crisis)) }
                (above)
                @if let Some(notice) = &frame.notice {
                    p.hf-notice role="status" { (notice) }
                }
                main #main tabindex="-1" data-hf-live=[frame.live.as_deref()] { (main) }
                @if !frame.beside.is_empty() {
                    nav.hf-beside aria-label="Beside this" {
                        @for to in &frame.beside { a href=(to.href) { (to.text) } }
                    }
                }
                footer.hf-printfoot {
                    (frame.clinic) ", drawn " (frame.drawn) " for " (frame.name) "."
                }
            }
        }
    }
}

/// A whole page for people outside: patient scale, crisis line first.
pub(crate) fn door_page(door: &Door, title: &str, main: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en-US" {
            (head(&door.assets, title, &["ground", "form", "patient"]))
            body.hf-patient-scale {
                a.hf-skip href="#main" { "Skip to the page" }
                header.hf-public {
                    a.hf-wordmark href="/" { (wordmark()) (door.clinic) }
                }
                (crisis_line(door))
                main.hf-public__main #main tabindex="-1" { (main) }
                (door_foot(door))
            }
        }
    }
}

fn door_foot(door: &Door) -> Markup {
    html! {
        footer.hf-public__foot {
            p { (door.clinic) ", " (door.address) }
            p { "Call or text " (telephone(&door.crisis)) ", day or night." }
        }
    }
}

/// The crisis line, on every page a patient can see.
pub(crate) fn crisis_line(door: &Door) -> Markup {
    help_line(&door.emergency, &door.crisis)
}

fn help_line(emergency: &str, crisis: &str) -> Markup {
    html! {
        aside.hf-crisis aria-label="Help now" {
            p {
                "In danger now? Call " (telephone(emergency))
                ". To talk to someone, call or text " (telephone(crisis)) ", day or night."
            }
        }
    }
}

/// A telephone number one can press.
pub(crate) fn telephone(number: &str) -> Markup {
    let digits: String = number
        .chars()
        .filter(|c| c.is_ascii_digit() || *c == '+')
        .collect();
    html! { a.hf-tap href=(format!("tel:{digits}")) { (number) } }
}

/// The hidden field every form repeats.
pub(crate) fn csrf_field(token: &str) -> Markup {
    html! { input type="hidden" name=(CSRF_FIELD) value=(token); }
}

pub(crate) fn head(assets: &str, title: &str, sheets: &[&str]) -> Markup {
    head_with(assets, title, sheets, true)
}

/// The head of a page that needs no script at all, and is spared its weight on a poor line.
pub(crate) fn head_without_script(assets: &str, title: &str, sheets: &[&str]) -> Markup {
    head_with(assets, title, sheets, false)
}

fn head_with(assets: &str, title: &str, sheets: &[&str], has_script: bool) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="referrer" content="same-origin";
            meta name="color-scheme" content="light";
            title { (title) }
            link rel="icon" type="image/svg+xml" href={ (assets) "/favicon.svg" };
            @for sheet in sheets {
                link rel="stylesheet" href={ (assets) "/" (sheet) ".css" };
            }
            @if has_script { script src={ (assets) "/holdfast.js" } defer {} }
        }
    }
}

fn masthead(frame: &Frame) -> Markup {
    html! {
        header.hf-masthead {
            a.hf-wordmark href="/home" { (wordmark()) "Holdfast" }
            nav.hf-nav aria-label="Main" {
                @for place in &frame.places {
                    a href=(place.path()) aria-current=[(frame.here == Some(*place)).then_some("page")] {
                        (place.word())
                    }
                }
                @for to in &frame.own { a href=(to.href) { (to.text) } }
            }
            div.hf-whoami {
                p { b { (frame.name) } ", " (frame.role) }
                form method="post" action="/sign-out" {
                    (csrf_field(&frame.csrf))
                    button.hf-linkbutton type="submit" { "Sign out" }
                }
            }
        }
    }
}

/// Nothing between masthead and content.
pub(crate) fn nothing() -> Markup {
    PreEscaped(String::new())
}
