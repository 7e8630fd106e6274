//! The rules as the medical director meets them: read, signed with the pass phrase, in use from then on.

use clinic::Library;
use protocol::PackText;

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
    assert_eq!(
        house.head(),
        head + 2,
        "the signature, and the text it is under"
    );
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

#[test]
fn a_rule_is_tried_on_what_is_typed_and_what_is_left_open_is_not_known() {
    let mut reader = House::lived_in().known("lindqvist");
    let tried = |reader: &mut testkit::Visitor, systolic: &str| {
        let systolic = systolic.replace(' ', "+").replace(';', "%3B");
        let diastolic = "80+mmHg+%40+-10+min%3B+80+mmHg";
        let query = format!("in-resting_systolic={systolic}&in-resting_diastolic={diastolic}");
        said(&reader.get(&format!("/rules/E16a?{query}")).unwrap())
    };
    let high = tried(&mut reader, "150 mmHg @ -10 min; 150 mmHg");
    assert!(high.contains("It applies"), "{high}");
    let calm = tried(&mut reader, "120 mmHg @ -10 min; 122 mmHg");
    assert!(calm.contains("It does not apply"), "{calm}");
    let open = tried(&mut reader, "");
    assert!(open.contains("It cannot be answered"), "{open}");
    let wrong = tried(&mut reader, "150 kg");
    assert!(!wrong.contains("It applies"), "{wrong}");
}

#[test]
fn a_whole_case_is_tried_without_touching_a_record() {
    let house = House::lived_in();
    let mut reader = house.known("lindqvist");
    let head = house.head();
    let page = reader.get("/rules/try").unwrap();
    let form = crate::form::Form::of(&page, "/rules/try");
    let calm = said(&form.send(&mut reader));
    assert!(calm.contains("This is not an all-clear"), "{calm}");
    let case = form
        .value("facts")
        .unwrap()
        .replace("\"psychosis_current\": \"no\", ", "");
    let less = form.clone().fill("facts", &case).send(&mut reader);
    assert!(
        said(&less).contains("could not be answered"),
        "{}",
        said(&less)
    );
    let hostile = form.fill("facts", "{\"stage\": 7").send(&mut reader);
    assert_eq!(hostile.status, 422);
    assert!(
        hostile.text().contains("{&quot;stage&quot;: 7"),
        "what was typed is kept"
    );
    assert_eq!(house.head(), head);
}

/// The rules that ship with the age from which one may be treated raised, and the breath limit.
fn own_rules() -> Library {
    let mut text = PackText::house();
    for (file, from, to) in [
        ("rules/house.toml", "version = 1", "version = 2"),
        (
            "rules/eligibility.toml",
            "age(birth_date) < 18 y",
            "age(birth_date) < 21 y",
        ),
        (
            "rules/shared.toml",
            "value = \"0.00 g/dL\"",
            "value = \"0.02 g/dL\"",
        ),
    ] {
        let mut files = text.files.iter_mut();
        let (_, words) = files.find(|(name, _)| name == file).unwrap();
        assert!(words.contains(from), "{file} does not say {from}");
        *words = words.replacen(from, to, 1);
    }
    let examples = protocol::house::examples().unwrap();
    let library = Library::embedded().unwrap();
    library.with_pack_text(text, examples).unwrap()
}

#[test]
fn the_director_reads_old_and_new_text_side_by_side_and_whom_it_would_move_before_signing() {
    let house = House::with_own_rules(own_rules());
    let mut director = house.sign_in("lindqvist");
    let pack = director.get("/rules").unwrap();
    assert!(pack.text().contains("href=\"/rules/compare\""));
    let page = director.get("/rules/compare").unwrap();
    let read = said(&page);
    for part in [
        "house@2, beside house@1, the rules that ship with Holdfast",
        "Sign these rules",
        "Would newly stop 0, newly pass 0.",
        "Nobody on a course would be moved",
        "1 rule that reads otherwise and 1 thing the rules share",
        "E05a",
        "As it ships, house@1",
        "Now, house@2",
        "Setting breath_alcohol_limit",
        "Changed",
        "Reads the same",
        "may answer otherwise",
        "E29",
    ] {
        assert!(read.contains(part), "{part}: {read}");
    }
    let html = page.text();
    assert!(html.contains("<del>18</del>") && html.contains("<ins>21</ins>"));
    let mut researcher = house.sign_in("ada");
    let read = said(&researcher.get("/rules/compare").unwrap());
    assert!(read.contains("The names are for those who may open charts"));
    assert!(!read.contains("Sign these rules"));
    assert_eq!(
        director.get("/rules/compare?with=none").unwrap().status,
        404
    );
}

#[test]
fn rules_nobody_signed_can_be_tried_on_a_made_up_case_and_are_run_on_no_patient() {
    let house = House::unsigned();
    let mut director = house.sign_in("lindqvist");
    let page = director.get("/rules/try").unwrap();
    let tried = Form::of(&page, "/rules/try").send(&mut director);
    assert_eq!(tried.status, 200);
    let words = said(&tried);
    assert!(words.contains("This is not an all-clear"), "{words}");
    assert!(words.contains("Nothing here touches a record"), "{words}");
    let mut desk = house.sign_in("maria");
    let path = crate::course::registered(&mut desk, "Ines");
    let course = [("protocol", "kare-2022"), ("substance", "alcohol")];
    let mut prescriber = house.sign_in("okafor");
    done(&mut prescriber, &format!("{path}/do/open-course"), &course);
    let run = crate::form::sent(&mut prescriber, &format!("{path}/do/assess"), &[]);
    let refused = said(&run);
    assert!(
        !run.status.to_string().starts_with('3'),
        "the rules were run: {refused}"
    );
    assert!(refused.contains("sign"), "{refused}");
    let known = house
        .clinic
        .chart(path.rsplit('/').next().unwrap().parse().unwrap())
        .unwrap();
    let course = known.chart.course().unwrap().id;
    assert!(known.chart.assessment(course).is_none());
}
