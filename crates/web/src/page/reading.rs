//! Who reads what a patient sends, and when: one set of words for every page that ends with it.
//!
//! Nothing is promised beyond the hours the clinic wrote down ([`protocol::contact::reading`]).

use clinic::due::Zones;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use protocol::contact::reading::{Reading, When};
use record::ids::PatientId;

use crate::app::App;
use crate::words;

/// What the words are made of.
struct Known<'a> {
    when: When,
    by: &'a str,
    house: &'a str,
    /// Where the patient is, and whether their clock shows another time than the clinic's.
    zone: &'a TimeZone,
    is_elsewhere: bool,
}

/// How to reach help that does not wait for anybody's hours.
struct Help<'a> {
    phone: Option<&'a str>,
    crisis: &'a str,
    emergency: &'a str,
}

/// When what was sent at `at` is read and by whom: a heading and its sentence.
pub(crate) fn of(app: &App, at: Timestamp, patient: PatientId) -> (String, String) {
    with(app, at, patient, |known, help| said(known, help, at))
}

/// When somebody does what has to be done within so many hours, as the end of a sentence.
pub(crate) fn by_when(app: &App, at: Timestamp, patient: PatientId, hours: i64) -> String {
    with(app, at, patient, |known, _| acts(known, at, hours))
}

/// When they call who asked for a call: a heading and its sentence.
pub(crate) fn call(app: &App, at: Timestamp, patient: PatientId) -> (String, String) {
    with(app, at, patient, |known, _| called(known, at))
}

/// How a call is offered.
pub(crate) fn offer(app: &App, at: Timestamp, patient: PatientId) -> &'static str {
    with(app, at, patient, |known, _| match known.when {
        When::Now { .. } => "Shall we call you today?",
        When::Next { .. } | When::NotKnown => "Shall we call you?",
    })
}

fn with<T>(
    app: &App,
    at: Timestamp,
    patient: PatientId,
    say: impl FnOnce(&Known<'_>, &Help<'_>) -> T,
) -> T {
    // Before the board is held: it asks for the board itself.
    let door = words::door(app, at);
    let board = app.clinic.board();
    let here = board.house.zone();
    let zone = board
        .line(patient)
        .map_or_else(|| here.clone(), |line| Zones::of(here.clone()).theirs(line));
    let premises = app.clinic.library().premises();
    let known = Known {
        when: premises.read_when(at, &here),
        by: premises.reading().map_or("", Reading::by),
        house: &board.house.name,
        zone: &zone,
        is_elsewhere: zone.to_offset(at) != here.to_offset(at),
    };
    let help = Help {
        phone: board.house.phone.as_deref(),
        crisis: &door.crisis,
        emergency: &door.emergency,
    };
    say(&known, &help)
}

fn said(known: &Known<'_>, help: &Help<'_>, at: Timestamp) -> (String, String) {
    let (by, house) = (known.by, known.house);
    match known.when {
        When::Now { until, next } => {
            let after = next.map_or_else(String::new, |next| {
                let next = moment(next, at, known);
                format!(" What is not reached by then is read {next}.")
            });
            let until = words::time(until, known.zone);
            let clock = clock(known);
            let dd = format!("Someone reads this until {until}{clock}: {by}.{after}");
            ("Today".to_owned(), dd)
        }
        When::Next { at: next } => {
            let on = moment(next, at, known);
            let dd = format!(
                "Someone reads this {on}: {by}. Nobody reads it before. {}",
                now(help)
            );
            (capital(&on), dd)
        }
        When::NotKnown => (
            "When it is read".to_owned(),
            format!(
                "Nobody can say when a person at {house} reads this: no hours are set for it. {}",
                now(help)
            ),
        ),
    }
}

fn acts(known: &Known<'_>, at: Timestamp, hours: i64) -> String {
    match known.when {
        When::Now { .. } | When::NotKnown => format!("within {hours} hours"),
        When::Next { at: next } => {
            let on = moment(next, at, known);
            format!(
                "from {on} on, when the clinic reads again; do not wait for it if you need help now"
            )
        }
    }
}

