// A party on its way from the first page to the Chronicle.

import assert from "node:assert/strict";

import { say } from "./waiting.mjs";

/** What has been whispered so far. What was not told may be seen by nobody else before the Chronicle. */
export class Secrets {
  #whispers = [];
  #public = new Set();

  hears(seat, whisper) {
    this.#whispers.push({ ...whisper, by: seat.name });
  }

  tells(text) {
    this.#public.add(text);
  }

  /** Every whisper anybody has heard. */
  get all() {
    return this.#whispers;
  }

  async areKeptFrom(seats) {
    for (const seat of seats) {
      const page = await seat.everything();
      const own = this.#whispers.filter(({ by }) => by === seat.name).flatMap(texts);
      // Else nothing that follows would prove anything.
      assert.ok(own.some((text) => page.includes(text)), `${seat.name}’s own whisper is found`);
      for (const whisper of this.#whispers) {
        for (const text of texts(whisper)) {
          if (this.#public.has(text) || own.includes(text)) continue;
          assert.ok(!page.includes(text), `${seat.name} sees what only ${whisper.by} heard: ${text}`);
        }
      }
    }
  }
}

const texts = ({ truth, twist }) => [truth, twist];

/** The host opens a table; the others come in turn by link and by code. */
export async function gather([host, ...others]) {
  await host.opensTable();
  const invitation = await host.invitation();
  for (const [index, seat] of others.entries()) {
    if (index % 2 === 0) await seat.joinsByLink(invitation.link);
    else await seat.joinsByCode(invitation.code);
    await host.seesAtTable(seat.name);
  }
  say(`${others.length + 1} sit at table ${invitation.code}`);
  return invitation;
}

/** All are questioned at once, but for the last, so that the others see what they are called. */
export async function beQuestioned(seats) {
  const last = seats.at(-1);
  const first = seats.slice(0, -1);
  await seats[0].begins();
  await Promise.all(first.map((seat, index) => seat.answersAll(index)));
  const called = await Promise.all(first.map((seat) => seat.seesItsCalling()));
  await last.answersAll(seats.length);
  await Promise.all(seats.map((seat) => seat.seesQuests()));
  const classes = await Promise.all(seats.map((seat) => seat.calling()));
  assert.deepEqual(classes.slice(0, -1), called, "the sheet names the class the gods have named");
  say(`called: ${seats.map((seat, index) => `${seat.name} ${classes[index]}`).join(", ")}`);
}

export async function takeUpQuest(seats) {
  for (const seat of seats) await seat.takesUpQuest();
}

/**
 * Plays scene after scene to the Chronicle, or until `most` are decided. `beforeLast` is called when all but one of those
 * who choose have chosen, `afterLast` when the last has. Returns how many scenes there were.
 */
export async function playScenes(
  seats,
  secrets,
  { most = Infinity, beforeLast = async () => {}, afterLast = async () => {} } = {},
) {
  for (let number = 1; ; number += 1) {
    const there = await Promise.all(seats.map((seat) => seat.reaches(number)));
    if (!there[0] || number > most) return number - 1;
    const title = await seats[0].title();
    const fates = await whisper(seats, number, secrets);
    await secrets.areKeptFrom(seats);

    const ways = await Promise.all(seats.map((seat) => seat.options()));
    const choosers = seats.filter((_, index) => ways[index].length > 0);
    assert.ok(choosers.length > 0, "somebody decides");
    const last = choosers.at(-1);
    for (const [index, seat] of choosers.slice(0, -1).entries()) {
      const options = await seat.options();
      await seat.chooses(options[(number + index) % options.length]);
    }
    const moment = { number, choosers, last };
    await beforeLast(moment);
    const options = await last.options();
    await last.asksFor(options[number % options.length]);
    await afterLast(moment);
    say(`scene ${number}, ${title}: ${fates.join(", ")}; ${choosers.length} chose`);
  }
}

/** In every scene one shares, the next twists and the next keeps, and it goes round. */
async function whisper(seats, number, secrets) {
  const fates = [];
  for (const [index, seat] of seats.entries()) {
    const whispers = await seat.whispers();
    for (const heard of whispers) secrets.hears(seat, heard);
    if (whispers.length === 0) continue;
    const turn = (number + index) % 3;
    const told = [whispers[0].truth, whispers[0].twist][turn];
    if (turn === 0) await seat.shares();
    if (turn === 1) await seat.twists();
    if (turn === 2) await seat.keeps();
    fates.push(`${seat.name} ${["shares", "twists", "keeps"][turn]}`);
    if (told === undefined) continue;
    secrets.tells(told);
    for (const other of seats) if (other !== seat) await other.hearsTold(told);
  }
  return fates;
}
