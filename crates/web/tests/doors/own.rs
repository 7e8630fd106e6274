//! The patient's own pages: their record, whole and to take away, and nobody else's anything.

use record::fact::care::{AlertCause, NoteKind};
use record::{Clock as _, Fact};
use serde_json::Value;

use crate::form::{Form, done, said};
use crate::house::{House, SECRET};

fn own(house: &House, rest: &str) -> String {
    format!("/patients/{}{rest}", house.patient())
}

fn downloaded(house: &House, name: &str) -> Value {
    let mut patient = house.sign_in(name);
    let file = patient.get(&own(house, "/my-record/download")).unwrap();
    assert_eq!(file.status, 200, "{}", said(&file));
    assert_eq!(file.header("content-type"), Some("application/json"));
    assert_eq!(
        file.header("content-disposition"),
        Some("attachment; filename=\"my-record.json\""),
        "the name of the file names nobody"
    );
    serde_json::from_str(&file.text()).unwrap()
}

#[test]
fn my_record_says_in_plain_words_where_one_is_what_comes_and_who_may_see() {
    let house = House::lived_in();
    let mut patient = house.known("patient");
    let page = said(&patient.get(&own(house, "/my-record")).unwrap());
    for words in [
        "Where I am",
        "Dosing sessions",
        "My next appointments",
        "What is asked of me",
        "What I answered",
        "My documents",
        "My treatment plan",
        "Who may see it",
        "Give or withdraw a consent",
        "Who has opened it",
        "Something here is wrong",
        "Download everything",
    ] {
        assert!(page.contains(words), "`{words}` is not on: {page}");
    }
    for clinical in ["Part 2: not passed on", "pt_"] {
        assert!(!page.contains(clinical), "`{clinical}` is on: {page}");
    }
}

#[test]
fn the_download_holds_every_entry_in_words_and_data() {
    let house = House::lived_in();
    let file = downloaded(house, "patient");
    let known = house.clinic.chart(house.patient()).unwrap();
    let listed = file["entries"].as_array().unwrap();
    let readable: Vec<_> = known
        .chart
        .entries()
        .iter()
        .filter(|entry| {
            !matches!(&entry.fact, Fact::NoteSigned(note) if note.kind == NoteKind::Counselling)
        })
        .collect();
    assert!(readable.len() > 20, "{} entries", readable.len());
    assert_eq!(listed.len(), readable.len());
    for (line, entry) in listed.iter().zip(readable) {
        assert_eq!(line["number"], entry.number.0, "in their order");
        assert_eq!(line["data"], serde_json::to_value(&entry.fact).unwrap());
        let says = line["says"].as_str().unwrap();
        assert!(!says.trim().is_empty(), "{line}");
    }
    assert_eq!(file["n_entries"], listed.len());
}

#[test]
fn whoever_opened_a_record_is_told_to_its_owner_by_role_and_day_and_named_only_if_they_wrote_in_it()
{
    let house = House::with_patients(8);
    let mut director = house.sign_in("lindqvist");
    assert_eq!(director.get(&own(&house, "")).unwrap().status, 200);
    let file = downloaded(&house, "patient");
    let opened = file["opened_by_others"].as_array().unwrap();
    let last = opened.first().unwrap();
    assert_eq!(last["role"], "medical director");
    assert_eq!(last["page"], "chart");
    let known = house.clinic.chart(house.patient()).unwrap();
    let wrote = known.chart.entries().iter().any(|one| {
        house
            .clinic
            .board()
            .author_name(&one.author.who)
            .contains("Lindqvist")
    });
    assert_eq!(last["name"].is_string(), wrote);
    let mut patient = house.sign_in("patient");
    let page = said(&patient.get(&own(&house, "/my-record")).unwrap());
    assert!(page.to_lowercase().contains("medical director"), "{page}");
}

