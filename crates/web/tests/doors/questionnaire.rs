//! A questionnaire by a texted link: one person, one question a page, and every way it can go wrong.

use clinic::act::course::{Turn, turn};
use clinic::act::link::questionnaire::make;
use clinic::{Actor, Operation};
use jiff::SignedDuration;
use record::Clock as _;
use record::fact::care::{AlertCause, Urgency};
use record::fact::observation::{FilledBy, InstrumentAnswered};
use record::ids::PatientId;
use record::words::{Door, Prose};
use testkit::Visitor;
use testkit::visitor::Answer;
use virtual_clinic::chance::Seeded;

use crate::form::{Form, said};
use crate::house::House;

struct Sent {
    house: House,
    patient: PatientId,
    token: String,
}

impl Sent {
    fn of(instrument: &str) -> Self {
        let house = House::with_patients(12);
        let patient = crate::link::goes_on(&house);
        let token = linked(&house, patient, instrument, 5);
        Self {
            house,
            patient,
            token,
        }
    }

    fn path(&self, rest: &str) -> String {
        format!("/questionnaire/{}{rest}", self.token)
    }

    fn born(&self) -> [String; 3] {
        let known = self.house.clinic.chart(self.patient).unwrap();
        let born = known.chart.identity().unwrap().born.unwrap();
        [
            born.month().to_string(),
            born.day().to_string(),
            born.year().to_string(),
        ]
    }

    fn prove(&self, phone: &mut Visitor, [month, day, year]: &[String; 3]) -> Answer {
        let csrf = phone.get(&self.path("")).unwrap().hidden("csrf").unwrap();
        let fields = [
            ("csrf", csrf.as_str()),
            ("month", month),
            ("day", day),
            ("year", year),
        ];
        phone.post(&self.path(""), &fields).unwrap()
    }

    fn phone(&self) -> Visitor {
        let mut phone = self.house.stranger();
        assert_eq!(self.prove(&mut phone, &self.born()).status, 303);
        phone
    }

    /// Answers a question, or passes it over; gives where it leads, or the page that sends it back.
    fn say(&self, phone: &mut Visitor, item: &str, value: Option<&str>) -> Answer {
        let path = self.path(&format!("/{item}"));
        let csrf = phone.get(&path).unwrap().hidden("csrf").unwrap_or_default();
        // As a browser sends it: what was left empty is sent too.
        let fields = match value {
            None => vec![("csrf", csrf.as_str()), ("answer", ""), ("skip", "yes")],
            Some(value) => vec![("csrf", csrf.as_str()), ("answer", value)],
        };
        phone.post(&path, &fields).unwrap()
    }

    fn given(&self) -> Vec<InstrumentAnswered> {
        let known = self.house.clinic.chart(self.patient).unwrap();
        let all = known.chart.all::<InstrumentAnswered>();
        all.filter(|(entry, _)| entry.author.door == Door::Link)
            .map(|(_, answered)| answered.clone())
            .collect()
    }

    /// The alerts of now that say act now, by their sentences.
    fn pressing(&self) -> Vec<String> {
        let known = self.house.clinic.chart(self.patient).unwrap();
        let now = self.house.clock.now();
        let all = known.chart.alerts().into_iter();
        all.filter(|alert| {
            alert.cause == AlertCause::Safety
                && alert.urgency == Urgency::ActNow
                && alert.raised_at == now
        })
        .map(|alert| alert.sentence)
        .collect()
    }
}

fn linked(house: &House, patient: PatientId, instrument: &str, seed: u64) -> String {
    let mut chance = Seeded::new(seed);
    let mut operation = Operation::new(Actor::system(Door::Link), &house.clock, &mut chance);
    make(&mut operation, &house.clinic, patient, instrument)
        .unwrap()
        .token
}

/// A link to a questionnaire of the patient of a house.
pub(crate) fn token_for(house: &House) -> String {
    linked(house, house.patient(), "gad-7", 7)
}

