//! The access log: who opened which record, when.

use clinic::authority::{Act, may};
use clinic::clinic::patient_stream;
use clinic::denied::Denied;
use journal::{AccessQuery, LoggedAccess};
use pages::{Choice, Column, Field, Form, Link, Listing, Paging, Phrase, Table, listing};
use record::ids::PatientId;

use crate::app::App;
use crate::ask::Ask;
use crate::reply::Reply;
use crate::words;

const PER_PAGE: usize = 50;

/// The page.
pub(crate) fn show(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    may(&ask.signed_in()?.actor, Act::ReadAccessLog, None)?;
    let of = ask
        .query
        .get("patient")
        .and_then(|text| text.parse::<PatientId>().ok());
    let by = ask.query.get("person").map(str::to_owned);
    let query = match (&of, &by) {
        (Some(patient), _) => AccessQuery::OfStream(patient_stream(*patient)),
        (None, Some(person)) => AccessQuery::ByPerson(person.clone()),
        (None, None) => AccessQuery::Newest,
    };
    let before = ask
        .query
        .get("before")
        .and_then(|text| text.parse::<u64>().ok());
    app.clinic.journal().flush()?;
    let logged = app.clinic.journal().accesses(&query, before, PER_PAGE)?;
    let after = (logged.len() == PER_PAGE)
        .then(|| logged.last().map(|last| last.number))
        .flatten();
    let zone = app.clinic.zone();
    let rows = logged.iter().map(|one| row(app, one, &zone)).collect();
    let people = app
        .clinic
        .board()
        .people
        .iter()
        .map(|(id, staff)| Choice::new(id.to_string(), staff.name.clone()))
        .collect::<Vec<_>>();
    let choices = std::iter::once(Choice::new("", "Anyone"))
        .chain(people)
        .collect();
    let view = Listing {
        title: "Access log".to_owned(),
        said: Phrase::sentence("Every chart opened, newest first."),
        tabs: Vec::new(),
        search: Some(Form::ask("/access-log", "Show").named("find").fields(vec![
            Field::select("person", "Opened by", choices)
                .value(by.as_deref().unwrap_or_default())
                .optional(),
        ])),
        acts: Vec::new(),
        table: Table {
            caption: "Who opened what".to_owned(),
            columns: vec![
                Column::words("When"),
                Column::words("Who"),
                Column::words("In what role"),
                Column::words("Whose record"),
                Column::words("What"),
            ],
            rows,
            when_empty: "No record has been opened yet.".to_owned(),
        },
        paging: Paging {
            said: String::new(),
            before: None,
            after: after.map(|number| {
                let person = by.as_deref().unwrap_or_default();
                Link::new(
                    format!("/access-log?person={person}&before={number}"),
                    "Earlier",
                )
            }),
        },
    };
    let frame = words::frame(app, ask, Some(pages::Place::AccessLog));
    Ok(Reply::Page(listing(&frame, &view)))
}

fn row(app: &App, logged: &LoggedAccess, zone: &jiff::tz::TimeZone) -> Vec<pages::Cell> {
    let board = app.clinic.board();
    let whose = logged.row.stream.map_or_else(
        || vec![Phrase::absent("none")],
        |stream| {
            let patient = PatientId::from_uuid(stream.id);
            let name = board
                .line(patient)
                .map_or_else(|| patient.to_string(), |line| line.name.to_string());
            Phrase::sentence(name)
        },
    );
    vec![
        vec![Phrase::Time(words::moment(logged.row.at.0, zone))],
        Phrase::sentence(board.author_name(&logged.row.person)),
        Phrase::sentence(logged.row.role.replace('_', " ")),
        whose,
        Phrase::sentence(logged.row.what.clone()),
    ]
}
