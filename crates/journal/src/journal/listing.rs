//! Listing: which streams there are.

use rayon::prelude::*;

use super::{Journal, ReadError};
use crate::identifier::{StreamId, Version};

/// How many streams one question to the keeper gives.
const STREAMS_PER_READ: usize = 10_000;

impl Journal {
    /// Gives every stream with the version it stands at, in the order they were made.
    pub fn streams(&self) -> Result<Vec<(StreamId, Version)>, ReadError> {
        let mut streams = Vec::new();
        let mut after = 0;
        loop {
            let page = self.keeper().streams(after, STREAMS_PER_READ)?;
            let Some(last) = page.last() else {
                return Ok(streams);
            };
            after = last.number;
            let standing: Result<Vec<_>, ReadError> = page
                .par_iter()
                .map(|one| Ok((one.stream, self.version(one.stream)?)))
                .collect();
            streams.extend(standing?);
        }
    }
}
