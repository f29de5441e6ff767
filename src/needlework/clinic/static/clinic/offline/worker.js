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
  const answer = await soon(fetch(request), () => kept.match(url.pathname));
  if (answer.redirected || [401, 403, 404, 423].includes(answer.status)) await kept.delete(url.pathname);
  else if (answer.ok) await kept.put(url.pathname, answer.clone());
  return answer;
}

async function drawn(request) {
  const kept = await caches.open(DRAWN);
  const answer = await soon(fetch(request), () => kept.match(request));
  if (answer.ok) await kept.put(request, answer.clone());
  return answer;
}

// The clinic's answer; what is kept where it does not come, or not soon. With nothing kept a late answer is waited for.
async function soon(answer, before) {
  const late = new Promise((_, reject) => setTimeout(() => reject(new Error("no answer")), PATIENCE_MS));
  try {
    return await Promise.race([answer, late]);
  } catch {
    return (await before()) || answer;
  }
}
