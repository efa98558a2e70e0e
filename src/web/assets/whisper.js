// A whisper is a sealed letter, so that nobody reads it over a shoulder: it is open while it is held, or until one looks
// away. What is told of it goes out after a few seconds in which it can be taken back.

import { whenBeat } from "./beats.js";
import { tell } from "./link.js";
import { main, playForms, serverNow, whenShown } from "./page.js";
import { sound } from "./sound.js";
import * as texts from "./texts.js";

const SHORT_MS = 300; // a press that is shorter opens for good, or shuts
const OWN_CLICK_MS = 600; // so long after a press its click may come
const TAKE_BACK_S = 5;
const SECOND_TAP_MS = 500; // a second tap is meant for what the first was meant for
const SPARE_S = 2; // that a telling takes on its way
const AGAIN_MS = 400; // while the page rests after a step it takes no form

// ---- The letter

let pressed = null;
let pressedAt = -OWN_CLICK_MS;

const isOpen = (letter) => letter.hasAttribute("data-read");

function setOpen(letter, opens) {
  if (isOpen(letter) === opens) return;
  letter.toggleAttribute("data-read", opens);
  letter.querySelector(".letter-seal").setAttribute("aria-expanded", String(opens));
  if (opens) sound("whisper");
}

function shutAll() {
  pressed = null;
  for (const letter of main.querySelectorAll(".letter[data-read]")) setOpen(letter, false);
}

let beatNow = "";

/** Whoever leaves the beat of the whisper has put the letter away. */
function onBeat(beat) {
  if (beat !== beatNow) shutAll();
  beatNow = beat;
}

function press(seal) {
  const letter = seal.closest(".letter");
  pressed = { letter, at: performance.now(), wasOpen: isOpen(letter) };
  setOpen(letter, true);
}

function letGo() {
  if (!pressed) return;
  const { letter, at, wasOpen } = pressed;
  pressed = null;
  pressedAt = performance.now();
  if (wasOpen || pressedAt - at >= SHORT_MS) setOpen(letter, false);
}

const sealOf = ({ target }) => target.closest?.(".letter-seal");

function onPointer(event) {
  const seal = sealOf(event);
  if (!seal || event.button !== 0) return;
  seal.setPointerCapture(event.pointerId); // a finger that slides off still holds it
  press(seal);
}

function onKeyDown(event) {
  const seal = (event.key === " " || event.key === "Enter") && sealOf(event);
  if (!seal) return;
  event.preventDefault();
  if (!event.repeat) press(seal);
}

/** A click without a press is a screen reader's, or a voice's. */
function onSeal(event) {
  const seal = sealOf(event);
  if (!seal || performance.now() - pressedAt < OWN_CLICK_MS) return;
  const letter = seal.closest(".letter");
  setOpen(letter, !isOpen(letter));
}

// ---- A telling that can be taken back

let held = null; // the form that waits, and its place in the page
let passing = null; // the form that may go out now
let hasPassed = false;

/** Holds a telling back when it is asked for. Whatever else is done meanwhile goes after it, as it was meant. */
function onSubmit(event) {
  const form = event.target;
  if (form === passing) {
    hasPassed = true;
    return;
  }
  const isTelling = form.matches("form[data-held-back]");
  if (isTelling || form.matches("form[data-play]")) release();
  if (!isTelling || isLate()) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  hold(form);
}

/** Whether the scene may be decided before the breath is over. What is told then goes out at once. */
function isLate() {
  const { deadlineMs = Infinity } = main.querySelector("time[data-deadline-ms]")?.dataset ?? {};
  return Boolean(main.querySelector(".locked")) || deadlineMs - serverNow() < 1000 * (TAKE_BACK_S + SPARE_S);
}

function hold(form) {
  const article = form.closest(".whisper");
  const isApart = form.elements.do.value === "tell-aside";
  const to = isApart && form.elements.to.selectedOptions[0].text;
  held = { form, article, left: TAKE_BACK_S, timer: setInterval(countDown, 1000) };
  article.dataset.held = "fresh";
  setTimeout(() => article.dataset.held && (article.dataset.held = "now"), SECOND_TAP_MS);
  // Whether it is the truth is not said: somebody may look over a shoulder.
  put(article, ".held-words", isApart ? texts.leanOver(to) : texts.drawBreath);
  put(article, ".held-count", String(TAKE_BACK_S));
  article.querySelector("[data-take-back]").focus({ preventScroll: true });
}

