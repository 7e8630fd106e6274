//! What an entry says, as the head and the rest of one sentence.

use pages::Phrase;
use record::Fact;
use record::fact::correction::CorrectionAnswer;
use record::fact::observation::{Found, UrineScreen, VitalsObserved};
use record::fact::session::DoseChange;
use record::fact::substance_use::{CheckInAnswered, Use};
use record::words::Said;

use crate::app::App;
use crate::words;

mod questionnaire;
pub(crate) mod room;
mod told;

/// What an entry says: a head of a word or two, and the rest.
#[expect(
    clippy::wildcard_enum_match_arm,
    clippy::too_many_lines,
    reason = "a table, one line a kind; the rest are of the course"
)]
pub(crate) fn sentence(app: &App, fact: &Fact) -> (String, Vec<Phrase>) {
    let zone = app.clinic.zone();
    let (head, rest) = match fact {
        Fact::EnquiryReceived(enquiry) => {
            let about = enquiry
                .substance
                .as_ref()
                .map_or_else(String::new, |one| format!(" about {one}"));
            ("Enquiry", format!(", by {}{about}", enquiry.via))
        }
        Fact::ContactMade(contact) => (
            "Contact",
            format!(
                " by {}: {}{}",
                contact.way,
                contact.reached,
                after(contact.summary.as_ref())
            ),
        ),
        Fact::ContactPreferred(one) => {
            let ways: Vec<&str> = one.carriages.iter().map(|way| way.label()).collect();
            let ways = if ways.is_empty() {
                "no message".to_owned()
            } else {
                ways.join(", ")
            };
            ("Agreed how to be reached", format!(": {ways}"))
        }
        Fact::ContactRevoked(one) => (
            "Taken back",
            format!(": {}{}", one.what, after(one.reason.as_ref())),
        ),
        Fact::ReminderQueued(one) => (
            "Reminder",
            format!(" of a {}, by {}", one.reminds, one.carriage),
        ),
        Fact::MessageNotDelivered(one) => (
            "Message did not arrive",
            format!(", by {}: {}", one.carriage, one.reason),
        ),
        Fact::EvaluationBooked(booked) => (
            "Evaluation booked",
            format!(" for {}", words::moment_short(booked.starts_at, &zone)),
        ),
        Fact::EvaluationHeld(held) => (
            "Evaluation",
            format!(": {}{}", held.leads_to, after(held.summary.as_ref())),
        ),
        Fact::PersonRegistered(registered) => {
            ("Registered", format!(" as {}", registered.identity.name()))
        }
        Fact::IdentityCorrected(corrected) => (
            "Identity corrected",
            format!(": {}, {}", corrected.identity.name(), corrected.reason),
        ),
        Fact::HistoryTaken(taken) => (
            "History",
            format!(
                ", {}: {}",
                taken.part.as_str().replace('_', " "),
                words::of(taken.answers.len(), "answer", "answers")
            ),
        ),
        Fact::HistoryTold(one) => ("Told beforehand", told::beforehand(app, one)),
        Fact::ConditionListed(one) => ("Condition", format!(": {}, {}", one.name, one.standing)),
        Fact::MedicineListed(one) => {
            let dose = one
                .dose
                .as_ref()
                .map_or_else(String::new, |dose| format!(" {dose}"));
            (
                "Medicine",
                format!(": {}{dose}, {}", one.name, one.standing),
            )
        }
        Fact::MedicineTaken(one) => {
            let amount = one
                .micrograms
                .map_or_else(|| "amount not recorded".to_owned(), |dose| dose.to_string());
            ("Medicine taken", format!(": {} {amount}", one.name))
        }
        Fact::ProgrammeEnrolled(one) => (
            "Enrolled with the programme of esketamine",
            format!(
                " on {} by {}: {}",
                words::day_plain(one.enrolled_on),
                one.enrolled_by,
                one.reference
            ),
        ),
        Fact::AllergyListed(one) => (
            "Allergies",
            one.to.as_ref().map_or_else(
                || ": none known".to_owned(),
                |to| format!(": {to}, {}", one.certainty),
            ),
        ),
        Fact::LaboratoryResult(one) => {
            let unit = one
                .unit
                .as_ref()
                .map_or_else(String::new, |unit| format!(" {unit}"));
            return (
                one.test.to_string(),
                vec![
                    Phrase::plain(" "),
                    Phrase::Strong(format!("{}{unit}", one.value)),
                ],
            );
        }
        Fact::BreathTest(test) => ("Breath test", format!(": {}", test.alcohol)),
        Fact::InstrumentAnswered(one) => ("Questionnaire", questionnaire::given(one)),
        Fact::QuestionnaireLeft(one) => ("Left half done", questionnaire::left(one)),
        Fact::UseReported(reported) => (
            "Use",
            format!(
                " on {}, by {}: {}",
                words::day_short(reported.day),
                reported.method,
                uses(&reported.uses)
            ),
        ),
        Fact::AlertRaised(alert) => ("Alert", format!(": {}", alert.sentence)),
        Fact::AlertOwned(alert) => ("Alert taken", format!(" by {}", alert.owner_name)),
        Fact::AlertSnoozed(alert) => (
            "Alert put off",
            format!(" by {}: {}", alert.by_name, alert.reason),
        ),
        Fact::AlertHandedOn(alert) => (
            "Alert handed on",
            match &alert.person {
                Some((_, name)) => format!(", past its clock, to {name}, {}", alert.to),
                None => format!(", past its clock, to the {}", alert.to),
            },
        ),
        Fact::AlertClosed(alert) => ("Alert settled", format!(": {}", brief(alert.note.as_str()))),
        Fact::NoteSigned(note) => ("Note", format!(", {}: {}", note.kind, note.title)),
        Fact::NoteAddended(note) => ("Addendum", format!(": {}", brief(note.text.as_str()))),
        Fact::CorrectionRequested(one) => (
            "Correction asked for",
            format!(
                ": {} It should say: {}",
                brief(one.wrong.as_str()),
                brief(one.should_say.as_str())
            ),
        ),
        Fact::CorrectionAnswered(one) => (
            "Correction asked for",
            match &one.answer {
                CorrectionAnswer::Accepted { by } => format!(", accepted: see entry {}", by.0),
                CorrectionAnswer::Declined { basis, reason } => {
                    format!(", declined, as {basis}: {}", brief(reason.as_str()))
                }
            },
        ),
        Fact::DisagreementStated(one) => (
            "Statement of disagreement",
            format!(": {}", brief(one.words.as_str())),
        ),
        Fact::RebuttalWritten(one) => ("Rebuttal", format!(": {}", brief(one.words.as_str()))),
        Fact::CorrectionToGoAlong(one) => (
            "Correction asked for",
            format!(": entry {} and its answer go along", one.request),
        ),
        Fact::SafetyPlanWritten(_) => ("Safety plan", " written with the patient".to_owned()),
        Fact::RefusalGiven(refusal) => (
            "Refused",
            format!(" by rule {}: {}", refusal.rule, refusal.sentence),
        ),
        Fact::RecordImported(imported) => (
            "Record imported",
            format!(
                " from {}, number {}",
                imported.source, imported.source_number
            ),
        ),
        Fact::UrineScreen(screen) => ("Urine screen", urine(screen)),
        Fact::VitalsObserved(vitals) => ("Vital signs", format!(": {}", vital_signs(vitals))),
        Fact::CheckInAnswered(answered) => return ("Check-in".to_owned(), check_in(answered)),
        other => return course_sentence(app, other),
    };
    (head.to_owned(), vec![Phrase::plain(rest)])
}

