//! Checkpoints: the head of the chain, signed, in a form a person can print, mail and type back.

use std::fmt;

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use data_encoding::HEXLOWER;
use jiff::Timestamp;
use record::RecordedAt;
use thiserror::Error;
use uuid::Uuid;

use crate::chain::Digest;
use crate::identifier::{ClinicId, Position};

const TITLE: &str = "holdfast checkpoint 1";

/// The head of a journal at a time, signed with the clinic's Ed25519 key.
///
/// What is signed is its text without the last line, so that a printed checkpoint can be checked
/// with any program that knows Ed25519.
///
/// ```text
/// holdfast checkpoint 1
/// clinic 0193a5c2-...
/// position 4711
/// head 9f2b...
/// at 2026-11-24T08:00:00Z
/// key 5d07...
/// signature 77e1...
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Whose journal.
    pub clinic: ClinicId,
    /// The position of its last entry.
    pub position: Position,
    /// The hash of its last entry.
    pub head: Digest,
    /// When it was signed.
    pub at: RecordedAt,
    /// The clinic's public key.
    pub public_key: [u8; 32],
    /// The signature.
    pub signature: [u8; 64],
}

/// A text that is no checkpoint, or one that was not signed by the key it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CheckpointError {
    /// A line is missing or does not read.
    #[error("the checkpoint's line {line:?} is missing or does not read")]
    Line {
        /// The word the line begins with.
        line: &'static str,
    },
    /// The text was changed or mistyped after it was signed.
    #[error("the checkpoint was changed after it was signed, or mistyped")]
    Signature,
}

impl Checkpoint {
    /// Signs a head.
    pub(crate) fn sign(
        keys: &crate::keys::Keyring,
        clinic: ClinicId,
        position: Position,
        head: Digest,
        at: RecordedAt,
    ) -> Self {
        let public_key = keys.public_key();
        let mut checkpoint = Self {
            clinic,
            position,
            head,
            at,
            public_key,
            signature: [0; 64],
        };
        checkpoint.signature = keys.sign(checkpoint.signed_text().as_bytes());
        checkpoint
    }

    /// Says whether the signature is that of the key the checkpoint names.
    pub fn is_signed(&self) -> bool {
        UnparsedPublicKey::new(&ED25519, self.public_key)
            .verify(self.signed_text().as_bytes(), &self.signature)
            .is_ok()
    }

    /// Reads a checkpoint's text and checks its signature.
    ///
    /// Lines before the title (a mail's greeting) and blanks around lines do not matter.
    pub fn parse(text: &str) -> Result<Self, CheckpointError> {
        let mut lines = text
            .lines()
            .map(str::trim)
            .skip_while(|line| *line != TITLE);
        lines.next().ok_or(CheckpointError::Line { line: TITLE })?;
        let mut next = |line: &'static str| {
            lines
                .by_ref()
                .find(|text| !text.is_empty())
                .and_then(|text| text.strip_prefix(line)?.strip_prefix(' '))
                .map(str::trim)
                .ok_or(CheckpointError::Line { line })
        };
        let clinic = next("clinic")?;
        let position = next("position")?;
        let head = next("head")?;
        let at = next("at")?;
        let key = next("key")?;
        let signature = next("signature")?;
        let checkpoint = Self {
            clinic: ClinicId(read(Uuid::parse_str(clinic).ok(), "clinic")?),
            position: Position(read(position.parse().ok(), "position")?),
            head: read(Digest::parse(head), "head")?,
            at: RecordedAt(read(at.parse::<Timestamp>().ok(), "at")?),
            public_key: read(hex(key), "key")?,
            signature: read(hex(signature), "signature")?,
        };
        if checkpoint.is_signed() {
            Ok(checkpoint)
        } else {
            Err(CheckpointError::Signature)
        }
    }

    fn signed_text(&self) -> String {
        format!(
            "{TITLE}\nclinic {}\nposition {}\nhead {}\nat {}\nkey {}\n",
            self.clinic.0,
            self.position,
            self.head,
            self.at.0,
            HEXLOWER.encode(&self.public_key),
        )
    }
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{}signature {}",
            self.signed_text(),
            HEXLOWER.encode(&self.signature)
        )
    }
}

fn read<T>(found: Option<T>, line: &'static str) -> Result<T, CheckpointError> {
    found.ok_or(CheckpointError::Line { line })
}

fn hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    HEXLOWER
        .decode(text.to_ascii_lowercase().as_bytes())
        .ok()?
        .try_into()
        .ok()
}
