//! One line of the board: what the lists need to know of one record.

use jiff::Timestamp;
use jiff::civil::Date;
use protocol::contact::complete::Given;
use record::Chart;
use record::chart::alert::{HandedOn, Snoozed, Tried};
use record::chart::course::StageBasis;
use record::chart::visit::VisitState;
use record::fact::OneKind;
use record::fact::care::{AlertCause, NoteSigned, Urgency};
use record::fact::enquiry::{ContactMade, EnquiryVia, Reached};
use record::fact::observation::{FilledBy, InstrumentAnswered, QuestionnaireLeft};
use record::fact::session::SessionOpened;
use record::fact::substance_use::{CheckInAnswered, UseReported, UseSource};
use record::fact::visit::{PatientArrived, VisitHeld, VisitPurpose};
use record::ids::{AlertId, CourseId, PersonId, SessionId, VisitId};
use serde::{Deserialize, Serialize};

use super::follow::Follow;

/// What the lists need to know of one record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PatientLine {
    /// How many entries of the record this was folded from.
    pub version: u64,
    /// The position of the last of them.
    pub position: u64,
    /// The name to greet with.
    pub name: Box<str>,
    /// The name to sort by, lower case, family name first.
    pub sort_name: Box<str>,
    /// The clinic's record number.
    pub record_number: Option<Box<str>>,
    /// Date of birth.
    pub born: Option<Date>,
    /// What decides how far along the record is.
    pub stage: StageBasis,
    /// The course that counts now.
    pub course: Option<CourseLine>,
    /// The enquiry the record began with.
    pub enquiry: Option<EnquiryLine>,
    /// Every visit.
    pub visits: Vec<VisitLine>,
    /// Every alert that is open, and those closed since the course began.
    pub alerts: Vec<AlertLine>,
    /// The last session, while it is open or of its day.
    pub session: Option<Box<SessionLine>>,
    /// Closed sessions without a signed note: the session, its number and when it was closed.
    pub unsigned: Vec<(SessionId, u8, Timestamp)>,
    /// The days, from the day of the course's zero on, a check-in was answered for: bit n is day n.
    pub check_in_days: u128,
    /// Of those days, the ones on which every question was passed over.
    pub declined_days: u128,
    /// When the last check-in was answered.
    pub last_check_in: Option<Timestamp>,
    /// When something last came from the patient: an answer, a visit, a call that reached them.
    pub last_word: Option<Timestamp>,
    /// When the last entry happened.
    pub last_occurred: Option<Timestamp>,
    /// What is kept to follow them by.
    pub follow: Follow,
}

/// A course on the board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CourseLine {
    /// The course.
    pub id: CourseId,
    /// The protocol.
    pub protocol: Box<str>,
    /// Its pinned version.
    pub protocol_version: u32,
    /// The substance treated.
    pub substance: Box<str>,
    /// Day 0, once there is one.
    pub day_zero: Option<Date>,
    /// How many doses are planned.
    pub n_doses_planned: u8,
    /// How many sessions were opened.
    pub n_sessions: u8,
}

/// An enquiry on the board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnquiryLine {
    /// When it came.
    pub received_at: Timestamp,
    /// How it came.
    pub via: EnquiryVia,
    /// What they hope for help with.
    pub substance: Option<Box<str>>,
    /// When the clinic first tried to reach them.
    pub answered_at: Option<Timestamp>,
}

/// A visit on the board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitLine {
    /// The visit.
    pub id: VisitId,
    /// When it begins.
    pub starts_at: Timestamp,
    /// How long it takes.
    pub minutes: u32,
    /// What it is for.
    pub purpose: VisitPurpose,
    /// What it is called.
    pub title: Box<str>,
    /// With whom.
    pub with: Option<Box<str>>,
    /// Where.
    pub room: Option<Box<str>>,
    /// What became of it.
    pub state: VisitState,
}

/// An alert on the board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertLine {
    /// The alert.
    pub id: AlertId,
    /// What made it.
    pub cause: AlertCause,
    /// How pressing it is.
    pub urgency: Urgency,
    /// The reason with its data.
    pub sentence: Box<str>,
    /// When it was raised.
    pub raised_at: Timestamp,
    /// When someone must have acted.
    pub due_at: Timestamp,
    /// How it was put off, where it was.
    pub snoozed: Option<Snoozed>,
    /// To whom it was handed on, where it was.
    pub handed_on: Option<HandedOn>,
    /// When the patient was first reached while it was open.
    pub reached_at: Option<Timestamp>,
    /// The tries that did not reach them while it was open.
    pub tried: Option<Tried>,
    /// Who has it.
    pub owner: Option<(PersonId, Box<str>)>,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
}

