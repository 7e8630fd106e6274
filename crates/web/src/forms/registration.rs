//! Forms for who a patient is and what is known of their history.
#![expect(
    clippy::unnecessary_wraps,
    reason = "the drawing of every form has one shape"
)]

use clinic::act::evaluation;
use clinic::act::registration::{self, Listing};
use clinic::authority::Act;
use clinic::denied::Denied;
use pages::{Choice, Field, FormPage};
use protocol::{Input, Kind};
use record::Fact;
use record::fact::enquiry::{ContactWay, Reach};
use record::fact::person::{
    AllergyCertainty, AllergyListed, Code, ConditionListed, HistoryAnswer, HistoryTaken,
    HistoryValue, Identity, MedicineListed, Standing,
};
use record::words::{Line, Sex, YesNo};

use super::{Desk, FactForm, FormKind, Pairs, choices_of, read};
use crate::sent::{Answers, moment_of};
use crate::words;

pub(super) const FORMS: &[FormKind] = &[
    FormKind {
        code: "register-new",
        title: "Register a patient",
        done: "The patient is registered.",
        act: Act::Register,
        draw: draw_identity,
        send: send_new,
    },
    FormKind {
        code: "register",
        title: "Register this person",
        done: "The patient is registered.",
        act: Act::Register,
        draw: draw_identity,
        send: send_register,
    },
    FormKind {
        code: "correct-identity",
        title: "Correct who this is",
        done: "The details are corrected.",
        act: Act::Register,
        draw: draw_correction,
        send: send_correction,
    },
    FormKind {
        code: "history",
        title: "Take history",
        done: "The history is taken.",
        act: Act::TakeHistory,
        draw: draw_history,
        send: send_history,
    },
    FormKind {
        code: "condition",
        title: "List a condition",
        done: "The condition is listed.",
        act: Act::TakeHistory,
        draw: draw_condition,
        send: send_condition,
    },
    FormKind {
        code: "medicine",
        title: "List a medicine",
        done: "The medicine is listed.",
        act: Act::TakeHistory,
        draw: draw_medicine,
        send: send_medicine,
    },
    FormKind {
        code: "allergy",
        title: "List an allergy, or that none is known",
        done: "The allergies are listed.",
        act: Act::TakeHistory,
        draw: draw_allergy,
        send: send_allergy,
    },
];

fn identity_fields() -> Vec<Field> {
    vec![
        Field::line("given", "Given name"),
        Field::line("family", "Family name").optional(),
        Field::line("preferred", "What they like to be called").optional(),
        Field::line("pronouns", "Pronouns").optional(),
        Field::day("born", "Date of birth"),
        Field::one_of("sex", "Sex, for limits that differ by it", choices_of!(Sex)),
        Field::line("record_number", "Record number").optional(),
        Field::line("address", "Home address")
            .hint("The log of controlled drugs asks for it")
            .optional(),
        Field::line("phone", "Phone").optional(),
        Field::line("email", "Email").optional(),
        Field::one_of(
            "prefers",
            "How should we reach them?",
            choices_of!(ContactWay),
        ),
        Field::one_of(
            "message",
            "Is it safe to leave a message?",
            choices_of!(YesNo),
        ),
    ]
}

fn draw_identity(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let mut form = desk.form("Register").fields(identity_fields());
    if let Some((_, enquiry)) = desk.opened.and_then(|opened| opened.chart().enquiry()) {
        form = form.keep(&reach_pairs(enquiry.name.as_str(), &enquiry.reach));
    }
    Ok(desk.page(form))
}

fn reach_pairs(name: &str, reach: &Reach) -> Pairs {
    let text = |line: &Option<Line>| line.as_ref().map_or_else(String::new, ToString::to_string);
    vec![
        ("given".to_owned(), name.to_owned()),
        ("phone".to_owned(), text(&reach.phone)),
        ("email".to_owned(), text(&reach.email)),
        ("prefers".to_owned(), reach.prefers.code().to_owned()),
        (
            "message".to_owned(),
            reach.safe_to_leave_message.code().to_owned(),
        ),
    ]
}

