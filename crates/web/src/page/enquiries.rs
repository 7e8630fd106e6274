//! Enquiries: who asked, since when, and what is next for each.

use clinic::authority::{Act, may};
use clinic::board::line::{PatientLine, VisitLine};
use clinic::denied::Denied;
use jiff::Timestamp;
use pages::{Column, Link, Listing, Paging, Phrase, Tab, Table, listing};
use record::calendar::civil_day;
use record::chart::course::Stage;
use record::chart::visit::VisitState;
use record::ids::PatientId;

use crate::app::App;
use crate::ask::Ask;
use crate::reply::Reply;
use crate::words;

const PER_PAGE: usize = 50;

/// The page.
pub(crate) fn show(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    may(&ask.signed_in()?.actor, Act::ReadBoard, None)?;
    let is_all = ask.query.get("show") == Some("all");
    let skip = ask
        .query
        .get("from")
        .and_then(|text| text.parse::<usize>().ok())
        .unwrap_or(0);
    let board = app.clinic.board();
    let zone = board.house.zone();
    let today = civil_day(ask.now, &zone);
    let is_early =
        |line: &PatientLine| matches!(line.stage.on(today), Stage::Enquiry | Stage::Evaluation);
    let mut all: Vec<(PatientId, &PatientLine)> = board
        .lines()
        .map(|(id, line)| (*id, &**line))
        .filter(|(_, line)| line.enquiry.is_some())
        .collect();
    let n_all = all.len();
    let n_early = all.iter().filter(|(_, line)| is_early(line)).count();
    all.retain(|(_, line)| is_all || is_early(line));
    all.sort_by_key(|(_, line)| order(line));
    let n_unanswered = board.unanswered_enquiries().count();
    let longest = board
        .unanswered_enquiries()
        .filter_map(|(_, line)| line.waits_since())
        .min();
    let mut said = said(n_unanswered, longest, ask.now);
    said.push_str(&contact_times(
        board.lines().map(|(_, line)| &**line),
        ask.now,
    ));
    let rows: Vec<_> = all
        .iter()
        .skip(skip)
        .take(PER_PAGE)
        .map(|(id, line)| row(*id, line, ask.now, today, &zone))
        .collect();
    let n_shown = rows.len();
    let tab = |code: &str, text: &str, n: usize, is_chosen: bool| Tab {
        link: Link::new(format!("/enquiries?show={code}"), text),
        count: Some(words::count(n)),
        is_chosen,
    };
    let view = Listing {
        title: "Enquiries".to_owned(),
        said: Phrase::sentence(said),
        tabs: vec![
            tab("open", "Before a course", n_early, !is_all),
            tab("all", "All", n_all, is_all),
        ],
        search: None,
        acts: vec![Link::new("/do/enquiry", "Take an enquiry")],
        table: table(rows),
        paging: paging(
            if is_all {
                "/enquiries?show=all"
            } else {
                "/enquiries"
            },
            skip,
            n_shown,
            all.len(),
        ),
    };
    drop(all);
    // Whoever reads the board twice at once waits for ever where a writer came between.
    drop(board);
    let mut frame = words::frame(app, ask, Some(pages::Place::Enquiries));
    frame.live = Some(ask.stream("/board"));
    Ok(Reply::Page(listing(&frame, &view)))
}

fn is_open(visit: &VisitLine) -> bool {
    matches!(visit.state, VisitState::Booked | VisitState::Arrived)
}

/// Those that wait come first, the longest wait on top; the answered follow, newest first.
fn order(line: &PatientLine) -> (bool, Option<Timestamp>, std::cmp::Reverse<Timestamp>) {
    let received = line
        .enquiry
        .as_ref()
        .map_or(Timestamp::MIN, |enquiry| enquiry.received_at);
    let waits = line.waits_since();
    (waits.is_none(), waits, std::cmp::Reverse(received))
}

fn said(n_unanswered: usize, longest: Option<Timestamp>, now: Timestamp) -> String {
    longest.map_or_else(
        || "Every enquiry has been answered.".to_owned(),
        |since| {
            format!(
                "{n_unanswered} not yet answered; the longest has waited {}.",
                words::stretch(words::minutes_between(since, now))
            )
        },
    )
}

