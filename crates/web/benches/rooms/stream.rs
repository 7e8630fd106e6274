//! Screens without a browser: each follows the stream of a room, and asks for its page when told of a change.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::sync::mpsc;
use std::thread::JoinHandle;

use crate::answer::Charted;
use crate::made::Room;
use crate::tablet::{Line, SignedIn};
use crate::{now_ms, spread};

/// What one screen was told.
#[derive(Debug, Default)]
pub(crate) struct Told {
    positions: Vec<u64>,
    n_behind: usize,
    /// How long each page took, in milliseconds.
    pages_ms: Vec<f64>,
}

/// The screens.
pub(crate) struct Streams(Vec<JoinHandle<Told>>);

/// Follows every room until the server is gone.
pub(crate) fn follow(signed_in: &SignedIn, rooms: &[Room]) -> Streams {
    let all = rooms.iter().map(|room| {
        let (room, signed_in) = (room.clone(), signed_in.clone());
        let host = signed_in.host.clone();
        let mut stream = TcpStream::connect(&host).unwrap();
        let cookie = &signed_in.cookie;
        write!(
            stream,
            "GET /live/patients/{} HTTP/1.1\r\nhost: {host}\r\ncookie: holdfast_sign_in={cookie}\r\n\r\n",
            room.patient
        )
        .unwrap();
        std::thread::spawn(move || listen(stream, &signed_in, &room))
    });
    Streams(all.collect())
}

fn listen(stream: TcpStream, signed_in: &SignedIn, room: &Room) -> Told {
    let (changed, changes) = mpsc::channel();
    let path = room.path();
    let mut line = Line::open(signed_in);
    let pages = std::thread::spawn(move || {
        let mut taken = Vec::new();
        while changes.recv().is_ok() {
            // What came while the last page was asked for is on the next one.
            while changes.try_recv().is_ok() {}
            let asked = now_ms();
            let Some((status, _)) = line.ask("GET", &path, "") else {
                break;
            };
            assert_eq!(status, 200, "{path}");
            taken.push(now_ms() - asked);
        }
        taken
    });
    let mut told = Told::default();
    for text in BufReader::new(stream).lines() {
        let Ok(text) = text else { break };
        let Some(message) = text.strip_prefix("data:") else {
            continue;
        };
        match message.trim().parse() {
            Ok(position) => told.positions.push(position),
            Err(_) => told.n_behind += 1,
        }
        // The other thread ends with the server, a moment before this one.
        let _ = changed.send(());
    }
    drop(changed);
    told.pages_ms = pages.join().expect("every page was answered");
    told
}

impl Streams {
    /// Waits until the server has gone from every stream.
    pub(crate) fn close(self) -> Vec<Told> {
        let all = self.0.into_iter();
        all.map(|one| one.join().expect("a stream was followed to its end"))
            .collect()
    }
}

/// Says what the screens were told, and holds it to what was charted.
pub(crate) fn report(told: &[Told], charted: &[Charted]) {
    let n_told: usize = told.iter().map(|one| one.positions.len()).sum();
    let n_behind: usize = told.iter().map(|one| one.n_behind).sum();
    println!(
        "{} streams were told of {n_told} changes, {n_behind} times that they fell behind",
        told.len()
    );
    let pages = told.iter().flat_map(|one| one.pages_ms.iter().copied());
    println!(
        "a screen asks for the page of its room: {}",
        spread(pages.collect())
    );
    for (room, one) in told.iter().enumerate() {
        let is_ordered = one.positions.windows(2).all(|pair| pair[0] < pair[1]);
        assert!(
            is_ordered,
            "room {room} was told out of order: {:?}",
            one.positions
        );
        let n_charted = charted
            .iter()
            .filter(|reading| reading.room == room)
            .count();
        let n_known = one.positions.len();
        assert!(
            one.n_behind > 0 || n_known >= n_charted,
            "room {room}: told of {n_known} of {n_charted}"
        );
    }
}
