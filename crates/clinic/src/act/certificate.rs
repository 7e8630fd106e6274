//! The clinic certified as a setting for esketamine, without which none is received or given (rule E55),
//! and whoever it hands a device on to.
//!
//! The programme certifies; that it did, since when and under which reference is an entry of the clinic,
//! and the rule of the day reads it there. The newest that has begun stands.

use jiff::Timestamp;
use jiff::civil::Date;
use ledger::Act as Deed;
use protocol::{Answer, Facts, Observation, When};
use record::calendar::civil_day;
use record::fact::house::SettingCertified;
use record::words::Line;

use super::monitoring_form::DRUG;
use super::room::before::Readiness;
use crate::authority::{Act, authorise};
use crate::board::Board;
use crate::clinic::{Clinic, Written, settings_stream};
use crate::denied::{Denied, FieldFault};
use crate::operation::Operation;

/// The rule that holds a dose until the certificate is recorded.
const RULE: &str = "E55";

/// The input of the rules.
const INPUT: &str = "setting_certified";

/// Whether a dose is held today because no certificate is recorded.
pub fn is_in_the_way(ready: &Readiness) -> bool {
    ready.in_the_way.iter().any(|(rule, _)| rule == RULE)
}

/// The certificate that stands on a day; `None` where none is recorded or it begins later.
pub fn certified(board: &Board, today: Date) -> Option<&SettingCertified> {
    let mut all = board.certificates.iter();
    all.rfind(|one| one.certified_on <= today)
}

/// Records that the programme certified the clinic.
///
/// # Errors
/// [`Denied::Invalid`] for a day to come, and for a certificate that is recorded already.
pub fn record_certified(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    (on, reference): (Date, Line),
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::CertifySetting, None)?;
    if let Some(first) = clinic.first_answer(operation, None)? {
        return Ok(first);
    }
    let mut faults = Vec::new();
    if on > civil_day(operation.now(), &clinic.zone()) {
        faults.push(FieldFault::new(
            "certified_on",
            "This day has not come yet: record the certificate once the programme has confirmed it",
        ));
    }
    let is_known = {
        let board = clinic.board();
        let mut all = board.certificates.iter();
        all.any(|one| one.reference == reference && one.certified_on == on)
    };
    if is_known {
        faults.push(FieldFault::new(
            "reference",
            "This certificate is recorded already",
        ));
    }
    if !faults.is_empty() {
        return Err(Denied::Invalid(faults));
    }
    let fact = SettingCertified {
        certified_on: on,
        reference,
        recorded_by: operation.actor.name.clone(),
    };
    clinic.record_house(operation, role, settings_stream(), &[fact.into()])
}

/// Tells the rules whether the clinic is certified today: a certificate nobody recorded is none.
pub(crate) fn tell(clinic: &Clinic, facts: &mut Facts, (now, today): (Timestamp, Date)) {
    let board = clinic.board();
    let latest = certified(&board, today);
    let told = Observation {
        answer: Answer::YesNo(latest.is_some()),
        when: When::At(now),
        entry: latest.map_or_else(
            || "no certificate of the setting".to_owned(),
            |one| format!("certificate {}", one.reference),
        ),
        recorded_at: None,
    };
    facts.observe(INPUT, told);
}

/// Passes a drug that may be received: esketamine is dispensed to a certified setting only.
pub(super) fn may_receive(
    clinic: &Clinic,
    listed: &ledger::DrugId,
    today: Date,
) -> Result<(), Denied> {
    if !super::ledger::session::is_drug(listed, DRUG) {
        return Ok(());
    }
    if certified(&clinic.board(), today).is_some() {
        return Ok(());
    }
    Err(Denied::invalid(
        "drug",
        "Esketamine is dispensed to a certified setting only, and no certificate of this one is recorded: record it first, under Who may handle controlled drugs",
    ))
}

/// Passes a device that may be handed to another practitioner: only who is certified dispenses it.
pub(super) fn may_transfer(clinic: &Clinic, deed: &Deed) -> Result<(), Denied> {
    let Deed::Transfer {
        vial,
        purpose: ledger::Purpose::Dispensing,
        certificate,
        ..
    } = deed
    else {
        return Ok(());
    };
    let is_certified = certificate
        .as_ref()
        .is_some_and(|reference| !reference.trim().is_empty());
    if is_certified || !is_in_programme(clinic, vial) {
        return Ok(());
    }
    Err(Denied::invalid(
        "certificate",
        "Esketamine is handed on to a certified setting only: ask who receives it for the reference of their certificate in the programme (REMS) and enter it, or keep the device",
    ))
}

/// Whether a vial holds the drug that only certified settings dispense.
pub fn is_in_programme(clinic: &Clinic, vial: &ledger::VialId) -> bool {
    let stock = clinic.stock();
    let life = stock.register.vials().get(vial);
    let lot = life.and_then(|life| stock.register.lots().get(&life.lot));
    lot.is_some_and(|lot| super::ledger::session::is_drug(&lot.drug, DRUG))
}
