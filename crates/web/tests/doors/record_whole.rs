//! The record of a session in which everything happened: its paper says every word of its screen, and
//! each thing that happened is on both.

use clinic::Operation;
use clinic::act::device;
use clinic::operation::Actor;
use record::quantity::{BeatsPerMinute, MillimetresOfMercury};
use record::words::{Door, Line};
use testkit::Visitor;
use virtual_clinic::chance::Seeded;

use crate::calm::LEAVING;
use crate::course::{go_to, shows};
use crate::form::{Form, done, said, sent};
use crate::house::{House, SECRET};
use crate::record::{read_pdf, says_every_word};

fn at(house: &House, clock: &str) {
    go_to(house, &format!("2026-03-03T{clock}"));
}

/// What a monitor read some minutes ago comes now.
fn sends(house: &House, token: &str, minutes_ago: i64, upper: u16) {
    let read_at = record::Clock::now(&house.clock) - jiff::SignedDuration::from_mins(minutes_ago);
    let mut monitor = house.stranger();
    monitor.set_header("authorization", &format!("Bearer {token}"));
    let body = format!(
        r#"{{"at":"{read_at}","sequence":{upper},"values":{{"systolic":{{"value":{upper},"unit":"mmHg"}},"diastolic":{{"value":80,"unit":"mmHg"}}}}}}"#
    );
    let json = Some("application/json");
    let answer = monitor.send("POST", "/devices/readings", json, body.as_bytes());
    let answer = answer.unwrap();
    assert_eq!(answer.status, 201, "{}", answer.text());
}

/// The dose: watched late, changed, rescued, stopped early.
fn give(house: &House, nurse: &mut Visitor, form: &dyn Fn(&str) -> String) {
    let mut chance = Seeded::new(3);
    let mut operation = Operation::new(Actor::system(Door::Virtual), &house.clock, &mut chance);
    let (name, room) = (Line::clipped("Monitor 9"), Line::clipped("Room 2"));
    let (_, token) = device::make(&mut operation, &house.clinic, name, room).unwrap();
    at(house, "10:04");
    sends(house, &token, 0, 128);
    for (clock, upper) in [("10:10", "182"), ("10:15", "186")] {
        at(house, clock);
        let high = [("systolic", upper), ("diastolic", "112"), ("pulse", "92")];
        done(nurse, &form("readings"), &high);
    }
    let labetalol = format!(
        "{}&template=labetalol-iv&version=2&rule=M07",
        form("use-rescue")
    );
    done(nurse, &labetalol, &[]);
    let slower = [
        ("change", "rate"),
        ("rate", "1"),
        ("given", "21.4"),
        ("reason", "Pressure after labetalol"),
    ];
    done(nurse, &form("change-dose"), &slower);
    at(house, "10:24");
    sends(house, &token, 6, 171);
    let scores = [
        ("sedation", "4"),
        ("dissociation", "6"),
        ("occurred_at", "2026-03-03T10:15"),
    ];
    done(nurse, &form("readings"), &scores);
    let harm = [
        ("what", "Nausea, then vomited once"),
        ("severity", "moderate"),
        ("outcome", "Settled by noon"),
    ];
    done(nurse, &form("adverse"), &harm);
    let note = [("words", "Asked for the music to be softer.")];
    let _ = sent(nurse, &form("room-note"), &note);
    at(house, "10:31");
    done(nurse, &form("call-help"), &[]);
    done(nurse, &form("stop-now"), &[]);
}

/// From the end of the dose to the door, with a reading corrected and one entered in error.
fn leave(nurse: &mut Visitor, path: &str, form: &dyn Fn(&str) -> String) {
    let reading = [
        ("systolic", "122"),
        ("diastolic", "76"),
        ("saturation", "98"),
        ("breaths", "14"),
        ("sedation", "5"),
        ("dissociation", "0"),
    ];
    done(nurse, &form("readings"), &reading);
    done(nurse, &form("readings"), &[("pulse", "119")]);
    let page = nurse.get(&form("ask-leaving")).unwrap();
    let mut asked = Form::of(&page, &format!("{path}/do/ask-leaving"));
    for (name, value) in LEAVING {
        if asked.asks(name) {
            asked = asked.fill(name, value);
        }
    }
    assert_eq!(asked.send(nurse).status, 303);
    let page = nurse.get(&form("recover")).unwrap();
    let mut ready = Form::of(&page, &format!("{path}/do/recover"));
    for item in ready.named("because-") {
        ready = ready.fill(&item, "Still a little unsteady; leaves in a chair");
    }
    let signed = ready.send(nurse);
    assert_eq!(signed.status, 303, "{}", said(&signed));
    let page = nurse.get(&form("waste-drug")).unwrap();
    let mut waste = Form::of(&page, &format!("{path}/do/waste-drug"));
    let left: Vec<String> = said(&page)
        .split("The register says ")
        .skip(1)
        .map(|rest| rest.split(' ').next().unwrap().to_owned())
        .collect();
    for (name, amount) in ["amount_1", "amount_2"].into_iter().zip(&left) {
        waste = waste.fill(name, amount);
    }
    let wasted = waste
        .fill("method", "Into the sequestering bottle")
        .fill("second_name", "okafor")
        .fill("second_secret", SECRET)
        .send(nurse);
    assert_eq!(wasted.status, 303, "{}", said(&wasted));
    done(
        nurse,
        &form("close-session"),
        &[("escort", "Her sister Ann")],
    );
}

