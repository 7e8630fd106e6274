//! A questionnaire, filled in on a desk and by the patient: kept on the way, scored at the end.

use crate::form::{Form, said};
use crate::house::House;

#[test]
fn a_questionnaire_begun_by_one_is_gone_on_with_by_another_and_scored_when_given() {
    let house = House::with_patients(8);
    let base = format!("/patients/{}/questionnaires/gad-7", house.patient());
    let (fill, keep) = (format!("{base}/fill"), format!("{base}/keep"));
    let mut nurse = house.sign_in("dana");
    let page = nurse.get(&fill).unwrap();
    let mut begun = Form::of(&page, &fill);
    begun.action = keep;
    let answer = begun
        .fill("item-1", "3")
        .fill("item-2", "2")
        .send(&mut nurse);
    assert_eq!(answer.status, 303, "{}", said(&answer));
    let before = house.head();
    let mut therapist = house.sign_in("jonah");
    let page = therapist.get(&fill).unwrap();
    let mut rest = Form::of(&page, &fill);
    assert_eq!(rest.value("item-1"), Some("3"));
    for item in 3..=7 {
        rest = rest.fill(&format!("item-{item}"), "1");
    }
    let given = rest.fill("filled_by", "read_aloud").send(&mut therapist);
    assert_eq!(given.status, 303, "{}", said(&given));
    assert_eq!(house.head(), before + 1);
    let results = said(&therapist.follow(given).unwrap());
    assert!(results.contains("10, moderate"), "{results}");
    let anew = Form::of(&therapist.get(&fill).unwrap(), &fill);
    assert_eq!(
        anew.value("item-1"),
        None,
        "what was given is no draft any more"
    );
}

#[test]
fn words_that_are_not_ours_are_shown_to_nobody() {
    let house = House::lived_in();
    let mut nurse = house.known("dana");
    let base = format!("/patients/{}/questionnaires", house.patient());
    let about = said(&nurse.get(&format!("{base}/cows")).unwrap());
    assert!(about.contains("licensed copy"), "{about}");
    assert_eq!(nurse.get(&format!("{base}/cows/fill")).unwrap().status, 404);
    assert_eq!(
        nurse.get(&format!("{base}/no-such-one")).unwrap().status,
        404
    );
}

#[test]
fn a_patient_fills_in_their_own_and_sees_none_that_staff_rate() {
    let house = House::with_patients(8);
    let own = format!("/patients/{}/questionnaires", house.patient());
    let mut patient = house.sign_in("patient");
    let list = said(&patient.get(&own).unwrap());
    assert!(
        list.contains("PHQ-9") && !list.contains("CIWA-Ar"),
        "{list}"
    );
    let fill = format!("{own}/gad-7/fill");
    let form = Form::of(&patient.get(&fill).unwrap(), &fill);
    assert!(!form.asks("filled_by"), "who fills it in is known");
    let given = form.fill("item-1", "1").send(&mut patient);
    assert_eq!(given.status, 303, "{}", said(&given));
    let other = format!("/patients/{}/questionnaires", house.other());
    assert_eq!(patient.get(&other).unwrap().status, 404);
}
