//! One entry as one line of the timeline: a sentence, who said it, what opens in place.

use pages::{EntryShape, Fact as Shown, Link, Phrase, TimelineItem};
use record::calendar::civil_day;
use record::chart::Stands;
use record::fact::observation::{InstrumentAnswered, QuestionnaireLeft, VitalsObserved};
use record::fact::substance_use::{CheckInAnswered, Use};
use record::words::{Door, Said};
use record::{Entry, Fact};

use super::disputed;
use super::patient::Opened;
use super::sentence::{room, sentence};
use crate::app::App;
use crate::words;

/// Which entries a filter keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Filter {
    Everything,
    Sessions,
    CheckIns,
    Notes,
    Laboratory,
}

impl Filter {
    pub(crate) const ALL: [Self; 5] = [
        Self::Everything,
        Self::Sessions,
        Self::CheckIns,
        Self::Notes,
        Self::Laboratory,
    ];

    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Everything => "everything",
            Self::Sessions => "sessions",
            Self::CheckIns => "check-ins",
            Self::Notes => "notes",
            Self::Laboratory => "labs",
        }
    }

    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Everything => "Everything",
            Self::Sessions => "Sessions",
            Self::CheckIns => "Check-ins and measures",
            Self::Notes => "Notes and calls",
            Self::Laboratory => "Labs and medicines",
        }
    }

    pub(crate) fn keeps(self, fact: &Fact) -> bool {
        match self {
            Self::Everything => true,
            Self::Sessions => matches!(
                fact,
                Fact::SessionOpened(_)
                    | Fact::DoseStarted(_)
                    | Fact::DoseChanged(_)
                    | Fact::DoseStopped(_)
                    | Fact::ObservationMade(_)
                    | Fact::AdverseNoted(_)
                    | Fact::InterventionMade(_)
                    | Fact::RecoveryAssessed(_)
                    | Fact::SessionClosed(_)
                    | Fact::SessionAnswered(_)
                    | Fact::ReadinessAssessed(_)
                    | Fact::TimeOutHeld(_)
                    | Fact::SessionHeld(_)
                    | Fact::SettingChosen(_)
                    | Fact::RuleFired(_)
                    | Fact::ReadingMissed(_)
                    | Fact::LeftAgainstAdvice(_)
                    | Fact::MonitoringFormSent(_)
                    | Fact::VitalsObserved(VitalsObserved {
                        session: Some(_),
                        ..
                    })
            ),
            Self::CheckIns => matches!(
                fact,
                Fact::CheckInAnswered(_)
                    | Fact::UseReported(_)
                    | Fact::InstrumentAnswered(_)
                    | Fact::QuestionnaireLeft(_)
                    | Fact::AlertRaised(_)
                    | Fact::AlertOwned(_)
                    | Fact::AlertSnoozed(_)
                    | Fact::AlertHandedOn(_)
                    | Fact::AlertClosed(_)
            ),
            Self::Notes => matches!(
                fact,
                Fact::NoteSigned(_)
                    | Fact::NoteAddended(_)
                    | Fact::ContactMade(_)
                    | Fact::ContactPreferred(_)
                    | Fact::ContactRevoked(_)
                    | Fact::MessageNotDelivered(_)
                    | Fact::EnquiryReceived(_)
                    | Fact::EvaluationHeld(_)
                    | Fact::SafetyPlanWritten(_)
                    | Fact::CorrectionRequested(_)
                    | Fact::CorrectionAnswered(_)
                    | Fact::DisagreementStated(_)
                    | Fact::RebuttalWritten(_)
                    | Fact::CorrectionToGoAlong(_)
            ),
            Self::Laboratory => matches!(
                fact,
                Fact::LaboratoryResult(_)
                    | Fact::UrineScreen(_)
                    | Fact::BreathTest(_)
                    | Fact::MedicineListed(_)
                    | Fact::MedicineTaken(_)
                    | Fact::AllergyListed(_)
                    | Fact::ConditionListed(_)
            ),
        }
    }
}

