// What goes between a table's page and its server: news, by whatever the page says brings them, or by asking; commands
// that outlive a lost connection. An answer is only taken for the server's if it says so itself; anything else leaves
// everything as it was.

import { ask, backOff, later, read, say, sayWaiting, tell } from "./link.js";
import { keyOf, known, main, patched, place, playForms, setClock, show, shownVersion, stored } from "./page.js";
import { openSocket, openStream } from "./sources.js";
import * as texts from "./texts.js";

const LIVE = main.dataset.live; // stream, socket or ask
const PAGE_WAIT_MS = 2000; // how long news may take before they are asked for
const SILENCE_MS = 25000; // two heartbeats (HEARTBEAT_MS) and a little; a test compares them
const LATE_MS = 13500; // one heartbeat and a little: news may be lost on their way
const SOCKET_SILENCE_MS = 30000; // one beat of a socket, and ten seconds for its answer
const GREETED_MS = 1500; // how soon a source that is spoken to answers
const FRESH_MS = 2000; // a source that was heard so lately needs no other when somebody comes back
const BACK_OFF_MS = LIVE === "socket" ? 60_000 : 10_000; // at most: each try of a socket is paid for
const SEND_AGAIN_MS = 5000; // at most
const FAILURES_MAX = 3; // after so many failures in a row news are asked for, until a source opens
const WAIT_S = 20; // how long a question for news waits for some, where the server waits at all
const FIRST_MS = 8000; // a source that says nothing for so long is held back on its way
const SOCKET_AGE_MS = 6_600_000; // a gateway ends a socket after two hours
const STREAMS_MAX = 4; // of one browser: over plain HTTP it has six connections to a server
const TURN_MS = { least: 2000, most: 15_000, hidden: 30000 }; // how often a page without a source asks
const NOTHING = { id: "", lines: [] };
const BUSY = new Set([408, 429, 502, 503, 504]);
const WAITING_MAX = 20; // commands that wait to be sent
const OUTBOX = `codex-outbox:${place}`;
const PROBLEM = "urn:arcane-codex:problem:";

// ---- What the page says of all this

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
  if (waits || source?.isOpen()) say("here", texts.connected);
}

/** Whether an answer that is not the server's own has taken its place; what else is wrong may be a matter of time. */
const isForeign = (answer) => answer?.status === 0 || answer?.status === 200;

function between() {
  say("away", texts.between);
  const look = { label: texts.betweenLook, href: place };
  if (outbox.length === 0) hinder(texts.betweenWords, look);
  else hinder(`${texts.betweenWords} ${texts.kept}`, look, { label: texts.takeBack, act: takeBack });
}

/** Another tab of this browser has taken another seat: this page stays what it was and asks for nothing more. */
function strange(also = "") {
  isStrange = true;
  stop();
  say("away", texts.otherSeat);
  tell(texts.otherSeatWords + also, { label: texts.otherSeatShow, href: place });
}

// ---- News: one source, opened again whenever it may have been lost.

let source = null;
let had = NOTHING; // what has come: changes start from it
let isFirst = true; // what a source begins with is so, also where a table was set back from a backup
let failures = 0;
let polling = false;
let waits = false; // this page has no source, and asks
let isStrange = false;
let heardAt = 0;
let stirredAt = Date.now(); // when something happened at the table last

const versionOf = (id) => Number.parseInt(id, 10);

export function connect() {
  if (isStrange) return;
  stop();
  isFirst = true;
  waits = false;
  if (LIVE === "ask") return waitForTurn(0);
  source = (LIVE === "socket" ? openSocket : openStream)(() => had.id, hear, lost);
  tellTabs(true);
  later("silence", FIRST_MS, lost);
  if (LIVE === "socket") later("age", SOCKET_AGE_MS * (0.9 + Math.random() / 10), connect);
}

/** Hears an event of the source. */
function hear(event) {
  heard();
  receive(event);
}

const events = new Map(Object.entries({
  page: (id, data) => have(id, data.split("\n")),
  patch: (id, data) => {
    const { from, lines } = read(data);
    if (had.id.endsWith(`-${from}`)) have(id, patched(had.lines, lines));
    // What is older than what has come by another way says nothing.
    else if (id !== had.id && !(versionOf(id) < versionOf(had.id))) catchUp();
  },
  beat: (id, data) => {
    isFirst = false;
    const { version, now_ms: nowMs } = read(data);
    setClock(nowMs);
    // What was too long for a socket comes as a beat of another page.
    const isBehind = version > known() || (had.id && id !== had.id);
    if (isBehind) later("lag", LIVE === "stream" ? PAGE_WAIT_MS : 0, catchUp);
  },
  bye: (_, data) => {
    const { retry_ms: waitMs, reason } = read(data);
    if (reason === "erased") location.reload();
    else if (reason === "replaced") waitForTurn();
    else comeBackIn(waitMs);
  },
}));

