//! What is due: of whom, since when, whose it is.

use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError};

use clinic::authority::{Act, may};
use clinic::board::Board;
use clinic::denied::Denied;
use clinic::due::{self, Due};
use jiff::Timestamp;
use pages::{
    Cell, Column, Link, Listing, Mark, Phrase, Piece, Section, Standing, Tab, Table, listing,
};
use protocol::contact::{Owner, Tier};
use record::ids::PatientId;

use super::enquiries::paging;
use super::patient::Opened;
use crate::app::App;
use crate::ask::Ask;
use crate::reply::Reply;
use crate::words;

const PER_PAGE: usize = 50;

/// How many lines the chart of one person shows.
const SHOWN_OF_ONE: usize = 12;

/// What is due of everybody, worked out once a minute.
pub(crate) fn kept(app: &App, now: Timestamp) -> Arc<Vec<Due>> {
    let minute = now.as_second().div_euclid(60);
    let mut kept = app.due.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((at_minute, list)) = &*kept
        && *at_minute == minute
    {
        return Arc::clone(list);
    }
    let fresh = Arc::new(due::list(&app.clinic.board(), app.clinic.library(), now));
    *kept = Some((minute, Arc::clone(&fresh)));
    fresh
}

/// The way to the list, in a few words: "41 due, 6 late".
pub(crate) fn link(app: &App, now: Timestamp) -> Link {
    let list = kept(app, now);
    let n_late = list.iter().filter(|due| due.is_late).count();
    Link::new(
        "/due",
        format!(
            "{} due, {} late",
            words::count(list.len()),
            words::count(n_late)
        ),
    )
}

/// The page.
pub(crate) fn show(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    may(&ask.signed_in()?.actor, Act::ReadBoard, None)?;
    let wanted = ask.query.get("of").unwrap_or("all");
    let skip = ask
        .query
        .get("from")
        .and_then(|text| text.parse::<usize>().ok())
        .unwrap_or(0);
    let list = kept(app, ask.now);
    let owner = Owner::ALL.into_iter().find(|owner| owner.label() == wanted);
    let is_shown = |due: &&Due| match (wanted, owner) {
        ("late", _) => due.is_late,
        (_, Some(owner)) => due.owner == owner,
        (_, None) => true,
    };
    let shown: Vec<&Due> = list.iter().filter(is_shown).collect();
    let board = app.clinic.board();
    let rows: Vec<Vec<Cell>> = shown
        .iter()
        .skip(skip)
        .take(PER_PAGE)
        .map(|due| row(&board, due))
        .collect();
    let n_of = |is_one: &dyn Fn(&Due) -> bool| list.iter().filter(|due| is_one(due)).count();
    let mut tabs = vec![
        tab("all", "Everything", list.len(), wanted == "all"),
        tab("late", "Late", n_of(&|due| due.is_late), wanted == "late"),
    ];
    for owner in Owner::ALL {
        let n = n_of(&|due| due.owner == owner);
        let text = capital(owner.label());
        tabs.push(tab(owner.label(), &text, n, wanted == owner.label()));
    }
    let people: BTreeSet<PatientId> = list.iter().map(|due| due.patient).collect();
    let n_rows = rows.len();
    let view = Listing {
        title: "What is due".to_owned(),
        said: Phrase::sentence(format!(
            "{} from {}, as of {}. Late first, then longest due. A check-in that was not given is silence, and waits on the watch list.",
            words::of(list.len(), "thing", "things"),
            words::of(people.len(), "person", "people"),
            words::time(ask.now, &board.house.zone()),
        )),
        tabs,
        search: None,
        acts: vec![
            Link::new("/watch-list", "Watch list"),
            Link::new("/messages", "Messages"),
        ],
        table: Table {
            caption: "What is due, late first".to_owned(),
            columns: vec![
                Column::words("Who"),
                Column::words("What"),
                Column::words("Stands"),
                Column::words("Since"),
                Column::words("Day"),
                Column::words("Whose"),
            ],
            rows,
            when_empty: "Nothing of this is due now.".to_owned(),
        },
        paging: paging(&format!("/due?of={wanted}"), skip, n_rows, shown.len()),
    };
    drop(board);
    let frame = words::frame(app, ask, Some(pages::Place::Today));
    Ok(Reply::Page(listing(&frame, &view)))
}

fn tab(code: &str, text: &str, n: usize, is_chosen: bool) -> Tab {
    Tab {
        link: Link::new(format!("/due?of={code}"), text),
        count: Some(words::count(n)),
        is_chosen,
    }
}

pub(crate) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().collect::<String>() + letters.as_str()
    })
}

fn row(board: &Board, due: &Due) -> Vec<Cell> {
    let name = board
        .line(due.patient)
        .map_or_else(String::new, |line| line.name.to_string());
    let link = Link::new(format!("/patients/{}", due.patient), name);
    vec![
        vec![Phrase::Link(link)],
        Phrase::sentence(due.title.to_string()),
        stands(due),
        vec![Phrase::Time(words::day_short(due.since))],
        Phrase::sentence(due.day.to_string()),
        whose(board, due),
    ]
}

fn stands(due: &Due) -> Cell {
    let mut said = vec![if due.is_late {
        Phrase::Mark(Mark::new(Standing::Watch, "late"))
    } else {
        Phrase::plain("open")
    }];
    if due.n_missed > 0 {
        said.push(Phrase::Quiet(format!(", {} missed before", due.n_missed)));
    }
    said
}

/// Whose something is: who has taken an open alert about the person, else the role it falls to.
fn whose(board: &Board, due: &Due) -> Cell {
    let taken = board.line(due.patient).and_then(|line| {
        let open = line.alerts.iter().filter(|alert| alert.closed_at.is_none());
        open.filter_map(|alert| alert.owner.as_ref())
            .map(|(_, name)| name.to_string())
            .next()
    });
    let role = capital(due.owner.label());
    match taken.filter(|_| due.owner != Owner::Patient) {
        Some(name) => vec![
            Phrase::plain(name),
            Phrase::Quiet(format!(", who has the alert; else {}", due.owner.label())),
        ],
        None => Phrase::sentence(role),
    }
}

/// What is due of one person, for their chart; nothing where they are on no course.
pub(crate) fn section(app: &App, opened: &Opened, now: Timestamp) -> Option<Section> {
    let board = app.clinic.board();
    let patient = opened.known.patient;
    let (today, due) = due::of(&board, app.clinic.library(), patient, now)?;
    let calendar = due::Calendar::of(app.clinic.library());
    let watch = board
        .line(patient)
        .and_then(|line| calendar.watch(line, today.date, &today.zone))
        .map_or_else(String::new, |(_, score)| {
            format!(" Relapse watch: {}.", score.said())
        });
    let followed = match today.tier {
        Tier::Calm => "Followed as planned.",
        Tier::Amber => "Stepped up: amber.",
        Tier::Red => "Stepped up: red.",
    };
    let rows = due.iter().take(SHOWN_OF_ONE).map(|due| {
        vec![
            Phrase::sentence(due.title.to_string()),
            vec![Phrase::Time(words::day_short(due.since))],
            stands(due),
            whose(&board, due),
        ]
    });
    let table = Table {
        caption: "Due from or to this person".to_owned(),
        columns: vec![
            Column::words("What"),
            Column::words("Since"),
            Column::words("Stands"),
            Column::words("Whose"),
        ],
        rows: rows.collect(),
        when_empty: format!("Nothing is due on day {}.", today.day),
    };
    let said = Piece::plain(format!("{followed}{watch}"));
    Some(Section::new("Due now", vec![Piece::Table(table), said]))
}
