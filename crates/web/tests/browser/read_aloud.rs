//! A patient's pages as a screen reader is told them: the browser's own accessibility tree.

use std::time::Duration;

use clinic::act::link::questionnaire;
use clinic::{Actor, Operation};
use record::ids::PatientId;
use record::words::Door;
use testkit::browser::{Browser, Page, Script, Size, Told};
use virtual_clinic::chance::Seeded;

use super::check_in::linked;
use super::house::House;
use super::{Answer, sign_in};

/// What a person types into or chooses from.
const INPUTS: [&str; 7] = [
    "textbox",
    "combobox",
    "checkbox",
    "radio",
    "spinbutton",
    "listbox",
    "slider",
];

fn all<'a>(told: &'a [Told], role: &'a str) -> impl Iterator<Item = &'a Told> {
    told.iter().filter(move |one| one.role == role)
}

/// What holds of every page of a patient's.
fn holds(path: &str, told: &[Told]) {
    let firsts: Vec<_> = all(told, "heading")
        .filter(|one| one.level == Some(1))
        .collect();
    let [first] = firsts.as_slice() else {
        panic!("{path} has not one first heading: {firsts:?}");
    };
    assert!(!first.name.trim().is_empty(), "{path}");
    for landmark in ["banner", "main", "navigation"] {
        // The page for the worst hour has one way back and no places to choose from.
        if landmark == "navigation" && path.ends_with("/help-now") {
            assert!(
                all(told, "link").any(|one| one.name == "My record"),
                "{path}"
            );
            continue;
        }
        assert!(all(told, landmark).count() > 0, "{path} has no {landmark}");
    }
    assert_eq!(all(told, "main").count(), 1, "{path} has several mains");
    for one in told {
        let is_input = INPUTS.contains(&one.role.as_str());
        if is_input || ["button", "link", "image", "img"].contains(&one.role.as_str()) {
            assert!(
                !one.name.trim().is_empty(),
                "{path} has a {} without a name",
                one.role
            );
        }
    }
    // Nobody in danger listens to a page first: the numbers come among the first links.
    let links: Vec<&str> = all(told, "link").map(|one| one.name.as_str()).collect();
    let place = links
        .iter()
        .position(|name| name.contains("911") || name.contains("988"));
    assert!(
        place.is_some_and(|place| place < 10),
        "{path}: the crisis line is link {place:?} of {links:?}"
    );
}

#[test]
fn a_screen_reader_is_told_one_heading_every_field_the_crisis_line_and_what_each_figure_says()
-> Answer {
    let Some(browser) = Browser::open_or_skip()? else {
        return Ok(());
    };
    let house = House::with_patients(8);
    let page = browser.page(Size::PHONE)?;
    sign_in(&page, &house, "patient")?;
    let own = format!("{}/patients/{}", house.address, house.patient());
    for path in [
        "/my-record",
        "/help-now",
        "/do/check-in",
        "/do/ask-correction",
        "/corrections",
        "/ninety-days",
    ] {
        page.go(&format!("{own}{path}"))?;
        let told = page.accessibility_tree()?;
        holds(path, &told);
    }
    // The figure says in words what it draws, and every value stands in a table.
    let told = page.accessibility_tree()?;
    let drawn: Vec<_> = told
        .iter()
        .filter(|one| one.role == "image" || one.role == "img")
        .collect();
    assert!(!drawn.is_empty(), "the days are not drawn");
    let longest = drawn
        .iter()
        .map(|one| one.name.len() + one.description.len())
        .max();
    assert!(longest > Some(40), "a figure says too little: {drawn:?}");
    page.click("main summary")?;
    let told = page.accessibility_tree()?;
    assert!(all(&told, "table").count() > 0, "no table stands beside it");
    // A mended form says so where a screen reader listens.
    page.go(&format!("{own}/do/ask-correction"))?;
    page.follow("main [type=submit]")?;
    let told = page.accessibility_tree()?;
    let is_said = told
        .iter()
        .any(|one| one.role == "alert" || one.live == "assertive" || one.live == "polite");
    assert!(is_said, "what is wrong is not said aloud");
    Ok(())
}

/// What holds of every page behind a link: somebody who hears it knows where they are, can answer, can skip
/// and can reach help, in that order.
fn holds_by_link(place: &str, page: &Page) -> Answer<Vec<Told>> {
    let told = page.accessibility_tree()?;
    let firsts: Vec<usize> = told
        .iter()
        .enumerate()
        .filter(|(_, one)| one.role == "heading" && one.level == Some(1))
        .map(|(at, _)| at)
        .collect();
    let [first] = firsts.as_slice() else {
        panic!("{place} has not one first heading: {}", page.text("body")?);
    };
    assert!(
        told.get(*first)
            .is_some_and(|one| !one.name.trim().is_empty()),
        "{place}: a heading without words"
    );
    assert_eq!(all(&told, "main").count(), 1, "{place} has not one main");
    for one in &told {
        let is_input = INPUTS.contains(&one.role.as_str());
        if is_input
            || ["button", "link", "image", "img", "DisclosureTriangle"].contains(&one.role.as_str())
        {
            assert!(
                !one.name.trim().is_empty(),
                "{place} has a {} without a name",
                one.role
            );
        }
    }
    // What is asked is heard before the first thing to answer it with, and skipping comes after the answers.
    let of = |role: &str| {
        told.iter()
            .position(|one| one.role == role && one.name != "Skip this one")
    };
    let answer = told
        .iter()
        .position(|one| INPUTS.contains(&one.role.as_str()))
        .or_else(|| of("button"));
    if let Some(answer) = answer {
        assert!(
            *first < answer,
            "{place}: {:?} is heard before the question",
            told.get(answer)
        );
        let skip = told.iter().position(|one| one.name == "Skip this one");
        assert!(
            skip.is_none_or(|skip| answer < skip),
            "{place}: skipping comes first"
        );
    }
    // The crisis line is one of the links of every page, by its number.
    let calls: Vec<&str> = all(&told, "link").map(|one| one.name.as_str()).collect();
    assert!(
        calls.iter().any(|name| name.contains("988")),
        "{place}: no crisis line in {calls:?}"
    );
    assert!(
        !page.title()?.to_lowercase().contains("ketamine"),
        "{place}: the title gives them away"
    );
    Ok(told)
}

