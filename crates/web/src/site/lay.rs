//! From words, the clinic's text and the evidence to the public pages.

use clinic::board::house::House;
use evidence::record::{Claim, Consequence, Study};
use evidence::{Library, Work};
use pages::Form;
use pages::form::FormWords;
use pages::screen::public::{AskWords, enquiry_form};
use pages::screen::site::{
    Grade, Sentence, SiteAsk, SiteClaim, SiteFrame, SiteHarm, SiteMisreport, SitePage, SitePart,
    SitePiece, SitePlace, Urgent, runs,
};

use super::Site;
use super::words::{Insert, PageText, PartText};
use crate::app::App;
use crate::assets;

/// What is on the desk when a page is laid out.
pub(crate) struct Desk<'a> {
    site: &'a Site,
    evidence: &'a Library,
    house: &'a House,
    emergency: &'a str,
}

impl<'a> Desk<'a> {
    pub(crate) fn new(app: &'a App, house: &'a House) -> Self {
        Self {
            site: &app.site,
            evidence: app.clinic.library().evidence(),
            house,
            emergency: &app.settings.emergency,
        }
    }

    fn clinic(&self) -> &str {
        self.site.clinic.name.as_deref().unwrap_or(&self.house.name)
    }

    fn phone(&self) -> Option<&str> {
        self.site
            .clinic
            .phone
            .as_deref()
            .or(self.house.phone.as_deref())
    }

    /// A sentence with its names filled in.
    pub(crate) fn say(&self, text: &str) -> Sentence {
        let words = &self.site.words;
        let mut names = vec![
            ("clinic", self.clinic()),
            ("reader", &self.site.clinic.reader),
            ("answered_by", &self.site.clinic.answered_by),
        ];
        let mut numbers = vec![
            ("emergency", self.emergency),
            ("crisis", &self.house.crisis_line),
            ("treatment_line", &words.treatment_line),
        ];
        match self.phone() {
            Some(phone) => numbers.push(("phone", phone)),
            None => names.push(("phone", &words.frame.us)),
        }
        runs(text, &names, &numbers)
    }

    /// A page by its name, its form under a token and a command.
    pub(crate) fn page(&self, id: &str, token: &str, command: &str) -> Option<SitePage> {
        let text = self.site.words.page(id)?;
        let mut parts: Vec<SitePart> = text
            .part
            .iter()
            .map(|part| self.part(part, text, command))
            .collect();
        let own = self
            .site
            .clinic
            .paragraph
            .iter()
            .filter(|paragraph| paragraph.page == id);
        // The clinic's own paragraphs come before the form, where the page ends in one.
        let at = parts.iter().position(is_form).unwrap_or(parts.len());
        let own: Vec<SitePart> = own
            .map(|paragraph| SitePart {
                heading: paragraph.heading.clone(),
                pieces: paragraph
                    .say
                    .iter()
                    .map(|one| SitePiece::Say(self.say(one)))
                    .collect(),
            })
            .collect();
        parts.splice(at..at, own);
        parts.retain(|part| !part.pieces.is_empty());
        Some(SitePage {
            frame: self.frame(&text.title, &text.description, &text.path, token),
            heading: text.heading.clone(),
            lead: text.lead.as_deref().map(|lead| self.say(lead)),
            ask_first: text.after_ask.clone().filter(|_| text.ask_first),
            urgent: None,
            parts,
        })
    }

    /// What surrounds a page.
    pub(crate) fn frame(
        &self,
        title: &str,
        description: &str,
        here: &str,
        token: &str,
    ) -> SiteFrame {
        let words = &self.site.words;
        let clinic = &self.site.clinic;
        let place = |page: &PageText| SitePlace {
            href: page.path.clone(),
            text: page.nav.clone(),
            is_here: page.path == here,
        };
        let mut reach = self.clinic().to_owned();
        if let Some(address) = &clinic.address {
            reach.push_str(", ");
            reach.push_str(address);
        }
        reach.push('.');
        if self.phone().is_some() {
            reach.push_str(" {phone}");
            if let Some(hours) = &clinic.hours {
                reach.push_str(", ");
                reach.push_str(hours);
            }
            reach.push('.');
        }
        SiteFrame {
            language: words.language.clone(),
            clinic: self.clinic().to_owned(),
            assets: assets::base().to_owned(),
            sheets: vec!["public".to_owned()],
            title: format!("{}, {}", title.trim_end_matches('.'), self.clinic()),
            description: description.to_owned(),
            csrf: token.to_owned(),
            skip: words.frame.skip.clone(),
            help_now: words.frame.help_now.clone(),
            danger: self.say(&words.frame.danger),
            foot: vec![self.say(&reach), self.say(&words.frame.foot_crisis)],
            pages: words.frame.pages.clone(),
            more: words.frame.more.clone(),
            places: words.page.iter().map(place).collect(),
            ask: ("/evaluation".to_owned(), words.frame.ask.clone()),
            sign_in: words.frame.sign_in.clone(),
        }
    }

