//! Messages: what was queued, what became of it, what did not arrive, and what nobody can know.

use std::sync::Arc;

use clinic::act::message::inbound::{self, Refused, SIGNATURE_HEADER, TIME_HEADER};
use clinic::act::message::{self, DeadLetter, Logged};
use clinic::authority::{Act, may};
use clinic::denied::Denied;
use clinic::operation::Actor;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use pages::{
    Cell, Column, Field, Form, Link, Mark, Phrase, Piece, Section, Sheet, Standing, Table, sheet,
};
use record::fact::contact::{Carriage, Reminds};
use record::words::Door;

use super::patient::Opened;
use crate::app::{App, Post};
use crate::ask::Ask;
use crate::door::machine::{Heard, Machine, Tongue};
use crate::forms::is_offered;
use crate::reply::Reply;
use crate::words;

/// How many messages a day's page shows, and how many the chart of one person.
const SHOWN: usize = 200;
const SHOWN_OF_ONE: usize = 8;

/// How many dead letters are shown.
const DEAD_SHOWN: usize = 50;

/// What no log of messages can know, said where one is shown.
const UNKNOWABLE: &str = "Sent means that the mail server or the gateway took it. Only a gateway tells of \
    delivery; mail never does. Opened is the first time anybody or any program opened the link, which a \
    mail scanner does too. Answered is sure: the birth date was said.";

/// The page of a day.
pub(crate) fn show(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    may(&ask.signed_in()?.actor, Act::ReadBoard, None)?;
    let zone = app.clinic.zone();
    let today = app.clinic.zone_today(ask.now);
    let day = ask
        .query
        .get("day")
        .and_then(|text| text.parse::<Date>().ok())
        .unwrap_or(today);
    let logged = message::on(&app.clinic, day, SHOWN)?;
    let dead = message::dead_letters(&app.clinic, DEAD_SHOWN)?;
    let mut view = Sheet::new(format!("Messages of {}", words::day(day)), "Messages");
    view.said = Phrase::sentence(set_up(app.post.get().map(Arc::as_ref)));
    view.acts = vec![
        Link::new(
            format!("/messages?day={}", day.saturating_sub(1.day())),
            "The day before",
        ),
        Link::new("/due", "What is due"),
    ];
    if day < today {
        let next = day.saturating_add(1.day());
        view.acts
            .push(Link::new(format!("/messages?day={next}"), "The day after"));
    }
    let pieces = vec![
        Piece::Table(table(app, &logged, &zone)),
        Piece::Said(vec![Phrase::Quiet(UNKNOWABLE.to_owned())]),
    ];
    view.main = vec![Section::new(counted(&logged), pieces)];
    if !dead.is_empty() {
        view.main.insert(0, given_up(app, ask, &dead, &zone));
    }
    let frame = words::frame(app, ask, Some(pages::Place::Today));
    Ok(Reply::Page(sheet(&frame, &view)))
}

fn set_up(post: Option<&Post>) -> String {
    match post.map(|post| post.carriages.as_slice()) {
        None | Some([]) => "No way out is set up, so no reminder is queued and nothing leaves: see messages.md in the operator's documents.".to_owned(),
        Some(ways) => {
            let ways: Vec<&str> = ways
                .iter()
                .map(|way| match way {
                    Carriage::Mail => "mail",
                    Carriage::Text => "text messages",
                })
                .collect();
            format!("Set up: {}.", ways.join(" and "))
        }
    }
}

fn counted(logged: &[Logged]) -> String {
    let n = |is_one: fn(&Logged) -> bool| logged.iter().filter(|one| is_one(one)).count();
    format!(
        "{} queued, {} sent, {} answered, {} that did not arrive or leave",
        logged.len(),
        n(|one| one.sent_at.is_some()),
        n(|one| one.answered_at.is_some()),
        n(|one| one.ended.is_some()),
    )
}

fn table(app: &App, logged: &[Logged], zone: &TimeZone) -> Table {
    let board = app.clinic.board();
    let columns = vec![
        Column::words("Queued"),
        Column::words("To"),
        Column::words("Reminder of"),
        Column::words("Sent"),
        Column::words("Delivered"),
        Column::words("Opened"),
        Column::words("Answered"),
        Column::words("How it stands"),
    ];
    let rows = logged.iter().map(|one| {
        let mut row = cells(one, zone);
        let name = board
            .line(one.patient)
            .map_or_else(String::new, |line| line.name.to_string());
        let link = Link::new(format!("/patients/{}", one.patient), name);
        row.insert(1, vec![Phrase::Link(link)]);
        row
    });
    Table {
        caption: "Messages, newest first".to_owned(),
        columns,
        rows: rows.collect(),
        when_empty: "No message was queued.".to_owned(),
    }
}

