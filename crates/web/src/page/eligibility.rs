//! The rules that ran on a course: fired, unanswered, overridden; never an all-clear.

use clinic::act::eligibility::{Stands, stands};
use clinic::denied::Denied;
use clinic::inputs;
use pages::{Link, Phrase, Piece, RuleLine, RuleOutcome as Shown, Rules, Section, Sheet, sheet};
use record::fact::decision::{RuleClass, RuleOutcome, Verdict};

use super::patient::{Opened, header, open};
use super::timeline::author;
use crate::app::App;
use crate::ask::Ask;
use crate::forms::is_offered;
use crate::reply::Reply;
use crate::words;

/// The page.
pub(crate) fn show(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let opened = open(app, ask, "eligibility")?;
    let mut view = Sheet::new("Eligibility", "Eligibility");
    view.patient = Some(header(app, &opened, beside(&opened)));
    let Some(course) = opened.chart().course() else {
        view.said = Phrase::sentence("Open a course first: the rules run for a course.");
        view.acts = offered(ask, &opened, &[("open-course", "Open a course")]);
        return Ok(Reply::Page(sheet(
            &words::frame(app, ask, Some(pages::Place::Patients)),
            &view,
        )));
    };
    view.acts = offered(ask, &opened, &[("assess", "Run the rules")]);
    let Some((entry, assessment)) = opened.chart().assessment(course.id) else {
        view.said = Phrase::sentence("The rules have not been run for this course.");
        return Ok(Reply::Page(sheet(
            &words::frame(app, ask, Some(pages::Place::Patients)),
            &view,
        )));
    };
    let overrides = opened.chart().overrides(course.id);
    let overridden: Vec<&str> = overrides
        .iter()
        .map(|(_, fact)| fact.rule.as_str())
        .collect();
    view.acts
        .extend(offered(ask, &opened, &[("override", "Override a rule")]));
    view.said = Phrase::sentence(format!(
        "Run {} by {}.",
        words::moment(entry.occurred_at.0, &opened.zone),
        author(app, entry)
    ));
    let said = format!(
        "{} of pack {}, version {}.",
        words::of(assessment.verdicts.len(), "rule", "rules"),
        assessment.pack,
        assessment.pack_version
    );
    let all = assessment.verdicts.iter().map(|verdict| {
        let outcome = came_out(verdict, &overridden);
        (outcome, line(app, &opened, verdict))
    });
    view.main = vec![Section::new(
        "What the rules said",
        vec![Piece::Rules(Rules::of(said, all.collect()))],
    )];
    Ok(Reply::Page(sheet(
        &words::frame(app, ask, Some(pages::Place::Patients)),
        &view,
    )))
}

fn beside(opened: &Opened) -> Vec<Link> {
    vec![
        Link::new(opened.path(""), "Chart"),
        Link::new("/rules", "The rules"),
    ]
}

fn offered(ask: &Ask, opened: &Opened, acts: &[(&str, &str)]) -> Vec<Link> {
    acts.iter()
        .filter(|(code, _)| is_offered(ask, code, Some(opened.known.patient)))
        .map(|(code, words)| Link::new(opened.form(code), *words))
        .collect()
}

fn came_out(verdict: &Verdict, overridden: &[&str]) -> Shown {
    match (stands(verdict, overridden), verdict.outcome) {
        (Some(Stands::Fired), _) => Shown::Excludes,
        (Some(Stands::Unanswered), _) | (None, RuleOutcome::Unanswered) => Shown::Unanswered,
        (None, RuleOutcome::Fired) if verdict.class == RuleClass::Override => Shown::Overridden,
        (None, RuleOutcome::Fired) => Shown::Cautions,
        (None, RuleOutcome::NotFired | RuleOutcome::Settled) => Shown::DidNotFire,
    }
}

fn line(app: &App, opened: &Opened, verdict: &Verdict) -> RuleLine {
    let mut inputs: Vec<Phrase> = verdict
        .seen
        .iter()
        .map(|seen| {
            Phrase::plain(format!(
                "{}: {}. ",
                inputs::words(&app.clinic, seen.input.as_str()),
                inputs::value(&app.clinic, seen.input.as_str(), seen.value.as_str())
            ))
        })
        .collect();
    for missing in &verdict.missing {
        let name = inputs::words(&app.clinic, missing.as_str());
        inputs.push(Phrase::plain(" "));
        inputs.push(Phrase::absent(format!("{name}: not asked")));
        let steps = app.clinic.library().evaluation();
        if let Some(step) = steps.asks(missing.as_str()) {
            inputs.push(Phrase::plain(" "));
            inputs.push(Phrase::link(
                super::evaluation::step_path(opened, &step.id),
                format!("Ask {name}"),
            ));
        }
        inputs.push(Phrase::plain(" "));
    }
    let mut sentence = Phrase::sentence(format!("{} ({})", verdict.title, verdict.class));
    sentence.extend(super::why::of_rule(app, verdict.rule.as_str()));
    sentence.push(Phrase::plain(" "));
    sentence.push(Phrase::link(
        super::rules::path(verdict.rule.as_str()),
        format!("Read {}", verdict.rule),
    ));
    RuleLine {
        rule: verdict.rule.to_string(),
        sentence,
        inputs,
    }
}
