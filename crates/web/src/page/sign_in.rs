//! Signing in and out.

use clinic::act::sign_in::{SignInError, begin, end};
use clinic::denied::Denied;
use clinic::operation::Actor;
use pages::screen::sign_in::{
    NAME_FIELD, NEXT_FIELD, SECRET_FIELD, SignIn, SignInTrouble, sign_in,
};
use record::words::Door;

use crate::app::App;
use crate::ask::Ask;
use crate::reply::Reply;
use crate::{door, words};

/// The sign-in page.
#[expect(clippy::unnecessary_wraps, reason = "every page has this shape")]
pub(crate) fn show(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let trouble = match ask.query.get("why") {
        Some("idle") => Some(SignInTrouble::Idle),
        Some("out") => Some(SignInTrouble::SignedOut),
        _ => None,
    };
    let next = ask.query.get("next").and_then(own_path);
    let view = SignIn {
        name: String::new(),
        next,
        trouble,
    };
    Ok(Reply::Page(sign_in(&words::door(app, ask.now), &view)))
}

/// Begins a sign-in, and ends the one that stands in the same browser: whoever takes over a tablet
/// leaves nobody signed in behind them.
///
/// The door has refused what comes from another site, and such a request brings no cookie either, so the
/// token of a page that was drawn for nobody is as good here as that of the sign-in that stands.
pub(crate) fn send(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let name = ask.sent.get(NAME_FIELD).unwrap_or_default();
    let secret = ask.sent.raw(SECRET_FIELD).unwrap_or_default();
    let next = ask.sent.get(NEXT_FIELD).and_then(own_path);
    if !door::carries_own_token(ask) && !door::carries_public_token(app, ask) {
        return Ok(again(app, ask, 403, SignInTrouble::OldPage));
    }
    let begun = app.operate(Actor::public(Door::Web), None, |operation, clinic| {
        begin(operation, clinic, name, secret)
    });
    let (trouble, status) = match begun {
        Ok((token, known)) => {
            if let Some(earlier) = &ask.token {
                end(&app.clinic, earlier)?;
            }
            let home = words::home(&known.actor.roles, known.actor.patient());
            return Ok(Reply::SignedIn(Some(token), next.unwrap_or(home)));
        }
        Err(SignInError::Wrong) => (SignInTrouble::NoMatch, 422),
        Err(SignInError::Locked { until }) => {
            let until = words::time(until, &app.clinic.zone());
            (SignInTrouble::LockedOut { until }, 429)
        }
        Err(SignInError::Denied(no)) => return Err(no),
    };
    Ok(again(app, ask, status, trouble))
}

/// The sign-in page once more, with what was typed but the pass phrase, and why.
fn again(app: &App, ask: &Ask, status: u16, trouble: SignInTrouble) -> Reply {
    let name = ask.sent.get(NAME_FIELD).unwrap_or_default();
    let view = SignIn {
        name: name.chars().take(200).collect(),
        next: ask.sent.get(NEXT_FIELD).and_then(own_path),
        trouble: Some(trouble),
    };
    Reply::PageWith(status, sign_in(&words::door(app, ask.now), &view))
}

/// Ends a sign-in.
pub(crate) fn sign_out(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    if let Some(token) = &ask.token {
        end(&app.clinic, token)?;
    }
    Ok(Reply::SignedIn(None, "/sign-in?why=out".to_owned()))
}

/// A path of this site, and of no other.
fn own_path(text: &str) -> Option<String> {
    let is_plain = text.starts_with('/')
        && !text.starts_with("//")
        && text
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || "/_-".contains(letter));
    is_plain.then(|| text.to_owned())
}
