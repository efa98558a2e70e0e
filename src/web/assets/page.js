// What a table's page shows: it becomes what the server sends, only where that differs, and never under a finger.

export const main = document.querySelector("main[data-live]");
export const place = location.pathname;

const HELD_MOST_MS = 10_000; // a finger that rests may stay over a page that is old, but not for ever
const HELD_AFTER_MS = 200; // a second tap is meant for what the first was meant for
const LOOKS = [0.4, 0.5, 0.3, 0.6, 0.2, 0.7, 0.85, 0.1]; // where one looks, as shares of the window's height

let shown = null; // the page as the server sent it, without what was done to it here
let version = 0;
let madeFor = ""; // the holder of a seat whose page it is
let waiting = null; // news that came while something was held down
const done = []; // what is to be done on whatever has just been put into the page
const down = new Set(); // what is held down: a finger, a button, a key, a word that is being composed

let clockOffsetMs = 0;

/** Takes the server's clock from an answer: this device's may be wrong, and either may be set while the page is open. */
export function setClock(nowMs) {
  if (nowMs) clockOffsetMs = Number(nowMs) - Date.now();
}

export const serverNow = () => Date.now() + clockOffsetMs;

/** Storage may be full or forbidden; what is kept then lives as long as the page. */
export function stored(use) {
  try {
    return use(sessionStorage);
  } catch {
    return null;
  }
}

const stage = () => document.getElementById("stage");

/** Calls `act` now, if the page is begun, and after each change: with what is new. */
export function whenShown(act) {
  done.push(act);
  if (shown) act({ isFirst: true, isThere: () => true });
}

/** Begins with the page as it is. Each of `acts` is called now and after each change. */
export function begin(...acts) {
  shown = parsed(main.innerHTML);
  version = Number(main.dataset.version);
  madeFor = stage().dataset.madeFor;
  setClock(main.dataset.nowMs);
  done.unshift(...acts);
  done.forEach((act) => act({ isFirst: true, isThere: () => true }));
  watchHands();
}

/** The version that is shown, or is shown as soon as the finger is lifted. */
export const known = () => (waiting ? waiting.version : version);
export const shownVersion = () => version;
export const playForms = () => [...main.querySelectorAll("form[data-play]")];

/** What a form asks for, whatever its command id. */
export function keyOf(form) {
  const fields = [...new FormData(form)].filter(([name]) => name !== "command_id");
  return new URLSearchParams(fields).toString();
}

/** The page as the server sends it, without the ids that are fresh in every rendering, and without what was typed. */
function parsed(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  for (const field of template.content.querySelectorAll('[name="command_id"], [name="text"]')) field.setAttribute("value", "");
  return template.content;
}

/** The lines of the next page: of those before some stay, some go (negative), and between them others come. */
export function patched(before, edits) {
  let at = 0;
  return edits.flatMap((edit) => {
    if (typeof edit === "string") return edit.split("\n");
    const from = at;
    at += Math.abs(edit);
    return edit > 0 ? before.slice(from, at) : [];
  });
}

/** Shows what the server has sent. Returns whether it is for this page: another tab may have taken another seat. */
export function show(html, newVersion) {
  const next = parsed(html);
  const theirs = next.querySelector("#stage").dataset.madeFor;
  if (madeFor && theirs && theirs !== madeFor) return false;
  if (down.size > 0) {
    waiting = { html, version: newVersion };
    return true;
  }
  waiting = null;
  const focus = remember();
  const there = new Set(main.querySelectorAll("[data-log]"));
  steadily(() => {
    patch(main, shown, next);
    [shown, version, madeFor] = [next, newVersion, theirs];
    main.dataset.version = String(newVersion);
    focus();
  });
  const isThere = (element) => there.has(element);
  done.forEach((act) => act({ isFirst: false, isThere }));
  return true;
}

/** Makes `live`, which shows `before`, show `next`. What is the same in both stays, with whatever was done to it here. */
function patch(live, before, next) {
  const names = new Set([...before.attributes ?? [], ...next.attributes ?? []].map(({ name }) => name));
  for (const name of names) {
    const value = next.getAttribute(name);
    if (value === before.getAttribute(name)) continue;
    if (value === null) live.removeAttribute(name);
    else live.setAttribute(name, value);
  }
  const [nodes, old, fresh] = [live, before, next].map((parent) => [...parent.childNodes]);
  // Something else than this script may have changed the page.
  if (nodes.length !== old.length) return live.replaceChildren(...fresh.map(copied));
  let at = 0;
  for (const node of fresh) {
    const same = node.nodeType === 1 ? old.findIndex((one, index) => index >= at && one.isEqualNode(node)) : -1;
    const heir = same >= 0 ? same : at < old.length && isHeir(old[at], node, fresh) ? at : -1;
    if (heir < 0) {
      live.insertBefore(copied(node), nodes[at] ?? null);
      continue;
    }
    for (; at < heir; at += 1) nodes[at].remove();
    if (same < 0) change(nodes[at], old[at], node);
    at += 1;
  }
  for (; at < nodes.length; at += 1) nodes[at].remove();
}

