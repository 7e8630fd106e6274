//! The copy for an inspector: a row for each movement of each line, as text for print or CSV.

use std::fmt::Write;

use crate::account::Movement;
use crate::line::{Act, Fact, Line, Purpose, Registrant};
use crate::register::{Posting, Register, Running};

/// The names of the columns; amounts are in milligrams.
pub const COLUMNS: [&str; 14] = [
    "line",
    "date",
    "moment",
    "person",
    "act",
    "drug",
    "lot",
    "vial",
    "from",
    "to",
    "mg",
    "vial on hand mg",
    "lot on hand mg",
    "drug on hand mg",
];

/// The number of columns.
pub const WIDTH: usize = COLUMNS.len();

/// Every line, in order; a line that moves nothing has one row.
pub fn rows(register: &Register) -> Vec<[String; WIDTH]> {
    let mut rows = Vec::new();
    for posting in register.postings() {
        // A movement that could not be made has no balance after it; the line is among the flaws.
        if posting.line.moves.is_empty() {
            rows.push(row(register, &posting.line, None));
        }
        for (at, movement) in posting.line.moves.iter().enumerate() {
            let after = is_whole(posting).then(|| posting.after.get(at)).flatten();
            rows.push(row(register, &posting.line, Some((movement, after))));
        }
    }
    rows
}

fn is_whole(posting: &Posting) -> bool {
    posting.after.len() == posting.line.moves.len()
}

fn row(
    register: &Register,
    line: &Line,
    moved: Option<(&Movement, Option<&Running>)>,
) -> [String; WIDTH] {
    let vial = moved.map(|(movement, _)| &movement.vial);
    let life = vial.and_then(|vial| register.vials().get(vial));
    let lot = life.and_then(|life| register.lots().get(&life.lot));
    let after = moved.and_then(|(_, after)| after);
    let text = |found: Option<String>| found.unwrap_or_default();
    [
        line.id.to_string(),
        line.on.to_string(),
        line.at.to_string(),
        line.by.to_string(),
        words(&line.fact),
        text(lot.map(|lot| lot.drug.to_string())),
        text(life.map(|life| life.lot.to_string())),
        text(vial.map(ToString::to_string)),
        text(moved.map(|(movement, _)| movement.from.to_string())),
        text(moved.map(|(movement, _)| movement.to.to_string())),
        text(moved.map(|(movement, _)| movement.amount.number())),
        text(after.map(|after| after.vial.number())),
        text(after.map(|after| after.lot.number())),
        text(after.map(|after| after.drug.number())),
    ]
}

/// What a line says, in a phrase.
pub fn words(fact: &Fact) -> String {
    match fact {
        Fact::CaseOpened(opening) => format!(
            "case opened: lot {} differs in {} vials of {}",
            opening.lot,
            opening.differences.len(),
            opening.location
        ),
        Fact::Held(rows) => format!("inventory: {} lots", rows.len()),
        Fact::Done(act) => done(act),
    }
}

fn done(act: &Act) -> String {
    match act {
        Act::Register(place) => format!(
            "registered {} as {} until {}",
            place.id, place.registration, place.expires
        ),
        Act::Receive(receipt) => format!(
            "received from {}, {}, {}; invoice {}",
            receipt.supplier.name,
            receipt.supplier.address,
            receipt.supplier.registration,
            receipt.invoice
        ),
        Act::Move { to, .. } => format!("moved to {to}"),
        Act::Issue { session, .. } => format!("issued to {session}"),
        Act::Draw(dose) => format!("drawn in {}", dose.session),
        Act::Give(dose) => format!("given in {}", dose.session),
        Act::Waste(waste) => format!(
            "wasted in {}: giver {}, witness {}, {}",
            waste.dose.session, waste.giver, waste.witness, waste.method
        ),
        Act::Return { session, .. } => format!("returned from {session}"),
        Act::Transfer {
            to,
            from,
            purpose,
            certificate,
            ..
        } => transferred(from.as_ref(), to, *purpose, certificate.as_deref()),
        Act::Destroy { second, method, .. } => {
            format!("destroyed: second person {second}, {method}")
        }
        Act::Lose(loss) => format!(
            "lost, discovered {}: {}",
            loss.discovered, loss.circumstances
        ),
        Act::Count(count) => format!(
            "counted lot {} in {}: {} vials",
            count.lot,
            count.location,
            count.found.len()
        ),
        Act::Explain { case, text } => format!("case {case} explained: {text}"),
        Act::CloseCase { case } => format!("case {case} closed"),
        Act::Correct(said) => format!(
            "corrected line {} to {}: {}",
            said.of, said.amount, said.why
        ),
        Act::TakeInventory { location, .. } => format!("inventory taken of {location}"),
        Act::CloseSession { session } => format!("books closed of {session}"),
    }
}

/// Both sides of a transfer.
fn transferred(
    from: Option<&Registrant>,
    to: &Registrant,
    purpose: Purpose,
    certificate: Option<&str>,
) -> String {
    let own = from.map_or_else(String::new, |own| {
        format!("; from {}, {}, {}", own.name, own.address, own.registration)
    });
    let what_for = match purpose {
        Purpose::Dispensing => "",
        Purpose::Return => "; a return, not for dispensing",
    };
    let certified = certificate.map_or_else(String::new, |reference| {
        format!("; certified as {reference}")
    });
    format!(
        "transferred to {}, {}, {}{own}{what_for}{certified}",
        to.name, to.address, to.registration
    )
}

/// The rows as CSV with the names of the columns first. Every field is quoted, and text that a
/// spreadsheet would take for a formula is led by an apostrophe.
pub fn csv(register: &Register) -> String {
    csv_of(&rows(register))
}

/// Rows as CSV in the same way, for who puts names in the place of identifiers first.
pub fn csv_of(rows: &[[String; WIDTH]]) -> String {
    csv_with(&COLUMNS, rows)
}

/// Rows under columns of another table, as CSV in the same way.
pub fn csv_with<const N: usize>(columns: &[&str; N], rows: &[[String; N]]) -> String {
    let mut out = String::new();
    write_row(&mut out, &columns.map(str::to_owned));
    for row in rows {
        write_row(&mut out, row);
    }
    out
}

fn write_row<const N: usize>(out: &mut String, row: &[String; N]) {
    for (at, field) in row.iter().enumerate() {
        let comma = if at == 0 { "" } else { "," };
        let guard = if field.starts_with(['=', '+', '-', '@', '\t', '\r']) {
            "'"
        } else {
            ""
        };
        // Writing to a string does not fail.
        let _ = write!(out, "{comma}\"{guard}{}\"", field.replace('"', "\"\""));
    }
    out.push_str("\r\n");
}
