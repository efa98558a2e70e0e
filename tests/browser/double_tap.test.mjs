// Two taps where one was meant: whatever is tapped twice is done once, and what comes under the finger meanwhile is not done at all.

import assert from "node:assert/strict";
import { test } from "node:test";

import { browser, server } from "./house.mjs";
import { PHONE } from "./seat.mjs";
import { Table, goesTo } from "./table.mjs";
import { PATIENCE_MS, TIMEOUT_MS, say, until } from "./waiting.mjs";

const GAPS_MS = [60, 150, 300];
/** A busy machine may bring a second tap later than it was meant. It is tried again then: nobody taps that slowly twice. */
const SLACK_MS = 60;
const TRIES_MAX = 8;

/** Runs in the page before all else: notes when a finger came down. */
function takeTaps() {
  window.taps = [];
  addEventListener("touchstart", ({ timeStamp }) => window.taps.push(timeStamp), true);
}

/** A phone at a table that somebody else watches. */
async function sits({ table, seats }, name) {
  const page = await table.pageOf(browser, seats[name], { ...PHONE, reducedMotion: "reduce", before: takeTaps });
  page.setDefaultTimeout(PATIENCE_MS);
  await page.locator("#link-state", { hasText: "Connected" }).waitFor();
  return { table, seats, page, view: () => table.view(seats[name]) };
}

const gathered = async () => {
  const table = await Table.open(server, "Ann");
  await table.play(table.host, { do: "begin", sitting: "short" });
  return sits({ table, seats: { Ann: table.host } }, "Ann");
};

/** Bob, in the first scene, at one of its beats. */
const atBeat = (beat) => async () => {
  const at = await sits(await Table.atScene(server, ["Ann", "Bob"], { limit: "three-minutes" }), "Bob");
  await goesTo(at.page, beat);
  return at;
};

const told = async () => {
  const at = await atBeat("decide")();
  const { scene, whispers } = (await at.table.view(at.seats.Ann)).stage;
  await at.table.play(at.seats.Ann, { do: "tell", scene, whisper: whispers[0].whisper, manner: "truth" });
  return at;
};

const beatOf = (page) => page.locator("[data-beat][data-now]").getAttribute("data-beat");

/** What is tapped, where, and what must have come of it: each is asked again until the page has come to rest. */
const TAPS = {
  "an answer": {
    at: gathered,
    tapped: (page) => page.locator(".answers button").first(),
    done: async ({ view }) => (await view()).stage.number === 2,
  },
  "the way on": {
    at: atBeat("scene"),
    tapped: (page) => page.locator("#act-go"),
    done: async ({ page }) => (await beatOf(page)) === "whisper",
  },
  "a telling": {
    at: atBeat("whisper"),
    tapped: (page) => page.getByRole("button", { name: "Tell it" }),
    done: async ({ page }) => (await page.getByRole("button", { name: "Send now" }).isVisible()) && (await page.locator("[data-held]").count()) === 1,
  },
  "an option": {
    at: atBeat("decide"),
    tapped: (page) => page.locator("button.option").first(),
    done: async ({ view }) => (await view()).stage.options[0].yours === true,
  },
  "a nod": {
    at: told,
    tapped: (page) => page.locator(".nods button").first(),
    done: async ({ view }) => {
      const [{ believed_by: by, doubted_by: against }] = (await view()).stage.told;
      return by.length === 1 && against.length === 0;
    },
  },
  "a line": {
    at: async () => {
      const at = await atBeat("decide")();
      await at.page.locator("#act-talk, a[href='#talk']").first().tap();
      await at.page.locator("#say-text").fill("Once.");
      return at;
    },
    tapped: (page) => page.locator("#say button"),
    done: async ({ table }) => (await table.lines()).join() === "Bob: Once.",
  },
};

/** Taps twice, with a gap. Returns the gap that the page has seen. */
async function tapsTwice(page, locator, gapMs) {
  await locator.evaluate((element) => element.scrollIntoView({ block: "center", behavior: "instant" }));
  await locator.click({ trial: true }); // it has come to rest
  const { x, y, width, height } = await locator.boundingBox();
  const tap = () => page.touchscreen.tap(x + width / 2, y + height / 2);
  const before = await page.evaluate(() => window.taps.length);
  const first = tap();
  await new Promise((resolve) => setTimeout(resolve, gapMs));
  await Promise.all([first, tap()]);
  const [one, other] = (await page.evaluate(() => window.taps)).slice(before);
  return other - one;
}

for (const [what, { at, tapped, done }] of Object.entries(TAPS)) {
  test(`${what} that is tapped twice is done once`, { timeout: TIMEOUT_MS }, async () => {
    for (const gapMs of GAPS_MS) {
      for (let number = 1; ; number += 1) {
        const moment = await at();
        const sawMs = await tapsTwice(moment.page, tapped(moment.page), gapMs);
        const isMeant = sawMs <= gapMs + SLACK_MS;
        if (isMeant) {
          await until(`${what} is done`, () => done(moment));
          // What a second tap has done is there by the time that everything under way was answered.
          await moment.page.waitForFunction(() => !document.querySelector("form[data-sent]") && !document.documentElement.hasAttribute("data-resting"));
          assert.ok(await done(moment), `${what}, twice within ${Math.round(sawMs)} ms`);
          say(`${what}: twice within ${Math.round(sawMs)} ms`);
        }
        await moment.page.context().close();
        if (isMeant) break;
        assert.ok(number < TRIES_MAX, "the machine is too busy to tap twice");
      }
    }
  });
}
