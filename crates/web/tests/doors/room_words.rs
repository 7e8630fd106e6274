//! What the room says of help that is called, and the register of what is left to waste.

use crate::calm::in_dose;
use crate::course::{go_to, shows};
use crate::form::{done, said, sent};
use crate::house::{House, SECRET};

#[test]
fn help_that_is_called_stands_in_the_room_on_the_board_and_on_the_lists_until_it_is_settled() {
    let house = House::open();
    let (path, session) = in_dose(&house);
    let mut therapist = house.sign_in("jonah");
    let mut nurse = house.sign_in("dana");
    let room = format!("{path}/sessions/{session}");
    let call = format!("{path}/do/call-help?session={session}");
    for place in [room.as_str(), "/floor"] {
        let before = said(&nurse.get(place).unwrap());
        assert!(!before.contains("Help called"), "{before}");
    }
    shows(
        &therapist.get(&call).unwrap(),
        "say at once which room, when and who called",
    );
    go_to(&house, "2026-03-03T10:12");
    done(&mut therapist, &call, &[]);
    let told = nurse.get(&room).unwrap();
    shows(&told, "10:12 by Jonah Feld LCSW");
    shows(&told, "Help called to the room");
    shows(&nurse.get("/floor").unwrap(), "Help called 10:12");
    let called = "Room 2: help called by Jonah Feld LCSW";
    shows(&nurse.get("/today").unwrap(), called);
    let list = nurse.get("/watch-list").unwrap();
    shows(&list, called);
    // Settled by a person, it is gone from the room and from the board.
    let id = list.text();
    let id = id.split("close-alert-").nth(1).unwrap();
    let id = id.split('"').next().unwrap();
    let known = house.clinic.board().open_alerts().count();
    let close = format!("{path}/do/close-alert?alert={id}");
    done(
        &mut nurse,
        &close,
        &[("note", "Dr Okafor came; all is well.")],
    );
    assert_eq!(house.clinic.board().open_alerts().count(), known - 1);
    for place in [room.as_str(), "/floor"] {
        let after = said(&nurse.get(place).unwrap());
        assert!(!after.contains("Help called 10:12"), "{after}");
        assert!(!after.contains("10:12 by Jonah"), "{after}");
    }
}

#[test]
fn the_form_of_a_waste_says_what_is_left_where_it_is_and_who_may_witness() {
    let house = House::open();
    let (path, session) = in_dose(&house);
    let mut nurse = house.sign_in("dana");
    let room = format!("{path}/sessions/{session}");
    let form = |code: &str| format!("{path}/do/{code}?session={session}");
    go_to(&house, "2026-03-03T10:28");
    done(&mut nurse, &form("stop-now"), &[]);
    // 28 of 40 minutes of 57 mg, at the rate of the pump: 39.9 mg are in, of 60 drawn from 200.
    shows(&nurse.get(&room).unwrap(), "Waste 160.1 mg");
    let page = nurse.get(&form("waste-drug")).unwrap();
    for words in [
        "160.1 mg of this session is left to account for",
        "The witness saw it wasted, did not give the drug, and types their own pass phrase here",
        "Drawn from vial V-0117",
        "The register says 20.1 mg",
        "Left in vial V-0117",
        "The register says 140 mg",
    ] {
        shows(&page, words);
    }
    let witness = |vial: &str, name: &str, secret: &str| {
        [
            ("amount_1".to_owned(), vial.to_owned()),
            ("amount_2".to_owned(), "20.1".to_owned()),
            (
                "method".to_owned(),
                "Into the sequestering bottle".to_owned(),
            ),
            ("second_name".to_owned(), name.to_owned()),
            ("second_secret".to_owned(), secret.to_owned()),
        ]
    };
    let told = |nurse: &mut testkit::Visitor, vial: &str, name: &str, secret: &str| {
        let all = witness(vial, name, secret);
        let all: Vec<(&str, &str)> = all.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        sent(nurse, &form("waste-drug"), &all)
    };
    // Whoever gave it cannot witness it, and nobody signs for another.
    for (name, secret) in [("dana", SECRET), ("okafor", "not the phrase")] {
        let refused = told(&mut nurse, "140", name, secret);
        assert_eq!(refused.status, 422, "{name}: {}", said(&refused));
    }
    let more = told(&mut nurse, "141", "okafor", SECRET);
    shows(
        &more,
        "141 mg cannot be wasted: 140 mg is left in vial V-0117",
    );
    let wasted = told(&mut nurse, "140", "okafor", SECRET);
    assert_eq!(wasted.status, 303, "{}", said(&wasted));
    let drug = nurse.get(&format!("{room}/drug")).unwrap();
    shows(&drug, "witness Dr Miriam Okafor");
    shows(&nurse.get(&room).unwrap(), "No drug left");
    shows(
        &nurse.get(&form("waste-drug")).unwrap(),
        "Nothing of this session is left to waste",
    );
}
