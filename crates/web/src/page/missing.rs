//! Who is missing what, since when, and whose it is: as a list, and as the words at the head of Today and
//! of every report.

use std::collections::BTreeMap;

use clinic::authority::{Act, may};
use clinic::board::Board;
use clinic::completeness::{Completeness, Gap, Stretch, Told, Whose, on_board};
use clinic::denied::Denied;
use clinic::due::Due;
use jiff::civil::Date;
use pages::{
    Block, Cell, Chapter, Column, Link, Listing, Phrase, Piece, Section, Tab, Table, listing,
};
use protocol::contact::Owner;
use record::ids::PatientId;

use super::due::{capital, kept};
use super::enquiries::paging;
use super::half_done;
use crate::app::App;
use crate::ask::Ask;
use crate::reply::Reply;
use crate::words;

const PER_PAGE: usize = 50;

/// What the section is called wherever it stands.
const TITLE: &str = "Who is missing what";

/// One person and one thing that is missing of them.
struct Row<'a> {
    patient: PatientId,
    what: String,
    since: Date,
    whose: Cell,
    is_taken: bool,
    gap: Option<&'a Gap>,
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
    let late = kept(app, ask.now);
    let board = app.clinic.board();
    let complete = on_board(&board, app.clinic.library().cadence(), ask.now);
    let all = rows(
        &board,
        &complete,
        &late,
        &half_done::all(&app.clinic, &board),
    );
    let is_of = |row: &&Row<'_>, of: &str| match of {
        "check-ins" => row.gap.is_some(),
        "other" => row.gap.is_none(),
        "nobody" => !row.is_taken,
        _ => true,
    };
    let tabs = [
        ("all", "Everything"),
        ("check-ins", "Check-ins"),
        ("other", "Everything else"),
        ("nobody", "Taken by nobody"),
    ]
    .map(|(code, text)| Tab {
        link: Link::new(format!("/missing?of={code}"), text),
        count: Some(words::count(
            all.iter().filter(|row| is_of(row, code)).count(),
        )),
        is_chosen: code == wanted,
    });
    let shown: Vec<&Row<'_>> = all.iter().filter(|row| is_of(row, wanted)).collect();
    let today = app_day(&board, ask);
    let rows: Vec<Vec<Cell>> = shown
        .iter()
        .skip(skip)
        .take(PER_PAGE)
        .map(|row| drawn(&board, row, today))
        .collect();
    let n_rows = rows.len();
    let view = Listing {
        title: "Who is missing what?".to_owned(),
        said: Phrase::sentence(format!(
            "{} As of {}. What is missing longest comes first.",
            said(&complete.told(0)).join(" "),
            words::time(ask.now, &board.house.zone()),
        )),
        tabs: tabs.to_vec(),
        search: None,
        acts: vec![
            Link::new("/watch-list", "Watch list"),
            Link::new("/due", "What is due"),
        ],
        table: Table {
            caption: "What is missing, longest first".to_owned(),
            columns: columns(),
            rows,
            when_empty: "Nothing of this is missing now.".to_owned(),
        },
        paging: paging(&format!("/missing?of={wanted}"), skip, n_rows, shown.len()),
    };
    drop(board);
    let frame = words::frame(app, ask, Some(pages::Place::Today));
    Ok(Reply::Page(listing(&frame, &view)))
}

fn columns() -> Vec<Column> {
    vec![
        Column::words("Who"),
        Column::words("What"),
        Column::words("Whose"),
        Column::words("Since"),
        Column::numbers("Days"),
        Column::words("Last word"),
    ]
}

fn app_day(board: &Board, ask: &Ask) -> Date {
    record::calendar::civil_day(ask.now, &board.house.zone())
}

