//! The rules tried on made-up facts: one rule by its own inputs, or the whole pack on a case.
//!
//! Nothing here touches a record, and an unsigned pack can be tried: that is what it is for.

use std::collections::BTreeSet;

use clinic::authority::{Act, may};
use clinic::denied::Denied;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use pages::{
    Fact, Field, Form, Link, Mark, Phrase, Piece, RuleLine, RuleOutcome as Shown, Rules, Section,
    Sheet, sheet,
};
use protocol::{
    Case, CaseError, Clearance, Consequence, Input, Outcome, Pack, Rule, Stage, Verdict, assess,
    house,
};
use serde_json::{Map, Value, json};

use super::{evidence, path};
use crate::app::App;
use crate::ask::Ask;
use crate::reply::Reply;
use crate::sent::sentence;
use crate::words;

/// Before the name of an input in the form of one rule.
const INPUT: &str = "in-";

/// The page on which a whole case is tried.
pub(crate) fn show(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    may(&ask.signed_in()?.actor, Act::ReadRules, None)?;
    Ok(Reply::Page(drawn(app, ask, house::CASE, None, Vec::new())))
}

/// Takes a case and shows what every rule says of it.
pub(crate) fn send(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    may(&ask.signed_in()?.actor, Act::ReadRules, None)?;
    let text = ask.sent.get("facts").unwrap_or("");
    let pack = app.clinic.library().pack();
    let case = Case::from_json(text, pack.inputs(), |name| TimeZone::get(name).ok());
    Ok(match case {
        Ok(case) => Reply::Page(drawn(app, ask, text, None, results(pack, &case))),
        Err(error) => {
            let said = said(&error);
            Reply::PageWith(422, drawn(app, ask, text, Some(said), Vec::new()))
        }
    })
}

fn said(error: &CaseError) -> String {
    let inner = std::error::Error::source(error).map(|inner| format!(": {inner}"));
    sentence(&format!("{error}{}", inner.unwrap_or_default()))
}

fn drawn(
    app: &App,
    ask: &Ask,
    text: &str,
    fault: Option<String>,
    results: Vec<Section>,
) -> maud::Markup {
    let pack = app.clinic.library().pack();
    let mut view = Sheet::new("Try the rules", "Try the rules");
    view.said = Phrase::sentence(format!(
        "Pack {}, version {}, on made-up facts. Nothing here touches a record.",
        pack.id, pack.version
    ));
    view.acts = vec![Link::new("/rules", "All rules")];
    let field = Field::page("facts", "The case")
        .hint("Stage, moment and facts, in the form that `holdfast rules assess` reads. Change a value, or take one out, and try again.")
        .value(text);
    let mut form = Form::act("/rules/try", "Try it").fields(vec![field]);
    if let Some(fault) = fault {
        form = form.wrong("facts", fault);
    }
    view.main = results;
    view.main
        .push(Section::new("The case", vec![Piece::Form(form)]));
    sheet(&words::frame(app, ask, None), &view)
}

fn results(pack: &Pack, case: &Case) -> Vec<Section> {
    let found = assess(&case.facts, pack, case.stage, case.at);
    let clearance = match found.clearance {
        Clearance::NothingInTheWay => "No rule asked stands in the way of a dose.",
        Clearance::NeedsOverride => "A prescriber would have to give a reason and a mitigation.",
        Clearance::NeedsAnswers => "Something that excludes or holds could not be answered.",
        Clearance::HeldToday => "Held for today.",
        Clearance::Excluded => "Excluded.",
    };
    let all = found
        .verdicts
        .iter()
        .map(|verdict| (came_out(verdict), line(pack, verdict)));
    let all = all.collect();
    let said = words::of(found.verdicts.len(), "rule asked.", "rules asked.");
    vec![Section::new(
        "What the rules say",
        vec![Piece::plain(clearance), Piece::Rules(Rules::of(said, all))],
    )]
}

fn came_out(verdict: &Verdict<'_>) -> Shown {
    let is_gate = match verdict.rule.consequence {
        Consequence::Gate(class) => matches!(
            class,
            protocol::Class::Exclude | protocol::Class::HoldToday | protocol::Class::Override
        ),
        Consequence::Act(_) => true,
        Consequence::Required => false,
    };
    match (verdict.outcome, verdict.overridden.is_some(), is_gate) {
        (Outcome::Fired, true, _) => Shown::Overridden,
        (Outcome::Fired, false, true) | (Outcome::NotMet, ..) => Shown::Excludes,
        (Outcome::Fired, false, false) => Shown::Cautions,
        (Outcome::Unanswered, ..) => Shown::Unanswered,
        (Outcome::NotFired | Outcome::Settled | Outcome::Unchanged | Outcome::Met, ..) => {
            Shown::DidNotFire
        }
    }
}

