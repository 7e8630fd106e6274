//! A power cut in the middle of a session, and in the middle of a waste: on return the room and the
//! register are where they were.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use clinic::Clinic;
use ledger::Container;
use rand_xoshiro::rand_core::Rng as _;
use record::fact::observation::VitalsObserved;
use record::ids::{PatientId, SessionId};
use testkit::Visitor;

use crate::ground::{Ground, command, sign_in};
use crate::peopled::{SECRET, peopled};

/// How often the server is killed.
const N_KILLS: usize = 20;

/// The longest the server lives after it acknowledged something, in microseconds.
const LIFE_MAX: u64 = 120_000;

/// How much is wasted each time, as it is typed and in micrograms.
const WASTED: (&str, u64) = ("0.1", 100);

/// An hour at which a dose runs in the made-up clinic.
const HOUR: &str = "2026-03-02T18:00:00Z";

/// The room the nurse charts in, whose dose runs, and the vial that is wasted from.
struct Room {
    patient: PatientId,
    session: SessionId,
    vial: String,
    n_readings: usize,
}

/// Lays a clinic of made-up patients on a ground, and finds a room whose dose runs.
fn furnished(ground: &Ground) -> Room {
    let (clinic, _) = peopled(ground, HOUR.parse().unwrap(), "America/New_York", 20);
    let patients: Vec<PatientId> = clinic.board().lines().map(|(id, _)| *id).collect();
    let found = patients.into_iter().find_map(|patient| {
        let known = clinic.chart(patient).ok()?;
        let mut sessions = known.chart.sessions().into_iter();
        let there = sessions.find(|one| one.started.is_some() && one.closed_at.is_none())?;
        let stock = clinic.stock();
        let mut held = stock.register.held(there.id);
        let (vial, _, _) =
            held.find(|(_, from, amount)| *from == Container::Vial && amount.get() > 40_000)?;
        Some(Room {
            patient,
            session: there.id,
            vial: vial.to_string(),
            n_readings: readings(&clinic, patient, there.id).len(),
        })
    });
    found.unwrap()
}

/// The pressures of a session, in the order they were charted.
fn readings(clinic: &Clinic, patient: PatientId, session: SessionId) -> Vec<(u16, u16)> {
    let known = clinic.chart(patient).unwrap();
    let all = known.chart.all::<VitalsObserved>();
    all.filter(|(_, one)| one.session == Some(session))
        .filter_map(|(_, one)| Some((one.systolic_mmhg?.get(), one.diastolic_mmhg?.get())))
        .collect()
}

/// What the nurse, the one who wastes, and the killer share.
struct Street {
    /// Where the server is open, and the nurse's sign-in there.
    open: Mutex<Option<(String, Nurse)>>,
    is_over: AtomicBool,
    n_charted: AtomicUsize,
    n_wasted: AtomicUsize,
}

/// The pressure that is charted as number `n`; no two are alike.
fn pressure(n: usize) -> (u16, u16) {
    let (upper, lower) = (n % 40, n / 40);
    (
        110 + u16::try_from(upper).unwrap(),
        50 + u16::try_from(lower).unwrap(),
    )
}

/// Sends entry after entry; whoever got no answer sends the same one again.
fn clerk(
    street: &Street,
    number: usize,
    acks: &Sender<usize>,
    send: &dyn Fn(&mut Visitor, &str, usize) -> Option<()>,
) {
    let done = [&street.n_charted, &street.n_wasted][number];
    while !street.is_over.load(Ordering::SeqCst) {
        let known = street.open.lock().unwrap().clone();
        let Some((address, nurse)) = known else {
            std::thread::yield_now();
            continue;
        };
        let mut visitor = nurse.at(&address);
        if send(&mut visitor, &nurse.token, done.load(Ordering::SeqCst)).is_some() {
            done.fetch_add(1, Ordering::SeqCst);
            let _ = acks.send(number);
        }
    }
}

