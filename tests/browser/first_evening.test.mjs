// A first evening as one phone lives through it: what it weighs, whether it jumps, and what a screen reader hears of it.

import assert from "node:assert/strict";
import { test } from "node:test";

import { evening } from "./evening.mjs";
import { browser, server } from "./house.mjs";
import { PHONE } from "./seat.mjs";
import { givesSeat } from "./table.mjs";
import { TIMEOUT_MS, say, until } from "./waiting.mjs";

const FIRST_LOAD_BYTES_MAX = 60_000;
const EVENING_BYTES_MAX = 160_000;
const SHIFT_MAX = 0.02;

/** Runs in the page before all else: notes every shift of what stands there, and every sentence that is announced. */
function takeNotes() {
  Object.assign(window, { heard: [], shifts: [] });
  const noteShifts = (list) => window.shifts.push(...list.getEntries().filter((one) => !one.hadRecentInput).map((one) => one.value));
  new PerformanceObserver(noteShifts).observe({ type: "layout-shift", buffered: true });
  const noteWords = (changes) => changes.flatMap(({ addedNodes }) => [...addedNodes]).forEach((node) => window.heard.push(node.textContent));
  document.addEventListener("DOMContentLoaded", () =>
    new MutationObserver(noteWords).observe(document.getElementById("announce"), { childList: true }));
}

/** A phone that sits down at a moment and stays to the end. It does nothing: programs play, and it is told. */
class Phone {
  bytes = 0;

  static async at({ path, cookies }) {
    const phone = new this();
    const context = await browser.newContext(PHONE);
    await givesSeat(context, cookies[0], server.address);
    await context.addInitScript(takeNotes);
    phone.page = await context.newPage();
    const session = await context.newCDPSession(phone.page);
    await session.send("Network.enable");
    session.on("Network.dataReceived", ({ encodedDataLength }) => (phone.bytes += encodedDataLength));
    await phone.page.goto(server.address + path);
    await phone.page.locator('#link-state[data-state="here"]').waitFor({ state: "attached" });
    return phone;
  }

  /** Waits until the page stands where the seat's view does, and returns that view. */
  async follows(cookie) {
    const table = new URL(this.page.url()).pathname;
    const answer = await fetch(`${server.address}/api${table.replace("/t/", "/tables/")}`, { headers: { cookie } });
    const { view } = await answer.json();
    const shown = () => this.page.locator("main").getAttribute("data-version");
    await until("the page shows what the seat sees", async () => Number(await shown()) >= view.version);
    return view;
  }
}

test("a first evening weighs little, does not jump, and is said aloud, in order and once", { timeout: TIMEOUT_MS }, async () => {
  let [phone, firstLoad] = [null, 0];
  const expected = new Set();
  for await (const moment of evening(server)) {
    if (moment.name === "gathering-guest") {
      phone = await Phone.at(moment);
      phone.cookie = moment.cookies[0];
      firstLoad = phone.bytes;
    }
    if (!phone) continue;
    const { lines, stage } = await phone.follows(phone.cookie);
    if (stage.title && stage.told) expected.add(`Scene ${stage.number}: ${stage.title}`);
    for (const { text } of [...(stage.told ?? []), ...lines]) expected.add(text);
  }
  const heard = await phone.page.evaluate(() => window.heard);
  const shifts = await phone.page.evaluate(() => window.shifts);
  const shift = Math.max(0, ...shifts);
  say(`${firstLoad} bytes at first, ${phone.bytes} in all; the greatest shift is ${shift.toFixed(3)}; ${heard.length} sentences`);
  assert.ok(firstLoad > 10_000 && firstLoad <= FIRST_LOAD_BYTES_MAX, `the first load has ${firstLoad} bytes`);
  assert.ok(phone.bytes <= EVENING_BYTES_MAX, `the evening has ${phone.bytes} bytes`);
  assert.ok(shift <= SHIFT_MAX, `something shifts by ${shift}`);
  const places = [...expected].map((words) => {
    const at = heard.flatMap((sentence, index) => (sentence.includes(words) ? [index] : []));
    assert.ok(at.length > 0, `nobody hears: ${words}`);
    return at[0];
  });
  assert.ok(places.length >= 15, "an evening has more to tell");
  assert.deepEqual(places, [...places].sort((one, other) => one - other), "it is heard in the order in which it came");
  for (const sentence of heard.filter((one) => one.startsWith("Scene ") || one.startsWith("What came of"))) {
    assert.equal(heard.filter((one) => one === sentence).length, 1, `it is heard once: ${sentence}`);
  }
  await phone.page.context().close();
});
