//! The names the journal goes by: clinic, stream, position, version, command and author.

use std::fmt;

use thiserror::Error;
use uuid::Uuid;

/// The longest name of a stream kind, in bytes.
pub const STREAM_KIND_BYTES_MAX: usize = 24;

/// The longest of each part of an author, in bytes.
pub const AUTHOR_PART_BYTES_MAX: usize = 120;

/// A clinic; one journal each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClinicId(pub Uuid);

/// A command, named by its caller, so that a repeat is known for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommandId(pub Uuid);

/// The number of an entry in its clinic, from 1 and without a gap; 0 stands before the first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position(pub u64);

impl Position {
    /// Stands before the first entry.
    pub const START: Self = Self(0);

    /// Gives the position after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The number of an entry in its stream, from 1 and without a gap; 0 stands before the first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(pub u64);

impl Version {
    /// Stands before the first entry: a stream that does not exist yet.
    pub const NONE: Self = Self(0);

    /// Gives the version after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A name the journal does not take.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Malformed {
    /// A stream kind is not short snake case.
    #[error(
        "the stream kind {0:?} is not 1 to 24 lower-case letters, digits and underscores that \
         begin with a letter"
    )]
    StreamKind(String),
    /// A part of an author is empty or too long.
    #[error("the author's {part} has {bytes} bytes where 1 to 120 are taken")]
    Author {
        /// Which part: person, role or door.
        part: &'static str,
        /// How long it is.
        bytes: usize,
    },
}

/// What sort of thing a stream is about: `patient`, `person`, `calendar`, `settings`.
///
/// ```
/// const PATIENT: journal::StreamKind = journal::StreamKind::literal("patient");
/// assert_eq!(PATIENT.as_str(), "patient");
/// assert!(journal::StreamKind::new("Not a kind").is_err());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamKind([u8; STREAM_KIND_BYTES_MAX]);

impl StreamKind {
    /// Takes a name of 1 to 24 lower-case letters, digits and underscores that begins with a letter.
    pub fn new(text: &str) -> Result<Self, Malformed> {
        Self::parse(text.as_bytes()).ok_or_else(|| Malformed::StreamKind(text.to_owned()))
    }

    /// Takes a name written in the source.
    ///
    /// In a `const` a malformed name does not compile.
    #[must_use]
    pub const fn literal(text: &'static str) -> Self {
        let parsed = Self::parse(text.as_bytes());
        assert!(
            parsed.is_some(),
            "a stream kind written in the source is snake case"
        );
        match parsed {
            Some(kind) => kind,
            None => Self([0; STREAM_KIND_BYTES_MAX]),
        }
    }

    /// Gives the name.
    pub fn as_str(&self) -> &str {
        let bytes = self.0.split(|byte| *byte == 0).next().unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or_default()
    }

    #[expect(
        clippy::indexing_slicing,
        reason = "the index is bounded in the loop's condition"
    )]
    const fn parse(text: &[u8]) -> Option<Self> {
        let mut bytes = [0; STREAM_KIND_BYTES_MAX];
        if text.is_empty() || text.len() > bytes.len() || !text[0].is_ascii_lowercase() {
            return None;
        }
        let mut index = 0;
        while index < text.len() {
            let byte = text[index];
            if !(byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_') {
                return None;
            }
            bytes[index] = byte;
            index += 1;
        }
        Some(Self(bytes))
    }
}

impl fmt::Display for StreamKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for StreamKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What an entry is about: one patient, one vial, the settings.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamId {
    /// What sort of thing it is about.
    pub kind: StreamKind,
    /// Which one.
    pub id: Uuid,
}

impl StreamId {
    /// Names a stream.
    #[must_use]
    pub const fn new(kind: StreamKind, id: Uuid) -> Self {
        Self { kind, id }
    }
}

impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind, self.id)
    }
}

impl fmt::Debug for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Who wrote, in what role, through which door.
///
/// Each part takes 1 to 120 bytes, checked when something is appended.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Author {
    /// The person's identifier as the clinic writes it.
    pub person: String,
    /// The role they acted in.
    pub role: String,
    /// The door they came through: `web`, `fhir`, `import`, `command`.
    pub door: String,
}

impl Author {
    /// Names an author.
    pub fn new(
        person: impl Into<String>,
        role: impl Into<String>,
        door: impl Into<String>,
    ) -> Result<Self, Malformed> {
        let author = Self {
            person: person.into(),
            role: role.into(),
            door: door.into(),
        };
        author.check()?;
        Ok(author)
    }

    /// Refuses a part that is empty or too long.
    pub(crate) fn check(&self) -> Result<(), Malformed> {
        for (part, text) in [
            ("person", &self.person),
            ("role", &self.role),
            ("door", &self.door),
        ] {
            let bytes = text.len();
            if bytes == 0 || bytes > AUTHOR_PART_BYTES_MAX {
                return Err(Malformed::Author { part, bytes });
            }
        }
        Ok(())
    }
}
