//! Every real page, seen by a browser: no rule of accessibility is broken at any size, nothing is
//! wider than the screen, the console has nothing to complain of, and forms work without script.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

#[path = "../doors/house.rs"]
#[expect(dead_code, reason = "the other tests use the rest of it")]
mod house;

#[path = "../doors/calm.rs"]
mod calm;
#[path = "../doors/course.rs"]
#[expect(dead_code, reason = "the other tests use the rest of it")]
mod course;
#[path = "../doors/form.rs"]
#[expect(dead_code, reason = "the other tests use the rest of it")]
mod form;

mod check_in;
mod evaluation;
mod half_done;
mod kare;
mod monitor;
mod own;
mod read_aloud;
mod rescue;
mod room;
mod silent;
mod sitting;
mod trouble;
mod walk;

use house::{House, SECRET};
use testkit::browser::{Browser, Page, Script, Size};

type Answer<T = ()> = Result<T, Box<dyn std::error::Error>>;

/// Evidence, and forms about no patient.
const EVIDENCE: [&str; 11] = [
    "/do/enquiry",
    "/do/register-new",
    "/evidence",
    "/evidence?find=cocaine",
    "/evidence/alcohol-abstinence",
    "/evidence/alcohol-abstinence?pool=yes&adjusted=yes",
    "/evidence/mood",
    "/evidence/studies/dakwar-2020",
    "/pharmacology",
    "/pharmacology?dose=0",
    "/do/overrule?claim=alcohol-abstinence",
];

/// The pages of the house that are about no patient.
const HOUSE: [&str; 44] = [
    "/today",
    "/calendar",
    "/enquiries?show=all",
    "/patients",
    "/patients?name=nobody-of-that-name",
    "/watch-list",
    "/floor",
    "/rescue",
    "/rules",
    "/rules/E05a",
    "/rules/E16a",
    "/protocols",
    "/protocols/kare-2022",
    "/protocols/das-2019",
    "/calendar?rooms=2026-01-05",
    "/calendar?week=2026-01-05",
    "/outcomes",
    "/outcomes?definitions=all",
    "/outcomes/report",
    "/outcomes/behind?of=in_contact_at_ninety",
    "/people",
    "/access-log",
    "/ledger",
    "/ledger/access",
    "/ledger/copy",
    "/ledger/dispensed",
    "/ledger/forms",
    "/ledger/lots/K26-311",
    "/ledger/vials/V-0101",
    "/do/receive-stock",
    "/do/count-stock",
    "/do/report-loss",
    "/do/move-vial",
    "/do/transfer-vial",
    "/do/certify-setting",
    "/relapse-watch",
    "/rules/try",
    "/rules/compare",
    "/due",
    "/missing",
    "/messages",
    "/devices",
    "/home",
    "/no-such-page",
];

/// Pages about a patient that need nothing else to be drawn.
const OF_A_PATIENT: [&str; 23] = [
    "/evaluation",
    "/evaluation/substances",
    "/evaluation/heart",
    "/evaluation/medicines",
    "/evaluation/signs",
    "/evaluation/laboratory",
    "/evaluation/calendar",
    "/evaluation-link",
    "/calendar",
    "/calendar?substance=cocaine",
    "/do/criteria?substance=alcohol&back=evaluation-substances",
    "/do/laboratory-values",
    "/do/medicines-still",
    "/relapse-watch",
    "/consents",
    "/safety-plan",
    "/do/safety-plan",
    "/corrections",
    "/consents/part-2",
    "/consents/treatment",
    "/questionnaires",
    "/questionnaires/phq-9",
    "/questionnaires/phq-9/fill",
];

