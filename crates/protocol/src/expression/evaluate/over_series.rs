//! What can be asked of the observations of one input.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Span};

use super::spans::{elapsed, not_before, spaced, whole};
use super::{Anchor, Evaluation, Scope, Trace, Value, compared};
use crate::Decimal;
use crate::expression::{Filter, Members, Pick, Series, Window};
use crate::fact::{Answer, Code, Observation, When};

/// Elapsed time since something that never happened: longer than any window.
const NEVER_SECONDS: i64 = 400 * 365 * 86_400;

/// Stands for "any number more" when a list may have entries nobody told.
const MANY: i64 = 1_000;

impl<'e> Evaluation<'e> {
    pub(super) fn pick(
        &self,
        pick: &'e Pick,
        series: &'e Series,
        scope: Scope,
        trace: &mut Trace<'e>,
    ) -> Value {
        match pick {
            Pick::Latest => match self.newest(series, scope, 0, trace) {
                Some(observation) => Self::plain(series, observation, trace),
                None => Self::miss(series, trace),
            },
            Pick::Previous => match self.newest(series, scope, 1, trace) {
                Some(observation) => Self::plain(series, observation, trace),
                None => Self::miss(series, trace),
            },
            Pick::Gap => self.gap(series, scope, trace),
            Pick::Any => self.any(series, scope, trace),
            Pick::Count => self.count(series, scope, trace),
            Pick::Distinct => self.distinct(series, scope, trace),
            Pick::Least => self.extreme(series, scope, false, trace),
            Pick::Greatest => self.extreme(series, scope, true, trace),
            Pick::Answered => self.answered(series, scope, trace),
            Pick::Mean { last, first, apart } => {
                self.mean(series, scope, (*last, *first, *apart), trace)
            }
        }
    }

    pub(super) fn is(
        &self,
        series: &'e Series,
        members: &'e Members,
        scope: Scope,
        trace: &mut Trace<'e>,
    ) -> Value {
        let Some(observation) = self.newest(series, scope, 0, trace) else {
            return Self::miss(series, trace);
        };
        trace.used.push((&series.input, observation));
        match &observation.answer {
            Answer::Code(code) => Value::Truth(self.is_member(code, members).is_some()),
            Answer::Quantity(_)
            | Answer::YesNo(_)
            | Answer::Date(_)
            | Answer::Moment(_)
            | Answer::Unknown
            | Answer::Declined => Self::miss(series, trace),
        }
    }

    /// The key under which a code is a member, or `None`.
    fn is_member<'c>(&self, code: &'c Code, members: &'c Members) -> Option<&'c str>
    where
        'e: 'c,
    {
        match members {
            Members::List(place) => self.lists.get(*place).and_then(|list| list.member(code)),
            Members::Words(words) => words.contains(&code.text).then_some(code.text.as_str()),
            Members::NotWords(words) => (!words.contains(&code.text)).then_some(code.text.as_str()),
        }
    }

