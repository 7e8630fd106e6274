//! The charts behind a number, for those who may open them: whose record it counts, part by part.

use jiff::Timestamp;
use jiff::civil::Date;
use journal::AccessRow;
use outcomes::Definitions;
use outcomes::report::Followed;
use outcomes::report::behind::{By, Number, parts};
use record::RecordedAt;

use super::Course;
use super::ask::{Asked, Place, chosen, rules};
use crate::authority::{Act, may};
use crate::clinic::{Clinic, patient_stream};
use crate::denied::Denied;
use crate::operation::Actor;

/// Some of the people a number was counted among.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The part as it is named in an address.
    pub code: String,
    /// The part in words.
    pub words: String,
    /// How many they are.
    pub n: usize,
}

/// A number with the people behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Behind {
    /// The number in words.
    pub name: String,
    /// Its parts.
    pub parts: Vec<Part>,
    /// The part whose people are listed.
    pub part: Part,
    /// Whose records are in that part.
    pub people: Vec<Place>,
    /// The position of the last entry it was computed from.
    pub position: u64,
}

/// Opens the list of people in a part of a number, and writes down for each of them who looked.
///
/// # Errors
/// [`Denied::Forbidden`] where the actor may not read the outcomes or not open charts;
/// [`Denied::NotFound`] where there is no such number; what the journal says.
pub fn open(
    clinic: &Clinic,
    actor: &Actor,
    (asked, today): (&Asked, Date),
    (of, part): (&str, Option<&str>),
    (at, door): (Timestamp, &str),
) -> Result<Behind, Denied> {
    let role = may(actor, Act::ReadChart, None)?;
    may(actor, Act::ReadOutcomes, None)?;
    let standing = clinic.standing()?;
    let (courses, _) = chosen(&standing, asked);
    let number = Number::of_code(of);
    let definitions = if matches!(number, Number::Trial(_)) {
        Some(Definitions::of_the_house().map_err(|_| Denied::NotFound)?)
    } else {
        None
    };
    let (_, _, relapse) = asked.relapse();
    let by = By {
        rules: rules()?,
        relapse,
        definitions: definitions.as_ref(),
    };
    let followed: Vec<Followed<'_>> = courses.iter().map(|one| one.followed(today)).collect();
    let found = parts(&followed, by, number).ok_or(Denied::NotFound)?;
    let told = |one: &outcomes::report::behind::Part| Part {
        code: one.code.clone(),
        words: one.words.clone(),
        n: one.who.len(),
    };
    let wanted = |one: &&outcomes::report::behind::Part| part.is_none_or(|part| one.code == part);
    let listed = found.iter().find(wanted).or(found.first());
    let listed = listed.ok_or(Denied::NotFound)?;
    let people: Vec<&Course> = listed
        .who
        .iter()
        .filter_map(|place| courses.get(*place).copied())
        .collect();
    let rows: Vec<AccessRow> = people
        .iter()
        .map(|course| AccessRow {
            at: RecordedAt(at),
            person: actor.who(),
            role: role.code().to_owned(),
            stream: Some(patient_stream(course.patient)),
            door: door.to_owned(),
            what: format!("list behind an outcome: {of}, {}", listed.words),
        })
        .collect();
    clinic.journal().access_log_soon(rows)?;
    Ok(Behind {
        name: number.words(rules()?),
        parts: found.iter().map(told).collect(),
        part: told(listed),
        people: people.into_iter().map(Place::of).collect(),
        position: standing.position,
    })
}