#[test]
fn it_is_answered_one_question_a_page_goes_back_and_ends_with_who_reads_it() {
    let sent = Sent::of("gad-7");
    let mut phone = sent.phone();
    let page = phone.get(&sent.path("")).unwrap().text();
    assert!(page.contains("Question 1 of 7"), "{page}");
    assert!(page.contains("<title>Today</title>"), "{page}");
    assert!(page.contains("Over the last 2 weeks"), "{page}");
    assert_eq!(sent.say(&mut phone, "1", Some("3")).status, 303);
    assert_eq!(sent.say(&mut phone, "2", None).status, 303);
    let back = phone.get(&sent.path("/1")).unwrap().text();
    assert!(back.contains("You said: Nearly every day"), "{back}");
    assert_eq!(sent.say(&mut phone, "1", Some("1")).status, 303);
    let wrong = sent.say(&mut phone, "3", Some("4"));
    assert_eq!(wrong.status, 422);
    assert!(
        wrong.text().contains("Tap one of the answers"),
        "{}",
        wrong.text()
    );
    assert!(
        sent.given().is_empty(),
        "nothing is an entry before the end"
    );
    for item in 3..=7 {
        let answer = sent.say(&mut phone, &item.to_string(), Some("2"));
        assert_eq!(answer.status, 303);
    }
    let end = said(&phone.get(&sent.path("")).unwrap());
    assert!(end.contains("Your answers are in"), "{end}");
    assert!(end.contains("You skipped 1 question"), "{end}");
    assert!(end.contains("reads this"), "{end}");
    let given = sent.given();
    assert_eq!(given.len(), 1);
    assert_eq!(given[0].filled_by, FilledBy::Patient);
    let values: Vec<Option<i32>> = given[0].items.iter().map(|item| item.value).collect();
    assert_eq!(
        values,
        [Some(1), None, Some(2), Some(2), Some(2), Some(2), Some(2)],
        "what was skipped is kept as passed over"
    );
}

#[test]
fn thoughts_of_death_show_the_crisis_line_at_once_and_raise_one_alert_with_the_answers() {
    let sent = Sent::of("phq-9");
    let mut phone = sent.phone();
    sent.say(&mut phone, "1", Some("2"));
    let head = sent.house.head();
    assert_eq!(sent.say(&mut phone, "9", Some("1")).status, 303);
    let page = phone.get(&sent.path("")).unwrap();
    assert!(
        said(&page).contains("Talk to someone now"),
        "{}",
        said(&page)
    );
    assert!(page.text().contains("tel:988"));
    assert_eq!(sent.given().len(), 1);
    assert_eq!(sent.pressing().len(), 1, "{:?}", sent.pressing());
    assert!(sent.pressing()[0].contains("Item 9"));
    assert_eq!(
        sent.house.head() - head,
        2,
        "the answers and the alert, and nothing besides"
    );
    // Sent twice, as on a poor line.
    assert_eq!(sent.say(&mut phone, "9", Some("1")).status, 303);
    let csrf = page.hidden("csrf").unwrap();
    for _ in 0..2 {
        let answer = phone
            .post(&sent.path("/mistake"), &[("csrf", &csrf)])
            .unwrap();
        assert_eq!(answer.status, 303);
    }
    assert_eq!(sent.given().len(), 1);
    assert_eq!(sent.pressing().len(), 2, "told once that it was a mistake");
    let page = said(&phone.get(&sent.path("")).unwrap());
    assert!(
        page.contains("Talk to someone now"),
        "a mistake lowers nothing"
    );
}

#[test]
fn item_nine_passed_over_is_asked_about_by_a_person_and_is_no_crisis() {
    let sent = Sent::of("phq-9");
    let mut phone = sent.phone();
    for item in 1..=10 {
        let value = (item != 9).then_some("0");
        sent.say(&mut phone, &item.to_string(), value);
    }
    let end = said(&phone.get(&sent.path("")).unwrap());
    assert!(end.contains("Your answers are in"), "{end}");
    assert!(end.contains("or about one you skipped"), "{end}");
    assert_eq!(sent.pressing().len(), 1);
    assert!(sent.pressing()[0].contains("Item 9 was not answered"));
}

