//! One page, and what a person can do with it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use super::BrowserError;
use super::wire::{PATIENCE, Wire};

pub(super) const FIND: &str = include_str!("find.js");

/// How large a screen is, in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Held in a hand: the page is laid out as a phone lays it out.
    pub is_handheld: bool,
}

impl Size {
    /// The desk: 1280 by 800.
    pub const DESK: Self = Self {
        width: 1280,
        height: 800,
        is_handheld: false,
    };
    /// The tablet on the session room's wall: 1024 by 768.
    pub const TABLET: Self = Self {
        width: 1024,
        height: 768,
        is_handheld: false,
    };
    /// The patient's phone: 390 by 844.
    pub const PHONE: Self = Self {
        width: 390,
        height: 844,
        is_handheld: true,
    };
}

/// How good the line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Network {
    /// As good as this machine gives.
    Good,
    /// A poor mobile line: 400 ms there and back, 50 kB a second down and 25 kB up.
    Poor,
    /// Slow 4G as page-speed tools simulate it: 150 ms there and back, 1.6 Mbit/s down, 750 kbit/s up.
    Slow4g,
    /// None.
    Unplugged,
}

/// Whether a page may run script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Script {
    /// As most browsers have it.
    On,
    /// As the law of the house asks: every form and link still works.
    Off,
}

/// One page of a browser, with cookies of its own.
pub struct Page {
    pub(super) wire: Arc<Wire>,
    pub(super) session: String,
    frame: String,
    /// Whose cookies and stores it has.
    context: String,
    size: Size,
    pub(super) is_script_off: AtomicBool,
}

impl Page {
    pub(super) fn open(wire: Arc<Wire>, size: Size) -> Result<Self, BrowserError> {
        let context = wire.ask("", "Target.createBrowserContext", &json!({}))?;
        let context = field(&context, "Target.createBrowserContext", "browserContextId")?;
        Self::within(wire, context, size)
    }

    /// Opens another tab on the same device: it has the same cookies and stores.
    pub fn tab(&self) -> Result<Self, BrowserError> {
        Self::within(Arc::clone(&self.wire), self.context.clone(), self.size)
    }

    fn within(wire: Arc<Wire>, context: String, size: Size) -> Result<Self, BrowserError> {
        let target = wire.ask(
            "",
            "Target.createTarget",
            &json!({ "url": "about:blank", "browserContextId": context }),
        )?;
        let frame = field(&target, "Target.createTarget", "targetId")?;
        let attached = wire.ask(
            "",
            "Target.attachToTarget",
            &json!({ "targetId": frame, "flatten": true }),
        )?;
        let session = field(&attached, "Target.attachToTarget", "sessionId")?;
        let page = Self {
            wire,
            session,
            frame,
            context,
            size,
            is_script_off: AtomicBool::new(false),
        };
        for domain in [
            "Page.enable",
            "Runtime.enable",
            "Network.enable",
            "Log.enable",
        ] {
            page.ask(domain, &json!({}))?;
        }
        page.ask(
            "Page.setLifecycleEventsEnabled",
            &json!({ "enabled": true }),
        )?;
        page.resize(size)?;
        Ok(page)
    }

    /// Opens an address and waits until the page and everything it names has loaded.
    pub fn go(&self, url: &str) -> Result<(), BrowserError> {
        let from = self.wire.heard(&self.session);
        let answer = self.ask("Page.navigate", &json!({ "url": url }))?;
        if let Some(why) = answer.get("errorText").and_then(Value::as_str) {
            return Err(BrowserError::Refused {
                what: format!("to open {url}"),
                why: why.to_owned(),
            });
        }
        // Going to another part of the same page makes no new document.
        let Some(document) = answer.get("loaderId").and_then(Value::as_str) else {
            return Ok(());
        };
        self.wait_for_load(from, |loaded| loaded == document, url)
    }

    /// Presses the middle of what a locator names, as a pointer would.
    ///
    /// Fails where a person would: it is hidden, off the page, disabled, or something covers it.
    pub fn click(&self, locator: &str) -> Result<(), BrowserError> {
        self.on(locator, "e.scrollIntoView({ block: 'center' });")?;
        self.wait_until_drawn();
        let spot = self.on(
            locator,
            "e.scrollIntoView({ block: 'center' });
             const box = e.getClientRects()[0];
             if (!box) return { why: 'it is not shown' };
             if (e.disabled) return { why: 'it is disabled' };
             const x = box.left + box.width / 2, y = box.top + box.height / 2;
             const top = document.elementFromPoint(x, y);
             const own = top && (e.contains(top) || top.contains(e) || (top.control === e)
               || [...(e.labels || [])].some((label) => label.contains(top)));
             if (!own) return { why: 'covered by ' + (top ? top.outerHTML.slice(0, 80) : 'nothing') };
             return { x, y };",
        )?;
        if let Some(why) = spot.get("why").and_then(Value::as_str) {
            let (locator, why) = (locator.to_owned(), why.to_owned());
            return Err(BrowserError::Unpressable { locator, why });
        }
        for kind in ["mousePressed", "mouseReleased"] {
            let (x, y) = (spot.get("x"), spot.get("y"));
            let press = json!({ "type": kind, "x": x, "y": y, "button": "left", "clickCount": 1 });
            self.ask("Input.dispatchMouseEvent", &press)?;
        }
        Ok(())
    }

