//! What may be told of groups, by people drawn at random: whatever is joined, cut or subtracted from what
//! is told holds of every part nobody or enough.

use outcomes::report::groups::{InPart, tellable};
use proptest::collection::vec;
use proptest::prelude::*;

const FEWEST: u32 = 5;

/// How many of each part are among some people.
fn of_parts(in_part: &[InPart], is_in: impl Fn(usize) -> bool) -> Vec<u32> {
    let mut sizes = vec![0; 4];
    for (person, part) in in_part.iter().enumerate() {
        if let Some(part) = part
            && is_in(person)
        {
            sizes[*part] += 1;
        }
    }
    sizes
}

fn is_safe(sizes: &[u32]) -> bool {
    sizes.iter().all(|n| *n == 0 || *n >= FEWEST)
}

/// People in one of two substances, one of three sites and one of three years, unevenly, in up to four parts.
fn people() -> impl Strategy<Value = Vec<(u8, u8, u8, Option<usize>)>> {
    let substance = prop_oneof![12 => Just(0_u8), 3 => Just(1), 1 => Just(2)];
    let site = prop_oneof![8 => Just(0_u8), 4 => Just(1), 1 => Just(2)];
    let year = prop_oneof![6 => Just(0_u8), 5 => Just(1), 1 => Just(2)];
    let part =
        prop_oneof![10 => Just(Some(0)), 6 => Just(Some(1)), 1 => Just(Some(2)), 2 => Just(None)];
    vec((substance, site, year, part), 0..160)
}

fn groups(people: &[(u8, u8, u8, Option<usize>)]) -> Vec<Vec<bool>> {
    let mut all = vec![vec![true; people.len()]];
    for value in 0..3 {
        all.push(people.iter().map(|one| one.0 == value).collect());
    }
    for value in 0..3 {
        all.push(people.iter().map(|one| one.1 == value).collect());
    }
    for value in 0..3 {
        all.push(people.iter().map(|one| one.2 == value).collect());
    }
    all
}

#[test]
fn two_groups_that_differ_by_one_person_are_not_both_told_of() {
    // Twenty people of one substance, nineteen of them on one protocol.
    let groups = [
        vec![true; 20],
        vec![true; 20],
        (0..20).map(|person| person > 0).collect(),
    ];
    let in_part: Vec<InPart> = (0..20)
        .map(|person| Some(usize::from(person < 10)))
        .collect();
    assert_eq!(tellable(&groups, &in_part, FEWEST), [true, true, false]);
    // With five on another protocol, two of one part and three of the other, each part is still found.
    let five: Vec<bool> = (0..20).map(|person| (8..13).contains(&person)).collect();
    let both = [vec![true; 20], five];
    assert_eq!(tellable(&both, &in_part, FEWEST), [true, false]);
    // Of ten, five of each part, nothing small is left.
    let ten: Vec<bool> = (0..20).map(|person| (5..15).contains(&person)).collect();
    assert_eq!(
        tellable(&[vec![true; 20], ten], &in_part, FEWEST),
        [true, true]
    );
}

#[test]
fn a_group_may_be_told_of_where_everybody_may_not() {
    // Three of everybody are not known, and none of them is in the group.
    let in_part: Vec<InPart> = (0..23)
        .map(|person| Some(usize::from(person >= 20)))
        .collect();
    let group: Vec<bool> = (0..23).map(|person| person < 10).collect();
    assert_eq!(
        tellable(&[vec![true; 23], group], &in_part, FEWEST),
        [false, true]
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Any filter is a cut of groups, and any two filters are subtracted either way.
    #[test]
    fn no_two_filters_that_are_told_differ_by_a_few(
        people in people(),
        one in (0..4_usize, 0..4_usize, 0..4_usize),
        other in (0..4_usize, 0..4_usize, 0..4_usize),
    ) {
        let in_part: Vec<InPart> = people.iter().map(|one| one.3).collect();
        let groups = groups(&people);
        let told = tellable(&groups, &in_part, FEWEST);
        // Nought is "any"; the rest are the groups of that choice.
        let filter = |(a, b, c): (usize, usize, usize)| {
            let chosen = [(a, 0), (b, 3), (c, 6)].into_iter().filter(|(value, _)| *value > 0);
            let chosen: Vec<usize> = chosen.map(|(value, from)| from + value).collect();
            if chosen.is_empty() { vec![0] } else { chosen }
        };
        let (one, other) = (filter(one), filter(other));
        let is_told = |filter: &[usize]| filter.iter().all(|group| told[*group]);
        let is_in = |filter: &[usize], person: usize| filter.iter().all(|group| groups[*group][person]);
        if is_told(&one) {
            prop_assert!(is_safe(&of_parts(&in_part, |person| is_in(&one, person))));
        }
        if is_told(&one) && is_told(&other) {
            prop_assert!(is_safe(&of_parts(&in_part, |person| is_in(&one, person) && !is_in(&other, person))));
            prop_assert!(is_safe(&of_parts(&in_part, |person| is_in(&other, person) && !is_in(&one, person))));
        }
    }

    /// Sums and differences of many groups at once: where they single some people out, these are enough.
    #[test]
    fn no_sum_of_what_is_told_singles_out_a_few(
        people in people(),
        weights in vec(-2..3_i32, 10),
    ) {
        let in_part: Vec<InPart> = people.iter().map(|one| one.3).collect();
        let groups = groups(&people);
        let told = tellable(&groups, &in_part, FEWEST);
        let sum = |person: usize| -> i32 {
            let all = groups.iter().zip(&told).zip(&weights);
            all.filter(|((group, told), _)| **told && group[person]).map(|(_, weight)| *weight).sum()
        };
        for level in -6..7 {
            if level != 0 {
                let sizes = of_parts(&in_part, |person| sum(person) == level);
                prop_assert!(is_safe(&sizes), "{sizes:?} at {level}");
            }
        }
    }

    /// The order of people changes nothing, and the same groups are told of whoever asks for what.
    #[test]
    fn what_is_told_hangs_on_nothing_but_who_is_in_what(people in people()) {
        let in_part: Vec<InPart> = people.iter().map(|one| one.3).collect();
        let mut backwards = people.clone();
        backwards.reverse();
        let other: Vec<InPart> = backwards.iter().map(|one| one.3).collect();
        prop_assert_eq!(
            tellable(&groups(&people), &in_part, FEWEST),
            tellable(&groups(&backwards), &other, FEWEST)
        );
    }
}
