//! SHA-256 of text as shown, in hexadecimal.

use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::HEXLOWER;

/// The SHA-256 of text, in lower-case hexadecimal.
pub fn hexadecimal(text: &str) -> String {
    HEXLOWER.encode(digest(&SHA256, text.as_bytes()).as_ref())
}

/// A command identifier made from text: the same text is the same command, so that what was done for it
/// once is never done twice.
pub(crate) fn command(text: &str) -> uuid::Uuid {
    let mut bytes = [0_u8; 16];
    for (slot, byte) in bytes
        .iter_mut()
        .zip(digest(&SHA256, text.as_bytes()).as_ref())
    {
        *slot = *byte;
    }
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}
