//! The calendar drawn: months with what is known of each day, its layers and windows, its forms.

use std::collections::BTreeMap;

use clinic::act::follow_back::{self, DayKnown};
use jiff::ToSpan;
use jiff::civil::Date;
use pages::part::Tab;
use pages::{
    Choice, DayShape, Field, FollowBack, FollowDay, FollowMonth, Form, Link, Phrase,
    follow_back as draw,
};
use record::fact::evaluation::AnchorSort;
use record::fact::substance_use::UseSource;
use record::words::Substance;

use super::beside::{self, Beside};
use super::{FILLS, WEEKDAYS, Window, Wrong, is_staff, shown, source, substances};
use crate::app::App;
use crate::ask::Ask;
use crate::forms::choices_of;
use crate::page::patient::{Opened, header};
use crate::sent::sentence;
use crate::words;

pub(super) fn drawn(app: &App, ask: &Ask, opened: &Opened, wrong: &Wrong) -> maud::Markup {
    let window = Window::of(ask, opened);
    let chart = opened.chart();
    let known = follow_back::known(
        chart,
        &window.substance,
        window.target.as_ref(),
        &opened.zone,
    );
    let beside = beside::of(opened, &window);
    let links = vec![
        Link::new(opened.path(""), "Chart"),
        Link::new(opened.path("/evaluation"), "Evaluation"),
    ];
    let action = opened.path("/calendar");
    let mut hidden = vec![
        ("command".to_owned(), app.fresh_command().to_string()),
        ("substance".to_owned(), window.substance.to_string()),
        ("until".to_owned(), window.to.to_string()),
    ];
    let forms = Forms {
        action: &action,
        hidden: &hidden,
        window: &window,
        wrong,
        ask,
    };
    let (fill, anchor, other) = (forms.fill(), forms.anchor(), forms.other());
    let errors = if wrong.form == "days" {
        wrong.fields.iter().map(|(_, said)| said.clone()).collect()
    } else {
        Vec::new()
    };
    hidden.push(("what".to_owned(), "days".to_owned()));
    let view = FollowBack {
        patient: header(app, opened, links),
        substance: window.substance.title(),
        unit: window.unit().to_owned(),
        said: said(&window, &known),
        layers: layers(opened, &window),
        windows: windows(opened, &window),
        action: action.clone(),
        hidden,
        errors,
        is_open: is_staff(ask),
        months: months(ask, &window, &known, &beside, wrong),
        sources: UseSource::ALL
            .iter()
            .map(|one| (one.code().to_owned(), sentence(one.label())))
            .collect(),
        source: source(ask).code().to_owned(),
        fill,
        other,
        anchor,
        events: beside::events(&window, &known, &beside),
        cancel: Link::new(opened.path(""), "Back to the chart"),
    };
    draw(&words::frame(app, ask, Some(pages::Place::Patients)), &view)
}

fn said(window: &Window, known: &BTreeMap<Date, DayKnown>) -> Vec<Phrase> {
    let days: Vec<DayShape> = follow_back::run(window.from, window.to, &[])
        .iter()
        .map(|day| shape(known.get(day)))
        .collect();
    let n = |wanted: DayShape| days.iter().filter(|shape| **shape == wanted).count();
    let n_unknown = n(DayShape::NotKnown);
    let conflict = match n(DayShape::Conflict) {
        0 => String::new(),
        n => format!(", {n} on which reports or a test disagree"),
    };
    Phrase::sentence(format!(
        "{} to {}. {} of {} days known: {} used, {} not used{conflict}. {n_unknown} not known.",
        words::day_plain(window.from),
        words::day_plain(window.to),
        days.len().saturating_sub(n_unknown),
        days.len(),
        n(DayShape::Used),
        n(DayShape::NotUsed),
    ))
}

fn shape(known: Option<&DayKnown>) -> DayShape {
    let Some(known) = known else {
        return DayShape::NotKnown;
    };
    if known.is_conflict() {
        return DayShape::Conflict;
    }
    match known.interview.or(known.diary).or(known.conversation) {
        None => DayShape::NotKnown,
        Some(said) if said.used => DayShape::Used,
        Some(_) => DayShape::NotUsed,
    }
}

fn layers(opened: &Opened, window: &Window) -> Vec<Tab> {
    substances(opened.chart(), Some(&window.substance))
        .into_iter()
        .map(|substance| Tab {
            is_chosen: substance == window.substance,
            count: None,
            link: Link::new(
                Window::path(opened, &substance, window.to),
                substance.title(),
            ),
        })
        .collect()
}

