//! The suite that every keeper must pass.
//!
//! A test names a [`Bench`] that makes a keeper and opens the same one again, and calls
//! [`run_all`], or each law by itself.
//! The laws are assertions: they fail by panicking, as tests do.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "this is a test suite, compiled for tests only"
)]

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use record::Clock;
use uuid::Uuid;

use crate::append::{Append, AppendError, Expected, Fact, OutboxRow};
use crate::chain::Digest;
use crate::chance::{Chance, ChanceFailed};
use crate::entry::Entry;
use crate::identifier::{Author, ClinicId, CommandId, Position, StreamId, StreamKind, Version};
use crate::journal::Journal;
use crate::keeper::Keeper;
use crate::keys::MasterKey;

mod concurrency;
mod record_laws;
mod rim_laws;

/// Makes a keeper, and opens the same one again.
pub trait Bench: Sync {
    /// Gives the keeper, with all that was made durable in it; any given before is dropped first.
    fn keeper(&self) -> Arc<dyn Keeper>;
}

/// Runs every law, each on a bench of its own.
pub fn run_all<B: Bench>(bench: impl Fn() -> B) {
    let laws: [fn(&dyn Bench); 16] = [
        record_laws::what_is_appended_is_read_back,
        record_laws::an_append_over_several_streams_is_all_or_nothing,
        record_laws::a_stale_expectation_is_refused_and_writes_nothing,
        record_laws::a_repeated_command_is_given_the_first_answer,
        record_laws::what_is_out_of_bounds_is_refused,
        record_laws::an_erased_stream_reads_as_erased_and_the_chain_still_verifies,
        record_laws::everything_stands_after_opening_again,
        record_laws::recorded_time_never_runs_backwards,
        record_laws::a_wrong_master_key_is_named_and_changes_nothing,
        record_laws::checkpoints_are_kept_and_compared,
        record_laws::replay_gives_what_after_gives,
        concurrency::positions_have_no_gap_under_concurrent_appends,
        concurrency::one_of_many_concurrent_repeats_writes,
        concurrency::one_of_many_with_the_same_expectation_writes,
        concurrency::a_follower_never_skips,
        rim_laws::the_rim_keeps_and_forgets,
    ];
    for law in laws {
        law(&bench());
    }
    rim_laws::the_access_log_is_read_newest_first(&bench());
    rim_laws::outbox_work_is_posted_with_its_entry_and_retried(&bench());
}

/// A clock that is moved by hand.
#[derive(Debug)]
pub struct HandClock(AtomicI64);

impl HandClock {
    /// Makes a clock that stands at 2026-01-05T08:00:00Z.
    pub fn new() -> Self {
        Self(AtomicI64::new(1_767_600_000_000_000))
    }

    /// Moves the clock by seconds, back if they are negative.
    pub fn shift(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
    }
}

impl Default for HandClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.0.load(Ordering::SeqCst)).expect("a time in range")
    }
}

/// Chance that can be repeated: SHA-256 over a seed and a counter; for tests, never for people's
/// data.
#[derive(Debug)]
pub struct SeededChance {
    seed: u64,
    counter: Mutex<u64>,
}

impl SeededChance {
    /// Makes chance from a seed.
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            counter: Mutex::new(0),
        }
    }
}

impl Chance for SeededChance {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), ChanceFailed> {
        let mut counter = self.counter.lock().expect("chance");
        for chunk in bytes.chunks_mut(32) {
            *counter += 1;
            let Digest(block) =
                Digest::of(&[b"chance", &self.seed.to_be_bytes(), &counter.to_be_bytes()]);
            chunk.copy_from_slice(&block[..chunk.len()]);
        }
        Ok(())
    }
}

/// The clinic of the suite.
pub const CLINIC: ClinicId = ClinicId(Uuid::from_u128(0xC11));

/// A patient's stream.
pub fn patient(number: u128) -> StreamId {
    StreamId::new(StreamKind::literal("patient"), Uuid::from_u128(number))
}

/// The suite's author.
pub fn author() -> Author {
    Author::new("person-1", "nurse", "web").expect("an author")
}

/// A command that was not used before, in this process.
pub fn command() -> CommandId {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    CommandId(Uuid::from_u128(
        u128::from(NEXT.fetch_add(1, Ordering::SeqCst)) << 64 | 7,
    ))
}

/// The suite's master key.
pub fn master() -> MasterKey {
    MasterKey::from_bytes([7; 32])
}

/// An append of some facts.
pub fn append(facts: Vec<Fact>) -> Append {
    Append {
        command: command(),
        author: author(),
        facts,
        outbox: Vec::<OutboxRow>::new(),
    }
}

/// A fact that expects nothing.
pub fn fact(stream: StreamId, bytes: &[u8]) -> Fact {
    Fact {
        stream,
        expected: Expected::Any,
        bytes: bytes.to_vec(),
    }
}

/// A fact that expects a version.
pub fn fact_at(stream: StreamId, version: u64, bytes: &[u8]) -> Fact {
    Fact {
        stream,
        expected: Expected::Exactly(Version(version)),
        bytes: bytes.to_vec(),
    }
}

/// Founds or opens the journal a keeper holds, with the suite's key and a clock of its own.
pub fn journal(keeper: Arc<dyn Keeper>) -> Journal {
    journal_with(keeper, Arc::new(HandClock::new()))
}

/// Founds or opens the journal a keeper holds, with the suite's key and a given clock.
pub fn journal_with(keeper: Arc<dyn Keeper>, clock: Arc<HandClock>) -> Journal {
    static SEED: AtomicU64 = AtomicU64::new(1);
    let chance = Arc::new(SeededChance::new(SEED.fetch_add(1, Ordering::SeqCst)));
    if keeper.founding().expect("the founding").is_some() {
        Journal::open(keeper, &master(), clock, chance).expect("an opened journal")
    } else {
        Journal::found(keeper, CLINIC, &master(), clock, chance).expect("a founded journal")
    }
}

/// What was appended, as text.
fn said(entry: &Entry) -> String {
    String::from_utf8(entry.content.bytes().expect("open content").to_vec()).expect("text")
}

/// Every entry, page by page.
fn all(journal: &Journal) -> Vec<Entry> {
    let mut all: Vec<Entry> = Vec::new();
    loop {
        let after = all.last().map_or(Position::START, |entry| entry.position);
        let page = journal.after(after, 700).expect("a page");
        if page.is_empty() {
            return all;
        }
        all.extend(page);
    }
}

fn is_stale(error: &AppendError) -> bool {
    matches!(error, AppendError::Stale { .. })
}
