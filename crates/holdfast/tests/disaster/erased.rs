//! A person erased at the command line: what is left of them, and where.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use clinic::act::{link, registration};
use clinic::{Actor, ActorId, Clinic, Library, Operation};
use journal::{Journal, MasterKey, SqliteKeeper, SystemChance};
use record::fact::person::Identity;
use record::ids::{PatientId, PersonId};
use record::words::{Door, Line, Role, Sex};
use testkit::Visitor;

use crate::ground::{Ground, ask_in, secret_in, sign_in};
use crate::people::opened_at;

/// Chance enough for identifiers of one test.
struct Counted(u64);

impl record::Chance for Counted {
    fn draw(&mut self) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        self.0 ^ (self.0 >> 29)
    }
}

const NAME: &str = "Wilhelmina Quist";

/// Does something in a clinic that nobody serves, as a coordinator at a moment.
pub(crate) fn written_at<T>(
    ground: &Ground,
    at: jiff::Timestamp,
    act: impl FnOnce(&mut Operation<'_>, &Clinic) -> T,
) -> T {
    let keeper = SqliteKeeper::open(&ground.database()).unwrap();
    let key = std::fs::read_to_string(ground.key()).unwrap();
    let master = MasterKey::from_text(key.trim()).unwrap();
    let clock = Arc::new(testkit::FixedClock::at(at));
    let kept = Arc::<testkit::FixedClock>::clone(&clock);
    let journal = Journal::open(Arc::new(keeper), &master, kept, Arc::new(SystemChance)).unwrap();
    let clinic = Clinic::open(journal, Library::embedded().unwrap()).unwrap();
    let coordinator = Actor {
        id: ActorId::Person(PersonId::from_uuid(uuid::Uuid::from_u128(9))),
        name: Line::new("Maria Ostrow").unwrap(),
        roles: vec![Role::Coordinator],
        door: Door::Web,
    };
    let mut chance = Counted(at.as_microsecond().unsigned_abs());
    act(
        &mut Operation::new(coordinator, &*clock, &mut chance),
        &clinic,
    )
}

/// A person to register.
pub(crate) fn a_person() -> Identity {
    Identity {
        given: Line::new("Wilhelmina").unwrap(),
        family: Some(Line::new("Quist").unwrap()),
        preferred: None,
        pronouns: None,
        born: Some(jiff::civil::date(1979, 11, 23)),
        age_years: None,
        sex: Sex::Female,
        record_number: None,
        reach: None,
        address: None,
    }
}

/// Registers who enquired and makes a link to their part of the evaluation, as a coordinator would.
fn registered_with_a_link(ground: &Ground, patient: PatientId) -> String {
    // The server looks at the link by the real clock.
    let now = crate::ground::real_now();
    written_at(ground, now, |operation, clinic| {
        registration::register(operation, clinic, patient, a_person()).unwrap();
    });
    written_at(ground, now, |operation, clinic| {
        link::before::make(operation, clinic, patient)
            .unwrap()
            .token
    })
}

fn named(database: &Utf8Path, key: &Utf8Path, patient: PatientId) -> String {
    opened_at(database, key)
        .chart(patient)
        .unwrap()
        .chart
        .name()
}

fn added(ground: &Ground, sign_in: &str, role: &str) -> String {
    let person = ["--name", sign_in, "--sign-in", sign_in, "--role", role];
    secret_in(
        &ground
            .ask(&[&["person", "add"][..], &person].concat())
            .done(),
    )
}

fn erase(ground: &Ground, patient: PatientId, secret: &str) -> crate::ground::Said {
    let (patient, data) = (patient.to_string(), ground.data());
    let reason = ["--by", "tomasz", "--reason", "Asked by letter"];
    let what = ["person", "erase", &patient, "--data", data.as_str()];
    ask_in(
        &[("HOLDFAST_PASS_PHRASE", secret)],
        &[&what[..], &reason].concat(),
    )
}

fn backed_up(ground: &Ground, name: &str) -> Utf8PathBuf {
    let to = ground.root.join(name);
    ground.ask(&["backup", "--to", to.as_str()]).done();
    to
}

#[test]
fn who_is_erased_is_gone_from_pages_links_and_the_next_backup_and_the_record_still_verifies() {
    let ground = Ground::fresh();
    let secret = added(&ground, "tomasz", "compliance_officer");
    let desk = added(&ground, "maria", "coordinator");
    ground.take_enquiries(&[NAME, "Somebody Else"]);
    let patient = {
        let clinic = opened_at(&ground.database(), &ground.key());
        let board = clinic.board();
        let mut lines = board.lines();
        *lines.find(|(_, line)| &*line.name == NAME).unwrap().0
    };
    let token = registered_with_a_link(&ground, patient);
    let before = backed_up(&ground, "before");
    let stood = ground.position();

    erase(&ground, patient, "not the pass phrase").refused(2, &["pass phrase"]);
    assert_eq!(
        ground.position(),
        stood,
        "a wrong pass phrase erases nothing"
    );
    let said = erase(&ground, patient, &secret).done();
    assert!(said.contains("Backups made before still hold it"), "{said}");
    assert_eq!(
        ground.position(),
        stood + 1,
        "that it was erased is an entry"
    );
    let verified = ground.ask(&["verify"]).done();
    assert!(verified.contains("erased"), "{verified}");
    erase(&ground, patient, &secret).refused(2, &["erased before"]);

    let house = ground.serve();
    let mut visitor = Visitor::of(house.address());
    let answer = visitor.get(&format!("/before/{token}")).unwrap();
    assert_eq!(answer.status, 410);
    assert!(
        answer.text().contains("This link has ended"),
        "{}",
        answer.text()
    );
    assert!(!answer.text().contains("Quist"), "{}", answer.text());
    let (mut staff, status) = sign_in(house.address(), "maria", &desk);
    assert_eq!(status, 303);
    let chart = staff.get(&format!("/patients/{patient}")).unwrap().text();
    assert!(chart.contains("Erased on "), "{chart}");
    assert!(!chart.contains("Quist"), "{chart}");
    for page in ["/today", "/patients", "/enquiries?show=all", "/watch-list"] {
        let answer = staff.get(page).unwrap();
        assert_eq!(answer.status, 200, "{page}");
        let text = answer.text();
        assert!(!text.contains("Quist"), "{page} still names who was erased");
    }
    drop(house);

    let key = ground.key();
    assert!(
        named(&before, &key, patient).contains("Quist"),
        "a backup from before still holds it"
    );
    let after = backed_up(&ground, "after");
    assert!(named(&after, &key, patient).starts_with("Erased on "));
}
