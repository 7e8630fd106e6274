//! What every definition of a trial gives over the weekly words of those who started.

use clinic::outcome::ask::Made;
use outcomes::cohort::CohortEndpoint;
use outcomes::report::behind::Number;
use outcomes::report::thousands;
use pages::{Column, Phrase, Piece, Section, Table};

use super::draw::numbers;
use super::{behind, path};

/// Every yes-or-no definition of fifty years of trials, or the way to them.
pub(super) fn sections(made: &Made) -> Vec<Section> {
    let title = "As trials have defined success";
    let Some(cohort) = &made.cohort else {
        let base = if made.asked.for_outside {
            "/outcomes/report"
        } else {
            "/outcomes"
        };
        let to = path(base, &made.asked, &[("definitions", "all")]);
        let words = "Fifty years of trials have defined abstinence, reduction and relapse in fifty-four ways, each a rule on \
            a word of weekly urines. ";
        let piece = Piece::Said(vec![
            Phrase::plain(words),
            Phrase::link(to, "Show what each gives here"),
        ]);
        return vec![Section::new(title, vec![piece])];
    };
    let fewest = made.report.fewest;
    let rows = cohort.endpoints.iter();
    let rows = rows.map(|one| definition(made, one, fewest)).collect();
    let table = Table {
        caption: "Definitions of trials".to_owned(),
        columns: vec![
            Column::words("Definition"),
            Column::numbers("Known so"),
            Column::numbers("Not known"),
            Column::numbers("Worst to best case"),
            Column::numbers("As published"),
            Column::words("Computed from"),
        ],
        rows,
        when_empty: "Nobody has started yet.".to_owned(),
    };
    let words = format!(
        "Over the weekly words of the urines of {} who started. Known: the rule says the same with every missed week positive and \
         with every missed week negative. As published: with the trial's own reading of missed weeks.",
        thousands(cohort.people)
    );
    vec![Section::new(
        title,
        vec![Piece::plain(words), Piece::Table(table)],
    )]
}

fn definition(made: &Made, one: &CohortEndpoint, fewest: u32) -> Vec<pages::Cell> {
    let is_small = |part: u32| part > 0 && part < fewest;
    let counted = one.counted;
    let is_withheld = made.withheld_trials.contains(&one.id)
        || counted.has_small_part(fewest)
        || is_small(one.as_published)
        || is_small(one.not_defined);
    let from = if behind::may_open(made) {
        let to = behind::to(made, Number::Trial(&one.id));
        vec![Phrase::link(to, format!("Charts behind {}", one.id))]
    } else {
        Phrase::sentence(behind::entry(made))
    };
    let told = if is_withheld {
        [
            "withheld".to_owned(),
            String::new(),
            String::new(),
            String::new(),
        ]
    } else {
        [
            format!("{} of {}", thousands(counted.n()), thousands(counted.of())),
            thousands(counted.not_known()),
            numbers(counted).1,
            thousands(one.as_published),
        ]
    };
    let name = vec![
        Phrase::Strong(one.id.clone()),
        Phrase::plain(format!(": {}", one.says)),
    ];
    std::iter::once(name)
        .chain(told.map(Phrase::sentence))
        .chain(std::iter::once(from))
        .collect()
}
