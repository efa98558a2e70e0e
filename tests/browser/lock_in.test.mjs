// A moment for second thoughts: what all have chosen is decided five seconds later, unless somebody takes a choice back.

import assert from "node:assert/strict";
import { test } from "node:test";

import { browser, server } from "./house.mjs";
import { DESKTOP, PHONE } from "./seat.mjs";
import { Table } from "./table.mjs";
import { TIMEOUT_MS, say } from "./waiting.mjs";

const LOCK_IN_MS = 5000;
/** What the way to the page and back may take on a busy machine. */
const SLACK_MS = 10_000;

test("a choice is taken back before the scene is decided, and once only", { timeout: TIMEOUT_MS }, async () => {
  const { table, seats: cookies } = await Table.atScene(server, ["Ann", "Bob"], { limit: "three-minutes" });
  const ann = await table.player(browser, "Ann", cookies.Ann, DESKTOP);
  const bob = await table.player(browser, "Bob", cookies.Bob, PHONE);
  const both = [ann, bob];
  const [first, second] = await ann.options();
  const leftMs = async () => (await table.view(cookies.Ann)).deadline_ms - Date.now();

  await ann.chooses(first);
  await bob.seesItOpen();
  assert.ok(await ann.mayTakeBack(), "also while somebody is waited for");
  await bob.chooses(first);
  for (const seat of both) await seat.seesLockIn();
  assert.ok((await leftMs()) <= LOCK_IN_MS);

  await bob.takesBack();
  for (const seat of both) await seat.seesItOpen();
  assert.equal(await bob.chosen(), null);
  assert.equal(await ann.chosen(), first, "what the other chose stands");
  assert.ok((await leftMs()) > 60_000, "and the table waits as long as it would have");
  assert.equal(await bob.mayTakeBack(), false);

  const began = Date.now();
  await bob.chooses(second);
  for (const seat of both) await seat.seesLockIn();
  assert.equal(await bob.mayTakeBack(), false, "it was taken back once in this scene");
  assert.equal(await ann.mayTakeBack(), true, "the other has not yet");
  for (const seat of both) assert.ok(await seat.reaches(2));
  const tookMs = Date.now() - began;
  assert.ok(tookMs >= LOCK_IN_MS && tookMs < LOCK_IN_MS + SLACK_MS, `decided after ${tookMs} ms`);
  for (const seat of both) {
    assert.deepEqual(seat.complaints, [], `${seat.name}’s console is empty`);
    await seat.context.close();
  }
  say(`decided ${tookMs} ms after the last choice`);
});