fn line(pack: &Pack, verdict: &Verdict<'_>) -> RuleLine {
    let rule = verdict.rule;
    let mut sentence = Phrase::sentence(format!("{} ({}) ", rule.title, rule.consequence));
    sentence.push(Phrase::link(path(&rule.id), format!("Read {}", rule.id)));
    RuleLine {
        rule: rule.id.clone(),
        sentence,
        inputs: looked_at(pack, verdict),
    }
}

fn looked_at(pack: &Pack, verdict: &Verdict<'_>) -> Vec<Phrase> {
    let used = verdict.used.iter().map(|used| {
        let name = pack.inputs().words(used.input);
        let said = super::one::answer(pack, used.input, &used.observation.answer);
        Phrase::plain(format!("{name}: {said}. "))
    });
    let missing = verdict
        .missing
        .iter()
        .map(|wanted| Phrase::absent(format!("{}: missing", pack.inputs().words(wanted.input))));
    used.chain(missing).collect()
}

/// One rule tried by its own inputs: the form, and what it says of what was typed.
pub(super) fn of_one(app: &App, ask: &Ask, rule: &Rule) -> Section {
    let pack = app.clinic.library().pack();
    let names: BTreeSet<&str> = rule.reads().collect();
    let inputs = names
        .iter()
        .filter_map(|name| pack.inputs().input(name).ok());
    let mut form = Form::ask(path(&rule.id), "Try it").named("try");
    let mut facts = Map::new();
    let mut fields = Vec::new();
    for input in inputs {
        let name = format!("{INPUT}{}", input.name);
        let typed = ask.query.get(&name).unwrap_or("");
        let mut all: Vec<Value> = typed
            .split(';')
            .map(str::trim)
            .filter(|one| !one.is_empty())
            .map(|one| written(input, one))
            .collect();
        match all.len() {
            0 => {}
            1 => {
                facts.insert(input.name.clone(), all.remove(0));
            }
            _ => {
                facts.insert(input.name.clone(), Value::Array(all));
            }
        }
        let field = Field::line(name, input.question.as_str())
            .hint(input.answered_with())
            .optional()
            .value(typed);
        fields.push(field);
    }
    form = form.fields(fields);
    let is_tried = ask
        .query
        .pairs()
        .iter()
        .any(|(name, _)| name.starts_with(INPUT));
    let mut pieces = vec![Piece::plain(
        "Type values and see. \u{201c}142 mmHg @ -4 h\u{201d} is four hours old, and \u{201c};\u{201d} stands between several; what is left open is not known.",
    )];
    if is_tried {
        pieces.push(tried(pack, rule, &facts, ask.now));
    }
    pieces.push(Piece::Form(form));
    Section::new("Try it", pieces)
}

/// What was typed as facts write it: a choice may be typed in its words.
fn written(input: &Input, typed: &str) -> Value {
    let (value, rest) = match typed.split_once('@') {
        Some((value, rest)) => (value.trim(), format!(" @{rest}")),
        None => (typed, String::new()),
    };
    let choices = input.choices();
    let chosen = choices.iter().find(|(_, said)| said == value);
    let code = chosen.map_or(value, |(code, _)| *code);
    Value::String(format!("{code}{rest}"))
}

fn tried(pack: &Pack, rule: &Rule, facts: &Map<String, Value>, now: Timestamp) -> Piece {
    let stage = rule.stages.first().copied().unwrap_or(Stage::Screen);
    let case = json!({
        "stage": stage,
        "at": now.to_string(),
        "facts": facts,
    });
    let case = match Case::from_json(&case.to_string(), pack.inputs(), |_| None) {
        Ok(case) => case,
        Err(error) => return Piece::Said(vec![Phrase::absent(said(&error))]),
    };
    let found = assess(&case.facts, pack, stage, case.at);
    let verdict = found.verdicts.iter().find(|one| one.rule.id == rule.id);
    let Some(verdict) = verdict else {
        return Piece::plain("The rule is not asked at this stage.");
    };
    let (standing, word) = match verdict.outcome {
        Outcome::Fired => (pages::Standing::ActNow, "It applies"),
        Outcome::NotMet => (pages::Standing::ActNow, "It is not met"),
        Outcome::Unanswered => (pages::Standing::Unknown, "It cannot be answered"),
        Outcome::NotFired => (pages::Standing::Settled, "It does not apply"),
        Outcome::Met => (pages::Standing::Settled, "It is met"),
        Outcome::Settled => (pages::Standing::Settled, "Another answer settles it"),
        Outcome::Unchanged => (pages::Standing::Settled, "Nothing it reads is new"),
    };
    let mut words = vec![Phrase::Mark(Mark::new(standing, word))];
    words.push(Phrase::plain(" "));
    words.extend(looked_at(pack, verdict));
    Piece::Facts(vec![
        Fact {
            name: "It says".to_owned(),
            said: words,
        },
        Fact::plain("Then", rule.consequence.to_string()),
        Fact::plain("Evidence", evidence(rule)),
    ])
}
