//! One whole course, walked by forms over HTTP only, and what the chart shows after each step.

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
fn chart(visitor: &mut Visitor, path: &str) -> String {
    let page = visitor.get(path).unwrap();
    assert_eq!(page.status, 200);
    said(&page)
}

fn shows(page: &Answer, words: &str) {
    assert!(
        said(page).contains(words),
        "`{words}` is not on: {}",
        said(page)
    );
}

/// Moves the clinic's clock to an hour at the clinic, in its own zone.
fn go_to(house: &House, local: &str) {
    let local: DateTime = local.parse().unwrap();
    house
        .clock
        .set(house.clinic.zone().to_timestamp(local).unwrap());
}

#[test]
fn a_course_from_the_public_form_to_its_completion_by_forms_alone() {
    let house = House::open();
    let path = enquire(&house);
    evaluate(&house, &path);
    history(&house, &path);
    measure(&house, &path);
    open_course(&house, &path);
    consent(&house, &path);
    plan(&house, &path);
    let session = session(&house, &path);
    note(&house, &path, &session);
    every_day(&house, &path);
    correct(&house, &path);
    turns(&house, &path);
    assert_eq!(
        house
            .clinic
            .journal()
            .verify(&[], |_, _| {})
            .unwrap()
            .entries,
        house.head()
    );
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
    // Nothing is prescribed over a rule in the way: the refusal is calm, and on the record.
    let refused = sent(
        &mut prescriber,
        &format!("{path}/do/prescribe"),
        &[("day_zero", "2026-03-03")],
    );
    assert_eq!(refused.status, 422, "{}", said(&refused));

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
    let place = format!("{path}/do/sign-consent");
    // The form shows the first text that is needed, and then the next.
    let mut signed = Vec::new();
    for _ in 0..2 {
        let page = desk.get(&place).unwrap();
        let text = Form::of(&page, &place).value("text").unwrap().to_owned();
        let missing = sent(&mut desk, &place, &[("signed_name", "Wren Halloran")]);
        assert_eq!(missing.status, 422, "signed without the tick");
        let answers = [("signed_name", "Wren Halloran"), ("agrees", "yes")];
        shows(&done(&mut desk, &place, &answers), "The consent is signed.");
        signed.push(text);
    }
    assert_ne!(signed[0], signed[1]);
    let words = chart(&mut desk, path);
    assert!(words.contains("In force:"), "{words}");
}

fn plan(house: &House, path: &str) {
    let mut prescriber = house.sign_in("okafor");
    let place = format!("{path}/do/prescribe");
    let head = house.head();
    let draft = sent(&mut prescriber, &place, &[("day_zero", "2026-03-03")]);
    assert_eq!(draft.status, 422, "the draft is read first");
    assert_eq!(house.head(), head, "a draft was written");
    // 0.8 mg for each of 71.5 kg is 57.2 mg, rounded down.
    shows(&draft, "57 mg");
    let answer = Form::of(&draft, &place).send(&mut prescriber);
    assert_eq!(answer.status, 303, "{}", said(&answer));
    shows(
        &prescriber.follow(answer).unwrap(),
        "The plan is prescribed.",
    );

    let mut desk = house.sign_in("maria");
    let hours = [
        ("dosing", "10:00"),
        ("therapy", "15:00"),
        ("room", "Room 2"),
    ];
    let page = done(&mut desk, &format!("{path}/do/book-visits"), &hours);
    shows(&page, "The visits are booked.");
    let calendar = desk.get("/calendar?week=2026-03-03").unwrap();
    shows(&calendar, "Infusion 1 of 3");
    shows(&calendar, "Room 2");
}

