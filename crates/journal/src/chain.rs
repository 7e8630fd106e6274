//! The chain: the byte-frozen encoding of an entry and how entries are linked.
//!
//! All integers are big endian. An entry's **header** is
//!
//! | bytes | field |
//! |---|---|
//! | 8 | `HFENTRY1`, the format's mark |
//! | 16 | clinic |
//! | 8 | position |
//! | 1, then n | length and text of the stream's kind |
//! | 16 | stream id |
//! | 8 | version |
//! | 8 | recorded at, signed microseconds since 1970-01-01T00:00:00Z |
//! | 16 | command |
//! | 2 | ordinal in the command |
//! | 1, then n | length and text of the author's person |
//! | 1, then n | length and text of the author's role |
//! | 1, then n | length and text of the author's door |
//!
//! Every field has a fixed length or carries it, so no two headers share an encoding.
//! The header is the associated data of the sealing, and
//!
//! ```text
//! body = SHA-256("HFBODY1\0" , header , 8-byte length of sealed , sealed)
//! hash = SHA-256("HFLINK1\0" , body , hash of the entry before , hash of the entry before in the stream)
//! ```
//!
//! Before the first entry of a clinic stands `SHA-256("HFCLINIC" , clinic)`, before the first of a
//! stream `SHA-256("HFSTREAM" , clinic , kind length, kind , stream id)`: a chain belongs to one
//! clinic and cannot be carried to another.
//! The body is apart from the link so that bodies, which cost the most, are hashed in parallel.

use std::fmt;

use aws_lc_rs::digest::{Context, SHA256};
use data_encoding::HEXLOWER;
use record::RecordedAt;

use crate::entry::SealedEntry;
use crate::identifier::{Author, ClinicId, CommandId, Position, StreamId, Version};

/// A SHA-256 digest.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Digest {
    /// Reads 64 hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = HEXLOWER.decode(text.to_ascii_lowercase().as_bytes()).ok()?;
        Some(Self(bytes.try_into().ok()?))
    }

    /// Hashes the parts one after another.
    pub(crate) fn of(parts: &[&[u8]]) -> Self {
        let mut context = Context::new(&SHA256);
        for part in parts {
            context.update(part);
        }
        let mut bytes = [0; 32];
        bytes.copy_from_slice(context.finish().as_ref());
        Self(bytes)
    }
}

/// The open part of an entry, in the order it is encoded.
#[derive(Clone, Copy, Debug)]
pub struct Header<'a> {
    /// The clinic whose journal this is.
    pub clinic: ClinicId,
    /// The entry's number in the clinic.
    pub position: Position,
    /// What it is about.
    pub stream: StreamId,
    /// Its number in the stream.
    pub version: Version,
    /// When the journal took it in.
    pub recorded_at: RecordedAt,
    /// The command that wrote it.
    pub command: CommandId,
    /// Which of the command's entries it is, from 0.
    pub ordinal: u16,
    /// Who wrote it.
    pub author: &'a Author,
}

impl<'a> Header<'a> {
    /// Gives the header of a kept entry.
    pub fn of(clinic: ClinicId, entry: &'a SealedEntry) -> Self {
        Self {
            clinic,
            position: entry.position,
            stream: entry.stream,
            version: entry.version,
            recorded_at: entry.recorded_at,
            command: entry.command,
            ordinal: entry.ordinal,
            author: &entry.author,
        }
    }

    /// Writes the encoding over whatever `out` held.
    pub fn encode_into(&self, out: &mut Vec<u8>) {
        out.clear();
        out.extend_from_slice(b"HFENTRY1");
        out.extend_from_slice(self.clinic.0.as_bytes());
        out.extend_from_slice(&self.position.0.to_be_bytes());
        text_into(self.stream.kind.as_str(), out);
        out.extend_from_slice(self.stream.id.as_bytes());
        out.extend_from_slice(&self.version.0.to_be_bytes());
        out.extend_from_slice(&self.recorded_at.0.as_microsecond().to_be_bytes());
        out.extend_from_slice(self.command.0.as_bytes());
        out.extend_from_slice(&self.ordinal.to_be_bytes());
        text_into(&self.author.person, out);
        text_into(&self.author.role, out);
        text_into(&self.author.door, out);
    }
}

/// Writes a text after its length; names and authors are far shorter than 255 bytes.
fn text_into(text: &str, out: &mut Vec<u8>) {
    out.push(u8::try_from(text.len()).unwrap_or(u8::MAX));
    out.extend_from_slice(text.as_bytes());
}

/// Gives what stands before the first entry of a clinic.
pub fn clinic_genesis(clinic: ClinicId) -> Digest {
    Digest::of(&[b"HFCLINIC", clinic.0.as_bytes()])
}

/// Gives what stands before the first entry of a stream.
pub fn stream_genesis(clinic: ClinicId, stream: StreamId) -> Digest {
    let mut kind = Vec::with_capacity(32);
    text_into(stream.kind.as_str(), &mut kind);
    Digest::of(&[
        b"HFSTREAM",
        clinic.0.as_bytes(),
        &kind,
        stream.id.as_bytes(),
    ])
}

/// Hashes an encoded header and the sealed bytes.
pub fn body(header: &[u8], sealed: &[u8]) -> Digest {
    let length = u64::try_from(sealed.len())
        .unwrap_or(u64::MAX)
        .to_be_bytes();
    Digest::of(&[b"HFBODY1\0", header, &length, sealed])
}

/// Links a body to the entry before it and the entry before it in its stream.
pub fn link(body: Digest, previous: Digest, previous_in_stream: Digest) -> Digest {
    Digest::of(&[b"HFLINK1\0", &body.0, &previous.0, &previous_in_stream.0])
}
