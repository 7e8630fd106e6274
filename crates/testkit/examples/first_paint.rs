//! How long a slow phone waits until it sees something: first contentful paint of each page over a
//! throttled line, as Chromium reports it.
//!
//! ```text
//! cargo run -p testkit --features browser --example first_paint -- ADDRESS...
//! ```
//!
//! The line is slow 4G as page-speed tools simulate it: 150 ms there and back, 1.6 Mbit/s down,
//! 750 kbit/s up; nothing is in the cache. Each page is opened in a fresh profile, three times.
//! It exits with 1 where a page takes longer than a second.

use std::io::Write as _;
use std::process::ExitCode;
use std::time::Duration;

use testkit::browser::{Browser, Network, Page, Size};

/// What is allowed, in milliseconds.
const AT_MOST: f64 = 1_000.0;

fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let pages: Vec<String> = std::env::args().skip(1).collect();
    if pages.is_empty() {
        eprintln!("usage: first_paint ADDRESS...");
        return Ok(ExitCode::from(2));
    }
    let browser = Browser::open()?;
    let mut out = std::io::stdout().lock();
    let mut is_slow = false;
    for address in &pages {
        let mut taken = Vec::new();
        for _ in 0..3 {
            let page = browser.page(Size::PHONE)?;
            page.network(Network::Slow4g)?;
            page.go(address)?;
            taken.push(first_paint(&page)?);
        }
        taken.sort_by(f64::total_cmp);
        let middle = taken.get(1).copied().unwrap_or(f64::NAN);
        is_slow |= !middle.le(&AT_MOST);
        writeln!(
            out,
            "{address}: first contentful paint after {middle:.0} ms (of three, the middle one)"
        )?;
    }
    Ok(if is_slow {
        ExitCode::from(1)
    } else {
        ExitCode::SUCCESS
    })
}

/// The first contentful paint of the page now shown, in milliseconds after it was asked for.
fn first_paint(page: &Page) -> Result<f64, Box<dyn std::error::Error>> {
    for _ in 0..50 {
        let found = page.evaluate(
            "(performance.getEntriesByName('first-contentful-paint')[0] || {}).startTime ?? -1",
        )?;
        if let Some(at) = found.as_f64().filter(|at| *at >= 0.0) {
            return Ok(at);
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    Err("the page painted nothing within five seconds".into())
}
