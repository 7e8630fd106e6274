//! The evaluation: what the patient says beforehand, the criteria of a disorder, what medicines mean, and
//! how far each step is.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use protocol::evaluation::{Panel, Step};
use protocol::{Answer, Code, Facts, Observation, Outcome, Rule, Stage, When, assess};
use record::fact::evaluation::{CriteriaJudged, HistoryTold};
use record::fact::observation::{InstrumentAnswered, LaboratoryResult, VitalsObserved};
use record::fact::person::{
    AllergyListed, ConditionListed, MedicineListed, Standing as ListStanding,
};
use record::ids::PatientId;
use record::words::{Line, YesNo};
use record::{Chart, Entry};

use crate::Library;
use crate::authority::{Act, authorise};
use crate::clinic::{Clinic, Written};
use crate::denied::Denied;
use crate::operation::Operation;

/// After a question's name: the day a yes is about.
pub const DAY: &str = ".day";

/// After a question's name: the line beside its answer.
pub const WORDS: &str = ".words";

/// Takes what a patient says to one question, in their own words.
///
/// # Errors
/// [`Denied::NotFound`] for a question the evaluation does not put to patients.
pub fn tell(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    told: HistoryTold,
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::TellHistory, Some(patient))?;
    if let Some(first) = clinic.first_answer(operation, Some(patient))? {
        return Ok(first);
    }
    clinic.chart(patient)?;
    let name = told.question.as_str();
    let name = name.strip_suffix(WORDS).unwrap_or(name);
    let mut put = clinic.library().evaluation().for_patient();
    if !put.any(|question| question.id == name) {
        return Err(Denied::NotFound);
    }
    clinic.record(operation, role, patient, None, &[told.into()])
}

/// Records the criteria of a disorder, and lists the condition with its code where a grade is reached.
///
/// # Errors
/// [`Denied::Invalid`] where no criterion is answered, or one is not of this disorder.
pub fn judge_criteria(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    judged: &CriteriaJudged,
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::JudgeCriteria, Some(patient))?;
    if let Some(first) = clinic.first_answer(operation, Some(patient))? {
        return Ok(first);
    }
    clinic.chart(patient)?;
    if judged.criteria.is_empty() {
        return Err(Denied::invalid(
            "criteria",
            "Answer at least one criterion: what is left open stays open",
        ));
    }
    let criteria = clinic.library().criteria();
    let disorder = criteria
        .disorder(judged.substance.as_str())
        .ok_or(Denied::NotFound)?;
    let is_known = |name: &str| criteria.asked(disorder).any(|known| known.id == name);
    if let Some(other) = judged
        .criteria
        .iter()
        .find(|one| !is_known(one.criterion.as_str()))
    {
        return Err(Denied::invalid(
            "criteria",
            format!("{} has no criterion {}", disorder.name, other.criterion),
        ));
    }
    let mut facts = vec![judged.clone().into()];
    let graded = graded(clinic.library(), judged);
    if let Some(code) = graded.and_then(|graded| graded.code) {
        let condition = ConditionListed {
            name: Line::clipped(&disorder.name),
            code: Some(record::fact::person::Code {
                system: Line::clipped("icd-10-cm"),
                code: Line::clipped(&code),
            }),
            standing: if judged.remission.is_some() {
                ListStanding::Past
            } else {
                ListStanding::Current
            },
            since: None,
        };
        facts.push(condition.into());
    }
    clinic.record(operation, role, patient, None, &facts)
}

/// What criteria come to.
pub fn graded(
    library: &Library,
    judged: &CriteriaJudged,
) -> Option<protocol::evaluation::criteria::Graded> {
    let criteria = library.criteria();
    let disorder = criteria.disorder(judged.substance.as_str())?;
    let answer = |id: &str| {
        let found = judged
            .criteria
            .iter()
            .find(|one| one.criterion.as_str() == id)?;
        match found.met {
            YesNo::Yes => Some(true),
            YesNo::No => Some(false),
            YesNo::Unknown | YesNo::Declined => None,
        }
    };
    Some(criteria.graded(
        disorder,
        answer,
        judged.as_prescribed,
        judged.remission.is_some(),
    ))
}

/// What a rule says of medicines that are taken.
#[derive(Clone, Debug)]
pub struct Meaning<'a> {
    /// The rule.
    pub rule: &'a Rule,
    /// The medicines it hangs on.
    pub medicines: Vec<String>,
}

