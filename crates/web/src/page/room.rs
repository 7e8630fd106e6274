//! The session room: the large figures, what the rules say, the flowsheet, and one stack of acts.

pub(crate) mod day;
mod devices;
pub(crate) mod drug;
mod flow;
mod monitor;
mod readouts;
mod said;
mod stack;

use clinic::act::room::monitor::OutOfDate;
use clinic::act::room::watch;
use jiff::Timestamp;
use pages::{
    ActLine, Due as ShownDue, Fact as Shown, Figure, Link, Mark, Phrase, SessionRoom, Standing,
    session_room,
};
use record::chart::session::Session;
use record::fact::room::RuleAct;
use record::fact::session::Watched;
use record::{Entry, Fact};

use super::patient::{Opened, header, may_read};
use super::sentence::{room::due_words, sentence};
use super::session::session_of;
use crate::app::App;
use crate::ask::Ask;
use crate::reply::Reply;
use crate::words;

/// How many numbered acts the page lists under the figure.
const ACTS_SHOWN: usize = 6;

/// How many fewer for each rule said over the figure after the first, and how many always: the last act
/// is on the screen whatever is said above it.
const ACTS_FEWER: usize = 2;

/// Everything the parts of the page are made from.
struct Room<'a> {
    app: &'a App,
    ask: &'a Ask,
    opened: &'a Opened,
    session: &'a Session,
    now: Timestamp,
    holds: Vec<watch::Holds>,
    dues: Vec<protocol::Due>,
    monitors: Vec<OutOfDate>,
}

impl<'a> Room<'a> {
    fn of(app: &'a App, ask: &'a Ask, opened: &'a Opened, session: &'a Session) -> Self {
        let now = session.closed_at.unwrap_or(ask.now).min(ask.now);
        let chart = opened.chart();
        Self {
            app,
            ask,
            opened,
            session,
            now,
            holds: watch::holds(&app.clinic, chart, session, now),
            dues: watch::dues(&app.clinic, chart, session, now),
            monitors: monitor::out_of_date(app, chart, session, now),
        }
    }
}

/// The page of an open session.
pub(super) fn page(app: &App, ask: &Ask, opened: &Opened, session: &Session) -> Reply {
    let room = Room::of(app, ask, opened, session);
    let notes = room.notes();
    let acts = room.acts();
    let said = said::said(&room);
    let n_called = said.iter().filter(|one| one.calls()).count();
    let n_said =
        room.holds.len().saturating_sub(1) + notes.len() + n_called.saturating_mul(ACTS_FEWER);
    let n_shown = ACTS_SHOWN
        .saturating_sub(n_said.saturating_mul(ACTS_FEWER))
        .max(ACTS_FEWER);
    let (who, about, facts) = room.bedside();
    let view = SessionRoom {
        who,
        about,
        facts,
        room: session
            .room
            .clone()
            .unwrap_or_else(|| "Room not set".to_owned()),
        clock: words::time(ask.now, &opened.zone),
        drawn_at: ask.now.as_second(),
        offset_s: opened.zone.to_offset(ask.now).seconds(),
        readouts: room.readouts(),
        said,
        notes,
        flow: room.figure("flow"),
        plan: super::level::in_room(app, opened, session.number),
        more: (acts.len() > n_shown).then(|| {
            Link::new(
                opened.path("?show=sessions"),
                format!("All {} acts", acts.len()),
            )
        }),
        acts: acts
            .into_iter()
            .map(|(_, line)| line)
            .rev()
            .take(n_shown)
            .rev()
            .collect(),
        saved: room.saved(),
        due: room.due(),
        stack: stack::presses(&room),
        corner: stack::corner(&room),
        pads: stack::pads(&room),
        keep: ask
            .sign_in
            .as_ref()
            .map(|one| (one.person.to_string(), session.id.to_string())),
    };
    let mut frame = words::frame(app, ask, Some(pages::Place::Patients));
    frame.live = Some(ask.stream(&opened.path("")));
    Reply::Page(session_room(&frame, &view))
}

/// Whether an entry was charted later than it happened.
pub(super) fn is_charted_late(entry: &Entry) -> bool {
    flow::is_late(entry)
}

/// The flowsheet of a closed session, for its record.
pub(crate) fn record_figure(app: &App, ask: &Ask, opened: &Opened, session: &Session) -> Figure {
    Room::of(app, ask, opened, session).figure("flow")
}

