//! Who may come: every route and every form, for every role and for nobody.

use clinic::authority::{Act, Reach};
use record::words::Role;
use testkit::Visitor;
use web::routes::{Access, ROUTES, Route};

use crate::form::{address, done, said};
use crate::house::House;

/// Everyone who works at the made-up clinic, one for each role, and a patient.
const EVERYONE: [(&str, Role); 9] = [
    ("maria", Role::Coordinator),
    ("okafor", Role::Prescriber),
    ("dana", Role::Nurse),
    ("jonah", Role::Therapist),
    ("lindqvist", Role::MedicalDirector),
    ("tomasz", Role::ComplianceOfficer),
    ("ada", Role::Researcher),
    ("sol", Role::Administrator),
    ("patient", Role::Patient),
];

/// Forms that are about no patient.
const HOUSE_FORMS: [&str; 26] = [
    "enquiry",
    "register-new",
    "add-person",
    "change-roles",
    "reset-secret",
    "leave-person",
    "overrule",
    "sign-rules",
    "sign-rescue",
    "sign-report",
    "register-location",
    "receive-stock",
    "move-vial",
    "transfer-vial",
    "destroy-vial",
    "report-loss",
    "count-stock",
    "take-inventory",
    "explain-case",
    "close-case",
    "correct-line",
    "settle-message",
    "place-device",
    "revoke-device",
    "check-access",
    "certify-setting",
];

/// What a page asks of whoever opens it; a new route that is not told of here fails the tests.
#[derive(Clone, Copy, Debug)]
enum Asks {
    /// Nothing.
    Nothing,
    /// The permission for an act of the whole clinic.
    All(Act),
    /// The permission for an act about the patient the path names.
    About(Act),
    /// The same, of something the made-up patients do not have.
    AboutNothing(Act),
    /// The permission for an act of the whole clinic, of something the made-up clinic does not have.
    AllNothing(Act),
    /// What the form asks; the forms are tried one by one.
    Form,
    /// It leads on to the first page one may see.
    LeadsOn,
}

/// The pages that ask for nothing. Of a link nothing is shown before the birth date is said: see link.rs.
const OPEN: &[&str] = &[
    "/check-in/{token}",
    "/check-in/{token}/{question}",
    "/questionnaire/{token}",
    "/questionnaire/{token}/{question}",
    "/before/{token}",
    "/before/{token}/{question}",
    "/",
    "/addiction",
    "/ketamine",
    "/studies",
    "/risks",
    "/treatment",
    "/cost",
    "/questions",
    "/help",
    "/evaluation",
    "/what-we-keep",
    "/enquiries/new",
    "/enquiries/received",
    "/health",
    "/sign-in",
    "/sign-out",
    // A gateway's signed word: tests/doors/reports.rs.
    "/messages/reports",
];

fn asks(path: &str) -> Asks {
    match path {
        path if OPEN.contains(&path) => Asks::Nothing,
        "/home" => Asks::LeadsOn,
        "/today" | "/floor" | "/enquiries" | "/calendar" | "/patients" | "/watch-list"
        | "/relapse-watch" | "/pharmacology" | "/due" | "/missing" | "/messages"
        | "/live/board" => Asks::All(Act::ReadBoard),
        "/evidence" | "/evidence/{claim}" | "/evidence/studies/{study}" => {
            Asks::All(Act::ReadEvidence)
        }
        "/ledger"
        | "/ledger/access"
        | "/ledger/copy"
        | "/ledger/copy.csv"
        | "/ledger/dispensed"
        | "/ledger/dispensed.csv"
        | "/ledger/forms"
        | "/ledger/lots/{lot}"
        | "/ledger/vials/{vial}" => Asks::All(Act::ReadStock),
        "/rules"
        | "/rescue"
        | "/rules/try"
        | "/rules/compare"
        | "/rules/{rule}"
        | "/interactions"
        | "/protocols"
        | "/protocols/{protocol}" => Asks::All(Act::ReadRules),
        "/outcomes" | "/outcomes/report" | "/outcomes/report.pdf" => Asks::All(Act::ReadOutcomes),
        // What is shown of one that is there: tests/doors/outcomes.rs.
        "/outcomes/signed/{position}"
        | "/outcomes/signed/{position}/report.pdf"
        | "/outcomes/signed/{position}/report.txt" => Asks::AllNothing(Act::ReadOutcomes),
        "/outcomes/behind" => Asks::All(Act::ReadChart),
        "/outcomes/tables/{table}" => Asks::All(Act::Export),
        "/devices" => Asks::All(Act::PlaceDevice),
        "/devices/new" => Asks::All(Act::ManageDevices),
        "/people" => Asks::All(Act::ReadPeople),
        "/access-log" => Asks::All(Act::ReadAccessLog),
        "/patients/{patient}/do/{form}" | "/do/{form}" => Asks::Form,
        other => asks_about(other),
    }
}

