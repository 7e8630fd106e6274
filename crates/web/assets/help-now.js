// Help now: offers to keep this one page on the phone. The page works without this file, and nothing is kept until asked.
(() => {
  "use strict";
  const region = document.querySelector("[data-hf-worker]");
  if (!region || !navigator.serviceWorker || !window.caches) return;
  const KEPT = "holdfast-help-now";
  const page = location.pathname;
  const files = region.dataset.hfFiles.split(" ");
  const said = region.querySelector("[data-hf-said]");
  const [put, off] = [region.querySelector("[data-hf-put]"), region.querySelector("[data-hf-off]")];
  const from = document.querySelector("[data-hf-from]");

  const kept = async () => (await caches.has(KEPT)) ? (await caches.open(KEPT)).match(page) : undefined;
  const when = async (answer) => (/data-hf-drawn="([^"]*)"/.exec(await answer.text()) || [])[1] || "earlier";

  const tell = async () => {
    const answer = await kept();
    put.hidden = Boolean(answer);
    off.hidden = !answer;
    said.textContent = answer
      ? `This page is kept on this phone as it was on ${await when(answer)}. It opens without a connection, for anyone who can open this phone, until you sign out here or take it off.`
      : "It then opens without a connection. Anyone who can open this phone can open it too, until you sign out here or take it off. Nothing else is kept.";
  };
  const keep = async () => {
    await navigator.serviceWorker.register(region.dataset.hfWorker, { scope: page });
    const cache = await caches.open(KEPT);
    await cache.addAll([page, ...files]);
  };
  // After an update of the program the page asks for other files: they are kept too, and the old ones are dropped.
  const renew = async () => {
    if (!navigator.onLine || !(await kept())) return;
    const cache = await caches.open(KEPT);
    const missing = [];
    for (const file of files) if (!(await cache.match(file))) missing.push(file);
    if (missing.length) await cache.addAll(missing);
    for (const one of await cache.keys()) {
      const path = new URL(one.url).pathname;
      if (path !== page && !files.includes(path)) await cache.delete(one);
    }
  };
  const act = (button, what) => button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      await what();
      await tell();
    } catch {
      said.textContent = "That did not work. Nothing was kept. Try again with a good connection.";
      await caches.delete(KEPT);
    }
    button.disabled = false;
  });
  act(put, keep);
  act(off, async () => {
    await caches.delete(KEPT);
    const own = await navigator.serviceWorker.getRegistration(page);
    if (own && own.scope.endsWith("/help-now")) await own.unregister();
  });
  if (from.dataset.hfFrom !== "line") {
    from.hidden = false;
    from.textContent = from.dataset.hfFrom === "out"
      ? `You are not signed in any more. This is the page kept on this phone on ${region.dataset.hfDrawn}.`
      : `No connection. This is the page kept on this phone on ${region.dataset.hfDrawn}. Calls still work.`;
  }
  region.hidden = false;
  tell().then(renew).catch(() => {});
})();
