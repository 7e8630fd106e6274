//! A whole dosing session of KARE from arrival to leaving, walked in a browser by a coordinator, a nurse,
//! a prescriber and a therapist.

use record::fact::session::DoseStopped;
use testkit::browser::{Browser, Page, Size};

use super::calm::{CALM, LEAVING, stocked};
use super::course::{go_to, planned};
use super::house::{House, SECRET};
use super::walk::{again, answer, asked, named, picture, send, shows, tablet, tap, until};
use super::{Answer, sign_in};

/// Who walks, and where.
struct Day<'a> {
    house: &'a House,
    path: &'a str,
    session: String,
    nurse: Page,
    prescriber: Page,
}

impl Day<'_> {
    fn form(&self, code: &str) -> String {
        format!("{}/do/{code}?session={}", self.path, self.session)
    }

    fn place(&self, rest: &str) -> String {
        format!(
            "{}{}/sessions/{}{rest}",
            self.house.address, self.path, self.session
        )
    }

    fn room(&self, page: &Page) -> Answer {
        Ok(page.go(&self.place(""))?)
    }
}

#[test]
fn a_whole_session_of_kare_from_arrival_to_leaving() -> Answer {
    let Some(browser) = Browser::open_or_skip()? else {
        return Ok(());
    };
    let house = House::open();
    let path = planned(&house);
    stocked(&house);
    let mut day = arrive(&browser, &house, &path)?;
    make_ready(&day)?;
    give(&browser, &day)?;
    stop_both_at_once(&day)?;
    recover(&day)?;
    leave(&mut day)?;
    sign(&day)?;
    let verified = house.clinic.journal().verify(&[], |_, _| {})?;
    assert_eq!(verified.entries, house.head());
    for page in [&day.nurse, &day.prescriber] {
        let said = page.complaints();
        // Answers that were refused are said by the browser too, as it must.
        let strange: Vec<_> = said.iter().filter(|one| !one.contains("422")).collect();
        assert!(strange.is_empty(), "{strange:?}");
    }
    Ok(())
}

/// She comes to the desk, is weighed, and her session is opened.
fn arrive<'a>(browser: &Browser, house: &'a House, path: &'a str) -> Answer<Day<'a>> {
    go_to(house, "2026-03-03T09:50");
    let desk = browser.page(Size::DESK)?;
    sign_in(&desk, house, "maria")?;
    desk.go(&format!("{}/calendar", house.address))?;
    let visit = desk.evaluate(
        "[...document.querySelectorAll('a[href*=\"visit=\"]')].find((one) =>
            (one.closest('li, tr, section, article') || one).textContent.includes('Infusion 1 of 3')).href.split('visit=')[1]",
    )?;
    let visit = visit.as_str().expect("a visit").to_owned();
    send(
        &desk,
        house,
        &format!("{path}/do/visit-arrive?visit={visit}"),
        &[],
    )?;
    let nurse = tablet(browser, house, "dana", "/today")?;
    shows(&nurse, "Infusion 1 of 3");
    let weighed = [
        ("systolic", "118"),
        ("diastolic", "74"),
        ("pulse", "66"),
        ("saturation", "98"),
        ("weight", "71.5"),
    ];
    send(&nurse, house, &format!("{path}/do/vitals"), &weighed)?;
    let opening = [("room", "Room 2"), ("weight", "71.5")];
    send(
        &nurse,
        house,
        &format!("{path}/do/open-session?visit={visit}"),
        &opening,
    )?;
    shows(&nurse, "57 mg over 40 min");
    let url = nurse.url()?;
    let (_, rest) = url.split_once("/sessions/").expect("the room");
    let session = rest.split('?').next().unwrap_or(rest).to_owned();
    let prescriber = tablet(
        browser,
        house,
        "okafor",
        &format!("{path}/sessions/{session}"),
    )?;
    let day = Day {
        house,
        path,
        session,
        nurse,
        prescriber,
    };
    Ok(day)
}

