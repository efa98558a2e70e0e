// What the doors do beyond their forms: they know your name, open at a fold's first field, and turn a card.

import "./share.js";
import * as texts from "./texts.js";

const NAME = "codex-name";

/** Storage may be forbidden; then nothing is remembered. */
function stored(act) {
  try {
    return act(localStorage);
  } catch {
    return null;
  }
}

for (const field of document.querySelectorAll("input[data-remember]")) {
  if (!field.value) field.value = stored((all) => all.getItem(NAME)) ?? "";
  field.form.addEventListener("submit", () => stored((all) => all.setItem(NAME, field.value.trim())));
}

for (const fold of document.querySelectorAll("details.way-in")) {
  fold.querySelector("summary").addEventListener("click", () =>
    requestAnimationFrame(() => {
      if (!fold.open) return;
      fold.querySelector("input:not([type=hidden])").focus({ preventScroll: true });
      fold.scrollIntoView({ block: "nearest" });
    }),
  );
}

const deck = document.getElementById("omen");
const turn = document.getElementById("omen-turn");

function next() {
  const cards = [...deck.children];
  const at = cards.findIndex((card) => "up" in card.dataset);
  const [up, after] = [1, 2].map((step) => cards[(at + step) % cards.length]);
  delete cards[at].dataset.up;
  up.dataset.up = "";
  deck.dataset.turned = "";
  turn.textContent = `${after.dataset.who} ›`;
  turn.ariaLabel = texts.omenHears(after.dataset.who);
}

if (deck) {
  const { who } = deck.children[1].dataset;
  [turn.textContent, turn.ariaLabel] = [`${who} ›`, texts.omenHears(who)];
  for (const one of [deck, turn]) one.addEventListener("click", next);
}

// A door's page that comes back from the browser's own cache takes fresh ids: its forms ask for something new.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const field of document.querySelectorAll('input[name="command_id"]')) {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    field.value = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }
});
