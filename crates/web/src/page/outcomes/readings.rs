//! Weeks without use by how the weeks not known are read, imputation beside missing, worst and best.

use clinic::outcome::ask::Made;
use outcomes::report::behind::Number;
use outcomes::report::imputed::{Reading, TABLES};
use outcomes::report::thousands;
use pages::{Column, Phrase, Piece, Section, Table};

use super::behind;

/// The section; with nothing to count or all of it withheld it says so.
pub(super) fn section(made: &Made) -> Section {
    let title = "Weeks without use, by how weeks not known are read";
    let Some(found) = &made.readings else {
        let why = if made.report.n_counted == 0 && !made.is_all_withheld {
            "Nobody among these has reached day 90 yet."
        } else {
            "Withheld: a part of it is so small that it could point at a person."
        };
        return Section::new(title, vec![Piece::Said(vec![Phrase::absent(why)])]);
    };
    let (not_known, of) = found.not_known;
    let counted = format!(
        "Of {} weeks of those who reached day 90, {} are not known. ",
        thousands(of),
        thousands(not_known)
    );
    let how = match (&found.why_not, found.missing_share) {
        (None, Some(share)) => imputed(share),
        (Some(why), _) => why.clone(),
        (None, None) => String::new(),
    };
    let table = Table {
        caption: title.to_owned(),
        columns: vec![
            Column::words("Weeks not known are read as"),
            Column::numbers("Weeks without use"),
            Column::numbers("95 % interval"),
        ],
        rows: found.all.iter().map(row).collect(),
        when_empty: "Nothing to count.".to_owned(),
    };
    let outcome = Number::Outcome("weeks_without_use");
    let from = behind::from(made, &[(outcome, "everybody counted".to_owned())]);
    Section::new(
        title,
        vec![
            Piece::plain(counted + &how),
            Piece::Table(table),
            Piece::Said(from),
        ],
    )
}

/// What an imputation supposes, and what its rows are.
fn imputed(missing_share: f64) -> String {
    format!(
        "Imputed: each is drawn, in {TABLES} completed tables combined by Rubin's rules, from known weeks of people in the \
         same third of the twelve weeks with the same last known answer, or of that third where these are few. It \
         supposes that they are like those known, which cannot be tested; people who use are often those who fall \
         silent, so the last two rows take the odds of a week without use to be a half and a quarter of that. {:.0} % of \
         the uncertainty of the first imputation comes from what is not known. Drawn by the entry position, so the \
         same record gives the same numbers.",
        100.0 * missing_share
    )
}

fn row(one: &Reading) -> Vec<pages::Cell> {
    let share = one
        .share
        .map_or_else(|| "none known".to_owned(), |share| format!("{share:.0} %"));
    let interval = one.interval.map_or_else(
        || "none".to_owned(),
        |(low, high)| format!("{low:.0} to {high:.0}"),
    );
    [one.words.to_owned(), share, interval]
        .map(Phrase::sentence)
        .to_vec()
}