fn cells(one: &Logged, zone: &TimeZone) -> Vec<Cell> {
    let at = |at: Option<Timestamp>, absent: &str| match at {
        Some(at) => vec![Phrase::Time(words::moment_short(at, zone))],
        None => vec![Phrase::absent(absent)],
    };
    let delivered = match one.carriage {
        Carriage::Mail => at(None, "mail cannot know"),
        Carriage::Text => at(one.delivered_at, "not told"),
    };
    vec![
        at(Some(one.queued_at), ""),
        Phrase::sentence(format!("{}, by {}", one.reminds, one.carriage)),
        at(one.sent_at, "not sent"),
        delivered,
        match one.reminds {
            Reminds::CheckIn => at(one.opened_at, "not seen"),
            Reminds::Visit => at(None, "has no link"),
        },
        match one.reminds {
            Reminds::CheckIn => at(one.answered_at, "not answered"),
            Reminds::Visit => at(None, "asks nothing"),
        },
        stands(one, zone),
    ]
}

fn stands(one: &Logged, zone: &TimeZone) -> Cell {
    if let Some((_, ended)) = &one.ended {
        let mark = Mark::new(Standing::Unknown, ended.label());
        return vec![Phrase::Mark(mark)];
    }
    if one.sent_at.is_some() {
        return Phrase::sentence("on its way or there");
    }
    match &one.trouble {
        Some(trouble) => vec![Phrase::plain(format!(
            "tried {}, waits: {trouble}",
            words::of(usize::try_from(one.n_failed).unwrap_or(0), "time", "times")
        ))],
        None => Phrase::sentence(format!(
            "waits until {}",
            words::moment_short(one.leaves_at, zone)
        )),
    }
}

fn given_up(app: &App, ask: &Ask, dead: &[DeadLetter], zone: &TimeZone) -> Section {
    let board = app.clinic.board();
    let mut pieces = vec![Piece::plain(
        "These were given up. Reach each person another way, correct the address if that was it, and settle.",
    )];
    for one in dead {
        let name = board
            .line(one.patient)
            .map_or_else(String::new, |line| line.name.to_string());
        pieces.push(Piece::Said(vec![
            Phrase::Link(Link::new(format!("/patients/{}", one.patient), name)),
            Phrase::plain(format!(
                ", {} by {}, queued {}: {}",
                one.reminds,
                one.carriage,
                words::moment_short(one.queued_at, zone),
                one.error
            )),
        ]));
        if is_offered(ask, "settle-message", None) {
            let form = Form::act("/do/settle-message", format!("Settle {}", one.reminds))
                .named(format!("settle-{}", one.id))
                .hidden("command", app.fresh_command().to_string())
                .hidden("message", one.id.to_string())
                .fields(Vec::<Field>::new());
            pieces.push(Piece::Form(form));
        }
    }
    let title = words::of(
        dead.len(),
        "message that did not arrive",
        "messages that did not arrive",
    );
    Section::new(title, pieces)
}

/// The messages of one person, for their chart; nothing where none was queued.
pub(crate) fn section(app: &App, opened: &Opened) -> Result<Option<Section>, Denied> {
    let patient = opened.known.patient;
    let logged = message::of(&app.clinic, patient, opened.chart(), SHOWN_OF_ONE)?;
    if logged.is_empty() {
        return Ok(None);
    }
    let lines = logged.iter().map(|one| line(one, &opened.zone)).collect();
    let pieces = vec![
        Piece::List(lines),
        Piece::Said(vec![Phrase::Quiet(UNKNOWABLE.to_owned())]),
    ];
    Ok(Some(Section::new("Messages", pieces)))
}