/// The gate of the day and the time-out, with what stands in the way said first.
fn make_ready(day: &Day<'_>) -> Answer {
    let (house, nurse) = (day.house, &day.nurse);
    nurse.go(&day.place("/readiness"))?;
    shows(nurse, "In the way today");
    send(
        nurse,
        house,
        &format!("{}/do/breath", day.path),
        &[("alcohol", "0")],
    )?;
    go_to(house, "2026-03-03T09:56");
    day.room(nurse)?;
    tap(nurse, ["118", "74", "66", "98", "14"])?;
    until(nurse, "09:56")?;
    send(
        nurse,
        house,
        &day.form("readings"),
        &[("temperature", "36.8")],
    )?;
    for _ in 0..2 {
        nurse.go(&format!("{}{}", house.address, day.form("ask-today")))?;
        let all = asked(nurse)?;
        for (name, kind) in &all {
            let calm = CALM.iter().find(|(known, _)| known == name);
            let is_answered = nurse.evaluate(&format!(
                "!!document.querySelector('main [name=\"{name}\"]:checked')"
            ))?;
            match calm {
                Some((_, value)) => answer(nurse, name, value)?,
                None if kind == "radio" && is_answered.as_bool() == Some(false) => {
                    answer(nurse, name, "no")?;
                }
                None => {}
            }
        }
        again(nurse, &[])?;
    }
    picture(nurse, "readiness")?;
    let items = ["identity", "allergies", "dose", "consent", "room"];
    let mut both: Vec<(&str, &str)> = items.iter().map(|item| ("checked", *item)).collect();
    both.extend([("second_name", "okafor"), ("second_secret", "a guess")]);
    send(nurse, house, &day.form("time-out"), &both)?;
    shows(nurse, "do not belong together");
    again(nurse, &[("second_secret", SECRET)])?;
    shows(nurse, "The time-out was held.");
    Ok(())
}

/// The draw and the dose, each with the slip that is caught, and the readings meanwhile.
fn give(browser: &Browser, day: &Day<'_>) -> Answer {
    let (house, nurse) = (day.house, &day.nurse);
    go_to(house, "2026-03-03T10:00");
    send(nurse, house, &day.form("start-dose"), &[])?;
    shows(nurse, "57 mg is to be given and 0 mg is drawn");
    send(
        nurse,
        house,
        &day.form("draw-drug"),
        &[("vial", "V-0117"), ("amount", "600")],
    )?;
    shows(nurse, "600 mg cannot be drawn: vial V-0117 holds 200 mg");
    again(nurse, &[("amount", "60")])?;
    shows(nurse, "Drawn and still there");
    // A tenth of the time is ten times the rate.
    send(nurse, house, &day.form("start-dose"), &[("minutes", "4")])?;
    shows(nurse, "over 40 min for session 1");
    again(nurse, &[("minutes", "40")])?;
    until(&day.prescriber, "ends 10:40")?;
    go_to(house, "2026-03-03T10:15");
    day.room(nurse)?;
    slips(day)?;
    nurse.click("[data-hf-pad=symptoms]")?;
    nurse.click("label[for=symptoms-dissociation-7]")?;
    nurse.click("#symptoms [type=submit]")?;
    until_closed(nurse)?;
    until(&day.prescriber, "136/84")?;
    picture(&day.prescriber, "infusion")?;
    // The therapist who sits there writes, and is offered nothing that gives drug.
    let therapist = tablet(
        browser,
        house,
        "jonah",
        &format!("{}/sessions/{}", day.path, day.session),
    )?;
    shows(&therapist, "A nurse or a prescriber stops the dose");
    send(
        &therapist,
        house,
        &day.form("room-note"),
        &[("words", "Speaks of the sea")],
    )?;
    until(nurse, "Speaks of the sea")?;
    Ok(())
}

/// A pressure of 720 and a rate ten times too fast: each is said where it was entered, and nothing is kept.
fn slips(day: &Day<'_>) -> Answer {
    let (house, nurse) = (day.house, &day.nurse);
    let head = house.head();
    tap(nurse, ["720", "84", "82", "97", "15"])?;
    until(nurse, "720")?;
    let fault = nurse.text("#vitals .hf-pad__fault")?;
    assert!(fault.contains("720") && fault.contains("mmHg"), "{fault}");
    picture(nurse, "slip")?;
    assert_eq!(house.head(), head, "a pressure of 720 was charted");
    nurse.click("#vitals [data-hf-close]")?;
    let rate = [("change", "rate"), ("rate", "14.25")];
    send(nurse, house, &day.form("change-dose"), &rate)?;
    shows(nurse, "ordered: check the decimal point");
    assert_eq!(house.head(), head, "a rate ten times too fast was charted");
    day.room(nurse)?;
    tap(nurse, ["136", "84", "82", "97", "15"])?;
    until(nurse, "136/84")?;
    Ok(())
}

/// Both press Stop at the same moment: it is stopped once, and both read who stopped it.
fn stop_both_at_once(day: &Day<'_>) -> Answer {
    let (house, nurse, prescriber) = (day.house, &day.nurse, &day.prescriber);
    go_to(house, "2026-03-03T10:40");
    day.room(nurse)?;
    day.room(prescriber)?;
    std::thread::scope(|scope| {
        let other = scope.spawn(|| {
            prescriber
                .click(".hf-button--stop")
                .map_err(|one| one.to_string())
        });
        let own = nurse
            .click(".hf-button--stop")
            .map_err(|one| one.to_string());
        own.and(other.join().expect("the other hand"))
    })?;
    for page in [nurse, prescriber] {
        until(page, "57 of 57 mg given")?;
        shows(page, "Stopped 10:40 by ");
    }
    let (patient, _) = named(day.path, &day.session);
    let known = house.clinic.chart(patient)?;
    let n_stops = known.chart.all::<DoseStopped>().count();
    assert_eq!(n_stops, 1, "two hands stopped one dose twice");
    Ok(())
}

