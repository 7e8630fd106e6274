//! The sign-ins of a clinic: rows of the journal, remembered so that a page reads none.
//!
//! Every request resumes a sign-in, and every page about a patient writes to the access log; a read
//! of the journal behind each write made the slowest pages wait for the log's sync. One process
//! serves a journal, so what is remembered here is what the rows say. Whoever ends a sign-in holds
//! the lock until its row is gone: a request that reads the row meanwhile cannot remember it anew.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use record::ids::PersonId;
use serde::{Deserialize, Serialize};

use super::{AGE_MAX, get, put};
use crate::clinic::Clinic;
use crate::denied::Denied;

const SIGN_INS: &str = "sign_in";

/// How many sign-ins are remembered; one more, and all are read anew.
const REMEMBERED_MAX: usize = 10_000;

/// A sign-in as kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Kept {
    pub(super) person: PersonId,
    pub(super) began_at: Timestamp,
    pub(super) seen_at: Timestamp,
    pub(super) form_token: String,
}

/// The sign-ins remembered, by the hash of their token.
#[derive(Debug, Default)]
pub(crate) struct SignIns {
    remembered: Mutex<BTreeMap<String, Kept>>,
}

impl SignIns {
    fn remembered(&self) -> MutexGuard<'_, BTreeMap<String, Kept>> {
        self.remembered
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// The sign-in under a key, if there is one.
    pub(super) fn find(&self, clinic: &Clinic, key: &str) -> Result<Option<Kept>, Denied> {
        let mut remembered = self.remembered();
        if let Some(kept) = remembered.get(key) {
            return Ok(Some(kept.clone()));
        }
        let found = get::<Kept>(clinic, SIGN_INS, key)?;
        if let Some(kept) = &found {
            remember(&mut remembered, key, kept);
        }
        Ok(found)
    }

    /// Keeps a sign-in that began.
    pub(super) fn keep(&self, clinic: &Clinic, key: &str, kept: &Kept) -> Result<(), Denied> {
        let mut remembered = self.remembered();
        write(clinic, key, kept)?;
        remember(&mut remembered, key, kept);
        Ok(())
    }

    /// Keeps when a sign-in was last used; one that was ended meanwhile stays ended.
    pub(super) fn see(&self, clinic: &Clinic, key: &str, kept: &Kept) -> Result<(), Denied> {
        let mut remembered = self.remembered();
        let Some(standing) = remembered.get_mut(key) else {
            return Ok(());
        };
        write(clinic, key, kept)?;
        *standing = kept.clone();
        Ok(())
    }

    /// Ends the sign-in under a key.
    pub(super) fn end(&self, clinic: &Clinic, key: &str) -> Result<(), Denied> {
        let mut remembered = self.remembered();
        remembered.remove(key);
        clinic.journal().rim_remove(SIGN_INS, key)?;
        drop(remembered);
        Ok(())
    }

    /// Ends every sign-in of a person.
    pub(super) fn end_all(&self, clinic: &Clinic, person: PersonId) -> Result<(), Denied> {
        let mut remembered = self.remembered();
        remembered.retain(|_, kept| kept.person != person);
        // The keys are hexadecimal, so their first two digits part them into scans that see every row.
        for part in 0..=u8::MAX {
            let rows = clinic
                .journal()
                .rim_scan(SIGN_INS, &format!("{part:02x}"), 10_000)?;
            for row in rows {
                let kept: Option<Kept> = serde_json::from_slice(&row.value).ok();
                if kept.is_none_or(|kept| kept.person == person) {
                    clinic.journal().rim_remove(SIGN_INS, &row.key)?;
                }
            }
        }
        drop(remembered);
        Ok(())
    }
}

fn remember(remembered: &mut BTreeMap<String, Kept>, key: &str, kept: &Kept) {
    if remembered.len() >= REMEMBERED_MAX {
        remembered.clear();
    }
    remembered.insert(key.to_owned(), kept.clone());
}

fn write(clinic: &Clinic, key: &str, kept: &Kept) -> Result<(), Denied> {
    let ends_at = kept
        .began_at
        .saturating_add(AGE_MAX)
        .unwrap_or(kept.began_at);
    put(clinic, SIGN_INS, key, kept, ends_at)
}
