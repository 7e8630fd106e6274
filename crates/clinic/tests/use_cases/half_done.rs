//! A questionnaire that is begun and left: nothing of it is lost, nothing of it is scored, somebody asks.

use clinic::act::contact::prefer;
use clinic::act::instrument::{Kept, answer, keep, scored, under_way};
use clinic::act::{alert, erase, watch};
use clinic::completeness::Whose;
use clinic::denied::Denied;
use clinic::operation::Actor;
use instruments::Answers;
use jiff::SignedDuration;
use record::Kind as EntryKind;
use record::chart::alert::Alert;
use record::fact::care::{AlertCause, Urgency};
use record::fact::contact::ContactPreferred;
use record::fact::observation::{InstrumentAnswered, QuestionnaireLeft};
use record::ids::PatientId;
use record::words::{Door, Role};

use super::harness::{TestClinic, line, staff, themselves};
use super::instrument::filled;
use super::remind::agreed;

const HOUR: SignedDuration = SignedDuration::from_hours(1);
const DAY: SignedDuration = SignedDuration::from_hours(24);

fn look(given: &mut TestClinic) {
    given
        .as_actor(Actor::system(Door::Command), watch::look)
        .unwrap();
}

fn registered(given: &mut TestClinic) -> PatientId {
    let patient = given.enquire();
    given.register(patient).unwrap();
    patient
}

fn keep_by(
    given: &mut TestClinic,
    actor: Actor,
    patient: PatientId,
    pairs: &[(&str, i32)],
) -> Result<Kept, Denied> {
    let answers = Answers::of(pairs.iter().copied());
    given.as_actor(actor, |operation, clinic| {
        keep(operation, clinic, patient, "phq-9", &answers)
    })
}

fn begun(given: &mut TestClinic, patient: PatientId) -> Option<Answers> {
    let draft = given.by(Role::Nurse, |operation, clinic| {
        under_way(operation, clinic, patient, "phq-9")
    });
    draft.unwrap().map(|draft| draft.answers())
}

fn alerts(given: &TestClinic, patient: PatientId, cause: AlertCause) -> Vec<Alert> {
    let all = given.chart(patient).alerts().into_iter();
    all.filter(|alert| alert.cause == cause).collect()
}

#[test]
fn one_left_half_done_is_written_down_once_its_day_is_over_with_a_task_and_no_score() {
    let mut given = TestClinic::new();
    let patient = registered(&mut given);
    let four = [("1", 2), ("2", 1), ("3", 3), ("4", 0)];
    keep_by(&mut given, themselves(patient), patient, &four).unwrap();
    let day = given.today().strftime("%-d %B").to_string();
    given.clock.forward(HOUR);
    look(&mut given);
    let n_left = |given: &TestClinic| given.n_of(patient, EntryKind::QuestionnaireLeft);
    assert_eq!(n_left(&given), 0, "its day is not over: they may come back");
    given.clock.forward(DAY);
    for _ in 0..3 {
        look(&mut given);
        given.clock.forward(HOUR);
    }
    assert_eq!(n_left(&given), 1);
    let chart = given.chart(patient);
    let (_, left) = chart.left_half_done()[0];
    assert_eq!((left.items.len(), left.of), (4, 10));
    assert!(left.is_by_patient);
    assert_eq!(
        chart.all::<InstrumentAnswered>().count(),
        0,
        "nothing is scored"
    );
    let all = alerts(&given, patient, AlertCause::HalfDone);
    assert_eq!(all.len(), 1);
    assert_eq!(
        all[0].sentence,
        format!("PHQ-9 left half done on {day}, 4 of 10 answered")
    );
    assert_eq!(all[0].urgency, Urgency::Watch);
    let board = given.clinic.board();
    let on_board = board.line(patient).unwrap();
    let whose =
        clinic::act::instrument::draft::whose(&given.clinic, on_board, &on_board.follow.left[0]);
    assert_eq!(whose, Whose::FallsTo(protocol::contact::Owner::Coordinator));
    drop(board);
    given
        .by(Role::Coordinator, |operation, clinic| {
            alert::own(operation, clinic, patient, all[0].id)
        })
        .unwrap();
    let board = given.clinic.board();
    let on_board = board.line(patient).unwrap();
    let whose =
        clinic::act::instrument::draft::whose(&given.clinic, on_board, &on_board.follow.left[0]);
    assert!(matches!(whose, Whose::Taken(_)), "{whose:?}");
}

#[test]
fn who_comes_back_goes_on_where_they_stopped_and_giving_it_settles_the_task_by_itself() {
    let mut given = TestClinic::new();
    let patient = registered(&mut given);
    keep_by(
        &mut given,
        themselves(patient),
        patient,
        &[("1", 2), ("2", 1)],
    )
    .unwrap();
    given.clock.forward(DAY + DAY);
    look(&mut given);
    assert_eq!(
        begun(&mut given, patient),
        Some(Answers::of([("1", 2), ("2", 1)]))
    );
    let all: Vec<(String, i32)> = (1..=9).map(|item| (item.to_string(), 0)).collect();
    let pairs: Vec<(&str, i32)> = all
        .iter()
        .map(|(item, value)| (item.as_str(), *value))
        .collect();
    given
        .by(Role::Nurse, |operation, clinic| {
            answer(operation, clinic, patient, &filled("phq-9", &pairs))
        })
        .unwrap();
    look(&mut given);
    assert_eq!(begun(&mut given, patient), None);
    assert!(given.chart(patient).left_half_done().is_empty());
    let task = &alerts(&given, patient, AlertCause::HalfDone)[0];
    assert!(task.closed_at.is_some());
    let chart = given.chart(patient);
    assert_eq!(
        chart.all::<QuestionnaireLeft>().count(),
        1,
        "that it was left stays"
    );
    let (_, answered) = chart.all::<InstrumentAnswered>().next().unwrap();
    let phq = given.clinic.library().instrument("phq-9").unwrap();
    let scores = scored(phq, answered, record::words::Sex::NotRecorded);
    assert_eq!(scores[0].value(), Some(0.0));
    given.clock.forward(DAY);
    look(&mut given);
    assert_eq!(given.n_of(patient, EntryKind::QuestionnaireLeft), 1);
}

