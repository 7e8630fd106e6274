//! Leaving: every item answered or "no, because", a clock nobody shortens, leaving against advice as a
//! record of its own, and a note that is not signed half written.

use clinic::act::note::{self, Draft};
use clinic::act::room::after;
use clinic::{Denied, Written, act};
use jiff::SignedDuration;
use record::Kind;
use record::fact::care::{NoteKind, NoteSigned};
use record::fact::room::LeftAgainstAdvice;
use record::fact::session::{GateAnswer, RecoveryAssessed};
use record::ids::{PatientId, SessionId};
use record::words::{Line, Prose, Role};

use super::harness::{TestClinic, fields, line, prose};

impl TestClinic {
    /// A dose that has ended, forty minutes after it began.
    fn ended(&mut self) -> (PatientId, SessionId) {
        let (patient, course) = self.planned();
        let session = self.open_session(patient, course).unwrap();
        let dose = self.planned_dose(patient, course);
        self.start(patient, session, dose).unwrap();
        self.clock.forward(SignedDuration::from_mins(40));
        self.by(Role::Nurse, |operation, clinic| {
            act::room::stop_now(operation, clinic, patient, session)
        })
        .unwrap();
        (patient, session)
    }

    fn leave_by_gate(
        &mut self,
        (patient, session): (PatientId, SessionId),
        because: &[(String, Line)],
    ) -> Result<Written, Denied> {
        self.by(Role::Nurse, |operation, clinic| {
            after::sign_gate(operation, clinic, patient, session, because)
        })
    }

    fn items(&self, (patient, session): (PatientId, SessionId)) -> Vec<(String, bool)> {
        let chart = self.chart(patient);
        let mut sessions = chart.sessions().into_iter();
        let there = sessions.find(|one| one.id == session).unwrap();
        let now = record::Clock::now(&*self.clock);
        let gate = after::gate(&self.clinic, &chart, &there, now);
        gate.lines
            .into_iter()
            .map(|one| (one.rule, one.is_met))
            .collect()
    }
}

fn because_of(items: &[(String, bool)]) -> Vec<(String, Line)> {
    let why = line("Said no, and the escort stays with her");
    items
        .iter()
        .map(|(rule, _)| (rule.clone(), why.clone()))
        .collect()
}

#[test]
fn the_clock_before_leaving_is_shortened_by_no_reason() {
    let mut given = TestClinic::new();
    let at = given.ended();
    given.clock.forward(SignedDuration::from_mins(1));
    let because = because_of(&given.items(at));
    assert!(because.iter().any(|(rule, _)| rule == "G01"), "{because:?}");
    let tried = given.leave_by_gate(at, &because);
    assert_eq!(fields(tried), ["session"]);
    assert_eq!(given.n_of(at.0, Kind::RecoveryAssessed), 0);
    assert_eq!(given.n_of(at.0, Kind::SessionClosed), 0);
}

#[test]
fn every_item_before_leaving_is_met_or_has_its_because_and_a_met_one_keeps_none() {
    let mut given = TestClinic::new();
    let at = given.ended();
    given.clock.forward(SignedDuration::from_hours(4));
    let items = given.items(at);
    let open: Vec<&String> = items
        .iter()
        .filter(|(_, met)| !met)
        .map(|(rule, _)| rule)
        .collect();
    assert!(
        !open.is_empty(),
        "nothing was answered, so something is open"
    );
    assert_eq!(fields(given.leave_by_gate(at, &[])), ["items"]);
    let all = because_of(&items);
    let mut but_one = all.clone();
    but_one.retain(|(rule, _)| rule != open[0]);
    assert_eq!(fields(given.leave_by_gate(at, &but_one)), ["items"]);
    assert_eq!(given.n_of(at.0, Kind::RecoveryAssessed), 0);
    given.leave_by_gate(at, &all).unwrap();
    let chart = given.chart(at.0);
    let (_, signed) = chart.latest::<RecoveryAssessed>().unwrap();
    assert_eq!(signed.items.len(), items.len(), "no item is left out");
    for item in &signed.items {
        let is_met = item.answer == GateAnswer::Met;
        assert_ne!(is_met, item.because.is_some(), "{item:?}");
    }
}

