//! The public pages: what they weigh, what they need, how they read, and what they do with enquiries
//! however they come.

use std::collections::BTreeSet;
use std::io::Write as _;

use evidence::reading::{READING_AGE_MAX, reading_age};
use testkit::Visitor;
use testkit::visitor::Answer;

use crate::enquiring::filled;
use crate::form::said;
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
    // A page with a form is put together anew each time, and is a whole page all the same.
    let form = asking.get("/evaluation").unwrap();
    assert_eq!(form.header("content-encoding"), Some("gzip"));
    let mut text = String::new();
    let mut reader = flate2::read::GzDecoder::new(form.body.as_slice());
    std::io::Read::read_to_string(&mut reader, &mut text).unwrap();
    assert!(text.ends_with("</html>") && text.contains("name=\"csrf\" value=\""));
    assert!(!text.contains("@token@") && !text.contains("@command@"));
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
