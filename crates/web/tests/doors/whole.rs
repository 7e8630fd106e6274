//! One whole course, walked by forms over HTTP only.

use crate::course::planned;
use crate::house::House;
use crate::treatment::{correct, every_day, note, session, turns};

#[test]
fn a_course_from_the_public_form_to_its_completion_by_forms_alone() {
    let house = House::open();
    let path = planned(&house);
    crate::plan::changed(&house, &path);
    let session = session(&house, &path);
    note(&house, &path, &session);
    every_day(&house, &path);
    correct(&house, &path);
    turns(&house, &path);
    assert_eq!(
        house
            .clinic
            .journal()
            .verify(&[], |_, _| {})
            .unwrap()
            .entries,
        house.head()
    );
}