impl Room<'_> {
    fn bedside(&self) -> (Link, String, Vec<Shown>) {
        let head = header(self.app, self.opened, Vec::new());
        let chart = self.opened.chart();
        let identity = chart.identity();
        let pronouns = identity
            .as_ref()
            .and_then(|one| one.pronouns.as_ref())
            .map(ToString::to_string);
        let born = identity
            .as_ref()
            .and_then(|one| one.born)
            .map(words::day_plain);
        let age = chart.age_on(self.opened.today).map(|age| age.to_string());
        let about: Vec<String> = [pronouns, born, age].into_iter().flatten().collect();
        let weight = self.session.weight_g.map_or_else(
            || Shown::absent("Weight", "not weighed"),
            |weight| {
                Shown::plain(
                    "Weight",
                    format!(
                        "{weight}, {}",
                        words::time(self.session.opened_at, &self.opened.zone)
                    ),
                )
            },
        );
        let planned = chart
            .plan(self.session.course)
            .map_or(0, |(_, plan)| plan.doses.len());
        let course = head.course.split(',').next().unwrap_or_default().to_owned();
        let day = head
            .day
            .as_deref()
            .map_or_else(String::new, |day| format!(", {}", day.to_lowercase()));
        let plan = format!(
            "{course}{day}, session {} of {planned}",
            self.session.number
        );
        let mut facts = vec![weight];
        facts.extend(
            head.facts
                .into_iter()
                .filter(|fact| fact.name == "Allergies"),
        );
        facts.push(Shown::plain("Plan", plan));
        facts.push(self.consent());
        facts.push(self.sitter());
        (
            Link::new(self.opened.path(""), head.name),
            about.join(", "),
            facts,
        )
    }

    fn consent(&self) -> Shown {
        let signed = self
            .opened
            .chart()
            .consents_on(self.session.course, self.opened.today);
        let is_whole = clinic::act::eligibility::CONSENTS_NEEDED
            .iter()
            .all(|needed| signed.iter().any(|(_, one)| one.text.as_str() == *needed));
        if is_whole {
            Shown::plain("Consent", "In force")
        } else {
            Shown::absent("Consent", "not in force")
        }
    }

    fn sitter(&self) -> Shown {
        let chosen = self
            .opened
            .chart()
            .all::<record::fact::room::SettingChosen>();
        let mut sitters = chosen
            .filter(|(_, one)| one.session == self.session.id)
            .filter_map(|(_, one)| one.sitter.clone());
        let sitter = sitters.next_back();
        sitter.map_or_else(
            || Shown::absent("With them", "not written"),
            |sitter| Shown::plain("With them", sitter.to_string()),
        )
    }

    fn time(&self, at: Timestamp) -> String {
        words::time(at, &self.opened.zone)
    }

    fn figure(&self, id: &str) -> Figure {
        let chart = self.opened.chart();
        let pack = self.app.clinic.library().pack();
        let facts = watch::facts(&self.app.clinic, chart, self.session, self.now);
        let held = self.session.started.map_or_else(Vec::new, |started| {
            protocol::timeline(&facts, pack, started.at, self.now)
        });
        let course = chart
            .courses()
            .into_iter()
            .find(|course| course.id == self.session.course);
        let drug = course
            .and_then(|course| {
                Some(
                    self.app
                        .clinic
                        .library()
                        .protocol(&course.protocol)?
                        .substance
                        .clone(),
                )
            })
            .unwrap_or_else(|| "drug".to_owned());
        let seen = flow::Seen {
            chart,
            session: self.session,
            dues: &self.dues,
            held: &held,
            pack,
            zone: &self.opened.zone,
            now: self.now,
            drug: crate::sent::sentence(&drug),
            planned: self.planned(),
            n_devices: self
                .session
                .started
                .map(|started| started.dose)
                .or_else(|| self.planned().map(|(dose, _)| dose))
                .and_then(|dose| self.n_devices(dose)),
            acts: self
                .acts()
                .into_iter()
                .map(|(at, line)| (at, line.number))
                .collect(),
        };
        let sheet = seen.flowsheet(id);
        let has_late = sheet.pressures.iter().any(|one| one.is_late);
        Figure {
            drawing: sheet.draw(),
            caption: match (has_late, self.has_stale()) {
                (true, true) => {
                    Phrase::sentence("~ charted late, or by a monitor too late to count.")
                }
                (true, false) => Phrase::sentence("~ charted late."),
                (false, _) => Vec::new(),
            },
            table_link: "Numbers as a table".to_owned(),
        }
    }

    /// What was done, numbered; readings stand in the figure itself.
    fn acts(&self) -> Vec<(Timestamp, ActLine)> {
        let chart = self.opened.chart();
        let mut entries: Vec<(&Entry, &Fact)> = chart
            .entries()
            .iter()
            .filter(|entry| may_read(self.ask, chart, entry))
            .filter_map(|entry| Some((entry, chart.now_says(entry)?)))
            .filter(|(_, fact)| session_of(fact) == Some(self.session.id) && is_act(fact))
            .collect();
        entries.sort_by_key(|(entry, _)| (entry.occurred_at, entry.number));
        entries
            .into_iter()
            .enumerate()
            .map(|(place, (entry, fact))| {
                let (head, rest) = sentence(self.app, fact);
                let mut said = vec![Phrase::plain(head)];
                said.extend(rest);
                said.push(Phrase::Quiet(format!(" {}", self.initials(entry))));
                let is_late = flow::is_late(entry);
                let line = ActLine {
                    number: place + 1,
                    at: self.time(entry.occurred_at.0),
                    words: said,
                    late: is_late.then(|| format!("charted {}", self.time(entry.recorded_at.0))),
                };
                (entry.occurred_at.0, line)
            })
            .collect()
    }

    fn initials(&self, entry: &Entry) -> String {
        let name = self.app.clinic.board().author_name(&entry.author.who);
        words::initials(&name)
    }

    fn saved(&self) -> String {
        let chart = self.opened.chart();
        let of_session = |entry: &&Entry| session_of(&entry.fact) == Some(self.session.id);
        chart
            .entries()
            .iter()
            .rev()
            .find(of_session)
            .map_or_else(String::new, |entry| {
                let local = self.opened.zone.to_datetime(entry.recorded_at.0);
                let number =
                    usize::try_from(entry.position).map_or_else(|_| String::new(), words::count);
                format!(
                    "Saved {:02}:{:02}:{:02}, entry {number}.",
                    local.hour(),
                    local.minute(),
                    local.second()
                )
            })
    }

    fn due(&self) -> ShownDue {
        let Some((at, items)) = watch::next(&self.dues, self.session) else {
            let words = if self.session.started.is_some() {
                "by the protocol"
            } else {
                "The clock starts with the dose"
            };
            return ShownDue {
                head: "Nothing is due".to_owned(),
                number: String::new(),
                unit: String::new(),
                words: words.to_owned(),
                told: None,
                is_late: false,
                at: None,
            };
        };
        let names: Vec<&str> = items.iter().map(String::as_str).collect();
        let seconds = at.as_second() - self.now.as_second();
        // Late from a whole minute on: what is due this minute is due, not overdue.
        let is_late = seconds <= -60;
        let late_by = (-seconds).max(0).div_euclid(60);
        let told = watch::told_last(&self.app.clinic, late_by);
        let rules = watch::asked_by(&self.dues, self.session, at);
        let asked = if rules.is_empty() {
            String::new()
        } else {
            format!(", sooner by {}", rules.join(", "))
        };
        ShownDue {
            head: if is_late { "Overdue by" } else { "Due in" }.to_owned(),
            number: if is_late {
                late_by
            } else {
                (seconds.div_euclid(60) + i64::from(seconds % 60 > 0)).max(0)
            }
            .to_string(),
            unit: "min".to_owned(),
            words: format!("{}: {}{asked}", self.time(at), due_words(&names)),
            told: (!told.is_empty()).then(|| format!("Told: {}", told.join(", "))),
            is_late,
            at: Some(at.as_second()),
        }
    }
}

