// An evening of three, moment by moment: what there is to be seen of the pages, from the first door to the Chronicle.

import { Table } from "./table.mjs";

/** What each scene is decided by at most: choices, and what keeps it open. */
const ROUNDS_MAX = 12;

/**
 * Plays an evening on a server, and stops at every moment. A moment has a name, the path of its page, and where somebody looks
 * who has a seat, their cookies.
 */
export async function* evening(server) {
  yield* doors(server);
  const table = await Table.open(server, "Anna");
  const at = (name, seat, path = table.path) => ({ name, path, cookies: seat ? [seat] : [] });
  yield at("gathering-alone", table.host);
  yield at("join", null, `/join/${table.code}`);
  const seats = { Anna: table.host, Ben: await table.sit("Ben"), Catherine: await table.sit("Catherine of Many Names") };
  yield at("gathering-host", seats.Anna);
  yield at("gathering-guest", seats.Ben);
  yield at("gathering-stranger", null);
  yield at("tv-gathering", null, `${table.path}/tv`);
  yield at("phrase", seats.Ben, `${table.path}/phrase?as=2.1`);
  yield { name: "home-with-tables", path: "/", cookies: [seats.Anna] };

  await table.play(table.host, { do: "begin", sitting: "short" });
  yield at("join-begun", null, `/join/${table.code}`);
  yield at("question", seats.Ben);
  for (const [turn, seat] of [seats.Ben, seats.Catherine, seats.Anna].entries()) {
    await table.answersAll(seat, ({ number, answers }) => (number + turn) % answers.length);
    yield at(turn < 2 ? `called-${turn + 1}` : "called-last", seat);
  }
  yield at("quests", seats.Ben);
  for (const seat of Object.values(seats)) await table.play(seat, { do: "take-up", quest: "the-thirteenth-stroke" });
  yield* story(table, seats, at);
}

/** What stands before a table. */
async function* doors(server) {
  const door = (name, path) => ({ name, path, cookies: [] });
  yield door("home", "/");
  yield door("no-such-code", "/join?code=ZZZZZZ");
  yield door("no-such-page", "/nowhere");
  yield door("no-such-table", "/t/aaaaaaaaaaaaaaaaaaaa");
  yield door("return", "/return");
  const full = await Table.open(server, "One");
  for (const name of ["Two", "Three", "Four", "Five", "Six"]) await full.sit(name);
  yield { name: "gathering-full", path: full.path, cookies: [full.host] };
  yield door("join-full", `/join/${full.code}`);
  await full.play(full.host, { do: "close" });
  yield { name: "closed", path: full.path, cookies: [full.host] };
}

/** The scenes, the naming and the Chronicle. */
async function* story(table, seats, at) {
  const [anna, ben, cat] = Object.values(seats);
  for (let number = 1; (await table.view(anna)).phase === "scene"; number += 1) {
    yield at(`scene-${number}`, ben);
    await tells(table, anna, "truth");
    await tells(table, cat, "twist");
    if (number === 1) {
      await table.play(anna, { do: "say", text: "Something is wrong with that note. What did you hear?" });
      await table.play(cat, { do: "say", text: "Nothing worth a candle." });
      yield at("scene-1-told", ben);
      for (const panel of ["menu", "talk", "party", "sheet", "settings"]) yield { ...at(`panel-${panel}`, ben), panel };
      yield at("scene-1-watched", null);
      yield at("tv-scene", ben, `${table.path}/tv`);
    }
    if (number === 2) {
      yield at("tv-outcome", null, `${table.path}/tv`);
      await challenges(table, ben);
    }
    await chooses(table, ben);
    if (number < 3) yield at(`scene-${number}-chosen`, ben);
    await decides(table, [anna, ben, cat]);
  }
  for (const seat of [anna, ben]) {
    if ((await table.view(seat)).phase === "naming") yield at(`naming-${seat === anna ? "first" : "second"}`, seat);
    await judges(table, seat);
  }
  await judges(table, cat);
  yield at("chronicle", ben);
  await table.play(anna, { do: "publish", open: true });
  await table.play(ben, { do: "lend", lent: true });
  yield at("chronicle-given-out", anna);
  yield at("told-story", null, await table.storyOf(anna));
  yield at("chronicle-watched", null);
  yield at("tv-chronicle", null, `${table.path}/tv`);
}

const sceneOf = async (table, seat) => (await table.view(seat)).stage;

async function tells(table, seat, manner) {
  const { scene, whispers = [] } = await sceneOf(table, seat);
  for (const { whisper, twist } of whispers) {
    await table.play(seat, { do: "tell", scene, whisper, manner: twist ? manner : "truth" });
  }
}

/** Doubts what may be doubted. */
async function challenges(table, seat) {
  const { scene, told = [] } = await sceneOf(table, seat);
  const doubted = told.find(({ doubt }) => doubt !== null);
  if (doubted) await table.tries(seat, { do: "challenge", scene, telling: doubted.telling });
}

async function chooses(table, seat) {
  const { scene, has_say: hasSay, options = [], number } = await sceneOf(table, seat);
  if (!hasSay) return;
  const open = options.filter(({ quiet }) => !quiet);
  await table.tries(seat, { do: "choose", scene, option: open[number % open.length].option });
}

/** Everybody chooses the same, until the scene is decided. */
export async function decides(table, all) {
  const { number } = await sceneOf(table, all[0]);
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    for (const seat of all) {
      const stage = await sceneOf(table, seat);
      if (stage.number !== number) return;
      await chooses(table, seat);
    }
  }
  throw new Error(`scene ${number} is not decided`);
}

async function judges(table, seat) {
  const { phase, stage } = await table.view(seat);
  if (phase !== "naming") return;
  const slips = stage.judged.map(({ seat: about, asks_twist: asksTwist }) => ({ about, twisted: asksTwist ? true : null, stake: null }));
  await table.tries(seat, { do: "judge", slips });
}
