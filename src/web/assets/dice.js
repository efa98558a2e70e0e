// A roll: a pointer runs over the bar of a hundred, stops on what was thrown, and the word is stamped.

import { sound } from "./sound.js";

const RUN_MS = 1300;
const STAMP_MS = 280;
const LOOK_MS = 500; // between a first throw and the one that replaces it, and before the story goes on

/** Throws the dice of a roll that is in the page. What was thrown is drawn there already. */
export async function throwDice(roll, run) {
  roll.dataset.rolling = "";
  const bar = roll.querySelector(".roll-bar");
  const width = bar.getBoundingClientRect().width;
  const pointers = [...bar.querySelectorAll(".roll-pointer")];
  for (const pointer of pointers) {
    pointer.dataset.runs = "";
    sound("die");
    await run.animate(pointer, way(Number(pointer.dataset.at), width), { duration: RUN_MS });
    delete pointer.dataset.runs;
    pointer.dataset.fell = "";
    await run.wait(LOOK_MS / 2);
  }
  delete roll.dataset.rolling;
  for (const pointer of pointers) delete pointer.dataset.fell;
  const word = roll.querySelector(".outcome");
  await run.animate(word, [{ opacity: 0, transform: "scale(2.2) rotate(-9deg)" }, { opacity: 1, transform: "none" }], { duration: STAMP_MS, easing: "cubic-bezier(0.3, 1.6, 0.6, 1)" });
  await run.wait(LOOK_MS);
}

/** From the left end to the right one, and back to where it stops. */
function way(at, width) {
  const left = (-at * width) / 100;
  return [
    { transform: `translateX(${left}px)`, easing: "ease-in" },
    { transform: `translateX(${left + width}px)`, easing: "cubic-bezier(0.12, 0.7, 0.2, 1)", offset: 0.3 },
    { transform: "translateX(0)" },
  ];
}
