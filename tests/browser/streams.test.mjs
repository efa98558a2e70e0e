// How news come to a page: compressed and as what changed, or by asking, where streams do not come through.

import assert from "node:assert/strict";
import { test } from "node:test";

import { browser, server } from "./house.mjs";
import { gather } from "./quest.mjs";
import { DESKTOP, PHONE, Seat } from "./seat.mjs";
import { TIMEOUT_MS, say } from "./waiting.mjs";

const LIVE = /\/t\/[^/]+\/live/;

test("an open page reads a compressed stream of what changed", { timeout: TIMEOUT_MS }, async () => {
  const host = await Seat.enter(browser, server, "Anna", DESKTOP);
  const guest = await Seat.enter(browser, server, "Ben", PHONE);
  await gather([host, guest]);
  const events = await eventsOf(host);
  const [stream] = await Promise.all([host.page.waitForResponse(LIVE), host.page.reload()]);
  assert.equal(stream.headers()["content-encoding"], "gzip");
  await host.seesLink("Connected");
  for (const line of ["One.", "Two <b>& three</b>.", "Four."]) {
    await guest.says(line);
    await host.readsLine(line);
  }
  assert.deepEqual(
    events.filter((event) => event !== "beat"),
    ["page", "patch", "patch", "patch"],
  );
  assert.deepEqual(host.complaints, []);
  say("three lines came as what changed");
});

test("a page whose streams do not come through asks for news", { timeout: TIMEOUT_MS }, async () => {
  const host = await Seat.enter(browser, server, "Anna", DESKTOP);
  const guest = await Seat.enter(browser, server, "Ben", PHONE);
  await guest.context.route(LIVE, (route) => route.abort());
  await gather([host, guest]);
  await guest.seesLink("Connected");
  const [news] = await Promise.all([
    guest.page.waitForResponse((answer) => answer.url().includes("/news?since=") && answer.status() === 200),
    host.says("Can you hear me?"),
  ]);
  assert.match(news.headers()["content-type"], /^application\/json/);
  await guest.readsLine("Can you hear me?");
  await guest.says("I can.");
  await host.readsLine("I can.");
  await guest.context.unroute(LIVE);
  const stream = await guest.page.waitForResponse(LIVE);
  assert.equal(stream.status(), 200, "it goes back to streams when they come through");
  await host.says("And now?");
  await guest.readsLine("And now?");
  say("news came by asking, and then by stream again");
});

test("a countdown follows the server's clock when the device's is set", { timeout: TIMEOUT_MS }, async () => {
  const host = await Seat.enter(browser, server, "Anna", DESKTOP);
  await host.opensTable("minute");
  await host.begins();
  const left = (words) => host.sees(host.page.locator(".deadline time", { hasText: words }));
  await left(/^[0-9]+:[0-9]{2}$/);
  await host.page.evaluate(() => {
    const { now } = Date;
    Date.now = () => now() + 3_600_000;
  });
  await left("time is up");
  await host.says("What time is it?");
  await left(/^[0-9]+:[0-9]{2}$/);
  assert.deepEqual(host.complaints, []);
  say("the countdown is the server's");
});

/** Collects the names of the events that a page's streams bring from now on. */
async function eventsOf(seat) {
  const events = [];
  const session = await seat.context.newCDPSession(seat.page);
  await session.send("Network.enable");
  session.on("Network.eventSourceMessageReceived", ({ eventName }) => events.push(eventName));
  return events;
}
