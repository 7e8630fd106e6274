//! Forms for what is measured.
#![expect(
    clippy::unnecessary_wraps,
    reason = "the drawing of every form has one shape"
)]

use clinic::act::instrument;
use clinic::act::observation::{Measured, observe};
use clinic::authority::Act;
use clinic::denied::Denied;
use pages::{Choice, Field, FormPage};
use record::Fact;
use record::fact::observation::{
    BreathTest, FilledBy, Found, LaboratoryResult, UrineFinding, UrineScreen, VitalsObserved,
};
use record::quantity::{
    BeatsPerMinute, BreathAlcohol, BreathsPerMinute, Grams, MillimetresOfMercury, Percent,
    TenthsCelsius,
};
use record::words::Substance;

use super::{Desk, FactForm, FormKind, Pairs, choices_of, read, when_field};

pub(super) const FORMS: &[FormKind] = &[
    FormKind {
        code: "vitals",
        title: "Vital signs",
        done: "The vital signs are charted.",
        act: Act::Observe,
        draw: draw_vitals,
        send: send_vitals,
    },
    FormKind {
        code: "laboratory",
        title: "Laboratory result",
        done: "The result is recorded.",
        act: Act::Observe,
        draw: draw_laboratory,
        send: send_laboratory,
    },
    FormKind {
        code: "urine",
        title: "Urine screen",
        done: "The urine screen is recorded.",
        act: Act::Observe,
        draw: draw_urine,
        send: send_urine,
    },
    FormKind {
        code: "breath",
        title: "Breath test",
        done: "The breath test is recorded.",
        act: Act::Observe,
        draw: draw_breath,
        send: send_breath,
    },
    FormKind {
        code: "instrument",
        title: "Questionnaire total",
        done: "The answers are recorded.",
        act: Act::Observe,
        draw: draw_instrument,
        send: send_instrument,
    },
];

pub(super) const VITALS: FactForm = FactForm {
    fields: |_| {
        vec![
            Field::number("systolic", "Upper pressure", "mmHg").optional(),
            Field::number("diastolic", "Lower pressure", "mmHg").optional(),
            Field::number("pulse", "Pulse", "/min").optional(),
            Field::number("saturation", "Oxygen saturation", "%").optional(),
            Field::number("breaths", "Breathing", "/min").optional(),
            Field::number("temperature", "Temperature", "°C").optional(),
            Field::number("weight", "Weight", "kg").optional(),
        ]
    },
    read: |desk, answers| {
        let vitals = VitalsObserved {
            session: desk.named("session"),
            systolic_mmhg: answers.quantity_or_none("systolic", MillimetresOfMercury::parse),
            diastolic_mmhg: answers.quantity_or_none("diastolic", MillimetresOfMercury::parse),
            pulse_per_min: answers.quantity_or_none("pulse", BeatsPerMinute::parse),
            saturation_percent: answers.quantity_or_none("saturation", Percent::parse),
            breaths_per_min: answers.quantity_or_none("breaths", BreathsPerMinute::parse),
            temperature_tenths_c: answers.quantity_or_none("temperature", TenthsCelsius::parse),
            weight_g: answers.quantity_or_none("weight", Grams::parse),
            device: None,
        };
        Some(vitals.into())
    },
    pairs: |fact| {
        let Fact::VitalsObserved(one) = fact else {
            return None;
        };
        let pair = |name: &str, value: Option<String>| (name.to_owned(), value.unwrap_or_default());
        Some(vec![
            pair(
                "systolic",
                one.systolic_mmhg.map(MillimetresOfMercury::number),
            ),
            pair(
                "diastolic",
                one.diastolic_mmhg.map(MillimetresOfMercury::number),
            ),
            pair("pulse", one.pulse_per_min.map(BeatsPerMinute::number)),
            pair("saturation", one.saturation_percent.map(Percent::number)),
            pair("breaths", one.breaths_per_min.map(BreathsPerMinute::number)),
            pair(
                "temperature",
                one.temperature_tenths_c.map(TenthsCelsius::number),
            ),
            pair("weight", one.weight_g.map(Grams::number)),
        ])
    },
};

