//! The enquiry that the public pages take, and the thanks after it.

use clinic::act::public_enquiry::{self, tells_of_danger};
use clinic::board::house::House;
use clinic::denied::Denied;
use clinic::operation::Actor;
use pages::screen::public::field;
use pages::screen::site::{SitePage, SitePart, SitePiece, site_page};
use record::calendar::civil_day;
use record::fact::enquiry::{ContactWay, EnquiryReceived, EnquiryVia, Reach};
use record::words::{Door, Line, Prose, TextError, YesNo};

use crate::app::App;
use crate::ask::Ask;
use crate::reply::Reply;
use crate::sent::Sent;
use crate::site::lay::{Desk, capital};
use crate::site::words::FormText;
use crate::words;

/// What keeps an enquiry from being taken, as it stands in the form.
#[derive(Default)]
struct Faults {
    fields: Vec<(&'static str, String)>,
    whole: Vec<String>,
}

/// Takes an enquiry.
pub(crate) fn send(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let says_unsafe = ask.sent.get(field::SAFE) == Some("no");
    let needs_help = says_unsafe || ask.sent.get(field::ABOUT).is_some_and(tells_of_danger);
    let words = &app.site.words.form;
    let mut faults = Faults::default();
    if ask.sent.get(field::HONEYPOT).is_some() {
        faults.whole.push(words.say_hidden.clone());
    }
    let token = ask.sent.get(pages::frame::CSRF_FIELD).unwrap_or_default();
    let clinic = &app.site.clinic;
    let age = app.form_key.age(token, ask.now);
    let is_slow = age.is_some_and(|age| age >= i64::from(clinic.seconds_min));
    if faults.whole.is_empty() && !is_slow {
        faults.whole.push(words.say_again.clone());
    }
    let enquiry = match read(&ask.sent, words) {
        Ok(enquiry) if faults.whole.is_empty() => enquiry,
        Ok(_) => return Ok(again(app, ask, &faults, needs_help)),
        Err(wrong) => {
            faults.fields = wrong;
            return Ok(again(app, ask, &faults, needs_help));
        }
    };
    if !app.gate.lets_in(
        ask.from,
        ask.now,
        (clinic.per_hour, clinic.per_hour_together),
    ) {
        return Ok(full(app, ask, needs_help));
    }
    let actor = Actor::public(Door::Web);
    // Somebody who went back and mended their number is heard again; a second press is not.
    let command = ask.command().map(|command| ask.said().under(command));
    let taken = app.operate(actor, command, |operation, clinic| {
        public_enquiry::take(operation, clinic, enquiry, says_unsafe)
    })?;
    let receipt: String = taken.patient.to_string().chars().rev().take(6).collect();
    let by = ask.sent.get(field::BY).unwrap_or("call");
    let help = if taken.needs_help { "&help=1" } else { "" };
    Ok(Reply::SeeOther(format!(
        "/enquiries/received?receipt={receipt}&by={by}{help}"
    )))
}

fn house(app: &App) -> House {
    app.clinic.board().house.clone()
}

/// The page that asks, with everything typed still in it.
fn asking(app: &App, ask: &Ask, desk: &Desk<'_>, faults: &Faults) -> Option<SitePage> {
    let token = app.form_key.token(ask.now);
    let command = ask
        .command()
        .unwrap_or_else(|| app.fresh_command())
        .to_string();
    let mut page = desk.page("evaluation", &token, &command)?;
    let mut form = desk.form(&command).keep(ask.sent.pairs());
    for (name, sentence) in &faults.fields {
        form = form.wrong(name, sentence);
    }
    for sentence in &faults.whole {
        form = form.error(sentence);
    }
    page.parts = vec![SitePart {
        heading: None,
        pieces: vec![desk.ask(None, form)],
    }];
    Some(page)
}

fn again(app: &App, ask: &Ask, faults: &Faults, needs_help: bool) -> Reply {
    let house = house(app);
    let desk = Desk::new(app, &house);
    let Some(mut page) = asking(app, ask, &desk, faults) else {
        return Reply::SeeOther("/evaluation".to_owned());
    };
    page.frame.title = format!("{}, {}", app.site.words.form.check, page.frame.clinic);
    if needs_help {
        page.urgent = Some(desk.urgent(Some(app.site.words.danger.heading.clone())));
    }
    Reply::PageWith(422, site_page(&page))
}

/// Too much came from one place: said calmly, with the words kept and the way to call.
fn full(app: &App, ask: &Ask, needs_help: bool) -> Reply {
    let house = house(app);
    let desk = Desk::new(app, &house);
    let Some(mut page) = asking(app, ask, &desk, &Faults::default()) else {
        return Reply::SeeOther("/evaluation".to_owned());
    };
    let words = &app.site.words.full;
    page.heading.clone_from(&words.heading);
    let said = words
        .say
        .iter()
        .map(|one| SitePiece::Say(desk.say(one)))
        .collect();
    let part = SitePart {
        heading: None,
        pieces: said,
    };
    page.parts.insert(0, part);
    if needs_help {
        page.urgent = Some(desk.urgent(Some(app.site.words.danger.heading.clone())));
    }
    Reply::PageWith(429, site_page(&page))
}

/// An enquiry, or every answer to mend with what to do.
fn read(sent: &Sent, words: &FormText) -> Result<EnquiryReceived, Vec<(&'static str, String)>> {
    let mut wrong: Vec<(&'static str, String)> = Vec::new();
    let mut fault = |name: &'static str, said: &String| wrong.push((name, said.clone()));
    let name = match Line::new(sent.get(field::NAME).unwrap_or_default()) {
        Ok(name) => Some(name),
        Err(TextError::TooLong { .. }) => {
            fault(field::NAME, &words.say_too_long);
            None
        }
        Err(TextError::Empty | TextError::Control) => {
            fault(field::NAME, &words.say_name);
            None
        }
    };
    let by = match sent.get(field::BY) {
        Some("call") => Some(ContactWay::Phone),
        Some("text") => Some(ContactWay::Text),
        Some("mail") => Some(ContactWay::Email),
        Some(_) | None => None,
    };
    if by.is_none() {
        fault(field::BY, &words.say_choose);
    }
    let reach = reach(sent.get(field::REACH).unwrap_or_default(), by, words);
    if let Err(said) = &reach {
        fault(field::REACH, said);
    }
    let may_leave = sent.get(field::MESSAGE).and_then(YesNo::from_code);
    if may_leave.is_none() {
        fault(field::MESSAGE, &words.say_choose);
    }
    let about = sent.get(field::ABOUT).map(Prose::new).transpose();
    if about.is_err() {
        fault(field::ABOUT, &words.say_too_long);
    }
    let agreed_to_contact = sent.is_ticked(field::CONSENT);
    if !agreed_to_contact {
        fault(field::CONSENT, &words.say_consent);
    }
    match (name, by, reach, may_leave, about) {
        (Some(name), Some(prefers), Ok((phone, email)), Some(safe_to_leave_message), Ok(about))
            if agreed_to_contact =>
        {
            Ok(EnquiryReceived {
                name,
                reach: Reach {
                    phone,
                    email,
                    prefers,
                    safe_to_leave_message,
                },
                substance: None,
                about,
                via: EnquiryVia::Form,
                agreed_to_contact,
            })
        }
        _ => Err(wrong),
    }
}

type Ways = (Option<Line>, Option<Line>);

/// A telephone number or an address for letters, as the chosen way asks, or what is wrong with it.
fn reach(text: &str, by: Option<ContactWay>, words: &FormText) -> Result<Ways, String> {
    let line = Line::new(text).map_err(|_| words.say_reach.clone())?;
    if let Some((before, after)) = text.split_once('@') {
        let is_address = !before.is_empty()
            && after.contains('.')
            && !after.contains('@')
            && !text.contains(char::is_whitespace)
            && !after.starts_with('.')
            && !after.ends_with('.');
        return match by {
            _ if !is_address => Err(words.say_reach.clone()),
            Some(ContactWay::Phone | ContactWay::Text) => Err(words.say_phone_wanted.clone()),
            Some(ContactWay::Email | ContactWay::InPerson) | None => Ok((None, Some(line))),
        };
    }
    let n_digits = text.chars().filter(char::is_ascii_digit).count();
    let is_number = n_digits > 0
        && text
            .chars()
            .all(|letter| letter.is_ascii_digit() || " +-().x\u{2011}\u{2013}".contains(letter));
    if !is_number {
        return Err(words.say_reach.clone());
    }
    // With its country a number is of any length up to the world's longest; without, it is one of ours.
    let (least, most) = if text.starts_with('+') || text.contains('x') {
        (8, 20)
    } else {
        (10, 11)
    };
    if n_digits < least && n_digits != 7 {
        return Err(words.say_short.clone());
    }
    if n_digits > most {
        return Err(words.say_long.clone());
    }
    if by == Some(ContactWay::Email) {
        return Err(words.say_mail_wanted.clone());
    }
    Ok((Some(line), None))
}

/// The thanks; help stands first for who may be in danger.
#[expect(clippy::unnecessary_wraps, reason = "every page has this shape")]
pub(crate) fn received(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let house = house(app);
    let desk = Desk::new(app, &house);
    let words = &app.site.words.thanks;
    let how = match ask.query.get("by") {
        Some("mail") => &words.how_mail,
        Some("text") => &words.how_text,
        Some(_) | None => &words.how_call,
    };
    let receipt = ask.query.get("receipt").unwrap_or_default();
    let receipt: String = receipt
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(6)
        .collect();
    let said = |text: &str| SitePiece::Say(desk.say(text));
    let mut pieces = vec![SitePiece::Days(vec![
        (words.who.clone(), desk.say(&words.who_say)),
        (words.by.clone(), desk.say(&promised(app, ask, &house))),
        (words.how.clone(), desk.say(how)),
    ])];
    if !receipt.is_empty() {
        pieces.push(said(
            &words.receipt.replace("{receipt}", &receipt.to_uppercase()),
        ));
    }
    pieces.push(said(&words.wait));
    let needs_help = ask.query.get("help").is_some();
    let danger = &app.site.words.danger;
    if needs_help {
        pieces.insert(0, said(&danger.told));
    }
    let page = SitePage {
        frame: desk.frame(&words.heading, &words.heading, "/enquiries/received", ""),
        heading: words.heading.clone(),
        lead: None,
        ask_first: None,
        urgent: needs_help.then(|| desk.urgent(Some(danger.heading.clone()))),
        parts: vec![SitePart {
            heading: Some(words.what_now.clone()),
            pieces,
        }],
    };
    Ok(Reply::Page(site_page(&page)))
}

/// By when they hear: the promise as a day and an hour, in the language that has days written here.
fn promised(app: &App, ask: &Ask, house: &House) -> String {
    let clinic = &app.site.clinic;
    let asked = civil_day(ask.now, &house.zone());
    match clinic.promised(asked) {
        Some((day, ends)) if app.site.words.language.starts_with("en") => {
            format!(
                "{}, {:02}:{:02}",
                words::day_short(day),
                ends.hour(),
                ends.minute()
            )
        }
        Some(_) | None => capital(&clinic.answered_by),
    }
}
