//! The browser does what a person does, and says so when a person could not.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::time::{Duration, Instant};

use camino::Utf8PathBuf;
use testkit::browser::{Browser, BrowserError, Network, Page, Script, Size};

type Answer = Result<(), Box<dyn std::error::Error>>;

const FORM: &str = r#"<!doctype html><html lang="en"><head><title>A form</title>
<meta name="viewport" content="width=device-width"></head><body><main><h1>A form</h1>
<form action="/thanks"><p><label for="n">Your name</label> <input id="n" name="name" value="old"></p>
<p><label for="d">Day</label> <input id="d" name="day" type="date"></p>
<p><label for="s">Drink</label> <select id="s" name="drink"><option>Tea<option value="2">Coffee</select></p>
<button>Send</button></form>
<p id="script">no script</p><script>document.getElementById("script").textContent = "script ran"</script>
</main></body></html>"#;

const POOR: &str = r#"<!doctype html><html><head><title>Poor</title></head>
<body><img src="data:image/gif;base64,R0lGODlhAQABAAAAACw="><p style="color:#bbb;background:#fff">faint</p>
<button id="under">Under</button>
<div style="position:fixed;inset:0;background:#fff8"></div></body></html>"#;

/// Serves the two forms and a page of thanks on a free port, one connection at a time.
fn server() -> std::io::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = format!("http://{}", listener.local_addr()?);
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut read = [0; 4096];
            let n = stream.read(&mut read).unwrap_or(0);
            let request = String::from_utf8_lossy(read.get(..n).unwrap_or_default()).into_owned();
            let target = request.split(' ').nth(1).unwrap_or("/").to_owned();
            let (status, page) = match target.split('?').next() {
                Some("/") => ("200 OK", FORM.to_owned()),
                Some("/poor") => ("200 OK", POOR.to_owned()),
                Some("/thanks") => ("200 OK", thanks(&target)),
                _ => ("404 Not Found", "<h1>Not here</h1>".to_owned()),
            };
            let n = page.len();
            let _ = write!(
                stream,
                "HTTP/1.1 {status}\r\ncontent-type: text/html\r\ncontent-length: {n}\r\n\
                 connection: close\r\n\r\n{page}"
            );
        }
    });
    Ok(address)
}

fn thanks(target: &str) -> String {
    format!(
        "<!doctype html><title>Thanks</title><p id=got>{}</p>",
        target.replace('&', " ")
    )
}

/// A browser, a page of it, and the address of a server to open there.
type Opened = Option<(Browser, Page, String)>;

fn open(size: Size) -> Result<Opened, Box<dyn std::error::Error>> {
    let Some(browser) = Browser::open_or_skip()? else {
        return Ok(None);
    };
    let page = browser.page(size)?;
    Ok(Some((browser, page, server()?)))
}

fn fill_and_send(page: &Page) -> Result<String, BrowserError> {
    page.fill("label=Your name", "Ada & Co")?;
    page.fill("label=Day", "2026-03-02")?;
    page.fill("label=Drink", "Coffee")?;
    page.follow("text=Send")?;
    page.text("#got")
}

#[test]
fn a_form_is_filled_and_sent_with_script_and_without() -> Answer {
    let Some((_browser, page, address)) = open(Size::DESK)? else {
        return Ok(());
    };
    for (script, said) in [(Script::On, "script ran"), (Script::Off, "no script")] {
        page.script(script)?;
        page.go(&address)?;
        assert_eq!(page.text("#script")?, said);
        assert_eq!(
            fill_and_send(&page)?,
            "/thanks?name=Ada+%26+Co day=2026-03-02 drink=2"
        );
        assert_eq!(page.title()?, "Thanks");
    }
    Ok(())
}

