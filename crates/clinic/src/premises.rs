//! The premises: rooms, opening hours, closing days, vials, and when what patients send is read, from
//! `premises/house.toml`.
//!
//! All of it is clinic policy, and a clinic may bring a file of its own.
//!
//! ```
//! use clinic::premises::Premises;
//! let premises = Premises::house()?;
//! assert!(premises.closed_on("2026-12-25".parse()?).is_some());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use jiff::Timestamp;
use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;
use protocol::contact::reading::{Reading, ReadingFault, When};
use protocol::dose::{MicrogramsPerMillilitre, Microlitres};
use protocol::{Quantity, Vial};
use record::fact::visit::VisitPurpose;
use serde::Deserialize;

/// Rooms, hours, closing days and vials of a clinic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Premises {
    /// Counted from 1.
    pub version: u32,
    /// Its rooms, in the order they are shown.
    pub rooms: Vec<Room>,
    hours: Vec<(Weekday, Time, Time)>,
    closed: Vec<(ClosedOn, String)>,
    vials: Vec<(String, Vial)>,
    reading: Option<Reading>,
}

/// A room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Room {
    /// What it is called, as visits name it.
    pub name: String,
    /// What may be held in it.
    pub holds: Vec<VisitPurpose>,
    /// How many minutes it stays empty between two visits, to be cleaned and made ready.
    pub turnaround_minutes: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ClosedOn {
    Once(Date),
    EveryYear(i8, i8),
}

/// Why a file of premises cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PremisesError {
    /// It is not in its form; the reason names line and key.
    #[error("the file of rooms and hours is not in its form: {0}")]
    Form(String),
    /// Two rooms of one name.
    #[error("two rooms are called {0}: give one another name")]
    TwoRooms(String),
    /// No room at all.
    #[error("there is no room: add [[room]] with its name and what it is for")]
    NoRoom,
    /// A room holds something that is no purpose of a visit.
    #[error(
        "{room} is for {word}, which is no kind of visit: write dosing, therapy, evaluation, follow_up or call"
    )]
    Purpose {
        /// The room.
        room: String,
        /// What was written.
        word: String,
    },
    /// A time between visits that cannot be.
    #[error(
        "the turnaround of {room} is {written}: write whole minutes up to 240, such as 15 min, or leave it out"
    )]
    Turnaround {
        /// The room.
        room: String,
        /// What was written.
        written: String,
    },
    /// An opening hour that cannot be.
    #[error(
        "the hours of {day} are not two times, the earlier first: write for example [\"08:00\", \"18:00\"]"
    )]
    Hours {
        /// The day.
        day: String,
    },
    /// Hours of reading that cannot be.
    #[error(transparent)]
    Reading(#[from] ReadingFault),
    /// A zone that is none.
    #[error(
        "{0} is no time zone: write one such as America/New_York, or leave it out for the clinic's own"
    )]
    Zone(String),
    /// A closing day that cannot be.
    #[error("{0} is no closing day: write a date such as 2026-11-26, or 12-25 for every year")]
    Closed(String),
    /// A vial without strength or mark.
    #[error("the vial of {0} needs a strength such as 50 mg/mL and a syringe_mark such as 0.01 mL")]
    Vial(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u32,
    #[serde(rename = "title")]
    _title: String,
    #[serde(default)]
    room: Vec<RoomText>,
    #[serde(default)]
    hours: std::collections::BTreeMap<String, (String, String)>,
    #[serde(default)]
    closed: Vec<ClosedText>,
    #[serde(default)]
    vial: Vec<VialText>,
    #[serde(default)]
    reading: Option<ReadingText>,
}

