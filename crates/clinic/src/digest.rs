//! SHA-256 of text as shown, in hexadecimal.

use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::HEXLOWER;

/// The SHA-256 of text, in lower-case hexadecimal.
pub fn hexadecimal(text: &str) -> String {
    HEXLOWER.encode(digest(&SHA256, text.as_bytes()).as_ref())
}
