//! The session room in two browsers: what one charts the other sees, and what is charted without a
//! network is kept on the device, sent in order, once.

use std::time::{Duration, Instant};

use record::chart::session::Session;
use record::fact::session::ObservationMade;
use record::ids::PatientId;
use testkit::browser::{Browser, Network, Page};

use super::calm::in_dose;
use super::course::go_to;
use super::house::House;
use super::walk::{named, pressures, tablet, tap, until, until_so};
use super::{Answer, sign_in};

/// A house at an hour at which somebody is in a room, and that room.
fn with_a_room() -> Option<(House, PatientId, Session)> {
    let house = House::with_patients_at(40, "2026-03-02T18:00:00Z");
    let patients: Vec<PatientId> = house.clinic.board().lines().map(|(id, _)| *id).collect();
    let found = patients.into_iter().find_map(|patient| {
        let known = house.clinic.chart(patient).ok()?;
        let open = known
            .chart
            .sessions()
            .into_iter()
            .find(|one| one.closed_at.is_none())?;
        Some((patient, open))
    });
    found.map(|(patient, session)| (house, patient, session))
}

/// The upper pressures charted in the session since it was found.
fn own(house: &House, patient: PatientId, session: &Session) -> Vec<u16> {
    let all = pressures(house, patient, session.id);
    all.into_iter().map(|(upper, _)| upper).collect()
}

#[test]
fn a_set_tapped_on_one_tablet_is_on_the_other_and_one_press_stops() -> Answer {
    let Some(browser) = Browser::open_or_skip()? else {
        return Ok(());
    };
    let (house, patient, session) = with_a_room().expect("somebody is in a room");
    let place = format!("/patients/{patient}/sessions/{}", session.id);
    let nurse = tablet(&browser, &house, "dana", &place)?;
    let prescriber = tablet(&browser, &house, "okafor", &place)?;
    let high = nurse.evaluate("document.documentElement.scrollHeight - innerHeight")?;
    assert_eq!(high.as_i64(), Some(0), "the room scrolls at 1024 by 768");
    tap(&nurse, ["131", "83", "77", "96", "15"])?;
    let waited = until(&prescriber, "131/83")?;
    println!("on the other tablet after {} ms", waited.as_millis());
    until(&nurse, "131/83")?;
    assert_eq!(nurse.axe()?.len(), 0, "{:?}", nurse.axe()?);
    Ok(())
}

#[test]
fn what_is_charted_without_a_network_survives_a_crash_of_the_tab_and_comes_in_order_once() -> Answer
{
    let Some(browser) = Browser::open_or_skip()? else {
        return Ok(());
    };
    let (house, patient, session) = with_a_room().expect("somebody is in a room");
    let place = format!("/patients/{patient}/sessions/{}", session.id);
    let nurse = tablet(&browser, &house, "dana", &place)?;
    let n_before = own(&house, patient, &session).len();
    nurse.network(Network::Unplugged)?;
    tap(&nurse, ["141", "81", "77", "96", "15"])?;
    until(&nurse, "1 entry waits")?;
    tap(&nurse, ["142", "82", "77", "96", "15"])?;
    until(&nurse, "2 entries wait")?;
    assert!(nurse.text("body")?.contains("No network since"));
    assert_eq!(
        own(&house, patient, &session).len(),
        n_before,
        "nothing has reached the server"
    );
    // What is kept is sealed: no number of it can be read from the store.
    let kept = nurse.evaluate(
        "new Promise((done) => { const asked = indexedDB.open('holdfast-room'); asked.onsuccess = () => {
            const all = asked.result.transaction('waiting').objectStore('waiting').getAll();
            all.onsuccess = () => done(all.result.map((row) => Object.keys(row).sort().join()).join(' ')); }; })",
    )?;
    assert_eq!(kept.as_str(), Some("id,iv,sealed id,iv,sealed"));
    // The tab crashes; somebody opens the room again when the network is back.
    nurse.go("about:blank")?;
    nurse.network(Network::Good)?;
    nurse.go(&format!("{}{place}", house.address))?;
    let deadline = Instant::now();
    let waits = "document.getElementById('hf-offline').textContent";
    while own(&house, patient, &session).len() < n_before + 2
        || nurse.evaluate(waits)?.as_str() != Some("")
    {
        assert!(
            deadline.elapsed() < Duration::from_secs(20),
            "something still waits: {:?}, and {:?} came after {n_before}",
            nurse.evaluate(waits)?,
            own(&house, patient, &session)
        );
    }
    let told = own(&house, patient, &session).split_off(n_before);
    assert_eq!(told, [141, 142], "in order, and each once");
    Ok(())
}

