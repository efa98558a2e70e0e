// What stands beside the story: on a phone it opens over the page and closes again, on a desk it stands there. What is
// typed in it outlives a reload, and what waits to be sent is shown where it will stand.

import { canCall, isBarred, mayCall } from "./calls.js";
import { main, place, stored } from "./page.js";
import * as texts from "./texts.js";
import { underWay } from "./transport.js";

const root = document.documentElement;
const WIDE = matchMedia("(min-width: 62rem)");
const TYPED = `codex-typed:${place}`;

let opener = null;

const named = (id) => document.getElementById(id);
const opened = () => main.querySelector("[data-panel][data-open]");

/** Whether one sees the talk. */
const seesTalk = () => WIDE.matches || root.dataset.panel === "talk";

function open(panel, from) {
  close(false);
  panel.querySelector(":scope > details")?.setAttribute("open", "");
  if (WIDE.matches && panel.id !== "menu") {
    panel.scrollIntoView({ block: "nearest" });
    panel.focus({ preventScroll: true });
    return;
  }
  opener = from;
  panel.setAttribute("role", "dialog");
  panel.setAttribute("aria-modal", "true");
  panel.setAttribute("data-open", "");
  root.dataset.panel = panel.id;
  setAside(true);
  panel.focus({ preventScroll: true });
  if (panel.id === "talk") read();
}

/** Closes the open panel. The focus goes back to what opened it. */
function close(returns = true) {
  const panel = opened();
  if (!panel) return;
  for (const name of ["role", "aria-modal", "data-open"]) panel.removeAttribute(name);
  delete root.dataset.panel;
  setAside(false);
  if (returns) (opener?.isConnected ? opener : main.querySelector("[data-now]"))?.focus({ preventScroll: true });
  opener = null;
}

/** What stands behind an open panel is not there for keyboards and readers. */
function setAside(isAside) {
  for (const part of [document.querySelector(".masthead"), named("head"), main.querySelector(".story")]) part?.toggleAttribute("inert", isAside);
}

function onClick(event) {
  const { target } = event;
  if (target.closest("[data-close]")) return close();
  const way = target.closest('a[href^="#"]');
  const panel = way && named(way.getAttribute("href").slice(1));
  if (panel?.matches("[data-panel]")) {
    event.preventDefault();
    open(panel, way.closest("#menu") ? opener ?? way : way);
  } else if (root.dataset.panel && !target.closest("[data-open], .notice") && document.contains(target)) {
    close();
  }
}

function onKey(event) {
  if (event.key !== "Escape" || !opened()) return;
  event.preventDefault();
  close();
}

// ---- Talk

let unread = 0;

function read() {
  unread = 0;
  showUnread();
  named("lines")?.scrollTo({ top: 1e6, behavior: "instant" });
}

function showUnread() {
  const badge = named("act-unread");
  badge.textContent = unread > 9 ? "9+" : String(unread);
  badge.hidden = unread === 0;
}

/** Counts what was said while nobody looked. */
export function countLines({ isFirst, isThere }) {
  if (isFirst) return;
  const lines = [...main.querySelectorAll("#lines > li:not(.mine)")];
  unread = seesTalk() ? 0 : unread + lines.filter((line) => !isThere(line)).length;
  showUnread();
}

/** Shows the lines that wait to be sent, below those that were said. */
export function showUnsent() {
  const list = named("unsent");
  const bodies = underWay().map(({ body }) => new URLSearchParams(body));
  const unsent = bodies.filter((body) => body.get("do") === "say").map((body) => body.get("text"));
  const shown = [...list.children].map((line) => line.firstChild.textContent);
  if (unsent.length === shown.length && unsent.every((text, at) => text === shown[at])) return;
  const lines = unsent.map((text) => {
    const [line, said, state] = ["li", "span", "small"].map((name) => document.createElement(name));
    said.textContent = text;
    said.dir = "auto";
    state.textContent = texts.sending;
    line.append(said, " ", state);
    return line;
  });
  list.replaceChildren(...lines);
  if (unsent.length > 0) list.scrollIntoView({ block: "nearest" });
}

/** What was typed and not sent is there again. */
export function showTyped({ isFirst }) {
  const field = named("say-text");
  const text = isFirst && stored((storage) => storage.getItem(TYPED));
  if (field && text && !field.value) field.value = text;
}

export function keepTyped() {
  stored((storage) => storage.setItem(TYPED, named("say-text")?.value ?? ""));
}

// ---- How it looks

export function showLooks() {
  const looks = named("looks");
  if (!looks) return;
  looks.hidden = false;
  named("calls").hidden = !canCall;
  named("calls-barred").hidden = !isBarred();
  const { theme = "system", size = "100", sounds = "off", calls = "off" } = root.dataset;
  const chosen = { theme, size, sounds, calls: isBarred() ? "off" : calls };
  for (const radio of looks.querySelectorAll("input")) radio.checked = chosen[radio.name] === radio.value;
}

async function onChange({ target }) {
  if (!target.closest("#looks")) return;
  const { name, value } = target;
  if (name === "calls" && value === "on" && !(await mayCall())) return showLooks();
  const isUsual = ["system", "100", "off"].includes(value);
  if (isUsual) delete root.dataset[name];
  else root.dataset[name] = value;
  try {
    if (isUsual) localStorage.removeItem(`codex-${name}`);
    else localStorage.setItem(`codex-${name}`, value);
  } catch {
    // storage may be forbidden; it holds until the page goes
  }
}

export function beginPanels() {
  document.addEventListener("click", onClick);
  document.addEventListener("codex-close", () => close(), true);
  document.addEventListener("keydown", onKey);
  document.addEventListener("change", onChange);
  document.addEventListener("input", ({ target }) => target.id === "say-text" && keepTyped());
  WIDE.addEventListener("change", () => close(false));
}
