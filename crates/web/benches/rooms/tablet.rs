//! Tablets: one a room, each charting at its hour over a connection it keeps, as a browser does.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use record::Clock as _;
use record::ids::uuid_at;
use testkit::Visitor;
use virtual_clinic::chance::Seeded;

use crate::answer::{Charted, READINGS_MAX, pressures};
use crate::made::Room;
use crate::server::Real;
use crate::{SECRET, now_ms};

/// A nurse's sign-in.
#[derive(Clone, Debug)]
pub(crate) struct SignedIn {
    /// Where the server is, without a scheme.
    pub(crate) host: String,
    pub(crate) cookie: String,
    csrf: String,
}

impl SignedIn {
    /// Signs in, and takes the token of forms from the page of a room.
    pub(crate) fn at(address: &str, room: &Room) -> Self {
        let mut visitor = Visitor::of(address);
        let page = visitor.get("/sign-in").unwrap();
        let csrf = page.hidden("csrf").unwrap();
        let fields = [("csrf", &*csrf), ("name", "dana"), ("pass_phrase", SECRET)];
        let answer = visitor.post("/sign-in", &fields).unwrap();
        assert_eq!(answer.status, 303, "the nurse cannot sign in");
        let cookie = visitor.cookie("holdfast_sign_in").unwrap().to_owned();
        let place = format!(
            "/patients/{}/do/readings?session={}",
            room.patient, room.session
        );
        let form = visitor.get(&place).unwrap();
        Self {
            host: visitor.host().to_owned(),
            cookie,
            csrf: form.hidden("csrf").unwrap(),
        }
    }
}

/// A connection that is kept.
pub(crate) struct Line {
    signed_in: SignedIn,
    stream: TcpStream,
}

impl Line {
    pub(crate) fn open(signed_in: &SignedIn) -> Self {
        let stream = TcpStream::connect(&signed_in.host).unwrap();
        stream.set_nodelay(true).unwrap();
        Self {
            signed_in: signed_in.clone(),
            stream,
        }
    }

    /// Asks, and gives the status and how many bytes the answer held; nothing once the server has gone.
    pub(crate) fn ask(&mut self, method: &str, path: &str, form: &str) -> Option<(u16, usize)> {
        let SignedIn { host, cookie, .. } = &self.signed_in;
        let kind = if form.is_empty() {
            String::new()
        } else {
            "content-type: application/x-www-form-urlencoded\r\n".to_owned()
        };
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: {host}\r\norigin: http://{host}\r\n\
             sec-fetch-site: same-origin\r\ncookie: holdfast_sign_in={cookie}\r\n{kind}\
             content-length: {}\r\n\r\n{form}",
            form.len()
        );
        self.stream.write_all(head.as_bytes()).ok()?;
        let mut got = Vec::new();
        let mut buffer = vec![0_u8; 1 << 16];
        loop {
            let n = self.stream.read(&mut buffer).ok().filter(|n| *n > 0)?;
            got.extend_from_slice(&buffer[..n]);
            let Some(head) = got.windows(4).position(|four| four == b"\r\n\r\n") else {
                continue;
            };
            let text = String::from_utf8_lossy(&got[..head]).to_lowercase();
            let length: usize = text
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "))
                .and_then(|length| length.trim().parse().ok())
                .unwrap_or(0);
            if got.len() >= head + 4 + length {
                let status = text.split(' ').nth(1)?.parse().ok()?;
                return Some((status, length));
            }
        }
    }
}

/// The tablets at work.
pub(crate) struct Tablets(Vec<JoinHandle<Vec<Charted>>>);

/// Charts in every room but the first `n_tapped`, `rate` readings a second in all, for some seconds.
pub(crate) fn chart(
    signed_in: &SignedIn,
    rooms: &[Room],
    n_tapped: usize,
    (rate, seconds): (usize, usize),
) -> Tablets {
    let n_rooms = rooms.len() - n_tapped;
    if n_rooms == 0 {
        return Tablets(Vec::new());
    }
    let of_room = rate * seconds / n_rooms;
    assert!(
        of_room <= READINGS_MAX,
        "more readings a room than can be told apart"
    );
    let between = Duration::from_secs_f64(1.0 / rate as f64);
    let begins = Instant::now() + Duration::from_millis(500);
    let begins_ms = now_ms() + 500.0;
    let all = rooms
        .iter()
        .enumerate()
        .skip(n_tapped)
        .map(|(place, room)| {
            let (room, signed_in) = (room.clone(), signed_in.clone());
            std::thread::spawn(move || {
                let mut line = Line::open(&signed_in);
                let mut chance = Seeded::new(u64::try_from(place).unwrap());
                let turn = |number: usize| {
                    let tick = u32::try_from(place - n_tapped + number * n_rooms).unwrap();
                    let after = between * tick;
                    std::thread::sleep((begins + after).saturating_duration_since(Instant::now()));
                    let form = form(&signed_in.csrf, &room, number, &mut chance);
                    let path = format!("/patients/{}/do/readings", room.patient);
                    let (status, _) = line.ask("POST", &path, &form).expect("the server answers");
                    assert_eq!(
                        status, 303,
                        "{}: reading {number} was not taken in",
                        room.name
                    );
                    Charted {
                        room: place,
                        number,
                        due_ms: begins_ms + after.as_secs_f64() * 1_000.0,
                        answered_ms: now_ms(),
                    }
                };
                (0..of_room).map(turn).collect()
            })
        });
    Tablets(all.collect())
}

fn form(csrf: &str, room: &Room, number: usize, chance: &mut Seeded) -> String {
    let (systolic, diastolic) = pressures(number);
    let command = uuid_at(Real.now(), chance);
    format!(
        "csrf={csrf}&command={command}&session={}&systolic={systolic}&diastolic={diastolic}\
         &pulse=70&saturation=97&breaths=14",
        room.session
    )
}

impl Tablets {
    /// Waits until the last reading is answered.
    pub(crate) fn wait(self) -> Vec<Charted> {
        let all = self.0.into_iter();
        all.flat_map(|one| one.join().expect("a tablet charted to the end"))
            .collect()
    }
}
