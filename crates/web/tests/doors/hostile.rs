//! What no browser of ours would send is refused with its own status, and writes nothing.

use testkit::Visitor;
use testkit::visitor::Answer;
use web::routes::{Access, ROUTES};

use crate::form::{Form, done, said};
use crate::house::{House, lock};

const FORM: &str = "application/x-www-form-urlencoded";

/// A clinic with one patient, for one test at a time, so that the head of the journal tells.
fn house() -> (&'static House, &'static str) {
    static HOUSE: std::sync::OnceLock<(House, String)> = std::sync::OnceLock::new();
    let (house, chart) = HOUSE.get_or_init(|| {
        let house = House::open();
        let mut desk = house.known("maria");
        let chart = crate::course::registered(&mut desk, "Wren");
        (house, chart)
    });
    (house, chart)
}

static TURN: std::sync::Mutex<()> = std::sync::Mutex::new(());

/// A contact as the form would send it, with a token and a command.
fn contact(visitor: &mut Visitor, chart: &str) -> Form {
    let path = format!("{chart}/do/contact");
    let page = visitor.get(&path).unwrap();
    Form::of(&page, &path).fill_all(&[("way", "phone"), ("reached", "spoke")])
}

#[test]
fn a_form_without_its_token_or_with_another_sign_ins_is_refused() {
    let ((house, chart), _turn) = (house(), lock(&TURN));
    let mut desk = house.known("maria");
    let mut nurse = house.known("dana");
    let theirs = contact(&mut nurse, chart).value("csrf").unwrap().to_owned();
    let public = house.stranger().get("/").unwrap().hidden("csrf").unwrap();
    let mut changed = contact(&mut desk, chart).value("csrf").unwrap().to_owned();
    changed.replace_range(0..1, if changed.starts_with('A') { "B" } else { "A" });
    let head = house.head();
    for token in ["", "x", &theirs, &public, &changed] {
        let answer = contact(&mut desk, chart)
            .fill("csrf", token)
            .send(&mut desk);
        assert_eq!(answer.status, 403, "{token}: {}", said(&answer));
    }
    let path = format!("{chart}/do/contact");
    let answer = desk.post(&path, &[("way", "phone"), ("reached", "spoke")]);
    assert_eq!(answer.unwrap().status, 403, "without any token");
    assert_eq!(house.head(), head, "something was written");
    assert_eq!(
        contact(&mut desk, chart).send(&mut desk).status,
        303,
        "as it should be"
    );
    assert_eq!(house.head(), head + 1);
}

