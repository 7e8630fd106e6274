//! What a director can get wrong in a file, each told with its line and what to write instead.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a helper of a test that cannot go on has failed"
)]

use protocol::{Dictionary, Known, Pack, Protocol, Signature, SignatureError, house};

const HEAD: &str = "id = \"mine\"\nversion = 1\ntitle = \"Mine\"\nreview_by = 2027-06-30\n";

fn rule(id: &str, when: &str, rest: &str) -> String {
    format!(
        "\n[[rule]]\nid = \"{id}\"\ntitle = \"T\"\nstage = [\"screen\"]\nclass = \"exclude\"\n\
         when = '{when}'\nactions = [\"a\"]\nrationale = \"r\"\nevidence = \"H\"\n{rest}\n"
    )
}

const SOURCED: &str = "sources = [\"HOUSE\"]";

fn faults(text: &str) -> Vec<String> {
    let read = Pack::read(
        &[("mine.toml", text)],
        &house::inputs().unwrap(),
        &house::sources().unwrap(),
    );
    read.map_or_else(
        |faults| faults.0.iter().map(ToString::to_string).collect(),
        |_| Vec::new(),
    )
}

fn one_fault(text: &str) -> String {
    let all = faults(text);
    assert_eq!(all.len(), 1, "{all:#?}");
    all[0].clone()
}

#[test]
fn a_sound_rule_has_no_fault() {
    let text = format!("{HEAD}{}", rule("X1", "systolic >= 140 mmHg", SOURCED));
    assert_eq!(faults(&text), Vec::<String>::new());
}

#[test]
fn units_that_do_not_match_are_told_where_the_number_stands() {
    let text = format!("{HEAD}{}", rule("X1", "systolic >= 140 kg", SOURCED));
    assert_eq!(
        one_fault(&text),
        "mine.toml:11: a number in mmHg is compared with a number in kg, g, mg, mcg, lb; \
         write the number in mmHg"
            .replace(
                "a number in mmHg is compared with a number in",
                "mmHg is compared with"
            )
    );
    let bare = format!("{HEAD}{}", rule("X1", "systolic >= 140", SOURCED));
    assert!(one_fault(&bare).contains("mmHg is compared with a number without unit"));
}

#[test]
fn an_unknown_input_is_answered_with_the_one_that_was_meant() {
    let text = format!("{HEAD}{}", rule("X1", "sistolic >= 140 mmHg", SOURCED));
    assert_eq!(
        one_fault(&text),
        "mine.toml:11: there is no input or definition sistolic; did you mean systolic?"
    );
}

#[test]
fn two_rules_with_one_id_are_told_with_the_place_of_the_first() {
    let text = format!(
        "{HEAD}{}{}",
        rule("X1", "systolic >= 140 mmHg", SOURCED),
        rule("X1", "pulse > 130 /min", SOURCED)
    );
    assert!(
        one_fault(&text).contains("the rule X1 is already at mine.toml:6"),
        "{}",
        one_fault(&text)
    );
}

#[test]
fn definitions_that_go_round_in_a_circle_are_told_by_name() {
    let circle = "[define.a]\nis = 'b + 1 points'\n[define.b]\nis = 'a + 1 points'\n";
    let text = format!("{HEAD}{circle}{}", rule("X1", "pulse > 130 /min", SOURCED));
    assert_eq!(
        one_fault(&text),
        "mine.toml:6: the definitions a, b go round in a circle; let one of them read inputs only"
    );
}

#[test]
fn what_cannot_be_read_is_told_where_it_stands_and_not_again_where_it_is_used() {
    let circle = "[define.a]\nis = 'a + 1 points'\n";
    let text = format!("{HEAD}{circle}{}", rule("X1", "a > 3 points", SOURCED));
    assert_eq!(
        one_fault(&text),
        "mine.toml:6: the definition a uses itself; let one of them read inputs only"
    );
}

