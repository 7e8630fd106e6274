//! How much of a dose is in by now: whole micrograms, from the order, its changes and the clock.

use jiff::Timestamp;

use super::session::Session;
use crate::fact::session::DoseChange;
use crate::quantity::{Micrograms, MicrogramsPerMinute};

/// A moment at which the rate of an infusion changed, with what was in by then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// When.
    pub at: Timestamp,
    /// What was in by then.
    pub given: Micrograms,
    /// The rate from then on; zero while it is paused and after it has ended.
    pub rate: MicrogramsPerMinute,
}

/// An infusion reckoned up to one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Infusion {
    /// The steps, from the start on.
    pub steps: Vec<Step>,
    /// What is in at the moment asked about.
    pub given: Micrograms,
    /// The rate at that moment.
    pub rate: MicrogramsPerMinute,
    /// When the last of the dose will be in at that rate; `None` while it is paused or when it ended.
    pub ends_at: Option<Timestamp>,
}

impl Session {
    /// Whether the dose goes in piece by piece, each of which somebody charts as given.
    pub fn is_in_pieces(&self) -> bool {
        self.changes
            .iter()
            .any(|change| change.change == DoseChange::Piece)
    }

    /// The infusion as it stands at `now`; `None` before a dose has started.
    ///
    /// What somebody read off the pump stands over what is reckoned; never more than the dose is
    /// reckoned as given, and what was charted as given at the end stands over both. Rounded down to
    /// a whole microgram at every step.
    pub fn infusion(&self, now: Timestamp) -> Option<Infusion> {
        let started = self.started?;
        let ordered = rate_of(started.dose, started.minutes);
        let first = if started.minutes == 0 && !self.is_in_pieces() {
            started.dose
        } else {
            Micrograms::new(0)
        };
        let mut steps = vec![Step {
            at: started.at,
            given: first,
            rate: ordered,
        }];
        let mut running = ordered;
        let mut at = Step {
            at: started.at,
            given: first,
            rate: ordered,
        };
        for change in self.changes.iter().filter(|change| change.at <= now) {
            let reckoned = reached(at, change.at, started.dose);
            let given = change.given_so_far.unwrap_or(reckoned).min(started.dose);
            let rate = match change.change {
                // A device is in at once; nothing goes in by time between one and the next.
                DoseChange::Paused | DoseChange::Piece => MicrogramsPerMinute::new(0),
                DoseChange::Rate | DoseChange::Resumed => change.rate.unwrap_or(running),
            };
            if rate.get() > 0 {
                running = rate;
            }
            at = Step {
                at: change.at,
                given,
                rate,
            };
            steps.push(at);
        }
        if let Some((ended, given)) = self.stopped.filter(|(ended, _)| *ended <= now) {
            let none = MicrogramsPerMinute::new(0);
            steps.push(Step {
                at: ended,
                given,
                rate: none,
            });
            return Some(Infusion {
                steps,
                given,
                rate: none,
                ends_at: None,
            });
        }
        let given = reached(at, now, started.dose);
        let ends_at = ends(at, started.dose);
        Some(Infusion {
            steps,
            given,
            rate: at.rate,
            ends_at,
        })
    }
}

/// The rate that gives `dose` over `minutes`, rounded up so that the whole of it goes in.
fn rate_of(dose: Micrograms, minutes: u32) -> MicrogramsPerMinute {
    let rate = dose
        .get()
        .checked_next_multiple_of(u64::from(minutes.max(1)));
    let rate = rate.unwrap_or(0) / u64::from(minutes.max(1));
    MicrogramsPerMinute::new(if minutes == 0 {
        0
    } else {
        u32::try_from(rate).unwrap_or(u32::MAX)
    })
}

fn reached(from: Step, to: Timestamp, dose: Micrograms) -> Micrograms {
    let seconds = u64::try_from(to.as_second().saturating_sub(from.at.as_second())).unwrap_or(0);
    let more = u64::from(from.rate.get()).saturating_mul(seconds) / 60;
    Micrograms::new(from.given.get().saturating_add(more)).min(dose)
}

