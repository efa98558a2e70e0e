// What goes between a table's page and its server: news by event stream or by asking, commands that outlive a lost
// connection. An answer is only taken for the server's if it says so itself; anything else leaves everything as it was.

import { keyOf, known, main, place, playForms, setClock, show, shownVersion } from "./page.js";

const PAGE_WAIT_MS = 2000; // how long news may take before the page is fetched
const SILENCE_MS = 25000; // two heartbeats (HEARTBEAT_MS) and a little; a test compares them
const FRESH_MS = 2000; // a stream that was heard so lately needs no other when somebody comes back
const BACK_OFF_MS = { least: 500, most: 10_000 };
const FAILURES_MAX = 3; // after so many failures in a row news are asked for, until a stream opens
const WAIT_S = 20; // how long a question for news waits for some
const FIRST_MS = 8000; // a stream that says nothing for so long is held back on its way
const STREAMS_MAX = 4; // of one browser: over plain HTTP it has six connections to a server
const TURN_MS = { seen: 5000, hidden: 30_000 }; // how often a page without a stream asks
const NOTHING = { id: "", lines: [] };
const BUSY = new Set([408, 429, 502, 503, 504]);
const WAITING_MAX = 20; // commands that wait to be sent
const OUTBOX = `codex-outbox:${place}`;
const PROBLEM = "urn:arcane-codex:problem:";
const KEPT = "What you sent is kept here, and is sent again.";

const timers = {};

/** Twice as long after each failure, and of that a part by chance, so that not all come back at once. */
const backOff = (mostMs, failures) => Math.min(mostMs, BACK_OFF_MS.least * 2 ** failures) * (0.5 + Math.random() / 2);

/** Does it after a while, once, instead of what the same name stood for before. */
export function later(name, waitMs, what) {
  clearTimeout(timers[name]);
  if (what) timers[name] = setTimeout(what, waitMs);
}

