//! Before a dose: the questions of the day answered as on a calm day, and the time-out.

use clinic::act::room::before::{self, Question, Second, TIME_OUT_CHECKS};
use protocol::Kind;
use record::fact::observation::{BreathTest, VitalsObserved};
use record::fact::person::{HistoryAnswer, HistoryValue};
use record::quantity::{BreathAlcohol, TenthsCelsius};
use record::words::YesNo;

use super::{Denied, Life, Line, Measured, Prose, Stage, Timestamp, observation};

/// What is yes on a calm day; every other question of yes or no is no.
const YES: &[&str] = &[
    "seated_ten_minutes",
    "acls_on_site",
    "crash_kit_checked",
    "escort_named_adult_with_phone",
    "treatment_goal_recorded",
    "on_room_air",
    "capacity_confirmed",
    "contraception_agreed",
];

/// The answer of a calm day.
fn calm(question: &Question, now: Timestamp) -> Option<HistoryAnswer> {
    let hours = |hours: i64| {
        now.checked_sub(jiff::SignedDuration::from_hours(hours))
            .unwrap_or(now)
    };
    let name = question.input.as_str();
    let answer = match (&question.kind, name) {
        (Kind::YesNo, _) if YES.contains(&name) => HistoryValue::Plain(YesNo::Yes),
        (Kind::YesNo, _) => HistoryValue::Plain(YesNo::No),
        (Kind::Moment, "last_drink") => HistoryValue::At(hours(400)),
        (Kind::Moment, _) => HistoryValue::At(hours(9)),
        (Kind::Quantity { .. }, "ciwa_ar" | "cows") => HistoryValue::Number(Line::clipped("1")),
        (Kind::Choice(choices), _) => HistoryValue::Word(Line::clipped(choices.first()?)),
        (Kind::Coded, _) => HistoryValue::Word(Line::clipped("none")),
        (Kind::Quantity { .. } | Kind::Date, _) => return None,
    };
    Some(HistoryAnswer {
        input: Line::clipped(name),
        answer,
    })
}

impl Life {
    /// Makes ready for the dose and holds the time-out, as far as the rules let.
    pub(super) fn check_together(&mut self, stage: &Stage<'_>) -> Result<(), Denied> {
        let patient = self.patient()?;
        let id = self.session.ok_or(Denied::NotFound)?;
        let nurse = &stage.staff.nurse;
        let breath = Measured::Breath(BreathTest {
            alcohol: BreathAlcohol::new(0),
        });
        observation::observe(
            &mut self.operation(stage, nurse),
            stage.clinic,
            patient,
            breath,
        )?;
        let warm = VitalsObserved {
            session: Some(id),
            temperature_tenths_c: Some(TenthsCelsius::new(368)),
            ..VitalsObserved::default()
        };
        let warm = Measured::Vitals(warm);
        observation::observe(
            &mut self.operation(stage, nurse),
            stage.clinic,
            patient,
            warm,
        )?;
        let chart = &stage.clinic.chart(patient)?.chart;
        let there = chart
            .sessions()
            .into_iter()
            .find(|one| one.id == id)
            .ok_or(Denied::NotFound)?;
        let ready = before::readiness(stage.clinic, chart, &there, stage.at);
        let open = ready.questions.iter().filter(|question| question.is_open);
        let answers: Vec<HistoryAnswer> = open
            .filter_map(|question| calm(question, stage.at))
            .collect();
        if !answers.is_empty() {
            let mut operation = self.operation(stage, nurse);
            before::answer(&mut operation, stage.clinic, patient, id, answers)?;
        }
        let second = Second::made_up(&stage.staff.prescriber).ok_or(Denied::NotFound)?;
        let checked = TIME_OUT_CHECKS
            .iter()
            .map(|(_, words)| Line::clipped(words))
            .collect();
        let mut operation = self.operation(stage, nurse);
        let held = before::time_out(&mut operation, stage.clinic, patient, id, (second, checked));
        let Err(Denied::Refused(refusal)) = held else {
            return held.map(|_| ());
        };
        // What stands in the way today holds the session, as it would at a real clinic.
        let reason = Prose::clipped(&refusal.sentence);
        let mut operation = self.operation(stage, nurse);
        before::hold_today(&mut operation, stage.clinic, patient, id, reason)?;
        Err(Denied::Refused(refusal))
    }
}
