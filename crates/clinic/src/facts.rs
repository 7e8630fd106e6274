//! A chart as the named inputs of the rules.
//!
//! What an evaluation asks is named after the input it answers, so most of the history needs no
//! translation. Readings, results, medicines and consents come from their own entries. What nobody
//! entered is not an input here: it is missing, and the rules say so.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use protocol::{Answer, Code, Facts, Kind, Observation, Override, Pack, Quantity, When};
use record::Chart;
use record::Entry;
use record::fact::decision::EligibilityOverridden;
use record::fact::observation::{
    BreathTest, Found, InstrumentAnswered, LaboratoryResult, UrineScreen, VitalsObserved,
};
use record::fact::person::{AllergyCertainty, HistoryTaken, HistoryValue, Standing};
use record::fact::session::DoseStarted;
use record::ids::CourseId;
use record::words::{Sex, YesNo};

use crate::act::device;
use crate::act::eligibility::CONSENTS_NEEDED;
use crate::act::evaluation::DAY;
use crate::act::instrument::scored;

mod room;

pub use room::of_session;

/// Laboratory tests by the name a result carries, and the inputs for the value and its upper limit.
const TESTS: &[(&str, &str, Option<&str>)] = &[
    ("alt", "alt", Some("alt_upper_limit")),
    ("ast", "ast", Some("ast_upper_limit")),
    ("bilirubin", "bilirubin", Some("bilirubin_upper_limit")),
    ("albumin", "albumin", None),
    ("inr", "inr", None),
    ("egfr", "egfr", None),
];

/// Scores that answer an input of the rules: the instrument, its score, the input.
const SCORES: &[(&str, &str, &str)] = &[
    ("bpic-ss", "total", "bpic_ss"),
    ("bprs-positive", "total", "bprs_positive"),
    ("ciwa-ar", "total", "ciwa_ar"),
    ("cows", "total", "cows"),
];

/// The instrument whose score answers an input of the rules, so that nobody asks it once more.
pub fn instrument_of(input: &str) -> Option<&'static str> {
    if input == "cssrs_triage" {
        return Some("c-ssrs-screener");
    }
    SCORES
        .iter()
        .find(|(_, _, known)| *known == input)
        .map(|(instrument, _, _)| *instrument)
}

/// Triage levels of the suicide-risk screener, in the words of the rules.
const TRIAGE: &[&str] = &["none_reported", "low", "moderate", "high"];

/// What happened on some day that decides, so that a yes without its day is a yes of an unknown day.
///
/// Each is asked with its day in the evaluation, and read by a rule within a window.
pub const DATED: &[&str] = &[
    "head_trauma_unconscious",
    "investigational_drug",
    "ketamine_misuse",
    "myocardial_infarction",
    "stroke",
    "unstable_angina",
];

struct Gather<'a> {
    facts: Facts,
    pack: &'a Pack,
    zone: TimeZone,
}

/// The facts of a chart, for one of its courses.
pub fn of(chart: &Chart, course: CourseId, pack: &Pack, today: Date, zone: &TimeZone) -> Facts {
    gathered(chart, course, pack, today, zone).facts
}

fn gathered<'a>(
    chart: &Chart,
    course: CourseId,
    pack: &'a Pack,
    today: Date,
    zone: &TimeZone,
) -> Gather<'a> {
    let mut gather = Gather {
        facts: Facts::new(zone.clone()),
        pack,
        zone: zone.clone(),
    };
    gather.identity(chart);
    gather.history(chart);
    gather.vitals(chart);
    gather.laboratory(chart);
    gather.screens(chart);
    gather.questionnaires(chart);
    gather.medicines(chart);
    gather.course(chart, course, today);
    gather.overrides(chart, course);
    gather
}

