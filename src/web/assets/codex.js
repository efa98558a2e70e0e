// Makes a table's page live. Everything works without it, by forms and links: where a browser lacks something that is
// needed here, or cannot even read these files, the page stays as it is.

import { beginBeats, showBeats } from "./beats.js";
import { beginChronicle } from "./chronicle.js";
import { herald, lastSeconds, stayAwake } from "./herald.js";
import { ask, later, read } from "./link.js";
import { beginOutcomes } from "./outcome.js";
import { begin, main, serverNow } from "./page.js";
import { beginPanels, countLines, keepTyped, showLooks, showTyped, showUnsent } from "./panels.js";
import { beginRite } from "./rite.js";
import * as texts from "./texts.js";
import { beginTv } from "./tv.js";
import { connect, flush, mark, offline, stop, take, wake, whenMarked } from "./transport.js";
import { beginWhispers } from "./whisper.js";

const NEEDED = [
  { stream: window.EventSource, socket: window.WebSocket, ask: true }[main.dataset.live],
  window.fetch,
  window.AbortController,
  window.crypto,
  Element.prototype.replaceChildren,
  Element.prototype.toggleAttribute,
  Array.prototype.flatMap,
];

function tick() {
  for (const time of main.querySelectorAll("time[data-deadline-ms]")) {
    const left = Math.ceil((Number(time.dataset.deadlineMs) - serverNow()) / 1000);
    const [hours, minutes] = [Math.floor(left / 3600), Math.floor(left / 60) % 60];
    const words = hours > 0 ? texts.hours(hours, minutes) : `${minutes}:${String(left % 60).padStart(2, "0")}`;
    time.textContent = left > 0 ? words : texts.timeIsUp;
    const isLocked = time.closest(".deadline-locked");
    time.closest(".deadline").toggleAttribute("data-soon", left <= 15 && !isLocked);
    if (!isLocked) lastSeconds(time.dataset.deadlineMs, left);
  }
}

let phrase = null; // the recovery phrase, once it was asked for: no page of the table holds it

async function fetchPhrase(fold) {
  const answer = await ask(fold.dataset.phrase);
  phrase = read(answer?.text).recovery_phrase ?? null;
  showPhrase(); // where there is none, the link beside it says why
}

function showPhrase() {
  const text = document.querySelector("details[data-phrase] > p");
  if (!phrase || !text || text.matches(".phrase")) return;
  text.className = "phrase";
  text.translate = false;
  text.textContent = phrase;
}

function showCopyButtons() {
  for (const button of main.querySelectorAll("button[data-copy][hidden]")) button.hidden = false;
}

/** Few pages have something to send, so what sends it comes with the first that has. */
const bringShare = () => main.querySelector("[data-share]") && import("./share.js");

async function copy(button) {
  const field = document.getElementById(button.dataset.copy);
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    document.execCommand("copy"); // the only way on plain http; where it fails, the text is selected
  }
  button.textContent = texts.copied;
  later("copied", 2000, () => (button.textContent = texts.copy));
}

// Not randomUUID: that is only there on https and on localhost, and a table in a living room has neither.
function freshId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function submit(event) {
  const form = event.target;
  if (!form.matches("form[data-play]")) return;
  form.elements.command_id.value = freshId(); // what the server sends is shared, and has none
  take(form);
  keepTyped();
  event.preventDefault(); // last: what could not be taken, the browser sends itself, under the same id
}

function start() {
  beginBeats();
  beginPanels();
  beginTv();
  beginWhispers();
  beginOutcomes();
  beginRite();
  beginChronicle();
  whenMarked(showUnsent);
  begin(showBeats, showCopyButtons, bringShare, mark, showPhrase, tick, herald, countLines, showTyped, showLooks);
  document.addEventListener("click", ({ target }) => target.matches("button[data-copy]") && copy(target));
  // A fold tells nobody above it that it opens: only who listens before it hears of it.
  document.addEventListener("toggle", ({ target }) => target.open && target.dataset.phrase && !phrase && fetchPhrase(target), true);
  document.addEventListener("visibilitychange", wake);
  document.addEventListener("visibilitychange", stayAwake);
  window.addEventListener("focus", wake);
  window.addEventListener("online", wake);
  window.addEventListener("offline", offline);
  window.addEventListener("pageshow", (event) => event.persisted && wake(event));
  window.addEventListener("pagehide", stop);
  setInterval(tick, 1000);
  document.getElementById("lines")?.scrollTo({ top: 1e6, behavior: "instant" });
  connect();
  flush();
  document.addEventListener("submit", submit);
  document.getElementById("again").hidden = true;
}

if (NEEDED.every(Boolean)) start();
else document.documentElement.classList.remove("steps");