/// A dose that runs: whose it is, and the path of its room.
fn a_room_in_dose(house: &House) -> (PatientId, record::ids::SessionId, String) {
    let (path, session) = in_dose(house);
    let (patient, id) = named(&path, &session);
    (patient, id, format!("{path}/sessions/{session}"))
}

/// Every number of the session as the page holds it, with its acts and whether something came late.
fn whole(page: &Page) -> Answer<String> {
    let said = page.evaluate(
        "['details.hf-data table', '.hf-actslist', '.hf-flow__foot'].map((one) =>
            document.querySelector(`[data-hf-live] ${one}`).textContent.trim()).join('\\n')",
    )?;
    Ok(said.as_str().unwrap_or_default().to_owned())
}

#[test]
fn a_change_of_device_loses_nothing_that_was_acknowledged_and_says_what_is_still_waiting() -> Answer
{
    let Some(browser) = Browser::open_or_skip()? else {
        return Ok(());
    };
    let house = House::open();
    let (patient, id, room) = a_room_in_dose(&house);
    let n_before = pressures(&house, patient, id).len();
    let charted = || pressures(&house, patient, id).split_off(n_before);
    // Two sets are charted on the first tablet, and the server has said of each that it is saved.
    let first = tablet(&browser, &house, "dana", &room)?;
    for (at, upper, lower) in [("10:05", "121", "71"), ("10:10", "122", "72")] {
        go_to(&house, &format!("2026-03-03T{at}"));
        tap(&first, [upper, lower, "77", "96", "15"])?;
        until(&first, &format!("{upper}/{lower}"))?;
    }
    // Its network goes; two more wait on it, and it says which.
    go_to(&house, "2026-03-03T10:15");
    first.network(Network::Unplugged)?;
    tap(&first, ["123", "73", "77", "96", "15"])?;
    until(&first, "1 entry waits")?;
    tap(&first, ["124", "74", "77", "96", "15"])?;
    until(&first, "2 entries wait")?;
    // The nurse takes another tablet: all that was acknowledged is there, and nothing else.
    let second = tablet(&browser, &house, "dana", &room)?;
    let told = whole(&second)?;
    for (words, is_there) in [
        ("121/71", true),
        ("122/72", true),
        ("123/73", false),
        ("124/74", false),
    ] {
        assert_eq!(told.contains(words), is_there, "{words}: {told}");
    }
    go_to(&house, "2026-03-03T10:17");
    tap(&second, ["125", "75", "77", "96", "15"])?;
    until(&second, "125/75")?;
    let waits = first.evaluate("document.querySelector('#hf-offline ul').textContent")?;
    let waits = waits.as_str().unwrap_or_default();
    assert!(
        waits.contains("Waits: systolic 123, diastolic 73")
            && waits.contains("Waits: systolic 124, diastolic 74"),
        "{waits}"
    );
    assert_eq!(charted(), [(121, 0), (122, 0), (125, 0)]);
    // The first comes back after four minutes: what waited is sent, once, in order, and is late.
    first.clock_ahead(Duration::from_mins(4))?;
    go_to(&house, "2026-03-03T10:19");
    first.network(Network::Good)?;
    until_so("the end of what waits", || {
        let kept = first.evaluate("document.getElementById('hf-offline').textContent")?;
        Ok(kept.as_str() == Some(""))
    })?;
    let all = [(121, 0), (122, 0), (125, 0), (123, 4), (124, 4)];
    assert_eq!(charted(), all, "each once, and so many minutes late");
    // Both tablets show the same to the last number, with what came late marked.
    let told = alike(&first, &second, "124/74")?;
    for words in ["121/71", "122/72", "123/73", "125/75", "charted late"] {
        assert!(told.contains(words), "{words}: {told}");
    }
    Ok(())
}

/// What two tablets say, once both say the same and these words are in it.
fn alike(first: &Page, second: &Page, words: &str) -> Answer<String> {
    let began = Instant::now();
    loop {
        let (one, other) = (whole(first)?, whole(second)?);
        if one == other && one.contains(words) {
            return Ok(one);
        }
        assert!(
            began.elapsed() < Duration::from_secs(20),
            "the tablets differ:\n{one}\n---\n{other}"
        );
    }
}

/// Whoever holds the tablet signs out, and somebody else signs in on it.
fn change_hands(page: &Page, house: &House, name: &str) -> Answer {
    page.go(&format!("{}/today", house.address))?;
    page.follow("text=Sign out")?;
    sign_in(page, house, name)
}

