//! What a study, a claim, a harm and a misreport say, as they are written in `evidence/`.

use serde::{Deserialize, Serialize};

/// A study, as far as it was seen. What was not seen is absent, never zero.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Study {
    /// Our name for it, which is also its file's.
    pub id: String,
    /// Who, what, where.
    pub citation: String,
    /// The paper's DOI.
    pub doi: Option<String>,
    /// The year it was printed or registered.
    pub year: Option<u16>,
    /// What the people used.
    pub substance: Substance,
    /// How far it has come.
    pub status: Status,
    /// How it was made.
    pub class: Class,
    /// Who took part.
    pub population: Option<String>,
    /// How it went.
    pub design: String,
    /// Who did not know what was given.
    pub blinding: Option<String>,
    /// How many took part, or are to.
    pub n: Option<u32>,
    /// Its registration.
    pub registration: Option<String>,
    /// Another study of the same people, with which it is never counted together.
    pub same_people_as: Option<String>,
    /// What is said of harms.
    pub harms: Option<String>,
    /// Whether each number was seen in an excerpt. Nobody has opened the full papers.
    pub verified: bool,
    /// What was seen where, and what not.
    pub verified_note: Option<String>,
    /// Whether it may be shown.
    #[serde(default = "yes")]
    pub shown: bool,
    /// What a careful reader would hold against it.
    pub flags: Vec<String>,
    /// Where it was seen, the main place first.
    #[serde(default, rename = "source")]
    pub sources: Vec<Source>,
    /// Its arms.
    #[serde(default, rename = "arm")]
    pub arms: Vec<Arm>,
    /// Its outcomes.
    #[serde(default, rename = "outcome")]
    pub outcomes: Vec<Outcome>,
}

fn yes() -> bool {
    true
}

/// What the people used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Substance {
    /// Alcohol.
    Alcohol,
    /// Withdrawal from alcohol.
    AlcoholWithdrawal,
    /// Benzodiazepines.
    Benzodiazepine,
    /// Cannabis.
    Cannabis,
    /// Cocaine.
    Cocaine,
    /// Methamphetamine.
    Methamphetamine,
    /// Several, or any.
    Mixed,
    /// Nicotine.
    Nicotine,
    /// Opioids.
    Opioid,
    /// Withdrawal from opioids.
    OpioidWithdrawal,
}

/// How far a study has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// In print.
    Published,
    /// Results on a registry only.
    ResultsOnRegistry,
    /// It should have results, and none were found.
    ResultsNotFound,
    /// Under way.
    Ongoing,
    /// Registered.
    Registered,
    /// Ended early.
    Terminated,
    /// Withdrawn before anybody took part.
    Withdrawn,
}

/// How a study was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Randomised, arms side by side.
    Randomised,
    /// Randomised, each person gets each treatment.
    RandomisedCrossover,
    /// With controls, not randomised.
    ControlledNotRandomised,
    /// Matched health records.
    MatchedRecords,
    /// One group, before and after.
    OneGroup,
    /// A look back through charts.
    ChartReview,
    /// A second look at the people of another study.
    SecondaryAnalysis,
    /// A protocol.
    Protocol,
    /// Interviews.
    Interviews,
    /// A survey.
    Survey,
}

impl Class {
    /// Whether chance decided who got what. Randomised and other studies are never summarised
    /// together.
    pub fn is_randomised(self) -> bool {
        match self {
            Class::Randomised | Class::RandomisedCrossover => true,
            Class::ControlledNotRandomised
            | Class::MatchedRecords
            | Class::OneGroup
            | Class::ChartReview
            | Class::SecondaryAnalysis
            | Class::Protocol
            | Class::Interviews
            | Class::Survey => false,
        }
    }
}

/// Where something was seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The address.
    pub url: String,
    /// What of it was seen: abstract, registry page, table in a review, digest.
    pub seen: String,
}

/// One arm of a study.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Arm {
    /// Its name, by which outcomes refer to it.
    pub name: String,
    /// How many people.
    pub n: Option<u32>,
    /// What was given.
    pub drug: Option<String>,
    /// How much.
    pub dose: Option<f64>,
    /// Of what unit.
    pub unit: Option<String>,
    /// By which route.
    pub route: Option<String>,
    /// Over how many minutes.
    pub minutes: Option<u32>,
    /// How many times.
    pub sessions: Option<u32>,
    /// How many days apart.
    pub days_between: Option<u32>,
    /// Which therapy went with it.
    pub therapy: Option<String>,
    /// Which other medicine went with it.
    pub with: Option<String>,
    /// Anything besides.
    pub note: Option<String>,
    /// Whether others are compared with it.
    pub control: bool,
}