const put = (article, part, words) => (article.querySelector(part).textContent = words);

function countDown() {
  held.left -= 1;
  if (held.left <= 0) release();
  else put(held.article, ".held-count", String(held.left));
}

/** Sends what was held back, by the way of all forms. */
function release() {
  if (!held) return;
  const { form, timer } = held;
  clearInterval(timer);
  [passing, hasPassed] = [form, false];
  form.requestSubmit();
  passing = null;
  if (hasPassed) end();
  else held.timer = setTimeout(release, AGAIN_MS);
}

/** Ends the waiting. The focus stays with the letter. */
function end(returnTo) {
  const { article, timer } = held;
  clearInterval(timer);
  held = null;
  const hadFocus = article.querySelector(".held")?.contains(document.activeElement);
  delete article.dataset.held;
  if (hadFocus) (returnTo ?? article.querySelector(".letter-seal")).focus({ preventScroll: true });
}

function takeBack() {
  const { form } = held;
  // Of a fold that was shut meanwhile the button cannot have it.
  end(form.querySelector('button[type="submit"]'));
}

/** Whether a form tells the same; what was chosen in it is taken over. */
function isHeir(form) {
  const [fresh, old] = [form.elements, held.form.elements];
  const names = old.to ? ["do", "scene", "whisper"] : ["do", "scene", "whisper", "manner"];
  if (!names.every((name) => fresh[name]?.value === old[name].value)) return false;
  if (old.to) [fresh.to.value, fresh.manner.value] = [old.to.value, old.manner.value];
  return true;
}

/** The page has changed: the form may have an heir, or its scene is over. */
function onShown() {
  if (!held) return;
  if (!held.form.isConnected) {
    const heir = playForms().find(isHeir);
    if (!heir) {
      end();
      return tell(texts.tooLate);
    }
    held.form = heir;
    held.article = heir.closest(".whisper");
    held.article.dataset.held = "now";
  }
  if (isLate()) release();
}

/**
 * Whoever leaves the page has meant what was said, so it goes out at once. A page that is hidden may never be woken, and
 * one that goes breaks off what it sends: a beacon carries the same command under the same id, so it is done once.
 */
function onLeave({ type }) {
  shutAll();
  if (!held) return;
  const { form } = held;
  release();
  if (type === "pagehide" && hasPassed) navigator.sendBeacon?.(form.getAttribute("action"), new URLSearchParams(new FormData(form)));
}

function onClick(event) {
  onSeal(event);
  if (!held || held.article.dataset.held === "fresh") return;
  if (event.target.closest("[data-take-back]")) takeBack();
  else if (event.target.closest("[data-send-now]")) release();
}

/** What a fold holds comes into view, with its act. */
function onFold({ target }) {
  if (target.open && target.matches(".twist, .word-apart")) target.lastElementChild.scrollIntoView({ block: "nearest", behavior: "smooth" });
}

export function beginWhispers() {
  document.addEventListener("pointerdown", onPointer);
  for (const type of ["pointerup", "pointercancel"]) document.addEventListener(type, letGo);
  document.addEventListener("keydown", onKeyDown);
  document.addEventListener("keyup", letGo);
  document.addEventListener("contextmenu", (event) => sealOf(event) && event.preventDefault());
  document.addEventListener("click", onClick);
  document.addEventListener("toggle", onFold, true);
  document.addEventListener("submit", onSubmit, true);
  document.addEventListener("visibilitychange", (event) => document.hidden && onLeave(event));
  window.addEventListener("pagehide", onLeave);
  window.addEventListener("blur", shutAll);
  window.addEventListener("offline", () => held && release()); // it is kept with all that waits for a connection
  whenBeat(onBeat);
  whenShown(onShown);
}
