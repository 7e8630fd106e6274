//! From an enquiry to a signed plan in one sitting, at a desk and on a phone: as the person who writes, the
//! coordinator who answers, the nurse who measures, and the prescriber who signs.

use std::cell::Cell;

use testkit::browser::{Browser, Page, Size};
use virtual_clinic::chance::Seeded;
use virtual_clinic::staff;

use super::course::go_to;
use super::evaluation::{self, OTHERS};
use super::house::{House, SECRET};
use super::walk::{again, asked, send, shows};
use super::{Answer, LABORATORY, over_wide, sign_in};

/// One sitting: everybody's page is of one size, but the patient always holds a phone.
struct Sitting<'a> {
    house: &'a House,
    browser: &'a Browser,
    size: Size,
    n_seen: Cell<u32>,
}

impl Sitting<'_> {
    fn signed_in(&self, name: &str) -> Answer<Page> {
        let page = self.browser.page(self.size)?;
        sign_in(&page, self.house, name)?;
        Ok(page)
    }

    /// Looks at a page as it stands: it is no wider than its screen, and is drawn where pictures are kept.
    fn see(&self, page: &Page, name: &str) -> Answer {
        let over = over_wide(page)?;
        assert!(over <= 0, "{name} is {over} px wider than its screen");
        let n = self.n_seen.get() + 1;
        self.n_seen.set(n);
        if let Ok(folder) = std::env::var("HOLDFAST_PICTURES") {
            let at = format!("{folder}/{}-{n:02}-{name}.png", self.size.width);
            page.screenshot_all(camino::Utf8Path::new(&at))?;
        }
        Ok(())
    }

    /// Opens a place, looks at it, answers it and sends it.
    fn filled(&self, page: &Page, path: &str, name: &str, answers: &[(&str, &str)]) -> Answer {
        page.go(&format!("{}{path}", self.house.address))?;
        self.see(page, name)?;
        again(page, answers)
    }
}

#[test]
fn from_an_enquiry_to_a_signed_plan_in_one_sitting_at_the_desk() -> Answer {
    sat(Size::DESK)
}

#[test]
fn from_an_enquiry_to_a_signed_plan_in_one_sitting_on_a_phone() -> Answer {
    sat(Size::PHONE)
}

fn sat(size: Size) -> Answer {
    let Some(browser) = Browser::open_or_skip()? else {
        return Ok(());
    };
    let house = House::open();
    let sitting = Sitting {
        house: &house,
        browser: &browser,
        size,
        n_seen: Cell::new(0),
    };
    enquire(&sitting)?;
    let desk = sitting.signed_in("maria")?;
    let path = answered(&sitting, &desk)?;
    let link = booked(&sitting, &desk, &path)?;
    let phone = beforehand(&sitting, &link)?;
    go_to(&house, "2026-03-02T10:05");
    let prescriber = sitting.signed_in("okafor")?;
    evaluated(&sitting, &prescriber, &path)?;
    measured(&sitting, &path)?;
    assessed(&sitting, &prescriber, &path)?;
    consented(&sitting, &phone, &path)?;
    planned(&sitting, &prescriber, &path)?;
    let verified = house.clinic.journal().verify(&[], |_, _| {})?;
    assert_eq!(verified.entries, house.head());
    for page in [&desk, &phone, &prescriber] {
        assert_eq!(page.complaints(), Vec::<String>::new());
    }
    Ok(())
}

/// Somebody writes from the public page, in the evening, on a phone.
fn enquire(sitting: &Sitting<'_>) -> Answer {
    let stranger = sitting.browser.page(sitting.size)?;
    stranger.go(&sitting.house.address)?;
    stranger.fill("[name=name]", "Wren")?;
    stranger.click("[name=by][value=call]")?;
    stranger.fill("[name=reach]", "207 555 0142")?;
    stranger.fill(
        "[name=about]",
        "I drink every evening and would like to stop",
    )?;
    stranger.click("[name=consent]")?;
    sitting.see(&stranger, "enquiry")?;
    stranger.follow("form [type=submit]")?;
    sitting.see(&stranger, "thanks")
}

