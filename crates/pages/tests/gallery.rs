//! Every page of the gallery is sound HTML, keeps the strict content policy, and can be operated and read without seeing it.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a helper of a test fails by panicking"
)]

use std::collections::{BTreeMap, BTreeSet};

use pages::gallery::{Leaf, leaves};

const VOID: [&str; 6] = ["meta", "link", "input", "br", "hr", "img"];

/// A start tag with its attributes.
#[derive(Debug)]
struct Tag {
    name: String,
    attributes: BTreeMap<String, String>,
    /// Nobody sees it until a script takes it out.
    is_in_template: bool,
}

impl Tag {
    fn get(&self, name: &str) -> &str {
        self.attributes.get(name).map_or("", String::as_str)
    }

    fn has(&self, name: &str) -> bool {
        self.attributes.contains_key(name)
    }
}

/// Start tags in order; panics when elements do not nest.
fn tags(leaf: &Leaf) -> Vec<Tag> {
    let mut found = Vec::new();
    let mut open: Vec<String> = Vec::new();
    for piece in leaf.html.split('<').skip(1) {
        let (inside, _) = piece.split_once('>').expect("a tag that closes");
        if inside.starts_with('!') {
            continue;
        }
        if let Some(name) = inside.strip_prefix('/') {
            assert_eq!(
                open.pop().as_deref(),
                Some(name),
                "{}: </{name}> closes nothing",
                leaf.name
            );
            continue;
        }
        let is_closed = inside.ends_with('/');
        let mut tag = tag(inside.trim_end_matches('/'));
        tag.is_in_template = open.iter().any(|name| name == "template");
        if !is_closed && !VOID.contains(&tag.name.as_str()) {
            open.push(tag.name.clone());
        }
        found.push(tag);
    }
    assert!(open.is_empty(), "{}: {open:?} left open", leaf.name);
    found
}

fn tag(inside: &str) -> Tag {
    let (name, mut rest) = inside.split_once(' ').unwrap_or((inside, ""));
    let mut attributes = BTreeMap::new();
    while !rest.is_empty() {
        rest = rest.trim_start();
        let end = rest.find([' ', '=']).unwrap_or(rest.len());
        let (key, after) = rest.split_at(end);
        let (value, after) = match after.strip_prefix("=\"") {
            Some(quoted) => quoted.split_once('"').unwrap(),
            None => ("", after),
        };
        let before = attributes.insert(key.to_owned(), value.to_owned());
        assert!(before.is_none(), "{key} twice in <{inside}>");
        rest = after;
    }
    Tag {
        name: name.to_owned(),
        attributes,
        is_in_template: false,
    }
}

fn each_page(check: impl Fn(&Leaf, &[Tag])) {
    let all = leaves("/assets");
    assert!(all.len() > 60, "only {} pages", all.len());
    for leaf in &all {
        check(leaf, &tags(leaf));
    }
}

#[test]
fn elements_nest_and_identifiers_are_unique() {
    each_page(|leaf, tags| {
        assert!(leaf.html.starts_with("<!DOCTYPE html>"), "{}", leaf.name);
        let mut seen = BTreeSet::new();
        for tag in tags.iter().filter(|tag| tag.has("id")) {
            assert!(
                seen.insert(tag.get("id")),
                "{}: id {} twice",
                leaf.name,
                tag.get("id")
            );
        }
    });
}

#[test]
fn nothing_breaks_the_content_policy() {
    each_page(|leaf, tags| {
        for tag in tags {
            assert!(!tag.has("style"), "{}: style on {}", leaf.name, tag.name);
            assert!(tag.name != "style", "{}: a style element", leaf.name);
            assert!(
                tag.attributes.keys().all(|key| !key.starts_with("on")),
                "{}: {tag:?}",
                leaf.name
            );
            assert!(
                tag.name != "script" || tag.get("src").starts_with("/assets/"),
                "{}",
                leaf.name
            );
            for key in ["href", "src", "action"] {
                let value = tag.get(key);
                let is_own = value.is_empty() || value.starts_with(['/', '#']);
                let is_call = value.starts_with("tel:") || value.starts_with("sms:");
                assert!(
                    is_own && !value.starts_with("//") || is_call,
                    "{}: {value}",
                    leaf.name
                );
            }
        }
    });
}

