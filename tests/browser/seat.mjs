// One browser at the table, and all that its player does there.

import { fillFolded, showEverything } from "./unfolded.mjs";
import { PATIENCE_MS } from "./waiting.mjs";

export const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
export const DESKTOP = { viewport: { width: 1280, height: 900 } };

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
    await seat.context.addInitScript(showEverything);
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

  /** Opens a table. Played by days it decides a scene with the last choice, and leaves nobody time for second thoughts. */
  async opensTable(limit = "day") {
    await this.go("/");
    await fillFolded(this.page, "#play", "#open-name", this.name);
    await this.page.locator(`[name="limit"][value="${limit}"]`).check();
    await this.press(this.page.getByRole("button", { name: "Open the table" }));
    await this.sees(this.page.locator(".chairs"));
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
    await fillFolded(this.page, "#have-code", "#join-code", code.toLowerCase());
    await this.press(this.page.getByRole("button", { name: "Find it" }));
    await this.#sitsDown();
  }

  async #sitsDown() {
    await this.page.locator("#join-name").fill(this.name);
    await this.press(this.page.getByRole("button", { name: "Take a seat" }));
    await this.sees(this.page.locator(".chairs"));
  }

  async comesBack(code, phrase) {
    await this.go("/return");
    await this.page.locator("#return-code").fill(code);
    await this.page.locator("#return-phrase").fill(phrase);
    await this.press(this.page.getByRole("button", { name: "Take my seat again" }));
    await this.page.waitForURL("**/t/*");
  }

  async seesAtTable(name) {
    await this.sees(this.page.locator(".chair-name, #party .seat-name", { hasText: name }));
  }

  async begins(sitting = "short") {
    await this.page.locator(`[name="sitting"][value="${sitting}"]`).check();
    await this.press(this.page.getByRole("button", { name: "Begin the interrogation" }));
  }

  // ---- Before the story

  /** Answers every question unlike a neighbour would. Returns what it said to the last, which at first is the open one. */
  async answersAll(taste) {
    const progress = this.page.locator(".progress", { hasText: /Question [0-9]+ of / });
    await this.sees(progress);
    let [number, of] = (await progress.textContent()).match(/[0-9]+/g).map(Number);
    let said;
    for (; number <= of; number += 1) {
      await this.sees(progress.filter({ hasText: `Question ${number} of ` }));
      const answers = this.#forms("answer").getByRole("button");
      const answer = answers.nth((number + taste) % (await answers.count()));
      said = (await answer.textContent()).trim();
      await this.press(answer);
    }
    return said;
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

  /** What each answered to the question that all were asked. */
  async readsOpenAnswer(name, said) {
    await this.sees(this.page.locator("#stage .ballots li", { hasText: `${name} “${said}”` }));
  }

  /** The titles of the quests that are offered. */
  async quests() {
    return this.page.locator("li.quest h3").allTextContents();
  }

  async takesUpQuest(title) {
    await this.seesQuests();
    const heading = this.page.getByRole("heading", { name: title, exact: true });
    const quest = this.page.locator("li.quest").filter({ has: heading });
    await this.press(quest.getByRole("button", { name: "Take this up" }));
  }

  // ---- Scenes

  /** Waits for the scene of that number. Returns false when the quest is over instead. */
  async reaches(number) {
    const scene = this.page.locator("#stage .eyebrow", { hasText: new RegExp(`^Scene ${number} `) });
    await this.sees(scene.or(this.#naming()).or(this.#chronicle()));
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
        truth: await card.locator(".letter-text > .prose").textContent(),
        twist: await card.locator(".twist .prose").textContent(),
      })),
    );
  }

  async shares() {
    await this.press(this.page.getByRole("button", { name: "Tell it" }).first());
    await this.sendsNow();
    await this.sees(this.page.getByText("You shared it as you heard it."));
  }

  async twists() {
    await this.press(this.page.getByText("Twist it").first());
    await this.press(this.page.getByRole("button", { name: "Tell this lie" }).first());
    await this.sendsNow();
    await this.sees(this.page.getByText("You told them this instead:"));
  }

  async keeps() {
    await this.press(this.page.getByRole("button", { name: "Keep it" }).first());
    await this.sees(this.page.getByText("You keep it to yourself."));
  }

  /** Waits no longer for a telling that it could still take back. */
  async sendsNow() {
    await this.press(this.page.getByRole("button", { name: "Send now" }));
  }

  /** Whether it may have a word with one seat alone. */
  async mayConfide() {
    return (await this.#forms("tell-aside").count()) > 0;
  }

  /** Has a word with one seat alone, truly or as the twist. */
  async confides(name, manner = "truth") {
    await this.press(this.page.getByText("Or have a word with one of them").first());
    const form = this.#forms("tell-aside").first();
    await form.locator('[name="to"]').selectOption({ label: name });
    await form.locator(`[name="manner"][value="${manner}"]`).check();
    await this.press(form.getByRole("button"));
    await this.sendsNow();
    await this.sees(this.page.getByText(manner === "truth" ? "You told it to" : `You told ${name} this instead:`));
  }

  /** Sees that two had a word, and not what was said. */
  async seesAWord(by, to) {
    await this.sees(this.page.locator(".asides li", { hasText: `${by} has a word with ${to}.` }));
  }

  /** Doubts what it was told, and returns whether that was found to be a lie. */
  async challenges(text) {
    const telling = await this.#unfolded(text);
    await this.press(telling.getByRole("button", { name: "Challenge it" }));
    const [caught, holds] = [telling.getByText("It was a lie."), telling.getByText("It holds.")];
    await this.sees(caught.or(holds));
    return caught.isVisible();
  }

  /** Reads how a challenge of what it was told came out: with the truth that was caught, or without it. */
  async readsChallenge(text, by, truth) {
    const telling = await this.#unfolded(text);
    await this.sees(telling.getByText(`${by} doubted it. ${truth ? "It was a lie." : "It holds."}`));
    if (truth) await this.sees(telling.getByText(`This is what was heard: ${truth}`));
  }

  /** Whether somebody caught what it was told as a lie. */
  async knowsForALie(text) {
    return (await this.#telling(text).locator(".badge", { hasText: "a lie" }).count()) > 0;
  }

  async mayNod(text) {
    return (await this.#telling(text).getByRole("button", { name: "Nod" }).count()) > 0;
  }

  /** Nods at what was told, or shakes the head. */
  async nods(text, sign = "Nod") {
    await this.press(this.#telling(text).getByRole("button", { name: sign }));
  }

  /** Sees who nods at what was told, and who shakes the head. */
  async seesNods(text, believers, doubters) {
    const telling = this.#telling(text);
    const said = { "Nods: ": believers, "Shakes the head: ": doubters };
    for (const [words, names] of Object.entries(said)) {
      const line = telling.locator(".hint", { hasText: words });
      if (names.length === 0) await line.waitFor({ state: "detached" });
      // Names that run the other way stand apart in a sentence, by signs that nobody sees.
      for (const name of names) await line.filter({ hasText: name }).waitFor({ state: "attached" });
    }
  }

  /** What was told with these words, and all that is known of it. */
  async #unfolded(text) {
    const telling = this.#telling(text);
    const summary = telling.locator("details:not([open]) > summary");
    if ((await summary.count()) > 0) await this.press(summary);
    return telling;
  }

  #telling(text) {
    return this.page.locator(".told > li").filter({ has: this.page.locator(".told-text", { hasText: text }) });
  }

  async hearsTold(text) {
    await this.sees(this.page.locator(".told-text", { hasText: text }));
  }

  /** The options this seat may choose from; none where another decides. */
  async options() {
    const fields = await this.#forms("choose").locator('input[name="option"]').all();
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

  /** Sees that all have chosen and nothing is decided yet. */
  async seesLockIn() {
    await this.sees(this.page.locator(".locked"));
    await this.sees(this.page.locator(".deadline", { hasText: "Decided in" }));
  }

  /** Sees that somebody is waited for. */
  async seesItOpen() {
    await this.sees(this.page.locator("#stage .waiting"));
    await this.sees(this.page.locator(".deadline", { hasText: "Time left" }));
  }

  async takesBack() {
    await this.press(this.#forms("withdraw").getByRole("button"));
  }

  async mayTakeBack() {
    return (await this.#forms("withdraw").count()) > 0;
  }

  /** Whether a god has given or laid that on the seat. */
  async bears(gift) {
    return (await this.page.locator(".seat-you .seat-gifts summary", { hasText: gift }).count()) > 0;
  }

  #option(option) {
    const field = this.page.locator(`input[name="option"][value="${option}"]`);
    return this.#forms("choose").filter({ has: field }).getByRole("button");
  }

  async chosen() {
    const choice = this.page.locator('form:has(button[aria-pressed="true"]) input[name="option"]');
    return (await choice.count()) === 0 ? null : choice.getAttribute("value");
  }

  // ---- After the story

  async seesNaming() {
    await this.sees(this.#naming());
  }

  /** Says of every other that it told a twist, and whose stake it held. Returns of whom a twist was asked. */
  async judges() {
    const form = this.#forms("judge");
    const asked = form.locator("section").filter({ has: this.page.locator('[name^="twisted-"]') });
    const names = await asked.locator(".slip-head bdi").allTextContents();
    for (const field of await form.locator('[name^="twisted-"][value="true"]').all()) await field.check();
    for (const field of await form.locator('[name^="stake-"][value="kaitha"]').all()) await field.check();
    await this.press(form.getByRole("button", { name: "Say so" }));
    await this.sees(this.page.getByText("You have said what you think.").or(this.#chronicle()));
    return names.map((name) => name.trim());
  }

  /** Sees that everything is open. */
  async seesChronicle() {
    await this.sees(this.#chronicle());
  }

  /** Reads whether one was right about the twists of another. */
  async readsJudgement(by, about, isRight) {
    const words = `${by}: ${about} told somebody a twist. ${isRight ? "Right." : "Wrong."}`;
    await this.sees(this.page.locator("#stage li", { hasText: words }));
  }

  async givesCard(name) {
    await this.press(this.page.getByText("Give one of them a card"));
    const form = this.#forms("give-card");
    await form.locator('[name="to"]').selectOption({ label: name });
    await this.press(form.getByRole("button"));
  }

  async readsCard(from, to) {
    await this.sees(this.page.locator("#stage li", { hasText: `${from} to ${to}: “` }));
  }

  async goesOn() {
    await this.press(this.page.getByRole("button", { name: "Go on to another quest" }));
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

  #naming() {
    return this.page.getByRole("heading", { name: "Before the Chronicle opens" });
  }

  #chronicle() {
    return this.page.locator("#told-title");
  }

  #forms(action) {
    return this.page.locator(`form:has(input[name="do"][value="${action}"])`);
  }

  #named(title) {
    return this.page.locator("#stage-title", { hasText: title });
  }
}
