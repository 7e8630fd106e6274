//! A patient asks for a correction; the clinic answers in writing; the patient may answer a no.

use std::process::Command;

use record::fact::care::AlertCause;

use crate::form::{Form, done, said, sent};
use crate::house::House;

fn of(house: &House, rest: &str) -> String {
    format!("/patients/{}{rest}", house.patient())
}

fn open_alerts(house: &House) -> usize {
    let known = house.clinic.chart(house.patient()).unwrap();
    let alerts = known.chart.alerts().into_iter();
    alerts
        .filter(|one| one.cause == AlertCause::CorrectionAsked && one.closed_at.is_none())
        .count()
}

/// What a paper of many pages says, as a second program reads it; nothing where there is none.
fn words_of(pdf: &[u8]) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("paper.pdf");
    std::fs::write(&file, pdf).unwrap();
    let Ok(out) = Command::new("pdftotext").arg(&file).arg("-").output() else {
        testkit::skip("poppler-utils is not installed, so no second program read the paper");
        return None;
    };
    Some(String::from_utf8(out.stdout).unwrap())
}

/// The number of the request made last.
fn last(house: &House) -> u64 {
    let known = house.clinic.chart(house.patient()).unwrap();
    known.chart.correction_requests().last().unwrap().number().0
}

#[test]
fn a_correction_that_is_asked_for_waits_with_a_clock_is_declined_in_writing_and_may_be_answered_back()
 {
    let house = House::with_patients(8);
    let mut patient = house.sign_in("patient");
    let mut nurse = house.sign_in("dana");
    let asks = [
        ("wrong", "It says four drinks a day."),
        ("should_say", "It was two."),
    ];
    done(&mut patient, &of(&house, "/do/ask-correction"), &asks);
    assert_eq!(open_alerts(&house), 1);
    let list = said(&nurse.get("/watch-list").unwrap());
    assert!(
        list.contains("Asks for the record to be corrected"),
        "{list}"
    );
    let mine = said(&patient.get(&of(&house, "/my-record")).unwrap());
    assert!(mine.contains("waiting; it is answered by"), "{mine}");

    let answer = of(
        &house,
        &format!("/do/answer-correction?request={}", last(&house)),
    );
    assert_eq!(patient.get(&answer).unwrap().status, 403);
    // Nothing was corrected, so nothing can be accepted; a no needs its ground and its reason.
    let yes = sent(&mut nurse, &answer, &[("answer", "accepted")]);
    assert_eq!(yes.status, 422, "{}", said(&yes));
    let bare = sent(&mut nurse, &answer, &[("answer", "declined")]);
    assert_eq!(bare.status, 422, "{}", said(&bare));
    let no = [
        ("answer", "declined"),
        ("basis", "accurate"),
        ("reason", "You told us four on that day."),
    ];
    done(&mut nurse, &answer, &no);
    assert_eq!(open_alerts(&house), 0, "the answer settles its alert");

    let page = said(&patient.get(&of(&house, "/corrections")).unwrap());
    for words in [
        "declined",
        "it is accurate and complete",
        "You told us four on that day.",
        "Add a statement of disagreement",
        "Secretary of Health and Human Services",
    ] {
        assert!(page.contains(words), "`{words}` is not on: {page}");
    }
    let again = sent(&mut nurse, &answer, &no);
    assert_eq!(again.status, 422, "one request has one answer");
    let disagree = of(
        &house,
        &format!("/do/state-disagreement?request={}", last(&house)),
    );
    let words = [("words", "I was asked about a week I was away.")];
    done(&mut patient, &disagree, &words);
    for visitor in [&mut patient, &mut nurse] {
        let page = said(&visitor.get(&of(&house, "/corrections")).unwrap());
        assert!(page.contains("I was asked about a week I was away."));
    }
}

#[test]
fn an_accepted_request_names_the_entry_that_corrects() {
    let house = House::with_patients(8);
    let mut patient = house.sign_in("patient");
    let mut nurse = house.sign_in("dana");
    let known = house.clinic.chart(house.patient()).unwrap();
    let vitals = known
        .chart
        .all::<record::fact::observation::VitalsObserved>()
        .next()
        .unwrap()
        .0
        .number;
    let about = vitals.0.to_string();
    let form = patient.get(&of(&house, "/do/ask-correction")).unwrap();
    let listed = Form::of(&form, &of(&house, "/do/ask-correction")).choices("about");
    let mut asks = vec![("wrong", "Not mine"), ("should_say", "Nothing")];
    if listed.contains(&about) {
        asks.push(("about", &about));
    }
    done(&mut patient, &of(&house, "/do/ask-correction"), &asks);
    let error = of(&house, &format!("/do/entered-in-error?entry={about}"));
    done(
        &mut nurse,
        &error,
        &[("reason", "Another person's reading")],
    );
    let answer = of(
        &house,
        &format!("/do/answer-correction?request={}", last(&house)),
    );
    let form = nurse.get(&answer).unwrap();
    let offered = Form::of(&form, &of(&house, "/do/answer-correction")).choices("by");
    let by = offered.iter().find(|one| !one.is_empty()).unwrap().clone();
    done(&mut nurse, &answer, &[("answer", "accepted"), ("by", &by)]);
    let page = said(&patient.get(&of(&house, "/corrections")).unwrap());
    assert!(page.contains("accepted"), "{page}");
    assert!(
        page.contains(&format!("entry {by}: entered in error")),
        "{page}"
    );
}