impl Gather<'_> {
    fn add(&mut self, input: &str, answer: Answer, when: When, entry: &Entry) {
        if self.pack.inputs().input(input).is_ok() {
            self.observe(input, answer, when, entry);
        }
    }

    /// Adds what was seen whether or not a rule reads it: the due clock asks for more than the rules do.
    fn observe(&mut self, input: &str, answer: Answer, when: When, entry: &Entry) {
        let observation = Observation {
            answer,
            when,
            entry: format!("entry {}", entry.number),
            recorded_at: Some(entry.recorded_at.0),
        };
        self.facts.observe(input, observation);
    }

    fn at(&mut self, input: &str, answer: Answer, entry: &Entry) {
        self.add(input, answer, When::At(entry.occurred_at.0), entry);
    }

    fn quantity(&mut self, input: &str, text: &str, entry: &Entry) {
        if let Ok(quantity) = Quantity::parse(text) {
            self.at(input, Answer::Quantity(quantity), entry);
        }
    }

    fn identity(&mut self, chart: &Chart) {
        let Some(identity) = chart.identity() else {
            return;
        };
        let Some((entry, _)) = chart.all::<record::fact::person::PersonRegistered>().last() else {
            return;
        };
        if let Some(born) = identity.born {
            self.at("birth_date", Answer::Date(born), entry);
        }
        let sex = match identity.sex {
            Sex::Female => "female",
            Sex::Male => "male",
            Sex::Other | Sex::NotRecorded => "not_recorded",
        };
        self.at("sex", Answer::Code(Code::plain(sex)), entry);
    }

    fn history(&mut self, chart: &Chart) {
        let all: Vec<(&Entry, &HistoryTaken)> = chart.all::<HistoryTaken>().collect();
        for (place, (entry, taken)) in all.iter().enumerate() {
            for one in &taken.answers {
                let input = one.input.as_str();
                let Some(answer) = self.answer(input, &one.answer) else {
                    continue;
                };
                let day = day_of(taken, input);
                // A heart attack of an unknown day is not one of the day it was told: nobody can say
                // whether it lies within a rule's window, so the rule stays unanswered. A later answer
                // to the same question stands in its place.
                let is_undated = answer == Answer::YesNo(true) && DATED.contains(&input);
                let when = match day {
                    Some(day) => When::On(day),
                    None if is_undated => When::Unknown,
                    None => When::At(entry.occurred_at.0),
                };
                let mut later = all.iter().skip(place + 1);
                let is_superseded = when == When::Unknown
                    && later.any(|(_, other)| {
                        other.answers.iter().any(|one| one.input.as_str() == input)
                    });
                if !is_superseded {
                    self.add(input, answer, when, entry);
                }
            }
        }
    }

    /// An answer of history as the input wants it; `None` where it is of another kind.
    fn answer(&self, input: &str, value: &HistoryValue) -> Option<Answer> {
        let kind = &self.pack.inputs().input(input).ok()?.kind;
        Some(match (value, kind) {
            (HistoryValue::Plain(YesNo::Unknown), _) => Answer::Unknown,
            (HistoryValue::Plain(YesNo::Declined), _) => Answer::Declined,
            (HistoryValue::Plain(YesNo::Yes), Kind::YesNo) => Answer::YesNo(true),
            (HistoryValue::Plain(YesNo::No), Kind::YesNo) => Answer::YesNo(false),
            (HistoryValue::Word(word), Kind::Choice(_) | Kind::Coded) => {
                Answer::Code(Code::plain(word.as_str()))
            }
            (HistoryValue::On(day), Kind::Date) => Answer::Date(*day),
            (HistoryValue::At(at), Kind::Moment) => Answer::Moment(*at),
            (HistoryValue::Number(number), Kind::Quantity { unit, .. }) => {
                let unit = unit
                    .as_ref()
                    .map_or_else(String::new, |unit| format!(" {}", unit.symbol));
                Answer::Quantity(Quantity::parse(&format!("{number}{unit}")).ok()?)
            }
            _ => return None,
        })
    }

    fn vitals(&mut self, chart: &Chart) {
        for (entry, vitals) in chart.all::<VitalsObserved>() {
            // No rule goes by a reading that was too old when it came.
            if !device::counts(entry) {
                continue;
            }
            let readings = [
                (
                    "systolic",
                    vitals.systolic_mmhg.map(|value| value.to_string()),
                ),
                (
                    "diastolic",
                    vitals.diastolic_mmhg.map(|value| value.to_string()),
                ),
                ("pulse", vitals.pulse_per_min.map(|value| value.to_string())),
                (
                    "saturation",
                    vitals.saturation_percent.map(|value| value.to_string()),
                ),
                (
                    "respiratory_rate",
                    vitals.breaths_per_min.map(|value| value.to_string()),
                ),
                (
                    "temperature",
                    vitals
                        .temperature_tenths_c
                        .map(|value| format!("{} degC", value.number())),
                ),
                ("weight", vitals.weight_g.map(|value| value.to_string())),
            ];
            for (input, text) in readings {
                if let Some(text) = text {
                    self.quantity(input, &text, entry);
                }
            }
            if vitals.session.is_none() {
                if let Some(systolic) = vitals.systolic_mmhg {
                    self.quantity("resting_systolic", &systolic.to_string(), entry);
                }
                if let Some(diastolic) = vitals.diastolic_mmhg {
                    self.quantity("resting_diastolic", &diastolic.to_string(), entry);
                }
            }
        }
    }

    fn laboratory(&mut self, chart: &Chart) {
        for (entry, result) in chart.all::<LaboratoryResult>() {
            let name = result.test.as_str().to_lowercase();
            let Some((_, input, limit)) = TESTS.iter().find(|(test, _, _)| *test == name) else {
                continue;
            };
            let unit = result
                .unit
                .as_ref()
                .map_or_else(String::new, |unit| format!(" {unit}"));
            self.quantity(input, &format!("{}{unit}", result.value), entry);
            if let (Some(limit), Some(high)) = (limit, &result.high) {
                self.quantity(limit, &format!("{high}{unit}"), entry);
            }
        }
    }

    fn screens(&mut self, chart: &Chart) {
        for (entry, test) in chart.all::<BreathTest>() {
            self.quantity("breath_alcohol", &test.alcohol.to_string(), entry);
        }
        for (entry, screen) in chart.all::<UrineScreen>() {
            let ketamine = screen
                .findings
                .iter()
                .find(|one| one.substance.as_str() == "ketamine");
            let word = ketamine.and_then(|finding| match finding.found {
                Found::Found => Some("positive"),
                Found::NotFound => Some("negative"),
                Found::Inconclusive => Some("inconclusive"),
                Found::NotTested => None,
            });
            if let Some(word) = word {
                self.at("urine_ketamine", Answer::Code(Code::plain(word)), entry);
            }
        }
    }

    fn questionnaires(&mut self, chart: &Chart) {
        let sex = chart.identity().map_or(Sex::NotRecorded, |known| known.sex);
        for (entry, answered) in chart.all::<InstrumentAnswered>() {
            let id = answered.instrument.as_str();
            let Some(instrument) = instruments::library().get(id) else {
                continue;
            };
            for one in scored(instrument, answered, sex) {
                let Some(value) = one.value() else { continue };
                let score = one.score.id.as_str();
                let known = SCORES
                    .iter()
                    .find(|(of, its, _)| *of == id && *its == score);
                if let Some((_, _, input)) = known {
                    self.quantity(input, &format!("{value} points"), entry);
                }
                let mut levels = TRIAGE.iter().zip(0_i32..);
                let word = levels.find(|(_, level)| (f64::from(*level) - value).abs() < 0.5);
                if let (("c-ssrs-screener", "triage"), Some((word, _))) = ((id, score), word) {
                    self.at("cssrs_triage", Answer::Code(Code::plain(word)), entry);
                }
            }
        }
    }

    fn medicines(&mut self, chart: &Chart) {
        for (entry, medicine) in chart.medicines() {
            if medicine.standing == Standing::Current {
                let mut code = Code::plain(medicine.name.as_str());
                code.codings = medicine
                    .code
                    .iter()
                    .map(|one| format!("{}:{}", one.system, one.code))
                    .collect();
                self.at("medicine", Answer::Code(code), entry);
            }
        }
        let allergies = chart.allergies();
        for (entry, allergy) in &allergies {
            let to = allergy
                .to
                .as_ref()
                .map_or("", record::Line::as_str)
                .to_lowercase();
            let word = match (to.contains("ketamine"), allergy.certainty) {
                (true, AllergyCertainty::Confirmed) => "confirmed",
                (true, AllergyCertainty::Unconfirmed) => "entered",
                (false, _) => "none",
            };
            self.at("ketamine_allergy", Answer::Code(Code::plain(word)), entry);
        }
    }

    fn course(&mut self, chart: &Chart, course: CourseId, today: Date) {
        let signed = chart.consents_on(course, today);
        for (needed, input) in CONSENTS_NEEDED
            .iter()
            .zip(["consent_treatment_current", "consent_part2_current"])
        {
            let found = signed
                .iter()
                .find(|(_, consent)| consent.text.as_str() == *needed);
            if let Some((entry, _)) = found {
                self.at(input, Answer::YesNo(true), entry);
            }
        }
        if let Some((entry, plan)) = chart.plan(course) {
            self.quantity("sessions_planned", &plan.doses.len().to_string(), entry);
            if let Some(dose) = plan.doses.first() {
                self.at("route", Answer::Code(Code::plain(dose.route.code())), entry);
            }
        }
        let n_given = chart
            .sessions()
            .iter()
            .filter(|session| {
                session.started.is_some() && is_within_a_year(session.opened_at, today, &self.zone)
            })
            .count();
        if let Some(entry) = chart.entries().last() {
            self.quantity("sessions_last_12_months", &n_given.to_string(), entry);
        }
        if let Some((entry, _)) = chart.all::<DoseStarted>().next() {
            self.at(
                "course_first_dose",
                Answer::Moment(entry.occurred_at.0),
                entry,
            );
            self.at("dose_given", Answer::YesNo(true), entry);
        }
    }

    fn overrides(&mut self, chart: &Chart, course: CourseId) {
        for (entry, fact) in chart
            .all::<EligibilityOverridden>()
            .filter(|(_, fact)| fact.course == course)
        {
            let Some(rule) = self.pack.rule(fact.rule.as_str()) else {
                continue;
            };
            // What was overridden is the rule as it read then, and no later version of it. An old entry
            // does not say which; the assessment it followed does.
            let read = chart
                .assessments()
                .filter(|(then, one)| then.number < entry.number && one.course == course)
                .max_by_key(|(then, _)| then.number)
                .and_then(|(_, one)| one.verdicts.iter().find(|said| said.rule == fact.rule));
            self.facts.overrides.push(Override {
                rule: rule.id.clone(),
                version: fact
                    .rule_version
                    .or(read.map(|said| said.version))
                    .unwrap_or(rule.version),
                reason: fact.reason.to_string(),
                mitigation: fact.mitigation.to_string(),
                by: entry.author.who.clone(),
                // A name without a signature is no second reader.
                second_reader: fact.second_reader_person.map(|person| person.to_string()),
                at: entry.occurred_at.0,
                entry: format!("entry {}", entry.number),
            });
        }
    }
}

/// The day a yes is about, where the same entry says it: a heart attack counts from its own day, not
/// from the day it was told.
fn day_of(taken: &HistoryTaken, input: &str) -> Option<Date> {
    let name = format!("{input}{DAY}");
    taken
        .answers
        .iter()
        .find_map(|one| match (&one.answer, one.input.as_str() == name) {
            (HistoryValue::On(day), true) => Some(*day),
            _ => None,
        })
}

fn is_within_a_year(at: Timestamp, today: Date, zone: &TimeZone) -> bool {
    let day = record::calendar::civil_day(at, zone);
    (0..=365).contains(&record::calendar::days_between(day, today))
}
