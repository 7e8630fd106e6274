//! What the board keeps of each record so that what is due, and whom to remind, is told without a chart.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Time;
use record::chart::course::Course;
use record::chart::visit::VisitState;
use record::fact::contact::{Carriage, Reminds};
use record::fact::enquiry::{ContactMade, ContactWay, Reached};
use record::fact::observation::{InstrumentAnswered, LaboratoryResult, UrineScreen};
use record::fact::session::SessionOpened;
use record::fact::substance_use::{UseMethod, UseReported};
use record::fact::visit::VisitPurpose;
use record::ids::VisitId;
use record::{Chart, Entry};
use serde::{Deserialize, Serialize};

use crate::relapse::Watched;

/// A questionnaire that stands half done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftLine {
    /// Which.
    pub instrument: Box<str>,
    /// When the last answer was given.
    pub last_at: Timestamp,
    /// How many items were answered.
    pub answered: u16,
    /// How many there are.
    pub of: u16,
}

/// What the board keeps of a record to follow it by.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Follow {
    /// Questionnaires that stand half done.
    pub left: Vec<LeftLine>,
    /// How the patient may be reached by messages; none where they never said.
    pub contact: Option<ContactLine>,
    /// Protocol days a check-in was reminded of: bit n is day n.
    pub reminded_days: u128,
    /// Visits that were reminded of, with the time they had then.
    pub reminded_visits: Vec<(VisitId, Timestamp)>,
    /// When each kind of thing that can be due was last done; read by [`Follow::last_done`].
    ///
    /// A handful at most, so a list takes a quarter of the memory of a map, and there is one a patient.
    done: Vec<(Done, Timestamp)>,
    /// When each questionnaire was last answered; read by [`Follow::last_answered`].
    answered: Vec<(Box<str>, Timestamp)>,
    /// What the relapse watch reads, as far as the score of today needs it; none before day 0.
    pub watched: Option<Watched>,
}

/// A kind of thing that can be due, other than a check-in or a questionnaire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Done {
    /// A call that reached them.
    Call,
    /// A therapy visit.
    Therapy,
    /// A timeline follow-back interview.
    Interview,
    /// A urine screen with a sample.
    Urine,
    /// Blood results, by when they were taken.
    Laboratory,
    /// A follow-up visit or a dosing session, where assessments are made.
    Assessment,
}

/// How a patient may be reached by messages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactLine {
    /// How a message may travel now: agreed to, with an address that did not bounce; preferred first.
    pub carriages: Vec<Carriage>,
    /// Whether reminders of check-ins are agreed to.
    pub check_ins: bool,
    /// Whether reminders of visits are agreed to.
    pub visits: bool,
    /// Their zone, where it is not the clinic's.
    pub zone_name: Option<Box<str>>,
    /// From when nothing is sent.
    pub quiet_from: Time,
    /// Until when.
    pub quiet_until: Time,
}

impl Follow {
    /// Gives back the room lists grew into as they were read.
    pub(super) fn fit(&mut self) {
        self.reminded_visits.shrink_to_fit();
        self.left.shrink_to_fit();
        self.done.shrink_to_fit();
        self.answered.shrink_to_fit();
    }

    /// When a kind of thing was last done.
    pub fn last_done(&self, wanted: Done) -> Option<Timestamp> {
        let found = self.done.iter().find(|(done, _)| *done == wanted);
        found.map(|(_, at)| *at)
    }

    /// When a questionnaire was last answered, by its identifier.
    pub fn last_answered(&self, instrument: &str) -> Option<Timestamp> {
        let found = self.answered.iter().find(|(id, _)| **id == *instrument);
        found.map(|(_, at)| *at)
    }

