//! A trial with faults in it: each is named, and nobody is taken in in part.

use camino::{Utf8Path, Utf8PathBuf};

use crate::ground::{Ground, Said, ask, folder};

/// A small trial made up here: people 1 to 4, each with a little of everything.
const TABLES: &[(&str, &str)] = &[
    (
        "participants.csv",
        "who,trial\n1,CTN-9999\n2,CTN-9999\n3,CTN-9999\n4,CTN-9999\n",
    ),
    (
        "demographics.csv",
        "who,age,is_male\n1,30,Yes\n2,41,No\n3,,\n4,52,Yes\n",
    ),
    (
        "derived_raceEthnicity.csv",
        "who,race_ethnicity\n1,x\n2,x\n3,x\n4,x\n",
    ),
    ("psychiatric.csv", "who,depression\n1,No\n2,Yes\n3,\n4,No\n"),
    ("asi.csv", "who,used_iv\n1,No\n2,Yes\n3,No\n4,No\n"),
    ("fagerstrom.csv", "who,is_smoker\n1,Yes\n"),
    ("pain.csv", "who,pain,when\n1,No Pain,0\n"),
    ("rbs.csv", "who,what,did_use,days\n1,heroin,No,0\n"),
    ("rbs_iv.csv", "who,days\n1,0\n"),
    ("screening_date.csv", "who,screening_day\n1,0\n"),
    ("site_masked.csv", "who,site_masked\n1,7\n"),
    ("withdrawal_pre_post.csv", "who,what,withdrawal\n1,pre,2\n"),
    (
        "randomization.csv",
        "who,treatment,which,when\n1,Arm A,1,3\n2,Arm B,1,4\n",
    ),
    (
        "derived_visitImputed.csv",
        "who,when,visitImputed\n1,0,Present\n1,7,Missing\n2,0,Present\n3,7,Missing\n4,0,Present\n",
    ),
    ("visit.csv", "who,visit,what,when\n1,BASELINE,visit,0\n"),
    (
        "uds.csv",
        "who,what,when\n1,Opioid,0\n2,Opioid,0\n2,Cocaine,7\n4,THC,0\n",
    ),
    ("uds_temp.csv", "who,was_temp_ok,when\n1,1,0\n2,99,0\n"),
    (
        "tlfb.csv",
        "who,what,when\n1,Opioid,-2\n2,Opioid,-1\n3,Cocaine,5\n4,Heroin,6\n",
    ),
    ("treatment.csv", "who,amount,when\n1,16,4\n2,8,5\n"),
    ("withdrawal.csv", "who,withdrawal,when\n1,0,3\n2,3,4\n"),
];

struct Trial {
    _folder: tempfile::TempDir,
    path: Utf8PathBuf,
}

impl Trial {
    fn made() -> Self {
        let (made, path) = folder();
        for (name, text) in TABLES {
            std::fs::write(path.join(name), text).unwrap();
        }
        Self {
            _folder: made,
            path,
        }
    }

    /// The same trial with a piece of a table replaced.
    fn with(table: &str, from: &str, to: &str) -> Self {
        let trial = Self::made();
        let path = trial.path.join(table);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{from:?} is in {table}");
        std::fs::write(path, text.replacen(from, to, 1)).unwrap();
        trial
    }
}

fn import(ground: &Ground, trial: &Utf8Path, more: &[&str]) -> Said {
    let mut all = vec!["import", "ctn", trial.as_str(), "--day-zero", "2026-01-05"];
    all.extend(more);
    ground.ask(&all)
}

/// The people on the board, by number.
fn people(ground: &Ground) -> Vec<String> {
    let clinic = crate::people::opened(ground);
    let mut all: Vec<String> = clinic
        .board()
        .lines()
        .map(|(_, line)| line.record_number.as_deref().unwrap_or("?").to_owned())
        .collect();
    all.sort();
    all
}

/// Table, what to replace, with what, the place and reason that are named, who is left out.
type Case = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

