// Sends a link, or the words that bring a seat back, by whatever this device has for that: its own sheet, or the clipboard.

import * as texts from "./texts.js";

const root = document.documentElement;
const canShare = typeof navigator.share === "function";
const TOLD_MS = 2500;

root.classList.add("scripted");
root.classList.toggle("can-share", canShare);

/** Copies a text. On plain http the only way is the old one. */
async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = document.createElement("textarea");
    field.value = text;
    field.className = "unseen";
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  }
}

/** Says on the button what has become of it, for a moment. */
function tellOn(button, words) {
  const own = [...button.childNodes];
  button.replaceChildren(words);
  setTimeout(() => button.replaceChildren(...own), TOLD_MS);
  button.focus();
}

async function send(button, message) {
  if (canShare) {
    try {
      return await navigator.share({ title: texts.title, ...message });
    } catch (error) {
      if (error.name === "AbortError") return undefined;
    }
  }
  const text = [message.text, message.url].filter(Boolean).join("\n");
  return tellOn(button, (await copied(text)) ? texts.copied : texts.copyRefused);
}

/** What to keep of a seat: its words, and where they are asked for. */
function keepsake(words, table) {
  return { text: `${texts.seat}\n${words}\n${location.origin}/return?code=${table}` };
}

const tableOf = (path) => path.split("/")[2] ?? "";

async function keep(button) {
  const path = button.dataset.keep;
  const answer = await fetch(path, { headers: { accept: "application/json" }, cache: "no-store" }).catch(() => null);
  const words = answer?.ok && (await answer.json()).recovery_phrase;
  // The page of its own says what is in the way.
  if (!words) return location.assign(path);
  return send(button, keepsake(words, tableOf(path)));
}

// Shows a page of ours where there is no connection; only over TLS and on the device itself.
navigator.serviceWorker?.register("/sw.js").catch(() => {});

document.addEventListener("click", ({ target }) => {
  const button = target.closest?.("button[data-share], button[data-keep], button[data-send]");
  if (!button) return;
  const { share, send: words, back, words: story = texts.invitation } = button.dataset;
  if (share) send(button, { text: story, url: new URL(share, location.origin).href });
  else if (words) send(button, keepsake(document.getElementById(words).textContent, tableOf(back)));
  else keep(button);
});
