// News where no answer is kept open: by a socket that a gateway holds, and by asking alone.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { launch } from "./chromium.mjs";
import { begun, countOf, noted } from "./notes.mjs";
import { Secrets, gather, judgeOneAnother, playScenes } from "./quest.mjs";
import { DESKTOP, PHONE, Seat } from "./seat.mjs";
import { GATEWAY, withServer } from "./server.mjs";
import { fillFolded } from "./unfolded.mjs";
import { TIMEOUT_MS, say, until } from "./waiting.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

for (const how of ["socket", "ask"]) {
  test(`three browsers play to the Chronicle on a server whose news come by ${how}`, { timeout: TIMEOUT_MS }, () =>
    withServer([GATEWAY, how], async (server) => {
      const { seats, notes } = await begun(browser, server);
      const secrets = new Secrets();
      const scenes = await playScenes(seats, secrets);
      await judgeOneAnother(seats, secrets);
      for (const [index, seat] of seats.entries()) {
        const shown = await seat.everything();
        assert.ok(secrets.all.every(({ truth }) => shown.includes(truth)), `${seat.name} reads the Chronicle`);
        assert.deepEqual(seat.complaints, [], `${seat.name}’s console is empty`);
        assert.equal(countOf(notes[index], "GET live"), 0, "nobody opens a stream");
        assert.equal(notes[index].sockets > 0, how === "socket");
      }
      const asked = notes.map((one) => countOf(one, "GET news"));
      if (how === "socket") {
        assert.ok(notes.every(({ frames }) => frames.includes("patch")), "changes come as what changed");
        assert.ok(Math.max(...asked) < 20, `with a socket nobody needs to ask: ${asked}`);
      }
      say(`${scenes} scenes; asked for news: ${asked}; sockets: ${notes.map(({ sockets }) => sockets)}`);
      await Promise.all(seats.map((seat) => seat.context.close()));
    }));
}

test("a socket that ends without a word is opened again, and nothing is missed", { timeout: TIMEOUT_MS }, () =>
  withServer([GATEWAY, "socket", "2"], async (server) => {
    const host = await Seat.enter(browser, server, "Anna", DESKTOP);
    const guest = await Seat.enter(browser, server, "Ben", PHONE);
    await gather([host, guest]);
    const notes = noted(guest);
    for (let number = 1; number <= 4; number += 1) {
      const before = notes.sockets;
      await until("a socket has ended, and another is open", () => notes.sockets > before);
      await host.says(`Line ${number}.`);
      await guest.readsLine(`Line ${number}.`);
    }
    // That of the first was asked for before anything was noted.
    assert.ok(countOf(notes, "POST ticket") >= notes.sockets - 1, "each with a ticket of its own");
    const whole = notes.frames.filter((event) => event === "page").length;
    assert.ok(whole <= 1, `whoever comes back is told what changed: ${notes.frames}`);
    await Promise.all([host, guest].map((seat) => seat.context.close()));
  }));

test("a page whose sockets do not open asks for news, until one does", { timeout: TIMEOUT_MS }, () =>
  withServer([GATEWAY, "socket"], async (server) => {
    const host = await Seat.enter(browser, server, "Anna", DESKTOP);
    const guest = await Seat.enter(browser, server, "Ben", PHONE);
    const tickets = /\/t\/[^/]+\/ticket/;
    await guest.context.route(tickets, (route) => route.abort());
    const notes = noted(guest);
    await gather([host, guest]);
    await guest.seesLink("Connected");
    await host.says("Can you hear me?");
    await guest.readsLine("Can you hear me?");
    assert.equal(notes.sockets, 0);
    assert.ok(countOf(notes, "GET news") > 0);
    await guest.says("I can.");
    await host.readsLine("I can.");
    await guest.context.unroute(tickets);
    // Whoever comes back to the page tries at once.
    await guest.page.evaluate(() => window.dispatchEvent(new Event("online")));
    await until("a socket is open", () => notes.frames.length > 0);
    await host.says("And now?");
    await guest.readsLine("And now?");
    await Promise.all([host, guest].map((seat) => seat.context.close()));
  }));

test("a page that asks does so less often while nothing happens, and seldom while nobody sees it", { timeout: TIMEOUT_MS }, () =>
  withServer([GATEWAY, "ask"], async (server) => {
    const host = await Seat.enter(browser, server, "Anna", DESKTOP);
    await host.page.clock.install();
    await host.opensTable();
    await host.seesLink("Connected");
    const notes = noted(host);
    const asksWithin = async (seconds) => {
      const before = countOf(notes, "GET news");
      for (let passed = 0; passed < seconds; passed += 1) {
        await host.page.clock.runFor(1000);
        await host.page.evaluate(() => new Promise((resolve) => queueMicrotask(resolve)));
        await host.page.waitForLoadState("networkidle");
      }
      return countOf(notes, "GET news") - before;
    };
    const often = await asksWithin(10);
    await asksWithin(60);
    const seldom = await asksWithin(60);
    assert.ok(often >= 3, `${often} times in the first 10 s`);
    assert.ok(seldom >= 3 && seldom <= 5, `${seldom} times in a minute of silence`);
    await host.page.evaluate(() => Object.defineProperty(document, "hidden", { value: true }));
    await asksWithin(15);
    const hidden = await asksWithin(90);
    assert.ok(hidden >= 2 && hidden <= 4, `${hidden} times in a minute and a half that nobody sees`);
    await host.context.close();
  }));

test("a table's page works without a script where news come by socket", { timeout: TIMEOUT_MS }, () =>
  withServer([GATEWAY, "socket"], async (server) => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(server.address);
    await fillFolded(page, "#play", "#open-name", "Anna");
    await page.locator("#open-name").press("Enter");
    await page.waitForURL(/\/t\/.+/);
    await page.locator("#say-text").fill("By form.");
    await page.locator("#say button").click();
    await page.locator("#talk li", { hasText: "By form." }).waitFor();
    await context.close();
  }));
