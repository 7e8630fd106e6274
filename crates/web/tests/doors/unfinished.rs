//! A check-in that is begun and never sent: what was said is in the chart by night, once.

use clinic::act::watch;
use clinic::{Actor, Operation};
use jiff::{SignedDuration, Timestamp};
use record::Clock as _;
use record::fact::care::AlertCause;
use record::fact::substance_use::CheckInAnswered;
use record::words::{Door, Said, YesNo};
use virtual_clinic::chance::Seeded;

use crate::link::Sent;

/// One look of the watch, as the server takes it each minute.
pub(crate) fn look(sent: &Sent) {
    let mut chance = Seeded::new(77);
    let actor = Actor::system(Door::Command);
    let mut operation = Operation::new(actor, &sent.house.clock, &mut chance);
    watch::look(&mut operation, &sent.house.clinic).unwrap();
}

fn wait(sent: &Sent, hours: i64) {
    sent.house.clock.advance(SignedDuration::from_hours(hours));
}

/// How many alerts of a cause were raised since a moment.
fn n_since(sent: &Sent, cause: AlertCause, since: Timestamp) -> usize {
    let known = sent.house.clinic.chart(sent.patient).unwrap();
    let alerts = known.chart.alerts();
    alerts
        .iter()
        .filter(|alert| alert.cause == cause && alert.raised_at >= since)
        .count()
}

fn entry_times(sent: &Sent) -> Vec<(Timestamp, Timestamp)> {
    let known = sent.house.clinic.chart(sent.patient).unwrap();
    let all = known.chart.all::<CheckInAnswered>();
    all.filter(|(entry, _)| entry.author.door == Door::Link)
        .map(|(entry, _)| (entry.occurred_at.0, entry.recorded_at.0))
        .collect()
}

#[test]
fn what_was_answered_and_never_sent_is_in_the_chart_once_the_day_is_over_and_only_once() {
    let sent = Sent::new();
    let mut phone = sent.phone();
    sent.say(&mut phone, "craving_peak", "4");
    sent.say(&mut phone, "used", "no");
    let answered = sent.house.clock.now();
    wait(&sent, 3);
    look(&sent);
    assert!(sent.check_ins().is_empty(), "its day is not over");
    wait(&sent, 16);
    for _ in 0..3 {
        look(&sent);
        sent.house.clock.advance(SignedDuration::from_mins(1));
    }
    let all = sent.check_ins();
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].craving_peak.answer().map(|one| one.get()), Some(4));
    assert_eq!(all[0].used, Said::Answered(false));
    assert_eq!(all[0].safe, Said::NotAnswered, "open, and not passed over");
    assert_eq!(
        all[0].craving_now,
        Said::NotAsked,
        "this one is never asked"
    );
    let (occurred, recorded) = entry_times(&sent)[0];
    assert_eq!(occurred, answered, "when it was said");
    assert!(recorded > occurred);
}

#[test]
fn one_who_comes_back_after_it_was_closed_reads_a_clear_sentence_and_nothing_is_doubled() {
    let sent = Sent::new();
    let mut phone = sent.phone();
    sent.say(&mut phone, "craving_peak", "4");
    wait(&sent, 19);
    look(&sent);
    let mut again = sent.phone();
    let page = again.get(&sent.path("")).unwrap().text();
    assert!(page.contains("You had answered 1 of "), "{page}");
    assert!(page.contains("To add something, call "), "{page}");
    // Pages that were open all the while still send.
    let csrf = page.split("data-hf-csrf=\"").nth(1).unwrap();
    let csrf = csrf.split('"').next().unwrap();
    let mut send = |question: &str, value: &str| {
        let fields = [("csrf", csrf), ("answer", value)];
        let path = sent.path(&format!("/{question}"));
        assert_eq!(again.post(&path, &fields).unwrap().status, 303);
    };
    send("used", "no");
    look(&sent);
    assert_eq!(sent.check_ins().len(), 1);
    // Danger is heard even then.
    let before = sent.house.clock.now();
    send("safe", "no");
    assert_eq!(n_since(&sent, AlertCause::Safety, before), 1);
    let page = again.get(&sent.path("")).unwrap().text();
    assert!(page.contains("Talk to someone now"), "{page}");
}

#[test]
fn danger_and_use_are_somebodys_task_the_moment_they_are_answered_and_are_told_once() {
    let sent = Sent::new();
    let since = sent.house.clock.now();
    let mut phone = sent.phone();
    sent.say(&mut phone, "craving_peak", "2");
    sent.say(&mut phone, "used", "yes");
    assert_eq!(n_since(&sent, AlertCause::UseReported, since), 1);
    sent.say(&mut phone, "used", "yes");
    assert!(sent.check_ins().is_empty(), "the check-in goes on");
    sent.say(&mut phone, "safe", "no");
    assert_eq!(n_since(&sent, AlertCause::Safety, since), 1);
    assert_eq!(
        n_since(&sent, AlertCause::UseReported, since),
        1,
        "told once"
    );
    let all = sent.check_ins();
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].safe, Said::Answered(YesNo::No));
    assert_eq!(all[0].stress, Said::NotAnswered);
    wait(&sent, 20);
    look(&sent);
    assert_eq!(sent.check_ins().len(), 1);
    assert_eq!(n_since(&sent, AlertCause::UseReported, since), 1);
}

