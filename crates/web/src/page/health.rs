//! Whether the clinic is open: its version and how far its journal goes.

use clinic::denied::Denied;

use crate::app::App;
use crate::ask::Ask;
use crate::reply::Reply;

/// Answers in JSON.
pub(crate) fn show(app: &App, _ask: &Ask) -> Result<Reply, Denied> {
    let head = app
        .clinic
        .journal()
        .head()
        .map_err(journal::ReadError::from)?;
    let health = serde_json::json!({
        "status": "open",
        "version": app.settings.version,
        "position": head.position.0,
        "clock_set_back": app.clinic.journal().clock_set_back().is_some(),
    });
    Ok(Reply::Data("application/json", health.to_string()))
}
