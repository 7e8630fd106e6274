//! How a question is answered.

/// How a question is answered, with the answer so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Control {
    /// One line.
    Line {
        /// What kind of line.
        input: Input,
        /// The answer so far.
        value: String,
        /// The unit, written after the box.
        unit: Option<String>,
        /// How wide the box is.
        room: Room,
    },
    /// Several lines.
    Area {
        /// The answer so far.
        value: String,
        /// Height in lines.
        rows: u8,
    },
    /// One of a few.
    OneOf {
        /// What can be chosen.
        choices: Vec<Choice>,
        /// The value chosen so far; nothing is chosen for anyone.
        chosen: Option<String>,
    },
    /// Any of a few.
    AnyOf {
        /// What can be chosen.
        choices: Vec<Choice>,
        /// The values chosen so far.
        chosen: Vec<String>,
    },
    /// One of many, in a list that opens.
    Select {
        /// What can be chosen.
        choices: Vec<Choice>,
        /// The value chosen so far.
        chosen: Option<String>,
    },
    /// One box, sent as "yes" when ticked.
    Tick {
        /// Whether it is ticked.
        is_ticked: bool,
    },
}

/// What kind of line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    /// Ordinary words.
    Words,
    /// A person's given name.
    GivenName,
    /// A person's whole name.
    FullName,
    /// A telephone number or a mail address.
    Reach,
    /// The name under which a person signs in.
    SignInName,
    /// A pass phrase that is checked. Never put back.
    Secret,
    /// A pass phrase that is being chosen. Never put back.
    NewSecret,
    /// A number, with or without decimals.
    Number,
    /// A day, sent as `2026-11-23`.
    Day,
    /// A day and a time of day in the clinic's zone, sent as `2026-11-23T14:05`.
    Moment,
    /// Words to look for.
    Search,
}

/// How wide a box is: as wide as the answer it expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Room {
    /// Four figures.
    Short,
    /// A date or a name.
    Middle,
    /// The whole measure.
    Wide,
}

/// Something that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub text: String,
    /// What it means, in smaller words.
    pub hint: Option<String>,
}

impl Choice {
    /// A choice.
    pub fn new(value: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            text: text.into(),
            hint: None,
        }
    }

    /// A choice with a word on what it means.
    pub fn with_hint(
        value: impl Into<String>,
        text: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self {
            value: value.into(),
            text: text.into(),
            hint: Some(hint.into()),
        }
    }

    /// Choices from pairs of value and text.
    pub fn list(pairs: &[(&str, &str)]) -> Vec<Self> {
        pairs
            .iter()
            .map(|(value, text)| Self::new(*value, *text))
            .collect()
    }
}

impl Control {
    /// An empty line.
    pub fn line(input: Input) -> Self {
        let room = match input {
            Input::Number => Room::Short,
            Input::Day | Input::Moment => Room::Middle,
            Input::Words
            | Input::GivenName
            | Input::FullName
            | Input::Reach
            | Input::SignInName
            | Input::Secret
            | Input::NewSecret
            | Input::Search => Room::Wide,
        };
        Self::Line {
            input,
            value: String::new(),
            unit: None,
            room,
        }
    }

    /// Shows what was sent. A secret is not put back.
    pub(super) fn keep(&mut self, sent: Vec<&str>) {
        let first = sent.first().copied();
        match self {
            Self::Line {
                input: Input::Secret | Input::NewSecret,
                ..
            } => {}
            Self::Line { value, .. } | Self::Area { value, .. } => {
                first.unwrap_or_default().clone_into(value);
            }
            Self::OneOf { chosen, .. } | Self::Select { chosen, .. } => {
                *chosen = first.map(str::to_owned);
            }
            Self::AnyOf { chosen, .. } => *chosen = sent.into_iter().map(str::to_owned).collect(),
            Self::Tick { is_ticked } => *is_ticked = first == Some("yes"),
        }
    }
}
