//! Tidy tables of the courses, for those who may take them out.

use clinic::authority::{Act, may};
use clinic::denied::Denied;
use clinic::outcome::table::{Tidy, table};
use journal::AccessRow;
use outcomes::tidy::Format;
use record::RecordedAt;

use super::asked;
use crate::app::App;
use crate::ask::Ask;
use crate::reply::Reply;

/// One table in a format that is built in; that it was taken out is logged.
pub(crate) fn show(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let name: String = ask.name("table")?;
    let (stem, ending) = name.rsplit_once('.').ok_or(Denied::NotFound)?;
    let mut formats = Format::built_in().iter();
    let format = formats.find(|one| one.ending() == ending);
    let what = Tidy::ALL.into_iter().find(|one| one.name() == stem);
    let (what, format) = what.zip(format).ok_or(Denied::NotFound)?;
    let actor = &ask.signed_in()?.actor;
    let role = may(actor, Act::Export, None)?;
    let today = app.clinic.zone_today(ask.now);
    let table = table(&app.clinic, actor, &asked(ask, true), today, what)?;
    let bytes = table.written(*format).map_err(|error| {
        tracing::error!(%error, "a table could not be written");
        Denied::invalid("table", "The table could not be made: take it as CSV")
    })?;
    app.clinic.journal().access_log_soon(vec![AccessRow {
        at: RecordedAt(ask.now),
        person: actor.who(),
        role: role.code().to_owned(),
        stream: None,
        door: "web".to_owned(),
        what: format!("table of the outcomes: {name}"),
    }])?;
    Ok(Reply::File(format.media_type(), name, bytes))
}
