//! Streams: what changes is told to open pages at once.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use testkit::Visitor;

use crate::form::done;
use crate::house::House;

/// An open stream of server-sent messages.
pub(crate) struct Stream {
    pub(crate) status: u16,
    lines: BufReader<TcpStream>,
}

impl Stream {
    /// Opens it with a visitor's sign-in.
    pub(crate) fn open(visitor: &Visitor, path: &str) -> Self {
        let host = visitor.host().to_owned();
        let cookie = visitor.cookie("holdfast_sign_in").unwrap_or_default();
        let mut stream = TcpStream::connect(&host).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(10)))
            .unwrap();
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nhost: {host}\r\ncookie: holdfast_sign_in={cookie}\r\n\r\n"
        )
        .unwrap();
        let mut lines = BufReader::new(stream);
        let mut first = String::new();
        lines.read_line(&mut first).unwrap();
        let status = first.split(' ').nth(1).unwrap().parse().unwrap();
        loop {
            let mut line = String::new();
            lines.read_line(&mut line).unwrap();
            if line.trim().is_empty() {
                return Self { status, lines };
            }
        }
    }

    /// Every message up to this one.
    fn until(&mut self, last: &str) -> Vec<String> {
        let mut told = Vec::new();
        while told.last().is_none_or(|message| message != last) {
            told.push(self.message());
        }
        told
    }

    /// The next message.
    fn message(&mut self) -> String {
        loop {
            let mut line = String::new();
            let n = self.lines.read_line(&mut line).unwrap();
            assert!(n > 0, "the stream ended");
            if let Some(data) = line.strip_prefix("data:") {
                return data.trim().to_owned();
            }
        }
    }
}

#[test]
fn a_change_of_a_record_reaches_its_open_pages_within_a_second_and_no_other_patients() {
    let house = House::open();
    let mut desk = house.sign_in("maria");
    let (one, two) = (
        crate::course::registered(&mut desk, "Wren"),
        crate::course::registered(&mut desk, "Lark"),
    );
    let mut board = Stream::open(&desk, "/live/board");
    let mut own = Stream::open(&desk, &format!("/live{one}"));
    let contact = [("way", "phone"), ("reached", "spoke")];
    done(&mut desk, &format!("{two}/do/contact"), &contact);
    done(&mut desk, &format!("{one}/do/contact"), &contact);
    let started = Instant::now();
    let (others, ours) = ((house.head() - 1).to_string(), house.head().to_string());
    // What was written before the streams were opened may still be on its way to them.
    let told = own.until(&ours);
    assert!(
        started.elapsed() < Duration::from_secs(1),
        "{:?}",
        started.elapsed()
    );
    assert!(
        !told.contains(&others),
        "another patient's change was told: {told:?}"
    );
    assert!(
        board.until(&ours).contains(&others),
        "the board was not told of both"
    );
}

#[test]
fn what_changes_between_the_drawing_of_a_page_and_the_opening_of_its_stream_is_told_at_once() {
    let house = House::open();
    let mut desk = house.sign_in("maria");
    let one = crate::course::registered(&mut desk, "Wren");
    let contact = [("way", "phone"), ("reached", "spoke")];
    let stream_of = |desk: &mut Visitor| {
        let page = desk.get(&one).unwrap().text();
        let address = page.split("data-hf-live=\"").nth(1).unwrap();
        address.split('"').next().unwrap().to_owned()
    };
    // A change is passed on by a thread of its own: the page is drawn once it holds all there is.
    let whole = format!("?drawn={}", house.head());
    let began = Instant::now();
    let mut place = stream_of(&mut desk);
    while !place.ends_with(&whole) {
        assert!(began.elapsed() < Duration::from_secs(5), "{place}, {whole}");
        place = stream_of(&mut desk);
    }
    let mut before = Stream::open(&desk, &place);
    done(&mut desk, &format!("{one}/do/contact"), &contact);
    let head = house.head().to_string();
    assert_eq!(before.message(), head, "nothing was missed before it");
    let mut after = Stream::open(&desk, &place);
    assert_eq!(after.message(), "behind");
}
