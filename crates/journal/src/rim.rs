//! The rim: ordinary rows beside the record, in the same database.
//!
//! Sign-in sessions, unsigned drafts, outbox rows and the read-access log are rows, not entries:
//! they are not chained, they can be changed, and [`Journal::verify`](crate::Journal::verify) does
//! not look at them.
//! Rim values and outbox payloads are sealed under a key derived from the clinic's, bound to their
//! place; keys, spaces, kinds and the access log are kept open, because they are searched.

use jiff::Timestamp;
use record::RecordedAt;
use thiserror::Error;
use uuid::Uuid;

use crate::append::{BYTES_PER_OUTBOX_ROW_MAX, OutboxRow};
use crate::chance::ChanceFailed;
use crate::identifier::{ClinicId, Position, StreamId};
use crate::journal::Journal;
use crate::keeper::{
    KeeperError, OutboxQuery, RimWrite, SealedOutboxRow, SealedRimRow, SealedWork,
};

/// The longest name of a space, and the longest key, in bytes.
pub const RIM_KEY_BYTES_MAX: usize = 200;

/// The longest rim value, in bytes before sealing.
pub const RIM_VALUE_BYTES_MAX: usize = 1024 * 1024;

/// The most rows one read gives.
pub const RIM_ROWS_MAX: usize = 10_000;

/// A rim row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RimRow {
    /// Its key within its space.
    pub key: String,
    /// Its value.
    pub value: Vec<u8>,
    /// When it stops being true; the row stays until a sweep, so a reader compares.
    pub expires_at: Option<Timestamp>,
}

/// Somebody read something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessRow {
    /// When.
    pub at: RecordedAt,
    /// Who.
    pub person: String,
    /// In what role.
    pub role: String,
    /// Of what, if of one stream.
    pub stream: Option<StreamId>,
    /// Through which door.
    pub door: String,
    /// What, in a few words without personal content: `chart`, `export`.
    pub what: String,
}

/// A row of the access log with its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoggedAccess {
    /// Rising in the order of logging; ask for the page before the last one seen.
    pub number: u64,
    /// The row.
    pub row: AccessRow,
}

/// Which part of the access log is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccessQuery {
    /// All of it.
    Newest,
    /// Who read this stream.
    OfStream(StreamId),
    /// What this person read.
    ByPerson(String),
}

/// Outbox work to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxWork {
    /// What is to be sent.
    pub row: OutboxRow,
    /// The entry that caused it; 0 when none did.
    pub cause: Position,
    /// How often it was tried.
    pub tries: u32,
    /// What went wrong last.
    pub error: Option<String>,
}

