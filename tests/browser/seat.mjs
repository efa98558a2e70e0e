// One browser at the table, and all that its player does there.

import { chromium } from "playwright-core";

import { PATIENCE_MS, until } from "./waiting.mjs";

export const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
export const DESKTOP = { viewport: { width: 1280, height: 900 } };

/** Debian's browser. It plays on the loopback and has nobody else to call. */
const SETTINGS = {
  executablePath: "/usr/bin/chromium",
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
};

export function launch() {
  return chromium.launch(SETTINGS);
}

/** Starts a browser as its owner has set it up, and returns its one context. */
export function launchWith(profile) {
  return chromium.launchPersistentContext(profile, SETTINGS);
}

/** A player whose page is live: whatever comes is only waited for. */
export class Seat {
  /** What the browser's console held against the page. */
  complaints = [];
  /** Set while the server is known to be down: failed requests are then what must happen. */
  serverIsDown = false;

  static async enter(browser, server, name, device) {
    const seat = new this();
    seat.server = server;
    seat.name = name;
    seat.touches = device.hasTouch === true;
    seat.context = await browser.newContext({ ...device, ...this.settings });
    seat.context.setDefaultTimeout(PATIENCE_MS);
    seat.page = await seat.context.newPage();
    seat.#listen();
    return seat;
  }

