//! One module a page: each reads the board or a chart and chooses a view.

pub(crate) mod access;
pub(crate) mod add;
pub(crate) mod by_link;
pub(crate) mod calendar;
pub(crate) mod chart;
pub(crate) mod check_in;
pub(crate) mod consent;
pub(crate) mod corrections;
pub(crate) mod devices;
pub(crate) mod disputed;
pub(crate) mod due;
pub(crate) mod eligibility;
pub(crate) mod enquiries;
pub(crate) mod evaluation;
pub(crate) mod evidence;
pub(crate) mod floor;
pub(crate) mod follow_back;
pub(crate) mod half_done;
pub(crate) mod health;
pub(crate) mod help_now;
pub(crate) mod home;
pub(crate) mod instrument;
pub(crate) mod ledger;
mod left;
pub(crate) mod level;
pub(crate) mod link;
pub(crate) mod messages;
pub(crate) mod missing;
pub(crate) mod monitoring_form;
mod monitoring_lots;
mod monitoring_since;
pub(crate) mod my_record;
pub(crate) mod ninety;
pub(crate) mod outcomes;
pub(crate) mod patient;
pub(crate) mod patients;
pub(crate) mod people;
pub(crate) mod plan;
pub(crate) mod protocols;
pub(crate) mod public;
pub(crate) mod questionnaire;
pub(crate) mod reading;
pub(crate) mod record;
pub(crate) mod relapse;
pub(crate) mod rescue;
pub(crate) mod room;
mod rooms;
pub(crate) mod rules;
pub(crate) mod safety;
pub(crate) mod sentence;
pub(crate) mod session;
pub(crate) mod sign_in;
pub(crate) mod timeline;
pub(crate) mod today;
pub(crate) mod watch;
pub(crate) mod why;

use clinic::denied::Denied;
use pages::screen::trouble::{Trouble, TroublePage};

use crate::app::App;
use crate::ask::Ask;
use crate::reply::Reply;
use crate::trouble;

/// The page for an address asked in a way it does not answer.
#[expect(clippy::unnecessary_wraps, reason = "every page has this shape")]
pub(crate) fn wrong_way(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let page = TroublePage::new(Trouble::WrongWay);
    Ok(Reply::PageWith(
        Trouble::WrongWay.status(),
        trouble::drawn(app, ask, &page),
    ))
}
