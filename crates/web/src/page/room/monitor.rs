//! What the room says beside the rules: help that is called, a monitor by whose last reading nobody may
//! go; and which reading it shows.

use clinic::act::device;
use clinic::act::room::help_called;
use clinic::act::room::monitor::{self, OutOfDate};
use jiff::Timestamp;
use pages::{Mark, Standing};
use record::Chart;
use record::chart::session::Session;
use record::fact::observation::VitalsObserved;
use record::words::Line;

use super::Room;
use crate::app::App;

/// The reading a large figure shows.
pub(super) struct Last<'a> {
    pub(super) at: Timestamp,
    pub(super) value: String,
    pub(super) device: Option<&'a Line>,
    /// Whether anything goes by it.
    pub(super) counts: bool,
}

/// The monitors of the room that are out of date; nothing where they cannot be read.
pub(super) fn out_of_date(
    app: &App,
    chart: &Chart,
    session: &Session,
    now: Timestamp,
) -> Vec<OutOfDate> {
    monitor::out_of_date(&app.clinic, chart, session, now).unwrap_or_else(|error| {
        tracing::error!(error = %error, "the devices of a room could not be read");
        Vec::new()
    })
}

/// What is out of date, since when, and what to do.
fn said(room: &Room<'_>, one: &OutOfDate) -> String {
    let (device, read) = (&one.device, room.time(one.read_at));
    one.came_at.map_or_else(
        || format!("{device} has been silent since {read}. Read by hand."),
        |came| {
            let came = room.time(came);
            format!(
                "{device}: its last reading, of {read}, came only at {came} and counts for nothing. Read by hand."
            )
        },
    )
}

impl Room<'_> {
    /// What is to be known at once beside what the rules say, most pressing first.
    pub(super) fn notes(&self) -> Vec<(Mark, String)> {
        let help = help_called(self.opened.chart(), self.session).map(|(at, by)| {
            let at = self.time(at);
            let words = format!("{at} by {by}. It stands until it is settled on the watch list.");
            (Mark::new(Standing::ActNow, "Help called"), words)
        });
        let stale = || Mark::new(Standing::Unknown, "Stale");
        let monitors = self.monitors.iter();
        let monitors = monitors.map(|one| (stale(), said(self, one)));
        help.into_iter().chain(monitors).collect()
    }

    /// Whether any reading of the session was too old when it came.
    pub(super) fn has_stale(&self) -> bool {
        let mut all = self.opened.chart().all::<VitalsObserved>();
        all.any(|(entry, one)| one.session == Some(self.session.id) && !device::counts(entry))
    }

    /// The last reading that counts. One that was too old when it came never stands in for it: it is
    /// shown only where there is no other.
    pub(super) fn last(&self, of: &impl Fn(&VitalsObserved) -> Option<String>) -> Option<Last<'_>> {
        let chart = self.opened.chart();
        let all = chart.all::<VitalsObserved>().filter_map(|(entry, one)| {
            let is_here = one.session == Some(self.session.id);
            let value = is_here.then(|| of(one)).flatten()?;
            Some(Last {
                at: entry.occurred_at.0,
                value,
                device: one.device.as_ref(),
                counts: device::counts(entry),
            })
        });
        all.max_by_key(|one| (one.counts, one.at))
    }
}
