//! Tidy tables of the courses, for those who may take them out.

use clinic::authority::{Act, may};
use clinic::denied::Denied;
use clinic::outcome::table::{Tidy, table};
use journal::AccessRow;
use record::RecordedAt;

use super::asked;
use crate::app::App;
use crate::ask::Ask;
use crate::reply::Reply;

/// One table as CSV; that it was taken out is logged.
pub(crate) fn show(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let name: String = ask.name("table")?;
    let what = Tidy::ALL
        .into_iter()
        .find(|one| name.strip_suffix(".csv") == Some(one.name()))
        .ok_or(Denied::NotFound)?;
    let actor = &ask.signed_in()?.actor;
    let role = may(actor, Act::Export, None)?;
    let today = app.clinic.zone_today(ask.now);
    let text = table(&app.clinic, actor, &asked(ask, true), today, what)?;
    app.clinic.journal().access_log_soon(vec![AccessRow {
        at: RecordedAt(ask.now),
        person: actor.who(),
        role: role.code().to_owned(),
        stream: None,
        door: "web".to_owned(),
        what: format!("table of the outcomes: {}", what.name()),
    }])?;
    Ok(Reply::Data("text/csv; charset=utf-8", text))
}