#[test]
fn leaving_against_advice_is_a_record_of_its_own_that_names_what_was_not_met() {
    let mut given = TestClinic::new();
    let at = given.ended();
    let told = prose("Wanted to be home before dark.");
    given
        .by(Role::Nurse, |operation, clinic| {
            after::leave_against_advice(operation, clinic, at.0, at.1, (told.clone(), None))
        })
        .unwrap();
    let chart = given.chart(at.0);
    let (_, left) = chart.latest::<LeftAgainstAdvice>().unwrap();
    assert_eq!((left.session, &left.told), (at.1, &told));
    assert!(
        left.unmet.iter().any(|rule| rule.as_str() == "G01"),
        "{left:?}"
    );
    assert_eq!(
        given.n_of(at.0, Kind::RecoveryAssessed),
        0,
        "never as if ready"
    );
    assert!(chart.sessions()[0].left_against_advice);
}

#[test]
fn a_session_note_with_a_part_open_is_not_signed_and_says_which() {
    let mut given = TestClinic::new();
    let at = given.ended();
    let chart = given.chart(at.0);
    let text = after::draft_note(&given.clinic, &chart, &chart.sessions()[0]);
    let sign = |given: &mut TestClinic, text: &str| {
        let draft = Draft {
            kind: NoteKind::Session,
            title: line("Session 1"),
            text: Prose::clipped(text),
            session: Some(at.1),
        };
        given.by(Role::Prescriber, |operation, clinic| {
            note::sign(operation, clinic, at.0, draft)
        })
    };
    let open = |given: &mut TestClinic, text: &str| {
        let Err(Denied::Invalid(faults)) = sign(given, text) else {
            panic!("a half written note was signed: {text}");
        };
        let said = faults[0].sentence.clone();
        let (_, parts) = said.split_once(": ").unwrap();
        parts.split("; ").map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(open(&mut given, &text), after::PARTS);
    let half = text.replacen("[write: Assessment]", "Calm, oriented.", 1);
    assert_eq!(open(&mut given, &half), [after::PARTS[0], after::PARTS[2]]);
    let unmarked = text
        .lines()
        .filter(|line| !line.starts_with(after::TO_WRITE));
    let bare = unmarked.collect::<Vec<_>>().join("\n") + "\n";
    assert_eq!(open(&mut given, &bare), after::PARTS, "the marks deleted");
    let (facts, _) = text.split_once(after::PARTS[0]).unwrap();
    assert_eq!(
        open(&mut given, facts),
        after::PARTS,
        "the headings deleted"
    );
    let dots = bare.replace(":\n", ":\n…\n");
    assert_eq!(open(&mut given, &dots), after::PARTS, "dots are no words");
    assert!(given.chart(at.0).latest::<NoteSigned>().is_none());
    let whole = bare
        .replace(
            &format!("{}:", after::PARTS[0]),
            &format!("{}: The sea.", after::PARTS[0]),
        )
        .replace(
            &format!("{}:", after::PARTS[1]),
            &format!("{}:\r\nCalm.\r\n", after::PARTS[1]),
        );
    assert_eq!(open(&mut given, &whole), [after::PARTS[2]]);
    sign(
        &mut given,
        &format!("{whole}Integration tomorrow at three."),
    )
    .unwrap();
    assert!(given.chart(at.0).latest::<NoteSigned>().is_some());
}

#[test]
fn another_kind_of_note_about_a_session_is_not_its_note() {
    let mut given = TestClinic::new();
    let (patient, course) = given.planned();
    let at = (patient, given.hold_session(patient, course));
    let is_owed = |given: &TestClinic| {
        let board = given.clinic.board();
        let owed = &board.line(at.0).unwrap().unsigned;
        owed.iter().any(|(session, ..)| *session == at.1)
    };
    assert!(is_owed(&given));
    let sign = |given: &mut TestClinic, kind: NoteKind, text: &str| {
        let draft = Draft {
            kind,
            title: line("Session 1"),
            text: Prose::clipped(text),
            session: Some(at.1),
        };
        given
            .by(Role::Prescriber, |operation, clinic| {
                note::sign(operation, clinic, at.0, draft)
            })
            .unwrap();
    };
    sign(&mut given, NoteKind::Clinical, "Seen after the session.");
    assert!(is_owed(&given), "a clinical note has none of the parts");
    let whole = after::PARTS.map(|part| format!("{part}:\nWritten."));
    sign(&mut given, NoteKind::Session, &whole.join("\n"));
    assert!(!is_owed(&given));
}
