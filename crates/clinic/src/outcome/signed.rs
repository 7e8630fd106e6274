//! Reports that were frozen and signed: what was shown, kept line by line under a signature.
//!
//! A report can be computed again from the record at its position; its lines are kept all the same, because
//! a record may be erased and a later Holdfast may word or compute something otherwise.

use std::sync::Arc;

use jiff::civil::Date;
use record::fact::house::{ReportChoice, ReportSigned};
use record::words::{Line, Prose, Role};

use super::ask::Asked;
use crate::act::confirm::{Confirmed, FIELD};
use crate::authority::{Act, authorise, may};
use crate::board::house::SignedReport;
use crate::clinic::{Clinic, Written, settings_stream};
use crate::denied::Denied;
use crate::digest::hexadecimal;
use crate::operation::{Actor, Operation};

/// What a signature under a report means, as shown beside the pass phrase.
pub const MEANING: &str =
    "I have read this report and release it as the outcomes of this programme.";

/// A report as it was shown to whoever signs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frozen {
    /// What was asked.
    pub asked: Asked,
    /// The day up to which courses are followed.
    pub day: Date,
    /// The position of the last entry it was computed from.
    pub position: u64,
    /// The version of Holdfast that computed it.
    pub version: String,
    /// What is shown, line by line, as [`kept`] makes it.
    pub lines: Vec<String>,
}

/// Lines as an entry keeps them: blanks around them cut, and empty ones left out.
pub fn kept(lines: Vec<String>) -> Vec<String> {
    let mut all: Vec<String> = lines
        .into_iter()
        .map(|line| Prose::clipped(line.trim()).to_string())
        .collect();
    all.retain(|line| !line.is_empty());
    all
}

/// The SHA-256 of lines with a line feed between two of them.
pub fn digest_of(lines: &[String]) -> String {
    hexadecimal(&lines.join("\n"))
}

/// What was chosen for a report, in one order.
fn choices(asked: &Asked) -> Vec<ReportChoice> {
    let year = asked.year.map(|year| year.to_string());
    let all = asked.definitions.then(|| "all".to_owned());
    [
        ("substance", asked.substance.as_deref()),
        ("protocol", asked.protocol.as_deref()),
        ("site", asked.site.as_deref()),
        ("year", year.as_deref()),
        ("relapse", asked.relapse.as_deref()),
        ("definitions", all.as_deref()),
    ]
    .into_iter()
    .filter_map(|(name, value)| {
        Some(ReportChoice {
            name: Line::clipped(name),
            value: Line::clipped(value?),
        })
    })
    .collect()
}

/// What a signed report was asked.
pub fn asked_of(signed: &ReportSigned) -> Asked {
    let get = |name: &str| {
        let mut all = signed.asked.iter();
        let found = all.find(|one| one.name.as_str() == name)?;
        Some(found.value.to_string())
    };
    Asked {
        substance: get("substance"),
        protocol: get("protocol"),
        site: get("site"),
        year: get("year").and_then(|year| year.parse().ok()),
        relapse: get("relapse"),
        definitions: get("definitions").is_some(),
        for_outside: true,
    }
}

/// The report whose signature stands at a position.
///
/// # Errors
/// [`Denied::Forbidden`] where the actor may not read the outcomes; [`Denied::NotFound`] where there is none.
pub fn find(clinic: &Clinic, actor: &Actor, position: u64) -> Result<Arc<SignedReport>, Denied> {
    may(actor, Act::ReadOutcomes, None)?;
    let board = clinic.board();
    let mut all = board.signed_reports.iter();
    all.find(|one| one.position == position)
        .cloned()
        .ok_or(Denied::NotFound)
}

/// Signs a report: exactly the lines whose digest was shown.
///
/// # Errors
/// [`Denied::Stale`] where other lines were shown; [`Denied::Invalid`] where someone else confirmed, or where
/// exactly this is signed already.
pub fn sign(
    operation: &Operation<'_>,
    clinic: &Clinic,
    frozen: &Frozen,
    shown: &str,
    confirmed: &Confirmed,
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::SignReport, None)?;
    if let Some(first) = clinic.first_answer(operation, None)? {
        return Ok(first);
    }
    if !confirmed.is(&operation.actor) {
        return Err(Denied::invalid(
            FIELD,
            "The pass phrase is of another person: whoever signs types their own",
        ));
    }
    let digest = digest_of(&frozen.lines);
    if digest != shown {
        return Err(Denied::Stale);
    }
    let is_signed = |one: &Arc<SignedReport>| one.signed.digest.as_str() == digest;
    if clinic.board().signed_reports.iter().any(is_signed) {
        return Err(Denied::invalid(
            FIELD,
            "Exactly this report is signed already: it is listed on the Outcomes page",
        ));
    }
    let head = clinic
        .journal()
        .head()
        .map_err(|error| Denied::Read(error.into()))?;
    let fact = signed(
        frozen,
        &digest,
        (head.hash.to_string(), head.position.0),
        role,
        confirmed,
    );
    clinic.record_house(operation, role, settings_stream(), &[fact.into()])
}

fn signed(
    frozen: &Frozen,
    digest: &str,
    (head, head_position): (String, u64),
    role: Role,
    confirmed: &Confirmed,
) -> ReportSigned {
    ReportSigned {
        asked: choices(&frozen.asked),
        day: frozen.day,
        position: frozen.position,
        head: Line::clipped(&head),
        head_position,
        version: Line::clipped(&frozen.version),
        lines: frozen
            .lines
            .iter()
            .map(|line| Prose::clipped(line))
            .collect(),
        digest: Line::clipped(digest),
        name: confirmed.name().clone(),
        role,
        meaning: Prose::clipped(MEANING),
    }
}
