//! Before the dose: the rules of the day, holding or overriding, and the time-out with two people.

use jiff::{SignedDuration, Timestamp};
use protocol::{Clearance, Consequence, Kind, Outcome, Stage};
use record::chart::session::Session;
use record::fact::decision::{EligibilityAssessed, EligibilityOverridden, Verdict};
use record::fact::person::HistoryAnswer;
use record::fact::room::{ReadinessAssessed, SessionAnswered, SessionHeld, TimeOutHeld};
use record::fact::session::SessionClosed;
use record::ids::{PatientId, PersonId, SessionId};
use record::words::{Door, Line, Prose, Role};
use record::{Chart, Fact};

use super::super::confirm::{Proof, proof};
use super::super::eligibility::{refuse, verdict};
use super::super::ledger::session::closing;
use super::super::reader::{Hands, signed_with};
use super::super::session::{check_told_time, open_session};
use crate::authority::{Act, authorise};
use crate::clinic::{Clinic, Written};
use crate::denied::{Denied, Refusal};
use crate::operation::{Actor, ActorId, Operation};

/// What both say aloud before the drug.
pub const TIME_OUT_CHECKS: &[(&str, &str)] = &[
    (
        "identity",
        "Name and date of birth, said by the patient and read from the chart",
    ),
    ("allergies", "Allergies read out"),
    (
        "dose",
        "Drug, dose, route and rate, read from the order and from the pump",
    ),
    ("consent", "Consent and intention, in the patient's words"),
    ("room", "Oxygen, suction and crash kit within reach"),
];

/// A question of the day that is open, or was answered and may be answered again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The input it answers.
    pub input: String,
    /// The question.
    pub words: String,
    /// What answers it.
    pub kind: Kind,
    /// Whether a rule waits for it.
    pub is_open: bool,
}

/// What the rules of the day say.
#[derive(Clone, Debug)]
pub struct Readiness {
    /// Whether the dose may be given, as far as the rules go.
    pub clearance: Clearance,
    /// What every rule said.
    pub verdicts: Vec<Verdict>,
    /// The rules in the way, with what would change that.
    pub in_the_way: Vec<(String, String)>,
    /// What is asked on the day.
    pub questions: Vec<Question>,
}

/// Runs the rules of the day over a session.
pub fn readiness(clinic: &Clinic, chart: &Chart, session: &Session, now: Timestamp) -> Readiness {
    let pack = clinic.library().pack();
    let mut facts = super::watch::facts(clinic, chart, session, now);
    facts.screened_at = chart
        .all::<EligibilityAssessed>()
        .filter(|(_, fact)| fact.course == session.course)
        .map(|(entry, _)| entry.recorded_at.0)
        .max();
    let run = protocol::assess(&facts, pack, Stage::PreSession, now);
    let mut questions: Vec<Question> = Vec::new();
    let mut in_the_way = Vec::new();
    let mut clearance = Clearance::NothingInTheWay;
    for one in &run.verdicts {
        let is_settled = one.overridden.is_some();
        let class = match one.rule.consequence {
            Consequence::Gate(class) => class,
            Consequence::Act(_) | Consequence::Required => continue,
        };
        let blocks = class >= protocol::Class::Override && !is_settled;
        // A screening rule that comes again was answered or accepted when the plan was signed; on the
        // day it stands in the way unanswered only where its own file says that missing blocks.
        let is_asked_today =
            one.rule.stages.contains(&Stage::PreSession) || one.rule.blocks_when_missing();
        if blocks && one.outcome == Outcome::Fired {
            let actions = one.rule.actions.join("; ");
            let said = format!("{} ({class}): {actions}", one.rule.title);
            in_the_way.push((one.rule.id.clone(), said));
            clearance = clearance.max(match class {
                protocol::Class::Exclude => Clearance::Excluded,
                protocol::Class::HoldToday => Clearance::HeldToday,
                protocol::Class::Override | protocol::Class::Caution | protocol::Class::Info => {
                    Clearance::NeedsOverride
                }
            });
        }
        if blocks && is_asked_today && one.outcome == Outcome::Unanswered {
            let names: Vec<&str> = one.missing.iter().map(|wanted| wanted.question).collect();
            let said = format!("{}: not answered. {}", one.rule.title, names.join(" "));
            in_the_way.push((one.rule.id.clone(), said));
            clearance = clearance.max(Clearance::NeedsAnswers);
        }
        let missing = one.missing.iter().map(|wanted| (wanted.input, true));
        let used = one.used.iter().map(|used| (used.input, false));
        for (name, is_open) in missing.chain(used) {
            let known = crate::Library::has_entry_of_its_own(name)
                || questions.iter().any(|question| question.input == name);
            let Some(input) = pack.inputs().input(name).ok().filter(|_| !known) else {
                continue;
            };
            questions.push(Question {
                input: input.name.clone(),
                words: input.question.clone(),
                kind: input.kind.clone(),
                is_open: is_open && one.outcome == Outcome::Unanswered,
            });
        }
    }
    Readiness {
        clearance,
        verdicts: run.verdicts.iter().filter_map(verdict).collect(),
        in_the_way,
        questions,
    }
}

