//! The hours in the room that go wrong: a pressure that climbs, a network that is gone, somebody who
//! leaves, three rooms on one tablet.

use std::time::Duration;

use record::Clock as _;
use record::chart::visit::VisitState;
use record::fact::care::{AlertOwned, AlertRaised};
use record::fact::room::{LeftAgainstAdvice, RuleAct, RuleFired};
use record::fact::visit::VisitPurpose;
use record::ids::{PatientId, SessionId};
use testkit::browser::{Browser, Network, Page};

use super::Answer;
use super::calm::in_dose;
use super::course::go_to;
use super::form::sent;
use super::house::{House, SECRET};
use super::walk::{named, picture, pressures, send, shows, tablet, tap, until, until_so};

fn place(path: &str, session: &str, rest: &str) -> String {
    format!("{path}/sessions/{session}{rest}")
}

#[test]
fn a_hypertensive_crisis_is_said_as_it_climbs_stopped_by_one_press_and_owned() -> Answer {
    let Some(browser) = Browser::open_or_skip()? else {
        return Ok(());
    };
    let house = House::open();
    let (path, session) = in_dose(&house);
    let (patient, id) = named(&path, &session);
    let nurse = tablet(&browser, &house, "dana", &place(&path, &session, ""))?;
    let prescriber = tablet(&browser, &house, "okafor", "/watch-list")?;
    climb(&house, &nurse)?;
    let fired: Vec<(String, RuleAct)> = house
        .clinic
        .chart(patient)?
        .chart
        .all::<RuleFired>()
        .map(|(_, one)| (one.rule.to_string(), one.act))
        .collect();
    let asked = [
        ("M06", RuleAct::Notify),
        ("M07", RuleAct::Slow),
        ("M08", RuleAct::Stop),
    ];
    assert_eq!(
        fired,
        asked.map(|(rule, act)| (rule.to_owned(), act)),
        "each once"
    );
    until(&prescriber, "M08")?;
    nurse.click(".hf-button--stop")?;
    until(&nurse, "Stopped 10:25 by DW, 35.625 of 57 mg given")?;
    // What is left is offered at once: 24.375 mg in the syringe and 140 mg in the vial.
    shows(&nurse, "Waste 164.375 mg");
    holds_the_room(&nurse)?;
    picture(&nurse, "crisis-stopped")?;
    let form = format!("{path}/do/waste-drug?session={session}");
    let wasted = [
        ("amount_1", "140"),
        ("amount_2", "24.375"),
        ("method", "Into the bottle"),
        ("second_name", "okafor"),
        ("second_secret", SECRET),
    ];
    send(&nurse, &house, &form, &wasted)?;
    shows(&nurse, "Left to account for");
    {
        let stock = house.clinic.stock();
        assert_eq!(stock.register.in_use(id).get(), 0);
        let used = stock.register.use_of(id).expect("its use");
        assert_eq!(used.given.get(), 35_625);
    }
    own_every_alert(&house, &prescriber, patient)
}

/// Four readings, five minutes apart, each higher; the page says what the rules ask at each.
pub(crate) fn climb(house: &House, nurse: &Page) -> Answer {
    for (at, upper, lower, asked) in [
        ("10:10", "165", "88", "M06"),
        ("10:15", "182", "96", "M06"),
        ("10:20", "186", "98", "M07"),
        ("10:25", "204", "99", "M08"),
    ] {
        go_to(house, &format!("2026-03-03T{at}"));
        tap(nurse, [upper, lower, "104", "95", "19"])?;
        until(nurse, &format!("{upper}/{lower}"))?;
        until(nurse, &format!("{asked}."))?;
        holds_the_room(nurse)?;
    }
    assert_eq!(nurse.axe()?.len(), 0, "{:?}", nurse.axe()?);
    picture(nurse, "crisis")
}

/// The room does not scroll at 1024 by 768, and no press lies under the corner.
pub(crate) fn holds_the_room(page: &Page) -> Answer {
    let high = page.evaluate("document.documentElement.scrollHeight - innerHeight")?;
    assert_eq!(high.as_i64(), Some(0), "the room scrolls at 1024 by 768");
    let under = page.evaluate(
        "(() => { const corner = document.querySelector('.hf-stop').getBoundingClientRect();
           return [...document.querySelectorAll('.hf-stack .hf-press')]
             .filter((one) => one.getBoundingClientRect().bottom > corner.top)
             .map((one) => one.textContent.trim()).join(', '); })()",
    )?;
    assert_eq!(under.as_str(), Some(""), "presses under the corner");
    Ok(())
}