fn session(house: &House, path: &str) -> String {
    go_to(house, "2026-03-03T09:50");
    let mut desk = house.sign_in("maria");
    let mut nurse = house.sign_in("dana");
    let calendar = desk.get("/calendar").unwrap();
    let html = calendar.text();
    let (before, _) = html.split_once("Infusion 1 of 3").unwrap();
    let after = &html[before.len()..];
    let visit = after
        .split("visit=")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    done(
        &mut desk,
        &format!("{path}/do/visit-arrive?visit={visit}"),
        &[],
    );
    shows(&nurse.get("/today").unwrap(), "Infusion 1 of 3");
    let ready = [
        ("systolic", "118"),
        ("diastolic", "74"),
        ("pulse", "66"),
        ("saturation", "98"),
        ("weight", "71.5"),
    ];
    done(&mut nurse, &format!("{path}/do/vitals"), &ready);
    let opening = [("room", "Room 2"), ("weight", "71.5")];
    let place = format!("{path}/do/open-session?visit={visit}");
    let answer = sent(&mut nurse, &place, &opening);
    assert_eq!(answer.status, 303, "{}", said(&answer));
    let to = answer.header("location").unwrap().to_owned();
    let session = to
        .split('?')
        .next()
        .unwrap()
        .rsplit('/')
        .next()
        .unwrap()
        .to_owned();
    shows(
        &nurse.follow(answer).unwrap(),
        "57 mg intravenous over 40 min",
    );
    let form = |code: &str| format!("{path}/do/{code}?session={session}");

    go_to(house, "2026-03-03T10:00");
    let over = sent(&mut nurse, &form("start-dose"), &[("dose", "80")]);
    assert_eq!(over.status, 422, "a dose over the plan was started");
    shows(
        &done(&mut nurse, &form("start-dose"), &[]),
        "57 mg intravenous at 10:00",
    );
    go_to(house, "2026-03-03T10:15");
    let reading = [
        ("systolic", "136"),
        ("diastolic", "84"),
        ("pulse", "82"),
        ("saturation", "97"),
    ];
    shows(&done(&mut nurse, &form("vitals"), &reading), "136/84");
    shows(&nurse.get("/today").unwrap(), "Minute 15 of 40");
    let seen = [("watched", "dissociation"), ("score", "7")];
    shows(&done(&mut nurse, &form("observe"), &seen), "7");
    let harm = [("what", "Nausea"), ("severity", "mild")];
    shows(&done(&mut nurse, &form("adverse"), &harm), "Nausea");
    let help = [("what", "Ondansetron 4 mg")];
    shows(
        &done(&mut nurse, &form("intervene"), &help),
        "Ondansetron 4 mg",
    );
    go_to(house, "2026-03-03T10:40");
    let end = done(&mut nurse, &form("stop-dose"), &[("given", "57")]);
    shows(&end, "57 mg, ended 10:40");
    leave(house, path, &session);
    session
}

fn leave(house: &House, path: &str, session: &str) {
    let form = |code: &str| format!("{path}/do/{code}?session={session}");
    go_to(house, "2026-03-03T12:05");
    let mut nurse = house.sign_in("dana");
    let page = nurse.get(&form("recover")).unwrap();
    let mut ready = Form::of(&page, &format!("{path}/do/recover"));
    let unanswered = ready.send(&mut nurse);
    assert_eq!(unanswered.status, 422, "signed with items unanswered");
    let items = [
        "stay",
        "pressure",
        "breathing",
        "awake",
        "aldrete",
        "standing",
        "safety",
        "escort",
        "next",
    ];
    for item in items {
        ready = ready.fill(&format!("item-{item}"), "met");
    }
    ready = ready.fill("item-standing", "not_met");
    let silent = ready.send(&mut nurse);
    assert_eq!(silent.status, 422, "a no without its because");
    ready = ready.fill(
        "because-standing",
        "Still a little unsteady; leaves in a chair",
    );
    assert_eq!(ready.send(&mut nurse).status, 303);
    let alone = sent(&mut nurse, &form("close-session"), &[]);
    assert_eq!(alone.status, 422, "left with nobody");
    let closed = done(
        &mut nurse,
        &form("close-session"),
        &[("escort", "Her sister Ann")],
    );
    shows(&closed, "Closed at 12:05.");
    shows(&nurse.get(path).unwrap(), "Ketamine given so far");
    shows(&nurse.get("/today").unwrap(), "Gone home");
}

fn note(house: &House, path: &str, session: &str) {
    let mut nurse = house.sign_in("dana");
    let place = format!("{path}/do/sign-note?session={session}");
    let page = nurse.get(&place).unwrap();
    shows(&page, "Once signed it is locked");
    let form = Form::of(&page, &format!("{path}/do/sign-note"));
    assert!(form.value("text").unwrap().contains("Given 57 mg."));
    let wrong = form
        .clone()
        .fill("pass_phrase", "not my pass phrase")
        .send(&mut nurse);
    assert_eq!(wrong.status, 422, "signed with a wrong pass phrase");
    let answer = form.fill("pass_phrase", SECRET).send(&mut nurse);
    assert_eq!(answer.status, 303, "{}", said(&answer));
    let page = nurse.follow(answer).unwrap();
    shows(&page, "The note is signed and locked.");
    let list = nurse.get(&format!("{path}/do/addend-note")).unwrap();
    let chosen = Form::of(&list, &format!("{path}/do/addend-note")).choices("note");
    let addendum = [
        ("note", chosen[0].as_str()),
        ("text", "Rang the next day; slept well"),
        ("pass_phrase", SECRET),
    ];
    let page = done(&mut nurse, &format!("{path}/do/addend-note"), &addendum);
    shows(&page, "Rang the next day; slept well");
}

