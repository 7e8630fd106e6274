//! Scales written as a number, and what comes only with a clinic's copy: keys, tables, points.

use instruments::{Answers, Instrument, Wording, read};

use crate::{comes_to, get, is_not_computed, numbered};

/// A licensed copy of `id` with every item and every option worded, and what else it brings.
fn copy(id: &str, more: &str) -> String {
    let instrument = get(id);
    let items: Vec<String> = instrument
        .items
        .iter()
        .map(|item| format!("{} = \"words\"\n", item.id))
        .collect();
    let items = items.concat();
    let first = instrument.items.first().unwrap();
    let options: Vec<String> = first
        .choices
        .iter()
        .map(|choice| format!("{{ value = {}, words = \"w\" }}", choice.value))
        .collect();
    format!(
        "instrument = \"{id}\"\nlicence = \"ours, number 7\"\n[items]\n{items}[options]\n\"*\" = [{}]\n{more}",
        options.join(", ")
    )
}

fn loaded(id: &str, more: &str) -> Result<Instrument, String> {
    let wording = Wording::read(&copy(id, more)).unwrap();
    get(id)
        .worded(Some(&wording))
        .map_err(|error| error.to_string())
}

fn value_of(instrument: &Instrument, answers: &Answers, score: &str) -> Option<f64> {
    let scored = instrument.scored(answers).unwrap();
    scored
        .iter()
        .find(|one| one.score.id == score)
        .unwrap()
        .value()
}

#[test]
fn the_ego_dissolution_inventory_is_the_mean_of_eight_from_0_to_100() {
    let edi = get("edi");
    assert!(edi.has_own_words());
    comes_to("edi", &numbered(&[0; 8]), "mean", 0.0, None);
    comes_to("edi", &numbered(&[100; 8]), "mean", 100.0, None);
    // 10 + 20 + ... + 80 is 360, and an eighth of it 45.
    let steps = numbered(&[10, 20, 30, 40, 50, 60, 70, 80]);
    comes_to("edi", &steps, "mean", 45.0, None);
    is_not_computed("edi", &numbered(&[50; 7]), "mean", &["8"]);
    let beyond = edi.scored(&numbered(&[101; 8])).unwrap_err().to_string();
    assert_eq!(
        beyond,
        "101 is no option of item 1 of EDI: give a whole number from 0 to 100"
    );
    let (least, most) = edi.items[0].scale().unwrap();
    assert!(least.words.as_deref().unwrap().starts_with("No"));
    assert!(most.words.as_deref().unwrap().starts_with("Yes"));
    assert!(get("craving").items[0].scale().is_none());
}

#[test]
fn a_span_is_held_to_two_ends_and_two_words() {
    let text = include_str!("../../../../instruments/edi.toml");
    let said = |text: &str| format!("{:?}", read(text).unwrap_err());
    assert!(said(&text.replace("span = [0, 100]", "span = [100, 0]")).contains("from the least"));
    assert!(said(&text.replace("span = [0, 100]", "span = [0, 5000]")).contains("less than"));
    assert!(
        said(&text.replace("span = [0, 100]", "span = [-2147483648, 2147483647]"))
            .contains("less than")
    );
    let both = "span = [0, 100]\nvalues = [0, 1]";
    assert!(said(&text.replace("span = [0, 100]", both)).contains("either values"));
    assert!(said(&text.replace("span = [0, 100]\n", "")).contains("write the values"));
    let one = text.replace("\"No, not more than usually\", ", "");
    assert!(said(&one).contains("two words"));
}

