//! Playing a script: each step through the use case a real person would have used.

mod before;
mod days;
mod dosing;
mod ready;

use clinic::act::instrument::Filled;
use clinic::act::observation::Measured;
use clinic::act::session::{Happening, Opening};
use clinic::act::{
    alert, check_in, correction, course, instrument, note, observation, session, visit,
};
use clinic::{Actor, Clinic, Denied, Operation};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};
use record::Clock;
use record::chart::visit::VisitState;
use record::fact::care::NoteKind;
use record::fact::observation::{
    FilledBy, Found, LaboratoryResult, UrineFinding, UrineScreen, VitalsObserved,
};
use record::fact::session::{
    DoseStarted, DoseStopped, GateAnswer, GateItem, ObservationMade, RecoveryAssessed,
    SessionClosed, Watched,
};
use record::fact::substance_use::{CheckInAnswered, Use, UseMethod, UseReported, UseSource};
use record::ids::{CourseId, PatientId, SessionId};
use record::quantity::{
    BeatsPerMinute, BreathsPerMinute, Grams, MillimetresOfMercury, Minutes, Percent, Score10,
};
use record::words::{Door, Line, Prose, Said, YesNo};
use record::{Chart, Fact};

use crate::chance::Seeded;
use crate::person::Person;
use crate::script::{Answers, Script, Step};
use crate::staff::Staff;

/// One life being played.
pub(crate) struct Life {
    pub(crate) script: Script,
    person: Person,
    chance: Seeded,
    patient: Option<PatientId>,
    course: Option<CourseId>,
    session: Option<SessionId>,
}

/// What a step is played with.
struct Stage<'a> {
    clinic: &'a Clinic,
    staff: &'a Staff,
    clock: &'a dyn Clock,
    at: Timestamp,
}

impl Life {
    pub(crate) fn new(person: Person, script: Script, chance: Seeded) -> Self {
        Self {
            script,
            person,
            chance,
            patient: None,
            course: None,
            session: None,
        }
    }

    /// Plays one step. A refusal is part of life: what was refused is in the record, and the script
    /// goes on. Anything else that is denied is a fault.
    pub(crate) fn play(
        &mut self,
        clinic: &Clinic,
        staff: &Staff,
        clock: &dyn Clock,
        at: Timestamp,
        step: &Step,
    ) -> Result<(), Denied> {
        let stage = Stage {
            clinic,
            staff,
            clock,
            at,
        };
        match self.step(&stage, step) {
            Err(Denied::Refused(_) | Denied::Invalid(_) | Denied::NotFound) | Ok(()) => Ok(()),
            Err(fault) => Err(fault),
        }
    }

    fn step(&mut self, stage: &Stage<'_>, step: &Step) -> Result<(), Denied> {
        match step {
            Step::Enquire
            | Step::Contact
            | Step::BookEvaluation(_)
            | Step::HoldEvaluation(_)
            | Step::Register
            | Step::Assess
            | Step::Consent
            | Step::Plan(_, _) => self.before_course(stage, step),
            Step::Arrive(_)
            | Step::Open
            | Step::Start
            | Step::Vitals(_)
            | Step::Dissociation(_)
            | Step::Stop
            | Step::Leave
            | Step::Note => self.in_session(stage, step),
            Step::Visit(_, _)
            | Step::CheckIn(_)
            | Step::FollowBack(_)
            | Step::Urine(_)
            | Step::Mood(_)
            | Step::TakeAlert
            | Step::SettleAlert
            | Step::Correct => self.every_day(stage, step),
            Step::Pause => self.turn(
                stage,
                course::Turn::Pause {
                    reason: prose("Away for work"),
                },
            ),
            Step::Return => {
                let reason = Some(prose("Back home, and wants to go on"));
                self.turn(stage, course::Turn::Return { reason })
            }
            Step::Complete => {
                let summary = Some(prose("Three sessions and the ninety days are done"));
                self.turn(stage, course::Turn::Complete { summary })
            }
            Step::LeaveCourse => {
                let reason = Some(prose("Moved away; knows the door is open"));
                self.turn(stage, course::Turn::Leave { reason })
            }
        }
    }

    fn operation<'a>(&'a mut self, stage: &Stage<'a>, actor: &Actor) -> Operation<'a> {
        Operation::new(actor.clone(), stage.clock, &mut self.chance).at(stage.at)
    }

    fn patient(&self) -> Result<PatientId, Denied> {
        self.patient.ok_or(Denied::NotFound)
    }

    fn course(&self) -> Result<CourseId, Denied> {
        self.course.ok_or(Denied::NotFound)
    }
}

/// Whether a day was told of already, so that an interview does not contradict the diary by chance.
fn is_told(stage: &Stage<'_>, patient: PatientId, report: &UseReported) -> bool {
    stage.clinic.chart(patient).is_ok_and(|known| {
        known
            .chart
            .all::<CheckInAnswered>()
            .any(|(_, answered)| answered.day == report.day)
    })
}

fn visit_at(chart: &Chart, starts_at: Timestamp) -> Result<record::ids::VisitId, Denied> {
    let visits = chart.visits();
    visits
        .iter()
        .find(|visit| visit.starts_at == starts_at)
        .map(|visit| visit.id)
        .ok_or(Denied::NotFound)
}

fn vitals(
    session: Option<SessionId>,
    upper: u16,
    lower: u16,
    weight: Option<Grams>,
) -> VitalsObserved {
    VitalsObserved {
        session,
        systolic_mmhg: Some(MillimetresOfMercury::new(upper)),
        diastolic_mmhg: Some(MillimetresOfMercury::new(lower)),
        pulse_per_min: Some(BeatsPerMinute::new(60 + upper / 8)),
        saturation_percent: Some(Percent::new(97)),
        breaths_per_min: Some(BreathsPerMinute::new(14)),
        temperature_tenths_c: None,
        weight_g: weight,
        device: None,
    }
}

fn result(test: &str, value: &str, unit: &str, high: &str, at: Timestamp) -> LaboratoryResult {
    LaboratoryResult {
        test: Line::clipped(test),
        code: None,
        value: Line::clipped(value),
        unit: Some(Line::clipped(unit)),
        low: None,
        high: Some(Line::clipped(high)),
        sampled_at: at,
    }
}

fn check_in_of(course: CourseId, day: Date, answers: Answers) -> CheckInAnswered {
    let score = |value: u8| Score10::new(value).map_or(Said::Skipped, Said::Answered);
    CheckInAnswered {
        course,
        day,
        craving_now: Said::NotAsked,
        craving_peak: score(answers.craving),
        used: answers.used.map_or(Said::Skipped, Said::Answered),
        uses: Vec::new(),
        mood: score(answers.mood),
        sleep_half_hours: Said::Answered(answers.sleep),
        stress: score(10 - answers.mood),
        confidence: score(answers.mood),
        risky_situation: Said::Skipped,
        safe: Said::Answered(YesNo::Yes),
        wants_call: answers.wants_call,
        words: None,
    }
}

fn prose(text: &str) -> Prose {
    Prose::clipped(text)
}