/// Writes down answers to questions of the day.
///
/// # Errors
/// [`Denied::Invalid`] for no answer at all; [`Denied::NotFound`] for a session that is not this
/// patient's.
pub fn answer(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    session: SessionId,
    answers: Vec<HistoryAnswer>,
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::RunSession, Some(patient))?;
    if let Some(first) = clinic.first_answer(operation, Some(patient))? {
        return Ok(first);
    }
    let known = clinic.chart(patient)?;
    check_told_time(operation)?;
    let there = open_session(&known.chart, session)?;
    if answers.is_empty() {
        return Err(Denied::invalid("answers", "Answer at least one question"));
    }
    let facts = vec![SessionAnswered { session, answers }.into()];
    let facts = super::watch::with_rules(operation, clinic, &known, &there, facts);
    clinic.record(operation, role, patient, None, &facts)
}

/// Overrides a rule of the day that allows it.
///
/// # Errors
/// A recorded refusal for a rule that allows no override; [`Denied::Invalid`] for one that is not in
/// the way, where the pass phrase is another person's, or where its rule asks for a second reader and
/// nobody signed as one.
pub fn override_today(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    session: SessionId,
    overridden: EligibilityOverridden,
    hands: Hands<'_>,
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::Override, Some(patient))?;
    if let Some(first) = clinic.first_answer(operation, Some(patient))? {
        return Ok(first);
    }
    let known = clinic.chart(patient)?;
    let there = open_session(&known.chart, session)?;
    let ready = readiness(clinic, &known.chart, &there, operation.occurred().0);
    let rule = overridden.rule.to_string();
    if !ready.in_the_way.iter().any(|(one, _)| *one == rule) {
        return Err(Denied::invalid(
            "rule",
            "This rule does not stand in the way today",
        ));
    }
    let class = ready
        .verdicts
        .iter()
        .find(|one| one.rule.as_str() == rule)
        .map(|one| one.class);
    if class != Some(record::fact::decision::RuleClass::Override) {
        let refusal = Refusal {
            rule,
            sentence: "This rule holds the session and cannot be overridden: change the facts, or hold today".to_owned(),
            inputs: Vec::new(),
            evidence: "An override lifts only a rule of class override".to_owned(),
            may_override: None,
        };
        return Err(refuse(
            operation,
            clinic,
            role,
            patient,
            Act::Override,
            refusal,
        ));
    }
    let overridden = EligibilityOverridden {
        course: there.course,
        ..overridden
    };
    let overridden = signed_with(operation, clinic, overridden, hands)?;
    clinic.record(
        operation,
        role,
        patient,
        Some(known.version),
        &[overridden.into()],
    )
}

/// Holds the session for today: nothing is given, and the session closes without a dose.
///
/// # Errors
/// [`Denied::Invalid`] where a dose was started already.
pub fn hold_today(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    session: SessionId,
    reason: Prose,
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::RunSession, Some(patient))?;
    if let Some(first) = clinic.first_answer(operation, Some(patient))? {
        return Ok(first);
    }
    let known = clinic.chart(patient)?;
    let there = open_session(&known.chart, session)?;
    if there.started.is_some() {
        return Err(Denied::invalid(
            "reason",
            "A dose was started: stop it, and assess readiness to leave",
        ));
    }
    let ready = readiness(clinic, &known.chart, &there, operation.occurred().0);
    let rules = ready
        .in_the_way
        .iter()
        .map(|(rule, _)| Line::clipped(rule))
        .collect();
    let held = SessionHeld {
        session,
        reason,
        rules,
    };
    let closed = SessionClosed {
        session,
        escort: None,
        against_advice: false,
    };
    let facts: [Fact; 2] = [held.into(), closed.into()];
    let _stock = clinic.hold_stock();
    let lines = closing(operation, clinic, (patient, &there), false)?;
    let expected = Some(known.version);
    clinic.record_with_stock(operation, role, patient, expected, (&facts, &lines))
}

/// The second person of a time-out, who has proved who they are.
#[derive(Clone, Debug)]
pub struct Second {
    person: PersonId,
    name: Line,
}