/// A dosing session on the board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionLine {
    /// The session.
    pub id: SessionId,
    /// Which session of the course.
    pub number: u8,
    /// In which room.
    pub room: Option<Box<str>>,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When drug began, and over how many minutes.
    pub started: Option<(Timestamp, u32)>,
    /// When giving ended.
    pub stopped_at: Option<Timestamp>,
    /// When vital signs were last charted, with the pressure as text.
    pub last_vitals: Option<(Timestamp, Box<str>)>,
    /// Whether readiness to leave was assessed.
    pub is_recovery_assessed: bool,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
}

impl PatientLine {
    /// The line a chart comes to.
    pub fn of(chart: &Chart, version: u64) -> Self {
        let course = chart.course();
        let sessions = chart.sessions();
        let day_zero = course.as_ref().and_then(|course| course.day_zero);
        let name = chart.name();
        let follow = Follow::of(chart, course.as_ref());
        Self {
            follow,
            version,
            position: chart.entries().last().map_or(0, |entry| entry.position),
            sort_name: sort_name(chart, &name),
            name: name.into_boxed_str(),
            record_number: chart
                .identity()
                .and_then(|identity| identity.record_number.as_ref())
                .map(|number| number.as_str().into()),
            born: chart.identity().and_then(|identity| identity.born),
            stage: chart.stage_basis(),
            course: course.map(|course| CourseLine {
                n_doses_planned: chart
                    .plan(course.id)
                    .map_or(0, |(_, plan)| count(plan.doses.len())),
                n_sessions: count(
                    sessions
                        .iter()
                        .filter(|session| session.course == course.id)
                        .count(),
                ),
                id: course.id,
                protocol: course.protocol.into_boxed_str(),
                protocol_version: course.protocol_version,
                substance: course.substance.as_str().into(),
                day_zero: course.day_zero,
            }),
            enquiry: enquiry_line(chart),
            visits: chart.visits().into_iter().map(VisitLine::from).collect(),
            alerts: chart.alerts().into_iter().map(AlertLine::from).collect(),
            unsigned: unsigned(chart, &sessions),
            session: sessions
                .last()
                .map(|session| Box::new(SessionLine::of(chart, session))),
            check_in_days: check_in_days(chart, day_zero, |_| true),
            declined_days: check_in_days(chart, day_zero, |one| !one.says_anything())
                & !check_in_days(chart, day_zero, CheckInAnswered::says_anything),
            last_check_in: chart
                .latest::<CheckInAnswered>()
                .map(|(entry, _)| entry.occurred_at.0),
            last_word: last_word(chart),
            last_occurred: chart
                .entries()
                .iter()
                .map(|entry| entry.occurred_at.0)
                .max(),
        }
    }

    /// The line without room to grow: one read from a snapshot grew its lists as it was read.
    pub(super) fn fitted(mut self) -> Self {
        self.visits.shrink_to_fit();
        self.alerts.shrink_to_fit();
        self.unsigned.shrink_to_fit();
        self.follow.fit();
        self
    }

    /// Since when an enquiry waits for its first answer.
    pub fn waits_since(&self) -> Option<Timestamp> {
        let enquiry = self.enquiry.as_ref()?;
        (enquiry.answered_at.is_none() && self.course.is_none()).then_some(enquiry.received_at)
    }

    /// The next visit that is still to come or to begin, at or after a moment.
    pub fn next_visit(&self, after: Timestamp) -> Option<&VisitLine> {
        self.visits
            .iter()
            .filter(|visit| visit.state == VisitState::Booked && visit.starts_at >= after)
            .min_by_key(|visit| visit.starts_at)
    }

    /// The protocol days on which a check-in was given: each is asked for on the day after the one it is about.
    pub const fn given(&self) -> Given {
        Given {
            answered: (self.check_in_days & !self.declined_days) << 1,
            declined: self.declined_days << 1,
        }
    }

    /// Who has what is open about them: the silence first, else any alert somebody took.
    pub fn taken_by(&self) -> Option<&str> {
        let open = || self.alerts.iter().filter(|one| one.closed_at.is_none());
        let silent = open().filter(|one| one.cause == AlertCause::Silence);
        let mut owners = silent.chain(open()).filter_map(|one| one.owner.as_ref());
        owners.next().map(|(_, name)| &**name)
    }
}

fn count(n: usize) -> u8 {
    u8::try_from(n).unwrap_or(u8::MAX)
}

fn sort_name(chart: &Chart, name: &str) -> Box<str> {
    if chart.is_erased() {
        // After every name: who looks for somebody need not read past these.
        return "\u{10ffff}".into();
    }
    chart
        .identity()
        .and_then(|identity| {
            let family = identity.family.as_ref()?;
            Some(
                format!("{family} {}", identity.given)
                    .to_lowercase()
                    .into_boxed_str(),
            )
        })
        .unwrap_or_else(|| name.to_lowercase().into_boxed_str())
}

