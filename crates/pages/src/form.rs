//! Every form, from one typed description.
//!
//! A form keeps what was typed, says beside each answer what to mend and lists all of it on top. It works without script: the
//! server sends the same form back with its errors.

mod control;
mod draw;

pub use control::{Choice, Control, Input, Room};
pub use draw::form;

use crate::part::Link;

/// A form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// Unique on the page; prefixes the identifiers of its fields.
    pub id: String,
    /// Where it is sent.
    pub action: String,
    /// Sent with POST (an act) or GET (a question).
    pub is_act: bool,
    /// Fields nobody sees: command id, the position the reader looked at.
    pub hidden: Vec<(String, String)>,
    /// What is wrong with the whole rather than with one answer.
    pub errors: Vec<String>,
    /// Its groups of fields, top to bottom.
    pub groups: Vec<Group>,
    /// A small sentence above the button.
    pub small: Option<String>,
    /// The word on the button, a verb.
    pub submit: String,
    /// The button ends or undoes something.
    pub is_grave: bool,
    /// The way out.
    pub cancel: Option<Link>,
    /// What it says of itself, in the language of the page.
    pub said: FormWords,
    /// Where answers are kept as they are given; none keeps nothing until it is sent.
    pub keeps_at: Option<String>,
}

/// What a form says of itself: English, unless the page speaks another language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormWords {
    /// Over one answer to mend.
    pub one_wrong: String,
    /// Over several; `{n}` is how many.
    pub many_wrong: String,
    /// Beside a question that may be left empty.
    pub optional: String,
}

impl Default for FormWords {
    fn default() -> Self {
        Self {
            one_wrong: "One answer needs another look".into(),
            many_wrong: "{n} answers need another look".into(),
            optional: "(optional)".into(),
        }
    }
}

/// A group of fields under one legend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its heading; none for a form of a single group.
    pub legend: Option<String>,
    /// What to know before answering.
    pub hint: Option<String>,
    /// Its fields.
    pub fields: Vec<Field>,
}

/// A field: one question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The name under which its answer is sent.
    pub name: String,
    /// The question.
    pub label: String,
    /// How to answer.
    pub hint: Option<String>,
    /// What is wrong with the answer and what to do.
    pub error: Option<String>,
    /// How it is answered.
    pub control: Control,
    /// Whether it may be left empty; said in words beside the question.
    pub is_optional: bool,
}

impl Form {
    /// A form that does something, sent with POST.
    pub fn act(action: impl Into<String>, submit: impl Into<String>) -> Self {
        Self {
            id: "form".into(),
            action: action.into(),
            is_act: true,
            hidden: Vec::new(),
            errors: Vec::new(),
            groups: Vec::new(),
            small: None,
            submit: submit.into(),
            is_grave: false,
            cancel: None,
            said: FormWords::default(),
            keeps_at: None,
        }
    }

    /// The same form, whose answers are kept as they are given, and by a button where there is no script.
    #[must_use]
    pub fn kept_at(mut self, action: impl Into<String>) -> Self {
        self.keeps_at = Some(action.into());
        self
    }

    /// The same form, saying what it says of itself in other words.
    #[must_use]
    pub fn said(mut self, words: FormWords) -> Self {
        self.said = words;
        self
    }

    /// A form that asks something, sent with GET; its answers stay in the address.
    pub fn ask(action: impl Into<String>, submit: impl Into<String>) -> Self {
        Self {
            is_act: false,
            ..Self::act(action, submit)
        }
    }

    /// The same form under another identifier, needed when a page has several.
    #[must_use]
    pub fn named(mut self, id: impl Into<String>) -> Self {
        self.id = id.into();
        self
    }

    /// Adds a hidden field.
    #[must_use]
    pub fn hidden(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.hidden.push((name.into(), value.into()));
        self
    }

    /// Adds a group under a legend.
    #[must_use]
    pub fn group(mut self, legend: impl Into<String>, fields: Vec<Field>) -> Self {
        self.groups.push(Group {
            legend: Some(legend.into()),
            hint: None,
            fields,
        });
        self
    }

    /// Adds a group with a hint under its legend.
    #[must_use]
    pub fn group_with_hint(
        mut self,
        legend: impl Into<String>,
        hint: impl Into<String>,
        fields: Vec<Field>,
    ) -> Self {
        self.groups.push(Group {
            legend: Some(legend.into()),
            hint: Some(hint.into()),
            fields,
        });
        self
    }

    /// Adds fields without a legend.
    #[must_use]
    pub fn fields(mut self, fields: Vec<Field>) -> Self {
        self.groups.push(Group {
            legend: None,
            hint: None,
            fields,
        });
        self
    }