fn called(known: &Known<'_>, at: Timestamp) -> (String, String) {
    match known.when {
        When::Now { .. } => ("Today".to_owned(), "We call you.".to_owned()),
        When::Next { at: next } => {
            let on = moment(next, at, known);
            (format!("From {on} on"), "We call you.".to_owned())
        }
        When::NotKnown => (
            "Your call".to_owned(),
            "We call you. Nobody can say at what time: no hours are set for it.".to_owned(),
        ),
    }
}

/// What does not wait for hours.
fn now(help: &Help<'_>) -> String {
    let us = help
        .phone
        .map_or_else(String::new, |phone| format!(", or call us at {phone}"));
    format!(
        "If it cannot wait, call or text {}, day and night{us}. In danger, call {}.",
        help.crisis, help.emergency
    )
}

/// `today at 09:00`, `on Monday at 09:00`, `on Mon 28 Dec at 09:00` from a week on.
fn moment(next: Timestamp, at: Timestamp, known: &Known<'_>) -> String {
    let (day, today) = (
        known.zone.to_datetime(next).date(),
        known.zone.to_datetime(at).date(),
    );
    let days = record::calendar::days_between(today, day);
    let on = match days {
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        2..=6 => format!("on {}", day.strftime("%A")),
        _ => format!("on {}", words::day_short(day)),
    };
    format!("{on} at {}{}", words::time(next, known.zone), clock(known))
}

const fn clock(known: &Known<'_>) -> &'static str {
    if known.is_elsewhere {
        " by your clock"
    } else {
        ""
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HELP: Help<'static> = Help {
        phone: Some("207 555 0100"),
        crisis: "988",
        emergency: "911",
    };

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn told(when: When, sent_at: &str, zone: &str) -> (String, String) {
        let zone = TimeZone::get(zone).unwrap();
        let here = TimeZone::get("America/New_York").unwrap();
        let at = at(sent_at);
        let known = Known {
            when,
            by: "Maria Santos, coordinator",
            house: "Kelp House",
            zone: &zone,
            is_elsewhere: zone.to_offset(at) != here.to_offset(at),
        };
        said(&known, &HELP, at)
    }

    #[test]
    fn out_of_hours_it_says_when_the_next_reading_is_and_what_does_not_wait_for_it() {
        let monday = When::Next {
            at: at("2026-06-08T13:00:00Z"),
        };
        let (on, said) = told(monday, "2026-06-06T15:00:00Z", "America/New_York");
        assert_eq!(on, "On Monday at 09:00");
        assert_eq!(
            said,
            "Someone reads this on Monday at 09:00: Maria Santos, coordinator. Nobody reads it before. \
             If it cannot wait, call or text 988, day and night, or call us at 207 555 0100. In danger, call 911."
        );
        let (on, _) = told(monday, "2026-06-06T15:00:00Z", "America/Chicago");
        assert_eq!(on, "On Monday at 08:00 by your clock");
        let (on, _) = told(monday, "2026-06-08T12:00:00Z", "America/New_York");
        assert_eq!(on, "Today at 09:00");
        let (on, _) = told(monday, "2026-05-30T12:00:00Z", "America/New_York");
        assert_eq!(
            on, "On Mon 8 Jun at 09:00",
            "a weekday alone would mean the wrong week"
        );
    }

    #[test]
    fn within_the_hours_it_says_until_when_and_what_becomes_of_the_rest() {
        let now = When::Now {
            until: at("2026-06-05T21:00:00Z"),
            next: Some(at("2026-06-08T13:00:00Z")),
        };
        let (on, said) = told(now, "2026-06-05T20:00:00Z", "America/New_York");
        assert_eq!(on, "Today");
        assert_eq!(
            said,
            "Someone reads this until 17:00: Maria Santos, coordinator. What is not reached by then is read on Monday at 09:00."
        );
    }

    #[test]
    fn where_no_hours_are_set_it_says_plainly_that_nobody_can_say_when() {
        let (_, said) = told(When::NotKnown, "2026-06-05T20:00:00Z", "America/New_York");
        assert!(
            said.starts_with("Nobody can say when a person at Kelp House reads this"),
            "{said}"
        );
        assert!(said.contains("988"), "{said}");
    }
}