fn windows(opened: &Opened, window: &Window) -> Vec<Tab> {
    let yesterday = opened.today.saturating_sub(1.day());
    let mut all = vec![("Up to yesterday", yesterday)];
    if let Some(first) = window.first_dose {
        all.push(("Before the first dose", first.saturating_sub(1.day())));
    }
    all.push((
        "The ninety days before these",
        window.from.saturating_sub(1.day()),
    ));
    all.into_iter()
        .map(|(text, until)| Tab {
            is_chosen: until == window.to,
            count: None,
            link: Link::new(Window::path(opened, &window.substance, until), text),
        })
        .collect()
}

fn months(
    ask: &Ask,
    window: &Window,
    known: &BTreeMap<Date, DayKnown>,
    beside: &Beside,
    wrong: &Wrong,
) -> Vec<FollowMonth> {
    let mut months: Vec<FollowMonth> = Vec::new();
    for day in follow_back::run(window.from, window.to, &[]) {
        let key = format!("{}-{:02}", day.year(), day.month());
        if months.last().is_none_or(|month| month.key != key) {
            months.push(FollowMonth {
                title: day.strftime("%B %Y").to_string(),
                weeks: Vec::new(),
                key,
            });
        }
        let Some(month) = months.last_mut() else {
            continue;
        };
        let place = usize::try_from(day.weekday().to_monday_zero_offset()).unwrap_or(0);
        if month.weeks.is_empty() || place == 0 {
            month.weeks.push(vec![None; 7]);
        }
        let is_typed = !wrong.days.is_empty();
        let value = ask
            .sent
            .raw(&format!("day-{day}"))
            .filter(|_| is_typed)
            .map_or_else(
                || shown(window, known.get(&day).and_then(|known| known.interview)),
                str::to_owned,
            );
        let one = FollowDay {
            key: day.to_string(),
            number: day.day().to_string(),
            label: words::day_short(day),
            value,
            shape: shape(known.get(&day)),
            badges: beside::badges(window, day, known.get(&day), beside),
            error: wrong.days.get(&day).cloned(),
        };
        if let Some(slot) = month.weeks.last_mut().and_then(|week| week.get_mut(place)) {
            *slot = Some(one);
        }
    }
    months
}

struct Forms<'a> {
    action: &'a str,
    hidden: &'a [(String, String)],
    window: &'a Window,
    wrong: &'a Wrong,
    ask: &'a Ask,
}

impl Forms<'_> {
    fn begin(&self, what: &'static str, submit: &str) -> Form {
        let mut form = Form::act(self.action, submit).named(what);
        for (name, value) in self.hidden {
            form = form.hidden(name.clone(), value.clone());
        }
        form.hidden("what", what)
    }

    fn end(&self, what: &'static str, mut form: Form) -> Form {
        if self.wrong.form == what {
            form = form.keep(self.ask.sent.pairs());
            for (field, said) in &self.wrong.fields {
                form = form.wrong(field, said.clone());
            }
        }
        form
    }

    fn fill(&self) -> Form {
        let days = WEEKDAYS
            .iter()
            .map(|(name, _)| Choice::new(*name, *name))
            .collect();
        let form = self
            .begin("fill", "Fill these days")
            .fields(vec![
                Field::day("from", "From"),
                Field::day("to", "To"),
                Field::any_of("on", "On which days?", days).hint("None ticked is every day"),
                Field::one_of("with", "Filled with what?", Choice::list(&FILLS)).value("amount"),
                Field::line("answer", "Each of these days")
                    .hint(format!(
                        "0 not used, a number of {}, or u",
                        self.window.unit()
                    ))
                    .optional(),
            ])
            .small("Days an interview has answered keep their answer, and no diary is touched.");
        self.end("fill", form)
    }

    fn anchor(&self) -> Form {
        let form = self.begin("anchor", "Note it").fields(vec![
            Field::line("label", "What was it?")
                .hint("For example a birthday, rent day, a journey"),
            Field::one_of("sort", "Of which kind?", choices_of!(AnchorSort)),
            Field::day("anchor_from", "First day"),
            Field::day("anchor_to", "Last day").optional(),
        ]);
        self.end("anchor", form)
    }

    fn other(&self) -> Form {
        let names = Substance::COMMON
            .iter()
            .map(|name| Choice::new(*name, sentence(name)))
            .collect();
        Form::ask(self.action, "Open its calendar")
            .named("other")
            .hidden("until", self.window.to.to_string())
            .fields(vec![Field::select("substance", "Which substance?", names)])
    }
}
