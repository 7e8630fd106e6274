//! From the first call to the plan.

use clinic::act::confirm::Confirmed;
use clinic::act::consent::{Proof, Signature};
use clinic::act::eligibility::CONSENTS_NEEDED;
use clinic::act::enquiry::Booking;
use clinic::act::observation::Measured;
use clinic::act::plan::{Hours, Prescription};
use clinic::act::reader::Hands;
use clinic::act::registration::Listing;
use clinic::act::{consent, course, eligibility, enquiry, observation, plan, registration};
use clinic::{Actor, Denied};
use jiff::civil::{Date, Time, time};
use record::fact::enquiry::{ContactMade, ContactWay, EvaluationHeld, EvaluationLeadsTo, Reached};
use record::fact::observation::{Found, UrineFinding, UrineScreen};
use record::fact::person::{
    AllergyCertainty, AllergyListed, ConditionListed, MedicineListed, Standing,
};
use record::ids::PatientId;
use record::quantity::Grams;
use record::words::{Door, Line, YesNo};

use super::{Life, Stage, prose, result, vitals};
use crate::history;
use crate::script::Step;

impl Life {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the caller sorts the steps by the part they belong to"
    )]
    pub(super) fn before_course(&mut self, stage: &Stage<'_>, step: &Step) -> Result<(), Denied> {
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
                second_reader_person: None,
                rule_version: None,
                signed: None,
            };
            let outcome = eligibility::override_rule(
                &mut self.operation(stage, prescriber),
                stage.clinic,
                patient,
                overridden,
                Hands {
                    own: &Confirmed::made_up(prescriber).ok_or(Denied::NotFound)?,
                    reader: None,
                },
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
        for id in CONSENTS_NEEDED {
            let text = stage.clinic.library().consent(id).ok_or(Denied::NotFound)?;
            let known = stage.clinic.chart(patient)?;
            let mut filling = consent::filling(stage.clinic, &known, course)?;
            filling.answers = text.defaults(&filling);
            let desk = &stage.staff.coordinator;
            let witness = Confirmed::made_up(desk).ok_or(Denied::NotFound)?;
            let signature = Signature {
                course,
                text: text.id.clone(),
                shown_hash: text.shown(&filling)?.hash,
                answers: filling.answers,
                signed_name: Line::clipped(&name),
                on_behalf_as: None,
                proof: Proof::Witnessed {
                    witness,
                    born: self.person.identity.born,
                },
            };
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
}
