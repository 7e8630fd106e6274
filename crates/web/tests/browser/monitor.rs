//! A monitor whose readings come too late or stop coming: every tablet of the room says so, and nothing
//! goes by what it sent.

use clinic::act::device;
use clinic::act::room::watch;
use clinic::operation::{Actor, Operation};
use jiff::Timestamp;
use record::Clock as _;
use record::ids::{PatientId, SessionId};
use record::words::{Door, Line};
use testkit::browser::{Browser, Page};
use virtual_clinic::chance::Seeded;

use super::Answer;
use super::calm::in_dose;
use super::course::go_to;
use super::house::House;
use super::walk::{named, picture, pressures, tablet, tap, until, until_so};

/// The token of a monitor that stands in the room.
fn token(house: &House) -> String {
    let mut chance = Seeded::new(3);
    let mut operation = Operation::new(Actor::system(Door::Virtual), &house.clock, &mut chance);
    let (name, room) = (Line::clipped("Monitor 9"), Line::clipped("Room 2"));
    let made = device::make(&mut operation, &house.clinic, name, room);
    made.expect("a device").1
}

/// A pressure the monitor read at a moment comes now; what it is told.
fn comes(house: &House, token: &str, at: Timestamp, (upper, lower): (u16, u16)) -> String {
    let mut device = house.stranger();
    device.set_header("authorization", &format!("Bearer {token}"));
    let body = format!(
        r#"{{"at":"{at}","sequence":1,"values":{{"systolic":{{"value":{upper},"unit":"mmHg"}},"diastolic":{{"value":{lower},"unit":"mmHg"}}}}}}"#
    );
    let json = Some("application/json");
    let answer = device.send("POST", "/devices/readings", json, body.as_bytes());
    answer.expect("an answer").text()
}

/// The clock of the clinic looks once.
fn looks(house: &House) {
    let system = Actor::system(Door::Command);
    let looked = house.app.operate(system, None, watch::stamp_missed);
    looked.expect("a look");
}

/// The large figure of the pressure, with what stands under it.
fn pressure(page: &Page) -> Answer<String> {
    let said =
        page.evaluate("document.querySelector('.hf-readout > div:nth-child(3)').innerText")?;
    Ok(said.as_str().unwrap_or_default().to_owned())
}

/// When a pressure is due next.
fn pressure_due(house: &House, patient: PatientId, session: SessionId) -> Option<Timestamp> {
    let known = house.clinic.chart(patient).expect("a chart");
    let mut sessions = known.chart.sessions().into_iter();
    let session = sessions.find(|one| one.id == session).expect("the session");
    let dues = watch::dues(&house.clinic, &known.chart, &session, house.clock.now());
    watch::next_of(&dues, &session, "systolic")
}

#[test]
fn a_monitor_that_falls_silent_or_sends_old_readings_is_stale_on_every_tablet_and_counts_for_nothing()
-> Answer {
    let Some(browser) = Browser::open_or_skip()? else {
        return Ok(());
    };
    let house = House::open();
    let (path, session) = in_dose(&house);
    let (patient, id) = named(&path, &session);
    let room = format!("{path}/sessions/{session}");
    let token = token(&house);
    let tablets = [
        tablet(&browser, &house, "dana", &room)?,
        tablet(&browser, &house, "okafor", &room)?,
    ];
    let everywhere = |words: &str| -> Answer {
        for one in &tablets {
            until(one, words)?;
        }
        Ok(())
    };
    go_to(&house, "2026-03-03T10:02");
    assert!(comes(&house, &token, house.clock.now(), (126, 80)).contains("charted"));
    everywhere("126/80")?;
    assert!(!tablets[0].text("body")?.contains("Stale"));
    // It falls silent: nobody reloads a page, and both say since when.
    go_to(&house, "2026-03-03T10:09");
    looks(&house);
    everywhere("Monitor 9 has been silent since 10:02. Read by hand.")?;
    for one in &tablets {
        let pressure = pressure(one)?;
        assert!(pressure.contains("Stale"), "{pressure}");
        let high = one.evaluate("document.documentElement.scrollHeight - innerHeight")?;
        assert_eq!(high.as_i64(), Some(0), "the room scrolls at 1024 by 768");
    }
    assert_eq!(tablets[0].axe()?.len(), 0, "{:?}", tablets[0].axe()?);
    picture(&tablets[0], "room-silent-monitor")?;
    // A nurse reads by hand; what the monitor read after that, and sends too late, stands in for nothing.
    go_to(&house, "2026-03-03T10:10");
    tap(&tablets[0], ["151", "91", "77", "96", "15"])?;
    everywhere("151/91")?;
    go_to(&house, "2026-03-03T10:20");
    let read_at = house.clock.now();
    go_to(&house, "2026-03-03T10:23");
    looks(&house);
    let due = |of: &House| pressure_due(of, patient, id);
    assert_eq!(due(&house), Some(read_at), "a pressure is due at 10:20");
    let told = comes(&house, &token, read_at, (119, 71));
    assert!(told.contains("charted as stale"), "{told}");
    everywhere("its last reading, of 10:20, came only at 10:23 and counts for nothing")?;
    for one in &tablets {
        let pressure = pressure(one)?;
        assert!(
            pressure.contains("151/91") && pressure.contains("10:10"),
            "a person's reading gave way: {pressure}"
        );
    }
    assert_eq!(due(&house), Some(read_at), "it was taken for the due one");
    picture(&tablets[0], "room-old-monitor")?;
    let charted = pressures(&house, patient, id);
    assert!(
        charted.contains(&(119, 3)),
        "it is kept all the same: {charted:?}"
    );
    // It comes to life again: what is due is read, and nothing of the alarm is left.
    assert!(comes(&house, &token, house.clock.now(), (128, 81)).contains("charted"));
    everywhere("128/81")?;
    assert!(due(&house) > Some(house.clock.now()), "{:?}", due(&house));
    for one in &tablets {
        until_so("the end of what was stale", || {
            Ok(!one.text("body")?.contains("Stale"))
        })?;
    }
    Ok(())
}