fn read_identity(answers: &mut Answers<'_>) -> Option<Identity> {
    let given = answers.line("given");
    let born = answers.day("born");
    let sex = answers.word("sex", Sex::from_code);
    let prefers = answers.word("prefers", ContactWay::from_code);
    let message = answers.word("message", YesNo::from_code);
    let family = answers.line_or_none("family");
    let preferred = answers.line_or_none("preferred");
    let pronouns = answers.line_or_none("pronouns");
    let record_number = answers.line_or_none("record_number");
    let address = answers.line_or_none("address");
    let phone = answers.line_or_none("phone");
    let email = answers.line_or_none("email");
    Some(Identity {
        given: given?,
        family,
        preferred,
        pronouns,
        born: Some(born?),
        age_years: None,
        sex: sex?,
        record_number,
        address,
        reach: Some(Reach {
            phone,
            email,
            prefers: prefers?,
            safe_to_leave_message: message?,
        }),
    })
}

fn send_new(desk: &Desk<'_>) -> Result<String, Denied> {
    let mut answers = desk.answers();
    let identity = read_identity(&mut answers);
    read!(answers => identity);
    let patient =
        desk.operate(|operation, clinic| registration::register_new(operation, clinic, identity))?;
    Ok(format!("/patients/{patient}?done=register-new"))
}

fn send_register(desk: &Desk<'_>) -> Result<String, Denied> {
    let patient = desk.patient()?;
    let mut answers = desk.answers();
    let identity = read_identity(&mut answers);
    read!(answers => identity);
    desk.operate(|operation, clinic| registration::register(operation, clinic, patient, identity))?;
    desk.chart()
}

fn draw_correction(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let mut fields = identity_fields();
    fields.push(Field::line("reason", "Why does it change?"));
    let mut form = desk.form("Correct").fields(fields);
    if let Some(identity) = desk.opened()?.chart().identity() {
        let text =
            |line: &Option<Line>| line.as_ref().map_or_else(String::new, ToString::to_string);
        let mut pairs = identity.reach.as_ref().map_or_else(Vec::new, |reach| {
            reach_pairs(identity.given.as_str(), reach)
        });
        pairs.extend([
            ("given".to_owned(), identity.given.to_string()),
            ("family".to_owned(), text(&identity.family)),
            ("preferred".to_owned(), text(&identity.preferred)),
            ("pronouns".to_owned(), text(&identity.pronouns)),
            ("record_number".to_owned(), text(&identity.record_number)),
            ("address".to_owned(), text(&identity.address)),
            ("sex".to_owned(), identity.sex.code().to_owned()),
            (
                "born".to_owned(),
                identity
                    .born
                    .map_or_else(String::new, |born| born.to_string()),
            ),
        ]);
        form = form.keep(&pairs);
    }
    Ok(desk.page(form))
}

fn send_correction(desk: &Desk<'_>) -> Result<String, Denied> {
    let patient = desk.patient()?;
    let mut answers = desk.answers();
    let identity = read_identity(&mut answers);
    let reason = answers.line("reason");
    read!(answers => identity, reason);
    desk.operate(|operation, clinic| {
        registration::correct_identity(operation, clinic, patient, identity, reason)
    })?;
    desk.chart()
}

fn draw_history(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let history = desk.opened()?.chart().history();
    let fields = desk
        .app
        .clinic
        .library()
        .questions()
        .into_iter()
        .map(|input| {
            question(
                desk,
                input,
                history.get(input.name.as_str()).map(|(_, value)| *value),
            )
        })
        .collect();
    Ok(desk
        .page(desk.form("Save the answers").fields(fields))
        .said("Answer what is known. A question left open stays unanswered, which is not a no."))
}

/// A question of the evaluation, with the last answer.
fn question(desk: &Desk<'_>, input: &Input, before: Option<&HistoryValue>) -> Field {
    let name = input.name.as_str();
    let field = match &input.kind {
        Kind::YesNo => Field::one_of(name, &*input.question, choices_of!(YesNo)),
        Kind::Choice(_) => {
            let known = input.choices().into_iter();
            let known = known.map(|(word, said)| Choice::new(word, said));
            let unknown = Choice::new("unknown", "Not known");
            Field::one_of(name, &*input.question, known.chain([unknown]).collect())
        }
        Kind::Quantity { unit, .. } => Field::number(
            name,
            &*input.question,
            unit.as_ref().map_or("", |unit| unit.symbol),
        ),
        Kind::Coded => Field::line(name, &*input.question),
        Kind::Date => Field::day(name, &*input.question),
        Kind::Moment => Field::moment(name, &*input.question),
    };
    let shown = before.map(|value| match value {
        HistoryValue::Plain(word) => word.code().to_owned(),
        HistoryValue::Word(text) | HistoryValue::Number(text) => text.to_string(),
        HistoryValue::On(day) => day.to_string(),
        HistoryValue::At(at) => words::moment_field(*at, &desk.zone),
        HistoryValue::Text(text) => text.to_string(),
    });
    field.optional().value(shown.as_deref().unwrap_or_default())
}

