//! Forms that look at the register again: counts, cases, inventories, corrections.
#![expect(
    clippy::unnecessary_wraps,
    reason = "the drawing of every form has one shape"
)]

use clinic::act::ledger::correct;
use clinic::authority::Act;
use clinic::denied::Denied;
use ledger::{Act as Deed, CaseId, Count, Fact, Inventory, LineId, LotId, Moment};
use pages::{Choice, Field, FormPage};

use super::{
    Desk, FormKind, SECOND_HINT, amount_or_nought, counted, done, form, kind, location,
    location_field, proved, read, second_fields, second_sent, write,
};

pub(in crate::forms) const FORMS: &[FormKind] = &[
    kind(
        (
            "count-stock",
            "Count a lot",
            "The count is in the register.",
        ),
        Act::HandleStock,
        draw_count,
        send_count,
    ),
    kind(
        (
            "take-inventory",
            "Take the inventory",
            "The inventory is in the register.",
        ),
        Act::SettleStock,
        draw_inventory,
        send_inventory,
    ),
    kind(
        (
            "explain-case",
            "Explain a difference",
            "The explanation is in the register.",
        ),
        Act::HandleStock,
        draw_explain,
        send_explain,
    ),
    kind(
        ("close-case", "Close a case", "The case is closed."),
        Act::SettleStock,
        draw_close,
        send_close,
    ),
    kind(
        (
            "correct-line",
            "Correct a line",
            "The correction is in the register; the earlier line stays as it was.",
        ),
        Act::HandleStock,
        draw_correct,
        send_correct,
    ),
];

/// The count is blind: the form shows neither amounts nor which vials should be there.
fn draw_count(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let lots: Vec<Choice> = {
        let stock = desk.app.clinic.stock();
        let lots = stock.register.lots().iter();
        lots.filter(|(_, lot)| lot.balance.on_hand().get() > 0)
            .map(|(id, lot)| Choice::new(id.as_str(), format!("{id}, {}", lot.drug)))
            .collect()
    };
    let chosen = desk.ask.query.get("lot").unwrap_or_default();
    let fields = vec![
        location_field(desk),
        Field::select("lot", "Which lot?", lots).value(chosen),
        Field::area("found", "What is there?")
            .hint("One vial a line: its number, then how many mg it holds. Write none where nothing of the lot is there"),
    ];
    Ok(desk
        .page(form(desk, "Sign the count").fields(fields))
        .said("Count what stands in the cabinet. What the register says is not shown here, so that the count is your own."))
}

fn send_count(desk: &Desk<'_>) -> Result<String, Denied> {
    let mut answers = desk.answers();
    let location = location(&mut answers);
    let lot = answers.line("lot").map(|lot| LotId::new(lot.as_str()));
    // A form sent by a slip is no count of an empty cabinet, which would freeze the lot.
    let written = desk.ask.sent.get("found").unwrap_or_default().trim();
    let found = match written {
        "" => Err(
            "Write each vial that is there with its mg, or none where nothing of the lot is there"
                .to_owned(),
        ),
        none if none.eq_ignore_ascii_case("none") => counted(""),
        some => counted(some),
    };
    let found = match found {
        Ok(found) => Some(found),
        Err(sentence) => {
            answers.fault("found", sentence);
            None
        }
    };
    read!(answers => location, lot, found);
    let count = Count {
        location,
        lot,
        found,
    };
    let n_before = desk.app.clinic.stock().register.cases().len();
    let to = write(desk, Deed::Count(count), None)?;
    let is_different = desk.app.clinic.stock().register.cases().len() > n_before;
    Ok(if is_different {
        "/ledger?done=count-differs".to_owned()
    } else {
        to
    })
}

fn draw_inventory(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let fields = vec![
        location_field(desk),
        Field::one_of(
            "kind",
            "Which inventory?",
            vec![
                Choice::new("initial", "The initial one, of the first day"),
                Choice::new("biennial", "A later one, at least every second year"),
            ],
        ),
        Field::one_of(
            "moment",
            "When in the day?",
            vec![
                Choice::new("opening", "At the opening of business"),
                Choice::new("close", "At the close of business"),
            ],
        ),
    ];
    Ok(desk
        .page(form(desk, "Sign the inventory").fields(fields))
        .said("Every lot in the cabinet must have been counted today."))
}

