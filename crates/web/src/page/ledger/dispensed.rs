//! The log of what was given: drug, form, amount and volume, to whom and where they live, by whom. To read,
//! to print and as CSV, a calendar year at a time.

use std::collections::{BTreeMap, BTreeSet};

use clinic::act::ledger::policy;
use clinic::authority::{Act, may};
use clinic::clinic::stock::Stock;
use clinic::denied::Denied;
use jiff::civil::{Date, date};
use ledger::inspection::csv_with;
use ledger::policy::UnitIs;
use ledger::{Dispensed, LineId};
use pages::{Cell, Column, Link, Phrase, Piece, Section, Sheet, Table, sheet};
use record::quantity::Micrograms;

use super::copy::chain;
use super::words::{mg, number};
use super::{to_lot, to_vial};
use crate::app::App;
use crate::ask::Ask;
use crate::reply::Reply;
use crate::words::{day_plain, frame, initials, time};

/// The columns of the log as CSV.
const COLUMNS: [&str; 15] = [
    "line",
    "date",
    "moment",
    "patient",
    "address",
    "drug",
    "form",
    "mg",
    "mg before correction",
    "units or volume",
    "vial",
    "lot",
    "initials",
    "given by",
    "session",
];

/// What stands where no address is in the record.
const NO_ADDRESS: &str = "no address recorded";

/// A dose of the log, with the person it was given to.
struct Row {
    dose: Dispensed,
    number: u64,
    patient: String,
    address: Option<String>,
    session: Option<String>,
    by: String,
}

/// The log of a year, to read and to print.
pub(crate) fn show(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    may(&ask.signed_in()?.actor, Act::ReadStock, None)?;
    let opens = may(&ask.signed_in()?.actor, Act::ReadChart, None).is_ok();
    let stock = app.clinic.stock();
    let year = year(app, ask);
    let rows = rows(app, &stock, year);
    let zone = app.clinic.zone();
    let mut view = Sheet::new(format!("Given in {year}"), "Ledger");
    view.said = Phrase::sentence(
        "The log of what was given from the clinic's stock (21 CFR 1304.22(c)), as corrected. A dose from another supply is in the session's own record.",
    );
    let (of, hash) = chain(app);
    view.acts = vec![
        Link::new("/ledger", "Ledger"),
        Link::new(format!("/ledger/dispensed.csv?year={year}"), "CSV"),
    ];
    for other in years(&stock) {
        if other != year {
            let to = format!("/ledger/dispensed?year={other}");
            view.acts.push(Link::new(to, format!("Given in {other}")));
        }
    }
    let table = Table {
        caption: "Doses in the order of the register".to_owned(),
        columns: vec![
            Column::words("Line"),
            Column::words("Date"),
            Column::words("Patient and address"),
            Column::words("Drug and form"),
            Column::numbers("mg"),
            Column::words("Units or volume"),
            Column::words("Vial"),
            Column::words("Lot"),
            Column::words("Given by"),
        ],
        rows: rows
            .iter()
            .map(|row| cells(row, opens, &time(row.dose.at, &zone)))
            .collect(),
        when_empty: format!("Nothing was given from the clinic's stock in {year}."),
    };
    view.main
        .push(Section::new("Doses", vec![Piece::Table(table)]));
    view.main.push(Section::new(
        "Head of the chain",
        vec![Piece::Said(Phrase::sentence(format!("{of} {hash}")))],
    ));
    let frame = frame(app, ask, Some(pages::Place::Ledger));
    Ok(Reply::Page(sheet(&frame, &view)))
}

/// The log of a year as CSV.
pub(crate) fn csv(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    may(&ask.signed_in()?.actor, Act::ReadStock, None)?;
    let stock = app.clinic.stock();
    let mut all: Vec<[String; COLUMNS.len()]> = rows(app, &stock, year(app, ask))
        .into_iter()
        .map(|row| {
            let dose = &row.dose;
            [
                number(row.number),
                dose.on.to_string(),
                dose.at.to_string(),
                row.patient,
                row.address.unwrap_or_else(|| NO_ADDRESS.to_owned()),
                dose.drug.to_string(),
                form(dose),
                dose.amount.number(),
                before(dose).unwrap_or_default(),
                units(dose),
                dose.vial.to_string(),
                dose.lot.to_string(),
                initials(&row.by),
                row.by,
                dose.session.to_string(),
            ]
        })
        .collect();
    let (of, hash) = chain(app);
    let mut last = COLUMNS.map(|_| String::new());
    if let Some(first) = last.first_mut() {
        *first = format!("{of} {hash}");
    }
    all.push(last);
    let text = csv_with(&COLUMNS, &all);
    Ok(Reply::Data("text/csv; charset=utf-8", text))
}

