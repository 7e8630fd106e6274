//! A power cut while reminders are queued and sent.
//!
//! Queueing is exactly once: what is due to a person is one entry, whatever was cut off. Carrying is at
//! least once: between the moment a mail server has taken a letter and the moment the journal holds that
//! it did, no order of writing can do both. A letter sent again is the same letter under the same
//! Message-ID, by which mail programs and servers know it, and a power cut doubles at most the one under
//! way.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use clinic::act::{contact, registration};
use clinic::{Actor, Clinic, Operation};
use jiff::civil::time;
use rand_xoshiro::rand_core::Rng as _;
use record::chart::course::CourseState;
use record::fact::contact::{Carriage, ContactPreferred};
use record::fact::enquiry::{ContactWay, Reach};
use record::ids::PatientId;
use record::words::{Door, Line, YesNo};
use testkit::{FixedClock, MailServer};
use virtual_clinic::chance::Seeded;

use crate::ground::{Ground, real_now};
use crate::peopled::peopled;

/// How often the server is killed.
const N_KILLS: usize = 4;

/// How long the mail server takes to say that it took a letter.
const TAKES: Duration = Duration::from_millis(12);

/// The longest the server lives after it sent what was waited for, in microseconds.
const LIFE_MAX: u64 = 30_000;

/// The longest anything is waited for.
const PATIENCE: Duration = Duration::from_secs(15);

/// A zone in which it is two in the afternoon now: nobody's quiet hours.
fn afternoon() -> String {
    let hour = jiff::tz::TimeZone::UTC.to_datetime(real_now()).hour();
    // The sign of these zones is the other way round: Etc/GMT-3 is three hours ahead.
    let ahead = 14 - hour;
    if ahead < 0 {
        format!("Etc/GMT+{}", -ahead)
    } else {
        format!("Etc/GMT-{ahead}")
    }
}

/// Everybody on a course agrees to be reminded by mail of check-ins; gives their addresses.
fn agreed(clinic: &Clinic, clock: &FixedClock) -> BTreeMap<PatientId, String> {
    let mut chance = Seeded::new(11);
    let ids: Vec<PatientId> = clinic.board().lines().map(|(id, _)| *id).collect();
    let mut all = BTreeMap::new();
    for (number, patient) in ids.into_iter().enumerate() {
        let chart = clinic.chart(patient).unwrap().chart.clone();
        let is_on = chart
            .course()
            .is_some_and(|course| course.state == CourseState::Open && course.day_zero.is_some());
        let Some(mut identity) = chart.identity().filter(|_| is_on).cloned() else {
            continue;
        };
        let email = format!("person{number}@box.example");
        identity.reach = Some(Reach {
            phone: None,
            email: Some(Line::new(&email).unwrap()),
            prefers: ContactWay::Email,
            safe_to_leave_message: YesNo::No,
        });
        let preferred = ContactPreferred {
            carriages: vec![Carriage::Mail],
            check_ins: true,
            visits: true,
            language: Line::new("en").unwrap(),
            zone: None,
            quiet_from: time(21, 0, 0, 0),
            quiet_until: time(8, 0, 0, 0),
            safe_to_leave_message: YesNo::No,
            sender_words: None,
        };
        let why = Line::new("addresses for the test").unwrap();
        let actor = || Actor::system(Door::Virtual);
        let mut operation = Operation::new(actor(), clock, &mut chance);
        registration::correct_identity(&mut operation, clinic, patient, identity, why).unwrap();
        let mut operation = Operation::new(actor(), clock, &mut chance);
        contact::prefer(&mut operation, clinic, patient, preferred).unwrap();
        all.insert(patient, email);
    }
    all
}

/// Waits until something is so.
fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let (_held, nothing) = channel::<()>();
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < PATIENCE, "{what} did not come about");
        let _ = nothing.recv_timeout(Duration::from_millis(1));
    }
}

