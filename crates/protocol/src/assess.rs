//! Asking every rule of a stage: did it fire, on what, what was missing, what follows.

use jiff::Timestamp;

use crate::expression::{Evaluation, Trace, Value};
use crate::fact::{Facts, Observation, Override};
use crate::pack::Pack;
use crate::rule::{Act, Class, Consequence, Missing, Rule, Stage};

/// Every verdict of one stage at one moment, and what stands over all of them.
///
/// There is no "all clear": an assessment says what ran, what fired, what could not be answered and
/// what was overridden.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Assessment<'a> {
    /// The pack with its version.
    pub pack: String,
    /// Which rules were asked.
    pub stage: Stage,
    /// The moment of the decision.
    pub at: Timestamp,
    /// What stands over all verdicts.
    pub clearance: Clearance,
    /// The strictest class among the rules that fired and were not overridden.
    pub strictest: Option<Class>,
    /// The strictest act among the monitoring rules that fired.
    pub act: Option<Act>,
    /// One verdict a rule, in the order of their ids.
    pub verdicts: Vec<Verdict<'a>>,
}

/// Whether a dose may be given, as far as these rules go; later stands more in the way.
///
/// A running dose and leaving have their own answers: [`Assessment::act`] and
/// [`Assessment::may_leave`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Clearance {
    /// No rule asked stands in the way.
    NothingInTheWay,
    /// A prescriber must record a reason and a mitigation, or a reason for going on unanswered.
    NeedsOverride,
    /// Something that excludes or holds could not be answered.
    NeedsAnswers,
    /// Not today.
    HeldToday,
    /// Not until a new signed assessment with changed facts.
    Excluded,
}

/// What one rule said.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Verdict<'a> {
    /// The rule.
    #[serde(flatten, serialize_with = "crate::assess::brief")]
    pub rule: &'a Rule,
    /// How it came out.
    pub outcome: Outcome,
    /// The observations it hung on.
    pub used: Vec<Used<'a>>,
    /// The inputs without which it could not be answered, with the question that gets each.
    pub missing: Vec<Wanted<'a>>,
    /// The override that lifts it, when one does.
    pub overridden: Option<&'a Override>,
    /// Why a recorded override does not lift it.
    pub override_refused: Option<OverrideRefusal>,
}

/// What a verdict tells of its rule; the condition itself is in the pack.
#[derive(serde::Serialize)]
struct Brief<'r> {
    rule: &'r str,
    version: u32,
    title: &'r str,
    class: &'static str,
    /// Whether it may not be passed while an input is missing.
    blocks_when_missing: bool,
    actions: &'r [String],
    rationale: &'r str,
    evidence: &'static str,
    evidence_note: Option<&'r str>,
    sources: &'r [String],
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands over a reference to the field"
)]
fn brief<S: serde::Serializer>(rule: &&Rule, out: S) -> Result<S::Ok, S::Error> {
    let brief = Brief {
        rule: &rule.id,
        version: rule.version,
        title: &rule.title,
        class: rule.consequence.word(),
        blocks_when_missing: rule.blocks_when_missing(),
        actions: &rule.actions,
        rationale: &rule.rationale,
        evidence: rule.mark.letter(),
        evidence_note: rule.mark_note.as_deref(),
        sources: &rule.sources,
    };
    serde::Serialize::serialize(&brief, out)
}

/// How a rule came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Its condition holds.
    Fired,
    /// Its condition does not hold.
    NotFired,
    /// It cannot be said.
    Unanswered,
    /// Another answer settles it.
    Settled,
    /// A screening rule, and nothing it reads is newer than its last verdict, which stands.
    Unchanged,
    /// An item of the discharge gate that is met.
    Met,
    /// An item of the discharge gate that is not.
    NotMet,
}

/// One observation that a verdict hangs on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Used<'a> {
    /// The input.
    pub input: &'a str,
    /// What was observed, when, and in which entry.
    pub observation: &'a Observation,
}

impl serde::Serialize for Used<'_> {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap as _;
        let mut map = out.serialize_map(Some(4))?;
        map.serialize_entry("input", self.input)?;
        map.serialize_entry("value", &self.observation.answer.to_string())?;
        match self.observation.when {
            crate::When::At(at) => map.serialize_entry("at", &at)?,
            crate::When::On(date) => map.serialize_entry("at", &date)?,
            crate::When::Unknown => map.serialize_entry("at", "unknown")?,
        }
        map.serialize_entry("entry", &self.observation.entry)?;
        map.end()
    }
}

/// One input that a verdict waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Wanted<'a> {
    /// The input.
    pub input: &'a str,
    /// The question that gets it.
    pub question: &'a str,
}

