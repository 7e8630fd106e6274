//! Two packs side by side.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test that cannot go on has failed"
)]

use protocol::{PackText, compare};

/// The pack that ships with some words of one file changed.
fn edited(file: &str, from: &str, to: &str) -> PackText {
    let mut text = PackText::house();
    let (_, words) = text
        .files
        .iter_mut()
        .find(|(name, _)| name == file)
        .unwrap();
    assert!(words.contains(from), "{file} does not say {from}");
    *words = words.replacen(from, to, 1);
    text
}

#[test]
fn a_changed_threshold_stands_beside_the_old_one_and_every_other_field_reads_the_same() {
    let now = edited(
        "rules/eligibility.toml",
        "age(birth_date) < 18 y",
        "age(birth_date) < 21 y",
    );
    let found = compare(&PackText::house().pack().unwrap(), &now.pack().unwrap());
    assert!(found.shared.is_empty() && found.reached.is_empty());
    let [rule] = found.rules.as_slice() else {
        panic!("{:?}", found.rules);
    };
    assert_eq!(
        (rule.id.as_str(), rule.before, rule.now),
        ("E05a", Some(1), Some(1))
    );
    let changed: Vec<_> = rule.fields.iter().filter(|field| field.differs()).collect();
    let [field] = changed.as_slice() else {
        panic!("{changed:?}");
    };
    assert_eq!(field.name, "Applies when");
    assert_eq!(field.before.as_deref(), Some("age(birth_date) < 18 y"));
    assert_eq!(field.now.as_deref(), Some("age(birth_date) < 21 y"));
    assert!(rule.fields.len() > 8, "the whole rule is there to read");
}

#[test]
fn a_changed_setting_names_the_rules_that_read_the_same_and_may_answer_otherwise() {
    let house = PackText::house().pack().unwrap();
    let now = edited(
        "rules/shared.toml",
        "[setting.breath_alcohol_limit]\nvalue = \"0.00 g/dL\"",
        "[setting.breath_alcohol_limit]\nvalue = \"0.02 g/dL\"",
    );
    let found = compare(&house, &now.pack().unwrap());
    assert!(found.rules.is_empty());
    assert_eq!(found.shared.len(), 1);
    assert_eq!(found.shared[0].name, "Setting breath_alcohol_limit");
    assert_eq!(found.reached, ["E29"]);
}

#[test]
fn a_rule_that_is_gone_and_one_that_is_new_each_stand_on_their_own_side() {
    let house = PackText::house().pack().unwrap();
    let renamed = edited("rules/eligibility.toml", "id = \"E02\"", "id = \"E92\"");
    let found = compare(&house, &renamed.pack().unwrap());
    let said: Vec<_> = found
        .rules
        .iter()
        .map(|rule| (rule.id.as_str(), rule.before.is_some(), rule.now.is_some()))
        .collect();
    assert_eq!(said, [("E02", true, false), ("E92", false, true)]);
    assert!(
        found
            .rules
            .iter()
            .all(|rule| rule.fields.iter().all(protocol::FieldCompared::differs))
    );
}

#[test]
fn comments_and_the_order_of_files_make_no_difference() {
    let mut other = PackText::house();
    for (_, text) in &mut other.files {
        text.push_str("\n# a remark\n");
    }
    let first = other.files.remove(0);
    other.files.reverse();
    other.files.insert(0, first);
    let (a, b) = (PackText::house().pack().unwrap(), other.pack().unwrap());
    assert!(compare(&a, &b).is_empty());
    assert_eq!(a.digest(), b.digest());
}