impl Second {
    /// Someone who proves it with their own pass phrase, at this moment.
    ///
    /// Wrong pass phrases are counted as for their own signatures, and lock both for as long.
    ///
    /// # Errors
    /// [`Denied::Invalid`] whichever of name and pass phrase is wrong, after too many, or where their
    /// role does not give drug.
    pub fn proved(
        clinic: &Clinic,
        sign_in_name: &str,
        secret: &str,
        now: Timestamp,
    ) -> Result<Self, Denied> {
        let found = {
            let board = clinic.board();
            board
                .person_named(sign_in_name)
                .map(|(id, staff)| (id, staff.clone()))
        };
        let wrong = || {
            Denied::invalid(
                "second_secret",
                "This name and pass phrase do not belong together",
            )
        };
        let (person, staff) = found.ok_or_else(wrong)?;
        match proof(clinic, person, secret, now)? {
            Proof::Right if staff.is_here => {}
            Proof::Right | Proof::Wrong => return Err(wrong()),
            Proof::Locked => {
                return Err(Denied::invalid(
                    "second_secret",
                    "Too many wrong pass phrases for this name: wait fifteen minutes, or ask another second person",
                ));
            }
        }
        if !staff.roles.iter().any(|role| gives_drug(*role)) {
            return Err(Denied::invalid(
                "second_name",
                "The second person must be a nurse or a prescriber",
            ));
        }
        Ok(Self {
            person,
            name: Line::clipped(&staff.name),
        })
    }

    /// Who it is.
    pub const fn person(&self) -> PersonId {
        self.person
    }

    /// Someone of the made-up clinic, whose people have no hands to type with; `None` at any other door.
    pub fn made_up(actor: &Actor) -> Option<Self> {
        match (&actor.id, actor.door) {
            (ActorId::Person(person), Door::Virtual) => Some(Self {
                person: *person,
                name: actor.name.clone(),
            }),
            _ => None,
        }
    }
}

fn gives_drug(role: Role) -> bool {
    Act::RunSession.reach(role) == crate::authority::Reach::All && role != Role::System
}

/// Holds the time-out: two people, every item, and the rules of the day as they stand.
///
/// # Errors
/// A recorded refusal where a rule of the day stands in the way; [`Denied::Invalid`] where an item is
/// not checked, both are one person, or a dose was started already.
pub fn time_out(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    session: SessionId,
    (second, checked): (Second, Vec<Line>),
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::RunSession, Some(patient))?;
    if let Some(first) = clinic.first_answer(operation, Some(patient))? {
        return Ok(first);
    }
    let known = clinic.chart(patient)?;
    let there = open_session(&known.chart, session)?;
    if there.started.is_some() {
        return Err(Denied::invalid(
            "session",
            "A dose was started already: the time-out comes before it, and can be held no more",
        ));
    }
    if operation.actor.person() == Some(second.person) {
        return Err(Denied::invalid(
            "second_name",
            "The second person must be somebody else: two people check",
        ));
    }
    if checked.len() < TIME_OUT_CHECKS.len() {
        return Err(Denied::invalid(
            "checked",
            "Say and tick every item before the drug",
        ));
    }
    let ready = readiness(clinic, &known.chart, &there, operation.occurred().0);
    if let Some((rule, sentence)) = in_the_way(&ready) {
        let refusal = Refusal {
            rule,
            sentence,
            inputs: Vec::new(),
            evidence: "The rules of the day, before the dose".to_owned(),
            may_override: None,
        };
        return Err(refuse(
            operation,
            clinic,
            role,
            patient,
            Act::RunSession,
            refusal,
        ));
    }
    let pack = clinic.library().pack();
    let assessed = ReadinessAssessed {
        session,
        pack: Line::clipped(&pack.id),
        pack_version: pack.version,
        verdicts: ready.verdicts,
    };
    let held = TimeOutHeld {
        session,
        second: second.person,
        second_name: second.name,
        checked,
    };
    let facts: [Fact; 2] = [assessed.into(), held.into()];
    clinic.record(operation, role, patient, Some(known.version), &facts)
}

fn in_the_way(ready: &Readiness) -> Option<(String, String)> {
    match ready.clearance {
        Clearance::NothingInTheWay => None,
        Clearance::NeedsOverride
        | Clearance::NeedsAnswers
        | Clearance::HeldToday
        | Clearance::Excluded => {
            let first = ready.in_the_way.first().cloned();
            Some(first.unwrap_or_else(|| {
                (
                    "readiness".to_owned(),
                    "A rule of the day stands in the way".to_owned(),
                )
            }))
        }
    }
}

/// Whether drug may begin: two people checked, not too long ago.
pub(crate) fn was_checked(
    clinic: &Clinic,
    session: &Session,
    now: Timestamp,
) -> Result<(), Refusal> {
    let minutes = clinic.library().policy().time_out_minutes;
    let held = session
        .time_out_at
        .filter(|at| now.duration_since(*at) <= SignedDuration::from_mins(minutes));
    if held.is_some() {
        return Ok(());
    }
    Err(Refusal {
        rule: "time-out".to_owned(),
        sentence: format!(
            "Two people hold the time-out first, at most {minutes} minutes before the drug"
        ),
        inputs: Vec::new(),
        evidence: "Clinic policy: two people check before anything is given".to_owned(),
        may_override: None,
    })
}
