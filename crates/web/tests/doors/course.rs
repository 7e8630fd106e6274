//! A course from the public form to its plan, walked by forms over HTTP only, and what the chart shows
//! after each step.

use jiff::civil::DateTime;
use record::fact::person::HistoryValue;
use testkit::Visitor;
use testkit::visitor::Answer;

use crate::form::{Form, address, done, said, sent};
use crate::house::{House, SECRET};

/// Registers a patient by form, and gives the path of their chart.
pub(crate) fn registered(desk: &mut Visitor, given: &str) -> String {
    let answers = [
        ("given", given),
        ("family", "Halloran"),
        ("born", "1984-05-06"),
        ("sex", "female"),
        ("prefers", "phone"),
        ("phone", "207 555 0142"),
        ("message", "no"),
    ];
    let answer = sent(desk, "/do/register-new", &answers);
    assert_eq!(answer.status, 303, "{}", said(&answer));
    let to = answer.header("location").unwrap();
    to.split('?').next().unwrap().to_owned()
}

/// A chart, as whoever asks sees it.
pub(crate) fn chart(visitor: &mut Visitor, path: &str) -> String {
    let page = visitor.get(path).unwrap();
    assert_eq!(page.status, 200);
    said(&page)
}

pub(crate) fn shows(page: &Answer, words: &str) {
    assert!(
        said(page).contains(words),
        "`{words}` is not on: {}",
        said(page)
    );
}

/// Moves the clinic's clock to an hour at the clinic, in its own zone.
pub(crate) fn go_to(house: &House, local: &str) {
    let local: DateTime = local.parse().unwrap();
    house
        .clock
        .set(house.clinic.zone().to_timestamp(local).unwrap());
}

/// A patient with a signed plan, from the public form on: the path of their chart.
pub(crate) fn planned(house: &House) -> String {
    let path = enquire(house);
    evaluate(house, &path);
    history(house, &path);
    measure(house, &path);
    open_course(house, &path);
    consent(house, &path);
    plan(house, &path);
    path
}

fn enquire(house: &House) -> String {
    let mut stranger = house.stranger();
    let page = stranger.get("/").unwrap();
    let form = Form::of(&page, "/enquiries/new").fill_all(&[
        ("name", "Wren"),
        ("by", "call"),
        ("reach", "207 555 0142"),
        ("message", "yes"),
        ("about", "I drink every evening and would like to stop"),
        ("consent", "yes"),
    ]);
    let answer = form.send(&mut stranger);
    assert_eq!(answer.status, 303, "{}", said(&answer));
    let thanks = stranger.follow(answer).unwrap();
    assert_eq!(thanks.status, 200);

    let mut desk = house.sign_in("maria");
    let list = desk.get("/enquiries").unwrap();
    shows(&list, "1 not yet answered");
    let path = address(&list, "/patients/pt_");
    shows(
        &desk.get(&path).unwrap(),
        "I drink every evening and would like to stop",
    );
    let contact = [
        ("way", "phone"),
        ("reached", "spoke"),
        ("summary", "Wants to come and talk"),
    ];
    let page = done(&mut desk, &format!("{path}/do/contact"), &contact);
    shows(&page, "Wants to come and talk");
    shows(&page, "The contact is recorded.");
    shows(
        &desk.get("/enquiries").unwrap(),
        "Every enquiry has been answered.",
    );
    path
}

fn evaluate(house: &House, path: &str) {
    let mut desk = house.sign_in("maria");
    let booking = [
        ("starts_at", "2026-03-02T10:00"),
        ("with", "Dr Miriam Okafor"),
    ];
    let page = done(&mut desk, &format!("{path}/do/book-evaluation"), &booking);
    shows(&page, "Evaluation");
    go_to(house, "2026-03-02T10:05");
    let mut prescriber = house.sign_in("okafor");
    let held = [
        ("leads_to", "proceed"),
        ("summary", "Talked through hopes and history"),
    ];
    let page = done(
        &mut prescriber,
        &format!("{path}/do/hold-evaluation"),
        &held,
    );
    shows(&page, "Talked through hopes and history");
    let mut desk = house.sign_in("maria");
    let identity = [
        ("family", "Halloran"),
        ("pronouns", "she/her"),
        ("born", "1984-05-06"),
        ("sex", "female"),
        ("record_number", "TH 0412"),
    ];
    let page = done(&mut desk, &format!("{path}/do/register"), &identity);
    shows(&page, "Wren Halloran");
    shows(&page, "Born 6 May 1984, 41.");
    shows(&page, "Allergies not asked");
}