fn draw_vitals(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let mut fields = (VITALS.fields)(desk);
    fields.push(when_field());
    Ok(desk
        .page(desk.form("Chart").fields(fields))
        .said("Enter what was taken. What is left empty was not taken."))
}

fn send_vitals(desk: &Desk<'_>) -> Result<String, Denied> {
    let mut answers = desk.answers();
    let at = answers.moment_or_none("occurred_at");
    let fact = (VITALS.read)(desk, &mut answers);
    read!(answers => fact);
    let Fact::VitalsObserved(vitals) = fact else {
        return Err(Denied::NotFound);
    };
    let session = vitals.session;
    send_measured(desk, at, Measured::Vitals(vitals))?;
    session.map_or_else(|| desk.chart(), |session| desk.session(session))
}

fn send_measured(
    desk: &Desk<'_>,
    at: Option<jiff::Timestamp>,
    measured: Measured,
) -> Result<(), Denied> {
    let patient = desk.patient()?;
    desk.operate_at(at, |operation, clinic| {
        observe(operation, clinic, patient, measured)
    })?;
    Ok(())
}

pub(super) const LABORATORY: FactForm = FactForm {
    fields: |_| {
        vec![
            Field::line("test", "Which test?").hint("For example ALT"),
            Field::line("value", "Result").hint("As reported, for example 58 or <5"),
            Field::line("unit", "Unit").optional(),
            Field::line("low", "Lower limit").optional(),
            Field::line("high", "Upper limit").optional(),
            Field::moment("sampled_at", "When was the sample taken?"),
        ]
    },
    read: |_, answers| {
        let test = answers.line("test");
        let value = answers.line("value");
        let unit = answers.line_or_none("unit");
        let low = answers.line_or_none("low");
        let high = answers.line_or_none("high");
        let sampled_at = answers.moment("sampled_at");
        let fact = LaboratoryResult {
            test: test?,
            code: None,
            value: value?,
            unit,
            low,
            high,
            sampled_at: sampled_at?,
        };
        Some(fact.into())
    },
    pairs: |fact| {
        let Fact::LaboratoryResult(one) = fact else {
            return None;
        };
        let text = |line: &Option<record::Line>| {
            line.as_ref().map_or_else(String::new, ToString::to_string)
        };
        Some(vec![
            ("test".to_owned(), one.test.to_string()),
            ("value".to_owned(), one.value.to_string()),
            ("unit".to_owned(), text(&one.unit)),
            ("low".to_owned(), text(&one.low)),
            ("high".to_owned(), text(&one.high)),
        ])
    },
};

fn draw_laboratory(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    Ok(desk.page(desk.form("Record").fields((LABORATORY.fields)(desk))))
}

fn send_laboratory(desk: &Desk<'_>) -> Result<String, Denied> {
    let mut answers = desk.answers();
    let fact = (LABORATORY.read)(desk, &mut answers);
    read!(answers => fact);
    let Fact::LaboratoryResult(result) = fact else {
        return Err(Denied::NotFound);
    };
    let at = Some(result.sampled_at);
    send_measured(desk, at, Measured::Laboratory(result))?;
    desk.chart()
}

fn urine_field(name: &str) -> String {
    format!("found-{name}")
}

