//! What is next in a session, and when: from what its room says is due and the gate for leaving.

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
    let stay_minutes = stay_minutes(course, clock);
    let reading_at = clock.readings.get(&session.id).copied();
    if session.stopped_at.is_none() {
        let minute = Some(format!("Minute {since} of {minutes}"));
        let dose_ends_at = in_minutes(started, i64::from(minutes));
        return match reading_at {
            Some(due_at) if due_at <= dose_ends_at => (3, minute, due_at, "Vital signs"),
            Some(_) | None => (3, minute, dose_ends_at, "End the dose"),
        };
    }
    let minute = Some(format!("Minute {since}"));
    let may_leave_at = in_minutes(started, stay_minutes);
    if session.is_recovery_assessed {
        (5, minute, may_leave_at, "Leave with escort")
    } else if since >= stay_minutes {
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

/// The shortest stay of the protocol and of the gate for leaving, whichever is longer.
fn stay_minutes(course: Option<&CourseLine>, clock: &Clock<'_>) -> i64 {
    let protocol = course.and_then(|course| clock.library.protocol(&course.protocol));
    let least = clock.library.policy().stay_least_minutes;
    let own = protocol.map_or(0, |one| i64::try_from(one.stay_min.0).unwrap_or(least));
    own.max(least)
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

    fn session(is_stopped: bool) -> SessionLine {
        SessionLine {
            id: SessionId::from_uuid(uuid::Uuid::from_u128(2)),
            number: 1,
            room: None,
            opened_at: started(),
            started: Some((started(), 40)),
            stopped_at: is_stopped.then(|| in_minutes(started(), 40)),
            last_vitals: None,
            is_recovery_assessed: false,
            closed_at: None,
        }
    }

    /// The minute of the session at which the next act is due, and the act, at a minute of it.
    fn next_at(
        minute: i64,
        protocol: &str,
        reading: Option<i64>,
        is_stopped: bool,
    ) -> (i64, &'static str) {
        let library = Library::embedded().unwrap();
        let zone = TimeZone::UTC;
        let session = session(is_stopped);
        let reading = reading.map(|minute| (session.id, in_minutes(started(), minute)));
        let clock = Clock {
            now: in_minutes(started(), minute),
            zone: &zone,
            library: &library,
            readings: &reading.into_iter().collect(),
        };
        let (_, _, due_at, act) = next_act(Some(&course(protocol)), &session, &clock);
        (words::minutes_between(started(), due_at), act)
    }

    #[test]
    fn pressure_is_next_when_the_room_says_and_leaving_when_the_stay_is_over() {
        let kare = |minute, due, is_stopped| next_at(minute, "kare-2022", due, is_stopped);
        assert_eq!(kare(1, Some(0), false), (0, "Vital signs"));
        assert_eq!(kare(12, Some(15), false), (15, "Vital signs"));
        assert_eq!(kare(36, Some(41), false), (40, "End the dose"));
        assert_eq!(kare(42, Some(55), true), (55, "Vital signs"));
        assert_eq!(kare(117, None, true), (120, "Readiness to leave"));
        assert_eq!(kare(121, None, true), (120, "Readiness to leave"));
    }

    #[test]
    fn nobody_leaves_sooner_than_the_gate_says_where_the_protocol_is_not_known() {
        let unknown = next_at(60, "of another house", None, true);
        assert_eq!(unknown, (120, "Readiness to leave"));
    }
}
