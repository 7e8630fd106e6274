//! What the rules read, in the clinic's words: no page shows a name that only a file of rules writes.

use testkit::visitor::Answer;
use web::routes::ROUTES;

use crate::course::{registered, shows};
use crate::form::{Form, done, said};
use crate::house::House;

/// The words of a page without what stands as code, letter by letter, or is typed by a director.
fn read_by_a_person(page: &Answer) -> String {
    let mut html = page.text();
    for (open, close) in [
        ("<code", "</code>"),
        ("<textarea", "</textarea>"),
        ("<script", "</script>"),
    ] {
        while let Some(start) = html.find(open) {
            let length = html[start..].find(close).unwrap() + close.len();
            html.replace_range(start..start + length, " ");
        }
    }
    let body = html.split("<body").nth(1).unwrap_or(&html).to_owned();
    let all = body.split('<').skip(1);
    let texts = all.map(|tag| tag.split_once('>').map_or("", |(_, text)| text));
    texts.collect::<Vec<_>>().join(" ")
}

/// Words with an underscore between two letters or figures: what nobody says.
fn names(text: &str) -> Vec<&str> {
    text.split_whitespace()
        .filter(|word| {
            let inner = word.trim_matches(|letter: char| !letter.is_alphanumeric());
            inner.contains('_')
                && !inner.contains('/')
                && !inner.starts_with("pt_")
                && !inner.starts_with("ses_")
        })
        .collect()
}

fn reads_as_words(page: &Answer, path: &str) {
    let text = read_by_a_person(page);
    let found = names(&text);
    assert!(found.is_empty(), "{path} shows {found:?}");
}

#[test]
fn no_page_of_a_patient_or_of_the_clinic_shows_the_name_of_an_input() {
    let house = House::lived_in();
    let (own, other) = (house.patient().to_string(), house.other().to_string());
    for (name, patient) in [("okafor", &own), ("maria", &other)] {
        let mut visitor = house.known(name);
        for route in ROUTES.iter().filter(|route| !route.is_post) {
            let is_read_by_machines = route.path.starts_with("/live/")
                || [".csv", ".pdf", ".js", ".txt", "/download", "{table}"]
                    .iter()
                    .any(|end| route.path.ends_with(end));
            if is_read_by_machines {
                continue;
            }
            let path = crate::access::path(house, route, patient);
            let page = visitor.get(&path).unwrap();
            if page.status == 200 {
                reads_as_words(&page, &path);
            }
        }
    }
}

#[test]
fn every_rule_shows_its_inputs_in_words_and_the_name_to_write_as_code() {
    let house = House::lived_in();
    let mut reader = house.known("lindqvist");
    let pack = house.clinic.library().pack();
    for rule in pack.rules() {
        let path = format!("/rules/{}", rule.id);
        let page = reader.get(&path).unwrap();
        reads_as_words(&page, &path);
        for name in rule.reads() {
            let written = format!("<code class=\"hf-code\">{name}</code>");
            assert!(
                page.text().contains(&written),
                "{path} does not show {name}"
            );
        }
    }
    let page = reader.get("/rules/E42b").unwrap();
    assert!(said(&page).contains("New pain or blood on passing urine urinary_symptom_new"));
}

#[test]
fn every_step_of_an_evaluation_and_every_form_of_the_day_asks_in_words() {
    let house = House::lived_in();
    let mut nurse = house.known("dana");
    let about = format!("/patients/{}", house.patient());
    for step in &house.clinic.library().evaluation().steps {
        let path = format!("{about}/evaluation/{}", step.id);
        reads_as_words(&nurse.get(&path).unwrap(), &path);
    }
    let known = house.clinic.chart(house.patient()).unwrap();
    for session in known.chart.sessions() {
        for form in ["ask-today", "ask-leaving"] {
            let path = format!("{about}/do/{form}?session={}", session.id);
            let page = nurse.get(&path).unwrap();
            assert_eq!(page.status, 200, "{path}");
            reads_as_words(&page, &path);
        }
    }
}

#[test]
fn what_is_missing_is_named_in_words_on_the_assessment_and_in_the_refusal() {
    let house = House::open();
    let mut desk = house.sign_in("maria");
    let path = registered(&mut desk, "Ines");
    let open = format!("{path}/do/open-course");
    let course = [("protocol", "kare-2022"), ("substance", "alcohol")];
    done(&mut desk, &open, &course);
    let mut prescriber = house.sign_in("okafor");
    done(&mut prescriber, &format!("{path}/do/assess"), &[]);
    let page = prescriber.get(&format!("{path}/eligibility")).unwrap();
    shows(&page, "heart attack: not asked");
    shows(&page, "new pain or blood on passing urine: not asked");
    reads_as_words(&page, "eligibility");
    let plan = prescriber.get(&format!("{path}/plan/new")).unwrap();
    reads_as_words(&plan, "plan/new");
}

#[test]
fn a_case_tried_without_facts_names_what_is_missing_in_words() {
    let house = House::lived_in();
    let mut reader = house.known("lindqvist");
    let page = reader.get("/rules/try").unwrap();
    let case =
        r#"{"stage": "screen", "at": "2026-03-02T14:00:00Z", "facts": {"sex": "not_recorded"}}"#;
    let tried = Form::of(&page, "/rules/try")
        .fill("facts", case)
        .send(&mut reader);
    shows(&tried, "new pain or blood on passing urine: missing");
    reads_as_words(&tried, "/rules/try");
}