fn own_every_alert(house: &House, prescriber: &Page, patient: PatientId) -> Answer {
    let raised = house
        .clinic
        .chart(patient)?
        .chart
        .all::<AlertRaised>()
        .count();
    assert!(raised >= 3, "{raised} alerts of three rules");
    prescriber.go(&format!("{}/watch-list", house.address))?;
    picture(prescriber, "watch-list")?;
    for _ in 0..raised {
        prescriber.follow("form[action$='/do/own-alert'] [type=submit]")?;
        shows(prescriber, "The alert is yours.");
        prescriber.go(&format!("{}/watch-list", house.address))?;
    }
    assert!(!prescriber.has("form[action$='/do/own-alert']")?);
    let owned = house
        .clinic
        .chart(patient)?
        .chart
        .all::<AlertOwned>()
        .count();
    assert_eq!(owned, raised, "every alert has its owner, once");
    Ok(())
}

#[test]
fn four_minutes_without_a_network_and_a_reload_lose_nothing_and_say_what_was_not_taken() -> Answer {
    let Some(browser) = Browser::open_or_skip()? else {
        return Ok(());
    };
    let house = House::open();
    let (path, session) = in_dose(&house);
    let (patient, id) = named(&path, &session);
    let room = place(&path, &session, "");
    let nurse = tablet(&browser, &house, "dana", &room)?;
    let other = tablet(&browser, &house, "luis", &room)?;
    go_to(&house, "2026-03-03T10:05");
    nurse.network(Network::Unplugged)?;
    tap(&nurse, ["141", "81", "77", "96", "15"])?;
    until(&nurse, "1 entry waits")?;
    // Meanwhile another tablet goes on: it charts at the same minute, and stops the dose.
    nurse.clock_ahead(Duration::from_mins(2))?;
    go_to(&house, "2026-03-03T10:07");
    tap(&other, ["151", "91", "77", "96", "15"])?;
    until(&other, "151/91")?;
    tap(&nurse, ["142", "82", "77", "96", "15"])?;
    until(&nurse, "2 entries wait")?;
    nurse.clock_ahead(Duration::from_mins(3))?;
    go_to(&house, "2026-03-03T10:08");
    nurse.click("form[action*='/do/pause'] button")?;
    until(&nurse, "3 entries wait")?;
    until(&nurse, ", 3 min")?;
    picture(&nurse, "no-network")?;
    other.click(".hf-button--stop")?;
    until(&other, "Stopped 10:08 by LF")?;
    assert_eq!(pressures(&house, patient, id).last(), Some(&(151, 0)));
    // Somebody reloads the page, in vain; the network is back four minutes after it was pulled.
    nurse.clock_ahead(Duration::from_mins(4))?;
    go_to(&house, "2026-03-03T10:09");
    let blank = nurse.go(&format!("{}{room}", house.address));
    assert!(blank.is_err(), "a page came without a network");
    nurse.network(Network::Good)?;
    nurse.go(&format!("{}{room}", house.address))?;
    until(&nurse, "Not taken in: Pause, ")?;
    shows(&nurse, "The dose has ended already");
    // It is still said after another reload, until somebody has seen it.
    nurse.go(&format!("{}{room}", house.address))?;
    until(&nurse, "Not taken in: Pause, ")?;
    picture(&nurse, "not-taken")?;
    let told = pressures(&house, patient, id);
    let told = &told[told.len() - 3..];
    assert_eq!(
        told,
        [(151, 0), (141, 4), (142, 2)],
        "each once, in the order pressed, and so many minutes late"
    );
    // Both readings of the same minute stand side by side, with the one that came late marked.
    nurse.click("text=I have seen it")?;
    until_so("the end of what was not taken in", || {
        let kept = nurse.evaluate("document.getElementById('hf-offline').textContent")?;
        Ok(kept.as_str() == Some(""))
    })?;
    nurse.evaluate("document.dispatchEvent(new Event('hf-refresh'))")?;
    until(&nurse, "charted late")?;
    nurse.click("text=Numbers as a table")?;
    for reading in ["151/91", "142/82", "141/81"] {
        until(&nurse, reading)?;
    }
    Ok(())
}

