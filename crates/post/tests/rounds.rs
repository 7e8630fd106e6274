//! Messages on their way to a real mail server and a real gateway on this machine.

#![expect(clippy::unwrap_used, reason = "a test stops at the first fault")]

use std::collections::BTreeMap;
use std::sync::Arc;

use clinic::act::message::inbound::{SIGNATURE_HEADER, TIME_HEADER, signature};
use clinic::act::{contact, message, registration, remind};
use clinic::{Actor, Clinic, Library, Operation};
use jiff::civil::time;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use journal::{ClinicId, Journal, MasterKey, MemoryKeeper, SystemChance};
use post::{Postman, Round, Settings};
use record::chart::course::CourseState;
use record::fact::care::AlertCause;
use record::fact::contact::{Carriage, ContactPreferred};
use record::fact::enquiry::{ContactWay, Reach};
use record::ids::{PatientId, uuid_at};
use record::words::{Door, Line, Role, YesNo};
use record::{Clock as _, Kind};
use testkit::{FixedClock, Gateway, MailServer};
use virtual_clinic::chance::Seeded;
use virtual_clinic::{Size, beginning, populate, staff};

const ZONE: &str = "America/New_York";

/// Two in the afternoon at the clinic.
const NOW: &str = "2026-03-02T19:00:00Z";

const SECRET: &str = "0123456789abcdef0123456789abcdef";

struct Given {
    clinic: Clinic,
    clock: FixedClock,
    chance: Seeded,
    /// Who is on a course and agreed, with their address.
    agreed: BTreeMap<PatientId, String>,
}

impl Given {
    /// A clinic in which everybody on a course agreed to be reminded this way.
    fn new(carriage: Carriage) -> Self {
        let now: Timestamp = NOW.parse().unwrap();
        let clock = FixedClock::at(beginning(now));
        let mut chance = Seeded::new(5);
        let master = MasterKey::generate(&SystemChance).unwrap();
        let id = ClinicId(uuid_at(clock.now(), &mut chance));
        let journal = Journal::found(
            Arc::new(MemoryKeeper::new()),
            id,
            &master,
            Arc::new(clock.clone()),
            Arc::new(SystemChance),
        )
        .unwrap();
        let clinic = Clinic::open(journal, Library::embedded().unwrap()).unwrap();
        let staff = staff::hire(&clinic, &clock, &mut chance, ZONE, "kelp holds fast").unwrap();
        let size = Size {
            n_patients: 12,
            seed: 7,
        };
        let set = |at| clock.set(at);
        populate(&clinic, &staff, size, now, &clock, &set, &|_, _| {}).unwrap();
        clock.set(now);
        let mut given = Self {
            clinic,
            clock,
            chance,
            agreed: BTreeMap::new(),
        };
        given.agree(carriage);
        given
    }

