//! A check-in in a real browser: with the line gone, with script off, and as a screen reader is told it.

use std::time::Duration;

use clinic::act::import::{Foreign, take_in};
use clinic::act::link::make;
use clinic::{Actor, Operation};
use jiff::civil::Date;
use record::chart::course::CourseState;
use record::fact::house::RecordImported;
use record::fact::person::PersonRegistered;
use record::fact::substance_use::CheckInAnswered;
use record::fact::visit::CourseOpened;
use record::ids::{CourseId, PatientId};
use record::words::{Door, Line, Said, Substance};
use record::{Clock as _, OccurredAt};
use testkit::browser::{Browser, Network, Page, Script, Size};
use virtual_clinic::chance::Seeded;

use super::Answer;
use super::house::House;

/// Somebody on a course, and the address of today's check-in.
pub(crate) fn linked(house: &House) -> (PatientId, String, [String; 3]) {
    let ids: Vec<PatientId> = house.clinic.board().lines().map(|(id, _)| *id).collect();
    let (patient, born) = ids
        .into_iter()
        .find_map(|id| {
            let known = house.clinic.chart(id).ok()?;
            let going = known
                .chart
                .course()
                .is_some_and(|one| one.state == CourseState::Open && one.day_zero.is_some());
            Some((id, known.chart.identity()?.born.filter(|_| going)?))
        })
        .expect("someone is on a course");
    let (address, born) = link_of(house, patient, born);
    (patient, address, born)
}

/// The address of today's check-in of somebody, and the birth date it asks for.
fn link_of(house: &House, patient: PatientId, born: Date) -> (String, [String; 3]) {
    let mut chance = Seeded::new(7);
    let mut operation = Operation::new(Actor::system(Door::Link), &house.clock, &mut chance);
    let day = house.clinic.zone_today(house.clock.now());
    let made = make(&mut operation, &house.clinic, patient, day).expect("a link is made");
    let born = [
        born.month().to_string(),
        born.day().to_string(),
        born.year().to_string(),
    ];
    (format!("{}/check-in/{}", house.address, made.token), born)
}

/// Somebody treated for another substance than most here, whose record came from elsewhere.
fn treated_for(house: &House, substance: &str) -> (PatientId, Date) {
    let (template, ..) = linked(house);
    let known = house.clinic.chart(template).expect("a chart");
    let identity = known.chart.identity().expect("an identity").clone();
    let born = identity.born.expect("a birth date");
    let mut chance = Seeded::new(8);
    let now = OccurredAt(house.clock.now());
    let opened = CourseOpened {
        course: CourseId::make(now.0, &mut chance),
        protocol: Line::new("kare-2022").expect("a line"),
        protocol_version: 1,
        substance: Substance::new(substance).expect("a substance"),
        day_zero: Some(house.clinic.zone_today(now.0) - jiff::Span::new().days(6)),
    };
    let foreign = Foreign {
        patient: PatientId::make(now.0, &mut chance),
        imported: RecordImported {
            source: Line::new("another clinic").expect("a line"),
            source_number: Line::new("1").expect("a line"),
            remark: None,
        },
        facts: vec![
            (now, PersonRegistered { identity }.into()),
            (now, opened.into()),
        ],
    };
    let patient = foreign.patient;
    let mut operation = Operation::new(Actor::system(Door::Virtual), &house.clock, &mut chance);
    take_in(&mut operation, &house.clinic, foreign).expect("the record is taken in");
    (patient, born)
}

pub(crate) fn open(page: &Page, address: &str, born: &[String; 3]) -> Answer {
    page.go(address)?;
    for (name, value) in ["month", "day", "year"].iter().zip(born) {
        page.fill(&format!("[name={name}]"), value)?;
    }
    page.follow("main [type=submit]")?;
    page.wait_for_text("header", "Question 1")?;
    Ok(())
}

