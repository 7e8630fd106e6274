//! Agreeing to reminders, for lives that were played already.

use clinic::act::contact::prefer;
use clinic::{Actor, Clinic, Denied, Operation};
use jiff::civil::time;
use record::Clock;
use record::chart::course::CourseState;
use record::fact::contact::{Carriage, ContactPreferred};
use record::ids::{Chance, PatientId};
use record::words::{Door, Line, YesNo};

/// Lets everybody on a course whose number or address is known agree to reminders by every way there is.
/// Gives how many agreed.
///
/// # Errors
/// What the use case says.
pub fn agree(clinic: &Clinic, clock: &dyn Clock, chance: &mut dyn Chance) -> Result<usize, Denied> {
    let patients: Vec<PatientId> = {
        let board = clinic.board();
        let open = board
            .lines()
            .filter(|(_, line)| line.stage.state == Some(CourseState::Open));
        open.map(|(patient, _)| *patient).collect()
    };
    let mut n_agreed = 0;
    for patient in patients {
        let known = clinic.chart(patient)?;
        let carriages: Vec<Carriage> = [Carriage::Text, Carriage::Mail]
            .into_iter()
            .filter(|way| known.chart.address(*way).is_some())
            .collect();
        if carriages.is_empty() {
            continue;
        }
        let preferred = ContactPreferred {
            carriages,
            check_ins: true,
            visits: true,
            language: Line::clipped("en"),
            zone: None,
            quiet_from: time(21, 0, 0, 0),
            quiet_until: time(8, 0, 0, 0),
            safe_to_leave_message: YesNo::No,
            sender_words: None,
        };
        let actor = Actor::system(Door::Virtual);
        let mut operation = Operation::new(actor, clock, &mut *chance);
        prefer(&mut operation, clinic, patient, preferred)?;
        n_agreed += 1;
    }
    Ok(n_agreed)
}
