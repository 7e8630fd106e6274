//! Enquiries from the public pages, however they come: taken, mended, refused calmly, one task each.

use jiff::SignedDuration;
use testkit::Visitor;
use testkit::visitor::Answer;

use record::fact::enquiry::EnquiryReceived;

use crate::form::{Form, address, said};
use crate::house::House;

/// The form of a page, filled in as a person would.
pub(crate) fn filled(page: &Answer, name: &str, reach: &str) -> Form {
    Form::of(page, "/enquiries/new").fill_all(&[
        ("name", name),
        ("by", "call"),
        ("reach", reach),
        ("message", "no"),
        ("consent", "yes"),
    ])
}

/// Opens the page, waits as long as a person takes, and gives the filled form.
fn at_leisure(house: &House, visitor: &mut Visitor, name: &str, reach: &str) -> Form {
    let page = visitor.get("/evaluation").unwrap();
    house.clock.advance(SignedDuration::from_secs(40));
    filled(&page, name, reach)
}

#[test]
fn an_enquiry_is_taken_thanked_for_with_a_day_and_stands_in_the_list_with_its_clock() {
    let house = House::with_words("");
    let mut stranger = house.stranger();
    let answer = at_leisure(&house, &mut stranger, "Wren", "207 555 0142").send(&mut stranger);
    assert_eq!(answer.status, 303, "{}", said(&answer));
    let thanks = said(&stranger.follow(answer).unwrap());
    assert!(thanks.contains("Tue 3 Mar, 18:00"), "{thanks}");
    assert!(!thanks.contains("0142"), "the thanks tell nobody's number");
    house.clock.advance(SignedDuration::from_mins(95));
    let mut desk = house.sign_in("maria");
    let list = desk.get("/enquiries").unwrap();
    assert!(
        said(&list).contains("waiting 1 h 35 min"),
        "{}",
        said(&list)
    );
    let chart = address(&list, "/patients/pt_");
    crate::form::done(
        &mut desk,
        &format!("{chart}/do/contact"),
        &[("way", "phone"), ("reached", "spoke")],
    );
    let list = said(&desk.get("/enquiries?show=all").unwrap());
    assert!(list.contains("after 1 h 35 min"), "{list}");
    assert!(
        list.contains("First contact in the last 90 days: half within 1 h 35 min"),
        "{list}"
    );
}

#[test]
fn who_writes_of_danger_sees_help_at_once_and_is_somebodys_task() {
    let house = House::with_words("");
    let mut stranger = house.stranger();
    let form = at_leisure(&house, &mut stranger, "Wren", "207 555 0142");
    let form = form.fill("about", "I don\u{2019}t want to live any more");
    let answer = form.clone().send(&mut stranger);
    let page = stranger.follow(answer).unwrap();
    let html = page.text().split("<main").nth(1).unwrap().to_owned();
    let (help, thanks) = (
        html.find("hf-urgent__call").unwrap(),
        html.find(">Thank you").unwrap(),
    );
    assert!(help < thanks, "help stands first");
    let mut desk = house.sign_in("maria");
    let watch = said(&desk.get("/watch-list").unwrap());
    assert!(watch.contains("may have written of danger"), "{watch}");
    // Help shows as well where an answer needs mending first, and where too much came from one place.
    let head = house.head();
    let wrong = form.fill("reach", "my sister").send(&mut stranger);
    assert_eq!(wrong.status, 422);
    assert!(wrong.text().contains("hf-urgent__call"));
    assert_eq!(house.head(), head);
    // Who only says that they are not safe is believed.
    let form = at_leisure(&house, &mut stranger, "Ash", "207 555 0143").fill("safe", "no");
    let answer = form.send(&mut stranger);
    assert!(answer.header("location").unwrap().ends_with("&help=1"));
}

#[test]
fn what_cannot_be_answered_is_said_kept_and_not_written() {
    let house = House::with_words("");
    let mut stranger = house.stranger();
    let head = house.head();
    for (by, reach, sentence) in [
        (
            "call",
            "one-eight-hundred-help",
            "not a phone number or an email address",
        ),
        (
            "call",
            "1-800-GOT-HELP",
            "not a phone number or an email address",
        ),
        ("call", "207 555 014", "too short"),
        ("call", "207 555 0142 0143 0144", "too long"),
        ("call", "wren@example.org", "You asked for a call or a text"),
        ("mail", "207 555 0142", "You asked for an email"),
        ("mail", "wren@", "not a phone number or an email address"),
        (
            "text",
            "<script>alert(1)</script>",
            "not a phone number or an email address",
        ),
    ] {
        let form = at_leisure(&house, &mut stranger, "Wren", reach).fill("by", by);
        let answer = form.fill("about", "Please call").send(&mut stranger);
        assert_eq!(answer.status, 422, "{reach}");
        assert!(
            said(&answer).contains(sentence),
            "{reach}: {}",
            said(&answer)
        );
        assert!(!answer.text().contains("<script>alert"), "{reach}");
        let again = Form::of(&answer, "/enquiries/new");
        assert_eq!(again.value("reach"), Some(reach), "what was typed is kept");
        assert_eq!(again.value("about"), Some("Please call"));
    }
    assert_eq!(house.head(), head, "something was written");
    let name = "<b>Wren</b> & \"co\"";
    let answer = at_leisure(&house, &mut stranger, name, "+44 20 7946 0958").send(&mut stranger);
    assert_eq!(answer.status, 303);
    let list = house.sign_in("maria").get("/enquiries").unwrap().text();
    assert!(list.contains("&lt;b&gt;Wren&lt;/b&gt; &amp; &quot;co&quot;"));
}

