//! The relapse watch: who is called for, how often, and what the page of it may say.

use clinic::act::instrument::{self, Filled, enter_total};
use clinic::due::{Calendar, Zones};
use clinic::relapse::{AHEAD, Person, Watched, held, score_now};
use instruments::Answers;
use jiff::{SignedDuration, ToSpan as _};
use protocol::contact::relapse_watch::Score;
use record::calendar::civil_day;
use record::fact::care::{AlertCause, Urgency};
use record::fact::observation::FilledBy;
use record::fact::substance_use::CheckInAnswered;
use record::ids::{CourseId, PatientId};
use record::quantity::Score10;
use record::words::{Role, Said, Sex, YesNo};

use crate::harness::TestClinic;
use crate::sample::a_calm_day;

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// A check-in about yesterday, given today.
fn answer(
    given: &mut TestClinic,
    (patient, course): (PatientId, CourseId),
    change: impl FnOnce(&mut CheckInAnswered),
) {
    given.clock.forward(DAY);
    let yesterday = given.today().saturating_sub(1.day());
    let mut answered = a_calm_day(course, yesterday);
    change(&mut answered);
    given.check_in(patient, answered).unwrap();
}

fn watched(given: &TestClinic, patient: PatientId) -> Vec<(Urgency, String)> {
    let alerts = given.chart(patient).alerts();
    alerts
        .iter()
        .filter(|alert| alert.cause == AlertCause::RelapseWatch)
        .map(|alert| (alert.urgency, alert.sentence.clone()))
        .collect()
}

fn craving(peak: u8) -> Said<Score10> {
    Said::Answered(Score10::new(peak).unwrap())
}

#[test]
fn points_that_rise_to_amber_call_once_and_red_calls_again() {
    let mut given = TestClinic::new();
    let (patient, course) = given.planned();
    let who = (patient, course);
    answer(&mut given, who, |_| {});
    assert_eq!(watched(&given, patient), []);
    let uneasy = |one: &mut CheckInAnswered| {
        one.craving_peak = craving(8);
        one.risky_situation = Said::Answered(YesNo::Yes);
    };
    answer(&mut given, who, uneasy);
    let first = watched(&given, patient);
    assert_eq!(first.len(), 1);
    assert_eq!(first[0].0, Urgency::Watch);
    assert!(
        first[0]
            .1
            .contains("at least 3 points: Craving, A risky situation"),
        "{}",
        first[0].1
    );
    answer(&mut given, who, uneasy);
    assert_eq!(watched(&given, patient).len(), 1, "one call at a time");
    answer(&mut given, who, |one| {
        uneasy(one);
        one.used = Said::Answered(true);
    });
    let second = watched(&given, patient);
    assert_eq!(second.len(), 2);
    assert_eq!(second[1].0, Urgency::ActNow);
}

#[test]
fn too_few_people_are_too_little_to_tell_and_an_unknown_week_is_counted_apart() {
    let mut given = TestClinic::new();
    let who = given.planned();
    for day in 0..10 {
        answer(&mut given, who, |one| {
            if day == 3 {
                one.used = Said::Answered(true);
            }
            if day == 9 {
                one.used = Said::Skipped;
            }
        });
    }
    let chart = given.chart(who.0);
    let course = chart.course().unwrap();
    let library = given.clinic.library();
    let person = Person {
        watched: Watched::of(&chart, &course).unwrap(),
        sex: Sex::Female,
        age: Some(41),
        substance: "alcohol".to_owned(),
    };
    let found = held(
        &[person],
        library.relapse_watch(),
        library.cadence(),
        &given.clinic.zone(),
    );
    assert!(
        found
            .too_little
            .as_deref()
            .is_some_and(|said| said.contains("1 people and 3 days")),
        "{:?}",
        found.too_little
    );
    let counted = found.bands.iter().fold((0, 0, 0), |sum, band| {
        (sum.0 + band.used, sum.1 + band.free, sum.2 + band.unknown)
    });
    // Days 0 to 2 are before the use; of the others the week after is not all known yet.
    assert_eq!(counted, (3, 0, 7), "ten days, {AHEAD} ahead");
    let everybody = &found.groups[0];
    assert_eq!((everybody.people, everybody.days), (1, 3));
    assert!(everybody.pooled.is_none() && everybody.caught.is_none());
}

/// The points on the board, and the same from the whole chart.
fn both(given: &TestClinic, patient: PatientId) -> (Score, Score) {
    let board = given.clinic.board();
    let library = given.clinic.library();
    let line = board.line(patient).unwrap();
    let zone = Zones::of(board.house.zone()).theirs(line);
    let today = civil_day(given.now(), &zone);
    let (_, on_the_board) = Calendar::of(library).watch(line, today, &zone).unwrap();
    let chart = given.chart(patient);
    let watched = Watched::of(&chart, &chart.course().unwrap()).unwrap();
    let (watch, cadence) = (library.relapse_watch(), library.cadence());
    let (_, of_the_chart) = score_now(&watched, today, watch, cadence, &zone).unwrap();
    (on_the_board, of_the_chart)
}

#[test]
fn insomnia_and_little_to_lean_on_count_on_the_board_as_in_the_chart() {
    let mut given = TestClinic::new();
    let who = given.planned();
    let patient = who.0;
    for _ in 0..8 {
        answer(&mut given, who, |_| {});
    }
    let (before, _) = both(&given, patient);
    assert!(before.is_at_least, "no PHQ-9 and no BAM yet");
    given
        .by(Role::Nurse, |operation, clinic| {
            enter_total(operation, clinic, patient, "isi", 18, FilledBy::ReadAloud)
        })
        .unwrap();
    for instrument in ["bam-r", "phq-9"] {
        let items = &given.clinic.library().instrument(instrument).unwrap().items;
        let least = |item: &instruments::Item| (item.id.clone(), item.choices[0].value);
        let pairs: Vec<(String, i32)> = items.iter().map(least).collect();
        let answers = Answers::of(pairs.iter().map(|(id, value)| (id.as_str(), *value)));
        given
            .by(Role::Nurse, |operation, clinic| {
                let filled = Filled {
                    instrument: instrument.to_owned(),
                    answers,
                    filled_by: FilledBy::ReadAloud,
                };
                instrument::answer(operation, clinic, patient, &filled)
            })
            .unwrap();
    }
    answer(&mut given, who, |_| {});
    let (on_the_board, of_the_chart) = both(&given, patient);
    assert_eq!(on_the_board, of_the_chart);
    let points = |title: &str| {
        let found = on_the_board.counted.iter().find(|one| one.title == title);
        found.map(|one| (one.points, one.because.clone())).unwrap()
    };
    assert_eq!(points("Poor sleep"), (1, "ISI 18".to_owned()));
    assert_eq!(points("Little to lean on").0, 1);
    let missing = on_the_board.counted.iter().filter(|one| one.is_missing);
    let missing: Vec<&str> = missing.map(|one| one.title).collect();
    assert!(
        !missing.contains(&"Little to lean on") && !missing.contains(&"Low mood"),
        "{missing:?}"
    );
    // On the board opened anew it is the same.
    given.clinic = given.opened_anew();
    assert_eq!(both(&given, patient).0, of_the_chart);
}