/// One outcome of a study.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    /// What was looked at.
    pub name: String,
    /// How many days after the start.
    pub day: Option<f64>,
    /// What kind of number it is.
    pub kind: OutcomeKind,
    /// What it measures, in the words of the poolings.
    pub construct: Option<String>,
    /// What is compared.
    pub contrast: Option<Contrast>,
    /// Which way is better.
    pub better: Option<Better>,
    /// The finding in words, where its numbers were not seen.
    pub finds: Option<String>,
    /// The p as printed.
    pub p: Option<String>,
    /// How a count was worked out, where it was not printed.
    pub derived: Option<String>,
    /// The unit of means.
    pub unit: Option<String>,
    /// Anything besides.
    pub note: Option<String>,
    /// Whether each number was seen in an excerpt that can be trusted.
    pub verified: bool,
    /// The numbers by arm.
    #[serde(default)]
    pub arms: Vec<ArmNumbers>,
    /// The effect as printed.
    pub effect: Option<Effect>,
}

impl Outcome {
    /// Whether any number stands in it.
    pub fn has_numbers(&self) -> bool {
        self.effect.is_some() || self.arms.iter().any(ArmNumbers::has_result)
    }
}

/// What kind of number an outcome is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutcomeKind {
    /// How many people.
    People,
    /// How much.
    Amount,
    /// How long.
    Time,
}

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Contrast {
    /// Ketamine against no ketamine, felt or not.
    NoKetamine,
    /// A dose against a lower one.
    LowerDose,
    /// Sessions against fewer.
    FewerSessions,
    /// Therapy against none or another.
    Therapy,
    /// Another medicine against no ketamine.
    OtherMedicine,
    /// The same people before and after.
    BeforeAfter,
}

/// Which way is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Better {
    /// More is better.
    Higher,
    /// Less is better.
    Lower,
}

/// The numbers of one arm, or of several taken together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArmNumbers {
    /// The arm, or `everyone`.
    pub arm: String,
    /// Arms taken together with it.
    #[serde(default)]
    pub and: Vec<String>,
    /// How many had the outcome.
    pub events: Option<u32>,
    /// Of how many; the arm's size when absent.
    pub n: Option<u32>,
    /// The same in per cent.
    pub percent: Option<f64>,
    /// The mean.
    pub mean: Option<f64>,
    /// Its standard deviation.
    pub sd: Option<f64>,
    /// The value before.
    pub before: Option<f64>,
    /// The value after.
    pub after: Option<f64>,
}

impl ArmNumbers {
    /// Whether a result stands in it, not only a size.
    pub fn has_result(&self) -> bool {
        self.events.is_some()
            || [self.percent, self.mean, self.sd, self.before, self.after]
                .iter()
                .any(Option::is_some)
    }
}

/// An effect as printed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Effect {
    /// What it is.
    pub measure: Measure,
    /// Its value.
    pub value: f64,
    /// The lower end of its 95 per cent interval.
    pub low: Option<f64>,
    /// The upper end.
    pub high: Option<f64>,
    /// Its standard error.
    pub se: Option<f64>,
    /// Whether other things were taken into account.
    #[serde(default)]
    pub adjusted: bool,
}

/// What an effect is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// A ratio of odds.
    OddsRatio,
    /// A ratio of risks.
    RiskRatio,
    /// A ratio of hazards.
    HazardRatio,
    /// A difference, in the outcome's unit or in per cent.
    Difference,
    /// A coefficient of a model.
    Coefficient,
    /// A t statistic.
    TStatistic,
}

impl Measure {
    /// Whether it is a ratio, above 0 and pooled as a logarithm.
    pub fn is_ratio(self) -> bool {
        match self {
            Measure::OddsRatio | Measure::RiskRatio | Measure::HazardRatio => true,
            Measure::Difference | Measure::Coefficient | Measure::TStatistic => false,
        }
    }
}

/// A review, cohort or trial outside the study records on which a claim rests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Background {
    /// Our name for it.
    pub id: String,
    /// Who, what, where.
    pub citation: String,
    /// The paper's DOI.
    pub doi: Option<String>,
    /// What kind of work it is.
    pub kind: BackgroundKind,
    /// Where it was seen, where there is an address.
    pub url: Option<String>,
    /// What of it was seen.
    pub seen: String,
    /// What it found, with its numbers.
    pub finding: String,
}

/// What kind of work a background record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BackgroundKind {
    /// A review, with or without a pooled result.
    Review,
    /// A trial.
    Trial,
    /// People followed.
    Cohort,
    /// Routine records.
    Registry,
    /// Studies in animals.
    Animal,
    /// What an authority lets a maker say of a drug.
    Label,
    /// What a society advises, a score, a rule of practice.
    Guideline,
}

/// How sure one can be, in the words of GRADE. The gradings are ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// No study tested it: a label, a guideline, or our judgement.
    NotGraded,
    /// Further research is very likely to change the answer.
    VeryLow,
    /// Further research is likely to change the answer.
    Low,
    /// Further research may change the answer.
    Moderate,
    /// Further research is unlikely to change the answer.
    High,
}

