//! What SQLite's errors mean to a person.

use std::sync::Arc;

use rusqlite::ErrorCode;

use crate::keeper::KeeperError;

/// Says what a failure of SQLite means.
pub(super) fn failed(doing: &'static str) -> impl Fn(rusqlite::Error) -> KeeperError {
    move |error| {
        let code = error.sqlite_error_code();
        if code == Some(ErrorCode::DiskFull) {
            KeeperError::Full
        } else if code == Some(ErrorCode::ReadOnly) {
            KeeperError::ReadOnly
        } else if code == Some(ErrorCode::DatabaseCorrupt) || code == Some(ErrorCode::NotADatabase)
        {
            KeeperError::Damaged(Arc::new(error))
        } else {
            KeeperError::Failed {
                doing,
                source: Arc::new(error),
            }
        }
    }
}

/// Says what a failure of the file system means.
pub(super) fn file_failed(doing: &'static str) -> impl Fn(std::io::Error) -> KeeperError {
    use std::io::ErrorKind;
    move |error| {
        let kind = error.kind();
        if kind == ErrorKind::StorageFull {
            KeeperError::Full
        } else if kind == ErrorKind::ReadOnlyFilesystem || kind == ErrorKind::PermissionDenied {
            KeeperError::ReadOnly
        } else {
            KeeperError::Failed {
                doing,
                source: Arc::new(error),
            }
        }
    }
}
