//! Every part on one page, so that a change of a sheet can be seen at once.

use figures::{CourseFigure, RoomsOfTheDay, ToDate};
use maud::{Markup, html};

use crate::form::{Choice, Control, Field, Form, Input, form};
use crate::frame::{Frame, nothing, staff_page};
use crate::part::{
    Column, EntryShape, Fact, Figure, Link, Mark, Paging, Phrase, Refusal, RuleGroup, RuleLine,
    RuleOutcome, Rules, Standing, Tab, Table, TimelineItem, facts, figure, mark, paging, phrases,
    refusal, rules, table, tabs, timeline,
};

/// The page of parts.
pub(super) fn parts(frame: &Frame) -> Markup {
    let main = html! {
        div.hf-page {
            h1.hf-h-m { "Parts" }
            (shown("Marks", &marks()))
            (shown("Words", &words()))
            (shown("Buttons", &buttons()))
            (shown("Said aside", &asides()))
            (shown("Facts", &facts(&[
                Fact::plain("Dose", "62 mg over 40 min; 0.8 mg/kg of 77.6 kg"),
                Fact::absent("Allergies", "not asked"),
            ])))
            (shown("Table", &table(&readings(false))))
            (shown("Table without rows", &table(&readings(true))))
            (shown("Filters and pages", &filters()))
            (shown("Refusal", &refusal(&Refusal::sample())))
            (shown("Rules", &rules(&some_rules())))
            (shown("Timeline", &entries()))
            (shown("Form", &form(&frame.csrf, &every_control(false))))
            (shown("Form, to mend", &form(&frame.csrf, &every_control(true))))
            (shown("Figures", &drawings()))
        }
    };
    staff_page(frame, "Parts", &nothing(), &main)
}

fn shown(title: &str, part: &Markup) -> Markup {
    html! { section.hf-section { h2 { (title) } (part) } }
}

fn marks() -> Markup {
    let all = [
        (Standing::ActNow, "Act now"),
        (Standing::Watch, "Watch"),
        (Standing::Settled, "Settled"),
        (Standing::Unknown, "Not asked"),
    ];
    html! { p.hf-acts { @for (standing, word) in all { (mark(&Mark::new(standing, word))) " " } } }
}

fn words() -> Markup {
    let all = [
        Phrase::plain("Plain, "),
        Phrase::Strong("strong, ".into()),
        Phrase::Quiet("quiet, ".into()),
        Phrase::absent("not answered"),
        Phrase::plain(", "),
        Phrase::Struck("85 U/L".into()),
        Phrase::plain(" "),
        Phrase::Instead("58 U/L".into()),
        Phrase::plain(", "),
        Phrase::link("/evidence", "why?"),
        Phrase::plain(" "),
        Phrase::Time("Mon 23 Nov 2026, 14:05".into()),
        Phrase::plain(" "),
        Phrase::Mark(Mark::new(Standing::Watch, "Last 162/98")),
    ];
    html! { p { (phrases(&all)) " " span.hf-late { "Charted Sat 21 Nov 09:05, 17 h later" } } }
}

fn buttons() -> Markup {
    html! {
        p.hf-acts {
            a.hf-button href="/today" { "Main" }
            a.hf-button.hf-button--second href="/today" { "Second" }
            a.hf-button.hf-button--quiet href="/today" { "Quiet" }
            a.hf-button.hf-button--act href="/today" { "Stop infusion" }
        }
    }
}

fn asides() -> Markup {
    html! {
        p.hf-callout { "To know before going on." }
        p.hf-callout.hf-callout--watch { "To watch." }
        p.hf-callout.hf-callout--act { "To act on now." }
    }
}

fn readings(is_empty: bool) -> Table {
    let row = |at: &str, pressure: Phrase| vec![Phrase::sentence(at), vec![pressure]];
    let rows = vec![
        row("14:03", Phrase::plain("162/98")),
        row("13:58", Phrase::absent("not taken")),
    ];
    Table {
        caption: if is_empty {
            "No readings".into()
        } else {
            "Readings".into()
        },
        columns: vec![Column::words("Clock"), Column::numbers("Pressure, mmHg")],
        rows: if is_empty { Vec::new() } else { rows },
        when_empty: "No reading yet. The first is due at 14:08.".into(),
    }
}

