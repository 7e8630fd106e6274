//! Forms for the course: opening, rules, consent, plan.
#![expect(
    clippy::unnecessary_wraps,
    reason = "the drawing of every form has one shape"
)]

use clinic::act::consent;
use clinic::act::course;
use clinic::act::eligibility;
use clinic::act::plan::{self, Hours, Prescription};
use clinic::authority::Act;
use clinic::denied::Denied;
use jiff::civil::Time;
use pages::{Choice, Fact as Shown, Field, FormPage, Phrase, Piece, Section};
use protocol::Standing;
use record::fact::decision::{EligibilityOverridden, PlanPrescribed};
use record::quantity::Grams;
use record::words::{Line, Substance};

use super::{Desk, FormKind, read};
use crate::words;

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
    FormKind {
        code: "prescribe",
        title: "Prescribe a plan",
        done: "The plan is prescribed.",
        act: Act::Prescribe,
        draw: draw_prescribe,
        send: send_prescribe,
    },
    FormKind {
        code: "amend-plan",
        title: "Amend the plan",
        done: "The plan is amended.",
        act: Act::Prescribe,
        draw: draw_amend,
        send: send_amend,
    },
    FormKind {
        code: "book-visits",
        title: "Book the visits of the plan",
        done: "The visits are booked.",
        act: Act::KeepCalendar,
        draw: draw_book,
        send: send_book,
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
    Ok(desk.page(desk.form("Open").fields(vec![
        Field::select("protocol", "By which protocol?", protocols),
        Field::select("substance", "For which substance?", substances),
    ])))
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
    Ok(desk.page(desk.form("Override").fields(vec![
        Field::select("rule", "Which rule?", rules),
        Field::area("reason", "Why is it right to go on?"),
        Field::area("mitigation", "What is done about the risk?"),
        Field::line("second_reader", "Second reader").optional(),
    ])))
}

