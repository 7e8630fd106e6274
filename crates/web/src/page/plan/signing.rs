//! The side of a plan being designed: the rules that ran, and the signature.

use clinic::act::confirm::FIELD;
use clinic::act::eligibility::{Stands, may_prescribe_with, stands};
use clinic::act::plan::sign::{Designed, MEANING, to_override};
use clinic::act::reader::{READER, READER_SECRET};
use clinic::act::rule_pack;
use clinic::denied::Refusal;
use pages::{Control, Fact, Field, Form, Input, Mark, Phrase, Piece, Section, Standing};
use record::chart::course::Course;
use record::fact::decision::{EligibilityOverridden, RuleOutcome, Verdict};
use record::words::Prose;

use crate::app::App;
use crate::ask::Ask;
use crate::page::patient::Opened;
use crate::page::{rules, why};
use crate::sent::Sent;
use crate::{trouble, words};

/// The rules that ran: what is in the way, what is unanswered, what is overridden; never an all-clear.
pub(super) fn ran(app: &App, opened: &Opened, course: &Course) -> Section {
    let chart = opened.chart();
    let title = "Rules that ran";
    let Some((entry, run)) = chart.assessment(course.id) else {
        let run = Phrase::link(opened.form("assess"), "Run the rules");
        let said = vec![
            Phrase::absent("The rules have not been run for this course. "),
            run,
        ];
        return Section::new(title, vec![Piece::Said(said)]);
    };
    let overrides = chart.overrides(course.id);
    let overridden: Vec<&str> = overrides
        .iter()
        .map(|(_, fact)| fact.rule.as_str())
        .collect();
    let of = |wanted: Stands| -> Vec<&Verdict> {
        let all = run.verdicts.iter();
        all.filter(|verdict| stands(verdict, &overridden) == Some(wanted))
            .collect()
    };
    let (fired, unanswered) = (of(Stands::Fired), of(Stands::Unanswered));
    let open = run.verdicts.iter().filter(|verdict| {
        verdict.outcome == RuleOutcome::Unanswered && stands(verdict, &overridden).is_none()
    });
    let n_open = open.count();
    let mut pieces = vec![Piece::Said(vec![
        Phrase::plain(format!(
            "{} on {}. ",
            words::of(run.verdicts.len(), "rule", "rules"),
            words::moment_short(entry.occurred_at.0, &opened.zone)
        )),
        Phrase::Strong("This is not an all-clear. ".to_owned()),
        Phrase::link(opened.path("/eligibility"), "All of them"),
    ])];
    for (word, standing, verdicts) in [
        ("In the way", Standing::ActNow, fired),
        ("Cannot be answered, and block", Standing::Watch, unanswered),
    ] {
        if !verdicts.is_empty() {
            let word = format!("{word}: {}", verdicts.len());
            pieces.push(Piece::Said(vec![Phrase::Mark(Mark::new(standing, word))]));
            let lines = verdicts.iter().map(|verdict| line(app, verdict));
            pieces.push(Piece::List(lines.collect()));
        }
    }
    if n_open > 0 {
        pieces.push(Piece::Said(vec![Phrase::Mark(Mark::new(
            Standing::Unknown,
            format!("{n_open} more not answered, which block nothing yet"),
        ))]));
    }
    if !overrides.is_empty() {
        let word = format!("Overridden: {}", overrides.len());
        pieces.push(Piece::Said(vec![Phrase::Mark(Mark::new(
            Standing::Watch,
            word,
        ))]));
        let lines = overrides.iter().map(|(_, fact)| {
            vec![
                Phrase::link(rules::path(fact.rule.as_str()), fact.rule.to_string()),
                Phrase::plain(format!(" {}", fact.reason)),
            ]
        });
        pieces.push(Piece::List(lines.collect()));
    }
    Section::new(title, pieces)
}

fn line(app: &App, verdict: &Verdict) -> Vec<Phrase> {
    let rule = verdict.rule.as_str();
    let mut said = vec![
        Phrase::link(rules::path(rule), rule),
        Phrase::plain(format!(" {} ({})", verdict.title, verdict.class)),
    ];
    if !verdict.missing.is_empty() {
        let missing: Vec<String> = verdict
            .missing
            .iter()
            .map(|one| clinic::inputs::words(&app.clinic, one.as_str()))
            .collect();
        said.push(Phrase::plain(" "));
        said.push(Phrase::absent(format!("not asked: {}", missing.join(", "))));
    }
    said.extend(why::of_rule(app, rule));
    said
}

/// Why the plan cannot be signed whatever is answered below; `None` when it can.
fn in_the_way(app: &App, opened: &Opened, course: &Course) -> Option<Refusal> {
    let standing = to_override(&opened.known, course.id);
    let more: Vec<&str> = standing.iter().map(|one| one.rule.as_str()).collect();
    rule_pack::in_force(&app.clinic)
        .and_then(|()| {
            may_prescribe_with(&app.clinic, opened.chart(), course.id, opened.today, &more)
        })
        .err()
}

