//! Rescue templates as a director signs them and as the room offers them, over HTTP only.

use protocol::rescue::Rescue;

use crate::calm::{arrived, make_ready, stocked};
use crate::course::{go_to, planned, shows};
use crate::form::{done, said, sent};
use crate::house::{House, SECRET};

const SIGN: &str = "/do/sign-rescue";

/// A dose that runs while pressure stays high: the path of the chart, and the session.
fn pressed(house: &House) -> (String, String) {
    let path = planned(house);
    let session = arrived(house, &path);
    make_ready(house, &path, &session);
    go_to(house, "2026-03-03T10:00");
    stocked(house);
    let mut nurse = house.sign_in("dana");
    crate::stock::draw(&mut nurse, &path, &session);
    let form = |code: &str| format!("{path}/do/{code}?session={session}");
    done(&mut nurse, &form("start-dose"), &[]);
    for (at, upper) in [("10:10", "182"), ("10:15", "186")] {
        go_to(house, &format!("2026-03-03T{at}"));
        let reading = [("systolic", upper), ("diastolic", "98"), ("pulse", "82")];
        done(&mut nurse, &form("readings"), &reading);
    }
    (path, session)
}

pub(crate) fn sign(house: &House) {
    let mut director = house.sign_in("lindqvist");
    done(&mut director, SIGN, &[("pass_phrase", SECRET)]);
}

#[test]
fn the_director_reads_each_template_with_its_sources_and_marks_and_signs_them_once() {
    let house = House::open();
    let mut nurse = house.sign_in("dana");
    let page = nurse.get("/rescue").unwrap();
    for part in [
        "Not signed",
        "S50",
        "K, to be verified at the source",
        "H, clinic policy",
        "asthma; pulse under 60",
    ] {
        shows(&page, part);
    }
    assert!(!said(&page).contains("Sign these templates"));
    let barred = nurse.get(SIGN).unwrap();
    assert!(
        barred.status == 403 || barred.status == 404,
        "{}",
        barred.status
    );
    let mut director = house.sign_in("lindqvist");
    shows(&director.get("/rescue").unwrap(), "Sign these templates");
    let wrong = sent(&mut director, SIGN, &[("pass_phrase", "a guess")]);
    assert_eq!(wrong.status, 422);
    let signed = done(&mut director, SIGN, &[("pass_phrase", SECRET)]);
    shows(&signed, "Dr Edith Lindqvist");
    let page = nurse.get("/rescue").unwrap();
    shows(&page, "Signed by");
    assert!(!said(&page).contains("Not signed"));
}

#[test]
fn templates_that_changed_say_by_whom_and_when_the_former_ones_were_signed() {
    let pack = protocol::house::pack().unwrap();
    let mut before = Rescue::house(&pack).unwrap();
    before.version -= 1;
    before.templates[0].dose = "5 mg intravenously".to_owned();
    let house = House::with_rescue_signed_as(before);
    let mut nurse = house.sign_in("dana");
    let page = nurse.get("/rescue").unwrap();
    let was = "version 1 was signed by Dr Edith Lindqvist, medical director, on";
    shows(&page, &format!("Changed since {was}"));
    assert!(!said(&page).contains("Nobody has signed"));
    let (path, session) = pressed(&house);
    let mut nurse = house.sign_in("dana");
    let room = nurse.get(&format!("{path}/sessions/{session}")).unwrap();
    shows(
        &room,
        &format!("Rescue templates are off: they changed since {was}"),
    );
    assert!(!said(&room).contains("Labetalol 10 mg IV"));
}

#[test]
fn a_nurse_gives_what_is_a_nurses_and_is_told_whom_to_call_for_the_rest() {
    let house = House::open();
    let (path, session) = pressed(&house);
    let mut nurse = house.sign_in("dana");
    let room = format!("{path}/sessions/{session}");
    shows(&nurse.get(&room).unwrap(), "has not signed them");
    sign(&house);
    let page = nurse.get(&room).unwrap();
    shows(&page, "Labetalol 10 mg IV");
    shows(&page, "Not known: asthma");
    let form = format!("{path}/do/use-rescue?session={session}");
    let labetalol = format!("{form}&template=labetalol-iv&version=2&rule=M07");
    shows(
        &nurse.get(&labetalol).unwrap(),
        "Not known: nothing about it on the problem list",
    );
    shows(
        &done(&mut nurse, &labetalol, &[]),
        "Labetalol: 10 mg intravenously, slowly",
    );

    let page = nurse.get(&room).unwrap();
    shows(&page, "Labetalol 10 mg IV, again: last 10:15");

    let agitated = [("agitation", "3")];
    done(
        &mut nurse,
        &format!("{path}/do/signs?session={session}"),
        &agitated,
    );
    let page = nurse.get(&room).unwrap();
    let called = "Midazolam 1 to 2 mg IV. Prescriber only: call Dr";
    shows(&page, called);
    assert!(
        !page.text().contains("template=midazolam-iv"),
        "a press that leads nowhere"
    );
    let midazolam = format!("{form}&template=midazolam-iv&version=2&rule=M16b");
    let refused = sent(&mut nurse, &midazolam, &[]);
    shows(&refused, "is given by the order of a prescriber: call Dr");
    let mut prescriber = house.sign_in("okafor");
    let page = prescriber.get(&room).unwrap();
    assert!(page.text().contains("template=midazolam-iv"));
    assert!(!said(&page).contains(called));
    shows(
        &done(&mut prescriber, &midazolam, &[]),
        "Midazolam: 1 to 2 mg",
    );
}

#[test]
fn what_forbids_a_template_bars_it_for_a_nurse_and_asks_a_prescriber_for_the_reason() {
    let house = House::open();
    let (path, session) = pressed(&house);
    sign(&house);
    let mut prescriber = house.sign_in("okafor");
    let asthma = [("name", "Asthma"), ("standing", "current")];
    done(&mut prescriber, &format!("{path}/do/condition"), &asthma);
    let mut nurse = house.sign_in("dana");
    let room = format!("{path}/sessions/{session}");
    let page = nurse.get(&room).unwrap();
    shows(
        &page,
        "Labetalol 10 mg IV: not with asthma. Prescriber only: call Dr",
    );
    assert!(
        !page.text().contains("template=labetalol-iv"),
        "a press that leads nowhere"
    );
    let page = prescriber.get(&room).unwrap();
    shows(&page, "Labetalol 10 mg IV: asthma, say why");
    let form =
        format!("{path}/do/use-rescue?session={session}&template=labetalol-iv&version=2&rule=M07");
    shows(
        &prescriber.get(&form).unwrap(),
        "It holds: Asthma, on the problem list",
    );
    let silent = sent(&mut prescriber, &form, &[]);
    assert_eq!(silent.status, 422, "given without a reason");
    let why = [("despite", "No wheeze for years")];
    done(&mut prescriber, &form, &why);
    let record = prescriber.get(&format!("{room}/record")).unwrap();
    shows(&record, "Asthma held: Asthma, on the problem list");
    shows(&record, "Given all the same: No wheeze for years");
}
