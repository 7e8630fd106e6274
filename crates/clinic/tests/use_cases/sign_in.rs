//! Signing in, and every way a sign-in ends.

use clinic::act::people::{NewPerson, add, leave, reset_secret};
use clinic::act::sign_in::{SignIn, SignInError, begin, end, is_form_token, resume};
use jiff::SignedDuration;
use record::Clock as _;
use record::ids::PersonId;
use record::words::Role;

use super::harness::{TestClinic, line};

const SECRET: &str = "correct horse battery";

fn dana(given: &mut TestClinic) -> PersonId {
    let person = NewPerson {
        name: line("Dana Whitlock RN"),
        sign_in_name: line("dana"),
        roles: vec![Role::Nurse],
        patient: None,
    };
    given
        .by(Role::System, |operation, clinic| {
            add(operation, clinic, person, SECRET)
        })
        .unwrap()
}

fn try_secret(given: &mut TestClinic, secret: &str) -> Result<(String, SignIn), SignInError> {
    given.by(Role::Public, |operation, clinic| {
        begin(operation, clinic, "Dana ", secret)
    })
}

fn is_signed_in(given: &TestClinic, token: &str) -> bool {
    resume(&given.clinic, token, given.clock.now())
        .unwrap()
        .is_some()
}

#[test]
fn a_sign_in_ends_idle_old_asked_reset_or_with_the_person_and_its_forms_carry_its_token() {
    let mut given = TestClinic::new();
    let person = dana(&mut given);
    let (token, sign_in) = try_secret(&mut given, SECRET).unwrap();
    assert!(is_signed_in(&given, &token));
    assert!(!is_signed_in(&given, "another token"));
    assert!(is_form_token(&sign_in, &sign_in.form_token));
    assert!(!is_form_token(&sign_in, &token) && !is_form_token(&sign_in, ""));
    end(&given.clinic, &token).unwrap();
    assert!(!is_signed_in(&given, &token));

    let (idle, _) = try_secret(&mut given, SECRET).unwrap();
    given.clock.forward(SignedDuration::from_mins(31));
    assert!(!is_signed_in(&given, &idle));

    let (old, _) = try_secret(&mut given, SECRET).unwrap();
    for _ in 0..36 {
        assert!(is_signed_in(&given, &old));
        given.clock.forward(SignedDuration::from_mins(20));
    }
    given.clock.forward(SignedDuration::from_mins(1));
    assert!(
        !is_signed_in(&given, &old),
        "used all along, and still ended after twelve hours"
    );

    let (reset, _) = try_secret(&mut given, SECRET).unwrap();
    let new = "another long secret";
    given
        .by(Role::System, |operation, clinic| {
            reset_secret(operation, clinic, person, new)
        })
        .unwrap();
    assert!(!is_signed_in(&given, &reset));
    assert!(matches!(
        try_secret(&mut given, SECRET),
        Err(SignInError::Wrong)
    ));

    let (gone, _) = try_secret(&mut given, new).unwrap();
    given
        .by(Role::System, |operation, clinic| {
            leave(operation, clinic, person, None)
        })
        .unwrap();
    assert!(!is_signed_in(&given, &gone));
    assert!(matches!(
        try_secret(&mut given, new),
        Err(SignInError::Wrong)
    ));
}

#[test]
fn five_wrong_secrets_lock_a_name_for_fifteen_minutes_from_the_last_of_them() {
    let mut given = TestClinic::new();
    dana(&mut given);
    for _ in 0..5 {
        assert!(matches!(
            try_secret(&mut given, "wrong"),
            Err(SignInError::Wrong)
        ));
        given.clock.forward(SignedDuration::from_mins(3));
    }
    given.clock.forward(SignedDuration::from_mins(11));
    assert!(matches!(
        try_secret(&mut given, SECRET),
        Err(SignInError::Locked { .. })
    ));
    given.clock.forward(SignedDuration::from_mins(2));
    assert!(try_secret(&mut given, SECRET).is_ok());
}
