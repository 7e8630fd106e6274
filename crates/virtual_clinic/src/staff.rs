//! The people who work at the made-up clinic.

use clinic::act::confirm::confirm;
use clinic::act::ledger::access;
use clinic::act::people::{NewPerson, add, describe_clinic};
use clinic::act::rule_pack;
use clinic::{Actor, ActorId, Clinic, Denied, Operation};
use record::Clock;
use record::fact::house::ClinicDescribed;
use record::ids::{PatientId, PersonId};
use record::words::{Door, Line, Role, YesNo};

use crate::chance::Seeded;

/// Zones around the world, one for each few hours.
const ZONES: &[&str] = &[
    "America/New_York",
    "America/Los_Angeles",
    "America/Anchorage",
    "Pacific/Honolulu",
    "Pacific/Auckland",
    "Australia/Brisbane",
    "Asia/Tokyo",
    "Asia/Bangkok",
    "Asia/Kolkata",
    "Asia/Dubai",
    "Europe/Helsinki",
    "Europe/London",
    "America/Sao_Paulo",
];

/// The zone in which it is nearest to two in the afternoon, when a clinic is busiest: a
/// demonstration opened at night would otherwise show empty rooms.
pub fn busy_zone(now: jiff::Timestamp) -> &'static str {
    let from_busy = |name: &&&str| {
        let hour = jiff::tz::TimeZone::get(name).map_or(0, |zone| zone.to_datetime(now).hour());
        (hour - 14).abs()
    };
    ZONES
        .iter()
        .min_by_key(from_busy)
        .copied()
        .unwrap_or("America/New_York")
}

const PEOPLE: &[(&str, &str, &[Role])] = &[
    ("Maria Castellanos", "maria", &[Role::Coordinator]),
    ("Dr Miriam Okafor", "okafor", &[Role::Prescriber]),
    ("Dana Whitlock RN", "dana", &[Role::Nurse]),
    ("Luis Ferreira RN", "luis", &[Role::Nurse]),
    ("Jonah Feld LCSW", "jonah", &[Role::Therapist]),
    ("Dr Edith Lindqvist", "lindqvist", &[Role::MedicalDirector]),
    ("Tomasz Wren", "tomasz", &[Role::ComplianceOfficer]),
    ("Ada Brightwater", "ada", &[Role::Researcher]),
    ("Sol Iverson", "sol", &[Role::Administrator]),
];

/// A way to sign in, for the person who opens the demonstration.
#[derive(Clone, Debug)]
pub struct Credential {
    /// In what role.
    pub role: Role,
    /// Their name.
    pub name: String,
    /// The sign-in name.
    pub sign_in_name: String,
}

/// Those who act in the scripts.
#[derive(Clone, Debug)]
pub struct Staff {
    /// Front desk.
    pub coordinator: Actor,
    /// Prescriber.
    pub prescriber: Actor,
    /// Nurse.
    pub nurse: Actor,
    /// Therapist.
    pub therapist: Actor,
    /// Medical director.
    pub director: Actor,
    /// One sign-in for each role.
    pub credentials: Vec<Credential>,
}

/// Describes the clinic, adds everyone who works there, all with the same pass phrase, and has the
/// medical director sign the rules.
///
/// # Errors
/// What the use cases say.
pub fn hire(
    clinic: &Clinic,
    clock: &dyn Clock,
    chance: &mut Seeded,
    zone: &str,
    secret: &str,
) -> Result<Staff, Denied> {
    let staff = hire_only(clinic, clock, chance, zone, secret)?;
    let operation = Operation::new(staff.director.clone(), clock, chance);
    let confirmed = confirm(&operation, clinic, secret)?;
    let shown = clinic.library().pack_digest().0.clone();
    rule_pack::sign(&operation, clinic, &shown, &confirmed)?;
    Ok(staff)
}

/// Describes the clinic and adds everyone who works there; the rules stay unsigned.
///
/// # Errors
/// What the use cases say.
pub fn hire_only(
    clinic: &Clinic,
    clock: &dyn Clock,
    chance: &mut Seeded,
    zone: &str,
    secret: &str,
) -> Result<Staff, Denied> {
    let system = Actor::system(Door::Virtual);
    describe_clinic(
        &mut Operation::new(system.clone(), clock, chance),
        clinic,
        ClinicDescribed {
            name: Line::clipped("Tern Harbour Clinic"),
            zone: Line::clipped(zone),
            phone: Some(Line::clipped("207 555 0100")),
            crisis_line: Line::clipped("988"),
        },
    )?;
    let mut actors = Vec::new();
    let mut credentials: Vec<Credential> = Vec::new();
    for (name, sign_in_name, roles) in PEOPLE {
        let person = NewPerson {
            name: Line::clipped(name),
            sign_in_name: Line::clipped(sign_in_name),
            roles: roles.to_vec(),
            patient: None,
        };
        let id = add(
            &mut Operation::new(system.clone(), clock, chance),
            clinic,
            person,
            secret,
        )?;
        ask_of_access(
            &mut Operation::new(system.clone(), clock, chance),
            clinic,
            id,
        )?;
        let role = roles.first().copied().unwrap_or(Role::Nurse);
        actors.push(Actor {
            id: ActorId::Person(id),
            name: Line::clipped(name),
            roles: roles.to_vec(),
            door: Door::Virtual,
        });
        if !credentials.iter().any(|known| known.role == role) {
            let (name, sign_in_name) = ((*name).to_owned(), (*sign_in_name).to_owned());
            credentials.push(Credential {
                role,
                name,
                sign_in_name,
            });
        }
    }
    let find = |role: Role| {
        let found = actors.iter().find(|actor| actor.roles.contains(&role));
        found.cloned().unwrap_or_else(|| system.clone())
    };
    Ok(Staff {
        coordinator: find(Role::Coordinator),
        prescriber: find(Role::Prescriber),
        nurse: find(Role::Nurse),
        therapist: find(Role::Therapist),
        director: find(Role::MedicalDirector),
        credentials,
    })
}

/// Asks a person who handles stock what nobody with access to it may have against them.
fn ask_of_access(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    person: PersonId,
) -> Result<(), Denied> {
    let is_due = {
        let board = clinic.board();
        board.people.get(&person).is_some_and(access::is_due_of)
    };
    if is_due {
        let today = clinic.zone_today(operation.now());
        let how = Line::clipped("Signed statement, with the papers of the person");
        access::record_check(operation, clinic, (person, today), how, [YesNo::No; 4])?;
    }
    Ok(())
}

/// Gives one patient a sign-in of their own.
///
/// # Errors
/// What the use case says.
pub fn invite(
    clinic: &Clinic,
    clock: &dyn Clock,
    chance: &mut Seeded,
    patient: PatientId,
    secret: &str,
) -> Result<Credential, Denied> {
    let name = clinic.chart(patient)?.chart.name();
    let person = NewPerson {
        name: Line::clipped(&name),
        sign_in_name: Line::clipped("patient"),
        roles: vec![Role::Patient],
        patient: Some(patient),
    };
    let system = Actor::system(Door::Virtual);
    add(
        &mut Operation::new(system, clock, chance),
        clinic,
        person,
        secret,
    )?;
    Ok(Credential {
        role: Role::Patient,
        name,
        sign_in_name: "patient".to_owned(),
    })
}
