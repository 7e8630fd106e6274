//! The copy for an inspector: the whole register of a drug to print, and of all drugs as CSV, each with the
//! head of the chain at its foot.

use clinic::authority::{Act, may};
use clinic::denied::Denied;
use ledger::inspection::{COLUMNS, WIDTH, csv_of, rows};

use super::lines::Book;
use super::words::number;
use super::{Of, drawn, drug, empty, page};
use crate::app::App;
use crate::ask::Ask;
use crate::reply::Reply;
use crate::words::moment;

/// The whole register of a drug, to print.
pub(crate) fn show(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    may(&ask.signed_in()?.actor, Act::ReadStock, None)?;
    let stock = app.clinic.stock();
    let Some(drug) = drug(&stock, ask.query.get("drug")) else {
        return Ok(drawn(app, ask, &empty(app, ask, &stock)));
    };
    let book = Book::of(app, ask, &stock, &drug);
    Ok(drawn(app, ask, &page(app, ask, &book, &Of::Whole)))
}

/// The head of the chain: what it is of, and its hash in groups of four.
pub(super) fn chain(app: &App) -> (String, String) {
    let Ok(head) = app.clinic.journal().head() else {
        return (
            "The head of the chain cannot be read.".to_owned(),
            String::new(),
        );
    };
    let zone = app.clinic.zone();
    let sealed = head.recorded_at.map_or_else(
        || "not sealed".to_owned(),
        |at| format!("sealed {}", moment(at.0, &zone)),
    );
    let hash = head.hash.to_string();
    let groups: Vec<String> = hash
        .as_bytes()
        .chunks(4)
        .map(|group| String::from_utf8_lossy(group).into_owned())
        .collect();
    (
        format!(
            "Chain head at entry {} of the journal, {sealed}:",
            number(head.position.0)
        ),
        groups.join(" "),
    )
}

/// Every line of every drug as CSV; people and patients by name.
pub(crate) fn csv(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    may(&ask.signed_in()?.actor, Act::ReadStock, None)?;
    let stock = app.clinic.stock();
    let board = app.clinic.board();
    let mut names: Vec<(String, String)> = board
        .people
        .iter()
        .map(|(id, staff)| (id.to_string(), staff.name.clone()))
        .collect();
    names.extend(stock.patients.iter().map(|(session, patient)| {
        let name = board.line(*patient);
        let name = name.map_or_else(|| patient.to_string(), |line| line.name.to_string());
        (session.to_string(), format!("a session of {name}"))
    }));
    names.extend(
        stock
            .numbers
            .iter()
            .map(|(id, line)| (id.to_string(), number(*line))),
    );
    let names: std::collections::BTreeMap<String, String> = names.into_iter().collect();
    let mut all: Vec<[String; WIDTH]> = rows(&stock.register)
        .into_iter()
        .map(|row| row.map(|field| named(&field, &names)))
        .collect();
    let (of, hash) = chain(app);
    let mut last = COLUMNS.map(|_| String::new());
    if let Some(first) = last.first_mut() {
        *first = format!("{of} {hash}");
    }
    all.push(last);
    Ok(Reply::Data("text/csv; charset=utf-8", csv_of(&all)))
}

/// A field with each identifier in it as the name it stands for.
fn named(field: &str, names: &std::collections::BTreeMap<String, String>) -> String {
    let parts: Vec<String> = field
        .split(' ')
        .map(|part| {
            let bare = part.trim_end_matches([',', ':', ';']);
            let rest = part.get(bare.len()..).unwrap_or_default();
            names
                .get(bare)
                .map_or_else(|| part.to_owned(), |name| format!("{name}{rest}"))
        })
        .collect();
    parts.join(" ")
}