/// What a page about one patient asks.
fn asks_about(path: &str) -> Asks {
    match path {
        "/patients/{patient}/check-in-link"
        | "/patients/{patient}/questionnaire-link"
        | "/patients/{patient}/evaluation-link" => Asks::About(Act::SendLink),
        "/patients/{patient}/questionnaires/{instrument}/fill" => {
            Asks::About(Act::AnswerInstrument)
        }
        "/patients/{patient}/consents/{text}" => Asks::About(Act::Consent),
        "/patients/{patient}/plan/new" => Asks::About(Act::Prescribe),
        "/patients/{patient}/sessions/{session}/monitoring-form"
        | "/patients/{patient}/sessions/{session}/monitoring-form.pdf" => {
            Asks::AboutNothing(Act::ReadChart)
        }
        "/patients/{patient}/relapse-watch" => Asks::All(Act::ReadBoard),
        "/patients/{patient}/check-in"
        | "/patients/{patient}/my-record"
        | "/patients/{patient}/my-record/whole"
        | "/patients/{patient}/my-record/whole.pdf"
        | "/patients/{patient}/my-record/download" => Asks::About(Act::ReadOwnRecord),
        "/patients/{patient}"
        | "/patients/{patient}/ninety-days"
        | "/patients/{patient}/help-now"
        | "/patients/{patient}/help-now.js"
        | "/patients/{patient}/sessions/{session}"
        | "/patients/{patient}/sessions/{session}/record"
        | "/patients/{patient}/sessions/{session}/record.pdf"
        | "/patients/{patient}/sessions/{session}/readiness"
        | "/patients/{patient}/sessions/{session}/leaving"
        | "/patients/{patient}/sessions/{session}/drug"
        | "/patients/{patient}/sessions/{session}/rules"
        | "/patients/{patient}/predicted"
        | "/patients/{patient}/plan"
        | "/patients/{patient}/eligibility"
        | "/patients/{patient}/evaluation"
        | "/patients/{patient}/evaluation/{step}"
        | "/patients/{patient}/calendar"
        | "/patients/{patient}/consents"
        | "/patients/{patient}/consents/signed/{consent}"
        | "/patients/{patient}/consents/signed/{consent}/consent.pdf"
        | "/patients/{patient}/corrections"
        | "/patients/{patient}/safety-plan"
        | "/patients/{patient}/safety-plan.pdf"
        | "/patients/{patient}/questionnaires"
        | "/patients/{patient}/questionnaires/{instrument}"
        | "/patients/{patient}/add"
        | "/live/patients/{patient}" => Asks::About(Act::ReadChart),
        other => panic!("{other} is a new route: say in this test what it asks"),
    }
}

/// The path of a route about a patient of this house.
pub(crate) fn path(house: &House, route: &Route, patient: &str) -> String {
    let known = house.clinic.chart(patient.parse().unwrap()).unwrap();
    let session = known.chart.sessions().first().map_or_else(
        || "ses_00000000000000000000000000".to_owned(),
        |session| session.id.to_string(),
    );
    let token = if route.path.starts_with("/before/") {
        crate::before::token_for(house)
    } else if route.path.starts_with("/questionnaire/") {
        crate::questionnaire::token_for(house)
    } else {
        crate::link::token_for(house)
    };
    let consent = known
        .chart
        .all::<record::fact::decision::ConsentSigned>()
        .next();
    let consent = consent.map_or_else(String::new, |(_, one)| one.consent.to_string());
    route
        .path
        .replace("{text}", "part-2")
        .replace("{table}", "courses.csv")
        .replace("{consent}", &consent)
        .replace("{patient}", patient)
        .replace("{session}", &session)
        .replace("{form}", "check-in")
        .replace("{protocol}", "kare-2022")
        .replace("{claim}", "alcohol-abstinence")
        .replace("{study}", "grabski-2022")
        .replace("{rule}", "E05a")
        .replace("{step}", "heart")
        .replace("{instrument}", "phq-9")
        .replace("{token}", &token)
        .replace("{lot}", "K26-311")
        .replace("{vial}", "V-0101")
        .replace("{question}", "used")
        .replace("{position}", "1")
}

