// What stands between a page and its server, what moves under a finger, and more tabs than there are connections.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Between } from "./between.mjs";
import { browser, server } from "./house.mjs";
import { DESKTOP, PHONE } from "./seat.mjs";
import { Table, goesTo, says } from "./table.mjs";
import { TIMEOUT_MS, say, until } from "./waiting.mjs";

const linkSays = (page, words) => page.locator("#link-state", { hasText: words }).waitFor();
const noticeSays = (page, words) => page.locator("#notice", { hasText: words }).waitFor();
const hears = (page, text) => page.locator("#talk li", { hasText: text }).waitFor();
const outbox = (page) =>
  page.evaluate(() => {
    const [, kept = "[]"] = Object.entries(sessionStorage).find(([key]) => key.startsWith("codex-outbox")) ?? [];
    return JSON.parse(kept).length;
  });

// Of page.js and transport.js: how long a stream that was heard is taken for a good one, and news are held back.
const HEARD_LATELY_MS = 2000;
const HELD_AFTER_MS = 200;

/** Lets time pass in which something would happen that must not. */
const passes = (page, ms) => page.evaluate((ms) => new Promise((resolve) => setTimeout(resolve, ms)), ms);

const PAGE = "<!doctype html><title>Sign in</title><p>Please sign in";
const IN_THE_WAY = {
  "a page of its own": (_, answer) => answer.writeHead(200, { "content-type": "text/html" }).end(PAGE),
  "a redirection to its page": (asked, answer) =>
    asked.url === "/sign-in" ? answer.end(PAGE) : answer.writeHead(302, { location: "/sign-in" }).end(),
  "a refusal of its own": (_, answer) => answer.writeHead(403, { "content-type": "text/html" }).end(PAGE),
  "JSON of something else": (_, answer) => answer.writeHead(200, { "content-type": "application/json" }).end('{"ok":true}'),
};

test("what answers in the server's place is not believed", { timeout: TIMEOUT_MS }, async () => {
  const between = await Between.before(server);
  const table = await Table.open(server, "Ann");
  for (const [what, answers] of Object.entries(IN_THE_WAY)) {
    const page = await table.pageOf(browser, table.host, { address: between.address });
    await linkSays(page, "Connected");
    between.answers = answers;
    await says(page, `Through ${what}.`);
    await linkSays(page, "Something stands in between");
    await noticeSays(page, "What you sent is kept here");
    assert.equal(await outbox(page), 1, what);
    between.answers = null;
    await hears(page, `Through ${what}.`);
    await page.locator("#notice:empty").waitFor({ state: "attached" });
    await linkSays(page, "Connected");
    await page.context().close();
  }
  const page = await table.pageOf(browser, table.host, { address: between.address });
  await linkSays(page, "Connected");
  between.answers = Object.values(IN_THE_WAY)[0];
  await says(page, "Never mind.");
  await page.getByRole("button", { name: "Take it back" }).click();
  assert.equal(await page.locator("#say-text").inputValue(), "Never mind.");
  assert.equal(await outbox(page), 0);
  await page.context().close();
  assert.equal((await table.lines()).length, Object.keys(IN_THE_WAY).length, "each was said once");
  between.stop();
});

test("a page whose stream was lost without a word asks at once when it is looked at", { timeout: TIMEOUT_MS }, async () => {
  const between = await Between.before(server);
  const table = await Table.open(server, "Ann");
  const page = await table.pageOf(browser, table.host, { address: between.address });
  await linkSays(page, "Connected");
  between.hold();
  await table.play(table.host, { do: "say", text: "In the lift." });
  await passes(page, HEARD_LATELY_MS + 200);
  between.lose();
  const began = Date.now();
  await page.evaluate(() => window.dispatchEvent(new Event("online")));
  await hears(page, "In the lift.");
  const tookMs = Date.now() - began;
  assert.ok(tookMs < 5000, `${tookMs} ms`);
  say(`what was said in the lift was there ${tookMs} ms after it`);
  await page.context().close();
  between.stop();
});

test("what was refused stands where it was typed", { timeout: TIMEOUT_MS }, async () => {
  const table = await Table.open(server, "Ann");
  const page = await table.pageOf(browser, table.host);
  await linkSays(page, "Connected");
  await page.locator("#say-text").evaluate((field) => field.removeAttribute("maxlength"));
  const long = "A long story. ".repeat(30).trim();
  await says(page, long);
  await noticeSays(page, "400 characters is the most");
  assert.equal(await page.locator("#say-text").inputValue(), long);
  assert.equal(await outbox(page), 0);
  await page.context().close();
});

/** Tells the whisper of a seat: a paragraph appears above the options. Returns its text. */
async function tells({ table, seat }) {
  const { scene, whispers } = (await table.view(seat)).stage;
  await table.play(seat, { do: "tell", scene, whisper: whispers[0].whisper, manner: "twist" });
  return whispers[0].twist;
}

const toldOn = (page, text) => page.locator(".told-text", { hasText: text });

const chosenBy = async (table) => (await table.view(table.host)).stage.options.find((option) => option.yours)?.label;

