//! A gateway's reports of delivery, and everything that only claims to be one; and reminders through the door.

use std::sync::Arc;

use clinic::act::message::inbound::{SIGNATURE_HEADER, TIME_HEADER, signature};
use clinic::act::message::{self, Leaving, Logged, Stationery};
use clinic::act::remind;
use clinic::{Actor, Operation};
use record::Clock as _;
use record::fact::care::AlertCause;
use record::fact::contact::{Carriage, Reminds};
use record::words::Door;
use testkit::Visitor;
use virtual_clinic::chance::Seeded;
use web::app::Post;

use crate::house::House;

const SECRET: &[u8] = b"0123456789abcdef0123456789abcdef";

/// A clinic whose patients agreed to reminders, with text messages set up and the day's ones queued.
struct Given {
    house: House,
    logged: Logged,
    token: String,
}

impl Given {
    fn new() -> Self {
        let house = House::with_patients(12);
        let post = Post {
            carriages: vec![Carriage::Text],
            languages: Vec::new(),
            reports: Some(SECRET.to_vec()),
        };
        house.app.post.set(Arc::new(post)).unwrap();
        let mut chance = Seeded::new(2_021);
        let n = virtual_clinic::contact::agree(&house.clinic, &house.clock, &mut chance).unwrap();
        assert!(n > 0, "somebody agreed");
        let actor = Actor::system(Door::Virtual);
        let mut operation = Operation::new(actor, &house.clock, &mut chance);
        let n = remind::look(&mut operation, &house.clinic, &[Carriage::Text]).unwrap();
        assert!(n > 0, "somebody is due");
        let now = house.clock.now();
        let stationery = Stationery {
            address: "https://page.example".to_owned(),
            languages: std::collections::BTreeMap::new(),
        };
        let works = house.clinic.journal().outbox_due(now, 100).unwrap();
        let found = works.iter().find_map(|work| {
            let leaving = message::leaving(&house.clinic, work, &stationery, now).unwrap();
            let Leaving::Now(letter) = leaving else {
                return None;
            };
            let token = letter.text.split("/check-in/").nth(1)?.trim().to_owned();
            Some((work.clone(), letter.reference.clone(), token))
        });
        let (work, reference, token) = found.unwrap();
        message::left(&house.clinic, &work, now).unwrap();
        let day = house.clinic.zone_today(now);
        let logged = message::on(&house.clinic, day, 100).unwrap();
        let logged = logged.into_iter().find(|one| one.reference() == reference);
        Self {
            house,
            logged: logged.unwrap(),
            token,
        }
    }

    fn again(&self) -> Logged {
        let day = self.house.clinic.zone_today(self.house.clock.now());
        let all = message::on(&self.house.clinic, day, 100).unwrap();
        let found = all
            .into_iter()
            .find(|one| one.message == self.logged.message);
        found.unwrap()
    }

