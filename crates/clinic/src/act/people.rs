//! The clinic itself and the people who work there.

use jiff::tz::TimeZone;
use record::fact::house::{ClinicDescribed, RolesChanged, SecretChanged, StaffAdded, StaffLeft};
use record::ids::{PatientId, PersonId};
use record::words::{Line, Role};

use super::sign_in;
use crate::authority::{Act, authorise};
use crate::clinic::{Clinic, Written, person_stream, settings_stream};
use crate::denied::{Denied, FieldFault};
use crate::operation::Operation;

/// Describes the clinic.
///
/// # Errors
/// [`Denied::Invalid`] for a zone no clock knows.
pub fn describe_clinic(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    described: ClinicDescribed,
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::DescribeClinic, None)?;
    if TimeZone::get(described.zone.as_str()).is_err() {
        return Err(Denied::invalid(
            "zone",
            "This is not a time zone: write one such as America/New_York",
        ));
    }
    clinic.record_house(operation, role, settings_stream(), &[described.into()])
}

/// A person to be added.
#[derive(Clone, Debug)]
pub struct NewPerson {
    /// Their name as printed, with credentials.
    pub name: Line,
    /// The name they sign in with.
    pub sign_in_name: Line,
    /// What they may act as.
    pub roles: Vec<Role>,
    /// The patient they are, where they are one.
    pub patient: Option<PatientId>,
}

/// Adds a person and sets their first secret.
///
/// # Errors
/// [`Denied::Invalid`] for a sign-in name in use, no role, or a secret too short.
pub fn add(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    person: NewPerson,
    secret: &str,
) -> Result<PersonId, Denied> {
    let role = authorise(operation, Act::ManagePeople, None)?;
    if let Some(first) = clinic.first_answer(operation, None)? {
        return Ok(PersonId::from_uuid(first.stream));
    }
    let mut faults = Vec::new();
    if person.roles.is_empty() {
        faults.push(FieldFault::new("roles", "Choose at least one role"));
    }
    if person.roles.contains(&Role::Patient) != person.patient.is_some() {
        faults.push(FieldFault::new(
            "roles",
            "A patient's sign-in belongs to one patient's record",
        ));
    }
    if let Some(patient) = person.patient
        && clinic.board().line(patient).is_none()
    {
        faults.push(FieldFault::new("patient", "There is no such record"));
    }
    if person
        .roles
        .iter()
        .any(|role| matches!(role, Role::System | Role::Public))
    {
        faults.push(FieldFault::new("roles", "Nobody can be given this role"));
    }
    if clinic
        .board()
        .person_named(person.sign_in_name.as_str())
        .is_some()
    {
        faults.push(FieldFault::new(
            "sign_in_name",
            "Someone signs in with this name already",
        ));
    }
    if let Err(fault) = sign_in::check_secret(secret) {
        faults.push(fault);
    }
    if !faults.is_empty() {
        return Err(Denied::Invalid(faults));
    }
    let id = PersonId::make(operation.now(), operation.chance);
    let NewPerson {
        name,
        sign_in_name,
        roles,
        patient,
    } = person;
    let added = StaffAdded {
        person: id,
        name,
        sign_in_name,
        roles,
        patient,
    };
    let facts = [added.into(), SecretChanged { person: id }.into()];
    let written = clinic.record_house(operation, role, person_stream(id), &facts)?;
    let id = PersonId::from_uuid(written.stream);
    sign_in::set_secret(operation, clinic, id, secret)?;
    Ok(id)
}

/// Changes what a person may act as.
///
/// # Errors
/// [`Denied::NotFound`] for one who does not work here; [`Denied::Invalid`] where it would leave the
/// clinic without an administrator.
pub fn change_roles(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    person: PersonId,
    roles: Vec<Role>,
    reason: Option<Line>,
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::ManagePeople, None)?;
    known_person(clinic, person)?;
    if roles.is_empty()
        || roles
            .iter()
            .any(|role| matches!(role, Role::System | Role::Public | Role::Patient))
    {
        return Err(Denied::invalid(
            "roles",
            "Choose at least one of the clinic's roles",
        ));
    }
    if !roles.contains(&Role::Administrator) {
        check_not_last_administrator(clinic, person)?;
    }
    let fact = RolesChanged {
        person,
        roles,
        reason,
    };
    let written = clinic.record_house(operation, role, person_stream(person), &[fact.into()])?;
    Ok(written)
}

/// Records that a person no longer works here, and ends their sign-ins.
///
/// # Errors
/// As [`change_roles`].
pub fn leave(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    person: PersonId,
    reason: Option<Line>,
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::ManagePeople, None)?;
    known_person(clinic, person)?;
    check_not_last_administrator(clinic, person)?;
    let fact = StaffLeft { person, reason };
    let written = clinic.record_house(operation, role, person_stream(person), &[fact.into()])?;
    sign_in::end_all(clinic, person)?;
    Ok(written)
}

/// Sets a person's secret anew, and ends their sign-ins.
///
/// # Errors
/// [`Denied::NotFound`] for one who does not work here; [`Denied::Invalid`] for a secret too short.
pub fn reset_secret(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    person: PersonId,
    secret: &str,
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::ManagePeople, None)?;
    known_person(clinic, person)?;
    sign_in::check_secret(secret).map_err(|fault| Denied::Invalid(vec![fault]))?;
    sign_in::set_secret(operation, clinic, person, secret)?;
    sign_in::end_all(clinic, person)?;
    let fact = SecretChanged { person };
    clinic.record_house(operation, role, person_stream(person), &[fact.into()])
}

fn known_person(clinic: &Clinic, person: PersonId) -> Result<(), Denied> {
    let board = clinic.board();
    board
        .people
        .get(&person)
        .filter(|staff| staff.is_here)
        .map(|_| ())
        .ok_or(Denied::NotFound)
}

fn check_not_last_administrator(clinic: &Clinic, person: PersonId) -> Result<(), Denied> {
    let board = clinic.board();
    let another = board.people.iter().any(|(id, staff)| {
        *id != person && staff.is_here && staff.roles.contains(&Role::Administrator)
    });
    let is_one = board
        .people
        .get(&person)
        .is_some_and(|staff| staff.roles.contains(&Role::Administrator));
    if is_one && !another {
        return Err(Denied::invalid(
            "roles",
            "This is the only administrator: make someone else one first",
        ));
    }
    Ok(())
}
