// Whispers between two and before all: a word apart that a third does not hear, and a lie that is found out.

import assert from "node:assert/strict";
import { test } from "node:test";

import { browser, server } from "./house.mjs";
import { DESKTOP, PHONE } from "./seat.mjs";
import { Table } from "./table.mjs";
import { TIMEOUT_MS, say } from "./waiting.mjs";

const NAMES = ["Ann", "Bob", "Cat"];

/** Three in their first scene, where all may do everything. */
async function threeAtScene(quest) {
  const { table, seats: cookies } = await Table.atScene(server, NAMES, { sitting: "long", quest });
  const seats = [];
  for (const name of NAMES) seats.push(await table.player(browser, name, cookies[name], name === "Ann" ? DESKTOP : PHONE));
  return { table, cookies, seats };
}

async function leave(seats) {
  for (const seat of seats) {
    assert.deepEqual(seat.complaints, [], `${seat.name}’s console is empty`);
    await seat.context.close();
  }
}

test("a word apart is read by whom it was for, and a third sees that there was one", { timeout: TIMEOUT_MS }, async () => {
  const { seats } = await threeAtScene();
  const [ann, bob, cat] = seats;
  const [{ truth, twist }] = await ann.whispers();
  await ann.confides("Bob", "twist");
  await bob.hearsTold(twist);
  for (const seat of seats) await seat.seesAWord("Ann", "Bob");
  assert.ok(!(await bob.everything()).includes(truth), "Bob does not read what Ann heard");
  assert.equal(await ann.mayConfide(), false, "one word apart is all there is in a scene");
  await cat.page.reload();
  await cat.seesAWord("Ann", "Bob");
  for (const text of [truth, twist]) {
    assert.ok((await ann.everything()).includes(text));
    assert.ok(!(await cat.everything()).includes(text), `Cat reads: ${text}`);
  }
  await leave(seats);
});

test("a nod is one tap, everybody counts it, and it may be thought over", { timeout: TIMEOUT_MS }, async () => {
  const { seats } = await threeAtScene();
  const [ann, bob, cat] = seats;
  const [{ truth }] = await ann.whispers();
  await ann.shares();
  await bob.nods(truth);
  await cat.nods(truth, "Shake your head");
  for (const seat of seats) await seat.seesNods(truth, ["Bob"], ["Cat"]);
  await cat.nods(truth);
  for (const seat of seats) await seat.seesNods(truth, ["Bob", "Cat"], []);
  assert.equal(await ann.mayNod(truth), false, "nobody nods at what they said themselves");
  await leave(seats);
});

test("a lie that is challenged is read out as it was heard, or holds like a truth", { timeout: TIMEOUT_MS }, async () => {
  const { table, cookies, seats } = await threeAtScene("the-inland-light");
  let [number, caught, held] = [1, 0, 0];
  // About every second lie is caught, and the shortest road has eight scenes of three: that none is happens once in a million.
  for (; caught === 0; number += 1) {
    for (const seat of seats) assert.ok(await seat.reaches(number), "a lie is caught before the quest ends");
    for (const [index, liar] of seats.entries()) {
      if (await liar.bears("Forked No More")) continue;
      const doubter = seats[(index + 1) % seats.length];
      const others = seats.filter((seat) => seat !== liar);
      const [{ truth, twist }] = await liar.whispers();
      await liar.twists();
      for (const other of others) await other.hearsTold(twist);
      const isCaught = await doubter.challenges(twist);
      for (const other of others) {
        await other.readsChallenge(twist, doubter.name, isCaught && truth);
        assert.equal((await other.everything()).includes(truth), isCaught, `${other.name} reads the truth only if it is out`);
      }
      if (isCaught) caught += 1;
      else held += 1;
    }
    await decide(table, Object.values(cookies));
  }
  for (const seat of seats) assert.ok(await seat.reaches(number));
  say(`${caught} lies were caught, ${held} held`);
  await leave(seats);
});

/** All who choose choose what stands first. */
async function decide(table, cookies) {
  const { scene } = (await table.view(table.host)).stage;
  for (const cookie of cookies) {
    const { stage } = await table.view(cookie);
    const open = stage.options?.find(({ quiet, shut }) => !quiet && !shut);
    // The bearer's choice alone may have decided it.
    if (stage.scene === scene && stage.has_say) await table.play(cookie, { do: "choose", scene, option: open.option });
  }
}
