//! A sitting from enquiry to assessment, in a browser: the coordinator asks, the patient answers beforehand
//! on a phone, the nurse measures, and few rules are left unanswered.

use record::fact::decision::RuleOutcome;
use record::fact::evaluation::HistoryTold;
use record::fact::substance_use::{CheckInAnswered, UseMethod, UseReported};
use record::ids::PatientId;
use testkit::browser::{Browser, Page, Script, Size};

use super::house::House;
use super::{Answer, LABORATORY, faults, sign_in};

/// Answers a step as a healthy person would: no, none, and what is given by name.
pub(crate) fn answer(page: &Page, others: &[(&str, &str)]) -> Answer {
    page.evaluate(
        "document.querySelectorAll('#ask input[value=no], #ask input[value=none]').forEach((one) => one.click())",
    )?;
    for (name, value) in others {
        let locator = format!("#ask [name=\"{name}\"]");
        let is_choice = page
            .attribute(&locator, "type")?
            .is_some_and(|kind| kind == "radio" || kind == "checkbox");
        if is_choice {
            page.click(&format!("#ask [name=\"{name}\"][value=\"{value}\"]"))?;
        } else {
            page.fill(&locator, value)?;
        }
    }
    page.follow("#ask [type=submit]")
        .map_err(|error| format!("{}: {error}", page.url().unwrap_or_default()))?;
    let said = page.text("main")?;
    assert!(!said.contains("another look"), "{}: {said}", page.url()?);
    Ok(())
}

/// Whose chart an address is.
pub(crate) fn patient(chart: &str) -> Answer<PatientId> {
    let id = chart.rsplit('/').next().ok_or("no identifier")?;
    Ok(id.parse().map_err(|_| "no identifier")?)
}

fn registered(page: &Page, house: &House) -> Answer<String> {
    page.go(&house.address)?;
    page.fill("[name=name]", "Wren")?;
    page.click("[name=by][value=call]")?;
    page.fill("[name=reach]", "207 555 0142")?;
    page.click("[name=consent]")?;
    page.follow("form [type=submit]")?;
    sign_in(page, house, "maria")?;
    page.go(&format!("{}/enquiries", house.address))?;
    page.follow("text=Record a contact")?;
    page.click("[name=way][value=phone]")?;
    page.click("[name=reached][value=spoke]")?;
    page.follow("main [type=submit]")?;
    let url = page.url()?;
    let chart = url.split('?').next().unwrap_or(&url).to_owned();
    page.go(&format!("{chart}/do/register"))?;
    page.fill("[name=family]", "Halloran")?;
    page.fill("[name=born]", "1984-05-06")?;
    page.click("[name=sex][value=male]")?;
    page.follow("main [type=submit]")?;
    page.go(&format!("{chart}/do/open-course"))?;
    page.fill("[name=protocol]", "kare-2022")?;
    page.fill("[name=substance]", "alcohol")?;
    page.follow("main [type=submit]")?;
    Ok(chart)
}

/// The patient on a phone, without script: a few answers, one passed over, one gone back to.
fn beforehand(browser: &Browser, desk: &Page, house: &House, chart: &str) -> Answer {
    desk.go(&format!("{chart}/evaluation-link"))?;
    desk.follow("main [type=submit]")?;
    let said = desk.text("main")?;
    let link = said
        .split_whitespace()
        .find(|word| word.contains("/before/"))
        .ok_or("no link is shown")?
        .to_owned();
    let phone = browser.page(Size::PHONE)?;
    phone.script(Script::Off)?;
    phone.go(&link)?;
    assert!(!phone.text("body")?.contains("Wren"));
    phone.fill("[name=month]", "5")?;
    phone.fill("[name=day]", "6")?;
    phone.fill("[name=year]", "1984")?;
    phone.follow("main [type=submit]")?;
    assert!(phone.text("main")?.contains("What do you hope"));
    phone.fill("[name=answer]", "Evenings at home, sober")?;
    phone.follow("text=Next")?;
    phone.follow("text=Skip this one")?;
    phone.click("[value=alcohol]")?;
    phone.follow("text=Next")?;
    phone.follow("text=Back")?;
    assert!(phone.text("main")?.contains("You said: alcohol"));
    phone.go(&format!("{link}/stroke"))?;
    phone.follow("[value=yes]")?;
    assert!(phone.text("main")?.contains("About when was that?"));
    phone.fill("[name=answer]", "In the spring of 2015")?;
    phone.follow("text=Next")?;
    let n_told = house
        .clinic
        .chart(patient(chart)?)?
        .chart
        .all::<HistoryTold>()
        .count();
    assert_eq!(n_told, 5, "each answer is an entry as it is given");
    Ok(())
}

