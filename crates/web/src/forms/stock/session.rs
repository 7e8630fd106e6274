//! Forms for the stock of one session: draw, waste before a witness, put back, report, another supply.

use clinic::act::ledger::session as used;
use clinic::authority::Act;
use clinic::denied::Denied;
use ledger::{Account, Act as Deed, Container, Dose, VialId};
use pages::{Choice, Field, FormPage};
use record::chart::session::Session;
use record::ids::SessionId;
use record::quantity::Micrograms;

use super::{
    Desk, FormKind, LOSS_SAID, SECOND_HINT, kind, location, location_field, loss, loss_fields,
    proved, read, second_fields, second_sent, vial,
};

pub(in crate::forms) const FORMS: &[FormKind] = &[
    kind(
        ("draw-drug", "Draw", "What was drawn is in the register."),
        Act::UseStock,
        draw_draw,
        send_draw,
    ),
    kind(
        (
            "waste-drug",
            "Waste what is left",
            "The waste is in the register, with its witness.",
        ),
        Act::UseStock,
        draw_waste,
        send_waste,
    ),
    kind(
        (
            "return-vial",
            "Put an unopened vial back",
            "The vial is back in its cabinet.",
        ),
        Act::UseStock,
        draw_return,
        send_return,
    ),
    kind(
        (
            "lose-drug",
            "Report a loss in this session",
            "The loss is in the register. Sending the authority's form stays with you.",
        ),
        Act::HandleStock,
        draw_lose,
        send_lose,
    ),
    kind(
        (
            "other-supply",
            "Name another supply",
            "The other supply is on the chart; the register holds no line of this dose.",
        ),
        Act::Prescribe,
        draw_supply,
        send_supply,
    ),
];

/// The names of the amounts of a waste: as many rows as one form has.
const AMOUNTS: [&str; 6] = [
    "amount_1", "amount_2", "amount_3", "amount_4", "amount_5", "amount_6",
];

fn there(desk: &Desk<'_>) -> Result<Session, Denied> {
    let id: SessionId = desk.needed("session")?;
    let mut sessions = desk.opened()?.chart().sessions().into_iter();
    sessions.find(|one| one.id == id).ok_or(Denied::NotFound)
}

/// Where to go when it is done: back to the drug of the session.
fn to(desk: &Desk<'_>, session: SessionId) -> Result<String, Denied> {
    let code = desk.kind.code;
    Ok(desk
        .opened()?
        .path(&format!("/sessions/{session}/drug?done={code}")))
}

/// A form of this session, with the way back to its drug.
fn form(desk: &Desk<'_>, submit: &str) -> Result<pages::Form, Denied> {
    let session: SessionId = desk.needed("session")?;
    let back = desk.opened()?.path(&format!("/sessions/{session}/drug"));
    Ok(desk.form(submit).cancel(back, "Cancel"))
}

fn draw_draw(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let session = there(desk)?;
    let known = &desk.opened()?.known;
    let drug = used::drug_of(&desk.app.clinic, known, &session);
    let stock = desk.app.clinic.stock();
    let register = &stock.register;
    let own = register
        .held(session.id)
        .filter(|one| one.1 == Container::Vial);
    let mut choices: Vec<Choice> = own
        .map(|(id, _, amount)| {
            Choice::new(id.as_str(), format!("{id}, in use here: {amount} left"))
        })
        .collect();
    for (id, life) in register.vials() {
        let Some(lot) = register.lots().get(&life.lot) else {
            continue;
        };
        let is_drug = drug
            .as_ref()
            .is_none_or(|drug| used::is_drug(&lot.drug, drug));
        let is_free =
            register.frozen_by(&life.lot).is_none() && lot.expires >= desk.opened()?.today;
        if let Some((place, amount)) = life.cabinet()
            && is_drug
            && is_free
        {
            let words = format!("{id}, {} {amount}, lot {}, {place}", lot.drug, life.lot);
            choices.push(Choice::new(id.as_str(), words));
        }
    }
    let drawn = register.drawn(session.id);
    drop(stock);
    let planned = desk
        .opened()?
        .chart()
        .plan(session.course)
        .and_then(|(_, plan)| {
            plan.doses
                .iter()
                .find(|dose| dose.number == session.number)
                .map(|dose| dose.dose)
        });
    let said = planned.map_or_else(
        || format!("{drawn} is drawn. No dose is planned for this session."),
        |dose| format!("Planned: {dose}. Drawn so far: {drawn}."),
    );
    let fields = vec![
        Field::select("vial", "From which vial?", choices).hint(
            "Read its number from the label. A vial out of the cabinet is issued with the draw",
        ),
        Field::number("amount", "How much is drawn?", "mg"),
    ];
    Ok(desk.page(form(desk, "Drawn")?.fields(fields)).said(said))
}

