// Whom a page was made for: two tabs, a page of the past, a browser that keeps no cookies or lacks what a script wants.

import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { launchWith } from "./chromium.mjs";
import { browser, server } from "./house.mjs";
import { Table, says } from "./table.mjs";
import { fillFolded } from "./unfolded.mjs";
import { TIMEOUT_MS, until } from "./waiting.mjs";

const linkSays = (page, words) => page.locator("#link-state", { hasText: words }).waitFor();
const noticeSays = (page, words) => page.locator("#notice", { hasText: words }).waitFor();

/** Whose chair the page takes for its own. */
const ownName = (page) => page.locator(".chair:has(small:text('you')) .chair-name").innerText();

async function sitsDown(page, name) {
  await page.locator("#join-name").fill(name);
  await page.getByRole("button", { name: "Take a seat" }).click();
  await page.waitForURL("**/t/*");
}

test("two join pages of one browser take one seat", { timeout: TIMEOUT_MS }, async () => {
  const table = await Table.open(server, "Host");
  const context = await browser.newContext();
  const [first, second] = [await context.newPage(), await context.newPage()];
  for (const tab of [first, second]) await tab.goto(`${server.address}/join/${table.code}`);
  await sitsDown(first, "Ann");
  await sitsDown(second, "Bob");
  await noticeSays(second, "This browser sits at this table already");
  assert.match(await ownName(second), /^Ann$/);
  await says(first, "One of us.");
  await until("the line is there", async () => (await table.lines()).includes("Ann: One of us."));
  assert.equal((await table.view(table.host)).seats.length, 2, "nobody waits for a ghost");
  await context.close();
});

test("a tab does not speak for the seat that another tab has taken", { timeout: TIMEOUT_MS }, async () => {
  const table = await Table.open(server, "Host");
  const [ann, bob] = [await table.sit("Ann"), await table.sit("Bob")];
  const page = await table.pageOf(browser, ann);
  await linkSays(page, "Connected");
  await table.seats(page.context(), bob);
  await page.locator("#settings-details > summary").click();
  const [answered] = await Promise.all([page.waitForResponse(/phrase/), page.getByText("Show it").click()]);
  assert.equal(answered.status(), 409, "nor does it show another's phrase");
  assert.equal(await page.locator(".phrase").count(), 0);
  await says(page, "Who am I?");
  await linkSays(page, "Another seat");
  await noticeSays(page, "This page stays as it was");
  assert.equal(await page.locator("#say-text").inputValue(), "Who am I?", "what was typed stays");
  assert.match(await ownName(page), /^Ann$/);
  assert.deepEqual(await table.lines(), []);

  // Whatever brings the page of the other seat, this one does not turn into it.
  const other = await table.pageOf(browser, ann);
  await linkSays(other, "Connected");
  await table.seats(other.context(), bob);
  await other.evaluate(() => window.dispatchEvent(new Event("offline")));
  await linkSays(other, "Another seat");
  assert.match(await ownName(other), /^Ann$/);
  await other.getByRole("link", { name: "Show the other seat" }).click();
  await linkSays(other, "Connected");
  assert.match(await ownName(other), /^Bob$/);
  for (const one of [page, other]) await one.context().close();
});

test("a door that is come back to opens another table", { timeout: TIMEOUT_MS }, async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  const opened = [];
  await page.goto(server.address);
  for (let time = 0; time < 2; time += 1) {
    await fillFolded(page, "#play", "#open-name", "Ann");
    await page.getByRole("button", { name: "Open the table" }).click();
    await page.waitForURL(/\/t\/.+/);
    opened.push(page.url());
    await page.goBack();
  }
  // As a browser shows a page that it has kept whole.
  const idOf = () => page.locator('form[method="post"] [name="command_id"]').inputValue();
  const before = await idOf();
  await page.evaluate(() => window.dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })));
  assert.notEqual(await idOf(), before);
  assert.notEqual(opened[0], opened[1]);
  await context.close();
});

test("a browser that blocks cookies is told what is needed and takes no seat", { timeout: TIMEOUT_MS }, async (t) => {
  const profile = await mkdtemp(join(tmpdir(), "arcane-codex-"));
  await mkdir(join(profile, "Default"));
  const blocked = { profile: { default_content_setting_values: { cookies: 2 } } };
  await writeFile(join(profile, "Default", "Preferences"), JSON.stringify(blocked));
  const context = await launchWith(profile);
  t.after(async () => {
    await context.close();
    await rm(profile, { recursive: true });
  });
  const page = await context.newPage();
  const table = await Table.open(server, "Host");
  for (const [path, fold, field, button] of [
    ["/", "#play", "#open-name", "Open the table"],
    [`/join/${table.code}`, "", "#join-name", "Take a seat"],
  ]) {
    await page.goto(server.address + path);
    if (fold) await fillFolded(page, fold, field, "Ann");
    else await page.locator(field).fill("Ann");
    await page.getByRole("button", { name: button }).click();
    await page.getByText("Allow cookies for this address").waitFor();
    assert.equal(await page.locator(field).inputValue(), "Ann");
  }
  assert.equal((await table.view(table.host)).seats.length, 1);
});

// What browsers got in the years after 2020, and what the script cannot do without.
const LATER = ["AbortSignal.timeout", "Array.prototype.at", "Array.prototype.findLast", "Object.hasOwn", "Object.groupBy",
  "String.prototype.replaceAll", "String.prototype.at", "Promise.any", "Promise.withResolvers", "Set.prototype.union",
  "crypto.randomUUID", "window.structuredClone", "window.BroadcastChannel", "navigator.locks", "Element.prototype.checkVisibility"];
const NEEDED = ["EventSource", "fetch", "AbortController"];

test("a browser of five years ago has a live page, and an older one plays by forms", { timeout: TIMEOUT_MS }, async () => {
  const table = await Table.open(server, "Ann");
  const without = (names) => names.map((name) => `delete ${name};`).join("\n");
  const page = await table.pageOf(browser, table.host, { before: without(LATER) });
  await linkSays(page, "Connected");
  await says(page, "From 2021.");
  await page.locator("#talk li", { hasText: "From 2021." }).waitFor();
  await page.context().close();
  for (const name of NEEDED) {
    const old = await table.pageOf(browser, table.host, { before: without([`window.${name}`]) });
    await Promise.all([old.waitForEvent("load"), says(old, `Without ${name}.`)]);
    await old.locator("#talk li", { hasText: `Without ${name}.` }).waitFor();
    await old.getByRole("link", { name: "See what has changed" }).waitFor();
    await old.context().close();
  }
});
