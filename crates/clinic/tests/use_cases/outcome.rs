//! Courses as the outcomes count them, kept and folded anew.

use clinic::act::confirm::Confirmed;
use clinic::outcome::ask::{Asked, ask};
use clinic::outcome::signed::{Frozen, Kept, digest_of, sign};
use clinic::outcome::table::{Tidy, table};
use clinic::{Actor, Denied, Operation, outcome::Course};
use record::words::{Door, Role};
use uuid::Uuid;

use super::harness::{Counting, TestClinic, staff};

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

fn report(day: jiff::civil::Date) -> Frozen {
    Frozen {
        asked: Asked::default(),
        day,
        position: 1,
        version: "0.1.0".to_owned(),
        kept: Kept::of([
            ('T', "Outcomes of the programme".to_owned()),
            ('H', "41 of 84 are known to be without use".to_owned()),
        ]),
    }
}

#[test]
fn of_two_signatures_under_the_same_report_at_once_one_wins_and_the_other_is_told_where_it_is() {
    let house = TestClinic::new();
    let director = || Actor {
        door: Door::Virtual,
        ..staff(Role::MedicalDirector)
    };
    for round in 0..8_u128 {
        let mut frozen = report(house.today());
        frozen.kept = Kept::of([('T', format!("Report {round}"))]);
        let shown = digest_of(&frozen.kept.lines);
        let start = std::sync::Barrier::new(2);
        let signed: Vec<_> = std::thread::scope(|scope| {
            let both: Vec<_> = (1..3)
                .map(|which| {
                    let (house, frozen, shown, start) = (&house, &frozen, &shown, &start);
                    let director = &director;
                    scope.spawn(move || {
                        let confirmed = Confirmed::made_up(&director()).unwrap();
                        let mut chance = Counting(7 + u64::try_from(which).unwrap());
                        let operation = Operation::new(director(), &*house.clock, &mut chance)
                            .under(Uuid::from_u128(10 * (round + 1) + which));
                        start.wait();
                        sign(&operation, &house.clinic, frozen, shown, &confirmed)
                    })
                })
                .collect();
            both.into_iter().map(|one| one.join().unwrap()).collect()
        });
        let won = signed.iter().filter(|one| one.is_ok()).count();
        assert_eq!(won, 1, "{signed:?}");
        let lost = signed.into_iter().find_map(Result::err).unwrap();
        let Denied::Invalid(faults) = lost else {
            panic!("{lost:?}");
        };
        assert!(faults[0].sentence.contains("is signed already"));
        let n = u128::try_from(house.clinic.board().signed_reports.len());
        assert_eq!(n, Ok(round + 1));
    }
}

#[test]
fn a_report_other_than_the_one_shown_is_not_signed() {
    let mut house = TestClinic::new();
    let frozen = report(house.today());
    let director = Actor {
        door: Door::Virtual,
        ..staff(Role::MedicalDirector)
    };
    let confirmed = Confirmed::made_up(&director).unwrap();
    let stale = house.as_actor(director, |operation, clinic| {
        sign(operation, clinic, &frozen, "another digest", &confirmed)
    });
    assert!(matches!(stale, Err(Denied::Stale)));
    assert!(house.clinic.board().signed_reports.is_empty());
}
