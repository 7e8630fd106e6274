//! The rule pack of the clinic: whether it is signed, the signing, and what changed since.
//!
//! A pack without the medical director's signature under exactly its bytes can be read and tried, and is
//! never run on a patient.

pub mod before;
pub mod moves;

use std::collections::BTreeMap;

use record::fact::house::{PackSigned, RuleSigned};
use record::words::{Line, Prose, Role};

use super::confirm::Confirmed;
use crate::authority::{Act, authorise};
use crate::board::Board;
use crate::board::house::PackSignature;
use crate::clinic::{Clinic, Written, settings_stream};
use crate::denied::{Denied, Refusal};
use crate::library::Library;
use crate::operation::Operation;

/// What a signature under a pack means, as shown beside the pass phrase.
pub const MEANING: &str =
    "I have read these rules and approve them for use on the patients of this clinic.";

/// Where the clinic's pack stands with its signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nobody has signed a pack of this name.
    Unsigned,
    /// What was signed is another version, or this version before it was edited.
    Changed {
        /// The signature under what was there before.
        before: PackSignature,
        /// What is wrong and what to do, in one sentence.
        why: String,
    },
    /// The director signed exactly this pack.
    Signed(PackSignature),
}

/// Where the pack in use stands.
pub fn standing(clinic: &Clinic) -> Standing {
    standing_on(&clinic.board(), clinic.library())
}

/// The same, for whoever holds the board already.
pub fn standing_on(board: &Board, library: &Library) -> Standing {
    let pack = library.pack();
    stands(
        board,
        (&pack.id, pack.version, &library.pack_digest().0),
        ("rules", "Rules"),
    )
}

/// Where what has this name, version and digest stands; `what` it is called, and on which page it is
/// signed.
pub(crate) fn stands(
    board: &Board,
    (id, version, digest): (&str, u32, &str),
    (what, page): (&str, &str),
) -> Standing {
    let Some(signature) = board.pack_signatures.get(id) else {
        return Standing::Unsigned;
    };
    let signed = &signature.signed;
    let why = if signed.version != version {
        format!(
            "Version {} of the {what} was signed and this is version {version}: the medical director \
             reads what changed and signs it under {page}",
            signed.version
        )
    } else if signed.digest.as_str() != digest {
        format!(
            "The {what} were edited after they were signed, still as version {version}: raise the \
             version in the file and have it signed again, or put back the file that was signed"
        )
    } else {
        return Standing::Signed(signature.clone());
    };
    Standing::Changed {
        before: signature.clone(),
        why,
    }
}

/// Whether the rules may be run on a patient.
///
/// # Errors
/// The refusal, which says what to do.
pub fn in_force(clinic: &Clinic) -> Result<(), Refusal> {
    let sentence = match standing(clinic) {
        Standing::Signed(_) => return Ok(()),
        Standing::Unsigned => {
            "The rules of this clinic are not signed, so they are not run on a patient: the medical \
             director reads and signs them under Rules"
                .to_owned()
        }
        Standing::Changed { why, .. } => why,
    };
    let pack = clinic.library().pack();
    Err(Refusal {
        rule: "rule pack".to_owned(),
        sentence,
        inputs: vec![("pack".to_owned(), pack.pin())],
        evidence: "Clinic policy: rules are used on patients only under the medical director\u{2019}s signature"
            .to_owned(),
        may_override: None,
    })
}

/// How a rule differs from the signed pack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It was not there.
    Added,
    /// It reads otherwise.
    Edited,
    /// It is no longer there.
    Removed,
}

/// A difference between the signed pack and the one in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The rule's id.
    pub rule: String,
    /// Its title.
    pub title: String,
    /// How it differs.
    pub change: Change,
    /// The version that was signed, and the one in use.
    pub versions: (Option<u32>, Option<u32>),
}

