//! Moving visits whatever the order and whatever the hour: nothing is ever in two places.

use clinic::Denied;
use clinic::act::plan::turn::{self, Move};
use jiff::{SignedDuration, ToSpan};
use proptest::prelude::*;
use record::chart::visit::Visit;
use record::ids::PatientId;
use record::words::Role;

use crate::harness::{TestClinic, line, prose};
use crate::plan::{booked, in_new_york, ready, signed, wall, wished};

/// Whether any two visits that stand share a room, a member of staff or a patient at one time.
fn is_double_booked(t: &TestClinic, patients: &[PatientId]) -> bool {
    let all: Vec<(PatientId, Visit)> = patients
        .iter()
        .flat_map(|patient| {
            booked(t, *patient)
                .into_iter()
                .map(|visit| (*patient, visit))
        })
        .collect();
    let end = |visit: &Visit| {
        let length = SignedDuration::from_mins(i64::from(visit.minutes));
        visit.starts_at.checked_add(length).unwrap()
    };
    all.iter().enumerate().any(|(place, (patient, one))| {
        all.iter().skip(place + 1).any(|(whose, other)| {
            let meets = one.starts_at < end(other) && other.starts_at < end(one);
            let shares = patient == whose
                || (one.room.is_some() && one.room == other.room)
                || (one.with.is_some() && one.with == other.with);
            meets && shares
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, ..ProptestConfig::default() })]

    /// Whatever is moved where, one by one or all at once, over the change of the clocks: nothing is
    /// ever in two places, and whatever moved is at the hour it was moved to.
    #[test]
    fn moving_never_double_books(
        moves in prop::collection::vec((0_usize..2, 0_usize..12, -10_i32..20, 8_i8..18, 0_usize..4, prop::bool::ANY), 24)
    ) {
        let mut t = in_new_york();
        let mut patients = Vec::new();
        for _ in 0..2 {
            let (patient, course) = ready(&mut t);
            let asked = wished(course);
            signed(&mut t, patient, &asked).unwrap();
            patients.push(patient);
        }
        let before: usize = patients.iter().map(|patient| booked(&t, *patient).len()).sum();
        for (who, which, days, hour, room, is_all) in moves {
            let patient = patients[who];
            let visits = booked(&t, patient);
            let visit = &visits[which % visits.len()];
            let outcome = if is_all {
                t.by(Role::Prescriber, |operation, clinic| {
                    turn::shift(operation, clinic, patient, visit.id, days, &prose("why"))
                })
            } else {
                let day = wall(&t, visit).date().saturating_add(days.days());
                let rooms = [None, Some("Room 1"), Some("Room 2"), Some("Talking room")];
                let to = Move {
                    starts: day.at(hour, 0, 0, 0),
                    room: rooms[room].map(line),
                    with: (room == 2).then(|| line("Dana Whitlock RN")),
                    reason: line("why"),
                };
                t.by(Role::Prescriber, |operation, clinic| {
                    turn::move_visit(operation, clinic, patient, visit.id, &to)
                })
            };
            if let Err(denied) = outcome {
                prop_assert!(matches!(denied, Denied::Invalid(_)), "{denied:?}");
            }
            prop_assert!(!is_double_booked(&t, &patients));
        }
        let after: usize = patients.iter().map(|patient| booked(&t, *patient).len()).sum();
        prop_assert_eq!(before, after);
    }
}
