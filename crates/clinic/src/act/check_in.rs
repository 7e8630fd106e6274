//! Check-ins and reports of use; what in them needs a person becomes an alert in the same append.

use jiff::{SignedDuration, Timestamp};
use protocol::contact::Tier;
use record::Fact;
use record::calendar::civil_day;
use record::chart::Chart;
use record::fact::care::{AlertCause, AlertRaised, Urgency};
use record::fact::substance_use::{CheckInAnswered, Use, UseReported};
use record::ids::{AlertId, PatientId};
use record::words::{Line, YesNo};

use super::alert::raised;
use crate::authority::{Act, authorise};
use crate::clinic::{Clinic, KnownChart, Written};
use crate::denied::Denied;
use crate::operation::Operation;
use crate::policy::Policy;
use crate::relapse::Watched;

/// The most substances one day's report may name.
const USES_PER_DAY_MAX: usize = 20;

/// From how many minutes on an alert says that its answer came in late.
const SAID_LATE_MINUTES: i64 = 10;

/// Answers a check-in.
///
/// # Errors
/// [`Denied::NotFound`] for a course that is not this patient's; [`Denied::Invalid`] for a day to come.
pub fn answer(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    answered: CheckInAnswered,
) -> Result<Written, Denied> {
    take(operation, clinic, patient, answered, &Known::default())
}

/// What is known of a check-in before it is written.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    /// What somebody was told already, so that it is told once.
    pub(super) told: Vec<AlertCause>,
    /// Whether it was left before its end.
    pub(super) is_left: bool,
}

/// Answers a check-in of which something is known already.
pub(super) fn take(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    answered: CheckInAnswered,
    before: &Known,
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::CheckIn, Some(patient))?;
    if let Some(first) = clinic.first_answer(operation, Some(patient))? {
        return Ok(first);
    }
    let known = clinic.chart(patient)?;
    super::course::find(&known, answered.course)?;
    check_day(operation, clinic, answered.day)?;
    check_uses(&answered.uses)?;
    // Nobody could act on what had not come in: the clock of an alert starts when the clinic knows.
    let now = operation.now();
    let late = if before.is_left {
        ", in a check-in that was not finished".to_owned()
    } else {
        came_late(operation.occurred().0, now)
    };
    let policy = clinic.library().policy();
    let mut alerts: Vec<Fact> = concerns(&answered, policy)
        .into_iter()
        .filter(|(cause, _, sentence)| {
            !before.told.contains(cause) && !is_told_of(&known.chart, *cause, sentence)
        })
        .map(|(cause, urgency, sentence)| {
            raised(
                now,
                operation.chance,
                policy,
                &known,
                cause,
                urgency,
                &format!("{sentence}{late}"),
            )
        })
        .collect();
    alerts.extend(stepped_up(operation, clinic, &known, &answered));
    let mut facts = vec![Fact::from(answered)];
    facts.extend(alerts);
    clinic.record(operation, role, patient, None, &facts)
}

/// How long what was answered waited before it came in, for the end of an alert's sentence.
fn came_late(answered: Timestamp, now: Timestamp) -> String {
    let minutes = now.duration_since(answered).as_mins();
    if minutes < SAID_LATE_MINUTES {
        return String::new();
    }
    let (hours, minutes) = (minutes / 60, minutes % 60);
    match hours {
        0 => format!(", answered {minutes} min before it came in"),
        _ => format!(", answered {hours} h {minutes} min before it came in"),
    }
}

/// Whether somebody has to be told of danger now. Who is not sure whether they are safe is not taken for
/// safe.
pub(super) fn is_danger(answered: &CheckInAnswered) -> bool {
    answered
        .safe
        .answer()
        .is_some_and(|safe| *safe != YesNo::Yes)
}

/// Whether somebody has already been told of use on that day and has it open still: of one day nobody is
/// told twice, by however many links it was answered.
pub(super) fn is_told_of(chart: &Chart, cause: AlertCause, sentence: &str) -> bool {
    cause == AlertCause::UseReported
        && chart.alerts().iter().any(|alert| {
            alert.cause == cause
                && alert.closed_at.is_none()
                && alert.sentence.starts_with(sentence)
        })
}