/// The signature, or what must be settled before there can be one.
pub(super) fn signature(
    app: &App,
    ask: &Ask,
    opened: &Opened,
    (course, sent): (&Course, &Sent),
    designed: Option<&Designed>,
) -> (Section, Option<Form>) {
    let title = "Sign";
    let say = |words: &str| (Section::new(title, vec![Piece::plain(words)]), None);
    let Some(designed) = designed else {
        return say("Mend the answers that need another look, then this can be signed.");
    };
    if let Some(protocol) = sent.get("protocol").filter(|id| *id != course.protocol) {
        return say(&format!(
            "This is a look at {protocol}. The course was opened under {}, and its rules and consents were \
             asked for that: to prescribe {protocol}, end this course and open one under it.",
            course.protocol
        ));
    }
    if let Some(refusal) = in_the_way(app, opened, course) {
        let shown = trouble::shown_with_why(app, &refusal);
        let mut pieces = vec![Piece::Refusal(shown)];
        let ways = [
            ("assess", "Run the rules"),
            ("history", "Answer what is missing"),
        ];
        let ways = ways
            .iter()
            .filter(|(code, _)| crate::forms::is_offered(ask, code, Some(opened.known.patient)));
        let ways = ways.map(|(code, words)| vec![Phrase::link(opened.form(code), *words)]);
        let consents = vec![Phrase::link(opened.path("/consents"), "Consents")];
        pieces.push(Piece::List(ways.chain([consents]).collect()));
        return (Section::new(title, pieces), None);
    }
    if designed.n_clashes() > 0 {
        let n = words::of(
            designed.n_clashes(),
            "visit cannot stand where it is wanted: give it another place",
            "visits cannot stand where they are wanted: give each another place",
        );
        return say(&format!("{n}, then this can be signed."));
    }
    let form = form((app, ask), opened, course, sent, designed);
    (
        Section::new(
            title,
            vec![
                Piece::plain(format!(
                    "Your signature says: \u{201c}{MEANING}\u{201d} It is kept with your name and the time, and \
                     every visit is booked with it."
                )),
                Piece::Facts(vec![Fact::plain(
                    "What is signed",
                    designed.digest.chars().take(16).collect::<String>(),
                )]),
            ],
        ),
        Some(form),
    )
}

/// The name of a field about one rule.
fn of_rule(what: &str, rule: &str) -> String {
    format!("{what}-{rule}")
}

fn form(
    (app, ask): (&App, &Ask),
    opened: &Opened,
    course: &Course,
    sent: &Sent,
    designed: &Designed,
) -> Form {
    let mut form = Form::act(opened.path("/plan/new"), "Sign the plan")
        .named("sign")
        .hidden("command", app.fresh_command().to_string())
        .hidden("shown", designed.digest.clone());
    let own = [
        "command",
        "shown",
        "csrf",
        FIELD,
        "second_secret",
        READER,
        READER_SECRET,
    ];
    let is_of_rule = |name: &str| {
        let kinds = ["reason-", "mitigation-"];
        kinds.iter().any(|kind| name.starts_with(kind))
    };
    for (name, value) in sent.pairs() {
        if !own.contains(&name.as_str()) && !is_of_rule(name) {
            form = form.hidden(name, value);
        }
    }
    if sent.get("protocol").is_none() {
        form = form.hidden("protocol", course.protocol.clone());
    }
    if sent.get("day_zero").is_none() {
        let day = designed.reckoned.plan.day_zero.to_string();
        form = form.hidden("day_zero", day);
    }
    let keep = |field: Field| {
        let said = sent.raw(&field.name).unwrap_or_default().to_owned();
        field.value(&said)
    };
    for verdict in to_override(&opened.known, course.id) {
        let rule = verdict.rule.as_str();
        form = form.group_with_hint(
            format!("Override {rule}"),
            verdict.title.to_string(),
            vec![
                keep(Field::area(
                    of_rule("reason", rule),
                    format!("{rule}: why is it right to go on?"),
                )),
                keep(Field::area(
                    of_rule("mitigation", rule),
                    format!("{rule}: what is done about the risk?"),
                )),
            ],
        );
    }
    let standing = to_override(&opened.known, course.id);
    let readers = crate::forms::reader_fields(app, ask, |rule| {
        standing.iter().any(|one| one.rule.as_str() == rule)
    });
    // Who reads is shown again; a pass phrase never is.
    let shown_again = |field: Field| {
        if field.name == READER {
            keep(field)
        } else {
            field
        }
    };
    let mut last: Vec<Field> = readers.into_iter().map(shown_again).collect();
    last.extend(secrets(designed));
    form.group("Signature", last)
}

/// The pass phrases of who approves a dose over the cap, and of who signs.
fn secrets(designed: &Designed) -> Vec<Field> {
    let mut last = Vec::new();
    if let Some(second) = &designed.reckoned.plan.over_cap_approved_by {
        let label = format!("Pass phrase of {second}, who approves the dose over the cap");
        last.push(Field::new(
            "second_secret",
            label,
            Control::line(Input::Secret),
        ));
    }
    last.push(crate::forms::pass_phrase(None));
    last
}

/// The overrides as they were sent; everything missing by the field it is missing from.
pub(super) fn overrides(
    opened: &Opened,
    course: &Course,
    sent: &Sent,
) -> Result<Vec<EligibilityOverridden>, Vec<(String, String)>> {
    let mut faults = Vec::new();
    let mut all = Vec::new();
    for verdict in to_override(&opened.known, course.id) {
        let rule = verdict.rule.as_str();
        let mut prose = |what: &str| {
            let name = of_rule(what, rule);
            let read = sent.get(&name).map(Prose::new);
            match read {
                Some(Ok(prose)) => Some(prose),
                Some(Err(error)) => {
                    faults.push((name, crate::sent::sentence(&error.to_string())));
                    None
                }
                None => {
                    faults.push((name, "Answer this, or leave the plan unsigned".to_owned()));
                    None
                }
            }
        };
        let (reason, mitigation) = (prose("reason"), prose("mitigation"));
        if let (Some(reason), Some(mitigation)) = (reason, mitigation) {
            all.push(EligibilityOverridden {
                course: course.id,
                rule: verdict.rule.clone(),
                reason,
                mitigation,
                second_reader: None,
                second_reader_person: None,
                rule_version: None,
                signed: None,
            });
        }
    }
    if faults.is_empty() {
        Ok(all)
    } else {
        Err(faults)
    }
}
