//! How moments, stretches and people are written, and what surrounds every page.

use clinic::authority::{Act, may};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use pages::frame::{Door, Frame, Help, Place};
use pages::{Link, Phrase};
use record::Chart;
use record::ids::PatientId;
use record::words::{Line, Role};

use crate::app::App;
use crate::ask::Ask;
use crate::{assets, forms};

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// `Mon 23 Nov 2026`.
pub(crate) fn day(date: Date) -> String {
    format!("{} {}", day_short(date), date.year())
}

/// `Mon 23 Nov`.
pub(crate) fn day_short(date: Date) -> String {
    let weekday = usize::try_from(date.weekday().to_monday_zero_offset()).unwrap_or(0);
    format!(
        "{} {} {}",
        DAYS.get(weekday).unwrap_or(&""),
        date.day(),
        month(date)
    )
}

/// `23 Nov 1979`: a day without its weekday.
pub(crate) fn day_plain(date: Date) -> String {
    format!("{} {} {}", date.day(), month(date), date.year())
}

fn month(date: Date) -> &'static str {
    let index = usize::try_from(date.month() - 1).unwrap_or(0);
    MONTHS.get(index).copied().unwrap_or("")
}

/// `14:05`.
pub(crate) fn time(at: Timestamp, zone: &TimeZone) -> String {
    let local = zone.to_datetime(at);
    format!("{:02}:{:02}", local.hour(), local.minute())
}

/// `Mon 23 Nov 2026, 14:05`.
pub(crate) fn moment(at: Timestamp, zone: &TimeZone) -> String {
    format!("{}, {}", day(zone.to_datetime(at).date()), time(at, zone))
}

/// `Mon 23 Nov 14:05`.
pub(crate) fn moment_short(at: Timestamp, zone: &TimeZone) -> String {
    format!(
        "{} {}",
        day_short(zone.to_datetime(at).date()),
        time(at, zone)
    )
}

/// `2026-11-23T14:05`, as a form sends it back.
pub(crate) fn moment_field(at: Timestamp, zone: &TimeZone) -> String {
    let local = zone.to_datetime(at);
    format!("{}T{:02}:{:02}", local.date(), local.hour(), local.minute())
}

/// Whole minutes from one moment to another; negative when the second came before.
pub(crate) fn minutes_between(from: Timestamp, to: Timestamp) -> i64 {
    (to.as_second() - from.as_second()).div_euclid(60)
}

/// `52 min`, `5 h 3 min`, `2 d 4 h`.
pub(crate) fn stretch(minutes: i64) -> String {
    let minutes = minutes.max(0);
    let (hours, days) = (minutes / 60, minutes / 1_440);
    match (days, hours) {
        (0, 0) => format!("{minutes} min"),
        (0, _) if minutes % 60 == 0 => format!("{hours} h"),
        (0, _) => format!("{hours} h {} min", minutes % 60),
        (_, _) if hours % 24 == 0 => format!("{days} d"),
        (_, _) => format!("{days} d {} h", hours % 24),
    }
}

/// ` over 40 min`; nothing for what goes in at once.
pub(crate) fn over(minutes: u32) -> String {
    if minutes == 0 {
        String::new()
    } else {
        format!(" over {minutes} min")
    }
}

/// `3 devices`.
pub(crate) fn of_devices(n: u64) -> String {
    let word = if n == 1 { "device" } else { "devices" };
    format!("{n} {word}")
}

/// `1,204`.
pub(crate) fn count(n: usize) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `Record TH 0412`, or that there is none yet: the one wording wherever a record number stands.
pub(crate) fn record_number(number: Option<&str>) -> String {
    number.map_or_else(
        || "no record number yet".to_owned(),
        |number| format!("Record {number}"),
    )
}

/// The same in a list or among facts, where what is not there is quiet.
pub(crate) fn record_number_cell(number: Option<&str>) -> Phrase {
    let words = record_number(number);
    match number {
        Some(_) => Phrase::Quiet(words),
        None => Phrase::Absent(words),
    }
}

/// The record number of a chart, where one is given.
pub(crate) fn record_number_of(chart: &Chart) -> Option<&str> {
    chart.identity()?.record_number.as_ref().map(Line::as_str)
}

/// `one visit`, `3 visits`: a number with its noun.
pub(crate) fn of(n: usize, one: &str, many: &str) -> String {
    if n == 1 {
        format!("1 {one}")
    } else {
        format!("{} {many}", count(n))
    }
}

/// What surrounds a staff page.
pub(crate) fn frame(app: &App, ask: &Ask, here: Option<Place>) -> Frame {
    let board = app.clinic.board();
    let zone = board.house.zone();
    let (name, role, places, csrf) = ask.sign_in.as_ref().map_or_else(
        || {
            (
                String::new(),
                String::new(),
                Vec::new(),
                app.form_key.token(ask.now),
            )
        },
        |known| {
            let places = Place::ALL
                .into_iter()
                .filter(|place| may(&known.actor, act_of(*place), None).is_ok())
                .collect();
            let roles: Vec<&str> = known.actor.roles.iter().map(|role| role.label()).collect();
            (
                known.actor.name.to_string(),
                roles.join(", "),
                places,
                known.form_token.clone(),
            )
        },
    );
    let own = ask.sign_in.as_ref().and_then(|known| known.actor.patient());
    Frame {
        clinic: board.house.name.clone(),
        assets: assets::base().to_owned(),
        help: own.as_ref().map(|_| Help {
            emergency: app.settings.emergency.clone(),
            crisis: board.house.crisis_line.clone(),
        }),
        own: own.map_or_else(Vec::new, own_links),
        name,
        role,
        places,
        here,
        csrf,
        beside: here.map_or_else(Vec::new, |here| beside(ask, here)),
        live: None,
        notice: ask.query.get("done").and_then(forms::notice),
        drawn: moment(ask.now, &zone),
    }
}

