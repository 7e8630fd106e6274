//! The names of things in the register: short texts the clinic or the maker gave.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! names {
    ($($name:ident, $names:literal;)*) => {
        $(
            #[doc = concat!("The name of ", $names, ".")]
            #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
            #[serde(transparent)]
            pub struct $name(String);

            impl $name {
                /// Takes the text it is known by.
                pub fn new(text: impl Into<String>) -> Self {
                    Self(text.into())
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
        )*
    };
}

names! {
    CommandId, "one command, chosen where it was given so that giving it twice does it once";
    DrugId, "a drug as the register lists it";
    LocationId, "a registered location's cabinet";
    LotId, "a lot, by the maker's number";
    VialId, "one vial, by its own number";
}

/// The name of a line: the command that wrote it, and which of that command's lines it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LineId {
    /// The command that wrote it.
    pub command: CommandId,
    /// 0 for the command's own line, 1 for what followed from it.
    pub part: u8,
}

impl fmt::Display for LineId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{}", self.command, self.part)
    }
}

/// A case is named by the line that opened it.
pub type CaseId = LineId;
