//! Patients: search, stages, pages.

use std::sync::Arc;

use clinic::authority::{Act, may};
use clinic::board::line::PatientLine;
use clinic::denied::Denied;
use pages::{Choice, Column, Field, Form, Link, Listing, Phrase, Table, listing};
use record::calendar::{civil_day, days_between};
use record::chart::course::Stage;
use record::ids::PatientId;

use super::enquiries::paging;
use crate::app::App;
use crate::ask::Ask;
use crate::forms::is_offered;
use crate::reply::Reply;
use crate::words;

const PER_PAGE: usize = 50;

/// The page.
pub(crate) fn show(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    may(&ask.signed_in()?.actor, Act::ReadBoard, None)?;
    let wanted = ask.query.get("name").unwrap_or_default().to_lowercase();
    let stage = ask.query.get("stage").and_then(Stage::from_code);
    let skip = ask
        .query
        .get("from")
        .and_then(|text| text.parse::<usize>().ok())
        .unwrap_or(0);
    let board = app.clinic.board();
    let zone = board.house.zone();
    let today = civil_day(ask.now, &zone);
    let matches = |line: &PatientLine| {
        (wanted.is_empty()
            || line.name.to_lowercase().contains(&wanted)
            || line
                .record_number
                .as_ref()
                .is_some_and(|number| number.to_lowercase().contains(&wanted)))
            && stage.is_none_or(|stage| line.stage.on(today) == stage)
    };
    let row = |(id, line): (PatientId, &Arc<PatientLine>)| row(id, line, ask, today, &zone);
    let (n, rows): (usize, Vec<_>) = if wanted.is_empty() && stage.is_none() {
        // Everybody: only those shown are looked at, however many there are.
        let shown = board.by_name().skip(skip).take(PER_PAGE);
        (board.n_records(), shown.map(row).collect())
    } else {
        let found: Vec<_> = board.by_name().filter(|(_, line)| matches(line)).collect();
        let shown = found.iter().skip(skip).take(PER_PAGE).copied();
        (found.len(), shown.map(row).collect())
    };
    let n_shown = rows.len();
    let base = format!(
        "/patients?name={}&stage={}",
        escaped(&wanted),
        stage.map_or("", Stage::code)
    );
    let view = Listing {
        title: "Patients".to_owned(),
        said: Phrase::sentence(format!(
            "{} of {}.",
            words::count(n),
            words::of(board.n_records(), "record", "records")
        )),
        tabs: Vec::new(),
        search: Some(search(ask, stage)),
        acts: is_offered(ask, "register-new", None)
            .then(|| Link::new("/do/register-new", "Register a patient"))
            .into_iter()
            .collect(),
        table: Table {
            caption: "Patients by family name".to_owned(),
            columns: vec![
                Column::words("Name"),
                Column::words("Born"),
                Column::words("Stage"),
                Column::words("Course"),
                Column::words("Next visit"),
                Column::words("Last check-in"),
            ],
            rows,
            when_empty: "Nobody matches. Try part of the name, or another stage.".to_owned(),
        },
        paging: paging(&base, skip, n_shown, n),
    };
    drop(board);
    let frame = words::frame(app, ask, Some(pages::Place::Patients));
    Ok(Reply::Page(listing(&frame, &view)))
}

fn search(ask: &Ask, stage: Option<Stage>) -> Form {
    let choices = Stage::ALL
        .iter()
        .map(|stage| Choice::new(stage.code(), stage.label()));
    let choices = std::iter::once(Choice::new("", "Any stage"))
        .chain(choices)
        .collect();
    Form::ask("/patients", "Find").named("find").fields(vec![
        Field::line("name", "Name or record number")
            .value(ask.query.get("name").unwrap_or_default())
            .optional(),
        Field::select("stage", "Stage", choices)
            .value(stage.map_or("", Stage::code))
            .optional(),
    ])
}

/// A search as it stands in an address.
fn escaped(text: &str) -> String {
    text.bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

fn row(
    id: PatientId,
    line: &PatientLine,
    ask: &Ask,
    today: jiff::civil::Date,
    zone: &jiff::tz::TimeZone,
) -> Vec<pages::Cell> {
    let born = line.born.map_or_else(
        || vec![Phrase::absent("not recorded")],
        |born| Phrase::sentence(words::day_plain(born)),
    );
    let course = match &line.course {
        Some(course) => {
            let day = course.day_zero.map_or_else(String::new, |zero| {
                format!(", day {}", days_between(zero, today))
            });
            Phrase::sentence(format!("{}{day}", course.substance))
        }
        None => vec![Phrase::absent("none yet")],
    };
    let next = line.next_visit(ask.now).map_or_else(
        || vec![Phrase::absent("none booked")],
        |visit| vec![Phrase::Time(words::moment_short(visit.starts_at, zone))],
    );
    let last = line.last_check_in.map_or_else(
        || vec![Phrase::absent("none")],
        |at| {
            let ago = words::stretch(words::minutes_between(at, ask.now));
            Phrase::sentence(format!("{ago} ago"))
        },
    );
    vec![
        vec![
            Phrase::link(format!("/patients/{id}"), line.name.to_string()),
            Phrase::plain(" "),
            words::record_number_cell(line.record_number.as_deref()),
        ],
        born,
        Phrase::sentence(line.stage.on(today).label()),
        course,
        next,
        last,
    ]
}
