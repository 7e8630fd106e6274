//! A plan from its design to its amendments: what is refused, what is kept, and what never double books.

use clinic::act::confirm::Confirmed;
use clinic::act::people::describe_clinic;
use clinic::act::plan::lay::{Otherwise, Placing};
use clinic::act::plan::reckon::Wishes;
use clinic::act::plan::sign::{Design, Designed, Signing, design, sign, to_override};
use clinic::act::plan::turn;
use clinic::{Actor, Denied, Operation, Written};
use jiff::ToSpan;
use jiff::civil::{Date, DateTime, date, time};
use protocol::dose::Dose;
use protocol::{Basis, Quantity};
use record::Kind as EntryKind;
use record::chart::course::CourseState;
use record::chart::visit::{Visit, VisitState};
use record::fact::decision::EligibilityOverridden;
use record::fact::house::ClinicDescribed;
use record::fact::visit::VisitPurpose;
use record::ids::{CourseId, PatientId};
use record::words::{Door, Role, YesNo};

use crate::harness::{TestClinic, fields, line, prose, refused_by, staff};

pub(crate) const WEDNESDAY: Date = date(2026, 3, 4);

pub(crate) fn confirmed() -> Confirmed {
    let mut prescriber = staff(Role::Prescriber);
    prescriber.door = Door::Virtual;
    Confirmed::made_up(&prescriber).unwrap()
}

fn director() -> Confirmed {
    let mut director: Actor = staff(Role::MedicalDirector);
    director.door = Door::Virtual;
    Confirmed::made_up(&director).unwrap()
}

pub(crate) fn wished(course: CourseId) -> Design {
    Design {
        course,
        wishes: Wishes {
            basis: Some(Basis::Actual),
            ..Wishes::of("kare-2022", WEDNESDAY)
        },
        placing: Placing {
            measures: Some(time(14, 0, 0, 0)),
            ..Placing::at(time(10, 0, 0, 0), time(8, 30, 0, 0))
        },
    }
}

fn weighing(text: &str, on: Date) -> (Quantity, Date) {
    (Quantity::parse(text).unwrap(), on)
}

fn drawn_up(t: &mut TestClinic, patient: PatientId, asked: &Design) -> Result<Designed, Denied> {
    let known = t.clinic.chart(patient).unwrap();
    t.by(Role::Prescriber, |operation, clinic| {
        design(operation, clinic, &known, asked)
    })
}

fn signing(shown: &Designed) -> Signing {
    Signing {
        shown: shown.digest.clone(),
        overrides: Vec::new(),
        confirmed: confirmed(),
        second: None,
        reader: None,
    }
}

pub(crate) fn signed(
    t: &mut TestClinic,
    patient: PatientId,
    asked: &Design,
) -> Result<Written, Denied> {
    let shown = drawn_up(t, patient, asked)?;
    let signing = signing(&shown);
    t.by(Role::Prescriber, |operation, clinic| {
        sign(operation, clinic, patient, asked, &signing)
    })
}

/// A clinic in New York, whose clocks go forward on Sunday 8 March 2026.
pub(crate) fn in_new_york() -> TestClinic {
    let mut t = TestClinic::new();
    let fact = ClinicDescribed {
        name: line("Tern Harbour Clinic"),
        zone: line("America/New_York"),
        phone: None,
        crisis_line: line("988"),
    };
    t.by(Role::System, |operation, clinic| {
        describe_clinic(operation, clinic, fact)
    })
    .unwrap();
    t
}

pub(crate) fn ready(t: &mut TestClinic) -> (PatientId, CourseId) {
    let (patient, course) = t.assessed();
    t.consent(patient, course);
    (patient, course)
}

pub(crate) fn booked(t: &TestClinic, patient: PatientId) -> Vec<Visit> {
    let visits = t.chart(patient).visits();
    visits
        .into_iter()
        .filter(|visit| visit.state == VisitState::Booked)
        .collect()
}

pub(crate) fn wall(t: &TestClinic, visit: &Visit) -> DateTime {
    t.clinic.zone().to_datetime(visit.starts_at)
}

fn doses(t: &TestClinic, patient: PatientId) -> Vec<Visit> {
    let visits = booked(t, patient).into_iter();
    visits
        .filter(|visit| visit.purpose == VisitPurpose::Dosing)
        .collect()
}