#[test]
fn a_name_given_twice_in_two_files_is_told_and_neither_stands_in_the_place_of_the_other() {
    let files = |what: &str| {
        let other = format!("{}{what}", HEAD.replace("mine", "other"));
        let text = format!("{HEAD}{what}{}", rule("X1", "pulse > 130 /min", SOURCED));
        let read = Pack::read(
            &[("mine.toml", &text), ("other.toml", &other)],
            &house::inputs().unwrap(),
            &house::sources().unwrap(),
        );
        read.unwrap_err().to_string()
    };
    for (name, what) in [
        (
            "setting a",
            "[setting.a]\nvalue = \"3 d\"\nsays = \"s\"\nevidence = \"H\"\n",
        ),
        ("list a", "[list.a]\ntitle = \"T\"\ndrugs = []\n"),
        ("definition a", "[define.a]\nis = '3 points'\n"),
    ] {
        let told = files(what);
        assert!(
            told.contains(&format!("there is another {name} in this pack"))
                && told.contains("other.toml:"),
            "{told}"
        );
    }
}

#[test]
fn a_list_that_takes_over_one_there_is_not_is_no_shorter_list() {
    let lists = "[list.benzos]\ntitle = \"B\"\ndrugs = [{ name = \"diazepam\", evidence = \"R\" }]\n\
                 [list.all]\ntitle = \"A\"\nlists = [\"benzoz\"]\n";
    let text = format!(
        "{HEAD}{lists}{}",
        rule("X1", "any(medicine in all)", SOURCED)
    );
    assert!(
        one_fault(&text)
            .contains("takes over \"benzoz\", and there is no such list; did you mean \"benzos\"?"),
        "{}",
        one_fault(&text)
    );
}

#[test]
fn a_window_that_is_no_whole_span_and_an_id_with_signs_are_refused() {
    for window in ["1.5 mo", "0.5 d", "2000000000 mo", "0 d"] {
        let when = format!("any(stroke within {window})");
        let told = one_fault(&format!("{HEAD}{}", rule("X1", &when, SOURCED)));
        assert!(
            told.contains("not followed by a whole span of time"),
            "{told}"
        );
    }
    let told = one_fault(&format!(
        "{HEAD}{}",
        rule("X1<b>", "pulse > 130 /min", SOURCED)
    ));
    assert!(told.contains("has signs a rule is not called by"), "{told}");
    let unit =
        "[setting.cut]\nvalue = \"off\"\nunit = \"pionts\"\nsays = \"s\"\nevidence = \"H\"\n";
    let text = format!("{HEAD}{unit}{}", rule("X1", "pulse > 130 /min", SOURCED));
    assert!(one_fault(&text).contains("is \"pionts\", which is not known"));
}

#[test]
fn readings_asked_for_sooner_name_known_readings_a_span_and_say_so_in_words() {
    let asked = |tighter: &str, action: &str| {
        let rest = format!("{SOURCED}\ntighter = {tighter}");
        let text =
            rule("X1", "pulse > 130 /min", &rest).replace("[\"a\"]", &format!("[{action:?}]"));
        faults(&format!("{HEAD}{text}"))
    };
    let sound = r#"{ read = ["pulse"], every = "5 min", until = "20 min" }"#;
    assert_eq!(asked(sound, "pulse every 5 minutes"), Vec::<String>::new());
    for (tighter, action, wrong) in [
        (
            sound,
            "watch the pulse",
            "does not say so to whoever reads it",
        ),
        (
            r#"{ read = ["puls"], every = "5 min" }"#,
            "every 5",
            "names \"puls\"",
        ),
        (
            r#"{ read = [], every = "5 min" }"#,
            "every 5",
            "names no reading",
        ),
        (
            r#"{ read = ["pulse"], every = "0 min" }"#,
            "every 0",
            "no span that can be kept",
        ),
        (
            r#"{ read = ["pulse"], every = "5 min", until = "4 min" }"#,
            "every 5",
            "no span",
        ),
        (
            r#"{ read = ["pulse"], every = "5 kg" }"#,
            "every 5",
            "is not whole minutes",
        ),
    ] {
        let told = asked(tighter, action);
        assert!(
            told.iter().any(|one| one.contains(wrong)),
            "{tighter}: {told:#?}"
        );
    }
}

