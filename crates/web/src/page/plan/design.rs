//! The plan designer: a protocol, a dose, the days and rooms, the level it would give, and the signature.

use clinic::act::confirm::confirm;
use clinic::act::plan::sign::{Design, Designed, Signing, approve, design, sign};
use clinic::act::reader::{READER, READER_SECRET};
use clinic::authority::{Act, may};
use clinic::denied::{Denied, FieldFault};
use pages::{Form, Link, Offer, Phrase, Piece, Section, Sheet, sheet};
use protocol::{Protocol, Standing};
use record::chart::course::Course;
use record::ids::PersonId;

use super::{asked, drawn, signing};
use crate::app::App;
use crate::ask::Ask;
use crate::page::patient::{Opened, header, open};
use crate::page::protocols;
use crate::reply::Reply;
use crate::sent::Sent;
use crate::{trouble, words};

/// What a page is drawn with.
struct Desk<'a> {
    app: &'a App,
    ask: &'a Ask,
    opened: &'a Opened,
    course: Course,
    protocol: &'a Protocol,
    sent: &'a Sent,
}

/// What was wrong with what was sent.
#[derive(Default)]
struct Wrong {
    faults: Vec<FieldFault>,
    /// Faults of fields that carry the name of a rule.
    named: Vec<(String, String)>,
    refusal: Option<pages::Refusal>,
}

/// The record, for someone who may prescribe.
fn allowed(app: &App, ask: &Ask) -> Result<Opened, Denied> {
    let opened = open(app, ask, "plan")?;
    let actor = &ask.signed_in()?.actor;
    may(actor, Act::Prescribe, Some(opened.known.patient))?;
    Ok(opened)
}

/// The designer, or the protocols to choose from.
pub(crate) fn show(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let opened = allowed(app, ask)?;
    let course = opened.chart().course();
    let chosen = ask.query.get("protocol").map(str::to_owned);
    let chosen = chosen.or_else(|| course.as_ref().map(|course| course.protocol.clone()));
    let is_choosing = ask.query.get("choose").is_some();
    match (course, chosen) {
        (Some(course), Some(chosen)) if !is_choosing => {
            let protocol = app.clinic.library().protocol(&chosen);
            let protocol = protocol.ok_or(Denied::NotFound)?;
            let desk = Desk {
                app,
                ask,
                opened: &opened,
                course,
                protocol,
                sent: &ask.query,
            };
            Ok(Reply::Page(drawn_page(&desk, Wrong::default())?))
        }
        (course, _) => Ok(Reply::Page(choice(app, ask, &opened, course.as_ref()))),
    }
}

/// The protocols to choose from.
fn choice(app: &App, ask: &Ask, opened: &Opened, course: Option<&Course>) -> maud::Markup {
    let mut view = Sheet::new("Choose a protocol", "Plan");
    view.patient = Some(header(
        app,
        opened,
        vec![Link::new(opened.path(""), "Chart")],
    ));
    view.said = Phrase::sentence(if course.is_some() {
        "Look at a plan under any protocol that can be prescribed. Signing is under the one the course was \
         opened for."
    } else {
        "There is no course yet: choosing a protocol opens one, and its rules and consents come before the \
         plan."
    });
    let way = |protocol: &Protocol| match course {
        Some(_) => Link::new(
            opened.path(&format!("/plan/new?protocol={}", protocol.id)),
            "Look at a plan",
        ),
        None => Link::new(
            opened.form(&format!("open-course?protocol={}", protocol.id)),
            "Open a course",
        ),
    };
    let all = app.clinic.library().protocols();
    let of = |is_open: bool| -> Vec<Offer> {
        let standing = all
            .iter()
            .filter(|one| (one.standing == Standing::Prescribable) == is_open);
        standing
            .map(|one| {
                let is_chosen = course.is_some_and(|course| course.protocol == one.id);
                let mut offer = protocols::offer(app, one, Some(way(one)), is_chosen);
                if is_chosen {
                    offer.choose = Some(way(one));
                }
                offer
            })
            .collect()
    };
    view.main = vec![
        Section::new("Can be prescribed", vec![Piece::Offers(of(true))]),
        Section::new("For reference only", vec![Piece::Offers(of(false))]),
    ];
    let frame = words::frame(app, ask, Some(pages::Place::Patients));
    sheet(&frame, &view)
}

