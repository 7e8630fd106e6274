//! A document as lines and a letter for each, and the document again from these: what was frozen is set as
//! it was, without being made anew.

use super::{Block, Chapter, Paper, words};
use crate::part::{Column, Fact, Phrase, Table};

/// How a line is set. Its letter is kept with what is frozen, so a letter never changes its meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Set {
    Title,
    Heading,
    Said,
    Item,
    FactName,
    FactValue,
    Caption,
    HeadOfWords,
    HeadOfNumbers,
    Cell,
    WhenEmpty,
    FigureCaption,
}

const LETTERS: [(char, Set); 12] = [
    ('T', Set::Title),
    ('H', Set::Heading),
    ('P', Set::Said),
    ('I', Set::Item),
    ('N', Set::FactName),
    ('V', Set::FactValue),
    ('C', Set::Caption),
    ('w', Set::HeadOfWords),
    ('n', Set::HeadOfNumbers),
    ('c', Set::Cell),
    ('E', Set::WhenEmpty),
    ('F', Set::FigureCaption),
];

/// Stands before the letter of a line that is blank and was left out.
pub const BLANK: char = '-';

/// Stands for a line that goes on with the one before it.
pub const GOES_ON: char = '+';

fn letter(set: Set) -> char {
    let mut all = LETTERS.iter();
    all.find(|(_, one)| *one == set)
        .map_or('P', |(letter, _)| *letter)
}

impl Paper {
    /// Every line with the letter of how it is set, blank ones too; the foot is not among them.
    pub fn set_lines(&self) -> Vec<(char, String)> {
        let mut all = vec![(Set::Title, self.title.clone())];
        for chapter in &self.chapters {
            all.push((Set::Heading, chapter.title.clone()));
            for block in &chapter.blocks {
                block_lines(block, &mut all);
            }
        }
        all.into_iter()
            .map(|(set, line)| (letter(set), line))
            .collect()
    }

    /// The title and the chapters of a document kept as lines; none where the letters and the lines do not
    /// belong together. Figures are not in lines: their captions are, and the tables of their values.
    pub fn of_lines(letters: &str, lines: &[String]) -> Option<(String, Vec<Chapter>)> {
        let mut all: Vec<(Set, String)> = Vec::new();
        let mut lines = lines.iter();
        let mut letters = letters.chars();
        while let Some(letter) = letters.next() {
            if letter == GOES_ON {
                let (_, line) = all.last_mut()?;
                line.push(' ');
                line.push_str(lines.next()?);
            } else if letter == BLANK {
                all.push((set_of(letters.next()?)?, String::new()));
            } else {
                all.push((set_of(letter)?, lines.next()?.clone()));
            }
        }
        if lines.next().is_some() {
            return None;
        }
        let mut all = all.into_iter();
        let (Set::Title, title) = all.next()? else {
            return None;
        };
        let mut chapters: Vec<Chapter> = Vec::new();
        for (set, line) in all {
            if set == Set::Heading {
                chapters.push(Chapter::new(line, Vec::new()));
            } else {
                add(&mut chapters.last_mut()?.blocks, set, line)?;
            }
        }
        Some((title, chapters))
    }
}

fn set_of(letter: char) -> Option<Set> {
    let mut all = LETTERS.iter();
    all.find(|(one, _)| *one == letter).map(|(_, set)| *set)
}

fn block_lines(block: &Block, all: &mut Vec<(Set, String)>) {
    match block {
        Block::Said(phrases) => all.push((Set::Said, words(phrases))),
        Block::List(items) => all.extend(items.iter().map(|item| (Set::Item, words(item)))),
        Block::Facts(facts) => {
            for fact in facts {
                all.push((Set::FactName, fact.name.clone()));
                all.push((Set::FactValue, words(&fact.said)));
            }
        }
        Block::Table(table) if table.rows.is_empty() => {
            all.push((Set::WhenEmpty, table.when_empty.clone()));
        }
        Block::Table(table) => {
            all.push((Set::Caption, table.caption.clone()));
            all.extend(table.columns.iter().map(|column| {
                let set = if column.is_number {
                    Set::HeadOfNumbers
                } else {
                    Set::HeadOfWords
                };
                (set, column.head.clone())
            }));
            for row in &table.rows {
                all.extend(row.iter().map(|cell| (Set::Cell, words(cell))));
            }
        }
        Block::Figure(figure) => all.push((Set::FigureCaption, words(&figure.caption))),
    }
}

