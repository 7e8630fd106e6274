//! Forms as a browser would read and send them, without script.

use std::collections::BTreeMap;

use testkit::Visitor;
use testkit::visitor::Answer;

/// A form read from a page: where it goes, and what it would send if nothing were changed.
#[derive(Clone, Debug)]
pub(crate) struct Form {
    pub(crate) action: String,
    fields: Vec<(String, String)>,
    names: Vec<String>,
    choices: BTreeMap<String, Vec<String>>,
}

impl Form {
    /// The form of a page that is sent to `action` with POST.
    pub(crate) fn of(page: &Answer, action: &str) -> Self {
        let html = page.text();
        let form = html
            .split("<form")
            .skip(1)
            .filter_map(|rest| rest.split("</form>").next())
            .find(|form| {
                let head = form.split('>').next().unwrap_or("");
                attribute(head, "action").as_deref() == Some(action)
                    && attribute(head, "method").as_deref() == Some("post")
            });
        let form = form.unwrap_or_else(|| panic!("no form goes to {action}:\n{}", said(page)));
        let id = attribute(form.split('>').next().unwrap_or(""), "id");
        let mut form = Self::read(action, form);
        // A field may stand elsewhere on the page and name its form.
        for input in html.split("<input").skip(1) {
            let head = format!("input{}", input.split('>').next().unwrap_or(""));
            let name = attribute(&head, "name");
            if let (Some(of), Some(name)) = (attribute(&head, "form"), name)
                && Some(of) == id
            {
                form.input(&head, name);
            }
        }
        form
    }

    fn read(action: &str, html: &str) -> Self {
        let mut form = Self {
            action: action.to_owned(),
            fields: Vec::new(),
            names: Vec::new(),
            choices: BTreeMap::new(),
        };
        let mut chooser = None;
        for tag in html.split('<').skip(1) {
            let (head, text) = tag.split_once('>').unwrap_or((tag, ""));
            let name = attribute(head, "name");
            match (head.split(' ').next().unwrap_or(""), name) {
                ("input", Some(name)) => form.input(head, name),
                ("textarea", Some(name)) => form.put(name, unescaped(text)),
                ("select", Some(name)) => {
                    form.names.push(name.clone());
                    chooser = Some(name);
                }
                ("option", _) => {
                    let Some(name) = &chooser else { continue };
                    let value = attribute(head, "value").unwrap_or_default();
                    form.choices
                        .entry(name.clone())
                        .or_default()
                        .push(value.clone());
                    if head.split(' ').any(|word| word == "selected") {
                        form.fields.push((name.clone(), value));
                    }
                }
                _ => {}
            }
        }
        form
    }

    fn input(&mut self, head: &str, name: String) {
        let value = attribute(head, "value").unwrap_or_default();
        let is_choice = ["radio", "checkbox"]
            .iter()
            .any(|kind| attribute(head, "type").as_deref() == Some(*kind));
        if !is_choice {
            self.put(name, value);
            return;
        }
        self.choices
            .entry(name.clone())
            .or_default()
            .push(value.clone());
        if head.split(' ').any(|word| word == "checked") {
            self.fields.push((name.clone(), value));
        }
        self.names.push(name);
    }

    fn put(&mut self, name: String, value: String) {
        self.names.push(name.clone());
        self.fields.push((name, value));
    }

    /// What the form would send under a name.
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        let found = self.fields.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// What may be chosen under a name, without the empty choice.
    pub(crate) fn choices(&self, name: &str) -> Vec<String> {
        let all = self.choices.get(name).into_iter().flatten();
        all.filter(|value| !value.is_empty()).cloned().collect()
    }

    /// Whether the form asks this.
    pub(crate) fn asks(&self, name: &str) -> bool {
        self.names.iter().any(|known| known == name)
    }

    /// The questions of yes or no.
    pub(crate) fn of_yes_and_no(&self) -> Vec<String> {
        let offers = |name: &&String| {
            let offered = self.choices.get(*name);
            offered.is_some_and(|all| all.iter().any(|one| one == "yes"))
        };
        self.names.iter().filter(offers).cloned().collect()
    }

    /// The questions whose names begin so.
    pub(crate) fn named(&self, start: &str) -> Vec<String> {
        self.names
            .iter()
            .filter(|name| name.starts_with(start))
            .cloned()
            .collect()
    }

    /// Answers a question the form asks; a form that does not ask it is a fault.
    pub(crate) fn fill(mut self, name: &str, value: &str) -> Self {
        assert!(
            self.names.iter().any(|known| known == name),
            "the form to {} does not ask {name}: {:?}",
            self.action,
            self.names
        );
        if let Some(offered) = self.choices.get(name) {
            assert!(
                offered.iter().any(|known| known == value),
                "{name} offers {offered:?}, not {value}"
            );
        }
        self.fields.retain(|(known, _)| known != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sends this too, which a script of the page adds and the form does not ask.
    pub(crate) fn beside(mut self, name: &str, value: &str) -> Self {
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Answers several questions.
    pub(crate) fn fill_all(self, answers: &[(&str, &str)]) -> Self {
        answers
            .iter()
            .fold(self, |form, (name, value)| form.fill(name, value))
    }

    /// Sends it.
    pub(crate) fn send(&self, visitor: &mut Visitor) -> Answer {
        let fields: Vec<(&str, &str)> = self
            .fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        visitor.post(&self.action, &fields).unwrap()
    }
}

/// Opens a form, answers it, sends it, and gives the page it leads to.
pub(crate) fn done(visitor: &mut Visitor, path: &str, answers: &[(&str, &str)]) -> Answer {
    let answer = sent(visitor, path, answers);
    assert_eq!(answer.status, 303, "{path}: {}", said(&answer));
    let page = visitor.follow(answer).unwrap();
    assert_eq!(page.status, 200, "after {path}: {}", said(&page));
    page
}

/// Opens a form, answers it, sends it, and gives what was answered.
pub(crate) fn sent(visitor: &mut Visitor, path: &str, answers: &[(&str, &str)]) -> Answer {
    let page = visitor.get(path).unwrap();
    assert_eq!(page.status, 200, "{path}: {}", said(&page));
    let action = path.split('?').next().unwrap_or(path);
    Form::of(&page, action).fill_all(answers).send(visitor)
}

/// The words of a page, without its markup, for a test to read and to print.
pub(crate) fn said(page: &Answer) -> String {
    let html = page.text();
    let body = html.split("<body").nth(1).unwrap_or(&html);
    let mut words = String::new();
    for tag in body.split('<').skip(1) {
        let text = tag.split_once('>').map_or("", |(_, text)| text);
        words.push_str(&unescaped(text));
        words.push(' ');
    }
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The first stretch of a page that starts with `start`, up to a quotation mark or a hash.
pub(crate) fn address(page: &Answer, start: &str) -> String {
    let html = page.text();
    let from = html
        .find(start)
        .unwrap_or_else(|| panic!("nothing leads to {start}:\n{}", said(page)));
    let rest = &html[from..];
    unescaped(rest.split(['"', '#']).next().unwrap_or(rest))
}

fn attribute(head: &str, name: &str) -> Option<String> {
    let (_, rest) = head.split_once(&format!(" {name}=\""))?;
    Some(unescaped(rest.split('"').next()?))
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&")
}
