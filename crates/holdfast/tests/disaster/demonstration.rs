//! The demonstration.

use std::collections::BTreeSet;

use record::words::Role;
use testkit::{House, Visitor};

use crate::ground::{PROGRAM, folder, json, sign_in};

struct Demonstration {
    house: House,
    /// Where it makes its throwaway folder, so that a test sees it go.
    scratch: camino::Utf8PathBuf,
    _folder: tempfile::TempDir,
}

fn demonstration(seed: &str) -> Demonstration {
    let (made, scratch) = folder();
    let arguments = [
        "demo",
        "--listen",
        "127.0.0.1:0",
        "--patients",
        "30",
        "--seed",
        seed,
        "--scratch",
        scratch.as_str(),
    ];
    let house = House::open(PROGRAM, &arguments).unwrap();
    Demonstration {
        house,
        scratch,
        _folder: made,
    }
}

/// What it said once it has said all of it: the pass phrase, and each sign-in name with its role.
fn credentials(house: &House) -> (String, Vec<(String, String)>) {
    crate::ground::until("the sign-ins are printed", || {
        house.said().contains("Ctrl-C")
    });
    let said = house.said();
    let secret = said
        .lines()
        .find_map(|line| line.strip_prefix("Everyone's pass phrase is: "))
        .unwrap()
        .to_owned();
    let all = said
        .lines()
        .filter_map(|line| line.strip_prefix("  "))
        .map(|line| {
            let (name, rest) = line.trim().split_once(' ').unwrap();
            (
                name.to_owned(),
                rest.trim().split(" (").next().unwrap().to_owned(),
            )
        })
        .collect();
    (secret, all)
}

/// Everyone on the page of patients, with the stage they are in.
fn patients(visitor: &mut Visitor) -> Vec<String> {
    let page = visitor.get("/patients").unwrap();
    assert_eq!(page.status, 200);
    let text = page.text();
    let rows = text.split("<tr").skip(2).map(|row| {
        let row = row.split("</tr>").next().unwrap_or_default();
        let cells = row.split("</td>").map(words).take(2);
        cells.collect::<Vec<_>>().join(" | ")
    });
    rows.collect()
}

/// The words of a piece of a page, without its marks.
fn words(piece: &str) -> String {
    let plain: String = piece
        .split('<')
        .map(|part| part.split_once('>').map_or(part, |(_, text)| text))
        .collect::<Vec<_>>()
        .join(" ");
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_demonstration_signs_every_role_in_answers_and_is_gone_when_asked_to_stop() {
    let mut one = demonstration("7");
    let (secret, credentials) = credentials(&one.house);
    let roles: Vec<&str> = credentials.iter().map(|(_, role)| role.as_str()).collect();
    let distinct: BTreeSet<&str> = roles.iter().copied().collect();
    // Nobody signs in as these two.
    let no_person = [Role::Public, Role::System];
    let every = Role::ALL.iter().filter(|role| !no_person.contains(role));
    let every = every.map(|role| role.label());
    assert_eq!(distinct, every.collect(), "every role has a sign-in");
    assert_eq!(roles.len(), distinct.len(), "one for each");
    for (name, role) in &credentials {
        let (mut visitor, status) = sign_in(one.house.address(), name, &secret);
        assert_eq!(status, 303, "{name}, {role}");
        let sees_patients = visitor.get("/patients").unwrap().status == 200;
        if role == Role::Nurse.label() {
            assert!(sees_patients);
        }
        if role == Role::Patient.label() {
            assert!(!sees_patients);
        }
    }
    let health = json(
        &Visitor::of(one.house.address())
            .get("/health")
            .unwrap()
            .text(),
    );
    assert_eq!(health["version"], env!("CARGO_PKG_VERSION"));
    assert!(health["position"].as_u64() > Some(100), "{health}");
    assert_eq!(one.scratch.read_dir_utf8().unwrap().count(), 1);
    let status = one.house.close().unwrap();
    assert_eq!(status.code(), Some(0), "{}", one.house.said());
    assert_eq!(
        one.scratch.read_dir_utf8().unwrap().count(),
        0,
        "nothing is kept"
    );
}

#[test]
fn the_same_seed_makes_the_same_patients_and_another_makes_others() {
    let of_seed = |seed: &str| {
        let one = demonstration(seed);
        let (secret, credentials) = credentials(&one.house);
        let is_coordinator = |(_, role): &&(String, String)| role == Role::Coordinator.label();
        let (name, _) = credentials.iter().find(is_coordinator).unwrap();
        patients(&mut sign_in(one.house.address(), name, &secret).0)
    };
    let (first, second) = (of_seed("7"), of_seed("7"));
    assert_eq!(first.len(), 30, "{first:?}");
    if first != second {
        // Lives are lived up to now, and somebody's stage may have changed in between; not twice.
        assert_eq!(second, of_seed("7"));
    }
    assert_ne!(second, of_seed("8"));
}