fn drawn_page(desk: &Desk<'_>, wrong: Wrong) -> Result<maud::Markup, Denied> {
    let mut faults = wrong.faults;
    let designed = designed(desk, &mut faults)?;
    let opened = desk.opened;
    let mut view = Sheet::new(format!("Plan: {}", desk.protocol.title), "Plan");
    let links = vec![Link::new(opened.path(""), "Chart")];
    view.patient = Some(header(desk.app, opened, links));
    view.said = vec![
        Phrase::plain(format!(
            "{}, version {}. ",
            desk.protocol.id, desk.protocol.version
        )),
        Phrase::Strong("Not signed. ".to_owned()),
        Phrase::link(protocols::path(&desk.protocol.id), "Read the protocol"),
        Phrase::plain(" "),
        Phrase::link(opened.path("/plan/new?choose=yes"), "Change protocol"),
    ];
    if opened.chart().plan(desk.course.id).is_some() {
        view.said = vec![
            Phrase::Strong("A plan is prescribed for this course already. ".to_owned()),
            Phrase::link(opened.path("/plan"), "Look at it and amend it there"),
        ];
        let frame = words::frame(desk.app, desk.ask, Some(pages::Place::Patients));
        return Ok(sheet(&frame, &view));
    }
    let (section, sign_form) = signing::signature(
        desk.app,
        desk.ask,
        opened,
        (&desk.course, desk.sent),
        designed.as_ref(),
    );
    let (form, sign_form) = forms(desk, designed.as_ref(), sign_form, &faults, &wrong.named);
    view.main = vec![Section::new("What is planned", vec![Piece::Form(form)])];
    match &designed {
        Some(designed) => {
            let sections = drawn::sections(desk.app, opened, desk.protocol, designed);
            view.main.extend(sections);
        }
        None => view.main.push(Section::new(
            "No plan yet",
            vec![Piece::plain(
                "It is worked out once the answers above are mended.",
            )],
        )),
    }
    let mut section = section;
    if let Some(refusal) = wrong.refusal {
        section.pieces.insert(0, Piece::Refusal(refusal));
    }
    if let Some(form) = sign_form {
        section.pieces.push(Piece::Form(form));
    }
    view.side = vec![signing::ran(desk.app, opened, &desk.course), section];
    let frame = words::frame(desk.app, desk.ask, Some(pages::Place::Patients));
    Ok(sheet(&frame, &view))
}

/// What the answers come to; `None` where they need mending, which is noted.
fn designed(desk: &Desk<'_>, faults: &mut Vec<FieldFault>) -> Result<Option<Designed>, Denied> {
    if let Standing::ReferenceOnly(reason) = &desk.protocol.standing {
        let sentence = format!(
            "This protocol is for reference and cannot be prescribed: {reason}. Choose another"
        );
        faults.push(FieldFault::new("protocol", sentence));
        return Ok(None);
    }
    let asked = match read(desk) {
        Ok(asked) => asked,
        Err(found) => {
            faults.extend(found);
            return Ok(None);
        }
    };
    let worked = desk.ask.operate(desk.app, |operation, clinic| {
        design(operation, clinic, &desk.opened.known, &asked)
    });
    match worked {
        Ok(designed) => Ok(Some(designed)),
        Err(Denied::Invalid(found)) => {
            for one in found {
                if !faults.contains(&one) {
                    faults.push(one);
                }
            }
            Ok(None)
        }
        Err(other) => Err(other),
    }
}

fn read(desk: &Desk<'_>) -> Result<Design, Vec<FieldFault>> {
    let course = desk.course.id;
    asked::read(desk.app, desk.opened, course, desk.protocol, desk.sent)
}

