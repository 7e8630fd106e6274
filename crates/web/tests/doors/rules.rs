//! The rules as the medical director meets them: read, signed with the pass phrase, in use from then on.

use crate::form::{Form, done, said};
use crate::house::{House, SECRET};

const SIGN: &str = "/do/sign-rules";

#[test]
fn the_director_reads_the_rules_signs_them_and_today_no_longer_says_they_wait() {
    let house = House::unsigned();
    let mut director = house.sign_in("lindqvist");
    let today = said(&director.get("/today").unwrap());
    assert!(today.contains("The rules are not signed"), "{today}");
    let pack = said(&director.get("/rules").unwrap());
    for part in [
        "Not signed",
        "run on no patient until the medical director signs them",
        "Sign these rules",
        "Aneurysmal vascular disease",
        "H, clinic policy",
        "blocks until answered",
    ] {
        assert!(pack.contains(part), "{part}: {pack}");
    }
    let head = house.head();
    let page = director.get(SIGN).unwrap();
    let wrong = Form::of(&page, SIGN)
        .fill_all(&[("pass_phrase", "not the pass phrase at all")])
        .send(&mut director);
    assert_eq!(wrong.status, 422);
    assert!(
        said(&wrong).contains("Nothing was signed"),
        "{}",
        said(&wrong)
    );
    assert_eq!(house.head(), head);
    let signed = said(&done(&mut director, SIGN, &[("pass_phrase", SECRET)]));
    for part in [
        "Signed by",
        "Dr Edith Lindqvist",
        "I have read these rules and approve them",
        "Hash of what was signed",
    ] {
        assert!(signed.contains(part), "{part}: {signed}");
    }
    assert!(!signed.contains("Sign these rules"));
    assert_eq!(house.head(), head + 1);
    let today = said(&director.get("/today").unwrap());
    assert!(!today.contains("The rules are not signed"), "{today}");
}

#[test]
fn a_rule_shows_its_condition_sources_and_examples_with_what_it_says_of_them_now() {
    let mut nurse = House::lived_in().known("dana");
    let page = nurse.get("/rules/E05a").unwrap();
    let rule = said(&page);
    for part in [
        "age(birth_date) < 18 y",
        "at screening",
        "Nobody: only a new assessment with changed facts",
        "Review by",
        "as it should",
    ] {
        assert!(rule.contains(part), "{part}: {rule}");
    }
    assert!(!rule.contains("otherwise: "), "{rule}");
    assert!(
        page.text().contains("href=\"https://"),
        "sources are linked"
    );
    assert_eq!(nurse.get("/rules/E99").unwrap().status, 404);
    assert_eq!(nurse.get(SIGN).unwrap().status, 403);
}

#[test]
fn every_rule_has_a_page() {
    let house = House::lived_in();
    let mut reader = house.known("okafor");
    for rule in house.clinic.library().pack().rules() {
        let page = reader.get(&format!("/rules/{}", rule.id)).unwrap();
        assert_eq!(page.status, 200, "{}", rule.id);
        let words = said(&page);
        assert!(words.contains("as it should"), "{}: {words}", rule.id);
        assert!(!words.contains("not in the list of sources"), "{}", rule.id);
    }
}
