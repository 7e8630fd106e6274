//! Small words used in many entries: bounded text, answers, roles and doors.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Why text was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing but white space.
    #[error("this cannot be empty")]
    Empty,
    /// Longer than the limit.
    #[error("this is {n_characters} characters long; shorten it to {n_characters_max} or fewer")]
    TooLong {
        /// How long it was.
        n_characters: usize,
        /// The limit.
        n_characters_max: usize,
    },
    /// A control character that no keyboard types.
    #[error("this holds a character that cannot be shown; type it again rather than pasting")]
    Control,
}

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident, $most:literal, lines $lines:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The longest this may be, in characters.
            pub const N_CHARACTERS_MAX: usize = $most;

            /// Takes text, trimmed; refuses what is empty, too long or unprintable.
            pub fn new(text: &str) -> Result<Self, TextError> {
                let text = text.trim();
                if text.is_empty() {
                    return Err(TextError::Empty);
                }
                let n_characters = text.chars().count();
                if n_characters > $most {
                    return Err(TextError::TooLong { n_characters, n_characters_max: $most });
                }
                let allowed = |letter: char| {
                    !letter.is_control() || ($lines && matches!(letter, '\n' | '\r' | '\t'))
                };
                if !text.chars().all(allowed) {
                    return Err(TextError::Control);
                }
                Ok(Self(text.to_owned()))
            }

            /// Takes text the program itself wrote, cutting what does not fit.
            pub fn clipped(text: &str) -> Self {
                let clean = text.chars().filter(|letter| !letter.is_control() || $lines);
                Self(clean.take($most).collect())
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(&self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }
    )*};
}

texts! {
    /// One line of text: a name, a title, a reason in brief.
    Line, 200, lines false;
    /// A few paragraphs: a note, a reason, what a person wrote.
    Prose, 20_000, lines true;
}

/// A substance, by its plain lower-case name (`alcohol`, `opioid`, `cocaine`); the list is open,
/// since people use what no list foresaw.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Substance(String);

impl Substance {
    /// The substances a form offers first.
    pub const COMMON: &'static [&'static str] = &[
        "alcohol",
        "opioid",
        "cocaine",
        "amphetamine",
        "benzodiazepine",
        "cannabis",
        "ketamine",
        "nicotine",
    ];

    /// Takes a substance's name, trimmed and lower-cased.
    pub fn new(name: &str) -> Result<Self, TextError> {
        Line::new(name).map(|line| Self(line.as_str().to_lowercase()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name as a heading wants it: `Alcohol`.
    pub fn title(&self) -> String {
        let mut letters = self.0.chars();
        letters.next().map_or_else(String::new, |first| {
            first.to_uppercase().collect::<String>() + letters.as_str()
        })
    }
}

impl fmt::Display for Substance {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// What was said when a question was put: an answer, or which kind of no answer.
/// Absence has kinds, and none of them is zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Said<T> {
    /// The answer.
    Answered(T),
    /// The person passed over the question.
    Skipped,
    /// The person said they would rather not.
    Declined,
    /// The question was put, or was still to come, and the person left before answering it.
    NotAnswered,
    /// The question was not put.
    #[default]
    NotAsked,
}

impl<T> Said<T> {
    /// The answer, where there is one.
    pub const fn answer(&self) -> Option<&T> {
        match self {
            Self::Answered(answer) => Some(answer),
            Self::Skipped | Self::Declined | Self::NotAnswered | Self::NotAsked => None,
        }
    }

    /// Why there is no answer, in a word; `None` where there is one.
    pub const fn absence(&self) -> Option<&'static str> {
        match self {
            Self::Answered(_) => None,
            Self::Skipped => Some("skipped"),
            Self::Declined => Some("declined"),
            Self::NotAnswered => Some("not answered"),
            Self::NotAsked => Some("not asked"),
        }
    }
}

macro_rules! word_enum {
    ($($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $code:literal, $label:literal;)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ::serde::Serialize, ::serde::Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $code)] $variant,)* }

        impl $name {
            /// Every value, in the order a form offers them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The word in forms, addresses and the journal.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// The word on a screen.
            pub const fn label(self) -> &'static str {
                match self { $(Self::$variant => $label,)* }
            }

            /// Finds the value a code names.
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.code() == code)
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, out: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                out.write_str(self.label())
            }
        }
    )*};
}
pub(crate) use word_enum;

