//! The record of a session, and the door its devices send through.

use std::process::Command;

use record::fact::decision::ConsentSigned;

use crate::form::{Form, said};
use crate::house::House;

fn squeezed(text: &str) -> String {
    text.chars()
        .filter(|letter| !letter.is_whitespace() && *letter != '"')
        .collect()
}

/// A page without one kind of element and what is in it.
fn without(mut html: String, name: &str) -> String {
    let (open, close) = (format!("<{name}"), format!("</{name}>"));
    while let Some(from) = html.find(&open) {
        let to = html[from..].find(&close).unwrap() + from + close.len();
        html.replace_range(from..to, "");
    }
    html
}

/// The words of a paper as a second program reads them, tag by tag; nothing where there is none.
pub(crate) fn read_pdf(bytes: &[u8]) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("paper.pdf");
    std::fs::write(&file, bytes).unwrap();
    let Ok(out) = Command::new("pdfinfo")
        .arg("-struct-text")
        .arg(&file)
        .output()
    else {
        testkit::skip("poppler-utils is not installed, so no second program read the paper");
        return None;
    };
    let read = String::from_utf8(out.stdout).unwrap();
    let lines = read.lines().map(str::trim);
    let text: String = lines.filter_map(|line| line.strip_prefix('"')).collect();
    Some(squeezed(&text))
}

/// Holds a paper to say every word of its screen, of which there are more than so many pieces.
pub(crate) fn says_every_word(html: &str, paper: &[u8], n_least: usize) {
    if let Some(text) = read_pdf(paper) {
        let n_words = all_on_paper(html, &text);
        assert!(n_words > n_least, "{n_words}");
    }
}

/// Holds every word of a screen to its paper, and gives how many pieces of text there were.
fn all_on_paper(html: &str, text: &str) -> usize {
    let body = html.split_once("hf-sheet").unwrap().1.to_owned();
    let body = without(
        without(body.split_once("</main>").unwrap().0.to_owned(), "svg"),
        "details",
    );
    let mut n_words = 0;
    // How a drawing is moved on a narrow screen is of no use on paper.
    let is_of_paper = |tag: &str| !tag.contains("hf-figure__hint");
    let pieces = body.split('<').filter_map(|piece| piece.split_once('>'));
    for piece in pieces.filter(|(tag, _)| is_of_paper(tag)) {
        let words = piece
            .1
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&quot;", "");
        let words = words.replace("&amp;", "&").replace("SpO\u{2082}", "SpO2");
        let words = squeezed(&words);
        assert!(text.contains(&words), "{words} is not on paper");
        n_words += usize::from(!words.is_empty());
    }
    n_words
}

#[test]
fn the_paper_of_a_session_says_every_word_of_its_screen() {
    let house = House::lived_in();
    let patient = house.patient();
    let known = house.clinic.chart(patient).unwrap();
    let session = known.chart.sessions()[0].id;
    let place = format!("/patients/{patient}/sessions/{session}/record");
    let mut nurse = house.known("dana");
    let screen = nurse.get(&place).unwrap();
    let paper = nurse.get(&format!("{place}.pdf")).unwrap();
    assert_eq!((screen.status, paper.status), (200, 200));
    assert_eq!(paper.header("content-type"), Some("application/pdf"));
    says_every_word(&screen.text(), &paper.body, 200);
}

#[test]
fn the_paper_of_a_consent_says_every_word_of_its_screen_and_all_that_its_hash_covers() {
    let house = House::lived_in();
    let patient = house.patient();
    let known = house.clinic.chart(patient).unwrap();
    let mut nurse = house.known("dana");
    let mut n_consents = 0;
    for (_, one) in known.chart.all::<ConsentSigned>() {
        let place = format!("/patients/{patient}/consents/signed/{}", one.consent);
        let screen = nurse.get(&place).unwrap();
        let paper = nurse.get(&format!("{place}/consent.pdf")).unwrap();
        assert_eq!((screen.status, paper.status), (200, 200), "{place}");
        let shown = one.shown.as_ref().unwrap().as_str();
        let hash = clinic::digest::hexadecimal(shown);
        assert_eq!(hash, one.text_hash.as_str());
        let Some(text) = read_pdf(&paper.body) else {
            return;
        };
        assert!(text.contains(&hash), "the hash is printed");
        all_on_paper(&screen.text(), &text);
        // What the hash covers, line by line: title, version, every heading and every paragraph.
        for line in shown.lines() {
            let words = squeezed(line.trim_start_matches('#').trim());
            assert!(
                text.contains(&words),
                "{words} was signed and is not on paper"
            );
        }
        n_consents += 1;
    }
    assert!(n_consents >= 2, "{n_consents}");
}