const CASES: &[Case] = &[
    (
        "tlfb.csv",
        "2,Opioid,-1",
        "2,Opioid,soon",
        "tlfb.csv, line 3, column when: \"soon\" is not a study day",
        "2",
    ),
    (
        "tlfb.csv",
        "2,Opioid,-1",
        "2,Opioid,99999",
        "tlfb.csv, line 3, column when: \"99999\" is not a study day",
        "2",
    ),
    (
        "tlfb.csv",
        "2,Opioid,-1",
        "2,,-1",
        "tlfb.csv, line 3, column what: the substance",
        "2",
    ),
    (
        "uds.csv",
        "4,THC,0",
        "4,THC",
        "uds.csv, line 5, column (all): the row has 2 cells where 3 are due",
        "4",
    ),
    (
        "uds.csv",
        "4,THC,0",
        "4,THC,0,0",
        "uds.csv, line 5, column (all): the row has 4 cells where 3 are due",
        "4",
    ),
    (
        "uds_temp.csv",
        "2,99,0",
        "2,7,0",
        "uds_temp.csv, line 3, column was_temp_ok: this is none of 0, 1 and 99",
        "2",
    ),
    (
        "treatment.csv",
        "2,8,5",
        "2,8 mg,5",
        "treatment.csv, line 3, column amount: \"8 mg\" is not a whole number in range",
        "2",
    ),
    (
        "treatment.csv",
        "2,8,5",
        "2,8000,5",
        "treatment.csv, line 3, column amount: more than 1000 mg",
        "2",
    ),
    (
        "treatment.csv",
        "2,8,5",
        "2,-8,5",
        "treatment.csv, line 3, column amount: \"-8\" is not",
        "2",
    ),
    (
        "withdrawal.csv",
        "2,3,4",
        "2,4,4",
        "withdrawal.csv, line 3, column withdrawal: the category is none of",
        "2",
    ),
    (
        "demographics.csv",
        "2,41,No",
        "2,old,No",
        "demographics.csv, line 3, column age: \"old\" is not",
        "2",
    ),
    (
        "demographics.csv",
        "2,41,No",
        "2,200,No",
        "demographics.csv, line 3, column age: nobody is that old",
        "2",
    ),
    (
        "demographics.csv",
        "2,41,No",
        "2,41,maybe",
        "demographics.csv, line 3, column is_male: this is neither Yes nor No",
        "2",
    ),
    (
        "derived_visitImputed.csv",
        "3,7,Missing",
        "3,7,Late",
        "derived_visitImputed.csv, line 5, column visitImputed: this is neither",
        "3",
    ),
    (
        "participants.csv",
        "3,CTN-9999",
        "2,CTN-9999",
        "participants.csv, line 4, column who: this person is listed twice",
        "2 3",
    ),
    (
        "participants.csv",
        "3,CTN-9999",
        "three,CTN-9999",
        "participants.csv, line 4, column who: \"three\" is not a person's number",
        "3",
    ),
    (
        "participants.csv",
        "3,CTN-9999",
        "3,",
        "participants.csv, line 4, column trial: the trial has no name",
        "3",
    ),
    (
        "tlfb.csv",
        "2,Opioid,-1",
        "77,Opioid,-1\n2,Opioid,-1",
        "tlfb.csv, line 3, column who: this person is not among the participants",
        "",
    ),
];

#[test]
fn a_malformed_row_is_named_by_file_line_column_and_reason_and_its_person_left_out_whole() {
    for (table, from, to, named, left_out) in CASES {
        let (ground, trial) = (Ground::fresh(), Trial::with(table, from, to));
        let said = import(&ground, &trial.path, &[]).done();
        assert!(said.contains(named), "{named}: {said}");
        let expected: Vec<String> = ["1", "2", "3", "4"]
            .iter()
            .filter(|who| !left_out.contains(*who))
            .map(|who| format!("CTN-9999 {who}"))
            .collect();
        assert_eq!(people(&ground), expected, "{named}");
        assert!(
            said.contains(&format!("{} people taken in", expected.len())),
            "{said}"
        );
        assert!(!said.contains("for 0 rows"), "faults are counted: {said}");
    }
}

#[test]
fn a_mended_row_lets_its_person_in_on_the_next_run_and_nobody_twice() {
    let ground = Ground::fresh();
    let broken = Trial::with("tlfb.csv", "2,Opioid,-1", "2,Opioid,soon");
    import(&ground, &broken.path, &[]).done();
    let said = import(&ground, &Trial::made().path, &[]).done();
    assert!(
        said.contains("1 people taken in, 3 were here already"),
        "{said}"
    );
    assert_eq!(people(&ground).len(), 4);
}

