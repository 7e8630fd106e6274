//! The devices of an esketamine session by lot, as the register says: what the monitoring form asks for.

use pages::{Column, Phrase, Table};
use record::chart::session::Session;
use record::fact::session::SupplyNamed;

use super::ledger::path_part;
use super::patient::Opened;
use crate::app::App;

/// What was given in the session, a row for each device or vial, with links to its lines in the register.
pub(super) fn table(app: &App, opened: &Opened, of: &Session) -> Table {
    let stock = app.clinic.stock();
    let register = &stock.register;
    let rows = register.given_from(of.id).into_iter().map(|(vial, given)| {
        let life = register.vials().get(&vial);
        let lot = life.map_or_else(
            || vec![Phrase::absent("not in the register")],
            |life| {
                let to = format!("/ledger/lots/{}", path_part(life.lot.as_str()));
                vec![Phrase::link(to, life.lot.to_string())]
            },
        );
        let expires = life
            .and_then(|life| register.lots().get(&life.lot))
            .map_or_else(
                || vec![Phrase::absent("not known")],
                |lot| Phrase::sentence(crate::words::day(lot.expires)),
            );
        let to = format!("/ledger/vials/{}", path_part(vial.as_str()));
        vec![
            lot,
            vec![Phrase::link(to, vial.to_string())],
            expires,
            Phrase::sentence(given.number()),
        ]
    });
    Table {
        caption: "Given, by lot, as the register says".to_owned(),
        columns: vec![
            Column::words("Lot"),
            Column::words("Device or vial"),
            Column::words("Expires"),
            Column::numbers("mg"),
        ],
        rows: rows.collect(),
        when_empty: when_empty(opened, of),
    }
}

/// Why the register names no device.
fn when_empty(opened: &Opened, of: &Session) -> String {
    let mut named = opened.chart().all::<SupplyNamed>();
    if let Some((_, one)) = named.rfind(|(_, one)| one.session == of.id) {
        return format!(
            "Given from another supply, {}: write the lot from its package.",
            one.supply
        );
    }
    if of.stopped.is_some() {
        "The register knows nothing given in this session: find out why before this form is sent."
            .to_owned()
    } else {
        "Nothing is given yet.".to_owned()
    }
}