#[test]
fn a_form_sent_from_another_site_is_refused() {
    let ((house, chart), _turn) = (house(), lock(&TURN));
    let mut desk = house.known("maria");
    let form = contact(&mut desk, chart);
    let head = house.head();
    for (name, value) in [
        ("origin", "https://elsewhere.example"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        let mut rude = desk.clone();
        rude.set_header(name, value);
        let answer = form.send(&mut rude);
        assert_eq!(answer.status, 403, "{name}: {value}");
    }
    assert_eq!(house.head(), head, "something was written");
}

#[test]
fn a_body_that_is_no_form_of_ours_is_refused_with_its_own_status() {
    let ((house, chart), _turn) = (house(), lock(&TURN));
    let mut desk = house.known("maria");
    let csrf = contact(&mut desk, chart).value("csrf").unwrap().to_owned();
    let path = format!("{chart}/do/contact");
    let start = format!("csrf={csrf}&way=phone&reached=spoke&summary=");
    let head = house.head();
    let mut send = |kind: Option<&str>, rest: &[u8]| -> Answer {
        let body = [start.as_bytes(), rest].concat();
        desk.send("POST", &path, kind, &body).unwrap()
    };
    assert_eq!(
        send(Some(FORM), &b"a".repeat(300 * 1024)).status,
        413,
        "oversized"
    );
    assert_eq!(send(Some("application/json"), b"x").status, 415);
    assert_eq!(send(Some("text/plain"), b"x").status, 415);
    assert_eq!(
        send(Some("multipart/form-data; boundary=x"), b"x").status,
        415
    );
    assert_eq!(send(None, b"x").status, 415);
    assert_eq!(send(Some(FORM), b"\xff\xfe").status, 400, "not UTF-8");
    assert_eq!(send(Some(FORM), b"%FF").status, 400, "not UTF-8 once read");
    assert_eq!(send(Some(FORM), b"%zz").status, 400, "a broken escape");
    let many = "&a=1".repeat(2_000);
    assert_eq!(
        send(Some(FORM), many.as_bytes()).status,
        400,
        "too many fields"
    );
    assert_eq!(house.head(), head, "something was written");
}

#[test]
fn a_command_sent_twice_is_answered_twice_and_written_once() {
    let ((house, chart), _turn) = (house(), lock(&TURN));
    let mut desk = house.known("maria");
    let form = contact(&mut desk, chart);
    let head = house.head();
    let (first, again) = (form.send(&mut desk), form.send(&mut desk));
    assert_eq!((first.status, again.status), (303, 303));
    assert_eq!(first.header("location"), again.header("location"));
    assert_eq!(house.head(), head + 1);

    let page = desk.get("/do/register-new").unwrap();
    let form = Form::of(&page, "/do/register-new").fill_all(&[
        ("given", "Ada"),
        ("born", "1980-01-02"),
        ("sex", "female"),
        ("prefers", "phone"),
        ("message", "no"),
    ]);
    let (first, again) = (form.send(&mut desk), form.send(&mut desk));
    assert_eq!((first.status, again.status), (303, 303));
    assert_eq!(
        first.header("location"),
        again.header("location"),
        "two patients"
    );
}

#[test]
fn a_form_sent_again_with_other_answers_is_told_that_the_first_stands() {
    let ((house, chart), _turn) = (house(), lock(&TURN));
    let mut desk = house.known("maria");
    let told = "This form was sent already, with other answers, and what it said the first time";
    let form = contact(&mut desk, chart).fill("summary", "Will come on Monday");
    assert_eq!(form.send(&mut desk).status, 303);
    let head = house.head();
    // After a step back, the day mended.
    let mended = form.clone().fill("summary", "Will come on Tuesday");
    let other = mended.send(&mut desk);
    assert_eq!(other.status, 422);
    assert!(said(&other).contains(told), "{}", said(&other));
    assert_eq!(house.head(), head, "something was written");
    // The form that answer is drawn with is a new one, and holds what was typed.
    let path = format!("{chart}/do/contact");
    assert_eq!(Form::of(&other, &path).send(&mut desk).status, 303);
    assert_eq!(house.head(), head + 1);

    // A device that lost the answer sends the same, with its own two times and another sign-in's token.
    let mut later = house.sign_in("maria");
    let token = contact(&mut later, chart).value("csrf").unwrap().to_owned();
    let waited = form
        .fill("csrf", &token)
        .beside("kept_at", "1772460000000")
        .beside("sent_at", "1772460090000");
    let again = waited.send(&mut later);
    assert_eq!(again.status, 303, "{}", said(&again));
    assert_eq!(house.head(), head + 1);

    // A form that belongs to nobody's chart, and looks at the record nowhere before it writes.
    let page = desk.get("/do/register-new").unwrap();
    let form = Form::of(&page, "/do/register-new").fill_all(&[
        ("given", "Bo"),
        ("born", "1980-01-02"),
        ("sex", "female"),
        ("prefers", "phone"),
        ("message", "no"),
    ]);
    assert_eq!(form.send(&mut desk).status, 303);
    let other = form.fill("born", "1981-01-02").send(&mut desk);
    assert!(said(&other).contains(told), "{}", said(&other));
}

#[test]
fn addresses_and_methods_nobody_answers_are_not_found_and_not_allowed() {
    let (house, chart) = house();
    let mut desk = house.known("maria");
    for path in [
        "/no-such-page",
        "/patients/pt_00000000000000000000000000",
        "/patients/../etc/passwd",
        "/patients/vis_00000000000000000000000000",
        &format!("{chart}/do/no-such-form"),
        &format!("{chart}/sessions/ses_00000000000000000000000000"),
        "/assets/now/no-such-file.css",
    ] {
        assert_eq!(desk.get(path).unwrap().status, 404, "{path}");
    }
    for route in ROUTES.iter().filter(|route| route.access == Access::Anyone) {
        let method = "DELETE";
        let answer = desk.send(method, route.path, None, b"").unwrap();
        assert_eq!(answer.status, 405, "{method} {}", route.path);
    }
    assert_eq!(desk.send("PUT", "/today", None, b"").unwrap().status, 405);
}

#[test]
fn markup_in_what_people_type_is_shown_as_they_typed_it() {
    let ((house, _), _turn) = (house(), lock(&TURN));
    let mut desk = house.known("maria");
    let name = "<script>alert(1)</script>\"'&";
    let chart = crate::course::registered(&mut desk, name);
    let found = format!("/patients?search={}", "%3Cscript%3E");
    for path in [
        &*chart,
        "/patients",
        &found,
        &format!("{chart}/do/correct-identity"),
    ] {
        let page = desk.get(path).unwrap();
        assert_eq!(page.status, 200, "{path}");
        assert!(!page.text().contains("<script>alert"), "{path}");
    }
    let page = desk.get(&chart).unwrap();
    assert!(
        page.text()
            .contains("&lt;script&gt;alert(1)&lt;/script&gt;")
    );
}

#[test]
fn answers_that_need_mending_are_kept_said_and_not_written() {
    let ((house, chart), _turn) = (house(), lock(&TURN));
    let mut nurse = house.known("dana");
    let path = format!("{chart}/do/vitals");
    let page = nurse.get(&path).unwrap();
    let head = house.head();
    let answers = [("systolic", "1240"), ("pulse", "fast"), ("weight", "71.5")];
    let answer = Form::of(&page, &path).fill_all(&answers).send(&mut nurse);
    assert_eq!(answer.status, 422);
    let again = Form::of(&answer, &path);
    for (name, value) in answers {
        assert_eq!(again.value(name), Some(value), "what was typed is kept");
    }
    assert!(answer.text().contains("hf-error-summary"));
    assert_eq!(house.head(), head);
}

#[test]
fn every_answer_leaves_with_the_same_guards() {
    let (house, chart) = house();
    let mut desk = house.known("maria");
    let mut stranger = house.stranger();
    let mut answers = vec![
        stranger.get("/").unwrap(),
        stranger.get("/today").unwrap(),
        stranger.get("/no-such-page").unwrap(),
        stranger.post("/sign-in", &[]).unwrap(),
        stranger.send("PUT", "/", None, b"").unwrap(),
        stranger.get("/health").unwrap(),
        desk.get("/people").unwrap(),
        desk.get(&format!("{chart}/do/vitals")).unwrap(),
    ];
    for route in ROUTES.iter().filter(|route| !route.is_post) {
        if !route.path.contains('{') && !route.path.starts_with("/live") {
            answers.push(desk.get(route.path).unwrap());
        }
    }
    let named = [
        assets(&stranger.get("/").unwrap()),
        assets(&stranger.get("/sign-in").unwrap()),
    ];
    for asset in named.concat() {
        let answer = stranger.get(&asset).unwrap();
        assert_eq!(answer.status, 200, "{asset}");
        assert_eq!(
            answer.header("cache-control"),
            Some("public, max-age=31536000, immutable"),
            "{asset}"
        );
        answers.push(answer);
    }
    for answer in answers {
        let header = |name: &str| answer.header(name).unwrap_or("nothing").to_owned();
        let policy = header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'"), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
        assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("referrer-policy"), "same-origin");
        assert_eq!(header("cross-origin-opener-policy"), "same-origin");
        let kept = header("cache-control");
        assert!(kept == "no-store" || kept.ends_with("immutable"), "{kept}");
        assert!(
            !answer.text().contains(" style=\""),
            "the policy forbids styles in the page"
        );
    }
}

/// What a page's head names.
fn assets(page: &Answer) -> Vec<String> {
    let html = page.text();
    let named: Vec<String> = html
        .split("=\"/assets/")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .map(|rest| format!("/assets/{rest}"))
        .collect();
    assert!(named.len() >= 2, "{named:?}");
    named
}

#[test]
fn health_answers_in_json_with_the_version_and_the_head() {
    let ((house, chart), _turn) = (house(), lock(&TURN));
    let mut stranger = house.stranger();
    let answer = stranger.get("/health").unwrap();
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let wanted = format!(
        r#"{{"clock_set_back":false,"position":{},"status":"open","version":"0.0.0-test"}}"#,
        house.head()
    );
    assert_eq!(answer.text(), wanted);
    let mut desk = house.known("maria");
    let contact = [("way", "phone"), ("reached", "not_answered")];
    done(&mut desk, &format!("{chart}/do/contact"), &contact);
    assert!(
        stranger.get("/health").unwrap().text() != wanted,
        "the head moved"
    );
}