/// Why a recorded override does not lift a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum OverrideRefusal {
    /// The rule is not of class override.
    #[error("only a rule of class override can be overridden; change the facts instead")]
    NotOverridable,
    /// The rule has changed since.
    #[error("another version of the rule was overridden; decide again on this one")]
    OtherVersion,
    /// A second reader is asked for.
    #[error("a second reader is needed; have a second prescriber read it")]
    NoSecondReader,
    /// One person cannot be both.
    #[error("the second reader is the one who overrode; ask another prescriber")]
    SamePerson,
    /// No reason or no mitigation.
    #[error("a reason and a mitigation are needed; record both")]
    NoReason,
    /// A fact it hangs on is newer.
    #[error("a fact has changed since it was overridden; decide again on the new value")]
    FactsChanged,
    /// It lies in the future.
    #[error("the override is dated after this moment; check its time")]
    NotYet,
}

/// Asks every rule of a stage.
///
/// Before a session the screening rules are asked again too, each only when a fact it reads is
/// newer than [`Facts::screened_at`].
pub fn assess<'a>(facts: &'a Facts, pack: &'a Pack, stage: Stage, at: Timestamp) -> Assessment<'a> {
    let evaluation = Evaluation::new(facts, at, &pack.defines, pack.lists(), &pack.defaults);
    let is_asked = |rule: &&Rule| {
        rule.stages.contains(&stage)
            || (stage == Stage::PreSession && rule.stages.contains(&Stage::Screen))
    };
    let mut verdicts: Vec<Verdict<'a>> = Vec::with_capacity(pack.rules().len());
    for rule in pack.rules().iter().filter(is_asked) {
        let is_old = stage == Stage::PreSession
            && !rule.stages.contains(&Stage::PreSession)
            && !has_news(facts, rule);
        let verdict = if is_old {
            Verdict::plain(rule, Outcome::Unchanged)
        } else {
            ask(rule, &evaluation, pack)
        };
        verdicts.push(verdict);
    }
    let strictest = verdicts.iter().filter_map(Verdict::standing_class).max();
    let act = verdicts.iter().filter_map(Verdict::act).max();
    let clearance = verdicts.iter().map(Verdict::clearance).max();
    Assessment {
        pack: pack.pin(),
        stage,
        at,
        clearance: clearance.unwrap_or(Clearance::NothingInTheWay),
        strictest,
        act,
        verdicts,
    }
}

/// Asks one rule, whatever its stage.
pub fn judge<'a>(rule: &'a Rule, facts: &'a Facts, pack: &'a Pack, at: Timestamp) -> Verdict<'a> {
    ask(
        rule,
        &Evaluation::new(facts, at, &pack.defines, pack.lists(), &pack.defaults),
        pack,
    )
}

/// Whether a fact the rule reads became known after the last verdict.
fn has_news(facts: &Facts, rule: &Rule) -> bool {
    let Some(since) = facts.screened_at else {
        return true;
    };
    rule.reads().any(|input| {
        facts
            .of(input)
            .iter()
            .any(|one| one.known_at(facts.zone()).is_none_or(|at| at > since))
    })
}

fn ask<'a>(rule: &'a Rule, evaluation: &Evaluation<'a>, pack: &'a Pack) -> Verdict<'a> {
    let mut trace = Trace::default();
    let value = evaluation.value(&rule.when, &mut trace);
    // An answer settles what would have to be asked. It never talks a fact away that makes the rule
    // fire: a score that was measured, or a test that came out positive, stands against it.
    let fires = value == Value::Truth(true) && rule.consequence != Consequence::Required;
    let mut settling = Trace::default();
    if let Some(settled_by) = rule.settled_by.as_ref().filter(|_| !fires)
        && evaluation.value(settled_by, &mut settling) == Value::Truth(true)
    {
        return Verdict {
            used: used(settling.used),
            ..Verdict::plain(rule, Outcome::Settled)
        };
    }
    let outcome = match (rule.consequence, value.as_truth()) {
        (Consequence::Required, Some(true)) => Outcome::Met,
        (Consequence::Required, Some(false)) => Outcome::NotMet,
        (Consequence::Gate(_) | Consequence::Act(_), Some(true)) => Outcome::Fired,
        (Consequence::Gate(_) | Consequence::Act(_), Some(false)) => Outcome::NotFired,
        (_, None) => Outcome::Unanswered,
    };
    let mut verdict = Verdict::plain(rule, outcome);
    if outcome == Outcome::Unanswered {
        verdict.missing = wanted(trace.missing, pack);
    }
    verdict.used = used(trace.used);
    verdict.consider_override(evaluation);
    verdict
}

pub(crate) fn used<'a>(mut all: Vec<(&'a str, &'a Observation)>) -> Vec<Used<'a>> {
    let mut out: Vec<Used<'a>> = Vec::with_capacity(all.len());
    for (input, observation) in all.drain(..) {
        let is_known = out
            .iter()
            .any(|one| one.input == input && std::ptr::eq(one.observation, observation));
        if !is_known {
            out.push(Used { input, observation });
        }
    }
    out
}

