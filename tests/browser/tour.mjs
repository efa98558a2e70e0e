// Looks at every moment of an evening on every screen, takes pictures, and says what a machine can see to be wrong:
// node tour.mjs FOLDER [MOMENT…]

import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { launch } from "./chromium.mjs";
import { evening } from "./evening.mjs";
import { judged } from "./judge.mjs";
import { Server } from "./server.mjs";
import { givesSeat } from "./table.mjs";
import { say } from "./waiting.mjs";

const touch = { isMobile: true, hasTouch: true };
const SCREENS = {
  small: { viewport: { width: 320, height: 568 }, ...touch },
  phone: { viewport: { width: 390, height: 844 }, ...touch },
  tablet: { viewport: { width: 820, height: 1180 }, ...touch },
  desk: { viewport: { width: 1440, height: 900 } },
  wall: { viewport: { width: 3840, height: 2160 } },
};
const DARK = { colorScheme: "dark" };
const VELLUM = { colorScheme: "light" };
/** How each screen is looked at. Axe reads the same document on all of them: once on a phone and once on a desk is enough. */
const LOOKS = [
  { name: "phone-dark", screen: "phone", ...DARK, asksAxe: true },
  { name: "phone-vellum", screen: "phone", ...VELLUM },
  { name: "phone-forced", screen: "phone", ...DARK, forcedColors: "active" },
  { name: "phone-large", screen: "phone", ...DARK, textPx: 32 },
  { name: "small-dark", screen: "small", ...DARK },
  { name: "small-vellum", screen: "small", ...VELLUM },
  { name: "tablet-dark", screen: "tablet", ...DARK },
  { name: "tablet-vellum", screen: "tablet", ...VELLUM },
  { name: "desk-dark", screen: "desk", ...DARK },
  { name: "desk-vellum", screen: "desk", ...VELLUM, asksAxe: true },
  { name: "desk-forced", screen: "desk", ...DARK, forcedColors: "active" },
  { name: "desk-large", screen: "desk", ...DARK, textPx: 32 },
  { name: "wall-dark", screen: "wall", ...DARK },
  { name: "wall-vellum", screen: "wall", ...VELLUM },
];
/** Of these every moment stands on one sheet, for eyes. */
const SHEETS = ["phone-dark", "phone-vellum", "desk-dark", "desk-vellum"];
const BEATS_MAX = 6;

const [folder, ...moments] = process.argv.slice(2);
if (!folder) {
  console.error("Usage: node tour.mjs FOLDER [MOMENT…]");
  process.exit(2);
}

class Tour {
  #taken = new Map(SHEETS.map((name) => [name, []]));
  /** By moment, what is wrong, and how it was looked at. */
  #found = new Map();
  #number = 0;

  constructor(browser, server) {
    Object.assign(this, { browser, server });
  }

  async looksAt(moment) {
    this.#number += 1;
    for (const look of LOOKS) await this.#looksAtBy(moment, look);
    const found = [...this.#found].filter(([sentence]) => sentence.startsWith(moment.name));
    say(`${moment.name} is looked at${found.length > 0 ? `: ${found.length} things are wrong` : ""}`);
    for (const [sentence, looks] of found) console.log(`    ${sentence} (${looks.join(", ")})`);
  }

  async #looksAtBy({ name, path, cookies, panel }, look) {
    const device = { ...SCREENS[look.screen], colorScheme: look.colorScheme, forcedColors: look.forcedColors ?? "none" };
    const context = await this.browser.newContext({ ...device, reducedMotion: "reduce" });
    for (const cookie of cookies) await givesSeat(context, cookie, this.server.address);
    const page = await context.newPage();
    page.on("pageerror", (error) => this.#finds(name, look, [`the script failed: ${error.message}`]));
    if (look.textPx) await this.#writesLarge(context, page, look.textPx);
    await page.goto(this.server.address + path);
    if (await page.locator("#link-state").count()) await page.locator('#link-state[data-state="here"]').waitFor({ state: "attached" });
    if (panel) await page.evaluate((id) => document.querySelector(`a[href="#${id}"]`).click(), panel);
    for (const beat of await this.#beatsOf(page)) {
      if (beat > 0) await page.evaluate(() => document.getElementById("act-go").click());
      await this.#shoots(page, panel || beat === 0 ? name : `${name}-${beat}`, look);
      if (panel) break;
      // A tap just after a step does nothing.
      await page.locator("html:not([data-resting])").waitFor();
    }
    await context.close();
  }

  /** As somebody reads who has set the browser's text to this size; 16 is usual. */
  async #writesLarge(context, page, px) {
    const session = await context.newCDPSession(page);
    await session.send("Page.setFontSizes", { fontSizes: { standard: px, fixed: px } });
  }

  /** The numbers of the beats from the one that is up. */
  async #beatsOf(page) {
    const beats = page.locator("html.steps [data-beat]:not([hidden])");
    const all = Math.min((await beats.count()) || 1, BEATS_MAX);
    return Array.from({ length: all }, (_, at) => at);
  }

  async #shoots(page, name, look) {
    const number = String(this.#number).padStart(2, "0");
    const path = join(folder, `${number}-${name}-${look.name}.jpeg`);
    await page.screenshot({ path, type: "jpeg", quality: 80, animations: "disabled" });
    this.#taken.get(look.name)?.push({ name, path });
    const screen = SCREENS[look.screen];
    this.#finds(name, look, await judged(page, screen.viewport.width, { touches: screen.hasTouch && !look.textPx, asksAxe: look.asksAxe }));
  }

  #finds(name, look, sentences) {
    for (const sentence of sentences.map((one) => `${name}: ${one}`)) {
      const looks = this.#found.get(sentence) ?? [];
      this.#found.set(sentence, [...looks, look.name]);
    }
  }

  /** Puts all pictures of a look on sheets, and returns how much was found. */
  async ends() {
    for (const [name, pictures] of this.#taken) await this.#sheet(name, pictures);
    return this.#found.size;
  }

  async #sheet(look, pictures) {
    const page = await this.browser.newPage({ viewport: { width: 1800, height: 900 } });
    const figures = pictures.map(async ({ name, path }) => {
      const data = (await readFile(path)).toString("base64");
      return `<figure><figcaption>${name}</figcaption><img src="data:image/jpeg;base64,${data}"></figure>`;
    });
    const height = look.startsWith("phone") ? 560 : 330;
    const style = `body{display:flex;flex-wrap:wrap;gap:8px;margin:8px;font:12px sans-serif}figure{margin:0}img{height:${height}px}`;
    await page.setContent(`<style>${style}</style>${(await Promise.all(figures)).join("")}`);
    await page.screenshot({ path: join(folder, `sheet-${look}.jpeg`), type: "jpeg", quality: 80, fullPage: true });
    await page.close();
  }
}

await mkdir(folder, { recursive: true });
const server = await Server.start();
const browser = await launch();
try {
  const tour = new Tour(browser, server);
  for await (const moment of evening(server)) {
    if (moments.length === 0 || moments.some((name) => moment.name.startsWith(name))) await tour.looksAt(moment);
  }
  const found = await tour.ends();
  say(found === 0 ? "nothing is wrong that a machine can see" : `${found} things are wrong`);
  process.exitCode = found === 0 ? 0 : 1;
} finally {
  await browser.close();
  await server.stop();
}