    fn part(&self, text: &PartText, page: &PageText, command: &str) -> SitePart {
        let mut pieces: Vec<SitePiece> = text
            .say
            .iter()
            .map(|one| SitePiece::Say(self.say(one)))
            .collect();
        if !text.list.is_empty() {
            pieces.push(SitePiece::List(
                text.list.iter().map(|one| self.say(one)).collect(),
            ));
        }
        if !text.questions.is_empty() {
            let all = text.questions.iter();
            let all = all.map(|one| (one.ask.clone(), self.say(&one.answer)));
            pieces.push(SitePiece::Questions(all.collect()));
        }
        if let Some(insert) = text.insert {
            pieces.extend(self.insert(insert, page, command));
        }
        let heading = match text.insert {
            Some(Insert::Team) => Some(self.site.words.frame.our_team.clone()),
            Some(
                Insert::Claims
                | Insert::Lines
                | Insert::Harms
                | Insert::Misreport
                | Insert::Days
                | Insert::Cost
                | Insert::Crisis
                | Insert::Form,
            )
            | None => text.heading.clone(),
        };
        SitePart { heading, pieces }
    }

    fn insert(&self, insert: Insert, page: &PageText, command: &str) -> Vec<SitePiece> {
        let words = &self.site.words;
        let clinic = &self.site.clinic;
        let said = |text: &str| SitePiece::Say(self.say(text));
        match insert {
            Insert::Claims => {
                let weighed = [Consequence::Offer, Consequence::Tell, Consequence::Follow];
                vec![
                    said(&words.frame.as_read),
                    SitePiece::Claims(self.claims(&weighed)),
                ]
            }
            Insert::Lines => vec![SitePiece::Claims(self.claims(&[Consequence::Dose]))],
            Insert::Harms => vec![SitePiece::Harms(self.harms())],
            Insert::Misreport => {
                let first = self.evidence.misreports().first();
                let shown = first.map(|one| {
                    let told = words.misreports.get(&one.id);
                    SiteMisreport {
                        says: told.map_or_else(|| one.says.clone(), |told| told.says.clone()),
                        instead: told
                            .map_or_else(|| one.instead.clone(), |told| told.instead.clone()),
                    }
                });
                shown.map(SitePiece::Misreport).into_iter().collect()
            }
            Insert::Days => {
                let days = clinic
                    .day
                    .iter()
                    .map(|day| (day.when.clone(), self.say(&day.what)));
                vec![SitePiece::Days(days.collect())]
            }
            Insert::Team if clinic.team.is_empty() => Vec::new(),
            Insert::Team => {
                let team = clinic.team.iter();
                let team = team.map(|one| (one.name.clone(), one.role.clone(), self.say(&one.say)));
                vec![SitePiece::Team(team.collect())]
            }
            Insert::Cost if clinic.cost.is_empty() => vec![said(&words.frame.cost_unwritten)],
            Insert::Cost => clinic.cost.iter().map(|one| said(one)).collect(),
            Insert::Crisis => vec![SitePiece::Crisis(self.urgent(None))],
            Insert::Form => {
                let heading = (page.id != "evaluation").then(|| words.form.heading.clone());
                vec![self.ask(heading, self.form(command))]
            }
        }
    }

    /// Help, before everything.
    pub(crate) fn urgent(&self, heading: Option<String>) -> Urgent {
        let words = &self.site.words.danger;
        let crisis = self.house.crisis_line.clone();
        let on = |text: &str| (crisis.clone(), text.replace("{crisis}", &crisis));
        Urgent {
            heading,
            call: on(&words.call),
            text: on(&words.text),
            say: vec![self.say(&words.emergency), self.say(&words.alone)],
        }
    }

