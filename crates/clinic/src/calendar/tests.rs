use jiff::civil::{date, datetime};
use proptest::prelude::*;
use record::ids::{PatientId, VisitId};

use super::*;

fn new_york() -> TimeZone {
    TimeZone::get("America/New_York").unwrap()
}

fn wanted(title: &str, starts: DateTime, minutes: u32, room: &str) -> Wanted {
    Wanted {
        title: title.to_owned(),
        purpose: VisitPurpose::Dosing,
        starts,
        minutes,
        room: Some(room.to_owned()),
        with: None,
    }
}

fn id(n: u128) -> uuid::Uuid {
    uuid::Uuid::from_u128(n)
}

fn said(zone: &TimeZone, taken: &[Taken], all: &[Wanted]) -> Vec<String> {
    let premises = Premises::house().unwrap();
    let ground = Ground {
        zone,
        premises: &premises,
        now: "2026-01-05T05:00:00Z".parse().unwrap(),
        patient: PatientId::from_uuid(id(1)),
        taken,
    };
    let checked = check(ground, all);
    let clashes = checked.iter().flat_map(|one| &one.clashes);
    clashes.map(ToString::to_string).collect()
}

#[test]
fn a_time_the_clocks_jump_over_is_refused_with_the_time_to_choose() {
    let zone = new_york();
    let wall = datetime(2027, 3, 14, 2, 30, 0, 0);
    assert_eq!(
        on_the_clock(&zone, wall),
        OnTheClock::Never(datetime(2027, 3, 14, 3, 30, 0, 0))
    );
    let clash = said(&zone, &[], &[wanted("Infusion", wall, 60, "Room 1")]);
    assert_eq!(
        clash.first().map(String::as_str),
        Some(
            "02:30 does not exist on Sun 14 Mar 2027, because the clocks go forward: choose 03:30 \
             or another time"
        )
    );
}

#[test]
fn of_a_time_that_comes_twice_the_first_is_meant_and_it_is_said() {
    let wall = datetime(2026, 11, 1, 1, 30, 0, 0);
    let OnTheClock::Twice(at) = on_the_clock(&new_york(), wall) else {
        panic!("it comes twice")
    };
    assert_eq!(at.to_string(), "2026-11-01T05:30:00Z");
}

#[test]
fn ten_o_clock_stays_ten_o_clock_over_both_changes() {
    let zone = new_york();
    for (before, after) in [
        (date(2026, 10, 30), date(2026, 11, 6)),
        (date(2027, 3, 12), date(2027, 3, 19)),
    ] {
        for day in [before, after] {
            let OnTheClock::Once(at) = on_the_clock(&zone, day.at(10, 0, 0, 0)) else {
                panic!("ten exists")
            };
            assert_eq!(zone.to_datetime(at), day.at(10, 0, 0, 0));
        }
    }
}

#[test]
fn a_closed_day_an_early_hour_and_a_room_for_something_else_are_each_said() {
    let zone = new_york();
    let thanksgiving = wanted(
        "Infusion",
        date(2026, 11, 26).at(10, 0, 0, 0),
        180,
        "Room 1",
    );
    assert_eq!(
        said(&zone, &[], &[thanksgiving]),
        ["the clinic is closed, Thanksgiving: the next open day is Fri 27 Nov"]
    );
    let late = wanted(
        "Infusion",
        date(2026, 11, 27).at(17, 0, 0, 0),
        180,
        "Room 1",
    );
    assert!(said(&zone, &[], &[late])[0].contains("open from 08:00 to 19:00"));
    let talk = wanted(
        "Infusion",
        date(2026, 11, 27).at(10, 0, 0, 0),
        180,
        "Talking room",
    );
    assert!(said(&zone, &[], &[talk])[0].contains("free then: Room 1, Room 2"));
}

#[test]
fn a_visit_that_begins_as_another_ends_is_no_clash() {
    let zone = new_york();
    let day = date(2026, 11, 27);
    let first = wanted("First", day.at(10, 0, 0, 0), 60, "Room 1");
    let second = wanted("Second", day.at(11, 0, 0, 0), 60, "Room 2");
    assert!(said(&zone, &[], &[first.clone(), second]).is_empty());
    let meets = wanted("Second", day.at(10, 59, 0, 0), 60, "Room 1");
    let clash = said(&zone, &[], &[first, meets]);
    assert!(
        clash
            .iter()
            .any(|one| one.starts_with("the patient is in First 10:00 to 11:00"))
    );
    assert!(
        clash
            .iter()
            .any(|one| one.starts_with("Room 1 is taken 10:00 to 11:00 by First"))
    );
}