fn ends(from: Step, dose: Micrograms) -> Option<Timestamp> {
    let left = dose
        .get()
        .saturating_sub(from.given.get())
        .saturating_mul(60);
    let seconds =
        left.checked_next_multiple_of(u64::from(from.rate.get()))? / u64::from(from.rate.get());
    let seconds = i64::try_from(seconds).ok()?;
    from.at
        .checked_add(jiff::SignedDuration::from_secs(seconds))
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::EntryNumber;
    use crate::chart::session::{Changed, Started};
    use crate::fact::decision::Route;
    use crate::fact::session::SessionOpened;
    use crate::ids::{CourseId, SessionId};
    use jiff::SignedDuration;
    use uuid::Uuid;

    fn minute(of: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH
            .checked_add(SignedDuration::from_mins(of))
            .unwrap()
    }

    /// 56 mg over 40 minutes, begun at minute 0.
    fn session() -> Session {
        let fact = SessionOpened {
            session: SessionId::from_uuid(Uuid::nil()),
            course: CourseId::from_uuid(Uuid::nil()),
            visit: None,
            number: 1,
            room: None,
            weight_g: None,
        };
        let started = Started {
            at: minute(0),
            dose: Micrograms::new(56_000),
            route: Route::Intravenous,
            minutes: 40,
        };
        Session {
            started: Some(started),
            ..Session::opened(EntryNumber(1), minute(-20), &fact)
        }
    }

    fn given(session: &Session, at: i64) -> u64 {
        session.infusion(minute(at)).unwrap().given.get()
    }

    #[test]
    fn at_minute_27_of_56_mg_over_40_min_37_8_mg_are_in_and_never_more_than_the_dose() {
        let session = session();
        assert_eq!(given(&session, 27), 37_800);
        assert_eq!(given(&session, 500), 56_000);
        assert_eq!(
            session.infusion(minute(27)).unwrap().ends_at,
            Some(minute(40))
        );
    }

    #[test]
    fn a_pause_gives_nothing_and_moves_the_end_and_the_pump_stands_over_what_is_reckoned() {
        let mut session = session();
        let change = |at, change, given_so_far: Option<u64>| Changed {
            at: minute(at),
            change,
            given_so_far: given_so_far.map(Micrograms::new),
            rate: None,
        };
        session.changes.push(change(10, DoseChange::Paused, None));
        assert_eq!(given(&session, 15), 14_000);
        assert_eq!(session.infusion(minute(15)).unwrap().ends_at, None);
        session
            .changes
            .push(change(20, DoseChange::Resumed, Some(13_000)));
        assert_eq!(given(&session, 30), 27_000);
    }

    #[test]
    fn of_a_dose_in_devices_only_those_charted_are_in_and_one_that_says_nothing_of_them_is_in_at_once()
     {
        let mut session = session();
        if let Some(started) = &mut session.started {
            started.minutes = 0;
        }
        assert_eq!(given(&session, 0), 56_000);
        let device = |at, so_far| Changed {
            at: minute(at),
            change: DoseChange::Piece,
            given_so_far: Some(Micrograms::new(so_far)),
            rate: None,
        };
        session.changes.push(device(0, 28_000));
        assert_eq!(given(&session, 0), 28_000);
        assert_eq!(given(&session, 90), 28_000);
        session.changes.push(device(6, 56_000));
        assert_eq!(given(&session, 5), 28_000);
        assert_eq!(given(&session, 6), 56_000);
    }

    #[test]
    fn a_halved_rate_gives_half_as_much_and_what_was_charted_at_the_end_is_final() {
        let mut session = session();
        session.changes.push(Changed {
            at: minute(10),
            change: DoseChange::Rate,
            given_so_far: None,
            rate: Some(MicrogramsPerMinute::new(700)),
        });
        assert_eq!(given(&session, 20), 21_000);
        assert_eq!(
            session.infusion(minute(20)).unwrap().ends_at,
            Some(minute(70))
        );
        session.stopped = Some((minute(21), Micrograms::new(21_500)));
        assert_eq!(given(&session, 60), 21_500);
    }
}
