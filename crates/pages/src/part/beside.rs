//! A text before and now, side by side: what changed carries a mark with its word, and the words that
//! changed are struck on the one side and bold and underlined on the other.

use maud::{Markup, html};

use super::mark::{Mark, Standing, mark};
use super::phrase::{Phrase, phrases};

/// Fields of something before and now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beside {
    /// The head of the left side: "Signed, version 1".
    pub before: String,
    /// The head of the right side: "Now, version 2".
    pub now: String,
    /// The fields that read otherwise.
    pub changed: Vec<BesideField>,
    /// The fields that read the same, by name, so that the whole can be read.
    pub same: Vec<(String, String)>,
}

/// A field that reads otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BesideField {
    /// What it is.
    pub name: String,
    /// Its words before.
    pub before: Vec<Phrase>,
    /// Its words now.
    pub now: Vec<Phrase>,
}

impl BesideField {
    /// A field by its words before and now; none where it was not there, or is no longer.
    pub fn new(name: impl Into<String>, before: Option<&str>, now: Option<&str>) -> Self {
        let (before, now) = match (before, now) {
            (Some(before), Some(now)) => apart(before, now),
            (before, now) => (
                Phrase::or_absent(before, "not there"),
                Phrase::or_absent(now, "no longer there"),
            ),
        };
        Self {
            name: name.into(),
            before,
            now,
        }
    }
}

/// Two texts with the words between their common beginning and their common end marked.
fn apart(before: &str, now: &str) -> (Vec<Phrase>, Vec<Phrase>) {
    let (was, is): (Vec<&str>, Vec<&str>) = (
        before.split_whitespace().collect(),
        now.split_whitespace().collect(),
    );
    let first = was.iter().zip(&is).take_while(|(a, b)| a == b).count();
    let most = was.len().min(is.len()) - first;
    let ends = was.iter().rev().zip(is.iter().rev());
    let last = ends.take(most).take_while(|(a, b)| a == b).count();
    (
        marked(&was, first, last, Phrase::Struck),
        marked(&is, first, last, Phrase::Instead),
    )
}

fn marked(words: &[&str], first: usize, last: usize, as_a: fn(String) -> Phrase) -> Vec<Phrase> {
    let middle = words.len() - first - last;
    let join = |from: usize, count: usize| {
        let some: Vec<&str> = words.iter().skip(from).take(count).copied().collect();
        some.join(" ")
    };
    let mut all = Vec::new();
    if first > 0 {
        all.push(Phrase::plain(format!("{} ", join(0, first))));
    }
    if middle > 0 {
        all.push(as_a(join(first, middle)));
    }
    if last > 0 {
        all.push(Phrase::plain(format!(" {}", join(first + middle, last))));
    }
    all
}

/// Draws the two sides.
pub fn beside(one: &Beside) -> Markup {
    html! {
        div.hf-oldnew {
            @for field in &one.changed {
                div.hf-oldnew__field {
                    h3 { (field.name) " " (mark(&Mark::new(Standing::Watch, "Changed"))) }
                    div.hf-oldnew__side { b { (one.before) } p { (phrases(&field.before)) } }
                    div.hf-oldnew__side.hf-oldnew__side--now { b { (one.now) } p { (phrases(&field.now)) } }
                }
            }
            @if !one.same.is_empty() {
                div.hf-oldnew__same {
                    h3 { "Reads the same" }
                    dl { @for (name, words) in &one.same { div { dt { (name) } dd { (words) } } } }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_words_that_changed_are_marked() {
        let field = BesideField::new(
            "When",
            Some("age(birth_date) < 18 y and weighed"),
            Some("age(birth_date) < 21 y and weighed"),
        );
        assert_eq!(
            field.before,
            [
                Phrase::plain("age(birth_date) < "),
                Phrase::Struck("18".into()),
                Phrase::plain(" y and weighed"),
            ]
        );
        assert_eq!(field.now[1], Phrase::Instead("21".into()));
    }

    #[test]
    fn words_that_were_only_added_leave_the_other_side_unmarked() {
        let field = BesideField::new("When", Some("a a"), Some("a a a"));
        assert_eq!(field.before, [Phrase::plain("a a ")]);
        assert_eq!(
            field.now,
            [Phrase::plain("a a "), Phrase::Instead("a".into())]
        );
    }

    #[test]
    fn what_was_not_there_says_so() {
        let field = BesideField::new("When", None, Some("a"));
        assert_eq!(field.before, [Phrase::absent("not there")]);
    }
}