#[test]
fn what_came_too_fast_or_filled_a_hidden_box_or_lay_open_too_long_is_asked_for_once_more() {
    let house = House::with_words("");
    let mut stranger = house.stranger();
    let head = house.head();
    let page = stranger.get("/evaluation").unwrap();
    let fast = filled(&page, "Wren", "207 555 0142").send(&mut stranger);
    assert_eq!(fast.status, 422);
    assert!(said(&fast).contains("Nothing is lost. Please press Send once more."));
    let hidden = at_leisure(&house, &mut stranger, "Wren", "207 555 0142");
    let hidden = hidden.fill("leave_empty", "Pills").send(&mut stranger);
    assert_eq!(hidden.status, 422);
    let old = at_leisure(&house, &mut stranger, "Wren", "207 555 0142");
    house.clock.advance(SignedDuration::from_hours(13));
    let old = old.send(&mut stranger);
    assert_eq!(old.status, 422);
    assert_eq!(house.head(), head, "something was written");
    for answer in [fast, hidden, old] {
        let again = Form::of(&answer, "/enquiries/new");
        assert_eq!(again.value("name"), Some("Wren"));
        assert_eq!(again.value("leave_empty"), Some(""));
    }
    // The form the page gives back is taken a moment later.
    let page = stranger.get("/evaluation").unwrap();
    let fast = filled(&page, "Wren", "207 555 0142").send(&mut stranger);
    house.clock.advance(SignedDuration::from_secs(5));
    let again = Form::of(&fast, "/enquiries/new").send(&mut stranger);
    assert_eq!(again.status, 303, "{}", said(&again));
}

#[test]
fn an_enquiry_sent_twice_is_one_task() {
    let house = House::with_words("");
    let mut stranger = house.stranger();
    let form = at_leisure(&house, &mut stranger, "Wren", "207 555 0142");
    let (first, again) = (form.send(&mut stranger), form.send(&mut stranger));
    assert_eq!((first.status, again.status), (303, 303));
    assert_eq!(first.header("location"), again.header("location"));
    assert_eq!(
        house.head(),
        staffed() + 1,
        "the same command is written once"
    );
    // Typed a second time, because nobody had called yet.
    let second = at_leisure(&house, &mut stranger, "wren", "(207) 555-0142");
    let second = second
        .fill("about", "Did you get this?")
        .send(&mut stranger);
    assert_eq!(second.header("location"), first.header("location"));
    let list = said(&house.sign_in("maria").get("/enquiries").unwrap());
    assert!(list.contains("1 not yet answered"), "{list}");
}

#[test]
fn a_number_mended_after_a_step_back_reaches_the_clinic_too() {
    let house = House::with_words("");
    let mut stranger = house.stranger();
    let form = at_leisure(&house, &mut stranger, "Wren", "207 555 0142");
    assert_eq!(form.send(&mut stranger).status, 303);
    let mended = form.fill("reach", "207 555 0188").send(&mut stranger);
    assert_eq!(mended.status, 303, "{}", said(&mended));
    let list = said(&house.sign_in("maria").get("/enquiries").unwrap());
    assert!(list.contains("2 not yet answered"), "{list}");
    let all: Vec<_> = {
        let board = house.clinic.board();
        board.lines().map(|(patient, _)| *patient).collect()
    };
    let is_mended = |patient: &record::ids::PatientId| {
        let known = house.clinic.chart(*patient).unwrap();
        let mut asked = known.chart.all::<EnquiryReceived>();
        asked.any(|(_, asked)| {
            let phone = asked.reach.phone.as_ref();
            phone.is_some_and(|phone| phone.as_str().ends_with("0188"))
        })
    };
    assert!(all.iter().any(is_mended), "the mended number is nowhere");
}

/// How far the journal of a clinic goes that nobody has asked anything.
fn staffed() -> u64 {
    House::with_words("").head()
}

#[test]
fn ten_thousand_enquiries_from_one_address_break_nothing_and_are_one_task() {
    let house = House::with_words("");
    let before = house.head();
    let mut machine = house.stranger();
    let page = machine.get("/evaluation").unwrap();
    house.clock.advance(SignedDuration::from_secs(40));
    let form = filled(&page, "Buy now", "207 555 0199");
    let mut n_taken = 0;
    let mut n_told = 0;
    for number in 0..10_000_u32 {
        let command = format!("0190a8f1-0000-7000-8000-{number:012x}");
        let answer = form.clone().fill("command", &command).send(&mut machine);
        match answer.status {
            303 => n_taken += 1,
            429 => {
                if n_told == 0 {
                    let told = said(&answer);
                    assert!(
                        told.contains("It is not your fault") && told.contains("call or text 988"),
                        "{told}"
                    );
                    let kept = Form::of(&answer, "/enquiries/new");
                    assert_eq!(kept.value("reach"), Some("207 555 0199"), "nothing is lost");
                }
                n_told += 1;
            }
            other => panic!("{other}: {}", said(&answer)),
        }
    }
    assert_eq!((n_taken, n_told), (20, 9_980));
    assert_eq!(house.head(), before + 20);
    assert_eq!(
        house.clinic.board().unanswered_enquiries().count(),
        1,
        "one task"
    );
    // An hour later somebody else behind that address is let in.
    house.clock.advance(SignedDuration::from_mins(61));
    let mut person = house.stranger();
    let answer = at_leisure(&house, &mut person, "Wren", "207 555 0142").send(&mut person);
    assert_eq!(answer.status, 303);
}

#[test]
fn a_form_sent_from_another_site_is_not_taken() {
    let house = House::with_words("");
    let mut stranger = house.stranger();
    let form = at_leisure(&house, &mut stranger, "Wren", "207 555 0142");
    let mut rude = stranger.clone();
    rude.set_header("origin", "https://elsewhere.example");
    assert_eq!(form.send(&mut rude).status, 403);
    assert_eq!(house.head(), staffed());
}
