//! The second reader of an override: another prescriber who signs it with their own pass phrase.
//!
//! A name typed by the one who overrides is no second reader. Which rules ask for one is written in the
//! rule pack.

use record::fact::decision::EligibilityOverridden;
use record::ids::PersonId;
use record::words::Prose;

use super::confirm::{Another, Confirmed, FIELD, another};
use crate::clinic::Clinic;
use crate::denied::Denied;
use crate::operation::Operation;

/// What signing an override means, shown beside the pass phrase and kept with the override.
pub const MEANING: &str = "I have weighed this rule for this person, and I go on for the reason and under the care written here.";

/// The field of who the second reader is.
pub const READER: &str = "reader";
/// The field of their pass phrase.
pub const READER_SECRET: &str = "reader_secret";

/// The hands an override is signed with.
#[derive(Clone, Copy, Debug)]
pub struct Hands<'a> {
    /// The prescriber who overrides, by their own pass phrase at this moment.
    pub own: &'a Confirmed,
    /// The second reader, where the rule asks for one.
    pub reader: Option<&'a Confirmed>,
}

/// Confirms the second reader, by their own pass phrase, at this moment.
///
/// # Errors
/// [`Denied::Invalid`] where it is the one who overrides, nobody who prescribes here now, or not their
/// pass phrase.
pub fn read_by(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    person: PersonId,
    secret: &str,
) -> Result<Confirmed, Denied> {
    let words = Another {
        fields: (READER, READER_SECRET),
        them: "The second reader",
    };
    another(operation, clinic, person, secret, &words)
}

/// The override as its own prescriber and its second reader sign it.
///
/// # Errors
/// [`Denied::Invalid`] where the pass phrase was another person’s, and as [`read_too`].
pub(crate) fn signed_with(
    operation: &Operation<'_>,
    clinic: &Clinic,
    overridden: EligibilityOverridden,
    hands: Hands<'_>,
) -> Result<EligibilityOverridden, Denied> {
    if !hands.own.is(&operation.actor) {
        return Err(Denied::invalid(
            FIELD,
            "The pass phrase is of another person: whoever overrides types their own",
        ));
    }
    read_too(operation, clinic, overridden, hands.reader)
}

/// The override with its second reader, who has just signed; without one where its rule asks for none.
///
/// # Errors
/// [`Denied::Invalid`] where the rule asks for a second reader and nobody signed, or it is the one who
/// overrides.
pub(crate) fn read_too(
    operation: &Operation<'_>,
    clinic: &Clinic,
    overridden: EligibilityOverridden,
    reader: Option<&Confirmed>,
) -> Result<EligibilityOverridden, Denied> {
    let rule = clinic.library().pack().rule(overridden.rule.as_str());
    if reader.is_none() && rule.is_some_and(|rule| rule.second_reader) {
        return Err(Denied::invalid(
            READER,
            format!(
                "{} asks for a second reader: another prescriber reads it, and types their own pass phrase",
                overridden.rule
            ),
        ));
    }
    if reader.is_some_and(|reader| reader.is(&operation.actor)) {
        return Err(Denied::invalid(
            READER,
            "The second reader must be another person",
        ));
    }
    Ok(EligibilityOverridden {
        second_reader: reader.map(|reader| reader.name().clone()),
        second_reader_person: reader.map(Confirmed::person),
        rule_version: rule.map(|rule| rule.version),
        signed: Some(Prose::clipped(MEANING)),
        ..overridden
    })
}
