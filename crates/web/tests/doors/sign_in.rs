//! Signing in and out.

use clinic::act::room::before::Second;
use clinic::denied::Denied;
use jiff::SignedDuration;

use crate::form::said;
use crate::house::{House, SECRET, lock, try_sign_in};

/// A clinic whose people may be locked out, one test at a time.
fn house() -> &'static House {
    static HOUSE: std::sync::OnceLock<House> = std::sync::OnceLock::new();
    HOUSE.get_or_init(House::open)
}

static TURN: std::sync::Mutex<()> = std::sync::Mutex::new(());

#[test]
fn five_wrong_pass_phrases_lock_a_name_whether_or_not_anyone_has_it() {
    let (house, _turn) = (house(), lock(&TURN));
    for name in ["luis", "nobody-of-that-name"] {
        let mut visitor = house.stranger();
        for _ in 0..5 {
            assert_eq!(
                try_sign_in(&mut visitor, name, "a wrong phrase").status,
                422
            );
        }
        let now = record::Clock::now(&house.clock);
        let until = house
            .clinic
            .zone()
            .to_datetime(now + jiff::SignedDuration::from_mins(15));
        let until = until.strftime("%H:%M").to_string();
        let locked = try_sign_in(&mut visitor, name, SECRET);
        assert_eq!(locked.status, 429, "{name}");
        assert!(
            said(&locked).contains(&until),
            "it does not say until when: {}",
            said(&locked)
        );
    }
    house.clock.advance(SignedDuration::from_mins(16));
    let mut visitor = house.stranger();
    assert_eq!(try_sign_in(&mut visitor, "luis", SECRET).status, 303);
}

#[test]
fn a_sign_in_ends_when_asked_and_when_idle() {
    let (house, _turn) = (house(), lock(&TURN));
    let mut visitor = house.sign_in("dana");
    let before = visitor.clone();
    let csrf = visitor.get("/today").unwrap().hidden("csrf").unwrap();
    let out = visitor.post("/sign-out", &[("csrf", &csrf)]).unwrap();
    assert_eq!(out.header("location"), Some("/sign-in?why=out"));
    assert_eq!(visitor.cookie("holdfast_sign_in"), None);
    // The old token opens nothing, even where a browser kept it.
    assert_eq!(before.clone().get("/today").unwrap().status, 303);

    let mut idle = house.sign_in("dana");
    house.clock.advance(SignedDuration::from_mins(29));
    assert_eq!(idle.get("/today").unwrap().status, 200);
    house.clock.advance(SignedDuration::from_mins(31));
    let answer = idle.get("/today").unwrap();
    assert_eq!(
        answer.header("location"),
        Some("/sign-in?next=/today&why=idle")
    );
    assert!(said(&idle.follow(answer).unwrap()).contains("Sign in"));
}

#[test]
fn whoever_signs_in_on_a_shared_tablet_ends_the_sign_in_that_stood_there() {
    let (house, _turn) = (house(), lock(&TURN));
    let mut tablet = house.sign_in("dana");
    let before = tablet.clone();
    // A wrong pass phrase ends nobody's sign-in.
    assert_eq!(
        try_sign_in(&mut tablet, "maria", "not her phrase").status,
        422
    );
    assert_eq!(before.clone().get("/today").unwrap().status, 200);
    let answer = try_sign_in(&mut tablet, "maria", SECRET);
    assert_eq!(answer.status, 303, "{}", said(&answer));
    let today = tablet.get("/today").unwrap();
    assert!(said(&today).contains("Maria"), "{}", said(&today));
    assert_eq!(before.clone().get("/today").unwrap().status, 303);

    // A page that was drawn before somebody signed in, in another tab.
    let mut tablet = house.stranger();
    let open = tablet.get("/sign-in").unwrap().hidden("csrf").unwrap();
    assert_eq!(try_sign_in(&mut tablet, "dana", SECRET).status, 303);
    let fields = [("csrf", &*open), ("name", "maria"), ("pass_phrase", SECRET)];
    assert_eq!(tablet.post("/sign-in", &fields).unwrap().status, 303);
    assert!(said(&tablet.get("/today").unwrap()).contains("Maria"));
}

