//! People and roles.

use clinic::authority::{Act, may};
use clinic::denied::Denied;
use pages::{Column, Link, Listing, Paging, Phrase, Table, listing};

use crate::app::App;
use crate::ask::Ask;
use crate::reply::Reply;
use crate::words;

/// The page.
pub(crate) fn show(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let sign_in = ask.signed_in()?;
    may(&sign_in.actor, Act::ReadPeople, None)?;
    let manages = may(&sign_in.actor, Act::ManagePeople, None).is_ok();
    let board = app.clinic.board();
    let mut people: Vec<_> = board.people.iter().collect();
    people.sort_by_key(|(_, staff)| (!staff.is_here, staff.patient.is_some(), staff.name.clone()));
    let n_here = people.iter().filter(|(_, staff)| staff.is_here).count();
    let rows = people
        .iter()
        .map(|(id, staff)| {
            let roles: Vec<&str> = staff.roles.iter().map(|role| role.label()).collect();
            let act =
                |code: &str, text: &str| Phrase::link(format!("/do/{code}?person={id}"), text);
            let acts = if manages && staff.is_here {
                vec![
                    act("change-roles", "Roles"),
                    Phrase::plain(" "),
                    act("reset-secret", "New pass phrase"),
                    Phrase::plain(" "),
                    act("leave-person", "Leaves"),
                ]
            } else {
                Vec::new()
            };
            let standing = if staff.is_here {
                Phrase::sentence("works here")
            } else {
                Phrase::sentence("has left")
            };
            vec![
                Phrase::sentence(staff.name.clone()),
                Phrase::sentence(staff.sign_in_name.clone()),
                Phrase::sentence(roles.join(", ")),
                standing,
                acts,
            ]
        })
        .collect();
    let view = Listing {
        title: "People and roles".to_owned(),
        said: Phrase::sentence(format!(
            "{} can sign in.",
            words::of(n_here, "person", "people")
        )),
        tabs: Vec::new(),
        search: None,
        acts: if manages {
            vec![Link::new("/do/add-person", "Add a person")]
        } else {
            Vec::new()
        },
        table: Table {
            caption: "People and their roles".to_owned(),
            columns: vec![
                Column::words("Name"),
                Column::words("Signs in as"),
                Column::words("Roles"),
                Column::words("Standing"),
                Column::words("Acts"),
            ],
            rows,
            when_empty: "Nobody works here yet.".to_owned(),
        },
        paging: Paging::default(),
    };
    drop(people);
    drop(board);
    let frame = words::frame(app, ask, Some(pages::Place::People));
    Ok(Reply::Page(listing(&frame, &view)))
}
