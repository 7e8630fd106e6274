//! What a check-in from a link tells whom, once.

use record::fact::care::AlertCause;

use crate::form::said;
use crate::link::{Sent, linked};

#[test]
fn not_sure_of_being_safe_is_met_like_not_safe_also_after_the_check_in_is_in() {
    let sent = Sent::new();
    let mut phone = sent.phone();
    sent.say(&mut phone, "craving_peak", "2");
    assert_eq!(sent.say(&mut phone, "safe", "unknown").status, 303);
    let page = phone.get(&sent.path("")).unwrap().text();
    assert!(page.contains("Talk to someone now"), "{page}");
    assert_eq!(sent.n_alerts(AlertCause::Safety), 1);
    let known = sent.house.clinic.chart(sent.patient).unwrap();
    let told = known.chart.alerts();
    let told = told.iter().find(|one| one.cause == AlertCause::Safety);
    assert!(
        told.unwrap()
            .sentence
            .contains("not sure whether they are safe"),
        "{told:?}"
    );

    let other = Sent::new();
    let mut phone = other.phone();
    let form = phone.get(&other.path("/safe")).unwrap().hidden("csrf");
    for _ in 0..12 {
        let page = phone.get(&other.path("")).unwrap();
        let html = page.text();
        let Some(action) = html
            .split("action=\"")
            .nth(1)
            .and_then(|rest| rest.split('"').next())
        else {
            break;
        };
        let Some(question) = action.strip_prefix(&format!("{}/", other.path(""))) else {
            break;
        };
        let question = question.to_owned();
        let value = if question == "safe" { "yes" } else { "skipped" };
        other.say(&mut phone, &question, value);
        if !other.check_ins().is_empty() {
            break;
        }
    }
    assert_eq!(other.check_ins().len(), 1);
    assert_eq!(other.n_alerts(AlertCause::Safety), 0);
    // The page was gone back to, and the answer is another now.
    let csrf = form.unwrap();
    let fields = [("csrf", csrf.as_str()), ("answer", "unknown")];
    phone.post(&other.path("/safe"), &fields).unwrap();
    assert_eq!(other.n_alerts(AlertCause::Safety), 1);
}

#[test]
fn use_on_one_day_is_told_once_by_however_many_links_it_was_answered() {
    let sent = Sent::new();
    let mut phone = sent.phone();
    sent.say(&mut phone, "craving_peak", "2");
    let answer = sent.say(&mut phone, "used", "yes");
    assert_eq!(sent.n_alerts(AlertCause::UseReported), 1);
    // Whatever the substance is counted in, the next page thanks them before it asks how much.
    let next = answer.header("location").unwrap();
    assert!(next.starts_with(&sent.path("/amount")), "{next}");
    let amount = said(&phone.get(next).unwrap());
    assert!(amount.contains("Thank you for telling us"), "{amount}");
    let (token, born) = linked(&sent.house, sent.patient, 6);
    let second = Sent {
        token,
        born,
        ..sent
    };
    let mut phone = second.phone();
    second.say(&mut phone, "used", "yes");
    second.say(&mut phone, "safe", "no");
    assert_eq!(second.check_ins().len(), 1);
    assert_eq!(
        second.n_alerts(AlertCause::UseReported),
        1,
        "the same day is told once"
    );
    assert_eq!(second.n_alerts(AlertCause::Safety), 1, "danger is told");
}

#[test]
fn no_link_asks_about_a_day_before_the_course() {
    let sent = Sent::new();
    let mut coordinator = sent.house.sign_in("maria");
    let path = format!("/patients/{}/check-in-link", sent.patient);
    for day in ["2020-01-01", "0001-01-01"] {
        let refused = crate::form::sent(&mut coordinator, &path, &[("day", day)]);
        assert_eq!(refused.status, 422, "{day}");
        assert!(
            said(&refused).contains("before the course began"),
            "{}",
            said(&refused)
        );
    }
}