/// Adds a line to the blocks of a chapter; none where it cannot stand there.
fn add(blocks: &mut Vec<Block>, set: Set, line: String) -> Option<()> {
    match set {
        Set::Title | Set::Heading => return None,
        Set::Said | Set::FigureCaption => blocks.push(Block::plain(line)),
        Set::WhenEmpty => blocks.push(Block::Table(Table {
            caption: String::new(),
            columns: Vec::new(),
            rows: Vec::new(),
            when_empty: line,
        })),
        Set::Item => match blocks.last_mut() {
            Some(Block::List(items)) => items.push(Phrase::sentence(line)),
            _ => blocks.push(Block::List(vec![Phrase::sentence(line)])),
        },
        Set::FactName => match blocks.last_mut() {
            Some(Block::Facts(facts)) => facts.push(Fact::plain(line, "")),
            _ => blocks.push(Block::Facts(vec![Fact::plain(line, "")])),
        },
        Set::FactValue => {
            let Some(Block::Facts(facts)) = blocks.last_mut() else {
                return None;
            };
            facts.last_mut()?.said = Phrase::sentence(line);
        }
        Set::Caption => blocks.push(Block::Table(Table {
            caption: line,
            columns: Vec::new(),
            rows: Vec::new(),
            when_empty: String::new(),
        })),
        Set::HeadOfWords => table(blocks)?.columns.push(Column::words(line)),
        Set::HeadOfNumbers => table(blocks)?.columns.push(Column::numbers(line)),
        Set::Cell => {
            let table = table(blocks)?;
            let n = table.columns.len();
            match table.rows.last_mut().filter(|row| row.len() < n) {
                Some(row) => row.push(Phrase::sentence(line)),
                None => table.rows.push(vec![Phrase::sentence(line)]),
            }
        }
    }
    Some(())
}

fn table(blocks: &mut [Block]) -> Option<&mut Table> {
    match blocks.last_mut() {
        Some(Block::Table(table)) => Some(table),
        Some(Block::Said(_) | Block::List(_) | Block::Facts(_) | Block::Figure(_)) | None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(all: &[(char, String)]) -> (String, Vec<String>) {
        let (mut letters, mut lines) = (String::new(), Vec::new());
        for (letter, line) in all {
            if line.trim().is_empty() {
                letters.push(BLANK);
            } else {
                lines.push(line.clone());
            }
            letters.push(*letter);
        }
        (letters, lines)
    }

    #[test]
    fn a_document_kept_as_lines_is_set_again_with_the_same_lines_and_the_same_letters() {
        for paper in [Paper::sample(), Paper::empty_sample()] {
            let all = paper.set_lines();
            let (letters, lines) = kept(&all);
            let (title, chapters) = Paper::of_lines(&letters, &lines).unwrap();
            let again = Paper {
                title,
                chapters,
                foot: Vec::new(),
                ..paper.clone()
            };
            let mut without_foot = paper;
            without_foot.foot.clear();
            assert_eq!(again.lines(), without_foot.lines());
        }
    }

    #[test]
    fn letters_that_do_not_fit_the_lines_give_no_document() {
        let lines = ["Title".to_owned(), "One".to_owned()];
        assert!(Paper::of_lines("TH", &lines).is_some());
        for letters in ["", "T", "THP", "HT", "TP", "T?", "THc", "+T", "TV", "T-"] {
            assert_eq!(Paper::of_lines(letters, &lines), None, "{letters}");
        }
    }

    #[test]
    fn a_line_that_goes_on_is_one_again() {
        let lines = ["Title", "Head", "one two", "three"].map(str::to_owned);
        let (_, chapters) = Paper::of_lines("THP+", &lines).unwrap();
        assert_eq!(chapters[0].blocks, [Block::plain("one two three")]);
    }
}
