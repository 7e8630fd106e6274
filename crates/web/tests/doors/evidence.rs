//! Evidence as a clinician meets it: claims, studies, a summary only when asked for, why, overruling.

use testkit::visitor::Answer;

use crate::form::{Form, address, done, said, sent};
use crate::house::{House, SECRET};

/// Every address under `/evidence` that a page leads to.
fn leads(page: &Answer) -> Vec<String> {
    let html = page.text();
    let found = html
        .split("href=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next());
    found
        .filter(|href| href.starts_with("/evidence"))
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_claim_and_study_has_a_page_and_every_link_among_them_leads_somewhere() {
    let house = House::lived_in();
    let mut reader = house.known("okafor");
    let (mut waiting, mut seen) = (
        vec!["/evidence".to_owned()],
        std::collections::BTreeSet::new(),
    );
    while let Some(path) = waiting.pop() {
        if path.contains('?') || !seen.insert(path.clone()) {
            continue;
        }
        let page = reader.get(&path).unwrap();
        assert_eq!(page.status, 200, "{path}");
        waiting.extend(leads(&page));
    }
    let library = house.clinic.library().evidence();
    for claim in library.claims() {
        assert!(
            seen.contains(&format!("/evidence/{}", claim.id)),
            "nothing leads to {}",
            claim.id
        );
    }
    for study in library.studies() {
        assert!(
            seen.contains(&format!("/evidence/studies/{}", study.id)),
            "nothing leads to {}",
            study.id
        );
    }
    assert_eq!(reader.get("/evidence/no-such-claim").unwrap().status, 404);
    assert_eq!(
        reader
            .get("/evidence/studies/no-such-study")
            .unwrap()
            .status,
        404
    );
}

#[test]
fn a_claim_shows_its_grade_with_reasons_its_rows_and_a_summary_only_when_asked() {
    let mut reader = House::lived_in().known("okafor");
    let page = reader.get("/evidence/alcohol-abstinence").unwrap();
    let words = said(&page);
    for part in [
        "Marked down for: one trial of moderate size",
        "no full paper has been checked by a person yet",
        "low for more sober days; very low for full abstinence",
        "What is not known",
        "What would change it: MORE-KARE",
        "Often misreported",
        "No default that rests on this is overruled",
        "No diamond, unless you ask for one",
        "different drugs; different time points",
        "7.74 (1.88 to 31.87)",
        "1.25 (0.48 to 3.23)",
    ] {
        assert!(words.contains(part), "{part}: {words}");
    }
    let html = page.text();
    assert!(!html.contains("fg-diamond") && !words.contains("2.29 (0.21"));
    let row = html.split(">Dakwar 2020<").nth(1).unwrap();
    let row: String = row.chars().take(600).collect();
    assert!(
        row.contains("9/17") && row.contains("9/22"),
        "counts are of those abstinent: {row}"
    );
    let apart = html.find("Not randomised; shown apart").unwrap();
    assert!(html.rfind("fg-square fg-apart").unwrap() > apart);
    let asked = reader.get("/evidence/alcohol-abstinence?pool=yes").unwrap();
    assert!(asked.text().contains("fg-diamond"));
    assert!(
        said(&asked).contains("2.29 (0.21 to 24.42, Hartung-Knapp, 3 studies)"),
        "{}",
        said(&asked)
    );
    let adjusted = reader
        .get("/evidence/cocaine-abstinence?adjusted=yes")
        .unwrap();
    assert!(said(&adjusted).contains("5.70 ("));
    let not_poolable = reader.get("/evidence/heroin-abstinence?pool=yes").unwrap();
    assert!(
        said(&not_poolable).contains("not summarised"),
        "{}",
        said(&not_poolable)
    );
}

#[test]
fn a_study_says_what_was_seen_where_and_what_a_careful_reader_holds_against_it() {
    let mut reader = House::lived_in().known("jonah");
    let words = said(&reader.get("/evidence/studies/grabski-2022").unwrap());
    for part in [
        "Nobody has checked it against the paper",
        "odds ratio 0.8 (0.31 to 2.1)",
        "not to be trusted",
        "Saline is easily told from ketamine",
        "https://psychiatryonline.org",
        "EudraCT 2015-000222-11",
    ] {
        assert!(words.contains(part), "{part}: {words}");
    }
    let unseen = said(&reader.get("/evidence/studies/kolp-2006").unwrap());
    assert!(unseen.contains("never shown as a result"), "{unseen}");
}

#[test]
fn a_search_finds_claims_studies_and_harms_and_says_so_when_it_finds_nothing() {
    let mut reader = House::lived_in().known("ada");
    let found = said(&reader.get("/evidence?find=bladder").unwrap());
    assert!(
        found.contains("Bladder and liver are checked by total dose"),
        "{found}"
    );
    assert!(found.contains("things found"));
    let nothing = reader.get("/evidence?find=%3Cscript%3Ealert(1)").unwrap();
    assert!(said(&nothing).contains("Nothing found"));
    assert!(!nothing.text().contains("<script>alert"));
}

#[test]
fn a_default_is_overruled_with_a_reason_and_a_name_and_stands_beside_its_claim() {
    let house = House::open();
    let mut director = house.sign_in("lindqvist");
    let form = "/do/overrule?claim=first-ninety-days";
    let path = "/do/overrule";
    let answers = [
        ("about", "kare-2022/assessment"),
        ("instead", "A call each day to day 14"),
        (
            "reason",
            "Most come after opioids, where the first week is the worst",
        ),
        ("pass_phrase", SECRET),
    ];
    let head = house.head();
    let empty = sent(&mut director, form, &[("about", "kare-2022/assessment")]);
    assert_eq!(empty.status, 422, "without a reason");
    assert!(Form::of(&empty, path).value("claim").is_some());
    let page = director.get(form).unwrap();
    let back = Form::of(&page, path)
        .fill_all(&[answers[0], answers[2], answers[3]])
        .send(&mut director);
    assert_eq!(
        back.status, 422,
        "nothing is overruled that could be given back"
    );
    for (secret, why) in [("", "no pass phrase"), ("not this one", "a wrong one")] {
        let said = [answers[0], answers[1], answers[2], ("pass_phrase", secret)];
        assert_eq!(sent(&mut director, form, &said).status, 422, "{why}");
    }
    assert_eq!(house.head(), head);
    let claim = done(&mut director, form, &answers);
    let words = said(&claim);
    for part in [
        "A call each day to day 14",
        "Most come after opioids",
        "Dr Edith Lindqvist",
        "Overruled here",
    ] {
        assert!(words.contains(part), "{part}: {words}");
    }
    let mut nurse = house.sign_in("dana");
    let seen = said(&nurse.get("/evidence/first-ninety-days").unwrap());
    assert!(
        seen.contains("A call each day to day 14") && !seen.contains("Overrule a default"),
        "{seen}"
    );
    assert_eq!(nurse.get(form).unwrap().status, 403);
}

#[test]
fn every_rule_that_ran_leads_to_its_claim_or_says_clinic_policy() {
    let house = House::lived_in();
    let mut reader = house.known("okafor");
    let page = reader
        .get(&format!("/patients/{}/eligibility", house.patient()))
        .unwrap();
    let html = page.text();
    let rules = html.matches("<th scope=\"row\"").count();
    let grounds = html.matches(">why?</a>").count() + html.matches("Clinic policy.").count();
    assert!(
        rules > 30 && grounds >= rules,
        "{grounds} grounds for {rules} rules"
    );
    let claim = address(&page, "/evidence/");
    assert_eq!(reader.get(&claim).unwrap().status, 200);
}
