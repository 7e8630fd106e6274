//! The file itself: making, checking, locking, copying.

use std::fs::{File, OpenOptions, TryLockError};

use camino::{Utf8Path, Utf8PathBuf};
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::failure::{failed, file_failed};
use super::schema::{APPLICATION_ID, SCHEMA, TABLES};
use crate::keeper::KeeperError;

/// Holds the journal for one server, until dropped or the process ends, however it ends.
///
/// The lock is on a file beside the database and is the operating system's, so a crash cannot
/// leave it behind.
pub(super) struct Hold {
    _file: File,
}

pub(super) fn hold(path: &Utf8Path) -> Result<Hold, KeeperError> {
    let doing = "lock the journal";
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(beside(path, "lock"))
        .map_err(file_failed(doing))?;
    match file.try_lock() {
        Ok(()) => Ok(Hold { _file: file }),
        Err(TryLockError::WouldBlock) => Err(KeeperError::Held {
            path: path.to_owned(),
        }),
        Err(TryLockError::Error(error)) => Err(file_failed(doing)(error)),
    }
}

/// Makes an empty journal; either all of it stands at the path afterwards, or nothing.
pub(super) fn make(path: &Utf8Path) -> Result<(), KeeperError> {
    let doing = "make the journal's file";
    if path.exists() {
        return Err(KeeperError::Present {
            path: path.to_owned(),
        });
    }
    let part = beside(path, "part");
    remove(&part)?;
    let connection = Connection::open(part.as_std_path()).map_err(failed(doing))?;
    connection
        .pragma_update(None, "page_size", 4096)
        .map_err(failed(doing))?;
    connection
        .pragma_update(None, "application_id", APPLICATION_ID)
        .map_err(failed(doing))?;
    connection
        .pragma_update(None, "user_version", SCHEMA)
        .map_err(failed(doing))?;
    connection
        .execute_batch(&format!("BEGIN; {TABLES} COMMIT;"))
        .map_err(failed(doing))?;
    connection
        .close()
        .map_err(|(_, error)| failed(doing)(error))?;
    put_in_place(&part, path)
}

/// Refuses a file that is absent, not a journal, or newer than this program.
pub(super) fn check(path: &Utf8Path) -> Result<(), KeeperError> {
    if !path.is_file() {
        return Err(KeeperError::Absent {
            path: path.to_owned(),
        });
    }
    let doing = "open the journal's file";
    let connection =
        Connection::open_with_flags(path.as_std_path(), OpenFlags::SQLITE_OPEN_READ_ONLY)
            .map_err(failed(doing))?;
    let read = |pragma: &str| connection.pragma_query_value(None, pragma, |row| row.get(0));
    let application: i64 = match read("application_id") {
        Ok(application) => application,
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::NotADatabase) => {
            return Err(KeeperError::Foreign {
                path: path.to_owned(),
            });
        }
        Err(error) => return Err(failed(doing)(error)),
    };
    if application != APPLICATION_ID {
        return Err(KeeperError::Foreign {
            path: path.to_owned(),
        });
    }
    let found: i64 = read("user_version").map_err(failed(doing))?;
    if found > SCHEMA {
        return Err(KeeperError::Newer {
            found,
            known: SCHEMA,
        });
    }
    Ok(())
}

/// Writes a whole, compact copy while the journal goes on; nothing deleted goes with it.
pub(super) fn copy(connection: &Connection, to: &Utf8Path) -> Result<(), KeeperError> {
    if to.exists() {
        return Err(KeeperError::Present {
            path: to.to_owned(),
        });
    }
    let part = beside(to, "part");
    remove(&part)?;
    let copied = connection
        .execute("VACUUM INTO ?1", [part.as_str()])
        .map_err(failed("back the journal up"));
    if let Err(error) = copied {
        remove(&part)?;
        return Err(error);
    }
    put_in_place(&part, to)
}

/// Copies a closed file, byte by byte.
pub(super) fn copy_file(from: &Utf8Path, to: &Utf8Path) -> Result<(), KeeperError> {
    if to.exists() {
        return Err(KeeperError::Present {
            path: to.to_owned(),
        });
    }
    let part = beside(to, "part");
    if let Err(error) = std::fs::copy(from, &part) {
        remove(&part)?;
        return Err(file_failed("copy the journal's file")(error));
    }
    put_in_place(&part, to)
}

/// Makes a finished file durable under its name.
fn put_in_place(part: &Utf8Path, path: &Utf8Path) -> Result<(), KeeperError> {
    let doing = "put the journal's file in place";
    let file = File::options()
        .write(true)
        .open(part)
        .map_err(file_failed(doing))?;
    file.sync_all().map_err(file_failed(doing))?;
    std::fs::rename(part, path).map_err(file_failed(doing))?;
    let folder = match path.parent() {
        Some(folder) if !folder.as_str().is_empty() => folder,
        Some(_) | None => Utf8Path::new("."),
    };
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(file_failed(doing))
}

fn remove(path: &Utf8Path) -> Result<(), KeeperError> {
    match std::fs::remove_file(path) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(file_failed("remove an unfinished file")(error)),
    }
}

fn beside(path: &Utf8Path, ending: &str) -> Utf8PathBuf {
    Utf8PathBuf::from(format!("{path}.{ending}"))
}
