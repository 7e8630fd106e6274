// Keeps a page up to date, and the answers of a questionnaire as they are given, and nothing else: every link and form
// works without this file.
// A region marked data-hf-live="STREAM" listens to that server-sent stream. When a message comes, the page is fetched again
// and the region replaced, keeping scroll, open details and focus. While somebody is filling a form in it, nothing is
// replaced: one sentence offers the reload instead.
(() => {
  "use strict";
  // Keeps answers as given; what could not be kept is said. A page in answer is the page of help.
  function keepAsGiven(form) {
    const said = form.querySelector(".hf-form__kept");
    let timer = 0;
    const keep = async () => {
      try {
        const body = new URLSearchParams(new FormData(form));
        const answer = await fetch(form.dataset.hfKeep, { method: "POST", body, credentials: "same-origin", redirect: "manual" });
        if (answer.ok) return location.assign(form.action + "?danger=yes");
        if (answer.type !== "opaqueredirect") throw new Error("not kept");
        said.textContent = "Kept so far.";
      } catch {
        said.textContent = "Not kept: no line. Your answers are still here.";
      }
    };
    form.addEventListener("change", () => { clearTimeout(timer); timer = setTimeout(keep, 400); });
  }
  // Signing out takes the page a patient kept on this phone off it. It is done by name, not by clearing the site's whole
  // storage: that would take readings with it that a room's tablet has not sent yet.
  function takeOffKept() {
    if (window.caches) caches.delete("holdfast-help-now");
    if (!navigator.serviceWorker) return;
    navigator.serviceWorker.getRegistrations().then((all) => {
      for (const one of all) if (one.scope.endsWith("/help-now")) one.unregister();
    });
  }
  for (const form of document.querySelectorAll('form[action="/sign-out"]')) form.addEventListener("submit", takeOffKept);
  if (location.pathname === "/sign-in" && new URLSearchParams(location.search).get("why") === "out") takeOffKept();
  const WAIT_MS = 150;         // Reloads begin at least so far apart, however many entries come.
  const region = document.querySelector("[data-hf-live]");
  const summary = document.querySelector(".hf-error-summary");
  if (summary) summary.focus();
  // A narrow masthead scrolls sideways: show where one is.
  const here = document.querySelector(".hf-nav [aria-current]");
  const nav = here && here.parentElement;
  const at = here && here.offsetLeft - nav.offsetLeft;
  if (here && at + here.offsetWidth > nav.clientWidth) nav.scrollLeft = at - 40;
  for (const form of document.querySelectorAll("form[data-hf-keep]")) keepAsGiven(form);
  if (!region || !window.EventSource) return;

  let timer = 0;
  let begunAt = -WAIT_MS;
  let busy = false;
  let again = false;

  const filling = () =>
    region.querySelector("dialog[open]") !== null ||
    region.contains(document.activeElement) && document.activeElement.matches("input, select, textarea")
    || [...region.querySelectorAll("input:not([type=hidden]), select, textarea")].some(changed);

  const changed = (field) => {
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    if (field.options) {
      const set = [...field.options].filter((option) => option.defaultSelected);
      return field.selectedIndex !== (set.length ? set[set.length - 1].index : 0);
    }
    return field.value !== field.defaultValue;
  };

  // A name for an element that survives the reload: its id, or its place among those with its address.
  const nameOf = (element) => {
    if (!element || element === document.body || !region.contains(element)) return null;
    if (element.id) return { id: element.id };
    const [tag, href] = [element.tagName, element.getAttribute("href")];
    return { tag, href, place: alike(tag, href).indexOf(element) };
  };
  const alike = (tag, href) =>
    [...region.getElementsByTagName(tag)].filter((one) => one.getAttribute("href") === href);
  const find = (name) => name && (name.id ? document.getElementById(name.id) : alike(name.tag, name.href)[name.place]);
  const labelOf = (details) => details.id || (details.querySelector("summary") || details).textContent.trim();

  const offer = () => {
    if (document.getElementById("hf-stale")) return;
    const said = document.createElement("p");
    said.id = "hf-stale";
    said.className = "hf-notice";
    said.setAttribute("role", "status");
    said.append("Something was added to this page. ");
    const link = document.createElement("a");
    link.href = location.href;
    link.textContent = "Show it";
    said.append(link, " (what you have typed here is not sent yet)");
    region.before(said);
  };

  const refresh = async () => {
    if (busy) { again = true; return; }
    if (filling()) { offer(); return; }
    busy = true;
    begunAt = performance.now();
    try {
      const answer = await fetch(location.href, { headers: { accept: "text/html" }, credentials: "same-origin" });
      if (answer.redirected || !answer.ok) { offer(); return; }
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-hf-live]");
      if (!fresh) { offer(); return; }
      if (filling()) { offer(); return; }
      const open = new Set([...region.querySelectorAll("details[open]")].map(labelOf));
      const focused = nameOf(document.activeElement);
      const [x, y] = [scrollX, scrollY];
      region.replaceChildren(...fresh.childNodes);
      if (fresh.dataset.hfDrawn) region.dataset.hfDrawn = fresh.dataset.hfDrawn;
      for (const details of region.querySelectorAll("details")) if (open.has(labelOf(details))) details.open = true;
      const target = find(focused);
      if (target) target.focus({ preventScroll: true });
      scrollTo(x, y);
    } catch {
      // A room says itself that the network is gone; a line that pushes its presses down would mislead a hand.
      if (document.getElementById("hf-offline")) tell("hf-cut"); else offer();
    } finally {
      busy = false;
      if (again) { again = false; soon(); }
    }
  };
  // The first entry reloads at once. What comes while a reload waits goes with it and never puts it off: where entries
  // come all the time, a wait that began anew with each would never end.
  const soon = () => {
    if (timer) return;
    timer = setTimeout(() => { timer = 0; refresh(); }, Math.max(0, begunAt + WAIT_MS - performance.now()));
  };

  const stream = new EventSource(region.dataset.hfLive);
  let wasCut = false;
  stream.addEventListener("message", soon);
  const tell = (name) => document.dispatchEvent(new Event(name));
  stream.addEventListener("error", () => { wasCut = true; tell("hf-cut"); });
  stream.addEventListener("open", () => { if (wasCut) { wasCut = false; tell("hf-heard"); soon(); } });
  document.addEventListener("hf-refresh", soon);
  addEventListener("pagehide", () => stream.close());
})();
