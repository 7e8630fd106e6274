//! Planning over HTTP: the designer, its refusals in sentences, and the plan afterwards.

use testkit::Visitor;

use crate::form::{done, said, sent};
use crate::house::{House, SECRET};

/// The path of a record whose course waits for its plan.
fn waiting(house: &House) -> String {
    let board = house.clinic.board();
    let waiting = board.lines().filter(|(_, line)| {
        let course = line.course.as_ref();
        course.is_some_and(|course| course.n_doses_planned == 0)
            && line.stage.consent_until.is_some()
    });
    // The one heard of last: an old weight would be a reason of its own.
    let (patient, _) = waiting
        .max_by_key(|(_, line)| line.last_occurred)
        .expect("someone waits for a plan");
    format!("/patients/{patient}")
}

fn shown(visitor: &mut Visitor, path: &str) -> String {
    let page = visitor.get(path).unwrap();
    assert_eq!(page.status, 200, "{path}: {}", said(&page));
    said(&page)
}

#[test]
fn the_designer_says_each_thing_to_mend_in_a_sentence_and_signs_nothing() {
    let house = &House::with_patients(30);
    let path = waiting(house);
    let mut prescriber = house.known("okafor");
    let head = house.head();
    for (asked, says) in [
        (
            "basis=actual&weight=7&unit=kg",
            "is outside 25 kg to 350 kg",
        ),
        (
            "basis=actual&weight=700&unit=kg",
            "is outside 25 kg to 350 kg",
        ),
        (
            "basis=actual&weight=heavy&unit=kg",
            "Write the weight as a number",
        ),
        (
            "basis=actual&day_zero=2020-01-01",
            "Choose a day from today on",
        ),
        ("basis=actual&day_zero=2026-02-30", "Write a day as"),
        ("basis=actual&dosing=late", "Write a time as 10:00"),
        ("basis=actual&dose=0.5", "Write the dose with its unit"),
        (
            "basis=actual&weight=75&unit=kg&dose=2+mg/kg",
            "leaves no session at 2 mg/kg open",
        ),
        (
            "protocol=das-2019",
            "for reference and cannot be prescribed",
        ),
    ] {
        let words = shown(&mut prescriber, &format!("{path}/plan/new?{asked}"));
        assert!(words.contains(says), "{asked}: `{says}` is not on: {words}");
        assert!(!words.contains("Sign the plan"), "{asked} could be signed");
    }
    assert_eq!(house.head(), head);
    let gone = prescriber
        .get(&format!("{path}/plan/new?protocol=nothing"))
        .unwrap();
    assert_eq!(gone.status, 404);
}

#[test]
fn every_protocol_is_a_page_with_its_limits_and_its_evidence() {
    let house = House::lived_in();
    let mut director = house.known("lindqvist");
    let all = shown(&mut director, "/protocols");
    for protocol in house.clinic.library().protocols() {
        assert!(
            all.contains(&protocol.title),
            "{} is not listed",
            protocol.id
        );
        let page = shown(&mut director, &format!("/protocols/{}", protocol.id));
        for says in [&protocol.title, &protocol.cap.amount.to_string()] {
            assert!(page.contains(says), "{}: {says}", protocol.id);
        }
        for talk in &protocol.therapy {
            assert!(
                page.contains(&talk.content[0]),
                "{}: {}",
                protocol.id,
                talk.title
            );
        }
        if let protocol::Standing::ReferenceOnly(reason) = &protocol.standing {
            assert!(page.contains(reason), "{}", protocol.id);
            assert!(page.contains("It cannot be prescribed"), "{}", protocol.id);
        }
    }
    let das = shown(&mut director, "/protocols/das-2019");
    assert!(das.contains("About 350 ng/mL"), "{das}");
}

/// Moves what comes after the first dose a week on and back, and amends the dose, each with its reason.
pub(crate) fn changed(house: &House, path: &str) {
    let mut prescriber = house.sign_in("okafor");
    let chart = house
        .clinic
        .chart(path.rsplit('/').next().unwrap().parse().unwrap());
    let visits = chart.unwrap().chart.visits();
    let second = visits.iter().find(|visit| visit.title == "Infusion 2 of 3");
    let second = second.unwrap().id;
    let shift = format!("{path}/do/shift-plan?visit={second}");
    let none = sent(&mut prescriber, &shift, &[("days", "0"), ("reason", "why")]);
    assert_eq!(none.status, 422, "{}", said(&none));
    for (days, why, day) in [
        ("7", "Away for a wedding", "Tue 17 Mar"),
        ("-7", "The wedding is off", "Tue 10 Mar"),
    ] {
        let page = done(&mut prescriber, &shift, &[("days", days), ("reason", why)]);
        let words = said(&page);
        assert!(words.contains(&format!("Plan amended: {why}.")), "{words}");
        assert!(words.contains(&format!("{day}, 10:00 to 13:00")), "{words}");
    }
    let closed = format!("{path}/do/visit-move?visit={second}");
    let sunday = [("starts_at", "2026-03-08T02:30"), ("reason", "why")];
    let refused = sent(&mut prescriber, &closed, &sunday);
    assert_eq!(refused.status, 422);
    let words = said(&refused);
    assert!(
        words.contains("02:30 does not exist on Sun 8 Mar 2026"),
        "{words}"
    );
    assert!(words.contains("the clinic is closed"), "{words}");
    let dose = [
        ("basis", "actual"),
        ("reason", "Weighed again, the same"),
        ("pass_phrase", SECRET),
    ];
    let page = done(&mut prescriber, &format!("{path}/do/amend-dose"), &dose);
    let words = said(&page);
    assert!(
        words.contains("Plan amended: Weighed again, the same."),
        "{words}"
    );
    assert!(words.contains("57 mg over 40 min"), "{words}");
}