/// The pages of the staff, as the nurse and the administrator see them.
fn places(house: &House) -> Vec<String> {
    let patient = house.patient();
    let about = |rest: &str| format!("/patients/{patient}{rest}");
    let known = house
        .clinic
        .chart(patient)
        .expect("the patient has a chart");
    let chart = &known.chart;
    let session = chart
        .sessions()
        .first()
        .map(|one| one.id)
        .expect("a session");
    let visit = chart.visits().first().map(|one| one.id).expect("a visit");
    let mut all: Vec<String> = HOUSE.map(str::to_owned).to_vec();
    all.extend(EVIDENCE.map(str::to_owned));
    all.extend([
        about(""),
        about("?show=labs"),
        about("?on=2026-01-05T12:00"),
        about("/ninety-days"),
        about("/eligibility"),
        about("/predicted"),
        about("/plan"),
        about("/plan/new?choose=yes"),
        about(&format!("/do/shift-plan?visit={visit}")),
        about("/add"),
        about(&format!("/sessions/{session}")),
        about(&format!("/do/visit-move?visit={visit}")),
        about(&format!("/do/start-dose?session={session}")),
    ]);
    all.extend(FORMS.map(|code| about(&format!("/do/{code}"))));
    all.push(about("/check-in-link"));
    all.push(about("/questionnaire-link"));
    all.extend(OF_A_PATIENT.map(about));
    all.push("/interactions?name=diazepam".to_owned());
    all.extend(of_a_session(&session.to_string()).map(|rest| about(&rest)));
    // A record before registration, where most of a page is absent.
    all.push(format!("/patients/{}", house.other()));
    all.push(format!("/patients/{}/ninety-days", house.other()));
    all
}

/// Values of somebody whose blood stands in no dose's way.
const LABORATORY: [(&str, &str); 10] = [
    ("alt", "31"),
    ("alt_high", "40"),
    ("ast", "29"),
    ("ast_high", "40"),
    ("bilirubin", "0.8"),
    ("bilirubin_high", "1.2"),
    ("albumin", "4.2"),
    ("inr", "1.0"),
    ("egfr", "92"),
    ("sampled_at", "2026-02-20T09:00"),
];

/// The forms about a patient that need nothing else to be drawn.
const FORMS: [&str; 15] = [
    "vitals",
    "history",
    "laboratory",
    "urine",
    "check-in",
    "use-days",
    "assess",
    "override",
    "amend-dose",
    "sign-note",
    "safety-plan",
    "ask-correction",
    "leave-course",
    "correct-identity",
    "enrol-with-programme",
];

/// The pages and forms of one session.
fn of_a_session(session: &str) -> [String; 11] {
    let pages = ["readiness", "leaving", "rules", "drug"];
    let [ready, leaving, rules, drug] = pages.map(|page| format!("/sessions/{session}/{page}"));
    let forms = [
        "recover",
        "time-out",
        "ask-today",
        "readings",
        "signs",
        "draw-drug",
        "waste-drug",
    ];
    let [recover, time_out, ask, readings, signs, draw, waste] =
        forms.map(|form| format!("/do/{form}?session={session}"));
    [
        ready, leaving, rules, drug, recover, time_out, ask, readings, signs, draw, waste,
    ]
}

fn sign_in(page: &Page, house: &House, name: &str) -> Answer {
    page.go(&format!("{}/sign-in", house.address))?;
    page.fill("label=Sign-in name", name)?;
    page.fill("label=Pass phrase", SECRET)?;
    page.follow("text=Sign in")?;
    Ok(())
}

/// How many pixels a page is wider than its screen. A phone shrinks too wide a page until all of it is in
/// the window, so the window is no measure: the width it was laid out for is.
fn over_wide(page: &Page) -> Answer<i64> {
    let over = page
        .evaluate("document.scrollingElement.scrollWidth - document.documentElement.clientWidth")?;
    Ok(over.as_i64().unwrap_or(0))
}

/// What is wrong with the page now shown, with what the console said after `n_old` complaints.
fn faults(page: &Page, n_old: usize, place: &str) -> Answer<Vec<String>> {
    let complaints = page.complaints().into_iter().skip(n_old);
    // A page that says it is not there is one of the pages looked at.
    let mut faults: Vec<String> = complaints
        .filter(|words| !(place == "/no-such-page" && words.contains("404")))
        .collect();
    if let over @ 1.. = over_wide(page)? {
        faults.push(format!("the page is {over} px wider than its screen"));
    }
    faults.extend(page.axe()?.iter().map(ToString::to_string));
    Ok(faults
        .into_iter()
        .map(|fault| format!("{place}: {fault}"))
        .collect())
}

fn look(page: &Page, house: &House, places: &[String]) -> Answer<Vec<String>> {
    let mut found = Vec::new();
    for place in places {
        let n_old = page.complaints().len();
        page.go(&format!("{}{place}", house.address))?;
        found.extend(faults(page, n_old, place)?);
    }
    Ok(found)
}