fn send_draw(desk: &Desk<'_>) -> Result<String, Denied> {
    let (patient, session) = (desk.patient()?, desk.needed::<SessionId>("session")?);
    let mut answers = desk.answers();
    let vial = vial(&mut answers);
    let amount = answers.quantity_of("amount", "an amount drawn", Micrograms::parse);
    read!(answers => vial, amount);
    let is_here = {
        let stock = desk.app.clinic.stock();
        stock.register.held(session).any(|(id, _, _)| *id == vial)
    };
    let dose = Dose {
        session,
        vial,
        amount,
    };
    desk.operate(|operation, clinic| {
        if is_here {
            used::write(operation, clinic, patient, Deed::Draw(dose), None)
        } else {
            used::issue_and_draw(operation, clinic, patient, dose)
        }
    })?;
    to(desk, session)
}

fn container(code: &str) -> Option<Container> {
    match code {
        "syringe" => Some(Container::Syringe),
        "vial" => Some(Container::Vial),
        _ => None,
    }
}

const fn code(container: Container) -> &'static str {
    match container {
        Container::Syringe => "syringe",
        Container::Vial => "vial",
    }
}

/// What a session holds, each with the words of where it is.
fn held(desk: &Desk<'_>, session: SessionId) -> Vec<(VialId, Container, Micrograms)> {
    let stock = desk.app.clinic.stock();
    let held = stock.register.held(session);
    held.map(|(id, container, amount)| (id.clone(), container, amount))
        .take(AMOUNTS.len())
        .collect()
}

fn place(vial: &VialId, container: Container) -> String {
    match container {
        Container::Syringe => format!("Drawn from vial {vial}"),
        Container::Vial => format!("Left in vial {vial}"),
    }
}

fn draw_waste(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let session = there(desk)?;
    let held = held(desk, session.id);
    if held.is_empty() {
        return Ok(desk
            .page(form(desk, "Back")?)
            .said("Nothing of this session is left to waste."));
    }
    let mut page = form(desk, "Both have signed")?;
    let mut fields = Vec::new();
    for (name, (vial, container, amount)) in AMOUNTS.iter().zip(&held) {
        page = page.hidden(format!("{name}_of"), format!("{} {vial}", code(*container)));
        let field = Field::number(*name, place(vial, *container), "mg");
        fields.push(
            field
                .hint(format!(
                    "The register says {amount}. Leave empty to waste nothing of it"
                ))
                .optional(),
        );
    }
    fields.push(
        Field::line("method", "How was it made unusable?")
            .hint("For example: into the sequestering bottle"),
    );
    let page = page.group("What was wasted", fields).group_with_hint(
        "The witness",
        SECOND_HINT,
        second_fields(),
    );
    let left = desk.app.clinic.stock().register.in_use(session.id);
    Ok(desk.page(page).said(format!(
        "{left} of this session is left to account for. The witness saw it wasted, did not give the drug, and types their own pass phrase here."
    )))
}