#[test]
fn a_room_that_stays_empty_between_two_visits_is_not_booked_into_that_time_on_either_side() {
    let zone = new_york();
    let day = date(2026, 11, 27);
    let other = |from: Timestamp| Taken {
        visit: VisitId::from_uuid(id(7)),
        patient: PatientId::from_uuid(id(2)),
        title: "First".to_owned(),
        from,
        until: ends(from, 60),
        room: Some("Room 1".to_owned()),
        with: None,
    };
    let ten = zone.to_timestamp(day.at(10, 0, 0, 0)).unwrap();
    let at = |hour, minute| wanted("Second", day.at(hour, minute, 0, 0), 60, "Room 1");
    let clash = said(&zone, &[other(ten)], &[at(11, 14)]);
    assert_eq!(
        clash.first().map(String::as_str),
        Some(
            "Room 1 stays empty for 15 min between visits, and First is there 10:00 to 11:00; free \
             then: Room 2, Room 3, Room 4, Room 5, Room 6"
        )
    );
    assert!(said(&zone, &[other(ten)], &[at(11, 15)]).is_empty());
    assert_eq!(said(&zone, &[other(ten)], &[at(8, 50)]).len(), 1);
    assert!(said(&zone, &[other(ten)], &[at(8, 45)]).is_empty());
}

proptest! {
    /// Whatever is wanted and whatever stands: what has no clash of room, staff or patient shares none
    /// of them with anything that overlaps it.
    #[test]
    fn what_is_let_through_never_double_books(
        plan in prop::collection::vec((0_i16..3, 0_i8..24, 0_i8..60, 1_u32..300, 0_usize..3, 0_usize..3), 1..8),
        stands in prop::collection::vec((0_i16..3, 0_i8..24, 1_u32..300, 0_usize..3, 0_usize..3, 1_u128..4), 0..8),
    ) {
        let zone = new_york();
        let premises = Premises::house().unwrap();
        // The nights of both changes lie within these days.
        for sunday in [date(2026, 11, 1), date(2027, 3, 14)] {
            let day = |offset: i16| sunday.saturating_add(jiff::Span::new().days(i64::from(offset) - 1));
            let rooms = ["Room 1", "Room 2", "Room 3"];
            let staff = [None, Some("Dana"), Some("Luis")];
            let all: Vec<Wanted> = plan.iter().enumerate().map(|(n, one)| Wanted {
                with: staff[one.5].map(str::to_owned),
                ..wanted(&format!("visit {n}"), day(one.0).at(one.1, one.2, 0, 0), one.3, rooms[one.4])
            }).collect();
            let taken: Vec<Taken> = stands.iter().enumerate().filter_map(|(n, one)| {
                let from = at(on_the_clock(&zone, day(one.0).at(one.1, 0, 0, 0)))?;
                Some(Taken {
                    visit: VisitId::from_uuid(id(u128::try_from(n).ok()?)),
                    patient: PatientId::from_uuid(id(one.5)),
                    title: format!("standing {n}"),
                    from,
                    until: ends(from, one.2),
                    room: Some(rooms[one.3].to_owned()),
                    with: staff[one.4].map(str::to_owned),
                })
            }).collect();
            let ground = Ground {
                zone: &zone, premises: &premises, now: Timestamp::MIN,
                patient: PatientId::from_uuid(id(1)), taken: &taken,
            };
            let checked = check(ground, &all);
            let is_free = |one: &Checked| one.at.is_some() && !one.clashes.iter().any(|clash| matches!(
                clash,
                Clash::Room { .. } | Clash::Turnaround { .. } | Clash::Staff { .. } | Clash::Patient { .. }
            ));
            for (n, (one, found)) in all.iter().zip(&checked).enumerate() {
                let Some(from) = found.at.filter(|_| is_free(found)) else { continue };
                let until = ends(from, one.minutes);
                for other in &taken {
                    let meets = other.from < until && from < other.until;
                    prop_assert!(!meets || (other.room != one.room
                        && (one.with.is_none() || other.with != one.with)
                        && other.patient != ground.patient));
                    let between = premises.turnaround_minutes_most();
                    let is_ready = other.until <= from && ends(other.until, between) <= from
                        || until <= other.from && ends(until, between) <= other.from;
                    prop_assert!(other.room != one.room || is_ready);
                }
                for (m, (other, of_other)) in all.iter().zip(&checked).enumerate() {
                    let Some(start) = of_other.at.filter(|_| m != n) else { continue };
                    prop_assert!(start >= until || from >= ends(start, other.minutes));
                }
            }
        }
    }
}

/// Open day and night, so that a visit can stand in the hour of a change.
fn always_open() -> Premises {
    let text = include_str!("../../../../premises/house.toml");
    let hours = text.find("[hours]").unwrap();
    let rest = text[hours..].find("[[closed]]").unwrap() + hours;
    let days = [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ];
    let open: Vec<String> = days
        .iter()
        .map(|day| format!("{day} = [\"00:00\", \"23:59\"]"))
        .collect();
    let open = open.join("\n");
    Premises::read(&format!(
        "{}[hours]\n{open}\n{}",
        &text[..hours],
        &text[rest..]
    ))
    .unwrap()
}