/// Whether an entry has a line of its own; corrections show on the line they correct, and reminders in the
/// list of messages.
pub(crate) const fn has_line(fact: &Fact) -> bool {
    !matches!(
        fact,
        Fact::Amended(_) | Fact::EnteredInError(_) | Fact::ReminderQueued(_)
    )
}

/// The line of one entry.
pub(crate) fn item(app: &App, opened: &Opened, entry: &Entry, may_correct: bool) -> TimelineItem {
    let chart = opened.chart();
    let stands = chart.stands(entry);
    let day = chart
        .course()
        .and_then(|course| course.day(civil_day(entry.occurred_at.0, &opened.zone)))
        .map_or_else(String::new, |day| format!("Day {}", day.0));
    let when = words::moment_short(entry.occurred_at.0, &opened.zone);
    let (head, rest) = sentence(app, &entry.fact);
    let mut by = vec![Phrase::plain(author(app, entry))];
    let (shape, rest) = match stands {
        Stands::AsMade => (shape(&entry.fact), rest),
        Stands::Amended {
            by: later,
            reason,
            now,
        } => {
            let (_, instead) = sentence(app, now);
            by.push(Phrase::plain(format!(
                ", corrected {} by {}: {reason}",
                words::moment_short(later.recorded_at.0, &opened.zone),
                author(app, later)
            )));
            let mut said = struck(rest);
            said.push(Phrase::plain(" "));
            said.extend(instead.into_iter().map(as_instead));
            (EntryShape::Corrected, said)
        }
        Stands::InError { by: later, reason } => {
            by.push(Phrase::plain(format!(
                ", entered in error, marked {} by {}: {reason}",
                words::moment_short(later.recorded_at.0, &opened.zone),
                author(app, later)
            )));
            (EntryShape::Corrected, struck(rest))
        }
    };
    let mut item = TimelineItem::new(day, when, shape, head, rest);
    by.extend(disputed::mark(opened, entry));
    item.by = by;
    item.late = late(opened, entry);
    item.more = more(app, &entry.fact);
    item.href = href(opened, &entry.fact);
    if may_correct && !matches!(stands, Stands::InError { .. }) {
        let number = entry.number;
        if crate::forms::can_amend(&entry.fact) {
            let amend = opened.form(&format!("amend?entry={number}"));
            item.acts.push(Link::new(amend, "Correct"));
        }
        let error = opened.form(&format!("entered-in-error?entry={number}"));
        item.acts.push(Link::new(error, "Entered in error"));
    }
    item
}

fn struck(pieces: Vec<Phrase>) -> Vec<Phrase> {
    pieces
        .into_iter()
        .map(|piece| Phrase::Struck(text_of(piece)))
        .collect()
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "only words can stand in place of words"
)]
fn as_instead(piece: Phrase) -> Phrase {
    match piece {
        Phrase::Plain(text) | Phrase::Strong(text) => Phrase::Instead(text),
        other => other,
    }
}

pub(crate) fn text_of(piece: Phrase) -> String {
    match piece {
        Phrase::Plain(text)
        | Phrase::Strong(text)
        | Phrase::Quiet(text)
        | Phrase::Absent(text)
        | Phrase::Struck(text)
        | Phrase::Instead(text)
        | Phrase::Time(text)
        | Phrase::Code(text) => text,
        Phrase::Link(link) => link.text,
        Phrase::Mark(mark) => mark.word,
    }
}

/// Who made an entry, and how where that is not plain.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "of a device, only vital signs name it"
)]
pub(crate) fn author(app: &App, entry: &Entry) -> String {
    let name = app.clinic.board().author_name(&entry.author.who);
    match entry.author.door {
        Door::Link => format!("{name}, by their own link"),
        Door::Import => format!("{name}, from an imported record"),
        Door::Device => match &entry.fact {
            Fact::VitalsObserved(VitalsObserved {
                device: Some(device),
                ..
            }) => device.to_string(),
            _ => name,
        },
        Door::Web | Door::Command | Door::Virtual => name,
    }
}

