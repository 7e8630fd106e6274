//! Identifiers with kinds.
//!
//! One registry, alphabetical, append-only. Inside is a version 7 UUID; outside, a short prefix and
//! Crockford base-32, so that a pasted identifier explains itself and the wrong kind is refused.
//! An identifier reveals its time of making, so links sent to patients carry random tokens instead.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Something that draws random bits; always an argument.
pub trait Chance {
    /// The next 64 bits.
    fn draw(&mut self) -> u64;
}

/// Makes a version 7 UUID from a moment and 74 drawn bits.
pub fn uuid_at(at: Timestamp, chance: &mut dyn Chance) -> Uuid {
    let millisecond = u64::try_from(at.as_millisecond()).unwrap_or(0);
    let mut bytes = [0_u8; 10];
    for (slot, byte) in bytes.iter_mut().zip(chance.draw().to_le_bytes()) {
        *slot = byte;
    }
    for (slot, byte) in bytes.iter_mut().skip(8).zip(chance.draw().to_le_bytes()) {
        *slot = byte;
    }
    uuid::Builder::from_unix_timestamp_millis(millisecond, &bytes).into_uuid()
}

/// Why text is not the identifier it should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// It names another kind of thing.
    #[error("{text} is not the identifier of {names}: those begin with {prefix}_")]
    WrongKind {
        /// The text given.
        text: String,
        /// What was wanted.
        names: &'static str,
        /// The prefix wanted.
        prefix: &'static str,
    },
    /// The part after the prefix is not 26 characters of Crockford base-32.
    #[error("{text} is not a whole identifier: check that all of it was copied")]
    Malformed {
        /// The text given.
        text: String,
    },
}

const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

fn encode(prefix: &str, id: Uuid, out: &mut fmt::Formatter<'_>) -> fmt::Result {
    let value = id.as_u128();
    write!(out, "{prefix}_")?;
    for place in (0..26_u32).rev() {
        let digit = usize::try_from((value >> (place * 5)) & 31).unwrap_or(0);
        let letter = DIGITS.get(digit).copied().unwrap_or(b'0');
        fmt::Write::write_char(out, char::from(letter))?;
    }
    Ok(())
}

fn decode(text: &str) -> Option<Uuid> {
    if text.len() != 26 {
        return None;
    }
    let mut value: u128 = 0;
    for byte in text.bytes() {
        let digit = DIGITS
            .iter()
            .position(|known| *known == byte.to_ascii_lowercase())?;
        value = value
            .checked_mul(32)?
            .checked_add(u128::try_from(digit).ok()?)?;
    }
    Some(Uuid::from_u128(value))
}

macro_rules! ids {
    ($($name:ident, $prefix:literal, $names:literal;)*) => {
        $(
            #[doc = concat!("The identifier of ", $names, "; written `", $prefix, "_` and 26 characters.")]
            #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub struct $name(Uuid);

            impl $name {
                /// The prefix that says which kind this is.
                pub const PREFIX: &'static str = $prefix;

                /// Makes one from the operation's clock and chance.
                pub fn make(at: Timestamp, chance: &mut dyn Chance) -> Self {
                    Self(uuid_at(at, chance))
                }

                /// Takes a UUID known to name this kind of thing.
                pub const fn from_uuid(id: Uuid) -> Self {
                    Self(id)
                }

                /// The UUID inside.
                pub const fn uuid(self) -> Uuid {
                    self.0
                }
            }

            impl fmt::Display for $name {
                fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                    encode($prefix, self.0, out)
                }
            }

            impl fmt::Debug for $name {
                fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                    encode($prefix, self.0, out)
                }
            }

            impl FromStr for $name {
                type Err = IdError;

                fn from_str(text: &str) -> Result<Self, IdError> {
                    let rest = text
                        .strip_prefix($prefix)
                        .and_then(|rest| rest.strip_prefix('_'))
                        .ok_or_else(|| IdError::WrongKind {
                            text: text.chars().take(40).collect(),
                            names: $names,
                            prefix: $prefix,
                        })?;
                    decode(rest).map(Self).ok_or_else(|| IdError::Malformed {
                        text: text.chars().take(40).collect(),
                    })
                }
            }

            impl Serialize for $name {
                fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
                    out.collect_str(self)
                }
            }

            impl<'de> Deserialize<'de> for $name {
                fn deserialize<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                    let text = std::borrow::Cow::<'de, str>::deserialize(input)?;
                    text.parse().map_err(serde::de::Error::custom)
                }
            }
        )*

        /// Every prefix in the registry with what it names, for the test that keeps it in order.
        pub const REGISTRY: &[(&str, &str)] = &[$(($prefix, $names)),*];
    };
}

ids! {
    AdverseId, "adv", "an adverse event";
    AlertId, "alr", "an alert";
    ConsentId, "con", "a signed consent";
    CourseId, "crs", "a course of treatment";
    MessageId, "msg", "a message";
    NoteId, "note", "a note";
    PersonId, "per", "a person who works at the clinic";
    PatientId, "pt", "a patient";
    SessionId, "ses", "a dosing session";
    VisitId, "vis", "a visit";
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Counting(u64);

    impl Chance for Counting {
        fn draw(&mut self) -> u64 {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            self.0
        }
    }

    #[test]
    fn an_identifier_reads_back_what_it_wrote() {
        let id = PatientId::make(Timestamp::UNIX_EPOCH, &mut Counting(7));
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(id.to_string().len(), "pt_".len() + 26);
    }

    #[test]
    fn the_wrong_kind_is_refused_by_name() {
        let session = SessionId::make(Timestamp::UNIX_EPOCH, &mut Counting(7)).to_string();
        let error = session.parse::<PatientId>().unwrap_err().to_string();
        assert!(
            error.contains("is not the identifier of a patient"),
            "{error}"
        );
    }

    #[test]
    fn the_registry_is_alphabetical_and_every_prefix_is_its_own() {
        let prefixes: Vec<_> = REGISTRY.iter().map(|(prefix, _)| *prefix).collect();
        let mut sorted = prefixes.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(prefixes, sorted);
    }
}