/** Asks, and reads the answer to its end. Returns nothing where nobody answered; a redirection has no status. */
export async function ask(url, { waitMs = 15000, ...settings }) {
  const control = new AbortController();
  const timer = setTimeout(() => control.abort(), waitMs);
  try {
    const answer = await fetch(url, { cache: "no-store", redirect: "manual", ...settings, signal: control.signal });
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

// ---- What the page says of all this

const say = (state, words) => {
  const status = document.getElementById("link-state");
  if (status.textContent !== words) status.textContent = words;
  status.dataset.state = state;
};

/** Shows a sentence, with links and buttons for what can be done about it. */
function tell(words, ...ways) {
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

let hindrance = ""; // the sentence that says what is in the way, while something is

function hinder(words, ...ways) {
  if (words !== hindrance) tell(words, ...ways);
  hindrance = words;
}

/** Nothing is in the way any more. */
function unhindered() {
  if (!hindrance) return;
  hindrance = "";
  tell("");
  if (waits || stream?.readyState === EventSource.OPEN) say("here", "Connected");
}

/** Whether an answer that is not the server's own has taken its place; what else is wrong may be a matter of time. */
const isForeign = (answer) => answer?.status === 0 || answer?.status === 200;

function between() {
  say("away", "Something stands in between");
  const words = "Something between this page and the table answers in its place: a sign-in page or a hotspot, perhaps.";
  const look = { label: "See what it is", href: place };
  if (outbox.length === 0) hinder(words, look);
  else hinder(`${words} ${KEPT}`, look, { label: "Take it back", act: takeBack });
}

/** Another tab of this browser has taken another seat: this page stays what it was and asks for nothing more. */
function strange(also = "") {
  isStrange = true;
  stop();
  say("away", "Another seat");
  const words = "This browser sits on another seat of this table now, taken in another tab. This page stays as it was.";
  tell(words + also, { label: "Show the other seat", href: place });
}

// ---- News: one stream, opened again whenever it may have been lost.

let stream = null;
let had = NOTHING; // what the stream has sent: changes start from it
let failures = 0;
let polling = false;
let waits = false; // this page has left its stream to others of this browser, and asks
let isStrange = false;
let heardAt = 0;

const receive = (html, version) => show(html, version) || strange();

export function connect() {
  if (isStrange) return;
  stop();
  waits = false;
  stream = new EventSource(`${main.dataset.live}?since=${had.id}`);
  tellTabs(true);
  const on = (name, then) => stream.addEventListener(name, then);
  let first = true; // what a stream begins with is so, also where a table was set back from a backup
  const take = (id, lines) => {
    heard();
    later("lag");
    had = { id, lines };
    const sent = Number.parseInt(id, 10);
    if (first || sent >= known()) receive(lines.join("\n"), sent);
    first = false;
  };
  on("page", ({ lastEventId, data }) => take(lastEventId, data.split("\n")));
  on("patch", ({ lastEventId, data }) => {
    const { from, lines } = JSON.parse(data);
    if (had.id.endsWith(`-${from}`)) return take(lastEventId, patched(had.lines, lines));
    had = NOTHING;
    connect();
  });
  on("beat", (event) => {
    heard();
    first = false;
    const { version, now_ms: nowMs } = JSON.parse(event.data);
    setClock(nowMs);
    if (version > known()) later("lag", PAGE_WAIT_MS, connect);
  });
  on("bye", (event) => {
    const { retry_ms: waitMs, reason } = JSON.parse(event.data);
    if (reason === "erased") location.reload();
    else if (reason === "replaced") waitForTurn();
    else comeBackIn(waitMs);
  });
  on("error", lost);
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
  // A stream that was open before goes on, whatever answers commands by now.
  if (outbox.length === 0) unhindered();
  if (!hindrance) say("here", "Connected");
  later("silence", SILENCE_MS, lost);
  flush();
}

function lost() {
  const waitMs = backOff(BACK_OFF_MS.most, failures);
  failures += 1;
  comeBackIn(waitMs);
  if (failures > FAILURES_MAX) poll();
  else if (failures > 1) fetchPage(); // streams may be what is not to be had
}

function comeBackIn(waitMs) {
  stop();
  later("reconnect", waitMs, connect);
  if (!polling && !hindrance) say("away", "Reconnecting…");
}

/** Closes the stream, and awaits nothing more. */
export function stop() {
  if (stream) tellTabs(false);
  stream?.close();
  stream = null;
  for (const name of ["silence", "lag", "reconnect", "turn"]) later(name);
}

/** Asks for news, and for how long to wait for some. Returns whether the server has answered. */
async function askForNews(waitS) {
  const news = `${place}?after=${known()}&wait=${waitS}`;
  const answer = await ask(news, { waitMs: SILENCE_MS, headers: { accept: "application/json" } });
  const version = answer?.status === 204 ? known() : read(answer?.text).view?.version;
  if (!Number.isInteger(version)) {
    if (isForeign(answer)) between();
    return false;
  }
  unhindered();
  say("here", "Connected");
  flush();
  if (answer.status === 200) await fetchPage();
  return true;
}

/** Asks for news again and again, where streams do not come through, and until one does. */
async function poll() {
  if (polling) return;
  polling = true;
  // When it fails, the next stream that fails tries again.
  while (failures > FAILURES_MAX && !isStrange && (await askForNews(WAIT_S)));
  polling = false;
}

// ---- Tabs: the ones that were opened or looked at last have streams, and the others ask now and then.

const tabs = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("codex-streams");
const tab = Math.random();
let newer = new Set(); // tabs that have opened a stream after this one

function tellTabs(isOpen) {
  if (isOpen) newer = new Set();
  tabs?.postMessage({ tab, isOpen });
}

tabs?.addEventListener("message", ({ data }) => {
  newer.delete(data.tab);
  if (data.isOpen) newer.add(data.tab);
  if (stream && newer.size >= STREAMS_MAX) waitForTurn();
});

function waitForTurn() {
  stop();
  waits = true;
  later("turn", document.hidden ? TURN_MS.hidden : TURN_MS.seen, async () => {
    const answered = await askForNews(0);
    if (waits && !isStrange) (answered ? waitForTurn : lost)();
  });
}

/** Whoever comes back to the page wants it right at once, and a stream that slept may only look open. */
export function wake() {
  if (document.visibilityState !== "visible") return;
  failures = 0;
  if (stream?.readyState !== EventSource.OPEN || Date.now() - heardAt > FRESH_MS) connect();
  flush();
}

/** Without a network the stream is not heard, whatever it looks like. */
export function offline() {
  say("away", "Reconnecting…");
  connect();
}

/** The page itself, where no stream has brought it. */
async function fetchPage() {
  const answer = await ask(place, { headers: { accept: "text/html" } });
  if (!answer || isStrange) return; // the stream, or the next command, will tell
  const fetched = new DOMParser().parseFromString(answer.text, "text/html").querySelector("main[data-live]");
  if (answer.status === 410) return location.reload(); // the table was erased: its page says so
  if (!fetched && isForeign(answer)) return between();
  const sent = Number(fetched?.dataset.version);
  setClock(fetched?.dataset.nowMs);
  if (sent >= known()) receive(fetched.innerHTML, sent);
}

// ---- Commands: kept until they are answered. Each has an id, so sending one twice does it once.

let sending = false;
let unanswered = 0; // sends in a row
let outbox = stored((storage) => JSON.parse(storage.getItem(OUTBOX))) ?? [];
if (!Array.isArray(outbox)) outbox = [];
let settling = []; // what was answered and is not yet seen on the page

/** Storage may be full or forbidden; the outbox then lives as long as the page. */
function stored(use) {
  try {
    return use(sessionStorage);
  } catch {
    return null;
  }
}

function keep(commands) {
  outbox = commands;
  stored((storage) => storage.setItem(OUTBOX, JSON.stringify(commands)));
}

function underWay() {
  settling = settling.filter((command) => command.version > shownVersion());
  return [...settling, ...outbox];
}

/** Marks the forms whose command is under way. */
export function mark() {
  const waiting = new Set(underWay().map(({ key }) => key));
  for (const form of playForms()) form.toggleAttribute("data-sent", waiting.has(keyOf(form)));
}

/** Takes a command from its form. */
export function take(form) {
  const key = keyOf(form);
  if (underWay().pop()?.key === key) return; // a second tap
  if (outbox.length >= WAITING_MAX) return tell("So much waits to be sent that nothing can be added. Please wait for the connection.");
  const body = new URLSearchParams(new FormData(form)).toString();
  keep([...outbox, { key, url: form.getAttribute("action"), body }]);
  if (form.elements.text) form.elements.text.value = "";
  if (!hindrance && !isStrange) tell("");
  mark();
  flush();
}

export async function flush() {
  if (sending) return;
  sending = true;
  while (outbox.length > 0) {
    const [command] = outbox;
    const waitMs = await send(command);
    if (waitMs > 0) {
      later("send", waitMs, flush);
      break;
    }
    if (outbox[0] === command) keep(outbox.slice(1));
    mark();
  }
  sending = false;
}

/** Sends a command. Returns 0 when it is answered, else how long to wait before it is sent again. */
async function send({ key, url, body }) {
  const headers = { accept: "application/json", "content-type": "application/x-www-form-urlencoded" };
  const answer = await ask(url, { method: "POST", headers, body });
  if (!answer) return sendAgainMs();
  const { version, now_ms: nowMs, type, code, detail } = read(answer.text);
  const isProblem = type === PROBLEM + code;
  if (BUSY.has(answer.status)) {
    if (isProblem) hinder(`${detail} ${KEPT}`);
    return 1000 * Math.min(30, answer.retryS);
  }
  const isDone = answer.status === 200 && Number.isInteger(version);
  if (!isDone && !isProblem) {
    between();
    return sendAgainMs();
  }
  unanswered = 0;
  unhindered();
  if (isDone) {
    setClock(nowMs);
    settling.push({ key, version });
    later("page", waits ? 0 : PAGE_WAIT_MS, () => version > known() && fetchPage());
  } else if (code === "other-seat") {
    strange(giveBack(body));
  } else {
    tell(detail + giveBack(body));
    fetchPage();
  }
  return 0;
}

/** How long to wait before the same is sent again, since nobody has taken it. */
function sendAgainMs() {
  unanswered += 1;
  return backOff(BACK_OFF_MS.most / 2, unanswered);
}

/** Puts a line that was not taken back where it was typed. Returns what is to be said where that cannot be. */
function giveBack(body) {
  const text = new URLSearchParams(body).get("text");
  const field = document.getElementById("say-text");
  if (!text || field?.value === text) return "";
  if (!field || field.value) return ` You wrote: “${text}”`;
  field.value = text;
  return "";
}

/** Whoever does not want to wait takes back what is sent next. */
function takeBack() {
  const [command, ...rest] = outbox;
  keep(rest);
  hindrance = "";
  tell(command ? giveBack(command.body) : "");
  mark();
}
