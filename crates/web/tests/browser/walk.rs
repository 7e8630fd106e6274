//! The hands of somebody who walks through the clinic in a browser: forms are filled and pads are
//! tapped as a person would, with a pointer.

use std::time::{Duration, Instant};

use record::fact::observation::VitalsObserved;
use record::ids::{PatientId, SessionId};
use testkit::browser::{Browser, Page, Size};

use super::house::House;
use super::{Answer, sign_in};

/// A tablet somebody is signed in on, at a place.
pub(crate) fn tablet(browser: &Browser, house: &House, name: &str, place: &str) -> Answer<Page> {
    let page = browser.page(Size::TABLET)?;
    sign_in(&page, house, name)?;
    page.go(&format!("{}{place}", house.address))?;
    Ok(page)
}

/// Answers one question of the form that is open: a choice is pressed, anything else is typed.
pub(crate) fn answer(page: &Page, name: &str, value: &str) -> Answer {
    let field = format!("main form[method=post] [name=\"{name}\"]");
    let kind = page.evaluate(&format!(
        "(document.querySelector({field:?}) || {{}}).type || ''"
    ))?;
    if matches!(kind.as_str(), Some("radio" | "checkbox")) {
        page.click(&format!("{field}[value=\"{value}\"]"))?;
    } else {
        page.fill(&field, value)?;
    }
    Ok(())
}

/// Opens a form, answers it and sends it; what follows is on the page.
pub(crate) fn send(page: &Page, house: &House, path: &str, answers: &[(&str, &str)]) -> Answer {
    page.go(&format!("{}{path}", house.address))?;
    again(page, answers)
}

/// Answers the form that is open and sends it.
pub(crate) fn again(page: &Page, answers: &[(&str, &str)]) -> Answer {
    for (name, value) in answers {
        answer(page, name, value)?;
    }
    page.follow("main form[method=post] [type=submit]")?;
    Ok(())
}

/// The names the open form asks, each with its kind.
pub(crate) fn asked(page: &Page) -> Answer<Vec<(String, String)>> {
    let all = page.evaluate(
        "[...new Map([...document.querySelectorAll('main form[method=post] [name]')]
            .map((one) => [one.name, one.type]))].map(([name, kind]) => `${name} ${kind}`).join('\\n')",
    )?;
    let all = all.as_str().unwrap_or_default().to_owned();
    Ok(all
        .lines()
        .filter_map(|line| line.split_once(' '))
        .map(|(name, kind)| (name.to_owned(), kind.to_owned()))
        .collect())
}

/// Holds the page to say this now.
#[track_caller]
pub(crate) fn shows(page: &Page, words: &str) {
    // What was sent may still be on its way to the page.
    let began = Instant::now();
    let mut said = String::new();
    while began.elapsed() < Duration::from_secs(10) {
        said = page.text("body").unwrap_or_default();
        if said.contains(words) {
            return;
        }
    }
    panic!("`{words}` is not on: {said}");
}

/// Waits until the page holds these words; says how long it took.
pub(crate) fn until(page: &Page, words: &str) -> Answer<Duration> {
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(20) {
        if page.text("body")?.contains(words) {
            return Ok(began.elapsed());
        }
    }
    Err(format!("{words} never came: {}", page.text("body")?).into())
}

/// Waits until something is so.
pub(crate) fn until_so(what: &str, mut is_so: impl FnMut() -> Answer<bool>) -> Answer {
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(20) {
        if is_so()? {
            return Ok(());
        }
    }
    Err(format!("{what} never came").into())
}

/// Charts a set of vital signs through the pad, key by key, with a pointer.
pub(crate) fn tap(page: &Page, numbers: [&str; 5]) -> Answer {
    // A page that is just being drawn anew has no pad yet: a hand presses once more.
    let began = Instant::now();
    while !page.has("#vitals[open]")? && began.elapsed() < Duration::from_secs(10) {
        page.click("[data-hf-pad=vitals]")?;
    }
    for number in numbers {
        for digit in number.chars() {
            page.click(&format!("#vitals [data-hf-key=\"{digit}\"]"))?;
        }
    }
    page.click("#vitals [type=submit]")?;
    Ok(())
}

/// The upper pressures of a session that were charted, each with how many minutes late.
pub(crate) fn pressures(house: &House, patient: PatientId, session: SessionId) -> Vec<(u16, i64)> {
    let known = house.clinic.chart(patient).expect("the chart");
    let of_session = known
        .chart
        .all::<VitalsObserved>()
        .filter(|(_, one)| one.session == Some(session));
    of_session
        .filter_map(|(entry, one)| Some((one.systolic_mmhg?.get(), entry.minutes_late())))
        .collect()
}

/// The patient and the session a path and an identifier name.
pub(crate) fn named(path: &str, session: &str) -> (PatientId, SessionId) {
    let patient = path.rsplit('/').next().expect("a path of a chart");
    (
        patient.parse().expect("a patient"),
        session.parse().expect("a session"),
    )
}

/// Writes a picture where `HOLDFAST_PICTURES` names a folder.
pub(crate) fn picture(page: &Page, name: &str) -> Answer {
    if let Ok(folder) = std::env::var("HOLDFAST_PICTURES") {
        page.screenshot(camino::Utf8Path::new(&format!("{folder}/{name}.png")))?;
    }
    Ok(())
}
