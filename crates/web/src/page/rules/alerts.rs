//! What raises an alert, and where that comes from: one line a kind of the watch list.

use clinic::Library;
use pages::{Cell, Column, Phrase, Piece, Section, Table};
use record::fact::care::AlertCause;

use crate::sent::sentence;

/// Marks an alert by the clinic's own policy.
const POLICY: char = 'H';

/// The section.
pub(super) fn section(library: &Library) -> Section {
    let rows = AlertCause::ALL.iter().map(|cause| row(library, *cause));
    let table = Table {
        caption: "What raises an alert, and where that comes from".to_owned(),
        columns: ["Alert", "Raised when", "From", "Mark"]
            .map(Column::words)
            .to_vec(),
        rows: rows.collect(),
        when_empty: String::new(),
    };
    let words = "R is read at the source, K recalled and still to be verified, H policy of the clinic. No line \
        here was calibrated on this clinic's own patients.";
    Section::new(
        "What raises an alert",
        vec![Piece::plain(words), Piece::Table(table)],
    )
}

fn row(library: &Library, cause: AlertCause) -> Vec<Cell> {
    let (when, from, mark) = ground(library, cause);
    vec![
        Phrase::sentence(sentence(cause.label())),
        Phrase::sentence(when),
        Phrase::sentence(from),
        Phrase::sentence(mark.to_string()),
    ]
}

/// When an alert is raised, where that comes from, and its mark.
fn ground(library: &Library, cause: AlertCause) -> (String, String, char) {
    let cadence = library.cadence();
    let policy = |when: &str, from: &str| (when.to_owned(), from.to_owned(), POLICY);
    match cause {
        AlertCause::UseReported => policy(
            "use is reported in a check-in",
            "clinic policy: an offer of contact, no count is reset",
        ),
        AlertCause::CallAsked => policy("the patient asks to be called", "their own word"),
        AlertCause::Craving => policy(
            &format!(
                "craving in a check-in is {} of 10 or more",
                library.policy().craving_to_watch
            ),
            "rules/policy.toml, clinic policy",
        ),
        AlertCause::Safety => policy(
            "a check-in says not safe, or an answer to a questionnaire is one its flags act on now, as item nine of the PHQ-9",
            "clinic policy for the check-in; the file of each questionnaire for its flags",
        ),
        AlertCause::Silence => (
            format!("nothing came for {} days", cadence.silence.days),
            cadence.silence.source.clone(),
            POLICY,
        ),
        AlertCause::VisitMissed => (
            format!(
                "nobody came {} minutes after a visit began",
                cadence.missed_visit.minutes
            ),
            cadence.missed_visit.source.clone(),
            POLICY,
        ),
        AlertCause::Reading => policy(
            "a reading, a result or a questionnaire crosses the line its rule or its file names",
            "the rules below and the bands of each instrument, each with its own source and mark",
        ),
        AlertCause::RelapseWatch => (
            "the points of the relapse watch reach amber or red".to_owned(),
            library.relapse_watch().source.clone(),
            POLICY,
        ),
        AlertCause::NotReached => policy(
            "an address bounces, or a message is given up",
            "what the mail server or gateway said",
        ),
        AlertCause::Rules => policy(
            "the rules come out otherwise on what came in since",
            "the signed rules below, each with its own source and mark",
        ),
        AlertCause::Stale => (
            "a result is older than its own limit, or a device fell silent".to_owned(),
            "contact/stale.toml, each limit with its own source".to_owned(),
            POLICY,
        ),
        AlertCause::CorrectionAsked => (
            format!(
                "the patient asks for a correction; answered within {} days",
                library.alerts().correction.days_to_answer
            ),
            library.alerts().correction.source.clone(),
            'K',
        ),
        AlertCause::HalfDone => (
            "a questionnaire was begun, and left until its day was over".to_owned(),
            library.check_in().draft.source.clone(),
            POLICY,
        ),
        AlertCause::Person => policy("somebody raises it", "their own judgement"),
    }
}
