//! What a person can see of a page: its words, its state, its picture, its faults.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use camino::Utf8Path;
use data_encoding::BASE64;
use serde_json::{Value, json};

use super::BrowserError;
use super::axe::{AXE, RUN, Violation};
use super::page::{FIND, Page, Script, field};
use super::wire::{Notice, PATIENCE};

impl Page {
    /// The text a person can read in what a locator names.
    pub fn text(&self, locator: &str) -> Result<String, BrowserError> {
        Ok(self
            .on(locator, "return e.innerText;")?
            .as_str()
            .unwrap_or_default()
            .to_owned())
    }

    /// What a field holds now.
    pub fn value(&self, locator: &str) -> Result<String, BrowserError> {
        Ok(self
            .on(locator, "return e.value;")?
            .as_str()
            .unwrap_or_default()
            .to_owned())
    }

    /// An attribute of what a locator names, where it has one.
    pub fn attribute(&self, locator: &str, name: &str) -> Result<Option<String>, BrowserError> {
        let found = self.on(locator, &format!("return e.getAttribute({});", json!(name)))?;
        Ok(found.as_str().map(str::to_owned))
    }

    /// Whether the page has what a locator names.
    pub fn has(&self, locator: &str) -> Result<bool, BrowserError> {
        let found = self.evaluate(&format!("!!({FIND})({})", json!(locator)))?;
        Ok(found.as_bool().unwrap_or_default())
    }

    /// How many elements match a CSS selector.
    pub fn count(&self, selector: &str) -> Result<u64, BrowserError> {
        let found = self.evaluate(&format!(
            "document.querySelectorAll({}).length",
            json!(selector)
        ))?;
        Ok(found.as_u64().unwrap_or_default())
    }

    /// Waits until the page has what a locator names.
    pub fn wait_for(&self, locator: &str) -> Result<(), BrowserError> {
        self.wait_until(&format!("!!({FIND})({})", json!(locator)), locator)
    }

    /// Waits until what a locator names contains a text.
    pub fn wait_for_text(&self, locator: &str, text: &str) -> Result<(), BrowserError> {
        let (place, wanted) = (json!(locator), json!(text));
        let holds = format!("((({FIND})({place})) || {{}}).innerText?.includes({wanted}) === true");
        self.wait_until(&holds, &format!("{text:?} in `{locator}`"))
    }

    /// The address now.
    pub fn url(&self) -> Result<String, BrowserError> {
        Ok(self
            .evaluate("location.href")?
            .as_str()
            .unwrap_or_default()
            .to_owned())
    }

    /// The page's title.
    pub fn title(&self) -> Result<String, BrowserError> {
        Ok(self
            .evaluate("document.title")?
            .as_str()
            .unwrap_or_default()
            .to_owned())
    }

    /// The HTTP status the page now shown came with.
    pub fn status(&self) -> Option<u64> {
        let document = self.document()?;
        self.wire
            .notices(&self.session)
            .iter()
            .rev()
            .find_map(|notice| {
                let is_ours = notice.name == "Network.responseReceived"
                    && notice.body.get("loaderId").and_then(Value::as_str) == Some(&document)
                    && notice.body.get("type").and_then(Value::as_str) == Some("Document");
                if is_ours {
                    notice.body.pointer("/response/status")?.as_u64()
                } else {
                    None
                }
            })
    }

    /// What went wrong in the page since it was opened: thrown errors, errors on the console, refused
    /// loads, broken content-security rules.
    pub fn complaints(&self) -> Vec<String> {
        self.wire
            .notices(&self.session)
            .iter()
            .filter_map(complaint)
            .collect()
    }

    /// Writes a PNG of what the screen shows.
    pub fn screenshot(&self, path: impl AsRef<Utf8Path>) -> Result<(), BrowserError> {
        self.picture(path.as_ref(), &json!({ "format": "png" }))
    }

    /// Writes a PNG of the whole page, however long.
    pub fn screenshot_all(&self, path: impl AsRef<Utf8Path>) -> Result<(), BrowserError> {
        let wanted = json!({ "format": "png", "captureBeyondViewport": true });
        self.picture(path.as_ref(), &wanted)
    }

    /// How many sheets of paper the page prints to.
    pub fn sheets(&self) -> Result<usize, BrowserError> {
        let printed = self.ask("Page.printToPDF", &json!({ "printBackground": true }))?;
        let pdf = decoded(&printed, "Page.printToPDF")?;
        let is_sheet = |part: &[u8]| part.starts_with(b"/Type /Page\n");
        Ok((0..pdf.len())
            .filter(|at| pdf.get(*at..).is_some_and(is_sheet))
            .count())
    }

    /// Runs axe-core over the page as it stands and returns every rule it breaks.
    ///
    /// The rules are script themselves and wait on timers, so where script is off it is lent to
    /// them for as long as they run; the page, already read without script, does not change.
    pub fn axe(&self) -> Result<Vec<Violation>, BrowserError> {
        let is_off = self.is_script_off.load(Ordering::Relaxed);
        if is_off {
            self.script(Script::On)?;
        }
        let found = self.run_axe();
        if is_off {
            self.script(Script::Off)?;
        }
        found
    }

    fn run_axe(&self) -> Result<Vec<Violation>, BrowserError> {
        if self.evaluate("typeof axe")?.as_str() != Some("object") {
            self.evaluate(&format!("{AXE}; null"))?;
        }
        Ok(Violation::all(&self.evaluate(RUN)?))
    }

    fn picture(&self, path: &Utf8Path, wanted: &Value) -> Result<(), BrowserError> {
        let taken = self.ask("Page.captureScreenshot", wanted)?;
        let png = decoded(&taken, "Page.captureScreenshot")?;
        let write = || {
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder)?;
            }
            std::fs::write(path, png)
        };
        write().map_err(|source| BrowserError::Picture {
            path: path.to_owned(),
            source,
        })
    }

    fn wait_until(&self, holds: &str, what: &str) -> Result<(), BrowserError> {
        let started = Instant::now();
        while started.elapsed() < PATIENCE {
            if self.evaluate(holds)?.as_bool() == Some(true) {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Err(BrowserError::Silent {
            what: what.to_owned(),
        })
    }
}

fn complaint(notice: &Notice) -> Option<String> {
    let text = |path: &str| {
        notice
            .body
            .pointer(path)
            .and_then(Value::as_str)
            .map(str::to_owned)
    };
    match notice.name.as_str() {
        "Runtime.exceptionThrown" => text("/exceptionDetails/exception/description")
            .or_else(|| text("/exceptionDetails/text")),
        "Runtime.consoleAPICalled" if text("/type").as_deref() == Some("error") => Some(
            notice
                .body
                .pointer("/args")
                .map(Value::to_string)
                .unwrap_or_default(),
        ),
        "Log.entryAdded" if text("/entry/level").as_deref() == Some("error") => {
            let place = text("/entry/url").unwrap_or_default();
            Some(format!(
                "{} {place}",
                text("/entry/text").unwrap_or_default()
            ))
        }
        _ => None,
    }
}

fn decoded(answer: &Value, what: &'static str) -> Result<Vec<u8>, BrowserError> {
    let data = field(answer, what, "data")?;
    let strange = |_| BrowserError::Strange {
        what,
        missing: "base64",
    };
    BASE64.decode(data.as_bytes()).map_err(strange)
}