/// The year asked for, or this one.
fn year(app: &App, ask: &Ask) -> i16 {
    let asked = ask.query.get("year").and_then(|text| text.parse().ok());
    let asked = asked.filter(|year| (1_900..=9_999).contains(year));
    asked.unwrap_or_else(|| app.clinic.zone_today(ask.now).year())
}

/// The years in which something was given, latest first.
fn years(stock: &Stock) -> Vec<i16> {
    let given =
        stock.register.postings().iter().filter(|posting| {
            matches!(posting.line.fact, ledger::Fact::Done(ledger::Act::Give(_)))
        });
    let years: BTreeSet<i16> = given.map(|posting| posting.line.on.year()).collect();
    years.into_iter().rev().collect()
}

fn rows(app: &App, stock: &Stock, year: i16) -> Vec<Row> {
    let whole: (Date, Date) = (date(year, 1, 1), date(year, 12, 31));
    let doses = ledger::dispensed(&stock.register, whole, policy(&app.clinic));
    let mut known: BTreeMap<_, (String, Option<String>)> = BTreeMap::new();
    doses
        .into_iter()
        .map(|dose| {
            let patient = stock.patients.get(&dose.session).copied();
            let (name, address) = patient.map_or_else(
                || ("not known".to_owned(), None),
                |patient| {
                    known
                        .entry(patient)
                        .or_insert_with(|| who(app, patient))
                        .clone()
                },
            );
            Row {
                number: line_number(stock, &dose.line),
                patient: name,
                address,
                session: patient
                    .map(|patient| format!("/patients/{patient}/sessions/{}/record", dose.session)),
                by: app.clinic.board().author_name(&dose.by.to_string()),
                dose,
            }
        })
        .collect()
}

fn line_number(stock: &Stock, id: &LineId) -> u64 {
    stock.numbers.get(id).copied().unwrap_or(0)
}

/// A patient's name, and where they live as their record says it.
fn who(app: &App, patient: record::ids::PatientId) -> (String, Option<String>) {
    let Ok(known) = app.clinic.chart(patient) else {
        return ("not known".to_owned(), None);
    };
    let address = known.chart.identity().and_then(|one| one.address.as_ref());
    (known.chart.name(), address.map(ToString::to_string))
}

fn cells(row: &Row, opens: bool, at: &str) -> Vec<Cell> {
    let dose = &row.dose;
    let name = match &row.session {
        Some(to) if opens => Phrase::link(to.clone(), row.patient.clone()),
        Some(_) | None => Phrase::plain(row.patient.clone()),
    };
    let address = row.address.as_ref().map_or_else(
        || Phrase::absent(NO_ADDRESS),
        |address| Phrase::plain(address.clone()),
    );
    let mut amount = Phrase::sentence(mg(dose.amount));
    if let Some(before) = before(dose) {
        amount.push(Phrase::Quiet(format!(" corrected from {before}")));
    }
    vec![
        Phrase::sentence(number(row.number)),
        vec![Phrase::Time(format!("{} {at}", day_plain(dose.on)))],
        vec![name, Phrase::plain(", "), address],
        Phrase::sentence(format!("{}, {}", dose.drug, form(dose))),
        amount,
        Phrase::sentence(units(dose)),
        vec![Phrase::link(to_vial(&dose.vial), dose.vial.to_string())],
        vec![Phrase::link(to_lot(&dose.lot), dose.lot.to_string())],
        Phrase::sentence(format!("{}, {}", initials(&row.by), row.by)),
    ]
}

/// What the line said before it was corrected, in milligrams.
fn before(dose: &Dispensed) -> Option<String> {
    (dose.said != dose.amount).then(|| mg(dose.said))
}

/// The finished form: what one container holds, and in which strength.
fn form(dose: &Dispensed) -> String {
    let held = mg(dose.content);
    match dose.unit {
        UnitIs::Millilitre => {
            let strength = format!("{} mg/mL", mg(Micrograms::new(dose.strength)));
            let is_named = dose.drug.as_str().contains(&strength);
            let of = if is_named {
                String::new()
            } else {
                format!(" of {strength}")
            };
            format!("solution{of}, vial of {held} mg")
        }
        UnitIs::Container => format!("container of {held} mg"),
    }
}

/// How many units, or which volume.
fn units(dose: &Dispensed) -> String {
    match (dose.unit, dose.volume()) {
        (UnitIs::Container, _) if dose.amount == dose.content => "1 unit".to_owned(),
        (UnitIs::Container, _) if dose.amount.get() == 0 => "0 units".to_owned(),
        (UnitIs::Container, _) => "part of a unit".to_owned(),
        (UnitIs::Millilitre, Some((volume, is_exact))) => {
            // Thousandths of a millilitre are written as milligrams are of micrograms.
            let volume = mg(Micrograms::new(volume));
            let about = if is_exact { "" } else { "about " };
            format!("{about}{volume} mL")
        }
        (UnitIs::Millilitre, None) => "not computed".to_owned(),
    }
}
