// What a phone goes through in a lift: a network that fails without a word or with one, and how soon the page is right again.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Between } from "./between.mjs";
import { browser, server } from "./house.mjs";
import { PHONE } from "./seat.mjs";
import { Table } from "./table.mjs";
import { TIMEOUT_MS, say } from "./waiting.mjs";

/** How soon a page is right that is told of the network, or looked at. */
const CAUGHT_UP_MS = 2000;
/** How soon one is that is told nothing: one beat of the server and a little, as in transport.js. */
const BEAT_MS = 13_500;
const OFFLINE_MS = 1000;
const LOSSES_S = [1, 5, 15, 30];

/** Runs in the page before all else: notes when a line came, and when it was said that there is no network. */
function takeTimes() {
  const times = (window.times = {});
  const note = (name) => (times[name] ??= performance.now());
  window.addEventListener("offline", () => note("lost"), true);
  const look = () => {
    if (document.querySelector("#talk li")) note("line");
    if (document.getElementById("link-state")?.textContent.startsWith("No network.")) note("said");
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true, characterData: true });
}

/** A table whose page has lost its server for a while without a word, and missed a line in it. */
async function lost(seconds) {
  const between = await Between.before(server);
  const table = await Table.open(server, "Ann");
  const page = await table.pageOf(browser, table.host, { ...PHONE, address: between.address, before: takeTimes });
  await page.locator("#link-state", { hasText: "Connected" }).waitFor();
  between.hold();
  await table.play(table.host, { do: "say", text: "In the lift." });
  await new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
  between.lose();
  return { page, between };
}

/** How many milliseconds after `stirs` the line that was missed is there. */
async function catchesUp({ page, between }, stirs) {
  const from = await page.evaluate(stirs);
  await page.waitForFunction(() => window.times.line);
  const at = await page.evaluate(() => window.times.line);
  await page.context().close();
  between.stop();
  return Math.round(at - from);
}

const STIRS = {
  "the network comes back": () => {
    window.dispatchEvent(new Event("online"));
    return performance.now();
  },
  "it is looked at": () => {
    document.dispatchEvent(new Event("visibilitychange"));
    return performance.now();
  },
};

test("what was lost without a word is there as soon as the page is stirred", { timeout: TIMEOUT_MS }, async () => {
  const cases = Object.keys(STIRS).flatMap((what) => LOSSES_S.map((seconds) => ({ what, seconds })));
  const took = await Promise.all(cases.map(async ({ what, seconds }) => catchesUp(await lost(seconds), STIRS[what])));
  for (const [index, { what, seconds }] of cases.entries()) {
    say(`${took[index]} ms after ${what}, a loss of ${seconds} s is made good`);
    assert.ok(took[index] >= 0, `${what}, after ${seconds} s: it was not lost`);
    assert.ok(took[index] <= CAUGHT_UP_MS, `${what}, after ${seconds} s: ${took[index]} ms`);
  }
});

test("what was lost without a word is there within one beat when nothing stirs", { timeout: TIMEOUT_MS }, async () => {
  const tookMs = await catchesUp(await lost(1), () => performance.now());
  say(`${tookMs} ms after a loss that nobody noticed it is made good`);
  assert.ok(tookMs <= BEAT_MS + CAUGHT_UP_MS, `${tookMs} ms`);
});

test("a lost network is said within a second, and what was typed goes out when it is back", { timeout: TIMEOUT_MS }, async () => {
  const table = await Table.open(server, "Ann");
  const page = await table.pageOf(browser, table.host, { ...PHONE, before: takeTimes });
  await page.locator("#link-state", { hasText: "Connected" }).waitFor();
  await page.context().setOffline(true);
  await page.waitForFunction(() => window.times.said);
  const { lost: from, said } = await page.evaluate(() => window.times);
  assert.ok(said - from <= OFFLINE_MS, `${said - from} ms`);
  await page.locator("#act-talk, a[href='#talk']").first().evaluate((way) => way.click());
  await page.locator("#say-text").fill("From the tunnel.");
  await page.locator("#say-text").press("Enter");
  await page.locator("#link-state", { hasText: "One thing waits to be sent." }).waitFor();
  await page.context().setOffline(false);
  await page.locator("#talk li:not(.unsent)", { hasText: "Ann" }).filter({ hasText: "From the tunnel." }).waitFor();
  assert.deepEqual(await table.lines(), ["Ann: From the tunnel."]);
  await page.context().close();
});
