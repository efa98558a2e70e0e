// Makes a table's page live: news by event stream, forms that survive a lost connection, a countdown.
// Everything works without it, by forms and links; it only saves the waiting and the reloading.

const main = document.querySelector("main[data-live]");
const status = document.getElementById("link-state");
const notice = document.getElementById("notice");
const announce = document.getElementById("announce");

const PAGE_WAIT_MS = 2000; // how long news may take before the page is fetched
const SILENCE_MS = 25000; // two heartbeats and a little
const BACK_OFF_MS = { least: 500, most: 10000 };
const BUSY = new Set([429, 502, 503, 504]);
const OUTBOX = `codex-outbox:${location.pathname}`;

let version = Number(main.dataset.version);
let clockOffsetMs = Number(main.dataset.nowMs) - Date.now();

// ---- The page: sections are swapped by id, and only where the server sent something else.

/** A section as the server sent it, without the ids that are fresh in every rendering. */
const plain = (section) =>
  section.outerHTML.replace(/(name="command_id" value=")[^"]*/g, "$1");

const sectionsOf = (root) => [...root.querySelectorAll("section[id]")];
let shown = new Map(sectionsOf(main).map((section) => [section.id, plain(section)]));

function show(html, newVersion) {
  const next = document.createElement("template");
  next.innerHTML = html;
  const sections = sectionsOf(next.content);
  const title = document.getElementById("stage")?.dataset.title;
  const kept = remember();
  const same = sections.length === shown.size && sections.every(({ id }) => shown.has(id));
  const coming = new Map(sections.map((section) => [section.id, plain(section)]));
  if (same) {
    for (const section of sections) {
      if (coming.get(section.id) === shown.get(section.id)) continue;
      document.getElementById(section.id).replaceWith(section);
    }
  } else {
    main.replaceChildren(next.content);
  }
  shown = coming;
  version = newVersion;
  main.dataset.version = String(newVersion);
  recall(kept);
  enhance();
  const newTitle = document.getElementById("stage")?.dataset.title;
  if (newTitle && newTitle !== title) turnTo(newTitle);
}

/** What a reader has done to the page, so that a swap does not undo it. */
function remember() {
  const active = document.activeElement;
  const lines = document.getElementById("lines");
  return {
    folds: new Map([...main.querySelectorAll("details[id]")].map((fold) => [fold.id, fold.open])),
    typed: [...main.querySelectorAll("input[id]:not([readonly])")].map((input) => [input.id, input.value]),
    focus: main.contains(active) ? active.id : "",
    caret: active instanceof HTMLInputElement ? [active.selectionStart, active.selectionEnd] : null,
    linesAt: lines && lines.scrollTop + lines.clientHeight < lines.scrollHeight - 40 ? lines.scrollTop : null,
    scrollY: window.scrollY,
  };
}