/// Answers the question now shown, whichever it is, and gives its words; `None` at the end.
pub(crate) fn answer(page: &Page) -> Answer<Option<String>> {
    let id = page
        .evaluate("(document.querySelector('main form') || {dataset: {}}).dataset.hfAsk || ''")?;
    let id = id.as_str().unwrap_or_default().to_owned();
    match id.as_str() {
        "" => return Ok(None),
        "used" | "risky" => page.click("main [name=answer][value=no]")?,
        "safe" => page.click("main [name=answer][value=yes]")?,
        "mood" => page.click("main [name=skip]")?,
        "sleep" => {
            page.fill("main [name=answer]", "6.5")?;
            page.click("main .hf-button")?;
        }
        "words" => {
            page.fill("main [name=answer]", "Said without a line")?;
            page.click("main .hf-button")?;
        }
        _ => page.click("main [name=answer][value=\"4\"]")?,
    }
    let gone = format!(
        "(document.querySelector('main form') || {{dataset: {{}}}}).dataset.hfAsk !== '{id}'"
    );
    for _ in 0..100 {
        if page.evaluate(&gone)?.as_bool() == Some(true) {
            break;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(Some(id))
}

/// The fields of every answer that waits on the phone, as the browser's store keeps them.
fn waiting(page: &Page) -> Answer<String> {
    let kept = page.evaluate(
        "new Promise((done) => { const asked = indexedDB.open('holdfast-check-in'); asked.onsuccess = () => {
            const all = asked.result.transaction('waiting').objectStore('waiting').getAll();
            all.onsuccess = () => { asked.result.close(); done(all.result.map((row) => Object.keys(row).sort().join()).join(' ')); }; }; })",
    )?;
    Ok(kept.as_str().unwrap_or("nothing was read").to_owned())
}

fn check_ins(house: &House, patient: PatientId) -> Vec<CheckInAnswered> {
    let known = house.clinic.chart(patient).expect("a chart");
    let all = known.chart.all::<CheckInAnswered>();
    all.filter(|(entry, _)| entry.author.door == Door::Link)
        .map(|(_, said)| said.clone())
        .collect()
}

