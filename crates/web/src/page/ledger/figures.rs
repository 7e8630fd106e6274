//! The figures for the authorities' forms: 106 for theft and loss, 41 for destruction. Sending them stays a person's act.

use clinic::act::ledger::policy;
use clinic::authority::{Act, may};
use clinic::denied::Denied;
use jiff::civil::Date;
use ledger::{Form41, Form106, LossKind, form_41, form_106};
use pages::{Cell, Column, Link, Phrase, Piece, Section, Sheet, Table, sheet};
use record::quantity::Micrograms;

use super::to_vial;
use super::words::mg;
use crate::app::App;
use crate::ask::Ask;
use crate::reply::Reply;
use crate::words::{day_plain, frame};

/// The page.
pub(crate) fn show(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    may(&ask.signed_in()?.actor, Act::ReadStock, None)?;
    let stock = app.clinic.stock();
    let today = app.clinic.zone_today(ask.now);
    let whole = (Date::MIN, today);
    let losses = form_106(&stock.register, whole, policy(&app.clinic));
    let destroyed = form_41(&stock.register, whole);
    let mut view = Sheet::new("Figures for forms 106 and 41", "Ledger");
    view.said = Phrase::sentence(
        "Gathered from the register, as corrected. A person judges whether a loss is significant, and sends the form.",
    );
    view.acts = vec![Link::new("/ledger", "Ledger")];
    let table = |caption: &str, columns: Vec<Column>, rows: Vec<Vec<Cell>>, when_empty: &str| {
        vec![Piece::Table(Table {
            caption: caption.to_owned(),
            columns,
            rows,
            when_empty: when_empty.to_owned(),
        })]
    };
    let words = |heads: &[&str]| heads.iter().map(|head| Column::words(*head)).collect();
    view.main.push(Section::new(
        "Form 106: theft and loss",
        table(
            "Losses",
            words(&[
                "Vial",
                "Drug, lot",
                "Lost",
                "What happened",
                "Discovered",
                "Told by",
                "Form by",
                "Of all received",
            ]),
            losses.iter().map(loss).collect(),
            "No loss is in the register.",
        ),
    ));
    let person = |id: record::ids::PersonId| app.clinic.board().author_name(&id.to_string());
    view.main.push(Section::new(
        "Form 41: destruction",
        table(
            "Destroyed",
            words(&[
                "Vial",
                "Drug, lot",
                "Destroyed",
                "How",
                "On",
                "Both persons",
            ]),
            destroyed
                .iter()
                .map(|form| {
                    let both = form.persons.map(person).join(", ");
                    destruction(form, both)
                })
                .collect(),
            "Nothing was destroyed.",
        ),
    ));
    Ok(Reply::Page(sheet(
        &frame(app, ask, Some(pages::Place::Ledger)),
        &view,
    )))
}

/// An amount with the strength it was in.
fn amount(amount: Micrograms, strength: u64) -> Cell {
    let strength = mg(Micrograms::new(strength));
    Phrase::sentence(format!("{} mg of {strength} mg/mL", mg(amount)))
}

fn loss(form: &Form106) -> Vec<Cell> {
    let kind = match form.kind {
        LossKind::Theft => "theft",
        LossKind::Breakage => "breakage",
        LossKind::Other => "other",
    };
    vec![
        vec![Phrase::link(to_vial(&form.vial), form.vial.to_string())],
        Phrase::sentence(format!("{}, {}", form.drug, form.lot)),
        amount(form.amount, form.strength),
        Phrase::sentence(format!("{kind}: {}", form.circumstances)),
        vec![Phrase::Time(day_plain(form.discovered))],
        vec![Phrase::Time(day_plain(form.notice_by))],
        vec![Phrase::Time(day_plain(form.form_by))],
        Phrase::sentence(format!(
            "{} mg; {} mg of the lot unexplained",
            mg(form.received_of_drug),
            mg(form.unexplained_of_lot)
        )),
    ]
}

fn destruction(form: &Form41, both: String) -> Vec<Cell> {
    vec![
        vec![Phrase::link(to_vial(&form.vial), form.vial.to_string())],
        Phrase::sentence(format!("{}, {}", form.drug, form.lot)),
        amount(form.amount, form.strength),
        Phrase::sentence(form.method.clone()),
        vec![Phrase::Time(day_plain(form.on))],
        Phrase::sentence(both),
    ]
}
