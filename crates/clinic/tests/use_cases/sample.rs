//! Facts the tests hand over: a person, an enquiry, a calm day, an evaluation that puts nothing in the way.

use clinic::Clinic;
use jiff::Timestamp;
use jiff::civil::Date;
use protocol::Kind;
use record::fact::enquiry::{ContactWay, EnquiryReceived, EnquiryVia, Reach};
use record::fact::observation::VitalsObserved;
use record::fact::person::{HistoryAnswer, HistoryTaken, HistoryValue, Identity};
use record::fact::session::DoseStarted;
use record::fact::substance_use::CheckInAnswered;
use record::ids::{CourseId, SessionId};
use record::quantity::{Micrograms, MillimetresOfMercury, Minutes, Score10};
use record::words::{Said, Sex, Substance, YesNo};

use crate::harness::line;

pub(crate) fn alcohol() -> Substance {
    Substance::new("alcohol").unwrap()
}

pub(crate) fn a_start(session: SessionId, dose: Micrograms) -> DoseStarted {
    let route = record::fact::decision::Route::Intravenous;
    DoseStarted {
        session,
        dose,
        route,
        minutes: Minutes::new(40),
    }
}

pub(crate) fn pressure(upper: u16, lower: u16) -> VitalsObserved {
    VitalsObserved {
        systolic_mmhg: Some(MillimetresOfMercury::new(upper)),
        diastolic_mmhg: Some(MillimetresOfMercury::new(lower)),
        ..VitalsObserved::default()
    }
}

pub(crate) fn an_enquiry() -> EnquiryReceived {
    EnquiryReceived {
        name: line("Rowan"),
        reach: a_reach(YesNo::Yes),
        substance: Some(alcohol()),
        about: None,
        via: EnquiryVia::Form,
        agreed_to_contact: true,
    }
}

pub(crate) fn a_reach(safe_to_leave_message: YesNo) -> Reach {
    Reach {
        phone: Some(line("207 555 0142")),
        email: None,
        prefers: ContactWay::Phone,
        safe_to_leave_message,
    }
}

pub(crate) fn an_identity() -> Identity {
    Identity {
        given: line("Rowan"),
        family: Some(line("Marsh")),
        preferred: None,
        pronouns: None,
        born: Some(jiff::civil::date(1984, 3, 14)),
        age_years: None,
        sex: Sex::Male,
        record_number: None,
        reach: None,
        address: None,
    }
}

/// A check-in about a day on which all was well.
pub(crate) fn a_calm_day(course: CourseId, day: Date) -> CheckInAnswered {
    CheckInAnswered {
        course,
        day,
        craving_now: Said::Answered(Score10::new(2).unwrap()),
        craving_peak: Said::NotAsked,
        used: Said::Answered(false),
        uses: Vec::new(),
        mood: Said::Skipped,
        sleep_half_hours: Said::Skipped,
        stress: Said::Skipped,
        confidence: Said::Skipped,
        risky_situation: Said::Skipped,
        safe: Said::Answered(YesNo::Yes),
        wants_call: false,
        words: None,
    }
}

/// Answers to every question of an evaluation that put nothing in the way, but for `findings`.
pub(crate) fn harmless_history(
    clinic: &Clinic,
    findings: &[(&str, YesNo)],
    now: Timestamp,
) -> HistoryTaken {
    let values = [
        ("height", "172"),
        ("qtcf", "418"),
        ("bprs_positive", "0"),
        ("stop_bang", "1"),
        ("bpic_ss", "3"),
        ("ciwa_ar", "2"),
        ("cows", "1"),
    ];
    let yes = [
        "capacity_confirmed",
        "contraception_agreed",
        "treatment_goal_recorded",
    ];
    let answer = |input: &protocol::Input| {
        let name = input.name.as_str();
        if let Some((_, found)) = findings.iter().find(|(finding, _)| *finding == name) {
            return Some(HistoryValue::Plain(*found));
        }
        match &input.kind {
            Kind::YesNo if yes.contains(&name) => Some(HistoryValue::Plain(YesNo::Yes)),
            Kind::YesNo => Some(HistoryValue::Plain(YesNo::No)),
            Kind::Choice(words) => {
                let plain = ["none", "negative", "never", "none_reported"];
                let word = plain
                    .into_iter()
                    .find(|plain| words.iter().any(|word| word == plain));
                let word = word.or_else(|| words.first().map(String::as_str))?;
                Some(HistoryValue::Word(line(word)))
            }
            Kind::Quantity { .. } => {
                let (_, value) = values.iter().find(|(known, _)| *known == name)?;
                Some(HistoryValue::Number(line(value)))
            }
            Kind::Coded => Some(HistoryValue::Word(line("none"))),
            Kind::Moment if name == "episode_start" => Some(HistoryValue::At(now)),
            Kind::Moment | Kind::Date => None,
        }
    };
    let answers = clinic
        .library()
        .questions()
        .into_iter()
        .filter_map(|input| {
            Some(HistoryAnswer {
                input: line(&input.name),
                answer: answer(input)?,
            })
        })
        .collect();
    HistoryTaken {
        part: line("evaluation"),
        answers,
    }
}
