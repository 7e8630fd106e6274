//! The clinic itself and the people who work there.

use serde::{Deserialize, Serialize};

use crate::ids::{PatientId, PersonId};
use crate::words::{Line, Prose, Role, YesNo};

/// A clinic was set up, or its particulars changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClinicDescribed {
    /// What it is called.
    pub name: Line,
    /// Its time zone, by IANA name.
    pub zone: Line,
    /// Its telephone number.
    pub phone: Option<Line>,
    /// The crisis line shown on every patient page.
    pub crisis_line: Line,
}

/// A person began to work at the clinic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffAdded {
    /// The person.
    pub person: PersonId,
    /// Their name as printed, with credentials.
    pub name: Line,
    /// The name they sign in with.
    pub sign_in_name: Line,
    /// What they may act as.
    pub roles: Vec<Role>,
    /// The patient they are, where the person is one and signs in to see their own record.
    pub patient: Option<PatientId>,
}

/// A person's roles changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RolesChanged {
    /// The person.
    pub person: PersonId,
    /// What they may act as now.
    pub roles: Vec<Role>,
    /// Why.
    pub reason: Option<Line>,
}

/// A person no longer works at the clinic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffLeft {
    /// The person.
    pub person: PersonId,
    /// Why.
    pub reason: Option<Line>,
}

/// A person who handles controlled drugs was asked what nobody with access to them may have against them.
///
/// Each question is answered for itself; one that nobody answered is not a no. A later check stands in
/// place of an earlier one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessChecked {
    /// Who was asked.
    pub person: PersonId,
    /// On which day.
    pub asked_on: jiff::civil::Date,
    /// The name of who asked, as printed.
    pub asked_by: Line,
    /// How it was asked, and where the answer is kept.
    pub how: Line,
    /// Whether they were ever convicted of a felony that has to do with controlled substances.
    pub convicted: YesNo,
    /// Whether an application for registration of theirs was ever denied.
    pub denied: YesNo,
    /// Whether a registration of theirs was ever revoked.
    pub revoked: YesNo,
    /// Whether they ever surrendered a registration for cause.
    pub surrendered: YesNo,
}

/// The clinic was certified as a setting for esketamine by its safety programme, outside of Holdfast.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingCertified {
    /// From which day on.
    pub certified_on: jiff::civil::Date,
    /// The certificate's number, or how it was confirmed where there is none.
    pub reference: Line,
    /// The name of who recorded it, as printed.
    pub recorded_by: Line,
}

/// A person's secret for signing in was set anew; the secret itself is kept elsewhere, as a hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecretChanged {
    /// The person.
    pub person: PersonId,
}

/// The clinic decided otherwise than a default that comes with Holdfast, or took that back.
///
/// It says what the clinic does and why; rules and protocols themselves change by a signed version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DefaultOverruled {
    /// The claim of the evidence that the default rests on.
    pub claim: Line,
    /// Which default: the rule, the protocol or the part of one, by its name.
    pub about: Line,
    /// What the clinic does instead; nothing when the default holds again.
    pub instead: Option<Line>,
    /// Why.
    pub reason: Prose,
    /// The name of who decided, as printed.
    pub name: Line,
}

/// The medical director signed a rule pack for use on the patients of this clinic.
///
/// When is the time of the entry; a later signature under the same pack stands in place of an earlier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackSigned {
    /// The name of the pack, such as `house`.
    pub pack: Line,
    /// Its version.
    pub version: u32,
    /// The SHA-256 of exactly what was signed, in hexadecimal digits.
    pub digest: Line,
    /// The name of who signed, as printed.
    pub name: Line,
    /// In what role.
    pub role: Role,
    /// What the signature means, as it was shown beside the pass phrase.
    pub meaning: Prose,
    /// The SHA-256 of what the rules share: definitions, lists, settings, inputs and sources.
    pub shared: Line,
    /// Every rule as it stood, so that a later pack can be compared with it rule by rule.
    pub rules: Vec<RuleSigned>,
}

/// A report of the programme's outcomes was frozen and signed.
///
/// The signature stands under `lines`: every line that was shown, in order, so that what was signed can be
/// read for ever, whatever becomes of the records it was computed from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportSigned {
    /// What was chosen, such as a substance or a year.
    pub asked: Vec<ReportChoice>,
    /// The day up to which courses are followed.
    pub day: jiff::civil::Date,
    /// The position of the last entry it was computed from.
    pub position: u64,
    /// The hash of the last entry of the record when it was signed.
    pub head: Line,
    /// The position of that entry.
    pub head_position: u64,
    /// The version of Holdfast that computed it.
    pub version: Line,
    /// What was shown, line by line.
    pub lines: Vec<Prose>,
    /// How they are set: a letter for each, so that they are read again as they were; since version 2. It is
    /// no part of what is signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub set: Option<Prose>,
    /// The SHA-256 of the lines with a line feed between two of them, in hexadecimal digits.
    pub digest: Line,
    /// The name of who signed, as printed.
    pub name: Line,
    /// In what role.
    pub role: Role,
    /// What the signature means, as it was shown beside the pass phrase.
    pub meaning: Prose,
}

/// Something that was chosen for a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportChoice {
    /// What it is a choice of.
    pub name: Line,
    /// What was chosen.
    pub value: Line,
}

/// A rule of a pack that was signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleSigned {
    /// Its id.
    pub rule: Line,
    /// Its version.
    pub version: u32,
    /// Its title.
    pub title: Line,
    /// The SHA-256 of the rule alone, in hexadecimal digits.
    pub digest: Line,
}

/// The texts of a rule pack, kept when it was signed, so that what was signed can be read and run again
/// when the files are another version, or gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackKept {
    /// The name of the pack.
    pub pack: Line,
    /// Its version.
    pub version: u32,
    /// The SHA-256 of the pack as understood, in hexadecimal digits: that of the signature.
    pub digest: Line,
    /// Its files, the one that names the pack first.
    pub files: Vec<PackFile>,
    /// The dictionary of inputs it is read with.
    pub inputs: PackFile,
    /// The list of sources it is read with.
    pub sources: PackFile,
}

/// One file of a rule pack, exactly as it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackFile {
    /// Its name.
    pub name: Line,
    /// Its text, of any length.
    pub text: String,
}

/// A record from elsewhere was taken in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordImported {
    /// Where from, such as `CTN-0030`.
    pub source: Line,
    /// Whom it calls what.
    pub source_number: Line,
    /// What must be known to read it.
    pub remark: Option<Prose>,
}
