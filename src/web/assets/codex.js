// Makes a table's page live: news by event stream, forms that outlive a lost connection, a countdown.
// Everything works without it, by forms and links.
const main = document.querySelector("main[data-live]");
const [status, notice, announce] = ["link-state", "notice", "announce"].map((id) => document.getElementById(id));

const PAGE_WAIT_MS = 2000; // how long news may take before the page is fetched
const SILENCE_MS = 25000; // two heartbeats (HEARTBEAT_MS) and a little; a test compares them
const BACK_OFF_MS = { least: 500, most: 10_000 };
const FAILURES_MAX = 3; // after so many failures in a row news are asked for, until a stream opens
const WAIT_S = 20; // how long a question for news waits for some
const FIRST_MS = 8000; // a stream that says nothing for so long is held back on its way
const NOTHING = { id: "", lines: [] };
const BUSY = new Set([429, 502, 503, 504]);
const OUTBOX = `codex-outbox:${location.pathname}`;

let version = Number(main.dataset.version);
let clockOffsetMs = 0;

/** Takes the server's clock from an answer: this device's may be wrong, and either may be set while the page is open. */
function setClock(nowMs) {
  if (nowMs) clockOffsetMs = Number(nowMs) - Date.now();
}
setClock(main.dataset.nowMs);

// ---- The page: sections are swapped by id, and only where the server sent something else.

/** A section as the server sent it, without the ids that are fresh in every rendering. */
const plain = (section) => section.outerHTML.replace(/(name="command_id" value=")[^"]*/g, "$1");
const sectionsOf = (root) => [...root.querySelectorAll("section[id]")];
const playForms = () => [...main.querySelectorAll("form[data-play]")];
let shown = new Map(sectionsOf(main).map((section) => [section.id, plain(section)]));

function show(html, newVersion) {
  const next = document.createElement("template");
  next.innerHTML = html;
  const sections = sectionsOf(next.content);
  const title = document.getElementById("stage").dataset.title;
  const kept = remember();
  const same = sections.length === shown.size && sections.every(({ id }) => shown.has(id));
  const coming = new Map(sections.map((section) => [section.id, plain(section)]));
  const changed = sections.filter(({ id }) => coming.get(id) !== shown.get(id));
  if (same) changed.forEach((section) => document.getElementById(section.id).replaceWith(section));
  else main.replaceChildren(next.content);
  shown = coming;
  version = newVersion;
  main.dataset.version = String(newVersion);
  recall(kept);
  enhance();
  const newTitle = document.getElementById("stage").dataset.title;
  if (newTitle !== title) turnTo(newTitle);
}

/** What a reader has done to the page, so that a swap does not undo it. */
function remember() {
  const active = document.activeElement;
  const form = active?.closest("main form[data-play]");
  const lines = document.getElementById("lines");
  return {
    folds: new Map([...main.querySelectorAll("details[id]")].map((fold) => [fold.id, fold.open])),
    typed: [...main.querySelectorAll("input[id]:not([readonly])")].map((input) => [input.id, input.value]),
    active: main.contains(active) ? active : null,
    form: form && keyOf(form),
    caret: active instanceof HTMLInputElement ? [active.selectionStart, active.selectionEnd] : null,
    linesAt: lines && lines.scrollTop + lines.clientHeight < lines.scrollHeight - 40 ? lines.scrollTop : null,
    scrollY: window.scrollY,
  };
}

function recall({ folds, typed, active, form, caret, linesAt, scrollY }) {
  const set = (id, what, value) => {
    const element = document.getElementById(id);
    if (element && element[what] !== value) element[what] = value;
  };
  for (const [id, open] of folds) set(id, "open", open);
  for (const [id, value] of typed) set(id, "value", value);
  if (active && !active.isConnected) {
    const sameForm = form && playForms().find((other) => keyOf(other) === form);
    const heir = document.getElementById(active.id) ?? sameForm?.querySelector("button") ?? document.getElementById("stage");
    heir.focus({ preventScroll: true });
    if (caret && heir instanceof HTMLInputElement) heir.setSelectionRange(...caret);
  }
  const lines = document.getElementById("lines");
  if (lines) lines.scrollTop = linesAt ?? lines.scrollHeight;
  if (window.scrollY !== scrollY) window.scrollTo({ top: scrollY, behavior: "instant" });
}

/** The story has moved on: say so, and begin at what came of the scene before. */
function turnTo(title) {
  document.title = `${title} · The Arcane Codex`;
  announce.textContent = title;
  if (document.activeElement instanceof HTMLInputElement) return;
  const start = main.querySelector("#before:not([hidden])") ?? document.getElementById("stage");
  const top = start.getBoundingClientRect().top + window.scrollY - 72;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  window.scrollTo({ top: Math.max(0, top), behavior: still ? "instant" : "smooth" });
}