/** Receives an event, whatever has brought it. */
const receive = ({ event, id = "", data = "" }) => events.get(event)?.(id, data);

/** Shows the page whose lines have come, unless a newer one is there. */
function have(id, lines) {
  later("lag");
  const sent = versionOf(id);
  if (!isFirst && sent < known()) return;
  isFirst = false;
  had = { id, lines };
  stirredAt = Date.now();
  if (!show(lines.join("\n"), sent)) strange();
}

/** What has come does not fit what is there. */
const catchUp = () => (LIVE === "stream" && source ? connect() : askForNews(0));

function heard() {
  failures = 0;
  heardAt = Date.now();
  // A source that was open before goes on, whatever answers commands by now.
  if (outbox.length === 0) unhindered();
  if (!hindrance) say("here", texts.connected);
  later("silence", LIVE === "socket" ? SOCKET_SILENCE_MS : SILENCE_MS, lost);
  if (LIVE === "stream") later("late", LATE_MS, () => askForNews(0));
  flush();
}

function lost() {
  const waitMs = backOff(BACK_OFF_MS, failures);
  failures += 1;
  comeBackIn(waitMs);
  if (LIVE === "ask") return;
  if (failures > FAILURES_MAX) poll();
  else if (failures > 1) askForNews(0); // sources may be what is not to be had
}

function comeBackIn(waitMs) {
  stop();
  later("reconnect", waitMs, connect);
  if (!polling && !hindrance) sayLost();
}

const sayLost = () => say("away", navigator.onLine === false ? texts.noNetwork : texts.reconnecting);

/** Closes the source, and awaits nothing more. */
export function stop() {
  if (source) tellTabs(false);
  source?.close();
  source = null;
  for (const name of ["silence", "late", "lag", "age", "reconnect", "turn"]) later(name);
}

let asking = null;
let busyMs = 0; // how long the server does not want to be asked

const isProblem = ({ type, code }) => type === PROBLEM + code;

/** Asks for news, and for how long to wait for some. Returns whether the server has answered. Asks once at a time. */
function askForNews(waitS) {
  asking ??= askOnce(waitS).then((answered) => {
    asking = null;
    return answered;
  });
  return asking;
}

async function askOnce(waitS) {
  const answer = await ask(`${place}/news?since=${had.id}&wait=${waitS}`, { waitMs: SILENCE_MS });
  if (isStrange) return false;
  const news = read(answer?.text);
  if (answer?.status === 410 && news.code === "table-erased") location.reload(); // its page says so
  busyMs = 0;
  if (LIVE !== "stream" && BUSY.has(answer?.status) && isProblem(news)) {
    busyMs = 1000 * answer.retryS;
    return true; // it is there, and wants to be asked less often
  }
  if (answer?.status !== 200 || !events.has(news.event)) {
    if (isForeign(answer)) between();
    return false;
  }
  if (waits) failures = 0;
  unhindered();
  say("here", texts.connected);
  flush();
  // Nothing else brings news there, so that this is so.
  if (LIVE === "ask") isFirst = true;
  receive(news);
  return true;
}

/** Asks for news again and again, where no source comes through, and until one does. */
async function poll() {
  if (polling) return;
  polling = true;
  // When it fails, the next source that fails tries again.
  while (failures > FAILURES_MAX && !isStrange && (await askForNews(WAIT_S))) {
    if (LIVE !== "stream") await new Promise((resolve) => later("poll", pauseMs(), resolve));
  }
  polling = false;
}

/** How long a page waits that asks: a while after something happened it asks less often. */
function pauseMs() {
  const seenMs = Math.min(TURN_MS.most, (Date.now() - stirredAt) / 4);
  return Math.max(TURN_MS.least, busyMs, document.hidden ? TURN_MS.hidden : seenMs);
}

/** Asks until this page has a version, twice at most: a question may have been under way before. */
async function comeTo(version) {
  for (let time = 0; time < 2 && version > known(); time += 1) await askForNews(0);
}

// ---- Tabs: the ones that were opened or looked at last have streams, and the others ask now and then.

const sharesTabs = LIVE === "stream" && typeof BroadcastChannel !== "undefined";
const tabs = sharesTabs ? new BroadcastChannel("codex-streams") : null;
const tab = Math.random();
let newer = new Set(); // tabs that have opened a stream after this one

