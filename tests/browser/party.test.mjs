// Three browsers, two of them phones, and a server that dies in the middle.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { test } from "node:test";

import { browser, server } from "./house.mjs";
import { Secrets, beQuestioned, gather, goOn, judgeOneAnother, playScenes, takeUpQuest } from "./quest.mjs";
import { DESKTOP, PHONE, Seat } from "./seat.mjs";
import { TIMEOUT_MS, say } from "./waiting.mjs";

const HOSTILE = `</li></ol><script>window.harmed = 1</script><img src=x onerror="window.harmed = 1"> & 'quoted'`;

test("three browsers play the quest from the first page to the Chronicle, through a crash", { timeout: TIMEOUT_MS }, async () => {
  const seats = [
    await Seat.enter(browser, server, "Anna", DESKTOP),
    await Seat.enter(browser, server, "نور", PHONE),
    await Seat.enter(browser, server, "Jörg <b>&amp;", PHONE),
  ];
  const evening = new Evening(seats);
  try {
    await evening.play();
  } catch (error) {
    for (const seat of evening.everybody) say(await seat.whereabouts());
    say(`the server said:\n${server.log()}`);
    throw error;
  }
});

/** The party's way, and what is looked at on it. */
class Evening {
  constructor(seats) {
    this.seats = seats;
    this.everybody = [...seats];
    this.secrets = new Secrets();
  }

  async play() {
    const { code } = await gather(this.seats);
    this.code = code;
    this.seal = await this.seats[0].seal();
    await beQuestioned(this.seats, "long");
    await takeUpQuest(this.seats);
    const scenes = await playScenes(this.seats, this.secrets, { beforeLast: (moment) => this.between(moment) });
    assert.ok(this.crashed, "the server has died in the middle of a scene");
    say(`the quest is over after ${scenes} scenes`);
    await judgeOneAnother(this.seats, this.secrets);
    await this.everythingIsOpen();
    await this.cardIsRead();
    await this.chronicleIsVerified();
    await this.nextQuestBegins();
    for (const seat of this.everybody) {
      assert.deepEqual(seat.complaints, [], `${seat.name}’s console is empty`);
    }
  }

  async between({ number, choosers, last }) {
    if (number === 1) {
      await this.hostileLineIsOnlyText();
      await this.choiceIsChanged(choosers[0]);
    }
    if (number >= 2 && choosers.length === this.seats.length && !this.crashed) {
      await this.serverDies(last);
      const free = await Promise.all(choosers.map(async (seat) => !(await seat.bears("Said Is Said"))));
      await this.secondDeviceTakesOver(choosers.find((_, index) => free[index] && choosers[index] !== last));
    }
  }

  async hostileLineIsOnlyText() {
    await this.seats[1].says(HOSTILE);
    for (const seat of this.seats) {
      await seat.readsLine(HOSTILE);
      const harmed = await seat.page.evaluate(() => window.harmed !== undefined);
      assert.equal(harmed, false, `nothing said runs on ${seat.name}’s page`);
    }
    say("a hostile line is read as it was written");
  }

  async choiceIsChanged(seat) {
    const first = await seat.chosen();
    const second = (await seat.options()).find((option) => option !== first);
    await seat.chooses(second);
    assert.equal(await seat.chosen(), second, "the new choice stands alone");
    say(`${seat.name} changed a choice`);
  }

  async serverDies(speaker) {
    this.crashed = true;
    const chosen = await Promise.all(this.seats.map((seat) => seat.chosen()));
    assert.equal(chosen.filter((option) => option === null).length, 1, "one has not chosen yet");
    for (const seat of this.seats) {
      seat.serverIsDown = true;
      await seat.page.evaluate(() => (window.stayed = true));
    }
    await server.kill();
    await Promise.all(this.seats.map((seat) => seat.seesLink("Reconnecting")));
    const line = "Is anybody still there?";
    await speaker.says(line);
    say("the server is dead, everybody sees it, and something is said into the silence");

    await server.startAgain();
    const began = Date.now();
    await Promise.all(this.seats.map((seat) => seat.seesLink("Connected")));
    await Promise.all(this.seats.map((seat) => seat.readsLine(line)));
    say(`everybody is connected ${Date.now() - began} ms after the server was ready, and reads what was said`);
    for (const [index, seat] of this.seats.entries()) {
      assert.equal(await seat.chosen(), chosen[index], `${seat.name}’s choice stands`);
      assert.ok(await seat.page.evaluate(() => window.stayed), `${seat.name}’s page was not loaded again`);
      assert.equal(await seat.page.locator("#talk li", { hasText: line }).count(), 1, "it was said once");
      seat.serverIsDown = false;
    }
  }

  async secondDeviceTakesOver(seat) {
    const phrase = await seat.recoveryPhrase();
    const second = await Seat.enter(browser, server, seat.name, PHONE);
    this.everybody.push(second);
    await second.comesBack(this.code, phrase);
    const kept = await seat.chosen();
    await second.seesChosen(kept);
    const other = (await second.options()).find((option) => option !== kept);
    await second.chooses(other);
    await seat.seesChosen(other);
    await seat.chooses(kept);
    await second.seesChosen(kept);
    await this.secrets.areKeptFrom([second]);
    say(`${seat.name} plays on two devices`);
  }

  async everythingIsOpen() {
    for (const seat of this.everybody) {
      await seat.seesChronicle();
      const shown = await seat.everything();
      for (const { truth, twist } of this.secrets.all) {
        assert.ok(shown.includes(truth) && shown.includes(twist), `${seat.name} reads: ${truth}`);
      }
      const [seal, seed] = await seat.page.locator("dl.seal dd").allTextContents();
      assert.equal(seal, this.seal, "the seal is the one that stood there from the first moment");
      assert.equal(createHash("sha256").update(Buffer.from(seed, "hex")).digest("hex"), seal, "the seed fits");
    }
    say(`${this.secrets.all.length} whispers, the seal and the seed are open to everybody`);
  }

  /** The book is closed, and still they may say something to one another. */
  async cardIsRead() {
    const [from, to] = this.seats;
    await from.givesCard(to.name);
    for (const seat of this.everybody) await seat.readsCard(from.name, to.name);
    say(`${from.name} gave ${to.name} a card`);
  }

  async nextQuestBegins() {
    await goOn(this.seats);
    const secrets = new Secrets();
    assert.equal(await playScenes(this.seats, secrets, { most: 1 }), 1);
    assert.notEqual(await this.seats[0].seal(), this.seal, "each quest has dice of its own");
  }

  async chronicleIsVerified() {
    const [seat] = this.seats;
    await seat.press(seat.page.locator("#for-programs > summary"));
    const [download] = await Promise.all([
      seat.page.waitForEvent("download"),
      seat.press(seat.page.getByRole("link", { name: "Keep the journal as a file" })),
    ]);
    const file = join(server.folder, "chronicle.jsonl");
    await download.saveAs(file);
    const { status, said } = await server.run("verify", file);
    assert.equal(status, 0, said);
    say(said.trim().split("\n").at(-1));
  }
}
