//! Rescue and intervention templates: whether they are signed, the signing, and using one in the room.
//!
//! They are off until the medical director has signed exactly the templates in use, in the way a rule pack
//! is signed. Using one writes an intervention that names the template, its version and the rule whose
//! alert called for it; who did it is the author of the entry. What forbids a template ([`against`]) stops
//! it: a prescriber alone goes on, and says why.

pub mod against;

use protocol::rescue::Template;
use record::Chart;
use record::fact::house::{PackSigned, RuleSigned};
use record::fact::room::RuleFired;
use record::fact::session::{AgainstSeen, InterventionMade, TemplateUsed};
use record::ids::{PatientId, SessionId};
use record::words::{Line, Prose, Role};

use self::against::{Held, Seen, may_use, prescribes, whom_to_call};
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
    /// Why it is given although something that forbids it holds; a prescriber's alone.
    ///
    /// It asks for no pass phrase, other than an override of a rule or of a default: it is charted when
    /// the drug is in, beside somebody whose pressure is at its highest, and a phrase mistyped or locked
    /// there would leave a drug that was given out of the record. The prescriber's sign-in, the reason
    /// and both times are kept.
    pub despite: Option<Prose>,
}

/// The field a prescriber says in why something that forbids a template does not stop it.
pub const DESPITE: &str = "despite";

/// Charts that a template was used, as an intervention in the session.
///
/// # Errors
/// A recorded refusal where the templates are not signed, where nothing in the session called for this
/// one, where only a prescriber uses it, where an allergy to it is listed, or where something that
/// forbids it holds and no prescriber decides; [`Denied::Invalid`] for a prescriber who does not say why
/// all the same; [`Denied::Stale`] where another version was shown; [`Denied::NotFound`] for a template
/// or a session there is not.
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
    let at = operation.occurred().0;
    let seen = against::against(clinic, &known.chart, &there, template, at);
    let may = is_on(clinic)
        .and_then(|()| called_for(&known.chart, session, template, &choice.rule))
        .and_then(|()| by_whom(operation, clinic, template))
        .and_then(|()| nothing_forbids(operation, clinic, template, &seen));
    if let Err(refusal) = may {
        let act = Act::UseRescue;
        return Err(refuse(operation, clinic, role, patient, act, refusal));
    }
    let holds = seen.iter().any(|one| one.held == Held::Yes);
    if holds && choice.despite.is_none() {
        return Err(Denied::invalid(
            DESPITE,
            "Something that forbids it holds: say why it is given all the same",
        ));
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
            against: seen.iter().filter_map(kept).collect(),
            despite: choice.despite.clone().filter(|_| holds),
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
fn by_whom(operation: &Operation<'_>, clinic: &Clinic, template: &Template) -> Result<(), Refusal> {
    if may_use(&operation.actor, template) {
        return Ok(());
    }
    let sentence = format!(
        "{} is given by the order of a prescriber: call {} to the room, who charts it",
        template.title,
        whom_to_call(clinic)
    );
    Err(refusal(
        sentence,
        ("asked by", operation.actor.name.as_str()),
    ))
}

/// Passes a template that nothing known forbids, and one that a prescriber decides on; an allergy to the
/// drug stops it for everybody.
fn nothing_forbids(
    operation: &Operation<'_>,
    clinic: &Clinic,
    template: &Template,
    seen: &[Seen],
) -> Result<(), Refusal> {
    let mut held = seen.iter().filter(|one| one.held == Held::Yes);
    let allergy = held.clone().find(|one| one.is_allergy);
    if let Some(allergy) = allergy {
        let sentence = format!(
            "An allergy to {} is listed, so {} is not given by template: a prescriber decides",
            allergy.on, template.title
        );
        return Err(refusal(sentence, ("allergy", allergy.on.as_str())));
    }
    match held.next() {
        Some(one) if !prescribes(&operation.actor) => {
            let sentence = format!(
                "{} is not given with {} ({}): call {} to the room, who decides and says why",
                template.title,
                one.what,
                one.on,
                whom_to_call(clinic)
            );
            let mut refusal = refusal(sentence, (one.what.as_str(), one.on.as_str()));
            refusal.may_override = Some(Role::Prescriber);
            Err(refusal)
        }
        Some(_) | None => Ok(()),
    }
}

/// What the entry keeps of something that forbids a template: that it held, or that nobody knew.
fn kept(one: &Seen) -> Option<AgainstSeen> {
    let is_known = match one.held {
        Held::Yes => true,
        Held::NotKnown => false,
        Held::No => return None,
    };
    Some(AgainstSeen {
        what: Line::clipped(&one.what),
        is_known,
        on: Line::clipped(&one.on),
    })
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
