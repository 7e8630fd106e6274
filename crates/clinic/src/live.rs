//! What changed, told to pages that follow it.

use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Mutex, PoisonError};

use record::ids::PatientId;

/// How many changes a follower may be behind before it is told to read everything anew.
const CHANGES_BEHIND_MAX: usize = 256;

/// A change of the board.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// Whose record changed.
    pub patient: PatientId,
    /// The position of the last entry written.
    pub position: u64,
}

/// Those who follow changes. A follower that falls too far behind is let go, and reads anew.
#[derive(Debug, Default)]
pub struct Changes {
    followers: Mutex<Vec<SyncSender<Change>>>,
}

impl Changes {
    /// Follows changes from now on.
    pub fn follow(&self) -> Receiver<Change> {
        let (teller, follower) = sync_channel(CHANGES_BEHIND_MAX);
        self.followers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(teller);
        follower
    }

    /// Tells every follower.
    pub(crate) fn tell(&self, patient: PatientId, position: u64) {
        let change = Change { patient, position };
        let mut followers = self
            .followers
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        followers.retain(|follower| match follower.try_send(change) {
            Ok(()) => true,
            Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => false,
        });
    }
}
