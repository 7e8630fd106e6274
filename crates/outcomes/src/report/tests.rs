use std::collections::BTreeMap;

use super::*;
use crate::trace::{Ended, days_of, word_of};

/// A person who used on `used`, told of every day up to `told`, and was heard of every week till then.
fn person(used: &[i32], told: i32) -> Trace {
    let reported: BTreeMap<i32, Option<bool>> = (1..=told)
        .map(|day| (day, Some(used.contains(&day))))
        .collect();
    let urines = BTreeMap::new();
    Trace {
        reached: Reached::AllDoses,
        doses_planned: 3,
        days: days_of(&reported, &urines, 1),
        contacts: (1..=told.min(120))
            .step_by(7)
            .chain([told])
            .filter(|day| *day > 0)
            .collect(),
        word: word_of(&urines),
        craving: (0..=told)
            .map(|day| (day, f64::from(8 - day.min(60) / 10)))
            .collect(),
        ..Trace::default()
    }
}

fn report(people: &[Trace]) -> Report {
    let all: Vec<Followed<'_>> = people
        .iter()
        .map(|trace| Followed {
            trace,
            passed: (trace.reached >= Reached::Started).then_some(120),
            is_quiet: true,
        })
        .collect();
    Report::of(&all, &Rules::of_the_house().unwrap(), RelapseRule::FirstUse)
}

#[test]
fn the_way_in_counts_who_came_no_further_and_why() {
    let waiting = Trace {
        reached: Reached::Evaluated,
        ended: Some(Ended::Declined),
        ..Trace::default()
    };
    let made = report(&[
        person(&[], 90),
        person(&[4], 30),
        waiting.clone(),
        waiting,
        Trace::default(),
    ]);
    let n: Vec<u32> = made.steps.iter().map(|step| step.n.unwrap()).collect();
    assert_eq!(n, [5, 4, 2, 2, 2, 2, 1]);
    assert_eq!(made.steps[2].without, [("declined", 2)]);
    assert_eq!(made.steps[6].without, [("no contact since day 76", 1)]);
}

#[test]
fn a_curve_ends_between_what_it_would_be_if_all_the_lost_had_used_and_if_none_had() {
    // By hand: six people; two use on days 10 and 20, two are lost on day 30, two never use.
    let people = [
        person(&[10], 90),
        person(&[20], 90),
        person(&[], 30),
        person(&[], 30),
        person(&[], 90),
        person(&[], 90),
    ];
    let curve = report(&people).relapse.unwrap();
    assert_eq!((curve.n, curve.happened, curve.lost), (6, 2, 2));
    let end = curve.end().unwrap();
    assert!((end.share - 100.0 * 4.0 / 6.0).abs() < 1e-9);
    assert!((curve.range.0 - 100.0 * 2.0 / 6.0).abs() < 1e-9);
    assert!((curve.range.1 - 100.0 * 4.0 / 6.0).abs() < 1e-9);
    assert_eq!(curve.risk[3].at_risk, 2, "on day 45");
}

#[test]
fn a_clean_test_follows_a_person_of_whom_only_days_of_use_are_written_down() {
    let mut people: Vec<Trace> = (0..5).map(|_| person(&[], 0)).collect();
    for one in &mut people {
        one.urines = [(84, false), (40, true)].into();
    }
    let curve = report(&people).relapse.unwrap();
    assert_eq!((curve.happened, curve.lost), (0, 5));
    assert_eq!(curve.risk[5].at_risk, 5, "on day 75");
}

#[test]
fn loss_of_contact_is_an_end_of_its_own() {
    let people = [
        person(&[10], 90),
        person(&[20], 90),
        person(&[], 30),
        person(&[], 30),
        person(&[], 90),
        person(&[], 90),
    ];
    let both = report(&people).incidence.unwrap();
    let end = |points: &[CurvePoint]| points.last().unwrap().share;
    assert!((end(&both.relapse) - 100.0 * 2.0 / 6.0).abs() < 1e-9);
    assert!((end(&both.lost) - 100.0 * 2.0 / 6.0).abs() < 1e-9);
}

#[test]
fn too_few_people_give_a_sentence_and_no_curve() {
    let made = report(&[person(&[], 90)]);
    assert!(made.relapse.unwrap_err().contains("from 5 people on"));
    assert!(made.craving.means.is_empty());
    let nobody = report(&[]);
    assert_eq!(
        nobody.relapse.unwrap_err(),
        "Nobody has started yet; a curve is drawn from 5 people on."
    );
    assert_eq!(nobody.lines[0].counted.unwrap().of(), 0);
}

#[test]
fn the_mean_of_a_complete_table_is_the_mean_of_its_week() {
    let people: Vec<Trace> = (0..6)
        .map(|who| Trace {
            craving: (0..=90)
                .map(|day| (day, f64::from(who % 3 + (who * day) % 4)))
                .collect(),
            ..person(&[], 90)
        })
        .collect();
    let made = report(&people).craving;
    assert_eq!(made.people, 6);
    // On day 0 the six answer 0, 1, 2, 0, 1 and 2.
    let week_0 = made.means.first().unwrap();
    assert!((week_0.mean - 1.0).abs() < 1e-6, "{week_0:?}");
    assert!(week_0.interval.0 < 1.0 && week_0.interval.1 > 1.0);
    assert_eq!(made.bubbles.first().unwrap().n, 2);
}

#[test]
fn people_who_all_answer_alike_get_their_answers_and_a_sentence_in_place_of_a_mean() {
    let people: Vec<Trace> = (0..6).map(|_| person(&[], 90)).collect();
    let made = report(&people).craving;
    assert!(made.means.is_empty() && made.said.is_some());
    assert_eq!(made.bubbles.first().unwrap().n, 6);
}