/// Every question of the evaluation, with nothing in the way but bipolar disorder.
fn history(house: &House, path: &str) {
    let mut nurse = house.sign_in("dana");
    let library = house.clinic.library();
    let findings = [("bipolar_disorder", record::words::YesNo::Yes)];
    let now = record::Clock::now(&house.clock);
    let taken = virtual_clinic::history::taken(&library.questions(), &findings, now);
    let zone = house.clinic.zone();
    let answers: Vec<(String, String)> = taken
        .answers
        .iter()
        .map(|one| {
            let text = match &one.answer {
                HistoryValue::Plain(word) => word.code().to_owned(),
                HistoryValue::Word(line) | HistoryValue::Number(line) => line.to_string(),
                HistoryValue::On(day) => day.to_string(),
                HistoryValue::At(at) => {
                    zone.to_datetime(*at).strftime("%Y-%m-%dT%H:%M").to_string()
                }
                HistoryValue::Text(text) => text.to_string(),
            };
            (one.input.to_string(), text)
        })
        .collect();
    assert!(answers.len() > 40, "the form asks {}", answers.len());
    let answers: Vec<(&str, &str)> = answers
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect();
    let page = done(&mut nurse, &format!("{path}/do/history"), &answers);
    shows(&page, "The history is taken.");
    let again = nurse.get(&format!("{path}/do/history")).unwrap();
    let form = Form::of(&again, &format!("{path}/do/history"));
    for (name, text) in answers {
        assert_eq!(form.value(name), Some(text), "{name} is not kept");
    }
}

fn measure(house: &House, path: &str) {
    let mut nurse = house.sign_in("dana");
    let condition = [
        ("name", "Alcohol use disorder, severe"),
        ("standing", "current"),
    ];
    done(&mut nurse, &format!("{path}/do/condition"), &condition);
    let medicine = [
        ("name", "Thiamine"),
        ("dose", "100 mg, each morning"),
        ("standing", "current"),
    ];
    let page = done(&mut nurse, &format!("{path}/do/medicine"), &medicine);
    shows(&page, "Thiamine 100 mg, each morning");
    let allergy = [
        ("known", "some"),
        ("to", "Penicillin"),
        ("reaction", "rash"),
        ("certainty", "confirmed"),
    ];
    let page = done(&mut nurse, &format!("{path}/do/allergy"), &allergy);
    shows(&page, "Penicillin (rash)");
    for (pressure, at) in [("121", "2026-03-02T09:50"), ("118", "2026-03-02T10:01")] {
        let vitals = [
            ("systolic", pressure),
            ("diastolic", "76"),
            ("pulse", "68"),
            ("saturation", "98"),
            ("breaths", "14"),
            ("weight", "71.5"),
            ("occurred_at", at),
        ];
        let page = done(&mut nurse, &format!("{path}/do/vitals"), &vitals);
        shows(&page, &format!("{pressure}/76"));
    }
    let screen = ["ketamine", "cocaine", "amphetamine", "benzodiazepine"]
        .map(|name| (format!("found-{name}"), "not_found"));
    let screen = screen
        .each_ref()
        .map(|(name, found)| (name.as_str(), *found));
    let page = done(&mut nurse, &format!("{path}/do/urine"), &screen);
    shows(&page, "Urine screen");
    for (test, value, unit, high) in [
        ("ALT", "24", "U/L", "55"),
        ("AST", "22", "U/L", "48"),
        ("eGFR", "96", "mL/min/1.73m2", "120"),
        ("Bilirubin", "0.6", "mg/dL", "1.2"),
    ] {
        let result = [
            ("test", test),
            ("value", value),
            ("unit", unit),
            ("high", high),
            ("sampled_at", "2026-03-02T09:30"),
        ];
        let page = done(&mut nurse, &format!("{path}/do/laboratory"), &result);
        shows(&page, test);
    }
}

