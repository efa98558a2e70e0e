// Plays a table of two and a companion and takes pictures of it: node shots.mjs FOLDER

import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { launch } from "./chromium.mjs";
import { takeUpQuest } from "./quest.mjs";
import { DESKTOP, PHONE, Seat } from "./seat.mjs";
import { Server } from "./server.mjs";
import { say, until } from "./waiting.mjs";

const STILL = { reducedMotion: "reduce" };
const [folder] = process.argv.slice(2);
if (!folder) {
  console.error("Usage: node shots.mjs FOLDER");
  process.exit(2);
}

/** One seat on a phone and on a desk, so that both pictures show the same moment. */
class Photographer {
  #taken = 0;

  constructor(phone, desk) {
    this.devices = { 390: phone, 1280: desk };
  }

  async shoot(name) {
    this.#taken += 1;
    for (const [width, { page }] of Object.entries(this.devices)) {
      await page.evaluate(() => window.scrollTo(0, 0));
      const file = `${String(this.#taken).padStart(2, "0")}-${name}-${width}.png`;
      await page.screenshot({ path: join(folder, file), fullPage: true, animations: "disabled" });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      if (wide > 0) say(`${file} is ${wide} px too wide`);
    }
    say(`${name} is taken`);
  }

  /** Waits until both pages stand where the story stands. */
  async agree() {
    const versions = () =>
      Promise.all(Object.values(this.devices).map(({ page }) => page.locator("main").getAttribute("data-version")));
    await until("both pages show the same version", async () => {
      const [one, other] = await versions();
      return one === other;
    });
  }
}

await mkdir(folder, { recursive: true });
const server = await Server.start();
const browser = await launch();
try {
  const anna = await Seat.enter(browser, server, "Anna", { ...PHONE, ...STILL, deviceScaleFactor: 2 });
  const desk = await Seat.enter(browser, server, "Anna", { ...DESKTOP, ...STILL });
  const ben = await Seat.enter(browser, server, "Ben", { ...PHONE, ...STILL });
  await takePictures(new Photographer(anna, desk), { anna, desk, ben });
} finally {
  await browser.close();
  await server.stop();
}

async function takePictures(photographer, { anna, desk, ben }) {
  for (const seat of [anna, desk]) await seat.go("/");
  await photographer.shoot("home");
  await ben.opensTable();
  const { code, link } = await ben.invitation();
  for (const seat of [anna, desk]) await seat.page.goto(link);
  await photographer.shoot("join");
  await anna.joinsByLink(link);
  await desk.comesBack(code, await anna.recoveryPhrase());
  await desk.seesAtTable("Anna");
  await photographer.agree();
  await photographer.shoot("gathering");

  await ben.begins("long");
  for (const seat of [anna, desk]) await seat.sees(seat.page.locator(".progress"));
  await photographer.shoot("question");
  await anna.answersAll(1);
  for (const seat of [anna, desk]) await seat.seesItsCalling();
  await photographer.shoot("calling");
  await ben.answersAll(2);
  for (const seat of [anna, desk]) await seat.seesQuests();
  await photographer.shoot("quest");
  await takeUpQuest([anna, ben]);
  await playToTheEnd(photographer, { anna, desk, ben });
  for (const seat of [anna, desk, ben]) await seat.seesNaming();
  await photographer.shoot("naming");
  for (const seat of [anna, ben]) await seat.judges();
  for (const seat of [anna, desk]) await seat.seesChronicle();
  await photographer.shoot("chronicle");
  for (const { page } of [anna, desk]) {
    await page.locator(".told-scene > summary").first().click();
    await page.locator('details[id^="opened-seat"] > summary').first().click();
  }
  await photographer.shoot("chronicle-unfolded");
}

async function playToTheEnd(photographer, { anna, desk, ben }) {
  let judged = false;
  for (let number = 1; await anna.reaches(number); number += 1) {
    for (const seat of [desk, ben]) await seat.reaches(number);
    if (number === 1) await photographer.shoot("scene");
    await ben.shares();
    if (number === 1) {
      await ben.says("Something is wrong with that door. What did you hear?");
      await anna.says("He is counting. I will tell you when we are inside.");
      for (const seat of [anna, desk]) await seat.readsLine("when we are inside");
    }
    if (number === 2) await photographer.shoot("aftermath");
    if (!judged && (await anna.page.locator("#before .council").count()) > 0) {
      judged = true;
      await photographer.agree();
      await photographer.shoot("council");
    }
    const seats = [anna, ben];
    for (const seat of seats) {
      const options = await seat.options();
      if (options.length === 0) continue;
      const great = seat.page.locator('form:has(.badge-great) input[name="option"]');
      await seat.asksFor((await great.count()) > 0 ? await great.first().getAttribute("value") : options[0]);
    }
  }
  if (!judged) say("no council was convened on the way; please take the pictures again");
}
