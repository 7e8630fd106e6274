//! The script of one life: what happens, and when, from the first call on.

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};

use crate::chance::Seeded;
use crate::person::{Manner, Person};

/// How far a script runs before it stops: the rest is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Until {
    /// Asked, and nobody has answered.
    Enquiry,
    /// Spoken with.
    Contact,
    /// Evaluated, and it led elsewhere.
    NotProceeding,
    /// Evaluated and registered.
    Eligibility,
    /// The rules were run.
    Consent,
    /// Consents are signed.
    Plan,
    /// All the way.
    Course,
}

/// One thing that happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Asks for an evaluation.
    Enquire,
    /// The clinic calls.
    Contact,
    /// An evaluation is booked for a moment.
    BookEvaluation(Timestamp),
    /// The evaluation is held and leads on, or not.
    HoldEvaluation(bool),
    /// Registered, history taken, readings and results entered.
    Register,
    /// A course is opened and the rules are run.
    Assess,
    /// Both consents are signed.
    Consent,
    /// A plan is prescribed with this day 0, its dosing visits booked at this hour.
    Plan(Date, Time),
    /// A therapy or follow-up visit of that moment is held or missed.
    Visit(Timestamp, bool),
    /// The patient arrives for a dosing visit.
    Arrive(Timestamp),
    /// A session is opened.
    Open,
    /// The dose starts.
    Start,
    /// A set of vital signs, with how far the pressure is up.
    Vitals(u16),
    /// Dissociation is asked.
    Dissociation(u8),
    /// The dose ends.
    Stop,
    /// Readiness is assessed and the session closed.
    Leave,
    /// The session's note is signed.
    Note,
    /// A check-in about a day.
    CheckIn(Answers),
    /// A timeline follow-back over the last days: days ago and whether used.
    FollowBack(Vec<(i32, bool)>),
    /// A weekly urine, positive or not.
    Urine(bool),
    /// A total of the PHQ-9.
    Mood(i32),
    /// The oldest open alert is taken and, later, settled.
    TakeAlert,
    /// The oldest alert taken is settled.
    SettleAlert,
    /// The course is paused.
    Pause,
    /// The course is taken up again.
    Return,
    /// The course is completed.
    Complete,
    /// They leave the course.
    LeaveCourse,
    /// A value charted wrongly is corrected.
    Correct,
}

/// The answers of a check-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answers {
    /// Craving, 0 to 10.
    pub craving: u8,
    /// Whether something was used; `None` when skipped.
    pub used: Option<bool>,
    /// Mood.
    pub mood: u8,
    /// Sleep in half hours.
    pub sleep: u8,
    /// Whether a call is asked for.
    pub wants_call: bool,
}

/// A script: steps in the order of time.
pub type Script = Vec<(Timestamp, Step)>;

/// How far a life is, since when, and at which hour its dosing visits begin.
#[derive(Clone, Copy, Debug)]
pub struct Placed {
    /// Where the script ends.
    pub until: Until,
    /// How many days ago the enquiry came.
    pub days_ago: i64,
    /// When dosing visits begin, in the clinic's zone.
    pub dosing_at: Time,
}

/// Writes the script of a person.
pub fn write(
    person: &Person,
    placed: Placed,
    now: Timestamp,
    zone: &TimeZone,
    chance: &mut Seeded,
) -> Script {
    let Placed {
        until,
        days_ago,
        dosing_at,
    } = placed;
    let today = zone.to_datetime(now).date();
    let begun = today.saturating_sub(days_ago.days());
    let mut writer = Writer {
        zone,
        chance,
        now,
        dosing_at,
        script: Vec::new(),
    };
    writer.first_contact(begun, until);
    if until == Until::Course {
        let day_zero = begun.saturating_add(14.days());
        writer.push(
            begun.saturating_add(7.days()),
            (15, 20),
            Step::Plan(day_zero, dosing_at),
        );
        writer.course(person, day_zero, today);
    }
    let mut script = writer.script;
    script.retain(|(at, _)| *at <= now);
    script.sort_by_key(|(at, _)| *at);
    script
}

