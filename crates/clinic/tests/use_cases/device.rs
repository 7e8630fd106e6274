//! The devices door: a reading reaches the one session it was read in, once, or is refused with a sentence.

use clinic::act::device::{self, NotTaken, Reading, Taken};
use clinic::act::room::after;
use clinic::act::session::{self, Opening};
use clinic::{Clinic, Denied, Operation};
use jiff::{SignedDuration, Timestamp};
use record::Clock as _;
use record::fact::observation::VitalsObserved;
use record::fact::room::RuleFired;
use record::ids::{CourseId, PatientId, SessionId};
use record::quantity::MillimetresOfMercury;
use record::words::{Door, Role};

use super::harness::{TestClinic, line, prose};
use super::sample::pressure;

impl TestClinic {
    pub(crate) fn a_device(&mut self, name: &str, room: &str) -> (String, String) {
        let made = self.by(Role::Administrator, |operation, clinic| {
            device::make(operation, clinic, line(name), line(room))
        });
        let (device, token) = made.unwrap();
        (device.id, token)
    }

    pub(crate) fn sends(
        &mut self,
        token: &str,
        sequence: u64,
        at: Timestamp,
        vitals: VitalsObserved,
    ) -> Result<Taken, NotTaken> {
        let reading = Reading {
            sequence,
            at,
            vitals,
        };
        self.by(Role::Administrator, |operation, clinic| {
            sent(operation, clinic, token, &reading)
        })
    }

    pub(crate) fn sends_now(&mut self, token: &str, sequence: u64) -> Result<Taken, NotTaken> {
        let now = self.now();
        self.sends(token, sequence, now, pressure(126, 80))
    }

    fn opened_in(&mut self, room: &str, (patient, course): (PatientId, CourseId)) -> SessionId {
        let opening = Opening {
            course,
            visit: None,
            room: Some(line(room)),
            weight_g: None,
        };
        self.by(Role::Nurse, |operation, clinic| {
            session::open(operation, clinic, patient, opening)
        })
        .unwrap()
    }

    pub(crate) fn leaves(&mut self, patient: PatientId, session: SessionId) {
        self.by(Role::Nurse, |operation, clinic| {
            after::leave_against_advice(
                operation,
                clinic,
                patient,
                session,
                (prose("Told of the risks."), None),
            )
        })
        .unwrap();
    }

    /// The readings of devices in a record: their session, their time and their device.
    fn read_by_devices(&self, patient: PatientId) -> Vec<(SessionId, Timestamp, String)> {
        let chart = self.chart(patient);
        let all = chart.all::<VitalsObserved>();
        all.filter(|(entry, _)| entry.author.door == Door::Device)
            .map(|(entry, one)| {
                let device = one.device.as_ref().unwrap().to_string();
                (one.session.unwrap(), entry.occurred_at.0, device)
            })
            .collect()
    }
}

fn sent(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    token: &str,
    reading: &Reading,
) -> Result<Taken, NotTaken> {
    device::take(
        clinic,
        (operation.clock, &mut *operation.chance),
        token,
        reading,
    )
}

fn minutes(of: i64) -> SignedDuration {
    SignedDuration::from_mins(of)
}

#[test]
fn a_reading_goes_to_the_session_in_the_devices_room_with_both_times_and_beside_what_a_person_read()
{
    let mut given = TestClinic::new();
    let planned = given.planned();
    let (_, token) = given.a_device("Monitor 1", "room 1 ");
    let session = given.opened_in("Room 1", planned);
    let patient = planned.0;
    given.clock.forward(minutes(1));
    let now = given.now();
    let by_hand = VitalsObserved {
        session: Some(session),
        ..pressure(131, 85)
    };
    given
        .measure(patient, clinic::act::observation::Measured::Vitals(by_hand))
        .unwrap();
    given.clock.forward(SignedDuration::from_secs(20));
    let taken = given.sends(&token, 1, now, pressure(126, 80)).unwrap();
    assert_eq!(taken, Taken::Now { is_stale: false });
    assert_eq!(
        given.read_by_devices(patient),
        [(session, now, "Monitor 1".to_owned())]
    );
    let chart = given.chart(patient);
    let there = chart.sessions().pop().unwrap();
    let uppers: Vec<u16> = there
        .vitals
        .iter()
        .filter_map(|(_, one)| one.systolic_mmhg)
        .map(MillimetresOfMercury::get)
        .collect();
    assert_eq!(uppers, [131, 126], "neither overwrites the other");
    let entry = chart.entries().last().unwrap();
    assert_eq!(
        entry.recorded_at.0,
        given.now(),
        "the clinic's own time is kept too"
    );
}

