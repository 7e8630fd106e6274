//! A check-in by a texted link: one person, one day, a second thing they know, and every way it can go wrong.

use clinic::act::link::make;
use clinic::{Actor, Operation};
use jiff::SignedDuration;
use record::Clock as _;
use record::chart::course::CourseState;
use record::fact::care::AlertCause;
use record::fact::substance_use::CheckInAnswered;
use record::ids::PatientId;
use record::words::{Door, Said, YesNo};
use testkit::Visitor;
use testkit::visitor::Answer;
use virtual_clinic::chance::Seeded;

use crate::house::House;

/// A patient of a lived-in clinic whose course goes on, with the link of today.
pub(crate) struct Sent {
    pub(crate) house: House,
    pub(crate) patient: PatientId,
    pub(crate) token: String,
    pub(crate) born: [String; 3],
}

impl Sent {
    pub(crate) fn new() -> Self {
        Self::of(House::with_patients(12))
    }

    pub(crate) fn of(house: House) -> Self {
        let patient = goes_on(&house);
        let (token, born) = linked(&house, patient, 5);
        Self {
            house,
            patient,
            token,
            born,
        }
    }

    pub(crate) fn path(&self, rest: &str) -> String {
        format!("/check-in/{}{rest}", self.token)
    }

    /// A phone that has said the right birth date.
    pub(crate) fn phone(&self) -> Visitor {
        let mut phone = self.house.stranger();
        let answer = self.prove(&mut phone, &self.born);
        assert_eq!(answer.status, 303, "{}", answer.text());
        phone
    }

    pub(crate) fn prove(&self, phone: &mut Visitor, born: &[String; 3]) -> Answer {
        let csrf = phone.get(&self.path("")).unwrap().hidden("csrf").unwrap();
        let [month, day, year] = born;
        let fields = [
            ("csrf", csrf.as_str()),
            ("month", month),
            ("day", day),
            ("year", year),
        ];
        phone.post(&self.path(""), &fields).unwrap()
    }

    pub(crate) fn say(&self, phone: &mut Visitor, question: &str, value: &str) -> Answer {
        let page = phone.get(&self.path(&format!("/{question}"))).unwrap();
        let csrf = page.hidden("csrf").unwrap_or_default();
        // As a browser sends it: what was left empty is sent too.
        let fields = match value {
            "skipped" => [("csrf", csrf.as_str()), ("answer", ""), ("skip", "yes")].to_vec(),
            value => vec![("csrf", csrf.as_str()), ("answer", value)],
        };
        phone
            .post(&self.path(&format!("/{question}")), &fields)
            .unwrap()
    }

    pub(crate) fn check_ins(&self) -> Vec<CheckInAnswered> {
        let known = self.house.clinic.chart(self.patient).unwrap();
        let all = known.chart.all::<CheckInAnswered>();
        all.filter(|(entry, _)| entry.author.door == Door::Link)
            .map(|(_, answered)| answered.clone())
            .collect()
    }

    pub(crate) fn n_alerts(&self, cause: AlertCause) -> usize {
        let known = self.house.clinic.chart(self.patient).unwrap();
        let now = self.house.clock.now();
        known
            .chart
            .alerts()
            .iter()
            .filter(|alert| alert.cause == cause && alert.raised_at == now)
            .count()
    }
}

pub(crate) fn goes_on(house: &House) -> PatientId {
    let ids: Vec<PatientId> = house.clinic.board().lines().map(|(id, _)| *id).collect();
    ids.into_iter()
        .find(|id| {
            let chart = &house.clinic.chart(*id).unwrap().chart;
            let is_open = chart.course().is_some_and(|course| {
                course.state == CourseState::Open && course.day_zero.is_some()
            });
            is_open
                && chart
                    .identity()
                    .is_some_and(|identity| identity.born.is_some())
        })
        .expect("someone is on a course")
}

/// A link to today's check-in of somebody on a course.
pub(crate) fn token_for(house: &House) -> String {
    linked(house, goes_on(house), 5).0
}

pub(crate) fn linked(house: &House, patient: PatientId, seed: u64) -> (String, [String; 3]) {
    let now = house.clock.now();
    let day = house.clinic.zone_today(now);
    let mut chance = Seeded::new(seed);
    let mut operation = Operation::new(Actor::system(Door::Link), &house.clock, &mut chance);
    let made = make(&mut operation, &house.clinic, patient, day).unwrap();
    let known = house.clinic.chart(patient).unwrap();
    let born = known.chart.identity().unwrap().born.unwrap();
    let born = [
        born.month().to_string(),
        born.day().to_string(),
        born.year().to_string(),
    ];
    (made.token, born)
}