pub(crate) fn wanted<'a>(mut missing: Vec<&'a str>, pack: &'a Pack) -> Vec<Wanted<'a>> {
    missing.sort_unstable();
    missing.dedup();
    let question = |input| {
        pack.inputs()
            .input(input)
            .map_or("", |known| known.question.as_str())
    };
    missing
        .into_iter()
        .map(|input| Wanted {
            input,
            question: question(input),
        })
        .collect()
}

impl<'a> Verdict<'a> {
    fn plain(rule: &'a Rule, outcome: Outcome) -> Self {
        Self {
            rule,
            outcome,
            used: Vec::new(),
            missing: Vec::new(),
            overridden: None,
            override_refused: None,
        }
    }

    fn consider_override(&mut self, evaluation: &Evaluation<'a>) {
        let matters = matches!(self.outcome, Outcome::Fired | Outcome::Unanswered);
        let facts = evaluation.facts;
        // The latest recorded override of this rule is the one that speaks.
        let recorded = facts
            .overrides
            .iter()
            .filter(|one| one.rule == self.rule.id);
        let Some(latest) = recorded.max_by_key(|one| one.at).filter(|_| matters) else {
            return;
        };
        match self.may_lift(latest, evaluation) {
            Ok(()) => self.overridden = Some(latest),
            Err(refusal) => self.override_refused = Some(refusal),
        }
    }

    fn may_lift(&self, one: &Override, evaluation: &Evaluation<'_>) -> Result<(), OverrideRefusal> {
        if self.rule.consequence != Consequence::Gate(Class::Override)
            || (self.outcome == Outcome::Unanswered && self.rule.blocks_when_missing())
        {
            return Err(OverrideRefusal::NotOverridable);
        }
        if one.version != self.rule.version {
            return Err(OverrideRefusal::OtherVersion);
        }
        if one.at > evaluation.at {
            return Err(OverrideRefusal::NotYet);
        }
        if one.reason.trim().is_empty() || one.mitigation.trim().is_empty() {
            return Err(OverrideRefusal::NoReason);
        }
        if self.rule.second_reader {
            match one.second_reader.as_deref().map(str::trim) {
                None | Some("") => return Err(OverrideRefusal::NoSecondReader),
                Some(reader) if reader == one.by.trim() => return Err(OverrideRefusal::SamePerson),
                Some(_) => {}
            }
        }
        let zone = evaluation.facts.zone();
        let is_newer = |used: &Used<'_>| {
            used.observation
                .known_at(zone)
                .is_some_and(|known| known > one.at)
        };
        if self.used.iter().any(is_newer) {
            return Err(OverrideRefusal::FactsChanged);
        }
        Ok(())
    }

    /// Its class, when it fired and stands.
    fn standing_class(&self) -> Option<Class> {
        match (self.outcome, self.rule.consequence, self.overridden) {
            (Outcome::Fired, Consequence::Gate(class), None) => Some(class),
            _ => None,
        }
    }

    /// Its act, when it fired.
    fn act(&self) -> Option<Act> {
        match (self.outcome, self.rule.consequence) {
            (Outcome::Fired, Consequence::Act(act)) => Some(act),
            _ => None,
        }
    }

    /// What it leaves of the way to a dose; the strictest of all verdicts' stands for the assessment.
    pub fn clearance(&self) -> Clearance {
        match (self.standing_class(), self.outcome, self.rule.missing) {
            (Some(Class::Exclude), _, _) => Clearance::Excluded,
            (Some(Class::HoldToday), _, _) => Clearance::HeldToday,
            (Some(Class::Override), _, _) => Clearance::NeedsOverride,
            (None, Outcome::Unanswered, Missing::Block) | (None, Outcome::NotMet, _) => {
                Clearance::NeedsAnswers
            }
            (None, Outcome::Unanswered, Missing::Ask) if self.overridden.is_none() => {
                Clearance::NeedsOverride
            }
            (_, _, _) => Clearance::NothingInTheWay,
        }
    }
}

impl<'a> Assessment<'a> {
    /// The verdicts that came out so.
    pub fn that(&self, outcome: Outcome) -> impl Iterator<Item = &Verdict<'a>> {
        self.verdicts
            .iter()
            .filter(move |verdict| verdict.outcome == outcome)
    }

    /// The verdict of one rule.
    pub fn verdict(&self, rule: &str) -> Option<&Verdict<'a>> {
        self.verdicts.iter().find(|verdict| verdict.rule.id == rule)
    }

    /// Whether every item of the discharge gate is met. Only an assessment of
    /// [`Stage::Discharge`] that asked at least one item can say yes.
    pub fn may_leave(&self) -> bool {
        let mut items = self
            .verdicts
            .iter()
            .filter(|verdict| verdict.rule.consequence == Consequence::Required)
            .peekable();
        self.stage == Stage::Discharge
            && items.peek().is_some()
            && items.all(|item| matches!(item.outcome, Outcome::Met | Outcome::Settled))
    }
}