#[test]
fn nothing_withheld_can_be_found_by_subtraction() {
    let mut people: Vec<Trace> = (0..20).map(|_| person(&[], 90)).collect();
    people.extend((0..3).map(|_| person(&[65], 90)));
    people.push(Trace::default());
    let made = report(&people).withheld(5);
    for line in &made.lines {
        if let Some(counted) = line.counted {
            assert!(!counted.has_small_part(5), "{}", line.id);
        }
        assert!(line.answers.is_empty(), "nobody can be looked up");
    }
    assert_eq!(made.lines[0].counted, None, "three used");
    // 24 asked and 23 went on: the one who did not would be seen.
    assert_eq!(made.steps[1].n, None);
    let shown: Vec<u32> = made.steps.iter().filter_map(|step| step.n).collect();
    for pair in shown.windows(2) {
        let between = pair[0] - pair[1];
        assert!(between == 0 || between >= 5, "{shown:?}");
    }
    assert!(made.craving.bubbles.is_empty());
}

/// What everybody chosen by groups is told, when everybody and each of two groups can be asked for.
fn told(people: &[(Trace, [bool; 2])], asked: &[usize]) -> Report {
    let rules = Rules::of_the_house().unwrap();
    let all: Vec<Followed<'_>> = people
        .iter()
        .map(|(trace, _)| Followed {
            trace,
            passed: (trace.reached >= Reached::Started).then_some(120),
            is_quiet: true,
        })
        .collect();
    let mut groups = vec![vec![true; people.len()]];
    groups.extend([0, 1].map(|group| people.iter().map(|(_, is_in)| is_in[group]).collect()));
    let taken: Vec<Followed<'_>> = all
        .iter()
        .enumerate()
        .filter(|(person, _)| asked.iter().all(|group| groups[*group][*person]))
        .map(|(_, one)| *one)
        .collect();
    let by = behind::By {
        rules: &rules,
        relapse: RelapseRule::FirstUse,
        definitions: None,
    };
    let telling = groups::Telling::new(&all, &groups, asked.to_vec(), by, 5);
    Report::of(&taken, &rules, RelapseRule::FirstUse).told(&telling)
}

#[test]
fn a_group_is_told_of_no_contact_where_everybody_without_contact_are_a_few() {
    // Of ten who started, six are in contact: everybody's six are shown, since who asked only are hidden.
    let mut people: Vec<(Trace, [bool; 2])> =
        (0..5).map(|_| (person(&[], 90), [false, true])).collect();
    people.push((person(&[], 90), [false, false]));
    people.extend((0..4).map(|_| (person(&[], 30), [false, false])));
    people.push((Trace::default(), [false, false]));
    let in_contact = |asked: &[usize]| told(&people, asked).steps.last().unwrap().n;
    assert_eq!(in_contact(&[0]), Some(6));
    assert_eq!(in_contact(&[2]), None, "six less five would be one person");
}

fn is_small(n: u32) -> bool {
    n > 0 && n < 5
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(48))]

    /// Two groups drawn at random over people drawn at random: what is told of both, subtracted, is never a
    /// few; nor are the ends of their curves, nor their harms.
    #[test]
    fn no_report_of_a_group_subtracted_from_another_tells_of_a_few(
        drawn in proptest::collection::vec((0..5_u8, 0..10_u8, 0..8_u8), 0..70),
    ) {
        let people: Vec<(Trace, [bool; 2])> = drawn
            .iter()
            .map(|(kind, one, other)| {
                let trace = match kind {
                    0 | 1 => person(&[], 90),
                    2 => person(&[20, 65], 90),
                    3 => person(&[], 30),
                    _ => Trace::default(),
                };
                (trace, [*one > 0, *other > 3])
            })
            .collect();
        let reports: Vec<Report> = [&[0][..], &[1], &[2], &[1, 2]]
            .iter()
            .map(|asked| told(&people, asked))
            .collect();
        // The cut of both is a part of each, and each of everybody.
        for (whole, part) in [(0, 1), (0, 2), (1, 3), (2, 3), (0, 3)] {
            let (whole, part) = (&reports[whole], &reports[part]);
            for (one, other) in whole.lines.iter().zip(&part.lines) {
                let (Some(one), Some(other)) = (one.counted, other.counted) else {
                    continue;
                };
                if one.of() > 1_000 || whole.n_counted * 2 < one.of() {
                    // Days and weeks: a difference is of everybody who differs.
                    let people = whole.n_counted - part.n_counted;
                    proptest::prop_assert!(!is_small(people));
                    continue;
                }
                for n in [
                    one.n() - other.n(),
                    one.not_known() - other.not_known(),
                    (one.known() - one.n()) - (other.known() - other.n()),
                ] {
                    proptest::prop_assert!(!is_small(n), "{n} of a line");
                }
            }
            if let (Ok(one), Ok(other)) = (&whole.relapse, &part.relapse) {
                for (day, n) in other.risk.iter().map(|risk| (risk.day, risk.happened)) {
                    if let Some(same) = one.risk.iter().find(|risk| risk.day == day) {
                        proptest::prop_assert!(!is_small(same.happened - n), "relapsed by {day}");
                    }
                }
            }
            let steps = whole.steps.iter().zip(&part.steps);
            for (one, other) in steps.filter_map(|(one, other)| one.n.zip(other.n)) {
                proptest::prop_assert!(!is_small(one - other), "a stage: {one} and {other}");
            }
        }
    }
}
