//! What can be added to a record, by the part of the course it belongs to.

use clinic::authority::may;
use clinic::denied::Denied;
use pages::{Link, Phrase, Piece, Section, Sheet, sheet};

use super::patient::{header, open};
use crate::app::App;
use crate::ask::Ask;
use crate::forms;
use crate::reply::Reply;
use crate::words;

/// The page.
pub(crate) fn show(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let opened = open(app, ask, "add an entry")?;
    let actor = &ask.signed_in()?.actor;
    let mut view = Sheet::new("Add an entry", "Add an entry");
    view.patient = Some(header(
        app,
        &opened,
        vec![Link::new(opened.path(""), "Chart")],
    ));
    for (title, codes) in forms::MENU {
        let lines: Vec<Vec<Phrase>> = codes
            .iter()
            .filter_map(|code| forms::find(code))
            .filter(|form| may(actor, form.act, Some(opened.known.patient)).is_ok())
            .map(|form| vec![Phrase::link(opened.form(form.code), form.title)])
            .collect();
        if !lines.is_empty() {
            view.main
                .push(Section::new(*title, vec![Piece::List(lines)]));
        }
    }
    Ok(Reply::Page(sheet(
        &words::frame(app, ask, Some(pages::Place::Patients)),
        &view,
    )))
}
