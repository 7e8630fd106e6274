//! Series by day: values with their gaps, and days of use in three shapes.

use std::collections::BTreeMap;

use crate::svg::Svg;

/// Values by day of the course. A day that is not there has no answer; a value that is no number is not there either.
pub type Values = BTreeMap<i32, f64>;

/// What is known of use on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UseMark {
    /// Filled diamond.
    Used,
    /// Open square.
    NotUsed,
    /// Dashed stroke.
    NotKnown,
}

impl UseMark {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Used => "used",
            Self::NotUsed => "not used",
            Self::NotKnown => "not known",
        }
    }
}

/// Days of use. A day between `from` and `until` that is not in `marks` is not known, and drawn so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UseStrip {
    /// The substance: "Alcohol".
    pub name: String,
    /// First day drawn.
    pub from: i32,
    /// Last day drawn; before `from` draws nothing.
    pub until: i32,
    /// What is known.
    pub marks: BTreeMap<i32, UseMark>,
}

impl UseStrip {
    /// The mark of every day drawn.
    pub fn days(&self) -> impl Iterator<Item = (i32, UseMark)> + '_ {
        (self.from..=self.until).map(|day| {
            (
                day,
                self.marks.get(&day).copied().unwrap_or(UseMark::NotKnown),
            )
        })
    }

    /// What is known of one day; none when the day is not drawn.
    pub fn on(&self, day: i32) -> Option<UseMark> {
        let is_drawn = (self.from..=self.until).contains(&day);
        is_drawn.then(|| self.marks.get(&day).copied().unwrap_or(UseMark::NotKnown))
    }

    /// The days of one kind.
    pub fn days_of(&self, mark: UseMark) -> Vec<i32> {
        self.days()
            .filter(|(_, found)| *found == mark)
            .map(|(day, _)| day)
            .collect()
    }

    /// In one sentence.
    pub fn said(&self) -> String {
        let used = self.days_of(UseMark::Used);
        let unknown = self.days_of(UseMark::NotKnown);
        let free = self.days_of(UseMark::NotUsed).len();
        if used.is_empty() && unknown.is_empty() && free == 0 {
            return format!("{}: no day to show.", self.name);
        }
        format!(
            "{}: used on {}; not known on {}; not used on {free}.",
            self.name,
            counted_days(&used),
            counted_days(&unknown)
        )
    }
}

/// "3 days (11, 12, 22)"; a long list is only counted.
pub(crate) fn counted_days(days: &[i32]) -> String {
    const LISTED_MAX: usize = 12;
    match days.len() {
        0 => "no day".to_owned(),
        n if n <= LISTED_MAX => {
            let list: Vec<String> = days.iter().map(ToString::to_string).collect();
            format!(
                "{n} {} ({})",
                if n == 1 { "day" } else { "days" },
                list.join(", ")
            )
        }
        n => format!("{n} days"),
    }
}

/// Finite values only.
pub(crate) fn finite(values: &Values) -> Values {
    values
        .iter()
        .filter(|(_, value)| value.is_finite())
        .map(|(day, value)| (*day, *value))
        .collect()
}

/// Days that belong to one stroke: each at most `every` days after the one before. A gap is never bridged.
pub(crate) fn runs(values: &Values, every: i32) -> Vec<Vec<(i32, f64)>> {
    let mut all: Vec<Vec<(i32, f64)>> = Vec::new();
    for (day, value) in values {
        let joins = all
            .last()
            .and_then(|run| run.last())
            .is_some_and(|(before, _)| day.saturating_sub(*before) <= every.max(1));
        match all.last_mut() {
            Some(run) if joins => run.push((*day, *value)),
            _ => all.push(vec![(*day, *value)]),
        }
    }
    all
}

/// Draws a day of use around a point, no wider than the day.
pub(crate) fn draw_use(svg: &mut Svg, mark: UseMark, at: (f64, f64), day_width: f64) {
    let half = (day_width * 0.34).clamp(0.8, 3.0);
    match mark {
        UseMark::Used => {
            let half = ((day_width * 0.5).clamp(1.2, 4.4), 7.0);
            svg.diamond("fg-used", at, half);
        }
        UseMark::NotUsed => {
            svg.rect(
                "fg-free",
                (at.0 - half, at.1 - half),
                half * 2.0,
                half * 2.0,
            );
        }
        UseMark::NotKnown => svg.line("fg-unknown", (at.0, at.1 - 7.0), (at.0, at.1 + 7.0)),
    }
}
