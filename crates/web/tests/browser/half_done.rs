//! A questionnaire left half done, as the patient and the coordinator see it: nothing is lost, with script
//! and without; danger is met at once; and what was left is somebody's.

use clinic::act::watch;
use clinic::{Actor, Operation};
use jiff::SignedDuration;
use record::Clock as _;
use record::fact::care::AlertCause;
use record::ids::PatientId;
use record::words::Door;
use testkit::browser::{Browser, Page, Script, Size};
use virtual_clinic::chance::Seeded;

use super::house::House;
use super::walk::{shows, until_so};
use super::{Answer, over_wide, sign_in};

/// One look of the watch, as the server takes it each minute.
pub(crate) fn look(house: &House) {
    let mut chance = Seeded::new(77);
    let actor = Actor::system(Door::Command);
    let mut operation = Operation::new(actor, &house.clock, &mut chance);
    watch::look(&mut operation, &house.clinic).expect("the watch looks");
}

fn choose(page: &Page, item: &str, value: &str) -> Answer {
    page.click(&format!("[name=item-{item}][value=\"{value}\"]"))?;
    Ok(())
}

/// What is under way, as it is kept.
fn kept(house: &House) -> String {
    let rows = house
        .clinic
        .journal()
        .rim_scan("questionnaire_draft", "", 10);
    let rows = rows.expect("the rows are read").into_iter();
    rows.map(|row| String::from_utf8_lossy(&row.value).into_owned())
        .collect()
}

fn n_alerts(house: &House, patient: PatientId, cause: AlertCause, says: &str) -> usize {
    let known = house.clinic.chart(patient).expect("a chart");
    let alerts = known.chart.alerts().into_iter();
    alerts
        .filter(|alert| alert.cause == cause && alert.sentence.starts_with(says))
        .count()
}

fn holds(page: &Page) -> Answer {
    assert!(page.axe()?.is_empty(), "{:?}", page.axe()?);
    assert!(over_wide(page)? < 1, "wider than the screen");
    Ok(())
}

#[test]
fn one_left_half_done_is_gone_on_with_danger_in_it_is_met_at_once_and_the_rest_is_somebodys()
-> Answer {
    let Some(browser) = Browser::open_or_skip()? else {
        return Ok(());
    };
    let house = House::with_patients(8);
    let own = format!("/patients/{}", house.patient());
    let patient: PatientId = house.patient();
    let fill = format!("{}{own}/questionnaires/phq-9/fill", house.address);
    let phone = browser.page(Size::PHONE)?;
    sign_in(&phone, &house, "patient")?;
    phone.go(&fill)?;
    choose(&phone, "1", "2")?;
    choose(&phone, "2", "1")?;
    phone.wait_for_text("main", "Kept so far.")?;
    // The page says so of the first already: the second has left the phone too.
    until_so("the second answer", || {
        Ok(kept(&house).contains(r#"["2",1]"#))
    })?;
    phone.go("about:blank")?;
    phone.go(&fill)?;
    shows(&phone, "2 of 10 answered");
    holds(&phone)?;

    // Without script: answered and kept by a button, beside what was kept.
    let old = browser.page(Size::PHONE)?;
    old.script(Script::Off)?;
    sign_in(&old, &house, "patient")?;
    old.go(&fill)?;
    choose(&old, "3", "3")?;
    old.follow("text=Keep for later")?;
    shows(&old, "3 of 10 answered");

    // The page of help comes up by itself, and leads back to what was kept.
    phone.follow("[name=item-9][value=\"1\"]")?;
    shows(&phone, "Talk to someone now");
    shows(&phone, "was told at");
    holds(&phone)?;
    phone.follow("text=Go on with the questions: what you said is kept")?;
    shows(&phone, "4 of 10 answered");
    assert_eq!(n_alerts(&house, patient, AlertCause::Safety, "PHQ-9"), 1);
    // A phone without script gets the same page in answer to the button.
    choose(&old, "9", "2")?;
    old.follow("text=Keep for later")?;
    shows(&old, "4 of 10 answered");
    assert_eq!(
        n_alerts(&house, patient, AlertCause::Safety, "PHQ-9"),
        1,
        "the same danger is one alert"
    );

    house
        .clock
        .set(house.clock.now() + SignedDuration::from_hours(40));
    look(&house);
    look(&house);
    let left = "PHQ-9 left half done on 2 March, 4 of 10 answered";
    assert_eq!(n_alerts(&house, patient, AlertCause::HalfDone, left), 1);
    let desk = browser.page(Size::DESK)?;
    sign_in(&desk, &house, "maria")?;
    for place in ["/watch-list", "/missing?of=other", own.as_str()] {
        desk.go(&format!("{}{place}", house.address))?;
        shows(&desk, left);
        holds(&desk)?;
    }
    shows(&desk, "Coordinator, taken by nobody");
    Ok(())
}
