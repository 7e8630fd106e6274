//! The style sheets and the script keep their promises: contrast, size, nothing fetched, nothing that moves.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails by panicking")]

use std::collections::BTreeMap;
use std::fs;

const SHEETS: [&str; 17] = [
    "ground",
    "form",
    "staff",
    "patient",
    "figure",
    "site",
    "evidence",
    "follow-back",
    "room",
    "floor",
    "ledger",
    "plan",
    "beside",
    "outcomes",
    "own",
    "rowed",
    "help-now",
];

fn asset(name: &str) -> String {
    fs::read_to_string(format!(
        "{}/../web/assets/{name}",
        env!("CARGO_MANIFEST_DIR")
    ))
    .unwrap()
}

/// The colours of the token block.
fn tokens() -> BTreeMap<String, [f64; 3]> {
    let ground = asset("ground.css");
    let block = ground
        .split_once(":root {")
        .unwrap()
        .1
        .split_once('}')
        .unwrap()
        .0;
    block
        .lines()
        .filter_map(|line| line.trim().strip_prefix("--")?.split_once(": #"))
        .map(|(name, rest)| (name.to_owned(), colour(rest.split_once(';').unwrap().0)))
        .collect()
}

fn colour(hex: &str) -> [f64; 3] {
    let full: String = if hex.len() == 3 {
        hex.chars().flat_map(|c| [c, c]).collect()
    } else {
        hex.to_owned()
    };
    [0, 2, 4].map(|at| f64::from(u8::from_str_radix(&full[at..at + 2], 16).unwrap()) / 255.0)
}

/// Relative luminance, WCAG 2.2.
fn luminance(colour: [f64; 3]) -> f64 {
    let [r, g, b] = colour.map(|c| {
        if c <= 0.04045 {
            c / 12.92
        } else {
            ((c + 0.055) / 1.055).powf(2.4)
        }
    });
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

fn contrast(a: [f64; 3], b: [f64; 3]) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn text_keeps_four_and_a_half_to_one_on_every_ground_it_stands_on() {
    let tokens = tokens();
    let pairs = [
        (
            "ink",
            &[
                "paper",
                "surface",
                "shade",
                "accent-tint",
                "watch-tint",
                "act-tint",
                "focus",
            ][..],
        ),
        ("muted", &["paper", "surface", "shade"]),
        ("accent", &["paper", "surface", "accent-tint"]),
        ("accent-strong", &["paper", "surface", "accent-tint"]),
        ("act", &["paper", "surface", "act-tint"]),
        ("watch", &["paper", "surface", "watch-tint"]),
        ("settled", &["paper", "surface"]),
        ("surface", &["accent", "accent-strong", "act", "ink"]),
    ];
    for (text, grounds) in pairs {
        for ground in grounds {
            let found = contrast(tokens[text], tokens[*ground]);
            assert!(found >= 4.5, "{text} on {ground}: {found:.2}");
        }
    }
}

#[test]
fn borders_of_controls_and_series_keep_three_to_one() {
    let tokens = tokens();
    for mark in ["control", "series-1", "series-2", "series-3", "series-4"] {
        for ground in ["paper", "surface"] {
            let found = contrast(tokens[mark], tokens[ground]);
            assert!(found >= 3.0, "{mark} on {ground}: {found:.2}");
        }
    }
}

#[test]
fn nothing_is_fetched_from_elsewhere_and_nothing_moves() {
    for sheet in SHEETS {
        let text = asset(&format!("{sheet}.css"));
        for bad in [
            "http:",
            "https:",
            "//",
            "@import",
            "transition",
            "animation",
            "@keyframes",
            "gradient(",
            "box-shadow: 0 1",
            "scroll-behavior",
        ] {
            assert!(!text.contains(bad), "{bad} in {sheet}.css");
        }
        assert_eq!(
            text.matches('{').count(),
            text.matches('}').count(),
            "{sheet}.css"
        );
    }
}

#[test]
fn every_sheet_there_is_is_held_to_the_rules_of_this_file() {
    let folder = fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../web/assets")).unwrap();
    let names = folder.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut there: Vec<String> = names
        .filter_map(|name| name.strip_suffix(".css").map(str::to_owned))
        .collect();
    there.sort();
    let mut held = SHEETS.map(str::to_owned).to_vec();
    held.sort();
    assert_eq!(there, held);
}

#[test]
fn every_sheet_is_short_and_the_script_is_small() {
    for sheet in SHEETS {
        assert!(
            asset(&format!("{sheet}.css")).lines().count() < 500,
            "{sheet}.css"
        );
    }
    let script = asset("holdfast.js");
    assert!(script.len() < 7_000, "{} bytes", script.len());
    for bad in [
        "http:",
        "https:",
        "eval(",
        "innerHTML",
        "document.write",
        "localStorage",
    ] {
        assert!(!script.contains(bad), "{bad} in the script");
    }
}

#[test]
fn focus_is_always_visible_and_forced_colours_and_paper_are_thought_of() {
    let ground = asset("ground.css");
    assert!(ground.contains(":focus-visible { outline: 3px solid"));
    assert!(ground.contains("@media (forced-colors: active)") && ground.contains("@media print"));
    let all: String = SHEETS
        .iter()
        .map(|sheet| asset(&format!("{sheet}.css")))
        .collect();
    // The only outline taken away is that of the page's own target of "skip to the page".
    for (at, _) in all.match_indices("outline: 0") {
        let rule = &all[..at];
        assert!(rule[rule.rfind('\n').unwrap()..].contains("main:focus"));
    }
}