test("nothing is exchanged under a finger, a pointer or a key", { timeout: TIMEOUT_MS }, async () => {
  for (const hand of ["finger", "pointer", "key"]) {
    const { table, seats } = await Table.atScene(server, ["Ann", "Bob"]);
    const page = await table.pageOf(browser, table.host, hand === "finger" ? PHONE : DESKTOP);
    await linkSays(page, "Connected");
    await goesTo(page, "decide");
    const option = page.locator("button.option").nth(1);
    await option.evaluate((button) => button.scrollIntoView({ block: "center", behavior: "instant" }));
    await option.click({ trial: true }); // it has come to rest
    const label = await option.locator(".option-label").innerText();
    const { x, y } = await option.boundingBox();
    const hands = await handsOn(page, hand, { x: x + 40, y: y + 30 });
    if (hand === "key") await option.focus();
    await hands.down();
    const told = toldOn(page, await tells({ table, seat: seats.Bob }));
    await passes(page, 2 * HELD_AFTER_MS);
    assert.equal(await told.count(), 0, hand);
    assert.ok(Math.abs((await option.boundingBox()).y - y) < 1, hand);
    await hands.up();
    await told.waitFor();
    await until("the choice is recorded", () => chosenBy(table));
    assert.equal(await chosenBy(table), label, hand);
    await page.context().close();
  }
});

async function handsOn(page, hand, point) {
  if (hand === "key") return { down: () => page.keyboard.down("Enter"), up: () => page.keyboard.up("Enter") };
  if (hand === "pointer") {
    await page.mouse.move(point.x, point.y);
    return { down: () => page.mouse.down(), up: () => page.mouse.up() };
  }
  const session = await page.context().newCDPSession(page);
  const touch = (type, touchPoints) => session.send("Input.dispatchTouchEvent", { type, touchPoints });
  return { down: () => touch("touchStart", [point]), up: () => touch("touchEnd", []) };
}

test("what one looks at or types into stays where it is when news come", { timeout: TIMEOUT_MS }, async () => {
  const { table, seats } = await Table.atScene(server, ["Ann", "Bob"]);
  const pages = [await table.pageOf(browser, table.host, PHONE), await table.pageOf(browser, table.host, DESKTOP)];
  const typing = await table.pageOf(browser, table.host, { ...PHONE, viewport: { width: 390, height: 500 } });
  for (const page of pages) {
    await linkSays(page, "Connected");
    await goesTo(page, "decide");
    const option = page.locator("button.option").first();
    await option.evaluate((button) => button.scrollIntoView({ block: "center", behavior: "instant" }));
  }
  await linkSays(typing, "Connected");
  await goesTo(typing, "decide");
  await typing.locator("#act-talk").tap();
  await typing.locator("#say-text").tap();
  const looked = [...pages.map((page) => page.locator("button.option").first()), typing.locator("#say-text")];
  const before = await Promise.all(looked.map(async (one) => (await one.boundingBox()).y));
  await typing.locator("#say-text").fill("half a");
  const text = await tells({ table, seat: seats.Bob });
  for (const page of [...pages, typing]) await toldOn(page, text).waitFor({ state: "attached" });
  for (const [index, one] of looked.entries()) {
    const moved = Math.round((await one.boundingBox()).y - before[index]);
    assert.ok(Math.abs(moved) <= 1, `page ${index} moved by ${moved} px`);
  }
  assert.equal(await typing.locator("#say-text").inputValue(), "half a");
  for (const page of [...pages, typing]) await page.context().close();
});

test("a second tap does not answer the next question", { timeout: TIMEOUT_MS }, async () => {
  const table = await Table.open(server, "Ann");
  await table.play(table.host, { do: "begin", sitting: "short" });
  const page = await table.pageOf(browser, table.host, DESKTOP);
  await linkSays(page, "Connected");
  const { x, y } = await page.locator(".answers button").first().boundingBox();
  await page.mouse.dblclick(x + 20, y + 10, { delay: 40 });
  await page.locator(".progress", { hasText: "Question 2 of 5" }).waitFor();
  assert.equal((await table.view(table.host)).stage.number, 2);
  await page.context().close();
});

test("seven tabs of one browser play over plain HTTP", { timeout: TIMEOUT_MS }, async () => {
  const tables = [await Table.open(server, "Ann"), await Table.open(server, "Ben")];
  const context = await browser.newContext();
  context.setDefaultTimeout(10_000);
  for (const table of tables) await table.seats(context, table.host);
  const tabs = [];
  for (let number = 0; number < 7; number += 1) {
    const tab = await context.newPage();
    await tab.goto(server.address + tables[number % 2].path);
    await linkSays(tab, "Connected");
    tabs.push(tab);
  }
  for (const [number, tab] of tabs.entries()) {
    await says(tab, `From tab ${number}.`);
    await hears(tab, `From tab ${number}.`);
  }
  for (const [number, tab] of tabs.entries()) {
    const last = number % 2 === 0 ? 6 : 5;
    await hears(tab, `From tab ${last}.`);
  }
  await context.close();
});
