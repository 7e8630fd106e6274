//! `holdfast outcomes` as an operator meets it.

#![expect(clippy::unwrap_used, reason = "a test stops at the first fault")]

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

fn outcomes(arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_holdfast"))
        .arg("outcomes")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that refuses its arguments does not read, and that is not what is tested.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[test]
fn endpoints_are_printed_one_column_each_in_the_order_of_the_reference() {
    let answer = outcomes(
        &["endpoints", "--words", "-"],
        "who,word\n7,---------------\n",
    );
    assert_eq!(answer.status.code(), Some(0));
    let lines: Vec<&str> = text(&answer.stdout).lines().collect();
    assert_eq!(lines.len(), 2);
    assert!(lines.iter().all(|line| line.split(',').count() == 63));
    assert!(
        lines
            .concat()
            .starts_with("who,Ab_ctnNinetyFour_2023,Ab_fiellin_2006,")
    );
    assert!(
        lines
            .concat()
            .contains("7,TRUE,15,TRUE,TRUE,11,TRUE,TRUE,15,0,15,")
    );
}

#[test]
fn a_question_that_cannot_be_asked_ends_with_two_and_a_sentence() {
    let cases: [(&[&str], &str, &str); 4] = [
        (
            &["endpoints", "--words", "-"],
            "who,word\n7,--x\n",
            "line 2: 7: week 3 of the word is 'x'",
        ),
        (
            &["endpoints", "--words", "no/such.csv"],
            "",
            "failed to read no/such.csv",
        ),
        (
            &["words", "--ctn", "no/such"],
            "",
            "failed to read no/such/participants.csv",
        ),
        (
            &["explain", "Ab_nobody_1900"],
            "",
            "`holdfast outcomes explain` lists all of them",
        ),
    ];
    for (arguments, input, sentence) in cases {
        let answer = outcomes(arguments, input);
        assert_eq!(answer.status.code(), Some(2), "{arguments:?}");
        assert!(answer.stdout.is_empty());
        assert!(
            text(&answer.stderr).contains(sentence),
            "{}",
            text(&answer.stderr)
        );
    }
}

#[test]
fn every_endpoint_is_explained_with_its_source() {
    let list = outcomes(&["explain"], "");
    let ids: Vec<&str> = text(&list.stdout)
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert_eq!(ids.len(), 54 + 28);
    let all = outcomes(&["explain", "--format", "json"], "");
    let all: serde_json::Value = serde_json::from_slice(&all.stdout).unwrap();
    for (id, one) in ids.iter().zip(all.as_array().unwrap()).take(54) {
        assert_eq!(one.pointer("/definition/id").unwrap(), id);
        assert!(
            !one.pointer("/definition/citation")
                .unwrap()
                .as_str()
                .unwrap()
                .is_empty()
        );
        assert!(
            !one.pointer("/computed")
                .unwrap()
                .as_array()
                .unwrap()
                .is_empty()
        );
    }
    let one = outcomes(&["explain", "RsT_lee_2016"], "");
    assert!(text(&one.stdout).contains("Lee et al. 2016"));
    let one = outcomes(&["explain", "percent_days_abstinent"], "");
    assert!(text(&one.stdout).contains("counted as use"));
}

#[test]
fn a_report_says_what_is_not_known_and_withholds_small_parts_when_asked() {
    let words = "who,word\n1,---------------\n2,ooooooooooooooo\n3,+++++++++++++++\n";
    let open = outcomes(&["report", "--words", "-"], words);
    assert_eq!(open.status.code(), Some(0));
    let open = text(&open.stdout);
    assert!(open.starts_with("3 people"), "{open}");
    assert!(
        open.contains("1 of 3 is so, 1 is not so, 1 is not known; 33 % to 67 %"),
        "{open}"
    );
    let closed = outcomes(&["report", "--words", "-", "--withhold-under", "5"], words);
    let closed = text(&closed.stdout);
    assert!(closed.contains("withheld"), "{closed}");
    assert!(!closed.contains("1 of 3"), "{closed}");
}

#[test]
fn a_report_on_an_unknown_symbol_says_where_it_stands() {
    let answer = outcomes(&["report", "--words", "-"], "who,word\n1,--x\n");
    assert_ne!(answer.status.code(), Some(0));
    assert!(text(&answer.stderr).contains("line 2"));
    assert!(answer.stdout.is_empty());
}