#[test]
fn a_plan_is_signed_with_every_visit_at_its_time_on_the_clock_over_a_change_of_the_clocks() {
    let mut t = in_new_york();
    let (patient, course) = ready(&mut t);
    signed(&mut t, patient, &wished(course)).unwrap();
    let at: Vec<DateTime> = doses(&t, patient)
        .iter()
        .map(|visit| wall(&t, visit))
        .collect();
    let ten = |day| date(2026, 3, day).at(10, 0, 0, 0);
    assert_eq!(at, [ten(4), ten(11), ten(18)]);
    let chart = t.chart(patient);
    let (_, plan) = chart.plan(course).unwrap();
    // 0.8 mg for each of 77.6 kg is 62.08 mg; a whole milligram of 50 mg/mL is 0.02 mL.
    let step = &plan.doses[0].steps[0];
    assert_eq!(plan.doses[0].dose.to_string(), "62 mg");
    assert_eq!(step.volume.unwrap().to_string(), "1.24 mL");
    assert!(plan.signed.is_some());
    let visits = booked(&t, patient);
    assert!(
        visits.iter().all(|visit| visit.room.is_some()),
        "{visits:?}"
    );
    let numbers: Vec<Option<u8>> = doses(&t, patient).iter().map(|one| one.number).collect();
    assert_eq!(numbers, [Some(1), Some(2), Some(3)]);
    // Day 90 is a Tuesday; day 30 a Friday; day 1 a Thursday; nothing falls on a closed day.
    let premises = t.clinic.library().premises();
    let closed = visits
        .iter()
        .filter(|visit| premises.closed_on(wall(&t, visit).date()).is_some());
    assert_eq!(closed.count(), 0);
}

#[test]
fn what_falls_on_a_closed_day_is_held_before_or_after_it_and_a_dose_never_moves_by_itself() {
    let mut t = TestClinic::new();
    let (patient, course) = ready(&mut t);
    let mut asked = wished(course);
    // Day 0 a Monday: day -1 is a Sunday, and preparation must come before.
    asked.wishes.day_zero = date(2026, 3, 9);
    let found = drawn_up(&mut t, patient, &asked).unwrap();
    let first = found
        .laid
        .slots
        .iter()
        .find(|slot| slot.key == "talk-1")
        .unwrap();
    assert_eq!(first.wanted.starts.date(), date(2026, 3, 7));
    assert!(first.note.as_ref().unwrap().contains("is closed"));
    // Day 0 a Saturday: day 1 is a Sunday.
    asked.wishes.day_zero = date(2026, 3, 7);
    let found = drawn_up(&mut t, patient, &asked).unwrap();
    let after = found
        .laid
        .slots
        .iter()
        .find(|slot| slot.key == "talk-3")
        .unwrap();
    assert_eq!(after.wanted.starts.date(), date(2026, 3, 9));
    // Day 0 a Sunday: the dose stays, cannot stand, and nothing is signed.
    asked.wishes.day_zero = date(2026, 3, 8);
    let before = t.n_entries();
    assert!(
        fields(signed(&mut t, patient, &asked))
            .iter()
            .all(|field| *field == "visits")
    );
    assert_eq!(t.n_entries(), before);
}

#[test]
fn nothing_is_signed_that_was_not_shown_and_a_second_plan_is_not_prescribed() {
    let mut t = TestClinic::new();
    let (patient, course) = ready(&mut t);
    let asked = wished(course);
    let shown = drawn_up(&mut t, patient, &asked).unwrap();
    let mut later = asked.clone();
    later.wishes.day_zero = date(2026, 3, 5);
    let before = t.n_entries();
    let as_shown = signing(&shown);
    let outcome = t.by(Role::Prescriber, |operation, clinic| {
        sign(operation, clinic, patient, &later, &as_shown)
    });
    assert_eq!(fields(outcome), ["shown"]);
    assert_eq!(t.n_entries(), before);
    let as_shown = signing(&shown);
    let twice = |operation: &mut Operation<'_>, clinic: &clinic::Clinic| {
        sign(operation, clinic, patient, &asked, &as_shown)
    };
    let first = t.under(Role::Prescriber, 77, twice).unwrap();
    let again = t.under(Role::Prescriber, 77, twice).unwrap();
    assert_eq!(first.number, again.number);
    assert_eq!(t.n_of(patient, EntryKind::PlanPrescribed), 1);
    assert_eq!(fields(signed(&mut t, patient, &asked)), ["protocol"]);
}