#[derive(Deserialize)]
struct ReadingText {
    by: String,
    zone: Option<String>,
    #[serde(flatten)]
    hours: std::collections::BTreeMap<String, (String, String)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RoomText {
    name: String,
    #[serde(rename = "for")]
    holds: Vec<String>,
    #[serde(default)]
    turnaround: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClosedText {
    on: String,
    why: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VialText {
    drug: String,
    strength: String,
    syringe_mark: String,
}

const DAYS: [(&str, Weekday); 7] = [
    ("monday", Weekday::Monday),
    ("tuesday", Weekday::Tuesday),
    ("wednesday", Weekday::Wednesday),
    ("thursday", Weekday::Thursday),
    ("friday", Weekday::Friday),
    ("saturday", Weekday::Saturday),
    ("sunday", Weekday::Sunday),
];

impl Premises {
    /// What the program was built with.
    ///
    /// # Errors
    /// [`PremisesError`], naming what to write instead.
    pub fn house() -> Result<Self, PremisesError> {
        Self::read(include_str!("../../../premises/house.toml"))
    }

    /// Reads a clinic's own file.
    ///
    /// # Errors
    /// [`PremisesError`], naming what to write instead.
    pub fn read(text: &str) -> Result<Self, PremisesError> {
        let file: File =
            toml::from_str(text).map_err(|error| PremisesError::Form(error.to_string()))?;
        let mut rooms: Vec<Room> = Vec::new();
        for room in file.room {
            if rooms.iter().any(|known| known.name == room.name) {
                return Err(PremisesError::TwoRooms(room.name));
            }
            rooms.push(Room::of(room)?);
        }
        if rooms.is_empty() {
            return Err(PremisesError::NoRoom);
        }
        let hours = hours(file.hours)?;
        Ok(Self {
            version: file.version,
            rooms,
            hours,
            closed: file
                .closed
                .into_iter()
                .map(closed)
                .collect::<Result<_, _>>()?,
            vials: file.vial.into_iter().map(vial).collect::<Result<_, _>>()?,
            reading: file.reading.map(reading).transpose()?,
        })
    }

    /// Why nothing is held on this day; `None` when the clinic is open.
    pub fn closed_on(&self, day: Date) -> Option<String> {
        if let Some(why) = self.closing_day(day) {
            return Some(why.to_owned());
        }
        self.open_on(day)
            .is_none()
            .then(|| "no opening hours on this day of the week".to_owned())
    }

    /// From when to when the clinic is open by the day of the week, closing days not counted.
    pub fn open_on(&self, day: Date) -> Option<(Time, Time)> {
        let weekday = day.weekday();
        let found = self.hours.iter().find(|(known, _, _)| *known == weekday)?;
        Some((found.1, found.2))
    }

    /// The next day, this one included, on which the clinic is open; `None` where it never is.
    pub fn next_open(&self, day: Date) -> Option<Date> {
        let mut at = day;
        for _ in 0..=31 {
            if self.closed_on(at).is_none() {
                return Some(at);
            }
            at = at.tomorrow().ok()?;
        }
        None
    }

    /// The last day, this one included, on which the clinic is open; `None` where it never is.
    pub fn last_open(&self, day: Date) -> Option<Date> {
        let mut at = day;
        for _ in 0..=31 {
            if self.closed_on(at).is_none() {
                return Some(at);
            }
            at = at.yesterday().ok()?;
        }
        None
    }

    /// The rooms in which a visit of this kind may be held.
    pub fn rooms_for(&self, purpose: VisitPurpose) -> impl Iterator<Item = &Room> {
        self.rooms
            .iter()
            .filter(move |room| room.holds.contains(&purpose))
    }

    /// How many minutes a room stays empty between two visits; none for a room that is not known.
    pub fn turnaround_minutes(&self, room: &str) -> u32 {
        let found = self.rooms.iter().find(|known| known.name == room);
        found.map_or(0, |room| room.turnaround_minutes)
    }

    /// The longest a room stays empty between two visits.
    pub fn turnaround_minutes_most(&self) -> u32 {
        let all = self.rooms.iter().map(|room| room.turnaround_minutes);
        all.max().unwrap_or(0)
    }

    /// When what patients send is read, as seen from a moment; [`When::NotKnown`] where no hours are set.
    pub fn read_when(&self, now: Timestamp, zone: &TimeZone) -> When {
        let is_closed = |day| self.is_closing_day(day);
        let reading = self.reading.as_ref();
        reading.map_or(When::NotKnown, |reading| reading.when(now, zone, is_closed))
    }

    /// The hours in which check-ins are read, and by whom, where the clinic set any.
    pub const fn reading(&self) -> Option<&Reading> {
        self.reading.as_ref()
    }

    fn is_closing_day(&self, day: Date) -> bool {
        self.closing_day(day).is_some()
    }

    fn closing_day(&self, day: Date) -> Option<&str> {
        let is_named = |on: &ClosedOn| match on {
            ClosedOn::Once(date) => *date == day,
            ClosedOn::EveryYear(month, of_month) => (day.month(), day.day()) == (*month, *of_month),
        };
        let found = self.closed.iter().find(|(on, _)| is_named(on))?;
        Some(&found.1)
    }

    /// The vial a drug is drawn from.
    pub fn vial(&self, drug: &str) -> Option<Vial> {
        let found = self.vials.iter().find(|(known, _)| known == drug)?;
        Some(found.1)
    }
}

impl Room {
    fn of(text: RoomText) -> Result<Self, PremisesError> {
        let mut holds = Vec::new();
        for word in text.holds {
            let room = || text.name.clone();
            let purpose = VisitPurpose::from_code(&word);
            holds.push(purpose.ok_or_else(|| PremisesError::Purpose { room: room(), word })?);
        }
        let turnaround_minutes = match &text.turnaround {
            None => 0,
            Some(written) => turnaround(written).ok_or_else(|| PremisesError::Turnaround {
                room: text.name.clone(),
                written: written.clone(),
            })?,
        };
        Ok(Self {
            name: text.name,
            holds,
            turnaround_minutes,
        })
    }
}

/// Whole minutes, as `15 min`.
fn turnaround(written: &str) -> Option<u32> {
    let minutes = written.strip_suffix(" min")?.parse().ok()?;
    (minutes <= 240).then_some(minutes)
}

fn hours(
    written: std::collections::BTreeMap<String, (String, String)>,
) -> Result<Vec<(Weekday, Time, Time)>, PremisesError> {
    let mut hours = Vec::new();
    for (day, (from, until)) in written {
        let wrong = || PremisesError::Hours { day: day.clone() };
        let weekday = DAYS.iter().find(|(word, _)| *word == day);
        let (_, weekday) = weekday.ok_or_else(wrong)?;
        let time = |text: &str| text.parse::<Time>().map_err(|_| wrong());
        let (from, until) = (time(&from)?, time(&until)?);
        if from >= until {
            return Err(wrong());
        }
        hours.push((*weekday, from, until));
    }
    Ok(hours)
}

fn reading(text: ReadingText) -> Result<Reading, PremisesError> {
    let zone = text
        .zone
        .map(|name| TimeZone::get(&name).map_err(|_| PremisesError::Zone(name)));
    Ok(Reading::new(
        &text.by,
        zone.transpose()?,
        hours(text.hours)?,
    )?)
}

fn closed(text: ClosedText) -> Result<(ClosedOn, String), PremisesError> {
    if let Ok(date) = text.on.parse::<Date>() {
        return Ok((ClosedOn::Once(date), text.why));
    }
    // The 29th of February is a day of some years: a leap year stands in for any.
    let of_year = format!("2028-{}", text.on).parse::<Date>();
    let day = of_year.map_err(|_| PremisesError::Closed(text.on))?;
    Ok((ClosedOn::EveryYear(day.month(), day.day()), text.why))
}

fn vial(text: VialText) -> Result<(String, Vial), PremisesError> {
    let wrong = || PremisesError::Vial(text.drug.clone());
    let quantity = |text: &str| Quantity::parse(text).ok();
    let strength = quantity(&text.strength).and_then(MicrogramsPerMillilitre::from_quantity);
    let step = quantity(&text.syringe_mark).and_then(Microlitres::from_quantity);
    match (strength, step) {
        (Some(strength), Some(step)) if strength.0 > 0 && step.0 > 0 => {
            Ok((text.drug, Vial { strength, step }))
        }
        (_, _) => Err(wrong()),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const HOUSE: &str = include_str!("../../../premises/house.toml");

    #[test]
    fn as_shipped_nobody_is_promised_a_reading_and_a_clinic_that_writes_one_keeps_its_closing_days()
    {
        let zone = TimeZone::get("America/New_York").unwrap();
        let christmas_eve = "2026-12-24T23:00:00Z".parse().unwrap();
        let house = Premises::house().unwrap();
        assert_eq!(house.read_when(christmas_eve, &zone), When::NotKnown);
        let written = format!(
            "{HOUSE}\n[reading]\nby = \"The nurse on duty\"\nfriday = [\"09:00\", \"17:00\"]\nmonday = [\"09:00\", \"17:00\"]\n"
        );
        let own = Premises::read(&written).unwrap();
        assert_eq!(own.reading().map(Reading::by), Some("The nurse on duty"));
        // Friday is Christmas Day.
        let monday = "2026-12-28T14:00:00Z".parse().unwrap();
        assert_eq!(
            own.read_when(christmas_eve, &zone),
            When::Next { at: monday }
        );
        for (wrong, said) in [
            ("by = \"A\"\nfriday = [\"17:00\", \"09:00\"]", "friday"),
            ("by = \"A\"", "no day"),
            ("by = \"\"\nfriday = [\"09:00\", \"17:00\"]", "names nobody"),
            (
                "by = \"A\"\nzone = \"Maine\"\nfriday = [\"09:00\", \"17:00\"]",
                "Maine",
            ),
            ("by = \"A\"\nfeast = [\"09:00\", \"17:00\"]", "feast"),
        ] {
            let read = Premises::read(&format!("{HOUSE}\n[reading]\n{wrong}\n"));
            let error = read.unwrap_err().to_string();
            assert!(error.contains(said), "{error}");
        }
    }

    #[test]
    fn a_day_that_is_not_named_is_closed_and_a_closing_day_comes_every_year() {
        let house = Premises::house().unwrap();
        let sunday = date(2026, 11, 29);
        assert!(house.closed_on(sunday).unwrap().contains("day of the week"));
        assert_eq!(
            house.closed_on(date(2031, 12, 25)).unwrap(),
            "Christmas Day"
        );
        assert_eq!(house.closed_on(date(2027, 11, 26)), None);
        assert_eq!(
            house.next_open(date(2026, 11, 26)),
            Some(date(2026, 11, 27))
        );
        assert_eq!(house.next_open(sunday), Some(date(2026, 11, 30)));
    }

    #[test]
    fn what_cannot_be_is_refused_with_what_to_write() {
        let said = |from: &str, to: &str| {
            let text = HOUSE.replacen(from, to, 1);
            assert_ne!(text, HOUSE, "{from}");
            Premises::read(&text).unwrap_err().to_string()
        };
        assert!(said("\"Room 2\"", "\"Room 1\"").contains("another name"));
        assert!(said("\"dosing\"", "\"surgery\"").contains("no kind of visit"));
        let minutes = said("turnaround = \"15 min\"", "turnaround = \"a while\"");
        assert!(
            minutes.contains("Room 1 is a while: write whole minutes"),
            "{minutes}"
        );
        assert!(said("\"08:00\", \"19:00\"", "\"19:00\", \"08:00\"").contains("the earlier first"));
        assert!(said("\"12-25\"", "\"13-25\"").contains("every year"));
        assert!(said("50 mg/mL", "50 mg").contains("strength such as"));
        assert!(said("version = 1", "version = 1\nroofs = 2").contains("not in its form"));
    }
}
