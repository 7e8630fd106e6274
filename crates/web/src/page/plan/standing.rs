//! The plan as it stands: one object that is moved, paused, taken up again and amended, each with a reason.

use clinic::act::plan::turn::paused_visits;
use clinic::authority::{Act, may};
use clinic::calendar::is_first_of_two;
use clinic::denied::Denied;
use jiff::SignedDuration;
use pages::{
    Cell, Column, Fact, Link, Mark, Phrase, Piece, Section, Sheet, Standing, Table, sheet,
};
use protocol::Protocol;
use record::Entry;
use record::calendar::{civil_day, civil_day_of, protocol_day};
use record::chart::course::{Course, CourseState};
use record::chart::visit::{Visit, VisitState};
use record::fact::decision::{PlanAmended, PlanPrescribed, WeightBasis};
use record::fact::visit::{CoursePaused, CourseReturned, VisitMoved, VisitPurpose};

use super::drawn::recovery;
use super::figure::{Drawn, course as figure};
use crate::app::App;
use crate::ask::Ask;
use crate::forms::is_offered;
use crate::page::patient::{Opened, header, open};
use crate::page::timeline::author;
use crate::page::{level, protocols, why};
use crate::reply::Reply;
use crate::words;

/// The page.
pub(crate) fn show(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let opened = open(app, ask, "plan")?;
    let mut view = Sheet::new("Plan", "Plan");
    let links = vec![Link::new(opened.path(""), "Chart")];
    view.patient = Some(header(app, &opened, links));
    let mut frame = words::frame(app, ask, Some(pages::Place::Patients));
    if ask.query.get("done") == Some("signed") {
        frame.notice = Some("The plan is signed, and its visits are booked.".to_owned());
    } else if let Some(code) = ask.query.get("done") {
        frame.notice = crate::forms::notice(code);
    }
    let course = opened.chart().course();
    let plan = course
        .as_ref()
        .and_then(|course| opened.chart().plan(course.id));
    let (Some(course), Some((entry, plan))) = (&course, plan) else {
        view.said = vec![
            Phrase::absent("No plan is prescribed"),
            Phrase::plain(". "),
            Phrase::link(opened.path("/plan/new"), "Design one"),
        ];
        return Ok(Reply::Page(sheet(&frame, &view)));
    };
    let protocol = app.clinic.library().protocol(plan.protocol.as_str());
    let protocol = protocol.ok_or(Denied::NotFound)?;
    view.title = format!("Plan: {}", protocol.title);
    view.said = said(app, ask, entry, plan);
    view.mark = (course.state == CourseState::Paused).then(|| Mark::new(Standing::Watch, "Paused"));
    view.acts = acts(ask, &opened, course);
    let seen = Seen {
        app,
        ask,
        opened: &opened,
        course,
        plan,
        protocol,
    };
    view.main = vec![seen.doses(), seen.days()];
    let weight = plan
        .weight_g
        .map(|weight| f64::from(weight.get()) / 1_000.0);
    if let Some(first) = plan.doses.first() {
        let age = opened.chart().age_on(opened.today).map(f64::from);
        view.main
            .extend(level::of_planned(app, first, protocol, weight, age));
    }
    view.side = vec![seen.limits(), seen.changes()];
    Ok(Reply::Page(sheet(&frame, &view)))
}

fn said(app: &App, ask: &Ask, entry: &Entry, plan: &PlanPrescribed) -> Vec<Phrase> {
    let signed = match &plan.signed {
        Some(_) => format!("Signed by {}. ", author(app, entry)),
        None => format!(
            "Recorded by {}, without a pass phrase. ",
            author(app, entry)
        ),
    };
    let mut said = vec![Phrase::plain(format!(
        "Version {} of the protocol, day 0 {}. {signed}",
        plan.protocol_version,
        words::day(plan.day_zero)
    ))];
    let reads = ask.signed_in();
    if reads.is_ok_and(|who| may(&who.actor, Act::ReadRules, None).is_ok()) {
        let path = protocols::path(plan.protocol.as_str());
        said.push(Phrase::link(path, "Read the protocol"));
    }
    said
}

fn acts(ask: &Ask, opened: &Opened, course: &Course) -> Vec<Link> {
    let codes: &[(&str, &str)] = match course.state {
        CourseState::Open => &[
            ("amend-dose", "Amend the dose"),
            ("book-visit", "Book a visit"),
            ("pause-course", "Pause"),
        ],
        CourseState::Paused | CourseState::Completed | CourseState::Left => {
            &[("return-course", "Take it up again")]
        }
    };
    codes
        .iter()
        .filter(|(code, _)| is_offered(ask, code, Some(opened.known.patient)))
        .map(|(code, words)| Link::new(opened.form(code), *words))
        .collect()
}

struct Seen<'a> {
    app: &'a App,
    ask: &'a Ask,
    opened: &'a Opened,
    course: &'a Course,
    plan: &'a PlanPrescribed,
    protocol: &'a Protocol,
}