#[test]
fn a_counselling_note_and_what_corrects_it_are_on_none_of_the_owners_pages() {
    let house = House::with_patients(8);
    let chart = own(&house, "");
    let mut therapist = house.sign_in("jonah");
    let note = [
        ("kind", "counselling"),
        ("title", "About the father"),
        ("text", "Words for this room alone"),
        ("pass_phrase", SECRET),
    ];
    let page = done(&mut therapist, &format!("{chart}/do/sign-note"), &note);
    let error = crate::form::address(&page, &format!("{chart}/do/entered-in-error?entry="));
    done(
        &mut therapist,
        &error,
        &[("reason", "Wrong words about the father")],
    );
    let n_all = house
        .clinic
        .chart(house.patient())
        .unwrap()
        .chart
        .entries()
        .len();
    let file = downloaded(&house, "patient");
    assert_eq!(file["n_entries"], n_all - 2, "all but the two");
    let mut patient = house.sign_in("patient");
    for rest in ["/my-record", "/my-record/whole"] {
        let page = said(&patient.get(&own(&house, rest)).unwrap());
        assert!(!page.contains("father"), "{rest}");
        assert!(!page.contains("this room alone"), "{rest}");
    }
    assert!(!file.to_string().contains("father"));
}

#[test]
fn my_days_are_put_away_by_their_owner_alone_and_staff_see_that_they_are() {
    let house = House::with_patients(8);
    let days = own(&house, "/ninety-days");
    let mut patient = house.sign_in("patient");
    let page = patient.get(&days).unwrap();
    assert!(said(&page).contains("My days"));
    let away = Form::of(&page, &format!("{days}/hidden")).send(&mut patient);
    assert_eq!(away.status, 303, "{}", said(&away));
    let page = patient.get(&days).unwrap();
    assert!(said(&page).contains("You have put this page away"));
    assert!(
        !page.text().contains("<svg class=\"fg"),
        "the figure is drawn"
    );
    let mut nurse = house.sign_in("dana");
    let seen = nurse.get(&days).unwrap();
    assert!(said(&seen).contains("put this page away for themselves"));
    let csrf = seen.hidden("csrf").unwrap();
    let tried = [("csrf", csrf.as_str()), ("hidden", "no")];
    let no = nurse.post(&format!("{days}/hidden"), &tried).unwrap();
    assert_eq!(no.status, 403, "it is not a nurse's to take out again");
    let back = Form::of(&page, &format!("{days}/hidden")).send(&mut patient);
    assert_eq!(back.status, 303);
    assert!(said(&patient.get(&days).unwrap()).contains("Rather not see this?"));
}

#[test]
fn single_lines_of_my_days_are_put_away_by_their_owner_and_stay_so_and_staff_still_see_them() {
    let house = House::with_patients(8);
    let (days, lanes) = (
        own(&house, "/ninety-days"),
        own(&house, "/ninety-days/hidden?what=lines"),
    );
    let mut patient = house.sign_in("patient");
    let page = patient.get(&days).unwrap();
    assert!(page.text().contains(">Visits</text>"));
    let csrf = page.hidden("csrf").unwrap();
    let sent = [
        ("csrf", csrf.as_str()),
        ("of", "alcohol"),
        ("of", "visits"),
        ("lane", "alcohol"),
    ];
    let done = patient.post(&lanes, &sent).unwrap();
    assert_eq!(done.status, 303, "{}", said(&done));
    let mut again = house.sign_in("patient");
    let page = again.get(&days).unwrap();
    assert!(
        said(&page).contains("Put away by you: Visits."),
        "{}",
        said(&page)
    );
    assert!(!page.text().contains(">Visits</text>"), "the lane is drawn");

    let mut nurse = house.sign_in("dana");
    let seen = nurse.get(&days).unwrap();
    assert!(seen.text().contains(">Visits</text>"), "staff see it");
    assert!(!said(&seen).contains("Not shown on this page"));
    let csrf = seen.hidden("csrf").unwrap();
    let tried = [("csrf", csrf.as_str()), ("of", "alcohol")];
    assert_eq!(nurse.post(&lanes, &tried).unwrap().status, 403);
    let few = nurse
        .get(&format!("{days}?lanes=chosen&lane=visits"))
        .unwrap();
    assert!(
        said(&few).contains("Not shown on this page now:"),
        "{}",
        said(&few)
    );
    assert!(said(&few).contains("Alcohol"));
    let next = nurse.get(&days).unwrap();
    assert!(
        !said(&next).contains("Not shown on this page"),
        "for one look only"
    );

    let csrf = page.hidden("csrf").unwrap();
    let odd = [("csrf", csrf.as_str()), ("of", "<script>")];
    assert_eq!(again.post(&lanes, &odd).unwrap().status, 400);
    let back = [
        ("csrf", csrf.as_str()),
        ("of", "visits"),
        ("lane", "visits"),
    ];
    assert_eq!(again.post(&lanes, &back).unwrap().status, 303);
    let page = again.get(&days).unwrap();
    assert!(page.text().contains(">Visits</text>"));
}