#[test]
fn a_check_in_goes_on_without_a_line_shows_a_receipt_and_comes_in_once_when_it_is_back() -> Answer {
    let Some(browser) = Browser::open_or_skip()? else {
        return Ok(());
    };
    let house = House::with_patients(12);
    let (patient, address, born) = linked(&house);
    let page = browser.page(Size::PHONE)?;
    open(&page, &address, &born)?;
    answer(&page)?;
    page.wait_for_text("header", "Question 2")?;
    // The first answer has left the phone before the line goes.
    for _ in 0..100 {
        if waiting(&page)?.is_empty() {
            break;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    page.network(Network::Unplugged)?;
    page.wait_for_text("[data-hf-line]", "No line since")?;
    answer(&page)?;
    page.wait_for_text("[data-hf-line]", "1 answer waits on this phone")?;
    assert!(page.text("[data-hf-line]")?.contains("No line since"));
    assert!(page.axe()?.is_empty(), "{:?}", page.axe()?);
    // What waits is sealed, and the plan and the people are there without a line.
    assert_eq!(waiting(&page)?, "id,iv,sealed");
    page.click("footer summary")?;
    assert!(page.text("footer")?.contains("Call"));
    page.click("footer summary")?;
    // Back works without a line, and says what was said.
    page.click("header .hf-ck__back")?;
    page.wait_for_text("main", "You said:")?;
    while answer(&page)?.is_some() {}
    page.wait_for_text("main", "Your answers are on this phone")?;
    assert!(page.text("main")?.contains("Receipt"));
    assert!(
        check_ins(&house, patient).is_empty(),
        "nothing has reached the clinic"
    );
    page.network(Network::Good)?;
    page.wait_for_text("main", "Your answers are in")?;
    assert!(page.text("body")?.contains("Receipt"));
    let all = check_ins(&house, patient);
    assert_eq!(all.len(), 1, "each once");
    assert_eq!(all[0].used, Said::Answered(false));
    assert!(matches!(all[0].mood, Said::Skipped | Said::NotAsked));
    assert_eq!(
        all[0].words.as_ref().map(record::Prose::as_str),
        Some("Said without a line")
    );
    assert!(
        page.complaints()
            .iter()
            .all(|words| words.contains("ERR_INTERNET_DISCONNECTED")),
        "{:?}",
        page.complaints()
    );
    Ok(())
}

#[test]
fn an_amount_in_grams_is_held_on_the_phone_to_what_the_record_takes_and_kept_in_milligrams()
-> Answer {
    let Some(browser) = Browser::open_or_skip()? else {
        return Ok(());
    };
    let house = House::with_patients(12);
    let (patient, born) = treated_for(&house, "opioid");
    let (address, born) = link_of(&house, patient, born);
    let page = browser.page(Size::PHONE)?;
    open(&page, &address, &born)?;
    answer(&page)?;
    page.click("main [name=answer][value=yes]")?;
    page.wait_for_text("main", "About how much opioid was it, in grams?")?;
    assert!(page.text("main")?.contains("Thank you for telling us"));
    for slip in ["0", "101", "0.0001", "some"] {
        page.fill("main [name=answer]", slip)?;
        page.click("main .hf-button")?;
        page.wait_for_text("main", "Write a number of grams, for example 0.5")?;
        assert!(page.text("main")?.contains("in grams?"), "{slip} was taken");
    }
    page.fill("main [name=answer]", "0,25")?;
    page.click("main .hf-button")?;
    page.wait_for_text("main", "How was your mood?")?;
    while answer(&page)?.is_some() {}
    page.wait_for_text("main", "written down as one day")?;
    let all = check_ins(&house, patient);
    let amount = all[0].uses[0].amount_mg;
    assert_eq!(
        amount.map(record::quantity::MilligramsTaken::get),
        Some(250)
    );
    Ok(())
}

#[test]
fn danger_without_a_line_shows_the_crisis_line_at_once_and_is_told_when_it_is_back() -> Answer {
    let Some(browser) = Browser::open_or_skip()? else {
        return Ok(());
    };
    let house = House::with_patients(12);
    let (patient, address, born) = linked(&house);
    let page = browser.page(Size::PHONE)?;
    open(&page, &address, &born)?;
    page.network(Network::Unplugged)?;
    while page
        .evaluate("document.querySelector('main form').dataset.hfAsk")?
        .as_str()
        != Some("safe")
    {
        answer(&page)?;
    }
    page.click("main [name=answer][value=no]")?;
    page.wait_for_text("main", "Talk to someone now")?;
    assert!(page.text("main")?.contains("a call needs no internet"));
    assert!(page.has("main a[href^='tel:']")?);
    assert!(check_ins(&house, patient).is_empty());
    // The tab is closed before the line is back; the link opened again sends what waited.
    page.go("about:blank")?;
    page.network(Network::Good)?;
    page.go(&address)?;
    page.wait_for_text("main", "Talk to someone now")?;
    page.wait_for_text("main", "was told at")?;
    assert_eq!(check_ins(&house, patient).len(), 1);
    Ok(())
}

#[test]
fn a_check_in_without_script_is_one_page_a_question_with_the_plan_at_its_foot() -> Answer {
    let Some(browser) = Browser::open_or_skip()? else {
        return Ok(());
    };
    let house = House::with_patients(12);
    let (patient, address, born) = linked(&house);
    let page = browser.page(Size::PHONE)?;
    page.script(Script::Off)?;
    open(&page, &address, &born)?;
    page.click("footer summary")?;
    for _ in 0..12 {
        if !page.has("main form[data-hf-ask]")? {
            break;
        }
        page.follow("main [name=skip]")?;
    }
    assert!(page.text("main")?.contains("Your answers are in"));
    assert_eq!(check_ins(&house, patient).len(), 1);
    Ok(())
}