const copied = (node) => document.importNode(node, true);

function change(live, before, next) {
  if (next.nodeType === 1) patch(live, before, next);
  else if (before.data !== next.data) live.data = next.data;
}

/** Whether a node may become another. A form stays the same command, and a stage the same stage. */
function isHeir(before, next, fresh) {
  if (before.nodeName !== next.nodeName) return false;
  if (next.nodeType !== 1) return true;
  const alike = before.id === next.id && before.dataset.stage === next.dataset.stage;
  const form = next.nodeName !== "FORM" || keyOf(before) === keyOf(next);
  return alike && form && !fresh.some((other) => other.isEqualNode(before));
}

/** Lets a change be made, and keeps what one looks at where it is. */
function steadily(change) {
  const typed = document.activeElement instanceof HTMLInputElement ? document.activeElement : null;
  const inView = (element) => {
    const { top, bottom } = element.getBoundingClientRect();
    return bottom > 0 && top < window.innerHeight;
  };
  const points = LOOKS.map((share) => document.elementFromPoint(window.innerWidth / 2, window.innerHeight * share));
  const looked = points.map((element) => element?.closest("p, li, button, summary, h1, h2, h3, h4, label"));
  const kept = [typed && inView(typed) ? typed : null, ...looked].filter((one) => main.contains(one) && !one.closest("#lines, [data-open], .topbar, .act"));
  const tops = kept.map((element) => element.getBoundingClientRect().top);
  const lines = document.getElementById("lines");
  const atEnd = !lines || lines.scrollTop + lines.clientHeight >= lines.scrollHeight - 40;
  change();
  if (atEnd) document.getElementById("lines")?.scrollTo({ top: 1e6, behavior: "instant" });
  const stays = kept.findIndex((element) => element.isConnected);
  const moved = stays < 0 ? 0 : kept[stays].getBoundingClientRect().top - tops[stays];
  if (moved !== 0) window.scrollBy({ top: moved, behavior: "instant" });
}

/** Returns what gives the focus to the heir of the element that has it now, if that goes. */
function remember() {
  const active = document.activeElement;
  if (!main.contains(active)) return () => {};
  const form = active.closest("form[data-play]");
  const key = form && keyOf(form);
  const [text, caret] = [active.value, active.selectionStart];
  return () => {
    if (active.isConnected) return;
    const heir = document.getElementById(active.id) ?? playForms().find((other) => keyOf(other) === key)?.querySelector("button");
    (heir ?? stage()).focus({ preventScroll: true });
    if (heir instanceof HTMLInputElement && text) {
      heir.value = text;
      heir.setSelectionRange(caret, caret);
    }
  };
}

// ---- Hands

function watchHands() {
  let timer = 0;
  const releaseIn = (waitMs) => {
    clearTimeout(timer);
    timer = setTimeout(release, waitMs);
  };
  const hold = (what) => {
    down.add(what);
    releaseIn(HELD_MOST_MS);
  };
  const lift = (what) => {
    if (!down.has(what)) return;
    if (down.size > 1) down.delete(what);
    else releaseIn(HELD_AFTER_MS);
  };
  const presses = (key, target) => (key === "Enter" || key === " ") && target.matches?.("button, summary, a");
  const on = (type, act) => document.addEventListener(type, act, { capture: true, passive: true });
  // A finger that scrolls is a touch, though no pointer any more.
  on("touchstart", () => hold("finger"));
  for (const type of ["touchend", "touchcancel"]) on(type, ({ touches }) => touches.length === 0 && lift("finger"));
  on("pointerdown", ({ pointerType }) => pointerType !== "touch" && hold("pointer"));
  for (const type of ["pointerup", "pointercancel"]) on(type, () => lift("pointer"));
  on("keydown", ({ key, target }) => presses(key, target) && hold("key"));
  on("keyup", () => lift("key"));
  on("compositionstart", () => hold("word"));
  on("compositionend", () => lift("word"));
  window.addEventListener("blur", () => down.size > 0 && releaseIn(HELD_AFTER_MS));
}

function release() {
  down.clear();
  if (waiting) show(waiting.html, waiting.version);
}