#[test]
fn a_check_in_is_answered_one_question_a_page_and_ends_with_a_receipt() {
    let sent = Sent::new();
    let mut phone = sent.phone();
    let first = phone.get(&sent.path("")).unwrap();
    assert!(first.text().contains("Question 1 of"), "{}", first.text());
    assert!(
        first.text().contains("<title>Today</title>"),
        "the title gives nothing away"
    );
    let mut question = "craving_peak".to_owned();
    let mut n_asked = 0;
    while !question.is_empty() {
        n_asked += 1;
        let value = match question.as_str() {
            "used" | "risky" => "no",
            "safe" => "yes",
            "sleep" => "6.5",
            "mood" => "skipped",
            "words" => "A good day <b>",
            _ => "2",
        };
        let answer = sent.say(&mut phone, &question, value);
        assert_eq!(answer.status, 303, "{question}: {}", answer.text());
        let to = answer.header("location").unwrap().to_owned();
        question = to
            .strip_prefix(&sent.path("/"))
            .unwrap_or_default()
            .to_owned();
    }
    assert!(n_asked >= 4);
    let done = phone.get(&sent.path("")).unwrap().text();
    assert!(done.contains("Your answers are in"), "{done}");
    assert!(done.contains("Receipt"), "{done}");
    assert!(done.contains("For today"), "one useful thing: {done}");
    assert!(done.contains("reads this"), "{done}");
    let kept = sent.check_ins();
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].used, Said::Answered(false));
    assert_eq!(kept[0].safe, Said::Answered(YesNo::Yes));
    assert!(
        matches!(kept[0].mood, Said::Skipped | Said::NotAsked),
        "skipped is kept as skipped"
    );
    assert_eq!(kept[0].words.as_ref().unwrap().as_str(), "A good day <b>");
}

#[test]
fn answers_are_kept_as_they_are_given_and_another_phone_goes_on_from_there() {
    let sent = Sent::new();
    let mut first = sent.phone();
    sent.say(&mut first, "craving_peak", "7");
    let mut second = sent.phone();
    let page = second.get(&sent.path("")).unwrap().text();
    assert!(page.contains("Question 2 of"), "{page}");
    let back = second.get(&sent.path("/craving_peak")).unwrap().text();
    assert!(back.contains("You said: 7"), "{back}");
    assert!(
        sent.check_ins().is_empty(),
        "nothing is in the record before the end"
    );
}

#[test]
fn who_does_not_know_the_birth_date_sees_no_question_and_is_shut_out() {
    let sent = Sent::new();
    let mut stranger = sent.house.stranger();
    for path in [
        sent.path(""),
        sent.path("/craving_peak"),
        sent.path("/safe"),
    ] {
        let page = stranger.get(&path).unwrap().text();
        assert!(page.contains("When were you born?"), "{page}");
        assert!(!page.contains("Question"), "{page}");
    }
    let answer = sent.say(&mut stranger, "used", "yes");
    assert_eq!(answer.status, 303, "led back to the door");
    let wrong = ["1".to_owned(), "1".to_owned(), "1901".to_owned()];
    for left in [4, 3, 2] {
        let page = sent.prove(&mut stranger, &wrong);
        assert_eq!(page.status, 422);
        assert!(
            page.text().contains(&format!("{left} tries are left")),
            "{}",
            page.text()
        );
    }
    assert!(
        sent.prove(&mut stranger, &wrong)
            .text()
            .contains("One try is left")
    );
    assert_eq!(sent.prove(&mut stranger, &wrong).status, 410);
    let mut owner = sent.house.stranger();
    assert_eq!(
        owner.get(&sent.path("")).unwrap().status,
        410,
        "closed for everyone"
    );
    assert!(sent.check_ins().is_empty());
}

#[test]
fn a_date_that_is_none_is_sent_back_and_costs_no_try() {
    let sent = Sent::new();
    let mut phone = sent.house.stranger();
    for _ in 0..6 {
        let page = sent.prove(
            &mut phone,
            &["2".to_owned(), "31".to_owned(), "1984".to_owned()],
        );
        assert_eq!(page.status, 422);
        assert!(
            page.text().contains("for example 3 14 1984"),
            "{}",
            page.text()
        );
        assert!(page.text().contains("value=\"31\""), "what was typed stays");
    }
    assert_eq!(sent.prove(&mut phone, &sent.born).status, 303);
}

