//! What tests of Holdfast stand on: a clock moved by hand, chance from a seed, a real browser and a
//! real process.
//!
//! ```
//! use jiff::SignedDuration;
//! use record::Clock;
//!
//! let clock = testkit::FixedClock::at("2026-03-02T09:00:00Z".parse()?);
//! clock.advance(SignedDuration::from_hours(24 * 90));
//! assert_eq!(clock.now().to_string(), "2026-05-31T09:00:00Z");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # The mental model
//!
//! - **Time and chance are arguments.** A test hands in a [`FixedClock`] and a [`seeded`] generator,
//!   so a two-year course runs in milliseconds and every run is the same run.
//! - **A page is judged by a browser.** With the feature `browser`, a `Browser` is a headless
//!   Chromium that a test points at a page: it clicks what a person would click, reads what a person
//!   would read, and runs axe-core over the result, with script on and off, on a good line, a poor
//!   line or none.
//! - **A disaster is real.** A [`House`] is the built `holdfast` binary as a process of its own: it
//!   is started, killed without warning and started again.
//! - **A stranger is rude.** A [`Visitor`] speaks HTTP by hand, keeps cookies, and sends what no
//!   browser would: another site's origin, half a form, bytes that are no text.
//! - **What cannot be tested here says so.** A test that needs what this machine lacks calls
//!   [`skip`] with one plain sentence; `./test` counts those sentences.
//!
//! # The map
//!
//! [`FixedClock`] and [`seeded`] · [`skip`] · `browser::{Browser, Page, Size, Network, Violation}` ·
//! [`House`] · [`Visitor`] · [`MailServer`] and [`Gateway`], which take what a clinic sends.
//!
//! # What it deliberately does not do
//!
//! It does not mock: no pretend database, browser or server.
//! It does not reach the network: its browser resolves no name but this machine's own.
//! It does not read the real clock, except to give up waiting.
//! It is never a dependency of anything but tests.
//!
//! # To add a step a test can take in a page
//!
//! 1. Add a method to `browser::Page` that is a verb a person would use.
//! 2. If it must find something, find it with a locator, so that tests keep saying what people see.
//! 3. Prove it in `tests/browser.rs` on a page written there, with script on and with script off.

#[cfg(feature = "browser")]
pub mod browser;
pub mod certificate;
pub mod gateway;
pub mod house;
pub mod mail_server;
pub mod visitor;

mod chance;
mod clock;
mod skip;

pub use certificate::Certificate;
pub use chance::seeded;
pub use clock::FixedClock;
pub use gateway::Gateway;
pub use house::House;
pub use mail_server::MailServer;
pub use skip::skip;
pub use visitor::Visitor;
