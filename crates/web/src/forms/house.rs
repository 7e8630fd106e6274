//! Forms for the people who work at the clinic.
#![expect(
    clippy::unnecessary_wraps,
    reason = "the drawing of every form has one shape"
)]

use clinic::act::people::{self, NewPerson};
use clinic::authority::Act;
use clinic::denied::Denied;
use pages::{Control, Field, FormPage, Input};
use record::ids::PersonId;
use record::words::Role;

use super::{Desk, FormKind, choices, read};

pub(super) const FORMS: &[FormKind] = &[
    FormKind {
        code: "add-person",
        title: "Add a person",
        done: "The person is added.",
        act: Act::ManagePeople,
        draw: draw_add,
        send: send_add,
    },
    FormKind {
        code: "change-roles",
        title: "Change roles",
        done: "The roles are changed.",
        act: Act::ManagePeople,
        draw: draw_roles,
        send: send_roles,
    },
    FormKind {
        code: "reset-secret",
        title: "Set a new pass phrase",
        done: "The pass phrase is set; their sign-ins have ended.",
        act: Act::ManagePeople,
        draw: draw_reset,
        send: send_reset,
    },
    FormKind {
        code: "leave-person",
        title: "Record that a person leaves",
        done: "They no longer work here; their sign-ins have ended.",
        act: Act::ManagePeople,
        draw: draw_leave,
        send: send_leave,
    },
];

/// The roles a person can be given.
const ROLES: &[Role] = &[
    Role::Coordinator,
    Role::Prescriber,
    Role::Nurse,
    Role::Therapist,
    Role::MedicalDirector,
    Role::ComplianceOfficer,
    Role::Researcher,
    Role::Administrator,
];

fn roles_field() -> Field {
    Field::any_of(
        "roles",
        "What may they act as?",
        choices(ROLES, Role::code, Role::label),
    )
}

fn secret_field() -> Field {
    Field::new("secret", "Pass phrase", Control::line(Input::NewSecret))
        .hint("At least 12 characters; a few words do well")
}

fn read_roles(desk: &Desk<'_>) -> Vec<Role> {
    desk.ask
        .sent
        .all("roles")
        .filter_map(Role::from_code)
        .filter(|role| ROLES.contains(role))
        .collect()
}

fn draw_add(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    Ok(desk.page(desk.form("Add").fields(vec![
            Field::line("name", "Name as printed")
                .hint("With credentials, for example Dana Whitlock RN"),
            Field::new(
                "sign_in_name",
                "Sign-in name",
                Control::line(Input::SignInName),
            ),
            roles_field(),
            secret_field(),
        ])))
}

fn send_add(desk: &Desk<'_>) -> Result<String, Denied> {
    let mut answers = desk.answers();
    let name = answers.line("name");
    let sign_in_name = answers.line("sign_in_name");
    read!(answers => name, sign_in_name);
    let person = NewPerson {
        name,
        sign_in_name,
        roles: read_roles(desk),
        patient: None,
    };
    let secret = desk.ask.sent.raw("secret").unwrap_or_default();
    desk.operate(|operation, clinic| people::add(operation, clinic, person, secret))?;
    Ok("/people?done=add-person".to_owned())
}

fn person(desk: &Desk<'_>) -> Result<(PersonId, String), Denied> {
    let id: PersonId = desk.needed("person")?;
    let board = desk.app.clinic.board();
    let staff = board.people.get(&id).ok_or(Denied::NotFound)?;
    Ok((id, staff.name.clone()))
}

fn draw_roles(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let (id, name) = person(desk)?;
    let board = desk.app.clinic.board();
    let kept: Vec<(String, String)> = board.people.get(&id).map_or_else(Vec::new, |staff| {
        staff
            .roles
            .iter()
            .map(|role| ("roles".to_owned(), role.code().to_owned()))
            .collect()
    });
    drop(board);
    let form = desk
        .form("Change")
        .fields(vec![
            roles_field(),
            Field::line("reason", "Why?").optional(),
        ])
        .keep(&kept);
    Ok(desk.page(form).said(format!("{name}.")))
}

fn send_roles(desk: &Desk<'_>) -> Result<String, Denied> {
    let (id, _) = person(desk)?;
    let mut answers = desk.answers();
    let reason = answers.line_or_none("reason");
    answers.done()?;
    let roles = read_roles(desk);
    desk.operate(|operation, clinic| people::change_roles(operation, clinic, id, roles, reason))?;
    Ok("/people?done=change-roles".to_owned())
}

fn draw_reset(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let (_, name) = person(desk)?;
    Ok(desk
        .page(desk.form("Set it").fields(vec![secret_field()]))
        .said(format!("{name}.")))
}

fn send_reset(desk: &Desk<'_>) -> Result<String, Denied> {
    let (id, _) = person(desk)?;
    let secret = desk.ask.sent.raw("secret").unwrap_or_default();
    desk.operate(|operation, clinic| people::reset_secret(operation, clinic, id, secret))?;
    Ok("/people?done=reset-secret".to_owned())
}

fn draw_leave(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let (_, name) = person(desk)?;
    let field = Field::line("reason", "Why?").optional();
    let form = desk.form("They leave").grave().fields(vec![field]);
    Ok(desk
        .page(form)
        .said(format!("{name} will no longer be able to sign in.")))
}

fn send_leave(desk: &Desk<'_>) -> Result<String, Denied> {
    let (id, _) = person(desk)?;
    let mut answers = desk.answers();
    let reason = answers.line_or_none("reason");
    answers.done()?;
    desk.operate(|operation, clinic| people::leave(operation, clinic, id, reason))?;
    Ok("/people?done=leave-person".to_owned())
}
