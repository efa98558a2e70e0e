// A table that programs have brought where a test needs it, and pages of its seats.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";

import { Seat } from "./seat.mjs";
import { PATIENCE_MS } from "./waiting.mjs";

const freshId = () => randomBytes(12).toString("hex");

/** A table over the JSON API; each seat is the cookie that holds it. */
export class Table {
  static async open(server, name, limit = "day") {
    const table = new this();
    table.server = server;
    const { cookie, answer } = await table.#ask("/api/tables", { name, limit, command_id: freshId() });
    Object.assign(table, { id: answer.table, code: answer.code, host: cookie, phrase: answer.recovery_phrase });
    return table;
  }

  /** A table in its first scene, in which all choose, and its seats by their names. */
  static async atScene(server, names, { limit, sitting = "short", quest = "the-thirteenth-stroke" } = {}) {
    const [host, ...others] = names;
    const table = await this.open(server, host, limit);
    const seats = { [host]: table.host };
    for (const name of others) seats[name] = await table.sit(name);
    await table.play(table.host, { do: "begin", sitting });
    for (const seat of Object.values(seats)) await table.answersAll(seat, () => 0);
    for (const seat of Object.values(seats)) await table.play(seat, { do: "take-up", quest });
    return { table, seats };
  }

  get path() {
    return `/t/${this.id}`;
  }

  async sit(name) {
    return (await this.#ask(`/api/tables/${this.id}/seats`, { name, command_id: freshId() })).cookie;
  }

  async play(seat, command) {
    await this.#ask(`/api/tables/${this.id}/commands`, { command_id: freshId(), command }, seat);
  }

  /** The same, where the rules may refuse it. */
  async tries(seat, command) {
    await this.play(seat, command).catch((error) => {
      if (!(error instanceof assert.AssertionError)) throw error;
    });
  }

  /** Answers what a seat is asked before the story, until it is asked no more. `choose` returns which answer it gives. */
  async answersAll(seat, choose) {
    for (;;) {
      const { stage } = await this.view(seat);
      if (stage.question === undefined || stage.answers === undefined) return;
      await this.play(seat, { do: "answer", question: stage.question, answer: choose(stage) });
    }
  }

  async view(seat) {
    return (await this.#ask(`/api/tables/${this.id}`, null, seat)).answer.view;
  }

  /** The path at which the told story is read, as the page of a seat says it. */
  async storyOf(cookie) {
    const page = await fetch(this.server.address + this.path, { headers: { cookie, accept: "text/html" } });
    return (await page.text()).match(/href="(\/story\/[^"]+)"/)[1];
  }

  async lines() {
    return (await this.view(this.host)).lines.map(({ name, text }) => `${name}: ${text}`);
  }

  /** Gives a browser the cookie of a seat, for a server or for what stands before it. */
  async seats(context, seat, address = this.server.address) {
    await givesSeat(context, seat, address);
  }

  /** Opens the table's page in a browser of its own. */
  async pageOf(browser, seat, { address = this.server.address, before, ...device } = {}) {
    const context = await browser.newContext(device);
    context.setDefaultTimeout(PATIENCE_MS);
    if (seat) await this.seats(context, seat, address);
    if (before) await context.addInitScript(before);
    const page = await context.newPage();
    await page.goto(address + this.path);
    return page;
  }

  /** Sits one of its seats down at the table's page, in a browser of its own. */
  async player(browser, name, cookie, device) {
    const seat = await Seat.enter(browser, this.server, name, device);
    await this.seats(seat.context, cookie);
    await seat.go(this.path);
    await seat.seesLink("Connected");
    return seat;
  }

  async #ask(path, body, cookie) {
    const headers = { "content-type": "application/json", ...(cookie && { cookie }) };
    const asked = { method: body ? "POST" : "GET", headers, body: body && JSON.stringify(body) };
    const answered = await fetch(this.server.address + path, asked);
    const answer = await answered.json();
    assert.ok(answered.ok, JSON.stringify(answer));
    const [set = ""] = answered.headers.getSetCookie();
    return { answer, cookie: set.split(";")[0] };
  }
}

/** Gives a browser the cookie of a seat, as the server at an address has set it. */
export async function givesSeat(context, cookie, address) {
  const [name, value] = cookie.split(/=(.*)/);
  await context.addCookies([{ name, value, url: address }]);
}

/** Goes on from beat to beat until this one is up. */
export async function goesTo(page, beat) {
  const isUp = async () => (await page.locator(`[data-beat="${beat}"][data-now]`).count()) === 1;
  // A tap just after a step is meant for what has gone, and does nothing.
  while (!(await isUp())) await page.locator("#act-go").click();
}

/** Says a line on a page. */
export async function says(page, text) {
  await page.locator("#say-text").fill(text);
  await page.locator("#say button").click();
}
