// The story comes in steps: one beat at a time, each can be gone back to, and at the bottom the one act that is mine now.

import { tell } from "./link.js";
import { main, place, stored } from "./page.js";
import * as texts from "./texts.js";

const root = document.documentElement;
const REST_MS = 600; // after a swap of the stage a second tap is meant for what has gone
const STEP_REST_MS = 350; // and after a step
const STORE = `codex-beat:${place}`;

let key = ""; // what the page is at
let now = ""; // the beat that is shown
let restsUntil = 0;
const tops = new Map(); // where each beat was left
const watchers = [];

const stage = () => document.getElementById("stage");
const named = (id) => document.getElementById(id);
const beats = () => [...main.querySelectorAll("[data-beat]:not([hidden])")];
const isShown = (beat) => beat.dataset.beat === now;

/** Calls `act` with its name and its section whenever a beat comes up. */
export function whenBeat(act) {
  watchers.push(act);
}

/** Shows the beat that fits the page: where one was, or the first of what is new. */
export function showBeats() {
  const all = beats();
  const at = stage().dataset.stage;
  const isFirst = key === "";
  const isNew = at !== key;
  if (isFirst) now = remembered(at);
  else if (isNew) now = "";
  key = at;
  if (!all.some(isShown)) now = (isNew ? firstOf(all, isFirst) : all[all.length - 1]).dataset.beat;
  mark(all);
  if (isNew && !isFirst) arrive();
  showAct();
}

/** Whoever comes from the beat before has read how it began. */
function firstOf(all, isFirst) {
  const begins = isFirst ? null : stage().dataset.begins;
  return all.find(({ dataset }) => dataset.beat === begins) ?? all[0];
}

function remembered(at) {
  const { key: before, beat } = stored((storage) => JSON.parse(storage.getItem(STORE))) ?? {};
  return before === at ? beat : "";
}

function mark(all) {
  root.dataset.mood = stage().dataset.mood;
  for (const beat of all) beat.toggleAttribute("data-now", isShown(beat));
  stage().toggleAttribute("data-within", Boolean(stage().querySelector("[data-now]")));
  stored((storage) => storage.setItem(STORE, JSON.stringify({ key, beat: now })));
  const shown = all.find(isShown);
  for (const act of watchers) act(now, shown);
}

/** The story has moved on: it begins at what came of the scene before. Whoever types or reads beside it is told. */
function arrive() {
  tops.clear();
  rest(REST_MS);
  const active = document.activeElement;
  const isElsewhere = active?.matches("input, textarea, select") || active?.closest("[data-open]") || root.dataset.panel;
  if (!isElsewhere) return begin();
  window.scrollTo({ top: 0, behavior: "instant" });
  if (root.dataset.panel) tell(texts.movedOn, { label: texts.readOn, act: () => named(root.dataset.panel)?.dispatchEvent(new Event("codex-close")) });
}

/** Shows the beginning of a beat, also to those who are led by the focus. */
function begin() {
  window.scrollTo({ top: tops.get(now) ?? 0, behavior: "instant" });
  beats().find(isShown)?.focus({ preventScroll: true });
}

/** Goes on to the next beat. */
export const goOn = () => step(1);

function step(by) {
  const all = beats();
  const next = all[all.findIndex(isShown) + by];
  if (!next) return;
  tops.set(now, window.scrollY);
  now = next.dataset.beat;
  rest(STEP_REST_MS);
  mark(all);
  showAct();
  begin();
}

// ---- The act at the bottom

function showAct() {
  const all = beats();
  const at = all.findIndex(isShown);
  const isLast = at === all.length - 1;
  const { act, who, turn } = stage().dataset;
  const wait = main.querySelector(".locked") && withdrawal();
  const [first, second] = isLast ? [act, who] : ["", ""];
  put("act-first", first);
  put("act-second", second);
  put("act-go", isLast ? texts.wait : texts.goOn);
  named("act-go").hidden = isLast && !wait;
  named("act-back").disabled = at <= 0;
  put("act-back-words", at > 0 ? all[at - 1].dataset.beatName : texts.back);
  named("act").dataset.turn = isLast ? turn : "reading";
  named("act").hidden = false;
}

function put(id, words) {
  const element = named(id);
  if (element.textContent !== words) element.textContent = words;
}

const withdrawal = () => main.querySelector('form[data-play]:has(> input[name="do"][value="withdraw"])');

function onClick({ target }) {
  const button = target.closest("button");
  if (button?.id === "act-back") step(-1);
  if (button?.id !== "act-go") return;
  const all = beats();
  if (isShown(all[all.length - 1])) withdrawal()?.requestSubmit();
  else step(1);
}

// ---- Rest

/** For a moment nothing in the story takes a tap: a double tap must not do two things. */
function rest(ms) {
  restsUntil = performance.now() + ms;
  root.toggleAttribute("data-resting", true);
  setTimeout(() => performance.now() >= restsUntil && root.toggleAttribute("data-resting", false), ms + 10);
}

function guard(event) {
  if (performance.now() >= restsUntil || !event.target.closest?.("#stage, #before, #act")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

/** A tap that means nothing takes the focus from nothing. */
function keepFocus(event) {
  if (performance.now() < restsUntil && !event.target.closest?.(".side, .topbar")) event.preventDefault();
}

export function beginBeats() {
  root.classList.add("steps", "live");
  for (const type of ["click", "submit"]) document.addEventListener(type, guard, true);
  document.addEventListener("mousedown", keepFocus, true);
  document.addEventListener("click", onClick);
}