#[test]
fn leaving_against_advice_is_never_held_up_and_the_drug_left_behind_is_not_forgotten() -> Answer {
    let Some(browser) = Browser::open_or_skip()? else {
        return Ok(());
    };
    let house = House::open();
    let (path, session) = in_dose(&house);
    let (patient, id) = named(&path, &session);
    let nurse = tablet(&browser, &house, "dana", &place(&path, &session, ""))?;
    go_to(&house, "2026-03-03T10:12");
    let form = |code: &str| format!("{path}/do/{code}?session={session}");
    let told = [
        (
            "told",
            "Told of falls and of driving; wants to go home now.",
        ),
        ("with", "Alone"),
    ];
    send(&nurse, &house, &form("leave-against-advice"), &told)?;
    shows(&nurse, "The dose still runs: stop it first");
    nurse.go(&format!("{}{}", house.address, place(&path, &session, "")))?;
    nurse.click(".hf-button--stop")?;
    until(&nurse, "Stopped 10:12 by DW")?;
    // The clock cannot be shortened.
    nurse.go(&format!(
        "{}{}",
        house.address,
        place(&path, &session, "/leaving")
    ))?;
    picture(&nurse, "leaving-early")?;
    send(&nurse, &house, &form("recover"), &[])?;
    shows(&nurse, "the clock cannot be shortened");
    send(&nurse, &house, &form("leave-against-advice"), &told)?;
    shows(&nurse, "Left against advice at 10:12.");
    let left = house.clinic.chart(patient)?;
    assert_eq!(left.chart.all::<LeftAgainstAdvice>().count(), 1);
    // The room is empty and its drug is not accounted for: every board says so until it is.
    for (board, said) in [
        ("/floor", "Room 2: drug not accounted for"),
        ("/today", "182.9 mg not accounted for"),
    ] {
        nurse.go(&format!("{}{board}", house.address))?;
        shows(&nurse, said);
        assert_eq!(nurse.axe()?.len(), 0, "{board}: {:?}", nurse.axe()?);
        picture(&nurse, &format!("left{}", board.replace('/', "-")))?;
    }
    nurse.go(&format!("{}/watch-list", house.address))?;
    shows(
        &nurse,
        "Left against advice after session 1: call within 12 hours",
    );
    let wasted = [
        ("amount_1", "140"),
        ("amount_2", "42.9"),
        ("method", "Into the bottle"),
        ("second_name", "luis"),
        ("second_secret", SECRET),
    ];
    send(&nurse, &house, &form("waste-drug"), &wasted)?;
    assert!(
        house.clinic.stock().register.is_closed(id),
        "the books are open"
    );
    for board in ["/floor", "/today"] {
        nurse.go(&format!("{}{board}", house.address))?;
        let said = nurse.text("body")?;
        assert!(!said.contains("not accounted for"), "{board}: {said}");
    }
    Ok(())
}

/// Moves the first dosing visit of a patient to this afternoon, where it is on another day and a room is
/// free: a session is opened on the day of its visit only.
fn brought_forward(house: &House, patient: PatientId) {
    let Ok(known) = house.clinic.chart(patient) else {
        return;
    };
    let today = house.clinic.zone_today(house.clock.now());
    let visits = known.chart.visits().into_iter();
    let mut dosing = visits
        .filter(|visit| visit.purpose == VisitPurpose::Dosing && visit.state == VisitState::Booked);
    let Some(next) = dosing.next() else { return };
    if house.clinic.zone_today(next.starts_at) == today {
        return;
    }
    let mut desk = house.sign_in("maria");
    let form = format!("/patients/{patient}/do/visit-move?visit={}", next.id);
    for room in 1..7 {
        let (starts, room) = (format!("{today}T14:00"), format!("Room {room}"));
        let to = [
            ("starts_at", &*starts),
            ("room", &room),
            ("reason", "A room is free"),
        ];
        if sent(&mut desk, &form, &to).status == 303 {
            return;
        }
    }
}

