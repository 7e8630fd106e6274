//! The paper against the screen: the same words, tagged as what they are.

#![cfg(test)]

use std::process::Command;

use pages::{Block, Chapter, Column, Frame, Paper, Phrase, Table, document_page};

/// A document long enough for several pages.
fn long() -> Paper {
    let mut paper = Paper::sample();
    let rows = (1..=45)
        .map(|nth| {
            vec![
                vec![Phrase::Time(format!("{:02}:{:02}", 13 + nth / 60, nth % 60))],
                Phrase::sentence(format!("{}/{}", 120 + nth % 30, 80)),
                Phrase::sentence(format!(
                    "Reading number {nth}, with words enough that the cell needs more than one line of the paper to hold them all, as a remark does"
                )),
                Vec::new(),
            ]
        })
        .collect();
    let table = Table {
        caption: "All the readings".to_owned(),
        columns: vec![
            Column::words("Time"),
            Column::numbers("Pressure, mmHg"),
            Column::words("Said"),
            Column::words("Corrected"),
        ],
        rows,
        when_empty: "None".to_owned(),
    };
    let chapter = Chapter::new("Every reading", vec![Block::Table(table)]);
    paper.chapters.push(chapter);
    paper
}

/// Text without its white space: where a line breaks is not what it says.
fn squeezed(text: &str) -> String {
    text.chars()
        .filter(|letter| !letter.is_whitespace())
        .collect()
}

/// What a program of poppler-utils says of a paper; `None`, said aloud, where the machine has none.
fn poppler(program: &str, before: &[&str], paper: &Paper, after: &[&str]) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("paper.pdf");
    std::fs::write(&file, paper::pdf(paper).unwrap()).unwrap();
    let Ok(out) = Command::new(program)
        .args(before)
        .arg(&file)
        .args(after)
        .output()
    else {
        testkit::skip("poppler-utils is not installed, so no second program read the PDF");
        return None;
    };
    assert!(
        out.status.success(),
        "{}",
        String::from_utf8_lossy(&out.stderr)
    );
    Some(String::from_utf8(out.stdout).unwrap())
}

#[test]
fn the_tree_of_the_paper_holds_every_line_of_the_screen() {
    for paper in [Paper::sample(), Paper::empty_sample(), long()] {
        let Some(read) = poppler("pdfinfo", &["-struct-text"], &paper, &[]) else {
            return;
        };
        let text: String = read
            .lines()
            .filter_map(|line| line.trim().strip_prefix('"'))
            .collect();
        let text = squeezed(&text.replace('"', ""));
        for line in paper.lines() {
            let wanted = squeezed(&line.replace('"', ""));
            assert!(text.contains(&wanted), "{line:?} is not on paper");
        }
    }
}

#[test]
fn the_screen_holds_every_line_of_the_paper() {
    for paper in [Paper::sample(), Paper::empty_sample(), long()] {
        let view = pages::DocumentPage {
            paper: paper.clone(),
            window: "Session record".to_owned(),
            patient: None,
            acts: Vec::new(),
        };
        let html = document_page(&Frame::sample(), &view).into_string();
        let mut text = String::new();
        for piece in html.split('<') {
            text.push_str(piece.split_once('>').map_or("", |(_, words)| words));
        }
        let text = squeezed(
            &text
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&amp;", "&"),
        );
        for line in paper.lines() {
            assert!(
                text.contains(&squeezed(&line)),
                "{line:?} is not on the screen"
            );
        }
    }
}

#[test]
fn headings_lists_tables_and_figures_are_tagged_as_what_they_are() {
    let Some(read) = poppler("pdfinfo", &["-struct"], &long(), &[]) else {
        return;
    };
    let tags: Vec<&str> = read
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .map(|word| word.trim_end_matches(':'))
        .collect();
    for tag in [
        "H1", "H2", "Table", "THead", "TBody", "TR", "TH", "TD", "Caption", "L", "LI", "Lbl",
        "LBody", "Figure", "P",
    ] {
        assert!(tags.contains(&tag), "no {tag} in\n{read}");
    }
    assert!(read.contains("Scope /Column") && read.contains("Scope /Row"));
    let said = poppler("pdfinfo", &["-meta"], &long(), &[]).unwrap();
    assert!(said.contains("pdfuaid"), "{said}");
    let info = poppler("pdfinfo", &[], &long(), &[]).unwrap();
    for said in ["Session record, Session 2", "Tagged:          yes"] {
        assert!(info.contains(said), "no {said} in\n{info}");
    }
}

