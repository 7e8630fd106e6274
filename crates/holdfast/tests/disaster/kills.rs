//! A power cut at any moment loses nothing that was acknowledged.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rand_xoshiro::rand_core::Rng as _;

use crate::ground::{Ground, enquire};

/// How often the server is killed.
const N_KILLS: usize = 100;

/// How many people fill the form at once.
const N_CLIENTS: usize = 3;

/// The longest the server lives after it acknowledged something, in microseconds.
const LIFE_MAX: u64 = 60_000;

/// What clients and the killer share.
struct Street {
    address: Mutex<Option<String>>,
    is_over: AtomicBool,
}

/// One person after another fills the form; whoever got no answer sends the same form again.
fn client(street: &Street, number: usize, acknowledged: &Sender<String>) -> Option<String> {
    for n in 0.. {
        let name = format!("Client {number} Enquiry {n}");
        let id = uuid::Uuid::from_u64_pair(
            u64::try_from(number).unwrap() + 1,
            (1 << 63) | u64::try_from(n).unwrap_or(0),
        );
        loop {
            if street.is_over.load(Ordering::SeqCst) {
                return Some(name);
            }
            let address = street.address.lock().unwrap().clone();
            let Some(address) = address else {
                std::thread::yield_now();
                continue;
            };
            if enquire(&address, &name, &id.to_string()).is_some() {
                acknowledged.send(name).unwrap();
                break;
            }
        }
    }
    None
}

/// Serves, waits for the first acknowledgement of this life and a random while, and kills.
fn live_and_die(
    ground: &Ground,
    street: &Street,
    acks: &Receiver<String>,
    more: u64,
) -> Vec<String> {
    let mut house = ground.serve();
    *street.address.lock().unwrap() = Some(house.address().to_owned());
    let first = acks.recv_timeout(Duration::from_secs(30));
    let mut heard =
        vec![first.unwrap_or_else(|_| panic!("nothing was acknowledged: {}", house.said()))];
    let end = Instant::now() + Duration::from_micros(more);
    while let Ok(name) = acks.recv_timeout(end.saturating_duration_since(Instant::now())) {
        heard.push(name);
    }
    house.kill().unwrap();
    *street.address.lock().unwrap() = None;
    heard
}

#[test]
fn a_server_killed_a_hundred_times_keeps_every_enquiry_it_acknowledged_exactly_once() {
    let ground = Ground::fresh();
    let street = Arc::new(Street {
        address: Mutex::new(None),
        is_over: AtomicBool::new(false),
    });
    let (sender, acks) = channel();
    let clients: Vec<_> = (0..N_CLIENTS)
        .map(|number| {
            let (street, sender) = (Arc::clone(&street), sender.clone());
            std::thread::spawn(move || client(&street, number, &sender))
        })
        .collect();
    let mut chance = testkit::seeded(20_261_124);
    let started = Instant::now();
    let mut acknowledged = Vec::new();
    for _ in 0..N_KILLS {
        let more = chance.next_u64() % LIFE_MAX;
        acknowledged.extend(live_and_die(&ground, &street, &acks, more));
    }
    street.is_over.store(true, Ordering::SeqCst);
    let unanswered: Vec<String> = clients
        .into_iter()
        .filter_map(|client| client.join().unwrap())
        .collect();
    acknowledged.extend(acks.try_iter());
    println!(
        "{N_KILLS} kills in {:?}, {} enquiries acknowledged",
        started.elapsed(),
        acknowledged.len()
    );

    let verified = ground.ask(&["verify"]);
    assert_eq!(verified.code, Some(0), "{}", verified.out);
    let clinic = crate::people::opened(&ground);
    let mut kept: BTreeMap<String, usize> = BTreeMap::new();
    for (_, line) in clinic.board().lines() {
        *kept.entry(line.name.to_string()).or_default() += 1;
    }
    for name in &acknowledged {
        assert_eq!(kept.remove(name), Some(1), "{name} was acknowledged");
    }
    // What is left was written and not acknowledged in time: at most the last form of each client.
    for (name, n) in kept {
        assert!(
            n == 1 && unanswered.contains(&name),
            "{name} is there {n} times"
        );
    }
}
