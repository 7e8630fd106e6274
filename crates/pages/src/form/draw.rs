//! A form as markup.

use maud::{Markup, html};

use super::{Choice, Control, Field, Form, Group, Input, Room};
use crate::frame::csrf_field;

/// Draws a form; an act carries the forgery token.
pub fn form(csrf: &str, form: &Form) -> Markup {
    html! {
        form.hf-form id=(form.id) method=(if form.is_act { "post" } else { "get" })
            action=(form.action) data-hf-keep=[form.keeps_at.as_deref()] novalidate {
            @if form.is_act { (csrf_field(csrf)) }
            @for (name, value) in &form.hidden { input type="hidden" name=(name) value=(value); }
            (error_summary(form))
            @for group in &form.groups { (draw_group(form, group)) }
            @if let Some(words) = &form.small { p.hf-form__small { (words) } }
            p.hf-form__acts {
                button.hf-button .hf-button--act[form.is_grave] type="submit" { (form.submit) }
                @if let Some(to) = &form.keeps_at {
                    " " button.hf-button.hf-button--second type="submit" formaction=(to) { "Keep for later" }
                    span.hf-form__kept role="status" {}
                }
                @if let Some(to) = &form.cancel { " " a.hf-button.hf-button--quiet href=(to.href) { (to.text) } }
            }
        }
    }
}

/// Everything to mend, on top, each a way to its field.
fn error_summary(form: &Form) -> Markup {
    let n = form.n_errors();
    html! {
        @if n > 0 {
            div.hf-error-summary role="alert" tabindex="-1" aria-labelledby={ (form.id) "-errors" } {
                h2 id={ (form.id) "-errors" } {
                    @if n == 1 { (form.said.one_wrong) }
                    @else { (form.said.many_wrong.replace("{n}", &n.to_string())) }
                }
                ul {
                    @for words in &form.errors { li { (words) } }
                    @for field in form.groups.iter().flat_map(|group| &group.fields) {
                        @if let Some(words) = &field.error {
                            li { a href={ "#" (first_control_id(form, field)) } { (field.label) ": " (words) } }
                        }
                    }
                }
            }
        }
    }
}

fn draw_group(form: &Form, group: &Group) -> Markup {
    let fields = html! { @for field in &group.fields { (draw_field(form, field)) } };
    html! {
        @if let Some(legend) = &group.legend {
            fieldset.hf-group {
                legend.hf-group__legend { (legend) }
                @if let Some(words) = &group.hint { p.hf-hint { (words) } }
                (fields)
            }
        } @else {
            @if let Some(words) = &group.hint { p.hf-hint { (words) } }
            (fields)
        }
    }
}

fn draw_field(form: &Form, field: &Field) -> Markup {
    let id = control_id(form, field);
    let label = html! {
        (field.label)
        @if field.is_optional { " " span.hf-optional { (form.said.optional) } }
    };
    let said = html! {
        @if let Some(words) = &field.hint { span.hf-hint id={ (id) "-hint" } { (words) } }
        @if let Some(words) = &field.error { span.hf-error id={ (id) "-error" } { (words) } }
    };
    match &field.control {
        Control::Line { .. } | Control::Area { .. } | Control::Select { .. } => html! {
            div.hf-field .hf-field--error[field.error.is_some()] {
                label.hf-label for=(id) { (label) }
                (said)
                (draw_box(&id, field))
            }
        },
        Control::OneOf { choices, chosen } => html! {
            fieldset.hf-field .hf-field--row[is_short(choices)] .hf-field--error[field.error.is_some()] aria-describedby=[described_by(&id, field)] {
                legend.hf-label { (label) }
                (said)
                @for (place, choice) in choices.iter().enumerate() {
                    (draw_choice("radio", &choice_id(&id, place), &field.name, choice, chosen.as_deref() == Some(choice.value.as_str())))
                }
            }
        },
        Control::AnyOf { choices, chosen } => html! {
            fieldset.hf-field .hf-field--error[field.error.is_some()] aria-describedby=[described_by(&id, field)] {
                legend.hf-label { (label) }
                (said)
                @for (place, choice) in choices.iter().enumerate() {
                    (draw_choice("checkbox", &choice_id(&id, place), &field.name, choice, chosen.contains(&choice.value)))
                }
            }
        },
        Control::Tick { is_ticked } => html! {
            div.hf-field .hf-field--error[field.error.is_some()] {
                @if let Some(words) = &field.error { span.hf-error id={ (id) "-error" } { (words) } }
                div.hf-choice {
                    input type="checkbox" id=(id) name=(field.name) value="yes" checked[*is_ticked]
                        aria-describedby=[described_by(&id, field)];
                    label for=(id) {
                        (label)
                        @if let Some(words) = &field.hint { span.hf-hint id={ (id) "-hint" } { (words) } }
                    }
                }
            }
        },
    }
}

