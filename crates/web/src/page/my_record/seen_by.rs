//! Who has opened the record: by day and role, from the access log.
//!
//! People who wrote in the record are named, since its owner reads their names there already. Of the
//! others the role is shown, and the name is given on request: an address for a patient's anger or fear
//! is not handed out by a program.

use std::collections::{BTreeMap, BTreeSet};

use clinic::clinic::patient_stream;
use clinic::denied::Denied;
use jiff::civil::Date;
use journal::{AccessQuery, LoggedAccess};
use pages::{Column, Phrase, Piece, Section, Table};
use record::calendar::civil_day;
use record::words::Role;

use crate::app::App;
use crate::page::patient::Opened;
use crate::sent::sentence;
use crate::words;

/// How many openings are asked of the log at once.
const AT_ONCE: usize = 500;

/// How many lines the page shows; all of them are in the download.
const LINES_MAX: usize = 12;

/// Who opened it, as its owner may know them.
pub(super) struct Opening {
    /// When.
    pub(super) at: jiff::Timestamp,
    /// In which role, in words.
    pub(super) role: String,
    /// Their name, where they wrote in the record.
    pub(super) name: Option<String>,
    /// Which page of it.
    pub(super) what: String,
}

/// Every opening by somebody else, newest first.
pub(super) fn all(app: &App, opened: &Opened) -> Result<Vec<Opening>, Denied> {
    let journal = app.clinic.journal();
    journal.flush()?;
    let query = AccessQuery::OfStream(patient_stream(opened.known.patient));
    let own = opened.known.patient.to_string();
    let entries = opened.chart().entries();
    let authors: BTreeSet<&str> = entries.iter().map(|one| one.author.who.as_str()).collect();
    let (mut before, mut out) = (None, Vec::new());
    loop {
        let logged: Vec<LoggedAccess> = journal.accesses(&query, before, AT_ONCE)?;
        let is_last = logged.len() < AT_ONCE;
        before = logged.last().map(|last| last.number);
        let others = logged.into_iter().filter(|one| {
            one.row.person != own && Role::from_code(&one.row.role) != Some(Role::Patient)
        });
        out.extend(others.map(|one| {
            Opening {
                at: one.row.at.0,
                role: Role::from_code(&one.row.role)
                    .map_or_else(|| one.row.role.clone(), |role| role.label().to_owned()),
                name: authors
                    .contains(one.row.person.as_str())
                    .then(|| app.clinic.board().author_name(&one.row.person)),
                what: one.row.what,
            }
        }));
        if is_last {
            return Ok(out);
        }
    }
}

/// The section of the page.
pub(super) fn section(app: &App, opened: &Opened) -> Result<Section, Denied> {
    let all = all(app, opened)?;
    let mut days: BTreeMap<(std::cmp::Reverse<Date>, String), usize> = BTreeMap::new();
    for one in &all {
        let day = std::cmp::Reverse(civil_day(one.at, &opened.zone));
        let who = match &one.name {
            Some(name) => format!("{name}, {}", one.role),
            None => sentence(&one.role),
        };
        *days.entry((day, who)).or_default() += 1;
    }
    let n_lines = days.len();
    let rows = days.into_iter().take(LINES_MAX).map(|((day, who), times)| {
        vec![
            vec![Phrase::Time(words::day_short(day.0))],
            Phrase::sentence(who),
            Phrase::sentence(words::count(times)),
        ]
    });
    let mut pieces = vec![Piece::Table(Table {
        caption: "Who opened it, by day".to_owned(),
        columns: vec![
            Column::words("Day"),
            Column::words("Who"),
            Column::numbers("Times"),
        ],
        rows: rows.collect(),
        when_empty: "Nobody but you has opened it since the log began.".to_owned(),
    })];
    if n_lines > LINES_MAX {
        pieces.push(Piece::plain(format!(
            "{} more lines are in the download.",
            n_lines - LINES_MAX
        )));
    }
    pieces.push(Piece::plain(
        "People who wrote in your record are named. For the others you see the role; ask us for the name.",
    ));
    Ok(Section::new("Who has opened it", pieces))
}