/// A nurse's sign-in, which outlives the server: her cookie, and the token of her forms.
#[derive(Clone)]
struct Nurse {
    cookie: String,
    token: String,
}

impl Nurse {
    fn sign_in(address: &str) -> Self {
        let (mut visitor, status) = sign_in(address, "dana", SECRET);
        assert_eq!(status, 303);
        let page = visitor.get("/do/register-new").unwrap();
        Self {
            cookie: visitor.cookie("holdfast_sign_in").unwrap().to_owned(),
            token: page.hidden("csrf").unwrap(),
        }
    }

    fn at(&self, address: &str) -> Visitor {
        let mut visitor = Visitor::of(address);
        visitor.set_header("cookie", &format!("holdfast_sign_in={}", self.cookie));
        visitor
    }
}

fn post(visitor: &mut Visitor, path: &str, fields: &[(&str, &str)]) -> Option<()> {
    let answer = visitor.post(path, fields).ok()?;
    assert_eq!(answer.status, 303, "{}", answer.text());
    Some(())
}

fn chart(room: &Room, visitor: &mut Visitor, token: &str, n: usize) -> Option<()> {
    let (upper, lower) = pressure(n);
    let (upper, lower) = (upper.to_string(), lower.to_string());
    let fields = [
        ("csrf", token),
        ("command", &command(&format!("reading {n}"))),
        ("session", &room.session.to_string()),
        ("systolic", &upper),
        ("diastolic", &lower),
    ];
    post(
        visitor,
        &format!("/patients/{}/do/readings", room.patient),
        &fields,
    )
}

fn waste(room: &Room, visitor: &mut Visitor, token: &str, n: usize) -> Option<()> {
    let fields = [
        ("csrf", token),
        ("command", &command(&format!("waste {n}"))),
        ("session", &room.session.to_string()),
        ("amount_1", WASTED.0),
        ("amount_1_of", &format!("vial {}", room.vial)),
        ("method", "Into the bottle"),
        ("second_name", "luis"),
        ("second_secret", SECRET),
    ];
    post(
        visitor,
        &format!("/patients/{}/do/waste-drug", room.patient),
        &fields,
    )
}

/// Holds the room and its register, as a nurse finds them after the cut, to what was acknowledged; what
/// was under way at the cut is there whole or not at all.
fn stands(visitor: &mut Visitor, room: &Room, street: &Street) {
    let n_charted = street.n_charted.load(Ordering::SeqCst);
    let n_wasted = street.n_wasted.load(Ordering::SeqCst);
    let place = format!("/patients/{}/sessions/{}", room.patient, room.session);
    let page = visitor.get(&place).unwrap();
    assert_eq!(page.status, 200);
    if let Some(last) = n_charted.checked_sub(1) {
        let html = page.text();
        let is_there = [last, last + 1].into_iter().any(|n| {
            let (upper, lower) = pressure(n);
            html.contains(&format!(">{upper}/{lower}<"))
        });
        assert!(is_there, "reading {last} is not the last one of the room");
    }
    let page = visitor.get(&format!("{place}/drug")).unwrap().text();
    let (_, said) = page.split_once("<dt>Wasted</dt>").unwrap();
    let said = said.split_once("</dd>").map_or(said, |(words, _)| words);
    let is_so = [n_wasted, n_wasted + 1].into_iter().any(|n| {
        let tenths = u64::try_from(n).unwrap();
        let amount = record::quantity::Micrograms::new(tenths * WASTED.1);
        said.ends_with(&format!(">{amount}"))
    });
    assert!(is_so, "after {n_wasted} wastes the register says {said}");
}