fn filters() -> Markup {
    let tab = |text: &str, count: &str, is_chosen| Tab {
        link: Link::new("/patients", text),
        count: Some(count.into()),
        is_chosen,
    };
    let pages = Paging {
        said: "51 to 100 of 868".into(),
        before: Some(Link::new("/patients", "Before")),
        after: Some(Link::new("/patients?page=3", "Next")),
    };
    html! {
        (tabs("Show", &[tab("Everything", "148", true), tab("Sessions", "10", false)]))
        (paging(&pages))
    }
}

fn some_rules() -> Rules {
    let line = RuleLine {
        rule: "E16".into(),
        sentence: Phrase::sentence("Resting pressure 140/90 or more"),
        inputs: Phrase::sentence("152/96, today 13:52"),
    };
    let outcomes = [
        RuleOutcome::Excludes,
        RuleOutcome::Cautions,
        RuleOutcome::Unanswered,
        RuleOutcome::Overridden,
        RuleOutcome::WaitsForTheDay,
        RuleOutcome::DidNotFire,
    ];
    Rules {
        said: "6 rules, one of each outcome.".into(),
        groups: outcomes
            .into_iter()
            .map(|outcome| RuleGroup {
                outcome,
                lines: vec![line.clone()],
            })
            .collect(),
    }
}

fn entries() -> Markup {
    let shapes = [
        (EntryShape::Due, "Due or missed"),
        (EntryShape::Recorded, "Recorded"),
        (EntryShape::Session, "Session"),
        (EntryShape::Use, "Use reported"),
        (EntryShape::Corrected, "Corrected"),
    ];
    let item = |shape, head: &str| {
        TimelineItem::new(
            "Day 7",
            "Fri 30 Oct 10:20",
            shape,
            head,
            Phrase::sentence(", in words"),
        )
        .by("Who wrote it")
    };
    let mut past: Vec<TimelineItem> = shapes
        .into_iter()
        .map(|(shape, head)| item(shape, head))
        .collect();
    let mut opens = item(EntryShape::Session, "Opens in place");
    opens.more = vec![Fact::plain("Peak", "146/88 at minute 30")];
    opens.acts = vec![Link::new("/entries/sample/correct", "Correct")];
    opens.late = Some("Charted 2 h later".into());
    past.push(opens);
    html! {
        (timeline(&[item(EntryShape::Planned, "Planned")], true))
        p.hf-nowrule { b { "Now" } " Mon 23 Nov 2026, 14:05" }
        (timeline(&past, false))
    }
}

fn every_control(is_wrong: bool) -> Form {
    let choices = || Choice::list(&[("a", "One"), ("b", "Another")]);
    let (id, legend) = if is_wrong {
        ("wrong", "Legend of the second")
    } else {
        ("right", "Legend of the first")
    };
    let fields = vec![
        Field::line("line", "A line").hint("How to answer"),
        Field::number("number", "A number", "mmHg"),
        Field::day("day", "A day"),
        Field::moment("moment", "A moment"),
        Field::new("secret", "A pass phrase", Control::line(Input::Secret)),
        Field::area("area", "Several lines").optional(),
        Field::one_of("one", "One of a few", choices()),
        Field::any_of("any", "Any of a few", choices()),
        Field::select("select", "One of many", choices()),
        Field::tick("tick", "One box").hint("What it means"),
    ];
    let form = Form::act("/gallery", "Send")
        .named(id)
        .group_with_hint(legend, "A hint.", fields);
    if !is_wrong {
        return form.small("A small sentence.").cancel("/today", "Back");
    }
    ["line", "number", "one", "tick"]
        .into_iter()
        .fold(form, |form, name| {
            form.wrong(name, "Say what is wrong and what to do.")
        })
}

fn drawings() -> Markup {
    let shown = |drawing| Figure {
        drawing,
        caption: Phrase::sentence("Units, window and source."),
        table_link: "As a table".into(),
    };
    let empty_day = RoomsOfTheDay {
        id: "rooms-empty".into(),
        rooms: Vec::new(),
        first_hour: 8,
        last_hour: 18,
        now_minute: None,
    };
    let long = CourseFigure {
        id: "long".into(),
        ..CourseFigure::sample_long()
    };
    html! {
        (figure(&shown(ToDate::sample().draw())))
        (figure(&shown(long.draw())))
        (figure(&shown(empty_day.draw())))
    }
}
