//! What every link on a patient's phone shares: the birth date before anything is shown, and what is
//! said where a link leads nowhere.

use clinic::Clinic;
use clinic::act::link::Gone;
use clinic::denied::{Denied, FieldFault};
use clinic::operation::{Actor, Operation};
use jiff::civil::Date;
use pages::screen::check_in::link::{
    BORN_FIELDS, CheckInGone, CheckInProof, LaterOffer, check_in_gone, check_in_proof,
};
use protocol::contact::check_in::LinkLife;
use record::words::Door;

use crate::app::App;
use crate::ask::Ask;
use crate::reply::Reply;
use crate::words;

/// The field a question's answer is sent in.
pub(crate) const ANSWER: &str = "answer";

/// What came of a birth date.
pub(crate) enum Proved {
    /// The phone is let in.
    In(Reply),
    /// It was wrong: what was typed, and what to say.
    Wrong([String; 3], String),
    /// The link leads nowhere by now.
    Nowhere,
}

/// Takes the birth date for the link at `path`.
pub(crate) fn prove(
    app: &App,
    ask: &Ask,
    path: &str,
    unlock: impl FnOnce(&mut Operation<'_>, &Clinic, Date) -> Result<String, Denied>,
) -> Result<Proved, Denied> {
    let typed = BORN_FIELDS.map(|name| ask.sent.get(name).unwrap_or_default().to_owned());
    let opened = match date_of(&typed) {
        Some(born) => app.operate(Actor::public(Door::Link), None, |operation, clinic| {
            unlock(operation, clinic, born)
        }),
        None => Err(Denied::invalid(
            "born",
            "Write the month, the day and the year, for example 3 14 1984",
        )),
    };
    match opened {
        Ok(pass) => Ok(Proved::In(Reply::Passed(pass, path.to_owned()))),
        Err(Denied::Invalid(faults)) => Ok(Proved::Wrong(typed, first(faults).unwrap_or_default())),
        Err(Denied::NotFound) => Ok(Proved::Nowhere),
        Err(other) => Err(other),
    }
}

/// The page that asks for the birth date; again, with what was typed, where it was wrong.
pub(crate) fn proof(
    app: &App,
    ask: &Ask,
    path: &str,
    wrong: Option<([String; 3], String)>,
    later: Option<LaterOffer>,
) -> Reply {
    let status = if wrong.is_some() { 422 } else { 200 };
    let (typed, error) = wrong.map_or_else(Default::default, |(typed, said)| (typed, Some(said)));
    let view = CheckInProof {
        action: path.to_owned(),
        typed,
        error,
        later,
    };
    Reply::PageWith(status, check_in_proof(&door(app, ask), &view))
}

/// What is said where a link has ended, each a heading and a sentence.
pub(crate) struct Ended {
    /// Its time is over.
    pub(crate) expired: (&'static str, String),
    /// The course it belonged to is over.
    pub(crate) course_over: (&'static str, String),
}

/// The page of a link that leads nowhere.
pub(crate) fn gone(app: &App, ask: &Ask, why: Gone, ended: Ended) -> Reply {
    let (status, (title, said)) = match why {
        Gone::Unknown => (
            404,
            (
                "This link leads nowhere",
                "It may have been cut short in the message. Open it from the message once more."
                    .to_owned(),
            ),
        ),
        Gone::Expired => (410, ended.expired),
        Gone::CourseOver => (410, ended.course_over),
        Gone::Erased => (
            410,
            (
                "This link has ended",
                "What we kept behind it was erased for good, and nothing is asked here any more. You are welcome to call us at any time."
                    .to_owned(),
            ),
        ),
        Gone::TooManyTries => (
            410,
            (
                "This link is closed",
                "The birth date did not match several times, so we closed it to keep your answers yours. Call us and we send another."
                    .to_owned(),
            ),
        ),
    };
    let view = CheckInGone {
        title: title.to_owned(),
        said,
        phone: app.clinic.board().house.phone.clone(),
    };
    Reply::PageWith(status, check_in_gone(&door(app, ask), &view))
}

/// How long a link is open, in words: "7 days", "36 hours".
pub(crate) fn open_for(life: &LinkLife) -> String {
    let hours = usize::try_from(life.hours).unwrap_or_default();
    if hours > 24 && hours.is_multiple_of(24) {
        words::of(hours / 24, "day", "days")
    } else {
        words::of(hours, "hour", "hours")
    }
}

/// The first fault, as a question shows it beside its answer.
pub(crate) fn beside_answer(faults: Vec<FieldFault>) -> Option<String> {
    first(faults).map(|said| format!("{said}."))
}

fn first(faults: Vec<FieldFault>) -> Option<String> {
    faults.into_iter().next().map(|fault| fault.sentence)
}

/// What surrounds a page of a link; somebody signed in on the same phone keeps their own token.
pub(crate) fn door(app: &App, ask: &Ask) -> pages::Door {
    let mut door = words::door(app, ask.now);
    if let Some(known) = &ask.sign_in {
        door.csrf.clone_from(&known.form_token);
    }
    door
}

/// A birth date as people write it; a year of two digits is not guessed at.
fn date_of(typed: &[String; 3]) -> Option<Date> {
    let [month, day, year] = typed;
    Date::new(
        year.trim().parse().ok().filter(|year| *year >= 1_900)?,
        month.trim().parse().ok()?,
        day.trim().parse().ok()?,
    )
    .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_birth_date_is_read_as_people_write_it_and_never_guessed() {
        let read = |month: &str, day: &str, year: &str| {
            date_of(&[month.to_owned(), day.to_owned(), year.to_owned()])
        };
        assert_eq!(
            read("3", " 14", "1984"),
            Some(jiff::civil::date(1984, 3, 14))
        );
        assert_eq!(read("2", "30", "1984"), None);
        assert_eq!(read("3", "14", "84"), None);
        assert_eq!(read("", "14", "1984"), None);
    }
}
