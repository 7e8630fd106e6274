//! The devices of the clinic: made and revoked by an administrator, put into a room by who works there.

use clinic::act::device::{self, Device};
use clinic::authority::{Act, may};
use clinic::denied::Denied;
use pages::{Column, Fact as Shown, Field, Form, FormPage, Link, Phrase, Piece, Section, Sheet};
use pages::{Table, form_page, sheet};

use crate::app::App;
use crate::ask::Ask;
use crate::reply::Reply;
use crate::sent::{Answers, sentence};
use crate::words;

/// Every device, where it stands and when it was last heard of.
pub(crate) fn show(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let actor = &ask.signed_in()?.actor;
    may(actor, Act::PlaceDevice, None)?;
    let manages = may(actor, Act::ManageDevices, None).is_ok();
    let all = device::all(&app.clinic)?;
    let rows = all.iter().map(|one| row(app, one, manages)).collect();
    let mut view = Sheet::new("Devices", "Devices");
    view.said = Phrase::sentence(
        "A device sends vital signs to the session that is open in its room, and to no other.",
    );
    if manages {
        view.acts = vec![Link::new("/devices/new", "Make a device")];
    }
    view.main = vec![Section::new(
        "In use and revoked",
        vec![Piece::Table(Table {
            caption: "Devices, their rooms and when they were last heard of".to_owned(),
            columns: vec![
                Column::words("Device"),
                Column::words("Room"),
                Column::words("Last heard of"),
                Column::words("Made"),
                Column::words("Standing"),
                Column::words("Acts"),
            ],
            rows,
            when_empty: "No device is known here: vital signs are typed in".to_owned(),
        })],
    )];
    Ok(Reply::Page(sheet(&words::frame(app, ask, None), &view)))
}

fn row(app: &App, one: &Device, manages: bool) -> Vec<pages::Cell> {
    let zone = app.clinic.zone();
    let act = |code: &str, text: &str| Phrase::link(format!("/do/{code}?device={}", one.id), text);
    let mut acts = Vec::new();
    if one.revoked_at.is_none() {
        acts.push(act("place-device", "Other room"));
        if manages {
            acts.push(Phrase::plain(" "));
            acts.push(act("revoke-device", "Revoke"));
        }
    }
    vec![
        vec![Phrase::Strong(one.name.to_string())],
        Phrase::sentence(format!(
            "{}, since {}",
            one.room,
            words::moment_short(one.moved_at, &zone)
        )),
        one.heard_at.map_or_else(
            || vec![Phrase::absent("never")],
            |at| vec![Phrase::Time(words::moment_short(at, &zone))],
        ),
        Phrase::sentence(format!(
            "{} by {}",
            words::moment_short(one.made_at, &zone),
            one.made_by
        )),
        one.revoked_at.map_or_else(
            || Phrase::sentence("may send"),
            |at| {
                vec![Phrase::Strong(format!(
                    "revoked {}",
                    words::moment_short(at, &zone)
                ))]
            },
        ),
        acts,
    ]
}

/// The form that makes a device.
pub(crate) fn new(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    may(&ask.signed_in()?.actor, Act::ManageDevices, None)?;
    Ok(Reply::Page(drawn(app, ask, None)))
}

fn drawn(app: &App, ask: &Ask, wrong: Option<(String, String)>) -> maud::Markup {
    let typed = |name: &str| ask.sent.get(name).unwrap_or_default().to_owned();
    let mut form = Form::act("/devices/new", "Make it and show its token")
        .cancel("/devices", "Cancel")
        .fields(vec![
            Field::line("name", "Name")
                .hint("As it stands beside what it reads, for example Monitor 2")
                .value(&typed("name")),
            Field::line("room", "Room")
                .hint("As the room is written when a session is opened, for example Room 2")
                .value(&typed("room")),
        ]);
    if let Some((field, said)) = wrong {
        form = form.wrong(&field, said);
    }
    let page = FormPage::new("Make a device", form)
        .said("Its token is shown once, to be typed into the bridge. Only its hash is kept.");
    form_page(&words::frame(app, ask, None), &page)
}

/// Makes a device, and shows its token this once.
pub(crate) fn make(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    may(&ask.signed_in()?.actor, Act::ManageDevices, None)?;
    let mut answers = Answers::of(&ask.sent, app.clinic.zone());
    let (name, room) = (answers.line("name"), answers.line("room"));
    let made = answers.done().and_then(|()| {
        let (name, room) = name.zip(room).ok_or(Denied::NotFound)?;
        ask.operate(app, |operation, clinic| {
            device::make(operation, clinic, name, room)
        })
    });
    let (made, token) = match made {
        Ok(made) => made,
        Err(Denied::Invalid(faults)) => {
            let first = faults.into_iter().next();
            let wrong = first.map(|fault| (fault.field.to_owned(), sentence(&fault.sentence)));
            return Ok(Reply::PageWith(422, drawn(app, ask, wrong)));
        }
        Err(other) => return Err(other),
    };
    let mut view = Sheet::new(format!("Token of {}", made.name), "Token of a device");
    view.said = Phrase::sentence("It is shown this once. Whoever has it can send readings.");
    view.acts = vec![Link::new("/devices", "Devices")];
    view.main = vec![Section::new(
        "Type it into the bridge",
        vec![Piece::Facts(vec![
            Shown::plain("Token", token),
            Shown::plain("Room", made.room.to_string()),
            Shown::plain("Sends to", "POST /devices/readings"),
        ])],
    )];
    Ok(Reply::Page(sheet(&words::frame(app, ask, None), &view)))
}
