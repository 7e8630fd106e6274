//! Every day: check-ins, use, visits, alerts, corrections, turns of the course.

use super::*;

impl Life {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the caller sorts the steps by the part they belong to"
    )]
    pub(super) fn every_day(&mut self, stage: &Stage<'_>, step: &Step) -> Result<(), Denied> {
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
            Step::Urine(is_positive) => self.urine(stage, *is_positive)?,
            Step::Mood(total) => self.mood(stage, *total)?,
            Step::Visit(starts_at, is_held) => self.hold_visit(stage, *starts_at, *is_held)?,
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

    pub(super) fn turn(&mut self, stage: &Stage<'_>, turn: course::Turn) -> Result<(), Denied> {
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

    fn urine(&mut self, stage: &Stage<'_>, is_positive: bool) -> Result<(), Denied> {
        let patient = self.patient()?;
        let found = if is_positive {
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
        Ok(())
    }

    fn mood(&mut self, stage: &Stage<'_>, total: i32) -> Result<(), Denied> {
        let patient = self.patient()?;
        // The ninth item, thoughts of being better off dead, is left at "not at all": whom it
        // concerns is a story of its own, and would put a task on every demonstration's list.
        let mut left = total;
        let answers = (1..=8_i32).map(|item| {
            let more = left.div_euclid(9 - item) + left.rem_euclid(9 - item).min(1);
            let value = more.clamp(0, 3);
            left -= value;
            (item.to_string(), value)
        });
        let answers: Vec<(String, i32)> = answers.chain([("9".to_owned(), 0)]).collect();
        let filled = Filled {
            instrument: "phq-9".to_owned(),
            answers: instruments::Answers::of(
                answers.iter().map(|(item, value)| (item.as_str(), *value)),
            ),
            filled_by: FilledBy::Patient,
        };
        let nurse = &stage.staff.nurse;
        instrument::answer(
            &mut self.operation(stage, nurse),
            stage.clinic,
            patient,
            &filled,
        )?;
        Ok(())
    }

    fn hold_visit(
        &mut self,
        stage: &Stage<'_>,
        starts_at: Timestamp,
        is_held: bool,
    ) -> Result<(), Denied> {
        let patient = self.patient()?;
        let id = visit_at(&stage.clinic.chart(patient)?.chart, starts_at)?;
        let turn = if is_held {
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
        Ok(())
    }
}