/// Three rooms with somebody in session; where fewer are, sessions are opened.
fn three_rooms(house: &House) -> Vec<(PatientId, SessionId)> {
    let patients: Vec<PatientId> = house.clinic.board().lines().map(|(id, _)| *id).collect();
    let open = |patient: PatientId| {
        let known = house.clinic.chart(patient).ok()?;
        let mut sessions = known.chart.sessions().into_iter();
        sessions
            .find(|one| one.closed_at.is_none())
            .map(|one| (patient, one.id))
    };
    let mut rooms: Vec<_> = patients.iter().filter_map(|one| open(*one)).collect();
    let mut nurse = house.sign_in("dana");
    for patient in patients {
        if rooms.len() >= 3 {
            break;
        }
        if rooms.iter().any(|(one, _)| *one == patient) {
            continue;
        }
        let form = format!("/patients/{patient}/do/open-session");
        if nurse.get(&form).is_ok_and(|page| page.status == 200) {
            brought_forward(house, patient);
            let room = format!("Room {}", rooms.len() + 5);
            sent(&mut nurse, &form, &[("room", &room), ("weight", "70")]);
            rooms.extend(open(patient));
        }
    }
    rooms.truncate(3);
    rooms
}

#[test]
fn three_rooms_charted_on_one_tablet_without_a_network_each_keep_to_their_own_session() -> Answer {
    let Some(browser) = Browser::open_or_skip()? else {
        return Ok(());
    };
    let house = House::with_patients_at(30, "2026-03-02T18:00:00Z");
    let rooms = three_rooms(&house);
    assert_eq!(rooms.len(), 3, "three rooms are in use");
    let place = |(patient, session): &(PatientId, SessionId)| {
        format!("{}/patients/{patient}/sessions/{session}", house.address)
    };
    let before: Vec<usize> = rooms
        .iter()
        .map(|(patient, session)| pressures(&house, *patient, *session).len())
        .collect();
    let first = tablet(&browser, &house, "dana", "/floor")?;
    let (second, third) = (first.tab()?, first.tab()?);
    let tabs = [first, second, third];
    for (tab, room) in tabs.iter().zip(&rooms) {
        tab.go(&place(room))?;
        tab.network(Network::Unplugged)?;
    }
    for round in ["4", "5"] {
        for (tab, number) in tabs.iter().zip(["1", "2", "3"]) {
            // A tab shows its number pad only in front.
            tap(tab, [&format!("1{round}{number}"), "81", "77", "96", "15"])?;
            until(tab, "wait")?;
        }
    }
    until(&tabs[2], "6 entries wait")?;
    picture(&tabs[2], "three-rooms")?;
    // Entries of other rooms say whose they are.
    shows_hidden(&tabs[2])?;
    for tab in &tabs {
        tab.network(Network::Good)?;
    }
    let own = |number: usize| {
        let (patient, session) = rooms[number];
        let all = pressures(&house, patient, session);
        all.into_iter()
            .skip(before[number])
            .map(|(upper, _)| upper)
            .collect::<Vec<u16>>()
    };
    until_so("every entry", || {
        Ok((0..3).map(|one| own(one).len()).sum::<usize>() >= 6)
    })?;
    for (number, upper) in [(0, [141, 151]), (1, [142, 152]), (2, [143, 153])] {
        assert_eq!(own(number), upper, "in room {number}");
    }
    for (number, (tab, room)) in tabs.iter().zip(&rooms).enumerate() {
        tab.go(&place(room))?;
        until(tab, &format!("15{}/81", number + 1))?;
        let said = tab.text("main")?;
        for other in (0..3).filter(|other| *other != number) {
            assert!(!said.contains(&format!("15{}/81", other + 1)), "{said}");
        }
    }
    Ok(())
}

fn shows_hidden(tab: &Page) -> Answer {
    let list = tab.evaluate("document.querySelector('#hf-offline ul').textContent")?;
    let list = list.as_str().unwrap_or_default();
    let own = list.matches("Waits: systolic").count();
    assert_eq!((own, list.matches("Waits: ").count()), (2, 6), "{list}");
    Ok(())
}
