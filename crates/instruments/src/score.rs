//! Scores and flags, computed anew from the answers each time.
//!
//! Numbers are `f64` because some scores are means; sums of whole answers are exact in it.

use crate::answers::{Answers, Unfit};
use crate::instrument::{AskedWhen, Band, Formula, Instrument, Score, Term, TriageRow, Urgency};
use crate::read::items_of;

/// What a score came to.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome<'a> {
    /// A number, in the band it lies in.
    Value {
        /// The number.
        value: f64,
        /// The band's word; `None` where no band is published.
        band: Option<&'a str>,
    },
    /// Not to be said, and why.
    NotComputed {
        /// The items that were passed over.
        missing: Vec<&'a str>,
        /// What it is at the least, where that much is known.
        at_least: Option<f64>,
        /// The reason, as a sentence.
        why: String,
    },
}

/// A score of an instrument, for these answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Scored<'a> {
    /// The score.
    pub score: &'a Score,
    /// What it came to.
    pub outcome: Outcome<'a>,
    /// Whether missing items were carried over from the answered ones.
    pub is_prorated: bool,
}

/// A flag that stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flagged<'a> {
    /// What it says.
    pub says: &'a str,
    /// How soon a person has to look.
    pub urgency: Urgency,
    /// Whether who answered is shown the crisis line at once; never of an item passed over.
    pub is_crisis: bool,
    /// Whether it stands because the item was passed over.
    pub is_unanswered: bool,
}

/// Why a score cannot be said.
struct Unsaid<'a> {
    missing: Vec<&'a str>,
    at_least: Option<f64>,
    why: String,
}

/// A value and whether it was carried over.
type Computed<'a> = Result<(f64, bool), Unsaid<'a>>;