#[test]
fn every_page_says_whose_it_is_and_which_of_how_many() {
    let Some(read) = poppler("pdftotext", &["-layout"], &long(), &["-"]) else {
        return;
    };
    let pages: Vec<&str> = read
        .split('\u{c}')
        .filter(|page| !page.trim().is_empty())
        .collect();
    assert!(pages.len() > 2);
    for (place, page) in (1..).zip(&pages) {
        for said in [
            "Samuel Adeyemi".to_owned(),
            "Record TH 0412".to_owned(),
            format!("Page {place} of {}", pages.len()),
            "Chain head 3f7a".to_owned(),
            "Printed 28 Nov 2026".to_owned(),
        ] {
            assert!(page.contains(&said), "page {place} does not say {said}");
        }
    }
}

#[test]
fn a_letter_the_typeface_does_not_have_is_named_and_not_lost() {
    let mut paper = Paper::sample();
    paper.name = "\u{4e2d} \u{141}ucja".to_owned();
    let Some(read) = poppler("pdftotext", &[], &paper, &["-"]) else {
        return;
    };
    assert!(read.contains("[U+4E2D] \u{141}ucja"), "{read}");
}

#[test]
fn a_word_longer_than_a_page_is_cut_and_nothing_of_it_is_lost() {
    let mut paper = Paper::empty_sample();
    let word = "abcdefghij".repeat(700);
    paper
        .chapters
        .push(Chapter::new("Long", vec![Block::plain(word.clone())]));
    let Some(read) = poppler("pdfinfo", &["-struct-text"], &paper, &[]) else {
        return;
    };
    let text: String = read
        .lines()
        .filter_map(|line| line.trim().strip_prefix('"'))
        .collect();
    assert!(squeezed(&text.replace('"', "")).contains(&word));
}

#[test]
fn a_foot_longer_than_three_lines_goes_on_in_the_next_and_nothing_runs_off_the_page() {
    let mut paper = long();
    paper.foot = (1..=6)
        .map(|nth| {
            format!(
                "Line {nth} begins, {} and line {nth} ends",
                "goes on and on ".repeat(14)
            )
        })
        .collect();
    let Some(read) = poppler("pdftotext", &["-layout"], &paper, &["-"]) else {
        return;
    };
    let pages: Vec<String> = read
        .split('\u{c}')
        .filter(|page| !page.trim().is_empty())
        .map(squeezed)
        .collect();
    for (page, nth) in pages
        .iter()
        .flat_map(|page| (1..=6).map(move |nth| (page, nth)))
    {
        for said in [format!("Line{nth}begins"), format!("line{nth}ends")] {
            assert!(page.contains(&said), "{said} is not on {page}");
        }
    }
    // Where each word lies, in points of a page of 612 by 792.
    let Some(boxes) = poppler("pdftotext", &["-bbox"], &paper, &["-"]) else {
        return;
    };
    let edge = |line: &str, name: &str| -> f64 {
        let rest = line.split(&format!("{name}=\"")).nth(1).unwrap();
        rest.split('"').next().unwrap().parse().unwrap()
    };
    let words: Vec<&str> = boxes
        .lines()
        .filter(|line| line.contains("<word "))
        .collect();
    assert!(words.len() > 500);
    for word in words {
        assert!(edge(word, "xMax") <= 612.0 - 40.0, "{word}");
        assert!(edge(word, "yMax") <= 792.0 - 12.0, "{word}");
    }
    // No words of the document lie in the foot.
    let foot = boxes
        .lines()
        .filter(|line| line.contains(">begins,</word>"));
    let first = foot.map(|line| edge(line, "yMin")).fold(f64::MAX, f64::min);
    let last = boxes
        .lines()
        .filter(|line| line.contains(">Reading</word>"))
        .map(|line| edge(line, "yMax"))
        .fold(0.0, f64::max);
    assert!(last < first, "{last} and {first}");
}
