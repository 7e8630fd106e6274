//! Where a caller sleeps until the writer answers.
//!
//! A channel would do, but its receiver turns in place for a while before it sleeps, and with many
//! callers on few cores that time is taken from the writer they wait for.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, Thread};

/// What stands between the two.
enum State<T> {
    Waiting,
    Said(T),
    /// The writer's side is gone, and with it the answer, whether it was fetched or never given.
    Gone,
}

struct Slot<T> {
    state: Mutex<State<T>>,
    caller: Thread,
}

impl<T> Slot<T> {
    fn swap(&self, state: State<T>) -> State<T> {
        let mut standing = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut standing, state)
    }
}

/// The writer's side.
pub(super) struct Reply<T>(Arc<Slot<T>>);

/// The caller's side; it belongs to the thread that made it.
pub(super) struct Answer<T>(Arc<Slot<T>>);

/// Makes both sides for the calling thread.
pub(super) fn reply<T>() -> (Reply<T>, Answer<T>) {
    let slot = Arc::new(Slot {
        state: Mutex::new(State::Waiting),
        caller: thread::current(),
    });
    (Reply(Arc::clone(&slot)), Answer(slot))
}

impl<T> Reply<T> {
    /// Answers, and wakes the caller.
    pub(super) fn say(self, answer: T) {
        drop(self.0.swap(State::Said(answer)));
    }
}

impl<T> Drop for Reply<T> {
    /// A writer that goes without a word wakes the caller too.
    fn drop(&mut self) {
        let mut state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let State::Waiting = *state {
            *state = State::Gone;
        }
        drop(state);
        self.0.caller.unpark();
    }
}

impl<T> Answer<T> {
    /// Sleeps until there is an answer; `None` when there will be none.
    pub(super) fn wait(self) -> Option<T> {
        loop {
            let mut state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
            match std::mem::replace(&mut *state, State::Gone) {
                State::Waiting => *state = State::Waiting,
                State::Said(answer) => return Some(answer),
                State::Gone => return None,
            }
            drop(state);
            thread::park();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn an_answer_reaches_the_caller_whether_it_sleeps_already_or_not() {
        for late in [false, true] {
            let (reply, answer) = reply();
            let writer = thread::spawn(move || {
                if late {
                    thread::sleep(Duration::from_millis(20));
                }
                reply.say(7);
            });
            if !late {
                writer.join().unwrap();
                assert_eq!(answer.wait(), Some(7));
                continue;
            }
            assert_eq!(answer.wait(), Some(7));
            writer.join().unwrap();
        }
    }

    #[test]
    fn a_writer_that_goes_without_a_word_leaves_nobody_asleep() {
        let (reply, answer) = reply::<u8>();
        let writer = thread::spawn(move || {
            thread::sleep(Duration::from_millis(20));
            drop(reply);
        });
        assert_eq!(answer.wait(), None);
        writer.join().unwrap();
    }

    #[test]
    fn an_answer_to_another_question_wakes_nobody_for_good() {
        let (first, first_answer) = reply();
        let (second, second_answer) = reply();
        second.say(2);
        let writer = thread::spawn(move || {
            thread::sleep(Duration::from_millis(20));
            first.say(1);
        });
        assert_eq!(first_answer.wait(), Some(1));
        assert_eq!(second_answer.wait(), Some(2));
        writer.join().unwrap();
    }
}