    fn body(&self, state: &str) -> Vec<u8> {
        let reference = self.logged.reference();
        format!(r#"{{"reports":[{{"reference":"{reference}","state":"{state}"}}]}}"#).into_bytes()
    }

    fn post(&self, body: &[u8], seconds: i64, signed: &str) -> u16 {
        let mut gateway = Visitor::of(&self.house.address);
        gateway.set_header("origin", "");
        gateway.set_header("sec-fetch-site", "");
        gateway.set_header(TIME_HEADER, &seconds.to_string());
        gateway.set_header(SIGNATURE_HEADER, signed);
        let kind = Some("application/json");
        let answer = gateway.send("POST", "/messages/reports", kind, body);
        answer.unwrap().status
    }

    fn signed(&self, body: &[u8]) -> u16 {
        let seconds = self.house.clock.now().as_second();
        self.post(body, seconds, &signature(SECRET, seconds, body))
    }
}

#[test]
fn a_signed_report_is_taken_once_and_what_is_forged_old_or_repeated_changes_nothing() {
    let given = Given::new();
    let body = given.body("delivered");
    let now = given.house.clock.now().as_second();
    let good = signature(SECRET, now, &body);
    assert_eq!(given.post(&body, now, ""), 401);
    assert_eq!(given.post(&body, now, "v1=00"), 401);
    assert_eq!(given.post(&body, now + 1, &good), 401);
    assert_eq!(given.post(b"{}", now, &good), 401);
    let forged = signature(b"another secret", now, &body);
    assert_eq!(given.post(&body, now, &forged), 401);
    let old = signature(SECRET, now - 3_600, &body);
    assert_eq!(given.post(&body, now - 3_600, &old), 401);
    assert_eq!(given.again().delivered_at, None);
    assert_eq!(given.post(&body, now, &good), 200);
    assert_eq!(given.again().delivered_at, Some(given.house.clock.now()));
    assert_eq!(given.post(&body, now, &good), 409, "a repeat is refused");
}

#[test]
fn hostile_bodies_are_refused_and_the_door_stays_open() {
    let given = Given::new();
    for body in [
        b"".as_slice(),
        b"null",
        b"[]",
        b"{\"reports\":[{}]}",
        b"{\"reports\":[{\"reference\":1,\"state\":\"delivered\"}]}",
        b"{\"reports\":[],\"more\":1}",
        b"\xff\xfe\x00",
        b"{\"reports\":[{\"reference\":\"x\",\"state\":\"read\"}]}",
    ] {
        assert_eq!(given.signed(body), 422, "{}", String::from_utf8_lossy(body));
    }
    let many = format!(
        "{{\"reports\":[{}]}}",
        vec![r#"{"reference":"x","state":"failed"}"#; 501].join(",")
    );
    assert_eq!(given.signed(many.as_bytes()), 422);
    let deep = "[".repeat(50_000);
    assert_eq!(given.signed(deep.as_bytes()), 422);
    let long = vec![b' '; 1_000_000];
    assert_eq!(given.signed(&long), 413);
    let strange = br#"{"reports":[{"reference":"../2026/msg_1","state":"bounced"}]}"#;
    assert_eq!(
        given.signed(strange),
        200,
        "a name that is not ours is passed over"
    );
    assert_eq!(given.again(), given.logged);
    assert_eq!(given.signed(&given.body("delivered")), 200);
}

#[test]
fn a_bounced_number_is_a_task_and_shows_on_the_pages() {
    let given = Given::new();
    assert_eq!(given.signed(&given.body("bounced")), 200);
    let known = given.house.clinic.chart(given.logged.patient).unwrap();
    let alerts = known.chart.alerts();
    let told = alerts
        .iter()
        .find(|one| one.cause == AlertCause::NotReached);
    assert!(told.unwrap().sentence.contains("ask for another"));
    assert_eq!(known.chart.contact().unwrap().bounced, [Carriage::Text]);
    let mut maria = given.house.sign_in("maria");
    let page = maria.get("/messages").unwrap();
    assert_eq!(page.status, 200);
    assert!(page.text().contains("the address is wrong"));
    let chart = maria
        .get(&format!("/patients/{}", given.logged.patient))
        .unwrap();
    assert!(chart.text().contains("Messages"));
    let due = maria.get("/due?of=late").unwrap();
    assert_eq!(due.status, 200);
}

#[test]
fn a_link_is_logged_as_opened_and_a_double_tap_on_later_puts_it_off_once() {
    let given = Given::new();
    assert_eq!(given.logged.reminds, Reminds::CheckIn);
    let path = format!("/check-in/{}", given.token);
    let mut phone = given.house.stranger();
    let page = phone.get(&path).unwrap();
    assert_eq!(given.again().opened_at, Some(given.house.clock.now()));
    assert!(page.text().contains("In an hour"), "{}", page.text());
    let name = given
        .house
        .clinic
        .chart(given.logged.patient)
        .unwrap()
        .chart
        .name();
    // A particle such as "de" stands in many a word.
    for part in name.split(' ').filter(|part| part.len() > 3) {
        assert!(!page.text().contains(part), "{part} before the birth date");
    }
    let csrf = page.hidden("csrf").unwrap();
    let later = format!("{path}/later");
    let fields = [("csrf", csrf.as_str()), ("later", "hour")];
    assert_eq!(phone.post(&later, &fields).unwrap().status, 303);
    assert_eq!(phone.post(&later, &fields).unwrap().status, 303, "twice");
    let page = phone.get(&path).unwrap();
    assert!(page.text().contains("We send it again"), "{}", page.text());
    let chart = &given
        .house
        .clinic
        .chart(given.logged.patient)
        .unwrap()
        .chart;
    let put_off = chart.reminders().filter(|(_, fact)| fact.put_off > 0);
    assert_eq!(put_off.count(), 1);
    let nonsense = [("csrf", csrf.as_str()), ("later", "never")];
    assert_eq!(phone.post(&later, &nonsense).unwrap().status, 303);
    let other = phone.post("/check-in/nowhere/later", &fields).unwrap();
    assert_eq!(other.status, 303);
}