/// A link to a questionnaire, as it is read out.
fn questions(house: &House, patient: PatientId, seed: u64) -> String {
    let mut chance = Seeded::new(seed);
    let mut operation = Operation::new(Actor::system(Door::Link), &house.clock, &mut chance);
    let made = questionnaire::make(&mut operation, &house.clinic, patient, "phq-9");
    format!(
        "{}/questionnaire/{}",
        house.address,
        made.expect("a link is made").token
    )
}

/// Opens a link and says the birth date; the first page is heard on the way.
fn opened(page: &Page, place: &str, address: &str, born: &[String; 3]) -> Answer {
    page.go(address)?;
    let told = holds_by_link(place, page)?;
    let fields = all(&told, "textbox").chain(all(&told, "spinbutton"));
    assert_eq!(fields.count(), 3, "{place}: month, day and year");
    for (name, value) in ["month", "day", "year"].iter().zip(born) {
        page.fill(&format!("[name={name}]"), value)?;
    }
    page.follow("main [type=submit]")?;
    Ok(())
}

/// Where the page is, and what it asks.
fn asks(page: &Page) -> Answer<String> {
    let now = page.evaluate(
        "`${location.pathname} ${(document.querySelector('main h1') || {}).textContent}`",
    )?;
    Ok(now.as_str().unwrap_or_default().to_owned())
}

/// Skips every question, each of which is heard.
fn skipped_through(page: &Page, place: &str) -> Answer {
    for _ in 0..24 {
        if !page.has("main [name=skip]")? {
            return Ok(());
        }
        holds_by_link(place, page)?;
        let before = asks(page)?;
        page.click("main [name=skip]")?;
        let is_past = || {
            let now = asks(page).unwrap_or_else(|_| before.clone());
            now != before && page.has("main h1").unwrap_or(false)
        };
        let is_next = (0..120).any(|_| {
            std::thread::sleep(Duration::from_millis(25));
            is_past()
        });
        if !is_next {
            // A page that was just being drawn took no press: whoever waits opens it anew.
            page.go(&page.url()?)?;
        }
    }
    Err(format!("{place} never ends").into())
}

/// The danger of an answer: the first thing to press is the crisis line.
fn in_danger(page: &Page, place: &str) -> Answer {
    page.wait_for_text("main", "Talk to someone now")?;
    let told = holds_by_link(place, page)?;
    let main = told.iter().position(|one| one.role == "main").unwrap_or(0);
    let first = told.iter().skip(main).find(|one| one.role == "link");
    let name = first.map_or("", |one| one.name.as_str());
    assert_eq!(
        name, "Call 988",
        "{place}: something comes before the crisis line"
    );
    Ok(())
}

/// Every page behind a link, heard with script or without.
fn behind_links(script: Script) -> Answer {
    let Some(browser) = Browser::open_or_skip()? else {
        return Ok(());
    };
    let house = House::with_patients(8);
    let (patient, address, born) = linked(&house);
    let page = browser.page(Size::PHONE)?;
    page.script(script)?;
    opened(&page, "the birth date", &address, &born)?;
    page.click("footer summary")?;
    let told = holds_by_link("a question with the plan unfolded", &page)?;
    let calls = all(&told, "link")
        .filter(|one| one.name.contains("Call"))
        .count();
    assert!(calls > 0, "nobody to call in the plan");
    page.click("footer summary")?;
    skipped_through(&page, "the check-in")?;
    page.go(&address)?;
    page.wait_for_text("main", "Receipt")?;
    holds_by_link("the receipt", &page)?;

    let (_, address, born) = linked(&house);
    opened(&page, "another birth date", &address, &born)?;
    page.go(&format!("{address}/safe"))?;
    holds_by_link("the question of danger", &page)?;
    page.click("main [name=answer][value=no]")?;
    in_danger(&page, "danger in a check-in")?;

    let address = questions(&house, patient, 21);
    opened(&page, "the birth date of a questionnaire", &address, &born)?;
    skipped_through(&page, "the questionnaire")?;
    page.go(&address)?;
    page.wait_for_text("main", "Receipt")?;
    holds_by_link("the receipt of a questionnaire", &page)?;

    let address = questions(&house, patient, 22);
    opened(&page, "the birth date of another", &address, &born)?;
    page.go(&format!("{address}/9"))?;
    page.click("main [name=answer][value=\"1\"]")?;
    in_danger(&page, "danger in a questionnaire")?;
    Ok(())
}

#[test]
fn the_pages_behind_a_link_are_heard_whole_and_in_order_with_script() -> Answer {
    behind_links(Script::On)
}

#[test]
fn the_pages_behind_a_link_are_heard_whole_and_in_order_without_script() -> Answer {
    behind_links(Script::Off)
}