/// The readings of the recovery, each a whole set, until the shortest stay is over.
fn recover(day: &Day<'_>) -> Answer {
    let (house, nurse) = (day.house, &day.nurse);
    for (at, upper) in [
        ("10:55", "131"),
        ("11:10", "128"),
        ("11:25", "126"),
        ("11:45", "124"),
        ("12:05", "122"),
    ] {
        go_to(house, &format!("2026-03-03T{at}"));
        day.room(nurse)?;
        tap(nurse, [upper, "76", "70", "98", "14"])?;
        until(nurse, &format!("{upper}/76"))?;
    }
    nurse.click("[data-hf-pad=sedation]")?;
    nurse.click("label[for=sedation-sedation-5]")?;
    nurse.click("#sedation [type=submit]")?;
    until_closed(nurse)?;
    nurse.click("[data-hf-pad=symptoms]")?;
    nurse.click("label[for=symptoms-dissociation-0]")?;
    nurse.click("#symptoms [type=submit]")?;
    until_closed(nurse)
}

fn until_closed(page: &Page) -> Answer {
    super::walk::until_so("the pad's end", || {
        let open = page.evaluate("document.querySelectorAll('dialog[open]').length")?;
        Ok(open.as_i64() == Some(0))
    })
}

/// The gate before leaving, the waste before a witness, and the way home.
fn leave(day: &mut Day<'_>) -> Answer {
    let (house, nurse) = (day.house, &day.nurse);
    nurse.go(&format!("{}{}", house.address, day.form("ask-leaving")))?;
    let all = asked(nurse)?;
    let told: Vec<(&str, &str)> = LEAVING
        .iter()
        .copied()
        .filter(|(name, _)| all.iter().any(|(known, _)| known == name))
        .collect();
    again(nurse, &told)?;
    nurse.go(&format!("{}{}", house.address, day.form("recover")))?;
    let all = asked(nurse)?;
    let open: Vec<(&str, &str)> = all
        .iter()
        .filter(|(name, _)| name.starts_with("because-"))
        .map(|(name, _)| (name.as_str(), "Still a little unsteady; leaves in a chair"))
        .collect();
    assert!(
        open.iter().any(|(name, _)| *name == "because-G06b"),
        "{open:?}"
    );
    again(nurse, &open)?;
    picture(nurse, "leaving")?;
    let escort = [("escort", "Her sister Ann")];
    send(nurse, house, &day.form("close-session"), &escort)?;
    shows(nurse, "143 mg is not accounted for");
    let wasted = [
        ("amount_1", "140"),
        ("amount_2", "3"),
        ("method", "Into the bottle"),
        ("second_name", "dana"),
        ("second_secret", SECRET),
    ];
    send(nurse, house, &day.form("waste-drug"), &wasted)?;
    shows(nurse, "cannot witness it too");
    // Whichever of the two pressed Stop first gave the drug, so neither of them can be the witness.
    again(nurse, &[("second_name", "luis"), ("second_secret", SECRET)])?;
    shows(nurse, "witness Luis Ferreira RN");
    send(nurse, house, &day.form("close-session"), &escort)?;
    shows(nurse, "Closed at 12:05.");
    let (_, session) = named(day.path, &day.session);
    let stock = house.clinic.stock();
    assert_eq!(stock.register.in_use(session).get(), 0);
    assert!(stock.register.is_closed(session), "the books are open");
    Ok(())
}

/// The draft of a note with what a person writes in place of every mark.
fn written(draft: &str) -> String {
    let lines = draft.lines().map(|line| {
        if line.starts_with("[write: ") {
            "Quiet; spoke of the evenings."
        } else {
            line
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The note that wrote itself: signed only once what a person has to write is written.
fn sign(day: &Day<'_>) -> Answer {
    let (house, nurse) = (day.house, &day.nurse);
    send(
        nurse,
        house,
        &day.form("sign-note"),
        &[("pass_phrase", SECRET)],
    )?;
    shows(nurse, "Write what is still open");
    let draft = nurse.evaluate("document.querySelector('main [name=text]').value")?;
    let draft = draft.as_str().expect("a draft");
    assert!(draft.contains("Given: 57 mg of 57 mg"), "{draft}");
    let text = written(draft);
    again(nurse, &[("text", &text), ("pass_phrase", SECRET)])?;
    shows(nurse, "The note is signed and locked.");
    Ok(())
}