#[test]
fn a_sign_in_from_another_site_or_from_a_page_too_old_is_not_taken_and_ends_nobodys() {
    let (house, _turn) = (house(), lock(&TURN));
    let mut tablet = house.sign_in("dana");
    let csrf = tablet.get("/sign-in").unwrap().hidden("csrf").unwrap();
    let send = |visitor: &mut testkit::Visitor, csrf: &str| {
        let fields = [("csrf", csrf), ("name", "maria"), ("pass_phrase", SECRET)];
        visitor.post("/sign-in", &fields).unwrap()
    };
    for (name, value) in [
        ("origin", "https://elsewhere.example"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        let mut rude = tablet.clone();
        rude.set_header(name, value);
        let answer = send(&mut rude, &csrf);
        assert_eq!(answer.status, 403, "{name}: {value}");
        assert_eq!(answer.header("set-cookie"), None, "{name}: {value}");
    }
    for (mut visitor, token) in [
        (tablet.clone(), ""),
        (tablet.clone(), "made-up"),
        (house.stranger(), ""),
    ] {
        let answer = send(&mut visitor, token);
        assert_eq!(answer.status, 403, "{token}");
        assert_eq!(answer.header("set-cookie"), None, "{token}");
        assert!(said(&answer).contains("type your pass phrase once more"));
        // The page says so and can be sent as it now is, with the name still in it.
        let form = crate::form::Form::of(&answer, "/sign-in");
        assert_eq!(form.value("name"), Some("maria"));
    }
    assert_eq!(tablet.get("/today").unwrap().status, 200, "still Dana's");

    let mut early = house.stranger();
    let old = early.get("/sign-in").unwrap().hidden("csrf").unwrap();
    house.clock.advance(SignedDuration::from_hours(13));
    let answer = send(&mut early, &old);
    assert_eq!(answer.status, 403);
    let form = crate::form::Form::of(&answer, "/sign-in");
    let answer = form.fill("pass_phrase", SECRET).send(&mut early);
    assert_eq!(answer.status, 303, "{}", said(&answer));
}

#[test]
fn after_signing_in_one_is_led_to_pages_of_this_house_only() {
    let (house, _turn) = (house(), lock(&TURN));
    for next in [
        "//elsewhere.example",
        "https://elsewhere.example/",
        "/\\elsewhere.example",
        "javascript:alert(1)",
        "/today?x=//elsewhere.example",
    ] {
        let mut visitor = house.stranger();
        let csrf = visitor.get("/sign-in").unwrap().hidden("csrf").unwrap();
        let fields = [
            ("csrf", &*csrf),
            ("name", "dana"),
            ("pass_phrase", SECRET),
            ("next", next),
        ];
        let answer = visitor.post("/sign-in", &fields).unwrap();
        assert_eq!(answer.header("location"), Some("/today"), "{next}");
    }
    let mut visitor = house.stranger();
    let first = visitor.get("/calendar").unwrap();
    let page = visitor.follow(first).unwrap();
    let form = crate::form::Form::of(&page, "/sign-in");
    let answers = [("name", "dana"), ("pass_phrase", SECRET)];
    let answer = form.fill_all(&answers).send(&mut visitor);
    assert_eq!(answer.header("location"), Some("/calendar"));
    let cookie = answer.header("set-cookie").unwrap();
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"),
        "{cookie}"
    );
}

#[test]
fn a_second_person_is_guessed_at_as_seldom_as_a_signature_and_then_locked() {
    let house = House::open();
    let now = record::Clock::now(&house.clock);
    let try_at = |secret: &str, minutes: i64| {
        let at = now + SignedDuration::from_mins(minutes);
        match Second::proved(&house.clinic, "okafor", secret, at) {
            Ok(second) => second.person().to_string(),
            Err(Denied::Invalid(faults)) => faults[0].sentence.clone(),
            Err(other) => panic!("{other}"),
        }
    };
    for _ in 0..5 {
        let said = try_at("a guess", 0);
        assert!(said.contains("do not belong together"), "{said}");
    }
    let said = try_at(SECRET, 1);
    assert!(said.contains("Too many wrong pass phrases"), "{said}");
    let said = try_at(SECRET, 16);
    assert!(said.starts_with("per_"), "{said}");
}