/// Gaps in check-ins, questionnaires left half done, and whatever else is late, by how long it is missing.
fn rows<'a>(
    board: &Board,
    complete: &'a Completeness,
    due: &[Due],
    half_done: &[half_done::Left],
) -> Vec<Row<'a>> {
    let gaps = complete.gaps.iter().map(|gap| Row {
        patient: gap.patient,
        what: words::of(
            usize::try_from(gap.n_missed).unwrap_or(0),
            "check-in",
            "check-ins in a row",
        ),
        since: gap.since,
        whose: whose(&gap.whose),
        is_taken: matches!(gap.whose, Whose::Taken(_)),
        gap: Some(gap),
    });
    let late = due.iter().filter(|due| due.is_late).map(|due| {
        let taken = board.line(due.patient).and_then(|line| line.taken_by());
        let of = taken.map_or(Whose::FallsTo(due.owner), |name| Whose::Taken(name.into()));
        Row {
            patient: due.patient,
            what: due.title.to_string(),
            since: due.since,
            whose: whose(&of),
            is_taken: taken.is_some(),
            gap: None,
        }
    });
    let left = half_done.iter().map(|left| Row {
        patient: left.patient,
        what: left.what.clone(),
        since: left.since,
        whose: whose(&left.whose),
        is_taken: matches!(left.whose, Whose::Taken(_)),
        gap: None,
    });
    let mut all: Vec<Row<'a>> = gaps.chain(late).chain(left).collect();
    all.sort_by(|one, other| {
        (one.since, one.patient, &one.what).cmp(&(other.since, other.patient, &other.what))
    });
    all
}

fn drawn(board: &Board, row: &Row<'_>, today: Date) -> Vec<Cell> {
    let line = board.line(row.patient);
    let name = line.map_or_else(String::new, |line| line.name.to_string());
    let zone = board.house.zone();
    let last_word = line.and_then(|line| line.last_word);
    let days = record::calendar::days_between(row.since, today);
    vec![
        vec![Phrase::link(format!("/patients/{}", row.patient), name)],
        Phrase::sentence(row.what.clone()),
        row.whose.clone(),
        vec![Phrase::Time(words::day_short(row.since))],
        Phrase::sentence(days.to_string()),
        match last_word {
            Some(at) => vec![Phrase::Time(words::moment_short(at, &zone))],
            None => vec![Phrase::absent("none yet")],
        },
    ]
}

/// Whose something is, in words.
pub(crate) fn whose(one: &Whose) -> Cell {
    match one {
        Whose::Taken(name) => Phrase::sentence(name.to_string()),
        Whose::FallsTo(owner) => vec![
            Phrase::plain(capital(owner.label())),
            Phrase::Quiet(", taken by nobody".to_owned()),
        ],
        Whose::Over => vec![Phrase::Quiet("the course is over or paused".to_owned())],
    }
}

fn n(n: u64) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}

/// How complete the check-ins are, a sentence each.
fn said(told: &Told) -> Vec<String> {
    let Some(n_people) = told.n_people else {
        return vec!["Withheld: too few people are asked about.".to_owned()];
    };
    if n_people == 0 {
        return vec!["Nobody among these was asked for a check-in yet.".to_owned()];
    }
    let people = words::of(n(n_people), "person", "people");
    let mut all = vec![match told.in_of {
        Some((answered, due)) => format!(
            "Of the check-ins due in the first ninety days {} of {} are in, from {people}.",
            words::count(n(answered)),
            words::count(n(due)),
        ),
        None => format!("How many check-ins of {people} are in is withheld, being small."),
    }];
    if let Some([declined, open, missed]) = told.not_in {
        all.push(format!(
            "{} declined, {} open, {} missed.",
            words::count(n(declined)),
            words::count(n(open)),
            words::count(n(missed))
        ));
    }
    all.push(match told.n_missing {
        None => "How many people are missing their last ones is withheld, being small.".to_owned(),
        Some(0) => "Nobody is missing their last one.".to_owned(),
        Some(missing) => {
            let since = told.since.map_or_else(String::new, |since| {
                format!(", the longest since {}", words::day_short(since))
            });
            format!(
                "{} missing their last ones{since}.",
                words::of(n(missing), "person is", "people are")
            )
        }
    });
    all
}