#[test]
fn a_reading_that_comes_twice_is_one_entry_also_after_a_restart() {
    let mut given = TestClinic::new();
    let planned = given.planned();
    let (_, token) = given.a_device("Monitor 1", "Room 1");
    given.opened_in("Room 1", planned);
    let at = given.now();
    assert!(matches!(
        given.sends(&token, 7, at, pressure(126, 80)),
        Ok(Taken::Now { .. })
    ));
    assert_eq!(
        given.sends(&token, 7, at, pressure(126, 80)).unwrap(),
        Taken::Before
    );
    let anew = given.opened_anew();
    let reading = Reading {
        sequence: 7,
        at,
        vitals: pressure(126, 80),
    };
    let again = given.by(Role::Administrator, |operation, _| {
        sent(operation, &anew, &token, &reading)
    });
    assert_eq!(again.unwrap(), Taken::Before);
    assert_eq!(given.read_by_devices(planned.0).len(), 1);
}

#[test]
fn a_stale_reading_is_charted_and_no_rule_counts_it_and_a_current_one_fires() {
    let mut given = TestClinic::new();
    let (patient, course) = given.planned();
    let (_, token) = given.a_device("Monitor 1", "Room 1");
    let session = given.open_session(patient, course).unwrap();
    let dose = given.planned_dose(patient, course);
    given.start(patient, session, dose).unwrap();
    given.clock.forward(minutes(10));
    let old = given.now().checked_sub(minutes(5)).unwrap();
    let taken = given.sends(&token, 1, old, pressure(214, 124)).unwrap();
    assert_eq!(taken, Taken::Now { is_stale: true });
    let n_fired = |given: &TestClinic| given.chart(patient).all::<RuleFired>().count();
    assert_eq!(n_fired(&given), 0, "a stale reading is no current reading");
    assert_eq!(
        given.read_by_devices(patient).len(),
        1,
        "and is charted all the same"
    );
    let now = given.now();
    given.sends(&token, 2, now, pressure(214, 124)).unwrap();
    assert!(n_fired(&given) > 0, "a current one stops the dose");
}

#[test]
fn what_was_not_read_in_this_session_is_refused_with_its_sentence_and_nothing_is_written() {
    let mut given = TestClinic::new();
    let (first, second) = (given.planned(), given.planned());
    let (id, token) = given.a_device("Monitor 1", "Room 1");
    let n = given.n_entries();
    let refused = |no: Result<Taken, NotTaken>, wanted: &str| {
        let said = no.unwrap_err().to_string();
        assert!(said.contains(wanted), "{said}");
    };
    refused(given.sends_now(&token, 1), "No session is open in Room 1");
    assert_eq!(given.n_entries(), n);
    let session = given.opened_in("Room 1", first);
    let n = given.n_entries();
    let early = given.now().checked_sub(minutes(1)).unwrap();
    refused(
        given.sends(&token, 2, early, pressure(126, 80)),
        "before the session in Room 1 was opened",
    );
    let late = given.now().checked_add(minutes(5)).unwrap();
    refused(
        given.sends(&token, 3, late, pressure(126, 80)),
        "clock is ahead",
    );
    refused(
        given.sends(&token, 4, given.now(), pressure(80, 126)),
        "need mending",
    );
    assert_eq!(given.n_entries(), n);
    given.clock.forward(minutes(3));
    given
        .by(Role::Nurse, |operation, clinic| {
            device::place(operation, clinic, &id, line("Room 2"))
        })
        .unwrap();
    given
        .by(Role::Nurse, |operation, clinic| {
            device::place(operation, clinic, &id, line("Room 1"))
        })
        .unwrap();
    let before = given.now().checked_sub(minutes(1)).unwrap();
    refused(
        given.sends(&token, 5, before, pressure(126, 80)),
        "before the device came to Room 1",
    );
    given.leaves(first.0, session);
    refused(
        given.sends_now(&token, 6),
        "The session in Room 1 is closed",
    );
    given.opened_in("Room 1", second);
    let other = given.planned();
    given.opened_in("Room 1", other);
    refused(
        given.sends_now(&token, 7),
        "Two sessions are open in Room 1",
    );
    assert!(
        given.read_by_devices(second.0).is_empty() && given.read_by_devices(other.0).is_empty()
    );
}