fn open_course(house: &House, path: &str) {
    let mut prescriber = house.sign_in("okafor");
    let course = [("protocol", "kare-2022"), ("substance", "alcohol")];
    let page = done(&mut prescriber, &format!("{path}/do/open-course"), &course);
    shows(&page, "alcohol");
    let run = done(&mut prescriber, &format!("{path}/do/assess"), &[]);
    shows(&run, "it is not an all-clear");
    // Nothing is prescribed over what is in the way: it is said calmly, and there is nothing to sign.
    let page = prescriber.get(&format!("{path}/plan/new")).unwrap();
    assert_eq!(page.status, 200);
    shows(&page, "is not signed and in force");
    assert!(
        !page.text().contains("Sign the plan"),
        "a plan could be signed"
    );

    let place = format!("{path}/do/override");
    let form = Form::of(&prescriber.get(&place).unwrap(), &place);
    let rules = form.choices("rule");
    assert!(
        rules.iter().any(|rule| rule == "E14"),
        "in the way: {rules:?}"
    );
    for rule in &rules {
        let answers = [
            ("rule", rule.as_str()),
            ("reason", "Steady for six years; talked through together"),
            ("mitigation", "Mood asked before each dose"),
        ];
        let unsigned = sent(&mut prescriber, &place, &answers);
        assert_eq!(unsigned.status, 422, "overridden without a pass phrase");
        let head = house.head();
        let mut guessed = answers.to_vec();
        guessed.push(("pass_phrase", "not the pass phrase at all"));
        let refused = sent(&mut prescriber, &place, &guessed);
        assert_eq!(refused.status, 422, "overridden by a guess");
        assert_eq!(house.head(), head, "something was written");
        let kept = Form::of(&refused, &place);
        assert_eq!(kept.value("rule"), Some(rule.as_str()));
        assert_eq!(kept.value("reason"), Some(answers[1].1));
        assert_eq!(kept.value("mitigation"), Some(answers[2].1));
        assert!(
            !refused.text().contains("not the pass phrase at all"),
            "a secret is shown"
        );
        let mut answers = answers.to_vec();
        answers.push(("pass_phrase", SECRET));
        let page = done(&mut prescriber, &place, &answers);
        shows(&page, rule);
    }
    let words = chart(&mut prescriber, path);
    assert!(
        words.contains("Steady for six years"),
        "the override is not on the chart: {words}"
    );
}

fn consent(house: &House, path: &str) {
    let mut desk = house.sign_in("maria");
    for text in ["treatment", "part-2"] {
        let place = format!("{path}/consents/{text}");
        let mut form = Form::of(&desk.get(&place).unwrap(), &place);
        if !form.asks("signed_name") {
            form = Form::of(&form.send(&mut desk), &place);
        }
        let signing = form
            .fill("signed_name", "Wren Halloran")
            .fill("born", "1984-05-06")
            .fill("pass_phrase", SECRET);
        assert_eq!(
            signing.send(&mut desk).status,
            422,
            "signed without the tick"
        );
        let signing = signing.fill("agrees", "yes");
        let other = signing.clone().fill("born", "1971-01-02").send(&mut desk);
        assert!(
            said(&other).contains("not the birth date recorded"),
            "{}",
            said(&other)
        );
        let wrong = signing
            .clone()
            .fill("pass_phrase", "something else")
            .send(&mut desk);
        assert!(
            said(&wrong).contains("not your pass phrase"),
            "{}",
            said(&wrong)
        );
        let answer = signing.send(&mut desk);
        assert_eq!(answer.status, 303, "{}", said(&answer));
        let signed = desk.follow(answer).unwrap();
        shows(&signed, "The consent is signed.");
        shows(&signed, "Wren Halloran");
    }
    let words = chart(&mut desk, path);
    assert!(words.contains("In force:"), "{words}");
}

fn plan(house: &House, path: &str) {
    let mut prescriber = house.sign_in("okafor");
    let place = format!("{path}/plan/new");
    let asked = format!("{place}?day_zero=2026-03-03&dosing=10:00&therapy=15:00&room=Room+2");
    let head = house.head();
    let page = prescriber.get(&asked).unwrap();
    assert_eq!(page.status, 200, "{}", said(&page));
    assert_eq!(house.head(), head, "a draft was written");
    // 0.8 mg for each of 71.5 kg is 57.2 mg, rounded down; 50 mg are in a millilitre.
    shows(&page, "57 mg over 40 min");
    shows(&page, "1.14 mL of 50 mg/mL");
    shows(&page, pharmacology::wording::CAUTION);
    let form = Form::of(&page, &place);
    let wrong = form
        .clone()
        .fill("pass_phrase", "not mine")
        .send(&mut prescriber);
    assert_eq!(wrong.status, 422);
    shows(&wrong, "This is not your pass phrase");
    assert_eq!(
        house.head(),
        head,
        "a plan was signed with a wrong pass phrase"
    );
    let answer = Form::of(&wrong, &place)
        .fill("pass_phrase", crate::house::SECRET)
        .send(&mut prescriber);
    assert_eq!(answer.status, 303, "{}", said(&answer));
    let plan = prescriber.follow(answer).unwrap();
    shows(&plan, "The plan is signed, and its visits are booked.");
    shows(&plan, "Signed by");
    shows(&plan, "Infusion 3 of 3");

    let mut desk = house.sign_in("maria");
    let calendar = desk.get("/calendar?week=2026-03-03").unwrap();
    shows(&calendar, "Infusion 1 of 3");
    shows(&calendar, "Room 2");
    let day = desk.get("/calendar?day=2026-03-03").unwrap();
    shows(&day, "Infusion 1 of 3");
    shows(&day, "Dose 11:00 to 11:40, recovery until 13:00");
    shows(&day, "08:00 to 10:00 free");
}
