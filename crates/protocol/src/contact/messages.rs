//! Reminders as data: when they leave, what they say, and the hours in which nothing is sent.

use jiff::Timestamp;
use jiff::ToSpan as _;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::{ContactFault, parse};

/// The words and hours as shipped.
const MESSAGES: &str = include_str!("../../../../contact/messages.toml");

/// When reminders leave.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct When {
    /// From when a check-in is reminded of, by the patient's clock.
    pub check_in_at: Time,
    /// From when, on the day before, a visit is reminded of.
    pub visit_at: Time,
    /// A visit nearer than this many minutes is not reminded of any more.
    pub visit_least_minutes: i64,
    /// From when nothing is sent, where a patient said nothing else.
    pub quiet_from: Time,
    /// Until when nothing is sent.
    pub quiet_until: Time,
    /// What "this evening" means.
    pub evening_at: Time,
    /// What "tomorrow" means.
    pub tomorrow_at: Time,
    /// How often one occasion may be put off.
    pub put_off_at_most: u8,
    /// Minutes before a message is tried again, the last one from then on.
    pub retry_minutes: Vec<i64>,
    /// Where these come from.
    pub source: String,
}

/// What reminders say in one language.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// The language's code.
    pub language: String,
    /// The language's own name.
    pub name: String,
    /// The sender's name, unless the patient asked for another.
    pub sender: String,
    /// The subject of a check-in's letter.
    pub check_in_subject: String,
    /// The letter.
    pub check_in_mail: String,
    /// The text message.
    pub check_in_text: String,
    /// The subject of a visit's letter.
    pub visit_subject: String,
    /// The letter.
    pub visit_mail: String,
    /// The text message.
    pub visit_text: String,
    /// The days of the week, Monday first.
    pub days: [String; 7],
    /// The months.
    pub months: [String; 12],
    /// What no message may hold.
    pub never: Vec<String>,
}

/// Reminders as data.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Messages {
    /// The file's identifier.
    pub id: String,
    /// Its version.
    pub version: u32,
    /// When reminders leave.
    pub when: When,
    /// English.
    pub words: Words,
}

impl Messages {
    /// The reminders as shipped.
    ///
    /// # Errors
    /// [`ContactFault`] where the file the program was built with is at fault.
    pub fn house() -> Result<Self, ContactFault> {
        let messages: Self = parse(MESSAGES)?;
        messages.words.check()?;
        let when = &messages.when;
        if when.retry_minutes.is_empty() || when.retry_minutes.iter().any(|wait| *wait < 1) {
            return Err(fault("retry_minutes", "give at least one, each 1 or more"));
        }
        Ok(messages)
    }
}

fn fault(item: &str, said: &str) -> ContactFault {
    ContactFault::Sense {
        item: item.to_owned(),
        said: said.to_owned(),
    }
}

impl Words {
    /// Reads a clinic's file of another language.
    ///
    /// # Errors
    /// What is wrong with the form, a place that is not filled, or a word that gives the reader away.
    pub fn read(text: &str) -> Result<Self, ContactFault> {
        let words: Self = parse(text)?;
        words.check()?;
        Ok(words)
    }

    fn check(&self) -> Result<(), ContactFault> {
        let all = [
            ("sender", &self.sender, [].as_slice()),
            ("check_in_subject", &self.check_in_subject, &[]),
            ("check_in_mail", &self.check_in_mail, &["{link}"]),
            ("check_in_text", &self.check_in_text, &["{link}"]),
            ("visit_subject", &self.visit_subject, &[]),
            ("visit_mail", &self.visit_mail, &["{day}", "{time}"]),
            ("visit_text", &self.visit_text, &["{day}", "{time}"]),
        ];
        for (name, text, places) in all {
            let mut rest = text.clone();
            for place in places {
                if !text.contains(place) {
                    return Err(fault(name, &format!("{place} has to stand in it")));
                }
                rest = rest.replace(place, "");
            }
            if rest.trim().is_empty() || rest.contains(['{', '}']) {
                return Err(fault(
                    name,
                    "write words, and no place but {link}, or {day} and {time}",
                ));
            }
            let lower = text.to_lowercase();
            let given_away = self.never.iter().find(|word| {
                let word = word.to_lowercase();
                !word.is_empty() && lower.contains(&word)
            });
            if let Some(word) = given_away {
                return Err(fault(
                    name,
                    &format!("{word} gives the reader away; say it without"),
                ));
            }
        }
        Ok(())
    }

    /// A day in words: `Tuesday 3 March`.
    pub fn day(&self, day: Date) -> String {
        let weekday = usize::try_from(day.weekday().to_monday_zero_offset()).unwrap_or(0);
        let month = usize::try_from(day.month() - 1).unwrap_or(0);
        format!(
            "{} {} {}",
            self.days.get(weekday).map_or("", String::as_str),
            day.day(),
            self.months.get(month).map_or("", String::as_str)
        )
    }
}

/// Hours in which nothing is sent, by the patient's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quiet {
    /// From when.
    pub from: Time,
    /// Until when.
    pub until: Time,
}

