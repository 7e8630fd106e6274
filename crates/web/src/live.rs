//! Live streams: server-sent messages that say "this page is out of date", and nothing else.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::response::IntoResponse;
use axum::response::Response;
use axum::response::sse::{Event, KeepAlive, Sse};
use clinic::authority::{Act, may};
use clinic::denied::Denied;
use futures_util::{Stream, StreamExt as _};
use record::ids::PatientId;
use tokio_stream::wrappers::BroadcastStream;

use crate::app::App;
use crate::ask::Ask;

/// The stream of the whole board, for those who may see the clinic's lists.
pub(crate) fn board(_: &App, ask: &Ask) -> Result<Option<PatientId>, Denied> {
    may(&ask.signed_in()?.actor, Act::ReadBoard, None)?;
    Ok(None)
}

/// The stream of one patient's record, for those who may open the chart.
pub(crate) fn patient(app: &App, ask: &Ask) -> Result<Option<PatientId>, Denied> {
    let patient = ask.patient()?;
    may(&ask.signed_in()?.actor, Act::ReadChart, Some(patient))?;
    let is_known = app.clinic.board().line(patient).is_some();
    is_known.then_some(Some(patient)).ok_or(Denied::NotFound)
}

/// The position of the last change there was; what cannot be read now counts as changed.
fn last_change(app: &App, of: Option<PatientId>) -> u64 {
    let Some(patient) = of else {
        return app.last_change();
    };
    let known = app.clinic.chart(patient);
    known.map_or(u64::MAX, |known| {
        known.chart.entries().last().map_or(0, |last| last.position)
    })
}

/// Streams changes of one patient's record, or of the whole board. Where any of them came between the
/// drawing of the page that asks and now, it begins with a message.
pub(crate) fn stream(app: &Arc<App>, ask: &Ask, of: Option<PatientId>) -> Response {
    let drawn_at = ask.query.get("drawn").and_then(|drawn| drawn.parse().ok());
    // Followed first and looked at afterwards: nothing falls between the two.
    let later = messages(app, of);
    let missed = drawn_at.filter(|drawn: &u64| *drawn < last_change(app, of));
    let first = missed.map(|_| Ok(Event::default().data("behind")));
    Sse::new(futures_util::stream::iter(first).chain(later))
        .keep_alive(KeepAlive::new().interval(Duration::from_secs(20)))
        .into_response()
}

fn messages(
    app: &Arc<App>,
    of: Option<PatientId>,
) -> impl Stream<Item = Result<Event, Infallible>> + use<> {
    let changes = BroadcastStream::new(app.changes.subscribe());
    changes.filter_map(move |change| {
        let message = match change {
            Ok(change) if of.is_none_or(|patient| patient == change.patient) => {
                Some(Ok(Event::default().data(change.position.to_string())))
            }
            Ok(_) => None,
            // The stream fell behind, so what it missed is not known: the page reads everything.
            Err(_) => Some(Ok(Event::default().data("behind"))),
        };
        std::future::ready(message)
    })
}
