//! Moments that are known between two ends, and what lies between two of them.

use jiff::{SignedDuration, Timestamp};

use super::Value;
use crate::Decimal;
use crate::fact::Observation;

/// Whether a moment between two ends is at or after an anchor between two ends.
pub(super) fn not_before(
    (earliest, latest): (Timestamp, Timestamp),
    (from, to): (Timestamp, Timestamp),
) -> Option<bool> {
    if earliest >= to {
        Some(true)
    } else if latest < from {
        Some(false)
    } else {
        None
    }
}

/// Seconds from one moment to another, each between two ends; below zero when the second is
/// earlier, as for an appointment that lies ahead.
pub(super) fn elapsed(
    (low, high): (Timestamp, Timestamp),
    (from, to): (Timestamp, Timestamp),
) -> Value {
    let seconds = |a: Timestamp, b: Timestamp| {
        let millis = b.duration_since(a).as_millis();
        Decimal::billionths(millis.saturating_mul(1_000_000))
    };
    Value::Number(seconds(high, from), seconds(low, to))
}

/// Those of a run of readings that lie at least `apart` seconds from the one taken before.
pub(super) fn spaced<'o>(
    readings: impl Iterator<Item = (Timestamp, Decimal, &'o Observation)>,
    apart: i64,
) -> Vec<(Timestamp, Decimal, &'o Observation)> {
    let mut out: Vec<(Timestamp, Decimal, &'o Observation)> = Vec::new();
    for reading in readings {
        let far = out.last().is_none_or(|(at, _, _)| {
            reading.0.duration_since(*at).abs() >= SignedDuration::from_secs(apart)
        });
        if far {
            out.push(reading);
        }
    }
    out
}

pub(super) fn whole(count: usize) -> Decimal {
    Decimal::whole(i64::try_from(count).unwrap_or(i64::MAX))
}