#[expect(
    clippy::wildcard_enum_match_arm,
    clippy::too_many_lines,
    reason = "a table, one line a kind; a new kind is named by its label"
)]
fn course_sentence(app: &App, fact: &Fact) -> (String, Vec<Phrase>) {
    let zone = app.clinic.zone();
    let (head, rest) = match fact {
        Fact::CourseOpened(course) => (
            "Course opened",
            format!(": {}, {}", course.protocol, course.substance),
        ),
        Fact::CoursePaused(course) => (
            "Course paused",
            format!(": {}", brief(course.reason.as_str())),
        ),
        Fact::CourseCompleted(course) => ("Course completed", after(course.summary.as_ref())),
        Fact::CourseLeft(course) => ("Left the course", after(course.reason.as_ref())),
        Fact::CourseReturned(course) => (
            "Came back",
            format!(" to the course{}", after(course.reason.as_ref())),
        ),
        Fact::EligibilityAssessed(one) => (
            "Eligibility rules run",
            format!(
                ": {} of pack {} version {}",
                words::of(one.verdicts.len(), "rule", "rules"),
                one.pack,
                one.pack_version
            ),
        ),
        Fact::EligibilityReassessed(one) => (
            "Eligibility rules run again",
            format!(
                ": {} otherwise than before, by pack {} version {}",
                words::of(one.changed.len(), "rule", "rules"),
                one.assessed.pack,
                one.assessed.pack_version
            ),
        ),
        Fact::EligibilityOverridden(one) => (
            "Overridden",
            format!(": rule {}, {}", one.rule, brief(one.reason.as_str())),
        ),
        Fact::ConsentSigned(one) => ("Consent signed", told::consent(app, one)),
        Fact::ConsentWithdrawn(one) => ("Consent withdrawn", after(one.reason.as_ref())),
        Fact::PlanPrescribed(plan) => ("Plan", plan_words(plan)),
        Fact::PlanAmended(amended) => (
            "Plan amended",
            format!(
                "{}: {}",
                plan_words(&amended.plan),
                brief(amended.reason.as_str())
            ),
        ),
        Fact::VisitBooked(visit) => (
            "Booked",
            format!(
                ": {} for {}",
                visit.title,
                words::moment_short(visit.starts_at, &zone)
            ),
        ),
        Fact::VisitMoved(visit) => (
            "Visit moved",
            format!(
                " to {}{}",
                words::moment_short(visit.starts_at, &zone),
                after(visit.reason.as_ref())
            ),
        ),
        Fact::PatientArrived(_) => ("Arrived", String::new()),
        Fact::VisitMissed(visit) => ("Visit missed", after(visit.reason.as_ref())),
        Fact::VisitHeld(visit) => ("Visit held", after(visit.summary.as_ref())),
        Fact::VisitCancelled(visit) => ("Visit cancelled", format!(": {}", visit.reason)),
        Fact::SessionOpened(session) => (
            "Session opened",
            format!(
                ", number {}{}",
                session.number,
                session
                    .room
                    .as_ref()
                    .map_or_else(String::new, |room| format!(", {room}"))
            ),
        ),
        Fact::DoseStarted(dose) => (
            "Dose started",
            format!(
                ": {} {}{}",
                dose.dose,
                dose.route,
                words::over(dose.minutes.get())
            ),
        ),
        Fact::DoseChanged(dose) if dose.change == DoseChange::Piece => (
            "Device given",
            format!(
                "{}{}",
                dose.given_so_far
                    .map_or_else(String::new, |given| format!(": {given} in all")),
                after(dose.reason.as_ref())
            ),
        ),
        Fact::DoseChanged(dose) => (
            "Dose",
            format!(
                " {}{}{}",
                dose.change,
                dose.rate
                    .map_or_else(String::new, |rate| format!(" to {rate}")),
                after(dose.reason.as_ref())
            ),
        ),
        Fact::DoseStopped(dose) => (
            "Dose ended",
            format!(": {} given{}", dose.given, after(dose.reason.as_ref())),
        ),
        Fact::ObservationMade(one) => {
            let score = one
                .score
                .map_or_else(String::new, |score| format!(" {score}"));
            (
                "Observed",
                format!(": {}{score}{}", one.watched, after(one.words.as_ref())),
            )
        }
        Fact::AdverseNoted(one) => (
            "Adverse event",
            format!(
                ": {}, {}{}",
                one.what,
                one.severity,
                if one.serious { ", serious" } else { "" }
            ),
        ),
        Fact::InterventionMade(one) => (
            "Intervention",
            format!(": {}{}", one.what, after(one.reason.as_ref())),
        ),
        Fact::RecoveryAssessed(one) => (
            "Readiness to leave",
            format!(": {}", words::of(one.items.len(), "item", "items")),
        ),
        Fact::SessionClosed(one) => {
            let escort = one
                .escort
                .as_ref()
                .map_or_else(String::new, |escort| format!(", left with {escort}"));
            (
                "Session closed",
                format!(
                    "{escort}{}",
                    if one.against_advice {
                        ", against advice"
                    } else {
                        ""
                    }
                ),
            )
        }
        other => room::sentence(app, other),
    };
    (head.to_owned(), vec![Phrase::plain(rest)])
}