struct Writer<'a> {
    zone: &'a TimeZone,
    chance: &'a mut Seeded,
    now: Timestamp,
    dosing_at: Time,
    script: Script,
}

impl Writer<'_> {
    fn moment(&self, day: Date, clock: (i8, i8)) -> Timestamp {
        let time = Time::constant(clock.0, clock.1, 0, 0);
        self.zone
            .to_timestamp(day.to_datetime(time))
            .unwrap_or(self.now)
    }

    fn push(&mut self, day: Date, clock: (i8, i8), step: Step) {
        let at = self.moment(day, clock);
        self.script.push((at, step));
    }

    fn first_contact(&mut self, begun: Date, until: Until) {
        let minute = i8::try_from(self.chance.between(0, 59)).unwrap_or(0);
        let hour = i8::try_from(self.chance.between(7, 10)).unwrap_or(8);
        self.push(begun, (hour, minute), Step::Enquire);
        if until == Until::Enquiry {
            return;
        }
        self.push(begun, (11, minute), Step::Contact);
        let held = begun.saturating_add(3.days());
        let at = self.moment(held, (13, 0));
        self.push(begun, (11, minute), Step::BookEvaluation(at));
        if until == Until::Contact {
            return;
        }
        self.push(
            held,
            (14, 0),
            Step::HoldEvaluation(until != Until::NotProceeding),
        );
        if until == Until::NotProceeding {
            return;
        }
        self.push(held, (14, 10), Step::Register);
        if until >= Until::Consent {
            self.push(held, (14, 30), Step::Assess);
        }
        if until >= Until::Plan {
            self.push(begun.saturating_add(6.days()), (10, 0), Step::Consent);
        }
    }

    fn course(&mut self, person: &Person, day_zero: Date, today: Date) {
        let last = record::calendar::days_between(day_zero, today);
        for number in 0..3_i32 {
            let day = day_zero.saturating_add((number * 7).days());
            self.session(day);
        }
        for day in [-3_i32, 0, 1, 7, 8, 14, 15] {
            let date = day_zero.saturating_add(day.days());
            let step = Step::Visit(self.moment(date, (8, 30)), self.chance_of(90));
            self.push(date, (10, 0), step);
        }
        self.days(person, day_zero, last.min(120));
        for week in 1..=last.min(120) / 7 {
            let date = day_zero.saturating_add((week * 7 - 1).days());
            let is_positive = self.chance_of(if person.manner == Manner::Lapsing {
                35
            } else {
                12
            });
            self.push(date, (15, 30), Step::Urine(is_positive));
            if week % 4 == 0 {
                let total = i32::try_from(self.chance.between(2, 14)).unwrap_or(6);
                self.push(date, (15, 40), Step::Mood(total));
            }
        }
        self.turns(day_zero, last);
    }

    fn chance_of(&mut self, percent: u64) -> bool {
        self.chance.percent(percent)
    }

    /// One dosing session, from arrival to leaving, on the day of its visit.
    fn session(&mut self, day: Date) {
        let clock = (self.dosing_at.hour(), self.dosing_at.minute());
        let start = self.moment(day, clock);
        let after = |minutes: i64| {
            start
                .saturating_add(SignedDuration::from_mins(minutes))
                .unwrap_or(start)
        };
        let shift = self.chance.between(0, 4);
        let mut add = |minutes: i64, step: Step| self.script.push((after(minutes + shift), step));
        add(-15, Step::Arrive(start));
        add(5, Step::Open);
        add(10, Step::Vitals(0));
        add(15, Step::Start);
        for (minute, rise) in [(25, 8), (35, 16), (45, 22), (55, 24)] {
            add(minute, Step::Vitals(rise));
        }
        add(50, Step::Dissociation(6));
        add(55, Step::Stop);
        for (minute, rise) in [(70, 18), (85, 10), (100, 5), (120, 2), (134, 0)] {
            add(minute, Step::Vitals(rise));
        }
        add(140, Step::Leave);
        let hours = self.chance.between(4, 30);
        self.script.push((after(hours * 60), Step::Note));
    }

    /// Check-ins and weekly follow-backs, as the person's manner has it.
    fn days(&mut self, person: &Person, day_zero: Date, last: i32) {
        let mut craving = self.chance.between(6, 9);
        for day in 1..=last {
            craving = (craving + self.chance.between(-2, 2)).clamp(0, 10);
            if day % 7 == 1 && day < 22 {
                craving = (craving - 3).max(0);
            }
            let answers = match person.manner {
                Manner::Faithful => 96,
                Manner::Fading => 96 - i64::from(day) / 2,
                Manner::Lapsing => 80,
                Manner::Silent => {
                    if day < 20 {
                        85
                    } else {
                        4
                    }
                }
            };
            let date = day_zero.saturating_add(day.days());
            let used = self.used(person.manner, craving);
            if self.chance.percent(u64::try_from(answers).unwrap_or(0)) {
                self.check_in(date, craving, used);
            }
            if day % 14 == 0 && person.manner != Manner::Silent {
                let days = (1..=14)
                    .map(|ago| (ago, self.used(person.manner, craving)))
                    .collect();
                self.push(date, (16, 0), Step::FollowBack(days));
            }
            // Nearly every alert is taken by noon and settled by the evening.
            if self.chance.percent(93) {
                self.push(date, (12, 5), Step::TakeAlert);
                if self.chance.percent(96) {
                    self.push(date, (15, 50), Step::SettleAlert);
                }
            }
        }
        // Whatever was left is settled once nobody checks in any more.
        let after = day_zero.saturating_add((last + 1).days());
        self.push(after, (12, 5), Step::TakeAlert);
        self.push(after, (15, 50), Step::SettleAlert);
    }

    fn used(&mut self, manner: Manner, craving: i64) -> bool {
        let base = match manner {
            Manner::Faithful => 1,
            Manner::Fading => 5,
            Manner::Lapsing => 12,
            Manner::Silent => 8,
        };
        self.chance
            .percent(base + u64::try_from(craving.max(0)).unwrap_or(0) / 3)
    }

    fn check_in(&mut self, date: Date, craving: i64, used: bool) {
        let minute = i8::try_from(self.chance.between(0, 59)).unwrap_or(0);
        let hour = i8::try_from(self.chance.between(6, 9)).unwrap_or(7);
        let small = |value: i64| u8::try_from(value.clamp(0, 10)).unwrap_or(5);
        let skipped = self.chance.percent(4);
        let answers = Answers {
            craving: small(craving),
            used: (!skipped).then_some(used),
            mood: small(8 - craving / 2 + self.chance.between(-1, 1)),
            sleep: u8::try_from(self.chance.between(9, 16)).unwrap_or(12),
            wants_call: used && self.chance.percent(40),
        };
        self.push(date, (hour, minute), Step::CheckIn(answers));
    }

    /// Pauses, returns and ends.
    fn turns(&mut self, day_zero: Date, last: i32) {
        let at = |day: i32| day_zero.saturating_add(day.days());
        match self.chance.below(12) {
            0 if last > 45 => {
                self.push(at(40), (17, 0), Step::Pause);
                if self.chance.percent(50) {
                    self.push(at(52), (9, 30), Step::Return);
                }
            }
            1 if last > 60 => self.push(at(55), (17, 0), Step::LeaveCourse),
            2 | 3 if last > 100 => self.push(at(97), (17, 0), Step::Complete),
            4 => self.push(at(2), (9, 50), Step::Correct),
            _ => {}
        }
    }
}
