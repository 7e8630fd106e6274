//! Where the wordmark leads: the first page a person may see, or one that says there is none.

use clinic::denied::Denied;
use pages::{Phrase, Piece, Section, Sheet, sheet};

use crate::app::App;
use crate::ask::Ask;
use crate::reply::Reply;
use crate::words;

/// The page.
pub(crate) fn show(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let actor = &ask.signed_in()?.actor;
    let home = words::home(&actor.roles, actor.patient());
    if home != words::HOME {
        return Ok(Reply::SeeOther(home));
    }
    let mut view = Sheet::new("Signed in", "Signed in");
    view.said = Phrase::sentence("Your role opens no list and no chart here.");
    view.main = vec![Section::new(
        "What you can do",
        vec![Piece::plain(
            "De-identified tables are exported on the clinic's own machine with `holdfast export`. \
             An administrator can change what you may do.",
        )],
    )];
    Ok(Reply::Page(sheet(&words::frame(app, ask, None), &view)))
}
