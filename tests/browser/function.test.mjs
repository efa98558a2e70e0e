// The game as a function on AWS Lambda, where nothing runs between two requests, in real browsers.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { launch } from "./chromium.mjs";
import { begun, countOf } from "./notes.mjs";
import { Secrets, playScenes } from "./quest.mjs";
import { FUNCTION, withServer } from "./server.mjs";
import { TIMEOUT_MS, say } from "./waiting.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

/** Three play a scene. Returns what each page asked for, and what its sockets brought. */
async function playScene(server) {
  const { seats, notes } = await begun(browser, server);
  await playScenes(seats, new Secrets(), { most: 1 });
  for (const seat of seats) assert.deepEqual(seat.complaints, [], `${seat.name}’s console is empty`);
  const asked = notes.map((one) => countOf(one, "GET news"));
  say(`asked for news: ${asked}; sockets: ${notes.map(({ sockets }) => sockets)}`);
  await Promise.all(seats.map((seat) => seat.context.close()));
  return notes;
}

test("three browsers play a scene on a function whose news come by socket", { timeout: TIMEOUT_MS }, () =>
  withServer([FUNCTION, "socket"], async (server) => {
    for (const { frames, sockets } of await playScene(server)) {
      assert.ok(frames.includes("patch"), "changes come as what changed");
      assert.ok(sockets > 1, "a socket ends in the middle, and another is opened");
    }
  }));

test("three browsers play a scene on a function that they ask for news", { timeout: TIMEOUT_MS }, () =>
  withServer([FUNCTION, "ask"], async (server) => {
    for (const one of await playScene(server)) {
      assert.equal(one.sockets, 0);
      assert.ok(countOf(one, "GET news") > 0);
    }
  }));