/// The form that asks and the one that signs, each with its own faults.
fn forms(
    desk: &Desk<'_>,
    designed: Option<&Designed>,
    sign_form: Option<Form>,
    faults: &[FieldFault],
    named: &[(String, String)],
) -> (Form, Option<Form>) {
    const OF_SIGNING: [&str; 7] = [
        "pass_phrase",
        "second_secret",
        "rule",
        "visits",
        "shown",
        READER,
        READER_SECRET,
    ];
    let mut form = asked::form(desk.app, desk.opened, desk.protocol, desk.sent, designed);
    let is_of_signing =
        |fault: &&FieldFault| OF_SIGNING.contains(&fault.field) && sign_form.is_some();
    let (own, rest): (Vec<&FieldFault>, Vec<&FieldFault>) = faults.iter().partition(is_of_signing);
    for (field, extra) in [
        ("weight_confirmed", asked::confirm_field(desk.sent)),
        ("second", asked::second_field(desk.app, desk.sent)),
    ] {
        let is_asked = form
            .groups
            .iter()
            .flat_map(|group| &group.fields)
            .any(|known| known.name == field);
        let is_wanted = rest.iter().any(|fault| {
            fault.field == field
                || (field == "weight_confirmed"
                    && fault.field == "weight"
                    && fault.sentence.contains("why it is right"))
        });
        if is_wanted
            && !is_asked
            && let Some(first) = form.groups.first_mut()
        {
            first.fields.push(extra);
        }
    }
    for fault in rest {
        form = form.wrong(fault.field, fault.sentence.clone());
    }
    let sign_form = sign_form.map(|mut form| {
        for fault in own {
            form = form.wrong(fault.field, fault.sentence.clone());
        }
        for (name, sentence) in named {
            form = form.wrong(name, sentence.clone());
        }
        form
    });
    (form, sign_form)
}

/// Takes the signature.
pub(crate) fn send(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let opened = allowed(app, ask)?;
    let course = opened.chart().course().ok_or(Denied::NotFound)?;
    let chosen = ask.sent.get("protocol").unwrap_or(&course.protocol);
    let protocol = app.clinic.library().protocol(chosen);
    let desk = Desk {
        app,
        ask,
        opened: &opened,
        protocol: protocol.ok_or(Denied::NotFound)?,
        course,
        sent: &ask.sent,
    };
    let wrong = match signed(&desk)? {
        Ok(()) => return Ok(Reply::SeeOther(opened.path("/plan?done=signed"))),
        Err(wrong) => wrong,
    };
    Ok(Reply::PageWith(422, drawn_page(&desk, wrong)?))
}

/// Signs, or says what is wrong with what was sent.
fn signed(desk: &Desk<'_>) -> Result<Result<(), Wrong>, Denied> {
    let asked = match read(desk) {
        Ok(asked) => asked,
        Err(faults) => {
            return Ok(Err(Wrong {
                faults,
                ..Wrong::default()
            }));
        }
    };
    let overrides = match signing::overrides(desk.opened, &desk.course, desk.sent) {
        Ok(overrides) => overrides,
        // A command that was taken in before is answered as it was then, with nothing left to override.
        Err(named) => {
            return Ok(Err(Wrong {
                named,
                ..Wrong::default()
            }));
        }
    };
    let sent = desk.sent;
    let secret = sent.raw(clinic::act::confirm::FIELD).unwrap_or_default();
    let second: Option<PersonId> = sent.get("second").and_then(|text| text.parse().ok());
    let done = desk.ask.operate(desk.app, |operation, clinic| {
        let confirmed = confirm(operation, clinic, secret)?;
        let typed = sent.raw("second_secret").filter(|text| !text.is_empty());
        let second = match (second, typed) {
            (Some(second), Some(typed)) => Some(approve(operation, clinic, second, typed)?),
            (Some(_) | None, _) => None,
        };
        let reader = crate::forms::reader(sent, operation, clinic)?;
        let signing = Signing {
            shown: sent.get("shown").unwrap_or_default().to_owned(),
            overrides: overrides.clone(),
            confirmed,
            second,
            reader,
        };
        sign(
            operation,
            clinic,
            desk.opened.known.patient,
            &asked,
            &signing,
        )
    });
    match done {
        Ok(_) => Ok(Ok(())),
        Err(Denied::Invalid(faults)) => Ok(Err(Wrong {
            faults,
            ..Wrong::default()
        })),
        Err(Denied::Refused(refusal)) => Ok(Err(Wrong {
            refusal: Some(trouble::shown_with_why(desk.app, &refusal)),
            ..Wrong::default()
        })),
        Err(other) => Err(other),
    }
}