/// Rule by rule, what differs between what was signed and the pack in use.
pub fn differences(signed: &PackSigned, library: &Library) -> Vec<Difference> {
    let mut before: BTreeMap<&str, &RuleSigned> = signed
        .rules
        .iter()
        .map(|rule| (rule.rule.as_str(), rule))
        .collect();
    let mut all = Vec::new();
    for rule in library.pack().rules() {
        let was = before.remove(rule.id.as_str());
        let is_same =
            was.is_some_and(|was| was.digest.as_str() == protocol::Pack::rule_digest(rule).0);
        if !is_same {
            all.push(Difference {
                rule: rule.id.clone(),
                title: rule.title.clone(),
                change: was.map_or(Change::Added, |_| Change::Edited),
                versions: (was.map(|was| was.version), Some(rule.version)),
            });
        }
    }
    all.extend(before.into_values().map(|gone| Difference {
        rule: gone.rule.to_string(),
        title: gone.title.to_string(),
        change: Change::Removed,
        versions: (Some(gone.version), None),
    }));
    all
}

/// Whether what the rules share (definitions, lists, settings, inputs, sources) differs.
pub fn shared_differs(signed: &PackSigned, library: &Library) -> bool {
    signed.shared.as_str() != library.pack().shared_digest().0
}

/// What is about to be signed.
#[derive(Clone, Copy)]
pub(crate) struct Signing<'a> {
    /// The digest of what the director was shown.
    pub(crate) shown: &'a str,
    /// The digest of what is in use.
    pub(crate) digest: &'a str,
    /// Its version.
    pub(crate) version: u32,
}

/// Passes a signature of the one who acts, under what they were shown, that is not there already.
pub(crate) fn check_signing(
    operation: &Operation<'_>,
    confirmed: &Confirmed,
    signing: Signing<'_>,
    standing: Standing,
) -> Result<(), Denied> {
    if !confirmed.is(&operation.actor) {
        return Err(Denied::invalid(
            super::confirm::FIELD,
            "The pass phrase is of another person: whoever signs types their own",
        ));
    }
    if signing.shown != signing.digest {
        return Err(Denied::Stale);
    }
    match standing {
        Standing::Signed(_) => Err(Denied::invalid(
            super::confirm::FIELD,
            "Exactly this is signed already: there is nothing to sign",
        )),
        Standing::Changed { before, why } if before.signed.version == signing.version => {
            Err(Denied::invalid(super::confirm::FIELD, why))
        }
        Standing::Unsigned | Standing::Changed { .. } => Ok(()),
    }
}

/// Signs the pack in use: exactly the bytes whose digest the director was shown.
///
/// # Errors
/// [`Denied::Stale`] where another pack was shown; [`Denied::Invalid`] where someone else confirmed, where
/// this version was signed with other content, or where exactly this is signed already.
pub fn sign(
    operation: &Operation<'_>,
    clinic: &Clinic,
    shown: &str,
    confirmed: &Confirmed,
) -> Result<Written, Denied> {
    authorise(operation, Act::SignRules, None)?;
    if let Some(first) = clinic.first_answer(operation, None)? {
        return Ok(first);
    }
    let library = clinic.library();
    let pack = library.pack();
    let signing = Signing {
        shown,
        digest: &library.pack_digest().0,
        version: pack.version,
    };
    check_signing(operation, confirmed, signing, standing(clinic))?;
    let fact = PackSigned {
        pack: Line::clipped(&pack.id),
        version: pack.version,
        digest: Line::clipped(&library.pack_digest().0),
        name: confirmed.name().clone(),
        role: Role::MedicalDirector,
        meaning: Prose::clipped(MEANING),
        shared: Line::clipped(&pack.shared_digest().0),
        rules: pack
            .rules()
            .iter()
            .map(|rule| RuleSigned {
                rule: Line::clipped(&rule.id),
                version: rule.version,
                title: Line::clipped(&rule.title),
                digest: Line::clipped(&protocol::Pack::rule_digest(rule).0),
            })
            .collect(),
    };
    let mut facts = vec![fact.into()];
    facts.extend(before::to_keep(library).map(Into::into));
    clinic.record_house(operation, Role::MedicalDirector, settings_stream(), &facts)
}