    /// Sets the way out.
    #[must_use]
    pub fn cancel(mut self, href: impl Into<String>, text: impl Into<String>) -> Self {
        self.cancel = Some(Link::new(href, text));
        self
    }

    /// Sets the small sentence above the button.
    #[must_use]
    pub fn small(mut self, words: impl Into<String>) -> Self {
        self.small = Some(words.into());
        self
    }

    /// Marks the button as one that ends or undoes something.
    #[must_use]
    pub fn grave(mut self) -> Self {
        self.is_grave = true;
        self
    }

    /// Adds what is wrong with the whole.
    #[must_use]
    pub fn error(mut self, words: impl Into<String>) -> Self {
        self.errors.push(words.into());
        self
    }

    /// Puts back what was sent: each field of a given name shows the given answers again.
    ///
    /// Secrets are never put back.
    #[must_use]
    pub fn keep(mut self, sent: &[(String, String)]) -> Self {
        for field in self
            .groups
            .iter_mut()
            .flat_map(|group| group.fields.iter_mut())
        {
            field.control.keep(
                sent.iter()
                    .filter(|(name, _)| *name == field.name)
                    .map(|(_, value)| value.as_str())
                    .collect(),
            );
        }
        self
    }

    /// Says what is wrong with the field of a given name, or with the whole when there is no such field.
    #[must_use]
    pub fn wrong(mut self, name: &str, words: impl Into<String>) -> Self {
        let mut fields = self
            .groups
            .iter_mut()
            .flat_map(|group| group.fields.iter_mut());
        match fields.find(|field| field.name == name) {
            Some(field) => field.error = Some(words.into()),
            None => self.errors.push(words.into()),
        }
        self
    }

    /// How many answers need another look.
    pub fn n_errors(&self) -> usize {
        self.errors.len()
            + self
                .groups
                .iter()
                .flat_map(|group| &group.fields)
                .filter(|field| field.error.is_some())
                .count()
    }
}

impl Field {
    /// A field with any control.
    pub fn new(name: impl Into<String>, label: impl Into<String>, control: Control) -> Self {
        Self {
            name: name.into(),
            label: label.into(),
            hint: None,
            error: None,
            control,
            is_optional: false,
        }
    }

    /// One line of text.
    pub fn line(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(name, label, Control::line(Input::Words))
    }

    /// A number with its unit, "mmHg".
    pub fn number(
        name: impl Into<String>,
        label: impl Into<String>,
        unit: impl Into<String>,
    ) -> Self {
        let control = Control::Line {
            input: Input::Number,
            value: String::new(),
            unit: Some(unit.into()),
            room: Room::Short,
        };
        Self::new(name, label, control)
    }

    /// A day.
    pub fn day(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(name, label, Control::line(Input::Day))
    }

    /// A day and a time of day.
    pub fn moment(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(name, label, Control::line(Input::Moment))
    }

    /// Several lines of text.
    pub fn area(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(
            name,
            label,
            Control::Area {
                value: String::new(),
                rows: 4,
            },
        )
    }

    /// Many lines of text that are looked over as a whole, such as a case in the form a machine reads.
    pub fn page(name: impl Into<String>, label: impl Into<String>) -> Self {
        let value = String::new();
        Self::new(name, label, Control::Area { value, rows: 20 })
    }

    /// One of a few, all in sight.
    pub fn one_of(name: impl Into<String>, label: impl Into<String>, choices: Vec<Choice>) -> Self {
        Self::new(
            name,
            label,
            Control::OneOf {
                choices,
                chosen: None,
            },
        )
    }

    /// Any of a few, all in sight.
    pub fn any_of(name: impl Into<String>, label: impl Into<String>, choices: Vec<Choice>) -> Self {
        Self::new(
            name,
            label,
            Control::AnyOf {
                choices,
                chosen: Vec::new(),
            },
        )
    }

    /// One of many, in a list that opens.
    pub fn select(name: impl Into<String>, label: impl Into<String>, choices: Vec<Choice>) -> Self {
        Self::new(
            name,
            label,
            Control::Select {
                choices,
                chosen: None,
            },
        )
    }

    /// One box to tick, sent as "yes".
    pub fn tick(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(name, label, Control::Tick { is_ticked: false })
    }

    /// Says how to answer.
    #[must_use]
    pub fn hint(mut self, words: impl Into<String>) -> Self {
        self.hint = Some(words.into());
        self
    }

    /// May be left empty.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.is_optional = true;
        self
    }

    /// Shows an answer.
    #[must_use]
    pub fn value(mut self, value: &str) -> Self {
        self.control.keep(vec![value]);
        self
    }

    /// Says what is wrong and what to do.
    #[must_use]
    pub fn wrong(mut self, words: impl Into<String>) -> Self {
        self.error = Some(words.into());
        self
    }
}