#[test]
fn no_reading_of_a_device_that_is_carried_between_rooms_reaches_another_persons_session() {
    let mut given = TestClinic::new();
    let (first, second) = (given.planned(), given.planned());
    let (id, token) = given.a_device("Monitor 1", "Room 1");
    let sessions = [
        given.opened_in("Room 1", first),
        given.opened_in("Room 2", second),
    ];
    let mut stood = 0_usize;
    let mut since = given.now();
    let mut draw = 12_345_u64;
    for sequence in 0..120 {
        draw = draw
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let chance = draw >> 33;
        given.clock.forward(SignedDuration::from_secs(
            40 + i64::try_from(chance % 30).unwrap(),
        ));
        if chance.is_multiple_of(5) {
            stood = 1 - stood;
            since = given.now();
            let room = line(["Room 1", "Room 2"][stood]);
            given
                .by(Role::Nurse, |operation, clinic| {
                    device::place(operation, clinic, &id, room)
                })
                .unwrap();
        }
        // Some readings were buffered on the way, and say so by the device's own time.
        let age = i64::try_from(chance % 7).unwrap() * 30;
        let at = given
            .now()
            .checked_sub(SignedDuration::from_secs(age))
            .unwrap();
        let taken = given.sends(&token, sequence, at, pressure(126, 80));
        assert_eq!(taken.is_ok(), at >= since, "{taken:?} {at} {since}");
        let patient = [first.0, second.0][stood];
        if taken.is_ok() {
            let last = given.read_by_devices(patient).pop().unwrap();
            assert_eq!((last.0, last.1), (sessions[stood], at));
        }
    }
    let n = [first.0, second.0].map(|patient| given.read_by_devices(patient).len());
    assert!(n.iter().all(|n| *n > 10), "{n:?}");
}

#[test]
fn a_token_opens_its_device_alone_until_it_is_revoked_and_is_kept_as_a_hash() {
    let mut given = TestClinic::new();
    let planned = given.planned();
    given.opened_in("Room 1", planned);
    let (id, token) = given.a_device("Monitor 1", "Room 1");
    let (_, other) = given.a_device("Monitor 2", "Room 2");
    let mixed = format!("{id}.{}", other.split_once('.').unwrap().1);
    for wrong in ["", "x", "x.y", &mixed, &format!("{token}x")] {
        assert!(
            matches!(given.sends_now(wrong, 1), Err(NotTaken::Unknown)),
            "{wrong}"
        );
    }
    let secret = token.split_once('.').unwrap().1;
    let kept = given.clinic.journal().rim_scan("device", "", 10).unwrap();
    assert_eq!(kept.len(), 2);
    assert!(
        kept.iter()
            .all(|row| !String::from_utf8_lossy(&row.value).contains(secret))
    );
    given.sends_now(&token, 1).unwrap();
    given
        .by(Role::Administrator, |operation, clinic| {
            device::revoke(operation, clinic, &id)
        })
        .unwrap();
    assert!(matches!(given.sends_now(&token, 2), Err(NotTaken::Revoked)));
    let refused = given.by(Role::Nurse, |operation, clinic| {
        device::make(operation, clinic, line("Mine"), line("Room 1"))
    });
    assert!(matches!(refused, Err(Denied::Forbidden { .. })));
}

#[test]
fn more_readings_than_a_minute_holds_are_told_to_wait_and_the_next_minute_takes_them() {
    let mut given = TestClinic::new();
    let planned = given.planned();
    given.opened_in("Room 1", planned);
    let (_, token) = given.a_device("Monitor 1", "Room 1");
    let most = u64::from(device::limits().per_minute);
    for sequence in 0..most {
        given.sends_now(&token, sequence).unwrap();
    }
    assert!(matches!(
        given.sends_now(&token, most),
        Err(NotTaken::TooMany(60))
    ));
    given.clock.forward(minutes(1));
    given.sends_now(&token, most).unwrap();
    assert_eq!(given.clock.now(), given.now());
}
