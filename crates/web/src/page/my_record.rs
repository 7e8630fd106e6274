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
    ];
    view.side = vec![
        take_away(&opened),
        papers::who_may_see(app, &opened),
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
                    Phrase::plain(", to read, print or save as a PDF."),
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
    let phone = app.clinic.board().house.phone.clone();
    let mut said = vec![Phrase::plain("Tell anyone of the team")];
    if let Some(phone) = phone {
        let digits: String = phone
            .chars()
            .filter(|one| one.is_ascii_digit() || *one == '+')
            .collect();
        said.push(Phrase::plain(", call "));
        said.push(Phrase::link(format!("tel:{digits}"), phone));
    }
    said.push(Phrase::plain(
        ", or write to us. Say which line, and what it should say. We answer within 60 days.",
    ));
    Section::new(
        "Something here is wrong",
        vec![
            Piece::Said(said),
            Piece::plain(
                "When it is corrected, the old words stay, struck through, with the new ones beside \
                 them. If we think the line is right we tell you why in writing, and what you say \
                 about it can stay with your record. 45 CFR 164.526.",
            ),
            Piece::Said(vec![
                Phrase::plain("You can also "),
                Phrase::link(
                    opened.path("/check-in"),
                    "write it into a check-in and ask for a call",
                ),
                Phrase::plain("."),
            ]),
        ],
    )
}

/// The way back to the first of these pages.
fn back(opened: &Opened) -> Link {
    Link::new(opened.path("/my-record"), "My record")
}
