//! A patient's pages as a screen reader is told them: the browser's own accessibility tree.

use testkit::browser::{Browser, Size, Told};

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