/// Whose the gaps are, by how long they are; nothing where there is none or it is withheld.
fn table(told: &Told) -> Option<Table> {
    let by_length = told.by_length.as_ref()?;
    let is_empty = by_length.iter().all(|one| one.n() == 0);
    let falls_to = told.falls_to.map_or("nobody", Owner::label);
    let number = |n_of: u64| Phrase::sentence(words::count(n(n_of)));
    let next = by_length.iter().skip(1).map(Some).chain([None]);
    (!is_empty).then(|| Table {
        caption: "Who is missing their last check-ins: since when, and whose they are".to_owned(),
        columns: vec![
            Column::words("Missing for"),
            Column::numbers("People"),
            Column::numbers("Taken by somebody"),
            Column::numbers(format!("Taken by nobody, falls to the {falls_to}")),
            Column::numbers("Course over or paused"),
        ],
        rows: by_length
            .iter()
            .zip(next)
            .map(|(one, next)| {
                vec![
                    Phrase::sentence(length(one, next)),
                    number(one.n()),
                    number(one.taken),
                    number(one.not_taken),
                    number(one.over),
                ]
            })
            .collect(),
        when_empty: String::new(),
    })
}

fn length(one: &Stretch, next: Option<&Stretch>) -> String {
    match next {
        Some(next) if one.from_days == 0 => format!("up to {} days", next.from_days - 1),
        Some(next) => format!("{} to {} days", one.from_days, next.from_days - 1),
        None => format!("more than {} days", one.from_days - 1),
    }
}

/// The head of a report on a screen; the way to the names only where they may be seen.
pub(crate) fn section(told: &Told, may_look: bool) -> Section {
    let mut words = Phrase::sentence(said(told).join(" "));
    if may_look && told.n_missing.is_some_and(|missing| missing > 0) {
        words.push(Phrase::plain(" "));
        words.push(Phrase::link(
            "/missing",
            "Who they are, of the courses that go on",
        ));
    }
    let mut pieces = vec![Piece::Said(words)];
    pieces.extend(table(told).map(|table| {
        Piece::Within(
            "Since when, and whose".to_owned(),
            vec![Piece::Table(table)],
        )
    }));
    Section::new(TITLE, pieces)
}

/// The head of a report on paper: the same words.
pub(crate) fn chapter(told: &Told) -> Chapter {
    let mut blocks = vec![Block::plain(said(told).join(" "))];
    blocks.extend(table(told).map(Block::Table));
    Chapter::new(TITLE, blocks)
}

/// One sentence for the board of the day: how many, since when, and how many nobody has.
pub(crate) fn in_short(complete: &Completeness) -> String {
    let told = complete.told(0);
    let missing = n(told.n_missing.unwrap_or(0));
    if missing == 0 {
        return "Nobody is missing their last check-in.".to_owned();
    }
    let not_taken: u64 = told
        .by_length
        .iter()
        .flatten()
        .map(|one| one.not_taken)
        .sum();
    let mut owners: BTreeMap<&str, usize> = BTreeMap::new();
    for gap in &complete.gaps {
        if let Whose::Taken(name) = &gap.whose {
            *owners.entry(name).or_insert(0) += 1;
        }
    }
    let mut said = format!(
        "{} missing{}: ",
        words::of(missing, "person is", "people are"),
        told.since.map_or_else(String::new, |since| format!(
            ", the longest since {}",
            words::day_short(since)
        ))
    );
    let mut parts: Vec<String> = owners
        .iter()
        .take(3)
        .map(|(name, n_of)| format!("{name} has {}", words::count(*n_of)))
        .collect();
    if owners.len() > 3 {
        let others = owners.values().skip(3).sum();
        parts.push(format!("others have {}", words::count(others)));
    }
    if not_taken > 0 {
        let falls_to = told.falls_to.map_or("nobody", Owner::label);
        parts.push(format!(
            "{} taken by nobody, the {falls_to}\u{2019}s",
            words::count(n(not_taken))
        ));
    }
    said.push_str(&parts.join(", "));
    said.push('.');
    said
}
