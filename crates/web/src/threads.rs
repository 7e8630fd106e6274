//! The threads a server answers on.

use std::io;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};

/// The most pages that are drawn at one time, and forms taken; who comes then waits for a thread.
const THREADS_MAX: usize = 64;

/// How long a thread that draws pages stands idle before it ends.
///
/// Threads take turns, and each keeps the memory of the largest page it has drawn. With the usual ten
/// seconds none of those that one burst called up ever ended while a floor of rooms was busy.
const IDLE: Duration = Duration::from_millis(250);

/// Makes the threads.
///
/// # Errors
/// What the operating system says when it gives none.
pub fn threads() -> io::Result<Runtime> {
    Builder::new_multi_thread()
        .enable_all()
        .max_blocking_threads(THREADS_MAX)
        .thread_keep_alive(IDLE)
        .build()
}
