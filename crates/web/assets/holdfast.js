// Keeps a page up to date, and nothing else: every link and form works without this file.
// A region marked data-hf-live="STREAM" listens to that server-sent stream. When a message comes, the page is fetched again
// and the region replaced, keeping scroll, open details and focus. While somebody is filling a form in it, nothing is
// replaced: one sentence offers the reload instead.
(() => {
  "use strict";
  const WAIT_MS = 150;         // Several entries at once make one reload.
  const region = document.querySelector("[data-hf-live]");
  const summary = document.querySelector(".hf-error-summary");
  if (summary) summary.focus();
  if (!region || !window.EventSource) return;

  let timer = 0;
  let busy = false;
  let again = false;

  const filling = () =>
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

  // A name for an element that survives the reload: its id, or its address and place among equals.
  const nameOf = (element) => {
    if (!element || element === document.body || !region.contains(element)) return null;
    if (element.id) return { id: element.id };
    const tag = element.tagName;
    return { tag, place: [...region.getElementsByTagName(tag)].indexOf(element), href: element.getAttribute("href") };
  };
  const find = (name) => {
    if (!name) return null;
    if (name.id) return document.getElementById(name.id);
    const all = [...region.getElementsByTagName(name.tag)];
    if (name.href) return all.find((one) => one.getAttribute("href") === name.href) || null;
    return all[name.place] || null;
  };
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
      for (const details of region.querySelectorAll("details")) if (open.has(labelOf(details))) details.open = true;
      const target = find(focused);
      if (target) target.focus({ preventScroll: true });
      scrollTo(x, y);
    } catch {
      offer();
    } finally {
      busy = false;
      if (again) { again = false; soon(); }
    }
  };
  const soon = () => { clearTimeout(timer); timer = setTimeout(refresh, WAIT_MS); };

  const stream = new EventSource(region.dataset.hfLive);
  let wasCut = false;
  stream.addEventListener("message", soon);
  stream.addEventListener("error", () => { wasCut = true; });
  stream.addEventListener("open", () => { if (wasCut) { wasCut = false; soon(); } });
  addEventListener("pagehide", () => stream.close());
})();
