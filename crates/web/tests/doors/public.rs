//! The public pages: what they weigh, what they need, how they read, and what they do with enquiries
//! however they come.

use std::collections::BTreeSet;
use std::io::Write as _;

use evidence::reading::{READING_AGE_MAX, reading_age};
use jiff::SignedDuration;
use testkit::Visitor;
use testkit::visitor::Answer;

use crate::form::{Form, address, said};
use crate::house::House;

/// Every public page.
const PAGES: [&str; 11] = [
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
];

fn quiet() -> &'static House {
    static HOUSE: std::sync::OnceLock<House> = std::sync::OnceLock::new();
    HOUSE.get_or_init(|| House::with_words(""))
}

/// The text of every element of a kind, its inner markup taken away.
fn texts(html: &str, name: &str) -> Vec<String> {
    let open = format!("<{name}");
    let close = format!("</{name}>");
    let mut found = Vec::new();
    for rest in html.split(&open).skip(1) {
        if !rest.starts_with([' ', '>']) {
            continue;
        }
        let Some((_, rest)) = rest.split_once('>') else {
            continue;
        };
        let inside = rest.split(&close).next().unwrap_or("");
        let mut text = String::new();
        for part in inside.split('<') {
            text.push_str(part.split_once('>').map_or(part, |(_, after)| after));
        }
        found.push(text.trim().to_owned());
    }
    found
}

fn zipped(bytes: &[u8]) -> usize {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap().len()
}

fn is_called(name: &str, ending: &str) -> bool {
    name.rsplit_once('.')
        .is_some_and(|(_, known)| known == ending)
}