#[test]
fn help_now_offers_the_people_and_the_plan_one_tap_away_and_holds_nothing_of_a_sign_in() {
    let house = House::with_patients(8);
    let mut patient = house.sign_in("patient");
    let plan = [
        ("step-help", "Joe, my brother, 207 555 0170\nThe neighbours"),
        ("step-alone", "Walk down to the harbour"),
    ];
    done(&mut patient, &own(&house, "/do/safety-plan"), &plan);
    let page = patient.get(&own(&house, "/help-now")).unwrap();
    let html = page.text();
    for words in [
        "Joe, my brother",
        "The neighbours",
        "Walk down to the harbour",
    ] {
        assert!(said(&page).contains(words), "{}", said(&page));
    }
    for link in ["tel:988", "sms:988", "tel:911", "tel:2075550170"] {
        assert!(html.contains(&format!("href=\"{link}\"")), "{link}");
    }
    assert!(!html.contains("csrf"), "a kept copy would hold a token");
    assert!(!html.contains("Dunne"), "a kept copy names nobody");
    let script = patient.get(&own(&house, "/help-now.js")).unwrap();
    assert_eq!(script.status, 200);
    assert!(
        script
            .header("content-type")
            .unwrap()
            .starts_with("text/javascript")
    );
    for path in ["", "/my-record", "/ninety-days", "/check-in"] {
        let html = patient.get(&own(&house, path)).unwrap().text();
        let link = format!("href=\"{}\"", own(&house, "/help-now"));
        assert!(html.contains(&link), "{path} has no way to help");
    }
    let mut nurse = house.sign_in("dana");
    let seen = nurse.get(&own(&house, "/help-now")).unwrap().text();
    assert!(!seen.contains("help-now.js"), "only its owner keeps it");
}

#[test]
fn a_patient_who_is_signed_in_begins_a_check_in_and_danger_is_met_as_by_a_link() {
    let house = House::with_patients(12);
    let mut patient = house.sign_in("patient");
    let way = own(&house, "/check-in");
    let form = Form::of(&patient.get(&way).unwrap(), &way);
    let begun = form.send(&mut patient);
    assert_eq!(begun.status, 303, "{}", said(&begun));
    let at = begun.header("location").unwrap().to_owned();
    assert!(at.starts_with("/check-in/"), "{at}");
    let first = patient.get(&at).unwrap();
    assert!(
        !said(&first).contains("When were you born?"),
        "who is signed in proves nothing more: {}",
        said(&first)
    );
    let mut stranger = house.stranger();
    let seen = said(&stranger.get(&at).unwrap());
    assert!(seen.contains("When were you born?"), "{seen}");

    let csrf = first.hidden("csrf").unwrap();
    let unsafe_now = format!("{at}/safe");
    let answer = patient.post(&unsafe_now, &[("csrf", &csrf), ("answer", "no")]);
    assert_eq!(answer.unwrap().status, 303);
    let page = said(&patient.get(&at).unwrap());
    assert!(page.contains("Talk to someone now"), "{page}");
    let chart = house.clinic.chart(house.patient()).unwrap();
    let raised = chart.chart.alerts();
    let now = house.clock.now();
    let n_raised = raised
        .iter()
        .filter(|alert| alert.cause == AlertCause::Safety && alert.raised_at == now)
        .count();
    assert_eq!(n_raised, 1);

    let nurse = house.sign_in("dana").get(&way).unwrap();
    assert_eq!(nurse.status, 403, "the team answers on its own form");
}