impl Instrument {
    /// Every score, for the lower bands where sex is not recorded.
    ///
    /// # Errors
    /// [`Unfit`] where the answers are not answers to this instrument.
    pub fn scored(&self, answers: &Answers) -> Result<Vec<Scored<'_>>, Unfit> {
        self.scored_for(answers, false)
    }

    /// Every score, with the bands for men where there are some and `is_man`.
    ///
    /// # Errors
    /// [`Unfit`] where the answers are not answers to this instrument.
    pub fn scored_for(&self, answers: &Answers, is_man: bool) -> Result<Vec<Scored<'_>>, Unfit> {
        answers.fit(self)?;
        let mut known: Vec<(&str, Option<f64>)> = Vec::new();
        let mut scored = Vec::new();
        for score in &self.scores {
            let computed = self.computed(score, answers, &known);
            known.push((&score.id, computed.as_ref().ok().map(|(value, _)| *value)));
            scored.push(said(score, computed, is_man));
        }
        Ok(scored)
    }

    /// What a total entered by hand comes to, where only that is known.
    ///
    /// `None` where the instrument has no score of that name or the number is out of its range.
    pub fn entered(&self, score: &str, total: f64, is_man: bool) -> Option<Scored<'_>> {
        let score = self.scores.iter().find(|known| known.id == score)?;
        let (least, greatest) = score.range;
        (total >= least && total <= greatest).then(|| said(score, Ok((total, false)), is_man))
    }

    /// The flags that stand, those of unanswered items included.
    ///
    /// # Errors
    /// [`Unfit`] where the answers are not answers to this instrument.
    pub fn flagged(&self, answers: &Answers) -> Result<Vec<Flagged<'_>>, Unfit> {
        let scored = self.scored(answers)?;
        let mut flagged: Vec<Flagged<'_>> = Vec::new();
        let mut spoken: Vec<&str> = Vec::new();
        for flag in &self.flags {
            let about = flag
                .score
                .as_deref()
                .or(flag.item.as_deref())
                .unwrap_or_default();
            let (value, at_least) = match &flag.score {
                Some(name) => scored
                    .iter()
                    .find(|one| one.score.id == *name)
                    .map_or((None, None), |one| (one.value(), one.at_least())),
                None => (answers.get(about).map(f64::from), None),
            };
            let limit = f64::from(flag.at_least);
            let urgency = flag.urgency;
            // Flags of one score are written strictest first: the strictest that stands speaks for all.
            if value.or(at_least).is_some_and(|value| value >= limit) && !spoken.contains(&about) {
                spoken.push(about);
                let says = flag.says.as_str();
                flagged.push(Flagged {
                    says,
                    urgency,
                    is_crisis: flag.is_crisis,
                    is_unanswered: false,
                });
            }
            if let (None, Some(says)) = (value, &flag.unanswered) {
                flagged.push(Flagged {
                    says,
                    urgency,
                    is_crisis: false,
                    is_unanswered: true,
                });
            }
        }
        Ok(flagged)
    }

    /// The flags that stand of a total of which only the sum is known. What an item asks that the sum
    /// leaves open is said as not answered.
    pub fn flagged_total(&self, score: &str, total: f64) -> Vec<Flagged<'_>> {
        let mut flagged = Vec::new();
        let mut is_spoken = false;
        for flag in &self.flags {
            let reaches = total >= f64::from(flag.at_least);
            let is_score = flag.score.as_deref() == Some(score);
            let says = match (is_score, &flag.item) {
                // Flags of one score are written strictest first.
                (true, _) if reaches && !is_spoken => {
                    is_spoken = true;
                    Some((&flag.says, false))
                }
                (false, Some(_)) if reaches => flag.unanswered.as_ref().map(|says| (says, true)),
                _ => None,
            };
            flagged.extend(says.map(|(says, is_unanswered)| Flagged {
                says,
                urgency: flag.urgency,
                is_crisis: flag.is_crisis && !is_unanswered,
                is_unanswered,
            }));
        }
        flagged
    }

    /// The rises that stand of a score that was `before` and is `now`.
    pub fn risen(&self, score: &str, before: f64, now: f64) -> Vec<Flagged<'_>> {
        self.rises
            .iter()
            .filter(|rise| rise.score == score && now - before >= rise.by)
            .map(|rise| Flagged {
                says: &rise.says,
                urgency: rise.urgency,
                is_crisis: false,
                is_unanswered: false,
            })
            .collect()
    }

    fn computed<'a>(
        &'a self,
        score: &'a Score,
        answers: &Answers,
        known: &[(&str, Option<f64>)],
    ) -> Computed<'a> {
        if score.needs_key {
            return Err(Unsaid::because(
                "the key comes with the clinic's licensed copy".to_owned(),
            ));
        }
        let of_score = |name: &str| {
            known
                .iter()
                .find(|(id, _)| *id == name)
                .and_then(|(_, value)| *value)
                .ok_or_else(|| Unsaid::because(format!("the score {name} could not be computed")))
        };
        match &score.formula {
            Formula::Sum { terms, times } => {
                let (sum, is_prorated) = self.summed(score, terms, answers)?;
                Ok((sum * f64::from(*times), is_prorated))
            }
            Formula::Mean(terms) => {
                let (sum, is_prorated) = self.summed(score, terms, answers)?;
                Ok((sum / counted(terms.len()), is_prorated))
            }
            Formula::Table { terms, rows } => {
                let (sum, is_prorated) = self.summed(score, terms, answers)?;
                let row = rows
                    .iter()
                    .find(|(at, _)| (f64::from(**at) - sum).abs() < 0.5);
                let (_, value) = row.ok_or_else(|| {
                    Unsaid::because(format!(
                        "the table of the clinic's copy has no row for {sum}"
                    ))
                })?;
                Ok((*value, is_prorated))
            }
            Formula::Count { items, at_least } => {
                let missing: Vec<&str> = passed_over(items, answers);
                if !missing.is_empty() {
                    return Err(unanswered(missing));
                }
                let reached = items
                    .iter()
                    .filter(|item| answers.get(item).is_some_and(|value| value >= *at_least));
                Ok((counted(reached.count()), false))
            }
            Formula::Triage { rows, asked_when } => triage(rows, asked_when, answers),
            Formula::AllOf(demands) => {
                let mut all = true;
                for demand in demands {
                    all &= of_score(&demand.score)? >= demand.at_least;
                }
                Ok((if all { 1.0 } else { 0.0 }, false))
            }
            Formula::Combine { plus, minus } => {
                let mut sum = 0.0;
                for name in plus {
                    sum += of_score(name)?;
                }
                for name in minus {
                    sum -= of_score(name)?;
                }
                Ok((sum, false))
            }
        }
    }

    /// The sum of the terms, carried over from the answered ones where the score allows that.
    fn summed<'a>(
        &'a self,
        score: &'a Score,
        terms: &'a [Term],
        answers: &Answers,
    ) -> Computed<'a> {
        let mut sum = 0.0;
        let mut answered = 0;
        let mut missing = Vec::new();
        for term in terms {
            match self.highest(score, term, answers) {
                Ok(value) => {
                    sum += value;
                    answered += 1;
                }
                Err(over) => missing.extend(over),
            }
        }
        if missing.is_empty() {
            return Ok((sum, false));
        }
        if missing.len() > score.prorate_up_to || answered == 0 {
            return Err(unanswered(missing));
        }
        // Rounded half up, as bands are read from whole totals.
        Ok((
            (sum / counted(answered) * counted(terms.len()) + 0.5).floor(),
            true,
        ))
    }

    /// The highest answer of a term, or the items that keep it from being known.
    fn highest<'a>(
        &'a self,
        score: &'a Score,
        term: &'a [String],
        answers: &Answers,
    ) -> Result<f64, Vec<&'a str>> {
        let is_settled = |item: &str| {
            let mut others = score
                .alternatives
                .iter()
                .filter(|group| group.iter().any(|one| one == item));
            others.any(|group| group.iter().any(|other| answers.get(other).is_some()))
        };
        let missing: Vec<&str> = passed_over(term, answers)
            .into_iter()
            .filter(|item| !is_settled(item))
            .collect();
        if !missing.is_empty() {
            return Err(missing);
        }
        let values = term.iter().filter_map(|item| {
            let value = answers.get(item)?;
            if !score.reversed.contains(item) {
                return Some(value);
            }
            let (least, most) = self.item(item)?.span()?;
            Some(least + most - value)
        });
        values.max().map(f64::from).ok_or_else(Vec::new)
    }
}

