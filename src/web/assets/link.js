// How this page asks its server, and what it says of that.

import * as texts from "./texts.js";

const BACK_OFF_MS = 500; // after the first failure

const timers = {};

/** Does it after a while, once, instead of what the same name stood for before. */
export function later(name, waitMs, what) {
  clearTimeout(timers[name]);
  if (what) timers[name] = setTimeout(what, waitMs);
}

/** Twice as long after each failure, and of that a part by chance, so that not all come back at once. */
export const backOff = (mostMs, failures) => Math.min(mostMs, BACK_OFF_MS * 2 ** failures) * (0.5 + Math.random() / 2);

/** Asks, and reads the answer to its end. Returns nothing where nobody answered; a redirection has no status. */
export async function ask(url, { waitMs = 15000, ...settings } = {}) {
  const control = new AbortController();
  const timer = setTimeout(() => control.abort(), waitMs);
  const headers = { accept: "application/json", ...settings.headers };
  try {
    const answer = await fetch(url, { cache: "no-store", redirect: "manual", ...settings, headers, signal: control.signal });
    const text = await answer.text();
    return { status: answer.status, text, retryS: Number(answer.headers.get("retry-after")) || 1 };
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}

/** Reads JSON; what is none says nothing. */
export function read(text) {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}

const link = { state: "still", words: "", waiting: 0 };

/** Says how this page and its server are connected. */
export function say(state, words) {
  Object.assign(link, { state, words });
  showLink();
}

/** Says how much waits to be sent, while nobody takes it. */
export function sayWaiting(waiting) {
  link.waiting = waiting;
  showLink();
}

function showLink() {
  const status = document.getElementById("link-state");
  const { state, waiting } = link;
  const more = state !== "away" || waiting === 0 ? "" : ` ${texts.waiting(waiting)}`;
  const words = link.words + more;
  if (status.textContent !== words) status.textContent = words;
  status.dataset.state = state;
}

/** Shows a sentence, with links and buttons for what can be done about it. */
export function tell(words, ...ways) {
  const notice = document.getElementById("notice");
  notice.textContent = words;
  for (const { label, href, act } of ways) {
    const way = document.createElement(href ? "a" : "button");
    way.className = "button";
    way.textContent = label;
    if (href) way.href = href;
    else way.addEventListener("click", act);
    notice.append(" ", way);
  }
}
