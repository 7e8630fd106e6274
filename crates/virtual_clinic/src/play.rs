//! Playing a script: each step through the use case a real person would have used.

use clinic::act::consent::Signature;
use clinic::act::enquiry::Booking;
use clinic::act::observation::Measured;
use clinic::act::plan::{Hours, Prescription};
use clinic::act::registration::Listing;
use clinic::act::session::{Happening, Opening};
use clinic::act::{
    alert, check_in, consent, correction, course, eligibility, enquiry, note, observation, plan,
    registration, session, visit,
};
use clinic::{Actor, Clinic, Denied, Operation};
use jiff::civil::{Date, Time, time};
use jiff::{Timestamp, ToSpan as _};
use record::Clock;
use record::chart::visit::VisitState;
use record::fact::care::NoteKind;
use record::fact::enquiry::{ContactMade, ContactWay, EvaluationHeld, EvaluationLeadsTo, Reached};
use record::fact::observation::{
    FilledBy, Found, InstrumentAnswered, LaboratoryResult, UrineFinding, UrineScreen,
    VitalsObserved,
};
use record::fact::person::{
    AllergyCertainty, AllergyListed, ConditionListed, MedicineListed, Standing,
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
use crate::history;
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

    fn before_course(&mut self, stage: &Stage<'_>, step: &Step) -> Result<(), Denied> {
        let desk = &stage.staff.coordinator;
        match step {
            Step::Enquire => {
                let asked = self.person.enquiry.clone();
                let mut operation = self.operation(stage, &Actor::public(Door::Virtual));
                let patient = enquiry::take(&mut operation, stage.clinic, asked)?;
                self.patient = Some(patient);
            }
            Step::Contact => {
                let patient = self.patient()?;
                let contact = ContactMade {
                    way: ContactWay::Phone,
                    reached: Reached::Spoke,
                    summary: Some(prose("Glad of the call; wants to come and talk")),
                };
                enquiry::make_contact(
                    &mut self.operation(stage, desk),
                    stage.clinic,
                    patient,
                    contact,
                )?;
            }
            Step::BookEvaluation(starts_at) => {
                let patient = self.patient()?;
                let with = Some(Line::clipped(stage.staff.prescriber.name.as_str()));
                let booking = Booking {
                    starts_at: *starts_at,
                    minutes: 60,
                    with,
                };
                enquiry::book_evaluation(
                    &mut self.operation(stage, desk),
                    stage.clinic,
                    patient,
                    booking,
                )?;
            }
            Step::HoldEvaluation(leads_on) => self.evaluate(stage, *leads_on)?,
            Step::Register => self.register(stage)?,
            Step::Assess => self.assess(stage)?,
            Step::Consent => self.consent(stage)?,
            Step::Plan(day_zero, dosing_at) => self.plan(stage, *day_zero, *dosing_at)?,
            _ => {}
        }
        Ok(())
    }

    fn evaluate(&mut self, stage: &Stage<'_>, leads_on: bool) -> Result<(), Denied> {
        let patient = self.patient()?;
        let visits = stage.clinic.chart(patient)?.chart.visits();
        let held = EvaluationHeld {
            visit: visits.last().map(|visit| visit.id),
            leads_to: if leads_on {
                EvaluationLeadsTo::Proceed
            } else {
                EvaluationLeadsTo::Refer
            },
            summary: Some(prose(
                "Talked through history, hopes and what the treatment can and cannot do",
            )),
        };
        let actor = &stage.staff.prescriber;
        enquiry::hold_evaluation(
            &mut self.operation(stage, actor),
            stage.clinic,
            patient,
            held,
        )?;
        Ok(())
    }

    fn register(&mut self, stage: &Stage<'_>) -> Result<(), Denied> {
        let patient = self.patient()?;
        let identity = self.person.identity.clone();
        let desk = &stage.staff.coordinator;
        let nurse = &stage.staff.nurse;
        registration::register(
            &mut self.operation(stage, desk),
            stage.clinic,
            patient,
            identity,
        )?;
        let finding = self.chance.below(10);
        let findings: &[(&str, YesNo)] = match finding {
            0 => &[("bipolar_disorder", YesNo::Yes)],
            1 => &[("stroke", YesNo::Unknown)],
            _ => &[],
        };
        let taken = history::taken(&stage.clinic.library().questions(), findings, stage.at);
        registration::take_history(
            &mut self.operation(stage, nurse),
            stage.clinic,
            patient,
            taken,
        )?;
        for listing in self.lists() {
            registration::list(
                &mut self.operation(stage, nurse),
                stage.clinic,
                patient,
                listing,
            )?;
        }
        self.measure(stage, patient)?;
        for (test, value, unit, high) in [
            ("ALT", self.chance.between(14, 52), "U/L", "55"),
            ("AST", self.chance.between(12, 40), "U/L", "48"),
            ("eGFR", self.chance.between(72, 110), "mL/min/1.73m2", "120"),
        ] {
            let result = result(test, &value.to_string(), unit, high, stage.at);
            let measured = Measured::Laboratory(result);
            observation::observe(
                &mut self.operation(stage, nurse),
                stage.clinic,
                patient,
                measured,
            )?;
        }
        let bilirubin = result("Bilirubin", "0.6", "mg/dL", "1.2", stage.at);
        let measured = Measured::Laboratory(bilirubin);
        observation::observe(
            &mut self.operation(stage, nurse),
            stage.clinic,
            patient,
            measured,
        )?;
        Ok(())
    }

    /// Two resting pressures ten minutes apart, the weight, and a urine screen.
    fn measure(&mut self, stage: &Stage<'_>, patient: PatientId) -> Result<(), Denied> {
        let (upper, lower) = self.person.pressure;
        let weight = Grams::new(self.person.weight_g);
        let nurse = &stage.staff.nurse;
        for (minutes_before, rise, weight) in [(10, 3, None), (0, 0, Some(weight))] {
            let before = jiff::SignedDuration::from_mins(minutes_before);
            let at = stage.at.saturating_sub(before).unwrap_or(stage.at);
            let measured = Measured::Vitals(vitals(None, upper + rise, lower + rise, weight));
            let mut operation = self.operation(stage, nurse).at(at);
            observation::observe(&mut operation, stage.clinic, patient, measured)?;
        }
        let findings = ["ketamine", "cocaine", "amphetamine", "benzodiazepine"]
            .iter()
            .filter_map(|name| {
                let substance = record::Substance::new(name).ok()?;
                Some(UrineFinding {
                    substance,
                    found: Found::NotFound,
                })
            })
            .collect();
        let screen = UrineScreen {
            findings,
            temperature_ok: Some(true),
            not_given: None,
        };
        let measured = Measured::Urine(screen);
        observation::observe(
            &mut self.operation(stage, nurse),
            stage.clinic,
            patient,
            measured,
        )?;
        Ok(())
    }

    /// What goes on the lists: a condition, a medicine or none, allergies.
    fn lists(&mut self) -> Vec<Listing> {
        let condition = ConditionListed {
            name: Line::clipped(&format!(
                "{} use disorder, severe",
                self.person.substance.title()
            )),
            code: None,
            standing: Standing::Current,
            since: None,
        };
        let allergy = AllergyListed {
            to: self.chance.percent(20).then(|| Line::clipped("Penicillin")),
            reaction: None,
            certainty: AllergyCertainty::Confirmed,
        };
        let (name, dose) = *self
            .chance
            .one_of(&[
                ("Thiamine", "100 mg, each morning"),
                ("Lisinopril", "10 mg, each morning"),
                ("Sertraline", "50 mg, each morning"),
            ])
            .unwrap_or(&("Thiamine", "100 mg, each morning"));
        let medicine = MedicineListed {
            name: Line::clipped(name),
            code: None,
            dose: Some(Line::clipped(dose)),
            standing: Standing::Current,
            since: None,
        };
        vec![
            Listing::Condition(condition),
            Listing::Allergy(allergy),
            Listing::Medicine(medicine),
        ]
    }

    fn assess(&mut self, stage: &Stage<'_>) -> Result<(), Denied> {
        let patient = self.patient()?;
        let substance = self.person.substance.clone();
        let prescriber = &stage.staff.prescriber;
        let opened = course::open(
            &mut self.operation(stage, prescriber),
            stage.clinic,
            patient,
            "kare-2022",
            substance,
        )?;
        self.course = Some(opened);
        eligibility::assess(
            &mut self.operation(stage, prescriber),
            stage.clinic,
            patient,
            opened,
        )?;
        let known = stage.clinic.chart(patient)?;
        let in_the_way: Vec<Line> =
            known
                .chart
                .assessment(opened)
                .map_or_else(Vec::new, |(_, run)| {
                    run.verdicts
                        .iter()
                        .filter(|verdict| eligibility::stands(verdict, &[]).is_some())
                        .map(|verdict| verdict.rule.clone())
                        .collect()
                });
        for rule in in_the_way {
            let overridden = record::fact::decision::EligibilityOverridden {
                course: opened,
                rule,
                reason: prose("Benefit outweighs risk after talking it through with the patient"),
                mitigation: prose("Closer watch in the session; mood reviewed before each dose"),
                second_reader: None,
            };
            let outcome = eligibility::override_rule(
                &mut self.operation(stage, prescriber),
                stage.clinic,
                patient,
                overridden,
            );
            if !matches!(outcome, Ok(_) | Err(Denied::Refused(_))) {
                outcome?;
            }
        }
        Ok(())
    }

    fn consent(&mut self, stage: &Stage<'_>) -> Result<(), Denied> {
        let (patient, course) = (self.patient()?, self.course()?);
        let name = self.person.identity.name();
        for text in stage.clinic.library().consents() {
            let signature = Signature {
                course,
                text: text.id.clone(),
                shown_hash: text.hash(),
                signed_name: Line::clipped(&name),
            };
            let desk = &stage.staff.coordinator;
            consent::sign(
                &mut self.operation(stage, desk),
                stage.clinic,
                patient,
                signature,
            )?;
        }
        Ok(())
    }

    fn plan(&mut self, stage: &Stage<'_>, day_zero: Date, dosing_at: Time) -> Result<(), Denied> {
        let (patient, course) = (self.patient()?, self.course()?);
        let asked = Prescription {
            course,
            day_zero,
            weight_g: None,
        };
        let prescriber = &stage.staff.prescriber;
        plan::prescribe(
            &mut self.operation(stage, prescriber),
            stage.clinic,
            patient,
            &asked,
        )?;
        let hours = Hours {
            dosing: dosing_at,
            therapy: time(8, 30, 0, 0),
        };
        for room in ["Room 1", "Room 2", "Room 3", "Room 4", "Room 5", "Room 6"] {
            let room = Line::clipped(room);
            let desk = &stage.staff.coordinator;
            let mut operation = self.operation(stage, desk);
            match plan::book_visits(
                &mut operation,
                stage.clinic,
                patient,
                course,
                hours,
                Some(&room),
            ) {
                Ok(_) => return Ok(()),
                Err(Denied::Invalid(_)) => {}
                Err(other) => return Err(other),
            }
        }
        Ok(())
    }

    fn in_session(&mut self, stage: &Stage<'_>, step: &Step) -> Result<(), Denied> {
        let (patient, course) = (self.patient()?, self.course()?);
        let chart = &stage.clinic.chart(patient)?.chart;
        let nurse = &stage.staff.nurse;
        match step {
            Step::Arrive(starts_at) => {
                let id = visit_at(chart, *starts_at)?;
                visit::turn(
                    &mut self.operation(stage, nurse),
                    stage.clinic,
                    patient,
                    id,
                    visit::Turn::Arrive,
                )?;
            }
            Step::Open => {
                let visits = chart.visits();
                let here = visits
                    .iter()
                    .find(|visit| visit.state == VisitState::Arrived);
                let here = here.ok_or(Denied::NotFound)?;
                let opening = Opening {
                    course,
                    visit: Some(here.id),
                    room: here.room.as_deref().map(Line::clipped),
                    weight_g: Some(Grams::new(self.person.weight_g)),
                };
                let mut operation = self.operation(stage, nurse);
                self.session = Some(session::open(
                    &mut operation,
                    stage.clinic,
                    patient,
                    opening,
                )?);
            }
            Step::Note => self.note(stage, chart)?,
            Step::Vitals(rise) => {
                let id = self.session.ok_or(Denied::NotFound)?;
                let (upper, lower) = self.person.pressure;
                let measured =
                    Measured::Vitals(vitals(Some(id), upper + rise, lower + rise / 2, None));
                observation::observe(
                    &mut self.operation(stage, nurse),
                    stage.clinic,
                    patient,
                    measured,
                )?;
            }
            Step::Leave => self.leave(stage, chart)?,
            Step::Start | Step::Stop | Step::Dissociation(_) => self.dose(stage, chart, step)?,
            _ => {}
        }
        Ok(())
    }

    fn dose(&mut self, stage: &Stage<'_>, chart: &Chart, step: &Step) -> Result<(), Denied> {
        let (patient, course) = (self.patient()?, self.course()?);
        let id = self.session.ok_or(Denied::NotFound)?;
        let nurse = &stage.staff.nurse;
        let sessions = chart.sessions();
        let there = sessions
            .iter()
            .find(|there| there.id == id)
            .ok_or(Denied::NotFound)?;
        let (_, plan) = chart.plan(course).ok_or(Denied::NotFound)?;
        let planned = plan
            .doses
            .iter()
            .find(|dose| dose.number == there.number)
            .ok_or(Denied::NotFound)?;
        let happening = match step {
            Step::Start => Happening::Start(DoseStarted {
                session: id,
                dose: planned.dose,
                route: planned.route,
                minutes: Minutes::new(planned.minutes),
            }),
            Step::Stop => Happening::Stop(DoseStopped {
                session: id,
                given: planned.dose,
                reason: None,
            }),
            Step::Dissociation(score) => Happening::Observe(ObservationMade {
                session: id,
                watched: Watched::Dissociation,
                score: Some(*score),
                words: None,
            }),
            _ => return Ok(()),
        };
        session::happen(
            &mut self.operation(stage, nurse),
            stage.clinic,
            patient,
            id,
            happening,
        )?;
        Ok(())
    }

    fn leave(&mut self, stage: &Stage<'_>, chart: &Chart) -> Result<(), Denied> {
        let patient = self.patient()?;
        let id = self.session.ok_or(Denied::NotFound)?;
        let nurse = &stage.staff.nurse;
        let items = [
            "stay",
            "pressure",
            "breathing",
            "awake",
            "aldrete",
            "standing",
            "safety",
            "escort",
            "next",
        ]
        .iter()
        .map(|item| GateItem {
            item: Line::clipped(item),
            answer: GateAnswer::Met,
            because: None,
        })
        .collect();
        let recovered = Happening::Recover(RecoveryAssessed { session: id, items });
        session::happen(
            &mut self.operation(stage, nurse),
            stage.clinic,
            patient,
            id,
            recovered,
        )?;
        let closed = Happening::Close(SessionClosed {
            session: id,
            escort: Some(Line::clipped("a sister")),
            against_advice: false,
        });
        session::happen(
            &mut self.operation(stage, nurse),
            stage.clinic,
            patient,
            id,
            closed,
        )?;
        let here = chart
            .visits()
            .iter()
            .find(|visit| visit.state == VisitState::Arrived)
            .map(|visit| visit.id);
        if let Some(visit) = here {
            let turn = visit::Turn::Hold { summary: None };
            visit::turn(
                &mut self.operation(stage, nurse),
                stage.clinic,
                patient,
                visit,
                turn,
            )?;
        }
        Ok(())
    }

    fn note(&mut self, stage: &Stage<'_>, chart: &Chart) -> Result<(), Denied> {
        let patient = self.patient()?;
        let sessions = chart.sessions();
        let last = sessions.last().ok_or(Denied::NotFound)?;
        let draft = note::Draft {
            kind: NoteKind::Session,
            title: Line::clipped(&format!("Session {}", last.number)),
            text: prose(
                "Went as planned. Quiet and inward for most of it; spoke of the evenings. Left steady.",
            ),
            session: Some(last.id),
        };
        note::sign(
            &mut self.operation(stage, &stage.staff.prescriber),
            stage.clinic,
            patient,
            draft,
        )?;
        Ok(())
    }

    fn every_day(&mut self, stage: &Stage<'_>, step: &Step) -> Result<(), Denied> {
        let (patient, course) = (self.patient()?, self.course()?);
        match step {
            Step::CheckIn(answers) => {
                let day = stage
                    .clinic
                    .zone()
                    .to_datetime(stage.at)
                    .date()
                    .saturating_sub(1.day());
                let answered = check_in_of(course, day, *answers);
                let actor = Actor::system(Door::Virtual);
                check_in::answer(
                    &mut self.operation(stage, &actor),
                    stage.clinic,
                    patient,
                    answered,
                )?;
            }
            Step::FollowBack(days) => self.follow_back(stage, days)?,
            Step::Urine(is_positive) => {
                let found = if *is_positive {
                    Found::Found
                } else {
                    Found::NotFound
                };
                let substance = self.person.substance.clone();
                let screen = UrineScreen {
                    findings: vec![UrineFinding { substance, found }],
                    temperature_ok: Some(true),
                    not_given: None,
                };
                let nurse = &stage.staff.nurse;
                let measured = Measured::Urine(screen);
                observation::observe(
                    &mut self.operation(stage, nurse),
                    stage.clinic,
                    patient,
                    measured,
                )?;
            }
            Step::Mood(total) => {
                let answered = InstrumentAnswered {
                    instrument: Line::clipped("phq-9"),
                    version: Line::clipped("1"),
                    items: Vec::new(),
                    entered_total: Some(*total),
                    filled_by: FilledBy::Patient,
                };
                let nurse = &stage.staff.nurse;
                let measured = Measured::Instrument(answered);
                observation::observe(
                    &mut self.operation(stage, nurse),
                    stage.clinic,
                    patient,
                    measured,
                )?;
            }
            Step::Visit(starts_at, is_held) => {
                let id = visit_at(&stage.clinic.chart(patient)?.chart, *starts_at)?;
                let turn = if *is_held {
                    visit::Turn::Hold {
                        summary: Some(Line::clipped("Came, and worked well")),
                    }
                } else {
                    visit::Turn::Miss {
                        reason: Some(Line::clipped("Did not come; called")),
                    }
                };
                let therapist = &stage.staff.therapist;
                visit::turn(
                    &mut self.operation(stage, therapist),
                    stage.clinic,
                    patient,
                    id,
                    turn,
                )?;
            }
            Step::TakeAlert | Step::SettleAlert => self.handle_alert(stage, step)?,
            Step::Correct => self.correct(stage)?,
            _ => {}
        }
        Ok(())
    }

    fn follow_back(&mut self, stage: &Stage<'_>, days: &[(i32, bool)]) -> Result<(), Denied> {
        let patient = self.patient()?;
        let today = stage.clinic.zone().to_datetime(stage.at).date();
        let substance = self.person.substance.clone();
        let reports = days
            .iter()
            .map(|(ago, used)| UseReported {
                day: today.saturating_sub(ago.days()),
                uses: vec![Use {
                    substance: substance.clone(),
                    used: *used,
                    amount_mg: None,
                }],
                source: UseSource::Patient,
                method: UseMethod::Interview,
            })
            .filter(|report| !is_told(stage, patient, report))
            .collect();
        let therapist = &stage.staff.therapist;
        check_in::report_use(
            &mut self.operation(stage, therapist),
            stage.clinic,
            patient,
            reports,
        )?;
        Ok(())
    }

    /// Takes every alert nobody has, or settles every alert taken.
    fn handle_alert(&mut self, stage: &Stage<'_>, step: &Step) -> Result<(), Denied> {
        let patient = self.patient()?;
        let is_taking = *step == Step::TakeAlert;
        let alerts = stage.clinic.chart(patient)?.chart.alerts();
        let wanted = alerts
            .iter()
            .filter(|alert| alert.closed_at.is_none() && alert.owner.is_none() == is_taking);
        let therapist = &stage.staff.therapist;
        for alert in wanted {
            let mut operation = self.operation(stage, therapist);
            if is_taking {
                alert::own(&mut operation, stage.clinic, patient, alert.id)?;
            } else {
                let came = prose("Called back within the afternoon; a plan for the evening agreed");
                alert::close(&mut operation, stage.clinic, patient, alert.id, came)?;
            }
        }
        Ok(())
    }

    /// Digits turned round on the ALT are read again and corrected.
    fn correct(&mut self, stage: &Stage<'_>) -> Result<(), Denied> {
        let patient = self.patient()?;
        let known = stage.clinic.chart(patient)?;
        let charted = known
            .chart
            .all::<LaboratoryResult>()
            .find(|(_, result)| result.test.as_str() == "ALT");
        let (entry, result) = charted.ok_or(Denied::NotFound)?;
        let turned: String = result.value.as_str().chars().rev().collect();
        let replacement = LaboratoryResult {
            value: Line::clipped(&turned),
            ..result.clone()
        };
        let reason = Line::clipped("Digits turned round; read again from the laboratory's page");
        let nurse = &stage.staff.nurse;
        correction::amend(
            &mut self.operation(stage, nurse),
            stage.clinic,
            patient,
            entry.number,
            Fact::from(replacement),
            reason,
        )?;
        Ok(())
    }

    fn turn(&mut self, stage: &Stage<'_>, turn: course::Turn) -> Result<(), Denied> {
        let (patient, id) = (self.patient()?, self.course()?);
        let prescriber = &stage.staff.prescriber;
        course::turn(
            &mut self.operation(stage, prescriber),
            stage.clinic,
            patient,
            id,
            turn,
        )?;
        Ok(())
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
