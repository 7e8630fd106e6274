//! A chart as the named inputs of the rules, for one dosing session.
//!
//! Beside what [`super::of`] gives: when this dose started, what was watched in this session, what was
//! asked on its day. What belongs to another session of the same person is not an input here.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use protocol::{Answer, Code, Facts, Observation, Pack, Quantity, When};
use record::Chart;
use record::chart::session::Session;
use record::chart::visit::VisitState;
use record::fact::care::SafetyPlanWritten;
use record::fact::room::SessionAnswered;
use record::fact::session::{DoseStarted, ObservationMade, Watched};
use record::fact::visit::VisitPurpose;

use super::Gather;
use crate::act::enrolment::enrolled;

/// The facts of a chart, for one of its dosing sessions, at a moment.
pub fn of_session(
    chart: &Chart,
    session: &Session,
    pack: &Pack,
    (now, today): (Timestamp, Date),
    zone: &TimeZone,
) -> Facts {
    let mut gather = super::gathered(chart, session.course, pack, today, zone);
    gather.dose(chart, session);
    gather.watched(chart, session);
    gather.answers_of_the_day(chart, session);
    gather.arranged(chart, session, now);
    gather.facts
}

/// The input a score is read as; words without a score are no input.
const fn input_of(watched: Watched) -> Option<&'static str> {
    match watched {
        Watched::Sedation => Some("sedation"),
        Watched::Dissociation => Some("dissociation"),
        Watched::Nausea => Some("nausea"),
        Watched::Anxiety => Some("anxiety"),
        Watched::Pain | Watched::Remark => None,
    }
}

impl Gather<'_> {
    fn dose(&mut self, chart: &Chart, session: &Session) {
        let planned = chart.plan(session.course).and_then(|(entry, plan)| {
            let of_session = plan.doses.iter().find(|dose| dose.number == session.number);
            Some((entry, of_session?.route))
        });
        if let Some((entry, route)) = planned {
            self.at("route", Answer::Code(Code::plain(route.code())), entry);
        }
        for (entry, fact) in chart.all::<DoseStarted>() {
            if fact.session == session.id {
                let at = entry.occurred_at.0;
                self.at("dose_started", Answer::Moment(at), entry);
                self.at("route", Answer::Code(Code::plain(fact.route.code())), entry);
            }
        }
    }

    fn watched(&mut self, chart: &Chart, session: &Session) {
        for (entry, fact) in chart.all::<ObservationMade>() {
            let Some(input) = input_of(fact.watched).filter(|_| fact.session == session.id) else {
                continue;
            };
            let score = fact.score.map(|score| format!("{score} points"));
            if let Some(score) = score.and_then(|score| Quantity::parse(&score).ok()) {
                let when = When::At(entry.occurred_at.0);
                self.observe(input, Answer::Quantity(score), when, entry);
            }
        }
    }

    fn answers_of_the_day(&mut self, chart: &Chart, session: &Session) {
        for (entry, fact) in chart.all::<SessionAnswered>() {
            if fact.session != session.id {
                continue;
            }
            for one in &fact.answers {
                if let Some(answer) = self.answer(one.input.as_str(), &one.answer) {
                    self.at(one.input.as_str(), answer, entry);
                }
            }
        }
    }

    /// The safety plan as the record has it: whether one is written and its day of review not past, and
    /// whether the last suicide-risk screen makes it required. Nobody answers these by hand.
    fn safety(&mut self, chart: &Chart, now: Timestamp) {
        let today = record::calendar::civil_day(now, &self.zone);
        let latest = chart.latest::<SafetyPlanWritten>();
        let is_current =
            latest.is_some_and(|(_, plan)| plan.review_on.is_none_or(|day| today <= day));
        let told = Observation {
            answer: Answer::YesNo(is_current),
            when: When::At(now),
            entry: latest.map_or_else(
                || "no safety plan".to_owned(),
                |(entry, _)| format!("entry {}", entry.number),
            ),
            recorded_at: latest.map(|(entry, _)| entry.recorded_at.0),
        };
        self.facts.observe("safety_plan_current", told);
        let asks_for_one = ["moderate", "high"].map(|word| Answer::Code(Code::plain(word)));
        // A lower answer given the same day takes nothing back: only a clinician's review does.
        let all = self.facts.of("cssrs_triage");
        let is_today = |when: When| match when {
            When::At(at) => record::calendar::civil_day(at, &self.zone) == today,
            When::On(day) => day == today,
            When::Unknown => false,
        };
        let screened = all
            .iter()
            .rfind(|one| asks_for_one.contains(&one.answer))
            .filter(|one| is_today(one.when) || all.last() == Some(one))
            .cloned();
        if let Some(screened) = screened {
            let told = Observation {
                answer: Answer::YesNo(true),
                when: When::At(now),
                ..screened
            };
            self.facts.observe("safety_plan_indicated", told);
        }
    }

    /// Whether the record has an enrolment with the programme of esketamine that stands today: an
    /// enrolment nobody recorded is none.
    fn programme(&mut self, chart: &Chart, now: Timestamp) {
        let today = record::calendar::civil_day(now, &self.zone);
        let latest = enrolled(chart, today);
        let told = Observation {
            answer: Answer::YesNo(latest.is_some()),
            when: When::At(now),
            entry: latest.map_or_else(
                || "no enrolment".to_owned(),
                |(entry, _)| format!("entry {}", entry.number),
            ),
            recorded_at: latest.map(|(entry, _)| entry.recorded_at.0),
        };
        self.facts.observe("programme_enrolled", told);
    }

    /// What is booked and written, which nobody needs to be asked for.
    fn arranged(&mut self, chart: &Chart, session: &Session, now: Timestamp) {
        self.safety(chart, now);
        self.programme(chart, now);
        let mut ahead: Vec<_> = chart
            .visits()
            .into_iter()
            .filter(|visit| {
                visit.state == VisitState::Booked
                    && visit.starts_at > session.opened_at
                    && Some(visit.starts_at) != session.started.map(|started| started.at)
            })
            .collect();
        ahead.sort_by_key(|visit| visit.starts_at);
        let mut told = |input: &str, answer: Answer| {
            let one = Observation::new(answer, When::At(now), "calendar");
            self.facts.observe(input, one);
        };
        if ahead
            .iter()
            .any(|visit| visit.purpose != VisitPurpose::Dosing)
        {
            told("next_contact_booked", Answer::YesNo(true));
        }
        let integration = ahead
            .iter()
            .find(|visit| visit.purpose == VisitPurpose::Therapy);
        if let Some(visit) = integration {
            told("integration_session_at", Answer::Moment(visit.starts_at));
        }
    }
}