pub(super) const URINE: FactForm = FactForm {
    fields: |_| {
        let mut fields: Vec<Field> = Substance::COMMON
            .iter()
            .map(|name| {
                let title = Substance::new(name).map_or_else(|_| String::new(), |one| one.title());
                Field::one_of(urine_field(name), title, choices_of!(Found)).optional()
            })
            .collect();
        fields.push(Field::line("not_given", "If no sample was given, why?").optional());
        fields
    },
    read: |_, answers| {
        let findings: Vec<UrineFinding> = Substance::COMMON
            .iter()
            .filter_map(|name| {
                let found = answers
                    .sent()
                    .get(&urine_field(name))
                    .and_then(Found::from_code)?;
                Some(UrineFinding {
                    substance: Substance::new(name).ok()?,
                    found,
                })
            })
            .collect();
        let not_given = answers.line_or_none("not_given");
        Some(
            UrineScreen {
                findings,
                temperature_ok: None,
                not_given,
            }
            .into(),
        )
    },
    pairs: |fact| {
        let Fact::UrineScreen(one) = fact else {
            return None;
        };
        let mut pairs: Pairs = one
            .findings
            .iter()
            .map(|finding| {
                (
                    urine_field(finding.substance.as_str()),
                    finding.found.code().to_owned(),
                )
            })
            .collect();
        let why = one
            .not_given
            .as_ref()
            .map_or_else(String::new, ToString::to_string);
        pairs.push(("not_given".to_owned(), why));
        Some(pairs)
    },
};

fn draw_urine(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let mut fields = (URINE.fields)(desk);
    fields.push(when_field());
    Ok(desk.page(desk.form("Record").fields(fields)))
}

fn send_urine(desk: &Desk<'_>) -> Result<String, Denied> {
    let mut answers = desk.answers();
    let at = answers.moment_or_none("occurred_at");
    let fact = (URINE.read)(desk, &mut answers);
    read!(answers => fact);
    let Fact::UrineScreen(screen) = fact else {
        return Err(Denied::NotFound);
    };
    send_measured(desk, at, Measured::Urine(screen))?;
    desk.chart()
}

fn draw_breath(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let reading = Field::number("alcohol", "Reading", "g/dL").hint("For example 0 or 0.02");
    Ok(desk.page(desk.form("Record").fields(vec![reading, when_field()])))
}

fn send_breath(desk: &Desk<'_>) -> Result<String, Denied> {
    let mut answers = desk.answers();
    let at = answers.moment_or_none("occurred_at");
    let alcohol = answers.quantity("alcohol", BreathAlcohol::parse);
    read!(answers => alcohol);
    send_measured(desk, at, Measured::Breath(BreathTest { alcohol }))?;
    desk.chart()
}

fn draw_instrument(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let library = desk.app.clinic.library();
    let which = library.instruments().map(|one| {
        let (least, most) = one.scores.first().map_or((0.0, 0.0), |score| score.range);
        Choice::new(one.id.as_str(), format!("{}, {least} to {most}", one.title))
    });
    let asked: Option<String> = desk.named("instrument");
    Ok(desk
        .page(desk.form("Record").fields(vec![
                Field::select("instrument", "Which?", which.collect())
                    .value(asked.as_deref().unwrap_or("")),
                Field::number("total", "Total", ""),
                Field::one_of("filled_by", "Who filled it in?", choices_of!(FilledBy)),
                when_field(),
            ]))
        .said("A total says less than the answers: it raises no alert for a single one of them."))
}

fn send_instrument(desk: &Desk<'_>) -> Result<String, Denied> {
    let mut answers = desk.answers();
    let at = answers.moment_or_none("occurred_at");
    let library = desk.app.clinic.library();
    let which = answers.word("instrument", |code| library.instrument(code));
    let most = which
        .and_then(|one| one.scores.first())
        .map_or(0.0, |score| score.range.1);
    let total = answers.number("total", 0, 1_000);
    let filled_by = answers.word("filled_by", FilledBy::from_code);
    read!(answers => which, total, filled_by);
    let total = i32::try_from(total)
        .map_err(|_| Denied::invalid("total", format!("{} runs to {most}", which.title)))?;
    let patient = desk.patient()?;
    desk.operate_at(at, |operation, clinic| {
        instrument::enter_total(operation, clinic, patient, &which.id, total, filled_by)
    })?;
    desk.chart()
}
