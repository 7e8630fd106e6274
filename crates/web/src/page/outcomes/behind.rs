//! The charts behind a number, for those who may open them.

use clinic::authority::{Act, may};
use clinic::clinic::patient_stream;
use clinic::denied::Denied;
use clinic::outcome::ask::Made;
use journal::AccessRow;
use outcomes::missing::Answer;
use pages::{Column, Link, Listing, Paging, Phrase, Tab, Table, listing};
use record::RecordedAt;
use record::ids::PatientId;

use super::{made, path};
use crate::app::App;
use crate::ask::Ask;
use crate::reply::Reply;
use crate::words;

/// The answers by their names in addresses and their words.
const ANSWERS: [(&str, Answer, &str); 3] = [
    ("so", Answer::Yes, "so"),
    ("not-known", Answer::NotKnown, "not known"),
    ("not-so", Answer::No, "not so"),
];

/// The list, which is logged for each record in it.
pub(crate) fn show(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    may(&ask.signed_in()?.actor, Act::ReadChart, None)?;
    let made = made(app, ask, false)?;
    let mut lines = made.report.lines.iter();
    // Without an outcome named it is the first.
    let asked = ask.query.get("of");
    let line = lines.find(|line| asked.is_none_or(|of| line.id == of));
    let line = line.ok_or(Denied::NotFound)?;
    let of = line.id;
    let (code, answer, label) = ANSWERS
        .into_iter()
        .find(|(code, _, _)| ask.query.get("answer") == Some(*code))
        .unwrap_or(("so", Answer::Yes, "so"));
    let patients = made.behind(of, answer);
    log(
        app,
        ask,
        &patients,
        &format!("list behind an outcome: {of}, {label}"),
    )?;
    let tabs = ANSWERS
        .into_iter()
        .map(|(other, answer, label)| Tab {
            link: Link::new(
                path(
                    "/outcomes/behind",
                    &made.asked,
                    &[("of", of), ("answer", other)],
                ),
                label,
            ),
            count: Some(words::count(made.behind(of, answer).len())),
            is_chosen: other == code,
        })
        .collect();
    let view = Listing {
        title: line.name.clone(),
        said: Phrase::sentence(format!(
            "{} Computed from entry {}. Who looked at this list is written down for each of them.",
            line.sentence().concat(),
            words::count(usize::try_from(made.position).unwrap_or(0)),
        )),
        tabs,
        search: None,
        acts: vec![Link::new(
            path("/outcomes", &made.asked, &[]),
            "Back to the outcomes",
        )],
        table: table(app, &made, &patients),
        paging: Paging {
            said: String::new(),
            before: None,
            after: None,
        },
    };
    let frame = words::frame(app, ask, Some(pages::Place::Outcomes));
    Ok(Reply::Page(listing(&frame, &view)))
}

fn log(app: &App, ask: &Ask, patients: &[PatientId], what: &str) -> Result<(), Denied> {
    let actor = &ask.signed_in()?.actor;
    let role = may(actor, Act::ReadChart, None)?;
    let rows: Vec<AccessRow> = patients
        .iter()
        .map(|patient| AccessRow {
            at: RecordedAt(ask.now),
            person: actor.who(),
            role: role.code().to_owned(),
            stream: Some(patient_stream(*patient)),
            door: "web".to_owned(),
            what: what.to_owned(),
        })
        .collect();
    app.clinic.journal().access_log_soon(rows)?;
    Ok(())
}

fn table(app: &App, made: &Made, patients: &[PatientId]) -> Table {
    let board = app.clinic.board();
    let row = |patient: &PatientId| {
        let name = board.line(*patient)?.name.to_string();
        let mut courses = made.courses.iter();
        let course = courses.find(|course| course.patient == *patient)?;
        let index = course.index.map_or_else(String::new, words::day_plain);
        let protocol = course.protocol.as_deref().unwrap_or("none");
        Some(vec![
            vec![Phrase::link(
                format!("/patients/{patient}/ninety-days"),
                name,
            )],
            Phrase::sentence(index),
            Phrase::sentence(protocol),
        ])
    };
    Table {
        caption: "Charts behind the number".to_owned(),
        columns: vec![
            Column::words("Name"),
            Column::words("First dose"),
            Column::words("Protocol"),
        ],
        rows: patients.iter().filter_map(row).collect(),
        when_empty: "Nobody has this answer.".to_owned(),
    }
}
