//! What somebody must see to: alarms of the register, open cases, and rooms that closed with drug unaccounted for.

use clinic::act::ledger::policy;
use clinic::clinic::stock::Stock;
use jiff::ToSpan as _;
use jiff::civil::Date;
use ledger::{Alarm, LocationId, LotId, Policy, alarms, form_106};
use pages::screen::ledger::SeeTo;
use pages::{Link, Mark, Standing};
use record::ids::SessionId;

use super::lines::Book;
use super::words::{number, path_part};
use super::{offered, who};
use crate::app::App;
use crate::ask::Ask;
use crate::words::{day, day_plain};

/// How many lots of this drug are to be counted.
pub(super) fn counts_due(book: &Book<'_>) -> usize {
    let today = book.today();
    let due = alarms(&book.stock.register, today, policy(&book.app.clinic));
    due.iter()
        .filter(|alarm| match alarm {
            Alarm::CountDue { lot, .. } => book.holds(lot),
            Alarm::LotExpires { .. }
            | Alarm::RegistrationExpires { .. }
            | Alarm::InventoryDue { .. }
            | Alarm::CaseOpen { .. }
            | Alarm::ClosedSessionUnsettled { .. }
            | Alarm::LineAtFault(_) => false,
        })
        .count()
}

fn see(standing: Standing, word: &str, said: String, acts: Vec<Link>) -> SeeTo {
    SeeTo {
        mark: Mark::new(standing, word),
        said,
        acts,
    }
}

/// Everything to see to, gravest first.
pub(super) fn all(app: &App, ask: &Ask, stock: &Stock) -> Vec<SeeTo> {
    let today = app.clinic.zone_today(ask.now);
    let mut seen: Vec<SeeTo> = left_rooms(app, ask, stock);
    if stock.unreadable > 0 {
        let said = format!(
            "{} of the register cannot be read: verify the journal, and open it with the newest version.",
            crate::words::of(
                usize::try_from(stock.unreadable).unwrap_or(usize::MAX),
                "entry",
                "entries"
            )
        );
        seen.push(see(Standing::ActNow, "Unreadable", said, Vec::new()));
    }
    let register = &stock.register;
    let due = alarms(register, today, policy(&app.clinic));
    seen.extend(due.iter().filter_map(|alarm| one(app, ask, stock, alarm)));
    seen.extend(who::unchecked(app));
    seen.extend(losses(stock, today, policy(&app.clinic)));
    let open = register.cases().iter().filter(|(_, case)| case.is_open());
    for (id, case) in open {
        let line = stock.numbers.get(id).copied().unwrap_or(0);
        let is_long = due
            .iter()
            .any(|alarm| matches!(alarm, Alarm::CaseOpen { case, .. } if case == id));
        let standing = if is_long {
            Standing::ActNow
        } else {
            Standing::Watch
        };
        let said = format!(
            "Case {}, open since {}: lot {} in {} is frozen.",
            number(line),
            day(case.opened),
            case.lot,
            case.location
        );
        let lot = path_part(case.lot.as_str());
        let again = format!("count-stock?lot={lot}");
        let explain = format!("explain-case?case={line}");
        let close = format!("close-case?case={line}");
        let acts = [
            (again.as_str(), "Count again"),
            (explain.as_str(), "Explain"),
            (close.as_str(), "Close"),
        ];
        seen.push(see(standing, "Open case", said, offered(ask, &acts)));
    }
    seen.sort_by_key(|one| one.mark.standing != Standing::ActNow);
    seen
}

/// Losses whose form is not due to be complete yet: until when the authority is told.
fn losses(stock: &Stock, today: Date, policy: &Policy) -> Vec<SeeTo> {
    let from = today.saturating_sub(i64::from(policy.loss_form.value).days());
    let forms = form_106(&stock.register, (from, today), policy).into_iter();
    forms
        .map(|form| {
            let standing = if form.notice_by >= today {
                Standing::ActNow
            } else {
                Standing::Watch
            };
            let said = format!(
                "{} of vial {} was lost, discovered {}: a theft or a significant loss is told in writing by {}, and form 106 is complete by {}.",
                form.amount,
                form.vial,
                day(form.discovered),
                day(form.notice_by),
                day(form.form_by)
            );
            let acts = vec![Link::new("/ledger/forms", "Figures for the form")];
            see(standing, "Loss", said, acts)
        })
        .collect()
}

