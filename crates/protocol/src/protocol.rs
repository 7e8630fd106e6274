//! A treatment protocol: what is given, when, beside which therapy, watched how, on what evidence.
//!
//! A protocol is a file a director reads and signs. A course pins one version of it.

mod read;

use std::collections::BTreeMap;
use std::fmt;

use jiff::civil::Date;

use crate::dose::{Dose, Micrograms, Minutes};
use crate::{Mark, Quantity};

/// A versioned treatment protocol.
///
/// # Examples
///
/// ```
/// let protocols = protocol::house::protocols().unwrap();
/// let kare = protocols.iter().find(|one| one.id == "kare-2022").unwrap();
/// assert_eq!(kare.sessions.len(), 3);
/// assert_eq!(kare.therapy.len(), 7);
/// assert_eq!(kare.sessions[0].steps[0].dose.to_string(), "0.8 mg/kg");
/// ```
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Protocol {
    /// Its name in the record, for example `kare-2022`.
    pub id: String,
    /// Counted from 1; a change of any field is a new version.
    pub version: u32,
    /// What people call it.
    pub title: String,
    /// The drug: `ketamine` or `esketamine`.
    pub substance: String,
    /// Whether it may be prescribed.
    pub standing: Standing,
    /// What it is given for.
    pub indications: Vec<String>,
    /// The weakest mark a reader should keep in mind for the protocol as a whole.
    pub evidence: Mark,
    /// What the mark leaves open, in words.
    pub evidence_note: Option<String>,
    /// Where it was read, as numbers of the source list.
    pub sources: Vec<String>,
    /// The day by which a director reads it again.
    pub review_by: Date,
    /// The most that may be given in one session.
    pub cap: Cap,
    /// The shortest time on the premises, from the start of the dose.
    pub stay_min: Minutes,
    /// Whether the person must be taken home by a named adult.
    pub escort_required: bool,
    /// From this body mass index on, the prescriber must choose actual or ideal weight.
    pub basis_asked_from: Option<Quantity>,
    /// Strength of one device or lozenge, when the dose comes in whole ones.
    pub piece: Option<Micrograms>,
    /// The least of one that can have been given: a spray of a device. None where a piece is begun and counted whole.
    pub piece_part: Option<Micrograms>,
    /// How long after one piece the next may be given, where they are given one after another.
    pub piece_apart: Option<Minutes>,
    /// Dosing sessions in order.
    pub sessions: Vec<Session>,
    /// What may follow the laid-out sessions.
    pub maintenance: Vec<Maintenance>,
    /// Talking sessions in order.
    pub therapy: Vec<Therapy>,
    /// What is charted during a session and when.
    pub monitoring: Vec<Cadence>,
    /// Which instruments and tests are due on which day.
    pub assessments: Vec<AssessmentDay>,
    /// What is known about the result, for the evidence card.
    pub findings: Vec<Finding>,
    /// The levels in blood it was published to aim at; most protocols publish none.
    pub targets: Vec<Target>,
}

impl Protocol {
    /// Its identifier with its version, as a course pins it.
    pub fn pin(&self) -> String {
        format!("{}@{}", self.id, self.version)
    }

    /// The session with this number.
    pub fn session(&self, number: u16) -> Option<&Session> {
        self.sessions
            .iter()
            .find(|session| session.number == number)
    }

    /// Reads every protocol in `files` (name, text), or everything wrong with them.
    ///
    /// `sources` are the known source numbers and `rules` the known rule ids; a protocol that
    /// cites or requires anything else is refused.
    pub fn read_all(files: &[(&str, &str)], known: &Known<'_>) -> Result<Vec<Self>, crate::Faults> {
        read::read_all(files, known)
    }
}

/// What a protocol may refer to.
#[derive(Clone, Copy, Debug)]
pub struct Known<'k> {
    /// The source list.
    pub sources: &'k crate::Sources,
    /// Rule ids that a session may name as a prerequisite; `None` leaves them unchecked.
    pub rules: Option<&'k BTreeMap<String, String>>,
    /// The dictionary, for what is charted and the lightest person there may be; `None` leaves both
    /// unchecked.
    pub inputs: Option<&'k crate::Dictionary>,
}

/// Whether a protocol may be prescribed.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It may.
    Prescribable,
    /// It is there to be read; why it cannot be prescribed.
    ReferenceOnly(String),
}

/// The most that may be given in one session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Cap {
    /// The amount.
    pub amount: Micrograms,
    /// Where the number comes from.
    pub mark: Mark,
    /// Whether a second prescriber may approve more.
    pub second_prescriber_may_lift: bool,
}

/// The way in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Route {
    /// Into a vein.
    Iv,
    /// Into a muscle.
    Im,
    /// Into the nose.
    In,
    /// Under the tongue.
    Sl,
}

impl Route {
    /// The routes as files write them.
    pub const WORDS: [(&'static str, Self); 4] = [
        ("iv", Self::Iv),
        ("im", Self::Im),
        ("in", Self::In),
        ("sl", Self::Sl),
    ];

    /// The route as files and facts write it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Iv => "iv",
            Self::Im => "im",
            Self::In => "in",
            Self::Sl => "sl",
        }
    }
}

impl fmt::Display for Route {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Iv => "intravenous",
            Self::Im => "intramuscular",
            Self::In => "intranasal",
            Self::Sl => "sublingual",
        })
    }
}