#[test]
fn a_server_killed_twenty_times_in_a_session_and_in_a_waste_returns_to_the_room_as_it_was() {
    let ground = Ground::fresh();
    let room = Arc::new(furnished(&ground));
    let street = Arc::new(Street {
        open: Mutex::new(None),
        is_over: AtomicBool::new(false),
        n_charted: AtomicUsize::new(0),
        n_wasted: AtomicUsize::new(0),
    });
    let (sender, acks) = channel();
    let clerks = [0, 1].map(|number| {
        let (street, room, sender) = (Arc::clone(&street), Arc::clone(&room), sender.clone());
        std::thread::spawn(move || {
            clerk(&street, number, &sender, &|visitor, token, n| {
                let send = [chart, waste][number];
                send(&room, visitor, token, n)
            });
        })
    });
    let mut chance = testkit::seeded(20_261_128);
    let started = Instant::now();
    let mut nurse = None;
    for life in 0..N_KILLS {
        live_and_die(
            &ground,
            (&room, &mut nurse),
            &street,
            (&acks, life % 2, chance.next_u64() % LIFE_MAX),
        );
    }
    street.is_over.store(true, Ordering::SeqCst);
    for clerk in clerks {
        clerk.join().unwrap();
    }
    println!(
        "{N_KILLS} kills in {:?}, {:?} readings and {:?} wastes acknowledged",
        started.elapsed(),
        street.n_charted,
        street.n_wasted
    );
    whole(&ground, &room, &street);
}

/// Serves, looks at the room, lets the clerks go on, and kills.
fn live_and_die(
    ground: &Ground,
    (room, nurse): (&Room, &mut Option<Nurse>),
    street: &Street,
    (acks, turn, more): (&Receiver<usize>, usize, u64),
) {
    let mut house = ground.serve();
    let known = nurse.get_or_insert_with(|| Nurse::sign_in(house.address()));
    stands(&mut known.at(house.address()), room, street);
    *street.open.lock().unwrap() = Some((house.address().to_owned(), known.clone()));
    // In one life a reading is waited for, in the next a waste: both are under way when the end comes.
    loop {
        let heard = acks.recv_timeout(Duration::from_secs(30));
        if heard.unwrap_or_else(|_| panic!("nothing was acknowledged: {}", house.said())) == turn {
            break;
        }
    }
    let end = Instant::now() + Duration::from_micros(more);
    while acks
        .recv_timeout(end.saturating_duration_since(Instant::now()))
        .is_ok()
    {}
    house.kill().unwrap();
    *street.open.lock().unwrap() = None;
}

/// Holds the journal, the chart and the register to all that was acknowledged, each once and in order.
fn whole(ground: &Ground, room: &Room, street: &Street) {
    let verified = ground.ask(&["verify"]);
    assert_eq!(verified.code, Some(0), "{} {}", verified.out, verified.err);
    let clinic = crate::people::opened(ground);
    let charted = readings(&clinic, room.patient, room.session);
    let own = &charted[room.n_readings..];
    let n_charted = street.n_charted.load(Ordering::SeqCst);
    assert!(
        own.len() == n_charted || own.len() == n_charted + 1,
        "{} readings of {n_charted}",
        own.len()
    );
    let sent: Vec<(u16, u16)> = (0..own.len()).map(pressure).collect();
    assert_eq!(own, sent, "every reading once, in the order it was charted");
    let stock = clinic.stock();
    let used = stock.register.use_of(room.session).unwrap();
    let n_wasted = u64::try_from(street.n_wasted.load(Ordering::SeqCst)).unwrap();
    let wasted = used.wasted.get();
    assert!(
        wasted == n_wasted * WASTED.1 || wasted == (n_wasted + 1) * WASTED.1,
        "{wasted} ug of {n_wasted} wastes"
    );
    let left = stock.register.in_use(room.session).get();
    let sum = left + used.given.get() + wasted + used.returned.get() + used.lost.get();
    assert_eq!(used.issued.get(), sum, "every microgram is somewhere");
    assert!(
        stock.register.flaws().is_empty(),
        "{:?}",
        stock.register.flaws()
    );
}