#[test]
fn blood_in_the_urine_is_told_at_once_the_questions_go_on_and_it_is_told_once() {
    let sent = Sent::of("urinary-screen");
    let mut phone = sent.phone();
    for item in ["frequency", "urgency", "dysuria"] {
        sent.say(&mut phone, item, Some("0"));
    }
    sent.say(&mut phone, "haematuria", Some("1"));
    assert_eq!(sent.pressing().len(), 1, "who stops here was heard");
    let page = said(&phone.get(&sent.path("")).unwrap());
    assert!(page.contains("Question 5 of 5"), "{page}");
    sent.say(&mut phone, "pain", Some("2"));
    assert_eq!(sent.given()[0].items.len(), 5);
    assert!(
        sent.given()[0]
            .items
            .iter()
            .all(|item| item.value.is_some())
    );
    assert_eq!(sent.pressing().len(), 1, "and is not told again at the end");
    let end = said(&phone.get(&sent.path("")).unwrap());
    assert!(end.contains("Somebody at the clinic was told"), "{end}");
}

#[test]
fn who_is_not_the_patient_sees_no_question_and_is_shut_out() {
    let sent = Sent::of("phq-9");
    let mut stranger = sent.house.stranger();
    for path in [sent.path(""), sent.path("/9")] {
        let page = stranger.get(&path).unwrap().text();
        assert!(page.contains("When were you born?"), "{page}");
        assert!(!page.contains("better off dead"), "{page}");
    }
    assert_eq!(sent.say(&mut stranger, "9", Some("3")).status, 303);
    let wrong = ["1".to_owned(), "1".to_owned(), "1901".to_owned()];
    for _ in 0..4 {
        assert_eq!(sent.prove(&mut stranger, &wrong).status, 422);
    }
    assert_eq!(sent.prove(&mut stranger, &wrong).status, 410);
    let mut owner = sent.house.stranger();
    assert_eq!(owner.get(&sent.path("")).unwrap().status, 410);
    assert!(sent.given().is_empty() && sent.pressing().is_empty());
}

#[test]
fn a_link_opened_late_or_after_the_course_ended_says_so_kindly_and_takes_nothing() {
    let sent = Sent::of("gad-7");
    let mut phone = sent.phone();
    sent.say(&mut phone, "1", Some("3"));
    let csrf = phone.get(&sent.path("")).unwrap().hidden("csrf").unwrap();
    let course = sent.house.clinic.chart(sent.patient).unwrap();
    let course = course.chart.course().unwrap().id;
    let mut chance = Seeded::new(8);
    let mut system = Operation::new(Actor::system(Door::Virtual), &sent.house.clock, &mut chance);
    let left = Turn::Leave {
        reason: Some(Prose::new("Moved away").unwrap()),
    };
    turn(&mut system, &sent.house.clinic, sent.patient, course, left).unwrap();
    let fields = [("csrf", csrf.as_str()), ("answer", "3")];
    assert_eq!(phone.post(&sent.path("/2"), &fields).unwrap().status, 303);
    let over = phone.get(&sent.path("")).unwrap();
    assert_eq!(over.status, 410);
    assert!(
        said(&over).contains("Your course has ended"),
        "{}",
        said(&over)
    );
    assert!(sent.given().is_empty());
    sent.house.clock.advance(SignedDuration::from_hours(169));
    let late = sent.house.stranger().get(&sent.path("")).unwrap();
    assert_eq!(late.status, 410);
    assert!(
        said(&late).contains("This link has ended"),
        "{}",
        said(&late)
    );
}

