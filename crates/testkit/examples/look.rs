//! Looks at pages as a person would, at three sizes, and says what is wrong with them.
//!
//! ```text
//! cargo run -p testkit --features browser --example look -- OUT_DIR PAGE...
//! ```
//!
//! `PAGE` is an address or a file.
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
        for place in pages {
            page.go(&address(place)?)?;
            let name = Utf8Path::new(place.trim_end_matches('/'))
                .file_stem()
                .unwrap_or("page");
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
