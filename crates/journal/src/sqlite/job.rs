//! What the writer is asked to do, what came of it, and who is told.

use std::sync::Arc;

use crate::append::{AppendError, Appended};
use crate::checkpoint::Checkpoint;
use crate::draft::Draft;
use crate::keeper::{Founding, KeeperError, RimWrite};

/// Where an answer goes.
type Reply<T, E> = super::reply::Reply<Result<T, E>>;

/// What the writer is asked to do.
pub(super) enum Job {
    Append(Draft, Reply<Appended, AppendError>),
    /// Rows of the rim; nobody waits for an answer where there is none to send it to.
    Rim(Vec<RimWrite>, Option<Reply<u64, KeeperError>>),
    Checkpoint(Checkpoint, Reply<(), KeeperError>),
    Found(Founding, Reply<(), KeeperError>),
    /// Waits until all before it is durable.
    Flush(Reply<(), KeeperError>),
    /// Lets the file grow to so many pages and no further, as a full disk would.
    #[cfg(feature = "conformance")]
    Limit(i64, Reply<(), KeeperError>),
}

/// What a job came to, if what it wrote becomes durable.
pub(super) enum Outcome {
    Append(Result<Appended, AppendError>),
    Rows(u64),
    /// Why rows that nobody waited for were lost, if any were.
    Flushed(Option<KeeperError>),
    Nothing,
}

impl Job {
    /// Tells whoever asked; whoever no longer listens is not missed.
    pub(super) fn answer(self, outcome: Outcome) {
        match (self, outcome) {
            (Self::Append(_, reply), Outcome::Append(result)) => reply.say(result),
            (Self::Append(_, reply), _) => {
                reply.say(Err(AppendError::Keeper(KeeperError::Closed)));
            }
            (Self::Rim(_, Some(reply)), Outcome::Rows(rows)) => reply.say(Ok(rows)),
            (Self::Rim(_, Some(reply)), _) => reply.say(Ok(0)),
            (Self::Rim(_, None), _) => {}
            (Self::Flush(reply), Outcome::Flushed(Some(lost))) => reply.say(Err(lost)),
            (Self::Checkpoint(_, reply) | Self::Found(_, reply) | Self::Flush(reply), _) => {
                reply.say(Ok(()));
            }
            #[cfg(feature = "conformance")]
            (Self::Limit(_, reply), _) => reply.say(Ok(())),
        }
    }

    /// Tells whoever asked that nothing was written, and why; gives the reason back where nobody
    /// waits to hear it.
    pub(super) fn refuse(self, error: AppendError) -> Option<KeeperError> {
        if let Self::Append(_, reply) = self {
            reply.say(Err(error));
            return None;
        }
        let error = if let AppendError::Keeper(error) = error {
            error
        } else {
            KeeperError::Failed {
                doing: "write the rows",
                source: Arc::new(error),
            }
        };
        match self {
            Self::Rim(_, None) => return Some(error),
            Self::Rim(_, Some(reply)) => reply.say(Err(error)),
            Self::Checkpoint(_, reply) | Self::Found(_, reply) | Self::Flush(reply) => {
                reply.say(Err(error));
            }
            #[cfg(feature = "conformance")]
            Self::Limit(_, reply) => reply.say(Err(error)),
            // Answered above.
            Self::Append(..) => {}
        }
        None
    }
}