/// Rooms that closed, as when somebody left against advice, with drug not accounted for.
fn left_rooms(app: &App, ask: &Ask, stock: &Stock) -> Vec<SeeTo> {
    let sessions = stock.register.sessions_in_use().into_iter();
    sessions
        .filter(|session| is_room_closed(app, stock, *session))
        .map(|session| unsettled(app, ask, stock, session))
        .collect()
}

fn is_room_closed(app: &App, stock: &Stock, session: SessionId) -> bool {
    let known = stock.patients.get(&session);
    let known = known.and_then(|patient| app.clinic.chart(*patient).ok());
    known.is_some_and(|known| {
        let mut sessions = known.chart.sessions().into_iter();
        sessions.any(|one| one.id == session && one.closed_at.is_some())
    })
}

fn unsettled(app: &App, ask: &Ask, stock: &Stock, session: SessionId) -> SeeTo {
    let left = stock.register.in_use(session);
    let patient = stock.patients.get(&session);
    let name = patient.and_then(|patient| {
        let board = app.clinic.board();
        board.line(*patient).map(|line| line.name.to_string())
    });
    let said = format!(
        "The session of {} is over and {left} is not accounted for: waste it before a witness, put it back, or report a loss.",
        name.unwrap_or_else(|| "a patient".to_owned())
    );
    let acts = patient
        .filter(|patient| crate::forms::is_offered(ask, "waste-drug", Some(**patient)))
        .map(|patient| {
            let to = format!("/patients/{patient}/sessions/{session}/drug");
            Link::new(to, "Account for it")
        });
    see(
        Standing::ActNow,
        "Not accounted for",
        said,
        acts.into_iter().collect(),
    )
}

fn count_due(ask: &Ask, location: &LocationId, lot: &LotId, last: Option<Date>) -> SeeTo {
    let last = last.map_or_else(
        || "was never counted".to_owned(),
        |on| format!("was last counted {}", day(on)),
    );
    let to = format!(
        "count-stock?lot={}&location={}",
        path_part(lot.as_str()),
        path_part(location.as_str())
    );
    see(
        Standing::Watch,
        "Count due",
        format!("Lot {lot} in {location} {last}."),
        offered(ask, &[(to.as_str(), "Count it")]),
    )
}

fn one(app: &App, ask: &Ask, stock: &Stock, alarm: &Alarm) -> Option<SeeTo> {
    let today = app.clinic.zone_today(ask.now);
    let by_day = |on: jiff::civil::Date| {
        if on < today {
            Standing::ActNow
        } else {
            Standing::Watch
        }
    };
    Some(match alarm {
        Alarm::LotExpires { lot, on, on_hand } => see(
            by_day(*on),
            "Lot",
            format!(
                "Lot {lot} is to be used by {}; {on_hand} is on hand.",
                day_plain(*on)
            ),
            offered(
                ask,
                &[("destroy-vial", "Destroy"), ("transfer-vial", "Transfer")],
            ),
        ),
        Alarm::RegistrationExpires { location, on } => see(
            by_day(*on),
            "Registration",
            format!("The registration of {location} runs to {}.", day_plain(*on)),
            offered(ask, &[("register-location", "Enter the renewal")]),
        ),
        Alarm::CountDue {
            location,
            lot,
            last,
        } => count_due(ask, location, lot, *last),
        Alarm::InventoryDue { location, by } => see(
            by.map_or(Standing::ActNow, by_day),
            "Inventory",
            by.map_or_else(
                || format!("{location} has no initial inventory yet."),
                |by| {
                    format!(
                        "The next inventory of {location} is due by {}.",
                        day_plain(by)
                    )
                },
            ),
            offered(ask, &[("take-inventory", "Take it")]),
        ),
        // A case is listed as itself, and a room that closed with drug left is listed with the rooms.
        Alarm::CaseOpen { .. } => return None,
        Alarm::ClosedSessionUnsettled { session, .. } => {
            if is_room_closed(app, stock, *session) {
                return None;
            }
            unsettled(app, ask, stock, *session)
        }
        Alarm::LineAtFault(flaw) => {
            let line = stock.numbers.get(&flaw.line).copied().unwrap_or(0);
            let said = format!(
                "Line {} cannot be right for vial {}: what it says was left out of the sums. Count the lot.",
                number(line),
                flaw.vial
            );
            see(Standing::ActNow, "At fault", said, Vec::new())
        }
    })
}
