//! The predicted level: the engine's numbers and no others, its wording always, faults beside their field.

use pharmacology::preview::{Extent, preview};
use pharmacology::{Dose, Drug, Patient, Plan, model, wording};

use crate::form::said;
use crate::house::House;

#[test]
fn the_numbers_of_the_page_are_the_engines_for_the_same_question() {
    let house = House::lived_in();
    let mut reader = house.known("okafor");
    let page = reader
        .get("/pharmacology?dose=35&unit=mg&drug=racemic&route=iv_infusion&minutes=40&weight=70&model=otto2021&beside=domino1984")
        .unwrap();
    assert_eq!(page.status, 200);
    let words = said(&page);
    let models = ["otto2021", "domino1984"].map(|name| model::find(name).unwrap().unwrap());
    let plan = Plan::new(vec![Dose::infusion(0.0, 35.0, 40.0 / 60.0)])
        .unwrap()
        .of(Drug::RacemicKetamine);
    let extent = Extent {
        n_times: 241,
        ..Extent::default()
    };
    let found = preview(&models, &Patient::new(70.0).unwrap(), &plan, extent).unwrap();
    assert_eq!(found.models.len(), 2);
    for one in &found.models {
        let [low, middle, high] = one.c_max_patients;
        for says in [
            format!("{:.0} ng/mL (", one.exposure.c_max),
            format!("{low:.0} / {middle:.0} / {high:.0} ng/mL"),
            format!("{:.1} h", one.exposure.half_life_h),
            one.citation.clone(),
        ] {
            assert!(words.contains(&says), "{}: {says} in {words}", one.name);
        }
    }
    for always in found.wording {
        assert!(words.contains(always), "{always}");
    }
}

#[test]
fn a_protocol_published_with_a_level_is_set_beside_the_plan_and_the_others_say_they_had_none() {
    let house = House::lived_in();
    let mut reader = house.known("okafor");
    let page = reader
        .get("/pharmacology?dose=35&unit=mg&drug=racemic&route=iv_infusion&minutes=40&weight=70&model=otto2021&beside=domino1984")
        .unwrap();
    let words = said(&page);
    let (_, without) = words.split_once("No published target: ").unwrap();
    for protocol in house.clinic.library().protocols() {
        assert!(words.contains(&protocol.title), "{}", protocol.title);
        assert_eq!(
            protocol.targets.is_empty(),
            without.contains(&protocol.title),
            "{}",
            protocol.title
        );
    }
}

#[test]
fn a_plan_that_cannot_be_predicted_is_one_sentence_beside_its_field() {
    let house = House::lived_in();
    let mut reader = house.known("okafor");
    let rest = "unit=mg&drug=racemic&minutes=40&weight=70&beside=domino1984";
    for (asked, says) in [
        (
            "dose=0&model=otto2021",
            "Give a dose, in mg, from 1 to 1000",
        ),
        (
            "dose=much&model=otto2021",
            "Give a dose, in mg, from 1 to 1000",
        ),
        (
            "dose=NaN&model=otto2021",
            "Give a dose, in mg, from 1 to 1000",
        ),
        ("dose=35&age=9&model=otto2021", "Give an age of an adult"),
        (
            "dose=35&route=oral&model=otto2021",
            "does not describe swallowed",
        ),
        (
            "dose=35&model=herd2007&beside=hornik2018&age=40",
            "built on children",
        ),
        ("dose=35&model=no-such", "Choose a model"),
        ("dose=35&model=domino1984", "that differs from the first"),
        ("dose=35&route=by-ear", "Choose a way in"),
    ] {
        let page = reader
            .get(&format!("/pharmacology?{asked}&{rest}"))
            .unwrap();
        assert_eq!(page.status, 200, "{asked}");
        let words = said(&page);
        assert!(words.contains(says), "{asked}: {words}");
        assert!(words.contains(wording::CAUTION), "{asked}");
        assert!(!page.text().contains("fg-level"), "{asked} draws a level");
    }
}

#[test]
fn the_level_of_a_prescribed_plan_is_drawn_as_a_plan_and_is_refused_without_one() {
    let house = House::lived_in();
    let mut reader = house.known("okafor");
    let page = reader
        .get(&format!("/patients/{}/predicted", house.patient()))
        .unwrap();
    let words = said(&page);
    assert!(words.contains(wording::PLAN_NOT_LIVE), "{words}");
    assert!(words.contains(wording::CAUTION), "{words}");
    assert!(page.text().contains("fg-level"), "{words}");
    let list = reader.get("/patients").unwrap().text();
    let mut n_without = 0;
    for path in list
        .split("href=\"")
        .filter_map(|rest| rest.split('"').next())
    {
        let Some(patient) = path.strip_prefix("/patients/pt_") else {
            continue;
        };
        let known = house
            .clinic
            .chart(format!("pt_{patient}").parse().unwrap())
            .unwrap();
        let course = known.chart.course();
        if course.is_some_and(|course| known.chart.plan(course.id).is_some()) {
            continue;
        }
        n_without += 1;
        let none = reader.get(&format!("{path}/predicted")).unwrap();
        assert!(said(&none).contains("then its level can be drawn"));
        assert!(!none.text().contains("fg-level"));
    }
    assert!(n_without > 0, "somebody has no plan");
}
