//! Answers that waited on a phone without a line: in order, once, with both times, and never lost in silence.

use jiff::{SignedDuration, Timestamp};
use record::Clock as _;
use record::fact::care::AlertCause;
use record::fact::substance_use::CheckInAnswered;
use record::words::{Door, Said, YesNo};
use testkit::Visitor;
use testkit::visitor::Answer;

use crate::link::Sent;

/// What a page holds in an attribute.
fn held(page: &str, name: &str) -> String {
    let start = format!("{name}=\"");
    page.split(&start)
        .nth(1)
        .unwrap_or_else(|| panic!("no {name} in {page}"))
        .split('"')
        .next()
        .unwrap()
        .to_owned()
}

/// The slot a phone is handed with the questions.
fn slot(sent: &Sent, phone: &mut Visitor) -> String {
    held(&phone.get(&sent.path("")).unwrap().text(), "data-hf-slot")
}

/// Sends answers that waited so many minutes, as the page's script does: a phone whose clock is years off.
fn send(
    sent: &Sent,
    phone: &mut Visitor,
    slot: &str,
    answers: &[(&str, &str, i64, &str)],
) -> Answer {
    let now = 1_000_000_000_000_i64;
    sent_by(sent, phone, slot, answers, (now, &now.to_string()))
}

/// The same of a phone whose clock said `now` while it kept them, and `sent_at` as it sent them.
fn sent_by(
    sent: &Sent,
    phone: &mut Visitor,
    slot: &str,
    answers: &[(&str, &str, i64, &str)],
    (now, sent_at): (i64, &str),
) -> Answer {
    let page = sent.house.stranger().get(&sent.path("")).unwrap().text();
    let csrf = held(&page, "data-hf-csrf");
    let mut fields = vec![("csrf", csrf), ("slot", slot.to_owned())];
    for (question, answer, minutes_ago, command) in answers {
        fields.push(("question", (*question).to_owned()));
        fields.push(("answer", (*answer).to_owned()));
        fields.push(("kept_at", (now - minutes_ago * 60_000).to_string()));
        fields.push(("command", (*command).to_owned()));
    }
    fields.push(("sent_at", sent_at.to_owned()));
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    phone.post(&sent.path("/kept"), &fields).unwrap()
}

/// When each check-in by the link was answered, and when it came in.
fn times(sent: &Sent) -> Vec<(Timestamp, Timestamp, CheckInAnswered)> {
    let known = sent.house.clinic.chart(sent.patient).unwrap();
    let all = known.chart.all::<CheckInAnswered>();
    all.filter(|(entry, _)| entry.author.door == Door::Link)
        .map(|(entry, said)| (entry.occurred_at.0, entry.recorded_at.0, said.clone()))
        .collect()
}

const WHOLE: [(&str, &str, i64, &str); 10] = [
    ("craving_peak", "4", 200, "c1"),
    ("used", "no", 199, "c2"),
    ("mood", "skipped", 198, "c3"),
    ("sleep", "6.5", 197, "c4"),
    ("stress", "3", 196, "c5"),
    ("confidence", "7", 195, "c6"),
    ("risky", "no", 194, "c7"),
    ("safe", "yes", 193, "c8"),
    ("words", "Said <b> without a line", 192, "c9"),
    ("craving_peak", "5", 191, "c10"),
];

#[test]
fn what_waited_three_hours_comes_in_once_with_both_times_and_a_receipt() {
    let sent = Sent::new();
    let mut phone = sent.phone();
    let slot = slot(&sent, &mut phone);
    let answered = sent.house.clock.now();
    sent.house.clock.advance(SignedDuration::from_mins(191));
    for _ in 0..2 {
        let page = send(&sent, &mut phone, &slot, &WHOLE).text();
        assert!(page.contains("data-hf-state=\"in\""), "{page}");
        assert!(
            page.contains("Answered ") && page.contains(", received "),
            "{page}"
        );
        assert!(page.contains("Receipt"), "{page}");
    }
    let all = times(&sent);
    assert_eq!(all.len(), 1, "sent twice, written once");
    let (occurred, recorded, said) = &all[0];
    assert_eq!(*occurred, answered);
    assert_eq!(*recorded, sent.house.clock.now());
    assert_eq!(
        said.craving_peak.answer().map(|one| one.get()),
        Some(5),
        "the later answer holds"
    );
    assert_eq!(
        said.words.as_ref().unwrap().as_str(),
        "Said <b> without a line"
    );
}