/// How a rule that holds stands; where no dose runs there is nothing to stop or to slow.
fn standing(session: &Session, act: RuleAct) -> Mark {
    let is_over = session.stopped.is_some();
    match act {
        RuleAct::Stop | RuleAct::Slow if is_over => Mark::new(Standing::ActNow, "Act now"),
        RuleAct::Stop => Mark::new(Standing::ActNow, "Stop"),
        RuleAct::Slow => Mark::new(Standing::ActNow, "Slow or hold"),
        RuleAct::Alert | RuleAct::Notify => Mark::new(Standing::Watch, "Watch"),
    }
}

/// Whether an entry is an act with a number, rather than a reading drawn in the figure.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "only these kinds are acts of a session"
)]
fn is_act(fact: &Fact) -> bool {
    match fact {
        Fact::ObservationMade(one) => one.watched == Watched::Remark,
        Fact::SessionAnswered(_)
        | Fact::TimeOutHeld(_)
        | Fact::SessionHeld(_)
        | Fact::SettingChosen(_)
        | Fact::RuleFired(_)
        | Fact::ReadingMissed(_)
        | Fact::LeftAgainstAdvice(_)
        | Fact::DoseStarted(_)
        | Fact::DoseChanged(_)
        | Fact::DoseStopped(_)
        | Fact::AdverseNoted(_)
        | Fact::InterventionMade(_)
        | Fact::RecoveryAssessed(_)
        | Fact::SessionClosed(_) => true,
        _ => false,
    }
}
