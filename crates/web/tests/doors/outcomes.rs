//! Outcomes as a director, a researcher and a patient meet them.

use crate::form::{Form, said};
use crate::house::{House, SECRET};
use crate::record::says_every_word;
use outcomes::tidy::Format;

#[test]
fn the_outcomes_say_what_is_known_and_from_which_entry_and_open_the_charts_behind_them() {
    let house = House::lived_in();
    let mut director = house.known("lindqvist");
    let page = director.get("/outcomes").unwrap();
    assert_eq!(page.status, 200);
    let html = page.text();
    assert!(html.contains("What does our programme do for people like these?"));
    assert!(html.contains("Computed from entry"));
    assert!(html.contains("First dose"));
    let behind = director
        .get("/outcomes/behind?of=in_contact_at_ninety&answer=so")
        .unwrap();
    assert_eq!(behind.status, 200);
    assert_eq!(
        director.get("/outcomes/behind?of=no-such").unwrap().status,
        404
    );
    let report = director.get("/outcomes/report").unwrap();
    assert!(report.text().contains("Head of the record"));
    assert!(
        !report.text().contains("/outcomes/behind"),
        "a report that leaves names nobody"
    );
}

/// Every address on a page that begins so.
fn addresses(html: &str, beginning: &str) -> Vec<String> {
    let mut all: Vec<String> = html
        .split("href=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .filter(|address| address.starts_with(beginning))
        .map(|address| address.replace("&amp;", "&"))
        .collect();
    all.sort();
    all.dedup();
    all
}

#[test]
fn every_number_says_its_entry_and_opens_the_charts_behind_it_and_each_look_is_written_down() {
    let house = House::with_patients(12);
    let mut director = house.sign_in("lindqvist");
    let html = director.get("/outcomes?definitions=all").unwrap().text();
    let behind = addresses(&html, "/outcomes/behind");
    for number in [
        "way-enquired",
        "way-started",
        "way-ninety",
        "harm-any",
        "relapse",
        "retention",
        "incidence",
        "week-1",
        "week-12",
        "craving-0",
        "abstinent_last_30_days",
        "weeks_without_use",
        "trial-",
    ] {
        assert!(
            behind.iter().any(|to| to.contains(&format!("of={number}"))),
            "{number} opens no charts: {behind:?}"
        );
    }
    let entry = format!("entry {}", house.clinic.board().position());
    let n_figures = html.matches("<h2>").count();
    assert!(
        html.replace(',', "").matches(&entry).count() >= n_figures.min(12),
        "every figure says its entry"
    );
    for to in &behind {
        assert_eq!(director.get(to).unwrap().status, 200, "{to}");
    }
    let enquired = director.get("/outcomes/behind?of=way-enquired").unwrap();
    let named = addresses(&enquired.text(), "/patients/").len();
    assert!(named >= 10, "{named}");
    house.clinic.journal().flush().unwrap();
    let logged = house
        .clinic
        .journal()
        .accesses(&journal::AccessQuery::Newest, None, 10_000)
        .unwrap();
    let looks = logged
        .iter()
        .filter(|one| one.row.what == "list behind an outcome: way-enquired, came so far")
        .count();
    assert!(
        looks >= 2 * named,
        "each of {named} is written down: {looks}"
    );
}

#[test]
fn a_researcher_sees_numbers_and_tables_and_no_names() {
    let house = House::lived_in();
    let mut researcher = house.known("ada");
    let page = researcher.get("/outcomes").unwrap();
    assert_eq!(page.status, 200);
    assert!(page.text().contains("are withheld"));
    assert!(!page.text().contains("/outcomes/behind"));
    assert_eq!(
        researcher
            .get("/outcomes/behind?of=in_contact_at_ninety")
            .unwrap()
            .status,
        403
    );
    for format in Format::built_in() {
        let way = format!("/outcomes/tables/weeks.{}", format.ending());
        assert!(page.text().contains(&way), "{way} is offered");
        assert_eq!(researcher.get(&way).unwrap().status, 200);
    }
    if Format::built_in().contains(&Format::Parquet) {
        for table in ["courses", "weeks", "endpoints", "dictionary"] {
            let way = format!("/outcomes/tables/{table}.parquet");
            let answer = researcher.get(&way).unwrap();
            assert_eq!(answer.status, 200, "{way}");
            assert_eq!(
                answer.header("content-type"),
                Some(Format::Parquet.media_type())
            );
            let (first, last) = (&answer.body[..4], &answer.body[answer.body.len() - 4..]);
            assert_eq!((first, last), (&b"PAR1"[..], &b"PAR1"[..]), "{way}");
        }
        let mut nurse = house.known("dana");
        let refused = nurse.get("/outcomes/tables/courses.parquet").unwrap();
        assert_eq!(refused.status, 403);
    } else {
        let absent = researcher.get("/outcomes/tables/weeks.parquet").unwrap();
        assert_eq!(absent.status, 404);
    }
    for table in ["courses", "weeks", "endpoints", "dictionary"] {
        let answer = researcher
            .get(&format!("/outcomes/tables/{table}.csv"))
            .unwrap();
        assert_eq!(answer.status, 200, "{table}");
        let board = house.clinic.board();
        for (patient, line) in board.lines() {
            assert!(!answer.text().contains(line.name.as_ref()), "{table}");
            assert!(!answer.text().contains(&patient.to_string()), "{table}");
        }
    }
    assert_eq!(
        researcher.get("/outcomes/tables/names.csv").unwrap().status,
        404
    );
}

#[test]
fn who_may_not_take_tables_out_gets_none_and_a_patient_gets_no_outcomes() {
    let house = House::lived_in();
    let mut nurse = house.known("dana");
    assert_eq!(nurse.get("/outcomes").unwrap().status, 200);
    assert_eq!(
        nurse.get("/outcomes/tables/courses.csv").unwrap().status,
        403
    );
    let mut administrator = house.known("sol");
    assert_eq!(administrator.get("/outcomes").unwrap().status, 403);
}

#[test]
fn a_claim_shows_our_own_courses_in_a_section_of_their_own() {
    let house = House::lived_in();
    let mut reader = house.known("okafor");
    let page = reader.get("/evidence/alcohol-abstinence").unwrap();
    assert!(
        page.text()
            .contains("Our own courses, side by side and never merged")
    );
}

const SIGN: &str = "/do/sign-report";

fn enquire(house: &House) {
    let mut stranger = house.stranger();
    let page = stranger.get("/").unwrap();
    let form = Form::of(&page, "/enquiries/new").fill_all(&[
        ("name", "Wren"),
        ("by", "call"),
        ("reach", "207 555 0142"),
        ("message", "yes"),
        ("consent", "yes"),
    ]);
    assert_eq!(form.send(&mut stranger).status, 303);
}

#[test]
fn the_director_freezes_and_signs_a_report_and_it_stays_as_it_was_signed() {
    let house = House::with_patients(12);
    let mut director = house.sign_in("lindqvist");
    let report = director.get("/outcomes/report").unwrap();
    assert!(report.text().contains("Not signed"));
    assert!(report.text().contains(SIGN), "signing is offered");
    let page = director.get(SIGN).unwrap();
    let (before, counted) = (house.head(), house.clinic.board().position());
    let wrong = Form::of(&page, SIGN)
        .fill_all(&[("pass_phrase", "not the pass phrase at all")])
        .send(&mut director);
    assert_eq!(wrong.status, 422);
    assert_eq!(house.head(), before, "nothing was signed");
    // Somebody enquires while the director reads: what is signed is what was shown.
    enquire(&house);
    let sent = Form::of(&page, SIGN)
        .fill_all(&[("pass_phrase", SECRET)])
        .send(&mut director);
    assert_eq!(sent.status, 303, "{}", said(&sent));
    let listed = said(&director.follow(sent).unwrap());
    let signed = house.clinic.board().signed_reports[0].clone();
    assert_eq!(signed.signed.position, counted);
    assert!(signed.signed.head_position > before);
    for part in [
        "Signed reports",
        "Dr Edith Lindqvist",
        signed.signed.digest.as_str(),
    ] {
        assert!(listed.contains(part), "{part}: {listed}");
    }
    let here = format!("/outcomes/signed/{}", signed.position);
    let text = director.get(&format!("{here}/report.txt")).unwrap();
    assert_eq!(
        clinic::digest::hexadecimal(&text.text()),
        signed.signed.digest.as_str(),
        "whoever has the lines can prove them"
    );
    let screen = director.get(&here).unwrap();
    let words = said(&screen);
    for part in [
        "Signed by Dr Edith Lindqvist, medical director",
        "I have read this report and release it",
        signed.signed.digest.as_str(),
        signed.signed.head.as_str(),
        "is the same",
    ] {
        assert!(words.contains(part), "{part}: {words}");
    }
    for part in ["Who is in it", "Compute it again, with its figures"] {
        assert!(words.contains(part), "{part}: {words}");
    }
    assert!(
        !screen.text().contains("<svg class=\"fg"),
        "what was frozen is lines"
    );
    let again = director.get(&format!("{here}?figures=again")).unwrap();
    assert!(again.text().contains("<svg"), "its figures are drawn again");
    assert!(!said(&again).contains("it is not the same"));
    assert!(said(&again).contains("As it was frozen"));
    let paper = director.get(&format!("{here}/report.pdf")).unwrap();
    assert_eq!(paper.header("content-type"), Some("application/pdf"));
    says_every_word(&screen.text(), &paper.body, 200);
    assert_eq!(director.get("/outcomes/signed/1").unwrap().status, 404);
    let mut nurse = house.sign_in("dana");
    assert_eq!(nurse.get(SIGN).unwrap().status, 403);
    assert_eq!(nurse.get(&here).unwrap().status, 200);
}
