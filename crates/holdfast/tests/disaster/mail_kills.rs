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

use clinic::act::contact;
use clinic::act::import::{self, Foreign};
use clinic::{Actor, Clinic, Operation};
use jiff::civil::time;
use rand_xoshiro::rand_core::Rng as _;
use record::fact::contact::{Carriage, ContactPreferred};
use record::fact::enquiry::{ContactWay, Reach};
use record::fact::house::RecordImported;
use record::fact::person::PersonRegistered;
use record::fact::visit::CourseOpened;
use record::ids::{CourseId, PatientId};
use record::time::OccurredAt;
use record::words::{Door, Line, Substance, YesNo};
use testkit::{FixedClock, MailServer, Visitor};
use virtual_clinic::chance::Seeded;

use crate::erased::a_person;
use crate::ground::{Ground, real_now};
use crate::peopled::staffed;

/// How many people one reminder each is due to: more than are sent to before the last kill.
const N_PEOPLE: usize = 24;

/// How often the server is killed.
const N_KILLS: usize = 4;

/// How long the mail server takes to say that it took a letter.
const TAKES: Duration = Duration::from_millis(12);

/// The longest the server lives after it sent what was waited for, in microseconds.
const LIFE_MAX: u64 = 30_000;

/// The longest anything is waited for.
const PATIENCE: Duration = Duration::from_mins(2);

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

/// People on the sixth day of a course who never answered and agreed to be reminded by mail, so that one
/// reminder is due to each; gives their addresses. They come as records from elsewhere: what led them here
/// would be played for as long as everything else takes together, and nothing is proved by it.
fn agreed(clinic: &Clinic, clock: &FixedClock) -> BTreeMap<PatientId, String> {
    let mut chance = Seeded::new(11);
    let now = OccurredAt(real_now());
    let day_zero = clinic.zone_today(now.0) - jiff::Span::new().days(6);
    let mut all = BTreeMap::new();
    for number in 0..N_PEOPLE {
        let email = format!("person{number}@box.example");
        let mut identity = a_person();
        identity.reach = Some(Reach {
            phone: None,
            email: Some(Line::new(&email).unwrap()),
            prefers: ContactWay::Email,
            safe_to_leave_message: YesNo::No,
        });
        let opened = CourseOpened {
            course: CourseId::make(now.0, &mut chance),
            protocol: Line::new("kare-2022").unwrap(),
            protocol_version: 1,
            substance: Substance::new("alcohol").unwrap(),
            day_zero: Some(day_zero),
        };
        let foreign = Foreign {
            patient: PatientId::make(now.0, &mut chance),
            imported: RecordImported {
                source: Line::new("made up").unwrap(),
                source_number: Line::new(&number.to_string()).unwrap(),
                remark: None,
            },
            facts: vec![
                (now, PersonRegistered { identity }.into()),
                (now, opened.into()),
            ],
        };
        let patient = foreign.patient;
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
        let actor = || Actor::system(Door::Virtual);
        let mut operation = Operation::new(actor(), clock, &mut chance);
        import::take_in(&mut operation, clinic, foreign).unwrap();
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

/// A mail server that takes its time, and the clinic told of it.
fn slow_mail(ground: &Ground) -> MailServer {
    let mail = MailServer::start().unwrap();
    mail.slow_down(TAKES);
    let post = format!(
        "address = \"https://page.example\"\n[mail]\nhost = \"127.0.0.1\"\nport = {}\nsecurity = \
         \"none\"\nfrom = \"reminder@page.example\"\n",
        mail.port()
    );
    std::fs::write(ground.data().join("post.toml"), post).unwrap();
    mail
}

/// Serves, unharmed, until each of these people has a reminder and nothing is left to send, as the journal
/// itself says; then once more, since a reminder queued twice would be queued by the next start.
fn serve_to_the_last_letter(ground: &Ground, people: &BTreeMap<PatientId, String>) {
    let mut house = ground.serve();
    until("the last letter", || {
        let clinic = crate::people::opened(ground);
        let is_queued = |patient: &PatientId| {
            let known = clinic.chart(*patient).unwrap();
            known.chart.reminders().next().is_some()
        };
        let waiting = clinic.journal().outbox_due(real_now(), 100).unwrap();
        people.keys().all(is_queued) && waiting.is_empty()
    });
    assert!(house.close().unwrap().success());
    let mut again = ground.serve();
    let health = Visitor::of(again.address()).get("/health").unwrap();
    assert_eq!(health.status, 200);
    assert!(again.close().unwrap().success());
}

#[test]
fn reminders_survive_a_server_killed_while_it_sends_each_queued_once_and_a_double_is_known_by_its_name()
 {
    let ground = Ground::fresh();
    let hour_ago = real_now() - jiff::SignedDuration::from_hours(1);
    let (clinic, clock, _) = staffed(&ground, hour_ago, &afternoon());
    clock.set(real_now());
    let people = agreed(&clinic, &clock);
    assert!(clinic.journal().flush().is_ok());
    drop(clinic);
    let mail = slow_mail(&ground);

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
    serve_to_the_last_letter(&ground, &people);

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
    assert_eq!(n_queued, people.len(), "one reminder is due to each");
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
