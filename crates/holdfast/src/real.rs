//! The one real clock and the one real source of chance.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;
use journal::{Chance as _, SystemChance};
use record::Clock;
use record::ids::Chance;

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct RealClock;

impl Clock for RealClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one real clock")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// A clock that is moved by hand until it is let go, and then tells the real time.
#[derive(Debug, Default)]
pub(crate) struct MovedClock {
    /// Microseconds of the moved time; zero once it is let go.
    moved: AtomicI64,
}

impl MovedClock {
    /// Moves the clock.
    pub(crate) fn move_to(&self, at: Timestamp) {
        self.moved.store(at.as_microsecond(), Ordering::SeqCst);
    }

    /// Lets the clock tell the real time from here on.
    pub(crate) fn let_go(&self) {
        self.moved.store(0, Ordering::SeqCst);
    }
}

impl Clock for MovedClock {
    fn now(&self) -> Timestamp {
        match self.moved.load(Ordering::SeqCst) {
            0 => RealClock.now(),
            moved => Timestamp::from_microsecond(moved).unwrap_or_else(|_| RealClock.now()),
        }
    }
}

/// The machine's chance, drawn in blocks.
#[derive(Debug)]
pub(crate) struct RealChance {
    drawn: [u8; 256],
    used: usize,
}

impl Default for RealChance {
    fn default() -> Self {
        Self {
            drawn: [0; 256],
            used: 256,
        }
    }
}

impl Chance for RealChance {
    fn draw(&mut self) -> u64 {
        if self.used + 8 > self.drawn.len() {
            let filled = SystemChance.fill(&mut self.drawn);
            assert!(
                filled.is_ok(),
                "the machine gives randomness, or nothing may be made with it"
            );
            self.used = 0;
        }
        let mut bytes = [0_u8; 8];
        for (slot, byte) in bytes.iter_mut().zip(self.drawn.iter().skip(self.used)) {
            *slot = *byte;
        }
        self.used += 8;
        u64::from_le_bytes(bytes)
    }
}
