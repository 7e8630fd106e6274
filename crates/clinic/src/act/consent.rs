//! Consents: signed over a text and its hash, withdrawn in the patient's own time.

pub mod reach;

use std::collections::BTreeMap;

use jiff::civil::Date;
use record::Fact;
use record::calendar::civil_day;
use record::fact::contact::{ContactRevoked, Revocable};
use record::fact::decision::{ConsentAnswer, ConsentSigned, ConsentWithdrawn, SignerProof};
use record::ids::{ConsentId, CourseId, PatientId};
use record::words::{Line, Prose};

use super::confirm::{Confirmed, FIELD};
use crate::authority::{Act, authorise};
use crate::clinic::{Clinic, KnownChart, Written};
use crate::consent_text::Filling;
use crate::denied::Denied;
use crate::grounds;
use crate::operation::Operation;

/// What a patient signs.
#[derive(Clone, Debug)]
pub struct Signature {
    /// The course.
    pub course: CourseId,
    /// The text, by identifier.
    pub text: String,
    /// What was answered before signing, by question.
    pub answers: BTreeMap<String, String>,
    /// The hash of the text as it was shown.
    pub shown_hash: String,
    /// The name as they typed it.
    pub signed_name: Line,
    /// In what capacity someone signs for the patient, where someone does: "parent", "guardian".
    pub on_behalf_as: Option<Line>,
    /// How whoever signs proved who they are.
    pub proof: Proof,
}

/// How whoever signs proved who they are.
#[derive(Clone, Debug)]
pub enum Proof {
    /// The patient at their own sign-in, by their pass phrase.
    Own(Confirmed),
    /// Before a member of staff, who confirmed with a pass phrase and asked for the birth date.
    Witnessed {
        /// The member of staff.
        witness: Confirmed,
        /// The birth date as the signer said it; asked of patients, not of who signs for them.
        born: Option<Date>,
    },
}

/// What a text is filled with for a course, before anything is answered.
///
/// # Errors
/// [`Denied::NotFound`] for a course that is not in the chart.
pub fn filling(clinic: &Clinic, known: &KnownChart, course: CourseId) -> Result<Filling, Denied> {
    let courses = known.chart.courses();
    let course = courses
        .iter()
        .find(|one| one.id == course)
        .ok_or(Denied::NotFound)?;
    let library = clinic.library();
    let protocol = library.protocol(&course.protocol);
    let drug = protocol
        .map(|protocol| protocol.substance.as_str())
        .and_then(|drug| library.consent("treatment")?.drug.get(drug));
    let claim = grounds::of_protocol(library, &course.protocol, "session");
    let claim = claim.and_then(|ground| ground.claim);
    let evidence = claim.map_or_else(
        || {
            "How well this works for people like me is not known: no claim about it is graded."
                .to_owned()
        },
        |claim| {
            format!(
                "{} How sure one can be: {}.",
                claim.patients,
                claim.grade.words()
            )
        },
    );
    let legal = known
        .chart
        .identity()
        .map(record::fact::person::Identity::name);
    Ok(Filling {
        patient: legal.unwrap_or_else(|| known.chart.name()),
        clinic: clinic.board().house.name.clone(),
        treatment: protocol.map_or_else(
            || course.protocol.clone(),
            |protocol| protocol.title.clone(),
        ),
        drug: drug.cloned().unwrap_or_default(),
        evidence,
        answers: BTreeMap::new(),
    })
}

