//! Rescue templates in the room, by a gloved hand: pressed by a nurse, said in words where only a
//! prescriber may, never a press that leads nowhere.

use testkit::browser::{Browser, Page, Size};

use super::Answer;
use super::calm::in_dose;
use super::course::go_to;
use super::form::sent;
use super::house::{House, SECRET};
use super::trouble::{climb, holds_the_room};
use super::walk::{picture, send, shows, tablet, until};

/// What is smaller than a gloved finger needs, among the presses a selector names.
fn too_small(page: &Page, selector: &str) -> Answer<String> {
    let script = format!(
        "[...document.querySelectorAll({selector:?})].map((one) => [one, one.getBoundingClientRect()])
           .filter(([one, box]) => box.height > 0 && (box.height < 56 || box.width < 56))
           .map(([one, box]) => `${{one.textContent.trim() || one.name}} ${{box.width}} by ${{box.height}}`).join('; ')"
    );
    Ok(page
        .evaluate(&script)?
        .as_str()
        .unwrap_or_default()
        .to_owned())
}

#[test]
fn a_rescue_is_one_press_for_who_may_give_it_and_a_call_in_words_for_who_may_not() -> Answer {
    let Some(browser) = Browser::open_or_skip()? else {
        return Ok(());
    };
    let house = House::open();
    let (path, session) = in_dose(&house);
    let mut director = house.sign_in("lindqvist");
    sent(&mut director, "/do/sign-rescue", &[("pass_phrase", SECRET)]);
    let room = format!("{path}/sessions/{session}");
    let nurse = tablet(&browser, &house, "dana", &room)?;
    climb(&house, &nurse)?;
    until(&nurse, "Labetalol 10 mg IV")?;
    shows(&nurse, "Not known: asthma");
    assert_eq!(too_small(&nurse, ".hf-rulesaid__offers .hf-button")?, "");
    nurse.click("[data-hf-pad=vitals]")?;
    let presses = "#vitals button, #vitals [data-hf-digits]";
    assert_eq!(too_small(&nurse, presses)?, "", "on the number pad");
    picture(&nurse, "pad")?;
    nurse.click("#vitals [data-hf-close]")?;

    let severe = [("agitation", "3")];
    let signs = format!("{path}/do/signs?session={session}");
    send(&nurse, &house, &signs, &severe)?;
    go_to(&house, "2026-03-03T10:26");
    nurse.go(&format!("{}{room}", house.address))?;
    until(&nurse, "Midazolam 1 to 2 mg IV. Prescriber only: call Dr")?;
    assert!(!nurse.has("a[href*='template=midazolam-iv']")?);
    holds_the_room(&nurse)?;
    assert_eq!(nurse.axe()?.len(), 0, "{:?}", nurse.axe()?);
    picture(&nurse, "rescue-nurse")?;
    for (size, name) in [(Size::DESK, "desk"), (Size::PHONE, "phone")] {
        nurse.resize(size)?;
        picture(&nurse, &format!("rescue-nurse-{name}"))?;
    }
    nurse.resize(Size::TABLET)?;
    let prescriber = tablet(&browser, &house, "okafor", &room)?;
    assert!(prescriber.has("a[href*='template=midazolam-iv']")?);

    nurse.follow("a[href*='template=labetalol-iv']")?;
    shows(&nurse, "Not known: nothing about it on the problem list");
    picture(&nurse, "rescue-form")?;
    nurse.follow("main form[method=post] [type=submit]")?;
    until(&nurse, "Labetalol: 10 mg intravenously, slowly")?;
    until(&nurse, "Labetalol 10 mg IV, again: last 10:26")?;
    picture(&nurse, "rescue-used")?;
    until(&prescriber, "Labetalol: 10 mg intravenously, slowly")?;
    Ok(())
}