/// What the rules of a pack say of medicines, and of nothing else: the names as written, with codes.
pub fn meanings<'a>(
    library: &'a Library,
    medicines: &[Code],
    now: Timestamp,
    zone: &TimeZone,
) -> Vec<Meaning<'a>> {
    let mut facts = Facts::new(zone.clone());
    for code in medicines {
        let seen = Observation::new(Answer::Code(code.clone()), When::At(now), "as listed");
        facts.observe("medicine", seen);
    }
    let pack = library.pack();
    let asked = assess(&facts, pack, Stage::Screen, now);
    let fired: Vec<(String, Vec<String>)> = asked
        .verdicts
        .iter()
        .filter(|verdict| verdict.outcome == Outcome::Fired)
        .map(|verdict| {
            let medicines = verdict
                .used
                .iter()
                .filter(|used| used.input == "medicine")
                .map(|used| used.observation.answer.to_string())
                .collect();
            (verdict.rule.id.clone(), medicines)
        })
        .collect();
    fired
        .into_iter()
        .filter_map(|(id, medicines)| {
            let rule = pack.rule(&id)?;
            Some(Meaning { rule, medicines })
        })
        .filter(|meaning| !meaning.medicines.is_empty())
        .collect()
}

/// A medicine as the rules read it.
pub fn coded(medicine: &MedicineListed) -> Code {
    let mut code = Code::plain(medicine.name.as_str());
    code.codings = medicine
        .code
        .iter()
        .map(|one| format!("{}:{}", one.system, one.code))
        .collect();
    code
}

/// The `RxNorm` ingredient of a name a drug list holds, where its code was read at a source.
pub fn rxnorm(library: &Library, name: &str) -> Option<record::fact::person::Code> {
    let name = name.trim().to_lowercase();
    let drugs = library.pack().lists().iter().flat_map(|list| &list.drugs);
    let known = drugs
        .filter(|drug| drug.name == name && drug.mark == protocol::Mark::Read)
        .find_map(|drug| drug.rxnorm.as_deref())?;
    Some(record::fact::person::Code {
        system: Line::clipped("rxnorm"),
        code: Line::clipped(known),
    })
}

/// How far a step is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// How many of its questions are answered.
    pub n_answered: usize,
    /// Of how many.
    pub of: usize,
    /// How many the patient answered and nobody has read since.
    pub n_told: usize,
}

/// The questionnaire that answers a question, as it was last filled in: on the patient's phone before the
/// visit, or anywhere. What it answers is not asked again.
pub fn filled_already<'a>(
    chart: &'a Chart,
    question: &str,
) -> Option<(&'a Entry, &'a InstrumentAnswered)> {
    let instrument = crate::facts::instrument_of(question)?;
    chart
        .all::<InstrumentAnswered>()
        .filter(|(_, answered)| answered.instrument.as_str() == instrument)
        .max_by_key(|(entry, _)| entry.occurred_at)
}

/// How far a step is: its questions, and its list as one more.
pub fn progress(chart: &Chart, step: &Step) -> Progress {
    let history = chart.history();
    let told = chart.history_told();
    let mut progress = Progress {
        of: step.questions.len(),
        ..Progress::default()
    };
    for question in &step.questions {
        let answered = history.get(question.id.as_str());
        let is_filled = filled_already(chart, &question.id).is_some();
        progress.n_answered += usize::from(answered.is_some() || is_filled);
        let is_unread = told.get(question.id.as_str()).is_some_and(|(entry, said)| {
            said.answer().is_some() && answered.is_none_or(|(taken, _)| taken.number < entry.number)
        });
        progress.n_told += usize::from(is_unread);
    }
    if let Some(panel) = step.panel {
        progress.of += 1;
        progress.n_answered += usize::from(is_begun(chart, panel));
    }
    progress
}

fn is_begun(chart: &Chart, panel: Panel) -> bool {
    match panel {
        Panel::Criteria => !chart.criteria().is_empty(),
        Panel::Conditions => chart.all::<ConditionListed>().next().is_some(),
        Panel::Medicines => {
            chart.all::<MedicineListed>().next().is_some()
                && chart.all::<AllergyListed>().next().is_some()
        }
        Panel::Vitals => chart
            .all::<VitalsObserved>()
            .any(|(_, vitals)| vitals.session.is_none() && vitals.systolic_mmhg.is_some()),
        Panel::Laboratory => chart.all::<LaboratoryResult>().next().is_some(),
        Panel::Calendar => super::follow_back::has_interview(chart),
    }
}
