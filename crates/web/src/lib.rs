//! The door for people: routes, forms, sign-in, live streams and assets.
//!
//! ```
//! use web::routes::{Access, ROUTES};
//!
//! let open: Vec<&str> = ROUTES.iter().filter(|route| route.access == Access::Anyone).map(|route| route.path).collect();
//! assert!(open.contains(&"/sign-in"));
//! assert!(!open.iter().any(|path| path.starts_with("/patients")), "a record needs a sign-in");
//! ```
//!
//! # The mental model
//!
//! - **One door.** Every request goes through the module `door`: who asks, is it from this site, is it
//!   a form, does it carry its token. Every answer leaves through it with the same guards. What is
//!   wrong has one status, decided in `trouble`.
//! - **One table.** [`routes::ROUTES`] is the whole site; a test tries each of its lines with no
//!   sign-in and in every role.
//! - **One mechanism for forms.** A [`forms::FormKind`] draws itself and takes what it sent. It is drawn
//!   again with everything typed when an answer needs mending, and shows a refusal beside its
//!   answers. A correction is the form the entry came from, filled with what it says.
//! - **A page is a fold and a view.** It reads the board or a chart, chooses a view model of `pages`,
//!   and draws it. It offers only what whoever asks may do ([`forms`]), because the permission of a
//!   link is the permission of the form behind it.
//! - **A stream says "read again"** and nothing of what changed, and only to those who may read it.
//!
//! # The map
//!
//! | module | what is there |
//! |---|---|
//! | [`app`] | what every request can reach |
//! | [`routes`], `door`, [`ask`], `reply`, `trouble` | the way of a request |
//! | `page` | one module a page |
//! | [`forms`] | one module for each part of a course |
//! | [`site`] | the public pages: words, the clinic's own text, drawn once and served from memory |
//! | `sent` | what a form sent, read strictly, faults gathered |
//! | `live`, `token`, `assets`, `words` | streams, forgery tokens, style sheets, how things are written |
//!
//! # What it deliberately does not do
//!
//! It holds no medicine: whether a dose may be given is asked of `clinic`, and the answer is shown.
//! It reads no clock and draws no chance of its own. It keeps nothing between requests but the key of
//! its forgery tokens, the public pages as drawn, and how many enquiries came from where in the last
//! hour, which is written down nowhere. It needs no script: `assets/holdfast.js` only saves a reload.
//!
//! # To add a page
//!
//! 1. Write its module under `page/` with `pub(crate) fn show(app: &App, ask: &Ask)`; open a chart with
//!    `page::patient::open`, which asks for permission and writes the access log.
//! 2. Add its line to [`routes::ROUTES`], and say in `tests/doors/access.rs` what it asks.
//! 3. Look at it at 1280, 1024 and 390 pixels, and add it to `tests/browser/main.rs`.
//!
//! # To add a form
//!
//! 1. Write its `draw` and its `send` in the module of its part of the course, and its
//!    [`forms::FormKind`] in that module's list, with the act it asks for.
//! 2. Give it a line in the menu in `forms.rs`, or a link on the page where a person would look for it.
//! 3. Walk it in `tests/doors/course.rs`.

pub mod app;
pub mod ask;
mod assets;
mod device;
mod door;
pub mod forms;
mod live;
mod page;
mod reply;
pub mod routes;
mod sent;
pub mod site;
mod threads;
mod token;
mod trouble;
mod words;

pub use app::App;
pub use routes::router;
pub use threads::threads;