#[test]
fn everything_is_on_the_paper_its_owner_saves_and_nobody_else_is_given_it() {
    let house = House::with_patients(8);
    let mut patient = house.sign_in("patient");
    let screen = patient.get(&of(&house, "/my-record/whole")).unwrap();
    assert!(said(&screen).contains("Save as PDF"));
    let paper = patient.get(&of(&house, "/my-record/whole.pdf")).unwrap();
    assert_eq!(paper.status, 200);
    assert_eq!(paper.header("content-type"), Some("application/pdf"));
    if let Some(text) = words_of(&paper.body) {
        let said = said(&screen);
        let n_entries = said
            .split_whitespace()
            .zip(said.split_whitespace().skip(1))
            .find(|(_, word)| word.starts_with("entries"))
            .and_then(|(number, _)| number.replace(',', "").parse::<usize>().ok())
            .unwrap();
        assert!(n_entries > 20, "{n_entries}");
        assert_eq!(
            text.matches('\u{2022}').count(),
            n_entries,
            "a line an entry"
        );
    }
    let mut nurse = house.sign_in("dana");
    let no = nurse.get(&of(&house, "/my-record/whole.pdf")).unwrap();
    assert_eq!(no.status, 403);
}

/// A reading of a session, which the patient asked to be corrected and the clinic declined to; the session
/// and another one.
fn declined(house: &House) -> (String, Option<String>) {
    let known = house.clinic.chart(house.patient()).unwrap();
    let (entry, session) = known
        .chart
        .all::<record::fact::observation::VitalsObserved>()
        .find_map(|(entry, one)| Some((entry.number.0.to_string(), one.session?)))
        .unwrap();
    let others = known.chart.sessions();
    let other = others.iter().find(|one| one.id != session);
    let mut patient = house.sign_in("patient");
    let form = of(house, "/do/ask-correction");
    let page = patient.get(&form).unwrap();
    let (csrf, command) = (
        page.hidden("csrf").unwrap(),
        page.hidden("command").unwrap(),
    );
    // Older than what the form lists, as from a page that was kept.
    let asks = [
        ("csrf", csrf.as_str()),
        ("command", command.as_str()),
        ("about", entry.as_str()),
        ("wrong", "It was not this high."),
        ("should_say", "It was 128."),
    ];
    assert_eq!(patient.post(&form, &asks).unwrap().status, 303);
    let no = [
        ("answer", "declined"),
        ("basis", "accurate"),
        ("reason", "The monitor printed it."),
    ];
    let mut nurse = house.sign_in("dana");
    let form = format!("/do/answer-correction?request={}", last(house));
    done(&mut nurse, &of(house, &form), &no);
    let record = |id: &dyn std::fmt::Display| of(house, &format!("/sessions/{id}/record"));
    (record(&session), other.map(|one| record(&one.id)))
}

