// A first evening by ear: whoever knows the page by the roles and names that a screen reader is told comes from the first page
// to the Chronicle. Nothing here knows a class, an id or a place.

import assert from "node:assert/strict";
import { test } from "node:test";

import { browser, server } from "./house.mjs";
import { PHONE } from "./seat.mjs";
import { TIMEOUT_MS, say, until } from "./waiting.mjs";

const MOMENTS_MAX = 100;
const FOLD = /^DisclosureTriangle/;

/** The page as the browser tells it to a screen reader. */
class Ear {
  static async at(page) {
    const ear = new this();
    ear.session = await page.context().newCDPSession(page);
    await ear.session.send("Accessibility.enable");
    return ear;
  }

  /** Everything that is told, in its order. */
  async hears() {
    const { nodes } = await this.session.send("Accessibility.getFullAXTree");
    const byId = new Map(nodes.map((node) => [node.nodeId, node]));
    const things = [];
    const visit = (node, within) => {
      const thing = { role: node.role?.value ?? "", name: node.name?.value ?? "", within, node };
      thing.isOff = (node.properties ?? []).some(({ name, value }) => name === "disabled" && value.value);
      thing.isOn = (node.properties ?? []).some(({ name, value }) => name === "pressed" && value.value === "true");
      if (!node.ignored) things.push(thing);
      for (const child of node.childIds ?? []) if (byId.has(child)) visit(byId.get(child), node.ignored ? within : [...within, thing]);
    };
    visit(nodes[0], []);
    return things;
  }

  /** Whatever first has this role and name, once it is there. */
  finds(role, name) {
    return until(`there is a ${role} called ${name}`, async () => (await this.hears()).find((one) => is(one, role, name)));
  }

  async presses(thing) {
    await this.#calls(thing, "function () { this.focus(); this.click(); }");
  }

  async types(role, name, text) {
    await this.#calls(await this.finds(role, name), "function () { this.focus(); }");
    await this.session.send("Input.insertText", { text });
  }

  async #calls({ node }, functionDeclaration) {
    const { object } = await this.session.send("DOM.resolveNode", { backendNodeId: node.backendDOMNodeId });
    await this.session.send("Runtime.callFunctionOn", { objectId: object.objectId, functionDeclaration, userGesture: true });
  }
}

const is = (one, role, name) => (role instanceof RegExp ? role.test(one.role) : one.role === role) && (name instanceof RegExp ? name.test(one.name) : one.name === name);

/** What there is to do now: to go on, or else the first button of a list that has a name. */
function wayOn(things) {
  const buttons = things.filter(({ role, isOff }) => role === "button" && !isOff);
  const go = buttons.find(({ name }) => name === "Go on");
  if (go) return go;
  const isListed = ({ within }) => within.some(({ role, name }) => role === "list" && name);
  const listed = buttons.filter(isListed);
  return listed.some(({ isOn }) => isOn) ? null : listed[0];
}

const moment = (things) => things.filter(({ role }) => role === "heading" || role === "button").map(({ role, name }) => `${role} ${name}`).join("; ");

test("a first evening is played by roles and names alone", { timeout: TIMEOUT_MS }, async () => {
  const context = await browser.newContext({ ...PHONE, reducedMotion: "reduce" });
  const page = await context.newPage();
  await page.goto(server.address);
  const ear = await Ear.at(page);
  await ear.presses(await ear.finds(FOLD, "Play"));
  await ear.types("textbox", "Your name", "Anna");
  await ear.presses(await ear.finds("button", "Open the table"));
  await ear.finds("link", "Talk");
  await ear.presses(await ear.finds("button", "Begin the interrogation"));

  const isOver = (things) => things.some((one) => is(one, "navigation", "In this Chronicle"));
  let moments = 0;
  for (let things = await ear.hears(); !isOver(things); things = await ear.hears()) {
    assert.ok(moments < MOMENTS_MAX, `it goes on for ever: ${moment(things)}`);
    moments += 1;
    const before = moment(things);
    await until(`something follows ${before}`, async () => {
      const now = await ear.hears();
      if (moment(now) !== before) return true;
      // Just after a step a press is meant for what has gone, and does nothing: whoever hears no change presses again.
      const way = wayOn(now);
      if (way) await ear.presses(way);
      return false;
    });
  }
  say(`${moments} moments lead to the Chronicle`);
  await context.close();
});
