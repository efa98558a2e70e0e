// The calling is turned over once, before whoever it names; any tap, click or key shows it at once.

import { whenBeat } from "./beats.js";
import { place, stored } from "./page.js";

const TURNS_MS = 6200;
const STILL = matchMedia("(prefers-reduced-motion: reduce)");

const seen = new Set(); // where storage is forbidden
let playing = null;
let ends = 0;

const key = (card) => `codex-seen:${place}:${card.dataset.piece}`;
const wasSeen = (card) => seen.has(key(card)) || stored((storage) => storage.getItem(key(card)));

function showAgain(card, isShown) {
  const button = card.parentElement?.querySelector("[data-piece-again]");
  if (button) button.hidden = !isShown || STILL.matches;
}

function play(card) {
  stop();
  seen.add(key(card));
  stored((storage) => storage.setItem(key(card), "1"));
  if (STILL.matches) return;
  playing = card;
  showAgain(card, false);
  card.toggleAttribute("data-playing", true);
  ends = setTimeout(stop, TURNS_MS);
}

function stop() {
  clearTimeout(ends);
  if (!playing) return;
  playing.removeAttribute("data-playing");
  showAgain(playing, true);
  playing = null;
}

/** Plays the card of a beat that has come up, where it was not seen yet. */
function turn(_, beat) {
  const card = beat?.querySelector("[data-piece]");
  if (playing && playing !== card) stop();
  if (!card || playing) return;
  if (wasSeen(card)) showAgain(card, true);
  else play(card);
}

/** Whatever is done shows the card at once. What was meant for it is meant for nothing below it. */
function skip(event) {
  if (!playing || event.target.closest?.(".topbar, .side")) return;
  if (event.type === "keydown" || event.target.closest?.("[data-now], #act")) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }
  stop();
}

function onClick({ target }) {
  const card = target.closest?.("[data-piece-again]") && target.parentElement.querySelector("[data-piece]");
  if (card) play(card);
}

export function beginRite() {
  whenBeat(turn);
  document.addEventListener("click", skip, true);
  document.addEventListener("keydown", (event) => !event.metaKey && !event.ctrlKey && !event.altKey && skip(event), true);
  document.addEventListener("click", onClick);
}
