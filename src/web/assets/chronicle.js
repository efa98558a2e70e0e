// The Chronicle goes on paper whole, and what one is led to is unfolded.

import { main } from "./page.js";

const folded = [];

function unfold() {
  for (const picture of main.querySelectorAll("#beat-told img")) picture.loading = "eager";
  for (const fold of main.querySelectorAll("#beat-told details:not([open], #for-programs, #give-card)")) {
    fold.open = true;
    folded.push(fold);
  }
}

function fold() {
  for (const one of folded.splice(0)) one.open = false;
}

function onClick({ target }) {
  if (target.closest?.("[data-print]")) window.print();
  const way = target.closest?.('#beat-told a[href^="#told-"]');
  const chapter = way && document.getElementById(way.getAttribute("href").slice(1));
  if (chapter?.matches("details")) chapter.open = true;
}

export function beginChronicle() {
  window.addEventListener("beforeprint", unfold);
  window.addEventListener("afterprint", fold);
  document.addEventListener("click", onClick);
}
