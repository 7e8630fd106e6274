//! No threshold stands in code: what a rule says follows from the text of its condition and from
//! nothing else, and where a pack has no rule, nothing is held, excluded or called.

#![expect(
    clippy::unwrap_used,
    clippy::string_slice,
    reason = "a helper of a test that cannot go on has failed"
)]

use protocol::{
    Assessment, Class, Clearance, Consequence, EXAMPLE_AT, Example, Expected, Facts, Outcome, Pack,
    PackText, Quantity, Rule, Stage, Verdict, assess, house,
};

/// The pack as shipped, with the condition of one rule replaced; and without what else might settle it.
fn with_condition(id: &str, condition: &str) -> Pack {
    let mut text = PackText::house();
    let head = format!("id = {id:?}\n");
    let mut files = text.files.iter_mut();
    let (_, file) = files.find(|(_, text)| text.contains(&head)).unwrap();
    let from = file.find(&head).unwrap();
    let to = file[from..].find("\n[[").map_or(file.len(), |at| from + at);
    let mut rule = file[from..to].to_owned();
    for key in ["when", "met_when", "settled_by"] {
        let line = format!("\n{key} = ");
        let Some(at) = rule.find(&line) else {
            continue;
        };
        let value = at + line.len();
        let quote = if rule[value..].starts_with("'''") {
            "'''"
        } else {
            "'"
        };
        let opened = value + quote.len();
        let closed = opened + rule[opened..].find(quote).unwrap() + quote.len();
        let instead = if key == "settled_by" {
            String::new()
        } else {
            format!("{line}'{condition}'")
        };
        rule.replace_range(at..closed, &instead);
    }
    file.replace_range(from..to, &rule);
    text.pack().unwrap()
}

/// The pack as shipped without one rule: its settings, lists and definitions alone.
fn without_rules() -> Pack {
    let mut text = PackText::house();
    for (_, file) in &mut text.files {
        if let Some(at) = file.find("[[rule]]") {
            file.truncate(at);
        }
    }
    text.pack().unwrap()
}

/// Whether the way to a dose and the act asked for are what the verdicts come to, reckoned apart.
fn is_what_follows(found: &Assessment<'_>) -> bool {
    let stands = |one: &Verdict<'_>| match (one.outcome, one.rule.consequence) {
        (Outcome::Fired, Consequence::Gate(Class::Exclude)) => Clearance::Excluded,
        (Outcome::Fired, Consequence::Gate(Class::HoldToday)) => Clearance::HeldToday,
        (Outcome::NotMet, _) => Clearance::NeedsAnswers,
        (Outcome::Unanswered, _) if one.rule.blocks_when_missing() => Clearance::NeedsAnswers,
        (Outcome::Fired | Outcome::Unanswered, Consequence::Gate(Class::Override)) => {
            Clearance::NeedsOverride
        }
        (_, _) => Clearance::NothingInTheWay,
    };
    let acts = found
        .verdicts
        .iter()
        .filter_map(|one| match (one.outcome, one.rule.consequence) {
            (Outcome::Fired, Consequence::Act(act)) => Some(act),
            (_, _) => None,
        });
    let strictest = found.verdicts.iter().map(stands).max();
    found.clearance == strictest.unwrap_or(Clearance::NothingInTheWay) && found.act == acts.max()
}

/// A condition that hangs on a setting no rule reads, so that one pack says both yes and no.
const SWITCH: &str = "setting.visit_longest > 1 h";

fn switched(case: &Example, is_on: bool) -> Facts {
    let mut facts = case.facts.clone();
    let length = if is_on { "2 h" } else { "1 min" };
    let length = Quantity::parse(length).unwrap();
    facts.settings.insert("visit_longest".to_owned(), length);
    facts
}

/// On a case that makes a rule fire and one that does not, a condition that never holds silences it and
/// one that always holds makes it fire; no other rule says anything else.
fn hangs_on_its_condition(pack: &Pack, rule: &Rule, cases: &[&Example]) {
    let changed = with_condition(&rule.id, SWITCH);
    let stage = *rule.stages.last().unwrap();
    for case in cases {
        let before = assess(&case.facts, pack, stage, EXAMPLE_AT);
        assert!(is_what_follows(&before), "{}", rule.id);
        for is_on in [true, false] {
            let facts = switched(case, is_on);
            let after = assess(&facts, &changed, stage, EXAMPLE_AT);
            let wanted = match (rule.consequence == Consequence::Required, is_on) {
                (false, true) => Outcome::Fired,
                (false, false) => Outcome::NotFired,
                (true, true) => Outcome::Met,
                (true, false) => Outcome::NotMet,
            };
            let found = after.verdict(&rule.id).unwrap().outcome;
            assert_eq!(found, wanted, "{} switched {is_on}", rule.id);
            assert!(is_what_follows(&after), "{}", rule.id);
            for (one, other) in before.verdicts.iter().zip(&after.verdicts) {
                assert!(
                    one.rule.id == other.rule.id
                        && (one.rule.id == rule.id || one.outcome == other.outcome),
                    "{} changed what {} says",
                    rule.id,
                    one.rule.id
                );
            }
        }
    }
}

#[test]
fn a_rule_says_what_its_condition_says_and_no_other_rule_changes() {
    let pack = house::pack().unwrap();
    let examples = house::examples().unwrap();
    let halves = pack.rules().split_at(pack.rules().len().div_euclid(2));
    std::thread::scope(|scope| {
        for half in [halves.0, halves.1] {
            let (pack, examples) = (&pack, &examples);
            scope.spawn(move || {
                for rule in half {
                    let of = |expected: Expected| {
                        let mut all = examples.iter();
                        all.find(|one| one.rule == rule.id && one.expected == expected)
                    };
                    let cases = [of(Expected::Fires), of(Expected::Not)].map(Option::unwrap);
                    hangs_on_its_condition(pack, rule, &cases);
                }
            });
        }
    });
}

#[test]
fn without_rules_nothing_is_held_excluded_or_called_whatever_the_case() {
    let none = without_rules();
    assert!(none.rules().is_empty() && none.settings().len() > 10);
    for example in house::examples().unwrap() {
        for (_, stage) in Stage::WORDS {
            let found = assess(&example.facts, &none, stage, EXAMPLE_AT);
            assert!(found.verdicts.is_empty());
            assert_eq!(
                found.clearance,
                Clearance::NothingInTheWay,
                "{}",
                example.rule
            );
            assert_eq!(
                (found.strictest, found.act),
                (None, None),
                "{}",
                example.rule
            );
        }
    }
}
