//! A coordinator reaches everyone who fell silent: from Today to the watch list, each person taken, called,
//! written down, put off or settled, until nobody is silent without somebody's name on it.

use jiff::SignedDuration;
use record::Clock as _;
use record::chart::alert::Alert;
use record::fact::care::AlertCause;
use record::fact::enquiry::Reached;
use record::ids::{AlertId, PatientId};
use testkit::browser::{Browser, Page, Size};

use super::half_done::look;
use super::house::House;
use super::walk::{answer, shows};
use super::{Answer, over_wide, sign_in};

/// Every open alert over silence, by person.
fn silent(house: &House) -> Vec<(PatientId, AlertId)> {
    let board = house.clinic.board();
    board
        .open_alerts()
        .filter(|(_, _, alert)| alert.cause == AlertCause::Silence)
        .map(|(patient, _, alert)| (patient, alert.id))
        .collect()
}

fn alert(house: &House, patient: PatientId, id: AlertId) -> Alert {
    let known = house.clinic.chart(patient).expect("a chart");
    let mut all = known.chart.alerts().into_iter();
    all.find(|one| one.id == id).expect("the alert")
}

fn send(page: &Page, form: &str) -> Answer {
    page.follow(&format!("[id=\"{form}\"] [type=submit]"))?;
    Ok(())
}

fn unfold(page: &Page, id: AlertId, which: &str) -> Answer {
    page.click(&format!("[id=\"{id}-{which}\"] summary"))?;
    Ok(())
}

/// Calls them, and writes down what came of it; back on the list.
fn call(page: &Page, patient: PatientId, id: AlertId, reached: Reached) -> Answer {
    page.follow(&format!(
        "[id=\"{id}\"] .hf-alert__acts a[href*=\"/{patient}/do/contact\"]"
    ))?;
    shows(page, "Safe to leave a message");
    assert!(page.has("main a[href^='tel:']")?, "the number to call");
    answer(page, "way", "phone")?;
    answer(page, "reached", reached.code())?;
    answer(page, "summary", "Asked how they are")?;
    page.follow("main form[method=post] [type=submit]")?;
    assert!(page.url()?.contains("/watch-list"), "{}", page.url()?);
    Ok(())
}

fn settle(page: &Page, id: AlertId) -> Answer {
    unfold(page, id, "settle")?;
    page.fill(
        &format!("[id=\"close-alert-{id}\"] [name=note]"),
        "Spoke, and met again on Thursday",
    )?;
    send(page, &format!("close-alert-{id}"))
}

#[test]
fn a_coordinator_reaches_everyone_who_fell_silent_and_nobody_stays_silent_without_an_owner()
-> Answer {
    let Some(browser) = Browser::open_or_skip()? else {
        return Ok(());
    };
    let house = House::with_patients(12);
    // Two days in which nothing comes from anybody.
    house
        .clock
        .set(house.clock.now() + SignedDuration::from_hours(48));
    look(&house);
    let all = silent(&house);
    assert!(all.len() > 2, "three people fell silent: {}", all.len());
    let page = browser.page(Size::TABLET)?;
    sign_in(&page, &house, "maria")?;
    page.go(&format!("{}/today", house.address))?;
    page.follow("text=Watch list")?;
    let outcomes = [Reached::Spoke, Reached::NotAnswered, Reached::LeftMessage];
    let most = house
        .clinic
        .library()
        .policy()
        .snooze_most(record::fact::care::Urgency::Watch);
    for ((patient, id), reached) in all.iter().zip(outcomes.iter().cycle()) {
        send(&page, &format!("own-alert-{id}"))?;
        shows(&page, "The alert is yours.");
        call(&page, *patient, *id, *reached)?;
        if *reached == Reached::Spoke {
            settle(&page, *id)?;
            continue;
        }
        shows(&page, &format!(": {reached}."));
        // Put off no longer than the clinic's bound: nothing longer is offered.
        unfold(&page, *id, "snooze")?;
        let longest = page.evaluate(&format!(
            "Math.max(...[...document.querySelectorAll('[id=\"snooze-alert-{id}\"] option')].map((one) => Number(one.value)))"
        ))?;
        let longest = longest.as_i64().expect("lengths");
        assert!(
            longest > 0 && SignedDuration::from_mins(longest) <= most,
            "{longest}"
        );
        page.fill(&format!("[id=\"snooze-alert-{id}\"] [name=minutes]"), "60")?;
        page.fill(
            &format!("[id=\"snooze-alert-{id}\"] [name=reason]"),
            "Call again in an hour",
        )?;
        send(&page, &format!("snooze-alert-{id}"))?;
        shows(&page, "Put off until");
    }
    assert!(page.axe()?.is_empty(), "{:?}", page.axe()?);
    assert!(over_wide(&page)? < 1);
    // Whoever was not reached comes back by itself, and is reached.
    house
        .clock
        .set(house.clock.now() + SignedDuration::from_mins(90));
    look(&house);
    sign_in(&page, &house, "maria")?;
    page.go(&format!("{}/watch-list?show=mine", house.address))?;
    for ((patient, id), reached) in all.iter().zip(outcomes.iter().cycle()) {
        if *reached == Reached::Spoke {
            continue;
        }
        shows(&page, "Was put off until");
        call(&page, *patient, *id, Reached::Spoke)?;
        settle(&page, *id)?;
        if silent(&house).is_empty() {
            break;
        }
        page.go(&format!("{}/watch-list?show=mine", house.address))?;
    }
    for (patient, id) in &all {
        let one = alert(&house, *patient, *id);
        assert!(one.owner.is_some() && one.closed_at.is_some() && one.reached_at.is_some());
    }
    let board = house.clinic.board();
    let unowned = board
        .open_alerts()
        .filter(|(_, _, alert)| alert.cause == AlertCause::Silence && alert.owner.is_none())
        .count();
    assert_eq!(unowned, 0, "nobody is silent without an owner");
    let month = SignedDuration::from_hours(30 * 24);
    let measured = board.time_to_contact(house.clock.now(), month);
    drop(board);
    assert!(measured.n_reached >= all.len());
    // How long it took stands at the foot, measured from the alerts themselves.
    page.go(&format!("{}/watch-list", house.address))?;
    let told = page.text("main")?;
    let reached = format!("of {} patients reached", measured.n_reached);
    assert!(
        told.contains("Time to contact") && told.contains(&reached),
        "{told}"
    );
    Ok(())
}