#[test]
fn every_reference_by_identifier_finds_its_element() {
    each_page(|leaf, tags| {
        let ids: BTreeSet<&str> = tags.iter().map(|tag| tag.get("id")).collect();
        for tag in tags {
            for key in ["for", "aria-labelledby", "aria-describedby", "form"] {
                for id in tag.get(key).split_whitespace() {
                    assert!(
                        ids.contains(id),
                        "{}: {key}={id} of {}",
                        leaf.name,
                        tag.name
                    );
                }
            }
            if let Some(id) = tag.get("href").strip_prefix('#') {
                assert!(ids.contains(id), "{}: #{id}", leaf.name);
            }
        }
    });
}

#[test]
fn every_question_has_a_label() {
    each_page(|leaf, tags| {
        let labelled: BTreeSet<&str> = tags
            .iter()
            .filter(|tag| tag.name == "label")
            .map(|tag| tag.get("for"))
            .collect();
        let mut wrapped = 0_usize;
        for tag in tags {
            match tag.name.as_str() {
                "label" if !tag.has("for") => wrapped += 1,
                "input" | "select" | "textarea" if tag.get("type") != "hidden" => {
                    let named =
                        tag.has("aria-label") || labelled.contains(tag.get("id")) && tag.has("id");
                    assert!(named || wrapped > 0, "{}: {tag:?}", leaf.name);
                    if !named {
                        wrapped -= 1;
                    }
                    assert!(tag.has("name"), "{}: {tag:?}", leaf.name);
                }
                _ => {}
            }
        }
    });
}

#[test]
fn every_act_carries_the_forgery_token() {
    each_page(|leaf, tags| {
        let acts = tags
            .iter()
            .filter(|tag| tag.name == "form" && tag.get("method") == "post")
            .count();
        let tokens = tags.iter().filter(|tag| tag.get("name") == "csrf").count();
        assert_eq!(acts, tokens, "{}", leaf.name);
        assert!(
            tags.iter()
                .filter(|tag| tag.name == "form")
                .all(|tag| tag.has("action"))
        );
    });
}

#[test]
fn every_page_has_one_first_heading_and_skips_no_level() {
    each_page(|leaf, tags| {
        let levels: Vec<u32> = tags
            .iter()
            .filter(|tag| !tag.is_in_template)
            .filter_map(|tag| {
                tag.name
                    .strip_prefix('h')
                    .and_then(|level| level.parse().ok())
            })
            .collect();
        assert_eq!(
            levels.iter().filter(|level| **level == 1).count(),
            1,
            "{}: {levels:?}",
            leaf.name
        );
        for pair in levels.windows(2) {
            assert!(pair[1] <= pair[0] + 1, "{}: {levels:?}", leaf.name);
        }
    });
}

#[test]
fn the_crisis_line_is_on_every_page_for_people_outside() {
    let outside = [
        "public",
        "enquiry_received",
        "sign_in",
        "check_in",
        "trouble_outside",
    ];
    each_page(|leaf, _| {
        if outside.iter().any(|page| leaf.name.starts_with(page)) {
            assert!(leaf.html.contains("tel:988"), "{}", leaf.name);
        }
    });
}

#[test]
fn the_window_gives_nobody_away() {
    let names = [
        "Samuel", "Petra", "Rowan", "Marcus", "Ruth", "Halima", "ketamine", "Ketamine",
    ];
    each_page(|leaf, _| {
        let title = leaf
            .html
            .split_once("<title>")
            .unwrap()
            .1
            .split_once("</title>")
            .unwrap()
            .0;
        assert!(
            names.iter().all(|name| !title.contains(name)),
            "{}: {title}",
            leaf.name
        );
    });
}