fn every_day(house: &House, path: &str) {
    go_to(house, "2026-03-06T09:00");
    let mut nurse = house.sign_in("dana");
    let answers = [
        ("day", "2026-03-05"),
        ("used", "yes"),
        ("craving", "8"),
        ("mood", "4"),
        ("sleep", "6.5"),
        ("wants_call", "yes"),
    ];
    let page = done(&mut nurse, &format!("{path}/do/check-in"), &answers);
    shows(&page, "Thank you. The check-in is in.");
    let use_day = [
        ("day", "2026-03-04"),
        ("used", "no"),
        ("method", "conversation"),
        ("source", "patient"),
    ];
    done(&mut nurse, &format!("{path}/do/use-days"), &use_day);
    shows(
        &nurse.get(&format!("{path}/ninety-days")).unwrap(),
        "Alcohol was used on 1 of 2 known days.",
    );

    let list = nurse.get("/watch-list").unwrap();
    shows(&list, "Wren Halloran");
    let take = address(&list, &format!("{path}/do/own-alert"));
    let mut n_alerts = 0;
    loop {
        let list = nurse.get("/watch-list").unwrap();
        if !list.text().contains("/do/own-alert\"") {
            break;
        }
        let page = Form::of(&list, &take).send(&mut nurse);
        shows(&nurse.follow(page).unwrap(), "The alert is yours.");
        n_alerts += 1;
        assert!(n_alerts < 10);
    }
    assert!(n_alerts > 0);
    let settle = format!("{path}/do/close-alert");
    for _ in 0..n_alerts {
        let list = nurse.get("/watch-list?show=mine").unwrap();
        let form = Form::of(&list, &settle).fill("note", "Rang back; a plan for the evening");
        assert_eq!(form.send(&mut nurse).status, 303);
    }
    shows(
        &nurse.get("/watch-list").unwrap(),
        "Nothing waits for anyone.",
    );
    let words = chart(&mut nurse, path);
    assert!(
        words.contains("Rang back; a plan for the evening"),
        "{words}"
    );
}

fn correct(house: &House, path: &str) {
    let mut nurse = house.sign_in("dana");
    let labs = nurse.get(&format!("{path}?show=labs")).unwrap();
    let html = labs.text();
    let (_, after) = html.split_once("ALT").unwrap();
    let start = after.find("/do/amend?entry=").unwrap();
    let amend = after[start..].split('"').next().unwrap().to_owned();
    let answers = [("value", "42"), ("reason", "Digits turned round")];
    done(
        &mut nurse,
        &format!("{path}{amend}"),
        &[&answers[..], &[("sampled_at", "2026-03-02T09:30")]].concat(),
    );
    let labs = nurse.get(&format!("{path}?show=labs")).unwrap();
    shows(&labs, "Digits turned round");
    shows(&labs, "corrected Fri 6 Mar 09:00 by Dana Whitlock RN");
    assert!(
        labs.text().contains("<s") || labs.text().contains("<del"),
        "what it said is not struck"
    );
    // The chart as it stood before the correction knows nothing of it.
    let before = nurse
        .get(&format!("{path}?show=labs&on=2026-03-05T12:00"))
        .unwrap();
    shows(&before, "As it stood on Thu 5 Mar 2026, 12:00");
    assert!(!said(&before).contains("Digits turned round"));

    let error = amend
        .replace("amend", "entered-in-error")
        .replace("entry=", "entry=");
    let (_, after) = html.split_once("Bilirubin").unwrap();
    let start = after.find("/do/entered-in-error?entry=").unwrap();
    let bilirubin = after[start..].split('"').next().unwrap().to_owned();
    assert_ne!(error, bilirubin);
    let why = [("reason", "Another patient's sample")];
    let page = done(&mut nurse, &format!("{path}{bilirubin}"), &why);
    shows(
        &page,
        "entered in error, marked Fri 6 Mar 09:00 by Dana Whitlock RN",
    );
}

fn turns(house: &House, path: &str) {
    let mut prescriber = house.sign_in("okafor");
    let why = [("reason", "Away for work")];
    shows(
        &done(&mut prescriber, &format!("{path}/do/pause-course"), &why),
        "Away for work",
    );
    let refused = sent(&mut prescriber, &format!("{path}/do/open-session"), &[]);
    assert_eq!(
        refused.status, 422,
        "a session was opened in a paused course"
    );
    let back = [("reason", "Home again")];
    shows(
        &done(&mut prescriber, &format!("{path}/do/return-course"), &back),
        "Home again",
    );
    let end = [("summary", "Done what we set out to do")];
    let page = done(&mut prescriber, &format!("{path}/do/complete-course"), &end);
    shows(&page, "Done what we set out to do");
    shows(&page, "The course is completed.");
}