/// Why the rim did not answer.
#[derive(Clone, Debug, Error)]
#[non_exhaustive]
pub enum RimError {
    /// Something is too long.
    #[error("{what} has {found} bytes where at most {max} are taken")]
    TooLong {
        /// What.
        what: &'static str,
        /// How long it is.
        found: usize,
        /// How long it may be.
        max: usize,
    },
    /// A value does not open: it was changed in the database, or moved from another place.
    #[error("a row of {space} was changed in the database and does not open")]
    Changed {
        /// The space, or `outbox`.
        space: String,
    },
    /// No randomness, so no sealing.
    #[error("failed to seal a row")]
    Chance(#[source] ChanceFailed),
    /// The keeper failed.
    #[error("failed to use the rows beside the journal")]
    Keeper(#[source] KeeperError),
}

impl From<KeeperError> for RimError {
    fn from(error: KeeperError) -> Self {
        Self::Keeper(error)
    }
}

impl From<ChanceFailed> for RimError {
    fn from(error: ChanceFailed) -> Self {
        Self::Chance(error)
    }
}

impl Journal {
    /// Puts a row in place of any with its key, durably.
    pub fn rim_put(
        &self,
        space: &str,
        key: &str,
        value: &[u8],
        expires_at: Option<Timestamp>,
    ) -> Result<(), RimError> {
        let row = RimRow {
            key: key.to_owned(),
            value: value.to_vec(),
            expires_at,
        };
        self.rim_put_all(space, &[row])
    }

    /// Puts several rows in one transaction.
    pub fn rim_put_all(&self, space: &str, rows: &[RimRow]) -> Result<(), RimError> {
        bound("the space", space.len(), RIM_KEY_BYTES_MAX)?;
        let mut writes = Vec::with_capacity(rows.len());
        for row in rows {
            bound("the key", row.key.len(), RIM_KEY_BYTES_MAX)?;
            bound("the value", row.value.len(), RIM_VALUE_BYTES_MAX)?;
            let label = rim_label(self.clinic(), space, &row.key);
            let sealed =
                self.scribe()
                    .keys
                    .rim()
                    .seal(&*self.scribe().chance, &label, &row.value)?;
            let row = SealedRimRow {
                key: row.key.clone(),
                sealed,
                expires_at: row.expires_at,
            };
            writes.push(RimWrite::Put {
                space: space.to_owned(),
                row,
            });
        }
        self.keeper().rim_write(writes)?;
        Ok(())
    }

    /// Gives a row, expired or not.
    pub fn rim_get(&self, space: &str, key: &str) -> Result<Option<RimRow>, RimError> {
        let found = self.keeper().rim_get(space, key)?;
        found.map(|row| self.open_row(space, row)).transpose()
    }

    /// Gives at most `limit` rows whose key begins with `prefix`, by key.
    pub fn rim_scan(
        &self,
        space: &str,
        prefix: &str,
        limit: usize,
    ) -> Result<Vec<RimRow>, RimError> {
        let found = self
            .keeper()
            .rim_scan(space, prefix, limit.min(RIM_ROWS_MAX))?;
        found
            .into_iter()
            .map(|row| self.open_row(space, row))
            .collect()
    }

    /// Removes a row; says whether there was one.
    pub fn rim_remove(&self, space: &str, key: &str) -> Result<bool, RimError> {
        let write = RimWrite::Remove {
            space: space.to_owned(),
            key: key.to_owned(),
        };
        Ok(self.keeper().rim_write(vec![write])? > 0)
    }

    /// Removes several rows in one transaction; says how many there were.
    pub fn rim_remove_all(&self, space: &str, keys: &[String]) -> Result<u64, RimError> {
        let remove = |key: &String| RimWrite::Remove {
            space: space.to_owned(),
            key: key.clone(),
        };
        Ok(self.keeper().rim_write(keys.iter().map(remove).collect())?)
    }

    /// Removes every row that expired by `now`; says how many.
    pub fn rim_sweep(&self, now: Timestamp) -> Result<u64, RimError> {
        Ok(self.keeper().rim_write(vec![RimWrite::Sweep { now }])?)
    }

    /// Logs accesses and waits until they are durable.
    pub fn access_log(&self, rows: Vec<AccessRow>) -> Result<(), RimError> {
        check_accesses(&rows)?;
        self.keeper()
            .rim_write(rows.into_iter().map(RimWrite::Access).collect())?;
        Ok(())
    }

    /// Queues accesses to be logged and does not wait; [`Journal::flush`] says if one was lost.
    pub fn access_log_soon(&self, rows: Vec<AccessRow>) -> Result<(), RimError> {
        check_accesses(&rows)?;
        Ok(self.keeper().log_access(rows)?)
    }

    /// Waits until everything queued before is durable, and fails if any of it was lost.
    pub fn flush(&self) -> Result<(), RimError> {
        Ok(self.keeper().flush()?)
    }

    /// Gives a page of the access log, newest first, before a number.
    pub fn accesses(
        &self,
        query: &AccessQuery,
        before: Option<u64>,
        limit: usize,
    ) -> Result<Vec<LoggedAccess>, RimError> {
        Ok(self
            .keeper()
            .accesses(query, before, limit.min(RIM_ROWS_MAX))?)
    }

    /// Posts outbox work that no entry caused (work that one did is posted with the append).
    pub fn outbox_post(&self, row: OutboxRow) -> Result<(), RimError> {
        let sealed = self.seal_outbox(row)?;
        self.keeper().rim_write(vec![RimWrite::Post(sealed)])?;
        Ok(())
    }

    /// Gives at most `limit` rows that are due, longest due first.
    pub fn outbox_due(&self, now: Timestamp, limit: usize) -> Result<Vec<OutboxWork>, RimError> {
        self.open_outbox(OutboxQuery::Due(now), limit)
    }

    /// Gives at most `limit` dead letters.
    pub fn outbox_dead_letters(&self, limit: usize) -> Result<Vec<OutboxWork>, RimError> {
        self.open_outbox(OutboxQuery::Dead, limit)
    }

    /// Removes work that was done; says whether it was still there.
    pub fn outbox_done(&self, id: Uuid) -> Result<bool, RimError> {
        Ok(self.keeper().rim_write(vec![RimWrite::Done { id }])? > 0)
    }

    /// Puts work off after a failure; says whether it was still there.
    pub fn outbox_retry(&self, id: Uuid, due_at: Timestamp, error: &str) -> Result<bool, RimError> {
        let write = RimWrite::Retry {
            id,
            due_at,
            error: cut(error),
        };
        Ok(self.keeper().rim_write(vec![write])? > 0)
    }

    /// Gives work up; it stays as a dead letter until it is retried or done.
    pub fn outbox_give_up(&self, id: Uuid, error: &str) -> Result<bool, RimError> {
        let write = RimWrite::Dead {
            id,
            error: cut(error),
        };
        Ok(self.keeper().rim_write(vec![write])? > 0)
    }

    pub(crate) fn seal_outbox(&self, row: OutboxRow) -> Result<SealedOutboxRow, RimError> {
        bound("the outbox kind", row.kind.len(), 64)?;
        bound(
            "the outbox payload",
            row.payload.len(),
            BYTES_PER_OUTBOX_ROW_MAX,
        )?;
        let label = outbox_label(self.clinic(), row.id, &row.kind);
        let scribe = self.scribe();
        let sealed = scribe
            .keys
            .rim()
            .seal(&*scribe.chance, &label, &row.payload)?;
        Ok(SealedOutboxRow {
            id: row.id,
            kind: row.kind,
            sealed,
            due_at: row.due_at,
        })
    }

    fn open_outbox(&self, which: OutboxQuery, limit: usize) -> Result<Vec<OutboxWork>, RimError> {
        let found = self.keeper().outbox(which, limit.min(RIM_ROWS_MAX))?;
        found.into_iter().map(|work| self.open_work(work)).collect()
    }

    fn open_work(&self, work: SealedWork) -> Result<OutboxWork, RimError> {
        let SealedOutboxRow {
            id,
            kind,
            sealed,
            due_at,
        } = work.row;
        let label = outbox_label(self.clinic(), id, &kind);
        let payload =
            self.scribe()
                .keys
                .rim()
                .open(&label, sealed)
                .map_err(|_| RimError::Changed {
                    space: "outbox".to_owned(),
                })?;
        let row = OutboxRow {
            id,
            kind,
            payload,
            due_at,
        };
        Ok(OutboxWork {
            row,
            cause: work.cause,
            tries: work.tries,
            error: work.error,
        })
    }

    fn open_row(&self, space: &str, row: SealedRimRow) -> Result<RimRow, RimError> {
        let label = rim_label(self.clinic(), space, &row.key);
        let value = self
            .scribe()
            .keys
            .rim()
            .open(&label, row.sealed)
            .map_err(|_| RimError::Changed {
                space: space.to_owned(),
            })?;
        Ok(RimRow {
            key: row.key,
            value,
            expires_at: row.expires_at,
        })
    }
}

fn check_accesses(rows: &[AccessRow]) -> Result<(), RimError> {
    for row in rows {
        for (what, text) in [
            ("the person", &row.person),
            ("the role", &row.role),
            ("the door", &row.door),
            ("what was read", &row.what),
        ] {
            bound(what, text.len(), RIM_KEY_BYTES_MAX)?;
        }
    }
    Ok(())
}

fn bound(what: &'static str, found: usize, max: usize) -> Result<(), RimError> {
    if found > max {
        Err(RimError::TooLong { what, found, max })
    } else {
        Ok(())
    }
}

/// Cuts an error's text to what a row takes, at a letter's edge.
fn cut(error: &str) -> String {
    error.chars().take(500).collect()
}

pub(crate) fn rim_label(clinic: ClinicId, space: &str, key: &str) -> Vec<u8> {
    let length = u64::try_from(space.len()).unwrap_or(u64::MAX).to_be_bytes();
    [
        b"HFROW1\0\0",
        clinic.0.as_bytes().as_slice(),
        &length,
        space.as_bytes(),
        key.as_bytes(),
    ]
    .concat()
}

fn outbox_label(clinic: ClinicId, id: Uuid, kind: &str) -> Vec<u8> {
    [
        b"HFPOST1\0",
        clinic.0.as_bytes().as_slice(),
        id.as_bytes(),
        kind.as_bytes(),
    ]
    .concat()
}