function recall({ folds, typed, focus, caret, linesAt, scrollY }) {
  for (const [id, open] of folds) {
    const fold = document.getElementById(id);
    if (fold) fold.open = open;
  }
  for (const [id, value] of typed) {
    const input = document.getElementById(id);
    if (input && input.value !== value) input.value = value;
  }
  const focused = focus && document.getElementById(focus);
  if (focused && focused !== document.activeElement) {
    focused.focus({ preventScroll: true });
    if (caret && focused instanceof HTMLInputElement) focused.setSelectionRange(...caret);
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
  const before = document.getElementById("before");
  const start = before && !before.hidden ? before : document.getElementById("stage");
  const top = start.getBoundingClientRect().top + window.scrollY - 72;
  window.scrollTo({ top: Math.max(0, top), behavior: "smooth" });
}

/** What only a script can do, on whatever has just been put into the page. */
function enhance() {
  for (const button of main.querySelectorAll("button[data-copy][hidden]")) button.hidden = false;
  const waiting = new Set(readOutbox().map(({ key }) => key));
  for (const form of main.querySelectorAll("form[data-play]")) {
    form.toggleAttribute("aria-busy", false);
    if (waiting.has(keyOf(form))) form.setAttribute("aria-busy", "true");
  }
  tick();
}

// ---- News: one stream, opened again whenever it may have been lost.

let stream = null;
let failures = 0;
let reconnectTimer = 0;
let silenceTimer = 0;
let lagTimer = 0;

function connect() {
  clearTimeout(reconnectTimer);
  clearTimeout(lagTimer);
  stream?.close();
  stream = new EventSource(`${main.dataset.live}?since=${version}`);
  stream.addEventListener("open", heard);
  stream.addEventListener("page", (event) => {
    heard();
    clearTimeout(lagTimer);
    const sent = Number(event.lastEventId);
    if (sent >= version) show(event.data, sent);
  });
  stream.addEventListener("beat", (event) => {
    heard();
    if (JSON.parse(event.data).version > version) lagTimer = setTimeout(connect, PAGE_WAIT_MS);
  });
  stream.addEventListener("bye", (event) => comeBackIn(JSON.parse(event.data).retry_ms));
  stream.addEventListener("error", lost);
  listen();
}

function heard() {
  failures = 0;
  say("here", "Connected");
  listen();
  flush();
}

function listen() {
  clearTimeout(silenceTimer);
  silenceTimer = setTimeout(lost, SILENCE_MS);
}

function lost() {
  const most = Math.min(BACK_OFF_MS.most, BACK_OFF_MS.least * 2 ** failures);
  failures += 1;
  comeBackIn(most * (0.5 + Math.random() / 2));
}

function comeBackIn(waitMs) {
  stream?.close();
  clearTimeout(silenceTimer);
  clearTimeout(lagTimer);
  clearTimeout(reconnectTimer);
  say("away", "Reconnecting…");
  reconnectTimer = setTimeout(connect, waitMs);
}

function say(state, words) {
  if (status.dataset.state === state) return;
  status.dataset.state = state;
  status.textContent = words;
}

/** Whoever comes back to the page wants it to be right at once. */
function wake() {
  if (document.visibilityState !== "visible") return;
  failures = 0;
  if (stream?.readyState !== EventSource.OPEN) connect();
  flush();
}

// ---- Commands: kept until they are answered. Each has an id, so sending one twice does it once.

let sending = false;

function readOutbox() {
  try {
    return JSON.parse(sessionStorage.getItem(OUTBOX)) ?? [];
  } catch {
    return unsaved;
  }
}

let unsaved = [];
function writeOutbox(commands) {
  unsaved = commands;
  try {
    sessionStorage.setItem(OUTBOX, JSON.stringify(commands));
  } catch {
    // Storage is full or forbidden: the outbox then lives as long as the page.
  }
}

/** What a form asks for, whatever its command id. */
function keyOf(form) {
  const fields = new URLSearchParams(new FormData(form));
  fields.delete("command_id");
  return `${form.getAttribute("action")}?${fields}`;
}

function freshId() {
  // randomUUID is only there on https and on localhost; a table in a living room has neither.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function submit(form) {
  const commands = readOutbox();
  const key = keyOf(form);
  if (commands.some((command) => command.key === key)) return;
  const body = new URLSearchParams(new FormData(form)).toString();
  writeOutbox([...commands, { key, url: form.getAttribute("action"), body }]);
  form.elements.command_id.value = freshId();
  if (form.elements.text) form.elements.text.value = "";
  notice.textContent = "";
  enhance();
  flush();
}

async function flush() {
  if (sending) return;
  sending = true;
  for (let [next] = readOutbox(); next; [next] = readOutbox()) {
    const waitMs = await send(next);
    if (waitMs > 0) {
      setTimeout(flush, waitMs);
      break;
    }
    writeOutbox(readOutbox().slice(1));
    enhance();
  }
  sending = false;
}

/** Sends a command. Returns 0 when it is answered, else how long to wait before it is sent again. */
async function send({ url, body }) {
  const headers = { accept: "application/json", "content-type": "application/x-www-form-urlencoded" };
  let answer;
  try {
    answer = await fetch(url, { method: "POST", headers, body, signal: AbortSignal.timeout(15000) });
  } catch {
    return 1000 + Math.random() * 1000;
  }
  if (BUSY.has(answer.status)) return 1000 * Math.min(30, Number(answer.headers.get("retry-after")) || 1);
  const said = await answer.json().catch(() => ({}));
  if (answer.ok) {
    setTimeout(() => (said.version > version ? fetchPage() : undefined), PAGE_WAIT_MS);
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
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fetched = page.querySelector("main[data-live]");
    if (fetched && Number(fetched.dataset.version) >= version) show(fetched.innerHTML, Number(fetched.dataset.version));
  } catch {
    // The stream, or the next command, will tell.
  }
}

// ---- Small things

function tick() {
  for (const time of main.querySelectorAll("time[data-deadline-ms]")) {
    const left = Math.ceil((Number(time.dataset.deadlineMs) - Date.now() - clockOffsetMs) / 1000);
    const two = (number) => String(number).padStart(2, "0");
    const hours = Math.floor(left / 3600);
    const minutes = Math.floor(left / 60) % 60;
    const words = hours > 0 ? `${hours} h ${two(minutes)} min` : `${minutes}:${two(left % 60)}`;
    time.textContent = left > 0 ? words : "time is up";
    time.closest(".deadline").toggleAttribute("data-soon", left <= 15);
  }
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
  setTimeout(() => (button.textContent = "Copy"), 2000);
}

document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-play]")) return;
  event.preventDefault();
  submit(event.target);
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-copy]");
  if (button) copy(button);
});
document.addEventListener("visibilitychange", wake);
window.addEventListener("online", wake);
window.addEventListener("pageshow", wake);
window.addEventListener("pagehide", () => stream?.close());
setInterval(tick, 1000);

if (main.querySelector("#lines")) main.querySelector("#lines").scrollTop = 1e6;
enhance();
connect();
flush();
