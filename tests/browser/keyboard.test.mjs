// A first evening alone and by keyboard: whoever has no pointer comes from the first page to the Chronicle.

import assert from "node:assert/strict";
import { test } from "node:test";

import { browser, server } from "./house.mjs";
import { DESKTOP, PHONE } from "./seat.mjs";
import { TIMEOUT_MS, say, until } from "./waiting.mjs";

/** How often one presses Tab at most to come to what one looks for. */
const TABS_MAX = 80;
const MOMENTS_MAX = 100;

/** Somebody who has nothing but keys. */
class Typist {
  tabs = 0;

  constructor(page) {
    this.page = page;
  }

  /** Goes on from control to control until the focus is on one that matches, and returns its text. */
  async comesTo(selector) {
    for (let tab = 0; tab < TABS_MAX; tab += 1) {
      const text = await this.page.evaluate((wanted) => {
        const active = document.activeElement;
        return active?.matches(wanted) && active.checkVisibility() ? active.textContent.trim() || " " : null;
      }, selector);
      if (text !== null) return text;
      await this.page.keyboard.press("Tab");
      this.tabs += 1;
    }
    throw new Error(`${TABS_MAX} tabs do not lead to ${selector}`);
  }

  async presses(selector) {
    const text = await this.comesTo(selector);
    await this.page.keyboard.press("Enter");
    return text;
  }

  /** What the page is at, and what there is to be done. */
  looks() {
    return this.page.evaluate(() => {
      const shows = (selector) => [...document.querySelectorAll(selector)].some((element) => element.checkVisibility());
      const { stage = "" } = document.getElementById("stage").dataset;
      const up = document.querySelector("[data-beat][data-now]")?.dataset.beat;
      const last = [...document.querySelectorAll("[data-beat]:not([hidden])")].pop();
      const ways = [".answers button", ".quests form button", "button.option:not([aria-pressed='true'])"];
      const way = last?.dataset.beat === up ? ways.find(shows) : "#act-go";
      const isResting = document.documentElement.hasAttribute("data-resting");
      return { stage, moment: `${stage} ${up}`, way: isResting ? null : way };
    });
  }
}

for (const [name, device] of Object.entries({ desk: DESKTOP, phone: PHONE })) {
  test(`a first evening is played by keyboard alone, on a ${name}`, { timeout: TIMEOUT_MS }, async () => {
    const context = await browser.newContext({ ...device, reducedMotion: "reduce" });
    const page = await context.newPage();
    const typist = new Typist(page);
    await page.goto(server.address);
    await typist.presses("#play > summary");
    await typist.comesTo("#open-name");
    await page.keyboard.type("Anna");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/t\/.+/);
    await page.locator('#link-state[data-state="here"]').waitFor({ state: "attached" });
    await typist.presses(".begin button");
    const seen = new Set();
    for (let at = await typist.looks(); !at.stage.startsWith("chronicle"); at = await typist.looks()) {
      assert.ok(seen.size < MOMENTS_MAX, `it goes on for ever: ${[...seen].join(", ")}`);
      seen.add(at.moment);
      if (at.way) await typist.presses(at.way);
      await until(`something follows ${at.moment}`, async () => {
        const now = await typist.looks();
        return now.moment !== at.moment || (!at.way && now.way);
      });
    }
    say(`${typist.tabs} tabs led through ${seen.size} moments on a ${name}`);
    await context.close();
  });
}
