// Shows a page of ours where there is no connection. It keeps that page and its files, and nothing else.

const KEPT = "codex-offline{{ crate::pages::asset("") }}";
const OFFLINE = "/offline";
const FILES = [OFFLINE{% for name in crate::pages::OFFLINE_FILES %}, "{{ crate::pages::asset(name) }}"{% endfor %}];

self.addEventListener("install", (event) => event.waitUntil(keep()));
self.addEventListener("activate", (event) => event.waitUntil(tidy()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  const { pathname } = new URL(request.url);
  if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => caches.match(OFFLINE)));
  else if (FILES.includes(pathname)) event.respondWith(caches.match(pathname).then((kept) => kept ?? fetch(request)));
});

/** Whoever is called comes to the table, and to the page of it that is open. */
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(come(event.notification.data));
});

async function come(place) {
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const there = pages.find(({ url }) => new URL(url).pathname === place);
  await (there ? there.focus() : self.clients.openWindow(place));
}

async function keep() {
  const kept = await caches.open(KEPT);
  await kept.addAll(FILES);
  await self.skipWaiting();
}

/** Another release has other files. */
async function tidy() {
  const old = (await caches.keys()).filter((name) => name.startsWith("codex-") && name !== KEPT);
  await Promise.all(old.map((name) => caches.delete(name)));
}