/// The note is signed and added to; one reading is corrected and another marked as a slip.
fn afterwards(house: &House, path: &str, form: &dyn Fn(&str) -> String) {
    let nurse = &mut house.sign_in("dana");
    let place = format!("{path}/do/sign-note");
    let page = nurse.get(&form("sign-note")).unwrap();
    let note = Form::of(&page, &place);
    let draft = note.value("text").unwrap().to_owned();
    let written = crate::treatment::written(&draft, "Quiet, and tired.");
    let signed = note
        .fill("text", &written)
        .fill("pass_phrase", SECRET)
        .send(nurse);
    assert_eq!(signed.status, 303, "{}", said(&signed));
    let list = nurse.get(&format!("{path}/do/addend-note")).unwrap();
    let chosen = Form::of(&list, &format!("{path}/do/addend-note")).choices("note");
    let addendum = [
        ("note", chosen[0].as_str()),
        ("text", "Rang in the evening; slept well"),
        ("pass_phrase", SECRET),
    ];
    done(nurse, &format!("{path}/do/addend-note"), &addendum);
    let patient = path.rsplit('/').next().unwrap().parse().unwrap();
    let known = house.clinic.chart(patient).unwrap();
    let number = |upper: Option<u16>, pulse: Option<u16>| {
        let mut all = known
            .chart
            .all::<record::fact::observation::VitalsObserved>();
        let found = all.find(|(_, one)| {
            one.systolic_mmhg.map(MillimetresOfMercury::get) == upper
                && (pulse.is_none() || one.pulse_per_min.map(BeatsPerMinute::get) == pulse)
        });
        found.unwrap().0.number
    };
    let (misread, slip) = (number(Some(122), None), number(None, Some(119)));
    let mended = [("diastolic", "79"), ("reason", "Misread the screen")];
    done(nurse, &format!("{path}/do/amend?entry={misread}"), &mended);
    let why = [("reason", "Another patient's pulse")];
    done(
        nurse,
        &format!("{path}/do/entered-in-error?entry={slip}"),
        &why,
    );
}

#[test]
fn a_session_in_which_everything_happened_is_the_same_on_paper_and_on_the_screen() {
    let house = House::open();
    let (path, session) = crate::calm::in_dose(&house);
    crate::rescue::sign(&house);
    let mut nurse = house.sign_in("dana");
    let form = |code: &str| format!("{path}/do/{code}?session={session}");
    give(&house, &mut nurse, &form);
    // A sign-in ends by itself over the two hours, and again until the evening.
    at(&house, "12:40");
    leave(&mut house.sign_in("dana"), &path, &form);
    at(&house, "15:20");
    afterwards(&house, &path, &form);
    let mut nurse = house.sign_in("dana");
    let place = format!("{path}/sessions/{session}/record");
    let screen = nurse.get(&place).unwrap();
    let paper = nurse.get(&format!("{place}.pdf")).unwrap();
    assert_eq!((screen.status, paper.status), (200, 200));
    if let Ok(folder) = std::env::var("HOLDFAST_PICTURES") {
        std::fs::write(format!("{folder}/whole.pdf"), &paper.body).unwrap();
        std::fs::write(format!("{folder}/whole.html"), &screen.body).unwrap();
    }
    let happened = [
        "186/112",
        "stale: came 10:24",
        "Labetalol: 10 mg intravenously, slowly",
        "Pressure after labetalol",
        "Nausea, then vomited once",
        "Settled by noon",
        "Help called to the room",
        "charted late 10:24",
        "Still a little unsteady; leaves in a chair",
        "left in the syringe: Into the sequestering bottle, before Dr Miriam Okafor",
        "Every milligram issued to this session is accounted for",
        "Her sister Ann",
        "Misread the screen",
        "Another patient's pulse",
        "Quiet, and tired.",
        "Rang in the evening; slept well",
    ];
    for words in happened {
        shows(&screen, words);
    }
    says_every_word(&screen.text(), &paper.body, 300);
    if let Some(text) = read_pdf(&paper.body) {
        for words in happened {
            let words: String = words.chars().filter(|one| !one.is_whitespace()).collect();
            assert!(text.contains(&words), "{words} is not on paper");
        }
    }
}