#[test]
fn a_rule_that_may_be_overridden_is_overridden_in_place_or_the_plan_is_refused() {
    let mut t = TestClinic::new();
    let (patient, course) = t.assessed_with(&[("bipolar_disorder", YesNo::Yes)]);
    t.consent(patient, course);
    let known = t.clinic.chart(patient).unwrap();
    let rules: Vec<_> = to_override(&known, course)
        .iter()
        .map(|verdict| verdict.rule.clone())
        .collect();
    assert!(!rules.is_empty(), "nothing stands in the way");
    let asked = wished(course);
    assert!(refused_by(signed(&mut t, patient, &asked)).starts_with('E'));
    let shown = drawn_up(&mut t, patient, &asked).unwrap();
    let mut given = signing(&shown);
    given.overrides = rules
        .iter()
        .map(|rule| EligibilityOverridden {
            course,
            rule: rule.clone(),
            reason: prose("Steady for six years"),
            mitigation: prose("Mood asked before each dose"),
            second_reader: None,
            second_reader_person: None,
            rule_version: None,
            signed: None,
        })
        .collect();
    t.by(Role::Prescriber, |operation, clinic| {
        sign(operation, clinic, patient, &asked, &given)
    })
    .unwrap();
    let chart = t.chart(patient);
    assert_eq!(chart.overrides(course).len(), rules.len());
    assert!(chart.plan(course).is_some());
}

#[test]
fn a_weight_of_7_or_700_kg_and_pounds_typed_as_kilograms_are_sent_back() {
    let mut t = TestClinic::new();
    let (patient, course) = ready(&mut t);
    let today = t.today();
    let mut asked = wished(course);
    let said = |t: &mut TestClinic, asked: &Design| match drawn_up(t, patient, asked) {
        Err(Denied::Invalid(faults)) => faults[0].sentence.clone(),
        other => panic!("{other:?}"),
    };
    for text in ["7 kg", "700 kg", "12 lb"] {
        asked.wishes.weight = Some(weighing(text, today));
        assert!(said(&mut t, &asked).contains("is outside"), "{text}");
    }
    // 77.6 kg are 171 lb.
    asked.wishes.weight = Some(weighing("171 kg", today));
    assert!(said(&mut t, &asked).contains("pounds typed as kilograms"));
    asked.wishes.weight = Some(weighing("77.6 lb", today));
    assert!(said(&mut t, &asked).contains("kilograms typed as pounds"));
    asked.wishes.weight = Some(weighing("60 kg", today));
    assert!(said(&mut t, &asked).contains("changed by"));
    asked.wishes.weight_confirmed = Some(prose("Ascites drained on Friday; weighed twice"));
    let found = drawn_up(&mut t, patient, &asked).unwrap();
    assert_eq!(found.reckoned.plan.doses[0].dose.to_string(), "48 mg");
    asked.wishes.weight_confirmed = None;
    asked.wishes.weight = Some(weighing("171 lb", today));
    let found = drawn_up(&mut t, patient, &asked).unwrap();
    assert_eq!(found.reckoned.plan.doses[0].dose.to_string(), "62 mg");
}

#[test]
fn a_dose_over_the_cap_needs_another_prescriber_in_person() {
    let mut t = TestClinic::new();
    let (patient, course) = ready(&mut t);
    let mut asked = wished(course);
    asked.wishes.weight = Some(weighing("130 kg", t.today()));
    asked.wishes.weight_confirmed = Some(prose("Weighed twice"));
    assert_eq!(fields(drawn_up(&mut t, patient, &asked)), ["second"]);
    asked.wishes.second = Some(line(Role::Prescriber.label()));
    assert_eq!(
        fields(drawn_up(&mut t, patient, &asked)),
        ["second"],
        "themselves"
    );
    asked.wishes.second = Some(line(Role::MedicalDirector.label()));
    let shown = drawn_up(&mut t, patient, &asked).unwrap();
    assert_eq!(shown.reckoned.plan.doses[0].dose.to_string(), "104 mg");
    // Named is not approved.
    let alone = signing(&shown);
    let before = t.n_entries();
    let outcome = t.by(Role::Prescriber, |operation, clinic| {
        sign(operation, clinic, patient, &asked, &alone)
    });
    assert_eq!(fields(outcome), ["second_secret"]);
    assert_eq!(t.n_entries(), before);
    let mut both = signing(&shown);
    both.second = Some(director());
    t.by(Role::Prescriber, |operation, clinic| {
        sign(operation, clinic, patient, &asked, &both)
    })
    .unwrap();
    let chart = t.chart(patient);
    let (_, plan) = chart.plan(course).unwrap();
    assert_eq!(
        plan.over_cap_approved_by.as_ref().map(ToString::to_string),
        Some(Role::MedicalDirector.label().to_owned())
    );
}