fn send_waste(desk: &Desk<'_>) -> Result<String, Denied> {
    let (patient, session) = (desk.patient()?, desk.needed::<SessionId>("session")?);
    let mut answers = desk.answers();
    let method = answers.line("method");
    let second = second_sent(desk, &mut answers);
    let mut rows = Vec::new();
    for name in AMOUNTS {
        let wasted = |text: &str| Micrograms::parse(text).map_err(|fault| fault.of("a waste"));
        let Some(amount) = answers.quantity_or_none(name, wasted) else {
            continue;
        };
        let of = desk.ask.sent.get(&format!("{name}_of"));
        let of = of.and_then(|text| text.split_once(' '));
        let of = of.and_then(|(from, vial)| Some((container(from)?, VialId::new(vial))));
        rows.push((of.ok_or(Denied::NotFound)?, amount));
    }
    // An amount that cannot be read has its own sentence.
    if AMOUNTS.iter().all(|name| desk.ask.sent.get(name).is_none()) {
        answers.fault("amount_1", "Enter what was wasted of at least one");
    }
    read!(answers => method, second);
    let second = proved(desk, &second)?;
    let wasted = rows.into_iter().map(|((from, vial), amount)| used::Wasted {
        vial,
        from,
        amount,
        method: method.to_string(),
    });
    let wasted = wasted.collect();
    desk.operate(|operation, clinic| {
        used::waste(operation, clinic, (patient, session), wasted, &second)
    })?;
    to(desk, session)
}

fn draw_return(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let session = there(desk)?;
    let choices = {
        let stock = desk.app.clinic.stock();
        let register = &stock.register;
        let is_closed = |id: &VialId| register.vials().get(id).is_some_and(|life| !life.is_opened);
        register
            .held(session.id)
            .filter(|(id, container, _)| *container == Container::Vial && is_closed(id))
            .map(|(id, _, amount)| Choice::new(id.as_str(), format!("{id}, {amount}")))
            .collect()
    };
    let fields = vec![
        Field::select("vial", "Which vial?", choices),
        location_field(desk),
    ];
    Ok(desk
        .page(form(desk, "Put back")?.fields(fields))
        .said("Only a vial nobody has opened goes back; what is left of an opened one is wasted."))
}

fn send_return(desk: &Desk<'_>) -> Result<String, Denied> {
    let (patient, session) = (desk.patient()?, desk.needed::<SessionId>("session")?);
    let mut answers = desk.answers();
    let vial = vial(&mut answers);
    let to_place = location(&mut answers);
    read!(answers => vial, to_place);
    let deed = Deed::Return {
        vial,
        session,
        to: to_place,
    };
    desk.operate(|operation, clinic| used::write(operation, clinic, patient, deed, None))?;
    to(desk, session)
}

fn draw_lose(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let session = there(desk)?;
    let choices = held(desk, session.id)
        .into_iter()
        .map(|(vial, from, amount)| {
            let value = format!("{} {vial}", code(from));
            Choice::new(value, format!("{}, {amount}", place(&vial, from)))
        });
    let field = Field::select("vial", "What was lost?", choices.collect());
    let page = form(desk, "Report")?.grave().fields(loss_fields(field));
    Ok(desk.page(page).said(LOSS_SAID))
}

fn send_lose(desk: &Desk<'_>) -> Result<String, Denied> {
    let (patient, session) = (desk.patient()?, desk.needed::<SessionId>("session")?);
    let mut answers = desk.answers();
    let from = answers.line("vial").and_then(|line| {
        let (from, vial) = line.as_str().split_once(' ')?;
        let account: Account = container(from)?.of(session);
        Some((VialId::new(vial), account))
    });
    let loss = loss(answers, from)?;
    let deed = Deed::Lose(loss);
    desk.operate(|operation, clinic| used::write(operation, clinic, patient, deed, None))?;
    to(desk, session)
}

fn draw_supply(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let fields = vec![
        Field::line("supply", "Who supplies it?")
            .hint("For example the pharmacy that dispensed it by name"),
        Field::area("reason", "Why is it not from the clinic's stock?"),
    ];
    Ok(desk
        .page(form(desk, "Sign")?.fields(fields))
        .said("Then the dose starts without a draw, and the register holds no line of it."))
}

fn send_supply(desk: &Desk<'_>) -> Result<String, Denied> {
    let (patient, session) = (desk.patient()?, desk.needed::<SessionId>("session")?);
    let mut answers = desk.answers();
    let supply = answers.line("supply");
    let reason = answers.prose("reason");
    read!(answers => supply, reason);
    desk.operate(|operation, clinic| {
        used::name_supply(operation, clinic, patient, (session, supply, reason))
    })?;
    to(desk, session)
}