fn send_inventory(desk: &Desk<'_>) -> Result<String, Denied> {
    let mut answers = desk.answers();
    let location = location(&mut answers);
    let kind = answers.word("kind", |code| match code {
        "initial" => Some(Inventory::Initial),
        "biennial" => Some(Inventory::Biennial),
        _ => None,
    });
    let moment = answers.word("moment", |code| match code {
        "opening" => Some(Moment::Opening),
        "close" => Some(Moment::Close),
        _ => None,
    });
    read!(answers => location, kind, moment);
    let deed = Deed::TakeInventory {
        location,
        kind,
        moment,
    };
    write(desk, deed, None)
}

/// The line a form names by its number in the register.
fn line_named(desk: &Desk<'_>, name: &str) -> Result<(u64, LineId), Denied> {
    let number: u64 = desk.needed(name)?;
    let stock = desk.app.clinic.stock();
    let mut lines = stock.numbers.iter();
    let found = lines.find(|(_, known)| **known == number);
    found
        .map(|(id, _)| (number, id.clone()))
        .ok_or(Denied::NotFound)
}

/// A case in words: what was counted, what differed, what was said of it.
fn case(desk: &Desk<'_>) -> Result<(CaseId, String), Denied> {
    let (number, id) = line_named(desk, "case")?;
    let stock = desk.app.clinic.stock();
    let case = stock.register.cases().get(&id).ok_or(Denied::NotFound)?;
    let opening = stock
        .register
        .posting(&id)
        .map(|posting| &posting.line.fact);
    let differences = match opening {
        Some(Fact::CaseOpened(opening)) => opening
            .differences
            .iter()
            .map(|one| {
                format!(
                    "vial {}: the register said {}, {} was found",
                    one.vial, one.expected, one.found
                )
            })
            .collect::<Vec<_>>()
            .join("; "),
        Some(Fact::Done(_) | Fact::Held(_)) | None => String::new(),
    };
    let told = if case.explanations.is_empty() {
        "Nothing was said of it yet.".to_owned()
    } else {
        format!("Said of it: {}.", case.explanations.join(" / "))
    };
    let counted = if case.is_counted_twice() {
        "Two persons have counted."
    } else {
        "One person has counted; another counts before it is closed."
    };
    let words = format!(
        "Case {number}, lot {} in {}: {differences}. {told} {counted}",
        case.lot, case.location
    );
    Ok((id, words))
}

/// A form about a case: the one that is named, or a choice of those that are open.
fn of_case(desk: &Desk<'_>, submit: &str, mut fields: Vec<Field>) -> Result<FormPage, Denied> {
    if is_named(desk, "case") {
        let (_, words) = case(desk)?;
        return Ok(desk.page(form(desk, submit).fields(fields)).said(words));
    }
    let stock = desk.app.clinic.stock();
    let open = stock.register.cases().iter();
    let open = open.filter(|(_, case)| case.is_open());
    let choices = open.filter_map(|(id, case)| {
        let number = stock.numbers.get(id)?.to_string();
        let words = format!("Case {number}, lot {} in {}", case.lot, case.location);
        Some(Choice::new(number, words))
    });
    fields.insert(0, Field::select("case", "Which case?", choices.collect()));
    Ok(desk.page(form(desk, submit).fields(fields)))
}

fn is_named(desk: &Desk<'_>, name: &str) -> bool {
    desk.ask.query.get(name).is_some() || desk.ask.sent.get(name).is_some()
}

/// The case that was sent.
fn chosen(desk: &Desk<'_>) -> Result<CaseId, Denied> {
    if !is_named(desk, "case") {
        return Err(Denied::invalid("case", "Choose the case"));
    }
    Ok(case(desk)?.0)
}

fn draw_explain(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let field = Field::area("text", "What was looked into, and what may explain it?");
    of_case(desk, "Write it", vec![field])
}

