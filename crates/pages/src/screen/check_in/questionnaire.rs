//! One question of a questionnaire on a phone, beneath the line that stands above all of them.

use maud::{Markup, html};

use super::{Answers, CheckIn, question_page};
use crate::form::Choice;
use crate::frame::Door;

/// One question of a questionnaire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuestionnaireQuestion {
    /// "Over the last 2 weeks, how often have you been bothered by any of the following problems?"
    pub above: Option<String>,
    /// What happened since the phone last looked: that the questions begin anew.
    pub said: Option<String>,
    /// The question.
    pub question: CheckIn,
    /// How much is kept, and until when.
    pub kept: Option<String>,
}

impl QuestionnaireQuestion {
    /// A question of the PHQ-9, and one that begins anew.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let choices = [
            ("0", "Not at all"),
            ("1", "Several days"),
            ("2", "More than half the days"),
            ("3", "Nearly every day"),
        ];
        let third = Self {
            above: Some("Over the last 2 weeks, how often have you been bothered by any of the following problems?".into()),
            said: None,
            question: CheckIn {
                number: 3,
                of: 10,
                back: Some("/questionnaire/sample/2".into()),
                action: "/questionnaire/sample/3".into(),
                hidden: Vec::new(),
                question: "Trouble falling or staying asleep, or sleeping too much".into(),
                hint: String::new(),
                name: "answer".into(),
                answers: Answers::OneOf(Choice::list(&choices)),
                error: None,
                coping: None,
                on_phone: None,
            },
            kept: Some("2 of 10 answered and kept until Wed 10 Jun. You can close this and go on where you stopped.".into()),
        };
        let anew = Self {
            said: Some("These questions were changed after you began, so they start again. Nothing you said before was sent.".into()),
            kept: None,
            ..third.clone()
        };
        vec![("third", third), ("anew", anew)]
    }
}

/// One question of a questionnaire.
pub fn questionnaire_question(door: &Door, view: &QuestionnaireQuestion) -> Markup {
    let above = html! {
        @if let Some(words) = &view.said { p.hf-callout role="status" { (words) } }
        @if let Some(words) = &view.above { p.hf-ck__above { (words) } }
    };
    question_page(door, &view.question, &above, view.kept.as_deref())
}