#[test]
fn strict_stops_at_a_malformed_row_and_takes_nobody_in() {
    let ground = Ground::fresh();
    let before = ground.position();
    let trial = Trial::with("tlfb.csv", "2,Opioid,-1", "2,Opioid,soon");
    let said = import(&ground, &trial.path, &["--strict"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(
        said.out.contains("tlfb.csv, line 3, column when"),
        "{}",
        said.out
    );
    assert!(said.out.contains("nobody was taken in"), "{}", said.out);
    assert_eq!(ground.position(), before);
    import(&ground, &Trial::made().path, &["--strict"]).done();
    assert_eq!(people(&ground).len(), 4);
}

#[test]
fn a_row_that_could_be_anybodys_lets_nobody_in_in_part() {
    let cases = [
        (
            "2,Opioid,-1",
            "two,Opioid,-1",
            "column who: \"two\" is not a person's number",
        ),
        (
            "2,Opioid,-1",
            "2,\"Opioid,-1",
            "column what: a quotation mark is missing",
        ),
    ];
    for (from, to, named) in cases {
        let ground = Ground::fresh();
        let before = ground.position();
        let trial = Trial::with("tlfb.csv", from, to);
        let said = import(&ground, &trial.path, &[]);
        assert_eq!(said.code, Some(1), "{said:?}");
        assert!(
            said.out.contains(&format!("tlfb.csv, line 3, {named}")),
            "{}",
            said.out
        );
        assert!(said.out.contains("nobody was taken in"), "{}", said.out);
        assert_eq!(ground.position(), before);
    }
}

#[test]
fn bytes_that_are_no_text_are_named_and_their_person_left_out_whole() {
    let (ground, trial) = (Ground::fresh(), Trial::made());
    let mut bytes = std::fs::read(trial.path.join("uds.csv")).unwrap();
    let at = bytes
        .windows(7)
        .position(|seven| seven == b"Cocaine")
        .unwrap();
    bytes[at] = 0xFF;
    std::fs::write(trial.path.join("uds.csv"), bytes).unwrap();
    let said = import(&ground, &trial.path, &[]).done();
    assert!(
        said.contains("uds.csv, line 4, column what: the cell is not UTF-8 text"),
        "{said}"
    );
    assert_eq!(people(&ground), ["CTN-9999 1", "CTN-9999 3", "CTN-9999 4"]);
}

#[test]
fn a_byte_order_mark_line_ends_of_two_bytes_and_a_missing_last_line_end_change_nothing() {
    let plain = Ground::fresh();
    let counts = |said: &str| said.lines().skip(1).map(str::to_owned).collect::<Vec<_>>();
    let expected = counts(&import(&plain, &Trial::made().path, &[]).done());
    assert!(!expected.is_empty());
    let (ground, trial) = (Ground::fresh(), Trial::made());
    for (name, text) in TABLES {
        let text = format!("\u{FEFF}{}", text.trim_end().replace('\n', "\r\n"));
        std::fs::write(trial.path.join(name), text).unwrap();
    }
    let said = import(&ground, &trial.path, &[]).done();
    assert_eq!(counts(&said), expected);
    // A fault keeps its line, whatever ends the lines.
    let table = trial.path.join("tlfb.csv");
    let text = std::fs::read_to_string(&table).unwrap();
    std::fs::write(&table, text.replace("3,Cocaine,5", "3,Cocaine,late")).unwrap();
    let said = import(&Ground::fresh(), &trial.path, &[]).done();
    assert!(said.contains("tlfb.csv, line 4, column when"), "{said}");
}

#[test]
fn a_missing_file_or_column_is_one_sentence_and_nobody_is_taken_in() {
    let ground = Ground::fresh();
    let before = ground.position();
    let trial = Trial::made();
    std::fs::remove_file(trial.path.join("uds.csv")).unwrap();
    import(&ground, &trial.path, &[]).refused(2, &["uds.csv cannot be read", "folder of a trial"]);
    let trial = Trial::with("uds.csv", "who,what,when", "who,what,day");
    import(&ground, &trial.path, &[]).refused(2, &["uds.csv has no column when"]);
    let trial = Trial::with("uds.csv", "who,what,when", "who,who,when");
    import(&ground, &trial.path, &[]).refused(2, &["uds.csv has two columns who"]);
    import(&ground, Utf8Path::new("no/such/folder"), &[])
        .refused(2, &["no/such/folder/participants.csv cannot be read"]);
    assert_eq!(ground.position(), before);
}

#[test]
fn a_day_zero_that_is_no_date_is_refused() {
    let trial = Trial::made();
    let said = ask(&[
        "import",
        "ctn",
        trial.path.as_str(),
        "--data",
        "x",
        "--day-zero",
        "soon",
    ]);
    assert_eq!(said.code, Some(2));
    assert!(said.err.contains("--day-zero"), "{}", said.err);
}