#[test]
fn what_is_for_reference_or_leaves_no_such_dose_is_not_prescribed() {
    let mut t = TestClinic::new();
    let (patient, course) = ready(&mut t);
    let mut asked = wished(course);
    asked.wishes.protocol = "das-2019".to_owned();
    assert_eq!(fields(drawn_up(&mut t, patient, &asked)), ["protocol"]);
    asked.wishes.protocol = "depression-iv-6".to_owned();
    asked.wishes.dose = Dose::from_quantity(Quantity::parse("0.7 mg/kg").unwrap());
    let looked_at = drawn_up(&mut t, patient, &asked).unwrap();
    assert_eq!(looked_at.reckoned.plan.doses[0].dose.to_string(), "54 mg");
    assert_eq!(
        fields(signed(&mut t, patient, &asked)),
        ["protocol"],
        "another protocol"
    );
    asked.wishes.protocol = "kare-2022".to_owned();
    assert_eq!(fields(drawn_up(&mut t, patient, &asked)), ["dose"]);
}

#[test]
fn two_plans_of_one_hour_take_two_rooms_and_one_room_is_not_taken_twice() {
    let mut t = TestClinic::new();
    let (one, course) = ready(&mut t);
    let mut asked = wished(course);
    asked.placing.room = Some(line("Room 2"));
    asked.placing.nurse = Some(line("Dana Whitlock RN"));
    signed(&mut t, one, &asked).unwrap();
    let (other, course) = ready(&mut t);
    asked.course = course;
    let before = t.n_entries();
    let found = drawn_up(&mut t, other, &asked).unwrap();
    let said: Vec<String> = found
        .checked
        .iter()
        .flat_map(|one| &one.clashes)
        .map(ToString::to_string)
        .collect();
    assert!(said.iter().any(|one| {
        one.starts_with("Room 2 is taken 10:00 to 13:00 by Infusion 1 of 3; free then: Room 1")
    }));
    assert!(
        said.iter()
            .any(|one| one.starts_with("Dana Whitlock RN is in Infusion 1 of 3"))
    );
    assert!(fields(signed(&mut t, other, &asked)).contains(&"visits"));
    assert_eq!(t.n_entries(), before);
    asked.placing.room = None;
    asked.placing.nurse = Some(line("Luis Ferreira RN"));
    signed(&mut t, other, &asked).unwrap();
    assert!(
        doses(&t, other)
            .iter()
            .all(|visit| visit.room.as_deref() == Some("Room 1"))
    );
}

#[test]
fn one_visit_placed_by_hand_stands_where_it_was_put() {
    let mut t = TestClinic::new();
    let (patient, course) = ready(&mut t);
    let mut asked = wished(course);
    let by_hand = Otherwise {
        starts: Some(date(2026, 3, 12).at(11, 0, 0, 0)),
        room: Some(line("Room 4")),
    };
    asked.placing.otherwise.insert("dose-2".to_owned(), by_hand);
    signed(&mut t, patient, &asked).unwrap();
    let second = &doses(&t, patient)[1];
    assert_eq!(wall(&t, second), date(2026, 3, 12).at(11, 0, 0, 0));
    assert_eq!(second.room.as_deref(), Some("Room 4"));
}

