//! The one page a patient may keep on a phone: kept when asked, open with the clinic out of reach, gone
//! when they sign out.

use serde_json::Value;
use testkit::browser::{Browser, Page, Size};

use super::house::House;
use super::{Answer, sign_in};

/// The paths a phone holds on to, of this site.
const HELD: &str = "(async () => {
  const out = [];
  for (const name of await caches.keys())
    for (const one of await (await caches.open(name)).keys()) out.push(new URL(one.url).pathname);
  return out;
})()";

fn held(page: &Page) -> Answer<Vec<String>> {
    let held = page.evaluate(HELD)?;
    let paths = held.as_array().into_iter().flatten();
    Ok(paths.filter_map(Value::as_str).map(str::to_owned).collect())
}

#[test]
fn help_is_kept_when_asked_opens_with_no_clinic_in_reach_and_is_gone_after_signing_out() -> Answer {
    let Some(browser) = Browser::open_or_skip()? else {
        return Ok(());
    };
    let house = House::with_patients(8);
    let page = browser.page(Size::PHONE)?;
    sign_in(&page, &house, "patient")?;
    let own = format!("{}/patients/{}", house.address, house.patient());
    let help = format!("{own}/help-now");
    page.go(&format!("{own}/do/safety-plan"))?;
    page.fill("[name=step-alone]", "Walk down to the harbour")?;
    page.follow("main [type=submit]")?;

    page.go(&help)?;
    page.wait_for_text("main", "It then opens without a connection")?;
    assert!(held(&page)?.is_empty(), "nothing is kept unasked");
    page.click("[data-hf-put]")?;
    page.wait_for_text("main", "is kept on this phone as it was on")?;
    let paths = held(&page)?;
    let own_page = format!("/patients/{}/help-now", house.patient());
    assert!(paths.contains(&own_page), "{paths:?}");
    let others = paths
        .iter()
        .filter(|path| **path != own_page && !path.starts_with("/assets/"));
    assert_eq!(others.count(), 0, "nothing else is kept: {paths:?}");

    page.go(&format!("{own}/my-record"))?;
    page.follow("text=Sign out")?;
    page.wait_for_text("main", "Sign in")?;
    assert!(
        held(&page)?.is_empty(),
        "signing out takes it off the phone"
    );

    sign_in(&page, &house, "patient")?;
    page.go(&help)?;
    page.wait_for_text("main", "It then opens without a connection")?;
    page.click("[data-hf-put]")?;
    page.wait_for_text("main", "is kept on this phone as it was on")?;
    page.go(&help)?;
    page.wait_for_text("main", "is kept on this phone as it was on")?;
    let later = "2026-03-03T22:00:00Z".parse()?;
    house.clock.set(later);
    page.go(&help)?;
    page.wait_for_text(
        "main",
        "You are not signed in any more. This is the page kept",
    )?;
    assert!(page.text("main")?.contains("Walk down to the harbour"));
    drop(house);
    page.go(&help)?;
    page.wait_for_text("main", "No connection. This is the page kept on this phone")?;
    assert!(page.text("main")?.contains("Walk down to the harbour"));
    assert!(page.axe()?.is_empty(), "{:?}", page.axe()?);
    Ok(())
}
