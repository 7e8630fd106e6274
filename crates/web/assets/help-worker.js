// Keeps one page open without a connection: a patient's help-now page, once they have asked for it, and the files it is
// drawn with. It looks at no other page, and puts nothing by that the page itself did not ask to be kept.
"use strict";
const KEPT = "holdfast-help-now";
const WAIT_MS = 4000;          // On a line that hangs, the kept page comes after this.
const page = new URL(self.registration.scope).pathname;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate" && url.pathname === page) event.respondWith(shown(request));
  else if (url.pathname.startsWith("/assets/")) event.respondWith(file(request));
});

// The cache is opened only where there is one: opening it makes it.
const opened = async () => (await caches.has(KEPT)) ? caches.open(KEPT) : null;

async function file(request) {
  const cache = await opened();
  return (cache && await cache.match(request)) || fetch(request);
}

async function shown(request) {
  const cache = await opened();
  const kept = cache && await cache.match(page);
  if (!kept) return fetch(request);
  let answer;
  try {
    answer = await Promise.race([fetch(request), new Promise((_, no) => setTimeout(() => no(new Error("slow")), WAIT_MS))]);
  } catch {
    return asKept(kept, "kept");
  }
  // The sign-in has run out, which signing out is not: signing out takes the page off the phone.
  if (answer.type === "opaqueredirect") return asKept(kept, "out");
  if (answer.ok) await cache.put(page, answer.clone());
  return answer.status >= 500 ? asKept(kept, "kept") : answer;
}

async function asKept(kept, why) {
  const text = (await kept.text()).replace('data-hf-from="line"', `data-hf-from="${why}"`);
  const headers = new Headers(kept.headers);
  for (const name of ["content-encoding", "content-length"]) headers.delete(name);
  return new Response(text, { headers });
}