/// What in a check-in needs a person.
pub(super) fn concerns(
    answered: &CheckInAnswered,
    policy: &Policy,
) -> Vec<(AlertCause, Urgency, String)> {
    let mut concerns = Vec::new();
    if is_danger(answered) {
        let sentence = match answered.safe.answer() {
            Some(YesNo::Unknown) => "Answered that they are not sure whether they are safe",
            _ => "Answered that they are not safe",
        };
        concerns.push((AlertCause::Safety, Urgency::ActNow, sentence.to_owned()));
    }
    let used = answered.used.answer() == Some(&true) || answered.uses.iter().any(|one| one.used);
    if answered.wants_call {
        let sentence = if used {
            "Asked for a call after use"
        } else {
            "Asked for a call"
        };
        concerns.push((AlertCause::CallAsked, Urgency::ActNow, sentence.to_owned()));
    } else if used {
        let sentence = format!("Reported use on {}", answered.day.strftime("%a %-d %b"));
        concerns.push((AlertCause::UseReported, Urgency::Watch, sentence));
    }
    let craving = answered
        .craving_peak
        .answer()
        .or(answered.craving_now.answer());
    if let Some(craving) = craving.filter(|craving| craving.get() >= policy.craving_to_watch) {
        let sentence = format!("Craving {craving} of 10");
        concerns.push((AlertCause::Craving, Urgency::Watch, sentence));
    }
    concerns
}

/// The alert of a relapse watch that rose to amber or red with this check-in; one at a time.
fn stepped_up(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    known: &KnownChart,
    answered: &CheckInAnswered,
) -> Option<Fact> {
    let library = clinic.library();
    let (watch, cadence) = (library.relapse_watch(), library.cadence());
    let courses = known.chart.courses();
    let course = courses.iter().find(|course| course.id == answered.course)?;
    let zone = clinic.zone();
    let mut watched = Watched::lately(&known.chart, course)?;
    // Of an older day nobody is called today, and a check-in given anew changes no past call.
    if watched.answered_days().any(|day| day >= answered.day) {
        return None;
    }
    let before = watched.answered_days().next_back();
    let before = before.map(|day| watch.score(&watched.signals(day, cadence, &zone)).tier);
    watched.add(answered);
    let score = watch.score(&watched.signals(answered.day, cadence, &zone));
    let hours = match score.tier {
        Tier::Calm => return None,
        Tier::Amber => watch.amber_hours,
        Tier::Red => watch.red_hours,
    };
    let is_open = known
        .chart
        .alerts()
        .iter()
        .any(|alert| alert.cause == AlertCause::RelapseWatch && alert.closed_at.is_none());
    if before.is_some_and(|before| before >= score.tier) && is_open {
        return None;
    }
    let sentence = format!("Relapse watch {}: {}", score.said(), score.reasons());
    let now = operation.now();
    let fact = AlertRaised {
        alert: AlertId::make(now, operation.chance),
        course: Some(course.id),
        cause: AlertCause::RelapseWatch,
        urgency: match score.tier {
            Tier::Red => Urgency::ActNow,
            Tier::Amber | Tier::Calm => Urgency::Watch,
        },
        sentence: Line::clipped(&sentence),
        due_at: now
            .saturating_add(SignedDuration::from_hours(hours))
            .unwrap_or(now),
    };
    Some(fact.into())
}

/// Records what was reported of days, as an interview takes them.
///
/// # Errors
/// [`Denied::Invalid`] for a day to come, or for days that name nothing.
pub fn report_use(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    days: Vec<UseReported>,
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::ReportUse, Some(patient))?;
    if let Some(first) = clinic.first_answer(operation, Some(patient))? {
        return Ok(first);
    }
    let _: std::sync::Arc<KnownChart> = clinic.chart(patient)?;
    if days.is_empty() {
        return Err(Denied::invalid("day", "Fill in at least one day"));
    }
    for day in &days {
        check_day(operation, clinic, day.day)?;
        check_uses(&day.uses)?;
        if day.uses.is_empty() {
            return Err(Denied::invalid(
                "uses",
                "Say for at least one substance whether it was used",
            ));
        }
    }
    let facts: Vec<Fact> = days.into_iter().map(Fact::from).collect();
    clinic.record(operation, role, patient, None, &facts)
}

fn check_day(
    operation: &Operation<'_>,
    clinic: &Clinic,
    day: jiff::civil::Date,
) -> Result<(), Denied> {
    if day > civil_day(operation.now(), &clinic.zone()) {
        return Err(Denied::invalid("day", "This day has not come yet"));
    }
    Ok(())
}

fn check_uses(uses: &[Use]) -> Result<(), Denied> {
    if uses.len() > USES_PER_DAY_MAX {
        return Err(Denied::invalid(
            "uses",
            "Name at most 20 substances for one day",
        ));
    }
    if uses.iter().any(|one| !one.used && one.amount_mg.is_some()) {
        return Err(Denied::invalid(
            "amount",
            "An amount was given for a substance not used",
        ));
    }
    Ok(())
}