/// What is answered beside a plain no, step by step.
pub(crate) const OTHERS: &[(&str, &[(&str, &str)])] = &[
    (
        "withdrawal",
        &[
            ("episode_start", "2026-01-05T09:00"),
            ("detoxifications", "1"),
            ("ciwa_ar", "3"),
        ],
    ),
    (
        "heart",
        &[
            ("stroke", "yes"),
            ("stroke.day", "2015-04-15"),
            ("qtcf", "410"),
        ],
    ),
    (
        "body",
        &[
            ("stop_bang", "2"),
            ("thyrotoxicosis", "none"),
            ("bpic_ss", "2"),
        ],
    ),
    (
        "mind",
        &[("capacity_confirmed", "yes"), ("bprs_positive", "0")],
    ),
    ("medicines", &[]),
    (
        "pregnancy",
        &[("childbearing_potential.words", "recorded as male")],
    ),
    ("signs", &[("height", "178")]),
    (
        "escort",
        &[
            ("escort_name", "Joe, 207 555 0170"),
            ("escort_named_adult_with_phone", "yes"),
        ],
    ),
];

fn steps(page: &Page, chart: &str) -> Answer {
    page.go(&format!("{chart}/evaluation"))?;
    assert!(
        page.text("main")?
            .contains("in the patient's words to read")
    );
    page.go(&format!("{chart}/evaluation/goal"))?;
    assert!(page.text("main")?.contains("Evenings at home, sober"));
    page.click("[name=\"told.goal\"]")?;
    page.follow("#ask [type=submit]")?;
    assert!(page.url()?.contains("/evaluation/substances"));
    page.evaluate(
        "document.querySelectorAll('#ask input[value=no]').forEach((one) => one.click())",
    )?;
    page.click("#ask [name=substance_in_use][value=alcohol]")?;
    page.click("#ask [name=alcohol_past_30_days][value=yes]")?;
    page.click("#ask [name=ketamine_use_disorder][value=never]")?;
    page.fill("#ask [name=last_drink]", "2026-02-20T20:00")?;
    page.follow("#ask [type=submit]")?;
    for (step, others) in OTHERS {
        page.go(&format!("{chart}/evaluation/{step}"))?;
        answer(page, others)?;
    }
    page.go(&format!("{chart}/evaluation/signs"))?;
    page.fill("#ask [name=height]", "17")?;
    page.follow("#ask [type=submit]")?;
    assert!(
        page.text("main")?.contains("is outside"),
        "{}",
        page.text("main")?
    );
    Ok(())
}

/// What the nurse adds: criteria, medicines with what they mean, signs, values.
fn measured(page: &Page, house: &House, chart: &str) -> Answer {
    page.go(&format!(
        "{chart}/do/criteria?substance=alcohol&back=evaluation-substances"
    ))?;
    for criterion in ["larger", "cut_down", "craving", "roles"] {
        page.click(&format!("[name=criterion-{criterion}][value=yes]"))?;
    }
    page.follow("main [type=submit]")?;
    let said = page.text("main")?;
    assert!(said.contains("F10.20"), "{said}");
    assert!(said.contains("not settled"), "{said}");

    page.go(&format!("{chart}/evaluation/medicines"))?;
    page.fill("#medicine [name=name]", "Diazepam")?;
    page.wait_for_text(".hf-typed", "Benzodiazepines")?;
    page.fill("#medicine [name=dose]", "5 mg at night")?;
    page.click("#medicine [name=standing][value=current]")?;
    page.follow("#medicine [type=submit]")?;
    let said = page.text("main")?;
    assert!(said.contains("RxNorm 3322"), "{said}");
    assert!(
        said.contains("shorten ketamine's antidepressant effect"),
        "{said}"
    );
    assert!(said.contains("Source: "), "{said}");
    page.click("#allergy [name=known][value=none]")?;
    page.follow("#allergy [type=submit]")?;

    for minute in ["08:40", "08:50"] {
        page.go(&format!("{chart}/evaluation/signs"))?;
        page.fill("#vitals [name=systolic]", "124")?;
        page.fill("#vitals [name=diastolic]", "78")?;
        page.fill("#vitals [name=weight]", "81")?;
        let today = house
            .clinic
            .zone_today(record::Clock::now(&house.clock))
            .to_string();
        page.fill("#vitals [name=occurred_at]", &format!("{today}T{minute}"))?;
        page.follow("#vitals [type=submit]")?;
        let said = page.text("main")?;
        assert!(said.contains("124/78"), "{said}");
    }
    page.go(&format!(
        "{chart}/do/laboratory-values?back=evaluation-laboratory"
    ))?;
    for (name, value) in LABORATORY {
        page.fill(&format!("[name={name}]"), value)?;
    }
    page.follow("main [type=submit]")?;
    assert!(
        page.text("main")?.contains("31 U/L"),
        "{}",
        page.text("main")?
    );
    page.go(&format!("{chart}/do/urine"))?;
    page.click("[name=found-ketamine][value=not_found]")?;
    page.follow("main [type=submit]")?;
    Ok(())
}