fn plan_words(plan: &record::fact::decision::PlanPrescribed) -> String {
    let dose = plan.doses.first().map_or_else(String::new, |dose| {
        format!(
            ": {} of {} {}{}",
            plan.doses.len(),
            dose.dose,
            dose.route,
            words::over(dose.minutes)
        )
    });
    format!("{dose}, day 0 {}", words::day_plain(plan.day_zero))
}

fn after<T: std::fmt::Display>(text: Option<&T>) -> String {
    text.map_or_else(String::new, |text| {
        format!(": {}", brief(&text.to_string()))
    })
}

/// The first hundred and sixty characters, so that one entry stays one line.
fn brief(text: &str) -> String {
    let one_line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if one_line.chars().count() <= 160 {
        return one_line;
    }
    let cut: String = one_line.chars().take(157).collect();
    format!("{cut}...")
}

/// `used cocaine and opioid`, `no alcohol`.
pub(crate) fn uses(uses: &[Use]) -> String {
    let names = |used: bool| -> Vec<String> {
        uses.iter()
            .filter(|one| one.used == used)
            .map(|one| match one.amount_mg {
                Some(amount) => format!("{} {amount}", one.substance),
                None => one.substance.to_string(),
            })
            .collect()
    };
    let (used, not) = (names(true), names(false));
    match (used.is_empty(), not.is_empty()) {
        (true, true) => "nothing said".to_owned(),
        (true, false) => format!("no {}", not.join(", no ")),
        (false, true) => format!("used {}", used.join(", ")),
        (false, false) => format!("used {}; no {}", used.join(", "), not.join(", no ")),
    }
}