/// Every asset a page names, and those its style sheets name.
fn assets(visitor: &mut Visitor, page: &str) -> Vec<(String, Answer)> {
    let mut named: BTreeSet<String> = page
        .split("=\"/assets/")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .map(|rest| format!("/assets/{rest}"))
        .collect();
    let sheets: Vec<String> = named
        .iter()
        .filter(|name| is_called(name, "css"))
        .cloned()
        .collect();
    for sheet in sheets {
        let folder = sheet.rsplit_once('/').unwrap().0.to_owned();
        let text = visitor.get(&sheet).unwrap().text();
        let urls = text
            .split("url(\"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next());
        named.extend(urls.map(|url| format!("{folder}/{url}")));
    }
    named
        .into_iter()
        .map(|name| {
            let answer = visitor.get(&name).unwrap();
            assert_eq!(answer.status, 200, "{name}");
            (name, answer)
        })
        .collect()
}

#[test]
fn every_public_page_weighs_less_than_sixty_kilobytes_all_told() {
    let mut stranger = quiet().stranger();
    for path in PAGES {
        let page = stranger.get(path).unwrap();
        let mut bytes = zipped(&page.body);
        for (name, asset) in assets(&mut stranger, &page.text()) {
            // A font is compressed already, and is sent as it is.
            bytes += if is_called(&name, "woff2") {
                asset.body.len()
            } else {
                zipped(&asset.body)
            };
        }
        assert!(bytes < 60_000, "{path}: {bytes} bytes");
        assert!(
            bytes > 30_000,
            "{path}: the font is not counted in {bytes} bytes"
        );
    }
}

#[test]
fn what_is_sent_compressed_is_what_is_sent_plain() {
    let mut stranger = quiet().stranger();
    let plain = stranger.get("/studies").unwrap();
    let mut asking = stranger.clone();
    asking.set_header("accept-encoding", "br, gzip;q=0.8");
    let answer = asking.get("/studies").unwrap();
    assert_eq!(answer.header("content-encoding"), Some("gzip"));
    let mut text = String::new();
    let mut reader = flate2::read::GzDecoder::new(answer.body.as_slice());
    std::io::Read::read_to_string(&mut reader, &mut text).unwrap();
    assert_eq!(text, plain.text());
    let mut refusing = stranger.clone();
    refusing.set_header("accept-encoding", "gzip;q=0, identity");
    assert_eq!(
        refusing.get("/studies").unwrap().header("content-encoding"),
        None
    );
}

fn has_headings_in_order(path: &str, html: &str) {
    assert_eq!(html.matches("<h1").count(), 1, "{path}");
    let levels: Vec<u32> = html
        .match_indices("<h")
        .filter_map(|(at, _)| html[at + 2..].chars().next()?.to_digit(10))
        .collect();
    let is_stepwise = levels.windows(2).all(|pair| pair[1] <= pair[0] + 1);
    assert!(is_stepwise, "{path}: {levels:?}");
}

#[test]
fn every_public_page_keeps_the_offline_checks_of_a_good_page() {
    let mut stranger = quiet().stranger();
    let mut titles = BTreeSet::new();
    let mut descriptions = BTreeSet::new();
    for path in PAGES {
        let page = stranger.get(path).unwrap();
        let html = page.text();
        assert_eq!(page.status, 200, "{path}");
        assert!(
            html.contains("<html lang=\"en-US\">"),
            "{path}: no language"
        );
        assert!(
            html.contains("name=\"viewport\" content=\"width=device-width, initial-scale=1\""),
            "{path}"
        );
        let title = texts(&html, "title").concat();
        assert!((10..70).contains(&title.chars().count()), "{path}: {title}");
        assert!(
            titles.insert(title.clone()),
            "{path}: the title {title} is another page's too"
        );
        for word in ["ketamine", "addiction", "alcohol", "drug"] {
            let is_told =
                path != "/ketamine" && path != "/addiction" && title.to_lowercase().contains(word);
            assert!(!is_told, "{path}: the window says {word}");
        }
        let description = html
            .split("name=\"description\" content=\"")
            .nth(1)
            .unwrap();
        let description = description.split('"').next().unwrap().to_owned();
        assert!(
            (40..170).contains(&description.chars().count()),
            "{path}: {description}"
        );
        assert!(descriptions.insert(description));
        has_headings_in_order(path, &html);
        assert!(!html.contains("<script"), "{path} has a script");
        assert!(
            !html.contains("<img") && !html.contains("<iframe"),
            "{path}"
        );
        for picture in html.split("<svg").skip(1) {
            let head = picture.split('>').next().unwrap();
            assert!(
                head.contains(" width=") && head.contains(" height="),
                "{path}: <svg{head}>"
            );
        }
        for bad in ["http://", "https://", "src=\"//", "href=\"//", "cookie("] {
            assert!(!html.contains(bad), "{path}: {bad}");
        }
        assert_eq!(
            html.matches("rel=\"stylesheet\"").count(),
            1,
            "{path}: a slow line waits once"
        );
        assert!(
            html.contains("tel:988") && html.contains("tel:911"),
            "{path}: no way to call"
        );
        assert_eq!(page.header("set-cookie"), None, "{path}");
        assert_eq!(page.header("cache-control"), Some("no-store"), "{path}");
    }
}

#[test]
fn nothing_sets_a_cookie_before_somebody_signs_in() {
    let house = House::with_words("seconds_min = 0");
    let mut stranger = house.stranger();
    let mut answers: Vec<Answer> = PAGES
        .iter()
        .map(|path| stranger.get(path).unwrap())
        .collect();
    answers.extend(
        assets(&mut stranger, &answers[0].text())
            .into_iter()
            .map(|(_, asset)| asset),
    );
    let sent = filled(&answers[0], "Wren", "207 555 0142").send(&mut stranger);
    answers.extend([
        sent.clone(),
        stranger.follow(sent).unwrap(),
        stranger.get("/sign-in").unwrap(),
        stranger.get("/today").unwrap(),
        stranger.get("/no-such-page").unwrap(),
    ]);
    for answer in answers {
        assert_eq!(answer.header("set-cookie"), None);
    }
    assert_eq!(stranger.cookie("holdfast_sign_in"), None);
}

#[test]
fn the_public_pages_are_for_a_reading_age_of_about_twelve() {
    let mut stranger = quiet().stranger();
    for path in PAGES
        .iter()
        .copied()
        .chain(["/enquiries/received?receipt=ABC123&by=call&help=1"])
    {
        let html = stranger.get(path).unwrap().text();
        let main = html
            .split("<main")
            .nth(1)
            .unwrap()
            .split("</main>")
            .next()
            .unwrap();
        // Citations and where a harm was seen are for those who look them up.
        let mut shown = String::new();
        for (at, part) in main.split("<details").enumerate() {
            let part = if at == 0 {
                part
            } else {
                part.split_once("</details>").unwrap().1
            };
            for (at, part) in part
                .split("<p class=\"hf-muted hf-site__seen\"")
                .enumerate()
            {
                shown.push_str(if at == 0 {
                    part
                } else {
                    part.split_once("</p>").unwrap().1
                });
            }
        }
        // The words of a misreport are quoted, not ours.
        let shown = match shown.split_once("<blockquote") {
            Some((before, after)) => {
                format!("{before}{}", after.split_once("</blockquote>").unwrap().1)
            }
            None => shown,
        };
        let mut paragraphs = Vec::new();
        for name in ["h1", "h2", "p", "li", "dd", "label", "legend"] {
            paragraphs.extend(texts(&format!("<main{shown}"), name));
        }
        let sentences = paragraphs.iter().filter(|text| !text.is_empty());
        let sentences = sentences.map(|text| text.trim_end_matches(['.', '?', ':']));
        let whole = sentences.collect::<Vec<_>>().join(". ");
        let n_words = whole.split_whitespace().count();
        assert!(n_words > 50, "{path}: only {n_words} words were read");
        let age = reading_age(&whole);
        assert!(age <= READING_AGE_MAX, "{path}: for the age of {age:.1}");
        for text in paragraphs
            .iter()
            .filter(|text| text.split_whitespace().count() > 8)
        {
            let age = reading_age(text);
            assert!(age <= 15.5, "{path}: for the age of {age:.1}: {text}");
        }
    }
}

#[test]
fn a_hidden_claim_is_not_shown_and_the_others_keep_their_grades() {
    let all = said(&quiet().stranger().get("/studies").unwrap());
    let house = House::with_words("hide_claims = [\"motivation\"]");
    let fewer = said(&house.stranger().get("/studies").unwrap());
    assert!(all.contains("Improves motivation") && !fewer.contains("Improves motivation"));
    for grade in ["Low. New studies", "Moderate. New studies"] {
        assert_eq!(
            all.matches(grade).count(),
            fewer.matches(grade).count(),
            "{grade}"
        );
    }
    assert_eq!(
        all.matches("Very low.").count(),
        fewer.matches("Very low.").count() + 1
    );
}

#[test]
fn a_clinics_own_words_are_shown_as_typed_and_never_as_markup() {
    let house = House::with_words(
        "name = \"Tern <b>Harbour</b>\"\naddress = \"14 Quay Street\"\nhours = \"weekdays 8 to 6\"\n\
         cost = [\"A course costs <script>alert(1)</script> 100 dollars. [x](https://elsewhere)\"]\n\
         [[team]]\nname = \"Maria & Co\"\nrole = \"coordinator\"\n\
         [[paragraph]]\npage = \"home\"\nheading = \"Where we are\"\nsay = [\"By the <i>harbour</i>. {crisis}\"]\n",
    );
    let mut stranger = house.stranger();
    let start = stranger.get("/").unwrap().text();
    assert!(start.contains("Tern &lt;b&gt;Harbour&lt;/b&gt;, 14 Quay Street."));
    assert!(start.contains("By the &lt;i&gt;harbour&lt;/i&gt;."));
    let cost = stranger.get("/cost").unwrap().text();
    assert!(cost.contains("&lt;script&gt;") && !cost.contains("href=\"https"));
    assert!(
        stranger
            .get("/treatment")
            .unwrap()
            .text()
            .contains("Maria &amp; Co")
    );
}

/// The form of a page, filled in as a person would.
fn filled(page: &Answer, name: &str, reach: &str) -> Form {
    Form::of(page, "/enquiries/new").fill_all(&[
        ("name", name),
        ("by", "call"),
        ("reach", reach),
        ("message", "no"),
        ("consent", "yes"),
    ])
}

/// Opens the page, waits as long as a person takes, and gives the filled form.
fn at_leisure(house: &House, visitor: &mut Visitor, name: &str, reach: &str) -> Form {
    let page = visitor.get("/evaluation").unwrap();
    house.clock.advance(SignedDuration::from_secs(40));
    filled(&page, name, reach)
}

#[test]
fn an_enquiry_is_taken_thanked_for_with_a_day_and_stands_in_the_list_with_its_clock() {
    let house = House::with_words("");
    let mut stranger = house.stranger();
    let answer = at_leisure(&house, &mut stranger, "Wren", "207 555 0142").send(&mut stranger);
    assert_eq!(answer.status, 303, "{}", said(&answer));
    let thanks = said(&stranger.follow(answer).unwrap());
    assert!(thanks.contains("Tue 3 Mar, 18:00"), "{thanks}");
    assert!(!thanks.contains("0142"), "the thanks tell nobody's number");
    house.clock.advance(SignedDuration::from_mins(95));
    let mut desk = house.sign_in("maria");
    let list = desk.get("/enquiries").unwrap();
    assert!(
        said(&list).contains("waiting 1 h 35 min"),
        "{}",
        said(&list)
    );
    let chart = address(&list, "/patients/pt_");
    crate::form::done(
        &mut desk,
        &format!("{chart}/do/contact"),
        &[("way", "phone"), ("reached", "spoke")],
    );
    let list = said(&desk.get("/enquiries?show=all").unwrap());
    assert!(list.contains("after 1 h 35 min"), "{list}");
    assert!(
        list.contains("First contact in the last 90 days: half within 1 h 35 min"),
        "{list}"
    );
}

#[test]
fn who_writes_of_danger_sees_help_at_once_and_is_somebodys_task() {
    let house = House::with_words("");
    let mut stranger = house.stranger();
    let form = at_leisure(&house, &mut stranger, "Wren", "207 555 0142");
    let form = form.fill("about", "I don\u{2019}t want to live any more");
    let answer = form.clone().send(&mut stranger);
    let page = stranger.follow(answer).unwrap();
    let html = page.text().split("<main").nth(1).unwrap().to_owned();
    let (help, thanks) = (
        html.find("hf-urgent__call").unwrap(),
        html.find(">Thank you").unwrap(),
    );
    assert!(help < thanks, "help stands first");
    let mut desk = house.sign_in("maria");
    let watch = said(&desk.get("/watch-list").unwrap());
    assert!(watch.contains("may have written of danger"), "{watch}");
    // Help shows as well where an answer needs mending first, and where too much came from one place.
    let head = house.head();
    let wrong = form.fill("reach", "my sister").send(&mut stranger);
    assert_eq!(wrong.status, 422);
    assert!(wrong.text().contains("hf-urgent__call"));
    assert_eq!(house.head(), head);
    // Who only says that they are not safe is believed.
    let form = at_leisure(&house, &mut stranger, "Ash", "207 555 0143").fill("safe", "no");
    let answer = form.send(&mut stranger);
    assert!(answer.header("location").unwrap().ends_with("&help=1"));
}

#[test]
fn what_cannot_be_answered_is_said_kept_and_not_written() {
    let house = House::with_words("");
    let mut stranger = house.stranger();
    let head = house.head();
    for (by, reach, sentence) in [
        (
            "call",
            "one-eight-hundred-help",
            "not a phone number or an email address",
        ),
        (
            "call",
            "1-800-GOT-HELP",
            "not a phone number or an email address",
        ),
        ("call", "207 555 014", "too short"),
        ("call", "207 555 0142 0143 0144", "too long"),
        ("call", "wren@example.org", "You asked for a call or a text"),
        ("mail", "207 555 0142", "You asked for an email"),
        ("mail", "wren@", "not a phone number or an email address"),
        (
            "text",
            "<script>alert(1)</script>",
            "not a phone number or an email address",
        ),
    ] {
        let form = at_leisure(&house, &mut stranger, "Wren", reach).fill("by", by);
        let answer = form.fill("about", "Please call").send(&mut stranger);
        assert_eq!(answer.status, 422, "{reach}");
        assert!(
            said(&answer).contains(sentence),
            "{reach}: {}",
            said(&answer)
        );
        assert!(!answer.text().contains("<script>alert"), "{reach}");
        let again = Form::of(&answer, "/enquiries/new");
        assert_eq!(again.value("reach"), Some(reach), "what was typed is kept");
        assert_eq!(again.value("about"), Some("Please call"));
    }
    assert_eq!(house.head(), head, "something was written");
    let name = "<b>Wren</b> & \"co\"";
    let answer = at_leisure(&house, &mut stranger, name, "+44 20 7946 0958").send(&mut stranger);
    assert_eq!(answer.status, 303);
    let list = house.sign_in("maria").get("/enquiries").unwrap().text();
    assert!(list.contains("&lt;b&gt;Wren&lt;/b&gt; &amp; &quot;co&quot;"));
}

#[test]
fn what_came_too_fast_or_filled_a_hidden_box_or_lay_open_too_long_is_asked_for_once_more() {
    let house = House::with_words("");
    let mut stranger = house.stranger();
    let head = house.head();
    let page = stranger.get("/evaluation").unwrap();
    let fast = filled(&page, "Wren", "207 555 0142").send(&mut stranger);
    assert_eq!(fast.status, 422);
    assert!(said(&fast).contains("Nothing is lost. Please press Send once more."));
    let hidden = at_leisure(&house, &mut stranger, "Wren", "207 555 0142");
    let hidden = hidden.fill("leave_empty", "Pills").send(&mut stranger);
    assert_eq!(hidden.status, 422);
    let old = at_leisure(&house, &mut stranger, "Wren", "207 555 0142");
    house.clock.advance(SignedDuration::from_hours(13));
    let old = old.send(&mut stranger);
    assert_eq!(old.status, 422);
    assert_eq!(house.head(), head, "something was written");
    for answer in [fast, hidden, old] {
        let again = Form::of(&answer, "/enquiries/new");
        assert_eq!(again.value("name"), Some("Wren"));
        assert_eq!(again.value("leave_empty"), Some(""));
    }
    // The form the page gives back is taken a moment later.
    let page = stranger.get("/evaluation").unwrap();
    let fast = filled(&page, "Wren", "207 555 0142").send(&mut stranger);
    house.clock.advance(SignedDuration::from_secs(5));
    let again = Form::of(&fast, "/enquiries/new").send(&mut stranger);
    assert_eq!(again.status, 303, "{}", said(&again));
}

#[test]
fn an_enquiry_sent_twice_is_one_task() {
    let house = House::with_words("");
    let mut stranger = house.stranger();
    let form = at_leisure(&house, &mut stranger, "Wren", "207 555 0142");
    let (first, again) = (form.send(&mut stranger), form.send(&mut stranger));
    assert_eq!((first.status, again.status), (303, 303));
    assert_eq!(first.header("location"), again.header("location"));
    assert_eq!(
        house.head(),
        staffed() + 1,
        "the same command is written once"
    );
    // Typed a second time, because nobody had called yet.
    let second = at_leisure(&house, &mut stranger, "wren", "(207) 555-0142");
    let second = second
        .fill("about", "Did you get this?")
        .send(&mut stranger);
    assert_eq!(second.header("location"), first.header("location"));
    let list = said(&house.sign_in("maria").get("/enquiries").unwrap());
    assert!(list.contains("1 not yet answered"), "{list}");
}

/// How far the journal of a clinic goes that nobody has asked anything.
fn staffed() -> u64 {
    House::with_words("").head()
}

#[test]
fn ten_thousand_enquiries_from_one_address_break_nothing_and_are_one_task() {
    let house = House::with_words("");
    let before = house.head();
    let mut machine = house.stranger();
    let page = machine.get("/evaluation").unwrap();
    house.clock.advance(SignedDuration::from_secs(40));
    let form = filled(&page, "Buy now", "207 555 0199");
    let mut n_taken = 0;
    let mut n_told = 0;
    for number in 0..10_000_u32 {
        let command = format!("0190a8f1-0000-7000-8000-{number:012x}");
        let answer = form.clone().fill("command", &command).send(&mut machine);
        match answer.status {
            303 => n_taken += 1,
            429 => {
                if n_told == 0 {
                    let told = said(&answer);
                    assert!(
                        told.contains("It is not your fault") && told.contains("call or text 988"),
                        "{told}"
                    );
                    let kept = Form::of(&answer, "/enquiries/new");
                    assert_eq!(kept.value("reach"), Some("207 555 0199"), "nothing is lost");
                }
                n_told += 1;
            }
            other => panic!("{other}: {}", said(&answer)),
        }
    }
    assert_eq!((n_taken, n_told), (20, 9_980));
    assert_eq!(house.head(), before + 20);
    assert_eq!(
        house.clinic.board().unanswered_enquiries().count(),
        1,
        "one task"
    );
    // An hour later somebody else behind that address is let in.
    house.clock.advance(SignedDuration::from_mins(61));
    let mut person = house.stranger();
    let answer = at_leisure(&house, &mut person, "Wren", "207 555 0142").send(&mut person);
    assert_eq!(answer.status, 303);
}

#[test]
fn a_form_sent_from_another_site_is_not_taken() {
    let house = House::with_words("");
    let mut stranger = house.stranger();
    let form = at_leisure(&house, &mut stranger, "Wren", "207 555 0142");
    let mut rude = stranger.clone();
    rude.set_header("origin", "https://elsewhere.example");
    assert_eq!(form.send(&mut rude).status, 403);
    assert_eq!(house.head(), staffed());
}