fn send_explain(desk: &Desk<'_>) -> Result<String, Denied> {
    let case = chosen(desk)?;
    let mut answers = desk.answers();
    let text = answers.prose("text");
    read!(answers => text);
    let text = text.to_string();
    write(desk, Deed::Explain { case, text }, None)
}

fn draw_close(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let mut page = of_case(desk, "Close the case", Vec::new())?;
    page.form = page.form.grave().small(
        "What the last count still leaves open is booked as unexplained, and the lot is free again.",
    );
    Ok(page)
}

fn send_close(desk: &Desk<'_>) -> Result<String, Denied> {
    let case = chosen(desk)?;
    write(desk, Deed::CloseCase { case }, None)
}

/// What a line moves, to choose the vial; and whether it was a waste.
fn draw_correct(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    if line_named(desk, "line").is_err() {
        return Ok(unnamed_line(desk));
    }
    let (number, id) = line_named(desk, "line")?;
    let stock = desk.app.clinic.stock();
    let posting = stock.register.posting(&id).ok_or(Denied::NotFound)?;
    let says = |made: &ledger::Movement| {
        stock
            .register
            .corrected(&id, &made.vial)
            .unwrap_or(made.amount)
    };
    let moves = &posting.line.moves;
    let choices: Vec<Choice> = moves
        .iter()
        .map(|made| Choice::new(made.vial.as_str(), format!("{}, {}", made.vial, says(made))))
        .collect();
    let only = moves.first().filter(|_| moves.len() == 1);
    let chosen = only.map_or("", |made| made.vial.as_str()).to_owned();
    let mut page = form(desk, "Correct").fields(vec![
        Field::select("vial", "Which vial?", choices).value(&chosen),
        Field::number("amount", "It should have said", "mg").hint("0 strikes the line"),
        Field::line("why", "Why?"),
    ]);
    if matches!(posting.line.fact, Fact::Done(Deed::Waste(_))) {
        page = page.group_with_hint("The second person", SECOND_HINT, second_fields());
    }
    let words = format!(
        "Line {number}: {}. It stays as it was; the correction is a new line that points back. What was given is corrected on the chart too.",
        crate::page::ledger::movement(&posting.line.fact).to_lowercase()
    );
    Ok(desk.page(page).said(words))
}

/// The same, where the line is still to be named.
fn unnamed_line(desk: &Desk<'_>) -> FormPage {
    let second = second_fields().into_iter().map(Field::optional).collect();
    let page = desk
        .form("Correct")
        .cancel("/ledger", "Cancel")
        .fields(vec![
            Field::number("line", "Which line of the register?", ""),
            Field::line("vial", "Which vial?"),
            Field::number("amount", "It should have said", "mg").hint("0 strikes the line"),
            Field::line("why", "Why?"),
        ])
        .group_with_hint(
            "The second person, where the line is a waste",
            SECOND_HINT,
            second,
        );
    desk.page(page)
        .said("The line stays as it was; the correction is a new line that points back.")
}

fn send_correct(desk: &Desk<'_>) -> Result<String, Denied> {
    let sentence = "There is no such line: read its number from the register";
    let (_, of) = line_named(desk, "line").map_err(|_| Denied::invalid("line", sentence))?;
    let mut answers = desk.answers();
    let vial = super::vial(&mut answers);
    let why = answers.line("why");
    let amount = desk.ask.sent.get("amount").and_then(amount_or_nought);
    if amount.is_none() {
        answers.fault("amount", "Enter it in mg; 0 strikes the line");
    }
    let has_second = desk.ask.sent.get("second_name").is_some();
    let second = has_second
        .then(|| second_sent(desk, &mut answers))
        .flatten();
    read!(answers => vial, why, amount);
    let second = second.map(|sent| proved(desk, &sent)).transpose()?;
    let asked = correct::Correcting {
        of,
        vial,
        amount,
        why,
    };
    desk.operate(|operation, clinic| correct::correct(operation, clinic, asked, second.as_ref()))?;
    Ok(done(desk))
}
