//! The form that hands a vial to another registrant, with both sides of it.

use clinic::act::certificate::is_in_programme;
use clinic::act::ledger::policy;
use clinic::denied::Denied;
use ledger::{Act as Deed, Purpose, Registrant};
use pages::{Choice, Field, FormPage};

use super::{form, vial, vial_field, write};
use crate::forms::{Desk, read};

fn purpose(code: &str) -> Option<Purpose> {
    match code {
        "dispensing" => Some(Purpose::Dispensing),
        "return" => Some(Purpose::Return),
        _ => None,
    }
}

/// The address the clinic handed over from last, so that it is typed once.
fn last_address(desk: &Desk<'_>) -> String {
    let stock = desk.app.clinic.stock();
    let lines = stock.register.postings().iter().rev();
    let mut own = lines.filter_map(|posting| match &posting.line.fact {
        ledger::Fact::Done(Deed::Transfer { from, .. }) => from.as_ref(),
        ledger::Fact::Done(_) | ledger::Fact::CaseOpened(_) | ledger::Fact::Held(_) => None,
    });
    own.next()
        .map_or_else(String::new, |own| own.address.clone())
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "the drawing of every form has one shape"
)]
pub(super) fn draw(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let name = desk.app.clinic.board().house.name.clone();
    let page = form(desk, "Transfer")
        .group(
            "What, and what for",
            vec![
                vial_field(desk),
                Field::one_of(
                    "purpose",
                    "What for?",
                    vec![
                        Choice::new("dispensing", "For another practitioner to dispense"),
                        Choice::new(
                            "return",
                            "Back to the supplier or the maker, or to a reverse distributor",
                        ),
                    ],
                ),
            ],
        )
        .group("To whom", receiver(desk))
        .group_with_hint(
            "From whom",
            "The registration number is that of the cabinet the vial stands in.",
            vec![
                Field::line("own_name", "Our name, as registered").value(&name),
                Field::line("own_address", "Our address, as registered").value(&last_address(desk)),
            ],
        );
    Ok(desk.page(page).said(said(desk)))
}

/// Who receives it; where the clinic has esketamine, under which certificate too.
fn receiver(desk: &Desk<'_>) -> Vec<Field> {
    let clinic = &desk.app.clinic;
    let mut fields = vec![
        Field::line("name", "Name"),
        Field::line("address", "Address"),
        Field::line("registration", "DEA registration number"),
    ];
    let in_cabinet: Vec<_> = {
        let stock = clinic.stock();
        let vials = stock.register.vials().iter();
        let here = vials.filter(|(_, life)| life.cabinet().is_some());
        here.map(|(id, _)| id.clone()).collect()
    };
    if in_cabinet.iter().any(|vial| is_in_programme(clinic, vial)) {
        let words = "Reference of their certificate in the programme (REMS)";
        let hint =
            "For a device of esketamine that they dispense: they must be a certified setting";
        fields.push(Field::line("certificate", words).hint(hint).optional());
    }
    fields
}

/// What the law asks, and how the year stands.
fn said(desk: &Desk<'_>) -> String {
    let clinic = &desk.app.clinic;
    let rule = policy(clinic);
    let year = clinic.zone_today(desk.ask.now).year();
    let stands = ledger::distribution::share(&clinic.stock().register, year, rule);
    let stands = stands.map_or_else(|| "not computed".to_owned(), |share| share.to_string());
    format!(
        "Both registrants keep a record. At most {} % of all dosage units given and passed on in a calendar year may go to other practitioners; above it the law asks for a registration as a distributor (21 CFR 1307.11). Passed on in {year}: {stands}.",
        rule.distributed_share.value
    )
}

pub(super) fn send(desk: &Desk<'_>) -> Result<String, Denied> {
    let mut answers = desk.answers();
    let vial = vial(&mut answers);
    let purpose = answers.word("purpose", purpose);
    let name = answers.line("name");
    let address = answers.line("address");
    let registration = answers.line("registration");
    let certificate = answers.line_or_none("certificate");
    let own_name = answers.line("own_name");
    let own_address = answers.line("own_address");
    read!(answers => vial, purpose, name, address, registration, own_name, own_address);
    let own_registration = {
        let stock = desk.app.clinic.stock();
        let place = stock.register.vials().get(&vial);
        let place = place.and_then(|life| life.cabinet().map(|(place, _)| place));
        let place = place.and_then(|place| stock.register.locations().get(place));
        place.map_or_else(String::new, |place| place.registration.clone())
    };
    let deed = Deed::Transfer {
        vial,
        to: Registrant {
            name: name.to_string(),
            address: address.to_string(),
            registration: registration.to_string(),
        },
        from: Some(Registrant {
            name: own_name.to_string(),
            address: own_address.to_string(),
            registration: own_registration,
        }),
        purpose,
        certificate: certificate.map(|reference| reference.to_string()),
    };
    write(desk, deed, None)
}