/** What only a script can do, on whatever has just been put into the page. */
function enhance() {
  for (const button of main.querySelectorAll("button[data-copy][hidden]")) button.hidden = false;
  const waiting = new Set(underWay().map(({ key }) => key));
  for (const form of playForms()) form.toggleAttribute("data-sent", waiting.has(keyOf(form)));
  if (phrase) showPhrase();
  tick();
}

// ---- News: one stream, opened again whenever it may have been lost.

let stream = null;
let had = NOTHING; // what the stream has sent: changes start from it
let failures = 0;
let polling = false;
let heardAt = 0;
const timers = {};

/** Does it after a while, once, instead of what the same name stood for before. */
function later(name, waitMs, what) {
  clearTimeout(timers[name]);
  if (what) timers[name] = setTimeout(what, waitMs);
}

function connect() {
  stream?.close();
  stream = new EventSource(`${main.dataset.live}?since=${had.id}`);
  const on = (name, then) => stream.addEventListener(name, then);
  let first = true; // what a stream begins with is so, also where a table was set back from a backup
  const receive = (id, lines) => {
    heard();
    later("lag");
    had = { id, lines };
    const sent = Number.parseInt(id, 10);
    if (first || sent >= version) show(lines.join("\n"), sent);
    first = false;
  };
  on("page", ({ lastEventId, data }) => receive(lastEventId, data.split("\n")));
  on("patch", ({ lastEventId, data }) => {
    const { from, lines } = JSON.parse(data);
    if (had.id.endsWith(`-${from}`)) return receive(lastEventId, patched(had.lines, lines));
    had = NOTHING;
    connect();
  });
  on("beat", (event) => {
    heard();
    first = false;
    const { version: sent, now_ms: nowMs } = JSON.parse(event.data);
    setClock(nowMs);
    if (sent > version) later("lag", PAGE_WAIT_MS, connect);
  });
  on("bye", (event) => {
    const { retry_ms: waitMs, reason } = JSON.parse(event.data);
    if (reason === "erased") return location.reload();
    comeBackIn(waitMs, reason === "replaced" ? "Live in a newer tab" : undefined);
  });
  on("error", lost);
  later("reconnect");
  later("lag");
  later("silence", FIRST_MS, lost);
}

/** The lines of the next page: of those before some stay, some go (negative), and between them others come. */
function patched(before, edits) {
  let at = 0;
  return edits.flatMap((edit) => {
    if (typeof edit === "string") return edit.split("\n");
    const from = at;
    at += Math.abs(edit);
    return edit > 0 ? before.slice(from, at) : [];
  });
}

function heard() {
  failures = 0;
  heardAt = Date.now();
  say("here", "Connected");
  later("silence", SILENCE_MS, lost);
  flush();
}

function lost() {
  const most = Math.min(BACK_OFF_MS.most, BACK_OFF_MS.least * 2 ** failures);
  failures += 1;
  if (failures > FAILURES_MAX) poll();
  else if (failures > 1) fetchPage(); // streams may be what is not to be had
  comeBackIn(most * (0.5 + Math.random() / 2));
}

function comeBackIn(waitMs, words = "Reconnecting…") {
  stream?.close();
  later("silence");
  later("lag");
  later("reconnect", waitMs, connect);
  if (!polling) say("away", words);
}

/** Asks for news again and again, where streams do not come through, and until one does. */
async function poll() {
  if (polling) return;
  polling = true;
  const ask = { headers: { accept: "application/json" }, cache: "no-store" };
  while (failures > FAILURES_MAX) {
    const news = `${location.pathname}?after=${version}&wait=${WAIT_S}`;
    const answer = await fetch(news, { ...ask, signal: AbortSignal.timeout(SILENCE_MS) }).catch(() => null);
    if (!answer?.ok) break; // the next stream that fails tries again
    answer.body?.cancel();
    say("here", "Connected");
    flush();
    await fetchPage();
  }
  polling = false;
}

function say(state, words) {
  if (status.textContent !== words) status.textContent = words;
  status.dataset.state = state;
}

/** Whoever comes back to the page wants it right at once, and a stream that slept may only look open. */
function wake() {
  if (document.visibilityState !== "visible") return;
  failures = 0;
  if (stream?.readyState !== EventSource.OPEN || Date.now() - heardAt > SILENCE_MS / 2) connect();
  flush();
}

// ---- Commands: kept until they are answered. Each has an id, so sending one twice does it once.

let sending = false;
let outbox = stored((storage) => JSON.parse(storage.getItem(OUTBOX))) ?? [];
let settling = []; // what was answered and is not yet seen on the page

/** Storage may be full or forbidden; the outbox then lives as long as the page. */
function stored(use) {
  try {
    return use(sessionStorage);
  } catch {
    return null;
  }
}

function writeOutbox(commands) {
  outbox = commands;
  stored((storage) => storage.setItem(OUTBOX, JSON.stringify(commands)));
}

function underWay() {
  settling = settling.filter((command) => command.version > version);
  return [...settling, ...outbox];
}

