//! The evaluation beforehand by a texted link, and the clinic that confirms what it says.

use clinic::act::link::before::make;
use clinic::{Actor, Operation};
use record::fact::evaluation::HistoryTold;
use record::ids::PatientId;
use record::words::Door;
use testkit::Visitor;
use testkit::visitor::Answer;
use virtual_clinic::chance::Seeded;

use crate::form::{Form, said};
use crate::house::House;

/// A link to the evaluation of the patient of a house.
pub(crate) fn token_for(house: &House) -> String {
    linked(house, house.patient(), 9)
}

fn linked(house: &House, patient: PatientId, seed: u64) -> String {
    let mut chance = Seeded::new(seed);
    let mut operation = Operation::new(Actor::system(Door::Virtual), &house.clock, &mut chance);
    make(&mut operation, &house.clinic, patient).unwrap().token
}

fn born(house: &House) -> [String; 3] {
    let known = house.clinic.chart(house.patient()).unwrap();
    let born = known.chart.identity().unwrap().born.unwrap();
    [
        born.month().to_string(),
        born.day().to_string(),
        born.year().to_string(),
    ]
}

fn prove(phone: &mut Visitor, token: &str, born: &[String; 3]) -> Answer {
    let path = format!("/before/{token}");
    let csrf = phone.get(&path).unwrap().hidden("csrf").unwrap();
    let [month, day, year] = born;
    let fields = [
        ("csrf", csrf.as_str()),
        ("month", month),
        ("day", day),
        ("year", year),
    ];
    phone.post(&path, &fields).unwrap()
}

fn say(phone: &mut Visitor, token: &str, question: &str, values: &[&str]) -> Answer {
    let path = format!("/before/{token}/{question}");
    let csrf = phone.get(&path).unwrap().hidden("csrf").unwrap();
    let mut fields = vec![("csrf", csrf.as_str())];
    if values.is_empty() {
        fields.extend([("answer", ""), ("skip", "yes")]);
    }
    fields.extend(values.iter().map(|value| ("answer", *value)));
    phone.post(&path, &fields).unwrap()
}

fn n_told(house: &House) -> usize {
    let known = house.clinic.chart(house.patient()).unwrap();
    known.chart.all::<HistoryTold>().count()
}

#[test]
fn nothing_is_shown_before_the_birth_date_and_five_wrong_ones_close_the_link() {
    let house = House::lived_in();
    let token = token_for(house);
    let mut phone = house.stranger();
    let page = phone.get(&format!("/before/{token}")).unwrap();
    let known = house.clinic.chart(house.patient()).unwrap();
    assert!(!said(&page).contains(&known.chart.name()));
    let wrong = ["1".to_owned(), "1".to_owned(), "1901".to_owned()];
    for _ in 0..4 {
        assert_eq!(prove(&mut phone, &token, &wrong).status, 422);
    }
    assert_eq!(prove(&mut phone, &token, &wrong).status, 410);
    let closed = phone.get(&format!("/before/{token}")).unwrap();
    assert!(
        said(&closed).contains("This link is closed"),
        "{}",
        said(&closed)
    );
}