/// How long a first answer took, over the enquiries of the last ninety days that have one.
fn contact_times<'a>(lines: impl Iterator<Item = &'a PatientLine>, now: Timestamp) -> String {
    let since = now
        .saturating_sub(jiff::SignedDuration::from_hours(90 * 24))
        .unwrap_or(now);
    let mut minutes: Vec<i64> = lines
        .filter_map(|line| line.enquiry.as_ref())
        .filter(|enquiry| enquiry.received_at >= since)
        .filter_map(|enquiry| {
            Some(words::minutes_between(
                enquiry.received_at,
                enquiry.answered_at?,
            ))
        })
        .collect();
    minutes.sort_unstable();
    let (Some(half), Some(longest)) = (minutes.get((minutes.len().max(1) - 1) / 2), minutes.last())
    else {
        return String::new();
    };
    format!(
        " First contact in the last 90 days: half within {}, the longest after {}, over {}.",
        words::stretch(*half),
        words::stretch(*longest),
        words::of(minutes.len(), "enquiry", "enquiries")
    )
}

fn table(rows: Vec<Vec<pages::Cell>>) -> Table {
    Table {
        caption: "Enquiries, those that wait first".to_owned(),
        columns: vec![
            Column::words("Who"),
            Column::words("Asked"),
            Column::words("How"),
            Column::words("First contact"),
            Column::words("Stage"),
            Column::words("Next"),
        ],
        rows,
        when_empty: "Nobody is waiting for an answer.".to_owned(),
    }
}

/// The way to the rest of a list.
pub(crate) fn paging(base: &str, skip: usize, n_shown: usize, n_all: usize) -> Paging {
    let joint = if base.contains('?') { '&' } else { '?' };
    let to = |from: usize, words: &str| Link::new(format!("{base}{joint}from={from}"), words);
    Paging {
        said: if n_all > n_shown {
            format!(
                "{} to {} of {}",
                skip + 1,
                skip + n_shown,
                words::count(n_all)
            )
        } else {
            String::new()
        },
        before: (skip > 0).then(|| to(skip.saturating_sub(PER_PAGE), "Before")),
        after: (skip + n_shown < n_all).then(|| to(skip + PER_PAGE, "After")),
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "past the evaluation every stage leads to the chart"
)]
fn row(
    id: PatientId,
    line: &PatientLine,
    now: Timestamp,
    today: jiff::civil::Date,
    zone: &jiff::tz::TimeZone,
) -> Vec<pages::Cell> {
    let enquiry = line.enquiry.as_ref();
    let received = enquiry.map_or(now, |enquiry| enquiry.received_at);
    let answered = match enquiry.and_then(|enquiry| enquiry.answered_at) {
        Some(at) => Phrase::sentence(format!(
            "after {}",
            words::stretch(words::minutes_between(received, at))
        )),
        None => vec![Phrase::absent(format!(
            "waiting {}",
            words::stretch(words::minutes_between(received, now))
        ))],
    };
    let form = |code: &str, text: &str| Phrase::link(format!("/patients/{id}/do/{code}"), text);
    let is_answered = enquiry.is_some_and(|enquiry| enquiry.answered_at.is_some());
    let stage = line.stage.on(today);
    let next = match stage {
        Stage::Enquiry if !is_answered => form("contact", "Record a contact"),
        Stage::Enquiry => form("contact", "Try again"),
        Stage::Evaluation if line.visits.iter().all(|visit| !is_open(visit)) => {
            form("book-evaluation", "Book an evaluation")
        }
        Stage::Evaluation => form("hold-evaluation", "Record the evaluation"),
        _ => Phrase::link(format!("/patients/{id}"), "Open the chart"),
    };
    vec![
        vec![
            Phrase::link(format!("/patients/{id}"), line.name.to_string()),
            Phrase::plain(" "),
            words::record_number_cell(line.record_number.as_deref()),
        ],
        vec![Phrase::Time(words::moment_short(received, zone))],
        Phrase::sentence(enquiry.map_or_else(String::new, |enquiry| enquiry.via.to_string())),
        answered,
        Phrase::sentence(stage.label()),
        vec![next],
    ]
}