fn send_history(desk: &Desk<'_>) -> Result<String, Denied> {
    let patient = desk.patient()?;
    let history = desk.opened()?.chart().history();
    let mut answers = Vec::new();
    let mut faults = Vec::new();
    for input in desk.app.clinic.library().questions() {
        let Some(text) = desk.ask.sent.get(&input.name) else {
            continue;
        };
        let Some(value) = answer(desk, input, text) else {
            faults.push(format!(
                "{} {} is not {}",
                input.question,
                text,
                input.kind.said()
            ));
            continue;
        };
        let before = history.get(input.name.as_str()).map(|(_, answer)| *answer);
        if before != Some(&value) {
            answers.push(HistoryAnswer {
                input: Line::clipped(&input.name),
                answer: value,
            });
        }
    }
    if !faults.is_empty() {
        return Err(Denied::invalid("answers", faults.join(". ")));
    }
    let taken = HistoryTaken {
        part: Line::clipped("evaluation"),
        answers,
    };
    desk.operate(|operation, clinic| {
        registration::take_history(operation, clinic, patient, taken)
    })?;
    desk.chart()
}

/// What was typed, as the input wants it; `None` where it is of another kind.
fn answer(desk: &Desk<'_>, input: &Input, text: &str) -> Option<HistoryValue> {
    if let Some(word) = YesNo::from_code(text)
        && (input.kind == Kind::YesNo || matches!(word, YesNo::Unknown | YesNo::Declined))
    {
        return Some(HistoryValue::Plain(word));
    }
    match &input.kind {
        Kind::YesNo => None,
        Kind::Choice(words) => words
            .iter()
            .any(|word| word == text)
            .then(|| HistoryValue::Word(Line::clipped(text))),
        Kind::Quantity { .. } => {
            protocol::Decimal::parse(text).map(|_| HistoryValue::Number(Line::clipped(text)))
        }
        Kind::Coded => Line::new(text).ok().map(HistoryValue::Word),
        Kind::Date => text.parse().ok().map(HistoryValue::On),
        Kind::Moment => moment_of(text, &desk.zone).map(HistoryValue::At),
    }
}

/// The system of the codes a condition is listed with.
const ICD: &str = "icd-10-cm";

/// A code as the set is written: a letter, two figures or letters, and up to four more after a dot.
fn icd(answers: &mut Answers<'_>) -> Option<Code> {
    let typed = answers.line_or_none("icd")?.as_str().to_uppercase();
    let (category, rest) = typed.split_once('.').unwrap_or((&typed, ""));
    let mut letters = category.chars();
    let is_code = category.chars().count() == 3
        && letters
            .next()
            .is_some_and(|first| first.is_ascii_uppercase())
        && letters.next().is_some_and(|second| second.is_ascii_digit())
        && letters.all(|third| third.is_ascii_alphanumeric())
        && rest.chars().count() <= 4
        && rest.chars().all(|one| one.is_ascii_alphanumeric());
    if !is_code {
        answers.fault(
            "icd",
            "This is not an ICD-10-CM code: write it as F32.1, or leave it empty",
        );
        return None;
    }
    Some(Code {
        system: Line::clipped(ICD),
        code: Line::clipped(&typed),
    })
}

pub(super) const CONDITION: FactForm = FactForm {
    fields: |_| {
        vec![
            Field::line("name", "What is it?"),
            Field::line("icd", "ICD-10-CM code")
                .hint("Where it is known, for example F32.1")
                .optional(),
            Field::one_of("standing", "Does it hold now?", choices_of!(Standing)),
            Field::day("since", "Since when?").optional(),
        ]
    },
    read: |_, answers| {
        let name = answers.line("name");
        let code = icd(answers);
        let standing = answers.word("standing", Standing::from_code);
        let since = answers.day_or_none("since");
        let fact = ConditionListed {
            name: name?,
            code,
            standing: standing?,
            since,
        };
        Some(fact.into())
    },
    pairs: |fact| {
        let Fact::ConditionListed(one) = fact else {
            return None;
        };
        let code = one
            .code
            .as_ref()
            .filter(|code| code.system.as_str() == ICD)
            .map_or_else(String::new, |code| code.code.to_string());
        Some(vec![
            ("name".to_owned(), one.name.to_string()),
            ("icd".to_owned(), code),
            ("standing".to_owned(), one.standing.code().to_owned()),
            (
                "since".to_owned(),
                one.since.map_or_else(String::new, |day| day.to_string()),
            ),
        ])
    },
};

