//! A person without a record number: one wording wherever the number would stand, on screens and on paper.

use crate::course::registered;
use crate::form::said;
use crate::house::House;

const NONE_YET: &str = "no record number yet";

#[test]
fn who_has_no_record_number_is_told_so_in_the_same_words_on_every_page_and_on_paper() {
    let house = House::open();
    let mut desk = house.sign_in("maria");
    let path = registered(&mut desk, "Ines");
    for rest in [
        "",
        "/consents",
        "/safety-plan",
        "/calendar",
        "/evaluation",
        "/eligibility",
    ] {
        let page = desk.get(&format!("{path}{rest}")).unwrap();
        assert_eq!(page.status, 200, "{rest}");
        let words = said(&page).to_lowercase();
        assert!(words.contains(NONE_YET), "{rest}: {words}");
        assert!(!words.contains("record none"), "{rest}: {words}");
    }
    let list = said(&desk.get("/patients").unwrap()).to_lowercase();
    assert!(list.contains(NONE_YET), "{list}");
}

#[test]
fn who_only_enquired_has_no_record_number_on_the_list_of_enquiries_nor_on_the_chart() {
    let house = House::open();
    let mut stranger = house.stranger();
    let page = stranger.get("/").unwrap();
    let form = crate::form::Form::of(&page, "/enquiries/new").fill_all(&[
        ("name", "Wren"),
        ("by", "call"),
        ("reach", "207 555 0142"),
        ("message", "yes"),
        ("about", "I drink every evening and would like to stop"),
        ("consent", "yes"),
    ]);
    assert_eq!(form.send(&mut stranger).status, 303);
    let mut desk = house.sign_in("maria");
    let list = desk.get("/enquiries").unwrap();
    assert!(said(&list).contains(NONE_YET), "{}", said(&list));
    let chart = crate::form::address(&list, "/patients/pt_");
    let words = said(&desk.get(&chart).unwrap());
    assert!(
        words.contains("Not registered yet. No record number yet"),
        "{words}"
    );
}

#[test]
fn a_record_number_that_is_there_is_shown_by_the_same_words_everywhere() {
    let house = House::lived_in();
    let mut desk = house.known("okafor");
    let known = house.clinic.chart(house.patient()).unwrap();
    let identity = known.chart.identity().unwrap();
    let number = identity.record_number.as_ref().unwrap().to_string();
    let path = format!("/patients/{}", house.patient());
    let session = known.chart.sessions()[0].id;
    for rest in [
        String::new(),
        "/safety-plan".to_owned(),
        format!("/sessions/{session}/record"),
    ] {
        let words = said(&desk.get(&format!("{path}{rest}")).unwrap());
        assert!(
            words.contains(&format!("Record {number}")),
            "{rest}: {words}"
        );
        assert!(!words.contains(NONE_YET), "{rest}");
    }
}
