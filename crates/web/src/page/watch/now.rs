//! How what an alert was raised for stands now, beside what it said then.

use clinic::board::line::{AlertLine, PatientLine};
use clinic::due::{Calendar, Zones};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use pages::{Link, Phrase};
use protocol::contact::Tier;
use record::calendar::civil_day;
use record::fact::care::AlertCause;
use record::ids::PatientId;

use crate::app::App;

/// What every alert of a page is held against.
pub(super) struct Now<'a> {
    at: Timestamp,
    calendar: Calendar<'a>,
    zones: Zones,
}

impl<'a> Now<'a> {
    pub(super) fn of(app: &'a App, at: Timestamp, zone: TimeZone) -> Self {
        Self {
            at,
            calendar: Calendar::of(app.clinic.library()),
            zones: Zones::of(zone),
        }
    }

    /// The lines an alert gains by what is known now.
    pub(super) fn of_alert(
        &mut self,
        patient: PatientId,
        line: &PatientLine,
        alert: &AlertLine,
    ) -> Vec<Vec<Phrase>> {
        match alert.cause {
            AlertCause::RelapseWatch => self.points(patient, line),
            AlertCause::Stale => self.stale(line),
            AlertCause::CorrectionAsked => vec![vec![Phrase::link(
                format!("/patients/{patient}/corrections"),
                "Read what they ask, and answer it",
            )]],
            AlertCause::HalfDone => vec![vec![Phrase::link(
                format!("/patients/{patient}/questionnaires"),
                "What is kept of it, and go on with it",
            )]],
            AlertCause::UseReported
            | AlertCause::CallAsked
            | AlertCause::Craving
            | AlertCause::Safety
            | AlertCause::Silence
            | AlertCause::VisitMissed
            | AlertCause::Reading
            | AlertCause::NotReached
            | AlertCause::Rules
            | AlertCause::Person => Vec::new(),
        }
    }

    /// The points now. Points that fell close nothing: that somebody called is what settles it.
    fn points(&mut self, patient: PatientId, line: &PatientLine) -> Vec<Vec<Phrase>> {
        let zone = self.zones.theirs(line);
        let today = civil_day(self.at, &zone);
        let Some((day, score)) = self.calendar.watch(line, today, &zone) else {
            return Vec::new();
        };
        let said = match score.tier {
            Tier::Calm => "below amber. It stays until somebody says what came of it.",
            Tier::Amber => "amber.",
            Tier::Red => "red.",
        };
        let name = crate::words::day_short(day);
        vec![vec![
            Phrase::plain(format!("For {name}: {}, {said} ", score.said())),
            Phrase::Link(Link::new(
                format!("/patients/{patient}/relapse-watch"),
                "Each signal",
            )),
        ]]
    }

    /// What is out of date now, each with its limit and where that comes from.
    fn stale(&mut self, line: &PatientLine) -> Vec<Vec<Phrase>> {
        let Some(today) = self.calendar.today(line, self.at, &mut self.zones) else {
            return Vec::new();
        };
        let too_old = self.calendar.too_old(line, &today);
        too_old
            .iter()
            .map(|one| {
                Phrase::sentence(format!(
                    "Now {}; the limit is {} days ({}).",
                    one.said(),
                    one.limit.days_at_most,
                    one.limit.source
                ))
            })
            .collect()
    }
}
