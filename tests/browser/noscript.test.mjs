// The same quest by forms and links only.

import assert from "node:assert/strict";
import { test } from "node:test";

import { browser, server } from "./house.mjs";
import { Secrets, beQuestioned, gather, judgeOneAnother, playScenes, takeUpQuest } from "./quest.mjs";
import { DESKTOP, PHONE } from "./seat.mjs";
import { StillSeat } from "./still.mjs";
import { TIMEOUT_MS, say } from "./waiting.mjs";

test("two browsers without JavaScript play the same quest, and a stale form says that the story has moved on", { timeout: TIMEOUT_MS }, async () => {
  const seats = [
    await StillSeat.enter(browser, server, "Anna", PHONE),
    await StillSeat.enter(browser, server, "Ben", DESKTOP),
  ];
  try {
    await play(seats);
  } catch (error) {
    for (const seat of seats) say(await seat.whereabouts());
    say(`the server said:\n${server.log()}`);
    throw error;
  }
});

async function play(seats) {
  await gather(seats);
  assert.equal((await seats[1].recoveryPhrase()).split(" ").length, 5, "the phrase is on a page of its own");
  await beQuestioned(seats);
  await takeUpQuest(seats);
  const secrets = new Secrets();
  let stale = 0;
  const scenes = await playScenes(seats, secrets, {
    async beforeLast({ number, choosers }) {
      if (number !== 1) return;
      await choosers[0].says("Shall we?");
      for (const seat of seats) await seat.readsLine("Shall we?");
    },
    async afterLast({ choosers, last }) {
      if (choosers[0] === last || stale > 0) return;
      stale += 1;
      await answersAnOldPage(choosers[0]);
    },
  });
  assert.equal(stale, 1, "an old page was answered");
  await judgeOneAnother(seats, secrets);
  for (const seat of seats) {
    const shown = await seat.everything();
    for (const { truth } of secrets.all) assert.ok(shown.includes(truth), `${seat.name} reads: ${truth}`);
  }
  say(`the Chronicle is open after ${scenes} scenes`);
}

async function answersAnOldPage(seat) {
  const chosen = await seat.chosen();
  const other = (await seat.options()).find((option) => option !== chosen);
  await seat.asksFor(other);
  const notice = await seat.page.locator("#notice").textContent();
  assert.match(notice, /The story has moved on/);
  say(`${seat.name} answered an old page and reads: ${notice}`);
}
