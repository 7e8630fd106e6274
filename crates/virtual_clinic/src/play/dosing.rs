//! A dosing session, from arrival to leaving and its note.

use clinic::act::room::{self, Readings, after};

use super::*;

/// What is scored beside the vital signs: drowsier, queasier and more at ease as the drug acts.
fn scores(rise: u16) -> Vec<(Watched, u8)> {
    let acts = u8::try_from(rise / 8).unwrap_or(0);
    vec![
        (Watched::Sedation, 5 - acts.min(1)),
        (Watched::Nausea, acts.min(2)),
        (Watched::Anxiety, 3_u8.saturating_sub(acts)),
        (Watched::Dissociation, acts.min(5)),
    ]
}

impl Life {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the caller sorts the steps by the part they belong to"
    )]
    pub(super) fn in_session(&mut self, stage: &Stage<'_>, step: &Step) -> Result<(), Denied> {
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
                let readings = Readings {
                    vitals: vitals(Some(id), upper + rise, lower + rise / 2, None),
                    scores: scores(*rise),
                    ..Readings::default()
                };
                let mut operation = self.operation(stage, nurse);
                room::chart(&mut operation, stage.clinic, patient, id, readings)?;
            }
            Step::Leave => self.leave(stage, chart)?,
            Step::Start => {
                self.check_together(stage)?;
                self.dose(stage, chart, step)?;
            }
            Step::Stop => {
                self.dose(stage, chart, step)?;
                self.waste_the_rest(stage)?;
            }
            Step::Dissociation(_) => self.dose(stage, chart, step)?,
            _ => {}
        }
        Ok(())
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the caller sorts the steps by the part they belong to"
    )]
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
        if matches!(step, Step::Start) {
            self.draw(stage, planned.dose)?;
        }
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
        // Where no dose could begin, what was drawn for it is still there.
        self.waste_the_rest(stage)?;
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
        let [stood_out, assessment, next] = after::PARTS;
        let draft = note::Draft {
            kind: NoteKind::Session,
            title: Line::clipped(&format!("Session {}", last.number)),
            text: prose(&format!(
                "{stood_out}: Quiet and inward for most of it; spoke of the evenings.\n\
                 {assessment}: Went as planned. Left steady.\n\
                 {next}: The integration session, as it is booked.",
            )),
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
}
