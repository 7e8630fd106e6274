//! The end of every link of a person whose record is erased.
//!
//! A link's row holds answers, so it goes. In its place stays that this link ended, under the hash of
//! its token and until it would have been swept away, so that who opens it is told so and not that they
//! mistyped it. What stays says nothing of anybody.

use record::ids::PatientId;

use super::lock::Link;
use super::{Gone, Kept, before, questionnaire};
use crate::clinic::Clinic;
use crate::denied::Denied;

const SPACE: &str = "ended_link";

/// How many rows one scan may find; a part of a clinic's links is far fewer.
const ROWS_MAX: usize = 10_000;

/// Ends every link of a patient, of whatever kind. Whoever calls it holds the links.
pub(in crate::act) fn end_all(clinic: &Clinic, patient: PatientId) -> Result<(), Denied> {
    end::<Kept>(clinic, patient)?;
    end::<before::Kept>(clinic, patient)?;
    end::<questionnaire::Kept>(clinic, patient)
}

/// Why a link that has no row leads nowhere.
pub(super) fn why(clinic: &Clinic, key: &str) -> Result<Gone, Denied> {
    let ended = clinic.journal().rim_get(SPACE, key)?;
    Ok(ended.map_or(Gone::Unknown, |_| Gone::Erased))
}

fn end<L: Link>(clinic: &Clinic, patient: PatientId) -> Result<(), Denied> {
    let journal = clinic.journal();
    // The keys are hexadecimal, so their first two digits part them into scans that see every row.
    for part in 0..=u8::MAX {
        for row in journal.rim_scan(L::SPACE, &format!("{part:02x}"), ROWS_MAX)? {
            let link = serde_json::from_slice::<L>(&row.value);
            let Some(link) = link.ok().filter(|link| link.patient() == patient) else {
                continue;
            };
            let until = Some(link.lock().swept_at());
            journal.rim_put(SPACE, &row.key, b"erased", until)?;
            journal.rim_remove(L::SPACE, &row.key)?;
        }
    }
    Ok(())
}
