//! My record: the patient's own page, in plain words. Where I am, what comes, what is asked of me, what
//! I answered, what I signed, who may see it and who has, and all of it to take away.

mod answers;
mod course;
pub(crate) mod download;
mod papers;
mod seen_by;
pub(crate) mod whole;

use clinic::authority::{Act, may};
use clinic::denied::Denied;
use pages::{Link, Phrase, Piece, Section, Sheet, sheet};
use record::{Chart, Entry, Fact};

use super::corrections;
use super::messages;
use super::patient::{Opened, may_read, open};
use crate::app::App;
use crate::ask::Ask;
use crate::reply::Reply;
use crate::words;

/// The page.
pub(crate) fn show(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let opened = open_own(app, ask, "my record")?;
    let mut view = Sheet::new("My record", "My record");
    view.said = Phrase::sentence(format!(
        "{}, this is what {} has written down about you and your care.",
        opened.chart().name(),
        app.clinic.board().house.name
    ));
    view.main = vec![
        course::where_i_am(app, &opened),
        course::next(&opened, ask),
        course::asked(app, &opened),
        answers::section(app, &opened),
        papers::section(app, ask, &opened),
        messages::own_section(app, &opened)?,
    ];
    view.side = vec![
        take_away(&opened),
        papers::who_may_see(app, &opened),
        super::consent::reach_section(app, ask, &opened),
        seen_by::section(app, &opened)?,
        correction(app, &opened),
    ];
    let frame = words::frame(app, ask, None);
    Ok(Reply::Page(sheet(&frame, &view)))
}

/// Opens one's own record; nobody else has this page, and what staff read is the chart.
fn open_own(app: &App, ask: &Ask, what: &str) -> Result<Opened, Denied> {
    may(
        &ask.signed_in()?.actor,
        Act::ReadOwnRecord,
        Some(ask.patient()?),
    )?;
    open(app, ask, what)
}

/// Whether the owner of a record may read an entry. A correction shows what it corrects, so it is read
/// only where that is.
fn reads(ask: &Ask, chart: &Chart, entry: &Entry) -> bool {
    let mut at = entry;
    loop {
        if !may_read(ask, chart, at) {
            return false;
        }
        let before = corrected(&at.fact)
            .and_then(|target| chart.entry(target))
            // A correction points backwards; one that does not is followed no further.
            .filter(|before| before.number < at.number);
        match before {
            Some(before) => at = before,
            None => return true,
        }
    }
}

/// The entry a correction is about.
fn corrected(fact: &Fact) -> Option<record::chart::EntryNumber> {
    if let Fact::Amended(amended) = fact {
        return Some(amended.entry);
    }
    if let Fact::EnteredInError(error) = fact {
        return Some(error.entry);
    }
    None
}

fn take_away(opened: &Opened) -> Section {
    Section::new(
        "Take it with you",
        vec![
            Piece::List(vec![
                vec![
                    Phrase::link(opened.path("/my-record/whole"), "Everything on one page"),
                    Phrase::plain(", to read and print."),
                ],
                vec![
                    Phrase::link(
                        opened.path("/my-record/whole.pdf"),
                        "Save everything as a PDF",
                    ),
                    Phrase::plain(", the same page on paper."),
                ],
                vec![
                    Phrase::link(opened.path("/my-record/download"), "Download everything"),
                    Phrase::plain(" as a JSON file, which other programs can read."),
                ],
            ]),
            Piece::plain(
                "It is yours, now and free. A file you save is as private as the device it is on.",
            ),
        ],
    )
}

fn correction(app: &App, opened: &Opened) -> Section {
    let days = app.clinic.library().alerts().correction.days_to_answer;
    let mut pieces = vec![Piece::Said(vec![
        Phrase::link(opened.form("ask-correction"), "Ask for a correction"),
        Phrase::plain(format!(
            ". Say what is wrong and what it should say. We answer in writing within {days} days."
        )),
    ])];
    let all = opened.chart().correction_requests();
    if !all.is_empty() {
        let lines = all.iter().rev().map(|one| {
            vec![
                Phrase::plain("Asked "),
                Phrase::Time(words::moment_short(one.asked.occurred_at.0, &opened.zone)),
                Phrase::plain(": "),
                corrections::state(one, opened),
                Phrase::plain("."),
            ]
        });
        pieces.push(Piece::List(lines.collect()));
        pieces.push(Piece::Said(vec![Phrase::link(
            opened.path("/corrections"),
            "What you asked and what we answered",
        )]));
    }
    pieces.push(Piece::plain(
        "When it is corrected, the old words stay, struck through, with the new ones beside them. If we \
         think the line is right we tell you why, and what you say about it can stay with your record. \
         45 CFR 164.526.",
    ));
    if let Some(phone) = app.clinic.board().house.phone.clone() {
        let digits: String = phone
            .chars()
            .filter(|one| one.is_ascii_digit() || *one == '+')
            .collect();
        pieces.push(Piece::Said(vec![
            Phrase::plain("You can also call "),
            Phrase::link(format!("tel:{digits}"), phone),
            Phrase::plain(" or tell anyone of the team: they write it down for you."),
        ]));
    }
    Section::new("Something here is wrong", pieces)
}

/// The way back to the first of these pages.
fn back(opened: &Opened) -> Link {
    Link::new(opened.path("/my-record"), "My record")
}