impl Grade {
    /// The grade in words.
    pub fn words(self) -> &'static str {
        match self {
            Grade::NotGraded => "not graded",
            Grade::VeryLow => "very low",
            Grade::Low => "low",
            Grade::Moderate => "moderate",
            Grade::High => "high",
        }
    }

    /// How many of four marks are filled; none where nothing was graded.
    pub fn marks(self) -> u8 {
        match self {
            Grade::NotGraded => 0,
            Grade::VeryLow => 1,
            Grade::Low => 2,
            Grade::Moderate => 3,
            Grade::High => 4,
        }
    }
}

/// What hangs on a claim; the gravest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Consequence {
    /// Whether a dose may be given.
    Dose,
    /// What is offered.
    Offer,
    /// How closely somebody is followed.
    Follow,
    /// What people are told.
    Tell,
}

impl Consequence {
    /// Every consequence, the gravest first.
    pub const ALL: [Self; 4] = [Self::Dose, Self::Offer, Self::Follow, Self::Tell];

    /// What it decides, as a heading.
    pub fn words(self) -> &'static str {
        match self {
            Self::Dose => "Decides whether a dose may be given",
            Self::Offer => "Decides what we offer",
            Self::Follow => "Decides how closely we follow",
            Self::Tell => "Decides what we tell people",
        }
    }
}

/// Something said of the treatment, and how sure one can be of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// Our name for it.
    pub id: String,
    /// What hangs on it.
    pub consequence: Consequence,
    /// The claim as it is heard.
    pub claim: String,
    /// What may be said to patients, for a reading age of about twelve.
    pub patients: String,
    /// The same for clinicians, with its numbers.
    pub clinicians: String,
    /// How sure one can be.
    pub grade: Grade,
    /// Where the grade differs by part of the claim.
    pub grade_note: Option<String>,
    /// Why it is no higher.
    pub reasons: Vec<String>,
    /// Studies and background for it.
    #[serde(rename = "for")]
    pub in_favour: Vec<String>,
    /// Studies and background against it.
    pub against: Vec<String>,
    /// What is not known.
    pub not_known: Vec<String>,
    /// What would change it.
    pub would_change: String,
    /// The pooling whose rows stand beside it.
    pub pooling: Option<String>,
}

/// Where a threshold, a schedule or a default meets a claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bearing {
    /// The claim.
    pub claim: String,
    /// Why these rest on it.
    pub because: String,
    /// Items by their own name: a rule, a protocol, a part of one, or `*/part` of every one.
    pub items: Vec<String>,
    /// Sources, for every item that was read there and is not named itself.
    pub sources: Vec<String>,
}

/// Something that can go wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Harm {
    /// Our name for it.
    pub id: String,
    /// What it is.
    pub harm: String,
    /// How often or how much.
    pub figure: String,
    /// How many people had it, where it is a count.
    pub n: Option<u32>,
    /// Of how many.
    pub of: Option<u32>,
    /// In whom, by which treatment.
    pub setting: String,
    /// Where the figure comes from.
    pub source: String,
    /// The address, where there is one.
    pub url: Option<String>,
    /// The study or background record it comes from, where there is one.
    pub study: Option<String>,
    /// What is done about it here.
    pub act: String,
    /// What patients are told.
    pub patients: String,
}

/// A sentence in wide use that misquotes its source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Misreport {
    /// Our name for it.
    pub id: String,
    /// What is said, in our words.
    pub says: String,
    /// By whom.
    pub said_by: String,
    /// The study or background record it misquotes.
    pub source: String,
    /// What is right about it.
    pub right: String,
    /// What is wrong.
    pub wrong: Vec<String>,
    /// What may be said instead.
    pub instead: String,
    /// What was counted, in the order of the squares, where the mistake is one of counting.
    #[serde(default)]
    pub counted: Vec<Counted>,
}

/// Reports of one kind, among those a misreport counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counted {
    /// What they are.
    pub what: String,
    /// How many.
    pub n: u32,
    /// How they were counted.
    pub counted: CountedAs,
}

/// How reports were counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CountedAs {
    /// Rightly, as what is claimed of them.
    Right,
    /// Wrongly, as what they are not.
    Wrong,
    /// Beside the claim.
    Beside,
}

/// Which outcomes may stand side by side and be summarised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pooling {
    /// Our name for it.
    pub id: String,
    /// The question.
    pub question: String,
    /// The outcomes' construct.
    pub construct: String,
    /// The outcomes' contrasts.
    pub contrasts: Vec<Contrast>,
    /// The direction all are turned to.
    pub better: Better,
    /// The measure all are brought to.
    pub measure: Measure,
    /// Whether a summary may be made at all. Rows are what is shown unless one is asked for.
    pub may_summarise: bool,
    /// Why so, or why not.
    pub because: String,
}
