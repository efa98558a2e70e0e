// What came of a scene, as it is played: the council sits, the dice fall, then the rest is read. Once for each scene, and
// never for those who want less motion. All of it stands in the page from the first moment; here it only comes up.

import { whenBeat } from "./beats.js";
import { holdCouncil } from "./council.js";
import { throwDice } from "./dice.js";
import { main, place, stored, whenShown } from "./page.js";
import { sound } from "./sound.js";

const PLAYED = `codex-played:${place}`;
const OPENED = `codex-insights:${place}`;
const STILL = matchMedia("(prefers-reduced-motion: reduce)");
const BEFORE_MS = 500; // the beat itself has to come up first
const FADE_MS = 350;
const UNFOLD_MS = 1800;
const INSIGHTS_MAX = 20; // that are remembered

/** One set piece while it runs: all its waits and movements can be ended at once. */
class Run {
  isOver = false;
  at = performance.now();
  #ends = new Set();

  constructor(within) {
    this.within = within;
  }

  /** Waits, unless somebody does not want to. */
  wait(ms) {
    if (this.isOver) return Promise.resolve();
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.#ends.delete(end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      this.#ends.add(end);
    });
  }

  /** Moves an element, and leaves it as the page has it. */
  async animate(element, frames, options) {
    if (this.isOver || !element) return;
    const animation = element.animate(frames, { fill: "backwards", ...options });
    const end = () => animation.finish();
    this.#ends.add(end);
    await animation.finished.catch(() => {});
    this.#ends.delete(end);
  }

  /** Goes on to what comes next in the piece. */
  next() {
    for (const end of [...this.#ends]) end();
  }

  skip() {
    this.isOver = true;
    this.next();
  }
}

let run = null;

// ---- What came of it

/** Plays what came of a scene when its beat comes up for the first time. */
function onBeat(beat, section) {
  const before = beat === "outcome" && section?.querySelector(".before");
  if (run && run.within !== before) {
    run.skip();
    run = null;
  }
  if (!before || run) return;
  const { log } = before.dataset;
  if (stored((storage) => storage.getItem(PLAYED)) === log) return;
  stored((storage) => storage.setItem(PLAYED, log));
  if (!STILL.matches && before.querySelector(".council, .roll")) play(before);
}

async function play(before) {
  const own = (run = new Run(before));
  const all = [...before.children];
  const first = all.findIndex((part) => part.matches(".council") || part.querySelector(".roll"));
  const parts = all.slice(first);
  for (const part of parts) part.dataset.later = "";
  if (document.hidden) await new Promise((resolve) => document.addEventListener("visibilitychange", resolve, { once: true }));
  await own.wait(BEFORE_MS);
  for (const part of parts) {
    delete part.dataset.later;
    const council = part.matches(".council");
    const rolls = [...part.querySelectorAll(".roll")];
    for (const roll of rolls) roll.dataset.rolling = "";
    if (rolls.length > 0) part.dataset.thrown = "";
    if (!own.isOver) part.scrollIntoView({ block: "nearest", behavior: "smooth" });
    const comes = own.animate(part, [{ opacity: 0 }, { opacity: 1 }], { duration: FADE_MS });
    if (council) await holdCouncil(part, own);
    for (const roll of rolls) await throwDice(roll, own);
    delete part.dataset.thrown;
    await comes;
  }
  if (run === own) run = null;
}

/** Lets a council sit once more. */
async function again(council) {
  run?.skip();
  const own = (run = new Run(council.closest(".before")));
  council.scrollIntoView({ block: "nearest", behavior: "smooth" });
  await holdCouncil(council, own);
  if (run === own) run = null;
}

/** While something runs, a tap on the council calls the next speaker, and any other tap ends it all. */
function onClick(event) {
  const { target } = event;
  const button = target.closest?.(".council-again");
  if (button) return again(button.closest(".council"));
  if (!run || event.timeStamp < run.at) return; // what has begun it does not end it
  const isWithin = run.within.contains(target);
  if (isWithin) event.preventDefault();
  if (isWithin && target.closest(".council[data-sitting]") && !target.closest(".council-skip")) run.next();
  else run.skip();
}

function onKey({ key, timeStamp }) {
  if (run && timeStamp >= run.at && !["Tab", "Shift", "Control", "Alt", "Meta"].includes(key)) run.skip();
}

// ---- Insight

// What lies under the bars is not seen.
const eyes = window.IntersectionObserver && new IntersectionObserver(onSeen, { rootMargin: "-60px 0px -90px", threshold: 0.5 });

/** An option that two whispers have opened unfolds once: when it comes into view, so that nothing moves under a reader. */
function watchInsights() {
  eyes?.disconnect();
  const opened = openedBefore();
  for (const badge of main.querySelectorAll("[data-insight]")) {
    if (!opened.includes(badge.dataset.insight)) eyes?.observe(badge.closest(".option"));
  }
}

const openedBefore = () => stored((storage) => JSON.parse(storage.getItem(OPENED))) ?? [];

function onSeen(entries) {
  for (const { target, isIntersecting } of entries) {
    if (!isIntersecting) continue;
    eyes.unobserve(target);
    const { insight } = target.querySelector("[data-insight]").dataset;
    stored((storage) => storage.setItem(OPENED, JSON.stringify([...openedBefore(), insight].slice(-INSIGHTS_MAX))));
    target.dataset.unfolds = "";
    setTimeout(() => delete target.dataset.unfolds, UNFOLD_MS);
  }
}

let beatBefore = "";

function turnPage(beat) {
  if (beatBefore && beat !== beatBefore) sound("page");
  beatBefore = beat;
}

export function beginOutcomes() {
  whenBeat(onBeat);
  whenBeat(turnPage);
  if (!STILL.matches) whenShown(watchInsights);
  document.addEventListener("click", onClick);
  document.addEventListener("keydown", onKey);
}
