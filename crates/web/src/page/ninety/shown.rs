//! Which lanes of the page of days are shown. A patient's choice is theirs and is remembered; staff choose
//! in the address alone, so that nothing stays out of sight from one day to the next.

use std::collections::BTreeSet;

use clinic::act::own;
use clinic::denied::Denied;
use figures::Lane;
use pages::{Choice, Field, Form, Phrase, Piece, Section};

use crate::app::App;
use crate::ask::Ask;
use crate::page::patient::Opened;
use crate::reply::Reply;

/// Which lanes are put away, and for whom.
pub(super) struct Shown {
    /// Whether the reader is the person whose days they are.
    pub(super) is_own: bool,
    action: String,
    /// For a patient, the keys put away; for staff, the keys asked for, if any choice was made.
    hidden: BTreeSet<String>,
    only: Option<BTreeSet<String>>,
}

impl Shown {
    /// What the reader chose.
    pub(super) fn of(app: &App, ask: &Ask, opened: &Opened, is_own: bool) -> Result<Self, Denied> {
        let hidden = if is_own {
            own::lanes_hidden(&app.clinic, opened.known.patient)?
        } else {
            BTreeSet::new()
        };
        let is_chosen = !is_own && ask.query.get("lanes") == Some("chosen");
        let only = is_chosen.then(|| ask.query.all("lane").map(ToOwned::to_owned).collect());
        let page = opened.path("/ninety-days");
        Ok(Self {
            is_own,
            action: if is_own {
                format!("{page}/hidden?what=lines")
            } else {
                page
            },
            hidden,
            only,
        })
    }

    fn is_shown(&self, key: &str) -> bool {
        let is_asked_for = self.only.as_ref().is_none_or(|only| only.contains(key));
        is_asked_for && !self.hidden.contains(key)
    }

    /// Takes the lanes put away out of the figure; gives the form that chooses them, and the sentence that
    /// says which are missing.
    pub(super) fn apply(&self, lanes: &mut Vec<Lane>) -> (Section, Vec<Phrase>) {
        let all: Vec<(String, String)> = lanes
            .iter()
            .map(|lane| (key(lane.name()), lane.name().to_owned()))
            .collect();
        lanes.retain(|lane| self.is_shown(&key(lane.name())));
        let (shown, away): (Vec<_>, Vec<_>) = all.iter().partition(|(key, _)| self.is_shown(key));
        let away: Vec<&str> = away.iter().map(|(_, name)| name.as_str()).collect();
        let said = match (away.is_empty(), self.is_own) {
            (true, _) => Vec::new(),
            (false, true) => vec![Phrase::Quiet(format!(
                " Put away by you: {}.",
                away.join(", ")
            ))],
            (false, false) => vec![Phrase::Strong(format!(
                " Not shown on this page now: {}.",
                away.join(", ")
            ))],
        };
        let shown = shown.iter().map(|(key, _)| key.clone()).collect();
        (self.section(&all, shown), said)
    }

    fn section(&self, all: &[(String, String)], shown: Vec<String>) -> Section {
        let choices = all.iter().map(|(key, name)| Choice::new(key, name));
        let field = Field::any_of("lane", "Lines to show", choices.collect()).optional();
        let ticked: Vec<(String, String)> = shown
            .into_iter()
            .map(|key| ("lane".to_owned(), key))
            .collect();
        let mut form = if self.is_own {
            Form::act(&self.action, "Show these lines")
        } else {
            Form::ask(&self.action, "Show these lines")
        };
        form = form.named("lines").fields(vec![field]).keep(&ticked);
        form = if self.is_own {
            let of = all.iter().map(|(key, _)| ("of".to_owned(), key.clone()));
            form.hidden.extend(of);
            form
        } else {
            form.hidden("lanes", "chosen")
        };
        let said = if self.is_own {
            "Put away any line you would rather not look at. It stays put away until you take it out; the \
             people who treat you still see it."
        } else {
            "For this look only: the next time the page is opened, every line is there again."
        };
        Section::new(
            "Lines",
            vec![Piece::Within(
                "Choose which lines are shown".to_owned(),
                vec![Piece::plain(said), Piece::Form(form)],
            )],
        )
    }
}

/// A lane's name as it stands in an address.
fn key(name: &str) -> String {
    let mut key = String::new();
    for c in name.chars().flat_map(char::to_lowercase) {
        if c.is_ascii_alphanumeric() {
            key.push(c);
        } else if !key.is_empty() && !key.ends_with('-') {
            key.push('-');
        }
    }
    let key = key.trim_end_matches('-');
    key.chars().take(64).collect()
}

/// Remembers which of one's own lanes are put away.
pub(super) fn choose(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let patient = ask.patient()?;
    let keys =
        |name: &str| -> BTreeSet<String> { ask.sent.all(name).map(ToOwned::to_owned).collect() };
    let (there, shown) = (keys("of"), keys("lane"));
    let mut hidden = own::lanes_hidden(&app.clinic, patient)?;
    // What was put away and is not on the page just now stays put away.
    hidden.retain(|key| !there.contains(key));
    hidden.extend(there.difference(&shown).cloned());
    ask.operate(app, |operation, clinic| {
        own::hide_lanes(operation, clinic, patient, &hidden)
    })?;
    Ok(Reply::SeeOther(format!("/patients/{patient}/ninety-days")))
}

#[cfg(test)]
mod tests {
    use super::key;

    #[test]
    fn a_name_makes_one_plain_key() {
        assert_eq!(key("Urine EtG"), "urine-etg");
        assert_eq!(key("PHQ-9"), "phq-9");
        assert_eq!(key("  Crystal (meth) "), "crystal-meth");
    }
}
