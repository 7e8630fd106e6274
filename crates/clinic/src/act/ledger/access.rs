//! Who may have access to controlled drugs: what each person was asked, and whom the answers shut out.
//!
//! Two rules stand side by side. That a person with a yes has no access is federal law (21 CFR
//! 1301.76(a)) and always holds. That a person of whom no check is recorded handles no stock is the
//! clinic's own rule, which `ledger/policy.toml` names and may lift. Both hold what takes drug into a
//! hand, or vouches for it: receiving, moving, counting, issuing, drawing, starting a dose, wasting,
//! witnessing, handing over, destroying. Neither ever holds up a stop, a report of a loss, an
//! explanation or a correction: those make a person safer, or the books truer.

use ledger::Act as Deed;
use record::calendar::civil_day;
use record::fact::house::AccessChecked;
use record::ids::PersonId;
use record::words::{Line, YesNo};

use super::policy;
use crate::authority::{Act, Reach, authorise};
use crate::board::house::Staff;
use crate::clinic::{Clinic, Written, person_stream};
use crate::denied::{Denied, FieldFault, Refusal};
use crate::operation::Operation;

/// The section of law that says who has no access.
pub const LAW: &str = "21 CFR 1301.76(a)";

/// The questions of a check, each with the field of the form it is asked in.
pub const QUESTIONS: [(&str, &str); 4] = [
    (
        "convicted",
        "Convicted of a felony that has to do with controlled substances?",
    ),
    (
        "denied",
        "Ever had an application for DEA registration denied?",
    ),
    ("revoked", "Ever had a DEA registration revoked?"),
    (
        "surrendered",
        "Ever surrendered a DEA registration for cause?",
    ),
];

/// How a person stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// No check is recorded.
    Unchecked,
    /// They were asked, and not every question was answered with yes or no.
    Unanswered,
    /// Every question was answered with no.
    Free,
    /// A question was answered with yes: no access, by law.
    ShutOut,
}

/// How a person stands by their last check.
pub fn standing(staff: Option<&Staff>) -> Standing {
    let Some(checked) = staff.and_then(|staff| staff.access.as_ref()) else {
        return Standing::Unchecked;
    };
    let answers = answers(checked);
    if answers.contains(&YesNo::Yes) {
        Standing::ShutOut
    } else if answers.iter().all(|answer| *answer == YesNo::No) {
        Standing::Free
    } else {
        Standing::Unanswered
    }
}

/// The answers of a check, in the order of [`QUESTIONS`].
pub const fn answers(checked: &AccessChecked) -> [YesNo; 4] {
    [
        checked.convicted,
        checked.denied,
        checked.revoked,
        checked.surrendered,
    ]
}

/// Whether someone who works here has a role that handles stock, so that a check is due of them.
pub fn is_due_of(staff: &Staff) -> bool {
    let handles = [Act::UseStock, Act::HandleStock, Act::SettleStock];
    let reaches = |role| handles.iter().any(|act| act.reach(role) == Reach::All);
    staff.is_here && staff.roles.iter().copied().any(reaches)
}

/// Whether a person may handle stock, by the law and by what the clinic lets pass.
pub fn has_access(clinic: &Clinic, standing: Standing) -> bool {
    match standing {
        Standing::Free => true,
        Standing::Unchecked | Standing::Unanswered => policy(clinic).access_without_check.allowed,
        Standing::ShutOut => false,
    }
}

/// Records what a person answered. Another asks than the one who answers.
///
/// # Errors
/// [`Denied::NotFound`] for one who does not work here; [`Denied::Invalid`] for one's own check, a day
/// to come, or a check of that day with the same answers.
pub fn record_check(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    (person, asked_on): (PersonId, jiff::civil::Date),
    how: Line,
    [convicted, denied, revoked, surrendered]: [YesNo; 4],
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::CheckAccess, None)?;
    if let Some(first) = clinic.first_answer(operation, None)? {
        return Ok(first);
    }
    let fact = AccessChecked {
        person,
        asked_on,
        asked_by: operation.actor.name.clone(),
        how,
        convicted,
        denied,
        revoked,
        surrendered,
    };
    let mut faults = Vec::new();
    if operation.actor.person() == Some(person) {
        faults.push(FieldFault::new(
            "how",
            "Nobody records their own check: ask the medical director or another compliance officer to ask you",
        ));
    }
    if asked_on > civil_day(operation.now(), &clinic.zone()) {
        faults.push(FieldFault::new(
            "asked_on",
            "This day has not come yet: enter the day on which they were asked",
        ));
    }
    {
        let board = clinic.board();
        let staff = board.people.get(&person).filter(|staff| staff.is_here);
        let staff = staff.ok_or(Denied::NotFound)?;
        if staff.access.as_ref() == Some(&fact) {
            faults.push(FieldFault::new("how", "This check is recorded already"));
        }
    }
    if !faults.is_empty() {
        return Err(Denied::Invalid(faults));
    }
    clinic.record_house(operation, role, person_stream(person), &[fact.into()])
}

/// Why a person may not handle stock, in one sentence that does not tell what they answered; nothing
/// where they may.
pub fn refused(clinic: &Clinic, person: PersonId) -> Option<String> {
    let board = clinic.board();
    let staff = board.people.get(&person);
    let standing = standing(staff);
    if has_access(clinic, standing) {
        return None;
    }
    let name = staff.map_or("this person", |staff| staff.name.as_str());
    match standing {
        Standing::Free => None,
        Standing::ShutOut => Some(format!(
            "{name} may have no access to controlled drugs, by their recorded check ({LAW}): another person must do this"
        )),
        Standing::Unchecked => Some(format!(
            "No check of access to controlled drugs is recorded for {name}: have the medical director or the compliance officer record it, or another person does this (clinic policy beside {LAW})"
        )),
        Standing::Unanswered => Some(format!(
            "The check of access to controlled drugs of {name} has a question nobody answered: have the medical director or the compliance officer record the answer, or another person does this (clinic policy beside {LAW})"
        )),
    }
}

/// Passes an act upon the stock where everyone whose hands or eyes it takes has access.
pub(super) fn check_hands(clinic: &Clinic, by: PersonId, deed: &Deed) -> Result<(), Denied> {
    let second = match deed {
        Deed::Receive(_)
        | Deed::Move { .. }
        | Deed::Issue { .. }
        | Deed::Draw(_)
        | Deed::Return { .. }
        | Deed::Transfer { .. }
        | Deed::Count(_) => None,
        Deed::Waste(waste) => Some(waste.witness),
        Deed::Destroy { second, .. } => Some(*second),
        Deed::Register(_)
        | Deed::Give(_)
        | Deed::Lose(_)
        | Deed::Explain { .. }
        | Deed::CloseCase { .. }
        | Deed::Correct(_)
        | Deed::TakeInventory { .. }
        | Deed::CloseSession { .. } => return Ok(()),
    };
    if let Some(sentence) = refused(clinic, by) {
        return Err(Denied::invalid("signer", sentence));
    }
    match second.and_then(|second| refused(clinic, second)) {
        Some(sentence) => Err(Denied::invalid("second_name", sentence)),
        None => Ok(()),
    }
}

/// Passes a person who may begin to give a dose, as far as access to the drug goes.
pub(super) fn may_give(clinic: &Clinic, by: PersonId) -> Result<(), Refusal> {
    let Some(sentence) = refused(clinic, by) else {
        return Ok(());
    };
    Err(Refusal {
        rule: "access".to_owned(),
        sentence,
        inputs: Vec::new(),
        evidence: policy(clinic).access_without_check.source.clone(),
        may_override: None,
    })
}
