//! When what is known of a person is too old to go by.
//!
//! The limits are data (`contact/stale.toml`), each with its source. What is too old is never read as
//! how somebody is now, and that it is too old is an alarm of its own.

use serde::Deserialize;

use super::{Cadence, ContactFault, Item, parse};

const HOUSE: &str = include_str!("../../../../contact/stale.toml");

/// The age limits of results and of devices.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stale {
    /// Its identifier.
    pub id: String,
    /// Its version.
    pub version: u32,
    /// How long somebody has to see to the alarm.
    pub alarm: Alarm,
    /// Results, each an item of the cadence.
    #[serde(rename = "result")]
    pub results: Vec<AgeLimit>,
    /// Monitors in a session.
    pub device: DeviceSilence,
}

/// How long somebody has to see to it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alarm {
    /// Hours in which somebody has to see to it.
    pub hours_to_act: i64,
    /// Where that comes from.
    pub source: String,
}

/// How old a result may be.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgeLimit {
    /// The item of the cadence.
    pub item: String,
    /// The oldest it may be, in days.
    pub days_at_most: i32,
    /// The evidence mark.
    pub mark: char,
    /// Where the limit comes from.
    pub source: String,
}

/// When a monitor that fell silent in a session is an alarm.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeviceSilence {
    /// Minutes from its last reading.
    pub silent_minutes: i64,
    /// Minutes in which somebody has to act.
    pub minutes_to_act: i64,
    /// The evidence mark.
    pub mark: char,
    /// Where that comes from.
    pub source: String,
}

/// A result that is too old.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooOld<'a> {
    /// What.
    pub item: &'a Item,
    /// Its limit.
    pub limit: &'a AgeLimit,
    /// How many days old the last is; days since day 0 where none ever came.
    pub days: i32,
    /// Whether none ever came.
    pub is_never: bool,
}

impl TooOld<'_> {
    /// It in words: "Urine screen 12 days old", "PHQ-9 not once in 15 days".
    pub fn said(&self) -> String {
        let title = &self.item.title;
        let days = self.days;
        if self.is_never {
            format!("{title} not once in {days} days")
        } else {
            format!("{title} {days} days old")
        }
    }
}

impl Stale {
    /// The limits as shipped, held against the cadence as shipped.
    ///
    /// # Errors
    /// [`ContactFault`] where a file the program was built with is at fault.
    pub fn house() -> Result<Self, ContactFault> {
        Self::read(HOUSE, &Cadence::house()?)
    }

    /// Reads the limits, held against a cadence.
    ///
    /// # Errors
    /// The first [`ContactFault`].
    pub fn read(text: &str, cadence: &Cadence) -> Result<Self, ContactFault> {
        let stale: Self = parse(text)?;
        let wrong = |item: &str, said: &str| {
            Err(ContactFault::Sense {
                item: item.to_owned(),
                said: said.to_owned(),
            })
        };
        if stale.alarm.hours_to_act < 1 || stale.alarm.source.is_empty() {
            return wrong("alarm", "give 1 hour or more, and a source");
        }
        let device = &stale.device;
        if device.silent_minutes < 1 || device.minutes_to_act < 1 {
            return wrong("device", "give 1 minute or more");
        }
        if device.source.is_empty() || !matches!(device.mark, 'R' | 'K' | 'H') {
            return wrong("device", "give a source and a mark, R, K or H");
        }
        for (at, limit) in stale.results.iter().enumerate() {
            let mut before = stale.results.iter().take(at);
            if before.any(|other| other.item == limit.item) {
                return wrong(&limit.item, "the limit is there twice");
            }
            if !cadence.items.iter().any(|item| item.id == limit.item) {
                return wrong(&limit.item, "no item of the cadence is called so");
            }
            if limit.days_at_most < 1 || limit.source.is_empty() {
                return wrong(&limit.item, "give 1 day or more, and a source");
            }
            if !matches!(limit.mark, 'R' | 'K' | 'H') {
                return wrong(&limit.item, "give a mark, R, K or H");
            }
        }
        Ok(stale)
    }

    /// What is too old on protocol day `today`; `last` gives the day an item was last done on, which may
    /// be before day 0.
    pub fn too_old<'a>(
        &'a self,
        cadence: &'a Cadence,
        today: i32,
        last: impl Fn(&Item) -> Option<i32>,
    ) -> Vec<TooOld<'a>> {
        let found = self.results.iter().filter_map(|limit| {
            let item = cadence.items.iter().find(|item| item.id == limit.item)?;
            let last = last(item);
            let days = today.saturating_sub(last.unwrap_or(0));
            (days > limit.days_at_most).then_some(TooOld {
                item,
                limit,
                days,
                is_never: last.is_none(),
            })
        });
        found.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn urine(today: i32, last: Option<i32>) -> Vec<String> {
        let (stale, cadence) = (Stale::house().unwrap(), Cadence::house().unwrap());
        let found = stale.too_old(&cadence, today, |item| match item.id.as_str() {
            "urine" => last,
            _ => Some(today),
        });
        found.iter().map(TooOld::said).collect()
    }

    #[test]
    fn a_result_is_too_old_the_day_after_its_limit_and_one_that_never_came_counts_from_day_0() {
        assert!(urine(20, Some(10)).is_empty());
        assert_eq!(urine(21, Some(10)), ["Urine screen 11 days old"]);
        assert!(urine(10, None).is_empty());
        assert_eq!(urine(11, None), ["Urine screen not once in 11 days"]);
        assert_eq!(
            urine(4, Some(-7)),
            ["Urine screen 11 days old"],
            "one from before the course has an age too"
        );
    }

    #[test]
    fn what_holds_up_no_alarm_is_refused_with_what_to_write() {
        let cadence = Cadence::house().unwrap();
        let said = |from: &str, to: &str| {
            Stale::read(&HOUSE.replacen(from, to, 1), &cadence)
                .unwrap_err()
                .to_string()
        };
        assert!(said("item = \"liver\"", "item = \"lever\"").contains("no item of the cadence"));
        assert!(said("item = \"liver\"", "item = \"urine\"").contains("twice"));
        assert!(said("days_at_most = 10", "days_at_most = 0").contains("1 day or more"));
        assert!(said("mark = \"H\"", "mark = \"Z\"").contains("R, K or H"));
        assert!(said("silent_minutes = 6", "silent_minutes = 0").contains("1 minute"));
    }
}
