// A check-in on a line that comes and goes. Without this file every question is a page and every answer a form of its own.
//
// With it an answer is kept on this phone first (device-queue.js) and the next question comes at once, from the page
// itself; what waits is sent in order, each answer under a command of its own, and leaves the phone when the clinic has
// said what became of it. "Not safe" shows the crisis line before anything is sent.
(() => {
  "use strict";
  const ASK_EVERY_MS = 5000;      // How often a clinic that was out of reach is asked again.
  const TOO_LONG_MS = 8000;       // An answer that takes longer is no answer.
  const END_WAITS_MS = 1500;      // How long the end waits for the clinic before it shows what waits.
  const said = document.querySelector("[data-hf-line]");
  const main = document.getElementById("main");
  if (!said || !window.holdfastQueue || !window.indexedDB || !window.fetch || !window.AbortController) return;
  const queue = holdfastQueue("check-in");
  let here = document.querySelector("[data-hf-check-in]");
  const templates = here ? [...here.querySelectorAll("template[data-hf-question]")] : [];
  const answers = {};
  for (const one of templates) if (one.dataset.hfSaid !== undefined) answers[one.dataset.hfQuestion] = one.dataset.hfSaid;
  let at = here && here.dataset.hfHere;
  let isAtEnd = false;
  let csrf = said.dataset.hfCsrf;
  let gone = null;                // Since when the clinic has not answered.

  // ---- One question after another, from the page itself. ----
  const asked = () => templates.filter((one) => one.dataset.hfAfterUse === undefined || answers.used === "yes");
  const names = () => asked().map((one) => one.dataset.hfQuestion);
  const fill = (template) => {
    main.replaceChildren(document.importNode(template.content, true));
    scrollTo(0, 0);
    main.focus({ preventScroll: true });
  };
  const show = (id, isNew) => {
    const template = asked().find((one) => one.dataset.hfQuestion === id);
    if (!template) return;
    at = id;
    isAtEnd = false;
    fill(template);
    const before = answers[id];
    if (before !== undefined) hint(before === "skipped" ? "You skipped this one. You can still answer it."
      : `You said: ${before === "unknown" ? "not sure" : before}. Answer again to change it.`);
    head();
    if (isNew) history.pushState({ at: id }, "", `${here.dataset.hfBase}/${id}`);
  };
  const hint = (words) => {
    let place = main.querySelector(".hf-hint");
    if (!place) {
      place = document.createElement("p");
      place.className = "hf-hint";
      main.querySelector("legend").after(place);
    }
    place.textContent = words;
  };
  const head = () => {
    const all = names();
    const n = all.indexOf(at);
    const top = document.querySelector(".hf-ck__top");
    top.replaceChildren();
    const back = document.createElement(n > 0 ? "a" : "span");
    if (n > 0) {
      back.className = "hf-ck__back";
      back.href = `${here.dataset.hfBase}/${all[n - 1]}`;
      back.textContent = "Back";
    }
    const place = document.createElement("p");
    place.textContent = `Question ${n + 1} of ${all.length}`;
    const steps = document.createElement("span");
    steps.className = "hf-ck__steps";
    steps.setAttribute("aria-hidden", "true");
    all.forEach((_, step) => { const dot = document.createElement("i"); if (step <= n) dot.className = "hf-ck__on"; steps.append(dot); });
    place.append(steps);
    top.append(back, place);
  };
  const bare = () => { document.querySelector(".hf-ck__top").replaceChildren(document.createElement("span")); };
  const end = (name) => {
    isAtEnd = true;
    bare();
    fill(here.querySelector(`template[data-hf-end="${name}"]`));
    const when = main.querySelector("[data-hf-answered]");
    if (when) when.textContent = clock(Date.now());
    if (name === "danger") { const foot = document.querySelector(".hf-ck__crisis"); if (foot) foot.hidden = true; }
  };
  const clock = (moment) => { const day = new Date(moment); return `${String(day.getHours()).padStart(2, "0")}:${String(day.getMinutes()).padStart(2, "0")}`; };

  document.addEventListener("click", (event) => {
    const back = event.target.closest(".hf-ck__back");
    if (!here || !back) return;
    const id = back.getAttribute("href").split("/").pop();
    if (!names().includes(id)) return;
    event.preventDefault();
    show(id, true);
  });
  addEventListener("popstate", (event) => { if (here) show((event.state && event.state.at) || names()[0], false); });
  if (here) history.replaceState({ at }, "");

  let pressed = null;
  document.addEventListener("click", (event) => { pressed = event.target.closest("button"); }, true);
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    const id = form.dataset.hfAsk;
    if (!here || !id) return;
    event.preventDefault();
    const by = event.submitter || pressed;
    const value = by && by.name === "skip" ? "skipped" : by && by.name === "answer" ? by.value : form.elements.answer.value.trim();
    const field = form.querySelector("[data-hf-most]");
    if (field && value !== "skipped" && !isWithin(value.replace(",", "."), field.dataset)) { fault(form, field); return; }
    const entry = { to: here.dataset.hfKept, slot: here.dataset.hfSlot, question: id, answer: value || "skipped", command: queue.command(), keptAt: Date.now() };
    const isDanger = (form.dataset.hfDanger || "").split(" ").includes(value);
    if (isDanger) { answers[id] = value; end("danger"); }
    try {
      await queue.put(entry);
    } catch {
      // A phone that keeps nothing sends it as a page does.
      const plain = document.createElement("input");
      [plain.type, plain.name, plain.value] = ["hidden", "answer", entry.answer];
      form.append(plain);
      document.body.append(form);
      form.submit();
      return;
    }
    answers[id] = entry.answer;
    const sending = drain();
    if (isDanger) return;
    const all = names();
    const next = all[all.indexOf(id) + 1];
    if (next) { show(next, true); return; }
    isAtEnd = true;
    for (const button of form.querySelectorAll("button")) button.disabled = true;
    if (!gone) await Promise.race([sending, new Promise((then) => setTimeout(then, END_WAITS_MS))]);
    if (here && isAtEnd) end("kept");
  });
  // A number of digits, with no more places than the record keeps, from the least to the most.
  const isWithin = (value, { hfLeast, hfMost, hfPlaces }) =>
    /^(\d{1,9}(\.\d+)?|\.\d+)$/.test(value) && (value.split(".")[1] || "").length <= Number(hfPlaces)
      && Number(value) >= Number(hfLeast) && Number(value) <= Number(hfMost);
  const fault = (form, field) => {
    let place = form.querySelector(".hf-error");
    if (!place) {
      place = document.createElement("p");
      place.className = "hf-error";
      place.setAttribute("role", "alert");
      field.closest("p").before(place);
    }
    place.textContent = `${field.dataset.hfFault}.`;
    field.focus();
  };

  // ---- Sending. ----
  const ask = async (to, how) => {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), TOO_LONG_MS);
    try {
      const answer = await fetch(to, { credentials: "same-origin", headers: { accept: "text/html" }, signal: stop.signal, ...how });
      if (answer.status >= 500) return null;
      return { status: answer.status, page: new DOMParser().parseFromString(await answer.text(), "text/html") };
    } catch { return null; } finally { clearTimeout(timer); }
  };
  /** Sends what waits for one link: null where the clinic could not be reached. */
  const send = async (entries, isSecond) => {
    const body = new URLSearchParams();
    body.set("csrf", csrf);
    body.set("slot", entries[0].slot);
    for (const one of entries) {
      body.append("question", one.question);
      body.append("answer", one.answer);
      body.append("kept_at", String(one.keptAt));
      body.append("command", one.command);
    }
    body.set("sent_at", String(Date.now()));
    const reply = await ask(entries[0].to, { method: "POST", body });
    if (!reply) return null;
    const state = reply.page.querySelector("[data-hf-state]");
    if (state) return { state: state.dataset.hfState, next: state.dataset.hfNext, page: reply.page };
    // A form token grows old; any page of the link has a fresh one. What is no page of ours is no answer.
    if (isSecond) return null;
    const fresh = await ask(entries[0].to.replace(/\/kept$/, ""), {});
    const token = fresh && fresh.page.querySelector("[data-hf-csrf]");
    if (!token) return null;
    csrf = token.dataset.hfCsrf;
    return send(entries, true);
  };
  let running = null;
  let again = false;
  const drain = () => {
    if (running) { again = true; return running; }
    running = (async () => {
      do { again = false; await one(sendAll); } while (again && !gone);
    })().catch(() => goneNow()).then(() => { running = null; return tell(); });
    return running;
  };
  // One tab of several sends.
  const one = (what) => navigator.locks ? navigator.locks.request("holdfast-check-in", what) : what();
  const sendAll = async () => {
    const waiting = await queue.waiting();
    for (const to of new Set(waiting.map((entry) => entry.to))) {
      const these = waiting.filter((entry) => entry.to === to);
      const reply = await send(these, false);
      if (!reply) { goneNow(); return; }
      gone = null;
      const words = [...reply.page.querySelectorAll("[data-hf-told]")].map((place) => place.textContent.trim()).join(" ");
      // What was not taken stays on the phone, with its words, until somebody has seen it.
      for (const entry of these) await (reply.state === "refused" ? queue.put({ ...entry, refused: words }) : queue.take(entry.id));
      heard(to, reply, words);
    }
    if (gone && !waiting.length && await ask("/health", {})) gone = null;
    else if (gone && !waiting.length) goneNow();
  };
  let note = "";
  const heard = (to, reply, words) => {
    if (!here || here.dataset.hfKept !== to) { if (reply.state !== "refused") note = `Answers that waited on this phone are in. ${words}`; return; }
    if (reply.state === "open") {
      if (words) note = words;
      if (isAtEnd && reply.next && !again) show(reply.next, true);
      return;
    }
    if (reply.state !== "in") return;
    here.remove();
    here = null;
    document.querySelector(".hf-ck__top").replaceChildren(...reply.page.querySelector(".hf-ck__top").childNodes);
    main.replaceChildren(...reply.page.getElementById("main").childNodes);
    scrollTo(0, 0);
    main.focus({ preventScroll: true });
  };

  // ---- Since when, how many, and what could not be taken in. ----
  let timer = 0;
  const goneNow = () => { gone = gone || Date.now(); clearTimeout(timer); timer = setTimeout(drain, ASK_EVERY_MS); };
  const tell = async () => {
    const all = await queue.all().catch(() => []);
    const [waiting, refused] = [all.filter((entry) => !entry.refused), all.filter((entry) => entry.refused)];
    const n = waiting.length === 1 ? "1 answer waits" : `${waiting.length} answers wait`;
    let words = note;
    if (gone) words = `No line since ${clock(gone)}. ` + (waiting.length ? `${n} on this phone, sent in order when it is back.` : "You can go on: answers wait on this phone.");
    else if (waiting.length) words = `${n} on this phone and ${waiting.length === 1 ? "is" : "are"} being sent.`;
    if (said.dataset.hfSaid === words + refused.length) return;
    said.dataset.hfSaid = words + refused.length;
    said.replaceChildren(words);
    if (!refused.length) return;
    const list = document.createElement("ul");
    for (const entry of refused) {
      const item = document.createElement("li");
      item.textContent = `${entry.question.replace("_", " ")}: ${entry.answer}, answered ${clock(entry.keptAt)}`;
      list.append(item);
    }
    const lead = document.createElement("p");
    lead.textContent = `Not taken in: ${refused[0].refused} What you said is still here:`;
    const seen = document.createElement("button");
    [seen.type, seen.className, seen.textContent] = ["button", "hf-button hf-button--second", "Take it off this phone"];
    seen.addEventListener("click", async () => { for (const entry of refused) await queue.take(entry.id); tell(); });
    said.append(lead, list, seen);
  };
  addEventListener("offline", () => { goneNow(); tell(); });
  addEventListener("online", drain);
  drain();
})();