impl Quiet {
    /// Whether a time of day lies in them; they may reach over midnight.
    pub fn holds(self, time: Time) -> bool {
        if self.from <= self.until {
            (self.from..self.until).contains(&time)
        } else {
            time >= self.from || time < self.until
        }
    }

    /// The first moment from `at` on that is not in them.
    ///
    /// An end that daylight saving skips is the moment the clocks jump to; one that comes twice is the first.
    pub fn after(self, at: Timestamp, zone: &TimeZone) -> Timestamp {
        let local = zone.to_datetime(at);
        if !self.holds(local.time()) {
            return at;
        }
        let is_tonight = self.from > self.until && local.time() >= self.from;
        let day = if is_tonight {
            local.date().saturating_add(1.day())
        } else {
            local.date()
        };
        let end = zone.to_timestamp(day.to_datetime(self.until)).unwrap_or(at);
        end.max(at)
    }
}

/// How long a reminder is put off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Later {
    /// An hour.
    Hour,
    /// Until this evening.
    Evening,
    /// Until tomorrow.
    Tomorrow,
}

impl Later {
    /// Every way, soonest first.
    pub const ALL: [Self; 3] = [Self::Hour, Self::Evening, Self::Tomorrow];

    /// The word in addresses.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Evening => "evening",
            Self::Tomorrow => "tomorrow",
        }
    }

    /// Finds the way a word names.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|later| later.code() == code)
    }

    /// When that is, outside the quiet hours; nothing where it has passed.
    pub fn at(
        self,
        now: Timestamp,
        zone: &TimeZone,
        when: &When,
        quiet: Quiet,
    ) -> Option<Timestamp> {
        let today = zone.to_datetime(now).date();
        let at = |day: Date, time: Time| zone.to_timestamp(day.to_datetime(time)).ok();
        let then = match self {
            Self::Hour => now.checked_add(jiff::SignedDuration::from_hours(1)).ok(),
            Self::Evening => at(today, when.evening_at).filter(|then| *then > now),
            Self::Tomorrow => at(today.tomorrow().ok()?, when.tomorrow_at),
        };
        Some(quiet.after(then?, zone))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, time};

    use super::*;

    const NIGHT: Quiet = Quiet {
        from: time(21, 0, 0, 0),
        until: time(8, 0, 0, 0),
    };

    fn new_york(text: &str) -> (TimeZone, Timestamp) {
        let zone = TimeZone::get("America/New_York").unwrap();
        let at = zone
            .to_timestamp(text.parse::<jiff::civil::DateTime>().unwrap())
            .unwrap();
        (zone, at)
    }

    #[test]
    fn quiet_hours_end_at_the_same_hour_of_the_clock_when_the_clocks_change() {
        // The clocks go forward in the night to 8 March 2026: eight in the morning comes an hour sooner.
        let (zone, late) = new_york("2026-03-07T22:30:00");
        let (_, morning) = new_york("2026-03-08T08:00:00");
        assert_eq!(NIGHT.after(late, &zone), morning);
        assert_eq!(morning.duration_since(late).as_mins(), 8 * 60 + 30);
        let (_, noon) = new_york("2026-03-08T12:00:00");
        assert_eq!(NIGHT.after(noon, &zone), noon);
        let (_, early) = new_york("2026-03-08T03:30:00");
        assert_eq!(NIGHT.after(early, &zone), morning);
        // An end that is skipped is the moment the clocks jump to.
        let short = Quiet {
            from: time(1, 0, 0, 0),
            until: time(2, 30, 0, 0),
        };
        let (_, one) = new_york("2026-03-08T01:30:00");
        let (_, half_past_three) = new_york("2026-03-08T03:30:00");
        assert_eq!(short.after(one, &zone), half_past_three);
    }

    #[test]
    fn later_never_falls_into_the_quiet_hours_and_this_evening_is_offered_until_it_comes() {
        let when = Messages::house().unwrap().when;
        let (zone, at) = new_york("2026-11-01T20:30:00");
        let (_, morning) = new_york("2026-11-02T08:00:00");
        assert_eq!(Later::Hour.at(at, &zone, &when, NIGHT), Some(morning));
        assert_eq!(Later::Evening.at(at, &zone, &when, NIGHT), None);
        let (_, nine) = new_york("2026-11-02T09:00:00");
        assert_eq!(Later::Tomorrow.at(at, &zone, &when, NIGHT), Some(nine));
    }

    #[test]
    fn words_that_give_the_reader_away_or_lack_their_place_are_refused() {
        let words = Messages::house().unwrap().words;
        assert_eq!(words.day(date(2026, 3, 3)), "Tuesday 3 March");
        let with = |change: fn(&mut Words)| {
            let mut words = words.clone();
            change(&mut words);
            words.check().unwrap_err().to_string()
        };
        let said = with(|words| words.visit_subject = "Your Ketamine visit".to_owned());
        assert!(said.contains("gives the reader away"), "{said}");
        let said = with(|words| words.check_in_text = "Hello".to_owned());
        assert!(said.contains("{link} has to stand in it"), "{said}");
        let said = with(|words| words.visit_text.push_str("{name}"));
        assert!(said.contains("no place but"), "{said}");
    }
}
