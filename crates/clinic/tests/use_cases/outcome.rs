//! Courses as the outcomes count them, kept and folded anew.

use clinic::outcome::ask::{Asked, ask};
use clinic::outcome::table::{Tidy, table};
use clinic::{Denied, outcome::Course};
use record::words::Role;

use super::harness::{TestClinic, staff};

#[test]
fn courses_kept_and_courses_folded_anew_are_the_same_after_every_entry() {
    let mut house = TestClinic::new();
    let (patient, course) = house.planned();
    for round in 0..2 {
        let standing = house.clinic.standing().unwrap();
        let kept: Vec<Course> = standing.iter().cloned().collect();
        let zone = house.clinic.zone();
        let known = house.clinic.chart(patient).unwrap();
        assert_eq!(kept, Course::all_of(patient, &known.chart, &zone));
        assert_eq!(standing.position, house.clinic.board().position());
        assert_eq!(
            kept[0].index.is_some(),
            round == 1,
            "the first dose is the index"
        );
        if round == 0 {
            house.hold_session(patient, course);
        }
    }
}

#[test]
fn only_who_may_opens_the_outcomes_and_takes_tables_out() {
    let house = TestClinic::new();
    let today = house.clinic.zone_today(house.now());
    let asked = Asked::default();
    let patient = ask(&house.clinic, &staff(Role::Patient), asked.clone(), today);
    assert!(matches!(
        patient,
        Err(Denied::Forbidden { .. } | Denied::NotFound)
    ));
    let nurse = table(
        &house.clinic,
        &staff(Role::Nurse),
        &asked,
        today,
        Tidy::Courses,
    );
    assert!(matches!(nurse, Err(Denied::Forbidden { .. })));
    let made = ask(&house.clinic, &staff(Role::Researcher), asked, today).unwrap();
    assert!(
        made.courses.is_empty() && !made.may_look,
        "a researcher is told of nobody"
    );
}
