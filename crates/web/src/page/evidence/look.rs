//! The overview of all that is known, and what a search finds in it.

use evidence::Library;
use evidence::record::{Background, Claim, Harm, Study};
use pages::screen::evidence::EvidenceMain;
use pages::{Column, Phrase, Piece, Section, Table};

use super::{claim_path, grade, library, word, work_link};
use crate::app::App;
use crate::site::lay::capital;
use crate::words;

/// Everything at a glance: harms, misreports, studies.
pub(super) fn overview(app: &App) -> EvidenceMain {
    let library = library(app);
    let n_randomised = library
        .studies()
        .iter()
        .filter(|study| study.class.is_randomised())
        .count();
    let said = format!(
        "{} claims, {} study records ({n_randomised} randomised) and {} works beside them. \
         Everything was read from abstracts, registry pages and digests; no full paper has been checked \
         by a person yet. What was not seen is left out, never set to zero.",
        library.claims().len(),
        library.studies().len(),
        library.background().len(),
    );
    let misreports = library.misreports().iter().map(|one| {
        vec![
            Phrase::plain(format!("\u{201c}{}\u{201d} ", one.says)),
            Phrase::Quiet(format!("({}) ", one.said_by)),
            Phrase::Strong("Rather: ".to_owned()),
            Phrase::plain(one.instead.clone()),
        ]
    });
    EvidenceMain::Sheet {
        title: "All that is known here".to_owned(),
        said: Phrase::sentence(said),
        sections: vec![
            Section::new(
                "What can go wrong",
                vec![Piece::Table(harms(library.harms().iter()))],
            ),
            Section::new("Often misreported", vec![Piece::List(misreports.collect())]),
            Section::new(
                "Studies",
                vec![Piece::Table(studies(library.studies().iter()))],
            ),
        ],
    }
}

/// Harms with their figures.
pub(super) fn harms<'a>(all: impl Iterator<Item = &'a Harm>) -> Table {
    let row = |harm: &Harm| {
        let mut source = vec![Phrase::plain(harm.source.clone())];
        if let Some(study) = &harm.study {
            source = vec![work_link(study)];
        }
        vec![
            Phrase::sentence(capital(&harm.harm)),
            Phrase::sentence(harm.figure.clone()),
            Phrase::sentence(harm.setting.clone()),
            source,
            Phrase::sentence(harm.act.clone()),
        ]
    };
    Table {
        caption: "Harms".to_owned(),
        columns: ["Harm", "Figure", "In whom", "Source", "What is done"]
            .map(Column::words)
            .to_vec(),
        rows: all.map(row).collect(),
        when_empty: "None found.".to_owned(),
    }
}

fn studies<'a>(all: impl Iterator<Item = &'a Study>) -> Table {
    let row = |study: &Study| {
        let people = study.n.map_or_else(
            || vec![Phrase::absent("not seen")],
            |n| Phrase::sentence(n.to_string()),
        );
        let seen = if study.verified && study.shown {
            Phrase::sentence("seen in an excerpt")
        } else {
            vec![Phrase::absent("not seen; never shown as a result")]
        };
        vec![
            vec![work_link(&study.id)],
            Phrase::sentence(word(&study.substance)),
            Phrase::sentence(word(&study.class)),
            people,
            Phrase::sentence(word(&study.status)),
            seen,
        ]
    };
    Table {
        caption: "Studies".to_owned(),
        columns: vec![
            Column::words("Study"),
            Column::words("Drug"),
            Column::words("Made how"),
            Column::numbers("People"),
            Column::words("Status"),
            Column::words("Numbers"),
        ],
        rows: all.map(row).collect(),
        when_empty: "None found.".to_owned(),
    }
}

/// What a search looks for: every word of it, in small letters.
struct Wanted(Vec<String>);

impl Wanted {
    fn is_in(&self, texts: &[&str]) -> bool {
        let all = texts.join(" ").to_lowercase();
        self.0.iter().all(|word| all.contains(word.as_str()))
    }

    fn claims(&self, library: &Library) -> Vec<Vec<Phrase>> {
        let speaks = |one: &&Claim| {
            let unknown = one.not_known.join(" ");
            self.is_in(&[
                &one.id,
                &one.claim,
                &one.patients,
                &one.clinicians,
                &unknown,
            ])
        };
        let line = |one: &Claim| {
            vec![
                Phrase::link(claim_path(&one.id), capital(&one.claim)),
                Phrase::plain(format!(": {}. {}", grade(one).word, one.patients)),
            ]
        };
        library.claims().iter().filter(speaks).map(line).collect()
    }

    fn works(&self, library: &Library) -> Vec<Vec<Phrase>> {
        let speaks = |one: &&Background| self.is_in(&[&one.id, &one.citation, &one.finding]);
        let line = |one: &Background| {
            vec![
                work_link(&one.id),
                Phrase::plain(format!(": {}", one.finding)),
            ]
        };
        library
            .background()
            .iter()
            .filter(speaks)
            .map(line)
            .collect()
    }

    fn studies(&self, library: &Library) -> Table {
        studies(library.studies().iter().filter(|study| {
            let flags = study.flags.join(" ");
            let people = study.population.as_deref().unwrap_or_default();
            let drug = word(&study.substance);
            self.is_in(&[
                &study.id,
                &study.citation,
                &study.design,
                people,
                &flags,
                &drug,
            ])
        }))
    }

    fn harms(&self, library: &Library) -> Table {
        harms(library.harms().iter().filter(|one| {
            self.is_in(&[
                &one.harm,
                &one.figure,
                &one.setting,
                &one.source,
                &one.patients,
            ])
        }))
    }
}

/// Claims, studies, harms and works in which every word that was asked for stands.
pub(super) fn found(app: &App, asked: &str) -> EvidenceMain {
    let library = library(app);
    let words_asked = asked
        .to_lowercase()
        .split_whitespace()
        .map(str::to_owned)
        .collect();
    let wanted = Wanted(words_asked);
    let (claims, works) = (wanted.claims(library), wanted.works(library));
    let (studies, harms) = (wanted.studies(library), wanted.harms(library));
    let n_found = claims.len() + works.len() + studies.rows.len() + harms.rows.len();
    let (title, said) = if n_found == 0 {
        let said = format!(
            "No claim, study or harm speaks of \u{201c}{asked}\u{201d}. Try one word, such as craving, \
             cocaine or bladder."
        );
        ("Nothing found".to_owned(), said)
    } else {
        let title = words::of(n_found, "thing found", "things found");
        (title, format!("Where \u{201c}{asked}\u{201d} stands."))
    };
    let mut sections = Vec::new();
    for (name, list) in [("Claims", claims), ("Works beside the studies", works)] {
        if !list.is_empty() {
            sections.push(Section::new(name, vec![Piece::List(list)]));
        }
    }
    for (name, table) in [("Studies", studies), ("Harms", harms)] {
        if !table.rows.is_empty() {
            sections.push(Section::new(name, vec![Piece::Table(table)]));
        }
    }
    EvidenceMain::Sheet {
        title,
        said: Phrase::sentence(said),
        sections,
    }
}