#[test]
fn what_one_person_charted_waits_for_them_and_is_never_sent_under_the_name_of_the_next() -> Answer {
    let Some(browser) = Browser::open_or_skip()? else {
        return Ok(());
    };
    let house = House::open();
    let (patient, id, room) = a_room_in_dose(&house);
    let n_before = pressures(&house, patient, id).len();
    let charted = || pressures(&house, patient, id).split_off(n_before);
    go_to(&house, "2026-03-03T10:05");
    let shared = tablet(&browser, &house, "dana", &room)?;
    shared.network(Network::Unplugged)?;
    tap(&shared, ["137", "87", "77", "96", "15"])?;
    until(&shared, "1 entry waits")?;
    // The tablet is put down, the network comes back, and somebody else signs in on it. A page that is
    // left is cut from the unplugged network a moment before it ends, and must not send in that moment.
    shared.evaluate("window.fetch = () => Promise.reject(new TypeError('unplugged'))")?;
    shared.go("about:blank")?;
    shared.network(Network::Good)?;
    change_hands(&shared, &house, "luis")?;
    shared.go(&format!("{}{room}", house.address))?;
    until(&shared, "until whoever charted it signs in here")?;
    tap(&shared, ["138", "88", "77", "96", "15"])?;
    until(&shared, "138/88")?;
    assert_eq!(charted(), [(138, 0)], "another's entry was sent");
    let waits = shared.evaluate("document.querySelector('#hf-offline ul').textContent")?;
    let waits = waits.as_str().unwrap_or_default();
    assert!(waits.contains("Waits for Dana"), "{waits}");
    // It is sent when the one who charted it is back, under their own name.
    change_hands(&shared, &house, "dana")?;
    shared.go(&format!("{}{room}", house.address))?;
    until_so("the entry that waited is kept", || Ok(charted().len() == 2))?;
    let known = house.clinic.chart(patient)?;
    let own = known
        .chart
        .all::<record::fact::observation::VitalsObserved>();
    let authors: Vec<(u16, String)> = own
        .filter(|(_, one)| one.session == Some(id))
        .skip(n_before)
        .filter_map(|(entry, one)| {
            let upper = one.systolic_mmhg?.get();
            Some((upper, house.clinic.board().author_name(&entry.author.who)))
        })
        .collect();
    let own = |upper: u16| authors.iter().find(|(one, _)| *one == upper);
    assert!(
        own(137).is_some_and(|(_, name)| name.starts_with("Dana")),
        "{authors:?}"
    );
    assert!(
        own(138).is_some_and(|(_, name)| name.starts_with("Luis")),
        "{authors:?}"
    );
    Ok(())
}

#[test]
fn an_entry_that_the_server_no_longer_takes_is_shown_with_its_reason_and_not_lost_silently()
-> Answer {
    let Some(browser) = Browser::open_or_skip()? else {
        return Ok(());
    };
    let (house, patient, session) = with_a_room().expect("somebody is in a room");
    let place = format!("/patients/{patient}/sessions/{}", session.id);
    let nurse = tablet(&browser, &house, "dana", &place)?;
    nurse.network(Network::Unplugged)?;
    tap(&nurse, ["151", "91", "77", "96", "15"])?;
    until(&nurse, "1 entry waits")?;
    // Meanwhile somebody else ends and leaves the session from another place.
    let mut other = house.sign_in("okafor");
    let form = |code: &str| format!("/patients/{patient}/do/{code}?session={}", session.id);
    if session.started.is_some() {
        let page = other.get(&form("stop-now"))?;
        send(&mut other, &page, &form("stop-now"), &session, &[]);
    }
    let page = other.get(&form("leave-against-advice"))?;
    send(
        &mut other,
        &page,
        &form("leave-against-advice"),
        &session,
        &[("told", "Wanted to go home.")],
    );
    nurse.network(Network::Good)?;
    until(&nurse, "Not taken in")?;
    assert!(
        nurse.text("body")?.contains("This session is closed"),
        "{}",
        nurse.text("body")?
    );
    let n = house
        .clinic
        .chart(patient)?
        .chart
        .all::<ObservationMade>()
        .count();
    assert!(n < 10_000);
    Ok(())
}

fn send(
    visitor: &mut testkit::Visitor,
    page: &testkit::visitor::Answer,
    place: &str,
    session: &Session,
    answers: &[(&str, &str)],
) {
    let (csrf, command) = (
        page.hidden("csrf").expect("a token"),
        page.hidden("command").expect("a command"),
    );
    let id = session.id.to_string();
    let mut fields = vec![
        ("csrf", csrf.as_str()),
        ("command", command.as_str()),
        ("session", id.as_str()),
    ];
    fields.extend(answers);
    let path = place.split('?').next().unwrap_or(place);
    let answer = visitor.post(path, &fields).expect("an answer");
    assert_eq!(answer.status, 303, "{}", answer.text());
}
