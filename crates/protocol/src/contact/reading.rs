//! When what patients send is read, and by whom: the clinic's own hours for it.
//!
//! Nothing here promises more than a clinic wrote down. Where it wrote nothing, nobody can say when.
//!
//! ```
//! use jiff::{civil::{Time, Weekday}, tz::TimeZone};
//! use protocol::contact::reading::{Reading, When};
//! let nine = Time::constant(9, 0, 0, 0);
//! let five = Time::constant(17, 0, 0, 0);
//! let reading = Reading::new("Maria Santos, coordinator", None, vec![(Weekday::Monday, nine, five)])?;
//! let zone = TimeZone::get("America/New_York")?;
//! // A Saturday in summer: it is read on Monday at nine, which is 13:00 by universal time.
//! let now = "2026-06-06T15:00:00Z".parse()?;
//! let at = "2026-06-08T13:00:00Z".parse()?;
//! assert_eq!(reading.when(now, &zone, |_| false), When::Next { at });
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use jiff::Timestamp;
use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;

/// How many days ahead the next reading is looked for: past any holiday a clinic closes for.
const DAYS_AHEAD: usize = 62;

/// The hours in which a clinic reads what patients send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    by: String,
    zone: Option<TimeZone>,
    hours: Vec<(Weekday, Time, Time)>,
}

/// When it is read, as seen from a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Somebody reads now.
    Now {
        /// Until when.
        until: Timestamp,
        /// When they read again after that, where that can be said.
        next: Option<Timestamp>,
    },
    /// Nobody reads now; somebody does again then.
    Next {
        /// When.
        at: Timestamp,
    },
    /// Nobody can say.
    NotKnown,
}

/// Hours that cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadingFault {
    /// Nobody is named.
    #[error("the reading names nobody: write by = \"Maria Santos, coordinator\", a name or a role")]
    Nobody,
    /// A day whose hours run backwards, or are none.
    #[error("the hours of reading of a day end after they begin: write the earlier time first")]
    Backwards,
    /// No day at all.
    #[error(
        "the reading has no day: write monday = [\"09:00\", \"17:00\"], or leave [reading] out"
    )]
    NoDay,
}

impl Reading {
    /// Hours of reading: by whom, in which zone where it is not the clinic's, on which days from when until when.
    ///
    /// # Errors
    /// [`ReadingFault`] where they cannot be.
    pub fn new(
        by: &str,
        zone: Option<TimeZone>,
        hours: Vec<(Weekday, Time, Time)>,
    ) -> Result<Self, ReadingFault> {
        if by.trim().is_empty() {
            return Err(ReadingFault::Nobody);
        }
        if hours.is_empty() {
            return Err(ReadingFault::NoDay);
        }
        if hours.iter().any(|(_, from, until)| from >= until) {
            return Err(ReadingFault::Backwards);
        }
        Ok(Self {
            by: by.trim().to_owned(),
            zone,
            hours,
        })
    }

    /// Who reads: a name or a role, in the clinic's words.
    pub fn by(&self) -> &str {
        &self.by
    }

    /// The zone its hours are in, where the clinic's is `house`.
    pub fn zone<'a>(&'a self, house: &'a TimeZone) -> &'a TimeZone {
        self.zone.as_ref().unwrap_or(house)
    }

    /// When what comes in at `now` is read, by the clinic's zone and the days it is closed on.
    ///
    /// The hours are those of the wall clock, so they stay where they are when the clocks change.
    pub fn when(&self, now: Timestamp, house: &TimeZone, is_closed: impl Fn(Date) -> bool) -> When {
        let zone = self.zone(house);
        let mut day = zone.to_datetime(now).date();
        let mut until_now = None;
        for _ in 0..DAYS_AHEAD {
            if let Some((from, until)) = self.on(day, zone).filter(|_| !is_closed(day)) {
                if now < from {
                    return match until_now {
                        Some(until) => When::Now {
                            until,
                            next: Some(from),
                        },
                        None => When::Next { at: from },
                    };
                }
                if now < until {
                    until_now = Some(until);
                }
            }
            let Ok(next) = day.tomorrow() else { break };
            day = next;
        }
        until_now.map_or(When::NotKnown, |until| When::Now { until, next: None })
    }

    fn on(&self, day: Date, zone: &TimeZone) -> Option<(Timestamp, Timestamp)> {
        let weekday = day.weekday();
        let (_, from, until) = self.hours.iter().find(|(on, _, _)| *on == weekday)?;
        let at = |time: Time| zone.to_timestamp(day.to_datetime(time)).ok();
        Some((at(*from)?, at(*until)?))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, time};

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn new_york() -> TimeZone {
        TimeZone::get("America/New_York").unwrap()
    }