/// One dosing session.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Session {
    /// Counted from 1.
    pub number: u16,
    /// The protocol day; day 0 is the first dosing day unless the protocol says otherwise.
    pub day: i16,
    /// The way in.
    pub route: Route,
    /// What is given, in order; a bolus and an infusion are two steps.
    pub steps: Vec<Step>,
    /// Rules that must have let this session through, by id.
    pub prerequisites: Vec<String>,
    /// Where the numbers come from.
    pub mark: Mark,
}

impl Session {
    /// How long the drug runs in, over all steps.
    pub fn minutes(&self) -> Minutes {
        Minutes(
            self.steps
                .iter()
                .map(|step| step.over.0)
                .fold(0, u64::saturating_add),
        )
    }
}

/// One thing given in a session.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Step {
    /// What the protocol gives, or the first choice where it leaves one.
    pub dose: Dose,
    /// What else the prescriber may choose.
    pub choice: Choice,
    /// Over how long; zero when given at once.
    pub over: Minutes,
}

/// What a prescriber may choose for a step.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// Nothing: the dose is the dose.
    None,
    /// Anything from the first to the second, both included.
    Between(Dose, Dose),
    /// One of these.
    OneOf(Vec<Dose>),
}

impl Choice {
    /// Whether `dose` is open to the prescriber beside `stated`.
    pub fn allows(&self, stated: Dose, dose: Dose) -> bool {
        if dose == stated {
            return true;
        }
        match self {
            Self::OneOf(doses) => doses.contains(&dose),
            Self::Between(Dose::PerKilogram(low), Dose::PerKilogram(high)) => {
                matches!(dose, Dose::PerKilogram(rate) if *low <= rate && rate <= *high)
            }
            Self::Between(Dose::Fixed(low), Dose::Fixed(high)) => {
                matches!(dose, Dose::Fixed(amount) if *low <= amount && amount <= *high)
            }
            Self::None
            | Self::Between(Dose::PerKilogram(_), Dose::Fixed(_))
            | Self::Between(Dose::Fixed(_), Dose::PerKilogram(_)) => false,
        }
    }
}

/// Sessions that may follow the laid-out ones, as far apart as the person needs.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Maintenance {
    /// The first protocol day of this phase.
    pub from_day: i16,
    /// Days between sessions, each a choice.
    pub every_days: Vec<i64>,
    /// How many at most; `None` leaves it to the review.
    pub count_max: Option<u16>,
    /// What decides between the choices.
    pub note: String,
    /// Where it comes from.
    pub mark: Mark,
}

/// One talking session.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Therapy {
    /// Counted from 1.
    pub number: u16,
    /// The protocol day.
    pub day: i16,
    /// How long.
    pub minutes: Minutes,
    /// What it is for.
    pub kind: TherapyKind,
    /// Its name.
    pub title: String,
    /// What is done in it, in the order it is done.
    pub content: Vec<String>,
    /// The dosing session it belongs to, when it does.
    pub beside_session: Option<u16>,
    /// Where it comes from.
    pub mark: Mark,
}

/// What a talking session is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TherapyKind {
    /// Before the first dose.
    Preparation,
    /// On the day of a dose, before it.
    Dosing,
    /// After a dose: what it meant and what changes.
    Integration,
    /// Counselling without a dose beside it.
    Counselling,
}

/// What is charted during a session and when, in minutes from the start of the dose.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Cadence {
    /// What is read, as input names.
    pub items: Vec<String>,
    /// Minutes at which it is due.
    pub at: Vec<i64>,
    /// Also this often while the drug runs in.
    pub during: Option<Minutes>,
    /// Also this often from the end of the dose to the end of the stay.
    pub after: Option<Minutes>,
    /// Whether it is also watched without pause, with a monitor.
    pub continuous: bool,
    /// Whether it is due once more before leaving.
    pub before_leaving: bool,
    /// Where it comes from.
    pub mark: Mark,
}

/// What is asked or measured on a protocol day.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct AssessmentDay {
    /// The protocol day.
    pub day: i16,
    /// Instruments and tests, by name.
    pub items: Vec<String>,
    /// Where it comes from.
    pub mark: Mark,
}

/// One line of the evidence card.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Finding {
    /// What was found, in our words.
    pub says: String,
    /// How far to trust the figure.
    pub mark: Mark,
    /// Where it was read.
    pub sources: Vec<String>,
}

/// A level in blood that a protocol was published to aim at.
///
/// It is compared with a predicted level on paper; nothing doses by it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Target {
    /// The lowest level aimed at, in whole nanograms a millilitre.
    pub from_ng_per_ml: u32,
    /// The highest; the same as the lowest where one level was aimed at.
    pub to_ng_per_ml: u32,
    /// In which blood, so that venous and arterial are never compared.
    pub site: Site,
    /// What was aimed at, in our words.
    pub says: String,
    /// How far to trust the figure.
    pub mark: Mark,
    /// Where it was read.
    pub sources: Vec<String>,
}

/// The blood a level was aimed at or measured in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Site {
    /// Venous plasma.
    Venous,
    /// Arterial plasma.
    Arterial,
    /// The source does not say, or nobody has read where it does.
    NotStated,
}

impl Site {
    /// The sites as files write them.
    pub const WORDS: [(&'static str, Self); 3] = [
        ("venous", Self::Venous),
        ("arterial", Self::Arterial),
        ("not stated", Self::NotStated),
    ];

    /// The site in words.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Venous => "venous",
            Self::Arterial => "arterial",
            Self::NotStated => "not stated",
        }
    }
}