    fn as_system<T>(&mut self, act: impl FnOnce(&mut Operation<'_>, &Clinic) -> T) -> T {
        let actor = Actor::system(Door::Virtual);
        let mut operation = Operation::new(actor, &self.clock, &mut self.chance);
        act(&mut operation, &self.clinic)
    }

    fn agree(&mut self, carriage: Carriage) {
        let ids: Vec<PatientId> = self.clinic.board().lines().map(|(id, _)| *id).collect();
        for (number, patient) in ids.into_iter().enumerate() {
            let chart = self.clinic.chart(patient).unwrap().chart.clone();
            let is_on = chart.course().is_some_and(|course| {
                course.state == CourseState::Open && course.day_zero.is_some()
            });
            let Some(mut identity) = chart.identity().filter(|_| is_on).cloned() else {
                continue;
            };
            let email = format!("person{number}@box.example");
            let phone = format!("+1 555 010 {number:04}");
            identity.reach = Some(Reach {
                phone: Some(Line::new(&phone).unwrap()),
                email: Some(Line::new(&email).unwrap()),
                prefers: ContactWay::Email,
                safe_to_leave_message: YesNo::No,
            });
            let why = Line::new("addresses for the test").unwrap();
            self.as_system(|operation, clinic| {
                registration::correct_identity(operation, clinic, patient, identity, why)
            })
            .unwrap();
            let preferred = ContactPreferred {
                carriages: vec![carriage],
                check_ins: true,
                visits: true,
                language: Line::new("en").unwrap(),
                zone: None,
                quiet_from: time(21, 0, 0, 0),
                quiet_until: time(8, 0, 0, 0),
                safe_to_leave_message: YesNo::No,
                sender_words: None,
            };
            self.as_system(|operation, clinic| {
                contact::prefer(operation, clinic, patient, preferred)
            })
            .unwrap();
            let to = match carriage {
                Carriage::Mail => email,
                Carriage::Text => phone,
            };
            self.agreed.insert(patient, to);
        }
        assert!(self.agreed.len() > 2);
    }

    fn look(&mut self) -> usize {
        self.as_system(|operation, clinic| {
            remind::look(operation, clinic, &[Carriage::Mail, Carriage::Text])
        })
        .unwrap()
    }

    fn round(&mut self, postman: &Postman) -> Round {
        postman
            .round(&self.clinic, &self.clock, &mut self.chance)
            .unwrap()
    }

    fn n_queued(&self) -> usize {
        let all = self.agreed.keys().map(|patient| {
            let known = self.clinic.chart(*patient).unwrap();
            known.chart.reminders().count()
        });
        all.sum()
    }
}

fn by_mail(port: u16) -> Postman {
    let text = format!(
        "address = \"https://page.example\"\n[mail]\nhost = \"127.0.0.1\"\nport = {port}\nsecurity = \"none\"\nfrom = \"reminder@page.example\"\n"
    );
    let settings = Settings::read(&text, &|_| Err("no file".to_owned())).unwrap();
    Postman::of(&settings).unwrap()
}

fn by_text(url: &str) -> Postman {
    let text = format!(
        "address = \"https://page.example\"\n[text]\nurl = \"{url}\"\nsecret_file = \"secret\"\n"
    );
    let settings = Settings::read(&text, &|_| Ok(SECRET.to_owned())).unwrap();
    Postman::of(&settings).unwrap()
}

#[test]
fn a_letter_leaves_once_and_neither_its_head_nor_its_words_give_anybody_away() {
    let mut given = Given::new(Carriage::Mail);
    let server = MailServer::start().unwrap();
    let postman = by_mail(server.port());
    let n = given.look();
    assert!(n > 0);
    assert_eq!(given.round(&postman).n_left, n);
    assert_eq!(given.round(&postman), Round::default());
    let letters = server.letters();
    assert_eq!(letters.len(), n);
    for letter in &letters {
        assert!(given.agreed.values().any(|to| *to == letter.to));
        let text = letter.text.to_lowercase();
        assert!(text.contains("subject: a reminder for you"), "{text}");
        assert!(
            text.contains("from: reminder <reminder@page.example>")
                || text.contains("\"reminder\""),
            "{text}"
        );
        assert!(text.contains("auto-submitted: auto-generated"));
        for word in [
            "clinic", "ketamine", "alcohol", "cocaine", "opioid", "therapy",
        ] {
            assert!(!text.contains(word), "{word}: {text}");
        }
        for patient in given.agreed.keys() {
            let name = given.clinic.chart(*patient).unwrap().chart.name();
            let family = name.split(' ').next_back().unwrap().to_lowercase();
            assert!(!text.contains(&family), "{family}: {text}");
        }
    }
    let today = given.clinic.zone_today(given.clock.now());
    let logged = message::on(&given.clinic, today, 100).unwrap();
    assert_eq!(logged.iter().filter(|one| one.sent_at.is_some()).count(), n);
}

#[test]
fn a_mail_server_down_for_a_day_loses_nothing_doubles_nothing_and_breaks_no_quiet_hour() {
    let mut given = Given::new(Carriage::Mail);
    let mut server = MailServer::start().unwrap();
    let port = server.port();
    server.stop();
    let postman = by_mail(port);
    let zone = TimeZone::get(ZONE).unwrap();
    for _ in 0..(24 * 6) {
        given.look();
        assert_eq!(given.round(&postman).n_left, 0);
        given.clock.advance(SignedDuration::from_mins(10));
    }
    let server = MailServer::start_at(port).unwrap();
    let (mut n_left, mut n_over) = (0, 0);
    for _ in 0..(20 * 12) {
        given.look();
        let local = zone.to_datetime(given.clock.now()).time();
        let round = given.round(&postman);
        let is_quiet = local >= time(21, 0, 0, 0) || local < time(8, 0, 0, 0);
        assert!(round.n_left == 0 || !is_quiet, "a letter left at {local}");
        n_left += round.n_left;
        n_over += round.n_not_needed + round.n_given_up;
        given.clock.advance(SignedDuration::from_mins(5));
    }
    let letters = server.letters();
    assert_eq!(letters.len(), n_left);
    assert_eq!(
        n_left + n_over,
        given.n_queued(),
        "each one left or says why not"
    );
    assert!(
        n_left > given.agreed.len(),
        "those of the day before left too"
    );
    let mut names: Vec<&str> = letters
        .iter()
        .map(|letter| {
            let mut lines = letter.text.lines();
            lines.find(|line| line.starts_with("Message-ID")).unwrap()
        })
        .collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), n_left, "no letter came twice");
    assert!(
        message::dead_letters(&given.clinic, 100)
            .unwrap()
            .is_empty()
    );
}