/// What was sent to the patient, for themselves, in plain words.
pub(crate) fn own_section(app: &App, opened: &Opened) -> Result<Section, Denied> {
    let patient = opened.known.patient;
    let logged = message::of(&app.clinic, patient, opened.chart(), SHOWN_OF_ONE)?;
    let lines: Vec<Vec<Phrase>> = logged
        .iter()
        .map(|one| own_line(one, &opened.zone))
        .collect();
    let pieces = if lines.is_empty() {
        vec![Piece::Said(vec![Phrase::absent(
            "No message was sent to you.",
        )])]
    } else {
        vec![
            Piece::List(lines),
            Piece::plain(
                "We cannot see whether you read a mail, only whether its link was opened.",
            ),
        ]
    };
    Ok(Section::new("Messages we sent you", pieces))
}

/// One message in the words of whom it was for.
fn own_line(one: &Logged, zone: &TimeZone) -> Vec<Phrase> {
    let at = |at: Timestamp| words::moment_short(at, zone);
    let what = match one.reminds {
        Reminds::CheckIn => "a reminder to check in",
        Reminds::Visit => "a reminder of a visit",
    };
    let how = match one.carriage {
        Carriage::Mail => "by mail",
        Carriage::Text => "by text message",
    };
    let became = match (&one.ended, one.answered_at, one.opened_at, one.sent_at) {
        (_, Some(moment), _, _) => format!("you answered it {}", at(moment)),
        (Some((_, ended)), None, _, _) => ended.label().to_owned(),
        (None, None, Some(moment), _) => format!("its link was opened {}", at(moment)),
        (None, None, None, Some(moment)) => match one.delivered_at {
            Some(delivered) => format!("it arrived {}", at(delivered)),
            None => format!("it left {}", at(moment)),
        },
        (None, None, None, None) => "it has not left yet".to_owned(),
    };
    vec![
        Phrase::Time(at(one.queued_at)),
        Phrase::plain(format!(": {what}, {how}; {became}.")),
    ]
}

/// One message in a narrow column.
fn line(one: &Logged, zone: &TimeZone) -> Vec<Phrase> {
    let at = |at: Timestamp| words::moment_short(at, zone);
    let mut said = vec![Phrase::plain(format!(
        "{}, by {}. ",
        at(one.queued_at),
        one.carriage
    ))];
    let mut known: Vec<String> = Vec::new();
    known.extend(one.sent_at.map(|moment| format!("sent {}", at(moment))));
    known.extend(
        one.delivered_at
            .map(|moment| format!("delivered {}", at(moment))),
    );
    known.extend(one.opened_at.map(|moment| format!("opened {}", at(moment))));
    known.extend(
        one.answered_at
            .map(|moment| format!("answered {}", at(moment))),
    );
    said.push(Phrase::Quiet(format!("Reminder of a {}", one.reminds)));
    if !known.is_empty() {
        said.push(Phrase::plain(format!(": {}", known.join(", "))));
    }
    if one.ended.is_some() || one.sent_at.is_none() {
        said.push(Phrase::plain(". "));
        said.extend(stands(one, zone));
    } else if one.answered_at.is_none() && one.reminds == Reminds::CheckIn {
        said.push(Phrase::plain(", "));
        said.push(Phrase::absent("not answered"));
    }
    said
}

/// The door of a gateway's reports of delivery.
pub(crate) const REPORTS: Machine = Machine {
    bytes_max: 64 * 1024,
    too_long: "this is too long",
    tongue: Tongue::Text,
    answer: |app, heard| {
        let (status, said) = reports(app, heard);
        (status, said.to_owned())
    },
};

/// Takes a gateway's reports of delivery.
fn reports(app: &App, heard: &Heard) -> (u16, &'static str) {
    let Some(secret) = app.post.get().and_then(|post| post.reports.as_deref()) else {
        return (404, "no reports are taken here");
    };
    let header = |name: &str| heard.header(name).unwrap_or_default();
    let headers = (header(TIME_HEADER), header(SIGNATURE_HEADER));
    let actor = Actor::system(Door::Link);
    let taken = app.operate(actor, None, |operation, clinic| {
        inbound::take(operation, clinic, secret, headers, &heard.body)
    });
    match taken {
        Ok(Ok(_)) => (200, "taken"),
        Ok(Err(Refused::NotSigned)) => (
            401,
            "not signed with our secret, or not within five minutes",
        ),
        Ok(Err(Refused::Repeated)) => (409, "this came before"),
        Ok(Err(Refused::Unreadable)) => (422, "this does not hold reports"),
        Err(error) => {
            tracing::error!(error = %error, "a report of delivery could not be taken");
            (500, "not taken; send it again")
        }
    }
}
