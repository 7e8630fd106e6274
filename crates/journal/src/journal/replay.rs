//! Replaying: reading everything in order as fast as the machine allows.

use std::thread;

use crossbeam_channel::{Receiver, Sender, bounded};

use super::{Journal, ReadError};
use crate::entry::Entry;
use crate::identifier::Position;
use crate::shelf::KeyShelf;

/// How many entries one worker reads at a time.
pub(crate) const BATCH: u64 = 2048;

/// How many batches each worker may be ahead of the fold.
const AHEAD: usize = 2;

/// From how many entries on it is cheaper to read the keys of all streams at once.
const STOCKED_FROM: u64 = 4 * BATCH;

/// Whether a sweep goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sweep {
    On,
    Stop,
}

/// A run of positions cut into batches.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ranges {
    pub(crate) after: Position,
    pub(crate) up_to: Position,
}

impl Ranges {
    fn len(self) -> u64 {
        self.up_to.0.saturating_sub(self.after.0).div_ceil(BATCH)
    }

    fn get(self, index: u64) -> (Position, Position) {
        let from = self.after.0.saturating_add(index.saturating_mul(BATCH));
        (
            Position(from),
            Position(from.saturating_add(BATCH).min(self.up_to.0)),
        )
    }
}

/// Works on batches in parallel and gives the results to `sink` in order.
///
/// Workers are threads of their own rather than rayon's, because they wait for the sink.
pub(crate) fn sweep<S, T: Send>(
    ranges: Ranges,
    start: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, Position, Position) -> T + Sync,
    mut sink: impl FnMut(T) -> Sweep,
) {
    let threads = thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let workers = u64::try_from(threads).unwrap_or(2).min(ranges.len()).max(1);
    thread::scope(|scope| {
        let mut lanes: Vec<Receiver<T>> = Vec::new();
        for worker in 0..workers {
            let (to_sink, lane): (Sender<T>, Receiver<T>) = bounded(AHEAD);
            lanes.push(lane);
            let (start, work) = (&start, &work);
            scope.spawn(move || {
                let mut state = start();
                let mut index = worker;
                while index < ranges.len() {
                    let (after, up_to) = ranges.get(index);
                    if to_sink.send(work(&mut state, after, up_to)).is_err() {
                        break;
                    }
                    index = index.saturating_add(workers);
                }
            });
        }
        let mut left = ranges.len();
        for lane in lanes.iter().cycle() {
            if left == 0 {
                break;
            }
            left -= 1;
            match lane.recv().map(&mut sink) {
                Ok(Sweep::On) => {}
                Ok(Sweep::Stop) | Err(_) => break,
            }
        }
        // Dropping the lanes lets workers that wait for room end.
        drop(lanes);
    });
}

impl Journal {
    /// Reads and opens everything after a position in parallel, and gives it to `fold` in order,
    /// batch by batch; gives the position it came to.
    ///
    /// What is appended meanwhile is not read: follow from the position that is given.
    pub fn replay(
        &self,
        after: Position,
        mut fold: impl FnMut(&[Entry]),
    ) -> Result<Position, ReadError> {
        let up_to = self.keeper().head()?.position;
        let is_long = up_to.0.saturating_sub(after.0) > STOCKED_FROM;
        let shelf = if is_long {
            KeyShelf::stocked(self)?
        } else {
            KeyShelf::empty()
        };
        let mut came_to = Ok(after);
        sweep(
            Ranges { after, up_to },
            || shelf.clone(),
            |shelf, after, up_to| self.batch(after, up_to, shelf),
            |batch: Result<Vec<Entry>, ReadError>| match batch {
                Ok(entries) => {
                    fold(&entries);
                    came_to = Ok(entries.last().map_or(after, |entry| entry.position));
                    Sweep::On
                }
                Err(error) => {
                    came_to = Err(error);
                    Sweep::Stop
                }
            },
        );
        came_to
    }

    fn batch(
        &self,
        after: Position,
        up_to: Position,
        shelf: &mut KeyShelf,
    ) -> Result<Vec<Entry>, ReadError> {
        let sealed = self.keeper().entries(after, up_to, usize::MAX)?;
        let entries = self.open_run(after, sealed, shelf)?;
        let last = entries.last().map_or(after, |entry| entry.position);
        if last == up_to {
            Ok(entries)
        } else {
            Err(ReadError::Missing {
                position: last.next(),
            })
        }
    }
}