/// Where a patient can go: their own record, and nowhere else.
fn own_links(patient: PatientId) -> Vec<Link> {
    let to = |rest: &str, text: &str| Link::new(format!("/patients/{patient}{rest}"), text);
    vec![
        to("/ninety-days", "My days"),
        to("/my-record", "My record"),
        to("/check-in", "Check in"),
        to("/help-now", "Help now"),
    ]
}

/// What else belongs to a place, as far as whoever asks may open it.
fn beside(ask: &Ask, place: Place) -> Vec<Link> {
    let all: &[(&str, &str, Act)] = match place {
        Place::WatchList => &[
            ("/due", "What is due", Act::ReadBoard),
            ("/messages", "Messages", Act::ReadBoard),
            (
                "/relapse-watch",
                "How the relapse watch holds",
                Act::ReadBoard,
            ),
            ("/floor", "Rooms on one board", Act::ReadBoard),
        ],
        Place::Evidence => &[
            ("/rules", "Rules", Act::ReadRules),
            ("/protocols", "Protocols", Act::ReadRules),
            ("/pharmacology", "Predicted level", Act::ReadBoard),
        ],
        Place::People => &[("/devices", "Devices", Act::PlaceDevice)],
        Place::Today
        | Place::Calendar
        | Place::Enquiries
        | Place::Patients
        | Place::Ledger
        | Place::Outcomes
        | Place::AccessLog => &[],
    };
    let Ok(known) = ask.signed_in() else {
        return Vec::new();
    };
    all.iter()
        .filter(|(_, _, act)| may(&known.actor, *act, None).is_ok())
        .map(|(to, text, _)| Link::new(*to, *text))
        .collect()
}

const fn act_of(place: Place) -> Act {
    match place {
        Place::Today | Place::Calendar | Place::Enquiries | Place::Patients | Place::WatchList => {
            Act::ReadBoard
        }
        Place::Ledger => Act::ReadStock,
        Place::Outcomes => Act::ReadOutcomes,
        Place::Evidence => Act::ReadEvidence,
        Place::People => Act::ReadPeople,
        Place::AccessLog => Act::ReadAccessLog,
    }
}

/// What surrounds a page for people outside.
pub(crate) fn door(app: &App, now: Timestamp) -> Door {
    let board = app.clinic.board();
    let reach = board
        .house
        .phone
        .clone()
        .unwrap_or_else(|| "see our letters for the phone number".to_owned());
    Door {
        clinic: board.house.name.clone(),
        assets: assets::base().to_owned(),
        csrf: app.form_key.token(now),
        emergency: app.settings.emergency.clone(),
        crisis: board.house.crisis_line.clone(),
        address: format!("{reach}."),
    }
}

/// The page of those who may see no other.
pub(crate) const HOME: &str = "/home";

/// Where someone lands after signing in, by what they may see.
pub(crate) fn home(roles: &[Role], patient: Option<PatientId>) -> String {
    if let Some(patient) = patient {
        return format!("/patients/{patient}/my-record");
    }
    let sees = |act: Act| {
        roles
            .iter()
            .any(|role| act.reach(*role) == clinic::authority::Reach::All)
    };
    if sees(Act::ReadBoard) {
        "/today".to_owned()
    } else if sees(Act::ReadPeople) {
        "/people".to_owned()
    } else if sees(Act::ReadAccessLog) {
        "/access-log".to_owned()
    } else {
        HOME.to_owned()
    }
}

/// The initials of a name: `DW` of Dana Whitlock RN.
pub(crate) fn initials(name: &str) -> String {
    let words = name.split_whitespace().filter(|word| {
        let is_title = matches!(*word, "Dr" | "Dr." | "Prof" | "Prof.");
        let is_credential = word.len() > 1 && word.chars().all(|one| !one.is_lowercase());
        !is_title && !is_credential
    });
    words.filter_map(|word| word.chars().next()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_are_written_in_the_two_units_that_matter() {
        assert_eq!(stretch(52), "52 min");
        assert_eq!(stretch(303), "5 h 3 min");
        assert_eq!(stretch(120), "2 h");
        assert_eq!(stretch(3_120), "2 d 4 h");
        assert_eq!(count(1_204_000), "1,204,000");
    }

    #[test]
    fn initials_are_of_the_name_and_not_of_a_title_or_a_credential() {
        assert_eq!(initials("Dana Whitlock RN"), "DW");
        assert_eq!(initials("Dr Miriam Okafor"), "MO");
        assert_eq!(initials("Jonah Feld LCSW"), "JF");
        assert_eq!(initials("Ana María de la Cruz"), "AMdlC");
    }
}