    /// What is kept of a chart.
    pub(super) fn of(chart: &Chart, course: Option<&Course>) -> Self {
        let of_course = |id| course.is_some_and(|course| course.id == id);
        let reminders = || {
            chart
                .reminders()
                .map(|(_, fact)| fact)
                .filter(|fact| of_course(fact.course) && fact.put_off == 0)
        };
        Self {
            contact: ContactLine::of(chart),
            reminded_days: reminders()
                .filter(|fact| fact.reminds == Reminds::CheckIn)
                .filter_map(|fact| fact.day)
                .fold(0, |days, day| days | protocol::contact::bit(day.0)),
            reminded_visits: reminders()
                .filter_map(|fact| Some((fact.visit?, fact.starts_at?)))
                .collect(),
            done: done(chart),
            answered: answered(chart),
            left: left(chart),
            watched: course.and_then(|course| Watched::lately(chart, course)),
        }
    }
}

impl ContactLine {
    fn of(chart: &Chart) -> Option<Self> {
        let contact = chart.contact()?;
        let is_usable =
            |one: &Carriage| !contact.bounced.contains(one) && chart.address(*one).is_some();
        Some(Self {
            carriages: contact
                .carriages
                .iter()
                .copied()
                .filter(is_usable)
                .collect(),
            check_ins: contact.check_ins,
            visits: contact.visits,
            zone_name: contact.zone.map(String::into_boxed_str),
            quiet_from: contact.quiet_from,
            quiet_until: contact.quiet_until,
        })
    }
}

fn latest<'a, F: record::fact::OneKind>(
    chart: &'a Chart,
    at: impl Fn(&'a Entry, &'a F) -> Option<Timestamp>,
) -> Option<Timestamp> {
    chart
        .all::<F>()
        .filter_map(|(entry, fact)| at(entry, fact))
        .max()
}

fn done(chart: &Chart) -> Vec<(Done, Timestamp)> {
    let visits = chart.visits();
    let held = |wanted: fn(VisitPurpose) -> bool| {
        let held = visits
            .iter()
            .filter(|visit| visit.state == VisitState::Held && wanted(visit.purpose));
        held.map(|visit| visit.starts_at).max()
    };
    let spoke = latest::<ContactMade>(chart, |entry, contact| {
        let is_call = contact.way == ContactWay::Phone && contact.reached == Reached::Spoke;
        is_call.then_some(entry.occurred_at.0)
    });
    let interview = latest::<UseReported>(chart, |entry, report| {
        (report.method == UseMethod::Interview).then_some(entry.occurred_at.0)
    });
    let urine = latest::<UrineScreen>(chart, |entry, screen| {
        screen.not_given.is_none().then_some(entry.occurred_at.0)
    });
    let blood = latest::<LaboratoryResult>(chart, |_, result| Some(result.sampled_at));
    let dosed = latest::<SessionOpened>(chart, |entry, _| Some(entry.occurred_at.0));
    let assessed = held(|purpose| {
        matches!(
            purpose,
            VisitPurpose::FollowUp | VisitPurpose::Dosing | VisitPurpose::Evaluation
        )
    });
    [
        (Done::Call, spoke.max(held(|one| one == VisitPurpose::Call))),
        (Done::Therapy, held(|one| one == VisitPurpose::Therapy)),
        (Done::Interview, interview),
        (Done::Urine, urine),
        (Done::Laboratory, blood),
        (Done::Assessment, assessed.max(dosed)),
    ]
    .into_iter()
    .filter_map(|(what, at)| Some((what, at?)))
    .collect()
}

fn left(chart: &Chart) -> Vec<LeftLine> {
    let all = chart.left_half_done().into_iter();
    all.map(|(_, left)| LeftLine {
        instrument: left.instrument.as_str().into(),
        last_at: left.last_at,
        answered: u16::try_from(left.items.len()).unwrap_or(u16::MAX),
        of: left.of,
    })
    .collect()
}

fn answered(chart: &Chart) -> Vec<(Box<str>, Timestamp)> {
    let mut last: BTreeMap<Box<str>, Timestamp> = BTreeMap::new();
    for (entry, answered) in chart.all::<InstrumentAnswered>() {
        let at = entry.occurred_at.0;
        let slot = last
            .entry(answered.instrument.as_str().into())
            .or_insert(at);
        *slot = at.max(*slot);
    }
    last.into_iter().collect()
}
