// Shows a session's page when the clinic cannot be reached: the page as it was last seen, and what it is drawn with.
// Everything else goes to the clinic, always. It is served at /sessions/worker.js and sees nothing but sessions.

const PAGES = "needlework-sessions";
const DRAWN = "needlework-static";
const PATIENCE_MS = 6000;
const SESSION = /^\/sessions\/[0-9a-f-]{36}\/$/;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate" && SESSION.test(url.pathname)) event.respondWith(page(request, url));
  else if (url.pathname.startsWith("/static/")) event.respondWith(drawn(request));
});

async function page(request, url) {
  const kept = await caches.open(PAGES);
  try {
    const answer = await soon(fetch(request));
    if (answer.redirected || [401, 403, 404, 423].includes(answer.status)) await kept.delete(url.pathname);
    else if (answer.ok) await kept.put(url.pathname, answer.clone());
    return answer;
  } catch (error) {
    const before = await kept.match(url.pathname);
    if (before) return before;
    throw error;
  }
}

async function drawn(request) {
  const kept = await caches.open(DRAWN);
  try {
    const answer = await soon(fetch(request));
    if (answer.ok) await kept.put(request, answer.clone());
    return answer;
  } catch (error) {
    const before = await kept.match(request);
    if (before) return before;
    throw error;
  }
}

function soon(promise) {
  return Promise.race([promise, new Promise((_, reject) => setTimeout(() => reject(new Error("no answer")), PATIENCE_MS))]);
}