    /// The form with what stands around it.
    pub(crate) fn ask(&self, heading: Option<String>, form: Form) -> SitePiece {
        let words = &self.site.words.form;
        SitePiece::Ask(Box::new(SiteAsk {
            heading,
            lead: self.say(&words.lead),
            form,
            trap: words.trap.clone(),
            small: self.say(&words.small_link),
        }))
    }

    /// The empty form under a command.
    pub(crate) fn form(&self, command: &str) -> Form {
        let words = self.site.words.form.clone();
        let said = AskWords {
            name: (words.name, words.name_hint),
            by: (words.by, [words.by_call, words.by_text, words.by_mail]),
            reach: (words.reach, words.reach_hint),
            message: (words.message, [words.message_no, words.message_yes]),
            safe: (words.safe, words.safe_hint, [words.safe_yes, words.safe_no]),
            about: words.about,
            consent: words.consent,
            small: words.small,
            send: words.send,
            form: FormWords {
                one_wrong: words.one_wrong,
                many_wrong: words.many_wrong,
                optional: words.optional,
            },
        };
        enquiry_form(&said).hidden("command", command)
    }

    fn claims(&self, consequences: &[Consequence]) -> Vec<SiteClaim> {
        let shown = self.evidence.claims_but(&self.site.clinic.hide_claims);
        let of = |consequence: &Consequence| {
            let consequence = *consequence;
            shown
                .iter()
                .filter(move |claim| claim.consequence == consequence)
        };
        consequences
            .iter()
            .flat_map(of)
            .map(|claim| self.claim(claim))
            .collect()
    }

    fn claim(&self, claim: &Claim) -> SiteClaim {
        let words = &self.site.words;
        let here = words.claims.get(&claim.id);
        let cited = |ids: &[String]| -> Vec<String> {
            self.evidence
                .works(ids)
                .map(|work| self.cited(&work))
                .collect()
        };
        let lists = [
            (&words.frame.speaks_for, cited(&claim.in_favour)),
            (&words.frame.speaks_against, cited(&claim.against)),
            (
                &words.frame.not_known,
                here.map_or(&claim.not_known, |here| &here.not_known)
                    .iter()
                    .map(|one| capital(one))
                    .collect(),
            ),
        ];
        SiteClaim {
            id: claim.id.clone(),
            claim: capital(here.map_or(&claim.claim, |here| &here.claim)),
            say: here.map_or(&claim.patients, |here| &here.say).clone(),
            grade: Grade {
                word: words.grade_word.of(claim.grade).to_owned(),
                marks: claim.grade.marks(),
            },
            how_sure: words.frame.how_sure.clone(),
            means: words.grade.of(claim.grade).to_owned(),
            behind: words.frame.studies_behind.clone(),
            lists: lists
                .into_iter()
                .filter(|(_, lines)| !lines.is_empty())
                .map(|(heading, lines)| (heading.clone(), lines))
                .collect(),
        }
    }

    fn cited(&self, work: &Work<'_>) -> String {
        let mut text = work.citation().trim_end_matches('.').to_owned();
        if let Work::Study(study) = work {
            self.add_people(&mut text, study);
        }
        text.push('.');
        text
    }

    fn add_people(&self, text: &mut String, study: &Study) {
        let frame = &self.site.words.frame;
        if let Some(n) = study.n {
            text.push_str(". ");
            text.push_str(&frame.people.replace("{n}", &n.to_string()));
        }
        if !study.class.is_randomised() {
            text.push_str("; ");
            text.push_str(&frame.not_randomised);
        }
    }

    fn harms(&self) -> Vec<SiteHarm> {
        let shown = |harm: &evidence::record::Harm| {
            let here = self.site.words.harms.get(&harm.id);
            SiteHarm {
                harm: capital(here.map_or(&harm.harm, |here| &here.harm)),
                say: here.map_or(&harm.patients, |here| &here.say).clone(),
                seen: format!(
                    "{}. {} ({}).",
                    capital(&harm.figure),
                    capital(&harm.setting),
                    harm.source
                ),
            }
        };
        self.evidence.harms().iter().map(shown).collect()
    }
}

fn is_form(part: &SitePart) -> bool {
    part.pieces
        .iter()
        .any(|piece| matches!(piece, SitePiece::Ask(_)))
}

/// The same text with its first letter large.
pub(crate) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}