impl Seen<'_> {
    /// Numbers of the sessions in which a dose was begun.
    fn given(&self) -> Vec<u8> {
        let sessions = self.opened.chart().sessions();
        sessions
            .iter()
            .filter(|session| session.course == self.course.id && session.started.is_some())
            .map(|session| session.number)
            .collect()
    }

    fn doses(&self) -> Section {
        let given = self.given();
        let rows = self.plan.doses.iter().map(|dose| {
            let over = if dose.minutes == 0 {
                "at once".to_owned()
            } else {
                format!("over {} min", dose.minutes)
            };
            let draw: Vec<String> = dose
                .steps
                .iter()
                .filter_map(|step| match (step.volume, step.pieces) {
                    (Some(volume), _) => Some(volume.to_string()),
                    (None, Some(pieces)) => Some(format!("{pieces} whole")),
                    (None, None) => None,
                })
                .collect();
            let draw = match (self.plan.vial, draw.is_empty()) {
                (_, true) => vec![Phrase::absent("not recorded")],
                (Some(vial), false) => {
                    Phrase::sentence(format!("{} of {vial}", draw.join(" then ")))
                }
                (None, false) => Phrase::sentence(draw.join(" then ")),
            };
            vec![
                Phrase::sentence(dose.number.to_string()),
                Phrase::sentence(format!(
                    "{}, {}",
                    dose.day,
                    words::day_short(civil_day_of(dose.day, self.plan.day_zero))
                )),
                vec![Phrase::Strong(format!("{} {over}", dose.dose))],
                Phrase::sentence(dose.route.to_string()),
                draw,
                Phrase::sentence(if given.contains(&dose.number) {
                    "begun"
                } else {
                    "to come"
                }),
            ]
        });
        let columns = ["Session", "Day", "Dose", "Way in", "To draw", "So far"];
        Section::new(
            "Doses",
            vec![Piece::Table(Table {
                caption: "Doses of the plan".to_owned(),
                columns: columns.map(Column::words).to_vec(),
                rows: rows.collect(),
                when_empty: "The plan holds no dose.".to_owned(),
            })],
        )
    }

    fn date(&self, visit: &Visit) -> jiff::civil::Date {
        civil_day(visit.starts_at, &self.opened.zone)
    }

    fn days(&self) -> Section {
        let visits = self.opened.chart().visits();
        let visits: Vec<&Visit> = visits
            .iter()
            .filter(|visit| visit.course == Some(self.course.id))
            .collect();
        let shown: Vec<Drawn> = visits
            .iter()
            .map(|visit| Drawn::of_visit(visit, self.date(visit), self.plan.day_zero))
            .collect();
        let today = self.opened.today;
        let given = self.given();
        let mut pieces = vec![Piece::Figure(figure(
            self.plan,
            self.protocol,
            Some(today),
            &shown,
            &given,
        ))];
        let standing = visits
            .iter()
            .filter(|visit| visit.state != VisitState::Cancelled);
        pieces.push(Piece::Table(Table {
            caption: "Visits of the course".to_owned(),
            columns: ["Day", "When", "What", "Where", "With", "Now"]
                .map(Column::words)
                .to_vec(),
            rows: standing.map(|visit| self.row(visit)).collect(),
            when_empty: "No visit is booked.".to_owned(),
        }));
        let taken_off = paused_visits(&self.opened.known, self.course.id);
        if !taken_off.is_empty() {
            let n = words::of(taken_off.len(), "visit was", "visits were");
            pieces.push(Piece::plain(format!(
                "{n} taken off the calendar by the pause. Taking the course up again books what remains anew, as \
                 far apart as before."
            )));
        }
        Section::new("The course by day", pieces)
    }

    fn row(&self, visit: &Visit) -> Vec<Cell> {
        let zone = &self.opened.zone;
        let starts = zone.to_datetime(visit.starts_at);
        let until = visit
            .starts_at
            .saturating_add(SignedDuration::from_mins(i64::from(visit.minutes)))
            .unwrap_or(visit.starts_at);
        let mut what = vec![Phrase::Strong(visit.title.clone())];
        let dose = self.plan.doses.iter();
        let dose = dose.into_iter().find(|dose| {
            visit.purpose == VisitPurpose::Dosing && Some(dose.number) == visit.number
        });
        if let Some(dose) = dose {
            let stay = self.protocol.stay_min.0;
            let said = recovery(starts, visit.minutes, stay, dose.minutes);
            what.push(Phrase::Quiet(format!(", {said}")));
        }
        let mut when = Phrase::sentence(format!(
            "{}, {} to {}",
            words::day_short(starts.date()),
            words::time(visit.starts_at, zone),
            words::time(until, zone)
        ));
        if is_first_of_two(zone, visit.starts_at) {
            let said = ", before the clocks go back: the time comes twice and the first is meant";
            when.push(Phrase::Quiet(said.to_owned()));
        }
        vec![
            Phrase::sentence(
                protocol_day(starts.date(), self.plan.day_zero)
                    .to_string()
                    .replace(' ', "\u{a0}"),
            ),
            when,
            what,
            Phrase::or_absent(visit.room.as_ref(), "no room"),
            Phrase::or_absent(visit.with.as_ref(), "nobody named"),
            self.now(visit),
        ]
    }

    fn now(&self, visit: &Visit) -> Vec<Phrase> {
        let mut said = match visit.state {
            VisitState::Held => vec![Phrase::Mark(Mark::new(Standing::Settled, "Held"))],
            VisitState::Arrived => vec![Phrase::Mark(Mark::new(Standing::Settled, "Here"))],
            VisitState::Missed => vec![Phrase::Mark(Mark::new(Standing::Unknown, "Missed"))],
            VisitState::Cancelled => vec![Phrase::Mark(Mark::new(Standing::Unknown, "Cancelled"))],
            VisitState::Booked => Vec::new(),
        };
        if visit.state != VisitState::Booked {
            return said;
        }
        let patient = Some(self.opened.known.patient);
        for (code, words) in [("visit-move", "Move"), ("shift-plan", "Move all from here")] {
            if is_offered(self.ask, code, patient) {
                let to = self.opened.form(&format!("{code}?visit={}", visit.id));
                said.push(Phrase::link(to, words));
                said.push(Phrase::plain(" "));
            }
        }
        said
    }

    fn limits(&self) -> Section {
        let plan = self.plan;
        let mut facts = Vec::new();
        if let (Some(weight), Some(on)) = (plan.weight_g, plan.weighed_on) {
            let on = words::day_plain(on);
            let said = match (plan.basis, plan.actual_g) {
                (WeightBasis::Ideal, Some(actual)) => {
                    format!("{weight}, ideal weight; {actual} measured {on}")
                }
                (WeightBasis::Ideal | WeightBasis::Actual, _) => {
                    format!("{weight}, {}, {on}", plan.basis)
                }
            };
            facts.push(Fact::plain("Weight", said));
        }
        if let Some(why) = &plan.weight_confirmed {
            facts.push(Fact::plain("Weight confirmed", why.to_string()));
        }
        if let Some(rate) = plan.dose_per_weight {
            facts.push(Fact::plain("By weight", rate.to_string()));
        }
        let mut cap = Phrase::sentence(self.protocol.cap.amount.to_string());
        if let Some(by) = &plan.over_cap_approved_by {
            let word = format!("Over it, approved by {by}");
            cap.push(Phrase::Mark(Mark::new(Standing::Watch, word)));
        }
        cap.extend(why::of_protocol(self.app, &self.protocol.id, "cap"));
        facts.push(Fact {
            name: "Most a session".to_owned(),
            said: cap,
        });
        Section::new("What it rests on", vec![Piece::Facts(facts)])
    }

    /// Every change to the plan and its visits, newest first, with its reason.
    fn changes(&self) -> Section {
        let mut lines = self.turns();
        lines.sort_by_key(|(entry, _)| entry.number);
        lines.reverse();
        let lines: Vec<Vec<Phrase>> = lines
            .into_iter()
            .map(|(entry, said)| {
                vec![
                    Phrase::Time(words::moment_short(entry.occurred_at.0, &self.opened.zone)),
                    Phrase::plain(format!(" {said} ")),
                    Phrase::Quiet(author(self.app, entry)),
                ]
            })
            .collect();
        let pieces = if lines.is_empty() {
            vec![Piece::plain("Nothing was changed since it was prescribed.")]
        } else {
            vec![Piece::List(lines)]
        };
        Section::new("What was changed, and why", pieces)
    }

    fn turns(&self) -> Vec<(&Entry, String)> {
        let (chart, course) = (self.opened.chart(), self.course.id);
        let why =
            |reason: Option<String>| reason.unwrap_or_else(|| "no reason was written".to_owned());
        let amended = chart
            .all::<PlanAmended>()
            .filter(|(_, fact)| fact.plan.course == course)
            .map(|(entry, fact)| (entry, format!("Plan amended: {}.", fact.reason)));
        let paused = chart
            .all::<CoursePaused>()
            .filter(|(_, fact)| fact.course == course)
            .map(|(entry, fact)| (entry, format!("Paused: {}.", fact.reason)));
        let returned = chart
            .all::<CourseReturned>()
            .filter(|(_, fact)| fact.course == course)
            .map(|(entry, fact)| {
                let why = why(fact.reason.as_ref().map(ToString::to_string));
                (entry, format!("Taken up again: {why}."))
            });
        let moved = chart.all::<VisitMoved>().map(|(entry, fact)| {
            let to = words::moment_short(fact.starts_at, &self.opened.zone);
            let why = why(fact.reason.as_ref().map(ToString::to_string));
            (entry, format!("A visit moved to {to}: {why}."))
        });
        amended.chain(paused).chain(returned).chain(moved).collect()
    }
}