#[test]
fn a_statement_of_disagreement_is_rebutted_with_a_copy_to_the_patient_and_all_of_it_goes_along() {
    let house = House::with_patients(8);
    let (record, other) = declined(&house);
    let mut patient = house.sign_in("patient");
    let mut nurse = house.sign_in("dana");
    let form = |code: &str| of(&house, &format!("/do/{code}?request={}", last(&house)));
    let before = said(&nurse.get(&record).unwrap());
    assert!(
        !before.contains("What the patient disputes"),
        "nothing was stated yet"
    );
    // Nobody disagreed, so there is nothing to rebut; and the patient cannot rebut themselves.
    let rebuttal = [("words", "We repeated it twice."), ("copied", "own_record")];
    let early = sent(&mut nurse, &form("rebut"), &rebuttal);
    assert_eq!(early.status, 422, "{}", said(&early));
    assert_eq!(patient.get(&form("rebut")).unwrap().status, 403);

    let words = [("words", "The cuff was on my bad arm.")];
    done(&mut patient, &form("state-disagreement"), &words);
    done(&mut nurse, &form("rebut"), &rebuttal);
    let mine = said(&patient.get(&of(&house, "/corrections")).unwrap());
    for words in [
        "Rebuttal of the clinic",
        "We repeated it twice.",
        "the patient has a copy",
    ] {
        assert!(mine.contains(words), "the patient reads it: {mine}");
    }
    // Request, denial, statement and rebuttal go along with what they are about, on screen and on paper.
    let all = [
        "What the patient disputes",
        "It was not this high.",
        "The monitor printed it.",
        "The cuff was on my bad arm.",
        "We repeated it twice.",
        "45 CFR 164.526(d)",
    ];
    let whole = of(&house, "/my-record/whole");
    let papers = [nurse.get(&record).unwrap(), patient.get(&whole).unwrap()];
    for page in papers.map(|page| said(&page)) {
        for words in all {
            assert!(page.contains(words), "`{words}` is not on: {page}");
        }
    }
    let pdfs = [
        nurse.get(&format!("{record}.pdf")).unwrap(),
        patient.get(&format!("{whole}.pdf")).unwrap(),
    ];
    for pdf in pdfs {
        let Some(text) = words_of(&pdf.body) else {
            return;
        };
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        for words in all {
            assert!(text.contains(words), "`{words}` is not on paper: {text}");
        }
    }
    if let Some(other) = other {
        let page = said(&nurse.get(&other).unwrap());
        assert!(
            !page.contains("The cuff was on my bad arm."),
            "it is not about that session"
        );
    }
    let is_marked = (0..8).any(|page| {
        let older = of(&house, &format!("?show=sessions&from={}", page * 50));
        said(&nurse.get(&older).unwrap()).contains("Disputed by the patient")
    });
    assert!(is_marked, "the entry itself leads to what is disputed");
}

#[test]
fn without_a_statement_request_and_answer_go_along_only_where_the_patient_asks_for_that() {
    let house = House::with_patients(8);
    let (record, _) = declined(&house);
    let mut patient = house.sign_in("patient");
    let mut nurse = house.sign_in("dana");
    let page = said(&nurse.get(&record).unwrap());
    assert!(!page.contains("It was not this high."), "{page}");
    let form = of(&house, &format!("/do/send-along?request={}", last(&house)));
    done(&mut patient, &form, &[]);
    let page = said(&nurse.get(&record).unwrap());
    assert!(page.contains("What the patient disputes") && page.contains("It was not this high."));
    let again = sent(&mut patient, &form, &[]);
    assert_eq!(again.status, 422, "{}", said(&again));
}

#[test]
fn every_line_of_the_record_can_be_pointed_at_the_oldest_too_without_script() {
    let house = House::with_patients(8);
    let mut patient = house.sign_in("patient");
    let path = of(&house, "/do/ask-correction");
    let mut lines: Vec<u64> = Vec::new();
    let mut at = path.clone();
    loop {
        let page = patient.get(&at).unwrap();
        let offered = Form::of(&page, &path).choices("about");
        assert!(offered.len() <= 40, "{}", offered.len());
        lines.extend(offered.iter().map(|line| line.parse::<u64>().unwrap()));
        let html = page.text();
        let before = html.split(">Older lines<").next().unwrap();
        if before.len() == html.len() {
            break;
        }
        at = before.rsplit("href=\"").next().unwrap().to_owned();
        at = at.split('"').next().unwrap().to_owned();
    }
    assert!(
        lines.len() > 40,
        "there is more than one page: {}",
        lines.len()
    );
    assert!(
        lines.windows(2).all(|pair| pair[0] > pair[1]),
        "each once, the newest first: {lines:?}"
    );
    let (oldest, newest) = (lines[lines.len() - 1], lines[0]);

    // The last page has no older lines, a page beyond it is the last, and a fault keeps the page.
    let beyond = patient.get(&format!("{path}?place=99999999")).unwrap();
    let offered = Form::of(&beyond, &path).choices("about");
    assert_eq!(offered.last(), Some(&oldest.to_string()));
    assert!(!offered.contains(&newest.to_string()));
    let oldest = oldest.to_string();
    let bare = sent(&mut patient, &at, &[("about", &oldest)]);
    assert_eq!(bare.status, 422, "{}", said(&bare));
    assert!(Form::of(&bare, &path).choices("about").contains(&oldest));
    let asks = [
        ("about", oldest.as_str()),
        ("wrong", "The day is wrong."),
        ("should_say", "The day after."),
    ];
    done(&mut patient, &at, &asks);
    let known = house.clinic.chart(house.patient()).unwrap();
    let asked = known.chart.correction_requests();
    let entry = asked.last().unwrap().fact.entry.unwrap();
    assert_eq!(entry.0.to_string(), oldest);
}