fn enquiry_line(chart: &Chart) -> Option<EnquiryLine> {
    let (entry, enquiry) = chart.enquiry()?;
    Some(EnquiryLine {
        received_at: entry.occurred_at.0,
        via: enquiry.via,
        substance: enquiry
            .substance
            .as_ref()
            .map(|substance| substance.as_str().into()),
        answered_at: chart
            .all::<ContactMade>()
            .map(|(contact, _)| contact.occurred_at.0)
            .min(),
    })
}

fn unsigned(
    chart: &Chart,
    sessions: &[record::chart::session::Session],
) -> Vec<(SessionId, u8, Timestamp)> {
    let is_signed = |id: SessionId| {
        chart
            .all::<NoteSigned>()
            .any(|(_, note)| note.is_note_of(id))
    };
    sessions
        .iter()
        .filter(|session| !is_signed(session.id))
        .filter_map(|session| Some((session.id, session.number, session.closed_at?)))
        .collect()
}

/// When something last came from the patient. What staff wrote on their own is no word from anybody.
fn last_word(chart: &Chart) -> Option<Timestamp> {
    fn last<F: OneKind>(chart: &Chart, counts: impl Fn(&F) -> bool) -> Option<Timestamp> {
        let all = chart.all::<F>().filter(|(_, fact)| counts(fact));
        all.map(|(entry, _)| entry.occurred_at.0).max()
    }
    [
        last::<CheckInAnswered>(chart, |_| true),
        last::<ContactMade>(chart, |contact| contact.reached == Reached::Spoke),
        last::<InstrumentAnswered>(chart, |answered| answered.filled_by == FilledBy::Patient),
        last::<PatientArrived>(chart, |_| true),
        last::<SessionOpened>(chart, |_| true),
        last::<UseReported>(chart, |reported| reported.source == UseSource::Patient),
        last::<VisitHeld>(chart, |_| true),
        chart
            .all::<QuestionnaireLeft>()
            .filter(|(_, left)| left.is_by_patient)
            .map(|(_, left)| left.last_at)
            .max(),
    ]
    .into_iter()
    .flatten()
    .max()
}

/// The days from day 0 on for which check-ins of a kind were sent, as bits.
pub(crate) fn check_in_days(
    chart: &Chart,
    day_zero: Option<Date>,
    is_one: impl Fn(&CheckInAnswered) -> bool,
) -> u128 {
    let Some(day_zero) = day_zero else { return 0 };
    chart
        .all::<CheckInAnswered>()
        .filter(|(_, answered)| is_one(answered))
        .filter_map(|(_, answered)| {
            let day = record::calendar::days_between(day_zero, answered.day);
            u32::try_from(day).ok().filter(|day| *day < 128)
        })
        .fold(0, |days, day| days | (1_u128 << day))
}

impl From<record::chart::visit::Visit> for VisitLine {
    fn from(visit: record::chart::visit::Visit) -> Self {
        Self {
            id: visit.id,
            starts_at: visit.starts_at,
            minutes: visit.minutes,
            purpose: visit.purpose,
            title: visit.title.into_boxed_str(),
            with: visit.with.map(String::into_boxed_str),
            room: visit.room.map(String::into_boxed_str),
            state: visit.state,
        }
    }
}

impl From<record::chart::alert::Alert> for AlertLine {
    fn from(alert: record::chart::alert::Alert) -> Self {
        Self {
            id: alert.id,
            cause: alert.cause,
            urgency: alert.urgency,
            sentence: alert.sentence.into_boxed_str(),
            raised_at: alert.raised_at,
            due_at: alert.due_at,
            snoozed: alert.snoozed,
            handed_on: alert.handed_on,
            reached_at: alert.reached_at,
            tried: alert.tried,
            owner: alert.owner.map(|(id, name)| (id, name.into_boxed_str())),
            closed_at: alert.closed_at,
        }
    }
}

impl SessionLine {
    /// A session of a record, as the board keeps it; its last vital signs are the last that count.
    fn of(chart: &Chart, session: &record::chart::session::Session) -> Self {
        let counted = crate::act::device::counted(chart, session.id);
        let last_vitals = counted.last().map(|(at, vitals)| {
            let pressure = match (vitals.systolic_mmhg, vitals.diastolic_mmhg) {
                (Some(systolic), Some(diastolic)) => {
                    format!("{}/{}", systolic.number(), diastolic.number())
                }
                (Some(_) | None, _) => "no pressure".to_owned(),
            };
            (*at, pressure.into_boxed_str())
        });
        Self {
            id: session.id,
            number: session.number,
            room: session.room.as_deref().map(Into::into),
            opened_at: session.opened_at,
            started: session.started.map(|started| (started.at, started.minutes)),
            stopped_at: session.stopped.map(|(at, _)| at),
            last_vitals,
            is_recovery_assessed: session.is_recovery_assessed,
            closed_at: session.closed_at,
        }
    }
}