    /// Weekdays from nine to five.
    fn weekdays() -> Reading {
        let days = [
            Weekday::Monday,
            Weekday::Tuesday,
            Weekday::Wednesday,
            Weekday::Thursday,
            Weekday::Friday,
        ];
        let hours = days.map(|day| (day, time(9, 0, 0, 0), time(17, 0, 0, 0)));
        Reading::new("Maria Santos", None, hours.to_vec()).unwrap()
    }

    #[test]
    fn within_the_hours_somebody_reads_now_and_at_their_end_nobody_does() {
        let when = |text: &str| weekdays().when(at(text), &new_york(), |_| false);
        // Friday 5 June, New York is four hours behind.
        let monday = at("2026-06-08T13:00:00Z");
        let now = When::Now {
            until: at("2026-06-05T21:00:00Z"),
            next: Some(monday),
        };
        assert_eq!(when("2026-06-05T13:00:00Z"), now);
        assert_eq!(when("2026-06-05T20:59:59Z"), now);
        assert_eq!(when("2026-06-05T21:00:00Z"), When::Next { at: monday });
        let same_day = at("2026-06-05T13:00:00Z");
        assert_eq!(when("2026-06-05T12:59:59Z"), When::Next { at: same_day });
        // Late on Friday evening there, and Saturday by universal time.
        assert_eq!(when("2026-06-06T02:00:00Z"), When::Next { at: monday });
    }

    #[test]
    fn nine_in_the_morning_stays_nine_when_the_clocks_change() {
        let when = |text: &str| weekdays().when(at(text), &new_york(), |_| false);
        // They go forward on Sunday 8 March 2026, and back on Sunday 1 November.
        let spring = When::Next {
            at: at("2026-03-09T13:00:00Z"),
        };
        assert_eq!(when("2026-03-07T15:00:00Z"), spring);
        assert_eq!(
            when("2026-03-01T15:00:00Z"),
            When::Next {
                at: at("2026-03-02T14:00:00Z")
            }
        );
        let autumn = When::Next {
            at: at("2026-11-02T14:00:00Z"),
        };
        assert_eq!(when("2026-10-31T15:00:00Z"), autumn);
    }

    #[test]
    fn hours_that_fall_into_the_hour_that_is_not_there_begin_when_there_is_one_again() {
        let hours = vec![(Weekday::Sunday, time(2, 30, 0, 0), time(4, 0, 0, 0))];
        let night = Reading::new("The nurse on duty", None, hours).unwrap();
        // On 8 March there is no half past two: it is half past three.
        let when = night.when(at("2026-03-08T06:00:00Z"), &new_york(), |_| false);
        assert_eq!(
            when,
            When::Next {
                at: at("2026-03-08T07:30:00Z")
            }
        );
    }

    #[test]
    fn a_closing_day_is_passed_over_and_a_clinic_that_never_reads_promises_nothing() {
        let christmas = date(2026, 12, 25);
        let when = weekdays().when(at("2026-12-24T23:00:00Z"), &new_york(), |day| {
            day == christmas
        });
        assert_eq!(
            when,
            When::Next {
                at: at("2026-12-28T14:00:00Z")
            }
        );
        let never = weekdays().when(at("2026-12-24T23:00:00Z"), &new_york(), |_| true);
        assert_eq!(never, When::NotKnown);
    }

    #[test]
    fn hours_in_a_zone_of_their_own_are_read_by_it() {
        let hours = vec![(Weekday::Monday, time(9, 0, 0, 0), time(10, 0, 0, 0))];
        let west = TimeZone::get("America/Los_Angeles").unwrap();
        let reading = Reading::new("A nurse", Some(west), hours).unwrap();
        let when = reading.when(at("2026-06-08T13:00:00Z"), &new_york(), |_| false);
        assert_eq!(
            when,
            When::Next {
                at: at("2026-06-08T16:00:00Z")
            }
        );
    }

    #[test]
    fn hours_that_cannot_be_say_what_to_write() {
        let nine = time(9, 0, 0, 0);
        let back = Reading::new("A", None, vec![(Weekday::Monday, nine, nine)]);
        assert_eq!(back, Err(ReadingFault::Backwards));
        assert_eq!(
            Reading::new("A", None, Vec::new()),
            Err(ReadingFault::NoDay)
        );
        assert_eq!(
            Reading::new(" ", None, Vec::new()),
            Err(ReadingFault::Nobody)
        );
    }
}
