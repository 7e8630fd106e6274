//! Real browsers: somebody taps in one, and others on the same room, on other rooms and on the floor board see it.

use serde_json::Value;
use testkit::browser::{Browser, Page, Size};

use crate::answer::{Charted, READINGS_MAX, number_of};
use crate::made::Room;
use crate::{SECRET, spread};

/// How often somebody taps.
const TAP_EVERY_MS: u32 = 1_500;

/// Writes down when each pressure was first on the page, by the machine's clock.
const WATCH: &str = r"(() => {
    const now = () => performance.timeOrigin + performance.now();
    const seen = new Map();
    const look = () => {
        const at = now();
        const tell = (place, text) => {
            const found = /(\d{2,3})\/(\d{2,3})/.exec(text);
            if (!found) return;
            const name = `${place} ${found[1]} ${found[2]}`;
            if (!seen.has(name)) seen.set(name, at);
        };
        const readouts = document.querySelector('.hf-readout');
        if (readouts) tell(location.pathname, readouts.textContent);
        for (const tile of document.querySelectorAll('.hf-tile')) {
            tell(tile.querySelector('a').getAttribute('href'), tile.textContent);
        }
    };
    window.hfSeen = seen;
    new MutationObserver(look).observe(document.body, { childList: true, characterData: true, subtree: true });
    look();
})()";

/// Taps a set of readings every so often, as the pad of the room sends it.
fn tapping() -> String {
    format!(
        r"(() => {{
    const now = () => performance.timeOrigin + performance.now();
    window.hfTaps = [];
    window.hfDurable = [];
    const fetched = window.fetch;
    window.fetch = async (...asked) => {{
        const began = now();
        const answer = await fetched(...asked);
        if (asked[1] && asked[1].method === 'POST') window.hfDurable.push(now() - began);
        return answer;
    }};
    window.hfTapping = setInterval(() => {{
        const n = window.hfTaps.length;
        if (n >= {READINGS_MAX}) return;
        const form = document.querySelector('#vitals form');
        form.elements.systolic.value = 112 + n % 20;
        form.elements.diastolic.value = 60 + Math.floor(n / 20) % 20;
        window.hfTaps.push(now());
        form.requestSubmit();
    }}, {TAP_EVERY_MS});
}})()"
    )
}

/// The browsers.
pub(crate) struct Screens {
    tapped: Page,
    others: Vec<(&'static str, Page)>,
    places: Vec<String>,
    _browser: Browser,
}

/// What the browsers saw.
pub(crate) struct Seen {
    /// When each set was tapped in the first room.
    pub(crate) taps: Vec<f64>,
    durable: Vec<f64>,
    screens: Vec<(&'static str, Vec<Sighting>)>,
}

/// A reading on a screen.
#[derive(Clone, Copy, Debug)]
struct Sighting {
    room: usize,
    number: usize,
    at_ms: f64,
}

impl Screens {
    /// Opens them; nothing where there is no browser, or none is wanted.
    pub(crate) fn open(address: &str, rooms: &[Room]) -> Option<Self> {
        if std::env::var("SCREENS").is_ok_and(|word| word == "no") {
            return None;
        }
        let browser = Browser::open_or_skip().unwrap()?;
        let room = |number: usize| rooms[number.min(rooms.len() - 1)].path();
        let tapped = page(&browser, address, "dana", &room(0));
        let others = [
            ("the other tablet of the room", "okafor", room(0)),
            ("a tablet of another room", "luis", room(1)),
            ("a second one", "dana", room(2)),
            ("the floor board", "luis", "/floor".to_owned()),
        ];
        let others = others.map(|(what, who, path)| (what, page(&browser, address, who, &path)));
        tapped.evaluate(&tapping()).unwrap();
        Some(Self {
            tapped,
            others: others.into(),
            places: rooms.iter().map(Room::path).collect(),
            _browser: browser,
        })
    }

    /// Ends the tapping, so that the last tap can still arrive.
    pub(crate) fn rest(&self) {
        self.tapped
            .evaluate("clearInterval(window.hfTapping)")
            .unwrap();
    }

    /// What was tapped and seen.
    pub(crate) fn close(self) -> Seen {
        let numbers = |script: &str| -> Vec<f64> {
            let all = self.tapped.evaluate(script).unwrap();
            all.as_array()
                .unwrap()
                .iter()
                .filter_map(Value::as_f64)
                .collect()
        };
        let screens = self.others.iter().map(|(what, page)| {
            let all = page.evaluate("[...window.hfSeen]").unwrap();
            let all = all.as_array().unwrap().iter();
            (*what, all.filter_map(|one| self.sighting(one)).collect())
        });
        Seen {
            screens: screens.collect(),
            taps: numbers("window.hfTaps"),
            durable: numbers("window.hfDurable"),
        }
    }

    fn sighting(&self, one: &Value) -> Option<Sighting> {
        let mut parts = one.get(0)?.as_str()?.split(' ');
        let place = parts.next()?.split('?').next()?;
        let room = self.places.iter().position(|path| path == place)?;
        let pressures = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        Some(Sighting {
            room,
            number: number_of(pressures)?,
            at_ms: one.get(1)?.as_f64()?,
        })
    }
}

fn page(browser: &Browser, address: &str, who: &str, path: &str) -> Page {
    let page = browser.page(Size::TABLET).unwrap();
    page.go(&format!("{address}/sign-in")).unwrap();
    page.fill("label=Sign-in name", who).unwrap();
    page.fill("label=Pass phrase", SECRET).unwrap();
    page.follow("text=Sign in").unwrap();
    page.go(&format!("{address}{path}")).unwrap();
    page.evaluate(WATCH).unwrap();
    page
}

/// Says how long what was tapped and charted took to be on each screen; one that never came fails the run.
pub(crate) fn report(seen: &Seen, charted: &[Charted]) {
    println!(
        "tap in a browser to its answer and the page after it: {}",
        spread(seen.durable.clone())
    );
    for (what, screen) in &seen.screens {
        let shown: Vec<usize> = screen.iter().map(|one| one.room).collect();
        let tapped = seen
            .taps
            .iter()
            .enumerate()
            .map(|(number, at)| (0, number, *at));
        let of_tablets = charted.iter().map(|one| (one.room, one.number, one.due_ms));
        let taken = tapped
            .chain(of_tablets)
            .filter(|(room, ..)| shown.contains(room))
            .map(|(room, number, at_ms)| {
                // A page drawn anew may pass over a reading that a later one has followed: it is on the figure.
                let first = screen
                    .iter()
                    .filter(|one| one.room == room && one.number >= number)
                    .map(|one| one.at_ms)
                    .min_by(f64::total_cmp);
                let Some(first) = first else {
                    panic!("{what}: reading {number} of room {room} never came");
                };
                first - at_ms
            });
        println!("tap to {what}: {}", spread(taken.collect()));
    }
}
