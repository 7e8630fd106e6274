//! What happens when things go wrong, proved on the built program as an operator meets it.
//!
//! Every test founds its own clinic in a throwaway folder; nothing is shared, nothing is mocked.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test stops at the first fault"
)]

mod asking;
mod copies;
mod demonstration;
mod erased;
mod founding;
mod ground;
mod kills;
mod mail_kills;
mod malformed;
mod opening;
mod outgoing;
mod people;
mod peopled;
mod reassessed;
mod room_kills;
mod tampering;
mod trial;
