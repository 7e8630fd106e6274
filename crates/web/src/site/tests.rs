use evidence::Library;
use evidence::record::Grade;

use super::{HOUSE, Site};

fn read(name: &str, text: &str) -> Result<Site, String> {
    let library = Library::of_the_house().unwrap();
    Site::read(&[(name.to_owned(), text.to_owned())], &library).map_err(|faults| faults.to_string())
}

#[test]
fn the_pages_that_come_with_holdfast_are_sound() {
    let library = Library::of_the_house().unwrap();
    Site::of_the_house(&library).unwrap();
}

#[test]
fn a_clinic_can_hide_a_claim_and_has_no_place_to_grade_one() {
    let site = read("clinic.toml", "hide_claims = [\"motivation\"]").unwrap();
    assert!(site.clinic.hide_claims.contains("motivation"));
    for raised in [
        "grades = { motivation = \"high\" }",
        "[claims.motivation]\ngrade = \"high\"",
        "[[claim]]\nid = \"motivation\"\ngrade = \"high\"",
    ] {
        assert!(
            read("clinic.toml", raised)
                .unwrap_err()
                .contains("unknown field"),
            "{raised}"
        );
    }
    // The words of a language have no place for one either, and the grade is the evidence's.
    let words = HOUSE
        .iter()
        .find(|(name, _)| *name == "words/en.toml")
        .unwrap()
        .1;
    let raised =
        format!("{words}\n[claims.motivation]\nclaim = \"x\"\nsay = \"y\"\ngrade = \"high\"\n");
    assert!(
        read("words/en.toml", &raised)
            .unwrap_err()
            .contains("unknown field")
    );
    let library = Library::of_the_house().unwrap();
    assert_eq!(library.claim("motivation").unwrap().grade, Grade::VeryLow);
}

#[test]
fn a_fault_in_the_clinics_file_is_named_with_the_mend() {
    for (text, sentence) in [
        (
            "hide_claims = [\"motivaton\"]",
            "there is no claim \"motivaton\"; use a name that",
        ),
        (
            "[[paragraph]]\npage = \"prices\"\nsay = []",
            "there is no page \"prices\"; use one of: home",
        ),
        (
            "until = \"6 pm\"",
            "\"6 pm\" is not a time of day; write it as 18:00",
        ),
        (
            "working_days = [\"monday\"]",
            "not days of the week; use mon",
        ),
        ("language = \"es\"", "there is no file words/es.toml"),
        ("\nname = 5", "line 2: invalid type"),
    ] {
        let said = read("clinic.toml", text).unwrap_err();
        assert!(said.contains(sentence), "{text}: {said}");
    }
}

#[test]
fn a_language_that_is_half_translated_is_not_served() {
    let library = Library::of_the_house().unwrap();
    let words = HOUSE
        .iter()
        .find(|(name, _)| *name == "words/en.toml")
        .unwrap()
        .1;
    let clinic = ("clinic.toml".to_owned(), "language = \"es\"".to_owned());
    let half = |text: String| {
        let files = [clinic.clone(), ("words/es.toml".to_owned(), text)];
        Site::read(&files, &library)
            .map(drop)
            .map_err(|faults| faults.to_string())
    };
    let renamed = words.replace("language = \"en-US\"", "language = \"es-US\"");
    let said = half(renamed.clone()).unwrap_err();
    assert!(
        said.contains("claims not in this language")
            && said.contains("harms not in")
            && said.contains("misreports not in"),
        "{said}"
    );
    let said = half(renamed.replace("id = \"questions\"", "id = \"preguntas\"")).unwrap_err();
    assert!(said.contains("have each once, in this order"), "{said}");
    assert!(half(words.replace("skip = ", "skipp = ")).is_err());
    let claims = library.claims().iter();
    let claim = |id: &str, not_known: &[String]| {
        format!("[claims.{id}]\nclaim = \"a\"\nsay = \"b\"\nnot_known = {not_known:?}\n")
    };
    let claims: Vec<String> = claims.map(|one| claim(&one.id, &one.not_known)).collect();
    let harms = library.harms().iter();
    let harms = harms.map(|one| ["[harms.", &one.id, "]\nharm = \"a\"\nsay = \"b\"\n"].concat());
    let misreport = library.misreports().first();
    let misreport = misreport.map(|one| {
        [
            "[misreports.",
            &one.id,
            "]\nsays = \"a\"\ninstead = \"b\"\n",
        ]
        .concat()
    });
    let whole: String = std::iter::once(renamed)
        .chain(claims)
        .chain(harms)
        .chain(misreport)
        .collect();
    half(whole.clone()).unwrap();
    let silent = whole.replace("not_known = [\"", "#");
    let said = half(silent).unwrap_err();
    assert!(said.contains("what is not known of a claim"), "{said}");
}

#[test]
fn an_enquiry_is_promised_an_answer_by_the_end_of_the_next_working_day() {
    let site = read("clinic.toml", "until = \"17:30\"").unwrap();
    let promised = |day: &str| site.clinic.promised(day.parse().unwrap()).unwrap();
    assert_eq!(
        promised("2026-11-23").0.to_string(),
        "2026-11-24",
        "Monday's on Tuesday"
    );
    assert_eq!(
        promised("2026-11-27").0.to_string(),
        "2026-11-30",
        "Friday's on Monday"
    );
    assert_eq!(promised("2026-11-28").0.to_string(), "2026-11-30");
    assert_eq!(promised("2026-11-23").1.to_string(), "17:30:00");
}
