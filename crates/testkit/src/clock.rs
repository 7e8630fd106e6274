//! A clock that stands still until a test moves it.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use record::Clock;

/// A clock that stands still until it is moved by hand.
///
/// Clones share one time, so a test keeps one and hands the other to what it tests.
///
/// ```
/// use jiff::SignedDuration;
/// use record::Clock;
///
/// let ours = testkit::FixedClock::at("2026-03-02T09:00:00Z".parse()?);
/// let theirs = ours.clone();
/// ours.advance(SignedDuration::from_mins(5));
/// assert_eq!(theirs.now().to_string(), "2026-03-02T09:05:00Z");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct FixedClock {
    now: Arc<Mutex<Timestamp>>,
}

impl FixedClock {
    /// Makes a clock that reads `now` until it is moved.
    pub fn at(now: Timestamp) -> Self {
        Self {
            now: Arc::new(Mutex::new(now)),
        }
    }

    /// Sets the clock, forwards or back: a machine's clock does get set back.
    pub fn set(&self, now: Timestamp) {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner) = now;
    }

    /// Moves the clock by a duration, which may be negative; it stops at the ends of time.
    pub fn advance(&self, by: SignedDuration) {
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        let end = if by.is_negative() {
            Timestamp::MIN
        } else {
            Timestamp::MAX
        };
        *now = now.checked_add(by).unwrap_or(end);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_stands_still_until_it_is_moved_and_can_be_set_back() {
        let noon: Timestamp = "2026-03-02T12:00:00Z".parse().unwrap();
        let clock = FixedClock::at(noon);
        assert_eq!((clock.now(), clock.now()), (noon, noon));
        clock.advance(SignedDuration::from_hours(-2));
        assert_eq!(clock.now().to_string(), "2026-03-02T10:00:00Z");
        clock.set(noon);
        assert_eq!(clock.now(), noon);
    }

    #[test]
    fn a_clock_moved_past_the_end_of_time_stops_there() {
        let clock = FixedClock::at(Timestamp::MAX);
        clock.advance(SignedDuration::from_hours(1));
        assert_eq!(clock.now(), Timestamp::MAX);
    }
}
