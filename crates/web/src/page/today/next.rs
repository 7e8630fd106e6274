//! What is next in a session, and when: from its protocol's cadence and the gate for leaving.

use clinic::board::line::{CourseLine, SessionLine};
use jiff::Timestamp;

use super::{Clock, in_minutes};
use crate::words;

/// Where a session stands: its column, its minute, when the next act is due, and which.
pub(super) fn next_act(
    course: Option<&CourseLine>,
    session: &SessionLine,
    clock: &Clock<'_>,
) -> (usize, Option<String>, Timestamp, &'static str) {
    let Some((started, minutes)) = session.started else {
        return (2, None, session.opened_at, "Start the dose");
    };
    let since = words::minutes_between(started, clock.now);
    let times = Times::of(course, session, clock);
    let reading_at = times.next_reading(session, started);
    if session.stopped_at.is_none() {
        let minute = Some(format!("Minute {since} of {minutes}"));
        let dose_ends_at = in_minutes(started, i64::from(minutes));
        return match reading_at {
            Some(due_at) if due_at <= dose_ends_at => (3, minute, due_at, "Vital signs"),
            Some(_) | None => (3, minute, dose_ends_at, "End the dose"),
        };
    }
    let minute = Some(format!("Minute {since}"));
    let may_leave_at = in_minutes(started, times.stay_minutes);
    if session.is_recovery_assessed {
        (5, minute, may_leave_at, "Leave with escort")
    } else if since >= times.stay_minutes {
        (5, minute, may_leave_at, "Readiness to leave")
    } else {
        let due_at = reading_at.map_or(may_leave_at, |at| at.min(may_leave_at));
        let act = if reading_at.is_some() {
            "Vital signs"
        } else {
            "Readiness to leave"
        };
        (4, minute, due_at, act)
    }
}

/// The times a session keeps to: its protocol's cadence, and the shortest stay of the protocol and
/// of the gate for leaving, whichever is longer.
struct Times<'a> {
    cadence: Option<(&'a protocol::Protocol, &'a protocol::Session)>,
    stay_minutes: i64,
}

impl<'a> Times<'a> {
    fn of(course: Option<&CourseLine>, session: &SessionLine, clock: &Clock<'a>) -> Self {
        let protocol = course.and_then(|course| clock.library.protocol(&course.protocol));
        let planned = protocol.and_then(|protocol| {
            protocol
                .sessions
                .iter()
                .find(|planned| u16::from(session.number) == planned.number)
                .or_else(|| protocol.sessions.last())
        });
        let least = clock.library.policy().stay_least_minutes;
        let own = protocol.map_or(0, |one| i64::try_from(one.stay_min.0).unwrap_or(least));
        Self {
            cadence: protocol.zip(planned),
            stay_minutes: own.max(least),
        }
    }

    /// When pressure is next to be read.
    fn next_reading(&self, session: &SessionLine, started: Timestamp) -> Option<Timestamp> {
        let (protocol, planned) = self.cadence?;
        let last = session.last_vitals.as_ref().map(|(at, _)| *at);
        protocol::next_due(protocol, planned, "systolic", started, last)
    }
}

#[cfg(test)]
mod tests {
    use clinic::Library;
    use jiff::tz::TimeZone;
    use record::ids::{CourseId, SessionId};

    use super::*;

    fn started() -> Timestamp {
        "2026-03-02T15:00:00Z".parse().unwrap()
    }

    fn course(protocol: &str) -> CourseLine {
        CourseLine {
            id: CourseId::from_uuid(uuid::Uuid::from_u128(1)),
            protocol: protocol.into(),
            protocol_version: 1,
            substance: "alcohol".into(),
            day_zero: None,
            n_doses_planned: 3,
            n_sessions: 1,
        }
    }

    fn session(read_at_minute: Option<i64>, is_stopped: bool) -> SessionLine {
        SessionLine {
            id: SessionId::from_uuid(uuid::Uuid::from_u128(2)),
            number: 1,
            room: None,
            opened_at: started(),
            started: Some((started(), 40)),
            stopped_at: is_stopped.then(|| in_minutes(started(), 40)),
            last_vitals: read_at_minute
                .map(|minute| (in_minutes(started(), minute), "120/80".into())),
            is_recovery_assessed: false,
            closed_at: None,
        }
    }

    /// The minute of the session at which the next act is due, and the act, at a minute of it.
    fn next_at(
        minute: i64,
        protocol: &str,
        read: Option<i64>,
        is_stopped: bool,
    ) -> (i64, &'static str) {
        let library = Library::embedded().unwrap();
        let zone = TimeZone::UTC;
        let clock = Clock {
            now: in_minutes(started(), minute),
            zone: &zone,
            library: &library,
        };
        let session = session(read, is_stopped);
        let (_, _, due_at, act) = next_act(Some(&course(protocol)), &session, &clock);
        (words::minutes_between(started(), due_at), act)
    }

    #[test]
    fn pressure_is_next_when_the_protocols_cadence_says() {
        let kare = |minute, read, is_stopped| next_at(minute, "kare-2022", read, is_stopped);
        assert_eq!(kare(1, None, false), (0, "Vital signs"));
        assert_eq!(kare(12, Some(11), false), (20, "Vital signs"));
        assert_eq!(kare(42, Some(40), true), (55, "Vital signs"));
        assert_eq!(kare(117, Some(116), true), (120, "Readiness to leave"));
        assert_eq!(kare(121, Some(116), true), (120, "Readiness to leave"));
    }

    #[test]
    fn another_protocol_has_another_cadence() {
        let library = Library::embedded().unwrap();
        let cadence = |id: &str| {
            let protocol = library.protocol(id).unwrap();
            protocol::next_due(
                protocol,
                &protocol.sessions[0],
                "systolic",
                started(),
                Some(started()),
            )
        };
        let all: std::collections::BTreeSet<_> = library
            .protocols()
            .iter()
            .map(|protocol| cadence(&protocol.id))
            .collect();
        assert!(all.len() > 1, "{all:?}");
    }

    #[test]
    fn nobody_leaves_sooner_than_the_gate_says_where_the_protocol_is_not_known() {
        let unknown = next_at(60, "of another house", Some(59), true);
        assert_eq!(unknown, (120, "Readiness to leave"));
    }
}
