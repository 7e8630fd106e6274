//! What can be checked of a run of entries without knowing what stands before it; done in parallel.

use record::RecordedAt;

use super::VerifyError;
use crate::chain::{Digest, Header, body};
use crate::entry::SealedEntry;
use crate::erasure::Erasure;
use crate::identifier::{CommandId, Position, StreamId, Version};
use crate::journal::Journal;
use crate::shelf::{KeyShelf, ShelfError};

/// An entry whose body was hashed and opened.
pub(super) struct Checked {
    pub(super) position: Position,
    pub(super) stream: StreamId,
    pub(super) version: Version,
    pub(super) recorded_at: RecordedAt,
    pub(super) hash: Digest,
    pub(super) body: Digest,
    pub(super) opened: Opened,
    /// The command, when this is its first entry.
    pub(super) begins: Option<CommandId>,
}

/// What became of opening an entry.
pub(super) enum Opened {
    /// It opens.
    Yes,
    /// It opens and says that a stream was erased.
    Erasure(StreamId),
    /// Its stream's key was destroyed.
    Erased,
    /// It does not open.
    No,
}

/// A run of checked entries, and why it ends early if it does.
pub(super) struct Batch {
    pub(super) entries: Vec<Checked>,
    pub(super) up_to: Position,
    pub(super) failure: Option<VerifyError>,
}

/// Reads and checks a run.
pub(super) fn check(
    journal: &Journal,
    shelf: &mut KeyShelf,
    after: Position,
    up_to: Position,
) -> Batch {
    let (sealed, mut failure) = read(journal, after, up_to);
    let mut scratch = Vec::with_capacity(256);
    let mut entries = Vec::with_capacity(sealed.len());
    for entry in sealed {
        match check_one(journal, shelf, entry, &mut scratch) {
            Ok(checked) => entries.push(checked),
            Err(error) => {
                failure = Some(error);
                break;
            }
        }
    }
    Batch {
        entries,
        up_to,
        failure,
    }
}

fn check_one(
    journal: &Journal,
    shelf: &mut KeyShelf,
    entry: SealedEntry,
    scratch: &mut Vec<u8>,
) -> Result<Checked, VerifyError> {
    Header::of(journal.clinic(), &entry).encode_into(scratch);
    let body = body(scratch, &entry.sealed);
    let opened = match shelf.key(journal, entry.stream) {
        Ok(None) => Opened::Erased,
        Ok(Some(key)) => match key.open(scratch, entry.sealed) {
            Ok(bytes) if entry.stream.kind == Erasure::KIND => {
                Erasure::parse(&bytes).map_or(Opened::No, |erasure| Opened::Erasure(erasure.stream))
            }
            Ok(_) => Opened::Yes,
            Err(_) => Opened::No,
        },
        Err(ShelfError::DoesNotOpen | ShelfError::NoStream) => Opened::No,
        Err(ShelfError::Keeper(error)) => {
            return Err(VerifyError::of(error, entry.position));
        }
    };
    Ok(Checked {
        position: entry.position,
        stream: entry.stream,
        version: entry.version,
        recorded_at: entry.recorded_at,
        hash: entry.hash,
        body,
        opened,
        begins: (entry.ordinal == 0).then_some(entry.command),
    })
}

/// Reads a run; where that fails, one by one, so that the first unreadable entry is known.
fn read(
    journal: &Journal,
    after: Position,
    up_to: Position,
) -> (Vec<SealedEntry>, Option<VerifyError>) {
    if let Ok(entries) = journal.keeper().entries(after, up_to, usize::MAX) {
        return (entries, None);
    }
    let mut entries = Vec::new();
    let mut position = after;
    while position < up_to {
        match journal
            .keeper()
            .entries(position, position.next(), usize::MAX)
        {
            Ok(one) => entries.extend(one),
            Err(error) => return (entries, Some(VerifyError::of(error, position.next()))),
        }
        position = position.next();
    }
    (entries, None)
}