#[test]
fn what_was_answered_at_the_clinic_meanwhile_is_not_asked_again() {
    let sent = Sent::of("gad-7");
    let mut phone = sent.phone();
    sent.say(&mut phone, "1", Some("3"));
    sent.house.clock.advance(SignedDuration::from_mins(5));
    let mut nurse = sent.house.sign_in("dana");
    let fill = format!("/patients/{}/questionnaires/gad-7/fill", sent.patient);
    let mut form = Form::of(&nurse.get(&fill).unwrap(), &fill);
    assert_eq!(form.value("item-1"), Some("3"), "one draft for both doors");
    for item in 2..=7 {
        form = form.fill(&format!("item-{item}"), "1");
    }
    assert_eq!(
        form.fill("filled_by", "read_aloud").send(&mut nurse).status,
        303
    );
    let page = said(&phone.get(&sent.path("")).unwrap());
    assert!(page.contains("These questions are answered"), "{page}");
    assert!(sent.given().is_empty());
}

#[test]
fn questions_changed_in_mid_answer_begin_anew_and_old_answers_answer_nothing() {
    let sent = Sent::of("gad-7");
    // As a link stands that was made before the questions were changed.
    let journal = sent.house.clinic.journal();
    let key = clinic::digest::hexadecimal(&sent.token);
    let row = journal
        .rim_get("questionnaire_link", &key)
        .unwrap()
        .unwrap();
    let mut kept: serde_json::Value = serde_json::from_slice(&row.value).unwrap();
    kept["version"] = "0".into();
    kept["passed_over"] = serde_json::json!(["1", "2"]);
    let value = serde_json::to_vec(&kept).unwrap();
    journal
        .rim_put("questionnaire_link", &key, &value, row.expires_at)
        .unwrap();
    let mut phone = sent.phone();
    let page = said(&phone.get(&sent.path("")).unwrap());
    assert!(page.contains("Question 1 of 7"), "{page}");
    assert!(page.contains("so they start again"), "{page}");
    for item in 1..=7 {
        sent.say(&mut phone, &item.to_string(), Some("1"));
    }
    let given = sent.given();
    assert_eq!(given.len(), 1);
    assert_eq!(given[0].version.as_str(), "1");
    assert!(given[0].items.iter().all(|item| item.value == Some(1)));
}

#[test]
fn a_coordinator_makes_a_link_only_to_what_a_patient_may_be_shown() {
    let sent = Sent::of("gad-7");
    let mut maria = sent.house.sign_in("maria");
    let path = format!("/patients/{}/questionnaire-link", sent.patient);
    let form = maria.get(&path).unwrap();
    assert!(form.text().contains("value=\"phq-9\""));
    assert!(!form.text().contains("value=\"madrs\""), "staff rate it");
    assert!(
        !form.text().contains("value=\"isi\""),
        "its words are not loaded"
    );
    let csrf = form.hidden("csrf").unwrap();
    let made = maria
        .post(&path, &[("csrf", &csrf), ("instrument", "phq-9")])
        .unwrap();
    assert_eq!(made.status, 200);
    let text = made.text();
    let token: String = text
        .split("/questionnaire/")
        .nth(1)
        .unwrap()
        .chars()
        .take(43)
        .collect();
    let page = sent
        .house
        .stranger()
        .get(&format!("/questionnaire/{token}"))
        .unwrap();
    assert!(page.text().contains("When were you born?"));
    for bad in ["madrs", "isi", "no-such", ""] {
        let wrong = maria
            .post(&path, &[("csrf", &csrf), ("instrument", bad)])
            .unwrap();
        assert_eq!(wrong.status, 422, "{bad}");
    }
}

