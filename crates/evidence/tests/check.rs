//! What the check finds: file, record, field and the mend.

#![expect(clippy::unwrap_used, reason = "a test stops at the first fault")]

use evidence::reading::{READING_AGE_MAX, reading_age};
use evidence::{File, Library, check, files_of_the_house};
use proptest::prelude::*;

/// The house's files with one text replaced in one of them.
fn spoilt(name: &str, from: &str, to: &str) -> Vec<File> {
    let mut files = files_of_the_house();
    let file = files.iter_mut().find(|file| file.name == name).unwrap();
    assert!(file.text.contains(from), "{name} does not hold {from:?}");
    file.text = file.text.replacen(from, to, 1);
    files
}

fn faults(files: &[File]) -> Vec<String> {
    check(files).iter().map(ToString::to_string).collect()
}

#[test]
fn the_evidence_of_the_house_is_sound_and_complete() {
    assert_eq!(faults(&files_of_the_house()), Vec::<String>::new());
    let library = Library::of_the_house().unwrap();
    assert_eq!(library.studies().len(), 45);
    assert_eq!(library.claims().len(), 19);
    assert_eq!((library.harms().len(), library.misreports().len()), (14, 3));
    let never_shown: Vec<&str> = library
        .studies()
        .iter()
        .filter(|study| !study.shown)
        .map(|study| study.id.as_str())
        .collect();
    assert_eq!(never_shown, ["kolp-2006"]);
    for claim in library.claims() {
        let n = library
            .works(&claim.in_favour)
            .chain(library.works(&claim.against))
            .count();
        assert_eq!(
            n,
            claim.in_favour.len() + claim.against.len(),
            "{}",
            claim.id
        );
    }
}

#[test]
fn an_item_rests_on_a_claim_or_is_clinic_policy_or_has_no_ground() {
    let library = Library::of_the_house().unwrap();
    let claim = |item: &str, sources: &[&str], is_policy: bool| {
        let sources: Vec<String> = sources.iter().map(|one| (*one).to_owned()).collect();
        library
            .ground(item, &sources, is_policy)
            .map(|ground| ground.words())
    };
    let pressure =
        "at 140/90 a dose needs a reason, and high pressure during a dose needs an answer";
    assert_eq!(claim("M01", &["S1"], false).as_deref(), Some(pressure));
    let drinkers = "helps people who drink stay sober";
    assert_eq!(
        claim("kare-2022/session", &[], false).as_deref(),
        Some(drinkers)
    );
    assert_eq!(
        claim("kare-2022/therapy", &[], true).as_deref(),
        Some("clinic policy; see: works best with psychotherapy")
    );
    let cap = claim("kare-2022/cap", &[], true);
    assert_eq!(
        cap.as_deref(),
        Some("clinic policy"),
        "a cap of our own is no trial's"
    );
    assert_eq!(
        claim("M03", &["S1"], true).as_deref(),
        Some("clinic policy")
    );
    assert_eq!(
        claim("M98", &["S1"], false).as_deref(),
        claim("E01", &["S1"], false).as_deref()
    );
    assert_eq!(
        claim("M99", &["S999"], false),
        None,
        "neither a claim nor policy"
    );
}

const DAKWAR: &str = "studies/dakwar-2019.toml";
const GRABSKI: &str = "studies/grabski-2022.toml";

/// A file, what is replaced in it by what, and the sentence that must come of it.
const SPOILT: &[[&str; 4]] = &[
    [
        DAKWAR,
        "events = 13",
        "events = 31",
        "dakwar-2019: outcome 1 arm \"ketamine + MBRP\" events: \
            31 events of 27 people; correct the count or the size",
    ],
    [
        DAKWAR,
        "events = 13",
        "events = 12",
        "dakwar-2019: outcome 1 arm \"ketamine + MBRP\" percent: \
            12 of 27 are 44.4 and not 48.2 in 100; correct the count, the size or the share",
    ],
    [
        GRABSKI,
        "low = 1.1,",
        "low = 11.1,",
        "grabski-2022: outcome 1 effect: the interval 11.1 to 19 \
            excludes its estimate 10.1; correct the estimate or the interval",
    ],
    [
        GRABSKI,
        "{ arm = \"ketamine + therapy\", and",
        "{ arm = \"ketamine\", and",
        "grabski-2022: \
            outcome 1 arm \"ketamine\" name: the study has no such arm; use one of: ketamine + therapy; \
            ketamine + education; saline + therapy; saline + education",
    ],
    [
        GRABSKI,
        "n = 24",
        "n = 99",
        "grabski-2022: n: the arms hold 171 people and the study 96; \
            correct one of them",
    ],
    [
        GRABSKI,
        "value = 0.8,",
        "value = -0.8,",
        "grabski-2022: outcome 4 effect: a ratio is not \
            above 0; correct it",
    ],
    [
        GRABSKI,
        "doi = \"10.1176/appi.ajp.2021.21030277\"",
        "doi = \"10.1176/appi.ajp.2019.18101123\"",
        "grabski-2022: doi: the study is also in studies/dakwar-2019.toml; keep one file, or \
            correct the one that is wrong",
    ],
    [
        "studies/tobacco-pilot.toml",
        "[[source]]\nurl = \"https://booksci.cn/literature_d47493.htm\"\n\
            seen = \"abstract\"\n",
        "",
        "tobacco-pilot: source: the citation has no source; say where it \
            was seen, or set shown = false",
    ],
    [
        "claims.toml",
        "for = [\"dakwar-2014\"]",
        "for = []",
        "motivation: for: the claim rests on no \
            study; name the studies for and against it",
    ],
    [
        "claims.toml",
        "for = [\"dakwar-2014\"]",
        "for = [\"dakwar-2041\"]",
        "motivation: for: there is \
            no shown study or background record \"dakwar-2041\"; correct the name, or add the record",
    ],
    [
        "claims.toml",
        "for = [\"dakwar-2014\"]",
        "for = [\"kolp-2006\"]",
        "motivation: for: there is \
            no shown study or background record \"kolp-2006\"; correct the name, or add the record",
    ],
    [
        "claims.toml",
        "reasons = [\"no control group\", \"small numbers\", \"withdrawal also falls by \
            itself and with buprenorphine\"]",
        "reasons = []",
        "buprenorphine-start: reasons: the grade \
            has no reason; say why it is no higher",
    ],
    [
        "claims.toml",
        "not_known = [\"whether it happens in people who seek treatment\", \"whether it lasts past a day\"]",
        "not_known = []",
        "motivation: not_known: nothing is said to be unknown; say what nobody knows yet",
    ],
    [
        "claims.toml",
        "pooling = \"abstinence\"",
        "pooling = \"abstinent\"",
        "alcohol-abstinence: pooling: there is no such pooling; correct the name, or leave it out",
    ],
    [
        "bearings.toml",
        "claim = \"interactions\"",
        "claim = \"interaction\"",
        "interaction: claim: there is no such claim; correct the name",
    ],
    [
        "bearings.toml",
        "\"S20\", \"S21\"",
        "\"S20\", \"S1\"",
        "interactions: sources: \"S1\" rests on two claims; keep it under one",
    ],
    [
        "harms.toml",
        "n = 19",
        "n = 29",
        "any-side-effect: n: 29 events of 26 people; correct the \
            count or the size",
    ],
    [
        "harms.toml",
        "source = \"Wong 2015\"",
        "source = \"\"",
        "oversedation: source: nothing is \
            written; write it",
    ],
];

