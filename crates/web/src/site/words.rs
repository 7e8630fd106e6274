//! The words of the public pages in one language, as they stand in its file.

use std::collections::{BTreeMap, BTreeSet};

use evidence::record::Grade;
use serde::Deserialize;

use super::{PAGES, SiteFault};

macro_rules! words {
    ($($name:ident { $($field:ident),* $(,)? })*) => {$(
        #[derive(Clone, Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub(crate) struct $name { $(pub(crate) $field: String,)* }
    )*};
}

words! {
    FrameWords {
        skip, help_now, danger, foot_crisis, more, pages, ask, sign_in, how_sure, studies_behind, speaks_for,
        speaks_against, not_known, our_team, not_randomised, as_read, people, cost_unwritten, us,
    }
    GradeWords { high, moderate, low, very_low, not_graded }
    FormText {
        heading, lead, name, name_hint, by, by_call, by_text, by_mail, reach, reach_hint, message, message_no,
        message_yes, safe, safe_hint, safe_yes, safe_no, about, consent, small, small_link, send, trap, optional,
        one_wrong, many_wrong, check, say_consent, say_reach, say_short, say_long, say_mail_wanted,
        say_phone_wanted, say_name, say_choose, say_too_long, say_again, say_hidden,
    }
    ThanksText {
        heading, what_now, who, by, how, who_say, how_call, how_text, how_mail, receipt, wait,
    }
    DangerText { heading, call, text, emergency, told, alone }
    HarmText { harm, say }
    MisreportText { says, instead }
}

/// A claim in another language: all of it that a patient reads, but for the names of studies.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClaimText {
    pub(crate) claim: String,
    pub(crate) say: String,
    /// What is not known, line by line as the claim has it.
    #[serde(default)]
    pub(crate) not_known: Vec<String>,
}

/// Words for when too much came from one place.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FullText {
    pub(crate) heading: String,
    pub(crate) say: Vec<String>,
}

/// The words of a language.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Words {
    /// "en-US".
    pub(crate) language: String,
    /// A free line that finds treatment, day and night.
    pub(crate) treatment_line: String,
    pub(crate) frame: FrameWords,
    pub(crate) grade: GradeWords,
    pub(crate) grade_word: GradeWords,
    pub(crate) form: FormText,
    pub(crate) full: FullText,
    pub(crate) thanks: ThanksText,
    pub(crate) danger: DangerText,
    pub(crate) page: Vec<PageText>,
    /// Claims in this language, by name; the evidence itself is in English.
    #[serde(default)]
    pub(crate) claims: BTreeMap<String, ClaimText>,
    /// Harms in this language, by name.
    #[serde(default)]
    pub(crate) harms: BTreeMap<String, HarmText>,
    /// Misreports in this language, by name; only the one that is shown is asked for.
    #[serde(default)]
    pub(crate) misreports: BTreeMap<String, MisreportText>,
}

/// A page.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PageText {
    pub(crate) id: String,
    pub(crate) path: String,
    pub(crate) nav: String,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) heading: String,
    pub(crate) lead: Option<String>,
    #[serde(default)]
    pub(crate) ask_first: bool,
    pub(crate) after_ask: Option<String>,
    #[serde(default)]
    pub(crate) part: Vec<PartText>,
}

/// A part of a page.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PartText {
    pub(crate) heading: Option<String>,
    #[serde(default)]
    pub(crate) say: Vec<String>,
    #[serde(default)]
    pub(crate) list: Vec<String>,
    #[serde(default)]
    pub(crate) questions: Vec<QuestionText>,
    pub(crate) insert: Option<Insert>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct QuestionText {
    pub(crate) ask: String,
    pub(crate) answer: String,
}

/// What is put in from elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Insert {
    /// Claims with their grades.
    Claims,
    /// Claims that decide whether a dose may be given.
    Lines,
    /// What can go wrong.
    Harms,
    /// The first misreport.
    Misreport,
    /// The clinic's days.
    Days,
    /// The clinic's people.
    Team,
    /// The clinic's prices.
    Cost,
    /// The numbers to call.
    Crisis,
    /// The form.
    Form,
}

impl GradeWords {
    pub(crate) fn of(&self, grade: Grade) -> &str {
        match grade {
            Grade::High => &self.high,
            Grade::Moderate => &self.moderate,
            Grade::Low => &self.low,
            Grade::VeryLow => &self.very_low,
            Grade::NotGraded => &self.not_graded,
        }
    }
}

impl Words {
    /// The page with this name.
    pub(crate) fn page(&self, id: &str) -> Option<&PageText> {
        self.page.iter().find(|page| page.id == id)
    }

    /// A language is served whole or not at all.
    pub(super) fn faults(&self, file: &str, evidence: &evidence::Library) -> Vec<SiteFault> {
        let mut faults = Vec::new();
        let mut fault = |what: String, mend: &str| {
            faults.push(SiteFault {
                file: file.to_owned(),
                what,
                mend: mend.to_owned(),
            });
        };
        let ids: Vec<&str> = self.page.iter().map(|page| page.id.as_str()).collect();
        if ids != PAGES {
            let wanted = PAGES.join(", ");
            fault(
                format!("its pages are {}", ids.join(", ")),
                &format!("have each once, in this order: {wanted}"),
            );
        }
        for page in &self.page {
            let wanted = if page.id == "home" {
                "/".to_owned()
            } else {
                format!("/{}", page.id)
            };
            if page.path != wanted {
                fault(
                    format!("page {}: its address is {}", page.id, page.path),
                    &format!("write {wanted}"),
                );
            }
        }
        if !self.language.starts_with("en") {
            self.untranslated(evidence, &mut fault);
        }
        faults
    }

    /// What of the evidence this language lacks.
    fn untranslated(&self, evidence: &evidence::Library, fault: &mut dyn FnMut(String, &str)) {
        let claims = evidence.claims().iter().map(|claim| claim.id.as_str());
        let missing = without(claims, &self.claims.keys().map(String::as_str).collect());
        if !missing.is_empty() {
            fault(
                format!("claims not in this language: {missing}"),
                "translate each under [claims.NAME]",
            );
        }
        let short = evidence.claims().iter().filter(|claim| {
            let here = self.claims.get(&claim.id);
            here.is_some_and(|here| here.not_known.len() != claim.not_known.len())
        });
        let short: Vec<&str> = short.map(|claim| claim.id.as_str()).collect();
        if !short.is_empty() {
            fault(
                format!(
                    "what is not known of a claim is not in this language: {}",
                    short.join(", ")
                ),
                "translate not_known line by line",
            );
        }
        let harms = evidence.harms().iter().map(|harm| harm.id.as_str());
        let missing = without(harms, &self.harms.keys().map(String::as_str).collect());
        if !missing.is_empty() {
            fault(
                format!("harms not in this language: {missing}"),
                "translate each under [harms.NAME]",
            );
        }
        let shown = evidence.misreports().first().map(|one| one.id.as_str());
        let known = self.misreports.keys().map(String::as_str).collect();
        let missing = without(shown.into_iter(), &known);
        if !missing.is_empty() {
            fault(
                format!("misreports not in this language: {missing}"),
                "translate it under [misreports.NAME]",
            );
        }
    }
}

fn without<'a>(all: impl Iterator<Item = &'a str>, known: &BTreeSet<&str>) -> String {
    let missing: Vec<&str> = all.filter(|id| !known.contains(id)).collect();
    missing.join(", ")
}
