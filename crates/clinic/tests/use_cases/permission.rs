//! Who may do what: the whole table, frozen, and asked cell by cell.

use clinic::Denied;
use clinic::authority::{Act, Reach, may, table};
use record::ids::PatientId;
use record::words::Role;
use uuid::Uuid;

use super::harness::{staff, themselves};

const FROZEN: &str = include_str!("permissions.txt");

#[test]
fn the_permission_table_is_the_frozen_one() {
    assert_eq!(
        table(),
        FROZEN,
        "a changed permission is changed in permissions.txt too, to be seen"
    );
}

#[test]
fn every_act_is_allowed_to_exactly_the_roles_of_the_table() {
    let one = PatientId::from_uuid(Uuid::from_u128(1));
    let other = PatientId::from_uuid(Uuid::from_u128(2));
    for act in Act::ALL {
        for role in Role::ALL {
            let actor = if *role == Role::Patient {
                themselves(one)
            } else {
                staff(*role)
            };
            let outcome = may(&actor, *act, Some(one));
            match act.reach(*role) {
                Reach::All => assert_eq!(outcome.ok(), Some(*role), "{act} by {role}"),
                Reach::Own => {
                    assert_eq!(outcome.ok(), Some(*role), "{act} by {role}");
                    let strange = may(&actor, *act, Some(other));
                    assert!(matches!(strange, Err(Denied::NotFound)), "{act} of another");
                    let nobody = may(&actor, *act, None);
                    assert!(matches!(nobody, Err(Denied::NotFound)), "{act} of nobody");
                }
                Reach::No => {
                    assert!(
                        matches!(outcome, Err(Denied::Forbidden { .. })),
                        "{act} by {role}"
                    );
                }
            }
        }
    }
}

#[test]
fn someone_not_signed_in_may_ask_for_an_evaluation_and_nothing_else() {
    for act in Act::ALL {
        let may_do = may(&staff(Role::Public), *act, None).is_ok();
        assert_eq!(may_do, *act == Act::TakeEnquiry, "{act}");
    }
}
