//! Putting a check-in off, from the page its link opens.

use clinic::act::link::{self, Laters};
use clinic::denied::Denied;
use clinic::operation::Actor;
use jiff::tz::TimeZone;
use pages::Choice;
use pages::screen::check_in::link::{LATER_FIELD, LaterOffer};
use protocol::contact::messages::Later;
use record::words::Door;

use crate::app::App;
use crate::ask::Ask;
use crate::reply::Reply;
use crate::words;

/// What the page offers; nothing where the link was not messaged.
pub(super) fn offer(app: &App, ask: &Ask, token: &str) -> Option<LaterOffer> {
    let laters = link::laters(&app.clinic, token, ask.now).ok()?;
    let zone = app.clinic.zone();
    if let Some(until) = laters.until {
        let said = format!("We send it again {}.", words::moment_short(until, &zone));
        return Some(LaterOffer {
            action: format!("/check-in/{token}/later"),
            ways: Vec::new(),
            said: Some(said),
        });
    }
    let ways = ways(&laters, &zone);
    (!ways.is_empty()).then(|| LaterOffer {
        action: format!("/check-in/{token}/later"),
        ways,
        said: None,
    })
}

fn ways(laters: &Laters, zone: &TimeZone) -> Vec<Choice> {
    let one = |(later, at): &(Later, jiff::Timestamp)| {
        let text = match later {
            Later::Hour => "In an hour",
            Later::Evening => "This evening",
            Later::Tomorrow => "Tomorrow",
        };
        let mut choice = Choice::new(later.code(), text);
        choice.hint = Some(words::moment_short(*at, zone));
        choice
    };
    laters.ways.iter().map(one).collect()
}

/// Takes which way was tapped.
pub(super) fn take(app: &App, ask: &Ask, token: &str) -> Result<Reply, Denied> {
    let here = format!("/check-in/{token}");
    let Some(later) = ask.sent.get(LATER_FIELD).and_then(Later::from_code) else {
        return Ok(Reply::SeeOther(here));
    };
    let actor = Actor::public(Door::Link);
    let put_off = app.operate(actor, None, |operation, clinic| {
        link::put_off(operation, clinic, token, later)
    });
    match put_off {
        // The page says until when, or why the link leads nowhere any more.
        Ok(_) | Err(Denied::NotFound | Denied::Stale) => Ok(Reply::SeeOther(here)),
        Err(other) => Err(other),
    }
}