#[test]
fn what_the_patient_says_is_kept_as_given_and_no_rule_reads_it_until_it_is_confirmed() {
    let house = &House::with_patients(12);
    let patient = house.patient();
    let token = token_for(house);
    let mut phone = house.stranger();
    assert_eq!(prove(&mut phone, &token, &born(house)).status, 303);
    let before = n_told(house);
    assert_eq!(say(&mut phone, &token, "stroke", &["yes"]).status, 303);
    let to = say(
        &mut phone,
        &token,
        "stroke.words",
        &["In the spring of 2015"],
    );
    assert_eq!(to.status, 303);
    assert_eq!(say(&mut phone, &token, "goal", &[]).status, 303);
    assert_eq!(say(&mut phone, &token, "stroke", &["yes"]).status, 303);
    assert_eq!(
        n_told(house) - before,
        3,
        "the same answer twice is one entry"
    );
    assert_eq!(
        say(&mut phone, &token, "detoxifications", &["many"]).status,
        422
    );
    let is_stroke = || {
        let known = house.clinic.chart(patient).unwrap();
        let history = known.chart.history();
        history.get("stroke").map(|(_, value)| format!("{value:?}"))
    };
    let unconfirmed = is_stroke();
    assert!(unconfirmed.is_none_or(|value| !value.contains("Yes")));

    let mut desk = house.known("maria");
    let path = format!("/patients/{patient}/evaluation/heart");
    let page = desk.get(&path).unwrap();
    assert!(
        said(&page).contains("In the spring of 2015"),
        "{}",
        said(&page)
    );
    let form = Form::of(&page, &path)
        .fill("told.stroke", "yes")
        .fill("stroke.day", "2015-04-15");
    let answer = form.send(&mut desk);
    assert_eq!(answer.status, 303, "{}", said(&answer));
    assert!(is_stroke().unwrap().contains("Yes"));
    let known = house.clinic.chart(patient).unwrap();
    let course = known.chart.course().unwrap().id;
    let library = house.clinic.library();
    let facts = clinic::facts::of(
        &known.chart,
        course,
        library.pack(),
        house.clinic.zone_today(record::Clock::now(&house.clock)),
        &house.clinic.zone(),
    );
    let on = protocol::When::On(jiff::civil::date(2015, 4, 15));
    assert!(facts.of("stroke").iter().any(|one| one.when == on));
}

#[test]
fn a_patient_signed_in_cannot_answer_in_the_name_of_the_clinic() {
    let house = House::lived_in();
    let path = format!("/patients/{}/evaluation/heart", house.patient());
    let mut patient = house.known("patient");
    let page = patient.get(&path).unwrap();
    assert_eq!(page.status, 200);
    assert!(!page.text().contains("Save and go on"));
}

#[test]
fn what_was_said_by_an_earlier_link_and_nobody_has_read_is_not_asked_again_by_the_next() {
    let house = House::open();
    let mut desk = house.sign_in("maria");
    let path = crate::course::registered(&mut desk, "Ines");
    let patient: PatientId = path.rsplit('/').next().unwrap().parse().unwrap();
    let born = ["5", "6", "1984"].map(str::to_owned);
    let first = linked(&house, patient, 9);
    let mut phone = house.stranger();
    assert_eq!(prove(&mut phone, &first, &born).status, 303);
    let said_once = say(&mut phone, &first, "goal", &["To be there in the mornings"]);
    assert_eq!(said_once.status, 303);
    let next = linked(&house, patient, 10);
    let mut phone = house.stranger();
    prove(&mut phone, &next, &born);
    let page = phone.get(&format!("/before/{next}")).unwrap();
    let page = phone.follow(page).unwrap();
    let words = said(&page);
    assert!(
        !words.contains("What do you hope will be different"),
        "{words}"
    );
    // Gone back to, it stands there as they said it, and can be changed.
    let back = phone.get(&format!("/before/{next}/goal")).unwrap();
    assert!(
        said(&back).contains("To be there in the mornings"),
        "{}",
        said(&back)
    );
}

#[test]
fn what_the_desk_wrote_down_meanwhile_is_not_asked_on_the_phone() {
    let house = House::open();
    let mut desk = house.sign_in("maria");
    let path = crate::course::registered(&mut desk, "Ines");
    let patient: PatientId = path.rsplit('/').next().unwrap().parse().unwrap();
    let token = linked(&house, patient, 9);
    let mut prescriber = house.sign_in("okafor");
    let place = format!("{path}/evaluation/goal");
    let form = Form::of(&prescriber.get(&place).unwrap(), &place);
    let taken = form
        .fill("goal", "To sleep without drinking")
        .send(&mut prescriber);
    assert_eq!(taken.status, 303, "{}", said(&taken));
    let mut phone = house.stranger();
    prove(&mut phone, &token, &["5", "6", "1984"].map(str::to_owned));
    let page = phone.get(&format!("/before/{token}")).unwrap();
    let page = phone.follow(page).unwrap();
    let words = said(&page);
    assert!(
        !words.contains("What do you hope will be different"),
        "{words}"
    );
    assert!(words.contains("Who in your life helps you?"), "{words}");
}