#[test]
fn one_left_half_done_by_a_link_says_what_is_kept_and_is_somebodys_once_the_day_is_over() {
    let sent = Sent::of("gad-7");
    let mut phone = sent.phone();
    sent.say(&mut phone, "1", Some("3"));
    sent.say(&mut phone, "2", None);
    sent.say(&mut phone, "3", Some("1"));
    let page = said(&phone.get(&sent.path("")).unwrap());
    assert!(page.contains("2 of 7 answered and kept until"), "{page}");
    sent.house.clock.advance(SignedDuration::from_hours(30));
    let mut chance = Seeded::new(78);
    let actor = Actor::system(Door::Command);
    let mut operation = Operation::new(actor, &sent.house.clock, &mut chance);
    clinic::act::watch::look(&mut operation, &sent.house.clinic).unwrap();
    let known = sent.house.clinic.chart(sent.patient).unwrap();
    let (_, left) = known.chart.left_half_done()[0];
    assert_eq!(
        (left.items.len(), left.of, left.is_by_patient),
        (2, 7, true)
    );
    assert_eq!(
        left.last_by.as_str(),
        known.chart.name(),
        "by their own name"
    );
    let half_done = |alert: &record::chart::alert::Alert| alert.cause == AlertCause::HalfDone;
    let alerts = known.chart.alerts();
    assert_eq!(alerts.iter().filter(|one| half_done(one)).count(), 1);
    assert!(sent.given().is_empty(), "nothing is scored");
    // The link is open for a week: it goes on where they stopped.
    let mut again = sent.phone();
    let page = said(&again.get(&sent.path("")).unwrap());
    assert!(page.contains("Question 4 of 7"), "{page}");
}

#[test]
fn what_is_answered_on_the_phone_before_the_visit_is_not_asked_again_at_the_desk() {
    let sent = Sent::of("gad-7");
    let mut phone = sent.phone();
    for item in 1..=7 {
        sent.say(&mut phone, &item.to_string(), Some("1"));
    }
    assert_eq!(sent.given().len(), 1);
    sent.house.clock.advance(SignedDuration::from_hours(1));
    let mut nurse = sent.house.sign_in("dana");
    let about = format!("/patients/{}", sent.patient);
    let fill = said(
        &nurse
            .get(&format!("{about}/questionnaires/gad-7/fill"))
            .unwrap(),
    );
    assert!(fill.contains("Answered already"), "{fill}");
    assert!(fill.contains("it need not be asked again"), "{fill}");
    // The one it was not asked of says nothing of the kind.
    let other = said(
        &nurse
            .get(&format!("{about}/questionnaires/who-5/fill"))
            .unwrap(),
    );
    assert!(!other.contains("it need not be asked again"), "{other}");
    // What it answered is not among what is due of them.
    let (_, due) = {
        let board = sent.house.clinic.board();
        let now = sent.house.clock.now();
        clinic::due::of(&board, sent.house.clinic.library(), sent.patient, now).unwrap()
    };
    assert!(
        due.iter().all(|one| !one.title.contains("GAD-7")),
        "GAD-7 is due still"
    );
}

#[test]
fn a_score_filled_in_once_answers_its_question_of_the_evaluation_and_the_desk_asks_it_no_more() {
    let house = House::open();
    let mut desk = house.sign_in("maria");
    let path = crate::course::registered(&mut desk, "Ines");
    let mut nurse = house.sign_in("dana");
    let library = house.clinic.library();
    let steps = library.evaluation();
    let step = steps
        .steps
        .iter()
        .find(|step| step.questions.iter().any(|one| one.id == "bpic_ss"))
        .unwrap();
    let place = format!("{path}/evaluation/{}", step.id);
    let before = Form::of(&nurse.get(&place).unwrap(), &place);
    assert!(before.asks("bpic_ss"));
    let total = [("total", "12"), ("filled_by", "patient")];
    let form = format!("{path}/do/instrument?instrument=bpic-ss");
    crate::form::done(&mut nurse, &form, &total);
    let page = nurse.get(&place).unwrap();
    assert!(
        !Form::of(&page, &place).asks("bpic_ss"),
        "asked a second time"
    );
    let words = said(&page);
    assert!(
        words.contains("Answered by a questionnaire, and not asked again"),
        "{words}"
    );
}
