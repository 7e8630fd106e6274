//! Overruling a default that comes with Holdfast, for the whole clinic, with a reason and the pass
//! phrase of the medical director.

use record::fact::house::DefaultOverruled;
use record::words::{Line, Prose};

use super::confirm::{Confirmed, FIELD};
use crate::authority::{Act, authorise};
use crate::clinic::{Clinic, Written, settings_stream};
use crate::denied::Denied;
use crate::grounds;
use crate::operation::Operation;

/// What the signature under it means.
pub const MEANING: &str =
    "I have weighed this default for our clinic, and we do otherwise for the reason written here.";

/// What the clinic decides.
#[derive(Clone, Debug)]
pub struct Decision {
    /// The claim the default rests on.
    pub claim: Line,
    /// Which default, by its name.
    pub about: Line,
    /// What the clinic does instead; nothing gives the default back.
    pub instead: Option<Line>,
    /// Why.
    pub reason: Prose,
}

/// Overrules a default, or gives it back. It is written for everyone to see; a rule or a protocol
/// itself is changed by a new version that is signed.
///
/// # Errors
/// [`Denied::NotFound`] for a claim there is not; [`Denied::Invalid`] for a default that does not rest
/// on it, for giving back what is not overruled, or where someone else confirmed.
pub fn overrule(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    decision: Decision,
    confirmed: &Confirmed,
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::OverruleDefault, None)?;
    if let Some(first) = clinic.first_answer(operation, None)? {
        return Ok(first);
    }
    if !confirmed.is(&operation.actor) {
        return Err(Denied::invalid(
            FIELD,
            "The pass phrase is of another person: whoever overrules types their own",
        ));
    }
    let library = clinic.library();
    let claim = decision.claim.as_str();
    if library.evidence().claim(claim).is_none() {
        return Err(Denied::NotFound);
    }
    if !grounds::resting_on(library, claim)
        .iter()
        .any(|item| item.id == decision.about.as_str())
    {
        return Err(Denied::invalid(
            "about",
            "This default does not rest on the claim: choose one of those listed",
        ));
    }
    let is_overruled = clinic
        .board()
        .overrulings
        .contains_key(decision.about.as_str());
    if decision.instead.is_none() && !is_overruled {
        return Err(Denied::invalid(
            "instead",
            "Say what the clinic does instead; this default is not overruled, so there is nothing to give back",
        ));
    }
    let Decision {
        claim,
        about,
        instead,
        reason,
    } = decision;
    let fact = DefaultOverruled {
        claim,
        about,
        instead,
        reason,
        name: confirmed.name().clone(),
    };
    clinic.record_house(operation, role, settings_stream(), &[fact.into()])
}
