//! An override is a signature: by the own pass phrase of whoever overrides, in every place there is one.

use crate::course::{go_to, planned, shows};
use crate::form::{Form, sent};
use crate::house::{House, SECRET};

const GUESS: &str = "not the pass phrase at all";

#[test]
fn a_rule_of_the_day_is_overridden_by_the_own_pass_phrase_and_a_guess_keeps_what_was_typed() {
    let house = House::open();
    let path = planned(&house);
    let session = crate::calm::arrived(&house, &path);
    let mut nurse = house.sign_in("dana");
    for at in ["2026-03-03T09:20", "2026-03-03T09:30"] {
        go_to(&house, at);
        let high = [("systolic", "148"), ("diastolic", "92"), ("pulse", "82")];
        let form = format!("{path}/do/readings?session={session}");
        assert_eq!(sent(&mut nurse, &form, &high).status, 303);
    }
    let mut prescriber = house.sign_in("okafor");
    let place = format!("{path}/do/override-today");
    let page = prescriber
        .get(&format!("{place}?session={session}"))
        .unwrap();
    shows(&page, "I have weighed this rule for this person");
    let form = Form::of(&page, &place);
    assert!(form.choices("rule").iter().any(|rule| rule == "M02"));
    let typed = form
        .fill("rule", "M02")
        .fill(
            "reason",
            "Known white coat; 128 over 80 at home this morning",
        )
        .fill("mitigation", "Every five minutes for the first twenty");
    let head = house.head();
    for secret in ["", GUESS] {
        let refused = typed
            .clone()
            .fill("pass_phrase", secret)
            .send(&mut prescriber);
        assert_eq!(refused.status, 422);
        assert_eq!(house.head(), head, "something was written");
        let kept = Form::of(&refused, &place);
        assert_eq!(kept.value("rule"), Some("M02"));
        assert_eq!(
            kept.value("reason"),
            Some("Known white coat; 128 over 80 at home this morning")
        );
        assert_eq!(
            kept.value("mitigation"),
            Some("Every five minutes for the first twenty")
        );
        assert!(!refused.text().contains(GUESS), "a secret is shown");
    }
    // Another's pass phrase is a guess like any other: only the one signed in can sign.
    let mut other = house.sign_in("dana");
    assert_eq!(
        other
            .get(&format!("{place}?session={session}"))
            .unwrap()
            .status,
        403
    );
    let signed = typed.fill("pass_phrase", SECRET).send(&mut prescriber);
    assert_eq!(signed.status, 303);
    assert_eq!(house.head(), head + 1);
}