word_enum! {
    /// What a person is at the clinic, which decides what they may do.
    Role {
        /// Front desk.
        Coordinator = "coordinator", "coordinator";
        /// Physician, nurse practitioner or physician assistant.
        Prescriber = "prescriber", "prescriber";
        /// Nurse or session monitor.
        Nurse = "nurse", "nurse";
        /// Therapist.
        Therapist = "therapist", "therapist";
        /// The director who signs rules and protocols.
        MedicalDirector = "medical_director", "medical director";
        /// Keeps the register and the accounting of disclosures.
        ComplianceOfficer = "compliance_officer", "compliance officer";
        /// Reads de-identified tables.
        Researcher = "researcher", "researcher";
        /// Adds people, keeps backups.
        Administrator = "administrator", "administrator";
        /// The person treated.
        Patient = "patient", "patient";
        /// Someone not signed in, such as a person who enquires.
        Public = "public", "someone not signed in";
        /// The program itself, on a schedule.
        System = "system", "Holdfast";
    }

    /// Through which door an entry came in.
    Door {
        /// A page in a browser.
        Web = "web", "web";
        /// A command on the clinic's machine.
        Command = "command", "command line";
        /// An import of another record.
        Import = "import", "import";
        /// A link sent to a patient.
        Link = "link", "patient's link";
        /// A monitor's bridge.
        Device = "device", "device";
        /// A synthetic clinic.
        Virtual = "virtual", "virtual clinic";
    }

    /// An answer to a plain question of history.
    YesNo {
        /// Yes.
        Yes = "yes", "yes";
        /// No.
        No = "no", "no";
        /// Asked, and nobody knows.
        Unknown = "unknown", "not known";
        /// Asked, and not answered by choice.
        Declined = "declined", "declined";
    }

    /// Sex as recorded for limits that differ by it.
    Sex {
        /// Female.
        Female = "female", "female";
        /// Male.
        Male = "male", "male";
        /// Another, or recorded otherwise.
        Other = "other", "other";
        /// Not recorded.
        NotRecorded = "not_recorded", "not recorded";
    }
}

/// Who made an entry, in which role and through which door.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Author {
    /// The identifier of a person or patient, or `holdfast` for the program itself.
    pub who: String,
    /// In which role.
    pub role: Role,
    /// Through which door.
    pub door: Door,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_megabyte_is_not_a_line() {
        let long = "a".repeat(1_000_000);
        assert!(matches!(Line::new(&long), Err(TextError::TooLong { .. })));
        assert_eq!(Line::new("  "), Err(TextError::Empty));
        assert_eq!(Line::new("a\u{0}b"), Err(TextError::Control));
        assert_eq!(Line::new("a\nb"), Err(TextError::Control));
        assert!(Prose::new("a\nb").is_ok());
    }

    #[test]
    fn skipped_declined_not_answered_and_not_asked_are_four_things_and_none_is_an_answer() {
        let kinds = [
            Said::<u8>::Skipped,
            Said::Declined,
            Said::NotAnswered,
            Said::NotAsked,
        ];
        assert!(kinds.iter().all(|said| said.answer().is_none()));
        assert_eq!(
            serde_json::to_string(&Said::Answered(5)).unwrap(),
            r#"{"answered":5}"#
        );
        assert_eq!(
            serde_json::to_string(&Said::<u8>::Skipped).unwrap(),
            r#""skipped""#
        );
        assert_eq!(
            serde_json::to_string(&Said::<u8>::NotAnswered).unwrap(),
            r#""not_answered""#
        );
    }
}
