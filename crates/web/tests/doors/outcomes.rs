//! Outcomes as a director, a researcher and a patient meet them.

use crate::house::House;

#[test]
fn the_outcomes_say_what_is_known_and_from_which_entry_and_open_the_charts_behind_them() {
    let house = House::lived_in();
    let mut director = house.known("lindqvist");
    let page = director.get("/outcomes").unwrap();
    assert_eq!(page.status, 200);
    let html = page.text();
    assert!(html.contains("What does our programme do for people like these?"));
    assert!(html.contains("Computed from entry"));
    assert!(html.contains("First dose"));
    let behind = director
        .get("/outcomes/behind?of=in_contact_at_ninety&answer=so")
        .unwrap();
    assert_eq!(behind.status, 200);
    assert_eq!(
        director.get("/outcomes/behind?of=no-such").unwrap().status,
        404
    );
    let report = director.get("/outcomes/report").unwrap();
    assert!(report.text().contains("Head of the record"));
    assert!(
        !report.text().contains("/outcomes/behind"),
        "a report that leaves names nobody"
    );
}

#[test]
fn a_researcher_sees_numbers_and_tables_and_no_names() {
    let house = House::lived_in();
    let mut researcher = house.known("ada");
    let page = researcher.get("/outcomes").unwrap();
    assert_eq!(page.status, 200);
    assert!(page.text().contains("are withheld"));
    assert!(!page.text().contains("/outcomes/behind"));
    assert_eq!(
        researcher
            .get("/outcomes/behind?of=in_contact_at_ninety")
            .unwrap()
            .status,
        403
    );
    for table in ["courses", "weeks", "endpoints", "dictionary"] {
        let answer = researcher
            .get(&format!("/outcomes/tables/{table}.csv"))
            .unwrap();
        assert_eq!(answer.status, 200, "{table}");
        let board = house.clinic.board();
        for (patient, line) in board.lines() {
            assert!(!answer.text().contains(line.name.as_ref()), "{table}");
            assert!(!answer.text().contains(&patient.to_string()), "{table}");
        }
    }
    assert_eq!(
        researcher.get("/outcomes/tables/names.csv").unwrap().status,
        404
    );
}

#[test]
fn who_may_not_take_tables_out_gets_none_and_a_patient_gets_no_outcomes() {
    let house = House::lived_in();
    let mut nurse = house.known("dana");
    assert_eq!(nurse.get("/outcomes").unwrap().status, 200);
    assert_eq!(
        nurse.get("/outcomes/tables/courses.csv").unwrap().status,
        403
    );
    let mut administrator = house.known("sol");
    assert_eq!(administrator.get("/outcomes").unwrap().status, 403);
}

#[test]
fn a_claim_shows_our_own_courses_in_a_section_of_their_own() {
    let house = House::lived_in();
    let mut reader = house.known("okafor");
    let page = reader.get("/evidence/alcohol-abstinence").unwrap();
    assert!(
        page.text()
            .contains("Our own courses, side by side and never merged")
    );
}