#[test]
fn a_sitting_leads_from_an_enquiry_to_an_assessment_with_few_rules_unanswered() -> Answer {
    let Some(browser) = Browser::open_or_skip()? else {
        return Ok(());
    };
    let house = House::open();
    let page = browser.page(Size::DESK)?;
    let chart = registered(&page, &house)?;
    beforehand(&browser, &page, &house, &chart)?;
    steps(&page, &chart)?;
    let page = browser.page(Size::DESK)?;
    sign_in(&page, &house, "dana")?;
    measured(&page, &house, &chart)?;
    page.go(&format!("{chart}/do/assess"))?;
    page.follow("main [type=submit]")?;
    let known = house.clinic.chart(patient(&chart)?)?;
    let course = known.chart.course().ok_or("no course")?.id;
    let (_, assessment) = known.chart.assessment(course).ok_or("not assessed")?;
    let open: Vec<&str> = assessment
        .verdicts
        .iter()
        .filter(|verdict| verdict.outcome == RuleOutcome::Unanswered)
        .map(|verdict| verdict.rule.as_str())
        .collect();
    assert!(open.len() <= 4, "unanswered: {open:?}");
    let fired = |rule: &str| {
        let found = assessment
            .verdicts
            .iter()
            .find(|verdict| verdict.rule.as_str() == rule);
        found.is_some_and(|verdict| verdict.outcome == RuleOutcome::Fired)
    };
    assert!(fired("D01"), "the diazepam is not seen");
    assert!(!fired("E15a"), "a stroke of 2015 counts as one of today");
    Ok(())
}

#[test]
fn ninety_days_are_filled_by_keyboard_and_by_runs_and_a_diary_is_never_overwritten() -> Answer {
    let Some(browser) = Browser::open_or_skip()? else {
        return Ok(());
    };
    let house = House::with_patients(12);
    let patient = house.patient();
    let page = browser.page(Size::DESK)?;
    sign_in(&page, &house, "dana")?;
    let alcohol = format!("{}/patients/{patient}/calendar", house.address);
    let calendar = format!("{alcohol}?substance=cannabis");
    let diary_before = diary(&house);
    let today = house.clinic.zone_today(record::Clock::now(&house.clock));
    let day = |back: i32| today.saturating_sub(jiff::ToSpan::days(back));
    page.go(&calendar)?;
    page.click(&format!("[name=day-{}]", day(30)))?;
    page.press("4")?;
    page.press("ArrowDown")?;
    page.press("0")?;
    page.press("ArrowRight")?;
    page.press("u")?;
    page.follow("#days [type=submit]")?;
    let value = |back: i32| page.value(&format!("[name=day-{}]", day(back)));
    assert_eq!(
        (value(30)?, value(23)?, value(22)?),
        ("4".into(), "0".into(), "u".into())
    );
    assert_eq!(value(29)?, "", "a day nobody spoke of stays not known");

    page.fill("#fill [name=from]", &day(80).to_string())?;
    page.fill("#fill [name=to]", &day(74).to_string())?;
    page.fill("#fill [name=answer]", "6.5")?;
    page.follow("#fill [type=submit]")?;
    page.fill("#fill [name=from]", &day(73).to_string())?;
    page.fill("#fill [name=to]", &day(60).to_string())?;
    page.click("#fill [name=with][value=week]")?;
    page.follow("#fill [type=submit]")?;
    assert_eq!((value(77)?, value(63)?), ("6.5".into(), "6.5".into()));

    page.fill("#anchor [name=label]", "The lake")?;
    page.click("#anchor [name=sort][value=holiday]")?;
    page.fill("#anchor [name=anchor_from]", &day(70).to_string())?;
    page.follow("#anchor [type=submit]")?;
    assert!(page.text("main")?.contains("The lake"));

    page.fill(&format!("[name=day-{}]", day(2)), "a few")?;
    page.follow("#days [type=submit]")?;
    assert!(page.text("main")?.contains("Write 0, an amount in grams"));
    assert_eq!(value(2)?, "a few", "what was typed is kept");

    page.go(&alcohol)?;
    let said_not_used = ".hf-fb__day:has(abbr[title^=\"diary: not used\"]) input";
    page.fill(said_not_used, "u")?;
    page.follow("#days [type=submit]")?;
    assert!(page.text("main")?.contains("Diary: not used. All are kept"));
    assert!(page.has(".hf-fb__day--conflict")?);
    assert_eq!(diary(&house), diary_before);
    for size in [Size::DESK, Size::TABLET, Size::PHONE] {
        page.resize(size)?;
        page.go(&alcohol)?;
        let found = faults(&page, page.complaints().len(), "the calendar")?;
        assert_eq!(found, Vec::<String>::new());
    }
    Ok(())
}

/// What the diary says: check-ins and reports by diary.
fn diary(house: &House) -> (usize, usize) {
    let known = house
        .clinic
        .chart(house.patient())
        .expect("the patient has a chart");
    let reports = known.chart.all::<UseReported>();
    (
        known.chart.all::<CheckInAnswered>().count(),
        reports
            .filter(|(_, report)| report.method == UseMethod::Diary)
            .count(),
    )
}