#[test]
fn the_ninth_item_is_told_the_moment_it_is_kept_and_once_however_the_rest_goes() {
    for by_patient in [true, false] {
        let mut given = TestClinic::new();
        let patient = registered(&mut given);
        let who = || {
            if by_patient {
                themselves(patient)
            } else {
                staff(Role::Nurse)
            }
        };
        let kept = keep_by(&mut given, who(), patient, &[("9", 1)]).unwrap();
        assert!(kept.is_crisis);
        let told = alerts(&given, patient, AlertCause::Safety);
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].urgency, Urgency::ActNow);
        // Kept again with more, it is told no second time; nor when the whole is given.
        let again = keep_by(&mut given, who(), patient, &[("9", 1), ("1", 0)]).unwrap();
        assert!(!again.is_crisis);
        let all: Vec<(String, i32)> = (1..=8).map(|item| (item.to_string(), 0)).collect();
        let mut pairs: Vec<(&str, i32)> = all
            .iter()
            .map(|(item, value)| (item.as_str(), *value))
            .collect();
        pairs.push(("9", 1));
        given
            .by(Role::Nurse, |operation, clinic| {
                answer(operation, clinic, patient, &filled("phq-9", &pairs))
            })
            .unwrap();
        assert_eq!(alerts(&given, patient, AlertCause::Safety).len(), 1);
    }
}

#[test]
fn what_two_doors_keep_at_once_is_put_together_and_never_laid_over_one_another() {
    let mut given = TestClinic::new();
    let patient = registered(&mut given);
    keep_by(
        &mut given,
        themselves(patient),
        patient,
        &[("1", 2), ("3", 1)],
    )
    .unwrap();
    // The desk's page was opened before the phone answered the third.
    keep_by(
        &mut given,
        staff(Role::Nurse),
        patient,
        &[("1", 3), ("2", 0)],
    )
    .unwrap();
    let together = Answers::of([("1", 3), ("2", 0), ("3", 1)]);
    assert_eq!(begun(&mut given, patient), Some(together));
}

#[test]
fn after_its_days_it_is_gone_on_with_no_more_and_what_was_said_stays_in_the_record() {
    let mut given = TestClinic::new();
    let patient = registered(&mut given);
    keep_by(&mut given, themselves(patient), patient, &[("1", 2)]).unwrap();
    // Nobody looked for a month, as on a machine that was off: it is written down all the same.
    given.clock.forward(DAY * 31);
    assert_eq!(begun(&mut given, patient), None);
    look(&mut given);
    assert_eq!(given.chart(patient).left_half_done().len(), 1);
    // Begun anew after that, it is another one, and the first stays what it was.
    keep_by(&mut given, themselves(patient), patient, &[("2", 1)]).unwrap();
    assert_eq!(begun(&mut given, patient), Some(Answers::of([("2", 1)])));
    given.clock.forward(DAY + DAY);
    look(&mut given);
    let chart = given.chart(patient);
    let left: Vec<usize> = chart
        .all::<QuestionnaireLeft>()
        .map(|(_, left)| left.items.len())
        .collect();
    assert_eq!(left, [1, 1]);
    assert_eq!(chart.left_half_done().len(), 1);
    assert_eq!(
        alerts(&given, patient, AlertCause::HalfDone).len(),
        1,
        "one task for both"
    );
}

#[test]
fn of_a_record_that_is_erased_no_answer_stays() {
    let mut given = TestClinic::new();
    let patient = registered(&mut given);
    keep_by(&mut given, themselves(patient), patient, &[("1", 2)]).unwrap();
    let mut officer = staff(Role::ComplianceOfficer);
    officer.door = Door::Virtual;
    let confirmed = clinic::act::confirm::Confirmed::made_up(&officer).unwrap();
    given
        .as_actor(officer, |operation, clinic| {
            erase::record(operation, clinic, patient, &line("They asked"), &confirmed)
        })
        .unwrap();
    given.clock.forward(DAY + DAY);
    look(&mut given);
    assert!(given.chart(patient).entries().is_empty());
    let rows = given
        .clinic
        .journal()
        .rim_scan("questionnaire_draft", "", 10)
        .unwrap();
    assert!(rows.is_empty(), "{} rows", rows.len());
}

#[test]
fn the_day_of_the_last_answer_ends_by_the_patients_own_clock_when_the_clocks_change() {
    // In New York the clocks go forward on Sunday 8 March: that day is over at four by universal time.
    let mut given = TestClinic::new();
    let patient = registered(&mut given);
    given.clock.set("2026-03-08T06:30:00Z".parse().unwrap());
    given
        .as_actor(Actor::system(Door::Virtual), |operation, clinic| {
            let preferred = ContactPreferred {
                zone: Some(line("America/New_York")),
                ..agreed()
            };
            prefer(operation, clinic, patient, preferred)
        })
        .unwrap();
    keep_by(&mut given, themselves(patient), patient, &[("1", 2)]).unwrap();
    let n_left = |given: &TestClinic| given.n_of(patient, EntryKind::QuestionnaireLeft);
    for (at, n) in [("2026-03-09T03:59:00Z", 0), ("2026-03-09T04:01:00Z", 1)] {
        given.clock.set(at.parse().unwrap());
        look(&mut given);
        assert_eq!(n_left(&given), n, "{at}");
    }
}
