//! What a day in the room stands on: stock in the cabinet, somebody who has come, the answers of a calm day.

use crate::course::{go_to, planned, shows};
use crate::form::{Form, done, said, sent};
use crate::house::{House, SECRET};

/// Registers a cabinet and receives ten vials of 200 mg.
pub(crate) fn stocked(house: &House) {
    let mut director = house.sign_in("lindqvist");
    let place = [
        ("location", "Cabinet A"),
        ("registration", "BT4408812"),
        ("expires", "2028-06-30"),
    ];
    done(&mut director, "/do/register-location", &place);
    let mut nurse = house.sign_in("dana");
    let page = done(&mut nurse, "/do/receive-stock", DELIVERY);
    shows(&page, "The delivery is in the register.");
    shows(&page, "V-0117 to V-0126");
}

const DELIVERY: &[(&str, &str)] = &[
    ("supplier", "Casco Pharma Supply"),
    ("supplier_address", "40 Commercial Street, Portland"),
    ("supplier_registration", "RC0198204"),
    ("invoice", "77-4402"),
    ("drug", "ketamine 10 mg/mL"),
    ("lot", "K26/318"),
    ("expires", "2027-11-30"),
    ("strength", "10"),
    ("content", "200"),
    ("vials", "V-0117"),
    ("how_many", "10"),
    ("location", "Cabinet A"),
];

/// She arrives, is weighed, and a session is opened for her.
pub(crate) fn arrived(house: &House, path: &str) -> String {
    go_to(house, "2026-03-03T09:50");
    let mut desk = house.sign_in("maria");
    let mut nurse = house.sign_in("dana");
    let calendar = desk.get("/calendar").unwrap();
    let html = calendar.text();
    let (before, _) = html.split_once("Infusion 1 of 3").unwrap();
    let after = &html[before.len()..];
    let visit = after
        .split("visit=")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    done(
        &mut desk,
        &format!("{path}/do/visit-arrive?visit={visit}"),
        &[],
    );
    shows(&nurse.get("/today").unwrap(), "Infusion 1 of 3");
    let ready = [
        ("systolic", "118"),
        ("diastolic", "74"),
        ("pulse", "66"),
        ("saturation", "98"),
        ("weight", "71.5"),
    ];
    done(&mut nurse, &format!("{path}/do/vitals"), &ready);
    let opening = [("room", "Room 2"), ("weight", "71.5")];
    let place = format!("{path}/do/open-session?visit={visit}");
    let answer = sent(&mut nurse, &place, &opening);
    assert_eq!(answer.status, 303, "{}", said(&answer));
    let to = answer.header("location").unwrap().to_owned();
    let session = to
        .split('?')
        .next()
        .unwrap()
        .rsplit('/')
        .next()
        .unwrap()
        .to_owned();
    shows(&nurse.follow(answer).unwrap(), "57 mg over 40 min");
    session
}

/// What a calm day answers before a dose.
pub(crate) const CALM: &[(&str, &str)] = &[
    ("seated_ten_minutes", "yes"),
    ("acls_on_site", "yes"),
    ("crash_kit_checked", "yes"),
    ("escort_named_adult_with_phone", "yes"),
    ("treatment_goal_recorded", "yes"),
    ("last_food", "2026-03-02T20:00"),
    ("last_unclear_liquid", "2026-03-02T20:00"),
    ("last_clear_liquid", "2026-03-03T06:00"),
    ("last_drink", "2026-02-01T20:00"),
    ("pregnancy_test", "negative"),
    ("ciwa_ar", "1"),
    ("cows", "1"),
    ("cssrs_triage", "none_reported"),
    ("medicine_taken", "none"),
    ("substance_in_use", "none"),
];

/// The gate of the day, and the time-out with the prescriber.
pub(crate) fn make_ready(house: &House, path: &str, session: &str) {
    let mut nurse = house.sign_in("dana");
    let form = |code: &str| format!("{path}/do/{code}?session={session}");
    let gate = nurse
        .get(&format!("{path}/sessions/{session}/readiness"))
        .unwrap();
    shows(&gate, "In the way today");
    shows(&gate, "No ACLS on site, or crash kit not checked today");
    done(
        &mut nurse,
        &format!("{path}/do/breath"),
        &[("alcohol", "0")],
    );
    // A second pressure counts from five minutes after the first.
    go_to(house, "2026-03-03T09:56");
    let reading = [
        ("systolic", "118"),
        ("diastolic", "74"),
        ("pulse", "66"),
        ("saturation", "98"),
        ("temperature", "36.8"),
    ];
    done(&mut nurse, &form("readings"), &reading);
    for _ in 0..2 {
        let page = nurse.get(&form("ask-today")).unwrap();
        let mut asked = Form::of(&page, &format!("{path}/do/ask-today"));
        for (name, value) in CALM {
            if asked.asks(name) {
                asked = asked.fill(name, value);
            }
        }
        for question in asked.of_yes_and_no() {
            if asked.value(&question).is_none() {
                asked = asked.fill(&question, "no");
            }
        }
        assert_eq!(asked.send(&mut nurse).status, 303, "the day's answers");
    }
    let page = nurse.get(&form("time-out")).unwrap();
    let blank = Form::of(&page, &format!("{path}/do/time-out"));
    let hidden = |name: &str| blank.value(name).unwrap().to_owned();
    let (csrf, command) = (hidden("csrf"), hidden("command"));
    let send = |nurse: &mut testkit::Visitor, second: &str, secret: &str| {
        let mut fields = vec![
            ("csrf", csrf.as_str()),
            ("command", command.as_str()),
            ("session", session),
        ];
        fields.extend(
            ["identity", "allergies", "dose", "consent", "room"].map(|item| ("checked", item)),
        );
        fields.extend([("second_name", second), ("second_secret", secret)]);
        nurse.post(&format!("{path}/do/time-out"), &fields).unwrap()
    };
    assert_eq!(
        send(&mut nurse, "okafor", "a guess").status,
        422,
        "a second person who proved nothing"
    );
    assert_eq!(
        send(&mut nurse, "dana", SECRET).status,
        422,
        "one person as two"
    );
    let held = send(&mut nurse, "okafor", SECRET);
    assert_eq!(held.status, 303, "{}", said(&held));
}

/// What is answered before leaving; she walks unsteadily.
pub(crate) const LEAVING: &[(&str, &str)] = &[
    ("on_room_air", "yes"),
    ("oriented_x4", "yes"),
    ("aldrete", "10"),
    ("supine_systolic", "122"),
    ("supine_diastolic", "76"),
    ("standing_systolic", "118"),
    ("standing_diastolic", "74"),
    ("dizzy_standing", "no"),
    ("gait_steady", "no"),
    ("drinks_taken", "yes"),
    ("cssrs_items_4_to_6", "no"),
    ("cssrs_item_3", "no"),
    ("escort_present_id_checked", "yes"),
    ("written_instructions_given", "yes"),
    ("emergency_number_given", "yes"),
];

/// Somebody whose dose of 57 mg began at ten, 60 mg of which are drawn from a vial of 200 mg.
pub(crate) fn in_dose(house: &House) -> (String, String) {
    let path = planned(house);
    let session = arrived(house, &path);
    make_ready(house, &path, &session);
    stocked(house);
    go_to(house, "2026-03-03T10:00");
    let mut nurse = house.sign_in("dana");
    let form = |code: &str| format!("{path}/do/{code}?session={session}");
    let drawn = [("vial", "V-0117"), ("amount", "60")];
    done(&mut nurse, &form("draw-drug"), &drawn);
    done(&mut nurse, &form("start-dose"), &[]);
    (path, session)
}
