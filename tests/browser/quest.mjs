// A party on its way from the first page to the Chronicle.

import assert from "node:assert/strict";

import { say } from "./waiting.mjs";

/** What the parties take up first: short, and fit for any number. */
const QUEST = "The Thirteenth Stroke";

/** What has been whispered so far. Who was not told it may not see it before the Chronicle. */
export class Secrets {
  #whispers = [];
  #told = [];
  #liars = new Set();

  hears(seat, whisper) {
    this.#whispers.push({ ...whisper, by: seat.name });
  }

  /** Some hear a text from somebody who heard that whisper. */
  tells(seat, { twist }, text, others) {
    if (text === twist) this.#liars.add(seat.name);
    for (const { name } of others) this.#told.push({ name, text });
  }

  /** Every whisper anybody has heard. */
  get all() {
    return this.#whispers;
  }

  hasLied(name) {
    return this.#liars.has(name);
  }

  async areKeptFrom(seats) {
    for (const seat of seats) {
      const page = await this.#keptFrom(seat);
      // Else nothing of it would prove anything.
      assert.ok(this.#ownOf(seat).some((text) => page.includes(text)), `${seat.name}’s own whisper is found`);
    }
  }

  /** The same of pages that show no whisper any more. */
  async areStillKeptFrom(seats) {
    for (const seat of seats) await this.#keptFrom(seat);
  }

  async #keptFrom(seat) {
    const page = await seat.everything();
    const told = this.#told.filter(({ name }) => name === seat.name).map(({ text }) => text);
    const known = [...told, ...this.#ownOf(seat)];
    for (const whisper of this.#whispers) {
      for (const text of texts(whisper)) {
        if (known.includes(text)) continue;
        assert.ok(!page.includes(text), `${seat.name} sees what only ${whisper.by} heard: ${text}`);
      }
    }
    return page;
  }

  #ownOf(seat) {
    return this.#whispers.filter(({ by }) => by === seat.name).flatMap(texts);
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
export async function beQuestioned(seats, sitting) {
  const last = seats.at(-1);
  const first = seats.slice(0, -1);
  await seats[0].begins(sitting);
  const said = await Promise.all(first.map((seat, index) => seat.answersAll(index)));
  const called = await Promise.all(first.map((seat) => seat.seesItsCalling()));
  for (const [index, seat] of first.entries()) {
    const page = await seat.everything();
    const others = said.filter((answer, of) => of !== index && answer !== said[index]);
    assert.ok(!others.some((answer) => page.includes(answer)), `${seat.name} sees no other’s answer yet`);
  }
  said.push(await last.answersAll(seats.length));
  await Promise.all(seats.map((seat) => seat.seesQuests()));
  for (const reader of seats) {
    for (const [index, seat] of seats.entries()) await reader.readsOpenAnswer(seat.name, said[index]);
  }
  const classes = await Promise.all(seats.map((seat) => seat.calling()));
  assert.deepEqual(classes.slice(0, -1), called, "the sheet names the class the gods have named");
  say(`called: ${seats.map((seat, index) => `${seat.name} ${classes[index]}`).join(", ")}`);
}

export async function takeUpQuest(seats) {
  const quests = await seats[0].quests();
  assert.ok(quests.length > 1 && quests.includes(QUEST), `there is a choice: ${quests}`);
  for (const seat of seats) await seat.takesUpQuest(QUEST);
}

/** The party goes on to a quest it has not played, after the gods have asked again. */
export async function goOn(seats) {
  await seats[0].goesOn();
  for (const seat of seats) await seat.seesQuests();
  const quests = await seats[0].quests();
  assert.ok(quests.length > 0 && !quests.includes(QUEST), `what was played is not offered again: ${quests}`);
  for (const [index, seat] of seats.entries()) await seat.answersAll(index);
  for (const seat of seats) await seat.takesUpQuest(quests[0]);
  say(`the party goes on to ${quests[0]}`);
}

/**
 * Plays scene after scene to the end of the quest, or until `most` are decided. `beforeLast` is called when all but one of those
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

const FATES = ["shares", "twists", "keeps", "confides"];

/** In every scene each does something else with what it heard, and it goes round. */
async function whisper(seats, number, secrets) {
  const fates = [];
  for (const [index, seat] of seats.entries()) {
    const whispers = await seat.whispers();
    for (const heard of whispers) secrets.hears(seat, heard);
    if (whispers.length === 0) continue;
    const others = [...seats.slice(index + 1), ...seats.slice(0, index)];
    fates.push(`${seat.name} ${await meet(FATES[(number + index) % FATES.length], seat, whispers[0], others, secrets)}`);
  }
  return fates;
}

/** Does with a whisper what is its turn, or tells it truly where that may not be. Returns what was done. */
async function meet(fate, seat, heard, others, secrets) {
  if (fate === "keeps") {
    await seat.keeps();
  } else if (fate === "confides" && (await seat.mayConfide())) {
    const [to, ...rest] = others;
    await seat.confides(to.name);
    secrets.tells(seat, heard, heard.truth, [to]);
    await to.hearsTold(heard.truth);
    for (const other of [to, ...rest]) await other.seesAWord(seat.name, to.name);
  } else if (fate === "twists" && !(await seat.bears("Forked No More"))) {
    await seat.twists();
    await reaches(heard.twist);
  } else {
    await seat.shares();
    await reaches(heard.truth);
    return "shares";
  }
  return fate;

  async function reaches(text) {
    secrets.tells(seat, heard, text, others);
    for (const other of others) await other.hearsTold(text);
    // A companion may doubt what it hears, and a lie it catches is read out to all as it was heard.
    if (await others[0].knowsForALie(text)) secrets.tells(seat, heard, heard.truth, others);
  }
}

/** Each says what it thinks of the others, and until the last has, nothing is open. Then it is told who was right. */
export async function judgeOneAnother(seats, secrets) {
  const judged = [];
  for (const seat of seats) await seat.seesNaming();
  for (const seat of seats) {
    await secrets.areStillKeptFrom(seats);
    const asked = await seat.judges();
    judged.push(...asked.map((about) => ({ by: seat.name, about })));
  }
  for (const seat of seats) {
    await seat.seesChronicle();
    for (const { by, about } of judged) await seat.readsJudgement(by, about, secrets.hasLied(about));
  }
  say(`the Chronicle is open, and says of ${judged.length} judgements whether they were right`);
}
