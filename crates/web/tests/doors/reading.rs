//! Who reads a check-in and when, as the page that ends it says: by the clinic's own hours, or that nobody
//! can say.

use clinic::Library;
use clinic::premises::Premises;

use crate::house::House;
use crate::link::Sent;

/// Monday and Tuesday, nine to five.
const READ: &str = "[reading]
by = \"The nurse on duty\"
monday = [\"09:00\", \"17:00\"]
tuesday = [\"09:00\", \"17:00\"]
";

/// The last page of a check-in that was skipped through at this moment.
fn ended(library: Library, now: &str) -> String {
    let sent = Sent::of(House::with_patients_of(12, now, library));
    let mut phone = sent.phone();
    let mut question = "craving_peak".to_owned();
    while !question.is_empty() {
        let answer = sent.say(&mut phone, &question, "skipped");
        let to = answer.header("location").unwrap().to_owned();
        let next = to.strip_prefix(&sent.path("/")).unwrap_or_default();
        question = String::from(next);
    }
    phone.get(&sent.path("")).unwrap().text()
}

fn with_hours() -> Library {
    let house = include_str!("../../../../premises/house.toml");
    let premises = Premises::read(&format!("{house}\n{READ}")).unwrap();
    Library::embedded().unwrap().with_premises(premises)
}

#[test]
fn the_last_page_says_when_the_next_reading_is_and_in_the_hours_until_when() {
    // Friday evening, 8 May.
    let late = ended(with_hours(), "2026-05-08T23:30:00Z");
    assert!(late.contains("On Monday at 09:00"), "{late}");
    assert!(
        late.contains("The nurse on duty. Nobody reads it before."),
        "{late}"
    );
    assert!(late.contains("call or text 988"), "{late}");
    // Monday at three in the afternoon.
    let now = ended(with_hours(), "2026-05-11T19:00:00Z");
    assert!(
        now.contains("Someone reads this until 17:00: The nurse on duty."),
        "{now}"
    );
    assert!(now.contains("is read tomorrow at 09:00"), "{now}");
}

#[test]
fn a_clinic_that_set_no_hours_promises_none() {
    let page = ended(Library::embedded().unwrap(), "2026-05-08T23:30:00Z");
    assert!(page.contains("Nobody can say when a person at"), "{page}");
    assert!(page.contains("call or text 988"), "{page}");
    assert!(!page.contains("Within a day"), "{page}");
}
