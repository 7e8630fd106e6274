//! What every page about one patient shares: opening the chart, which is logged, and the header.

use std::sync::Arc;

use clinic::KnownChart;
use clinic::authority::{Act, may};
use clinic::clinic::patient_stream;
use clinic::denied::Denied;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use journal::AccessRow;
use pages::{Fact as Shown, Link, PatientHeader, Phrase};
use record::calendar::civil_day;
use record::chart::course::Course;
use record::fact::care::{NoteKind, NoteSigned};
use record::words::Sex;
use record::{Chart, Entry, Fact, RecordedAt};

use crate::app::App;
use crate::ask::Ask;
use crate::words;

/// A chart opened by someone who may, with what every page about it needs.
pub(crate) struct Opened {
    pub(crate) known: Arc<KnownChart>,
    pub(crate) zone: TimeZone,
    pub(crate) today: Date,
}

impl Opened {
    /// The chart.
    pub(crate) fn chart(&self) -> &Chart {
        &self.known.chart
    }

    /// The path of the chart, or of something beneath it.
    pub(crate) fn path(&self, rest: &str) -> String {
        format!("/patients/{}{rest}", self.known.patient)
    }

    /// The path of a form about this patient.
    pub(crate) fn form(&self, code: &str) -> String {
        self.path(&format!("/do/{code}"))
    }
}

/// Whether an entry may be read by whoever asks: counselling notes and what was added to them only
/// by who wrote them and those whose role reads them.
pub(crate) fn may_read(ask: &Ask, chart: &Chart, entry: &Entry) -> bool {
    if !is_counselling(chart, &entry.fact) {
        return true;
    }
    ask.signed_in().is_ok_and(|known| {
        known.actor.who() == entry.author.who
            || may(&known.actor, Act::ReadCounselling, None).is_ok()
    })
}

fn is_counselling(chart: &Chart, fact: &Fact) -> bool {
    if let Fact::NoteSigned(note) = fact {
        return note.kind == NoteKind::Counselling;
    }
    let Fact::NoteAddended(added) = fact else {
        return false;
    };
    chart
        .all::<NoteSigned>()
        .any(|(_, note)| note.note == added.note && note.kind == NoteKind::Counselling)
}

/// Opens the chart the path names, and writes down who did.
pub(crate) fn open(app: &App, ask: &Ask, what: &str) -> Result<Opened, Denied> {
    let patient = ask.patient()?;
    let sign_in = ask.signed_in()?;
    let role = may(&sign_in.actor, Act::ReadChart, Some(patient))?;
    let known = app.clinic.chart(patient)?;
    app.clinic.journal().access_log_soon(vec![AccessRow {
        at: RecordedAt(ask.now),
        person: sign_in.actor.who(),
        role: role.code().to_owned(),
        stream: Some(patient_stream(patient)),
        door: "web".to_owned(),
        what: what.to_owned(),
    }])?;
    let zone = app.clinic.zone();
    let today = civil_day(ask.now, &zone);
    Ok(Opened { known, zone, today })
}

/// The header of a page about a patient.
pub(crate) fn header(app: &App, opened: &Opened, acts: Vec<Link>) -> PatientHeader {
    let chart = opened.chart();
    let course = chart.course();
    let day = course.as_ref().and_then(|course| course.day(opened.today));
    PatientHeader {
        name: chart.name(),
        chart: opened.path(""),
        who: who(chart, opened.today),
        day: day.map(|day| format!("Day {}", day.0)),
        of: if day.is_some_and(|day| day.0 <= 90) {
            "of 90".to_owned()
        } else {
            String::new()
        },
        course: course.as_ref().map_or_else(
            || chart.stage(opened.today).label().to_owned(),
            |course| course_words(app, course),
        ),
        facts: facts(opened, course.as_ref()),
        acts,
    }
}

/// `KARE, version 1, alcohol`; the substance is not said twice.
pub(crate) fn course_words(app: &App, course: &Course) -> String {
    let title = app
        .clinic
        .library()
        .protocol(&course.protocol)
        .map_or(course.protocol.as_str(), |protocol| protocol.title.as_str());
    let short = title.split(':').next().unwrap_or(title);
    format!(
        "{short}, version {}, {}",
        course.protocol_version, course.substance
    )
}

fn who(chart: &Chart, today: Date) -> String {
    let number = words::record_number(words::record_number_of(chart));
    let number = crate::sent::sentence(&number);
    let Some(identity) = chart.identity() else {
        if chart.is_erased() {
            return "Nobody can say who this was".to_owned();
        }
        return format!("Not registered yet. {number}");
    };
    let mut parts = Vec::new();
    if let Some(pronouns) = &identity.pronouns {
        parts.push(format!("{pronouns}."));
    }
    match (identity.born, chart.age_on(today), identity.age_years) {
        (Some(born), Some(age), _) => {
            parts.push(format!("Born {}, {age}.", words::day_plain(born)));
        }
        (_, _, Some(age)) => parts.push(format!("{age} years at entry.")),
        (_, _, None) => parts.push("Date of birth not recorded.".to_owned()),
    }
    if identity.sex != Sex::NotRecorded {
        parts.push(format!("Sex {}.", identity.sex));
    }
    parts.push(number);
    parts.join(" ")
}

fn facts(opened: &Opened, course: Option<&Course>) -> Vec<Shown> {
    let chart = opened.chart();
    if chart.is_erased() {
        return vec![Shown {
            name: "Record".to_owned(),
            said: vec![Phrase::Strong(
                "What was written here was erased. Nobody can read it, and nothing more is written."
                    .to_owned(),
            )],
        }];
    }
    let mut facts = vec![allergies(opened)];
    let consents = course.map(|course| chart.consents_on(course.id, opened.today));
    facts.push(match consents.as_deref() {
        None | Some([]) => Shown::absent("Consent", "none in force"),
        Some(signed) => {
            let names: Vec<String> = signed
                .iter()
                .map(|(_, consent)| crate::sent::sentence(&consent.text.as_str().replace('-', " ")))
                .collect();
            let until = signed
                .iter()
                .filter_map(|(_, consent)| consent.expires)
                .min();
            let until = until.map_or_else(String::new, |day| {
                format!(" until {}", words::day_plain(day))
            });
            Shown::plain("Consent", format!("In force: {}{until}", names.join(", ")))
        }
    });
    facts.push(Shown::plain(
        "Who may see",
        "The clinic's team. Part 2: not passed on without consent.",
    ));
    if !chart.unreadable().is_empty() {
        facts.push(Shown {
            name: "Record".to_owned(),
            said: vec![Phrase::Strong(
                "Part of this record cannot be read by this version. Nothing is given on it."
                    .to_owned(),
            )],
        });
    }
    facts
}

fn allergies(opened: &Opened) -> Shown {
    let listed = opened.chart().allergies();
    let Some((last, _)) = listed.last() else {
        return Shown::absent("Allergies", "not asked");
    };
    let names: Vec<String> = listed
        .iter()
        .filter_map(|(_, allergy)| {
            let to = allergy.to.as_ref()?;
            Some(match &allergy.reaction {
                Some(reaction) => format!("{to} ({reaction})"),
                None => to.to_string(),
            })
        })
        .collect();
    let asked = words::day_plain(civil_day(last.occurred_at.0, &opened.zone));
    if names.is_empty() {
        Shown::plain("Allergies", format!("None known, asked {asked}"))
    } else {
        Shown::plain("Allergies", names.join(", "))
    }
}