#[test]
fn a_promis_form_has_no_score_until_the_clinics_table_is_loaded_whole() {
    let id = "promis-sleep-disturbance-4a";
    assert!(!get(id).has_own_words());
    is_not_computed(id, &numbered(&[3; 4]), "t", &[]);
    let row = |sum: i32| format!("{{ sum = {sum}, score = {}.5 }}", 20 + 2 * sum);
    let table = |rows: Vec<String>| format!("[tables]\nt = [{}]\n", rows.join(", "));
    let whole = table((4..=20).map(row).collect());
    let sleep = loaded(id, &whole).unwrap();
    assert_eq!(value_of(&sleep, &numbered(&[1; 4]), "t"), Some(28.5));
    assert_eq!(
        value_of(&sleep, &numbered(&[5, 3, 3, 1]), "t"),
        Some(44.5),
        "a sum of 12"
    );
    assert_eq!(value_of(&sleep, &numbered(&[5; 4]), "t"), Some(60.5));
    assert_eq!(value_of(&sleep, &numbered(&[5; 3]), "t"), None);

    let without = loaded(id, "").unwrap_err();
    assert!(without.contains("no row for a sum of 4"), "{without}");
    let holed = loaded(
        id,
        &table((4..=20).filter(|sum| *sum != 9).map(row).collect()),
    );
    assert!(holed.unwrap_err().contains("no row for a sum of 9"));
    let long = loaded(id, &table((4..=21).map(row).collect())).unwrap_err();
    assert!(long.contains("62.5 for a sum of 21"), "{long}");
    let twice = loaded(id, &table((4..=20).chain([20]).map(row).collect()));
    assert!(twice.unwrap_err().contains("a sum twice"));
}

#[test]
fn scales_whose_items_come_with_the_copy_are_scored_once_it_names_them() {
    let all: Vec<String> = (1..=30).map(|item| format!("\"{item}\"")).collect();
    let key = format!(
        "[counted]\nmystical = [{}]\npositive = [{}]\ntime-space = [{}]\nineffability = [{}]\n",
        all[..15].join(", "),
        all[15..21].join(", "),
        all[21..27].join(", "),
        all[27..].join(", ")
    );
    let meq = loaded("meq-30", &key).unwrap();
    let at = |value: i32| numbered(&[value; 30]);
    assert_eq!(value_of(&meq, &at(5), "mystical"), Some(75.0));
    assert_eq!(value_of(&meq, &at(3), "ineffability"), Some(9.0));
    // Three of five is 60 in 100 of every scale; one item less of one scale is not complete.
    assert_eq!(value_of(&meq, &at(3), "complete"), Some(1.0));
    let mut short = [3; 30];
    short[29] = 2;
    assert_eq!(value_of(&meq, &numbered(&short), "complete"), Some(0.0));

    let unkeyed = loaded("meq-30", "").unwrap();
    assert_eq!(value_of(&unkeyed, &at(3), "mean"), Some(3.0));
    assert_eq!(value_of(&unkeyed, &at(3), "mystical"), None);
    assert_eq!(value_of(&unkeyed, &at(3), "complete"), None);
    let few = loaded("wai-sr", "[counted]\nbond = [\"3\", \"5\", \"7\", \"7\"]\n").unwrap_err();
    assert!(few.contains("bond counts 4 items"), "{few}");
    let unknown = loaded(
        "wai-sr",
        "[counted]\nbond = [\"3\", \"5\", \"7\", \"13\"]\n",
    );
    assert!(unknown.unwrap_err().contains("no item 13"));
}

#[test]
fn a_scale_with_a_rung_missing_is_not_taken_for_whole() {
    let text = copy("who-5", "").replace("{ value = 3, words = \"w\" }, ", "");
    let said = get("who-5")
        .worded(Some(&Wording::read(&text).unwrap()))
        .unwrap_err()
        .to_string();
    assert!(said.contains("value 3 of item 1"), "{said}");
}

#[test]
fn points_that_cannot_add_up_to_what_they_do_have_no_score_and_no_band() {
    let mut points = [0; 11];
    points[0] = 60;
    is_not_computed("cows", &numbered(&points), "total", &[]);
    points[0] = -1;
    is_not_computed("cows", &numbered(&points), "total", &[]);
    points[0] = 13;
    comes_to("cows", &numbered(&points), "total", 13.0, Some("moderate"));
}
