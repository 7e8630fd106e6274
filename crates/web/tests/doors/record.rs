//! The record of a session, and the door its devices send through.

use std::process::Command;

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

/// Holds a paper to say every word of its screen but those drawn in figures and folded away.
pub(crate) fn says_every_word(html: &str, paper: &[u8], n_least: usize) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("record.pdf");
    std::fs::write(&file, paper).unwrap();
    let Ok(out) = Command::new("pdfinfo")
        .arg("-struct-text")
        .arg(&file)
        .output()
    else {
        testkit::skip("poppler-utils is not installed, so no second program read the record");
        return;
    };
    let read = String::from_utf8(out.stdout).unwrap();
    let lines = read.lines().map(str::trim);
    let text: String = lines.filter_map(|line| line.strip_prefix('"')).collect();
    let text = squeezed(&text);
    let body = html.split_once("hf-sheet").unwrap().1.to_owned();
    let body = without(
        without(body.split_once("</main>").unwrap().0.to_owned(), "svg"),
        "details",
    );
    let mut n_words = 0;
    for piece in body.split('<').filter_map(|piece| piece.split_once('>')) {
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
    assert!(n_words > n_least, "{n_words}");
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
        (token.as_str(), reading(720), 422, "720 mmHg"),
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
    assert_eq!(house.head(), head, "something was written");
}