#[test]
fn an_address_that_bounces_is_somebodys_task_and_is_not_written_to_again() {
    let mut given = Given::new(Carriage::Mail);
    let server = MailServer::start().unwrap();
    let postman = by_mail(server.port());
    let n = given.look();
    let queued = |given: &Given, patient: &PatientId| {
        given
            .clinic
            .chart(*patient)
            .unwrap()
            .chart
            .reminders()
            .count()
    };
    let (patient, to) = {
        let mut agreed = given.agreed.iter();
        let found = agreed
            .find(|(patient, _)| queued(&given, patient) > 0)
            .unwrap();
        (*found.0, found.1.clone())
    };
    server.refuse(&to);
    let round = given.round(&postman);
    assert_eq!((round.n_given_up, round.n_left), (1, n - 1));
    let n_of = |given: &Given, kind| {
        let known = given.clinic.chart(patient).unwrap();
        let entries = known.chart.entries().iter();
        entries.filter(|entry| entry.fact.kind() == kind).count()
    };
    assert_eq!(n_of(&given, Kind::MessageNotDelivered), 1);
    let alerts = given.clinic.chart(patient).unwrap().chart.alerts();
    let told = alerts
        .iter()
        .find(|alert| alert.cause == AlertCause::NotReached);
    assert!(told.unwrap().sentence.contains("ask for another"));
    let dead = message::dead_letters(&given.clinic, 10).unwrap();
    assert!(dead[0].error.contains("5.1.1"), "{}", dead[0].error);
    let before = queued(&given, &patient);
    for _ in 0..3 {
        given.clock.advance(SignedDuration::from_hours(24));
        given.look();
        given.round(&postman);
    }
    assert_eq!(queued(&given, &patient), before);
    // Somebody sees to it, and it leaves the list.
    let id = dead[0].id;
    let actor = Actor {
        roles: vec![Role::Coordinator],
        ..Actor::system(Door::Virtual)
    };
    let mut operation = Operation::new(actor, &given.clock, &mut given.chance);
    message::settle(&mut operation, &given.clinic, id).unwrap();
    assert!(message::dead_letters(&given.clinic, 10).unwrap().is_empty());
}

#[test]
fn a_text_message_is_signed_tried_again_under_the_same_name_and_left_alone_once_taken() {
    let mut given = Given::new(Carriage::Text);
    let gateway = Gateway::start().unwrap();
    let postman = by_text(&gateway.url());
    let n = given.look();
    gateway.answer_with(503);
    assert_eq!(given.round(&postman).n_waiting, n);
    gateway.answer_with(202);
    given.clock.advance(SignedDuration::from_mins(2));
    assert_eq!(given.round(&postman).n_left, n);
    given.clock.advance(SignedDuration::from_mins(2));
    assert_eq!(given.round(&postman), Round::default());
    let posted = gateway.posted();
    assert_eq!(posted.len(), 2 * n);
    let mut names: Vec<&str> = posted
        .iter()
        .map(|one| one.header("idempotency-key").unwrap())
        .collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), n);
    for one in &posted {
        let seconds: i64 = one.header(TIME_HEADER).unwrap().parse().unwrap();
        let expected = signature(SECRET.as_bytes(), seconds, &one.body);
        assert_eq!(one.header(SIGNATURE_HEADER), Some(expected.as_str()));
        let body = std::str::from_utf8(&one.body).unwrap();
        assert!(body.contains("Your reminder: "), "{body}");
    }
    // A number that takes no messages is told by its status.
    given.clock.advance(SignedDuration::from_hours(24));
    let n = given.look();
    gateway.answer_with(422);
    assert_eq!(given.round(&postman).n_given_up, n);
}
