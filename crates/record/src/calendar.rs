//! Protocol days: civil days in the clinic's zone, counted from day 0.
//!
//! A day is not 24 hours. Day 0 is the first dosing day (or the day a course brings along) and is
//! written down once, in the plan.

use std::fmt;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

/// A day of a course, counted from day 0; negative before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ProtocolDay(pub i32);

impl fmt::Display for ProtocolDay {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "day {}", self.0)
    }
}

/// The civil day of a moment in the clinic's zone.
pub fn civil_day(at: Timestamp, zone: &TimeZone) -> Date {
    zone.to_datetime(at).date()
}

/// Whole days from `from` to `to`, by the calendar.
pub fn days_between(from: Date, to: Date) -> i32 {
    from.until(to).map_or(0, |span| span.get_days())
}

/// The protocol day of a civil day.
pub fn protocol_day(day: Date, day_zero: Date) -> ProtocolDay {
    ProtocolDay(days_between(day_zero, day))
}

/// The civil day of a protocol day; saturates at the ends of the calendar.
pub fn civil_day_of(day: ProtocolDay, day_zero: Date) -> Date {
    day_zero.saturating_add(day.0.days())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_protocol_day_is_a_civil_day_even_across_daylight_saving() {
        let zone = TimeZone::get("America/New_York").unwrap();
        let day_zero = date(2026, 10, 30);
        let evening = zone
            .to_timestamp(date(2026, 11, 2).at(23, 30, 0, 0))
            .unwrap();
        let day = protocol_day(civil_day(evening, &zone), day_zero);
        assert_eq!(day, ProtocolDay(3));
        assert_eq!(civil_day_of(day, day_zero), date(2026, 11, 2));
    }
}