#[test]
fn no_page_says_all_clear() {
    each_page(|leaf, _| {
        let text = leaf
            .html
            .to_lowercase()
            .replace("this is not an all-clear", "");
        assert!(
            !text.contains("all clear") && !text.contains("all-clear"),
            "{}",
            leaf.name
        );
    });
}

#[test]
fn every_class_has_its_rule_in_a_style_sheet() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../web/assets");
    let paths = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let sheets: String = paths
        .filter(|path| path.extension().is_some_and(|kind| kind == "css"))
        .map(|path| std::fs::read_to_string(path).unwrap())
        .collect();
    each_page(|_, tags| {
        for class in tags
            .iter()
            .flat_map(|tag| tag.get("class").split_whitespace())
        {
            let rule = format!(".{class}");
            let is_ruled = sheets.match_indices(&rule).any(|(at, _)| {
                let next = sheets[at + rule.len()..].chars().next().unwrap_or(' ');
                !next.is_alphanumeric() && next != '-' && next != '_'
            });
            assert!(is_ruled || is_structural(class), "no rule for .{class}");
        }
    });
}

/// Classes that name a part for reading and tests and need no rule.
fn is_structural(class: &str) -> bool {
    [
        "hf-form",
        "hf-complete",
        "hf-chart__line",
        "hf-timeline",
        "hf-entry__body",
        "hf-watch",
        "hf-trouble",
        "fg-name",
        "fg-key",
        "fg-note",
        "fg-stay",
        "hf-group",
        "hf-sheet",
        "hf-press",
    ]
    .contains(&class)
}

#[test]
fn a_form_puts_back_what_was_sent_but_never_a_secret() {
    use pages::{Control, Field, Form, Input};
    let sent = vec![
        ("name".to_owned(), "a \"quoted\" <name>".to_owned()),
        ("pass".to_owned(), "hidden words".to_owned()),
        ("roles".to_owned(), "nurse".to_owned()),
        ("roles".to_owned(), "prescriber".to_owned()),
    ];
    let form = Form::act("/x", "Send")
        .fields(vec![
            Field::line("name", "Name"),
            Field::new("pass", "Pass phrase", Control::line(Input::Secret)),
            Field::any_of(
                "roles",
                "Roles",
                pages::Choice::list(&[
                    ("nurse", "Nurse"),
                    ("prescriber", "Prescriber"),
                    ("admin", "Administrator"),
                ]),
            ),
        ])
        .keep(&sent)
        .wrong("name", "Too long.")
        .wrong("nowhere", "About the whole.");
    assert_eq!(form.n_errors(), 2);
    let html = pages::form::form("token", &form).into_string();
    assert!(html.contains("a &quot;quoted&quot; &lt;name&gt;"));
    assert!(!html.contains("hidden words"));
    assert_eq!(html.matches(" checked").count(), 2);
    assert!(html.contains("href=\"#form-name\"") && html.contains("About the whole."));
}

#[test]
fn the_site_map_knows_every_page_of_the_gallery() {
    let mapped: BTreeSet<&str> = pages::site_map::SITE_MAP
        .iter()
        .map(|line| line.page)
        .collect();
    let drawn: BTreeSet<String> = leaves("/assets")
        .iter()
        .map(|leaf| leaf.name.split('-').next().unwrap().to_owned())
        .collect();
    // The page of parts is the gallery's own.
    let drawn: BTreeSet<&str> = drawn
        .iter()
        .map(String::as_str)
        .filter(|page| *page != "parts")
        .collect();
    assert_eq!(mapped, drawn);
}

#[test]
fn the_pages_read_as_reviewed() {
    let mut seen = BTreeSet::new();
    for leaf in leaves("/assets") {
        let page = leaf.name.split('-').next().unwrap().to_owned();
        if seen.insert(page.clone()) {
            insta::assert_snapshot!(page, leaf.html.replace("><", ">\n<"));
        }
    }
}
