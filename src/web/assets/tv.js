// A screen that all look at, and nobody touches: what came of a choice goes when it could be read, and the scene stays.

import { goOn, whenBeat } from "./beats.js";
import { later } from "./link.js";
import { stayAwake } from "./herald.js";

const WORDS_PER_SECOND = 3;
const AT_LEAST_MS = 8000;
// What was read makes room for what can be done, or for what comes of it.
const PASSING = ["outcome", "open", "ending"];

const readIn = (beat) => Math.max(AT_LEAST_MS, (1000 * beat.textContent.trim().split(/\s+/).length) / WORDS_PER_SECOND);

/** Leads through the beats where the page is such a screen. */
export function beginTv() {
  if (document.documentElement.dataset.page !== "tv") return;
  whenBeat((name, beat) => later("tv", ...(PASSING.includes(name) ? [readIn(beat), goOn] : [])));
  stayAwake();
}
