//! Looks at pages as a person would, at three sizes, and says what is wrong with them.
//!
//! ```text
//! cargo run -p testkit --features browser --example look -- OUT_DIR PAGE...
//! ```
//!
//! `PAGE` is an address or a file; `NAME=PAGE` also names its picture.
//! With `HOLDFAST_SIGN_IN=NAME:PASS PHRASE` in the environment it signs in first, at the first page's house.
//! A picture of each page at each size goes to `OUT_DIR`; what axe-core finds, what the console
//! complains of, and pages wider than their screen are printed, and make it exit with 1.

use std::io::Write as _;
use std::process::ExitCode;

use camino::{Utf8Path, Utf8PathBuf};
use testkit::browser::{Browser, Page, Size};

const SIZES: [(&str, Size); 3] = [
    ("desk", Size::DESK),
    ("tablet", Size::TABLET),
    ("phone", Size::PHONE),
];

fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, pages @ ..] = arguments.as_slice() else {
        eprintln!("usage: look OUT_DIR PAGE...");
        return Ok(ExitCode::from(2));
    };
    let browser = Browser::open()?;
    let mut out = std::io::stdout().lock();
    let mut n_faults = 0_usize;
    for (size_name, size) in SIZES {
        let page = browser.page(size)?;
        sign_in(&page, pages)?;
        for named in pages {
            let (name, place) = named_place(named);
            page.go(&address(place)?)?;
            page.screenshot_all(Utf8PathBuf::from(folder).join(format!("{name}-{size_name}.png")))?;
            for fault in faults(&page)? {
                n_faults += 1;
                writeln!(out, "{place} ({size_name}): {fault}")?;
            }
        }
        for complaint in page.complaints() {
            n_faults += 1;
            writeln!(out, "console ({size_name}): {complaint}")?;
        }
    }
    writeln!(
        out,
        "{n_faults} faults in {} pages at {} sizes",
        pages.len(),
        SIZES.len()
    )?;
    Ok(if n_faults == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(1)
    })
}

/// Signs in where the environment says as whom.
fn sign_in(page: &Page, pages: &[String]) -> Result<(), Box<dyn std::error::Error>> {
    let Ok(who) = std::env::var("HOLDFAST_SIGN_IN") else {
        return Ok(());
    };
    let (name, secret) = who
        .split_once(':')
        .ok_or("HOLDFAST_SIGN_IN is NAME:PASS PHRASE")?;
    let first = pages.first().map_or("", |named| named_place(named).1);
    let house: Vec<&str> = first.splitn(4, '/').take(3).collect();
    page.go(&format!("{}/sign-in", house.join("/")))?;
    page.fill("[name=name]", name)?;
    page.fill("[type=password]", secret)?;
    page.follow("text=Sign in")?;
    Ok(())
}

/// What a picture is called, and the page it is of.
fn named_place(named: &str) -> (&str, &str) {
    let stem = |place: &'_ str| -> usize {
        let place = place.trim_end_matches('/');
        place.rfind('/').map_or(0, |slash| slash + 1)
    };
    match named.split_once('=') {
        Some((name, place)) if !name.contains(['/', '?']) => (name, place),
        _ => {
            let name = Utf8Path::new(named.get(stem(named)..).unwrap_or("page"));
            (name.file_stem().unwrap_or("page"), named)
        }
    }
}

fn address(place: &str) -> std::io::Result<String> {
    if place.contains("://") {
        return Ok(place.to_owned());
    }
    Ok(format!(
        "file://{}",
        Utf8Path::new(place).canonicalize_utf8()?
    ))
}

fn faults(page: &Page) -> Result<Vec<String>, Box<dyn std::error::Error>> {
    let mut faults: Vec<String> = page.axe()?.iter().map(ToString::to_string).collect();
    let wide = page.evaluate("document.scrollingElement.scrollWidth - innerWidth")?;
    if let Some(over @ 1..) = wide.as_i64() {
        faults.push(format!("the page is {over} px wider than its screen"));
    }
    Ok(faults)
}