/// The status of an answer that may never end, as a stream's does not.
fn status(visitor: &mut Visitor, path: &str) -> u16 {
    if path.starts_with("/live/") {
        return crate::live::Stream::open(visitor, path).status;
    }
    visitor.get(path).unwrap().status
}

#[test]
fn every_route_asks_for_a_sign_in_or_is_public_and_no_form_is_taken_without_its_token() {
    let house = House::lived_in();
    let patient = house.patient().to_string();
    let head = house.head();
    for route in ROUTES {
        let path = path(house, route, &patient);
        let mut stranger = house.stranger();
        if route.is_post {
            let answer = stranger.post(&path, &[("day", "2026-03-01")]).unwrap();
            // The public form is drawn again with its words kept, the devices door asks for its token;
            // others say that they are stale.
            let refused = match path.as_str() {
                "/enquiries/new" => 422,
                "/devices/readings" => 401,
                // No way out is set up at this house: nothing is taken there at all.
                "/messages/reports" => 404,
                _ => 403,
            };
            assert_eq!(answer.status, refused, "POST {path}");
            continue;
        }
        let answer = stranger.get(&path).unwrap();
        match route.access {
            Access::Anyone => assert_eq!(answer.status, 200, "GET {path}"),
            Access::SignedIn => {
                assert_eq!(answer.status, 303, "GET {path}");
                let to = answer.header("location").unwrap();
                assert!(to.starts_with("/sign-in?next=/"), "{path} leads to {to}");
                assert!(
                    answer.body.is_empty(),
                    "{path} says something to a stranger"
                );
            }
        }
    }
    assert_eq!(house.head(), head, "something was written");
}

#[test]
fn every_page_answers_each_role_as_the_permission_table_says() {
    let house = House::lived_in();
    let (own, other) = (house.patient().to_string(), house.other().to_string());
    for (name, role) in EVERYONE {
        let mut visitor = house.known(name);
        for route in ROUTES.iter().filter(|route| !route.is_post) {
            let expected = |act: Act, is_own: bool| match act.reach(role) {
                Reach::All => 200,
                Reach::Own if is_own => 200,
                Reach::Own => 404,
                Reach::No => 403,
            };
            let place = path(house, route, &own);
            match asks(route.path) {
                Asks::Form => {}
                Asks::Nothing => assert_eq!(status(&mut visitor, &place), 200, "{name} {place}"),
                Asks::All(act) => {
                    let found = status(&mut visitor, &place);
                    assert_eq!(found, expected(act, false), "{name} {place}");
                }
                Asks::AboutNothing(act) | Asks::AllNothing(act) => {
                    let found = status(&mut visitor, &place);
                    let allowed = expected(act, true);
                    let wanted = if allowed == 200 { 404 } else { allowed };
                    assert_eq!(found, wanted, "{name} {place}");
                }
                Asks::LeadsOn => {
                    let first = visitor.get(&place).unwrap();
                    let page = visitor.follow(first).unwrap();
                    assert_eq!(page.status, 200, "{name} has no first page");
                }
                Asks::About(act) => {
                    let found = status(&mut visitor, &place);
                    assert_eq!(found, expected(act, true), "{name} {place}");
                    if role == Role::Patient {
                        let others = path(house, route, &other);
                        assert_eq!(status(&mut visitor, &others), 404, "{name} {others}");
                    }
                }
            }
        }
    }
}

#[test]
fn every_form_opens_for_those_whose_role_allows_it_and_for_nobody_else() {
    let house = House::lived_in();
    let patient = house.patient();
    let about = format!("/patients/{patient}");
    let mut nurse = house.known("dana");
    let raise = [("sentence", "Please ring back"), ("urgency", "watch")];
    done(&mut nurse, &format!("{about}/do/raise-alert"), &raise);
    let ask = [("wrong", "Four drinks"), ("should_say", "Two drinks")];
    done(&mut nurse, &format!("{about}/do/ask-correction"), &ask);
    let known = house.clinic.chart(patient).unwrap();
    let chart = &known.chart;
    let request = chart.correction_requests()[0].number();
    let laboratory = chart
        .all::<record::fact::observation::LaboratoryResult>()
        .next()
        .unwrap()
        .0
        .number;
    let names = format!(
        "?visit={}&session={}&alert={}&entry={laboratory}&person={}&substance=alcohol\
         &template=labetalol-iv&version=1&rule=M07&request={request}",
        chart.visits()[0].id,
        chart.sessions()[0].id,
        chart.alerts().last().unwrap().id,
        house.clinic.board().person_named("dana").unwrap().0,
    );
    for (name, role) in EVERYONE {
        let mut visitor = house.known(name);
        for form in web::forms::all() {
            let is_house = HOUSE_FORMS.contains(&form.code);
            let place = if form.code == "sign-report" {
                // The report of everybody: a narrow one of a small clinic is withheld.
                "/do/sign-report".to_owned()
            } else if is_house {
                format!("/do/{}{names}", form.code)
            } else {
                format!("{about}/do/{}{names}", form.code)
            };
            let may = |act: Act| act.reach(role) != Reach::No;
            let is_allowed = may(form.act) && (is_house || may(Act::ReadChart));
            let answer = visitor.get(&place).unwrap();
            let expected = if is_allowed { 200 } else { 403 };
            assert_eq!(answer.status, expected, "{name} {place}: {}", said(&answer));
            if is_allowed {
                assert!(said(&answer).contains(form.title), "{place} has no heading");
                assert!(answer.hidden("command").is_some(), "{place} has no command");
            }
        }
    }
}

