//! An entry as it is kept (sealed) and as it is read (opened).

use std::sync::Arc;

use record::RecordedAt;

use crate::chain::Digest;
use crate::identifier::{Author, CommandId, Position, StreamId, Version};

/// An entry as a keeper holds it: an open header, sealed bytes, and its link of the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedEntry {
    /// Its number in the clinic.
    pub position: Position,
    /// What it is about.
    pub stream: StreamId,
    /// Its number in the stream.
    pub version: Version,
    /// When the journal took it in, in whole microseconds.
    pub recorded_at: RecordedAt,
    /// Who wrote it.
    pub author: Arc<Author>,
    /// The command that wrote it.
    pub command: CommandId,
    /// Which of the command's entries it is, from 0.
    pub ordinal: u16,
    /// Nonce, ciphertext and tag.
    pub sealed: Vec<u8>,
    /// Its link: over header, sealed bytes, the entry before it and the one before it in its stream.
    pub hash: Digest,
}

/// An entry as it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its number in the clinic.
    pub position: Position,
    /// What it is about.
    pub stream: StreamId,
    /// Its number in the stream.
    pub version: Version,
    /// When the journal took it in, in whole microseconds.
    pub recorded_at: RecordedAt,
    /// Who wrote it.
    pub author: Arc<Author>,
    /// The command that wrote it.
    pub command: CommandId,
    /// What it says, unless its stream was erased.
    pub content: Content,
    /// Its link of the chain.
    pub hash: Digest,
}

/// What an entry says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// The bytes that were appended.
    Open(Vec<u8>),
    /// The stream's key was destroyed: the entry is known to have been, its content is gone.
    Erased,
}

impl Content {
    /// Gives the bytes, if they are still there.
    pub fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Open(bytes) => Some(bytes),
            Self::Erased => None,
        }
    }
}