#[test]
fn a_pass_of_one_link_opens_no_other() {
    let sent = Sent::new();
    let mut phone = sent.phone();
    let other = {
        let board = sent.house.clinic.board();
        let ids: Vec<PatientId> = board.lines().map(|(id, _)| *id).collect();
        drop(board);
        ids.into_iter().find(|id| {
            let chart = &sent.house.clinic.chart(*id).unwrap().chart;
            *id != sent.patient
                && chart
                    .course()
                    .is_some_and(|course| course.state == CourseState::Open)
                && chart
                    .identity()
                    .is_some_and(|identity| identity.born.is_some())
        })
    };
    let (token, _) = linked(&sent.house, other.expect("another on a course"), 99);
    let page = phone.get(&format!("/check-in/{token}")).unwrap().text();
    assert!(page.contains("When were you born?"), "{page}");
}

#[test]
fn not_safe_shows_the_crisis_line_at_once_and_raises_one_alert_now() {
    let sent = Sent::new();
    let mut phone = sent.phone();
    sent.say(&mut phone, "craving_peak", "9");
    let answer = sent.say(&mut phone, "safe", "no");
    assert_eq!(answer.status, 303);
    let page = phone.get(&sent.path("")).unwrap().text();
    assert!(page.contains("Talk to someone now"), "{page}");
    assert!(page.contains("tel:988"), "{page}");
    assert!(page.contains("You are not left alone with this"), "{page}");
    assert_eq!(sent.check_ins().len(), 1);
    assert_eq!(sent.n_alerts(AlertCause::Safety), 1);
    let csrf = page
        .split("name=\"csrf\" value=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    for _ in 0..2 {
        let answer = phone
            .post(&sent.path("/mistake"), &[("csrf", &csrf)])
            .unwrap();
        assert_eq!(answer.status, 303);
    }
    assert_eq!(
        sent.n_alerts(AlertCause::Safety),
        2,
        "said once more, closed by nobody"
    );
    let page = phone.get(&sent.path("")).unwrap().text();
    assert!(
        page.contains("Talk to someone now"),
        "a mistake lowers nothing: {page}"
    );
}

#[test]
fn use_is_met_with_warmth_and_the_offer_of_a_call_and_resets_nothing() {
    let sent = Sent::new();
    let mut phone = sent.phone();
    let page = phone.get(&sent.path("")).unwrap();
    assert!(page.text().contains("Question 1"));
    let mut question = "craving_peak".to_owned();
    while !question.is_empty() {
        let value = match question.as_str() {
            "used" | "safe" => "yes",
            "amount" | "amount_grams" => "2,5",
            _ => "skipped",
        };
        let answer = sent.say(&mut phone, &question, value);
        let to = answer.header("location").unwrap().to_owned();
        question = to
            .strip_prefix(&sent.path("/"))
            .unwrap_or_default()
            .to_owned();
    }
    let page = phone.get(&sent.path("")).unwrap();
    assert!(
        page.text().contains("The days before it stay as they are"),
        "{}",
        page.text()
    );
    let csrf = page.hidden("csrf").unwrap();
    for _ in 0..2 {
        phone
            .post(&sent.path("/call"), &[("csrf", &csrf), ("call", "yes")])
            .unwrap();
    }
    assert_eq!(
        sent.n_alerts(AlertCause::CallAsked),
        1,
        "asked twice, called once"
    );
    let page = phone.get(&sent.path("")).unwrap().text();
    assert!(page.contains("We call you"), "{page}");
    let kept = sent.check_ins();
    let one = &kept[0].uses[0];
    let milligrams = if one.substance.as_str() == "alcohol" {
        35_000 // 2.5 drinks of 14 g
    } else {
        2_500
    };
    assert_eq!(
        one.amount_mg.map(record::quantity::MilligramsTaken::get),
        Some(milligrams)
    );
}

#[test]
fn the_last_answer_sent_twice_is_one_check_in() {
    let sent = Sent::new();
    let mut phone = sent.phone();
    sent.say(&mut phone, "safe", "no");
    let again = sent.say(&mut phone, "safe", "no");
    assert_eq!(again.status, 303);
    let late = sent.say(&mut phone, "craving_peak", "1");
    assert_eq!(late.status, 303);
    assert_eq!(sent.check_ins().len(), 1);
    assert_eq!(
        sent.check_ins()[0].craving_peak,
        Said::NotAnswered,
        "not reached is not answered"
    );
}

