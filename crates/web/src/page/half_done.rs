//! Questionnaires that were begun and left: in the chart, beside what is missing, and where one goes on.

use clinic::Clinic;
use clinic::act::instrument::draft::{Draft, said_of_left, title, whose};
use clinic::board::Board;
use clinic::board::follow::LeftLine;
use clinic::completeness::Whose;
use jiff::tz::TimeZone;
use pages::{Phrase, Piece, Section};
use record::calendar::civil_day;
use record::chart::course::CourseState;
use record::ids::PatientId;

use super::missing;
use super::patient::Opened;
use crate::app::App;
use crate::words;

/// One that was left, with whose it is, for the list of what is missing.
pub(crate) struct Left {
    pub(crate) patient: PatientId,
    pub(crate) what: String,
    pub(crate) since: jiff::civil::Date,
    pub(crate) whose: Whose,
}

/// Every one that was left by somebody whose course is not over.
pub(crate) fn all(clinic: &Clinic, board: &Board) -> Vec<Left> {
    let zone = board.house.zone();
    let lines = board.lines().filter(|(_, line)| match line.stage.state {
        Some(CourseState::Completed | CourseState::Left) => false,
        Some(CourseState::Open | CourseState::Paused) | None => true,
    });
    lines
        .flat_map(|(patient, line)| {
            line.follow
                .left
                .iter()
                .map(move |left| (patient, line, left))
        })
        .map(|(patient, line, left)| Left {
            patient: *patient,
            what: said(clinic, left, &zone),
            since: civil_day(left.last_at, &zone),
            whose: whose(clinic, line, left),
        })
        .collect()
}

fn said(clinic: &Clinic, left: &LeftLine, zone: &TimeZone) -> String {
    said_of_left(
        title(clinic, &left.instrument),
        civil_day(left.last_at, zone),
        usize::from(left.answered),
        left.of,
    )
}

/// What stands at the side of a chart, where something was left.
pub(crate) fn section(app: &App, opened: &Opened) -> Option<Section> {
    let board = app.clinic.board();
    let line = board.line(opened.known.patient)?;
    let rows = line.follow.left.iter().map(|left| {
        let mut row = vec![
            Phrase::link(
                opened.path(&format!("/questionnaires/{}", left.instrument)),
                said(&app.clinic, left, &opened.zone),
            ),
            Phrase::plain(". Whose it is: "),
        ];
        row.extend(missing::whose(&whose(&app.clinic, line, left)));
        row
    });
    let rows: Vec<_> = rows.collect();
    let pieces = vec![
        Piece::List(rows),
        Piece::plain("What was answered is kept, and never scored."),
    ];
    (!line.follow.left.is_empty()).then(|| Section::new("Left half done", pieces))
}

/// What is said where one goes on with it.
pub(crate) fn goes_on(app: &App, draft: &Draft, zone: &TimeZone) -> String {
    let life = &app.clinic.library().check_in().draft;
    format!(
        "{} of {} answered, the last on {} by {}. They are kept here until {}: go on where you stopped. Half done they are never scored; if they stay so, they are written down as left, and somebody asks about them.",
        draft.n_answered(),
        draft.of(),
        words::moment(draft.last_at, zone),
        draft.last_by,
        words::moment(draft.kept_until(life), zone)
    )
}

/// The same for a patient on their own phone, in fewer words.
pub(crate) fn kept_on_phone(app: &App, draft: &Draft, zone: &TimeZone) -> String {
    let life = &app.clinic.library().check_in().draft;
    format!(
        "{} of {} answered and kept until {}. You can close this and go on where you stopped.",
        draft.n_answered(),
        draft.of(),
        words::day_short(civil_day(draft.kept_until(life), zone))
    )
}