#[test]
fn a_menu_offers_only_what_opens() {
    let house = House::lived_in();
    for (name, path) in [
        ("maria", "/add"),
        ("jonah", "/add"),
        ("patient", "/add"),
        ("patient", ""),
        ("jonah", ""),
        ("patient", "/ninety-days"),
        ("dana", "/ninety-days"),
        ("patient", "/plan"),
        ("dana", "/plan"),
        ("patient", "/my-record"),
    ] {
        let mut visitor = house.known(name);
        let start = format!("/patients/{}", house.patient());
        let page = visitor.get(&format!("{start}{path}")).unwrap();
        assert_eq!(page.status, 200);
        let html = page.text();
        let mut n_links = 0;
        for link in html.split("href=\"").skip(1) {
            let to = link.split('"').next().unwrap().replace("&amp;", "&");
            if !to.starts_with("/patients/") && !to.starts_with("/protocols/") {
                continue;
            }
            n_links += 1;
            let answer = visitor.get(&to).unwrap();
            assert_eq!(
                answer.status,
                200,
                "{name} is offered {to}: {}",
                said(&answer)
            );
        }
        assert!(n_links > 3, "{name} is offered {n_links} ways at {path}");
    }
}

#[test]
fn a_patient_sees_their_own_pages_the_crisis_line_and_no_place_of_the_staff() {
    let house = House::lived_in();
    let mut patient = house.known("patient");
    let own = format!("/patients/{}", house.patient());
    for path in [
        own.clone(),
        format!("{own}/ninety-days"),
        format!("{own}/check-in"),
    ] {
        let page = patient.get(&path).unwrap();
        assert_eq!(page.status, 200, "{path}");
        assert!(
            page.text().contains("href=\"tel:988\""),
            "{path} hides the crisis line"
        );
        for place in [
            "/today",
            "/calendar",
            "/watch-list",
            "/access-log",
            "/people",
        ] {
            assert!(
                !page.text().contains(&format!("href=\"{place}\"")),
                "{path} offers {place}"
            );
        }
    }
    let trouble = patient
        .get(&format!("/patients/{}", house.other()))
        .unwrap();
    assert_eq!(trouble.status, 404);
    assert!(trouble.text().contains("href=\"tel:988\""));
}

#[test]
fn a_counselling_note_is_read_by_therapists_and_its_author_and_by_nobody_else() {
    let house = House::open();
    let mut desk = house.sign_in("maria");
    let chart = crate::course::registered(&mut desk, "Wren");
    let note = [
        ("kind", "counselling"),
        ("title", "About the father"),
        ("text", "Words for this room alone"),
        ("pass_phrase", crate::house::SECRET),
    ];
    let mut prescriber = house.sign_in("okafor");
    let page = done(&mut prescriber, &format!("{chart}/do/sign-note"), &note);
    assert!(
        said(&page).contains("Words for this room alone"),
        "its author"
    );
    let error = address(&page, &format!("{chart}/do/entered-in-error?entry="));
    for (name, may_read) in [("jonah", true), ("dana", false), ("lindqvist", false)] {
        let mut visitor = house.sign_in(name);
        for path in [chart.clone(), format!("{chart}/do/addend-note")] {
            let page = said(&visitor.get(&path).unwrap());
            assert_eq!(page.contains("About the father"), may_read, "{name} {path}");
        }
        let marking = visitor.get(&error).unwrap();
        assert_eq!(marking.status, if may_read { 200 } else { 404 }, "{name}");
    }
}
