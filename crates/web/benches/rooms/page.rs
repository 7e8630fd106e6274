//! The page of a session of four hundred entries: drawn as a function, and as a whole answer.

use std::time::Instant;

use pages::{Frame, SessionRoom, session_room};
use testkit::House;

use crate::made::Room;
use crate::spread;
use crate::tablet::{Line, SignedIn};

/// How often each is measured.
const TIMES: usize = 60;

fn times(mut act: impl FnMut()) -> Vec<f64> {
    let once = |act: &mut dyn FnMut()| {
        let began = Instant::now();
        act();
        began.elapsed().as_secs_f64() * 1_000.0
    };
    // The first pays for what is made once.
    act();
    (0..TIMES).map(|_| once(&mut act)).collect()
}

/// Measures the pages of the long session.
pub(crate) fn measure(house: &House, long: &Room) {
    let frame = Frame::sample();
    let views = SessionRoom::samples();
    let (_, running) = views.into_iter().next().unwrap();
    let mut view = running;
    let act = view.acts[0].clone();
    view.acts = vec![act; 400];
    let drawn = times(|| {
        std::hint::black_box(session_room(&frame, &view).into_string());
    });
    println!(
        "a room with 400 acts listed, drawn as a function: {}",
        spread(drawn)
    );
    let mut line = Line::open(&SignedIn::at(house.address(), long));
    for (what, path) in [
        ("the room of a session of 400 readings", long.path()),
        ("its whole record", format!("{}/record", long.path())),
        ("its record on paper", format!("{}/record.pdf", long.path())),
    ] {
        let mut n_bytes = 0;
        let taken = times(|| {
            let (status, length) = line.ask("GET", &path, "").unwrap();
            assert_eq!(status, 200, "{path}");
            n_bytes = length;
        });
        println!("{what}, {n_bytes} bytes over HTTP: {}", spread(taken));
    }
}
