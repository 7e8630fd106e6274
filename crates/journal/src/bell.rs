//! The bell that wakes followers in this process; they poll as well, for other processes' entries.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use crate::identifier::Position;

#[derive(Default)]
pub(crate) struct Bell {
    rung: Mutex<Position>,
    wake: Condvar,
}

impl Bell {
    /// Says that entries up to a position are durable.
    pub(crate) fn ring(&self, position: Position) {
        let mut rung = self.rung.lock().unwrap_or_else(PoisonError::into_inner);
        *rung = (*rung).max(position);
        drop(rung);
        self.wake.notify_all();
    }

    /// Waits until something after a position was rung, or the time is over.
    pub(crate) fn wait(&self, after: Position, at_most: Duration) {
        let rung = self.rung.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self
            .wake
            .wait_timeout_while(rung, at_most, |rung| *rung <= after);
        drop(waited);
    }
}
