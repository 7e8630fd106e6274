//! The charts behind a number, for those who may open them.

use clinic::denied::Denied;
use clinic::outcome::ask::{Made, Place};
use clinic::outcome::behind::{Behind, open};
use outcomes::report::behind::Number;
use pages::{Column, Link, Listing, Paging, Phrase, Tab, Table, listing};

use super::{asked, path};
use crate::app::App;
use crate::ask::Ask;
use crate::reply::Reply;
use crate::words;

/// The list, which is logged for each record in it.
pub(crate) fn show(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let actor = &ask.signed_in()?.actor;
    let asked = asked(ask, false);
    // Without a number named it is who asked at all.
    let of = ask.query.get("of").unwrap_or("way-enquired");
    let today = app.clinic.zone_today(ask.now);
    let behind = open(
        &app.clinic,
        actor,
        (&asked, today),
        (of, ask.query.get("answer")),
        (ask.now, "web"),
    )?;
    let tabs = behind.parts.iter().map(|part| Tab {
        link: Link::new(
            path(
                "/outcomes/behind",
                &asked,
                &[("of", of), ("answer", &part.code)],
            ),
            part.words.clone(),
        ),
        count: Some(words::count(part.n)),
        is_chosen: part.code == behind.part.code,
    });
    let view = Listing {
        title: behind.name.clone(),
        said: Phrase::sentence(format!(
            "{}: {}. Computed from entry {}. Who looked at this list is written down for each of them.",
            words::of(behind.part.n, "person", "people"),
            behind.part.words,
            words::count(usize::try_from(behind.position).unwrap_or(0)),
        )),
        tabs: tabs.collect(),
        search: None,
        acts: vec![Link::new(
            path("/outcomes", &asked, &[]),
            "Back to the outcomes",
        )],
        table: table(app, &behind),
        paging: Paging {
            said: String::new(),
            before: None,
            after: None,
        },
    };
    let frame = words::frame(app, ask, Some(pages::Place::Outcomes));
    Ok(Reply::Page(listing(&frame, &view)))
}

fn table(app: &App, behind: &Behind) -> Table {
    let board = app.clinic.board();
    let row = |one: &Place| {
        let name = board.line(one.patient)?.name.to_string();
        let index = one.index.map_or_else(
            || vec![Phrase::absent("none yet")],
            |day| Phrase::sentence(words::day_plain(day)),
        );
        let protocol = one.protocol.as_deref().unwrap_or("none");
        Some(vec![
            vec![Phrase::link(
                format!("/patients/{}/ninety-days", one.patient),
                name,
            )],
            index,
            Phrase::sentence(protocol),
        ])
    };
    Table {
        caption: "Charts behind the number".to_owned(),
        columns: vec![
            Column::words("Name"),
            Column::words("Day 0"),
            Column::words("Protocol"),
        ],
        rows: behind.people.iter().filter_map(row).collect(),
        when_empty: "Nobody is in this part.".to_owned(),
    }
}

/// "Computed from entry 48,213", and a link to the charts behind each number for those who may open them.
pub(super) fn from(made: &Made, numbers: &[(Number<'_>, String)]) -> Vec<Phrase> {
    let links = numbers
        .iter()
        .map(|(number, words)| Link::new(to(made, *number), words.clone()))
        .collect();
    from_links(made, links)
}

/// The same for charts chosen otherwise than the page is.
pub(super) fn from_links(made: &Made, links: Vec<Link>) -> Vec<Phrase> {
    let mut phrases = vec![Phrase::plain(format!("Computed from {}.", entry(made)))];
    if may_open(made) && !links.is_empty() {
        phrases.push(Phrase::plain(" Charts behind it: "));
        for (place, link) in links.into_iter().enumerate() {
            if place > 0 {
                phrases.push(Phrase::plain(", "));
            }
            phrases.push(Phrase::Link(link));
        }
        phrases.push(Phrase::plain("."));
    }
    phrases
}

/// "entry 48,213".
pub(super) fn entry(made: &Made) -> String {
    format!(
        "entry {}",
        words::count(usize::try_from(made.position).unwrap_or(0))
    )
}

/// Whether the charts behind a number are offered: never from what leaves the clinic.
pub(super) const fn may_open(made: &Made) -> bool {
    made.may_look && !made.asked.for_outside
}

/// Where the charts behind a number are.
pub(super) fn to(made: &Made, number: Number<'_>) -> String {
    path("/outcomes/behind", &made.asked, &[("of", &number.code())])
}
