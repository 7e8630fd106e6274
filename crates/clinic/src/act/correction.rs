//! Corrections: an entry is amended or marked as entered in error; the old one stays visible.

use record::chart::{EntryNumber, Stands};
use record::fact::care::{Amended, EnteredInError};
use record::ids::PatientId;
use record::words::{Line, Role};
use record::{Entry, Fact};

use crate::authority::{Act, authorise};
use crate::clinic::{Clinic, KnownChart, Written};
use crate::denied::Denied;
use crate::operation::Operation;

/// Amends an entry: its fact is replaced by another of the same kind.
///
/// # Errors
/// [`Denied::Invalid`] for a signed note (add to it instead), another kind, or a correction.
pub fn amend(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    entry: EntryNumber,
    replacement: Fact,
    reason: Line,
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::Correct, Some(patient))?;
    if let Some(first) = clinic.first_answer(operation, Some(patient))? {
        return Ok(first);
    }
    let known = clinic.chart(patient)?;
    let there = correctable(&known, entry)?;
    check_may(operation, role, there)?;
    if there.fact.kind() != replacement.kind() {
        return Err(Denied::invalid(
            "replacement",
            "A correction keeps the kind of the entry",
        ));
    }
    if matches!(
        there.fact,
        Fact::NoteSigned(_) | Fact::NoteAddended(_) | Fact::ConsentSigned(_)
    ) {
        return Err(Denied::invalid(
            "replacement",
            "What was signed is not changed: add an addendum, or mark it as entered in error",
        ));
    }
    super::ledger::correct::check_chart(
        clinic,
        known.chart.now_says(there).unwrap_or(&there.fact),
        Some(&replacement),
    )?;
    if matches!(known.chart.stands(there), Stands::InError { .. }) {
        return Err(Denied::invalid(
            "entry",
            "This entry was marked as entered in error",
        ));
    }
    let fact = Amended {
        entry,
        reason,
        replacement: Box::new(replacement),
    };
    clinic.record(
        operation,
        role,
        patient,
        Some(known.version),
        &[fact.into()],
    )
}

/// Marks an entry as entered in error.
///
/// # Errors
/// [`Denied::Invalid`] where it is marked so already.
pub fn enter_in_error(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    entry: EntryNumber,
    reason: Line,
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::Correct, Some(patient))?;
    if let Some(first) = clinic.first_answer(operation, Some(patient))? {
        return Ok(first);
    }
    let known = clinic.chart(patient)?;
    let there = known.chart.entry(entry).ok_or(Denied::NotFound)?;
    check_may(operation, role, corrected(&known, there))?;
    if matches!(known.chart.stands(there), Stands::InError { .. }) {
        return Err(Denied::invalid(
            "entry",
            "This entry is marked as entered in error already",
        ));
    }
    super::ledger::correct::check_chart(clinic, &corrected(&known, there).fact, None)?;
    let fact = EnteredInError { entry, reason };
    clinic.record(
        operation,
        role,
        patient,
        Some(known.version),
        &[fact.into()],
    )
}

/// An entry a correction may point at: not itself a correction.
fn correctable(known: &KnownChart, entry: EntryNumber) -> Result<&Entry, Denied> {
    let there = known.chart.entry(entry).ok_or(Denied::NotFound)?;
    if matches!(there.fact, Fact::Amended(_) | Fact::EnteredInError(_)) {
        return Err(Denied::invalid(
            "entry",
            "This entry is itself a correction: correct the entry it points at",
        ));
    }
    Ok(there)
}

/// The entry that a correction, or a correction of a correction, is in the end about.
fn corrected<'a>(known: &'a KnownChart, mut entry: &'a Entry) -> &'a Entry {
    loop {
        let target = if let Fact::Amended(fact) = &entry.fact {
            fact.entry
        } else if let Fact::EnteredInError(fact) = &entry.fact {
            fact.entry
        } else {
            return entry;
        };
        match known.chart.entry(target) {
            Some(earlier) if earlier.number < entry.number => entry = earlier,
            Some(_) | None => return entry,
        }
    }
}

/// What a prescriber decided only a prescriber corrects.
fn check_may(operation: &Operation<'_>, role: Role, entry: &Entry) -> Result<(), Denied> {
    let is_decision = matches!(
        entry.fact,
        Fact::PlanPrescribed(_)
            | Fact::PlanAmended(_)
            | Fact::EligibilityAssessed(_)
            | Fact::EligibilityReassessed(_)
            | Fact::EligibilityOverridden(_)
    );
    let may = operation
        .actor
        .roles
        .iter()
        .chain([&role])
        .any(|role| matches!(role, Role::Prescriber | Role::MedicalDirector));
    if is_decision && !may {
        return Err(Denied::Forbidden {
            act: Act::Prescribe,
        });
    }
    Ok(())
}