#[test]
fn a_link_opened_late_says_so_kindly_and_shows_nothing() {
    let sent = Sent::new();
    sent.house.clock.advance(SignedDuration::from_hours(37));
    let page = sent.house.stranger().get(&sent.path("")).unwrap();
    assert_eq!(page.status, 410);
    assert!(
        page.text().contains("This link has ended"),
        "{}",
        page.text()
    );
    assert!(page.text().contains("988"));
    let unknown = sent.house.stranger().get("/check-in/no-such-link").unwrap();
    assert_eq!(unknown.status, 404);
    assert!(unknown.text().contains("leads nowhere"));
}

#[test]
fn answers_that_are_none_are_sent_back_on_the_same_page() {
    let sent = Sent::new();
    let mut phone = sent.phone();
    for (question, value) in [("craving_peak", "11"), ("used", "perhaps"), ("safe", "")] {
        let answer = sent.say(&mut phone, question, value);
        assert_eq!(answer.status, 422, "{question}");
        assert!(
            answer.text().contains("Tap one of the answers"),
            "{}",
            answer.text()
        );
    }
    let csrf = phone.get(&sent.path("")).unwrap().hidden("csrf").unwrap();
    let stray = [("csrf", csrf.as_str()), ("answer", "1")];
    assert_eq!(
        phone.post(&sent.path("/no-such"), &stray).unwrap().status,
        303
    );
    let page = phone.get(&sent.path("")).unwrap().text();
    assert!(page.contains("Question 1 of"), "{page}");
}

/// The body of an answer as it is sent to a browser: compressed.
fn as_sent(phone: &mut Visitor, path: &str) -> usize {
    phone.get(path).unwrap().body.len()
}

#[test]
fn every_page_of_a_check_in_weighs_under_thirty_kilobytes_all_told_as_sent() {
    let sent = Sent::new();
    let mut phone = sent.phone();
    let plain = phone.get(&sent.path("")).unwrap().text();
    assert!(!plain.contains("woff2"));
    let files: Vec<String> = ["href=\"/assets/", "src=\"/assets/"]
        .iter()
        .flat_map(|at| plain.split(at).skip(1))
        .map(|rest| format!("/assets/{}", rest.split('"').next().unwrap()))
        .collect();
    assert!(files.len() >= 6, "{files:?}");
    let mut browser = phone.clone();
    browser.set_header("accept-encoding", "gzip");
    let around: usize = files.iter().map(|file| as_sent(&mut browser, file)).sum();
    let mut stranger = sent.house.stranger();
    stranger.set_header("accept-encoding", "gzip");
    let mut weights = vec![(
        "birth date".to_owned(),
        as_sent(&mut stranger, &sent.path("")),
    )];
    for question in ["craving_peak", "used", "sleep", "safe", "words"] {
        weights.push((
            question.to_owned(),
            as_sent(&mut browser, &sent.path(&format!("/{question}"))),
        ));
    }
    sent.say(&mut phone, "safe", "no");
    weights.push(("danger".to_owned(), as_sent(&mut browser, &sent.path(""))));
    for (page, weight) in &weights {
        println!("{page}: {weight} bytes, with its files {}", weight + around);
        assert!(
            weight + around < 30_000,
            "{page}: {} bytes as sent",
            weight + around
        );
    }
}

#[test]
fn a_coordinator_makes_a_link_to_read_out_and_it_opens_the_questions() {
    let sent = Sent::new();
    let mut maria = sent.house.sign_in("maria");
    let path = format!("/patients/{}/check-in-link", sent.patient);
    let form = maria.get(&path).unwrap();
    assert_eq!(form.status, 200);
    let csrf = form.hidden("csrf").unwrap();
    let today = sent
        .house
        .clinic
        .zone_today(sent.house.clock.now())
        .to_string();
    let made = maria
        .post(&path, &[("csrf", &csrf), ("day", &today)])
        .unwrap();
    assert_eq!(made.status, 200, "{}", made.text());
    let text = made.text();
    let token = text
        .split("/check-in/")
        .nth(1)
        .unwrap()
        .chars()
        .take(43)
        .collect::<String>();
    let page = sent
        .house
        .stranger()
        .get(&format!("/check-in/{token}"))
        .unwrap();
    assert!(page.text().contains("When were you born?"));
    let wrong = maria
        .post(&path, &[("csrf", &csrf), ("day", "2031-01-01")])
        .unwrap();
    assert_eq!(wrong.status, 422);
    assert!(
        wrong.text().contains("has not come yet"),
        "{}",
        wrong.text()
    );
}
