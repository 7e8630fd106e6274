//! Denials as pages: one function decides what a person sees and with which status.

use clinic::denied::{Denied, Refusal};
use maud::Markup;
use pages::screen::trouble::{Trouble, TroublePage, door_trouble, trouble};
use pages::{Fact, Phrase, Refusal as ShownRefusal};

use crate::app::App;
use crate::ask::Ask;
use crate::page::why;
use crate::reply::Reply;
use crate::words;

/// The page for a denial that no form shows beside its answers.
pub(crate) fn denied(app: &App, ask: &Ask, denied: &Denied) -> Reply {
    let mut page = TroublePage::new(match denied {
        Denied::Forbidden { .. } => Trouble::NotPermitted,
        Denied::NotFound => Trouble::NotFound,
        Denied::Invalid(_) => Trouble::Unreadable,
        Denied::Refused(_) => Trouble::Refused,
        Denied::Stale => Trouble::Conflict,
        Denied::Append(error) if is_read_only(error) => Trouble::ReadOnly,
        Denied::Append(_) | Denied::Read(_) | Denied::Rim(_) | Denied::Encode(_) => {
            Trouble::OurFault
        }
    });
    if let Denied::Invalid(faults) = denied {
        let said: Vec<&str> = faults.iter().map(|fault| fault.sentence.as_str()).collect();
        page.detail = Some(said.join(". "));
    }
    if let Denied::Refused(refusal) = denied {
        page.refusal = Some(shown_with_why(app, refusal));
    }
    if page.trouble == Trouble::OurFault {
        tracing::error!(error = %chain(denied), path = %ask.path, "a request failed");
        page.request = Some(format!("{} {}", ask.now, ask.path));
    }
    Reply::PageWith(page.trouble.status(), drawn(app, ask, &page))
}

/// Draws trouble for whoever asks.
pub(crate) fn drawn(app: &App, ask: &Ask, page: &TroublePage) -> Markup {
    match &ask.sign_in {
        Some(_) => trouble(&words::frame(app, ask, None), page),
        None => door_trouble(&words::door(app, ask.now), page),
    }
}

/// A refusal as it is shown, with the way to the claim its rule rests on.
pub(crate) fn shown_with_why(app: &App, refusal: &Refusal) -> ShownRefusal {
    let mut shown = shown(refusal);
    shown.evidence.extend(why::of_rule(app, &refusal.rule));
    shown
}

/// A refusal as it is shown.
pub(crate) fn shown(refusal: &Refusal) -> ShownRefusal {
    ShownRefusal {
        rule: refusal.rule.clone(),
        sentence: refusal.sentence.clone(),
        inputs: refusal
            .inputs
            .iter()
            .map(|(name, value)| Fact::plain(name.as_str(), value.as_str()))
            .collect(),
        evidence: Phrase::sentence(refusal.evidence.as_str()),
        what_would_change_it: None,
        override_link: None,
        who_may_override: refusal.may_override.map_or_else(
            || "Nobody".to_owned(),
            |role| format!("A {role}, with a reason"),
        ),
    }
}

fn is_read_only(error: &journal::AppendError) -> bool {
    let text = chain(error);
    text.contains("full") || text.contains("read-only") || text.contains("readonly")
}

/// The whole chain of an error, for the log.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut link = error.source();
    while let Some(cause) = link {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        link = cause.source();
    }
    text
}