#[test]
fn a_phone_whose_clock_was_set_while_answers_waited_loses_none_and_tells_of_no_time_to_come() {
    let year = 365 * 24 * 3_600_000_i64;
    for sent_at in [
        // Set back by a year, and forward to the end of time.
        (1_000_000_000_000 - year).to_string(),
        i64::MAX.to_string(),
    ] {
        let sent = Sent::new();
        let mut phone = sent.phone();
        let slot = slot(&sent, &mut phone);
        sent.house.clock.advance(SignedDuration::from_mins(200));
        let clock = (1_000_000_000_000_i64, sent_at.as_str());
        let page = sent_by(&sent, &mut phone, &slot, &WHOLE, clock).text();
        assert!(page.contains("data-hf-state=\"in\""), "{sent_at}: {page}");
        let all = times(&sent);
        assert_eq!(all.len(), 1, "{sent_at}");
        let (occurred, recorded, said) = &all[0];
        assert!(
            occurred <= recorded,
            "{sent_at}: answered at {occurred}, which is to come"
        );
        let month = SignedDuration::from_hours(31 * 24);
        assert!(
            recorded.duration_since(*occurred) <= month,
            "{sent_at}: {occurred}"
        );
        assert_eq!(said.safe, Said::Answered(YesNo::Yes), "{sent_at}");
    }
}

#[test]
fn a_phone_whose_pass_has_run_out_puts_answers_in_and_sees_nothing_of_anybody() {
    let sent = Sent::new();
    let mut phone = sent.phone();
    let slot = slot(&sent, &mut phone);
    sent.house.clock.advance(SignedDuration::from_hours(3));
    let page = send(&sent, &mut phone, &slot, &WHOLE[..2]).text();
    assert!(page.contains("data-hf-state=\"open\""), "{page}");
    assert!(!page.contains("How was your mood"), "{page}");
    let page = phone.get(&sent.path("")).unwrap().text();
    assert!(page.contains("When were you born?"), "{page}");
    let mut again = sent.phone();
    let back = again.get(&sent.path("/craving_peak")).unwrap().text();
    assert!(back.contains("You said: 4"), "{back}");
}

#[test]
fn a_link_that_ended_meanwhile_still_takes_what_was_said_unfinished_as_it_is() {
    let sent = Sent::new();
    let mut phone = sent.phone();
    let slot = slot(&sent, &mut phone);
    sent.house.clock.advance(SignedDuration::from_hours(40));
    let page = send(
        &sent,
        &mut phone,
        &slot,
        &[
            ("craving_peak", "8", 39 * 60, "c1"),
            ("used", "yes", 39 * 60, "c2"),
        ],
    );
    let text = page.text();
    assert!(text.contains("data-hf-state=\"in\""), "{text}");
    let all = times(&sent);
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].2.used, Said::Answered(true));
    assert_eq!(
        all[0].2.safe,
        Said::NotAnswered,
        "what was not reached was not answered"
    );
    assert_eq!(all[0].1.duration_since(all[0].0).as_hours(), 39);
}

#[test]
fn danger_said_without_a_line_is_somebodys_task_from_the_moment_it_comes_in() {
    let sent = Sent::new();
    let mut phone = sent.phone();
    let slot = slot(&sent, &mut phone);
    sent.house.clock.advance(SignedDuration::from_hours(5));
    let page = send(&sent, &mut phone, &slot, &[("safe", "no", 299, "c1")]).text();
    assert!(page.contains("Talk to someone now"), "{page}");
    let known = sent.house.clinic.chart(sent.patient).unwrap();
    let alerts = known.chart.alerts();
    let alert = alerts
        .iter()
        .find(|one| one.cause == AlertCause::Safety && one.sentence.contains("not safe"))
        .unwrap();
    assert!(
        alert
            .sentence
            .contains("answered 4 h 59 min before it came in"),
        "{}",
        alert.sentence
    );
    assert!(
        alert.due_at > sent.house.clock.now(),
        "its clock starts when the clinic knows"
    );
}

#[test]
fn what_differs_from_a_check_in_that_is_in_is_kept_beside_it_and_danger_is_heard() {
    let sent = Sent::new();
    let (mut phone, mut other) = (sent.phone(), sent.phone());
    let slot = slot(&sent, &mut phone);
    send(&sent, &mut phone, &slot, &WHOLE);
    assert_eq!(times(&sent).len(), 1);
    send(&sent, &mut phone, &slot, &[("mood", "2", 5, "d1")]);
    assert_eq!(times(&sent).len(), 2, "nothing said is lost");
    // A page that was gone back to, without script.
    let csrf = held(&other.get(&sent.path("")).unwrap().text(), "data-hf-csrf");
    other
        .post(&sent.path("/safe"), &[("csrf", &csrf), ("answer", "no")])
        .unwrap();
    let all = times(&sent);
    assert_eq!(all.last().unwrap().2.safe, Said::Answered(YesNo::No));
    let page = other.get(&sent.path("")).unwrap().text();
    assert!(page.contains("Talk to someone now"), "{page}");
}

#[test]
fn a_slot_of_another_link_lets_nothing_in_and_what_is_no_answer_is_said() {
    let sent = Sent::new();
    let mut phone = sent.phone();
    let slot = slot(&sent, &mut phone);
    let page = send(&sent, &mut phone, "0123", &WHOLE).text();
    assert!(page.contains("data-hf-state=\"refused\""), "{page}");
    assert!(times(&sent).is_empty());
    let page = send(&sent, &mut phone, &slot, &[("sleep", "long", 1, "c1")]).text();
    assert!(
        page.contains("Write a number of hours, for example 6.5."),
        "{page}"
    );
    assert!(page.contains("data-hf-state=\"open\""), "{page}");
}