  #listen() {
    this.page.on("pageerror", (error) => this.complaints.push(String(error)));
    this.page.on("console", (entry) => {
      if (entry.type() !== "error") return;
      // A server that starts listens before its journal is open, and says 503 until then.
      const expected = this.serverIsDown && /net::ERR_|status of 503/.test(entry.text());
      if (!expected) this.complaints.push(entry.text());
    });
  }

  // ---- What differs when the page is not live

  async press(locator) {
    await (this.touches ? locator.tap() : locator.click());
  }

  async sees(locator) {
    await locator.first().waitFor();
  }

  // ---- Sitting down

  async go(path) {
    await this.page.goto(this.server.address + path);
  }

  async opensTable() {
    await this.go("/");
    await this.page.locator("#open-name").fill(this.name);
    await this.press(this.page.getByRole("button", { name: "Open the table" }));
    await this.sees(this.#named("Call the others"));
  }

  async invitation() {
    return {
      code: (await this.page.locator(".code-large").textContent()).trim(),
      link: await this.page.locator("#invite-link").inputValue(),
    };
  }

  async joinsByLink(link) {
    await this.page.goto(link);
    await this.#sitsDown();
  }

  async joinsByCode(code) {
    await this.go("/");
    await this.page.locator("#join-code").fill(code.toLowerCase());
    await this.press(this.page.getByRole("button", { name: "Find it" }));
    await this.#sitsDown();
  }

  async #sitsDown() {
    await this.page.locator("#join-name").fill(this.name);
    await this.press(this.page.getByRole("button", { name: "Take a seat" }));
    await this.sees(this.#named("Call the others"));
  }

  async comesBack(code, phrase) {
    await this.go("/return");
    await this.page.locator("#return-code").fill(code);
    await this.page.locator("#return-phrase").fill(phrase);
    await this.press(this.page.getByRole("button", { name: "Take my seat again" }));
    await this.page.waitForURL("**/t/*");
  }

  async seesAtTable(name) {
    await this.sees(this.page.locator("#party .seat-name", { hasText: name }));
  }

  async begins() {
    await this.press(this.page.getByRole("button", { name: "Begin the interrogation" }));
  }

  // ---- Before the story

  /** Answers the ten questions, each with another of its answers than a neighbour would give. */
  async answersAll(taste) {
    for (let number = 1; number <= 10; number += 1) {
      await this.sees(this.page.locator(".progress", { hasText: `Question ${number} of 10` }));
      const answers = this.#forms("answer").getByRole("button");
      await this.press(answers.nth((number + taste) % (await answers.count())));
    }
  }

  /** Returns the class the gods have named, from the sheet. */
  async calling() {
    const name = this.page.locator("#sheet summary .seat-class");
    await this.sees(name);
    return (await name.textContent()).trim();
  }

  async seesItsCalling() {
    await this.sees(this.page.locator("#stage-title.called"));
    return (await this.page.locator("#stage-title").textContent()).trim();
  }

  async seesQuests() {
    await this.sees(this.#named("Which quest do you take up?"));
  }

  async takesUpQuest() {
    await this.seesQuests();
    await this.press(this.page.getByRole("button", { name: "Take this up" }).first());
  }

  // ---- Scenes

  /** Waits for the scene of that number. Returns false when the Chronicle has come instead. */
  async reaches(number) {
    const scene = this.page.locator("#stage .eyebrow", { hasText: new RegExp(`^Scene ${number} `) });
    await this.sees(scene.or(this.page.locator("dl.seal")));
    return scene.isVisible();
  }

  async title() {
    return (await this.page.locator("#stage-title").textContent()).trim();
  }

  /** What only this seat hears in the scene. */
  async whispers() {
    const cards = await this.page.locator("article.whisper").all();
    return Promise.all(
      cards.map(async (card) => ({
        truth: await card.locator("> .prose").textContent(),
        twist: await card.locator(".twist .prose").textContent(),
      })),
    );
  }

  async shares() {
    await this.press(this.page.getByRole("button", { name: "Share it" }).first());
    await this.sees(this.page.getByText("You shared it as you heard it."));
  }

  async twists() {
    await this.press(this.page.getByText("Or tell them something else").first());
    await this.press(this.page.getByRole("button", { name: "Tell this lie" }).first());
    await this.sees(this.page.getByText("You told them this instead:"));
  }

  async keeps() {
    await this.press(this.page.getByRole("button", { name: "Keep it" }).first());
    await this.sees(this.page.getByText("You keep it to yourself."));
  }

  async hearsTold(text) {
    await this.sees(this.page.locator(".told-text", { hasText: text }));
  }

  /** The options this seat may choose from; none where another decides. */
  async options() {
    const fields = await this.page.locator('#stage input[name="option"]').all();
    return Promise.all(fields.map((field) => field.getAttribute("value")));
  }

  async asksFor(option) {
    await this.press(this.#option(option));
  }

  async chooses(option) {
    await this.asksFor(option);
    await this.seesChosen(option);
  }

  async seesChosen(option) {
    await this.sees(this.page.locator("#stage .option-yours").and(this.#option(option)));
  }

  #option(option) {
    const field = this.page.locator(`input[name="option"][value="${option}"]`);
    return this.#forms("choose").filter({ has: field }).getByRole("button");
  }

  async chosen() {
    const choice = this.page.locator('form:has(button[aria-pressed="true"]) input[name="option"]');
    return (await choice.count()) === 0 ? null : choice.getAttribute("value");
  }

  // ---- Around the story

  async says(text) {
    await this.page.locator("#say-text").fill(text);
    await this.press(this.#forms("say").getByRole("button"));
  }

  async readsLine(text) {
    await this.sees(this.page.locator("#talk li", { hasText: text }));
  }

  async recoveryPhrase() {
    await this.press(this.page.locator("#settings-details > summary"));
    await this.press(this.page.getByText("Show it"));
    const phrase = await this.page.locator(".phrase").textContent();
    await this.press(this.page.locator("#settings-details > summary"));
    return phrase.trim();
  }

  /** What the seal of the dice says, as the table's page shows it from the first moment. */
  async seal() {
    return (await this.page.locator("#settings .hash").first().textContent()).trim();
  }

  async seesLink(words) {
    await this.sees(this.page.locator("#link-state", { hasText: words }));
  }

  /** All there is in the page: what is shown, what is folded away, and what stands in the markup. */
  async everything() {
    return this.page.evaluate(() => {
      const root = document.documentElement;
      return root.textContent + root.outerHTML;
    });
  }

  /** Where the page stands, for a failure's report. */
  async whereabouts() {
    const look = () => {
      const parts = ["stage-title", "link-state", "notice"].map((id) => document.getElementById(id)?.textContent ?? "–");
      return [document.title, ...parts];
    };
    const words = await this.page.evaluate(look).catch(() => ["the page is gone"]);
    return `${this.name}: ${this.page.url()} · ${words.join(" · ")}`;
  }

  #forms(action) {
    return this.page.locator(`form:has(input[name="do"][value="${action}"])`);
  }

  #named(title) {
    return this.page.locator("#stage-title", { hasText: title });
  }
}

/** A player without JavaScript: every step is a form or a link, and news are asked for. */
export class StillSeat extends Seat {
  static settings = { javaScriptEnabled: false };

  async recoveryPhrase() {
    await this.press(this.page.locator("#settings-details > summary"));
    await this.press(this.page.getByText("Show it"));
    await this.press(this.page.getByRole("link", { name: "On a page of its own" }));
    const phrase = await this.page.locator(".phrase").textContent();
    await this.press(this.page.getByRole("link", { name: "Back to the table" }));
    return phrase.trim();
  }

  async press(locator) {
    const folds = await locator.evaluate((element) => element.closest("summary") !== null);
    if (folds) return super.press(locator);
    await Promise.all([this.page.waitForEvent("load"), super.press(locator)]);
  }

  async sees(locator) {
    await until(`${this.name} sees ${locator}`, async () => {
      if (await locator.first().isVisible()) return true;
      await this.press(this.page.getByRole("link", { name: "See what has changed" }));
      return false;
    });
  }
}
