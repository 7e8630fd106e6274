// The session room: pads over the page, clocks that go on, and a queue on the device while the network is gone.
// Without this file every press is a link to a form or a form of its own.
//
// What is pressed is sent under a command identifier made here, so that sending it twice writes it once. When the
// server cannot be reached the entry is kept on the device (device-queue.js), and sent in order when it answers again, with how long it waited. Nothing counts as saved before the server said so.
(() => {
  "use strict";
  const ASK_EVERY_MS = 5000;      // How often a server that was gone is asked again.
  const TOO_LONG_MS = 8000;       // An answer that takes longer is no answer: the entry is kept.
  const banner = document.getElementById("hf-offline");
  const region = document.querySelector("[data-hf-live]");
  if (!region) return;
  const queue = holdfastQueue("room");
  const command = queue.command;

  // ---- Clocks that go on between two answers of the server, by the server's own time. ----
  const drawnAt = () => Number(region.dataset.hfDrawn);
  let heardAt = performance.now();
  const serverNow = () => drawnAt() + (performance.now() - heardAt) / 1000;
  new MutationObserver(() => { heardAt = performance.now(); }).observe(region, { attributes: true, attributeFilter: ["data-hf-drawn"] });
  const tick = () => {
    const now = serverNow();
    for (const one of region.querySelectorAll("[data-hf-since]")) {
      one.textContent = String(Math.max(0, Math.floor((now - Number(one.dataset.hfSince)) / 60)));
    }
    const due = region.querySelector("[data-hf-due]");
    if (due) {
      const left = Number(due.dataset.hfDue) - now;
      const late = left <= -60;
      due.classList.toggle("hf-due--late", late);
      due.querySelector("p").textContent = late ? "Overdue by" : "Due in";
      due.querySelector("b").textContent = String(late ? Math.floor(-left / 60) : Math.max(0, Math.ceil(left / 60)));
    }
  };
  setInterval(tick, 1000);
  // The page is drawn anew every half minute, so that the line of now and the shading move.
  setInterval(() => { if (!gone) document.dispatchEvent(new Event("hf-refresh")); }, 30000);

  // ---- Pads. ----
  let field = null;
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-hf-pad]");
    const pad = opener && document.getElementById(opener.dataset.hfPad);
    if (pad && pad.showModal) {
      event.preventDefault();
      pad.querySelector("form").reset();
      fault(pad.querySelector("form"), "");
      pad.showModal();
      field = pad.querySelector("[data-hf-digits]");
      if (field) field.focus();
      return;
    }
    const key = event.target.closest("[data-hf-key]");
    if (key && field) { press(key.dataset.hfKey); return; }
    if (event.target.closest("[data-hf-close]")) event.target.closest("dialog").close();
  });
  document.addEventListener("focusin", (event) => {
    if (event.target.matches("[data-hf-digits]")) field = event.target;
  });
  const press = (key) => {
    if (key === "next") { onward(); return; }
    if (key === "back") field.value = field.value.slice(0, -1);
    else field.value += key;
    field.focus();
    step();
  };
  const onward = () => {
    const all = [...field.form.querySelectorAll("[data-hf-digits]")];
    const next = all[all.indexOf(field) + 1];
    (next || field.form.querySelector("[type=submit]")).focus();
    if (next) field = next;
  };
  // A number that cannot take another digit leads to the next one: 162 is whole, 98 is, 100 needs a third.
  const step = () => {
    const digits = Number(field.dataset.hfDigits);
    const whole = field.value.length >= (digits === 2 && field.value.startsWith("1") ? 3 : digits);
    if (whole) onward();
  };
  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-hf-digits]")) { field = event.target; step(); }
  });
  const fault = (form, words) => {
    const place = form.querySelector(".hf-pad__fault");
    if (!place) return;
    place.textContent = words;
    place.hidden = !words;
  };

  // ---- Sending. ----
  let gone = null;                // Since when the server has not answered.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-hf-room]")) return;
    event.preventDefault();
    const fields = new URLSearchParams(new FormData(form));
    fields.set("command", command());
    const entry = { action: form.getAttribute("action"), fields: fields.toString(), keptAt: Date.now(), session: banner.dataset.hfSession, who: banner.dataset.hfWho, name: banner.dataset.hfName, whose: whose(), what: pressed(form) };
    hand(entry, form);
  });

  // Who lies in this room, for the list of what waits: one device may hold entries of several rooms.
  const whose = () => [".hf-bedside h1 a", ".hf-bedside__room"].map((one) => {
    const node = region.querySelector(one);
    return node ? node.firstChild.textContent.trim() : "";
  }).join(", ");

  // What was pressed, where the press itself is all that is said.
  const pressed = (form) => (form.closest("dialog") ? "" : form.querySelector("[type=submit]").textContent.trim());

  // What somebody else charted on this device waits for them: it is theirs, and is sent when they sign in here.
  const isMine = (entry) => !entry.who || entry.who === banner.dataset.hfWho;
  let away = "";                  // Why the server turned away what waits, in its words.

  const hand = async (entry, form) => {
    const waiting = (await queue.waiting()).filter(isMine);
    // What waits goes first, so that the order is kept.
    const answer = waiting.length ? null : await send(entry, false);
    if (answer === null || answer.keep) {
      await queue.put(entry);
      if (answer) away = answer.words;
      else goneNow();
      close(form);
      said();
      if (!answer) drain();
      return;
    }
    if (answer.ok) { close(form); document.dispatchEvent(new Event("hf-refresh")); return; }
    fault(form, answer.words);
    if (!form.querySelector(".hf-pad__fault")) location.assign(answer.url);
  };
  const close = (form) => { const pad = form.closest("dialog"); if (pad) pad.close(); };

  /** Sends an entry: null when the server could not be reached. */
  const send = async (entry, late) => {
    const fields = new URLSearchParams(entry.fields);
    fields.set("csrf", banner.dataset.hfCsrf);
    if (late) { fields.set("kept_at", String(entry.keptAt)); fields.set("sent_at", String(Date.now())); }
    try {
      const answer = await fetch(entry.action, {
        method: "POST", body: fields, credentials: "same-origin", signal: AbortSignal.timeout(TOO_LONG_MS),
        headers: { accept: "text/html" },
      });
      if (answer.status >= 500) return null;
      if (answer.ok) {
        const here = answer.redirected && !answer.url.includes("/sign-in");
        return here ? { ok: true } : { ok: false, words: "You are signed out: sign in again, what waits is kept", url: answer.url, keep: true };
      }
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const items = [...page.querySelectorAll(".hf-error-summary li, .hf-refusal__said, .hf-trouble p")].map((one) => one.textContent.trim());
      return { ok: false, words: items.join(". ") || "This was not taken in", url: entry.action, keep: answer.status === 403 };
    } catch { return null; }
  };

  // ---- Since when, how many, and what could not be taken in. ----
  // The clinic's clock, whatever zone the device is set to.
  const clock = (at) => new Date(at + Number(region.dataset.hfOffset) * 1000).toISOString().slice(11, 16);
  const goneNow = () => { if (!gone) { gone = Date.now(); setTimeout(drain, ASK_EVERY_MS); } };
  const said = async () => {
    const all = await queue.all();
    const waiting = all.filter((one) => !one.refused);
    const refused = all.filter((one) => one.refused);
    banner.replaceChildren();
    if (!gone && !waiting.length && !refused.length) return;
    const lead = document.createElement("b");
    lead.className = "hf-state hf-state--watch";
    const n = waiting.length === 1 ? "1 entry waits" : `${waiting.length} entries wait`;
    if (gone) {
      lead.textContent = `No network since ${clock(gone)}, ${Math.floor((Date.now() - gone) / 60000)} min`;
      banner.append(lead, ` Keep charting. ${n} on this device and will be appended in order, with both times, when it returns.`);
    } else if (waiting.length) {
      lead.textContent = `${n} on this device`;
      const sending = waiting.length === 1 ? " and is being sent." : " and are being sent.";
      const others = "until whoever charted it signs in here.";
      banner.append(lead, waiting.some(isMine) ? (away ? `. ${away}.` : sending) : ` ${others}`);
    }
    if (waiting.length || refused.length) {
      const list = document.createElement("ul");
      for (const one of waiting) list.append(line(`Waits${isMine(one) ? "" : ` for ${one.name}`}: ${told(one)}, ${clock(one.keptAt)}`));
      for (const one of refused) {
        const item = line(`Not taken in: ${told(one)}, ${clock(one.keptAt)}. ${one.refused} `);
        const settle = document.createElement("button");
        settle.type = "button";
        settle.className = "hf-button hf-button--second";
        settle.textContent = "I have seen it";
        settle.addEventListener("click", async () => { await queue.take(one.id); said(); });
        item.append(settle);
        list.append(item);
      }
      const what = document.createElement("details");
      const head = document.createElement("summary");
      head.textContent = refused.length ? `${refused.length} not taken in: look` : "What waits";
      what.open = refused.length > 0;
      what.append(head, list);
      banner.append(what);
    }
  };
  const line = (words) => { const item = document.createElement("li"); item.textContent = words; return item; };
  const told = (entry) => {
    const hidden = ["csrf", "command", "session", "minutes_ago", "kept_at", "sent_at"];
    const fields = [...new URLSearchParams(entry.fields)].filter(([name, value]) => value && !hidden.includes(name));
    const said = entry.what || fields.map(([name, value]) => `${name} ${value}`).join(", ");
    return entry.session === banner.dataset.hfSession ? said : `${entry.whose || "another room"}: ${said}`;
  };

  // Sends what waits, in the order it was pressed; stops at the first the server does not answer.
  // Several rooms may be open on one device: one of them sends, so that each entry is answered to one page.
  // A page that is left lets go at once, whatever it still waits for: the browser may keep it for a while.
  const left = () => new Promise((go) => addEventListener("pagehide", go, { once: true }));
  let draining = false;
  const drain = async () => {
    if (draining) return;
    draining = true;
    said();
    if (navigator.locks) await navigator.locks.request("holdfast-room", () => Promise.race([sendAll(), left()]));
    else await sendAll();
  };
  const sendAll = async () => {
    try {
      for (const entry of (await queue.waiting()).filter(isMine)) {
        const answer = await send(entry, true);
        if (answer === null) { goneNow(); setTimeout(drain, ASK_EVERY_MS); return; }
        if (answer.keep) { gone = null; away = answer.words; return; }
        away = "";
        // What was not taken in stays on the device, through a reload too, until somebody has seen it.
        if (answer.ok) await queue.take(entry.id);
        else await queue.put({ ...entry, refused: answer.words });
      }
      if (gone && await reached()) { gone = null; document.dispatchEvent(new Event("hf-refresh")); }
      else if (gone) setTimeout(drain, ASK_EVERY_MS);
    } finally { draining = false; said(); }
  };
  const reached = async () => {
    try { return (await fetch("/health", { signal: AbortSignal.timeout(TOO_LONG_MS) })).ok; } catch { return false; }
  };
  const leave = () => { goneNow(); said(); };
  addEventListener("offline", leave);
  addEventListener("online", drain);
  document.addEventListener("hf-cut", leave);
  document.addEventListener("hf-heard", () => { if (gone) drain(); });
  setInterval(() => { if (gone) said(); }, 20000);
  drain();
})();