pub(super) const MEDICINE: FactForm = FactForm {
    fields: |_| {
        vec![
            Field::line("name", "Which medicine?"),
            Field::line("dose", "Dose and times").optional(),
            Field::one_of("standing", "Is it taken now?", choices_of!(Standing)),
            Field::day("since", "Since when?").optional(),
        ]
    },
    read: |desk, answers| {
        let name = answers.line("name");
        let dose = answers.line_or_none("dose");
        let standing = answers.word("standing", Standing::from_code);
        let since = answers.day_or_none("since");
        let name = name?;
        let fact = MedicineListed {
            code: evaluation::rxnorm(desk.app.clinic.library(), name.as_str()),
            name,
            dose,
            standing: standing?,
            since,
        };
        Some(fact.into())
    },
    pairs: |fact| {
        let Fact::MedicineListed(one) = fact else {
            return None;
        };
        let dose = one
            .dose
            .as_ref()
            .map_or_else(String::new, ToString::to_string);
        Some(vec![
            ("name".to_owned(), one.name.to_string()),
            ("dose".to_owned(), dose),
            ("standing".to_owned(), one.standing.code().to_owned()),
            (
                "since".to_owned(),
                one.since.map_or_else(String::new, |day| day.to_string()),
            ),
        ])
    },
};

fn draw_condition(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    Ok(desk.page(desk.form("List").fields((CONDITION.fields)(desk))))
}

fn send_condition(desk: &Desk<'_>) -> Result<String, Denied> {
    let mut answers = desk.answers();
    let fact = (CONDITION.read)(desk, &mut answers);
    read!(answers => fact);
    let Fact::ConditionListed(condition) = fact else {
        return Err(Denied::NotFound);
    };
    send_listing(desk, Listing::Condition(condition))
}

fn draw_medicine(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    Ok(desk.page(desk.form("List").fields((MEDICINE.fields)(desk))))
}

fn send_medicine(desk: &Desk<'_>) -> Result<String, Denied> {
    let mut answers = desk.answers();
    let fact = (MEDICINE.read)(desk, &mut answers);
    read!(answers => fact);
    let Fact::MedicineListed(medicine) = fact else {
        return Err(Denied::NotFound);
    };
    send_listing(desk, Listing::Medicine(medicine))
}

fn draw_allergy(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let none = Choice::new("none", "No allergy is known, and they were asked");
    let some = Choice::new("some", "There is one");
    Ok(desk.page(desk.form("List").fields(vec![
        Field::one_of("known", "Is an allergy known?", vec![none, some]),
        Field::line("to", "To what?").optional(),
        Field::line("reaction", "What does it do?").optional(),
        Field::one_of("certainty", "How sure is it?", choices_of!(AllergyCertainty)).optional(),
    ])))
}

fn send_allergy(desk: &Desk<'_>) -> Result<String, Denied> {
    let mut answers = desk.answers();
    let known = answers.word("known", |text| match text {
        "none" => Some(false),
        "some" => Some(true),
        _ => None,
    });
    let to = if known == Some(true) {
        answers.line("to")
    } else {
        None
    };
    let reaction = answers.line_or_none("reaction");
    let certainty = answers.word_or_none("certainty", AllergyCertainty::from_code);
    read!(answers => known);
    let allergy = AllergyListed {
        to: to.filter(|_| known),
        reaction: reaction.filter(|_| known),
        certainty: certainty.unwrap_or(AllergyCertainty::Unconfirmed),
    };
    send_listing(desk, Listing::Allergy(allergy))
}

fn send_listing(desk: &Desk<'_>, listing: Listing) -> Result<String, Denied> {
    let patient = desk.patient()?;
    desk.operate(|operation, clinic| registration::list(operation, clinic, patient, listing))?;
    desk.chart()
}