/// How late an entry was charted, where it was an hour or more and not imported.
fn late(opened: &Opened, entry: &Entry) -> Option<String> {
    let minutes = entry.minutes_late();
    (minutes >= 60 && entry.author.door != Door::Import).then(|| {
        format!(
            "Charted {}, {} later",
            words::moment_short(entry.recorded_at.0, &opened.zone),
            words::stretch(minutes)
        )
    })
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "every other kind is drawn as recorded"
)]
const fn shape(fact: &Fact) -> EntryShape {
    match fact {
        Fact::SessionOpened(_) | Fact::DoseStarted(_) | Fact::DoseStopped(_) => EntryShape::Session,
        Fact::VisitMissed(_) | Fact::RefusalGiven(_) | Fact::AlertRaised(_) => EntryShape::Due,
        Fact::UseReported(reported) if any_used(reported.uses.as_slice()) => EntryShape::Use,
        Fact::CheckInAnswered(answered) if is_used(answered) => EntryShape::Use,
        _ => EntryShape::Recorded,
    }
}

const fn any_used(uses: &[Use]) -> bool {
    let mut rest = uses;
    while let [first, others @ ..] = rest {
        if first.used {
            return true;
        }
        rest = others;
    }
    false
}

const fn is_used(answered: &CheckInAnswered) -> bool {
    matches!(answered.used, Said::Answered(true)) || any_used(answered.uses.as_slice())
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "every other kind has no page of its own"
)]
fn href(opened: &Opened, fact: &Fact) -> Option<String> {
    let session = match fact {
        Fact::SessionOpened(fact) => fact.session,
        Fact::DoseStarted(fact) => fact.session,
        Fact::DoseStopped(fact) => fact.session,
        Fact::SessionClosed(fact) => fact.session,
        Fact::EligibilityAssessed(_) | Fact::EligibilityReassessed(_) => {
            return Some(opened.path("/eligibility"));
        }
        Fact::SafetyPlanWritten(_) => return Some(opened.path("/safety-plan")),
        Fact::CorrectionRequested(_)
        | Fact::CorrectionAnswered(_)
        | Fact::RebuttalWritten(_)
        | Fact::CorrectionToGoAlong(_)
        | Fact::DisagreementStated(_) => return Some(opened.path("/corrections")),
        _ => return None,
    };
    Some(opened.path(&format!("/sessions/{session}")))
}

/// What opens in place under an entry.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "every other kind says all of it on its line"
)]
pub(crate) fn more(app: &App, fact: &Fact) -> Vec<Shown> {
    let plain = |name: &str, text: &str| Shown::plain(name, text);
    match fact {
        Fact::NoteSigned(note) => vec![plain(note.kind.label(), note.text.as_str())],
        Fact::EnquiryReceived(enquiry) => enquiry
            .about
            .iter()
            .map(|about| plain("Wrote", about.as_str()))
            .collect(),
        Fact::HistoryTaken(taken) => taken
            .answers
            .iter()
            .map(|answer| {
                let said = room::answer(app, answer.input.as_str(), &answer.answer);
                plain(&room::asked(app, answer.input.as_str()), &said)
            })
            .collect(),
        Fact::UrineScreen(screen) => screen
            .findings
            .iter()
            .map(|finding| plain(&finding.substance.title(), finding.found.label()))
            .collect(),
        Fact::InstrumentAnswered(InstrumentAnswered { items, .. })
        | Fact::QuestionnaireLeft(QuestionnaireLeft { items, .. }) => items
            .iter()
            .map(|item| match item.value {
                Some(value) => plain(item.item.as_str(), &value.to_string()),
                None => Shown::absent(item.item.as_str(), "skipped"),
            })
            .collect(),
        Fact::SafetyPlanWritten(plan) => plan
            .steps
            .iter()
            .map(|step| {
                let lines: Vec<&str> = step.lines.iter().map(record::Line::as_str).collect();
                plain(&step.step.as_str().replace('_', " "), &lines.join("; "))
            })
            .collect(),
        _ => Vec::new(),
    }
}
