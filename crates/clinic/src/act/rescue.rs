//! Rescue and intervention templates: whether they are signed, the signing, and using one in the room.
//!
//! They are off until the medical director has signed exactly the templates in use, in the way a rule pack
//! is signed. Using one writes an intervention that names the template, its version and the rule whose
//! alert called for it; who did it is the author of the entry.

use protocol::rescue::{By, Template};
use record::Chart;
use record::fact::house::{PackSigned, RuleSigned};
use record::fact::person::AllergyListed;
use record::fact::room::RuleFired;
use record::fact::session::{InterventionMade, TemplateUsed};
use record::ids::{PatientId, SessionId};
use record::words::{Line, Prose, Role};

use super::confirm::Confirmed;
use super::eligibility::refuse;
use super::room::watch::with_rules;
use super::rule_pack::{Signing, Standing, check_signing, stands};
use super::session::{check_told_time, open_session};
use crate::authority::{Act, authorise};
use crate::clinic::{Clinic, Written, settings_stream};
use crate::denied::{Denied, Refusal};
use crate::operation::Operation;

/// What a signature under the templates means, as shown beside the pass phrase.
pub const MEANING: &str = "I have read these rescue templates, compared what is to be verified with its \
                           source, and approve them for use in the session rooms of this clinic.";

/// Where the templates in use stand with their signature.
pub fn standing(clinic: &Clinic) -> Standing {
    let rescue = clinic.library().rescue();
    stands(
        &clinic.board(),
        (&rescue.id, rescue.version, &rescue.digest().0),
        ("rescue templates", "Rescue"),
    )
}

/// Whether the templates in use are signed exactly as they are.
pub fn is_signed(clinic: &Clinic) -> bool {
    matches!(standing(clinic), Standing::Signed(_))
}

/// Signs the templates in use: exactly the bytes whose digest the director was shown.
///
/// # Errors
/// As [`super::rule_pack::sign`].
pub fn sign(
    operation: &Operation<'_>,
    clinic: &Clinic,
    shown: &str,
    confirmed: &Confirmed,
) -> Result<Written, Denied> {
    authorise(operation, Act::SignRescue, None)?;
    if let Some(first) = clinic.first_answer(operation, None)? {
        return Ok(first);
    }
    let rescue = clinic.library().rescue();
    let digest = rescue.digest().0;
    let signing = Signing {
        shown,
        digest: &digest,
        version: rescue.version,
    };
    check_signing(operation, confirmed, signing, standing(clinic))?;
    let fact = PackSigned {
        pack: Line::clipped(&rescue.id),
        version: rescue.version,
        digest: Line::clipped(&digest),
        name: confirmed.name().clone(),
        role: Role::MedicalDirector,
        meaning: Prose::clipped(MEANING),
        shared: Line::clipped(&digest),
        rules: rescue
            .templates
            .iter()
            .map(|one| RuleSigned {
                rule: Line::clipped(&one.id),
                version: one.version,
                title: Line::clipped(&one.title),
                digest: Line::clipped(&one.digest().0),
            })
            .collect(),
    };
    clinic.record_house(
        operation,
        Role::MedicalDirector,
        settings_stream(),
        &[fact.into()],
    )
}

/// Which template is used, as the button said it, and the rule it stood on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The template.
    pub template: String,
    /// Its version, as it was shown.
    pub version: u32,
    /// The rule whose alert called for it.
    pub rule: String,
}

