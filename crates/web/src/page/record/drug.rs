//! The drug of the session, as the register has it: issued, drawn, given, wasted before whom.

use clinic::act::ledger::session::unaccounted;
use jiff::Timestamp;
use ledger::{Act, Container, Fact, Line, Waste};
use pages::{Block, Chapter, Column, Phrase, Table};
use record::calendar::civil_day;
use record::quantity::Micrograms;

use super::Record;
use crate::page::ledger::movement;
use crate::words;

/// Every line of the register about this session, and whether all of it is accounted for.
pub(super) fn drug(record: &Record<'_>) -> Chapter {
    let session = record.session;
    let stock = record.app.clinic.stock();
    let is_own = |line: &Line| {
        line.moves.iter().any(|made| {
            made.from.session() == Some(session.id) || made.to.session() == Some(session.id)
        })
    };
    let postings = stock.register.postings().iter();
    let own = postings.filter(|posting| is_own(&posting.line));
    let rows: Vec<_> = own.map(|posting| row(record, &posting.line)).collect();
    drop(stock);
    let stands = match (unaccounted(&record.app.clinic, session.id), rows.is_empty()) {
        (Some(said), _) => Some(said),
        (None, false) => {
            Some("Every milligram issued to this session is accounted for.".to_owned())
        }
        (None, true) => None,
    };
    let table = Table {
        caption: "What the register says of this session".to_owned(),
        columns: vec![
            Column::words("Time"),
            Column::words("What"),
            Column::numbers("mg"),
            Column::words("Vial"),
            Column::words("How"),
            Column::words("Who"),
        ],
        rows,
        when_empty: session.other_supply.as_ref().map_or_else(
            || "The register has no line of this session".to_owned(),
            |supply| {
                format!("The drug came from {supply}: the register has no line of this session")
            },
        ),
    };
    let mut blocks = vec![Block::Table(table)];
    blocks.extend(stands.map(Block::plain));
    Chapter::new("Drug", blocks)
}

fn row(record: &Record<'_>, line: &Line) -> Vec<pages::Cell> {
    let board = record.app.clinic.board();
    let name = |who: String| board.author_name(&who);
    let sum = line.moves.iter().map(|made| made.amount.get()).sum();
    let vial = line.moves.first().map(|made| made.vial.to_string());
    let how = match &line.fact {
        Fact::Done(Act::Waste(waste)) => {
            let witness = name(waste.witness.to_string());
            Phrase::sentence(format!("{}, before {witness}", wasted(waste)))
        }
        Fact::Done(_) | Fact::CaseOpened(_) | Fact::Held(_) => {
            vec![Phrase::absent("nothing to add")]
        }
    };
    vec![
        vec![Phrase::Time(time(record, line.at))],
        Phrase::sentence(movement(&line.fact)),
        Phrase::sentence(Micrograms::new(sum).number()),
        vial.map_or_else(|| vec![Phrase::absent("no vial")], Phrase::sentence),
        how,
        Phrase::sentence(name(line.by.to_string())),
    ]
}

/// When: the time alone on the day of the session, and the day with it afterwards.
fn time(record: &Record<'_>, at: Timestamp) -> String {
    let zone = &record.opened.zone;
    if civil_day(at, zone) == civil_day(record.session.opened_at, zone) {
        record.time(at)
    } else {
        words::moment_short(at, zone)
    }
}

fn wasted(waste: &Waste) -> String {
    let place = match waste.from {
        Container::Syringe => "left in the syringe",
        Container::Vial => "left in the vial",
    };
    format!("{place}: {}", waste.method)
}