/// The coordinator calls back, writes down the contact, and takes down who it is.
fn answered(sitting: &Sitting<'_>, desk: &Page) -> Answer<String> {
    desk.go(&format!("{}/enquiries", sitting.house.address))?;
    shows(desk, "1 not yet answered");
    sitting.see(desk, "enquiries")?;
    desk.follow("text=Record a contact")?;
    sitting.see(desk, "contact")?;
    let spoke = [
        ("way", "phone"),
        ("reached", "spoke"),
        ("summary", "Wants to come and talk"),
    ];
    again(desk, &spoke)?;
    shows(desk, "The contact is recorded.");
    sitting.see(desk, "chart-of-an-enquiry")?;
    let url = desk.url()?;
    let path = url.split('?').next().unwrap_or(&url);
    let path = path.trim_start_matches(&sitting.house.address).to_owned();
    let identity = [
        ("family", "Halloran"),
        ("pronouns", "he/him"),
        ("born", "1984-05-06"),
        ("sex", "male"),
    ];
    sitting.filled(desk, &format!("{path}/do/register"), "register", &identity)?;
    shows(desk, "Wren Halloran");
    Ok(path)
}

/// The evaluation is booked, the course opened, and the link made that is sent to the patient.
fn booked(sitting: &Sitting<'_>, desk: &Page, path: &str) -> Answer<String> {
    let booking = [
        ("starts_at", "2026-03-02T10:00"),
        ("with", "Dr Miriam Okafor"),
    ];
    let form = format!("{path}/do/book-evaluation");
    sitting.filled(desk, &form, "book-evaluation", &booking)?;
    let course = [("protocol", "kare-2022"), ("substance", "alcohol")];
    let form = format!("{path}/do/open-course");
    sitting.filled(desk, &form, "open-course", &course)?;
    sitting.filled(desk, &format!("{path}/evaluation-link"), "make-link", &[])?;
    sitting.see(desk, "link-made")?;
    let said = desk.text("main")?;
    let link = said
        .split_whitespace()
        .find(|word| word.contains("/before/"));
    Ok(link.ok_or("no link is shown")?.to_owned())
}

/// The patient answers every question beforehand, on a phone.
fn beforehand(sitting: &Sitting<'_>, link: &str) -> Answer<Page> {
    let phone = sitting.browser.page(Size::PHONE)?;
    phone.go(link)?;
    sitting.see(&phone, "before-birth-date")?;
    phone.fill("[name=month]", "5")?;
    phone.fill("[name=day]", "6")?;
    phone.fill("[name=year]", "1984")?;
    phone.follow("main [type=submit]")?;
    let mut n_answered = 0;
    while phone.has("main [name=answer]")? && n_answered < 80 {
        if matches!(n_answered, 0 | 2 | 4) {
            sitting.see(&phone, &format!("before-{n_answered}"))?;
        }
        one_answered(&phone)?;
        n_answered += 1;
    }
    assert!(n_answered > 20, "{n_answered} questions were asked");
    shows(&phone, "reads this");
    sitting.see(&phone, "before-done")?;
    Ok(phone)
}

/// Answers one question: no, alcohol, one, or a few words.
fn one_answered(phone: &Page) -> Answer {
    if phone.has("main [name=answer][value=no]")? {
        return Ok(phone.follow("main [name=answer][value=no]")?);
    }
    if phone.has("main [name=answer][value=alcohol]")? {
        phone.click("main [name=answer][value=alcohol]")?;
    } else if phone.has("main [name=answer][type=text]")? {
        phone.fill("main [name=answer]", "1")?;
    } else {
        phone.fill("main [name=answer]", "Evenings at home, sober")?;
    }
    Ok(phone.follow("text=Next")?)
}

/// The prescriber goes through it with the patient: what was told is confirmed, the rest is asked.
fn evaluated(sitting: &Sitting<'_>, page: &Page, path: &str) -> Answer {
    let chart = format!("{}{path}", sitting.house.address);
    page.go(&format!("{chart}/evaluation"))?;
    shows(page, "in the patient's words to read");
    sitting.see(page, "evaluation")?;
    page.go(&format!("{chart}/evaluation/goal"))?;
    sitting.see(page, "evaluation-goal")?;
    page.click("[name=\"told.goal\"]")?;
    page.follow("#ask [type=submit]")?;
    page.evaluate(
        "document.querySelectorAll('#ask input[value=no]').forEach((one) => one.click())",
    )?;
    page.click("#ask [name=substance_in_use][value=alcohol]")?;
    page.click("#ask [name=alcohol_past_30_days][value=yes]")?;
    page.click("#ask [name=ketamine_use_disorder][value=never]")?;
    page.fill("#ask [name=last_drink]", "2026-02-20T20:00")?;
    sitting.see(page, "evaluation-substances")?;
    page.follow("#ask [type=submit]")?;
    for (step, others) in OTHERS {
        page.go(&format!("{chart}/evaluation/{step}"))?;
        if *step == "heart" {
            sitting.see(page, "evaluation-heart")?;
        }
        evaluation::answer(page, others)?;
    }
    Ok(())
}

