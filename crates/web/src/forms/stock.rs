//! Forms of the register of controlled substances that belong to no session.
#![expect(
    clippy::unnecessary_wraps,
    reason = "the drawing of every form has one shape"
)]

mod review;
pub(super) mod session;
mod transfer;

use std::collections::BTreeMap;

use clinic::act::ledger as register;
use clinic::act::room::before::Second;
use clinic::authority::Act;
use clinic::denied::Denied;
use ledger::{
    Account, Act as Deed, DrugId, Location, LocationId, Loss, LossKind, LotId, Receipt, Registrant,
    Vial, VialId,
};
use pages::{Choice, Control, Field, Form, FormPage, Input};
use record::quantity::{Micrograms, MicrogramsPerMillilitre};

use super::{Desk, FormKind, read};
use crate::sent::Answers;

pub(super) use review::FORMS as REVIEW;
pub(super) use session::FORMS as SESSION;

/// The most vials one delivery may bring: more is a slip of the pen.
const VIALS_MAX: u32 = 500;

const fn kind(
    (code, title, done): (&'static str, &'static str, &'static str),
    act: Act,
    draw: fn(&Desk<'_>) -> Result<FormPage, Denied>,
    send: fn(&Desk<'_>) -> Result<String, Denied>,
) -> FormKind {
    FormKind {
        code,
        title,
        done,
        act,
        draw,
        send,
    }
}

pub(super) const FORMS: &[FormKind] = &[
    kind(
        (
            "register-location",
            "Register a location",
            "The location is registered.",
        ),
        Act::SettleStock,
        draw_location,
        send_location,
    ),
    kind(
        (
            "receive-stock",
            "Receive a delivery",
            "The delivery is in the register.",
        ),
        Act::HandleStock,
        draw_receive,
        send_receive,
    ),
    kind(
        ("move-vial", "Move a vial", "The vial is moved."),
        Act::HandleStock,
        draw_move,
        send_move,
    ),
    kind(
        (
            "transfer-vial",
            "Transfer a vial",
            "The transfer is in the register.",
        ),
        Act::SettleStock,
        transfer::draw,
        transfer::send,
    ),
    kind(
        (
            "destroy-vial",
            "Destroy a vial",
            "The destruction is in the register.",
        ),
        Act::SettleStock,
        draw_destroy,
        send_destroy,
    ),
    kind(
        (
            "report-loss",
            "Report a loss or theft",
            "The loss is in the register. Sending the authority's form stays with you.",
        ),
        Act::HandleStock,
        draw_loss,
        send_loss,
    ),
];

/// A form of the register, with the way back to it.
fn form(desk: &Desk<'_>, submit: &str) -> Form {
    let form = desk.form(submit).cancel("/ledger", "Cancel");
    ["case", "line"].into_iter().fold(form, |form, name| {
        let sent = desk.ask.sent.get(name);
        match sent.or_else(|| desk.ask.query.get(name)) {
            Some(value) => form.hidden(name, value),
            None => form,
        }
    })
}

/// Where to go when it is done: back to the register, with the sentence that says so.
fn done(desk: &Desk<'_>) -> String {
    format!("/ledger?done={}", desk.kind.code)
}

fn write(desk: &Desk<'_>, deed: Deed, second: Option<&Second>) -> Result<String, Denied> {
    desk.operate(|operation, clinic| register::write(operation, clinic, deed, second))?;
    Ok(done(desk))
}

/// The registered locations, to choose one.
fn location_field(desk: &Desk<'_>) -> Field {
    let stock = desk.app.clinic.stock();
    let places = stock.register.locations().keys();
    let choices: Vec<Choice> = places
        .map(|id| Choice::new(id.as_str(), id.as_str()))
        .collect();
    let chosen = desk.ask.query.get("location").map(str::to_owned);
    let only = (choices.len() == 1)
        .then(|| choices.first().map(|one| one.value.clone()))
        .flatten();
    let field = Field::select("location", "In which cabinet?", choices);
    field.value(&chosen.or(only).unwrap_or_default())
}

fn location(answers: &mut Answers<'_>) -> Option<LocationId> {
    answers
        .line("location")
        .map(|line| LocationId::new(line.as_str()))
}

/// Vials that stand in a cabinet, to choose one.
fn vial_field(desk: &Desk<'_>) -> Field {
    let stock = desk.app.clinic.stock();
    let vials = stock.register.vials().iter();
    let choices = vials.filter_map(|(id, life)| {
        let (place, amount) = life.cabinet()?;
        let text = format!("{id}, {amount} in {place}, lot {}", life.lot);
        Some(Choice::new(id.as_str(), text))
    });
    let chosen = desk.ask.query.get("vial").unwrap_or_default();
    Field::select("vial", "Which vial?", choices.collect()).value(chosen)
}

fn vial(answers: &mut Answers<'_>) -> Option<VialId> {
    answers.line("vial").map(|line| VialId::new(line.as_str()))
}

/// The second person, who types their own name and pass phrase.
fn second_fields() -> Vec<Field> {
    vec![
        Field::line("second_name", "Their sign-in name"),
        Field::new(
            "second_secret",
            "Their pass phrase",
            Control::line(Input::Secret),
        ),
    ]
}

const SECOND_HINT: &str =
    "A nurse or a prescriber, not the one signed in here, with their own pass phrase.";

/// What a form says of the second person; the pass phrase is never kept.
fn second_sent(desk: &Desk<'_>, answers: &mut Answers<'_>) -> Option<(String, String)> {
    let name = answers.line("second_name").map(|line| line.to_string());
    let secret = desk.ask.sent.raw("second_secret").map(str::to_owned);
    let secret = secret.filter(|secret| !secret.is_empty());
    if secret.is_none() {
        answers.fault("second_secret", "Answer this");
    }
    name.zip(secret)
}

fn proved(desk: &Desk<'_>, (name, secret): &(String, String)) -> Result<Second, Denied> {
    Second::proved(&desk.app.clinic, name, secret, desk.ask.now)
}

fn draw_location(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let fields = vec![
        Field::line("location", "What is it called here?").hint("For example Cabinet A"),
        Field::line("registration", "Number of its registration"),
        Field::day("expires", "The registration runs to"),
    ];
    Ok(desk
        .page(form(desk, "Register").fields(fields))
        .said("A renewed registration is entered the same way, under the same name."))
}

fn send_location(desk: &Desk<'_>) -> Result<String, Denied> {
    let mut answers = desk.answers();
    let id = location(&mut answers);
    let registration = answers.line("registration");
    let expires = answers.day("expires");
    read!(answers => id, registration, expires);
    let location = Location {
        id,
        registration: registration.to_string(),
        expires,
    };
    write(desk, Deed::Register(location), None)
}

fn draw_receive(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let page = form(desk, "Receive")
        .group(
            "From whom",
            vec![
                Field::line("supplier", "Supplier"),
                Field::line("supplier_address", "Address"),
                Field::line("supplier_registration", "Registration number"),
                Field::line("invoice", "Invoice"),
            ],
        )
        .group(
            "What, as the label says",
            vec![
                Field::line("drug", "Drug and strength")
                    .hint("The drug's name first, for example ketamine 10 mg/mL"),
                Field::line("lot", "Lot"),
                Field::day("expires", "To be used by"),
                Field::number("strength", "Strength", "mg/mL"),
                Field::number("content", "One vial holds", "mg"),
            ],
        )
        .group(
            "Which vials, and where they went",
            vec![
                Field::line("vials", "Number of the first vial")
                    .hint("Put a number on each vial, for example V-0117; the next ones count on"),
                Field::number("how_many", "How many vials?", ""),
                location_field(desk),
            ],
        );
    Ok(desk
        .page(page)
        .said("Count the vials yourself before you sign for them."))
}

fn send_receive(desk: &Desk<'_>) -> Result<String, Denied> {
    let mut answers = desk.answers();
    let supplier = answers.line("supplier");
    let address = answers.line("supplier_address");
    let registration = answers.line("supplier_registration");
    let invoice = answers.line("invoice");
    let drug = answers.line("drug");
    let lot = answers.line("lot");
    let expires = answers.day("expires");
    let strength = answers.quantity_of("strength", "a strength", MicrogramsPerMillilitre::parse);
    let content = answers.quantity_of("content", "a vial\u{2019}s content", Micrograms::parse);
    let first = answers.line("vials");
    let how_many = answers.number("how_many", 1, VIALS_MAX);
    let location = location(&mut answers);
    let ids = first.as_ref().zip(how_many).map(|(first, n)| {
        let ids = numbered(first.as_str(), n);
        if ids.is_none() {
            answers.fault("vials", "End it with a number, for example V-0117");
        }
        ids.unwrap_or_default()
    });
    read!(answers => supplier, address, registration, invoice, drug, lot, expires, strength, content, ids, location);
    let vial = |id| Vial {
        id,
        strength: u64::from(strength.get()),
        content,
    };
    let receipt = Receipt {
        location,
        supplier: Registrant {
            name: supplier.to_string(),
            address: address.to_string(),
            registration: registration.to_string(),
        },
        invoice: invoice.to_string(),
        drug: DrugId::new(drug.as_str()),
        lot: LotId::new(lot.as_str()),
        expires,
        vials: ids.into_iter().map(vial).collect(),
    };
    write(desk, Deed::Receive(receipt), None)
}

/// So many vials from a first number on: the digits at its end count up, as wide as they were written.
fn numbered(first: &str, n: u32) -> Option<Vec<VialId>> {
    let head = first.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let digits = first.get(head.len()..).filter(|text| !text.is_empty())?;
    let from: u64 = digits.parse().ok()?;
    let width = digits.len();
    (0..u64::from(n))
        .map(|step| {
            Some(VialId::new(format!(
                "{head}{:0width$}",
                from.checked_add(step)?
            )))
        })
        .collect()
}

fn draw_move(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let fields = vec![vial_field(desk), location_field(desk)];
    Ok(desk.page(form(desk, "Move").fields(fields)))
}

fn send_move(desk: &Desk<'_>) -> Result<String, Denied> {
    let mut answers = desk.answers();
    let vial = vial(&mut answers);
    let to = location(&mut answers);
    read!(answers => vial, to);
    write(desk, Deed::Move { vial, to }, None)
}

fn draw_destroy(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let page = form(desk, "Destroyed")
        .grave()
        .group(
            "What was destroyed",
            vec![
                vial_field(desk),
                Field::line("method", "How was it made impossible to retrieve?"),
            ],
        )
        .group_with_hint("The second person", SECOND_HINT, second_fields());
    Ok(desk
        .page(page)
        .said("Two persons saw it, and both sign the authority's form 41."))
}

fn send_destroy(desk: &Desk<'_>) -> Result<String, Denied> {
    let mut answers = desk.answers();
    let vial = vial(&mut answers);
    let method = answers.line("method");
    let second = second_sent(desk, &mut answers);
    read!(answers => vial, method, second);
    let second = proved(desk, &second)?;
    let deed = Deed::Destroy {
        vial,
        second: second.person(),
        method: method.to_string(),
    };
    write(desk, deed, Some(&second))
}

/// What kind of loss, by the word the form sends.
fn loss_kind(code: &str) -> Option<LossKind> {
    match code {
        "theft" => Some(LossKind::Theft),
        "breakage" => Some(LossKind::Breakage),
        "other" => Some(LossKind::Other),
        _ => None,
    }
}

/// The fields of a loss, wherever it was.
fn loss_fields(place: Field) -> Vec<Field> {
    vec![
        place,
        Field::number("amount", "How much?", "mg"),
        Field::one_of(
            "kind",
            "What happened?",
            vec![
                Choice::new("theft", "Stolen, or it looks so"),
                Choice::new("breakage", "Broken or spilled"),
                Choice::new("other", "Anything else"),
            ],
        ),
        Field::day("discovered", "Discovered on"),
        Field::area("circumstances", "What is known of it?").hint(
            "Persons, what was going on, whether it happened before, what was done to find it",
        ),
    ]
}

const LOSS_SAID: &str = "A theft or a significant loss is told to the authority in writing within one business day of its discovery (21 CFR 1301.76(b)).";

/// A loss as sent, from the place the form named.
fn loss(answers: Answers<'_>, from: Option<(VialId, Account)>) -> Result<Loss, Denied> {
    let mut answers = answers;
    let amount = answers.quantity_of("amount", "a loss", Micrograms::parse);
    let kind = answers.word("kind", loss_kind);
    let discovered = answers.day("discovered");
    let circumstances = answers.prose("circumstances");
    read!(answers => from, amount, kind, discovered, circumstances);
    let (vial, from) = from;
    Ok(Loss {
        vial,
        from,
        amount,
        kind,
        discovered,
        circumstances: circumstances.to_string(),
    })
}

fn draw_loss(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let page = form(desk, "Report")
        .grave()
        .fields(loss_fields(vial_field(desk)));
    Ok(desk.page(page).said(LOSS_SAID))
}

fn send_loss(desk: &Desk<'_>) -> Result<String, Denied> {
    let mut answers = desk.answers();
    let from = vial(&mut answers).map(|vial| {
        let stock = desk.app.clinic.stock();
        let place = stock.register.vials().get(&vial);
        let place = place.and_then(|life| life.cabinet().map(|(place, _)| place.clone()));
        let place = place.unwrap_or_else(|| LocationId::new("no cabinet"));
        (vial, Account::Cabinet(place))
    });
    let loss = loss(answers, from)?;
    write(desk, Deed::Lose(loss), None)
}

/// The vials of a count as typed: one a line, its number and what it holds.
fn counted(text: &str) -> Result<BTreeMap<VialId, Micrograms>, String> {
    let mut found = BTreeMap::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let parts: Vec<&str> = line
            .split([' ', '\t', ','])
            .filter(|part| !part.is_empty())
            .collect();
        let (Some(number), Some(amount)) = (parts.first(), parts.get(1)) else {
            return Err(format!(
                "\u{201c}{line}\u{201d}: write the vial's number, then how many mg it holds"
            ));
        };
        let amount = amount_or_nought(amount)
            .ok_or_else(|| format!("\u{201c}{line}\u{201d}: {amount} is not an amount in mg"))?;
        if found.insert(VialId::new(*number), amount).is_some() {
            return Err(format!("Vial {number} is written twice: count it once"));
        }
    }
    Ok(found)
}

/// An amount in milligrams that may be nought.
fn amount_or_nought(text: &str) -> Option<Micrograms> {
    if is_nought(text) {
        return Some(Micrograms::new(0));
    }
    Micrograms::parse(text).ok()
}

/// Whether somebody wrote nought.
pub(super) fn is_nought(text: &str) -> bool {
    text.chars().all(|letter| matches!(letter, '0' | '.')) && text.contains('0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vials_are_numbered_on_from_the_first_as_wide_as_it_was_written() {
        let ids = numbered("V-0098", 3).map(|ids| ids.iter().map(ToString::to_string).collect());
        let expected = ["V-0098", "V-0099", "V-0100"].map(str::to_owned).to_vec();
        assert_eq!(ids, Some(expected));
        assert_eq!(numbered("V", 3), None);
    }

    #[test]
    fn a_count_reads_one_vial_a_line_and_says_which_line_it_cannot_read() {
        let found = counted("V-1 200\n\n V-2, 0 mg").map(|found| found.len());
        assert_eq!(found, Ok(2));
        assert!(counted("V-1").is_err_and(|words| words.contains("V-1")));
        assert!(counted("V-1 many").is_err_and(|words| words.contains("many")));
        assert!(counted("V-1 5\nV-1 6").is_err_and(|words| words.contains("twice")));
    }
}
