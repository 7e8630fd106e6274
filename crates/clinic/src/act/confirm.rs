//! Confirming who signs: the pass phrase once more, at the moment of the signature.
//!
//! A sign-in proves who came; a signature is proved anew, so that nobody signs on a screen that was left
//! open. Wrong pass phrases are counted as at the door and lock confirming for as long.

use jiff::Timestamp;
use record::ids::{PatientId, PersonId};
use record::words::Line;

use super::sign_in::{LOCK, WRONG, WRONG_MAX, WrongCount, is_secret_of, put, wrong_count};
use crate::clinic::Clinic;
use crate::denied::Denied;
use crate::digest::hexadecimal;
use crate::operation::{Actor, ActorId, Operation};
use record::words::{Door, Role};

/// The field a wrong pass phrase is said at.
pub const FIELD: &str = "pass_phrase";

/// A person who has just proved who they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirmed {
    person: PersonId,
    patient: Option<PatientId>,
    name: Line,
}

impl Confirmed {
    /// Who it is.
    pub const fn person(&self) -> PersonId {
        self.person
    }

    /// Their name as printed.
    pub const fn name(&self) -> &Line {
        &self.name
    }

    /// Whether it is the one who acts.
    pub fn is(&self, actor: &Actor) -> bool {
        match (&actor.id, self.patient) {
            (ActorId::Person(person), None) => *person == self.person,
            (ActorId::Patient(patient), Some(own)) => *patient == own,
            _ => false,
        }
    }

    /// Someone of the made-up clinic, whose people have no hands to type with; `None` at any other door.
    pub fn made_up(actor: &Actor) -> Option<Self> {
        match (&actor.id, actor.door) {
            (ActorId::Person(person), Door::Virtual) => Some(Self {
                person: *person,
                patient: None,
                name: actor.name.clone(),
            }),
            _ => None,
        }
    }
}

/// Confirms that the one who acts knows their own pass phrase.
///
/// # Errors
/// [`Denied::Invalid`] for a wrong pass phrase, or after too many; [`Denied::NotFound`] for an actor who has none.
pub fn confirm(
    operation: &Operation<'_>,
    clinic: &Clinic,
    secret: &str,
) -> Result<Confirmed, Denied> {
    let (person, patient) = match &operation.actor.id {
        ActorId::Person(person) => (*person, None),
        ActorId::Patient(patient) => (sign_in_of(clinic, *patient)?, Some(*patient)),
        ActorId::Public | ActorId::System => return Err(Denied::NotFound),
    };
    match proof(clinic, person, secret, operation.now())? {
        Proof::Right => Ok(Confirmed {
            person,
            patient,
            name: operation.actor.name.clone(),
        }),
        Proof::Wrong => Err(Denied::invalid(
            FIELD,
            "This is not your pass phrase: type the one you sign in with. Nothing was signed",
        )),
        Proof::Locked => Err(Denied::invalid(
            FIELD,
            "Too many wrong pass phrases: wait fifteen minutes and try again",
        )),
    }
}

/// How another person who signs beside the one who acts is spoken of.
pub(crate) struct Another {
    /// The fields of who it is and of their pass phrase.
    pub fields: (&'static str, &'static str),
    /// What they are: "The second prescriber".
    pub them: &'static str,
}

/// Confirms that another prescriber signs too, by their own pass phrase, at this moment.
///
/// # Errors
/// [`Denied::Invalid`] where it is the one who acts, nobody who prescribes here now, or not their pass
/// phrase.
pub(crate) fn another(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    person: PersonId,
    secret: &str,
    words: &Another,
) -> Result<Confirmed, Denied> {
    let (field, secret_field) = words.fields;
    if operation.actor.id == ActorId::Person(person) {
        let sentence = format!("{} must be another person", words.them);
        return Err(Denied::invalid(field, sentence));
    }
    let staff = clinic.board().people.get(&person).cloned();
    let may = staff.filter(|staff| {
        let is_prescriber = |role: &Role| matches!(role, Role::Prescriber | Role::MedicalDirector);
        staff.is_here && staff.roles.iter().any(is_prescriber)
    });
    let staff = may.ok_or_else(|| {
        Denied::invalid(field, "Choose a prescriber of this clinic, who is here now")
    })?;
    match proof(clinic, person, secret, operation.now())? {
        Proof::Right => Ok(Confirmed {
            person,
            patient: None,
            name: Line::clipped(&staff.name),
        }),
        Proof::Wrong | Proof::Locked => Err(Denied::invalid(
            secret_field,
            format!(
                "This is not the pass phrase: {} types their own. Nothing was signed",
                staff.name
            ),
        )),
    }
}

/// What a pass phrase typed for a signature came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Proof {
    /// It is theirs.
    Right,
    /// It is not, and the try was counted.
    Wrong,
    /// Too many were wrong: none is looked at until the lock ends.
    Locked,
}

/// Holds a pass phrase against a person's, and counts it where it is wrong.
///
/// One count for whatever is signed: a witness is guessed at no more often than a signature.
pub(crate) fn proof(
    clinic: &Clinic,
    person: PersonId,
    secret: &str,
    now: Timestamp,
) -> Result<Proof, Denied> {
    let key = hexadecimal(&format!("confirm {person}"));
    let wrong = wrong_count(clinic, &key, now)?;
    if wrong.is_some_and(|count| count.n >= WRONG_MAX) {
        return Ok(Proof::Locked);
    }
    if is_secret_of(clinic, person, secret)? {
        clinic.journal().rim_remove(WRONG, &key)?;
        return Ok(Proof::Right);
    }
    let count = wrong.unwrap_or(WrongCount {
        n: 0,
        first_at: now,
    });
    let n = count.n + 1;
    let first_at = if n >= WRONG_MAX { now } else { count.first_at };
    let until = first_at.saturating_add(LOCK).unwrap_or(now);
    put(clinic, WRONG, &key, &WrongCount { n, first_at }, until)?;
    Ok(Proof::Wrong)
}

/// Whose sign-in a patient's is.
fn sign_in_of(clinic: &Clinic, patient: PatientId) -> Result<PersonId, Denied> {
    let board = clinic.board();
    let mut all = board.people.iter();
    all.find(|(_, staff)| staff.patient == Some(patient) && staff.is_here)
        .map(|(person, _)| *person)
        .ok_or(Denied::NotFound)
}