/// What the nurse adds: signs twice, values, a urine screen, medicines and allergies.
fn measured(sitting: &Sitting<'_>, path: &str) -> Answer {
    let nurse = sitting.signed_in("dana")?;
    let house = sitting.house;
    for (pressure, at) in [("124", "2026-03-02T09:50"), ("118", "2026-03-02T10:01")] {
        let vitals = [
            ("systolic", pressure),
            ("diastolic", "76"),
            ("pulse", "68"),
            ("saturation", "98"),
            ("breaths", "14"),
            ("weight", "71.5"),
            ("occurred_at", at),
        ];
        send(&nurse, house, &format!("{path}/do/vitals"), &vitals)?;
    }
    let form = format!("{path}/do/laboratory-values");
    sitting.filled(&nurse, &form, "laboratory", &LABORATORY)?;
    let urine = [("found-ketamine", "not_found")];
    sitting.filled(&nurse, &format!("{path}/do/urine"), "urine", &urine)?;
    let medicine = [
        ("name", "Thiamine"),
        ("dose", "100 mg, each morning"),
        ("standing", "current"),
    ];
    send(&nurse, house, &format!("{path}/do/medicine"), &medicine)?;
    let allergy = [("known", "none")];
    send(&nurse, house, &format!("{path}/do/allergy"), &allergy)
}

/// The evaluation is held and the rules are run: what they said is read, and it is no all-clear.
fn assessed(sitting: &Sitting<'_>, page: &Page, path: &str) -> Answer {
    let held = [
        ("leads_to", "proceed"),
        ("summary", "Talked through hopes and history"),
    ];
    let form = format!("{path}/do/hold-evaluation");
    sitting.filled(page, &form, "hold-evaluation", &held)?;
    sitting.filled(page, &format!("{path}/do/assess"), "assess", &[])?;
    page.go(&format!("{}{path}/eligibility", sitting.house.address))?;
    shows(page, "This is not an all-clear.");
    sitting.see(page, "eligibility")
}

/// The patient reads and signs both consents on the phone, with a sign-in of their own.
fn consented(sitting: &Sitting<'_>, phone: &Page, path: &str) -> Answer {
    let house = sitting.house;
    let patient = evaluation::patient(path)?;
    staff::invite(
        &house.clinic,
        &house.clock,
        &mut Seeded::new(3),
        patient,
        SECRET,
    )?;
    sign_in(phone, house, "patient")?;
    phone.go(&format!("{}{path}/consents", house.address))?;
    sitting.see(phone, "consents")?;
    for text in ["treatment", "part-2"] {
        phone.go(&format!("{}{path}/consents/{text}", house.address))?;
        if !phone.has("[name=signed_name]")? {
            sitting.see(phone, &format!("consent-{text}-asked"))?;
            phone.follow("main form[method=post] [type=submit]")?;
        }
        sitting.see(phone, &format!("consent-{text}"))?;
        let signed = [
            ("signed_name", "Wren Halloran"),
            ("agrees", "yes"),
            ("pass_phrase", SECRET),
        ];
        again(phone, &signed)?;
        shows(phone, "The consent is signed.");
        sitting.see(phone, &format!("consent-{text}-signed"))?;
    }
    Ok(())
}

/// The plan is laid out on the calendar, read, and signed.
fn planned(sitting: &Sitting<'_>, page: &Page, path: &str) -> Answer {
    page.go(&format!("{}{path}/plan/new", sitting.house.address))?;
    sitting.see(page, "plan-new")?;
    for (name, value) in [
        ("day_zero", "2026-03-03"),
        ("dosing", "10:00"),
        ("therapy", "15:00"),
        ("room", "Room 2"),
    ] {
        page.fill(&format!("#design [name={name}]"), value)?;
    }
    page.follow("#design [type=submit]")?;
    shows(page, "57 mg over 40 min");
    let open: Vec<String> = asked(page)?.into_iter().map(|(name, _)| name).collect();
    for name in open.iter().filter(|name| name.starts_with("reason")) {
        let field = format!("#sign [name=\"{name}\"]");
        page.fill(
            &field,
            "Talked through together; asked again before each dose",
        )?;
    }
    for name in open.iter().filter(|name| name.starts_with("mitigation")) {
        let field = format!("#sign [name=\"{name}\"]");
        page.fill(&field, "Asked before each dose")?;
    }
    page.fill("#sign [name=pass_phrase]", SECRET)?;
    sitting.see(page, "plan-designed")?;
    page.follow("#sign [type=submit]")?;
    shows(page, "The plan is signed, and its visits are booked.");
    shows(page, "Infusion 3 of 3");
    sitting.see(page, "plan-signed")?;
    page.go(&format!("{}{path}", sitting.house.address))?;
    sitting.see(page, "chart")
}