/** What a form asks for, whatever its command id. */
function keyOf(form) {
  const fields = [...new FormData(form)].filter(([name]) => name !== "command_id");
  return new URLSearchParams(fields).toString();
}

// Not randomUUID: that is only there on https and on localhost, and a table in a living room has neither.
const hex = (byte) => byte.toString(16).padStart(2, "0");
const freshId = () => [...crypto.getRandomValues(new Uint8Array(16))].map(hex).join("");

function submit(event) {
  event.preventDefault();
  const form = event.target;
  const key = keyOf(form);
  if (underWay().at(-1)?.key === key) return; // a second tap
  form.elements.command_id.value = freshId(); // what the server sends is shared, and has none
  const body = new URLSearchParams(new FormData(form)).toString();
  writeOutbox([...outbox, { key, url: form.getAttribute("action"), body }]);
  if (form.elements.text) form.elements.text.value = "";
  notice.textContent = "";
  enhance();
  flush();
}

async function flush() {
  if (sending) return;
  sending = true;
  while (outbox.length > 0) {
    const waitMs = await send(outbox[0]);
    if (waitMs > 0) {
      later("send", waitMs, flush);
      break;
    }
    writeOutbox(outbox.slice(1));
    enhance();
  }
  sending = false;
}

/** Sends a command. Returns 0 when it is answered, else how long to wait before it is sent again. */
async function send({ key, url, body }) {
  const headers = { accept: "application/json", "content-type": "application/x-www-form-urlencoded" };
  let answer;
  try {
    answer = await fetch(url, { method: "POST", headers, body, signal: AbortSignal.timeout(15000) });
  } catch {
    return 1000 + Math.random() * 1000;
  }
  if (BUSY.has(answer.status)) return 1000 * Math.min(30, Number(answer.headers.get("retry-after")) || 1);
  const said = await answer.json().catch(() => ({}));
  setClock(said.now_ms);
  if (answer.ok) {
    settling.push({ key, version: said.version });
    later("page", PAGE_WAIT_MS, () => said.version > version && fetchPage());
  } else {
    notice.textContent = said.detail ?? "That did not work. Please look at the page again.";
    fetchPage();
  }
  return 0;
}

/** The page itself, where the stream has not brought it. */
async function fetchPage() {
  try {
    const answer = await fetch(location.pathname, { headers: { accept: "text/html" }, cache: "no-store" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fetched = page.querySelector("main[data-live]");
    const sent = Number(fetched?.dataset.version);
    setClock(fetched?.dataset.nowMs);
    if (sent >= version) show(fetched.innerHTML, sent);
  } catch {
    // The stream, or the next command, will tell.
  }
}

// ---- Small things

function tick() {
  for (const time of main.querySelectorAll("time[data-deadline-ms]")) {
    const left = Math.ceil((Number(time.dataset.deadlineMs) - Date.now() - clockOffsetMs) / 1000);
    const [hours, minutes] = [Math.floor(left / 3600), Math.floor(left / 60) % 60];
    const words = hours > 0 ? `${hours} h ${minutes} min` : `${minutes}:${String(left % 60).padStart(2, "0")}`;
    time.textContent = left > 0 ? words : "time is up";
    time.closest(".deadline").toggleAttribute("data-soon", left <= 15);
  }
}

let phrase = null; // the recovery phrase, once it was asked for: no page of the table holds it

async function fetchPhrase(fold) {
  try {
    const answer = await fetch(fold.dataset.phrase, { headers: { accept: "application/json" }, cache: "no-store" });
    phrase = (await answer.json()).recovery_phrase ?? null;
  } catch {
    return; // the link beside it leads there, too
  }
  if (phrase) showPhrase();
}

function showPhrase() {
  const text = document.querySelector("details[data-phrase] > p");
  if (!text || text.matches(".phrase")) return;
  text.className = "phrase";
  text.translate = false;
  text.textContent = phrase;
}

async function copy(button) {
  const field = document.getElementById(button.dataset.copy);
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    document.execCommand("copy"); // the only way on plain http; where it fails, the text is selected
  }
  button.textContent = "Copied";
  later("copied", 2000, () => (button.textContent = "Copy"));
}

document.addEventListener("submit", (event) => {
  if (event.target.matches("form[data-play]")) submit(event);
});
document.addEventListener("click", ({ target }) => target.matches("button[data-copy]") && copy(target));
// A fold tells nobody above it that it opens: only who listens before it hears of it.
document.addEventListener("toggle", ({ target }) => target.open && target.dataset.phrase && !phrase && fetchPhrase(target), true);
document.addEventListener("visibilitychange", wake);
window.addEventListener("online", wake);
window.addEventListener("pageshow", (event) => event.persisted && wake());
window.addEventListener("pagehide", () => stream?.close());
setInterval(tick, 1000);
document.getElementById("lines")?.scrollTo({ top: 1e6, behavior: "instant" });
enhance();
connect();
flush();
