//! How long a slow phone waits until it sees something: first contentful paint of each page over a
//! throttled line, as Chromium reports it.
//!
//! ```text
//! cargo run -p testkit --features browser --example first_paint -- [--slow-3g] ADDRESS...
//! ```
//!
//! The line is slow 4G as page-speed tools simulate it: 150 ms there and back, 1.6 Mbit/s down,
//! 750 kbit/s up; nothing is in the cache. Each page is opened in a fresh profile, three times.
//! It exits with 1 where a page takes longer than a second.
//!
//! With `--slow-3g` the line is a poor mobile one, 400 ms there and back and 400 kbit/s down, and what is
//! allowed is two seconds until the page can be used: painted, read whole, and its scripts run. That is
//! the line on which a check-in has to open; give it the address of a link nobody has answered yet.

use std::io::Write as _;
use std::process::ExitCode;
use std::time::Duration;

use testkit::browser::{Browser, Network, Page, Size};

/// What is allowed until the first paint, in milliseconds.
const PAINTED_AT_MOST: f64 = 1_000.0;

/// What is allowed on a poor line until the page can be used, in milliseconds.
const USABLE_AT_MOST: f64 = 2_000.0;

fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let mut pages: Vec<String> = std::env::args().skip(1).collect();
    let is_poor = pages.first().is_some_and(|first| first == "--slow-3g");
    if is_poor {
        pages.remove(0);
    }
    if pages.is_empty() {
        eprintln!("usage: first_paint [--slow-3g] ADDRESS...");
        return Ok(ExitCode::from(2));
    }
    let (line, at_most, what) = if is_poor {
        (Network::Poor, USABLE_AT_MOST, "can be used")
    } else {
        (Network::Slow4g, PAINTED_AT_MOST, "first contentful paint")
    };
    let browser = Browser::open()?;
    let mut out = std::io::stdout().lock();
    let mut is_slow = false;
    for address in &pages {
        let mut taken = Vec::new();
        for _ in 0..3 {
            let page = browser.page(Size::PHONE)?;
            page.network(line)?;
            page.go(address)?;
            let painted = first_paint(&page)?;
            taken.push(if is_poor {
                painted.max(read_whole(&page)?)
            } else {
                painted
            });
        }
        taken.sort_by(f64::total_cmp);
        let middle = taken.get(1).copied().unwrap_or(f64::NAN);
        is_slow |= !middle.le(&at_most);
        writeln!(
            out,
            "{address}: {what} after {middle:.0} ms (of three, the middle one)"
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

/// When the page had been read whole and its scripts had run, in milliseconds after it was asked for.
fn read_whole(page: &Page) -> Result<f64, Box<dyn std::error::Error>> {
    for _ in 0..100 {
        let found = page.evaluate(
            "(performance.getEntriesByType('navigation')[0] || {}).domContentLoadedEventEnd ?? 0",
        )?;
        if let Some(at) = found.as_f64().filter(|at| *at > 0.0) {
            return Ok(at);
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    Err("the page was not read whole within ten seconds".into())
}
