// Says what happens: to those who hear the page, once and in order; and to those who look away, when it is their turn.

import { call, stopCalling } from "./calls.js";
import { main } from "./page.js";
import * as texts from "./texts.js";

const LINES_MAX = 40;
const LAST = [60, 15]; // seconds that are said aloud before the time is over
// What came of a scene, in the parts in which it is read.
const PARTS =
  ".ballots > li, .verdict, .deed-quiet > p, .deed > h3, .roll > p:not([aria-hidden]), .deed > .prose, .parting, .moves > li";

const heard = new Set(); // the keys of what was said
let before = { key: "", isAlone: false, isMine: false, isLocked: false };
const counted = new Set(); // the deadlines of which the last seconds were said

/** Tells all that has happened since the page was told of last. */
export function herald({ isFirst, isThere }) {
  const news = [];
  for (const element of main.querySelectorAll("[data-log]")) {
    const { log } = element.dataset;
    if (log ? heard.has(log) : isThere(element)) continue;
    if (log) heard.add(log);
    news.push(...textsOf(element));
  }
  const { isMine, isAlone, isLocked, key } = standing();
  const isNew = key !== before.key;
  if (isLocked && !before.isLocked) news.push(texts.locked);
  if (isAlone && (isNew || !before.isAlone)) news.push(texts.waitsForYou);
  if (!isFirst) say(news);
  const { title } = document.getElementById("stage").dataset;
  if (isMine && !isFirst && (isNew || !before.isMine || (isAlone && !before.isAlone))) nudge(isAlone, title);
  before = { key, isMine, isAlone, isLocked };
  document.title = isMine ? texts.tabYourTurn(title) : texts.tab(title);
  stayAwake();
}

function standing() {
  const { turn, who, stage } = document.getElementById("stage").dataset;
  const isMine = turn === "awaited";
  return { key: stage, isMine, isAlone: isMine && who === "", isLocked: Boolean(main.querySelector(".locked")) };
}

function textsOf(element) {
  if (element.dataset.said) return [element.dataset.said];
  const parts = element.hasAttribute("data-log-parts") ? [...element.querySelectorAll(`h2, ${PARTS}`)] : [element.querySelector("summary") ?? element];
  return parts.map((part) => part.textContent.replace(/\s+/g, " ").trim()).filter(Boolean);
}

function say(sentences) {
  const log = document.getElementById("announce");
  for (const sentence of sentences) {
    const line = document.createElement("p");
    line.textContent = sentence;
    log.append(line);
  }
  while (log.childElementCount > LINES_MAX) log.firstChild.remove();
}

/** Says once for each deadline that a minute is left, and that a quarter of one is. */
export function lastSeconds(deadlineMs, left) {
  for (const [index, most] of LAST.entries()) {
    const least = LAST[index + 1] ?? 0;
    const mark = `${deadlineMs}-${most}`;
    if (left > most || left <= least || counted.has(mark)) continue;
    counted.add(mark);
    say([most === 60 ? texts.lastMinute : texts.lastSeconds(most)]);
  }
}

function nudge(isAlone, title) {
  call(isAlone ? texts.callWaits : texts.callTurn, title);
  try {
    navigator.vibrate?.(80);
  } catch {
    // a device that does not want to
  }
}

let lock = null;
let isAsking = false;

const isTv = document.documentElement.dataset.page === "tv";

/** The screen stays lit while it is this seat's turn, and where all look at it. */
export async function stayAwake() {
  stopCalling();
  const wanted = (before.isMine || isTv) && document.visibilityState === "visible";
  if (!wanted) {
    lock?.release().catch(() => {});
    lock = null;
    return;
  }
  if (isAsking || (lock && !lock.released)) return;
  isAsking = true;
  lock = (await navigator.wakeLock?.request("screen").catch(() => null)) ?? null;
  isAsking = false;
}
