//! The course from its first session to its completion, walked by forms.

use clinic::act::follow_back;
use record::Clock as _;

use crate::calm::{LEAVING, arrived, make_ready};
use crate::course::{chart, go_to, shows};
use crate::form::{Form, address, done, said, sent};
use crate::house::{House, SECRET};

pub(crate) fn session(house: &House, path: &str) -> String {
    let session = arrived(house, path);
    give(house, path, &session);
    leave(house, path, &session);
    session
}

/// The dose itself, with what is seen and done meanwhile.
fn give(house: &House, path: &str, session: &str) {
    let mut nurse = house.sign_in("dana");
    let form = |code: &str| format!("{path}/do/{code}?session={session}");

    let early = sent(&mut nurse, &form("start-dose"), &[]);
    assert_eq!(early.status, 422, "a dose was started without a time-out");
    make_ready(house, path, session);
    go_to(house, "2026-03-03T10:00");
    let undrawn = sent(&mut nurse, &form("start-dose"), &[]);
    assert_eq!(undrawn.status, 422, "a dose was started that was not drawn");
    shows(&undrawn, "57 mg is to be given and 0 mg is drawn");
    crate::calm::stocked(house);
    crate::stock::draw(&mut nurse, path, session);
    let over = sent(&mut nurse, &form("start-dose"), &[("dose", "80")]);
    assert_eq!(over.status, 422, "a dose over the plan was started");
    shows(
        &done(&mut nurse, &form("start-dose"), &[]),
        "57 mg over 40 min",
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
    let slip = sent(&mut nurse, &form("readings"), &[("pulse", "720")]);
    assert_eq!(slip.status, 422);
    shows(&slip, "pulse of 720");
    let harm = [("what", "Nausea"), ("severity", "mild")];
    shows(&done(&mut nurse, &form("adverse"), &harm), "Nausea");
    let help = [("what", "Ondansetron 4 mg")];
    shows(
        &done(&mut nurse, &form("intervene"), &help),
        "Ondansetron 4 mg",
    );
    go_to(house, "2026-03-03T10:40");
    let end = done(&mut nurse, &form("stop-now"), &[]);
    shows(&end, "Stopped 10:40 by DW, 57 of 57 mg given");
    let again = done(&mut nurse, &form("stop-now"), &[]);
    shows(&again, "It had been stopped already, by another hand");
}

fn leave(house: &House, path: &str, session: &str) {
    let form = |code: &str| format!("{path}/do/{code}?session={session}");
    go_to(house, "2026-03-03T12:05");
    let mut nurse = house.sign_in("dana");
    let unanswered = sent(&mut nurse, &form("recover"), &[]);
    assert_eq!(unanswered.status, 422, "signed with items unanswered");
    let reading = [
        ("systolic", "122"),
        ("diastolic", "76"),
        ("saturation", "98"),
        ("breaths", "14"),
        ("sedation", "5"),
        ("dissociation", "0"),
    ];
    done(&mut nurse, &form("readings"), &reading);
    let page = nurse.get(&form("ask-leaving")).unwrap();
    let mut asked = Form::of(&page, &format!("{path}/do/ask-leaving"));
    for (name, value) in LEAVING {
        if asked.asks(name) {
            asked = asked.fill(name, value);
        }
    }
    assert_eq!(
        asked.send(&mut nurse).status,
        303,
        "the answers before leaving"
    );
    let page = nurse.get(&form("recover")).unwrap();
    let mut ready = Form::of(&page, &format!("{path}/do/recover"));
    let open = ready.named("because-");
    assert!(open.contains(&"because-G06b".to_owned()), "{open:?}");
    for item in open {
        ready = ready.fill(&item, "Still a little unsteady; leaves in a chair");
    }
    assert_eq!(ready.send(&mut nurse).status, 303);
    let alone = sent(&mut nurse, &form("close-session"), &[]);
    assert_eq!(alone.status, 422, "left with nobody");
    let escort = [("escort", "Her sister Ann")];
    let early = sent(&mut nurse, &form("close-session"), &escort);
    assert_eq!(early.status, 422, "closed with drug not accounted for");
    shows(&early, "143 mg is not accounted for");
    crate::stock::waste(&mut nurse, path, session);
    let closed = done(
        &mut nurse,
        &form("close-session"),
        &[("escort", "Her sister Ann")],
    );
    shows(&closed, "Closed at 12:05.");
    shows(&nurse.get(path).unwrap(), "Ketamine given so far");
    // Therapy is at three, so the board still expects her; the session's note waits for a signature.
    let board = nurse.get("/today").unwrap();
    shows(&board, "1 here or expected, 0 gone home.");
    shows(&board, "Session note not signed");
}

pub(crate) fn note(house: &House, path: &str, session: &str) {
    let mut nurse = house.sign_in("dana");
    let place = format!("{path}/do/sign-note?session={session}");
    let page = nurse.get(&place).unwrap();
    shows(&page, "Once signed it is locked");
    let form = Form::of(&page, &format!("{path}/do/sign-note"));
    let draft = form.value("text").unwrap().to_owned();
    assert!(draft.contains("Given: 57 mg of 57 mg"), "{draft}");
    let open = form.clone().fill("pass_phrase", SECRET).send(&mut nurse);
    assert_eq!(open.status, 422, "signed with required parts open");
    let deleted: Vec<&str> = draft
        .lines()
        .filter(|line| !line.starts_with("[write: "))
        .collect();
    let deleted = form.clone().fill("text", &deleted.join("\n"));
    let answer = deleted.fill("pass_phrase", SECRET).send(&mut nurse);
    assert_eq!(answer.status, 422, "signed with its marks merely deleted");
    shows(
        &answer,
        "below its own heading: What stood out, in the patient",
    );
    let written = written(
        &draft,
        "Quiet; spoke of the evenings. Integration tomorrow.",
    );
    let form = form.fill("text", &written);
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

pub(crate) fn every_day(house: &House, path: &str) {
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

pub(crate) fn correct(house: &House, path: &str) {
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

    let (_, after) = html.split_once("Bilirubin").unwrap();
    let start = after.find("/do/entered-in-error?entry=").unwrap();
    let bilirubin = after[start..].split('"').next().unwrap().to_owned();
    let why = [("reason", "Another patient's sample")];
    done(&mut nurse, &format!("{path}{bilirubin}"), &why);
    shows(
        &nurse.get(&format!("{path}?show=labs")).unwrap(),
        "entered in error, marked Fri 6 Mar 09:00 by Dana Whitlock RN",
    );
}

pub(crate) fn turns(house: &House, path: &str) {
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
    // The second infusion was to be on Tue 10 March, and still is.
    let back = [("reason", "Home again"), ("first_on", "2026-03-10")];
    shows(
        &done(&mut prescriber, &format!("{path}/do/return-course"), &back),
        "Home again",
    );
    let end = [("summary", "Done what we set out to do")];
    let page = done(&mut prescriber, &format!("{path}/do/complete-course"), &end);
    shows(&page, "Done what we set out to do");
    shows(&page, "The course is completed.");
}

/// A note as it drafted itself, with the same words wherever it asks for some.
pub(crate) fn written(draft: &str, words: &str) -> String {
    let filled = |line| match line {
        asked if str::starts_with(asked, "[write: ") => words,
        line => line,
    };
    draft.lines().map(filled).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_test_that_contradicts_a_report_is_shown_and_its_day_counts_neither_way() {
    let house = House::lived_in();
    let mut nurse = house.known("dana");
    let zone = house.clinic.zone();
    let today = house.clinic.zone_today(house.clock.now());
    let ids: Vec<_> = house.clinic.board().lines().map(|(id, _)| *id).collect();
    let mut n_shown = 0;
    for patient in ids {
        let opened = house.clinic.chart(patient).unwrap();
        let chart = &opened.chart;
        let Some(course) = chart.course() else {
            continue;
        };
        let Some(day_zero) = course.day_zero else {
            continue;
        };
        let target = Some(&course.substance);
        let known = follow_back::known(chart, &course.substance, target, &zone);
        let days: Vec<_> = known
            .iter()
            .filter(|(day, known)| {
                known.is_found && known.is_conflict() && **day > day_zero && **day < today
            })
            .map(|(day, _)| *day)
            .collect();
        let page = nurse
            .get(&format!("/patients/{patient}/ninety-days"))
            .unwrap();
        let words = said(&page);
        if days.is_empty() {
            assert!(!words.contains("the urine was found to hold it"), "{words}");
            continue;
        }
        n_shown += 1;
        assert!(words.contains("the urine was found to hold it"), "{words}");
    }
    assert!(n_shown > 0, "somebody's test contradicts their report");
}