    /// Waits a moment until the page stands as it was last drawn: what is pressed before goes nowhere.
    fn wait_until_drawn(&self) {
        if self.is_script_off.load(Ordering::Relaxed) {
            return;
        }
        // A page that went away meanwhile is for the press to speak of.
        drop(self.evaluate(
            "new Promise((go) => {
               setTimeout(go, 250);
               requestAnimationFrame(() => requestAnimationFrame(() => go()));
             })",
        ));
    }

    /// Presses a link or a button and waits until the page it leads to has loaded.
    pub fn follow(&self, locator: &str) -> Result<(), BrowserError> {
        let (from, here) = (self.wire.heard(&self.session), self.document());
        self.click(locator)?;
        let is_new = |loaded: &str| here.as_deref() != Some(loaded);
        self.wait_for_load(from, is_new, &format!("the page behind `{locator}`"))
    }

    /// Does something with script in the page and waits until the page it leads to has loaded.
    pub fn follow_script(&self, script: &str) -> Result<(), BrowserError> {
        let (from, here) = (self.wire.heard(&self.session), self.document());
        self.evaluate(script)?;
        self.wait_for_load(
            from,
            |loaded| here.as_deref() != Some(loaded),
            "the next page",
        )
    }

    /// Presses one key, named as the web names keys: `Tab`, `Enter`, `Escape`, `ArrowDown`, `a`.
    pub fn press(&self, key: &str) -> Result<(), BrowserError> {
        let (code, text) = match key {
            "Tab" => (9, ""),
            "Enter" => (13, "\r"),
            "Escape" => (27, ""),
            " " => (32, " "),
            "ArrowLeft" => (37, ""),
            "ArrowUp" => (38, ""),
            "ArrowRight" => (39, ""),
            "ArrowDown" => (40, ""),
            other => (0, other),
        };
        for kind in ["keyDown", "keyUp"] {
            let text = if kind == "keyDown" { text } else { "" };
            let stroke = json!({
                "type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code, "text": text,
            });
            self.ask("Input.dispatchKeyEvent", &stroke)?;
        }
        Ok(())
    }

    /// Puts a value into a field, in place of what was there: text as if typed, a date or a time as
    /// if picked, a choice by what it reads or by its value.
    pub fn fill(&self, locator: &str, value: &str) -> Result<(), BrowserError> {
        let wanted = json!(value);
        let is_typed = self.on(
            locator,
            &format!(
                "e.scrollIntoView({{ block: 'center' }}); e.focus();
                 const tell = () => ['input', 'change'].forEach((name) =>
                   e.dispatchEvent(new Event(name, {{ bubbles: true }})));
                 if (e.tagName === 'SELECT') {{
                   const option = [...e.options].find((o) => o.text.trim() === {wanted} || o.value === {wanted});
                   if (!option) throw new Error('no such choice: ' + {wanted});
                   e.value = option.value; tell(); return false;
                 }}
                 if (['date', 'time', 'datetime-local', 'month', 'week', 'range', 'color'].includes(e.type)) {{
                   e.value = {wanted}; tell(); return false;
                 }}
                 if (e.disabled || e.readOnly) throw new Error('the field cannot be written in');
                 e.select(); return true;"
            ),
        )?;
        if is_typed.as_bool() == Some(true) {
            if value.is_empty() {
                self.on(
                    locator,
                    "e.value = ''; e.dispatchEvent(new Event('input', { bubbles: true }));",
                )?;
            } else {
                self.ask("Input.insertText", &json!({ "text": value }))?;
            }
        }
        Ok(())
    }

    /// Evaluates script in the page, waiting for it if it is a promise.
    pub fn evaluate(&self, script: &str) -> Result<Value, BrowserError> {
        let question = json!({
            "expression": script, "awaitPromise": true, "returnByValue": true, "userGesture": true,
        });
        let answer = self.ask("Runtime.evaluate", &question)?;
        if let Some(thrown) = answer.get("exceptionDetails") {
            let why = thrown
                .pointer("/exception/description")
                .or_else(|| thrown.get("text"));
            let why = why
                .and_then(Value::as_str)
                .unwrap_or("nothing was said")
                .to_owned();
            return Err(BrowserError::Threw { why });
        }
        Ok(answer
            .pointer("/result/value")
            .cloned()
            .unwrap_or(Value::Null))
    }

    /// Lets pages run script, or not; it takes effect at the next page opened.
    pub fn script(&self, script: Script) -> Result<(), BrowserError> {
        let is_off = script == Script::Off;
        self.ask(
            "Emulation.setScriptExecutionDisabled",
            &json!({ "value": is_off }),
        )?;
        self.is_script_off.store(is_off, Ordering::Relaxed);
        Ok(())
    }

    /// Changes the line.
    pub fn network(&self, network: Network) -> Result<(), BrowserError> {
        let (offline, latency, down, up) = match network {
            Network::Good => (false, 0, -1, -1),
            Network::Poor => (false, 400, 50_000, 25_000),
            Network::Slow4g => (false, 150, 204_800, 93_750),
            Network::Unplugged => (true, 0, 0, 0),
        };
        let line = json!({
            "offline": offline, "latency": latency, "downloadThroughput": down, "uploadThroughput": up,
        });
        self.ask("Network.emulateNetworkConditions", &line)
            .map(drop)
    }

    /// Sets the clock that script of the page reads ahead, now and on every page opened after.
    pub fn clock_ahead(&self, by: Duration) -> Result<(), BrowserError> {
        let script = format!(
            "Date.asItIs ??= Date.now; Date.now = () => Date.asItIs.call(Date) + {};",
            by.as_millis()
        );
        let always = json!({ "source": script });
        self.ask("Page.addScriptToEvaluateOnNewDocument", &always)?;
        self.evaluate(&script).map(drop)
    }

    /// Shows the page as paper (`print`) or screen (`screen`), with media features such as
    /// `("prefers-color-scheme", "dark")`.
    pub fn media(&self, media: &str, features: &[(&str, &str)]) -> Result<(), BrowserError> {
        let features: Vec<Value> = features
            .iter()
            .map(|(name, value)| json!({ "name": name, "value": value }))
            .collect();
        let wanted = json!({ "media": media, "features": features });
        self.ask("Emulation.setEmulatedMedia", &wanted).map(drop)
    }

    /// Changes the size of the screen.
    pub fn resize(&self, size: Size) -> Result<(), BrowserError> {
        let metrics = json!({
            "width": size.width, "height": size.height, "deviceScaleFactor": 1,
            "mobile": size.is_handheld,
        });
        self.ask("Emulation.setDeviceMetricsOverride", &metrics)
            .map(drop)
    }

    /// The size the page was opened at.
    pub fn size(&self) -> Size {
        self.size
    }

    /// Runs the body of a function of `e`, the element a locator names.
    pub(super) fn on(&self, locator: &str, body: &str) -> Result<Value, BrowserError> {
        let script = format!(
            "(() => {{ const e = ({FIND})({}); if (!e) return {{ absent: true }};
               return {{ of: (() => {{ {body} }})() }}; }})()",
            json!(locator)
        );
        let found = self.evaluate(&script)?;
        if found.get("absent").is_some() {
            return Err(BrowserError::NotFound {
                url: self.url()?,
                locator: locator.to_owned(),
            });
        }
        Ok(found.get("of").cloned().unwrap_or(Value::Null))
    }

    fn wait_for_load(
        &self,
        from: usize,
        is_wanted: impl Fn(&str) -> bool,
        what: &str,
    ) -> Result<(), BrowserError> {
        let loaded = self.wire.next(&self.session, from, PATIENCE, |notice| {
            let text = |name| notice.body.get(name).and_then(Value::as_str);
            let is_load = notice.name == "Page.lifecycleEvent"
                && text("name") == Some("load")
                && text("frameId") == Some(&self.frame)
                && text("loaderId").is_some_and(&is_wanted);
            is_load.then_some(())
        });
        loaded.ok_or_else(|| BrowserError::Silent {
            what: what.to_owned(),
        })
    }

    /// The browser's name for the document now shown.
    pub(super) fn document(&self) -> Option<String> {
        self.wire
            .notices(&self.session)
            .iter()
            .rev()
            .find_map(|notice| {
                let frame = notice.body.get("frame")?;
                let is_ours =
                    notice.name == "Page.frameNavigated" && frame.get("parentId").is_none();
                if is_ours {
                    frame.get("loaderId")?.as_str().map(str::to_owned)
                } else {
                    None
                }
            })
    }

    pub(super) fn ask(&self, method: &str, body: &Value) -> Result<Value, BrowserError> {
        self.wire.ask(&self.session, method, body)
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        // A page of a browser that has already gone is closed.
        let _ = self
            .wire
            .ask("", "Target.closeTarget", &json!({ "targetId": self.frame }));
    }
}

pub(super) fn field(
    answer: &Value,
    what: &'static str,
    missing: &'static str,
) -> Result<String, BrowserError> {
    let found = answer
        .get(missing)
        .and_then(Value::as_str)
        .map(str::to_owned);
    found.ok_or(BrowserError::Strange { what, missing })
}
