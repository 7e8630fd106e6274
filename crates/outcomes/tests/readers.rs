//! The readers of words and tables, given what people really send.

#![expect(clippy::unwrap_used, reason = "a test stops at the first fault")]

use outcomes::ctn::{self, Tables};
use outcomes::table::people_and_words;
use outcomes::{Definitions, Symbol, Word};
use proptest::prelude::*;

fn fault(text: &str) -> String {
    people_and_words("words.csv", text).unwrap_err().to_string()
}

#[test]
fn marks_line_ends_and_a_missing_last_newline_change_nothing() {
    let plain = people_and_words("words.csv", "who,word\n1,--+\n2,oo*_\n").unwrap();
    for text in [
        "\u{feff}who,word\n1,--+\n2,oo*_\n",
        "who,word\r\n1,--+\r\n2,oo*_\r\n",
        "who,word\n1,--+\n2,oo*_",
        "\"who\",\"word\"\n\"1\",\"--+\"\n\"2\",\"oo*_\"\n",
        "who, word\n 1 , --+\n2, oo*_ \n\n",
        "word,age,who\n--+,30,1\noo*_,,2\n",
    ] {
        assert_eq!(
            people_and_words("words.csv", text).unwrap(),
            plain,
            "{text:?}"
        );
    }
    assert_eq!(plain[1], ("2".to_owned(), "oo*_".parse().unwrap()));
}

#[test]
fn a_fault_names_the_file_the_line_and_the_mend() {
    assert_eq!(
        fault("who,word\r\n1,--\r\n2,-?-\r\n"),
        "words.csv line 3: 2: week 2 of the word is '?', which is not one of + - * o _; correct it"
    );
    assert_eq!(
        fault("who,pattern\n1,--\n"),
        "words.csv has no column \"word\"; its columns are who, pattern"
    );
    assert_eq!(
        fault(""),
        "words.csv is empty; it must begin with the names of its columns"
    );
    assert_eq!(
        fault("who,word\n1,--,9\n"),
        "words.csv line 2: the row has 3 fields and the first line 2; mend it"
    );
    assert_eq!(
        fault("who,word\n1,--\n1,++\n"),
        "words.csv line 3: 1 is in the table twice; keep one row"
    );
    assert_eq!(
        fault("who,word\n1,\n"),
        "words.csv line 2: 1 has an empty word; without a week there is no outcome"
    );
    assert_eq!(
        fault("who,word,word\n1,-,+\n"),
        "words.csv has the column \"word\" twice; remove or rename one"
    );
    assert!(fault(&format!("who,word\n1,{}\n", "-".repeat(1041))).contains("more than 1040 weeks"));
}

const PARTICIPANTS: &str = "who,trial\n1,T\n";
const RANDOMIZATION: &str = "who,treatment,which,when\n1,A,1,0\n";
const UDS: &str = "who,what,when\n1,Opioid,3\n";
const VISITS: &str = "who,when,visitImputed\n1,3,Present\n1,9,Present\n";

fn read(tables: Tables<'_>) -> Result<Vec<ctn::Person>, String> {
    ctn::read(tables, &["opioid".to_owned()]).map_err(|fault| fault.to_string())
}

const SOUND: Tables<'_> = Tables {
    participants: PARTICIPANTS,
    randomization: RANDOMIZATION,
    uds: UDS,
    visits: VISITS,
};

#[test]
fn raw_tables_are_refused_with_the_line_that_is_wrong() {
    assert!(read(SOUND).is_ok());
    let refused = [
        (
            Tables {
                uds: "who,what,when\n9,Opioid,3\n",
                ..SOUND
            },
            "uds.csv line 2: person \"9\" is not in",
        ),
        (
            Tables {
                uds: "who,what,when\n1,Opioid,soon\n",
                ..SOUND
            },
            "uds.csv line 2: the day \"soon\"",
        ),
        (
            Tables {
                uds: "who,what\n1,Opioid\n",
                ..SOUND
            },
            "uds.csv has no column \"when\"",
        ),
        (
            Tables {
                visits: "who,when,visitImputed\n1,3,present\n",
                ..SOUND
            },
            "line 2: visitImputed is",
        ),
        (
            Tables {
                randomization: "who,which,when\n1,3,0\n",
                ..SOUND
            },
            "line 2: which is \"3\"",
        ),
        (
            Tables {
                randomization: "who,which,when\n1,1,0\n1,1,5\n",
                ..SOUND
            },
            "on two days",
        ),
        (
            Tables {
                participants: "who\n1\n1\n",
                ..SOUND
            },
            "participants.csv line 3: 1 is in the table twice",
        ),
    ];
    for (tables, sentence) in refused {
        let fault = read(tables).unwrap_err();
        assert!(
            fault.contains(sentence),
            "{fault:?} does not say {sentence:?}"
        );
    }
    let misspelt = ctn::read(SOUND, &["Opiod".to_owned()])
        .unwrap_err()
        .to_string();
    assert_eq!(
        misspelt,
        "uds.csv line 1: no row is about \"Opiod\"; the table knows Opioid"
    );
}

proptest! {
    #[test]
    fn no_text_makes_a_reader_panic(text in "\\PC*", columns in "(who|word|,|\n|\r\n|\"|[+*o_x-]){0,40}") {
        let _ = text.parse::<Word>();
        let _ = people_and_words("words.csv", &text);
        let _ = people_and_words("words.csv", &format!("who,word\n{columns}"));
        let _ = read(Tables { uds: &format!("who,what,when\n{columns}"), ..SOUND });
        let _ = read(Tables { visits: &text, ..SOUND });
        let _ = Definitions::read(&[&text]);
    }

    #[test]
    fn a_word_is_read_as_it_is_written(word in "[+*o_-]{0,60}") {
        prop_assert_eq!(word.parse::<Word>().unwrap().to_string(), word);
    }

    #[test]
    fn a_symbol_outside_the_alphabet_is_named_with_its_week(
        before in "[+*o_-]{0,40}", wrong in "[^+*o_-]", after in "[+*o_-]{0,40}",
    ) {
        let sentence = format!("{before}{wrong}{after}").parse::<Word>().unwrap_err().to_string();
        let opening = format!("week {} of the word is {:?}", before.len() + 1, wrong.chars().next().unwrap());
        prop_assert!(sentence.starts_with(&opening), "{}", sentence);
    }

    #[test]
    fn days_never_panic_and_weeks_never_overlap(
        first in any::<i32>(), again in proptest::option::of(-200_000_i32..200_000),
        day in any::<i32>(),
    ) {
        use outcomes::weekly::{Calendar, Randomised, Urines, words_from_urines};
        let urines = Urines { positive: [day].into(), ..Urines::default() };
        let randomised = Randomised { first: Some(first), again };
        if let Ok(words) = words_from_urines(randomised, &urines, Calendar::CTN_0030) {
            let all = [&words.baseline, &words.phase_1, &words.phase_2];
            let positive: usize = all.map(|word| word.count(Symbol::Positive)).iter().sum();
            let last = again.map_or(first + 98, |again| again + 168);
            prop_assert_eq!(positive, usize::from((-30..=last).contains(&day)));
        }
    }
}
