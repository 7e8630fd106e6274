//! The second reader in the forms that override a rule: another prescriber, with their own pass phrase.

use clinic::act::confirm::{Confirmed, FIELD, confirm};
use clinic::act::reader::{MEANING, READER, READER_SECRET, read_by};
use clinic::{ActorId, Clinic, Denied, Operation};
use pages::{Choice, Control, Field, Input};
use record::ids::PersonId;
use record::words::Role;

use crate::app::App;
use crate::ask::Ask;
use crate::sent::Sent;

/// The pass phrase of whoever signs, once more, and what the signature says where it is said in words.
pub(crate) fn pass_phrase(meaning: Option<&str>) -> Field {
    let says = meaning.map_or_else(String::new, |meaning| {
        format!(". Signed with your name and the time, it says: \u{201c}{meaning}\u{201d}")
    });
    Field::new(
        FIELD,
        "Your pass phrase, once more",
        Control::line(Input::Secret),
    )
    .hint(format!("The one you sign in with{says}"))
}

/// The pass phrase of whoever overrides: an override is signed as everything else is.
pub(crate) fn own_field() -> Field {
    pass_phrase(Some(MEANING))
}

/// Whoever overrides, who has just typed their own pass phrase.
pub(crate) fn own(
    sent: &Sent,
    operation: &Operation<'_>,
    clinic: &Clinic,
) -> Result<Confirmed, Denied> {
    confirm(operation, clinic, sent.raw(FIELD).unwrap_or_default())
}

/// Who reads it too, and their pass phrase: where one of these rules asks for it.
pub(crate) fn reader_fields(app: &App, ask: &Ask, is_shown: impl Fn(&str) -> bool) -> Vec<Field> {
    let asking: Vec<&str> = app
        .clinic
        .library()
        .pack()
        .rules()
        .iter()
        .filter(|rule| rule.second_reader && is_shown(&rule.id))
        .map(|rule| rule.id.as_str())
        .collect();
    if asking.is_empty() {
        return Vec::new();
    }
    let own = ask.sign_in.as_ref().map(|one| &one.actor.id);
    let may = |role: &Role| matches!(role, Role::Prescriber | Role::MedicalDirector);
    let board = app.clinic.board();
    let people = board
        .people
        .iter()
        .filter(|(id, staff)| {
            staff.is_here && staff.roles.iter().any(may) && own != Some(&ActorId::Person(**id))
        })
        .map(|(id, staff)| Choice::new(id.to_string(), staff.name.clone()))
        .collect();
    vec![
        Field::select(READER, "Second reader", people)
            .optional()
            .hint(format!(
                "Needed for {}: another prescriber reads it and types their own pass phrase",
                asking.join(", ")
            )),
        Field::new(
            READER_SECRET,
            "Pass phrase of the second reader",
            Control::line(Input::Secret),
        )
        .optional(),
    ]
}

/// The second reader who was chosen and has signed; nobody where none was chosen.
pub(crate) fn reader(
    sent: &Sent,
    operation: &mut Operation<'_>,
    clinic: &Clinic,
) -> Result<Option<Confirmed>, Denied> {
    let Some(chosen) = sent.get(READER).filter(|chosen| !chosen.is_empty()) else {
        return Ok(None);
    };
    let person: PersonId = chosen.parse().map_err(|_| {
        Denied::invalid(
            READER,
            "Choose a prescriber of this clinic, who is here now",
        )
    })?;
    let secret = sent.raw(READER_SECRET).unwrap_or_default();
    read_by(operation, clinic, person, secret).map(Some)
}
