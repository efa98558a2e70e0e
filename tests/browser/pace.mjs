// How a slow phone fares, on a machine that does nothing else: when the first page is there, and for how long the page hears no
// tap while the gods sit in council: node pace.mjs

import { launch } from "./chromium.mjs";
import { decides } from "./evening.mjs";
import { PHONE } from "./seat.mjs";
import { Server } from "./server.mjs";
import { Table } from "./table.mjs";
import { say } from "./waiting.mjs";

/** A phone of some years, and a network that browsers call slow 4G: what one request waits, and bytes a second. */
const CPU_SLOWER = 4;
const SLOW_4G = { offline: false, latency: 562.5, downloadThroughput: 180_000, uploadThroughput: 84_375 };
const PAINT_MS_MAX = 1800;
const TASK_MS_MAX = 100;
const TRIES = 5;
/** How long a council sits at most. */
const COUNCIL_MS_MAX = 60_000;

/** Runs in the page before all else: notes the largest paint, and every task that keeps the page busy. */
function takeTimes() {
  Object.assign(window, { paintMs: 0, tasks: [] });
  new PerformanceObserver((list) => (window.paintMs = list.getEntries().pop().startTime)).observe({ type: "largest-contentful-paint", buffered: true });
  const note = ({ startTime, duration }) => window.tasks.push({ at: startTime, ms: duration });
  new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type: "longtask", buffered: true });
}

async function slowPhone(browser, network) {
  const context = await browser.newContext(PHONE);
  await context.addInitScript(takeTimes);
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send("Network.enable");
  if (network) await session.send("Network.emulateNetworkConditions", network);
  await session.send("Emulation.setCPUThrottlingRate", { rate: CPU_SLOWER });
  return { context, page };
}

const median = (numbers) => [...numbers].sort((one, other) => one - other)[Math.floor(numbers.length / 2)];

/** Milliseconds until the first page shows its largest part, to somebody who was never here. */
async function firstPaintMs(browser, server) {
  const times = [];
  for (let number = 0; number < TRIES; number += 1) {
    const { context, page } = await slowPhone(browser, SLOW_4G);
    await page.goto(server.address, { waitUntil: "networkidle" });
    times.push(await page.evaluate(() => window.paintMs));
    await context.close();
  }
  return median(times);
}

/** The longest task, in milliseconds, while a phone is shown the first council of a quest. */
async function longestTaskMs(browser, server) {
  const { table, seats } = await Table.atScene(server, ["Ann", "Bob"]);
  const { context, page } = await slowPhone(browser);
  await table.seats(context, seats.Bob);
  await page.goto(server.address + table.path);
  await page.locator("#link-state", { hasText: "Connected" }).waitFor();
  do await decides(table, Object.values(seats));
  while ((await table.view(seats.Bob)).aftermath.council === null);
  const sits = page.locator("#before .council[data-sitting]");
  await sits.waitFor({ timeout: COUNCIL_MS_MAX });
  const from = await page.evaluate(() => performance.now());
  await sits.waitFor({ state: "detached", timeout: COUNCIL_MS_MAX });
  const tasks = await page.evaluate((after) => window.tasks.filter(({ at }) => at > after), from);
  await context.close();
  return Math.max(0, ...tasks.map(({ ms }) => ms));
}

const FIGURES = [
  ["until the largest part of the first page is there, on slow 4G", firstPaintMs, PAINT_MS_MAX],
  ["in the longest task while the gods sit in council", longestTaskMs, TASK_MS_MAX],
];

const server = await Server.start();
const browser = await launch();
let isSlow = false;
try {
  for (const [what, measured, most] of FIGURES) {
    const ms = await measured(browser, server);
    say(`${Math.round(ms)} ms ${what}; ${most} is the most`);
    isSlow ||= ms > most;
  }
} finally {
  await browser.close();
  await server.stop();
}
process.exit(isSlow ? 1 : 0);