/// Charts that a template was used, as an intervention in the session.
///
/// # Errors
/// A recorded refusal where the templates are not signed, where nothing in the session called for this
/// one, where only a prescriber uses it, or where an allergy to it is listed; [`Denied::Stale`] where
/// another version was shown; [`Denied::NotFound`] for a template or a session there is not.
pub fn apply(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    (patient, session): (PatientId, SessionId),
    choice: &Choice,
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::UseRescue, Some(patient))?;
    if let Some(first) = clinic.first_answer(operation, Some(patient))? {
        return Ok(first);
    }
    check_told_time(operation)?;
    let known = clinic.chart(patient)?;
    let there = open_session(&known.chart, session)?;
    let rescue = clinic.library().rescue();
    let template = rescue.template(&choice.template).ok_or(Denied::NotFound)?;
    if template.version != choice.version {
        return Err(Denied::Stale);
    }
    let may = is_on(clinic)
        .and_then(|()| called_for(&known.chart, session, template, &choice.rule))
        .and_then(|()| by_whom(operation, template))
        .and_then(|()| no_allergy(&known.chart, template));
    if let Err(refusal) = may {
        let act = Act::UseRescue;
        return Err(refuse(operation, clinic, role, patient, act, refusal));
    }
    let rule = clinic.library().pack().rule(&choice.rule);
    let title = rule.map_or("", |rule| rule.title.as_str());
    let fact = InterventionMade {
        session: Some(session),
        what: Line::clipped(&template.said()),
        reason: Some(Line::clipped(&format!("{}, {title}", choice.rule))),
        template: Some(TemplateUsed {
            template: Line::clipped(&template.id),
            version: template.version,
            signed_version: rescue.version,
            rule: Line::clipped(&choice.rule),
        }),
    };
    let facts = with_rules(operation, clinic, &known, &there, vec![fact.into()]);
    let expected = Some(known.version);
    clinic.record(operation, role, patient, expected, &facts)
}

/// Passes templates that are signed as they are.
fn is_on(clinic: &Clinic) -> Result<(), Refusal> {
    let sentence = match standing(clinic) {
        Standing::Signed(_) => return Ok(()),
        Standing::Unsigned => {
            "The rescue templates are not signed, so none is used: the medical director reads and signs \
             them under Rescue. Give what a prescriber orders, and chart it under Done"
                .to_owned()
        }
        Standing::Changed { why, .. } => why,
    };
    Err(refusal(sentence, ("templates", "not signed")))
}

/// Passes a template that the alert of a rule in this session calls for.
fn called_for(
    chart: &Chart,
    session: SessionId,
    template: &Template,
    rule: &str,
) -> Result<(), Refusal> {
    let calls = template.rules.iter().any(|named| named == rule);
    let mut fired = chart.all::<RuleFired>();
    let has_fired = fired.any(|(_, one)| one.session == session && one.rule.as_str() == rule);
    if calls && has_fired {
        return Ok(());
    }
    let sentence = format!(
        "No alert in this session calls for {}: it stands on {}. Chart what a prescriber orders under Done",
        template.title,
        template.rules.join(", ")
    );
    Err(refusal(sentence, ("rule", rule)))
}

/// Passes who may use the template.
fn by_whom(operation: &Operation<'_>, template: &Template) -> Result<(), Refusal> {
    let roles = &operation.actor.roles;
    let is_prescriber = roles
        .iter()
        .any(|role| matches!(role, Role::Prescriber | Role::MedicalDirector));
    match template.by {
        By::Nurse => Ok(()),
        By::Prescriber if is_prescriber => Ok(()),
        By::Prescriber => {
            let sentence = format!(
                "{} is given by the order of a prescriber: call one to the room, who charts it",
                template.title
            );
            Err(refusal(
                sentence,
                ("asked by", operation.actor.name.as_str()),
            ))
        }
    }
}

/// Passes a drug to which no allergy is listed.
fn no_allergy(chart: &Chart, template: &Template) -> Result<(), Refusal> {
    let Some(drug) = &template.drug else {
        return Ok(());
    };
    let drug = drug.to_lowercase();
    let mut listed = chart.all::<AllergyListed>();
    let found = listed.find_map(|(_, one)| {
        let to = one.to.as_ref()?;
        to.as_str().to_lowercase().contains(&drug).then_some(to)
    });
    match found {
        None => Ok(()),
        Some(to) => {
            let sentence = format!(
                "An allergy to {to} is listed, so {} is not given by template: a prescriber decides",
                template.title
            );
            Err(refusal(sentence, ("allergy", to.as_str())))
        }
    }
}

fn refusal(sentence: String, (name, value): (&str, &str)) -> Refusal {
    Refusal {
        rule: "rescue templates".to_owned(),
        sentence,
        inputs: vec![(name.to_owned(), value.to_owned())],
        evidence:
            "Clinic policy: a rescue template is used as the medical director signed it, on the \
                   alert that calls for it"
                .to_owned(),
        may_override: None,
    }
}