fn holds_at(size: Size) -> Answer {
    let Some(browser) = Browser::open_or_skip()? else {
        return Ok(());
    };
    let house = House::lived_in();
    let stranger = browser.page(size)?;
    let public = [
        "/",
        "/addiction",
        "/ketamine",
        "/studies",
        "/risks",
        "/treatment",
        "/cost",
        "/questions",
        "/help",
        "/evaluation",
        "/what-we-keep",
        "/enquiries/received",
        "/enquiries/received?receipt=ABC123&by=mail&help=1",
        "/sign-in",
        "/sign-in?why=idle",
    ]
    .map(str::to_owned);
    let mut found = look(&stranger, house, &public)?;

    let staff = browser.page(size)?;
    sign_in(&staff, house, "lindqvist")?;
    found.extend(look(&staff, house, &places(house))?);
    // A form with every answer wrong says so, and is still a good page.
    let n_old = staff.complaints().len();
    staff.go(&format!(
        "{}/patients/{}/do/vitals",
        house.address,
        house.patient()
    ))?;
    staff.fill("[name=pulse]", "fast")?;
    staff.follow("main [type=submit]")?;
    let complaints = faults(&staff, n_old, "vitals with an error")?;
    found.extend(
        complaints
            .into_iter()
            .filter(|words| !words.contains("422")),
    );

    let patient = browser.page(size)?;
    sign_in(&patient, house, "patient")?;
    let own = [
        "",
        "/my-record",
        "/my-record/whole",
        "/help-now",
        "/ninety-days",
        "/check-in",
        "/do/safety-plan",
    ]
    .map(|rest| format!("/patients/{}{rest}", house.patient()));
    found.extend(look(&patient, house, &own)?);
    let list = found.join("\n");
    assert!(found.is_empty(), "{} faults\n{list}", found.len());
    Ok(())
}

#[test]
fn every_real_page_holds_at_the_desk() -> Answer {
    holds_at(Size::DESK)
}

#[test]
fn every_real_page_holds_on_the_tablet() -> Answer {
    holds_at(Size::TABLET)
}

#[test]
fn every_real_page_holds_on_the_phone() -> Answer {
    holds_at(Size::PHONE)
}

#[test]
fn forms_are_filled_and_sent_without_script() -> Answer {
    let Some(browser) = Browser::open_or_skip()? else {
        return Ok(());
    };
    let house = House::open();
    let page = browser.page(Size::PHONE)?;
    page.script(Script::Off)?;
    page.go(&house.address)?;
    page.fill("[name=name]", "Wren")?;
    page.click("[name=by][value=call]")?;
    page.fill("[name=reach]", "207 555 0142")?;
    page.click("[name=consent]")?;
    page.follow("form [type=submit]")?;
    assert!(
        page.url()?.contains("/enquiries/received"),
        "{}",
        page.url()?
    );

    sign_in(&page, &house, "dana")?;
    page.go(&format!("{}/enquiries", house.address))?;
    page.follow("text=Record a contact")?;
    page.click("[name=way][value=phone]")?;
    page.click("[name=reached][value=spoke]")?;
    page.follow("main [type=submit]")?;
    assert!(page.text("body")?.contains("The contact is recorded."));
    page.follow("text=Add entry")?;
    page.follow("text=Vital signs")?;
    page.fill("[name=systolic]", "118")?;
    page.fill("[name=diastolic]", "9")?;
    page.follow("main [type=submit]")?;
    assert!(
        page.text("main")?.contains("another look"),
        "{}",
        page.text("main")?
    );
    page.fill("[name=diastolic]", "76")?;
    page.follow("main [type=submit]")?;
    assert!(page.text("main")?.contains("118/76"));
    Ok(())
}

#[test]
fn an_open_chart_shows_what_somebody_else_writes() -> Answer {
    let Some(browser) = Browser::open_or_skip()? else {
        return Ok(());
    };
    let house = House::with_patients(4);
    let chart = format!("{}/patients/{}", house.address, house.patient());
    let (reader, writer) = (browser.page(Size::DESK)?, browser.page(Size::DESK)?);
    sign_in(&reader, &house, "okafor")?;
    reader.go(&chart)?;
    sign_in(&writer, &house, "dana")?;
    writer.go(&format!("{chart}/do/vitals"))?;
    writer.fill("[name=systolic]", "123")?;
    writer.fill("[name=diastolic]", "67")?;
    writer.follow("main [type=submit]")?;
    reader.wait_for_text("main", "123/67")?;
    Ok(())
}