function tellTabs(isOpen) {
  if (isOpen) newer = new Set();
  tabs?.postMessage({ tab, isOpen });
}

tabs?.addEventListener("message", ({ data }) => {
  newer.delete(data.tab);
  if (data.isOpen) newer.add(data.tab);
  if (source && newer.size >= STREAMS_MAX) waitForTurn();
});

function waitForTurn(waitMs = pauseMs()) {
  stop();
  waits = true;
  later("turn", waitMs, async () => {
    const answered = await askForNews(0);
    if (waits && !isStrange) (answered ? waitForTurn : lost)();
  });
}

/** Whoever comes back to the page wants it right at once, and a source that slept may only look open. */
export function wake({ type }) {
  if (document.visibilityState !== "visible") return;
  failures = 0;
  const isFresh = type === "focus" && source?.isOpen() && Date.now() - heardAt <= FRESH_MS;
  if (!isFresh) greet();
  flush();
}

/** Has the source say something, or opens others, at first soon: a connection that was kept may have died unheard. */
function greet(more = 2) {
  if (!source?.hello?.()) connect();
  if (more > 0 && LIVE !== "ask") later("silence", GREETED_MS, () => (stop(), greet(more - 1)));
}

/** Without a network the source is not heard, whatever it looks like. */
export function offline() {
  sayLost();
  connect();
}

// ---- Commands: kept until they are answered. Each has an id, so sending one twice does it once.

let sending = false;
let unanswered = 0; // sends in a row
const markers = []; // what is called when something is taken or answered
let outbox = stored((storage) => JSON.parse(storage.getItem(OUTBOX))) ?? [];
if (!Array.isArray(outbox)) outbox = [];
let settling = []; // what was answered and is not yet seen on the page

function keep(commands) {
  outbox = commands;
  stored((storage) => storage.setItem(OUTBOX, JSON.stringify(commands)));
}

/** What was asked for and is not yet seen on the page. */
export function underWay() {
  settling = settling.filter((command) => command.version > shownVersion());
  return [...settling, ...outbox];
}

/** Marks the forms whose command is under way; of several choices the last. */
export function mark() {
  const [commands, isChoice] = [underWay(), ({ key }) => key.includes("do=choose")];
  const choice = commands.filter(isChoice).pop();
  const waiting = new Set(commands.filter((one) => one === choice || !isChoice(one)).map(({ key }) => key));
  for (const form of playForms()) form.toggleAttribute("data-sent", waiting.has(keyOf(form)));
  sayWaiting(outbox.length);
  markers.forEach((act) => act());
}

export const whenMarked = (act) => markers.push(act);

/** Takes a command from its form. */
export function take(form) {
  const key = keyOf(form);
  if (underWay().pop()?.key === key) return; // a second tap
  if (outbox.length >= WAITING_MAX) return tell(texts.waitingMost);
  const body = new URLSearchParams(new FormData(form)).toString();
  keep([...outbox, { key, url: form.getAttribute("action"), body }]);
  if (form.elements.text) form.elements.text.value = "";
  if (!hindrance && !isStrange) tell("");
  stirredAt = Date.now();
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
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const answer = await ask(url, { method: "POST", headers, body });
  if (!answer) return sendAgainMs();
  const said = read(answer.text);
  const { version, now_ms: nowMs, code, detail } = said;
  if (BUSY.has(answer.status)) {
    if (isProblem(said)) hinder(`${detail} ${texts.kept}`);
    return 1000 * Math.min(30, answer.retryS);
  }
  const isDone = answer.status === 200 && Number.isInteger(version);
  if (!isDone && !isProblem(said)) {
    between();
    return sendAgainMs();
  }
  unanswered = 0;
  unhindered();
  if (isDone) {
    setClock(nowMs);
    settling.push({ key, version });
    later("page", waits ? 0 : PAGE_WAIT_MS, () => comeTo(version));
  } else if (code === "other-seat") {
    strange(giveBack(body));
  } else {
    tell(detail + giveBack(body));
    askForNews(0);
  }
  return 0;
}

/** How long to wait before the same is sent again, since nobody has taken it. */
const sendAgainMs = () => backOff(SEND_AGAIN_MS, (unanswered += 1));

/** Puts a line that was not taken back where it was typed. Returns what is to be said where that cannot be. */
function giveBack(body) {
  const text = new URLSearchParams(body).get("text");
  const field = document.getElementById("say-text");
  if (!text || field?.value === text) return "";
  if (!field || field.value) return ` ${texts.typed(text)}`;
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