#[test]
fn a_safety_plan_is_kept_as_given_for_patient_and_staff_and_its_paper_says_every_word() {
    let house = House::with_patients(8);
    let patient = house.patient();
    let at = |place: &str| format!("/patients/{patient}{place}");
    let mut own = house.known("patient");
    assert!(said(&own.get(&at("/safety-plan")).unwrap()).contains("No safety plan is written yet"));
    let form = own.get(&at("/do/safety-plan")).unwrap();
    let sent = Form::of(&form, &at("/do/safety-plan"))
        .fill(
            "step-signs",
            "I stop eating & sleeping\n\n  \u{201c}What is the use\u{201d}  ",
        )
        .fill("step-company", "Aunt Bea 207 555 0111\nThe library")
        .fill("step-surroundings", "My sister keeps the <pills>")
        .fill("review_on", "2031-05-01")
        .send(&mut own);
    assert_eq!(sent.status, 303);
    let screen = own.get(&at("/safety-plan")).unwrap();
    for words in [
        "1. How do I notice",
        "I stop eating & sleeping",
        "\u{201c}What is the use\u{201d}",
        "My sister keeps the <pills>",
        "2. What can I do",
        "Nothing written here yet",
        "988",
    ] {
        assert!(said(&screen).contains(words), "{words}: {}", said(&screen));
    }
    let mut nurse = house.known("dana");
    let seen = nurse.get(&at("/safety-plan")).unwrap();
    assert!(said(&seen).contains("Aunt Bea 207 555 0111"));
    let again = nurse.get(&at("/do/safety-plan")).unwrap();
    assert!(
        again.text().contains("The library"),
        "a change loses nothing"
    );
    let long = "x".repeat(2_000);
    let sent = Form::of(&again, &at("/do/safety-plan"))
        .fill("step-alone", &long)
        .send(&mut nurse);
    assert_eq!(sent.status, 422, "a line too long is said, not dropped");
    let paper = own.get(&at("/safety-plan.pdf")).unwrap();
    assert_eq!(paper.header("content-type"), Some("application/pdf"));
    let screen = own.get(&at("/safety-plan")).unwrap();
    if let Some(text) = read_pdf(&paper.body) {
        assert!(all_on_paper(&screen.text(), &text) > 20);
    }
}

#[test]
fn a_device_sends_under_its_token_alone_and_is_told_one_sentence() {
    let house = House::lived_in();
    let mut sol = house.known("sol");
    let page = sol.get("/devices/new").unwrap();
    let form = Form::of(&page, "/devices/new")
        .fill("name", "Monitor 9")
        .fill("room", "Attic");
    let made = form.send(&mut sol);
    let text = made.text();
    let token = text
        .split("<dd>")
        .nth(1)
        .unwrap()
        .split("</dd>")
        .next()
        .unwrap()
        .trim()
        .to_owned();
    assert!(sol.get("/devices").unwrap().text().contains("Monitor 9"));
    assert!(
        !sol.get("/devices").unwrap().text().contains(&token),
        "it is shown once"
    );
    let head = house.head();
    let send = |token: &str, body: &str| {
        let mut device = house.stranger();
        device.set_header("authorization", &format!("Bearer {token}"));
        device
            .send(
                "POST",
                "/devices/readings",
                Some("application/json"),
                body.as_bytes(),
            )
            .unwrap()
    };
    let reading = |upper: u16| {
        format!(
            r#"{{"at":"2020-01-01T00:00:00Z","sequence":1,"values":{{"systolic":{{"value":{upper},"unit":"mmHg"}},"diastolic":{{"value":80,"unit":"mmHg"}}}}}}"#
        )
    };
    for (token, body, status, wanted) in [
        ("wrong.token", reading(120), 401, "not known"),
        (token.as_str(), reading(720), 422, "A pressure of 720 mmHg"),
        (token.as_str(), "{}".to_owned(), 422, "not a reading"),
        (
            token.as_str(),
            reading(120),
            409,
            "No session is open in Attic",
        ),
    ] {
        let answer = send(token, &body);
        assert_eq!(answer.status, status, "{}", said(&answer));
        assert!(answer.text().contains(wanted), "{}", answer.text());
        assert!(answer.header("set-cookie").is_none());
    }
    // Whoever has no token hears of the token, whatever the body is.
    for (authorization, kind, body) in [
        ("Bearer wrong.token", Some("application/json"), "{}"),
        ("Bearer wrong.token", Some("text/plain"), "120/80"),
        ("Bearer 00000000000000000000000000000000.x", None, ""),
        ("", Some("application/json"), "{}"),
        ("Basic bm9ib2R5", Some("text/plain"), "120/80"),
    ] {
        let mut device = house.stranger();
        device.set_header("authorization", authorization);
        let answer = device.send("POST", "/devices/readings", kind, body.as_bytes());
        let answer = answer.unwrap();
        assert_eq!(answer.status, 401, "{authorization}: {}", answer.text());
    }
    assert_eq!(house.head(), head, "something was written");
}
