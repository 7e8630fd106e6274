//! Sentences with names filled in, numbers that can be pressed and links.

/// A run of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Run {
    /// Words.
    Words(String),
    /// A telephone number.
    Call(String),
    /// A link within the site.
    Link {
        /// Where it leads.
        href: String,
        /// Its words.
        text: String,
    },
}

/// A sentence, or a few.
pub type Sentence = Vec<Run>;

/// Reads `Call {crisis}. [Who should not have it](/risks)`: names in braces are filled in from `names`,
/// as telephone numbers where `numbers` holds them. What is not a name or a link of ours stays as typed.
pub fn runs(text: &str, names: &[(&str, &str)], numbers: &[(&str, &str)]) -> Sentence {
    let mut found = Vec::new();
    let mut words = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '[']) {
        let (before, from) = rest.split_at(at);
        words.push_str(before);
        if let Some((run, after)) = special(from, names, numbers) {
            if let Run::Words(known) = run {
                words.push_str(&known);
            } else {
                push_words(&mut found, &mut words);
                found.push(run);
            }
            rest = after;
        } else {
            let mut letters = from.chars();
            words.extend(letters.next());
            rest = letters.as_str();
        }
    }
    words.push_str(rest);
    push_words(&mut found, &mut words);
    found
}

fn push_words(found: &mut Sentence, words: &mut String) {
    if !words.is_empty() {
        found.push(Run::Words(std::mem::take(words)));
    }
}

/// A name or a link at the start of `from`, and what comes after it.
fn special<'a>(
    from: &'a str,
    names: &[(&str, &str)],
    numbers: &[(&str, &str)],
) -> Option<(Run, &'a str)> {
    if let Some(inside) = from.strip_prefix('{') {
        let (name, after) = inside.split_once('}')?;
        let known = |list: &[(&str, &str)]| {
            let found = list.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        let run = known(numbers)
            .map(Run::Call)
            .or_else(|| known(names).map(Run::Words))?;
        return Some((run, after));
    }
    let (text, after) = from.strip_prefix('[')?.split_once("](")?;
    let (href, after) = after.split_once(')')?;
    let is_own = href.starts_with('/') && !href.starts_with("//");
    let run = Run::Link {
        href: href.to_owned(),
        text: text.to_owned(),
    };
    is_own.then_some((run, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_filled_in_numbers_can_be_pressed_and_only_own_links_lead_anywhere() {
        let read = |text| runs(text, &[("reader", "Maria")], &[("crisis", "988")]);
        let call = Run::Call("988".into());
        let words = |text: &str| Run::Words(text.into());
        assert_eq!(read("Call {crisis}."), [words("Call "), call, words(".")]);
        assert_eq!(read("{reader} reads"), [words("Maria reads")]);
        let link = Run::Link {
            href: "/risks".into(),
            text: "Who".into(),
        };
        assert_eq!(read("[Who](/risks) not"), [link, words(" not")]);
        for text in [
            "{nobody} {",
            "[x](https://elsewhere)",
            "[x](//elsewhere)",
            "[x] (y",
            "<b>",
        ] {
            assert_eq!(read(text), [words(text)]);
        }
    }
}