fn urine(screen: &UrineScreen) -> String {
    if let Some(why) = &screen.not_given {
        return format!(": not given, {why}");
    }
    let found: Vec<String> = screen
        .findings
        .iter()
        .filter(|finding| finding.found == Found::Found)
        .map(|finding| finding.substance.to_string())
        .collect();
    let n = screen.findings.len();
    if found.is_empty() {
        format!(": none of {n} found")
    } else {
        format!(": {} found, of {n} looked for", found.join(", "))
    }
}

/// `146/88 mmHg, pulse 92 /min, saturation 97 %`.
pub(crate) fn vital_signs(vitals: &VitalsObserved) -> String {
    let mut parts = Vec::new();
    if let (Some(systolic), Some(diastolic)) = (vitals.systolic_mmhg, vitals.diastolic_mmhg) {
        parts.push(format!("{}/{} mmHg", systolic.number(), diastolic.number()));
    }
    if let Some(pulse) = vitals.pulse_per_min {
        parts.push(format!("pulse {pulse}"));
    }
    if let Some(saturation) = vitals.saturation_percent {
        parts.push(format!("saturation {saturation}"));
    }
    if let Some(breaths) = vitals.breaths_per_min {
        parts.push(format!("breathing {breaths}"));
    }
    if let Some(temperature) = vitals.temperature_tenths_c {
        parts.push(format!("{temperature}"));
    }
    if let Some(weight) = vitals.weight_g {
        parts.push(format!("weight {weight}"));
    }
    parts.join(", ")
}

fn check_in(answered: &CheckInAnswered) -> Vec<Phrase> {
    let mut said = vec![Phrase::plain(format!(
        ", for {}: ",
        words::day_short(answered.day)
    ))];
    said.push(match (&answered.used, answered.uses.as_slice()) {
        (Said::Answered(true), []) => Phrase::plain("returned to use"),
        (Said::Answered(true), named) => Phrase::plain(format!("returned to use, {}", uses(named))),
        (Said::Answered(false), _) => Phrase::plain("no use"),
        (other, _) => Phrase::absent(format!("use {}", other.absence().unwrap_or("not asked"))),
    });
    let mut score = |name: &str, said_score: &Said<record::quantity::Score10>| {
        said.push(Phrase::plain(", "));
        said.push(match said_score {
            Said::Answered(score) => Phrase::plain(format!("{name} {score} of 10")),
            Said::Skipped | Said::Declined | Said::NotAnswered | Said::NotAsked => Phrase::absent(
                format!("{name} {}", said_score.absence().unwrap_or("not asked")),
            ),
        });
    };
    let craving = if answered.craving_peak.answer().is_some() {
        &answered.craving_peak
    } else {
        &answered.craving_now
    };
    score("craving", craving);
    score("mood", &answered.mood);
    if let Some(half_hours) = answered.sleep_half_hours.answer() {
        let hours = record::quantity::decimal(i64::from(*half_hours) * 5, 1);
        said.push(Phrase::plain(format!(", slept {hours} h")));
    }
    if answered.wants_call {
        said.push(Phrase::Strong("; asks for a call".to_owned()));
    }
    if let Some(words) = &answered.words {
        said.push(Phrase::plain(format!(". \"{}\"", brief(words.as_str()))));
    }
    said
}
