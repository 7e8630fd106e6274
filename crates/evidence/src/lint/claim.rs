//! What a claim must satisfy: works, a reason, plain words, and numbers that stand in its works.

use std::collections::BTreeSet;

use super::Desk;
use crate::load::Shelf;
use crate::record::Claim;

pub(super) fn check_claim(desk: &mut Desk, claim: &Claim, known: &BTreeSet<&str>) {
    for (field, text) in [
        ("claim", &claim.claim),
        ("clinicians", &claim.clinicians),
        ("would_change", &claim.would_change),
    ] {
        desk.require_text(field, text);
    }
    desk.require_plain("patients", &claim.patients);
    if claim.in_favour.is_empty() && claim.against.is_empty() {
        desk.fault(
            "for",
            "the claim rests on no study",
            "name the studies for and against it",
        );
    }
    if !claim.reasons.iter().any(|reason| !reason.trim().is_empty()) {
        desk.fault(
            "reasons",
            "the grade has no reason",
            "say why it is no higher",
        );
    }
    if !claim.not_known.iter().any(|one| !one.trim().is_empty()) {
        desk.fault(
            "not_known",
            "nothing is said to be unknown",
            "say what nobody knows yet",
        );
    }
    for (field, ids) in [("for", &claim.in_favour), ("against", &claim.against)] {
        for id in ids {
            desk.require_known(known, field, id);
        }
    }
    if let Some(both) = claim.in_favour.iter().find(|id| claim.against.contains(id)) {
        desk.fault(
            "against",
            format!("{both} stands on both sides"),
            "keep it on one",
        );
    }
}

/// Every number of a claim stands in one of its works. Whole numbers up to [`SMALL`], and 100, are
/// let pass: hours, sessions, "one in ten".
pub(super) fn check_numbers_of_claim(desk: &mut Desk, claim: &Claim, shelf: &Shelf) {
    let is_work = |id: &String| claim.in_favour.contains(id) || claim.against.contains(id);
    let studies = shelf.studies.iter().map(|study| &study.record);
    let studies = studies
        .filter(|study| is_work(&study.id))
        .map(|study| format!("{study:?}"));
    let others = shelf.background.iter().map(|work| &work.record);
    let others = others
        .filter(|work| is_work(&work.id))
        .map(|work| format!("{work:?}"));
    let sourced: BTreeSet<String> = studies
        .chain(others)
        .flat_map(|text| numbers(&text))
        .collect();
    for (field, text) in [
        ("clinicians", &claim.clinicians),
        ("patients", &claim.patients),
    ] {
        for number in numbers(text).difference(&sourced) {
            let is_small = number
                .parse()
                .is_ok_and(|number: u32| number <= SMALL || number == 100);
            if !is_small {
                desk.fault(
                    field,
                    format!("the number {number} is in none of the claim's works"),
                    "name the work it comes from, or correct it",
                );
            }
        }
    }
}

/// Whole numbers in a claim's sentence up to this one need no source.
const SMALL: u32 = 24;

/// The numbers of a text, without sign, thousands commas and closing zeros after the point. Digits
/// that belong to a name (`ISRCTN85955128`, `PHQ-9`) count like others.
fn numbers(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let joined = text.replace(',', "");
    for part in joined.split(|sign: char| !(sign.is_ascii_digit() || sign == '.')) {
        let part = part.trim_matches('.');
        if part.is_empty() {
            continue;
        }
        let number = match part.split_once('.') {
            Some((whole, rest)) if rest.trim_end_matches('0').is_empty() => whole.to_owned(),
            Some((whole, rest)) => format!("{whole}.{}", rest.trim_end_matches('0')),
            None => part.to_owned(),
        };
        found.insert(number);
    }
    found
}

/// The pooling beside a claim is one there is.
pub(super) fn check_pooling_of_claim(desk: &mut Desk, claim: &Claim, shelf: &Shelf) {
    let Some(wanted) = &claim.pooling else { return };
    let mut poolings = shelf.poolings.iter();
    if !shelf.poolings.is_empty() && poolings.all(|one| one.record.id != *wanted) {
        desk.fault(
            "pooling",
            "there is no such pooling",
            "correct the name, or leave it out",
        );
    }
}

/// Each bearing names a claim and says why; an item and a source have one bearing each.
pub(super) fn check_bearings(desk: &mut Desk, shelf: &Shelf) {
    let mut seen = BTreeSet::new();
    for bearing in &shelf.bearings {
        desk.turn_to(bearing, &bearing.record.claim);
        let bearing = &bearing.record;
        desk.require_text("because", &bearing.because);
        let mut claims = shelf.claims.iter();
        // Where the claims could not be read, that fault is enough.
        if !shelf.claims.is_empty() && claims.all(|claim| claim.record.id != bearing.claim) {
            desk.fault("claim", "there is no such claim", "correct the name");
        }
        for (field, names) in [("items", &bearing.items), ("sources", &bearing.sources)] {
            for name in names.iter().filter(|name| !seen.insert(name.as_str())) {
                desk.fault(
                    field,
                    format!("{name:?} rests on two claims"),
                    "keep it under one",
                );
            }
        }
    }
}
