//! Saying that a test could not be asked.

/// Says in one sentence, on standard error, why a test did not run on this machine.
///
/// The sentence begins with `skipped:`, which is what `./test` counts; write it so that the reader
/// learns what is missing and how to get it.
///
/// ```
/// testkit::skip("the reference trials are not here; set HOLDFAST_REFERENCE to their folder");
/// ```
pub fn skip(sentence: &str) {
    eprintln!("skipped: {sentence}");
}