    /// Whether an observation lies in the scope and every window; `None` when nobody can say.
    ///
    /// What was answered with a moment lies where that moment does, whenever it was told.
    pub(super) fn within(
        &self,
        one: &Observation,
        windows: &'e [Window],
        scope: Scope,
        trace: &mut Trace<'e>,
    ) -> Option<bool> {
        let mut answer = self.in_scope(one.when, scope);
        let when = match one.answer {
            Answer::Moment(at) => When::At(at),
            Answer::Date(day) => When::On(day),
            Answer::Quantity(_)
            | Answer::YesNo(_)
            | Answer::Code(_)
            | Answer::Unknown
            | Answer::Declined => one.when,
        };
        for window in windows {
            let inside = self.in_window(when, window, trace);
            answer = match (answer, inside) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                (None, _) | (_, None) => None,
            };
        }
        answer
    }

    fn in_scope(&self, when: When, scope: Scope) -> Option<bool> {
        let is_past = match when {
            When::At(at) => at <= self.at,
            When::On(date) => date <= self.today,
            When::Unknown => true,
        };
        if !is_past {
            return Some(false);
        }
        match scope {
            Scope::All => Some(true),
            Scope::Day(day) => when.day(self.facts.zone()).map(|found| found == day),
            Scope::Moment(moment) => Some(when == When::At(moment)),
        }
    }

    fn in_window(&self, when: When, window: &'e Window, trace: &mut Trace<'e>) -> Option<bool> {
        let zone = self.facts.zone();
        let ends = when.earliest(zone).zip(when.latest(zone));
        match window {
            Window::UnknownTime => Some(when == When::Unknown),
            Window::Today => when.day(zone).map(|day| day == self.today),
            Window::BeforeToday => when.day(zone).map(|day| day < self.today),
            Window::Outside(days, anchor) => self.outside(when, *days, anchor),
            Window::Days(days) => {
                let from = self
                    .today
                    .checked_sub(Span::new().try_days(*days).ok()?)
                    .ok()?;
                when.day(zone).map(|day| day >= from)
            }
            Window::Months(months) => {
                let from = self
                    .today
                    .checked_sub(Span::new().try_months(*months).ok()?)
                    .ok()?;
                when.day(zone).map(|day| day >= from)
            }
            Window::Seconds(seconds) => {
                let from = self
                    .at
                    .checked_sub(SignedDuration::from_secs(*seconds))
                    .ok()?;
                not_before(ends?, (from, from))
            }
            Window::Since(anchor) => {
                let anchor = self.anchor(anchor, trace)?;
                not_before(ends?, anchor)
            }
            Window::Before(anchor) => {
                let anchor = self.anchor(anchor, trace)?;
                not_before(ends?, anchor).map(|inside| !inside)
            }
        }
    }

    /// Whether a moment lies clear of every yes of `anchor` and the days after it.
    fn outside(&self, when: When, days: i64, anchor: &'e str) -> Option<bool> {
        let zone = self.facts.zone();
        let day = when.day(zone)?;
        let happened = |one: &&Observation| one.answer != Answer::YesNo(false);
        let mut anchors = self.facts.of(anchor).iter().filter(happened);
        let span = Span::new().try_days(days).ok()?;
        let is_near = anchors.any(|one| {
            let from = moment_of(one).and_then(|when| when.day(zone));
            let to = from.and_then(|from| from.checked_add(span).ok());
            from.zip(to)
                .is_some_and(|(from, to)| from <= day && day <= to)
        });
        Some(!is_near)
    }

    /// The moment a window hangs on: the latest value of a moment, or the latest time of anything.
    fn anchor(&self, input: &'e str, trace: &mut Trace<'e>) -> Anchor {
        let known = self
            .anchors
            .borrow()
            .iter()
            .find(|(known, _)| *known == input)
            .map(|(_, found)| *found);
        let found = known.unwrap_or_else(|| {
            let zone = self.facts.zone();
            let found = self.past(input).last().and_then(|one| {
                let when = moment_of(one)?;
                when.earliest(zone).zip(when.latest(zone))
            });
            self.anchors.borrow_mut().push((input, found));
            found
        });
        if found.is_none() {
            trace.missing.push(input);
        }
        found
    }

    /// The newest observation in the windows, or the one `skip` before it. `None` when there is
    /// none, or when a newer one may or may not lie inside.
    fn newest(
        &self,
        series: &'e Series,
        scope: Scope,
        skip: usize,
        trace: &mut Trace<'e>,
    ) -> Option<&'e Observation> {
        let mut left = skip;
        for one in self.past(&series.input).iter().rev() {
            match self.within(one, &series.windows, scope, trace) {
                Some(false) => {}
                Some(true) if left == 0 => return Some(one),
                Some(true) => left = left.saturating_sub(1),
                None => return None,
            }
        }
        None
    }

    /// The value of one observation, when it has one.
    fn plain(series: &'e Series, observation: &'e Observation, trace: &mut Trace<'e>) -> Value {
        trace.used.push((&series.input, observation));
        match &observation.answer {
            Answer::Quantity(quantity) => Value::exactly(quantity.base()),
            Answer::YesNo(truth) => Value::Truth(*truth),
            Answer::Code(_)
            | Answer::Date(_)
            | Answer::Moment(_)
            | Answer::Unknown
            | Answer::Declined => Self::miss(series, trace),
        }
    }

    /// Whether one observation counts: yes, or matching the filter.
    fn counts(
        &self,
        series: &'e Series,
        observation: &'e Observation,
        scope: Scope,
        trace: &mut Trace<'e>,
    ) -> Option<bool> {
        match (&series.filter, &observation.answer) {
            (None, Answer::YesNo(truth)) => Some(*truth),
            (None, Answer::Code(_) | Answer::Quantity(_) | Answer::Date(_) | Answer::Moment(_)) => {
                Some(true)
            }
            (Some(Filter::In(members)), Answer::Code(code)) => {
                Some(self.is_member(code, members).is_some())
            }
            (Some(Filter::Compare(order, node)), Answer::Quantity(quantity)) => {
                let limit = self.node(node, scope, trace);
                compared(*order, Value::exactly(quantity.base()), limit).as_truth()
            }
            (_, _) => None,
        }
    }

    /// Each observation that may lie in the windows, with whether it counts.
    ///
    /// An "unknown" that a later answer replaced says nothing any more and is left out.
    fn counted(
        &self,
        series: &'e Series,
        scope: Scope,
        trace: &mut Trace<'e>,
    ) -> Vec<(&'e Observation, Option<bool>)> {
        let list = self.facts.of(&series.input);
        let is_known =
            |one: &Observation| !matches!(one.answer, Answer::Unknown | Answer::Declined);
        let last_known = list.iter().rposition(is_known);
        let mut out = Vec::new();
        for (nth, one) in self.past(&series.input).iter().enumerate() {
            let is_replaced = !is_known(one) && last_known.is_some_and(|last| nth < last);
            if is_replaced {
                continue;
            }
            let counts = match self.within(one, &series.windows, scope, trace) {
                Some(false) => continue,
                Some(true) => self.counts(series, one, scope, trace),
                None => match self.counts(series, one, scope, trace) {
                    Some(false) => Some(false),
                    Some(true) | None => None,
                },
            };
            out.push((one, counts));
        }
        out
    }

    fn any(&self, series: &'e Series, scope: Scope, trace: &mut Trace<'e>) -> Value {
        if !self.is_asked(series, scope) {
            return Self::miss(series, trace);
        }
        let counted = self.counted(series, scope, trace);
        for (one, counts) in &counted {
            if counts != &Some(false) {
                trace.used.push((&series.input, one));
            }
        }
        if counted.iter().any(|(_, counts)| *counts == Some(true)) {
            return Value::Truth(true);
        }
        if counted.iter().any(|(_, counts)| counts.is_none()) {
            return Self::miss(series, trace);
        }
        if let Some((one, _)) = counted.last() {
            trace.used.push((&series.input, one));
        }
        Value::Truth(false)
    }

    /// Whether anything at all was said about the input up to now.
    fn is_asked(&self, series: &Series, scope: Scope) -> bool {
        scope != Scope::All || !self.past(&series.input).is_empty()
    }

    fn count(&self, series: &'e Series, scope: Scope, trace: &mut Trace<'e>) -> Value {
        if !self.is_asked(series, scope) {
            return Self::miss(series, trace);
        }
        let counted = self.counted(series, scope, trace);
        let sure = counted
            .iter()
            .filter(|(_, counts)| *counts == Some(true))
            .count();
        let maybe = counted
            .iter()
            .filter(|(_, counts)| counts.is_none())
            .count();
        trace
            .used
            .extend(counted.iter().map(|(one, _)| (series.input.as_str(), *one)));
        if maybe > 0 {
            trace.missing.push(&series.input);
        }
        Value::Number(whole(sure), whole(sure.saturating_add(maybe)))
    }

    fn distinct(&self, series: &'e Series, scope: Scope, trace: &mut Trace<'e>) -> Value {
        if !self.is_asked(series, scope) {
            return Self::miss(series, trace);
        }
        let counted = self.counted(series, scope, trace);
        let mut keys: BTreeSet<&str> = BTreeSet::new();
        let mut is_open = false;
        for (one, counts) in &counted {
            match (counts, &one.answer, &series.filter) {
                (Some(true), Answer::Code(code), Some(Filter::In(members))) => {
                    keys.extend(self.is_member(code, members));
                    trace.used.push((&series.input, one));
                }
                (Some(true), Answer::Code(code), _) => {
                    keys.insert(&code.text);
                    trace.used.push((&series.input, one));
                }
                (None, _, _) => is_open = true,
                (Some(_), _, _) => {}
            }
        }
        let sure = whole(keys.len());
        if !is_open {
            return Value::exactly(sure);
        }
        trace.missing.push(&series.input);
        Value::Number(sure, Decimal::whole(MANY))
    }

    fn extreme(
        &self,
        series: &'e Series,
        scope: Scope,
        greatest: bool,
        trace: &mut Trace<'e>,
    ) -> Value {
        let mut found: Option<(Decimal, &'e Observation)> = None;
        for one in self.past(&series.input) {
            let inside = self.within(one, &series.windows, scope, trace);
            match (inside, &one.answer) {
                (Some(false), _) => {}
                (Some(true), Answer::Quantity(quantity)) => {
                    let base = quantity.base();
                    let better = found.is_none_or(|(best, _)| (base > best) == greatest);
                    if better {
                        found = Some((base, one));
                    }
                }
                (_, _) => return Self::miss(series, trace),
            }
        }
        match found {
            Some((base, one)) => {
                trace.used.push((&series.input, one));
                Value::exactly(base)
            }
            None => Self::miss(series, trace),
        }
    }

    fn answered(&self, series: &'e Series, scope: Scope, trace: &mut Trace<'e>) -> Value {
        let counted = self.counted(series, scope, trace);
        let wanted = |counts: Option<bool>| match series.filter {
            Some(_) => counts == Some(true),
            None => counts.is_some(),
        };
        let last = counted.iter().rev().find(|(_, counts)| wanted(*counts));
        if let Some((one, _)) = last {
            trace.used.push((&series.input, one));
        }
        Value::Truth(last.is_some())
    }

    fn mean(
        &self,
        series: &'e Series,
        scope: Scope,
        (last, first, apart): (usize, Option<usize>, i64),
        trace: &mut Trace<'e>,
    ) -> Value {
        let mut inside = Vec::new();
        for one in self.past(&series.input) {
            match (
                self.within(one, &series.windows, scope, trace),
                &one.answer,
                one.when,
            ) {
                (Some(false), _, _) | (Some(true), Answer::Unknown | Answer::Declined, _) => {}
                (Some(true), Answer::Quantity(quantity), When::At(at)) => {
                    inside.push((at, quantity.base(), one));
                }
                (_, _, _) => return Self::miss(series, trace),
            }
        }
        let chosen = if let Some(first) = first {
            let mut spaced = spaced(inside.into_iter(), apart);
            spaced.truncate(first);
            spaced.into_iter().rev().take(last).collect()
        } else {
            let mut spaced = spaced(inside.into_iter().rev(), apart);
            spaced.truncate(last);
            spaced
        };
        if chosen.len() < last {
            trace.used.extend(
                chosen
                    .iter()
                    .map(|(_, _, one)| (series.input.as_str(), *one)),
            );
            return Self::miss(series, trace);
        }
        let mut sum = Some(Decimal::ZERO);
        for (_, base, one) in &chosen {
            sum = sum.and_then(|sum| sum.plus(*base));
            trace.used.push((&series.input, one));
        }
        sum.and_then(|sum| sum.over(whole(chosen.len())))
            .map_or(Value::Unknown, Value::exactly)
    }

    fn gap(&self, series: &'e Series, scope: Scope, trace: &mut Trace<'e>) -> Value {
        let newest = self.newest(series, scope, 0, trace);
        let before = self.newest(series, scope, 1, trace);
        let (Some(newest), Some(before)) = (newest, before) else {
            return Self::miss(series, trace);
        };
        trace.used.push((&series.input, before));
        trace.used.push((&series.input, newest));
        let zone = self.facts.zone();
        let ends = |one: &Observation| one.when.earliest(zone).zip(one.when.latest(zone));
        match (ends(before), ends(newest)) {
            (Some((low, high)), Some((from, to))) => elapsed((low, high), (from, to)),
            _ => Self::miss(series, trace),
        }
    }

    pub(super) fn since(&self, series: &'e Series, scope: Scope, trace: &mut Trace<'e>) -> Value {
        if !self.is_asked(series, scope) {
            return Self::miss(series, trace);
        }
        let counted = self.counted(series, scope, trace);
        let last = counted
            .iter()
            .rev()
            .find(|(_, counts)| *counts != Some(false));
        let Some((one, counts)) = last else {
            return Value::exactly(Decimal::whole(NEVER_SECONDS));
        };
        trace.used.push((&series.input, one));
        let zone = self.facts.zone();
        let when = moment_of(one).filter(|_| *counts == Some(true));
        match when.and_then(|when| when.earliest(zone).zip(when.latest(zone))) {
            Some(ends) => elapsed(ends, (self.at, self.at)),
            None => Self::miss(series, trace),
        }
    }
}

/// The moment an observation is about: its value when that is a time, else when it held.
fn moment_of(one: &Observation) -> Option<When> {
    match &one.answer {
        Answer::Moment(moment) => Some(When::At(*moment)),
        Answer::Date(date) => Some(When::On(*date)),
        Answer::Unknown | Answer::Declined => None,
        Answer::Quantity(_) | Answer::YesNo(_) | Answer::Code(_) => Some(one.when),
    }
}
