// A whisper as a letter: sealed against eyes over a shoulder, and told a breath after it was meant to be.

import assert from "node:assert/strict";
import { test } from "node:test";

import { browser, server } from "./house.mjs";
import { DESKTOP } from "./seat.mjs";
import { Table } from "./table.mjs";
import { TIMEOUT_MS, until } from "./waiting.mjs";

/** Two at their first scene; Ann's page is open. */
async function annAtScene() {
  const { table, seats } = await Table.atScene(server, ["Ann", "Bob"]);
  const ann = await table.player(browser, "Ann", seats.Ann, DESKTOP);
  const named = (name) => ann.page.getByRole("button", { name }).first();
  const told = async () => (await table.view(seats.Ann)).stage.whispers[0].told;
  return { table, seats, ann, named, told };
}

async function leave(ann) {
  assert.deepEqual(ann.complaints, [], "the console is empty");
  await ann.context.close();
}

test("a letter that a tap has opened shuts when one looks away", { timeout: TIMEOUT_MS }, async () => {
  const { ann } = await annAtScene();
  const seal = ann.page.locator(".letter-seal").first();
  const isOpen = async () => (await seal.getAttribute("aria-expanded")) === "true";
  assert.equal(await isOpen(), false);
  await seal.click();
  await until("it is open", isOpen);
  await ann.page.evaluate(() => window.dispatchEvent(new Event("blur")));
  assert.equal(await isOpen(), false);
  await seal.focus();
  await ann.page.keyboard.press("Enter");
  assert.equal(await isOpen(), true, "by a key as well");
  await ann.page.keyboard.press("Enter");
  assert.equal(await isOpen(), false);
  await seal.evaluate((button) => setTimeout(() => button.click(), 700));
  await until("a screen reader has opened it", isOpen);
  await leave(ann);
});

test("a telling that is taken back is told to nobody, and one that is left alone goes out", { timeout: TIMEOUT_MS }, async () => {
  const { ann, named, told } = await annAtScene();
  await named("Tell it").click();
  await named("Take it back").click();
  await ann.sees(named("Tell it"));
  assert.equal(await told(), null);
  await named("Tell it").click();
  await ann.sees(ann.page.getByText("You shared it as you heard it."));
  assert.equal(await told(), "truth");
  await leave(ann);
});

test("whoever leaves the page before the breath is over has told it", { timeout: TIMEOUT_MS }, async () => {
  const { ann, named, told } = await annAtScene();
  await ann.press(ann.page.getByText("Twist it").first());
  await named("Tell this lie").click();
  await ann.sees(named("Take it back"));
  await ann.page.goto("about:blank");
  await until("it is told", async () => (await told()) === "twist");
  await leave(ann);
});

test("what is chosen before the breath is over comes after the telling", { timeout: TIMEOUT_MS }, async () => {
  const { table, seats, ann, named } = await annAtScene();
  const [option] = await ann.options();
  const { scene } = (await table.view(seats.Bob)).stage;
  await table.play(seats.Bob, { do: "choose", scene, option });
  const sent = [];
  ann.page.on("request", (asked) => asked.method() === "POST" && sent.push(new URLSearchParams(asked.postData()).get("do")));
  await named("Tell it").click();
  await ann.sees(named("Take it back"));
  await ann.asksFor(option);
  assert.ok(await ann.reaches(2));
  assert.deepEqual(sent, ["tell", "choose"]);
  await leave(ann);
});

test("a scene that ends before the breath is over says that nobody has heard it", { timeout: TIMEOUT_MS }, async () => {
  const { table, seats, ann, named } = await annAtScene();
  const [option] = await ann.options();
  const { scene } = (await table.view(seats.Bob)).stage;
  await table.play(seats.Ann, { do: "choose", scene, option });
  await ann.seesChosen(option);
  await named("Tell it").click();
  await ann.sees(named("Take it back"));
  await table.play(seats.Bob, { do: "choose", scene, option });
  await ann.sees(ann.page.locator("#notice", { hasText: "Nobody has heard it from you." }));
  assert.ok(await ann.reaches(2));
  await leave(ann);
});
