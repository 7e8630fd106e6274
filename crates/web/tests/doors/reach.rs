//! How to be reached: agreed with a signature, shown to staff and to the patient, and taken back by either.

use crate::course::shows;
use crate::form::{Form, done, said};
use crate::house::{House, SECRET};

#[test]
fn what_was_agreed_about_contact_is_shown_to_staff_and_patient_and_so_is_that_it_was_taken_back() {
    let house = House::with_patients(12);
    let path = format!("/patients/{}", house.patient());
    let mut patient = house.sign_in("patient");
    let place = format!("{path}/consents/contact");
    let form = Form::of(&patient.get(&place).unwrap(), &place)
        .fill("ask-ways", "text message")
        .fill("ask-quiet_from", "20:00")
        .fill("ask-quiet_until", "10:00");
    let name = house.clinic.chart(house.patient()).unwrap().chart.name();
    let signing = Form::of(&form.send(&mut patient), &place)
        .fill("signed_name", &name)
        .fill("agrees", "yes");
    let wrong = signing
        .clone()
        .fill("pass_phrase", "something else")
        .send(&mut patient);
    assert_eq!(wrong.status, 422);
    assert!(said(&wrong).contains("20:00"), "what was answered is gone");
    let signed = signing.fill("pass_phrase", SECRET).send(&mut patient);
    assert_eq!(signed.status, 303, "{}", said(&signed));
    let mut desk = house.sign_in("maria");
    for page in [
        desk.get(&format!("{path}/consents")).unwrap(),
        patient.get(&format!("{path}/my-record")).unwrap(),
    ] {
        shows(&page, "How to be reached");
        shows(&page, "Messages by text message");
        shows(&page, "Reminders of check-ins and visits");
        shows(&page, "Language English");
        shows(&page, "from 20:00 until 10:00");
    }
    let back = [("what", "everything")];
    done(&mut patient, &format!("{path}/do/revoke-contact"), &back);
    for page in [
        desk.get(&format!("{path}/consents")).unwrap(),
        patient.get(&format!("{path}/my-record")).unwrap(),
    ] {
        shows(&page, "none agreed to, so none is sent");
    }
}

#[test]
fn who_was_never_asked_how_to_be_reached_is_shown_as_not_asked() {
    let house = House::open();
    let mut desk = house.sign_in("maria");
    let path = crate::course::registered(&mut desk, "Ines");
    let page = desk.get(&format!("{path}/consents")).unwrap();
    shows(&page, "Not asked yet: no message is sent.");
}
