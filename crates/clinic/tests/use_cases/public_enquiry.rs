//! Enquiries from the public page: help, one task, nothing lost.

use clinic::act::public_enquiry::{Taken, take};
use record::Kind;
use record::fact::care::{AlertCause, Urgency};
use record::fact::enquiry::EnquiryReceived;
use record::words::{Role, YesNo};

use super::harness::{TestClinic, fields, prose};
use super::sample::{a_reach, an_enquiry};

fn send(given: &mut TestClinic, enquiry: EnquiryReceived, says_unsafe: bool) -> Taken {
    given
        .by(Role::Public, |operation, clinic| {
            take(operation, clinic, enquiry, says_unsafe)
        })
        .unwrap()
}

#[test]
fn who_says_they_are_not_safe_or_writes_of_danger_is_a_task_to_act_on_now() {
    let mut given = TestClinic::new();
    let calm = send(&mut given, an_enquiry(), false);
    assert!(!calm.needs_help);
    assert_eq!(given.n_of(calm.patient, Kind::AlertRaised), 0);

    let mut written = an_enquiry();
    written.reach = a_reach(YesNo::No);
    written.about = Some(prose("I can\u{2019}t go on"));
    let written = send(&mut given, written, false);
    let mut said = an_enquiry();
    said.name = super::harness::line("Wren");
    let said = send(&mut given, said, true);
    for taken in [written, said] {
        assert!(taken.needs_help);
        let alerts = given.chart(taken.patient).alerts();
        assert_eq!(alerts.len(), 1);
        assert_eq!(alerts[0].cause, AlertCause::Safety);
        assert_eq!(alerts[0].urgency, Urgency::ActNow);
        assert!(alerts[0].owner.is_none());
    }
}

#[test]
fn an_enquiry_sent_again_while_the_first_waits_is_kept_and_is_one_task() {
    let mut given = TestClinic::new();
    let first = send(&mut given, an_enquiry(), true);
    let mut again = an_enquiry();
    again.about = Some(prose("Did you get this?"));
    again.reach.phone = Some(super::harness::line("(207) 555-0142"));
    let second = send(&mut given, again, true);
    assert_eq!(first.patient, second.patient);
    assert_eq!(
        given.n_of(first.patient, Kind::EnquiryReceived),
        2,
        "nothing is lost"
    );
    assert_eq!(given.n_of(first.patient, Kind::AlertRaised), 1, "one task");
    assert_eq!(given.clinic.board().unanswered_enquiries().count(), 1);
}

#[test]
fn another_wish_about_messages_is_a_record_of_its_own() {
    let mut given = TestClinic::new();
    let first = send(&mut given, an_enquiry(), false);
    let mut careful = an_enquiry();
    careful.reach = a_reach(YesNo::No);
    let second = send(&mut given, careful, false);
    assert_ne!(first.patient, second.patient);
}

#[test]
fn the_same_command_is_answered_twice_and_written_once() {
    let mut given = TestClinic::unsigned();
    let once = |given: &mut TestClinic| {
        given
            .under(Role::Public, 41, |operation, clinic| {
                take(operation, clinic, an_enquiry(), false)
            })
            .unwrap()
    };
    let (first, again) = (once(&mut given), once(&mut given));
    assert_eq!(first, again);
    assert_eq!(given.n_entries(), 1);
}

#[test]
fn without_agreement_nothing_is_written_and_the_fields_are_named() {
    let mut given = TestClinic::unsigned();
    let mut asked = an_enquiry();
    asked.agreed_to_contact = false;
    let outcome = given.by(Role::Public, |operation, clinic| {
        take(operation, clinic, asked, true)
    });
    assert_eq!(fields(outcome), ["agreed_to_contact"]);
    assert_eq!(given.n_entries(), 0);
}