#[test]
fn what_needs_somebody_does_not_wait_for_the_night() {
    let sent = Sent::new();
    let since = sent.house.clock.now();
    let mut phone = sent.phone();
    sent.say(&mut phone, "craving_peak", "10");
    sent.house.clock.advance(SignedDuration::from_mins(59));
    look(&sent);
    assert!(sent.check_ins().is_empty(), "they may still go on");
    sent.house.clock.advance(SignedDuration::from_mins(2));
    look(&sent);
    assert_eq!(sent.check_ins().len(), 1);
    assert_eq!(n_since(&sent, AlertCause::Craving, since), 1);
    let known = sent.house.clinic.chart(sent.patient).unwrap();
    let alerts = known.chart.alerts();
    let told = alerts.iter().rfind(|one| one.cause == AlertCause::Craving);
    let told = told.unwrap().sentence.clone();
    assert!(told.contains("was not finished"), "{told}");
}

#[test]
fn a_check_in_still_being_answered_at_midnight_is_left_to_its_patient() {
    let sent = Sent::new();
    let mut phone = sent.phone();
    sent.say(&mut phone, "craving_peak", "1");
    // To a few minutes before the day ends where the clinic is.
    let zone = sent.house.clinic.zone();
    let midnight = sent.house.clinic.zone_today(sent.house.clock.now());
    let midnight = midnight.tomorrow().unwrap().at(0, 0, 0, 0);
    let midnight = zone.to_timestamp(midnight).unwrap();
    sent.house
        .clock
        .set(midnight - SignedDuration::from_mins(3));
    let mut late = sent.phone();
    sent.say(&mut late, "used", "no");
    sent.house
        .clock
        .set(midnight + SignedDuration::from_mins(2));
    look(&sent);
    assert!(sent.check_ins().is_empty());
    let next = sent.say(&mut late, "mood", "6");
    assert_eq!(next.status, 303);
    sent.house
        .clock
        .set(midnight + SignedDuration::from_mins(70));
    look(&sent);
    assert_eq!(sent.check_ins().len(), 1);
}

#[test]
fn a_power_cut_between_the_entry_and_its_row_writes_nothing_twice_and_loses_nothing_said_since() {
    let sent = Sent::new();
    let mut phone = sent.phone();
    sent.say(&mut phone, "craving_peak", "4");
    let journal = sent.house.clinic.journal();
    let rows = |journal: &journal::Journal| journal.rim_scan("check_in_link", "", 100).unwrap();
    let before = rows(journal);
    wait(&sent, 19);
    look(&sent);
    assert_eq!(sent.check_ins().len(), 1);
    // The rows are as they were before the entry was written.
    journal.rim_put_all("check_in_link", &before).unwrap();
    look(&sent);
    assert_eq!(sent.check_ins().len(), 1, "the same entry, once");
    journal.rim_put_all("check_in_link", &before).unwrap();
    let mut again = sent.phone();
    sent.say(&mut again, "used", "no");
    wait(&sent, 2);
    look(&sent);
    let all = sent.check_ins();
    assert_eq!(all.len(), 2, "what was said since stands beside it");
    assert_eq!(all[1].used, Said::Answered(false));
}

#[test]
fn a_link_shut_by_wrong_dates_or_ended_loses_nothing_that_was_said() {
    let sent = Sent::new();
    let mut phone = sent.phone();
    sent.say(&mut phone, "craving_peak", "3");
    let wrong = ["1".to_owned(), "1".to_owned(), "1901".to_owned()];
    let mut stranger = sent.house.stranger();
    for _ in 0..5 {
        sent.prove(&mut stranger, &wrong);
    }
    wait(&sent, 24 * 12);
    look(&sent);
    assert_eq!(sent.check_ins().len(), 1);
}

#[test]
fn what_a_link_held_is_swept_away_once_it_is_in_the_chart_and_the_link_has_long_ended() {
    let sent = Sent::new();
    let mut phone = sent.phone();
    sent.say(&mut phone, "craving_peak", "4");
    let rows = || {
        let journal = sent.house.clinic.journal();
        journal.rim_scan("check_in_link", "", 100).unwrap().len()
    };
    wait(&sent, 24);
    look(&sent);
    assert_eq!(sent.check_ins().len(), 1);
    assert!(rows() > 0, "who opens it is still told that it was taken");
    wait(&sent, 24 * 30);
    look(&sent);
    assert_eq!(rows(), 0);
    assert_eq!(sent.check_ins().len(), 1);
}