/// Signs a consent.
///
/// # Errors
/// [`Denied::Invalid`] for a text that changed since it was shown, is signed and in force already, or
/// lacks an answer; for a birth date that is not the one recorded; for a proof that is another person's.
pub fn sign(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    signature: Signature,
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::Consent, Some(patient))?;
    if let Some(first) = clinic.first_answer(operation, Some(patient))? {
        return Ok(first);
    }
    let known = clinic.chart(patient)?;
    super::session::check_told_time(operation)?;
    super::course::find(&known, signature.course)?;
    let text = clinic
        .library()
        .consent(&signature.text)
        .ok_or_else(|| Denied::invalid("text", "This clinic has no consent of that name"))?;
    let mut filling = filling(clinic, &known, signature.course)?;
    filling.answers.clone_from(&signature.answers);
    let shown = text.shown(&filling)?;
    if shown.hash != signature.shown_hash {
        return Err(Denied::invalid(
            "text",
            "The text changed since it was shown: read it again before signing",
        ));
    }
    let today = civil_day(operation.occurred().0, &clinic.zone());
    let in_force = known.chart.consents_on(signature.course, today);
    if in_force.iter().any(|(_, consent)| {
        consent.text.as_str() == text.id && consent.text_hash.as_str() == shown.hash
    }) {
        return Err(Denied::invalid(
            "text",
            "This consent is signed and in force",
        ));
    }
    let proved_by = proved(operation, &known, &signature)?;
    let agreed = if text.id == reach::CONTACT {
        let agreed = reach::agreed(&signature.answers, &known.chart)?;
        super::contact::reachable(&known.chart, &agreed, "answers")?;
        Some(agreed)
    } else {
        None
    };
    let answers = text.asks.iter().map(|ask| ConsentAnswer {
        ask: Line::clipped(&ask.id),
        answer: Prose::clipped(signature.answers.get(&ask.id).map_or("", String::as_str)),
    });
    let fact = ConsentSigned {
        consent: ConsentId::make(operation.now(), operation.chance),
        course: signature.course,
        text: Line::clipped(&text.id),
        text_version: text.version,
        text_hash: Line::clipped(&signature.shown_hash),
        signed_name: signature.signed_name,
        meaning: Line::clipped("I have read this, I may ask, and I agree"),
        expires: text.expires(today),
        shown: Some(Prose::clipped(&shown.text)),
        answers: answers.collect(),
        proved_by: Some(proved_by),
        on_behalf_as: signature.on_behalf_as,
    };
    let mut facts: Vec<Fact> = vec![fact.into()];
    facts.extend(agreed.map(Fact::from));
    clinic.record(operation, role, patient, Some(known.version), &facts)
}

/// Holds the proof to who acts and whom the text is about.
fn proved(
    operation: &Operation<'_>,
    known: &KnownChart,
    signature: &Signature,
) -> Result<SignerProof, Denied> {
    match &signature.proof {
        Proof::Own(confirmed) => {
            if !confirmed.is(&operation.actor) || operation.actor.patient() != Some(known.patient) {
                return Err(Denied::invalid(
                    FIELD,
                    "The pass phrase is not that of the patient whose consent this is",
                ));
            }
            Ok(SignerProof::PassPhrase)
        }
        Proof::Witnessed { witness, born } => {
            if !witness.is(&operation.actor) || operation.actor.patient().is_some() {
                return Err(Denied::invalid(
                    FIELD,
                    "The pass phrase is not that of whoever is signed in",
                ));
            }
            let recorded = known.chart.identity().and_then(|identity| identity.born);
            match (signature.on_behalf_as.is_some(), recorded, born) {
                (true, _, _) => Ok(SignerProof::BeforeWitness),
                (false, None, _) => Err(Denied::invalid(
                    "born",
                    "No birth date is recorded to hold this to: correct the identity first",
                )),
                (false, Some(recorded), Some(said)) if recorded == *said => {
                    Ok(SignerProof::BeforeWitness)
                }
                (false, Some(_), _) => Err(Denied::invalid(
                    "born",
                    "This is not the birth date recorded: make sure who signs",
                )),
            }
        }
    }
}

/// Withdraws a consent.
///
/// # Errors
/// [`Denied::NotFound`] for a consent that is not this patient's or was withdrawn already.
pub fn withdraw(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    consent: ConsentId,
    reason: Option<Prose>,
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::Consent, Some(patient))?;
    if let Some(first) = clinic.first_answer(operation, Some(patient))? {
        return Ok(first);
    }
    let known = clinic.chart(patient)?;
    let signed = known
        .chart
        .all::<ConsentSigned>()
        .find(|(_, fact)| fact.consent == consent);
    let is_gone = known
        .chart
        .all::<ConsentWithdrawn>()
        .any(|(_, fact)| fact.consent == consent);
    let Some((_, signed)) = signed.filter(|_| !is_gone) else {
        return Err(Denied::NotFound);
    };
    let mut facts: Vec<Fact> = vec![ConsentWithdrawn { consent, reason }.into()];
    if signed.text.as_str() == reach::CONTACT {
        let revoked = ContactRevoked {
            what: Revocable::Everything,
            reason: None,
        };
        facts.push(revoked.into());
    }
    clinic.record(operation, role, patient, Some(known.version), &facts)
}