#[test]
fn axe_finds_what_is_wrong_and_nothing_where_nothing_is_even_without_script() -> Answer {
    let Some((_browser, page, address)) = open(Size::DESK)? else {
        return Ok(());
    };
    for script in [Script::On, Script::Off] {
        page.script(script)?;
        page.go(&address)?;
        assert_eq!(page.axe()?, vec![]);
        page.go(&format!("{address}/poor"))?;
        let rules: Vec<String> = page.axe()?.into_iter().map(|found| found.rule).collect();
        assert!(rules.contains(&"image-alt".to_owned()), "{rules:?}");
        assert!(rules.contains(&"html-has-lang".to_owned()), "{rules:?}");
    }
    Ok(())
}

#[test]
fn a_button_under_something_cannot_be_pressed_and_an_absent_one_is_not_found() -> Answer {
    let Some((_browser, page, address)) = open(Size::DESK)? else {
        return Ok(());
    };
    page.go(&format!("{address}/poor"))?;
    assert!(matches!(
        page.click("#under"),
        Err(BrowserError::Unpressable { .. })
    ));
    assert!(matches!(
        page.click("text=Nothing"),
        Err(BrowserError::NotFound { .. })
    ));
    Ok(())
}

#[test]
fn a_page_has_the_size_of_its_screen_and_leaves_a_picture() -> Answer {
    let Some((_browser, page, address)) = open(Size::PHONE)? else {
        return Ok(());
    };
    page.go(&address)?;
    assert_eq!(page.evaluate("innerWidth")?.as_u64(), Some(390));
    let folder = tempfile::tempdir()?;
    let path = Utf8PathBuf::try_from(folder.path().join("page.png"))?;
    page.screenshot(&path)?;
    let png = std::fs::read(&path)?;
    assert_eq!(&png[1..4], b"PNG");
    assert_eq!(&png[16..24], &[0, 0, 1, 134, 0, 0, 3, 76], "390 by 844");
    assert_eq!(page.sheets()?, 1);
    Ok(())
}

#[test]
fn a_page_tells_its_status_and_what_went_wrong_in_it() -> Answer {
    let Some((_browser, page, address)) = open(Size::DESK)? else {
        return Ok(());
    };
    page.go(&address)?;
    assert_eq!(page.status(), Some(200));
    assert!(matches!(
        page.evaluate("nowhere.at.all"),
        Err(BrowserError::Threw { .. })
    ));
    page.go(&format!("{address}/nowhere"))?;
    assert_eq!(page.status(), Some(404));
    assert!(
        page.complaints().iter().any(|said| said.contains("404")),
        "{:?}",
        page.complaints()
    );
    Ok(())
}

#[test]
fn a_poor_line_is_slow_and_an_unplugged_one_opens_nothing() -> Answer {
    let Some((_browser, page, address)) = open(Size::PHONE)? else {
        return Ok(());
    };
    page.network(Network::Poor)?;
    let started = Instant::now();
    page.go(&address)?;
    assert!(
        started.elapsed() >= Duration::from_millis(400),
        "{:?}",
        started.elapsed()
    );
    page.network(Network::Unplugged)?;
    assert!(matches!(
        page.go(&address),
        Err(BrowserError::Refused { .. })
    ));
    page.network(Network::Good)?;
    page.go(&address)?;
    Ok(())
}

#[test]
fn two_pages_of_one_browser_keep_their_cookies_apart() -> Answer {
    let Some((browser, page, address)) = open(Size::DESK)? else {
        return Ok(());
    };
    let other = browser.page(Size::DESK)?;
    page.go(&address)?;
    other.go(&address)?;
    page.evaluate("document.cookie = 'who=nurse'")?;
    assert_eq!(page.evaluate("document.cookie")?, "who=nurse");
    assert_eq!(other.evaluate("document.cookie")?, "");
    Ok(())
}

#[test]
fn keys_move_the_focus_and_press_what_has_it() -> Answer {
    let Some((_browser, page, address)) = open(Size::DESK)? else {
        return Ok(());
    };
    page.go(&address)?;
    page.press("Tab")?;
    assert_eq!(page.evaluate("document.activeElement.id")?, "n");
    page.press("Enter")?;
    page.wait_for_text("#got", "name=old")?;
    Ok(())
}
