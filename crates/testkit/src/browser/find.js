// Finds the one thing on a page that a locator names; the locators are listed in `browser.rs`.
(locator) => {
  const seen = (element) => element.getClientRects().length > 0;
  const words = (element) =>
    (element.getAttribute("aria-label") || element.innerText || element.value || "")
      .replace(/\s+/g, " ")
      .trim();
  if (locator.startsWith("text=")) {
    const wanted = locator.slice(5);
    const pressable = "a[href], button, summary, input[type=submit], [role=button], label";
    return [...document.querySelectorAll(pressable)].find((e) => seen(e) && words(e) === wanted);
  }
  if (locator.startsWith("label=")) {
    const wanted = locator.slice(6);
    const label = [...document.querySelectorAll("label")].find((e) => words(e) === wanted);
    if (label) return label.control;
    const named = [...document.querySelectorAll("input, select, textarea")];
    return named.find((e) => (e.getAttribute("aria-label") || "") === wanted);
  }
  return document.querySelector(locator);
}
