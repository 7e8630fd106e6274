//! Outcomes: what our programme does for people like these, the charts behind it, and the report that
//! leaves the clinic.

pub(crate) mod behind;
mod definitions;
mod draw;
mod plots;
pub(crate) mod published;
mod readings;
pub(crate) mod report;
pub(crate) mod tables;

use std::fmt::Write as _;
use std::sync::Arc;

use super::missing;
use crate::app::App;
use crate::ask::Ask;
use crate::reply::Reply;
use crate::words;
use clinic::authority::{Act, may};
use clinic::denied::Denied;
use clinic::outcome::ask::{Asked, FEWEST, Made, ask as asking};
use outcomes::report::thousands;
use outcomes::tidy::Format;
use pages::{Choice, Fact as Shown, Filter, Link, Outcomes, Phrase};

/// The page.
pub(crate) fn show(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let made = made(app, ask, false)?;
    let mut view = view(app, ask, &made);
    view.sections.push(report::section(app));
    let frame = words::frame(app, ask, Some(pages::Place::Outcomes));
    Ok(Reply::Page(pages::outcomes(&frame, &view)))
}

/// What is asked for in the address.
fn asked(ask: &Ask, for_outside: bool) -> Asked {
    asked_by(|name| ask.query.get(name).map(str::to_owned), for_outside)
}

/// What is asked for, wherever it is said.
pub(crate) fn asked_by(said: impl Fn(&str) -> Option<String>, for_outside: bool) -> Asked {
    let get = |name: &str| said(name).filter(|text| !text.is_empty());
    Asked {
        substance: get("substance"),
        protocol: get("protocol"),
        site: get("site"),
        year: get("year").and_then(|text| text.parse().ok()),
        relapse: get("relapse"),
        definitions: get("definitions").is_some(),
        for_outside,
    }
}

pub(crate) fn made(app: &App, ask: &Ask, for_outside: bool) -> Result<Arc<Made>, Denied> {
    let today = app.clinic.zone_today(ask.now);
    let actor = &ask.signed_in()?.actor;
    asking(&app.clinic, actor, asked(ask, for_outside), today)
}

/// An address with what was chosen in it.
pub(crate) fn path(base: &str, asked: &Asked, more: &[(&str, &str)]) -> String {
    let year = asked.year.map(|year| year.to_string());
    let chosen = [
        ("substance", asked.substance.as_deref()),
        ("protocol", asked.protocol.as_deref()),
        ("site", asked.site.as_deref()),
        ("year", year.as_deref()),
        ("relapse", asked.relapse.as_deref()),
    ];
    let more = more.iter().map(|(name, value)| (*name, Some(*value)));
    let mut address = base.to_owned();
    for (name, value) in chosen
        .into_iter()
        .filter(|(name, _)| {
            // What is said anew replaces what was chosen.
            !more.clone().any(|(other, _)| other == *name)
        })
        .chain(more.clone())
    {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            address.push(if address.contains('?') { '&' } else { '?' });
            address.push_str(name);
            address.push('=');
            address.push_str(&escaped(value));
        }
    }
    address
}

/// A value as it stands in an address.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing into a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

fn view(app: &App, ask: &Ask, made: &Made) -> Outcomes {
    let report = &made.report;
    let n = thousands(report.n_counted);
    let whose = match report.n_counted {
        0 => "What happened".to_owned(),
        1 => "What happened to the one who has reached day 90".to_owned(),
        _ => format!("What happened to the {n} who have reached day 90"),
    };
    let is_empty = report.n_counted == 0;
    let mut plots = plots::plots(made);
    plots.push(published::plot(app, made));
    Outcomes {
        title: "What does our programme do for people like these?".to_owned(),
        said: withheld(made),
        filters: filters(made),
        along: made
            .asked
            .relapse
            .iter()
            .map(|rule| ("relapse".to_owned(), rule.clone()))
            .collect(),
        complete: missing::section(&made.completeness, made.may_look),
        way: draw::way(made),
        way_from: draw::way_from(made),
        estimand: estimand(made),
        whose,
        rows: if is_empty {
            Vec::new()
        } else {
            draw::rows(made)
        },
        when_empty: when_empty(made),
        harm: draw::harm(made),
        harm_from: draw::harm_from(made),
        plots,
        sections: std::iter::once(readings::section(made))
            .chain(definitions::sections(made))
            .collect(),
        foot: foot(app, ask, made),
        links: links(ask, made),
    }
}

fn withheld(made: &Made) -> Vec<Phrase> {
    if made.is_all_withheld {
        let words = format!(
            "Withheld: fewer than {FEWEST} people are asked about, or so few differ from another choice that they \
             could be found by subtracting the one from the other. Choose less narrowly."
        );
        return Phrase::sentence(words);
    }
    if made.report.fewest > 1 {
        let words = format!(
            "Numbers under {FEWEST}, and what would give them away, are withheld. Everybody, and each substance, protocol, \
             year and site, are looked at in this order: what differs in fewer than {FEWEST} people from what is told \
             of the others is not told, so no choice subtracted from another finds anybody."
        );
        return Phrase::sentence(words);
    }
    Vec::new()
}