#[test]
fn each_fault_is_named_with_its_place_and_mend() {
    for [name, from, to, sentence] in SPOILT {
        let found = faults(&spoilt(name, from, to));
        let wanted = format!("{name}: {sentence}");
        assert!(
            found.contains(&wanted),
            "{wanted:?} is not among {found:#?}"
        );
    }
}

#[test]
fn a_number_in_a_claim_stands_in_one_of_its_works() {
    let found = faults(&spoilt("claims.toml", "58.1 % lower", "85.1 % lower"));
    assert_eq!(
        found,
        [
            "claims.toml: craving: clinicians: the number 85.1 is in none of the claim's works; name \
          the work it comes from, or correct it"
        ]
    );
}

#[test]
fn a_file_that_cannot_be_read_is_named_with_its_line() {
    let found = faults(&spoilt("harms.toml", "figure =", "figur ="));
    assert!(
        found
            .iter()
            .any(|fault| fault.starts_with("harms.toml: line 6: ")),
        "{found:?}"
    );
    let mut files = files_of_the_house();
    files.push(File {
        name: "notes.toml".into(),
        text: String::new(),
    });
    assert!(
        faults(&files)
            .concat()
            .contains("notes.toml: no evidence file has this name")
    );
}

#[test]
fn a_library_with_a_fault_is_refused_as_a_whole() {
    let refused = Library::read(&spoilt("claims.toml", "grade = \"low\"\n", "")).unwrap_err();
    assert!(
        refused.to_string().contains("missing field `grade`"),
        "{refused}"
    );
}

#[test]
fn sentences_for_patients_are_for_a_reading_age_of_about_twelve() {
    let hard = "Pharmacological modulation of glutamatergic neurotransmission ameliorates craving.";
    assert!(reading_age(hard) > 20.0 && reading_age("We do not know that it lasts.") < 8.0);
    let library = Library::of_the_house().unwrap();
    let claims = library.claims().iter().map(|claim| claim.patients.as_str());
    let harms = library.harms().iter().map(|harm| harm.patients.as_str());
    for sentence in claims.chain(harms) {
        assert!(reading_age(sentence) <= READING_AGE_MAX, "{sentence}");
    }
    let found = faults(&spoilt(
        "claims.toml",
        "One very small study saw more will to quit for a day. \
        That is too little to go by.",
        hard,
    ));
    assert!(
        found
            .concat()
            .contains("motivation: patients: the sentence asks for a reading age of")
    );
}

#[test]
fn a_clinic_can_hide_a_claim_and_nothing_more() {
    let library = Library::of_the_house().unwrap();
    let shown = library.claims_but(&["motivation".to_owned()].into());
    assert_eq!(shown.len(), library.claims().len() - 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_text_makes_the_check_panic(text in "\\PC*", at in any::<prop::sample::Index>()) {
        let mut files = files_of_the_house();
        let file = at.index(files.len());
        files[file].text = text;
        let _ = check(&files);
    }

    #[test]
    fn no_number_makes_the_check_panic(number in any::<f64>(), events in any::<u32>()) {
        let files = spoilt("studies/dakwar-2019.toml", "events = 13", &format!("events = {events}"));
        let _ = check(&files);
        let files = spoilt("studies/grabski-2022.toml", "low = 1.1,", &format!("low = {number:?},"));
        let _ = check(&files);
    }
}