/// Whether a few short choices may stand beside one another.
fn is_short(choices: &[Choice]) -> bool {
    let letters = choices.iter().map(|choice| choice.text.chars().count());
    choices.len() <= 5
        && choices.iter().all(|choice| choice.hint.is_none())
        && letters.sum::<usize>() <= 64
}

fn draw_choice(kind: &str, id: &str, name: &str, choice: &Choice, is_chosen: bool) -> Markup {
    html! {
        div.hf-choice {
            input type=(kind) id=(id) name=(name) value=(choice.value) checked[is_chosen];
            label for=(id) {
                (choice.text)
                @if let Some(words) = &choice.hint { span.hf-hint { (words) } }
            }
        }
    }
}

/// The box of a line, an area or a list that opens.
fn draw_box(id: &str, field: &Field) -> Markup {
    let invalid = field.error.is_some().then_some("true");
    let described = described_by(id, field);
    match &field.control {
        Control::Line {
            input,
            value,
            unit,
            room,
        } => {
            let shown = if is_secret(*input) {
                ""
            } else {
                value.as_str()
            };
            let line = html! {
                input.hf-input .(room_class(*room)) id=(id) name=(field.name) type=(input_type(*input))
                    value=[(!shown.is_empty()).then_some(shown)]
                    autocomplete=[autocomplete(*input)] inputmode=[input_mode(*input)]
                    aria-invalid=[invalid] aria-describedby=[described];
            };
            html! {
                @if let Some(unit) = unit {
                    span.hf-with-unit { (line) span { (unit) } }
                } @else { (line) }
            }
        }
        Control::Area { value, rows } => html! {
            textarea.hf-input.hf-textarea id=(id) name=(field.name) rows=(rows)
                aria-invalid=[invalid] aria-describedby=[described] { (value) }
        },
        Control::Select { choices, chosen } => html! {
            select.hf-input.hf-select id=(id) name=(field.name) aria-invalid=[invalid]
                aria-describedby=[described] {
                option value="" { "Choose" }
                @for choice in choices {
                    option value=(choice.value) selected[chosen.as_deref() == Some(choice.value.as_str())] { (choice.text) }
                }
            }
        },
        Control::OneOf { .. } | Control::AnyOf { .. } | Control::Tick { .. } => html! {},
    }
}

fn control_id(form: &Form, field: &Field) -> String {
    format!("{}-{}", form.id, field.name)
}

fn choice_id(id: &str, place: usize) -> String {
    format!("{id}-{place}")
}

/// Where the summary leads: the box, or the first of several choices.
fn first_control_id(form: &Form, field: &Field) -> String {
    let id = control_id(form, field);
    match field.control {
        Control::OneOf { .. } | Control::AnyOf { .. } => choice_id(&id, 0),
        Control::Line { .. }
        | Control::Area { .. }
        | Control::Select { .. }
        | Control::Tick { .. } => id,
    }
}

fn described_by(id: &str, field: &Field) -> Option<String> {
    let hint = field.hint.as_ref().map(|_| format!("{id}-hint"));
    let error = field.error.as_ref().map(|_| format!("{id}-error"));
    match (hint, error) {
        (Some(hint), Some(error)) => Some(format!("{hint} {error}")),
        (hint, error) => hint.or(error),
    }
}

fn is_secret(input: Input) -> bool {
    matches!(input, Input::Secret | Input::NewSecret)
}

fn room_class(room: Room) -> &'static str {
    match room {
        Room::Short => "hf-input--short",
        Room::Middle => "hf-input--middle",
        Room::Wide => "hf-input--wide",
    }
}

fn input_type(input: Input) -> &'static str {
    match input {
        Input::Secret | Input::NewSecret => "password",
        Input::Day => "date",
        Input::Moment => "datetime-local",
        Input::Search => "search",
        Input::Words
        | Input::GivenName
        | Input::FullName
        | Input::Reach
        | Input::SignInName
        | Input::Number => "text",
    }
}

fn autocomplete(input: Input) -> Option<&'static str> {
    match input {
        Input::GivenName => Some("given-name"),
        Input::FullName => Some("name"),
        Input::SignInName => Some("username"),
        Input::Secret => Some("current-password"),
        Input::NewSecret => Some("new-password"),
        Input::Words | Input::Number | Input::Search => Some("off"),
        Input::Reach | Input::Day | Input::Moment => None,
    }
}

fn input_mode(input: Input) -> Option<&'static str> {
    match input {
        Input::Number => Some("decimal"),
        Input::Words
        | Input::GivenName
        | Input::FullName
        | Input::Reach
        | Input::SignInName
        | Input::Secret
        | Input::NewSecret
        | Input::Day
        | Input::Moment
        | Input::Search => None,
    }
}