fn when_empty(made: &Made) -> String {
    match (
        made.is_all_withheld,
        made.report.n_started,
        made.next_ninety,
    ) {
        (true, _, _) => "Withheld.".to_owned(),
        (false, 0, _) => {
            "Nobody among these has started yet, so there is nothing to count.".to_owned()
        }
        (false, n, Some(day)) => format!(
            "{} started, and nobody has reached day 90 yet; the first will have on {}.",
            words::of(usize::try_from(n).unwrap_or(0), "person has", "people have"),
            words::day(day)
        ),
        (false, _, None) => "Nobody has reached day 90 yet.".to_owned(),
    }
}

fn filters(made: &Made) -> Vec<Filter> {
    let filter = |name: &str, label: &str, any: &str, all: Vec<Choice>, chosen: Option<String>| {
        let mut choices = vec![Choice::new("", any)];
        choices.extend(all);
        Filter {
            name: name.to_owned(),
            label: label.to_owned(),
            choices,
            chosen: chosen.unwrap_or_default(),
        }
    };
    let plain = |names: &std::collections::BTreeSet<String>| -> Vec<Choice> {
        names
            .iter()
            .map(|name| Choice::new(name.clone(), name.clone()))
            .collect()
    };
    let (asked, offered) = (&made.asked, &made.offered);
    let years = offered
        .years
        .iter()
        .map(|year| Choice::new(year.to_string(), year.to_string()))
        .collect();
    let year = asked.year.map(|year| year.to_string());
    let mut all = vec![
        filter(
            "substance",
            "Substance",
            "Any",
            plain(&offered.substances),
            asked.substance.clone(),
        ),
        filter(
            "protocol",
            "Protocol",
            "All",
            plain(&offered.protocols),
            asked.protocol.clone(),
        ),
        filter(
            "year",
            &format!("{} in", made.began.words()),
            "Any year",
            years,
            year,
        ),
    ];
    if !offered.sites.is_empty() {
        all.push(filter(
            "site",
            "Site",
            "All",
            plain(&offered.sites),
            asked.site.clone(),
        ));
    }
    all
}

fn estimand(made: &Made) -> Vec<Shown> {
    made.report
        .lines
        .first()
        .map_or_else(Vec::new, |line| draw::box_of(&line.estimand))
}

fn chosen(made: &Made) -> Vec<Phrase> {
    let asked = &made.asked;
    let or = |one: &Option<String>, any: &str| one.clone().unwrap_or_else(|| any.to_owned());
    let year = asked
        .year
        .map_or_else(|| "any year".to_owned(), |year| year.to_string());
    let mut phrases = Phrase::sentence(format!(
        "Substance: {}. Protocol: {}. Site: {}. {} in {year}. ",
        or(&asked.substance, "any"),
        or(&asked.protocol, "all"),
        or(&asked.site, "all"),
        made.began.words(),
    ));
    phrases.extend(withheld(made));
    phrases
}

fn foot(app: &App, ask: &Ask, made: &Made) -> Vec<Phrase> {
    let zone = app.clinic.zone();
    let position = words::count(usize::try_from(made.position).unwrap_or(0));
    vec![
        Phrase::Strong(format!("Computed from entry {position}")),
        Phrase::plain(format!(
            " of the record, {}, by Holdfast {}. Day 0 is the first dose; of a record taken in from a trial, \
             the day of randomisation. No group of ours was randomised, so nothing here says what the treatment did. \
             Counts under {FEWEST} are withheld from anything that leaves the clinic.",
            words::moment(ask.now, &zone),
            app.settings.version,
        )),
    ]
}

fn links(ask: &Ask, made: &Made) -> Vec<Link> {
    let to = |base: &str, text: &str| Link::new(path(base, &made.asked, &[]), text);
    let mut links = vec![to("/outcomes/report", "Report that may leave the clinic")];
    let may_export = ask
        .signed_in()
        .is_ok_and(|known| may(&known.actor, Act::Export, None).is_ok());
    if may_export {
        for (table, words) in [
            ("courses", "Courses"),
            ("weeks", "Weeks"),
            ("endpoints", "Trial definitions"),
            ("dictionary", "What each column means"),
        ] {
            for format in Format::built_in() {
                let ending = format.ending();
                let name = match format {
                    Format::Csv => "CSV",
                    Format::Parquet => "Parquet",
                };
                let base = format!("/outcomes/tables/{table}.{ending}");
                links.push(to(&base, &format!("{words}, {name}")));
            }
        }
    }
    links
}
