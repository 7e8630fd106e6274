//! Every page of the gallery, seen by a browser at three sizes: no rule of accessibility is broken,
//! nothing is wider than the screen, and the console has nothing to complain of.

use camino::{Utf8Path, Utf8PathBuf};
use pages::gallery::{Leaf, leaves};
use testkit::browser::{Browser, Page, Script, Size};

type Answer<T = ()> = Result<T, Box<dyn std::error::Error>>;

/// Writes the gallery and what its pages name, and returns the pages' addresses.
fn laid_out(folder: &Utf8Path) -> Answer<Vec<(String, String)>> {
    let assets = folder.join("assets");
    std::fs::create_dir_all(&assets)?;
    let ours = Utf8Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../web/assets"));
    for file in ours.read_dir_utf8()? {
        let file = file?;
        std::fs::copy(file.path(), assets.join(file.file_name()))?;
    }
    let write = |leaf: Leaf| {
        let path = folder.join(format!("{}.html", leaf.name));
        std::fs::write(&path, leaf.html)?;
        Ok((leaf.name, format!("file://{path}")))
    };
    leaves("assets").into_iter().map(write).collect()
}

/// What is wrong with the page now shown, with what the console said after the first `n_old`
/// complaints.
fn faults(page: &Page, n_old: usize) -> Answer<Vec<String>> {
    let mut faults: Vec<String> = page.complaints().into_iter().skip(n_old).collect();
    let over = page.evaluate("document.scrollingElement.scrollWidth - innerWidth")?;
    if let Some(over @ 1..) = over.as_i64() {
        faults.push(format!("the page is {over} px wider than its screen"));
    }
    // The tablet has the desk's layout, only narrower; the rules are asked once for each layout.
    if page.size() != Size::TABLET {
        faults.extend(page.axe()?.iter().map(ToString::to_string));
    }
    Ok(faults)
}

fn holds_at(size: Size) -> Answer {
    let Some(browser) = Browser::open_or_skip()? else {
        return Ok(());
    };
    let folder = tempfile::tempdir()?;
    let folder = Utf8PathBuf::try_from(folder.path().to_owned())?;
    let places = laid_out(&folder)?;
    assert!(places.len() > 20, "the gallery has {} pages", places.len());
    let page = browser.page(size)?;
    let mut found = Vec::new();
    for (name, address) in &places {
        let n_old = page.complaints().len();
        page.go(address)?;
        let faults = faults(&page, n_old)?;
        found.extend(faults.into_iter().map(|fault| format!("{name}: {fault}")));
    }
    let list = found.join("\n");
    assert!(found.is_empty(), "{} faults\n{list}", found.len());
    Ok(())
}

#[test]
fn every_page_holds_at_the_desk() -> Answer {
    holds_at(Size::DESK)
}

#[test]
fn every_page_holds_on_the_tablet() -> Answer {
    holds_at(Size::TABLET)
}

#[test]
fn every_page_holds_on_the_phone() -> Answer {
    holds_at(Size::PHONE)
}

#[test]
fn every_page_reads_the_same_without_script() -> Answer {
    let Some(browser) = Browser::open_or_skip()? else {
        return Ok(());
    };
    let folder = tempfile::tempdir()?;
    let folder = Utf8PathBuf::try_from(folder.path().to_owned())?;
    let (with, without) = (browser.page(Size::DESK)?, browser.page(Size::DESK)?);
    without.script(Script::Off)?;
    for (name, address) in laid_out(&folder)? {
        with.go(&address)?;
        without.go(&address)?;
        let (with, without) = (with.text("body")?, without.text("body")?);
        if name.starts_with("help_now") {
            // Keeping the page on a phone needs script, so the offer stands only where there is some;
            // everything else reads the same.
            let lines = without.lines().filter(|line| !with.contains(*line));
            assert_eq!(lines.collect::<Vec<_>>(), Vec::<&str>::new(), "{name}");
        } else {
            assert_eq!(with, without, "{name}");
        }
    }
    Ok(())
}
