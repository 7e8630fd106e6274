//! Forms for the course: opening, rules, consent, plan.
#![expect(
    clippy::unnecessary_wraps,
    reason = "the drawing of every form has one shape"
)]

use clinic::act::consent;
use clinic::act::course;
use clinic::act::eligibility;
use clinic::act::reader::Hands;
use clinic::authority::Act;
use clinic::denied::Denied;
use pages::{Choice, Field, FormPage};
use protocol::Standing;
use record::fact::decision::EligibilityOverridden;
use record::words::Substance;

use super::{Desk, FormKind, read};

pub(super) const FORMS: &[FormKind] = &[
    FormKind {
        code: "open-course",
        title: "Open a course",
        done: "The course is open.",
        act: Act::OpenCourse,
        draw: draw_open,
        send: send_open,
    },
    FormKind {
        code: "assess",
        title: "Run the eligibility rules",
        done: "The rules were run. What they said is below; it is not an all-clear.",
        act: Act::Assess,
        draw: draw_assess,
        send: send_assess,
    },
    FormKind {
        code: "override",
        title: "Override a rule",
        done: "The override is recorded.",
        act: Act::Override,
        draw: draw_override,
        send: send_override,
    },
    FormKind {
        code: "withdraw-consent",
        title: "Withdraw a consent",
        done: "The consent is withdrawn.",
        act: Act::Consent,
        draw: draw_withdraw,
        send: send_withdraw,
    },
];

fn draw_open(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let protocols = desk
        .app
        .clinic
        .library()
        .protocols()
        .iter()
        .filter(|protocol| protocol.standing == Standing::Prescribable)
        .map(|protocol| Choice::new(protocol.id.clone(), protocol.title.clone()))
        .collect();
    let substances = Substance::COMMON
        .iter()
        .map(|name| Choice::new(*name, *name))
        .collect();
    Ok(desk.page(
        desk.form("Open")
            .fields(vec![
                Field::select("protocol", "By which protocol?", protocols),
                Field::select("substance", "For which substance?", substances),
            ])
            .keep(desk.ask.query.pairs()),
    ))
}

fn send_open(desk: &Desk<'_>) -> Result<String, Denied> {
    let patient = desk.patient()?;
    let mut answers = desk.answers();
    let protocol = answers.line("protocol");
    let substance = answers.word("substance", |text| Substance::new(text).ok());
    read!(answers => protocol, substance);
    desk.operate(|operation, clinic| {
        course::open(operation, clinic, patient, protocol.as_str(), substance)
    })?;
    desk.chart()
}

fn draw_assess(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    desk.course()?;
    Ok(desk
        .page(desk.form("Run the rules"))
        .said("The rules read what is on the chart now. What is missing is listed, never assumed."))
}

fn send_assess(desk: &Desk<'_>) -> Result<String, Denied> {
    let (patient, course) = (desk.patient()?, desk.course()?);
    desk.operate(|operation, clinic| eligibility::assess(operation, clinic, patient, course))?;
    Ok(desk.opened()?.path("/eligibility?done=assess"))
}

fn draw_override(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let course = desk.course()?;
    let rules = desk
        .opened()?
        .chart()
        .assessment(course)
        .map_or_else(Vec::new, |(_, run)| {
            run.verdicts
                .iter()
                .filter(|verdict| eligibility::stands(verdict, &[]).is_some())
                .map(|verdict| {
                    Choice::new(
                        verdict.rule.as_str(),
                        format!("{} {}", verdict.rule, verdict.title),
                    )
                })
                .collect()
        });
    let asked: Vec<String> = rules.iter().map(|rule| rule.value.clone()).collect();
    let mut fields = vec![
        Field::select("rule", "Which rule?", rules),
        Field::area("reason", "Why is it right to go on?"),
        Field::area("mitigation", "What is done about the risk?"),
    ];
    fields.extend(super::reader_fields(desk.app, desk.ask, |rule| {
        asked.iter().any(|one| one == rule)
    }));
    fields.push(super::own_field());
    Ok(desk.page(desk.form("Override").fields(fields)))
}

fn send_override(desk: &Desk<'_>) -> Result<String, Denied> {
    let (patient, course) = (desk.patient()?, desk.course()?);
    let mut answers = desk.answers();
    let rule = answers.line("rule");
    let reason = answers.prose("reason");
    let mitigation = answers.prose("mitigation");
    read!(answers => rule, reason, mitigation);
    let overridden = EligibilityOverridden {
        course,
        rule,
        reason,
        mitigation,
        second_reader: None,
        second_reader_person: None,
        rule_version: None,
        signed: None,
    };
    desk.operate(|operation, clinic| {
        let own = super::own(&desk.ask.sent, operation, clinic)?;
        let reader = super::reader(&desk.ask.sent, operation, clinic)?;
        let hands = Hands {
            own: &own,
            reader: reader.as_ref(),
        };
        eligibility::override_rule(operation, clinic, patient, overridden, hands)
    })?;
    Ok(desk.opened()?.path("/eligibility?done=override"))
}

fn draw_withdraw(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let opened = desk.opened()?;
    let signed = opened
        .chart()
        .consents_on(desk.course()?, opened.today)
        .iter()
        .map(|(_, one)| Choice::new(one.consent.to_string(), one.text.as_str()))
        .collect();
    Ok(desk.page(desk.form("Withdraw").grave().fields(vec![
        Field::select("consent", "Which consent?", signed),
        Field::area("reason", "What did they say?").optional(),
    ])))
}

fn send_withdraw(desk: &Desk<'_>) -> Result<String, Denied> {
    let patient = desk.patient()?;
    let mut answers = desk.answers();
    let signed = answers.word("consent", |text| text.parse().ok());
    let reason = answers.prose_or_none("reason");
    read!(answers => signed);
    desk.operate(|operation, clinic| {
        consent::withdraw(operation, clinic, patient, signed, reason)
    })?;
    desk.chart()
}