fn checked(zone: &TimeZone, taken: &[Taken], all: &[Wanted]) -> Vec<Checked> {
    let premises = always_open();
    let ground = Ground {
        zone,
        premises: &premises,
        now: "2026-01-05T05:00:00Z".parse().unwrap(),
        patient: PatientId::from_uuid(id(1)),
        taken,
    };
    check(ground, all)
}

fn standing(title: &str, from: &str, minutes: u32) -> Taken {
    let from: Timestamp = from.parse().unwrap();
    Taken {
        visit: VisitId::from_uuid(id(7)),
        patient: PatientId::from_uuid(id(2)),
        title: title.to_owned(),
        from,
        until: ends(from, minutes),
        room: Some("Talking room".to_owned()),
        with: None,
    }
}

fn talk(starts: DateTime, minutes: u32) -> Wanted {
    Wanted {
        purpose: VisitPurpose::Therapy,
        ..wanted("Talk", starts, minutes, "Talking room")
    }
}

#[test]
fn in_london_too_the_missing_hour_is_refused_and_of_the_doubled_hour_the_first_is_meant() {
    let zone = TimeZone::get("Europe/London").unwrap();
    let gap = checked(&zone, &[], &[talk(datetime(2026, 3, 29, 1, 30, 0, 0), 30)]);
    assert_eq!(gap[0].at, None);
    let said: Vec<String> = gap[0].clashes.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "01:30 does not exist on Sun 29 Mar 2026, because the clocks go forward: choose 02:30 or another time"
        ]
    );
    let fold = checked(&zone, &[], &[talk(datetime(2026, 10, 25, 1, 30, 0, 0), 30)]);
    assert!(
        fold[0].comes_twice && fold[0].clashes.is_empty(),
        "{fold:?}"
    );
    let at = fold[0].at.unwrap();
    assert_eq!(at.to_string(), "2026-10-25T00:30:00Z");
    assert!(is_first_of_two(&zone, at));
    assert!(
        !is_first_of_two(&zone, ends(at, 60)),
        "the second is not the first"
    );
    assert!(!is_first_of_two(&zone, ends(at, 180)));
}

#[test]
fn two_visits_around_a_change_are_compared_as_moments_and_not_by_the_clock_on_the_wall() {
    let zone = new_york();
    // In autumn the first 01:30 and the second are an hour apart: 01:30 to 01:30 is a visit of an hour.
    let first = standing("Early talk", "2026-11-01T05:30:00Z", 60);
    let same = checked(
        &zone,
        std::slice::from_ref(&first),
        &[talk(datetime(2026, 11, 1, 1, 45, 0, 0), 20)],
    );
    assert!(
        matches!(same[0].clashes.as_slice(), [Clash::Room { .. }]),
        "{same:?}"
    );
    let after = checked(
        &zone,
        &[first],
        &[talk(datetime(2026, 11, 1, 2, 0, 0, 0), 20)],
    );
    assert!(
        after[0].clashes.is_empty(),
        "half an hour lies between: {after:?}"
    );
    // By the wall it would end at 02:10, before the other begins; in truth it runs until 01:10 the second
    // time, and one that stands at the second 01:00 is in its way.
    let second = standing("Late talk", "2026-11-01T06:00:00Z", 30);
    let over = checked(
        &zone,
        &[second],
        &[talk(datetime(2026, 11, 1, 1, 10, 0, 0), 60)],
    );
    assert!(
        matches!(over[0].clashes.as_slice(), [Clash::Room { .. }]),
        "{over:?}"
    );
    // In spring 01:30 and an hour end at 03:30, so that a visit at 03:00 meets it.
    let both = [
        talk(datetime(2027, 3, 14, 1, 30, 0, 0), 60),
        talk(datetime(2027, 3, 14, 3, 0, 0, 0), 30),
    ];
    let spring = checked(&zone, &[], &both);
    for one in &spring {
        assert!(
            !one.clashes.is_empty(),
            "an hour that is not there was counted: {spring:?}"
        );
    }
}

#[test]
fn a_visit_over_a_change_must_end_within_the_hours_by_the_clock_on_the_wall() {
    let zone = new_york();
    let text = include_str!("../../../../premises/house.toml");
    let text = text.replace("[hours]\n", "[hours]\nsunday = [\"00:30\", \"04:00\"]\n");
    let premises = Premises::read(&text).unwrap();
    let ground = Ground {
        zone: &zone,
        premises: &premises,
        now: "2026-01-05T05:00:00Z".parse().unwrap(),
        patient: PatientId::from_uuid(id(1)),
        taken: &[],
    };
    // Two and a half hours from 01:00 end at 04:30 in spring and at 02:30 in autumn.
    let spring = check(ground, &[talk(datetime(2027, 3, 14, 1, 0, 0, 0), 150)]);
    assert!(
        matches!(spring[0].clashes.as_slice(), [Clash::Hours { .. }]),
        "{spring:?}"
    );
    let autumn = check(ground, &[talk(datetime(2026, 11, 1, 1, 0, 0, 0), 210)]);
    assert!(autumn[0].clashes.is_empty(), "{autumn:?}");
}