#[test]
fn all_from_here_on_move_with_the_plan_at_the_same_hour_or_none_does() {
    let mut t = in_new_york();
    let (patient, course) = ready(&mut t);
    signed(&mut t, patient, &wished(course)).unwrap();
    let before = booked(&t, patient);
    let second = doses(&t, patient)[1].id;
    let reason = prose("Away for a funeral");
    let shift = |t: &mut TestClinic, days: i32| {
        let reason = reason.clone();
        t.by(Role::Prescriber, |operation, clinic| {
            turn::shift(operation, clinic, patient, second, days, &reason)
        })
    };
    // Four days on, the second dose would be on a Sunday: then nothing moves.
    assert!(fields(shift(&mut t, 4)).contains(&"visits"));
    assert_eq!(booked(&t, patient), before);
    shift(&mut t, 7).unwrap();
    let at: Vec<DateTime> = doses(&t, patient)
        .iter()
        .map(|visit| wall(&t, visit))
        .collect();
    let ten = |day| date(2026, 3, day).at(10, 0, 0, 0);
    assert_eq!(at, [ten(4), ten(18), ten(25)]);
    let chart = t.chart(patient);
    let (_, plan) = chart.plan(course).unwrap();
    let days: Vec<i32> = plan.doses.iter().map(|dose| dose.day.0).collect();
    assert_eq!((plan.day_zero, days), (WEDNESDAY, vec![0, 14, 21]));
    // From the first dose on, day 0 itself moves.
    let first = doses(&t, patient)[0].id;
    let moved = t.by(Role::Prescriber, |operation, clinic| {
        turn::shift(operation, clinic, patient, first, 1, &reason)
    });
    moved.unwrap();
    let chart = t.chart(patient);
    let (_, plan) = chart.plan(course).unwrap();
    assert_eq!(plan.day_zero, date(2026, 3, 5));
    assert_eq!(plan.doses[0].day.0, 0);
}

#[test]
fn a_pause_empties_the_calendar_and_taking_up_again_books_what_remains_as_far_apart() {
    let mut t = in_new_york();
    let (patient, course) = ready(&mut t);
    signed(&mut t, patient, &wished(course)).unwrap();
    let before = doses(&t, patient);
    t.by(Role::Prescriber, |operation, clinic| {
        turn::pause(operation, clinic, patient, course, prose("Flu"))
    })
    .unwrap();
    assert!(booked(&t, patient).is_empty());
    let known = t.clinic.chart(patient).unwrap();
    let n = turn::paused_visits(&known, course).len();
    let mut resume = |first_on: Option<Date>| {
        t.by(Role::Prescriber, |operation, clinic| {
            turn::resume(
                operation,
                clinic,
                patient,
                course,
                first_on,
                Some(prose("Well again")),
            )
        })
    };
    assert_eq!(fields(resume(None)), ["first_on"]);
    // The first visit was preparation on Tuesday 3 March.
    resume(Some(date(2026, 3, 24))).unwrap();
    assert_eq!(booked(&t, patient).len(), n);
    let after = doses(&t, patient);
    for (old, new) in before.iter().zip(&after) {
        assert_eq!(wall(&t, new), wall(&t, old).saturating_add(21.days()));
    }
    let chart = t.chart(patient);
    assert_eq!(chart.course().unwrap().state, CourseState::Open);
    assert_eq!(chart.plan(course).unwrap().1.day_zero, date(2026, 3, 25));
    assert!(turn::paused_visits(&t.clinic.chart(patient).unwrap(), course).is_empty());
}

#[test]
fn an_amended_dose_leaves_what_was_given_as_it_was() {
    let mut t = TestClinic::new();
    let (patient, course) = t.planned();
    t.hold_session(patient, course);
    let wishes = Wishes {
        weight: Some(weighing("70 kg", t.today())),
        basis: Some(Basis::Actual),
        ..Wishes::of("kare-2022", WEDNESDAY)
    };
    t.by(Role::Prescriber, |operation, clinic| {
        let given = (prose("Lost seven kilograms"), &confirmed(), None);
        turn::amend_dose(operation, clinic, patient, course, &wishes, given)
    })
    .unwrap();
    let chart = t.chart(patient);
    let (_, plan) = chart.plan(course).unwrap();
    let said: Vec<String> = plan
        .doses
        .iter()
        .map(|dose| dose.dose.to_string())
        .collect();
    assert_eq!(said, ["62 mg", "56 mg", "56 mg"]);
}
