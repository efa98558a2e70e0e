// Whoever looks elsewhere is called when it is their turn: once, where they wished for it and their device lets us.

import assert from "node:assert/strict";
import { test } from "node:test";

import { decides } from "./evening.mjs";
import { browser, server } from "./house.mjs";
import { DESKTOP } from "./seat.mjs";
import { Table } from "./table.mjs";
import { TIMEOUT_MS, until } from "./waiting.mjs";

/** Runs in the page before all else: one says of the page that nobody sees it, which a browser without a screen cannot. */
function mayLookAway() {
  window.isAway = false;
  Object.defineProperty(document, "hidden", { get: () => window.isAway });
  Object.defineProperty(document, "visibilityState", { get: () => (window.isAway ? "hidden" : "visible") });
}

const looks = (page, isAway) =>
  page.evaluate((away) => {
    window.isAway = away;
    document.dispatchEvent(new Event("visibilitychange"));
  }, isAway);

/** What the device shows of us. */
const calls = (page) =>
  page.evaluate(async () => {
    const shown = await navigator.serviceWorker.ready;
    return (await shown.getNotifications()).map(({ title, body }) => ({ title, body }));
  });

const setting = (page, value) => page.locator(`input[name="calls"][value="${value}"]`);

/** Ann's page, from the door on: what shows a call comes with the door. */
async function sits(permissions) {
  const { table, seats } = await Table.atScene(server, ["Ann", "Bob"]);
  const context = await browser.newContext({ ...DESKTOP, permissions });
  await context.addInitScript(mayLookAway);
  const page = await context.newPage();
  await page.goto(server.address);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => null));
  await table.seats(context, seats.Ann);
  await page.goto(server.address + table.path);
  await page.locator("#link-state", { hasText: "Connected" }).waitFor();
  await page.locator("#settings-details > summary").click();
  return { table, seats, page };
}

/** Decides the scene: for those who looked away it is their turn again. */
const decided = ({ table, seats }) => decides(table, Object.values(seats));

const shows = (page, number) => page.locator(".eyebrow", { hasText: `Scene ${number} ·` }).waitFor({ state: "attached" });

test("whoever looks elsewhere is called once when it is their turn, and not when they look", { timeout: TIMEOUT_MS }, async () => {
  const at = await sits(["notifications"]);
  const { page } = at;
  await setting(page, "on").check();
  await decided(at);
  await shows(page, 2);
  assert.deepEqual(await calls(page), [], "who looks is not called");

  await looks(page, true);
  await decided(at);
  await shows(page, 3);
  await until("one is called", async () => (await calls(page)).length > 0);
  const [{ title, body }, ...more] = await calls(page);
  assert.match(title, /^(It is your turn|The table waits for you)$/);
  assert.deepEqual(more, [], "once");
  const { stage } = await at.table.view(at.seats.Ann);
  assert.ok(body.includes(stage.title), "it says where, and nothing that is secret");

  await looks(page, false);
  await until("whoever is there is called no more", async () => (await calls(page)).length === 0);
  await page.reload();
  await page.locator("#settings-details > summary").click();
  assert.ok(await setting(page, "on").isChecked(), "the wish is kept");
  await setting(page, "off").check();
  await looks(page, true);
  await decided(at);
  await shows(page, 4);
  assert.deepEqual(await calls(page), [], "who does not wish for it is not called");
  await page.context().close();
});

test("where the device does not let us call, the settings say so", { timeout: TIMEOUT_MS }, async () => {
  const { page } = await sits([]);
  await setting(page, "on").click();
  await page.locator("#calls-barred", { hasText: "does not let this page call you" }).waitFor();
  assert.ok(await setting(page, "off").isChecked());
  await page.context().close();
});
