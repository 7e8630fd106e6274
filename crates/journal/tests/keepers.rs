//! Both keepers pass the suite.

#![expect(clippy::unwrap_used, reason = "this is a test")]

use std::sync::{Arc, Mutex};

use camino::{Utf8Path, Utf8PathBuf};
use journal::conformance::{Bench, run_all};
use journal::{Keeper, MemoryKeeper, SqliteKeeper};

struct InMemory(Arc<MemoryKeeper>);

impl Bench for InMemory {
    fn keeper(&self) -> Arc<dyn Keeper> {
        Arc::<MemoryKeeper>::clone(&self.0)
    }
}

/// A file that is opened again each time.
struct InFile {
    _folder: tempfile::TempDir,
    path: Utf8PathBuf,
    was_made: Mutex<bool>,
}

impl Bench for InFile {
    fn keeper(&self) -> Arc<dyn Keeper> {
        let mut was_made = self.was_made.lock().unwrap();
        if *was_made {
            return Arc::new(SqliteKeeper::open(&self.path).unwrap());
        }
        *was_made = true;
        Arc::new(SqliteKeeper::create(&self.path).unwrap())
    }
}

#[test]
fn the_keeper_in_memory_keeps_every_law() {
    run_all(|| InMemory(Arc::new(MemoryKeeper::new())));
}

#[test]
fn the_keeper_in_sqlite_keeps_every_law() {
    run_all(|| {
        let folder = tempfile::tempdir().unwrap();
        let path = Utf8Path::from_path(folder.path())
            .unwrap()
            .join("journal.db");
        InFile {
            _folder: folder,
            path,
            was_made: Mutex::new(false),
        }
    });
}
