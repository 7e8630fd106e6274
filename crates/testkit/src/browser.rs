//! A headless Chromium that a test points at a page.
//!
//! A [`Browser`] is one process with an empty profile; each [`Page`] has its own cookies, so one
//! browser can hold a nurse and a prescriber at once.
//!
//! # Locators
//!
//! | written | finds |
//! |---|---|
//! | `text=Sign in` | the visible link, button, summary or label that reads exactly so |
//! | `label=Weight` | the field whose label reads exactly so |
//! | anything else | the first match of a CSS selector |
//!
//! Prefer the first two: a test that finds things as a person does also proves that a person can.

mod axe;
mod look;
mod page;
mod tree;
mod wire;

use std::error::Error as _;
use std::fmt;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use camino::Utf8PathBuf;
use serde_json::json;

pub use axe::{Place, Violation};
pub use page::{Network, Page, Script, Size};
pub use tree::Told;
use wire::Wire;

/// Where Chromium may be found; `HOLDFAST_BROWSER` names another.
const PROGRAMS: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];

/// What is said to Chromium at its start: no sandbox (tests run in containers, over our own pages),
/// nothing that calls home, no name resolved but this machine's own, and the same pixels everywhere.
const FLAGS: [&str; 23] = [
    "--headless=new",
    "--remote-debugging-pipe",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-breakpad",
    "--disable-client-side-phishing-detection",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-features=MediaRouter,OptimizationHints,Translate",
    "--disable-sync",
    "--font-render-hinting=none",
    "--force-color-profile=srgb",
    "--hide-scrollbars",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
    "--lang=en-US",
    "--mute-audio",
    "--no-default-browser-check",
    "--no-first-run",
];

/// Why a browser did not do what a test asked.
///
/// `Debug` writes the sentence, because that is what a failing test prints.
#[derive(thiserror::Error)]
pub enum BrowserError {
    /// There is no Chromium on this machine.
    #[error("no chromium was found; install the package chromium, or name one in HOLDFAST_BROWSER")]
    Absent,
    /// Chromium could not be started.
    #[error("failed to start {program}")]
    Start {
        /// The program that was tried.
        program: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// Chromium left before it was asked to.
    #[error("the browser is gone")]
    Gone {
        /// What the system said.
        source: std::io::Error,
    },
    /// Something that should have come within half a minute did not.
    #[error("waited in vain for {what}")]
    Silent {
        /// What was waited for.
        what: String,
    },
    /// The browser said no.
    #[error("the browser refused {what}: {why}")]
    Refused {
        /// What was asked.
        what: String,
        /// The browser's reason.
        why: String,
    },
    /// A page has nothing that the locator names.
    #[error("nothing on {url} is named by `{locator}`")]
    NotFound {
        /// The page.
        url: String,
        /// The locator.
        locator: String,
    },
    /// What the locator names is there, and a person could not press it.
    #[error("`{locator}` cannot be pressed: {why}")]
    Unpressable {
        /// The locator.
        locator: String,
        /// What is in the way.
        why: String,
    },
    /// Script run in the page threw.
    #[error("script in the page threw: {why}")]
    Threw {
        /// What it threw.
        why: String,
    },
    /// A picture could not be written.
    #[error("failed to write a picture to {path}")]
    Picture {
        /// Where it was to go.
        path: Utf8PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The browser answered in a shape this client does not know.
    #[error("the browser's answer to {what} has no {missing}")]
    Strange {
        /// What was asked.
        what: &'static str,
        /// What the answer lacked.
        missing: &'static str,
    },
}

impl fmt::Debug for BrowserError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")?;
        let mut source = self.source();
        while let Some(cause) = source {
            write!(f, ": {cause}")?;
            source = cause.source();
        }
        Ok(())
    }
}

/// A headless Chromium with an empty profile of its own.
///
/// ```no_run
/// use testkit::browser::{Browser, Size};
///
/// let Some(browser) = Browser::open_or_skip()? else { return Ok(()) };
/// let page = browser.page(Size::PHONE)?;
/// page.go("http://127.0.0.1:8080/")?;
/// page.fill("label=Your name", "Ada")?;
/// page.follow("text=Send")?;
/// assert!(page.text("main")?.contains("Thank you"));
/// assert!(page.axe()?.is_empty());
/// # Ok::<(), testkit::browser::BrowserError>(())
/// ```
pub struct Browser {
    wire: Arc<Wire>,
    process: Child,
    // Dropped last: the profile goes when the process has gone.
    _profile: tempfile::TempDir,
}

impl Browser {
    /// Opens a browser, or says that this machine has none.
    pub fn open() -> Result<Self, BrowserError> {
        let program = program().ok_or(BrowserError::Absent)?;
        let start = |source| BrowserError::Start {
            program: program.clone(),
            source,
        };
        let profile = tempfile::tempdir().map_err(start)?;
        // The shell lays our two pipes where Chromium looks for them; nothing else can do so
        // without unsafe code.
        let mut process = Command::new("sh")
            .args([
                "-c",
                r#"exec "$@" 3<&0 4>&1 </dev/null >/dev/null 2>&1"#,
                "sh",
                &program,
            ])
            .args(FLAGS)
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg("about:blank")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(start)?;
        let (Some(out), Some(from)) = (process.stdin.take(), process.stdout.take()) else {
            return Err(start(std::io::Error::other("the new process has no pipes")));
        };
        let browser = Self {
            wire: Arc::new(Wire::new(out, from)),
            process,
            _profile: profile,
        };
        browser.wire.ask("", "Browser.getVersion", &json!({}))?;
        Ok(browser)
    }

    /// Opens a browser, or says in one sentence that the test is skipped and returns nothing.
    ///
    /// With `HOLDFAST_REQUIRE_BROWSER=1`, which `./test` sets once it has installed Chromium, a
    /// machine without a browser is an error.
    pub fn open_or_skip() -> Result<Option<Self>, BrowserError> {
        let is_required = std::env::var("HOLDFAST_REQUIRE_BROWSER").is_ok_and(|set| set == "1");
        match Self::open() {
            Ok(browser) => Ok(Some(browser)),
            Err(BrowserError::Absent) if !is_required => {
                crate::skip("no Chromium on this machine; install the package chromium");
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Opens an empty page of a given size, with cookies of its own.
    pub fn page(&self, size: Size) -> Result<Page, BrowserError> {
        Page::open(Arc::clone(&self.wire), size)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Asked first, so that it can put its profile down; then made to.
        if self.wire.ask("", "Browser.close", &json!({})).is_ok() {
            let started = Instant::now();
            while started.elapsed() < Duration::from_secs(5) {
                if self.process.try_wait().is_ok_and(|ended| ended.is_some()) {
                    return;
                }
                std::thread::sleep(Duration::from_millis(10));
            }
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn program() -> Option<String> {
    if let Some(named) = std::env::var("HOLDFAST_BROWSER")
        .ok()
        .filter(|name| !name.is_empty())
    {
        return Some(named);
    }
    let path = std::env::var("PATH").unwrap_or_default();
    let mut places = PROGRAMS
        .iter()
        .flat_map(|program| path.split(':').map(move |dir| (dir, program)));
    places.find_map(|(dir, program)| {
        let place = Utf8PathBuf::from(dir).join(program);
        place.is_file().then(|| place.into_string())
    })
}