fn send_override(desk: &Desk<'_>) -> Result<String, Denied> {
    let (patient, course) = (desk.patient()?, desk.course()?);
    let mut answers = desk.answers();
    let rule = answers.line("rule");
    let reason = answers.prose("reason");
    let mitigation = answers.prose("mitigation");
    let second_reader = answers.line_or_none("second_reader");
    read!(answers => rule, reason, mitigation);
    let overridden = EligibilityOverridden {
        course,
        rule,
        reason,
        mitigation,
        second_reader,
    };
    desk.operate(|operation, clinic| {
        eligibility::override_rule(operation, clinic, patient, overridden)
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

fn plan_fields() -> Vec<Field> {
    vec![
        Field::day("day_zero", "First dosing day, day 0"),
        Field::number("weight", "Weight", "kg")
            .hint("Leave empty to use the weight measured last")
            .optional(),
    ]
}

fn read_plan(desk: &Desk<'_>) -> Result<Prescription, Denied> {
    let course = desk.course()?;
    let mut answers = desk.answers();
    let day_zero = answers.day("day_zero");
    let weight_g = answers.quantity_or_none("weight", Grams::parse);
    read!(answers => day_zero);
    Ok(Prescription {
        course,
        day_zero,
        weight_g,
    })
}

/// What the plan comes to, shown before it is signed.
fn drafted(plan: &PlanPrescribed) -> Section {
    let mut facts = Vec::new();
    if let (Some(weight), Some(on)) = (plan.weight_g, plan.weighed_on) {
        facts.push(Shown::plain(
            "Weight",
            format!("{weight}, {}", words::day_plain(on)),
        ));
    }
    if let Some(rate) = plan.dose_per_weight {
        facts.push(Shown::plain(
            "By weight",
            format!("{rate}, rounded down to a whole mg"),
        ));
    }
    for dose in &plan.doses {
        let day = record::calendar::civil_day_of(dose.day, plan.day_zero);
        facts.push(Shown::plain(
            format!("Session {}", dose.number),
            format!(
                "{}, {}: {} {} over {} min",
                dose.day,
                words::day(day),
                dose.dose,
                dose.route,
                dose.minutes
            ),
        ));
    }
    facts.push(Shown::plain(
        "Therapy",
        words::of(plan.therapy.len(), "session", "sessions"),
    ));
    Section::new("What it comes to", vec![Piece::Facts(facts)])
}

fn draw_prescribe(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let mut page = desk.page(desk.form("Prescribe").fields(plan_fields()));
    page.said = Phrase::sentence(
        "The protocol is the course's own. The dose is worked out from the weight, rounded down \
         to a whole milligram and held under the protocol's cap.",
    );
    if let Some(course) = desk.opened()?.chart().course() {
        for (words, part) in [
            ("Doses and days.", "session"),
            ("Cap.", "cap"),
            ("Stay.", "stay"),
            ("Therapy.", "therapy"),
            ("What is asked when.", "assessment"),
        ] {
            let why = crate::page::why::of_protocol(desk.app, &course.protocol, part);
            if !why.is_empty() {
                page.said.push(Phrase::plain(format!(" {words}")));
                page.said.extend(why);
            }
        }
    }
    // The draft is shown once a day is named, so that it is read before it is signed.
    if let Ok(asked) = read_plan(desk) {
        let opened = desk.opened()?;
        let draft =
            desk.operate(|operation, clinic| plan::draft(operation, clinic, &opened.known, &asked));
        if let Ok(draft) = draft {
            page.before.push(drafted(&draft));
            page.form = page.form.hidden("seen", "yes");
        }
    }
    Ok(page)
}

fn send_prescribe(desk: &Desk<'_>) -> Result<String, Denied> {
    let patient = desk.patient()?;
    let asked = read_plan(desk)?;
    if desk.ask.sent.get("seen").is_none() {
        let opened = desk.opened()?;
        desk.operate(|operation, clinic| plan::draft(operation, clinic, &opened.known, &asked))?;
        return Err(Denied::invalid(
            "day_zero",
            "Read what it comes to, then prescribe it",
        ));
    }
    desk.operate(|operation, clinic| plan::prescribe(operation, clinic, patient, &asked))?;
    desk.chart()
}

fn draw_amend(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let course = desk.course()?;
    let mut fields = plan_fields();
    fields.push(Field::area("reason", "Why does it change?"));
    let mut form = desk.form("Amend").fields(fields);
    let mut before = Vec::new();
    if let Some((_, plan)) = desk.opened()?.chart().plan(course) {
        form = form.keep(&[("day_zero".to_owned(), plan.day_zero.to_string())]);
        let mut section = drafted(plan);
        "The plan as it stands".clone_into(&mut section.title);
        before.push(section);
    }
    let mut page = desk.page(form);
    page.before = before;
    Ok(page)
}

fn send_amend(desk: &Desk<'_>) -> Result<String, Denied> {
    let patient = desk.patient()?;
    let asked = read_plan(desk)?;
    let mut answers = desk.answers();
    let reason = answers.prose("reason");
    read!(answers => reason);
    desk.operate(|operation, clinic| plan::amend(operation, clinic, patient, &asked, reason))?;
    desk.chart()
}

fn draw_book(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    Ok(desk
        .page(desk.form("Book them all").fields(vec![
            Field::line("dosing", "Dosing sessions begin at").value("10:00"),
            Field::line("therapy", "Therapy begins at").value("08:30"),
            Field::line("room", "Room for the dosing sessions").optional(),
        ]))
        .said("Every visit of the plan is booked as one thing; each can then be moved."))
}

fn send_book(desk: &Desk<'_>) -> Result<String, Denied> {
    let (patient, course) = (desk.patient()?, desk.course()?);
    let mut answers = desk.answers();
    let hour = |text: &str| text.parse::<Time>().ok();
    let dosing = answers.word("dosing", hour);
    let therapy = answers.word("therapy", hour);
    let room: Option<Line> = answers.line_or_none("room");
    read!(answers => dosing, therapy);
    let hours = Hours { dosing, therapy };
    desk.operate(|operation, clinic| {
        plan::book_visits(operation, clinic, patient, course, hours, room.as_ref())
    })?;
    desk.chart()
}