#[test]
fn a_rule_without_a_source_or_with_one_nobody_listed_is_refused() {
    let text = format!("{HEAD}{}", rule("X1", "pulse > 130 /min", ""));
    assert!(one_fault(&text).contains("the rule X1 has no source"));
    let text = format!(
        "{HEAD}{}",
        rule("X1", "pulse > 130 /min", "sources = [\"S999\"]")
    );
    assert!(
        one_fault(&text)
            .contains("mine.toml:15: the source S999 of the rule X1 is not in the list")
    );
}

#[test]
fn a_date_that_does_not_exist_is_told_with_its_line() {
    let text = format!(
        "{HEAD}{}",
        rule(
            "X1",
            "pulse > 130 /min",
            &format!("{SOURCED}\nreview_by = \"2027-02-30\"")
        )
    );
    assert_eq!(
        one_fault(&text),
        "mine.toml:16: review_by of the rule X1 is not a date that exists; \
         write for example review_by = 2027-06-30"
    );
    let bare = text.replace("\"2027-02-30\"", "2027-02-30");
    let told = faults(&bare);
    assert!(
        told.iter().any(|one| one.starts_with("mine.toml:16:")),
        "{told:#?}"
    );
}

#[test]
fn a_missing_input_may_never_pass_a_rule_that_excludes() {
    let text = format!(
        "{HEAD}{}",
        rule(
            "X1",
            "pulse > 130 /min",
            &format!("{SOURCED}\nmissing = \"ignore\"")
        )
    );
    assert!(one_fault(&text).contains("lets a missing input pass although it excludes or holds"));
}

#[test]
fn every_fault_is_told_at_once_and_misspelt_keys_are_named() {
    let text = format!(
        "{HEAD}{}{}{}",
        rule("X1", "sistolic >= 140 mmHg", SOURCED),
        rule("X2", "pulse > 130 mmHg", "").replace("rationale", "rationalle"),
        rule("X3", "pulse >", SOURCED).replace("\"exclude\"", "\"exlude\""),
    );
    let told = faults(&text);
    assert!(told.len() >= 6, "{told:#?}");
    assert!(
        told.iter()
            .any(|one| one.contains("did you mean rationale?")),
        "{told:#?}"
    );
    assert!(
        told.iter()
            .any(|one| one.contains("did you mean \"exclude\"?")),
        "{told:#?}"
    );
    assert!(
        told.iter()
            .any(|one| one.contains("the expression ends too soon")),
        "{told:#?}"
    );
}

#[test]
fn text_that_is_no_toml_and_no_text_at_all_are_faults_and_never_a_panic() {
    for text in [
        "",
        "id =",
        "[[rule]",
        "\u{0}",
        "rule = 3",
        "[[rule]]\nid = 7\nwhen = [1]",
    ] {
        assert!(!faults(text).is_empty(), "{text:?}");
    }
    let deep = format!("{HEAD}{}", rule("X1", &"(".repeat(3_000), SOURCED));
    assert!(one_fault(&deep).contains("brackets nest too deep"));
    let nots = format!("{HEAD}{}", rule("X1", &"not ".repeat(900), SOURCED));
    assert!(one_fault(&nots).contains("nest too deep"));
}

#[test]
fn a_pack_edited_after_it_was_signed_is_found_out() {
    let pack = house::pack().unwrap();
    let signature = Signature {
        pack: pack.id.clone(),
        version: pack.version,
        name: "Dr A. Director".to_owned(),
        role: "medical director".to_owned(),
        at: protocol::EXAMPLE_AT,
        meaning: "approved for use on patients of this clinic".to_owned(),
        digest: pack.digest(),
    };
    assert_eq!(pack.verify(&signature), Ok(()));
    let edited: Vec<(&str, String)> = house::RULES
        .iter()
        .map(|(name, text)| (*name, text.replace("< 18 y", "< 17 y")))
        .collect();
    let edited: Vec<(&str, &str)> = edited
        .iter()
        .map(|(name, text)| (*name, text.as_str()))
        .collect();
    let (inputs, sources) = (house::inputs().unwrap(), house::sources().unwrap());
    let edited = Pack::read(&edited, &inputs, &sources).unwrap();
    assert!(matches!(
        edited.verify(&signature),
        Err(SignatureError::Edited { .. })
    ));
    let layout: Vec<(&str, String)> = house::RULES
        .iter()
        .map(|(name, text)| (*name, format!("# a comment\n\n{text}\n")))
        .collect();
    let layout: Vec<(&str, &str)> = layout
        .iter()
        .map(|(name, text)| (*name, text.as_str()))
        .collect();
    let layout = Pack::read(&layout, &inputs, &sources).unwrap();
    assert_eq!(
        layout.verify(&signature),
        Ok(()),
        "comments and blank lines sign nothing"
    );
}

