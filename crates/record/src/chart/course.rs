//! Courses as they now stand, and how far along they are.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Chart, EntryNumber};
use crate::calendar::{ProtocolDay, protocol_day};
use crate::entry::Entry;
use crate::fact::decision::{
    ConsentSigned, ConsentWithdrawn, EligibilityAssessed, EligibilityOverridden,
    EligibilityReassessed, PlanAmended, PlanPrescribed,
};
use crate::fact::enquiry::{ContactMade, EvaluationBooked, EvaluationHeld, EvaluationLeadsTo};
use crate::fact::visit::{CourseCompleted, CourseLeft, CourseOpened, CoursePaused, CourseReturned};
use crate::ids::CourseId;
use crate::words::{Substance, word_enum};

word_enum! {
    /// How far along a record is, from the first call on.
    Stage {
        /// Asked for an evaluation; nobody has spoken with them yet.
        Enquiry = "enquiry", "Enquiry";
        /// Spoken with, or an evaluation is booked.
        Evaluation = "evaluation", "Evaluation";
        /// A course is open and the rules are to be run.
        Eligibility = "eligibility", "Eligibility";
        /// Assessed; consent is to be signed.
        Consent = "consent", "Consent";
        /// Consented; a plan is to be prescribed.
        Plan = "plan", "Plan";
        /// Planned; day 0 is to come.
        Preparation = "preparation", "Preparation";
        /// Within the dosing sessions.
        Dosing = "dosing", "Dosing";
        /// Doses done, within ninety days of day 0.
        NinetyDays = "ninety_days", "Ninety days";
        /// Beyond ninety days.
        Maintenance = "maintenance", "Maintenance";
        /// Paused.
        Paused = "paused", "Paused";
        /// Completed.
        Completed = "completed", "Completed";
        /// Left.
        Left = "left", "Left";
        /// Ended before a course began.
        NotProceeding = "not_proceeding", "Not proceeding";
        /// What the record said was erased.
        Erased = "erased", "Erased";
    }
}

/// What decides how far along a record is, whatever the day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageBasis {
    /// The stage while no course is open.
    pub before_course: Option<Stage>,
    /// Whether the course goes on.
    pub state: Option<CourseState>,
    /// Day 0, once there is one.
    pub day_zero: Option<Date>,
    /// The protocol day of the last planned dose.
    pub last_dose: Option<ProtocolDay>,
    /// Whether the rules were run.
    pub is_assessed: bool,
    /// The last day a signed consent holds; [`Date::MAX`] when it does not end by itself.
    pub consent_until: Option<Date>,
}

impl StageBasis {
    /// The stage on a day.
    pub fn on(&self, today: Date) -> Stage {
        if let Some(stage) = self.before_course {
            return stage;
        }
        match self.state {
            Some(CourseState::Paused) => return Stage::Paused,
            Some(CourseState::Completed) => return Stage::Completed,
            Some(CourseState::Left) => return Stage::Left,
            Some(CourseState::Open) | None => {}
        }
        let Some(day_zero) = self.day_zero else {
            return self.before_plan(today);
        };
        let day = protocol_day(today, day_zero);
        match day.0 {
            ..0 => Stage::Preparation,
            passed if self.last_dose.is_some_and(|last| passed <= last.0) => Stage::Dosing,
            0..=90 => Stage::NinetyDays,
            _ => Stage::Maintenance,
        }
    }

    fn before_plan(&self, today: Date) -> Stage {
        if !self.is_assessed {
            Stage::Eligibility
        } else if self.consent_until.is_none_or(|last| last < today) {
            Stage::Consent
        } else {
            Stage::Plan
        }
    }
}

/// Whether a course goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CourseState {
    /// It goes on.
    Open,
    /// It is paused.
    Paused,
    /// All of it was done.
    Completed,
    /// The patient left.
    Left,
}

/// A course as it now stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Course {
    /// The course.
    pub id: CourseId,
    /// The entry that opened it.
    pub opened_by: EntryNumber,
    /// The protocol.
    pub protocol: String,
    /// The pinned version of the protocol.
    pub protocol_version: u32,
    /// The substance treated.
    pub substance: Substance,
    /// Day 0, once there is one.
    pub day_zero: Option<Date>,
    /// Whether it goes on.
    pub state: CourseState,
    /// How often the patient came back to it.
    pub n_returns: u32,
}

impl Course {
    /// The protocol day of a civil day.
    pub fn day(&self, day: Date) -> Option<ProtocolDay> {
        Some(protocol_day(day, self.day_zero?))
    }
}

impl Chart {
    /// Every course as it now stands, in the order they were opened.
    pub fn courses(&self) -> Vec<Course> {
        let mut courses: Vec<Course> = self
            .all::<CourseOpened>()
            .map(|(entry, fact)| Course {
                id: fact.course,
                opened_by: entry.number,
                protocol: fact.protocol.to_string(),
                protocol_version: fact.protocol_version,
                substance: fact.substance.clone(),
                day_zero: fact.day_zero,
                state: CourseState::Open,
                n_returns: 0,
            })
            .collect();
        for course in &mut courses {
            if let Some((_, plan)) = self.plan(course.id) {
                course.day_zero = Some(plan.day_zero);
            }
            for (_, state) in self.turns_of(course.id) {
                course.n_returns += u32::from(state == CourseState::Open);
                course.state = state;
            }
        }
        courses
    }

    /// The course that counts now: the last one opened.
    pub fn course(&self) -> Option<Course> {
        self.courses().pop()
    }