/// The Message-ID of every letter taken, by the address it went to.
fn names(mail: &MailServer) -> BTreeMap<String, Vec<String>> {
    let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for letter in mail.letters() {
        let name = letter
            .text
            .lines()
            .find_map(|line| line.strip_prefix("Message-ID: "))
            .unwrap_or_else(|| panic!("no name in {}", letter.text));
        all.entry(letter.to).or_default().push(name.to_owned());
    }
    all
}

/// Waits until nothing was sent for longer than a round is apart.
fn until_quiet(mail: &MailServer) {
    let mut n_seen = mail.letters().len();
    let mut quiet_since = Instant::now();
    until("the last letter", || {
        let n_now = mail.letters().len();
        if n_now > n_seen {
            (n_seen, quiet_since) = (n_now, Instant::now());
        }
        quiet_since.elapsed() > Duration::from_secs(6)
    });
}

/// How letters leave: to this mail server.
fn post_file(port: u16) -> String {
    format!(
        "address = \"https://page.example\"\n[mail]\nhost = \"127.0.0.1\"\nport = {port}\nsecurity = \
         \"none\"\nfrom = \"reminder@page.example\"\n"
    )
}

#[test]
fn reminders_survive_a_server_killed_while_it_sends_each_queued_once_and_a_double_is_known_by_its_name()
 {
    let ground = Ground::fresh();
    // Nobody has answered since yesterday, so that almost everybody is due a reminder.
    let yesterday = real_now() - jiff::SignedDuration::from_hours(24);
    let (clinic, clock) = peopled(&ground, yesterday, &afternoon(), 24);
    clock.set(real_now());
    let people = agreed(&clinic, &clock);
    assert!(clinic.journal().flush().is_ok());
    drop(clinic);
    let mail = MailServer::start().unwrap();
    mail.slow_down(TAKES);
    std::fs::write(ground.data().join("post.toml"), post_file(mail.port())).unwrap();

    let mut chance = testkit::seeded(20_261_128);
    let started = Instant::now();
    for _ in 0..N_KILLS {
        let n_before = mail.letters().len();
        let mut house = ground.serve();
        until(
            &format!("letter {n_before} of {}: {}", people.len(), house.said()),
            || mail.letters().len() > n_before,
        );
        let end = Instant::now() + Duration::from_micros(chance.next_u64() % LIFE_MAX);
        until("the end", || Instant::now() >= end);
        house.kill().unwrap();
    }
    let mut house = ground.serve();
    until_quiet(&mail);
    assert!(house.close().unwrap().success());

    let names = names(&mail);
    let n_letters: usize = names.values().map(Vec::len).sum();
    let clinic = crate::people::opened(&ground);
    let mut n_queued = 0;
    for (patient, address) in &people {
        let chart = clinic.chart(*patient).unwrap().chart.clone();
        let queued: Vec<_> = chart.reminders().map(|(_, one)| one).collect();
        let occasions: BTreeSet<_> = queued
            .iter()
            .map(|one| (one.about, one.visit, one.put_off))
            .collect();
        assert_eq!(occasions.len(), queued.len(), "{address}: queued twice");
        let got: BTreeSet<&String> = names.get(address).into_iter().flatten().collect();
        assert_eq!(
            got.len(),
            queued.len(),
            "{address}: one name for each reminder"
        );
        n_queued += queued.len();
    }
    assert!(n_queued > N_KILLS, "{n_queued} reminders");
    assert!(
        n_letters <= n_queued + N_KILLS,
        "{n_letters} letters of {n_queued} reminders: a kill doubles at most the letter under way"
    );
    let others = names
        .keys()
        .filter(|to| !people.values().any(|one| one == *to));
    assert_eq!(others.count(), 0, "a letter went to somebody else");
    println!(
        "{N_KILLS} kills in {:?}: {n_queued} reminders, {n_letters} letters",
        started.elapsed()
    );
    assert!(
        clinic
            .journal()
            .outbox_due(real_now(), 100)
            .unwrap()
            .is_empty()
    );
}