#[test]
fn every_input_of_the_dictionary_is_read_by_a_rule() {
    let (pack, dictionary) = (house::pack().unwrap(), house::inputs().unwrap());
    let unread: Vec<&str> = dictionary
        .names()
        .filter(|name| pack.inputs().input(name).is_err())
        .collect();
    assert_eq!(
        unread,
        ["anxiety"],
        "charted by the protocols, judged by no rule"
    );
}

/// What is said of a protocol file, read with all that it may name.
fn told(name: &str, text: &str) -> Vec<String> {
    let sources = house::sources().unwrap();
    let rules = house::pack().unwrap().names();
    let inputs = house::inputs().unwrap();
    let known = Known {
        sources: &sources,
        rules: Some(&rules),
        inputs: Some(&inputs),
    };
    let faults = Protocol::read_all(&[(name, text)], &known).unwrap_err();
    faults.0.iter().map(ToString::to_string).collect()
}

/// The protocol that faults are written into.
fn kare() -> (&'static str, &'static str) {
    let (name, text) = house::PROTOCOLS[8];
    assert_eq!(name, "protocols/kare-2022.toml");
    (name, text)
}

#[test]
fn a_protocol_over_its_cap_and_one_that_asks_for_an_unknown_rule_are_refused() {
    let (name, text) = kare();
    let told = |text: &str| told(name, text);
    let over = text.replace("0.8 mg/kg", "120 mg");
    assert!(
        told(&over)[0].contains("gives 120 mg and max_dose is 100 mg"),
        "{:?}",
        told(&over)
    );
    let unknown = text.replacen("\"E52\"", "\"E99\"", 1);
    assert!(told(&unknown)[0].contains("asks for the rule E99, which no pack has"));
    let no_cap = text.replace("max_dose = \"100 mg\"\n", "");
    assert!(
        told(&no_cap)[0].contains("has no max_dose"),
        "{:?}",
        told(&no_cap)
    );
    let volume = text.replacen("0.8 mg/kg", "0.8 mL", 1);
    assert!(
        told(&volume).iter().any(|one| one.contains("is in mL")),
        "{:?}",
        told(&volume)
    );
    assert!(Dictionary::read("x", "[a]\nkind = 3\n").is_err());
}

#[test]
fn what_does_not_hold_across_the_tables_of_a_protocol_is_refused_at_its_line() {
    let (name, text) = kare();
    for (from, to, wrong) in [
        ("0.8 mg/kg", "0 mg/kg", "of session number 1 is nothing"),
        (
            "0.8 mg/kg",
            "8 mg/kg",
            ":21: session 1 gives 200 mg even to somebody of 25 kg",
        ),
        (
            ", over = \"40 min\"",
            "",
            ":21: session 1 runs into a vein in no time",
        ),
        ("40 min", "0 min", "runs into a vein in no time"),
        (
            "40 min",
            "130 min",
            "runs for 130 min and stay_min is 120 min",
        ),
        (
            "[-10, 0]",
            "[-10, 99999]",
            "monitoring number 1 is due more than a day from the dose",
        ),
        (
            "\"respiratory_rate\"",
            "\"respiratory_rat\"",
            "did you mean respiratory_rate?",
        ),
        (
            "day = 7\nroute",
            "day = 0\nroute",
            ": session 2 is not later than session 1",
        ),
        (
            "beside_session = 3",
            "beside_session = 9",
            "therapy 6 is beside a session that is not there",
        ),
    ] {
        let text = text.replacen(from, to, 1);
        let told = told(name, &text);
        assert!(
            told.iter().any(|one| one.contains(wrong)),
            "{wrong}: {told:#?}"
        );
    }
}