impl Scored<'_> {
    /// What it is at the least, where it could not be said whole.
    pub fn at_least(&self) -> Option<f64> {
        match &self.outcome {
            Outcome::Value { .. } => None,
            Outcome::NotComputed { at_least, .. } => *at_least,
        }
    }

    /// The number, where there is one.
    pub fn value(&self) -> Option<f64> {
        match &self.outcome {
            Outcome::Value { value, .. } => Some(*value),
            Outcome::NotComputed { .. } => None,
        }
    }
}

fn passed_over<'a>(items: &'a [String], answers: &Answers) -> Vec<&'a str> {
    items
        .iter()
        .map(String::as_str)
        .filter(|item| answers.get(item).is_none())
        .collect()
}

impl Unsaid<'_> {
    fn because(why: String) -> Self {
        Self {
            missing: Vec::new(),
            at_least: None,
            why,
        }
    }
}

fn unanswered(missing: Vec<&str>) -> Unsaid<'_> {
    let why = match missing.as_slice() {
        [one] => format!("item {one} was passed over"),
        more => format!("{} items were passed over", more.len()),
    };
    Unsaid {
        missing,
        at_least: None,
        why,
    }
}

fn counted(number: usize) -> f64 {
    u32::try_from(number).map_or(f64::NAN, f64::from)
}

/// The highest level reached. What was passed over and could have reached a higher one keeps the
/// level from being said, unless the highest is reached already.
fn triage<'a>(rows: &'a [TriageRow], asked_when: &[AskedWhen], answers: &Answers) -> Computed<'a> {
    let was_asked = |item: &str| {
        asked_when
            .iter()
            .filter(|one| one.items.iter().any(|asked| asked == item))
            .all(|one| answers.get(&one.when).is_none_or(|value| value > 0))
    };
    let is_yes = |item: &String| answers.get(item).is_some_and(|value| value > 0);
    let reached = rows
        .iter()
        .filter(|row| row.any.iter().any(is_yes))
        .map(|row| row.level)
        .max()
        .unwrap_or(0);
    let missing: Vec<&str> = rows
        .iter()
        .filter(|row| row.level > reached)
        .flat_map(|row| passed_over(&row.any, answers))
        .filter(|item| was_asked(item))
        .collect();
    if missing.is_empty() {
        return Ok((f64::from(reached), false));
    }
    Err(Unsaid {
        missing,
        at_least: Some(f64::from(reached)),
        why: format!("at least level {reached}: a higher one is not ruled out"),
    })
}

fn said<'a>(score: &'a Score, computed: Computed<'a>, is_man: bool) -> Scored<'a> {
    let bands = score.bands_for(is_man);
    // Where the points of the items are not known here, nothing else keeps a slip of the pen out.
    let (least, most) = score.range;
    let computed = computed.and_then(|(value, is_prorated)| {
        if (least..=most).contains(&value) {
            return Ok((value, is_prorated));
        }
        Err(Unsaid::because(format!(
            "it comes to {value}, and it can only be {least} to {most}: look at the answers again"
        )))
    });
    match computed {
        Ok((value, is_prorated)) => Scored {
            score,
            outcome: Outcome::Value {
                value,
                band: bands
                    .iter()
                    .rev()
                    .find(|band| band.holds(value))
                    .map(|band| band.word.as_str()),
            },
            is_prorated,
        },
        Err(unsaid) => Scored {
            score,
            outcome: Outcome::NotComputed {
                missing: unsaid.missing,
                at_least: unsaid.at_least,
                why: unsaid.why,
            },
            is_prorated: false,
        },
    }
}

impl Score {
    /// The bands it is read by: those for men where there are some and `is_man`.
    pub fn bands_for(&self, is_man: bool) -> &[Band] {
        if is_man && !self.bands_men.is_empty() {
            &self.bands_men
        } else {
            &self.bands
        }
    }

    /// The items it reads.
    pub fn items(&self) -> Vec<&str> {
        items_of(&self.formula)
    }
}
