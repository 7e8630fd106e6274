//! What goes wrong with a check-in by a link, each kind by its name: nothing lost, nothing doubled, nothing
//! shown to the wrong person.

use clinic::act::course::{Turn, turn};
use clinic::{Actor, Operation};
use jiff::SignedDuration;
use record::Clock as _;
use record::fact::care::AlertCause;
use record::words::{Door, Prose, Said};
use virtual_clinic::chance::Seeded;

use crate::link::Sent;

#[test]
fn a_free_line_of_a_megabyte_is_refused_or_cut_and_the_check_in_goes_on() {
    let sent = Sent::new();
    let mut phone = sent.phone();
    sent.say(&mut phone, "craving_peak", "2");
    let long = "word ".repeat(200_000);
    let answer = sent.say(&mut phone, "words", &long);
    assert!(
        [303, 413, 422].contains(&answer.status),
        "{}",
        answer.status
    );
    let page = phone.get(&sent.path("")).unwrap().text();
    assert!(
        page.contains("Question 2 of"),
        "what was said stays: {page}"
    );
    let fits = sent.say(&mut phone, "words", &"word ".repeat(400));
    assert_eq!(fits.status, 303, "{}", fits.text());
    sent.say(&mut phone, "safe", "no");
    let all = sent.check_ins();
    assert_eq!(all.len(), 1);
    assert!(all[0].words.as_ref().unwrap().as_str().len() <= 1_000);
}

#[test]
fn answers_given_out_of_order_are_each_kept_and_the_page_goes_back_to_what_was_left() {
    let sent = Sent::new();
    let mut phone = sent.phone();
    for (question, value) in [
        ("words", "last first"),
        ("used", "no"),
        ("craving_peak", "3"),
    ] {
        assert_eq!(sent.say(&mut phone, question, value).status, 303);
    }
    let page = phone.get(&sent.path("")).unwrap().text();
    assert!(page.contains("Question 3 of"), "{page}");
    assert!(sent.check_ins().is_empty());
    sent.say(&mut phone, "craving_peak", "4");
    sent.say(&mut phone, "safe", "no");
    let all = sent.check_ins();
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].craving_peak.answer().map(|one| one.get()), Some(4));
    assert_eq!(all[0].used, Said::Answered(false));
    assert_eq!(all[0].words.as_ref().unwrap().as_str(), "last first");
}

#[test]
fn a_question_that_was_taken_out_while_its_answer_waited_is_left_out_and_the_rest_is_written() {
    let sent = Sent::new();
    let mut phone = sent.phone();
    sent.say(&mut phone, "craving_peak", "5");
    // The row holds an answer to a question the questions of today no longer have.
    let journal = sent.house.clinic.journal();
    let rows = journal.rim_scan("check_in_link", "", 100).unwrap();
    for mut row in rows {
        let text = String::from_utf8(row.value).unwrap();
        row.value = text
            .replace(
                "\"craving_peak\":\"5\"",
                "\"craving_peak\":\"5\",\"gone\":\"7\"",
            )
            .into_bytes();
        journal.rim_put_all("check_in_link", &[row]).unwrap();
    }
    let page = phone.get(&sent.path("/gone")).unwrap();
    assert!([200, 303].contains(&page.status));
    sent.say(&mut phone, "safe", "no");
    let all = sent.check_ins();
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].craving_peak.answer().map(|one| one.get()), Some(5));
}

#[test]
fn a_link_whose_course_ended_takes_nothing_more_and_says_so_kindly() {
    let sent = Sent::new();
    let mut phone = sent.phone();
    sent.say(&mut phone, "craving_peak", "5");
    let course = sent.house.clinic.chart(sent.patient).unwrap();
    let course = course.chart.course().unwrap().id;
    let mut chance = Seeded::new(8);
    let mut system = Operation::new(Actor::system(Door::Virtual), &sent.house.clock, &mut chance);
    let reason = Some(Prose::new("Moved away").unwrap());
    let left = Turn::Leave { reason };
    turn(&mut system, &sent.house.clinic, sent.patient, course, left).unwrap();
    let page = phone.get(&sent.path("")).unwrap();
    assert_eq!(page.status, 410);
    assert!(
        page.text().contains("Your course has ended"),
        "{}",
        page.text()
    );
    let since = sent.house.clock.now();
    sent.house.clock.advance(SignedDuration::from_hours(20));
    crate::unfinished::look(&sent);
    let all = sent.check_ins();
    assert_eq!(
        all.len(),
        1,
        "what was said while it went on is in the chart"
    );
    assert_eq!(all[0].craving_peak.answer().map(|one| one.get()), Some(5));
    let known = sent.house.clinic.chart(sent.patient).unwrap();
    let alerts = known.chart.alerts();
    let silent = alerts
        .iter()
        .filter(|alert| alert.cause == AlertCause::Silence && alert.raised_at > since);
    assert_eq!(silent.count(), 0, "nobody is called silent after the end");
}

#[test]
fn a_free_line_of_any_letters_is_kept_as_it_was_meant_and_shown_as_words() {
    let lines = [
        ("bad\u{0}ly \u{7}slept\u{1b}[31m\u{85}", "badly slept[31m"),
        ("two\r\nlines", "two\nlines"),
        ("🦀👩‍👩‍👧 ok", "🦀👩‍👩‍👧 ok"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    ];
    for (typed, kept) in lines {
        let sent = Sent::new();
        let mut phone = sent.phone();
        let answer = sent.say(&mut phone, "words", typed);
        assert_eq!(answer.status, 303, "{typed:?}: {}", answer.text());
        sent.say(&mut phone, "safe", "no");
        let all = sent.check_ins();
        assert_eq!(all.len(), 1);
        assert_eq!(all[0].words.as_ref().unwrap().as_str(), kept);
        let mut nurse = sent.house.sign_in("dana");
        let chart = nurse.get(&format!("/patients/{}", sent.patient)).unwrap();
        assert!(!chart.text().contains("<script>alert"));
    }
    // Nothing that can be seen is a line that was skipped, not one that is kept empty.
    let sent = Sent::new();
    let mut phone = sent.phone();
    assert_eq!(sent.say(&mut phone, "words", "\u{0}\u{7}").status, 303);
    sent.say(&mut phone, "safe", "no");
    assert_eq!(sent.check_ins()[0].words, None);
}