    /// Pauses, ends and returns of a course, in the order they were recorded.
    fn turns_of(&self, id: CourseId) -> Vec<(EntryNumber, CourseState)> {
        let paused = self
            .all::<CoursePaused>()
            .filter(|(_, fact)| fact.course == id)
            .map(|(entry, _)| (entry.number, CourseState::Paused));
        let completed = self
            .all::<CourseCompleted>()
            .filter(|(_, fact)| fact.course == id)
            .map(|(entry, _)| (entry.number, CourseState::Completed));
        let left = self
            .all::<CourseLeft>()
            .filter(|(_, fact)| fact.course == id)
            .map(|(entry, _)| (entry.number, CourseState::Left));
        let returned = self
            .all::<CourseReturned>()
            .filter(|(_, fact)| fact.course == id)
            .map(|(entry, _)| (entry.number, CourseState::Open));
        let mut turns: Vec<_> = paused
            .chain(completed)
            .chain(left)
            .chain(returned)
            .collect();
        turns.sort_by_key(|(number, _)| *number);
        turns
    }

    /// The plan of a course as it now stands, with the entry that made it so.
    pub fn plan(&self, id: CourseId) -> Option<(&Entry, &PlanPrescribed)> {
        let prescribed = self.all::<PlanPrescribed>();
        let amended = self
            .all::<PlanAmended>()
            .map(|(entry, fact)| (entry, &fact.plan));
        prescribed
            .chain(amended)
            .filter(|(_, plan)| plan.course == id)
            .max_by_key(|(entry, _)| entry.number)
    }

    /// The last assessment of a course.
    pub fn assessment(&self, id: CourseId) -> Option<(&Entry, &EligibilityAssessed)> {
        self.assessments()
            .filter(|(_, fact)| fact.course == id)
            .max_by_key(|(entry, _)| entry.number)
    }

    /// Every assessment: those somebody asked for, then those made again by themselves.
    pub fn assessments(&self) -> impl Iterator<Item = (&Entry, &EligibilityAssessed)> {
        let again = self
            .all::<EligibilityReassessed>()
            .map(|(entry, fact)| (entry, &fact.assessed));
        self.all::<EligibilityAssessed>().chain(again)
    }

    /// Overrides of a course's rules that still stand: recorded since somebody last asked for an
    /// assessment, and not of a rule that came out otherwise since.
    pub fn overrides(&self, id: CourseId) -> Vec<(&Entry, &EligibilityOverridden)> {
        let since = self
            .all::<EligibilityAssessed>()
            .rfind(|(_, fact)| fact.course == id)
            .map(|(entry, _)| entry.number);
        self.all::<EligibilityOverridden>()
            .filter(|(entry, fact)| fact.course == id && Some(entry.number) > since)
            .filter(|(entry, fact)| {
                !self.all::<EligibilityReassessed>().any(|(later, again)| {
                    again.assessed.course == id
                        && later.number > entry.number
                        && again.changed.contains(&fact.rule)
                })
            })
            .collect()
    }

    /// Consents of a course that were signed and not withdrawn, in force on a day.
    pub fn consents_on(&self, id: CourseId, day: Date) -> Vec<(&Entry, &ConsentSigned)> {
        self.all::<ConsentSigned>()
            .filter(|(_, fact)| fact.course == id)
            .filter(|(_, fact)| fact.expires.is_none_or(|last| day <= last))
            .filter(|(_, fact)| {
                !self
                    .all::<ConsentWithdrawn>()
                    .any(|(_, gone)| gone.consent == fact.consent)
            })
            .collect()
    }

    /// How far along the record is on a day.
    pub fn stage(&self, today: Date) -> Stage {
        self.stage_basis().on(today)
    }

    /// What decides how far along the record is, whatever the day.
    pub fn stage_basis(&self) -> StageBasis {
        let Some(course) = self.course() else {
            return StageBasis {
                before_course: Some(self.stage_before_course()),
                ..StageBasis::default()
            };
        };
        let last_dose = self
            .plan(course.id)
            .and_then(|(_, plan)| plan.doses.iter().map(|dose| dose.day).max());
        let consents: Vec<Option<Date>> = self
            .consents_on(course.id, Date::MIN)
            .into_iter()
            .map(|(_, consent)| consent.expires)
            .collect();
        StageBasis {
            before_course: None,
            state: Some(course.state),
            day_zero: course.day_zero,
            last_dose,
            is_assessed: self.assessment(course.id).is_some(),
            consent_until: consents
                .iter()
                .map(|expires| expires.unwrap_or(Date::MAX))
                .max(),
        }
    }

    fn stage_before_course(&self) -> Stage {
        if self.is_erased() {
            return Stage::Erased;
        }
        let held = self.all::<EvaluationHeld>().last();
        if let Some((_, held)) = held {
            return match held.leads_to {
                EvaluationLeadsTo::Proceed => Stage::Eligibility,
                EvaluationLeadsTo::Refer
                | EvaluationLeadsTo::NotNow
                | EvaluationLeadsTo::Declined => Stage::NotProceeding,
            };
        }
        let is_spoken_with = self
            .all::<ContactMade>()
            .any(|(_, contact)| contact.reached == crate::fact::enquiry::Reached::Spoke);
        if is_spoken_with || self.all::<EvaluationBooked>().next().is_some() {
            Stage::Evaluation
        } else {
            Stage::Enquiry
        }
    }
}
